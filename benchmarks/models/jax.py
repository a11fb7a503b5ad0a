"""The networks in JAX."""

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.models import BLOCK, HEADS

Array = jax.Array


def mean_cross_entropy(logits: Array, labels: Array) -> Array:
    scores = jax.nn.log_softmax(logits)
    return -jnp.mean(jnp.take_along_axis(scores, labels[..., None], axis=-1))


def mlp(parameters: list[Array], images: Array, labels: Array) -> Array:
    w1, b1, w2, b2, w3, b3 = parameters
    h = jax.nn.relu(images @ w1 + b1)
    h = jax.nn.relu(h @ w2 + b2)
    return mean_cross_entropy(h @ w3 + b3, labels)


def convolved(x: Array, kernel: Array, bias: Array) -> Array:
    return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + bias


def pooled(x: Array) -> Array:
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def cnn(parameters: list[Array], images: Array, labels: Array) -> Array:
    k1, b1, k2, b2, w, b = parameters
    h = pooled(jax.nn.relu(convolved(images, k1, b1)))
    h = pooled(jax.nn.relu(convolved(h, k2, b2)))
    return mean_cross_entropy(h.reshape(len(labels), -1) @ w + b, labels)


def lstm(parameters: list[Array], sequences: Array, labels: Array) -> Array:
    w, u, b, w_out, b_out = parameters
    h = c = jnp.zeros((len(labels), len(u)))
    for x in sequences:
        i, f, g, o = jnp.split(x @ w + h @ u + b, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return mean_cross_entropy(h @ w_out + b_out, labels)


def layer_norm(x: Array, scale: Array, offset: Array) -> Array:
    return jax.nn.standardize(x, axis=-1, epsilon=1e-5) * scale + offset


def attention(x: Array, w: Array, b: Array, w_out: Array, b_out: Array) -> Array:
    batch, length, _ = x.shape
    q, k, v = (part.reshape(batch, length, HEADS, -1) for part in jnp.split(x @ w + b, 3, axis=-1))
    return jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(x.shape) @ w_out + b_out


def transformer(parameters: list[Array], tokens: Array, labels: Array) -> Array:
    embedding, positions, *blocks, scale, offset = parameters
    x = embedding[tokens] + positions
    for i in range(0, len(blocks), BLOCK):
        s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 = blocks[i : i + BLOCK]
        x += attention(layer_norm(x, s1, o1), wa, ba, wb, bb)
        x += jax.nn.gelu(layer_norm(x, s2, o2) @ w1 + b1, approximate=True) @ w2 + b2
    return mean_cross_entropy(layer_norm(x, scale, offset) @ embedding.T, labels)
