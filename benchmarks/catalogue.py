"""What is measured and who takes part: one row per workload, one row per contender.

A new workload is one row in `WORKLOADS` and one function in each file of `benchmarks/workloads/`;
a contender whose file lacks the function is left out of that row. This module needs nothing but the
standard library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Inputs = dict[str, Any]  # the keyword arguments of a workload's function: NumPy arrays and numbers


@dataclass(frozen=True)
class Contender:
    """A library, and a way of using it, that runs the workloads in a process of its own."""

    name: str  # as printed
    module: str  # its file in benchmarks/workloads/
    environment: str  # where it runs: .venv-<environment>, or --peer <environment>=<python>
    package: str  # the distribution whose version and installed size are given
    imports: str | None = None  # what is timed; None for a second use of a library in the list


@dataclass(frozen=True)
class Workload:
    """A row of the table: a function of the workloads' files on given inputs."""

    name: str
    title: str
    unit: str
    function: str = ""
    inputs: Callable[[Any], Inputs] = lambda rng: {}  # from a NumPy random generator
    operations: int = 1  # a figure is per operation
    kind: str = "time"  # "time", "memory" (bytes held per operation), "import" or "size"
    trains: bool = False  # returns (loss, *parameters), compared by what the step changed
    plotted: bool = False

    def figure(self, measured: float) -> float:
        """The figure in this row's unit of what was measured in seconds or bytes."""
        scale = {"µs": 1e6, "ms": 1e3, "bytes": 1, "MB": 1e-6}[self.unit]
        return measured * scale / self.operations


CONTENDERS = [
    Contender("gradtape", "gradtape", "gradtape", "gradtape", "gradtape"),
    Contender("NumPy by hand", "by_hand", "numpy", "numpy", "numpy"),
    Contender("MLX", "mlx", "mlx", "mlx", "mlx.core"),
    Contender("PyTorch", "torch", "torch", "torch", "torch"),
    Contender("autograd", "autograd", "autograd", "autograd", "autograd.numpy"),
    Contender("TensorFlow", "tensorflow", "tensorflow", "tensorflow", "tensorflow"),
    Contender("tf.function", "tensorflow_function", "tensorflow", "tensorflow"),
    Contender("JAX", "jax", "jax", "jax", "jax.numpy"),
    Contender("jax.jit", "jax_jit", "jax", "jax"),
]
REFERENCE = "NumPy by hand"  # what ratios are to, and what results are verified against
OURS = "gradtape"

# What `python -m benchmarks setup` installs: current releases, except where one is named.
PACKAGES = {
    "tensorflow": ["tensorflow"],
    "torch": ["torch==2.13.0", "numpy"],
    "jax": ["jax"],
    "autograd": ["autograd"],
    "mlx": ["mlx[cpu]; sys_platform == 'linux'", "mlx; sys_platform != 'linux'", "numpy"],
}


def chain(size: int, length: int) -> Callable[[Any], Inputs]:
    """`size` floats and factors: `length` multiplications by them give about e times as much."""

    def inputs(rng: Any) -> Inputs:
        growth = rng.uniform(0.5, 1.5, size) / length
        x = rng.uniform(0.5, 1.5, size)
        return {"x": x.astype("float32"), "c": (1 + growth).astype("float32"), "length": length}

    return inputs


def scalar(steps: int) -> Callable[[Any], Inputs]:
    """A float32 scalar and a number of steps."""
    return lambda rng: {"x": rng.uniform(0.5, 0.9, ()).astype("float32"), "steps": steps}


def classifier(batch: int, *widths: int) -> Callable[[Any], Inputs]:
    """Images with labels, and the weights and biases of a network of these widths."""

    def inputs(rng: Any) -> Inputs:
        parameters = []
        for rows, columns in pairwise(widths):
            spread = (2 / rows) ** 0.5
            parameters.append((rng.standard_normal((rows, columns)) * spread).astype("float32"))
            parameters.append((rng.standard_normal(columns) * 0.01).astype("float32"))
        return {
            "images": rng.random((batch, widths[0]), dtype="float32"),
            "labels": rng.integers(0, widths[-1], batch),
            "parameters": parameters,
            "rate": 0.05,
        }

    return inputs


def multiplications(title: str, size: int, length: int, **more: Any) -> Workload:
    """The row of a chain of multiplications, forward and gradient."""
    name = f"multiply-{size}-{length}"
    return Workload(name, title, "µs", "multiply_chain", chain(size, length), operations=length, **more)


def mlp(batch: int) -> Workload:
    """The row of a training step of the fully connected network."""
    return Workload(
        f"mlp-{batch}",
        f"MLP 784-512-512-10 training step, batch {batch}",
        "ms",
        "mlp_step",
        classifier(batch, 784, 512, 512, 10),
        trains=True,
        plotted=True,
    )


# Rows of one function go from short to long: how long a row will take is told from the one before.
WORKLOADS = [
    multiplications("multiply 4 floats, forward + gradient, per operation", 4, 1000, plotted=True),
    Workload(
        "forward-4-1000",
        "multiply 4 floats, forward alone, per operation",
        "µs",
        "multiply_forward",
        chain(4, 1000),
        operations=1000,
    ),
    multiplications("multiply 10^4 floats, forward + gradient, per operation", 10_000, 1000),
    Workload(
        "forward-10000-1000",
        "multiply 10^4 floats, forward alone, per operation",
        "µs",
        "multiply_forward",
        chain(10_000, 1000),
        operations=1000,
    ),
    Workload(
        "loop",
        "scalar loop with `if` on values, forward + gradient, per step",
        "µs",
        "scalar_loop",
        scalar(1000),
        operations=1000,
        plotted=True,
    ),
    mlp(32),
    mlp(256),
    multiplications("tape of 10^4 multiplications of 4 floats, per operation", 4, 10_000),
    multiplications("tape of 10^5, per operation", 4, 100_000),
    multiplications("tape of 10^6, per operation", 4, 1_000_000),
    Workload(
        "memory-add",
        "memory that a recorded `add` of 4 floats holds",
        "bytes",
        "add_chain",
        chain(4, 100_000),
        operations=100_000,
        kind="memory",
    ),
    Workload("import", "import time", "ms", kind="import", plotted=True),
    Workload("size", "installed size, with dependencies", "MB", kind="size", plotted=True),
]
