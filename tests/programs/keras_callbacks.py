"""Callbacks written by hand: what is called when, with which logs; stopping at the least loss; a rate by epochs."""

import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(6)
rng = np.random.default_rng(5)
x, y = rng.normal(size=(24, 4)).astype("float32"), rng.normal(size=(24, 1)).astype("float32")


def make():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    return model


class Noting(keras.callbacks.Callback):
    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith("on_") and "batch" not in name:
            print(name, end="; ")
        return found

    def on_epoch_end(self, epoch, logs=None):
        print("epoch", epoch, {k: f"{v:.5f}" for k, v in sorted(logs.items())})

    def on_train_batch_end(self, batch, logs=None):
        print("batch", batch, sorted(logs), end="; ")

    def on_test_end(self, logs=None):
        print("tested", sorted(logs))

    def on_predict_batch_end(self, batch, logs=None):
        print("predicted", batch, logs["outputs"].shape)


model = make()
model.fit(x, y, batch_size=12, epochs=2, validation_data=(x, y), callbacks=[Noting()], verbose=0)
model.evaluate(x, y, callbacks=[Noting()], verbose=0)
model.predict(x, batch_size=10, callbacks=[Noting()], verbose=0)


class StopAtLeast(keras.callbacks.Callback):
    def __init__(self, patience=0):
        super().__init__()
        self.patience, self.best_weights = patience, None

    def on_train_begin(self, logs=None):
        self.wait, self.stopped_epoch, self.best = 0, 0, np.inf

    def on_epoch_end(self, epoch, logs=None):
        if logs["loss"] < self.best:
            self.best, self.wait, self.best_weights = logs["loss"], 0, self.model.get_weights()
            return
        self.wait += 1
        if self.wait >= self.patience:
            self.stopped_epoch, self.model.stop_training = epoch, True
            self.model.set_weights(self.best_weights)

    def on_train_end(self, logs=None):
        print("stopped at", self.stopped_epoch, f"{self.best:.5f}")


model = make()
model.optimizer.learning_rate = 0.9
model.fit(x, y, batch_size=6, epochs=20, callbacks=[StopAtLeast(2)], verbose=0)
rate = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: setattr(model.optimizer, "learning_rate", 0.1 / (epoch + 1)),
    on_epoch_end=lambda epoch, logs: print(f"{float(model.optimizer.learning_rate):.4f} {logs['loss']:.5f}"),
)
model.fit(x, y, epochs=3, callbacks=[rate], verbose=0)
