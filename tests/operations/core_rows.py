"""Rows of elementwise arithmetic, exponentials, trigonometry, rounding, comparisons, logic, and of the operators."""

from operator import attrgetter

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, Sample, floats

nan, inf = np.nan, np.inf
X = floats(2, 3)
POSITIVE = floats(2, 3, low=0.3, high=3.0)
UNIT = floats(2, 3, low=-0.9, high=0.9)
Z = floats(2, 2) + 1j * floats(2, 2, seed=1)
TRICKY = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-300, 1e300, -1e300, inf, -inf, nan])
EMPTY = np.zeros((0, 3))
SCALAR = np.float64(0.7)
STEPS = np.array([-1.0, 0.0, 2.0])
HALF = np.array([0.1, -0.7, 1.5, 3.25], np.float16)
BFLOAT = HALF.astype(ml_dtypes.bfloat16)
INTS = np.array([-3, 0, 2, 7], np.int32)


def unary(name: str, *samples: object, edges: tuple[object, ...] = (), **options: object) -> Operation:
    """The row of `tf.<name>(x)`."""

    def call(tf, x):
        function = tf
        for part in name.split("."):
            function = getattr(function, part)
        return function(x)

    standard = (TRICKY, EMPTY, HALF, BFLOAT)
    return Operation(name, call, [(s,) for s in samples], [(e,) for e in (*standard, *edges)], **options)


GRID = np.array([-inf, -2.5, -1.0, -0.0, 0.0, 1.0, 2.0, inf, nan])
PAIRS: list[Sample] = [
    (X, floats(2, 3, seed=1)),
    (X, floats(3, seed=2)),
    (floats(2, 1), floats(3, 1, 2, seed=3)),
    (SCALAR, X),
    (X, np.float64(1.3)),
    (np.float64(0.4), np.float64(-1.1)),
    (EMPTY, floats(3)),
]
PAIR_EDGES: list[Sample] = [
    (GRID[:, None], GRID),
    (EMPTY, np.zeros((1, 3))),
    (np.zeros((0, 1)), np.zeros((1, 4))),
    (HALF, HALF[::-1].copy()),
    (BFLOAT, BFLOAT[::-1].copy()),
    (X, floats(2, 2)),  # do not broadcast
    (X, floats(2, 3).astype(np.float32)),  # differ in dtype
    (np.array(["a", "b"]), np.array(["c", "d"])),
]
INTEGERS: list[Sample] = [
    (INTS, np.array([2, 3, -2, 4], np.int32)),
    (INTS.astype(np.int64), np.int64(3)),
    (np.array([1, 200, 7], np.uint8), np.array([3, 100, 2], np.uint8)),
]
COMPLEX: list[Sample] = [(Z, Z.T.copy() + 0.5), (Z, np.complex128(0.3 + 1j)), (Z[0], Z)]


def binary(name: str, samples: list[Sample] = PAIRS, edges: list[Sample] = PAIR_EDGES, **options: object) -> Operation:
    """The row of `tf.<name>(x, y)`."""

    def call(tf, x, y):
        function = tf
        for part in name.split("."):
            function = getattr(function, part)
        return function(x, y)

    return Operation(name, call, samples, edges, **options)


ROWS = [
    # sign and size
    unary("negative", X, SCALAR, Z, edges=(INTS,)),
    unary("square", X, SCALAR, Z, edges=(INTS,)),
    # powers, exponentials and logarithms
    unary("sqrt", POSITIVE, np.float64(0.6), Z),
    unary("math.rsqrt", POSITIVE, np.float64(0.6), Z),
    unary("math.reciprocal", X, SCALAR, Z),
    *(
        # the branch not taken: nothing flows back to an infinite slope
        Operation(f"{name}/not_taken", lambda tf, x, f=attrgetter(name): tf.where(x > 0.0, f(tf)(x), x),
                  edges=[(STEPS,)])
        for name in ("sqrt", "math.rsqrt", "math.reciprocal")
    ),
    unary("exp", X, SCALAR, Z),
    unary("math.expm1", X, SCALAR, Z, edges=(np.array([1e-12, -1e-9]),)),
    unary("math.log", POSITIVE, np.float64(0.6), Z),
    unary("math.log1p", POSITIVE, UNIT, Z, edges=(np.array([1e-12, -1e-9]),)),
    # trigonometry
    unary("sin", X, SCALAR, Z),
    unary("cos", X, SCALAR, Z),
    unary("tan", X, SCALAR, Z),
    unary("asin", UNIT, np.float64(0.6), Z),
    unary("acos", UNIT, np.float64(0.6), Z),
    unary("atan", X, SCALAR, Z),
    unary("sinh", X, SCALAR, Z),
    unary("cosh", X, SCALAR, Z),
    unary("tanh", X, SCALAR, Z, edges=(np.array([30.0, -400.0]),)),
    unary("asinh", X, SCALAR, Z),
    unary("acosh", 1.0 + POSITIVE, np.float64(1.6), Z),
    unary("atanh", UNIT, np.float64(0.6), Z),
    unary("sigmoid", X, SCALAR, Z, edges=(np.array([40.0, -800.0, 800.0]),)),
    # rounding
    unary("floor", edges=(X,), order=0),
    unary("math.ceil", edges=(X,), order=0),
    unary("math.rint", edges=(X, np.array([0.5, 1.5, 2.5, -0.5])), order=0),
    unary("math.is_nan", edges=(X,), order=0),
    unary("math.is_inf", edges=(X,), order=0),
    unary("math.is_finite", edges=(X,), order=0),
    # two inputs
    binary("add", PAIRS + COMPLEX, PAIR_EDGES + INTEGERS),
    Operation("add/strings", lambda tf, x, y: tf.add(x, y), order=0,
              edges=[(np.array(s, object), np.array("b", object)) for s in ("a", ["a", "c"])]),
    binary("subtract", PAIRS + COMPLEX, PAIR_EDGES + INTEGERS),
    binary("multiply", PAIRS + COMPLEX, PAIR_EDGES + INTEGERS),
    binary("divide", PAIRS + COMPLEX, PAIR_EDGES + INTEGERS),
    binary("math.truediv", PAIRS + COMPLEX, PAIR_EDGES + INTEGERS),
    binary("math.divide_no_nan", PAIRS + COMPLEX, PAIR_EDGES),
    binary("math.multiply_no_nan", PAIRS, PAIR_EDGES),
    Operation("math.multiply_no_nan/complex", lambda tf, x, y: tf.math.multiply_no_nan(x, y), COMPLEX,
              notes={"tensorflow_gradient": "TensorFlow forgets to conjugate"}),
    binary("math.squared_difference", PAIRS, PAIR_EDGES + INTEGERS + COMPLEX),
    binary("math.floordiv", [], PAIRS + PAIR_EDGES + INTEGERS, order=0),
    binary("math.floormod", [(X + 0.05, floats(2, 3, seed=1)), (X, np.float64(0.77))], PAIR_EDGES + INTEGERS),
    binary("pow", [(POSITIVE, X), (POSITIVE, SCALAR), (np.float64(1.7), X), *COMPLEX], PAIR_EDGES + INTEGERS[2:]),
    binary("maximum", PAIRS, PAIR_EDGES + INTEGERS),
    binary("minimum", PAIRS, PAIR_EDGES + INTEGERS),
    binary("atan2", PAIRS, PAIR_EDGES),
    # comparisons
    *(
        binary(name, [], [PAIRS[0], PAIRS[1], *PAIR_EDGES, *INTEGERS], order=0)
        for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
    ),
    *(
        binary(name, [], [(np.array([[True], [False]]), np.array([True, False]))], order=0)
        for name in ("logical_and", "logical_or", "math.logical_xor")
    ),
    Operation("logical_not", lambda tf, x: tf.logical_not(x), edges=[(np.array([True, False]),)], order=0),
    Operation("debugging.check_numerics", lambda tf, x: tf.debugging.check_numerics(x, "x"), [(X,), (SCALAR,)],
              [(EMPTY,), (HALF,), (BFLOAT,), (TRICKY,), (INTS,), (Z,)]),
    # operators
    Operation("operators", lambda tf, x, y: (x + y, x - y, x * y, x / y, -x), PAIRS + COMPLEX, PAIR_EDGES[:5]),
    Operation("operators/numbers", lambda tf, x: (x + 1, 2 - x, 3.5 * x, x / 2, 1.0 / x, x**2, x**3.0),
              [(X,), (SCALAR,)], [(HALF,), (BFLOAT,)]),
    Operation("operators/reflected_pow", lambda tf, x: 2.0**x, [(X,), (SCALAR,)], [(TRICKY,)]),
    Operation("operators/integers", lambda tf, x: (x // 2, x % 3, x / 2, x**2, -x, abs(x)), edges=[(INTS,)], order=0),
    Operation("operators/mixed_precision", lambda tf, x: tf.cast(tf.square(tf.cast(x, tf.bfloat16)) / 3.0, x.dtype),
              edges=[(X,), (SCALAR,)], order=0, rtol=3e-2),
    Operation("operators/same_tensor_twice", lambda tf, x: x * x + x / (x * x), [(X,), (Z,)]),
]  # fmt: skip
