"""Derivatives at infinities and where there is nothing to differentiate; lengths of ranges of floats."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf

INF = float("inf")


def derivatives(f: Any, x: Any) -> tuple[Any, Any]:
    """The first and the second, each of the sum of what is differentiated."""
    x = tf.constant(x, tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        first = tape.gradient(y, x)
    return first.numpy().tolist(), outer.gradient(first, x).numpy().tolist()


# The derivative by a first element is that of what it is itself, and what is infinite has all of a sum of exponentials.
# TensorFlow gives nan for what is infinite, and the same numbers for the rest.
@pytest.mark.parametrize(
    ("x", "first", "second"),
    [
        ([-INF, 1.0], [1.0, 1.0], [0.0, 0.0]),
        ([INF, 1.0], [2.0, 0.0], [0.0, 0.0]),
        ([1.0, INF], [1.0, 1.0], [0.0, 0.0]),
        ([-INF, 0.0, 0.0], [1.0, 1.5, 0.5], [0.0, 0.0, 0.0]),
        ([0.0, -INF, 0.0], [2.5, 0.0, 0.5], [0.0, 0.0, 0.0]),
    ],
)
def test_cumulative_logsumexp_at_infinities(x: Any, first: Any, second: Any) -> None:
    assert derivatives(tf.math.cumulative_logsumexp, x) == (pytest.approx(first), pytest.approx(second))


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
def test_the_sign_of_a_determinant_has_zeros_as_derivatives(run: Any) -> None:
    x = [[1.0, 2.0], [3.0, 4.0]]
    zeros = [[0.0, 0.0], [0.0, 0.0]]
    assert derivatives(run(lambda x: tf.linalg.slogdet(x).sign), x) == (zeros, zeros)
    assert derivatives(run(lambda x: tf.linalg.slogdet(x)[0]), [[1.0, 2.0], [2.0, 4.0]]) == (zeros, zeros)
    both, _ = derivatives(run(lambda x: sum(tf.linalg.slogdet(x))), x)
    np.testing.assert_allclose(both, np.linalg.inv(x).T)


def test_rows_of_zeros_that_are_clipped_to_a_norm_have_a_derivative() -> None:
    table = [[0.0, 0.0], [3.0, 4.0]]
    ids = tf.SparseTensor([[0, 0], [1, 0]], [0, 1], [2, 1])
    for clipped in (
        lambda x: tf.nn.embedding_lookup(x, [0, 1], max_norm=1.0),
        lambda x: tf.clip_by_norm(x, 1.0, axes=[1]),
        lambda x: tf.nn.embedding_lookup_sparse(x, ids, None, max_norm=1.0),
    ):
        x = tf.constant(table, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.gather(clipped(x), [0, 1])[:, 0]
        g = tf.convert_to_tensor(tape.gradient(y, x))
        np.testing.assert_allclose(g, [[1.0, 0.0], [0.128, -0.096]])


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
@pytest.mark.parametrize(
    ("dtype", "bounds", "count"),
    [
        (tf.float32, (0.1, 1.1, 0.1), 10),
        (tf.float64, (0.1, 1.1, 0.1), 10),
        (tf.float32, (0.0, 0.3, 0.1), 3),
        (tf.float64, (0.0, 0.3, 0.1), 3),
        (tf.float32, (1.0, 0.0, -0.1), 10),
        (tf.float16, (0.0, 1.0, 0.1), 10),
    ],
)
def test_ranges_of_floats_are_as_long_as_their_dtype_says(dtype: Any, bounds: Any, count: int, run: Any) -> None:
    assert run(lambda: tf.range(*bounds, dtype=dtype))().shape == (count,)
    assert tf.size(run(tf.range)(*(tf.constant(x, dtype) for x in bounds))) == count


def test_a_line_of_few_numbers_is_differentiable() -> None:
    first, last = tf.constant(1.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([first, last])
        lines = [tf.linspace(first, last, n) for n in (0, 1, 2)]
    assert [x.numpy().tolist() for x in lines] == [[], [1.0], [1.0, 3.0]]
    assert [[float(g) for g in tape.gradient(x, [first, last])] for x in lines] == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("f", "zero"),
    [(tf.math.xlogy, 0.0), (tf.math.xlog1py, -1.0), (tf.math.xdivy, 0.0)],
)
def test_what_is_multiplied_by_zero_has_derivatives_of_any_order(f: Any, zero: float) -> None:
    of_both = lambda x: tf.reduce_sum(f(x[0], x[1]) ** 2 + f(x[0], x[1]) * x[1])
    x, zeros = [0.0, zero], [0.0, 0.0]
    assert derivatives(of_both, x) == (zeros, zeros)
    third = lambda x: tf.reduce_sum(tf.stack(_gradient(of_both, x)))
    assert derivatives(third, x)[0] == zeros


def _gradient(f: Any, x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)
