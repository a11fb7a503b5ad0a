"""`tf.experimental.dtensor`: to come."""

from ..values.lacking import planned

__getattr__ = planned(__name__, "tensors that are divided among devices")
