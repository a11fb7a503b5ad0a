"""What the generic tests do with a row: evaluate it on gradtape, differentiate it, and take central differences."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.autodiff.backward import pull
from gradtape.autodiff.recording import Recording
from gradtape.values.tensor import Tensor, wrap
from tests.operations.operation import Operation, Sample, flatten, is_array, is_differentiable

Arrays = list[Any]
MOST = 24  # coordinates of an array that central differences look at


def dense(gradients: list[Any]) -> list[Any]:
    """Gradients with tensors in place of `IndexedSlices`."""
    return [tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g for g in gradients]


def skip_if_noted(row: Operation, test: str) -> None:
    if test in row.notes:
        pytest.skip(row.notes[test])


def tensors(sample: Sample) -> list[Any]:
    """The inputs of a call: tensors of the arrays, which raise if an operation or a rule writes to one."""
    inputs = [tf.constant(x) if is_array(x) else x for x in sample]
    for x in inputs:
        if isinstance(x, Tensor) and isinstance(x._array, np.ndarray):
            x._array.flags.writeable = False
    return inputs


def sources_of(sample: Sample, inputs: Sequence[Any]) -> list[Tensor]:
    """Those of `inputs` that tests differentiate with respect to."""
    return [t for t, x in zip(inputs, sample, strict=True) if is_differentiable(x)]


def results(row: Operation, inputs: Sequence[Any]) -> list[Tensor]:
    """The floating and complex tensors that a call gives."""
    found = flatten(row.call(tf, *inputs))
    return [t for t in found if isinstance(t, Tensor) and is_differentiable(t._array)]


def evaluate(row: Operation, sample: Sample) -> Arrays:
    return [t.numpy() for t in results(row, tensors(sample))]


def replace(sample: Sample, arrays: Sequence[Any]) -> Sample:
    """`sample` with other arrays where it is differentiable."""
    new = iter(arrays)
    return tuple(next(new) if is_differentiable(x) else x for x in sample)


def gradients(row: Operation, sample: Sample, cotangents: Sequence[Any], persistent: bool = False) -> Arrays:
    """The gradients of a call as a program gets them; zeros where there are none."""
    inputs = tensors(sample)
    sources = sources_of(sample, inputs)
    with tf.GradientTape(persistent=persistent) as tape:
        tape.watch(sources)
        found = results(row, inputs)
    got = dense(tape.gradient(found, sources, [tf.constant(c) for c in cotangents]))
    return [np.zeros_like(s.numpy()) if g is None else g.numpy() for g, s in zip(got, sources, strict=True)]


class Recorded:
    """A call, recorded with some of its sources watched (all by default), to be pulled through as often as wanted."""

    def __init__(self, row: Operation, sample: Sample, which: Sequence[int] | None = None) -> None:
        inputs = tensors(sample)
        self.inputs = inputs
        self.sources = sources_of(sample, inputs)
        if which is not None:
            self.sources = [self.sources[i] for i in which]
        self.recording = Recording()
        for x in self.sources:
            x._node = self.recording.watch(x._node)
        self.recording.start()
        try:
            self.results = results(row, inputs)
        finally:
            self.recording.stop()

    def pull(self, cotangents: Sequence[Any], lifted: bool = False) -> list[Any]:
        """The sources' cotangents as arrays, or None, given those of the results, which may have leading axes."""
        seeds: dict[Any, Any] = {}
        for t, g in zip(self.results, cotangents, strict=True):
            if t._node is not None and self.recording in t._node.watchers:
                g = wrap(np.asarray(g)) if lifted else g
                seeds[t._node] = seeds[t._node] + g if t._node in seeds else g
        nodes = [x._node for x in self.sources]
        found = pull(self.recording, seeds, nodes, lifted=lifted, release=False)
        return [None if n not in found else getattr(found[n], "_array", found[n]) for n in nodes]


def inner(a: Sequence[Any], b: Sequence[Any]) -> float:
    """The real inner product of two lists of arrays; complex numbers count as pairs of real ones."""
    return float(sum(np.sum(np.real(np.conj(x) * y)) for x, y in zip(a, b, strict=True)))


def central_differences(
    function: Callable[[Arrays], float], arrays: Arrays, step: float = 1e-5
) -> list[dict[int, Any]]:
    """The derivatives of `function`, for each array by coordinate: all of them, or some where there are many.

    By a complex z = x + iy it is df/dx + i df/dy, TensorFlow's convention.
    """
    found: list[dict[int, Any]] = []
    for k, array in enumerate(arrays):
        count = np.size(array)
        some = range(count) if count <= MOST else np.random.default_rng(count).permutation(count)[:MOST]
        found.append({})
        for i in some:
            slope = 0.0
            for unit in (1.0, 1.0j) if np.iscomplexobj(array) else (1.0,):
                ends = []
                for side in (step, -step):
                    moved = np.array(array, order="C")
                    moved.reshape(-1)[i] += side * unit
                    ends.append(function([*arrays[:k], moved, *arrays[k + 1 :]]))
                slope = slope + unit * (ends[0] - ends[1]) / (2 * step)
            found[k][int(i)] = slope
    return found


def assert_slopes(gradients: Arrays, slopes: list[dict[int, Any]], tolerance: float) -> None:
    """That gradients are what central differences found, within a tolerance relative to the largest."""
    everything = [abs(v) for by_place in slopes for v in by_place.values()]
    scale = max(1.0, max(everything, default=0.0))
    for k, (g, by_place) in enumerate(zip(gradients, slopes, strict=True)):
        for i, slope in by_place.items():
            given = np.asarray(g).reshape(-1)[i]
            assert abs(given - slope) <= tolerance * scale, (
                f"input {k}, element {i}: gradient {given}, central difference {slope}"
            )


def assert_close(got: Any, want: Any, rtol: float = 1e-9) -> None:
    """That two arrays are one but for rounding; None is zeros."""
    if got is None and want is None:
        return
    got = np.zeros_like(want) if got is None else got
    want = np.zeros_like(got) if want is None else want
    assert np.shape(got) == np.shape(want)
    sizes = np.abs(want)[np.isfinite(want)]
    atol = rtol * max(1.0, float(np.max(sizes, initial=0.0)))
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


def assert_same(got: Any, want: Any, what: str) -> None:
    """That two arrays are one to the last bit."""
    got, want = np.asarray(got), np.asarray(want)
    assert (got.dtype, got.shape, got.tobytes()) == (want.dtype, want.shape, want.tobytes()), f"{what} has changed"
