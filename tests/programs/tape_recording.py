"""stop_recording, reset, entering again, and stop_gradient."""

import re

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__, re.split("[.,]", str(error))[0])


x = tf.constant(3.0)

print("stop_recording")
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
    with tape.stop_recording():
        z = x * x
    w = y * z
print(tape.gradient(w, x))

with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = x * x
    with tape.stop_recording():
        dy = tape.gradient(y, x)
    z = dy * x
print(dy, tape.gradient(z, x), tape.gradient(dy, x))

with tf.GradientTape() as outer, tf.GradientTape() as inner:
    outer.watch(x)
    inner.watch(x)
    with inner.stop_recording():
        y = x * x
print(outer.gradient(y, x), inner.gradient(y, x))

print("reset")
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
    tape.reset()
    tape.watch(x)
    y += x**3
print(tape.gradient(y, x))

v = tf.Variable(2.0, name="v")
with tf.GradientTape() as tape:
    y = v * v
    tape.reset()
    print(tape.watched_variables())
print(tape.gradient(y, v))

print("entering again goes on with the recording")
tape = tf.GradientTape()
with tape:
    tape.watch(x)
    y = x * x
with tape:
    z = y * y
print(tape.gradient(z, x))

tape = tf.GradientTape(persistent=True)
with tape:
    tape.watch(x)
    y = x * x
between = y * y
with tape:
    z = between * y
print(tape.gradient(z, x), tape.gradient(between, x))

print("entering again after a gradient starts anew")
with tape:
    pass
tape = tf.GradientTape()
with tape:
    tape.watch(x)
    y = x * x
print(tape.gradient(y, x))
with tape:
    tape.watch(x)
    y = x**3
print(tape.gradient(y, x))

print("stop_gradient")
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    frozen = tf.stop_gradient(x * x)
    y = frozen * x
    through = tf.identity(x) + tf.stop_gradient(tf.round(x) - x)
print(frozen, tape.gradient(frozen, x), tape.gradient(y, x), tape.gradient(y, frozen))
print(through, tape.gradient(through, x))


def enter_twice():
    with tape, tape:
        pass


attempt("entering twice:", enter_twice)
attempt("stopping what does not record:", lambda: tape.stop_recording().__enter__())
attempt("resetting what does not record:", lambda: tape.reset())


def stop_twice():
    with tf.GradientTape() as tape, tape.stop_recording(), tape.stop_recording():
        pass


attempt("stopping twice:", stop_twice)
