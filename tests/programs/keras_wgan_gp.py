"""Wasserstein GAN with gradient penalty: a tape in a tape, several steps of the critic for one of the generator."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(4)
data = np.random.default_rng(0).normal(size=(24, 6, 6, 1)).astype("float32")


def critic_model():
    inputs = keras.Input((6, 6, 1))
    h = layers.ZeroPadding2D((1, 1))(inputs)
    h = layers.Conv2D(6, 3, strides=2, padding="same")(h)
    h = layers.LeakyReLU(0.2)(h)
    h = layers.Conv2D(8, 3, strides=2, padding="same")(h)
    h = layers.LeakyReLU(0.2)(h)
    h = layers.Dropout(0.3)(layers.Flatten()(h))
    return keras.Model(inputs, layers.Dense(1)(h), name="discriminator")


def generator_model(noise):
    inputs = keras.Input((noise,))
    h = layers.Dense(3 * 3 * 6, use_bias=False)(inputs)
    h = layers.BatchNormalization()(h)
    h = layers.Reshape((3, 3, 6))(layers.LeakyReLU(0.2)(h))
    h = layers.Conv2D(4, 3, padding="same", use_bias=False)(layers.UpSampling2D((2, 2))(h))
    h = layers.LeakyReLU(0.2)(layers.BatchNormalization()(h))
    return keras.Model(inputs, layers.Conv2D(1, 3, padding="same", activation="tanh")(h), name="generator")


class WGAN(keras.Model):
    def __init__(self, discriminator, generator, latent_dim, discriminator_extra_steps=2, gp_weight=10.0):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim
        self.d_steps, self.gp_weight = discriminator_extra_steps, gp_weight
        self.seeds = keras.random.SeedGenerator(5)

    def compile(self, d_optimizer, g_optimizer, d_loss_fn, g_loss_fn):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.d_loss_fn, self.g_loss_fn = d_loss_fn, g_loss_fn

    def gradient_penalty(self, batch_size, real_images, fake_images):
        alpha = keras.random.uniform([batch_size, 1, 1, 1], seed=self.seeds)
        interpolated = real_images + alpha * (fake_images - real_images)
        with tf.GradientTape() as gp_tape:
            gp_tape.watch(interpolated)
            pred = self.discriminator(interpolated, training=True)
        grads = gp_tape.gradient(pred, [interpolated])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(grads), axis=[1, 2, 3]))
        return tf.reduce_mean((norm - 1.0) ** 2)

    def train_step(self, real_images):
        batch_size = tf.shape(real_images)[0]
        for _ in range(self.d_steps):
            latent = keras.random.normal((batch_size, self.latent_dim), seed=self.seeds)
            with tf.GradientTape() as tape:
                fake_images = self.generator(latent, training=True)
                fake_logits = self.discriminator(fake_images, training=True)
                real_logits = self.discriminator(real_images, training=True)
                d_cost = self.d_loss_fn(real_img=real_logits, fake_img=fake_logits)
                gp = self.gradient_penalty(batch_size, real_images, fake_images)
                d_loss = d_cost + gp * self.gp_weight
            d_gradient = tape.gradient(d_loss, self.discriminator.trainable_variables)
            self.d_optimizer.apply_gradients(zip(d_gradient, self.discriminator.trainable_variables))
        latent = keras.random.normal((batch_size, self.latent_dim), seed=self.seeds)
        with tf.GradientTape() as tape:
            g_loss = self.g_loss_fn(self.discriminator(self.generator(latent, training=True), training=True))
        gen_gradient = tape.gradient(g_loss, self.generator.trainable_variables)
        self.g_optimizer.apply_gradients(zip(gen_gradient, self.generator.trainable_variables))
        return {"d_loss": d_loss, "g_loss": g_loss, "gp": gp}


wgan = WGAN(critic_model(), generator_model(5), latent_dim=5)
wgan.compile(
    d_optimizer=keras.optimizers.Adam(2e-3, beta_1=0.5, beta_2=0.9),
    g_optimizer=keras.optimizers.Adam(2e-3, beta_1=0.5, beta_2=0.9),
    d_loss_fn=lambda real_img, fake_img: tf.reduce_mean(fake_img) - tf.reduce_mean(real_img),
    g_loss_fn=lambda fake_img: -tf.reduce_mean(fake_img),
)
history = wgan.fit(tf.data.Dataset.from_tensor_slices(data).batch(8), epochs=3, verbose=0).history
for name, values in sorted(history.items()):
    print(name, " ".join(f"{v:.6f}" for v in values))
