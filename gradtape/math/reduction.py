"""Reductions along axes: sums, means, products, extrema, variances, norms, and the truth of all or any."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of, shape_of
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..operations.primitive import Primitive, primitive
from ..operations.public import F, declared
from ..values.composite import kinds as composites
from ..values.convert import convert_to_tensor, to_array
from ..values.dtypes import BY_NUMPY, int32, int64
from ..values.errors import invalid
from ..values.symbolic import Dim, greatest, integers_tensor, known, least
from ..values.tensor import EagerTensor, Tensor, wrap
from .arithmetic import maximum
from .cast import cast, cast_like
from .comparison import equal_p, like, not_equal_p, truth, zeros_like
from .complex_numbers import conj_p, real_p
from .cumulative import cumprod_p, shift_p
from .elementwise import is_complex, rsqrt_p, sqrt_p, square_p

__all__ = [
    "count_nonzero", "l2_normalize", "reduce_all", "reduce_any", "reduce_euclidean_norm", "reduce_logsumexp",
    "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_std", "reduce_sum", "reduce_variance",
    "zero_fraction",
]  # fmt: skip

_NUMBERS = "fciu"

# `axis` is always a tuple of different negative numbers in ascending order.
Axes = tuple[int, ...]

# --- back to the shape of what was reduced ---------------------------------------------------------------------------


def kept(x: Any, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """`x`, which has the shape that reducing `shape` gives (after leading axes), with axes of length 1 put back."""
    if keepdims or not axis:
        return x
    lead = lead_of(x, len(shape) - len(axis))
    if not lead and axis == tuple(range(-len(shape), axis[-1] + 1)):
        return x  # the axes are the first ones, where broadcasting puts them
    whole = list(shape)
    for i in axis:
        whole[i] = 1
    return reshape_p(x, shape=(*lead, *whole))


def spread_back(g: Any, shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    """The cotangent of a sum over `axis`: `g` at every element that was summed."""
    lead = lead_of(g, len(shape) - (0 if keepdims else len(axis)))
    return broadcast_to_p(kept(g, shape, axis, keepdims), shape=lead + shape)


def remaining(j: int, ndim: int, axis: Axes, keepdims: bool) -> int | None:
    """The axis of what was reduced that is the result's axis `j`."""
    if keepdims:
        return None if j in axis else j
    return [i for i in range(-ndim, 0) if i not in axis][j]


def _count(shape: tuple[int, ...], axis: Axes) -> int:
    return math.prod([shape[i] for i in axis])


def _divisor(shape: tuple[int, ...], axis: Axes) -> int:
    """What a mean's derivative divides by: 1 where there are no elements, which change nothing."""
    n = _count(shape, axis)
    return greatest(n, 1) if type(n) is Dim else n or 1


# --- public functions ------------------------------------------------------------------------------------------------

_every = [tuple(range(-n, 0)) for n in range(33)]  # all axes, by their number


def axes(axis: Any, ndim: int, op: str) -> Axes:
    """`axis`, as the public functions take it, for primitives: negative, in order, and all of them for None."""
    if axis is None:
        return _every[ndim]
    if type(axis) is int:
        if -ndim <= axis < ndim:
            return (axis if axis < 0 else axis - ndim,)
        given = [axis]
    else:
        named = hasattr(axis, "dtype") or isinstance(axis, str)
        array = (
            known(axis._array, "The axis of a reduction")
            if isinstance(axis, Tensor)
            else to_array(axis, None if named else int32)
        )
        if array.dtype.kind not in "iu":
            raise invalid(op, f"The axis of a reduction is an integer or several, got {BY_NUMPY[array.dtype].name}")
        given = array.ravel().tolist()
    for i in given:
        if not -ndim <= i < ndim:
            raise invalid(op, f"Invalid reduction dimension ({i} for input with {ndim} dimension(s)")
    found = sorted({i if i < 0 else i - ndim for i in given})
    if len(found) < len(given):
        raise invalid(op, f"Invalid reduction arguments: Axes contains a duplicate dimension: {given}")
    return tuple(found)


def _reduction(reduce: Primitive, convert: Callable[[Any], EagerTensor] = convert_to_tensor) -> Callable[[F], F]:
    """Decorates the `def` of a public function of a tensor, axes, `keepdims` and a name: `public` for reductions."""
    op = reduce.definition.op
    reduce.definition.shape = _reduced_shape

    def define(said: F) -> F:
        def other(x: Any, axis: Any, keepdims: Any) -> Any:
            x = convert(x)
            if type(x) in composites:
                return x._reduced(function, axis, bool(keepdims))
            return reduce(x, axis=axes(axis, x._array.ndim, op), keepdims=bool(keepdims))

        form = lambda x, axis, keepdims, name: (
            reduce(x, axis=axes(axis, x._array.ndim, op), keepdims=bool(keepdims))
            if type(x) is EagerTensor
            else other(x, axis, keepdims)
        )
        function = declared(reduce, form)(said)
        return function

    return define


def _reduced_shape(x_shape: tuple[int, ...], axis: Axes, keepdims: bool = False) -> tuple[int, ...]:
    return tuple([1 if i in axis else n for i, n in enumerate(x_shape, -len(x_shape)) if keepdims or i not in axis])


# --- sums and means --------------------------------------------------------------------------------------------------


@primitive(op="Sum", kinds=_NUMBERS, same=("x",), linear=("x",))
def sum_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    return xp.sum(x, axis, keepdims=keepdims, dtype=x.dtype)


sum_p.vjp(x=lambda g, x_shape, axis, keepdims: spread_back(g, x_shape, axis, keepdims))
sum_p.along(x=lambda j, x_shape, axis, keepdims: remaining(j, len(x_shape), axis, keepdims))


@_reduction(sum_p)
def reduce_sum(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The sum of the elements along axes.

    Args:
      input_tensor: a numeric tensor.
      axis: an axis, or several (a list, tuple or integer tensor), counted from the end when negative; all by default.
      keepdims: keep the axes, with length 1.

    Returns:
      A tensor of the dtype of `input_tensor`: integers stay integers, and overflow as they do.

    Raises:
      InvalidArgumentError: if there is no such axis, if one comes twice, or for a dtype without sums.

    >>> import gradtape as tf
    >>> tf.reduce_sum([[1, 2], [3, 4]], axis=0).numpy()
    array([4, 6], dtype=int32)
    """


# It is linear, and does not say so: forward mode would take the mean of nothing, which is nan, for its tangent.
@primitive(op="Mean", kinds=_NUMBERS, same=("x",))
def mean_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    if x.dtype.kind not in "iu":
        return xp.mean(x, axis, keepdims=keepdims)
    total = xp.sum(x, axis, keepdims=keepdims, dtype=xp.int64 if x.dtype.kind == "i" else xp.uint64)
    n = total.dtype.type(_count(x.shape, axis) or 1)
    return (xp.sign(total) * (xp.abs(total) // n)).astype(x.dtype)  # toward zero


def _mean_back(g: Any, x_shape: tuple[int, ...], axis: Axes, keepdims: bool) -> Any:
    return spread_back(g / like(g, _divisor(x_shape, axis)), x_shape, axis, keepdims)


mean_p.vjp(x=_mean_back)
mean_p.along(x=lambda j, x_shape, axis, keepdims: remaining(j, len(x_shape), axis, keepdims))


@_reduction(mean_p)
def reduce_mean(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The mean of the elements along axes; arguments as in `tf.reduce_sum`.

    The mean of integers is an integer, rounded toward zero: `tf.cast` them first for another.

    >>> import gradtape as tf
    >>> tf.reduce_mean([1.0, 2.0]).numpy(), tf.reduce_mean([1, 2]).numpy()
    (np.float32(1.5), np.int32(1))
    """


# --- products: the derivative is the product of the others, which is right where there are zeros ---------------------


@primitive(op="Prod", kinds=_NUMBERS, same=("x",))
def prod_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    """The product along one axis."""
    return xp.prod(x, axis, keepdims=keepdims, dtype=x.dtype)


def _product_of_others(x: Any, axis: Axes) -> Any:
    (i,) = axis
    before = shift_p(cumprod_p(x, axis=i, step=1), axis=i, step=1, fill=1)
    after = shift_p(cumprod_p(x, axis=i, step=-1), axis=i, step=-1, fill=1)
    return before * after


prod_p.vjp(x=lambda g, x, axis, keepdims: kept(g, shape_of(x), axis, keepdims) * _product_of_others(x, axis))
prod_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


def reduce_prod(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The product of the elements along axes; arguments as in `tf.reduce_sum`. Its gradient is right where some are 0.

    >>> import gradtape as tf
    >>> tf.reduce_prod([2.0, 3.0]).numpy()
    np.float32(6.0)
    """
    x = convert_to_tensor(input_tensor)
    if type(x) in composites:
        return x._reduced(reduce_prod, axis, bool(keepdims))
    axis = axes(axis, x._array.ndim, "Prod")
    if len(axis) == x._array.ndim and not keepdims:
        return prod_p(reshape_p(x, shape=(-1,)), axis=(-1,))
    if not axis:
        prod_p.definition.check((x._array,))
        return sum_p(x, axis=())  # a tensor of its own
    for i in axis:
        x = prod_p(x, axis=(i,), keepdims=bool(keepdims))
    return x


# --- extrema: equal ones share the gradient --------------------------------------------------------------------------


def _lowest(dtype: np.dtype[Any]) -> Any:
    return -np.inf if BY_NUMPY[dtype].is_floating else BY_NUMPY[dtype].min


def _highest(dtype: np.dtype[Any]) -> Any:
    return np.inf if BY_NUMPY[dtype].is_floating else BY_NUMPY[dtype].max


def _or_limit(xp: Any, reduce: Any, x: Any, axis: Axes, keepdims: bool, limit: Any) -> Any:
    """The extremum, and `limit` where there is nothing to compare."""
    if _count(x.shape, axis):
        return reduce(x, axis, keepdims=keepdims)
    shape = [1 if i - x.ndim in axis else n for i, n in enumerate(x.shape) if keepdims or i - x.ndim not in axis]
    return xp.full(shape, limit(x.dtype), x.dtype)


@primitive(op="Max", kinds="fiu", same=("x",))
def max_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    return _or_limit(xp, xp.max, x, axis, keepdims, _lowest)


@primitive(op="Min", kinds="fiu", same=("x",))
def min_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    return _or_limit(xp, xp.min, x, axis, keepdims, _highest)


def _extremum_back(g: Any, x: Any, out: Any, axis: Axes, keepdims: bool) -> Any:
    shape = shape_of(x)
    chosen = cast_like(equal_p(x, kept(out, shape, axis, keepdims)), g)
    share = chosen / sum_p(chosen, axis=axis, keepdims=True)
    return kept(g, shape, axis, keepdims) * share


max_p.vjp(x=_extremum_back)
min_p.vjp(x=_extremum_back)
max_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


@_reduction(max_p)
def reduce_max(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The greatest element along axes; arguments as in `tf.reduce_sum`.

    It is nan where one is nan, and -inf or the smallest integer where there are none. Equal ones share the gradient.
    """


min_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


@_reduction(min_p)
def reduce_min(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The smallest element along axes; arguments as in `tf.reduce_sum`.

    It is nan where one is nan, and inf or the greatest integer where there are none. Equal ones share the gradient.
    """


# --- logsumexp -------------------------------------------------------------------------------------------------------


@primitive(op="LogSumExp", kinds="f", same=("x",))
def logsumexp_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    if not _count(x.shape, axis):
        return xp.log(xp.sum(x, axis, keepdims=keepdims, dtype=x.dtype))
    m = xp.max(x, axis, keepdims=True)
    m = xp.where(xp.isfinite(m), m, x.dtype.type(0))
    out = xp.log(xp.sum(xp.exp(x - m), axis, keepdims=True, dtype=x.dtype)) + m
    return out if keepdims else xp.squeeze(out, axis)


@primitive(op="Softmax", kinds="f", same=("x",))
def joint_softmax_p(xp: Any, x: Any, *, axis: Axes) -> Any:
    """exp(x) / sum(exp(x)) over several axes; 0 next to an infinity, and nan for it."""
    if not _count(x.shape, axis):
        return x
    m = xp.max(x, axis, keepdims=True)
    e = xp.exp(x - xp.where(xp.isfinite(m), m, x.dtype.type(0)))
    return e / xp.sum(e, axis, keepdims=True, dtype=x.dtype)


joint_softmax_p.vjp(x=lambda g, out, axis: (g - sum_p(g * out, axis=axis, keepdims=True)) * out)
joint_softmax_p.along(x=lambda j, axis: None if j in axis else j)

# exp(x - out) would do, but for the rounding of large values.
logsumexp_p.vjp(x=lambda g, x, axis, keepdims: kept(g, shape_of(x), axis, keepdims) * joint_softmax_p(x, axis=axis))
logsumexp_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


@_reduction(logsumexp_p)
def reduce_logsumexp(input_tensor: Any, axis: Any = None, keepdims: bool = False,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """log(sum(exp(x))) along axes, without overflow.

    Arguments as in `tf.reduce_sum`, for floating dtypes.

    >>> import gradtape as tf
    >>> tf.reduce_logsumexp([1000.0, 0.0]).numpy()
    np.float32(1000.0)
    """


# --- variance and norm -----------------------------------------------------------------------------------------------


@primitive(op="Variance", kinds="f", same=("x",))
def variance_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    d = x - xp.mean(x, axis, keepdims=True)
    return xp.mean(d * d, axis, keepdims=keepdims)


def _variance_back(g: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    shape = shape_of(x)
    slope = like(g, 2) / like(g, _divisor(shape, axis))
    return kept(g * slope, shape, axis, keepdims) * (x - mean_p(x, axis=axis, keepdims=True))


variance_p.vjp(x=_variance_back)
variance_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False,
                    name: str | None = None) -> EagerTensor:  # fmt: skip
    """The mean of |x - mean(x)|**2 along axes; arguments as in `tf.reduce_sum`.

    Raises:
      TypeError: for integers.

    >>> import gradtape as tf
    >>> tf.math.reduce_variance([1.0, 3.0]).numpy()
    np.float32(1.0)
    """
    x = convert_to_tensor(input_tensor)
    if x.dtype.is_integer:
        raise TypeError(f"Input must be either real or complex. Received integer type {x.dtype!r}. Use tf.cast first.")
    axis, keepdims = axes(axis, x._array.ndim, "Mean"), bool(keepdims)
    if not is_complex(x):
        return variance_p(x, axis=axis, keepdims=keepdims)
    d = x - mean_p(x, axis=axis, keepdims=True)
    return mean_p(real_p(d * conj_p(d)), axis=axis, keepdims=keepdims)


def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """The square root of `tf.math.reduce_variance`; its gradient is nan where all elements are equal."""
    return sqrt_p(reduce_variance(input_tensor, axis, keepdims))


@primitive(op="EuclideanNorm", kinds=_NUMBERS, same=("x",), holomorphic=False)
def euclidean_norm_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    if x.dtype.kind in "iu":
        return xp.sqrt(xp.sum(xp.square(x.astype(xp.float64)), axis, keepdims=keepdims)).astype(x.dtype)
    return xp.sqrt(xp.sum(x * xp.conj(x) if x.dtype.kind == "c" else x * x, axis, keepdims=keepdims, dtype=x.dtype))


def _norm_back(g: Any, x: Any, out: Any, axis: Axes, keepdims: bool) -> Any:
    shape = shape_of(x)
    n = _count(shape, axis)
    if type(n) is Dim or n == 0:  # the norm of nothing does not change
        out = out + like(g, 1 - least(n, 1))
    return kept(g / out, shape, axis, keepdims) * x


euclidean_norm_p.vjp(x=_norm_back)
euclidean_norm_p.along(x=lambda j, x, axis, keepdims: remaining(j, x.ndim, axis, keepdims))


@_reduction(euclidean_norm_p)
def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False,
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """The root of the sum of squares along axes; its gradient at 0 is nan."""


# --- truth -----------------------------------------------------------------------------------------------------------


@primitive(op="Any", kinds="b", same=("x",))
def any_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    return xp.any(x, axis, keepdims=keepdims)


@_reduction(any_p, truth)
def reduce_any(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """Whether any element of a bool tensor is true, along axes."""


@primitive(op="All", kinds="b", same=("x",))
def all_p(xp: Any, x: Any, *, axis: Axes, keepdims: bool = False) -> Any:
    return xp.all(x, axis, keepdims=keepdims)


@_reduction(all_p, truth)
def reduce_all(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> EagerTensor:
    """Whether all elements of a bool tensor are true, along axes."""


# --- made of them -----------------------------------------------------------------------------------------------------


def count_nonzero(input: Any, axis: Any = None, keepdims: bool | None = None, dtype: Any = int64,
                  name: str | None = None) -> EagerTensor:  # fmt: skip
    """The number of elements that are not 0 (false, empty), along axes; of dtype `dtype`.

    >>> import gradtape as tf
    >>> tf.math.count_nonzero([0, 1, 2]).numpy()
    np.int64(2)
    """
    x = convert_to_tensor(input)
    zero = wrap(np.array(b"", object)) if x.dtype._kind == "s" else zeros_like(x)
    return cast(reduce_sum(cast(not_equal_p(x, zero), int64), axis, bool(keepdims)), dtype)


def zero_fraction(value: Any, name: str | None = None) -> EagerTensor:
    """The fraction of elements that are 0, a float32 scalar; nan where there are none."""
    x = convert_to_tensor(value)
    size = cast(integers_tensor(x._array.size, np.int64), "float64")
    return cast((size - cast(count_nonzero(x), "float64")) / size, "float32")


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None,
                 dim: Any = None) -> EagerTensor:  # fmt: skip
    """`x / sqrt(max(sum(|x|**2), epsilon))`, with the sum along axes.

    Args:
      x: a floating or complex tensor.
      axis: what `tf.reduce_sum` takes; all axes by default. `dim` is its old name.

    >>> import gradtape as tf
    >>> tf.math.l2_normalize([3.0, 4.0]).numpy()
    array([0.6, 0.8], dtype=float32)
    """
    x = convert_to_tensor(x)
    axis = dim if axis is None else axis
    size = real_p(x * conj_p(x)) if is_complex(x) else square_p(x)
    total = reduce_sum(size, axis, keepdims=True)
    scale = rsqrt_p(maximum(total, epsilon))
    return x * (cast_like(scale, x) if is_complex(x) else scale)
