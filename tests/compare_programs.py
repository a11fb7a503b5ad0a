"""Runs every program of `tests/programs` under TensorFlow and under gradtape, and compares output.

    GRADTAPE_TENSORFLOW_PYTHON=path/to/python python tests/compare_programs.py
    python tests/compare_programs.py --tensorflow path/to/python tape_persistent variables

A program is what a user would write: it imports TensorFlow and prints. Both runs must print the
same lines; only floating-point numbers may differ, within rounding, and with them the layout of the
array they stand in. `--update` rewrites the files of `tests/programs/expected` from TensorFlow's
output: they let `test_programs.py` make the same comparison where TensorFlow is not installed.
"""

from __future__ import annotations

import difflib
import json
import math
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import two_libraries
from tests.two_libraries import ROOT

PROGRAMS = ROOT / "tests" / "programs"
EXPECTED = PROGRAMS / "expected"

RTOL = 1e-5
ATOL = 1e-6


@dataclass(frozen=True)
class Run:
    """What one run of a program left behind."""

    stdout: str
    stderr: str
    status: int


# --- comparing ------------------------------------------------------------------------------------

NUMBER = r"[-+]?(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|(?<![\w.])(?:inf|nan)(?!\w))"
TOKENS = re.compile(rf"({NUMBER})|(\s+)")


def normalise(text: str) -> str:
    """`text` with addresses of objects and trailing blanks taken out."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x...", text)
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def same_number(one: str, other: str) -> bool:
    """Whether two printed floating-point numbers agree within rounding (nan equals nan)."""
    a, b = float(one), float(other)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= ATOL + RTOL * max(abs(a), abs(b))


def same_block(one: str, other: str) -> bool:
    """Whether two blocks agree: text and integers exactly, floating-point numbers within rounding.

    A number that differs in its last digit also moves the columns of a printed array and breaks its lines elsewhere,
    so blanks count only in blocks whose numbers are all printed alike.
    """
    if one == other:
        return True
    ours, theirs = TOKENS.split(one), TOKENS.split(other)
    words_a, words_b = (list(filter(None, tokens[0::3])) for tokens in (ours, theirs))
    found_a, found_b = (list(filter(None, tokens[1::3])) for tokens in (ours, theirs))
    return (
        words_a == words_b
        and found_a != found_b
        and len(found_a) == len(found_b)
        and all(map(same_number, found_a, found_b))
    )


def blocks(text: str) -> list[str]:
    """`text` cut at those ends of lines where no bracket is open: an array printed over several lines is one block.

    A bracket that nothing closes is taken for prose.
    """
    lines = normalise(text).splitlines()
    found = []
    start = 0
    while start < len(lines):
        depth, end = 0, start
        for number in range(start, len(lines)):
            depth += sum((c in "([{") - (c in ")]}") for c in lines[number])
            if depth <= 0:
                end = number
                break
        found.append("\n".join(lines[start : end + 1]))
        start = end + 1
    return found


def difference(expected: str, actual: str, label: str) -> str:
    """A unified diff from `expected` to `actual`, or nothing where they agree.

    Blocks that agree within rounding are shown as the expected ones, so that only what is wrong
    stands out.
    """
    want, got = blocks(expected), blocks(actual)
    matcher = difflib.SequenceMatcher(a=want, b=got, autojunk=False)
    settled = list(got)
    for kind, low, high, from_, to in matcher.get_opcodes():
        if kind == "replace" and high - low == to - from_:
            for offset in range(high - low):
                if same_block(want[low + offset], got[from_ + offset]):
                    settled[from_ + offset] = want[low + offset]
    if settled == want:
        return ""
    lines = ["\n".join(found).splitlines() for found in (want, settled)]
    labels = [f"{label} ({library})" for library in ("TensorFlow", "gradtape")]
    return "\n".join(difflib.unified_diff(*lines, *labels, lineterm="", n=2))


# --- running --------------------------------------------------------------------------------------


def all_programs() -> list[Path]:
    """The programs, in order of their names."""
    return sorted(path for path in PROGRAMS.glob("*.py") if path.name != "conftest.py")


def run_gradtape(program: Path, python: str = sys.executable, timeout: float = 120.0) -> Run:
    """Runs `python -m gradtape program`."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"}
    path = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    try:
        done = subprocess.run(
            [python, "-m", "gradtape", str(program)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Run("", f"no end after {timeout:g} s", 124)
    return Run(done.stdout, done.stderr, done.returncode)


def record(programs: Iterable[Path], folder: Path) -> None:
    """Runs programs one after the other in this process, and writes each one's `Run` to `folder`.

    Importing TensorFlow takes longer than the programs. Output is taken from the descriptors,
    because TensorFlow prints from C++ too.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    keep = [os.dup(1), os.dup(2)]
    for program in programs:
        status = 0
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            try:
                sys.argv = [str(program)]
                runpy.run_path(str(program), run_name="__main__")
            except SystemExit as exit_:
                status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
            except BaseException:
                traceback.print_exc()
                status = 1
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os.dup2(keep[0], 1)
                os.dup2(keep[1], 2)
            out.seek(0)
            err.seek(0)
            run = Run(out.read().decode(), err.read().decode(errors="replace"), status)
        save(RUNS.file(folder, program.stem), run)
        if "keras" in sys.modules:  # it numbers the names of layers and metrics
            sys.modules["keras"].utils.clear_session()
        print(program.stem, flush=True)


def save(path: Path, run: Run) -> None:
    path.write_text(json.dumps(asdict(run)))


# What changes TensorFlow's process for those after it: devices are set before the first operation, NumPy's behaviour
# stays, and saving a model gives the root logger a handler, which says every warning again. And what is changed by
# those before it: warnings, and orders that are shuffled by how many were before.
ALONE = frozenset({
    "devices", "saved_models", "test_cases", "tape_watching",
    "data_composites", "data_files", "data_in_functions", "data_kept", "data_shuffling",
    "distribute_datasets", "distribute_replicas", "distribute_training",
    "guide_data", "guide_load_csv", "guide_load_images", "guide_numpy", "guide_text", "guide_tfrecord",
    "numpy_api", "numpy_network", "numpy_promotion", "numpy_promotion_table",
})  # fmt: skip
RUNS = two_libraries.Comparison(
    __file__, PROGRAMS / ".cache", ".json", lambda path, name, text: save(path, Run("", text, 1)), ALONE
)


def expected_output(program: Path) -> Path:
    """The file that keeps what TensorFlow printed for `program`."""
    return EXPECTED / f"{program.stem}.txt"


# --- the command ----------------------------------------------------------------------------------


def compare(program: Path, wanted: Run, python: str) -> tuple[str, str]:
    """A word on how `program` fares under gradtape, and what to show for it."""
    if wanted.status:
        return "BROKEN", f"it fails under TensorFlow:\n{wanted.stderr[-2000:]}"
    got = run_gradtape(program, python)
    shown = difference(wanted.stdout, got.stdout, program.name)
    if got.status:
        shown += f"\n{program.name} ends with status {got.status}:\n{got.stderr.strip()[-2000:]}"
    if shown:
        return "DIFFERS", shown
    golden = expected_output(program)
    if not golden.exists() or difference(wanted.stdout, golden.read_text("utf-8"), golden.name):
        return "OLD", f"{golden.name} is not what TensorFlow prints: run again with --update"
    return "same", ""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = two_libraries.parser(__doc__)
    parser.add_argument("--update", action="store_true", help="rewrite tests/programs/expected from TensorFlow")
    parser.add_argument("--lines", type=int, default=60, help="show so many lines of each difference (0: all)")
    options = parser.parse_args(arguments)
    if options.work:
        record([PROGRAMS / f"{name}.py" for name in options.names], options.folder)
        return 0

    started = time.monotonic()
    chosen = two_libraries.choose([program.stem for program in all_programs()], options.names)
    programs = [PROGRAMS / f"{name}.py" for name in chosen]
    files = RUNS.tensorflow(options.tensorflow, {p.stem: p.read_bytes() for p in programs}, options.fresh)
    wanted = {name: Run(**json.loads(file.read_text())) for name, file in files.items()}

    if options.update:
        EXPECTED.mkdir(exist_ok=True)
        broken = [program for program in programs if wanted[program.stem].status]
        for program in programs:
            run = wanted[program.stem]
            if run.status:
                print(f"{program.name} fails under TensorFlow:\n{run.stderr[-2000:]}")
            else:
                expected_output(program).write_text(run.stdout, "utf-8")
        if not options.names:
            for stray in set(EXPECTED.glob("*.txt")) - {expected_output(p) for p in programs}:
                stray.unlink()
        print(f"wrote {len(programs) - len(broken)} files to {EXPECTED.relative_to(ROOT)}")
        return int(bool(broken))

    wrong = []
    for number, program in enumerate(programs, 1):
        word, shown = compare(program, wanted[program.stem], options.gradtape)
        print(
            f"[{number:{len(str(len(programs)))}}/{len(programs)}] {program.stem}: {word}",
            flush=True,
        )
        if shown:
            lines = shown.strip().splitlines()
            left_out = len(lines) - options.lines if options.lines else 0
            if left_out > 0:
                kept = options.lines // 2
                lines[kept:-kept] = [f"    ... {left_out} lines, see --lines ..."]
            print("\n".join(lines) + "\n", flush=True)
            wrong.append(program.stem)
    print(
        f"{len(programs) - len(wrong)} of {len(programs)} programs print the same under both"
        f" ({time.monotonic() - started:.0f} s)"
    )
    if wrong:
        print("not: " + ", ".join(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
