"""`tf.lookup`: to come."""

from .core.lacking import planned

__getattr__ = planned(__name__, "tables")
