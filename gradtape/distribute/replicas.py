"""Replicas: the threads in which a function runs once for each device, one at a time, from one meeting to the next."""

import contextvars
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ..values.replica import Place, at
from ..values.thread import current, inheritance


class _Cancelled(BaseException):
    """Ends a replica, since another one failed."""


class _Replica:
    """One run of a function, in a thread of its own that works while the thread that started it waits."""

    def __init__(self, context: Any, function: Callable[[], Any]) -> None:
        self.context = context
        self.result: Any = None
        self.error: BaseException | None = None
        self.meeting: tuple[Any, ...] | None = None  # what it wants done across replicas
        self.done = False
        self._answer: Any = None
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        inherit = inheritance()

        def run() -> None:
            self._go.acquire()
            try:
                if self.error is None:
                    inherit()
                    with at(Place(context.strategy, context)):
                        self.result = function()
            except BaseException as error:
                self.error = error
            finally:
                self.done = True
                self._back.release()

        around = contextvars.copy_context()
        self._thread = threading.Thread(target=around.run, args=(run,), daemon=True)
        self._thread.start()

    def resume(self, answer: Any = None) -> None:
        """Work until the next meeting, or the end."""
        self._answer, self.meeting = answer, None
        self._go.release()
        self._back.acquire()

    def cancel(self) -> None:
        """End the thread."""
        if not self.done:
            self.error = _Cancelled()
            self.resume()
        self._thread.join()

    def meet(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Called in the thread: what is given to this replica of what is done across all."""
        self.meeting = (function, args, kwargs)
        self._back.release()
        self._go.acquire()
        if self.error is not None:
            raise self.error
        return self._answer


def run(
    contexts: Sequence[Any], functions: Sequence[Callable[[], Any]], meet: Callable[[list[Any]], Sequence[Any]]
) -> list[Any]:
    """What each function gives, run as a replica; `meet` makes of what replicas want done together an answer for each.

    Raises:
      RuntimeError: if some replicas meet and others have ended, or a replica meets inside of an inner function.
    """
    trace = current.thread.trace
    replicas = [_Replica(c, f) for c, f in zip(contexts, functions, strict=True)]
    try:
        answers: Sequence[Any] = [None] * len(replicas)
        while True:
            for replica, answer in zip(replicas, answers, strict=True):
                replica.context._replica, replica.context._trace = replica, trace
                replica.resume(answer)
                if replica.error is not None:
                    raise replica.error
            wanted = [replica.meeting for replica in replicas]
            if all(w is None for w in wanted):
                return [replica.result for replica in replicas]
            if any(w is None for w in wanted):
                raise RuntimeError("Some replicas made a different number of replica_context().merge_call() calls.")
            answers = meet(wanted)
    finally:
        for replica in replicas:
            replica.cancel()
