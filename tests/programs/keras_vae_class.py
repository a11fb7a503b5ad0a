"""A variational autoencoder as a `keras.Model`: a sampling layer, three metrics, and `add_loss`."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(3)
digits = np.random.default_rng(0).uniform(size=(40, 8, 8, 1)).astype("float32")


class Sampling(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        mean, log_var = inputs
        batch, dim = tf.shape(mean)[0], tf.shape(mean)[1]
        return mean + tf.exp(0.5 * log_var) * keras.random.normal((batch, dim), seed=self.seed_generator)


inputs = keras.Input((8, 8, 1))
h = layers.Conv2D(6, 3, activation="relu", strides=2, padding="same")(inputs)
h = layers.Dense(8, activation="relu")(layers.Flatten()(h))
z_mean, z_log_var = layers.Dense(2, name="z_mean")(h), layers.Dense(2, name="z_log_var")(h)
encoder = keras.Model(inputs, [z_mean, z_log_var, Sampling()([z_mean, z_log_var])], name="encoder")
latent = keras.Input((2,))
h = layers.Reshape((4, 4, 4))(layers.Dense(64, activation="relu")(latent))
h = layers.Conv2DTranspose(6, 3, activation="relu", strides=2, padding="same")(h)
decoder = keras.Model(latent, layers.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(h), name="decoder")


class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder
        self.trackers = [keras.metrics.Mean(name=n) for n in ("total_loss", "reconstruction_loss", "kl_loss")]

    @property
    def metrics(self):
        return self.trackers

    def train_step(self, data):
        with tf.GradientTape() as tape:
            z_mean, z_log_var, z = self.encoder(data)
            reconstruction = self.decoder(z)
            reconstruction_loss = tf.reduce_mean(
                tf.reduce_sum(keras.losses.binary_crossentropy(data, reconstruction), axis=(1, 2))
            )
            kl_loss = -0.5 * (1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var))
            kl_loss = tf.reduce_mean(tf.reduce_sum(kl_loss, axis=1))
            total_loss = reconstruction_loss + kl_loss
        grads = tape.gradient(total_loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        for tracker, value in zip(self.trackers, (total_loss, reconstruction_loss, kl_loss)):
            tracker.update_state(value)
        return {m.name: m.result() for m in self.trackers}


vae = VAE(encoder, decoder)
vae.compile(optimizer=keras.optimizers.Adam(0.01))
for name, values in vae.fit(digits, epochs=3, batch_size=10, verbose=0, shuffle=False).history.items():
    print(name, " ".join(f"{v:.4f}" for v in values))
print(np.round(vae.encoder.predict(digits[:3], verbose=0)[0], 4))
print(np.round(vae.decoder.predict(np.array([[0.0, 1.0]]), verbose=0)[0, ::3, ::3, 0], 4))
