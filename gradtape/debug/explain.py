"""`tape.explain`: the path of a gradient, or what broke it and where."""

import enum
import heapq
import html
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..autodiff.recording import Node, Recording
from ..autodiff.tape import GradientTape
from ..values import dtypes, nest
from ..values.composite import differentiated
from ..values.program import Place, flows, rebinds, short
from ..values.tensor import Tensor
from ..values.variable import ResourceVariable
from .trace import CONSTANT, DERIVED, GRADIENT, LEFT, OPERATION, PART, READ, STATE, Event, Mark, Trace, trace


class Cause(enum.Enum):
    """Why a gradient is None; `CONNECTED` where it is not."""

    CONNECTED = "the target depends on the source, and the tape followed it"
    NEVER_WATCHED = "the tape never watched the source"
    NOT_TRAINABLE = "the source is a Variable with trainable=False, which tapes do not watch by themselves"
    WATCHED_LATE = "the source was used before the tape watched it"
    READ_BEFORE_TAPE = "the source was read before the tape was opened"
    OTHER_TAPE = "another tape watched the source, this one did not"
    REBOUND = "the source is a Tensor that was computed from a Variable, not the Variable"
    NUMPY = "the value left the tape through NumPy"
    DTYPE = "the value passed an integer, bool or string dtype, and these have no gradients"
    NO_DERIVATIVE = "an operation on the way has no derivative"
    STOP_GRADIENT = "stop_gradient is on the way"
    STOPPED = "recording was stopped"
    RESET = "the tape was reset"
    OUTSIDE_TAPE = "part of the computation is outside the tape's context"
    ASSIGNED = "a Variable was assigned, and a Variable keeps a value, not where it came from"
    INNER_GRADIENT = "a gradient on the way was taken where this tape was not recording"
    RULE_GAVE_NONE = "there is a path, but a derivative on it, such as a custom gradient, gave None"
    USED_UP = "the tape is used up: it gave its one set of gradients"
    NOT_RECORDED = "nothing that the target depends on is watched by the tape"
    NOT_CONNECTED = "the target does not depend on the source"


_ADVICE = {
    Cause.NEVER_WATCHED: "Call tape.watch(source) before it is used, or make it a tf.Variable.",
    Cause.NOT_TRAINABLE: "Make it trainable, or call tape.watch(variable) before it is used.",
    Cause.WATCHED_LATE: "Call tape.watch(source) first thing in the tape's context.",
    Cause.READ_BEFORE_TAPE: "Move what reads it into the tape's context.",
    Cause.OTHER_TAPE: "Watch it on this tape too, or ask the tape that watched it.",
    Cause.REBOUND: "Use v.assign(...) to change a Variable, and give the result of an operation a name of its own.",
    Cause.NUMPY: "Compute it with tf functions, on tensors: tf.reduce_mean(x) for np.mean(x), and so on.",
    Cause.DTYPE: "Keep the dtype floating on the whole way from the source to the target.",
    Cause.NO_DERIVATIVE: "Replace it by something differentiable, such as tf.nn.softmax for an argmax.",
    Cause.STOP_GRADIENT: "Take tf.stop_gradient away where the gradient is wanted.",
    Cause.STOPPED: "Move what the gradient is wanted of out of `with tape.stop_recording()`.",
    Cause.RESET: "Compute what the gradient is wanted of after tape.reset().",
    Cause.OUTSIDE_TAPE: "Move the whole computation, from source to target, into the tape's context.",
    Cause.ASSIGNED: "Use the tensor itself in the computation, and assign it to the Variable apart.",
    Cause.INNER_GRADIENT: "Take the inner gradient inside the outer tape's context.",
    Cause.USED_UP: "Explain first, make the tape with persistent=True, or trace the program.",
}
_TRACE = "Run it inside `with gradtape.debug.tracing():`, or with `python -m gradtape --explain`, to see where."


@dataclass(frozen=True)
class Step:
    """One step of the story: what happened, and where in the program.

    Attributes:
      what: the operation, with shapes, or what else happened.
      file, line: where the program asked for it; None where that is not known.
      text: the program's line.
      broken: whether the gradient stops here.
      scope: the name scopes that were open, for Keras the path of the layers that were being called; or empty.
    """

    what: str
    file: str | None = None
    line: int | None = None
    text: str = ""
    broken: bool = False
    scope: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a gradient is None, or its path. It prints as a short story.

    Attributes:
      cause: a `Cause`.
      connected: whether there is a gradient.
      steps: the way from the source to the target, as far as it is known, by line where the program was traced.
      file, line: where the path is broken; None where there is no such place, or it is not known.
      scope: the name scopes in which it is broken, for Keras the path of the layer; or empty.
      lines: all that the steps name, in order.
      advice: what to do.
    """

    cause: Cause
    source: str
    target: str
    steps: tuple[Step, ...] = ()
    advice: str = ""
    causes: tuple[Cause, ...] = field(default=())

    @property
    def connected(self) -> bool:
        return self.cause is Cause.CONNECTED

    @property
    def _break(self) -> Step | None:
        return next((s for s in self.steps if s.broken), None)

    @property
    def file(self) -> str | None:
        return None if self._break is None else self._break.file

    @property
    def line(self) -> int | None:
        return None if self._break is None else self._break.line

    @property
    def scope(self) -> str:
        return "" if self._break is None else self._break.scope

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(s.line for s in self.steps if s.line is not None)

    def __str__(self) -> str:
        if self.connected:
            story = [f"The gradient of {self.target} with respect to {self.source} has a path:"]
        else:
            within = f", in {self.scope}" if self.scope else ""
            story = [
                f"The gradient of {self.target} with respect to {self.source} is None: {self.cause.value}{within}."
            ]
        rows = [
            (
                f"{short(s.file)}:{s.line}" if s.file else "",
                s.text,
                s.what + (f" (in {s.scope})" if s.scope else ""),
                s.broken,
            )
            for s in _folded(self.steps)
        ]
        wide, long = (max((len(row[0]) for row in rows), default=0), max((len(row[1]) for row in rows), default=0))
        for place, text, what, broken in rows:
            columns = f"{place:<{wide}}  {text:<{long}}  " if wide else ""
            story.append(f"  {'x' if broken else ' '} {columns}{what}")
        for cause in self.causes[1:]:
            story.append(f"Farther on: {cause.value}.")
        if self.advice:
            story.append(self.advice)
        return "\n".join(story)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = str(self).split("\n")
        return f"<b>{html.escape(head)}</b><pre>{html.escape(chr(10).join(rest))}</pre>"


def _folded(steps: tuple[Step, ...], ends: int = 12) -> tuple[Step, ...]:
    """The steps, without the middle of a long way."""
    middle = [i for i in range(ends, len(steps) - ends) if not steps[i].broken]
    if len(middle) < 3:
        return steps
    omitted = Step(f"... {len(middle)} more operations ...")
    return tuple(omitted if i == middle[0] else s for i, s in enumerate(steps) if i not in set(middle[1:]))


def explain(tape: GradientTape, target: Any, source: Any) -> Any:
    """The explanation of each source's gradient, in the structure of `source`; see `GradientTape.explain`."""
    targets, sources = ([differentiated(x) for x in nest.flatten(given)] for given in (target, source))
    for x in (*targets, *sources):
        if not isinstance(x, Tensor | ResourceVariable):
            raise TypeError(f"tape.explain takes tensors and variables, got {x!r} of type {type(x).__name__}.")
    noted: Trace | None = tape._trace
    found = []
    for x in sources:
        if noted is not None:
            found.append(_Traced(tape, noted, targets, x).explanation())
        else:
            found.append(_untraced(tape, targets, x))
    return nest.pack_sequence_as(source, found)


# --- from the tape alone ----------------------------------------------------------------------------------------------


def _untraced(tape: GradientTape, targets: list[Any], source: Any) -> Explanation:
    def because(cause: Cause, *advice: str, steps: tuple[Step, ...] = ()) -> Explanation:
        told = [_ADVICE[cause]] if cause in _ADVICE else []
        if cause is not Cause.CONNECTED and trace() is None:
            advice = (*advice, _TRACE)
        what = "\n".join([*told, *advice])
        return Explanation(cause, _describe(source), _describe_all(targets), steps, what, (cause,))

    if _is(source, targets):
        return because(Cause.CONNECTED)
    if not source.dtype.is_differentiable:
        return because(Cause.DTYPE)
    if not any(x.dtype.is_differentiable for x in targets):
        return because(Cause.DTYPE)
    variable = isinstance(source, ResourceVariable)
    watched = variable and any(v.handle is source.handle for v in tape.watched_variables())
    if variable and not watched and not source.trainable:
        return because(Cause.NOT_TRAINABLE)
    if variable and not watched and not tape._watch_accessed:
        return because(Cause.NEVER_WATCHED)
    recording = tape._recording
    if recording is None:
        if variable and not watched:
            return because(Cause.NEVER_WATCHED, "It was not read while the tape recorded.")
        return because(Cause.USED_UP)
    node = _node(recording, source)
    if node is None:
        if variable:
            return because(Cause.NEVER_WATCHED, "It was not read while the tape recorded.")
        if source._node is not None and source._node.watchers:
            return because(Cause.OTHER_TAPE)
        return because(
            Cause.NEVER_WATCHED, "It is a constant, or was computed outside the tape: is it still the Variable?"
        )
    ends = [n for n in (_node(recording, x) for x in targets) if n is not None]
    if not ends:
        return because(
            Cause.NOT_RECORDED, "Either it is unconnected, or an operation, dtype or conversion broke the path."
        )
    path = _path(ends, node)
    if path is None:
        return because(
            Cause.NOT_CONNECTED, "Either they are apart, or an operation, dtype or conversion broke the path."
        )
    return because(Cause.CONNECTED, steps=tuple(Step(_node_text(n)) for n in path))


def _node_text(node: Node) -> str:
    if node.shapes is None:
        return str(node.primitive.name).lstrip("_")
    *inputs, out = node.shapes
    return f"{node.primitive.name.lstrip('_')} {', '.join(map(str, inputs))} -> {out}"


def _path(ends: list[Node], source: Node) -> list[Node] | None:
    """The operations from `source` to one of `ends`, by as few as possible."""
    after: dict[Node, Node | None] = dict.fromkeys(ends)
    level = ends
    while level and source not in after:
        below = []
        for node in level:
            for parent in node.parents:
                if parent is not None and parent not in after:
                    after[parent] = node
                    below.append(parent)
        level = below
    if source not in after:
        return None
    path = []
    step = after[source]
    while step is not None:
        if step.primitive is not None:
            path.append(step)
        step = after[step]
    return path


def _node(recording: Recording, x: Any) -> Node | None:
    if isinstance(x, ResourceVariable):
        return recording.variables.get(x.handle, (None, None))[1]
    node: Node | None = x._node
    return node if node is not None and recording in node.watchers else None


def _is(source: Any, targets: list[Any]) -> bool:
    handle = getattr(source, "handle", source)
    return any(getattr(x, "handle", x) is handle for x in targets)


def _describe(x: Any) -> str:
    if isinstance(x, ResourceVariable):
        return f"{x.name!r} (a Variable, {x.dtype.name} {tuple(x.handle.array.shape)})"
    return f"a {x.dtype.name} tensor of shape {tuple(x._array.shape)}"


def _describe_all(targets: list[Any]) -> str:
    return _describe(targets[0]) if len(targets) == 1 else f"{len(targets)} tensors"


# --- from what was traced ---------------------------------------------------------------------------------------------

_CASTS = frozenset({"convert", "cast", "bitcast", "as_string", "to_number", "saturate_cast"})


class _Traced:
    """The story of one source, of what was traced.

    Values flow along all events, also those without derivatives. The way from source to target that is broken least
    often is told; its first break is the cause.
    """

    def __init__(self, tape: GradientTape, noted: Trace, targets: list[Any], source: Any) -> None:
        self.trace = noted
        self.events = noted.events
        self.tape = tape
        self.targets = targets
        self.source = source
        self.variable = source if isinstance(source, ResourceVariable) else None
        self.marks: list[Mark] = noted.marks.get(tape, [])
        recordings = [m.recording for m in self.marks if m.recording is not None]
        self.recording = tape._recording or (recordings[-1] if recordings else None)
        self.followed: dict[int, bool] = {}

    def explanation(self) -> Explanation:
        if _is(self.source, self.targets):
            return self._story([Cause.CONNECTED], [])
        if not self.source.dtype.is_differentiable:
            return self._story([Cause.DTYPE], [self._made(self._event(self.source), "has no gradient", True)])
        watched = self._watched()
        if watched is not None:
            return watched
        starts = self._starts()
        ends = [self._event(x).serial for x in self.targets]
        way = self._way(starts, ends)
        if way is not None:
            return self._told(way)
        made, end = self._event(self.source), self._event(self.targets[0])
        if self.variable is None and made.place and rebinds(made.place) and self._from_variable(made):
            return self._rebound()
        wrong = next((x for x in self.targets if not x.dtype.is_differentiable), None)
        if wrong is not None:
            return self._story([Cause.DTYPE], [self._made(self._event(wrong), "has no gradient", True)])
        return self._story([Cause.NOT_CONNECTED], [self._made(made, "the source"), self._made(end, "the target")])

    # --- the source ----------------------------------------------------------------------------------------------

    def _event(self, x: Any) -> Event:
        array = x.handle.local() if isinstance(x, ResourceVariable) else x._array
        return self.events[self.trace.known(array)]

    def _watched(self) -> Explanation | None:
        """Why the tape does not watch the source, whatever was done with it; None where it does, or might have."""
        made = self._event(self.source)
        if self.variable is not None:
            if any(v.handle is self.variable.handle for v in self.tape.watched_variables()):
                return None
            if not self.variable.trainable:
                return self._story([Cause.NOT_TRAINABLE], [self._made(made, "made here", True)])
            if not self.tape._watch_accessed:
                step = self._made(made, "made here; the tape has watch_accessed_variables=False", True)
                return self._story([Cause.NEVER_WATCHED], [step])
            return None
        if self._follows(made.serial):
            return None
        here = self.trace.watches.get(made.serial, [])
        for w in here:  # before a reset, or on what the tape was before
            if any(m.recording is w.recording for m in self.marks):
                return self._off(w.serial, (w.recording,), Step("watched here", *_where(w.place)), made)
        if here:
            step = Step("watched here, by another tape", *_where(here[0].place), broken=True)
            return self._story([Cause.OTHER_TAPE], [step])
        if self._from_variable(made):
            return self._rebound()
        if made.kind in (OPERATION, PART) and any(r is not self.recording for r in made.active):
            node = self.source._node
            if node is not None and node.watchers:
                return self._story([Cause.OTHER_TAPE], [self._made(made, "recorded here, by another tape", True)])
        what = "a constant" if made.kind == CONSTANT else "a tensor that the tape did not see made"
        return self._story([Cause.NEVER_WATCHED], [self._made(made, what, True)])

    def _follows(self, serial: int) -> bool:
        """Whether the tape follows what an event made."""
        pending = [serial]
        while pending:
            at = pending[-1]
            event = self.events.get(at)
            if at in self.followed or event is None:
                self.followed.setdefault(at, False)
                pending.pop()
                continue
            if self._is_leaf(event):
                self.followed[at] = True
                continue
            parents = [i for n, i in enumerate(event.inputs) if i and i < at and self._breaks(event, n, i) is None]
            if event.kind == STATE:
                parents = []
            missing = [i for i in parents if i not in self.followed]
            if missing:
                pending += missing
            else:
                self.followed[at] = any(self.followed[i] for i in parents)
        return self.followed[serial]

    def _is_leaf(self, event: Event) -> bool:
        if any(w.recording is self.recording for w in self.trace.watches.get(event.serial, ())):
            return True
        if event.kind != READ or self.recording not in event.active:
            return False
        return any(v.handle.serial == event.variable for v in self.tape.watched_variables())

    def _from_variable(self, event: Event) -> bool:
        """Whether a tensor was computed from a Variable."""
        pending, seen = [event], set[int]()
        while pending:
            e = pending.pop()
            if e.kind == READ:
                return True
            if e.kind in (OPERATION, PART):
                more = [self.events[i] for i in e.inputs if i in self.events and i not in seen]
                seen.update(x.serial for x in more)
                pending += more
        return False

    def _rebound(self) -> Explanation:
        made = self._event(self.source)
        name = made.place and rebinds(made.place)
        what = f"from here on, the name {name!r} holds a Tensor" if name else "a Tensor was made here"
        return self._story([Cause.REBOUND], [self._made(made, what, True)])

    def _starts(self) -> set[int]:
        if self.variable is None:
            return {self._event(self.source).serial}
        serial = self.variable.handle.serial
        starts = {e.serial for e in list(self.events.values()) if e.variable == serial and e.kind != READ}
        return {*starts, self._event(self.variable).serial}

    # --- the way -------------------------------------------------------------------------------------------------

    def _way(self, starts: set[int], ends: list[int]) -> list[tuple[int, int]] | None:
        """Events from a start to an end, broken as seldom as can be, each with the position among the next's inputs."""
        first = min(starts)
        after: dict[int, tuple[int, int]] = {}
        cost = dict.fromkeys(ends, 0)
        heap = [(0, -end) for end in ends]
        heapq.heapify(heap)
        while heap:
            spent, negative = heapq.heappop(heap)
            at = -negative
            if spent > cost[at]:
                continue
            if at in starts:
                way = [(at, -1)]
                while at in after:
                    at, position = after[at]
                    way.append((at, position))
                return way
            event = self.events.get(at)
            if event is None:
                continue
            for position, parent in self._inputs(event):
                if not first <= parent < at:
                    continue
                total = spent + self._cost(event, position, parent, parent in starts)
                if parent not in cost or total < cost[parent]:
                    cost[parent] = total
                    after[parent] = at, position
                    heapq.heappush(heap, (total, -parent))
        return None

    def _inputs(self, event: Event) -> Iterable[tuple[int, int]]:
        yield from enumerate(event.inputs)
        if event.kind == CONSTANT and event.stack and not event.inputs:
            for serial in list(self.trace.left):
                left = self.events.get(serial)
                if left is not None and serial < event.serial and flows(left.stack, event.stack):
                    yield 0, serial

    def _cost(self, event: Event, position: int, parent: int, first: bool) -> int:
        broken = self._breaks(event, position, parent, first)
        return 0 if broken is None else 1000 if event.kind == DERIVED else 1

    def _breaks(self, event: Event, position: int, parent: int, first: bool = False) -> Cause | None:
        """Why the tape does not follow from `parent` to `event`, were it to follow `parent`; None where it does."""
        if event.kind == LEFT:
            return Cause.NUMPY
        if event.kind in (CONSTANT, PART):
            return None
        if event.kind == STATE:
            return Cause.ASSIGNED
        if event.kind == GRADIENT:
            return Cause.INNER_GRADIENT
        if event.kind == DERIVED:
            return Cause.NO_DERIVATIVE
        if self.recording not in event.active:
            return self._off_cause(event.serial, event.active, event.kind == READ and first)
        if event.kind == READ:
            return None
        if first:
            watched = [w.serial for w in self.trace.watches.get(parent, ()) if w.recording is self.recording]
            if watched and min(watched) > event.serial:
                return Cause.WATCHED_LATE
        definition = event.definition
        if definition is None:  # a custom gradient, or a call of a function
            return Cause.NO_DERIVATIVE if position in event.apart else None
        name = definition.inputs[0 if definition.variadic else position]
        if name in definition.rules:
            return None
        if definition.name == "stop_gradient":
            return Cause.STOP_GRADIENT
        return Cause.DTYPE if definition.name in _CASTS else Cause.NO_DERIVATIVE

    def _off_cause(self, serial: int, active: tuple[Recording, ...], reading: bool) -> Cause:
        if any(m.recording in active and m.recording is not self.recording for m in self.marks if m.recording):
            return Cause.RESET
        before = [m for m in self.marks if m.serial < serial]
        if before and before[-1].what == "paused":
            return Cause.STOPPED
        if reading and active:
            return Cause.OTHER_TAPE
        return Cause.READ_BEFORE_TAPE if reading and not before else Cause.OUTSIDE_TAPE

    def _off_step(self, cause: Cause, serial: int, active: tuple[Recording, ...]) -> Step | None:
        """Where recording was stopped, or the tape reset."""
        if cause is Cause.STOPPED:
            mark = [m for m in self.marks if m.serial < serial][-1]
            return Step("recording is stopped here", *_where(mark.place), broken=True)
        if cause is Cause.RESET:
            resets = [m for m in self.marks if m.serial > serial and m.what == "reset"]
            if resets:
                return Step("the tape is reset here", *_where(resets[0].place), broken=True)
        return None

    def _off(self, serial: int, active: tuple[Recording, ...], step: Step, made: Event) -> Explanation:
        cause = self._off_cause(serial, active, False)
        where = self._off_step(cause, serial, active)
        return self._story([cause], [step] if where is None else [step, where])

    # --- the story -----------------------------------------------------------------------------------------------

    def _told(self, way: list[tuple[int, int]]) -> Explanation:
        causes: list[Cause] = []
        steps: list[Step] = []
        for (parent, _), (serial, position) in itertools.pairwise(way):
            event = self.events[serial]
            cause = self._breaks(event, position, parent, parent == way[0][0])
            if cause is not None and cause not in causes and not (cause is Cause.OUTSIDE_TAPE and causes):
                causes.append(cause)
            where = self._off_step(cause, serial, event.active) if cause else None
            told = self._step(event, parent, cause)
            if where is None:
                steps.append(told)
            elif cause is Cause.RESET:  # it comes after what it made be forgotten
                steps += [told, *([] if where in steps else [where])]
                continue
            else:
                steps += [*([] if where in steps else [where]), told]
        if Cause.RESET in causes:
            steps.sort(key=lambda s: s.what == "the tape is reset here")
        if not causes:
            return self._story([Cause.CONNECTED], _shown(steps))
        first = next(i for i, s in enumerate(steps) if s.broken)
        steps = [s if i == first else replace(s, broken=False) for i, s in enumerate(steps)]
        return self._story(causes, _shown(steps))

    def _step(self, event: Event, parent: int, cause: Cause | None) -> Step:
        where = _where(event.place)
        if event.kind in (OPERATION, PART, DERIVED):
            given = self.events.get(parent)
            shapes = f"{_value(given)} -> {_value(event)}" if given is not None else _value(event)
            what = f"{event.name.lstrip('_')} {shapes}"
            if cause in (Cause.OUTSIDE_TAPE, Cause.STOPPED, Cause.RESET):
                what += {
                    Cause.OUTSIDE_TAPE: ": the tape does not record here",
                    Cause.STOPPED: ": not recorded",
                    Cause.RESET: ": forgotten",
                }[cause]
                return Step(what, *where, broken=cause is Cause.OUTSIDE_TAPE, scope=event.scope)
            if cause is Cause.WATCHED_LATE:
                what += ": not watched yet"
            elif cause is Cause.STOP_GRADIENT:
                what += ": stops the gradient"
            elif cause is Cause.DTYPE:
                what += ": this dtype has no gradient"
            elif cause is not None:
                what += ": has no derivative"
            return Step(what, *where, broken=cause is not None, scope=event.scope)
        what = {
            LEFT: f"{event.place.call if event.place and event.place.call else 'the value'} leaves the tape",
            CONSTANT: "a constant comes back",
            STATE: f"{event.name} keeps the value of {_value(event)}, not its path",
            READ: f"{event.name} is read",
            GRADIENT: f"{event.name} is taken, not recorded by this tape",
        }[event.kind]
        if event.kind == READ and cause is not None:
            what += ", where the tape does not record"
        broken = cause is not None and cause not in (Cause.STOPPED, Cause.RESET)
        return Step(what, *where, broken=broken, scope=event.scope)

    def _made(self, event: Event, what: str, broken: bool = False) -> Step:
        return Step(what, *_where(event.place), broken=broken, scope=event.scope)

    def _story(self, causes: list[Cause], steps: list[Step]) -> Explanation:
        source, target, advice = _describe(self.source), _describe_all(self.targets), _ADVICE.get(causes[0], "")
        if causes[0] in (Cause.NOT_CONNECTED, Cause.NEVER_WATCHED) and 1 not in self.events:
            advice = f"{advice} What came before the newest {self.trace.limit} events is forgotten.".strip()
        return Explanation(causes[0], source, target, tuple(steps), advice, tuple(causes))


def _shown(steps: list[Step]) -> list[Step]:
    """Without what goes without saying: reads that are recorded, and the parts of an operation."""
    return [s for s in steps if not s.what.startswith("output ") and not s.what.endswith(" is read")]


def _where(place: Place | None) -> tuple[str | None, int | None, str]:
    return (None, None, "") if place is None else (place.file, place.line, place.text)


def _value(event: Event) -> str:
    if event.dtype is None:
        return "?"
    name = dtypes.BY_NUMPY[event.dtype].name if event.dtype in dtypes.BY_NUMPY else str(event.dtype)
    return f"{name}{event.shape}" if name != "float32" else f"{event.shape}"


# --- python -m gradtape --explain -------------------------------------------------------------------------------------


def reporter(write: Any) -> Any:
    """A function that writes the explanation of a None gradient, once for each place that receives it."""
    told: set[Any] = set()

    def report(tape: GradientTape, target: Any, source: Any, position: int, place: Place | None) -> None:
        key = place, position
        if key in told or not isinstance(source, Tensor | ResourceVariable):
            return
        told.add(key)
        found = explain(tape, target, source)
        if found.connected:
            found = Explanation(
                Cause.RULE_GAVE_NONE, found.source, found.target, found.steps, "", (Cause.RULE_GAVE_NONE,)
            )
        at = f"{place}: source {position}: " if place is not None else ""
        write(f"\ngradtape: {at}{found}\n")

    return report
