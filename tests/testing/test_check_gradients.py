"""`gradtape.testing.check_gradients` and `tf.test.compute_gradient`: derivatives against differences."""

import subprocess
import sys

import numpy as np
import pytest

import gradtape as tf
from gradtape.test import compute_gradient
from gradtape.testing import check_gradients


def sine(x):
    """By NumPy: where operations compute the result, forward mode takes their derivative, as in TensorFlow."""
    return tf.constant(np.sin(x.numpy()))


@tf.custom_gradient
def wrong_sine(x):
    """sin with a derivative that is not its own."""
    return sine(x), lambda g: g * tf.sin(x)


@tf.custom_gradient
def half_right_sine(x):
    """sin with a derivative whose own derivative is wrong."""
    return sine(x), lambda g: g * tf.stop_gradient(tf.cos(x))


def failure(*args, **options):
    with pytest.raises(AssertionError) as caught:
        check_gradients(*args, **options)
    return str(caught.value)


@pytest.mark.parametrize("modes", [["forward"], ["reverse"], ["forward", "reverse"]])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_right_derivatives(order, modes):
    check_gradients(lambda x, y: tf.sin(x) * tf.exp(y * x), [1.0, 2.0], 0.5, order=order, modes=modes)


def test_inputs_and_results_in_structures():
    def f(d, n, flag):
        assert flag is True
        assert n == 3
        return {"s": tf.sin(d["a"]) * d["b"][0] * n, "t": (tf.reduce_sum(d["b"][1]), tf.constant(1))}

    check_gradients(f, {"a": tf.constant([1.0, 2.0]), "b": (np.float32(3.0), np.ones(3))}, 3, True)


def test_variables_get_their_values_back():
    v = tf.Variable([1.0, 2.0])
    check_gradients(lambda x, v: tf.sin(x) * v, [1.0, 2.0], v)
    np.testing.assert_array_equal(v.numpy(), [1.0, 2.0])
    failure(lambda v: wrong_sine(v), v)
    np.testing.assert_array_equal(v.numpy(), [1.0, 2.0])


def test_single_precision_where_the_function_needs_it():
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    seen = set()

    def f(x):
        seen.add(x.dtype)
        return tf.tanh(x @ w / 10.0)

    check_gradients(f, tf.ones([2, 2]))
    assert tf.float32 in seen
    check_gradients(lambda x: tf.reduce_sum(x * x), tf.constant([1.0, 2.0]))


@pytest.mark.parametrize(
    "f",
    [lambda z: z * z, tf.exp, tf.abs, tf.math.real, tf.math.imag, tf.math.conj, lambda z: z * tf.math.conj(z) * z],
)
def test_complex_numbers(f):
    check_gradients(f, np.array([1 + 2j, -0.5 + 0.3j]))


def test_random_operations_draw_the_same():
    check_gradients(lambda x: tf.sin(x) * tf.random.normal([2], dtype=x.dtype), [1.0, 2.0])


def test_recomputed_gradients():
    from gradtape.autodiff.recompute import recompute_grad

    check_gradients(recompute_grad(lambda x: tf.tanh(x) * tf.random.normal([2], dtype=x.dtype)), [1.0, 2.0])


def test_the_message_says_where():
    message = failure(lambda a: wrong_sine(a["x"]), {"x": np.linspace(0, 1, 6).reshape(2, 3)}, modes=["reverse"])
    assert "order 1, reverse mode" in message
    assert "input 0['x'], of shape (2, 3) and dtype float64" in message
    assert "index (0, 1): expected" in message
    assert "and 1 more" in message


def test_the_message_of_forward_mode():
    message = failure(wrong_sine, [1.0, 2.0], modes=["forward"])
    assert "Jacobian-vector product of `wrong_sine`" in message
    assert "order 1, forward mode" in message
    assert "At result 0, of shape (2,), for a random tangent of input 0" in message


@pytest.mark.parametrize("modes", [("reverse",), ("forward",), ("reverse", "forward")])
def test_a_wrong_second_derivative(modes):
    check_gradients(half_right_sine, [1.0, 2.0], order=1, modes=modes)
    assert "order 2" in failure(half_right_sine, [1.0, 2.0], modes=modes)


def test_a_missing_path_is_said():
    message = failure(lambda x, y: x + tf.stop_gradient(y), 1.0, 2.0, order=1, modes=["reverse"])
    assert "input 1" in message
    assert "The gradient is None" in message


def test_one_wrong_element_among_many():
    @tf.custom_gradient
    def f(x):
        mask = np.ones(10)
        mask[7] = 0.0
        return x * x, lambda g: g * 2.0 * x * mask

    message = failure(f, np.ones(10), modes=["reverse"])
    assert "1 of 10 elements differ" in message
    assert "index (7,)" in message


def test_bad_arguments():
    with pytest.raises(ValueError, match="'forward' and 'reverse'"):
        check_gradients(tf.sin, 1.0, modes=["backward"])
    with pytest.raises(ValueError, match="order must be at least 1"):
        check_gradients(tf.sin, 1.0, order=0)
    with pytest.raises(ValueError, match="None of the inputs"):
        check_gradients(tf.sin, 1)
    with pytest.raises(ValueError, match="None of the results"):
        check_gradients(tf.argmax, [1.0, 2.0])


# --- tf.test.compute_gradient: the numbers are those of TensorFlow 2.21 ----------------------------------------------


def test_compute_gradient_of_two_arguments():
    by_tape, by_differences = compute_gradient(lambda x, y: x * y, [tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])])
    for found in (by_tape, by_differences):
        np.testing.assert_allclose(found[0], [[3.0, 0.0], [0.0, 4.0]])
        np.testing.assert_allclose(found[1], [[1.0, 0.0], [0.0, 2.0]])
        assert found[0].dtype == np.float32


def test_compute_gradient_of_complex_numbers():
    z = tf.constant([1.0 + 2.0j], tf.complex64)
    by_tape, by_differences = compute_gradient(lambda z: z * z, [z])
    np.testing.assert_allclose(by_tape[0], [[2.0, -4.0], [4.0, 2.0]])
    np.testing.assert_allclose(by_differences[0], [[2.0, -4.0], [4.0, 2.0]])
    by_tape, by_differences = compute_gradient(tf.abs, [z])
    np.testing.assert_allclose(by_tape[0], [[0.4472136, 0.8944272]], rtol=1e-6)
    np.testing.assert_allclose(by_differences[0], [[0.4472136, 0.8944272]], rtol=1e-3)
    np.testing.assert_allclose(compute_gradient(lambda x: tf.complex(x, 2 * x), [[1.0]])[0][0], [[1.0], [2.0]])


def test_compute_gradient_steps_by_delta():
    assert compute_gradient(lambda x: x**3, [tf.constant([1.0])], delta=0.5)[1][0] == 3.25


def test_compute_gradient_without_path_or_elements():
    by_tape, by_differences = compute_gradient(lambda x, y: x * 2.0, [tf.ones([1]), tf.ones([1])])
    assert by_tape[1] == by_differences[1] == [[0.0]]
    assert compute_gradient(lambda x: x * x, [tf.zeros([0])])[1][0].shape == (0, 0)


def test_compute_gradient_of_a_variable_and_of_a_gather():
    v = tf.Variable(3.0)
    assert compute_gradient(lambda x: x * v, [v])[0][0] == [[3.0]]
    found = compute_gradient(lambda x: tf.gather(x, [0, 0]), [tf.ones([2, 2])])[0][0]
    np.testing.assert_array_equal(found, np.tile(np.eye(2, 4), (2, 1)))


def test_compute_gradient_refuses():
    with pytest.raises(ValueError, match="must be a list or tuple"):
        compute_gradient(tf.sin, tf.constant(1.0))
    with pytest.raises(AssertionError, match="unsupported type int32 of argument 0"):
        compute_gradient(lambda x: tf.cast(x, tf.float32), [tf.constant([1])])


def test_importing_gradtape_does_not_import_testing():
    code = "import sys, gradtape; print('gradtape.testing' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
