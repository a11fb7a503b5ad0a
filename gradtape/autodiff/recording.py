"""`Recording`: what a tape has recorded, as plain data, and how an operation comes into it.

A `Node` stands for a value that some recording watches. A leaf was watched by the program; any other node is an
operation's output, and holds what the operation's derivative needs. Tensors hold their node, nodes hold their
parents, and a recording holds its nodes weakly, in the order in which they came: so what the program drops is freed
at once, the order of a backward pass is that list backwards, and closing a recording lets all it saved go.
"""

import gc
import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, cast

from ..values.collector import ROOM, collector
from ..values.tensor import wrap
from ..values.thread import current
from ..values.variable import Handle, ResourceVariable
from .rules import Plan


class Node:
    """A watched value: `plan`, `parents` and `saved` of the operation that made it; a leaf has no plan."""

    __slots__ = ("__weakref__", "plan", "saved", "shapes", "source", "watchers")

    watchers: "tuple[Recording, ...]"  # the recordings that watch this value
    plan: Plan | None
    source: "Node | tuple[Node | None, ...]"  # the input's node where the plan has one step, else all the inputs'
    saved: Any  # what the plan keeps for the derivative
    shapes: "tuple[tuple[int, ...], ...] | None"  # the inputs' and the output's, where inputs were broadcast

    @property
    def parents(self) -> "tuple[Node | None, ...]":
        """The watched nodes that this one was computed from."""
        return self.source if type(self.source) is tuple else (self.source,)  # type: ignore[return-value]

    @property
    def primitive(self) -> Any:
        """The operation that made this value, or None for a leaf."""
        return None if self.plan is None else self.plan.primitive

    def lifted(self, out: Any) -> Any:
        """The arrays that the operation made, as tensors on the recordings that know of it."""
        if isinstance(out, tuple | list):  # a list of a graph's values
            return tuple(wrap(a, select(self, i, len(out))) for i, a in enumerate(out))
        return wrap(out, self)


_ref = weakref.ref


def record(
    primitive: Any,
    inputs: tuple[Any, ...],
    nodes: tuple[Node | None, ...],
    out: Any,
    attrs: dict[str, Any],
    recordings: "tuple[Recording, ...]",
) -> Node | None:
    """Record an operation that made the array `out` of `inputs`, whose nodes are `nodes`.

    Returns the output's node, or None where no active recording watches a differentiable input.
    """
    mask = 0
    foreign = False
    for i, node in enumerate(nodes):
        if node is None:
            continue
        if node.watchers is not recordings:
            foreign = True
            if not watching((node,), recordings):
                continue
        mask |= 1 << i
    if not mask:
        return None
    plan = primitive.plans.get(mask) or primitive.plan(mask)
    if foreign:
        recordings = watching(nodes, recordings)
    if not plan.steps:
        return enter(recordings, plan, (), None) if primitive.flat else None
    saved = plan.save(inputs, out, attrs) if plan.needs else None
    shapes = None
    # In a graph, lengths that are equal now may differ when it runs.
    if plan.broadcasts and (current.thread.trace is not None or any(x._array.shape != out.shape for x in inputs)):
        shapes = (*(x._array.shape for x in inputs), out.shape)
    return enter(recordings, plan, nodes if plan.single is None else nodes[plan.single], saved, shapes)


def enter(
    recordings: "tuple[Recording, ...]",
    plan: Plan,
    source: Any,
    saved: Any,
    shapes: tuple[tuple[int, ...], ...] | None = None,
) -> Node:
    """A node of these, now the newest entry of `recordings`."""
    node = Node()
    node.watchers = recordings
    node.plan = plan
    node.source = source
    node.saved = saved
    node.shapes = shapes
    entry = _ref(node)
    for recording in recordings:
        entries = recording.entries
        entries.append(entry)
        if len(entries) > recording.room:
            recording.tidy()
    return node


class _Select:
    """Stands in for a `Plan` in the node of one output of several, whose parent is the operation's node. What it saves
    is (which, of how many).
    """

    primitive = None
    broadcasts = False


SELECT = cast(Plan, _Select())


def select(node: Node, index: int, count: int) -> Node:
    """The node of output `index` of the operation whose node is `node`."""
    return enter(node.watchers, SELECT, node, (index, count))


def watching(nodes: Iterable[Node | None], recordings: "tuple[Recording, ...]") -> "tuple[Recording, ...]":
    """Those of `recordings` that watch one of `nodes`; `recordings` itself when all do."""
    found = tuple(r for r in recordings if any(n is not None and r in n.watchers for n in nodes))
    return recordings if len(found) == len(recordings) else found


# --- recordings ----------------------------------------------------------------------------------------------------


def leaf(watchers: "tuple[Recording, ...]") -> Node:
    node = Node()
    node.watchers = watchers
    node.plan = None
    node.source = ()
    node.saved = node.shapes = None
    return node


# A tensor may be watched, and let go, by tapes of several threads at once. The thread that holds this may come here
# again: the garbage collector can run at any line, and closes the tapes that it finds.
_leaf_lock = threading.RLock()


class Recording:
    """The entries of one tape (weak references to nodes, in order) and the leaves it watches."""

    __slots__ = (
        "__weakref__", "_frozen", "_live", "alone", "closed", "divided", "entries", "follows", "leaves", "room",
        "thread", "variables", "watch_accessed",
    )  # fmt: skip

    def __init__(self, watch_accessed: bool = True) -> None:
        self.alone = (self,)  # the active recordings, when it is the only one
        self.watch_accessed = watch_accessed
        self.follows = True  # what is computed from what it watches; False: it only notes the variables read
        self.entries: list[weakref.ref[Node]] = current.thread.entries()
        self.leaves: list[weakref.ref[Node]] = []
        self.divided: list[weakref.ref[Node]] = []  # operations whose rules divide by zero here: see `limits.py`
        self.variables: dict[Handle, tuple[ResourceVariable, Node | None]] = {}
        self.room = self._live = ROOM  # entries at which to tidy, and to sweep, next
        self._frozen = self.closed = False
        self.thread: Any = None  # the one that it was started in

    def __reduce__(self) -> Any:
        raise TypeError(
            "A tape or accumulator that has recorded cannot be pickled or copied: it is of this run of the program. "
            "Keep what it gives, its gradients."
        )

    # --- being active --------------------------------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether this thread's operations are recorded here."""
        return self in current.thread.recordings

    def start(self) -> None:
        self.thread = thread = current.thread
        while True:
            recordings = thread.recordings
            more = (*recordings, self) if recordings else self.alone
            if thread.recordings is recordings:  # another thread may stop one of them, at any line but this
                thread.recordings = more
                break

    def stop(self) -> None:
        """Let it record nothing any more, in the thread where it was started."""
        thread = self.thread
        while thread is not None:
            recordings = thread.recordings
            rest = tuple([r for r in recordings if r is not self])
            if len(rest) == 1:
                rest = rest[0].alone
            if thread.recordings is recordings:
                thread.recordings = rest
                self.thread = None
                break

    # --- watching ------------------------------------------------------------------------------------------------

    def watch(self, node: Node | None) -> Node:
        """The node of a tensor that had `node`, from now on watched here too."""
        with _leaf_lock:
            if node is None:
                node = leaf(self.alone)
            elif self not in node.watchers:
                node.watchers = (*node.watchers, self)
            else:
                return node
            self.leaves.append(_ref(node))
        return node

    def watch_tensor(self, tensor: Any) -> None:
        """Watch `tensor`, which threads may do with one at once."""
        with _leaf_lock:
            tensor._node = self.watch(tensor._node)

    def watch_variable(self, variable: ResourceVariable) -> None:
        """Watch `variable`: all its reads from now on are reads of one leaf."""
        if variable.handle not in self.variables:
            active = current.thread.recordings
            _add_leaf(variable, leaves_of(variable, active), (self,), active)

    def node_of(self, x: Any) -> Node | None:
        """The node by which this recording knows a tensor or variable; None if it does not watch it."""
        if isinstance(x, ResourceVariable):
            return self.variables.get(x.handle, (None, None))[1]
        node: Node | None = getattr(x, "_node", None)
        return node if node is not None and self in node.watchers else None

    # --- entries -------------------------------------------------------------------------------------------------

    def tidy(self) -> None:
        """Forget the entries whose values the program dropped; called each time that many have come."""
        entries = self.entries
        if len(entries) >= self._live:
            entries[:] = [e for e in entries if e() is not None]
            self._live = 2 * len(entries)
        self.room = len(entries) + ROOM
        if not self._frozen:
            self._frozen = collector.hold(self)
        if self._frozen:
            gc.freeze()

    def nodes(self) -> Iterator[Node]:
        """The operations recorded here whose results are still needed, in order."""
        for entry in self.entries:
            node = entry()
            if node is not None:
                yield node

    def useful(self, sources: Iterable[Node]) -> set[Node] | None:
        """The nodes that depend on a source, sources included; None when that is every node."""
        found = set(sources)
        if all(node is None or node in found for node in self._all_leaves()):
            return None
        for node in self.nodes():
            if not found.isdisjoint(node.parents):
                found.add(node)
        return found

    def _all_leaves(self) -> Iterator[Node | None]:
        yield from (node for _, node in self.variables.values())
        yield from (entry() for entry in self.leaves)

    def release(self, node: Node) -> None:
        """Let `node` keep nothing for this recording."""
        if node.watchers == self.alone:
            node.watchers = node.source = ()
            node.saved = node.shapes = None
        else:
            node.watchers = tuple(r for r in node.watchers if r is not self)

    def end(self) -> None:
        """Stop and close it. It may be interrupted at any line, and done again."""
        self.stop()
        if not self.closed:
            self.close()

    def close(self) -> None:
        """Forget everything, so that values which outlive the tape hold nothing for it."""
        entries = self.entries
        while entries:
            node = entries[-1]()
            if node is not None:
                self.release(node)
            del node, entries[-1]
        with _leaf_lock:
            for entry in self.leaves:
                node = entry()
                if node is not None:
                    node.watchers = tuple(r for r in node.watchers if r is not self)
        self.leaves.clear()
        self.divided.clear()
        self.variables.clear()
        if self._frozen:
            collector.let_go(self)
            self._frozen = False
        self.closed = True


def leaves_of(variable: ResourceVariable, recordings: tuple[Recording, ...]) -> list[Node]:
    """The leaves that stand for `variable` on those of `recordings` that watch it, now or from now on: one, unless
    tapes that cross began to watch it apart.
    """
    leaves: list[Node] = []
    new = []
    for recording in recordings:
        found = recording.variables.get(variable.handle)
        if found is None:
            if recording.watch_accessed and variable.trainable:
                new.append(recording)
        elif found[1] is not None and found[1] not in leaves:
            leaves.append(found[1])
    if new:
        _add_leaf(variable, leaves, new, recordings)
    return leaves


def _add_leaf(
    variable: ResourceVariable, leaves: list[Node], new: Iterable[Recording], active: tuple[Recording, ...]
) -> None:
    """Make the `new` recordings watch `variable`, by the leaf that others have of it if there is one."""
    node = None
    if variable.dtype.is_differentiable:
        if not leaves:
            leaves.append(leaf(()))
        node = leaves[0]
        watchers = (*node.watchers, *(r for r in new if r.follows))
        same = len(watchers) == len(active) and all(r in watchers for r in active)
        node.watchers = active if same else watchers
    for recording in new:
        recording.variables[variable.handle] = (variable, node if recording.follows else None)
