"""The orders of shuffled and sampled datasets for given seeds."""

import tensorflow as tf

Dataset = tf.data.Dataset


def shown(dataset):
    return [x.numpy().tolist() for x in dataset]


for seed in (0, 1, 42, 2**40 + 3, -7):
    for size in (1, 3, 10, 20):
        print(seed, size, shown(Dataset.range(10).shuffle(size, seed=seed)))
again = Dataset.range(6).shuffle(4, seed=3)
print(shown(again), shown(again), shown(again))
fixed = Dataset.range(6).shuffle(4, seed=3, reshuffle_each_iteration=False)
print(shown(fixed), shown(fixed))
print(shown(Dataset.range(6).shuffle(4, seed=3).repeat(3)))
print(shown(Dataset.range(6).shuffle(20, seed=3).batch(4).repeat(2)))
print(shown(Dataset.range(6).repeat(2).shuffle(4, seed=3)))
print(shown(Dataset.range(2000).shuffle(1500, seed=5))[::97])
both = Dataset.range(8).shuffle(8, seed=3)
first, second = iter(both), iter(both)
print(next(first), next(second), shown(first), shown(second))
print([(a.numpy(), b.numpy()) for a, b in Dataset.zip(both, both)])

tf.random.set_seed(7)
print(shown(Dataset.range(10).shuffle(10)), shown(Dataset.range(10).shuffle(10)))
print(shown(Dataset.range(10).shuffle(10, seed=5)))
tf.random.set_seed(7)
print(shown(Dataset.range(10).shuffle(10)))
tf.random.set_seed(0)
print(shown(Dataset.range(10).shuffle(10, seed=0)))
nested = Dataset.range(2).flat_map(lambda i: Dataset.range(4).shuffle(4, seed=2))
print(shown(nested), shown(nested.repeat(2)))


@tf.function
def digits(n):
    number = tf.constant(0, tf.int64)
    for x in Dataset.range(n).shuffle(4, seed=1):
        number = number * 10 + x
    return number


print(digits(tf.constant(5, tf.int64)), digits(tf.constant(5, tf.int64)), digits(tf.constant(3, tf.int64)))

print(shown(Dataset.random(seed=4).take(4)))
numbers = Dataset.random(seed=4, rerandomize_each_iteration=True).take(3)
print(shown(numbers), shown(numbers))
parts = [Dataset.range(5), Dataset.range(10, 14), Dataset.range(20, 26)]
print(shown(Dataset.sample_from_datasets(parts, seed=9)))
print(shown(Dataset.sample_from_datasets(parts, [0.5, 0.2, 0.3], seed=9)))
print(shown(Dataset.sample_from_datasets(parts, [0.5, 0.2, 0.3], seed=9, stop_on_empty_dataset=True)))
print(shown(Dataset.sample_from_datasets(parts, [0.5, 0.0, 0.5], seed=9)))
weights = Dataset.from_tensor_slices([[0.9, 0.1, 0.1], [0.1, 0.9, 0.1]]).repeat()
print(shown(Dataset.sample_from_datasets(parts, weights, seed=9)))
print(shown(Dataset.sample_from_datasets(parts, seed=9, rerandomize_each_iteration=True)))
print(shown(Dataset.choose_from_datasets(parts, Dataset.range(3).repeat(4))))
print(shown(Dataset.choose_from_datasets(parts, Dataset.range(3).repeat(9), stop_on_empty_dataset=False)))

tf.random.set_seed(1)
classes = Dataset.from_tensor_slices([0, 1] * 20)
print([a.numpy() for a, _ in classes.rejection_resample(lambda x: x, [0.3, 0.7], [0.5, 0.5], seed=3)])
print([a.numpy() for a, _ in classes.rejection_resample(lambda x: x, [0.3, 0.7], seed=3)])
drawn = Dataset.range(3).map(lambda x: tf.random.uniform([2]))
print([x.numpy() for x in drawn], [x.numpy() for x in drawn])
print([x.numpy() for x in Dataset.range(2).map(lambda x: tf.random.normal([], seed=2)).repeat(2)])
