"""A time series in windows: inputs and targets by window and zip, a forecast that is learnt, and a walk forward."""

import numpy as np
import tensorflow as tf

tf.random.set_seed(1)
t = np.arange(60, dtype=np.float32)
series = np.sin(t / 4) + 0.1 * t / 10

values = tf.data.Dataset.from_tensor_slices(series)
windows = values.window(6, shift=3, stride=2, drop_remainder=True)
print([[round(float(x), 3) for x in w] for w in windows.take(3)])
flat = windows.flat_map(lambda w: w.batch(6))
print(flat.element_spec, sum(1 for _ in flat))

pairs = values.window(9, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(9)).map(lambda w: (w[:8], w[8]))
train, test = pairs.take(40), pairs.skip(40)
w, b = tf.Variable(tf.zeros([8])), tf.Variable(0.0)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        error = tf.linalg.matvec(x, w) + b - y
        loss = tf.reduce_mean(error**2)
    gw, gb = tape.gradient(loss, [w, b])
    w.assign_sub(0.05 * gw)
    b.assign_sub(0.05 * gb)
    return loss


for epoch in range(5):
    losses = [float(step(x, y)) for x, y in train.shuffle(40, seed=epoch).batch(8)]
    print(epoch, round(float(np.mean(losses)), 5))
print(round(float(np.mean([float((tf.tensordot(x, w, 1) + b - y) ** 2) for x, y in test])), 4))

history, ahead = list(series[-8:]), []
for _ in range(4):
    ahead.append(float(tf.tensordot(tf.constant(history[-8:]), w, 1) + b))
    history.append(np.float32(ahead[-1]))
print([round(x, 3) for x in ahead])

made = tf.keras.utils.timeseries_dataset_from_array(series[:-3], series[3:], 3, sequence_stride=10, batch_size=4)
for x, y in made:
    print(x.numpy().round(3).tolist(), y.numpy().round(3).tolist())

two = tf.data.Dataset.zip((values.batch(4), values.skip(4).batch(2)))
nested = tf.data.Dataset.range(7).window(3, shift=3).map(lambda w: w.reduce(np.int64(0), lambda a, x: a + x))
print(len(list(two)), [int(x) for x in nested])
sums = values.scan(tf.constant(0.0), lambda total, x: (total + x, (total + x, x)))
print([round(float(s), 3) for s, _ in sums.skip(56)])
moving = values.window(5, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(5)).map(tf.reduce_mean)
print(np.array(list(moving.as_numpy_iterator()))[:4].round(4))
