"""`Coordinator`: tells a program's threads when to stop, and waits for them."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from ..values.errors import OutOfRangeError
from ..values.log import logger

__all__ = ["Coordinator"]


class Coordinator:
    """Tells threads when to stop, and waits for them.

    Each thread asks `should_stop()` now and then. One that fails tells the coordinator, by `request_stop(error)` or in
    `with coordinator.stop_on_exception():`; then all stop, and `join` raises what it was.

    Args:
      clean_stop_exception_types: exceptions that end the work without being raised; by default `OutOfRangeError`.

    >>> import gradtape as tf, threading
    >>> coordinator = tf.train.Coordinator()
    >>> def work(n):
    ...     with coordinator.stop_on_exception():
    ...         while not coordinator.should_stop():
    ...             n += 1
    ...             if n == 10:
    ...                 coordinator.request_stop()
    >>> threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    >>> for thread in threads:
    ...     thread.start()
    >>> coordinator.join(threads)
    """

    def __init__(self, clean_stop_exception_types: Iterable[type[BaseException]] | None = None) -> None:
        types = (OutOfRangeError,) if clean_stop_exception_types is None else clean_stop_exception_types
        self._clean = tuple(types)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._joined = False
        self._threads: set[threading.Thread] = set()

    def request_stop(self, ex: Any = None) -> None:
        """Have the threads stop.

        Args:
          ex: the exception that is being handled, or what `sys.exc_info()` gave; the first one is raised by `join`.

        Raises:
          BaseException: `ex`, if they have been joined already.
        """
        with self._lock:
            given = ex[1] if isinstance(ex, tuple) and len(ex) > 1 else ex
            wanted = None if isinstance(given, self._clean) else ex
            if self._joined and wanted is not None:
                raise _handled(wanted)
            if not self._stop.is_set():
                if wanted is not None and wanted != () and self._error is None:
                    self._error = _handled(wanted)
                    logger.info("Error reported to Coordinator: %s, %s", type(self._error), self._error)
                self._stop.set()

    def clear_stop(self) -> None:
        """Forget that a stop was requested, and why."""
        with self._lock:
            self._joined, self._error = False, None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether a stop was requested."""
        return self._stop.is_set()

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A context in which an exception requests a stop, and goes no further."""
        try:
            yield
        except BaseException:
            self.request_stop(sys.exc_info())

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Wait until a stop is requested, or for so many seconds; and say whether it was."""
        return self._stop.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Have `join` wait for this thread."""
        with self._lock:
            self._threads.add(thread)

    def join(self, threads: Iterable[threading.Thread] | None = None, stop_grace_period_secs: float = 120,
             ignore_live_threads: bool = False) -> None:  # fmt: skip
        """Wait until the threads have ended.

        Args:
          threads: these, and those that were registered. They must have been started.
          stop_grace_period_secs: how long to wait after a stop was requested.
          ignore_live_threads: whether one that goes on then is no error.

        Raises:
          BaseException: what `request_stop` was given.
          RuntimeError: if a thread goes on.
        """
        with self._lock:
            waiting = [*self._threads.union(threads or ())]
        while any(t.is_alive() for t in waiting) and not self.wait_for_stop(0.01):
            pass
        until = time.monotonic() + stop_grace_period_secs
        for t in waiting:
            t.join(max(until - time.monotonic(), 0.0))
        alive = " ".join(t.name for t in waiting if t.is_alive())
        with self._lock:
            self._joined = True
            self._threads = set()
            if self._error is not None:
                raise self._error
        if alive and ignore_live_threads:
            logger.info("Coordinator stopped with threads still running: %s", alive)
        elif alive:
            raise RuntimeError(f"Coordinator stopped with threads still running: {alive}")

    @property
    def joined(self) -> bool:
        """Whether `join` has ended."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raise what `request_stop` was given, if it was."""
        with self._lock:
            if self._error is not None:
                raise self._error


def _handled(ex: Any) -> BaseException:
    """The exception of which `request_stop` is told: its own one, or that which is being handled."""
    found = ex if isinstance(ex, tuple) else sys.exc_info()
    if len(found) == 3 and found[0] and found[1]:
        return found[1]  # type: ignore[no-any-return]
    return ValueError(f"ex must be a tuple or sys.exc_info must return the current exception: {found}")
