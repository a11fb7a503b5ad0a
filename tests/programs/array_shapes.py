"""Changing shapes: reshape, transpose, concat, stack, split, tile, pad, and their gradients."""

import numpy as np
import tensorflow as tf


def show(label, function, *inputs):
    inputs = [tf.constant(value, tf.float32) for value in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = function(*inputs)
        parts = y if isinstance(y, (list, tuple)) else [y]
        target = tf.add_n(
            [tf.reduce_sum(part * tf.reshape(tf.range(1.0, tf.size(part) + 1), tf.shape(part))) for part in parts]
        )
    gradients = [g.numpy() for g in tape.gradient(target, inputs)]
    print(label, *[part.numpy() for part in parts], "gradients", *gradients, sep="\n  ")


m = np.arange(6.0).reshape(2, 3)
t = np.arange(4.0).reshape(1, 2, 2)

show("reshape", lambda x: tf.reshape(x, [3, 2]), m)
show("reshape, one size free", lambda x: tf.reshape(x, (-1, 2)), m)
show("flatten", lambda x: tf.reshape(x, -1), m)
show("reshape to a scalar", lambda x: tf.reshape(x, []), [[5.0]])
show("transpose", tf.transpose, m)
show("transpose by axes", lambda x: tf.transpose(x, [2, 0, 1]), t)
show("expand_dims", lambda x: tf.expand_dims(x, 1), m)
show("expand_dims at the end", lambda x: tf.expand_dims(x, -1), [1.0, 2.0])
show("squeeze", tf.squeeze, t)
show("squeeze an axis", lambda x: tf.squeeze(x, axis=[0]), t)
show("concat", lambda x, y: tf.concat([x, y], 0), m, [[9.0, 8.0, 7.0]])
show("concat along the last", lambda x, y: tf.concat([x, y], axis=-1), m, [[9.0], [8.0]])
show("stack", lambda x, y: tf.stack([x, y]), [1.0, 2.0], [3.0, 4.0])
show("stack along 1", lambda x, y: tf.stack([x, y], axis=1), [1.0, 2.0], [3.0, 4.0])
show("unstack", tf.unstack, m)
show("unstack along 1", lambda x: tf.unstack(x, axis=1), m)
show("split", lambda x: tf.split(x, 3, axis=1), m)
show("split by sizes", lambda x: tf.split(x, [1, 2], axis=-1), m)
show("split, one size free", lambda x: tf.split(x, [-1, 1], 1), m)
show("tile", lambda x: tf.tile(x, [2, 1]), m)
show("tile a vector", lambda x: tf.tile(x, [3]), [1.0, 2.0])
show("repeat", lambda x: tf.repeat(x, [1, 2], axis=0), m)
show("pad", lambda x: tf.pad(x, [[1, 0], [0, 2]]), m)
show("pad with a value", lambda x: tf.pad(x, [[0, 0], [1, 1]], constant_values=9.0), m)
show("pad, reflected", lambda x: tf.pad(x, [[1, 1], [2, 0]], "REFLECT"), m)
show("pad, symmetric", lambda x: tf.pad(x, [[1, 0], [2, 2]], "SYMMETRIC"), m)
show("broadcast_to", lambda x: tf.broadcast_to(x, [2, 3, 2]), [1.0, 2.0])
show("broadcast a scalar", lambda x: tf.broadcast_to(x, [2, 2]), 3.0)
show("identity", tf.identity, m)
show("reverse", lambda x: tf.reverse(x, [1]), m)
show("roll", lambda x: tf.roll(x, 1, axis=1), m)
show("slice", lambda x: tf.slice(x, [0, 1], [2, 2]), m)

print("other dtypes, and nothing")
print(tf.concat([["a"], ["b", "c"]], 0), tf.stack([True, False]), tf.tile(["a"], [2]))
print(tf.concat([tf.zeros((0, 2)), tf.ones((1, 2))], 0), tf.stack([]), tf.reshape([], [0, 3]))
print(
    tf.split(tf.range(4), 2),
    tf.unstack([1, 2]),
    tf.transpose([1, 2]),
    tf.squeeze([[1]]),
    tf.stack([1, 2.5]),
)
print(tf.reshape(tf.range(6), tf.constant([2, 3])), tf.expand_dims("a", 0), tf.pad([1], [[1, 1]]))
print(
    tf.concat([[1, 2], tf.constant([3])], 0),
    tf.concat(np.ones((2, 2)), 0),
    tf.stack([tf.constant(1), 2]),
)


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


print("refused")
m = tf.constant(m)
attempt("reshape", lambda: tf.reshape(m, [4]))
attempt("reshape, no multiple", lambda: tf.reshape(m, [-1, 4]))
attempt("reshape, two free", lambda: tf.reshape(m, [-1, -1]))
attempt("reshape to a negative", lambda: tf.reshape(m, [-2]))
attempt("reshape to a float", lambda: tf.reshape(m, [2.0]))
attempt("transpose, too few", lambda: tf.transpose(m, [0]))
attempt("transpose, twice", lambda: tf.transpose(m, [0, 0]))
attempt("transpose, too far", lambda: tf.transpose(m, [0, 2]))
attempt("expand_dims", lambda: tf.expand_dims(m, 4))
attempt("squeeze", lambda: tf.squeeze(m, 0))
attempt("squeeze, too far", lambda: tf.squeeze(m, [7]))
attempt("concat of ranks", lambda: tf.concat([m, m[0]], 0))
attempt("concat of sizes", lambda: tf.concat([m, m[:, :1]], 0))
attempt("concat of dtypes", lambda: tf.concat([m, tf.ones((2, 3))], 0))
attempt("concat, too far", lambda: tf.concat([m, m], 2))
attempt("concat of scalars", lambda: tf.concat([1.0, 2.0], 0))
attempt("stack of shapes", lambda: tf.stack([m, m[0]]))
attempt("unstack of a scalar", lambda: tf.unstack(1.0))
attempt("unstack, another number", lambda: tf.unstack(m, num=3))
attempt("split, unevenly", lambda: tf.split(m, 2, axis=1))
attempt("split by other sizes", lambda: tf.split(m, [1, 3], axis=1))
attempt("split, too far", lambda: tf.split(m, 2, axis=2))
attempt("tile", lambda: tf.tile(m, [2]))
attempt("pad", lambda: tf.pad(m, [[1, 1]]))
attempt("pad by less than nothing", lambda: tf.pad(m, [[-1, 0], [0, 0]]))
attempt("pad, reflected too far", lambda: tf.pad(m, [[0, 0], [3, 0]], "REFLECT"))
attempt("pad in no mode", lambda: tf.pad(m, [[0, 0], [1, 0]], "FOO"))
attempt("broadcast_to", lambda: tf.broadcast_to(m, [2, 4]))
