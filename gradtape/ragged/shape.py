"""`DynamicRaggedShape`: what `tf.shape` gives of a ragged tensor, whose axes may have rows of different lengths."""

from typing import Any

import numpy as np

from ..array.arguments import axis_of
from ..values.dtypes import DType, as_dtype
from ..values.symbolic import Dim, Value, integers_tensor
from ..values.tensor import EagerTensor
from .row_partition import RowPartition
from .tensor import RaggedTensor

__all__ = ["DynamicRaggedShape"]


class DynamicRaggedShape:
    """The lengths of the axes of a ragged tensor: numbers, or a number for each row.

    `shape[i]` is the length of a uniform axis, and `shape[:n]` the shape of the first axes. `tf.shape` makes it.

    >>> import gradtape as tf
    >>> shape = tf.shape(tf.ragged.constant([[1, 2], [], [3]]))
    >>> shape
    <DynamicRaggedShape lengths=[3, (2, 0, 1)] num_row_partitions=1>
    >>> int(shape[0]), shape.rank
    (3, 2)
    """

    def __init__(self, x: RaggedTensor | None, inner: tuple[int, ...], dtype: Any) -> None:
        self._x = x  # of which these are the rows
        self._inner = inner
        self._dtype = as_dtype(dtype)

    @classmethod
    def _of(cls, x: RaggedTensor, dtype: Any) -> "DynamicRaggedShape":
        return cls(x, x.flat_values._array.shape, dtype)

    @property
    def dtype(self) -> DType:
        """Of the lengths: int32 or int64."""
        return self._dtype

    @property
    def rank(self) -> int:
        """The number of axes."""
        return self.num_row_partitions + len(self._inner)

    @property
    def num_row_partitions(self) -> int:
        """The number of axes that are divided into rows."""
        return 0 if self._x is None else self._x.ragged_rank

    @property
    def inner_rank(self) -> int:
        """The number of the axes farthest in that are uniform, with that of all values."""
        return len(self._inner)

    @property
    def inner_shape(self) -> EagerTensor:
        """The shape of the flat values."""
        return integers_tensor(self._inner, self._dtype._numpy)  # type: ignore[return-value]

    @property
    def row_partitions(self) -> tuple[RowPartition, ...]:
        """How the values of each axis are divided into rows, the outermost first."""
        found, x = [], self._x
        while isinstance(x, RaggedTensor):
            found.append(RowPartition._of(x.row_splits, x.uniform_row_length))
            x = x.values
        return tuple(found)

    def is_uniform(self, axis: Any) -> bool:
        """Whether all rows of `axis` are known to have one length."""
        return self._length(axis_of(axis)) is not None

    def _length(self, axis: int) -> int | None:
        """The length of an axis; None where its rows may have different ones."""
        if not 0 <= axis < self.rank:
            raise IndexError(f"Expected axis={axis} < rank={self.rank}")
        count = self.num_row_partitions
        if axis > count:
            return self._inner[axis - count]
        if self._x is None:
            return self._inner[axis]
        x: Any = self._x
        if axis == 0:
            return x._count  # type: ignore[no-any-return]
        for _ in range(axis - 1):
            x = x.values
        return x._uniform  # type: ignore[no-any-return]

    def __getitem__(self, index: Any) -> Any:
        """The length of a uniform axis as a scalar, or the shape of the first axes.

        Raises:
          IndexError: if there is no such axis.
          ValueError: for an axis whose rows may have different lengths, or axes that do not begin with the first.
        """
        if isinstance(index, slice):
            start, stop, step = index.indices(self.rank)
            if step != 1 or start:
                raise ValueError("A DynamicRaggedShape can be sliced only from its first axis on, by steps of 1.")
            return self._first(stop)
        i = axis_of(index)
        length = self._length(i + self.rank if i < 0 else i)
        if length is None:
            raise ValueError(f"Index {i + self.rank if i < 0 else i} is not uniform")
        return integers_tensor(length, self._dtype._numpy)

    def _first(self, count: int) -> "DynamicRaggedShape":
        rows = self.num_row_partitions
        if count > rows:
            return DynamicRaggedShape(self._x, self._inner[: count - rows], self._dtype)
        lengths: list[Any] = [self._length(i) for i in range(count)]
        if None not in lengths:
            return DynamicRaggedShape(None, tuple(lengths), self._dtype)
        x: Any = self._x
        kept = []
        for _ in range(count - 1):
            kept.append(x)
            x = x.values
        inner: Any = x.row_lengths() if isinstance(x, RaggedTensor) else x
        for part in reversed(kept):
            inner = RaggedTensor._of(inner, part.row_splits, part._uniform)
        return DynamicRaggedShape(inner, inner.flat_values._array.shape[:1], self._dtype)

    def static_lengths(self, ragged_lengths: bool = True) -> list[Any]:
        """The lengths that are known: numbers, tuples of the rows' lengths (with `ragged_lengths`), and None."""
        found: list[Any] = []
        x: Any = self._x
        for axis in range(self.rank):
            n = self._length(axis)
            if n is None and ragged_lengths and isinstance(x._at, np.ndarray):
                n = tuple(np.diff(x._at).tolist())  # type: ignore[assignment]
            found.append(None if isinstance(n, Dim | Value) else n)
            if axis and isinstance(x, RaggedTensor):
                x = x.values
        return found

    def __len__(self) -> int:
        raise TypeError("object of type 'DynamicRaggedShape' has no len()")

    def __repr__(self) -> str:
        lengths = ", ".join(map(str, self.static_lengths()))
        return f"<DynamicRaggedShape lengths=[{lengths}] num_row_partitions={self.num_row_partitions}>"


def _shaped(x: RaggedTensor, dtype: Any) -> DynamicRaggedShape:
    return DynamicRaggedShape._of(x, dtype)


RaggedTensor._shaped = _shaped  # type: ignore[assignment]
