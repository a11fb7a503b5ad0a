"""Matrix products on NumPy's BLAS, on one thread or several as their size asks, and as other programs let them.

OpenBLAS shares out any product that takes more than a few microseconds, and its threads wait for each other. Where
another program has one of the cores, a product then takes ten times as long as on one thread, and more. So small
products run on one thread, and great ones are watched: after one that took far longer than such products do, the next
ones are cut into parts that helping threads take as they come to it, the caller among them: nobody waits for a thread
that does not run.
"""

import _queue  # `queue` imports much more
import collections
import ctypes
import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_ALONE = 1 << 18  # multiplications up to which OpenBLAS takes one thread of its own accord
_TEAM = 1 << 21  # and from which its threads pay
_SHARED = 1 << 22  # and from which parts do that other threads take

_SLOW = 5.0  # times what a product should take: then the cores are busy
_NOISE = 1e-4  # seconds by which any product may be late
_PAUSE = 0.02, 1.0  # seconds until OpenBLAS's threads are tried again: at first, and at last

_OPENBLAS = [
    (f"{prefix}openblas_get_num_threads{suffix}", f"{prefix}openblas_set_num_threads{suffix}")
    for prefix in ("scipy_", "")  # in NumPy's wheels; in distributions
    for suffix in ("64_", "")
]


def thread_count(path: str) -> tuple[Callable[[], int], Callable[[int], None]]:
    """What gets and what sets the number of threads of the OpenBLAS that the extension module at `path` links to; with
    another BLAS, always 1 and nothing.
    """
    library = ctypes.PyDLL(path)
    for get, set_ in _OPENBLAS:
        if hasattr(library, get) and hasattr(library, set_):
            found = getattr(library, set_)
            found.argtypes, found.restype = [ctypes.c_int], None
            return getattr(library, get), found
    return lambda: 1, lambda threads: None


_get_threads, _set_threads = thread_count(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]


class _Parts:
    """The parts of a product that nobody has begun, and how many are not done."""

    __slots__ = ("done", "error", "left", "lock", "parts")

    def __init__(self, parts: list[tuple[Array, Array, Array]]) -> None:
        self.parts = collections.deque(parts)
        self.left = len(parts)
        self.error: BaseException | None = None
        self.lock = threading.Lock()
        self.done = threading.Lock()
        self.done.acquire()

    def work(self) -> None:
        """Compute parts until there are none."""
        finished = 0
        while True:
            try:
                a, b, out = self.parts.popleft()
            except IndexError:
                break
            try:
                np.matmul(a, b, out)
            except BaseException as error:  # for the caller
                self.error = error
            finished += 1
        if finished:
            with self.lock:
                self.left -= finished
                if not self.left:
                    self.done.release()


class _Helpers:
    """Threads that compute parts of products. A process that was forked starts its own."""

    def __init__(self) -> None:
        self.process = self.count = 0
        self.waiting: Any = None

    def call(self, parts: _Parts, count: int) -> None:
        if self.process != os.getpid():
            self.process, self.count, self.waiting = os.getpid(), 0, _queue.SimpleQueue()
        while self.count < count:
            self.count += 1
            threading.Thread(target=self._help, name="gradtape products", daemon=True).start()
        for _ in range(count):
            self.waiting.put(parts)

    def _help(self) -> None:
        np.seterr(all="ignore")
        waiting = self.waiting
        while True:
            parts = waiting.get()
            parts.work()
            del parts


_helpers = _Helpers()


class _Watch:
    """Whether OpenBLAS's threads have the cores for themselves, as far as the last great products told."""

    def __init__(self) -> None:
        self.rate = 4e-11  # seconds for a multiplication, at best
        self.pause = _PAUSE[0]
        self.until = 0.0  # when to try again

    def took(self, multiplications: int, start: float, end: float) -> None:
        rate = (end - start) / multiplications
        if rate < self.rate:
            self.rate = rate
        if end - start > _SLOW * self.rate * multiplications + _NOISE:
            self.until = end + self.pause
            self.pause = min(2 * self.pause, _PAUSE[1])
        else:
            self.pause = _PAUSE[0]


_watch = _Watch()


def product(a: Array, b: Array, out: Array | None = None) -> Any:
    """`np.matmul`: of matrices, batches of them, or vectors."""
    multiplications = a.size * b.shape[-1]
    if multiplications <= _ALONE or b.ndim == 1:
        return np.matmul(a, b, out)
    threads = _get_threads()
    if threads == 1:
        return np.matmul(a, b, out)
    rows = a.shape[-2] if a.ndim > 1 else 1
    if rows * b.shape[-2] * b.shape[-1] >= _TEAM:  # each of a batch
        start = time.perf_counter()
        if start >= _watch.until:
            made = np.matmul(a, b, out)
            _watch.took(multiplications, start, time.perf_counter())
            return made
    # Another thread of the program may do the same meanwhile: it finds 1 and lets it be, or finds the same number and
    # puts it back too.
    _set_threads(1)
    try:
        fits = a.ndim > 1 and a.shape[-1] == b.shape[-2] and (b.ndim == 2 or a.shape[:-2] == b.shape[:-2])
        if multiplications < _SHARED or not fits:
            return np.matmul(a, b, out)
        return _shared(a, b, out, threads)
    finally:
        _set_threads(threads)


def _shared(a: Array, b: Array, out: Array | None, threads: int) -> Any:
    """A great product, cut into parts: of a batch, or of rows or columns, whichever are more."""
    if out is None:
        out = np.empty((*a.shape[:-1], b.shape[-1]), np.result_type(a, b))
    columns = a.ndim == 2 and b.shape[1] > len(a)
    n = b.shape[1] if columns else len(a)
    pieces = min(2 * threads, n)
    cuts = itertools.pairwise(n * i // pieces for i in range(pieces + 1))
    if columns:
        parts = _Parts([(a, b[:, i:j], out[:, i:j]) for i, j in cuts])
    else:
        parts = _Parts([(a[i:j], b[i:j] if b.ndim > 2 else b, out[i:j]) for i, j in cuts])
    _helpers.call(parts, threads - 1)
    parts.work()
    parts.done.acquire()
    if parts.error is not None:
        raise parts.error
    return out
