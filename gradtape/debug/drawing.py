"""Drawing: boxes and arrows, how they are folded where there are too many, and the text in DOT."""

import dataclasses
import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from ..operations.primitive import Definition


@dataclass
class Box:
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
class Arrow:
    count: int = 0
    squares: list[float] = field(default_factory=list)  # squared norms of the gradients along it


@dataclass
class Drawing:
    boxes: dict[Any, Box]  # sources first, operations in the order in which they were recorded
    arrows: dict[tuple[Any, Any], Arrow]
    apart: list[Box] = field(default_factory=list)  # sources without a way to the target


def family(definition: Any) -> str:
    """What kind of operation: elementwise, or what its room in the house says."""
    if definition.elementwise:
        return "elementwise"
    if not isinstance(definition, Definition):
        return "custom"
    room = (*definition.forward.__module__.split(".")[1:], "")[0]
    families = {
        "array": "shapes",
        "operations": "shapes",
        "linalg": "linear algebra",
        "math": "reductions",
        "nn": "layers",
    }
    return families.get(room, room)


# --- folding ---------------------------------------------------------------------------------------------------------


def fold(graph: Drawing, group_of: dict[Any, Any]) -> Drawing:
    """The graph with each group in one box."""
    folded = Drawing({}, {}, graph.apart)
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
            into_arrow = folded.arrows.setdefault((group_of[a], group_of[b]), Arrow())
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


def chains(graph: Drawing) -> dict[Any, Any]:
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


def _neighbours(graph: Drawing) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
    before: dict[Any, list[Any]] = defaultdict(list)
    after: dict[Any, list[Any]] = defaultdict(list)
    for a, b in graph.arrows:
        before[b].append(a)
        after[a].append(b)
    return before, after


_PARTS = 5


def families(graph: Drawing, limit: int) -> dict[Any, Any]:
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


def beside_their_users(graph: Drawing) -> Drawing:
    """The graph with a copy of each source for each part that uses it, which spares long arrows."""
    boxes: dict[Any, Box] = {}
    arrows: dict[tuple[Any, Any], Arrow] = {}
    for (a, b), arrow in graph.arrows.items():
        box = graph.boxes[a]
        if box.kind != "operation":
            part = graph.boxes[b].part
            a = (a, part)
            boxes[a] = dataclasses.replace(box, part=part)
        arrows[a, b] = arrow
    boxes |= {key: box for key, box in graph.boxes.items() if box.kind == "operation"}
    return Drawing(boxes, arrows, graph.apart)


# --- DOT -------------------------------------------------------------------------------------------------------------

_STYLES = {
    "elementwise": "#dbe9f6", "linear algebra": "#fde0c5", "reductions": "#e6dcf2", "shapes": "#eeeeee",
    "layers": "#fbd9d9", "control flow": "#d9dcf7", "variables": "#d7f0d0", "custom": "#fff2b3", "random": "#d5efe6",
}  # fmt: skip
_SOURCES = {"variable": "#d7f0d0", "tensor": "#ffffff"}


def dot(graph: Drawing, norms: bool) -> str:
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


def _parts(graph: Drawing) -> dict[int | None, list[Any]]:
    parts: dict[int | None, list[Any]] = defaultdict(list)
    for key, box in graph.boxes.items():
        parts[box.part].append(key)
    return dict(sorted(parts.items(), key=lambda item: item[0] or 0))


def _look(box: Box, note: str = "") -> str:
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


def _title(box: Box) -> str:
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


def _is_finite(arrow: Arrow) -> bool:
    return all(math.isfinite(s) for s in arrow.squares)


def _along(arrow: Arrow, greatest: float) -> list[str]:
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
