"""The counter-based generator Philox 4x32-10, and the distributions that TensorFlow makes of its bits.

Philox turns (key, counter) into four random words of 32 bits; the next four are those of counter + 1. See Salmon et
al., "Parallel random numbers: as easy as 1, 2, 3" (2011). A counter has 128 bits, a key 64.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_HALF = np.uint64(32)
_U4, _U8 = np.dtype("<u4"), np.dtype("<u8")
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_FEW = 8  # counters, for which Python's integers are faster than NumPy's arrays
_MASK = 0xFFFFFFFF
_EPSILON = 1e-7  # the least uniform number of which the Box-Muller transform takes the logarithm
_TRUNCATE = 2.0
RESERVED = 256  # counters set aside for each number, so that rejection sampling cannot meet the next one's


def _word(key: int, counter: int) -> tuple[int, int, int, int]:
    """The four words of one counter."""
    c0, c1, c2, c3 = counter & _MASK, counter >> 32 & _MASK, counter >> 64 & _MASK, counter >> 96 & _MASK
    k0, k1 = key & _MASK, key >> 32 & _MASK
    for _ in range(_ROUNDS):
        p, q = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1, c2, c3 = q >> 32 ^ c1 ^ k0, q & _MASK, p >> 32 ^ c3 ^ k1, p & _MASK
        k0, k1 = k0 + _WEYL[0] & _MASK, k1 + _WEYL[1] & _MASK
    return c0, c1, c2, c3


def words(key: int, counter: int, offsets: Array) -> Array:
    """Random words, shape (n, 4), of dtype uint32: those of the counters `counter + offsets`, n integers (uint64)."""
    if len(offsets) <= _FEW:
        return np.array([_word(key, counter + i) for i in offsets.tolist()], _U4).reshape(-1, 4)
    low = offsets + np.uint64(counter & 0xFFFFFFFFFFFFFFFF)
    high = (low < offsets) + np.uint64(counter >> 64 & 0xFFFFFFFFFFFFFFFF)
    parts = np.array((low, high), _U8).view(_U4)
    even, odd = parts[:, 0::2], parts[:, 1::2]  # words 0 and 2 of the counters, words 1 and 3
    keys = [((key + r * _WEYL[0] & _MASK,), ((key >> 32) + r * _WEYL[1] & _MASK,)) for r in range(_ROUNDS)]
    multipliers = np.array(_MULTIPLIERS, _U8)[:, None]
    for k in np.array(keys, _U4):
        products = np.multiply(even, multipliers, dtype=_U8).view(_U4)[::-1]
        even, odd = products[:, 1::2] ^ odd ^ k, products[:, 0::2]
    out = np.empty((len(offsets), 4), _U4)
    out[:, 0::2], out[:, 1::2] = even.T, odd.T
    return out


def _first(count: int) -> Array:
    return np.arange(count, dtype=np.uint64)


def scramble(seed: tuple[int, int]) -> tuple[int, int]:
    """The (key, counter) of a stateless seed."""
    counter = (seed[0] & 0xFFFFFFFFFFFFFFFF) | (seed[1] & 0xFFFFFFFFFFFFFFFF) << 64
    w = words(0x02461E293EC8F720, counter, _first(1))[0].tolist()
    return w[0] | w[1] << 32, w[2] << 64 | w[3] << 96


def _flat(key: int, counter: int, size: int) -> Array:
    return words(key, counter, _first(-(-size // 4))).ravel()[:size]


def _pairs(w: Array) -> Array:
    """Two words as one of 64 bits, the first the lower."""
    return w[..., 0::2].astype(np.uint64) | w[..., 1::2].astype(np.uint64) << _HALF


# --- uniform ---------------------------------------------------------------------------------------------------------
# The low bits of a word become the mantissa of a float in [1, 2).


def _float32(w: Array) -> Array:
    return (w & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)


def float64(w: Array) -> Array:
    high, low = w[..., 0::2].astype(np.uint64), w[..., 1::2].astype(np.uint64)
    mantissa = (high & np.uint64(0xFFFFF)) << _HALF | low
    return (mantissa | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0


def uniform(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Floats in [0, 1)."""
    if dtype == np.float64:
        return float64(_flat(key, counter, 2 * size))
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


def normals(w: Array, dtype: np.dtype[Any]) -> Array:
    """The normal numbers, as many as the words hold, of words in groups of four: `(..., 4)`."""
    if dtype == np.float64:
        u = float64(w)
        return _box_muller(u[..., 0], u[..., 1])
    f = _float32(w)
    return _box_muller(f[..., 0::2], f[..., 1::2]).reshape(*w.shape[:-1], 4)


def normal(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Numbers of the standard normal distribution."""
    each = 2 if dtype == np.float64 else 4
    return normals(words(key, counter, _first(-(-size // each))), dtype).ravel()[:size].astype(dtype)


def truncated_normal(key: int, counter: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Numbers of the standard normal distribution, drawn again where they are beyond 2."""
    each = 2 if dtype == np.float64 else 4
    groups = -(-size // each)
    out = np.zeros((groups, each), dtype if dtype == np.float64 else np.float32)
    filled = np.zeros(groups, np.intp)
    unfilled = np.arange(groups)
    first = _first(groups) * np.uint64(each * RESERVED // 4)  # each group has that many counters for itself
    attempt = 0
    while unfilled.size:
        candidates = normals(words(key, counter + attempt, first[unfilled]), dtype)
        for candidate in candidates.T:
            take = (np.abs(candidate) < _TRUNCATE) & (filled[unfilled] < each)
            rows = unfilled[take]
            out[rows, filled[rows]] = candidate[take]
            filled[rows] += 1
        unfilled = unfilled[filled[unfilled] < each]
        attempt += 1
    return out.ravel()[:size].astype(dtype)


def permutation(key: int, counter: int, size: int) -> list[int]:
    """A shuffled `range(size)`."""
    order = list(range(size))
    for i, word in enumerate(_flat(key, counter, max(size - 1, 0)).tolist()):
        j = i + word % (size - i)
        order[i], order[j] = order[j], order[i]
    return order
