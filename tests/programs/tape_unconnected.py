"""When a gradient is None, and unconnected_gradients."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__, str(error).split(".")[0])


print("not connected")
x, y = tf.Variable(2.0), tf.Variable(3.0)
with tf.GradientTape() as tape:
    z = y * y
print(tape.gradient(z, x))

print("a variable replaced by a tensor")
x = tf.Variable(2.0)
for epoch in range(2):
    with tf.GradientTape() as tape:
        y = x + 1
    print(type(x).__name__, ":", tape.gradient(y, x))
    x = x + 1

print("through NumPy")
x = tf.Variable([[1.0, 2.0], [3.0, 4.0]], dtype=tf.float32)
with tf.GradientTape() as tape:
    x2 = x**2
    y = np.mean(x2, axis=0)
    y = tf.reduce_mean(y, axis=0)
print(tape.gradient(y, x))
with tf.GradientTape() as tape:
    y = tf.constant(x.numpy()) * 2.0
print(tape.gradient(y, x))

print("through integers")
x = tf.Variable(10, name="an_int")
with tf.GradientTape() as tape:
    y = tf.cast(x, tf.float32) * 2.0
print(tape.gradient(y, x))
x = tf.Variable(2.5)
with tf.GradientTape(persistent=True) as tape:
    whole = tf.cast(tf.cast(x, tf.int32), tf.float32) * 2.0
    index = tf.cast(tf.argmax([x, x]), tf.float32)
    test = tf.cast(x > 1.0, tf.float32)
print(tape.gradient(whole, x), tape.gradient(index, x), tape.gradient(test, x))

print("through the state of a variable")
x0, x1 = tf.Variable(3.0), tf.Variable(0.0)
with tf.GradientTape() as tape:
    x1.assign_add(x0)
    y = x1**2
print(tape.gradient(y, x0))

print("through Python numbers")
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = tf.constant(float(x)) ** 2
print(tape.gradient(y, x))

print("zeros in place of None")
x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
i, t = tf.Variable([1, 2]), tf.constant([[1.0]], tf.float64)
with tf.GradientTape(persistent=True) as tape:
    z = y * y
zero, none = tf.UnconnectedGradients.ZERO, tf.UnconnectedGradients.NONE
print(tape.gradient(z, x), tape.gradient(z, x, unconnected_gradients=none))
print(tape.gradient(z, x, unconnected_gradients=zero))
print(
    tape.gradient(z, x, unconnected_gradients="zero"),
    tape.gradient(z, x, unconnected_gradients="none"),
)
print(tape.gradient(z, {"x": x, "y": [y, (t, i)]}, unconnected_gradients=zero))
print(zero, zero.value, list(tf.UnconnectedGradients))
for how in "foo", None, "ZERO":
    attempt(f"{how}:", lambda how=how: tape.gradient(z, x, unconnected_gradients=how))

print("operations without a gradient")
x = tf.Variable([1.5, 2.5])
with tf.GradientTape(persistent=True) as tape:
    results = {
        "round": tf.round(x),
        "floor": tf.floor(x),
        "ceil": tf.math.ceil(x),
        "sign": tf.sign(x),
        "argmax": tf.argmax(x),
        "shape": tf.shape(x),
        "zeros_like": tf.zeros_like(x),
        "ones_like": tf.ones_like(x),
        "x > 2": x > 2.0,
        "stop_gradient": tf.stop_gradient(x),
        "x // 1": x // 1.0,
        "x % 1": x % 1.0,
    }
for label, result in results.items():
    print(label, tape.gradient(result, x))
