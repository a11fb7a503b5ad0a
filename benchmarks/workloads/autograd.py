"""The workloads in HIPS autograd."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad, jacobian, make_vjp, value_and_grad

from benchmarks.models import autograd as networks

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


def training_step(
    network: str, parameters: list[Array], inputs: Array, labels: Array, rate: float
) -> Callable[[], list[Array]]:
    parameters = [p.copy() for p in parameters]
    loss_and_gradients = value_and_grad(getattr(networks, network))

    def run() -> list[Array]:
        loss, gradients = loss_and_gradients(parameters, inputs, labels)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= rate * gradient
        return [loss, *parameters]

    return run


def layer_jacobian(x: Array, w: Array, by: str) -> Callable[[], Array]:
    """A loop over the rows: there is no other way."""
    gradients = jacobian(lambda x, w: anp.tanh(anp.dot(x, w)), 0 if by == "input" else 1)
    return lambda: gradients(x, w)


def mlp_forward(images: Array, labels: Array, parameters: list[Array], direction: list[Array]) -> Callable[[], Array]:
    return lambda: networks.mlp(parameters, images, labels)


def mlp_hvp(images: Array, labels: Array, parameters: list[Array], direction: list[Array]) -> Callable[[], list[Array]]:
    gradient = grad(networks.mlp)

    def slope(parameters: list[Array]) -> Array:
        gradients = gradient(parameters, images, labels)
        return sum(anp.sum(g * v) for g, v in zip(gradients, direction, strict=True))

    product = grad(slope)
    return lambda: product(parameters)


def embedding_step(rows: int, ids: Array, targets: Array, rate: float) -> Callable[[], list[Array]]:
    table = np.zeros((rows, targets.shape[1]), targets.dtype)
    loss_and_gradient = value_and_grad(lambda found: anp.mean(anp.square(found - targets)))

    def run() -> list[Array]:
        loss, gradient = loss_and_gradient(table[ids])  # of the table, it would be as large as the table
        np.subtract.at(table, ids, np.float32(rate) * gradient)
        return [loss, table[ids]]

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
