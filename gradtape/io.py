"""`tf.io`: to come."""

from .values.lacking import planned

__getattr__ = planned(__name__, "files and their formats")
