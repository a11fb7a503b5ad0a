"""batch, padded_batch, ragged_batch, unbatch, rebatch, bucket_by_sequence_length, and what they refuse."""

import tensorflow as tf

Dataset = tf.data.Dataset


def show(dataset):
    print(dataset)
    print(dataset.cardinality().numpy())
    for element in dataset:
        print(tf.nest.map_structure(lambda x: x.numpy().tolist() if isinstance(x, tf.Tensor) else x, element))


def attempt(function):
    try:
        function()
    except Exception as error:
        print(type(error).__name__)


def lengths(*n):
    return Dataset.from_tensor_slices(list(n)).map(lambda x: tf.range(x))


numbers = Dataset.range(7)
show(numbers.batch(3))
show(numbers.batch(3, drop_remainder=True))
show(numbers.batch(2, True, num_parallel_calls=2).batch(2))
show(Dataset.from_tensor_slices({"a": [1, 2, 3], "b": ["x", "y", "z"]}).batch(2))
show(Dataset.from_tensor_slices((tf.ones([3, 2]), [True, False, True])).batch(4))
show(lengths(1, 2, 3).padded_batch(2))
show(lengths(1, 2, 3).padded_batch(2, [None], -1))
show(lengths(1, 2, 3).padded_batch(2, [5], drop_remainder=True))
texts = Dataset.from_tensor_slices([1, 3, 2]).map(lambda x: (tf.range(x), tf.fill([x], "a"), x))
show(texts.padded_batch(3))
show(texts.padded_batch(2, ([4], [None], []), (-1, "?", None)))
show(texts.map(lambda a, b, c: {"a": a, "c": c}).padded_batch(3, {"a": [None], "c": []}))
show(lengths(1, 2, 3).ragged_batch(2))
show(lengths(2, 0, 1).map(lambda x: (x, x[:1])).ragged_batch(3))
show(numbers.batch(3).unbatch())
show(Dataset.from_tensors((tf.ones([2, 1]), [5, 6])).unbatch())
show(numbers.batch(3).rebatch(2))
show(numbers.batch(3).rebatch([1, 2], drop_remainder=True))
buckets = lengths(1, 5, 2, 3, 6, 1, 4)
show(buckets.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 5], [2, 2, 2]))
show(buckets.bucket_by_sequence_length(lambda x: tf.shape(x)[0], [3, 7], [2, 2, 2], pad_to_bucket_boundary=True))
show(buckets.bucket_by_sequence_length(lambda x: tf.size(x), [3], [2, 3], padding_values=-1, drop_remainder=True))
show(Dataset.from_tensor_slices([[1, 2], [3, 4]]).sparse_batch(2, [3]).map(tf.sparse.to_dense))

attempt(lambda: numbers.batch(0))
attempt(lambda: list(lengths(1, 2).batch(2)))
attempt(lambda: list(lengths(1, 3).padded_batch(2, [2])))
attempt(lambda: list(numbers.unbatch()))
attempt(lambda: numbers.rebatch(2))
attempt(lambda: numbers.bucket_by_sequence_length(lambda x: 1, [2], [1]))
