"""What gradtape has set itself, and whether results meet it."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.catalogue import OURS, REFERENCE
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


def times(row: str, other: str) -> Measure:
    """gradtape's figure as a multiple of another contender's."""
    return lambda results: ratio(results, row, OURS, other)


def ahead(row: str, other: str) -> Measure:
    """Another contender's figure as a multiple of gradtape's."""
    return lambda results: ratio(results, row, other, OURS)


def growth(long: str, short: str) -> Measure:
    """gradtape's figure in one row as a multiple of its figure in another."""

    def measure(results: Results) -> float | None:
        a, b = figure(results, long, OURS), figure(results, short, OURS)
        return a / b if a and b else None

    return measure


def alone(row: str) -> Measure:
    """gradtape's own figure."""
    return lambda results: figure(results, row, OURS)


def extra(row: str) -> Measure:
    """What gradtape's figure is above NumPy's, in the row's unit."""

    def measure(results: Results) -> float | None:
        ours, numpy = figure(results, row, OURS), figure(results, row, REFERENCE)
        return ours - numpy if ours and numpy else None

    return measure


MULTIPLY, FORWARD = "multiply-4-1000", "forward-4-1000"
TARGETS = [
    Target("multiply, forward + gradient, to NumPy by hand", times(MULTIPLY, REFERENCE), 4.5),
    Target("  to PyTorch", times(MULTIPLY, "PyTorch"), 1.0),
    Target("  to autograd", times(MULTIPLY, "autograd"), 1.0),
    Target("  to MLX", times(MULTIPLY, "MLX"), 1.2),
    Target("  ahead of TensorFlow", ahead(MULTIPLY, "TensorFlow"), 15.0, at_least=True),
    Target("multiply, forward alone, to NumPy by hand", times(FORWARD, REFERENCE), 3.5),
    Target("MLP step, batch 256, to NumPy by hand", times("mlp-256", REFERENCE), 1.15),
    Target("  to TensorFlow eager", times("mlp-256", "TensorFlow"), 1.0),
    Target("operation on a tape of 10^6, to 10^3", growth("multiply-4-1000000", MULTIPLY), 1.5),
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
