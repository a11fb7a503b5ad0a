"""The profile that is being made: there is one at a time."""

import threading
from typing import Any, NamedTuple

from ..values.errors import AlreadyExistsError, UnavailableError
from .collector import Collector


class ProfilerOptions(NamedTuple):
    """What is profiled.

    Attributes:
      host_tracer_level: 1 for functions, backward passes and `Trace`s; 2, the default, for each operation and
        derivative too; 3 for the shapes of what these are given.
      python_tracer_level: 1 for the line of the program of each event.
      device_tracer_level: 1, the default, for XLA's programs; 0 not.
      delay_ms: after how many milliseconds it begins.
    """

    host_tracer_level: int = 2
    python_tracer_level: int = 0
    device_tracer_level: int = 1
    delay_ms: int | None = None


class _Session:
    """A profile that is being made."""

    def __init__(self, folder: str, options: Any) -> None:
        level = options.host_tracer_level
        self.folder = folder
        self.collector = Collector(operations=level > 1, programs=options.device_tracer_level > 0,
                                   lines=options.python_tracer_level > 0, shapes=level > 2)  # fmt: skip
        self.timer = threading.Timer((options.delay_ms or 0) / 1000, self.collector.begin)
        if options.delay_ms:
            self.timer.daemon = True
            self.timer.start()
        else:
            self.collector.begin()

    def end(self) -> Collector:
        self.timer.cancel()
        self.collector.end()
        return self.collector


_lock = threading.Lock()
_session: _Session | None = None


def begin(folder: str, options: ProfilerOptions | None = None) -> None:
    """Begin to profile.

    Args:
      folder: where it is for.
      options: what is profiled.

    Raises:
      AlreadyExistsError: if it has begun already.
    """
    global _session
    with _lock:
        if _session is not None:
            raise AlreadyExistsError(None, None, "Another profiler is running.")
        _session = _Session(folder, options or ProfilerOptions())


def end() -> tuple[Collector, str]:
    """End the profile; gives what was noted, and where that is for.

    Raises:
      UnavailableError: if there is none.
    """
    global _session
    with _lock:
        if _session is None:
            raise UnavailableError(None, None, "Cannot export profiling results. No profiler is running.")
        ended, _session = _session, None
    return ended.end(), ended.folder
