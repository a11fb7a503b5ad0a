"""Random numbers: shapes, dtypes, ranges, and that a seed repeats them."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


def same(a, b):
    return bool(tf.reduce_all(a == b))


tf.random.set_seed(7)
for name in "normal", "uniform", "truncated_normal":
    draw = getattr(tf.random, name)
    for shape in [], [3], (2, 0), tf.TensorShape([2, 3]), tf.constant([4]):
        print(name, draw(shape).shape, end=" ")
    print(draw([2]).dtype.name, draw([2], dtype=tf.float64).dtype.name)

n = tf.random.normal([20000], mean=3.0, stddev=2.0)
u = tf.random.uniform([20000], minval=-1.0, maxval=3.0)
t = tf.random.truncated_normal([20000])
i = tf.random.uniform([20000], maxval=6, dtype=tf.int32)
j = tf.random.uniform([20000], minval=-3, maxval=3, dtype=tf.int64)
print(np.round(np.mean(n)), np.round(np.std(n)), abs(float(tf.reduce_mean(n)) - 3.0) < 0.1)
print(np.min(u) >= -1.0, np.max(u) < 3.0, abs(np.mean(u) - 1.0) < 0.05)
print(np.max(np.abs(t)) <= 2.0, abs(np.std(t) - 0.88) < 0.02)
print(sorted(set(i.numpy().tolist())), sorted(set(j.numpy().tolist())), i.dtype.name, j.dtype.name)

s = tf.random.shuffle(tf.range(10))
print(sorted(s.numpy().tolist()), s.dtype.name, tf.random.shuffle([[1, 2], [3, 4]]).shape)
rows = tf.random.shuffle(tf.reshape(tf.range(6), (3, 2))).numpy().tolist()
print(sorted(rows))

print("a seed repeats the sequence")
tf.random.set_seed(5)
a, b = tf.random.normal([3]), tf.random.normal([3])
tf.random.set_seed(5)
c, d = tf.random.normal([3]), tf.random.normal([3])
tf.random.set_seed(6)
e = tf.random.normal([3])
print(same(a, c), same(b, d), same(a, b), same(a, e))
tf.random.set_seed(5)
a, b = tf.random.uniform([3], seed=1), tf.random.uniform([3], seed=2)
tf.random.set_seed(5)
c, d = tf.random.uniform([3], seed=1), tf.random.uniform([3], seed=2)
print(same(a, c), same(b, d), same(a, b))

print("generators")
g = tf.random.Generator.from_seed(1)
h = tf.random.Generator.from_seed(1)
a, b = g.normal([2, 3]), g.normal([2, 3])
print(same(a, h.normal([2, 3])), same(b, h.normal([2, 3])), same(a, b), a.shape, a.dtype.name)
print(
    g.uniform([3], maxval=5, dtype=tf.int32).dtype.name,
    g.uniform([2]).shape,
    g.truncated_normal([2]).shape,
)
g.reset_from_seed(1)
print(same(a, g.normal([2, 3])), len(g.split(3)), tf.random.get_global_generator().normal([2]).shape)
print(tf.random.Generator.from_non_deterministic_state().uniform([2]).shape)

print("no gradient into the drawing, but through the scaling")
mean, scale = tf.Variable(1.0), tf.Variable(2.0)
with tf.GradientTape() as tape:
    noise = tf.random.normal([4])
    y = tf.reduce_sum(mean + scale * noise)
dm, ds = tape.gradient(y, [mean, scale])
print(float(dm), abs(float(ds) - float(tf.reduce_sum(noise))) < 1e-5)

print("refused")
attempt("ints without a bound:", lambda: tf.random.uniform([2], dtype=tf.int32))
attempt("bounds in the wrong order:", lambda: tf.random.uniform([2], 5, 1, dtype=tf.int32))
attempt("normal ints:", lambda: tf.random.normal([2], dtype=tf.int32))
attempt("a negative size:", lambda: tf.random.normal([2, -1]))
