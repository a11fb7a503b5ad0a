"""What a thread's operations look at, `current.thread`: the active recordings, the open trace, how kernels run."""

import copy
import functools
import threading
import weakref
from collections.abc import Callable
from typing import Any, Self

from ..engine import numpy as engine
from .claims import Claim, threads


class Thread:
    """What a thread's operations look at: the active recordings, outermost first, and how to run a kernel quietly.

    Debugging tools put functions of their own in these places:
      run: `run(kernel, *arrays, **attributes)` is what an operation makes. It is `quiet` where nobody looks at values.
      entries: `entries()` is the list that a new recording keeps its entries in.
      look: `look(entry, inputs, made)` sees what each operation of a graph that runs has made.
      around: `around(position, step, g, saved, node)` is `step(g, saved, node)`, the cotangent of an operation's input
        at `position`, in a backward pass; at `SUMMED`, the sum of two cotangents of its value.
    """

    __slots__ = (
        "__weakref__", "around", "claim", "entries", "look", "quiet", "recordings", "run", "settings", "trace",
    )  # fmt: skip

    def __init__(self) -> None:
        self.recordings: tuple[Any, ...] = ()
        self.run: Callable[..., Any] = engine.quiet_context().run
        self.quiet: Callable[..., Any] = self.run
        self.entries: Callable[[], list[Any]] = list
        self.look: Callable[[Any, Any, Any], None] | None = None
        self.around: Callable[..., Any] | None = None
        self.trace: Any = None  # the function being traced, if one is
        self.settings: tuple[object, ...] = ()  # the contexts that are open
        self.claim = Claim()  # that is never over
        self.claim.of = threading.get_ident()

    def quietly(self, kernel: Callable[..., Any], /, *arrays: Any, **attributes: Any) -> Any:
        """`run(...)` that may be called while a kernel runs, by a Python object's `__float__` for example."""
        try:
            return self.run(kernel, *arrays, **attributes)
        except RuntimeError as error:
            return engine.reentered(error, kernel, *arrays, **attributes)

    @property
    def lifts(self) -> bool:
        """Whether derivatives are to be computed on tensors, since somebody looks on."""
        return bool(self.recordings) or self.trace is not None


class Around:
    """What a tool puts in a thread's `around`, before what is there. `step` is what it makes of one, until it ends."""

    def __init__(self, thread: Thread, step: Callable[..., Any]) -> None:
        self._thread = thread
        self._step: Callable[..., Any] | None = step
        self._outside = thread.around
        thread.around = self

    def __call__(self, position: int, step: Any, g: Any, saved: Any, node: Any) -> Any:
        if self._outside is not None:
            step = functools.partial(self._outside, position, step)
        return step(g, saved, node) if self._step is None else self._step(position, step, g, saved, node)

    def end(self) -> None:
        """What another tool has put before it stays, and what has ended meanwhile goes with that."""
        self._step = None
        thread = self._thread
        while isinstance(thread.around, Around) and thread.around._step is None:
            thread.around = thread.around._outside


def still_on(run: Callable[..., Any]) -> Callable[..., Any]:
    """What is there of a thread's `run` without those of tools that are `ended`, and say what was there `before`."""
    while getattr(run, "ended", False):
        run = run.before  # type: ignore[attr-defined]
    return run


class _Current(threading.local):
    def __init__(self) -> None:
        self.thread = Thread()
        threads[threading.get_ident()] = weakref.ref(self.thread)


current = _Current()

_locals: list["Local"] = []


class Local(threading.local):
    """What each thread has for itself, and a thread that does a part of another one's work has from that one."""

    def __new__(cls) -> Self:
        made = super().__new__(cls)
        _locals.append(made)
        return made


def inheritance() -> Callable[[], None]:
    """A function that has the thread that calls it begin as this thread is now.

    Of the two, one at a time may work: they have one claim.
    """
    thread = copy.copy(current.thread)
    found = [(local, dict(vars(local))) for local in _locals]

    def inherit() -> None:
        current.thread = thread
        for local, values in found:
            vars(local).update(values)

    return inherit
