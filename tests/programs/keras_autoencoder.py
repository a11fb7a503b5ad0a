"""Autoencoders: a dense one, a convolutional one that takes noise away, and anomalies by their error."""

import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(4)
rng = np.random.default_rng(3)
x = np.sin(np.linspace(0, 6, 64).reshape(8, 8) + rng.uniform(0, 6, (40, 1, 1))).astype("float32")[..., None]
noisy = x + 0.2 * rng.normal(size=x.shape).astype("float32")


class Autoencoder(keras.Model):
    def __init__(self, width):
        super().__init__()
        self.encoder = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(width, activation="relu")])
        self.decoder = keras.Sequential([keras.layers.Dense(64), keras.layers.Reshape((8, 8, 1))])

    def call(self, x):
        return self.decoder(self.encoder(x))


model = Autoencoder(5)
model.compile("adam", keras.losses.MeanSquaredError())
history = model.fit(x, x, epochs=3, batch_size=10, validation_data=(noisy, x), verbose=0)
print({k: [f"{v:.5f}" for v in values] for k, values in history.history.items()})
print(model.encoder(x[:2]).shape, model.decoder(model.encoder(x[:2])).shape)

keras.backend.clear_session()
denoise = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(6, 3, activation="relu", padding="same", strides=2),
        keras.layers.Conv2D(4, 3, activation="relu", padding="same", strides=2),
        keras.layers.Conv2DTranspose(4, 3, strides=2, activation="relu", padding="same"),
        keras.layers.UpSampling2D(2, interpolation="bilinear"),
        keras.layers.Conv2D(1, 3, padding="same"),
    ]
)
denoise.compile(keras.optimizers.RMSprop(0.005), "mae")
print([f"{v:.5f}" for v in denoise.fit(noisy, x, epochs=3, batch_size=10, verbose=0).history["loss"]])
errors = keras.losses.MeanAbsoluteError(reduction="none")(
    x.reshape(40, -1), denoise.predict(noisy, verbose=0).reshape(40, -1)
)
threshold = np.mean(errors) + np.std(errors)
print(errors.shape, f"{threshold:.5f}", int(np.sum(errors > threshold)))
denoise.summary()
