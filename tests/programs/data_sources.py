"""Datasets of tensors, ranges and generators: elements, specs, cardinalities."""

import numpy as np
import tensorflow as tf

Dataset = tf.data.Dataset


def shown(dataset):
    return [tf.nest.map_structure(lambda x: x.numpy(), x) for x in dataset]


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__)


for dataset in (
    Dataset.range(5),
    Dataset.range(1, 10, 3),
    Dataset.range(3, output_type=tf.float32),
    Dataset.from_tensors({"a": 1, "b": [2.0]}),
    Dataset.from_tensor_slices([[1, 2], [3, 4]]),
    Dataset.from_tensor_slices(([1, 2], [3.0, 4.0])),
    Dataset.from_tensor_slices({"x": np.arange(2), "y": ["p", "q"]}),
    Dataset.from_tensor_slices(((tf.zeros([2, 3]), [1, 2]), ["a", "b"])),
    Dataset.zip({"a": Dataset.range(3), "b": (Dataset.range(5), Dataset.range(4))}),
    Dataset.range(3).concatenate(Dataset.range(5, 7)),
    Dataset.range(10).skip(2).take(5).shard(2, 1),
    Dataset.range(2).repeat(3),
    Dataset.range(3).enumerate(start=4),
    Dataset.counter(start=2, step=3).take(3),
    Dataset.from_tensor_slices([3, 1, 3, 2, 1]).unique(),
    Dataset.from_tensor_slices(["a", "b", "a"]).unique(),
):
    print(dataset)
    print(dataset.cardinality().numpy())
    for element in shown(dataset):
        print(element)


def count():
    yield 1, [1, 2]
    yield 2, [3]


print(shown(Dataset.from_generator(count, output_signature=(tf.TensorSpec([], tf.int32), tf.TensorSpec([None])))))
print(shown(Dataset.from_generator(count, (tf.int32, tf.int64))))
print(Dataset.from_generator(count, (tf.int32, tf.int64), ([], [None])))
print(Dataset.from_generator(count, (tf.int32, tf.int64)))
print(shown(Dataset.from_generator(lambda n: range(n), tf.int32, args=(3,))))
attempt(lambda: shown(Dataset.from_generator(count, (tf.int32, tf.int64), ((), (2,)))))
attempt(lambda: Dataset.from_generator(3, tf.int32))
attempt(lambda: Dataset.from_generator(count))
attempt(lambda: Dataset.from_tensor_slices((tf.zeros([2]), tf.zeros([3]))))
attempt(lambda: Dataset.from_tensor_slices(1))
attempt(lambda: Dataset.zip(Dataset.range(3), 1))
attempt(lambda: Dataset.range(3).concatenate(Dataset.from_tensors(1)))

print(len(Dataset.range(10)), len(Dataset.range(10).batch(3)), bool(Dataset.range(0)))
attempt(lambda: len(Dataset.range(3).repeat()))
attempt(lambda: len(Dataset.range(3).filter(lambda x: x > 1)))
for count in (-1, 0, 2):
    print(Dataset.range(4).repeat(count).cardinality().numpy(), Dataset.range(4).skip(count).cardinality().numpy())
    print(Dataset.range(4).take(count).cardinality().numpy(), shown(Dataset.range(4).skip(count)))
print(list(Dataset.from_tensor_slices((["a", "b"], [1.5, 2.0])).as_numpy_iterator()))
print(Dataset.range(1).get_single_element())
attempt(lambda: Dataset.range(2).get_single_element())
attempt(lambda: Dataset.range(0).get_single_element())
iterator = iter(Dataset.range(2))
print(next(iterator), iterator.get_next(), iterator.element_spec)
print(iterator.get_next_as_optional().has_value())
attempt(lambda: next(iterator))
attempt(lambda: iterator.get_next())
attempt(lambda: iterator.get_next_as_optional().get_value())
