"""Segments: what the operation table, whose inputs are smooth, does not ask."""

from typing import Any

import numpy as np

import gradtape as tf


def derivatives(f: Any, x: tf.Variable) -> list[np.ndarray]:
    """The first, and of weighted sums the second and third."""
    with tf.GradientTape() as outermost, tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = f(x)
        first = tape.gradient(y, x)
        weights = np.arange(1.0, 1.0 + x.shape[0])
        weighted = tf.reduce_sum(first * weights)
        second = outer.gradient(weighted, x)
        weighted = tf.reduce_sum(second * weights**2)
    third = outermost.gradient(weighted, x)
    return [np.array(g) for g in (first, second, third)]


def test_products_with_zeros_have_three_derivatives() -> None:
    x = tf.Variable(np.array([0.0, 2, 3, 0, 0, 5, 1, 2, 0, 0, 0]))
    ids = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3]

    def of_segments(x: Any) -> Any:
        return tf.reduce_sum(tf.math.segment_prod(x, ids) * [1.0, 2.0, 3.0, 4.0])

    def by_hand(x: Any) -> Any:
        return x[0] * x[1] * x[2] + 2.0 * (x[3] * x[4] * x[5]) + 3.0 * (x[6] * x[7]) + 4.0 * (x[8] * x[9] * x[10])

    for got, want in zip(derivatives(of_segments, x), derivatives(by_hand, x), strict=True):
        np.testing.assert_allclose(got, want)
    assert want[8:].any()
