"""Tutorial: MAML, which differentiates through a step of gradient descent."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(5)


def weights_of(*shape):
    return tf.Variable(rng.normal(0.0, 0.5, shape))


parameters = [
    weights_of(1, 10),
    tf.Variable(np.zeros(10)),
    weights_of(10, 1),
    tf.Variable(np.zeros(1)),
]


def model(x, parameters):
    w1, b1, w2, b2 = parameters
    return tf.tanh(x @ w1 + b1) @ w2 + b2


def mean_square(x, y, parameters):
    return tf.reduce_mean((model(x, parameters) - y) ** 2)


def task():
    amplitude, phase = rng.uniform(0.5, 2.0), rng.uniform(0.0, np.pi)
    x = rng.uniform(-3.0, 3.0, (2, 8, 1))
    y = amplitude * np.sin(x + phase)
    return tf.constant(x[0]), tf.constant(y[0]), tf.constant(x[1]), tf.constant(y[1])


def adapt(x, y, parameters, rate=0.1, first_order=False):
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        loss = mean_square(x, y, parameters)
    gradients = tape.gradient(loss, parameters)
    if first_order:
        gradients = [tf.stop_gradient(g) for g in gradients]
    return [p - rate * g for p, g in zip(parameters, gradients, strict=True)]


for step in range(10):
    with tf.GradientTape() as tape:
        losses = []
        for _ in range(3):
            x_train, y_train, x_test, y_test = task()
            adapted = adapt(x_train, y_train, parameters)
            adapted = adapt(x_train, y_train, adapted)
            losses.append(mean_square(x_test, y_test, adapted))
        meta_loss = tf.add_n(losses) / len(losses)
    for variable, gradient in zip(parameters, tape.gradient(meta_loss, parameters), strict=True):
        variable.assign_sub(0.05 * gradient)
    if step % 3 == 0:
        print(f"{step} {meta_loss:.6f}")

x_train, y_train, x_test, y_test = task()
results = {}
for first_order in False, True:
    with tf.GradientTape() as tape:
        adapted = adapt(x_train, y_train, parameters, first_order=first_order)
        loss = mean_square(x_test, y_test, adapted)
    results[first_order] = tape.gradient(loss, parameters)
    print("first order" if first_order else "second order", f"{loss:.6f}")
    print(results[first_order][2].numpy().ravel().round(5))
