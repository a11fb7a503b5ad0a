"""`tf.experimental`: names that TensorFlow shows there."""

from ..data.optional import Optional
from ..ragged.row_partition import RowPartition
from ..ragged.shape import DynamicRaggedShape
from ..values.lacking import planned, show_room
from . import dtensor

__all__ = ["DynamicRaggedShape", "Optional", "RowPartition", "dtensor"]

show_room(__name__, "numpy", "gradtape.experimental.numpy")  # loads when it is asked for

__getattr__ = planned(__name__, "extension types")
