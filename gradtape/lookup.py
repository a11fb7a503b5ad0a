"""`tf.lookup`: to come."""

from .values.lacking import planned

__getattr__ = planned(__name__, "tables")
