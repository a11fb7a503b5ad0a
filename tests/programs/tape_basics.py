"""The tape, first steps: what is watched has a gradient."""

import tensorflow as tf

x = tf.constant(3.0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x * x
print(tape.gradient(y, x))

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**2
print(tape.gradient(y, x))

w = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], name="w")
b = tf.Variable([0.5, -0.5], name="b")
x = [[1.0, 2.0, 3.0]]
with tf.GradientTape(persistent=True) as tape:
    y = x @ w + b
    loss = tf.reduce_mean(y**2)
dw, db = tape.gradient(loss, [w, b])
print(loss, dw, db, sep="\n")
print(dw.shape == w.shape, db.shape == b.shape)
print(tape.gradient(loss, {"w": w, "b": b}))

print("a gradient has the dtype and shape of its source")
for dtype in tf.float16, tf.bfloat16, tf.float32, tf.float64:
    v = tf.Variable([1.0, 2.0], dtype=dtype)
    with tf.GradientTape() as tape:
        y = v * v
    g = tape.gradient(y, v)
    print(g.dtype.name, g.shape, g.numpy())

print("many uses of one source add up")
x = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = x * x + 3.0 * x + tf.exp(x) / x
print(tape.gradient(y, x))

print("a target that is no scalar is summed")
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape() as tape:
    y = x**3
print(tape.gradient(y, x))

print("the tape is left by exceptions too")
try:
    with tf.GradientTape() as tape:
        y = x * 2.0
        raise KeyError("on the way")
except KeyError as error:
    print(error, tape.gradient(y, x))
with tf.GradientTape() as tape:
    y = x * 3.0
print(tape.gradient(y, x))

print("a function of a function")


def derivative(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


for f in tf.sin, tf.exp, tf.math.log, lambda x: x**5, lambda x: 1.0 / x:
    print(derivative(f, tf.constant(2.0)))
print(derivative(lambda x: derivative(lambda x: derivative(tf.sin, x), x), tf.constant(1.0)))
