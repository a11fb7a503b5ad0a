"""Losses and metrics written by hand, and those of Keras that need a state, in `compile` and alone."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(9)
rng = np.random.default_rng(8)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x[:, 0] + 0.3 * rng.normal(size=40) > 0).astype("float32")[:, None]


class Focal(keras.losses.Loss):
    def __init__(self, gamma=2.0, name="focal", **kwargs):
        super().__init__(name=name, **kwargs)
        self.gamma = gamma

    def call(self, y_true, y_pred):
        p = tf.where(y_true > 0.5, y_pred, 1 - y_pred)
        return -tf.reduce_mean((1 - p) ** self.gamma * tf.math.log(tf.maximum(p, 1e-7)), -1)


class TruePositives(keras.metrics.Metric):
    def __init__(self, name="true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.count = self.add_weight(name="count", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        values = tf.cast(tf.logical_and(y_true > 0.5, y_pred > 0.5), self.dtype)
        if sample_weight is not None:
            values = values * tf.cast(tf.reshape(sample_weight, [-1, 1]), self.dtype)
        self.count.assign_add(tf.reduce_sum(values))

    def result(self):
        return self.count


def huber(y_true, y_pred):
    error = y_true - y_pred
    return tf.where(tf.abs(error) <= 0.5, tf.square(error) / 2, 0.5 * tf.abs(error) - 0.125)


model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
metrics = [TruePositives(), huber, keras.metrics.AUC(num_thresholds=20), keras.metrics.Precision(name="precision")]
model.compile(keras.optimizers.SGD(0.5), Focal(), metrics=metrics)
history = model.fit(x, y, batch_size=20, epochs=3, sample_weight=np.linspace(0.5, 1.5, 40), verbose=0).history
for name, values in history.items():
    print(name, [f"{v:.5f}" for v in values])
print({k: f"{v:.5f}" for k, v in model.evaluate(x, y, verbose=0, return_dict=True).items()})

metric = keras.metrics.MeanIoU(num_classes=3)
metric.update_state([0, 1, 2, 2], [0, 2, 2, 1])
print(f"{float(metric.result()):.5f}")
metric.reset_state()
metric.update_state([0, 1], [0, 1], sample_weight=[0.5, 0.5])
print(f"{float(metric.result()):.5f}", metric.name, metric.dtype)
for reduction in ("sum", "mean", "none", "sum_over_batch_size"):
    value = keras.losses.Huber(0.5, reduction=reduction)([[0.0, 1.0], [2.0, 3.0]], [[0.5, 1.0], [0.0, 2.0]])
    print(reduction, np.round(value.numpy(), 5).tolist())
print(keras.losses.get("mse").__name__, Focal(3.0).get_config()["name"])
