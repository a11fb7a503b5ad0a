"""The rooms of the house know each other in one direction, and that is checked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    environment = {**os.environ, "PYTHONPATH": str(house), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False, timeout=120)


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
        ("autodiff/tape.py", "from ..math.arithmetic import add\n", "Floors"),
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
