"""What TensorFlow writes is restored here, and the other way round. Needs $GRADTAPE_TENSORFLOW_PYTHON.

`data/` has checkpoints that TensorFlow 2.21 wrote, which are read without it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gradtape as tf
from tests.two_libraries import ENVIRONMENT, ROOT, tensorflow_python

HERE = Path(__file__).parent
PROGRAM = str(HERE / "checkpoint_programs.py")
GRADTAPE = [sys.executable, "-m", "gradtape"]
needs_tensorflow = pytest.mark.skipif(
    tensorflow_python() is None, reason="GRADTAPE_TENSORFLOW_PYTHON names no Python that has TensorFlow"
)


def run(command: list[str], *arguments: str) -> str:
    done = subprocess.run(
        [*command, *arguments], env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, cwd=ROOT, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_tensorflow
@pytest.mark.parametrize("writes", ["gradtape", "tensorflow"])
def test_checkpoints_are_restored_by_either_library(tmp_path: Path, writes: str) -> None:
    commands = {"gradtape": GRADTAPE, "tensorflow": [str(tensorflow_python())]}
    run(commands[writes], PROGRAM, "write", str(tmp_path))
    read = {name: run(command, PROGRAM, "read", str(tmp_path)) for name, command in commands.items()}
    assert read["gradtape"] == read["tensorflow"]
    assert "True 3 1" in read["gradtape"]


@needs_tensorflow
def test_what_is_written_over_another_checkpoint_is_read_by_tensorflow(tmp_path: Path) -> None:
    v = tf.Variable([1.0, 2.0])
    for _ in range(2):
        path = tf.train.Checkpoint(v=v).write(tmp_path / "again")
        v.assign_add([1.0, 1.0])
    assert (tmp_path / "again.data-00000-of-00002").exists()
    code = "import sys, tensorflow as tf; print(tf.train.load_variable(sys.argv[1], 'v/.ATTRIBUTES/VARIABLE_VALUE'))"
    assert run([str(tensorflow_python()), "-c", code], path) == "[2. 3.]\n"


def test_tensorflows_checkpoint_is_restored() -> None:
    read = run(GRADTAPE, PROGRAM, "read", str(HERE / "data"))
    assert read == (HERE / "data" / "read.txt").read_text("utf-8")


def test_tensors_in_slices_and_several_files_are_joined() -> None:
    reader = tf.train.load_checkpoint(HERE / "data" / "slices")
    assert reader.get_variable_to_shape_map() == {"big": [300], "x": [4, 6], "y": [2], "z": [0, 3]}
    assert (reader.get_tensor("x").ravel() == range(24)).all()
    assert (reader.get_tensor("big") == range(300)).all()
    assert reader.get_tensor("y").tolist() == [b"a", b""]
