"""The networks in MLX."""

import mlx.core as mx

from benchmarks.models import BLOCK, HEADS

Array = mx.array


def mean_cross_entropy(logits: Array, labels: Array) -> Array:
    picked = mx.take_along_axis(logits, labels[..., None], axis=-1)[..., 0]
    return mx.mean(mx.logsumexp(logits, axis=-1) - picked)


def mlp(parameters: list[Array], images: Array, labels: Array) -> Array:
    w1, b1, w2, b2, w3, b3 = parameters
    h = mx.maximum(mx.addmm(b1, images, w1), 0)
    h = mx.maximum(mx.addmm(b2, h, w2), 0)
    return mean_cross_entropy(mx.addmm(b3, h, w3), labels)


def pooled(x: Array) -> Array:
    n, height, width, channels = x.shape
    return x.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))


def cnn(parameters: list[Array], images: Array, labels: Array) -> Array:
    k1, b1, k2, b2, w, b = parameters
    h = pooled(mx.maximum(mx.conv2d(images, k1.transpose(3, 0, 1, 2), padding=1) + b1, 0))
    h = pooled(mx.maximum(mx.conv2d(h, k2.transpose(3, 0, 1, 2), padding=1) + b2, 0))
    return mean_cross_entropy(mx.addmm(b, h.reshape(len(labels), -1), w), labels)


def lstm(parameters: list[Array], sequences: Array, labels: Array) -> Array:
    w, u, b, w_out, b_out = parameters
    h = c = mx.zeros((len(labels), len(u)))
    for x in sequences:
        i, f, g, o = mx.split(mx.addmm(b, x, w) + h @ u, 4, axis=1)
        c = mx.sigmoid(f) * c + mx.sigmoid(i) * mx.tanh(g)
        h = mx.sigmoid(o) * mx.tanh(c)
    return mean_cross_entropy(mx.addmm(b_out, h, w_out), labels)


def gelu(x: Array) -> Array:
    return 0.5 * x * (1 + mx.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def attention(x: Array, w: Array, b: Array, w_out: Array, b_out: Array) -> Array:
    batch, length, width = x.shape
    parts = mx.split(x @ w + b, 3, axis=-1)
    q, k, v = (part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3) for part in parts)
    mixed = mx.fast.scaled_dot_product_attention(q, k, v, scale=(width // HEADS) ** -0.5, mask="causal")
    return mixed.transpose(0, 2, 1, 3).reshape(x.shape) @ w_out + b_out


def transformer(parameters: list[Array], tokens: Array, labels: Array) -> Array:
    embedding, positions, *blocks, scale, offset = parameters
    x = embedding[tokens] + positions
    for i in range(0, len(blocks), BLOCK):
        s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 = blocks[i : i + BLOCK]
        x = x + attention(mx.fast.layer_norm(x, s1, o1, 1e-5), wa, ba, wb, bb)
        x = x + gelu(mx.fast.layer_norm(x, s2, o2, 1e-5) @ w1 + b1) @ w2 + b2
    return mean_cross_entropy(mx.fast.layer_norm(x, scale, offset, 1e-5) @ embedding.T, labels)
