"""`tf.lookup`: tables from keys to values."""

from ..values.lacking import lacking, show_room
from .tables import (
    KeyValueTensorInitializer,
    StaticHashTable,
    StaticVocabularyTable,
    TextFileIndex,
    TextFileInitializer,
)

show_room(__name__, "experimental", "gradtape.lookup.experimental")

__getattr__ = lacking(__name__)

__all__ = [
    "KeyValueTensorInitializer", "StaticHashTable", "StaticVocabularyTable", "TextFileIndex", "TextFileInitializer",
]  # fmt: skip
