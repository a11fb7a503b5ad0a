"""The networks whose training steps are measured: their sizes and inputs here, and in one file per library the same
functions, a network each.

A network is its loss: a function of the parameters (a flat list), the inputs and the labels. Where a library has a
function for a part (layer normalisation, attention), its users would take it, and so does its file. The functions
here give its arguments, from a NumPy random generator; this module needs nothing but the standard library.
"""

from itertools import pairwise
from typing import Any

Inputs = dict[str, Any]

HEADS = 4  # of the transformer's attention
BLOCK = 12  # arrays in a block of the transformer: two norms, attention's four, the two layers'


def weights(rng: Any, *shape: int, inputs: int) -> Any:
    """Random weights whose products with `inputs` numbers keep their size."""
    return (rng.standard_normal(shape) * inputs**-0.5).astype("float32")


def biases(rng: Any, size: int) -> Any:
    return (rng.standard_normal(size) * 0.01).astype("float32")


def layers(rng: Any, *widths: int) -> list[Any]:
    """The weights and biases of fully connected layers of these widths."""
    pairs = [(weights(rng, n, m, inputs=n), biases(rng, m)) for n, m in pairwise(widths)]
    return [array for pair in pairs for array in pair]


def mlp(rng: Any, batch: int) -> Inputs:
    """784-512-512-10, of images in a row."""
    return {
        "parameters": layers(rng, 784, 512, 512, 10),
        "inputs": rng.random((batch, 784), dtype="float32"),
        "labels": rng.integers(0, 10, batch),
    }


def cnn(rng: Any, batch: int = 64) -> Inputs:
    """Two convolutions of 3 x 3, to 16 and 32 channels, each pooled by 2 x 2, and a layer; images of 28 x 28."""
    first, second = weights(rng, 3, 3, 1, 16, inputs=9), weights(rng, 3, 3, 16, 32, inputs=144)
    return {
        "parameters": [first, biases(rng, 16), second, biases(rng, 32), *layers(rng, 7 * 7 * 32, 10)],
        "inputs": rng.random((batch, 28, 28, 1), dtype="float32"),
        "labels": rng.integers(0, 10, batch),
    }


def lstm(rng: Any, batch: int = 32, steps: int = 64, units: int = 128) -> Inputs:
    """As many inputs as units, and a layer after the last step; `inputs` is (steps, batch, units)."""
    w, u = (weights(rng, units, 4 * units, inputs=units) for _ in "wu")
    return {
        "parameters": [w, u, biases(rng, 4 * units), *layers(rng, units, 10)],
        "inputs": rng.standard_normal((steps, batch, units)).astype("float32"),
        "labels": rng.integers(0, 10, batch),
    }


def transformer(rng: Any, batch: int = 8, length: int = 128, width: int = 128, blocks: int = 4) -> Inputs:
    """Tokens of 256 kinds, whose embedding also gives the logits."""
    parameters = [weights(rng, 256, width, inputs=width), weights(rng, length, width, inputs=width)]

    def norm() -> list[Any]:
        return [1 + biases(rng, width), biases(rng, width)]

    for _ in range(blocks):
        parameters += [
            *norm(), *layers(rng, width, 3 * width), *layers(rng, width, width),
            *norm(), *layers(rng, width, 4 * width), *layers(rng, 4 * width, width),
        ]  # fmt: skip
    return {
        "parameters": parameters + norm(),
        "inputs": rng.integers(0, 256, (batch, length)),
        "labels": rng.integers(0, 256, (batch, length)),
    }
