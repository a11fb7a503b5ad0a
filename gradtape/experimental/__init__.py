"""`tf.experimental`."""

from ..core.lacking import lacking
from ..ragged.row_partition import RowPartition
from . import numpy

__all__ = ["RowPartition", "numpy"]

__getattr__ = lacking(__name__)
