"""Keras's layers, losses and optimizers on the tape: gradients of any kind, in functions, compiled, explained."""

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
def layer(keras: Any) -> Any:
    """Two sigmoids of three numbers, with weights that are always the same."""
    weights = keras.initializers.Constant(np.linspace(-1, 1, 6).reshape(3, 2))
    layer = keras.layers.Dense(2, activation="sigmoid", kernel_initializer=weights, dtype="float64")
    layer.build((None, 3))
    return layer


X = tf.constant([[0.5, -1.0, 2.0], [0.1, 0.3, -0.7]], tf.float64)


def test_gradients_of_a_layer_as_the_tutorial_prints_them(keras: Any) -> None:
    keras.backend.clear_session()
    layer = tf.keras.layers.Dense(2, activation="relu")
    x = tf.constant([[1.0, 2.0, 3.0]])
    with tf.GradientTape() as tape:
        y = layer(x)
        loss = tf.reduce_mean(y**2)
    grad = tape.gradient(loss, layer.trainable_variables)
    printed = [f"{var.name}, shape: {g.shape}" for var, g in zip(layer.trainable_variables, grad, strict=True)]
    assert printed == ["dense/kernel:0, shape: (3, 2)", "dense/bias:0, shape: (2,)"]


def numerically(f: Any, variable: Any) -> np.ndarray:
    """The derivatives of the array that `f()` gives by each element of a variable, by central differences."""
    start, rows = variable.numpy(), []
    for i in np.ndindex(*start.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = start.copy()
            moved[i] += step
            variable.assign(moved)
            ends.append(np.array(f()))
        rows.append((ends[0] - ends[1]) / 2e-6)
    variable.assign(start)
    return np.stack(rows, -1).reshape(*rows[0].shape, *start.shape)


def test_jacobian_by_a_kernel_is_that_of_central_differences(layer: Any) -> None:
    with tf.GradientTape() as tape:
        y = layer(X)
    found = tape.jacobian(y, layer.kernel)
    np.testing.assert_allclose(found, numerically(lambda: layer(X), layer.kernel), atol=1e-8)


def test_hessian_by_a_kernel_is_that_of_central_differences(layer: Any) -> None:
    def gradient() -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(X) ** 3)
        return tape.gradient(loss, layer.kernel)

    with tf.GradientTape() as outer:
        g = gradient()
    np.testing.assert_allclose(outer.jacobian(g, layer.kernel), numerically(gradient, layer.kernel), atol=1e-7)


def test_forward_mode_takes_variables_of_keras(layer: Any) -> None:
    direction = tf.constant(np.arange(6.0).reshape(3, 2))
    with tf.autodiff.ForwardAccumulator(layer.kernel, direction) as forward:
        y = layer(X)
    expected = np.tensordot(numerically(lambda: layer(X), layer.kernel), direction, 2)
    np.testing.assert_allclose(forward.jvp(y), expected, atol=1e-8)


def test_tape_watches_a_variable_of_keras_that_is_not_trainable(keras: Any) -> None:
    v = keras.Variable([1.0, 2.0], trainable=False)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = tf.reduce_sum(v * v)
    np.testing.assert_array_equal(tape.gradient(y, v), [2.0, 4.0])


def test_batch_jacobian_by_a_variable_of_keras(keras: Any) -> None:
    v = keras.Variable([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        y = v * v
    np.testing.assert_array_equal(tape.batch_jacobian(y, v)[1], [[6.0, 0.0], [0.0, 8.0]])


def test_unconnected_variable_has_none_and_zeros_if_asked(layer: Any, keras: Any) -> None:
    other = keras.layers.Dense(2)
    other.build((None, 3))
    with tf.GradientTape(persistent=True) as tape:
        y = layer(X)
    assert tape.gradient(y, other.kernel) is None
    np.testing.assert_array_equal(tape.gradient(y, other.kernel, unconnected_gradients="zero"), np.zeros((3, 2)))


def test_explanation_names_the_variable_of_the_layer(keras: Any) -> None:
    keras.backend.clear_session()
    used, unused = keras.layers.BatchNormalization(name="used"), keras.layers.Dense(1, name="unused")
    unused.build((None, 3))
    with tf.GradientTape() as tape:
        y = used(tf.ones([1, 3]))
    never = tape.explain(y, unused.kernel)
    assert never.cause.name == "NEVER_WATCHED"
    assert "'unused/kernel:0'" in str(never)
    fixed = tape.explain(y, used.moving_mean)
    assert fixed.cause.name == "NOT_TRAINABLE"
    assert "'used/moving_mean:0'" in str(fixed)


@pytest.mark.parametrize("jit", [False, True])
def test_layers_in_a_function_train_as_they_do_eagerly(keras: Any, jit: bool) -> None:
    if jit:
        pytest.importorskip("jax")
    x, y = np.random.default_rng(0).normal(size=(2, 8, 3)).astype("float32")

    def losses(wrap: Any) -> list[float]:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([
            keras.layers.Dense(8, activation="gelu"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.3),
            keras.layers.Dense(3),
        ])  # fmt: skip
        optimizer = keras.optimizers.Adam(0.05)

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            return loss

        step = wrap(step)
        return [float(step(tf.constant(x), tf.constant(y))) for _ in range(5)]

    np.testing.assert_allclose(losses(lambda f: tf.function(f, jit_compile=jit)), losses(lambda f: f), rtol=2e-5)


def test_recurrent_layer_in_a_function_of_any_batch(keras: Any) -> None:
    layer = keras.layers.GRU(4, return_sequences=True)
    layer.build((None, 3, 2))

    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(layer(x) ** 2)
        return tape.gradient(y, layer.trainable_variables)

    function = tf.function(gradient, input_signature=[tf.TensorSpec([None, 3, 2])])
    for batch in (3, 1, 2, 5):
        x = tf.random.stateless_normal([batch, 3, 2], [batch, 0])
        for found, expected in zip(function(x), gradient(x), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_mixed_precision_gives_gradients_of_the_variables_dtype(keras: Any) -> None:
    layer = keras.layers.Dense(2, dtype="mixed_bfloat16")
    with tf.GradientTape() as tape:
        y = layer(tf.ones([4, 3]))
    gradients = tape.gradient(y, layer.trainable_variables)
    assert y.dtype == tf.bfloat16
    assert [g.dtype for g in gradients] == [tf.float32, tf.float32]


def test_symbolic_models_have_the_shapes_of_what_they_compute(keras: Any) -> None:
    class Pairs(keras.layers.Layer):  # which says nothing of its output's shape
        def call(self, x: Any) -> Any:
            return tf.einsum("bi,bj->bij", x, x)[:, :, 1:] * tf.cast(tf.shape(x)[0], x.dtype)

    inputs = keras.Input((5,))
    model = keras.Model(inputs, Pairs()(inputs))
    assert model.output_shape == (None, 5, 4)
    assert model(tf.ones([3, 5])).shape == (3, 5, 4)


def test_keras_tensors_are_no_tensors_and_variables_of_keras_are(keras: Any) -> None:
    assert not tf.is_tensor(keras.Input((2,)))
    assert tf.is_tensor(keras.Variable(1.0))
    assert isinstance(keras.Variable(1.0), tf.__internal__.types.Tensor)
    assert isinstance(tf.constant(1.0), tf.__internal__.types.Tensor)


def test_variable_of_keras_is_an_argument_of_a_custom_gradient(keras: Any) -> None:
    v = keras.Variable(3.0)

    @tf.custom_gradient
    def doubled(x: Any) -> Any:
        return x * 2.0, lambda g: g * 10.0

    with tf.GradientTape() as tape:
        y = doubled(v)
    assert float(tape.gradient(y, v)) == 10.0


def test_layer_under_recompute_has_the_same_gradients(layer: Any) -> None:
    def gradients(f: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(f(X))
        return tape.gradient(y, layer.trainable_variables)

    for found, expected in zip(gradients(tf.recompute_grad(layer)), gradients(layer), strict=True):
        np.testing.assert_allclose(found, expected)


def test_embedding_gives_rows_and_optimizers_take_them(keras: Any) -> None:
    table = keras.layers.Embedding(4, 2, embeddings_initializer="ones")
    optimizer = keras.optimizers.SGD(0.5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(table(tf.constant([1, 1, 3])))
    g = tape.gradient(loss, table.embeddings)
    assert isinstance(g, tf.IndexedSlices)
    optimizer.apply_gradients([(g, table.embeddings)])
    np.testing.assert_array_equal(table.embeddings, [[1, 1], [0, 0], [1, 1], [0.5, 0.5]])


@pytest.mark.parametrize(("activation", "name"), [(tf.nn.softmax, "categorical"), (tf.sigmoid, "binary")])
def test_losses_in_a_function_find_the_logits_from_which_probabilities_were_made(
    keras: Any, activation: Any, name: str
) -> None:
    logits = tf.constant([[0.0, 200.0]])  # so great that probabilities say nothing of how wrong they are
    loss = getattr(keras.losses, f"{name}_crossentropy")

    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = loss(tf.constant([[1.0, 0.0]]), activation(x))
        return y, tape.gradient(y, x)

    with tf.GradientTape() as tape:
        tape.watch(logits)
        expected = loss(tf.constant([[1.0, 0.0]]), logits, from_logits=True)
    value, gradient = slope(logits)
    np.testing.assert_allclose(value, expected)
    np.testing.assert_allclose(gradient, tape.gradient(expected, logits))


def test_losses_in_a_function_take_an_argument_and_what_was_split(keras: Any) -> None:
    @tf.function
    def loss(y: Any, p: Any) -> Any:
        parts = tf.split(p, 2, axis=1)
        return [keras.losses.BinaryCrossentropy()(y, q) for q in (parts[1], p[:, 2:])]

    y, p = tf.constant([[1.0, 0.0]]), tf.constant([[0.1, 0.2, 0.3, 0.4]])
    expected = keras.losses.BinaryCrossentropy()(y, p[:, 2:])
    np.testing.assert_allclose(loss(y, p), [expected, expected], rtol=1e-6)


def test_layers_report_what_operations_refuse(keras: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="max of an empty tensor") as raised:
        keras.layers.GlobalMaxPooling1D()(tf.zeros([2, 0, 3]))
    assert "inputs=tf.Tensor(shape=(2, 0, 3), dtype=float32)" in str(raised.value)


def test_layers_of_sequences_take_empty_ones(keras: Any) -> None:
    attention = keras.layers.MultiHeadAttention(2, 2)
    group = keras.layers.GroupNormalization(3)
    several = keras.layers.CategoryEncoding(4, "multi_hot")

    def run(x: Any) -> Any:
        return attention(x, x), group(x), several(tf.cast(x[..., 0], tf.int32))

    run(tf.ones([2, 3, 3]))
    traced = tf.function(run, input_signature=[tf.TensorSpec([None, None, 3])])
    for made in (run(tf.zeros([2, 0, 3])), traced(tf.zeros([2, 0, 3]))):
        assert [x.shape for x in made] == [(2, 0, 3), (2, 0, 3), (2, 4)]
        np.testing.assert_array_equal(made[2], np.zeros((2, 4)))


def test_gradient_of_a_loss_of_a_sequence_that_steps_came_first_in(keras: Any) -> None:
    logits = tf.constant(np.random.default_rng(0).normal(size=(4, 2, 3)), tf.float32)  # steps, batch, classes
    labels = tf.constant([[0, 1, 2, 1], [2, 2, 0, 1]])

    def slope(logits: Any, turn: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, turn(logits))
        return tape.gradient(loss, logits)

    found = slope(logits, lambda x: tf.transpose(x, [1, 0, 2]))
    expected = slope(tf.constant(logits.numpy().transpose(1, 0, 2).copy()), tf.identity)
    np.testing.assert_allclose(found, tf.transpose(expected, [1, 0, 2]), rtol=1e-6)


def test_functions_of_the_old_backend_give_what_they_gave(keras: Any) -> None:
    old = keras.backend
    image, kernel = tf.reshape(tf.range(16.0), [1, 4, 4, 1]), tf.ones([2, 2, 1, 3])
    np.testing.assert_allclose(
        old.conv2d(image, kernel, strides=(2, 2), padding="same"), keras.ops.conv(image, kernel, 2, "same")
    )
    cost = old.ctc_batch_cost(tf.constant([[1, 0]]), tf.fill([1, 4, 3], 1 / 3), tf.constant([[4]]), tf.constant([[2]]))
    np.testing.assert_allclose(cost, [[1.686399]], rtol=1e-5)  # as TensorFlow prints it
    top = old.in_top_k(tf.constant([[0.1, 0.9], [0.8, 0.2]]), tf.constant([1, 1]), 1)
    assert top.numpy().tolist() == [True, False]
    assert old.random_normal_variable((2,), 0.0, 1.0, seed=1).shape == (2,)
    assert old.random_uniform_variable((2,), 0.0, 1.0, seed=1).shape == (2,)


def test_convolutional_recurrent_layer_in_a_function_of_any_size(keras: Any) -> None:
    layer = keras.layers.ConvLSTM2D(2, 2, padding="same")
    layer(tf.ones([1, 1, 3, 3, 2]))  # which is the size that it takes from now on

    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x[:, None]) ** 2)
        return tape.gradient(loss, layer.trainable_variables)

    traced = tf.function(slope, input_signature=[tf.TensorSpec([None, None, None, 2])])
    for batch in (1, 2, 3):
        x = tf.constant(np.random.default_rng(batch).normal(size=(batch, 3, 3, 2)), tf.float32)
        for found, expected in zip(traced(x), slope(x), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
