"""Exponentials and logarithms: values and gradients, far from zero too."""

import numpy as np
import tensorflow as tf


def show(label, function, *inputs):
    inputs = [tf.constant(value, tf.float64) for value in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = function(*inputs)
    gradients = [None if g is None else g.numpy() for g in tape.gradient(y, inputs)]
    print(label, y.numpy(), *gradients, sep="\n  ")


x = [-1.5, 0.0, 0.5, 2.0]
positive = [0.5, 1.0, 2.0]
show("exp", tf.exp, x)
show("expm1", tf.math.expm1, [1e-12, 1.0])
show("log", tf.math.log, positive)
show("log of zero", tf.math.log, [0.0, np.inf])
show("log1p", tf.math.log1p, [1e-12, 1.0])
show("sigmoid", tf.sigmoid, [-800.0, 0.0, 2.0, 800.0])
show("log_sigmoid", tf.math.log_sigmoid, [-800.0, 0.0, 2.0, 800.0])
show("softplus", tf.math.softplus, [-800.0, 0.0, 2.0, 800.0])
show("tanh", tf.tanh, [-40.0, 0.0, 0.5, 40.0])
show("xlogy", tf.math.xlogy, [0.0, 2.0], [0.5, 3.0])
show("erf", tf.math.erf, x)
show("lgamma", tf.math.lgamma, positive)
show("digamma", tf.math.digamma, positive)

print("trigonometric")
for name in "sin cos tan sinh cosh asinh atan".split():
    show(name, getattr(tf.math, name), x)
for name in "asin", "acos", "atanh":
    show(name, getattr(tf.math, name), [-0.5, 0.0, 0.9])
show("acosh", tf.math.acosh, [1.5, 3.0])
show("atan2", tf.math.atan2, [1.0, -1.0, 0.5], [1.0, 2.0, -2.0])
print(tf.asin(2.0), tf.acosh(0.5), tf.math.log(-1.0), tf.sqrt(-1.0), tf.math.atan2(0.0, -1.0))

print("the same names without math")
for name in "exp sin cos tan sinh cosh tanh asin acos atan atan2 asinh acosh atanh".split():
    assert getattr(tf, name) is getattr(tf.math, name), name
for name in "abs add subtract multiply divide square sqrt pow round floor sign sigmoid".split():
    assert getattr(tf, name) is getattr(tf.math, name), name
for name in "maximum minimum equal less greater logical_and logical_not add_n cumsum".split():
    assert getattr(tf, name) is getattr(tf.math, name), name
for name in "sum mean max min prod any all logsumexp".split():
    assert getattr(tf, f"reduce_{name}") is getattr(tf.math, f"reduce_{name}"), name
print(tf.math.exp(0.0), tf.math.tanh(0.0), tf.nn.tanh(0.0), tf.nn.sigmoid(0.0))

print("stable compositions")
x = tf.Variable([-1000.0, 0.0, 1000.0])
with tf.GradientTape(persistent=True) as tape:
    y = tf.reduce_logsumexp(x)
    z = tf.math.softplus(x)
print(y, tape.gradient(y, x), tape.gradient(z, x))

print("second derivatives")
for name in "exp log sqrt rsqrt sin cos tan tanh sigmoid softplus reciprocal asin atan erf expm1".split():
    v = tf.Variable(0.5, dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = getattr(tf.math, name)(v)
        dy = inner.gradient(y, v)
    print(name, y.numpy(), dy.numpy(), outer.gradient(dy, v).numpy())
