"""The workloads as GradientTape programs. `tensorflow.py` runs this same file on TensorFlow."""

from collections.abc import Callable
from typing import Any

import gradtape as tf

Tensor = Any


def multiply_chain(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(length):
                y = y * c
        return tape.gradient(y, x)

    return run


def multiply_forward(x: Any, c: Any, length: int) -> Callable[[], Tensor]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Tensor:
        y = x
        for _ in range(length):
            y = y * c
        return y

    return run


def scalar_loop(x: Any, steps: int) -> Callable[[], Tensor]:
    x = tf.constant(x)

    def run() -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(steps):
                y = y * 0.6 if y > 1.0 else y + x
        return tape.gradient(y, x)

    return run


def mlp_step(
    images: Any,
    labels: Any,
    parameters: list[Any],
    rate: float,
    compiled: Callable[[Any], Any] = lambda step: step,
) -> Callable[[], list[Tensor]]:
    images, labels = tf.constant(images), tf.constant(labels)
    variables = [tf.Variable(p) for p in parameters]
    w1, b1, w2, b2, w3, b3 = variables

    @compiled
    def step(images: Tensor, labels: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            h = tf.nn.relu(images @ w1 + b1)
            h = tf.nn.relu(h @ w2 + b2)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, h @ w3 + b3)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, variables)
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(rate * gradient)
        return loss

    return lambda: [step(images, labels), *variables]


def add_chain(x: Any, c: Any, length: int) -> Callable[[], Callable[[], Tensor]]:
    x, c = tf.constant(x), tf.constant(c)

    def run() -> Callable[[], Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(length):
                y = y + c
        return lambda: tape.gradient(y, x)

    return run
