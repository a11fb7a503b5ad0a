"""Arrays made of a shape, of numbers, or along a range."""

from typing import Any

import numpy as np

from ... import math
from ...array import creation
from ...array.shape import broadcast_to
from ...array.shape import shape as shape_of
from ...math.cast import cast
from ...math.comparison import where
from ...values import dtypes
from ...values.tensor import EagerTensor
from .arrays import asarray, dtype_of
from .elementwise import log10, real, sign
from .shapes import axis_from_start, moveaxis
from .types import default_float, numpy_dtype, result_type


def zeros(shape: Any, dtype: Any = float) -> Any:
    """Zeros of this shape, float64 by default."""
    return creation.zeros(shape, dtype_of(dtype) or default_float())


def ones(shape: Any, dtype: Any = float) -> Any:
    """Ones of this shape, float64 by default."""
    return creation.ones(shape, dtype_of(dtype) or default_float())


def empty(shape: Any, dtype: Any = float) -> Any:
    """Zeros of this shape, since tensors cannot be filled later."""
    return zeros(shape, dtype)


def zeros_like(a: Any, dtype: Any = None) -> Any:
    """Zeros of the shape of `a`, and of its dtype by default."""
    x = asarray(a)
    return creation.zeros_like(x, dtype_of(dtype) or x.dtype)


def ones_like(a: Any, dtype: Any = None) -> Any:
    """Ones of the shape of `a`, and of its dtype by default."""
    x = asarray(a)
    return creation.ones_like(x, dtype_of(dtype) or x.dtype)


def empty_like(a: Any, dtype: Any = None) -> Any:
    """Zeros of the shape of `a`, since tensors cannot be filled later."""
    return zeros_like(a, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """`fill_value`, which may be an array that broadcasts, in this shape."""
    return broadcast_to(asarray(fill_value, dtype), [shape] if np.ndim(shape) == 0 else shape)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Any:
    """`fill_value` in the shape of `a`, and in its dtype by default.

    Raises:
      ValueError: if `order`, `subok` or `shape` is given.
    """
    if order != "K":
        raise ValueError("Non-standard orders are not supported.")
    if not subok:
        raise ValueError("subok being False is not supported.")
    if shape is not None:
        raise ValueError("Overriding the shape is not supported.")
    x = asarray(a)
    return broadcast_to(asarray(fill_value, x.dtype if dtype is None else dtype), shape_of(x))


def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = float) -> Any:
    """A matrix of `N` rows and `M` columns with ones on the `k`-th diagonal, and zeros."""
    N, k = int(N), int(k)
    M = int(M) if M else N
    return creation.constant(np.eye(N, M, k), dtype_of(dtype) or default_float())


def identity(n: Any, dtype: Any = float) -> Any:
    """The identity matrix of `n` rows."""
    return eye(n, n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix of `N` rows and `M` columns with ones on and below the `k`-th diagonal, and zeros."""
    return creation.constant(np.tri(N, M, k), dtype_of(dtype) or default_float())


def diag_indices(n: int, ndim: int = 2) -> Any:
    """The indices of the diagonal of an array of `ndim` axes of length `n`.

    Raises:
      ValueError: if one is negative.
    """
    for name, value in (("n", n), ("ndim", ndim)):
        if value < 0:
            raise ValueError(f"{name} argument to diag_indices must be nonnegative, got {value}")
    return (creation.range(n),) * ndim


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """Numbers from `start`, or from 0 where only that is given, to before `stop`.

    Raises:
      ValueError: if `step` is 0.
    """
    if isinstance(step, int | float) and not step:
        raise ValueError("step must be non-zero.")
    dtype = dtype_of(dtype) or result_type(start, step, *([] if stop is None else [stop]))
    computed = result_type(start, step, *([] if stop is None else [stop]))
    if computed._kind not in "fi" or computed.size < 4:
        computed = dtypes.float64 if computed._kind == "f" else dtypes.int64
    start, stop = (0, start) if stop is None else (start, stop)
    start, stop, step = (asarray(x, computed) for x in (start, stop, step))
    distance = stop - start
    backward = math.logical_or(math.logical_and(step > 0, distance < 0), math.logical_and(step < 0, distance > 0))
    return cast(creation.range(start, where(backward, start, stop), step), dtype)


def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = float,
             axis: int = 0) -> Any:  # fmt: skip
    """Numbers at equal distances from `start` to `stop`, along a new axis.

    Args:
      start, stop: numbers or arrays that broadcast.
      num: how many.
      endpoint: whether `stop` is the last one.
      retstep: give the distance too.
      dtype: that of the result; floating, as `start` and `stop` are, by default. Integers are rounded down.

    Raises:
      ValueError: if `num` is negative.
    """
    if num < 0:
        raise ValueError(f"Argument `num` (number of samples) must be a non-negative integer. Received: num={num}")
    working = _floating(start, stop)
    given = working if dtype is None or dtype is float else dtype_of(dtype)
    start, stop = asarray(start, working), asarray(stop, working)
    parts = num - 1 if endpoint else num
    step = (stop - start) / parts if parts > 0 else asarray(np.nan, working)
    last = stop if endpoint or num <= 1 else stop - step
    if num:
        out = creation.linspace(start, last, num, axis=axis)
    else:
        shape = list((start + stop)._array.shape)
        shape.insert(axis_from_start(axis, len(shape) + 1), 0)
        out = creation.zeros(shape, working)
    if given is not None and given is not working:
        out = cast(math.floor(out) if given.is_integer else out, given)
    return (out, step) if retstep else out


def _floating(*values: Any) -> Any:
    dtype = result_type(*values)
    return dtype if dtype.is_differentiable else result_type(*values, 0.0)


def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None,
             axis: int = 0) -> Any:  # fmt: skip
    """`base` to the power of numbers at equal distances; see `linspace`."""
    powers = linspace(start, stop, num, endpoint, axis=axis)
    out = math.pow(asarray(base, powers.dtype), powers)
    return out if dtype is None else cast(out, dtype_of(dtype))


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Numbers from `start` to `stop`, each the same multiple of the one before, along a new axis."""
    to = dtype_of(dtype) or _floating(start, stop)
    working = np.promote_types(numpy_dtype(to), np.float32)
    first, last = asarray(start, working), asarray(stop, working)
    both = creation.ones_like(first) - math.truediv(_below(first) * _below(last), asarray(2, working))
    out = both * logspace(log10(both * first), log10(both * last), num, endpoint)
    return cast(moveaxis(out, 0, axis) if axis else out, to)


def _below(x: EagerTensor) -> Any:
    """2 where `x` is negative, 0 where it is not."""
    return cast(creation.ones_like(real(x)) - sign(real(x)), x.dtype)
