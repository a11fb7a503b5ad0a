"""`gradtape.debug`: why a gradient is None, what a tape holds, and where a NaN was made.

    with gradtape.debug.tracing():
        ...
        print(tape.explain(loss, v))

`GRADTAPE_DEBUG=1` in the environment traces a whole program; `python -m gradtape --explain program.py` does, and prints
an explanation whenever the program receives a None gradient. `tape.explain` and `tape.summary` work without tracing
too, and then tell no lines.
"""

from ..values.lacking import lacking, show
from .explain import Cause, Explanation, Step
from .summary import Summary
from .trace import tracing

__all__ = ["Cause", "Explanation", "Step", "Summary", "check_numerics", "plot", "tracing"]


show(__name__, f"{__name__}.picture", "plot")
show(__name__, f"{__name__}.numerics", "check_numerics")

__getattr__ = lacking(__name__)
