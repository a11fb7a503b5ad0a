"""XLA: a graph's operations interpreted once with `xp = jax.numpy` under `jax.jit`, and run compiled.

Values stay on the device between calls: what a function assigned to a variable is a device array until eager code reads
it, and the memory of a variable that is assigned is given to its new value. JAX is imported when the first function
asks for it; without it the graph is replayed on NumPy, after one notice.
"""

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Sequence
from threading import Timer
from typing import Any

import numpy as np

from ..config.execution import cache_is_set, use_compilation_cache
from ..config.placement import current_device
from ..core.deferred import arriving
from ..core.log import get_logger
from ..core.symbolic import Dim, Value
from ..core.tensor import wrap
from ..engine.numpy_slots import Slots, slots_stacked
from . import replay
from .control import Loop, Switch
from .graph import Constant, Entry, Graph, needed, with_dims
from .trace import DIMENSION, ITEM, SCALAR, VECTOR, WHOLE, Check, PythonOp

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


def run(graph: Graph, arrays: Sequence[Any]) -> Any:
    """The results of `graph` for the arrays of its inputs, as device arrays."""
    program = graph.cache.get("xla") or program_of(graph)
    return program(arrays)


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
        from . import xla_host as host

        self._source = graph
        self._prologue = host.prologue_of(graph)
        self.graph = graph if self._prologue is None else self._prologue.rest
        self._host = host
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
        self._loose = [i for i, value in enumerate(inputs) if value.dtype is None or value.dtype == np.object_]
        self._static = not any(type(n) is Dim for value in inputs for n in value.shape)
        # 64-bit arguments need the context in which JAX has them.
        self._wide = any(x.dtype is not None and x.dtype.itemsize >= 8 for x in (*inputs, *self._arrays()))
        self.calls = False  # whether it calls back
        self.deciding: list[int] = []
        self._arguments = graph.arguments
        self._lock = threading.Lock()
        self._variants: dict[Any, _Variant] = {}
        self._only: Any = None  # what is compiled, if there is one variant that needs nothing but the arrays

    def _arrays(self) -> list[Any]:
        return [c.array for c in self.constants]

    def __call__(self, arrays: Sequence[Any]) -> list[Any]:
        if self._thread.called:  # in a callback JAX must not be called: it may wait for itself
            return replay.run(self._source, [np.asarray(x) if _is_on_device(x) else x for x in arrays])
        if self._prologue is not None:
            arrays = [*arrays, *self._prologue(arrays)]
        given = [*arrays, *self._arrays()] if self.constants else arrays
        only, asked = self._only, current_device()
        if only is not None and asked.device_type is None:
            if not self._wide:
                return only(*given)  # type: ignore[no-any-return]
            with self._precise():
                return only(*given)  # type: ignore[no-any-return]
        with self._precise(), _NOWHERE if asked.device_type is None else _placed(asked):
            return self._variant(given, asked)(given)

    def _variant(self, given: Sequence[Any], asked: Any) -> "_Variant":
        """What is compiled for arrays such as these."""
        shapes = None if self._static and not self._loose else tuple(getattr(x, "shape", ()) for x in given)
        with self._lock:
            while True:
                known: dict[int, Any] = {i: given[i] for i in self._loose if type(given[i]) is int}
                known |= {i: np.asarray(given[i]) for i in self.deciding}
                values = [x if type(x) is int else x.tobytes() for x in known.values()]
                key = (asked.device_type, asked.device_index, shapes, *known, *values)
                found = self._variants.get(key)
                if found is None:
                    found = _Variant(self, known)
                    try:
                        found.compile(given)
                    except self._host.Refusal as refusal:
                        if not self._decides(refusal.of, given):
                            raise
                        continue
                    self._variants[key] = found
                    if len(self._variants) in (16, 256) and self.deciding:
                        get_logger().warning(
                            f"The function {self.graph.name!r} was compiled {len(self._variants)} times: shapes in it "
                            "depend on the value of an argument, and it is compiled for each."
                        )
                    if shapes is asked.device_type is None and not (known or found.calls or found.fixed):
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
    """

    def __init__(self, program: _Program, known: dict[int, Any]) -> None:
        self.program = program
        self.known = known
        self.calls = program.calls
        self.fixed: dict[int, Any] = {}
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
            made = evaluated(program.graph, env)
            self.fixed = {i: x for i, x in enumerate(made) if x is None or type(x) is int}
            results = [x for i, x in enumerate(made) if i not in self.fixed]
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

    def __call__(self, given: Sequence[Any]) -> list[Any]:
        dynamic = [x for i, x in enumerate(given) if i not in self.known] if self.known else list(given)
        if self.calls:
            run = self.program._host.Run()
            dynamic = [run.hold(x) if _is_object(x) else x for x in dynamic]
            made = run(self.compiled, dynamic)
            made = [run.object_of(x) if isinstance(x, self.program._host.Held) else x for x in made[:-1]]
        else:
            made = self.compiled(*dynamic)
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
    import jax

    graph = concrete.graph
    specs = concrete.outline.specs
    if all(spec.shape.is_fully_defined() for spec in specs):  # what the arguments are does not matter then
        arrays = [jax.ShapeDtypeStruct(spec.shape.as_list(), spec.dtype.as_numpy_dtype) for spec in specs]
    else:
        arrays = [x._array for x in concrete.outline.bind(args, kwargs)[0]]
    arrays += [v.handle.array for v in graph.variables]
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


# --- interpreting a graph --------------------------------------------------------------------------------------------


def evaluated(graph: Graph, env: dict[Any, Any]) -> list[Any]:
    """The results of `graph` on JAX's arrays, given those of its inputs (and of constants by `id`) in `env`."""
    from . import xla_host as host

    last = _last_uses(graph)
    for i, entry in enumerate(graph.entries):
        try:
            _evaluate(entry, env, last.get(i, ()))
        except host.Refusal as refusal:
            refusal.of = _behind(graph, i, refusal.of)
            raise
        for value in last.get(i, ()):
            del env[value]
    return [_given(x, env) for x in graph.results]


def _behind(graph: Graph, i: int, values: Sequence[Value]) -> list[Value]:
    """The inputs of a graph on which these values depend, which entries before `i` made."""
    before = needed(graph.entries[:i], values)
    found = {*values, *(v for entry in before for v in entry.uses)}
    return [v for v in graph.inputs if v in found]


def _last_uses(graph: Graph) -> dict[int, list[Value]]:
    """What no entry after each needs, so that tracing holds no more than running would."""
    kept = {x for x in graph.results if type(x) is Value}
    last: dict[Value, int] = {}
    for i, entry in enumerate(graph.entries):
        for value in (*entry.uses, *entry.outputs):
            last[value] = i
    found: dict[int, list[Value]] = {}
    for value, i in last.items():
        if value not in kept:
            found.setdefault(i, []).append(value)
    return found


def _given(x: Any, env: dict[Any, Any]) -> Any:
    if type(x) is Value:
        return env[x]
    if type(x) is Constant:
        found = env.get(id(x))
        if type(x.array) is Slots:
            return slots_stacked(x.array, -1 - x.array.ndim, None)
        return x.array if found is None else found
    return x


def _evaluate(entry: Entry, env: dict[Any, Any], ends: Sequence[Value]) -> None:
    """Put into `env` what the entry gives; `ends` are values that nobody needs after it."""
    from . import xla_host as host

    op = entry.op
    inputs = [_given(x, env) for x in entry.inputs]
    attrs = entry.attrs
    if entry.dims:
        whole = isinstance(op, PythonOp)  # which may take integers that are only known when the program runs
        attrs = {k: with_dims(v, lambda value: env[value] if whole else _whole(env[value], entry)) for k, v in attrs.items()}
    made: Any
    if isinstance(op, Switch | Loop):
        try:
            made = _switch(op, inputs) if isinstance(op, Switch) else _loop(op, entry, inputs, ends)
        except host.Refusal as refusal:
            refusal.of = _outside(op, entry, refusal.of)
            raise
    elif hasattr(op, "xla"):
        made = op.xla(*inputs, **attrs)
    elif isinstance(op, host.ON_HOST):
        made = host.call(entry, inputs, attrs)
    elif isinstance(op, Check):
        made = host.call(entry, inputs, attrs) if op.prints else ()  # XLA has no errors: as in TensorFlow, none is raised
    elif not op.multiple and not entry.outputs[0].listed and _is_small(inputs, attrs):
        made = op.kernel(*inputs, **attrs)
    elif hasattr(op, "forward"):
        made = _primitive(entry, inputs, attrs)
    elif isinstance(op, PythonOp):
        made = _python(entry, inputs, attrs)
    else:
        made = op.kernel(*inputs, **attrs)
    outputs = entry.outputs
    env.update(zip(outputs, made if op.multiple else [made], strict=True))


def _outside(op: Switch | Loop, entry: Entry, values: Sequence[Value]) -> list[Value]:
    """What an entry is given for these values: inputs of its graphs, or values that it uses."""
    graphs = op.graphs if isinstance(op, Switch) else [op.body] if op.condition is None else [op.body, op.condition]
    found = {v for v in entry.uses if v in values}
    for graph in graphs:
        for x, v in zip(entry.inputs[1:], graph.inputs, strict=False):
            if v in values and type(x) is Value:
                found.add(x)
                if isinstance(op, Loop) and v in graph.inputs[: op.carried]:
                    found.update(entry.uses)  # each step may have another one
    return list(found)


def _whole(x: Any, entry: Entry) -> int:
    import jax

    from . import xla_host as host

    try:
        return int(x)
    except jax.errors.ConcretizationTypeError:
        why = "a length or position in it depends on values"
        raise host.refused(entry, why, entry.dims) from None


def _is_small(inputs: list[Any], attrs: dict[str, Any]) -> bool:
    """Whether inputs are known, and few numbers: what shapes are computed from."""
    import jax

    leaves = jax.tree.leaves((inputs, attrs))
    return any(isinstance(x, np.ndarray | np.generic) for x in inputs) and all(
        type(x) is np.ndarray and x.size <= _FEW and x.dtype.kind in "iub" or isinstance(x, np.generic | int | float | str) or x is None or isinstance(x, np.dtype)
        for x in leaves
    )


def _primitive(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
    """What a primitive gives: computed by XLA, or where that has no strings or needs values, by NumPy on the host."""
    from ..engine import xla
    from . import xla_host as host

    strings = any(isinstance(x, host.Held) or getattr(x, "dtype", None) == np.object_ for x in inputs)
    if not strings and entry.outputs[0].dtype != np.object_:
        try:
            return xla.run(entry.op, *inputs, **attrs)
        except NotImplementedError as error:
            if error.__cause__ is None:  # it says why, and NumPy would not do either
                raise host.refused(entry, str(error)) from None
    return host.call(entry, inputs, attrs)


def _python(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
    """What a function of arrays and integers gives: computed now from what is known, or else on the host."""
    import jax

    from . import xla_host as host

    op = entry.op
    if op is DIMENSION or not any(map(host.is_unknown, jax.tree.leaves((inputs, attrs)))):
        return op.kernel(*inputs, **attrs)
    import jax.numpy as jnp

    if op is ITEM:
        return inputs[0][attrs["index"]]
    if op is VECTOR:
        return jnp.stack([jnp.asarray(x, attrs["dtype"]) for x in inputs])
    if op is SCALAR:
        return jnp.asarray(inputs[0], attrs["dtype"])
    if op is WHOLE["min"] or op is WHOLE["max"]:
        return (jnp.minimum if op is WHOLE["min"] else jnp.maximum)(*inputs)
    if op is WHOLE["broadcast"]:
        return jnp.where(inputs[0] == 1, inputs[1], inputs[0])
    if op in WHOLE.values():
        return op.kernel(*inputs)
    return host.call(entry, inputs, attrs)


# --- control flow ----------------------------------------------------------------------------------------------------


def _branch(graph: Graph, arrays: Sequence[Any]) -> list[Any]:
    from . import xla_host as host

    made = evaluated(graph, dict(zip(graph.inputs, arrays, strict=True)))
    return [host.held(x) if getattr(x, "dtype", None) == np.object_ else x for x in made]


def _switch(op: Switch, inputs: list[Any]) -> Any:
    """One of the graphs. What only another one gives is zeros."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    from . import xla_host as host

    index, *arrays = inputs
    if not isinstance(index, jax.core.Tracer):
        return _filled(op, _branch(op._chosen(index), arrays), arrays)
    places = [i for i, x in enumerate(arrays) if any(map(host.is_unknown, jax.tree.leaves(x)))]

    def branch(graph: Graph) -> Any:
        def f(dynamic: Any) -> Any:
            given = list(arrays)
            for i, x in zip(places, dynamic, strict=True):
                given[i] = x
            return _branch(graph, given)

        return f

    dynamic = [arrays[i] for i in places]
    shapes = [jax.eval_shape(branch(graph), dynamic) for graph in op.graphs]
    merged = [next((s for s in column if s is not None), None) for column in zip(*shapes, strict=True)]

    def complete(graph: Graph) -> Any:
        f = branch(graph)

        def g(dynamic: Any) -> Any:
            return [
                x if like is None else _zeros(like) if x is None else _like(x, like)
                for x, like in zip(f(dynamic), merged, strict=True)
            ]

        return g

    count = len(op.graphs)
    index = jnp.asarray(index)
    if index.dtype == np.bool_:
        index = index.astype(np.int32)
    index = jnp.where((index >= 0) & (index < count), index, count - 1)
    return lax.switch(index, [complete(graph) for graph in op.graphs], dynamic)


def _like(x: Any, like: Any) -> Any:
    """`x` with the dtypes of `like`."""
    import jax
    import jax.numpy as jnp

    return jax.tree.map(lambda a, b: jnp.asarray(a, b.dtype), x, like)


def _zeros(like: Any) -> Any:
    import jax
    import jax.numpy as jnp

    return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), like)


def _filled(op: Switch, made: list[Any], arrays: list[Any]) -> list[Any]:
    """What a branch gives, with zeros for what only another one would."""
    if None not in [None if x is None else 0 for x in made]:
        return made
    import jax

    found = list(made)
    for graph in op.graphs:
        missing = [i for i, x in enumerate(found) if x is None]
        if missing:
            shapes = jax.eval_shape(lambda graph=graph: _branch(graph, arrays))
            for i in missing:
                found[i] = None if shapes[i] is None else _zeros(shapes[i])
    return found


def _without(graph: Graph, places: set[int]) -> Graph:
    """The graph, with None for the outputs at these places."""
    found = Graph(graph.name)
    found.inputs, found.entries = graph.inputs, graph.entries
    found.outputs = [None if i in places else x for i, x in enumerate(graph.outputs)]
    return found.prune()


def _loop(op: Loop, entry: Entry, inputs: list[Any], ends: Sequence[Value]) -> Any:
    """A loop. With a known number of steps it is a scan, which can leave lists behind; else a `lax.while_loop`."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    from ..engine.xla_slots import OneSlot
    from . import xla_host as host

    limit, *arguments = inputs
    carried, constant, lists = op._split(arguments)
    carried = [host.held(x) if getattr(x, "dtype", None) == np.object_ else x for x in carried]
    carried = [jnp.asarray(x) if isinstance(x, np.ndarray | np.generic | int | float) else x for x in carried]
    known = limit is None or not isinstance(limit, jax.core.Tracer)
    listed = entry.outputs[op.carried : -1]
    unused = {i for i, value in enumerate(listed, op.carried) if value in ends}
    makes = len(unused) < len(listed)
    graph = _without(op.body, unused) if unused else op.body

    def body(state: list[Any], elements: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        found = _branch(graph, [*state, *constant, *elements])
        like = list(zip(found[: op.carried], state, strict=True))
        if any(np.shape(x) != np.shape(y) for x, y in like if not isinstance(x, OneSlot)):
            raise host.refused(entry, "its steps change the shapes of what they are given", [])
        return [_like(x, y) for x, y in like], found[op.carried :]

    def going(state: list[Any]) -> Any:
        return jnp.asarray(_branch(op.condition, [*state, *constant])[0]).reshape(())

    if op.condition is None and known and limit is not None:
        length = int(limit)
        state, made = lax.scan(body, carried, list(lists), length=length, reverse=op.backwards)
        return [*state, *made, length]
    if not makes and not lists:
        bound = None if limit is None else jnp.asarray(limit, np.int32)

        def more(state: Any) -> Any:
            step, now = state
            yes = jnp.asarray(True) if op.condition is None else going(now)
            return yes if bound is None else yes & (step < bound)

        step, state = lax.while_loop(more, lambda s: (s[0] + 1, body(s[1], ())[0]), (jnp.asarray(0, np.int32), carried))
        return [*state, *[None] * len(listed), step]
    if limit is not None and known and op.condition is not None and not lists:
        length = int(limit)

        def guarded(state: Any, _: Any) -> Any:
            going_on, step, now = state
            going_on = going_on & going(now)
            new, made = lax.cond(
                going_on, lambda now: body(now, ()), lambda now: (now, _zeros(jax.eval_shape(body, now, ())[1])), now
            )
            return (going_on, step + going_on.astype(np.int32), new), made

        (_, steps, state), made = lax.scan(
            guarded, (jnp.asarray(True), jnp.asarray(0, np.int32), carried), None, length=length
        )
        return [*state, *made, steps]
    if op.condition is None and lists:  # the reverse of a loop that had a bound: steps beyond its end do nothing
        length = jax.tree.leaves(lists)[0].shape[0]
        order = jnp.arange(length)

        def some(state: Any, given: Any) -> Any:
            i, elements = given
            inside = i < limit
            found = lax.cond(
                inside, lambda now: body(now, elements),
                lambda now: (now, _zeros(jax.eval_shape(body, now, elements)[1])), state,
            )  # fmt: skip
            return found

        state, made = lax.scan(some, carried, (order, list(lists)), reverse=op.backwards)
        return [*state, *made, limit]
    place = "" if entry.line is None else f" at {entry.line}"
    raise host.Refusal(
        f"XLA cannot differentiate the loop {op.name!r}{place}: how many steps it makes is only known when it runs, and "
        "it would have to keep something of each. Give tf.while_loop maximum_iterations=n, loop over tf.range(n) with a "
        "static n, or leave out jit_compile=True.",
        [x for x in entry.inputs[:1] if type(x) is Value],
    )
