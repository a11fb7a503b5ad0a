"""What the comparisons with TensorFlow share: a command line, and work in processes of two Pythons.

A comparison is a script with named cases. Called with `--work LIBRARY --folder FOLDER NAME ...` it writes what the
library makes of each case to a file of the folder, and prints the name; that is how `run` calls it.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Plain kernels, no GPU and no start-up chatter: what TensorFlow computes on any machine.
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(ROOT),
}


def tensorflow_python() -> str | None:
    """The Python that has TensorFlow, if the environment names one."""
    return os.environ.get("GRADTAPE_TENSORFLOW_PYTHON")


def parser(description: str) -> argparse.ArgumentParser:
    """The command line of a comparison."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = made.add_argument
    add("names", nargs="*", help="names, parts of names or patterns (default: all)")
    add("--tensorflow", metavar="PYTHON", default=tensorflow_python(),
        help="a Python that has TensorFlow (default: $GRADTAPE_TENSORFLOW_PYTHON)")  # fmt: skip
    add("--gradtape", metavar="PYTHON", default=sys.executable,
        help="a Python that has gradtape (default: this one)")  # fmt: skip
    add("--fresh", action="store_true", help="run TensorFlow again, cached or not")
    add("--work", choices=["tensorflow", "gradtape"], help=argparse.SUPPRESS)
    add("--folder", type=Path, help=argparse.SUPPRESS)
    return made


def choose(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The names that are among `wanted`, or match or contain one that is no name; all where nothing is wanted."""

    def chosen(name: str) -> bool:
        return any(name == w if w in names else fnmatch.fnmatchcase(name, w) or w in name for w in wanted)

    found = [name for name in names if not wanted or chosen(name)]
    if not found:
        raise SystemExit(f"nothing is called like {', '.join(wanted)}")
    return found


def tensorflow_version(python: str | None) -> str:
    """The version of TensorFlow that `python` has, without importing it."""
    if not python:
        raise SystemExit("name a Python that has TensorFlow: --tensorflow or GRADTAPE_TENSORFLOW_PYTHON")
    code = "import importlib.metadata as m; print(m.version('tensorflow'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} has no TensorFlow:\n{done.stderr.strip()}")
    return done.stdout.strip()


@dataclass(frozen=True)
class Comparison:
    """A script with named cases.

    Attributes:
      script: its file.
      cache: the folder in which it keeps what TensorFlow made of cases.
      suffix: of the files that it writes.
      crashed: writes the file of a case that ended its process; is given the path, the name, and how it ended.
      alone: cases that have a process of their own.
    """

    script: str
    cache: Path
    suffix: str
    crashed: Callable[[Path, str, str], None]
    alone: frozenset[str] = frozenset()

    def file(self, folder: Path, name: str) -> Path:
        """Where what a library makes of a case is written."""
        digest = hashlib.sha256(name.encode()).hexdigest()[:6]
        return folder / f"{re.sub(r'[^A-Za-z0-9_]+', '_', name)}-{digest}{self.suffix}"

    def run(self, library: str, python: str, names: Sequence[str], folder: Path) -> None:
        """Runs cases in processes of `python`, a new one after each that dies, until each has its file in `folder`."""
        groups = [[n] for n in names if n in self.alone] + [[n for n in names if n not in self.alone]]
        done = 0
        while todo := next((group for group in groups if group), None):
            command = [python, self.script, "--work", library, "--folder", str(folder), *todo]
            with tempfile.TemporaryFile("w+") as errors:
                with subprocess.Popen(
                    command, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=errors, text=True
                ) as process:
                    assert process.stdout is not None
                    for _ in process.stdout:
                        done += 1
                        if sys.stdout.isatty():
                            print(f"\r{library}: {done} of {len(names)}", end="", flush=True)
                errors.seek(0)
                said = errors.read()
            rest = [name for name in todo if not self.file(folder, name).exists()]
            if rest and len(rest) == len(todo) and process.returncode >= 0:
                raise SystemExit(f"the process of {library} failed:\n{said[-3000:]}")
            if rest:  # a failed check inside TensorFlow ends its process: go on after that case
                text = f"the process of {library} ended with {process.returncode}"
                self.crashed(self.file(folder, rest[0]), rest.pop(0), text)
            groups[groups.index(todo)] = rest
        if sys.stdout.isatty():
            print("\r" + " " * 60 + "\r", end="")

    def tensorflow(self, python: str | None, texts: Mapping[str, bytes], fresh: bool = False) -> dict[str, Path]:
        """The files of what TensorFlow makes of cases, which are remembered by the text that defines each."""
        version = tensorflow_version(python)
        self.cache.mkdir(exist_ok=True)
        (self.cache / ".gitignore").write_text("*\n")
        kept = {}
        for name, text in texts.items():
            file = self.file(self.cache, name)
            key = hashlib.sha256(version.encode() + b"\0" + text).hexdigest()[:16]
            kept[name] = file.with_name(f"{file.stem}-{key}{self.suffix}")
        todo = [name for name, path in kept.items() if fresh or not path.exists()]
        if todo:
            assert python is not None
            print(f"TensorFlow {version} runs {len(todo)} of {len(texts)}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                self.run("tensorflow", python, todo, Path(folder))
                for name in todo:
                    new = self.file(Path(folder), name)
                    for old in self.cache.glob(f"{new.stem}-*"):
                        old.unlink()
                    kept[name].write_bytes(new.read_bytes())
        return kept
