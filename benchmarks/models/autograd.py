"""The networks in HIPS autograd."""

from typing import Any

import autograd.numpy as anp
import numpy as np

from benchmarks.models import BLOCK, HEADS

Array = Any


def mean_cross_entropy(logits: Array, labels: Array) -> Array:
    logits = logits - anp.max(logits, axis=-1, keepdims=True)
    picked = logits[(*np.indices(labels.shape), labels)]
    return anp.mean(anp.log(anp.sum(anp.exp(logits), axis=-1)) - picked)


def mlp(parameters: list[Array], images: Array, labels: Array) -> Array:
    w1, b1, w2, b2, w3, b3 = parameters
    h = anp.maximum(anp.dot(images, w1) + b1, 0)
    h = anp.maximum(anp.dot(h, w2) + b2, 0)
    return mean_cross_entropy(anp.dot(h, w3) + b3, labels)


def cnn(parameters: list[Array], images: Array, labels: Array) -> Array:
    raise NotImplementedError("autograd has no convolution of images with channels")


def sigmoid(x: Array) -> Array:
    return 1 / (1 + anp.exp(-x))


def lstm(parameters: list[Array], sequences: Array, labels: Array) -> Array:
    w, u, b, w_out, b_out = parameters
    h = c = np.zeros((len(labels), len(u)), np.float32)
    for x in sequences:
        i, f, g, o = anp.split(anp.dot(x, w) + anp.dot(h, u) + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * anp.tanh(g)
        h = sigmoid(o) * anp.tanh(c)
    return mean_cross_entropy(anp.dot(h, w_out) + b_out, labels)


def layer_norm(x: Array, scale: Array, offset: Array) -> Array:
    centred = x - anp.mean(x, axis=-1, keepdims=True)
    return centred / anp.sqrt(anp.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) * scale + offset


def gelu(x: Array) -> Array:
    return 0.5 * x * (1 + anp.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def softmax(x: Array) -> Array:
    e = anp.exp(x - anp.max(x, axis=-1, keepdims=True))
    return e / anp.sum(e, axis=-1, keepdims=True)


def attention(x: Array, w: Array, b: Array, w_out: Array, b_out: Array) -> Array:
    batch, length, width = x.shape
    parts = anp.split(anp.dot(x, w) + b, 3, axis=-1)
    q, k, v = (anp.transpose(anp.reshape(p, (batch, length, HEADS, -1)), (0, 2, 1, 3)) for p in parts)
    mask = (np.tri(length, dtype=np.float32) - 1) * np.float32(1e9)
    scores = anp.matmul(q, anp.swapaxes(k, -1, -2)) * (width // HEADS) ** -0.5
    mixed = anp.matmul(softmax(scores + mask), v)
    return anp.dot(anp.reshape(anp.transpose(mixed, (0, 2, 1, 3)), x.shape), w_out) + b_out


def transformer(parameters: list[Array], tokens: Array, labels: Array) -> Array:
    embedding, positions, *blocks, scale, offset = parameters
    x = embedding[tokens] + positions
    for i in range(0, len(blocks), BLOCK):
        s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 = blocks[i : i + BLOCK]
        x = x + attention(layer_norm(x, s1, o1), wa, ba, wb, bb)
        x = x + anp.dot(gelu(anp.dot(layer_norm(x, s2, o2), w1) + b1), w2) + b2
    return mean_cross_entropy(anp.dot(layer_norm(x, scale, offset), embedding.T), labels)
