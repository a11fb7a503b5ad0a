"""`tf.compat.v1` where it differs from `tf`."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf

X = tf.constant([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
def test_where_chooses_rows_by_a_vector(run: Any) -> None:
    def f(chosen: Any, x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.compat.v1.where(chosen, x, -x)
        return y, tape.gradient(y, x)

    y, g = run(f)(tf.constant([True, False]), X)
    np.testing.assert_array_equal(y, [[1.0, 2.0], [-3.0, -4.0]])
    np.testing.assert_array_equal(g, [[1.0, 1.0], [-1.0, -1.0]])


def test_where_takes_a_scalar_or_a_condition_of_the_same_shape() -> None:
    np.testing.assert_array_equal(tf.compat.v1.where(True, X, -X), X)
    np.testing.assert_array_equal(tf.compat.v1.where(X > 2.0, X, -X), [[-1.0, -2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(tf.compat.v1.where([True, False]), [[0]])


@pytest.mark.parametrize(
    ("condition", "x", "y"),
    [([True, False, True], X, X), ([[True], [False]], X, X), ([True, False], X, [1.0, 2.0])],
)
def test_where_does_not_broadcast(condition: Any, x: Any, y: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.compat.v1.where(condition, x, y)
