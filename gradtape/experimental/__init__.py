"""`tf.experimental`: names that TensorFlow shows there."""

from ..data.optional import Optional
from ..ragged.row_partition import RowPartition
from ..ragged.shape import DynamicRaggedShape
from ..values.lacking import planned
from . import dtensor, numpy

__all__ = ["DynamicRaggedShape", "Optional", "RowPartition", "dtensor", "numpy"]

__getattr__ = planned(__name__, "extension types")
