"""Where files are: the machine's own file system, or what fsspec has for paths such as "memory://x" and "gs://x"."""

import errno
import functools
import io
import os
import re
from collections.abc import Callable
from typing import Any, TypeVar

from ..values.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    NotFoundError,
    OpError,
    PermissionDeniedError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
)
from .extras import needed

F = TypeVar("F", bound=Callable[..., Any])

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")


def text(path: Any) -> str:
    """A path as text: of a string, bytes, an object with a path, or a tensor of a string."""
    if isinstance(path, str | bytes | os.PathLike):
        found = os.fsdecode(path)
        return "memory://" + found[6:] if found.startswith("ram://") else found  # by fsspec's name
    array = getattr(path, "_array", path)
    found = array if isinstance(array, bytes | str) else array.item() if hasattr(array, "item") else array
    if not isinstance(found, str | bytes):
        raise TypeError(f"a path is a string, bytes or an object with a path, not {type(path).__name__}: {path!r}")
    return text(found)


def scheme_of(path: str) -> str:
    """The scheme of a path; "" for one of the machine's own file system."""
    found = _SCHEME.match(path)
    return "" if found is None or found[1] == "file" else found[1]


def local(path: str) -> str:
    """The path in the machine's own file system that `path` is."""
    return path.removeprefix("file://")


def remote(path: str) -> Any:
    """The file system of a path that has a scheme, which fsspec knows."""
    scheme = scheme_of(path)
    fsspec = needed("fsspec", "fsspec", f"The file system of {path!r}")
    try:
        return fsspec.filesystem(scheme)
    except ValueError:
        raise UnimplementedError(
            None, None, f"File system scheme '{scheme}' not implemented (file: '{path}')"
        ) from None


_KINDS: dict[int, type[OpError]] = {
    errno.ENOENT: NotFoundError, errno.EEXIST: AlreadyExistsError, errno.ENOTEMPTY: FailedPreconditionError,
    errno.EISDIR: FailedPreconditionError, errno.ENOTDIR: FailedPreconditionError, errno.EACCES: PermissionDeniedError,
    errno.EPERM: PermissionDeniedError, errno.EROFS: PermissionDeniedError, errno.ENOSPC: ResourceExhaustedError,
    errno.EDQUOT: ResourceExhaustedError, errno.EMFILE: ResourceExhaustedError, errno.ENFILE: ResourceExhaustedError,
}  # fmt: skip


def failure(error: OSError, path: str, op: str = "") -> OpError:
    """What TensorFlow raises where the system raised `error`."""
    kind = _KINDS.get(error.errno or 0, UnknownError)
    if error.errno is None:
        kind = NotFoundError if isinstance(error, FileNotFoundError) else UnknownError
    said = os.strerror(error.errno) if error.errno else str(error) or "No such file or directory"
    return kind(None, None, f"{path}; {said}{op and f' [Op:{op}]'}")


def translated(function: F) -> F:
    """Decorates a function whose first argument is a path: an OSError becomes TensorFlow's error."""

    @functools.wraps(function)
    def call(path: Any, *args: Any, **options: Any) -> Any:
        try:
            return function(path, *args, **options)
        except OSError as error:
            if isinstance(error, OpError):
                raise
            raise failure(error, text(path)) from error

    return call  # type: ignore[return-value]


def opened(path: str, mode: str, buffering: int = -1) -> Any:
    """The file at `path`, in a binary mode. Raises an OSError where there is none."""
    if not scheme_of(path):
        return open(local(path), mode, buffering)
    file = remote(path).open(path, mode)
    if isinstance(file, io.BytesIO) and mode == "rb":  # all who open a file in memory get the same, at one place in it
        return _Reading(path, file.getvalue())
    return file


class _Reading(io.BytesIO):
    """A file in memory, to read it."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
