"""Steps of a generative adversarial network: two models, two optimizers, two tapes on one computation."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(1)

generator = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(16),
        keras.layers.LeakyReLU(0.2),
        keras.layers.Dense(2, activation="tanh"),
    ],
    name="generator",
)
discriminator = keras.Sequential(
    [
        keras.Input((2,)),
        keras.layers.Dense(16),
        keras.layers.LeakyReLU(0.2),
        keras.layers.Dense(1),
    ],
    name="discriminator",
)
cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5)
discriminator_optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5)


@tf.function
def train_step(real, noise):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        fake = generator(noise, training=True)
        real_output = discriminator(real, training=True)
        fake_output = discriminator(fake, training=True)
        gen_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
        disc_loss = cross_entropy(tf.ones_like(real_output), real_output) + cross_entropy(
            tf.zeros_like(fake_output), fake_output
        )
    gen_gradients = gen_tape.gradient(gen_loss, generator.trainable_variables)
    disc_gradients = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    generator_optimizer.apply_gradients(zip(gen_gradients, generator.trainable_variables))
    discriminator_optimizer.apply_gradients(zip(disc_gradients, discriminator.trainable_variables))
    return gen_loss, disc_loss


rng = np.random.default_rng(0)
for i in range(5):
    real = rng.uniform(-1, 1, size=(8, 2)).astype("float32")
    noise = rng.normal(size=(8, 4)).astype("float32")
    gen_loss, disc_loss = train_step(real, noise)
    print(i, f"{float(gen_loss):.6f} {float(disc_loss):.6f}")
print(generator(noise[:2]).numpy())
print(generator.name, discriminator.name, generator.input_shape, discriminator.output_shape)
print([type(layer).__name__ for layer in generator.layers])
