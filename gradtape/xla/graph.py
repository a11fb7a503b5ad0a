"""Interpreting a graph with `xp = engine.xla`: what `jax.jit` traces, and XLA compiles.

A loop becomes a scan where its number of steps is known or bounded, and a `while_loop` elsewhere. What XLA cannot run
is left to the host, or refused.

This module imports JAX. Nothing imports this module until XLA is asked for.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ..engine import xla
from ..engine.numpy_slots import Slots, slots_stacked
from ..engine.xla_slots import OneSlot
from ..graph.graph import Constant, Entry, Graph, needed, with_dims
from ..graph.operations import DIMENSION, ITEM, SCALAR, VECTOR, WHOLE, Check, PythonOp
from ..tracing.control import Loop, Switch
from ..values.symbolic import Value
from . import host

_FEW = 16  # integers of one input that are computed with while the program is compiled


def evaluated(graph: Graph, env: dict[Any, Any]) -> list[Any]:
    """The results of `graph` on JAX's arrays, given those of its inputs (and of constants by `id`) in `env`."""
    last = _last_uses(graph)
    for i, entry in enumerate(graph.entries):
        try:
            _evaluate(entry, env, last.get(i, ()))
        except host.Refusal as refusal:
            refusal.of = _behind(graph, i, refusal.of)
            raise
        except xla.NEEDS_VALUES:
            refusal = host.refused(entry, "it needs values while the program is compiled")
            refusal.of = _behind(graph, i, refusal.of)
            raise refusal from None
        for value in last.get(i, ()):
            del env[value]
    return [None if _is_nothing(x) else _given(x, env) for x in graph.results]


def _is_nothing(x: Any) -> bool:
    """Whether a result is a list of zeros, of which another branch says how many there are."""
    return type(x) is Constant and type(x.array) is Slots and not x.array.items


def _behind(graph: Graph, i: int, values: Sequence[Value]) -> list[Value]:
    """The inputs of a graph on which these values depend, which entries before `i` made."""
    before = needed(graph.entries[:i], values)
    found = {*values, *(v for entry in before for v in entry.uses)}
    return [v for v in graph.inputs if v in found]


def _last_uses(graph: Graph) -> dict[int, list[Value]]:
    """What no entry after each needs, so that tracing holds no more than running would."""
    kept = {x for x in graph.results if type(x) is Value}
    last: dict[Value, int] = {}
    for i, entry in enumerate(graph.entries):
        for value in (*entry.uses, *entry.outputs):
            last[value] = i
    found: dict[int, list[Value]] = {}
    for value, i in last.items():
        if value not in kept:
            found.setdefault(i, []).append(value)
    return found


def _given(x: Any, env: dict[Any, Any]) -> Any:
    if type(x) is Value:
        return env[x]
    if type(x) is Constant:
        found = env.get(id(x))
        if type(x.array) is Slots:
            return slots_stacked(x.array, -1 - x.array.ndim, None)
        return x.array if found is None else found
    return x


def _evaluate(entry: Entry, env: dict[Any, Any], ends: Sequence[Value]) -> None:
    """Put into `env` what the entry gives; `ends` are values that nobody needs after it."""
    op = entry.op
    inputs = [_given(x, env) for x in entry.inputs]
    attrs = entry.attrs
    if entry.dims:
        whole = isinstance(op, PythonOp)  # which may take integers that are only known when the program runs
        attrs = {
            k: with_dims(v, lambda value: env[value] if whole else _whole(env[value], entry)) for k, v in attrs.items()
        }
    made: Any
    if isinstance(op, Switch | Loop):
        try:
            made = _switch(op, inputs) if isinstance(op, Switch) else _loop(op, entry, inputs, ends)
        except host.Refusal as refusal:
            refusal.of = _outside(op, entry, refusal.of)
            raise
    elif isinstance(op, host.ON_HOST):
        made = host.call(entry, inputs, attrs)
    elif isinstance(op, Check):
        made = host.call(entry, inputs, attrs) if op.prints else ()  # as in TensorFlow, XLA raises nothing
    elif hasattr(op, "forward"):
        made = _primitive(entry, inputs, attrs)
    elif isinstance(op, PythonOp):
        made = _python(entry, inputs, attrs)
    else:
        made = op.kernel(*inputs, **attrs)
    outputs = entry.outputs
    env.update(zip(outputs, made if op.multiple else [made], strict=True))


def _outside(op: Switch | Loop, entry: Entry, values: Sequence[Value]) -> list[Value]:
    """What an entry is given for these values: inputs of its graphs, or values that it uses."""
    graphs = op.graphs if isinstance(op, Switch) else [op.body] if op.condition is None else [op.body, op.condition]
    found = {v for v in entry.uses if v in values}
    for graph in graphs:
        for x, v in zip(entry.inputs[1:], graph.inputs, strict=False):
            if v in values and type(x) is Value:
                found.add(x)
                if isinstance(op, Loop) and v in op.given(graph.inputs).carried:
                    found.update(entry.uses)  # each step may have another one
    return list(found)


def _whole(x: Any, entry: Entry) -> int:
    try:
        return int(x)
    except jax.errors.ConcretizationTypeError:
        why = "a length or position in it depends on values"
        raise host.refused(entry, why, entry.dims) from None


def _is_small(inputs: list[Any], attrs: dict[str, Any]) -> bool:
    """Whether inputs are known, and few numbers: what shapes are computed from."""
    return all(
        isinstance(x, np.ndarray | np.generic) and x.size <= _FEW and x.dtype.kind in "iub" for x in inputs
    ) and (bool(inputs) and not any(map(host.is_unknown, jax.tree.leaves(attrs))))


def _primitive(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
    """What a primitive gives: computed by XLA, or where that has no strings or needs values, by NumPy on the host."""
    if not entry.op.multiple and not entry.outputs[0].listed and _is_small(inputs, attrs):
        with contextlib.suppress(Exception):  # the program raises none
            return entry.op.kernel(*inputs, **attrs)
    strings = any(isinstance(x, host.Held) or getattr(x, "dtype", None) == np.object_ for x in inputs)
    if not strings and entry.outputs[0].dtype != np.object_:
        try:
            return xla.run(entry.op, *inputs, **attrs)
        except NotImplementedError as error:
            if error.__cause__ is None:  # it says why, and NumPy would not do either
                raise host.refused(entry, str(error)) from None
    return host.call(entry, inputs, attrs)


def _python(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
    """What a function of arrays and integers gives: computed now from what is known, or else on the host."""
    op = entry.op
    if op is DIMENSION or not any(map(host.is_unknown, jax.tree.leaves((inputs, attrs)))):
        return op.kernel(*inputs, **attrs)
    if op is ITEM:
        return inputs[0][attrs["index"]]
    if op is VECTOR:
        return jnp.stack([jnp.asarray(x, attrs["dtype"]) for x in inputs])
    if op is SCALAR:
        return jnp.asarray(inputs[0], attrs["dtype"])
    if op is WHOLE["min"] or op is WHOLE["max"]:
        return (jnp.minimum if op is WHOLE["min"] else jnp.maximum)(*inputs)
    if op is WHOLE["broadcast"]:
        return jnp.where(inputs[0] == 1, inputs[1], inputs[0])
    if op in WHOLE.values():
        return op.kernel(*inputs)
    return host.call(entry, inputs, attrs)


# --- control flow ----------------------------------------------------------------------------------------------------


def _branch(graph: Graph, arrays: Sequence[Any]) -> list[Any]:
    made = evaluated(graph, dict(zip(graph.inputs, arrays, strict=True)))
    return [host.held(x) if getattr(x, "dtype", None) == np.object_ else x for x in made]


def _switch(op: Switch, inputs: list[Any]) -> Any:
    """One of the graphs. What only another one gives is zeros."""
    index, *arrays = inputs
    if not isinstance(index, jax.core.Tracer):
        return _filled(op, _branch(op._chosen(index), arrays), arrays)
    places = [i for i, x in enumerate(arrays) if any(map(host.is_unknown, jax.tree.leaves(x)))]

    def branch(graph: Graph) -> Any:
        def f(dynamic: Any) -> Any:
            given = list(arrays)
            for i, x in zip(places, dynamic, strict=True):
                given[i] = x
            return _branch(graph, given)

        return f

    dynamic = [arrays[i] for i in places]
    shapes = [jax.eval_shape(branch(graph), dynamic) for graph in op.graphs]
    merged = [next((s for s in column if s is not None), None) for column in zip(*shapes, strict=True)]

    def complete(graph: Graph) -> Any:
        f = branch(graph)

        def g(dynamic: Any) -> Any:
            return [
                x if like is None else _zeros(like) if x is None else _like(x, like)
                for x, like in zip(f(dynamic), merged, strict=True)
            ]

        return g

    count = len(op.graphs)
    index = jnp.asarray(index)
    if index.dtype == np.bool_:
        index = index.astype(np.int32)
    index = jnp.where((index >= 0) & (index < count), index, count - 1)
    return lax.switch(index, [complete(graph) for graph in op.graphs], dynamic)


def _like(x: Any, like: Any) -> Any:
    """`x` with the dtypes of `like`."""
    return jax.tree.map(lambda a, b: jnp.asarray(a, b.dtype), x, like)


def _zeros(like: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), like)


def _filled(op: Switch, made: list[Any], arrays: list[Any]) -> list[Any]:
    """What a branch gives, with zeros for what only another one would."""
    if None not in [None if x is None else 0 for x in made]:
        return made
    found = list(made)
    for graph in op.graphs:
        missing = [i for i, x in enumerate(found) if x is None]
        if missing:
            shapes = jax.eval_shape(lambda graph=graph: _branch(graph, arrays))
            for i in missing:
                found[i] = None if shapes[i] is None else _zeros(shapes[i])
    return found


def _without(graph: Graph, places: set[int]) -> Graph:
    """The graph, with None for the outputs at these places."""
    found = Graph(graph.name)
    found.inputs, found.entries = graph.inputs, graph.entries
    found.outputs = [None if i in places else x for i, x in enumerate(graph.outputs)]
    return found.prune()


def _loop(op: Loop, entry: Entry, inputs: list[Any], ends: Sequence[Value]) -> Any:
    """A loop. With a known number of steps it is a scan, which can leave lists behind; else a `lax.while_loop`."""
    limit, *arguments = inputs
    carried, constant, lists = op.given(arguments)
    carried = [host.held(x) if getattr(x, "dtype", None) == np.object_ else x for x in carried]
    carried = [jnp.asarray(x) if isinstance(x, np.ndarray | np.generic | int | float) else x for x in carried]
    known = limit is None or not isinstance(limit, jax.core.Tracer)
    listed = op.made(entry.outputs).lists
    unused = {i for i, value in enumerate(listed, op.carried) if value in ends}
    makes = len(unused) < len(listed)
    graph = _without(op.body, unused) if unused else op.body

    def body(state: list[Any], elements: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        found = _branch(graph, [*state, *constant, *elements])
        like = list(zip(found[: op.carried], state, strict=True))
        if any(np.shape(x) != np.shape(y) for x, y in like if not isinstance(x, OneSlot)):
            raise host.refused(entry, "its steps change the shapes of what they are given", [])
        return [_like(x, y) for x, y in like], found[op.carried :]

    def empty(state: list[Any], elements: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """A step that is not made."""
        return state, _zeros(jax.eval_shape(body, state, elements)[1])

    def going(state: list[Any]) -> Any:
        return jnp.asarray(_branch(op.condition, [*state, *constant])[0]).reshape(())

    if op.condition is None and known and limit is not None:
        length = int(limit)
        state, made = lax.scan(body, carried, list(lists), length=length, reverse=op.backwards)
        return [*state, *made, length]
    if not makes and not lists:
        bound = None if limit is None else jnp.asarray(limit, np.int32)

        def more(state: Any) -> Any:
            step, now = state
            yes = jnp.asarray(True) if op.condition is None else going(now)
            return yes if bound is None else yes & (step < bound)

        step, state = lax.while_loop(more, lambda s: (s[0] + 1, body(s[1], ())[0]), (jnp.asarray(0, np.int32), carried))
        return [*state, *[None] * len(listed), step]
    if limit is not None and known and op.condition is not None and not lists:
        length = int(limit)

        def guarded(state: Any, _: Any) -> Any:
            going_on, step, now = state
            going_on = going_on & going(now)
            new, made = lax.cond(going_on, body, empty, now, ())
            return (going_on, step + going_on.astype(np.int32), new), made

        (_, steps, state), made = lax.scan(
            guarded, (jnp.asarray(True), jnp.asarray(0, np.int32), carried), None, length=length
        )
        return [*state, *made, steps]
    if op.condition is None and lists:  # the reverse of a loop that had a bound: steps beyond its end do nothing
        order = jnp.arange(jax.tree.leaves(lists)[0].shape[0])

        def some(state: Any, given: Any) -> Any:
            i, elements = given
            return lax.cond(i < limit, body, empty, state, elements)

        state, made = lax.scan(some, carried, (order, list(lists)), reverse=op.backwards)
        return [*state, *made, limit]
    place = "" if entry.line is None else f" at {entry.line}"
    raise host.Refusal(
        f"XLA cannot differentiate the loop {op.name!r}{place}: how many steps it makes is only known when it runs, "
        "and it would have to keep something of each. Give tf.while_loop maximum_iterations=n, loop over tf.range(n) "
        "with a static n, or leave out jit_compile=True.",
        [x for x in entry.inputs[:1] if type(x) is Value],
    )
