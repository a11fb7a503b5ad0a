"""Elements that are kept: cache in memory and in files, save and load, snapshot, prefetch; and options."""

import os
import tempfile

import tensorflow as tf

Dataset = tf.data.Dataset
os.chdir(tempfile.mkdtemp())
made = []


def shown(dataset):
    return [tf.nest.map_structure(lambda x: x.numpy(), x) for x in dataset]


def count():
    made.append(1)
    yield from range(3)


counted = Dataset.from_generator(count, output_signature=tf.TensorSpec([], tf.int32))
cached = counted.cache()
print(shown(cached), shown(cached), len(made))
cached = counted.cache("cached")
print(shown(cached), shown(cached), shown(counted.cache("cached")), len(made))
partly = counted.cache()
print(next(iter(partly)), shown(partly), shown(partly), len(made))
print(shown(counted.cache().repeat(3)), len(made))
print(shown(Dataset.range(4).cache().shuffle(4, seed=1).repeat(2)))

Dataset.range(3).map(lambda x: (x, tf.strings.as_string(x))).save("saved")
loaded = Dataset.load("saved")
print(loaded.element_spec, loaded.cardinality().numpy(), shown(loaded))
Dataset.range(6).save("shards", shard_func=lambda x: x % 2)
print(sorted(shown(Dataset.load("shards"))))
print(shown(Dataset.load("shards", reader_func=lambda files: files.flat_map(lambda file: file))))
Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])).batch(2).save("ragged")
for x in Dataset.load("ragged"):
    print(x)
try:
    Dataset.load("nothing")
except tf.errors.NotFoundError as error:
    print(type(error).__name__)

before = len(made)
snapshot = counted.snapshot("snapshot")
print(shown(snapshot), shown(snapshot), shown(counted.snapshot("snapshot")), len(made) - before)

print(list(Dataset.range(5).batch(2).prefetch(2).as_numpy_iterator()))
print(shown(Dataset.range(5).prefetch(tf.data.AUTOTUNE)), shown(Dataset.range(3).prefetch(0)))

options = tf.data.Options()
options.deterministic = False
options.threading.private_threadpool_size = 3
dataset = Dataset.range(3).with_options(options)
print(dataset, dataset.options().deterministic, dataset.options().threading.private_threadpool_size)
print(dataset.map(lambda x: x).options().deterministic, Dataset.range(3).options().deterministic)
other = tf.data.Options()
other.deterministic = True
print(dataset.with_options(other).options().deterministic, options == other)
try:
    options.missing = 1
except AttributeError as error:
    print(type(error).__name__)
print(shown(Dataset.range(3).apply(tf.data.experimental.assert_cardinality(3))))
try:
    shown(Dataset.range(3).apply(tf.data.experimental.assert_cardinality(4)))
except tf.errors.FailedPreconditionError as error:
    print(type(error).__name__)
