"""Runs the tests that ship with Keras on gradtape, and counts those that pass among those that pass with TensorFlow.

    python tests/keras/own_tests.py                       # the folders of FOLDERS
    python tests/keras/own_tests.py --all                 # those of ALL: it writes docs/keras.md
    python tests/keras/own_tests.py losses layers/rnn     # some of them, or files
    python tests/keras/own_tests.py --tensorflow PYTHON   # notes first which tests pass with TensorFlow

Each test that passes with TensorFlow 2.21 and fails here must have its reason in `REASONS`; the command fails
otherwise, and where less than 98 of 100 pass.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REPORT = ROOT / "docs" / "keras.md"
ORACLE = HERE / "tensorflow.json"  # of each file the tests that do not pass with TensorFlow; all others do

# What each change is checked with: a few minutes on two cores.
FOLDERS = (
    "activations", "losses", "metrics", "optimizers", "regularizers", "initializers", "random", "layers/core",
    "layers/activations", "layers/normalization", "layers/merging", "layers/pooling", "layers/reshaping",
    "layers/regularization", "layers/convolutional", "layers/attention", "layers/rnn", "callbacks", "trainers",
    "models", "saving", "export", "layers/preprocessing", "backend/common", "constraints", "dtype_policies", "tree",
)  # fmt: skip

# All that Keras ships for this backend, but `applications` and `datasets`, which fetch files from the network.
ALL = (
    *FOLDERS, "ops", "utils", "quantizers", "distillation", "distribution", "layers/layer_test.py", "legacy", "testing",
    "wrappers", "backend/tensorflow", "backend/tests",
)  # fmt: skip

LEAST = 0.98

# What a test says for want of a package that is neither TensorFlow's nor Keras's: it is not counted.
LACKING = re.compile(r"No module named '(?!tensorflow|gradtape|keras)|requires the '?[\w-]+'? (?:package|module)")

# Why tests that pass with TensorFlow do not pass here: patterns of their names.
REASONS: dict[str, str] = {
    "utils/audio_dataset_utils_test.py::*": "there is no `tf.audio`",
    "utils/jax_layer_test.py::*": "JAX's functions come into TensorFlow's graphs by TensorFlow's own XLA",
    "legacy/saving/json_utils_test.py::*": "there are no extension types, and specs are not protocol buffers",
    "callbacks/remote_monitor_test.py::*": "skipped where `requests` is not installed",
    "distribution/*::TfDatasetDistributionTest::*": "a dataset's batch size is asked of TensorFlow's protocol buffers",
    "layers/preprocessing/*::test_manual_kpl": "`tf.math.bincount` does not take ragged tensors",
    "layers/preprocessing/*::test_dynamic_spatial_dims": "ragged tensors have no `merge_dims`",
    "layers/preprocessing/*::test_spectrogram_dynamic_shape": "ragged tensors have no `merge_dims`",
    "layers/preprocessing/*::test_spectrogram_channels_broadcasting": "rounding: 2e-6, where 1e-6 is asked",
    "ops/core_test.py::*::test_associative_scan_*_dynamic_lengths": "a scan in halves of a length that is not known",
    "backend/tensorflow/*::test_multi_input_custom_model_and_layer": "an empty input signature is refused at once",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", default=list(FOLDERS), help="folders or files of keras/src")
    parser.add_argument("--all", action="store_true", help="run all folders, and write docs/keras.md")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python with TensorFlow and the same Keras")
    parser.add_argument("--workers", default="auto", help="processes (default: as many as there are cores)")
    options = parser.parse_args(arguments)
    if options.all:
        options.tests = list(ALL)
    if options.tensorflow:
        note_tensorflow(options.tensorflow, options.tests, options.workers)
    results = outcomes(sys.executable, options.tests, options.workers, oracle=False)
    excluded = {file: set(names) for file, names in json.loads(ORACLE.read_text("utf-8")).items()}
    passed, failed = Counter[str](), {}
    for test, outcome in results.items():
        file, _, name = test.partition("::")
        if name in excluded.get(file, ()) or outcome == "lacking":
            continue
        if outcome == "passed":
            passed[folder_of(file)] += 1
        else:
            failed[test] = outcome
    unexplained = [test for test in failed if reason_of(test) is None]
    total = sum(passed.values()) + len(failed)
    share = sum(passed.values()) / max(total, 1)
    print(f"{sum(passed.values())} of {total} tests that pass with TensorFlow pass with gradtape: {share:.2%}")
    for test in unexplained:
        print(f"no reason is known for {test}: {failed[test]}")
    if options.all:
        REPORT.write_text(report(passed, failed), "utf-8")
    return 1 if unexplained or share < LEAST else 0


def keras_folder(python: str) -> Path:
    """`keras/src` of an interpreter's Keras."""
    if python == sys.executable:
        spec = find_spec("keras")
        if spec is None or spec.origin is None:
            sys.exit("Keras is not installed: pip install 'gradtape[keras]'")
        return Path(spec.origin).parent / "src"
    code = "import importlib.util as u; print(u.find_spec('keras').origin)"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip()).parent / "src"


def outcomes(python: str, tests: Iterable[str], workers: str, oracle: bool) -> dict[str, str]:
    """Of each test (`folder/file::Class::name`): passed, skipped, lacking, or the first line of its failure."""
    folder = keras_folder(python)
    environment = dict(os.environ)
    environment |= {"KERAS_BACKEND": "tensorflow", "GRADTAPE_KERAS_NAMES": "keras", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(HERE), str(ROOT)]), "CUDA_VISIBLE_DEVICES": "-1"}
    if oracle:
        environment["GRADTAPE_KERAS_ORACLE"] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        command = [
            python, "-m", "pytest", "-c", str(HERE / "own_tests.ini"), f"--rootdir={folder}", "--noconftest", "-q",
            "-p", "keras_plugin", "-n", workers, "--tb=line", f"--junitxml={report}",
            *(str(folder / test) for test in tests),
        ]  # fmt: skip
        subprocess.run(command, env=environment, cwd=temporary, check=False)
        return dict(read(report))


def read(report: Path) -> Iterable[tuple[str, str]]:
    """The tests in a JUnit report, and what came of them."""
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        module, _, kind = case.attrib["classname"].rpartition(".")
        if not kind.endswith("Test") and not kind[:1].isupper():  # a function of a module
            module, kind = case.attrib["classname"], ""
        name = "::".join(filter(None, [module.replace(".", "/") + ".py", kind, case.attrib["name"]]))
        outcome = "passed"
        for child in case:
            if child.tag in ("failure", "error"):
                message = child.attrib.get("message") or child.tag
                lacking = LACKING.search(f"{message}\n{child.text}")
                outcome = "lacking" if lacking else message.strip().splitlines()[0]
            elif child.tag == "skipped":
                outcome = "skipped"
        yield name, outcome


def note_tensorflow(python: str, tests: Iterable[str], workers: str) -> None:
    """Write down which tests do not pass with TensorFlow."""
    results = outcomes(python, tests, workers, oracle=True)
    files = {test.partition("::")[0] for test in results}
    noted: dict[str, list[str]] = json.loads(ORACLE.read_text("utf-8")) if ORACLE.exists() else {}
    found = {file: names for file, names in noted.items() if file not in files}
    for test, outcome in sorted(results.items()):
        file, _, name = test.partition("::")
        if outcome != "passed":
            found.setdefault(file, []).append(name)
    ORACLE.write_text(json.dumps(dict(sorted(found.items())), indent=1) + "\n", "utf-8")


def folder_of(file: str) -> str:
    """The folder of FOLDERS, or of keras/src, that a file is in."""
    return file.rpartition("/")[0]


def reason_of(test: str) -> str | None:
    """Why a test does not pass, if that is known."""
    return next((why for pattern, why in REASONS.items() if fnmatch.fnmatch(test, pattern)), None)


def report(passed: Counter[str], failed: dict[str, str]) -> str:
    """The page that tells what was counted."""
    from importlib.metadata import version

    lines = [
        "# Keras's own tests on gradtape",
        "",
        f"`make keras ARGS=--all` runs the tests that ship with Keras {version('keras')} on gradtape, by Keras's",
        "TensorFlow backend, unmodified; `make keras` runs most of them, with each change. Counted are those that pass",
        "with TensorFlow 2.21. `applications` and `datasets`, which fetch files, and tests that want a package that is",
        "not installed (torch, grain, orbax-checkpoint, scikit-learn, pandas, ...) are left out.",
        "",
        "| folder | pass with TensorFlow | pass here |",
        "|---|---:|---:|",
    ]
    lost = Counter(folder_of(test.partition("::")[0]) for test in failed)
    for folder in sorted(set(passed) | set(lost)):
        lines.append(f"| {folder} | {passed[folder] + lost[folder]} | {passed[folder]} |")
    total = sum(passed.values())
    lines.append(f"| *all* | {total + len(failed)} | {total} ({total / (total + len(failed)):.1%}) |")
    if failed:
        lines += ["", "Those that do not pass:", "", "| test | reason |", "|---|---|"]
        lines += [f"| {test} | {reason_of(test) or 'not known'} |" for test in sorted(failed)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
