"""Constraints and regularisers: those of Keras and one written by hand, in fit and in a loop."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(10)
rng = np.random.default_rng(9)
x, y = rng.normal(size=(30, 6)).astype("float32"), rng.normal(size=(30, 2)).astype("float32")


class Centred(keras.constraints.Constraint):
    def __call__(self, w):
        return w - tf.reduce_mean(w, axis=0, keepdims=True)


@keras.utils.register_keras_serializable("programs")
class Orthogonal(keras.regularizers.Regularizer):
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, w):
        gram = tf.matmul(w, w, transpose_a=True)
        return self.factor * tf.reduce_sum(tf.square(gram - tf.eye(w.shape[1])))

    def get_config(self):
        return {"factor": self.factor}


for constraint in (Centred(), keras.constraints.MaxNorm(0.5, axis=0), keras.constraints.NonNeg(), "unit_norm"):
    keras.utils.set_random_seed(3)
    layer = keras.layers.Dense(2, kernel_constraint=constraint, kernel_regularizer=Orthogonal(0.01))
    model = keras.Sequential([keras.Input((6,)), layer])
    model.compile(keras.optimizers.SGD(0.2), "mse")
    history = model.fit(x, y, epochs=2, batch_size=10, verbose=0).history["loss"]
    print([f"{v:.5f}" for v in history])
    print(np.round(layer.kernel.numpy().T, 4))

layer = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2), activity_regularizer="l2")
optimizer = keras.optimizers.Adam(0.1)
for _ in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((layer(x) - y) ** 2)
        extra = tf.add_n(layer.losses)
        total = loss + extra
    optimizer.apply_gradients(zip(tape.gradient(total, layer.trainable_variables), layer.trainable_variables))
    print(f"{float(loss):.5f} {float(extra):.5f}", len(layer.losses))
print(keras.regularizers.get("l1").get_config()["l1"], keras.constraints.get("non_neg").get_config())
print(keras.regularizers.deserialize(keras.regularizers.serialize(Orthogonal(0.5))).factor)
