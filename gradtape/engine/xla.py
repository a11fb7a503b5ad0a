"""The XLA engine: `jax.numpy`, and what forwards ask of an engine that it lacks or spells otherwise.

A forward takes this module as its `xp` inside `jax.jit`, where arrays have shapes and dtypes but no values yet. So
nothing here can look at a value: indices out of range are clamped when they are read and dropped when they are written,
as XLA does, and the checks that need values (`detects`, `first_outside`) find nothing. Whatever is not defined here is
jax.numpy's. Trace and run within `precise()`, in which float64 and int64 are what they say.

This module imports JAX. Nothing in gradtape imports this module until XLA is asked for.
"""

import itertools
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import linalg as linear
from jax.scipy import special

from . import numpy as numpy_engine
from .numpy_convolution import Ints, Pairs, out_size
from .numpy_pooling import _share
from .xla_slots import (  # noqa: F401
    SomeSlots,
    only_slot,
    slot,
    slot_count,
    slots_empty,
    slots_of,
    slots_shaped,
    slots_stacked,
    slots_zeros,
    with_slot,
    without_slot,
)  # fmt: skip

Array = Any  # a jax.Array, traced or not, or a NumPy array that is a constant of the program

# --- running a primitive ---------------------------------------------------------------------------------------------

_this = sys.modules[__name__]

_BY_SCIPY = (
    "_expint", "_gamma_slope", "dawsn", "fresnel_cos", "fresnel_sin", "j0", "j1", "k0", "k0e", "k1",
    "k1e", "spence", "y0", "y1",
)  # fmt: skip

UNSUPPORTED = {
    **dict.fromkeys(_BY_SCIPY, "it is computed by SciPy"),
    **dict.fromkeys(
        ("beam_paths", "greedy_paths", "product_pairs", "set_operation", "sparse_counts"),
        "its result's shape depends on values",
    ),
    "nonzero": "its result's shape depends on values",
    "place_at": "the bounds of a slice are values, and its result's shape depends on them",
    "range": "its result's shape depends on values",
    "slice_at": "the bounds of a slice are values, and its result's shape depends on them",
    "unique": "its result's shape depends on values",
    "where_true": "its result's shape depends on values",
}
"""The primitives that XLA cannot run, and why. Those that depend on values run where the values are constants."""


NEEDS_VALUES = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
)


def run(definition: Any, *arrays: Array, **attributes: Any) -> Any:
    """What the primitive of this `Definition` gives for `arrays` on XLA.

    Raises:
      NotImplementedError: if XLA cannot run it: it needs values to know a shape, or works on strings.
    """
    if any(getattr(x, "dtype", None) == np.object_ for x in arrays):
        raise NotImplementedError(f"XLA cannot run {definition.op}: it is of strings.")
    try:
        return definition.forward(_this, *arrays, **attributes)
    except NEEDS_VALUES as error:
        why = UNSUPPORTED.get(definition.name, "it needs values while the program is compiled")
        raise NotImplementedError(f"XLA cannot run {definition.op}: {why}.") from error


def precise() -> Any:
    """A context for this thread in which JAX has the 64-bit types, whatever the program has set."""
    return jax.enable_x64(True)


def __getattr__(name: str) -> Any:
    # What neither has by this name is NumPy's or SciPy's, and runs on the host.
    return getattr(jnp, name) if hasattr(jnp, name) else getattr(numpy_engine, name)


def top_places(x: Array, k: int) -> Array:
    """Where the `k` least are along the last axis, in order, the first of equals first."""
    return jnp.argsort(x, axis=-1, stable=True)[..., :k]


def reshape(x: Array, shape: tuple[int, ...]) -> Array:
    empty = -1 in shape and 0 in shape and 0 in x.shape  # which JAX refuses
    return jnp.reshape(x, numpy_engine.resolved(x.shape, shape) if empty else shape)


# --- checks of values, which there are none of -----------------------------------------------------------------------


def detects(condition: Array) -> bool:
    return False


def first_outside(indices: Array, size: Any) -> None:
    return None


# --- elementwise -----------------------------------------------------------------------------------------------------

erf, erfc, erfinv = special.erf, special.erfc, special.erfinv
lgamma, digamma = special.gammaln, special.digamma
i0, i0e, i1, i1e = special.i0, special.i0e, special.i1, special.i1e
ndtri, zeta = special.ndtri, special.zeta
gammainc, gammaincc, betainc = special.gammainc, special.gammaincc, special.betainc


def gammainc_slope(a: Array, x: Array) -> Array:
    """The derivative of `gammainc(a, x)` by `a`."""
    return jnp.where(jnp.isinf(x), jnp.zeros((), x.dtype), lax.igamma_grad_a(*jnp.broadcast_arrays(a, x)))


def polygamma(n: Array, x: Array) -> Array:
    """The derivative of order `n + 1` of `lgamma`; `n` is of the dtype of `x`."""
    return lax.polygamma(*jnp.broadcast_arrays(n, x))


def sigmoid(x: Array) -> Array:
    return 1 / (1 + jnp.exp(-x))


def cumulative_logsumexp(x: Array, axis: int) -> Array:
    return lax.cumlogsumexp(x, axis % x.ndim)


def complex(real: Array, imag: Array) -> Array:
    """`real + 1j * imag`, without making nan of infinities."""
    wide = np.result_type(real.dtype, np.float32)
    real, imag = jnp.broadcast_arrays(jnp.asarray(real, wide), jnp.asarray(imag, wide))
    return lax.complex(real, imag)


def add(x: Array, y: Array) -> Array:
    return x + y  # of lists too, of which some elements are given


def conj(x: Array) -> Array:
    return x.conj() if isinstance(x, SomeSlots) else jnp.conj(x)


conjugate = conj


def gate(g: Array, x: Array) -> Array:
    """`g` where `x > 0`, else 0."""
    return jnp.where(x > 0, g, jnp.zeros((), g.dtype))


def decrement(x: Array, indices: Array) -> Array:
    """`x` less 1 at `indices` along its last axis."""
    return x - (jnp.arange(x.shape[-1]) == indices[..., None]).astype(x.dtype)


# --- taking and putting ----------------------------------------------------------------------------------------------


def stack(xs: Sequence[Array], axis: int = 0) -> Array:
    return jnp.stack(xs, axis)


def take(x: Array, indices: Array, axis: int) -> Array:
    """The slices of `x` along `axis` at `indices`, of which those out of range are clamped."""
    if not x.shape[axis]:  # there is nothing to take
        end = x.ndim + axis
        return jnp.zeros((*x.shape[:end], *indices.shape, *x.shape[end + 1 :]), x.dtype)
    return jnp.take(x, indices, axis, mode="clip")


def put_along_axis(x: Array, indices: Array, axis: int, size: int) -> Array:
    """Zeros of length `size` along `axis`, with `x` at `indices`, which broadcast; the transpose of taking."""
    shape = list(x.shape)
    indices = jnp.broadcast_to(indices, shape)
    shape[axis] = size
    return jnp.put_along_axis(jnp.zeros(shape, x.dtype), indices, x, axis, inplace=False)


def _rows_at(indices: Array, axis: int) -> tuple[Any, ...]:
    """The key of the slices along the negative `axis` at `indices`."""
    return (..., indices, *[slice(None)] * (-1 - axis))


def put_rows(x: Array, indices: Array, values: Array, axis: int) -> Array:
    """`x` with its slices along the negative `axis` at the vector `indices` replaced by `values`."""
    return jnp.asarray(x).at[_rows_at(indices, axis)].set(values, mode="drop", wrap_negative_indices=False)


def with_part(x: Array, value: Array, key: Any) -> Array:
    """`x` with `value` at `key`."""
    return jnp.asarray(x).at[key].set(value)


def scattered(x: Array, indices: Array, updates: Array, method: str) -> Array:
    """What the method of this name, `scatter_add` or `scatter_nd_add` or the like, makes of a variable's value `x`."""
    how = method.rsplit("_", 1)[1]
    x, indices = jnp.asarray(x), jnp.asarray(indices)
    key: Any = indices
    if method.startswith("scatter_nd"):
        indices = indices[:, None] if indices.ndim == 1 else indices
        key = tuple(jnp.moveaxis(indices, -1, 0))
    where = x.at[key]
    options = {"mode": "drop", "wrap_negative_indices": False}
    if how == "sub":
        return where.add(-jnp.asarray(updates), **options)
    return getattr(where, _SCATTERS.get(how, how))(updates, **options)


_SCATTERS = {"update": "set", "mul": "multiply", "div": "divide"}


def scatter_rows(x: Array, indices: Array, axis: int, size: int) -> Array:
    """Zeros of length `size` along the negative `axis`, and added into their slices at `indices` those of `x`."""
    inner = x.ndim + axis + 1
    out = jnp.zeros((*x.shape[: inner - indices.ndim], size, *x.shape[inner:]), x.dtype)
    return out.at[_rows_at(indices, axis)].add(x, mode="drop", wrap_negative_indices=False)


def sparse_product(values: Array, rows: Array, columns: Array, b: Array, size: int) -> Array:
    """The matrix of `size` rows that has `values` at `rows` and `columns`, times `b`, which may have leading axes."""
    return scatter_rows(jnp.take(b, columns, -2) * values[:, None], rows, -2, size)


_REDUCTIONS = {"maximum": "max", "minimum": "min", "multiply": "multiply"}


def reduce_rows(name: str, x: Array, indices: Array, size: int, fill: Any) -> Array:
    """`size` rows: the ufunc `name` over the rows of `x` that share an index, and `fill` where there is none."""
    if name == "multiply":
        start: Any = 1
    else:
        limits = jnp.finfo(x.dtype) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype)
        start = limits.min if name == "maximum" else limits.max
        if jnp.issubdtype(x.dtype, jnp.floating):
            start = math.copysign(math.inf, start)
    rows = jnp.full((size, *x.shape[1:]), start, x.dtype).at[indices]
    out = getattr(rows, _REDUCTIONS[name])(x, mode="drop", wrap_negative_indices=False)
    if fill == start:
        return out
    there = jnp.zeros(size, bool).at[indices].set(True, mode="drop", wrap_negative_indices=False)
    return jnp.where(there.reshape(-1, *[1] * (x.ndim - 1)), out, jnp.asarray(fill, x.dtype))


def search_rows(rows: Array, values: Array, side: str, dtype: Any) -> Array:
    """For each row, where its `values` belong in it."""
    return jax.vmap(lambda row, wanted: jnp.searchsorted(row, wanted, side))(rows, values).astype(dtype)


# --- placing: slices transposed are pads, which XLA fuses, as it does not scatters -----------------------------------


def place(values: Sequence[Array], keys: Sequence[Any], shape: tuple[int, ...], fill: Any = None) -> Array:
    """An array of `shape` of zeros, or full of `fill`, and added into it each value at its key (a basic index)."""
    values = [jnp.asarray(v) for v in values]
    dtype = values[0].dtype
    fill = jnp.zeros((), dtype) if fill is None else jnp.asarray(fill, dtype)
    if any(isinstance(k, jax.Array) for key in keys for k in (key if type(key) is tuple else (key,))):
        out = jnp.full(shape, fill)
        for value, key in zip(values, keys, strict=True):
            out = out.at[key].set(value) if len(values) == 1 else out.at[key].add(value)
        return out
    boxes = [_box(value, key, shape) for value, key in zip(values, keys, strict=True)]
    return _side_by_side(boxes, shape) if len(boxes) > 1 else _padded(*boxes[0], shape, fill)


Spans = list[tuple[int, int, int]]  # for each axis: where the first element goes, how many there are, and their step


def _box(value: Array, key: Any, shape: tuple[int, ...]) -> tuple[Array, Spans]:
    """`value` turned and shaped to lie in an array of `shape`, and where it does: what `key` says."""
    key = key if type(key) is tuple else (key,)
    if not any(k is ... for k in key):
        key = (*key, ...)
    used = sum(k is not None and k is not ... for k in key)
    spans: Spans = []
    back = []
    for k in key:
        if k is None:
            continue
        if k is ...:
            n = len(spans) + len(shape) - used
            spans += [(0, m, 1) for m in shape[len(spans) : n]]
            continue
        m = shape[len(spans)]
        if isinstance(k, slice):
            places = range(*k.indices(m))
            if places.step < 0:
                back.append(len(spans))
                places = places[::-1]
            spans.append((places.start, len(places), places.step))
        else:
            spans.append((int(k) % m if m else 0, 1, 1))
    value = value.reshape([count for _, count, _ in spans])
    return (jnp.flip(value, back) if back else value), spans


def _padded(value: Array, spans: Spans, shape: tuple[int, ...], fill: Array) -> Array:
    amounts = []
    for (start, count, step), m in zip(spans, shape, strict=True):
        extent = (count - 1) * step + 1 if count else 0
        start = start if count else 0
        amounts.append((start, m - start - extent, step - 1 if count > 1 else 0))
    return lax.pad(value, fill, amounts)


def _side_by_side(boxes: list[tuple[Array, Spans]], shape: tuple[int, ...]) -> Array:
    """The sum of the boxes in zeros: where they follow each other along one axis, as parts of one."""
    zero = jnp.zeros((), boxes[0][0].dtype)
    first = boxes[0][1]
    differ = {i for _, spans in boxes for i, span in enumerate(spans) if span != first[i]}
    if len(differ) == 1:
        (axis,) = differ
        ordered = sorted(boxes, key=lambda box: box[1][axis][0])
        ends = [0, *(spans[axis][0] + spans[axis][1] for _, spans in ordered)]
        gaps = [spans[axis][0] - end for (_, spans), end in zip(ordered, ends, strict=False)]
        if min(gaps) >= 0 and all(spans[axis][2] == 1 for _, spans in ordered):
            parts = []
            for (value, _), gap in zip(ordered, gaps, strict=True):
                if gap:
                    parts.append(jnp.zeros((*value.shape[:axis], gap, *value.shape[axis + 1 :]), value.dtype))
                parts.append(value)
            whole = jnp.concatenate(parts, axis)
            return _padded(whole, [*first[:axis], (0, ends[-1], 1), *first[axis + 1 :]], shape, zero)
    total = _padded(*boxes[0], shape, zero)
    for box in boxes[1:]:
        total = total + _padded(*box, shape, zero)
    return total


# --- convolution -----------------------------------------------------------------------------------------------------


def conv(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Array:
    """The convolution of images `(n, *size, c)` with a kernel `(*kernel, c // groups, f)`."""
    spatial = tuple(range(1, x.ndim - 1))
    last = x.ndim - 1
    if not x.shape[last]:  # of no channels
        size = out_size(x.shape[1:-1], w.shape[:-2], strides, padding, dilations)
        return jnp.zeros((len(x), *size, w.shape[-1]), x.dtype)
    layout = lax.ConvDimensionNumbers(
        lhs_spec=(0, last, *spatial), rhs_spec=(last, last - 1, *range(last - 1)), out_spec=(0, last, *spatial)
    )
    return lax.conv_general_dilated(
        x, w, strides, padding, rhs_dilation=dilations, dimension_numbers=layout, feature_group_count=groups
    )


def _transposed(linear: Callable[[Array], Array], shape: Sequence[int], g: Array) -> Array:
    """`g` sent back through the function `linear` of an array of `shape`."""
    (out,) = jax.linear_transpose(linear, jax.ShapeDtypeStruct(tuple(shape), g.dtype))(g)
    return out


def conv_image(g: Array, w: Array, size: Ints, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Array:
    """The cotangent of images, of spatial size `size`, for a kernel and the cotangent of their convolution."""
    shape = (g.shape[0], *size, w.shape[-2] * groups)
    return _transposed(lambda x: conv(x, w, strides, padding, dilations, groups), shape, g)


def conv_kernel(x: Array, g: Array, kernel: Ints, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Array:
    """The cotangent of the kernel, of spatial size `kernel`, for images and the cotangent of their convolution."""
    shape = (*kernel, x.shape[-1] // groups, g.shape[-1])
    return _transposed(lambda w: conv(x, w, strides, padding, dilations, groups), shape, g)


# --- pooling: windows over the spatial axes of `(*lead, *size, c)` ----------------------------------------------------


def _windows(x: Array, reduce: Any, start: Any, window: Ints, strides: Ints, padding: Pairs) -> Array:
    lead = x.ndim - len(window) - 1
    ones, none = (1,) * lead, ((0, 0),) * lead
    start = np.asarray(start, x.dtype)
    return lax.reduce_window(x, start, reduce, (*ones, *window, 1), (*ones, *strides, 1), (*none, *padding, (0, 0)))


def window_max(x: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The greatest element of each window. Padding never is."""
    least = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else np.iinfo(x.dtype).min
    return _windows(x, lax.max, least, window, strides, padding)


# XLA's own transpose takes, on a CPU, up to 12 times as long as a sum over the places in a small window, each a strided
# slice of the image.
_FEW = 32


def _winners(x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Iterator[tuple[Spans, Array]]:
    """For each place in the window, the spans of it in the padded image, and where it holds the first maximum."""
    lead = x.ndim - len(window) - 1
    image = _padded_image(x, np.nan, padding)  # nan is not equal to any maximum
    taken: Any = False
    for place in itertools.product(*map(range, window)):
        spans = list(zip(place, out.shape[lead:-1], strides, strict=True))
        equal = image[_key(spans)] == out
        yield spans, equal & ~jnp.asarray(taken)
        taken = equal | taken


def _key(spans: Spans) -> tuple[Any, ...]:
    return (..., *(slice(p, p + s * (n - 1) + 1, s) if n else slice(0) for p, n, s in spans), slice(None))


def _padded_image(x: Array, value: Any, padding: Pairs) -> Array:
    amounts = [(0, 0, 0)] * (x.ndim - len(padding) - 1) + [(*p, 0) for p in padding] + [(0, 0, 0)]
    return lax.pad(x, jnp.asarray(value, x.dtype), amounts)


def _along_lead(function: Callable[[Array], Array], g: Array, ndim: int) -> Array:
    """`function`, of an array of `ndim` axes, over the leading axes of `g`."""
    for _ in range(g.ndim - ndim):
        function = jax.vmap(function)
    return function(g)


def window_max_spread(g: Array, x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """`g`, given for each window, sent to where the first maximum is in the image `x`, whose maxima are `out`."""
    if math.prod(window) > _FEW:
        _, back = jax.vjp(lambda x: window_max(x, window, strides, padding), x)
        return _along_lead(lambda g: back(g)[0], g, x.ndim)
    size = x.shape[-1 - len(window) : -1]
    room = [n + before + after for n, (before, after) in zip(size, padding, strict=True)]
    zero, none = jnp.zeros((), g.dtype), [(0, 0, 0)] * (g.ndim - len(window) - 1)
    total = zero
    for spans, wins in _winners(x, out, window, strides, padding):
        part = jnp.where(wins, g, zero)
        amounts = [
            (p - before, m - after - p - (s * (n - 1) + 1 if n else 0), s - 1)
            for (p, n, s), m, (before, after) in zip(spans, room, padding, strict=True)
        ]  # of which the negative ones take away the padding
        total = total + lax.pad(part, zero, [*none, *amounts, (0, 0, 0)])
    return total


def window_max_pick(t: Array, x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The elements of `t` from where the first maximum of each window is in `x`: the transpose of the above."""
    if math.prod(window) > _FEW:
        _, forth = jax.linearize(lambda x: window_max(x, window, strides, padding), x)
        return _along_lead(forth, t, x.ndim)
    t, zero = _padded_image(t, 0, padding), jnp.zeros((), t.dtype)
    total = zero
    for spans, wins in _winners(x, out, window, strides, padding):
        total = total + jnp.where(wins, t[_key(spans)], zero)
    return total


def window_mean(x: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The mean of each window. Padding is not counted."""
    share = _share(x.shape[-1 - len(window) : -1], window, strides, padding, x.dtype)
    return _windows(x, lax.add, 0, window, strides, padding) * share


def window_mean_spread(g: Array, size: Ints, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """`g`, given for each window, shared among the elements of the window: the transpose of `window_mean`."""
    shape = (*g.shape[: g.ndim - len(window) - 1], *size, g.shape[-1])
    return _transposed(lambda x: window_mean(x, window, strides, padding), shape, g)


# --- decompositions --------------------------------------------------------------------------------------------------


class linalg:
    """`jax.numpy.linalg`, of which the decompositions read the lower triangle, as NumPy's do."""

    qr, eig, expm = jnp.linalg.qr, jnp.linalg.eig, linear.expm

    @staticmethod
    def svd(x: Array, *, full_matrices: bool) -> list[Array]:
        bad = jnp.where(jnp.isfinite(x), 0, jnp.nan)
        made = jnp.linalg.svd(x, full_matrices=full_matrices)
        return [_of_nan(part, bad, ndim) for part, ndim in zip(made, (2, 1, 2), strict=True)]

    @staticmethod
    def inv(x: Array) -> Array:
        return _of_nan(jnp.linalg.inv(x), x, 2)

    @staticmethod
    def det(x: Array) -> Array:
        return _of_nan(jnp.linalg.det(x), x, 0)

    @staticmethod
    def slogdet(x: Array) -> tuple[Array, Array]:
        sign, log = jnp.linalg.slogdet(x)
        log = _of_nan(log, x, 0)
        return jnp.where(jnp.isnan(log), jnp.nan, sign), log

    @staticmethod
    def solve(a: Array, b: Array) -> Array:
        return _of_nan(jnp.linalg.solve(a, b), a, 2)

    @staticmethod
    def cholesky(x: Array) -> Array:
        return jnp.linalg.cholesky(x, symmetrize_input=False)

    @staticmethod
    def eigh(x: Array) -> Any:
        return jnp.linalg.eigh(x, UPLO="L", symmetrize_input=False)

    @staticmethod
    def cofactors(x: Array, otherwise: Callable[[], Array]) -> Array:
        size, inverse = jnp.linalg.det(x), jnp.linalg.inv(x)
        regular = jnp.all(size != 0) & jnp.all(jnp.isfinite(inverse))
        return lax.cond(regular, lambda: size[..., None, None] * inverse.mT, otherwise)

    @staticmethod
    def lu(x: Array) -> tuple[Array, Array]:
        factors, _, order = lax.linalg.lu(x)
        return factors, order

    @staticmethod
    def solve_triangular(a: Array, b: Array, *, lower: bool, transposed: bool) -> Array:
        a, b = _together(a, b)
        return lax.linalg.triangular_solve(a, b, left_side=True, lower=lower, transpose_a=transposed)

    @staticmethod
    def solve_tridiagonal(diagonals: Array, b: Array) -> Array:
        diagonals, b = _together(diagonals, b)
        above, main, below = (diagonals[..., i, :] for i in range(3))
        above, below = above.at[..., -1:].set(0), below.at[..., :1].set(0)
        if b.shape[-2] > 1:
            return lax.linalg.tridiagonal_solve(below, main, above, b)
        return b / jnp.where(main == 0, jnp.nan, main)[..., None]

    @staticmethod
    def solve_banded(bands: Array, b: Array, *, lower: bool, transposed: bool) -> Array:
        count, n = bands.shape[-2:]
        i, j = np.arange(n)[:, None], np.arange(n)
        k = i - j if lower else count - 1 - (j - i)  # the row in which the element is
        inside = (k >= 0) & (k < count) & ((i >= j) if lower else (j >= i))
        whole = jnp.where(inside, bands[..., np.where(inside, k, 0), np.broadcast_to(i, (n, n))], 0)
        return linalg.solve_triangular(whole, b, lower=lower, transposed=transposed)


def _of_nan(out: Array, x: Array, ndim: int) -> Array:
    """`out`, of `ndim` axes for each matrix, with nan for all matrices of `x` that hold one."""
    bad = jnp.isnan(x).any((-2, -1))
    return jnp.where(jnp.reshape(bad, bad.shape + (1,) * ndim), jnp.nan, out)


def _together(a: Array, b: Array) -> tuple[Array, Array]:
    """Both broadcast to the same leading axes."""
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return jnp.broadcast_to(a, lead + a.shape[-2:]), jnp.broadcast_to(b, lead + b.shape[-2:])
