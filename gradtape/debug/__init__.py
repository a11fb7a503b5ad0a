"""`gradtape.debug`: why a gradient is None, what a tape holds, and where a NaN was made.

    with gradtape.debug.tracing():
        ...
        print(tape.explain(loss, v))

`GRADTAPE_DEBUG=1` in the environment traces a whole program; `python -m gradtape --explain program.py` does, and prints
an explanation whenever the program receives a None gradient. `tape.explain` and `tape.summary` work without tracing
too, and then tell no lines.
"""

import importlib
from typing import Any

from ..core.lacking import lacking
from .explain import Cause, Explanation, Step
from .summary import Summary
from .trace import tracing

__all__ = ["Cause", "Explanation", "Step", "Summary", "check_numerics", "plot", "tracing"]


def _from(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)


_LAZILY = {
    "plot": lambda: _from("picture", "plot"),
    "check_numerics": lambda: _from("numerics", "check_numerics"),
}

__getattr__ = lacking(__name__, _LAZILY)
