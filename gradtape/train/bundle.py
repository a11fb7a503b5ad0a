"""Bundles of tensors: the files `PREFIX.index` and `PREFIX.data-00000-of-00001`, in TensorFlow's format.

The index is a sorted table. Its empty key has a header, every other key is the name of a tensor and has its dtype,
shape, place in a file of data, and checksum. A tensor may be in several slices, whose keys are made of its name and of
where they begin.

A prefix that is written again gets its data under another number of files (`-of-00002`), until the index that names
it is in its place: so whoever is killed in between leaves the old bundle whole. A reader trusts no number in the files
before it has compared it with how long they are.
"""

import contextlib
import math
import os
import re
import struct
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..io import places
from ..io.crc32c import crc32c, masked, masked_crc32c
from ..values.dtypes import DType, as_dtype
from ..values.errors import NotFoundError, UnimplementedError
from ..values.tensor import EagerTensor, wrap
from . import table
from .wire import damaged, field, fields, fixed32, message, number, take_varint, varint

__all__ = ["Bundle", "exists", "remove", "write"]

_HEADER = b""
_PIECE = 1 << 26  # bytes that are read at once


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index says of a tensor, or of a slice of one."""

    dtype: int = 0
    shape: tuple[int, ...] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    checksum: int = 0
    slices: tuple[tuple[tuple[int, int], ...], ...] = ()  # of each, for each axis, where it begins and its length


def exists(prefix: str) -> bool:
    return places.exists(prefix + ".index")


def remove(prefix: str) -> None:
    """Remove a bundle, if there is one: first what tells that it is there."""
    for path in [prefix + ".index", *places.data_files(prefix)]:
        places.remove(path)


def _data_file(prefix: str, shard: int, shards: int) -> str:
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


# --- writing -----------------------------------------------------------------------------------------------------


def write(prefix: str, tensors: Mapping[str, EagerTensor]) -> None:
    """Write tensors, by name, in folders that are made where they are not there."""
    parts: list[Any] = []
    entries: list[tuple[bytes, bytes]] = []
    offset = 0
    for name, tensor in sorted((name.encode(), tensor) for name, tensor in tensors.items()):
        new, checksum = _bytes_of(tensor)
        size = sum(memoryview(part).nbytes for part in new)
        shape = b"".join(field(2, field(1, n)) for n in tensor._array.shape)
        entry = field(1, tensor.dtype.as_datatype_enum) + field(2, shape) + field(4, offset) + field(5, size)
        entries.append((name, entry + fixed32(6, checksum)))
        parts += new
        offset += size
    folder = os.path.dirname(prefix)
    places.make_folder(folder)
    with places.writing(folder):
        shards = 2 if _shards(prefix) == 1 else 1
        header = field(1, shards) + field(3, field(1, 1))
        data = _data_file(prefix, 0, shards)
        places.write(data, parts)
        places.write(prefix + ".index", [table.packed([(_HEADER, header), *entries])])
        for other in places.data_files(prefix):
            if os.path.basename(other) != os.path.basename(data):
                with contextlib.suppress(OSError):
                    places.remove(other)


def _shards(prefix: str) -> int | None:
    """The number of files that the index of a bundle tells of; None if there is none."""
    try:
        return _header(table.parsed(places.read(prefix + ".index")))
    except Exception:
        return None


def _bytes_of(tensor: EagerTensor) -> tuple[list[Any], int]:
    """What is written for a tensor, and its checksum."""
    array = tensor._array
    if array.dtype.kind != "O":
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        return [data], masked_crc32c(data)
    items = array.ravel().tolist() if array.ndim else [array.item()]
    sizes = [len(item) for item in items]
    crc = crc32c(b"".join(_size_bytes(n) for n in sizes))
    check = struct.pack("<I", masked(crc))
    text = b"".join(items)
    return [b"".join(map(varint, sizes)) + check, text], masked(crc32c(text, crc32c(check, crc)))


def _size_bytes(size: int) -> bytes:
    """A string's length as the checksum counts it."""
    return struct.pack("<I" if size < 1 << 32 else "<Q", size)


# --- reading -----------------------------------------------------------------------------------------------------


class Bundle:
    """A bundle that is there; its files stay open, so that it can be read when they have been removed.

    Raises:
      NotFoundError: if there is none.
      DataLossError: if its index is not as it was written.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._lock = threading.Lock()
        while True:
            before = places.stamp(prefix + ".index")
            self._read_index()
            self._files = {
                e.shard: places.opened(_data_file(prefix, e.shard, self._shards)) for e in self._entries.values()
            }
            if places.stamp(prefix + ".index") == before:
                break  # or else it was written again meanwhile, and names of files are used again
            self._close(self._files)
        weakref.finalize(self, self._close, self._files)

    @staticmethod
    def _close(files: Mapping[int, Any]) -> None:
        for file in files.values():
            if file is not None:
                file.close()

    def _read_index(self) -> None:
        try:
            items = table.parsed(places.read(self.prefix + ".index"))
        except FileNotFoundError:
            raise NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {self.prefix}",
            ) from None
        self._shards = _header(items)
        self._entries = {key: _entry(value) for key, value in items.items() if key}

    def names(self) -> list[str]:
        """The names of tensors, sorted."""
        return [key.decode(errors="replace") for key in self._entries if key[0]]

    def __contains__(self, name: str) -> bool:
        return name.encode() in self._entries

    def _find(self, name: str) -> _Entry:
        try:
            return self._entries[name.encode()]
        except KeyError:
            raise NotFoundError(None, None, f"Key {name} not found in checkpoint") from None

    def dtype(self, name: str) -> DType:
        return _dtype(self._find(name))

    def shape(self, name: str) -> tuple[int, ...]:
        return self._find(name).shape

    def read(self, name: str) -> EagerTensor:
        """The value of a tensor.

        Raises:
          NotFoundError: if there is none of this name, or the file with it is missing.
          DataLossError: if it is not what was written.
        """
        entry = self._find(name)
        return wrap(self._joined(name, entry) if entry.slices else self._array(entry))

    def _array(self, entry: _Entry) -> Any:
        dtype = _dtype(entry)
        count = math.prod(entry.shape)
        if dtype.name == "string":
            return _shaped(self._strings(entry, count), entry.shape)
        kind = dtype._numpy
        if kind is None:
            raise UnimplementedError(None, None, f"Tensors of {dtype.name} are not read from checkpoints.")
        if entry.size != count * kind.itemsize:
            raise damaged(
                f"Invalid size in bundle entry: size {entry.size}, where shape {list(entry.shape)} of {dtype.name} "
                f"takes {count * kind.itemsize}"
            )
        data = self._data(entry)
        if (found := masked_crc32c(data)) != entry.checksum:
            raise self._damaged(entry, found)
        return _shaped(data.view(kind), entry.shape)

    def _data(self, entry: _Entry) -> Any:
        """The bytes of an entry."""
        path = _data_file(self.prefix, entry.shard, self._shards)
        file = self._files[entry.shard]
        if file is None:
            raise NotFoundError(None, None, f"{path}; No such file or directory")
        with self._lock:
            length = places.size(file)
        if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > length:
            raise damaged(f"{path} has {length} bytes, and ends before a tensor of {entry.size} at {entry.offset}")
        data = np.empty(entry.size, np.uint8)
        with self._lock:
            file.seek(entry.offset)
            for begin in range(0, entry.size, _PIECE):
                piece = memoryview(data)[begin : begin + _PIECE]
                if file.readinto(piece) != len(piece):
                    raise damaged(f"{path} ends in a tensor")
        return data

    def _strings(self, entry: _Entry, count: int) -> Any:
        if count > entry.size:  # a string's length takes a byte or more
            raise damaged(f"Invalid size in bundle entry: {count} strings in {entry.size} bytes")
        data = self._data(entry).tobytes()
        at = 0
        sizes = []
        for _ in range(count):
            size, at = take_varint(data, at)
            sizes.append(size)
        crc = crc32c(b"".join(map(_size_bytes, sizes)))
        check = data[at : at + 4]
        if check != struct.pack("<I", masked(crc)):
            raise damaged(f"{self.prefix}: the checksum of the lengths of strings does not match")
        at += 4
        if at + sum(sizes) != len(data):
            raise damaged(f"{self.prefix}: strings take {sum(sizes)} bytes, of which there are {len(data) - at}")
        if (found := masked(crc32c(memoryview(data)[at:], crc32c(check, crc)))) != entry.checksum:
            raise self._damaged(entry, found)
        strings = np.empty(count, object)
        for i, size in enumerate(sizes):
            strings[i] = data[at : at + size]
            at += size
        return strings

    def _damaged(self, entry: _Entry, found: int) -> Exception:
        return damaged(
            f"TensorBundle at {self.prefix} shard {entry.shard} ({entry.size} bytes): Checksum does not match: stored "
            f"{entry.checksum} vs. calculated on the restored bytes {found}"
        )

    def _joined(self, name: str, entry: _Entry) -> Any:
        """A tensor of its slices, which must be all of it, and together no more than the files."""
        dtype = _dtype(entry)
        parts = []
        for extents in entry.slices:
            if len(extents) != len(entry.shape):
                raise damaged(f"a slice of {name} has another rank")
            where = tuple(
                slice(start, start + (n - start if length is None else length))
                for (start, length), n in zip(_whole(extents), entry.shape, strict=True)
            )
            part = self._entries.get(_slice_key(name.encode(), extents))
            shape = tuple(s.stop - s.start for s in where)
            if part is None or part.shape != shape or part.dtype != entry.dtype or part.slices:
                raise damaged(f"a slice of {name} is not there as it should be")
            if any(s.start < 0 or s.stop > n or s.stop < s.start for s, n in zip(where, entry.shape, strict=True)):
                raise damaged(f"a slice of {name} is outside of it")
            parts.append((where, part))
        with self._lock:
            held = sum(places.size(file) for file in self._files.values() if file is not None)
        if (
            sum(math.prod(part.shape) for _, part in parts) != math.prod(entry.shape)
            or sum(part.size for _, part in parts) > held
        ):
            raise damaged(f"the slices of {name} are not all of it")
        out: Any = None
        for where, part in parts:
            array = self._array(part)
            if out is None:
                out = np.empty(entry.shape, array.dtype if dtype.name != "string" else object)
            out[where] = array
        return out


def _whole(extents: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int | None]]:
    for start, length in extents:
        yield start, None if length < 0 else length


def _shaped(array: Any, shape: tuple[int, ...]) -> Any:
    try:
        return array.reshape(shape)
    except ValueError:
        raise damaged(f"there is no tensor of shape {list(shape)}") from None


def _dtype(entry: _Entry) -> DType:
    try:
        return as_dtype(entry.dtype)
    except TypeError:
        raise damaged(f"there is no dtype {entry.dtype}") from None


def _header(items: Mapping[bytes, bytes]) -> int:
    """The number of files of data."""
    if _HEADER not in items:
        raise damaged("the index has no header")
    shards = 0
    for key, value in fields(items[_HEADER]):
        if key == 1:
            shards = number(value)
        elif key == 2 and value:
            raise UnimplementedError(
                None, None, "The numbers of this checkpoint are big-endian, which is not read here."
            )
    if not 0 < shards < 100_000:
        raise damaged(f"the index tells of {shards} files")
    return shards


def _entry(data: bytes) -> _Entry:
    found: dict[str, Any] = {}
    slices = []
    for key, value in fields(data):
        match key:
            case 1 | 3 | 4 | 5 | 6:
                name = {1: "dtype", 3: "shard", 4: "offset", 5: "size", 6: "checksum"}[key]
                found[name] = number(value)
            case 2:
                found["shape"] = _shape(message(value))
            case 7:
                slices.append(_extents(message(value)))
    return _Entry(**found, slices=tuple(slices))


def _shape(data: Any) -> tuple[int, ...]:
    shape = []
    for key, value in fields(data):
        if key == 2:
            sizes = [number(n) for k, n in fields(message(value)) if k == 1]
            shape.append(sizes[-1] if sizes else 0)
    if any(n < 0 for n in shape):
        raise damaged("a tensor has an axis of no known length")
    return tuple(shape)


def _extents(data: Any) -> tuple[tuple[int, int], ...]:
    """A slice: for each axis where it begins, and its length, -1 for all."""
    extents = []
    for key, value in fields(data):
        if key == 1:
            found = {k: number(n) for k, n in fields(message(value))}
            extents.append((found.get(1, 0), found.get(2, -1)))
    return tuple(extents)


# --- the keys of slices, in an encoding that keeps their order ---------------------------------------------------


def _slice_key(name: bytes, extents: tuple[tuple[int, int], ...]) -> bytes:
    escaped = re.sub(rb"[\x00\xff]", lambda m: m[0] + (b"\xff" if m[0] == b"\0" else b"\0"), name)
    key = _natural(0) + escaped + b"\0\1" + _natural(len(extents))
    return key + b"".join(_ordered(n) for extent in extents for n in extent)


def _natural(value: int) -> bytes:
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(data)]) + data


def _ordered(value: int) -> bytes:
    bits = (~value if value < 0 else value).bit_length()
    length = bits // 7 + 1
    head = ((1 << length) - 1 << 16 - length) & 0xFFFF  # as many ones
    data = bytearray(value.to_bytes(10, "big", signed=True)[-length:])
    data[0] ^= head >> 8
    if length > 1:
        data[1] ^= head & 0xFF
    return bytes(data)
