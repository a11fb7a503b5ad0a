"""Every operation in a `tf.function`: at each input of the table its graph gives what eager execution gives.

A row is traced for the lengths of its sample, and again for tensors of which only the number of axes is known. Such a
trace is made at one sample and called with the others too, wherever these have as many axes.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.graph.aliases import makes_new
from gradtape.values.tensor import Tensor
from gradtape.values.thread import current
from tests.operations import table
from tests.operations.harness import dense, results, sources_of, tensors
from tests.operations.operation import Operation, Sample, cotangent_like, flatten, is_array, is_differentiable

AXES = "the axis is a tensor, which says how many axes the result has: it must be known"
PYTHON = "the row asks a tensor for its value, or for its elements one by one, as only AutoGraph makes sense of"

_REDUCTIONS = ("reduce_sum", "reduce_mean", "reduce_max", "reduce_prod", "reduce_logsumexp")
_AXES_EDGES = [
    *((row, (10, 11, 12)) for row in _REDUCTIONS), ("cumsum", (5, 6)), ("math.cumprod", (5, 6)), ("argmax", (4,)),
    ("argmin", (4,)),
]  # fmt: skip

# Rows, or inputs of rows, that no graph can be made of, and why.
NO_GRAPH: dict[str, str] = {
    "getitem/rows": PYTHON,
    "one_hot/lists": PYTHON,
    **dict.fromkeys(
        (f"{row}/axes_given-edge{i}" for row, edges in _AXES_EDGES for i in edges),
        AXES,
    ),
}

COUNT = "how many results there are depends on an unknown length"

# The same, of graphs for tensors of unknown lengths.
NO_UNKNOWN_LENGTHS: dict[str, str] = {
    "unstack": COUNT,
    "unstack/axis": COUNT,
    "unstack/one": COUNT,
    "squeeze": "how many axes there are depends on unknown lengths; tf.squeeze(x, axis) names them",
    "nn.ctc_loss": "how many steps there are must be known",
    "nn.ctc_loss/batch first": "how many steps there are must be known",
    "nn.ctc_loss/float32": "how many steps there are must be known",
    "nn.ctc_loss/sparse": "how many steps there are must be known",
}


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert current.thread.recordings == ()
    assert current.thread.trace is None


def cases(order: int, edges: bool = False) -> pytest.MarkDecorator:
    """Parametrises by rows, each with its labelled inputs: a test for each of these would cost more than it does."""
    found: dict[str, list[Any]] = {}
    for label, row, sample in table.cases(edges=edges):
        if row.order >= order and (not order or any(map(is_differentiable, sample))):
            found.setdefault(row.name, [row]).append((label, sample))
    return pytest.mark.parametrize(("row", "inputs"), [(f[0], f[1:]) for f in found.values()], ids=list(found))


class Traced:
    """A row as a function of the tensors among its inputs.

    Args:
      unknown: trace it for tensors of unknown lengths.
    """

    def __init__(self, row: Operation, sample: Sample, unknown: bool, of: Callable[..., Any] | None = None) -> None:
        self.row = row
        self.sample = sample
        self.places = [i for i, x in enumerate(sample) if is_array(x)]
        self.function = tf.function(self.plain if of is None else of, autograph=False)
        self.specs = None
        if unknown:
            arrays = [x._array for x in self.tensors(sample)]
            specs = [tf.TensorSpec([None] * a.ndim, x.dtype) for a, x in zip(arrays, self.tensors(sample), strict=True)]
            self.function = tf.function(self.plain if of is None else of, autograph=False, input_signature=specs)

    @staticmethod
    def tensors(sample: Sample) -> list[Tensor]:
        return [x for x in tensors(sample) if isinstance(x, Tensor)]

    def plain(self, *given: Tensor) -> list[Any]:
        inputs = list(self.sample)
        for i, x in zip(self.places, given, strict=True):
            inputs[i] = x
        return flatten(self.row.call(tf, *inputs))

    def of(self, sample: Sample) -> list[Any]:
        return flatten(self.function(*self.tensors(sample)))


def like_samples(row: Operation, sample: Sample) -> list[Sample]:
    """The samples of a row that a graph for unknown lengths, made at `sample`, is for: it comes first."""

    def kind(s: Sample) -> list[Any]:
        return [(x.ndim, x.dtype) if is_array(x) else repr(x) for x in s]

    return [sample, *(s for s in row.samples if s is not sample and kind(s) == kind(sample))]


def assert_alike(got: Sequence[Any], want: Sequence[Any], row: Operation) -> None:
    """That results of a graph are those of eager execution, but for the rounding of sums in another order."""
    assert len(got) == len(want)
    for a, b in zip(got, want, strict=True):
        if not isinstance(b, Tensor):
            assert a is b or a == b
            continue
        a, b = a._array, b._array
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        if b.dtype.kind not in "fcV":
            assert a.tolist() == b.tolist()
            continue
        kind = np.complex128 if b.dtype.kind == "c" else np.float64
        wide = b.astype(kind)
        sizes = np.abs(wide)[np.isfinite(wide)]
        eps = {2: 1e-2, 4: 1e-5, 8: 1e-11, 16: 1e-11}[max(b.dtype.itemsize, 2)]
        np.testing.assert_allclose(a.astype(kind), wide, rtol=eps, atol=eps * float(np.max(sizes, initial=0.0)))


def is_listed(label: str, row: Operation, unknown: bool = False) -> bool:
    listed = NO_GRAPH | NO_UNKNOWN_LENGTHS if unknown else NO_GRAPH
    return label in listed or row.name in listed


# --- values ----------------------------------------------------------------------------------------------------------


def check_values(row: Operation, sample: Sample, unknown: bool) -> None:
    traced = Traced(row, sample, unknown)
    for other in like_samples(row, sample) if unknown else [sample]:
        try:
            want: Any = flatten(row.call(tf, *tensors(other)))
        except AttributeError:
            raise
        except Exception as error:
            want = error
        if isinstance(want, Exception):
            with pytest.raises(Exception) as caught:  # noqa: PT011  (the class is compared below)
                traced.of(other)
            assert isinstance(
                caught.value,
                tf.errors.OpError | ValueError | TypeError | LookupError | ArithmeticError | NotImplementedError,
            ), caught.value
        else:
            assert_alike(traced.of(other), want, row)


def check_each(check: Callable[..., None], row: Operation, inputs: Sequence[tuple[str, Sample]], unknown: bool) -> None:
    for label, sample in inputs:
        if not is_listed(label, row, unknown):
            check(row, sample, unknown)


@cases(order=0, edges=True)
def test_a_graph_gives_the_values_of_eager_execution(row: Operation, inputs: Sequence[tuple[str, Sample]]) -> None:
    check_each(check_values, row, inputs, unknown=False)


@cases(order=0, edges=True)
def test_so_does_one_for_unknown_lengths(row: Operation, inputs: Sequence[tuple[str, Sample]]) -> None:
    check_each(check_values, row, inputs, unknown=True)


# --- gradients -------------------------------------------------------------------------------------------------------


def eager_gradients(row: Operation, sample: Sample) -> list[Any]:
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape() as tape:
        tape.watch(sources)
        found = results(row, inputs)
    seeds = [tf.constant(cotangent_like(t._array, i)) for i, t in enumerate(found)]
    return dense(tape.gradient(found, sources, seeds))


def is_source(x: Any) -> bool:
    return isinstance(x, Tensor) and x.dtype.name in ("float64", "float32", "complex128", "float16", "bfloat16")


def check_gradients(row: Operation, sample: Sample, unknown: bool) -> None:
    outside = Traced(row, sample, unknown)

    def inner(*given: Any) -> list[Any]:
        *given, seeds = given[: len(given) - count], given[len(given) - count :]
        given = given[0]
        sources = [x for x in given if is_source(x)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            found = [t for t in outside.plain(*given) if is_source(t)]
        return dense(tape.gradient(found, sources, list(seeds)))

    found = results(row, tensors(sample))
    count = len(found)
    inside: Any = None
    for other in like_samples(row, sample) if unknown else [sample]:
        want = eager_gradients(row, other)
        given = Traced.tensors(other)
        seeds = [tf.constant(cotangent_like(t._array, i)) for i, t in enumerate(results(row, tensors(other)))]
        sources = [x for x in given if is_source(x)]
        if inside is None:
            specs = [tf.TensorSpec([None] * x.ndim, x.dtype) for x in (*given, *seeds)] if unknown else None
            inside = tf.function(inner, autograph=False, input_signature=specs)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            made = [t for t in flatten(outside.function(*given)) if is_source(t)]
        compare(dense(tape.gradient(made, sources, seeds)), want, row)
        compare(inside(*given, *seeds), want, row)


def compare(got: Sequence[Any], want: Sequence[Any], row: Operation) -> None:
    assert [g is None for g in got] == [g is None for g in want]
    assert_alike([g for g in got if g is not None], [g for g in want if g is not None], row)


@cases(order=1)
def test_gradients_of_a_graph_by_tapes_outside_and_inside(row: Operation, inputs: Sequence[tuple[str, Sample]]) -> None:
    check_each(check_gradients, row, inputs, unknown=False)


@cases(order=1)
def test_gradients_of_one_for_unknown_lengths(row: Operation, inputs: Sequence[tuple[str, Sample]]) -> None:
    check_each(check_gradients, row, inputs, unknown=True)


# --- memory ----------------------------------------------------------------------------------------------------------


def check_memory(row: Operation, sample: Sample, unknown: bool) -> None:
    shared = []

    def look(entry: Any, inputs: Sequence[Any], made: Any) -> None:
        if makes_new(entry.op):
            arrays = [x for x in inputs if isinstance(x, np.ndarray)]
            results = made if entry.op.multiple else [made]
            shared.extend(entry for x in arrays for y in results if np.may_share_memory(x, y))

    current.thread.look = look
    try:
        check_values(row, sample, unknown)
        if row.order > 0 and any(map(is_differentiable, sample)):
            check_gradients(row, sample, unknown)
    finally:
        current.thread.look = None
    assert not shared


@cases(order=0)
def test_what_programs_take_for_new_memory_is(row: Operation, inputs: Sequence[tuple[str, Sample]]) -> None:
    check_each(check_memory, row, inputs, unknown=False)


# --- what is left out ---------------------------------------------------------------------------------------------


def fails(row: Operation, sample: Sample, unknown: bool) -> bool:
    try:
        check_values(row, sample, unknown)
        if row.order > 0 and any(map(is_differentiable, sample)) and any(sample is s for s in row.samples):
            check_gradients(row, sample, unknown)
    except (Exception, pytest.fail.Exception):
        return True
    return False


@pytest.mark.parametrize(
    ("reasons", "unknown"), [(NO_GRAPH, False), (NO_UNKNOWN_LENGTHS, True)], ids=["graphs", "unknown_lengths"]
)
def test_what_is_left_out_cannot_be_done(reasons: dict[str, str], unknown: bool) -> None:
    for name in reasons:
        found = [(row, sample) for label, row, sample in table.cases(edges=True) if name in (label, row.name)]
        assert found, f"there is no {name} in the table"
        assert any(fails(row, sample, unknown) for row, sample in found), f"{name} works: take it off the list"
