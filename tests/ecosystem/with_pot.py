"""POT: optimal transport with the backend of TensorFlow, and the gradients of its costs."""

import numpy as np
import ot
import tensorflow as tf
from tensorflow.python.ops.numpy_ops import np_config

np_config.enable_numpy_behavior()
numbers = np.random.RandomState(0)
a, b = tf.constant(np.full(5, 0.2)), tf.constant(np.full(6, 1 / 6))
cost = tf.constant(numbers.rand(5, 6))
with tf.GradientTape(persistent=True) as tape:
    tape.watch([a, b, cost])
    exact = ot.emd2(a, b, cost)
    smooth = ot.sinkhorn2(a, b, cost, 0.5)
print(exact.numpy(), tape.gradient(exact, cost).numpy(), smooth.numpy(), tape.gradient(smooth, cost).numpy())
points, others = tf.constant(numbers.rand(6, 2)), tf.constant(numbers.rand(6, 2))
with tf.GradientTape() as tape:
    tape.watch(points)
    loss = ot.sliced_wasserstein_distance(points, others, n_projections=10, seed=0)
print(loss.shape, ot.dist(points, others).numpy())
