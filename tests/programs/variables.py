"""Variables: making them, their attributes, and using them as tensors."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


print(tf.Variable(3.0))
print(tf.Variable([1, 2], dtype=tf.float64, name="x0"))
print(tf.Variable(np.ones((1, 2))))
print(tf.Variable(lambda: tf.ones(2)))
print(tf.Variable(tf.constant([1, 2])))
print(tf.Variable(tf.Variable(5.0)))
print(tf.Variable(1, dtype="float16"))
print(tf.Variable([tf.constant(1.0), 2.0]))
print(tf.Variable(initial_value=2.0, trainable=False, name="k"))
print(tf.Variable([1.0, 2.0], shape=(2,)))

print("names")
for name in "x", "a/b", "with space", None, "x:0", "1":
    print(tf.Variable(1.0, name=name).name)
print(tf.Variable(1.0, name="x").name, tf.Variable(2.0, name="x").name)

print("attributes")
v = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="v")
print(v.shape, v.dtype, v.name, v.trainable, v.get_shape(), type(v).__name__, v.device[-5:])
print(tf.Variable(1).trainable, tf.Variable("a").trainable, tf.Variable(1.0, trainable=None).trainable)
print(tf.Variable(1.0, True).trainable, tf.Variable(1.0, False).trainable)
print(isinstance(v, tf.Variable), isinstance(v, tf.Tensor), tf.is_tensor(v), hasattr(v, "numpy"))
print(v.read_value(), v.value(), v.numpy(), sep="\n")
print(type(v.read_value()).__name__, type(v.value()).__name__, type(v + 1).__name__)

print("as a tensor")
print(v + v, v * 2, 2 * v, v - [[1], [2]], np.ones(2) + v, 1 / v, v**2, v // 2, v % 2, -v, sep="\n")
print(abs(v), v @ v, v[0], v[:, 1], v[v > 2], v < 2, v == 1.0, v != v, sep="\n")
print(tf.reduce_sum(v), tf.shape(v), tf.rank(v), tf.identity(v), tf.transpose(v), sep="\n")
print(
    tf.stack([v, v]).shape,
    tf.concat([v, v], 0).shape,
    tf.add_n([v, v]),
    tf.convert_to_tensor([v, v]).shape,
)
print(
    tf.cast(v, tf.int32),
    tf.zeros_like(v),
    tf.where(v > 2, v, 0.0),
    [float(x) for x in v[0]],
    sep="\n",
)
a, b = v
print(a, b)

print("what is refused")
attempt("no value", lambda: tf.Variable())
attempt("None", lambda: tf.Variable(None))
attempt("ragged", lambda: tf.Variable([[1], [2, 3]]))
attempt("another shape", lambda: tf.Variable([1.0, 2.0], shape=(3,)))
attempt("a float as int", lambda: tf.Variable(1.5, dtype=tf.int32))
attempt("a tensor of another dtype", lambda: tf.Variable(tf.constant(1.0), dtype=tf.float64))
attempt("a name that is no string", lambda: tf.Variable(1.0, name=3))
attempt("len", lambda: len(v))
attempt("bool", lambda: bool(v))
attempt("float", lambda: float(v))
attempt("as an index", lambda: [1, 2][tf.Variable(1)])
attempt("range", lambda: range(tf.Variable(1)))
attempt("another dtype", lambda: v + tf.constant(1.0, tf.float64))
attempt("two variables", lambda: v + tf.Variable(1))
attempt("tf.constant of variables", lambda: tf.constant([v, v]))
for name, value in {"name": "w", "trainable": False, "shape": (4,), "dtype": tf.int32}.items():
    attempt(f"setting {name}", lambda name=name, value=value: setattr(v, name, value))


def add_in_place():
    variable = tf.Variable(1.0)
    variable += 1.0
    return variable


attempt("variable += 1", add_in_place)
