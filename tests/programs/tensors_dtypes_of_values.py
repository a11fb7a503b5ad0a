"""Which dtype a Python or NumPy value gets, and what cannot become a tensor."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


values = {
    "1": 1,
    "1.0": 1.0,
    "True": True,
    "1j": 1j,
    "'a'": "a",
    "b'a'": b"a",
    "2**31 - 1": 2**31 - 1,
    "2**31": 2**31,
    "-2**31": -(2**31),
    "2**63 - 1": 2**63 - 1,
    "1e400": 1e400,
    "[1, 2.5]": [1, 2.5],
    "[1, True]": [1, True],
    "[1, 2**40]": [1, 2**40],
    "[[1], [2]]": [[1], [2]],
    "np.float64": np.float64(1),
    "np.int64": np.int64(1),
    "[np.float64, 1]": [np.float64(1), 1],
    "[np.float32, 1.0]": [np.float32(1), 1.0],
    "np.arange": np.arange(2),
    "np.ones": np.ones(2),
    "np.float16": np.ones(2, np.float16),
    "np.int16": np.ones(2, np.int16),
    "np.uint8": np.ones(2, np.uint8),
    "np.bool": np.ones(2, bool),
    "np.complex64": np.ones(2, np.complex64),
    "np.str": np.array(["a", "b"]),
    "np.bytes": np.array([b"a"]),
    "[np.ones(2)]": [np.ones(2)],
    "range": range(3),
    "tuple": ((1, 2), (3, 4)),
    "transposed": np.arange(6).reshape(2, 3).T,
}
for label, value in values.items():
    tensor = tf.constant(value)
    print(label, "->", tensor.dtype.name, tensor.shape, np.array(tensor).tolist())

print("with a dtype")
attempt("int as float", lambda: tf.constant(1, tf.float32))
attempt("int as complex", lambda: tf.constant(1, tf.complex64))
attempt("float as float16", lambda: tf.constant(0.1, tf.float16).numpy())
attempt("float as bfloat16", lambda: tf.constant(0.1, tf.bfloat16))
attempt("float too big for float16", lambda: tf.constant(1e10, tf.float16))
attempt("bool as int", lambda: tf.constant(True, tf.int32))
attempt("bool as float", lambda: tf.constant(True, tf.float32))
attempt("array as another dtype", lambda: tf.constant(np.array([1.5, 2.7]), tf.int32))
attempt("dtype by name", lambda: tf.constant(1, "float64"))
attempt("dtype by NumPy's type", lambda: tf.constant(1, np.int16))
attempt("dtype by float", lambda: tf.constant(1, float))
attempt("float as int", lambda: tf.constant(1.5, tf.int32))
attempt("floats as ints", lambda: tf.constant([1.5], tf.int32))
attempt("int as bool", lambda: tf.constant(1, tf.bool))
attempt("int as string", lambda: tf.constant(1, tf.string))
attempt("string as float", lambda: tf.constant("1", tf.float32))
attempt("complex as float", lambda: tf.constant(1j, tf.float32))
attempt("dtype by int", lambda: tf.constant(1, int))
attempt("no such dtype", lambda: tf.constant(1, "foo"))

print("what is no tensor")
attempt("None", lambda: tf.constant(None))
attempt("a list with None", lambda: tf.constant([1, None]))
attempt("ragged", lambda: tf.constant([[1, 2], [3]]))
attempt("ragged in depth", lambda: tf.constant([[1, 2], 3]))
attempt("ragged the other way", lambda: tf.constant([1, [2, 3]]))
attempt("ragged arrays", lambda: tf.constant([np.ones(2), np.ones(3)]))
attempt("numbers and strings", lambda: tf.constant([1, "a"]))
attempt("strings and numbers", lambda: tf.constant(["a", 1]))
attempt("bools and ints", lambda: tf.constant([True, 1]))
attempt("too big", lambda: tf.constant(2**64))
attempt("a set", lambda: tf.constant({1, 2}))
attempt("a dict", lambda: tf.constant({"a": 1}))
attempt("an object", lambda: tf.constant(object()))
attempt("a function", lambda: tf.constant(print))
attempt("an array of objects", lambda: tf.constant(np.array([1, "a"], object)))
attempt("too many values", lambda: tf.constant([1, 2, 3], shape=(2, 2)))
attempt("a tensor of another dtype", lambda: tf.constant(tf.constant(1.0), tf.float64))
attempt("converting one", lambda: tf.convert_to_tensor(tf.constant(1.0), tf.float64))
attempt("converting a variable", lambda: tf.convert_to_tensor(tf.Variable(1.0), tf.float64))
attempt("a negative size", lambda: tf.zeros([2, -1]))
attempt("a size that is no int", lambda: tf.zeros(2.5))
attempt("fill with a vector", lambda: tf.fill([2], [1, 2]))
attempt("ones of strings", lambda: tf.ones(1, tf.string))
attempt("range without steps", lambda: tf.range(0, 5, 0))
attempt("range backwards", lambda: tf.range(5, 0))
