"""The NumPy engine, the default: NumPy's own functions, and the few that NumPy lacks or that an operator does faster.

An operation's forward takes this module as its `xp`. Whatever is not defined here is NumPy's.
"""

import contextvars
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import numpy_linalg as linalg  # noqa: F401
from .numpy_convolution import conv, conv_image, conv_kernel  # noqa: F401
from .numpy_filled import full_of, zeros_of  # noqa: F401
from .numpy_pooling import window_max, window_max_pick, window_max_spread, window_mean, window_mean_spread  # noqa: F401
from .numpy_products import product
from .numpy_slots import (  # noqa: F401
    only_slot,
    slot,
    slot_count,
    slots_empty,
    slots_from,
    slots_of,
    slots_shaped,
    slots_stacked,
    slots_zeros,
    with_slot,
    without_slot,
)  # fmt: skip

Array = np.ndarray[Any, Any] | np.generic
Axes = int | tuple[int, ...] | None

# glibc gives freed memory back to the system when there are a few megabytes of it, and is given it again page by page:
# a fifth of the time of a Hessian-vector product of 256 x 512 matrices. How much it keeps is twice the greatest block,
# of at most 32 MB, that it has seen freed: so it is shown one, of which no page is touched. To other allocators this
# means nothing.
np.empty(31 << 20, np.uint8)

# The operators do what the ufuncs of these names do, and are far faster on NumPy scalars.
add = operator.add
subtract = operator.sub
multiply = operator.mul
negative = operator.neg

# NumPy's functions of these names spend a microsecond on finding out what methods and ufuncs know.


def reshape(x: Array, shape: tuple[int, ...]) -> Any:
    try:
        return x.reshape(shape)
    except ValueError:  # which NumPy raises for -1 beside 0, whatever `x` is
        if x.size or -1 not in shape or 0 not in shape:
            raise
        return x.reshape(resolved(x.shape, shape))


def resolved(given: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of an empty array of the shape `given` in `shape`, of which one length is -1.

    Beside lengths of 0 that one is what is left of the lengths of `given` that are not 0.
    """
    count = math.prod(n for n in given if n or 0 not in shape)
    return tuple(count // math.prod(m for m in shape if m > 0) if n == -1 else n for n in shape)


def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Any:
    return x.transpose(axes)


def sum(x: Array, axis: Axes = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """`np.sum`, with 16-bit floats by way of float32, and rows or columns of a matrix several times as fast."""
    given = x.dtype
    if given.itemsize <= 2 and given.kind in "fV":
        return np.add.reduce(x.astype(np.float32), axis, None, None, keepdims).astype(dtype or given)
    if axis == (-1,) and x.size > 1024 and x.shape[-1] <= 4096 and given.kind == "f" and x.flags.c_contiguous:
        out = np.einsum("...i->...", x)  # within rounding of the pairwise sum, for rows that are not too long
        return out[..., None] if keepdims else out
    if x.size > 8192 and given.kind == "f" and type(axis) is tuple and x.flags.c_contiguous:
        first = len(axis)
        if 0 < first < x.ndim and axis in (tuple(range(first)), tuple(range(-x.ndim, first - x.ndim))):
            rest = x.shape[first:]  # summing rows is a product with ones: up to nine times as fast, and more exact
            columns = math.prod(rest)
            out = product(np.ones(x.size // columns, given), x.reshape(-1, columns))
            return out.reshape((1,) * first + rest if keepdims else rest)
    return np.add.reduce(x, axis, dtype, None, keepdims)


def mean(x: Array, axis: Axes = None, keepdims: bool = False) -> Any:
    """`np.mean` of floating and complex numbers, with 16-bit floats by way of float32."""
    if x.dtype.itemsize <= 2:
        return mean(x.astype(np.float32), axis, keepdims).astype(x.dtype)
    total = sum(x, axis, keepdims)
    return total / x.dtype.type(x.size // total.size if total.size else math.prod([x.shape[i] for i in axis]))


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
        return product(a.reshape(math.prod(batch), k), b).reshape(*batch, b.shape[1])
    return product(a, b)


def gate(g: Array, x: Array) -> Any:
    """`g * (x > 0)`; for large arrays with one fresh array, not three, since these cost more than the arithmetic."""
    if g.size < 8192 or g.shape != x.shape or g.dtype.kind != "f":
        return g * (x > 0)
    out = np.greater(x, 0, out=np.empty(x.shape, g.dtype))
    return np.multiply(g, out, out=out)


def copied(x: Array) -> Any:
    """`x` in memory of its own. Where a short axis would be NumPy's innermost loop, as of a mirrored picture's colours,
    each of its places is copied at once.
    """
    if x.ndim < 2 or not 1 < x.shape[-1] <= 4 or x.strides[-2] == x.shape[-1] * x.strides[-1]:
        return np.array(x)
    out = np.empty(x.shape, x.dtype)
    for i in range(x.shape[-1]):
        out[..., i] = x[..., i]
    return out


def where(condition: Array, x: Array, y: Array) -> Any:
    """`np.where`, which on large arrays waits for conditions nobody can predict: here bits are chosen unasked."""
    dtype = x.dtype
    if condition.size == 1 and dtype == y.dtype and x.size + y.size > 8192:  # a copy is faster, of what is taken
        shape = np.broadcast_shapes(condition.shape, x.shape, y.shape)
        return copied(np.broadcast_to(x if condition.item() else y, shape))
    floats = dtype.kind == "f" and dtype == y.dtype and dtype.itemsize <= 8
    if condition.size < 8192 or not floats or condition.dtype != np.bool_:
        return np.where(condition, x, y)
    bits = np.dtype(f"i{dtype.itemsize}")
    mask = np.negative(condition.view(np.int8)).astype(bits)  # all ones where true
    a, b = x.view(bits), y.view(bits)
    if b.ndim == 0 and b == 0:
        return (a & mask).view(dtype)
    return (((a ^ b) & mask) ^ b).view(dtype)


def maximum(x: Array, y: Any) -> Any:
    """`np.maximum`, with a number next to a large array three times as fast."""
    return np.clip(x, y, np.inf) if x.size > 8192 and _limits(y, x) else np.maximum(x, y)


def minimum(x: Array, y: Any) -> Any:
    return np.clip(x, -np.inf, y) if x.size > 8192 and _limits(y, x) else np.minimum(x, y)


def _limits(y: Any, x: Array) -> bool:
    return not getattr(y, "ndim", 0) and x.dtype.kind == "f" and x.dtype.itemsize > 2


def power(x: Array, y: Array) -> Any:
    """`np.power`, which takes squares and cubes for logarithms."""
    if y.ndim == 0:
        if y == 2:
            return x * x
        if y == 3:
            return x * x * x
        if y == 1:
            return x
        if y == 0.5:  # for which NumPy takes the square root, which differs at -inf and at -0
            return np.where(x == -np.inf, -x, np.sqrt(x + 0))
    return np.power(x, y)


def sigmoid(x: Array) -> Any:
    """1 / (1 + exp(-x)), in one array. exp(-x) may overflow to inf, and 1 / inf is the 0 wanted."""
    if type(x) is not np.ndarray or not x.ndim:
        return 1 / (1 + np.exp(-x))
    out = np.negative(x)
    np.exp(out, out)
    np.add(out, 1, out)
    return np.divide(1, out, out)


def cumulative_logsumexp(x: Array, axis: int) -> Any:
    return np.logaddexp.accumulate(x, axis)


def complex(real: Array, imag: Array) -> Any:
    """`real + 1j * imag`, without making nan of infinities."""
    out = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real.dtype, np.complex64))
    out.real, out.imag = real, imag
    return out


def put_along_axis(x: Array, indices: Array, axis: int, size: int) -> Any:
    """Zeros of length `size` along `axis`, with `x` at `indices`, which broadcast; the transpose of taking."""
    shape = list(x.shape)
    shape[axis] = size
    out = np.zeros(shape, x.dtype)
    np.put_along_axis(out, indices, x, axis)
    return out


def __getattr__(name: str) -> Any:
    value = _special(_SPECIAL[name]) if name in _SPECIAL else getattr(np, name)
    globals()[name] = value  # the next look-up is a plain one
    return value


# --- special functions, which are SciPy's ----------------------------------------------------------------------------

_SPECIAL = {
    "erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "lgamma": "gammaln", "digamma": "psi", "polygamma": "polygamma",
    **{
        name: name
        for name in (
            "betainc", "dawsn", "expi", "gammainc", "gammaincc", "i0", "i0e", "i1", "i1e", "j0", "j1", "k0", "k0e",
            "k1", "k1e", "ndtri", "spence", "y0", "y1", "zeta",
        )
    },
}  # fmt: skip


def _special(name: str) -> Any:
    import scipy.special

    function = getattr(scipy.special, name)

    def special(*arrays: Array) -> Any:
        dtype = arrays[-1].dtype
        if dtype.itemsize <= 2:
            arrays = tuple(x.astype(np.float32) for x in arrays)
        out = function(*arrays)
        return out if out.dtype == dtype else out.astype(dtype)

    return special


def fresnel_sin(x: Array) -> Any:
    return _fresnel(x)[0]


def fresnel_cos(x: Array) -> Any:
    return _fresnel(x)[1]


def _fresnel(x: Array) -> Any:
    import scipy.special

    return [part.astype(x.dtype) for part in scipy.special.fresnel(x)]


def gammainc_slope(a: Array, x: Array) -> Any:
    """The derivative of `gammainc(a, x)` by `a`."""
    from scipy import special

    dtype = x.dtype
    a, x = a.astype(np.float64), x.astype(np.float64)
    h = 1e-3 * a

    def along(tail: Any) -> Any:  # a central difference of fourth order
        near, far = tail(a + h, x) - tail(a - h, x), tail(a + 2 * h, x) - tail(a - 2 * h, x)
        return (8 * near - far) / (12 * h)

    # Of the two tails the smaller is the one that floating point knows well.
    return np.where(x > a, -along(special.gammaincc), along(special.gammainc)).astype(dtype)[()]


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


def reentered(error: Exception, kernel: Any, /, *arrays: Any, **attributes: Any) -> Any:
    """What `kernel` makes of these where a context's `run` raised `error`, to its caller, since it was entered already:
    what runs in it calls operations, by a `__float__` for example, or a signal's handler does. Raises other errors.
    """
    trace = error.__traceback__
    if type(error) is RuntimeError and trace and not trace.tb_next and str(error).startswith("cannot enter context"):
        return kernel(*arrays, **attributes)
    raise error


# --- arrays ----------------------------------------------------------------------------------------------------------
def stack(xs: Sequence[Array], axis: int = 0) -> Array:
    """The arrays, of one shape and dtype, along a new axis."""
    if axis in (0, -1 - xs[0].ndim) and xs[0].dtype.kind != "O":
        return np.array(xs)
    return np.stack(xs, axis)


def top_places(x: Array, k: int) -> Any:
    """Where the `k` least are along the last axis, in order, the first of equals first."""
    n = x.shape[-1]
    if k > 0 and 8 * k <= n and n >= 64 and x.size:
        bound = np.partition(x, k - 1, axis=-1)[..., k - 1 : k]
        if (bound == bound).all():  # else there are fewer than k that are not nan
            below = x <= bound
            if np.count_nonzero(below) > x.size // n * k:  # of those equal to the bound, the first
                equal = x == bound
                below &= ~equal
                rest = k - np.count_nonzero(below, axis=-1, keepdims=True)
                below |= equal & (np.cumsum(equal, -1) <= rest)
            places = np.flatnonzero(below).reshape(*x.shape[:-1], k) % n
            order = np.argsort(np.take_along_axis(x, places, -1), axis=-1, stable=True)
            return np.take_along_axis(places, order, -1)
    return np.argsort(x, axis=-1, stable=True)[..., :k]


# --- writing: into arrays that are made here, so that forwards need not ----------------------------------------------


def place(values: Sequence[Array], keys: Sequence[Any], shape: tuple[int, ...], fill: Any = None) -> Array:
    """An array of `shape` of zeros, or full of `fill`, and added into it each value at its key (a basic index)."""
    dtype = values[0].dtype
    out = zeros_of(shape, dtype) if fill is None else np.full(shape, fill, dtype)
    if len(values) == 1:
        out[keys[0]] = values[0]
        return out
    for value, key in zip(values, keys, strict=True):
        out[key] += value
    return out


def put_rows(x: Array, indices: Array, values: Array, axis: int) -> Array:
    """A copy of `x` whose slices along the negative `axis` at the vector `indices` are `values`."""
    out = np.array(x)
    out[(..., indices, *[slice(None)] * (-1 - axis))] = values
    return out


def with_part(x: Array, value: Array, key: Any, out: Any = None) -> Array:
    """`x` with `value` at `key`: a copy, or `out`, which is `x` itself where nobody else has it."""
    out = np.array(x) if out is None else out
    out[key] = value
    return out


def add_rows(out: Array, indices: Array, values: Array, axis: int) -> None:
    """Add `values` into the slices of `out` along the negative `axis` at `indices`, which may repeat. In place."""
    inner = out.ndim + axis + 1
    count = indices.size
    if not count or not out.size:
        return
    into = out.reshape(-1, out.shape[axis], math.prod(out.shape[inner:]))  # a view, since `out` is contiguous
    rows = values.reshape(into.shape[0], count, into.shape[2])
    at = indices.reshape(-1)
    if into.shape[0] == into.shape[2] == 1:
        np.add.at(into[0, :, 0], at, rows[0, :, 0])
        return
    if count > 1:  # add up what repeats: `np.add.at` is slow on rows
        order = np.argsort(at, kind="stable")
        at = at[order]
        first = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1])))
        rows = rows[:, order]
        if len(first) < count:
            at, rows = at[first], np.add.reduceat(rows, first, axis=1)
    into[:, at] += rows


def scatter_rows(x: Array, indices: Array, axis: int, size: int) -> Array:
    """Zeros of length `size` along the negative `axis`, and added into their slices at `indices` those of `x`."""
    inner = x.ndim + axis + 1
    out = zeros_of((*x.shape[: inner - indices.ndim], size, *x.shape[inner:]), x.dtype)
    add_rows(out, indices, x, axis)
    return out


def sparse_product(values: Array, rows: Array, columns: Array, b: Array, size: int) -> Array:
    """The matrix of `size` rows that has `values` at `rows` and `columns`, times `b`, which may have leading axes."""
    if values.dtype.kind not in "fc" or values.dtype.itemsize < 4:
        return scatter_rows(np.take(b, columns, -2) * values[:, None], rows, -2, size)
    from scipy.sparse import coo_array

    lead, (m, n) = b.shape[:-2], b.shape[-2:]
    wide = np.moveaxis(b, -2, 0).reshape(m, -1)  # the leading axes beside the columns
    out = coo_array((values, (rows, columns)), (size, m)).tocsr() @ wide
    return np.moveaxis(out.reshape(size, *lead, n), 0, -2)


def reduce_rows(name: str, x: Array, indices: Array, size: int, fill: Any) -> Array:
    """`size` rows: the ufunc `name` over the rows of `x` that share an index, and `fill` where there is none."""
    out = np.full((size, *x.shape[1:]), fill, x.dtype)
    if indices.size and x.size:
        order = np.argsort(indices, kind="stable")
        at = indices[order]
        first = np.flatnonzero(np.concatenate(([True], at[1:] != at[:-1])))
        out[at[first]] = getattr(np, name).reduceat(x[order], first, axis=0)
    return out


_UNSIGNED = {np.dtype(s): np.dtype(u) for s, u in (("i2", "u2"), ("i4", "u4"), ("i8", "u8"))}


def take(x: Array, indices: Array, axis: int) -> Array:
    """The slices of `x` along `axis` at `indices`. Raises IndexError where one is negative or too great."""
    size = x.shape[axis]
    unsigned = indices.view(_UNSIGNED[indices.dtype])  # in which the negative are the greatest
    if np.count_nonzero(unsigned >= size):
        outside = first_outside(indices, size)
        at = ",".join(map(str, outside))  # type: ignore[arg-type]
        raise IndexError(f"indices[{at}] = {indices[outside]} is not in [0, {size})")
    return x.take(indices, axis)


def search_rows(rows: Array, values: Array, side: Any, dtype: Any) -> Array:
    """For each of the ascending `rows`, where its `values` belong in it."""
    found = [np.searchsorted(row, wanted, side) for row, wanted in zip(rows, values, strict=True)]
    return np.asarray(found, dtype).reshape(values.shape)


def detects(condition: Array) -> bool:
    """Whether `condition` is true somewhere, for checks of values; an engine that compiles before there are any sees
    nothing.
    """
    return bool(condition.any())


def first_outside(indices: Array, size: Any) -> tuple[int, ...] | None:
    """The position of the first index that is not in [0, size), if there is one."""
    wrong = (indices < 0) | (indices >= size)
    if not wrong.any():
        return None
    return tuple(np.argwhere(wrong)[0].tolist())


def decrement(x: Array, indices: Array) -> Array:
    """`x` less 1 at `indices` along its last axis, in place: for an array that nobody else has."""
    if not x.flags.c_contiguous:  # of a transposed array: as rows it would be a copy
        at = np.expand_dims(indices, -1)
        np.put_along_axis(x, at, np.take_along_axis(x, at, -1) - x.dtype.type(1), -1)
        return x
    rows = x.reshape(-1, x.shape[-1])
    rows[np.arange(len(rows)), indices.reshape(-1)] -= 1
    return x
