"""`WeakTable`: what is known of objects, for as long as they live."""

import functools
import operator
import weakref
from typing import Any


class _Entries(dict[Any, Any]):
    __slots__ = ("__weakref__",)


class WeakTable:
    """A dict of which the keys are held weakly. Unlike in `weakref.WeakKeyDictionary`, no Python code removes them: it
    would swallow an interrupt that comes meanwhile.
    """

    __slots__ = ("_entries", "_remove")

    def __init__(self) -> None:
        self._entries = _Entries()
        self._remove = functools.partial(operator.delitem, weakref.proxy(self._entries))

    def get(self, key: Any, default: Any = None) -> Any:
        return self._entries.get(weakref.ref(key), default)

    def __getitem__(self, key: Any) -> Any:
        return self._entries[weakref.ref(key)]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._entries[weakref.ref(key, self._remove)] = value

    def setdefault(self, key: Any, default: Any) -> Any:
        return self._entries.setdefault(weakref.ref(key, self._remove), default)

    def __contains__(self, key: Any) -> bool:
        return weakref.ref(key) in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def pop(self, key: Any, default: Any = None) -> Any:
        return self._entries.pop(weakref.ref(key), default)
