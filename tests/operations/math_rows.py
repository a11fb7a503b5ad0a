"""Rows of reductions, cumulative and special functions, casting, clipping, sorting, choosing, and complex numbers."""

from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, Sample, floats

nan, inf = np.nan, np.inf
X = floats(2, 3)
BOX = floats(2, 3, 4, seed=1)
POSITIVE = floats(2, 3, low=0.3, high=3.0)
UNIT = floats(2, 3, low=-0.9, high=0.9)
Z = floats(2, 3) + 1j * floats(2, 3, seed=1)
SCALAR = np.float64(0.7)
EMPTY = np.zeros((0, 3))
TRICKY = np.array([0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, 1e300, inf, -inf, nan])
HALF = np.array([0.1, -0.7, 1.5, 3.25], np.float16)
BFLOAT = HALF.astype(ml_dtypes.bfloat16)
INTS = np.array([[-3, 0, 2], [7, 5, -4]], np.int32)
BYTES = np.array([200, 100, 7], np.uint8)
TRUTH = np.array([[True, False, True], [False, False, True]])
TEXT = np.array(["b", "a"])
TIES = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [-1.0, 0.0, -0.0]])
ZEROS = np.array([[2.0, 0.0, 3.0], [0.0, 4.0, 0.0], [1.0, 5.0, 2.0]])


def find(tf: Any, name: str) -> Any:
    for part in name.split("."):
        tf = getattr(tf, part)
    return tf


def rows(
    name: str, samples: list[Any], edges: list[Any], options: dict[str, dict[str, Any]], **notes: Any
) -> list[Operation]:
    """A row of `tf.<name>(x)`, and one for each of `options`: its name and keyword arguments."""

    def of(attributes: dict[str, Any]) -> Any:
        return lambda tf, x: find(tf, name)(x, **attributes)

    return [
        Operation(name + suffix, of(attributes), [(s,) for s in samples], [(e,) for e in edges], **notes)
        for suffix, attributes in {"": {}, **{f"/{k}": v for k, v in options.items()}}.items()
    ]


# --- reductions ------------------------------------------------------------------------------------------------------

AXES = {
    "axis_0": {"axis": 0},
    "axis_last_kept": {"axis": -1, "keepdims": True},
    "axes": {"axis": [-1, 0]},
    "all_kept": {"keepdims": True},
    "no_axis": {"axis": []},
}
NUMBERS = [INTS, INTS.astype(np.int64), BYTES.reshape(1, 3), Z.astype(np.complex64), np.zeros((0, 3), np.int32)]
REAL = [
    EMPTY,
    np.zeros((3, 0)),
    HALF.reshape(2, 2),
    BFLOAT.reshape(2, 2),
    TRICKY.reshape(2, 5),
    TRICKY[:6].reshape(2, 3),
]
WRONG = [TRUTH, TEXT.reshape(2, 1)]
BIG = floats(40, 70, low=0.5, seed=3)  # long enough for sums to take their quick path
LIMITS = [
    np.array([[inf, 1.0], [-inf, -inf]]),
    np.array([[inf, -inf], [nan, 0.0]]),
    np.array([[100.0, 100.0], [-100.0, 0.0]]),
]


def reduction(name: str, samples: list[Any], edges: list[Any], **notes: Any) -> list[Operation]:
    return rows(name, samples, edges, AXES, **notes)


def invalid_axes(name: str, x: Any) -> Operation:
    """Axes that are none, and forms that an axis may have."""
    given: list[Any] = [2, -3, [0, 0], [0, -2], 1.5, "a", [[0]], (), (1,)]
    given += [np.float32(1), np.array([0, 1]), np.int64(1), np.array(-1)]
    return Operation(f"{name}/axes_given", lambda tf, x, axis: find(tf, name)(x, axis), edges=[(x, a) for a in given])


REDUCTIONS = [
    *reduction("reduce_sum", [X, BOX, Z, BIG], [*REAL, *NUMBERS, *WRONG, *LIMITS]),
    *reduction("reduce_mean", [X, BOX, Z, BIG], [*REAL, *NUMBERS, *WRONG, *LIMITS]),
    *reduction("reduce_max", [X, BOX], [*REAL, *NUMBERS, *WRONG, *LIMITS, TIES]),
    *reduction("reduce_min", [X, BOX], [*REAL, *NUMBERS, *WRONG, *LIMITS, TIES]),
    *reduction("reduce_prod", [X, BOX, Z], [*REAL, *NUMBERS, *WRONG, ZEROS, np.array([[nan, 2.0], [inf, 0.0]])]),
    Operation("reduce_prod/zeros", lambda tf, x: tf.reduce_prod(x, axis=1), [(ZEROS,)]),
    *reduction("reduce_logsumexp", [X, BOX], [*REAL, *LIMITS, Z, *WRONG]),
    *reduction("math.reduce_variance", [X, BOX, Z], [*REAL[:4], *NUMBERS, np.ones((2, 3))]),
    Operation(
        "math.reduce_std", lambda tf, x: tf.math.reduce_std(x), [(X,), (BOX,), (Z,)], [(np.ones(3),), (INTS,), (HALF,)]
    ),
    Operation(
        "math.reduce_std/axis", lambda tf, x: tf.math.reduce_std(x, axis=-1, keepdims=True), [(X,), (BOX,)], [(EMPTY,)]
    ),
    *(
        Operation(
            f"math.reduce_euclidean_norm/{name}",
            lambda tf, x, a=a: tf.math.reduce_euclidean_norm(x, **a),
            [(X,), (BOX,)],
            [(np.zeros((2, 3)),), (INTS,), (Z,), (EMPTY,), (HALF.reshape(2, 2),)],
        )
        for name, a in {"all": {}, **AXES}.items()
        if name != "no_axis"
    ),
    *(
        Operation(
            f"reduce_{name}/{suffix}",
            lambda tf, x, n=name, a=a: find(tf, f"reduce_{n}")(x, **a),
            edges=[
                (TRUTH,),
                (np.zeros((0, 3), bool),),
                *([] if "axis" in a and type(a["axis"]) is list else [(X,), (INTS,)]),
            ],
            order=0,
        )
        for name in ("any", "all")
        for suffix, a in {"everywhere": {}, **AXES}.items()
    ),
    *(invalid_axes(name, X) for name in ("reduce_sum", "reduce_mean", "reduce_max", "reduce_prod", "reduce_logsumexp")),
    Operation(
        "math.count_nonzero",
        lambda tf, x: tf.math.count_nonzero(x),
        edges=[(X,), (INTS,), (TRUTH,), (Z,), (np.array(["", "a"]),), (EMPTY,), (TRICKY,)],
        order=0,
    ),
    Operation(
        "math.count_nonzero/axis", lambda tf, x: tf.math.count_nonzero(x, 0, True, tf.int32), edges=[(INTS,)], order=0
    ),
    Operation(
        "math.zero_fraction", lambda tf, x: tf.math.zero_fraction(x), edges=[(ZEROS,), (INTS,), (EMPTY,)], order=0
    ),
    *(
        Operation(
            f"math.l2_normalize/{name}",
            lambda tf, x, a=a: tf.math.l2_normalize(x, **a),
            [(X,), (BOX,), (Z,)],
            [(np.zeros(3),), (EMPTY,), (HALF,), (BFLOAT,), (np.array([1e-9, 0.0]),)],
        )
        for name, a in {"all": {}, "last": {"axis": -1}, "epsilon": {"axis": 0, "epsilon": 1.0}}.items()
    ),
]

# --- cumulative ------------------------------------------------------------------------------------------------------

SCANS = {
    "axis": {"axis": -1},
    "exclusive": {"exclusive": True},
    "reverse": {"axis": 1, "reverse": True},
    "both": {"axis": -1, "exclusive": True, "reverse": True},
}
CUMULATIVE = [
    *rows(
        "cumsum",
        [X, BOX, Z],
        [
            EMPTY,
            np.zeros((2, 0)),
            INTS,
            BYTES.reshape(1, 3),
            HALF.reshape(2, 2),
            BFLOAT.reshape(2, 2),
            np.array([[inf, 1.0, -inf]]),
            SCALAR,
            *WRONG,
        ],
        SCANS,
    ),
    *rows(
        "math.cumprod",
        [X, BOX],
        [EMPTY, np.zeros((2, 0)), INTS, BYTES.reshape(1, 3), HALF.reshape(2, 2), BFLOAT.reshape(2, 2), SCALAR, *WRONG],
        SCANS,
    ),
    *rows(
        "math.cumprod",
        [ZEROS, Z],
        [],
        {f"zeros_{k}": v for k, v in SCANS.items()},
        notes={"tensorflow_gradient": "TensorFlow's is 0 at zeros, and it forgets to conjugate"},
    )[1:],
    *(
        Operation(
            f"{name}/axes_given",
            lambda tf, x, axis, n=name: find(tf, n)(x, axis),
            edges=[(X, a) for a in (2, -3, 1.0, [1], None, np.int64(1), np.array(-1), np.array([1]))],
        )
        for name in ("cumsum", "math.cumprod")
    ),
]

# --- special functions -----------------------------------------------------------------------------------------------

TAILS = np.array([-800.0, -40.0, 40.0, 800.0])


def special(name: str, *samples: Any, edges: tuple[Any, ...] = (), **options: Any) -> Operation:
    every = [(e,) for e in (EMPTY, *edges)]
    return Operation(name, lambda tf, x: find(tf, name)(x), [(s,) for s in samples], every, **options)


SPECIAL = [
    special("math.log_sigmoid", X, SCALAR, edges=(TAILS, TRICKY, HALF, BFLOAT, INTS)),
    special("math.erf", X, SCALAR, edges=(TAILS, HALF, BFLOAT, INTS, Z)),  # TensorFlow's erf(inf) is nan
    special("math.erfc", X, SCALAR, edges=(TAILS, HALF, BFLOAT)),
    special("math.erfinv", UNIT, np.float64(0.6), edges=(np.array([-1.0, 0.0, 1.0, 2.0, nan]),)),
    special("math.lgamma", POSITIVE, np.float64(0.6), edges=(np.array([1.0, 2.0, 50.0]),)),
    special("math.digamma", POSITIVE, np.float64(0.6), edges=(np.array([1.0, 2.0, 50.0]), np.array([0.0]))),
    special("round", edges=(X, INTS, HALF, BFLOAT, np.array([0.5, 1.5, 2.5, -0.5, inf, nan])), order=0),
    Operation("math.polyval", lambda tf, x, a, b: tf.math.polyval([a, b], x), [(X, SCALAR, np.float64(0.3))]),
    Operation(
        "math.polyval/constants",
        lambda tf, x: tf.math.polyval([1.0, 2.0, 3.0], x),
        edges=[(X.astype(np.float32),), (X,), (HALF,)],
    ),
]

# --- two inputs, and many --------------------------------------------------------------------------------------------

GRID = np.array([0.0, 1.0, -1.0, 2.5, inf, nan])
PAIRS: list[Sample] = [(X, POSITIVE), (X, floats(3, low=0.2, high=2.0)), (SCALAR, POSITIVE), (X, np.float64(1.3))]
PAIR_EDGES: list[Sample] = [
    (GRID[:, None], GRID),
    (EMPTY, np.ones(3)),
    (HALF, HALF),
    (BFLOAT, BFLOAT),
    (X, INTS),
    (X, floats(2, 2)),
    (INTS, INTS),
]
PAIRED = [
    *(
        Operation(name, lambda tf, x, y, n=name: find(tf, n)(x, y), PAIRS, PAIR_EDGES)
        for name in ("math.xlogy", "math.xlog1py", "math.xdivy")
    ),
    Operation("math.mod", lambda tf, x, y: tf.math.mod(x, y), [(X + 0.05, np.float64(0.77))], PAIR_EDGES[1:4]),
    Operation("math.scalar_mul", lambda tf, a, x: tf.math.scalar_mul(a, x), [(SCALAR, X)], [(X, X), (HALF[0], HALF)]),
    Operation(
        "add_n",
        lambda tf, x, y, z: tf.add_n([x, y, z]),
        [(X, 2 * X, POSITIVE), (Z, Z, Z), (SCALAR, SCALAR, SCALAR)],
        [(X, X, BOX), (X, INTS, X), (HALF, HALF, HALF), (INTS, INTS, INTS)],
    ),
    Operation("add_n/one", lambda tf, x: tf.add_n([x]), [(X,)]),
    Operation("add_n/none", lambda tf, x: tf.add_n([]), edges=[(X,)]),
    Operation("math.accumulate_n", lambda tf, x, y: tf.math.accumulate_n([x, y]), [(X, POSITIVE)]),
]

# --- choosing and clipping -------------------------------------------------------------------------------------------

CHOSEN: list[Sample] = [
    (TRUTH, X, POSITIVE),
    (TRUTH, SCALAR, POSITIVE),
    (TRUTH[:1], X, SCALAR),
    (np.array(True), X, POSITIVE),
    (TRUTH[:, :, None], BOX, floats(4)),
    (TRUTH, Z, -Z),
]
CHOICE = [
    Operation(
        "where",
        lambda tf, c, x, y: tf.where(c, x, y),
        CHOSEN,
        [
            (TRUTH, INTS, INTS),
            (TRUTH, X, INTS),
            (INTS, X, X),
            (TRUTH, X, floats(2, 2)),
            (TRUTH[:, :2], TEXT, TEXT),
            (np.zeros((0, 3), bool), EMPTY, SCALAR),
            (TRUTH[0], np.array([nan, inf, 1.0]), np.array([2.0, nan, inf])),
            (TRUTH[:, :2], HALF[:2], HALF[2:]),
            (TRUTH[:, :2], BFLOAT[:2], BFLOAT[2:]),
            (TRUTH, X, None),
            (TRUTH, 1.0, 2),
            (TRUTH, 1, 2.0),
            (TRUTH, X, 0),
            (TRUTH, 1, X),
            (TRUTH, 1.5, INTS),
            ([True, False], [1.0, 2.0], [3, 4]),
            (True, 1.0, 2.0),
            (1, 1.0, 2.0),
        ],
    ),
    Operation(
        "where/places",
        lambda tf, c: tf.where(c),
        edges=[(TRUTH,), (INTS,), (X,), (np.array(True),), (TEXT,), (np.zeros((0, 3), bool),)],
        order=0,
    ),
    Operation(
        "where/guarded", lambda tf, x: tf.where(x > 0.0, tf.sqrt(tf.where(x > 0.0, x, 1.0)), 0.0), [(X,)], [(TIES,)]
    ),
    Operation(
        "clip_by_value",
        lambda tf, x, a, b: tf.clip_by_value(x, a, b),
        [
            (X, np.float64(-0.7), np.float64(0.9)),
            (X, -1.0, 1.0),
            (BOX, floats(4, low=-1.5, high=-1.0), floats(4, low=1.0)),
        ],
        [
            (TIES, 1.0, 2.0),
            (TRICKY, -1.0, 1.0),
            (X, 1.0, -1.0),
            (TRICKY, np.float64(1.0), np.float64(3.0)),
            (INTS, 0, 3),
            (INTS, 0.5, 3),
            (X[0], X, 3.0),
            (X, floats(2), 1.0),
            (X, np.float32(1), 2.0),
            (Z, 0, 1),
            (HALF, -0.5, 0.5),
            (BFLOAT, -0.5, 0.5),
            (EMPTY, 0.0, 1.0),
            (BYTES, 10, 150),
            (SCALAR, 0.0, 0.5),
        ],
    ),
    *(
        Operation(
            f"clip_by_norm/{name}",
            lambda tf, x, c, a=a: tf.clip_by_norm(x, c, **a),
            [(X, 1.0), (X, 100.0), (BOX, np.float64(1.5))],
            [
                (np.array([[3.0, 4.0]]), 5.0),
                (np.zeros((2, 2)), 1.0),
                (np.array([[3.0, 4.0], [0.0, 0.5]]), 1),
                (X, -1.0),
                (X, 0.0),
                (X, np.int32(1)),
                (X, np.float32(1)),
                (INTS, 1),
                (HALF.reshape(2, 2), 1.0),
                (BFLOAT.reshape(2, 2), 1.0),
                (EMPTY, 1.0),
                (np.array([[inf, 1.0]]), 1.0),
            ],
        )
        for name, a in {"all": {}, "axes": {"axes": -1}}.items()
    ),
    Operation(
        "linalg.global_norm",
        lambda tf, x, y: tf.linalg.global_norm([x, None, y]),
        [(X, BOX), (SCALAR, X)],
        [(INTS, INTS), (HALF, HALF), (np.zeros(2), np.zeros(3)), (TRICKY, X)],
    ),
    Operation(
        "clip_by_global_norm",
        lambda tf, x, y, c: tf.clip_by_global_norm([x, y], c),
        [(X, BOX, 1.0), (X, BOX, 50.0)],
        [
            (X, X, inf),
            (TRICKY, X, 1.0),
            (np.zeros(2), np.zeros(3), 1.0),
            (X, X, np.float32(1)),
            (INTS, INTS, 1),
            (HALF, HALF, 1.0),
            (X, BOX, 1),
        ],
    ),
    Operation(
        "clip_by_global_norm/use_norm",
        lambda tf, x, n: tf.clip_by_global_norm([x], 1.0, use_norm=n),
        [(X, np.float64(3.0))],
        [(X, np.float64(0.0))],
    ),
    Operation("clip_by_global_norm/no_list", lambda tf, x: tf.clip_by_global_norm(x, 1.0), edges=[(X,)]),
    Operation("linalg.global_norm/no_list", lambda tf, x: tf.linalg.global_norm(x), edges=[(X,)]),
]

# --- casting ---------------------------------------------------------------------------------------------------------

DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int32",
    "int64",
    "uint8",
    "uint32",
    "complex64",
    "complex128",
    "bool",
]
FINE = np.array([[1.5, -2.7, 0.0], [100.0, 3.2, -0.5]])
CAST = [
    *(
        Operation(
            f"cast/{dtype}",
            lambda tf, x, d=dtype: tf.cast(x, d),
            [(X,)] if dtype in ("float64", "complex128") else [],
            [
                (FINE,),
                (FINE.astype(np.float16),),
                (FINE.astype(ml_dtypes.bfloat16),),
                (INTS,),
                (BYTES,),
                (TRUTH,),
                (EMPTY,),
                (TEXT,),
                (TRICKY[:5],),
            ],
            order=2 if dtype in ("float64", "complex128") else 0,
        )
        for dtype in DTYPES
    ),
    Operation("cast/complex", lambda tf, x: (tf.cast(x, tf.complex64), tf.cast(x, tf.bool)), edges=[(Z,)]),
    Operation("cast/path", lambda tf, x: tf.cast(tf.cast(x, tf.float32), tf.float64) * x, edges=[(X,), (FINE,)]),
    Operation("cast/broken_path", lambda tf, x: tf.cast(tf.cast(x, tf.int32), tf.float64), edges=[(FINE,)], order=0),
    Operation(
        "cast/wrong", lambda tf, x, d: tf.cast(x, d), edges=[(X, "foo"), (X, None), (X, "string"), (X, "resource")]
    ),
    Operation(
        "cast/overflow",
        lambda tf, x: [tf.cast(x, d) for d in ("int32", "int64", "uint8", "int8", "float16")],
        edges=[(np.array([nan, inf, -inf, 3e9, -3e9, 300.0, -1.5], np.float32),)],
        order=0,
    ),
    *(
        Operation(
            f"saturate_cast/{dtype}",
            lambda tf, x, d=dtype: tf.saturate_cast(x, d),
            edges=[
                (np.array([1e10, -1e10, 300.0, 3.5, -5.0, inf]),),
                (np.array([1e10, -1e10, inf, 3.5], np.float32),),
                (np.array([300, -5], np.int32),),
                (np.array([200], np.uint8),),
                (Z,),
            ],
            order=0,
        )
        for dtype in ("uint8", "int8", "int32", "float32", "float16", "float64")
    ),
]

# --- complex numbers -------------------------------------------------------------------------------------------------

AXIS_POINTS = np.array([3 + 4j, 0, 1j, -2, -1j])
COMPLEX = [
    *(
        Operation(
            f"{name}/complex",
            lambda tf, z, n=name: find(tf, n)(z),
            [(Z,), (np.complex128(0.3 - 0.4j),)],
            [(AXIS_POINTS,), (Z.astype(np.complex64),), (X,), (INTS,), (np.zeros((0, 2), np.complex128),)],
        )
        for name in ("abs", "sign", "math.real", "math.imag", "math.conj", "math.angle")
    ),
    Operation("math.real/text", lambda tf, x: tf.math.real(x), edges=[(TEXT,)], order=0),
    Operation(
        "complex",
        lambda tf, x, y: tf.complex(x, y),
        [(X, POSITIVE), (X, SCALAR)],
        [
            (X.astype(np.float32), X.astype(np.float32)),
            (INTS, INTS),
            (X, X.astype(np.float32)),
            (HALF, HALF),
            (TRICKY, TRICKY[::-1].copy()),
        ],
    ),
    Operation("complex/mixed", lambda tf, z: tf.math.real(z * z) * tf.abs(z) + tf.math.imag(tf.exp(z)), [(Z,)]),
    Operation(
        "abs/real", lambda tf, x: abs(x) + tf.abs(x) ** 2, [(X,)], [(TRICKY,), (INTS,), (BYTES,), (TRUTH,), (HALF,)]
    ),
]

# --- order -----------------------------------------------------------------------------------------------------------

SORTED = [
    INTS,
    BYTES,
    TIES,
    HALF,
    BFLOAT,
    SCALAR,
    TRUTH,
    Z,
    TEXT,
    np.array([-128, 3, 127], np.int8),
    np.array([2**31, 5], np.uint32),
]
ORDER = [
    *rows(
        "sort",
        [X, BOX],
        SORTED,
        {
            "descending": {"direction": "DESCENDING"},
            "axis": {"axis": 0},
            "both": {"axis": -2, "direction": "DESCENDING"},
        },
    ),
    Operation("sort/wrong", lambda tf, x: tf.sort(x, direction="UP"), edges=[(X,)], order=0),
    *rows(
        "argsort",
        [],
        [X, BOX, *SORTED],
        {"descending": {"direction": "DESCENDING"}, "axis": {"axis": 0, "stable": True}},
        order=0,
    ),
    *(
        Operation(
            f"{name}/{suffix}",
            lambda tf, x, n=name, a=a: find(tf, n)(x, **a),
            edges=[
                (v,)
                for v in (
                    X,
                    BOX,
                    INTS,
                    TIES,
                    TRUTH,
                    HALF,
                    BFLOAT,
                    EMPTY,
                    np.zeros((2, 0)),
                    SCALAR,
                    Z,
                    TEXT,
                    np.array([nan, 1.0, nan]),
                    np.array([nan, nan]),
                    np.array([2.0, nan, -inf]),
                )
            ],
            order=0,
        )
        for name in ("argmax", "argmin")
        for suffix, a in {"default": {}, "axis": {"axis": -1, "output_type": "int32"}, "second": {"axis": 1}}.items()
    ),
    *(
        Operation(
            f"{name}/axes_given",
            lambda tf, x, axis, n=name: find(tf, n)(x, axis),
            order=0,
            edges=[(X, a) for a in (5, -3, 1.0, np.array([1]), np.array(1))],
        )
        for name in ("argmax", "argmin")
    ),
    Operation(
        "math.top_k",
        lambda tf, x: list(tf.math.top_k(x, 2)),
        [(X,), (BOX,)],
        [(INTS,), (TIES,), (HALF,), (BFLOAT,), (SCALAR,), (TRUTH,), (np.array([1.0]),), (BYTES,), (np.zeros((0, 3)),)],
    ),
    Operation(
        "math.top_k/k",
        lambda tf, x, k: list(tf.math.top_k(x, k, index_type=tf.int64)),
        order=0,
        notes={"tensorflow_gradient": "TensorFlow has none with int64 indices"},
        edges=[(X, k) for k in (0, 1, 3, 4, -1, 1.5, np.int32(2))],
    ),
]

ROWS = [*REDUCTIONS, *CUMULATIVE, *SPECIAL, *PAIRED, *CHOICE, *CAST, *COMPLEX, *ORDER]
