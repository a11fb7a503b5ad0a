"""Every operation in a function for tensors of any length: traced at some lengths, and called with others.

Each axis of each input of a row is given the lengths 0, 1, 2, 3 and 5, by itself and together with the axes that are as
long as it. Where eager execution takes such inputs, a function of unknown lengths must give what it gives, whatever it
was traced for: the value, the gradients by tapes inside and outside, and the Jacobian; and so must one of a single
input, to which the others are constants. Where eager execution refuses them, a function must too.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.operations import table
from tests.operations.harness import dense, results, sources_of, tensors
from tests.operations.operation import Operation, Sample, cotangent_like, flatten, is_array, is_differentiable
from tests.operations.test_function import NO_GRAPH, NO_UNKNOWN_LENGTHS, assert_alike, compare, is_source
from tests.operations.test_function_xla import REFUSED

LENGTHS = (0, 1, 2, 3, 5)
EVERY = 11  # of how many rows one is compiled by XLA, which takes a second for each
MOST = 3000  # elements of the inputs of a row that is tried

SINGULAR = "at other lengths its matrices are singular, and rounding decides"
LEFT_OUT = {
    "linalg.lstsq": SINGULAR,
    "linalg.logdet": SINGULAR,
    "linalg.cholesky": SINGULAR,
    "linalg.cholesky_solve": SINGULAR,
    "linalg.svd": SINGULAR,
}


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def resized(x: Any, shape: Sequence[int]) -> Any:
    if x.size:
        return np.resize(x, shape)
    return np.full(shape, b"a", object) if x.dtype.kind == "O" else np.ones(shape, x.dtype)


def variants(sample: Sample, only: int | None = None) -> Iterator[Sample]:
    """`sample` with other lengths: of all axes of a length together, and of each by itself; of the input `only`."""
    shapes = {i: x.shape for i, x in enumerate(sample) if is_array(x) and only in (None, i)}
    axes = [(i, j) for i, shape in shapes.items() for j in range(len(shape))]
    groups = [[(i, j) for i, j in axes if shapes[i][j] == n] for n in {n for s in shapes.values() for n in s}]
    seen = {tuple(shapes.values())}
    for group in (*groups, *([axis] for axis in axes)):
        for n in LENGTHS:
            new = {i: tuple(n if (i, j) in group else m for j, m in enumerate(s)) for i, s in shapes.items()}
            if tuple(new.values()) not in seen:
                seen.add(tuple(new.values()))
                yield tuple(resized(x, new[i]) if i in new else x for i, x in enumerate(sample))


class Case:
    """What eager execution makes of a row at some lengths.

    Attributes:
      seeds, gradients, jacobians: None where it has no derivatives there.
    """

    def __init__(self, row: Operation, sample: Sample) -> None:
        self.sample = sample
        self.values = flatten(row.call(tf, *tensors(sample)))
        self.seeds: Any = None
        if not row.order or not any(map(is_differentiable, sample)):
            return
        try:
            inputs = tensors(sample)
            sources = sources_of(sample, inputs)
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(sources)
                found = results(row, inputs)
            seeds = [tf.constant(cotangent_like(y._array, i)) for i, y in enumerate(found)]
            self.gradients = dense(tape.gradient(found, sources, seeds))
            self.jacobians = [tape.jacobian(y, sources) for y in found if y.dtype.is_floating]
            self.seeds = seeds
        except Exception:  # as of a decomposition without a derivative there
            return


def cases_of(row: Operation, sample: Sample, only: int | None) -> tuple[list[Case], list[Sample]]:
    """The cases that eager execution takes, and the inputs that it refuses."""
    found, refused = [], []
    for given in (sample, *variants(sample, only)):
        try:
            found.append(Case(row, given))
        except Exception:
            refused.append(given)
    return found, refused


class Functions:
    """The functions of unknown lengths that are compared, traced when they are first called.

    Args:
      only: the number of the input that is an argument; the others are constants. All are by default.
      xla: whether XLA compiles them; then there are no Jacobians, which take it long.
    """

    def __init__(self, row: Operation, case: Case, only: int | None, xla: bool) -> None:
        self.row = row
        self.xla = xla
        self.places = [i for i, x in enumerate(case.sample) if is_array(x) and only in (None, i)]
        self.constants = tensors(case.sample)
        given = self.given(case.sample)
        self.value = self._function(self.plain, given)
        if case.seeds is not None:
            self.count = len(case.seeds)
            self.gradients = self._function(self._gradients, [*given, *case.seeds])
            self.jacobians = self._function(self._jacobians, given)

    def _function(self, function: Any, given: Sequence[Any]) -> Any:
        specs = [tf.TensorSpec([None] * x.ndim, x.dtype) for x in given]
        return tf.function(function, autograph=False, input_signature=specs, jit_compile=self.xla or None)

    def given(self, sample: Sample) -> list[Any]:
        inputs = tensors(sample)
        return [inputs[i] for i in self.places]

    def plain(self, *given: Any) -> list[Any]:
        inputs = list(self.constants)
        for i, x in zip(self.places, given, strict=True):
            inputs[i] = x
        return flatten(self.row.call(tf, *inputs))

    def _gradients(self, *all_given: Any) -> list[Any]:
        given, seeds = all_given[: len(all_given) - self.count], all_given[len(all_given) - self.count :]
        sources = list(filter(is_source, given))
        with tf.GradientTape() as tape:
            tape.watch(sources)
            found = list(filter(is_source, self.plain(*given)))
        return dense(tape.gradient(found, sources, list(seeds)))

    def _jacobians(self, *given: Any) -> list[Any]:
        sources = list(filter(is_source, given))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(sources)
            found = list(filter(is_source, self.plain(*given)))
        return [tape.jacobian(y, sources) for y in found if y.dtype.is_floating]

    def check(self, case: Case) -> None:
        given = self.given(case.sample)
        assert_alike(self.value(*given), case.values, self.row)
        if case.seeds is None or len(case.seeds) != getattr(self, "count", None):
            return
        sources = list(filter(is_source, given))
        spots = [
            k for k, i in enumerate(i for i, x in enumerate(case.sample) if is_differentiable(x)) if i in self.places
        ]
        want = [case.gradients[k] for k in spots]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            made = list(filter(is_source, flatten(self.value(*given))))
        compare(dense(tape.gradient(made, sources, case.seeds)), want, self.row)
        compare(self.gradients(*given, *case.seeds), want, self.row)
        for got, wanted in () if self.xla else zip(self.jacobians(*given), case.jacobians, strict=True):
            compare(got, [wanted[k] for k in spots], self.row)


def rows() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for label, row, sample in table.cases(edges=False):
        left_out = NO_GRAPH | NO_UNKNOWN_LENGTHS | LEFT_OUT
        if {label, row.name, row.name.split("/")[0]} & left_out.keys():
            continue
        if sum(x.size for x in sample if is_array(x)) <= MOST:
            found.setdefault(row.name, [row]).append(sample)
    return found


ROWS = rows()


def check(row: Operation, sample: Sample, only: int | None = None, xla: bool = False) -> None:
    cases, refused = cases_of(row, sample, only)
    cases = cases[:1] + cases[1::5] if xla else cases
    traced = {0: cases[0]} if cases else {}
    for length in () if xla else (1, 5):  # a trace is begun at the first lengths that it is called with
        like = (i for i, case in enumerate(cases) if any(length in x.shape for x in case.sample if is_array(x)))
        traced |= {i: cases[i] for i in [next(like, None)] if i is not None}
    for first in traced.values():
        functions = Functions(row, first, only, xla)
        for case in (first, *cases):
            functions.check(case)
        for given in () if xla else refused:  # XLA looks at lengths alone
            with pytest.raises(Exception):  # noqa: B017, PT011  # of whatever kind
                functions.value(*functions.given(given))


@pytest.mark.parametrize("name", list(ROWS))
def test_one_trace_is_right_for_every_length(name: str) -> None:
    row, *samples = ROWS[name]
    for sample in samples[:2]:
        check(row, sample)


@pytest.mark.parametrize("name", [name for name, (_, first, *_) in ROWS.items() if sum(map(is_array, first)) > 1])
def test_and_where_the_other_inputs_are_constants(name: str) -> None:
    row, sample, *_ = ROWS[name]
    for i, x in enumerate(sample):
        if is_array(x):
            check(row, sample, only=i)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in REFUSED][::EVERY])
def test_xla_compiles_it_for_every_length(name: str) -> None:
    row, sample, *_ = ROWS[name]
    try:
        check(row, sample, xla=True)
    except tf.errors.UnimplementedError as error:
        if "depends on values" not in str(error):
            raise
        pytest.skip("its shapes depend on the values of its arguments")
