"""Who does something that one thread at a time may do, where an interrupt may land at any line: claims, not locks.

CPython (3.11 to 3.14) looks for signals and for other threads after calls, at jumps backward and where a function
begins, and never between looking at an attribute and assigning to it. So `if x.owner is None: x.owner = claim` is one
step, and after it nothing comes between before a `try`, as it would after the call that takes a lock. Without the
global lock nothing of this holds.
"""

import os
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Iterable
from typing import Any


class Claim:
    """What a thread claims things by: `of` is its number, and None once that is over, for all of them at once."""

    __slots__ = ("of",)

    of: int | None


_LEAST, _MOST = 2e-5, 2e-3  # seconds between two looks of a thread that waits
waiting: dict[int | None, "Claimed"] = {}  # the threads that wait for another one, and for what
threads: dict[int, weakref.ref[Any]] = {}  # what is a thread's own and ends with it, by the numbers of threads


def runs(thread: int) -> bool:
    """Whether a thread of this number has done something here and still runs.

    Not asked of `sys._current_frames`: CPython may collect garbage in it, and then threads wait for each other for ever
    (gh-106883).
    """
    own = threads.get(thread)
    return own is not None and own() is not None


class Claimed:
    """What one thread at a time has: its `owner`'s, until that is None or over. Who finds it free may assign to `owner`
    at once; whoever does not, waits.
    """

    __slots__ = ("owner",)

    def __init__(self) -> None:
        self.owner: Claim | None = None

    def claim(self, claim: Claim) -> bool:
        """Wait until it is free, and claim it; False where that would be for ever."""
        while self.wait(claim):
            owner = self.owner
            if owner is None or owner.of is None:
                self.owner = claim
                return True
        return False

    def wait(self, claim: Claim) -> bool:
        """Wait until it is free. False, at once, where the thread of `claim` has it, or another one that waits for this
        one: then nobody is to wait for ever.
        """
        thread = claim.of
        before = waiting.get(thread)
        pause = _LEAST
        try:
            waiting[thread] = self
            while True:
                if self._other() is None:
                    return True
                if self._has(thread):
                    return False
                # Nobody notifies: a lock that a Python line takes stays taken if an interrupt lands behind it.
                time.sleep(pause)
                pause = min(2 * pause, _MOST)
                if pause == _MOST:
                    self._end_if_abandoned()
        finally:
            if before is None:
                waiting.pop(thread, None)
            else:
                waiting[thread] = before

    def _end_if_abandoned(self) -> None:
        """End the claim of a thread that has ended, or that is not in this process: that one claim, since meanwhile
        somebody else may have it.
        """
        owner = self.owner
        of = None if owner is None else owner.of
        if of is not None and not runs(of):
            owner.of = None  # type: ignore[union-attr]

    def _other(self) -> int | None:
        """The number of the thread that has it."""
        owner = self.owner
        return None if owner is None else owner.of

    def _has(self, thread: int | None) -> bool:
        """Whether `thread` has it, or waits for what another one has that waits for it."""
        seen: list[Claimed] = []
        found: Claimed | None = self
        while found is not None and found not in seen:
            seen.append(found)
            owner = found._other()
            if owner == thread:
                return True
            found = waiting.get(owner)
        return False


def claimed(these: Iterable[Claimed], claim: Claim) -> bool:
    """Claim all of these. Whether it has all: not what the thread has already, and what a thread has that waits for it.

    Args:
      these: in an order that all who claim several keep, so that no two threads wait for each other.
    """
    every = True
    for x in these:
        owner = x.owner
        if owner is None or owner.of is None:
            x.owner = claim
        elif not x.claim(claim):
            every = False
    return every


def _alone() -> None:
    """Of a process that was forked off one thread goes on."""
    waiting.clear()
    here = threading.get_ident()
    for thread in [thread for thread in threads if thread != here]:
        del threads[thread]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alone)

if not getattr(sys, "_is_gil_enabled", lambda: True)():
    warnings.warn(
        "This Python runs without its global lock, and gradtape needs that: threads that change one variable may lose "
        "changes. PYTHON_GIL=1 in the environment turns it on.",
        RuntimeWarning,
        stacklevel=2,
    )
