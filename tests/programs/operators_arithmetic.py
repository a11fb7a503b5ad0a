"""The arithmetic operators, forwards and reflected, with Python numbers, lists and NumPy arrays."""

import numpy as np
import tensorflow as tf

a = tf.constant([7.0, -7.0])
b = tf.constant([2.0, 3.0])
print(a + b, a - b, a * b, a / b, a // b, a % b, b**b, sep="\n")
print(-a, abs(a), pow(b, 2), abs(tf.constant(3 + 4j)), -tf.constant(3), sep="\n")

i = tf.constant([7, -7])
j = tf.constant([2, 2])
print(i + j, i - j, i * j, i / j, i // j, i % j, j**j, sep="\n")
print(i // -2, i % -2, a // -2, a % -2, sep="\n")

print("Python numbers")
print(a + 1, a - 1, a * 2, a / 2, a // 2, a % 2, a**2, a + True, sep="\n")
print(1 + a, 1 - a, 2 * a, 2 / a, 2 // a, 2 % a, 2**b, 1.5 + a, sep="\n")
print(i + 1, 1 - i, i * 2, i / 2, 1 / i, 9 // i, 9 % i, 2**j, i + True, sep="\n")

print("lists and tuples")
print(a + [1, 2], [1, 2] + a, (1.5, 2) * a, a / [2, 4], i - [1, 2], [[1], [2]] * b, sep="\n")

print("NumPy arrays take the tensor's dtype")
n = np.array([1.0, 2.0])
print(a + n, n + a, n - a, n * a, n / a, n**b, n // a, n % a, sep="\n")
print(np.float64(2) * a, a * np.float64(2), np.int64(2) - a, np.float32(2) / a, sep="\n")
print(i + np.array([1, 2]), np.int64(1) + i, i * np.float64(2), np.arange(2) - i, sep="\n")
print(tf.constant([1.0], tf.float64) + np.float32(1), tf.constant([1], tf.int8) + np.arange(1))

print("matrices")
m = tf.constant([[1.0, 2.0], [3.0, 4.0]])
print(m @ m, m @ [[1.0], [2.0]], [[1.0, 2.0]] @ m, np.ones((1, 2)) @ m, m @ np.ones((2, 1)), sep="\n")
print(tf.constant([[1, 2]]) @ tf.constant([[3], [4]]), (tf.ones((5, 2, 3)) @ tf.ones((3, 1))).shape)

print("broadcasting")
row, column = tf.constant([[1.0, 2.0, 3.0]]), tf.constant([[10.0], [20.0]])
print(row + column, row * 2 - column / 2, (tf.ones((3, 1, 2)) * tf.ones((4, 1))).shape, sep="\n")
print(tf.zeros((0, 2)) + tf.ones((1, 2)), tf.zeros((2, 0)) * 3.0, 1.0 + tf.zeros((0,)))

print("edge values")
zero = tf.constant([0.0, 1.0, -1.0])
print(zero / 0.0, zero // 0.0, zero % 0.0, zero - np.inf, np.inf * zero, sep="\n")
print(tf.constant([0, 1]) / tf.constant(0), tf.constant(2) ** 3, tf.constant(0.0) ** 0)

print("results of small integers")
for dtype in tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64:
    x = tf.constant([7], dtype)
    print(dtype.name, (x / x).dtype.name, (x // 2).dtype.name, (x + 250).numpy(), (x - 9).numpy())

print("strings and booleans")
words = tf.constant(["a", "b"])
print(words + "x", "x" + words, words + words)
print(tf.constant([True, False]) * tf.constant([True, True]))

print("in place is not in place")
kept = a
a += 1
print(a, kept, a is kept)
