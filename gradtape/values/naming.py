"""Name scopes: `with tf.name_scope("layer")` prefixes the names of variables made inside. And names that are new."""

from collections.abc import Iterable
from types import TracebackType
from typing import Any

from .thread import Local


class _Scopes(Local):
    prefix = ""


_scopes = _Scopes()


def scoped(name: str) -> str:
    """`name` within the scopes that are open in this thread."""
    return _scopes.prefix + name


def get_current_name_scope() -> str:
    """The open scopes, as `a/b`; empty outside all."""
    return _scopes.prefix.removesuffix("/")


class name_scope:
    """A context in which the names of variables get `name/` in front.

    >>> import gradtape as tf
    >>> with tf.name_scope("layer") as scope:
    ...     tf.Variable(1.0, name="w").name, scope
    ('layer/w:0', 'layer/')
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise ValueError(f"A name scope's name must be a string, got {name!r}")
        self._name = name
        self._outer: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def __enter__(self) -> str:
        self._outer.append(_scopes.prefix)
        if not self._name:
            _scopes.prefix = ""
        elif self._name.endswith("/"):
            _scopes.prefix = self._name
        else:
            _scopes.prefix += self._name + "/"
        return _scopes.prefix

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        _scopes.prefix = self._outer.pop()


class Names:
    """Gives names that nobody else has: of `x` first `x`, then `x_1`, `x_2`, ..., but none of those that are taken."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def new(self, wanted: str) -> str:
        name, count = wanted, self._last.get(wanted, 0)
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._last[wanted] = count
        self._taken.add(name)
        return name
