"""Datasets of datasets: window, group_by_window, and functions of them."""

import numpy as np
import tensorflow as tf

Dataset = tf.data.Dataset


def shown(dataset):
    return [tf.nest.map_structure(lambda x: np.array(x.numpy()).tolist(), x) for x in dataset]


numbers = Dataset.range(7)
print(numbers.window(3))
for arguments in ({}, {"shift": 1}, {"shift": 5}, {"stride": 2}, {"shift": 2, "stride": 2}, {"drop_remainder": True}):
    windows = numbers.window(3, **arguments)
    print(arguments, windows.cardinality().numpy(), [shown(w) for w in windows])
    print(shown(windows.flat_map(lambda w: w.batch(3))))
print(shown(numbers.window(3, 1, 2, True).flat_map(lambda w: w.batch(3, drop_remainder=True))))
pairs = Dataset.zip(numbers, numbers.map(lambda x: -x)).window(2)
print(pairs.element_spec)
print(shown(pairs.flat_map(lambda a, b: Dataset.zip(a.batch(2), b.batch(2)))))
print(shown(numbers.window(3).map(lambda w: w.reduce(tf.constant(0, tf.int64), lambda a, b: a + b))))
named = Dataset.from_tensor_slices({"a": [1, 2, 3, 4], "b": ["p", "q", "r", "s"]}).window(2)
for window in named:
    print({k: shown(v) for k, v in window.items()})
print(shown(numbers.batch(2).window(2).flat_map(lambda w: w.unbatch())))


def batches(key, dataset):
    return dataset.batch(2).map(lambda x: (key, x))


print(shown(numbers.group_by_window(lambda x: x % 2, batches, 2)))
print(shown(numbers.group_by_window(lambda x: x % 3, batches, 4)))
print(shown(numbers.group_by_window(lambda x: x % 3, lambda k, d: d.batch(9), window_size_func=lambda k: k + 1)))


@tf.function
def largest(window):
    best = tf.constant(-1, tf.int64)
    for x in window:
        best = tf.maximum(best, x)
    return best


print([largest(w).numpy() for w in numbers.window(3)])
print(tf.data.DatasetSpec(tf.TensorSpec([])), tf.data.DatasetSpec.from_value(numbers))
