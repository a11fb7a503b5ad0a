"""What a tape watches: variables by themselves, tensors when told, and nothing else."""

import os
import tempfile

import numpy as np
import tensorflow as tf


def printed_to_stderr(function):
    """What `function` makes Python or C++ write to standard error."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            function()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return file.read().decode().strip()


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


print("by itself")
x0 = tf.Variable(3.0, name="x0")
x1 = tf.Variable(3.0, name="x1", trainable=False)
x2 = tf.Variable(2.0, name="x2") + 1.0
x3 = tf.constant(3.0, name="x3")
with tf.GradientTape() as tape:
    y = (x0**2) + (x1**2) + (x2**2) + (x3**2)
for g in tape.gradient(y, [x0, x1, x2, x3]):
    print(g)
print(
    [variable.name for variable in tape.watched_variables()],
    type(tape.watched_variables()).__name__,
)

print("when told")
x0, x1 = tf.Variable(0.0), tf.Variable(10.0)
with tf.GradientTape(watch_accessed_variables=False) as tape:
    tape.watch(x1)
    y0 = tf.math.sin(x0)
    y1 = tf.nn.softplus(x1)
    ys = tf.reduce_sum(y0 + y1)
gradients = tape.gradient(ys, {"x0": x0, "x1": x1})
print(gradients["x0"], gradients["x1"].numpy())
print(len(tape.watched_variables()), tape.watched_variables()[0] is x1)

print("nested structures")
a, b, c = tf.constant(1.0), tf.constant(2.0), tf.Variable(3.0, trainable=False)
with tf.GradientTape() as tape:
    tape.watch([a, {"b": b, "c": (c,)}])
    y = a * b * c
print([float(g) for g in tape.gradient(y, [a, b, c])])

print("watching twice, and late")
x = tf.constant(2.0)
with tf.GradientTape() as tape:
    before = x * x
    tape.watch(x)
    tape.watch(x)
    after = x**3
    y = before * after
print(tape.gradient(y, x))

print("a copy is another tensor")
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = tf.constant(x) * 2.0
    same, copied = tf.convert_to_tensor(x), tf.identity(x)
    z = same * 3.0 + copied
print(tape.gradient(y, x), tape.gradient(z, x), tape.gradient(z, copied))

print("results of operations may be watched")
with tf.GradientTape(persistent=True) as tape:
    y = x * 2.0
    tape.watch(y)
    z = y * y
print(tape.gradient(z, y), tape.gradient(z, x))

print("order of watched variables is that of their making")
p, q, r = (tf.Variable(1.0, name=name) for name in "pqr")
with tf.GradientTape() as tape:
    y = r * q * r
print([variable.name for variable in tape.watched_variables()])
with tf.GradientTape() as tape:
    int_variable = tf.Variable(1, name="count")
    y = q * tf.cast(int_variable, tf.float32)
    q.assign(5.0)
print([variable.name for variable in tape.watched_variables()], tape.gradient(y, q))

print("integers and others log a warning")
for value in tf.constant(1), tf.constant(True), tf.constant("a"), tf.Variable([1, 2]):
    with tf.GradientTape() as tape:
        print(printed_to_stderr(lambda value=value: tape.watch(value)))
        y = tf.cast(value, tf.float32) * 2.0 if value.dtype != tf.string else value
    print(tape.gradient(y, value))
with tf.GradientTape() as tape:
    print(repr(printed_to_stderr(lambda: tape.watch(tf.constant(1.0)))))

print("what cannot be watched")
for value in 3.0, 3, "a", None, np.ones(2), [1.0], [x, None], {"a": x, "b": 1.0}:
    with tf.GradientTape() as tape:
        attempt(f"{type(value).__name__}:", lambda value=value: tape.watch(value))
with tf.GradientTape() as tape:
    attempt("an empty list:", lambda: tape.watch([]))
    attempt("an array among tensors:", lambda: tape.watch((x, np.ones(2))))
    tape.watch(x)
    y = x * x
print(tape.gradient(y, x))
