"""Tutorial: a line through noisy points, by gradient descent on a tf.Module."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(0)
x = tf.constant(np.linspace(-2.0, 2.0, 201), dtype=tf.float32)
y = 3.0 * x + 2.0 + tf.constant(rng.normal(size=201), tf.float32) * 0.5


class Line(tf.Module):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.w = tf.Variable(5.0, name="w")
        self.b = tf.Variable(0.0, name="b")

    def __call__(self, x):
        return self.w * x + self.b


def loss(target_y, predicted_y):
    return tf.reduce_mean(tf.square(target_y - predicted_y))


def train(model, x, y, learning_rate):
    with tf.GradientTape() as t:
        current_loss = loss(y, model(x))
    dw, db = t.gradient(current_loss, [model.w, model.b])
    model.w.assign_sub(learning_rate * dw)
    model.b.assign_sub(learning_rate * db)


def report(model, loss):
    return f"W = {model.w.numpy():1.2f}, b = {model.b.numpy():1.2f}, loss={loss:2.5f}"


model = Line()
print("Variables:", [v.name for v in model.variables])
print("Starting:")
print("    ", report(model, loss(y, model(x))))
for epoch in range(10):
    train(model, x, y, learning_rate=0.1)
    print(f"Epoch {epoch:2d}:")
    print("    ", report(model, loss(y, model(x))))

print("the closed form")
a = tf.stack([x, tf.ones_like(x)], axis=1)
normal, right = tf.matmul(a, a, transpose_a=True), tf.linalg.matvec(a, y, transpose_a=True)
for _ in range(200):
    train(model, x, y, learning_rate=0.1)
residual = tf.linalg.matvec(normal, [model.w, model.b]) - right
print(np.round(residual.numpy() / 201.0, 4))
