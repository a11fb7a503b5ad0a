"""Functions that bring a derivative of their own."""

import numpy as np
import pytest

import gradtape as tf


@tf.custom_gradient
def cube(x):
    """x**3 with an honest derivative."""
    return x**3, lambda g: g * 3.0 * x**2


def gradient(f, *sources, **options):
    with tf.GradientTape(**options) as tape:
        tape.watch(sources)
        y = f(*sources)
    return tape.gradient(y, list(sources))


def test_the_gradient_is_the_one_given():
    double = tf.custom_gradient(lambda x: (x * 2.0, lambda g: g * 100.0))
    assert gradient(double, tf.constant(1.0))[0].numpy() == 100.0


def test_gradients_of_the_gradient():
    x = tf.constant(2.0, dtype=tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        first = gradient(cube, x)[0]
    assert first.numpy() == 12.0
    assert outer.gradient(first, x).numpy() == 12.0


def test_leading_axes_of_a_jacobian_are_looped_over():
    x = tf.constant([1.0, 2.0], dtype=tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = cube(x) * tf.reduce_sum(x)
    expected = 3.0 * np.diag([3.0, 12.0]) + np.array([[1.0, 1.0], [8.0, 8.0]])
    np.testing.assert_allclose(tape.jacobian(y, x).numpy(), expected)


@pytest.mark.parametrize("shape", [[3], [None], [0]], ids=str)
def test_leading_axes_inside_a_function_are_a_loop(shape):
    def jacobian(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = cube(x) * tf.reduce_sum(x)
        return tape.jacobian(y, x)

    function = tf.function(jacobian, input_signature=[tf.TensorSpec(shape, tf.float32)])
    for n in (2, 3) if shape == [None] else shape:
        x = tf.range(1.0, n + 1.0)
        np.testing.assert_allclose(function(x).numpy(), jacobian(x).numpy(), rtol=1e-6)


def test_a_jacobian_of_nothing():
    with tf.GradientTape() as tape:
        x = tf.zeros((0, 2))
        tape.watch(x)
        y = cube(x)
    assert tape.jacobian(y, x).shape == (0, 2, 0, 2)


def test_several_results_of_which_one_is_used():
    @tf.custom_gradient
    def pair(x):
        return (x, x * 2.0), lambda a, b: a * 10.0 + b

    x = tf.constant([1.0, 2.0])
    np.testing.assert_array_equal(gradient(lambda x: pair(x)[0], x)[0].numpy(), [10.0, 10.0])
    np.testing.assert_array_equal(gradient(pair, x)[0].numpy(), [11.0, 11.0])


def test_arguments_in_a_structure_and_numbers_among_them():
    @tf.custom_gradient
    def weighted(pair, k):
        a, b = pair["a"], pair["b"]
        return a * b * k, lambda g: ({"a": g * b * k, "b": g * a * k}, None)

    a, b = tf.constant(3.0), tf.constant(5.0)
    found = gradient(lambda a, b: weighted({"a": a, "b": b}, 2.0), a, b)
    assert [g.numpy() for g in found] == [10.0, 6.0]


def test_variables_read_inside():
    v = tf.Variable([1.0, 2.0])

    @tf.custom_gradient
    def scale(x):
        def grad(g, variables=None):
            assert variables[0] is v
            return g * v, [tf.reduce_sum(g * x, axis=0) * 7.0]

        return x * v, grad

    x = tf.ones((3, 2))
    with tf.GradientTape() as tape:
        y = scale(x)
    np.testing.assert_array_equal(tape.gradient(y, v).numpy(), [21.0, 21.0])


def test_variables_that_the_gradient_function_does_not_take():
    v = tf.Variable(1.0)
    f = tf.custom_gradient(lambda x: (x * v, lambda g: g))
    with pytest.raises(TypeError, match="variables"):
        f(tf.constant(1.0))


def test_a_variable_as_argument_and_keyword_arguments():
    f = tf.custom_gradient(lambda x, *, k: (x * k, lambda g: g * k))
    v = tf.Variable(2.0)
    assert gradient(lambda v: f(v, k=5.0), v)[0].numpy() == 5.0


def test_a_method():
    class Model:
        factor = 4.0

        @tf.custom_gradient
        def call(self, x):
            return x * self.factor, lambda g: g * self.factor

    assert gradient(Model().call, tf.constant(1.0))[0].numpy() == 4.0


def test_too_few_gradients():
    f = tf.custom_gradient(lambda x, y: (x * y, lambda g: g))
    with pytest.raises(ValueError, match="expected to return 2 gradients, but returned 1"):
        gradient(f, tf.constant(1.0), tf.constant(2.0))


def test_pass_through():
    x = tf.constant([1.6, 2.4])
    assert gradient(tf.round, x) == [None]
    np.testing.assert_array_equal(gradient(tf.grad_pass_through(tf.round), x)[0].numpy(), [1.0, 1.0])


@pytest.mark.parametrize("function", [tf.gradients, tf.hessians])
def test_functions_for_graphs(function):
    with pytest.raises(RuntimeError, match="GradientTape"):
        function(1.0, 2.0)


def test_a_variable_as_keyword_argument_is_no_variable_read_inside():
    f = tf.custom_gradient(lambda x, *, k: (x * k, lambda g: g * 5.0))
    v = tf.Variable(2.0)
    assert gradient(lambda x: f(x, k=v), tf.constant(1.0))[0].numpy() == 5.0


def test_where_no_argument_is_watched_tapes_see_what_is_inside():
    k = tf.constant(2.0)
    f = tf.custom_gradient(lambda x: (x * k, lambda g: g * 100.0))
    with tf.GradientTape() as tape:
        tape.watch(k)
        y = f(tf.constant(3.0))
    assert tape.gradient(y, k).numpy() == 3.0


def test_gradients_of_a_constant_in_a_function():
    @tf.function
    def f(x):
        return tf.gradients(x * x, [x, tf.constant(1.0)], unconnected_gradients="zero")

    assert [float(g) for g in f(tf.constant(3.0))] == [6.0, 0.0]


@pytest.mark.parametrize("returned", [lambda x: x * 2.0, lambda x: (x, x), lambda x: (x, None)])
def test_a_function_that_gives_no_gradient_function_is_refused(returned):
    f = tf.custom_gradient(returned)
    with pytest.raises(TypeError, match=r"must return its result and .*: an unsupported callable"):
        f(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
