"""Every linear operator does what its matrix does: products, solutions, numbers, derivatives, other operators."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

L = tf.linalg
rng = np.random.RandomState(0)
A = rng.randn(4, 4)
S = A @ A.T + 4 * np.eye(4)
POSITIVE = {"is_self_adjoint": True, "is_positive_definite": True}
HALVES = [S[:2, :2], np.array([1.0, 2.0])]


def _halves(a: Any, d: Any) -> list[Any]:
    return [L.LinearOperatorFullMatrix(a, **POSITIVE), L.LinearOperatorDiag(d, is_positive_definite=True)]


# Of each operator how it is made of its parameters, and these.
OPERATORS: dict[str, tuple[Callable[..., Any], list[Any]]] = {
    "full": (lambda a: L.LinearOperatorFullMatrix(a, **POSITIVE), [S]),
    "full, not symmetric": (L.LinearOperatorFullMatrix, [A]),
    "full, a batch": (L.LinearOperatorFullMatrix, [np.stack([A, S, A + S])]),
    "diag": (lambda d: L.LinearOperatorDiag(d, is_positive_definite=True), [np.arange(1.0, 5)]),
    "diag, a batch": (L.LinearOperatorDiag, [np.arange(1.0, 13).reshape(3, 4)]),
    "identity": (lambda: L.LinearOperatorIdentity(4, batch_shape=[3], dtype=tf.float64), []),
    "scaled identity": (lambda m: L.LinearOperatorScaledIdentity(4, m), [np.array([3.0, -2.0, 1.0])]),
    "lower triangular": (lambda a: L.LinearOperatorLowerTriangular(a, is_non_singular=True), [S]),
    "tridiagonal": (L.LinearOperatorTridiag, [np.array([[1.0, 2, 3, 9], [5, 6, 7, 8], [9, 1, 2, 1]])]),
    "tridiagonal, a sequence": (
        lambda u, d, l: L.LinearOperatorTridiag([u, d, l], "sequence"),
        [np.array([1.0, 2, 3, 9]), np.array([5.0, 6, 7, 8]), np.array([9.0, 1, 2, 1])],
    ),
    "tridiagonal, a matrix": (lambda a: L.LinearOperatorTridiag(a, "matrix"), [S]),
    "permutation": (lambda: L.LinearOperatorPermutation([2, 0, 1, 3], dtype=tf.float64), []),
    "permutations": (lambda: L.LinearOperatorPermutation([[2, 0, 1, 3], [1, 0, 2, 3], [0, 1, 2, 3]], tf.float64), []),
    "householder": (L.LinearOperatorHouseholder, [np.array([1.0, 2, -1, 3])]),
    "toeplitz": (L.LinearOperatorToeplitz, [np.array([4.0, 1, -1, 2]), np.array([4.0, 0.5, 1, 0])]),
    "circulant": (
        lambda k: L.LinearOperatorCirculant(tf.signal.fft(tf.cast(k, tf.complex128)), tf.float64),
        [np.array([4.0, 1, -1, 0.5])],
    ),
    "circulant in two dimensions": (
        lambda k: L.LinearOperatorCirculant2D(tf.signal.fft2d(tf.cast(k, tf.complex128)), tf.float64),
        [np.array([[4.0, 1], [-1, 0.5]])],
    ),
    "low rank update": (
        lambda d, u, e, v: L.LinearOperatorLowRankUpdate(L.LinearOperatorDiag(d, is_non_singular=True), u, e, v),
        [np.arange(1.0, 5), A[:, :2], np.array([1.0, -2]), A[:, 2:]],
    ),
    "positive low rank update": (
        lambda d, u: L.LinearOperatorLowRankUpdate(L.LinearOperatorDiag(d, is_positive_definite=True), u),
        [np.arange(1.0, 5), A[:, :2]],
    ),
    "kronecker": (lambda *parts: L.LinearOperatorKronecker(_halves(*parts)), HALVES),
    "blocks": (lambda *parts: L.LinearOperatorBlockDiag(_halves(*parts)), HALVES),
    "lower triangular blocks": (
        lambda a, b, d: L.LinearOperatorBlockLowerTriangular(
            [[L.LinearOperatorFullMatrix(a)], [L.LinearOperatorFullMatrix(b), L.LinearOperatorDiag(d)]]
        ),
        [S[:2, :2], A[:2, :2], np.array([1.0, 2.0])],
    ),
    "composition": (
        lambda d, a: L.LinearOperatorComposition([L.LinearOperatorDiag(d), L.LinearOperatorFullMatrix(a)]),
        [np.arange(1.0, 5), A],
    ),
    "adjoint": (lambda a: L.LinearOperatorAdjoint(L.LinearOperatorFullMatrix(a)), [A]),
    "inversion": (lambda a: L.LinearOperatorInversion(L.LinearOperatorFullMatrix(a)), [A]),
    "complex": (lambda a: L.LinearOperatorFullMatrix(tf.complex(a, a * a)), [A]),
    "complex diagonal": (lambda d: L.LinearOperatorDiag(tf.complex(d, d * d)), [np.arange(1.0, 5)]),
}

every = pytest.mark.parametrize("name", OPERATORS)


def made(name: str, parameters: Any = None) -> Any:
    make, own = OPERATORS[name]
    return make(*(own if parameters is None else parameters))


def close(found: Any, expected: Any) -> None:
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@every
def test_numbers_are_those_of_the_matrix(name: str) -> None:
    operator = made(name)
    dense = operator.to_dense().numpy()
    assert operator.shape == dense.shape == tuple(operator.shape_tensor().numpy())
    assert operator.batch_shape == dense.shape[:-2] == tuple(operator.batch_shape_tensor().numpy())
    assert operator.dtype == dense.dtype
    assert operator.is_square
    close(operator.diag_part(), np.diagonal(dense, axis1=-2, axis2=-1))
    close(operator.trace(), np.trace(dense, axis1=-2, axis2=-1))
    close(operator.determinant(), np.linalg.det(dense))
    close(tf.math.real(operator.log_abs_determinant()), np.linalg.slogdet(dense)[1])
    close(tf.abs(operator.cond()), np.linalg.cond(dense))
    close(operator.add_to_tensor(np.ones((3, 4, 4), dense.dtype)), dense + np.ones((3, 4, 4)))
    if operator.is_self_adjoint:
        close(np.sort(tf.math.real(operator.eigvals())), np.linalg.eigvalsh(dense))


@every
@pytest.mark.parametrize("adjoint", [False, True])
@pytest.mark.parametrize("batch", [(), (3,), (2, 1)])
def test_products_and_solutions_are_those_of_the_matrix(name: str, adjoint: bool, batch: tuple[int, ...]) -> None:
    operator = made(name)
    dense = operator.to_dense().numpy()
    turned = np.conj(np.swapaxes(dense, -1, -2)) if adjoint else dense
    x = np.random.RandomState(1).randn(*batch, 4, 2).astype(dense.dtype)
    y = np.swapaxes(x, -1, -2)
    close(operator.matmul(x, adjoint=adjoint), turned @ x)
    close(operator.matmul(y, adjoint=adjoint, adjoint_arg=True), turned @ np.conj(x))
    close(operator.solve(x, adjoint=adjoint), np.linalg.solve(turned, x))
    close(operator.solve(y, adjoint=adjoint, adjoint_arg=True), np.linalg.solve(turned, np.conj(x)))
    v = x[..., 0]
    close(operator.matvec(v, adjoint=adjoint), (turned @ v[..., None])[..., 0])
    close(operator.solvevec(v, adjoint=adjoint), np.linalg.solve(turned, v[..., None])[..., 0])


@every
def test_other_operators_are_those_of_the_matrix(name: str) -> None:
    operator = made(name)
    dense = operator.to_dense().numpy()
    close(operator.adjoint().to_dense(), np.conj(np.swapaxes(dense, -1, -2)))
    close(operator.H.H.to_dense(), dense)
    close(operator.inverse().to_dense(), np.linalg.inv(dense))
    if operator.is_self_adjoint and operator.is_positive_definite:
        close(operator.cholesky().to_dense(), np.linalg.cholesky(dense))
    else:
        with pytest.raises(ValueError, match="Not a positive definite"):
            operator.cholesky()


@pytest.mark.parametrize("left", OPERATORS)
@pytest.mark.parametrize("adjoint", [False, True])
def test_products_of_two_operators_are_those_of_their_matrices(left: str, adjoint: bool) -> None:
    a = made(left)
    turned = a.adjoint().to_dense().numpy() if adjoint else a.to_dense().numpy()
    for right in OPERATORS:
        b = made(right)
        if a.dtype == b.dtype:
            dense = b.to_dense().numpy()
            close(a.matmul(b, adjoint=adjoint).to_dense(), turned @ dense)
            close(a.solve(b, adjoint=adjoint).to_dense(), np.linalg.solve(turned, dense))


@every
@pytest.mark.parametrize("jitted", [False, True])
def test_derivatives_are_those_of_the_matrix_in_functions_too(name: str, jitted: bool) -> None:
    parameters = [tf.constant(p) for p in OPERATORS[name][1]]
    if not parameters:
        pytest.skip("nothing to differentiate by")
    x = tf.constant(np.random.RandomState(1).randn(4, 2))

    def of(operator: Any, dense: bool) -> Any:
        if dense:
            a = operator.to_dense()
            b = tf.cast(x, a.dtype)
            return a @ b, tf.linalg.solve(a, tf.broadcast_to(b, [*a.shape[:-2], 4, 2])), tf.linalg.slogdet(a)[1]
        b = tf.cast(x, operator.dtype)
        return operator.matmul(b), operator.solve(b), tf.math.real(operator.log_abs_determinant())

    def symmetric(g: Any) -> Any:
        """The part of a gradient by a matrix that is told to be symmetric which does not depend on how it is read."""
        return g + np.swapaxes(g, -1, -2) if name in ("full", "kronecker", "blocks") and np.ndim(g) > 1 else g

    def gradients(dense: bool, *parameters: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            parts = of(made(name, parameters), dense)
            loss = sum(tf.reduce_sum(tf.cast(tf.math.real(tf.sin(y)), tf.float64)) for y in parts)
        return tape.gradient(loss, parameters)

    expected = gradients(True, *parameters)
    if not jitted:
        for found, right in zip(gradients(False, *parameters), expected, strict=True):
            close(symmetric(found), symmetric(right))
    function = tf.function(lambda *p: gradients(False, *p), jit_compile=jitted)
    for found, right in zip(function(*parameters), expected, strict=True):
        close(symmetric(found), symmetric(right))


def test_lengths_may_be_unknown() -> None:
    spec = tf.TensorSpec([None, None, None], tf.float64)

    @tf.function(input_signature=[spec, spec])
    def solved(a: Any, x: Any) -> Any:
        operator = L.LinearOperatorFullMatrix(a)
        update = L.LinearOperatorLowRankUpdate(L.LinearOperatorIdentity(tf.shape(a)[-1], dtype=tf.float64), x)
        return operator.solve(x), operator.log_abs_determinant(), update.matmul(x), operator.shape_tensor()

    for n, k in ((2, 1), (3, 2), (1, 3)):
        a, x = rng.randn(2, n, n) + 3 * np.eye(n), rng.randn(2, n, k)
        solution, log_abs, product, shape = solved(a, x)
        close(solution, np.linalg.solve(a, x))
        close(log_abs, np.linalg.slogdet(a)[1])
        close(product, x + x @ np.swapaxes(x, -1, -2) @ x)
        assert shape.numpy().tolist() == [2, n, n]


def test_variables_are_found_and_read_at_each_use() -> None:
    v = tf.Variable([1.0, 2.0])
    operator = L.LinearOperatorDiag(v)
    v.assign([3.0, 4.0])
    np.testing.assert_array_equal(operator.matvec([1.0, 1.0]), [3, 4])
    with tf.GradientTape() as tape:
        y = operator.determinant()
    np.testing.assert_array_equal(tape.gradient(y, v), [4, 3])
    assert operator.trainable_variables == (v,)
    assert L.LinearOperatorComposition([operator, operator]).trainable_variables == (v,)


def test_blocks_take_lists() -> None:
    operator = made("lower triangular blocks")
    parts = [tf.constant(A[:2, :1]), tf.constant(A[2:, :1])]
    for adjoint in (False, True):
        close(tf.concat(operator.matmul(parts, adjoint=adjoint), 0), operator.matmul(tf.concat(parts, 0), adjoint))
        close(tf.concat(operator.solve(parts, adjoint=adjoint), 0), operator.solve(tf.concat(parts, 0), adjoint))


def test_zeros_and_operators_that_are_not_square() -> None:
    nothing = L.LinearOperatorZeros(2, 3, is_square=False, is_self_adjoint=False)
    np.testing.assert_array_equal(nothing.matmul(tf.ones([3, 1])), [[0], [0]])
    wide = L.LinearOperatorFullMatrix(tf.ones([2, 3]))
    assert (wide.is_square, wide.H.shape) == (False, (3, 2))
    assert L.LinearOperatorKronecker([wide, wide]).shape == (4, 9)
    close(L.LinearOperatorKronecker([wide, wide]).matmul(tf.ones([9, 2])), np.full((4, 2), 9))
    assert type(wide.matmul(L.LinearOperatorZeros(3))) is L.LinearOperatorZeros
    with pytest.raises(NotImplementedError, match="not be square"):
        wide.solve(tf.ones([2, 1]))
    with pytest.raises(NotImplementedError, match="singular"):
        L.LinearOperatorZeros(2).solve(tf.ones([2, 1]))


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: L.LinearOperatorDiag([1.0], is_self_adjoint=False), ValueError, "always self adjoint"),
        (lambda: L.LinearOperatorFullMatrix([[1.0]], False, None, True), ValueError, "always non-singular"),
        (lambda: L.LinearOperatorFullMatrix([1.0]), ValueError, "at least 2 dimensions"),
        (lambda: L.LinearOperatorFullMatrix(tf.ones([2, 3]), is_square=True).is_square, ValueError, "2 x 3"),
        (lambda: L.LinearOperatorIdentity(2, is_square=False), ValueError, "always square"),
        (lambda: L.LinearOperatorIdentity(-1), ValueError, ">= 0"),
        (lambda: L.LinearOperatorComposition([]), ValueError, "non-empty"),
        (lambda: L.LinearOperatorPermutation([1.0, 0.0]), TypeError, "integer"),
        (lambda: L.LinearOperatorTridiag([[1.0]], "rows"), ValueError, "found: rows"),
        (lambda: L.LinearOperatorDiag([1.0]).matmul(L.LinearOperatorDiag([1.0, 2.0])), ValueError, "incompatible"),
        (lambda: L.LinearOperatorDiag([1.0, 2.0]).matvec([1.0]), ValueError, "has 2 columns"),
        (lambda: L.LinearOperatorDiag([1.0]).matvec(tf.ones([1], tf.float64)), TypeError, "float64"),
        (lambda: L.LinearOperatorZeros(2).inverse(), ValueError, "singular matrix"),
        (lambda: L.LinearOperatorFullMatrix([[1.0]]).eigvals(), NotImplementedError, "self-adjoint"),
        (lambda: L.LinearOperatorFullMatrix([[0.0, 1], [2, 0]]).assert_self_adjoint(), tf.errors.InvalidArgumentError,
         "not equal to its adjoint"),
        (lambda: L.LinearOperatorFullMatrix([[1.0, 1], [1, 1]]).assert_non_singular(), tf.errors.InvalidArgumentError,
         "Singular"),
        (lambda: L.LinearOperatorZeros(2).assert_positive_definite(), tf.errors.InvalidArgumentError, "not positive"),
    ],
)  # fmt: skip
def test_errors_say_what_is_wrong(wrong: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        wrong()
