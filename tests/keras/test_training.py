"""`fit` and its kin on gradtape: the numbers that TensorFlow gives, for arrays and datasets."""

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


X, Y = np.random.default_rng(0).normal(size=(2, 10, 3)).astype("float32")


def model_of(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    return model


def test_orders_of_epochs_are_those_of_tensorflow(keras: Any) -> None:
    orders: list[Any] = []

    class Noting(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            tf.py_function(lambda x: orders.append(x.numpy().tolist()), [x[:, 0]], [])
            return x

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((1,)), Noting(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.arange(6, dtype="float32")[:, None]
    model.fit(x, x, batch_size=4, epochs=2, verbose=0)
    assert orders == [[4, 2, 1, 0], [5, 3]] * 2


def test_each_iterator_of_a_mapped_dataset_draws_a_sequence_of_its_own() -> None:
    tf.random.set_seed(1)
    shuffled = tf.data.Dataset.range(1).map(lambda _: tf.random.shuffle(tf.range(6)))
    first = [4, 2, 1, 0, 5, 3]
    assert [x.numpy().tolist() for x in shuffled] == [first]
    three = iter(tf.data.Dataset.range(3).map(lambda _: tf.random.shuffle(tf.range(6))))
    assert [next(three).numpy().tolist() for _ in range(3)] == [first, [0, 2, 4, 5, 3, 1], [0, 5, 3, 1, 4, 2]]
    assert [x.numpy().tolist() for x in shuffled] == [first]


@pytest.mark.filterwarnings("ignore:.*shuffle=True:UserWarning")
def test_datasets_train_as_arrays_do(keras: Any) -> None:
    batches = tf.data.Dataset.from_tensor_slices((X, Y)).batch(4)
    trained = model_of(keras), model_of(keras)
    histories = (
        trained[0].fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0).history["loss"],
        trained[1].fit(batches, epochs=2, verbose=0).history["loss"],
    )
    np.testing.assert_allclose(*histories, rtol=1e-6)
    np.testing.assert_allclose(trained[0].evaluate(X, Y, verbose=0), trained[1].evaluate(batches, verbose=0))
    np.testing.assert_allclose(trained[0].predict(X, verbose=0), trained[1].predict(batches, verbose=0))
