"""Steps of a variational autoencoder: a sampling layer with a seed of its own, losses that a layer adds."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, ops

keras.utils.set_random_seed(8)


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        mean, log_var = inputs
        self.add_loss(-0.5 * ops.mean(1 + log_var - ops.square(mean) - ops.exp(log_var)))
        epsilon = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_var) * epsilon


inputs = keras.Input((6,))
h = layers.Dense(8, activation="relu")(inputs)
mean, log_var = layers.Dense(2, name="mean")(h), layers.Dense(2, name="log_var")(h)
z = Sampling()([mean, log_var])
encoder = keras.Model(inputs, [mean, log_var, z], name="encoder")
decoder = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(6, activation="sigmoid")])
optimizer = keras.optimizers.Adam(0.005)
data = np.random.default_rng(3).uniform(size=(16, 6)).astype("float32")
decoder.build((None, 2))


@tf.function
def step(x):
    with tf.GradientTape() as tape:
        _, _, z = encoder(x)
        reconstruction = ops.sum(keras.losses.binary_crossentropy(x, decoder(z)))
        loss = reconstruction + sum(encoder.losses)
    variables = encoder.trainable_weights + decoder.trainable_weights
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return reconstruction, loss


for _ in range(4):
    reconstruction, loss = step(data)
    print(f"{float(reconstruction):.6f} {float(loss):.6f}")
mean, log_var, z = encoder(data[:2])
print(z.numpy())
print([o.shape for o in encoder.outputs])
