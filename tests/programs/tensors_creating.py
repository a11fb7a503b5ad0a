"""Creating tensors: constants, filled tensors, ranges, and tensors like other tensors."""

import numpy as np
import tensorflow as tf

print(tf.constant(3.0))
print(tf.constant([[1, 2], [3, 4]]))
print(tf.constant([1, 2, 3], dtype=tf.float32))
print(tf.constant((1.5, 2.5)))
print(tf.constant(0, shape=(2, 3)))
print(tf.constant([7], shape=(2, 2)))
print(tf.constant([1, 2, 3, 4], shape=[2, 2], name="a_name"))
print(tf.constant(range(4)))
print(tf.constant([]), tf.constant([[]]), tf.constant([], dtype=tf.string))
print(tf.constant("text"), tf.constant(["a", "bc"]), tf.constant(b"\xff"), tf.constant("é"))

print(tf.convert_to_tensor(1), tf.convert_to_tensor(1, dtype=tf.float64))
print(tf.convert_to_tensor(np.arange(3)))
print(tf.convert_to_tensor(1, dtype_hint=tf.float32))
print(tf.convert_to_tensor(1.5, dtype_hint=tf.int32))
x = tf.constant([1.0, 2.0])
print(tf.convert_to_tensor(x) is x, tf.constant(x) is x, tf.identity(x) is x)
print(tf.convert_to_tensor([x, x]))
print(tf.convert_to_tensor([x, [3, 4]]))
print(tf.convert_to_tensor(tf.Variable([5, 6])))

print(tf.zeros(3), tf.zeros([2, 2], tf.int32), tf.zeros((1,), tf.bool), tf.zeros((1,), tf.string))
print(tf.zeros([]), tf.ones([], tf.bool), tf.ones((1, 2), "float64"))
print(tf.zeros(tf.constant([2, 1])), tf.zeros([tf.constant(1), 2]), tf.zeros(x.shape))
print(tf.zeros((0, 3)), tf.ones((2, 0)))
print(tf.fill([2, 2], 7), tf.fill([2], "s"), tf.fill(3, True), tf.fill([2], 1.5))
print(tf.eye(2), tf.eye(2, 3), tf.eye(1, dtype=tf.int32), tf.eye(2, batch_shape=[2]).shape)

print(tf.range(5), tf.range(1, 7, 2), tf.range(5, 0, -2), tf.range(0))
print(tf.range(3.0), tf.range(0.0, 1.0, 0.25), tf.range(0, 1, 0.5), tf.range(3, dtype=tf.float64))
print(tf.range(tf.constant(3, tf.int64), 5), tf.range(tf.constant(3)))
print(tf.linspace(0.0, 1.0, 5), tf.linspace(0, 1, 3), tf.linspace(0.0, 1.0, 1))
print(tf.linspace([0.0, 1.0], [1.0, 2.0], 3))
print(tf.linspace([0.0, 1.0], [1.0, 2.0], 3, axis=-1))

print(tf.zeros_like(x), tf.ones_like(x), tf.zeros_like([1, 2]), tf.ones_like(x, dtype=tf.int32))
print(tf.zeros_like(tf.Variable([1.0])), tf.zeros_like(np.ones(2)), tf.ones_like("a" == "a"))

for tensor in tf.meshgrid([1, 2], [3, 4, 5]):
    print(tensor)
for tensor in tf.meshgrid([1, 2], [3, 4, 5], indexing="ij"):
    print(tensor)

print(tf.is_tensor(x), tf.is_tensor(tf.Variable(1)), tf.is_tensor(np.ones(2)), tf.is_tensor(1.0))
print(isinstance(x, tf.Tensor), isinstance(tf.Variable(1), tf.Tensor), isinstance(1.0, tf.Tensor))
print(tf.executing_eagerly())
