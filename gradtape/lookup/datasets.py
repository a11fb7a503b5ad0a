"""Tables that begin with the elements of a dataset, which `tf.data.experimental` shows."""

from typing import Any

import numpy as np

from ..values import dtypes
from ..values.dtypes import DType, as_dtype
from ..values.type_spec import TensorSpec
from .tables import Initializer, StaticHashTable, StaticVocabularyTable

__all__ = ["DatasetInitializer", "index_table_from_dataset", "table_from_dataset"]


class DatasetInitializer(Initializer):
    """Keys and values: pairs of scalars, the elements of a dataset.

    Raises:
      ValueError: if its elements are something else.

    >>> import gradtape as tf
    >>> pairs = tf.data.Dataset.from_tensor_slices((["a", "b"], [1, 2]))
    >>> table = tf.lookup.StaticHashTable(tf.data.experimental.DatasetInitializer(pairs), -1)
    >>> table.lookup(tf.constant(["b", "c"])).numpy()
    array([ 2, -1], dtype=int32)
    """

    _op = "InitializeTableFromDataset"

    def __init__(self, dataset: Any) -> None:
        spec = dataset.element_spec
        if not isinstance(spec, tuple) or len(spec) != 2 or not all(
            isinstance(s, TensorSpec) and s.shape.is_compatible_with(()) for s in spec
        ):  # fmt: skip
            raise ValueError(
                "Datasets used to initialize lookup tables must produce elements in the form (key, value), where the "
                f"keys and values are scalar tensors. However, the given dataset produces {spec}."
            )
        self.dataset = dataset

    @property
    def key_dtype(self) -> DType:
        return self.dataset.element_spec[0].dtype  # type: ignore[no-any-return]

    @property
    def value_dtype(self) -> DType:
        return self.dataset.element_spec[1].dtype  # type: ignore[no-any-return]

    def _pairs(self) -> tuple[list[Any], list[Any]]:
        pairs = [tuple(x.item() if isinstance(x, np.generic) else x for x in pair)
                 for pair in self.dataset.as_numpy_iterator()]  # fmt: skip
        return [key for key, _ in pairs], [value for _, value in pairs]


def table_from_dataset(dataset: Any = None, num_oov_buckets: int = 0, vocab_size: int | None = None,
                       default_value: Any = None, hasher_spec: Any = None, key_dtype: Any = dtypes.string,
                       name: str | None = None) -> Any:  # fmt: skip
    """A table of the pairs that are the elements of a dataset.

    Args:
      num_oov_buckets: how many numbers other keys have, by their hash; values are int64 then.
      vocab_size: how many elements to take; all by default.
      default_value: the value of other keys, where there are no such numbers.
      hasher_spec: of no effect.
      key_dtype: of keys.

    Raises:
      ValueError: if elements are no pairs of scalars, or their keys of another dtype.
    """
    if num_oov_buckets < 0:
        raise ValueError(f"`num_oov_buckets` must be greater than or equal to 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
    if vocab_size is not None:
        dataset = dataset.take(vocab_size)
    initializer = DatasetInitializer(dataset)
    if initializer.key_dtype is not as_dtype(key_dtype):
        raise TypeError(f"`key_dtype` is {as_dtype(key_dtype).name}, and the dataset has {initializer.key_dtype.name}.")
    if num_oov_buckets:
        return StaticVocabularyTable(initializer, num_oov_buckets)
    if default_value is None:
        default_value = b"" if initializer.value_dtype is dtypes.string else -1
    return StaticHashTable(initializer, default_value, name)


def index_table_from_dataset(dataset: Any = None, num_oov_buckets: int = 0, vocab_size: int | None = None,
                             default_value: Any = -1, hasher_spec: Any = None, key_dtype: Any = dtypes.string,
                             name: str | None = None) -> Any:  # fmt: skip
    """A table of the elements of a dataset and their numbers from 0 on; see `table_from_dataset`."""
    pairs = dataset.enumerate().map(lambda number, key: (key, number))
    return table_from_dataset(pairs, num_oov_buckets, vocab_size, default_value, hasher_spec, key_dtype, name)
