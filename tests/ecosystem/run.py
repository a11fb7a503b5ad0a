"""Runs programs that use libraries made for TensorFlow on gradtape, unmodified, and compares what they print.

    .venv-ecosystem/bin/python tests/ecosystem/run.py einops sonnet
    .venv-ecosystem/bin/python tests/ecosystem/run.py --tensorflow path/to/python --update

`with_LIBRARY.py` is what a user of the library would write: it computes gradients, and prints. What it prints under
TensorFlow is in `expected`; floating-point numbers may differ within rounding. With `--tensorflow`, a Python that has
TensorFlow and the libraries, it is run there anew; `--update` writes the files of `expected` from that.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.compare_programs import difference  # noqa: E402 - found by the line before it
from tests.two_libraries import ENVIRONMENT  # noqa: E402

PROGRAMS = Path(__file__).parent

# Programs that do not run yet, and what they wait for. One that does run must not be here.
WAITING: dict[str, str] = {}


def run(python: str, *arguments: str) -> tuple[str, str]:
    """What the program prints, and the last line of what it says where it fails."""
    command = [python, "-W", "ignore", *arguments]
    environment = os.environ | ENVIRONMENT
    done = subprocess.run(
        command, env=environment, cwd=PROGRAMS, text=True, capture_output=True, timeout=600, check=False
    )
    said = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    return done.stdout, "".join(said)


def outcome(name: str, python: str | None, update: bool) -> tuple[bool, str]:
    """Whether this program is as it should be, and what to say of it."""
    program = f"with_{name}.py"
    file = PROGRAMS / "expected" / f"{name}.txt"
    wanted = file.read_text("utf-8") if file.exists() else ""
    if python:
        wanted, failed = run(python, program)
        if failed:
            return False, f"fails on TensorFlow: {failed}"
        if update:
            file.write_text(wanted, "utf-8")
    printed, failed = run(sys.executable, "-m", "gradtape", program)
    differs = failed or difference(wanted, printed, name)
    if name in WAITING:
        if not differs:
            return False, "runs: take it from those that wait"
        return True, f"waits for {WAITING[name]}"
    return (False, str(differs)) if differs else (True, "same")


def main() -> int:
    names = sorted(path.stem.removeprefix("with_") for path in PROGRAMS.glob("with_*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="LIBRARY", help=f"some of: {', '.join(names)}")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow and the libraries")
    parser.add_argument("--update", action="store_true", help="write down what TensorFlow's programs print")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"there is no program for {', '.join(sorted(unknown))}")
    if given.update and not given.tensorflow:
        parser.error("--update needs --tensorflow")
    good = True
    for name in given.names or names:
        fine, said = outcome(name, given.tensorflow, given.update)
        good = good and fine
        print(f"{name}: {said}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
