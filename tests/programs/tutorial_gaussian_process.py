"""A Gaussian process: marginal likelihood with Cholesky, its gradients, predictions."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(3)
X = np.sort(rng.uniform(0, 5, 15))[:, None]
Y = np.sin(X) + 0.1 * rng.standard_normal(X.shape)
X, Y = tf.constant(X), tf.constant(Y)
ls, var, noise = (tf.Variable(np.log(v), dtype=tf.float64) for v in (1.0, 1.0, 0.1))


def kernel(a, b):
    return tf.exp(var) * tf.exp(-0.5 * tf.square((a - tf.transpose(b)) / tf.exp(ls)))


def nlml():
    K = kernel(X, X) + tf.exp(noise) * tf.eye(X.shape[0], dtype=tf.float64)
    L = tf.linalg.cholesky(K)
    alpha = tf.linalg.cholesky_solve(L, Y)
    return (
        0.5 * tf.reduce_sum(Y * alpha)
        + tf.reduce_sum(tf.math.log(tf.linalg.diag_part(L)))
        + 0.5 * X.shape[0] * np.log(2 * np.pi)
    )


for i in range(20):
    with tf.GradientTape() as t:
        l = nlml()
    for p, g in zip((ls, var, noise), t.gradient(l, (ls, var, noise))):
        p.assign_sub(0.05 * g)
    if i % 5 == 0:
        print(i, l.numpy(), [float(g) for g in (ls, var, noise)])
with tf.GradientTape() as t2:
    with tf.GradientTape() as t1:
        l = nlml()
    g = t1.gradient(l, [ls, var])
print([t.numpy() for t in t2.gradient(g, [ls, var])])


def nl2():
    K = kernel(X, X) + tf.exp(noise) * tf.eye(15, dtype="float64")
    return (
        0.5 * tf.linalg.logdet(K) + 0.5 * tf.squeeze(tf.matmul(Y, tf.linalg.solve(K, Y), transpose_a=True)),
        tf.linalg.slogdet(K),
        tf.linalg.inv(K)[0, :2],
    )


print(nl2())
L = tf.linalg.cholesky(kernel(X, X) + tf.exp(noise) * tf.eye(15, dtype=tf.float64))
Xs = tf.linspace(tf.constant(0.0, tf.float64), 5.0, 4)[:, None]
a = tf.linalg.triangular_solve(L, kernel(X, Xs), lower=True)
print(
    tf.matmul(a, tf.linalg.triangular_solve(L, Y), transpose_a=True),
    tf.linalg.diag_part(kernel(Xs, Xs)) - tf.reduce_sum(a * a, 0),
)
for bad in tf.zeros((2, 3)):
    try:
        print(tf.linalg.cholesky(bad))
    except Exception as e:
        print(type(e).__name__)
try:
    tf.linalg.inv(tf.zeros((2, 2)))
except Exception as e:
    print(type(e).__name__)
