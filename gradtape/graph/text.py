"""`text_of`: a graph as text, a line for each operation.

f(x: float32[?,3]), with the variables w: float32[3,2]
  %matmul: float32[?,2] = matmul(%x, w, ta=False, tb=False)  # model.py:12
  return %matmul
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..engine.numpy_slots import Slots
from ..values.dtypes import BY_NUMPY
from ..values.naming import Names
from ..values.symbolic import Dim, Value
from .graph import Constant, Entry, Graph

_SHORT = 6  # elements of an array that are written out


def text_of(graph: Graph) -> str:
    """The graph, with the lines of the program that are known, and the graphs of branches and loops inside."""
    return "\n".join(_Writer().graph(graph, ""))


def shape_text(shape: Iterable[Any]) -> str:
    """A shape in brackets, `?` for what differs from run to run."""
    return f"[{','.join('?' if type(n) is Dim else str(n) for n in shape)}]"


def type_of(value: Any) -> str:
    """The dtype and shape of a value or an array; `int` for what is no array."""
    if value.dtype is None:
        return "int"
    text = BY_NUMPY[np.dtype(value.dtype)].name + shape_text(value.shape or ())
    return f"list of {text}" if getattr(value, "listed", type(value) is Slots) else text


def subgraphs(op: Any) -> list[tuple[str, Graph]]:
    """The graphs inside an operation, each with what it is."""
    if hasattr(op, "graphs"):
        return [(f"branch {i}", graph) for i, graph in enumerate(op.graphs)]
    if hasattr(op, "body"):
        condition = [] if op.condition is None else [("while", op.condition)]
        return [*condition, ("body", op.body)]
    return []


class _Writer:
    def __init__(self) -> None:
        self._names: dict[Value, str] = {}
        self._new = Names().new

    def _name(self, value: Value, wanted: str) -> str:
        """The name of a value from now on, which is no other's."""
        name = self._new(wanted)
        self._names[value] = name
        return name

    def graph(self, graph: Graph, indent: str, what: str = "") -> list[str]:
        count = graph.arguments
        variables = len(graph.inputs) - len(graph.variables)
        arguments = [f"{self._name(v, '%' + v.name)[1:]}: {type_of(v)}" for v in graph.inputs[:count]]
        captured = [f"{self._name(v, '%' + v.name)}: {type_of(v)}" for v in graph.inputs[count:variables]]
        names = [v.name.split(":")[0] for v in graph.variables]
        known = [f"{self._name(v, n)}: {type_of(v)}" for v, n in zip(graph.inputs[variables:], names, strict=True)]
        head = f"{indent}{what or graph.name}({', '.join(arguments)})"
        head += f", from outside {', '.join(captured)}" if captured else ""
        head += f", with the variables {', '.join(known)}" if known else ""
        lines = [head + (":" if what else "")]
        for entry in graph.entries:
            lines += self._entry(entry, indent + "  ")
        lines.append(f"{indent}  return {', '.join(map(self._input, graph.outputs)) or 'nothing'}")
        for value, new in zip(graph.inputs[variables:], graph.assigned, strict=False):
            if new is not None:
                lines.append(f"{indent}  {self._names[value]} := {self._input(new)}")
        return lines

    def _entry(self, entry: Entry, indent: str) -> list[str]:
        inside = subgraphs(entry.op)
        if getattr(entry.op, "backward", None) is not None:
            inside = [("gradient", entry.op.backward)]
        arguments = [self._input(x) for x in entry.inputs]
        arguments += [f"{name}={self._text(x)}" for name, x in entry.attrs.items()]
        outputs = ", ".join(f"{self._name(v, '%' + v.name)}: {type_of(v)}" for v in entry.outputs)
        line = f"{indent}{outputs}{' = ' if outputs else ''}{entry.op.name}({', '.join(arguments)})"
        if entry.line is not None:
            line += f"  # {entry.line}"
        lines = [line]
        for what, graph in inside:
            lines += self.graph(graph, indent + "    ", what)
        return lines

    def _input(self, x: Any) -> str:
        if type(x) is Value:
            return self._names.get(x, f"%{x.name}")
        return _constant(x.array) if type(x) is Constant else self._text(x)

    def _text(self, x: Any) -> str:
        """An attribute, in which a length may be a value."""
        if type(x) is Dim:
            return self._input(x.value)
        if type(x) is tuple:
            return f"({', '.join(map(self._text, x))}{',' if len(x) == 1 else ''})"
        if type(x) is list:
            return f"[{', '.join(map(self._text, x))}]"
        if type(x) is slice:
            return ":".join("" if y is None else self._text(y) for y in (x.start, x.stop, x.step))
        if isinstance(x, np.dtype):
            return BY_NUMPY[x].name if x in BY_NUMPY else str(x)
        if isinstance(x, np.generic):
            return repr(x.item())
        return repr(x)


def _constant(array: Any) -> str:
    if isinstance(array, np.ndarray | np.generic) and array.size <= _SHORT:
        return repr(array.tolist()).replace(" ", "")
    return f"{type_of(array)}{{...}}"


Graph.__str__ = text_of  # type: ignore[method-assign]
