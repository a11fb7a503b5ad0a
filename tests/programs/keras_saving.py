"""Saving: `.keras` files, weights, configurations, exported models, and training that goes on where it was."""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(19)
rng = np.random.default_rng(18)
folder = Path(tempfile.mkdtemp())
x, y = rng.normal(size=(24, 4)).astype("float32"), rng.normal(size=(24, 2)).astype("float32")


@keras.utils.register_keras_serializable("programs")
class Scaled(keras.layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, shape):
        self.shift = self.add_weight(shape=(shape[-1],), initializer="ones", name="shift")

    def call(self, x):
        return self.factor * x + self.shift

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


model = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), Scaled(3.0), keras.layers.Dense(2)]
)
model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
model.fit(x, y, epochs=2, verbose=0)
model.save(folder / "model.keras")
loaded = keras.models.load_model(folder / "model.keras")
print(np.array_equal(model.predict(x, verbose=0), loaded.predict(x, verbose=0)), loaded.layers[1].factor)
print(int(loaded.optimizer.iterations), loaded.optimizer.name.partition("_")[0], type(loaded).__name__, loaded.loss)
losses = [
    [f"{v:.6f}" for v in m.fit(x, y, epochs=2, shuffle=False, verbose=0).history["loss"]] for m in (model, loaded)
]
print(losses[0] == losses[1], losses[0])

model.save_weights(folder / "model.weights.h5")
other = keras.models.clone_model(model)
print(np.allclose(other(x), model(x)))
other.load_weights(folder / "model.weights.h5")
print(np.array_equal(other(x), model(x)))
again = keras.models.model_from_json(model.to_json())
print([layer.name.rstrip("_0123456789") for layer in again.layers], again.count_params())
bad = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
try:
    bad.load_weights(folder / "model.weights.h5")
except ValueError as error:
    print("ValueError", "layers" in str(error))

model.export(folder / "exported", verbose=False)
layer = keras.layers.TFSMLayer(str(folder / "exported"), call_endpoint="serve")
print(np.allclose(layer(tf.constant(x)), model(x), atol=1e-6), len(layer.trainable_weights))
served = tf.saved_model.load(str(folder / "exported"))
print(np.allclose(served.serve(tf.constant(x)), model(x), atol=1e-6))

checkpoint = tf.train.Checkpoint(model=model, optimizer=model.optimizer)
path = checkpoint.save(str(folder / "checkpoint"))
kept = model.get_weights()
model.fit(x, y, epochs=1, verbose=0)
print(int(model.optimizer.iterations))
checkpoint.restore(path).assert_existing_objects_matched()
print(int(model.optimizer.iterations), all(np.array_equal(a, b) for a, b in zip(kept, model.get_weights())))
