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
from ..engine.xla_slots import Known, SomeSlots, Unlike
from ..graph.graph import Constant, Entry, Graph, needed, with_dims
from ..graph.operations import DIMENSION, ITEM, SCALAR, VECTOR, WHOLE, Check, PythonOp
from ..tracing.control import Loop, Switch, only
from ..tracing.loop_parts import Given
from ..values.symbolic import Value
from . import host

_FEW = 16  # integers of one input that are computed with while the program is compiled
_COUNTED = 10_000  # steps of a loop that are counted while the program is compiled
_WRITTEN_OUT = 1000  # steps that are written out one by one, where XLA does not take them as a loop


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
            made = _switch(op, entry, inputs) if isinstance(op, Switch) else _loop(op, entry, inputs, ends)
        except host.Refusal as refusal:
            refusal.of = _outside(op, entry, refusal.of)
            raise
    elif isinstance(op, host.ON_HOST):
        made = host.call(entry, inputs, attrs)
    elif isinstance(op, Check):
        made = host.call(entry, inputs, attrs) if op.prints else _checked(op, inputs)
    elif hasattr(op, "forward"):
        made = _primitive(entry, inputs, attrs)
    elif isinstance(op, PythonOp):
        made = host.call(entry, inputs, attrs) if op.effect else _python(entry, inputs, attrs)
    else:
        made = op.kernel(*inputs, **attrs)
    outputs = entry.outputs
    env.update(zip(outputs, made if op.multiple else [made], strict=True))


def _checked(check: Check, inputs: Sequence[Any]) -> tuple[()]:
    """Look at lengths, which are known while the program is compiled. Values are not looked at, as in TensorFlow."""
    if all(isinstance(x, int | str | tuple) for x in inputs):
        check.kernel(*inputs)
    return ()


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
    if op is DIMENSION and not isinstance(inputs[0], SomeSlots):
        (x,) = entry.inputs
        return inputs[0].shape[attrs["axis"] + (x.listed if type(x) is Value else 0)]
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
    given = (
        x.number if type(x) is Known and not value.listed else x for value, x in zip(graph.inputs, arrays, strict=True)
    )
    return list(map(_as_made, evaluated(graph, dict(zip(graph.inputs, given, strict=True)))))


def _as_made(x: Any) -> Any:
    """What a branch or a step gives, as JAX takes it."""
    if type(x) is int:
        return Known(x)
    return host.held(x) if getattr(x, "dtype", None) == np.object_ else x


def _as_numbers(made: list[Any], outputs: Sequence[Value]) -> list[Any]:
    """What a branch or loop gives, with integers where these are known."""
    return [x.number if type(x) is Known and not v.listed else x for x, v in zip(made, outputs, strict=True)]


def _switch(op: Switch, entry: Entry, inputs: list[Any]) -> Any:
    """One of the graphs. What only another one gives is zeros."""
    index, *arrays = inputs
    if not isinstance(index, jax.core.Tracer):
        return _as_numbers(_filled(op, _branch(op.graphs[op.place(index)], arrays), arrays), entry.outputs)
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
    merged = [_merged([s for s in column if s is not None]) for column in zip(*shapes, strict=True)]
    if any(
        _shapes(x) != _shapes(like) for made in shapes for x, like in zip(made, merged, strict=True) if _is_plain(x)
    ):
        raise host.refused(entry, "its branches give different shapes", [])

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
    return _as_numbers(lax.switch(index, [complete(graph) for graph in op.graphs], dynamic), entry.outputs)


def _is_plain(x: Any) -> bool:
    return x is not None and not isinstance(x, SomeSlots)


def _shapes(x: Any) -> Any:
    return [leaf.shape for leaf in jax.tree.leaves(x)]


def _merged(found: list[Any]) -> Any:
    """The form of a result that branches give in these forms; None where none gives it."""
    if not found:
        return None
    lists = [x for x in found if isinstance(x, SomeSlots)]
    if len(lists) < len(found):
        return next(x for x in found if not isinstance(x, SomeSlots))
    return max(lists, key=lambda x: len(x.places))


def _like(x: Any, like: Any) -> Any:
    """`x` in the form of `like`, and with its dtypes."""
    if isinstance(x, SomeSlots):
        if not isinstance(like, SomeSlots):
            return _like(x.whole(like.shape[0]), like)
        rest = range(len(x.places), len(like.places))
        x = x + SomeSlots([_zeros(like.places[i]) for i in rest], [_zeros(like.values[i]) for i in rest])
    return jax.tree.map(lambda a, b: jnp.asarray(a, b.dtype), x, like)


def _zeros(like: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), like)


def _filled(op: Switch, made: list[Any], arrays: list[Any]) -> list[Any]:
    """What a branch gives, with zeros for what only another one would."""
    if None not in [None if x is None else 0 for x in made]:
        return made
    found = list(made)
    for graph in op.graphs:
        missing = {i for i, x in enumerate(found) if x is None and graph.results[i] is not None}
        if missing:
            part = only(graph, missing)
            shapes = jax.eval_shape(lambda part=part: _branch(part, arrays))
            for i in missing:
                found[i] = None if shapes[i] is None else _zeros(shapes[i])
    return found


def _loop(op: Loop, entry: Entry, inputs: list[Any], ends: Sequence[Value]) -> Any:
    """A loop. With a known number of steps it is a scan, which can leave lists behind; else a `lax.while_loop`.

    What XLA cannot do in a scan, such as steps that change the shapes of what they are given, may be written out.
    """
    limit, *arguments = inputs
    given = op.given(arguments)
    given = given._replace(
        carried=[host.held(x) if getattr(x, "dtype", None) == np.object_ else x for x in given.carried]
    )
    listed = op.made(entry.outputs).lists
    unused = {i for i, value in enumerate(listed, op.carried) if value in ends}
    graph = only(op.body, {*range(len(op.body.outputs))} - unused) if unused else op.body
    try:
        return _rolled(op, entry, limit, given, graph, makes=len(unused) < len(listed))
    except _Shaped as found:
        carried = list(given.carried)
        carried[found.place] = jnp.zeros(found.like.shape, found.like.dtype)
        return _loop(op, entry, [limit, *given._replace(carried=carried).flat()], ends)
    except Exception as error:
        steps = _steps(op, limit, given)
        if steps == 0:  # then nothing is wrong with them
            return _written_out(op, given, graph, 0)
        if steps is None or steps > _WRITTEN_OUT or not isinstance(error, host.Refusal):
            raise
        with contextlib.suppress(host.Refusal):
            return _written_out(op, given, graph, steps)
        raise error from None


class _Shaped(Exception):
    """A step says what shape the elements have of a carried list in which there are none yet.

    Attributes:
      place: of the list among the carried values.
      like: as it is after the step.
    """

    def __init__(self, place: int, like: Any) -> None:
        super().__init__()
        self.place = place
        self.like = like


def _steps(op: Loop, limit: Any, given: Given) -> int | None:
    """How many steps a loop makes, where that is known while the program is compiled."""
    if limit is not None and isinstance(limit, jax.core.Tracer):
        return None
    most = None if limit is None else int(limit)
    return most if op.condition is None else _counted(op, given, most)


def _counted(op: Loop, given: Given, most: int | None) -> int | None:
    """The same, of a loop whose condition depends on nothing but lengths and integers that are known, as a counter."""
    wanted, before = _needed_inputs(op.condition), None
    while wanted != before:
        before = wanted
        body = only(op.body, {i for i in wanted if i < op.carried})
        wanted = wanted | _needed_inputs(body)
    if op.effect:
        return None
    now, rest = list(given.carried), [*given.constant, *[None] * len(given.lists)]
    with contextlib.suppress(host.Refusal):
        for count in range(_COUNTED if most is None else min(most, _COUNTED) + 1):
            going = count != most and _branch(op.condition, [*now, *given.constant])[0]
            if isinstance(going, jax.core.Tracer):
                return None
            if not going:
                return count
            now = _branch(body, [*now, *rest])[: op.carried]
    return None


def _needed_inputs(graph: Graph) -> set[int]:
    """The places of the inputs on which the results of a graph depend."""
    found = {x for x in graph.results if type(x) is Value}
    found.update(v for entry in needed(graph.entries, found) for v in entry.uses)
    return {i for i, value in enumerate(graph.inputs) if value in found}


def _written_out(op: Loop, given: Given, graph: Graph, steps: int) -> list[Any]:
    """What a loop gives, its steps one after the other in the program."""
    carried: list[Any] = list(given.carried)
    made: list[list[Any]] = []
    for step in reversed(range(steps)) if op.backwards else range(steps):
        elements = [_element(x, step) for x in given.lists]
        found = _branch(graph, [*carried, *given.constant, *elements])
        carried = [
            _like(x, y) if isinstance(x, SomeSlots) and not isinstance(y, SomeSlots) else x
            for x, y in zip(found[: op.carried], carried, strict=True)
        ]
        made.append(found[op.carried :])
    columns = zip(*(reversed(made) if op.backwards else made), strict=True)
    lists = (
        [_list_of(list(column)) for column in columns] if made else [Unlike([]) for _ in graph.outputs[op.carried :]]
    )
    return [*carried, *lists, steps]


def _element(x: Any, i: int) -> Any:
    if type(x) is Unlike:
        return x.elements[i]
    return jax.tree.map(lambda leaf: leaf[i], x)


def _list_of(elements: list[Any]) -> Any:
    """A list of elements, one array if they are alike."""
    first = elements[0]
    if any(type(x) is Unlike or _shapes(x) != _shapes(first) for x in elements) or (
        len(set(map(jax.tree.structure, elements))) > 1
    ):
        return Unlike(elements)
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *elements)


def _rolled(op: Loop, entry: Entry, limit: Any, given: Given, graph: Graph, makes: bool) -> list[Any]:
    """A loop with a known number of steps is a scan, which can leave lists behind; else a `lax.while_loop`."""
    carried, constant, lists = given
    carried = [jnp.asarray(x) if isinstance(x, np.ndarray | np.generic | int | float) else x for x in carried]

    def body(state: list[Any], elements: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        found = _branch(graph, [*state, *constant, *elements])
        new = [_like(x, y) for x, y in zip(found[: op.carried], state, strict=True)]
        for i, (x, y, value) in enumerate(zip(new, state, graph.inputs, strict=False)):
            if value.listed and x.shape != y.shape and len(x) == len(y):
                raise _Shaped(i, x)
        if _shapes(new) != _shapes(state):
            raise host.refused(entry, "its steps change the shapes of what they are given", [])
        return new, found[op.carried :]

    def empty(state: list[Any], elements: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """A step that is not made."""
        return state, _zeros(jax.eval_shape(body, state, elements)[1])

    def going(state: list[Any]) -> Any:
        return jnp.asarray(_branch(op.condition, [*state, *constant])[0]).reshape(())

    known = limit is not None and not isinstance(limit, jax.core.Tracer)
    length = int(limit) if known and op.condition is None else None
    if length is None and makes and not lists:
        length = _steps(op, limit, given)
    if any(type(x) is Unlike for x in lists):
        raise host.refused(entry, "its steps have different shapes", [])
    if length is not None:
        state, made = lax.scan(body, carried, list(lists), length=length, reverse=op.backwards)
        return [*state, *made, length]
    if not makes and not lists:
        bound = None if limit is None else jnp.asarray(limit, np.int32)

        def more(state: Any) -> Any:
            step, now = state
            yes = jnp.asarray(True) if op.condition is None else going(now)
            return yes if bound is None else yes & (step < bound)

        step, state = lax.while_loop(more, lambda s: (s[0] + 1, body(s[1], ())[0]), (jnp.asarray(0, np.int32), carried))
        return [*state, *[None] * (len(graph.outputs) - op.carried), step]
    if known and not lists:

        def guarded(state: Any, _: Any) -> Any:
            going_on, step, now = state
            going_on = going_on & going(now)
            new, made = lax.cond(going_on, body, empty, now, ())
            return (going_on, step + going_on.astype(np.int32), new), made

        (_, steps, state), made = lax.scan(
            guarded, (jnp.asarray(True), jnp.asarray(0, np.int32), carried), None, length=int(limit)
        )
        return [*state, *made, steps]
    if op.condition is None and jax.tree.leaves(lists):
        # The reverse of a loop that had a bound: steps beyond its end do nothing.
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
