"""`GraphDef`: the nodes of a graph as TensorFlow lists them, one also for each argument, constant and result."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..io import messages
from ..io.tensors import NUMBERS, tensor_proto
from ..values.dtypes import BY_NUMPY
from ..values.naming import Names
from ..values.symbolic import Dim, Value
from .graph import Constant, Entry, Graph
from .text import subgraphs

_SHOWN = 1024  # bytes of a constant up to which it is written: TensorBoard leaves greater attributes out


class Node(NamedTuple):
    """An operation: what it is called, TensorFlow's name of what it does, what it is given, and what it stands for."""

    name: str
    op: str
    input: list[str]
    of: Value | Constant | Entry | None = None


class GraphDef:
    """What `graph.as_graph_def()` gives.

    >>> import gradtape as tf
    >>> graph = tf.function(lambda a: a + a).get_concrete_function(tf.constant("a")).graph
    >>> for node in graph.as_graph_def().node:
    ...     print(node.input, "->", node.name)
    [] -> a
    ['a', 'a'] -> add
    ['add'] -> Identity
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._names: dict[Any, str] = {}
        self._new = Names().new
        self.node = list(self._nodes())

    def __str__(self) -> str:
        return str(self._graph)

    def SerializeToString(self) -> bytes:
        """The protocol buffer, with the graphs of branches and loops as functions of its library.

        Raises:
          ImportError: if protobuf is not installed.
        """
        message = messages.GraphDef()
        message.versions.producer = _PRODUCER
        library = _Library(message.library)
        for node in self.node:
            library.write(node, message.node.add(name=node.name, op=node.op, input=node.input))
        return message.SerializeToString()  # type: ignore[no-any-return]

    def _nodes(self) -> Iterator[Node]:
        variables = len(self._graph.inputs) - len(self._graph.variables)
        for i, value in enumerate(self._graph.inputs):
            wanted = value.name if i < variables else self._graph.variables[i - variables].name.split(":")[0]
            self._names[value] = self._new(wanted)
            yield Node(self._names[value], "Placeholder", [], value)
        for entry in self._graph.entries:
            given = [x for x in entry.inputs if type(x) in (Value, Constant)]
            yield from self._constants(given)
            name = self._new(entry.scope + entry.name.lstrip("_"))
            self._names |= {value: f"{name}:{i}" if i else name for i, value in enumerate(entry.outputs)}
            yield Node(name, entry.type, [self._names[x] for x in given], entry)
        results = [x for x in self._graph.outputs if x is not None]
        yield from self._constants(results)
        for x in results:
            yield Node(self._new("Identity"), "Identity", [self._names[x]], x)
        updates = {x for e in self._graph.entries if e.type.startswith(("Assign", "Resource")) for x in e.outputs}
        for old, new in zip(self._graph.inputs[variables:], self._graph.assigned, strict=False):
            if new is not None and new not in updates:
                yield from self._constants([new])
                yield Node(self._new("AssignVariableOp"), "AssignVariableOp", [self._names[old], self._names[new]])

    def _constants(self, given: list[Any]) -> Iterator[Node]:
        for x in given:
            if type(x) is Constant and x not in self._names:
                self._names[x] = self._new("Const")
                yield Node(self._names[x], "Const", [], x)


_PRODUCER = 2219  # the version of the format


class _Library:
    """Writes attributes of nodes, and the graphs in them as functions."""

    def __init__(self, message: Any) -> None:
        self._message = message
        self._new = Names().new

    def write(self, node: Node, message: Any) -> None:
        """The attributes of a node: dtype, shapes, a small constant, and those of an operation as it has them."""
        attr, of = message.attr, node.of
        if of is None:
            return
        values = of.outputs if isinstance(of, Entry) else [_array(of)]
        given = [_array(x) for x in of.inputs if type(x) in (Value, Constant)] if isinstance(of, Entry) else []
        for value in (given or values)[:1]:
            attr["dtype" if node.op in ("Placeholder", "Const") else "T"].type = _dtype(value)
        for value in values:
            _put_shape(attr["_output_shapes"].list.shape.add(), value)
        if isinstance(of, Entry):
            for name, x in of.attrs.items():
                _put(attr[name], x)
            if of.line is not None:
                attr["_line"].s = str(of.line).encode()
            for what, graph in subgraphs(of.op):
                name = _ROLES.get((node.op, what), what.replace(" ", "_"))
                attr[name].func.name = self._function(f"{node.name}_{name}", graph)
        elif node.op == "Placeholder":
            _put_shape(attr["shape"].shape, of)
        elif node.op == "Const" and np.size(of.array) * of.array.dtype.itemsize <= _SHOWN:
            attr["value"].tensor.CopyFrom(tensor_proto(np.asarray(of.array)))

    def _function(self, wanted: str, graph: Graph) -> str:
        """The name of a function of the library that is this graph."""
        name = self._new(wanted.replace("/", "_"))
        function = self._message.function.add()
        function.signature.name = name
        places: dict[str, str] = {}  # by their names in a graph, results as a function's nodes are given them
        for node in GraphDef(graph).node:
            given = [places[x] for x in node.input]
            if node.op == "Placeholder":
                function.signature.input_arg.add(name=node.name, type=_dtype(node.of))
                places[node.name] = node.name
                continue
            self.write(node, function.node_def.add(name=node.name, op=node.op, input=given))
            for i in range(max(len(getattr(node.of, "outputs", ())), 1)):
                places[f"{node.name}:{i}" if i else node.name] = f"{node.name}:output:{i}"
            if node.op == "Identity" and not isinstance(node.of, Entry):
                function.signature.output_arg.add(name=node.name, type=_dtype(_array(node.of)))
                function.ret[node.name] = places[node.name]
        return name


# What TensorFlow calls the graphs in an operation.
_ROLES = {("If", "branch 0"): "else_branch", ("If", "branch 1"): "then_branch", ("While", "while"): "cond"}


def _array(x: Value | Constant) -> Any:
    return x.array if isinstance(x, Constant) else x


def _dtype(value: Any) -> int:
    """The number of the dtype of a value or an array: of a list a variant's, of a Python integer an int64's."""
    if getattr(value, "listed", 0):
        return messages.DATA_TYPES["DT_VARIANT"]
    if getattr(value, "dtype", None) is None:
        return messages.DATA_TYPES["DT_INT64"]
    return NUMBERS[BY_NUMPY[np.dtype(value.dtype)].name]


def _put_shape(message: Any, value: Any) -> None:
    if getattr(value, "listed", 0):
        message.unknown_rank = True
        return
    for length in getattr(value, "shape", None) or ():
        message.dim.add(size=-1 if type(length) is Dim else int(length))


def _put(attr: Any, x: Any) -> None:
    """An attribute as it is, where the format has such, or else as text."""
    if isinstance(x, bool | np.bool_):
        attr.b = bool(x)
    elif isinstance(x, int | np.integer) and type(x) is not Dim:
        attr.i = int(x)
    elif isinstance(x, float | np.floating):
        attr.f = float(x)
    elif isinstance(x, np.dtype) and x in BY_NUMPY:
        attr.type = NUMBERS[BY_NUMPY[x].name]
    elif isinstance(x, tuple | list) and _are_lengths(x):
        attr.list.i.extend(-1 if type(n) is Dim else n for n in x)
    else:
        attr.s = (x if isinstance(x, str) else repr(x)).encode()


def _are_lengths(x: Iterable[Any]) -> bool:
    return all(isinstance(n, int) and not isinstance(n, bool) for n in x)


def _as_graph_def(graph: Graph) -> GraphDef:
    """A `GraphDef`: the nodes, one also for each argument, constant and result."""
    return GraphDef(graph)


Graph.as_graph_def = _as_graph_def  # type: ignore[assignment]
