"""Indexing and slicing a tensor, and the gradients of doing so."""

import numpy as np
import tensorflow as tf

v = tf.range(6)
m = tf.reshape(tf.range(12.0), (3, 4))
t = tf.reshape(tf.range(24), (2, 3, 4))

print(v[0], v[-1], v[2:5], v[:2], v[4:], v[-2:], v[::2], v[1::2], v[::-1], v[4:1:-2], sep="\n")
print(v[10:], v[3:3], v[-100:2], v[0:100], v[5:0])
print(m[0], m[-1], m[1, 2], m[1][2], m[:, 1], m[..., 1], m[1, ...], m[1:, :2], m[::-1, ::2], sep="\n")
print(m[0:1], m[0, None], m[:, tf.newaxis, 0], m[()], m[...], m[-1, -1], m[:0], sep="\n")
print(t[1, 2, 3], t[..., 0], t[0, ..., 0], t[:, -1], t[1, :, ::2], t[:, 1:2, 3], sep="\n")
print(t[None].shape, t[..., None].shape, t[:, None, :, None].shape, t[None, ..., None].shape)
print(t[tf.newaxis, 0, tf.newaxis].shape, t[:, :, :, tf.newaxis].shape, tf.constant(1.0)[None].shape)
print(tf.constant(["a", "b"])[1], tf.constant([True, False])[0], tf.constant(5)[...])

print("tensors and NumPy integers as indices")
one = tf.constant(1)
print(v[one], m[one], m[0, one], v[one:], v[: tf.constant(2, tf.int64)], v[one : one + 2], sep="\n")
print(
    v[np.int64(2)],
    v[np.array(2)],
    m[np.int32(1), 0],
    v[tf.Variable(3)],
    v[np.int64(1) : np.int8(3)],
)
print("lists as indices are tuples:", m[[1, 2]], m[[0]])

print("boolean masks")
print(m[m > 6.0], v[v % 2 == 0], m[tf.constant([True, False, True])], v[v > 100], sep="\n")

print("iteration")
for row in m:
    print(row)
a, b, c = m
print(b, [int(x) for x in v], len(m), len(v), list(tf.zeros((0, 2))), [*v[:2]])
for index, (x, y) in enumerate(zip(v[:2], v[2:4])):
    print(index, x, y)

print("gradients")
x = tf.Variable(tf.reshape(tf.range(12.0), (3, 4)))
slices = {
    "x[1]": lambda: x[1],
    "x[1, 2]": lambda: x[1, 2],
    "x[:, 1:3]": lambda: x[:, 1:3],
    "x[::-1, ::2]": lambda: x[::-1, ::2],
    "x[..., -1]": lambda: x[..., -1],
    "x[None, 0, :, None]": lambda: x[None, 0, :, None],
    "x[5:]": lambda: x[5:],
    "x[x > 6]": lambda: x[x > 6],
    "rows": lambda: [row * i for i, row in enumerate(x)],
}
for label, function in slices.items():
    with tf.GradientTape() as tape:
        y = function()
        y = tf.reduce_sum(tf.stack(y) * 2.0 if isinstance(y, list) else y * y)
    print(label, tape.gradient(y, x), sep="\n")
