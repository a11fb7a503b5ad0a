"""Every derivative rule is tried: each primitive's rule for each input is used at some sample of some row."""

import sys

import gradtape as tf
from gradtape.operations.primitive import Definition
from tests.operations import table
from tests.operations.harness import results, sources_of, tensors
from tests.operations.operation import Operation, Sample, cotangent_like

# Rules that no first or second derivative of an operation uses.
ELSEWHERE = {
    "first's rule for x": "limits in functions: test_equal_eigenvalues.py",
    "first's rule for values": "limits in functions: test_equal_eigenvalues.py",
    "of_length's rule for x": "a length that a graph learns: test_sparse.py",
    "read's rule for x": "reading a variable: test_tape.py",
    "join's rule for xs": "reading a variable that several tapes watch: test_tape.py",
    "max_pick's rule for t": "third derivatives of max_pool",
    "_igamma_slope's rule for a": "it raises: a second derivative of igamma by its first argument",
    "_igamma_slope's rule for x": "a second derivative of igamma by both of its arguments",
    **dict.fromkeys(
        (
            "assigned's rule for old", "from_slots's rule for x", "only_slot's rule for value", "slot's rule for x",
            "shaped_slots's rule for x", "to_slots's rule for x", "with_slot's rule for value",
            "with_slot's rule for x",
            "without_slot's rule for x",
        ),
        "in graphs, of loops and assignments: tests/function/test_function.py",
    ),
}  # fmt: skip


def rules() -> set[tuple[str, str]]:
    """The rules there are, as (primitive, input)."""
    found = set()
    modules = [module for name, module in sys.modules.items() if name.startswith("gradtape.")]
    for module in modules:
        for value in list(vars(module).values()):
            definition = getattr(value, "definition", None)
            if isinstance(definition, Definition):
                found |= {(definition.name, name) for name in definition.rules}
    return found


def tried(row: Operation, sample: Sample) -> set[tuple[str, str]]:
    """The rules that the first and the second derivative of a sample use."""
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(sources)
            kept = results(row, inputs)
        cotangents = [tf.constant(cotangent_like(t.numpy())) for t in kept]
        outer.watch(cotangents)
        gradients = tape.gradient(kept, sources, cotangents) if row.order > 1 else None
    found = set()
    for node in outer._recording.nodes():
        definition = node.primitive
        if definition is not None:
            positions = [0] if definition.variadic else [i for i, _ in node.plan.steps]
            found |= {(definition.name, definition.inputs[i]) for i in positions}
    del gradients
    return found


def test_every_rule_is_tried_by_a_row() -> None:
    seen = set()
    for _, row, sample in table.cases():
        if row.order > 0:
            seen |= tried(row, sample)
    missing = {f"{primitive}'s rule for {name}" for primitive, name in rules() - seen} - set(ELSEWHERE)
    assert not missing, f"no row differentiates: {', '.join(sorted(missing))}"
