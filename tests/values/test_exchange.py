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
    assert y is not x
    np.testing.assert_array_equal(y.numpy(), x.numpy())
