"""Matrix products take one thread of BLAS, or several that do parts, and leave its number of threads as it was."""

import threading

import numpy as np
import pytest

from gradtape.engine import numpy_products
from gradtape.engine.numpy_products import product


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of threads that are set in turn, of a BLAS that begins with 4."""
    numbers = [4]
    monkeypatch.setattr(numpy_products, "_get_threads", lambda: numbers[-1])
    monkeypatch.setattr(numpy_products, "_set_threads", numbers.append)
    return numbers


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if OpenBLAS's threads had never been seen to wait for each other."""
    monkeypatch.setattr(numpy_products, "_watch", numpy_products._Watch())


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if OpenBLAS's threads had been seen to wait for each other."""
    watch = numpy_products._Watch()
    watch.until = float("inf")
    monkeypatch.setattr(numpy_products, "_watch", watch)


def matrices(rows: int, inner: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((rows, inner), np.float32), np.ones((inner, columns), np.float32)


def test_a_product_of_a_million_multiplications_takes_one_thread(threads: list[int]) -> None:
    product(*matrices(32, 128, 256))
    assert threads == [4, 1, 4]


@pytest.mark.parametrize("sizes", [(8, 8, 8), (32, 128, 512), (256, 512, 512)])
def test_blas_decides_about_tiny_and_great_products(idle, threads: list[int], sizes: tuple[int, int, int]) -> None:
    product(*matrices(*sizes))
    assert threads == [4]


def test_a_product_that_took_too_long_says_that_the_cores_are_busy() -> None:
    watch = numpy_products._Watch()
    watch.took(10**8, 0.0, 0.001)
    assert watch.until == 0.0
    watch.took(10**8, 1.0, 1.004)
    assert watch.until == 0.0
    watch.took(10**8, 2.0, 2.02)
    assert 2.02 < watch.until < 2.1
    first = watch.until - 2.02
    watch.took(10**8, 3.0, 3.02)
    assert watch.until - 3.02 == pytest.approx(2 * first)
    watch.took(10**8, 4.0, 4.001)
    watch.took(10**8, 5.0, 5.02)
    assert watch.until - 5.02 == pytest.approx(first)


@pytest.mark.parametrize(
    "shapes", [((300, 200), (200, 300)), ((64, 3, 50, 40), (64, 3, 40, 60)), ((90, 30, 50), (50, 60))]
)
@pytest.mark.parametrize("transposed", [False, True])
def test_great_products_are_computed_in_parts_when_cores_are_busy(busy, threads, shapes, transposed) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=s) for s in shapes)
    if transposed:
        a = np.ascontiguousarray(a.swapaxes(-1, -2)).swapaxes(-1, -2)
    expected = np.matmul(a, b)
    np.testing.assert_allclose(product(a, b), expected, rtol=1e-12, atol=1e-12)
    into = np.empty_like(expected)
    assert product(a, b, into) is into
    np.testing.assert_allclose(into, expected, rtol=1e-12, atol=1e-12)
    assert threads == [4, 1, 4, 1, 4]


def test_parts_of_many_products_at_once_are_not_mixed_up(busy) -> None:
    rng = np.random.default_rng(1)
    pairs = [(rng.normal(size=(256, 256)), rng.normal(size=(256, 300))) for _ in range(4)]
    found: dict[int, bool] = {}

    def work(k: int) -> None:
        a, b = pairs[k]
        expected = a @ b
        found[k] = all(np.allclose(product(a, b), expected) for _ in range(25))

    workers = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert found == dict.fromkeys(range(4), True)


def test_a_product_of_two_million_multiplications_takes_one_thread_when_cores_are_busy(busy, threads) -> None:
    product(*matrices(32, 128, 512))
    assert threads == [4, 1, 4]


def test_a_part_that_fails_is_told(busy, threads, monkeypatch) -> None:
    def broken(a, b, out=None):
        raise MemoryError("no room")

    monkeypatch.setattr(numpy_products.np, "matmul", broken)
    with pytest.raises(MemoryError, match="no room"):
        product(*matrices(300, 200, 300))


def test_of_a_batch_each_product_counts(threads: list[int]) -> None:
    a, b = matrices(128, 64, 128)
    product(np.broadcast_to(a, (16, *a.shape)), b)
    assert threads == [4, 1, 4]


def test_a_vector_is_a_matrix_of_one_row(threads: list[int]) -> None:
    _, b = matrices(1, 1024, 512)
    np.testing.assert_array_equal(product(np.ones(1024, np.float32), b), np.full(512, 1024.0))
    assert threads == [4, 1, 4]


def test_sizes_that_do_not_fit_leave_the_threads_as_they_were(threads: list[int]) -> None:
    a, b = matrices(32, 128, 256)
    with pytest.raises(ValueError, match="mismatch"):
        product(a, b[1:])
    assert threads == [4, 1, 4]


def test_a_program_that_asked_for_one_thread_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[int] = []
    monkeypatch.setattr(numpy_products, "_get_threads", lambda: 1)
    monkeypatch.setattr(numpy_products, "_set_threads", changes.append)
    product(*matrices(32, 128, 512))
    assert changes == []


def test_numpys_own_openblas_is_found() -> None:
    if "openblas" not in str(np.show_config(mode="dicts")).lower():
        pytest.skip("NumPy has another BLAS")
    before = numpy_products._get_threads()
    numpy_products._set_threads(1)
    assert numpy_products._get_threads() == 1
    numpy_products._set_threads(before)
    assert numpy_products._get_threads() == before
