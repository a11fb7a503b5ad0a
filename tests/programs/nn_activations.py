"""Activation functions of tf.nn: values, first and second derivatives."""

import numpy as np
import tensorflow as tf

activations = {
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "leaky_relu": tf.nn.leaky_relu,
    "leaky_relu 0.5": lambda x: tf.nn.leaky_relu(x, alpha=0.5),
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "gelu": tf.nn.gelu,
    "gelu approximated": lambda x: tf.nn.gelu(x, approximate=True),
    "silu": tf.nn.silu,
    "swish": tf.nn.swish,
    "sigmoid": tf.nn.sigmoid,
    "tanh": tf.nn.tanh,
    "softplus": tf.nn.softplus,
    "softsign": tf.nn.softsign,
}
for name, activation in activations.items():
    x = tf.Variable([-7.0, -1.0, 0.0, 0.5, 7.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = activation(x)
        dy = inner.gradient(y, x)
    print(name, y.numpy(), dy.numpy(), sep="\n  ")
    if name != "softsign":  # TensorFlow has no second derivative of it
        ddy = outer.gradient(dy, x)
        print(" ", None if ddy is None else ddy.numpy())

print("far out")
for name in "relu elu selu silu gelu sigmoid tanh softplus softsign".split():
    x = tf.Variable([-1e4, 1e4])
    with tf.GradientTape() as tape:
        y = getattr(tf.nn, name)(x)
    print(name, y.numpy(), tape.gradient(y, x).numpy())
print(tf.nn.relu([np.nan, np.inf]), tf.nn.sigmoid([np.nan, -np.inf]), tf.nn.softplus([-np.inf]))
print(tf.nn.relu([-1, 2]), tf.nn.relu(tf.zeros((0,))), tf.nn.relu(tf.constant([-1.5, 2], tf.bfloat16)))

print("softmax")
x = tf.Variable([[1.0, 2.0, 3.0], [0.0, 0.0, 1000.0]])
weights = tf.constant([[1.0, 0.0, 2.0], [3.0, 1.0, 1.0]])
for name, function in {
    "softmax": tf.nn.softmax,
    "log_softmax": tf.nn.log_softmax,
    "softmax axis 0": lambda x: tf.nn.softmax(x, axis=0),
    "log_softmax axis 0": lambda x: tf.nn.log_softmax(x, axis=0),
}.items():
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
            loss = tf.reduce_sum(y * weights)
        dx = inner.gradient(loss, x)
        slope = tf.reduce_sum(dx * weights)
    print(name, y.numpy(), dx.numpy(), outer.gradient(slope, x).numpy(), sep="\n  ")
print(tf.nn.softmax([1.0, 1.0]), tf.nn.softmax(tf.zeros((2, 0))), tf.nn.softmax([[5.0]]))

print("bias_add, l2_loss")
x, b = tf.Variable(tf.ones((2, 2, 3))), tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = tf.nn.bias_add(x, b)
    loss = tf.nn.l2_loss(y)
print(y, loss, *tape.gradient(loss, [x, b]), sep="\n")


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


attempt("sigmoid of ints:", lambda: tf.nn.sigmoid([1, 2]))
attempt("softmax of ints:", lambda: tf.nn.softmax([1, 2]))
attempt("gelu of ints:", lambda: tf.nn.gelu([1, 2]))
attempt("relu of booleans:", lambda: tf.nn.relu([True]))
attempt("softmax along no axis:", lambda: tf.nn.softmax([1.0, 2.0], axis=3))
attempt("bias_add:", lambda: tf.nn.bias_add(tf.ones((2, 3)), [1.0]))
attempt("bias_add to a vector:", lambda: tf.nn.bias_add([1.0], [1.0]))
attempt("l2_loss of ints:", lambda: tf.nn.l2_loss([3, 4]))
