"""The tape's behaviour: one small test for each rule."""

import logging

import numpy as np
import pytest

import gradtape as tf


@pytest.fixture
def x():
    return tf.constant(3.0)


def record(x, f, **options):
    with tf.GradientTape(**options) as tape:
        tape.watch(x)
        y = f(x)
    return tape, y


# --- sources ---------------------------------------------------------------------------------------------------------


def test_sources_keep_their_structure(x):
    v = tf.Variable(2.0)
    tape, y = record(x, lambda x: x * v)
    gradients = tape.gradient(y, {"b": [x], "a": (v, x)})
    assert gradients["b"][0].numpy() == 2.0
    assert isinstance(gradients["a"], tuple)
    assert [g.numpy() for g in gradients["a"]] == [3.0, 2.0]


def test_a_repeated_source_gets_its_gradient_each_time(x):
    tape, y = record(x, lambda x: x * x)
    assert [g.numpy() for g in tape.gradient(y, [x, x])] == [6.0, 6.0]


def test_a_repeated_input_adds_up(x):
    tape, y = record(x, lambda x: x + x + x)
    assert tape.gradient(y, x).numpy() == 3.0


def test_all_reads_of_a_variable_add_to_one_gradient():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = v * v + v.value() + v.read_value() * 2.0 + tf.convert_to_tensor(v)
    assert tape.gradient(y, v).numpy() == 10.0


def test_the_gradient_of_a_read_value_is_its_own():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        first = v.value()
        y = first * v
    assert tape.gradient(y, first).numpy() == 3.0


def test_the_gradient_uses_the_value_a_variable_had():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = v * v
        v.assign(100.0)
    assert tape.gradient(y, v).numpy() == 6.0


# --- targets ---------------------------------------------------------------------------------------------------------


def test_several_targets_are_summed(x):
    tape, (y, z) = record(x, lambda x: (x * x, 2.0 * x))
    assert tape.gradient({"y": y, "z": [z]}, x).numpy() == 8.0


def test_a_target_that_is_a_source(x):
    tape, y = record(x, lambda x: x * x)
    assert tape.gradient([y, x], x).numpy() == 7.0


def test_an_unwatched_target_that_is_a_source(x):
    tape, _ = record(tf.constant(1.0), lambda y: y)
    assert tape.gradient(x, x).numpy() == 1.0


def test_a_variable_as_target():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        _ = v * v
    assert tape.gradient(v, v).numpy() == 1.0


def test_output_gradients_weigh_the_targets(x):
    tape, (y, z) = record(x, lambda x: (x * x, 2.0 * x))
    assert tape.gradient([y, z], x, output_gradients=[tf.constant(10.0), None]).numpy() == 62.0


def test_a_target_of_none_is_a_type_error(x):
    tape, _ = record(x, lambda x: x)
    with pytest.raises(TypeError, match="target"):
        tape.gradient(None, x)


# --- unconnected -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zero", ["zero", tf.UnconnectedGradients.ZERO])
def test_unconnected_gradients_as_zeros(zero):
    x, y = tf.ones((2, 3)), tf.constant(1.0)
    tape, _ = record(x, lambda x: x)
    g = tape.gradient(y, x, unconnected_gradients=zero)
    np.testing.assert_array_equal(g.numpy(), np.zeros((2, 3), np.float32))


def test_an_unknown_word_for_unconnected_gradients(x):
    tape, y = record(x, lambda x: x * x)
    with pytest.raises(ValueError, match="unconnected_gradients"):
        tape.gradient(y, x, unconnected_gradients="nothing")
    assert tape.gradient(y, x).numpy() == 6.0  # the tape was not used up


def test_stop_gradient(x):
    tape, y = record(x, lambda x: x * tf.stop_gradient(x))
    assert tape.gradient(y, x).numpy() == 3.0


# --- persistence and life --------------------------------------------------------------------------------------------


def test_a_second_gradient_of_a_non_persistent_tape(x):
    tape, y = record(x, lambda x: x * x)
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="A non-persistent GradientTape can only be used to compute one set"):
        tape.gradient(y, x)


def test_gradient_inside_the_context_ends_the_recording(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        assert tape.gradient(y, x).numpy() == 6.0
        _ = x * y  # recorded by nobody


def test_a_persistent_tape_differentiates_its_own_gradients(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x * x
        first = tape.gradient(y, x)
        second = tape.gradient(first, x)
        third = tape.gradient(second, x)
    assert [g.numpy() for g in (first, second, third)] == [27.0, 18.0, 6.0]


def test_outside_its_context_a_persistent_tape_does_not_record_gradients(x):
    tape, y = record(x, lambda x: x * x * x, persistent=True)
    first = tape.gradient(y, x)
    assert tape.gradient(first, x) is None


def test_entering_an_active_tape_again(x):
    with tf.GradientTape() as tape, pytest.raises(ValueError, match="still recording"):
        tape.__enter__()


def test_entering_a_tape_again_goes_on_recording(x):
    tape = tf.GradientTape()
    with tape:
        tape.watch(x)
        y = x * x
    unseen = y * 10.0
    with tape:
        z = y * x
    assert tape.gradient([z, unseen], x).numpy() == 27.0


def test_stop_recording(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            hidden = y * 100.0
        z = y + hidden
    assert tape.gradient(z, x).numpy() == 6.0


def test_stop_recording_when_not_recording():
    with pytest.raises(RuntimeError):
        tf.GradientTape().stop_recording().__enter__()


def test_reset_forgets(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        tape.reset()
        tape.watch(x)
        z = 2.0 * x + y
    assert tape.gradient(z, x).numpy() == 2.0


def test_watched_variables_in_the_order_in_which_they_were_made():
    a, b = tf.Variable(1.0, name="a"), tf.Variable(1.0, name="b")
    fixed = tf.Variable(1.0, name="fixed", trainable=False)
    with tf.GradientTape() as tape:
        y = b * a * b * fixed
    assert [v.name for v in tape.watched_variables()] == ["a:0", "b:0"]
    tape.gradient(y, a)
    assert [v.name for v in tape.watched_variables()] == ["a:0", "b:0"]


def test_an_exception_inside_leaves_no_tape_behind(x):
    def program():
        with tf.GradientTape() as tape:
            tape.watch(x)
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        program()
    from gradtape.values.thread import current

    assert current.thread.recordings == ()


def test_a_failed_operation_leaves_the_tape_usable(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        with pytest.raises(tf.errors.InvalidArgumentError):
            _ = y + tf.constant(1.0, dtype=tf.float64)
        z = y * x
    assert tape.gradient(z, x).numpy() == 27.0


# --- several tapes ---------------------------------------------------------------------------------------------------


def test_what_one_tape_watches_is_nothing_to_another(x):
    y = tf.constant(5.0)
    with tf.GradientTape() as of_x, tf.GradientTape() as of_y:
        of_x.watch(x)
        of_y.watch(y)
        z = x * y
    assert of_x.gradient(z, [x, y])[0].numpy() == 5.0
    assert of_y.gradient(z, [x, y])[0] is None


def test_side_by_side_tapes(x):
    with tf.GradientTape() as t1, tf.GradientTape() as t2:
        t1.watch(x)
        t2.watch(x)
        y = x * x
    assert t1.gradient(y, x).numpy() == t2.gradient(y, x).numpy() == 6.0


def test_crossing_tapes(x):
    t1, t2 = tf.GradientTape(), tf.GradientTape()
    t1.__enter__()
    t1.watch(x)
    y = x * x
    t2.__enter__()
    t2.watch(y)
    z = y * x
    t1.__exit__(None, None, None)
    w = z * 2.0
    t2.__exit__(None, None, None)
    assert t1.gradient(z, x).numpy() == 27.0
    assert t2.gradient(w, y).numpy() == 6.0


def test_crossing_tapes_that_read_one_variable():
    v = tf.Variable(3.0)
    t1, t2 = tf.GradientTape(), tf.GradientTape()
    with t1:
        a = v * v
    with t2:
        b = v * v
        with t1:
            c = v * a * b
    assert t1.gradient(c, v).numpy() == 3 * 3.0**4 - 2 * 3.0**4 + 2 * 3.0**4  # b is a constant to t1
    assert t2.gradient(c, v).numpy() == 3 * 3.0**4  # a is one to t2


def test_a_tape_opened_later_differentiates_the_gradient_of_an_earlier_one(x):
    y = tf.constant(5.0)
    t1, z = record(x, lambda x: x * x * y, persistent=True)
    with tf.GradientTape() as t2:
        t2.watch([x, y])
        dz_dx = t1.gradient(z, x)
    assert [g.numpy() for g in t2.gradient(dz_dx, [x, y])] == [10.0, 6.0]


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_any_order_by_nesting(order):
    x = tf.constant(2.0, dtype=tf.float64)

    def nth(n, x):
        if n == 0:
            return tf.exp(3.0 * x) * x
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = nth(n - 1, x)
        return tape.gradient(y, x)

    expected = np.exp(6.0) * (3.0**order * 2.0 + order * 3.0 ** (order - 1))
    np.testing.assert_allclose(nth(order, x).numpy(), expected, rtol=1e-12)


def test_mixed_second_derivatives_of_variables():
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            y = a * a * b * b * b
        da, db = inner.gradient(y, [a, b])
    assert [g.numpy() for g in outer.gradient(da, [a, b])] == [54.0, 108.0]
    assert [g.numpy() for g in outer.gradient(db, [a, b])] == [108.0, 72.0]


# --- watching --------------------------------------------------------------------------------------------------------


def test_watching_nested_structures(x):
    v = tf.Variable(2.0, trainable=False)
    with tf.GradientTape() as tape:
        tape.watch({"x": x, "v": [v]})
        y = x * v
    assert [g.numpy() for g in tape.gradient(y, [x, v])] == [2.0, 3.0]


@pytest.mark.parametrize("thing", [3.0, "x", np.ones(2), None])
def test_watching_what_is_no_tensor(thing):
    with tf.GradientTape() as tape, pytest.raises(ValueError, match="Passed in object"):
        tape.watch(thing)


def test_watching_integers_warns(caplog):
    with caplog.at_level(logging.WARNING), tf.GradientTape() as tape:
        n = tf.constant([1, 2])
        tape.watch(n)
        y = n * n
    assert "must be floating" in caplog.text
    assert tape.gradient(y, n) is None


def test_a_tensor_watched_in_the_middle_is_a_leaf_there(x):
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(y)
        z = y * y
    assert tape.gradient(z, y).numpy() == 18.0


def test_a_dropped_tape_without_with_stops_recording(x):
    from gradtape.values.thread import current

    tape = tf.GradientTape()
    tape.watch(x)
    assert current.thread.recordings
    del tape
    assert current.thread.recordings == ()


def test_executing_eagerly():
    assert tf.executing_eagerly()
    tf.enable_eager_execution()
    tf.compat.v1.enable_eager_execution()
