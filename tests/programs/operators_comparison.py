"""Comparisons and logical operators, and what == means between tensors."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


a = tf.constant([1.0, 2.0, 3.0])
b = tf.constant([3.0, 2.0, 1.0])
print(a < b, a <= b, a > b, a >= b, a == b, a != b, sep="\n")
print(a < 2, 2 < a, a >= [1, 3, 3], np.array([1.0, 5.0, 3.0]) <= a, a == 2, 2 == a, sep="\n")
print(a == [1, 2, 4], a != (1, 2, 4), a == np.array([1.0, 0.0, 3.0]), np.ones(3) != a, sep="\n")
print(tf.constant("a") == "a", tf.constant(["a", "b"]) != "b", tf.constant([True, False]) == True)  # noqa: E712
print(a == None, a != None, None == a)

print("shapes that do not broadcast are unequal")
print(a == tf.constant([1.0, 2.0]), a != tf.constant([1.0, 2.0]), a == [1.0])
attempt("order of such shapes", lambda: a < tf.constant([1.0, 2.0]))
attempt("tf.equal of such shapes", lambda: tf.equal(a, tf.constant([1.0, 2.0])))

print("nan and infinity")
edge = tf.constant([float("nan"), float("inf"), float("-inf"), 0.0, -0.0])
print(edge == edge, edge != edge, edge < 1, edge > 1, edge == 0, sep="\n")
print(tf.math.is_nan(edge), tf.math.is_inf(edge), tf.math.is_finite(edge), sep="\n")

print("functions")
print(tf.equal(a, b), tf.not_equal(a, b), tf.less(a, b), tf.less_equal(a, b), sep="\n")
print(
    tf.greater(a, b),
    tf.greater_equal(a, b),
    tf.math.equal(1, 1),
    tf.math.less(1, 2.0 > 1),
    sep="\n",
)

print("logical")
p, q = tf.constant([True, True, False]), tf.constant([True, False, False])
print(p & q, p | q, p ^ q, ~p, p & True, False | p, True ^ p, sep="\n")
print(
    tf.logical_and(p, q),
    tf.logical_or(p, q),
    tf.logical_not(p),
    tf.math.logical_xor(p, q),
    sep="\n",
)
print(tf.logical_and(p, [True, False, True]), tf.math.logical_and(p, True))
i = tf.constant([6, 3], tf.int32)
print(i & 3, i | 8, i ^ i, ~i, 3 & i)

print("chains and membership")
print(bool(0 < tf.constant(1) < 2), 2.0 in a, 5.0 in a, max(a), min(a), sorted(b), sum(a))
print([x for x in a if x > 1], "yes" if tf.constant(0.5) > 0 else "no", not tf.constant(0.0))

attempt("dtypes in ==", lambda: a == tf.constant([1, 2, 3]))
attempt("dtypes in <", lambda: a < tf.constant(1.0, tf.float64))
attempt("a string and a number", lambda: a == "a")
attempt("an object", lambda: a == object())
attempt("order of booleans", lambda: p < q)
attempt("order of strings", lambda: tf.constant("a") < tf.constant("b"))
attempt("& of floats", lambda: a & b)
attempt("~ of floats", lambda: ~a)
attempt("logical_and of floats", lambda: tf.logical_and(a, b))
attempt("logical_not of a number", lambda: tf.logical_not(1))
attempt("chain of vectors", lambda: 0 < a < 2)
attempt("and of vectors", lambda: a and b)
attempt("variable and None", lambda: tf.Variable(1.0) == None)
