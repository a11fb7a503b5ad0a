"""Assigning to variables: what is taken, what is refused, and that a refusal changes nothing."""

import numpy as np
import tensorflow as tf

v = tf.Variable([1.0, 2.0], name="v")


def attempt(label, function):
    try:
        function()
        print(label, "->", v.numpy())
    except Exception as error:
        print(label, "->", type(error).__name__, v.numpy())


attempt("a list", lambda: v.assign([3.0, 4.0]))
attempt("ints", lambda: v.assign([1, 2]))
attempt("an array of float64", lambda: v.assign(np.array([5.0, 6.0])))
attempt("an array of ints", lambda: v.assign(np.array([5, 6])))
attempt("a tensor", lambda: v.assign(v + 1.0))
attempt("a variable", lambda: v.assign(tf.Variable([7.0, 8.0])))
attempt("assign_add", lambda: v.assign_add([1.0, 1.0]))
attempt("assign_sub", lambda: v.assign_sub([2, 2]))
attempt("through a slice", lambda: v[1].assign(0.0))
attempt("in a chain", lambda: v.assign([1.0, 1.0]).assign_add([1.0, 2.0]).assign_sub([0.5, 0.5]))
attempt("one with another", lambda: v.assign_add(v))
attempt("without reading", lambda: v.assign([1.0, 2.0], read_value=False))
attempt("with a name", lambda: v.assign([1.0, 2.0], name="a_name"))

print("refused")
attempt("a longer one", lambda: v.assign([1.0, 2.0, 3.0]))
attempt("a scalar", lambda: v.assign(1.0))
attempt("a matrix", lambda: v.assign([[1.0, 2.0]]))
attempt("add a scalar", lambda: v.assign_add(1.0))
attempt("add a longer one", lambda: v.assign_add([1.0, 2.0, 3.0]))
attempt("subtract a matrix", lambda: v.assign_sub([[1.0, 2.0]]))
attempt("a tensor of float64", lambda: v.assign(tf.constant([1.0, 2.0], tf.float64)))
attempt("a tensor of ints", lambda: v.assign(tf.constant([1, 2])))
attempt("add a tensor of float64", lambda: v.assign_add(tf.constant([1.0, 2.0], tf.float64)))
attempt("text", lambda: v.assign("a"))
attempt("None", lambda: v.assign(None))
attempt("ragged", lambda: v.assign([[1.0], 2.0]))
attempt("an int variable and floats", lambda: tf.Variable(1).assign(1.5))
attempt("an int variable and a float", lambda: tf.Variable(1).assign_add(0.5))

print("what assign returns")
result = v.assign([3.0, 4.0])
print(
    result.numpy(),
    isinstance(result, tf.Variable),
    result + 1.0,
    v.assign([1.0, 2.0], read_value=False),
)
count = tf.Variable(0)
for _ in range(3):
    count.assign_add(1)
print(count, int(count), count.assign(10).numpy())

print("a shape that may change")
free = tf.Variable([1.0], shape=tf.TensorShape([None]))
free.assign([1.0, 2.0, 3.0])
print(free, free.shape, tf.shape(free))
free.assign_add([1.0, 1.0, 1.0])
print(free.numpy())
try:
    free.assign([[1.0]])
except ValueError as error:
    print(type(error).__name__)
any_shape = tf.Variable(1.0, shape=tf.TensorShape(None))
any_shape.assign([[1.0, 2.0]])
print(any_shape, any_shape.shape)

print("values read before stay")
w = tf.Variable([1.0, 2.0])
read, array = w.read_value(), w.numpy()
w.assign([9.0, 9.0])
print(read, array, w.numpy())

print("sparse updates")
table = tf.Variable([1.0, 2.0, 3.0])
table.scatter_nd_update([[0], [2]], [10.0, 30.0])
print(table.numpy())
table.scatter_update(tf.IndexedSlices([7.0], [1]))
table.scatter_nd_add([[1]], [1.0])
print(table.numpy())

print("strings and booleans")
text, flag = tf.Variable("a"), tf.Variable(False)
text.assign("b")
flag.assign(True)
print(text, flag)
