"""Parts by index: `dynamic_partition` and `dynamic_stitch`; extrema written into a tensor by index."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..operations.broadcasting import reshape_p
from ..operations.primitive import Primitive
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import int32
from ..values.errors import NotFoundError, invalid
from ..values.symbolic import checked, computation, computed, differ, whole_int
from ..values.tensor import EagerTensor
from .creation import zeros
from .gathering import _flat_updates, _updated, gather_p, put_p
from .joining import _tensors, concat
from .segments import _limit, rows_max_p, rows_min_p

__all__ = ["dynamic_partition", "dynamic_stitch", "tensor_scatter_nd_max", "tensor_scatter_nd_min"]


def _int32(value: Any, op: str, position: int) -> Any:
    at = tensor_of(value, int32)
    if at._array.dtype != np.int32:
        raise invalid(op, f"cannot compute {op} as input #{position}(zero-based) was expected to be a int32 tensor "
                          f"but is a {at.dtype.name} tensor")  # fmt: skip
    return at


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[EagerTensor]:
    """The parts of `data`: part i is made of the slices whose number in `partitions` is i, in their order.

    Args:
      data: shape `(*partitions.shape, ...)`.
      partitions: int32, in [0, num_partitions).
      num_partitions: how many parts.

    Returns:
      `num_partitions` tensors of the dtype of `data` and shape `(n, *data.shape[partitions.ndim:])`.

    Raises:
      InvalidArgumentError: if a number is out of range, or shapes or dtypes do not fit.

    >>> import gradtape as tf
    >>> odd, even = tf.dynamic_partition([3, 4, 5], [0, 1, 0], 2)
    >>> odd.numpy().tolist(), even.numpy().tolist()
    ([3, 5], [4])
    """
    op = "DynamicPartition"
    x, at = convert_to_tensor(data), _int32(partitions, op, 1)
    shape, count = x._array.shape, int(num_partitions)
    if count < 1:
        raise invalid(op, f"Value for attr 'num_partitions' of {count} must be at least minimum 1")
    given = at._array.shape
    if differ(shape[: len(given)], given):
        raise invalid(op, f"data.shape must start with partitions.shape, got data.shape = {list(shape)}, "
                          f"partitions.shape = {list(given)}")  # fmt: skip
    rest = shape[len(given) :]
    checked(_check_parts, at._array, count)
    rows = reshape_p(x, shape=(math.prod(given), *rest))
    return [gather_p(rows, computed(_class_places, at, i), axis=-1 - len(rest)) for i in range(count)]


@computation
def _check_parts(parts: Any, count: int) -> None:
    at = parts.reshape(-1)
    wrong = np.flatnonzero((at < 0) | (at >= count))
    if wrong.size:
        raise invalid("DynamicPartition", f"partitions[{wrong[0]}] = {at[wrong[0]]} is not in [0, {count})")


@computation
def _class_places(parts: Any, i: int) -> Any:
    return np.flatnonzero(parts == i)


def dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> EagerTensor:
    """The slices of all `data` in one tensor, each at its index; the opposite of `dynamic_partition`.

    Args:
      indices: int32 tensors. Of equal ones the last counts; at those that are missing the result is 0.
      data: a tensor for each, `data[i]` of shape `(*indices[i].shape, ...)`, all with the same rest.

    Raises:
      ValueError: if there are not as many `data` as `indices`.
      InvalidArgumentError: if an index is negative, shapes or dtypes do not fit, or there are none.

    >>> import gradtape as tf
    >>> tf.dynamic_stitch([[0, 2], [1]], [[10, 30], [20]]).numpy()
    array([10, 20, 30], dtype=int32)
    """
    op = "DynamicStitch"
    if len(indices) != len(data):
        raise ValueError(f"dynamic_stitch needs as many data as indices, got {len(data)} and {len(indices)}")
    if not len(indices):
        raise invalid(op, "there must be at least one tensor of indices")
    wheres = [_int32(at, op, i) for i, at in enumerate(indices)]
    parts = _tensors(data)
    rest = parts[0]._array.shape[wheres[0]._array.ndim :]
    for i, (at, x) in enumerate(zip(wheres, parts, strict=True)):
        given, shape = at._array.shape, x._array.shape
        if differ(shape[: len(given)], given):
            raise invalid(op, f"data[{i}].shape = {x.shape} does not start with indices[{i}].shape = {at.shape}")
        if differ(shape[len(given) :], rest):
            raise invalid(op, f"data[{i}].shape = {x.shape} must end like data[0].shape = {parts[0].shape}, in {rest}")
        checked(_check_indices, at._array, i)
    counts = [math.prod(at._array.shape) for at in wheres]
    flat = concat([reshape_p(at, shape=(n,)) for at, n in zip(wheres, counts, strict=True)], 0)
    rows = concat([reshape_p(x, shape=(n, *rest)) for x, n in zip(parts, counts, strict=True)], 0)
    size = whole_int(computed(_row_count, flat)._array)
    return put_p(zeros((size, *rest), rows.dtype), flat, rows, axis=-1 - len(rest))  # type: ignore[no-any-return]


@computation
def _check_indices(at: Any, i: int) -> None:
    if at.size and at.min() < 0:
        raise invalid("DynamicStitch", f"indices[{i}] is out of range: {at.min()} is negative")


@computation
def _row_count(flat: Any) -> Any:
    return np.int64(flat.max() + 1 if flat.size else 0)


def tensor_scatter_nd_max(tensor: Any, indices: Any, updates: Any, bad_indices_policy: str = "",
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """`tensor` with the maximum taken of its elements, or slices, at `indices` and `updates`.

    Where several are equal to the maximum, they share its gradient. See `tf.tensor_scatter_nd_update`.

    >>> import gradtape as tf
    >>> tf.tensor_scatter_nd_max([1, 5], [[0], [1]], [3, 3]).numpy()
    array([3, 5], dtype=int32)
    """
    return _extremum(rows_max_p, "min", "TensorScatterMax", tensor, indices, updates)


def tensor_scatter_nd_min(tensor: Any, indices: Any, updates: Any, bad_indices_policy: str = "",
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """As `tf.tensor_scatter_nd_max`, with the minimum."""
    return _extremum(rows_min_p, "max", "TensorScatterMin", tensor, indices, updates)


def _extremum(extremum_p: Primitive, limit: str, op: str, tensor: Any, indices: Any, updates: Any) -> EagerTensor:
    """The extrema of segments: each row of `tensor` is one, with the updates for it."""
    x, at, u = _updated(tensor, indices, updates, op)
    if x._array.dtype.kind in "cOb":
        raise NotFoundError(None, None, f"{op} is not defined for {x.dtype.name} [Op:{op}]")
    shape = x._array.shape
    flat, rows, rest, count = _flat_updates(at, u, shape, op)
    both = concat([reshape_p(x, shape=(count, *rest)), rows], 0)
    ids = computed(_row_ids, flat, count)
    return reshape_p(extremum_p(both, ids, size=count, fill=_limit(both, limit)), shape=shape)  # type: ignore[no-any-return]


@computation
def _row_ids(flat: Any, count: int) -> Any:
    return np.concatenate([np.arange(count), flat])
