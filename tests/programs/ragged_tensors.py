"""Ragged tensors: making them, their parts, elementwise operations, reductions, and gradients."""

import numpy as np
import tensorflow as tf


def show(label, function):
    print(label, function(), sep="\n  ")


def gradients(label, function, x):
    """By the ragged tensor as a whole."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    print(label, y, tape.gradient(y, x), sep="\n  ")


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


rows = tf.ragged.constant([[1.0, 2.0], [], [3.0]])
deep = tf.ragged.constant([[[1, 2], [3]], [], [[4, 5, 6]]])
pairs = tf.ragged.constant([[[1, 2], [3, 4]], [], [[5, 6]]], inner_shape=(2,))
R = tf.RaggedTensor

print("what it is")
print(rows, repr(rows), rows.shape, rows.dtype, rows.ragged_rank)
print(rows.values, rows.flat_values, rows.row_splits, rows.row_lengths(), rows.value_rowids(), rows.nrows())
print(rows.bounding_shape(), rows.row_starts(), rows.row_limits(), rows.to_list(), rows.numpy())
print(deep, deep.shape, deep.values, deep.flat_values, deep.nested_row_splits, deep.bounding_shape(), deep.ragged_rank)
print(pairs, pairs.shape, pairs.ragged_rank, pairs.flat_values.shape, pairs.bounding_shape())
print(tf.nest.flatten([rows], expand_composites=True), tf.nest.is_nested(rows), isinstance(rows, tf.Tensor))
print(tf.nest.pack_sequence_as(rows, [tf.constant([7.0, 8.0, 9.0]), rows.row_splits], expand_composites=True))

print("making")
values = [1.0, 2.0, 3.0]
show("row_splits", lambda: R.from_row_splits(values, [0, 2, 2, 3]))
show("row_lengths", lambda: R.from_row_lengths(values, [2, 0, 1]))
show("value_rowids", lambda: R.from_value_rowids(values, [0, 0, 2], nrows=5))
show("row_starts", lambda: R.from_row_starts(values, [0, 2, 2]))
show("row_limits", lambda: R.from_row_limits(values, [2, 2, 3]))
show("nested_row_splits", lambda: R.from_nested_row_splits([1, 2, 3], [[0, 1, 2], [0, 2, 3]]))
show("tensor", lambda: R.from_tensor([[1.0, 0.0], [2.0, 3.0]]))
show("tensor, lengths", lambda: R.from_tensor([[1.0, 0.0], [2.0, 3.0]], lengths=[1, 2]))
show("tensor, padding", lambda: R.from_tensor([[1.0, 0.0], [2.0, 3.0]], padding=0.0))
show("tensor, rank", lambda: R.from_tensor(tf.zeros((2, 2, 3)), ragged_rank=2))
show("sparse", lambda: R.from_sparse(tf.sparse.from_dense([[1, 2], [3, 0]])))
show("constants", lambda: [tf.ragged.constant(x) for x in ([], [[]], [1, 2], [["a", "bc"], ["d"]], [[1, 2.5], [3]])])
show("int32 splits", lambda: tf.ragged.constant([[1], [2, 3]], tf.float64, row_splits_dtype=tf.int32).row_splits)
show("ragged_rank", lambda: tf.ragged.constant([[[1], [2]], [[3]]], ragged_rank=1))
show("range", lambda: [tf.ragged.range([3, 2]), tf.ragged.range([0, 5], [3, 7]), tf.ragged.range(4)])
show("stack", lambda: tf.ragged.stack([tf.constant([1, 2]), tf.constant([3])]))
show("stack, axis", lambda: tf.ragged.stack([rows, rows], axis=1))
show("long rows", lambda: tf.ragged.constant([list(range(30)) for _ in range(2)]))
attempt("constructor:", lambda: R(1, 2))
attempt("too short:", lambda: R.from_row_splits(values, [0, 2]))
attempt("no zero:", lambda: R.from_row_splits(values, [1, 3]))
attempt("falling:", lambda: R.from_row_splits(values, [0, 2, 1, 3]))
attempt("negative:", lambda: R.from_row_lengths(values, [4, -1]))
attempt("too few rows:", lambda: R.from_value_rowids(values, [0, 0, 2], nrows=2))
attempt("depths:", lambda: tf.ragged.constant([[1], 2]))
attempt("bool:", lambda: bool(rows))
attempt("hash:", lambda: hash(rows))
attempt("len:", lambda: len(rows))

print("parts")
for label, key in {
    "row": 0, "empty row": 1, "last row": -1, "rows": slice(1, None), "backwards": slice(None, None, -1),
    "every other": slice(None, None, 2), "all": ..., "element": (0, 1), "firsts": (slice(None), slice(1)),
    "lasts": (slice(None), slice(-1, None)),
}.items():  # fmt: skip
    show(label, lambda key=key: rows[key])
show("deep row", lambda: [deep[0], deep[0, 1], deep[:, :1], deep[:, :, :1], pairs[:, :, 0]])
print([row.numpy() for row in rows])
attempt("out of bounds:", lambda: rows[5])
attempt("inner:", lambda: rows[:, 0])
show("gather", lambda: tf.gather(rows, [2, 0]))
show("mask", lambda: tf.ragged.boolean_mask([[1, 2, 3], [4, 5, 6]], [[True, False, True], [False, True, False]]))
show("mask of rows", lambda: tf.ragged.boolean_mask(rows, [True, False, True]))
show("concat", lambda: tf.concat([rows, tf.ones((2, 2))], 0))
show("concat, axis", lambda: tf.concat([rows, tf.ones((3, 2))], 1))
show("with_values", lambda: [rows.with_values([7, 8, 9]), deep.with_flat_values(tf.range(6))])
show("to_tensor", lambda: rows.to_tensor(default_value=-1.0))
show("to_tensor, shape", lambda: [rows.to_tensor(shape=[None, 3]), rows.to_tensor(shape=[2, 1])])
show("to_sparse", lambda: rows.to_sparse())
attempt("with_values:", lambda: rows.with_values([1, 2]))

print("elementwise")
for label, function in {
    "operators": lambda x: [x + x, 1.0 - x, x * 2.0, 2.0 / x, -x, x**2, x > 1.0, x != 2.0, (x > 1.0) & (x < 3.0)],
    "column": lambda x: tf.constant([[1.0], [2.0], [3.0]]) * x,
    "functions": lambda x: [tf.square(x), tf.maximum(x, 2.0), tf.where(x > 1.0, x, -x), tf.cast(x, tf.int32)],
    "more": lambda x: [tf.nn.relu(x), tf.round(x), tf.clip_by_value(x, 1.5, 2.5), tf.zeros_like(x), tf.ones_like(x)],
    "map": lambda x: tf.ragged.map_flat_values(lambda a, b: a * b + 1.0, x, x),
}.items():
    show(label, lambda function=function: function(rows))
attempt("other rows:", lambda: rows + tf.ragged.constant([[1.0], [2.0], [3.0]]))
attempt("a dense matrix:", lambda: rows + tf.ones((3, 2)))
attempt("map to a scalar:", lambda: tf.ragged.map_flat_values(tf.reduce_sum, rows))

print("reductions")
for name in ("sum", "mean", "max", "min", "prod"):
    reduce = getattr(tf, f"reduce_{name}")
    print(name, reduce(rows), reduce(rows, 1), reduce(rows, 0), reduce(rows, axis=-1, keepdims=True))
print(tf.reduce_any(rows > 1.0, 1), tf.reduce_all(rows > 1.0, 1))
print(tf.reduce_sum(deep, 2), tf.reduce_sum(deep, [1, 2]), tf.reduce_sum(pairs, 2), tf.reduce_sum(pairs, 1))
attempt("axis:", lambda: tf.reduce_sum(rows, 2))

print("gradients")
gradients("square", lambda x: x * x, rows)
gradients("sum", lambda x: tf.reduce_sum(x * x, 1) ** 2, rows)
gradients("mean", lambda x: tf.reduce_mean(x * x, 1)[::2], rows)
gradients("max", lambda x: tf.reduce_max(x, 0), rows)
gradients("dense", lambda x: x.to_tensor() ** 2, rows)
gradients("parts", lambda x: x[0] * x[2], rows)
gradients("concat", lambda x: tf.concat([x, x * x], 1), rows)
gradients("column", lambda x: x * tf.constant([[1.0], [2.0], [3.0]]), rows)
gradients("gather", lambda x: tf.gather(x, [2, 0, 0]) * 2.0, rows)
gradients("deep", lambda x: tf.reduce_sum(x * x, [1, 2]) ** 2, tf.cast(deep, tf.float32))
gradients("unconnected", lambda x: tf.constant(2.0), rows)
table = tf.Variable(np.arange(6.0, dtype=np.float32).reshape(3, 2))
with tf.GradientTape() as tape:
    y = tf.reduce_mean(tf.nn.embedding_lookup(table, tf.ragged.constant([[0, 2], [1]])), 1)
print(y, tape.gradient(y, table))
