"""The operations that cotangents need: summing to a shape, broadcasting, reshaping, transposing."""

import math
from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of, operations, spread, unbroadcast
from ..values.symbolic import varies
from .primitive import primitive


@primitive(op="Sum", linear=("x",))
def sum_to_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    """`x` summed over its leading axes and over those that are 1 in `shape`; the transpose of broadcasting."""
    extra = x.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1 and x.shape[i + extra] != 1)
    out = xp.sum(x, axis=axes, keepdims=True, dtype=x.dtype) if axes else x
    return xp.reshape(out, shape)


@primitive(op="BroadcastTo", linear=("x",))
def broadcast_to_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    return xp.broadcast_to(x, shape)


@primitive(op="Reshape", linear=("x",))
def reshape_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    return xp.reshape(x, shape)


def _reshaped(x: Any, shape: tuple[int, ...], shapes: Any) -> Any:
    """An array of this shape where `x` has another number of elements, as a sample may."""
    known = math.prod(n for n in shape if n >= 0)
    return np.resize(x, tuple(max(x.size // max(known, 1), 1) if n < 0 else n for n in shape))


def _shape_of_reshaped(x_shape: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int | None, ...]:
    """`shape`, with its -1 replaced by a number if the lengths that differ are in both shapes."""
    if -1 not in shape:
        return shape
    left, known = list(x_shape), 1
    for n in shape:
        if n in left:
            left.remove(n)
        elif n != -1:
            known *= n
    count = math.prod(left)
    free = None if varies((count, known)) or not known or count % known else count // known
    return tuple(free if n == -1 else n for n in shape)


reshape_p.definition.guess = _reshaped
reshape_p.definition.shape = _shape_of_reshaped
sum_to_p.definition.guess = broadcast_to_p.definition.guess = _reshaped
sum_to_p.definition.shape = broadcast_to_p.definition.shape = lambda x_shape, shape: shape


@primitive(op="Transpose", linear=("x",))
def transpose_p(xp: Any, x: Any, *, perm: tuple[int, ...]) -> Any:
    """The last axes of `x` in the order `perm`, of negative numbers."""
    lead = x.ndim - len(perm)
    return xp.transpose(x, perm if not lead else (*range(lead), *perm))


def _shape_of_transposed(x_shape: tuple[int, ...], perm: tuple[int, ...]) -> tuple[int, ...]:
    return (*x_shape[: len(x_shape) - len(perm)], *(x_shape[i] for i in perm))


transpose_p.definition.shape = _shape_of_transposed


def _inverse(perm: tuple[int, ...]) -> tuple[int, ...]:
    n = len(perm)
    inverse = [0] * n
    for i, p in enumerate(perm):
        inverse[p] = i - n
    return tuple(inverse)


sum_to_p.vjp(x=lambda g, x_shape, shape: spread(g, x_shape, len(shape)))
broadcast_to_p.vjp(x=lambda g, x_shape, shape: unbroadcast(g, x_shape, lead_of(g, len(shape))))
transpose_p.vjp(x=lambda g, perm: transpose_p(g, perm=_inverse(perm)))
reshape_p.vjp(x=lambda g, x_shape, shape: reshape_p(g, shape=lead_of(g, len(shape)) + x_shape))


def _spread_axis(j: int, x_shape: tuple[int, ...], shape: tuple[int, ...]) -> int | None:
    """The axis of what was broadcast from `x_shape` to `shape`."""
    return j if -j <= len(x_shape) and x_shape[j] == shape[j] else None


def _reshaped_axis(j: int, x_shape: tuple[int, ...], shape: tuple[int, ...]) -> int | None:
    """The axis as long as axis `j` of `shape`, with as many elements after it, if there is one."""
    if -1 in shape:
        free = math.prod(x_shape) // max(1, -math.prod(shape))
        shape = tuple([free if n == -1 else n for n in shape])
    after = math.prod(shape[len(shape) + j + 1 :])
    behind = 1
    for i in range(-1, -1 - len(x_shape), -1):
        if behind == after and x_shape[i] == shape[j]:
            return i
        behind *= x_shape[i]
    return None


sum_to_p.along(x=lambda j: j)
broadcast_to_p.along(x=_spread_axis)
transpose_p.along(x=lambda j, perm: perm[j] if -j <= len(perm) else j)
reshape_p.along(x=_reshaped_axis)

operations.sum_to, operations.broadcast_to = sum_to_p, broadcast_to_p
operations.reshape, operations.transpose = reshape_p, transpose_p
