"""`tf.io`: to come."""

from .core.lacking import planned

__getattr__ = planned(__name__, "files and their formats")
