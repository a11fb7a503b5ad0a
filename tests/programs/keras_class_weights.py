"""Classes that are rare: class weights, sample weights, weights in datasets, and what history says of each."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(15)
rng = np.random.default_rng(14)
x = rng.normal(size=(100, 4)).astype("float32")
y = (x[:, 0] + x[:, 1] > 1.6).astype("int32")
counts = np.bincount(y)
weights = {0: len(y) / (2 * counts[0]), 1: len(y) / (2 * counts[1])}
print(counts, {k: f"{v:.4f}" for k, v in weights.items()})
samples = np.where(y == 1, weights[1], weights[0]).astype("float32")


def make(bias=None):
    keras.utils.set_random_seed(8)
    if bias is not None:
        bias = keras.initializers.Constant(bias)
    head = keras.layers.Dense(1, activation="sigmoid", bias_initializer=bias or "zeros")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, activation="relu"), head])
    metrics = [
        keras.metrics.BinaryAccuracy(name="accuracy"),
        keras.metrics.Recall(name="recall"),
        keras.metrics.AUC(name="prc", curve="PR"),
    ]
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=metrics, weighted_metrics=["mse"])
    return model


def show(name, history):
    print(name, {k: [f"{v:.4f}" for v in values] for k, values in sorted(history.history.items())})


show("plain", make().fit(x, y, batch_size=25, epochs=3, verbose=0))
show("bias", make(np.log(counts[1] / counts[0])).fit(x, y, batch_size=25, epochs=3, verbose=0))
show("classes", make().fit(x, y, batch_size=25, epochs=3, class_weight=weights, verbose=0))
show("samples", make().fit(x, y, batch_size=25, epochs=3, sample_weight=samples, verbose=0))
dataset = tf.data.Dataset.from_tensor_slices((x, y[:, None], samples)).batch(25)
show("dataset", make().fit(dataset, epochs=2, validation_data=(x, y, samples), verbose=0))
split = make().fit(x, y, batch_size=25, epochs=2, validation_split=0.2, class_weight=weights, verbose=0)
show("split", split)
print(split.epoch, split.params)
