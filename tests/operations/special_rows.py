"""Rows of special functions, and of the other functions of `tf.math` that few programs use."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.operations.operation import Operation, floats

POSITIVE = floats(2, 3, low=0.2, high=6)
BOTH = floats(2, 3, low=-4, high=4)
UNIT = floats(2, 3, low=0.05, high=0.95)
LIMITS = np.array([0.0, 1.0, np.inf, np.nan])
INTS = np.array([1, 2, 3], np.int32)
HALF = POSITIVE.astype(np.float16)


def unary(name: str, samples: Sequence[Any], edges: Sequence[Any] = (LIMITS, INTS, HALF), **options: Any) -> Operation:
    def call(tf: Any, x: Any) -> Any:
        found = tf.math
        for part in name.partition("/")[0].split("."):
            found = getattr(found, part)
        return found(x)

    return Operation(f"math.{name}", call, samples=[(x,) for x in samples], edges=[(x,) for x in edges], **options)


BESSEL = [
    *(unary(f"bessel_{name}", [BOTH, np.float64(1.5)], rtol=1e-7) for name in ("i0", "i0e")),
    *(unary(f"bessel_{name}", [BOTH, np.float64(1.5)], [INTS], rtol=1e-7) for name in ("i1", "i1e")),
    *(
        unary(f"bessel_{name}/0", [], [LIMITS], notes={"tensorflow_gradient": "TensorFlow's at 0 is twice what it is"})
        for name in ("i1", "i1e")
    ),
    *(unary(f"special.bessel_{name}", [BOTH], rtol=1e-7) for name in ("i0", "i0e", "j0", "j1")),
    *(unary(f"special.bessel_{name}", [POSITIVE], rtol=1e-7) for name in ("k0", "k0e", "k1", "k1e")),
    *(unary(f"special.bessel_{name}", [POSITIVE], [INTS], rtol=1e-7) for name in ("y0", "y1")),
]

INTEGRALS = [
    unary("special.dawsn", [BOTH], rtol=1e-7),
    unary("special.expint", [POSITIVE], [np.array([0.0, -1.0, np.nan])], rtol=1e-7),
    unary("special.fresnel_cos", [BOTH], rtol=1e-7),
    unary("special.fresnel_sin", [BOTH], rtol=1e-7),
    unary("special.spence", [POSITIVE], rtol=1e-7),
]

GAMMA = [
    Operation("math.igamma", lambda tf, a, x: tf.math.igamma(a, x),
              [(POSITIVE, floats(2, 3, low=0.3, high=5, seed=1)), (POSITIVE, np.float64(1.5))],
              [(np.array([0.0, -1.0, 2.0]), np.array([1.0, 1.0, np.inf])), (INTS, INTS)], order=1, rtol=1e-7),
    Operation("math.igamma/at 0", lambda tf, x: tf.math.igamma(tf.constant(1.0, x.dtype), x),
              edges=[(np.array([0.0]),)], order=1, rtol=1e-7,
              notes={"tensorflow_gradient": "it is 1, where TensorFlow has nan"}),
    Operation("math.igammac", lambda tf, a, x: tf.math.igammac(a, x),
              [(POSITIVE, floats(2, 3, low=0.3, high=5, seed=1))], order=1, rtol=1e-7),
    Operation("math.igamma/x", lambda tf, x: tf.math.igamma(tf.constant(2.5, x.dtype), x), [(POSITIVE,)], rtol=1e-7),
    Operation("math.igammac/x", lambda tf, x: tf.math.igammac(tf.constant(2.5, x.dtype), x), [(POSITIVE,)], rtol=1e-7),
    Operation("math.betainc", lambda tf, x: tf.math.betainc(tf.constant(2.5, x.dtype), tf.constant(1.5, x.dtype), x),
              [(UNIT,)], [(np.array([0.0, 1.0, 2.0, -1.0]),)], rtol=1e-7),
    Operation("math.betainc/all", lambda tf, a, b, x: tf.math.betainc(a, b, x),
              edges=[(POSITIVE, POSITIVE[::-1].copy(), UNIT)], rtol=1e-7),
    Operation("math.zeta", lambda tf, q: tf.math.zeta(tf.constant(2.5, q.dtype), q), [(POSITIVE,)], rtol=1e-7),
    Operation("math.zeta/all", lambda tf, x, q: tf.math.zeta(x, q),
              edges=[(np.array([2.0, 1.0, 0.5]), np.array([1.0, 2.0, 2.0])), (POSITIVE + 1, POSITIVE)],
              rtol=1e-7),
    Operation("math.polygamma", lambda tf, x: tf.math.polygamma(tf.constant(2.0, x.dtype), x), [(POSITIVE,)],
              rtol=1e-7),
    Operation("math.polygamma/all", lambda tf, a, x: tf.math.polygamma(a, x),
              edges=[(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.5, 2.5, 0.5, 1.0]))], rtol=1e-7),
    unary("ndtri", [UNIT], [np.array([0.0, 1.0, 0.5, -1.0]), INTS], rtol=1e-7),
    unary("erfcinv", [UNIT, UNIT + 1], [np.array([0.0, 2.0, 1.0])], rtol=1e-7),
    unary("lbeta", [POSITIVE, POSITIVE[0]], [np.zeros((2, 0)), INTS], rtol=1e-7),
]  # fmt: skip

SCANS = [
    Operation("math.cumulative_logsumexp", lambda tf, x: tf.math.cumulative_logsumexp(x), [(BOTH,), (BOTH[0],)],
              [(np.array([-1e3, 1e3, 0.0, 700.0]),), (INTS,), (np.zeros((0, 2)),)]),
    Operation("math.cumulative_logsumexp/infinite", lambda tf, x: tf.math.cumulative_logsumexp(x),
              edges=[(np.array([np.inf, 0.0]),)],
              notes={"tensorflow_gradient": "the infinity has it all, where TensorFlow has nan"}),
    Operation("math.cumulative_logsumexp/reverse", lambda tf, x: tf.math.cumulative_logsumexp(x, 1, reverse=True),
              [(BOTH,), (50 * BOTH,)]),
    Operation("math.cumulative_logsumexp/exclusive",
              lambda tf, x: tf.math.cumulative_logsumexp(x, -1, exclusive=True)[..., 1:], [(BOTH,)]),
    Operation("math.cumulative_logsumexp/both",
              lambda tf, x: tf.math.cumulative_logsumexp(x, -1, exclusive=True, reverse=True),
              edges=[(INTS.astype(np.float64),)]),
]  # fmt: skip

X = np.array([7.5, -7.5, 3.0, -3.0])
Y = np.array([2.0, 2.0, -2.0, -1.5])

OTHERS = [
    unary("reciprocal_no_nan", [BOTH, BOTH + 5j], [LIMITS, INTS]),
    Operation("math.nextafter", lambda tf, x, y: tf.math.nextafter(x, y), [(X, Y)], [(X, X)]),
    Operation("realdiv", lambda tf, x, y: tf.realdiv(x, y), [(X, Y)]),
    Operation("truncatediv", lambda tf, x, y: tf.truncatediv(x, y),
              edges=[(X, Y), (X.astype(np.int32), Y.astype(np.int32))]),
    Operation("truncatemod", lambda tf, x, y: tf.truncatemod(x, y), [(X + 0.1, Y)],
              [(X.astype(np.int32), Y.astype(np.int32))],
              notes={"tensorflow_gradient": "TensorFlow has none"}),
    Operation("math.invert_permutation", lambda tf, x: tf.math.invert_permutation(x),
              edges=[(np.array([2, 0, 1]),), (np.array([2, 0, 1], np.int32),), (np.array([0, 0, 1]),),
                     (np.array([3, 0, 1]),), (np.array([[0]]),)]),
    Operation("math.is_non_decreasing", lambda tf, x: tf.math.is_non_decreasing(x),
              edges=[(INTS,), (np.array([2, 1]),), (np.array([1, 1]),)]),
    Operation("math.is_strictly_increasing", lambda tf, x: tf.math.is_strictly_increasing(x),
              edges=[(INTS,), (np.array([2, 1]),), (np.array([1, 1]),)]),
]  # fmt: skip

ROWS = [*BESSEL, *INTEGRALS, *GAMMA, *SCANS, *OTHERS]
