"""Arithmetic functions: values and gradients, with broadcasting and edge values."""

import numpy as np
import tensorflow as tf


def show(label, function, *inputs):
    inputs = [tf.constant(value, tf.float32) for value in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = function(*inputs)
    gradients = [None if g is None else g.numpy() for g in tape.gradient(y, inputs)]
    print(label, y.numpy(), *gradients, sep="\n  ")


x, y = [[1.0, -2.0, 3.0]], [[0.5], [4.0]]
show("add", tf.add, x, y)
show("subtract", tf.subtract, x, y)
show("multiply", tf.multiply, x, y)
show("divide", tf.divide, x, y)
show("truediv", tf.truediv, x, 2.0)
show("floordiv", tf.math.floordiv, x, y)
show("floormod", tf.math.floormod, x, y)
show("mod", tf.math.mod, [7.0, -7.0], [3.0, 3.0])
show("divide_no_nan", tf.math.divide_no_nan, [1.0, 2.0], [0.0, 4.0])
show("multiply_no_nan", tf.math.multiply_no_nan, [1.0, np.inf], [2.0, 0.0])
show("squared_difference", tf.math.squared_difference, x, y)
show("add_n", lambda a, b: tf.add_n([a, b, a]), [1.0, 2.0], [3.0, 4.0])
show("negative", tf.negative, x)
show("abs", tf.abs, [-2.0, 0.0, 3.0])
show("sign", tf.sign, [-2.0, 0.0, 3.0])
show("square", tf.square, x)
show("reciprocal", tf.math.reciprocal, [2.0, 0.0, -4.0])
show("sqrt", tf.sqrt, [4.0, 0.0, 2.0])
show("rsqrt", tf.math.rsqrt, [4.0, 0.0, 2.0])

print("powers")
show("pow", tf.pow, [2.0, 3.0, 0.5], [3.0, -1.0, 0.5])
show("pow of zero", tf.pow, [0.0, 0.0, 0.0], [0.0, 1.0, 2.0])
show("pow of negatives", tf.pow, [-2.0, -2.0], [2.0, 3.0])
show("pow by a number", lambda a: a**3, [-2.0, 0.0, 2.0])
show("pow by zero", lambda a: a**0, [-2.0, 0.0, 2.0])
show("pow by one half", lambda a: a**0.5, [4.0, 0.0])
show("a number to a tensor", lambda a: 2.0**a, [-1.0, 0.0, 3.0])

print("rounding")
halves = [-1.5, -0.5, 0.5, 1.5, 2.4]
show("round", tf.round, halves)
show("rint", tf.math.rint, halves)
show("floor", tf.floor, halves)
show("ceil", tf.math.ceil, halves)
print(tf.round([1, 2]), tf.math.floor(-1.5), tf.sign([-3, 0, 2]), tf.abs([-3, 2]))

print("maximum and minimum, with ties")
show("maximum", tf.maximum, [1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
show("minimum", tf.minimum, [1.0, 2.0, 3.0], [3.0, 2.0, 1.0])
show("maximum of a number", lambda a: tf.maximum(a, 2.0), [1.0, 2.0, 3.0])
show("maximum, broadcast", tf.maximum, [[1.0, 2.0]], [[0.0], [2.0]])
show("maximum of nan", tf.maximum, [np.nan, 1.0], [1.0, np.nan])

print("edge values")
edges = [0.0, -0.0, np.inf, -np.inf, np.nan]
show("square", tf.square, edges)
show("abs", tf.abs, edges)
show("x / x", lambda a: a / a, edges)
show("x * 0", lambda a: a * 0.0, edges)
show("1 / x", lambda a: 1.0 / a, edges)
show("empty", lambda a, b: a * b + a, np.zeros((0, 2)), [[1.0, 2.0]])

print("a broadcast input gets a sum")
show("scalar", lambda a, b: a * b, 2.0, [1.0, 2.0, 3.0])
show("leading", lambda a, b: a * b, [1.0, 2.0], np.ones((3, 1, 2)))
show("both", lambda a, b: a / b, [[1.0], [2.0]], [[4.0, 8.0]])
