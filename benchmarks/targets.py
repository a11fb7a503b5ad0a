"""What gradtape has set itself, and whether results meet it."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.catalogue import NETWORKS, OURS, REFERENCE, linear_algebra
from benchmarks.report import Results, figure, number, ratio

Measure = Callable[[Results], float | None]


@dataclass(frozen=True)
class Target:
    """A figure that must be at most (or `at_least`) a limit."""

    title: str
    measure: Measure
    limit: float
    unit: str = "×"
    at_least: bool = False

    def line(self, results: Results) -> tuple[bool | None, str]:
        """Whether it is met (None: not measured), and the line that says so."""
        value = self.measure(results)
        limit = f"at {'least' if self.at_least else 'most'} {number(self.limit)} {self.unit}"
        if value is None:
            return None, f"  ?   {self.title}: not measured ({limit})"
        met = value >= self.limit if self.at_least else value <= self.limit
        mark = "pass" if met else "MISS"
        return met, f"{mark}  {self.title}: {number(value)} {self.unit} ({limit})"


def times(row: str, other: str, ours: str = OURS) -> Measure:
    """gradtape's figure as a multiple of another contender's."""
    return lambda results: ratio(results, row, ours, other)


def ahead(row: str, other: str, ours: str = OURS) -> Measure:
    """Another contender's figure as a multiple of gradtape's."""
    return lambda results: ratio(results, row, other, ours)


def between(row: str, other: str, ours: str = OURS) -> Measure:
    """gradtape's figure in one row as a multiple of its figure in another."""

    def measure(results: Results) -> float | None:
        a, b = figure(results, row, ours), figure(results, other, ours)
        return a / b if a and b else None

    return measure


def alone(row: str, ours: str = OURS) -> Measure:
    """gradtape's own figure."""
    return lambda results: figure(results, row, ours)


def extra(row: str) -> Measure:
    """What gradtape's figure is above NumPy's, in the row's unit."""

    def measure(results: Results) -> float | None:
        ours, numpy = figure(results, row, OURS), figure(results, row, REFERENCE)
        return ours - numpy if ours and numpy else None

    return measure


REPLAY, COMPILED = "gradtape tf.function", "gradtape jit_compile"
MULTIPLY, FORWARD = "multiply-4-1000", "forward-4-1000"
TARGETS = [
    Target("multiply, forward + gradient, to NumPy by hand", times(MULTIPLY, REFERENCE), 4.5),
    Target("  to PyTorch", times(MULTIPLY, "PyTorch"), 1.0),
    Target("  to autograd", times(MULTIPLY, "autograd"), 1.0),
    Target("  to MLX", times(MULTIPLY, "MLX"), 1.2),
    Target("  ahead of TensorFlow", ahead(MULTIPLY, "TensorFlow"), 15.0, at_least=True),
    Target("multiply, forward alone, to NumPy by hand", times(FORWARD, REFERENCE), 3.5),
    Target("MLP step, batch 256, to NumPy by hand", times("step-mlp-256", REFERENCE), 1.15),
    Target("  to TensorFlow eager", times("step-mlp-256", "TensorFlow"), 1.0),
    Target(
        "Jacobian by the input, ahead of its own loop",
        between("jacobian-input-loop", "jacobian-input"),
        10.0,
        at_least=True,
    ),
    Target("  to TensorFlow", times("jacobian-input", "TensorFlow"), 1.0),
    Target(
        "Jacobian by the weights, ahead of its own loop",
        between("jacobian-weights-loop", "jacobian-weights"),
        10.0,
        at_least=True,
    ),
    Target("  to TensorFlow", times("jacobian-weights", "TensorFlow"), 1.0),
    Target("Hessian-vector product, to the forward pass", between("mlp-hvp", "mlp-forward"), 6.0),
    Target("embedding step, to TensorFlow", times("embedding", "TensorFlow"), 1.0),
    *(
        Target(f"{column} step compiled, to jax.jit", times(f"step-{name}", "jax.jit", COMPILED), 1.1)
        for name, (column, *_) in NETWORKS.items()
    ),
    *(
        Target(f"{column} step replayed, to eager", times(f"step-{name}", OURS, REPLAY), 1.05)
        for name, (column, *_) in NETWORKS.items()
    ),
    *(
        Target(f"LSTM step replayed, ahead of {peer}", ahead("step-lstm", peer, REPLAY), 4.0, at_least=True)
        for peer in ("TensorFlow", "jax.jit", "tf.function, jit_compile")
    ),
    *(
        Target(f"{column} first call compiled, to jax.jit", times(f"first-{name}", "jax.jit", COMPILED), 1.5)
        for name, (column, *_) in NETWORKS.items()
    ),
    Target("LSTM first call replayed", alone("first-lstm", REPLAY), 1000, "ms"),
    Target("call of a function replayed", alone("scalar-call", REPLAY), 10, "µs"),
    Target("call of a function compiled, to jax.jit", times("scalar-call", "jax.jit", COMPILED), 2.0),
    *(
        Target(f"{what} of 10^5 steps, to 10^3, per step, {how}", between(f"{row}-100000", f"{row}-1000", how), 1.5)
        for row, what in (("loop-forward", "while_loop"), ("loop-gradient", "while_loop + gradient"))
        for how in (REPLAY, COMPILED)
    ),
    Target("operation on a tape of 10^6, to 10^3", between("multiply-4-1000000", MULTIPLY), 1.5),
    *(Target(f"{row.column}, to TensorFlow", times(row.name, "TensorFlow"), 1.5) for row in linear_algebra()),
    Target("memory of a recorded add", alone("memory-add"), 400, "bytes"),
    Target("import, over NumPy's", extra("import"), 100, "ms"),
    Target("installed size", alone("size"), 240, "MB"),
]


def check(results: Results) -> int:
    """Prints a line per target; returns the number of misses."""
    misses = 0
    for target in TARGETS:
        met, line = target.line(results)
        misses += met is False
        print(line)
    return misses
