"""Tapes inside tapes: second and higher derivatives, Hessians, and mixed ones."""

import tensorflow as tf

print("second order")
for value in 1.0, 3.0:
    x = tf.Variable(value)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x * x
        dy = inner.gradient(y, x)
    print(dy.numpy(), outer.gradient(dy, x).numpy())

x = tf.constant(3.0)
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = x * x * x
    dy = inner.gradient(y, x)
    print("asked inside the outer tape:", outer.gradient(dy, x).numpy())

print("an inner gradient taken outside the outer tape")
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = x * x * x
dy = inner.gradient(y, x)
print(dy.numpy(), outer.gradient(dy, x))

print("orders one to five of x^5")
x = tf.Variable(2.0)
with tf.GradientTape() as t5:
    with tf.GradientTape() as t4:
        with tf.GradientTape() as t3:
            with tf.GradientTape() as t2:
                with tf.GradientTape() as t1:
                    y = x**5
                d1 = t1.gradient(y, x)
            d2 = t2.gradient(d1, x)
        d3 = t3.gradient(d2, x)
    d4 = t4.gradient(d3, x)
d5 = t5.gradient(d4, x)
print([float(d) for d in (d1, d2, d3, d4, d5)])

print("a gradient in a loss")
x = tf.constant([[0.1, -0.2, 0.3], [0.5, 0.2, -0.1]])
w = tf.Variable([[1.0], [2.0], [-1.0]])
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = tf.tanh(x @ w)
    slope = inner.gradient(y, x)
    penalty = tf.reduce_sum(slope**2)
print(slope, penalty, outer.gradient(penalty, w), sep="\n")

print("a Hessian by rows")
x = tf.Variable([1.0, 2.0, 3.0])
with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape() as inner:
        y = x[0] ** 2 * x[1] + tf.sin(x[1] * x[2])
    g = inner.gradient(y, x)
    parts = [g[i] for i in range(3)]
print(tf.stack([outer.gradient(part, x) for part in parts]))

print("mixed derivatives of two variables")
a, b = tf.Variable(2.0), tf.Variable(3.0)
with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        f = a**2 * b**3
    fa, fb = inner.gradient(f, [a, b])
print(float(fa), float(fb), *[float(outer.gradient(g, v)) for g in (fa, fb) for v in (a, b)])

print("two tapes side by side record the same thing")
x = tf.constant(2.0)
with tf.GradientTape() as one, tf.GradientTape() as other:
    one.watch(x)
    other.watch(x)
    y = x**4
print(one.gradient(y, x), other.gradient(y, x))

print("what one tape watches is nothing to another")
with tf.GradientTape() as outer:
    with tf.GradientTape() as inner:
        inner.watch(x)
        y = x * x
    dy = inner.gradient(y, x)
print(dy, outer.gradient(dy, x))
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as inner:
        y = x * x
    print(inner.gradient(y, x))
print(outer.gradient(y, x))

print("a persistent tape gives its own second order")
with tf.GradientTape(persistent=True) as t:
    t.watch(x)
    y = x**4
    dy = t.gradient(y, x)
print(dy, t.gradient(dy, x))
