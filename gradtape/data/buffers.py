"""Datasets that keep elements: made ahead by a thread, cached in memory or in a file."""

import os
from typing import Any, BinaryIO

from ..io import places, storage
from ..io.records import framed
from ..values.errors import InvalidArgumentError
from ..values.thread import current
from .node import Element, Node, Unary, Walk, integer
from .sources import Counted
from .storage import Reading, encoded
from .threads import Ahead


class Prefetch(Unary):
    """The same elements, which a thread makes ahead."""

    label = "_PrefetchDataset"

    def __init__(self, source: Node, room: Any) -> None:
        super().__init__(source)
        self.room = integer(room, "buffer_size")
        if isinstance(self.room, int) and self.room < -1:
            raise InvalidArgumentError(
                None, None, "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning"
            )

    def walk(self) -> Walk:
        room = int(self.room)
        return Ahead(self.source.walk(), room) if room else self.source.walk()


# --- caches ----------------------------------------------------------------------------------------------------------


class Cache(Unary):
    """The same elements, kept in memory once they have all been asked for; or in files, whose names begin alike."""

    label = "CacheDataset"

    def __init__(self, source: Node, path: str) -> None:
        super().__init__(source)
        self.path = path
        self.fresh = current.thread.trace is not None
        self.copied()

    def copied(self) -> None:
        self.kept: list[list[Element]] = []  # the list of all, once it is known

    def walk(self) -> Walk:
        if self.path:
            if places.exists(f"{self.path}.index"):
                return Reading(_file_of(self.path), self.spec)
            return _Writing(self.source.walk(), self.path)
        return _Caching(self)


class _Caching(Walk):
    inputs = ()

    def __init__(self, node: Cache) -> None:
        self._node = node
        self._made: list[Element] | None = None if node.kept else []
        self._walk = Counted(node.kept[0].__getitem__, len(node.kept[0])) if node.kept else node.source.walk()

    def __next__(self) -> Element:
        if self._made is None:
            return next(self._walk)
        try:
            element = next(self._walk)
        except StopIteration:
            self._node.kept[:] = [self._made]
            raise
        self._made.append(element)
        return element

    def state(self) -> dict[str, Any]:
        kept = self._node.kept[0] if self._made is None else self._made
        return {"kept": list(kept), "all": self._made is None, "walk": self._walk.state()}

    def restore(self, state: dict[str, Any]) -> None:
        kept = [tuple(x) for x in state["kept"]]
        if state["all"]:
            self._node.kept[:] = [kept]
        self._made = None if state["all"] else kept
        self._walk = Counted(kept.__getitem__, len(kept)) if state["all"] else self._node.source.walk()
        self._walk.restore(state["walk"])


def _file_of(path: str) -> str:
    return f"{path}.data-00000-of-00001"


class _Writing(Walk):
    """Writes the elements as they are asked for. The index is there when the last one has been."""

    keeps = ("place",)

    def __init__(self, source: Walk, path: str) -> None:
        self.input = source
        self._path = path
        self._file: BinaryIO | None = None
        self.place = 0

    def __next__(self) -> Element:
        if self._file is None:
            places.make_folder(os.path.dirname(self._path))
            self._file = storage.opened(_file_of(self._path), "r+b" if self.place else "wb")
            self._file.truncate(self.place)
            self._file.seek(self.place)
        try:
            element = next(self.input)
        except StopIteration:
            self._file.close()
            places.write(f"{self._path}.index", ())
            raise
        self._file.write(framed(encoded(element)))
        self.place = self._file.tell()
        return element

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self._file.close()  # type: ignore[union-attr]

    def state(self) -> dict[str, Any]:
        if self._file is not None and not self._file.closed:
            self._file.flush()
        return super().state()

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._file = None
