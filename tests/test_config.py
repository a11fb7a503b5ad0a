"""`tf.config`, `tf.device`, and the initialisers of variables."""

import numpy as np
import pytest

import gradtape as tf


def test_there_is_one_device_the_cpu() -> None:
    assert [device.name for device in tf.config.list_physical_devices()] == ["/physical_device:CPU:0"]
    assert tf.config.list_physical_devices("GPU") == tf.config.experimental.list_physical_devices("GPU") == []
    assert tf.config.list_logical_devices("CPU")[0].device_type == "CPU"
    with pytest.raises(ValueError, match="non-GPU"):
        tf.config.experimental.set_memory_growth(tf.config.list_physical_devices()[0], True)


@pytest.mark.parametrize("name", ["/GPU:1", "cpu:0", "/job:localhost/device:CPU:0", None])
def test_what_is_placed_on_any_device_runs(name: str | None) -> None:
    with tf.device(name):
        assert tf.constant(1.0).device.endswith("CPU:0")


@pytest.mark.parametrize("name", ["foo", 3])
def test_a_name_of_no_device_is_refused(name: object) -> None:
    with pytest.raises(ValueError, match="device"), tf.device(name):
        pass


def test_initialisers_give_what_they_say() -> None:
    assert tf.zeros_initializer()((2,), tf.bool).numpy().tolist() == [False, False]
    assert tf.ones_initializer()([1, 2], tf.int32).numpy().tolist() == [[1, 1]]
    assert tf.constant_initializer([1, 2])((2,), tf.float64).numpy().tolist() == [1.0, 2.0]
    assert tf.random_uniform_initializer(2, 3)((50,)).numpy().min() >= 2
    assert tf.Variable(tf.random_normal_initializer(5.0, 0.0)(shape=(2,))).numpy().tolist() == [5.0, 5.0]


def test_a_seeded_initialiser_repeats_itself_and_can_be_rebuilt() -> None:
    initialise = tf.random_normal_initializer(seed=3)
    np.testing.assert_allclose(initialise((2,)), [-0.03357924, 0.08380252], rtol=1e-6)  # TensorFlow's numbers
    again = type(initialise).from_config(initialise.get_config())
    assert again((2,)).numpy().tolist() == initialise((2,)).numpy().tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.random_normal_initializer()((2,), tf.int32),
        lambda: tf.zeros_initializer()((2,), tf.string),
        lambda: tf.random_uniform_initializer()((2,), tf.bool),
    ],
)
def test_dtypes_that_fit_no_distribution_are_refused(call) -> None:
    with pytest.raises(ValueError, match="dtype"):
        call()


def test_round_of_a_tensor_names_tf_round() -> None:
    with pytest.raises(AttributeError, match=r"tf\.round"):
        round(tf.constant(2.5))


def test_an_assignment_gives_an_unread_variable() -> None:
    assert type(tf.Variable(1.0).assign(2.0)).__name__ == "_UnreadVariable"
