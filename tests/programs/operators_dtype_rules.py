"""Which dtypes operators refuse to combine, and with which class of error."""

import numpy as np
import tensorflow as tf


def attempt(label, function):
    try:
        result = function()
        print(label, "->", result.dtype.name, result.numpy())
    except Exception as error:
        print(label, "->", type(error).__name__)


def quote(label, function):
    try:
        function()
    except Exception as error:
        print(label, "->", f"{type(error).__name__}: {error}")


f32, f64 = tf.constant([1.0, 2.0]), tf.constant([1.0, 2.0], tf.float64)
f16, bf16 = tf.constant([1.0, 2.0], tf.float16), tf.constant([1.0, 2.0], tf.bfloat16)
i32, i64 = tf.constant([1, 2]), tf.constant([1, 2], tf.int64)
u8, flags = tf.constant([1, 2], tf.uint8), tf.constant([True, False])
words, c64 = tf.constant(["a", "b"]), tf.constant([1, 2], tf.complex64)

print("tensors of two dtypes")
tensors = {"f32": f32, "f64": f64, "f16": f16, "i32": i32, "i64": i64, "c64": c64, "words": words}
for one in tensors:
    for other in tensors:
        if one < other:
            attempt(f"{one} + {other}", lambda x=tensors[one], y=tensors[other]: x + y)
            attempt(f"{one} * {other}", lambda x=tensors[one], y=tensors[other]: x * y)
            attempt(f"{one} / {other}", lambda x=tensors[one], y=tensors[other]: x / y)
attempt("f16 - bf16", lambda: f16 - bf16)
attempt("i32 // f32", lambda: i32 // f32)
attempt("f32 % i32", lambda: f32 % i32)
attempt("f32 ** i32", lambda: f32**i32)
attempt("f32 < i32", lambda: f32 < i32)
attempt("f32 @ f64", lambda: f32[None] @ f64[:, None])
attempt("u8 + i32", lambda: u8 + i32)

print("tensors and Python numbers")
attempt("i32 + 1.5", lambda: i32 + 1.5)
attempt("1.5 + i32", lambda: 1.5 + i32)
attempt("i32 - 1.5", lambda: i32 - 1.5)
attempt("i32 * 2.0", lambda: i32 * 2.0)
attempt("i32 / 2.0", lambda: i32 / 2.0)
attempt("i32 ** 0.5", lambda: i32**0.5)
attempt("2.0 ** i32", lambda: 2.0**i32)
attempt("i32 * [0.5, 1]", lambda: i32 * [0.5, 1])
attempt("i32 + True", lambda: i32 + True)
attempt("f32 + 1j", lambda: f32 + 1j)
attempt("c64 + 1", lambda: c64 + 1)
attempt("c64 * 2.5", lambda: c64 * 2.5)
attempt("f32 + 'a'", lambda: f32 + "a")
attempt("f32 * 'a'", lambda: f32 * "a")
attempt("words + 1", lambda: words + 1)
attempt("1 + words", lambda: 1 + words)
attempt("f32 + None", lambda: f32 + None)
attempt("None + f32", lambda: None + f32)
attempt("f32 * {}", lambda: f32 * {})
attempt("f32 - object()", lambda: f32 - object())
attempt("f32 * [1, [2]]", lambda: f32 * [1, [2]])
attempt("i64 + 2**40", lambda: i64 + 2**40)
attempt("i64 + 2**70", lambda: i64 + 2**70)
attempt("bf16 * 2.5", lambda: bf16 * 2.5)
attempt("f16 + 0.1", lambda: f16 + 0.1)

print("NumPy values give way")
attempt("f32 + float64 array", lambda: f32 + np.ones(2))
attempt("float64 array + f32", lambda: np.ones(2) + f32)
attempt("i32 + array of halves", lambda: i32 + np.array([1.5, 2.5]))
attempt("f32 * np.int64", lambda: f32 * np.int64(3))
attempt("np.float64 * i32", lambda: np.float64(3) * i32)
attempt("f64 + float32 array", lambda: f64 + np.ones(2, np.float32))

print("operations that a dtype does not have")
attempt("flags + flags", lambda: flags + flags)
attempt("flags - flags", lambda: flags - flags)
attempt("flags / flags", lambda: flags / flags)
attempt("-flags", lambda: -flags)
attempt("words * words", lambda: words * words)
attempt("words - words", lambda: words - words)
attempt("words / words", lambda: words / words)
attempt("-words", lambda: -words)
attempt("abs(words)", lambda: abs(words))
attempt("+f32", lambda: +f32)
attempt("i32 << 1", lambda: i32 << 1)
attempt("divmod", lambda: divmod(f32, 2))
attempt("exp of ints", lambda: tf.exp(i32))
attempt("sqrt of an int", lambda: tf.sqrt(4))
attempt("sin of an int", lambda: tf.sin(1))
attempt("log of ints", lambda: tf.math.log(i32))
attempt("square of ints", lambda: tf.square(i32))
attempt("relu of ints", lambda: tf.nn.relu(i32))
attempt("sigmoid of ints", lambda: tf.sigmoid(i32))
attempt("sum of booleans", lambda: tf.reduce_sum(flags))
attempt("mean of ints", lambda: tf.reduce_mean(i32))
attempt("std of ints", lambda: tf.math.reduce_std(i32))
attempt("any of floats", lambda: tf.reduce_any(f32))

print("functions convert by their first argument")
attempt("tf.add(1, 2)", lambda: tf.add(1, 2))
attempt("tf.add(1, 2.5)", lambda: tf.add(1, 2.5))
attempt("tf.add(1.5, 2)", lambda: tf.add(1.5, 2))
attempt("tf.multiply(2, 3.5)", lambda: tf.multiply(2, 3.5))
attempt("tf.multiply(2.5, i32)", lambda: tf.multiply(2.5, i32))
attempt("tf.maximum(1, 2.0)", lambda: tf.maximum(1, 2.0))
attempt("tf.divide(1, 2)", lambda: tf.divide(1, 2))
attempt("tf.truediv(5, 2)", lambda: tf.truediv(5, 2))
attempt("tf.math.floordiv(5, 2)", lambda: tf.math.floordiv(5, 2))
attempt("tf.pow(2, 3)", lambda: tf.pow(2, 3))
attempt("tf.pow(2.0, [1, 2])", lambda: tf.pow(2.0, [1, 2]))
attempt("tf.where(p, 1.0, 2)", lambda: tf.where(flags, 1.0, 2))
attempt("tf.where(p, 1, 2.0)", lambda: tf.where(flags, 1, 2.0))
attempt("tf.concat", lambda: tf.concat([f32, f64], 0))
attempt("tf.stack", lambda: tf.stack([f32, i32]))
attempt("tf.stack([1, 2.5])", lambda: tf.stack([1, 2.5]))

print("integers that cannot be")
attempt("// 0", lambda: i32 // 0)
attempt("% 0", lambda: i32 % 0)
attempt("** -1", lambda: i32**-1)
attempt("tf.pow(2, -1)", lambda: tf.pow(2, -1))

print("in full")
quote("f32 * f64", lambda: f32 * f64)
quote("i32 + f32", lambda: i32 + f32)
quote("f32 / i32", lambda: f32 / i32)
quote("i32 * 2.0", lambda: i32 * 2.0)
