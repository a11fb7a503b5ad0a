"""The examples run as the README says, and do what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITHOUT = "import sys; sys.modules[{module!r}] = None; sys.argv[1:] = {arguments!r}; "
RUN = "import runpy; runpy.run_path({program!r}, run_name='__main__')"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        text=True,
        capture_output=True,
        timeout=120,
    )


def run_digits_without(module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(module=module, arguments=list(arguments))
    code += RUN.format(program=str(ROOT / "examples" / "digits.py"))
    return run("-c", code, cwd=cwd)


def test_digits_reads_the_held_out_images_and_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    digits = run(str(ROOT / "examples" / "digits.py"), cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    printed = re.search(r"Accuracy on 360 held-out images: ([\d.]+)%", digits.stdout)
    assert printed, digits.stdout
    assert float(printed[1]) > 97.0
    assert "30/30" in digits.stderr  # the progress bar, with its numbers
    assert re.search(r"loss [\d.]+, accuracy [\d.]+%", digits.stderr)
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")


def test_keras_layers_read_the_held_out_images_and_draw(tmp_path: Path) -> None:
    digits = run(str(ROOT / "examples" / "keras_layers.py"), cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    printed = re.search(r"Accuracy on 360 held-out images: ([\d.]+)%", digits.stdout)
    assert printed, digits.stdout
    assert float(printed[1]) > 98.0
    assert "12/12" in digits.stderr  # the progress bar
    assert (tmp_path / "keras_layers.png").read_bytes().startswith(b"\x89PNG")


def test_digits_under_tf_function_learns_the_same_and_shows_the_times(tmp_path: Path) -> None:
    digits = run_digits_without("matplotlib", "--epochs", "2", "--function", cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    eager, traced = re.findall(r"Accuracy on .*", digits.stdout)
    assert eager == traced
    assert len(re.findall(r"[\d.]+ ms a step, the first [\d.]+ ms, 90 steps in [\d.]+ s", digits.stdout)) == 2


def test_digits_without_matplotlib_says_what_to_install_and_goes_on(tmp_path: Path) -> None:
    digits = run_digits_without("matplotlib", "--epochs", "1", cwd=tmp_path)
    assert digits.returncode == 0, digits.stderr
    assert "Accuracy on" in digits.stdout
    assert "pip install matplotlib" in digits.stdout
    assert not (tmp_path / "digits.png").exists()


def test_digits_without_tqdm_says_what_to_install(tmp_path: Path) -> None:
    digits = run_digits_without("tqdm", cwd=tmp_path)
    assert digits.returncode == 1
    assert "pip install tqdm" in digits.stderr
