"""Numbers of the gamma, Poisson and binomial distributions by rejection, from the counters that TensorFlow gives them.

Each number has counters of its own, `philox.RESERVED` mostly, and what it takes of them depends on what was refused:
all numbers that are still open are tried at once, each at its own place. The methods are those of G. Marsaglia and W.
Tsang, "A simple method for generating gamma variables" (2000), and of W. Hormann, "The transformed rejection method for
generating Poisson random variables" (1993) and "The generation of binomial random variates" (1993).
"""

from collections.abc import Callable

import numpy as np

from . import philox
from .philox import Array

_FLOAT64 = np.dtype(np.float64)

_WAITING = 42  # counters for a binomial number of a mean below 10: ten standard deviations

# A step tries some numbers again: from their places to what was found, and which of them are settled.
_Step = Callable[["_Draws", Array], tuple[Array, Array]]


class _Draws:
    """Uniform and normal numbers for each of `count` places, which draws its own counters in the order of its demands.

    A counter gives two of a kind, of which the second comes first.
    """

    def __init__(self, key: int, counter: int, first: Array) -> None:
        self._key, self._counter = key, counter
        self._next = first.astype(np.uint64)
        self._kept: dict[str, tuple[Array, Array]] = {}  # of each kind: the first of two, and where it is still there

    def _take(self, kind: str, rows: Array, made: Callable[[Array], Array]) -> Array:
        if kind not in self._kept:
            self._kept[kind] = np.zeros(len(self._next)), np.zeros(len(self._next), bool)
        kept, there = self._kept[kind]
        out = kept[rows]
        empty = ~there[rows]
        if empty.any():
            new = rows[empty]
            both = made(philox.words(self._key, self._counter, self._next[new]))
            self._next[new] += np.uint64(1)
            kept[new], out[empty] = both[:, 0], both[:, 1]
        there[rows] = empty
        return out

    def uniform(self, rows: Array) -> Array:
        return self._take("uniform", rows, philox.float64)

    def normal(self, rows: Array) -> Array:
        return self._take("normal", rows, lambda w: philox.normals(w, _FLOAT64))


def _settled(draws: _Draws, rows: Array, step: _Step, out: Array) -> None:
    """Fills `out[rows]`: `step` until no row is open."""
    with np.errstate(all="ignore"):
        while rows.size:
            found, good = step(draws, rows)
            out[rows[good]] = found[good]
            rows = rows[~good]


def gamma(key: int, counter: int, alpha: Array, places: Array) -> Array:
    """Numbers of gamma distributions, float64; nan where `alpha`, of shape (n,), is negative.

    Args:
      places: which of the sequence's numbers each is, n integers.
    """
    draws = _Draws(key, counter, places * philox.RESERVED)
    out = np.where(alpha >= 0, alpha, np.nan)  # of 0 and inf they are these
    small = alpha < 1
    d = alpha + np.where(small, 2.0 / 3, -1.0 / 3)
    with np.errstate(all="ignore"):
        c = 1.0 / 3 / np.sqrt(d)

    def step(draws: _Draws, rows: Array) -> tuple[Array, Array]:
        x = draws.normal(rows)
        v = 1 + c[rows] * x
        good = v > 0
        tried, x, v = rows[good], x[good], v[good]
        v = v * v * v
        u = draws.uniform(tried)
        scale = d[tried]
        fits = (u < 1 - 0.0331 * (x * x) * (x * x)) | (np.log(u) < 0.5 * x * x + scale * (1 - v + np.log(v)))
        found = np.zeros(len(rows))
        found[good] = scale * v
        good[good] = fits
        reduced = good & small[rows]
        if reduced.any():
            found[reduced] *= draws.uniform(rows[reduced]) ** (1 / alpha[rows[reduced]])
        return found, good

    _settled(draws, np.flatnonzero((alpha > 0) & (alpha != 1) & (alpha < np.inf)), step, out)
    exponential = np.flatnonzero(alpha == 1)
    out[exponential] = -np.log1p(-draws.uniform(exponential))
    return out


def poisson(key: int, counter: int, rate: Array, places: Array, most: float) -> Array:
    """Numbers of Poisson distributions, float64 and at most `most`; 0 where `rate`, of shape (n,), is not positive.

    Args:
      places: which of the sequence's numbers each is, n integers.
    """
    draws = _Draws(key, counter, places * philox.RESERVED)
    out = np.where(rate == np.inf, np.inf, 0.0)
    with np.errstate(all="ignore"):
        least, log_rate = np.exp(-rate), np.log(rate)
        b = 0.931 + 2.53 * np.sqrt(rate)
        a = -0.059 + 0.02483 * b
        inverse = 1.1239 + 1.1328 / (b - 3.4)
        box = 0.9277 - 3.6224 / (b - 2)

    # Below 10, Knuth's: how many uniform numbers are multiplied until the product is below exp(-rate).
    product, count = np.ones(len(rate)), np.zeros(len(rate))

    def multiply(draws: _Draws, rows: Array) -> tuple[Array, Array]:
        product[rows] *= draws.uniform(rows)
        good = product[rows] <= least[rows]
        found = count[rows]
        count[rows] += 1
        return found, good

    def step(draws: _Draws, rows: Array) -> tuple[Array, Array]:
        u = draws.uniform(rows) - 0.5
        v = draws.uniform(rows)
        shifted = 0.5 - np.abs(u)
        k = np.floor((2 * a[rows] / shifted + b[rows]) * u + rate[rows] + 0.43)
        boxed = (shifted >= 0.07) & (v <= box[rows])
        possible = ~((k < 0) | ((shifted < 0.013) & (v > shifted)))
        s = np.log(v * inverse[rows] / (a[rows] / (shifted * shifted) + b[rows]))
        t = -rate[rows] + k * log_rate[rows] - _log_factorial(k)
        return k, (k <= most) & (boxed | (possible & (s <= t)))

    _settled(draws, np.flatnonzero((rate > 0) & (rate < 10)), multiply, out)
    _settled(draws, np.flatnonzero((rate >= 10) & (rate <= most)), step, out)
    out[(rate > most) & (rate < np.inf)] = most
    return out


def _log_factorial(k: Array) -> Array:
    from scipy import special

    return special.gammaln(k + 1)


def binomial(key: int, counter: int, counts: Array, probs: Array, places: Array) -> Array:
    """How often, out of `counts` trials, something of probability `probs` happens: float64, of their shape (n,).

    0 where there are no trials; probabilities are taken as 0 or 1 where they are beyond; nan where one of both is.

    Args:
      places: which of the sequence's numbers each is, n integers.
    """
    counts, probs = np.maximum(counts, 0), np.clip(probs, 0, 1)
    rare = np.minimum(probs, 1 - probs)
    out = np.where(counts < np.inf, 0, counts) * rare
    valid = (counts < np.inf) & (rare > 0)
    great = counts * rare >= 10
    draws = _Draws(key, counter, places * np.where(great, philox.RESERVED, _WAITING))
    total, successes = np.zeros(len(counts)), np.zeros(len(counts))
    with np.errstate(all="ignore"):
        log_failure = np.log1p(-rare)
        deviation = np.sqrt(counts * rare * (1 - rare))
        b = 1.15 + 2.53 * deviation
        a = -0.0873 + 0.0248 * b + 0.01 * rare
        box = 0.92 - 4.2 / b
        odds = rare / (1 - rare)
        alpha = (2.83 + 5.1 / b) * deviation
        mode = np.floor((counts + 1) * rare)

    # Few: how many waiting times, which are geometric, fit into the trials.
    def wait(draws: _Draws, rows: Array) -> tuple[Array, Array]:
        total[rows] += np.ceil(np.log(draws.uniform(rows)) / log_failure[rows])
        good = ~(total[rows] <= counts[rows])
        found = successes[rows]
        successes[rows] += 1
        return found, good

    def step(draws: _Draws, rows: Array) -> tuple[Array, Array]:
        n, m, r = counts[rows], mode[rows], odds[rows]
        u = draws.uniform(rows) - 0.5
        v = draws.uniform(rows)
        shifted = 0.5 - np.abs(u)
        k = np.floor((2 * a[rows] / shifted + b[rows]) * u + counts[rows] * rare[rows] + 0.5)
        boxed = (shifted >= 0.07) & (v <= box[rows])
        possible = (k >= 0) & (k <= n)
        v = np.log(v * alpha[rows] / (a[rows] / (shifted * shifted) + b[rows]))
        k_ = np.where(possible, k, 0)
        bound = (
            (m + 0.5) * np.log((m + 1) / (r * (n - m + 1)))
            + (n + 1) * np.log((n - m + 1) / (n - k_ + 1))
            + (k_ + 0.5) * np.log(r * (n - k_ + 1) / (k_ + 1))
            + _stirling_tail(m) + _stirling_tail(n - m) - _stirling_tail(k_) - _stirling_tail(n - k_)
        )  # fmt: skip
        return k, boxed | (possible & (v <= bound))

    _settled(draws, np.flatnonzero(valid & ~great), wait, out)
    _settled(draws, np.flatnonzero(valid & great), step, out)
    return np.where(probs > 0.5, counts - out, out)


def _stirling_tail(k: Array) -> Array:
    """log(k!) less Stirling's approximation of it."""
    from scipy import special

    few = np.minimum(k, 9)
    exact = special.gammaln(few + 1) - ((few + 0.5) * np.log(few + 1) - (few + 1) + 0.5 * np.log(2 * np.pi))
    square = (k + 1) * (k + 1)
    return np.where(k <= 9, exact, (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1))
