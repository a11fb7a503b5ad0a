"""The workloads in MLX: arrays are computed when `eval` asks for them."""

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from benchmarks.models import mlx as networks

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


def training_step(
    network: str, parameters: list[Any], inputs: Any, labels: Any, rate: float
) -> Callable[[], list[Array]]:
    inputs = mx.array(inputs if inputs.dtype.kind == "f" else inputs.astype(np.int32))
    labels = mx.array(labels.astype(np.int32))
    parameters = [mx.array(p) for p in parameters]
    loss_and_gradients = mx.value_and_grad(getattr(networks, network))

    def run() -> list[Array]:
        nonlocal parameters
        loss, gradients = loss_and_gradients(parameters, inputs, labels)
        parameters = [p - rate * g for p, g in zip(parameters, gradients, strict=True)]
        mx.eval(loss, parameters)
        return [loss, *parameters]

    return run


def layer_jacobian(x: Any, w: Any, by: str) -> Callable[[], Array]:
    """The vector-Jacobian product, vectorised over the rows of an identity: MLX has no function of its own for it."""
    x, w = mx.array(x), mx.array(w)
    source = x if by == "input" else w
    layer = (lambda x: mx.tanh(x @ w)) if by == "input" else (lambda w: mx.tanh(x @ w))
    identity = mx.eye(x.size).reshape(x.size, *x.shape)
    rows = mx.vmap(lambda g: mx.vjp(layer, [source], [g])[1][0])

    def run() -> Array:
        jacobian = rows(identity).reshape(*x.shape, *source.shape)
        mx.eval(jacobian)
        return jacobian

    return run


def mlp_forward(images: Any, labels: Any, parameters: list[Any], direction: list[Any]) -> Callable[[], Array]:
    images, labels = mx.array(images), mx.array(labels.astype(np.int32))
    parameters = [mx.array(p) for p in parameters]

    def run() -> Array:
        loss = networks.mlp(parameters, images, labels)
        mx.eval(loss)
        return loss

    return run


def mlp_hvp(images: Any, labels: Any, parameters: list[Any], direction: list[Any]) -> Callable[[], list[Array]]:
    """The gradient of the slope in the direction: reverse over reverse, which all its operations have."""
    images, labels = mx.array(images), mx.array(labels.astype(np.int32))
    parameters, direction = [mx.array(p) for p in parameters], [mx.array(v) for v in direction]
    gradient = mx.grad(networks.mlp)

    def slope(parameters: list[Array]) -> Array:
        gradients = gradient(parameters, images, labels)
        return sum(mx.sum(g * v) for g, v in zip(gradients, direction, strict=True))

    product = mx.grad(slope)

    def run() -> list[Array]:
        products = product(parameters)
        mx.eval(products)
        return products

    return run


def embedding_step(rows: int, ids: Any, targets: Any, rate: float) -> Callable[[], list[Array]]:
    ids, targets = mx.array(ids), mx.array(targets)
    table = mx.zeros((rows, targets.shape[1]))
    mx.eval(table)
    loss_and_gradient = mx.value_and_grad(lambda found: mx.mean(mx.square(found - targets)))

    def run() -> list[Array]:
        nonlocal table
        loss, gradient = loss_and_gradient(table[ids])  # of the table, it would be as large as the table
        table = table.at[ids].add(-rate * gradient)
        found = table[ids]
        mx.eval(table, loss, found)
        return [loss, found]

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
