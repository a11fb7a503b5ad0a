"""Cumulative sums, sorting, and the places of extrema."""

import numpy as np
import tensorflow as tf


def show(label, function, value):
    x = tf.constant(value, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        target = y * tf.cumsum(tf.ones_like(y), axis=-1) if y.dtype.is_floating else y
    g = tape.gradient(target, x)
    print(label, y.numpy(), None if g is None else g.numpy(), sep="\n  ")


v, m = [3.0, 1.0, 2.0, 1.0], [[1.0, 5.0], [4.0, 2.0]]
for exclusive in False, True:
    for reverse in False, True:
        how = {"exclusive": exclusive, "reverse": reverse}
        show(f"cumsum {how}", lambda x, how=how: tf.cumsum(x, **how), v)
        show(f"cumprod {how}", lambda x, how=how: tf.math.cumprod(x, **how), v)
show("cumsum along rows", lambda x: tf.cumsum(x, axis=1), m)
show("cumsum along columns", lambda x: tf.cumsum(x), m)
show("cumsum, last axis", lambda x: tf.math.cumsum(x, -1), m)
print(tf.cumsum([1, 2, 3]), tf.cumsum(tf.zeros((0,))), tf.cumsum([np.nan, 1.0]))

show("sort", tf.sort, v)
show("sort, descending", lambda x: tf.sort(x, direction="DESCENDING"), v)
show("sort rows", lambda x: tf.sort(x, axis=1), m)
show("sort columns", lambda x: tf.sort(x, axis=0, direction="DESCENDING"), m)
print(tf.sort([3, 1, 2]), tf.sort([2, 3], direction="DESCENDING"), tf.sort(tf.zeros((0,))))

print(tf.argsort([3.0, 1.0, 2.0]), tf.argsort([3, 1, 2], direction="DESCENDING"))
print(tf.argsort([1, 1, 0, 1]), tf.argsort([1.0, 1.0, 0.0, 1.0], direction="DESCENDING"))
print(tf.argsort(m, axis=0), tf.argsort(m, axis=-1, stable=True))

print(
    tf.argmax([1.0, 3.0, 3.0]),
    tf.argmin([2.0, 1.0, 1.0]),
    tf.argmax([1, 2]),
    tf.argmax(m),
    tf.argmin(m),
)
print(tf.argmax(m, axis=1), tf.argmax(m, axis=-1, output_type=tf.int32), tf.math.argmin(m, 1))
show("argmax has no gradient", tf.argmax, v)

values, places = tf.math.top_k([1.0, 3.0, 2.0, 3.0], k=3)
print(values, places)
show("top_k", lambda x: tf.math.top_k(x, 2).values, v)


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


attempt("argmax of a scalar:", lambda: tf.argmax(1.0))
attempt("argmax of nothing:", lambda: tf.argmax([]))
attempt("argmax along no axis:", lambda: tf.argmax(m, axis=2))
attempt("cumsum of a scalar:", lambda: tf.cumsum(1.0))
attempt("cumsum along no axis:", lambda: tf.cumsum(m, axis=2))
attempt("sort in no direction:", lambda: tf.sort(v, direction="UP"))
attempt("sort of a scalar:", lambda: tf.sort(1.0))
attempt("argsort in no direction:", lambda: tf.argsort(v, direction="UP"))
