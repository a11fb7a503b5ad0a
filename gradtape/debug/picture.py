"""`plot`: a picture of what a tape has recorded between its sources and a target, or of a traced function.

A box is an operation, an oval a source; arrows go the way the values went. The text is Graphviz's language, DOT. It is
made here; Graphviz itself, and the package `graphviz` that calls it, are needed to make a picture of it.
"""

import dataclasses
import itertools
import math
import os
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..autodiff.backward import pull
from ..autodiff.broadcasting import lead_of, shape_of, unbroadcast
from ..autodiff.primitive import SELECT
from ..autodiff.recording import SUMMED, Node, Recording
from ..autodiff.scattered import whole
from ..autodiff.tape import GradientTape, _array, _node, _seed
from ..values import nest
from ..values.composite import differentiated
from ..values.tensor import Tensor
from ..values.thread import current
from ..values.variable import ResourceVariable

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
        with open(name, "wb") as file:
            file.write(data)
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
        graph, folded = _fold(whole_graph, _chains(whole_graph)), "chains"
    if len(graph.boxes) > limit:
        graph, folded = _beside_their_users(_fold(whole_graph, _families(whole_graph, limit))), "families"
    made = Plot(_dot(graph, norms), folded)
    if path is not None:
        made.save(path)
    return made


def _tensors(structure: Any) -> list[Any]:
    found = [differentiated(x) for x in nest.flatten(structure)]
    for x in found:
        if not isinstance(x, Tensor | ResourceVariable):
            raise TypeError(f"A plot leads from sources to targets: tensors and variables, and this is {x!r}.")
    return found


def _traced(x: Any, limit: int) -> "_Graph":
    """The drawing of a traced function, in such detail as there is room for."""
    from .graph_picture import drawn, graph_of

    traced = graph_of(x)
    if traced is None:
        raise TypeError(f"There is no picture of {x!r}: give a tape and its target, a tf.function, or a graph.")
    graph = drawn(traced, inside=True)
    return graph if len(graph.boxes) <= limit else drawn(traced, inside=False)


# --- what was recorded -----------------------------------------------------------------------------------------------


@dataclass
class _Box:
    """A box or oval of the picture: one recorded value, or several folded together."""

    names: list[str]
    kind: str  # operation, variable, tensor
    family: str = ""
    shape: tuple[int, ...] | None = ()
    place: str = ""
    target: bool = False
    source: bool = False
    part: int | None = None  # of the program, where it is cut into parts
    frames: tuple[tuple[int, str], ...] = ()  # around it, from the outside in: which, and what it is


@dataclass
class _Arrow:
    count: int = 0
    squares: list[float] = field(default_factory=list)  # squared norms of the gradients along it


@dataclass
class _Graph:
    boxes: dict[Any, _Box]  # sources first, operations in the order in which they were recorded
    arrows: dict[tuple[Any, Any], _Arrow]
    apart: list[_Box] = field(default_factory=list)  # sources without a way to the target


def _graph(tape: GradientTape, recording: Recording, targets: list[Any], sources: list[Any] | None) -> _Graph:
    seeds: dict[Node, Any] = {}
    for x in targets:
        node = _node(recording, x)
        if node is not None:
            seed = _seed(x, None, False)
            seeds[node] = seeds[node] + seed if node in seeds else seed
    if not seeds:
        raise ValueError("Nothing that this tape recorded leads to the target; tape.explain(target, source) says why.")
    order = _leading_to(seeds)
    if sources is not None:
        order = _leading_from(order, {node for x in sources if (node := _node(recording, x)) is not None})
    shown = set(order)
    shapes, norms = _gradients(recording, seeds, order)
    places = _places(tape)
    names = {node: _variable(v) for v, node in recording.variables.values() if node is not None}
    given = set() if sources is None else {_node(recording, x) for x in sources}
    graph = _Graph({}, {})
    for node in order:
        if _operation(node, shown) is not node:
            continue
        shape = shapes.get(node, ())
        if node.plan is not None and node.plan is not SELECT:
            box = _Box([node.primitive.name], "operation", _family(node.primitive), shape, places(node))
        else:
            box = _Box([names.get(node, "tensor")], "variable" if node in names else "tensor", "source", shape)
        box.source = node in given
        box.names[0] = box.names[0].lstrip("_") or box.names[0]
        box.target = any(t is node or (t.plan is SELECT and t.source is node) for t in seeds)
        graph.boxes[node] = box
        for position, parent in _parents(node):
            if parent in shown:
                arrow = graph.arrows.setdefault((_operation(parent, shown), node), _Arrow())
                arrow.count += 1
                arrow.squares.append(norms.get((node, position), 0.0))
    when = {node: i for i, node in enumerate(recording.nodes())}
    graph.boxes = {node: graph.boxes[node] for node in sorted(graph.boxes, key=lambda n: when.get(n, -1))}
    for x in sources or ():
        if _node(recording, x) not in shown:
            name = _variable(x) if isinstance(x, ResourceVariable) else "tensor"
            kind = "variable" if isinstance(x, ResourceVariable) else "tensor"
            graph.apart.append(_Box([name], kind, "source", _array(x).shape, source=True))
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


def _family(definition: Any) -> str:
    """What kind of operation: elementwise, or what its room in the house says."""
    if definition.elementwise:
        return "elementwise"
    module = definition.forward.__module__.split(".")
    room, file = (*module[1:], "", "")[:2]
    return {"array": "shapes", "linalg": "linear algebra", "nn": "layers", "random": "random"}.get(
        room, "custom" if file == "custom" else "shapes" if room == "core" else "reductions" if room == "math" else room
    )


# --- folding ---------------------------------------------------------------------------------------------------------


def _fold(graph: _Graph, group_of: dict[Any, Any]) -> _Graph:
    """The graph with each group in one box."""
    folded = _Graph({}, {}, graph.apart)
    for key, box in graph.boxes.items():
        group = group_of[key]
        into = folded.boxes.get(group)
        if into is None:
            folded.boxes[group] = dataclasses.replace(box, names=list(box.names))
        else:
            into.names += box.names
            if into.shape != box.shape and into.part is not None:
                into.shape = None
            elif into.part is None:
                into.shape = box.shape  # a run gives what its last operation gives
            into.place = _joined(into.place, box.place)
            into.target |= box.target
            into.source |= box.source
    for (a, b), arrow in graph.arrows.items():
        if group_of[a] != group_of[b]:
            into_arrow = folded.arrows.setdefault((group_of[a], group_of[b]), _Arrow())
            into_arrow.count += arrow.count
            into_arrow.squares += arrow.squares
    return folded


def _joined(a: str, b: str) -> str:
    """Two places: the first, and how far they reach within a file."""
    if not a or not b or a == b:
        return a or b
    file, _, lines = a.rpartition(":")
    other, _, line = b.rpartition(":")
    if file != other:
        return a if a.endswith("...") else f"{a} ..."
    numbers = [int(n) for n in (*lines.split("-"), *line.split("-")) if n.isdigit()]
    return f"{file}:{min(numbers)}-{max(numbers)}" if min(numbers) != max(numbers) else a


def _chains(graph: _Graph) -> dict[Any, Any]:
    """Groups of operations that follow each other, without a fork or a join between them."""
    before, after = _neighbours(graph)
    group: dict[Any, Any] = {}
    for key, box in graph.boxes.items():
        (earlier,) = before[key] if len(before[key]) == 1 else (None,)
        runs = earlier is not None and box.kind == "operation" and len(after[earlier]) == 1
        if runs and graph.boxes[earlier].kind == "operation" and not graph.boxes[earlier].target:
            group[key] = group[earlier]
        else:
            group[key] = key
    return group


def _neighbours(graph: _Graph) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
    before: dict[Any, list[Any]] = defaultdict(list)
    after: dict[Any, list[Any]] = defaultdict(list)
    for a, b in graph.arrows:
        before[b].append(a)
        after[a].append(b)
    return before, after


_PARTS = 5


def _families(graph: _Graph, limit: int) -> dict[Any, Any]:
    """Groups of one family within one of the parts into which the program is cut, by the order of its operations."""
    operations = [key for key, box in graph.boxes.items() if box.kind == "operation"]
    families = {graph.boxes[key].family for key in operations}
    parts = max(1, min(_PARTS, limit // (len(families) + 1)))
    _, after = _neighbours(graph)
    group: dict[Any, Any] = {}
    for i, key in enumerate(operations):
        box = graph.boxes[key]
        box.part = i * parts // len(operations)
        group[key] = key if box.target else (box.part, box.family)
    sources = [key for key, box in graph.boxes.items() if box.kind != "operation"]
    for key in sources:
        box = graph.boxes[key]
        used = min((graph.boxes[b].part or 0 for b in after[key]), default=0)
        group[key] = key if len(sources) <= limit // 3 else (used, box.kind)
    return group


def _beside_their_users(graph: _Graph) -> _Graph:
    """The graph with a copy of each source for each part that uses it, which spares long arrows."""
    boxes: dict[Any, _Box] = {}
    arrows: dict[tuple[Any, Any], _Arrow] = {}
    for (a, b), arrow in graph.arrows.items():
        box = graph.boxes[a]
        if box.kind != "operation":
            part = graph.boxes[b].part
            a = (a, part)
            boxes[a] = dataclasses.replace(box, part=part)
        arrows[a, b] = arrow
    boxes |= {key: box for key, box in graph.boxes.items() if box.kind == "operation"}
    return _Graph(boxes, arrows, graph.apart)


# --- DOT -------------------------------------------------------------------------------------------------------------

_STYLES = {
    "elementwise": "#dbe9f6", "linear algebra": "#fde0c5", "reductions": "#e6dcf2", "shapes": "#eeeeee",
    "layers": "#fbd9d9", "control flow": "#d9dcf7", "variables": "#d7f0d0", "custom": "#fff2b3", "random": "#d5efe6",
}  # fmt: skip
_SOURCES = {"variable": "#d7f0d0", "tensor": "#ffffff"}


def _dot(graph: _Graph, norms: bool) -> str:
    lines = [
        "digraph tape {",
        '  graph [rankdir=TB, nodesep=0.25, ranksep=0.35, fontname="Helvetica"];',
        '  node [fontname="Helvetica", fontsize=11, shape=box, style="rounded,filled", color="#555555"];',
        '  edge [fontname="Helvetica", fontsize=9, color="#555555", arrowsize=0.6];',
    ]
    number = {key: f"n{i}" for i, key in enumerate(graph.boxes)}
    for part, keys in _parts(graph).items():
        boxes = _framed([(graph.boxes[key].frames, f"{number[key]} [{_look(graph.boxes[key])}];") for key in keys])
        lines += boxes if part is None else [f"  subgraph cluster{part} {{", '    color="#bbbbbb";', *boxes, "  }"]
    for one, next_one in itertools.pairwise(_parts(graph).values()):  # parts stand one below the other
        first, *_ = (key for key in reversed(one) if graph.boxes[key].kind == "operation")
        sources = [key for key in next_one if graph.boxes[key].kind != "operation"] or next_one[:1]
        lines += [f"  {number[first]} -> {number[key]} [style=invis];" for key in sources]
    for i, box in enumerate(graph.apart):
        lines.append(f'  apart{i} [{_look(box, "no path to the target")}, penwidth=1, style="filled,dashed"];')
    greatest = max((math.sqrt(sum(a.squares)) for a in graph.arrows.values() if _is_finite(a)), default=0.0)
    for (a, b), arrow in graph.arrows.items():
        look = (
            _along(arrow, greatest)
            if norms and arrow.squares
            else [f'label=" × {arrow.count}"']
            if arrow.count > 1
            else []
        )
        lines.append(f"  {number[a]} -> {number[b]}" + (f" [{', '.join(look)}];" if look else ";"))
    return "\n".join([*lines, "}"]) + "\n"


def _framed(boxes: list[tuple[tuple[tuple[int, str], ...], str]], depth: int = 0) -> list[str]:
    """The lines of boxes, those of one frame together in it."""
    indent = "  " * (depth + 1)
    lines = [indent + line for frames, line in boxes if len(frames) == depth]
    inside: dict[tuple[int, str], list[tuple[tuple[tuple[int, str], ...], str]]] = {}
    for frames, line in boxes:
        if len(frames) > depth:
            inside.setdefault(frames[depth], []).append((frames, line))
    for (which, what), rest in inside.items():
        lines += [f"{indent}subgraph cluster_{which} {{"]
        lines.append(f'{indent}  label="{_escaped(what)}"; labeljust=l; color="#999999"; fontsize=10;')
        lines += [*_framed(rest, depth + 1), f"{indent}}}"]
    return lines


def _parts(graph: _Graph) -> dict[int | None, list[Any]]:
    parts: dict[int | None, list[Any]] = defaultdict(list)
    for key, box in graph.boxes.items():
        parts[box.part].append(key)
    return dict(sorted(parts.items(), key=lambda item: item[0] or 0))


def _look(box: _Box, note: str = "") -> str:
    title = _title(box)
    alike = len(set(box.names)) == 1 or "→" in title
    shown = box.shape is not None and alike and (len(box.names) == 1 or box.kind == "operation")
    shape = f"({', '.join(map(str, box.shape))})" if shown else ""
    text = [title, shape, box.place, note]
    label = "\\n".join(_escaped(line) for lines in text for line in lines.split("\n") if line)
    fill = _STYLES.get(box.family, "#eeeeee") if box.kind == "operation" else _SOURCES[box.kind]
    look = [f'label="{label}"', f'fillcolor="{fill}"']
    if box.kind != "operation":
        look += ["shape=ellipse", "style=filled"]
    if box.target:
        look += ["peripheries=2"]
    if box.source:
        look += ["penwidth=2"]
    return ", ".join(look)


_RUN = 6  # names to spell out


def _title(box: _Box) -> str:
    names = box.names
    if len(names) == 1:
        return names[0]
    if box.kind != "operation":
        return f"{len(names)} {box.kind}s" + (f"\n{names[0]} ... {names[-1]}" if box.kind == "variable" else "")
    counts = Counter(names)
    if len(names) <= _RUN and box.part is None:
        return " → ".join(names)
    if len(counts) == 1:
        return f"{names[0]} × {len(names)}"
    parts = [f"{name} × {n}" if n > 1 else name for name, n in counts.most_common(_RUN)]
    rest = len(counts) - _RUN
    more = [f"and {rest} more kinds"] if rest > 0 else []
    rows = [", ".join(parts[i : i + 3]) for i in range(0, len(parts), 3)]
    return "\n".join([f"{len(names)} operations: {box.family}" if box.part is not None else "", *rows, *more])


def _is_finite(arrow: _Arrow) -> bool:
    return all(math.isfinite(s) for s in arrow.squares)


def _along(arrow: _Arrow, greatest: float) -> list[str]:
    """How an arrow looks that tells the gradient's norm."""
    roots = [math.sqrt(s) if s >= 0 else s for s in arrow.squares]
    low, high = min(roots), max(roots)
    text = f"{high:.3g}" if arrow.count == 1 or low == high else f"{low:.1g} to {high:.1g}"
    times = f" × {arrow.count}" if arrow.count > 1 else ""
    look = [f'label=" {text}{times}"']
    if not _is_finite(arrow):
        return [*look, 'color="#cc0000"', 'fontcolor="#cc0000"', "penwidth=2"]
    if not high:
        return [*look, "style=dashed"]
    decades = math.log10(max(math.sqrt(sum(arrow.squares)) / greatest, 1e-6))
    return [*look, f"penwidth={3.0 + decades * 0.4:.2f}"]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
