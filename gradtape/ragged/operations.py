"""Making ragged tensors, and operations of their rows."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.gathering import boolean_mask as boolean_mask_dense
from ..array.joining import concat as concat_dense
from ..array.shape import reshape
from ..core.convert import convert_to_tensor
from ..core.dtypes import as_dtype, float32, int64
from ..core.errors import invalid
from ..core.tensor import EagerTensor, wrap
from .tensor import RaggedTensor, _ragged_or_tensor, _rows_of, _splits

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
    splits = []
    values = pylist
    for _ in np.arange(ragged_rank):
        splits.append(wrap(_splits(np.array([len(row) for row in values], as_dtype(row_splits_dtype)._numpy))))
        values = [x for row in values for x in row]
    if dtype is None and not depths:
        dtype = float32
    flat = convert_to_tensor(np.array(values).tolist() if isinstance(pylist, np.ndarray) else _plain(values), dtype)
    if isinstance(pylist, np.ndarray) and dtype is None:
        flat = convert_to_tensor(np.array(values, pylist.dtype))
    if inner is not None or not len(values):
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
    size = len(first.flat_values)
    if not isinstance(out, RaggedTensor) and out._array.shape[:1] != (size,):
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
    xs = _all_ragged([_ragged_or_tensor(x) for x in values])
    if axis == 0:
        lengths = np.array([len(x._at) - 1 if isinstance(x, RaggedTensor) else len(x) for x in xs], np.int64)
        return RaggedTensor._of(concat(xs, 0), _splits(lengths))
    if axis != 1 or not isinstance(xs[0], RaggedTensor):
        raise NotImplementedError(
            f"tf.ragged.stack along axis {axis} is left out; axes 0 and 1 of RaggedTensors are not"
        )
    rows = _interleaved(xs)
    return RaggedTensor._of(rows, np.arange(0, len(rows._at), len(xs), dtype=rows._at.dtype))


def _all_ragged(xs: list[Any]) -> list[Any]:
    """Those that are not made ragged, if others are or if they are matrices."""
    rank = max([x.ragged_rank if isinstance(x, RaggedTensor) else x._array.ndim - 1 for x in xs])
    return [x if isinstance(x, RaggedTensor) or rank < 1 else RaggedTensor.from_tensor(x, ragged_rank=rank) for x in xs]


def _interleaved(xs: list[RaggedTensor]) -> RaggedTensor:
    """The first rows of all, the second rows of all, and so on."""
    counts = {len(x._at) - 1 for x in xs}
    if len(counts) > 1:
        raise invalid("RaggedConcat", f"Input tensors must have the same number of rows, got {sorted(counts)}")
    order = np.arange(counts.pop() * len(xs)).reshape(len(xs), -1).T.reshape(-1)
    return concat(xs, 0)._rows(order)  # type: ignore[no-any-return]


def concat(values: Sequence[Any], axis: int) -> Any:
    """What `tf.concat` does where one of `values` is ragged."""
    xs = [_ragged_or_tensor(x) for x in values]
    if not any(isinstance(x, RaggedTensor) for x in xs):
        return concat_dense(xs, axis)
    xs = _all_ragged(xs)
    axis = axis + len(xs[0]._bounds()) if axis < 0 else axis
    if axis == 0:
        lengths = np.concatenate([x._lengths for x in xs])
        return RaggedTensor._of(concat([x.values for x in xs], 0), _splits(lengths))
    if axis == 1:
        rows = _interleaved(xs)
        return RaggedTensor._of(rows.values, rows._at[:: len(xs)].copy())
    return xs[0].with_values(concat([x.values for x in xs], axis - 1))


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
            return _rows_of(x, np.flatnonzero(m._array)) if isinstance(x, RaggedTensor) else boolean_mask_dense(x, m)
        m = RaggedTensor.from_tensor(m, ragged_rank=m._array.ndim - 1)
    if not isinstance(x, RaggedTensor):
        x = RaggedTensor.from_tensor(x, ragged_rank=m.ragged_rank)
    if not np.array_equal(x._at, m._at):
        raise invalid("RaggedMask", f"data and mask have different rows: {x._at.tolist()} and {m._at.tolist()}")
    if isinstance(m.values, RaggedTensor):
        return x.with_values(boolean_mask(x.values, m.values))
    kept = m.values._array
    return x._where(lambda row, column: kept)


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
    columns = np.broadcast_arrays(*(np.atleast_1d(x._array.astype(kind)) for x in given))
    rows = [np.arange(*bounds, dtype=kind) for bounds in zip(*columns, strict=True)]
    lengths = np.array([len(row) for row in rows], as_dtype(row_splits_dtype)._numpy)
    return RaggedTensor._of(wrap(np.concatenate([*rows, np.zeros(0, kind)])), _splits(lengths))
