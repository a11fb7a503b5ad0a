"""DType objects: their names, attributes, limits and comparisons."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


dtypes = [
    tf.float16,
    tf.bfloat16,
    tf.float32,
    tf.float64,
    tf.int8,
    tf.int16,
    tf.int32,
    tf.int64,
    tf.uint8,
    tf.uint16,
    tf.uint32,
    tf.uint64,
    tf.complex64,
    tf.complex128,
    tf.bool,
    tf.string,
]
for dtype in dtypes:
    print(
        dtype,
        repr(dtype),
        dtype.name,
        dtype.size,
        dtype.as_datatype_enum,
        np.dtype(dtype.as_numpy_dtype).name,
        *[
            kind
            for kind in "floating integer complex bool unsigned numpy_compatible".split()
            if getattr(dtype, f"is_{kind}")
        ],
    )

for dtype in tf.float16, tf.float32, tf.float64, tf.int8, tf.int32, tf.int64, tf.uint8, tf.uint64:
    print(dtype.name, dtype.min, dtype.max)
for dtype in tf.bool, tf.string, tf.complex64:
    attempt(f"min of {dtype.name}", lambda dtype=dtype: dtype.min)
    attempt(f"max of {dtype.name}", lambda dtype=dtype: dtype.max)
print(tf.uint8.limits, tf.float32.limits, tf.int16.limits)
print(tf.complex64.real_dtype, tf.complex128.real_dtype, tf.float32.real_dtype, tf.int8.base_dtype)

print(tf.half is tf.float16, tf.double is tf.float64, tf.dtypes.float32 is tf.float32)
print(tf.float32 == "float32", tf.float32 == np.float32, tf.float32 == float, tf.int32 == tf.int64)
print(tf.float32 != "float32", tf.float32 != tf.float64, tf.float32 == None, tf.float32 == "foo")
print({tf.float32: "a key"}[tf.as_dtype("float32")], tf.constant(1.0).dtype is tf.float32)
print(isinstance(tf.float32, tf.DType), tf.DType is tf.dtypes.DType, type(tf.int8).__name__)
print(tf.float32.is_compatible_with(tf.float32), tf.float32.is_compatible_with(tf.int32))

for value in "float32", "half", "double", np.float64, np.dtype("int16"), float, bool, object, 1, 9:
    print(tf.as_dtype(value).name)
for value in "foo", None, int, str:
    attempt(f"as_dtype({value!r})", lambda value=value: tf.as_dtype(value))

print(np.zeros(2, tf.int16.as_numpy_dtype).dtype, np.ones(1, tf.bool.as_numpy_dtype))
print(f"{tf.float32} {tf.bool!r} {tf.string!s}")
