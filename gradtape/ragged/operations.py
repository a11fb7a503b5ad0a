"""Making ragged tensors, and operations of their rows."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.creation import constant as constant_dense
from ..array.gathering import boolean_mask as boolean_mask_dense
from ..array.gathering import where_true_p
from ..array.joining import concat as concat_dense
from ..array.joining import stack as stack_dense
from ..array.shape import expand_dims
from ..math.cast import cast
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, int32, int64
from ..values.errors import invalid
from ..values.symbolic import checked, computed, integers_tensor, varies
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
    scalars = next(iter(depths), None)
    inner = None if inner_shape is None else tuple(int(n) for n in np.ravel(inner_shape))
    said = f"Invalid pylist={pylist!r}: incompatible with "
    if not depth:
        if ragged_rank:
            raise ValueError(f"{said}ragged_rank={ragged_rank}")
        if inner:
            raise ValueError(f"{said}dim(inner_shape)={len(inner)}")
        return convert_to_tensor(pylist, dtype)
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(f"Invalid ragged_rank={ragged_rank}: must be nonnegative")
    if scalars is not None and depth > scalars:
        raise ValueError(f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value nesting")
    if ragged_rank is not None and scalars is not None and ragged_rank >= scalars:
        raise ValueError(f"{said}ragged_rank={ragged_rank}, since scalar values are at depth {scalars}")
    if ragged_rank is not None and inner is not None:
        wanted = ragged_rank + len(inner) + 1
        if wanted < depth if scalars is None else wanted != scalars:
            raise ValueError(f"{said}ragged_rank={ragged_rank} and dim(inner_shape)={len(inner)}")
    if ragged_rank is None:
        uniform = len(inner or ())
        if depth - uniform < 2:
            ragged_rank = 0
        else:  # where there are no scalars, empty lists say how deep it is
            ragged_rank = depth - 1 if scalars is None else max(1, depth - 1 - uniform)
            inner = inner or ()
    if not ragged_rank:
        return constant_dense(pylist if isinstance(pylist, np.ndarray) else _plain(pylist), dtype, inner)
    splits = []
    values = pylist
    for _ in np.arange(ragged_rank):
        splits.append(wrap(splits_of(np.array([len(row) for row in values], as_dtype(row_splits_dtype)._numpy))))
        values = [x for row in values for x in row]
    if inner is None:
        inner = _shape_of_all(values)
    flat = constant_dense(_plain(values), dtype, (len(values), *inner))
    return RaggedTensor.from_nested_row_splits(flat, splits)


def _depth(x: Any, at: int, depths: set[int]) -> int:
    """How deep `x` is nested; `depths` are those at which there are scalars."""
    if not _is_nested(x):
        depths.add(at)
        return at
    return max([at + 1, *(_depth(item, at + 1, depths) for item in x)])


def _is_nested(x: Any) -> bool:
    return isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.ndim > 0)


def _shape_of_all(items: Sequence[Any]) -> tuple[int, ...]:
    """The shape that all of them have."""
    if not items or not _is_nested(items[0]):
        return ()
    lengths = {len(x) if _is_nested(x) else None for x in items}
    if len(lengths) > 1:
        raise ValueError("inner values have inconsistent shape")
    return (len(items[0]), *_shape_of_all([x for item in items for x in item]))


def _plain(x: Any) -> Any:
    return [_plain(item) for item in x] if _is_nested(x) else x


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
    if not xs:
        raise ValueError("tf.ragged.stack needs at least one tensor.")
    if not any(isinstance(x, RaggedTensor) for x in xs) and xs[0]._array.ndim == 0:
        return stack_dense(xs, axis)  # type: ignore[return-value]
    rank = max(_rank_of(x) for x in xs)
    at = axis + rank + 1 if axis < 0 else axis
    if not any(isinstance(x, RaggedTensor) for x in xs):
        alike = all(x._array.shape == xs[0]._array.shape for x in xs)
        if len(xs) == 1 or at > 1 or (at == 1 and alike):
            return _stacked_dense(xs, at)
    xs = _all_ragged(xs)
    if at == 0:
        counts = tuple(x._count if isinstance(x, RaggedTensor) else x._array.shape[0] for x in xs)
        # TensorFlow counts the elements of vectors by `tf.shape`, which gives int32.
        dtype = next((x._at.dtype for x in xs if isinstance(x, RaggedTensor)), np.dtype(np.int32))
        return RaggedTensor._of(concat(xs, 0), computed(partition.row_splits, integers_tensor(counts, dtype)))
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
    dtype = int32 if x._array.ndim == 1 else int64  # as `tf.shape` counts elements, and `from_tensor` rows
    out = RaggedTensor.from_tensor(expand_dims(x, 0), ragged_rank=x._array.ndim, row_splits_dtype=dtype)
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
RaggedTensor._stacked = staticmethod(stack)  # type: ignore[method-assign]


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


_RANGED = ("int32", "int64", "float32", "float64")  # what is made of several of them is of the last one


def range(starts: Any, limits: Any = None, deltas: Any = 1, dtype: Any = None, name: str | None = None,
          row_splits_dtype: Any = int64) -> RaggedTensor:  # fmt: skip
    """A row of numbers from each of `starts` up to its one of `limits`; with one argument, from 0.

    >>> import gradtape as tf
    >>> tf.ragged.range([3, 2])
    <tf.RaggedTensor [[0, 1, 2], [0, 1]]>

    Raises:
      InvalidArgumentError: if a step is 0, a range has no end, or vectors have different lengths.
    """
    if limits is None:
        starts, limits = 0, starts
    given: list[EagerTensor] = [convert_to_tensor(x, dtype) for x in (starts, limits, deltas)]
    if dtype is None:
        names = [x.dtype.name for x in given]
        if not set(names) <= set(_RANGED):
            raise AssertionError(f"tf.ragged.range takes numbers of {', '.join(_RANGED)}, not {', '.join(names)}")
        dtype = max(names, key=_RANGED.index)
    bounds = [cast(x, dtype) for x in given]
    ranks = [x._array.ndim for x in bounds]
    if max(ranks) > 1:
        raise invalid("RaggedRange", f"starts, limits and deltas must be scalars or vectors, got ranks {ranks}")
    checked(partition.check_range, *(x._array for x in bounds))
    splits = computed(partition.range_splits, *bounds, dtype=as_dtype(row_splits_dtype)._numpy)
    return RaggedTensor._of(computed(partition.range_values, *bounds), splits)
