"""Specs of tensors, variables, slices and tensor arrays: printing, comparing, sub- and supertypes."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        print(label, "->", type(error).__name__)


Spec = tf.TensorSpec

for shape in ([1, None], None, [], 3, (2,), tf.TensorShape([None]), [-1], ["a"]):
    attempt(f"shape {shape}", lambda shape=shape: Spec(shape))
for dtype in ("int32", tf.float64, np.float16, bool, "nothing", None):
    attempt(f"dtype {dtype}", lambda dtype=dtype: Spec([2], dtype))
print(Spec([2], name="x"), Spec([2], name="x").name, Spec([2, None]).shape, Spec([2]).dtype)
print(Spec.from_spec(Spec([2], name="z")), Spec.from_spec(Spec([2], name="z"), name="w"))
print(Spec.from_tensor(tf.constant([1, 2]), name="t"))
for value in ([1, 2], np.ones(2), tf.Variable(1.0), 3):
    attempt(f"from_tensor {type(value).__name__}", lambda value=value: Spec.from_tensor(value))

specs = {
    "[2]": Spec([2]), "[3]": Spec([3]), "[None]": Spec([None]), "None": Spec(None), "[2, 1]": Spec([2, 1]),
    "int32": Spec([2], tf.int32), "named": Spec([2], name="a"), "other": Spec([2], name="b"),
}  # fmt: skip
for first, x in specs.items():
    for second, y in specs.items():
        print(
            first, second, x == y, hash(x) == hash(y) if x == y else "-", x.is_compatible_with(y), x.is_subtype_of(y),
            x.most_specific_common_supertype([y]),
        )  # fmt: skip
attempt("compatible type", lambda: Spec([2]).most_specific_compatible_type(Spec([3])))
attempt("compatible type", lambda: Spec([2]).most_specific_compatible_type(Spec([3], tf.int32)))

for value in (tf.ones([2]), tf.ones([3]), tf.constant([1, 2]), [1.0, 2.0], np.ones(2, np.float32), 3, Spec([2])):
    print(type(value).__name__, Spec([2]).is_compatible_with(value))

slices = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]))
whole = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([1]), tf.constant([3, 2]))
array = tf.TensorArray(tf.float32, 3, dynamic_size=True, element_shape=[2])
for value in (
    tf.constant([1, 2]), np.ones(3), [1, 2], 3, "a", [[1.0], [2.0]], [], np.float32(2), tf.Variable([1.0, 2.0]),
    tf.Variable(1.0, trainable=False), slices, whole, array, tf.TensorArray(tf.int32, 1), object(), (1, "a"), {},
    Spec([2]),
):  # fmt: skip
    attempt(f"of {type(value).__name__}", lambda value=value: tf.type_spec_from_value(value))

rows = tf.IndexedSlicesSpec([3, 2])
print(rows, rows == tf.IndexedSlicesSpec([3, 2]), rows.is_subtype_of(tf.IndexedSlicesSpec([None, 2])))
print(tf.IndexedSlicesSpec(), tf.IndexedSlicesSpec([None, 2], tf.float64, tf.int32, tf.int64, [3]))
print(rows.most_specific_common_supertype([tf.IndexedSlicesSpec([4, 2])]))
print(rows.is_compatible_with(slices), tf.IndexedSlicesSpec([3, 2], indices_dtype=tf.int32).is_compatible_with(slices))
arrays = tf.TensorArraySpec([2])
print(arrays, arrays == tf.TensorArraySpec([2]), tf.TensorArraySpec(), tf.TensorArraySpec([2], tf.int32, True, False))
print(arrays.is_compatible_with(tf.TensorArraySpec([None])), arrays.is_subtype_of(tf.TensorArraySpec([None])))
print([isinstance(spec, tf.TypeSpec) for spec in (Spec([2]), rows, arrays, tf.type_spec_from_value(tf.Variable(1.0)))])
print(rows.value_type is tf.IndexedSlices, arrays.value_type is tf.TensorArray, Spec([2]).value_type is tf.Tensor)
attempt("abstract", tf.TypeSpec)
