"""The backward pass over a recording, and the operations that cotangents need: summing to a shape, broadcasting,
reshaping, transposing.
"""

import functools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..engine import numpy as engine
from .paired import Paired, along
from .primitive import SELECT, primitive
from .recording import SUMMED, Node, Recording, current
from .scattered import Scattered, whole
from .symbolic import SymbolicTensor, surely_equal, varies
from .tensor import Tensor, wrap


@primitive(op="Sum", linear=("x",))
def sum_to_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    """`x` summed over its leading axes and over those that are 1 in `shape`; the transpose of broadcasting."""
    extra = x.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1 and x.shape[i + extra] != 1)
    out = xp.sum(x, axis=axes, keepdims=True, dtype=x.dtype) if axes else x
    return xp.reshape(out, shape)


@primitive(op="BroadcastTo", linear=("x",))
def broadcast_to_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    return xp.broadcast_to(x, shape)


@primitive(op="Reshape", linear=("x",))
def reshape_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    return xp.reshape(x, shape)


def _reshaped(x: Any, shape: tuple[int, ...]) -> Any:
    """An array of this shape where `x` has another number of elements, as a sample may."""
    known = math.prod(n for n in shape if n >= 0)
    return np.resize(x, tuple(max(x.size // max(known, 1), 1) if n < 0 else n for n in shape))


reshape_p.definition.guess = _reshaped


@primitive(op="Transpose", linear=("x",))
def transpose_p(xp: Any, x: Any, *, perm: tuple[int, ...]) -> Any:
    """The last axes of `x` in the order `perm`, of negative numbers."""
    lead = x.ndim - len(perm)
    return xp.transpose(x, perm if not lead else (*range(lead), *perm))


def _inverse(perm: tuple[int, ...]) -> tuple[int, ...]:
    n = len(perm)
    inverse = [0] * n
    for i, p in enumerate(perm):
        inverse[p] = i - n
    return tuple(inverse)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a tensor or array, as a tuple."""
    return x._array.shape if isinstance(x, Tensor) else np.shape(x)


def lead_of(g: Any, ndim: int) -> tuple[int, ...]:
    """The leading axes of the cotangent `g` of a value of `ndim` axes."""
    shape = shape_of(g)
    return shape[: len(shape) - ndim]


def full_like(array: Any, number: int, lead: tuple[int, ...] = ()) -> Tensor:
    """A tensor full of `number`, of the dtype of `array` and of its shape after the axes `lead`."""
    shape = lead + array.shape
    if current.thread.trace is not None and varies(shape):
        return broadcast_to_p(wrap(array.dtype.type(number)), shape=shape)  # type: ignore[no-any-return]
    return wrap(engine.full_of(shape, number, array.dtype))


def unbroadcast(g: Any, shape: tuple[int, ...], lead: tuple[int, ...] = ()) -> Any:
    """Sum `g` to `(*lead, *shape)`, where the axes of `g` after `lead` are a broadcast of `shape`."""
    given = shape_of(g)
    wanted = lead + shape
    if given == wanted and (not isinstance(g, SymbolicTensor) or surely_equal(given, wanted)):
        return g
    if lead:  # align the axes of `shape` after those of `lead`
        ndim = len(given) - len(lead)
        ones = (1,) * (ndim - len(shape))
        return reshape_p(sum_to_p(g, shape=lead + ones + shape), shape=lead + shape)
    return sum_to_p(g, shape=shape)


def spread(g: Any, shape: tuple[int, ...], out_ndim: int) -> Any:
    """Broadcast the cotangent `g` of a value of `out_ndim` axes to `(*lead, *shape)`."""
    given = shape_of(g)
    lead = given[: len(given) - out_ndim]
    ones = (1,) * (len(shape) - out_ndim)
    if lead and ones:
        g = reshape_p(g, shape=lead + ones + given[len(lead) :])
    return broadcast_to_p(g, shape=lead + shape)


sum_to_p.vjp(x=lambda g, x_shape, shape: spread(g, x_shape, len(shape)))
broadcast_to_p.vjp(x=lambda g, x_shape, shape: unbroadcast(g, x_shape, lead_of(g, len(shape))))
transpose_p.vjp(x=lambda g, perm: transpose_p(g, perm=_inverse(perm)))
reshape_p.vjp(x=lambda g, x_shape, shape: reshape_p(g, shape=lead_of(g, len(shape)) + x_shape))


def _spread_axis(j: int, x_shape: tuple[int, ...], shape: tuple[int, ...]) -> int | None:
    """The axis of what was broadcast from `x_shape` to `shape`."""
    return j if -j <= len(x_shape) and x_shape[j] == shape[j] else None


def _reshaped_axis(j: int, x_shape: tuple[int, ...], shape: tuple[int, ...]) -> int | None:
    """The axis as long as axis `j` of `shape`, with as many elements after it, if there is one."""
    if -1 in shape:
        free = math.prod(x_shape) // max(1, -math.prod(shape))
        shape = tuple([free if n == -1 else n for n in shape])
    after = math.prod(shape[len(shape) + j + 1 :])
    behind = 1
    for i in range(-1, -1 - len(x_shape), -1):
        if behind == after and x_shape[i] == shape[j]:
            return i
        behind *= x_shape[i]
    return None


sum_to_p.along(x=lambda j: j)
broadcast_to_p.along(x=_spread_axis)
transpose_p.along(x=lambda j, perm: perm[j] if -j <= len(perm) else j)
reshape_p.along(x=_reshaped_axis)


def _conjugate(g: Any) -> Any:
    if isinstance(g, list):
        return [None if x is None else _conjugate(x) for x in g]
    return g.conj() if not isinstance(g, Tensor) else Tensor.conjugate(g)  # type: ignore[attr-defined]


def _kind(g: Any) -> str:
    """The kind of dtype of a cotangent, as NumPy calls it; bfloat16 and float8 are V."""
    if isinstance(g, list):
        g = next(x for x in g if x is not None)
    if type(g) is Scattered:
        g = g.values[0]
    return (g._array if isinstance(g, Tensor) else g).dtype.kind  # type: ignore[no-any-return]


def _is_complex(g: Any) -> bool:
    return _kind(g) == "c"


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
    if release:
        entries, recording.entries = recording.entries, []
    else:
        entries = recording.entries.copy()
    run = engine.quiet_context().run
    found = run(_pass, recording, entries, dict(seeds), wanted, useful, lifted, release)
    return found if sparse else {node: whole(c) for node, c in found.items()}


def _pass(
    recording: Recording,
    entries: list[Any],
    found: dict[Node, Any],
    wanted: set[Node],
    useful: set[Node] | None,
    lifted: bool,
    release: bool,
) -> dict[Node, Any]:
    results: dict[Node, Any] = {}
    owned: set[Node] = set()  # nodes whose cotangent is a sum made here: nobody else holds it
    around = current.thread.around
    paired = any(type(g) is Paired for g in found.values())
    # As long as no cotangent is complex, bfloat16 or paired, and nobody looks on, none of this is asked.
    special = around is not None or paired or any(_kind(g) in "cV" for g in found.values())
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
            kind = _kind(g)
            conjugate = plan.primitive.holomorphic and kind == "c"
            if conjugate:
                g = _conjugate(g)
            elif kind == "V" and not lifted:
                steps = [(i, _on_tensors(step)) for i, step in plan.lifted]
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
                c = _conjugate(c)
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


def _put(found: dict[Node, Any], operation: Node, which: tuple[int, int], g: Any) -> None:
    """Give the cotangent `g` of one output to the list of its operation's."""
    index, count = which
    cotangents = found.setdefault(operation, [None] * count)
    cotangents[index] = g if cotangents[index] is None else cotangents[index] + g
