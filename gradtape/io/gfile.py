"""`tf.io.gfile`: files and folders, of the machine's own file system and of those that fsspec knows."""

import glob as _glob
import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..values.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
)
from ..values.lacking import lacking
from .storage import failure, local, opened, remote, scheme_of, text, translated

__all__ = [
    "GFile", "copy", "exists", "get_registered_schemes", "glob", "isdir", "join", "listdir", "makedirs", "mkdir",
    "remove", "rename", "rmtree", "stat", "walk",
]  # fmt: skip

_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A file, which is opened when it is first read or written.

    Args:
      name: its path.
      mode: "r", "w", "a", "r+", "w+" or "a+", for text as UTF-8; with a "b" for bytes.

    Raises:
      InvalidArgumentError: for another mode.

    >>> import gradtape as tf, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "x.txt")
    >>> with tf.io.gfile.GFile(path, "w") as f:
    ...     f.write("one\\ntwo")
    >>> tf.io.gfile.GFile(path).readlines()
    ['one\\n', 'two']
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        self.__name = name
        self.__mode = mode
        self._binary = "b" in mode
        self._plain = mode.replace("b", "")
        self._file: Any = None
        if self._plain not in _MODES:
            raise InvalidArgumentError(None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'")

    @property
    def name(self) -> Any:
        return self.__name

    @property
    def mode(self) -> str:
        return self.__mode

    def _open(self, reading: bool) -> Any:
        if reading and self._plain in ("w", "a"):
            raise PermissionDeniedError(None, None, "File isn't open for reading")
        if not reading and self._plain == "r":
            raise PermissionDeniedError(None, None, "File isn't open for writing")
        if self._file is None:
            path = text(self.__name)
            try:
                self._file = opened(path, self._plain[0] + "b" + self._plain[1:])
            except OSError as error:
                raise _told(error, path) from error
        return self._file

    def _made(self, content: bytes) -> Any:
        return content if self._binary else content.decode("utf-8")

    def size(self) -> int:
        """How many bytes it has."""
        if self._file is not None and self._plain != "r":
            self._file.flush()
        return stat(self.__name).length

    def write(self, file_content: str | bytes) -> None:
        """Write text as UTF-8, or bytes, at the end of what was written."""
        content = file_content.encode("utf-8") if isinstance(file_content, str) else bytes(file_content)
        self._open(reading=False).write(content)

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all that are left."""
        return self._made(self._open(reading=True).read(n))

    def readline(self) -> Any:
        """The next line; empty at the end."""
        return self._made(self._open(reading=True).readline())

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return list(map(self._made, self._open(reading=True).readlines()))

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Go to a place, to read there: from the start, or if `whence` is 1 or 2 from here or from the end."""
        offset = position if offset is None else offset
        if offset is None:
            raise TypeError("seek(): offset argument required")
        if whence not in (0, 1, 2):
            raise InvalidArgumentError(None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2.")
        self._open(reading=True).seek(offset, whence)

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        """Where it is being read or written."""
        return self._open(reading=self._plain != "w" and self._plain != "a").tell()  # type: ignore[no-any-return]

    def flush(self) -> None:
        """Have what was written in the file."""
        if self._file is not None and self._plain != "r":
            self._file.flush()

    def close(self) -> None:
        """Close it; reading or writing opens it again."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
        elif self._plain in ("w", "w+", "a") and not exists(self.__name):
            self._open(reading=False)
            self.close()

    def __enter__(self) -> "GFile":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __iter__(self) -> "GFile":
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line


def _told(error: OSError, path: str) -> OpError:
    return error if isinstance(error, OpError) else failure(error, path)


class FileStatistics(NamedTuple):
    """What `stat` tells of a file: its length in bytes, when it was changed in nanoseconds, whether it is a folder."""

    length: int
    mtime_nsec: int
    is_directory: bool


@translated
def exists(path: Any) -> bool:
    """Whether there is a file or folder at `path`."""
    path = text(path)
    return remote(path).exists(path) if scheme_of(path) else os.path.exists(local(path))  # type: ignore[no-any-return]


@translated
def isdir(path: Any) -> bool:
    """Whether there is a folder at `path`."""
    path = text(path)
    return remote(path).isdir(path) if scheme_of(path) else os.path.isdir(local(path))  # type: ignore[no-any-return]


@translated
def listdir(path: Any) -> list[str]:
    """The names of what is in a folder.

    Raises:
      NotFoundError: if there is no such folder.
    """
    path = text(path)
    if not isdir(path):
        raise NotFoundError(None, None, f"Could not find directory {path}")
    if scheme_of(path):
        return sorted(x.rstrip("/").rsplit("/", 1)[-1] for x in remote(path).ls(path, detail=False))
    return os.listdir(local(path))


@translated
def mkdir(path: Any) -> None:
    """Make a folder, if there is none, in one that there is."""
    path = text(path)
    if scheme_of(path):
        remote(path).makedirs(path, exist_ok=True)
    elif not os.path.isdir(local(path)):
        os.mkdir(local(path))


@translated
def makedirs(path: Any) -> None:
    """Make a folder, if there is none, and those that it is in."""
    path = text(path)
    if scheme_of(path):
        remote(path).makedirs(path, exist_ok=True)
    else:
        os.makedirs(local(path), exist_ok=True)


@translated
def remove(path: Any) -> None:
    """Remove a file.

    Raises:
      FailedPreconditionError: if it is a folder.
      NotFoundError: if there is none.
    """
    path = text(path)
    if isdir(path):
        raise FailedPreconditionError(None, None, f"{path}; Is a directory")
    if scheme_of(path):
        remote(path).rm_file(path)
    else:
        os.remove(local(path))


@translated
def rmtree(path: Any) -> None:
    """Remove a folder and all that is in it.

    Raises:
      NotFoundError: if there is none.
    """
    path = text(path)
    if not exists(path):
        raise NotFoundError(None, None, f"{path} not found")
    if scheme_of(path):
        remote(path).rm(path, recursive=True)
    else:
        shutil.rmtree(local(path))


@translated
def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Give a file or folder another path.

    Raises:
      AlreadyExistsError: if there is something, unless `overwrite`.
      NotFoundError: if there is nothing at `src`.
    """
    src, dst = text(src), text(dst)
    if not overwrite and exists(dst):
        raise AlreadyExistsError(None, None, "file already exists")
    if scheme_of(src):
        remote(src).mv(src, dst, recursive=isdir(src))
    else:
        os.replace(local(src), local(dst))


@translated
def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file.

    Raises:
      AlreadyExistsError: if there is something at `dst`, unless `overwrite`.
      NotFoundError: if there is nothing at `src`.
    """
    src, dst = text(src), text(dst)
    if not overwrite and exists(dst):
        raise AlreadyExistsError(None, None, "file already exists")
    with opened(src, "rb") as read, opened(dst, "wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)


@translated
def stat(path: Any) -> FileStatistics:
    """The length of a file, and when it was changed.

    Raises:
      NotFoundError: if there is none.
    """
    path = text(path)
    if scheme_of(path):
        told = remote(path).info(path)
        time = told.get("mtime") or told.get("LastModified") or told.get("created") or 0
        seconds = time.timestamp() if hasattr(time, "timestamp") else float(time)
        return FileStatistics(int(told.get("size") or 0), int(seconds * 1e9), told.get("type") == "directory")
    found = os.stat(local(path))
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(local(path)))


def glob(pattern: Any) -> list[str]:
    """The paths that match a pattern, or one of several; in order.

    `*` and `?` stand for characters other than "/", `[a-z]` for one of these. Paths begin as the pattern does, or with
    "./" where it begins with such a character.
    """
    if not isinstance(pattern, str | bytes | os.PathLike):
        return [path for one in pattern for path in glob(one)]
    pattern = text(pattern)
    if scheme_of(pattern):
        prefix = f"{scheme_of(pattern)}://"
        return sorted(prefix + x.lstrip("/") for x in remote(pattern).glob(pattern))
    prefix = "file://" if pattern.startswith("file://") else ""
    plain = re.split(r"[*?\[]", pattern, maxsplit=1)
    if len(plain) == 2 and "/" not in plain[0]:
        prefix = "./"
    return sorted(prefix + path for path in _glob.glob(local(pattern), include_hidden=True))


def walk(
    top: Any, topdown: bool = True, onerror: Callable[[Any], Any] | None = None
) -> Iterator[tuple[Any, list[str], list[str]]]:
    """The folders at and below `top`: for each its path, and the names of the folders and of the files in it."""
    here = text(top)
    try:
        names = sorted(listdir(here))
    except OpError as error:
        if onerror:
            onerror(error)
        return
    folders = [name for name in names if isdir(join(here, name))]
    files = [name for name in names if name not in folders]
    if topdown:
        yield here, folders, files
    for name in folders:
        yield from walk(join(here, name), topdown, onerror)
    if not topdown:
        yield here, folders, files


def join(path: Any, *paths: Any) -> Any:
    """A path made of parts, with "/" between them; what is an absolute path begins anew."""
    given = [x if isinstance(x, str | bytes) else os.fspath(x) for x in (path, *paths)]
    return os.path.join(*given)


def get_registered_schemes() -> list[str]:
    """The schemes of paths that are known: "" and "file" for the machine's own, and those of fsspec if it is there."""
    try:
        from fsspec import available_protocols
    except ImportError:
        return ["file", ""]
    return ["file", "", "ram", *(x for x in available_protocols() if x not in ("file", "local"))]


__getattr__ = lacking(__name__)
