"""What is measured and who takes part: one row per workload, one row per contender.

A new workload is one row in `WORKLOADS` and one function in each file of `benchmarks/workloads/`;
a contender whose file lacks the function is left out of that row. This module needs nothing but the
standard library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks import models

Inputs = dict[str, Any]  # the keyword arguments of a workload's function: NumPy arrays and numbers


@dataclass(frozen=True)
class Contender:
    """A library, and a way of using it, that runs the workloads in a process of its own."""

    name: str  # as printed
    module: str  # its file in benchmarks/workloads/
    environment: str  # where it runs: .venv-<environment>, or --peer <environment>=<python>
    package: str  # the distribution whose version and installed size are given
    imports: str | None = None  # what is timed; None for a second use of a library in the list
    ours: bool = False  # a way of using gradtape


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
    column: str = ""  # its heading in the table of its group, which has a line per contender
    group: str = ""  # rows of one group are in a table of their own
    files: str = ""  # what it reads, by its name in `files.py`
    tolerance: float = 2e-3  # of a result's largest value: float32 sums, and differences of parameters

    def figure(self, measured: float) -> float:
        """The figure in this row's unit of what was measured in seconds or bytes."""
        scale = {"µs": 1e6, "ms": 1e3, "bytes": 1, "MB": 1e-6}[self.unit]
        return measured * scale / self.operations


CONTENDERS = [
    Contender("gradtape", "gradtape", "gradtape", "gradtape", "gradtape", ours=True),
    Contender("gradtape tf.function", "gradtape_function", "gradtape", "gradtape", ours=True),
    Contender("gradtape jit_compile", "gradtape_xla", "jax", "jax", ours=True),
    Contender("NumPy by hand", "by_hand", "numpy", "numpy", "numpy"),
    Contender("MLX", "mlx", "mlx", "mlx", "mlx.core"),
    Contender("PyTorch", "torch", "torch", "torch", "torch"),
    Contender("torch.compile", "torch_compile", "torch", "torch"),
    Contender("autograd", "autograd", "autograd", "autograd", "autograd.numpy"),
    Contender("TensorFlow", "tensorflow", "tensorflow", "tensorflow", "tensorflow"),
    Contender("tf.function", "tensorflow_function", "tensorflow", "tensorflow"),
    Contender("tf.function, jit_compile", "tensorflow_xla", "tensorflow", "tensorflow"),
    Contender("Grain", "grain", "grain", "grain"),
    Contender("JAX", "jax", "jax", "jax", "jax.numpy"),
    Contender("jax.jit", "jax_jit", "jax", "jax"),
]
REFERENCE = "NumPy by hand"  # what ratios are to, and what results are verified against
OURS = "gradtape"

# The README's table has a column for each of these: the fastest of some ways of using a library, and a word for each.
COLUMNS: dict[str, dict[str, str]] = {
    "gradtape": {"gradtape": "eager", "gradtape tf.function": "function", "gradtape jit_compile": "jit"},
    "PyTorch": {"PyTorch": "eager", "torch.compile": "compile"},
    "JAX, jit": {"jax.jit": ""},
    "tf.function": {"tf.function": "", "tf.function, jit_compile": "jit"},
    "TensorFlow, eager": {"TensorFlow": ""},
}

# The tables that have a line per contender.
STEPS = "Training steps"
FIRST = "First call of a compiled training step: trace, compilation, one step"
CALLS = "Calls and loops of functions"
MATRICES = "Linear algebra"
DATA = "Data pipelines, per element"
GROUPS = [STEPS, FIRST, CALLS, MATRICES, DATA]

# What `python -m benchmarks setup` installs: current releases, except where one is named.
PACKAGES = {
    "tensorflow": ["tensorflow", "pillow"],
    "torch": ["torch==2.13.0", "numpy", "pillow"],
    "grain": ["grain", "numpy", "pillow"],
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


def training(network: str, **size: int) -> Callable[[Any], Inputs]:
    """The parameters, inputs and labels of a network."""
    return lambda rng: {"network": network, "rate": 0.05} | getattr(models, network)(rng, **size)


def layer(batch: int, width: int, by: str) -> Callable[[Any], Inputs]:
    """Inputs and weights of a layer, and by which of the two it is to be differentiated."""
    return lambda rng: {
        "x": rng.standard_normal((batch, width)).astype("float32"),
        "w": (rng.standard_normal((width, width)) / width**0.5).astype("float32"),
        "by": by,
    }


def curvature(batch: int) -> Callable[[Any], Inputs]:
    """Images, labels and parameters of the MLP, and a direction: an array for each parameter."""

    def inputs(rng: Any) -> Inputs:
        given = models.mlp(rng, batch)
        direction = [rng.standard_normal(p.shape).astype("float32") for p in given["parameters"]]
        return {"images": given["inputs"], "direction": direction} | {k: given[k] for k in ("labels", "parameters")}

    return inputs


def embedding(rows: int, width: int, lookups: int) -> Callable[[Any], Inputs]:
    """The size of a table, which begins as zeros; the rows that are looked up, and what they should become."""
    return lambda rng: {
        "rows": rows,
        "ids": rng.integers(0, rows, lookups).astype("int32"),
        "targets": rng.standard_normal((lookups, width)).astype("float32"),
        "rate": 0.05,
    }


def multiplications(title: str, size: int, length: int, **more: Any) -> Workload:
    """The row of a chain of multiplications, forward and gradient."""
    name = f"multiply-{size}-{length}"
    return Workload(name, title, "µs", "multiply_chain", chain(size, length), operations=length, **more)


# The networks, in the order of their steps' lengths but for the LSTM, which takes longest to compile.
NETWORKS: dict[str, tuple[str, str, Callable[[Any], Inputs]]] = {
    "mlp-32": ("MLP 32", "MLP 784-512-512-10, batch 32", training("mlp", batch=32)),
    "mlp-256": ("MLP 256", "MLP 784-512-512-10, batch 256", training("mlp", batch=256)),
    "cnn": ("CNN", "CNN of two 3 x 3 convolutions, 64 images of 28 x 28", training("cnn")),
    "transformer": ("transformer", "transformer of 4 layers, width 128, 8 x 128 tokens", training("transformer")),
    "lstm": ("LSTM", "LSTM of 128 units, batch 32, 64 steps unrolled", training("lstm")),
}


def steps() -> list[Workload]:
    """The rows of the networks' training steps."""
    row = partial(Workload, unit="ms", function="training_step", trains=True, group=STEPS)
    return [
        row(f"step-{name}", f"training step: {title}", inputs=inputs, column=column)
        for name, (column, title, inputs) in NETWORKS.items()
    ]


def first_steps() -> list[Workload]:
    """The rows of the first call of a compiled training step."""
    row = partial(Workload, unit="ms", function="first_step", group=FIRST)
    return [
        row(f"first-{name}", f"first call of the compiled step: {title}", inputs=inputs, column=column)
        for name, (column, title, inputs) in NETWORKS.items()
    ]


def loops() -> list[Workload]:
    """The rows of `tf.while_loop`, forward alone and with the gradient."""
    return [
        Workload(
            f"{function}-{length}",
            f"`tf.while_loop` of {shown} steps y = tanh(y * c + x) of 4 floats, {what}, per step",
            "µs",
            function.replace("-", "_"),
            lambda rng, length=length: {
                "x": rng.uniform(-0.5, 0.5, 4).astype("float32"),
                "c": rng.uniform(0.3, 0.7, 4).astype("float32"),
                "length": length,
            },
            operations=length,
            group=CALLS,
            column=f"{what}, {shown} steps",
        )
        for function, what in (("loop-forward", "loop forward"), ("loop-gradient", "loop + gradient"))
        for length, shown in ((1000, "10^3"), (100_000, "10^5"))
    ]


def jacobian(name: str, title: str, width: int) -> list[Workload]:
    """The rows of the Jacobian of a layer of this width, all at once and row by row."""
    inputs = layer(8, width, "weights" if name == "weights" else "input")
    return [
        Workload(f"jacobian-{name}", title, "ms", "layer_jacobian", inputs),
        Workload(f"jacobian-{name}-loop", f"{title}, in a loop over its rows", "ms", "layer_jacobian_loop", inputs),
    ]


def matrices(kind: str, n: int) -> Callable[[Any], Any]:
    """Arrays of this kind, float64, of which those that are matrices have n rows."""

    def made(rng: Any) -> list[Any]:
        x = rng.standard_normal((n, n))
        square = x + 3 * n**0.5 * _eye(n)
        positive = x @ x.T / n + _eye(n)
        if kind == "triangle":
            return [positive * (_eye(n).cumsum(0)), rng.standard_normal((n, 1))]
        if kind == "diagonals":
            return [x[:3] + [[0.0], [20.0], [0.0]], rng.standard_normal((n, 1))]
        if kind == "equations":
            return [square, rng.standard_normal((n, n))]
        if kind == "rows":
            return [rng.standard_normal((n, 100))]
        if kind == "factors":
            return [rng.uniform(0.9, 1.1, (n, 100))]
        return [{"positive": positive, "small": x / n, "near one": square / (3 * n**0.5)}.get(kind, square)]

    return made


def _eye(n: int) -> Any:
    import numpy as np

    return np.eye(n)


def _matrix_inputs(operation: str, arrays: Callable[[Any], Any], rng: Any) -> Inputs:
    return {"operation": operation, "arrays": arrays(rng)}


def linear_algebra() -> list[Workload]:
    """The rows of decompositions, equations, and the gradients of what is made of them."""
    rows = [
        ("triangular_solve", "triangular_solve", "triangle", 1000, False),
        ("cholesky_solve", "cholesky_solve", "triangle", 1000, False),
        ("tridiagonal_solve", "tridiagonal_solve", "diagonals", 1000, False),
        ("cholesky", "cholesky", "positive", 200, False),
        ("solve", "solve", "equations", 200, False),
        ("inv", "inv", "square", 200, False),
        ("expm", "expm", "small", 100, False),
        ("logdet", "logdet + gradient", "positive", 200, True),
        ("det", "det + gradient", "near one", 200, True),
        ("cumprod", "cumprod + gradient", "factors", 1000, True),
        ("top_k", "top_k + gradient", "rows", 1000, True),
    ]
    return [
        Workload(
            f"matrix-{operation}",
            f"{title}, n = {n}",
            "ms",
            "matrix_gradient" if gradient else "matrix_operation",
            partial(_matrix_inputs, operation, matrices(kind, n)),
            group=MATRICES,
            column=f"{title}, {n}",
        )
        for operation, title, kind, n, gradient in rows
    ]


def pipelines() -> list[Workload]:
    """The rows of data pipelines, an epoch each; of the last one, with a training step for each batch."""
    folder = ".cache/benchmarks/"
    row = partial(Workload, unit="µs", group=DATA)
    return [
        row(
            "data-arrays",
            "digits in memory, shuffled, in batches of 32",
            function="data_arrays",
            inputs=lambda rng: {
                "images": rng.uniform(0, 1, (1797, 64)).astype("float32"),
                "labels": rng.integers(0, 10, 1797),
            },
            operations=1797,
            column="digits, shuffle, batch 32",
        ),
        row(
            "data-pictures",
            "JPEG files of 256 x 256, decoded, cropped to 224 x 224, flipped at random, in batches of 32",
            function="data_pictures",
            inputs=lambda rng: {"folder": folder + "pictures"},
            operations=192,
            column="JPEG, crop, flip, batch 32",
            files="pictures",
            tolerance=1e-2,  # decoders' cosine transforms are a step of 255 apart on the average
        ),
        row(
            "data-examples",
            "a TFRecord file of Examples of 784 bytes, parsed, in batches of 32",
            function="data_examples",
            inputs=lambda rng: {"folder": folder + "examples"},
            operations=4000,
            column="TFRecords of Examples, batch 32",
            files="examples",
        ),
        row(
            "data-overlap",
            "the JPEG files in batches of 8, and a training step of about as long for each batch",
            function="data_overlap",
            inputs=lambda rng: {"folder": folder + "pictures", "w": rng.standard_normal((512, 512)) / 512**0.5},
            operations=192,
            column="JPEG, and training",
            files="pictures",
        ),
    ]


# Rows of one function go from short to long: how long a row will take is told from the one before.
WORKLOADS = [
    multiplications("multiply 4 floats, forward + gradient, per operation", 4, 1000),
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
    ),
    *jacobian("input", "Jacobian of a 256-256 tanh layer by its input, batch 8", 256),
    *jacobian("weights", "Jacobian of a 64-64 tanh layer by its weights, batch 8", 64),
    Workload(
        "mlp-forward",
        "MLP 784-512-512-10 loss, forward alone, batch 256",
        "ms",
        "mlp_forward",
        curvature(256),
    ),
    Workload(
        "mlp-hvp",
        "MLP 784-512-512-10 Hessian-vector product, batch 256",
        "ms",
        "mlp_hvp",
        curvature(256),
    ),
    Workload(
        "embedding",
        "embedding of 10^6 rows of 64: a step with 256 lookups",
        "ms",
        "embedding_step",
        embedding(1_000_000, 64, 256),
    ),
    *steps(),
    *first_steps(),
    Workload(
        "scalar-call",
        "call of a function of one scalar operation",
        "µs",
        "scalar_call",
        lambda rng: {"x": rng.uniform(0.5, 0.9, ()).astype("float32"), "calls": 1000},
        operations=1000,
        group=CALLS,
        column="call of x * x",
    ),
    *loops(),
    *linear_algebra(),
    *pipelines(),
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
    Workload("import", "import time", "ms", kind="import"),
    Workload("size", "installed size, with dependencies", "MB", kind="size"),
]

# What the README tells, and its picture shows: lines of one workload, or of several whose figures are given together.
HEADLINES: dict[str, list[str]] = {
    "`x * c` of 4 floats with its gradient, per operation": ["multiply-4-1000"],
    **{f"a training step: {title}": [f"step-{name}"] for name, (_, title, _) in NETWORKS.items()},
    "import time, and installed size with dependencies": ["import", "size"],
}
