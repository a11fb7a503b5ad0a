"""Protocol buffers' wire format, as far as a checkpoint's few messages need it: varints, bytes and fixed numbers."""

import struct
from collections.abc import Iterator
from typing import Any

from ..values.errors import DataLossError

__all__ = ["damaged", "field", "fields", "fixed32", "message", "signed", "text", "varint"]


def damaged(what: str) -> DataLossError:
    """The error of a file that is not as it was written, to be raised by the caller."""
    return DataLossError(None, None, what)


def varint(number: int) -> bytes:
    """The bytes of a whole number; of one below zero, as of 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def take_varint(data: Any, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it. Raises DataLossError if there is none."""
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise damaged("a number in it has no end")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & (1 << 64) - 1, at
        shift += 7


def signed(number: int) -> int:
    """A varint's number, as an int64."""
    return number - (1 << 64) if number >> 63 else number


def field(number: int, value: int | bytes | str) -> bytes:
    """A field of a message: a number, which is left out if it is 0, or bytes, or text, or another message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value) if value else b""
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fixed32(number: int, value: int) -> bytes:
    return varint(number << 3 | 5) + struct.pack("<I", value)


def fields(data: Any) -> Iterator[tuple[int, Any]]:
    """The fields of a message: the number of each, and an int, or for what has a length a view of its bytes.

    Raises:
      DataLossError: if it is no message.
    """
    view = memoryview(data)
    at = 0
    while at < len(view):
        key, at = take_varint(view, at)
        value: Any
        match key & 7:
            case 0:
                value, at = take_varint(view, at)
            case 1 | 5 as kind:
                size = 8 if kind == 1 else 4
                value = int.from_bytes(view[at : at + size], "little")
                at += size
            case 2:
                size, at = take_varint(view, at)
                value = view[at : at + size]
                at += size
            case _:
                raise damaged("a field in it has a kind that there is not")
        if at > len(view):
            raise damaged("a field in it is longer than all of it")
        yield key >> 3, value


def message(value: Any) -> Any:
    """What a field holds, if it is bytes. Raises DataLossError else."""
    if not isinstance(value, memoryview):
        raise damaged("a number stands in it for a message")
    return value


def number(value: Any) -> int:
    """What a field holds, if it is a number. Raises DataLossError else."""
    if not isinstance(value, int):
        raise damaged("a message stands in it for a number")
    return signed(value)


def text(value: Any) -> str:
    """What a field holds, if it is text. Raises DataLossError else."""
    try:
        return str(message(value), "utf-8")
    except UnicodeDecodeError:
        raise damaged("a text in it is not UTF-8") from None
