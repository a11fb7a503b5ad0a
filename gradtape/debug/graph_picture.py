"""The picture of a traced function: its operations, with the graphs of branches and loops framed inside it."""

from collections.abc import Sequence
from typing import Any

from ..function.function import ConcreteFunction, Function
from ..graph.graph import Entry, Graph
from ..graph.text import subgraphs
from ..values.symbolic import Dim, Value
from .drawing import Arrow, Box, Drawing, family


def graph_of(x: Any) -> Graph | None:
    """The graph that is meant: `x` itself, that of a trace, or of a `tf.function` with one trace; None if `x` is none.

    Raises:
      ValueError: for a function without a trace, or with several.
    """
    if isinstance(x, Function):
        traces = x._list_all_concrete_functions()
        if len(traces) != 1:
            raise ValueError(
                f"The function {x.name!r} has {len(traces)} traces, and one is drawn: plot "
                "f.get_concrete_function(...) for the arguments that you mean."
            )
        x = traces[0]
    if isinstance(x, ConcreteFunction):
        x = x.graph
    return x if isinstance(x, Graph) else None


def drawn(graph: Graph, inside: bool) -> Drawing:
    """The boxes and arrows of a graph.

    Args:
      inside: show what is inside branches and loops, in frames, or each as one box.
    """
    drawing = _Drawing(inside)
    count = graph.arguments
    for i, value in enumerate(graph.inputs):
        variable = i >= len(graph.inputs) - len(graph.variables)
        name = graph.variables[i - len(graph.inputs)].name.split(":")[0] if variable else value.name
        kind = "variable" if variable else "tensor"
        drawing.of[value] = value
        drawing.inputs[value] = Box([name], kind, "source", _shape(value), source=i < count)
    drawing.entries(graph.entries, ())
    for x in graph.outputs:
        drawing.mark(x)
    for variable, new in zip(graph.variables, graph.assigned, strict=False):
        if new is not None:
            key = "assigned", variable.handle
            drawing.box(key, Box([f"{variable.name.split(':')[0]} :="], "operation", "variables", _shape(new)))
            drawing.arrow(new, key)
    return drawing.finished()


def _shape(x: Any) -> tuple[Any, ...] | None:
    value = getattr(x, "array", x)  # of a constant
    if getattr(value, "dtype", None) is None or value.shape is None:
        return None
    return tuple("?" if type(n) is Dim else n for n in value.shape)


class _Drawing:
    """The boxes so far.

    Attributes:
      of: for each value the key of the box that it comes from; values that are no arrays come from none.
      inputs: the boxes of arguments and variables, which are shown if they are used.
    """

    def __init__(self, inside: bool) -> None:
        self._inside = inside
        self._graph = Drawing({}, {})
        self._frames = 0
        self.of: dict[Value, Any] = {}
        self.inputs: dict[Any, Box] = {}

    def entries(self, entries: Sequence[Entry], frames: tuple[tuple[int, str], ...]) -> None:
        for entry in entries:
            if entry.outputs and all(v.dtype is None and not v.listed for v in entry.outputs):
                continue  # lengths and positions, of which there are many
            inner = subgraphs(entry.op)
            own = frames
            if inner and self._inside:
                own = (*frames, self._frame(entry.op.name))
                arguments = entry.inputs[1:]
                for what, graph in inner:
                    frame = (*own, self._frame(what)) if len(inner) > 1 else own
                    for value, x in zip(graph.inputs, arguments, strict=False):
                        if type(x) is Value and x in self.of:
                            self.of[value] = self.of[x]
                    self.entries(graph.entries, frame)
            shape = _shape(entry.outputs[0]) if entry.outputs else None
            name = entry.op.name.lstrip("_")
            box = Box([name], "operation", _family_of(entry.op), shape, "" if entry.line is None else str(entry.line))
            box.frames = own
            self.box(id(entry), box)
            for value in entry.outputs:
                self.of[value] = id(entry)
            sources = entry.inputs if not (inner and self._inside) else [entry.inputs[0]]
            for x in sources:
                self.arrow(x, id(entry))
            if inner and self._inside:
                for _, graph in inner:
                    for x in graph.outputs:
                        self.arrow(x, id(entry))

    def box(self, key: Any, box: Box) -> None:
        self._graph.boxes[key] = box

    def _frame(self, what: str) -> tuple[int, str]:
        self._frames += 1
        return self._frames, what

    def arrow(self, x: Any, to: Any) -> None:
        if type(x) is Value and x in self.of:
            arrow = self._graph.arrows.setdefault((self.of[x], to), Arrow())
            arrow.count += 1

    def mark(self, x: Any) -> None:
        """`x` is a result."""
        if type(x) is Value:
            box = self._graph.boxes.get(self.of.get(x)) or self.inputs.get(x)
            if box is not None:
                box.target = True

    def finished(self) -> Drawing:
        """The graph, with those of the inputs that are used, and those of the operations that are not past all use."""
        graph = self._graph
        ends = {key for pair in graph.arrows for key in pair}
        used = {key: box for key, box in self.inputs.items() if key in ends or box.target}
        graph.boxes = used | graph.boxes
        return graph


def _family_of(op: Any) -> str:
    if subgraphs(op):
        return "control flow"
    return family(op) if hasattr(op, "forward") else "custom" if getattr(op, "effect", False) else "shapes"
