"""Matrix products take one thread of BLAS where they are small, and leave its number of threads as it was."""

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


def matrices(rows: int, inner: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((rows, inner), np.float32), np.ones((inner, columns), np.float32)


def test_a_product_of_two_million_multiplications_takes_one_thread(threads: list[int]) -> None:
    product(*matrices(32, 128, 512))
    assert threads == [4, 1, 4]


@pytest.mark.parametrize("sizes", [(8, 8, 8), (256, 512, 512)])
def test_blas_decides_about_tiny_and_great_products(threads: list[int], sizes: tuple[int, int, int]) -> None:
    product(*matrices(*sizes))
    assert threads == [4]


def test_of_a_batch_each_product_counts(threads: list[int]) -> None:
    a, b = matrices(128, 64, 128)
    product(np.broadcast_to(a, (16, *a.shape)), b)
    assert threads == [4, 1, 4]


def test_a_vector_is_a_matrix_of_one_row(threads: list[int]) -> None:
    _, b = matrices(1, 1024, 512)
    np.testing.assert_array_equal(product(np.ones(1024, np.float32), b), np.full(512, 1024.0))
    assert threads == [4, 1, 4]


def test_sizes_that_do_not_fit_leave_the_threads_as_they_were(threads: list[int]) -> None:
    a, b = matrices(32, 128, 512)
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
