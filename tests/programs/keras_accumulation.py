"""Gradients added up over several batches: the option of optimizers, and a `train_step` that does it."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(13)
rng = np.random.default_rng(12)
x, y = rng.normal(size=(32, 4)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


class Accumulating(keras.Model):
    def __init__(self, model, steps):
        super().__init__()
        self.inner, self.steps = model, steps

    def build(self, shape):
        self.inner.build(shape)
        self.sums = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in self.inner.trainable_variables]
        self.count = tf.Variable(0, trainable=False)

    def call(self, x):
        return self.inner(x)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True)) / self.steps
        for total, g in zip(self.sums, tape.gradient(loss, self.inner.trainable_variables)):
            total.assign_add(g)
        self.count.assign_add(1)
        tf.cond(self.count == self.steps, self.apply, lambda: None)
        return {"loss": loss * self.steps, "count": self.count}

    def apply(self):
        self.optimizer.apply(list(self.sums), self.inner.trainable_variables)
        for total in self.sums:
            total.assign(tf.zeros_like(total))
        self.count.assign(0)


def dense():
    return keras.Sequential([keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])


keras.utils.set_random_seed(1)
model = Accumulating(dense(), 4)
model.build((None, 4))
start = model.inner.get_weights()
model.compile(keras.optimizers.SGD(0.1), "mse")
model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
found = model.inner.get_weights()

whole = dense()
whole.build((None, 4))
whole.set_weights(start)
whole.compile(keras.optimizers.SGD(0.1), "mse")
whole.fit(x, y, batch_size=32, epochs=2, verbose=0)
print("as one batch", all(np.allclose(a, b, atol=1e-6) for a, b in zip(found, whole.get_weights())))

option = dense()
option.build((None, 4))
option.set_weights(start)
option.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=4), "mse")
history = option.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
print("by the option", all(np.allclose(a, b, atol=1e-6) for a, b in zip(found, option.get_weights())))
print([f"{v:.5f}" for v in history], int(option.optimizer.iterations))
print([np.round(w.ravel()[:3], 5).tolist() for w in found])
