"""Pooling on NumPy: maxima and means of windows over the spatial axes of `(*lead, *size, c)`, and their transposes.

A loop over the places in a window, each place a strided view of the whole image, is what measured fastest.
"""

import functools
import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .numpy_convolution import Ints, Pairs, out_size

Array = np.ndarray[Any, Any]


def _sizes(size: Ints, window: Ints, strides: Ints, padding: Pairs) -> Ints:
    return out_size(size, window, strides, padding, (1,) * len(window))


def _padded(x: Array, padding: Pairs, value: Any) -> Array:
    if not any(before or after for before, after in padding):
        return x
    lead = x.ndim - len(padding) - 1
    shape = [*x.shape[:lead], *(n + sum(p) for n, p in zip(x.shape[lead:], padding, strict=False)), x.shape[-1]]
    out = np.full(shape, value, x.dtype)
    out[_inside(x.shape[lead:-1], padding)] = x
    return out


def _inside(size: Ints, padding: Pairs) -> tuple[Any, ...]:
    return (..., *(slice(before, before + n) for n, (before, _) in zip(size, padding, strict=True)), slice(None))


def _places(window: Ints, strides: Ints, out: Ints) -> Iterator[tuple[Any, ...]]:
    """For each place in the window, the index of the elements that have it: as many as there are windows."""
    for place in itertools.product(*map(range, window)):
        yield (..., *(slice(p, p + s * (n - 1) + 1, s) if n else slice(0)
                      for p, s, n in zip(place, strides, out, strict=True)), slice(None))  # fmt: skip


def _separately(x: Array, ufunc: Any, window: Ints, strides: Ints, out: Ints) -> Array:
    """`ufunc` over each window, axis by axis."""
    axes = len(window)
    for axis, (k, s, n) in enumerate(zip(window, strides, out, strict=True)):
        after = (slice(None),) * (axes - axis)
        parts = [x[(..., part[1], *after)] for part in _places((k,), (s,), (n,))]
        if k == 1:
            x = parts[0]
        else:
            x = ufunc(parts[0], parts[1])
            for part in parts[2:]:
                ufunc(x, part, out=x)
    return x


def window_max(x: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The greatest element of each window. Padding never is."""
    out = _sizes(x.shape[-1 - len(window) : -1], window, strides, padding)
    least = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    pooled = _separately(_padded(x, padding, least), np.maximum, window, strides, out)
    return pooled if pooled.flags.owndata else pooled.copy()


def _winners(x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Iterator[tuple[Any, Array]]:
    """For each place in the window, its index, and where it holds the window's first maximum, as numbers 0 and 1."""
    taken = None
    padded = _padded(x, padding, np.nan)  # which is not equal to any maximum
    for place in _places(window, strides, out.shape[-1 - len(window) : -1]):
        equal = padded[place] == out
        if taken is None:
            taken = equal
        else:
            equal = np.greater(equal, taken)
            taken = taken | equal
        yield place, equal.astype(x.dtype)


def window_max_spread(g: Array, x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """`g`, given for each window, sent to where the first maximum is in the image `x`, whose maxima are `out`."""
    size = x.shape[-1 - len(window) : -1]
    room = [n + sum(p) for n, p in zip(size, padding, strict=True)]
    lead = g.shape[: g.ndim - len(window) - 1]
    apart = all(k <= s for k, s in zip(window, strides, strict=True))
    whole = window == strides and all(n * s == m for n, s, m in zip(out.shape[-1 - len(window) : -1], strides, room,
                                                                   strict=True))  # fmt: skip
    total = (np.empty if whole else np.zeros)((*lead, *room, x.shape[-1]), g.dtype)
    for place, wins in _winners(x, out, window, strides, padding):
        if apart:
            np.multiply(g, wins, out=total[place])
        else:
            total[place] += g * wins
    return total if tuple(room) == size else total[_inside(size, padding)].copy()


def window_max_pick(t: Array, x: Array, out: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The elements of `t` from where the first maximum of each window is in `x`: the transpose of the above."""
    t = _padded(t, padding, 0)
    total = np.zeros((*t.shape[: t.ndim - x.ndim], *out.shape), t.dtype)
    for place, wins in _winners(x, out, window, strides, padding):
        total += t[place] * wins
    return total


@functools.lru_cache(64)
def _shares(size: Ints, window: Ints, strides: Ints, padding: Pairs, dtype: Any) -> Array:
    """One over the number of elements in each window, padding not counted, with an axis of channels."""
    ones = np.ones((*size, 1))
    out = _sizes(size, window, strides, padding)
    return (1.0 / _separately(_padded(ones, padding, 0), np.add, window, strides, out)).astype(dtype)


def _share(size: Ints, window: Ints, strides: Ints, padding: Pairs, dtype: Any) -> Any:
    if any(before or after for before, after in padding):
        return _shares(tuple(size), window, strides, padding, dtype)
    return dtype.type(1.0 / math.prod(window))


def window_mean(x: Array, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """The mean of each window. Padding is not counted."""
    if x.dtype.itemsize == 2:
        return window_mean(x.astype(np.float32), window, strides, padding).astype(x.dtype)
    size = x.shape[-1 - len(window) : -1]
    out = _sizes(size, window, strides, padding)
    pooled = _separately(_padded(x, padding, 0), np.add, window, strides, out)
    return pooled * _share(size, window, strides, padding, x.dtype)


def window_mean_spread(g: Array, size: Ints, window: Ints, strides: Ints, padding: Pairs) -> Array:
    """`g`, given for each window, shared among the elements of the window: the transpose of `window_mean`."""
    if g.dtype.itemsize == 2:
        return window_mean_spread(g.astype(np.float32), size, window, strides, padding).astype(g.dtype)
    lead, out = g.shape[: g.ndim - len(window) - 1], g.shape[-1 - len(window) : -1]
    g = g * _share(size, window, strides, padding, g.dtype)
    room = [n + sum(p) for n, p in zip(size, padding, strict=True)]
    total = np.zeros((*lead, *room, g.shape[-1]), g.dtype)
    for place in _places(window, strides, out):
        total[place] += g
    return total if tuple(room) == tuple(size) else total[_inside(size, padding)].copy()
