"""The guide to training loops from scratch: epochs, metrics, losses of layers, and a function for each step."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(2)
rng = np.random.default_rng(0)
x = rng.normal(size=(96, 12)).astype("float32")
y = (x @ rng.normal(size=(12, 4))).argmax(-1)
train = tf.data.Dataset.from_tensor_slices((x[:64], y[:64])).shuffle(64, seed=3).batch(16)
validation = tf.data.Dataset.from_tensor_slices((x[64:], y[64:])).batch(16)


@keras.utils.register_keras_serializable("programs")
class ActivityRegularization(keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(1e-2 * tf.reduce_sum(inputs**2))
        return inputs


def get_model():
    inputs = keras.Input(shape=(12,), name="digits")
    h = keras.layers.Dense(16, activation="relu")(inputs)
    h = ActivityRegularization()(h)
    h = keras.layers.Dense(16, activation="relu", kernel_regularizer="l1")(h)
    return keras.Model(inputs=inputs, outputs=keras.layers.Dense(4, name="predictions")(h))


loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
train_accuracy = keras.metrics.SparseCategoricalAccuracy()
val_accuracy = keras.metrics.SparseCategoricalAccuracy()
for wrap in tf.function, lambda f: f:
    model = get_model()
    optimizer = keras.optimizers.Adam(learning_rate=keras.optimizers.schedules.ExponentialDecay(0.01, 4, 0.9))

    @wrap
    def train_step(x, y):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss_value = loss_fn(y, logits)
            loss_value += sum(model.losses)
        grads = tape.gradient(loss_value, model.trainable_weights)
        optimizer.apply(grads, model.trainable_weights)
        train_accuracy.update_state(y, logits)
        return loss_value

    @wrap
    def test_step(x, y):
        val_accuracy.update_state(y, model(x, training=False))

    for epoch in range(3):
        for step, (x_batch, y_batch) in enumerate(train):
            loss_value = train_step(x_batch, y_batch)
            if step % 2 == 0:
                print(f"epoch {epoch} step {step}: {float(loss_value):.5f}")
        print(f"training {float(train_accuracy.result()):.4f}", len(model.losses))
        train_accuracy.reset_state()
        for x_batch, y_batch in validation:
            test_step(x_batch, y_batch)
        print(f"validation {float(val_accuracy.result()):.4f}")
        val_accuracy.reset_state()
    print(f"{float(optimizer.learning_rate):.6f}", int(optimizer.iterations))
