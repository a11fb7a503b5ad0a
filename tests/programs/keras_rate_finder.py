"""Finding a learning rate: it grows in each batch while the loss is noted, and the weights are put back."""

import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(11)
rng = np.random.default_rng(10)
x = rng.normal(size=(200, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 1)) + 0.1).astype("float32")


class RateFinder(keras.callbacks.Callback):
    def __init__(self, start=1e-4, stop=1.0, steps=40):
        super().__init__()
        self.rates = np.geomspace(start, stop, steps)
        self.losses, self.smooth = [], 0.0

    def on_train_begin(self, logs=None):
        self.weights = self.model.get_weights()
        self.model.optimizer.learning_rate.assign(self.rates[0])

    def on_train_batch_end(self, batch, logs=None):
        n = len(self.losses) + 1
        self.smooth = 0.9 * self.smooth + 0.1 * logs["loss"]
        self.losses.append(self.smooth / (1 - 0.9**n))
        if n == len(self.rates) or self.losses[-1] > 4 * min(self.losses):
            self.model.stop_training = True
        else:
            self.model.optimizer.learning_rate.assign(self.rates[n])

    def on_train_end(self, logs=None):
        self.model.set_weights(self.weights)


model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(1e-4), "mse")
before = model.get_weights()
finder = RateFinder()
model.fit(x, y, batch_size=10, epochs=5, callbacks=[finder], verbose=0)
print(len(finder.losses), " ".join(f"{v:.4f}" for v in finder.losses[::5]))
slopes = np.gradient(finder.losses, np.log(finder.rates[: len(finder.losses)]))
best = finder.rates[slopes.argmin()]
print(f"best {best:.5f}", all(np.array_equal(a, b) for a, b in zip(before, model.get_weights())))
model.compile(keras.optimizers.SGD(best), "mse")
print([f"{v:.4f}" for v in model.fit(x, y, epochs=3, verbose=0).history["loss"]])
