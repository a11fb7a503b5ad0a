"""Moments, batch normalisation and dropout."""

import numpy as np
import tensorflow as tf

x = tf.Variable([[1.0, 2.0, 4.0], [3.0, -1.0, 0.5], [0.0, 0.0, 1.5], [2.0, 5.0, -3.0]])
scale, offset = tf.Variable([1.0, 2.0, 0.5]), tf.Variable([0.0, -1.0, 1.0])

for axes, keepdims in ([0], False), ([0, 1], False), ([1], True):
    with tf.GradientTape(persistent=True) as tape:
        mean, variance = tf.nn.moments(x, axes, keepdims=keepdims)
    print(mean, variance, tape.gradient(mean, x), tape.gradient(variance, x), sep="\n")

print("batch normalisation")
weights = tf.reshape(tf.range(12.0), (4, 3)) / 10.0
with tf.GradientTape() as tape:
    mean, variance = tf.nn.moments(x, [0])
    y = tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3)
    loss = tf.reduce_sum(y * weights)
print(y, *tape.gradient(loss, [x, scale, offset]), sep="\n")
print(tf.nn.batch_normalization(x, 1.0, 4.0, None, None, 0.0))
print(tf.nn.batch_normalization(x, mean, variance, None, scale, 1e-3)[0])

print("layer normalisation, by hand, twice differentiated")
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        y = (x - mean) * tf.math.rsqrt(variance + 1e-6)
        loss = tf.reduce_sum(y * weights)
    dx = inner.gradient(loss, x)
    penalty = tf.reduce_sum(dx**2)
print(loss, dx, penalty, outer.gradient(penalty, x), sep="\n")

print("dropout")
ones = tf.ones((100, 100))
tf.random.set_seed(1)
dropped = tf.nn.dropout(ones, rate=0.25)
values = np.unique(dropped.numpy())
print(np.round(values, 4), 0.7 < float(tf.reduce_mean(tf.cast(dropped > 0, tf.float32))) < 0.8)
print(abs(float(tf.reduce_mean(dropped)) - 1.0) < 0.05)
print(bool(tf.reduce_all(tf.nn.dropout(ones, 0.0) == ones)), tf.nn.dropout(x, rate=0).shape)
rows = tf.nn.dropout(ones, 0.5, noise_shape=[100, 1]).numpy()
print(bool(np.all(rows == rows[:, :1])), sorted(set(rows.ravel().tolist())))
with tf.GradientTape() as tape:
    tape.watch(ones)
    y = tf.nn.dropout(ones, 0.5)
g = tape.gradient(y, ones)
print("the gradient is dropped where the value is:", bool(tf.reduce_all(g == y)))
for rate in 1.0, 1.5, -0.1:
    try:
        tf.nn.dropout(ones, rate)
    except ValueError as error:
        print(type(error).__name__)
try:
    tf.nn.dropout(tf.constant([1, 2]), 0.5)
except ValueError as error:
    print(type(error).__name__)
