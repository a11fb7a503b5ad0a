"""Jacobians: one backward pass whose cotangents are the rows of an identity matrix, along a leading axis."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .backward import pull, reshape_p, shape_of, transpose_p
from .convert import pack
from .recording import Node, Recording
from .tensor import wrap

CHUNK_BYTES = 1 << 28  # of the greatest array that a pass may be expected to make


def rows(
    recording: Recording,
    target: Node,
    seed: Callable[[int, int], Any],
    count: int,
    sources: Sequence[Node],
    *,
    lifted: bool,
    release: bool,
    loop: bool,
) -> dict[Node, Any]:
    """The cotangents of `sources` for `count` cotangents of `target`, along a leading axis of that length.

    Args:
      seed: `seed(start, stop)` is the array of the cotangents from `start` to `stop`, along a leading axis.
      loop: one pass for each cotangent, without leading axes, instead of one pass for as many as memory allows.
      lifted, release: as in `pull`.

    Returns:
      The rows found, by node; a source that the target does not depend on is missing.
    """
    loop = loop and count > 0
    step = 1 if loop else count if lifted else _rows_at_a_time(recording, count)
    parts: dict[Node, list[Any]] = {}
    for start in range(0, count, step) or (0,):
        stop = min(start + step, count)
        g = seed(start, stop)
        g = g[0] if loop else g
        last = stop >= count
        found = pull(recording, {target: wrap(g) if lifted else g}, sources, lifted=lifted, release=release and last)
        for node, c in found.items():
            parts.setdefault(node, []).append(c)
    return {node: _joined(cs, lifted, loop) for node, cs in parts.items()}


def _joined(parts: list[Any], lifted: bool, loop: bool) -> Any:
    if loop:
        return pack(parts, None) if lifted else np.stack(parts)
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _rows_at_a_time(recording: Recording, count: int) -> int:
    """How many cotangents to carry through one pass, going by the greatest array that was saved or broadcast."""
    greatest = 8
    for node in recording.nodes():
        saved = node.saved if type(node.saved) is tuple else (node.saved,)
        for x in saved:
            greatest = max(greatest, getattr(getattr(x, "_array", x), "nbytes", 0))
        if node.shapes is not None:
            greatest = max(greatest, 8 * math.prod(node.shapes[-1]))
    return max(1, min(count, CHUNK_BYTES // greatest))


def jacobian_seed(shape: tuple[int, ...], dtype: Any) -> Callable[[int, int], Any]:
    """The cotangents that give a Jacobian: each element of a target of `shape` by itself."""
    size = math.prod(shape)

    def seed(start: int, stop: int) -> Any:
        identity = np.zeros((stop - start, size), dtype)
        identity[np.arange(stop - start), np.arange(start, stop)] = 1
        return identity.reshape(stop - start, *shape)

    return seed


def batch_seed(shape: tuple[int, ...], dtype: Any) -> Callable[[int, int], Any]:
    """The same for each element of a target of shape `(batch, ...)`, at once in all of the batch."""
    one = jacobian_seed(shape[1:], dtype)

    def seed(start: int, stop: int) -> Any:
        g = one(start, stop)
        return np.broadcast_to(np.expand_dims(g, 1), (stop - start, *shape))

    return seed


def batch_first(c: Any, target: tuple[int, ...], source: tuple[int, ...]) -> Any:
    """Rows of shape `(elements, batch, ...)` as a batch Jacobian, `(batch, *target[1:], *source[1:])`."""
    inner = math.prod(source[1:])
    count, batch = shape_of(c)[:2]
    c = transpose_p(reshape_p(c, shape=(count, batch, inner)), perm=(-2, -3, -1))
    return reshape_p(c, shape=(batch, *target[1:], *source[1:]))
