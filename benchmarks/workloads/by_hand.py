"""The workloads in NumPy by one who knows the derivatives: what all are compared with."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        g = np.ones_like(y)
        for _ in range(length):
            g = g * c
        return g

    return run


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y

    return run


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = x[()]  # a NumPy scalar: twice as fast as an array of no dimensions
    shrink, one = np.float32(0.6), np.float32(1.0)

    def run() -> Array:
        y, shrunk = x, []
        for _ in range(steps):
            if y > one:
                y = y * shrink
                shrunk.append(True)
            else:
                y = y + x
                shrunk.append(False)
        g, gradient = one, np.float32(0.0)
        for was_shrunk in reversed(shrunk):
            if was_shrunk:
                g = g * shrink
            else:
                gradient = gradient + g
        return gradient + g

    return run


def mlp_step(images: Array, labels: Array, parameters: list[Array], rate: float) -> Callable[[], list[Array]]:
    """Every array of a step is allocated once, here; a step writes into them."""
    w1, b1, w2, b2, w3, b3 = parameters = [p.copy() for p in parameters]
    g1, gb1, g2, gb2, g3, gb3 = gradients = [np.empty_like(p) for p in parameters]
    batch = len(images)
    h1, h2, logits = (np.empty((batch, len(b)), b.dtype) for b in (b1, b2, b3))
    d1, d2 = np.empty_like(h1), np.empty_like(h2)
    active1, active2 = np.empty(h1.shape, bool), np.empty(h2.shape, bool)
    rows = np.arange(batch)

    def run() -> list[Array]:
        np.matmul(images, w1, out=h1)
        np.add(h1, b1, out=h1)
        np.maximum(h1, 0, out=h1)
        np.matmul(h1, w2, out=h2)
        np.add(h2, b2, out=h2)
        np.maximum(h2, 0, out=h2)
        np.matmul(h2, w3, out=logits)
        np.add(logits, b3, out=logits)

        np.subtract(logits, logits.max(axis=1, keepdims=True), out=logits)
        picked = logits[rows, labels]
        d3 = np.exp(logits, out=logits)
        total = d3.sum(axis=1, keepdims=True)
        loss = np.mean(np.log(total[:, 0]) - picked)
        np.divide(d3, total, out=d3)
        d3[rows, labels] -= 1
        np.divide(d3, batch, out=d3)

        np.matmul(h2.T, d3, out=g3)
        np.sum(d3, axis=0, out=gb3)
        np.matmul(d3, w3.T, out=d2)
        np.multiply(d2, np.greater(h2, 0, out=active2), out=d2)
        np.matmul(h1.T, d2, out=g2)
        np.sum(d2, axis=0, out=gb2)
        np.matmul(d2, w2.T, out=d1)
        np.multiply(d1, np.greater(h1, 0, out=active1), out=d1)
        np.matmul(images.T, d1, out=g1)
        np.sum(d1, axis=0, out=gb1)

        for parameter, gradient in zip(parameters, gradients, strict=True):
            np.multiply(gradient, rate, out=gradient)
            np.subtract(parameter, gradient, out=parameter)
        return [loss, *parameters]

    return run


def add_chain(x: Array, c: Array, length: int) -> Callable[[], Callable[[], Array]]:
    """By hand nothing is held: the sum's gradient is known."""
    return lambda: lambda: np.ones_like(x)
