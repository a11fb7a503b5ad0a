"""Values that leave for other libraries are theirs: what is done to them does not change the tensor."""

import copy
import pickle

import numpy as np
import pytest

import gradtape as tf


@pytest.mark.parametrize("give", [lambda t: t.numpy(), np.asarray, np.array, np.from_dlpack])
@pytest.mark.parametrize("make", [tf.constant, tf.Variable])
def test_what_is_given_is_a_copy(give, make):
    t = make([1.0, 2.0])
    array = give(t)
    if array.flags.writeable:  # NumPy 2.0 protects all that comes by DLPack
        array[0] = 9.0
    np.testing.assert_array_equal(t.numpy(), [1.0, 2.0])


def test_without_a_copy_it_cannot_be_written_to():
    view = np.asarray(tf.constant([1.0, 2.0]), copy=False)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 9.0


def test_what_is_taken_is_a_copy():
    array = np.ones(2)
    t = tf.constant(array)
    array[0] = 9.0
    np.testing.assert_array_equal(t.numpy(), [1.0, 1.0])


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("make", [tf.constant, tf.Variable])
def test_copied_and_pickled(again, make):
    x = make([1.0, 2.0])
    y = again(x)
    assert (y is x) == (again is copy.deepcopy and make is tf.constant)  # a tensor cannot change
    np.testing.assert_array_equal(y.numpy(), x.numpy())


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copied_tensor_keeps_its_gradient(again):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = again({"y": x * x})["y"] * 3.0
    np.testing.assert_array_equal(tape.gradient(y, x), [6.0, 12.0])


def test_a_variable_copied_shallowly_is_that_variable():
    v = tf.Variable(1.0)
    assert copy.copy(v) is v


class Noisy(tf.Module):
    def __init__(self):
        super().__init__()
        self.generator = tf.random.Generator.from_seed(1)
        self.v = tf.Variable(2.0)
        self.f = tf.function(self.scaled)

    def scaled(self, x):
        return x * self.v


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_module_with_a_generator_and_a_function_is_copied_and_pickled(again):
    module = Noisy()
    module.f(tf.constant(1.0))
    other = again(module)
    np.testing.assert_array_equal(other.generator.normal([2]), module.generator.normal([2]))
    other.generator.skip(1)
    assert other.generator.state.numpy()[0] != module.generator.state.numpy()[0]
    other.v.assign(5.0)
    assert (float(other.f(tf.constant(1.0))), float(module.f(tf.constant(1.0)))) == (5.0, 2.0)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_tape_that_has_recorded_refuses_to_be_copied(again):
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(TypeError, match="Keep what it gives, its gradients"):
        again(tape)
    assert tape.gradient(y, x).numpy() == 6.0
    assert isinstance(pickle.loads(pickle.dumps(tf.GradientTape(persistent=True))), tf.GradientTape)


@pytest.mark.parametrize("again", [copy.deepcopy, pickle.dumps])
def test_an_accumulator_refuses_to_be_copied(again):
    forward = tf.autodiff.ForwardAccumulator(tf.constant(1.0), tf.constant(1.0))
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        again(forward)


def test_methods_of_variables_called_by_the_class() -> None:
    v = tf.Variable([1.0, 2.0])
    tf.Variable.assign(v, [3.0, 4.0])
    tf.Variable.assign_add(v, [1.0, 1.0])
    assert tf.Variable.read_value(v).numpy().tolist() == [4.0, 5.0]
    assert tf.function(lambda: tf.Variable.assign_sub(v, [1.0, 1.0]))().numpy().tolist() == [3.0, 4.0]
