"""Every operation in a `tf.function(jit_compile=True)`: XLA gives the values and gradients that eager execution gives.

A row is one compiled function: its values and, by a tape inside of it, its gradients at the row's first sample.
"""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

import gradtape as tf
from gradtape.core.recording import current
from gradtape.core.tensor import Tensor
from tests.operations import table
from tests.operations.harness import dense, sources_of, tensors
from tests.operations.operation import Operation, Sample, cotangent_like, flatten, is_differentiable
from tests.operations.test_function import NO_GRAPH, assert_alike, compare

pytest.importorskip("jax", reason="JAX is not installed (pip install gradtape[xla])")

ROWS = [row for row in table.rows() if row.samples and not any(label.startswith(row.name) for label in NO_GRAPH)]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from gradtape.function import xla

    quickly = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    monkeypatch.setattr(xla, "COMPILER_OPTIONS", quickly)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    assert current.thread.recordings == ()
    assert current.thread.trace is None


class Call:
    """A row at a sample, with its gradients, as a function of the tensors among its inputs."""

    def __init__(self, row: Operation, sample: Sample) -> None:
        self.row = row
        self.sample = sample
        self.given = [x for x in tensors(sample) if isinstance(x, Tensor)]

    def __call__(self, given: list[Any]) -> tuple[list[Any], list[Any]]:
        left = iter(given)
        inputs = [next(left) if isinstance(x, Tensor) else x for x in tensors(self.sample)]
        sources = sources_of(self.sample, inputs)
        differentiable = self.row.order > 0 and sources
        with tf.GradientTape() as tape:
            if differentiable:
                tape.watch(sources)
            made = flatten(self.row.call(tf, *inputs))
        if not differentiable:
            return made, []
        targets = [t for t in made if isinstance(t, Tensor) and t.dtype.is_floating | t.dtype.is_complex]
        seeds = [tf.constant(cotangent_like(like(t), i)) for i, t in enumerate(targets)]
        return made, dense(tape.gradient(targets, sources, seeds))


def like(t: Any) -> Any:
    import numpy as np

    return np.empty(t.shape, t.dtype.as_numpy_dtype)


def refusal(row: Operation) -> Any:
    call = Call(row, row.samples[0])
    try:
        values, gradients = tf.function(call, jit_compile=True, autograph=False)(call.given)
    except tf.errors.UnimplementedError as error:
        return error
    want, want_gradients = call(call.given)
    assert_alike(values, want, row)
    compare(gradients, want_gradients, row)
    return None


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Operation) -> None:
    error = refusal(row)
    assert error is None, error
