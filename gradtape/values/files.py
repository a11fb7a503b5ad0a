"""Files that are whole or not there, whoever else writes or reads them, and whenever a process is killed.

`write_file` puts one file into its place at once. Who writes several that belong together does so in `writing(folder)`,
one process, or thread, at a time, and puts the one that names the others into its place last. What is being written is
held by a lock of the system, which ends with its process: `remove_leftovers` removes what nobody holds. `read_file`
reads files that strangers may have made.
"""

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Any

try:
    import fcntl
except ImportError:  # Windows: there, what a killed process left stays
    fcntl = None  # type: ignore[assignment]

_TEMPORARY = re.compile(r"(.+)\.[0-9a-f]{8}\.tmp", re.DOTALL)
_UNSUPPORTED = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL, errno.EBADF)


class UnreadableError(OSError):
    """A file is no file that can be read whole."""


def write_file(path: str, parts: Iterable[Any]) -> None:
    """Make these buffers the contents of the file, at once: whoever opens it finds all of the old or all of the new.

    What a process that was killed left of such a file is removed.
    """
    folder, name = os.path.split(path)
    remove_leftovers(folder, lambda found: found == name)
    temporary = ""
    descriptor = -1
    try:
        while True:
            temporary = f"{path}.{secrets.token_hex(4)}.tmp"
            with contextlib.suppress(FileExistsError):
                descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o666)
                if not _hold(descriptor, temporary):
                    os.close(descriptor)
                    descriptor = -1
            if descriptor >= 0:
                break
        with open(descriptor, "wb", closefd=False) as file:
            for part in parts:
                file.write(part)
        os.fsync(descriptor)
        if fcntl is None:  # there, open files cannot be moved
            os.close(descriptor)
            descriptor = -1
        os.replace(temporary, path)
        temporary = ""
        _flush(folder)
    finally:
        if descriptor >= 0:
            os.close(descriptor)
        if temporary:
            with contextlib.suppress(OSError):
                os.remove(temporary)


def _hold(descriptor: int, path: str) -> bool:
    """Lock a new file, so that it is seen that it is being written; False if it was removed before."""
    if not _lock(descriptor, wait=True):
        return True
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


_FLAGS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _lock(descriptor: int, wait: bool) -> bool:
    """Lock an open file, or folder; False if it is not to be had, or nothing can be locked here."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, *_UNSUPPORTED):
            return False
        raise
    return True


def _flush(folder: str) -> None:
    """Have it on the disk what files there are in a folder, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder or ".", os.O_RDONLY | _FLAGS)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder: str, written: Callable[[str], bool]) -> None:
    """Remove what `write_file` left in a folder when it was killed, of files with names such as `written` says."""
    if fcntl is None:
        return
    try:
        found = [(name, _TEMPORARY.fullmatch(name)) for name in os.listdir(folder or ".")]
    except OSError:
        return
    for name, match in found:
        if match is not None and written(match[1]):
            _remove_if_left(os.path.join(folder, name))


def _remove_if_left(path: str) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | _FLAGS)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode) and _lock(descriptor, wait=False):
                os.remove(path)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def writing(folder: str) -> Iterator[bool]:
    """A context in which nobody else is in such a context for the folder, of this process or another one.

    It gives whether that is so: not every system can do it.
    """
    descriptor = -1
    try:
        if fcntl is not None:
            descriptor = os.open(folder or ".", os.O_RDONLY | _FLAGS)
        yield descriptor >= 0 and _lock(descriptor, wait=True)
    finally:
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a process that was forked meanwhile has it open too
            os.close(descriptor)


def read_file(path: str, limit: int | None = None) -> bytes:
    """The contents of a file.

    Args:
      limit: how many bytes it may have; by default as many as there is memory.

    Raises:
      FileNotFoundError: if there is no such file.
      UnreadableError: if it is no regular file (a pipe or a device might never end), or has more bytes.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _FLAGS)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError(f"{path} is no regular file")
        limit = memory() if limit is None else min(limit, memory())
        if found.st_size > limit:
            raise UnreadableError(f"{path} has {found.st_size} bytes, of which at most {limit} can be read")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(found.st_size + 1)
        if len(data) > found.st_size:
            raise UnreadableError(f"{path} grows while it is read")
        return data
    finally:
        os.close(descriptor)


def memory() -> int:
    """The bytes of memory that the machine has."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 1 << 40
