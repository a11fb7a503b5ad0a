"""A siamese network with a contrastive loss, and a triplet loss in a model of its own."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(3)
rng = np.random.default_rng(2)
centres = rng.normal(size=(4, 6))
labels = rng.integers(0, 4, 60)
x = (centres[labels] + 0.3 * rng.normal(size=(60, 6))).astype("float32")


def embedding():
    return keras.Sequential([keras.layers.Dense(12, activation="relu"), keras.layers.Dense(2)], name="embedding")


def distance(pair):
    a, b = pair
    return keras.ops.sqrt(keras.ops.maximum(keras.ops.sum((a - b) ** 2, 1, keepdims=True), 1e-7))


def contrastive(same, d):
    return keras.ops.mean(same * d**2 + (1 - same) * keras.ops.maximum(1.0 - d, 0.0) ** 2)


left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
embed = embedding()
twin = keras.Model([left, right], keras.layers.Lambda(distance)([embed(left), embed(right)]))
i, j = rng.integers(0, 60, (2, 120))
same = (labels[i] == labels[j]).astype("float32")[:, None]
twin.compile("adam", contrastive)
history = twin.fit([x[i], x[j]], same, epochs=4, batch_size=40, verbose=0)
print([f"{v:.5f}" for v in history.history["loss"]])
print(len(twin.trainable_variables), [layer.name for layer in twin.layers])


class Triplets(keras.Model):
    def __init__(self, margin=0.5):
        super().__init__()
        self.embed, self.margin = embedding(), margin
        self.tracker = keras.metrics.Mean(name="loss")

    def call(self, triplet):
        anchor, positive, negative = (self.embed(part) for part in triplet)
        near = tf.reduce_sum(tf.square(anchor - positive), -1)
        return near, tf.reduce_sum(tf.square(anchor - negative), -1)

    def train_step(self, data):
        with tf.GradientTape() as tape:
            near, far = self(data)
            loss = tf.reduce_mean(tf.maximum(near - far + self.margin, 0.0))
        variables = self.embed.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

    @property
    def metrics(self):
        return [self.tracker]


picks = [
    (a, rng.choice(np.flatnonzero(labels == labels[a])), rng.choice(np.flatnonzero(labels != labels[a])))
    for a in range(60)
]
parts = tuple(x[list(part)] for part in zip(*picks))
triplets = tf.data.Dataset.from_tensor_slices(parts).batch(20)
model = Triplets()
model.compile(keras.optimizers.Adam(0.01))
print([f"{v:.5f}" for v in model.fit(triplets, epochs=4, verbose=0).history["loss"]])
near, far = model(tuple(tf.constant(part) for part in parts))
print(near.shape, bool(tf.reduce_mean(near) < tf.reduce_mean(far)))
