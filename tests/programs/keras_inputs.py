"""What `fit` takes: arrays, tensors, datasets, generators, `PyDataset`, and steps that are counted."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(18)
rng = np.random.default_rng(17)
x, y = rng.normal(size=(20, 3)).astype("float32"), rng.normal(size=(20, 1)).astype("float32")


def make(**options):
    keras.utils.set_random_seed(6)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05), "mse", **options)
    return model


class Batches(keras.utils.PyDataset):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size, self.epochs = size, 0

    def __len__(self):
        return -(-len(x) // self.size)

    def __getitem__(self, i):
        part = slice(i * self.size, (i + 1) * self.size)
        return x[part], y[part]

    def on_epoch_end(self):
        self.epochs += 1


def batches(size, times):
    for _ in range(times):
        for i in range(0, len(x), size):
            yield x[i : i + size], y[i : i + size]


def show(name, model, *data, **options):
    history = model.fit(*data, verbose=0, **options).history["loss"]
    print(name, [f"{v:.5f}" for v in history], np.round(model.get_weights()[0].ravel(), 5))


show("arrays", make(), x, y, batch_size=8, epochs=2, shuffle=False)
show("tensors", make(), tf.constant(x), tf.constant(y), batch_size=8, epochs=2, shuffle=False)
dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
show("dataset", make(), dataset, epochs=2)
show("prefetched", make(), dataset.cache().prefetch(tf.data.AUTOTUNE), epochs=2)
show("repeated", make(), dataset.repeat(), epochs=2, steps_per_epoch=3)
show("generator", make(), batches(8, 2), epochs=2, steps_per_epoch=3)
sequence = Batches(8)
show("sequence", make(), sequence, epochs=2, shuffle=False)
print(sequence.epochs)
show("eager", make(run_eagerly=True), dataset, epochs=2)
show("several steps", make(steps_per_execution=2), dataset, epochs=2)
show("shuffled", make(), x, y, batch_size=8, epochs=2)
model = make()
print([f"{float(model.train_on_batch(a, b)):.5f}" for a, b in dataset])
print(f"{model.test_on_batch(x, y):.5f}", np.round(model.predict_on_batch(x[:2]).ravel(), 5))
print(f"{model.evaluate(dataset, verbose=0):.5f}", f"{model.evaluate(x, y, steps=2, batch_size=4, verbose=0):.5f}")
print(model.predict(dataset.map(lambda a, b: a), verbose=0).shape, model.predict(sequence, verbose=0).shape)
model.fit(x, y, epochs=3, initial_epoch=1, validation_data=dataset, validation_freq=2, verbose=0)
print(sorted(model.history.history), model.history.epoch, len(model.history.history["val_loss"]))
try:
    model.fit(x, y[:5], verbose=0)
except ValueError as error:
    print(str(error).splitlines()[0])
