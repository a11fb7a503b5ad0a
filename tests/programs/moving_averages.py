"""Averages of variables over training."""

import tensorflow as tf

v = tf.Variable([1.0, 2.0], name="v")
w = tf.Variable(tf.constant(4.0, tf.float64), name="w")
ema = tf.train.ExponentialMovingAverage(decay=0.9)
print(ema.name, ema.average(v), ema.average_name(v))
ema.apply([v, w])
for step in range(3):
    v.assign_add([1.0, -1.0])
    w.assign(w * 0.5)
    ema.apply([v, w])
    print(ema.average(v).numpy(), ema.average(w).numpy())
print(ema.average(v).name, ema.average(v).trainable, ema.average(w).dtype, ema.average_name(w))

step = tf.Variable(0)
ema = tf.train.ExponentialMovingAverage(tf.constant(0.99), num_updates=step, name="slow")
with tf.name_scope("scope"):
    ema.apply([v])
for _ in range(3):
    step.assign_add(5)
    v.assign(v * 2.0)
    ema.apply([v])
    print(ema.average(v).numpy())
print(ema.average(v).name)


ema = tf.train.ExponentialMovingAverage(0.5)


@tf.function
def train():
    v.assign_add([1.0, 1.0])
    ema.apply([v])


ema.apply([v])
for _ in range(3):
    train()
print(v.numpy(), ema.average(v).numpy())
for wrong in (tf.constant(1.0), tf.Variable(1)):
    try:
        ema.apply([wrong])
    except TypeError as error:
        print(error)
