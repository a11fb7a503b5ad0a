"""Branches and loops of graphs, as operations: `Switch` and `Loop`, and how `tf.cond` and `tf.while_loop` become them.

A branch or a body is traced into a graph of its own, in which what it uses from outside is an input. Variables that it
assigns are outputs; of a loop they are carried around. The derivative of a branch is a branch, that of a loop a loop in
reverse, over what the steps left behind: so both have derivatives of any order.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..array.creation import range as tensor_range
from ..array.shape import shape as shape_of
from ..autodiff.broadcasting import broadcast_to_p
from ..autodiff.primitive import select
from ..autodiff.recording import Node, Recording, watching
from ..graph.graph import Constant, Entry, Graph, interpret, run_kernels
from ..graph.operations import symbolic_of
from ..graph.slots import Slots, empty_slots_p, from_slots_p, shaped_slots_p, to_slots_p
from ..math.cast import cast
from ..replay import program as replay
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import int64
from ..values.indexed_slices import IndexedSlices
from ..values.shape import TensorShape
from ..values.symbolic import Dim, Value, varies
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from ..values.variable import ResourceVariable
from .derivative import (
    Pair,
    apply,
    as_tensor,
    enter_rule,
    is_floating,
    is_watched,
    pair_of,
    resemble,
    samples_of,
    with_outputs,
)
from .loop_parts import Given, Made, Reverse
from .samples import Two, resized, sample_of, two_of, two_samples
from .tensor_list import flat_tensors, rebuilt, specs_of
from .trace import Trace, forget_samples, guessing

# --- parts: functions traced with what they use from outside as inputs -----------------------------------------------


class Part:
    """A traced function inside a trace: a branch, a condition, a body.

    Attributes:
      graph: its inputs are the arguments, what it captured, and variables.
      structure: of the result, with the flat results in their places.
      results: its results, symbolic.
      specs: of those results that are sparse or ragged, by leaf of the structure.
    """

    def __init__(self, name: str, function: Callable[..., Any], samples: Sequence[Any] = ()) -> None:
        self.trace = trace = Trace(name, current.thread.trace)
        with trace.active():
            self.inputs = [as_tensor(trace.input(*two_of(x), f"{name}_arg")) for x in samples]
            self.structure = function(*self.inputs)
            self.results = flat_tensors(self.structure)
            self.specs = specs_of(self.structure)
            self.graph = trace.close(self.results)
        self.samples = [None if x is None else sample_of(trace.admit(x)) for x in self.results]
        forget_samples(self.graph)


def is_list(sample: Any) -> bool:
    """Whether a value, or a sample of one, is a list."""
    return isinstance(two_of(sample)[0], Slots)


class Shared:
    """What several parts use from outside, in one order, and their graphs with inputs in that order.

    Attributes:
      tensors: the values of variables that some part assigns, those of other variables, and captured tensors.
      assigned: the variables that some part assigns.
    """

    def __init__(self, *parts: Part) -> None:
        graphs = [part.graph for part in parts]
        news = {v.handle for g in graphs for v, x in zip(g.variables, g.assigned, strict=True) if x is not None}
        variables = {v.handle: v for g in graphs for v in g.variables}
        ordered = sorted(variables.values(), key=lambda v: v.handle not in news)
        captured = {_key(x): x for g in graphs for x in g.captured}
        self._places = {key: i for i, key in enumerate((*(v.handle for v in ordered), *captured))}
        self.assigned = ordered[: len(news)]
        self.tensors = [*(v.__tf_tensor__() for v in ordered), *captured.values()]

    def graph_of(self, part: Part, given: Given | None = None) -> Graph:
        """The part's graph, with these tensors for inputs after the arguments, and the new values of `assigned` after
        its results. The assigned variables of a step are carried, after the first of what it is `given`.
        """
        old, count = part.graph, part.graph.arguments
        inside = list(map(_unused, self.tensors))
        for x, value in zip((*old.captured, *old.variables), old.inputs[count:], strict=True):
            inside[self._places[_key(x)]] = value
        news = {v.handle: x for v, x in zip(old.variables, old.assigned, strict=True) if x is not None}
        assigned = [news.get(v.handle, value) for v, value in zip(self.assigned, inside, strict=False)]
        carried, constant = (count, 0) if given is None else (len(given.carried), len(given.constant))
        graph = Graph(old.name)
        graph.inputs = self.with_tensors(Given.of(old.inputs[:count], carried, constant), inside).flat()
        graph.entries = old.entries
        results = len(old.outputs) if given is None else carried
        graph.outputs = [*old.outputs[:results], *assigned, *old.outputs[results:]]
        return graph

    def with_tensors(self, given: Given, tensors: Sequence[Any] | None = None) -> Given:
        """What a loop is `given`, and these tensors: those that are assigned are carried, the others constant."""
        tensors, n = self.tensors if tensors is None else tensors, len(self.assigned)
        return Given([*given.carried, *tensors[:n]], [*given.constant, *tensors[n:]], given.lists)


def _key(x: Any) -> Any:
    """What a tensor or variable from outside is known by: tensors of one value and one node are one."""
    if isinstance(x, ResourceVariable):
        return x.handle
    array = getattr(x, "_array", x)
    return array if type(array) is Value else id(array), getattr(x, "_node", None)


def _unused(x: Any) -> Value:
    """An input for a tensor that a part does not use."""
    array = getattr(x, "_array", x)
    return Value.described("unused", getattr(array, "shape", ()), getattr(array, "dtype", None))


def sampled(graph: Graph, samples: Sequence[Any]) -> list[Any]:
    """The results of a graph for samples; nothing is done for its effects, and loops make one step."""

    def run(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
        kernel = guessing(entry.op, getattr(entry.op, "sample", entry.op.kernel))
        try:
            return kernel(*inputs, **attrs) if entry.outputs else None
        except Exception:
            if not getattr(entry.op, "elementwise", False):
                raise
            return _broadcast(entry.outputs[0], inputs)

    return run_kernels(graph, samples, run)


def _broadcast(value: Value, inputs: Sequence[Any]) -> Any:
    """A sample of what is elementwise, for inputs whose lengths do not go together as those of a run do."""
    shapes = [(1,) * (value.ndim - np.ndim(x)) + np.shape(x) for x in inputs]
    lengths = [
        max(at) if isinstance(n, Dim) else n for n, at in zip(value.shape, zip(*shapes, strict=True), strict=True)
    ]
    return np.ones(lengths, value.dtype)


# --- branches --------------------------------------------------------------------------------------------------------


class Switch:
    """The operation that runs one of several graphs: `(index, *inputs)`."""

    multiple = True

    def __init__(self, graphs: list[Graph]) -> None:
        self.graphs = graphs
        self.name = graphs[0].name
        self.effect = any(e.effect for g in graphs for e in g.entries)

    def kernel(self, index: Any, *arrays: Any) -> list[Any]:
        return replay.run(self._chosen(index), arrays)

    def sample(self, index: Any, *arrays: Any) -> list[Any]:
        return sampled(self._chosen(index), arrays)

    def _chosen(self, index: Any) -> Graph:
        i = int(index)
        return self.graphs[i if 0 <= i < len(self.graphs) else -1]

    def call(self, index: Any, *tensors: Any) -> list[Any]:
        if current.thread.trace is None or type(getattr(index, "_array", None)) is not Value:
            return interpret(self._chosen(index._array), tensors)
        return apply(self.graphs, index, tensors, switched)


def switched(graphs: list[Graph], index: Any, tensors: Sequence[Any]) -> list[Any]:
    """The values that one of the graphs gives, in the present trace."""
    op = Switch(graphs)
    made = current.thread.trace.apply(op, [index, *tensors], {}, effect=op.effect)
    for value, results in zip(made, zip(*(graph.results for graph in graphs), strict=True), strict=True):
        if value.dtype is None:  # the branch that was sampled does not give it
            like = next((x for x in results if type(x) is Value and x.dtype is not None), None)
            if like is not None:
                resemble(value, like)
        else:
            _open_lengths(value, results)
    return made  # type: ignore[no-any-return]


def _open_lengths(value: Value, results: Sequence[Any]) -> None:
    """Have it known that a result of branches may have the lengths that any of them gives it."""
    if value.listed or type(value.sample) is Slots:
        return
    arrays = [x.array if type(x) is Constant else x for x in results if x is not None]
    shapes = [x.shape for x in arrays if len(x.shape) == value.ndim]
    other = value.sample if value.other is None else value.other
    lengths = []
    for i, n in enumerate(value.sample.shape):
        column = [shape[i] for shape in shapes]
        is_open = any(type(m) is Dim for m in column) or len(set(column)) > 1
        lengths.append(n + 1 if is_open and n == other.shape[i] else other.shape[i])
    if lengths != list(other.shape):
        current.thread.trace.differ(value, resized(value.sample, lengths, 1))


def branches(index: Any, functions: Sequence[Callable[[], Any]], name: str) -> Any:
    """What one of `functions` gives, by a symbolic `index`; both are traced. For `cond` and `switch_case`."""
    order = list(enumerate(functions))  # in which the program has them: `cond` the true branch first
    order = list(reversed(order)) if name == "cond" else order
    traced = {i: Part(f"{name}_{i}", f) for i, f in order}
    uneven = _uneven_slices([nest.flatten(part.structure) for part in traced.values()])
    if uneven:
        traced = {i: Part(f"{name}_{i}", functools.partial(_evenly, f, uneven)) for i, f in order}
    parts = [traced[i] for i in sorted(traced)]
    first = parts[0]
    specs = first.specs
    for part in parts[1:]:
        specs = _check_alike(first, part, specs, name)
    shared = Shared(*parts)
    graphs = [shared.graph_of(part) for part in parts]
    made = Switch(graphs).call(index, *shared.tensors)
    _assign(shared.assigned, made[len(first.results) :])
    return rebuilt(first.structure, made[: len(first.results)], specs)


def _uneven_slices(results: Sequence[Sequence[Any]]) -> set[int]:
    """The places of results that are `IndexedSlices` in some branch, and a tensor or other slices in another."""
    if len(set(map(len, results))) != 1:
        return set()
    return {
        i
        for i, column in enumerate(zip(*results, strict=True))
        if any(isinstance(x, IndexedSlices) for x in column)
        and len({x.indices.dtype if isinstance(x, IndexedSlices) else None for x in column}) > 1
    }


def _evenly(function: Callable[[], Any], places: set[int]) -> Any:
    """What `function` gives, with slices at 64-bit indices in these places; of a tensor, all of its rows."""
    result = function()
    leaves = nest.flatten(result)
    for i in places:
        x = leaves[i]
        if isinstance(x, IndexedSlices):
            leaves[i] = IndexedSlices(x.values, cast(x.indices, int64), x.dense_shape)
        elif x is not None:
            x = convert_to_tensor(x)
            leaves[i] = IndexedSlices(x, tensor_range(x._array.shape[0], dtype=int64), shape_of(x))
    return nest.pack_sequence_as(result, leaves)


def _check_alike(first: Part, other: Part, specs: list[Any], name: str) -> list[Any]:
    """Raise where a branch gives something else; the `specs` of sparse and ragged results, made to fit its too."""
    try:
        nest.assert_same_structure(first.structure, other.structure)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"The branches of {name} must return the same structure, and one returned {first.structure!r} where "
            f"another returned {other.structure!r}: {error}"
        ) from None
    merged = []
    for i, (spec, its) in enumerate(zip(specs, other.specs, strict=True)):
        both = None if spec is None or its is None else spec.most_specific_common_supertype([its])
        if both is None and (spec is not None or its is not None):
            raise TypeError(
                f"The branches of {name} must return the same structure, and result {i} is {spec or 'a tensor'} in one "
                f"and {its or 'a tensor'} in another."
            )
        merged.append(both)
    for i, (x, y) in enumerate(zip(first.results, other.results, strict=True)):
        if (x is None) != (y is None):
            raise TypeError(
                f"The branches of {name} must return the same structure: result {i} is None in one of them."
            )
        if x is not None and x.dtype is not y.dtype:
            raise TypeError(
                f"The branches of {name} must return tensors of the same dtypes, and result {i} is {x.dtype.name} in "
                f"one and {y.dtype.name} in another. Use tf.cast in one of them."
            )
    return merged


def _assign(variables: Sequence[Any], tensors: Sequence[Any]) -> None:
    for variable, x in zip(variables, tensors, strict=True):
        current.thread.trace.assign(variable, x)


# --- loops -----------------------------------------------------------------------------------------------------------


class Loop:
    """The operation that runs a graph again and again: `(limit, *given)`, see `Given`; it gives what is `Made`.

    Args:
      condition: a graph of the carried and the constant inputs, which says whether there is another step; or None.
      body: a graph of the carried and constant inputs, and an element of each list. It gives the carried values, and
        then elements of new lists.
      carried, constant: how many there are of each.
      backwards: begin with the last elements of the lists.
      varying: of carried values, by number, the axes along which steps change their lengths.

    `limit` is how many steps there are at most; None for no limit.
    """

    multiple = True

    def __init__(self, condition: Graph | None, body: Graph, carried: int, constant: int, backwards: bool = False,
                 varying: Any = None) -> None:  # fmt: skip
        self.varying: dict[int, set[int]] = varying or {}
        self.condition = condition
        self.body = body
        self.carried = carried
        self.constant = constant
        self.backwards = backwards
        self.name = body.name
        graphs = [body] if condition is None else [body, condition]
        self.effect = any(e.effect for g in graphs for e in g.entries)

    def given(self, flat: Sequence[Any]) -> Given:
        """The arguments but for `limit`, or what belongs to each."""
        return Given.of(flat, self.carried, self.constant)

    def made(self, flat: Sequence[Any]) -> Made:
        """The results, or what belongs to each."""
        return Made.of(flat, self.carried)

    def samples(self, tensors: Sequence[Any]) -> Given:
        """Samples of what a step is given in a loop of these tensors."""
        given = self.given(samples_of(tensors))
        return given._replace(lists=elements_of(given.lists, self.given(self.body.inputs).lists))

    def kernel(self, limit: Any, *arguments: Any) -> list[Any]:
        carried, constant, lists = self.given(arguments)
        carried = [x.copy() if type(x) is Slots else x for x in carried]  # the body may write into them
        count = self.carried
        body = replay.program_of(self.body, carried=count)
        condition = None if self.condition is None else replay.program_of(self.condition)
        limit = None if limit is None else int(limit)
        made: list[dict[int, Any]] = [{} for _ in self.body.results[count:]]
        items = [x.items for x in lists]
        nested = [value.listed for value in self.given(self.body.inputs).lists]
        step = 0
        while (limit is None or step < limit) and (condition is None or condition(*carried, *constant)[0]):
            at = limit - 1 - step if self.backwards else step  # type: ignore[operator]
            elements = [item.get(at) for item in items]
            if any(e is None for e in elements):
                elements = [
                    _zero(x, listed) if e is None else e for e, x, listed in zip(elements, lists, nested, strict=True)
                ]
            found = replay.stepped(body, carried, [*constant, *elements])
            for item, x in zip(made, found[count:], strict=True):
                item[at] = x
            carried = found[:count]
            del found  # so that nobody else has them
            step += 1
        return [*carried, *self._listed(made, step), step]

    def _listed(self, made: Sequence[dict[int, Any]], steps: int) -> Iterator[Slots]:
        """The lists of what `steps` steps have left behind."""
        for like, items in zip(self.body.results[self.carried :], made, strict=True):
            first = next(iter(items.values()), like.array if type(like) is Constant else like)
            yield Slots(items, steps, getattr(first, "shape", ()), getattr(first, "dtype", None))

    def sample(self, limit: Any, *arguments: Any) -> list[Any]:
        given, likes = self.given(arguments), self.given(self.body.inputs)
        found = sampled(self.body, given._replace(lists=elements_of(given.lists, likes.lists)).flat())
        steps = 1 if limit is None or self.condition is not None else int(limit)
        made = [dict.fromkeys(range(steps), x) for x in found[self.carried :]]
        return [*found[: self.carried], *self._listed(made, steps), steps]

    def call(self, limit: Any, *tensors: Any) -> list[Any]:
        recordings = current.thread.recordings
        if recordings:
            watchers = watching(tuple(getattr(x, "_node", None) for x in tensors), recordings)
            if watchers:
                return _recorded_loop(self, limit, tensors, watchers)
        return [as_tensor(x) for x in self._applied(limit, tensors)]

    def _applied(self, limit: Any, tensors: Sequence[Any]) -> list[Any]:
        trace = current.thread.trace
        made = trace.apply(self, [limit, *tensors], {}, effect=self.effect)
        for i, axes in self.varying.items():
            sample = made[i].sample
            trace.differ(made[i], resized(sample, [n + (k in axes) for k, n in enumerate(sample.shape)], 1))
        for value, like in zip(self.made(made).lists, self.body.results[self.carried :], strict=True):
            if value.dtype is None and type(like) is Value and like.dtype is not None:
                _resemble_list(value, like)  # of what only branches give that the sampled step did not take
        return made  # type: ignore[no-any-return]


def _resemble_list(value: Value, like: Value) -> None:
    """Give `value`, of which nothing is known, the shape and dtype of a list of values such as `like`."""
    value.shape, value.dtype, value.ndim, value.listed = like.shape, like.dtype, like.ndim, like.listed + 1
    value.sample = Slots({}, value.sample.size, tuple(map(int, like.shape)), like.dtype)


def _zero(x: Slots, listed: int) -> Any:
    """What a missing element of a list stands for; `listed` is not 0 where elements are lists."""
    if listed:
        return Slots({}, 0, x.shape, x.dtype)
    return np.zeros(x.shape, x.dtype) if x.dtype is not None else None


def _recorded_loop(loop: Loop, limit: Any, tensors: Sequence[Any], recordings: tuple[Recording, ...]) -> list[Any]:
    """The loop, made to leave behind what its derivative needs."""
    n, samples = loop.carried, loop.samples(tensors)
    floating = [i for i in range(n) if is_floating(tensors[i]._array)]
    watched = (*floating, *(i for i in range(n, len(tensors)) if is_watched(tensors[i], recordings)))
    pair = pair_of(loop.body, samples.flat(), watched, apart=n)
    # The steps' carried inputs are left behind too, but for lists, of which a step changes one element.
    results = tuple(i for i, x in enumerate(loop.body.results) if is_floating(x))
    needed = set(pair.backward(results, (), samples.flat).needs)
    inputs = loop.given(pair.forward.inputs)
    kept = [x for x, sample in zip(inputs.carried, samples.carried, strict=True) if not is_list(sample) or x in needed]
    forward = Graph(loop.name)
    forward.inputs, forward.entries = pair.forward.inputs, pair.forward.entries
    forward.outputs, places = with_outputs(pair.forward, kept, apart=n)
    long = Loop(loop.condition, forward, n, loop.constant, loop.backwards, loop.varying)
    made = long._applied(limit, tensors)
    wanted = [i for i, x in enumerate(tensors) if is_watched(x, recordings)]
    rule = _LoopRule(long, pair, dict(zip(kept, places, strict=True)), tensors, made, wanted)
    node = enter_rule(loop.name, [tensors[i] for i in wanted], made, rule, recordings)
    found = [rule.tensor(i, node) for i in range(len(made))]
    return [*found[: pair.count], found[-1]]


class _LoopRule:
    """The rule of one recorded loop: a loop in reverse.

    Args:
      loop: as it ran, with the forward graph of `pair` for its body, and lists of the steps' carried inputs besides.
      kept: the places of these lists in what was made, by the values in the body.
      tensors: that the loop was given.
      wanted: the numbers of those that are watched.
    """

    def __init__(self, loop: Loop, pair: Pair, kept: dict[Value, int], tensors: Sequence[Any], made: Sequence[Any],
                 wanted: list[int]) -> None:  # fmt: skip
        self.loop = loop
        self.pair = pair
        self.kept = kept
        self.tensors = tensors
        self.made = made
        self.wanted = wanted

    def __call__(self, g: list[Any], node: Node) -> list[Any]:
        loop, pair, n = self.loop, self.pair, self.loop.carried
        inputs, given = loop.given(pair.forward.inputs), loop.given(self.tensors)
        outputs = pair.forward.outputs  # carried values, elements of lists, residuals; beyond these is what was kept
        carried = [i for i in range(n) if is_floating(outputs[i])]
        listed = {i: _tensor(g[i]) for i in range(n, len(outputs)) if g[i] is not None}
        beyond = {x: g[at] for x, at in self.kept.items() if at >= len(outputs) and g[at] is not None}
        kept = {i: _tensor(beyond[x]) for i, x in enumerate(inputs.carried) if x in beyond}
        lead = self._lead(g)
        samples = loop.samples(self.tensors).flat()
        backward = pair.backward((*carried, *listed), lead, lambda: samples)
        places = {i: at for i, at in zip(pair.watched, backward.places, strict=True) if at is not None}
        over = [i for i in places if i >= n + loop.constant]  # elements of the lists that the loop was given
        constants = dict(zip(inputs.constant, given.constant, strict=True))
        lists = dict(zip(inputs.lists, given.lists, strict=True))
        left = self.kept | dict(zip(pair.residuals, pair.places, strict=True))
        reverse = Reverse(
            cotangents={
                i: _zeros_like(self.made[i], lead, samples[i]) if g[i] is None else _tensor(g[i]) for i in carried
            },
            sums={i: _zeros_like(x._array, lead, samples[i]) for i, x in enumerate(given.constant, n) if i in places},
            constants={x: constants[x] for x in backward.needs if x in constants},
            residuals={
                x: self.tensor(left[x], node) if x in left else lists[x] for x in backward.needs if x not in constants
            },
            listed=listed,
            kept=kept,
        )

        def step(*flat: Any) -> list[Any]:
            here = reverse.of_step(flat)
            needs = here.constants | here.residuals
            gs = [*here.cotangents.values(), *here.listed.values()]
            found = interpret(backward.graph, [*(needs[x] for x in backward.needs), *gs])
            made = {i: found[at] for i, at in places.items()}
            for i, x in here.kept.items():
                made[i] = made[i] + x if i in made else x
            for i, x in here.cotangents.items():
                if i not in made:  # zeros of the shape of the cotangent that the step is given
                    made[i] = _zeros_like(x._array, lead if is_list(samples[i]) else (), samples[i])
            sums = [x + made[i] for i, x in here.sums.items()]
            return [*(made[i] for i in here.cotangents), *sums, *(made[i] for i in over)]

        tensors = reverse.given()
        likes = [*reverse.residuals, *(outputs[i] for i in listed), *(inputs.carried[i] for i in kept)]
        elements = elements_of(samples_of(tensors.lists), likes)
        first = [*samples_of(tensors.carried), *samples_of(tensors.constant), *elements]
        part = Part(f"{loop.name}_backward", step, first)
        made = _looped(part, self.made[-1], tensors, backwards=not loop.backwards)
        found = dict(zip((*reverse.cotangents, *reverse.sums), made.carried, strict=True))
        found |= dict(zip(over, made.lists, strict=True))
        return [found.get(i) for i in self.wanted]

    def tensor(self, i: int, node: Node) -> Any:
        """What the loop made, number `i`, as `node` has it."""
        x = self.made[i]
        return as_tensor(x, select(node, i, len(self.made)) if is_floating(x) else None)

    def _lead(self, g: list[Any]) -> tuple[int, ...]:
        for x, like in zip(g, self.loop.body.outputs, strict=False):
            if x is not None:
                shape = tuple(map(int, getattr(x, "_array", x).shape))
                return shape[: len(shape) - len(getattr(like, "array", like).shape)]
        return ()


def _tensor(x: Any) -> Any:
    return x if isinstance(x, Tensor) or getattr(x, "dtype", None) is None else wrap(x)


def elements_of(lists: Iterable[Any], likes: Sequence[Any]) -> list[Any]:
    """Samples of elements, of samples of lists; `likes` are the values that elements are in a step."""
    return [element_of(x, getattr(like, "listed", 0)) for x, like in zip(lists, likes, strict=True)]


def element_of(x: Any, listed: int = 0) -> Any:
    """A sample of an element, of one of a list, which may be a list; two if there are two. What is no list stays."""
    if type(x) is Value and x.listed:
        sample, other = element_of(x.sample, listed), element_of(x.other, listed)
        return Two(sample, other) if getattr(sample, "shape", ()) != getattr(other, "shape", ()) else sample
    if not isinstance(x, Slots):
        return x
    return next(iter(x.items.values())) if x.items else _zero(x, listed)


def _empty(size: int, shape: tuple[int, ...], dtype: Any) -> Value:
    op = empty_slots_p.definition
    return current.thread.trace.apply(op, [size], {"shape": shape, "dtype": dtype})  # type: ignore[no-any-return]


def _zeros_like(array: Any, lead: tuple[int, ...], sample: Any) -> Any:
    """Zeros, the first cotangent of a sum; of a list, an empty list."""
    sample = two_of(sample)[0]
    if is_list(sample):
        return wrap(_empty(sample.size, (*lead, *sample.shape), sample.dtype))
    return _zeros(lead + tuple(array.shape), array.dtype)


def _zeros(shape: tuple[int, ...], dtype: Any) -> Any:
    zero = dtype.type(0)
    return broadcast_to_p(wrap(zero), shape=shape) if varies(shape) else wrap(np.broadcast_to(zero, shape))


def loop(condition: Any, body: Callable[..., Any], state: Any, limit: Any, invariants: Any = None,
         name: str = "while") -> Any:  # fmt: skip
    """`state = body(*state)` as long as `condition(*state)` is true; for `while_loop`.

    Args:
      invariants: the shapes that `state` may have, if they change.
    """
    flat = flat_tensors(state)
    samples = samples_of(flat)
    specs, varying = _varying(invariants, state, flat)
    for i, axes in varying.items():
        sample, _ = two_of(samples[i])
        samples[i] = two_samples(sample, [axis in axes for axis in range(sample.ndim)])

    def on(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *tensors: function(*rebuilt(state, tensors, specs))

    part = Part(f"{name}_body", on(body), samples)
    found = list(part.structure) if isinstance(part.structure, list | tuple) else part.structure
    nest.assert_same_structure(list(state), found)
    for i, (spec, its) in enumerate(zip(specs, part.specs, strict=True)):
        if type(spec) is not type(its) or (spec is not None and not its.is_subtype_of(spec)):
            raise (ValueError if type(spec) is type(its) else TypeError)(
                f"Loop variable {i} is {spec or 'a tensor'} before a step of the loop and {its or 'a tensor'} after. "
                "The `shape_invariants` argument of tf.while_loop can specify a less-specific shape."
            )
    for i, (before, after) in enumerate(zip(flat, part.results, strict=True)):
        _check_carried(i, before, after, varying.get(i, ()))
    for i, (x, after) in enumerate(zip(samples, part.samples, strict=True)):
        if is_list(x) and not two_of(x)[0].items:  # after a step, the shape of its elements is known
            flat[i] = shaped_slots_p(flat[i], shape=tuple(after.shape))
    test = Part(f"{name}_cond", on(condition), samples)
    made = _looped(part, limit, Given(flat, [], []), test, varying=varying)
    return rebuilt(state, made.carried, specs)


def _looped(step: Part, limit: Any, given: Given, condition: Part | None = None, backwards: bool = False,
            varying: Any = None) -> Made:  # fmt: skip
    """What a loop makes of what is `given`, by a traced step of it; variables that the step assigns are assigned."""
    shared = Shared(step) if condition is None else Shared(step, condition)
    test = None if condition is None else shared.graph_of(condition)
    if test is not None:
        always = test.outputs[0]
        test.outputs = [always]
        endless = type(always) is Constant and always.array.size == 1 and bool(always.array)
        if endless and limit is not None:  # then the number of steps is known
            test = None
    wide = shared.with_tensors(given)
    op = Loop(test, shared.graph_of(step, given), len(wide.carried), len(wide.constant), backwards, varying)
    made = op.made(op.call(limit, *wide.flat()))
    n = len(given.carried)
    _assign(shared.assigned, made.carried[n:])
    return made._replace(carried=made.carried[:n])


def _varying(invariants: Any, state: Any, flat: Sequence[Any]) -> tuple[list[Any], dict[int, Any]]:
    """The specs of loop variables that are sparse or ragged; and the axes along which lengths may change, by number."""
    leaves, specs = nest.flatten(state), specs_of(state)
    given = [_Held(None) for _ in leaves] if invariants is None else nest.flatten(_shapes(invariants))
    if len(given) != len(leaves):
        raise ValueError(
            f"shape_invariants has {len(given)} shapes for {len(leaves)} loop variables; give one for each, in their "
            "structure."
        )
    shapes: list[Any] = []
    for k, (held, spec) in enumerate(zip(given, specs, strict=True)):
        if spec is None:
            shapes.append(held.value)
            continue
        if held.value is not None:
            wider = type(spec)(held.value, *spec._serialize()[1:])
            if not spec.is_subtype_of(wider):
                raise ValueError(
                    f"The shape invariant specified for loop variable {k} is not compatible with its initial shape. It "
                    f"enters the loop with shape {spec.shape}, but the specified shape invariant is {wider.shape}."
                )
            specs[k] = spec = wider
        shapes += [part.shape for part in spec._component_specs]
    found = {}
    for i, (shape, x) in enumerate(zip(shapes, flat, strict=True)):
        if shape is None or is_list(samples_of([x])[0]):
            continue
        if not shape.is_compatible_with(x.shape):
            raise ValueError(
                f"The shape invariant specified for {_name(x)} is not compatible with the initial shape of the loop "
                f"variable. It enters the loop with shape {x.shape}, but the specified shape invariant is {shape}."
            )
        unknown = range(x.ndim) if shape.rank is None else [k for k, n in enumerate(shape.as_list()) if n is None]
        if len(unknown):
            found[i] = set(unknown)
    return specs, found


class _Held:
    """A shape as a leaf: as a list, it would be a structure."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _shapes(invariants: Any) -> Any:
    if isinstance(invariants, TensorShape):
        return _Held(invariants)
    if hasattr(invariants, "shape"):
        return _Held(invariants.shape)
    if invariants is None:
        return _Held(None)
    if isinstance(invariants, list | tuple):
        return [_shapes(x) for x in invariants]
    if isinstance(invariants, dict):
        return {k: _shapes(v) for k, v in invariants.items()}
    return _Held(None)


def _check_carried(i: int, before: Any, after: Any, varying: Any = ()) -> None:
    if after is None or before is None:
        raise ValueError(f"Loop variable {i} is None before or after a step of the loop; it must be a tensor in both.")
    if before.dtype is not after.dtype:
        raise TypeError(
            f"Input tensor '{_name(before)}' enters the loop with dtype {before.dtype.name}, but has dtype "
            f"{after.dtype.name} after one iteration. Use tf.cast to keep its dtype."
        )
    if is_list(after._array) or is_list(before._array):
        return
    old, new = before._array.shape, after._array.shape
    if len(old) != len(new) or any(n != m and k not in varying for k, (n, m) in enumerate(zip(old, new, strict=True))):
        raise ValueError(
            f"Input tensor '{_name(before)}' enters the loop with shape {before.shape}, but has shape {after.shape} "
            "after one iteration. To allow the shape to vary across iterations, use the `shape_invariants` argument of "
            "tf.while_loop to specify a less-specific shape."
        )


def _name(x: Any) -> str:
    return x.name if type(getattr(x, "_array", None)) is Value else "constant:0"


def over_rows(
    function: Callable[..., Any], state: Any, elems: Any, length: Any, name: str, backwards: bool = False
) -> Any:
    """`state, out = function(state, elem)` for each row of `elems`; the last state, and the outs stacked.

    Args:
      elems: a structure of tensors, with the rows along their first axes.
      length: of these.
    """
    before = [convert_to_tensor(x) for x in nest.flatten(state)]
    rows = [convert_to_tensor(x) for x in nest.flatten(elems)]
    lists = [to_slots_p(symbolic_of(x), axis=-x.ndim) for x in rows]
    samples = [*samples_of(before), *(element_of(x) for x in samples_of(lists))]
    structures: list[Any] = []

    def body(*tensors: Any) -> Any:
        now = nest.pack_sequence_as(state, list(tensors[: len(before)]))
        row = nest.pack_sequence_as(elems, list(tensors[len(before) :]))
        new, out = function(now, row)
        structures.append((new, out))
        return [*map(convert_to_tensor, nest.flatten(new)), *map(convert_to_tensor, nest.flatten(out))]

    part = Part(f"{name}_body", body, samples)
    new, out = structures[0]
    nest.assert_same_structure(state, new)
    for i, (x, y) in enumerate(zip(before, part.results, strict=False)):
        _check_carried(i, x, y)
    made = _looped(part, length, Given(before, [], lists), backwards=backwards)
    stacked = [from_slots_p(x, axis=-1 - len(x._array.shape), size=length) for x in made.lists]
    return nest.pack_sequence_as(state, made.carried), nest.pack_sequence_as(out, stacked)


Trace.branches = staticmethod(branches)  # type: ignore[assignment]
Trace.loop = staticmethod(loop)  # type: ignore[assignment]
Trace.over_rows = staticmethod(over_rows)  # type: ignore[assignment]
