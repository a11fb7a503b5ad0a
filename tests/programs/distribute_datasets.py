"""Datasets that replicas share: every batch in parts, elements in turn, in loops of Python and of functions."""

import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy()


def each(value):
    return [x.numpy().tolist() for x in strategy.experimental_local_results(value)]


for count, size in (10, 4), (9, 4), (7, 5), (5, 4):
    dataset = strategy.experimental_distribute_dataset(tf.data.Dataset.range(count).batch(size))
    print(count, size, [each(element) for element in dataset])
print(dataset.element_spec, isinstance(dataset, tf.distribute.DistributedDataset))
iterator = iter(dataset)
print(next(iterator), isinstance(iterator, tf.distribute.DistributedIterator))
print(iterator.get_next_as_optional().has_value().numpy(), iterator.get_next_as_optional().has_value().numpy())
pairs = tf.data.Dataset.from_tensor_slices({"x": [1.0, 2.0, 3.0, 4.0], "y": [[1], [2], [3], [4]]}).batch(4)
print(next(iter(strategy.experimental_distribute_dataset(pairs))))


def made(context):
    print(context.num_input_pipelines, context.input_pipeline_id, context.get_per_replica_batch_size(8))
    return tf.data.Dataset.range(5).batch(2)


print([each(element) for element in strategy.distribute_datasets_from_function(made)])


def total(x):
    return tf.reduce_sum(tf.cast(x, tf.float32))


@tf.function
def over(dataset):
    result = 0.0
    for x in dataset:
        result += strategy.reduce("SUM", strategy.run(total, args=(x,)), axis=None)
    return result


@tf.function
def some(iterator, steps):
    result = 0.0
    for _ in tf.range(steps):
        result += strategy.reduce("SUM", strategy.run(total, args=(next(iterator),)), axis=None)
    return result


dataset = strategy.experimental_distribute_dataset(tf.data.Dataset.range(9).batch(4))
print(over(dataset).numpy())
iterator = iter(dataset)
print(some(iterator, tf.constant(2)).numpy(), each(next(iterator)))
print(tf.distribute.get_strategy().experimental_distribute_dataset(tf.data.Dataset.range(2)).element_spec)
