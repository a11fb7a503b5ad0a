"""`gradtape.debug.check_numerics`: the first operation, forward or backward, that makes a NaN or an infinity."""

import contextlib
import sys
import threading

import numpy as np
import pytest

import gradtape as tf
from gradtape.debug.numerics import check_numerics
from gradtape.debugging import disable_check_numerics, enable_check_numerics
from gradtape.values.thread import current


@contextlib.contextmanager
def found():
    """A context that raises an InvalidArgumentError, and gives what it says."""
    message = []
    with check_numerics(), pytest.raises(tf.errors.InvalidArgumentError) as caught:
        yield message
    message.append(str(caught.value))


def test_the_operation_and_its_line():
    with found() as message:
        x = tf.constant([0.0, 1.0, -1.0])
        y = x * 2.0
        tf.exp(tf.math.log(y))
    (text,) = message
    assert 'the output of operation "Log"' in text
    assert "test_check_numerics.py:" in text
    assert "tf.exp(tf.math.log(y))" in text
    assert "output: float32 of shape (3,), 1 of 3 elements NaN, 1 of 3 elements -Inf" in text
    assert "input 0: float32 of shape (3,), from -2 to 2" in text


def test_division_overflow_and_conversion():
    for call in (lambda: tf.constant(1.0) / 0.0, lambda: tf.exp(tf.constant(1000.0)),
                 lambda: tf.cast(tf.constant(1e300, tf.float64), tf.float32),
                 lambda: tf.constant(2.0) ** 1000.0, lambda: tf.constant(np.inf) * 0.0):  # fmt: skip
        with check_numerics(), pytest.raises(tf.errors.InvalidArgumentError):
            call()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "complex64"])
def test_dtypes(dtype):
    with check_numerics(), pytest.raises(tf.errors.InvalidArgumentError):
        tf.constant(1, dtype) / tf.constant(0, dtype)


def test_the_line_of_the_operation_whose_derivative_it_was():
    x = tf.constant([0.0, 1.0])
    with found() as message, tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sqrt(x)  # its slope at 0 is infinite
        z = tf.reduce_sum(y * 2.0)
        tape.gradient(z, x)
    (text,) = message
    assert 'the derivative with respect to its input 0 of operation "Sqrt"' in text
    assert "y = tf.sqrt(x)" in text
    assert "in the backward pass at" in text
    assert "tape.gradient(z, x)" in text
    assert "cotangent made: float32 of shape (2,), 1 of 2 elements Inf" in text
    assert "cotangent given: float32 of shape (2,), from 2 to 2" in text


@pytest.mark.parametrize("persistent", [True, False])
def test_a_tape_that_was_opened_before(persistent):
    x = tf.constant(0.0)
    with tf.GradientTape(persistent=persistent) as tape:
        tape.watch(x)
        with check_numerics():
            y = tf.sqrt(x)
    with check_numerics(), pytest.raises(tf.errors.InvalidArgumentError, match='"Sqrt"'):
        tape.gradient(y, x)


def test_the_sum_of_cotangents():
    v = tf.Variable([0.5])
    with found() as message, tf.GradientTape() as tape:
        h = v * 1.0
        ys = [h * 3e38, h * 3e38]  # each gradient is finite, and their sum is not
        tape.gradient(ys, v)
    (text,) = message
    assert 'the sum of the cotangents of the output of operation "Mul"' in text
    assert "h = v * 1.0" in text
    assert "tape.gradient(ys, v)" in text
    assert text.count("from 3e+38 to 3e+38") == 2


def test_the_sum_of_cotangents_of_a_source():
    v = tf.Variable([0.5])
    with found() as message, tf.GradientTape() as tape:
        tape.gradient([v * 3e38, v * 3e38], v)
    assert "the sum of the cotangents of a source" in message[0]
    assert "before the check" not in message[0]


@pytest.mark.parametrize(
    "update",
    [
        lambda v: v.assign_add([3e38, 0.0]),
        lambda v: v.assign_sub([-3e38, 0.0]),
        lambda v: v.scatter_add(tf.IndexedSlices(tf.constant([3e38]), tf.constant([0]))),
        lambda v: v.scatter_nd_add([[0]], [3e38]),
    ],
)
@pytest.mark.parametrize("held", [False, True])
def test_an_update_of_a_variable(update, held):
    v = tf.Variable([3e38, 1.0])
    value = v.value() if held else None  # or else the update is in place
    with found() as message:
        update(v)
    assert "the new value of a variable" in message[0]
    assert "lambda v: v." in message[0]
    assert "old value: float32 of shape (2,), from 1 to 3e+38" in message[0]
    del value


def test_an_update_of_what_was_not_finite_to_begin_with_passes():
    v = tf.Variable([np.inf])
    with check_numerics():
        v.assign_add([1.0])
        v.assign(tf.constant([np.inf]))


def test_the_derivative_of_a_derivative():
    x = tf.constant(0.0)
    with found() as message, tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x**1.5
        first = inner.gradient(y, x)
        outer.gradient(first, x)
    assert "in the backward pass at" in message[0]
    assert "outer.gradient(first, x)" in message[0]


def test_a_rule_that_runs_on_tensors_is_named_by_its_operation():
    x = tf.constant(0.0)
    with found() as message, tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.sqrt(x)
        inner.gradient(y, x)
    assert 'the derivative with respect to its input 0 of operation "Sqrt"' in message[0]


def test_inside_a_custom_gradient():
    @tf.custom_gradient
    def f(x):
        def grad(g):
            return g / 0.0

        return x * 2.0, grad

    x = tf.constant(1.0)
    with found() as message, tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
        tape.gradient(y, x)
    assert 'the output of operation "RealDiv"' in message[0]
    assert "return g / 0.0" in message[0]


def test_what_was_not_finite_to_begin_with_passes():
    with check_numerics():
        mask = tf.where([True, False], -np.inf, tf.constant([1.0, 2.0]))
        np.testing.assert_array_equal(tf.nn.softmax(mask).numpy(), [0.0, 1.0])
        tf.constant([np.nan]) + 1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match='"Sub"'):
            mask - mask


def test_a_program_without_fault():
    tf.random.set_seed(1)
    v = tf.Variable(tf.random.normal([4, 4]))
    with check_numerics(), tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.softmax(tf.tanh(v @ v)) + tf.gather(v, [0, 1, 1, 2]))
        found = tape.gradient(y, v)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.nn.softmax(tf.tanh(v @ v)) + tf.gather(v, [0, 1, 1, 2]))
    np.testing.assert_array_equal(found.numpy(), tape.gradient(y, v).numpy())
    tf.random.set_seed(None)


def test_forward_mode():
    x = tf.constant(0.0)
    for outer, inner in ((check_numerics, lambda: tf.autodiff.ForwardAccumulator(x, tf.constant(1.0))),
                         (lambda: tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)), check_numerics)):  # fmt: skip
        with outer(), inner(), pytest.raises(tf.errors.InvalidArgumentError):
            tf.math.log(x)
    assert np.isneginf(tf.math.log(x).numpy())


def test_off_it_leaves_nothing_behind():
    thread = current.thread
    run = thread.run
    with check_numerics():
        assert thread.run is not run
    assert thread.run is run
    assert thread.around is None
    assert type(tf.GradientTape().__enter__()._recording.entries) is list
    assert np.isinf((tf.constant(1.0) / 0.0).numpy())


def test_as_a_switch_and_nested():
    check_numerics()
    with check_numerics(on=False):
        tf.constant(1.0) / 0.0
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.constant(1.0) / 0.0
    check_numerics(on=False)
    tf.constant(1.0) / 0.0


def test_other_threads_are_not_looked_at():
    results = []
    with check_numerics():
        thread = threading.Thread(target=lambda: results.append((tf.constant(1.0) / 0.0).numpy()))
        thread.start()
        thread.join()
    assert np.isinf(results)


def test_tensorflow_names():
    """As in TensorFlow, an operation that only passes on a NaN raises too."""
    enable_check_numerics()
    enable_check_numerics()
    try:
        nan = tf.constant([np.nan, 1.0])
        with pytest.raises(tf.errors.InvalidArgumentError, match="CheckNumericsV2"):
            nan + 1.0
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.math.log(tf.constant(0.0))
    finally:
        disable_check_numerics()
    disable_check_numerics()
    assert np.isneginf(tf.math.log(tf.constant(0.0)).numpy())


def test_a_nan_of_bfloat16_is_told_without_warnings():
    with (
        check_numerics(),
        pytest.raises(tf.errors.InvalidArgumentError, match="1 of 2 elements NaN, 1 of 2 elements Inf"),
    ):
        tf.constant([1.0, 0.0], tf.bfloat16) / 0.0


@pytest.mark.parametrize("jit", [False, True])
def test_in_a_function(jit):
    if jit:
        pytest.importorskip("jax")
    v = tf.Variable([1.0, 4.0])

    @tf.function(jit_compile=jit)
    def step(x):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.sqrt(v - x))  # <- root
        v.assign_sub(tape.gradient(y, v))
        return y

    with check_numerics():
        step(tf.constant(0.5))
        kept = v.numpy()
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            step(v[0])
    line = step.python_function.__code__.co_firstlineno + 3
    assert f"test_check_numerics.py:{line}: y = tf.reduce_sum(tf.sqrt(v - x))" in str(caught.value)
    np.testing.assert_array_equal(v.numpy(), kept)


def test_in_a_branch_of_a_function_that_was_traced_before():
    @tf.function
    def f(x):
        for _ in tf.range(3):
            if x >= 0.0:
                x = tf.math.log(x)
        return x

    f(tf.constant(2.0))
    with check_numerics():
        f(tf.constant(2.0))
        with pytest.raises(tf.errors.InvalidArgumentError, match="traced before the check was on"):
            f(tf.constant(1.0))


def test_the_backward_pass_of_a_function():
    f = tf.function(lambda x: tf.sqrt(x) * 2.0)
    x = tf.Variable([1.0, 0.0])
    with check_numerics():
        with tf.GradientTape() as tape:
            y = f(x)
        with pytest.raises(tf.errors.InvalidArgumentError, match="in a function called at"):
            tape.gradient(y, x)


def test_a_function_that_prints_and_asserts_runs(capsys) -> None:
    @tf.function
    def f(x):
        tf.debugging.assert_positive(x)
        tf.print("x", x, output_stream=sys.stdout)
        return tf.math.log(x), tf.strings.as_string(x[0])

    with check_numerics():
        logarithm, text = f(tf.constant([1.0, 2.0]))
    np.testing.assert_allclose(logarithm, np.log([1.0, 2.0]), rtol=1e-6)
    assert text.numpy() == b"1.000000"
    assert capsys.readouterr().out == "x [1 2]\n"
