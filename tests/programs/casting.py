"""tf.cast between every two dtypes, what it does to gradients, and complex numbers."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


dtypes = "float16 bfloat16 float32 float64 int8 int32 int64 uint8 complex64 bool".split()
for dtype in dtypes:
    x = tf.cast([0.0, 1.7, 3.2], dtype)
    print(dtype, x.numpy(), *[np.array(tf.cast(x, to)).tolist() for to in dtypes if to != "complex64"])

print(
    tf.cast(1.7, tf.int32),
    tf.cast(-1.7, "int32"),
    tf.cast(3, tf.float64),
    tf.cast(True, tf.float32),
)
print(tf.cast([1, 2], np.float64), tf.cast(tf.Variable(2.5), tf.int64), tf.cast([], tf.int32))
x = tf.constant([1.5])
print(tf.cast(x, tf.float32) is x, tf.cast(x, tf.float64).dtype, tf.cast("a", tf.string))
print(
    tf.saturate_cast([300.0, -5.0], tf.uint8),
    tf.cast(2**31, tf.int64),
    tf.cast([0.5, 0.0], tf.bool),
)

print("gradients")
v = tf.Variable([1.5, 2.5])
for dtype in tf.float16, tf.float64, tf.bfloat16, tf.int32, tf.bool:
    with tf.GradientTape() as tape:
        y = tf.cast(v * v, dtype)
        y = y * y if dtype.is_floating else tf.cast(y, tf.float32)
    print(dtype.name, tape.gradient(y, v))

print("complex numbers")
z = tf.constant([1 + 2j, -3j])
print(tf.math.real(z), tf.math.imag(z), tf.math.conj(z), tf.abs(z), z * z, z / (1 + 1j), sep="\n")
print(tf.complex(1.0, 2.0), tf.math.angle(tf.constant(1j)), tf.sign(tf.constant(3 + 4j)))
for label, function in {
    "square": lambda z: z * z,
    "abs": tf.abs,
    "conj": tf.math.conj,
    "real": tf.math.real,
    "exp": tf.exp,
}.items():
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = function(z)
    print(label, tape.gradient(y, z).numpy())

print("refused")
attempt("a string to a number:", lambda: tf.cast("1", tf.float32))
attempt("a number to a string:", lambda: tf.cast(1.0, tf.string))
attempt("no such dtype:", lambda: tf.cast(1.0, "foo"))
attempt("None:", lambda: tf.cast(None, tf.float32))
attempt("ragged:", lambda: tf.cast([[1], [2, 3]], tf.float32))
