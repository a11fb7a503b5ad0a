"""`tf.train`: for now what objects need that find each other by their attributes. Checkpoints are to come."""

from ..values.lacking import planned
from .trackable import TrackableView

__all__ = ["TrackableView"]

__getattr__ = planned(__name__, "Checkpoints, optimizers of TensorFlow 1 and tf.train.Example")
