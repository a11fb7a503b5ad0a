"""The networks in PyTorch."""

import torch
from torch.nn import functional as nn

from benchmarks.models import BLOCK, HEADS

Tensor = torch.Tensor


def mlp(parameters: list[Tensor], images: Tensor, labels: Tensor) -> Tensor:
    w1, b1, w2, b2, w3, b3 = parameters
    h = torch.relu(torch.addmm(b1, images, w1))
    h = torch.relu(torch.addmm(b2, h, w2))
    return nn.cross_entropy(torch.addmm(b3, h, w3), labels)


def cnn(parameters: list[Tensor], images: Tensor, labels: Tensor) -> Tensor:
    """The images lie in memory as they do for the others, which PyTorch calls channels_last."""
    k1, b1, k2, b2, w, b = parameters
    h = images.permute(0, 3, 1, 2)
    h = nn.max_pool2d(torch.relu(nn.conv2d(h, k1.permute(3, 2, 0, 1), b1, padding=1)), 2)
    h = nn.max_pool2d(torch.relu(nn.conv2d(h, k2.permute(3, 2, 0, 1), b2, padding=1)), 2)
    return nn.cross_entropy(torch.addmm(b, h.permute(0, 2, 3, 1).flatten(1), w), labels)


def lstm(parameters: list[Tensor], sequences: Tensor, labels: Tensor) -> Tensor:
    w, u, b, w_out, b_out = parameters
    h = c = torch.zeros(len(labels), len(u))
    for x in sequences.unbind():
        i, f, g, o = (torch.addmm(b, x, w) + h @ u).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return nn.cross_entropy(torch.addmm(b_out, h, w_out), labels)


def attention(x: Tensor, w: Tensor, b: Tensor, w_out: Tensor, b_out: Tensor) -> Tensor:
    batch, length, width = x.shape
    q, k, v = (part.view(batch, length, HEADS, -1).transpose(1, 2) for part in (x @ w + b).chunk(3, -1))
    mixed = nn.scaled_dot_product_attention(q, k, v, is_causal=True)
    return mixed.transpose(1, 2).reshape(batch, length, width) @ w_out + b_out


def transformer(parameters: list[Tensor], tokens: Tensor, labels: Tensor) -> Tensor:
    embedding, positions, *blocks, scale, offset = parameters
    width = (embedding.shape[1],)
    x = nn.embedding(tokens, embedding) + positions
    for i in range(0, len(blocks), BLOCK):
        s1, o1, wa, ba, wb, bb, s2, o2, w1, b1, w2, b2 = blocks[i : i + BLOCK]
        x = x + attention(nn.layer_norm(x, width, s1, o1), wa, ba, wb, bb)
        x = x + nn.gelu(nn.layer_norm(x, width, s2, o2) @ w1 + b1, approximate="tanh") @ w2 + b2
    logits = nn.layer_norm(x, width, scale, offset) @ embedding.T
    return nn.cross_entropy(logits.flatten(0, 1), labels.flatten())
