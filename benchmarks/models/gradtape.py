"""The networks as GradientTape programs write them. TensorFlow runs this same file."""

from typing import Any

import gradtape as tf
from benchmarks.models import BLOCK, HEADS

Tensor = Any


def mean_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


def mlp(parameters: list[Any], images: Tensor, labels: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3 = parameters
    h = tf.nn.relu(images @ w1 + b1)
    h = tf.nn.relu(h @ w2 + b2)
    return mean_cross_entropy(h @ w3 + b3, labels)


def cnn(parameters: list[Any], images: Tensor, labels: Tensor) -> Tensor:
    k1, b1, k2, b2, w, b = parameters
    h = tf.nn.relu(tf.nn.conv2d(images, k1, 1, "SAME") + b1)
    h = tf.nn.max_pool2d(h, 2, 2, "VALID")
    h = tf.nn.relu(tf.nn.conv2d(h, k2, 1, "SAME") + b2)
    h = tf.nn.max_pool2d(h, 2, 2, "VALID")
    return mean_cross_entropy(tf.reshape(h, [labels.shape[0], -1]) @ w + b, labels)


def lstm(parameters: list[Any], sequences: Tensor, labels: Tensor) -> Tensor:
    """The steps come first: `sequences` is (steps, batch, inputs)."""
    w, u, b, w_out, b_out = parameters
    h = c = tf.zeros([labels.shape[0], u.shape[0]])
    for x in tf.unstack(sequences):
        i, f, g, o = tf.split(x @ w + h @ u + b, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
    return mean_cross_entropy(h @ w_out + b_out, labels)


def layer_norm(x: Tensor, scale: Any, offset: Any) -> Tensor:
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-5)


def attention(x: Tensor, w: Any, b: Any, w_out: Any, b_out: Any, mask: Tensor) -> Tensor:
    batch, length, width = x.shape

    def heads(x: Tensor) -> Tensor:
        return tf.transpose(tf.reshape(x, [batch, length, HEADS, width // HEADS]), [0, 2, 1, 3])

    q, k, v = (heads(part) for part in tf.split(x @ w + b, 3, axis=-1))
    scores = tf.matmul(q, k, transpose_b=True) * (width // HEADS) ** -0.5
    mixed = tf.nn.softmax(scores + mask) @ v
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, width]) @ w_out + b_out


def transformer(parameters: list[Any], tokens: Tensor, labels: Tensor) -> Tensor:
    """As GPT-2: normalised first, causal, each token's successor is to be told."""
    embedding, positions, *blocks, scale, offset = parameters
    length = tokens.shape[1]
    mask = (tf.linalg.band_part(tf.ones([length, length]), -1, 0) - 1.0) * 1e9
    x = tf.gather(embedding, tokens) + positions
    for i in range(0, len(blocks), BLOCK):
        s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 = blocks[i : i + BLOCK]
        x += attention(layer_norm(x, s1, o1), wa, ba, wb, bb, mask)
        x += tf.nn.gelu(layer_norm(x, s2, o2) @ w1 + b1, approximate=True) @ w2 + b2
    logits = tf.matmul(layer_norm(x, scale, offset), embedding, transpose_b=True)
    return mean_cross_entropy(logits, labels)
