"""Tutorial: a WGAN critic with a gradient penalty, which differentiates a gradient."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(2)


def dense(inputs, outputs):
    w = rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)
    return tf.Variable(w), tf.Variable(np.zeros(outputs))


critic_variables = [v for sizes in [(2, 16), (16, 16), (16, 1)] for v in dense(*sizes)]
generator_variables = [v for sizes in [(2, 16), (16, 2)] for v in dense(*sizes)]


def network(x, variables):
    pairs = list(zip(variables[::2], variables[1::2], strict=True))
    for w, b in pairs[:-1]:
        x = tf.nn.leaky_relu(x @ w + b)
    w, b = pairs[-1]
    return x @ w + b


def gradient_penalty(real, fake, epsilon):
    mixed = epsilon * real + (1.0 - epsilon) * fake
    with tf.GradientTape() as tape:
        tape.watch(mixed)
        scores = network(mixed, critic_variables)
    gradients = tape.gradient(scores, mixed)
    norms = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=1) + 1e-12)
    return tf.reduce_mean((norms - 1.0) ** 2)


def batch():
    angle = rng.uniform(0, 2 * np.pi, 32)
    real = np.stack([2.0 * np.cos(angle), np.sin(angle)], axis=1) + rng.normal(size=(32, 2)) * 0.1
    arrays = real, rng.normal(size=(32, 2)), rng.uniform(size=(32, 1))
    return [tf.constant(a) for a in arrays]


for step in range(6):
    for _ in range(2):
        real, noise, epsilon = batch()
        fake = network(noise, generator_variables)
        with tf.GradientTape() as tape:
            difference = tf.reduce_mean(network(fake, critic_variables)) - tf.reduce_mean(
                network(real, critic_variables)
            )
            penalty = gradient_penalty(real, fake, epsilon)
            loss = difference + 10.0 * penalty
        gradients = tape.gradient(loss, critic_variables)
        for variable, gradient in zip(critic_variables, gradients, strict=True):
            if gradient is not None:
                variable.assign_sub(0.02 * gradient)
    real, noise, _ = batch()
    with tf.GradientTape() as tape:
        generator_loss = -tf.reduce_mean(network(network(noise, generator_variables), critic_variables))
    for variable, gradient in zip(generator_variables, tape.gradient(generator_loss, generator_variables), strict=True):
        variable.assign_sub(0.02 * gradient)
    print(f"{step} critic {loss:.4f} penalty {penalty:.4f} generator {generator_loss:.4f}")

print("the last bias has no part in the penalty")
with tf.GradientTape() as tape:
    penalty = gradient_penalty(real, network(noise, generator_variables), tf.constant(0.5, tf.float64))
for gradient in tape.gradient(penalty, critic_variables):
    print(None if gradient is None else f"{tf.norm(gradient):.6f}")
