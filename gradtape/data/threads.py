"""Threads that make elements ahead. They hold nothing of who asks for them, and end when that is gone."""

import atexit
import collections
import os
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from .node import Element, Walk

_AHEAD = 4  # elements, where the program leaves it open
_PATIENCE = 1.0  # seconds, for elements that are being made when the program ends

_running: "weakref.WeakKeyDictionary[threading.Thread, Any]" = weakref.WeakKeyDictionary()
_starting = threading.Lock()


def _begin(target: Callable[[Any], None], shared: Any) -> None:
    thread = threading.Thread(target=target, args=(shared,), name="gradtape.data", daemon=True)
    with _starting:
        _running[thread] = weakref.ref(shared)
    thread.start()


@atexit.register
def _end() -> None:
    """Have the threads end before the interpreter: one that is in a library then would take the process with it."""
    with _starting:
        running = list(_running.items())
    for _, held in running:
        shared = held()
        if shared is not None:
            shared.close()
    until = time.monotonic() + _PATIENCE
    for thread, _ in running:
        thread.join(max(until - time.monotonic(), 0.0))


class _Queue:
    """Calls that wait for a thread."""

    def __init__(self) -> None:
        self.calls: collections.deque[Any] = collections.deque()
        self.changed = threading.Condition()
        self.closed = False

    def close(self) -> None:
        with self.changed:
            self.closed = True
            for made, *_ in self.calls:
                made.cancel()
            self.changed.notify_all()


class Pool:
    """A number of threads that make calls, begun when they are wanted.

    Args:
      size: how many; as many as there are processors, if it is negative.
    """

    def __init__(self, size: int) -> None:
        self.size = size if size > 0 else max(2, os.cpu_count() or 1)
        self._queue = _Queue()
        self._begun = 0
        weakref.finalize(self, self._queue.close).atexit = False

    def submit(self, call: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """A call, whose result comes in the future."""
        made: Future[Any] = Future()
        if self._begun < self.size:
            self._begun += 1
            _begin(_work, self._queue)
        with self._queue.changed:
            self._queue.calls.append((made, call, arguments))
            self._queue.changed.notify()
        return made


def _work(queue: _Queue) -> None:
    while True:
        with queue.changed:
            while True:
                if queue.closed:
                    return
                if queue.calls:
                    break
                queue.changed.wait()
            made, call, arguments = queue.calls.popleft()
        try:
            result = call(*arguments)
        except BaseException as error:
            made.set_exception(error)
        else:
            made.set_result(result)
        del made, call, arguments


class _Ahead:
    """What a thread and who asks for its elements share."""

    def __init__(self, source: Walk, room: int) -> None:
        self.source = source
        self.room = room
        self.made: collections.deque[tuple[Element | None, BaseException | None]] = collections.deque()
        self.changed = threading.Condition()
        self.busy = threading.Lock()  # held while an element is being made and until it is in `made`
        self.closed = False
        self.begun = False

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()


class Ahead(Walk):
    """The elements of a walk, of which a thread makes up to `room` ahead, from the first that is asked for on."""

    def __init__(self, source: Walk, room: int) -> None:
        self._shared = _Ahead(source, _AHEAD if room < 0 else room)
        weakref.finalize(self, self._shared.close).atexit = False

    def __next__(self) -> Element:
        shared = self._shared
        with shared.changed:
            if not shared.begun:
                shared.begun = True
                _begin(_make, shared)
            while True:
                if shared.made:
                    break
                shared.changed.wait()
            element, error = shared.made[0]
            if not isinstance(error, StopIteration):
                shared.made.popleft()
                shared.changed.notify_all()
        if error is not None:
            raise error if not isinstance(error, StopIteration) else StopIteration
        return element  # type: ignore[return-value]

    def after(self, other: Any) -> None:
        self._shared.source.after(other._shared.source)

    def state(self) -> dict[str, Any]:
        shared = self._shared
        with shared.busy:
            made = list(shared.made)
            return {
                "input": shared.source.state(),
                "made": [element for element, error in made if error is None],
                "ended": bool(made) and isinstance(made[-1][1], StopIteration),
            }

    def restore(self, state: dict[str, Any]) -> None:
        shared = self._shared
        with shared.busy:
            shared.source.restore(state["input"])
            shared.made.clear()
            shared.made.extend((tuple(element), None) for element in state["made"])
            if state["ended"]:
                shared.made.append((None, StopIteration()))


def _make(shared: _Ahead) -> None:
    while True:
        with shared.changed:
            while True:
                if shared.closed:
                    return
                ended = shared.made and isinstance(shared.made[-1][1], StopIteration)
                if len(shared.made) < shared.room and not ended:
                    break
                shared.changed.wait()
        with shared.busy:
            if shared.made and isinstance(shared.made[-1][1], StopIteration):
                continue
            found: tuple[Element | None, BaseException | None]
            try:
                found = next(shared.source), None
            except BaseException as error:
                found = None, error
            with shared.changed:
                shared.made.append(found)
                shared.changed.notify_all()
            del found
