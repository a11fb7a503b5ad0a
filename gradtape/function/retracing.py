"""The warning that a `tf.function` is traced again and again, which costs what a trace costs at each call."""

import collections
import inspect
from collections.abc import Callable
from threading import Lock
from typing import Any

from ..values.log import logger

_RECENT = 10  # calls that are looked back at
_MANY = 5  # traces among them that are too many
_WARNINGS = 2  # of one function; then it has been said


class History:
    """When a function was traced: between its traces, how many calls there were, a trace among them."""

    def __init__(self) -> None:
        self._calls: collections.deque[int] = collections.deque()
        self._warnings = 0
        self._lock = Lock()

    def traced(self, function: Callable[..., Any], calls: int) -> None:
        """Count a trace of `function`, after `calls` since the last one that took no trace; warn if there are many."""
        with self._lock:
            if self._calls:
                self._calls[-1] += calls
            self._calls.append(1)
            while True:
                if sum(self._calls) - self._calls[0] <= _RECENT:
                    break
                self._calls.popleft()
            if len(self._calls) < _MANY or self._warnings == _WARNINGS:
                return
            self._warnings += 1
            traces, recent = len(self._calls), sum(self._calls)
        logger.warning(
            "%d out of the last %d calls to %s triggered tf.function retracing. Tracing is expensive, and that there "
            "are so many traces may be due to (1) making the @tf.function anew in a loop, (2) passing tensors of "
            "different shapes, (3) passing Python objects instead of tensors. For (1), define the function outside of "
            "the loop. For (2), say reduce_retracing=True, or give an input_signature in which None stands for what "
            "differs. For (3), pass tensors.",
            traces, recent, function,
        )  # fmt: skip


_histories: dict[Any, History] = {}


def history_of(function: Callable[..., Any]) -> History:
    """That of all functions of one place in the program: a `def` in a loop makes one after the other.

    Of a function that a decorator has wrapped, the place is the function's, not the decorator's.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return History()
    return _histories.setdefault((code.co_filename, code.co_firstlineno, code.co_qualname), History())
