"""`RowPartition`: how values are divided into rows, as the offsets at which these begin."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..math.cast import cast
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import DType, as_dtype, int64
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor, Tensor
from ..values.variable import Variable
from . import partition


class RowPartition:
    """A division of values into rows: row i is made of the values from `row_splits()[i]` to `row_splits()[i + 1]`.

    It is made by `from_row_splits`, `from_value_rowids` and the like, which take int32 or int64 vectors, raise a
    ValueError for others, and with `validate` an InvalidArgumentError for what is no partition.

    >>> import gradtape as tf
    >>> rows = tf.experimental.RowPartition.from_value_rowids([0, 0, 2], nrows=4)
    >>> rows.row_splits().numpy(), rows.row_lengths().numpy()
    (array([0, 2, 2, 3, 3]), array([2, 0, 1, 0]))
    """

    _splits: EagerTensor
    _uniform: Any

    def __init__(self, row_splits: Any) -> None:
        raise ValueError(
            "RowPartition constructor is private; please use one of the factory methods instead (e.g., "
            "RowPartition.from_row_lengths())"
        )

    # --- making --------------------------------------------------------------------------------------------------

    @classmethod
    def _of(cls, splits: Any, uniform: Any = None) -> "RowPartition":
        out: RowPartition = object.__new__(cls)
        out._splits, out._uniform = splits, uniform
        return out

    @classmethod
    def from_row_splits(cls, row_splits: Any, validate: bool = True, dtype: Any = None,
                        dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the offsets at which rows begin, from 0 on, and at last that at which the last one ends."""
        splits = _vector(row_splits, "row_splits", dtype)
        if splits._array.shape[0] == 0:
            raise invalid("RowPartition", "row_splits tensor may not be empty.")
        _validate(validate, partition.check_splits, splits, None)
        return cls._of(splits)

    @classmethod
    def from_row_lengths(cls, row_lengths: Any, validate: bool = True, dtype: Any = None,
                         dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the length of each row."""
        lengths = _vector(row_lengths, "row_lengths", dtype)
        _validate(validate, partition.check_lengths, lengths)
        return cls._of(computed(partition.row_splits, lengths))

    @classmethod
    def from_value_rowids(cls, value_rowids: Any, nrows: Any = None, validate: bool = True, dtype: Any = None,
                          dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the row to which each value belongs, which never falls; and the number of rows, by default as few as can
        be.
        """
        rows = _vector(value_rowids, "value_rowids", dtype)
        count = None if nrows is None else _number(nrows, "nrows", rows.dtype)
        checked(_check_count, rows._array, None if count is None else count._array)
        _validate(validate, partition.check_rowids, rows)
        return cls._of(computed(_splits_of, rows, count))

    @classmethod
    def from_row_starts(cls, row_starts: Any, nvals: Any, validate: bool = True, dtype: Any = None,
                        dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the offset at which each row begins, and the number of values."""
        starts = _vector(row_starts, "row_starts", dtype)
        splits = computed(_joined, starts, _number(nvals, "nvals", starts.dtype))
        _validate(validate, partition.check_splits, splits, None)
        return cls._of(splits)

    @classmethod
    def from_row_limits(cls, row_limits: Any, validate: bool = True, dtype: Any = None,
                        dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the offset at which each row ends."""
        limits = _vector(row_limits, "row_limits", dtype)
        splits = computed(_joined, limits._array.dtype.type(0), limits)
        _validate(validate, partition.check_splits, splits, None)
        return cls._of(splits)

    @classmethod
    def from_uniform_row_length(cls, uniform_row_length: Any, nvals: Any = None, nrows: Any = None,
                                validate: bool = True, dtype: Any = None,
                                dtype_hint: Any = None) -> "RowPartition":  # fmt: skip
        """Of the length that all rows have, and the number of values, or of rows, or both."""
        if nvals is None and nrows is None:
            raise ValueError("Either (or both) of nvals and nrows must be specified")
        given = [x for x in (uniform_row_length, nvals, nrows) if isinstance(x, Tensor | np.ndarray)]
        kind = as_dtype(dtype) if dtype is not None else as_dtype(given[0].dtype) if given else int64
        length = _number(uniform_row_length, "uniform_row_length", kind)
        values = None if nvals is None else _number(nvals, "nvals", kind)
        rows = None if nrows is None else _number(nrows, "nrows", kind)
        return cls._of(computed(_even, length, values, rows), length)

    # --- what it is ----------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        return self._splits.dtype

    def row_splits(self) -> EagerTensor:
        """The offsets at which rows begin, and at last that at which the last one ends."""
        return self._splits

    def row_lengths(self) -> EagerTensor:
        return computed(partition.row_lengths, self._splits)

    def row_starts(self) -> EagerTensor:
        return computed(partition.row_starts, self._splits)

    def row_limits(self) -> EagerTensor:
        return computed(partition.row_limits, self._splits)

    def value_rowids(self) -> EagerTensor:
        """The row to which each value belongs."""
        return computed(_rowids, self._splits)

    def offsets_in_rows(self) -> EagerTensor:
        """Where in its row each value is."""
        return computed(_offsets, self._splits)

    def nrows(self) -> EagerTensor:
        return computed(_row_count, self._splits)

    def nvals(self) -> EagerTensor:
        """The number of values."""
        return computed(_last, self._splits)

    def uniform_row_length(self) -> EagerTensor | None:
        """The length of all rows, where they were made to have one."""
        return self._uniform  # type: ignore[no-any-return]

    def is_uniform(self) -> bool:
        return self._uniform is not None

    @property
    def static_nrows(self) -> int | None:
        count = self._splits.shape[0]
        return None if count is None else count - 1

    @property
    def static_nvals(self) -> int | None:
        return _known(self._splits, -1)

    @property
    def static_uniform_row_length(self) -> int | None:
        return None if self._uniform is None else _known(self._uniform, ())

    def with_dtype(self, dtype: Any) -> "RowPartition":
        """The same partition in int32 or int64."""
        return self._of(cast(self._splits, dtype), None if self._uniform is None else cast(self._uniform, dtype))

    def __repr__(self) -> str:
        if self._uniform is not None:
            return f"tf.RowPartition(nrows={self.static_nrows}, uniform_row_length={self.static_uniform_row_length})"
        return f"tf.RowPartition(row_splits={getattr(self._splits, '_array', None)})"


def _known(x: Any, place: Any) -> int | None:
    return int(x._array[place]) if isinstance(x._array, np.ndarray | np.generic) else None


def _vector(value: Any, name: str, dtype: Any) -> EagerTensor:
    known = isinstance(value, Tensor | Variable | np.ndarray)
    try:
        x = convert_to_tensor(value, None if known else int64 if dtype is None else dtype)
    except TypeError:
        x = convert_to_tensor(value)
    if x.dtype.name not in ("int32", "int64"):
        raise ValueError(f"{name} must have dtype int32 or int64")
    if x._array.ndim != 1:
        raise ValueError(f"Shape {x.shape} must have rank 1")
    if dtype is not None and x.dtype != as_dtype(dtype):
        raise ValueError(f"{name}: Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype "
                         f"{x.dtype.name}")  # fmt: skip
    return x


def _number(value: Any, name: str, dtype: Any) -> EagerTensor:
    x = tensor_of(value, dtype)
    if x.dtype != dtype:
        raise ValueError(f"{name}: Tensor conversion requested dtype {dtype.name} for Tensor with dtype {x.dtype.name}")
    if x._array.ndim:
        raise ValueError(f"{name} must be a scalar, got shape {x.shape}")
    return x


def _validate(wanted: bool, check: Callable[..., None], x: EagerTensor, *more: Any) -> None:
    if wanted:
        checked(check, x._array, *more, "RowPartition")


@computation
def _check_count(rows: Any, count: Any) -> None:
    if count is None:
        return
    if count < 0:
        raise ValueError(f"Expected nrows >= 0; got {count}")
    if rows.size and count <= rows[-1]:
        raise ValueError(f"Expected nrows >= value_rowids[-1] + 1; got nrows={count}, value_rowids[-1]={rows[-1]}")


@computation
def _splits_of(rows: Any, count: Any) -> Any:
    least = rows[-1] + 1 if rows.size else 0
    return np.searchsorted(rows, np.arange((least if count is None else count) + 1)).astype(rows.dtype)


@computation
def _joined(*parts: Any) -> Any:
    return np.concatenate([np.reshape(part, -1) for part in parts])


@computation
def _even(length: Any, values: Any, rows: Any) -> Any:
    if length < 0:
        raise ValueError(f"uniform_row_length must not be negative, got {length}")
    if rows is None:
        rows = values // length if length != 0 else length * 0
    if values is not None and length * rows != values:
        raise ValueError(f"uniform_row_length={length} times nrows={rows} must equal nvals={values}")
    return np.arange(rows + 1, dtype=length.dtype) * length


@computation
def _rowids(splits: Any) -> Any:
    return np.repeat(np.arange(len(splits) - 1, dtype=splits.dtype), np.diff(splits))


@computation
def _offsets(splits: Any) -> Any:
    lengths = np.diff(splits)
    return np.arange(splits[-1], dtype=splits.dtype) - np.repeat(splits[:-1], lengths)


@computation
def _row_count(splits: Any) -> Any:
    return splits.dtype.type(len(splits) - 1)


@computation
def _last(splits: Any) -> Any:
    return splits[-1]


__all__ = ["RowPartition"]
