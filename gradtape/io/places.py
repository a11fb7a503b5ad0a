"""Files that belong together, as those of checkpoints: in the machine's own file system, where they are whole or not
there and writers take turns; or in one that fsspec knows, where they are as whole as that makes them.
"""

import contextlib
import glob
import os
import stat
from collections.abc import Iterable
from typing import Any

from ..values import files
from ..values.errors import DataLossError
from ..values.files import UnreadableError, memory
from . import gfile, storage
from .storage import local, remote, scheme_of

__all__ = [
    "data_files", "exists", "make_folder", "opened", "read", "remove", "remove_folder", "size", "stamp", "write",
    "writing",
]  # fmt: skip


def exists(path: str) -> bool:
    return bool(remote(path).isfile(path)) if scheme_of(path) else os.path.isfile(local(path))


def read(path: str, limit: int | None = None) -> bytes:
    """The contents of a file. Raises FileNotFoundError if there is none."""
    if not scheme_of(path):
        return files.read_file(local(path), limit)
    with storage.opened(path, "rb") as file:
        length = size(file)
        if length > (memory() if limit is None else limit):
            raise UnreadableError(f"{path} has {length} bytes")
        return file.read()  # type: ignore[no-any-return]


def write(path: str, parts: Iterable[Any]) -> None:
    """Make these buffers the contents of a file, at once where that can be done."""
    if not scheme_of(path):
        return files.write_file(local(path), parts)
    with storage.opened(path, "wb") as file:
        for part in parts:
            file.write(part)


def remove(path: str) -> None:
    """Remove a file, if there is one."""
    with contextlib.suppress(FileNotFoundError):
        remote(path).rm_file(path) if scheme_of(path) else os.remove(local(path))


def remove_folder(path: str) -> None:
    """Remove a folder, if it is empty."""
    with contextlib.suppress(OSError):
        remote(path).rmdir(path) if scheme_of(path) else os.rmdir(local(path))


def make_folder(path: str) -> None:
    if path:
        gfile.makedirs(path)


def writing(folder: str) -> Any:
    """A context in which no other writer of this folder is, where that can be done."""
    return contextlib.nullcontext() if scheme_of(folder) else files.writing(local(folder))


def data_files(prefix: str) -> list[str]:
    """The files of data that a bundle may have."""
    pattern = glob.escape(prefix) + ".data-?????-of-?????"
    if scheme_of(prefix):
        return gfile.glob(pattern)
    return glob.glob(local(pattern))


def stamp(path: str) -> Any:
    """What is another value when the file has been written again; None if there is none."""
    try:
        if scheme_of(path):
            told = gfile.stat(path)
            return told.length, told.mtime_nsec
        found = os.stat(local(path))
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def opened(path: str) -> Any:
    """The file, to be read; None if it is not there."""
    try:
        if scheme_of(path):
            return storage.opened(path, "rb")
        descriptor = os.open(local(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DataLossError(None, None, f"{path} is no regular file")
    return open(descriptor, "rb", buffering=0)


def size(file: Any) -> int:
    """How many bytes an open file has."""
    place = file.tell()
    length = int(file.seek(0, 2))
    file.seek(place)
    return length
