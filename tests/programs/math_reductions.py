"""Reductions: sums, means, extrema and products along axes, and their gradients."""

import numpy as np
import tensorflow as tf


def show(label, function, value):
    x = tf.constant(value, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    g = tape.gradient(y, x)
    print(label, y.numpy(), None if g is None else g.numpy(), sep="\n  ")


m = [[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]]
for name in "sum", "mean", "max", "min", "prod", "logsumexp":
    reduce = getattr(tf, f"reduce_{name}")
    show(name, reduce, m)
    show(name + " axis 0", lambda x, f=reduce: f(x, 0), m)
    show(name + " axis -1, kept", lambda x, f=reduce: f(x, axis=-1, keepdims=True), m)
    show(name + " both axes", lambda x, f=reduce: f(x, axis=[0, 1]), m)
    show(name + " no axis", lambda x, f=reduce: f(x, axis=[]), m)
for name in "variance", "std", "euclidean_norm":
    reduce = getattr(tf.math, f"reduce_{name}")
    show(name, reduce, m)
    show(name + " axis 1", lambda x, f=reduce: f(x, axis=1), m)
show("l2 norm by hand", lambda x: tf.sqrt(tf.reduce_sum(x**2)), m)

print("ties and zeros")
show("max of equals", tf.reduce_max, [2.0, 2.0, 1.0])
show("min of equals", lambda x: tf.reduce_min(x, axis=1), [[1.0, 1.0], [0.0, 3.0]])
show("prod with a zero", tf.reduce_prod, [2.0, 0.0, 3.0])
show("prod with two zeros", tf.reduce_prod, [0.0, 0.0, 3.0])
show("std of equals", tf.math.reduce_std, [1.0, 1.0])

print("nan and infinity")
show("max", tf.reduce_max, [1.0, np.inf, 2.0])
show("sum", tf.reduce_sum, [1.0, np.inf])
show("logsumexp", tf.reduce_logsumexp, [-np.inf, 0.0])
show("logsumexp of nothing likely", tf.reduce_logsumexp, [-np.inf, -np.inf])
show("logsumexp of big ones", tf.reduce_logsumexp, [1000.0, 1000.0])
print(tf.reduce_max([1.0, np.nan, 2.0]), tf.reduce_min([np.nan, 1.0]), tf.reduce_mean([1.0, np.nan]))

print("empty")
for name in "sum", "mean", "max", "min", "prod":
    print(name, getattr(tf, f"reduce_{name}")(tf.zeros((0,))))
    print(name, getattr(tf, f"reduce_{name}")(tf.zeros((2, 0)), axis=1))
    print(name, getattr(tf, f"reduce_{name}")(tf.zeros((2, 0)), axis=0))
show("gradient of an empty sum", tf.reduce_sum, np.zeros((0, 2)))
print(tf.reduce_min(tf.zeros((0,), tf.int32)), tf.reduce_max(tf.zeros((0,), tf.int64)))

print("other dtypes")
print(
    tf.reduce_sum([1, 2, 3]),
    tf.reduce_mean([1, 2, 4]),
    tf.reduce_max([1, 3, 2]),
    tf.reduce_prod([2, 5]),
)
print(
    tf.reduce_sum(tf.constant([200, 100], tf.uint8)),
    tf.reduce_mean([-1, -2]),
    tf.reduce_min([[3, 1]], 1),
)
print(
    tf.reduce_any([True, False]),
    tf.reduce_all([True, False]),
    tf.reduce_all([[True], [False]], axis=1),
)
print(tf.reduce_any(tf.zeros((0,), tf.bool)), tf.reduce_all(tf.zeros((0,), tf.bool)))
print(tf.reduce_sum([1 + 1j, 2]), tf.reduce_sum(3.0), tf.reduce_sum([[1, 2], [3, 4]], tf.constant(0)))
print(tf.reduce_sum(tf.constant([1.5, 2.5], tf.bfloat16)), tf.reduce_mean(tf.ones(4, tf.float16)))
print(
    tf.math.count_nonzero([0, 1, 2]),
    tf.reduce_sum(tf.Variable([1.0, 2.0])),
    tf.reduce_mean(range(4)),
)


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


print("refused")
attempt("an axis too far", lambda: tf.reduce_sum(m, axis=2))
attempt("an axis too far back", lambda: tf.reduce_sum(m, axis=-3))
attempt("an axis twice", lambda: tf.reduce_sum(m, axis=[0, 0]))
attempt("any of floats", lambda: tf.reduce_any([1.0]))
attempt("all of ints", lambda: tf.reduce_all([1, 2]))
attempt("sum of text", lambda: tf.reduce_sum(["a"]))
attempt("sum of ragged lists", lambda: tf.reduce_sum([[1, 2], [3]]))
attempt("std of ints", lambda: tf.math.reduce_std([1, 2]))
attempt("logsumexp of ints", lambda: tf.reduce_logsumexp([1, 2]))
