"""Every operation in a `tf.function(jit_compile=True)`: XLA gives the values and gradients that eager execution gives.

A row is one compiled function: its values and, by a tape inside of it, its gradients at the row's first sample.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

import gradtape as tf
from gradtape.values.tensor import Tensor
from gradtape.values.thread import current
from tests.operations import table
from tests.operations.harness import dense, results, sources_of, tensors
from tests.operations.operation import Operation, Sample, cotangent_like, flatten
from tests.operations.test_function import NO_GRAPH, assert_alike, compare

pytest.importorskip("jax", reason="JAX is not installed (pip install gradtape[xla])")

WHERE = "XLA cannot run Where.*: its result's shape depends on values"

# Rows that XLA cannot run, and what it says.
REFUSED = {
    "boolean_mask/elements": WHERE,
    "getitem/mask": WHERE,
    "nn.safe_embedding_lookup_sparse/weighted": WHERE,
    "sparse.from_dense": WHERE,
    "where/places": WHERE,
}

REFUSED |= {
    row.name: "XLA cannot run SparseCross.*: its result's shape depends on values"
    for row in table.rows()
    if row.name.startswith("sparse.cross") and row.name not in ("sparse.cross_hashed/none", "sparse.cross_hashed/list")
}
REFUSED |= {row.name: WHERE for row in table.rows() if row.name.startswith("nn.ctc_") and "decoder" in row.name}

REFUSED |= dict.fromkeys(
    ("io.decode_raw", "io.decode_raw/shorts", "io.decode_raw/high_first", "io.encode_png", "io.parse_tensor"),
    "its result's shape depends on values",
)

# Rows whose floats are beyond the integers they are cast to: these become what the machine makes of them.
UNDEFINED = {"cast/overflow", "cast/uint32"}


def input_of(row: Operation) -> Sample | None:
    """The first sample of a row; where it has none, the first of its edges that eager execution takes."""
    for sample in row.samples or row.edges:
        try:
            row.call(tf, *tensors(sample))
        except Exception:
            continue
        return sample
    return None


INPUTS = {
    row.name: (row, input_of(row)) for row in table.rows() if not any(label.startswith(row.name) for label in NO_GRAPH)
}
NAMES = [name for name, (_, sample) in INPUTS.items() if sample is not None and name not in UNDEFINED]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from gradtape.xla import executor as xla

    quickly = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
    monkeypatch.setattr(xla, "COMPILER_OPTIONS", quickly)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    assert current.thread.recordings == ()
    assert current.thread.trace is None


class Call:
    """A row at a sample as a function of the tensors among its inputs, and of the cotangents of its results."""

    def __init__(self, row: Operation, sample: Sample) -> None:
        self.row = row
        self.sample = sample
        self.given = [x for x in tensors(sample) if isinstance(x, Tensor)]
        found = results(row, tensors(sample)) if row.order > 0 and sources_of(sample, tensors(sample)) else []
        self.seeds = [tf.constant(cotangent_like(t._array, i)) for i, t in enumerate(found)]

    def __call__(self, given: Sequence[Any], seeds: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        left = iter(given)
        inputs = [next(left) if isinstance(x, Tensor) else x for x in tensors(self.sample)]
        sources = sources_of(self.sample, inputs)
        with tf.GradientTape() as tape:
            if seeds:
                tape.watch(sources)
            made = flatten(self.row.call(tf, *inputs))
        targets = [t for t in made if isinstance(t, Tensor) and (t.dtype.is_floating or t.dtype.is_complex)]
        return made, dense(tape.gradient(targets, sources, seeds)) if seeds else []


@pytest.mark.parametrize("name", NAMES)
def test_xla_gives_the_values_and_gradients_of_eager_execution(name: str) -> None:
    row, sample = INPUTS[name]
    assert sample is not None
    call = Call(row, sample)
    compiled = tf.function(call, jit_compile=True, autograph=False)
    if name in REFUSED:
        with pytest.raises(tf.errors.UnimplementedError, match=REFUSED[name]) as caught:
            compiled(call.given, call.seeds)
        assert "use static ones, or leave out jit_compile=True" in str(caught.value)
        return
    values, gradients = compiled(call.given, call.seeds)
    want, want_gradients = call(call.given, call.seeds)
    assert_alike(values, want, row)
    compare(gradients, want_gradients, row)


def test_what_is_refused_is_in_the_table() -> None:
    assert set(REFUSED) <= set(INPUTS)
    assert set(UNDEFINED) <= set(INPUTS)
