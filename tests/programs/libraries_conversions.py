"""Classes that a library has converted to tensors, and lengths that it computes with."""

import numpy as np
import tensorflow as tf


class Scaled:
    """A variable that a library multiplies when it is read."""

    def __init__(self, variable, factor):
        self.variable, self.factor = variable, factor


asked = []


def read(value, dtype=None, name=None, as_ref=False):
    asked.append((type(value).__name__, dtype, as_ref))
    if dtype not in (None, tf.float32):
        return NotImplemented
    return value.variable * value.factor


tf.register_tensor_conversion_function(Scaled, read)


class Child(Scaled):
    pass


x = tf.Variable([1.0, 2.0])
s = Scaled(x, 3.0)
with tf.GradientTape() as outer:
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.sin(s) * Child(x, 2.0)) + tf.reduce_sum(tf.constant([1.0, 1.0]) / s)
    slope = tape.gradient(y, x)
print(y.numpy(), slope.numpy(), outer.gradient(slope, x).numpy())

print(tf.convert_to_tensor(s).numpy(), tf.concat([[0.5], s], 0).numpy(), tf.stack([s, s]).numpy())
print(tf.function(lambda: tf.cumsum(s))().numpy(), tf.is_tensor(s))
print(sorted({name for name, _, _ in asked}), {as_ref for _, _, as_ref in asked})


def attempt(what, action):
    try:
        print(what, action())
    except Exception as error:
        print(what, type(error).__name__)


attempt("another dtype", lambda: tf.convert_to_tensor(s, tf.int32))
attempt("with another dtype", lambda: tf.constant([1.0, 2.0], tf.float64) + s)
attempt("in a list", lambda: tf.constant([s, s]))
attempt("no type", lambda: tf.register_tensor_conversion_function(3, read))
attempt("numbers", lambda: tf.register_tensor_conversion_function(float, read))
attempt("no function", lambda: tf.register_tensor_conversion_function(Scaled, 3))


class Wrong:
    pass


tf.register_tensor_conversion_function(Wrong, lambda value, dtype=None, name=None, as_ref=False: 3)
attempt("no tensor", lambda: tf.convert_to_tensor(Wrong()))


class Both:
    pass


tf.register_tensor_conversion_function(Both, lambda value, dtype=None, name=None, as_ref=False: tf.constant(1.0))
tf.register_tensor_conversion_function(Both, lambda value, dtype=None, name=None, as_ref=False: tf.constant(2.0), 50)
attempt("less priority first", lambda: tf.convert_to_tensor(Both()).numpy())
attempt("an int from floats", lambda: tf.convert_to_tensor(Both(), tf.int32))

# Lengths.
Dimension = tf.compat.v1.Dimension
three, unknown = Dimension(3), Dimension(None)
print(three + 2, 2 + three, three - 1, 7 - three, three * 2, 2 * three, three // 2, 7 // three, three % 2, 7 % three)
print(three + unknown, unknown * 2, 7 - unknown, repr(unknown), int(three))
print(three < 4, three <= 3, three > 4, three >= 3, three == 3, three != 3, three < unknown, unknown == 3)
print(repr(three.merge_with(unknown)), repr(unknown.merge_with(3)), three.is_compatible_with(unknown))
attempt("two lengths", lambda: three.merge_with(4))
attempt("text", lambda: three + "a")
print([tf.compat.dimension_value(d) for d in (three, unknown, 5, None)])
print([str(tf.compat.dimension_at_index(tf.TensorShape(s), 1)) for s in ([2, 3], [2, None], None)])
print(tf.compat.path_to_str("a/b"), tf.compat.path_to_str(__import__("pathlib").Path("a") / "b"))
for kinds in ("integral_types", "real_types", "complex_types", "bytes_or_text_types"):
    values = [True, 1, 1.5, 1j, "a", b"a", np.int8(1), np.float32(1), np.complex64(1), np.bool_(True), [1]]
    print(kinds, [isinstance(value, getattr(tf.compat, kinds)) for value in values])
