"""tf.print: to standard error unless told otherwise, in TensorFlow's own notation."""

import os
import sys
import tempfile

import numpy as np
import tensorflow as tf


def printed(*values, **how):
    """What tf.print writes to standard error."""
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            assert tf.print(*values, **how) is None
            sys.stderr.flush()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode()


def show(*values, **how):
    print(repr(printed(*values, **how)))


scalar, vector = tf.constant(3.0), tf.constant([1.0, 2.5])
matrix = tf.constant([[1.0, 2.0], [3.0, 4.0]])
show("hello", 1, 2.5, True, None)
show(scalar, vector, matrix)
show("loss:", scalar, "accuracy:", tf.constant(0.5))
show(tf.constant("x"), tf.constant(["a", "b c"]), tf.constant([True, False]), tf.constant(False))
show(tf.Variable(2.0), tf.Variable([1, 2]))
show([scalar, vector], {"a": scalar, "b": (1, [2])}, (), [], {})
show(np.float32(3), [1, 2], (1, 2), tf.float32, matrix.shape)
show(tf.range(6), tf.range(7), tf.range(20))
show(tf.range(20), summarize=2)
show(tf.range(20), summarize=-1)
show(tf.reshape(tf.range(24), (2, 3, 4)))
show(tf.reshape(tf.range(100), (10, 10)))
show("a", "b", sep=", ", end="!\n")
show("no newline", end="")
show()
show("%s", scalar, f"{scalar}")
show(tf.constant([0.1, 1e-10]), tf.constant([1e10, 123456789.0]), tf.constant([1.0, 100000.0, 1e6]))
show(tf.constant(0.5, tf.float64), tf.constant(2.5, tf.float16), tf.constant(1, tf.int8))
show(tf.constant([float("nan"), float("inf"), -0.0]), tf.constant([-5, 7]))

tf.print("to standard output", scalar, vector, output_stream=sys.stdout)
tf.print("once more", output_stream=sys.stdout)
print("and Python's print after it")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "printed.txt")
    tf.print("to a file", vector, output_stream=f"file://{path}")
    tf.print("appended", output_stream=f"file://{path}")
    with open(path) as file:
        print(file.read())
try:
    tf.print(1, output_stream="nowhere")
except ValueError as error:
    print(type(error).__name__)

print("printing changes no gradient")
v = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = v * v
    text = printed("inside a tape:", y)
    z = y * 2.0
print(text.strip(), tape.gradient(z, v))
