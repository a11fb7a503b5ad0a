"""Contrastive learning: two views of each example, the normalised temperature-scaled loss, and a probe."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(20)
rng = np.random.default_rng(19)
x = rng.normal(size=(48, 6)).astype("float32")
labels = (x[:, 0] > 0).astype("int32")


class Contrastive(keras.Model):
    def __init__(self, temperature=0.5):
        super().__init__()
        self.temperature = temperature
        self.noise = keras.layers.GaussianNoise(0.3, seed=3)
        self.encoder = keras.Sequential(
            [keras.Input((6,)), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(8)]
        )
        self.head = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
        self.probe = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2)])

    def compile(self, contrastive_optimizer, probe_optimizer, **kwargs):
        super().compile(**kwargs)
        self.contrastive_optimizer, self.probe_optimizer = contrastive_optimizer, probe_optimizer
        self.probe_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.trackers = [keras.metrics.Mean(name="c_loss"), keras.metrics.Mean(name="p_loss")]
        self.accuracy = keras.metrics.SparseCategoricalAccuracy(name="c_accuracy")

    @property
    def metrics(self):
        return [*self.trackers, self.accuracy]

    def contrast(self, a, b):
        a, b = tf.math.l2_normalize(a, axis=1), tf.math.l2_normalize(b, axis=1)
        similarities = tf.matmul(a, b, transpose_b=True) / self.temperature
        targets = tf.range(tf.shape(a)[0])
        for s in (similarities, tf.transpose(similarities)):
            self.accuracy.update_state(targets, s)
        both = [
            keras.losses.sparse_categorical_crossentropy(targets, s, from_logits=True)
            for s in (similarities, tf.transpose(similarities))
        ]
        return tf.reduce_mean(both)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            views = [self.head(self.encoder(self.noise(x, training=True))) for _ in range(2)]
            loss = self.contrast(*views)
        variables = self.encoder.trainable_weights + self.head.trainable_weights
        self.contrastive_optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        features = self.encoder(x, training=False)
        with tf.GradientTape() as tape:
            probe_loss = self.probe_loss(y, self.probe(features))
        variables = self.probe.trainable_weights
        self.probe_optimizer.apply_gradients(zip(tape.gradient(probe_loss, variables), variables))
        for tracker, value in zip(self.trackers, (loss, probe_loss)):
            tracker.update_state(value)
        return {m.name: m.result() for m in self.metrics}


model = Contrastive()
model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.05))
history = model.fit(x, labels, batch_size=16, epochs=3, verbose=0).history
for name, values in sorted(history.items()):
    print(name, [f"{v:.4f}" for v in values])
print(len(model.trainable_variables), len(model.metrics))
