"""The name `tensorflow`, standing for gradtape.

After `install()`, `import tensorflow as tf` gives the module `gradtape` itself, and
`from tensorflow.math import sin` or `import tensorflow.compat.v1 as tf` give gradtape's modules of
those names: the same objects, under a second name. A module that gradtape lacks raises a
ModuleNotFoundError that says so, also where TensorFlow is installed: half of one library and half
of another would be worse than an error.

`python -m gradtape program.py` and `%load_ext gradtape` do this for a program and for a notebook. Libraries that look
for TensorFlow find a few of its private names too (`private`), and that the classes of tensors are in its modules.
"""

from __future__ import annotations

import difflib
import importlib.util
import pkgutil
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from . import classes, keras, private

if TYPE_CHECKING:
    from importlib.abc import Loader  # at run time a protocol: its module is slow to import

__all__ = ["install", "uninstall"]

ALIAS = "tensorflow"
REAL = "gradtape"

# Rooms of the house that TensorFlow has no module for, or another one under the same name.
INTERNAL = frozenset({"engine", "graph", "replay", "tensorflow", "tracing", "values", "xla"})


def install() -> None:
    """Makes `import tensorflow` mean gradtape, from now on and in processes started from this one.

    Calling it again does nothing. `uninstall()` takes it back.

    Raises:
      ImportError: if TensorFlow itself has been imported in this process already.

    >>> import gradtape.tensorflow
    >>> gradtape.tensorflow.install()
    >>> import tensorflow as tf
    >>> tf is gradtape
    True
    >>> gradtape.tensorflow.uninstall()
    """
    if _finder in sys.meta_path:
        return
    if ALIAS in sys.modules:
        raise ImportError(
            "TensorFlow has been imported in this process already, so gradtape cannot stand in for "
            "it. Restart (in a notebook: restart the kernel) and let gradtape come first.",
            name=ALIAS,
        )
    sys.meta_path.insert(0, _finder)
    classes.show_as_tensorflow()
    if spawn := sys.modules.get(SPAWN):
        _follow_into_children(spawn)


def uninstall() -> None:
    """Lets `import tensorflow` mean what it meant before `install()`.

    Modules and names that a program has imported already stay what they are.
    """
    if _finder not in sys.meta_path:
        return
    sys.meta_path.remove(_finder)
    classes.show_as_gradtape()
    for name in [name for name in sys.modules if name == ALIAS or name.startswith(f"{ALIAS}.")]:
        del sys.modules[name]


def load_ipython_extension(ipython: object) -> None:
    """`%load_ext gradtape`: in this notebook, `import tensorflow` means gradtape."""
    install()


def unload_ipython_extension(ipython: object) -> None:
    """`%unload_ext gradtape`: `import tensorflow` means TensorFlow again."""
    uninstall()


class _Finder:
    """Finds `tensorflow`, `tensorflow.x`, `tensorflow.x.y` ... among gradtape's namespaces."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of an aliased module; None for every name that is not TensorFlow's."""
        if fullname == SPAWN:
            return self._find_spawn(path)
        if fullname == "keras":
            keras.prepare()
        if fullname != ALIAS and not fullname.startswith(f"{ALIAS}."):
            return None
        # Every namespace is a package here: Python asks whether `tensorflow.compat` is one before
        # it asks us for `tensorflow.compat.v1`.
        loader = cast("Loader", _Loader(_resolve(fullname)))
        return ModuleSpec(fullname, loader, is_package=True)

    def _find_spawn(self, path: Sequence[str] | None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(SPAWN, path)
        if spec is not None and spec.loader is not None:
            spec.loader = cast("Loader", _SpawnLoader(spec.loader))
        return spec


class _Loader:
    """Hands a namespace that exists to the import system, and leaves it as it was."""

    def __init__(self, namespace: Any) -> None:
        self.namespace = namespace

    def create_module(self, spec: ModuleSpec) -> Any:
        # The import system writes its own spec over the module's; `exec_module` puts it back.
        self.spec = getattr(self.namespace, "__spec__", None)
        return self.namespace

    def exec_module(self, module: Any) -> None:
        module.__spec__ = self.spec


def _resolve(fullname: str) -> Any:
    """The namespace of gradtape's that `fullname` (`tensorflow.x.y`) stands for.

    Raises:
      ModuleNotFoundError: naming the nearest namespaces that there are.
    """
    real = importlib.import_module(REAL)
    if fullname == ALIAS:
        return real
    if (library := private.module(fullname)) is not None:
        return library
    parent_name, _, name = fullname.rpartition(".")
    parent = _resolve(parent_name)
    if parent is real and name in INTERNAL:
        raise _not_found(fullname, parent)
    found = getattr(parent, name, None)
    if found is None:
        return _import_submodule(fullname, parent)
    if not isinstance(found, ModuleType | SimpleNamespace):
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: it is a {type(found).__name__}. Write: from {parent_name} import {name}",
            name=fullname,
        )
    return found


def _import_submodule(fullname: str, parent: Any) -> ModuleType:
    """A submodule that nothing has imported yet."""
    if not getattr(parent, "__path__", None):
        raise _not_found(fullname, parent)
    submodule = f"{parent.__name__}.{fullname.rpartition('.')[2]}"
    if importlib.util.find_spec(submodule) is None:
        raise _not_found(fullname, parent)
    return importlib.import_module(submodule)


def _not_found(fullname: str, parent: Any) -> ModuleNotFoundError:
    prefix, _, name = fullname.rpartition(".")
    message = f"No module named {fullname!r}: gradtape is standing in for TensorFlow and has no such module."
    nearest = difflib.get_close_matches(name, sorted(_namespaces(parent)), n=3, cutoff=0.5)
    if nearest:
        message += " Nearest: " + ", ".join(f"{prefix}.{other}" for other in nearest) + "."
    return ModuleNotFoundError(message, name=fullname)


def _namespaces(parent: Any) -> set[str]:
    """The public names under which `parent` holds namespaces, imported or not."""
    imported = {name for name, value in vars(parent).items() if _is_own_namespace(value)}
    on_disk = {info.name for info in pkgutil.iter_modules(getattr(parent, "__path__", []))}
    return {name for name in (imported | on_disk) - INTERNAL if not name.startswith("_")}


def _is_own_namespace(value: Any) -> bool:
    """Whether `value` is a namespace of gradtape's, not a module that one imported for its use."""
    if isinstance(value, ModuleType):
        return value.__name__.startswith(f"{REAL}.")
    return isinstance(value, SimpleNamespace)


# -- processes ------------------------------------------------------------------------------------
#
# A process that `multiprocessing` spawns imports the program anew, `import tensorflow` and all,
# before any line of gradtape's has run there. The first thing that it reads from its parent is a
# dictionary of preparations; an entry of ours in it installs the stand-in as it is unpickled.

SPAWN = "multiprocessing.spawn"


class _Install:
    """Unpickles as a call of `install()`."""

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return install, ()


class _SpawnLoader:
    """Loads `multiprocessing.spawn` and has its preparations carry the stand-in along."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self.loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        _follow_into_children(module)


def _follow_into_children(spawn: Any) -> None:
    """Wraps `multiprocessing.spawn.get_preparation_data`, once."""
    prepare = spawn.get_preparation_data
    if getattr(prepare, "for_gradtape", False):
        return

    def get_preparation_data(name: str) -> dict[str, Any]:
        data: dict[str, Any] = prepare(name)
        if _finder not in sys.meta_path:
            return data
        if name == "ignore":
            # The fork server takes the paths alone and would import the program without us; its
            # children come here again under their own names and import it themselves.
            data.pop("init_main_from_path", None)
            return data
        # First in the dictionary, so that everything after it is read with the stand-in in place.
        return {"gradtape": _Install(), **data}

    get_preparation_data.for_gradtape = True  # type: ignore[attr-defined]
    spawn.get_preparation_data = get_preparation_data


_finder = _Finder()
