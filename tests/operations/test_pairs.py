"""Where rules say that they take cotangents one by one, tried at every sample of the operation table.

A Jacobian's pass carries only diagonals along the axes that operations keep (`along`); here it is compared with a pass
that carries the whole identity matrix.
"""

from collections.abc import Sequence

import pytest

import gradtape as tf
from gradtape.autodiff.backward import pull
from gradtape.autodiff.jacobian import Seed, rows
from gradtape.autodiff.recording import Recording
from gradtape.values.tensor import Tensor
from tests.operations import table
from tests.operations.harness import (
    Recorded,
    assert_close,
    dense,
    results,
    skip_if_noted,
    sources_of,
    tensors,
)
from tests.operations.operation import Operation, Sample, cotangent_like, is_differentiable


def at_samples(order: int) -> pytest.MarkDecorator:
    found = [
        (label, row, sample)
        for label, row, sample in table.cases(edges=False)
        if row.order >= order and any(map(is_differentiable, sample))
    ]
    return pytest.mark.parametrize(("row", "sample"), [c[1:] for c in found], ids=[c[0] for c in found])


def assert_same_by_diagonals(
    recording: Recording, targets: Sequence[Tensor], sources: Sequence[Tensor], batch: int = 0
) -> None:
    nodes = [x._node for x in sources]
    """That the Jacobians of `targets` come out the same, those whose elements are few."""
    for t in targets:
        if t._node is None or recording not in t._node.watchers or t.ndim < batch or t._array.size > 100:
            continue
        seed = Seed(t._array.shape, t._array.dtype, batch)
        whole = pull(recording, {t._node: seed.whole()}, nodes, lifted=False, release=False)
        found = rows(recording, t._node, seed, nodes, lifted=False, release=False, loop=False)
        assert found.keys() == whole.keys()
        for node, c in found.items():
            assert_close(c, whole[node])


@at_samples(order=1)
@pytest.mark.parametrize("batch", [0, 1], ids=["jacobian", "batch_jacobian"])
def test_a_jacobian_by_diagonals_is_that_by_the_whole_identity_matrix(
    row: Operation, sample: Sample, batch: int
) -> None:
    skip_if_noted(row, "batched")
    recorded = Recorded(row, sample)
    assert_same_by_diagonals(recorded.recording, recorded.results, recorded.sources, batch)


@at_samples(order=2)
def test_so_is_that_of_a_gradient(row: Operation, sample: Sample) -> None:
    skip_if_noted(row, "batched")
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            found = [t * t for t in results(row, inputs)]  # so that the rules' `g` depends on the sources too
        cotangents = [tf.constant(cotangent_like(t._array, i)) for i, t in enumerate(found)]
        first = dense(tape.gradient(found, sources, cotangents))
    assert outer._recording is not None
    assert_same_by_diagonals(outer._recording, [g for g in first if g is not None], sources)
