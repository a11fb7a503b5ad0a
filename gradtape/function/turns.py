"""`Turn`: one thread at a time traces a function, and threads never wait for each other."""

import threading
from typing import Any


class Turn:
    """A lock that its thread may take again. A thread gets it at once that another one, which has it, is waiting for.

    So two functions that call each other can be traced from both ends; the one in the middle is then traced twice.
    """

    _changed = threading.Condition()
    _waiting: "dict[int, Turn]" = {}  # noqa: RUF012  (one for all)

    def __init__(self) -> None:
        self._threads: list[int] = []

    def __enter__(self) -> None:
        thread = threading.get_ident()
        with self._changed:
            while self._threads and not self._waits_for(thread):
                self._waiting[thread] = self
                self._changed.wait()
            self._waiting.pop(thread, None)
            self._threads.append(thread)

    def __exit__(self, *error: Any) -> None:
        with self._changed:
            self._threads.remove(threading.get_ident())
            self._changed.notify_all()

    def _waits_for(self, thread: int) -> bool:
        """Whether a thread that has it is `thread`, or waits for something that `thread` has."""
        todo, seen = [self], {self}
        while todo:
            for other in todo.pop()._threads:
                if other == thread:
                    return True
                next_one = self._waiting.get(other)
                if next_one is not None and next_one not in seen:
                    seen.add(next_one)
                    todo.append(next_one)
        return False


__all__ = ["Turn"]
