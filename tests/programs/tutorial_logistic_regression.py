"""Tutorial: two clouds of points told apart by logistic regression."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(1)
n = 100
points = np.concatenate([rng.normal([-1.0, 0.5], 0.8, (n, 2)), rng.normal([1.0, -0.5], 0.8, (n, 2))])
x = tf.convert_to_tensor(points, dtype=tf.float32)
y = tf.concat([tf.zeros(n), tf.ones(n)], axis=0)

weights = tf.Variable(tf.zeros((2, 1)), name="weights")
bias = tf.Variable(0.0, name="bias")


def forward(x):
    return tf.squeeze(x @ weights + bias, axis=1)


def accuracy(logits):
    return tf.reduce_mean(tf.cast((tf.sigmoid(logits) > 0.5) == (y > 0.5), tf.float32))


velocity = [tf.zeros_like(v) for v in (weights, bias)]
for step in range(51):
    with tf.GradientTape() as tape:
        logits = forward(x)
        entropy = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))
        loss = entropy + 0.01 * tf.nn.l2_loss(weights)
    gradients = tape.gradient(loss, [weights, bias])
    velocity = [0.9 * v + g for v, g in zip(velocity, gradients, strict=True)]
    for variable, v in zip((weights, bias), velocity, strict=True):
        variable.assign_sub(0.2 * v)
    if step % 10 == 0:
        print(f"step {step:2d} loss {loss:.4f} accuracy {accuracy(logits).numpy():.3f}")
print(np.round(weights.numpy(), 3), np.round(bias.numpy(), 3))
print("confusion:", tf.math.confusion_matrix(y, tf.cast(forward(x) > 0, tf.float32)).numpy().tolist())
