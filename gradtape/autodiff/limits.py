"""Derivatives where a rule divides by zero, as those of eigenvectors do by the difference of equal eigenvalues.

A function of eigenvalues and eigenvectors has a derivative there if what the rule divides vanishes with that
difference, and then it is a limit: the slope of what is divided over that of the difference, as the equal eigenvalues
are drawn apart. The slope is a second derivative of what the program did with them. So the pass up to there is run
once more, for a recording that is told afterwards of all that came from the eigenvalues, and that differentiates it.
"""

import functools
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..values.tensor import Tensor, wrap
from ..values.thread import current
from .cotangents import full_like
from .paired import Paired
from .recording import SELECT, Node, Recording
from .scattered import Scattered

DEEPEST = 2  # how often a limit may be differentiated: each time takes several times as long as the one before

Pull = Callable[..., dict[Node, Any]]
Noted = Sequence["weakref.ref[Node]"]


def note(node: Node) -> None:
    """Have the recordings of an operation's node know that its rule may divide by zero."""
    for recording in node.watchers:
        recording.divided.append(weakref.ref(node))


def limits_of(pull: Pull, recording: Recording, seeds: Mapping[Node, Any], lifted: bool) -> dict[Node, Any]:
    """The cotangents of the inputs of operations that were noted, for which these have limits."""
    noted, recording.divided = recording.divided, []
    found: dict[Node, Any] = {}
    try:
        for i in range(len(noted) - 1, -1, -1):
            node = noted[i]()
            if node is not None and recording in node.watchers:
                c = _Limit(pull, recording, node, noted[i + 1 :], lifted).of(seeds)
                if c is not None:
                    found[node] = c
    finally:
        recording.divided = noted
    return found


class _Limit:
    """What a limit at `node` needs: `slope`, which is given to the operation's own `limit`."""

    def __init__(self, pull: Pull, recording: Recording, node: Node, later: Noted, lifted: bool) -> None:
        self.pull, self.node, self.later, self.lifted = pull, node, later, lifted
        entries = recording.entries
        at = next(i for i in range(len(entries) - 1, -1, -1) if entries[i]() is node)
        self.rest = _part(recording, entries[at + 1 :], later)
        self.outputs = [n for n in self.rest.nodes() if n.plan is SELECT and n.source is node]
        self.values = [n for n in self.outputs if n.saved[0] == 0]
        self.inner = _Inner(watch_accessed=False)

    def of(self, seeds: Mapping[Node, Any]) -> Any:
        """The cotangent of the operation's input; None where the rule is all there is."""
        if any(n in seeds for n in self.outputs):  # by whom, and whether that depends on the values, is not known
            return None
        if self.depth > DEEPEST:
            return None
        plan: Any = self.node.plan
        saved = (self.node.saved,) if len(plan.needs) == 1 else self.node.saved
        out = self.node.lifted(saved[0]) if self.lifted else tuple(map(wrap, saved[0]))
        before = self._watch()
        self.inner.order = 1 + self.depth
        try:
            self.inner.start()
            given = {n: _tensor(g) for n, g in seeds.items()}
            g = self.pull(self.rest, given, [self.node], lifted=True, release=False).get(self.node)
            c = None if g is None else plan.primitive.limit(g, self, out, *saved[1:])
        finally:
            self.inner.stop()
            self.inner.close()
            for node, watchers in before:
                node.watchers = watchers
        return c if c is None or self.lifted else c._array

    @functools.cached_property
    def depth(self) -> int:
        """How often what is computed now may be differentiated."""
        return sum(r.order if type(r) is _Inner else type(r) is not _Around for r in current.thread.recordings)

    def _watch(self) -> list[tuple[Node, Any]]:
        """Have `inner` watch the values, as if it had done so from the start; gives who watched before."""
        inner, after = self.inner, set(self.values)
        inner.leaves = [weakref.ref(n) for n in self.values]
        entries = []
        for n in self.rest.nodes():
            if not after.isdisjoint(n.parents):
                after.add(n)
                entries.append(weakref.ref(n))
        inner.entries = entries
        inner.divided = [entry for entry in self.later if entry() in after]
        before = [(n, n.watchers) for n in after]
        for n in after:
            n.watchers = (*n.watchers, inner)
        return before

    def slope(self, x: Tensor, direction: Tensor) -> Tensor | None:
        """The derivative of `x` as the values move in `direction`; None where it does not depend on them."""
        if self.inner.node_of(x) is None:
            return None
        around = _Around(watch_accessed=False)
        weight = full_like(x._array, 0)
        weight._node = around.watch(None)
        try:
            around.start()
            found = self.pull(self.inner, {x._node: weight}, self.values, lifted=True, release=False)
        finally:
            around.stop()
        seeds = {n: direction for c in found.values() if (n := around.node_of(c)) is not None}
        found = self.pull(around, seeds, [weight._node], lifted=True, release=True)
        return found.get(weight._node)


class _Inner(Recording):
    """What differentiates by the values, so many times."""

    __slots__ = ("order",)
    order: int


class _Around(Recording):
    """What differentiates by weights, in which all is linear."""

    __slots__ = ()


def _part(recording: Recording, entries: list[Any], noted: Noted) -> Recording:
    """A recording of some of the entries of another."""
    part = Recording(watch_accessed=False)
    part.entries, part.divided = entries, list(noted)
    part.leaves, part.variables = recording.leaves, recording.variables
    return part


def _tensor(g: Any) -> Any:
    g = g.whole() if type(g) in (Paired, Scattered) else g
    return g if isinstance(g, Tensor | list) else wrap(g)
