"""The command: `python -m benchmarks` measures and writes; `setup` after it installs the peers."""

import argparse
import compileall
import json
import sys
from pathlib import Path

from benchmarks import environments, files, report, targets
from benchmarks.catalogue import PACKAGES, WORKLOADS
from benchmarks.measure import Session, say

HERE = Path(__file__).resolve().parent
RESULTS, README = HERE / "results.json", HERE.parent / "README.md"
PAGE, PLOT = HERE.parent / "docs" / "benchmarks.md", HERE.parent / "docs" / "benchmarks.png"


def named_python(text: str) -> tuple[str, str]:
    """The name and interpreter of `--peer NAME=PYTHON`."""
    name, equals, python = text.partition("=")
    if not equals or name not in [*PACKAGES, "gradtape", "numpy"]:
        raise argparse.ArgumentTypeError(f"NAME=PYTHON with a NAME of {', '.join(PACKAGES)}")
    return name, python


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures gradtape, hand-written NumPy and the peers that are installed, and "
        "writes benchmarks/results.json, docs/benchmarks.md, docs/benchmarks.png and the README's table.",
        epilog="run measures; setup makes .venv-PEER with pip; report writes and checks the last results again.",
    )
    add = parser.add_argument
    peers = ", ".join(PACKAGES)
    add("command", nargs="?", default="run", choices=["run", "setup", "report"])
    add("names", nargs="*", metavar="PEER", help=f"what setup installs: {peers} (default: all)")
    add("--peer", type=named_python, action="append", default=[], metavar="NAME=PYTHON",
        help="the interpreter for a peer, in place of .venv-NAME's")  # fmt: skip
    add("--only", metavar="TEXT", help="only rows with TEXT in their name; prints, writes nothing without --update")
    add("--update", action="store_true", help="with --only: put these rows among the last results, and write those")
    add("--rounds", type=int, default=9, help="rounds per row (default 9)")
    add("--row-seconds", type=float, default=40, metavar="S",
        help="fewer rounds, at least 3, in a row that would take longer (default 40)")  # fmt: skip
    add("--check", action="store_true", help="compare with the targets; a miss gives status 1")
    return parser.parse_args()


def main() -> int:
    """Does what the command line says; returns the exit status."""
    options = arguments()
    if options.command == "setup":
        return min(1, environments.setup(options.names))
    if options.command == "report":
        results = json.loads(RESULTS.read_text())
    else:
        interpreters = environments.find(dict(options.peer))
        for name in PACKAGES:
            if name not in interpreters:
                say(f"{name}: not installed, left out (python -m benchmarks setup {name})")
        rows = [w for w in WORKLOADS if not options.only or options.only in w.name]
        files.make({w.files for w in rows if w.files})
        compileall.compile_dir(HERE.parent / "gradtape", quiet=2)  # as pip does with what it installs
        results = Session(interpreters, options.rounds, options.row_seconds).run(rows)
        if options.update:
            last = json.loads(RESULTS.read_text())
            results = {**last, "rows": {**last["rows"], **results["rows"]}}
    print(report.tables(results))
    if not options.only or options.update:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        PAGE.write_text(report.page(results))
        report.show_in(README, results)
        if not report.plot(results, PLOT):
            say("no plot: matplotlib is not installed")
    return min(1, targets.check(results)) if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
