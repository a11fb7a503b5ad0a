"""The workloads in JAX under `jax.jit`, with its own loops where a compiled program needs them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.workloads import jax as eager

Array = Any


def repeated(x: Array, c: Array, length: int) -> Array:
    return lax.fori_loop(0, length, lambda _, y: y * c, x)


def multiply_chain(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)

    @jax.jit
    def gradient(x: Array, c: Array) -> Array:
        y, vjp = jax.vjp(lambda x: repeated(x, c, length), x)
        return vjp(jnp.ones_like(y))[0]

    return lambda: gradient(x, c).block_until_ready()


def multiply_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)
    forward = jax.jit(lambda x, c: repeated(x, c, length))
    return lambda: forward(x, c).block_until_ready()


def loop_forward(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)
    forward = jax.jit(lambda x, c: lax.fori_loop(0, length, lambda _, y: jnp.tanh(y * c + x), x))
    return lambda: forward(x, c).block_until_ready()


def loop_gradient(x: Array, c: Array, length: int) -> Callable[[], Array]:
    x, c = jnp.asarray(x), jnp.asarray(c)

    @jax.jit
    def gradient(x: Array, c: Array) -> Array:
        y, vjp = jax.vjp(lambda x: lax.fori_loop(0, length, lambda _, y: jnp.tanh(y * c + x), x), x)
        return vjp(jnp.ones_like(y))[0]

    return lambda: gradient(x, c).block_until_ready()


def scalar_loop(x: Array, steps: int) -> Callable[[], Array]:
    x = jnp.asarray(x)

    def looped(x: Array) -> Array:
        def step(_: Array, y: Array) -> Array:
            return lax.cond(y > 1.0, lambda: y * 0.6, lambda: y + x)

        return lax.fori_loop(0, steps, step, x)

    gradient = jax.jit(jax.grad(looped))
    return lambda: gradient(x).block_until_ready()


layer_jacobian = partial(eager.layer_jacobian, compiled=jax.jit)
mlp_forward = partial(eager.mlp_forward, compiled=jax.jit)
mlp_hvp = partial(eager.mlp_hvp, compiled=jax.jit)
embedding_step = partial(eager.embedding_step, compiled=partial(jax.jit, donate_argnums=0))
training_step = partial(eager.training_step, compiled=partial(jax.jit, donate_argnums=0))
first_step = partial(eager.made_anew, compiled=partial(jax.jit, donate_argnums=0))
scalar_call = partial(eager.scalar_call, compiled=jax.jit)
