"""The counter-based generator Philox 4x32-10, and the distributions that TensorFlow makes of its bits.

Philox turns (key, counter) into four random words of 32 bits; the next four are those of counter + 1. See Salmon et
al., "Parallel random numbers: as easy as 1, 2, 3" (2011). A counter has 128 bits, a key 64.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], np.uint64)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_MASK = 0xFFFFFFFF
_EPSILON = 1e-7  # the least uniform number of which the Box-Muller transform takes the logarithm
_TRUNCATE = 2.0
RESERVED = 256  # counters set aside for each number, so that rejection sampling cannot meet the next one's


def words(key: int, counter: int, count: int, step: int = 1) -> Array:
    """Random words, shape (count, 4), of dtype uint32: those of `count` counters, from `counter` in steps of `step`."""
    offsets = np.arange(count, dtype=np.uint64) * np.uint64(step)
    low = np.uint64(counter & 0xFFFFFFFFFFFFFFFF) + offsets
    high = np.uint64(counter >> 64 & 0xFFFFFFFFFFFFFFFF) + (low < offsets)
    c0, c1, c2, c3 = low & _LOW, low >> _HALF, high & _LOW, high >> _HALF
    k0, k1 = key & _MASK, key >> 32 & _MASK
    for _ in range(10):
        p, q = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1 = (q >> _HALF) ^ c1 ^ np.uint64(k0), q & _LOW
        c2, c3 = (p >> _HALF) ^ c3 ^ np.uint64(k1), p & _LOW
        k0, k1 = k0 + _WEYL[0] & _MASK, k1 + _WEYL[1] & _MASK
    return np.stack([c0, c1, c2, c3], -1).astype(np.uint32)


def scramble(seed: tuple[int, int]) -> tuple[int, int]:
    """The (key, counter) of a stateless seed."""
    counter = (seed[0] & 0xFFFFFFFFFFFFFFFF) | (seed[1] & 0xFFFFFFFFFFFFFFFF) << 64
    w = words(0x02461E293EC8F720, counter, 1)[0].tolist()
    return w[0] | w[1] << 32, w[2] << 64 | w[3] << 96


def _flat(key: int, counter: int, size: int) -> Array:
    return words(key, counter, -(-size // 4)).ravel()[:size]


def _pairs(w: Array) -> Array:
    """Two words as one of 64 bits, the first the lower."""
    return w[..., 0::2].astype(np.uint64) | w[..., 1::2].astype(np.uint64) << _HALF


# --- uniform ---------------------------------------------------------------------------------------------------------
# The low bits of a word become the mantissa of a float in [1, 2).


def _float32(w: Array) -> Array:
    return (w & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)


def _float64(w: Array) -> Array:
    high, low = w[..., 0::2].astype(np.uint64), w[..., 1::2].astype(np.uint64)
    mantissa = (high & np.uint64(0xFFFFF)) << _HALF | low
    return (mantissa | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0


def uniform(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Floats in [0, 1)."""
    if dtype == np.float64:
        return _float64(_flat(key, counter, 2 * size))
    w = _flat(key, counter, size)
    if dtype == np.float32:
        return _float32(w)
    mask, one = (0x3FF, 15 << 10) if dtype == np.float16 else (0x7F, 127 << 7)
    return (w.astype(np.uint16) & np.uint16(mask) | np.uint16(one)).view(dtype) - dtype.type(1)


def integers(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Integers of all values of their type."""
    if dtype.itemsize == 8:
        return _pairs(_flat(key, counter, 2 * size)).view(dtype)
    return _flat(key, counter, size).view(dtype)


def uniform_int(key: int, counter: int, size: int, dtype: np.dtype[Any], low: int, high: int) -> Array:
    """Integers in [low, high)."""
    unsigned = np.dtype(f"u{dtype.itemsize}")
    bits = integers(key, counter, size, unsigned) % unsigned.type(high - low)
    return (bits + np.array(low, dtype).view(unsigned)).view(dtype)


# --- normal ----------------------------------------------------------------------------------------------------------


def _box_muller(u: Array, v: Array) -> Array:
    """Two normal numbers, on a new last axis, of two uniform ones; each step is rounded to their dtype."""
    dtype = u.dtype

    def rounded(x: Array) -> Array:
        return x.astype(dtype).astype(np.float64)

    u = np.maximum(u, dtype.type(_EPSILON)).astype(np.float64)
    angle = rounded(2 * np.pi * v.astype(np.float64))
    radius = rounded(np.sqrt(rounded(-2.0 * rounded(np.log(u)))))
    return np.stack([rounded(np.sin(angle)) * radius, rounded(np.cos(angle)) * radius], -1).astype(dtype)


def _normals(w: Array, dtype: np.dtype[Any]) -> Array:
    """The normal numbers, as many as the words hold, of words in groups of four: `(..., 4)`."""
    if dtype == np.float64:
        u = _float64(w)
        return _box_muller(u[..., 0], u[..., 1])
    f = _float32(w)
    return _box_muller(f[..., 0::2], f[..., 1::2]).reshape(*w.shape[:-1], 4)


def normal(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Numbers of the standard normal distribution."""
    each = 2 if dtype == np.float64 else 4
    return _normals(words(key, counter, -(-size // each)), dtype).ravel()[:size].astype(dtype)


def truncated_normal(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Numbers of the standard normal distribution, drawn again where they are beyond 2."""
    each = 2 if dtype == np.float64 else 4
    groups = -(-size // each)
    out = np.zeros((groups, each), dtype if dtype == np.float64 else np.float32)
    filled = np.zeros(groups, np.intp)
    step = each * RESERVED // 4  # counters that each group of numbers has for itself
    open_groups = np.arange(groups)
    attempt = 0
    while open_groups.size:
        if open_groups.size == groups:
            w = words(key, counter + attempt, groups, step)
        else:
            w = np.concatenate([words(key, counter + attempt + int(i) * step, 1) for i in open_groups])
        candidates = _normals(w, dtype)
        for candidate in candidates.T:
            take = (np.abs(candidate) < _TRUNCATE) & (filled[open_groups] < each)
            rows = open_groups[take]
            out[rows, filled[rows]] = candidate[take]
            filled[rows] += 1
        open_groups = open_groups[filled[open_groups] < each]
        attempt += 1
    return out.ravel()[:size].astype(dtype)


def permutation(key: int, counter: int, size: int) -> list[int]:
    """A shuffled `range(size)`."""
    order = list(range(size))
    for i, word in enumerate(_flat(key, counter, max(size - 1, 0)).tolist()):
        j = i + word % (size - i)
        order[i], order[j] = order[j], order[i]
    return order
