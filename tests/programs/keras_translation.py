"""A small translator of sequences of any length: encoder, attention, decoder in a loop, and greedy decoding."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(1)
embed = keras.layers.Embedding(9, 6)
encode = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True, return_state=True))
cell = keras.layers.GRUCell(8)
attend = keras.layers.AdditiveAttention()
classify = keras.layers.Dense(9)
optimizer = keras.optimizers.Adam(0.02, clipnorm=1.0)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def step(words, state, encoded, known):
    context = attend([state[:, None], encoded], mask=[None, known])[:, 0]
    made, (state,) = cell(tf.concat([embed(words), context], -1), [state])
    return classify(made), state


def logits_of(source, target):
    encoded, *states = encode(embed(source))
    state, known = tf.concat(states, -1), source != 0
    kept = tf.TensorArray(tf.float32, tf.shape(target)[1])
    for i in tf.range(tf.shape(target)[1]):
        logits, state = step(target[:, i], state, encoded, known)
        kept = kept.write(i, logits)
    return tf.transpose(kept.stack(), [1, 0, 2])


@tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)] * 2)
def train(source, target):
    with tf.GradientTape() as tape:
        logits = logits_of(source, target[:, :-1])
        wanted = target[:, 1:]
        loss = cross_entropy(wanted, logits, sample_weight=tf.cast(wanted != 0, tf.float32))
    variables = [v for part in (embed, encode, cell, attend, classify) for v in part.trainable_variables]
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


@tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
def translate(source):
    encoded, *states = encode(embed(source))
    state, words = tf.concat(states, -1), tf.ones([tf.shape(source)[0]], tf.int32)
    kept = tf.TensorArray(tf.int32, 4)
    for i in tf.range(4):
        logits, state = step(words, state, encoded, source != 0)
        words = tf.argmax(logits, -1, tf.int32)
        kept = kept.write(i, words)
    return tf.transpose(kept.stack())


def sentences(batch, length, seed):
    return tf.constant(np.random.default_rng(seed).integers(1, 9, (batch, length)), tf.int32)


logits_of(sentences(1, 2, 0), sentences(1, 2, 0))
for i, (batch, source, target) in enumerate([(2, 3, 4), (1, 1, 2), (3, 5, 3), (2, 2, 6), (4, 3, 4)]):
    loss = train(sentences(batch, source, i), sentences(batch, target, i + 10))
    print(batch, source, target, f"{float(loss):.6f}")
print(translate(sentences(2, 3, 0)).numpy())
print(translate(sentences(1, 5, 2)).numpy())
print(f"{float(tf.reduce_sum(embed.embeddings**2)):.6f} {float(tf.reduce_sum(classify.bias**2)):.6f}")
