"""The workloads in HIPS autograd."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import make_vjp, value_and_grad

Array = Any


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y

    def run() -> Array:
        vjp, y = make_vjp(repeated)(x)
        return vjp(np.ones_like(y))

    return run


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    def run() -> Array:
        y = x
        for _ in range(length):
            y = anp.multiply(y, c)  # what `y * c` calls while differentiating
        return y

    return run


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = x[()]

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(steps):
            y = y * 0.6 if y > 1.0 else y + x
        return y

    def run() -> Array:
        vjp, _ = make_vjp(repeated)(x)
        return vjp(np.float32(1.0))

    return run


def mlp_step(images: Array, labels: Array, parameters: list[Array], rate: float) -> Callable[[], list[Array]]:
    parameters = [p.copy() for p in parameters]
    rows = np.arange(len(images))

    def mean_loss(parameters: list[Array]) -> Array:
        w1, b1, w2, b2, w3, b3 = parameters
        h = anp.maximum(anp.dot(images, w1) + b1, 0)
        h = anp.maximum(anp.dot(h, w2) + b2, 0)
        logits = anp.dot(h, w3) + b3
        logits = logits - anp.max(logits, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(logits), axis=1)) - logits[rows, labels])

    loss_and_gradients = value_and_grad(mean_loss)

    def run() -> list[Array]:
        loss, gradients = loss_and_gradients(parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= rate * gradient
        return [loss, *parameters]

    return run


def add_chain(x: Array, c: Array, length: int) -> Callable[[], Callable[[], Array]]:
    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y + c
        return y

    def run() -> Callable[[], Array]:
        vjp, y = make_vjp(repeated)(x)
        return lambda: vjp(np.ones_like(y))

    return run
