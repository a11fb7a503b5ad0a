"""Long tapes, wide sums, and deep chains."""

import tensorflow as tf

x = tf.Variable(1.0, dtype=tf.float64)
with tf.GradientTape() as tape:
    y = x
    for _ in range(2000):
        y = y * 1.0005
print(float(tape.gradient(y, x)))

x = tf.Variable(0.5)
with tf.GradientTape() as tape:
    terms = [x * float(i) for i in range(500)]
    y = tf.add_n(terms)
print(float(tape.gradient(y, x)))

x = tf.Variable(tf.ones(1000))
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.stack([part * part for part in tf.split(x, 100)]))
print(float(y), float(tf.reduce_sum(tape.gradient(y, x))))

variables = [tf.Variable(float(i)) for i in range(200)]
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.stack(variables) ** 2)
gradients = tape.gradient(y, variables)
print(len(gradients), [float(g) for g in gradients[::50]], len(tape.watched_variables()))

print("a result that is used a thousand times")
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    shared = x * x
    y = tf.constant(0.0)
    for _ in range(1000):
        y = y + shared
print(float(y), float(tape.gradient(y, x)))

print("doubling: 2^40 paths, 40 operations")
x = tf.Variable(1.0, dtype=tf.float64)
with tf.GradientTape() as tape:
    y = x
    for _ in range(40):
        y = y + y
print(float(tape.gradient(y, x)) == 2.0**40)
