"""Random numbers, assertions, Python functions, indexing and loops in a tf.function."""

import numpy as np
import tensorflow as tf


def attempt(name, function, *args):
    try:
        print(name, "gave", [x.numpy().tolist() for x in tf.nest.flatten(function(*args))])
    except Exception as error:
        print(name, "raised", type(error).__name__)


# --- random numbers ---


@tf.function
def draws():
    return tf.random.uniform([2]), tf.random.normal([2])


a, b = draws(), draws()
print("every call draws anew", bool(tf.reduce_any(a[0] != b[0])), bool(tf.reduce_any(a[1] != b[1])))

g = tf.random.Generator.from_seed(3)
h = tf.random.Generator.from_seed(3)


@tf.function
def by_generator():
    return g.normal([2]), g.uniform([1])


for _ in range(2):
    attempt("generator in a function", by_generator)
    attempt("generator", lambda: (h.normal([2]), h.uniform([1])))


@tf.function
def stateless(seed, n):
    return tf.random.stateless_normal([n], seed), tf.random.stateless_uniform([n], seed, 0, 10, tf.int32)


attempt("stateless", stateless, tf.constant([1, 2]), tf.constant(3))
attempt("stateless", stateless, tf.constant([1, 3]), tf.constant(2))


@tf.function
def dropped(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.dropout(x, 0.5)
    return y, tape.gradient(y, x)


for _ in range(3):
    y, gradient = dropped(tf.ones([8]))
    print("the gradient is of what was drawn", bool(tf.reduce_all(y == gradient)))

# --- assertions ---


@tf.function
def checked(x, y):
    tf.debugging.assert_equal(x, y, message="they differ")
    tf.debugging.assert_non_negative(x)
    tf.debugging.Assert(tf.reduce_sum(x) < 10.0, [x])
    return tf.debugging.check_numerics(1.0 / x, "the inverse")


attempt("fine", checked, tf.constant([1.0, 2.0]), tf.constant([1.0, 2.0]))
attempt("differ", checked, tf.constant([1.0, 2.0]), tf.constant([1.0, 3.0]))
attempt("negative", checked, tf.constant([-1.0, 2.0]), tf.constant([-1.0, 2.0]))
attempt("large", checked, tf.constant([1.0, 20.0]), tf.constant([1.0, 20.0]))
attempt("zero", checked, tf.constant([0.0, 2.0]), tf.constant([0.0, 2.0]))


@tf.function
def out_of_range(x, i):
    return tf.gather(x, i)


attempt("in range", out_of_range, tf.constant([1.0, 2.0]), tf.constant([1, 0]))
attempt("out of range", out_of_range, tf.constant([1.0, 2.0]), tf.constant([2]))

# --- Python functions ---

called = []


def python(x):
    called.append(float(x))
    return x * x if x > 0 else -x


@tf.function
def by_python(x):
    y = tf.py_function(python, [x], tf.float32)
    y.set_shape([])
    return y * 2.0


attempt("py_function", by_python, tf.constant(3.0))
attempt("py_function", by_python, tf.constant(-3.0))
print("called with", called)
for value in (3.0, -3.0):
    x = tf.constant(value)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = by_python(x)
    print("gradient", tape.gradient(y, x).numpy())


@tf.function
def by_numpy(x):
    return tf.numpy_function(np.sort, [x], tf.float32)


attempt("numpy_function", by_numpy, tf.constant([3.0, 1.0, 2.0]))


@tf.function
def failing(x):
    return tf.py_function(lambda x: 1 / 0, [x], tf.float32)


# --- indexing by tensors ---


@tf.function
def indexing(x, i, j):
    return x[i], x[i:j], x[j:, 0], x[i, 1:], x[-1], x[..., i], x[x > 2.0]


m = tf.reshape(tf.range(12.0), [4, 3])
attempt("indices", indexing, m, tf.constant(1), tf.constant(3))
attempt("negative ones", indexing, m, tf.constant(-2), tf.constant(-1))


@tf.function(input_signature=[tf.TensorSpec([None]), tf.TensorSpec([], tf.int32)])
def lengths(x, n):
    return (
        tf.range(n), tf.one_hot(tf.range(3), n), tf.tile(x, [n]), tf.pad(x, [[n, 0]]), tf.split(x, [n, -1]),
        tf.linspace(0.0, 1.0, n), tf.sequence_mask(n, 4), tf.repeat(x, n), tf.fill([n], 2), tf.slice(x, [n], [1]),
        tf.unique(tf.cast(x, tf.int32) // 2).y, tf.where(x > 1.0), tf.boolean_mask(x, x > 1.0), tf.eye(n),
    )  # fmt: skip


attempt("lengths", lengths, tf.range(4.0), tf.constant(2))
attempt("other lengths", lengths, tf.range(5.0), tf.constant(3))


@tf.function
def segments(data, ids):
    return (
        tf.math.unsorted_segment_sum(data, ids, 3), tf.math.unsorted_segment_max(data, ids, 3),
        tf.math.segment_mean(data, tf.sort(tf.abs(ids))), tf.math.bincount(tf.abs(ids)),
        tf.math.confusion_matrix(tf.abs(ids), tf.abs(ids)), tf.dynamic_partition(data, tf.abs(ids), 3),
    )  # fmt: skip


attempt("segments", segments, tf.constant([1.0, 2.0, 3.0, 4.0]), tf.constant([0, 2, -1, 2]))

# --- loops and TensorArrays ---


@tf.function
def scanned(x):
    return tf.scan(lambda a, e: a + e, x), tf.map_fn(lambda e: e * e, x), tf.foldl(lambda a, e: a * e, x)


attempt("scan, map_fn, foldl", scanned, tf.constant([1.0, 2.0, 3.0]))


@tf.function
def arrays(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    _, ta = tf.while_loop(lambda i, ta: i < n, lambda i, ta: (i + 1, ta.write(i, i * i)), [0, ta])
    return ta.stack()


attempt("TensorArray", arrays, tf.constant(4))


@tf.function
def python_loop(x):
    ta = tf.TensorArray(tf.float32, size=3)
    for i in range(3):
        ta = ta.write(i, x * float(i))
    return ta.stack(), ta.read(1)


attempt("a TensorArray in Python's loop", python_loop, tf.constant([1.0, 2.0]))

# --- embeddings ---

table = tf.Variable(tf.ones([4, 2]))


@tf.function
def step(ids):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.nn.embedding_lookup(table, ids) ** 2)
    gradient = tape.gradient(loss, table)
    table.scatter_sub(tf.IndexedSlices(0.25 * gradient.values, gradient.indices))
    return loss


attempt("embedding", step, tf.constant([0, 2, 0]))
attempt("embedding", step, tf.constant([0, 3]))
print(table.numpy().tolist())
