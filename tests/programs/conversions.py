"""Leaving tensors: NumPy arrays and scalars, Python numbers, and back."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        result = function()
        print(label, "->", type(result).__name__, result)
    except Exception as error:
        print(label, "->", type(error).__name__)


s, v = tf.constant(2.5), tf.constant([1.0, 2.0])
m = tf.constant([[1.0, 2.0], [3.0, 4.0]])

print("numpy()")
for tensor in s, v, tf.constant(1), tf.constant(True), tf.constant("a"), tf.constant(["a"]):
    attempt(tensor.dtype.name, tensor.numpy)
for dtype in "float16 bfloat16 float64 int8 uint64 complex64".split():
    attempt(dtype, tf.constant(1, dtype).numpy)
    attempt(dtype, tf.constant([1], dtype).numpy)
print(
    v.numpy().dtype,
    m.numpy().shape,
    tf.zeros((0, 2)).numpy().shape,
    tf.constant([True]).numpy().dtype,
)
print(
    tf.Variable(2.5).numpy(),
    tf.Variable([1, 2]).numpy().dtype,
    tf.constant(["a", "b"]).numpy().dtype,
)

print("what numpy() returns is the caller's own")
array = v.numpy()
array[0] = 100.0
variable = tf.Variable([1.0, 2.0])
before = variable.numpy()
variable.assign([3.0, 4.0])
print(v.numpy(), before, variable.numpy())
source = np.array([1.0, 2.0])
constant = tf.constant(source)
source[0] = 100.0
print(constant.numpy())

print("NumPy's functions")
print(np.mean(m), np.sum(m, axis=0), np.exp(v), np.add(v, 1), np.multiply(v, v), np.dot(v, v))
print(
    np.array(m),
    np.asarray(v).dtype,
    np.array(m, dtype=np.int32),
    np.array([s, s]),
    np.stack([v, v]),
)
print(
    type(np.mean(m)).__name__,
    type(np.multiply(v, v)).__name__,
    np.isnan(v),
    np.float64(s),
    np.max(m),
)
print(
    np.concatenate([v, v]),
    np.allclose(v, [1, 2]),
    np.array_equal(m, m),
    np.linalg.norm(v),
    np.ndim(m),
)
print(np.array(tf.Variable([1.0])), np.mean(tf.Variable([1.0, 3.0])), np.asarray(tf.constant(["a"])))
print(v.__array__(), v.__array__(np.float64), np.array(tf.constant([1.5], tf.bfloat16)))
print(
    np.from_dlpack(v),
    np.shape(m),
    np.zeros(m.shape),
    np.arange(5)[tf.constant(2)],
    np.round(m / 3, 2),
)

print("Python numbers")
attempt("float", lambda: float(s))
attempt("float of int", lambda: float(tf.constant(3)))
attempt("int", lambda: int(s))
attempt("int of int", lambda: int(tf.constant(3)))
attempt("complex", lambda: complex(tf.constant(1 + 2j)))
attempt("bool", lambda: bool(s))
attempt("bool of zero", lambda: bool(tf.constant(0)))
attempt("bool of one element", lambda: bool(tf.constant([[2.0]])))
attempt("bool of none", lambda: bool(tf.constant([])))
attempt("bool of text", lambda: bool(tf.constant("a")))
attempt("bool of many", lambda: bool(v))
attempt("float of one element", lambda: float(tf.constant([1.0])))
attempt("float of many", lambda: float(v))
attempt("int of many", lambda: int(v))
attempt("float of text", lambda: float(tf.constant("1.5")))
attempt("index", lambda: [10, 20, 30][tf.constant(1)])
attempt("range", lambda: list(range(tf.constant(3))))
attempt("len", lambda: len(m))
attempt("list", lambda: list(v))
attempt("tolist", lambda: m.numpy().tolist())
attempt("sum", lambda: sum(v))
attempt("float of a variable", lambda: float(tf.Variable(1.5)))
attempt("int of a variable", lambda: int(tf.Variable(3)))
attempt("bool of a variable", lambda: bool(tf.Variable(0.0)))
attempt("float of variable of many", lambda: float(tf.Variable([1.0, 2.0])))
attempt("max of two tensors", lambda: max(tf.constant(1.0), tf.constant(2.0)))

print("attributes")
print(v.shape, v.dtype, v.ndim, m.ndim, m.get_shape(), hasattr(v, "numpy"), v.device[-5:])
for name in "T", "foo", "astype", "reshape", "name", "op", "graph":
    attempt(name, lambda name=name: getattr(v, name))
