"""Keras's callbacks that watch: early stopping, a rate that falls, CSV files, schedules, the best model kept."""

import csv
import tempfile
from pathlib import Path

import numpy as np
from tensorflow import keras

keras.utils.set_random_seed(16)
rng = np.random.default_rng(15)
x, y = rng.normal(size=(40, 4)).astype("float32"), rng.normal(size=(40, 1)).astype("float32")
folder = Path(tempfile.mkdtemp())


def make():
    keras.utils.set_random_seed(4)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse", metrics=["mae"])
    return model


model = make()
callbacks = [
    keras.callbacks.EarlyStopping("val_loss", patience=4, restore_best_weights=True, verbose=1),
    keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=1, min_lr=1e-3),
    keras.callbacks.CSVLogger(folder / "log.csv"),
    keras.callbacks.ModelCheckpoint(folder / "best.weights.h5", save_best_only=True, save_weights_only=True),
    keras.callbacks.TerminateOnNaN(),
    keras.callbacks.History(),
]
history = model.fit(x, y, batch_size=10, epochs=15, validation_split=0.25, callbacks=callbacks, verbose=0).history
print(sorted(history), len(history["loss"]))
print([f"{v:.5f}" for v in history["val_loss"]])
print([f"{v:.5f}" for v in history["learning_rate"]])
rows = list(csv.DictReader(open(folder / "log.csv")))
print(len(rows), sorted(rows[0]), f"{float(rows[-1]['loss']):.5f}")
best = make()
best.load_weights(folder / "best.weights.h5")
print(all(np.array_equal(a, b) for a, b in zip(best.get_weights(), model.get_weights())))

model = make()
schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5 if epoch else rate, verbose=1)
model.fit(x, y, epochs=3, callbacks=[schedule], verbose=0)
print(f"{float(model.optimizer.learning_rate):.5f}")


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise RuntimeError("stopped")


model = make()
backup = keras.callbacks.BackupAndRestore(folder / "backup")
try:
    model.fit(x, y, epochs=4, callbacks=[backup, Interrupt()], verbose=0, shuffle=False)
except RuntimeError as error:
    print(error)
again = make()
history = again.fit(x, y, epochs=4, callbacks=[backup], verbose=0, shuffle=False)
straight = make()
straight.fit(x, y, epochs=4, verbose=0, shuffle=False)
print(history.epoch, all(np.allclose(a, b) for a, b in zip(again.get_weights(), straight.get_weights())))
