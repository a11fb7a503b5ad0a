"""The kinds of features that `parse_example` reads: `FixedLenFeature`, `VarLenFeature`, `RaggedFeature`, ..."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from ..values import dtypes


class FixedLenFeature(NamedTuple):
    """A feature of one shape in all examples.

    Attributes:
      shape: of its values in an example.
      dtype: float32, int64 or string.
      default_value: what it is where an example lacks it, which is an error if this is None.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature of some rows of one shape; those of a batch are filled up to the longest.

    Attributes:
      shape: of a row.
      dtype: float32, int64 or string.
      allow_missing: whether it may be lacking; it must be true but for the sequences of `parse_sequence_example`.
      default_value: a scalar, what rows are filled up with.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature of some values, read as a SparseTensor.

    Attributes:
      dtype: float32, int64 or string.
    """

    dtype: Any


class SparseFeature(NamedTuple):
    """A SparseTensor, of which one feature has the values and others the indices.

    Attributes:
      index_key: the name of the feature with the indices, or a list of names, one for each axis.
      value_key: the name of the feature with the values.
      dtype: of the values: float32, int64 or string.
      size: the length of the axis, or a list of them.
      already_sorted: whether the indices are in order.
    """

    index_key: Any
    value_key: str
    dtype: Any
    size: Any
    already_sorted: bool = False


class _RowSplits(NamedTuple):
    key: str


class _RowLengths(NamedTuple):
    key: str


class _RowStarts(NamedTuple):
    key: str


class _RowLimits(NamedTuple):
    key: str


class _ValueRowIds(NamedTuple):
    key: str


class _UniformRowLength(NamedTuple):
    length: int


for _kind in (_RowSplits, _RowLengths, _RowStarts, _RowLimits, _ValueRowIds, _UniformRowLength):
    _kind.__name__ = _kind.__qualname__ = _kind.__name__.strip("_")


class _Ragged(NamedTuple):
    dtype: Any
    value_key: str | None = None
    partitions: Sequence[Any] = ()
    row_splits_dtype: Any = dtypes.int32
    validate: bool = False


class RaggedFeature(_Ragged):
    """A feature of some values, read as a RaggedTensor; or as several features that say how its rows are cut.

    Attributes:
      dtype: of the values: float32, int64 or string.
      value_key: the name of the feature with the values; that of this one by default.
      partitions: how the values are cut into rows, from the outermost to the innermost axis: `RowSplits(key)`,
        `RowLengths(key)`, `RowStarts(key)`, `RowLimits(key)`, `ValueRowIds(key)` by another feature, or
        `UniformRowLength(length)`.
      row_splits_dtype: int32 or int64.
      validate: of no effect: what does not fit raises an error.
    """

    RowSplits: ClassVar[Any] = _RowSplits
    RowLengths: ClassVar[Any] = _RowLengths
    RowStarts: ClassVar[Any] = _RowStarts
    RowLimits: ClassVar[Any] = _RowLimits
    ValueRowIds: ClassVar[Any] = _ValueRowIds
    UniformRowLength: ClassVar[Any] = _UniformRowLength

    def __new__(cls, dtype: Any, value_key: str | None = None, partitions: Sequence[Any] = (),
                row_splits_dtype: Any = dtypes.int32, validate: bool = False) -> "RaggedFeature":  # fmt: skip
        single = isinstance(partitions, tuple) and hasattr(partitions, "_fields")
        return super().__new__(cls, dtype, value_key, (partitions,) if single else tuple(partitions),
                               row_splits_dtype, validate)  # fmt: skip


KINDS = (FixedLenFeature, FixedLenSequenceFeature, VarLenFeature, SparseFeature, RaggedFeature)
