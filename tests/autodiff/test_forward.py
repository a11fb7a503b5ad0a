"""Forward mode by itself, nested, and together with tapes."""

import contextlib
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff.forward import Forward


@contextlib.contextmanager
def pushing(x: Any, direction: Any, lead: tuple[int, ...] = ()) -> Iterator[Forward]:
    forward = Forward(lead)
    forward.seed(x, tf.constant(direction))
    forward.start()
    try:
        yield forward
    finally:
        forward.stop()


def f(x: Any) -> Any:
    return tf.exp(x) * x


def test_the_tangent_is_the_directional_derivative() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with pushing(x, [1.0, 0.0, 2.0]) as forward:
        y = f(x)
    v = x.numpy()
    np.testing.assert_allclose(forward.tangent(y), np.exp(v) * (1 + v) * [1.0, 0.0, 2.0], rtol=1e-6)


def test_what_depends_on_no_seed_has_no_tangent() -> None:
    x, y = tf.constant(1.0), tf.constant(2.0)
    with pushing(x, 1.0) as forward:
        z = y * y
    assert forward.tangent(z) is None


def test_variables_are_seeded_like_tensors() -> None:
    w, other = tf.Variable(3.0), tf.Variable(2.0)
    with pushing(w, 1.0) as forward:
        y = w * w * other
    assert forward.tangent(y).numpy() == 12.0


def test_broadcast_inputs_have_broadcast_tangents() -> None:
    x = tf.constant([[1.0], [2.0]])
    with pushing(x, [[1.0], [10.0]]) as forward:
        y = x * tf.constant([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(forward.tangent(y), [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])


def test_many_directions_at_once_give_a_jacobian() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with pushing(x, np.eye(3, dtype=np.float32), lead=(3,)) as forward:
        y = tf.reduce_sum(x * x) * x
    v = x.numpy()
    np.testing.assert_allclose(forward.tangent(y).numpy().T, 14.0 * np.eye(3) + 2.0 * np.outer(v, v))


def test_forward_over_forward() -> None:
    x = tf.constant(3.0)
    with pushing(x, 1.0) as outer:
        with pushing(x, 1.0) as inner:
            y = x * x * x
        slope = inner.tangent(y)
    assert slope.numpy() == 27.0
    assert outer.tangent(slope).numpy() == 18.0


def test_forward_over_reverse() -> None:
    x = tf.constant([1.0, 2.0])
    with pushing(x, [1.0, 0.5]) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(x) * tf.reduce_sum(x * x)
        g = tape.gradient(y, x)
    v, ones = x.numpy(), np.ones(2)
    hessian = 2 * np.outer(v, ones) + 2 * np.outer(ones, v) + 2 * v.sum() * np.eye(2)
    np.testing.assert_allclose(forward.tangent(g), hessian @ [1.0, 0.5])


def test_reverse_over_forward() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        with pushing(x, [1.0, 0.5]) as forward:
            y = tf.reduce_sum(x) * tf.reduce_sum(x * x)
        slope = forward.tangent(y)
    v, ones = x.numpy(), np.ones(2)
    hessian = 2 * np.outer(v, ones) + 2 * np.outer(ones, v) + 2 * v.sum() * np.eye(2)
    np.testing.assert_allclose(tape.gradient(slope, x), hessian @ [1.0, 0.5])


def test_third_order_by_all_three() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with pushing(x, 1.0) as outer:
            with pushing(x, 1.0) as inner:
                y = x * x * x * x
            slope = inner.tangent(y)
        second = outer.tangent(slope)
    assert second.numpy() == 48.0
    assert tape.gradient(second, x).numpy() == 48.0


def test_a_tape_inside_keeps_its_own_gradient() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        with pushing(x, 1.0):
            y = f(x) * x
    with tf.GradientTape() as plain:
        plain.watch(x)
        z = f(x) * x
    assert tape.gradient(y, x).numpy() == plain.gradient(z, x).numpy()


def test_an_operation_of_several_outputs_has_a_tangent_for_each() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with pushing(x, [[1.0, 0.0], [0.0, 2.0]]) as forward:
        first, second = tf.unstack(x * x)
    np.testing.assert_array_equal(forward.tangent(first), [2.0, 0.0])
    np.testing.assert_array_equal(forward.tangent(second), [0.0, 16.0])


def test_tangents_go_with_their_tensors() -> None:
    gc.collect()
    x = tf.constant(np.ones(10))
    with pushing(x, np.ones(10)) as forward:
        y = tf.sin(x)
        tangent = weakref.ref(forward.tangent(y))
        del y
        assert tangent() is None


@pytest.mark.parametrize(
    "f",
    [
        tf.reduce_mean,
        lambda x: tf.reduce_mean(x, 0),
        lambda x: tf.nn.moments(x, [0])[0],
        lambda x: tf.nn.moments(x, [0])[1],
        lambda x: tf.math.reduce_euclidean_norm(x, 0),
        lambda x: tf.norm(x, axis=0),
        lambda x: tf.reduce_prod(x, 0),
    ],
)
def test_what_has_no_elements_has_no_effect(f):
    x = tf.zeros([0, 2])
    with tf.autodiff.ForwardAccumulator(x, x) as forward:
        y = f(x)
    np.testing.assert_array_equal(forward.jvp(y), tf.zeros(y.shape))
