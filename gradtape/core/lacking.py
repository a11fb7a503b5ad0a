"""What a namespace says when it is asked for a name that it lacks."""

import difflib
import sys
from collections.abc import Callable
from typing import Any


def lacking(module: str, lazily: dict[str, Callable[[], Any]] | None = None) -> Callable[[str], Any]:
    """The `__getattr__` of a public namespace: gives names that load lazily, and says of others what is nearest."""
    path = module.replace("gradtape", "tf", 1)

    def __getattr__(name: str) -> Any:
        if lazily and name in lazily:
            return lazily[name]()
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
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name, obj=None)
        raise AttributeError(f"`{path}.{name}` is not there yet: {what} are to come.", name=name, obj=None)

    return __getattr__


def _nearest(module: str, name: str) -> list[str]:
    """Up to three public names: the same name elsewhere, and similar ones here."""
    found = []
    for key, other in list(sys.modules.items()):
        if key.split(".")[0] == "gradtape" and key.count(".") < 2 and "core" not in key and name in vars(other):
            found.append(f"`{key.replace('gradtape', 'tf', 1)}.{name}`")
    here = [n for n in vars(sys.modules[module]) if not n.startswith("_")]
    path = module.replace("gradtape", "tf", 1)
    found += [f"`{path}.{n}`" for n in difflib.get_close_matches(name, here, 3, 0.75)]
    return list(dict.fromkeys(found))[:3]
