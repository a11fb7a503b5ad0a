"""The TFRecord format: each record has its length before it and, after both, a masked CRC-32C of them.

A file is opened as its compression says: `opened(path, "GZIP")`. `framed(data)` is a record as it stands in a file, and
`records(file)` reads them back. See https://www.tensorflow.org/tutorials/load_data/tfrecord.
"""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..values.errors import DataLossError, InvalidArgumentError, OpError, ResourceExhaustedError
from ..values.files import memory
from . import storage
from .crc32c import masked_crc32c
from .storage import text

_PART = 1 << 24  # as much is read at once of what a length, which may be damaged, asks for


def framed(data: bytes) -> bytes:
    """A record as it stands in a file."""
    length = struct.pack("<Q", len(data))
    return b"".join((length, struct.pack("<I", masked_crc32c(length)), data, struct.pack("<I", masked_crc32c(data))))


def records(file: BinaryIO, start: int = 0) -> Iterator[tuple[bytes, int]]:
    """The records of a file from the byte `start` on, where one begins, each with the place where the next begins.

    Raises:
      DataLossError: if a checksum is wrong, or the file ends in the middle of a record.
    """
    place = start
    if start:
        file.seek(start)
    while True:
        head = _read(file, 12, place)
        if len(head) < 12:
            return
        length, crc = struct.unpack("<QI", head)
        if crc != masked_crc32c(head[:8]):
            raise DataLossError(None, None, f"corrupted record at {place} (Is this even a TFRecord file?)")
        data = _read(file, length + 4, place)
        if len(data) < length + 4:
            raise DataLossError(None, None, f"truncated record at {place}' failed with Read less bytes than requested")
        if struct.unpack("<I", data[-4:])[0] != masked_crc32c(data[:-4]):
            raise DataLossError(None, None, f"corrupted record at {place + 12}")
        place += length + 16
        yield data[:-4], place


def read(path: Any, compression: str = "", start: int = 0) -> Iterator[tuple[bytes, int]]:
    """The same of a file that is opened for it."""
    with opened(path, compression) as file:
        yield from records(file, start)


def _read(file: BinaryIO, count: int, place: int) -> bytes:
    """`count` bytes, or as many as there are. Not more memory is taken than there are bytes."""
    try:
        data = file.read(min(count, _PART))
        if len(data) == count or not data:
            return data
        parts, left = [data], count - len(data)
        while True:
            more = file.read(min(left, _PART))
            if not more:
                return b"".join(parts)
            parts.append(more)
            left -= len(more)
            if count - left > memory():
                raise ResourceExhaustedError(None, None, f"a record at {place} has more bytes than there is memory")
    except EOFError:
        raise DataLossError(None, None, f"truncated record at {place}' failed with EOF reached") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataLossError(None, None, f"inflate() failed: {error}") from None


class _Inflated(io.RawIOBase):
    """What a file in zlib's format holds."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inflate = zlib.decompressobj()
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        """Read on to a place; from the start, if it is behind."""
        if whence == 2:
            while self.read(1 << 16):
                pass
        target = offset + (self._place if whence else 0)
        if target < self._place:
            self._file.seek(0)
            self._inflate, self._place = zlib.decompressobj(), 0
        while self._place < target and self.read(min(target - self._place, 1 << 16)):
            pass
        return self._place

    def readinto(self, buffer: Any) -> int:
        while not self._inflate.eof:
            given = self._inflate.unconsumed_tail or self._file.read(1 << 16)
            if not given:
                raise EOFError("the compressed file ends in the middle")
            made = self._inflate.decompress(given, len(buffer))
            if made:
                buffer[: len(made)] = made
                self._place += len(made)
                return len(made)
        return 0

    def close(self) -> None:
        self._file.close()
        super().close()


class _Zipped(gzip.GzipFile):
    """A file in gzip's format, closed together with the one that it is in."""

    def __init__(self, file: BinaryIO, mode: str) -> None:
        self._under = file
        super().__init__(fileobj=file, mode=mode)

    def close(self) -> None:
        super().close()
        self._under.close()


def opened(path: Any, compression: str = "", buffer: int = 1 << 18) -> BinaryIO:
    """A file for reading: as it is, or what it holds where `compression` is "GZIP" or "ZLIB".

    Raises:
      NotFoundError: if it is not there.
      FailedPreconditionError: if it is a folder.
    """
    name = text(path)
    if compression not in ("", "GZIP", "ZLIB"):
        raise InvalidArgumentError(None, None, f"Unsupported compression_type: {compression}")
    try:
        file = storage.opened(name, "rb", buffer)
    except OSError as error:
        raise error if isinstance(error, OpError) else storage.failure(error, name) from error
    if compression == "GZIP":
        return _Zipped(file, "rb")  # type: ignore[return-value]
    return io.BufferedReader(_Inflated(file), buffer) if compression == "ZLIB" else file  # type: ignore[no-any-return]


def created(path: str, compression: str = "") -> BinaryIO:
    """A new file for writing: as it is, or compressed where `compression` is "GZIP"."""
    file = storage.opened(path, "wb")
    return _Zipped(file, "wb") if compression else file  # type: ignore[return-value]
