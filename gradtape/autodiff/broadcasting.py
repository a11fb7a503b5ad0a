"""The operations that cotangents need: summing to a shape, broadcasting, reshaping, transposing."""

import math
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..values.symbolic import SymbolicTensor, surely_equal, varies
from ..values.tensor import Tensor, wrap
from ..values.thread import current
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


def _reshaped(x: Any, shape: tuple[int, ...]) -> Any:
    """An array of this shape where `x` has another number of elements, as a sample may."""
    known = math.prod(n for n in shape if n >= 0)
    return np.resize(x, tuple(max(x.size // max(known, 1), 1) if n < 0 else n for n in shape))


reshape_p.definition.guess = _reshaped


@primitive(op="Transpose", linear=("x",))
def transpose_p(xp: Any, x: Any, *, perm: tuple[int, ...]) -> Any:
    """The last axes of `x` in the order `perm`, of negative numbers."""
    lead = x.ndim - len(perm)
    return xp.transpose(x, perm if not lead else (*range(lead), *perm))


def _inverse(perm: tuple[int, ...]) -> tuple[int, ...]:
    n = len(perm)
    inverse = [0] * n
    for i, p in enumerate(perm):
        inverse[p] = i - n
    return tuple(inverse)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a tensor or array, as a tuple."""
    return x._array.shape if isinstance(x, Tensor) else np.shape(x)


def lead_of(g: Any, ndim: int) -> tuple[int, ...]:
    """The leading axes of the cotangent `g` of a value of `ndim` axes."""
    shape = shape_of(g)
    return shape[: len(shape) - ndim]


def full_like(array: Any, number: int, lead: tuple[int, ...] = ()) -> Tensor:
    """A tensor full of `number`, of the dtype of `array` and of its shape after the axes `lead`."""
    shape = lead + array.shape
    if current.thread.trace is not None and varies(shape):
        return broadcast_to_p(wrap(array.dtype.type(number)), shape=shape)  # type: ignore[no-any-return]
    return wrap(engine.full_of(shape, number, array.dtype))


def unbroadcast(g: Any, shape: tuple[int, ...], lead: tuple[int, ...] = ()) -> Any:
    """Sum `g` to `(*lead, *shape)`, where the axes of `g` after `lead` are a broadcast of `shape`."""
    given = shape_of(g)
    wanted = lead + shape
    if given == wanted and (not isinstance(g, SymbolicTensor) or surely_equal(given, wanted)):
        return g
    if lead:  # align the axes of `shape` after those of `lead`
        ndim = len(given) - len(lead)
        ones = (1,) * (ndim - len(shape))
        return reshape_p(sum_to_p(g, shape=lead + ones + shape), shape=lead + shape)
    return sum_to_p(g, shape=shape)


def spread(g: Any, shape: tuple[int, ...], out_ndim: int) -> Any:
    """Broadcast the cotangent `g` of a value of `out_ndim` axes to `(*lead, *shape)`."""
    given = shape_of(g)
    lead = given[: len(given) - out_ndim]
    ones = (1,) * (len(shape) - out_ndim)
    if lead and ones:
        g = reshape_p(g, shape=lead + ones + given[len(lead) :])
    return broadcast_to_p(g, shape=lead + shape)


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
