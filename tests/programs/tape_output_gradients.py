"""output_gradients: the weights with which targets enter."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


x = tf.Variable([1.0, 2.0])


def gradient(weights):
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x, output_gradients=weights).numpy()


print(gradient(None), gradient(tf.constant([1.0, 10.0])), gradient([[1.0, 10.0]]))
print(gradient(np.array([1.0, 10.0], np.float32)), gradient(tf.Variable([0.0, 1.0])))

with tf.GradientTape(persistent=True) as tape:
    y, z = x * x, tf.reduce_sum(x)
weights = [tf.constant([1.0, 2.0]), tf.constant(3.0)]
print(tape.gradient([y, z], x, output_gradients=weights))
print(tape.gradient({"a": y, "b": z}, [x], output_gradients=weights))
print(tape.gradient([y, y], x, output_gradients=[[1.0, 1.0], [0.5, 0.0]]))

print("a vector-Jacobian product, row by row")
A = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
with tf.GradientTape(persistent=True) as tape:
    y = tf.linalg.matvec(A, x) ** 2
print(tf.stack([tape.gradient(y, x, output_gradients=row) for row in tf.eye(3)]))

print("weights that are watched")
w = tf.Variable([1.0, -1.0])
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        y = x**3
    g = tape.gradient(y, x, output_gradients=w * w)
    total = tf.reduce_sum(g)
print(g, *outer.gradient(total, [x, w]))

attempt("too long:", lambda: gradient(tf.constant([1.0, 2.0, 3.0])))
attempt("another dtype:", lambda: gradient(tf.constant([1.0, 2.0], tf.float64)))
attempt("integers:", lambda: gradient(tf.constant([1, 2])))
