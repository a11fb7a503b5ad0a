"""Schedules of the learning rate, and metrics of every kind over batches."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

schedules = keras.optimizers.schedules
for schedule in [
    schedules.ExponentialDecay(0.1, 10, 0.5),
    schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    schedules.PiecewiseConstantDecay([3, 6], [0.1, 0.05, 0.01]),
    schedules.PolynomialDecay(0.1, 10, 0.01, power=2.0),
    schedules.InverseTimeDecay(0.1, 5, 0.5),
    schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=3),
    schedules.CosineDecayRestarts(0.1, 4),
]:
    print(type(schedule).__name__, [round(float(schedule(i)), 6) for i in range(0, 9, 2)])

w = tf.Variable([1.0, -1.0])
optimizer = keras.optimizers.SGD(schedules.ExponentialDecay(0.5, 2, 0.5, staircase=True))
for _ in range(5):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w**2)
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
    print(int(optimizer.iterations), f"{float(optimizer.learning_rate):.4f}", w.numpy())

optimizer = keras.optimizers.Adam()
optimizer.learning_rate = 0.25
optimizer.learning_rate.assign(0.125)
print(float(optimizer.learning_rate))

true = np.array([0, 1, 1, 0, 1, 1], "float32")
scores = np.array([0.1, 0.4, 0.35, 0.8, 0.9, 0.7], "float32")
for metric in [
    keras.metrics.BinaryAccuracy(),
    keras.metrics.Precision(),
    keras.metrics.Recall(thresholds=[0.3, 0.5]),
    keras.metrics.AUC(num_thresholds=50),
    keras.metrics.TruePositives(),
    keras.metrics.MeanSquaredError(),
    keras.metrics.RootMeanSquaredError(),
    keras.metrics.BinaryCrossentropy(),
    keras.metrics.CosineSimilarity(),
    keras.metrics.MeanAbsoluteError(),
    keras.metrics.F1Score(average="micro", threshold=0.5),
    keras.metrics.BinaryIoU(target_class_ids=[0, 1], threshold=0.5),
]:
    for i in (0, 3):
        a, b = true[i : i + 3], scores[i : i + 3]
        metric.update_state(
            a[:, None], b[:, None]
        ) if "F1" in metric.name or "f1" in metric.name else metric.update_state(a, b)
    print(metric.name, metric.result().numpy())


@tf.function
def updated(metric_true, metric_scores):
    accuracy.update_state(metric_true, metric_scores)
    return accuracy.result()


accuracy = keras.metrics.TopKCategoricalAccuracy(k=2)
print(updated(tf.one_hot([0, 1, 2], 4), tf.constant(np.random.default_rng(0).uniform(size=(3, 4)), tf.float32)).numpy())
confusion = keras.metrics.MeanIoU(num_classes=2)
confusion.update_state([0, 1, 1, 0], [0, 1, 0, 0])
print(confusion.result().numpy())
