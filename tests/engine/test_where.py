"""`where` of the NumPy engine, by the ways that it takes for large arrays."""

import numpy as np
import pytest

from gradtape.engine.numpy import where

X = np.arange(20_000.0).reshape(100, 200)


CONDITIONS = [np.bool_(True), np.array(False), np.array([[True]]), np.array([[[False]]]), X > 9]
INTEGERS = X.astype(int)
PAIRS = [(X, -X[:, ::-1]), (X, np.float64(3)), (np.float64(2), X), (X[:1], X), (INTEGERS, INTEGERS + 1)]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("x", "y"), PAIRS)
def test_it_gives_what_numpy_gives_in_memory_of_its_own(condition, x, y):
    found, want = where(condition, x, y), np.where(condition, x, y)
    np.testing.assert_array_equal(found, want)
    assert (found.shape, found.dtype) == (want.shape, want.dtype)
    assert found.flags.writeable
    assert not np.shares_memory(found, x)
    assert not np.shares_memory(found, y)
