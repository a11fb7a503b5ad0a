"""Making ragged tensors, and operations of their rows."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.gathering import boolean_mask as boolean_mask_dense
from ..array.gathering import where_true_p
from ..array.joining import concat as concat_dense
from ..array.joining import stack as stack_dense
from ..array.shape import expand_dims, reshape
from ..math.cast import cast
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, float32, int64
from ..values.symbolic import checked, computed, integers_tensor, surely_equal, varies
from ..values.tensor import EagerTensor, wrap
from . import partition
from .partition import splits_of
from .tensor import RaggedTensor, _ragged_or_tensor, _rows_of

__all__ = ["boolean_mask", "constant", "map_flat_values", "range", "stack"]


def constant(pylist: Any, dtype: Any = None, ragged_rank: int | None = None, inner_shape: Any = None,
             name: str | None = None, row_splits_dtype: Any = int64) -> Any:  # fmt: skip
    """A RaggedTensor of nested lists; a tensor where they are not nested.

    Args:
      pylist: a nested list of numbers or strings, all at one depth.
      dtype: of the elements, by default as `tf.constant` finds it; float32 where there are none.
      ragged_rank: how many axes are ragged, by default all but the first and those of `inner_shape`.
      inner_shape: the shape of the uniform axes farther in.
      row_splits_dtype: int64 or int32.

    Raises:
      ValueError: if elements are at different depths, or do not fit `ragged_rank` or `inner_shape`.

    >>> import gradtape as tf
    >>> tf.ragged.constant([[1, 2], [], [3]])
    <tf.RaggedTensor [[1, 2], [], [3]]>
    """
    depths: set[int] = set()
    depth = _depth(pylist, 0, depths)
    if len(depths) > 1:
        raise ValueError("all scalar values must have the same nesting depth")
    inner = None if inner_shape is None else tuple(int(n) for n in np.ravel(inner_shape))
    if not depth:  # a scalar
        if ragged_rank:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}")
        if inner:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with dim(inner_shape)={len(inner)}")
        return convert_to_tensor(pylist, dtype)
    if ragged_rank is None:
        ragged_rank = max(0, depth - 1 - len(inner or ()))
    elif ragged_rank > max(depth - 1, 0) and depth in depths:
        raise ValueError(f"Invalid pylist={pylist}: incompatible with ragged_rank={ragged_rank}")
    if not ragged_rank and inner is not None:  # `inner_shape` is the whole shape
        flat = convert_to_tensor(pylist, dtype)
        if flat._array.size != math.prod(inner):
            raise TypeError(
                f"pylist has {flat._array.size} elements, and a tensor of the shape {inner} has {math.prod(inner)}"
            )
        return reshape(flat, inner)
    splits = []
    values = pylist
    for _ in np.arange(ragged_rank):
        splits.append(wrap(splits_of(np.array([len(row) for row in values], as_dtype(row_splits_dtype)._numpy))))
        values = [x for row in values for x in row]
    if dtype is None and not depths:
        dtype = float32
    flat = convert_to_tensor(np.array(values).tolist() if isinstance(pylist, np.ndarray) else _plain(values), dtype)
    if isinstance(pylist, np.ndarray) and dtype is None:
        flat = convert_to_tensor(np.array(values, pylist.dtype))
    if inner is not None or (splits and not len(values)):
        flat = reshape(flat, (len(values), *(inner or ())))
    return RaggedTensor.from_nested_row_splits(flat, splits) if splits else flat


def _depth(x: Any, at: int, depths: set[int]) -> int:
    """How deep `x` is nested; `depths` are those at which there are scalars."""
    if not isinstance(x, list | tuple | np.ndarray) or (isinstance(x, np.ndarray) and not x.ndim):
        depths.add(at)
        return at
    return max([at + 1, *(_depth(item, at + 1, depths) for item in x)])


def _plain(x: Any) -> Any:
    return [_plain(item) for item in x] if isinstance(x, list | tuple) else x


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` applied to the flat values of the RaggedTensors among its arguments, which must have the same rows.

    Raises:
      ValueError: if the result has another number of rows.
      InvalidArgumentError: if the RaggedTensors have different rows.

    >>> import gradtape as tf
    >>> tf.ragged.map_flat_values(lambda x: x * x, tf.ragged.constant([[1, 2], [3]]))
    <tf.RaggedTensor [[1, 4], [9]]>
    """
    given = [x for x in (*args, *kwargs.values()) if isinstance(x, RaggedTensor)]
    if not given:
        return op(*args, **kwargs)
    first = given[0]

    def value(x: Any) -> Any:
        return first._aligned(x) if isinstance(x, RaggedTensor) else x

    out = op(*map(value, args), **{k: value(x) for k, x in kwargs.items()})
    size = first.flat_values._array.shape[0]
    if not isinstance(out, RaggedTensor):
        n = out._array.shape[:1]
        if not n or (not varies((size, n)) and n != (size,)):
            raise ValueError(
                "tf.ragged.map_flat_values requires that the output of `op` have the same outer-dimension size as "
                f"flat_values of any ragged inputs. (output shape: {out.shape}; expected outer dimension size: {size})"
            )
    return first.with_flat_values(out)


def stack(values: Sequence[Any], axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Tensors or RaggedTensors of one rank along a new axis; their lengths may differ.

    Args:
      values: a list of them.
      axis: 0, or 1 for those that have rows.

    >>> import gradtape as tf
    >>> tf.ragged.stack([tf.constant([1, 2]), tf.constant([3])])
    <tf.RaggedTensor [[1, 2], [3]]>
    """
    xs = [_ragged_or_tensor(x) for x in (values if isinstance(values, list | tuple) else [values])]
    if not any(isinstance(x, RaggedTensor) for x in xs) and xs[0]._array.ndim == 0:
        return stack_dense(xs, axis)  # type: ignore[return-value]
    rank = max(_rank_of(x) for x in xs)
    at = axis + rank + 1 if axis < 0 else axis
    if not any(isinstance(x, RaggedTensor) for x in xs):
        alike = all(surely_equal(x._array.shape, xs[0]._array.shape) for x in xs)
        if len(xs) == 1 or at > 1 or (at == 1 and alike):
            return _stacked_dense(xs, at)
    xs = _all_ragged(xs)
    if at == 0:
        counts = tuple(x._count if isinstance(x, RaggedTensor) else x._array.shape[0] for x in xs)
        return RaggedTensor._of(concat(xs, 0), computed(partition.row_splits, integers_tensor(counts, np.int64)))
    if not isinstance(xs[0], RaggedTensor):
        if at != 1:
            raise ValueError(f"axis={axis} out of bounds: expected {-rank - 1}<=axis<{rank + 1}")
        return stack_dense(xs, at)  # type: ignore[return-value]
    if at == 1:
        rows = _interleaved(xs)
        n = xs[0]._count
        return RaggedTensor._of(rows, computed(partition.uniform_splits, n, len(xs), dtype=rows._at.dtype))
    return xs[0].with_values(stack([x.values for x in xs], at - 1))


def _stacked_dense(xs: list[Any], axis: int) -> Any:
    """Of dense tensors, along an axis that is not ragged, or of one alone."""
    if len(xs) > 1 or axis:
        return stack_dense(xs, axis)
    x = xs[0]
    out = RaggedTensor.from_tensor(expand_dims(x, 0), ragged_rank=x._array.ndim)
    return _forgetting(out)


def _forgetting(x: Any) -> Any:
    """The same, of which is not known that rows have one length."""
    if not isinstance(x, RaggedTensor):
        return x
    return RaggedTensor._of(_forgetting(x.values), x.row_splits)


def _rank_of(x: Any) -> int:
    return x.ragged_rank + x.flat_values._array.ndim if isinstance(x, RaggedTensor) else x._array.ndim


def _all_ragged(xs: list[Any]) -> list[Any]:
    """Those that are not made ragged, if others are or if they are matrices."""
    rank = max([x.ragged_rank if isinstance(x, RaggedTensor) else x._array.ndim - 1 for x in xs])
    return [x if isinstance(x, RaggedTensor) or rank < 1 else RaggedTensor.from_tensor(x, ragged_rank=rank) for x in xs]


def _interleaved(xs: list[RaggedTensor]) -> RaggedTensor:
    """The first rows of all, the second rows of all, and so on."""
    checked(partition.check_counts, *(x._count for x in xs))
    order = computed(partition.interleaving, xs[0]._count, len(xs))
    return concat(xs, 0)._rows(order)  # type: ignore[no-any-return]


def concat(values: Sequence[Any], axis: int) -> Any:
    """What `tf.concat` does where one of `values` is ragged."""
    xs = [_ragged_or_tensor(x) for x in values]
    if not any(isinstance(x, RaggedTensor) for x in xs):
        return concat_dense(xs, axis)
    xs = _all_ragged(xs)
    axis = axis + _rank_of(xs[0]) if axis < 0 else axis
    if axis == 0:
        return RaggedTensor._of(
            concat([x.values for x in xs], 0), computed(partition.joined_splits, *(x.row_splits for x in xs))
        )
    if axis == 1:
        rows = _interleaved(xs)
        return RaggedTensor._of(rows.values, computed(partition.every, rows.row_splits, len(xs)))
    return RaggedTensor._of(concat([x.values for x in xs], axis - 1), xs[0].row_splits)


RaggedTensor._concatenated = staticmethod(concat)  # type: ignore[method-assign]


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The elements of `data` where `mask` is true, in their rows.

    Args:
      data: a tensor or RaggedTensor.
      mask: booleans, of the shape of its first axes.

    Returns:
      A RaggedTensor where `mask` has rows; otherwise what `data` is.

    >>> import gradtape as tf
    >>> tf.ragged.boolean_mask([[1, 2, 3], [4, 5, 6]], [[True, False, True], [False, True, False]])
    <tf.RaggedTensor [[1, 3], [5]]>
    """
    x, m = _ragged_or_tensor(data), _ragged_or_tensor(mask)
    if not isinstance(m, RaggedTensor):
        if m._array.ndim == 1:
            return _rows_of(x, where_true_p(m)) if isinstance(x, RaggedTensor) else boolean_mask_dense(x, m)
        m = RaggedTensor.from_tensor(m, ragged_rank=m._array.ndim - 1)
    if not isinstance(x, RaggedTensor):
        x = RaggedTensor.from_tensor(x, ragged_rank=m.ragged_rank)
    if x._at is not m._at:
        checked(partition.check_mask_rows, x._at, m._at)
    if isinstance(m.values, RaggedTensor) or m.values._array.ndim > 1:
        return RaggedTensor._of(boolean_mask(x.values, m.values), x.row_splits)
    return x._where(m.values)


def range(starts: Any, limits: Any = None, deltas: Any = 1, dtype: Any = None, name: str | None = None,
          row_splits_dtype: Any = int64) -> RaggedTensor:  # fmt: skip
    """A row of numbers from each of `starts` up to its one of `limits`; with one argument, from 0.

    >>> import gradtape as tf
    >>> tf.ragged.range([3, 2])
    <tf.RaggedTensor [[0, 1, 2], [0, 1]]>
    """
    if limits is None:
        starts, limits = 0, starts
    given: list[EagerTensor] = [convert_to_tensor(x, dtype) for x in (starts, limits, deltas)]
    kind = np.result_type(*(x._array.dtype for x in given)) if dtype is None else as_dtype(dtype)._numpy
    if dtype is None and {x._array.dtype.kind for x in given} == {"i", "f"}:
        kind = next(x._array.dtype for x in given if x._array.dtype.kind == "f")
    bounds = [cast(x, kind) for x in given]
    checked(partition.check_deltas, bounds[2]._array)
    splits = computed(partition.range_splits, *bounds, dtype=as_dtype(row_splits_dtype)._numpy)
    return RaggedTensor._of(computed(partition.range_values, *bounds), splits)
