"""Misuse of the tape, and that a tape survives errors of operations inside it."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


x = tf.constant(3.0)


def tape_of_square():
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape, y


def gradient(sources=None, target=None, **how):
    tape, y = tape_of_square()
    return tape.gradient(y if target is None else target, x if sources is None else sources, **how)


attempt("a number as source:", lambda: gradient(sources=3.0))
attempt("a string as source:", lambda: gradient(sources="a"))
attempt("a number among sources:", lambda: gradient(sources=[x, 3.0]))
attempt("None among sources:", lambda: gradient(sources=[x, None]))
attempt("a number as target:", lambda: gradient(target=3.0))
attempt("an unknown keyword:", lambda: gradient(foo=1))
attempt("an unknown keyword of the tape:", lambda: tf.GradientTape(foo=1))


def no_target():
    tape, _ = tape_of_square()
    return tape.gradient(None, x)


attempt("None as target:", no_target)


def twice():
    tape, y = tape_of_square()
    tape.gradient(y, x)
    tape.gradient(y, x)


try:
    twice()
except RuntimeError as error:
    print(error)

print("operations that fail inside a tape")
v = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    y = v * v
    attempt("shapes:", lambda: y + tf.constant([1.0, 2.0, 3.0]))
    attempt("dtypes:", lambda: y * tf.constant(1.0, tf.float64))
    attempt("matmul:", lambda: tf.matmul(y, y))
    attempt("index:", lambda: y[5])
    attempt("assign:", lambda: v.assign([1.0]))
    attempt("watch:", lambda: tape.watch("a"))
    attempt("reshape:", lambda: tf.reshape(y, [3]))
    z = tf.reduce_sum(y * 2.0)
print(tape.gradient(z, v), v.numpy())

print("a gradient that fails leaves the persistent tape usable")
with tf.GradientTape(persistent=True) as tape:
    y = v * v
attempt("wrong weights:", lambda: tape.gradient(y, v, output_gradients=tf.constant([1, 2])))
attempt("wrong source:", lambda: tape.gradient(y, 3.0))
print(tape.gradient(y, v))

print("variables assigned while a tape records")
v = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = v * v
    v.assign(5.0)
    z = v * v
print(tape.gradient([y, z], v), y, z)
with tf.GradientTape() as tape:
    u = v.assign_add(1.0)
    y = u * v
print(tape.gradient(y, v), y)
with tf.GradientTape() as tape:
    read = v.read_value()
    y = read * v * v.value()
    g = tape.gradient(y, [v, read])
print([float(part) for part in g])
