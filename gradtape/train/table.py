"""Sorted tables of keys and values, as LevelDB has them: the form of a checkpoint's `.index` file.

A table is blocks; the last but one of them says where the others are, and the last 48 bytes say where that is. In a
block, a key is written as how many bytes it shares with the key before, and the rest; at some keys, of which the end of
the block has the places, nothing is shared. A checksum follows each block.
"""

import struct
from collections.abc import Iterable

from ..io.crc32c import masked_crc32c
from .wire import damaged, take_varint, varint

__all__ = ["packed", "parsed"]

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_BLOCK = 1 << 18  # bytes after which a block ends
_RESTART = 16  # keys after which one shares nothing


def packed(items: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The table of keys, which come sorted, and values."""
    out = bytearray()
    index = _Block(1)
    block = _Block(_RESTART)
    for key, value in items:
        block.add(key, value)
        if len(block.data) >= _BLOCK:
            index.add(block.last, _put(out, block))
            block = _Block(_RESTART)
    if block.count:
        index.add(block.last, _put(out, block))
    meta = _put(out, _Block(_RESTART))
    out += (meta + _put(out, index)).ljust(_FOOTER - 8, b"\0")
    out += struct.pack("<Q", _MAGIC)
    return bytes(out)


class _Block:
    """A block that is being written."""

    def __init__(self, restart: int) -> None:
        self.data = bytearray()
        self.last = b""
        self.count = 0
        self._every = restart
        self._restarts: list[int] = []

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self.count % self._every == 0:
            self._restarts.append(len(self.data))
        else:
            longest = min(len(key), len(self.last))
            while shared < longest and key[shared] == self.last[shared]:
                shared += 1
        self.data += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        self.last = key
        self.count += 1

    def finished(self) -> bytes:
        restarts = self._restarts or [0]
        return bytes(self.data) + struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))


def _put(out: bytearray, block: _Block) -> bytes:
    """Append a block and its checksum; gives where it is."""
    data = block.finished() + b"\0"  # it is not compressed
    handle = varint(len(out)) + varint(len(data) - 1)
    out += data + struct.pack("<I", masked_crc32c(data))
    return handle


def parsed(data: bytes) -> dict[bytes, bytes]:
    """The keys and values of a table, in order.

    Raises:
      DataLossError: if it is damaged, or its keys together take much more than the file.
    """
    if len(data) < _FOOTER or int.from_bytes(data[-8:], "little") != _MAGIC:
        raise damaged(
            "file is too short to be an sstable" if len(data) < _FOOTER else "not an sstable (bad magic number)"
        )
    footer = data[-_FOOTER:]
    meta, at = _handle(footer, 0)
    place, _ = _handle(footer, at)
    budget = [64 * len(data) + (1 << 20)]
    _entries(data, meta, budget)  # there is nothing in it to know
    items: dict[bytes, bytes] = {}
    for _, handle in _entries(data, place, budget):
        for key, value in _entries(data, _handle(handle, 0)[0], budget):
            items[key] = value
    return items


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = take_varint(data, at)
    size, at = take_varint(data, at)
    return (offset, size), at


def _entries(data: bytes, place: tuple[int, int], budget: list[int]) -> list[tuple[bytes, bytes]]:
    """The keys and values of a block."""
    offset, size = place
    end = offset + size
    if size < 4 or end + 5 > len(data) - _FOOTER:
        raise damaged("a block is outside of the file")
    if masked_crc32c(memoryview(data)[offset : end + 1]) != int.from_bytes(data[end + 1 : end + 5], "little"):
        raise damaged("block checksum mismatch")
    if data[end] != 0:
        raise damaged(f"a block is compressed by method {data[end]}, which is not read here")
    restarts = int.from_bytes(data[end - 4 : end], "little")
    end -= 4 + 4 * restarts
    if end < offset:
        raise damaged("bad block contents")
    block = data[offset:end]
    found = []
    key = b""
    at = 0
    while at < len(block):
        shared, at = take_varint(block, at)
        rest, at = take_varint(block, at)
        length, at = take_varint(block, at)
        if shared > len(key) or at + rest + length > len(block):
            raise damaged("bad entry in block")
        budget[0] -= shared + rest
        if budget[0] < 0:
            raise damaged("the keys take much more than the file")
        key = key[:shared] + block[at : at + rest]
        at += rest
        found.append((key, block[at : at + length]))
        at += length
    return found
