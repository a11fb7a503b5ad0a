"""Indices that are refused, and assignment into a tensor."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


v = tf.constant([1.0, 2.0])
m = tf.constant([[1.0, 2.0], [3.0, 4.0]])
s = tf.constant(3.0)

attempt("past the end", lambda: v[2])
attempt("before the start", lambda: v[-3])
attempt("past the end of a row", lambda: m[0, 5])
attempt("a tensor past the end", lambda: v[tf.constant(7)])
attempt("too many", lambda: v[0, 0])
attempt("too many slices", lambda: m[:, :, :])
attempt("of a scalar", lambda: s[0])
attempt("a slice of a scalar", lambda: s[:1])
attempt("two ellipses", lambda: m[..., ...])
attempt("a step of 0", lambda: v[::0])
attempt("a float", lambda: v[1.0])
attempt("a float in a slice", lambda: v[1.0:])
attempt("a float tensor", lambda: v[tf.constant(1.0)])
attempt("a string", lambda: v["a"])
attempt("a vector of ints", lambda: v[tf.constant([0, 1])])
attempt("an array of ints", lambda: v[np.array([0, 1])])
attempt("a list in a tuple", lambda: m[[0, 1], 0])
attempt("a mask of another length", lambda: v[tf.constant([True, False, True])])
attempt("True", lambda: v[True])
attempt("a float variable", lambda: v[tf.Variable(1.0)])
attempt("a dict", lambda: v[{}])
attempt("iterating a scalar", lambda: list(s))
attempt("len of a scalar", lambda: len(s))
attempt("unpacking too few", lambda: (lambda a, b, c: a)(*v))


def assign():
    v[0] = 5.0


def assign_slice():
    m[:, 0] = 1.0


def add_in_place():
    v[0] += 1.0


def delete():
    del v[0]


def assign_variable():
    tf.Variable([1.0, 2.0])[0] = 5.0


for function in assign, assign_slice, add_in_place, delete, assign_variable:
    try:
        function()
    except TypeError as error:
        print(function.__name__, "->", type(error).__name__)
print(v, m)

variable = tf.Variable([1.0, 2.0])
variable[0].assign(5.0)
print(variable.numpy())
with tf.GradientTape() as tape:
    tape.watch(v)
    y = v * v
    attempt("inside a tape", lambda: v[9])
print("and the tape goes on:", tape.gradient(y, v))
