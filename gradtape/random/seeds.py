"""The global seed, and where the numbers of an operation begin: TensorFlow's rules of global and operation seeds."""

import functools
import os
import random
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autodiff.draws import drawn
from ..values.symbolic import computation
from ..values.tensor import Tensor
from ..values.thread import current
from .philox import RESERVED

__all__ = ["set_seed"]

# From how many numbers are wanted to where they start: a (key, counter); in a trace, its value.
Start = Any
Source = Callable[[int], Start]

_MODULUS = 2**31 - 1
_DEFAULT = 87654321  # the global seed next to an operation's seed, where none was set

_lock = threading.Lock()
_seed: int | None = None
_operation_seeds = random.Random()
_streams: dict[tuple[Any, ...], int] = {}  # counters used so far, of operations that were given a seed


def set_seed(seed: Any) -> None:
    """Set the global seed: the sequence of random tensors that follows is the same whenever it is set again.

    An operation with a `seed` of its own has a sequence of its own, which depends on both seeds. Sequences are those
    of TensorFlow.

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


@computation
def _fresh(operation: str, dtype: Any, seed: Any, reserved: int, size: int) -> tuple[int, int]:
    """Where `size` new numbers start: a key and a counter."""
    with _lock:
        offset = 0
        if seed is None and _seed is None:
            return nondeterministic(), nondeterministic() << 64
        if seed is None:
            own = _operation_seeds.randint(0, _MODULUS)
        else:
            own = _integer(seed)
            stream = (operation, dtype, own % _MODULUS)
            offset = _streams.get(stream, 0)
            _streams[stream] = offset + size * reserved
        key, own = (_DEFAULT if _seed is None else _seed) % _MODULUS, own % _MODULUS
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
        return fresh(size) if trace is None else trace.drawn(fresh, size)

    return lambda size: drawn(lambda: start(size))
