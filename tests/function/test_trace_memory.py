"""What a trace holds while it is open: pieces of its samples, however large and many these are."""

import tracemalloc

import numpy as np

import gradtape as tf

MEGABYTE = 1 << 20


def test_a_trace_of_large_arrays_takes_the_memory_of_a_few_of_them():
    @tf.function
    def step(x, w):
        with tf.GradientTape() as tape:
            tape.watch(w)
            for _ in range(50):
                x = tf.tanh(x * w)
            loss = tf.reduce_sum(x)
        return tape.gradient(loss, w)

    x, w = tf.ones([256, 1024]), tf.constant(1.1)  # 1 MB
    tracemalloc.start()
    try:
        traced = step.get_concrete_function(x, w)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * MEGABYTE
    np.testing.assert_allclose(traced(x, w), step.python_function(x, w), rtol=1e-6)


def test_lengths_that_depend_on_values_are_traced_with_large_arrays_too():
    @tf.function
    def mean_of_positive(x):
        return tf.reduce_mean(tf.boolean_mask(tf.sin(x), tf.sin(x) > 0.0))

    x = tf.reshape(tf.linspace(-3.0, 3.0, 60_000), [60, 1000])
    np.testing.assert_allclose(mean_of_positive(x), mean_of_positive.python_function(x), rtol=1e-6)


def test_matrices_of_a_trace_stay_matrices_that_can_be_inverted():
    @tf.function
    def inverse(x):
        return tf.linalg.inv(tf.linalg.matmul(x, x, transpose_b=True) + tf.eye(80, dtype=x.dtype))

    x = tf.constant(np.random.default_rng(0).normal(size=(80, 80)))
    np.testing.assert_allclose(inverse(x), inverse.python_function(x), rtol=1e-6)
