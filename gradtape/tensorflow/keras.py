"""Keras on gradtape: the installed Keras 3 with its own TensorFlow backend, to which gradtape is TensorFlow.

Nothing of Keras is changed but what a variable's `name` says to programs: see `names_as_in_tutorials`.
"""

import importlib
import json
import os
import sys
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from ..values.tensor import TensorLike

TESTED = ((3, 13), (3, 14), (3, 15))  # the minor releases whose tests run on gradtape

NAMES = "GRADTAPE_KERAS_NAMES"  # `keras`, for the names of variables as Keras 3 has them

_INSTALL = 'pip install "gradtape[keras]"'


def load() -> Any:
    """The module that TensorFlow shows as `tf.keras`; gradtape must stand in for TensorFlow already.

    Raises:
      ImportError: if Keras is missing, of a version that was not tested, or has another backend.
    """
    if "keras" not in sys.modules:
        prepare()
    keras = importlib.import_module("keras")
    if (backend := keras.config.backend()) != "tensorflow":
        raise ImportError(
            f"tf.keras needs Keras's TensorFlow backend, and Keras has been loaded with the backend {backend!r}. Set "
            "KERAS_BACKEND=tensorflow, or import gradtape and use tf.keras before anything imports keras.",
            name="keras",
        )
    _must_be_tested(str(keras.__version__))
    return importlib.import_module("keras._tf_keras.keras")


def prepare() -> None:
    """What is to be done before Keras is imported for the first time: choose its backend where nobody has.

    Raises:
      ImportError: if Keras is missing, or is to run on gradtape and is of a version that was not tested.
    """
    if "keras" in sys.modules:
        return
    if PathFinder.find_spec("keras") is None:
        raise ModuleNotFoundError(
            f"No module named 'keras'. tf.keras is the installed Keras 3: {_INSTALL}", name="keras"
        )
    backend = os.environ.get("KERAS_BACKEND") or _configured()
    if backend is None:
        os.environ["KERAS_BACKEND"] = backend = "tensorflow"
    if backend == "tensorflow":
        _must_be_tested(metadata.version("keras"))


def _configured() -> str | None:
    """The backend that Keras's configuration file names."""
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    try:
        found = json.loads(Path(home, "keras.json").read_text())
        return str(found["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _must_be_tested(version: str) -> None:
    if tuple(int(part) if part.isdigit() else -1 for part in version.split(".")[:2]) in TESTED:
        return
    first, last = (".".join(map(str, v)) for v in (TESTED[0], TESTED[-1]))
    raise ImportError(
        f"Keras {version} is installed, and gradtape was tested with {first} to {last}. Install one of these: "
        f"{_INSTALL}",
        name="keras",
    )


def names_as_in_tutorials(kind: type) -> None:
    """Have the `name` of Keras's variables be what TensorFlow's tutorials print: the path, and `:0`.

    Keras's own code is given the name that it is written for, the last part of the path; and so is everybody where the
    environment variable GRADTAPE_KERAS_NAMES is `keras`.

    Raises:
      ValueError: if that is set to something else.
    """
    if not kind.__module__.startswith("keras.") or "_should_act_as_resource_variable" not in vars(kind):
        return
    wanted = os.environ.get(NAMES, "")
    if wanted not in ("", "keras", "tensorflow"):
        raise ValueError(
            f"{NAMES}={wanted!r}: the names of Keras's variables can be `tensorflow` (dense/kernel:0, the default) or "
            "`keras` (kernel)."
        )
    if wanted == "keras":
        return
    bare: Any = kind.name  # type: ignore[attr-defined]

    def name(self: Any) -> str:
        """The path of the variable, and `:0`."""
        if sys._getframe(1).f_globals.get("__name__", "").startswith("keras.src."):
            return bare.fget(self)  # type: ignore[no-any-return]
        return f"{self.path}:0"

    kind.name = property(name)  # type: ignore[attr-defined]


TensorLike.adapters.append(names_as_in_tutorials)
