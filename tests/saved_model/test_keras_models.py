"""Saved models of Keras's models, and of trackable objects that are no modules."""

from collections.abc import Iterator
from pathlib import Path
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


X = np.arange(8.0, dtype="float32").reshape(2, 4)


def trained(keras: Any) -> Any:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.layers.BatchNormalization()(inputs)))
    model.compile("adam", "mse")
    model.fit(X, X[:, :2], verbose=0)
    model.predict(X, verbose=0)
    return model


def test_model_that_was_trained_is_saved_with_its_default_signature(keras: Any, tmp_path: Path) -> None:
    model = trained(keras)
    tf.saved_model.save(model, tmp_path)
    signature = tf.saved_model.load(tmp_path).signatures["serving_default"]
    np.testing.assert_allclose(signature(tf.constant(X))["output_0"], model(X), rtol=1e-6)


def test_exported_model_is_a_layer_whose_variables_have_gradients(keras: Any, tmp_path: Path) -> None:
    model = trained(keras)
    model.export(tmp_path, verbose=False)
    layer = keras.layers.TFSMLayer(tmp_path, call_endpoint="serve")
    with tf.GradientTape() as tape:
        y = layer(X)
    np.testing.assert_allclose(y, model(X), rtol=1e-6)
    with tf.GradientTape() as of_model:
        expected = model(X)
    ours, theirs = tape.gradient(y, layer.trainable_variables), of_model.gradient(expected, model.trainable_variables)
    by_shape = {tuple(g.shape): g for g in theirs[2:]}
    kernel = next(g for g in ours if tuple(g.shape) == (4, 2))
    np.testing.assert_allclose(kernel, by_shape[4, 2], rtol=1e-6)


def test_tables_of_a_text_model_are_saved(keras: Any, tmp_path: Path) -> None:
    vectorize = keras.layers.TextVectorization(output_sequence_length=3)
    vectorize.adapt(["a b c", "b c d"])
    model = keras.Sequential([keras.Input((), dtype="string"), vectorize])
    model.export(tmp_path, verbose=False)
    words = tf.constant(["a d", "q b c"])
    np.testing.assert_array_equal(tf.saved_model.load(tmp_path).serve(words), model(words))


def test_object_may_have_an_attribute_called_variables(tmp_path: Path) -> None:
    root = tf.__internal__.tracking.AutoTrackable()
    root.variables = [tf.Variable(2.0)]
    root.double = tf.function(lambda x: x * root.variables[0], input_signature=[tf.TensorSpec([])])
    tf.saved_model.save(root, tmp_path)
    loaded = tf.saved_model.load(tmp_path)
    assert [float(v) for v in loaded.variables] == [2.0]
    assert float(loaded.double(tf.constant(3.0))) == 6.0


def test_what_is_not_trackable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Expected an object of type `Trackable`"):
        tf.saved_model.save(object(), tmp_path)
