"""tf.nest: flattening and mapping over nested structures."""

import collections

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


Point = collections.namedtuple("Point", ["x", "y"])
print(tf.nest.flatten([1, [2, (3, {"b": 4, "a": 5})]]))
print(tf.nest.flatten(None), tf.nest.flatten([]), tf.nest.flatten(3), tf.nest.flatten("abc"))
print(tf.nest.flatten({"b": 1, "a": 2}), tf.nest.flatten([None, []]), tf.nest.flatten({1, 2}))
print(tf.nest.flatten(Point(1, [2, 3])), tf.nest.flatten(range(3)), tf.nest.flatten({2: "b", 1: "a"}))
print(tf.nest.flatten(collections.OrderedDict([("b", 1), ("a", 2)])))
print(
    tf.nest.flatten(tf.constant([1, 2])),
    tf.nest.flatten(np.ones(2)),
    tf.nest.flatten(tf.Variable(1)),
)

print(tf.nest.map_structure(lambda a: a + 1, {"a": 1, "b": (2, [3])}))
print(tf.nest.map_structure(lambda a, b: a * b, [1, [2]], [3, [4]]))
print(tf.nest.map_structure(lambda a: a, Point(1, [2, 3])), tf.nest.map_structure(str, 1))
print(tf.nest.map_structure(lambda a, b: a + b, [1, 2], (3, 4), check_types=False))
print(tf.nest.map_structure(tf.shape, {"m": tf.ones((2, 3)), "v": tf.ones(4)}))
print(tf.nest.map_structure(lambda t: t * 2, [tf.constant(1.0), (tf.constant(2), 3)]))
print(list(tf.nest.map_structure(lambda a: a, {"b": 1, "a": 2})))

print(tf.nest.pack_sequence_as([1, [2, 3]], [4, 5, 6]), tf.nest.pack_sequence_as(1, [4]))
print(
    tf.nest.pack_sequence_as({"b": 1, "a": 2}, [4, 5]),
    tf.nest.pack_sequence_as(Point(0, (0,)), [4, 5]),
)
structure = {"a": [1, (2,)], "b": Point(3, None)}
print(tf.nest.pack_sequence_as(structure, tf.nest.flatten(structure)) == structure)

print(*[tf.nest.is_nested(x) for x in ([1], (), {}, "a", 1, None, np.ones(2), tf.constant([1]), Point(1, 2))])
print(tf.nest.assert_same_structure([1, (2,)], ["a", (None,)]))

attempt("lengths", lambda: tf.nest.map_structure(lambda a, b: a, [1, 2], [3]))
attempt("types", lambda: tf.nest.map_structure(lambda a, b: a, [1, 2], (3, 4)))
attempt("keys", lambda: tf.nest.map_structure(lambda a, b: a, {"a": 1}, {"b": 1}))
attempt("depths", lambda: tf.nest.map_structure(lambda a, b: a, [1, [2]], [1, 2]))
attempt("no function", lambda: tf.nest.map_structure(1, [1]))
attempt("no structure", lambda: tf.nest.map_structure(lambda: 1))
attempt("too few to pack", lambda: tf.nest.pack_sequence_as([1, [2, 3]], [4, 5]))
attempt("too many to pack", lambda: tf.nest.pack_sequence_as([1, [2, 3]], [4, 5, 6, 7]))
attempt("too many for one", lambda: tf.nest.pack_sequence_as(1, [4, 5]))
attempt("no sequence to pack", lambda: tf.nest.pack_sequence_as([1], 5))
attempt("keys that do not sort", lambda: tf.nest.flatten({1: 2, "a": 3}))
attempt("not the same", lambda: tf.nest.assert_same_structure([1, 2], [1]))
attempt("not the same types", lambda: tf.nest.assert_same_structure([1, 2], (1, 2)))

print("gradients of a nest of variables")
parameters = {"w": [tf.Variable(1.0), tf.Variable(2.0)], "b": Point(tf.Variable(3.0), ())}
with tf.GradientTape() as tape:
    loss = tf.add_n([v**2 for v in tf.nest.flatten(parameters)])
gradients = tape.gradient(loss, parameters)
print(tf.nest.map_structure(float, gradients))
tf.nest.map_structure(lambda v, g: v.assign_sub(0.5 * g), parameters, gradients)
print(tf.nest.map_structure(float, parameters))
