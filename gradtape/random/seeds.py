"""The global seed, and where the numbers of an operation begin: TensorFlow's rules of global and operation seeds."""

import contextlib
import functools
import itertools
import os
import random
import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..values.draws import drawn
from ..values.settings import setting
from ..values.symbolic import computation
from ..values.tensor import Tensor
from ..values.thread import Local, current
from .philox import RESERVED

__all__ = ["set_seed"]

# From how many numbers are wanted to where they start: a (key, counter); in a trace, its value.
Start = Any
Source = Callable[[int], Start]

_MODULUS = 2**31 - 1
_DEFAULT = 87654321  # the global seed next to an operation's seed, where none was set

_lock = threading.RLock()
_seed: int | None = None
_operation_seeds = random.Random()
_streams: dict[tuple[Any, ...], int] = {}  # counters used so far, of operations that were given a seed


def set_seed(seed: Any) -> None:
    """Set the global seed: the sequence of random tensors that follows is the same whenever it is set again.

    An operation with a `seed` of its own has a sequence of its own, which depends on both seeds: eagerly one with all
    others of that seed, in a graph one for itself, by the global seed of when it was traced. Sequences are those of
    TensorFlow.

    Args:
      seed: an integer; None returns to seeds that differ from run to run.

    Raises:
      TypeError: if it is none.

    >>> import gradtape as tf
    >>> tf.random.set_seed(42)
    >>> tf.random.uniform([2]).numpy()
    array([0.6645621 , 0.44100678], dtype=float32)
    """
    global _seed
    number = None if seed is None else _integer(seed)
    with _lock:
        _seed = number
        _operation_seeds.seed(number)
        _streams.clear()


def _integer(seed: Any) -> int:
    if isinstance(seed, Tensor | np.ndarray):
        seed = seed[()] if isinstance(seed, np.ndarray) else seed._array[()]
    try:
        return int(seed)
    except (TypeError, ValueError):
        raise TypeError(f"A seed must be an integer, got {seed!r}") from None


def nondeterministic() -> int:
    """64 random bits."""
    return int.from_bytes(os.urandom(8), "little")


def dataset_seeds(seed: Any) -> tuple[int, int]:
    """The two seeds of a dataset that was given `seed`: those of TensorFlow's `tf.data`."""
    with _lock:
        if seed is None and _seed is None:
            return nondeterministic(), nondeterministic()
        own = _operation_seeds.randint(0, _MODULUS) if seed is None else _integer(seed)
    key, own = (_DEFAULT if _seed is None else _seed) % _MODULUS, own % _MODULUS
    return key, _MODULUS if key == own == 0 else own


class OwnSequence:
    """The random numbers of a function that a dataset calls: in TensorFlow each iterator has its own, from the start.

    An operation without a seed of its own has its number among those that draw, and goes on where it was at the
    element before.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self._used: dict[int, int] = {}  # counters used so far, by number of the operation
        self._number = 0

    def element(self) -> contextlib.AbstractContextManager[None]:
        """A context for one call of the function."""
        self._number = 0
        return setting(_innermost, sequence=self)

    def aside(self, counts: Iterable[int]) -> "OwnSequence":
        """The sequence of one call, whose operations take so many counters each; this one goes on behind them."""
        made = OwnSequence(self._seed)
        made._used.update(self._used)
        for number, count in enumerate(counts):
            self._used[number] = self._used.get(number, 0) + count
        return made

    def start(self, seed: Any, count: int) -> tuple[int, int]:
        """Where the numbers of the next operation start, which take `count` counters."""
        number, self._number = self._number, self._number + 1
        if seed is None and self._seed is None:
            return nondeterministic(), nondeterministic() << 64
        offset = self._used.get(number, 0)
        self._used[number] = offset + count
        return _start(self._seed, number if seed is None else _integer(seed), offset)


def global_seed() -> int | None:
    """What `set_seed` was given."""
    return _seed


class _Innermost(Local):
    sequence: OwnSequence | None = None
    settings: tuple[object, ...] = ()


_innermost = _Innermost()


@computation
def _fresh(operation: str, dtype: Any, seed: Any, reserved: int, size: int) -> tuple[int, int]:
    """Where `size` new numbers start: a key and a counter."""
    if _innermost.sequence is not None:
        return _innermost.sequence.start(seed, size * reserved)
    with _lock:
        offset = 0
        if seed is None and _seed is None:
            return nondeterministic(), nondeterministic() << 64
        if seed is None:
            own = _operation_seeds.randint(0, _MODULUS)
        else:
            own = _integer(seed)
            offset = _taken((operation, dtype, own % _MODULUS), size * reserved)
        return _start(_seed, own, offset)


def _taken(stream: tuple[Any, ...], count: int) -> int:
    """Where a stream is, which is `count` counters further then."""
    offset = _streams.get(stream, 0)
    _streams[stream] = offset + count
    return offset


@computation
def _fresh_in_graph(number: int, key: int | None, seed: Any, reserved: int, size: int) -> tuple[int, int]:
    """Where `size` new numbers of an operation with a seed start that is in a graph: in a sequence of its own.

    Args:
      number: of the operation among all.
      key: the global seed when the graph was made.
    """
    if _innermost.sequence is not None:
        return _innermost.sequence.start(seed, size * reserved)
    with _lock:
        return _start(key, _integer(seed), _taken((number,), size * reserved))


_numbers = itertools.count(random.SystemRandom().getrandbits(62))  # those of saved graphs are from elsewhere


def counters(kernel: Any, size: Any) -> int | None:
    """How many counters a draw of `size` numbers takes; None if it is not known before."""
    known = getattr(kernel, "func", None) in (_fresh, _fresh_in_graph) and type(size) is int
    return size * kernel.args[3] if known else None


def _start(seed: int | None, own: int, offset: int) -> tuple[int, int]:
    """Key and counter of a global seed and an operation's."""
    key, own = (_DEFAULT if seed is None else seed) % _MODULUS, own % _MODULUS
    if key == own == 0:
        own = _MODULUS
    return key, (own << 64) + offset


def source(operation: str, dtype: Any, seed: Any, reserved: int = RESERVED) -> Source:
    """Where a call of `operation` with the argument `seed` takes its numbers from.

    Args:
      reserved: how many counters each number takes.
    """
    fresh = functools.partial(_fresh, operation, dtype, seed, reserved)

    def start(size: int) -> Start:
        trace = current.thread.trace
        if trace is None:
            return fresh(size)
        if seed is None:
            return trace.drawn(fresh, size)
        return trace.drawn(functools.partial(_fresh_in_graph, next(_numbers), _seed, seed, reserved), size)

    return lambda size: drawn(lambda: start(size))
