"""The workloads in JAX, operation by operation."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

Array = Any


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y

    def run() -> Array:
        y, vjp = jax.vjp(repeated, x)
        return vjp(jnp.ones_like(y))[0].block_until_ready()

    return run


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)

    def run() -> Array:
        y = x
        for _ in range(length):
            y = y * c
        return y.block_until_ready()

    return run


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = jnp.asarray(x)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(steps):
            y = y * 0.6 if y > 1.0 else y + x
        return y

    gradient = jax.grad(repeated)
    return lambda: gradient(x).block_until_ready()


def mean_loss(parameters: list[Array], images: Array, labels: Array) -> Array:
    w1, b1, w2, b2, w3, b3 = parameters
    h = jax.nn.relu(images @ w1 + b1)
    h = jax.nn.relu(h @ w2 + b2)
    scores = jax.nn.log_softmax(h @ w3 + b3)
    return -jnp.mean(jnp.take_along_axis(scores, labels[:, None], axis=1))


def mlp_step(
    images: Array,
    labels: Array,
    parameters: list[Array],
    rate: float,
    compiled: Callable[[Any], Any] = lambda step: step,
) -> Callable[[], list[Array]]:
    images, labels = jnp.asarray(images), jnp.asarray(labels)
    parameters = [jnp.asarray(p) for p in parameters]

    @compiled
    def step(parameters: list[Array], images: Array, labels: Array) -> tuple[Array, list[Array]]:
        loss, gradients = jax.value_and_grad(mean_loss)(parameters, images, labels)
        return loss, [p - rate * g for p, g in zip(parameters, gradients, strict=True)]

    def run() -> list[Array]:
        nonlocal parameters
        loss, parameters = jax.block_until_ready(step(parameters, images, labels))
        return [loss, *parameters]

    return run


def add_chain(x: Array, c: Array, length: int) -> Callable[[], Callable[[], Array]]:
    x, c = jnp.asarray(x), jnp.asarray(c)

    def repeated(x: Array) -> Array:
        y = x
        for _ in range(length):
            y = y + c
        return y

    def run() -> Callable[[], Array]:
        y, vjp = jax.vjp(repeated, x)
        y.block_until_ready()
        return lambda: vjp(jnp.ones_like(y))[0]

    return run
