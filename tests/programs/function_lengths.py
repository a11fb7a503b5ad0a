"""Lengths that are not known while a function is traced: what depends on them, branches for some of them, and gradients."""

import tensorflow as tf

T = tf.constant


def show(label, function, *arguments):
    try:
        found = function(*arguments)
        print(
            label,
            [getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(found)],
        )
    except Exception as error:
        print(label, "raised", type(error).__name__)


CASES = {
    # What is made for a length.
    "zeros": lambda x, n: tf.zeros([n, 2]),
    "zeros like zeros": lambda x, n: tf.ones_like(tf.zeros([n // 2 + 1, n])),
    "eye": lambda x, n: tf.eye(n, n + 1),
    "range": lambda x, n: tf.range(n) * 2,
    "range of floats": lambda x, n: tf.range(0.0, tf.cast(n, tf.float32), 0.5),
    "linspace": lambda x, n: tf.linspace(0.0, 1.0, n),
    "fill": lambda x, n: tf.fill([2, n], 7),
    "one_hot": lambda x, n: tf.one_hot([0, 1], n),
    "sequence_mask": lambda x, n: tf.sequence_mask([1, n], n + 1),
    "tile": lambda x, n: tf.tile([1, 2], [n]),
    "repeat": lambda x, n: tf.repeat(x, n),
    "broadcast_to": lambda x, n: tf.broadcast_to(x, [2, n]),
    # What cuts and joins.
    "reversed": lambda x, n: x[::-1],
    "slice": lambda x, n: tf.slice(x, [n - 1], [1]),
    "from a length on": lambda x, n: x[n // 2 :],
    "split": lambda x, n: tf.split(tf.concat([x, [1.0]], 0), [n, 1]),
    "halves": lambda x, n: tf.reshape(x[: n // 2 * 2], [n // 2, 2]),
    "pad": lambda x, n: tf.pad(x, [[1, 6 - n]]),
    "concat": lambda x, n: tf.concat([x, tf.range(tf.cast(n, tf.float32))], 0),
    "stack": lambda x, n: tf.stack([x, x], 1),
    "outer": lambda x, n: tf.reshape(x[:, None] * x, [n * n]),
    "roll": lambda x, n: tf.roll(x, 1, 0),
    "scatter": lambda x, n: tf.tensor_scatter_nd_update(tf.zeros([n + 1]), [[n]], [1.0]) + tf.pad(x, [[0, 1]]),
    "dynamic_stitch": lambda x, n: tf.dynamic_stitch([tf.range(n), [n]], [x, [5.0]]),
    # What depends on values.
    "where": lambda x, n: tf.where(x > 1.5),
    "boolean_mask": lambda x, n: tf.boolean_mask(x, x > 1.5),
    "partition": lambda x, n: tf.dynamic_partition(x, tf.cast(x > 1.5, tf.int32), 2),
    "confusion": lambda x, n: tf.math.confusion_matrix(tf.range(n), tf.range(n)),
    "greatest": lambda x, n: tf.ones_like(tf.zeros([tf.cast(tf.reduce_max(x), tf.int32), 2])),
    # What reduces.
    "mean": lambda x, n: tf.reduce_sum(x) / tf.cast(n, tf.float32) - tf.reduce_mean(x),
    "segments": lambda x, n: tf.math.unsorted_segment_sum(x, tf.range(n) % 2, n),
    "top_k": lambda x, n: tf.math.top_k(x, n)[0],
    # Branches, of which one is for some lengths only.
    "padded to two": lambda x, n: tf.cond(n > 2, lambda: x[:2], lambda: tf.concat([x, tf.zeros([2 - n])], 0)),
    "padded or cut": lambda x, n: tf.cond(n < 4, lambda: tf.pad(x, [[0, 4 - n]]), lambda: x[:4]),
    "the fifth or the first": lambda x, n: tf.cond(n > 4, lambda: x[4], lambda: x[0]),
    "four, if there are": lambda x, n: tf.cond(n > 4, lambda: x[:4] + tf.ones([4]), lambda: tf.zeros([4])),
    "pairs, if even": lambda x, n: tf.cond(n % 2 == 0, lambda: tf.reshape(x, [-1, 2])[:, 0], lambda: x),
    "halved, if even": lambda x, n: tf.cond(n % 2 == 0, lambda: tf.split(x, 2)[0], lambda: x * 2.0),
    "best three": lambda x, n: tf.cond(n >= 3, lambda: tf.math.top_k(x, 3)[0], lambda: tf.zeros([3])),
    "no path in one": lambda x, n: tf.cond(n < 2, lambda: tf.fill([2 - n], 1.0), lambda: x * x),
    # Loops.
    "map_fn": lambda x, n: tf.map_fn(lambda r: r * tf.reduce_sum(x), x),
    "scan": lambda x, n: tf.scan(lambda a, r: a * r, x),
    "a loop over a tensor": lambda x, n: tf.while_loop(
        lambda i, s: i < n, lambda i, s: (i + 1, s + x[i] ** 2), (0, 0.0)
    )[1],
    "a loop that carries it": lambda x, n: tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, s * x + 1.0), (0, x))[
        1
    ],
}

for label, case in CASES.items():
    function = tf.function(lambda x, case=case: case(x, tf.shape(x)[0]), input_signature=[tf.TensorSpec([None])])

    def gradient(x, function=function):
        with tf.GradientTape() as tape:
            tape.watch(x)
            ys = [y for y in tf.nest.flatten(function(x)) if y.dtype.is_floating]
        return tf.convert_to_tensor(tape.gradient(ys, x, unconnected_gradients="zero")) if ys else []

    for x in (
        T([1.0, 2.0, 3.0]),
        T([1.0]),
        T([2.0, 1.0, 4.0, 3.0, 2.0]),
        T([1.0, 2.0]),
    ):
        show(label, function, x)
        show("    its gradient", gradient, x)


# --- static shapes, as far as they are known ---


@tf.function(input_signature=[tf.TensorSpec([None, None, 8])])
def heads(x):
    s = tf.shape(x)
    a = tf.reshape(x, tf.concat([s[:-1], [2, 4]], 0))
    b = tf.reshape(x, [s[0], -1, 2, 4])
    c = tf.reshape(x, tf.stack([s[0], s[1], 2, 4]))
    print(
        a.shape,
        b.shape,
        c.shape,
        tf.transpose(a, [0, 2, 1, 3]).shape,
        tf.matmul(x, x, transpose_b=True).shape,
    )
    return tf.shape(a), tf.shape(b), tf.shape(c)


show("heads", heads, tf.ones([2, 3, 8]))
show("heads", heads, tf.ones([1, 1, 8]))

# --- variables of unknown shapes ---

history = tf.Variable(tf.zeros([0, 2]), shape=tf.TensorShape([None, 2]), trainable=False)


@tf.function
def append(row):
    history.assign(tf.concat([history, row[None]], 0))
    n = tf.shape(history)[0]
    return n, tf.reduce_mean(history, 0), history[-1], tf.zeros([n])


for k in range(3):
    show("history", append, T([float(k), 1.0]))


# --- lists of tensors of unknown lengths ---


@tf.function(input_signature=[tf.TensorSpec([None, 2])])
def through_lists(x):
    ta = tf.TensorArray(tf.float32, 3, element_shape=[None, 2], clear_after_read=False)
    ta = ta.write(0, x)
    total = 0.0
    for i in tf.range(2):
        ta = ta.write(i + 1, ta.read(i) * 2.0)
        total += tf.reduce_sum(ta.read(i) ** 2)
    return total


for n in (3, 1, 2):
    x = tf.ones([n, 2])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = through_lists(x)
    show("lists", lambda y, tape, x: (y, tape.gradient(y, x)), y, tape, x)
