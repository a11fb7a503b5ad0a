"""Cumulative sums and products along an axis.

Cumulative products are a recurrence, and so is their derivative: division would fail where there are zeros.
"""

import math
from typing import Any

from ..autodiff.cotangents import shape_of
from ..operations.broadcasting import broadcast_to_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor, to_array
from ..values.dtypes import int32
from ..values.errors import invalid
from ..values.symbolic import known
from ..values.tensor import EagerTensor, Tensor
from .comparison import equal_p, like, logical_and_p, where_p
from .elementwise import exp_p, is_inf_p

__all__ = ["cumprod", "cumsum", "cumulative_logsumexp"]

_NUMBERS = "fciu"

# `step` is 1 where a scan goes from the first element to the last, and -1 where it goes back; `axis` is negative.


def _ends(x: Any, axis: int, count: int, step: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What takes the first `count` elements met in the direction of `step`, and what takes all but the last."""
    n = x.shape[axis]
    count = min(count, n)
    first, rest = (slice(0, count), slice(0, n - count)) if step > 0 else (slice(n - count, n), slice(count, n))
    tail = (slice(None),) * (-axis - 1)
    return (..., first, *tail), (..., rest, *tail)


def _joined(xp: Any, first: Any, rest: Any, axis: int, step: int) -> Any:
    return xp.concatenate([first, rest] if step > 0 else [rest, first], axis=axis)


@primitive(op="Shift", kinds=_NUMBERS, same=("x",))
def shift_p(xp: Any, x: Any, *, axis: int, step: int, fill: float = 0) -> Any:
    """`x` moved along by one element in the direction of `step`, with `fill` in the place that falls vacant."""
    first, rest = _ends(x, axis, 1, step)
    return _joined(xp, xp.full_like(x[first], fill), x[rest], axis, step)


shift_p.vjp(x=lambda g, axis, step: shift_p(g, axis=axis, step=-step))
shift_p.along(x=lambda j, axis: None if j == axis else j)


@primitive(op="Recurrence", kinds=_NUMBERS, same=("a", "b"), linear=("b",))
def recurrence_p(xp: Any, a: Any, b: Any, *, axis: int, step: int) -> Any:
    """s[i] = b[i] + a[i] * s[i - step], from s = 0: `a` and `b` have one shape. By doubling, in log n passes."""
    count = 1
    while count < b.shape[axis]:
        first, rest = _ends(b, axis, count, step)
        _, later = _ends(b, axis, count, -step)
        b = _joined(xp, b[first], b[later] + a[later] * b[rest], axis, step)
        a = _joined(xp, a[first], a[later] * a[rest], axis, step)
        count *= 2
    return b


def _against(a: Any, g: Any, axis: int, step: int) -> Any:
    """t[i] = g[i] + a[i + step] * t[i + step]: how much each s[i] counts, with the cotangent `g` of the recurrence."""
    a = broadcast_to_p(shift_p(a, axis=axis, step=-step), shape=shape_of(g))
    return recurrence_p(a, g, axis=axis, step=-step)


recurrence_p.vjp(a=lambda g, a, out, axis, step: _against(a, g, axis, step) * shift_p(out, axis=axis, step=step),
                 b=lambda g, a, axis, step: _against(a, g, axis, step))  # fmt: skip
recurrence_p.along(a=lambda j, axis: None if j == axis else j,
                   b=lambda j, axis: None if j == axis else j)  # fmt: skip


@primitive(op="Cumprod", kinds=_NUMBERS, same=("x",))
def cumprod_p(xp: Any, x: Any, *, axis: int, step: int) -> Any:
    """The recurrence s[i] = x[i] * s[i - step], from s = 1."""
    if step > 0:
        return xp.cumprod(x, axis=axis, dtype=x.dtype)
    return xp.flip(xp.cumprod(xp.flip(x, axis), axis=axis, dtype=x.dtype), axis)


def _cumprod_back(g: Any, x: Any, out: Any, axis: int, step: int) -> Any:
    return _against(x, g, axis, step) * shift_p(out, axis=axis, step=step, fill=1)


cumprod_p.vjp(x=_cumprod_back)
cumprod_p.along(x=lambda j, axis: None if j == axis else j)


@primitive(op="Cumsum", kinds=_NUMBERS, same=("x",), linear=("x",))
def cumsum_p(xp: Any, x: Any, *, axis: int, step: int) -> Any:
    if step > 0:
        return xp.cumsum(x, axis=axis, dtype=x.dtype)
    return xp.flip(xp.cumsum(xp.flip(x, axis), axis=axis, dtype=x.dtype), axis)


cumsum_p.vjp(x=lambda g, axis, step: cumsum_p(g, axis=axis, step=-step))
cumsum_p.along(x=lambda j, axis: None if j == axis else j)


@primitive(op="CumulativeLogsumexp", kinds="f", same=("x",))
def cumulative_logsumexp_p(xp: Any, x: Any, *, axis: int, step: int) -> Any:
    """log(sum(exp(x))) of the elements up to each place."""
    if step > 0:
        return xp.cumulative_logsumexp(x, axis)
    return xp.flip(xp.cumulative_logsumexp(xp.flip(x, axis), axis), axis)


def _cumulative_logsumexp_back(g: Any, x: Any, out: Any, axis: int, step: int) -> Any:
    # exp(x[j]) * sum(g[i] * exp(-out[i]) for i >= j), as a recurrence of which no factor is above 1. Of infinities, of
    # which the difference is nan, the last has all, and what is not infinite nothing.
    before = shift_p(out, axis=axis, step=step, fill=-math.inf)
    infinite = is_inf_p(out)
    newest = logical_and_p(infinite, equal_p(x, out))
    shares = exp_p(where_p(newest, like(x, -math.inf), where_p(infinite, like(x, 0), before - out)))
    return _against(shares, g, axis, step) * exp_p(where_p(newest, like(x, 0), x - out))


cumulative_logsumexp_p.vjp(x=_cumulative_logsumexp_back)
cumulative_logsumexp_p.along(x=lambda j, axis: None if j == axis else j)

# --- public ----------------------------------------------------------------------------------------------------------


def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """The sums of the elements up to each place along an axis.

    Args:
      x: a numeric tensor.
      axis: an integer; negative ones count from the end.
      exclusive: leave out the element at the place itself, so that the first sum is 0.
      reverse: go from the last element to the first.

    Returns:
      A tensor of the shape and dtype of `x`.

    Raises:
      InvalidArgumentError: if there is no such axis, or for a dtype without sums.

    >>> import gradtape as tf
    >>> tf.cumsum([1, 2, 3]).numpy(), tf.cumsum([1, 2, 3], exclusive=True, reverse=True).numpy()
    (array([1, 3, 6], dtype=int32), array([5, 3, 0], dtype=int32))
    """
    return _scan(cumsum_p, 0, x, axis, exclusive, reverse)


def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False,
            name: str | None = None) -> EagerTensor:  # fmt: skip
    """The products of the elements up to each place along an axis; arguments as in `tf.cumsum`.

    The gradient is right where elements are 0 (TensorFlow's is 0 there).

    >>> import gradtape as tf
    >>> tf.math.cumprod([1, 2, 3]).numpy()
    array([1, 2, 6], dtype=int32)
    """
    return _scan(cumprod_p, 1, x, axis, exclusive, reverse)


def cumulative_logsumexp(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False,
                         name: str | None = None) -> EagerTensor:  # fmt: skip
    """log(sum(exp(x))) of the elements up to each place along an axis; arguments as in `tf.cumsum`.

    >>> import gradtape as tf
    >>> tf.math.cumulative_logsumexp([0.0, 0.0]).numpy()
    array([0.       , 0.6931472], dtype=float32)
    """
    return _scan(cumulative_logsumexp_p, -math.inf, x, axis, exclusive, reverse)


def _scan(scan: Any, start: float, x: Any, axis: Any, exclusive: bool, reverse: bool) -> EagerTensor:
    x = convert_to_tensor(x)
    ndim = x._array.ndim
    op = scan.definition.op
    if type(axis) is not int:
        if isinstance(axis, Tensor):
            array = known(axis._array, "The axis")
        else:
            array = to_array(axis, None if hasattr(axis, "dtype") else int32)
        if array.ndim or array.dtype.kind not in "iu":
            raise invalid(op, f"ScanOp: axis must be an integer scalar, not {axis!r}")
        axis = int(array[()])
    if not -ndim <= axis < ndim:
        raise invalid(op, f"ScanOp: Expected scan axis in the range [{-ndim}, {ndim}), but got {axis}")
    axis = axis if axis < 0 else axis - ndim
    step = -1 if reverse else 1
    out = scan(x, axis=axis, step=step)
    return shift_p(out, axis=axis, step=step, fill=start) if exclusive else out
