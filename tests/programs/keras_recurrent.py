"""Recurrent layers: an embedding with a mask, LSTM, GRU, a bidirectional one, a cell in a loop of its own, states."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(5)
tokens = np.array([[1, 2, 3, 0], [4, 1, 0, 0], [2, 2, 2, 2]])
labels = np.array([[0.0], [1.0], [1.0]], "float32")

model = tf.keras.Sequential(
    [
        layers.Embedding(6, 4, mask_zero=True),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.GRU(5),
        layers.Dense(1),
    ]
)
optimizer = tf.keras.optimizers.RMSprop(0.01)


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, model(x, training=True), from_logits=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


print([round(float(step(tokens, labels)), 6) for _ in range(4)])
print(model(tokens).numpy())
print(model.layers[0].compute_mask(tokens).numpy())

cell = layers.SimpleRNNCell(2, activation="tanh")
state = tf.zeros([3, 2])
x = tf.constant(np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32"))
with tf.GradientTape() as tape:
    for t in range(4):
        output, (state,) = cell(x[:, t], [state])
    y = tf.reduce_sum(output**2)
for v, g in zip(cell.trainable_variables, tape.gradient(y, cell.trainable_variables)):
    print(tuple(v.shape), g.numpy())

rnn = layers.RNN(cell, return_state=True)
sequence, last = rnn(x)
print(np.allclose(sequence, output), np.allclose(last, state))

lstm = layers.LSTM(2, return_state=True, stateful=False, go_backwards=True)
out, h, c = lstm(x)
print(out.numpy(), np.array_equal(out, h), c.shape)
print(layers.TimeDistributed(layers.Dense(3))(x).shape, layers.Conv1D(2, 2, padding="causal")(x).shape)
