"""Picking elements by their indices, and writing to them: gather, boolean_mask, scatter_nd; searchsorted, unique."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..autodiff.cotangents import lead_of
from ..autodiff.scattered import Scatter, Scattered
from ..engine.numpy_filled import zeros_of
from ..math.comparison import zeros_like
from ..operations.broadcasting import reshape_p
from ..operations.primitive import _brackets, _kernel_name, primitive
from ..values import dtypes, variable
from ..values.composite import is_among
from ..values.composite import kinds as composites
from ..values.convert import convert_to_tensor, gives_tensor, tensor_of
from ..values.dtypes import as_dtype
from ..values.errors import invalid
from ..values.indexed_slices import IndexedSlices
from ..values.shape import TensorShape
from ..values.symbolic import computation, computed, differ, integers_tensor
from ..values.tensor import EagerTensor, wrap
from .arguments import axis_of, integers, not_negative, whole_number
from .shape import reshape, transpose_p

__all__ = [
    "boolean_mask", "gather", "gather_nd", "scatter_nd", "searchsorted", "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub", "tensor_scatter_nd_update", "unique", "unique_with_counts", "unravel_index",
]  # fmt: skip

# --- primitives: slices along one axis, taken, added up and replaced -------------------------------------------------


@primitive(op="GatherV2", linear=("x",))
def gather_p(xp: Any, x: Any, indices: Any, *, axis: int) -> Any:
    """The slices of `x` along the negative `axis` at `indices`, whose axes are in its place."""
    out = xp.take(x, indices, axis)
    return out if type(out) is not bytes else xp.asarray(out, object)


def _gather_sample(x: Any, indices: Any, *, axis: int) -> Any:
    """Slices such as they may be: samples of indices say nothing, and of an empty axis a loop may never take one."""
    if x.shape[axis]:
        return np.asarray(x.take(indices, axis, mode="clip"), x.dtype)[()]
    end = x.ndim + axis
    return zeros_of((*x.shape[:end], *indices.shape, *x.shape[end + 1 :]), x.dtype)


gather_p.definition.sample = _gather_sample  # type: ignore[attr-defined]


@primitive(op="ScatterNd", linear=("x",))
def scatter_p(xp: Any, x: Any, indices: Any, *, axis: int, size: int) -> Any:
    """The transpose of gathering: zeros of length `size` along `axis`, with the slices of `x` added in at `indices`."""
    return xp.scatter_rows(x, indices, axis, size)


def _scatter_sample(x: Any, indices: Any, *, axis: int, size: int) -> Any:
    """Zeros of the shape that it will be of: samples of indices may be out of range."""
    after = -axis - 1
    before = x.ndim - indices.ndim - after
    return zeros_of((*x.shape[:before], size, *x.shape[x.ndim - after :]), x.dtype)


scatter_p.definition.sample = _scatter_sample  # type: ignore[attr-defined]


@primitive(op="TensorScatterUpdate", same=("x", "updates"))
def put_p(xp: Any, x: Any, indices: Any, updates: Any, *, axis: int) -> Any:
    """`x` with its slices along the negative `axis` at the vector `indices` replaced."""
    return xp.put_rows(x, indices, updates, axis)


put_p.definition.sample = lambda x, indices, updates, *, axis: zeros_of(x.shape, x.dtype)  # type: ignore[attr-defined]


def _add_rows(total: Any, value: Any, where: tuple[Any, int]) -> None:
    from ..engine import numpy as engine

    indices, axis = where
    engine.add_rows(total, getattr(indices, "_array", indices), value, axis)  # a rule run on tensors has them as one


def _rows(values: Sequence[Any], wheres: Sequence[tuple[Any, int]], shape: tuple[int, ...]) -> Any:
    parts = [scatter_p(g, i, axis=axis, size=shape[axis]) for g, (i, axis) in zip(values, wheres, strict=True)]
    return sum(parts[1:], start=parts[0])


_concat: Callable[[Any, int], Any]  # given by the file of `tf.concat`, which itself gathers


def set_concat(function: Callable[[Any, int], Any]) -> None:
    """Give `tf.concat`."""
    global _concat
    _concat = function


def _slices(values: Sequence[Any], wheres: Sequence[tuple[Any, int]], shape: tuple[int, ...]) -> IndexedSlices | None:
    """Gathers along the first axis of a tensor as its rows and their indices, in order."""
    if any(axis != -len(shape) for _, axis in wheres):
        return None
    indices = [convert_to_tensor(i) for i, _ in wheres]
    rows = [reshape(v, (i._array.size, *shape[1:])) for v, i in zip(values, indices, strict=True)]
    if len({i.dtype for i in indices}) > 1:
        indices = [wrap(i._array.astype(np.int64)) for i in indices]
    indices = [reshape(i, [-1]) for i in indices]
    return IndexedSlices(
        rows[0] if len(rows) == 1 else _concat(rows, 0),
        indices[0] if len(indices) == 1 else _concat(indices, 0),
        integers_tensor(shape, np.int32),
    )


BY_INDICES = Scatter(add_to=_add_rows, tensor=_rows, slices=_slices)


def _slice_axis(j: int, axis: int, ndim: int) -> int | None:
    """The axis of the slices along `axis` that is axis `j` where they were gathered at indices of `ndim` axes."""
    return j if j > axis else j - 1 + ndim if j <= axis - ndim else None


def rows_at(values: Any, indices: Any, shape: tuple[int, ...], axis: int) -> Scattered:
    """Zeros of `shape`, with the slices in `values` added in at the array `indices` along the negative `axis`."""
    return Scattered(BY_INDICES, shape, [values], [(indices, axis)])


def _gather_back(g: Any, indices: Any, x_shape: tuple[int, ...], axis: int) -> Any:
    lead = lead_of(g, len(x_shape) - 1 + indices.ndim)
    return rows_at(g, indices, (*lead, *x_shape), axis)


gather_p.vjp(x=_gather_back)
scatter_p.vjp(x=lambda g, indices, axis: gather_p(g, indices, axis=axis))
gather_p.along(x=lambda j, indices, axis: _slice_axis(j, axis, indices.ndim))
scatter_p.along(x=lambda j, indices, axis: None if j == axis else j if j > axis else j + 1 - indices.ndim)
put_p.vjp(x=lambda g, indices, axis: put_p(g, indices, zeros_like(g), axis=axis),
          updates=lambda g, indices, axis: gather_p(g, indices, axis=axis))  # fmt: skip
put_p.along(x=lambda j: j,
            updates=lambda j, axis: None if j == axis else j)  # fmt: skip


@primitive()
def flat_index_p(xp: Any, indices: Any, *, batch: tuple[int, ...], dims: tuple[int, ...], op: str, says: str) -> Any:
    """Where `indices` of shape (*batch, ..., len(dims)) point to in an array of shape (*batch, *dims), flattened.

    `says` is the error for one that points outside: `{at}` is where it is, `{index}` what, `{of}` the shape.
    """
    if dims:
        outside = xp.first_outside(indices, np.array(dims))
        if outside is not None:
            at = outside[:-1]
            index = [*at[: len(batch)], *indices[at].tolist()]
            shown = {"at": ",".join(map(str, at)), "index": index, "of": _brackets((*batch, *dims)), "size": dims[-1]}
            raise invalid(op, says.format(last=index[-1], **shown))
    strides = [math.prod(dims[i + 1 :]) for i in range(len(dims))]
    flat = xp.zeros(indices.shape[:-1], np.int64)
    for i, stride in enumerate(strides):
        flat = flat + indices[..., i] * np.int64(stride)
    if batch:
        starts = xp.arange(math.prod(batch)) * math.prod(dims)
        flat = flat + starts.reshape(*batch, *[1] * (flat.ndim - len(batch)))
    return flat


def _flat_index_sample(indices: Any, **attrs: Any) -> Any:
    return np.zeros(indices.shape[:-1], np.int64)[()]


flat_index_p.definition.sample = _flat_index_sample  # type: ignore[attr-defined]


@primitive(op="Where")
def where_true_p(xp: Any, mask: Any) -> Any:
    """The indices at which the vector `mask` is true."""
    return xp.flatnonzero(mask)


_INDICES = ("int16", "int32", "int64")

# --- gathering -------------------------------------------------------------------------------------------------------


def gather(params: Any, indices: Any, validate_indices: Any = None, axis: Any = None, batch_dims: int = 0,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """The slices of `params` along an axis at `indices`.

    Args:
      params: what to pick from.
      indices: integers in [0, params.shape[axis]), in any shape; a RaggedTensor of them gives a RaggedTensor.
      validate_indices: not used.
      axis: along which; by default the first that is not a batch axis.
      batch_dims: how many leading axes `params` and `indices` share; there, each has its own indices.

    Returns:
      A tensor of shape `params.shape[:axis] + indices.shape[batch_dims:] + params.shape[axis + 1:]`.

    Raises:
      InvalidArgumentError: if an index is out of range, or there is no such axis.

    >>> import gradtape as tf
    >>> tf.gather([[1, 2], [3, 4], [5, 6]], [2, 0]).numpy()
    array([[5, 6],
           [1, 2]], dtype=int32)
    >>> tf.gather([[1, 2], [3, 4]], [[0], [1]], axis=1, batch_dims=1).numpy()
    array([[1],
           [4]], dtype=int32)
    """
    x = params if type(params) is EagerTensor else convert_to_tensor(params)
    at = indices if type(indices) is EagerTensor else convert_to_tensor(indices)
    if composites and is_among((x, at)):
        if type(x) in composites:  # rows of different lengths
            return x._gathered(at, axis, batch_dims)  # type: ignore[no-any-return]
        return at._gathered_from(x, axis, batch_dims)  # type: ignore[no-any-return]
    whole_number(at._array.dtype, "GatherV2", "Tindices", _INDICES)
    n = x._array.ndim
    batch = axis_of(batch_dims)
    if batch < 0:
        batch += at._array.ndim
    axis = batch if axis is None else axis_of(axis)
    if not n:
        raise invalid("GatherV2", "params must be at least 1 dimensional")
    if not -n <= axis < n:
        raise invalid("GatherV2", f"Shape must be at least rank {axis + 1 if axis >= 0 else -axis} but is rank {n}: "
                      f"axis = {axis}, params of shape {x.shape}")  # fmt: skip
    if batch:
        return _gather_in_batches(x, at, axis % n, batch)
    return picked(x, at, axis) if axis < 0 else gather_p(x, at, axis=axis - n)  # type: ignore[no-any-return]


def picked(x: Any, indices: Any, axis: int) -> Any:
    """As `gather_p`, but the gradient by `x` is a tensor even along the first axis, as it is in TensorFlow where the
    program does not gather rows.
    """
    shape = x._array.shape
    return gather_p(reshape_p(x, shape=shape) if axis == -len(shape) else x, indices, axis=axis)


def _gather_in_batches(x: Any, indices: Any, axis: int, batch: int) -> Any:
    shape, given = x._array.shape, indices._array.shape
    if not 0 <= batch <= len(given) or batch > axis:
        raise invalid(
            "GatherV2", f"batch_dims = {batch} must be at most axis = {axis} and the rank of indices, {len(given)}"
        )
    for i in range(batch):
        if differ(shape[i], given[i]):
            raise invalid(
                "GatherV2", f"params.shape[{i}]: {shape[i]} should be equal to indices.shape[{i}]: {given[i]}"
            )
    n, outer = len(shape), axis - batch
    at = flat_index_p(
        reshape_p(indices, shape=(*given, 1)), batch=shape[:batch], dims=(shape[axis],),
        op="GatherV2", says="indices[{at}] = {last} is not in [0, {size})",
    )  # fmt: skip
    # The axis beside those of the batch, so that they can be one; and after the gathering, back.
    if outer:
        x = transpose_p(x, perm=tuple([i - n for i in (*range(batch), axis, *range(batch, axis), *range(axis + 1, n))]))
    moved = x._array.shape
    x = reshape_p(x, shape=(math.prod(moved[: batch + 1]), *moved[batch + 1 :]))
    out = gather_p(x, at, axis=batch - n)
    if outer:
        m, k = out._array.ndim, len(given)
        order = (*range(batch), *range(k, k + outer), *range(batch, k), *range(k + outer, m))
        out = transpose_p(out, perm=tuple([i - m for i in order]))
    return out


def gather_nd(params: Any, indices: Any, batch_dims: Any = 0, name: str | None = None,
              bad_indices_policy: str = "") -> EagerTensor:  # fmt: skip
    """The elements, or slices, of `params` at `indices`, each of which is a vector along the last axis.

    Args:
      params: what to pick from.
      indices: of shape (..., k): each the first k indices into `params`.
      batch_dims: how many leading axes `params` and `indices` share.

    Returns:
      A tensor of shape `indices.shape[:-1] + params.shape[batch_dims + k:]`.

    Raises:
      InvalidArgumentError: if an index points outside of `params`, or is longer than its rank.

    >>> import gradtape as tf
    >>> tf.gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]]).numpy()
    array([2, 3], dtype=int32)
    """
    x, at = convert_to_tensor(params), convert_to_tensor(indices)
    batch = axis_of(batch_dims)
    whole_number(at._array.dtype, "GatherNd", "Tindices", _INDICES)
    shape, given = x._array.shape, at._array.shape
    if batch < 0:
        raise ValueError("tf.gather_nd does not allow negative batch_dims.")
    if batch and batch >= len(given):
        raise ValueError(f"Argument `batch_dims` = {batch} must be less than rank(`indices`) = {len(given)}")
    if not given:
        raise invalid("GatherNd", "indices must be at least a vector")
    if differ(shape[:batch], given[:batch]):
        raise invalid("GatherNd", f"the first {batch} axes of params {_brackets(shape)} and indices {_brackets(given)} "
                      "must agree")  # fmt: skip
    k = given[-1]
    if k > len(shape) - batch:
        raise invalid("GatherNd", f"index innermost dimension length must be <= params rank; saw: {k} vs. "
                      f"{len(shape) - batch}")  # fmt: skip
    rest = shape[batch + k :]
    flat = flat_index_p(
        at, batch=shape[:batch], dims=shape[batch : batch + k],
        op="GatherNd", says="indices[{at}] = {index} does not index into param shape {of}",
    )  # fmt: skip
    if len(given) == 2 and k == 1 and not batch:  # rows of `x` itself: its gradient is `IndexedSlices`
        flat = reshape_p(at, shape=given[:1])
    else:
        x = reshape_p(x, shape=(math.prod(shape[: batch + k]), *rest))
    return gather_p(x, flat, axis=-1 - len(rest))  # type: ignore[no-any-return]


def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: str = "boolean_mask") -> EagerTensor:
    """The elements, or slices, of `tensor` where `mask` is true.

    Args:
      tensor: what to pick from.
      mask: booleans, of the shape of some consecutive axes of `tensor`.
      axis: the first of these, by default 0.

    Returns:
      A tensor in which these axes have become one.

    Raises:
      ValueError: if `mask` is a scalar, or of another shape than these axes.

    >>> import gradtape as tf
    >>> tf.boolean_mask([[1, 2], [3, 4]], [True, False]).numpy()
    array([[1, 2]], dtype=int32)
    """
    x, chosen = convert_to_tensor(tensor), convert_to_tensor(mask)
    shape, wanted = x._array.shape, chosen._array.shape
    if not wanted:
        raise ValueError("mask cannot be scalar.")
    axis = 0 if axis is None else axis_of(axis)
    if axis < 0:
        axis += len(shape)
    k = len(wanted)
    if differ(shape[axis : axis + k], wanted):
        raise ValueError(f"Shapes {TensorShape(shape[axis : axis + k])} and {TensorShape(wanted)} are incompatible")
    at = where_true_p(reshape_p(chosen, shape=(math.prod(wanted),)))
    x = reshape_p(x, shape=(*shape[:axis], math.prod(wanted), *shape[axis + k :]))
    return gather_p(x, at, axis=axis + k - 1 - len(shape))  # type: ignore[no-any-return]


# --- scattering ------------------------------------------------------------------------------------------------------


def _scatter_index(indices: Any, shape: tuple[int, ...], op: str) -> Any:
    at = convert_to_tensor(indices)
    whole_number(at._array.dtype, op, "Tindices", _INDICES)
    if not at._array.ndim:
        raise invalid(op, "Indices shape must have rank at least one. Found:[]")
    return at


def scatter_nd(indices: Any, updates: Any, shape: Any, bad_indices_policy: str = "",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """Zeros of `shape` with `updates` added in at `indices`.

    Args:
      indices: of shape (..., k): each the first k indices into the result.
      updates: of shape `indices.shape[:-1] + shape[k:]`.
      shape: of the result.

    Raises:
      InvalidArgumentError: if an index points outside, or the shapes do not fit.

    >>> import gradtape as tf
    >>> tf.scatter_nd([[1], [3], [1]], [5, 6, 7], [4]).numpy()
    array([ 0, 12,  0,  6], dtype=int32)
    """
    u = convert_to_tensor(updates)
    dims = integers(shape, "ScatterNd", "Tindices", rank_error="Shape must be a vector")
    not_negative(dims, "ScatterNd")
    at = _scatter_index(indices, dims, "ScatterNd")
    return _scattered(at, u, dims, "ScatterNd")


def _flat_updates(at: Any, u: Any, dims: tuple[int, ...], op: str) -> tuple[Any, Any, tuple[int, ...], int]:
    """Flat indices, a vector; the updates at them, one row each; a row's shape; how many rows the whole has."""
    given, k = at._array.shape, at._array.shape[-1]
    if not u._array.ndim:
        raise invalid(op, "Updates shape must have rank at least one. Found:[]")
    if k > len(dims) or differ(u._array.shape, (*given[:-1], *dims[k:])):
        n, shown = len(given) - 1, _brackets(u._array.shape)
        if op == "ScatterNd":
            raise invalid(
                op,
                f"Dimensions [0,{n}) of indices[shape={_brackets(given)}] must match dimensions [0,{n}) of "
                f"updates[shape={shown}], and those of input[shape={_brackets(dims)}] from {k} on the others",
            )
        raise invalid(
            op,
            f"Outer dimensions of indices and update must match. Indices shape: {_brackets(given)}, "
            f"updates shape:{shown}, of a tensor of shape {_brackets(dims)}",
        )
    count, rest = math.prod(given[:-1]), dims[k:]
    flat = flat_index_p(
        at, batch=(), dims=dims[:k], op=op, says="indices[{at}] = {index} does not index into shape {of}"
    )
    return reshape_p(flat, shape=(count,)), reshape_p(u, shape=(count, *rest)), rest, math.prod(dims[:k])


def _scattered(at: Any, u: Any, dims: tuple[int, ...], op: str) -> Any:
    flat, rows, rest, count = _flat_updates(at, u, dims, op)
    return reshape_p(scatter_p(rows, flat, axis=-1 - len(rest), size=count), shape=dims)


def _updated(tensor: Any, indices: Any, updates: Any, op: str) -> tuple[Any, Any, Any]:
    takes = gives_tensor(updates) and isinstance(tensor, list | tuple)  # Python numbers the dtype of the updates
    x = convert_to_tensor(tensor, updates.dtype if takes else None)
    at = _scatter_index(indices, x._array.shape, op)
    u = tensor_of(updates, x.dtype)
    if u._array.dtype != x._array.dtype:
        wanted, given = _kernel_name(x._array.dtype), _kernel_name(u._array.dtype)
        raise invalid(
            op,
            f"cannot compute {op} as input #2(zero-based) was expected to be a {wanted} tensor but is a {given} tensor",
        )
    return x, at, u


def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> EagerTensor:
    """`tensor` with its elements, or slices, at `indices` replaced by `updates`.

    Args:
      tensor: what to start from; it stays as it is.
      indices: of shape (..., k): each the first k indices into `tensor`. Of equal ones, the last counts.
      updates: of shape `indices.shape[:-1] + tensor.shape[k:]` and of the dtype of `tensor`.

    Raises:
      InvalidArgumentError: if an index points outside, or shapes or dtypes do not fit.

    >>> import gradtape as tf
    >>> tf.tensor_scatter_nd_update([1, 2, 3], [[0], [2]], [8, 9]).numpy()
    array([8, 2, 9], dtype=int32)
    """
    x, at, u = _updated(tensor, indices, updates, "TensorScatterUpdate")
    shape = x._array.shape
    flat, rows, rest, count = _flat_updates(at, u, shape, "TensorScatterUpdate")
    x = put_p(reshape_p(x, shape=(count, *rest)), flat, rows, axis=-1 - len(rest))
    return reshape_p(x, shape=shape)  # type: ignore[no-any-return]


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, bad_indices_policy: str = "",
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """`tensor` with `updates` added at `indices`; equal ones add up. See `tensor_scatter_nd_update`."""
    x, at, u = _updated(tensor, indices, updates, "TensorScatterAdd")
    return x + _scattered(at, u, x._array.shape, "TensorScatterAdd")  # type: ignore[no-any-return]


def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any, bad_indices_policy: str = "",
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """`tensor` with `updates` subtracted at `indices`; equal ones add up. See `tensor_scatter_nd_update`."""
    x, at, u = _updated(tensor, indices, updates, "TensorScatterSub")
    return x - _scattered(at, u, x._array.shape, "TensorScatterSub")  # type: ignore[no-any-return]


# --- searching: no gradient passes -----------------------------------------------------------------------------------


@primitive(op="LowerBound", same=("sequence", "values"))
def searchsorted_p(xp: Any, sequence: Any, values: Any, *, side: str, dtype: Any) -> Any:
    count = math.prod(sequence.shape[:-1])
    rows = sequence.reshape(count, sequence.shape[-1])
    wanted = values.reshape(count, values.shape[-1])
    return xp.reshape(xp.search_rows(rows, wanted, side, dtype), values.shape)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = dtypes.int32,
                 name: str | None = None) -> EagerTensor:  # fmt: skip
    """Where `values` would go in a sorted sequence to keep it sorted.

    Args:
      sorted_sequence: of shape (..., n), sorted along the last axis.
      values: of shape (..., m).
      side: "left", before equal elements, or "right", after them.
      out_type: int32 or int64.

    Returns:
      A tensor of the shape of `values`, of numbers in [0, n].

    Raises:
      ValueError: if `side` is neither.
      InvalidArgumentError: if dtypes or leading axes disagree, or one is a scalar.

    >>> import gradtape as tf
    >>> tf.searchsorted([1, 3, 5], [0, 3, 9]).numpy()
    array([0, 1, 3], dtype=int32)
    """
    if side not in ("left", "right"):
        raise ValueError(f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'.")
    x, v = convert_to_tensor(sorted_sequence), convert_to_tensor(values)
    if not x._array.ndim or not v._array.ndim:
        raise invalid(
            "LowerBound", f"sorted_sequence and values need at least one axis, got shapes {x.shape}, {v.shape}"
        )
    if differ(x._array.shape[:-1], v._array.shape[:-1]):
        raise invalid("LowerBound", f"Leading dim_size of both tensors must match, got shapes {x.shape}, {v.shape}")
    return searchsorted_p(x, v, side=side, dtype=as_dtype(out_type)._numpy)  # type: ignore[no-any-return]


class Unique(NamedTuple):
    """What `tf.unique` gives."""

    y: EagerTensor
    idx: EagerTensor


class UniqueWithCounts(NamedTuple):
    """What `tf.unique_with_counts` gives."""

    y: EagerTensor
    idx: EagerTensor
    count: EagerTensor


@primitive(op="Unique", multiple=True)
def unique_p(xp: Any, x: Any) -> Any:
    y, first, inverse, count = xp.unique(x, True, True, True, equal_nan=False)
    order = xp.argsort(first)  # by first appearance
    return y[order], xp.argsort(order)[inverse], count[order]


def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Unique:
    """The distinct elements of a vector, in the order in which they first appear.

    Returns:
      `y`, these; and `idx`, of the shape of `x`, such that `y[idx[i]] == x[i]`.

    Raises:
      InvalidArgumentError: if `x` is no vector.

    >>> import gradtape as tf
    >>> y, idx = tf.unique([3, 1, 3])
    >>> y.numpy().tolist(), idx.numpy().tolist()
    ([3, 1], [0, 1, 0])
    """
    y, idx, _ = _unique(x, out_idx)
    return Unique(y, idx)


def unique_with_counts(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> UniqueWithCounts:
    """As `unique`, and how often each appears."""
    return UniqueWithCounts(*_unique(x, out_idx))


def _unique(x: Any, out_idx: Any) -> list[EagerTensor]:
    x = convert_to_tensor(x)
    if x._array.ndim != 1:
        raise invalid("Unique", f"unique expects a 1D vector, got shape {x.shape}.")
    dtype = as_dtype(out_idx)._numpy
    y, idx, count = unique_p(x)
    return [y, wrap(idx._array.astype(dtype)), wrap(count._array.astype(dtype))]


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> EagerTensor:
    """The coordinates, in an array of shape `dims`, of flat `indices`.

    Returns:
      A tensor of shape `(len(dims), *indices.shape)`.

    Raises:
      InvalidArgumentError: if an index is out of range.
    """
    at, shape = convert_to_tensor(indices), convert_to_tensor(dims)
    return computed(_unraveled, at, shape)


@computation
def _unraveled(at: Any, dims: Any) -> Any:
    try:
        return np.array(np.unravel_index(at, tuple(dims.tolist())), at.dtype)
    except ValueError:
        raise invalid("UnravelIndex", f"index is out of bound as with dims {dims.tolist()}") from None


variable.overload(sparse_read=gather, gather_nd=gather_nd)
