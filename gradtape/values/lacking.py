"""Public namespaces: the names that they show and other rooms define, and what they say of a name that they lack."""

import difflib
import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

from .renamed import ways

_elsewhere: dict[str, dict[str, Callable[[], Any]]] = {}  # of a namespace, by name, what gives what it stands for


def show(namespace: str, room: str, *names: str) -> None:
    """Have `namespace` show these names of `room`: at once if that is loaded, or when one is asked for."""
    module = sys.modules.get(room)
    if module is not None:
        vars(sys.modules[namespace]).update({name: getattr(module, name) for name in names})
    _elsewhere.setdefault(namespace, {}).update({name: functools.partial(_named, room, name) for name in names})


def show_room(namespace: str, name: str, room: str) -> None:
    """Have `namespace` show `room` itself as `name`; it loads when it is asked for."""
    _elsewhere.setdefault(namespace, {})[name] = functools.partial(importlib.import_module, room)


def _named(room: str, name: str) -> Any:
    return getattr(importlib.import_module(room), name)


def lacking(module: str) -> Callable[[str], Any]:
    """The `__getattr__` of a public namespace: gives names that load lazily, and says of others what is nearest."""
    path = module.replace("gradtape", "tf", 1)

    def __getattr__(name: str) -> Any:
        if name in _elsewhere.get(module, ()):
            return _elsewhere[module][name]()
        way = _way(path, name)
        if way:
            raise AttributeError(way, name=name, obj=None)
        message = f"gradtape has no `{path}.{name}`."
        if not name.startswith("_"):
            near = _nearest(module, name)
            if near:
                message += f" Did you mean {' or '.join(near)}?"
        raise AttributeError(message, name=name, obj=None)

    return __getattr__


def planned(module: str, what: str) -> Callable[[str], Any]:
    """The `__getattr__` of a public namespace of which only a part is there yet; `what` names the rest."""
    path = module.replace("gradtape", "tf", 1)

    def __getattr__(name: str) -> Any:
        if name in _elsewhere.get(module, ()):
            return _elsewhere[module][name]()
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name, obj=None)
        way = _way(path, name) or f"`{path}.{name}` is not there yet: {what} are to come."
        raise AttributeError(way, name=name, obj=None)

    return __getattr__


def _way(path: str, name: str) -> str | None:
    """What to say of a name of TensorFlow 1."""
    way = ways().get(f"{path}.{name}".removeprefix("tf.").removeprefix("compat.v1."))
    return way and f"gradtape has no `{path}.{name}`: {way}."


def _nearest(module: str, name: str) -> list[str]:
    """Up to three public names: the same name elsewhere, and similar ones here."""
    found = []
    for key, other in list(sys.modules.items()):
        if key.split(".")[0] == "gradtape" and key.count(".") < 2 and "values" not in key and name in vars(other):
            found.append(f"`{key.replace('gradtape', 'tf', 1)}.{name}`")
    here = [n for n in vars(sys.modules[module]) if not n.startswith("_")]
    path = module.replace("gradtape", "tf", 1)
    found += [f"`{path}.{n}`" for n in difflib.get_close_matches(name, here, 3, 0.75)]
    return list(dict.fromkeys(found))[:3]
