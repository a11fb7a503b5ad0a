"""`tf.data`: datasets, what is made of them, and iterators over them."""

from ..values.lacking import lacking
from . import experimental
from .dataset import Dataset
from .iterator import Iterator, IteratorSpec, NumpyIterator
from .options import Options, ThreadingOptions
from .readers import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from .spec import DatasetSpec

__all__ = [
    "AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "DatasetSpec", "FixedLengthRecordDataset",
    "Iterator", "IteratorSpec", "NumpyIterator", "Options", "TFRecordDataset", "TextLineDataset", "ThreadingOptions",
    "experimental",
]  # fmt: skip

AUTOTUNE = -1
INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2

__getattr__ = lacking(__name__)
