"""Tapes that are used once, and persistent ones that are used again."""

import tensorflow as tf

x = tf.constant(3.0)

with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
print(tape.gradient(y, x))
try:
    tape.gradient(y, x)
except RuntimeError as error:
    print(type(error).__name__ + ":", error)

with tf.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x * x
    z = y * y
print(t.gradient(z, x), t.gradient(y, x), t.gradient(z, y), t.gradient(z, x), t.gradient(y, z))
del t

x = tf.constant([1.0, 3.0])
with tf.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x * x
    z = y * y
print(t.gradient(z, x).numpy(), t.gradient(y, x).numpy())

print("a persistent tape asked inside its context")
x = tf.constant(2.0)
with tf.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x**3
    dy = t.gradient(y, x)
    ddy = t.gradient(dy, x)
    z = dy * x
print(dy, ddy, t.gradient(z, x), t.gradient(y, x))

print("a tape asked once inside its context has stopped")
with tf.GradientTape() as t:
    t.watch(x)
    y = x * x
    dy = t.gradient(y, x)
    z = x**3
print(dy)
try:
    t.gradient(z, x)
except RuntimeError as error:
    print(type(error).__name__)

print("asking for nothing is asking")
with tf.GradientTape() as t:
    t.watch(x)
    y = x * x
print(t.gradient(y, []))
try:
    print(t.gradient(y, x))
except RuntimeError as error:
    print(type(error).__name__)

print("a tape that was never entered")
try:
    tf.GradientTape().gradient(y, x)
except RuntimeError as error:
    print(type(error).__name__)
print(tf.GradientTape().watched_variables())
