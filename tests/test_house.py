"""The rooms of the house know each other in one direction, and that is checked."""

import dis
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest

ROOT = Path(__file__).resolve().parents[1]


def contracts(house: Path) -> subprocess.CompletedProcess[str]:
    """What the contract of imports says of the package `house/gradtape`."""
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--config",
        str(ROOT / "pyproject.toml"),
        "--no-cache",
    ]
    environment = {**os.environ, "PYTHONPATH": str(house)}
    found = subprocess.run(
        command, cwd=house, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    found.stdout = re.sub(r"\x1b\[[0-9;]*m", "", found.stdout)  # colours
    return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to spoil."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "gradtape", folder / "gradtape", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_contract_of_imports_is_kept(house: Path) -> None:
    found = contracts(house)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("values/tensor.py", "def _lazy():\n    from ..debug.trace import tracing\n", "Floors"),
        ("autodiff/backward.py", "from ..operations.broadcasting import reshape_p\n", "Floors"),
        ("linalg/norms.py", "def _lazy():\n    from ..random.sampling import normal\n", "Floors"),
        ("graph/graph.py", "from .passes import optimized\n", "circles"),
    ],
)
def test_import_that_is_forbidden_breaks_it(house: Path, file: str, line: str, broken: str) -> None:
    path = house / "gradtape" / file
    text = path.read_text("utf-8")
    path.write_text(text + "\n\n" + line, "utf-8")
    try:
        found = contracts(house)
    finally:
        path.write_text(text, "utf-8")
    assert found.returncode == 1, found.stdout
    assert any(broken in text and text.endswith("BROKEN") for text in found.stdout.splitlines()), found.stdout


def test_what_is_for_functions_is_loaded_with_the_first_of_them() -> None:
    program = "import sys, gradtape; print(*(name for name in sys.modules if name.startswith('gradtape.')))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    rooms = {name.split(".")[1] for name in loaded}
    assert not rooms & {"tracing", "graph", "replay", "xla", "autograph", "data", "io", "lookup", "summary"}


# --- interrupts -------------------------------------------------------------------------------------------------------


def uncovered_jumps(code: CodeType) -> Iterator[str]:
    """The jumps back in a `try` or `with` that it does not cover: an interrupt that lands there passes it by."""
    table = dis._parse_exception_table(code)  # type: ignore[attr-defined]
    instructions = list(dis.get_instructions(code))
    catches = {i.offset for i in instructions if i.opname == "PUSH_EXC_INFO"}  # and no end of a generator

    def handlers(offset: int) -> set[int]:
        return {e.target for e in table if e.start <= offset < e.end} & catches

    for before, i in itertools.pairwise(instructions):
        if i.opname == "JUMP_BACKWARD" and handlers(i.argval) & handlers(before.offset) - handlers(i.offset):
            yield f"{code.co_qualname}, line {i.positions.lineno}"  # type: ignore[union-attr]
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from uncovered_jumps(inner)


def _compiled(text: str) -> CodeType:
    return compile(text, "<text>", "exec")


@pytest.mark.skipif(sys.version_info[:2] == (3, 12), reason="there, what ends with an if is not covered in for loops")
def test_no_loop_lets_an_interrupt_pass_by_the_try_around_it() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted(ROOT.glob("gradtape/**/*.py"))
        if (lines := list(uncovered_jumps(_compiled(path.read_text("utf-8")))))
    }
    assert not found, "write `while True:`, and `break` where it ends"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there, no jump is uncovered")
def test_a_loop_that_lets_an_interrupt_pass_is_found() -> None:
    assert list(uncovered_jumps(_compiled("with a:\n    while b():\n        c()\n"))) == ["<module>, line 2"]
    assert not list(uncovered_jumps(_compiled("with a:\n    while True:\n        if b(): break\n        c()\n")))


def test_no_other_computation_is_called_as_one_whose_lengths_depend_on_values() -> None:
    import gradtape as tf
    from gradtape.values import symbolic

    rooms = [tf.signal.rfft, tf.image.resize, tf.ragged.range, tf.sparse.reorder, tf.sets.union, tf.strings.split]
    assert all(rooms)
    names = [key.rpartition(".")[2].strip("_") for key in symbolic.computations]
    assert [name for name in symbolic.open_axes if names.count(name) > 1] == []
