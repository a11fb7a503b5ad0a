"""The networks in NumPy by one who knows the derivatives: each gives its loss and a list of gradients.

(The MLP's step is in `benchmarks.workloads.by_hand`, whole.)
"""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from benchmarks.models import BLOCK, HEADS

Array = NDArray[Any]
Result = tuple[Array, list[Array]]


def cross_entropy(logits: Array, labels: Array) -> tuple[Array, Array]:
    """The mean, and its derivative, in place of `logits`: both of two axes at least."""
    flat, labels = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    rows = np.arange(len(labels))
    flat -= flat.max(axis=1, keepdims=True)
    picked = flat[rows, labels]
    np.exp(flat, out=flat)
    total = flat.sum(axis=1, keepdims=True)
    flat /= total
    flat[rows, labels] -= 1
    flat /= np.float32(len(labels))
    return np.mean(np.log(total[:, 0]) - picked), logits


def product_gradients(x: Array, g: Array) -> tuple[Array, Array]:
    """Of the weights and biases of `x @ w + b`, whose derivative is `g`."""
    x, g = x.reshape(-1, x.shape[-1]), g.reshape(-1, g.shape[-1])
    return x.T @ g, g.sum(axis=0)


# --- convolutions of 3 x 3, padded by 1 ------------------------------------------------------------------------------


def windows(x: Array) -> Array:
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return sliding_window_view(padded, (3, 3), (1, 2)).transpose(0, 1, 2, 4, 5, 3).reshape(-1, 9 * x.shape[-1])


def convolved(columns: Array, kernel: Array, shape: tuple[int, ...]) -> Array:
    return (columns @ kernel.reshape(columns.shape[1], -1)).reshape(*shape[:-1], -1)


def pooled(x: Array) -> tuple[Array, Array]:
    """The maxima, and for every element whether it is the first greatest of its window."""
    n, height, width, channels = x.shape
    parts = x.reshape(n, height // 2, 2, width // 2, 2, channels).transpose(0, 1, 3, 5, 2, 4)
    parts = parts.reshape(*parts.shape[:4], 4)
    winners = parts.argmax(axis=-1)
    return parts.max(axis=-1), (winners[..., None] == np.arange(4))


def unpooled(g: Array, winners: Array) -> Array:
    n, height, width, channels = g.shape
    spread = (g[..., None] * winners).reshape(n, height, width, channels, 2, 2)
    return spread.transpose(0, 1, 4, 2, 5, 3).reshape(n, 2 * height, 2 * width, channels)


def cnn(parameters: list[Array], images: Array, labels: Array) -> Result:
    k1, b1, k2, b2, w, b = parameters
    columns1 = windows(images)
    h1 = np.maximum(convolved(columns1, k1, images.shape) + b1, 0)
    p1, winners1 = pooled(h1)
    columns2 = windows(p1)
    h2 = np.maximum(convolved(columns2, k2, p1.shape) + b2, 0)
    p2, winners2 = pooled(h2)
    flat = p2.reshape(len(labels), -1)
    loss, d = cross_entropy(flat @ w + b, labels)
    gw, gb = product_gradients(flat, d)
    d2 = unpooled((d @ w.T).reshape(p2.shape), winners2) * (h2 > 0)
    gk2, gb2 = product_gradients(columns2, d2)
    turned = k2[::-1, ::-1].transpose(0, 1, 3, 2)
    d1 = unpooled(convolved(windows(d2), turned, p1.shape), winners1) * (h1 > 0)
    gk1, gb1 = product_gradients(columns1, d1)
    return loss, [gk1.reshape(k1.shape), gb1, gk2.reshape(k2.shape), gb2, gw, gb]


# --- the LSTM --------------------------------------------------------------------------------------------------------


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def lstm(parameters: list[Array], sequences: Array, labels: Array) -> Result:
    """The products with all inputs are one, and so are the weights' gradients."""
    w, u, b, w_out, b_out = parameters
    steps, batch, _ = sequences.shape
    units = len(u)
    z = sequences @ w + b
    h = np.zeros((steps + 1, batch, units), w.dtype)
    c, t = np.zeros_like(h), np.empty_like(h)
    for s in range(steps):
        z[s] += h[s] @ u
        z[s, :, : 2 * units] = sigmoid(z[s, :, : 2 * units])
        z[s, :, 2 * units : 3 * units] = np.tanh(z[s, :, 2 * units : 3 * units])
        z[s, :, 3 * units :] = sigmoid(z[s, :, 3 * units :])
        i, f, g, o = np.split(z[s], 4, axis=1)
        c[s + 1] = f * c[s] + i * g
        t[s] = np.tanh(c[s + 1])
        h[s + 1] = o * t[s]
    loss, d = cross_entropy(h[-1] @ w_out + b_out, labels)
    g_out = product_gradients(h[-1], d)
    dh, dc = d @ w_out.T, np.zeros_like(c[0])
    dz = np.empty_like(z)
    for s in reversed(range(steps)):
        i, f, g, o = np.split(z[s], 4, axis=1)
        di, df, dg, do = np.split(dz[s], 4, axis=1)
        dc += dh * o * (1 - t[s] * t[s])
        do[:] = dh * t[s] * o * (1 - o)
        di[:] = dc * g * i * (1 - i)
        df[:] = dc * c[s] * f * (1 - f)
        dg[:] = dc * i * (1 - g * g)
        dh = dz[s] @ u.T
        dc *= f
    gw, gb = product_gradients(sequences, dz)
    return loss, [gw, product_gradients(h[:-1], dz)[0], gb, *g_out]


# --- the transformer -------------------------------------------------------------------------------------------------


def layer_norm(x: Array, scale: Array, offset: Array) -> tuple[Array, Any]:
    centred = x - x.mean(axis=-1, keepdims=True)
    factor = 1 / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + np.float32(1e-5))
    normal = centred * factor
    return normal * scale + offset, (normal, factor)


def layer_norm_back(g: Array, saved: Any, scale: Array) -> tuple[Array, Array, Array]:
    """The derivatives of the input, the scale and the offset."""
    normal, factor = saved
    d = g * scale
    mean = d.mean(axis=-1, keepdims=True)
    along = (d * normal).mean(axis=-1, keepdims=True)
    return (d - mean - normal * along) * factor, (g * normal).sum(axis=(0, 1)), g.sum(axis=(0, 1))


def gelu(x: Array) -> tuple[Array, Any]:
    t = np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))
    return np.float32(0.5) * x * (1 + t), (x, t)


def gelu_back(g: Array, saved: Any) -> Array:
    x, t = saved
    inner = np.float32(0.7978845608) * (1 + np.float32(3 * 0.044715) * x * x)
    return g * np.float32(0.5) * (1 + t + x * (1 - t * t) * inner)


def heads(x: Array) -> Array:
    batch, length, width = x.shape
    return x.reshape(batch, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)


def joined(x: Array) -> Array:
    batch, _, length, _ = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, length, -1)


def attention(x: Array, w: Array, b: Array, w_out: Array, b_out: Array) -> tuple[Array, Any]:
    width = x.shape[-1]
    q, k, v = (heads(part) for part in np.split(x @ w + b, 3, axis=-1))
    p = q @ k.mT * np.float32((width // HEADS) ** -0.5)
    p += (np.tri(x.shape[1], dtype=p.dtype) - 1) * np.float32(1e9)
    p = np.exp(p - p.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    mixed = joined(p @ v)
    return mixed @ w_out + b_out, (x, q, k, v, p, mixed)


def attention_back(g: Array, saved: Any, w: Array, w_out: Array) -> tuple[Array, list[Array]]:
    x, q, k, v, p, mixed = saved
    g_out = product_gradients(mixed, g)
    d = heads(g @ w_out.T)
    dv, dp = p.mT @ d, d @ v.mT
    dp = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * np.float32(q.shape[-1] ** -0.5)
    dqkv = np.concatenate([joined(dp @ k), joined(dp.mT @ q), joined(dv)], axis=-1)
    return dqkv @ w.T, [*product_gradients(x, dqkv), *g_out]


def transformer(parameters: list[Array], tokens: Array, labels: Array) -> Result:
    embedding, positions, *blocks, scale, offset = parameters
    blocks = [blocks[i : i + BLOCK] for i in range(0, len(blocks), BLOCK)]
    x = embedding[tokens] + positions
    saved = []
    for s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 in blocks:
        n1, norm1 = layer_norm(x, s1, o1)
        a, attended = attention(n1, wa, ba, wb, bb)
        x = x + a
        n2, norm2 = layer_norm(x, s2, o2)
        h, activated = gelu(n2 @ w1 + b1)
        x = x + (h @ w2 + b2)
        saved.append((norm1, attended, n2, norm2, h, activated))
    n, norm = layer_norm(x, scale, offset)
    loss, d = cross_entropy(n @ embedding.T, labels)
    by_logits = product_gradients(d, n)[0]
    g, *last = layer_norm_back(d @ embedding, norm, scale)
    gradients: list[Array] = []
    for (s1, _, wa, _, wb, _, s2, _, w1, _, w2, _), parts in zip(reversed(blocks), reversed(saved), strict=True):
        norm1, attended, n2, norm2, h, activated = parts
        g_layer2 = product_gradients(h, g)
        dh = gelu_back(g @ w2.T, activated)
        d2, *g_norm2 = layer_norm_back(dh @ w1.T, norm2, s2)
        g_layer1 = product_gradients(n2, dh)
        g = g + d2
        d1, g_attention = attention_back(g, attended, wa, wb)
        d1, *g_norm1 = layer_norm_back(d1, norm1, s1)
        g = g + d1
        gradients = [*g_norm1, *g_attention, *g_norm2, *g_layer1, *g_layer2, *gradients]
    np.add.at(by_logits, tokens, g)
    return loss, [by_logits, g.sum(axis=0), *gradients, *last]
