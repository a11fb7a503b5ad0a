"""`tf.autodiff.ForwardAccumulator`: Jacobian-vector products, against the tape's gradients."""

import gc
import logging
import weakref
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.values.thread import current

Accumulator = tf.autodiff.ForwardAccumulator
x = tf.constant([2.0, 3.0])
v = tf.constant([1.0, -0.5])


def f(x: Any) -> Any:
    return tf.reduce_sum(tf.sin(x) * tf.reduce_sum(x**2)) + x[0] * x[1]


def jacobian(function: Any, x: Any) -> np.ndarray[Any, Any]:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(x)
        parts = tf.unstack(tf.reshape(y, [-1]))
    return np.stack([tape.gradient(part, x).numpy() for part in parts])


def hessian(x: Any) -> np.ndarray[Any, Any]:
    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, x)

    return jacobian(gradient, x)


# --- products --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        tf.exp,
        tf.nn.softmax,
        lambda x: tf.linalg.matvec([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], x),
        lambda x: tf.concat([x, x[::-1] * x], 0),
        lambda x: tf.stack(tf.unstack(x * x)[::-1]),
        lambda x: tf.reduce_max(x) * tf.cumsum(x),
        lambda x: tf.gather(x * 2.0, [1, 1, 0]),
    ],
    ids=["exp", "softmax", "matvec", "concat", "unstack", "reduce_max", "gather"],
)
def test_jvp_is_the_jacobian_times_the_tangent(function: Any) -> None:
    with Accumulator(x, v) as forward:
        y = function(x)
    np.testing.assert_allclose(forward.jvp(y), jacobian(function, x) @ v.numpy(), rtol=1e-5, atol=1e-6)


def test_a_variable_can_be_a_primal() -> None:
    w = tf.Variable([1.0, 2.0])
    with Accumulator(w, v) as forward:
        y = w * x
    np.testing.assert_array_equal(forward.jvp(y), v * x)
    np.testing.assert_array_equal(forward.jvp(w), v)


def test_primals_may_be_nested_and_share_a_product() -> None:
    a, b = tf.constant(2.0), tf.Variable(3.0)
    with Accumulator({"a": a, "b": [b]}, {"a": 1.0, "b": [10.0]}) as forward:
        y = a * b
    assert forward.jvp(y).numpy() == 3.0 + 20.0
    assert [t and t.numpy() for t in forward.jvp([y, (a, tf.constant(0.0))])[1]] == [1.0, None]


def test_what_depends_on_no_primal_has_none_or_zero() -> None:
    other, words = tf.constant([1.0, 2.0]), tf.constant(["a"])
    with Accumulator(x, v) as forward:
        y = other * 2.0
        index = tf.cast(x, tf.int32)
    assert forward.jvp([y, index, tf.stop_gradient(x)]) == [None, None, None]
    np.testing.assert_array_equal(forward.jvp(y, unconnected_gradients="zero"), [0.0, 0.0])
    zero = tf.UnconnectedGradients.ZERO
    assert forward.jvp(index, zero).dtype is tf.int32
    assert forward.jvp(words, zero).numpy().tolist() == [b""]


def test_what_comes_after_the_block_is_not_followed() -> None:
    with Accumulator(x, v) as forward:
        y = x * x
    assert forward.jvp(y) is not None
    assert forward.jvp(y * 1.0) is None
    np.testing.assert_array_equal(forward.jvp(x), v)


def test_an_accumulator_can_be_entered_again() -> None:
    forward = Accumulator(x, v)
    with forward:
        y = x * x
    with forward:
        z = y * x
    np.testing.assert_allclose(forward.jvp(z), 3.0 * x.numpy() ** 2 * v.numpy())


def test_integers_are_warned_of_and_have_no_tangent(caplog: pytest.LogCaptureFixture) -> None:
    n = tf.constant(1)
    with caplog.at_level(logging.WARNING), Accumulator(n, 1) as forward:
        y = n * 2
    assert forward.jvp(y) is None


# --- of higher order -------------------------------------------------------------------------------------------------


def test_forward_over_reverse_is_a_hessian_vector_product() -> None:
    with Accumulator(x, v) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        gradient = tape.gradient(y, x)
    np.testing.assert_allclose(forward.jvp(gradient), hessian(x) @ v.numpy(), rtol=1e-5)


def test_reverse_over_forward_is_a_hessian_vector_product() -> None:
    with tf.GradientTape() as tape:
        tape.watch(x)
        with Accumulator(x, v) as forward:
            y = f(x)
        slope = forward.jvp(y)
    np.testing.assert_allclose(tape.gradient(slope, x), hessian(x) @ v.numpy(), rtol=1e-5)


def test_forward_over_forward_is_a_second_directional_derivative() -> None:
    u = tf.constant([0.25, 2.0])
    with Accumulator(x, u) as outer:
        with Accumulator(x, v) as inner:
            y = f(x)
            during = inner.jvp(y)
        after = inner.jvp(y)
    wanted = u.numpy() @ hessian(x) @ v.numpy()
    np.testing.assert_allclose([outer.jvp(during), outer.jvp(after)], [wanted, wanted], rtol=1e-5)
    assert inner.jvp(during) is None


def test_third_order_in_each_mode() -> None:
    t = tf.constant(2.0)
    with Accumulator(t, 1.0) as outer:
        with Accumulator(t, 1.0) as middle:
            with tf.GradientTape() as tape:
                tape.watch(t)
                y = t**5
            g = tape.gradient(y, t)
        second = middle.jvp(g)
    assert second.numpy() == pytest.approx(20 * 2.0**3)
    assert outer.jvp(second).numpy() == pytest.approx(60 * 2.0**2)


def test_the_gradient_may_be_taken_inside_the_tape_and_the_accumulator() -> None:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        with Accumulator(x, v) as forward:
            y = tf.reduce_sum(x**3)
            gradient = tape.gradient(y, x)
    np.testing.assert_allclose(forward.jvp(gradient), 6.0 * x.numpy() * v.numpy())
    assert forward.jvp(tape.gradient(y, x)) is None


def test_a_product_is_linear_in_its_tangent_for_a_tape_too() -> None:
    w = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(w)
        with Accumulator(x, w * w) as forward:
            y = tf.reduce_sum(x**3)
        slope = forward.jvp(y)
    np.testing.assert_allclose(tape.gradient(slope, w), 3.0 * x.numpy() ** 2 * 2.0 * w.numpy())


def test_an_inner_accumulator_follows_what_the_outer_one_computes_but_not_the_reverse() -> None:
    a, b = tf.constant(2.0), tf.constant(3.0)
    with Accumulator(a, 1.0) as outer, Accumulator(b, 1.0) as inner:
        product = a * b
        from_outer, from_inner = outer.jvp(product), inner.jvp(product)
    assert [from_outer.numpy(), from_inner.numpy()] == [3.0, 2.0]
    assert outer.jvp(from_inner).numpy() == 1.0
    assert inner.jvp(from_outer) is None


def test_a_tape_inside_an_accumulator_does_not_record_the_tangents() -> None:
    t = tf.constant(2.0)
    with Accumulator(t, 1.0) as forward:
        with tf.GradientTape() as tape:
            tape.watch(t)
            slope = forward.jvp(t**3)
        assert tape.gradient(slope, t) is None


def test_a_gradient_has_a_tangent_where_it_is_taken_while_the_accumulator_follows() -> None:
    t = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(t)
        y = t**3
    forward = Accumulator(t, 1.0)
    assert forward.jvp(tape.gradient(y, t)) is None
    with forward:
        assert forward.jvp(tape.gradient(y, t)).numpy() == 12.0


def test_accumulators_may_be_left_in_any_order() -> None:
    t = tf.constant(2.0)
    first, second = Accumulator(t, 1.0), Accumulator(t, 10.0)
    first.__enter__()
    second.__enter__()
    y = t**3
    first.__exit__(None, None, None)
    z = y * t
    second.__exit__(None, None, None)
    w = z * t
    found = first.jvp([y, z, w]), second.jvp([y, z, w])
    assert [[t and t.numpy() for t in jvps] for jvps in found] == [[12.0, None, None], [120.0, 320.0, None]]


def test_after_accumulators_left_in_any_order_operations_run_as_before() -> None:
    thread = current.thread
    before = thread.run
    first, second = Accumulator(x, v), Accumulator(x, v)
    for leave in ([first, second], [second, first]):
        first.__enter__()
        second.__enter__()
        for forward in leave:
            forward.__exit__(None, None, None)
    assert thread.run is before
    assert thread.quiet is before


# --- functions with derivatives of their own --------------------------------------------------------------------------


def test_a_custom_gradient_is_pushed_where_no_operations_computed_the_result() -> None:
    @tf.custom_gradient
    def square(x: Any) -> Any:
        return tf.constant(x.numpy() ** 2), lambda g: 100.0 * g * x

    t = tf.constant(2.0)
    with Accumulator(t, 1.0) as forward:
        y = square(t)
    assert forward.jvp(y).numpy() == 200.0


def test_tangents_that_operations_gave_are_kept_as_in_tensorflow() -> None:
    @tf.custom_gradient
    def both(x: Any, y: Any) -> Any:
        return (x * y, tf.constant(y.numpy())), lambda a, b: (10.0 * a + b, 20.0 * a * y)

    t = tf.constant(2.0)
    with Accumulator(t, 1.0) as forward:
        product, copy = both(t, 3.0 * t)
    assert [t.numpy() for t in forward.jvp([product, copy])] == [12.0, 1.0]


# --- misuse ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("primals", "tangents", "message"),
    [
        (3.0, 1.0, "type 'float'"),
        ([x], v, "structure"),
        ([x], [[1.0, 1.0]], "structure"),
        (x, None, "None"),
        (x, tf.ones(3), r"shape \(2,\) has a tangent of shape \(3,\)"),
        (x, tf.ones(2, tf.float64), "float32"),
        ([x, x], [v, v], "multiple times"),
    ],
)
def test_primals_and_tangents_must_fit(primals: Any, tangents: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Accumulator(primals, tangents)


def test_an_active_accumulator_is_not_entered_again() -> None:
    with Accumulator(x, v) as forward:
        with pytest.raises(ValueError, match="already recording"), forward:
            pass
        y = x * x
    np.testing.assert_allclose(forward.jvp(y), 2.0 * x.numpy() * v.numpy())


def test_jvp_asks_for_tensors_and_a_known_way_with_unconnected_ones() -> None:
    with Accumulator(x, v) as forward:
        y = x * x
    with pytest.raises(ValueError, match="type 'float'"):
        forward.jvp(3.0)
    with pytest.raises(ValueError, match="foo"):
        forward.jvp(y, unconnected_gradients="foo")


def test_an_error_inside_leaves_no_accumulator_active() -> None:
    forward = Accumulator(x, v)
    with pytest.raises(tf.errors.InvalidArgumentError), forward:
        x + tf.ones(3)
    assert forward.jvp(x * x) is None


# --- memory ----------------------------------------------------------------------------------------------------------


def test_a_long_computation_keeps_nothing_but_its_newest_value() -> None:
    gc.collect()
    y = tf.constant(np.ones(10))
    with Accumulator(y, tf.ones(10, tf.float64)) as forward:
        y = tf.sin(y) * y
        first = weakref.ref(y._node)
        for _ in range(3):
            y = tf.sin(y) * y
        assert first() is None
    assert forward.jvp(y) is not None


def test_a_dropped_accumulator_leaves_its_primals_as_they_were() -> None:
    primal = tf.constant(1.0)
    forward = Accumulator(primal, 1.0)
    del forward
    gc.collect()
    assert not primal._node.watchers
