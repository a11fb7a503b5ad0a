"""Graphs as JSON and back: each operation by its registered name, each value by its number.

What is read is checked: that an operation is one of gradtape's and takes such inputs and attributes, and that values
come before their use. Even so it is not run as it stands: a trace interprets it, and makes a graph of its own, so that
nothing depends on what a file says of shapes and dtypes.
"""

import functools
import importlib
import inspect
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType
from typing import Any

import numpy as np

from ..graph import operations
from ..graph.graph import Constant, Entry, Graph, interpret
from ..graph.operations import IDENTITY, WHOLE, Check, Draw, PythonOp, python_op
from ..operations.primitive import Definition, named
from ..tracing.control import Loop, Switch, elements_of
from ..tracing.custom_call import CustomCall
from ..tracing.derivative import as_tensor, samples_of, varied
from ..tracing.samples import of_any_length, sample_of
from ..tracing.trace import Trace, forget_samples
from ..values.symbolic import Dim, Value, computations
from .errors import damaged
from .values import (
    NotDataError,
    decode,
    dtype_of,
    encode,
    flag_of,
    index_of,
    items_of,
    lengths_of,
    members_of,
    name_of,
    text_of,
)

# --- operations by name -----------------------------------------------------------------------------------------------


@functools.cache
def _python_operations() -> dict[str, PythonOp]:
    """Those on Python objects that traces make by themselves, by name."""
    found = [x for x in vars(operations).values() if isinstance(x, PythonOp)]
    return {op.name: op for op in [*found, *WHOLE.values()]}


def _load_all() -> None:
    """Import the rooms with operations that `import gradtape` leaves out, so that these are known by name."""
    for room in _LATER:
        importlib.import_module(f"gradtape.{room}")


_LATER = (
    "bitwise", "autograph.operators", "graph.slots", "image", "io", "math.special", "ragged.operations", "signal",
    "sparse.operations", "strings",
)  # fmt: skip


def _name_of(op: Any) -> tuple[str, Sequence[Any], dict[str, Any]] | None:
    """The registered name of an operation, and what its kernel is bound to; None if it is not registered."""
    if isinstance(op, Definition):
        return (f"op/{op.full_name}", (), {}) if named.get(op.full_name) is op else None
    if op is IDENTITY:
        return "identity", (), {}
    if isinstance(op, PythonOp) and _python_operations().get(op.name) is op:
        return f"python/{op.name}", (), {}
    kind = next((kind for kind, made in _KINDS.items() if isinstance(op, made)), None)
    function: Any = getattr(op, "kernel", None)
    args: Sequence[Any] = ()
    bound: dict[str, Any] = {}
    if isinstance(function, functools.partial):
        function, args, bound = function.func, function.args, function.keywords
    name = f"{getattr(function, '__module__', '').removeprefix('gradtape.')}.{getattr(function, '__name__', '')}"
    return (f"{kind}/{name}", args, bound) if kind is not None and computations.get(name) is function else None


# Operations made of functions that are declared as computations. What these are bound to is written with them.
_KINDS: dict[str, type] = {"computation": PythonOp, "check": Check, "draw": Draw}


def _operation(name: str, bound: Sequence[Any], attrs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The operation of this name, whose kernel is bound to these values, and its attributes."""
    _load_all()
    kind, _, rest = name.partition("/")
    if kind in _KINDS and rest in computations:
        function = computations[rest]
        if kind == "computation":
            return python_op(functools.partial(function, *bound) if bound else function), attrs
        return _KINDS[kind](functools.partial(function, *bound, **attrs) if bound or attrs else function), {}
    if not bound:
        if kind == "op" and rest in named:
            return named[rest], attrs
        if name == "identity":
            return IDENTITY, attrs
        if kind == "python" and rest in _python_operations():
            return _python_operations()[rest], attrs
    raise damaged(f"there is no operation {name[:80]!r}")


def _check_call(op: Any, name: str, count: int, attrs: dict[str, Any]) -> None:
    """Raise unless the operation takes so many inputs, and these attributes."""
    if isinstance(op, Definition):
        inputs = count >= 0 if op.variadic else count == len(op.inputs)
        required = set(op.attributes) - set(op.defaults)
        if not inputs or not required <= set(attrs) <= set(op.attributes):
            raise damaged(f"{name} is given {count} inputs and the attributes {sorted(attrs)}")
        return
    if isinstance(op.kernel, BuiltinFunctionType):  # of two integers
        if count != 2 or attrs:
            raise damaged(f"{name} is given {count} inputs and the attributes {sorted(attrs)}")
        return
    try:
        inspect.signature(op.kernel).bind(*(None,) * count, **attrs)
    except TypeError as error:
        raise damaged(f"{name} is given what it does not take: {error}") from None


# --- writing ----------------------------------------------------------------------------------------------------------


class Writer:
    """Writes the graph of one function.

    Args:
      function: its name, for errors.
      constant: gives the number of a constant, by which it is known in the file.
      lines: whether to write lines of the program.
    """

    def __init__(self, function: str, constant: Callable[[Any], int], lines: bool) -> None:
        self._function = function
        self._constant = constant
        self._lines = lines

    def write(self, graph: Graph) -> dict[str, Any]:
        """The graph as JSON. Variables and what it captures are not part of it."""
        numbers: dict[Value, int] = {}

        def known(value: Value) -> dict[str, Any]:
            numbers[value] = len(numbers)
            return _written(value)

        def reference(x: Any) -> Any:
            if type(x) is Value:
                return numbers[x]
            if type(x) is Constant:
                return {"constant": self._constant(x.array)}
            return {"data": encode(x, numbers.__getitem__)}

        inputs = [known(value) for value in graph.inputs]
        entries = []
        for entry in graph.entries:
            try:
                written = self._operation(entry, numbers)
                written["inputs"] = [reference(x) for x in entry.inputs]
            except NotDataError as error:
                raise self._refuse(entry, str(error)) from None
            written["outputs"] = [known(value) for value in entry.outputs]
            if entry.effect:
                written["effect"] = True
            if self._lines and entry.line is not None:
                written["line"] = str(entry.line)
            entries.append(written)
        results = [None if x is None else reference(x) for x in graph.outputs]
        assigned = [None if x is None else reference(x) for x in graph.assigned]
        return {"name": graph.name, "inputs": inputs, "entries": entries, "outputs": results, "assigned": assigned}

    def _operation(self, entry: Entry, numbers: dict[Value, int]) -> dict[str, Any]:
        op = entry.op
        if isinstance(op, Switch):
            return {"op": "switch", "graphs": [self.write(graph) for graph in op.graphs]}
        if isinstance(op, Loop):
            condition = None if op.condition is None else self.write(op.condition)
            counts = list(map(len, op.given(op.body.inputs)))
            varying = [[i, sorted(axes)] for i, axes in op.varying.items()]
            loop = {"body": self.write(op.body), "condition": condition, "counts": counts, "varying": varying}
            return {"op": "loop", "loop": {**loop, "backwards": op.backwards}}
        if isinstance(op, CustomCall):
            backward = None if op.backward is None else self.write(op.backward)
            counts = [op._outputs, op._inputs]
            error = None if op.error is None else str(op.error)
            rule = {"backward": backward, "places": list(op.places), "error": error}
            return {"op": "custom", "custom": {"name": op.name, "counts": counts, **rule}}
        found = _name_of(op)
        if found is None:
            raise self._refuse(entry, "its kernel is Python code, which is not saved")
        name, args, keywords = found
        attrs = {k: encode(v, numbers.__getitem__) for k, v in {**keywords, **entry.attrs}.items()}
        written = {"op": name, "attrs": attrs}
        return {**written, "bound": [encode(x) for x in args]} if args else written

    def _refuse(self, entry: Entry, why: str) -> ValueError:
        place = "" if entry.line is None else f", at {entry.line}"
        return ValueError(
            f"Cannot save the function {self._function!r}: its operation {entry.op.name!r}{place} cannot be exported: "
            f"{why}. Leave it out of the functions of what is saved, or save without having called the function."
        )


def _written(value: Value) -> dict[str, Any]:
    from ..values.dtypes import BY_NUMPY

    written: dict[str, Any] = {"name": value.name}
    if value.dtype is not None:
        written["dtype"] = BY_NUMPY[value.dtype].name
        written["shape"] = [None if type(n) is Dim else int(n) for n in value.shape or ()]
    if value.listed:
        written["list"] = True
    return written


# --- reading ----------------------------------------------------------------------------------------------------------


class RestoredSwitch(Switch):
    """A branch that was read. What runs is made of it when it is traced."""

    def call(self, index: Any, *tensors: Any) -> list[Any]:
        samples = samples_of(tensors)
        return Switch([specialised(graph, samples) for graph in self.graphs]).call(index, *tensors)


class RestoredLoop(Loop):
    """A loop that was read. What runs is made of it when it is traced."""

    def call(self, limit: Any, *tensors: Any) -> list[Any]:
        samples = self.given(samples_of(tensors))
        elements = elements_of(map(sample_of, samples.lists), self.given(self.body.inputs).lists)
        body = specialised(self.body, samples._replace(lists=elements).flat())
        outside = [*samples.carried, *samples.constant]
        condition = None if self.condition is None else specialised(self.condition, outside)
        loop = Loop(condition, body, self.carried, self.constant, self.backwards, self.varying)
        return loop.call(limit, *tensors)


def specialised(graph: Graph, samples: Sequence[Any]) -> Graph:
    """A graph that does what `graph` does, made by tracing it for inputs such as these samples."""

    def traced(least: int) -> Graph:
        trace = Trace(graph.name)
        with trace.active():
            inputs = [trace.input(*varied(x, v, least), v.name) for x, v in zip(samples, graph.inputs, strict=True)]
            results = interpret(graph, [as_tensor(x) for x in inputs])
            trace.graph.outputs = [None if x is None else trace.admit(x) for x in results]
        return trace.graph.prune()

    made: Graph = of_any_length(traced, samples)
    forget_samples(made)
    return made


def read(x: Any, constants: Sequence[Any], depth: int = 0) -> Graph:
    """The graph that JSON says.

    Args:
      constants: the arrays that it may use, by number.
    """
    if depth > 64:
        raise damaged("graphs are nested too deeply")
    name, inputs, entries, outputs, assigned = members_of(x, "name", "inputs", "entries", "outputs", "assigned")
    graph = Graph(text_of(name))
    values: list[Value] = []

    def known(x: Any) -> Value:
        values.append(_value(x))
        return values[-1]

    def reference(x: Any) -> Any:
        if isinstance(x, int):
            return values[index_of(x, len(values), "value")]
        if isinstance(x, dict) and set(x) == {"constant"}:
            return Constant(constants[index_of(x["constant"], len(constants), "constant")])
        (data,) = members_of(x, "data")
        return decode(data, value_at)

    def value_at(number: Any) -> Value:
        return values[index_of(number, len(values), "value")]

    def result(x: Any) -> Any:
        found = None if x is None else reference(x)
        if not (found is None or type(found) is Value or type(found) is Constant):
            raise damaged(f"{str(x)[:80]} is no result of a graph")
        return found

    graph.inputs = [known(value) for value in items_of(inputs)]
    for written in items_of(entries):
        graph.entries.append(_entry(written, reference, value_at, known, constants, depth))
    graph.outputs = [result(value) for value in items_of(outputs)]
    graph.assigned = [result(value) for value in items_of(assigned)]
    return graph


def _value(x: Any) -> Value:
    if not isinstance(x, dict) or not {"name"} <= set(x) <= {"name", "dtype", "shape", "list"}:
        raise damaged(f"{str(x)[:80]} is no value of a graph")
    name, listed = text_of(x["name"]), flag_of(x.get("list", False))
    if "dtype" not in x:
        return Value.described(name, (), None, listed)
    shape = tuple(Dim(Value(None, 2, "length")) if n is None else n for n in lengths_of(x.get("shape")) or [])
    return Value.described(name, shape, np.dtype(dtype_of(x["dtype"]).as_numpy_dtype), listed)


_PARTS = {"op", "attrs", "bound", "custom", "graphs", "loop", "inputs", "outputs", "effect", "line"}


def _entry(x: Any, reference: Any, value_at: Any, known: Any, constants: Sequence[Any], depth: int) -> Entry:
    if not isinstance(x, dict) or not {"op", "inputs", "outputs"} <= set(x) <= _PARTS:
        raise damaged(f"{str(x)[:80]} is no operation of a graph")
    name = text_of(x["op"])
    inputs = [reference(y) for y in items_of(x["inputs"])]
    attrs: dict[str, Any] = {}
    op: Any
    count = len(items_of(x["outputs"]))
    if name == "switch":
        graphs = [read(g, constants, depth + 1) for g in items_of(x.get("graphs"))]
        shapes = {(len(g.inputs), len(g.outputs), len(g.assigned)) for g in graphs}
        if shapes != {(len(inputs) - 1, count, 0)}:
            raise damaged("the branches of a switch are not alike")
        op = RestoredSwitch(graphs)
    elif name == "loop":
        op = _loop(x.get("loop"), constants, depth)
        if len(inputs) - 1 != len(op.body.inputs) or count != len(op.body.outputs) + 1:
            raise damaged("a loop has other inputs or outputs than its body")
        if op.condition is None and inputs[0] is None:
            raise damaged("a loop has no end")
    elif name == "custom":
        op = _custom(x.get("custom"), len(inputs), count, constants, depth)
    else:
        given = x.get("attrs", {})
        if not isinstance(given, dict):
            raise damaged(f"{str(given)[:80]} are no attributes")
        attrs = {name_of(k): decode(v, value_at) for k, v in given.items()}  # names, since replay writes them as such
        op, attrs = _operation(name, [decode(v) for v in items_of(x.get("bound", []))], attrs)
        _check_call(op, name, len(inputs), attrs)
        if (count != 1 and not op.multiple) or (isinstance(op, Check) and count):
            raise damaged(f"{name} has {count} outputs")
    line = None if x.get("line") is None else text_of(x["line"])
    return Entry(op, inputs, attrs, [known(y) for y in x["outputs"]], flag_of(x.get("effect", False)), line)


def _custom(x: Any, given: int, made: int, constants: Sequence[Any], depth: int) -> CustomCall:
    name, counts, backward, places, error = members_of(x, "name", "counts", "backward", "places", "error")
    graph = None if backward is None else read(backward, constants, depth + 1)
    outputs, inputs = (index_of(n, given + 1, "count") for n in items_of(counts, 2))
    used = given - outputs - inputs
    if used < 0 or made != outputs or (graph is not None and (len(graph.inputs) != outputs + used or graph.assigned)):
        raise damaged("a custom gradient has other inputs or outputs than its function")
    found = 0 if graph is None else len(graph.outputs)
    at = [None if i is None else index_of(i, found, "cotangent") for i in items_of(places)]
    if graph is not None and len(at) != inputs:
        raise damaged("a custom gradient has not one cotangent for each input")
    why = None if graph is not None else ValueError(f"The custom gradient cannot be computed: {text_of(error)}")
    return CustomCall(text_of(name), outputs, inputs, graph, at, why)


def _loop(x: Any, constants: Sequence[Any], depth: int) -> Loop:
    parts = members_of(x, "body", "condition", "counts", "varying", "backwards")
    body, condition, counts, varying, backwards = parts
    inside = read(body, constants, depth + 1)
    test = None if condition is None else read(condition, constants, depth + 1)
    carried, constant, lists = (index_of(n, len(inside.inputs) + 1, "count") for n in items_of(counts, 3))
    if carried + constant + lists != len(inside.inputs) or carried > len(inside.outputs) or inside.assigned:
        raise damaged("the body of a loop has other inputs or results than the loop")
    if test is not None and (len(test.inputs) != carried + constant or len(test.outputs) != 1 or test.assigned):
        raise damaged("the condition of a loop has other inputs or results than it needs")
    found = {}
    for pair in items_of(varying):
        i, axes = items_of(pair, 2)
        found[index_of(i, carried, "carried value")] = {index_of(axis, 32, "axis") for axis in items_of(axes)}
    return RestoredLoop(test, inside, carried, constant, flag_of(backwards), found)
