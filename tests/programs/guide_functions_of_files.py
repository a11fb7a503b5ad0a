"""Functions of files in pipelines: NumPy's files, tensors of no known rank, serialized tensors, and parts of paths."""

import os
import tempfile

import numpy as np
import tensorflow as tf

folder = tempfile.mkdtemp()
files = []
for kind in ("left", "right"):
    os.makedirs(os.path.join(folder, kind))
    for i in range(2):
        files.append(os.path.join(folder, kind, f"{i}.npy"))
        np.save(files[-1], np.arange(6, dtype=np.float32).reshape(2, 3) + i)
calls = []


def load(path):
    calls.append(type(path).__name__)
    return np.load(path.decode())


paths = tf.data.Dataset.from_tensor_slices(files)
arrays = paths.map(lambda path: tf.numpy_function(load, [path], tf.float32))
print(arrays.element_spec, calls)
print([x.numpy().sum() for x in arrays], calls)


def shaped(path):
    x = tf.numpy_function(load, [path], tf.float32)
    x.set_shape([2, 3])
    return tf.transpose(x) @ x, tf.strings.split(path, os.sep)[-2]


for x, kind in paths.map(shaped).batch(3):
    print(x.shape, x.numpy().sum(), kind.numpy())
scaled = paths.map(lambda path: tf.reshape(tf.numpy_function(load, [path], tf.float32), [-1]) / 2.0)
print(scaled.element_spec, scaled.batch(4).element_spec, next(iter(scaled)).numpy())
ensured = arrays.map(lambda x: tf.ensure_shape(x * 2.0, [None, 3]))
print(ensured.element_spec, next(iter(ensured.batch(2))).shape)


def both(path):
    array = np.load(path.numpy().decode())
    return array, array.sum()


pairs = paths.map(lambda path: tf.py_function(both, [path], [tf.float32, tf.float32]))
print(pairs.element_spec)
for array, total in pairs.map(lambda a, b: (tf.ensure_shape(a, [2, 3]), tf.ensure_shape(b, []))).batch(4):
    print(array.shape, total.numpy())
print(next(iter(pairs.batch(2)))[1].numpy())


def kinds(*given):
    print([type(x).__name__ for x in given])
    return np.float32(1)


numbers = tf.data.Dataset.from_tensors((tf.constant("a"), tf.constant(1.0), tf.constant(2), tf.constant(["a"])))
print([x.numpy() for x in numbers.map(lambda *given: tf.numpy_function(kinds, given, tf.float32))])

strings = tf.data.Dataset.from_tensor_slices([tf.io.serialize_tensor(tf.ones([2, 3]) * i) for i in range(3)])
parsed = strings.map(lambda s: tf.io.parse_tensor(s, tf.float32))
print(parsed.element_spec, [x.shape for x in parsed], parsed.batch(2).element_spec)
print(next(iter(parsed.map(lambda x: tf.ensure_shape(x, [2, 3]) + 1).batch(3))).numpy().sum())
print(next(iter(strings.map(lambda s: tf.reshape(tf.io.parse_tensor(s, tf.float32), [3, 2]) @ tf.ones([2, 1])))).shape)
raw = strings.map(lambda s: tf.io.decode_raw(tf.strings.substr(s, -24, 24), tf.float32))
print(raw.element_spec, raw.map(lambda x: (x[5], x[2:][3], tf.slice(x, [1], [4]))).element_spec)
print([x.numpy() for x in raw.map(lambda x: x[5] + x[-6])])

lines = tf.data.Dataset.from_tensor_slices(["1,2,3,4", "5,6,7,8"])
parts = lines.map(lambda line: tf.strings.to_number(tf.strings.split(line, ",")))
print([x.numpy() for x in parts.map(lambda x: (x[3], x[1]))] if False else [(a.numpy(), b.numpy()) for a, b in
      parts.map(lambda x: (x[3], tf.tensordot(x, tf.constant([1.0, 0.0, 0.0, 1.0]), 1)))])  # fmt: skip
print([x.numpy().tolist() for x in parts.map(lambda x: tf.stack([x, tf.constant([9.0, 9.0, 9.0, 9.0])]))])
print([[y.numpy() for y in x] for x in parts.map(lambda x: tuple(tf.unstack(x, num=4)))])
print([x.numpy() for x in parts.map(lambda x: tf.boolean_mask(x, x > 0)[2])])
try:
    list(parts.map(lambda x: x[4]))
except (tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError) as error:
    print("slice index 4 of dimension 0 out of bounds" in str(error))


def changed(features):
    features["c"] = features.pop("a") + 1
    del features["b"]
    return features


print(tf.data.Dataset.from_tensors({"a": 1, "b": 2}).map(changed).element_spec)
counts = tf.data.Dataset.range(5).reduce({"n": tf.constant(0, tf.int64)}, lambda s, x: s | {"n": s["n"] + x})
print(counts["n"].numpy())
