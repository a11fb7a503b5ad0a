"""Examples that are written alike: of a batch whose records differ in nothing but values, these are taken at once.

Who writes records writes the same names and kinds of features in the same order, and often as many values. So the first
record of a batch is read as the wire format has it; where all others have the same bytes between the values, their
values are at the same places. A batch of which any of this does not hold is left to protobuf, with all that is wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Values", "columns"]

_LEAST = 4  # records, below which it is not worth while
_BYTES, _FLOATS, _INTEGERS = 1, 2, 3  # fields of a Feature
_KINDS = {_BYTES: "string", _FLOATS: "float32", _INTEGERS: "int64"}


class Values(NamedTuple):
    """The values of a feature: of each record as many.

    Attributes:
      dtype: their name.
      count: how many a record has.
      values: of all records, one after the other: an array, or a list of strings.
    """

    dtype: str
    count: int
    values: Any


class _Unlike(Exception):
    """The records are not alike, or not written as they mostly are."""


def columns(items: Sequence[bytes]) -> dict[str, Values] | None:
    """The values of each feature in a batch of serialized Examples; None where they have to be read one by one."""
    if len(items) < _LEAST:
        return None
    first = items[0]
    length = len(first)
    try:
        features = list(_features(first))
        begin = 0
        for place in [*(place for *_, places in features for place in places), (length, length)]:
            same = first[begin : place[0]]
            for item in items:
                if len(item) != length or not item.startswith(same, begin):
                    return None
            begin = place[1]
        found = {key.decode(): _values(items, kind, places) for key, kind, places in features}
    except (_Unlike, UnicodeDecodeError):
        return None
    return found if len(found) == len(features) else None


# --- where values are ------------------------------------------------------------------------------------------------


def _features(data: bytes) -> Iterator[tuple[bytes, int, list[tuple[int, int]]]]:
    """Each feature of an Example: its name, its kind, and where its values begin and end."""
    ((_, entries, end),) = _fields(data, 0, len(data), 1)
    for _, begin, stop in _fields(data, entries, end):
        (one, key, key_end), (two, begin, stop) = _fields(data, begin, stop, 2)
        ((kind, begin, stop),) = _fields(data, begin, stop, 1)
        if one != 1 or two != 2 or kind not in _KINDS:
            raise _Unlike
        places = [(a, b) for _, a, b in _fields(data, begin, stop)]
        if kind != _BYTES and (len(places) > 1 or (kind == _FLOATS and sum(b - a for a, b in places) % 4)):
            raise _Unlike
        yield data[key:key_end], kind, places


def _fields(data: bytes, at: int, end: int, count: int = 0) -> list[tuple[int, int, int]]:
    """The fields of a message that have a length: number, begin and end. `count` of them, or else all of number 1."""
    found = []
    while at < end:
        tag = data[at]
        size, shift = 0, 0
        while True:
            at += 1
            if at >= end or shift > 28:
                raise _Unlike
            size |= (data[at] & 127) << shift
            if data[at] < 128:
                break
            shift += 7
        at += 1
        if tag & 7 != 2 or tag > 127 or at + size > end or (not count and tag != 10):
            raise _Unlike
        found.append((tag >> 3, at, at + size))
        at += size
    if count and len(found) != count:
        raise _Unlike
    return found


# --- values ----------------------------------------------------------------------------------------------------------


def _values(items: Sequence[bytes], kind: int, places: list[tuple[int, int]]) -> Values:
    parts = [item[begin:end] for item in items for begin, end in places]
    if kind == _BYTES:
        return Values("string", len(places), parts)
    data = b"".join(parts)
    if kind == _FLOATS:
        made = np.frombuffer(data, "<f4").astype(np.float32)
    else:
        made = _integers(np.frombuffer(data, np.uint8).reshape(len(items), -1))
    return Values(_KINDS[kind], made.size // len(items), made)


def _integers(rows: Any) -> Any:
    """The numbers of which seven bits each are in a byte, the last of which is below 128; each row has as many."""
    ends = rows < 128
    if ends.all():
        return rows.astype(np.int64).ravel()
    counts = np.count_nonzero(ends, axis=1)
    last = np.flatnonzero(ends)
    lengths = np.diff(last, prepend=-1)
    if (counts != counts[0]).any() or not ends[:, -1].all() or lengths.max() > 9:
        raise _Unlike
    flat = (rows.ravel() & 127).astype(np.int64)
    made = np.zeros(len(last), np.int64)
    for i in range(int(lengths.max())):
        more = lengths > i
        made[more] |= flat[last[more] - lengths[more] + 1 + i] << 7 * i
    return made
