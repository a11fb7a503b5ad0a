"""Runs the lines of docs/tensorflow.md: on gradtape, on TensorFlow, and with central differences for derivatives.

GRADTAPE_TENSORFLOW_PYTHON=path/to/python python tests/tensorflow/page.py   # writes the page's results anew
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import two_libraries

PAGE = two_libraries.ROOT / "docs" / "tensorflow.md"
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)  # what the lines use
ENTRY = re.compile(r"```\n>>> (.*)\n(?:gradtape .*\nTensorFlow .*\ndifferences .*\n)?```")
RESULTS = re.compile(r">>> (.*)\ngradtape +(.*)\nTensorFlow +(.*)\ndifferences +(.*)\n")


def lines() -> dict[str, tuple[str, str, str]]:
    """The page's lines, and for each what it says of gradtape, TensorFlow and differences."""
    return {line: tuple(rest) for line, *rest in RESULTS.findall(PAGE.read_text("utf-8"))}  # type: ignore[misc]


def namespace(tf: Any) -> dict[str, Any]:
    """What the lines use, by the library `tf`."""
    names: dict[str, Any] = {"tf": tf, "np": np}
    exec("".join(CODE.findall(PAGE.read_text("utf-8"))), names)
    return names


def value(line: str, names: dict[str, Any]) -> Any:
    """What a line gives: an array, None, or the name of the error that it raises."""
    try:
        found = eval(line, names)
        return None if found is None else np.asarray(names["tf"].convert_to_tensor(found))
    except Exception as error:
        return type(error).__name__


def shown(found: Any) -> str:
    """A value as the page shows it: to four digits, on one line."""
    if not isinstance(found, np.ndarray):
        return str(found)
    with np.printoptions(precision=4, linewidth=1000):
        return " ".join(str(np.round(found, 4) + 0.0).split())


# --- derivatives by central differences, of fourth order, of the values that functions give --------------------------

STEPS = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))
STEP = 1e-2


def slope(f: Callable[[Any], Any], x: Any, direction: Any) -> Any:
    """The derivative of `f` at `x` in a direction."""
    return sum(weight / STEP * np.asarray(f(x + by * STEP * direction)) for by, weight in STEPS)


def differences(tf: Any) -> dict[str, Any]:
    """What the lines use, with derivatives by central differences in float64."""

    def gradient(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def of(x: Any) -> Any:
            x = np.asarray(x)
            units = (1, 1j) if x.dtype.kind == "c" else (1,)  # as in both libraries: by z = x + iy, d/dx + i d/dy
            found = np.zeros_like(x)
            for place in np.ndindex(x.shape):
                one = np.zeros_like(x)
                one[place] = 1
                total = lambda at: np.real(np.sum(np.asarray(f(tf.constant(at)))))
                found[place] = sum(unit * slope(total, x, unit * one) for unit in units)
            return found

        return of

    def forward(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: slope(lambda at: f(tf.constant(at)), np.asarray(x), np.ones_like(np.asarray(x)))

    names = namespace(tf)
    return {**names, "f32": names["f64"], "gradient": gradient, "forward": forward}


# --- the process of TensorFlow ---------------------------------------------------------------------------------------


def by_tensorflow(python: str) -> dict[str, str]:
    """What TensorFlow makes of each line, as the page shows it."""
    two_libraries.tensorflow_version(python)
    environment = {**os.environ, **two_libraries.ENVIRONMENT}
    command = [python, __file__, "--work", "tensorflow"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the process of TensorFlow failed:\n{done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """The command line."""
    options = two_libraries.parser(__doc__).parse_args()
    warnings.simplefilter("ignore")
    text = PAGE.read_text("utf-8")
    if options.work:
        import tensorflow as tf

        names = namespace(tf)
        print(json.dumps({line: shown(value(line, names)) for line in ENTRY.findall(text)}))
        return
    import gradtape as tf

    theirs, ours, right = by_tensorflow(options.tensorflow), namespace(tf), differences(tf)

    def results(found: re.Match[str]) -> str:
        line = found[1]
        by = {"gradtape": shown(value(line, ours)), "TensorFlow": theirs[line],
              "differences": shown(value(line, right))}  # fmt: skip
        return f"```\n>>> {line}\n" + "".join(f"{name:<13}{text}\n" for name, text in by.items()) + "```"

    PAGE.write_text(ENTRY.sub(results, text), "utf-8")


if __name__ == "__main__":
    main()
