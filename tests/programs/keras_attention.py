"""Attention: a small transformer block with a causal mask, subclassed, and the scores that it gives."""

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(11)


class Block(keras.layers.Layer):
    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.attention = keras.layers.MultiHeadAttention(heads, width // heads)
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6) for _ in range(2)]
        self.feed = keras.Sequential([keras.layers.Dense(2 * width, activation="gelu"), keras.layers.Dense(width)])
        self.dropout = keras.layers.Dropout(0.1)

    def call(self, x, training=False):
        attended = self.attention(x, x, use_causal_mask=True, training=training)
        x = self.norms[0](x + self.dropout(attended, training=training))
        return self.norms[1](x + self.dropout(self.feed(x), training=training))


class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.tokens = keras.layers.Embedding(10, 8)
        self.places = keras.layers.Embedding(6, 8)
        self.blocks = [Block(8, 2) for _ in range(2)]
        self.head = keras.layers.Dense(10)

    def call(self, ids, training=False):
        x = self.tokens(ids) + self.places(tf.range(tf.shape(ids)[1]))
        for block in self.blocks:
            x = block(x, training=training)
        return self.head(x)


model = Model()
ids = np.random.default_rng(2).integers(0, 10, size=(3, 6))
logits = model(ids)
print(logits.shape, len(model.trainable_variables))
print(logits.numpy()[0, 0, :4])
changed = ids.copy()
changed[:, 4:] = 0
print("causal", np.allclose(model(changed)[:, :4], logits[:, :4], atol=1e-6))

loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.01)


@tf.function
def step(ids):
    with tf.GradientTape() as tape:
        loss = loss_fn(ids[:, 1:], model(ids, training=False)[:, :-1])
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss, tf.linalg.global_norm(gradients)


for _ in range(4):
    loss, norm = step(ids)
    print(f"{float(loss):.6f} {float(norm):.6f}")

q = tf.constant(np.random.default_rng(3).normal(size=(2, 3, 4)).astype("float32"))
out, scores = keras.layers.Attention()([q, q], return_attention_scores=True)
print(out.shape, scores.numpy()[0])
print(keras.layers.AdditiveAttention()([q, q]).shape)
