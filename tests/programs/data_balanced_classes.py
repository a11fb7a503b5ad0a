"""Classes of unequal sizes: rejection_resample, sample_from_datasets, choose_from_datasets, and what it does to a model."""

import collections

import numpy as np
import tensorflow as tf

labels = np.array([0] * 90 + [1] * 10, np.int32)
points = np.stack([np.arange(100) / 100, labels * 2 - 1], 1).astype(np.float32)
data = tf.data.Dataset.from_tensor_slices((points, labels))


def counts(dataset, of=lambda x, y: y):
    return sorted(collections.Counter(int(of(*e)) for e in dataset).items())


print(counts(data))
balanced = data.rejection_resample(class_func=lambda x, y: y, target_dist=[0.5, 0.5], initial_dist=[0.9, 0.1], seed=1)
kept = [(int(c), int(y)) for c, (x, y) in balanced]
print(all(c == y for c, y in kept), 10 <= len(kept) <= 60, 0.2 < np.mean([c for c, _ in kept]) < 0.8)
print(balanced.element_spec)

zeros, ones = (data.filter(lambda x, y, n=n: y == n) for n in (0, 1))
mixed = tf.data.Dataset.sample_from_datasets([zeros, ones.repeat()], [0.5, 0.5], seed=7, stop_on_empty_dataset=True)
found = counts(mixed.take(100))
print([n for n, _ in found], all(25 < c < 75 for _, c in found))
turns = tf.data.Dataset.choose_from_datasets([zeros, ones], tf.data.Dataset.range(2).repeat(12))
print([int(y) for _, y in turns], len(list(turns)))
some = tf.data.Dataset.choose_from_datasets(
    [zeros, ones], tf.data.Dataset.range(2).repeat(12), stop_on_empty_dataset=False
)
print(counts(some))

w = tf.Variable([0.0, 0.0])
for batch, (x, y) in enumerate(turns.batch(6)):
    with tf.GradientTape() as tape:
        logits = tf.linalg.matvec(x, w)
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.cast(y, tf.float32), logits))
    w.assign_sub(tape.gradient(loss, w))
    print(batch, round(float(loss), 3), w.numpy().round(4))

grouped = data.group_by_window(
    key_func=lambda x, y: tf.cast(y, tf.int64), reduce_func=lambda key, rows: rows.batch(8), window_size=8
)
print([(x.shape[0], sorted(set(y.numpy().tolist()))) for x, y in grouped])
sized = data.group_by_window(
    lambda x, y: tf.cast(y, tf.int64),
    lambda key, rows: rows.map(lambda x, y: x[0]).batch(32).map(lambda x: (key, tf.reduce_sum(x))),
    window_size_func=lambda key: 20 - 10 * key,
)
print([(int(key), round(float(x), 3)) for key, x in sized])
