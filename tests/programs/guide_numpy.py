"""A guide to NumPy's API on TensorFlow: arrays, dtypes, broadcasting, indexing, gradients, functions."""

import numpy as np
import tensorflow as tf
import tensorflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior()

print("arrays")
ones = tnp.ones([5, 3], dtype=tnp.float32)
print(ones.shape, ones.ndim, ones.dtype, ones.size)
print(isinstance(ones, tf.Tensor), isinstance(ones, tnp.ndarray))
print(tnp.array([1, 2, 3]), tnp.array([1, 2.0, 3]), tnp.arange(3), tnp.zeros(2), tnp.eye(2), tnp.full((2, 1), 7))
print(tnp.linspace(0, 1, 5), tnp.logspace(0, 2, 3), tnp.tri(3))

print("types")
for a in (tnp.int32, tnp.int64, tnp.float32, tnp.float64):
    print(a.__name__, [tnp.add(tnp.ones(1, dtype=a), tnp.ones(1, dtype=b)).dtype.name
                       for b in (tnp.int32, tnp.int64, tnp.float32, tnp.float64)])  # fmt: skip
print(
    tnp.asarray(1).dtype, tnp.asarray(1.0).dtype, tnp.result_type(tnp.float32, 1.0), tnp.promote_types("int8", "uint8")
)

print("broadcasting and indexing")
x = tnp.ones([2, 3])
y = tnp.ones([3])
z = tnp.ones([1, 2, 1])
print((x + y + z).shape)
x = tnp.arange(24).reshape(2, 3, 4)
print(x[1, tf.newaxis, 1:3, ...].shape, x[:, 0, ::-1], x[x > 20])
print(x[:, (True, False, True)].shape, x[1, (0, 0, 1), [3, 1, 2]], x[..., [0, -1]].shape)
print(x.T.shape, x.ravel().shape, x.max(axis=(0, 1)), x.mean(axis=0)[0], x.clip(3, 5)[0])

print("with tensors, variables and NumPy")
print(tnp.sum(np.ones([2, 3]) + tnp.ones([2, 3])), np.sum(tnp.ones([2, 3])), tf.reduce_sum(tnp.ones([2, 3])))
print(tnp.ones([2, 3]) + tf.constant([1, 2, 3]), tf.Variable([1.0, 2.0]) + tnp.arange(2))
print(tnp.concatenate([tnp.ones(1), tf.zeros(1), np.full(1, 2)]), tnp.dot([1, 2], tf.constant([3.0, 4.0])))

print("linear algebra")
a = tnp.array([[4.0, 1.0], [2.0, 3.0]])
print(a @ a, tnp.trace(a), tnp.kron(a, [[1, 0]]), tnp.outer([1, 2], [3, 4]), tnp.einsum("ij,ij->i", a, a))
print(tf.linalg.det(a), tnp.diag(a), tnp.tril(a), tnp.cross([1.0, 0, 0], [0, 1.0, 0]))

print("gradients")


def loss(w, x, y):
    return tnp.mean((tnp.dot(x, w) - y) ** 2)


w = tf.Variable([0.5, -1.0], dtype=tf.float64)
x, y = tnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), tnp.array([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    value = loss(w, x, y)
print(value, tape.gradient(value, w))
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        value = tnp.sum(tnp.sin(w) * tnp.exp(w) + tnp.where(w > 0, w**3, 0))
    slope = inner.gradient(value, w)
print(outer.jacobian(slope, w))
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = tnp.sort(tnp.cumsum(x, axis=0) * [1, 2], axis=1)[:, 0] + tnp.prod(x, axis=1)
print(tape.jacobian(y, x)[2])

print("functions")


@tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)])
def standardise(x):
    x = x - tnp.mean(x, axis=0)
    return x / tnp.maximum(tnp.std(x, axis=0, keepdims=True), 1e-6), tnp.argmax(x, axis=0), x.T.reshape(-1)[-1]


print(*standardise(tf.constant([[1.0, 5.0], [2.0, 3.0], [4.0, 4.0]])))
print(*standardise(tf.constant([[1.0, 5.0, 2.0]])))
print(tf.map_fn(lambda v: tnp.sum(v) * tnp.arange(2.0), tnp.ones([2, 3])))
