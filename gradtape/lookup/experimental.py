"""`tf.lookup.experimental`: tables that change."""

from ..values.lacking import lacking
from .tables import DenseHashTable, MutableHashTable

__all__ = ["DenseHashTable", "MutableHashTable"]

__getattr__ = lacking(__name__)
