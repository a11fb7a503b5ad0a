"""`tf.autodiff`, and how a tape works: rules, recordings, the pass, forward mode, Jacobians, custom gradients.

`docs/design.md` gives the order in which to read these files.
"""

from .accumulator import ForwardAccumulator
from .tape import GradientTape

__all__ = ["ForwardAccumulator", "GradientTape"]
