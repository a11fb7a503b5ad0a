"""How a name of `tf.compat.v1` is found: by the tables of `names`, and else among those of today."""

import functools
import importlib
import re
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from . import names

__all__ = ["Gone", "Lacking", "Namespace", "gone", "look_up"]

_HERE = __name__.rpartition(".")[0]


class Lacking(AttributeError, NotImplementedError):
    """There is no such name: what is asked for it by `hasattr` and by `import` sees an AttributeError."""


class Namespace(ModuleType):
    """A room of `tf.compat.v1`, whose names are looked up when they are asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{_HERE}.{path}", f"`tf.compat.v1.{path}`, as it was.")
        self._path = path

    def __getattr__(self, name: str) -> Any:
        return look_up(self._path, name)

    def __dir__(self) -> list[str]:
        today = _today(self._path)
        here = {name.removeprefix(f"{self._path}.") for name in _table() if name.startswith(f"{self._path}.")}
        return sorted({*(dir(today) if today is not None else ()), *(name for name in here if "." not in name)})


def look_up(room: str, name: str) -> Any:
    """What `tf.compat.v1.room.name` is, where the file of the room has it not; `room` may be empty.

    Raises:
      AttributeError: if there is no such name; it is a NotImplementedError too, which says what to write.
    """
    if name.startswith("__") and name != "__internal__":
        raise AttributeError(f"module 'tensorflow.compat.v1.{room}' has no attribute {name!r}", name=name, obj=None)
    path = f"{room}.{name}" if room else name
    make = _table().get(path)
    if make is not None:
        try:
            return make()
        except (AttributeError, ImportError) as error:
            raise _lacking(path, error) from None
    if room == "layers":
        return _layer(name)
    if path in names.FILES:
        return _home(path)
    if path == "metrics":  # today's are others
        return _room(path)
    if room == "metrics" and not name.startswith("_"):
        return gone(path, names.GONE_ROOMS[room])
    try:
        found = _named(f"{names.OTHER_ROOMS[room]}.{name}" if room in names.OTHER_ROOMS else path)
    except (AttributeError, ImportError) as error:
        return _without(room, name, path, error)
    if isinstance(found, SimpleNamespace) or (isinstance(found, ModuleType) and found.__name__.startswith("gradtape.")):
        return _room(path)
    return found


@functools.cache
def _room(path: str) -> Namespace:
    return Namespace(path)


def _without(room: str, name: str, path: str, error: Exception) -> Any:
    """What is given for a name that is not there."""
    if path in names.GONE_ROOMS or path in names.ROOMS.split():
        return _room(path)
    at = room
    while at:
        if at in names.GONE_ROOMS and not name.startswith("_"):
            return gone(path, names.GONE_ROOMS[at])
        at = at.rpartition(".")[0]
    raise _lacking(path, error) from None


def _lacking(path: str, error: Exception) -> Lacking:
    """The error for the name at `path`, where that of today's name is `error`."""
    said, count = re.subn(r"^gradtape has no `[\w.]+`", f"gradtape has no `tf.compat.v1.{path}`", str(error))
    said = said if count else f"gradtape has no `tf.compat.v1.{path}`: {said}"
    return Lacking(said, name=path.rpartition(".")[2], obj=None)


@functools.cache
def _table() -> dict[str, Callable[[], Any]]:
    """For each path that is in a table, what gives what it is."""
    found: dict[str, Callable[[], Any]] = {}
    for paths, way in names.GONE.items():
        found |= {path: functools.partial(_today_or_gone, path, way) for path in paths.split()}
    for room, flat in names.SAME_NAMES.items():
        found |= {name: functools.partial(_under, f"{room}.{name}") for name in flat.split()}
    for pair in names.OTHER_NAMES.replace("\n", " | ").split("|"):
        if pair.strip():
            old, new = pair.split()
            found[old] = functools.partial(_under, new)
    for line in names.ARGUMENTS.strip().replace("\n    ", " ").splitlines():
        paths, _, rest = line.partition(" = ")
        today, _, order = rest.partition(":")
        found |= {path: functools.partial(_adapted, path, today, order) for path in paths.split()}
    for file, paths in names.HOMES.items():
        for path in paths.split():
            found[path] = functools.partial(_in, file, path.rpartition(".")[2])
    return found


def _home(file: str) -> Any:
    return importlib.import_module(f"{_HERE}.{file}")


def _in(file: str, name: str) -> Any:
    return getattr(_home(file), name)


def _today(path: str) -> Any:
    """What is at this path of `tf`; None if there is nothing."""
    try:
        return _named(path)
    except (AttributeError, ImportError):
        return None


def _named(path: str) -> Any:
    return functools.reduce(getattr, path.split("."), sys.modules["gradtape"])


def _under(path: str) -> Any:
    """What has this name now, as it was then."""
    if path.startswith("tf."):
        return _named(path[3:])
    room, _, name = path.rpartition(".")
    if room in names.FILES:
        return getattr(_home(room), name)
    return look_up(room, name)


def _today_or_gone(path: str, way: str) -> Any:
    found = None if "." in path and path.startswith(("summary.", "test.", "saved_model.")) else _today(path)
    return gone(path, way) if found is None else found


# --- names that are not there ----------------------------------------------------------------------------------------


class _Kind(type):
    """Says of everything that is asked of the class itself that it is not there."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}", name=name, obj=cls)
        raise Lacking(cls.said, name=name, obj=cls)


class Gone(metaclass=_Kind):
    """Stands for what is not there: a class that may be derived from and asked for, but of which nothing is made."""

    said = ""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(cls.said)


@functools.cache
def gone(path: str, way: str) -> type[Gone]:
    """What stands for the name at `path`, and says what is written instead."""
    said = f"gradtape has no `tf.compat.v1.{path}`: {way}."
    return _Kind(
        path.rpartition(".")[2], (Gone,), {"said": said, "__doc__": said, "__module__": "tensorflow.compat.v1"}
    )


def _layer(name: str) -> Any:
    """A layer of Keras; for a function that made one, what says how to make it."""
    if name == "experimental":
        return _room("layers.experimental")
    if name == "InputSpec" or name[:1].isupper():
        return getattr(sys.modules["gradtape"].keras.layers, name)
    return gone(
        f"layers.{name}",
        f"make a layer once, `layer = tf.keras.layers.{_camel(name)}(...)`, and call it, `layer(inputs)`; it has its "
        f"weights in "
        "`layer.trainable_variables`",
    )


def _camel(name: str) -> str:
    """The class that a function's name stands for: `MaxPooling2D` for `max_pooling2d`."""
    return re.sub(r"(\d)d", r"\1D", "".join(part[:1].upper() + part[1:] for part in name.split("_")))


# --- arguments -------------------------------------------------------------------------------------------------------


@functools.cache
def _adapted(path: str, today: str, order: str) -> Callable[..., Any]:
    """The function of today with the arguments of that time, as the table says them."""
    for name, listed in names.LISTS.items():
        order = order.replace(f"@{name}", listed)
    new_names: dict[str, str] = {}
    always: dict[str, Any] = {}
    for word in order.split():
        word, _, default = word.partition("=")
        if default:
            always[word] = default == "True" or default
            if default == "True" or word == "data_format":
                continue
        old, arrow, new = word.partition(">")
        new_names[old] = new if arrow else old
    parameters = list(new_names)
    function = _named(today)

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > len(parameters):
            raise TypeError(f"{call.__name__}() takes {len(parameters)} arguments but {len(args)} were given")
        given = dict(zip(parameters, args, strict=False))
        for name, value in kwargs.items():
            if name not in new_names:
                raise TypeError(f"{call.__name__}() got an unexpected keyword argument {name!r}")
            if name in given:
                raise TypeError(f"{call.__name__}() got multiple values for argument {name!r}")
            given[name] = value
        meant: dict[str, Any] = {}
        by: dict[str, str] = {}
        for name, value in given.items():
            new = new_names[name]
            if value is None or not new:
                continue
            if new in meant:
                old, kept = (name, by[new]) if name != new else (by[new], name)
                raise ValueError(f"Cannot specify both '{old}' and '{kept}'.")
            meant[new], by[new] = value, name
        return function(**{**always, **meant})

    call.__name__ = call.__qualname__ = path.rpartition(".")[2]
    call.__module__ = "tensorflow.compat.v1"
    call.__doc__ = f"`tf.{today}`, with the names and the order that its arguments had: {', '.join(parameters)}."
    return call
