"""Special functions where their derivatives are quotients of zeros: to the fourth order, by the functions' series."""

from typing import Any

import pytest

import gradtape as tf


def derivatives(f: Any, x: Any) -> list[float]:
    """The first four."""
    found = []
    for _ in range(4):
        f = derivative(f)
        found.append(float(f(tf.constant(x, tf.float64))))
    return found


def derivative(f: Any) -> Any:
    def df(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    return df


@pytest.mark.parametrize(
    ("f", "x", "want"),
    [
        (tf.math.special.spence, 1.0, [-1, 1 / 2, -2 / 3, 3 / 2]),
        (tf.math.bessel_i1, 0.0, [1 / 2, 0, 3 / 8, 0]),
        (tf.math.special.bessel_j1, 0.0, [1 / 2, 0, -3 / 8, 0]),
    ],
)
def test_higher_derivatives_at_removable_singularities(f: Any, x: float, want: list[float]) -> None:
    assert derivatives(f, x) == pytest.approx(want)
    assert derivatives(f, x + 0.01) == pytest.approx(want, abs=0.05)


@pytest.mark.parametrize("function", [False, True])
@pytest.mark.parametrize(
    ("f", "x", "first", "second"),
    [
        (lambda x: tf.math.betainc(like(x, 1), like(x, 3), x), 0.0, 3, -6),
        (lambda x: tf.math.betainc(like(x, 3), like(x, 1), x), 1.0, 3, 6),
        (lambda x: tf.math.betainc(like(x, 1), like(x, 1), x), 0.0, 1, 0),
        (lambda x: tf.math.igamma(like(x, 1), x), 0.0, 1, -1),  # TensorFlow's are nan
        (lambda x: tf.math.igammac(like(x, 1), x), 0.0, -1, 1),
    ],
)
def test_integrals_at_the_ends_of_their_ranges(f: Any, x: float, first: float, second: float, function: bool) -> None:
    df, d2f = derivative(f), derivative(derivative(f))
    if function:
        df, d2f = tf.function(df), tf.function(d2f)
    assert float(df(tf.constant(x, tf.float64))) == pytest.approx(first)
    assert float(d2f(tf.constant(x, tf.float64))) == pytest.approx(second)


def like(x: Any, number: float) -> Any:
    return tf.constant(number, x.dtype)
