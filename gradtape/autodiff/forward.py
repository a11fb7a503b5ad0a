"""Forward mode: Jacobian-vector products from the derivative rules, pushed through operations as they execute.

A rule is the transpose of the Jacobian: cotangent of the output in, cotangent of an input out, linear in `g`. The
Jacobian of an elementwise operation is diagonal, its own transpose, so the rule is applied to the tangent as it is. An
operation that is linear in an input is its own derivative there, and takes the tangent in that input's place. Any other
rule is transposed: recorded as a function of `g`, and differentiated with respect to it.
"""

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..engine.numpy_slots import Slots, depth_of, slots_zeros
from ..values.symbolic import varies
from ..values.tensor import Tensor, wrap
from ..values.thread import Local, current, still_on
from ..values.variable import ResourceVariable
from ..values.weak_table import WeakTable
from .backward import pull
from .cotangents import conjugated, full_like, is_complex, lead_of, spread, tensor_of, unbroadcast
from .recording import SELECT, Node, Recording
from .scattered import whole

Tangent = Tensor | None  # None is zero


def jvp_of(node: Node, tangents: Sequence[Tangent], out: Any, lead: tuple[int, ...] = ()) -> Any:
    """The tangent of what an operation made, given those of its inputs.

    It is computed on tensors, so that active recordings see it: that makes derivatives of it, of any order and mode.

    Args:
      node: the operation's.
      tangents: of its inputs, of shapes `(*lead, *input_shape)`.
      out: the array that it made, or the tuple of them; only shapes and dtypes are looked at.
      lead: leading axes of the tangents, for many tangents at once.

    Returns:
      A tensor of shape `(*lead, *out_shape)`, or None; a list of these for a tuple.
    """
    plan: Any = node.plan
    definition = plan.primitive
    if definition.elementwise and all(
        t is None or (t._array.dtype == out.dtype and (definition.holomorphic or not is_complex(t))) for t in tangents
    ):
        total = None
        for position, rule in plan.lifted:
            t = tangents[position]
            if t is None:
                continue
            if node.shapes is not None:
                t = spread(t, node.shapes[-1], len(node.shapes[position]))
            t = rule(t, node.saved, node)
            total = t if total is None else total + t
        return total
    if not isinstance(out, tuple) and all(t is None or _is_empty(t._array) for t in tangents):
        return _zeros(out, lead)  # what has no elements cannot change, whatever the rule divides by
    if not definition.linear or lead:
        return _transposed(node, tangents, out, lead)
    total, rest = None, list(tangents)
    for position, t in enumerate(tangents):
        push = None if t is None else plan.push_of(position)
        if push is not None:
            rest[position] = None
            t = push(t, node.saved)
            total = t if total is None else total + t
    if any(t is not None for t in rest):
        t = _transposed(node, rest, out, lead)
        total = t if total is None or t is None else total + t
    return total


def _transposed(node: Node, tangents: Sequence[Tangent], out: Any, lead: tuple[int, ...]) -> Any:
    """The same, by differentiating the rules with respect to `g`, at a `g` of zeros that take no memory."""
    plan: Any = node.plan
    several = isinstance(out, tuple)
    recording = Recording(watch_accessed=False)
    gs: list[Any] = []
    for array in out if several else (out,):
        if getattr(array, "dtype", None) is None:  # not an array: how many steps a loop made
            gs.append(None)
            continue
        g = _zeros(array, lead)
        g._node = recording.watch(None)
        gs.append(g if g.dtype.is_differentiable else None)
    conjugate = plan.primitive.holomorphic and any(t is not None and is_complex(t) for t in tangents)
    seeds: dict[Node, Any] = {}
    lifted = current.thread.lifts
    for position, c in _cotangents(node, gs if several else gs[0], tangents, recording):
        t = tangents[position]
        if t is None or c is None or c._node is None or recording not in c._node.watchers:
            continue
        t = conjugated(t) if conjugate else t
        t = t if lifted else t._array
        seeds[c._node] = seeds[c._node] + t if c._node in seeds else t
    nodes = [None if g is None else g._node for g in gs]
    found = pull(recording, seeds, filter(None, nodes), lifted=lifted, release=True)
    results = [None if node is None or node not in found else tensor_of(found[node]) for node in nodes]
    results = conjugated(results) if conjugate else results
    return results if several else results[0]


def _is_empty(array: Any) -> bool:
    return any(n == 0 for n in array.shape)


def _zeros(array: Any, lead: tuple[int, ...]) -> Tensor:
    """Zeros that take no memory, of the shape of an array, a list, or a value of a graph, with leading axes."""
    shape = lead + tuple(array.shape)
    if isinstance(array, Slots):
        return wrap(slots_zeros(array, lead, depth_of(array)))
    if getattr(array, "listed", 0):
        return current.thread.trace.zero_list(array, lead)  # type: ignore[no-any-return]
    if current.thread.trace is not None and varies(shape):
        return full_like(array, 0, lead)
    return wrap(np.broadcast_to(array.dtype.type(0), shape))


def _cotangents(node: Node, g: Any, tangents: Sequence[Tangent], recording: Recording) -> list[tuple[int, Any]]:
    """What the rules make of `g`, recorded by `recording`, by input."""
    plan: Any = node.plan
    thread = current.thread
    recordings = thread.recordings
    try:
        recording.start()
        if plan.primitive.variadic:
            return [(i, whole(c)) for i, c in enumerate(plan.lifted[0][1](g, node.saved, node))]
        found = [(i, whole(rule(g, node.saved, node))) for i, rule in plan.lifted if tangents[i] is not None]
        if node.shapes is None:
            return found
        lead = lead_of(g, len(node.shapes[-1]))
        return [(i, c if c is None else unbroadcast(c, node.shapes[i], lead)) for i, c in found]
    finally:
        thread.recordings = recordings


class _Newest:
    """What a thread's newest kernel made, for the forwards that are active there: in whatever order they are left."""

    def __init__(self) -> None:
        thread = current.thread
        run = thread.run
        self.made: Any = None
        self.users: set[Forward] = set()
        self.left = False

        def noting(kernel: Callable[..., Any], /, *arrays: Any, **attributes: Any) -> Any:
            try:
                made = run(kernel, *arrays, **attributes)
            except RuntimeError as error:
                made = engine.reentered(error, kernel, *arrays, **attributes)
            self.made = made if self.users else None
            return made

        self._run, self._noting, self._thread = run, noting, thread

    def enter(self, user: "Forward") -> None:
        """Have the thread note what kernels make, until the last user `leave`s, which may follow at whatever line."""
        self.users.add(user)
        thread = self._thread
        if thread.quiet is self._run:  # it looks at shapes and dtypes only
            thread.quiet = self._noting
        if thread.run is self._run:
            thread.run = self._noting

    def leave(self, user: "Forward") -> None:
        """Called again if it is interrupted, at whatever line."""
        self.users.discard(user)
        if self.users:
            return
        self.left = True
        self.made = None
        thread = self._thread
        if thread.run is self._noting:  # no tool has put a function of its own around it
            thread.run = still_on(self._run)
        if thread.quiet is self._noting:
            thread.quiet = self._run


class _Noted(Local):
    newest: _Newest | None = None


_noted = _Noted()


class Forward(Recording):
    """A recording that keeps no entries: as an operation is entered, the tangents are pushed through it.

    What it computes is seen by the recordings outside it, not by itself nor by those inside.

    Args:
      lead: leading axes that all its tangents have.
    """

    __slots__ = ("_newest", "lead", "tangents")

    def __init__(self, lead: tuple[int, ...] = ()) -> None:
        super().__init__(watch_accessed=False)
        self.lead = lead
        self.tangents = WeakTable()
        self._newest: _Newest | None = None
        self.entries = _Pushed(self)

    def start(self) -> None:
        newest = _noted.newest
        if newest is None or newest.left:
            newest = _noted.newest = _Newest()
        self._newest = newest
        newest.enter(self)
        super().start()

    def stop(self) -> None:
        super().stop()
        if self._newest is not None:
            self._newest.leave(self)
            self._newest = None

    def seed(self, x: Tensor | ResourceVariable, tangent: Tensor) -> None:
        """Watch `x`, whose tangent is `tangent`."""
        if isinstance(x, ResourceVariable):
            self.watch_variable(x)
        else:
            self.watch_tensor(x)
        node = self.node_of(x)
        if node is not None:
            self.tangents[node] = tangent

    def tangent(self, x: Tensor | ResourceVariable) -> Tangent:
        """The tangent of `x`; None where it depends on nothing that was seeded."""
        node = self.node_of(x)
        return None if node is None else self.tangents.get(node)

    def push(self, node: Node) -> None:
        """Find the tangent of the newest operation's output, by its node."""
        if node.plan is SELECT:
            found = self.tangents.get(node.parents[0])
            tangent = found and found[node.saved[0]]
        else:
            plan: Any = node.plan
            tangents = [None if n is None else self.tangents.get(n) for n in node.parents]
            if plan.single is not None:
                tangents = [None] * plan.single + tangents
            thread, newest = current.thread, self._newest
            assert newest is not None
            recordings, made = thread.recordings, newest.made
            thread.recordings = recordings[: recordings.index(self)]
            try:
                if type(made) is list and all(isinstance(x, Tensor) for x in made):
                    tangent = self._of_custom(node, tangents, made)
                else:  # a graph's values come as a list
                    made = tuple(made) if type(made) is list else made
                    tangent = jvp_of(node, tangents, made, self.lead)
            finally:
                thread.recordings, newest.made = recordings, made
        if tangent is not None:
            self.tangents[node] = tangent
        if node.watchers[-1] is self and all(type(r) is Forward for r in node.watchers):  # nobody will look back
            node.source = ()
            node.saved = node.shapes = None

    def _of_custom(self, node: Node, tangents: Sequence[Tangent], outputs: list[Tensor]) -> Any:
        """The tangents of the outputs of a function that has a rule of its own. As in TensorFlow, the rule is for those
        that have no tangent yet, since no operations computed them.
        """
        found = [self.tangent(x) for x in outputs]
        several = len(found) > 1
        if any(t is None for t in found):
            arrays = tuple(x._array for x in outputs)
            ruled = jvp_of(node, tangents, arrays if several else arrays[0], self.lead)
            found = [r if t is None else t for t, r in zip(found, ruled if several else [ruled], strict=True)]
        return found if several else found[0]


class _Pushed(list[Any]):
    """Stands in for a recording's list of entries."""

    def __init__(self, forward: Forward) -> None:
        self._forward = weakref.ref(forward)

    def append(self, entry: "weakref.ref[Node]") -> None:
        forward, node = self._forward(), entry()
        if forward is not None and node is not None:
            forward.push(node)
