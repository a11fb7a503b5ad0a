"""A graph network with attention: gather, segments, partitions."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(25)
r = np.random.default_rng(3)
n = 8
edges = r.integers(0, n, (2, 20))
src, dst = tf.constant(edges[0]), tf.constant(edges[1])
X = tf.random.normal([n, 3])
y = tf.constant([0, 1, 0, 1, 1, 0, 0, 1])
W = [
    tf.Variable(tf.random.normal([3, 8]) * 0.3),
    tf.Variable(tf.random.normal([8, 8]) * 0.3),
    tf.Variable(tf.random.normal([8, 2]) * 0.3),
]
att = tf.Variable(tf.random.normal([16]))


def gat(h):
    e = tf.nn.leaky_relu(tf.linalg.matvec(tf.concat([tf.gather(h, src), tf.gather(h, dst)], 1), att))
    e -= tf.gather(tf.math.unsorted_segment_max(e, dst, n), dst)
    w = tf.exp(e)
    z = tf.math.unsorted_segment_sum(w, dst, n)
    return tf.math.unsorted_segment_sum((w / tf.gather(z, dst))[:, None] * tf.gather(h, src), dst, num_segments=n)


A = tf.scatter_nd(tf.stack([dst, src], 1), tf.ones(20), [n, n])
deg = tf.math.maximum(tf.reduce_sum(A, 1), 1.0)
for i in range(6):
    with tf.GradientTape() as t:
        h = tf.nn.relu(tf.linalg.diag(1 / deg) @ A @ (X @ W[0]))
        h = h + gat(h @ W[1])
        logit = h @ W[2]
        l = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logit)
        ) + 0.01 * tf.reduce_sum(tf.math.unsorted_segment_mean(h, tf.cast(y, tf.int32), 2) ** 2)
    gs = t.gradient(l, W + [att])
    for v, g in zip(W + [att], gs):
        v.assign_sub(0.3 * g)
    print(i, f"{l:.5f}", [f"{tf.norm(g):.4f}" for g in gs])
g = tf.constant([0, 0, 0, 1, 1, 1, 1, 2])
print(
    tf.math.segment_sum(X, g), tf.math.segment_mean(X, g), tf.math.segment_prod(X[:, 0], g), tf.math.segment_min(X, g)
)
parts = tf.dynamic_partition(X, g, 3)
print([p.shape for p in parts], tf.dynamic_stitch(tf.dynamic_partition(tf.range(n), g, 3), parts) - X)
