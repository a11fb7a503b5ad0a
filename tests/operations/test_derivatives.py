"""Every derivative rule, tried at every sample of the operation table, in each way that rules are used."""

import warnings
from collections.abc import Iterator

import ml_dtypes
import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff import forward
from gradtape.values.tensor import Tensor, wrap
from gradtape.values.thread import current
from tests.operations import table
from tests.operations.harness import (
    Recorded,
    assert_close,
    assert_same,
    assert_slopes,
    central_differences,
    dense,
    evaluate,
    gradients,
    inner,
    replace,
    results,
    skip_if_noted,
    sources_of,
    tensors,
)
from tests.operations.operation import TESTS, Operation, Sample, cast, cotangent_like, is_array, is_differentiable


def at_samples(order: int, edges: bool = False, complex_numbers: bool = True) -> pytest.MarkDecorator:
    """Parametrises by the samples of the rows whose derivatives exist up to `order`."""
    found = [
        (label, row, sample)
        for label, row, sample in table.cases(edges=edges)
        if row.order >= order
        and any(map(is_differentiable, sample))
        and (complex_numbers or not any(is_array(x) and x.dtype.kind == "c" for x in sample))
    ]
    return pytest.mark.parametrize(("row", "sample"), [c[1:] for c in found], ids=[c[0] for c in found])


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert current.thread.recordings == ()


def arrays_of(sample: Sample) -> list:
    return [x for x in sample if is_differentiable(x)]


def cotangents_of(row: Operation, sample: Sample) -> list:
    return [cotangent_like(a, salt) for salt, a in enumerate(evaluate(row, sample))]


def test_every_row_is_tried_somewhere_and_its_notes_name_tests() -> None:
    for row in table.rows():
        assert row.samples or row.edges, f"{row.name} has no inputs"
        assert set(row.notes) <= set(TESTS), f"{row.name} has notes on {set(row.notes) - set(TESTS)}; there are {TESTS}"
        assert all(type(sample) is tuple for sample in (*row.samples, *row.edges)), f"{row.name}: a sample is a tuple"


# --- against central differences -------------------------------------------------------------------------------------


@at_samples(order=1)
def test_gradient_is_what_central_differences_find(row: Operation, sample: Sample) -> None:
    skip_if_noted(row, "central_differences")
    cotangents = cotangents_of(row, sample)

    def loss(arrays: list) -> float:
        return inner(cotangents, evaluate(row, replace(sample, arrays)))

    found = gradients(row, sample, cotangents)
    assert [g.shape for g in found] == [x.shape for x in arrays_of(sample)]
    assert_slopes(found, central_differences(loss, arrays_of(sample)), 1e-7)


@at_samples(order=2)
def test_second_order_gradient_is_what_central_differences_of_the_first_find(row: Operation, sample: Sample) -> None:
    skip_if_noted(row, "second_order")
    cotangents = cotangents_of(row, sample)
    projections = [cotangent_like(x, salt=7 + i) for i, x in enumerate(arrays_of(sample))]

    def projected(arrays: list) -> float:
        return inner(projections, gradients(row, replace(sample, arrays), cotangents))

    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape() as outer:
        outer.watch(sources)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            found = results(row, inputs)
        first = dense(tape.gradient(found, sources, [tf.constant(c) for c in cotangents]))
    connected = [i for i, g in enumerate(first) if g is not None]
    second = outer.gradient(
        [first[i] for i in connected],
        sources,
        [tf.constant(projections[i]) for i in connected],
        unconnected_gradients="zero",
    )
    slopes = central_differences(projected, arrays_of(sample))
    assert_slopes([g.numpy() for g in dense(second)], slopes, 1e-6)


# --- the same gradients, asked for in other ways ---------------------------------------------------------------------


@at_samples(order=1)
def test_each_input_watched_alone_has_the_same_gradient(row: Operation, sample: Sample) -> None:
    cotangents = cotangents_of(row, sample)
    together = Recorded(row, sample).pull(cotangents)
    if len(together) > 1:
        for i, g in enumerate(together):
            (alone,) = Recorded(row, sample, which=[i]).pull(cotangents)
            assert_close(alone, g, rtol=1e-12)


@at_samples(order=1)
def test_persistent_tape_gives_the_same_gradients_every_time(row: Operation, sample: Sample) -> None:
    cotangents = cotangents_of(row, sample)
    once = gradients(row, sample, cotangents)
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sources)
        found = results(row, inputs)
    for _ in range(2):
        got = dense(tape.gradient(found, sources, [tf.constant(c) for c in cotangents], unconnected_gradients="zero"))
        for g, want in zip(got, once, strict=True):
            assert_same(g.numpy(), want, "a gradient")


@at_samples(order=1)
def test_order_in_which_elements_lie_in_memory_changes_nothing(row: Operation, sample: Sample) -> None:
    cotangents = cotangents_of(row, sample)
    once = gradients(row, sample, cotangents)
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    for x in inputs:
        if isinstance(x, Tensor):  # as those of a transposed one
            x._array = np.asfortranarray(x._array) if x._array.ndim > 1 else x._array
    with tf.GradientTape() as tape:
        tape.watch(sources)
        found = results(row, inputs)
    for made, value in zip(found, evaluate(row, sample), strict=True):
        assert_close(made.numpy(), value, rtol=1e-6)
    given = [wrap(np.asfortranarray(c)) if c.ndim > 1 else tf.constant(c) for c in cotangents]
    got = dense(tape.gradient(found, sources, given, unconnected_gradients="zero"))
    for g, want in zip(got, once, strict=True):
        assert_close(g.numpy(), want, rtol=1e-6)


@at_samples(order=1)
@pytest.mark.parametrize("lead", [(3,), (2, 2)], ids=["one_axis", "two_axes"])
@pytest.mark.parametrize("lifted", [False, True], ids=["arrays", "tensors"])
def test_batched_cotangents_give_what_a_loop_over_them_gives(
    row: Operation, sample: Sample, lead: tuple[int, ...], lifted: bool
) -> None:
    skip_if_noted(row, "batched")
    recorded = Recorded(row, sample)
    batch = [cotangent_like(np.empty(lead + t._array.shape, t._array.dtype), i) for i, t in enumerate(recorded.results)]
    together = recorded.pull(batch, lifted)
    for place in np.ndindex(lead):
        for g, want in zip(together, recorded.pull([c[place] for c in batch]), strict=True):
            if g is not None:
                assert g.shape[: len(lead)] == lead
            assert_close(None if g is None else g[place], want)


@at_samples(order=1)
@pytest.mark.parametrize("lead", [(), (3,)], ids=["one", "batch"])
def test_forward_mode_gives_the_transpose_of_reverse_mode(
    row: Operation, sample: Sample, lead: tuple[int, ...]
) -> None:
    skip_if_noted(row, "forward")
    recorded = Recorded(row, sample)
    cotangents = [cotangent_like(t._array, i) for i, t in enumerate(recorded.results)]
    pulled = recorded.pull(cotangents)

    inputs = tensors(sample)
    pushing = forward.Forward(lead)
    directions = []
    for i, x in enumerate(sources_of(sample, inputs)):
        directions.append(cotangent_like(np.empty(lead + x._array.shape, x._array.dtype), 5 + i))
        pushing.seed(x, wrap(directions[-1]))
    pushing.start()
    try:
        pushed = [pushing.tangent(t) for t in results(row, inputs)]
    finally:
        pushing.stop()
    for t, result in zip(pushed, recorded.results, strict=True):
        assert t is None or t._array.shape == lead + result._array.shape
        assert t is None or t._array.dtype == result._array.dtype

    for place in np.ndindex(lead):
        forwards = inner(
            [c for c, t in zip(cotangents, pushed, strict=True) if t is not None],
            [t._array[place] for t in pushed if t is not None],
        )
        backwards = inner(
            [g for g in pulled if g is not None],
            [d[place] for g, d in zip(pulled, directions, strict=True) if g is not None],
        )
        assert_close(forwards, backwards)


# --- dtypes ----------------------------------------------------------------------------------------------------------


@at_samples(order=1)
def test_float32_gradients_are_float32_and_near_those_of_float64(row: Operation, sample: Sample) -> None:
    skip_if_noted(row, "float32")
    cotangents = cotangents_of(row, sample)
    small = cast(sample, np.float32)
    recorded = Recorded(row, small)
    seeds = [c.astype(t._array.dtype) for c, t in zip(cotangents, recorded.results, strict=True)]
    got = recorded.pull(seeds)
    want = Recorded(row, sample).pull(cotangents)
    for g, exact, source in zip(got, want, recorded.sources, strict=True):
        assert (g is None) == (exact is None)
        if g is not None:
            assert g.dtype == source._array.dtype
            assert_close(g, exact, rtol=2e-4)


@at_samples(order=1, complex_numbers=False)
@pytest.mark.parametrize("dtype", [np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)], ids=str)
def test_half_precision_gradients_have_the_dtype_of_their_source(
    row: Operation, sample: Sample, dtype: np.dtype
) -> None:
    skip_if_noted(row, "half")
    try:
        recorded = Recorded(row, cast(sample, dtype))
    except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError, tf.errors.UnimplementedError, TypeError) as error:
        pytest.skip(f"not of {dtype}: {error}")
    cotangents = [cotangent_like(t._array, i) for i, t in enumerate(recorded.results)]
    for lifted in (False, True):
        for g, source in zip(recorded.pull(cotangents, lifted), recorded.sources, strict=True):
            if g is not None:
                assert g.dtype == source._array.dtype
                assert g.shape == source._array.shape


# --- what is nobody's to change --------------------------------------------------------------------------------------


@at_samples(order=0, edges=True)
def test_nothing_that_the_program_holds_is_changed_or_shared(row: Operation, sample: Sample) -> None:
    recorded = record(row, sample)
    if recorded is None:
        return
    inputs = [x._array for x in recorded.inputs if isinstance(x, Tensor)]
    given = [x for x in sample if is_array(x)]
    values = [t.numpy() for t in recorded.results]
    if recorded.sources:
        cotangents = [cotangent_like(t._array, i) for i, t in enumerate(recorded.results)]
        kept = [c.copy() for c in cotangents]
        first = recorded.pull(cotangents)
        copies = [None if g is None else np.array(g) for g in first]
        recorded.pull(cotangents)
        for c, was in zip(cotangents, kept, strict=True):
            assert_same(c, was, "a cotangent that the program gave")
        for g, was in zip(first, copies, strict=True):
            assert_same(g, was, "a gradient given before")
    for array, was in zip(inputs, given, strict=True):
        assert_same(array, was, "an input")
    for t, was in zip(recorded.results, values, strict=True):
        assert_same(t._array, was, "a result")
        own = t.numpy()
        if isinstance(own, np.ndarray):
            assert own.flags.writeable
            assert not np.shares_memory(own, t._array)


@at_samples(order=0, edges=True)
def test_a_tape_keeps_only_inputs_and_outputs_of_operations(row: Operation, sample: Sample) -> None:
    skip_if_noted(row, "saved")
    thread, run = current.thread, current.thread.run
    made: list = []

    def noting(kernel, *arrays, **attributes):
        out = run(kernel, *arrays, **attributes)
        made.extend(out if isinstance(out, tuple) else (out,))
        made.extend(arrays)
        return out

    thread.run = noting
    try:
        recorded = record(row, sample)
    finally:
        thread.run = run
    if recorded is None:
        return
    known = {id(a) for a in made} | {id(x._array) for x in recorded.inputs if isinstance(x, Tensor)}
    for node in recorded.recording.nodes():
        if node.primitive is None:
            continue
        for array in saved_arrays(node.saved):
            assert id(array) in known, f"{node.primitive} keeps an array of shape {array.shape} of its own"


def record(row: Operation, sample: Sample) -> Recorded | None:
    """The recorded call, or None where the sample is an edge that raises, as it may."""
    try:
        return Recorded(row, sample)
    except AttributeError:
        raise
    except Exception:
        if any(sample is s for s in row.samples):
            raise
        return None


def saved_arrays(saved: object) -> list:
    """The arrays of at least one axis in what a node keeps."""
    if isinstance(saved, Tensor):
        saved = saved._array
    if isinstance(saved, np.ndarray):
        return [saved] if saved.ndim else []
    if isinstance(saved, dict):
        saved = list(saved.values())
    if isinstance(saved, list | tuple):
        return [a for item in saved for a in saved_arrays(item)]
    return []
