"""`tape.summary`: a table of what a tape has recorded."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autodiff.recording import SELECT, Node
from ..autodiff.tape import GradientTape
from ..values import dtypes
from ..values.program import Place, short
from ..values.tensor import Tensor
from .trace import Trace


@dataclass(frozen=True)
class Row:
    """One operation: its calls, the bytes that they keep for the backward pass, and the seconds that they took."""

    operation: str
    calls: int
    bytes: int
    seconds: float | None


@dataclass(frozen=True)
class Holder:
    """One call that keeps an array alive."""

    operation: str
    shape: tuple[int, ...]
    dtype: str
    bytes: int
    place: Place | None


@dataclass(frozen=True)
class Summary:
    """What a tape has recorded; it prints as a table.

    Attributes:
      rows: by operation, those that keep most first. Calls whose results were dropped are not counted: the tape
        forgets them. An array that several keep counts for the first, and a variable's own array for none.
      largest: the calls that keep the largest arrays.
      variables: how many variables the tape watches.
      seconds: time of all forward calls; None if the program was not traced.
    """

    rows: tuple[Row, ...]
    largest: tuple[Holder, ...]
    variables: int
    used_up: bool = False

    @property
    def calls(self) -> int:
        return sum(row.calls for row in self.rows)

    @property
    def bytes(self) -> int:
        return sum(row.bytes for row in self.rows)

    @property
    def seconds(self) -> float | None:
        return None if any(row.seconds is None for row in self.rows) else sum(row.seconds or 0.0 for row in self.rows)

    def __str__(self) -> str:
        if self.used_up:
            return "The tape is used up and holds nothing: it gave its one set of gradients."
        timed = bool(self.rows) and self.seconds is not None
        table = [("operation", "calls", "saved", "time")]
        table += [(r.operation, str(r.calls), _bytes(r.bytes), _seconds(r.seconds)) for r in self.rows]
        table += [("total", str(self.calls), _bytes(self.bytes), _seconds(self.seconds))]
        text = _aligned([row if timed else row[:3] for row in table])
        text.insert(1, "-" * len(text[0]))
        text.insert(-1, text[1])
        text.append(f"{self.variables} variable{'' if self.variables == 1 else 's'} watched")
        if self.largest:
            text += ["", "largest holders"]
            rows = [(f"{h.operation} {h.dtype}{h.shape}", _bytes(h.bytes), _at(h.place)) for h in self.largest]
            text += _aligned(rows, 1)
        return "\n".join(line.rstrip() for line in text)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def _at(place: Place | None) -> str:
    return "" if place is None else f" {short(place.file)}:{place.line}  {place.text}"


def _aligned(rows: Sequence[tuple[str, ...]], right: int = 3) -> list[str]:
    """Columns of equal width; the first is text, the next `right` are numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = enumerate(zip(row, widths, strict=True))
        lines.append("  ".join(f"{c:>{w}}" if 0 < i <= right else f"{c:<{w}}" for i, (c, w) in cells))
    return lines


def _bytes(n: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if n >= size:
            return f"{n / size:.1f} {unit}"
    return f"{n} B"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1e3:.2f} ms"


def _saved(x: Any, depth: int = 2) -> Iterator[np.ndarray[Any, Any]]:
    """The arrays in what a plan keeps."""
    if isinstance(x, Tensor):
        x = x._array
    if isinstance(x, np.ndarray):
        yield x
    elif isinstance(x, tuple | list) and depth:
        for item in x:
            yield from _saved(item, depth - 1)


def _owner(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array whose memory it is."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def summary(tape: GradientTape, largest: int = 5) -> Summary:
    """See `GradientTape.summary`."""
    recording = tape._recording
    if recording is None:
        return Summary((), (), 0, used_up=bool(tape._watched) or tape._trace is not None)
    noted: Trace | None = tape._trace
    seen = {id(_owner(v.handle.local())) for v, _ in recording.variables.values()}
    calls: dict[str, int] = {}
    held: dict[str, int] = {}
    seconds: dict[str, float] = {}
    holders: list[tuple[int, int, Node, np.ndarray[Any, Any]]] = []
    for number, node in enumerate(recording.nodes()):
        if node.plan is SELECT:
            continue
        name = node.primitive.name.lstrip("_")
        calls[name] = calls.get(name, 0) + 1
        event = noted and noted.events.get(noted.nodes.get(node, 0))
        seconds[name] = seconds.get(name, 0.0) + (event.seconds if event else 0.0)
        for array in _saved(node.saved):
            owner = _owner(array)
            if id(owner) not in seen:
                seen.add(id(owner))
                held[name] = held.get(name, 0) + owner.nbytes
                holders.append((-owner.nbytes, number, node, array))
    rows = [Row(n, c, held.get(n, 0), seconds[n] if noted else None) for n, c in calls.items()]
    rows.sort(key=lambda row: (-row.bytes, -row.calls, row.operation))
    found = []
    for size, _, node, array in sorted(holders, key=lambda h: h[:2])[:largest]:
        event = noted and noted.events.get(noted.nodes.get(node, 0))
        dtype = dtypes.BY_NUMPY[array.dtype].name if array.dtype in dtypes.BY_NUMPY else str(array.dtype)
        found.append(Holder(node.primitive.name.lstrip("_"), array.shape, dtype, -size, event.place if event else None))
    return Summary(tuple(rows), tuple(found), len(recording.variables))
