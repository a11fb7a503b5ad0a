"""Where the contenders are installed: finds their environments, and makes missing ones."""

import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.catalogue import CONTENDERS, PACKAGES

ROOT = Path(__file__).resolve().parent.parent


def python_in(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find(given: dict[str, str]) -> dict[str, str]:
    """The interpreter per environment: as given, `.venv-<name>` in the repository, or this one."""
    found = {}
    for contender in CONTENDERS:
        name = contender.environment
        folder = python_in(ROOT / f".venv-{name}")
        if name in given:
            found[name] = given[name]
        elif name in PACKAGES and folder.exists():
            found[name] = str(folder)
        elif importlib.util.find_spec(contender.package):
            found[name] = sys.executable
    return found


def setup(names: list[str]) -> int:
    """Makes `.venv-<name>` for each peer; says which could not be made and returns their number."""
    failures = 0
    for name in names or list(PACKAGES):
        folder = ROOT / f".venv-{name}"
        if python_in(folder).exists():
            print(f"{name}: .venv-{name} is there already")
            continue
        print(f"{name}: making .venv-{name} ...", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python_in(folder)), "-m", "pip", "install", "--quiet", *PACKAGES[name]]
        if subprocess.run(pip, check=False).returncode:
            failures += 1
            python_in(folder).unlink()  # so that the next setup tries again
            print(f"{name}: pip could not install {' '.join(PACKAGES[name])}")
    return failures
