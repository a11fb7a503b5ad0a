"""Grad-CAM: which parts of the last feature maps speak for a class, with a model cut in two."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(1)
rng = np.random.default_rng(0)
x = rng.normal(size=(6, 12, 12, 1)).astype("float32")

inputs = keras.Input((12, 12, 1))
h = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
maps = keras.layers.Conv2D(6, 3, activation="relu", name="last_maps")(h)
outputs = keras.layers.Dense(3)(keras.layers.GlobalAveragePooling2D()(maps))
model = keras.Model(inputs, outputs)
both = keras.Model(model.inputs, [model.get_layer("last_maps").output, model.output])


def heatmaps(images, classes):
    with tf.GradientTape() as tape:
        features, logits = both(images)
        chosen = tf.gather(logits, classes, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(chosen, features), axis=(1, 2), keepdims=True)
    maps = tf.nn.relu(tf.reduce_sum(weights * features, -1))
    return maps / (tf.reduce_max(maps, axis=(1, 2), keepdims=True) + 1e-7)


for classes in ([0] * 6, [2, 1, 0, 2, 1, 0]):
    found = heatmaps(tf.constant(x), tf.constant(classes))
    print(found.shape, found.dtype.name)
    print(np.round(tf.reduce_mean(found, axis=(1, 2)).numpy(), 5))
large = tf.image.resize(found[..., None], [12, 12])
print(large.shape, f"{float(tf.reduce_sum(large)):.4f}")
print([layer.name for layer in both.layers if "maps" in layer.name])
