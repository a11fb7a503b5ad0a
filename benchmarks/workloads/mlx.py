"""The workloads in MLX: arrays are computed when `eval` asks for them."""

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

Array = Any


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c, one = mx.array(x), mx.array(c), mx.ones(x.shape)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y

    def run() -> Array:
        _, gradients = mx.vjp(repeated, [x], [one])
        mx.eval(gradients)
        return gradients[0]

    return run


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = mx.array(x), mx.array(c)

    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        mx.eval(y)
        return y

    return run


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = mx.array(x)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(steps):
            y = y * 0.6 if y > 1.0 else y + x
        return y

    gradient = mx.grad(repeated)

    def run() -> Array:
        g = gradient(x)
        mx.eval(g)
        return g

    return run


def mean_loss(parameters: list[Array], images: Array, labels: Array) -> Array:
    w1, b1, w2, b2, w3, b3 = parameters
    h = mx.maximum(mx.addmm(b1, images, w1), 0)
    h = mx.maximum(mx.addmm(b2, h, w2), 0)
    logits = mx.addmm(b3, h, w3)
    picked = mx.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
    return mx.mean(mx.logsumexp(logits, axis=1) - picked)


def mlp_step(images: Array, labels: Array, parameters: list[Array], rate: float) -> Callable[[], list[Array]]:
    images, labels = mx.array(images), mx.array(labels.astype(np.int32))
    parameters = [mx.array(p) for p in parameters]
    loss_and_gradients = mx.value_and_grad(mean_loss)

    def run() -> list[Array]:
        nonlocal parameters
        loss, gradients = loss_and_gradients(parameters, images, labels)
        parameters = [p - rate * g for p, g in zip(parameters, gradients, strict=True)]
        mx.eval(loss, parameters)
        return [loss, *parameters]

    return run


def add_chain(x: Array, c: Array, length: int) -> Callable[[], Callable[[], Array]]:
    """What is held is the graph that is yet to be computed; MLX has no other tape."""
    x, c, one = mx.array(x), mx.array(c), mx.ones(x.shape)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y + c
        return y

    def run() -> Callable[[], Array]:
        values, gradients = mx.vjp(repeated, [x], [one])

        def gradient() -> Array:
            mx.eval(values, gradients)
            return gradients[0]

        return gradient

    return run
