"""Picking elements: gather, gather_nd, boolean_mask, one_hot, where, clip, and their gradients."""

import numpy as np
import tensorflow as tf


def show(label, function, *inputs):
    inputs = [tf.Variable(value, dtype=tf.float32) for value in inputs]
    with tf.GradientTape() as tape:
        y = function(*inputs)
        target = tf.reduce_sum(y * tf.reshape(tf.range(1.0, tf.size(y) + 1), tf.shape(y)))
    gradients = tape.gradient(target, inputs)
    dense = [None if g is None else tf.convert_to_tensor(g).numpy() for g in gradients]
    print(label, y.numpy(), *dense, sep="\n  ")


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


v, m = [10.0, 20.0, 30.0], np.arange(6.0).reshape(3, 2)

show("gather", lambda x: tf.gather(x, [2, 0, 2]), v)
show("gather rows", lambda x: tf.gather(x, [[2, 2], [0, 1]]), m)
show("gather columns", lambda x: tf.gather(x, [1, 0, 1], axis=1), m)
show("gather one", lambda x: tf.gather(x, 1), m)
show("gather nothing", lambda x: tf.gather(x, tf.zeros((0,), tf.int32)), m)
show("gather in batches", lambda x: tf.gather(x, [[1], [0], [1]], batch_dims=1), m)
show("gather_nd", lambda x: tf.gather_nd(x, [[0, 1], [2, 0], [0, 1]]), m)
show("gather_nd of rows", lambda x: tf.gather_nd(x, [[2], [0]]), m)
show("embedding_lookup", lambda x: tf.nn.embedding_lookup(x, [[1, 1], [0, 2]]), m)
show("boolean_mask", lambda x: tf.boolean_mask(x, [True, False, True]), m)
show("boolean_mask of elements", lambda x: tf.boolean_mask(x, x > 2.0), m)
show("boolean_mask of columns", lambda x: tf.boolean_mask(x, [False, True], axis=1), m)

print("where")
c = [True, False, True]
show("where", lambda x, y: tf.where(c, x, y), v, [1.0, 2.0, 3.0])
show("where, broadcast", lambda x, y: tf.where([[True], [False]], x, y), v, 5.0)
show("where of a comparison", lambda x: tf.where(x > 15.0, x * x, -x), v)
show(
    "where of nan",
    lambda x: tf.where(x > 0.0, tf.sqrt(tf.where(x > 0.0, x, 1.0)), 0.0),
    [-1.0, 4.0],
)
print(tf.where(c, 1, 2), tf.where(True, 1.0, 2.0), tf.where(c), tf.where([[0, 1], [2, 0]]))
print(tf.where(c, ["a", "b", "c"], "z"), tf.where([False, False]))

print("clip")
show("clip_by_value", lambda x: tf.clip_by_value(x, 15.0, 25.0), v)
show("clip at the bound", lambda x: tf.clip_by_value(x, 10.0, 30.0), v)
show("clip by tensors", lambda x, low: tf.clip_by_value(x, low, 25.0), v, [12.0, 12.0, 12.0])
show("clip_by_norm", lambda x: tf.clip_by_norm(x, 5.0), [3.0, 6.0, 6.0])
show("clip_by_norm, short enough", lambda x: tf.clip_by_norm(x, 50.0), v)
show("clip_by_norm of rows", lambda x: tf.clip_by_norm(x, 1.0, axes=[1]), [[3.0, 4.0], [0.3, 0.4]])
clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), None, tf.constant([[4.0]])], 1.0)
print(clipped, norm)
print(*tf.clip_by_global_norm([tf.constant([3.0, 4.0])], 10.0))
print(*tf.clip_by_global_norm([tf.constant([3.0, 4.0])], 1.0, use_norm=tf.constant(10.0)))
print(tf.clip_by_value([1, 5, 9], 2, 6), tf.clip_by_norm([0.0, 0.0], 1.0))

print("one_hot")
print(tf.one_hot([0, 2, -1, 5], 3), tf.one_hot(1, 3), tf.one_hot([[0], [1]], 2).shape)
print(tf.one_hot([0, 1], 2, on_value=5.0, off_value=-1.0), tf.one_hot([0, 1], 2, dtype=tf.int32))
print(tf.one_hot([0, 1], 3, axis=0), tf.one_hot([0], 2, on_value=True, off_value=False))

print("scatter")
print(tf.scatter_nd([[0], [2], [0]], [1.0, 2.0, 3.0], [4]))
print(tf.tensor_scatter_nd_update([1.0, 2.0, 3.0], [[1]], [9.0]))
print(tf.tensor_scatter_nd_add([1.0, 2.0, 3.0], [[1], [1]], [9.0, 1.0]))

print("refused")
v, m = tf.constant(v), tf.constant(m)
attempt("gather", lambda: tf.gather(v, [5]))
attempt("gather before the start", lambda: tf.gather(v, [-1]))
attempt("gather by floats", lambda: tf.gather(v, 1.0))
attempt("gather along no axis", lambda: tf.gather(m, [0], axis=5))
attempt("gather_nd", lambda: tf.gather_nd(v, [[5]]))
attempt("gather_nd, too deep", lambda: tf.gather_nd(v, [[0, 0]]))
attempt("embedding_lookup", lambda: tf.nn.embedding_lookup(m, [7]))
attempt("boolean_mask", lambda: tf.boolean_mask(v, [True]))
attempt("boolean_mask by a scalar", lambda: tf.boolean_mask(v, True))
attempt("one_hot of floats", lambda: tf.one_hot(1.5, 3))
attempt("where by floats", lambda: tf.where(v, v, v))
attempt("where of dtypes", lambda: tf.where(c, v, m[0]))
attempt("where of shapes", lambda: tf.where([True, False], v, v))
attempt("where with one value", lambda: tf.where(c, v))
attempt("clip ints by a float", lambda: tf.clip_by_value([1, 2], 0, 1.5))
attempt("clip_by_global_norm of a tensor", lambda: tf.clip_by_global_norm(v, 1.0))
attempt("add_n of shapes", lambda: tf.add_n([v, v[:1]]))
attempt("add_n of dtypes", lambda: tf.add_n([v, tf.constant([1, 2, 3])]))
attempt("add_n of nothing", lambda: tf.add_n([]))
