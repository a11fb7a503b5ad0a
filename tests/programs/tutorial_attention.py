"""Tutorial: a block of self-attention by einsum, and the gradients of its weights."""

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(9)
batch, length, heads, size = 2, 4, 2, 3
model = heads * size

parameters = {
    name: tf.Variable(rng.normal(0.0, 0.5, shape), name=name)
    for name, shape in {
        "query": (model, heads, size),
        "key": (model, heads, size),
        "value": (model, heads, size),
        "output": (heads, size, model),
        "up": (model, 8),
        "down": (8, model),
    }.items()
}
embedding = tf.Variable(rng.normal(size=(5, model)), name="embedding")
tokens = tf.constant(rng.integers(0, 5, (batch, length)))


def normalise(x):
    mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
    return (x - mean) * tf.math.rsqrt(variance + 1e-5)


def block(x):
    y = normalise(x)
    q = tf.einsum("btm,mhs->bhts", y, parameters["query"])
    k = tf.einsum("btm,mhs->bhts", y, parameters["key"])
    v = tf.einsum("btm,mhs->bhts", y, parameters["value"])
    scores = tf.matmul(q, k, transpose_b=True) / np.sqrt(size)
    future = tf.range(length)[:, None] < tf.range(length)[None, :]
    scores = tf.where(future, tf.constant(-1e9, tf.float64), scores)
    attention = tf.nn.softmax(scores)
    x = x + tf.einsum("bhts,hsm->btm", attention @ v, parameters["output"])
    return x + tf.nn.gelu(normalise(x) @ parameters["up"]) @ parameters["down"], attention


with tf.GradientTape() as tape:
    x = tf.nn.embedding_lookup(embedding, tokens)
    y, attention = block(x)
    logits = tf.einsum("btm,vm->btv", normalise(y), embedding)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tokens[:, 1:], logits[:, :-1])
    loss = tf.reduce_mean(losses)
gradients = tape.gradient(loss, {"embedding": embedding, **parameters})
print(f"loss {loss:.8f}", logits.shape, losses.shape)
print(attention[0, 0].numpy().round(5))
for name, gradient in gradients.items():
    gradient = tf.convert_to_tensor(gradient)
    print(name, gradient.shape, f"{tf.norm(gradient):.8f}", f"{tf.reduce_sum(gradient):.8f}")
    print(" ", tf.reshape(gradient, [-1])[:5].numpy().round(6))

print("the first output does not see what comes after")
with tf.GradientTape() as tape:
    tape.watch(x)
    first = block(x)[0][:, 0]
print(tf.reduce_sum(tf.abs(tape.gradient(first, x)), axis=-1).numpy().round(5))
