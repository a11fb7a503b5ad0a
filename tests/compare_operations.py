"""Runs every row of the operation table through TensorFlow and through gradtape, and compares what they give.

    GRADTAPE_TENSORFLOW_PYTHON=path/to/python python tests/compare_operations.py
    python tests/compare_operations.py --tensorflow path/to/python 'reduce_*' einsum

Each library runs in a process of its own. Values, dtypes, shapes, gradients (at fixed `output_gradients`; None or
not) and the classes of exceptions must agree at every sample and edge, as they are and with their float64 cast to
float32; numbers may differ within rounding. What TensorFlow gave is remembered until the file of a row changes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import two_libraries
from tests.operations import operation, table
from tests.operations.operation import (
    Operation,
    Sample,
    cast,
    cotangent_like,
    flatten,
    is_array,
    is_differentiable,
)

# Relative rounding that is allowed, by dtype; float64 has the row's own.
RTOL = {"float32": 1e-5, "complex64": 1e-5, "float16": 4e-3, "bfloat16": 3e-2}

# What TensorFlow raises where it has no kernel for a dtype; gradtape may well have one.
NO_KERNEL = ("NotFoundError", "UnimplementedError")

# --- in the process of one library -----------------------------------------------------------------------------------

Outcome = dict[str, Any]  # what a library made of one case; arrays are in "values" and "gradients"


def cases(row: Operation) -> Iterator[tuple[str, Sample]]:
    """The row's inputs by name: as they are, and in float32."""
    for kind, group in (("sample", row.samples), ("edge", row.edges)):
        for i, sample in enumerate(group):
            yield f"{kind}{i}", sample
            doubles = [x for x in sample if is_array(x) and x.dtype.name in ("float64", "complex128")]
            if doubles and "tensorflow_float32" not in row.notes:
                yield f"{kind}{i} as float32", cast(sample, np.float32)


def outcome(tf: Any, row: Operation, sample: Sample) -> Outcome:
    """Calls and differentiates the row with `tf`."""
    try:
        inputs = [tf.constant(x) if is_array(x) else x for x in sample]
        sources = [t for t, x in zip(inputs, sample, strict=True) if is_differentiable(x)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            leaves = flatten(row.call(tf, *inputs))
        values = [leaf.numpy() if hasattr(leaf, "numpy") else np.asarray(leaf) for leaf in leaves]
    except Exception as error:
        return {"error": _classes(error), "message": str(error)[:300]}
    done: Outcome = {"values": values}
    targets = [(leaf, v) for leaf, v in zip(leaves, values, strict=True) if is_differentiable(v)]
    if sources and targets and "tensorflow_gradient" not in row.notes:
        try:
            cotangents = [tf.constant(cotangent_like(v, i)) for i, (_, v) in enumerate(targets)]
            found = tape.gradient([leaf for leaf, _ in targets], sources, cotangents)
            done["gradients"] = [None if g is None else tf.convert_to_tensor(g).numpy() for g in found]
        except Exception as error:
            done["gradient_error"], done["message"] = _classes(error), str(error)[:300]
    return done


def _classes(error: Exception) -> list[str]:
    return [c.__name__ for c in type(error).__mro__ if issubclass(c, Exception)]


def save(path: Path, outcomes: dict[str, Outcome]) -> None:
    """Writes a row's outcomes as an .npz file without pickles: a text for the structure, and the numeric arrays."""
    arrays: dict[str, Any] = {}

    def put(array: Any) -> Any:
        array = np.asarray(array)
        if array.dtype.kind in "OSU":
            return {"dtype": "string", "shape": array.shape, "text": [repr(x) for x in array.ravel().tolist()]}
        name = f"a{len(arrays)}"
        arrays[name] = array.astype(np.float32) if array.dtype.kind == "V" else array
        return {"dtype": array.dtype.name, "shape": array.shape, "array": name}

    structure = {
        name: {
            key: [None if a is None else put(a) for a in value] if key in ("values", "gradients") else value
            for key, value in done.items()
        }
        for name, done in outcomes.items()
    }
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, structure=np.array(json.dumps(structure)), **arrays)
    part.rename(path)


def load(path: Path) -> dict[str, Outcome]:
    with np.load(path, allow_pickle=False) as stored:
        outcomes = json.loads(str(stored["structure"]))
        for done in outcomes.values():
            for key in ("values", "gradients"):
                for item in done.get(key, ()):
                    if item is not None and "array" in item:
                        item["array"] = stored[item["array"]]
    return outcomes  # type: ignore[no-any-return]


def work(library: str, folder: Path, names: set[str]) -> None:
    """Runs the rows called `names`, each into a file of `folder`, printing each one's name."""
    warnings.simplefilter("ignore")
    if library == "tensorflow":
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
    else:
        import gradtape as tf
    for row in table.rows():
        if row.name in names:
            save(ROWS.file(folder, row.name), {name: outcome(tf, row, sample) for name, sample in cases(row)})
            print(row.name, flush=True)


def crashed(path: Path, name: str, text: str) -> None:
    """Writes the outcomes of a row that ended its process."""
    row = next(row for row in table.rows() if row.name == name)
    save(path, {case: {"error": ["Crash"], "message": text} for case, _ in cases(row)})


ROWS = two_libraries.Comparison(__file__, table.HERE / ".cache", ".npz", crashed)

# --- comparing -------------------------------------------------------------------------------------------------------


def differences(ours: Outcome, theirs: Outcome, rtol: float, exact: Outcome | None = None) -> list[str]:
    """What differs between two outcomes, in words. `exact` is what TensorFlow makes of it in float64."""
    for stage, key in (("the call", "error"), ("the gradient", "gradient_error")):
        mine, wanted = ours.get(key), theirs.get(key)
        if mine and wanted:
            if wanted[0] in mine:
                continue
            return [f"{stage} raises {mine[0]}, in TensorFlow {wanted[0]}: {first_line(theirs)}"]
        if mine:
            return [f"{stage} raises {mine[0]}, not in TensorFlow: {first_line(ours)}"]
        if wanted and wanted[0] not in NO_KERNEL:
            return [f"{stage} does not raise TensorFlow's {wanted[0]}: {first_line(theirs)}"]
        if wanted:
            return []
    found = []
    for key, what in (("values", "value"), ("gradients", "gradient")):
        mine, wanted = ours.get(key, []), theirs.get(key, [])
        if len(mine) != len(wanted):
            found.append(f"{len(mine)} {key}, in TensorFlow {len(wanted)}")
            continue
        for i, (a, b) in enumerate(zip(mine, wanted, strict=True)):
            label = f"{what} {i}" if len(mine) > 1 else what
            c = exact.get(key, [None] * len(wanted))[i] if exact else None
            found += [f"{label}: {text}" for text in array_differences(a, b, rtol, c)]
    return found


def first_line(outcome: Outcome) -> str:
    return str(outcome["message"]).partition("\n")[0]


def array_differences(ours: Any, theirs: Any, rtol: float, exact: Any = None) -> list[str]:
    if ours is None or theirs is None:
        if ours is theirs:
            return []
        names = ["None" if x is None else f"{x['dtype']} of shape {tuple(x['shape'])}" for x in (ours, theirs)]
        return [f"{names[0]}, in TensorFlow {names[1]}"]
    found = [
        f"{key} {ours[key]}, in TensorFlow {theirs[key]}" for key in ("dtype", "shape") if ours[key] != theirs[key]
    ]
    if found:
        return found
    if "text" in ours:
        return [] if ours["text"] == theirs["text"] else [f"{ours['text'][:4]}, in TensorFlow {theirs['text'][:4]}"]
    a, b = np.asarray(ours["array"]), np.asarray(theirs["array"])
    rounding = 0.0
    if exact is not None and a.dtype.kind in "fc" and list(np.shape(exact.get("array"))) == list(a.shape):
        with np.errstate(all="ignore"):
            rounding = 4.0 * largest(b - exact["array"])  # sums of many terms, or what is badly conditioned
    wrong = ~same_numbers(a, b, max(rtol, RTOL.get(ours["dtype"], 0.0)), rounding)
    if not wrong.any():
        return []
    places = np.argwhere(wrong)[:4].tolist()
    shown = "; ".join(f"{place}: {a[tuple(place)]!r}, in TensorFlow {b[tuple(place)]!r}" for place in places)
    return [f"{np.count_nonzero(wrong)} of {a.size} elements differ at {shown}"]


def largest(a: Any) -> float:
    """The largest size of a finite element."""
    return float(np.max(np.abs(a), where=np.isfinite(a), initial=0.0))


def same_numbers(a: Any, b: Any, rtol: float, atol: float = 0.0) -> Any:
    """Where two arrays agree: exactly, or for floating and complex numbers within rounding."""
    if a.dtype.kind not in "fc":
        return a == b
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    a, b = a.astype(wide), b.astype(wide)
    finite = np.isfinite(a) & np.isfinite(b)
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= atol + rtol * np.maximum(np.abs(b), min(10.0, largest(b)))
    parts = [(a.real, b.real), (a.imag, b.imag)]  # inf and nan must be in the same part
    return (finite & near) | np.all([(x == y) | (np.isnan(x) & np.isnan(y)) for x, y in parts], axis=0)


# --- the command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = two_libraries.parser(__doc__).parse_args(arguments)
    if options.work:
        work(options.work, options.folder, set(options.names))
        return 0

    started = time.monotonic()
    rows = {row.name: row for row in table.rows()}
    chosen = two_libraries.choose(list(rows), options.names)
    compared = [name for name in chosen if "tensorflow" not in rows[name].notes]
    texts = {}
    for path in table.files():
        read = b"\0".join(p.read_bytes() for p in (path, Path(operation.__file__), Path(__file__)))
        texts |= {row.name: read for row in table.rows_of(path)}
    theirs = ROWS.tensorflow(options.tensorflow, {name: texts[name] for name in compared}, options.fresh)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        ROWS.run("gradtape", options.gradtape, compared, Path(folder))
        for name in compared:
            ours, wanted = load(ROWS.file(Path(folder), name)), load(theirs[name])
            for case, done in wanted.items():
                exact = wanted.get(case.removesuffix(" as float32")) if case.endswith("float32") else None
                found = differences(ours[case], done, rows[name].rtol, exact)
                passed, failed = passed + (not found), failed + bool(found)
                for text in found:
                    print(f"{name}, {case}: {text}")
    left_out = f", {len(chosen) - len(compared)} rows left out" if len(chosen) > len(compared) else ""
    print(f"{passed} passed, {failed} failed ({len(compared)} rows{left_out}, {time.monotonic() - started:.0f} s)")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
