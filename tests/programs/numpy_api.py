"""NumPy's functions on tensors: what a guide to `tf.experimental.numpy` shows."""

import numpy as np
import tensorflow as tf
import tensorflow.experimental.numpy as tnp

tnp.experimental_enable_numpy_behavior()

ones = tnp.ones([5, 3], dtype=tnp.float32)
print(ones, ones.shape.as_list(), ones.dtype, isinstance(ones, tnp.ndarray))

print("== promotion")
for x in (1, 1.5, [1, 2], [1.0], np.int8(3), np.float32(2), 1j):
    print([(tnp.asarray(x) + tnp.asarray(y)).dtype.name for y in (1, 1.5, np.int8(3), np.float32(2), True, 1j)])
print(tnp.ones([2], dtype=tnp.int32) + 1.5, tnp.ones([2], dtype=tnp.float32) + 1)

print("== broadcasting and reductions")
x, y = tnp.ones([2, 3]), tnp.arange(3)
print(x + y, tnp.sum(x + y, axis=0))
print(tnp.mean(y), y.max(), tnp.var(x + y, axis=1), tnp.std(y), tnp.cumsum(y), tnp.ptp(y))

print("== indexing")
z = tnp.arange(24).reshape(2, 3, 4)
print(z[1], z[..., 0], z[1, :, tnp.newaxis, 1:2], sep="\n")
print(z[z > 20], z[[0, 1], :, [1, 2]], z[:, [True, False, True], 0], sep="\n")
print(z.T.shape, z.ravel()[-3:], z.astype(np.float32).mean(), z.size, z.transpose((1, 0, 2)).shape)

print("== with NumPy and TensorFlow")
print(np.sum(ones), tf.reduce_sum(ones), tnp.sum(np.ones(3)), tnp.dot(np.eye(2), tf.constant([1.0, 2.0], tf.float64)))

print("== gradients and functions")
with tf.GradientTape() as tape:
    a = tnp.array([0.5, -1.0, 2.0])
    tape.watch(a)
    b = tnp.sum(tnp.maximum(a, 0) * tnp.sin(a)) + tnp.prod(a)
print(b, tape.gradient(b, a))


@tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)])
def normalized(x):
    return (x - tnp.mean(x, axis=0)) / (tnp.std(x, axis=0) + 1e-3)


print(normalized(tf.constant([[1.0, 2.0], [3.0, 5.0]])), normalized(tf.ones([1, 3])), sep="\n")
print(tf.vectorized_map(lambda v: tnp.outer(v, v), tnp.arange(4.0).reshape((2, 2))))

print("== errors")
for call in (
    lambda: tnp.concatenate([]),
    lambda: tnp.clip([1], None, None),
    lambda: tnp.arange(1, 2, 0),
    lambda: tnp.take([1], 0, mode="raise"),
    lambda: tnp.moveaxis(z, [0, 1], [2]),
    lambda: z[1.5],
):
    try:
        print(call())
    except (ValueError, IndexError) as error:
        print(type(error).__name__)
