"""`tf.keras` loads the installed Keras on first use, with gradtape for its TensorFlow, or says what is in the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str, *, runner: bool = False, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Runs `code` in a process of its own, as a program under `python -m gradtape` if `runner`."""
    command = [sys.executable, *(["-m", "gradtape"] if runner else []), "-c", code]
    variables = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "GRADTAPE_KERAS_NAMES")}
    return subprocess.run(
        command, env={**variables, **environment}, capture_output=True, text=True, timeout=120, check=False, cwd=cwd
    )


def printed(code: str, **options: object) -> list[str]:
    done = run(code, **options)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_keras_is_loaded_on_first_use_alone() -> None:
    code = "import sys, gradtape as tf; print('keras' in sys.modules); tf.keras; print('keras' in sys.modules)"
    assert printed(code) == ["False", "True"]


def test_backend_is_set_where_nothing_was_chosen(tmp_path: Path) -> None:
    code = "import os, gradtape as tf; tf.keras; print(os.environ['KERAS_BACKEND'], tf.keras.config.backend())"
    assert printed(code, KERAS_HOME=str(tmp_path)) == ["tensorflow tensorflow"]


@pytest.mark.parametrize(
    "statement",
    [
        "from gradtape import keras",
        "import gradtape.keras as keras",
        "import gradtape as tf; keras = tf.keras",
        "from gradtape.keras import layers; from gradtape import keras; assert keras.layers.Dense is layers.Dense",
    ],
)
def test_every_spelling_of_the_import_gives_keras(statement: str) -> None:
    assert printed(f"{statement}; print(keras.layers.Dense(2)(keras.ops.ones([1, 3])).shape)") == ["(1, 2)"]


@pytest.mark.parametrize(
    "statement",
    [
        "import keras",
        "from tensorflow import keras",
        "import tensorflow.keras as keras",
        "import tensorflow as tf; keras = tf.keras",
        "from tensorflow.keras.layers import Dense; from tensorflow import keras; assert Dense is keras.layers.Dense",
        "import tensorflow.keras.layers as layers, keras; assert layers.Dense is keras.layers.Dense",
    ],
)
def test_programs_find_keras_on_gradtape(statement: str) -> None:
    code = f"{statement}; print(type(keras.ops.ones([2])).__module__, keras.layers.Dense(1).name)"
    assert printed(code, runner=True) == ["tensorflow.python.framework.ops dense"]


def test_tensors_are_tensorflows_while_gradtape_stands_in_for_it() -> None:
    code = """
import gradtape as tf, gradtape.tensorflow
kinds = type(tf.constant(1)), type(tf.Variable(1)), tf.RaggedTensor, tf.SparseTensor, tf.IndexedSlices
ours = [k.__module__ for k in kinds]
gradtape.tensorflow.install()
print(*[k.__module__ for k in kinds], sep="\\n")
gradtape.tensorflow.uninstall()
print(ours == [k.__module__ for k in kinds], all(m.startswith("gradtape.") for m in ours))
"""
    assert printed(code) == [
        "tensorflow.python.framework.ops",
        "tensorflow.python.ops.resource_variable_ops",
        "tensorflow.python.ops.ragged.ragged_tensor",
        "tensorflow.python.framework.sparse_tensor",
        "tensorflow.python.framework.indexed_slices",
        "True True",
    ]


def test_another_backend_is_refused() -> None:
    done = run("import gradtape as tf; tf.keras", KERAS_BACKEND="jax")
    assert done.returncode == 1
    assert "ImportError" in done.stderr
    assert "'jax'" in done.stderr
    assert "KERAS_BACKEND=tensorflow" in done.stderr


def test_keras_that_was_imported_with_another_backend_before_is_refused() -> None:
    done = run("import keras, gradtape as tf; tf.keras", KERAS_BACKEND="jax")
    assert "before anything imports keras" in done.stderr


def test_another_backend_is_left_alone_where_nobody_asks_for_tf_keras() -> None:
    assert printed("import keras; print(keras.config.backend())", runner=True, KERAS_BACKEND="jax") == ["jax"]


def test_tensorflow_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tensorflow.py").write_text("")  # stands for TensorFlow
    done = run("import tensorflow, gradtape as tf; tf.keras", cwd=tmp_path, PYTHONPATH=os.getcwd())
    assert "TensorFlow has been imported in this process already" in done.stderr


def test_missing_keras_says_what_to_install() -> None:
    code = """
import gradtape as tf, gradtape.tensorflow.keras as loading
class Nothing:
    find_spec = staticmethod(lambda name: None)
loading.PathFinder = Nothing
tf.keras
"""
    done = run(code)
    assert "ModuleNotFoundError" in done.stderr
    assert 'pip install "gradtape[keras]"' in done.stderr


def test_version_that_was_not_tested_is_refused() -> None:
    pretend = (
        "import gradtape.tensorflow.keras as k; k.metadata.version = lambda name: '3.2.1'; import gradtape as tf; "
    )
    done = run(pretend + "tf.keras")
    assert "Keras 3.2.1 is installed, and gradtape was tested with 3.13 to 3.15" in done.stderr


def test_names_can_be_those_of_keras() -> None:
    code = "import gradtape as tf; d = tf.keras.layers.Dense(2); d.build((1, 3)); print(d.kernel.name, d.kernel.path)"
    assert printed(code) == ["dense/kernel:0 dense/kernel"]
    assert printed(code, GRADTAPE_KERAS_NAMES="keras") == ["kernel dense/kernel"]
    assert "GRADTAPE_KERAS_NAMES='k'" in run(code, GRADTAPE_KERAS_NAMES="k").stderr


@pytest.mark.parametrize(
    "name",
    [
        "tf.distribute.ParameterServerStrategy",
        "tf.train.ClusterSpec",
    ],
)
def test_names_that_are_not_there_say_so_when_they_are_used(name: str) -> None:
    done = run(f"import gradtape as tf; {name}({{}})")
    assert f"NotImplementedError: {name} is not there:" in done.stderr


def test_private_names_that_are_lacking_say_which_there_are() -> None:
    done = run("from tensorflow.python.eager import context; context.num_gpus", runner=True)
    assert "lacks tensorflow.python.eager.context.num_gpus, a private name" in done.stderr
    assert "async_wait" in done.stderr


def test_classes_keep_the_names_that_they_show_while_gradtape_stands_in() -> None:
    code = """
import tensorflow as tf
v = tf.Variable([1.0])
print(type(v.assign([2.0])).__name__, type(tf.constant("a")).__name__, type(tf.constant(1.0)).__name__)
"""
    assert printed(code, runner=True) == ["_UnreadVariable EagerTensor EagerTensor"]
