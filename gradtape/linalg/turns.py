"""How eigenvectors and singular vectors turn: what their derivatives divide by differences of values, and the limits
where these are equal.

What is divided is the part of `turn`, the cotangent of the vectors in their own basis, that turns two vectors into each
other. If the whole is differentiable at equal values, that vanishes with their difference (Lewis, "Derivatives of
spectral functions", 1996), and what is wanted is the slope, of which `autodiff/limits.py` tells.
"""

import functools
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..math.cast import cast_like
from ..math.comparison import equal_p, like, logical_and_p, logical_or_p, where_p, zeros_like
from ..math.reduction import sum_p
from ..operations.broadcasting import broadcast_to_p
from ..operations.primitive import primitive
from ..values.symbolic import computation, computed_like
from ..values.tensor import Tensor
from ..values.thread import current
from .matmul import matmul_p
from .parts import _adjoint, _gaps, _is_complex, _on, _on_diagonal, _row


def _eps(x: Any) -> float:
    return float(ml_dtypes.finfo(x.dtype).eps)  # type: ignore[no-untyped-call]


@primitive(kinds="fc", same=("values",))
def alike_p(xp: Any, values: Any, *, sign: int) -> Any:
    """Which values are equal, but for rounding; or, with `sign` 1, which two of them are 0."""
    size = abs(values)
    least = xp.max(size, -1, keepdims=True)[..., None] * np.asarray(8 * values.shape[-1] * _eps(values), size.dtype)
    return abs(values[..., None, :] + sign * values[..., :, None]) <= least


@primitive(kinds="fc", same=("x", "y"))
def vanishing_p(xp: Any, x: Any, y: Any) -> Any:
    """Which elements of `x` are small beside the greatest of `y`, in the matrices of the last two axes; or no more than
    rounding of numbers of size 1 leaves, since all of `y` may be that.
    """
    size = xp.max(abs(y), (-1, -2), keepdims=True)
    return abs(x) <= size * np.asarray(_eps(x) ** 0.5, size.dtype) + np.asarray(64 * _eps(x), size.dtype)


@primitive(kinds="fc", same=("x",))
def first_p(xp: Any, x: Any, values: Any) -> Any:
    """`x`, of which the derivative by `values` is not known."""
    return x


def _unknown(g: Any, values_shape: tuple[int, ...], x_shape: tuple[int, ...]) -> Any:
    lost = where_p(equal_p(g, zeros_like(g)), zeros_like(g), like(g, np.nan))
    return unbroadcast(sum_p(lost, axis=(-2,)), values_shape, lead_of(g, len(x_shape)))


first_p.vjp(x=lambda g: g, values=_unknown)


def divides(values: Any, both: bool) -> bool:
    """Whether two of the values are equal, or, with `both` signs, one is 0."""
    alike = values.size > 0 and alike_p(values, sign=-1).sum() > values.size
    return bool(alike or (both and alike_p(values, sign=1).any()))


def turned(turn: Any, parts: Sequence[Any], values: Any, sign: int, at: Any, alone: bool) -> Any:
    """Half of what turns two vectors into each other, over the differences of their values; with `sign` 1, the sums.

    Args:
      turn: the cotangents of the vectors, in their own basis.
      parts: of which it is the sum, or difference.
      at: where limits are to be had, or None.
      alone: nothing depends on the values themselves.
    """
    n = shape_of(values)[-1]
    x = turn - _adjoint(turn)
    gaps = cast_like(_gaps(values, sign), x)
    alike = alike_p(values, sign=sign)
    steps = computed_like(x, _over_steps, n, sign=sign, dtype=_dtype(x))
    alike = logical_and_p(alike, functools.reduce(logical_or_p, [vanishing_p(x, part) for part in parts]))
    found = _over(x, turn, gaps, alike, values, steps, at, alone) * like(x, 0.5)
    if sign > 0 and _is_complex(x):  # the phase of each pair of vectors
        return found
    return where_p(computed_like(x, _on_diagonal, n), zeros_like(found), found)


def beyond(vectors: Any, g: Any, turn: Any, values: Any, at: Any, alone: bool) -> Any:
    """The columns of the part of `g` that is no turn of the `vectors` into each other, over `values`."""
    x = g - matmul_p(vectors, turn)
    steps = computed_like(x, _over_one, shape_of(values)[-1], dtype=_dtype(x))
    alike = _row(_on(alike_p(values, sign=1)))
    alike = logical_and_p(alike, vanishing_p(x, g))
    return _over(x, x, cast_like(_row(values), x), alike, values, steps, at, alone)


def _over(x: Any, whole: Any, gaps: Any, alike: Any, values: Any, steps: Any, at: Any, alone: bool) -> Any:
    """x / gaps, but where these are 0, and x is but for rounding: these are `alike`; x is part of `whole`.

    Args:
      steps: 1 over what the gaps grow by as values are drawn apart by 1, 2, 3...
      values, at, alone: as in `turned`.
    """
    zero = zeros_like(x)
    if at is not None:
        there = _limits(x, values, gaps, steps, at)
    elif alone:
        there = zero
    else:  # what does not depend on two vectors does not depend on how these turn either
        there = where_p(equal_p(whole, zero), zero, like(x, np.nan))
    return where_p(alike, there, x / where_p(alike, like(gaps, 1), gaps))


def _limits(x: Any, values: Any, gaps: Any, steps: Any, at: Any) -> Any:
    """The slopes of `x` over those of the gaps, and as many derivatives as may be taken of that.

    x vanishes where the gaps do, h steps before: so it is x' h - x'' h**2 / 2 + ..., for gaps that are h times theirs.
    """
    direction = computed_like(values, _steps, shape_of(values)[-1], dtype=_dtype(values))
    direction = broadcast_to_p(direction, shape=shape_of(values))
    total, power, h = like(x, 0), steps, gaps * steps
    for k in range(1, at.depth + 2):
        x = at.slope(x, direction)
        if x is None:
            return total
        total = total + x * power
        power = power * h * like(h, -1 / (k + 1))
    alone = current.thread.trace is not None and not at.depth  # whether somebody differentiates the graph is not known
    return first_p(total, values) if alone else total


def _dtype(x: Any) -> Any:
    return x._array.dtype if isinstance(x, Tensor) else x.dtype


@computation
def _steps(n: int, dtype: Any) -> Any:
    return np.arange(1, n + 1, dtype=dtype)


@computation
def _over_one(n: int, dtype: Any) -> Any:
    return (1 / np.arange(1, n + 1)).astype(dtype)


@computation
def _over_steps(n: int, sign: int, dtype: Any) -> Any:
    steps = np.arange(1, n + 1)
    apart = steps + sign * steps[:, None]
    return np.divide(1, apart, out=np.zeros((n, n)), where=apart != 0).astype(dtype)
