"""Promotion of dtypes in operators and in functions, by every pair of dtypes, and what is not promoted."""

import numpy as np
import tensorflow as tf
from tensorflow.python.ops.numpy_ops import np_config

np_config.enable_numpy_behavior()
tnp = tf.experimental.numpy

DTYPES = ["bool", "uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64",
          "complex64", "complex128"]  # fmt: skip


def tried(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__


for a in DTYPES:
    x = tf.cast([1, 2], a)
    print(a, *[tnp.result_type(x, tf.cast([1], b)).name for b in DTYPES])
    print(
        a,
        *[
            tnp.add(x, value).dtype.name
            for value in (True, 1, 2.5, 1j, np.int8(1), np.float32(1), np.float64(1), [1], [1.5])
        ],
    )
for a in ["int8", "int32", "int64", "float16", "float32", "float64", "complex64"]:
    x = tf.cast([1, 2], a)
    for b in ["int8", "int32", "int64", "float16", "float32", "float64", "complex64"]:
        y = tf.cast([3, 4], b)
        print(a, b, (x + y).dtype.name, (x * y).dtype.name, (x - y).dtype.name, (x / y).dtype.name, (x == y).numpy())
    print(a, *[(x + value).dtype.name for value in (1, 2.5, 1j)], *[(value * x).dtype.name for value in (1, 2.5, 1j)])
    print(a, (x**2).dtype.name, (x / 2).dtype.name, (x @ tf.constant([1.0, 2.0])).dtype.name)

v = tf.Variable([1, 2])
print(v + 1.5, 1.5 - v, v * tf.constant([0.5]), v > 1.5)
print(tf.constant([7, -7]) // 2.0, tf.constant([7, -7]) % 4, 2.5 ** tf.constant([1, 2]), -tf.constant([1]))
print(
    tried(lambda: tf.add(tf.constant([1]), tf.constant([1.0]))),
    tried(lambda: tf.constant([True]) + tf.constant([True])),
)
print(tf.constant([True]) * tf.constant([False]), tf.constant([True]) + 1, tf.constant([1]) & 3)
print(tf.constant(1.0).dtype, tnp.array(1.0).dtype, tf.sqrt(2.0).dtype, tnp.sqrt(2).dtype)

with tf.GradientTape() as tape:
    x = tf.constant([1.0, 2.0])
    tape.watch(x)
    y = x * tf.constant([2, 3]) + np.array([0.5, 1.5])
print(y, tape.gradient(y, x))


@tf.function
def f(x):
    return x / 2 + tf.constant(1, tf.int8), x[[0, -1]] * 0.5


print(f(tf.constant([1, 2, 3])), f(tf.constant([1.0, 2.0], tf.float16)))

np_config.enable_numpy_behavior(prefer_float32=True)
print(
    tnp.array([1.5]).dtype, tnp.arange(2.0).dtype, tnp.add(tf.constant([1], tf.int16), 2.5).dtype, tnp.array(1j).dtype
)
print((tf.constant([1], tf.int16) + 2.5).dtype, tnp.result_type(1.5, 1), tnp.result_type(float), tnp.zeros(1).dtype)
