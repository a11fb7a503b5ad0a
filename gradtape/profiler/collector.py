"""`Collector`: what each operation, derivative, function and program of all threads took, while it listens.

The per-operation path knows nothing of it. While somebody listens, every thread's kernels run through a function that
notes them, and so do a few methods: those by which functions are called and traced, programs run, and tapes
differentiate. The last who listens has all of it put back.
"""

import contextlib
import functools
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from ..autodiff.backward import SUMMED
from ..autodiff.recording import Node
from ..autodiff.tape import GradientTape
from ..engine import numpy as engine
from ..function.function import ConcreteFunction, Function
from ..graph.graph import Entry, Graph
from ..graph.passes import optimized
from ..operations.primitive import kernels
from ..replay import program as replay
from ..values import symbolic
from ..values.program import Place, here
from ..values.thread import Around, Thread, current, still_on, threads
from ..values.weak_table import WeakTable
from ..xla import executor as xla

# The kinds of event.
OPERATION = "operation"  # a kernel, called by the program or in a function
DERIVATIVE = "derivative"  # one rule of an operation, in a backward pass
BACKWARD = "backward"  # a call of a tape that differentiates
FUNCTION = "function"  # a call of a `tf.function`
TRACING = "tracing"  # of a `tf.function`, once
PROGRAM = "program"  # of XLA, until it is done
COMPILING = "compiling"  # of such a program
INPUT = "input"  # the next element of a dataset, when the program asks for it
ANNOTATION = "annotation"  # what the program named

LIMIT = 1_000_000

now = time.perf_counter_ns


class Event(NamedTuple):
    """Something that took time, from `start` to `end` in nanoseconds of `now()`.

    Attributes:
      thread: the number of the thread in which it was.
      place: the line of the program; of a derivative, that of the operation whose derivative it is.
      details: what else is known, by name: integers, finite floats and text.
    """

    name: str
    kind: str
    start: int
    end: int
    thread: int
    place: Place | None
    details: dict[str, Any]


class Collector:
    """What happened between `begin()` and `end()`, in all threads.

    Args:
      operations: whether to note operations and derivatives, and not functions and annotations alone.
      programs: whether to note programs of XLA, which are then waited for.
      lines: whether to note lines of the program.
      shapes: whether to note what operations are given.

    Attributes:
      events: the newest `LIMIT`, in the order in which they ended.
      graphs: of functions that were called.
      threads: the names of threads, by number.
      began: `now()` and the time of day in nanoseconds, when it began.
    """

    def __init__(self, *, operations: bool = True, programs: bool = True, lines: bool = False,
                 shapes: bool = False) -> None:  # fmt: skip
        self.operations = operations
        self.programs = programs
        self.lines = lines
        self.shapes = shapes
        self.events: deque[Event] = deque(maxlen=LIMIT)
        self.graphs: dict[Graph, None] = {}
        self.threads: dict[int, str] = {}
        self.began = now(), time.time_ns()
        self._ended = False

    def begin(self) -> None:
        """Listen, once, if it has not ended before."""
        self.began = now(), time.time_ns()
        with _lock:
            if not self._ended:
                _change((*_hooks.listeners, self))

    def end(self) -> None:
        """Called again, it does nothing."""
        with _lock:
            self._ended = True
            _change(tuple(x for x in _hooks.listeners if x is not self))
        self.threads |= {n: name for n, name in _hooks.names.items() if n not in self.threads}


def listening() -> bool:
    """Whether somebody listens."""
    return bool(_hooks.listeners)


def note(name: str, kind: str, start: int, place: Place | None = None, details: dict[str, Any] | None = None) -> None:
    """Tell those who listen of what began at `start` and ends now."""
    event = Event(name, kind, start, now(), threading.get_ident(), place, details or {})
    for listener in _hooks.listeners:
        if listener.operations or kind not in (OPERATION, DERIVATIVE):
            listener.events.append(event)


_methods: list[tuple[Any, str, str, str]] = []


def noted(owner: Any, method: str, name: str, kind: str) -> None:
    """Have calls of a method of a room above noted too, as `name`."""
    _methods.append((owner, method, name, kind))


# --- on and off -------------------------------------------------------------------------------------------------------

_lock = threading.RLock()


class _Hooks:
    """Who listens, and what stands elsewhere for that: how to take it away again."""

    def __init__(self) -> None:
        self.listeners: tuple[Collector, ...] = ()
        self.undo = contextlib.ExitStack()
        self.names: dict[int, str] = {}  # of threads, by number
        self.lines = self.shapes = False
        self.places = WeakTable()  # of nodes, the lines of their operations


_hooks = _Hooks()


def _change(listeners: tuple[Collector, ...]) -> None:
    """Have these listen, and no others."""
    wanted = {name: any(getattr(x, name) for x in listeners) for name in ("operations", "programs", "lines", "shapes")}
    _hooks.undo.close()
    _hooks.listeners = listeners
    _hooks.lines, _hooks.shapes = wanted["lines"], wanted["shapes"]
    if not listeners:
        return
    _hooks.names |= {t.ident: t.name for t in threading.enumerate() if t.ident is not None}
    _put(ConcreteFunction, "run_on", _called)
    _put(Function, "_traced_once", _timed(TRACING, lambda self: f"trace {self._name}"))
    for name in ("gradient", "jacobian", "batch_jacobian"):
        _put(GradientTape, name, _timed(BACKWARD, lambda _, name=name: f"GradientTape.{name}"))
    for owner, method, name, kind in _methods:
        _put(owner, method, _timed(kind, lambda _, name=name: name))
    if wanted["programs"]:
        _put(xla._Program, "__call__", _awaited)
        _put(xla._Variant, "compile", _timed(COMPILING, lambda self: f"compile {self.program.graph.name}"))
    if wanted["operations"]:
        _put(replay, "program_of", _of_timed_kernels)
        _put(Thread, "__init__", _begun)  # of threads to come
        for thread in [thread for held in list(threads.values()) if (thread := held()) is not None]:
            _hooks.undo.callback(_listen_to(thread))
    if wanted["lines"] and symbolic.lines is None:
        _put(symbolic, "lines", lambda _: here)


def _put(owner: Any, name: str, around: Callable[[Any], Any]) -> None:
    """Put `around` of what is there in its place, until the hooks are undone."""
    before = vars(owner)[name]
    setattr(owner, name, around(before))
    _hooks.undo.callback(setattr, owner, name, before)


def _listen_to(thread: Thread) -> Callable[[], None]:
    """Have a thread note what it does; gives the function that ends that."""
    run, entries = thread.run, thread.entries
    noting_run = thread.run = _kernels(run, thread)
    noting_run.ended, noting_run.before = False, run  # type: ignore[attr-defined]
    around = Around(thread, _derivative)
    noting_entries = entries
    if _hooks.lines:
        noting_entries = thread.entries = lambda: _Placed(entries())
        for recording in thread.recordings:
            recording.entries = _Placed(recording.entries)

    def end() -> None:  # but for what somebody has put around it, who takes this away then
        noting_run.ended = True  # type: ignore[attr-defined]
        thread.run = still_on(thread.run)
        around.end()
        if thread.entries is noting_entries:
            thread.entries = entries

    return end


def _begun(begin: Callable[[Thread], None]) -> Callable[[Thread], None]:
    def begin_noting(self: Thread) -> None:
        begin(self)
        with _lock:
            if listening():
                _hooks.names[threading.get_ident()] = threading.current_thread().name
                _hooks.undo.callback(_listen_to(self))

    return begin_noting


# --- what is noted ----------------------------------------------------------------------------------------------------


def _kernels(run: Callable[..., Any], thread: Thread) -> Callable[..., Any]:
    """`run` of a thread, noting what it ran; but not for a function that is being traced, whose values are samples."""

    def noting(kernel: Callable[..., Any], /, *arrays: Any, **attributes: Any) -> Any:
        start = now()
        try:
            return run(kernel, *arrays, **attributes)
        except RuntimeError as error:
            return engine.reentered(error, kernel, *arrays, **attributes)
        finally:
            if thread.trace is None and not noting.ended:  # type: ignore[attr-defined]
                definition = kernels.get(kernel)
                if definition is not None:
                    place = here() if _hooks.lines else None
                    note(definition.op, OPERATION, start, place, _shapes(arrays) if _hooks.shapes else None)

    return noting


def _shapes(arrays: Any) -> dict[str, Any]:
    given = [f"{a.dtype.name}[{','.join(map(str, a.shape))}]" for a in arrays if hasattr(a, "dtype")]
    return {"shapes": "; ".join(given)}


def _derivative(position: int, step: Any, g: Any, saved: Any, node: Node) -> Any:
    """What a backward pass does at an operation, noted."""
    start = now()
    try:
        return step(g, saved, node)
    finally:
        name = "AddN" if position == SUMMED else f"{node.primitive.op}Grad"
        note(name, DERIVATIVE, start, _hooks.places.get(node) if _hooks.lines else None)


class _Placed(list[Any]):
    """Entries of a recording, of which the lines of the program are noted."""

    def append(self, entry: Any) -> None:
        super().append(entry)
        node = entry()
        if node is not None and (place := here()) is not None:
            _hooks.places[node] = place


def _timed(kind: str, name: Callable[[Any], str]) -> Callable[[Any], Any]:
    """Of a method, itself with its calls noted."""

    def around(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
            start = now()
            try:
                return method(self, *args, **kwargs)
            finally:
                note(name(self), kind, start, here() if _hooks.lines else None)

        return noting

    return around


def _called(run_on: Callable[..., Any]) -> Callable[..., Any]:
    """A function's calls, of which the graphs are noted too."""
    noting = _timed(FUNCTION, lambda self: self.name)(run_on)

    @functools.wraps(run_on)
    def called(self: ConcreteFunction, *args: Any, **kwargs: Any) -> Any:
        if current.thread.trace is not None:
            return run_on(self, *args, **kwargs)  # it becomes a part of what is traced
        for listener in _hooks.listeners:
            listener.graphs[self.graph] = None
        return noting(self, *args, **kwargs)

    return called


def _awaited(call: Callable[..., Any]) -> Callable[..., Any]:
    """A program's calls, until what it computes is there."""

    def complete(self: Any, *args: Any) -> Any:
        made = call(self, *args)
        for x in made:
            getattr(x, "block_until_ready", lambda: None)()
        return made

    return _timed(PROGRAM, lambda self: f"XLA {self.graph.name}")(complete)  # type: ignore[no-any-return]


_TIMED = "program of timed kernels"


def _of_timed_kernels(program_of: Callable[..., Any]) -> Callable[..., Any]:
    """The programs of graphs, each of whose operations is noted."""

    def timed(graph: Graph, carried: int = 0) -> Any:
        if current.thread.look is not None:
            return program_of(graph, carried)
        found = graph.cache.get(_TIMED)
        if found is None:
            better = optimized(graph)
            found = graph.cache[_TIMED] = replay.compiled(better, better.results, carried, _timed_kernel)
        return found

    return timed


def _timed_kernel(kernel: Callable[..., Any], entry: Entry) -> Callable[..., Any]:
    def noting(*arrays: Any, **attributes: Any) -> Any:
        start = now()
        try:
            return kernel(*arrays, **attributes)
        finally:
            note(entry.type, OPERATION, start, entry.line, _shapes(arrays) if _hooks.shapes else None)

    return noting


def rows(collector: Collector) -> dict[int, list[Event]]:
    """The events of each thread in the order of time, what is within others behind them."""
    found = sorted(collector.events.copy(), key=lambda e: (e.thread, e.start, -e.end))
    return {thread: list(events) for thread, events in itertools.groupby(found, lambda e: e.thread)}
