"""PNG files with NumPy and zlib: written with any number of channels, and read where colours have 16 bits."""

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}


class Header(NamedTuple):
    """What a PNG file says of itself; `transparent` is the content of its chunk of transparency, or None."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool
    transparent: bytes | None

    @property
    def channels(self) -> int:
        return _CHANNELS[self.colour]

    @property
    def row(self) -> int:
        """The bytes of a row."""
        return (self.width * self.channels * self.depth + 7) // 8


def header(content: bytes) -> Header:
    """The header of a PNG file. Raises ValueError if it has none."""
    if len(content) < 33 or content[12:16] != b"IHDR":
        raise ValueError("Invalid PNG. Failed to initialize decoder.")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", content[16:29])
    if zlib.crc32(content[12:29]) != struct.unpack(">I", content[29:33])[0]:
        raise ValueError("Invalid PNG. Failed to initialize decoder.")
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or not width or not height:
        raise ValueError("Invalid PNG. Failed to initialize decoder.")
    transparent = None
    for name, part in _chunks(content):
        if name == b"tRNS":
            transparent = part
        if name == b"IDAT":
            break
    return Header(width, height, depth, colour, bool(interlaced), transparent)


def _chunks(content: bytes) -> Any:
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        if at + 12 + length > len(content):
            return
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def read_deep(content: bytes, told: Header) -> Any:
    """The pixels of a file of 16 bits that is not interlaced. Raises ValueError if it is damaged."""
    inflate = zlib.decompressobj()
    size = (told.row + 1) * told.height
    try:
        parts = b"".join(part for name, part in _chunks(content) if name == b"IDAT")
        data = inflate.decompress(parts, size)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(data) != size:
        raise ValueError("it ends before the last row")
    rows = np.frombuffer(data, np.uint8).reshape(told.height, told.row + 1)
    bytes_ = _unfiltered(rows, 2 * told.channels)
    return bytes_.view(">u2").astype(np.uint16).reshape(told.height, told.width, told.channels)


def _unfiltered(rows: Any, step: int) -> Any:
    out = np.zeros((len(rows), rows.shape[1] - 1), np.uint8)
    above = np.zeros(rows.shape[1] - 1, np.uint8)
    for i, row in enumerate(rows):
        kind, line = int(row[0]), row[1:]
        if kind == 0:
            out[i] = line
        elif kind == 1:
            out[i] = np.cumsum(line.reshape(-1, step), 0, dtype=np.uint8).ravel()
        elif kind == 2:
            out[i] = line + above
        elif kind in (3, 4):
            out[i] = _by_neighbours(kind, line.tolist(), above.tolist(), step)
        else:
            raise ValueError(f"there is no filter {kind}")
        above = out[i]
    return out


def _by_neighbours(kind: int, line: list[int], above: list[int], step: int) -> list[int]:
    """A row that is written as differences to the average of its neighbours, or to the nearest of three."""
    made = [0] * step + line
    corner = [0] * step + above
    for i, up in enumerate(above):
        left = made[i]
        if kind == 3:
            guess = (left + up) // 2
        else:
            over = corner[i]
            p = left + up - over
            a, b, c = abs(p - left), abs(p - up), abs(p - over)
            guess = left if a <= b and a <= c else up if b <= c else over
        made[i + step] = (made[i + step] + guess) & 255
    return made[step:]


def write(image: Any, compression: int) -> bytes:
    """A PNG file of an image of shape (height, width, channels), of uint8 or uint16."""
    height, width, channels = image.shape
    rows = np.ascontiguousarray(image.astype(">u2") if image.dtype == np.uint16 else image)
    rows = rows.view(np.uint8).reshape(height, -1)
    data = zlib.compress(_filtered(rows, channels * image.dtype.itemsize).tobytes(), compression)
    told = struct.pack(">IIBBBBB", width, height, 8 * image.dtype.itemsize, _COLOURS[channels], 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", told) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _filtered(rows: Any, step: int) -> Any:
    """Each row after the number of the filter of which its bytes are the smallest, as compresses well."""
    left = np.zeros_like(rows)
    left[:, step:] = rows[:, :-step]
    up = np.zeros_like(rows)
    up[1:] = rows[:-1]
    corner = np.zeros_like(rows)
    corner[1:, step:] = rows[:-1, :-step]
    wide = [x.astype(np.int16) for x in (left, up, corner)]
    p = wide[0] + wide[1] - wide[2]
    a, b, c = (np.abs(p - x) for x in wide)
    paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
    average = ((wide[0] + wide[1]) // 2).astype(np.uint8)
    tried = np.stack([rows, rows - left, rows - up, rows - average, rows - paeth])
    costs = np.abs(tried.view(np.int8).astype(np.int16)).sum(-1, dtype=np.int64)
    best = costs.argmin(0)
    chosen = tried[best, np.arange(len(rows))]
    return np.concatenate([best.astype(np.uint8)[:, None], chosen], 1)
