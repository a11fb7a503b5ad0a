"""What a thread's operations look at, `current.thread`: the active recordings, the open trace, how kernels run."""

import threading
from collections.abc import Callable
from typing import Any

from ..engine import numpy as engine


class Thread:
    """What a thread's operations look at: the active recordings, outermost first, and how to run a kernel quietly.

    Debugging tools put functions of their own in these places:
      run: `run(kernel, *arrays, **attributes)` is what an operation makes. It is `quiet` where nobody looks at values.
      entries: `entries()` is the list that a new recording keeps its entries in.
      look: `look(entry, inputs, made)` sees what each operation of a graph that runs has made.
      around: `around(position, step, g, saved, node)` is `step(g, saved, node)`, the cotangent of an operation's input
        at `position`, in a backward pass; at `SUMMED`, the sum of two cotangents of its value.
    """

    __slots__ = ("around", "entries", "look", "quiet", "recordings", "run", "trace")

    def __init__(self) -> None:
        self.recordings: tuple[Any, ...] = ()
        self.run: Callable[..., Any] = engine.quiet_context().run
        self.quiet: Callable[..., Any] = self.run
        self.entries: Callable[[], list[Any]] = list
        self.look: Callable[[Any, Any, Any], None] | None = None
        self.around: Callable[..., Any] | None = None
        self.trace: Any = None  # the function being traced, if one is

    @property
    def lifts(self) -> bool:
        """Whether derivatives are to be computed on tensors, since somebody looks on."""
        return bool(self.recordings) or self.trace is not None


class _Current(threading.local):
    def __init__(self) -> None:
        self.thread = Thread()


current = _Current()
