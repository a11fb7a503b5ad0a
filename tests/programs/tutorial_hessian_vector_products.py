"""Tutorial: Hessian-vector products without a Hessian, and what can be done with them."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(10)
features = tf.constant(rng.normal(size=(30, 4)))
labels = tf.constant((rng.normal(size=30) > 0).astype(float))
w = tf.Variable(rng.normal(size=4) * 0.3)


def loss_of(w):
    logits = tf.linalg.matvec(features, w)
    entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_mean(entropy) + 0.05 * tf.reduce_sum(w**2)


def gradient(w):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = loss_of(w)
    return tape.gradient(loss, w)


def reverse_over_reverse(v):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = loss_of(w)
        g = inner.gradient(loss, w)
        product = tf.reduce_sum(g * v)
    return outer.gradient(product, w)


def weighted(v):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = loss_of(w)
        g = inner.gradient(loss, w)
    return outer.gradient(g, w, output_gradients=v)


hessian = tf.stack([reverse_over_reverse(row) for row in tf.eye(4, dtype=tf.float64)])
print(hessian.numpy().round(6))
print("symmetric:", bool(tf.reduce_max(tf.abs(hessian - tf.transpose(hessian))) < 1e-12))

p = tf.sigmoid(tf.linalg.matvec(features, w))
exact = tf.einsum("ni,n,nj->ij", features, p * (1.0 - p), features) / 30.0
exact += 0.1 * tf.eye(4, dtype=tf.float64)
print("as by hand:", np.allclose(hessian, exact))

v = tf.constant(rng.normal(size=4))
central = (gradient(w + 1e-5 * v) - gradient(w - 1e-5 * v)) / 2e-5
print(np.allclose(weighted(v), reverse_over_reverse(v)), np.allclose(central, weighted(v), atol=1e-7))

print("the greatest eigenvalue, by power iteration")
for _ in range(60):
    v = reverse_over_reverse(v)
    v /= tf.norm(v)
print(f"{tf.reduce_sum(v * reverse_over_reverse(v)):.8f}", f"{np.linalg.eigvalsh(hessian)[-1]:.8f}")

print("Newton's step, by conjugate gradients")
for step in range(4):
    g = gradient(w)
    x, r = tf.zeros_like(g), g
    d = r
    for _ in range(4):
        hd = reverse_over_reverse(d)
        alpha = tf.reduce_sum(r * r) / tf.reduce_sum(d * hd)
        x += alpha * d
        after = r - alpha * hd
        d = after + tf.reduce_sum(after * after) / tf.reduce_sum(r * r) * d
        r = after
    w.assign_sub(x)
    print(step, f"{loss_of(w):.10f}", float(tf.norm(gradient(w))) < 10.0 ** (-1 - 2 * step))
