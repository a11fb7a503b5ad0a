"""Every primitive on XLA: what the operation table makes primitives do on NumPy, they do alike inside `jax.jit`."""

import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from gradtape.operations.primitive import Definition, kernels
from gradtape.values.thread import current
from tests.operations import table
from tests.operations.harness import Recorded
from tests.operations.operation import Operation, cotangent_like

jax = pytest.importorskip("jax", reason="JAX is not installed (pip install gradtape[xla])")
xla = pytest.importorskip("gradtape.engine.xla")

ROWS = table.rows()


class Execution(NamedTuple):
    """A primitive, what it was given, and what it made of that on NumPy."""

    definition: Definition
    arrays: tuple[Any, ...]
    attributes: dict[str, Any]
    out: tuple[Any, ...]

    @property
    def key(self) -> Any:
        """What tells it from others worth trying: dtypes, shapes, attributes, and the values where some are special."""
        given = [(a.dtype, np.shape(a), np.asarray(a).tobytes() if is_special(a) else b"") for a in self.arrays]
        return self.definition, tuple(given), repr(self.attributes)

    def __str__(self) -> str:
        given = ", ".join(f"{a.dtype}{list(np.shape(a))}" for a in self.arrays)
        return f"{self.definition.name}({given}, {self.attributes})"


def is_special(array: Any) -> bool:
    """Whether these are not just any floating numbers."""
    return array.dtype.kind not in "fc" or not np.all(np.isfinite(array))


def executions(row: Operation) -> Iterator[Execution]:
    """What runs in the calls of a row and, by way of the derivative rules, in their gradients."""
    for sample in (*row.samples, *row.edges):
        found: list[Execution] = []
        with running(found):
            try:
                recorded = Recorded(row, sample)
                if recorded.sources:
                    seeds = [cotangent_like(t._array, i) for i, t in enumerate(recorded.results)]
                    recorded.pull(seeds, lifted=True)
            except Exception:  # an edge may raise; what ran before has run
                if any(sample is s for s in row.samples):
                    raise
        yield from found


class running:
    """Within this, `found` is given what primitives do."""

    def __init__(self, found: list[Execution]) -> None:
        self.found = found

    def __enter__(self) -> None:
        thread, run = current.thread, current.thread.run
        self.before = run

        def noting(kernel: Callable[..., Any], /, *arrays: Any, **attributes: Any) -> Any:
            out = run(kernel, *arrays, **attributes)
            if kernel in kernels:
                outs = out if isinstance(out, tuple) else (out,)
                self.found.append(Execution(kernels[kernel], arrays, attributes, outs))
            return out

        thread.run = noting

    def __exit__(self, *error: object) -> None:
        current.thread.run = self.before


QUICKLY = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}


def on_xla(some: list[Execution]) -> list[tuple[Any, ...] | NotImplementedError]:
    """What the executions give inside one `jax.jit`, or XLA's refusals."""
    results: list[Any] = []

    def program(arguments: list[Any]) -> list[Any]:
        made = []
        for e, arrays in zip(some, arguments, strict=True):
            try:
                out = xla.run(e.definition, *arrays, **e.attributes)
                made.append(tuple(out) if e.definition.multiple else (out,))
                results.append(made[-1])
            except NotImplementedError as error:
                results.append(error)
        return made

    with xla.precise():
        made = iter(jax.jit(program, compiler_options=QUICKLY)([e.arrays for e in some]))
        return [
            result if isinstance(result, NotImplementedError) else tuple(np.asarray(a) for a in next(made))
            for result in results
        ]


def is_of_strings(e: Execution) -> bool:
    return any(a.dtype.kind == "O" for a in (*e.arrays, *e.out))


TOLERANCE = {
    "float16": 2e-3, "bfloat16": 2e-2, "float32": 1e-5, "complex64": 1e-5, "float64": 1e-10, "complex128": 1e-10,
}  # fmt: skip


def assert_alike(got: Any, want: Any) -> None:
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    rtol = TOLERANCE.get(want.dtype.name, 0.3 if want.dtype.kind == "V" else 0)
    if want.dtype.kind == "V":
        got, want = got.astype(np.float32), want.astype(np.float32)
    with np.errstate(all="ignore"):
        largest = np.max(np.abs(want[np.isfinite(want)]), initial=1.0) if want.dtype.kind in "fc" else 1.0
        np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * min(largest, 1e100))


def is_defined(e: Execution) -> Any:
    """Where NumPy's result says what is right: floats beyond an integer dtype become what the machine makes of them.

    XLA multiplies by the inverse of a constant where NumPy divides by it, so that what was a tie may be rounded down.
    """
    if e.definition.name == "nudged":
        low, high = (np.asarray(x, np.float64) for x in e.arrays)
        with np.errstate(all="ignore"):
            at = low * (e.attributes["last"] - e.attributes["first"]) / (high - low)
        return ~(np.abs(at - np.floor(at) - 0.5) < 1e-5)
    if e.definition.name != "convert" or e.out[0].dtype.kind not in "iu" or e.arrays[0].dtype.kind in "iub":
        return ...
    x, limits = np.real(e.arrays[0]).astype(np.float64), np.iinfo(e.out[0].dtype)
    return (x > limits.min - 1.0) & (x < limits.max + 1.0)


SEEN: set[Any] = set()

# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_primitives_do_on_xla_what_they_do_on_numpy(row: Operation) -> None:
    some: list[Execution] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in executions(row):
            if not is_of_strings(e) and e.key not in SEEN:
                SEEN.add(e.key)
                some.append(e)
    wrong = []
    for e, got in zip(some, on_xla(some), strict=True):
        if isinstance(got, NotImplementedError):
            assert e.definition.name in xla.UNSUPPORTED, f"{e}: {got}"
            continue
        try:
            assert len(got) == len(e.out)
            where = is_defined(e)
            for a, b in zip(got, e.out, strict=True):
                assert_alike(a[where], np.asarray(b)[where])
        except AssertionError as error:
            wrong.append(f"{e}: {error}")
    assert not wrong, "\n\n".join(wrong)


def test_what_xla_cannot_run_says_why() -> None:
    some = [e for row in ROWS for e in executions(row) if not is_of_strings(e)]
    found = {e.definition.name: e for e in some if e.definition.name in xla.UNSUPPORTED}
    assert set(found) == set(xla.UNSUPPORTED)
    for name, e in found.items():
        (refusal,) = on_xla([e])
        assert isinstance(refusal, NotImplementedError)
        assert e.definition.op in str(refusal)
        assert xla.UNSUPPORTED[name] in str(refusal)


def test_strings_are_refused_by_the_name_of_the_operation() -> None:
    (e, *_) = [e for row in ROWS if row.name == "add" for e in executions(row) if is_of_strings(e)]
    with pytest.raises(NotImplementedError, match=e.definition.op):
        xla.run(e.definition, *e.arrays)


# --- what is not NumPy's ---------------------------------------------------------------------------------------------


def jitted(function: Callable[..., Any], *arrays: Any) -> Any:
    with xla.precise():
        return np.asarray(jax.jit(function)(*arrays))


X = np.arange(12.0).reshape(4, 3)


def test_values_that_are_constants_of_the_program_may_decide_its_shapes() -> None:
    start, limit, delta = np.array([2, 8, 3], np.int32)
    (e,) = [e for row in ROWS for e in executions(row) if e.definition.name == "range"][:1]
    with xla.precise():
        np.testing.assert_array_equal(xla.run(e.definition, start, limit, delta), [2, 5])


def test_indices_out_of_range_are_clamped_when_read_and_dropped_when_written() -> None:
    outside = np.array([-1, 1, 9])
    np.testing.assert_array_equal(jitted(lambda x, i: xla.take(x, i, 0), X, outside), X[[0, 1, 3]])
    ones = np.ones((3, 3))
    wanted = np.zeros((4, 3))
    wanted[1] = 1.0
    np.testing.assert_array_equal(jitted(lambda x, i: xla.scatter_rows(x, i, -2, 4), ones, outside), wanted)
    wanted = X.copy()
    wanted[1] = 1.0
    np.testing.assert_array_equal(jitted(lambda x, i, v: xla.put_rows(x, i, v, -2), X, outside, ones), wanted)


@pytest.mark.parametrize("keys", [
    [(0,), (1,), (2,), (3,)],
    [(slice(2, 4),), (0,)],
    [(..., 2), (..., slice(0, 2))],
    [(slice(0, 3),), (slice(1, 4),)],
    [(slice(None, None, 2),), (slice(None, None, -1),)],
    [(-1, slice(None)), (0, slice(2, 0, -1))],
    [(slice(3, 3),), (None, 1, ..., None)],
], ids=str)  # fmt: skip
def test_placing_adds_each_value_at_its_key(keys: list[Any]) -> None:
    from gradtape.engine import numpy as engine

    values = [X[key] + 1.0 for key in keys]
    got = jitted(lambda *values: xla.place(values, keys, X.shape), *values)
    np.testing.assert_array_equal(got, engine.place(values, keys, X.shape))


def test_slices_side_by_side_are_put_together_without_scatters() -> None:
    parts = [np.ones((4, 2))] * 16
    keys = [(..., slice(i, i + 1), slice(None)) for i in range(16)]
    with xla.precise():
        program = jax.jit(lambda *xs: xla.place([x[:, None] for x in xs], keys, (4, 16, 2))).lower(*parts).as_text()
    assert "concatenate" in program
    assert "scatter" not in program


def test_the_64_bit_types_are_there_within_precise_only() -> None:
    before = jax.config.jax_enable_x64
    with xla.precise():
        assert jax.numpy.zeros(2, np.float64).dtype == np.float64
    assert jax.config.jax_enable_x64 == before


def test_importing_gradtape_does_not_import_jax() -> None:
    program = "import sys, gradtape; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
