"""How tensors print: print, repr and format of every rank and dtype."""

import tensorflow as tf

tensors = [
    tf.constant(6.0),
    tf.constant(3),
    tf.constant(True),
    tf.constant("text"),
    tf.constant(1 + 2j),
    tf.constant(0.1),
    tf.constant(0.1, tf.float64),
    tf.constant(1e-10, tf.float64),
    tf.constant(1e20, tf.float64),
    tf.constant(123456789.0),
    tf.constant(float("nan")),
    tf.constant(float("-inf")),
    tf.constant(-0.0),
    tf.constant([1.0, 2.0]),
    tf.constant([1.0, float("inf"), float("nan")]),
    tf.constant([1, -2]),
    tf.constant([True, False]),
    tf.constant(["a", "bc"]),
    tf.constant([1 + 2j, 3j]),
    tf.constant([[1.0, 2.0], [3.0, 4.5]]),
    tf.constant([["a"], ["b"]]),
    tf.constant([[[1], [2]], [[3], [4]]]),
    tf.constant([], tf.float32),
    tf.constant([], tf.string),
    tf.zeros((0, 3)),
    tf.zeros((2, 0, 1)),
    tf.zeros((1, 1, 1, 1)),
]
for dtype in "float16 bfloat16 float64 int8 int16 int64 uint8 uint16 uint32 uint64".split():
    tensors += [tf.constant(2, dtype), tf.constant([1, 2], dtype)]
tensors += [tf.constant(1.5, tf.bfloat16), tf.constant([[1.5], [2.25]], tf.bfloat16)]
tensors += [tf.constant(2, tf.complex64), tf.constant([2], tf.complex64)]

for tensor in tensors:
    print(tensor)
    print(repr(tensor))

print(tf.range(2000), tf.zeros((1001, 2)), sep="\n")

x, v = tf.constant(3.14159), tf.constant([1.0, 2.0])
print(f"{x} {v} {x:.2f} {x:>10.1f} {tf.constant(7)} {tf.constant(7):03d} {tf.constant('a')}")
print("{} {!s} {!r}".format(tf.constant(2.5), tf.constant(2.5), tf.constant(2.5)))
print("%s %.2f %d" % (tf.constant(2.5), tf.constant(2.5), tf.constant(2)))
print([x, {"a": v}], str(x), repr(v))
print(type(x).__name__, x.__class__.__name__, type(tf.Variable(1)).__name__)
try:
    print(f"{v:.2f}")
except TypeError as error:
    print(error)

variables = [
    tf.Variable(3.0, name="x0"),
    tf.Variable([1, 2]),
    tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="weights"),
    tf.Variable("text"),
    tf.Variable(True),
    tf.Variable([1.5], dtype=tf.bfloat16),
    tf.Variable([1.0], shape=[None]),
    tf.Variable([1.0], shape=tf.TensorShape(None)),
    tf.Variable([], dtype=tf.float64),
]
for variable in variables:
    print(variable)
    print(repr(variable) == str(variable) == f"{variable}")
