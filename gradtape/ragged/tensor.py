"""`RaggedTensor`: rows of different lengths, as the values of all of them and where each row begins."""

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..array.arguments import axis_of, integers
from ..array.creation import ones_like
from ..array.gathering import boolean_mask, gather, gather_nd, tensor_scatter_nd_update, where_true_p
from ..array.joining import stack
from ..array.segments import unsorted_segment_max, unsorted_segment_min, unsorted_segment_prod, unsorted_segment_sum
from ..array.shape import broadcast_to, reshape, with_length
from ..math.cast import cast
from ..math.reduction import reduce_sum
from ..operations import reading
from ..sparse.tensor import SparseTensor
from ..values import composite
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor, gives_tensor, tensor_of
from ..values.dtypes import DType, as_dtype, int32, int64
from ..values.errors import OperatorNotAllowedInGraphError, invalid
from ..values.shape import TensorShape
from ..values.symbolic import (
    Dim,
    Value,
    checked,
    computed,
    computed_rows,
    integers_tensor,
    is_symbolic,
    varies,
    whole_int,
)
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.variable import Variable
from . import partition


class RaggedTensor(CompositeTensor):
    """A tensor some of whose axes have rows of different lengths. It is made by `from_row_splits` and the like.

    Row i is `values[row_splits[i] : row_splits[i + 1]]`. Where an axis farther in is ragged too, `values` is a
    RaggedTensor itself. Elementwise operations, `tf.reduce_sum` and the like, `tf.concat`, `tf.cast` and `tf.gather`
    take one; for others there is `tf.ragged.map_flat_values`. A tape differentiates one as its `flat_values`.

    >>> import gradtape as tf
    >>> x = tf.RaggedTensor.from_row_lengths([1.0, 2.0, 3.0], [2, 0, 1])
    >>> x * 2.0
    <tf.RaggedTensor [[2.0, 4.0], [], [6.0]]>
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = tf.reduce_sum(x * x, axis=1)
    >>> tape.gradient(y, x)
    <tf.RaggedTensor [[2.0, 4.0], [], [6.0]]>
    """

    _instead = "x.to_tensor(), or tf.ragged.map_flat_values"
    _by_spec = True

    def __init__(self, values: Any, row_partition: Any) -> None:
        raise ValueError(
            "RaggedTensor constructor is private; please use one of the factory methods instead (e.g., "
            "RaggedTensor.from_row_lengths())"
        )

    # --- making --------------------------------------------------------------------------------------------------

    @classmethod
    def _of(cls, values: Any, splits: Any, uniform: int | None = None) -> "RaggedTensor":
        """Of row splits; `uniform` is the length of all rows, if that is known."""
        out: RaggedTensor = object.__new__(cls)
        out._values = values
        out._row_splits = splits if isinstance(splits, Tensor) else wrap(splits)
        out._uniform = uniform
        return out

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the offsets at which rows begin, and at last that at which the last one ends.

        Args:
          values: a tensor or RaggedTensor, whose first axis is divided into rows.
          row_splits: int32 or int64, from 0 to the length of `values`, and never falling.
          validate: whether to check that.

        Raises:
          InvalidArgumentError: if the splits are not so.

        >>> import gradtape as tf
        >>> tf.RaggedTensor.from_row_splits([1, 2, 3], [0, 2, 2, 3])
        <tf.RaggedTensor [[1, 2], [], [3]]>
        """
        values, splits = _ragged_or_tensor(values), _partition(row_splits)
        at = splits._array
        if at.shape[0] == 0:
            raise ValueError(f"row_splits must not be empty, got shape {splits.shape}")
        if validate:
            checked(partition.check_splits, at, _length(values))
        return cls._of(values, splits)

    @classmethod
    def _from_row_partition(cls, values: Any, row_partition: Any, validate: bool = True) -> "RaggedTensor":
        """Of a `tf.experimental.RowPartition`; as `from_row_splits`."""
        return cls.from_row_splits(values, row_partition.row_splits(), validate=validate)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the length of each row; otherwise as `from_row_splits`."""
        lengths = _partition(row_lengths)
        if validate:
            checked(partition.check_lengths, lengths._array)
        return cls.from_row_splits(values, computed(partition.row_splits, lengths), validate=validate)

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the row that each value belongs to, which never falls, and the number of rows; as `from_row_splits`."""
        rows = _partition(value_rowids)
        values = _ragged_or_tensor(values)
        checked(partition.check_rowid_count, rows._array, _length(values))
        least = whole_int(computed(partition.rows_named, rows)._array)
        count = least if nrows is None else _scalar(nrows)
        if nrows is not None:
            checked(partition.check_nrows, count, least)
        if validate:
            checked(partition.check_rowids, rows._array)
        splits = computed(partition.splits_of_rowids, rows, count)
        return cls.from_row_splits(values, splits, validate=validate)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the offset at which each row begins; as `from_row_splits`."""
        values = _ragged_or_tensor(values)
        starts = _partition(row_starts)
        if starts._array.shape == (0,):
            validate = False  # no row has any values, whatever there are
        splits = computed(partition.splits_of_starts, starts, _length(values))
        return cls.from_row_splits(values, splits, name, validate)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the offset at which each row ends; as `from_row_splits`."""
        splits = computed(partition.splits_of_limits, _partition(row_limits))
        return cls.from_row_splits(values, splits, name, validate)

    @classmethod
    def from_uniform_row_length(
        cls, values: Any, uniform_row_length: Any, nrows: Any = None, validate: bool = True, name: str | None = None
    ) -> "RaggedTensor":
        """Of rows of one length.

        Args:
          values: a tensor or RaggedTensor, whose first axis is divided into rows.
          uniform_row_length: the length of each row, which the shape then tells.
          nrows: the number of rows, which must be given if the length is 0.
          validate: whether to check that these fit.

        Raises:
          InvalidArgumentError: if they do not fit.

        >>> import gradtape as tf
        >>> tf.RaggedTensor.from_uniform_row_length(tf.ragged.constant([[1], [2, 3], [], [4]]), 2).shape
        TensorShape([2, 2, None])
        """
        values = _ragged_or_tensor(values)
        dtype = tensor_of(uniform_row_length, np.int64)._array.dtype
        length, n = _scalar(uniform_row_length), _length(values)
        count = _scalar(nrows) if nrows is not None else n // length if length != 0 else 0
        if validate:
            checked(partition.check_uniform, count, length, n)
        return cls._of(values, _uniform_splits(count, length, dtype), length)

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Any, name: str | None = None, validate: bool = True
    ) -> "RaggedTensor":
        """Of the splits of several axes, the outermost first.

        >>> import gradtape as tf
        >>> tf.RaggedTensor.from_nested_row_splits([1, 2, 3], [[0, 1, 1], [0, 3]])
        <tf.RaggedTensor [[[1, 2, 3]], []]>
        """
        if isinstance(nested_row_splits, Tensor):
            raise TypeError(f"`nested_row_splits` must be a list of tensors, got {nested_row_splits!r}")
        out = flat_values
        for splits in reversed(nested_row_splits):
            out = cls.from_row_splits(out, splits, name, validate)
        return out  # type: ignore[no-any-return]

    @classmethod
    def from_tensor(
        cls, tensor: Any, lengths: Any = None, padding: Any = None, ragged_rank: int = 1, name: str | None = None,
        row_splits_dtype: Any = int64,
    ) -> "RaggedTensor":  # fmt: skip
        """Of a dense tensor.

        Args:
          tensor: of more axes than `ragged_rank`.
          lengths: how much of each row to take, a vector, or a list of one for each ragged axis; by default all.
          padding: what is left away at the end of rows, instead of `lengths`; of the shape of an element.
          ragged_rank: how many axes of the result are to be ragged.

        >>> import gradtape as tf
        >>> tf.RaggedTensor.from_tensor([[1, 0], [2, 3]], padding=0)
        <tf.RaggedTensor [[1], [2, 3]]>
        """
        if lengths is not None and padding is not None:
            raise ValueError("Specify argument `lengths` or `padding`, but not both.")
        if isinstance(tensor, RaggedTensor):
            raise ValueError("RaggedTensor.from_tensor makes a dense tensor ragged, and was given a RaggedTensor.")
        x = convert_to_tensor(tensor)
        shape, dtype = x._array.shape, as_dtype(row_splits_dtype)
        nested = isinstance(lengths, list | tuple) and bool(lengths) and not isinstance(lengths[0], int | float)
        if nested and ragged_rank not in (1, len(lengths)):
            raise ValueError(f"`lengths` has the row lengths of {len(lengths)} axes, and ragged_rank is {ragged_rank}.")
        ragged_rank = len(lengths) if nested else ragged_rank
        if not 0 < ragged_rank < len(shape):
            raise ValueError(f"ragged_rank must be greater than 0 and less than {len(shape)}, got {ragged_rank}")
        if nested:
            return cls._within(x, [convert_to_tensor(n, dtype) for n in lengths])
        if ragged_rank > 1:
            inner = reshape(x, (math.prod(shape[:ragged_rank]), *shape[ragged_rank:]))
            out = cls.from_tensor(inner, lengths, padding, row_splits_dtype=dtype)
            for axis in range(ragged_rank - 1, 0, -1):
                splits = _uniform_splits(math.prod(shape[:axis]), shape[axis], dtype._numpy)
                out = cls._of(out, splits, shape[axis])
            return out
        values = reshape(x, (shape[0] * shape[1], *shape[2:]))
        out = cls._of(values, _uniform_splits(shape[0], shape[1], dtype._numpy), shape[1])
        if padding is not None:
            padding = convert_to_tensor(padding, x.dtype)
            checked(partition.check_padding, padding._array, len(shape), *shape[2:])
            lengths = computed(partition.lengths_without, x, padding)
        if lengths is None:
            return out
        lengths = convert_to_tensor(lengths)
        if not lengths.dtype.is_integer:
            raise TypeError(f"`lengths` must be integers, got {lengths!r}")
        checked(partition.check_row_count, lengths._array, shape[0])
        wanted = computed(partition.length_within, lengths, shape[1])
        return out._where(computed(partition.before_length, out._columns, out._rowids, wanted))  # type: ignore[no-any-return]

    @classmethod
    def _within(cls, x: EagerTensor, lengths: Sequence[Any]) -> "RaggedTensor":
        """The elements of a dense tensor that are within these row lengths, the outermost first."""
        rows: Any = broadcast_to(convert_to_tensor(True), [reduce_sum(lengths[-1])])
        for one in reversed(lengths):
            rows = cls.from_row_lengths(rows, one)
        kept: Any = boolean_mask(x, rows.to_tensor())
        for one in reversed(lengths):
            kept = cls.from_row_lengths(kept, one, validate=False)
        return kept  # type: ignore[no-any-return]

    # --- what it is ----------------------------------------------------------------------------------------------

    _values: Any
    _row_splits: EagerTensor
    _uniform: int | None

    @property
    def values(self) -> Any:
        """The rows one after the other: a tensor, or a RaggedTensor."""
        return self._values

    @property
    def flat_values(self) -> EagerTensor:
        """The innermost values, a tensor."""
        return self._values.flat_values if isinstance(self._values, RaggedTensor) else self._values  # type: ignore[no-any-return]

    @property
    def row_splits(self) -> EagerTensor:
        return self._row_splits

    @property
    def nested_row_splits(self) -> tuple[EagerTensor, ...]:
        inner = self._values.nested_row_splits if isinstance(self._values, RaggedTensor) else ()
        return (self._row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> DType:  # type: ignore[override]
        return self.flat_values.dtype

    @property
    def shape(self) -> TensorShape:
        """Its `TensorShape`, in which None is an axis whose rows have different lengths, or a length not known."""
        inner = self._values.shape if isinstance(self._values, RaggedTensor) else self._values._array.shape
        n = self._at.shape[0]  # without arithmetic, since its trace may be over
        dims = [None if isinstance(n, Dim) else n - 1, self._uniform, *inner[1:]]
        return TensorShape([None if isinstance(n, Dim) else n for n in dims])

    def get_shape(self) -> TensorShape:
        return self.shape

    def _know(self, shape: TensorShape) -> "RaggedTensor":
        """The same, of which this shape is known."""
        if shape.rank is None:
            return self
        count, length, *inner = shape.as_list()
        values = self._values
        if isinstance(values, RaggedTensor):
            values = values._know(TensorShape([None, *inner]))
        if count is not None and type(self._at) is Value:
            self._row_splits.set_shape([count + 1])
        return self._of(values, self._row_splits, self._uniform if length is None else length)

    @property
    def uniform_row_length(self) -> Any:
        """The length of all rows as a scalar, if it is known to be the same; else None."""
        return None if self._uniform is None else integers_tensor(self._uniform, self._at.dtype)

    @property
    def _at(self) -> Any:
        return self._row_splits._array

    @property
    def _count(self) -> int:
        """The number of rows."""
        return self._at.shape[0] - 1  # type: ignore[no-any-return]

    @property
    def _lengths(self) -> Any:
        return computed(partition.row_lengths, self._row_splits)

    @property
    def _rowids(self) -> Any:
        n = _length(self._values)
        return computed_rows(n, partition.row_of_each, self._row_splits, n)

    @property
    def _columns(self) -> Any:
        """The place of each value in its row."""
        n = _length(self._values)
        return computed_rows(n, partition.column_of_each, self._row_splits, n)

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """The length of each row of `axis`."""
        return self._lengths if axis == 1 else self.with_values(self._values.row_lengths(axis - 1))

    def row_starts(self, name: str | None = None) -> EagerTensor:
        return computed(partition.row_starts, self._row_splits)  # type: ignore[return-value]

    def row_limits(self, name: str | None = None) -> EagerTensor:
        return computed(partition.row_limits, self._row_splits)  # type: ignore[return-value]

    def value_rowids(self, name: str | None = None) -> EagerTensor:
        """The row to which each value belongs."""
        return self._rowids  # type: ignore[no-any-return]

    def nrows(self, out_type: Any = None, name: str | None = None) -> EagerTensor:
        return integers_tensor(self._count, as_dtype(out_type)._numpy if out_type is not None else self._at.dtype)  # type: ignore[return-value]

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> EagerTensor:
        """The shape of the smallest dense tensor that holds it."""
        dtype = self._at.dtype if out_type is None else as_dtype(out_type)._numpy
        bounds = self._bounds()
        return integers_tensor(bounds if axis is None else bounds[axis_of(axis)], dtype)  # type: ignore[return-value]

    def _bounds(self) -> tuple[int, ...]:
        inner = self._values._bounds() if isinstance(self._values, RaggedTensor) else self._values._array.shape
        return (self._count, self._longest, *inner[1:])

    @property
    def _longest(self) -> int:
        """The length of the longest row."""
        if self._uniform is not None:
            return self._uniform
        return whole_int(computed(partition.longest_row, self._row_splits)._array)

    _shaped: Callable[[Any, Any], Any]  # what `tf.shape` gives, of a dtype; given by `shape`

    def consumers(self) -> list[Any]:
        return []

    # --- other values in the same rows ---------------------------------------------------------------------------

    def with_values(self, new_values: Any) -> "RaggedTensor":
        """Other values, as many, in the same rows.

        Raises:
          ValueError: if they are not as many.
        """
        values = _ragged_or_tensor(new_values)
        n = _length(values)
        if not varies((n, self._at)):
            if n != self._at[-1]:
                raise ValueError(f"Shapes ({self._at[-1]},) and ({n},) are incompatible")
        elif not isinstance(values, RaggedTensor):
            values = with_length(values, _length(self._values))
        return self._of(values, self._row_splits, self._uniform)

    def with_row_splits_dtype(self, dtype: Any) -> "RaggedTensor":
        """The same rows, all of whose splits have another dtype.

        Raises:
          ValueError: if that is not int32 or int64.
        """
        dtype = as_dtype(dtype)
        if dtype.name not in ("int32", "int64"):
            raise ValueError(f"Argument `row_splits` dtype must be int32 or int64. Received {dtype}.")
        values = self.values.with_row_splits_dtype(dtype) if isinstance(self.values, RaggedTensor) else self.values
        return RaggedTensor._of(values, cast(self.row_splits, dtype), self._uniform)

    def with_flat_values(self, new_values: Any) -> "RaggedTensor":
        """Other innermost values in the same rows."""
        inner = self._values
        return self.with_values(inner.with_flat_values(new_values) if isinstance(inner, RaggedTensor) else new_values)

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return (self.flat_values, *self.nested_row_splits)

    def _with_components(self, components: Sequence[Any]) -> "RaggedTensor":
        return self._type_spec._from_components(tuple(components))  # type: ignore[no-any-return]

    @property
    def _elements(self) -> Any:
        return self.flat_values

    def _with_elements(self, elements: Any) -> "RaggedTensor":
        return self.with_flat_values(elements)

    def _mapped(self, function: Callable[..., Any], inputs: Sequence[Any]) -> "RaggedTensor":
        """An elementwise `function`: of RaggedTensors in the same rows, and of tensors that broadcast to them."""
        first = max((x for x in inputs if isinstance(x, RaggedTensor)), key=lambda x: x.ragged_rank)
        return first.with_flat_values(function(*(first._aligned(x) for x in inputs)))

    def _aligned(self, x: Any) -> Any:
        """What belongs to each of the flat values."""
        if not isinstance(x, RaggedTensor):
            x = tensor_of(x, None if isinstance(x, np.ndarray) else self.dtype)
            shape, inner = x._array.shape, self.flat_values._array.ndim - 1
            if len(shape) <= inner:
                return x
            rank = self.ragged_rank + inner + 1
            if len(shape) != rank:
                shape = (1,) * (rank - len(shape)) + shape
                x = reshape(x, shape)
            outer = shape[: 1 + self.ragged_rank]
            if varies(outer):  # any of them may be 1
                checked(partition.check_broadcast, len(outer), *outer, *(s._array for s in self.nested_row_splits))
                at = self._coordinates()
                at = computed_rows(at._array.shape[0], partition.places_broadcast, at, dims=outer)
                return gather(reshape(x, (math.prod(outer), *shape[len(outer) :])), at)
            if all(n == 1 for n in shape[1 : 1 + self.ragged_rank]):  # one for each row, or for all
                rows = reshape(x, (shape[0], *shape[1 + self.ragged_rank :]))
                if shape[0] == 1:
                    return rows
                parts = (*shape[: 1 + self.ragged_rank], *(splits._array for splits in self.nested_row_splits))
                checked(partition.check_broadcast, 1 + self.ragged_rank, *parts)
                return _rows_of(rows, self._outer_rows())
            x = self.from_tensor(x, ragged_rank=self.ragged_rank)
        if x.ragged_rank != self.ragged_rank:
            raise invalid("RaggedTensor", f"ragged ranks {self.ragged_rank} and {x.ragged_rank} differ")
        for ours, theirs in zip(self.nested_row_splits, x.nested_row_splits, strict=True):
            if ours._array is not theirs._array:
                checked(partition.check_same_rows, ours._array, theirs._array)
        return with_length(x.flat_values, _length(self.flat_values))

    def _outer_rows(self) -> Any:
        """The outermost row to which each flat value belongs."""
        return self._coordinates()[:, 0] if isinstance(self._values, RaggedTensor) else self._rowids

    # --- other rows ----------------------------------------------------------------------------------------------

    def _rows(self, which: Any, keep: bool = False) -> "RaggedTensor":
        """The rows at the indices `which`; `keep` says to know what is known of their lengths."""
        at, rows = self._at, which._array
        splits: Any
        if type(at) is type(rows) is np.ndarray:  # at once, which costs less
            splits, found = partition.picked(at, rows)
            places: Any = wrap(found)
        else:
            splits = computed(partition.picked_splits, self._row_splits, which)
            places = computed(partition.picked_places, self._row_splits, which)
        return self._of(_rows_of(self._values, places, keep), splits, self._uniform if keep else None)

    def _gathered(self, indices: Any, axis: Any, batch_dims: Any) -> Any:
        """What `tf.gather` gives."""
        if axis not in (None, 0) or batch_dims or isinstance(indices, RaggedTensor):
            raise NotImplementedError("tf.gather of a RaggedTensor takes a tensor of indices of its rows (axis 0)")
        at = indices._array
        checked(partition.check_rows, at, self._count)
        if not at.ndim:
            return self[whole_int(at)]
        rows = self._rows(reshape(indices, [-1]))
        return rows if at.ndim == 1 else rows._in_rows_of(at.shape)

    def _gathered_from(self, params: Any, axis: Any, batch_dims: Any) -> "RaggedTensor":
        """What `tf.gather` gives of the tensor `params` where the indices are these."""
        shape = params._array.shape
        rank, batch = len(shape), axis_of(batch_dims)
        axis = batch if axis is None else axis_of(axis)
        axis = axis + rank if axis < 0 else axis
        if batch not in (0, 1) or axis < batch or (batch and axis != batch):
            raise NotImplementedError(
                f"tf.gather with ragged indices takes batch_dims=0, or batch_dims=1 and axis=1; got {batch} and {axis}"
            )
        at = self.flat_values
        if batch:
            checked(partition.check_batch, shape[0], self._count)
            rows = reshape(cast(self._outer_rows(), at.dtype), (-1, *[1] * (at._array.ndim - 1)))
            places = stack([broadcast_to(rows, at._array.shape), at], axis=-1)
            return self.with_flat_values(gather_nd(params, places))
        picked = gather(params, at, axis=axis)
        if not axis:
            return self.with_flat_values(picked)
        # The rows are there once for each index along the axes before.
        times = math.prod(shape[:axis])
        out = reshape(picked, (times * at._array.shape[0], *picked._array.shape[axis + 1 :]))
        for splits in reversed(self.nested_row_splits):
            out = self._of(out, computed(partition.tiled_splits, splits, times))
        return out._in_rows_of((*shape[:axis], self._count))  # type: ignore[no-any-return]

    def _in_rows_of(self, shape: tuple[int, ...]) -> "RaggedTensor":
        """Its rows in an array of this shape, whose axes are uniform."""
        out = self
        for axis in range(len(shape) - 1, 0, -1):
            out = self._of(out, _uniform_splits(math.prod(shape[:axis]), shape[axis], self._at.dtype), shape[axis])
        return out

    def _where(self, kept: Any) -> "RaggedTensor":
        """The values for which `kept`, a vector of bools, is true."""
        kept = with_length(kept, _length(self._values))
        splits = computed(partition.kept_splits, self._row_splits, kept)
        return self._of(_rows_of(self._values, where_true_p(kept)), splits)

    def __getitem__(self, key: Any) -> Any:
        """Rows, and parts of rows: integers, slices and `...`.

        Raises:
          IndexError: if a row is out of bounds.
          ValueError: for an integer on a ragged axis other than the first, whose rows may lack it.

        >>> import gradtape as tf
        >>> x = tf.ragged.constant([[1, 2], [], [3]])
        >>> x[0].numpy().tolist(), x[:, :1]
        ([1, 2], <tf.RaggedTensor [[1], [], [3]]>)
        """
        keys = list(key) if isinstance(key, tuple) else [key]
        if not keys or keys[0] is ...:
            return self
        first, rest = keys[0], keys[1:]
        if isinstance(first, slice):
            key = _plain(first)
            rows = (
                self
                if key == slice(None)
                else self._rows(computed(partition.picked_rows, n=self._count, key=key), keep=True)
            )
            return rows._inner(rest) if rest else rows
        if isinstance(first, bool) or not isinstance(first, int | np.integer | Tensor | Variable):
            raise TypeError(f"A RaggedTensor is indexed by integers, slices and `...`, got {first!r}")
        i, n = axis_of(first), self._count
        if varies((i, n)):
            checked(partition.check_row, i, n)
        elif not -n <= i < n:
            raise IndexError(f"Row key {i} out of bounds")
        if type(self._at) is np.ndarray and type(i) is int:
            start, stop = int(self._at[i % n]), int(self._at[i % n + 1])
        else:
            start, stop = computed(partition.ends_of_row, self._row_splits, i % n)._array.tolist()
        row = self._values[start:stop]
        return row[tuple(rest)] if rest else row

    def _element(self, i: Any) -> Any:
        return self[i]

    def _inner(self, keys: list[Any]) -> "RaggedTensor":
        """Every row indexed by `keys`."""
        first, rest = keys[0], keys[1:]
        if first is ...:
            return self
        if not isinstance(first, slice):
            if self._uniform is None or isinstance(first, bool):
                raise ValueError("Cannot index into an inner ragged dimension.")
            i = axis_of(first)
            at = computed(partition.every, computed(partition.numbers, _length(self._values)), self._longest, i)
            out = _rows_of(self._values, at, keep=True)
            return out[(slice(None), *rest)] if rest else out  # type: ignore[no-any-return]
        out, key = self, _plain(first)
        if key != slice(None):
            places = computed(partition.sliced_places, self._row_splits, key=key)
            splits = computed(partition.sliced_splits, self._row_splits, key=key)
            known = None if self._uniform is None or varies((self._uniform, key)) else key.indices(self._uniform)
            out = self._of(_rows_of(self._values, places), splits, None if known is None else len(range(*known)))
        return out.with_values(out._values[(slice(None), *rest)]) if rest else out

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._count, Dim):
            raise OperatorNotAllowedInGraphError(
                "Iterating over a symbolic `tf.RaggedTensor` of which the number of rows is not known is not allowed: "
                "AutoGraph did convert this function. This might indicate you are trying to use an unsupported feature."
            )
        return (self[i] for i in range(self._count))

    # --- reducing ------------------------------------------------------------------------------------------------

    def _reduced(self, function: Callable[..., Any], axis: Any, keepdims: bool) -> Any:
        """What `tf.reduce_sum` and the like give, one of which `function` is."""
        if function.__name__ == "reduce_mean":
            ones = self.with_flat_values(ones_like(self.flat_values))
            return reduce_sum(self, axis, keepdims) / reduce_sum(ones, axis, keepdims)
        rank = len(self._bounds())
        if axis is None:
            out = function(self.flat_values)
            return reshape(out, [1] * rank) if keepdims else out
        axes = [int(a) for a in (axis if isinstance(axis, list | tuple) else np.ravel(axis))]
        for a in axes:
            if not -rank <= a < rank:
                raise ValueError(f"axis={a} out of bounds: expected {-rank}<=axis<{rank}")
        out = self
        for a in sorted({a % rank for a in axes}, reverse=True):  # the innermost first
            out = _along(out, function, a, keepdims)
        return out

    # --- to others -----------------------------------------------------------------------------------------------

    def _coordinates(self) -> Any:
        """The indices of each flat value, in a dense tensor that holds all."""
        n = _length(self.flat_values)
        return computed_rows(n, partition.places_in_dense, n, *self.nested_row_splits)

    def to_tensor(self, default_value: Any = None, name: str | None = None, shape: Any = None) -> EagerTensor:
        """The dense tensor that holds it, with `default_value` where rows are short.

        Args:
          default_value: by default 0, or an empty string.
          shape: of the result, whose rows are cut or padded to it; None in it is as long as need be.

        >>> import gradtape as tf
        >>> tf.ragged.constant([[1, 2], [], [3]]).to_tensor(default_value=-1).numpy()
        array([[ 1,  2],
               [-1, -1],
               [ 3, -1]], dtype=int32)
        """
        dims = self._bounds()
        cut = shape is not None
        if shape is not None:
            wanted = TensorShape(shape).as_list() if isinstance(shape, TensorShape) else _lengths_of(shape)
            dims = tuple([n if m is None or m == -1 else m for n, m in zip(dims, wanted, strict=False)])
        at, values = self._coordinates(), self.flat_values
        if default_value is None:
            default_value = "" if self.dtype._kind == "s" else np.zeros((), self.dtype._numpy)
        if cut:
            inside = where_true_p(
                computed_rows(at._array.shape[0], partition.within, at, dims=dims[: at._array.shape[1]])
            )
            at, values = gather(at, inside), gather(values, inside)
        return tensor_scatter_nd_update(broadcast_to(convert_to_tensor(default_value, self.dtype), dims), at, values)

    def to_sparse(self, name: str | None = None) -> Any:
        """A `tf.sparse.SparseTensor` of the same elements."""
        if self.flat_values._array.ndim > 1:
            raise ValueError("to_sparse is for RaggedTensors without uniform inner axes")
        return SparseTensor._of(self._coordinates(), self.flat_values, self._bounds())

    @classmethod
    def from_sparse(cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = int64) -> "RaggedTensor":
        """Of the values of a sparse matrix, which must be at the beginnings of its rows."""
        if not isinstance(st_input, SparseTensor):
            raise TypeError(f"`st_input` must be a SparseTensor, got {type(st_input).__name__}")
        indices = st_input.indices
        if indices._array.shape[1] != 2:
            raise ValueError(f"rank(st_input) must be 2, got {indices._array.shape[1]}")
        rows = cast(indices[:, 0], row_splits_dtype)
        out = cls.from_value_rowids(st_input.values, rows, nrows=st_input._dims[0])
        checked(partition.check_right_ragged, out._coordinates()._array, indices._array)
        return out

    def to_list(self) -> list[Any]:
        """As nested Python lists."""
        values = self._values
        values = values.to_list() if isinstance(values, RaggedTensor) else values.numpy().tolist()
        return [values[i:j] for i, j in zip(self._at[:-1], self._at[1:], strict=True)]

    def numpy(self) -> Any:
        """A NumPy array: of arrays, an object for each row, where the rows differ in length."""
        values = self._values.numpy()
        rows = np.split(values, self._at[1:-1]) if len(self._at) > 1 else []
        if not rows:
            return np.zeros((0, 0), self.dtype.as_numpy_dtype)
        if all(len(row) == len(rows[0]) for row in rows):
            return np.array(rows)
        out = np.empty(len(rows), np.object_)
        out[:] = rows
        return out

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        """Itself: conversion leaves it to the operation to take it or not."""
        if dtype is not None and as_dtype(dtype) is not self.dtype:
            raise ValueError(f"Tensor conversion requested dtype {as_dtype(dtype).name} for RaggedTensor with dtype "
                             f"{self.dtype.name}. Use tf.cast.")  # fmt: skip
        return self

    def __repr__(self) -> str:
        if type(self._at) is Value or is_symbolic(self.flat_values):
            return f"tf.RaggedTensor(values={self._values!s}, row_splits={self._row_splits!s})"
        with np.printoptions(formatter={"all": _text}):
            return f"<tf.RaggedTensor {_text(self.numpy())}>"

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("RaggedTensor may not be used as a boolean.")


composite.kinds.add(RaggedTensor)


def _truths(segments: Callable[..., Any]) -> Callable[..., Any]:
    """Of bools, where an empty row has the extremum of nothing."""
    return lambda x, which, count: segments(cast(x, int32), which, count) > 0


_SEGMENTS: dict[str, Callable[..., Any]] = {
    "reduce_all": _truths(unsorted_segment_min),
    "reduce_any": _truths(unsorted_segment_max),
    "reduce_sum": unsorted_segment_sum,
    "reduce_prod": unsorted_segment_prod,
    "reduce_max": unsorted_segment_max,
    "reduce_min": unsorted_segment_min,
}


def _along(x: Any, function: Callable[..., Any], axis: int, keepdims: bool) -> Any:
    """`x`, a tensor or RaggedTensor, reduced by `function` along one axis."""
    if not isinstance(x, RaggedTensor):
        return function(x, axis=axis, keepdims=keepdims)
    if axis > 1:
        return x.with_values(_along(x.values, function, axis - 1, keepdims))
    if isinstance(x.values, RaggedTensor) or function.__name__ not in _SEGMENTS:
        raise NotImplementedError(
            f"tf.{function.__name__} along axis {axis} of a RaggedTensor of ragged rank {x.ragged_rank} is left out. "
            "Reduce the innermost axes first, or use x.to_tensor()."
        )
    which, count = (x._rowids, x._count) if axis == 1 else (x._columns, x._longest)
    out = _SEGMENTS[function.__name__](x.values, which, count)
    shape = out._array.shape
    return reshape(out, (*shape[:axis], 1, *shape[axis:])) if keepdims else out


def _add_operators() -> None:
    """Give RaggedTensor the operators of tensors, on its elements."""
    binary = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and_", "or_", "xor", "lt", "le", "gt", "ge",
              "eq", "ne"]  # fmt: skip
    for name in binary:
        function = getattr(operator, name)
        stem = name.rstrip("_")
        setattr(RaggedTensor, f"__{stem}__", lambda x, y, f=function: composite.mapped(f, x, y))
        if name not in ("lt", "le", "gt", "ge", "eq", "ne"):
            setattr(RaggedTensor, f"__r{stem}__", lambda x, y, f=function: composite.mapped(f, y, x))
    for name in ("neg", "abs", "invert"):
        function = getattr(operator, name)
        setattr(RaggedTensor, f"__{name}__", lambda x, f=function: composite.mapped(f, x))


_add_operators()


def _ragged_or_tensor(x: Any) -> Any:
    return x if isinstance(x, RaggedTensor) else reading.convert_to_tensor(x)


def _partition(x: Any) -> EagerTensor:
    """A vector of integers that say how rows are divided: int64, unless they are tensors of int32."""
    given = convert_to_tensor(x, dtype_hint=int64)
    if given.dtype.name not in ("int32", "int64"):
        raise ValueError(f"Row partitions must have dtype int32 or int64, got {given.dtype.name}")
    if given._array.ndim != 1:
        raise ValueError(f"Row partitions must be vectors: shape {given.shape} must have rank 1")
    return given


def _scalar(x: Any) -> int:
    """A number of rows or elements."""
    if np.ndim(getattr(x, "_array", x)):
        raise ValueError(f"Shape {np.shape(getattr(x, '_array', x))} must have rank 0")
    return axis_of(x)


def _length(values: Any) -> int:
    if isinstance(values, RaggedTensor):
        return values._count
    if not values._array.ndim:
        raise invalid("StridedSlice", "a scalar has no rows")
    return values._array.shape[0]  # type: ignore[no-any-return]


def _uniform_splits(count: int, length: int, dtype: Any) -> Any:
    """The splits of `count` rows of one length."""
    return computed(partition.uniform_splits, count, length, dtype=np.dtype(dtype))


def _rows_of(values: Any, which: Any, keep: bool = False) -> Any:
    """The rows of a tensor or RaggedTensor at the indices `which`."""
    return values._rows(which, keep) if isinstance(values, RaggedTensor) else gather(values, which)


def _lengths_of(shape: Any) -> list[Any]:
    """A shape as a list, in which None is a length that is not given."""
    if gives_tensor(shape) or isinstance(shape, np.ndarray):
        return list(integers(shape, "RaggedTensorToTensor", "Tshape"))
    return [None if n is None else axis_of(n) for n in shape]


def _plain(key: slice) -> slice:
    """A slice whose bounds are numbers."""
    return slice(*[None if b is None else axis_of(b) for b in (key.start, key.stop, key.step)])


def _text(x: Any) -> str:
    """A value or array as TensorFlow prints it: items are separated by commas."""
    if not isinstance(x, np.ndarray):
        return str(x)
    return np.array2string(x, separator=", ") if x.size else repr(x.tolist())
