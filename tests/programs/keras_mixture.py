"""A mixture density network: the likelihood of a mixture as a loss, in `fit` and by its gradients."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(22)
rng = np.random.default_rng(21)
x = rng.uniform(-1, 1, (60, 1)).astype("float32")
y = np.where(rng.random((60, 1)) < 0.5, x, -x).astype("float32") + 0.05 * rng.normal(size=(60, 1)).astype("float32")
PARTS = 3


class Mixture(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.logits, self.means = keras.layers.Dense(PARTS), keras.layers.Dense(PARTS)
        self.scales = keras.layers.Dense(PARTS, activation="softplus")

    def call(self, h):
        return tf.concat([self.logits(h), self.means(h), self.scales(h) + 1e-2], -1)


def surprise(y, parameters):
    logits, means, scales = tf.split(parameters, 3, axis=-1)
    each = -0.5 * ((y - means) / scales) ** 2 - tf.math.log(scales) - 0.5 * np.log(2 * np.pi)
    return -tf.reduce_logsumexp(tf.nn.log_softmax(logits) + each, -1)


model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(12, activation="tanh"), Mixture()])
model.compile(keras.optimizers.Nadam(0.02), surprise)
print([f"{v:.5f}" for v in model.fit(x, y, batch_size=20, epochs=4, verbose=0).history["loss"]])
with tf.GradientTape(persistent=True) as tape:
    inputs = tf.constant(x[:4])
    tape.watch(inputs)
    loss = surprise(tf.constant(y[:4]), model(inputs))
print(np.round(tape.gradient(loss, inputs).numpy().ravel(), 3))
jacobian = tape.jacobian(loss, model.layers[0].kernel)
print(jacobian.shape, f"{float(tf.norm(jacobian)):.5f}")
for optimizer in ("adamw", "adagrad", "adadelta", "adamax", "ftrl", "lion", "rmsprop"):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4, activation="tanh"), Mixture()])
    model.compile(optimizer, surprise)
    print(optimizer, [f"{v:.5f}" for v in model.fit(x, y, batch_size=30, epochs=2, verbose=0).history["loss"]])
