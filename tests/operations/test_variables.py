"""Variables as the inputs of operations: they give what tensors give, and results are no readings of others."""

import warnings

import numpy as np
import pytest

import gradtape as tf
from tests.operations import table
from tests.operations.harness import dense, results, sources_of, tensors
from tests.operations.operation import Operation, Sample, is_differentiable

FIRST = [(row.name, row, row.samples[0]) for row in table.rows() if row.samples and row.order]
# What these give is a reading of their argument as TensorFlow's is the variable itself; and what is drawn is another.
ITSELF = ("cast/float64", "sparse.cast")


def _gradients(row: Operation, inputs: list, sources: list) -> tuple[list, list]:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sources)
        made = results(row, inputs)
        others = [x * x for x in sources]
    return [None if g is None else g.numpy() for g in dense(tape.gradient(made, sources))], tape.gradient(others, made)


@pytest.mark.parametrize(("name", "row", "sample"), FIRST, ids=[name for name, *_ in FIRST])
def test_variables_are_differentiated_as_tensors_are(name: str, row: Operation, sample: Sample) -> None:
    inputs = tensors(sample)
    variables = [tf.Variable(x) if is_differentiable(a) else x for x, a in zip(inputs, sample, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tf.random.set_seed(1)
        want, _ = _gradients(row, inputs, sources_of(sample, inputs))
        tf.random.set_seed(1)
        got, of_others = _gradients(row, variables, sources_of(sample, variables))
    for g, w in zip(got, want, strict=True):
        assert (g is None) == (w is None)
        if g is not None:
            np.testing.assert_array_equal(g, w)
    if name not in ITSELF:
        assert all(g is None for g in of_others)
