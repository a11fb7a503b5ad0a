"""`plot`: a picture of what a tape has recorded between its sources and a target, or of a traced function.

A box is an operation, an oval a source; arrows go the way the values went. The text is Graphviz's language, DOT. It is
made here; Graphviz itself, and the package `graphviz` that calls it, are needed to make a picture of it.
"""

import os
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from ..autodiff.backward import SUMMED, pull
from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..autodiff.recording import SELECT, Node, Recording
from ..autodiff.scattered import whole
from ..autodiff.tape import GradientTape, _array, _seed
from ..values import nest
from ..values.composite import differentiated
from ..values.files import write_file
from ..values.tensor import Tensor
from ..values.thread import current
from ..values.variable import ResourceVariable
from .drawing import Arrow, Box, Drawing, beside_their_users, chains, dot, families, family, fold
from .graph_picture import drawn, graph_of

__all__ = ["Plot", "plot"]

_MISSING = (
    "Making a picture needs Graphviz and the Python package `graphviz`: `pip install gradtape[plot]`, and install "
    "Graphviz with the system's package manager (`apt-get install graphviz`, `brew install graphviz`)."
)


class Plot:
    """A picture of a tape. A notebook shows it by itself; `str(p)` is its text in DOT; `p.save(path)` makes a file.

    Attributes:
      source: the text in DOT.
      folded: how operations were put together: `""` (not at all), `"chains"` or `"families"`.
    """

    def __init__(self, source: str, folded: str) -> None:
        self.source = source
        self.folded = folded

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        lines = self.source.count("\n")
        return f"<Plot of {lines} lines: str(plot) is its text in DOT, plot.save(path) makes a picture>"

    def render(self, format: str = "svg") -> bytes:
        """The picture, as the contents of a file of this format: svg, png, pdf.

        Raises:
          RuntimeError: if Graphviz is missing.
        """
        try:
            import graphviz

            return graphviz.Source(self.source).pipe(format=format)  # type: ignore[no-any-return]
        except ImportError as error:
            raise RuntimeError(_MISSING) from error
        except graphviz.ExecutableNotFound as error:
            raise RuntimeError(_MISSING) from error

    def _repr_svg_(self) -> str | None:
        try:
            return self.render("svg").decode()
        except RuntimeError:
            return None  # the notebook shows the `repr`

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write the picture to `path`, in the format that its ending names (`.dot` for the text), and return the path.

        Without Graphviz, the text is written, with the ending `.dot`, and a warning given.
        """
        name = os.fspath(path)
        base, ending = os.path.splitext(name)
        format = ending[1:].lower() or "svg"
        if format in ("dot", "gv"):
            data = self.source.encode()
        else:
            try:
                data = self.render(format)
            except RuntimeError as error:
                name = base + ".dot"
                warnings.warn(f"{error} Wrote the text of the picture to {name}.", RuntimeWarning, stacklevel=3)
                data = self.source.encode()
        write_file(name, [data])
        return name


def plot(
    tape: Any,
    target: Any = None,
    sources: Any = None,
    path: str | os.PathLike[str] | None = None,
    norms: bool = False,
    limit: int = 40,
) -> Plot:
    """A picture of the operations that `tape` recorded on the way to `target`, or of those of a traced function.

    It may be taken before `gradient`, which it does not use up. Boxes tell lines of the program, if it ran in
    `gradtape.debug.tracing()`.

    Args:
      tape: still holding what it recorded: not yet used up by `gradient`, or persistent. Or a `tf.function` with one
        trace, a concrete function, or its graph, which is drawn as a whole: the graphs inside branches and loops in
        frames, as long as there are few boxes, and variables that are assigned at the end.
      target: a tensor, or a nested structure of tensors; of a tape.
      sources: what to show the ways from: tensors, variables, or a nested structure of these; by default all that leads
        to the target.
      path: a file to write: `.svg`, `.png`, `.pdf` or `.dot`.
      norms: write the Euclidean norm of the gradient along each arrow; the arrow is the thicker, the greater it is,
        dashed where it is zero and red where it is not finite.
      limit: how many boxes there may be. Beyond, runs of operations are put into one box; if these are still too many,
        operations of one family in one part of the program are.

    Returns:
      A `Plot`.

    Raises:
      RuntimeError: if the tape is used up.
      ValueError: if the tape has recorded nothing that leads to the target, or the function has not one trace.
      TypeError: if `tape` is nothing that can be drawn.

    >>> import gradtape as tf
    >>> x = tf.Variable([1.0, 2.0], name="x")
    >>> with tf.GradientTape() as tape:
    ...     y = tf.reduce_sum(tf.sin(x))
    >>> print(tf.debug.plot(tape, y))
    digraph ...
    """
    if isinstance(tape, GradientTape):
        recording = tape._recording
        if recording is None:
            raise RuntimeError("The tape holds nothing any more: plot it before gradient(), or make it persistent.")
        graph = _graph(tape, recording, _tensors(target), None if sources is None else _tensors(sources))
    else:
        graph = _traced(tape, limit)
    folded = ""
    whole_graph = graph
    if len(graph.boxes) > limit:
        graph, folded = fold(whole_graph, chains(whole_graph)), "chains"
    if len(graph.boxes) > limit:
        graph, folded = beside_their_users(fold(whole_graph, families(whole_graph, limit))), "families"
    made = Plot(dot(graph, norms), folded)
    if path is not None:
        made.save(path)
    return made


def _tensors(structure: Any) -> list[Any]:
    found = [differentiated(x) for x in nest.flatten(structure)]
    for x in found:
        if not isinstance(x, Tensor | ResourceVariable):
            raise TypeError(f"A plot leads from sources to targets: tensors and variables, and this is {x!r}.")
    return found


def _traced(x: Any, limit: int) -> "Drawing":
    """The drawing of a traced function, in such detail as there is room for."""
    traced = graph_of(x)
    if traced is None:
        raise TypeError(f"There is no picture of {x!r}: give a tape and its target, a tf.function, or a graph.")
    graph = drawn(traced, inside=True)
    return graph if len(graph.boxes) <= limit else drawn(traced, inside=False)


# --- what was recorded -----------------------------------------------------------------------------------------------


def _graph(tape: GradientTape, recording: Recording, targets: list[Any], sources: list[Any] | None) -> Drawing:
    seeds: dict[Node, Any] = {}
    for x in targets:
        node = recording.node_of(x)
        if node is not None:
            seed = _seed(x, None, False)
            seeds[node] = seeds[node] + seed if node in seeds else seed
    if not seeds:
        raise ValueError("Nothing that this tape recorded leads to the target; tape.explain(target, source) says why.")
    order = _leading_to(seeds)
    if sources is not None:
        order = _leading_from(order, {node for x in sources if (node := recording.node_of(x)) is not None})
    shown = set(order)
    shapes, norms = _gradients(recording, seeds, order)
    places = _places(tape)
    names = {node: _variable(v) for v, node in recording.variables.values() if node is not None}
    given = set() if sources is None else {recording.node_of(x) for x in sources}
    graph = Drawing({}, {})
    for node in order:
        if _operation(node, shown) is not node:
            continue
        shape = shapes.get(node, ())
        if node.plan is not None and node.plan is not SELECT:
            box = Box([node.primitive.name], "operation", family(node.primitive), shape, places(node))
        else:
            box = Box([names.get(node, "tensor")], "variable" if node in names else "tensor", "source", shape)
        box.source = node in given
        box.names[0] = box.names[0].lstrip("_") or box.names[0]
        box.target = any(t is node or (t.plan is SELECT and t.source is node) for t in seeds)
        graph.boxes[node] = box
        for position, parent in _parents(node):
            if parent in shown:
                arrow = graph.arrows.setdefault((_operation(parent, shown), node), Arrow())
                arrow.count += 1
                arrow.squares.append(norms.get((node, position), 0.0))
    when = {node: i for i, node in enumerate(recording.nodes())}
    graph.boxes = {node: graph.boxes[node] for node in sorted(graph.boxes, key=lambda n: when.get(n, -1))}
    for x in sources or ():
        if recording.node_of(x) not in shown:
            name = _variable(x) if isinstance(x, ResourceVariable) else "tensor"
            kind = "variable" if isinstance(x, ResourceVariable) else "tensor"
            graph.apart.append(Box([name], kind, "source", _array(x).shape, source=True))
    return graph


def _variable(v: ResourceVariable) -> str:
    return v.name.removesuffix(":0")


def _parents(node: Node) -> Iterator[tuple[int, Node]]:
    """The recorded inputs of a node, with their positions."""
    if type(node.source) is tuple:
        yield from ((i, p) for i, p in enumerate(node.source) if p is not None)
    else:
        plan: Any = node.plan
        yield (-1 if node.plan is SELECT else plan.single), node.source


def _operation(node: Node, shown: set[Node]) -> Node:
    """What is drawn for a value: for one output of several their operation, unless the ways begin at the output."""
    return node.source if node.plan is SELECT and node.source in shown else node  # type: ignore[return-value]


def _leading_to(targets: Iterable[Node]) -> list[Node]:
    """All nodes that targets were made of, each after its parents."""
    order: list[Node] = []
    state: dict[Node, bool] = {}  # False: its parents are to come first; True: it is in `order`
    todo = list(targets)
    while todo:
        node = todo[-1]
        if node not in state:
            state[node] = False
            todo += [p for _, p in _parents(node) if p not in state]
        else:
            todo.pop()
            if not state[node]:
                state[node] = True
                order.append(node)
    return order


def _leading_from(order: list[Node], sources: set[Node]) -> list[Node]:
    """Those of `order` that were made of a source."""
    found = set(sources)
    for node in order:
        if any(p in found for _, p in _parents(node)):
            found.add(node)
    return [node for node in order if node in found]


def _gradients(
    recording: Recording, seeds: dict[Node, Any], order: list[Node]
) -> tuple[dict[Node, tuple[int, ...]], dict[tuple[Node, int], float]]:
    """The shapes of values, and the squared norms of the gradients that operations pass to their inputs."""
    norms: dict[tuple[Node, int], float] = {}
    thread = current.thread

    def around(position: int, step: Any, g: Any, saved: Any, node: Node) -> Any:
        cotangents = step(g, saved, node)
        if position == SUMMED:
            return cotangents
        several = cotangents if position == -1 else [cotangents]
        for i, c in enumerate(several):
            if c is not None:
                at, c = i if position == -1 else position, whole(c)
                if node.shapes is not None:
                    c = unbroadcast(c, node.shapes[at], lead_of(g, len(node.shapes[-1])))
                norms[node, at] = _square(c)
        return cotangents

    before, recordings = thread.around, thread.recordings
    thread.around, thread.recordings = around, ()
    try:
        found = pull(recording, seeds, order, lifted=False, release=False)
    finally:
        thread.around, thread.recordings = before, recordings
    first = {node: next(c for c in g if c is not None) if isinstance(g, list) else g for node, g in found.items()}
    return {node: shape_of(g) for node, g in first.items()}, norms


def _square(c: Any) -> float:
    array = np.asarray(c._array if isinstance(c, Tensor) else c)
    wide = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    return float(np.sum(np.abs(wide) ** 2))


def _places(tape: GradientTape) -> Any:
    """A function from a node to its line in the program, as far as tracing has noted it."""
    noted = getattr(tape, "_trace", None)

    def place(node: Node) -> str:
        event = None if noted is None else noted.events.get(noted.nodes.get(node, 0))
        return "" if event is None or event.place is None else str(event.place)

    return place
