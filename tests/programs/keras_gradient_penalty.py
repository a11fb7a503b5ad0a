"""Derivatives of derivatives through layers: a gradient penalty, a Hessian by rows, a Jacobian by a kernel, a jvp."""

import numpy as np
import tensorflow as tf

keras = tf.keras
keras.utils.set_random_seed(2)

critic = keras.Sequential([keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)])
x = tf.constant(np.random.default_rng(4).normal(size=(5, 3)).astype("float32"))
critic(x)

with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        inner.watch(x)
        score = critic(x)
    slopes = inner.gradient(score, x)
    norms = tf.sqrt(tf.reduce_sum(slopes**2, axis=1))
    penalty = tf.reduce_mean((norms - 1.0) ** 2)
gradients = outer.gradient(penalty, critic.trainable_variables)
print(f"{float(penalty):.6f}")
for g in gradients:
    print(None if g is None else g.numpy())

layer = keras.layers.Dense(2, activation="sigmoid")
layer(x)
with tf.GradientTape(persistent=True) as tape:
    y = layer(x)
jacobian = tape.jacobian(y, layer.kernel)
print(jacobian.shape, jacobian.numpy()[0, 1])

with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        loss = tf.reduce_mean(layer(x) ** 2)
    g = inner.gradient(loss, layer.trainable_variables)
hessians = outer.jacobian(g[0], layer.kernel)
print(hessians.shape)
matrix = tf.reshape(hessians, [6, 6])
print(np.allclose(matrix, tf.transpose(matrix), atol=1e-6), f"{float(tf.linalg.trace(matrix)):.6f}")

with tf.autodiff.ForwardAccumulator(layer.kernel.value, tf.ones([3, 2])) as forward:
    loss = tf.reduce_sum(layer(x))
print(f"{float(forward.jvp(loss)):.6f}")

batch = keras.layers.BatchNormalization()
with tf.GradientTape() as tape:
    tape.watch(x)
    y = batch(x, training=False)
print(tape.batch_jacobian(y, x).numpy()[0])


@tf.function(jit_compile=True)
def compiled(x):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            score = critic(x)
        penalty = tf.reduce_mean(inner.gradient(score, x) ** 2)
    return outer.gradient(penalty, critic.trainable_variables[0])


print(compiled(x).numpy())
