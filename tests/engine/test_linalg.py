"""Matrices by LAPACK: what it makes of sizes for which other routines are taken, and on how many threads it runs."""

import math
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.engine import numpy_linalg

SHAPES = [(30, 30), (3, 30, 30), (0, 30, 30), (2, 300, 300)]
TOLERANCES = {"float32": 2e-3, "complex64": 2e-3, "float64": 1e-9, "complex128": 1e-9}


def made(shape: tuple[int, ...], dtype: str, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape) + (1j * rng.standard_normal(shape) if dtype.startswith("c") else 0)
    return x.astype(dtype)


def regular(shape: tuple[int, ...], dtype: str) -> Any:
    n = shape[-1]
    return (made(shape, dtype) + 3 * math.sqrt(n) * np.eye(n)).astype(dtype)


def adjoint(x: Any) -> Any:
    return x.conj().swapaxes(-1, -2)


def assert_near(got: Any, want: Any, dtype: str) -> None:
    got = got.numpy()
    assert got.shape == want.shape
    tolerance = TOLERANCES[dtype]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * np.abs(want).max(initial=1.0))


@pytest.mark.parametrize("dtype", list(TOLERANCES))
@pytest.mark.parametrize("shape", SHAPES)
def test_greater_matrices(shape: tuple[int, ...], dtype: str) -> None:
    a, b = regular(shape, dtype), made((*shape[:-1], 3), dtype, seed=1)
    positive = (a @ adjoint(a) / shape[-1]).astype(dtype)
    assert_near(tf.linalg.inv(a), np.linalg.inv(a), dtype)
    assert_near(tf.linalg.solve(a, b), np.linalg.solve(a, b), dtype)
    assert_near(tf.linalg.solve(a, b, adjoint=True), np.linalg.solve(adjoint(a), b), dtype)
    assert_near(tf.linalg.cholesky(positive), np.linalg.cholesky(positive), dtype)
    sign, log = np.linalg.slogdet(a)
    assert_near(tf.linalg.slogdet(a).sign, sign, dtype)
    assert_near(tf.linalg.slogdet(a).log_abs_determinant, log, dtype)
    small = a / (3 * math.sqrt(shape[-1]))
    assert_near(tf.linalg.det(small), np.linalg.det(small), dtype)
    assert_near(tf.linalg.triangular_solve(a, b), np.linalg.solve(np.tril(a), b), dtype)
    upper = tf.linalg.triangular_solve(a, b[..., :1], lower=False, adjoint=True)
    assert_near(upper, np.linalg.solve(adjoint(np.triu(a)), b[..., :1]), dtype)


@pytest.mark.parametrize("n", [3, 30])
def test_many_triangles_at_once(n: int) -> None:
    a, b = regular((200, n, n), "float64"), made((200, n, 2), "float64")
    for lower, part in ((True, np.tril(a)), (False, np.triu(a))):
        assert_near(tf.linalg.triangular_solve(a, b, lower=lower), np.linalg.solve(part, b), "float64")
        turned = tf.linalg.triangular_solve(a, b, lower=lower, adjoint=True)
        assert_near(turned, np.linalg.solve(adjoint(part), b), "float64")


@pytest.mark.parametrize("n", [3, 30, 300])
def test_singular_matrices(n: int) -> None:
    zeros = np.zeros((n, n))
    for call in (lambda: tf.linalg.inv(zeros), lambda: tf.linalg.solve(zeros, zeros)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="not invertible"):
            call()
    assert tf.linalg.det(zeros) == 0
    assert [part.numpy() for part in tf.linalg.slogdet(zeros)] == [0, -np.inf]
    assert np.isnan(tf.linalg.cholesky(-np.eye(n)).numpy()[np.tri(n, dtype=bool)]).all()


@pytest.mark.parametrize("n", [3, 30, 300])
def test_nan_makes_nan(n: int) -> None:
    x = np.eye(n)
    x[0, 0] = np.nan
    regular = np.stack([x, np.eye(n)])
    for out in (tf.linalg.inv(regular), tf.linalg.solve(regular, regular), tf.linalg.det(regular)):
        assert np.isnan(out.numpy()[0]).all()
        assert np.isfinite(out.numpy()[1]).all()
    with pytest.raises(tf.errors.InvalidArgumentError, match="not successful"):
        tf.linalg.eigh(x)


@pytest.mark.parametrize("n", [30, 150])
def test_gradient_of_the_determinant_of_a_greater_singular_matrix(n: int) -> None:
    rng = np.random.default_rng(0)
    q, _ = np.linalg.qr(rng.standard_normal((n, n)))
    x = tf.constant(q @ np.diag([*([1.0] * (n - 1)), 0.0]) @ q.T)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.linalg.det(x)
    np.testing.assert_allclose(tape.gradient(y, x), np.outer(q[:, -1], q[:, -1]), atol=1e-9)


# --- threads ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of threads that are set in turn, of a BLAS that begins with 4."""
    numbers = [4]
    monkeypatch.setattr(numpy_linalg, "_scipy_threads", lambda: (lambda: numbers[-1], numbers.append))
    monkeypatch.setattr(numpy_linalg, "_watches", {})
    return numbers


def run(n: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a function of matrices of n rows took this long."""
    clock = iter([100.0, 100.0 + seconds, 100.0 + seconds])
    with monkeypatch.context() as patched:
        patched.setattr(numpy_linalg.time, "perf_counter", lambda: next(clock))
        with numpy_linalg._threads("f", n, 1.0, numpy_linalg._scipy_threads):
            pass


def test_all_but_great_matrices_take_one_thread(threads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    run(100, 1.0, monkeypatch)
    run(100, 1.0, monkeypatch)
    assert threads == [4, 1, 4, 1, 4]


def test_great_ones_take_several_where_that_is_faster(threads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    run(1000, 1.0, monkeypatch)
    assert threads == [4, 1, 4]
    run(1000, 0.6, monkeypatch)
    run(1000, 0.6, monkeypatch)
    assert threads == [4, 1, 4]


def test_and_one_where_it_is_not(threads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    run(1000, 1.0, monkeypatch)
    run(1000, 5.0, monkeypatch)
    assert threads == [4, 1, 4]
    run(1000, 1.0, monkeypatch)
    assert threads == [4, 1, 4, 1, 4]
