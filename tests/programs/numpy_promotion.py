"""Promotion of dtypes: NumPy's, and the one in which Python's numbers are weak, with all its pairs."""

import tensorflow as tf
import tensorflow.experimental.numpy as tnp

DTYPES = [tf.uint8, tf.uint16, tf.uint32, tf.uint64, tf.int8, tf.int16, tf.int32, tf.int64, tf.float16,
          tf.bfloat16, tf.float32, tf.float64, tf.complex64, tf.complex128]  # fmt: skip


def added(x, y):
    try:
        return (x + y).dtype.name
    except (TypeError, ValueError, tf.errors.InvalidArgumentError) as error:
        return type(error).__name__


def table():
    zeros = [tf.zeros([1], dtype) for dtype in DTYPES]
    for x in zeros:
        if x.dtype == tf.bfloat16 and mode == "legacy":
            continue
        others = [y for y in zeros if mode != "legacy" or y.dtype != tf.bfloat16]
        print(x.dtype.name, [added(x, y) for y in others], [added(x, y) for y in (1, 1.5, 1j)])


for mode in ("legacy", "all", "safe"):
    tnp.experimental_enable_numpy_behavior(dtype_conversion_mode=mode)
    print("==", mode)
    table()

tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="all")
x = tf.constant([1.0, 2.0], tf.float16)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * tf.constant([3, 4], tf.int32) + tf.constant([0.5, 0.5], tf.float64)
print(y, tape.gradient(y, x))
try:
    tnp.experimental_enable_numpy_behavior(dtype_conversion_mode="none")
except ValueError as error:
    print(error)
