"""Tutorial: a softmax classifier with mini-batches, weight decay and a clipped gradient."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(4)
centres = np.array([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]])
classes = rng.integers(0, 3, 300)
x_all = tf.constant(centres[classes] + rng.normal(size=(300, 2)), tf.float32)
y_all = tf.one_hot(classes, depth=3)

w = tf.Variable(tf.zeros([2, 3]), name="w")
b = tf.Variable(tf.zeros([3]), name="b")


def loss_of(x, y, training=True):
    logits = tf.nn.bias_add(tf.matmul(x, w), b)
    entropy = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)
    return tf.reduce_mean(entropy) + (1e-3 * tf.nn.l2_loss(w) if training else 0.0)


print(f"before: {loss_of(x_all, y_all):.5f} (log 3 = {np.log(3):.5f})")
for epoch in range(5):
    order = rng.permutation(300)
    for start in range(0, 300, 50):
        rows = order[start : start + 50]
        x, y = tf.gather(x_all, rows), tf.gather(y_all, rows)
        with tf.GradientTape() as tape:
            loss = loss_of(x, y)
        gradients = tape.gradient(loss, [w, b])
        gradients, norm = tf.clip_by_global_norm(gradients, 0.5)
        for variable, gradient in zip((w, b), gradients, strict=True):
            variable.assign_sub(0.5 / (1.0 + epoch) * gradient)
    prediction = tf.argmax(x_all @ w + b, axis=-1)
    accuracy = np.mean(prediction.numpy() == classes)
    print(f"epoch {epoch} loss {loss_of(x_all, y_all):.4f} norm {norm:.4f} accuracy {accuracy:.3f}")
print(np.round(w.numpy(), 3), np.round(b.numpy(), 3))
print(np.round(tf.nn.softmax(tf.constant([[2.0, 0.0], [0.0, 0.0]]) @ w + b).numpy(), 3))
