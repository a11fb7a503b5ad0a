"""Forecasting: windows of a series by `timeseries_dataset_from_array`, and recurrent networks of several kinds."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(7)
time = np.arange(120, dtype="float32")
series = np.stack([np.sin(time / 5), np.cos(time / 7) + 0.1 * np.sin(time)], 1).astype("float32")
mean, deviation = series[:80].mean(0), series[:80].std(0)
series = (series - mean) / deviation


def windows(first, last, **options):
    return keras.utils.timeseries_dataset_from_array(
        series[first : last - 8], series[first + 8 : last, :1], sequence_length=8, batch_size=16, **options
    )


train, validation = windows(0, 80, shuffle=True, seed=2), windows(80, 120, sampling_rate=1, sequence_stride=2)
for inputs, targets in validation.take(1):
    print(inputs.shape, targets.shape)


def show(history):
    for name, values in history.history.items():
        print(name, " ".join(f"{v:.6f}" for v in values))


networks = {
    "lstm": [layers.LSTM(8, return_sequences=True), layers.LSTM(4), layers.Dense(1)],
    "gru": [layers.GRU(8, recurrent_dropout=0.0, kernel_regularizer="l2"), layers.Dense(1)],
    "simple": [layers.SimpleRNN(8), layers.Dense(1)],
    "both": [layers.Bidirectional(layers.GRU(4)), layers.Dense(1)],
}
for name, stack in networks.items():
    print(name)
    model = keras.Sequential([keras.Input((8, 2)), *stack])
    model.compile(loss=keras.losses.Huber(), optimizer=keras.optimizers.Adam(0.02), metrics=["mae"])
    show(model.fit(train, epochs=2, validation_data=validation, verbose=0))
    print(np.round(model.predict(validation, verbose=0)[:4, 0], 4))


class Autoregressive(keras.Model):
    def __init__(self, steps):
        super().__init__()
        self.steps, self.cell, self.dense = steps, layers.LSTMCell(6), layers.Dense(2)
        self.rnn = layers.RNN(self.cell, return_state=True)

    def call(self, inputs, training=None):
        x, *state = self.rnn(inputs)
        predictions = [self.dense(x)]
        for _ in range(1, self.steps):
            x, state = self.cell(predictions[-1], states=state, training=training)
            predictions.append(self.dense(x))
        return tf.stack(predictions, axis=1)


model = Autoregressive(3)
x = np.stack([series[i : i + 6] for i in range(40)])
y = np.stack([series[i + 6 : i + 9] for i in range(40)])
model.compile(loss="mse", optimizer="rmsprop")
show(model.fit(x, y, epochs=2, verbose=0, shuffle=False))
print(model(x[:2]).shape)
