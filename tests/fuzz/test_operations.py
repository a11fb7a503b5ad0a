"""Some of the random programs over all operations, in functions and by XLA; and TensorFlow's, where it is there."""

import collections
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests import two_libraries
from tests.fuzz.operations import BAD, TensorFlow, Verdict, for_tensorflow, in_function, runs_in_functions, smallest
from tests.fuzz.program import KINDS, Line, Program
from tests.fuzz.writer import program

FUNCTIONS, BATCH = 600, 50
XLA = range(0, FUNCTIONS, 20)
TENSORFLOW = 400

# Programs of which it is known that they differ, and why.
KNOWN_IN_FUNCTIONS: dict[int, str] = {}
KNOWN_IN_TENSORFLOW: dict[int, str] = {}


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numbers that overflow
        yield


def check(seeds: range, verdict: Callable[[Program], Verdict], known: dict[int, str]) -> None:
    counts: collections.Counter[str] = collections.Counter()
    found = []
    for seed in seeds:
        p = program(seed)
        if runs_in_functions(p):
            what, text = verdict(p)
            counts[what] += 1
            if (what in BAD) != (seed in known):
                found.append(f"{smallest(p, verdict)}\n{what} {text}" if what in BAD else f"{seed} does not differ")
    print(dict(counts))
    assert not found, "\n\n".join(found)
    assert counts["same"] > len(seeds) / 3


@pytest.mark.parametrize("first", range(0, FUNCTIONS, BATCH))
def test_functions_compute_what_programs_do_eagerly_at_every_length(first: int) -> None:
    check(range(first, first + BATCH), lambda p: in_function(p, xla=False), KNOWN_IN_FUNCTIONS)


def test_xla_computes_what_programs_do_eagerly() -> None:
    pytest.importorskip("jax")
    check(XLA, lambda p: in_function(p, xla=True), {})


@pytest.mark.skipif(two_libraries.tensorflow_python() is None, reason="GRADTAPE_TENSORFLOW_PYTHON names no Python")
@pytest.mark.parametrize("first", range(0, TENSORFLOW, 100))
def test_tensorflow_computes_what_gradtape_does(first: int) -> None:
    oracle = TensorFlow(str(two_libraries.tensorflow_python()))
    try:
        check(range(first, first + 100), lambda p: oracle.verdict(for_tensorflow(p)), KNOWN_IN_TENSORFLOW)
    finally:
        oracle.close()


def test_a_seed_always_writes_one_program() -> None:
    for seed in range(20):
        assert str(program(seed)) == str(program(seed))


def test_programs_cover_the_operations() -> None:
    text = "\n".join(program(seed).source for seed in range(FUNCTIONS))
    for name in ("tf.matmul", "tf.gather", "tf.where", "tf.nn.conv", "tf.signal", "tf.reduce_", "tf.cast", "row("):
        assert text.count(name) >= 10, name


LINES = (
    Line("v0", "tf.sin(x0)", ("x0",), ("v0",)),
    Line("v1", "tf.reshape(v0, [-1])", ("v0",), ("v1",)),
    Line("v2", "tf.exp(v0) + x0", ("v0", "x0"), ("v2",)),
)


def test_a_difference_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = tuple({"x0": np.ones((n, 2))} for n in (2, 3))
    wrong = lambda x: exp(x) if tf.executing_eagerly() else 2.0 * exp(x)
    exp = tf.exp
    monkeypatch.setattr(tf, "exp", wrong)
    p = Program(0, LINES, ("v1", "v2"), inputs, "reverse over reverse")
    verdict: Any = lambda p: in_function(p, xla=False)
    assert verdict(p)[0] == "differs"
    small = smallest(p, verdict)
    assert [line.text for line in small.lines] == ["tf.exp(iv0) + x0"]
    assert (small.results, small.kind) == (("v2",), "reverse")


def test_the_kinds_go_to_the_third_order() -> None:
    assert max(map(len, KINDS.values())) == 3
