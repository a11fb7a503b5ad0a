"""Derivatives through Keras's models: Hessians, Newton's method, Jacobians, penalties, recomputation, explanations."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
import gradtape.tensorflow


@pytest.fixture(scope="module")
def keras() -> Iterator[Any]:
    gradtape.tensorflow.install()
    yield tf.keras
    gradtape.tensorflow.uninstall()


@pytest.fixture
def model(keras: Any) -> Any:
    """Three numbers to two hidden ones to one, in float64."""
    keras.utils.set_random_seed(3)
    layers = [keras.layers.Dense(2, activation="tanh", name="hidden"), keras.layers.Dense(1, name="out")]
    for layer in layers:
        layer.dtype_policy = keras.dtype_policies.DTypePolicy("float64")
    return keras.Sequential([keras.Input((3,), dtype="float64"), *layers], name="net")


RANDOM = np.random.default_rng(0)
X, Y = tf.constant(RANDOM.normal(size=(8, 3))), tf.constant(RANDOM.normal(size=(8, 1)))


def hessian(loss: Any, variables: list[Any]) -> tuple[Any, np.ndarray, np.ndarray]:
    """A loss, its gradient by all variables in a row, and the matrix of its second derivatives."""
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            value = loss()
        parts = inner.gradient(value, variables)
        gradient = tf.concat([tf.reshape(g, [-1]) for g in parts], 0)
    rows = [np.reshape(outer.jacobian(gradient, v), [len(gradient), -1]) for v in variables]
    return value, gradient.numpy(), np.concatenate(rows, 1)


def move(variables: list[Any], step: np.ndarray) -> None:
    """Adds to the variables what lies in a row."""
    start = 0
    for v in variables:
        size = int(np.prod(v.shape))
        v.assign_add(np.reshape(step[start : start + size], v.shape))
        start += size


def test_hessian_of_a_model_is_that_of_central_differences(model: Any) -> None:
    loss = lambda: tf.reduce_mean((model(X) - Y) ** 2)
    variables = model.trainable_variables
    _, gradient, found = hessian(loss, variables)
    np.testing.assert_allclose(found, found.T, atol=1e-12)
    for i in range(len(gradient)):
        direction, ends = np.eye(len(gradient))[i], []
        for step in (1e-5, -2e-5):
            move(variables, step * direction)
            ends.append(hessian(loss, variables)[1])
        move(variables, 1e-5 * direction)
        np.testing.assert_allclose((ends[0] - ends[1]) / 2e-5, found[i], atol=1e-8)


def test_newton_steps_find_the_minimum_of_the_last_layer_at_once(model: Any) -> None:
    loss = lambda: tf.reduce_mean((model(X) - Y) ** 2)
    variables = model.layers[-1].trainable_variables  # of which the loss is quadratic
    value, gradient, second = hessian(loss, variables)
    move(variables, -np.linalg.solve(second, gradient))
    after, gradient, _ = hessian(loss, variables)
    assert after < value
    np.testing.assert_allclose(gradient, 0.0, atol=1e-12)


@pytest.mark.parametrize("training", [False, True])
def test_jacobian_through_batch_normalization_mixes_examples_only_in_training(keras: Any, training: bool) -> None:
    layer = keras.layers.BatchNormalization(dtype="float64", gamma_initializer=keras.initializers.Constant(1.5))
    layer.build((None, 3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(X)
        y = layer(X, training=training)
    whole, batch = tape.jacobian(y, X), tape.batch_jacobian(y, X)
    centred = X - tf.reduce_mean(X, 0)
    scale = 1.5 / np.sqrt(np.var(X, 0) + layer.epsilon) if training else 1.5 / np.sqrt([1.0 + layer.epsilon] * 3)
    expected = np.zeros([8, 3, 8, 3])
    for c in range(3):
        block = np.eye(8)
        if training:
            unit = centred[:, c] / np.sqrt(np.var(X[:, c]) + layer.epsilon)
            block = block - 1 / 8 - np.outer(unit, unit) / 8
        expected[:, c, :, c] = scale[c] * block
    np.testing.assert_allclose(whole, expected, atol=1e-12)
    # Each example's own outputs, summed over the examples that move them: what the field calls a batch Jacobian.
    np.testing.assert_allclose(batch, expected.sum(0).transpose(1, 0, 2), atol=1e-12)


def test_jacobian_by_a_kernel_in_the_middle(model: Any) -> None:
    hidden, out = model.layers
    with tf.GradientTape() as tape:
        y = model(X)
    found = tape.jacobian(y, hidden.kernel)
    slope = (1 - np.tanh(X @ hidden.kernel + hidden.bias) ** 2) * out.kernel.numpy()[:, 0]
    np.testing.assert_allclose(found[:, 0], np.einsum("bi,bj->bij", X, slope), atol=1e-12)


def test_gradient_penalty_pulls_the_slope_to_one(model: Any, keras: Any) -> None:
    optimizer = keras.optimizers.Adam(0.02)

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(X)
                y = model(X)
            slopes = tf.norm(inner.gradient(y, X), axis=1)
            penalty = tf.reduce_mean((slopes - 1.0) ** 2)
        gradients = outer.gradient(penalty, model.trainable_variables)
        assert gradients[-1] is None  # the last bias does not change slopes
        optimizer.apply_gradients(zip(gradients[:-1], model.trainable_variables[:-1], strict=True))
        return penalty

    penalties = [float(step()) for _ in range(200)]
    assert penalties[-1] < 0.05 * penalties[0]


def test_layers_that_are_computed_again_have_second_derivatives(model: Any) -> None:
    hidden, out = model.layers
    again = tf.recompute_grad(hidden)
    variables = model.trainable_variables
    _, gradient, second = hessian(lambda: tf.reduce_mean((out(hidden(X)) - Y) ** 2), variables)
    _, same, also = hessian(lambda: tf.reduce_mean((out(again(X)) - Y) ** 2), variables)
    np.testing.assert_allclose(same, gradient)
    np.testing.assert_allclose(also, second, atol=1e-12)


def test_explanation_names_the_layer_in_which_a_path_is_broken(keras: Any) -> None:
    class Frozen(keras.layers.Layer):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.inner = keras.layers.Dense(3, name="inner")

        def call(self, x: Any) -> Any:
            return tf.stop_gradient(self.inner(x))

    first, rounds = keras.layers.Dense(4, name="first"), keras.layers.Lambda(tf.round, name="rounds")
    stopped = keras.Sequential([keras.Input((3,)), first, Frozen(name="frozen")], name="net")
    rounded = keras.Sequential([keras.Input((3,)), first, rounds], name="other")
    with tf.debug.tracing():
        with tf.GradientTape(persistent=True) as tape:
            y, z = stopped(tf.ones([2, 3])), rounded(tf.ones([2, 3]))
        found, other = tape.explain([y], first.kernel), tape.explain(z, first.kernel)
    assert (found.cause.name, found.scope) == ("STOP_GRADIENT", "net/frozen")
    assert "stop_gradient is on the way, in net/frozen." in str(found)
    assert [step.scope for step in found.steps if step.what.startswith("matmul")] == ["net/first", "net/frozen/inner"]
    assert (other.cause.name, other.scope) == ("NO_DERIVATIVE", "other/rounds")
    assert "keras/src" in str(found)
    assert "site-packages" not in str(found)
