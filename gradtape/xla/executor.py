"""XLA: graphs as programs that `jax.jit` compiles (`xla_graph`), and that may call back to the host (`xla_host`).

Values stay on the device between calls: what a function assigned to a variable is a device array until eager code reads
it, and the memory of a variable that is assigned is given to its new value. JAX is imported when the first function
asks for it; without it the graph is replayed on NumPy, after one notice.
"""

import contextlib
import functools
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from threading import Timer
from typing import Any

import numpy as np

from ..config.execution import cache_is_set, use_compilation_cache
from ..config.placement import current_device
from ..graph.graph import Constant, Graph
from ..replay import program as replay
from ..values.deferred import arriving
from ..values.errors import UnimplementedError
from ..values.log import get_logger
from ..values.symbolic import Dim, Value
from ..values.tensor import wrap

_EMBEDDED = 1 << 16  # bytes up to which a constant is a part of the program
_FEW = 16  # integers of one input that may decide shapes
_SLOW = 10.0  # seconds of compilation after which it is said how long it took
COMPILER_OPTIONS: dict[str, Any] = {}  # what XLA is told about how to compile


@functools.cache
def executor() -> Any:
    """What runs graphs: XLA if JAX is installed, or else replay."""
    try:
        import jax  # noqa: F401
    except ImportError:
        get_logger().warning(
            "jit_compile=True needs JAX, which is not installed, so functions are replayed on NumPy with the same "
            'results. For XLA: pip install "gradtape[xla]"'
        )
        return replay.run
    if cache_is_set():
        use_compilation_cache()
    return run


def given_to(x: Any) -> Any:
    """The array of a tensor, on the device if it is there, or was given to XLA before."""
    try:
        away = x._away
    except AttributeError:
        x._away = None  # the first time; it may be the last
        return x._array
    if away is None:
        if x._array.dtype.kind == "O":
            return x._array
        import jax

        from ..engine.xla import precise

        with precise():
            away = x._away = jax.device_put(x._array)
    return away


def taken_from(array: Any) -> Any:
    """The tensor of a device array, which is brought here when somebody looks at it."""
    return None if array is None else wrap(array) if type(array) is np.ndarray else arriving(array)


def is_given_away(array: Any) -> bool:
    """Whether the memory of a device array is another's now."""
    return _is_on_device(array) and array.is_deleted()


class Kept:
    """What a program has made, in the same step in which it took the memory of its inputs: an interrupt may land before
    it is given.
    """

    __slots__ = ("_completed", "_made")

    def __init__(self) -> None:
        self._made: list[Any] = []

    def call(self, compiled: Any, given: Sequence[Any], completed: Callable[[Any], list[Any]]) -> list[Any]:
        self._completed = completed
        # Once it has been called, it has a function that is no Python code.
        self._made.extend(itertools.starmap(getattr(compiled, "_call", None) or compiled, (given,)))
        return completed(self._made[0])

    def results(self) -> list[Any] | None:
        """The results, if it has made them."""
        return self._completed(self._made[0]) if self._made else None


def run(graph: Graph, arrays: Sequence[Any], kept: Kept | None = None) -> Any:
    """The results of `graph` for the arrays of its inputs, as device arrays; in `kept` too, if it takes memory."""
    program = graph.cache.get("xla") or program_of(graph)
    return program(arrays, kept)


def program_of(graph: Graph) -> Any:
    found = graph.cache["xla"] = _Program(graph)
    return found


class _Program:
    """A graph, compiled once for each set of shapes, and of integers that decide shapes.

    Attributes:
      deciding: the inputs, by place, whose values are a part of the program, since shapes in it depend on them.
    """

    def __init__(self, graph: Graph) -> None:
        from ..engine import xla
        from . import edges, host
        from .graph import evaluated

        self.evaluated = evaluated
        self._source = graph
        self._prologue = host.prologue_of(graph)
        self.graph = graph if self._prologue is None else self._prologue.rest
        self._host = host
        self._edges = edges
        self._thread = host.thread
        self._precise = xla.precise
        self.constants = _large_constants(self.graph)
        self.count = len(graph.results)
        assigned = {
            graph.inputs[graph.arguments + len(graph.captured) + i]
            for i, x in enumerate(graph.assigned)
            if x is not None
        }
        self.donated = [i for i, value in enumerate(graph.inputs) if value in assigned]
        inputs = self.graph.inputs
        self._lists = any(value.listed for value in inputs)
        self._loose = [i for i, value in enumerate(inputs) if value.dtype is None or value.dtype == np.object_]
        self._static = not self._lists and not any(type(n) is Dim for value in inputs for n in value.shape)
        # 64-bit arguments need the context in which JAX has them.
        self._wide = any(x.dtype is not None and x.dtype.itemsize >= 8 for x in (*inputs, *self._arrays()))
        self.calls = False  # whether it calls back
        self.deciding: list[int] = []
        self._arguments = graph.arguments
        self._lock = threading.RLock()
        self._variants: dict[Any, _Variant] = {}
        self._only: Any = None  # what is compiled, if there is one variant that needs nothing but the arrays

    def _arrays(self) -> list[Any]:
        return [c.array for c in self.constants]

    def __call__(self, arrays: Sequence[Any], kept: Kept | None = None) -> list[Any]:
        if self._thread.called:  # in a callback JAX must not be called: it may wait for itself
            return replay.run(self._source, [np.asarray(x) if _is_on_device(x) else x for x in arrays])
        if self._prologue is not None:
            arrays = [*arrays, *self._prologue(arrays)]
        if self._lists:
            arrays = list(map(self._edges.entering, arrays))
        given = [*arrays, *self._arrays()] if self.constants else arrays
        only, asked = self._only, current_device()
        if only is not None and asked.device_type is None:
            if not self._wide:
                return only(*given) if kept is None else kept.call(only, given, list)  # type: ignore[no-any-return]
            with self._precise():
                return only(*given) if kept is None else kept.call(only, given, list)  # type: ignore[no-any-return]
        with self._precise(), _NOWHERE if asked.device_type is None else _placed(asked):
            return self._variant(given, asked)(given, kept)

    def _variant(self, given: Sequence[Any], asked: Any) -> "_Variant":
        """What is compiled for arrays such as these."""
        edges = self._edges
        shapes = None if self._static and not self._loose else tuple(map(edges.shape_of, given))
        with self._lock:
            while True:
                known: dict[int, Any] = {i: given[i] for i in self._loose if edges.is_known(given[i])}
                known |= {i: np.asarray(given[i]) for i in self.deciding}
                values = map(edges.key_of, known.values())
                key = (asked.device_type, asked.device_index, shapes, *known, *values)
                found = self._variants.get(key)
                if found is None:
                    found = _Variant(self, known)
                    try:
                        found.compile(given)
                    except self._host.Refusal as refusal:
                        if self._decides(refusal.of, given):
                            continue
                        raise UnimplementedError(None, None, refusal.message) from None  # not by way of JAX
                    self._variants[key] = found
                    if len(self._variants) in (16, 256) and self.deciding:
                        get_logger().warning(
                            f"The function {self.graph.name!r} was compiled {len(self._variants)} times: shapes in it "
                            "depend on the value of an argument, and it is compiled for each."
                        )
                    if shapes is asked.device_type is None and not (
                        known or found.calls or found.fixed or found.uneven
                    ):
                        self._only = found.compiled
                return found

    def _decides(self, values: Sequence[Value] | None, given: Sequence[Any]) -> bool:
        """Whether these inputs, on which a shape depends, can be a part of the program; they are from now on."""
        places = [i for i, value in enumerate(self.graph.inputs) if values and value in values]
        new = [i for i in places if i not in self.deciding]
        for i in new:
            x = given[i]
            if i >= self._arguments or _is_object(x) or x.dtype.kind not in "iu" or x.size > _FEW:
                return False
        self.deciding = sorted({*self.deciding, *new})
        return bool(new)

    def lowered(self, arrays: Sequence[Any]) -> Any:
        with self._precise():
            made = [jax_form(value) for value in self.graph.inputs[len(arrays) :]]
            return _Variant(self, {}).lower([*arrays, *made, *self._arrays()])


def jax_form(value: Value) -> Any:
    import jax

    return jax.ShapeDtypeStruct(value.shape, value.dtype)


def _is_on_device(x: Any) -> bool:
    return hasattr(x, "__dlpack_device__") and not isinstance(x, np.ndarray | np.generic)


class _Variant:
    """A program for inputs of some shapes.

    Attributes:
      known: inputs that are a part of it, by place.
      fixed: results that are known when it is compiled, by place: None, and integers.
      uneven: whether results are lists whose elements have different shapes.
    """

    def __init__(self, program: _Program, known: dict[int, Any]) -> None:
        self.program = program
        self.known = known
        self.calls = program.calls
        self.fixed: dict[int, Any] = {}
        self.uneven = False
        self.compiled: Any = None

    def _traced(self, *given: Any) -> list[Any]:
        program, thread = self.program, self.program._thread
        arrays = list(given)
        outer, thread.number = thread.number, arrays.pop() if self.calls else None
        for i, x in sorted(self.known.items()):
            arrays.insert(i, x)
        count = len(program.graph.inputs)
        env: dict[Any, Any] = dict(zip(program.graph.inputs, arrays[:count], strict=True))
        env.update(zip(map(id, program.constants), arrays[count:], strict=True))
        try:
            made = program.evaluated(program.graph, env)
            edges = program._edges
            fixed = [i for i, x in enumerate(made) if x is None or edges.is_known(x)]
            self.fixed = {
                i: edges.leaving(made[i], program.graph.results[i].listed if made[i] is not None else 0) for i in fixed
            }
            results = [x for i, x in enumerate(made) if i not in self.fixed]
            self.uneven = any(map(edges.is_uneven, results))
            return [*results, thread.number] if self.calls else results
        finally:
            thread.number = outer

    def lower(self, given: Sequence[Any]) -> Any:
        import jax

        host = self.program._host
        dynamic = [x for i, x in enumerate(given) if i not in self.known]
        while True:
            self.calls = self.program.calls = self.program.calls or any(map(_is_object, dynamic))
            try:
                if not self.calls:
                    donated = [i - sum(k < i for k in self.known) for i in self.program.donated]
                    return jax.jit(self._traced, donate_argnums=donated).lower(*dynamic)
                # What calls back may fail, and then its inputs are to be there still.
                dynamic = [host.stand_in(x) if _is_object(x) else x for x in dynamic]
                return jax.jit(self._traced).lower(*dynamic, np.int32(0))
            except host.NeedsHost:
                self.program.calls = True

    def compile(self, given: Sequence[Any]) -> None:
        """It says so when it takes long."""
        name = self.program.graph.name
        start = time.perf_counter()
        notice = Timer(_SLOW, lambda: get_logger().warning(f"XLA is compiling the function {name!r} ..."))
        notice.daemon = True
        notice.start()
        try:
            self.compiled = self.lower(given).compile(COMPILER_OPTIONS or None)
        finally:
            notice.cancel()
        took = time.perf_counter() - start
        if took > _SLOW:
            get_logger().warning(f"XLA compiled the function {name!r} in {took:.0f} s.")

    def __call__(self, given: Sequence[Any], kept: Kept | None = None) -> list[Any]:
        dynamic = [x for i, x in enumerate(given) if i not in self.known] if self.known else list(given)
        if self.calls:
            run = self.program._host.Run()
            dynamic = [run.hold(x) if _is_object(x) else x for x in dynamic]
            made = run(self.compiled, dynamic)
            made = [run.object_of(x) if isinstance(x, self.program._host.Held) else x for x in made[:-1]]
        elif kept is not None:
            return kept.call(self.compiled, dynamic, self._completed)
        else:
            made = self.compiled(*dynamic)
        return self._completed(made)

    def _completed(self, made: Any) -> list[Any]:
        """The results, of which some are known when it is compiled."""
        if self.uneven:
            made = list(map(self.program._edges.left, made))
        if not self.fixed:
            return made  # type: ignore[no-any-return]
        left = iter(made)
        return [self.fixed[i] if i in self.fixed else next(left) for i in range(self.program.count)]


def _is_object(x: Any) -> bool:
    """Whether XLA has nothing like it."""
    return getattr(x, "dtype", None) is None or x.dtype == np.object_


_NOWHERE = contextlib.nullcontext()


def _placed(asked: Any) -> Any:
    """The context in which JAX runs on the device that is asked for; where there is none, on its own choice."""
    import jax

    try:
        devices = jax.devices(asked.device_type.lower())
    except RuntimeError:
        return _NOWHERE
    index = asked.device_index or 0
    return jax.default_device(devices[index]) if index < len(devices) else _NOWHERE


def _large_constants(graph: Graph) -> list[Constant]:
    found = {}
    for entry in graph.entries:
        for x in entry.inputs:
            if type(x) is Constant and getattr(x.array, "nbytes", 0) > _EMBEDDED:
                found[id(x)] = x
    return list(found.values())


def compiler_ir(concrete: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Callable[..., str | bytes]:
    """The function `experimental_get_compiler_ir` returns."""
    try:
        import jax
    except ImportError:
        raise ModuleNotFoundError(
            "experimental_get_compiler_ir gives what XLA makes of a function, and XLA comes with JAX, which is not "
            'installed: pip install "gradtape[xla]"',
            name="jax",
        ) from None

    graph = concrete.graph
    specs = concrete.outline.specs
    if all(spec.shape.is_fully_defined() for spec in specs):  # what the arguments are does not matter then
        arrays = [jax.ShapeDtypeStruct(spec.shape.as_list(), spec.dtype.as_numpy_dtype) for spec in specs]
    else:
        arrays = [x._array for x in concrete.outline.bind(args, kwargs)[0]]
    arrays += [v.handle.form for v in graph.variables]
    program = graph.cache.get("xla") or program_of(graph)

    def ir(stage: str = "hlo", device_name: str | None = None, platform_name: str | None = None) -> Any:
        if stage not in _STAGES:
            raise ValueError(f"Unknown stage {stage!r}: use one of {', '.join(_STAGES)}.")
        lowered = program.lowered(arrays)
        return _STAGES[stage](lowered)

    return ir


def _optimized(lowered: Any) -> Any:
    return lowered.compile().runtime_executable().hlo_modules()[0]


_STAGES: dict[str, Callable[[Any], Any]] = {
    "stablehlo": lambda lowered: lowered.as_text(dialect="stablehlo"),
    "hlo": lambda lowered: lowered.as_text(dialect="hlo"),
    "hlo_serialized": lambda lowered: lowered.compiler_ir(dialect="hlo").as_serialized_hlo_module_proto(),
    "optimized_hlo": lambda lowered: lowered.compile().as_text(),
    "optimized_hlo_serialized": lambda lowered: _optimized(lowered).as_serialized_hlo_module_proto(),
}
