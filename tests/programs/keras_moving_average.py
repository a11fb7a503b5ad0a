"""Moving averages of weights: the option of optimizers, the callback, and one written by hand."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(12)
rng = np.random.default_rng(11)
x, y = rng.normal(size=(32, 3)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")


def make(optimizer):
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer, "mse")
    return model


for options in (
    {"use_ema": True, "ema_momentum": 0.9},
    {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 3},
):
    model = make(keras.optimizers.Adam(0.1, **options))
    history = model.fit(x, y, epochs=2, batch_size=8, verbose=0).history["loss"]
    print([f"{v:.5f}" for v in history], np.round(model.get_weights()[0].ravel(), 5))
    print(len(model.optimizer.variables), [v.path.rpartition("_")[2] for v in model.optimizer.variables][-2:])

model = make(keras.optimizers.SGD(0.2, use_ema=True, ema_momentum=0.8))
swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
history = model.fit(x, y, epochs=2, batch_size=8, validation_data=(x, y), callbacks=[swap], verbose=0).history
print({k: [f"{v:.5f}" for v in values] for k, values in history.items()})
print(np.round(model.get_weights()[0].ravel(), 5))


class Average:
    def __init__(self, variables, decay):
        self.pairs = [(v, tf.Variable(v.value)) for v in variables]
        self.decay = decay

    def update(self):
        for v, kept in self.pairs:
            kept.assign_sub((1 - self.decay) * (kept - v))


model = make("sgd")
average = Average(model.trainable_variables, 0.7)
for _ in range(4):
    model.train_on_batch(x, y)
    average.update()
print([np.round(kept.numpy().ravel(), 5).tolist() for _, kept in average.pairs])
