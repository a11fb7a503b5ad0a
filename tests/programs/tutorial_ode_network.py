"""Tutorial: a network fitted to a differential equation, u' = -2 t u with u(0) = 1."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(6)
t = tf.constant(np.linspace(0.0, 1.5, 16)[:, None])
w1, b1 = tf.Variable(rng.normal(size=(1, 12))), tf.Variable(rng.normal(size=12))
w2, b2 = tf.Variable(rng.normal(size=(12, 1)) / 4.0), tf.Variable(np.zeros(1))
variables = [w1, b1, w2, b2]


def u(t):
    """The network; the factor t makes the initial condition hold."""
    return 1.0 + t * (tf.tanh(t @ w1 + b1) @ w2 + b2)


def residual_loss():
    with tf.GradientTape() as tape:
        tape.watch(t)
        value = u(t)
    slope = tape.gradient(value, t)
    return tf.reduce_mean((slope + 2.0 * t * value) ** 2)


averages = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
for step in range(121):
    with tf.GradientTape() as tape:
        loss = residual_loss()
    gradients = tape.gradient(loss, variables)
    for v, g, average in zip(variables, gradients, averages, strict=True):
        average.assign(0.9 * average + 0.1 * g**2)
        v.assign_sub(0.01 * g / (tf.sqrt(average) + 1e-6))
    if step % 30 == 0:
        print(f"{step:3d} {loss:.6f}")
error = tf.reduce_max(tf.abs(u(t) - tf.exp(-(t**2))))
print(f"greatest error {error:.4f}")
print(u(t)[::5, 0].numpy().round(3), np.exp(-(t.numpy() ** 2))[::5, 0].round(3))

print("second order in t: u'' of the solution")
with tf.GradientTape() as outer:
    outer.watch(t)
    with tf.GradientTape() as inner:
        inner.watch(t)
        value = u(t)
    first = inner.gradient(value, t)
second = outer.gradient(first, t)
print(first[::5, 0].numpy().round(3), second[::5, 0].numpy().round(3))
