"""Sequence to sequence: an encoder and a decoder of LSTMs that learn to reverse digits, and decoding step by step."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(14)
rng = np.random.default_rng(13)
LENGTH, WORDS, UNITS = 4, 8, 16
source = rng.integers(1, WORDS, (64, LENGTH))
target = source[:, ::-1]
given = np.concatenate([np.zeros((64, 1), int), target[:, :-1]], 1)

encoder_inputs = keras.Input((None,), dtype="int32")
embed = keras.layers.Embedding(WORDS, 8)
_, h, c = keras.layers.LSTM(UNITS, return_state=True, name="encoder")(embed(encoder_inputs))
decoder_inputs = keras.Input((None,), dtype="int32")
decoder = keras.layers.LSTM(UNITS, return_sequences=True, return_state=True, name="decoder")
outputs, _, _ = decoder(embed(decoder_inputs), initial_state=[h, c])
head = keras.layers.Dense(WORDS, activation="softmax")
model = keras.Model([encoder_inputs, decoder_inputs], head(outputs))
model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit([source, given], target, batch_size=16, epochs=6, verbose=0).history
print([f"{v:.4f}" for v in history["loss"]])
print([f"{v:.4f}" for v in history["accuracy"]])

encode = keras.Model(encoder_inputs, [h, c])
state_inputs = [keras.Input((UNITS,)), keras.Input((UNITS,))]
step_outputs, *states = decoder(embed(decoder_inputs), initial_state=state_inputs)
decode = keras.Model([decoder_inputs, *state_inputs], [head(step_outputs), *states])


def translate(source):
    states = encode(source)
    word, words = tf.zeros([len(source), 1], tf.int32), []
    for _ in range(LENGTH):
        p, *states = decode([word, *states])
        word = tf.argmax(p[:, -1:], -1, output_type=tf.int32)
        words.append(word)
    return tf.concat(words, 1)


found = translate(tf.constant(source[:16]))
print(found.shape, found.dtype.name)
forced = model.predict([source[:16], given[:16]], verbose=0).argmax(-1)
print((found[:, 0].numpy() == forced[:, 0]).all())
backwards = keras.layers.Bidirectional(keras.layers.GRU(3, return_sequences=True), merge_mode="concat")
print(np.round(backwards(tf.one_hot(source[:2], WORDS))[0, 0].numpy(), 5))
