"""Rows of `tf.linalg`: products, einsum, tensordot, norms, diagonals; and of random numbers that have derivatives."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, Sample, floats

M = floats(2, 3)
N = floats(3, 4, seed=1)
V = floats(3, seed=2)
BATCH = floats(2, 2, 3, seed=3)
SQUARE = floats(3, 3, seed=4)
STACK = floats(2, 3, 3, seed=5)
Z = floats(2, 3) + 1j * floats(2, 3, seed=6)
UNEVEN = M * np.linspace(1, 1.3, 6).reshape(2, 3)  # no two sums of its sizes are equal
INTS = np.arange(6, dtype=np.int32).reshape(2, 3)
HALF = floats(2, 3).astype(np.float16)
BFLOAT = floats(2, 3).astype(ml_dtypes.bfloat16)
EMPTY = np.zeros((0, 3))


# --- matmul ----------------------------------------------------------------------------------------------------------

FLAGS = {"": (False, False), "/transpose_a": (True, False), "/transpose_b": (False, True), "/transposed": (True, True)}

SHAPES = [
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 2)),
    ((4, 2, 3), (4, 3, 2)),
    ((2, 1, 2, 3), (3, 3, 2)),
    ((1, 2, 3), (4, 3, 1)),
    ((2, 2, 2, 3), (3, 2)),
    ((2, 0), (0, 3)),
    ((2, 0, 3), (3, 2)),
    ((2, 2, 0), (0, 2)),
    ((0, 3), (3, 2)),
]


def _turned(x: Any, turn: bool) -> Any:
    return x.swapaxes(-1, -2).copy() if turn else x


def _products(ta: bool, tb: bool) -> list[Sample]:
    return [(_turned(floats(*a), ta), _turned(floats(*b, seed=1), tb)) for a, b in SHAPES]


MATMUL = [
    *(
        Operation(
            f"linalg.matmul{name}",
            lambda tf, a, b, ta=ta, tb=tb: tf.matmul(a, b, transpose_a=ta, transpose_b=tb),
            samples=_products(ta, tb),
        )
        for name, (ta, tb) in FLAGS.items()
    ),
    Operation(
        "linalg.matmul/dtypes",
        lambda tf, a, b: tf.matmul(a, b, transpose_b=True),
        edges=[
            (INTS, INTS),
            (INTS.astype(np.int64),) * 2,
            (HALF, HALF),
            (BFLOAT, BFLOAT),
            (M > 0, M > 0),
            (M, INTS),
            (np.array([[np.inf, np.nan, 1.0]]), np.array([[0.0, 1.0, 2.0]])),
        ],
    ),
    Operation(
        "linalg.matmul/refused",
        lambda tf, a, b: tf.matmul(a, b),
        edges=[(M, M), (M, V), (V, M), (M, np.float64(2)), (BATCH, floats(3, 3, 2)), (BATCH, BATCH), (BATCH, V)],
    ),
    Operation(
        "linalg.matmul/complex",
        lambda tf, a, b: tf.matmul(a, b),
        samples=[(Z, Z.T.copy()), (np.stack([Z, 2j * Z]), Z.T.copy())],
    ),
    Operation("linalg.matmul/adjoint_a", lambda tf, a, b: tf.matmul(a, b, adjoint_a=True), samples=[(M, M), (Z, Z)]),
    Operation("linalg.matmul/adjoint_b", lambda tf, a, b: tf.matmul(a, b, adjoint_b=True), samples=[(M, M), (Z, Z)]),
    Operation("linalg.matmul/operator", lambda tf, a, b: a @ b, samples=[(M, N), (BATCH, N)], edges=[(M, M), (M, V)]),
    Operation(
        "linalg.matmul/with_arrays",
        lambda tf, a: (a @ np.ones((3, 2)), np.ones((4, 2)) @ a, [[1, 2]] @ a),
        samples=[(M,)],
    ),
    Operation("linalg.matmul/with_itself", lambda tf, a: tf.matmul(a, a, transpose_b=True), samples=[(M,), (BATCH,)]),
    Operation(
        "linalg.matvec",
        lambda tf, a, b: tf.linalg.matvec(a, b),
        samples=[(M, V), (BATCH, V), (BATCH, floats(2, 3)), (M, floats(4, 3))],
        edges=[(M, floats(2)), (INTS, np.array([1, 2, 3], np.int32))],
    ),
    Operation(
        "linalg.matvec/transpose_a", lambda tf, a, b: tf.linalg.matvec(a, b, transpose_a=True), samples=[(M, floats(2))]
    ),
]

# --- einsum and tensordot --------------------------------------------------------------------------------------------


def einsum(equation: str, *shapes: Sequence[int]) -> Operation:
    inputs = tuple(floats(*shape, seed=i) if shape else np.float64(1.5 + i) for i, shape in enumerate(shapes))
    return Operation(f"einsum/{equation}", lambda tf, *xs: tf.einsum(equation, *xs), samples=[inputs])


EINSUM = [
    einsum("ij,jk->ik", (2, 3), (3, 4)),
    einsum("ij,jk", (2, 3), (3, 4)),
    einsum("ij,jk->ki", (2, 3), (3, 4)),
    einsum("ba", (2, 3)),
    einsum("ijk->kij", (2, 3, 4)),
    einsum("ij->", (2, 3)),
    einsum("ij->j", (2, 3)),
    einsum("ii", (3, 3)),
    einsum("ii->i", (3, 3)),
    einsum("iij->j", (2, 2, 3)),
    einsum("iji->ji", (2, 3, 2)),
    einsum("iii->i", (2, 2, 2)),
    einsum("i,j->ij", (2,), (3,)),
    einsum("i,i->", (3,), (3,)),
    einsum("i,i->i", (3,), (3,)),
    einsum("ij,ij->i", (2, 3), (2, 3)),
    einsum("ij,kj->", (2, 3), (2, 3)),
    einsum(",->", (), ()),
    einsum(",ij->ij", (), (2, 3)),
    einsum("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    einsum("bij,jk->bik", (2, 2, 3), (3, 2)),
    einsum("bthd,bshd->bhts", (2, 2, 2, 3), (2, 3, 2, 3)),
    einsum("bhts,bshd->bthd", (2, 2, 2, 3), (2, 3, 2, 3)),
    einsum("abcd,cdef->abef", (2, 1, 2, 2), (2, 2, 1, 2)),
    einsum("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
    einsum("...i,i->...", (2, 2, 3), (3,)),
    einsum("...,...->...", (2, 1), (3,)),
    einsum("i...->...", (2, 3)),
    einsum("...ii->...", (2, 3, 3)),
    einsum("ij,jk,k->i", (2, 3), (3, 4), (4,)),
    einsum("ij,jk,kl,lm->im", (2, 3), (3, 2), (2, 4), (4, 2)),
    einsum("i,i,i->", (3,), (3,), (3,)),
    einsum("ii,ij,kj->k", (2, 2), (2, 3), (2, 3)),
    Operation(
        "einsum/dtypes",
        lambda tf, x, y: tf.einsum("ij,kj->ik", x, y),
        edges=[(INTS, INTS), (HALF, HALF), (BFLOAT, BFLOAT), (EMPTY, M), (floats(2, 0), floats(3, 0))],
    ),
    Operation("einsum/complex", lambda tf, x, y: tf.einsum("ij,kj->ik", x, y), samples=[(Z, Z)]),
    Operation("einsum/refused", lambda tf, x, y: tf.einsum("ij,jk->ik", x, y), edges=[(M, M), (M, V), (V, M)]),
]


def tensordot(name: str, axes: Any, a: Sequence[int], b: Sequence[int]) -> Operation:
    return Operation(
        f"tensordot/{name}", lambda tf, x, y: tf.tensordot(x, y, axes), samples=[(floats(*a), floats(*b, seed=1))]
    )


TENSORDOT = [
    tensordot("one", 1, (2, 3), (3, 4)),
    tensordot("two", 2, (2, 3), (2, 3)),
    tensordot("outer", 0, (2,), (3,)),
    tensordot("vector", 1, (2, 3), (3,)),
    tensordot("crossed", [[1, 2], [1, 0]], (2, 3, 4), (4, 3, 2)),
    tensordot("negative", [-1, 0], (2, 3), (3, 4)),
    tensordot("not_the_last", [[0], [1]], (3, 2), (4, 3)),
    Operation(
        "tensordot/dtypes",
        lambda tf, x, y: tf.tensordot(x, y, [[1], [1]]),
        edges=[(INTS, INTS), (HALF, HALF), (M, INTS), (floats(2, 0), floats(3, 0)), (M, floats(2, 2)), (M, V)],
    ),
]

# --- norms -----------------------------------------------------------------------------------------------------------

TRICKY = np.array([[0.0, 0.0], [3.0, -3.0], [np.inf, 1.0], [np.nan, 1.0]])


def norm(name: str, samples: Sequence[Any] = (M, BATCH), edges: Sequence[Any] = (TRICKY,), **options: Any) -> Operation:
    return Operation(
        f"norm/{name}", lambda tf, x: tf.norm(x, **options), [(s,) for s in samples], [(e,) for e in edges]
    )


NORMS = [
    norm("euclidean", [M, BATCH, V, np.float64(-3)], [np.zeros(2), EMPTY, HALF, BFLOAT, INTS]),
    norm("euclidean/axis", axis=-1),
    norm("euclidean/kept", axis=0, keepdims=True),
    norm("two", ord=2, axis=1, edges=[TRICKY, INTS]),
    norm("one", ord=1, axis=1, edges=[TRICKY, INTS]),
    norm("greatest", ord=np.inf, axis=1, edges=[TRICKY, INTS]),
    norm("three", ord=3, axis=1),
    norm("fraction", ord=0.5, axis=1),
    norm("frobenius", ord="fro", axis=(0, 1)),
    norm("matrix/one", [UNEVEN], ord=1, axis=(0, 1)),
    norm("matrix/spectral", [UNEVEN, BATCH], [], ord=2, axis=(-2, -1)),
    norm("matrix/spectral/kept", [BATCH], [], ord=2, axis=(2, 0), keepdims=True),
    norm("matrix/greatest", [UNEVEN], ord=np.inf, axis=(-1, 0), keepdims=True),
    norm("complex", [Z], []),
    norm("complex/one", [Z], [], ord=1),
    Operation(
        "linalg.normalize", lambda tf, x: tf.linalg.normalize(x, axis=-1), samples=[(M,), (BATCH,)], edges=[(TRICKY,)]
    ),
    Operation("linalg.normalize/one", lambda tf, x: tf.linalg.normalize(x, ord=1), samples=[(M,)]),
    Operation(
        "linalg.cross",
        lambda tf, a, b: tf.linalg.cross(a, b),
        samples=[(V, floats(3)), (M, floats(2, 3, seed=1))],
        edges=[(INTS, INTS + 1), (M, V), (V[:2], V[:2]), (EMPTY, EMPTY)],
    ),
]

# --- diagonals -------------------------------------------------------------------------------------------------------

BANDS = {
    "main": {},
    "above": {"k": 1},
    "below": {"k": -1},
    "several": {"k": (-1, 1)},
    "left_right": {"k": (-1, 1), "align": "LEFT_RIGHT"},
    "left_left": {"k": (0, 1), "align": "LEFT_LEFT"},
    "right_right": {"k": (-1, 0), "align": "RIGHT_RIGHT"},
    "padded": {"k": (-1, 1), "padding_value": 7},
}


def _packed(bands: dict[str, Any]) -> tuple[Any, ...]:
    k = bands.get("k", 0)
    count = 1 if isinstance(k, int) else k[1] - k[0] + 1
    return floats(2, 3) if count == 1 else floats(2, count, 3)


DIAGONALS = [
    *(
        Operation(
            f"linalg.diag_part/{name}",
            lambda tf, x, bands=bands: tf.linalg.diag_part(x, **bands),
            samples=[(STACK,), (floats(3, 4),), (floats(4, 2),)],
        )
        for name, bands in BANDS.items()
    ),
    *(
        Operation(
            f"linalg.diag/{name}", lambda tf, x, bands=bands: tf.linalg.diag(x, **bands), samples=[(_packed(bands),)]
        )
        for name, bands in BANDS.items()
    ),
    *(
        Operation(
            f"linalg.set_diag/{name}",
            lambda tf, x, d, bands=bands: tf.linalg.set_diag(x, d, **bands),
            samples=[(floats(2, 3, 3) if bands.get("k", 0) != 1 else floats(2, 4, 4), _packed(bands))],
        )
        for name, bands in BANDS.items()
        if "padding_value" not in bands and bands.get("k") != -1
    ),
    Operation(
        "linalg.diag_part/edges",
        lambda tf, x: tf.linalg.diag_part(x, k=2),
        edges=[(INTS,), (M,), (SQUARE,), (floats(2, 2),), (V,), (SQUARE > 0,)],
    ),
    Operation(
        "linalg.diag/rectangular",
        lambda tf, x: tf.linalg.diag(x, num_rows=3, num_cols=5),
        samples=[(V,)],
        edges=[(floats(4),)],
    ),
    Operation(
        "linalg.diag/edges",
        lambda tf, x: tf.linalg.diag(x),
        edges=[(np.zeros(0),), (np.array([1, 2]),), (np.array([True]),)],
    ),
    Operation(
        "linalg.set_diag/edges",
        lambda tf, x, d: tf.linalg.set_diag(x, d),
        edges=[(SQUARE, floats(2)), (INTS, np.array([8, 9], np.int32))],
    ),
    Operation(
        "linalg.trace",
        lambda tf, x: tf.linalg.trace(x),
        samples=[(SQUARE,), (STACK,), (M,), (Z,)],
        edges=[(INTS,), (V,), (np.zeros((0, 0)),)],
    ),
    Operation(
        "linalg.band_part",
        lambda tf, x: tf.linalg.band_part(x, 1, 0),
        samples=[(STACK,), (M,)],
        edges=[(INTS,), (V,), (SQUARE > 0,)],
    ),
    Operation("linalg.band_part/upper", lambda tf, x: tf.linalg.band_part(x, 0, -1), samples=[(STACK,)]),
    Operation("linalg.band_part/refused", lambda tf, x: tf.linalg.band_part(x, 4, 0), edges=[(SQUARE,)]),
    Operation(
        "linalg.tensor_diag",
        lambda tf, x: tf.linalg.tensor_diag(x),
        samples=[(V,), (M,)],
        edges=[(np.array([1, 2]),), (np.float64(1),)],
    ),
    Operation(
        "linalg.tensor_diag_part",
        lambda tf, x: tf.linalg.tensor_diag_part(x),
        samples=[(SQUARE,), (floats(2, 3, 2, 3),)],
        edges=[(INTS,), (V,), (floats(2, 2, 2),)],
    ),
    Operation(
        "linalg.adjoint", lambda tf, x: tf.linalg.adjoint(x), samples=[(M,), (STACK,), (Z,)], edges=[(INTS,), (V,)]
    ),
]

# --- decompositions --------------------------------------------------------------------------------------------------

GENERAL = STACK + 3 * np.eye(3)
REFUSED = [(np.ones((2, 2)),), (np.zeros((0, 0)),), (M,), (V,), (np.array([[1, 2], [3, 4]]),)]


def symmetric(tf: Any, x: Any) -> Any:
    """A positive definite matrix."""
    return tf.matmul(x, x, transpose_b=True)


def hermitian(tf: Any, x: Any) -> Any:
    """The same of complex numbers."""
    return tf.matmul(x, x, adjoint_b=True)


COMPLEX = GENERAL + 1j * STACK[::-1]  # two square matrices
TALL_Z = floats(4, 2) + 1j * floats(4, 2, seed=7)
WIDE_Z = floats(2, 4, seed=3) + 1j * floats(2, 4, seed=8)
RANK_1 = np.outer([1.0, 2.0, -1.0], [0.5, 1.0, 2.0])
RANK_2 = RANK_1 + np.outer([0.0, 1.0, 1.0], [1.0, -1.0, 0.5])
WITH_NAN = np.array([[np.nan, 1.0], [1.0, 2.0]])
BANDS = floats(2, 4) + np.array([[3.0], [0.0]])
COPIES = 2.0 * np.linalg.qr(floats(4, 2))[0]  # both singular values are 2

ADJUGATE = {"tensorflow_gradient": "TensorFlow asks for the inverse of a singular matrix"}
RAISES = {"tensorflow_gradient": "TensorFlow may call a matrix with nan singular, and raise"}
EQUAL = {"tensorflow_gradient": "TensorFlow leaves out what equal singular values share"}


def around(tf: Any, vectors: Any) -> Any:
    """What does not change as the phases and the order of columns do."""
    return tf.matmul(vectors, vectors, adjoint_b=True)


def slope_of_det(tf: Any, x: Any) -> Any:
    """The gradient of determinants, whose derivatives are those of higher order."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.linalg.det(x)
    return tape.gradient(y, x)


HERMITIAN = np.array([[2, 1 + 1j, 0.5], [1 - 1j, 3, -1j], [0.5, 1j, 5]])

NO_LU = {"tensorflow_gradient": "TensorFlow has none"}
# Matrices as `tf.linalg.lu` gives them, and orders of their rows.
FACTORS = [(GENERAL[0], np.array([2, 0, 1], np.int32)), (GENERAL, np.array([[2, 0, 1], [0, 2, 1]], np.int32)),
]  # fmt: skip

DECOMPOSITIONS = [
    Operation("linalg.inv", lambda tf, x: tf.linalg.inv(x), [(GENERAL,), (GENERAL[0] + 1j * SQUARE,)], REFUSED),
    Operation("linalg.inv/adjoint", lambda tf, x: tf.linalg.inv(x, adjoint=True), [(GENERAL,)]),
    Operation("linalg.det", lambda tf, x: tf.linalg.det(x), [(GENERAL,)], REFUSED[1:]),
    Operation("linalg.slogdet", lambda tf, x: tf.linalg.slogdet(x), [(GENERAL,)], REFUSED[1:]),
    Operation("linalg.logdet", lambda tf, x: tf.linalg.logdet(symmetric(tf, x)), [(GENERAL,)]),
    Operation("linalg.cholesky", lambda tf, x: tf.linalg.cholesky(symmetric(tf, x)), [(GENERAL,)]),
    Operation(
        "linalg.cholesky/edges",
        lambda tf, x: tf.linalg.cholesky(x),
        edges=[(np.stack([np.eye(2), 2 * np.eye(2)]),), *REFUSED[1:]],
    ),
    Operation(
        "linalg.solve",
        lambda tf, a, b: tf.linalg.solve(a, b),
        [(GENERAL, STACK), (GENERAL[0], floats(3, 2))],
        [(np.ones((2, 2)), np.ones((2, 1))), (M, M), (SQUARE, V), (SQUARE, M), (STACK, SQUARE)],
    ),
    Operation("linalg.solve/adjoint", lambda tf, a, b: tf.linalg.solve(a, b, adjoint=True), [(GENERAL, STACK)]),
    Operation("linalg.triangular_solve", lambda tf, a, b: tf.linalg.triangular_solve(a, b), [(GENERAL, STACK)]),
    Operation(
        "linalg.triangular_solve/upper",
        lambda tf, a, b: tf.linalg.triangular_solve(a, b, lower=False, adjoint=True),
        [(GENERAL, STACK), (GENERAL, floats(3, 2))],
    ),
    Operation(
        "linalg.cholesky_solve",
        lambda tf, a, b: tf.linalg.cholesky_solve(tf.linalg.cholesky(symmetric(tf, a)), b),
        [(GENERAL, STACK)],
    ),
    Operation("linalg.eigvalsh", lambda tf, x: tf.linalg.eigvalsh(symmetric(tf, x)), [(GENERAL,)]),
    Operation("linalg.eigh", lambda tf, x: tf.abs(tf.linalg.eigh(symmetric(tf, x))[1]), [(GENERAL,)]),
    Operation(
        "linalg.eigh/hermitian",
        lambda tf, x: [tf.math.real(tf.linalg.eigh(x)[0]), tf.abs(tf.linalg.eigh(x)[1])],
        edges=[(HERMITIAN,), (HERMITIAN.astype(np.complex64),)],
    ),
    Operation("linalg.eigh/lower", lambda tf, x: tf.linalg.eigh(x)[0], [(SQUARE,)]),
    Operation(
        "linalg.eigvals",
        lambda tf, x: tf.reduce_sum(tf.linalg.eigvals(x) ** 3, -1),
        [(STACK,), (STACK[0] + 1j * SQUARE,)],
        REFUSED[1:-1],
    ),
    Operation(
        "linalg.eig",
        lambda tf, x: tf.reduce_sum(
            tf.abs(tf.linalg.eig(x)[1]) ** 4 * tf.abs(tf.linalg.eig(x)[0])[..., None, :], [-2, -1]
        ),
        [(STACK,), (STACK[0] + 1j * SQUARE,)],
    ),
    Operation("linalg.svd/values", lambda tf, x: tf.linalg.svd(x, compute_uv=False), [(GENERAL,), (M,), (BATCH,)]),
    Operation(
        "linalg.svd", lambda tf, x: [tf.abs(part) for part in tf.linalg.svd(x)], [(GENERAL,), (M,), (floats(4, 2),)]
    ),
    Operation("linalg.svd/full", lambda tf, x: [tf.abs(p) for p in tf.linalg.svd(x, full_matrices=True)], [(GENERAL,)]),
    Operation("linalg.qr", lambda tf, x: list(tf.linalg.qr(x)), [(GENERAL,), (M,), (floats(4, 2),)]),
    Operation(
        "linalg.lu",
        lambda tf, x: list(tf.linalg.lu(x)),
        [(GENERAL,), (STACK,), (GENERAL[0] + 0.1j * SQUARE,)],
        [
            (np.zeros((2, 2)),),
            (np.ones((2, 2)),),
            (M,),
            (V,),
            (np.zeros((0, 0)),),
            (np.zeros((0, 2, 2)),),
            (GENERAL.astype(ml_dtypes.bfloat16),),
            (INTS[:, :2],),
            (np.array([[np.nan, 1.0], [1.0, 2.0]]),),
        ],
        notes=NO_LU,
    ),
    Operation(
        "linalg.lu/int64",
        lambda tf, x: list(tf.linalg.lu(x, output_idx_type=tf.int64)),
        edges=[(GENERAL,)],
        notes=NO_LU,
    ),
    Operation("linalg.lu/int16", lambda tf, x: list(tf.linalg.lu(x, output_idx_type=tf.int16)), edges=[(GENERAL,)]),
    *(
        Operation(
            f"linalg.{name}",
            lambda tf, *given, name=name: getattr(tf.linalg, name)(*given),
            [(x, p, *more) for x, p in FACTORS],
            edges,
            rtol=1e-8,
        )
        for name, more, edges in (
            (
                "lu_solve",
                [floats(3, 2, seed=9)],
                [(GENERAL, np.array([2, 0, 1]), floats(3)), (M, np.array([0, 1]), M), (V, np.array([0, 1]), M)],
            ),
            ("lu_reconstruct", [], [(M, np.array([0, 1])), (V, np.array([0, 1]))]),
            ("lu_matrix_inverse", [], []),
        )
    ),
    Operation("linalg.inv/nan", lambda tf, x: tf.linalg.inv(x), edges=[(np.array([[1.0, np.nan], [1.0, 2.0]]),)]),
    Operation(
        "linalg.det/singular",
        lambda tf, x: tf.linalg.det(x),
        [(RANK_1,), (RANK_2,), (np.stack([RANK_2, SQUARE]),), (np.zeros((2, 2)),), (RANK_2 + 0j,), (np.zeros((1, 1)),)],
        notes=ADJUGATE,
    ),
    Operation("linalg.det/slope", slope_of_det, [(GENERAL,), (SQUARE,)], rtol=1e-8),
    Operation(
        "linalg.det/complex",
        lambda tf, x: tf.linalg.det(x),
        [(COMPLEX,)],
        notes={"tensorflow_gradient": "TensorFlow's is not the conjugate one"},
    ),
    Operation(
        "linalg.slogdet/edges",
        lambda tf, x: list(tf.linalg.slogdet(x)),
        edges=[
            (WITH_NAN.astype(np.float32),),
            (np.array([[np.inf, np.inf], [1.0, 1.0]], np.float32),),
            (np.zeros((0, 0)),),
            (np.zeros((2, 0, 0)),),
            (np.array([[-2.0]]),),
        ],
        notes=RAISES,
    ),
    Operation("linalg.det/edges", lambda tf, x: tf.linalg.det(x), edges=[(WITH_NAN.astype(np.float32),)], notes=RAISES),
    Operation("linalg.slogdet/sign", lambda tf, x: tf.linalg.slogdet(x)[0], [(GENERAL,)]),
    Operation("linalg.slogdet/complex", lambda tf, x: tf.math.real(tf.linalg.slogdet(x)[1]), [(COMPLEX,)]),
    Operation(
        "linalg.slogdet/complex_sign",
        lambda tf, x: list(tf.linalg.slogdet(x)),
        [(COMPLEX,), (COMPLEX[0],)],
        notes={"tensorflow_gradient": "TensorFlow leaves out how the sign turns"},
    ),
    Operation("linalg.logdet/complex", lambda tf, x: tf.linalg.logdet(hermitian(tf, x)), [(COMPLEX,)]),
    Operation(
        "linalg.cholesky/complex",
        lambda tf, x: tf.linalg.cholesky(hermitian(tf, x)),
        [(COMPLEX,), (COMPLEX[0],), (np.array([[2.0 - 1j]]),)],
    ),
    Operation(
        "linalg.cholesky_solve/complex",
        lambda tf, a, b: tf.linalg.cholesky_solve(tf.linalg.cholesky(hermitian(tf, a)), b),
        [(COMPLEX, COMPLEX), (COMPLEX[0], TALL_Z[:3])],
    ),
    Operation(
        "linalg.triangular_solve/broadcast",
        lambda tf, a, b: tf.linalg.triangular_solve(a, b),
        [
            (GENERAL[0], STACK),
            (GENERAL, floats(2, 1, 3, 2)),
            (GENERAL[0], floats(3, 1)),
            (np.array([[2.0]]), floats(1, 2)),
        ],
        [
            (np.array([[0.0, 0.0], [1.0, 1.0]]), np.ones((2, 1))),
            (WITH_NAN, np.ones((2, 2))),
            (np.zeros((0, 0)), np.zeros((0, 2))),
            (np.zeros((0, 2, 2)), np.zeros((0, 2, 1))),
            (np.eye(2), np.zeros((2, 0))),
            (np.tile(GENERAL[0], (20, 1, 1)), np.ones((20, 3, 1))),
            (GENERAL.astype(np.float32), STACK.astype(np.float32)),
        ],
    ),
    Operation(
        "linalg.triangular_solve/complex",
        lambda tf, a, b: tf.linalg.triangular_solve(a, b, lower=False, adjoint=True),
        [(COMPLEX, COMPLEX), (COMPLEX[0], TALL_Z[:3]), (COMPLEX[0], TALL_Z[:3, :1])],
    ),
    *(
        Operation(
            f"linalg.banded_triangular_solve/{'lower' if lower else 'upper'}{'/adjoint' if adjoint else ''}",
            lambda tf, a, b, lower=lower, adjoint=adjoint: tf.linalg.banded_triangular_solve(a, b, lower, adjoint),
            [
                (BANDS if lower else BANDS[::-1].copy(), floats(4, 2)),
                (np.stack([BANDS, 2 * BANDS])[:, :: 1 if lower else -1].copy(), floats(2, 4, 1)),
                ((BANDS + 1j * BANDS[:, ::-1])[:: 1 if lower else -1].copy(), floats(4, 1) + 0.5j),
            ],
            [(BANDS, floats(3, 2))],
        )
        for lower in (True, False)
        for adjoint in (False, True)
    ),
    Operation(
        "linalg.banded_triangular_solve/edges",
        lambda tf, a, b: tf.linalg.banded_triangular_solve(a, b),
        [(BANDS[:1], floats(4, 2)), (floats(5, 3), floats(3, 1)), (BANDS, floats(2, 4, 1))],
        [(np.zeros((0, 3)), floats(3, 1)), (np.zeros((2, 3)), floats(3, 1)), (BANDS, floats(4))],
        notes={"tensorflow_gradient": "TensorFlow's of one band has an axis too few"},
    ),
    Operation(
        "linalg.eigh/edges",
        lambda tf, x: tf.linalg.eigh(x)[0],
        edges=[(WITH_NAN,), (np.array([[1.0, np.nan], [1.0, 2.0]]),), (np.zeros((0, 0)),), (np.array([[3.0]]),)],
    ),
    Operation(
        "linalg.svd/edges",
        lambda tf, x: tf.linalg.svd(x),
        edges=[(WITH_NAN,), (np.stack([WITH_NAN, WITH_NAN]),), (np.array([[np.inf, 1.0], [1.0, 2.0]]),)],
        notes={"tensorflow_gradient": "there is none"},
    ),
    Operation(
        "linalg.svd/complex",
        lambda tf, x: [tf.linalg.svd(x)[0], *(tf.abs(part) for part in tf.linalg.svd(x)[1:])],
        [(COMPLEX[0],), (TALL_Z,), (WIDE_Z,), (COMPLEX,)],
    ),
    Operation("linalg.svd/complex_values", lambda tf, x: tf.linalg.svd(x, compute_uv=False), [(COMPLEX,), (TALL_Z,)]),
    Operation(
        "linalg.svd/full_rectangular",
        lambda tf, x: [tf.abs(p) for p in tf.linalg.svd(x, full_matrices=True)],
        [(M,), (floats(3, 2),), (BATCH,), (TALL_Z[:3],)],
    ),
    Operation(
        "linalg.svd/full_wide",
        lambda tf, x: around(tf, tf.linalg.svd(x, full_matrices=True)[2][..., 2:]),
        [(floats(2, 4),), (WIDE_Z,)],
        notes={"tensorflow_gradient": "TensorFlow has none"},
    ),
    Operation(
        "linalg.svd/full_tall",
        lambda tf, x: around(tf, tf.linalg.svd(x, full_matrices=True)[1][..., 2:]),
        [(floats(4, 2),), (TALL_Z,)],
        notes={"tensorflow_gradient": "TensorFlow has none"},
    ),
    Operation(
        "linalg.norm/spectral", lambda tf, x: tf.norm(x, 2, axis=[-2, -1]), [(GENERAL,), (M,), (COMPLEX,), (WIDE_Z,)]
    ),
    Operation(
        "linalg.qr/complex",
        lambda tf, x: list(tf.linalg.qr(x)),
        [(COMPLEX,), (TALL_Z,), (WIDE_Z,), (COMPLEX[:1, :1, :1],)],
    ),
    Operation("linalg.qr/q", lambda tf, x: tf.linalg.qr(x)[0], [(M,), (GENERAL,), (TALL_Z,), (WIDE_Z,)]),
    Operation("linalg.qr/r", lambda tf, x: tf.linalg.qr(x)[1], [(M,), (GENERAL,), (TALL_Z,), (WIDE_Z,)]),
    Operation("linalg.qr/wide", lambda tf, x: list(tf.linalg.qr(x)), [(M,), (BATCH,), (floats(1, 4),)]),
    Operation("linalg.qr/full", lambda tf, x: list(tf.linalg.qr(x, full_matrices=True)), [(GENERAL,)]),
]

# --- least squares, and functions of matrices ------------------------------------------------------------------------

TALL = floats(4, 2) * np.linspace(1, 1.5, 8).reshape(4, 2)
PACKED = np.stack([floats(4, seed=7), 5 + floats(4, seed=8), floats(4, seed=9)])

FUNCTIONS = [
    Operation(
        "linalg.lstsq",
        lambda tf, a, b: tf.linalg.lstsq(a, b),
        [(TALL, floats(4, 3)), (floats(5, 3), floats(5, 1))],
        [(TALL, M), (TALL, floats(2, 4, 3)), (np.array([[1, 2], [3, 4]]),) * 2],
    ),
    Operation("linalg.lstsq/wide", lambda tf, a, b: tf.linalg.lstsq(a, b), [(BATCH, floats(2, 2, 2))]),
    Operation(
        "linalg.lstsq/regularized",
        lambda tf, a, b: tf.linalg.lstsq(a, b, l2_regularizer=0.3),
        [(TALL, floats(4, 3)), (floats(5, 3), floats(5, 1))],
    ),
    Operation(
        "linalg.lstsq/regularized/wide",
        lambda tf, a, b: tf.linalg.lstsq(a, b, l2_regularizer=0.3),
        [(M, floats(2, 1))],
    ),
    Operation(
        "linalg.lstsq/slow",
        lambda tf, a, b: tf.linalg.lstsq(a, b, fast=False),
        [(TALL, floats(4, 3)), (M, floats(2, 1))],
        notes={"tensorflow_gradient": "TensorFlow has none"},
    ),
    Operation(
        "linalg.pinv", lambda tf, a: tf.linalg.pinv(a), [(TALL,), (M,), (GENERAL,)], [(np.ones((2, 2)),), (INTS,)]
    ),
    Operation(
        "linalg.pinv/equal",
        lambda tf, a: tf.linalg.pinv(a),
        [(np.eye(2),), (2 * np.eye(3),), (COPIES,), (COPIES.T,)],
        notes=EQUAL,
    ),
    Operation(
        "linalg.pinv/edges", lambda tf, a: tf.linalg.pinv(a), edges=[(np.zeros((0, 3)),), (WITH_NAN,), (EMPTY.T,)]
    ),
    Operation("linalg.matrix_rank/nan", lambda tf, a: tf.linalg.matrix_rank(a), edges=[(WITH_NAN,)]),
    Operation("linalg.pinv/rcond", lambda tf, a: tf.linalg.pinv(a, rcond=0.5), edges=[(np.diag([3.0, 2.0, 1.0]),)]),
    Operation(
        "linalg.matrix_rank",
        lambda tf, a: tf.linalg.matrix_rank(a),
        edges=[(np.ones((2, 2)),), (STACK,), (M,), (np.zeros((2, 3)),), (V,), (INTS,)],
    ),
    Operation(
        "linalg.matrix_rank/tol", lambda tf, a: tf.linalg.matrix_rank(a, tol=1.5), edges=[(np.diag([3.0, 2.0, 1.0]),)]
    ),
    Operation(
        "linalg.expm",
        lambda tf, x: tf.linalg.expm(x),
        [(SQUARE,), (STACK,), (SQUARE + 1j * STACK[0],)],
        [(10 * SQUARE,), (np.zeros((2, 2)),), *REFUSED[1:]],
    ),
    Operation(
        "linalg.tridiagonal_solve",
        lambda tf, d, b: tf.linalg.tridiagonal_solve(d, b),
        [(PACKED, floats(4, 2)), (PACKED, floats(4)), (np.stack([PACKED, 2 * PACKED]), floats(2, 4, 1))],
        [(PACKED[:2], floats(4)), (PACKED, floats(3))],
    ),
    Operation(
        "linalg.tridiagonal_solve/complex",
        lambda tf, d, b: tf.linalg.tridiagonal_solve(d, b),
        [(PACKED + 1j * PACKED[::-1], floats(4, 2) + 1j)],
        notes={"tensorflow_gradient": "TensorFlow forgets to conjugate"},
    ),
    Operation(
        "linalg.tridiagonal_solve/pivots",
        lambda tf, d, b: tf.linalg.tridiagonal_solve(d, b),
        [(np.array([[2.0, 3.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 2.0]]), floats(3, 2)), (floats(3, 1), floats(1, 2))],
        [(np.zeros((3, 2)), np.ones(2)), (np.zeros((3, 1)), np.ones(1))],
    ),
    Operation(
        "linalg.tridiagonal_solve/sequence",
        lambda tf, a, b, c, x: tf.linalg.tridiagonal_solve([a, b, c], x, diagonals_format="sequence"),
        [(floats(3), PACKED[1], floats(3, seed=1), floats(4))],
    ),
    Operation(
        "linalg.tridiagonal_solve/matrix",
        lambda tf, a, x: tf.linalg.tridiagonal_solve(a, x, diagonals_format="matrix", transpose_rhs=True),
        [(GENERAL[0] * np.tri(3, 3, 1) * np.tri(3, 3, 1).T, M)],
    ),
    Operation(
        "linalg.tridiagonal_matmul",
        lambda tf, d, b: tf.linalg.tridiagonal_matmul(d, b),
        [(PACKED, floats(4, 2)), (np.stack([PACKED, 2 * PACKED]), floats(2, 4, 1))],
    ),
    Operation(
        "linalg.tridiagonal_matmul/sequence",
        lambda tf, a, b, c, x: tf.linalg.tridiagonal_matmul([a, b, c], x, diagonals_format="sequence"),
        [(floats(4), PACKED[1], floats(4, seed=1), floats(4, 2))],
    ),
]

# --- random numbers --------------------------------------------------------------------------------------------------

DRAWN_AGAIN = {"float32": "each dtype has numbers of its own"}

RANDOM = [
    Operation(
        "random.stateless_normal",
        lambda tf, m, s: tf.random.stateless_normal([2, 3], [1, 2], m, s, m.dtype),
        samples=[(V, np.float64(2)), (np.float64(1), V)],
        notes=DRAWN_AGAIN,
    ),
    Operation(
        "random.stateless_uniform",
        lambda tf, a, b: tf.random.stateless_uniform([2, 3], [1, 2], a, b, a.dtype),
        samples=[(V, V + 1)],
        edges=[(np.int32(2), np.int32(9)), (np.int64(-5), np.int64(2**40)), (np.int32(2), np.int32(2))],
        notes=DRAWN_AGAIN,
    ),
    Operation(
        "random.stateless_truncated_normal",
        lambda tf, m: tf.random.stateless_truncated_normal([50, 3], [1, 2], m, dtype=m.dtype),
        samples=[(V,)],
        edges=[(V.astype(np.float16),), (V.astype(ml_dtypes.bfloat16),)],
    ),
    Operation(
        "random.stateless_gamma",
        lambda tf, a: tf.random.stateless_gamma([2, 3], [1, 2], a, dtype=a.dtype),
        samples=[(floats(3, low=0.5, high=4),)],
        order=1,
        notes={"central_differences": "for another number it draws anew: the derivative is that of a quantile"},
    ),
]

ROWS = [*MATMUL, *EINSUM, *TENSORDOT, *NORMS, *DIAGONALS, *DECOMPOSITIONS, *FUNCTIONS, *RANDOM]
