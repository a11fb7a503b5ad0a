"""Slices in functions, whose lengths may be unknown."""

import pytest

import gradtape as tf


@pytest.mark.parametrize("begin", [lambda x: [1], lambda x: [tf.shape(x)[0] - 2]])
def test_a_slice_of_known_size_has_it_or_is_refused(begin):
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x):
        y = tf.slice(x, [*begin(x), 0], [2, -1])
        shapes.append(y.shape)
        return y

    assert f(tf.ones([3, 2])).shape == (2, 2)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Expected (size|begin)"):
        f(tf.ones([1, 2]))
    assert shapes == [(2, 2)]


def test_a_slice_of_a_size_that_is_computed_is_checked():
    f = tf.function(lambda x, n: tf.slice(x, [1], [n]))
    assert f(tf.constant([1.0, 2.0, 3.0]), tf.constant(2)).numpy().tolist() == [2.0, 3.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Expected size\[0\] in \[0, 2\], but got 3"):
        f(tf.constant([1.0, 2.0, 3.0]), tf.constant(3))
