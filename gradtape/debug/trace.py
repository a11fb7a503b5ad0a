"""Tracing: while it is on, every operation is noted with the line of the program that asked for it.

The per-operation path knows nothing of it. On entering, the functions that kernels run through, and those by which
values enter and leave tensors, are replaced by ones that also note what they did; on leaving, they are put back. What
is noted is a graph of events, each with its inputs' events, whether or not a tape recorded them. Values are known by
the identity of their arrays, so while tracing is on, each value has an array of its own.
"""

import contextlib
import functools
import itertools
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType, MethodType
from typing import Any

import numpy as np

from ..autodiff.recording import SELECT, Node, Recording
from ..autodiff.tape import GradientTape
from ..engine import numpy as engine
from ..operations import primitive
from ..operations.primitive import Definition
from ..values import convert, nest, symbolic
from ..values import tensor as tensors
from ..values.naming import get_current_name_scope
from ..values.program import Place, here, our_frames, stack
from ..values.symbolic import Value
from ..values.tensor import EagerTensor, Tensor
from ..values.thread import Thread, current, still_on
from ..values.variable import Handle, ResourceVariable
from ..values.weak_table import WeakTable

# The kinds of event.
OPERATION = "operation"  # a primitive's, or a custom gradient's (without a `definition`)
PART = "part"  # one output of an operation that has several
CONSTANT = "constant"  # a value that was made of none, or of what left tensors
DERIVED = "derived"  # made inside gradtape of other values, past the tape: a shape, a copy
STATE = "state"  # a variable's new value, by creation or assignment
READ = "read"  # of a variable, by an operation
LEFT = "left"  # a value that was given to NumPy or Python
GRADIENT = "gradient"  # a tape's result that no tape recorded


class Event:
    """Something that made, or let go of, a value."""

    __slots__ = (
        "active", "apart", "definition", "dtype", "inputs", "kind", "name", "parts", "place", "scope", "seconds",
        "serial", "shape", "stack", "value", "variable",
    )  # fmt: skip

    def __init__(self, serial: int, kind: str, name: str, inputs: tuple[int, ...], place: Place | None) -> None:
        self.serial = serial
        self.kind = kind
        self.name = name
        self.inputs = inputs  # serials, 0 for what is no value
        self.place = place
        self.scope = get_current_name_scope()  # for Keras the path of the layers that are being called
        self.stack: tuple[Place, ...] = ()
        self.active: tuple[Recording, ...] = current.thread.recordings
        self.definition: Definition | None = None
        self.parts: tuple[int, ...] = ()
        self.apart: frozenset[int] = frozenset()  # the positions of inputs from which no derivative comes
        self.seconds = 0.0
        self.shape: tuple[int, ...] = ()
        self.dtype: Any = None
        self.variable: int | None = None  # the serial of the handle
        self.value: Any = None  # what is kept alive, since its identity is known

    def __repr__(self) -> str:
        return f"<{self.serial}: {self.kind} {self.name} of {self.inputs} at {self.place}>"


class Mark:
    """What happened to a tape: `start`, `stop`, `paused` (by `stop_recording`) or `reset`."""

    __slots__ = ("place", "recording", "serial", "what")

    def __init__(self, serial: int, what: str, recording: Recording | None, place: Place | None) -> None:
        self.serial = serial
        self.what = what
        self.recording = recording
        self.place = place


class Watch:
    """A call of `tape.watch` on a tensor."""

    __slots__ = ("place", "recording", "serial")

    def __init__(self, serial: int, recording: Recording, place: Place | None) -> None:
        self.serial = serial
        self.recording = recording
        self.place = place


Report = Callable[[GradientTape, Any, Any, int, Place | None], None]


class Trace:
    """What has been noted: the newest `limit` events, by serial number."""

    def __init__(self, limit: int = 200_000) -> None:
        self.limit = limit
        self.events: dict[int, Event] = {}
        self.left: deque[int] = deque(maxlen=2000)
        self.watches: dict[int, list[Watch]] = {}  # by the event that made what is watched
        self.marks = WeakTable()  # of tapes, lists of marks
        self.nodes = WeakTable()  # of nodes, the serials of events
        self.on = True
        self.serial = itertools.count(1).__next__
        self.report: Report | None = None
        self._known: dict[int, tuple[Any, int]] = {}
        self._lock = threading.RLock()
        self._thread = threading.local()

    # --- values --------------------------------------------------------------------------------------------------

    def event_of(self, array: Any) -> int:
        """The serial of what made an array, or the array it is a view of; 0 where that is not known."""
        while isinstance(array, np.ndarray | np.generic | Value):
            entry = self._known.get(id(array))
            if entry is not None:
                held, serial = entry
                if (held() if type(held) is weakref.ref else held) is array and serial in self.events:
                    return serial
            array = getattr(array, "base", None)
        return 0

    def learn(self, array: Any, event: Event) -> None:
        """From now on, `array` is what `event` made."""
        key = id(array)
        try:
            held = weakref.ref(array, lambda gone: self._forget(key, gone))
        except TypeError:  # a NumPy scalar
            held = event.value = array
        self._known[key] = held, event.serial

    def _forget(self, key: int, gone: Any) -> None:
        if self._known.get(key, (None,))[0] is gone:
            del self._known[key]

    def add(self, kind: str, name: str, inputs: tuple[int, ...], array: Any, place: Place | None) -> Event:
        event = Event(self.serial(), kind, name, inputs, place)
        if array is not None:
            event.shape = array.shape
            event.dtype = array.dtype
        with self._lock:
            self.events[event.serial] = event
            if len(self.events) > self.limit:
                oldest = self.events.pop(next(iter(self.events)))
                self.watches.pop(oldest.serial, None)
                if oldest.value is not None:
                    self._known.pop(id(oldest.value), None)
        return event

    def known(self, array: Any) -> int:
        """The serial of what made `array`, which is at least a constant."""
        serial = self.event_of(array)
        if not serial:
            event = self.add(CONSTANT, "", (), array, None)
            self.learn(array, event)
            serial = event.serial
        return serial

    # --- noting --------------------------------------------------------------------------------------------------

    def operation(self, definition: Definition, arrays: tuple[Any, ...], out: Any, seconds: float) -> Any:
        """Note that a kernel made `out` of `arrays`; gives what stands for `out`."""
        inputs = tuple(self.known(a) if isinstance(a, np.ndarray | np.generic | Value) else 0 for a in arrays)
        first = out[0] if definition.multiple and len(out) else None if definition.multiple else out
        event = self.add(OPERATION, definition.name, inputs, first, here())
        event.definition = definition
        event.seconds = seconds
        self._thread.latest = event
        if not definition.multiple:
            out = own(out, arrays)
            self.learn(out, event)
            return out
        outs = tuple(own(a, arrays) for a in out)
        parts = []
        for i, a in enumerate(outs):
            part = self.add(PART, f"output {i} of {definition.name}", (event.serial,), a, event.place)
            self.learn(a, part)
            parts.append(part.serial)
        event.parts = tuple(parts)
        return outs

    def note(self, node: Node) -> None:
        """A tape has recorded `node`: the newest operation, or one that had no kernel of its own."""
        if node.plan is SELECT:
            event = self.events.get(self.nodes.get(node.parents[0], 0))  # type: ignore[arg-type]
            if event is not None:
                self.nodes[node] = event.parts[node.saved[0]] if event.parts else event.serial
            return
        latest = getattr(self._thread, "latest", None)
        if latest is None or latest.definition is not node.primitive:
            inputs = tuple(0 if parent is None else self.nodes.get(parent, 0) for parent in node.parents)
            latest = self.add(OPERATION, node.primitive.name, inputs, None, here())
            latest.apart = _apart(node.saved)
        self.nodes[node] = latest.serial

    def mark(self, tape: GradientTape, what: str) -> None:
        marks = self.marks.setdefault(tape, [])
        marks.append(Mark(self.serial(), what, tape._recording, here()))


def _apart(rule: Any) -> frozenset[int]:
    """The inputs of a call of a graph to which nothing in it leads back."""
    firsts = [next(iter(pair.backwards.values())).places for pair in getattr(rule, "pairs", ())]
    return frozenset(i for i, places in enumerate(zip(*firsts, strict=True)) if all(at is None for at in places))


def own(out: Any, arrays: Iterable[Any] = ()) -> Any:
    """An array of its own, that can be held weakly, for a value; one of a function that is being traced is its own."""
    if isinstance(out, np.generic):
        return np.asarray(out)
    return out.view() if isinstance(out, np.ndarray) and any(out is a for a in arrays) else out


class _Entries(list[Any]):
    """A tape's list of entries, that notes what comes."""

    def __init__(self, trace: Trace, entries: Iterable[Any]) -> None:
        super().__init__(entries)
        self._trace = trace

    def append(self, entry: Any) -> None:
        super().append(entry)
        node = entry()
        if node is not None and self._trace.on:
            self._trace.note(node)


_DISPATCH: frozenset[CodeType] = frozenset(
    code
    for make in (primitive._unary, primitive._binary, primitive._single, primitive._general)
    for code in make.__code__.co_consts
    if isinstance(code, CodeType) and code.co_name == "call"
)


def _definition(frame: FrameType | None) -> Definition | None:
    """Of the primitive that runs a kernel; None for what else is run quietly."""
    while frame is not None:
        if frame.f_code in _DISPATCH:
            return frame.f_locals["definition"]  # type: ignore[no-any-return]
        room = frame.f_globals.get("__name__", "").partition(".")[2].partition(".")[0]
        if room not in ("autodiff", "debug", "values"):
            return None
        if frame.f_code.co_name != "noting":  # as those that see kernels are called
            return None
        frame = frame.f_back
    return None


def _kernels(trace: Trace, run: Callable[..., Any]) -> Callable[..., Any]:
    """`run`, noting what it ran."""

    def noting(kernel: Callable[..., Any], /, *arrays: Any, **attributes: Any) -> Any:
        start = time.perf_counter()
        try:
            out = run(kernel, *arrays, **attributes)
        except RuntimeError as error:
            out = engine.reentered(error, kernel, *arrays, **attributes)
        seconds = time.perf_counter() - start
        definition = _definition(sys._getframe(1)) if trace.on else None
        if definition is None:
            return out
        if isinstance(kernel, MethodType):  # `apply` of a function that is being traced
            arrays = tuple(getattr(x, "_array", x) for x in arrays[1])
        return trace.operation(definition, arrays, out, seconds)

    return noting


def _values(frames: Iterable[FrameType], trace: Trace) -> tuple[int, ...]:
    """What made the tensors and arrays that functions have at hand: their results are made of these."""
    found: dict[int, None] = {}
    for frame in frames:
        for value in frame.f_locals.values():
            for x in value[:64] if type(value) in (list, tuple) else (value,):
                if isinstance(x, ResourceVariable):
                    x = getattr(getattr(x, "handle", None), "array", None)
                serial = trace.event_of(x._array if isinstance(x, Tensor) else x)
                if serial:
                    found[serial] = None
    return tuple(found)


class _Replacements:
    """Attributes replaced for a while."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def put(self, owner: Any, name: str, value: Any) -> None:
        self._undo.append(functools.partial(setattr, owner, name, vars(owner)[name]))
        setattr(owner, name, value)

    def put_everywhere(self, function: Callable[..., Any], value: Callable[..., Any]) -> None:
        """Replace a function in each module of gradtape that has it."""
        _exchange(function, value)
        self._undo.append(lambda: _exchange(value, function))

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()


def _exchange(old: Any, new: Any) -> None:
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "gradtape" and module is not sys.modules[__name__]:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)


# --- where values enter and leave -------------------------------------------------------------------------------------


def _replace_conversions(trace: Trace, put: _Replacements) -> None:
    wrap, array_slot = tensors.wrap, vars(Handle)["array"]

    def noting_wrap(array: Any, node: Node | None = None) -> EagerTensor:
        out = wrap(array, node)
        serial = trace.event_of(out._array)
        made = None if node is None else trace.nodes.get(node)
        if made is not None and made != serial and made in trace.events:  # a custom gradient's, of a known array
            out._array = own(out._array, (out._array,))
            event = trace.events[made]
            event.shape, event.dtype = out._array.shape, out._array.dtype
            trace.learn(out._array, event)
        elif not serial:
            caller, skipped = sys._getframe(1), 0
            while caller.f_globals.get("__name__") == "gradtape.values.symbolic" and caller.f_back is not None:
                caller, skipped = caller.f_back, skipped + 1  # which makes tensors for others
            # As others' helpers are not.
            alone = caller.f_globals.get("__package__") in (
                "gradtape.autodiff",
                "gradtape.operations",
                "gradtape.values",
            )
            frames = [f for f in our_frames(1) if not f.f_code.co_name.startswith("<")]  # comprehensions have their own
            inputs = _values(frames[skipped : skipped + (1 if alone else 2)], trace)
            kinds = {trace.events[i].kind for i in inputs if i in trace.events}
            kind = DERIVED if kinds - {LEFT} else CONSTANT
            name = "" if kind is CONSTANT else caller.f_code.co_name.removeprefix("_")
            if name and caller.f_globals.get("__package__") in ("gradtape.function", "gradtape.tracing"):
                name = "a function"
            out._array = own(out._array)
            event = trace.add(kind, name, inputs, out._array, here())
            event.stack = stack()
            trace.learn(out._array, event)
        return out

    def noting_scalar(value: float, other: Tensor) -> EagerTensor:
        array = convert.to_array(value, other.dtype)  # each a value of its own, where its line is known
        event = trace.add(CONSTANT, "", (), array, here())
        event.stack = stack()
        trace.learn(array, event)
        return wrap(array)

    def leaving(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def noting(self: Tensor, *args: Any, **kwargs: Any) -> Any:
            out = function(self, *args, **kwargs)
            if isinstance(out, np.ndarray | np.generic):
                event = trace.add(LEFT, "", (trace.known(self._array),), out, here())
                event.stack = stack()
                trace.learn(out, event)
                trace.left.append(event.serial)
            return out

        return noting

    def get(self: Handle) -> Any:
        array = array_slot.__get__(self, Handle)
        if array is not self:
            trace.events[trace.known(array)].variable = self.serial
        return array

    def set(self: Handle, array: Any) -> None:
        created = not hasattr(self, "serial")
        if array is self or (not created and array is self.held):  # it is about to be written, or that is over
            array_slot.__set__(self, array)
            return
        frames = our_frames(1)
        inputs = _values(frames, trace)
        array = own(array, (array,))
        array_slot.__set__(self, array)
        event = trace.add(STATE, "Variable" if created else _public(frames), inputs, array, here())
        event.variable = None if created else self.serial
        trace.learn(array, event)

    read = ResourceVariable.__tf_tensor__

    def noting_read(self: ResourceVariable, dtype: Any = None, name: str | None = None) -> EagerTensor:
        state = trace.known(self.handle.array)
        out = read(self, dtype, name)
        out._array = own(out._array, (out._array,))
        event = trace.add(READ, self.name, (state,), out._array, here())
        event.variable = self.handle.serial
        trace.learn(out._array, event)
        if out._node is not None:
            trace.nodes[out._node] = event.serial
        return out

    put.put_everywhere(wrap, noting_wrap)
    put.put_everywhere(convert.scalar, noting_scalar)
    for name in ("numpy", "__array__", "_scalar"):
        put.put(Tensor, name, leaving(vars(Tensor)[name]))
    put.put(Handle, "array", property(get, set))
    put.put(ResourceVariable, "__tf_tensor__", noting_read)


def _replace_python_calls(trace: Trace, put: _Replacements) -> None:
    from ..tracing.python_call import PythonCall

    call = PythonCall.call

    def noting_call(self: PythonCall, *tensors: Tensor) -> list[Any]:
        made = call(self, *tensors)
        if current.thread.trace is not None and not self.differentiable:  # `numpy_function`, in a function
            inputs = tuple(trace.known(x._array) for x in tensors)
            for x in made:
                trace.learn(x._array, trace.add(LEFT, "", inputs, x._array, here()))
        return made

    put.put(PythonCall, "call", noting_call)


def _public(frames: list[FrameType]) -> str:
    return frames[-1].f_code.co_name if frames else ""


# --- tapes ------------------------------------------------------------------------------------------------------------


def _replace_tapes(trace: Trace, put: _Replacements) -> None:
    originals: dict[str, Callable[..., Any]] = {
        name: vars(GradientTape)[name] for name in ("_start", "_stop", "reset", "watch", "stop_recording")
    }

    def start(self: GradientTape) -> None:
        originals["_start"](self)
        self._trace = trace
        recording = self._recording
        if recording is not None and type(recording.entries) is not _Entries:
            recording.entries = _Entries(trace, recording.entries)
        trace.mark(self, "start")

    def stop(self: GradientTape) -> None:
        originals["_stop"](self)
        trace.mark(self, "stop")

    def reset(self: GradientTape) -> None:
        originals["reset"](self)
        trace.mark(self, "reset")

    @contextlib.contextmanager
    def stop_recording(self: GradientTape) -> Iterator[None]:
        with originals["stop_recording"](self):
            trace.mark(self, "paused")
            yield

    def watch(self: GradientTape, tensor: Any) -> None:
        originals["watch"](self, tensor)
        recording = self._recording
        for x in nest.flatten(tensor):
            if isinstance(x, Tensor) and recording is not None:
                event = trace.known(x._array)
                trace.watches.setdefault(event, []).append(Watch(trace.serial(), recording, here()))
                if x._node is not None:
                    trace.nodes.setdefault(x._node, event)

    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def differentiate(self: GradientTape, target: Any, sources: Any = None, *args: Any, **kwargs: Any) -> Any:
            if sources is None:
                sources = kwargs.pop("source", None)
            targets, flat = nest.flatten(target), nest.flatten(sources)
            values = [x for x in (*targets, *flat) if isinstance(x, Tensor | ResourceVariable)]
            inputs = tuple(trace.known(_array(x)) for x in values)
            out = function(self, target, sources, *args, **kwargs)
            place = here()
            for i, g in enumerate(nest.flatten(out)):
                if g is None and trace.report is not None and i < len(flat):
                    trace.report(self, target, flat[i], i, place)
                elif isinstance(g, Tensor) and not current.thread.recordings:  # or else it was made by noted operations
                    g._array = own(g._array, (g._array,))
                    trace.learn(g._array, trace.add(GRADIENT, function.__name__, inputs, g._array, place))
            return out

        return differentiate

    replacements: tuple[Callable[..., Any], ...] = (reset, watch, stop_recording)
    for function in replacements:
        put.put(GradientTape, function.__name__, functools.wraps(originals[function.__name__])(function))
    put.put(GradientTape, "_start", start)
    put.put(GradientTape, "_stop", stop)
    for name in ("gradient", "jacobian", "batch_jacobian"):
        put.put(GradientTape, name, noting(vars(GradientTape)[name]))


def _array(x: Any) -> Any:
    return x.handle.local() if isinstance(x, ResourceVariable) else x._array


# --- on and off -------------------------------------------------------------------------------------------------------


_current: Trace | None = None


def trace() -> Trace | None:
    """What is being noted, while tracing is on; None while it is off."""
    return _current


def enable(report: Report | None = None) -> Callable[[], None]:
    """Turn tracing on, in this thread and in those begun from now on; gives the function that turns it off.

    Args:
      report: called for each None that a tape gives, with the tape, the target, the source, its position, and the
        place of the call.
    """
    global _current
    if _current is not None:
        _current.report = report or _current.report
        return lambda: None
    noted = _current = Trace()
    noted.report = report
    put = _Replacements()
    thread, run = current.thread, current.thread.run
    thread.run = noting_run = _kernels(noted, run)
    begin = Thread.__init__

    def begin_noting(self: Thread) -> None:
        begin(self)
        self.run = _kernels(noted, self.run)

    put.put(Thread, "__init__", begin_noting)
    _replace_conversions(noted, put)
    _replace_python_calls(noted, put)
    _replace_tapes(noted, put)
    put.put(symbolic, "lines", here)

    def disable() -> None:
        global _current
        _current = None
        noted.on = False
        put.undo()
        if thread.run is noting_run:
            thread.run = still_on(run)

    return disable


@contextlib.contextmanager
def tracing() -> Iterator[Trace]:
    """A context in which each operation's line of the program is noted, for `tape.explain` and `tape.summary`.

    It also notes what tapes do not: operations without derivatives, conversions to NumPy and back, assignments, and
    where recording was stopped. It is for looking into a program, which it makes several times slower; the newest
    200,000 events are kept. What was noted stays available to the tapes of the context after it is left. Inside
    another such context it does nothing.

    >>> import gradtape as tf
    >>> import numpy as np
    >>> x = tf.Variable([1.0, 2.0])
    >>> with tf.debug.tracing(), tf.GradientTape() as tape:
    ...     m = np.mean(x * x)
    ...     y = tf.constant(m) * 3.0
    >>> tape.explain(y, x).cause
    <Cause.NUMPY: 'the value left the tape through NumPy'>
    """
    disable = enable()
    try:
        assert _current is not None
        yield _current
    finally:
        disable()
