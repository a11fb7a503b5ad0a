"""The backward pass over a recording."""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..engine import numpy as engine
from ..values.tensor import wrap
from ..values.thread import current
from .cotangents import conjugated, kind_of, lead_of, unbroadcast
from .limits import limits_of
from .paired import Paired, along
from .recording import SELECT, Node, Recording
from .scattered import Scattered, whole

SUMMED = -2  # as a position: a cotangent is the sum of two


def pull(
    recording: Recording,
    seeds: Mapping[Node, Any],
    sources: Iterable[Node],
    *,
    lifted: bool,
    release: bool,
    sparse: bool = False,
) -> dict[Node, Any]:
    """The cotangents of `sources`, given those of the targets.

    Args:
      recording: whose entries to pass, backwards.
      seeds: the targets' cotangents, all arrays, all `Paired` or, with `lifted`, all tensors; they may have leading
        axes.
      sources: the nodes whose cotangents are wanted.
      lifted: run the rules on tensors, so that other recordings see what they do.
      release: let go of each entry's saved arrays once it is passed.
      sparse: leave the cotangents of leaves `Scattered` where they are.

    Returns:
      The cotangents found, by node, `Paired` where the seeds are; a source that no target depends on is missing.
    """
    wanted = set(sources)
    useful = recording.useful(wanted)
    limits = limits_of(pull, recording, seeds, lifted) if recording.divided else {}
    if release:
        entries, recording.entries = recording.entries, []
    else:
        entries = recording.entries.copy()
    run = engine.quiet_context().run
    found = run(_pass, recording, entries, dict(seeds), wanted, useful, lifted, release, limits)
    return found if sparse else {node: whole(c) for node, c in found.items()}


def _pass(
    recording: Recording,
    entries: list[Any],
    found: dict[Node, Any],
    wanted: set[Node],
    useful: set[Node] | None,
    lifted: bool,
    release: bool,
    limits: dict[Node, Any],
) -> dict[Node, Any]:
    results: dict[Node, Any] = {}
    owned: set[Node] = set()  # nodes whose cotangent is a sum made here: nobody else holds it
    around = current.thread.around
    paired = any(type(g) is Paired for g in found.values())
    # As long as no cotangent is complex, bfloat16 or paired, and nobody looks on, none of this is asked.
    special = around is not None or paired or any(kind_of(g) in "cV" for g in found.values())
    conjugate = False
    alone = recording.alone
    inner = {node for node in wanted if node.plan is not None}
    while entries:
        node = entries.pop()()
        if node is None:
            continue
        g = found.pop(node, None)
        plan: Any = node.plan
        source: Any = node.source
        saved, shapes = node.saved, node.shapes
        if release:
            if node.watchers is alone:  # as `recording.release(node)`
                node.watchers = node.source = ()
                node.saved = node.shapes = None
            else:
                recording.release(node)
        if g is None:
            continue
        if node in inner:
            results[node] = g
        if type(g) is Scattered and (plan is SELECT or not plan.primitive.passes):
            g = g.whole()
        if plan is SELECT:
            _put(found, source, saved, g)
            continue
        steps = plan.lifted if lifted else plan.steps
        if special or not plan.primitive.holomorphic:
            special = True
            kind = kind_of(g)
            conjugate = plan.primitive.holomorphic and kind == "c"
            if conjugate:
                g = conjugated(g)
            elif kind == "V" and not lifted:
                steps = [(i, _on_tensors(step)) for i, step in plan.lifted]
            if node in limits:
                steps = [(i, functools.partial(_given, limits[node])) for i, _ in steps]
            if around is not None:
                steps = [(i, functools.partial(around, i, step)) for i, step in steps]
            if paired:
                steps = [(i, along(step, plan.axis_of(i), shapes and shapes[i])) for i, step in steps]
                shapes = None
        cotangents: Any
        if plan.single is not None:
            position, step = steps[0]
            c = step(g, saved, node)
            if shapes is None and useful is None and not conjugate and source not in found and c is not None:
                found[source] = c
                continue
            cotangents = ((source, position, c),)
        elif plan.primitive.variadic:
            cotangents = [(p, i, c) for i, (p, c) in enumerate(zip(source, steps[0][1](g, saved, node), strict=True))]
        else:
            cotangents = [
                (source[i], i, step(g, saved, node)) for i, step in steps if useful is None or source[i] in useful
            ]
        for parent, position, c in cotangents:
            if c is None or parent is None or (useful is not None and parent not in useful):
                continue
            if conjugate:
                c = conjugated(c)
            if shapes is not None:
                c = unbroadcast(c, shapes[position], lead_of(g, len(shapes[-1])))
            if parent not in found:
                found[parent] = c
                continue
            if around is not None:
                found[parent] = around(SUMMED, lambda g, c, node: g + c, found[parent], c, parent)
            elif parent in owned:
                found[parent] = operator.iadd(found[parent], c)  # type: ignore[no-untyped-call]
            else:
                found[parent] = found[parent] + c
                owned.add(parent)
    for node in wanted:
        if node in found:  # a leaf
            results[node] = found[node]
    return results


def _given(c: Any, g: Any, saved: Any, node: Node) -> Any:
    return c


def _put(found: dict[Node, Any], operation: Node, which: tuple[int, int], g: Any) -> None:
    """Give the cotangent `g` of one output to the list of its operation's."""
    index, count = which
    cotangents = found.setdefault(operation, [None] * count)
    cotangents[index] = g if cotangents[index] is None else cotangents[index] + g


def _on_tensors(step: Any) -> Any:
    """A lifted step, run on arrays: only tensors keep bfloat16 and float8 where a rule has Python numbers."""

    def run(g: Any, saved: Any, node: Node) -> Any:
        c = step(_each(wrap, g), saved, node)
        return _each(lambda x: getattr(x, "_array", x), c)

    return run


def _each(f: Callable[[Any], Any], c: Any) -> Any:
    """`f` of a cotangent: of each of several, or of the values of one that is mostly zero."""
    if isinstance(c, list | tuple):
        return [x if x is None else _each(f, x) for x in c]
    return c.map(f) if type(c) is Scattered else f(c)
