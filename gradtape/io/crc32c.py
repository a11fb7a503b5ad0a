"""CRC-32C (Castagnoli), the checksum of records and checkpoints: by google-crc32c, or else in NumPy, as follows.

The remainder of a message is linear in its bits, so that parts are looked up apart, and joined. Up to `_LONG` bytes the
parts are blocks of 256 bytes, each byte of which has a table; what came before goes through one for each of its bytes.

A longer message is words of 8 bytes. `_LANES` words stand next to each other in a row; a lane takes a word of each row,
and its remainder is that of its words with zeros for all between them. A whole row costs four look-ups in tables of 16
bits, for all lanes at once. At the end lanes are joined, two by two, since the remainder of zeros that follow is a
linear map, and so is that of twice as many. Zeros that come first change nothing: so the first block, or row, may be
short, and what came before is a change of its first four bytes.
"""

import functools
import importlib
import warnings
from typing import Any

import numpy as np

__all__ = ["crc32c", "masked", "masked_crc32c"]

_POLYNOMIAL = 0x82F63B78
_WORD = 0xFFFFFFFF
_SHORT = 48  # bytes for which a loop is faster than NumPy
_BLOCK = 256
_LONG = 1 << 16
_LANES = 4096
_ROW = 8 * _LANES


def crc32c(data: Any, crc: int = 0) -> int:
    """The checksum of a buffer; of more than one, with that of what came before as `crc`.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    if (extend := _library()) is not None:
        return extend(crc, data if type(data) is bytes else np.frombuffer(data, np.uint8))  # type: ignore[no-any-return]
    return _by_numpy(data, crc)


@functools.cache
def _library() -> Any:
    """`extend(crc, buffer)` of google-crc32c; None if it is not installed, or without its part in C."""
    with warnings.catch_warnings(action="ignore"):  # it would warn of the latter
        try:
            library = importlib.import_module("google_crc32c")
        except ImportError:
            return None
    return library.extend if library.implementation == "c" else None


def _by_numpy(data: Any, crc: int = 0) -> int:
    view = memoryview(data).cast("B")
    way = _by_bytes if len(view) < _SHORT else _by_blocks if len(view) < _LONG else _by_lanes
    return way(view, crc ^ _WORD) ^ _WORD


def _by_bytes(view: memoryview, state: int) -> int:
    for byte in view.tobytes():
        state = _BYTE[(state ^ byte) & 255] ^ state >> 8
    return state


def _behind_zeros(array: Any, length: int, state: int) -> Any:
    """`array` at the end of `length` bytes, changed by what came before it."""
    padded = np.zeros(length, np.uint8)
    begin = length - len(array)
    padded[begin:] = array
    padded[begin : begin + 4] ^= np.frombuffer(state.to_bytes(4, "little"), np.uint8)
    return padded


def _by_blocks(view: memoryview, state: int) -> int:
    count = -(-len(view) // _BLOCK)
    padded = _behind_zeros(np.frombuffer(view, np.uint8), count * _BLOCK, state)
    places, (first, second, third, fourth) = _block_tables()
    state = 0
    for block in np.bitwise_xor.reduce(places[np.arange(_BLOCK), padded.reshape(count, _BLOCK)], axis=1).tolist():
        state = first[state & 255] ^ second[state >> 8 & 255] ^ third[state >> 16 & 255] ^ fourth[state >> 24] ^ block
    return state


def _by_lanes(view: memoryview, state: int) -> int:
    alone = len(view) % _ROW % 4
    state = _by_bytes(view[:alone], state)
    array = np.frombuffer(view[alone:], np.uint8)
    short = len(array) % _ROW or _ROW
    row = _behind_zeros(array[:short], _ROW, state).view("<u4").reshape(-1, 2)
    low, high = row[:, 0], row[:, 1]
    for row in np.frombuffer(array[short:], "<u4").reshape(-1, _LANES, 2):
        low = row[:, 0] ^ _ahead(low, high)
        high = row[:, 1]
    bytes_of = np.stack([low, high], 1).view(np.uint8).reshape(-1, 8)
    left = _look_up(_byte_tables(8), bytes_of[:, :4]) ^ _look_up(_byte_tables(4), bytes_of[:, 4:])
    distance = 8
    while len(left) > 1:
        bytes_of = np.ascontiguousarray(left[::2]).view(np.uint8).reshape(-1, 4)
        left = _look_up(_byte_tables(distance), bytes_of) ^ left[1::2]
        distance *= 2
    return int(left[0])


def masked(crc: int) -> int:
    """A checksum as it is written beside what it is of: a checksum of checksums would not do without."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & _WORD


def masked_crc32c(data: Any, crc: int = 0) -> int:
    return masked(crc32c(data, crc))


def _ahead(low: Any, high: Any) -> Any:
    """The remainders of words, and of zeros for those of a row that follow."""
    first, second, third, fourth = _row_tables()
    return first[low & 0xFFFF] ^ second[low >> 16] ^ third[high & 0xFFFF] ^ fourth[high >> 16]


def _look_up(tables: Any, bytes_of: Any) -> Any:
    return tables[0][bytes_of[:, 0]] ^ tables[1][bytes_of[:, 1]] ^ tables[2][bytes_of[:, 2]] ^ tables[3][bytes_of[:, 3]]


# --- the linear maps, as 32 columns --------------------------------------------------------------------------------


def _applied(columns: tuple[int, ...], state: int) -> int:
    out = 0
    for column in columns:
        if state & 1:
            out ^= column
        state >>= 1
    return out


@functools.cache
def _zeros(count: int) -> tuple[int, ...]:
    """What `count` bytes of zeros, at least one, make of each bit of a remainder."""
    if count == 1:
        columns = []
        for bit in range(32):
            state = 1 << bit
            for _ in range(8):
                state = state >> 1 ^ (_POLYNOMIAL if state & 1 else 0)
            columns.append(state)
        return tuple(columns)
    half = _zeros(count // 2)
    columns = [_applied(half, column) for column in half]
    return tuple(_applied(_zeros(1), column) for column in columns) if count % 2 else tuple(columns)


def _table(columns: tuple[int, ...]) -> Any:
    """The map of all numbers of as many bits as there are columns."""
    table = np.zeros(1 << len(columns), np.uint32)
    for bit, column in enumerate(columns):
        table[1 << bit : 2 << bit] = table[: 1 << bit] ^ np.uint32(column)
    return table


@functools.cache
def _byte_tables(count: int) -> tuple[Any, ...]:
    columns = _zeros(count)
    return tuple(_table(columns[i : i + 8]) for i in range(0, 32, 8))


@functools.cache
def _block_tables() -> tuple[Any, list[list[int]]]:
    """For each place in a block and each byte there, the remainder; and of zeros, for each byte that came before."""
    byte = np.array(_BYTE, np.uint32)
    rows = [byte]
    for _ in range(_BLOCK - 1):
        rows.append(byte[rows[-1] & 255] ^ rows[-1] >> 8)
    rows.reverse()
    return np.array(rows), [row.tolist() for row in rows[:4]]


@functools.cache
def _row_tables() -> tuple[Any, ...]:
    low, high = _zeros(_ROW), _zeros(_ROW - 4)
    return tuple(_table(columns[i : i + 16]) for columns in (low, high) for i in (0, 16))


_BYTE = _table(_zeros(1)[:8]).tolist()
