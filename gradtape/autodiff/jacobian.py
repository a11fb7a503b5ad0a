"""Jacobians: one backward pass whose cotangents are an identity matrix, along leading axes."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..values.convert import pack
from ..values.symbolic import computation, computed, varies
from ..values.tensor import wrap
from .backward import pull
from .cotangents import operations, shape_of
from .paired import Lead, Paired, TooManyRows
from .recording import Node, Recording

CHUNK_BYTES = 1 << 28  # of the greatest array that a pass may be expected to make

Range = tuple[int, int]


def rows(
    recording: Recording,
    target: Node,
    seed: "Seed",
    sources: Sequence[Node],
    *,
    lifted: bool,
    release: bool,
    loop: bool,
) -> dict[Node, Any]:
    """The cotangents of `sources` for each of those of `target` that `seed` stands for, along its leading axes.

    Args:
      loop: one pass for each cotangent, without leading axes, instead of one pass for as many as memory allows, if
        their number is known. What the passes use is kept.
      lifted, release: as in `pull`.

    Returns:
      The rows found, by node, of shape `(*seed.lead, *source.shape)`; a source that the target does not depend on is
      missing.
    """
    count: int = math.prod(seed.lead)
    if loop and count != 0 and not varies(seed.lead):
        return _loop(recording, target, seed, sources, lifted=lifted)
    if lifted:
        return pull(recording, {target: wrap(seed.whole())}, sources, lifted=True, release=release)
    # Where there may be too little room for all rows, what the pass uses is kept for another one.
    room = _room(recording)
    enough = room >= count
    parts: dict[int, int] = {}
    while True:
        try:
            return _blocks(recording, target, seed, sources, parts, room, release=release and enough)
        except TooManyRows as found:
            parts[found.axis] = found.count


def _blocks(
    recording: Recording,
    target: Node,
    seed: "Seed",
    sources: Sequence[Node],
    parts: Mapping[int, int],
    room: int,
    *,
    release: bool,
) -> dict[Node, Any]:
    """The rows, of which passes of their own find `parts[l]` at a time along the leading axis `l`."""
    results: dict[Node, Any] = {}
    n = len(seed.lead)
    ranges = [[(i, min(i + step, seed.lead[l])) for i in range(0, seed.lead[l], step)] for l, step in parts.items()]
    for block in itertools.product(*ranges):
        some = dict(zip(parts, block, strict=True))
        found = pull(recording, {target: seed.paired(some, room)}, sources, lifted=False, release=release)
        for node, c in found.items():
            if not c.pairs and not parts:
                results[node] = c.whole()
                continue
            if node not in results:
                results[node] = np.zeros(seed.lead + c.shape[n:], c.dtype)
            c.write(results[node][tuple([slice(*some[l]) if l in some else slice(None) for l in range(n)])])
    return results


def _loop(
    recording: Recording, target: Node, seed: "Seed", sources: Sequence[Node], *, lifted: bool
) -> dict[Node, Any]:
    parts: dict[Node, list[Any]] = {}
    for place in np.ndindex(seed.lead):
        g = seed.one(place)
        found = pull(recording, {target: wrap(g) if lifted else g}, sources, lifted=lifted, release=False)
        for node, c in found.items():
            parts.setdefault(node, []).append(c)
    stacked = {node: pack(cs, None) if lifted else np.stack(cs) for node, cs in parts.items()}
    return {node: operations.reshape(c, shape=seed.lead + shape_of(c)[1:]) for node, c in stacked.items()}


def _room(recording: Recording) -> int:
    """How many cotangents to carry through one pass, going by the greatest array that was saved or broadcast."""
    greatest = 8
    for node in recording.nodes():
        saved = node.saved if type(node.saved) is tuple else (node.saved,)
        for x in saved:
            greatest = max(greatest, getattr(getattr(x, "_array", x), "nbytes", 0))
        if node.shapes is not None:
            greatest = max(greatest, 8 * math.prod(node.shapes[-1]))
    return max(1, CHUNK_BYTES // greatest)


class Seed:
    """The cotangents of a target of `shape` that make a Jacobian: 1 at one element, by itself, and 0 at the others.

    Args:
      batch: how many of the first axes have no leading axis: an element is that in all of the batch at once.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any, batch: int = 0) -> None:
        self.shape, self.dtype, self.lead = shape, dtype, shape[batch:]

    def paired(self, some: Mapping[int, Range], room: float = math.inf) -> Paired:
        """All of them, or those in the ranges that `some` gives for leading axes, which are then not paired."""
        n = len(self.lead)
        data = np.ones((1,) * n + self.shape, self.dtype)
        for l, (start, stop) in some.items():
            length = self.lead[l]
            ones = [1] * data.ndim
            ones[l], ones[l - n] = stop - start, length
            data = data * np.eye(stop - start, length, start, self.dtype).reshape(ones)
        pairs = {l: l - n for l, length in enumerate(self.lead) if l not in some and length != 1}
        return Paired(data, pairs, Lead(n, room))

    def whole(self) -> Any:
        if varies(self.shape):  # known when the graph runs
            batch = len(self.shape) - len(self.lead)
            return computed(identity_cotangents, shape=self.shape, dtype=self.dtype, batch=batch)._array
        return self.paired({}).whole()

    def one(self, place: tuple[Any, ...]) -> Any:
        """The cotangent for the element at `place`, without leading axes."""
        g = np.zeros(self.shape, self.dtype)
        g[..., *place] = 1
        return g


@computation
def identity_cotangents(shape: tuple[int, ...], dtype: Any, batch: int) -> Any:
    """The cotangents of a `Seed` as one array."""
    return Seed(shape, dtype, batch).whole()


def batch_first(c: Any, ndim: int) -> Any:
    """Rows `(*elements, batch, ...)`, by a source of `ndim` axes, as a batch Jacobian, `(batch, *elements, ...)`."""
    n = len(shape_of(c))
    return operations.transpose(c, perm=(-ndim, *range(-n, -ndim), *range(1 - ndim, 0)))
