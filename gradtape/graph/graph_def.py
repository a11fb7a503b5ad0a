"""`GraphDef`: the nodes of a graph as TensorFlow lists them, one also for each argument, constant and result."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..values.naming import Names
from ..values.symbolic import Value
from .graph import Constant, Graph


class Node(NamedTuple):
    """An operation: what it is called, TensorFlow's name of what it does, and what it is given."""

    name: str
    op: str
    input: list[str]


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

    def _nodes(self) -> Iterator[Node]:
        for value in self._graph.inputs:
            self._names[value] = self._new(value.name)
            yield Node(self._names[value], "Placeholder", [])
        for entry in self._graph.entries:
            given = [x for x in entry.inputs if type(x) in (Value, Constant)]
            yield from self._constants(given)
            name = self._new(entry.name)
            self._names |= {value: f"{name}:{i}" if i else name for i, value in enumerate(entry.outputs)}
            yield Node(name, entry.type, [self._names[x] for x in given])
        results = [x for x in self._graph.outputs if x is not None]
        yield from self._constants(results)
        for x in results:
            yield Node(self._new("Identity"), "Identity", [self._names[x]])

    def _constants(self, given: list[Any]) -> Iterator[Node]:
        for x in given:
            if type(x) is Constant and x not in self._names:
                self._names[x] = self._new("Const")
                yield Node(self._names[x], "Const", [])


def _as_graph_def(graph: Graph) -> GraphDef:
    """A `GraphDef`: the nodes, one also for each argument, constant and result."""
    return GraphDef(graph)


Graph.as_graph_def = _as_graph_def  # type: ignore[assignment]
