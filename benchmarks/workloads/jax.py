"""The workloads in JAX, operation by operation."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from benchmarks.models import jax as networks

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


def training_step(
    network: str,
    parameters: list[Array],
    inputs: Array,
    labels: Array,
    rate: float,
    compiled: Callable[[Any], Any] = lambda step: step,
) -> Callable[[], list[Array]]:
    loss_of = getattr(networks, network)
    inputs, labels, parameters = jax.tree.map(jnp.asarray, (inputs, labels, parameters))

    @compiled
    def step(parameters: list[Array], inputs: Array, labels: Array) -> tuple[Array, list[Array]]:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, inputs, labels)
        return loss, [p - rate * g for p, g in zip(parameters, gradients, strict=True)]

    def run() -> list[Array]:
        nonlocal parameters
        loss, parameters = jax.block_until_ready(step(parameters, inputs, labels))
        return [loss, *parameters]

    return run


def made_anew(compiled: Callable[[Any], Any], **given: Any) -> Callable[[], Array]:
    """Everything anew: the trace, what is compiled, and one step."""
    return lambda: training_step(**given, compiled=compiled)()[0]


def scalar_call(x: Array, calls: int, compiled: Callable[[Any], Any] = lambda f: f) -> Callable[[], Array]:
    x = jnp.asarray(x)
    square = compiled(lambda x: x * x)

    def run() -> Array:
        for _ in range(calls):
            y = square(x)
        return y.block_until_ready()

    return run


def layer_jacobian(
    x: Array, w: Array, by: str, compiled: Callable[[Any], Any] = lambda jacobian: jacobian
) -> Callable[[], Array]:
    x, w = jnp.asarray(x), jnp.asarray(w)
    jacobian = compiled(jax.jacrev(lambda x, w: jnp.tanh(x @ w), argnums=0 if by == "input" else 1))
    return lambda: jacobian(x, w).block_until_ready()


def mlp_forward(
    images: Array,
    labels: Array,
    parameters: list[Array],
    direction: list[Array],
    compiled: Callable[[Any], Any] = lambda loss: loss,
) -> Callable[[], Array]:
    images, labels, parameters = jax.tree.map(jnp.asarray, (images, labels, parameters))
    loss = compiled(networks.mlp)
    return lambda: loss(parameters, images, labels).block_until_ready()


def mlp_hvp(
    images: Array,
    labels: Array,
    parameters: list[Array],
    direction: list[Array],
    compiled: Callable[[Any], Any] = lambda product: product,
) -> Callable[[], list[Array]]:
    images, labels, parameters, direction = jax.tree.map(jnp.asarray, (images, labels, parameters, direction))

    @compiled
    def product(parameters: list[Array], direction: list[Array], images: Array, labels: Array) -> list[Array]:
        return jax.jvp(lambda p: jax.grad(networks.mlp)(p, images, labels), (parameters,), (direction,))[1]

    return lambda: jax.block_until_ready(product(parameters, direction, images, labels))


def embedding_step(
    rows: int,
    ids: Array,
    targets: Array,
    rate: float,
    compiled: Callable[[Any], Any] = lambda step: step,
) -> Callable[[], list[Array]]:
    ids, targets = jnp.asarray(ids), jnp.asarray(targets)
    table = jnp.zeros((rows, targets.shape[1]))

    @compiled
    def step(table: Array, ids: Array, targets: Array) -> tuple[Array, Array, Array]:
        # Of the table, the gradient would be as large as the table.
        loss, gradient = jax.value_and_grad(lambda found: jnp.mean(jnp.square(found - targets)))(table[ids])
        table = table.at[ids].add(-rate * gradient)
        return table, loss, table[ids]

    def run() -> list[Array]:
        nonlocal table
        table, loss, found = jax.block_until_ready(step(table, ids, targets))
        return [loss, found]

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
