"""`tf.profiler`: where a program's time goes."""

from ..values.lacking import lacking
from . import experimental

__all__ = ["experimental"]

__getattr__ = lacking(__name__)
