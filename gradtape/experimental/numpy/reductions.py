"""Reductions along axes, cumulative sums and products, and what is the least, the greatest and in what order."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ... import math
from ...array.creation import ones_like, zeros_like
from ...array.shape import broadcast_to, reshape, size
from ...linalg.einsum import tensordot
from ...math.cast import cast
from ...math.comparison import where
from ...values import dtypes
from ...values.symbolic import Dim, integers_tensor
from ...values.tensor import EagerTensor
from .arrays import asarray, dtype_of
from .elementwise import isclose, isnan, logical_not
from .types import default_float, result_type, settings

Axis = int | Sequence[int] | None


def _without_out(out: Any) -> None:
    if out is not None:
        raise ValueError("Setting out is not supported.")


def _reduce(function: Callable[..., Any], of_bools: Callable[..., Any] | None, a: Any, axis: Any, dtype: Any,
            keepdims: Any, integers: str | None, keeps_bools: bool = False) -> Any:  # fmt: skip
    """`function` of `a` along axes.

    Args:
      of_bools: what is called instead where `dtype` is bool, or with `keeps_bools` where `a` is of bools.
      integers: what those become, bools among them, where no dtype is asked for: "wide", "float", or None.
    """
    to = dtype_of(dtype)
    x = asarray(a, to)
    kind = x._array.dtype.kind
    if kind == "b" and of_bools is not None and (to is not None or keeps_bools):
        return of_bools(x, axis, bool(keepdims))
    if to is None and kind in "iub" and integers:
        x = cast(x, default_float()) if integers == "float" else _wide(x)
    return function(x, axis, bool(keepdims))


def _wide(x: EagerTensor) -> EagerTensor:
    """Integers and bools as wide integers, so that their sum does not overflow."""
    width = np.int32 if settings.mode in ("safe", "all") else np.int64
    if x._array.dtype.kind not in "iub" or (x._array.dtype.kind != "b" and x._array.dtype.itemsize >= width().itemsize):
        return x
    return cast(x, np.dtype(f"{'u' if x._array.dtype.kind == 'u' else 'i'}{width().itemsize}"))


def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """The sum along axes, all by default; small integers and bools are summed as int64 or uint64.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.sum([[True, False], [True, True]], axis=0).numpy()
    array([2, 1])
    """
    return _reduce(math.reduce_sum, math.reduce_any, a, axis, dtype, keepdims, "wide")


def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """The product along axes, all by default; of small integers and bools as int64 or uint64."""
    return _reduce(math.reduce_prod, math.reduce_all, a, axis, dtype, keepdims, "wide")


def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """The mean along axes, all by default; floating."""
    _without_out(out)
    return _reduce(math.reduce_mean, None, a, axis, dtype, keepdims, "float")


def amax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """The greatest along axes, all by default."""
    _without_out(out)
    return _reduce(math.reduce_max, math.reduce_any, a, axis, None, keepdims, None, keeps_bools=True)


def amin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """The least along axes, all by default."""
    _without_out(out)
    return _reduce(math.reduce_min, math.reduce_all, a, axis, None, keepdims, None, keeps_bools=True)


def max(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The greatest along axes, all by default."""
    return amax(a, axis, keepdims=keepdims)


def min(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The least along axes, all by default."""
    return amin(a, axis, keepdims=keepdims)


def ptp(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The greatest less the least."""
    return amax(a, axis, keepdims=keepdims) - amin(a, axis, keepdims=keepdims)


def var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = None) -> Any:
    """The variance along axes, all by default: the mean squared distance from the mean.

    Args:
      dtype: that of the result; it is computed in no narrower one than that of `a`.
      ddof: what the number of elements is lessened by before it divides.
    """
    _without_out(out)

    def lessened(x: Any, axis: Any, keepdims: bool) -> Any:
        n = cast(_count(x, axis), x.dtype.real_dtype)
        found = math.reduce_variance(x, axis, keepdims)
        return found * cast(n / (n - ddof), found.dtype)

    working = None if dtype is None else result_type(asarray(a), dtype)
    found = _reduce(lessened if ddof else math.reduce_variance, None, a, axis, working, keepdims, "float")
    return found if dtype is None else cast(found, dtype_of(dtype))


def _count(x: EagerTensor, axis: Any) -> Any:
    """How many elements are reduced to one."""
    if axis is None:
        return size(x)
    axes = [axis] if not isinstance(axis, list | tuple) else axis
    count = 1
    for i in axes:
        count = count * x._array.shape[int(i)]
    return integers_tensor(count, np.dtype(np.int32))


def std(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """The standard deviation along axes, all by default."""
    return _reduce(math.reduce_std, None, a, axis, None, keepdims, "float")


def all(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether all elements are true along axes, all by default: numbers are that are not 0."""
    return math.reduce_all(asarray(a, dtypes.bool_), axis, bool(keepdims))


def any(a: Any, axis: Any = None, keepdims: Any = None) -> Any:
    """Whether some element is true along axes, all by default."""
    return math.reduce_any(asarray(a, dtypes.bool_), axis, bool(keepdims))


def allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Whether all elements are close; see `isclose`."""
    return math.reduce_all(isclose(a, b, rtol, atol, equal_nan))


def count_nonzero(a: Any, axis: Any = None) -> Any:
    """How many elements are not 0, along axes, all by default."""
    return math.count_nonzero(asarray(a), axis)


def nansum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
    """The sum of what is not NaN."""
    x = asarray(a)
    return sum(where(isnan(x), zeros_like(x), x), axis, dtype, keepdims)


def nanprod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Any:
    """The product of what is not NaN."""
    x = asarray(a)
    return prod(where(isnan(x), ones_like(x), x), axis, dtype, keepdims)


def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Any:
    """The mean of what is not NaN; NaN where all are."""
    x = asarray(a)
    if not x.dtype.is_differentiable:
        return mean(x, axis, dtype, keepdims=keepdims)
    to = dtype_of(dtype) or x.dtype
    count = math.reduce_sum(cast(logical_not(isnan(x)), to), axis, bool(keepdims))
    return math.truediv(nansum(x, axis, to, keepdims), count)


def average(a: Any, axis: int | None = None, weights: Any = None, returned: bool = False) -> Any:
    """The mean, of elements by their weights.

    Args:
      axis: one axis; None for all.
      weights: of the shape of `a`, or a vector along `axis`.
      returned: give the sum of the weights too.

    Raises:
      ValueError: if `axis` is several, or the weights have another shape.
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"Argument `axis` must be an integer. Received axis={axis} (of type {type(axis)})")
    x = asarray(a)
    if weights is None:
        x = x if x.dtype.is_differentiable else cast(x, result_type(x, default_float()))
        out = math.reduce_mean(x, axis)
        total: Any = cast(_count(x, axis), x.dtype)
    else:
        given = asarray(weights)
        dtype = result_type(x, weights, *([] if x.dtype.is_differentiable else [default_float()]))
        x, given = cast(x, dtype), cast(given, dtype)
        shapes = x._array.shape, given._array.shape
        if len(shapes[0]) == len(shapes[1]):
            if shapes[0] != shapes[1] and not _vary(*shapes):
                raise ValueError(f"weights must have the shape {x.shape} of `a`, got {given.shape}")
            total = math.reduce_sum(given, axis)
            out = math.truediv(math.reduce_sum(x * given, axis), total)
        else:
            if axis is None or len(shapes[1]) != 1:
                raise ValueError(
                    f"weights of shape {given.shape} must be a vector along an axis that is given, or have the shape "
                    f"{x.shape} of `a`"
                )
            total = math.reduce_sum(given)
            out = math.truediv(tensordot(x, given, [[axis], [0]]), total)
    return (out, broadcast_to(total, out._array.shape)) if returned else out


def _vary(*shapes: tuple[int, ...]) -> bool:
    return bool([n for shape in shapes for n in shape if type(n) is Dim])


def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The sums of all elements up to each one, along an axis; of all, flattened, by default."""
    return _cumulative(math.cumsum, a, axis, dtype)


def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The products of all elements up to each one, along an axis; of all, flattened, by default."""
    return _cumulative(math.cumprod, a, axis, dtype)


def _cumulative(function: Any, a: Any, axis: Any, dtype: Any) -> Any:
    x = asarray(a, dtype)
    x = _wide(x) if dtype is None or x._array.dtype.kind == "b" else x
    return function(reshape(x, [-1]), 0) if axis is None else function(x, axis)


# --- order -----------------------------------------------------------------------------------------------------------


def argmax(a: Any, axis: int | None = None) -> Any:
    """The index of the greatest along an axis, the first of equals; among all, flattened, by default."""
    return _place(math.argmax, a, axis)


def argmin(a: Any, axis: int | None = None) -> Any:
    """The index of the least along an axis, the first of equals; among all, flattened, by default."""
    return _place(math.argmin, a, axis)


def _place(function: Any, a: Any, axis: int | None) -> Any:
    x = asarray(a)
    x = cast(x, dtypes.int8) if x._array.dtype.kind == "b" else x
    return function(reshape(x, [-1]), 0) if axis is None or not x._array.ndim else function(x, axis)


def sort(a: Any, axis: int | None = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """`a` in ascending order along an axis; flattened with `axis=None`.

    Raises:
      ValueError: if `kind` is another than "quicksort", or `order` is given.
    """
    _plain_order(kind, order, ("quicksort",))
    x = asarray(a)
    if x._array.dtype.kind == "b":
        return cast(sort(cast(x, dtypes.int8), axis), dtypes.bool_)
    return math.sorting.sort(reshape(x, [-1]), 0) if axis is None else math.sorting.sort(x, axis)


def argsort(a: Any, axis: int | None = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """The indices, int64, that sort `a` along an axis; of all, flattened, with `axis=None`.

    Raises:
      ValueError: if `kind` is neither "quicksort" nor "stable", or `order` is given.
      TypeError: if `a` is complex.
    """
    _plain_order(kind, order, ("quicksort", "stable"))
    x = asarray(a)
    if x.dtype.is_complex:
        raise TypeError(f"argsort does not support complex64/complex128 dtypes. Received dtype: {x.dtype}")
    x = cast(x, dtypes.int8) if x._array.dtype.kind == "b" else x
    x = reshape(x, [-1]) if axis is None or not x._array.ndim else x
    found = math.sorting.argsort(x, 0 if axis is None else axis, stable=kind == "stable")
    return cast(found, result_type(int) if settings.mode in ("safe", "all") else dtypes.int64)


def _plain_order(kind: str, order: Any, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise ValueError(
            f"Invalid value for argument `kind`. Only {' and '.join(map(repr, kinds))} are supported. Received: "
            f"kind={kind}"
        )
    if order is not None:
        raise ValueError("The `order` argument is not supported. Pass order=None")
