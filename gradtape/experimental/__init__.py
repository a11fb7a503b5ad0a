"""`tf.experimental`: names that TensorFlow shows there."""

from ..core.lacking import planned
from ..data.optional import Optional
from . import dtensor

__all__ = ["Optional", "dtensor"]

__getattr__ = planned(__name__, "extension types, dtensor and tf.experimental.numpy")
