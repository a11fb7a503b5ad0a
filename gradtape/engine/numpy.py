"""The NumPy engine, the default: NumPy's own functions, and the few that NumPy lacks or that an operator does faster.

An operation's forward takes this module as its `xp`. Whatever is not defined here is NumPy's.
"""

import contextvars
import math
import operator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any] | np.generic
Axes = int | tuple[int, ...] | None

# The operators do what the ufuncs of these names do, and are far faster on NumPy scalars.
add = operator.add
subtract = operator.sub
multiply = operator.mul
negative = operator.neg

# NumPy's functions of these names spend a microsecond on finding out what methods and ufuncs know.


def reshape(x: Array, shape: tuple[int, ...]) -> Any:
    return x.reshape(shape)


def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Any:
    return x.transpose(axes)


def sum(x: Array, axis: Axes = None, keepdims: bool = False, dtype: Any = None) -> Any:
    return np.add.reduce(x, axis, dtype, None, keepdims)


def prod(x: Array, axis: Axes = None, keepdims: bool = False, dtype: Any = None) -> Any:
    return np.multiply.reduce(x, axis, dtype, None, keepdims)


def max(x: Array, axis: Axes = None, keepdims: bool = False) -> Any:
    return np.maximum.reduce(x, axis, None, None, keepdims)


def min(x: Array, axis: Axes = None, keepdims: bool = False) -> Any:
    return np.minimum.reduce(x, axis, None, None, keepdims)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Any:
    """A view of `x` in which axes of length 1, and new leading ones, repeat. Not to be written to."""
    extra = len(shape) - x.ndim
    if extra < 0 or not (x.ndim == 0 or x.flags.c_contiguous):
        return np.broadcast_to(x, shape)  # raises, or has strides to work out
    strides = [0] * extra
    for n, wanted, stride in zip(x.shape, shape[extra:], x.strides, strict=True):
        if n == wanted:
            strides.append(stride)
        elif n == 1:
            strides.append(0)
        else:
            return np.broadcast_to(x, shape)
    return np.ndarray(shape, x.dtype, x, 0, strides)


def matmul(a: Array, b: Array) -> Any:
    """`np.matmul`, with 16-bit floats by way of float32, where BLAS is, and a batch times one matrix as one product."""
    dtype = a.dtype
    if dtype.itemsize <= 2 and dtype.kind in "fV":
        return matmul(a.astype(np.float32), b.astype(np.float32)).astype(dtype)
    if b.ndim == 2 < a.ndim:
        *batch, k = a.shape
        return np.matmul(a.reshape(math.prod(batch), k), b).reshape(*batch, b.shape[1])
    return np.matmul(a, b)


def __getattr__(name: str) -> Any:
    value = getattr(np, name)
    globals()[name] = value  # the next look-up is a plain one
    return value


# --- floating-point exceptions ------------------------------------------------------------------------------------
# 1/0 is inf and 0/0 is nan, without a warning and without touching the program's own `np.seterr`: NumPy keeps that
# setting in a context variable, so kernels run in a context of their own. That costs 0.04 us, an `np.errstate` 0.9 us.


def quiet_context() -> contextvars.Context:
    """A context whose `run(f, *arguments)` calls `f` with floating-point exceptions ignored. It cannot be entered twice
    at once, so each thread, and each backward pass, has its own.
    """
    context = contextvars.Context()
    context.run(np.seterr, all="ignore")
    return context
