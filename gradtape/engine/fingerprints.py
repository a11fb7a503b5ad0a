"""Fingerprints of strings: numbers of 64 bits that are the same on every machine.

Sources: Pike, Alakuijala et al., FarmHash (https://github.com/google/farmhash), of which this is `Fingerprint64`;
Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012); Appleby, MurmurHash64A.
"""

from collections.abc import Sequence

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_M = 0xC6A4A7935BD1E995


def _word(text: bytes, at: int) -> int:
    return int.from_bytes(text[at : at + 8], "little")


def _turned(x: int, by: int) -> int:
    """The 64 bits of `x`, turned to the right."""
    x &= _MASK
    return (x >> by | x << (64 - by)) & _MASK


def _mixed(x: int, by: int = 47) -> int:
    x &= _MASK
    return x ^ x >> by


# --- FarmHash --------------------------------------------------------------------------------------------------------


def fingerprint64(text: bytes) -> int:
    """FarmHash's `Fingerprint64`, in [0, 2**64)."""
    n = len(text)
    if n <= 16:
        return _up_to_16(text, n)
    if n <= 32:
        return _up_to_32(text, n)
    return _up_to_64(text, n) if n <= 64 else _longer(text, n)


def _pair(u: int, v: int, by: int) -> int:
    a = _mixed((u ^ v) * by)
    return _mixed((v ^ a) * by) * by & _MASK


def _up_to_16(text: bytes, n: int) -> int:
    by = _K2 + n * 2
    if n >= 8:
        a, b = _word(text, 0) + _K2, _word(text, n - 8)
        return _pair(_turned(b, 37) * by + a & _MASK, (_turned(a, 25) + b) * by & _MASK, by)
    if n >= 4:
        first, last = (int.from_bytes(part, "little") for part in (text[:4], text[n - 4 :]))
        return _pair(n + (first << 3), last, by)
    if n:
        y, z = text[0] + (text[n >> 1] << 8), n + (text[-1] << 2)
        return _mixed(y * _K2 & _MASK ^ z * _K0 & _MASK) * _K2 & _MASK
    return _K2


def _up_to_32(text: bytes, n: int) -> int:
    by = _K2 + n * 2
    a, b, c, d = _word(text, 0) * _K1, _word(text, 8), _word(text, n - 8) * by, _word(text, n - 16) * _K2
    u, v = _turned(a + b, 43) + _turned(c, 30) + d, a + _turned(b + _K2, 18) + c
    return _pair(u & _MASK, v & _MASK, by)


def _up_to_64(text: bytes, n: int) -> int:
    by = _K2 + n * 2
    a, b, c, d = _word(text, 0) * _K2, _word(text, 8), _word(text, n - 8) * by, _word(text, n - 16) * _K2
    y = _turned(a + b, 43) + _turned(c, 30) + d & _MASK
    z = _pair(y, a + _turned(b + _K2, 18) + c & _MASK, by)
    e, f = _word(text, 16) * by, _word(text, 24)
    g, h = (y + _word(text, n - 32)) * by, (z + _word(text, n - 24)) * by
    u, v = _turned(e + f, 43) + _turned(g, 30) + h, e + _turned(f + a, 18) + g
    return _pair(u & _MASK, v & _MASK, by)


def _weak(text: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(text, at + i) for i in (0, 8, 16, 24))
    a += w
    b = _turned(b + a + z, 21)
    c = a
    a += x + y
    return a + z & _MASK, b + _turned(a, 44) + c & _MASK


def _longer(text: bytes, n: int) -> int:
    x, y = 81, 81 * _K1 + 113 & _MASK
    z = _mixed(y * _K2 + 113) * _K2 & _MASK
    v, w = (0, 0), (0, 0)
    x = x * _K2 + _word(text, 0)
    at, end = 0, (n - 1) // 64 * 64

    def step(at: int, by: int, times: int) -> tuple[int, int, int, tuple[int, int], tuple[int, int]]:
        p = _turned(x + y + v[0] + _word(text, at + 8), 37) * by & _MASK
        q = _turned(y + v[1] + _word(text, at + 48), 42) * by & _MASK
        p ^= w[1] * times & _MASK
        q = q + v[0] * times + _word(text, at + 40) & _MASK
        r = _turned(z + w[0], 33) * by & _MASK
        return (r, q, p, _weak(text, at, v[1] * by & _MASK, p + w[0]),
                _weak(text, at + 32, r + w[1], q + _word(text, at + 16)))  # fmt: skip

    while at != end:
        x, y, z, v, w = step(at, _K1, 1)
        at += 64
    by = _K1 + ((z & 0xFF) << 1)
    w = w[0] + (n - 1 & 63), w[1]
    v = v[0] + w[0], v[1]
    w = w[0] + v[0], w[1]
    x, y, z, v, w = step(n - 64, by, 9)
    u = _pair(v[0], w[0], by) + _mixed(y) * _K0 + z
    return _pair(u & _MASK, _pair(v[1], w[1], by) + x & _MASK, by)


def joined(first: int, second: int) -> int:
    """The fingerprint of two fingerprints, in this order."""
    out = first ^ _M ^ _mixed(second * _M) * _M & _MASK
    return _mixed(_mixed(out * _M) * _M)


# --- SipHash-2-4 -----------------------------------------------------------------------------------------------------


def siphash(text: bytes, key: Sequence[int]) -> int:
    """SipHash-2-4 with a key of two integers."""
    k0, k1 = (k & _MASK for k in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    n = len(text)
    padded = text + bytes(7 - n % 8) + bytes([n & 0xFF])
    for at in range(0, len(padded), 8):
        word = _word(padded, at)
        v[3] ^= word
        _round(v, 2)
        v[0] ^= word
    v[2] ^= 0xFF
    _round(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _round(v: list[int], times: int) -> None:
    a, b, c, d = v
    for _ in range(times):
        a, c = a + b & _MASK, c + d & _MASK
        b, d = _turned(b, 51) ^ a, _turned(d, 48) ^ c
        a = _turned(a, 32)
        a, c = a + d & _MASK, c + b & _MASK
        d, b = _turned(d, 43) ^ a, _turned(b, 47) ^ c
        c = _turned(c, 32)
    v[:] = a, b, c, d


# --- MurmurHash ------------------------------------------------------------------------------------------------------


def murmur64(text: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """MurmurHash64A; the seed is TensorFlow's."""
    n = len(text)
    out = seed ^ n * _M & _MASK
    for at in range(0, n - n % 8, 8):
        word = _mixed(_word(text, at) * _M) * _M & _MASK
        out = (out ^ word) * _M & _MASK
    if n % 8:
        out = (out ^ int.from_bytes(text[n - n % 8 :], "little")) * _M & _MASK
    return _mixed(_mixed(out) * _M)
