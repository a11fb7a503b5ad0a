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
from ..autodiff.recording import Node, Recording, select, watching
from ..engine.numpy_filled import full_of, zeros_of
from ..graph.graph import Constant, Entry, Graph, interpret, run_kernels
from ..graph.operations import symbolic_of, text_array
from ..graph.slots import Slots, from_slots_p, shaped_slots_p, to_slots_p
from ..math.cast import cast
from ..operations.broadcasting import broadcast_to_p, lead_of
from ..replay import program as replay
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import int64
from ..values.indexed_slices import IndexedSlices
from ..values.shape import TensorShape
from ..values.symbolic import UNRANKED, Dim, Value, is_unranked, varies
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
    listed_in,
    pair_of,
    samples_of,
    with_outputs,
)
from .loop_parts import Given, Made, Reverse
from .samples import Two, resized, sample_of, two_of, two_samples
from .tensor_list import flat_tensors, rebuilt, specs_of
from .trace import Guessing, Trace, forget_samples, tamed

# --- parts: functions traced with what they use from outside as inputs -----------------------------------------------


class Part:
    """A traced function inside a trace: a branch, a condition, a body.

    Attributes:
      graph: its inputs are the arguments, what it captured, and variables.
      structure: of the result, with the flat results in their places.
      results: its results, symbolic.
      samples, others: of the results, two of each.
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
        admitted = [None if x is None else trace.admit(x) for x in self.results]
        self.samples = [sample_of(x) for x in admitted]
        self.others = [x.other if type(x) is Value and x.other is not None else sample_of(x) for x in admitted]
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
        if not entry.outputs:
            return None
        kernel = Guessing(entry.op, getattr(entry.op, "sample", entry.op.kernel), entry.inputs, fits=False)
        try:
            return tamed(kernel, inputs, attrs, attrs, [True] * len(inputs), False)[0]
        except Exception:
            if not getattr(entry.op, "elementwise", False):
                raise
            return _broadcast(entry.outputs[0], inputs)

    if any(type(x) is Value and is_unranked(x) for x in graph.results):
        bool(UNRANKED)  # refuses
    return [text_array(x) if isinstance(x, bytes) else x for x in run_kernels(graph, samples, run)]


def _broadcast(value: Value, inputs: Sequence[Any]) -> Any:
    """A sample of what is elementwise, for inputs whose lengths do not go together as those of a run do."""
    shapes = [(1,) * (value.ndim - np.ndim(x)) + np.shape(x) for x in inputs]
    lengths = [
        max(at) if isinstance(n, Dim) else n for n, at in zip(value.shape, zip(*shapes, strict=True), strict=True)
    ]
    return np.ones(lengths, value.dtype)


# --- branches --------------------------------------------------------------------------------------------------------


class Switch:
    """The operation that runs one of several graphs: `(index, *inputs)`.

    What a graph does not give (None) and another one does is a stand-in, of the same dtype and number of axes. Nothing
    but the derivative of that other graph looks at it.
    """

    multiple = True

    def __init__(self, graphs: list[Graph]) -> None:
        self.graphs = graphs
        self.name = graphs[0].name
        self.op = "If" if len(graphs) == 2 else "Case"
        self.effect = any(e.effect for g in graphs for e in g.entries)
        columns = list(enumerate(zip(*(graph.results for graph in graphs), strict=True)))
        self._likes = {i: next(x for x in xs if x is not None) for i, xs in columns if set(map(type, xs)) > {_NONE}}
        self._lacking = [[i for i in self._likes if graph.results[i] is None] for graph in graphs]

    def kernel(self, index: Any, *arrays: Any) -> list[Any]:
        i = self.place(index)
        return self._filled(i, replay.run(self.graphs[i], arrays), lambda x: x)

    def _filled(self, i: int, made: list[Any], form: Callable[[Any], Any]) -> list[Any]:
        """What graph `i` gives, and stand-ins for the rest."""
        for at in self._lacking[i]:
            made[at] = form(_stand_in(self._likes[at]))
        return made

    def sample(self, index: Any, *arrays: Any) -> list[Any]:
        """Samples of what the graph gives, and of what others give."""
        i = self.place(index)
        made = sampled(self.graphs[i], arrays)
        for graph, lacking in zip(self.graphs, self._lacking, strict=True):
            wanted = {at for at in self._lacking[i] if at not in lacking and made[at] is None}
            if wanted:
                found = sampled(only(graph, wanted), arrays)
                made = [found[at] if at in wanted else x for at, x in enumerate(made)]
        return made

    def place(self, index: Any) -> int:
        """Which graph it is that an index means."""
        i = int(index)
        return i if 0 <= i < len(self.graphs) else len(self.graphs) - 1

    def call(self, index: Any, *tensors: Any) -> list[Any]:
        if current.thread.trace is None or type(getattr(index, "_array", None)) is not Value:
            i = self.place(index._array)
            return self._filled(i, interpret(self.graphs[i], tensors), as_tensor)
        return apply(self.graphs, index, tensors, switched)


_NONE = type(None)


def _stand_in(x: Any) -> Any:
    """What stands for a result such as `x` of a graph that has not run; a number, for the length of an axis."""
    x = x.array if type(x) is Constant else x
    if x.dtype is None:
        return 1
    shape = tuple(1 if type(n) is Dim else n for n in x.shape)
    return Slots({}, 0, shape, x.dtype) if listed_in(x) else np.broadcast_to(full_of((), 0, x.dtype), shape)


def only(graph: Graph, places: set[int]) -> Graph:
    """The graph, with None for the outputs that are not at these places."""
    found = Graph(graph.name)
    found.inputs, found.entries = graph.inputs, graph.entries
    found.outputs = [x if i in places else None for i, x in enumerate(graph.results)]
    return found.prune()


def switched(graphs: list[Graph], index: Any, tensors: Sequence[Any]) -> list[Any]:
    """The values that one of the graphs gives, in the present trace."""
    op = Switch(graphs)
    made = current.thread.trace.apply(op, [index, *tensors], {}, effect=op.effect)
    for value, results in zip(made, zip(*(graph.results for graph in graphs), strict=True), strict=True):
        _open_lengths(value, results)
    return made  # type: ignore[no-any-return]


def _open_lengths(value: Value, results: Sequence[Any]) -> None:
    """Have it known that a result of branches may have the lengths that any of them gives it."""
    arrays = [x.array if type(x) is Constant else x for x in results if x is not None]
    if value.dtype is None or value.listed or type(value.sample) is Slots or any(x.shape is None for x in arrays):
        return
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
    op = "While"

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
        likes = [item[at] for item in made] if step else self._unmade(arguments)
        return [*carried, *_listed(made, likes, step), step]

    def _unmade(self, arguments: Sequence[Any]) -> list[Any]:
        """Such as the elements of lists would be, had there been a step."""
        likes = [x.array if type(x) is Constant else x for x in self.body.results[self.carried :]]
        if any(varies(getattr(x, "shape", ())) for x in likes):
            likes = self._step(arguments)[self.carried :]
        return likes

    def _step(self, arguments: Sequence[Any]) -> list[Any]:
        """Samples of what a step gives."""
        given, likes = self.given(arguments), self.given(self.body.inputs)
        return sampled(self.body, given._replace(lists=elements_of(given.lists, likes.lists)).flat())

    def sample(self, limit: Any, *arguments: Any) -> list[Any]:
        found = self._step(arguments)
        likes = found[self.carried :]
        steps = 1 if limit is None or self.condition is not None else int(limit)
        made = [dict.fromkeys(range(max(steps, 1)), x) for x in likes]  # one shows what elements are
        return [*found[: self.carried], *_listed(made, likes, steps), steps]

    def shape(self, limit: Any, *shapes: Any) -> list[Any]:
        """What is known of the shapes of the results: those of carried values change where they are `varying` alone."""
        carried = [
            tuple(None if k in self.varying.get(i, ()) else n for k, n in enumerate(shape))
            for i, shape in enumerate(self.given(shapes).carried)
        ]
        return [*carried, *(() for _ in self.body.results[self.carried :]), ()]

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
            sample, other = made[i].sample, made[i].other
            pairs = zip(sample.shape, (sample if other is None else other).shape, strict=True)
            lengths = [m + (k in axes and n == m) for k, (n, m) in enumerate(pairs)]
            trace.differ(made[i], resized(sample, lengths, 1))
        return made  # type: ignore[no-any-return]


def _listed(made: Sequence[dict[int, Any]], likes: Sequence[Any], steps: int) -> Iterator[Slots]:
    """The lists of what `steps` steps have left behind; `likes` are such as their elements."""
    for items, like in zip(made, likes, strict=True):
        yield Slots(items, steps, getattr(like, "shape", ()), getattr(like, "dtype", None))


def _zero(x: Slots, listed: int) -> Any:
    """What a missing element of a list stands for; `listed` is not 0 where elements are lists."""
    if listed:
        return Slots({}, 0, x.shape, x.dtype)
    return 1 if x.dtype is None else zeros_of(x.shape, x.dtype)  # a length, or an array


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
    likes = [*made[:n], *tensors[n:]]
    empty = {i: _zeros_like(x) for i, x in enumerate(likes) if is_list(getattr(x, "_array", x))}
    rule = _LoopRule(long, pair, dict(zip(kept, places, strict=True)), tensors, made, empty, wanted)
    node = enter_rule(loop.name, [tensors[i] for i in wanted], made, rule, recordings)
    found = [rule.tensor(i, node) for i in range(len(made))]
    return [*found[: pair.count], found[-1]]


class _LoopRule:
    """The rule of one recorded loop: a loop in reverse.

    Args:
      loop: as it ran, with the forward graph of `pair` for its body, and lists of the steps' carried inputs besides.
      kept: the places of these lists in what was made, by the values in the body.
      tensors: that the loop was given.
      empty: lists of zeros like those that were carried or constant, by number.
      wanted: the numbers of those that are watched.
    """

    def __init__(self, loop: Loop, pair: Pair, kept: dict[Value, int], tensors: Sequence[Any], made: Sequence[Any],
                 empty: dict[int, Any], wanted: list[int]) -> None:  # fmt: skip
        self.loop = loop
        self.pair = pair
        self.kept = kept
        self.tensors = tensors
        self.made = made
        self.empty = empty
        self.wanted = wanted

    def __call__(self, g: list[Any], node: Node) -> list[Any]:
        loop, pair, n = self.loop, self.pair, self.loop.carried
        inputs, given = loop.given(pair.forward.inputs), loop.given(self.tensors)
        outputs = pair.forward.outputs  # carried values, elements of lists, residuals; beyond these is what was kept
        listed = {i: _tensor(g[i]) for i in range(n, len(outputs)) if g[i] is not None}
        beyond = {x: g[at] for x, at in self.kept.items() if at >= len(outputs) and g[at] is not None}
        kept = {i: _tensor(beyond[x]) for i, x in enumerate(inputs.carried) if x in beyond}
        lead = self._lead(g)
        constants = dict(zip(inputs.constant, given.constant, strict=True))
        lists = dict(zip(inputs.lists, given.lists, strict=True))
        left = self.kept | dict(zip(pair.residuals, pair.places, strict=True))
        samples = loop.samples(self.tensors).flat()

        def backward_of(carried: Iterable[int]) -> Any:
            """Of the cotangents of these carried values and of the lists; None if it needs what was not left behind."""
            found = pair.backward((*carried, *listed), lead, lambda: samples)
            return found if all(x in constants or x in left or x in lists for x in found.needs) else None

        every = [i for i in range(n) if is_floating(outputs[i])]
        carried = every
        backward = backward_of(every)
        if backward is None:  # that of all results needs only what was
            for i in range(n, pair.count):
                if is_floating(outputs[i]) and i not in listed:
                    listed[i] = _zeros_like(self.made[i], lead)
            listed = dict(sorted(listed.items()))
            backward = pair.backward((*every, *listed), lead, lambda: samples)
        known = {i for i, x in enumerate(g[:n]) if x is not None} | {*kept, *listed}
        live = _live(pair, backward, n, (*every, *listed), known)
        fewer = [i for i in every if i in live]
        if len(fewer) < len(every):
            narrow = backward_of(fewer)
            if narrow is not None:
                backward, carried = narrow, fewer
        places = {i: at for i, at in zip(pair.watched, backward.places, strict=True) if at is not None}
        over = [i for i in places if i >= n + loop.constant]  # elements of the lists that the loop was given
        reverse = Reverse(
            cotangents={
                i: _zeros_like(self.empty.get(i, self.made[i]), lead) if g[i] is None else _tensor(g[i])
                for i in carried
            },
            sums={i: _zeros_like(self.empty.get(i, x), lead) for i, x in enumerate(given.constant, n) if i in places},
            constants={x: constants[x] for x in backward.needs if x in constants},
            residuals={
                x: self.tensor(left[x], node) if x in left else lists[x] for x in backward.needs if x not in constants
            },
            listed=listed,
            kept=kept,
        )

        leads = [n for n in lead if type(n) is Dim]

        def step(*flat: Any) -> list[Any]:
            here = reverse.of_step(flat)
            needs = here.constants | here.residuals
            gs = [*here.cotangents.values(), *here.listed.values()]
            found = interpret(backward.graph, [*(needs[x] for x in backward.needs), *leads, *gs])
            made = {i: found[at] for i, at in places.items()}
            for i, x in here.kept.items():
                made[i] = made[i] + x if i in made else x
            for i, x in here.cotangents.items():
                if i not in made:  # zeros of the shape of the cotangent that the step is given
                    made[i] = _zeros_like(x)
            sums = [x + made[i] for i, x in here.sums.items()]
            return [*(made[i] for i in here.cotangents), *sums, *(made[i] for i in over)]

        tensors = reverse.given()
        likes = [*reverse.residuals, *(outputs[i] for i in listed), *(inputs.carried[i] for i in kept)]
        elements = elements_of(samples_of(tensors.lists), likes)
        first = [*samples_of(tensors.carried), *samples_of(tensors.constant), *elements]
        part = Part(f"{loop.name}_backward", step, first)
        varying = {
            at: {len(lead) + k for k in loop.varying[i]} for at, i in enumerate(reverse.cotangents) if i in loop.varying
        }
        made = _looped(part, self.made[-1], tensors, backwards=not loop.backwards, varying=varying)
        found = dict(zip((*reverse.cotangents, *reverse.sums), made.carried, strict=True))
        for i, x in zip(over, made.lists, strict=True):
            like = self.tensors[i]
            # A list that no step has put anything into does not know how long its elements would be.
            found[i] = x + _zeros_like(like, lead) if varies((lead, like._array.shape)) else x
        return [found.get(i) for i in self.wanted]

    def tensor(self, i: int, node: Node) -> Any:
        """What the loop made, number `i`, as `node` has it."""
        x = self.made[i]
        return as_tensor(x, select(node, i, len(self.made)) if is_floating(x) else None)

    def _lead(self, g: list[Any]) -> tuple[int, ...]:
        for x, like in zip(g, self.loop.body.outputs, strict=False):
            if x is not None:
                return lead_of(x, len(getattr(like, "array", like).shape))
        return ()


def _live(pair: Pair, backward: Any, carried: int, given: Sequence[int], live: set[int]) -> set[int]:
    """The outputs of a step, of those `given`, whose cotangents are not zeros in all steps, if those of `live` are not.

    For zeros something might be computed that is not: 0 times infinity.
    """
    graph = backward.graph
    depends = dict(zip(graph.inputs[-len(given) :], ({i} for i in given), strict=True))
    for entry in graph.entries:
        found = set().union(*(depends.get(value, ()) for value in entry.uses))
        depends.update(dict.fromkeys(entry.outputs, found))
    places = {i: at for i, at in zip(pair.watched, backward.places, strict=True) if at is not None}
    of = {i: depends.get(graph.outputs[at], set()) for i, at in places.items() if i < carried}
    while new := {i for i, found in of.items() if i not in live and not found.isdisjoint(live)}:
        live = live | new
    return live


def _tensor(x: Any) -> Any:
    return x if isinstance(x, Tensor) or getattr(x, "dtype", None) is None else wrap(x)


def elements_of(lists: Iterable[Any], likes: Sequence[Any]) -> list[Any]:
    """Samples of elements, of samples of lists; `likes` are the values that elements are in a step."""
    return [element_of(x, getattr(like, "listed", 0)) for x, like in zip(lists, likes, strict=True)]


def element_of(x: Any, listed: int = 0) -> Any:
    """A sample of an element, of one of a list, which may be a list; two if there are two. What is no list stays."""
    if type(x) is Value and x.listed:
        sample, other = element_of(x.sample, listed), element_of(x.other, listed)
        if type(sample) is int:  # the length of an axis
            return Two(sample, other)
        return Two(sample, other) if getattr(sample, "shape", ()) != getattr(other, "shape", ()) else sample
    if not isinstance(x, Slots):
        return x
    return next(iter(x.items.values())) if x.items else _zero(x, listed)


def _zeros_like(x: Any, lead: tuple[int, ...] = ()) -> Any:
    """Zeros such as a tensor, value or array, with leading axes: the first cotangent of a sum; of a list, a list."""
    array = getattr(x, "_array", x)
    if is_list(array):
        return current.thread.trace.zero_list(array, lead)
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
    specs, varying = _varying(invariants, state, flat)

    def on(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *tensors: function(*rebuilt(state, tensors, specs))

    while True:
        samples = [_with_open(x, varying.get(i, ())) for i, x in enumerate(flat)]
        part = Part(f"{name}_body", on(body), samples)
        found = list(part.structure) if isinstance(part.structure, list | tuple) else part.structure
        nest.assert_same_structure(list(state), found)
        for i, (spec, its) in enumerate(zip(specs, part.specs, strict=True)):
            if type(spec) is not type(its) or (spec is not None and not its.is_subtype_of(spec)):
                raise (ValueError if type(spec) is type(its) else TypeError)(
                    f"Loop variable {i} is {spec or 'a tensor'} before a step of the loop and {its or 'a tensor'} "
                    "after. The `shape_invariants` argument of tf.while_loop can specify a less-specific shape."
                )
        open_too = _changed(flat, samples, part, varying)
        if not open_too:
            break
        varying |= {i: axes | varying.get(i, set()) for i, axes in open_too.items()}
    for i, (before, after) in enumerate(zip(flat, part.results, strict=True)):
        _check_carried(i, before, after, varying.get(i, ()))
    for i, (x, after) in enumerate(zip(samples, part.samples, strict=True)):
        if is_list(x) and not two_of(x)[0].items:  # after a step, the shape of its elements is known
            flat[i] = shaped_slots_p(flat[i], shape=tuple(after.shape))
    test = Part(f"{name}_cond", on(condition), samples)
    made = _looped(part, limit, Given(flat, [], []), test, varying=varying)
    return rebuilt(state, made.carried, specs)


def _with_open(x: Any, axes: Any) -> Any:
    """A sample of a loop's variable, or two if lengths are unknown, as those are along `axes`."""
    (sample,) = samples_of([x])
    if not axes:
        return sample
    unknown = [k in axes or type(n) is Dim for k, n in enumerate(x._array.shape)]
    return two_samples(two_of(sample)[0], unknown)


def _changed(flat: Sequence[Any], samples: Sequence[Any], part: Part, varying: dict[int, set[int]]) -> dict[int, Any]:
    """The axes of unknown length, by loop variable, along which a step changes it."""
    found = {}
    for i, (x, after) in enumerate(zip(flat, part.results, strict=True)):
        if after is None or is_list(x._array) or x.ndim != after.ndim:
            continue
        pairs = zip(two_of(samples[i]), (part.samples[i], part.others[i]), strict=True)
        unlike = {k for y, z in pairs if y is not None for k in range(x.ndim) if y.shape[k] != z.shape[k]}
        unlike = {k for k in unlike if type(x._array.shape[k]) is Dim} - varying.get(i, set())
        if unlike:
            found[i] = unlike
    return found


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
    if len(old) != len(new) or any(
        k not in varying and type(n) is not Dim and (n != m or type(m) is Dim)
        for k, (n, m) in enumerate(zip(old, new, strict=True))
    ):
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
    stacked = []
    for x, given in zip(made.lists, part.results[len(before) :], strict=True):
        at = next((i for i, y in enumerate(part.results[: len(before)]) if y is given), None)
        if at is not None:  # then the shape of an element is known where there is none
            x = shaped_slots_p(x, shape=made.carried[at]._array.shape)
        stacked.append(from_slots_p(x, axis=-1 - len(x._array.shape), size=length))
    return nest.pack_sequence_as(state, made.carried), nest.pack_sequence_as(out, stacked)


Trace.branches = staticmethod(branches)  # type: ignore[assignment]
Trace.loop = staticmethod(loop)  # type: ignore[assignment]
Trace.over_rows = staticmethod(over_rows)  # type: ignore[assignment]
