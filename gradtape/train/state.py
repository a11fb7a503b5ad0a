"""The file `checkpoint` of a folder, which tells of the checkpoints in it; and waiting for new ones."""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..io import places
from ..io.storage import scheme_of, text
from ..values.log import logger
from . import bundle

__all__ = ["CheckpointState", "checkpoints_iterator", "get_checkpoint_state", "latest_checkpoint", "update"]

_LONGEST = 1 << 26  # bytes of a file


@dataclass
class CheckpointState:
    """What the file `checkpoint` says: the latest checkpoint, and all that are managed, the oldest first."""

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0

    def __str__(self) -> str:
        lines = [f'model_checkpoint_path: "{_escaped(self.model_checkpoint_path)}"']
        lines += [f'all_model_checkpoint_paths: "{_escaped(p)}"' for p in self.all_model_checkpoint_paths]
        lines += [f"all_model_checkpoint_timestamps: {t!r}" for t in self.all_model_checkpoint_timestamps]
        if self.last_preserved_timestamp:
            lines.append(f"last_preserved_timestamp: {self.last_preserved_timestamp!r}")
        return "\n".join(lines) + "\n"

    __repr__ = __str__


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}
_PLAIN = {escape[1]: char for char, escape in _ESCAPES.items()}
_LINE = re.compile(r"""\s*(\w+)\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|([-+.\w]+))\s*""")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(c, c) for c in text)


def _unescaped(text: str) -> str:
    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1].decode("latin-1")
        if code[0] == "x" and len(code) > 1:
            return bytes([int(code[1:], 16)])
        return bytes([int(code, 8) & 0xFF]) if code[0] in "01234567" else _PLAIN.get(code, code).encode("latin-1")

    return _ESCAPE.sub(plain, text.encode()).decode(errors="surrogateescape")


def _parsed(text: str) -> CheckpointState:
    """The state in the text of a file. Raises ValueError if it is none."""
    state = CheckpointState()
    at = 0
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None:
            raise ValueError(f"{text[at : at + 40]!r} is no field with a value")
        at = match.end()
        name, value = match[1], match[4] if match[4] is not None else _unescaped(match[2] or match[3] or "")
        match name:
            case "model_checkpoint_path":
                state.model_checkpoint_path = value
            case "all_model_checkpoint_paths":
                state.all_model_checkpoint_paths.append(value)
            case "all_model_checkpoint_timestamps":
                state.all_model_checkpoint_timestamps.append(float(value))
            case "last_preserved_timestamp":
                state.last_preserved_timestamp = float(value)
            case _:
                raise ValueError(f"there is no field {name!r}")
    return state


def _file(folder: str, name: str | None) -> str:
    return os.path.join(folder, "checkpoint" if name is None else name)


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> CheckpointState | None:
    """What the file `checkpoint` of a folder says; None if there is none, or it cannot be read.

    Raises:
      ValueError: if it names no latest checkpoint.
    """
    folder = text(checkpoint_dir)
    path = _file(folder, latest_filename)
    if not places.exists(path):
        return None
    try:
        state = _parsed(places.read(path, _LONGEST).decode(errors="surrogateescape"))
    except (OSError, ValueError) as error:
        logger.warning("%s: %s", type(error).__name__, error)
        logger.warning("%s: Checkpoint ignored", path)
        return None
    if not state.model_checkpoint_path:
        raise ValueError("Invalid checkpoint state loaded from " + folder)
    state.model_checkpoint_path = _from(folder, state.model_checkpoint_path)
    state.all_model_checkpoint_paths = [_from(folder, p) for p in state.all_model_checkpoint_paths]
    return state


def _from(folder: str, path: str) -> str:
    return path if scheme_of(path) else os.path.join(folder, path)


def update(
    folder: str, latest: str, paths: Sequence[str], timestamps: Sequence[float] = (), preserved: float = 0.0
) -> None:
    """Write the file `checkpoint` of a folder, which names checkpoints as seen from there.

    Raises:
      RuntimeError: if a checkpoint is called as that file.
    """
    if os.path.abspath(latest) == os.path.abspath(_file(folder, None)):
        raise RuntimeError(
            f"Save path '{latest}' conflicts with path used for checkpoint state.  Please use a different save path."
        )
    relative = [os.path.relpath(p, folder or ".") for p in [*paths, latest]]
    state = CheckpointState(relative.pop(), relative, list(timestamps), preserved)
    places.write(_file(folder, None), [str(state).encode(errors="surrogateescape")])


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The path of the checkpoint that was saved last into a folder, to be given to `restore`; None if there is none."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if not bundle.exists(state.model_checkpoint_path):
        logger.error("Couldn't match files for checkpoint %s", state.model_checkpoint_path)
        return None
    return state.model_checkpoint_path


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
) -> Iterator[str]:
    """Gives the path of each checkpoint that is new in a folder when it is asked; waits until there is one.

    Args:
      min_interval_secs: at least so many seconds are between two of them.
      timeout: how many seconds to wait for one; None waits for ever.
      timeout_fn: is called when they are over, and after each checkpoint; the iterator ends if it gives a true value.
        Without it, the iterator ends when the time is over.
    """
    path = None
    while True:
        new = _wait(checkpoint_dir, path, timeout)
        if new is not None:
            start = time.time()
            path = new
            yield path
            time.sleep(max(0.0, start + min_interval_secs - time.time()))
        elif timeout_fn is None:
            logger.info("Timed-out waiting for a checkpoint.")
            return
        if timeout_fn is not None and timeout_fn():
            logger.info("No new checkpoints will be generated.")
            return


def _wait(folder: Any, last: str | None, timeout: float | None) -> str | None:
    """A checkpoint other than `last`; None if there is none in time."""
    end = None if timeout is None else time.time() + timeout
    while True:
        path = latest_checkpoint(folder)
        if path is not None and path != last:
            return path
        if end is not None and time.time() + 1 > end:
            return None
        time.sleep(1)
