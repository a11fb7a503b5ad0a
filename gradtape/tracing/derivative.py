"""Derivatives of graphs: a graph as one operation that tapes record, whose backward pass is a graph of its own.

Where a tape watches an input of a graph, the graph that runs gives residuals besides: what the backward graph needs.
Both come from one trace, in which the graph's operations are recorded and pulled back, cut in two where the backward
pass begins. A backward graph is applied the same way as a graph: so derivatives of any order, with leading axes, and
forward mode work by themselves.

A branch is the same with several graphs, of which an index chooses one; a call of a function has one graph.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.gathering import rows_at
from ..autodiff.backward import pull
from ..autodiff.cotangents import lead_of
from ..autodiff.custom import plan_of
from ..autodiff.recording import Node, Recording, enter, select, watching
from ..autodiff.rules import Plan
from ..autodiff.scattered import Scattered
from ..engine.numpy_slots import Slots, depth_of, slots_of
from ..graph.graph import Constant, Entry, Graph, interpret
from ..operations.primitive import primitive
from ..values.symbolic import Dim, Value, sample_shape, symbolic
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from .samples import Two, of_any_length, sample_of, two_of, two_samples
from .trace import Trace, forget_samples

Execute = Callable[[list[Graph], Any, Sequence[Any]], Sequence[Any]]


def apply(graphs: list[Graph], index: Any, tensors: Sequence[Any], execute: Execute) -> list[Any]:
    """What one of the graphs gives of `tensors`, one for each of its inputs: tensors, or None.

    Args:
      graphs: they have the same inputs and results.
      index: which one to run; None where there is one.
      execute: `execute(graphs, index, tensors)` runs it and gives arrays, or values of a trace.
    """
    recordings = current.thread.recordings
    if recordings:
        nodes = tuple(getattr(x, "_node", None) for x in tensors)
        if any(nodes):
            watchers = watching(nodes, recordings)
            if watchers:
                return _recorded(graphs, index, tensors, execute, watchers)
    return [as_tensor(x) for x in execute(graphs, index, tensors)]


def as_tensor(x: Any, node: Node | None = None) -> Any:
    """The tensor of an array or value; what is none, as it is."""
    return x if x is None or getattr(x, "dtype", None) is None else wrap(x, node)


def is_floating(x: Any) -> bool:
    """Whether an array, or value, can have a derivative."""
    dtype = getattr(x.array if type(x) is Constant else x, "dtype", None)
    return dtype is not None and dtype.kind in "fcV"


def is_watched(x: Any, recordings: tuple[Recording, ...]) -> bool:
    node = getattr(x, "_node", None)
    return node is not None and any(r in node.watchers for r in recordings) and is_floating(x._array)


def samples_of(tensors: Sequence[Any]) -> list[Any]:
    """For each tensor an array such as it may be; its value, where it has two of these."""
    arrays = (x.value if type(x) is Dim else getattr(x, "_array", x) for x in tensors)
    return [x if type(x) is Value and x.other is not None else sample_of(x) for x in arrays]


def varied(array: Any, like: Value, least: int) -> tuple[Any, Any]:
    """The sample of an input, and another in which those lengths differ that differ from run to run, if any do."""
    if type(array) in (Value, Two):
        return two_of(array)
    if type(array) is int:
        return two_of(max(array, least))
    if like.listed and not isinstance(array, Slots):  # of another engine, which has it as one array
        return _as_list(np.asarray(array), like.listed), None
    varies = [type(n) is Dim for n in like.shape]
    if isinstance(array, Slots) and array.dtype is None:
        return _two_lists(array, varies, least)
    if not any(varies):
        return array, None
    return _two_lists(array, varies, least) if isinstance(array, Slots) else two_samples(array, varies, least)


def _two_lists(x: Slots, varies: Sequence[bool], least: int) -> Two:
    """`two_samples`, of a list of arrays, of lengths, or of lists."""
    shape = [max(n, least) if v else n for n, v in zip(x.shape, varies, strict=True)]
    longer = [n + v for n, v in zip(shape, varies, strict=True)]
    two = _two_lists if depth_of(x) > 1 else two_samples
    pairs = {
        i: two_of(max(item, least)) if type(item) is int else two(item, varies, least) for i, item in x.items.items()
    }
    lists = [
        Slots({i: pair[k] for i, pair in pairs.items()}, x.size, tuple(lengths), x.dtype)
        for k, lengths in enumerate((shape, longer))
    ]
    return Two(*lists)


def _as_list(array: Any, depth: int) -> Any:
    """The list, of lists if `depth` is more than 1, that another engine has as one array."""
    found = slots_of(array, 0)
    if depth > 1:
        found.items = {i: _as_list(x, depth - 1) for i, x in found.items.items()}
        found.shape = array.shape[depth:]
    return found


@functools.cache
def rule_plan(name: str) -> Plan:
    """The plan of operations called `name`, each of which saves its own rule: `rule(g, node)`, with `g` a list."""
    plan = Plan(plan_of(name).primitive, 1)
    plan.steps = plan.lifted = [(-1, lambda g, rule, node: rule(g, node))]
    return plan


def enter_rule(name: str, inputs: Sequence[Any], made: Sequence[Any], rule: Any, recordings: Any) -> Node:
    """The node of an operation with several outputs `made`, whose derivative is `rule(g, node)`."""
    current.thread.quietly(tuple, made)  # for whoever looks at what operations make
    return enter(recordings, rule_plan(name), tuple(x._node for x in inputs), rule)


def _recorded(graphs: list[Graph], index: Any, tensors: Sequence[Any], execute: Execute,
              recordings: tuple[Recording, ...]) -> list[Any]:  # fmt: skip
    watched = tuple(i for i, x in enumerate(tensors) if is_watched(x, recordings))
    samples = samples_of(tensors)
    pairs = [pair_of(graph, samples, watched, sparse=len(graphs) == 1) for graph in graphs]
    made = execute(_forwards(pairs), index, tensors)
    count = pairs[0].count
    call = _Call(pairs, index, tensors, made, execute)
    node = enter_rule(graphs[0].name, [tensors[i] for i in watched], made, call, recordings)
    total = len(made)
    return [as_tensor(x, select(node, i, total) if is_floating(x) else None) for i, x in enumerate(made[:count])]


def listed_in(x: Any) -> int:
    """0 for an array, or a value that is one; 1 for a list of arrays, ..."""
    return x.listed if type(x) is Value else depth_of(x)


def _forwards(pairs: "list[Pair]") -> list[Graph]:
    """The forward graphs of branches: each gives its own residuals in their places, and None in those of the others."""
    if len(pairs) == 1:
        return [pairs[0].forward]
    found = []
    for i, pair in enumerate(pairs):
        graph = Graph(pair.forward.name)
        graph.inputs, graph.entries = pair.forward.inputs, pair.forward.entries
        before, after = (sum(len(p.further) for p in others) for others in (pairs[:i], pairs[i + 1 :]))
        main = pair.forward.outputs[: pair.count]
        graph.outputs = [*main, *[None] * before, *pair.further, *[None] * after]
        found.append(graph)
    return found


class _Call:
    """The rule of one recorded call: `call(g, node)` gives the cotangents of the inputs that were watched."""

    __slots__ = ("execute", "index", "inputs", "pairs", "residuals")

    def __init__(self, pairs: "list[Pair]", index: Any, inputs: Sequence[Any], made: Sequence[Any],
                 execute: Execute) -> None:  # fmt: skip
        self.pairs = pairs
        self.index = index
        self.inputs = inputs
        self.execute = execute
        self.residuals: list[list[tuple[int, Any]]] = []  # of each graph: their places in what was made, and they
        skipped = 0
        for pair in pairs:
            places = [place + skipped * (place >= pair.count) for place in pair.places]
            self.residuals.append([(place, made[place]) for place in places])
            skipped += len(pair.further)

    def __call__(self, g: list[Any], node: Node) -> list[Any]:
        given = {i: x for i, x in enumerate(g) if x is not None}
        lifted = any(isinstance(x, Tensor) for x in given.values())
        lead = self._lead(given)
        count = self.pairs[0].count
        arguments: list[Any] = []
        places: dict[Any, int] = {}  # of what the backward graphs need, among the arguments

        def argument(key: Any, x: Any) -> int:
            if key not in places:
                places[key] = len(arguments)
                arguments.append(x)
            return places[key]

        backwards = []
        first = count
        for pair, residuals in zip(self.pairs, self.residuals, strict=True):
            own = {i: i for i in given if i < count and type(pair.forward.outputs[i]) is Value}
            own |= {i - first + count: i for i in given if first <= i < first + len(pair.further)}
            backward = pair.backward(tuple(own), lead, lambda: samples_of(self.inputs))
            known = {
                value: ("input", i, x)
                for i, (value, x) in enumerate(zip(pair.forward.inputs, self.inputs, strict=True))
            }
            for value, (i, x) in zip(pair.residuals, residuals, strict=True):
                lifts = lifted and is_floating(x)
                known[value] = ("made", i, wrap(x, select(node, i, len(g))) if lifts else x)
            needs = []
            for value in backward.needs:
                where, i, x = known[value]
                needs.append(argument((where, i), x))
            needs += [argument(("lead", i), n) for i, n in enumerate(lead) if type(n) is Dim]
            needs += [argument(("g", i), given[i]) for i in own.values()]
            backwards.append((backward, needs))
            first += len(pair.further)
        watched = self.pairs[0].watched
        present = [any(b.places[i] is not None for b, _ in backwards) for i in range(len(watched))]
        lacking = [i for j, i in enumerate(watched) if present[j] and any(b.places[j] is None for b, _ in backwards)]
        at = {i: argument(("input", i), self.inputs[i]) for i in lacking}
        leads = [places["lead", i] if type(n) is Dim else None for i, n in enumerate(lead)]
        graphs = [_rearranged(backward, needs, len(arguments)) for backward, needs in backwards]
        if len(graphs) > 1:
            likes = [(at.get(i), self.inputs[i]._array) if present[j] else None for j, i in enumerate(watched)]
            graphs = [_completed(graph, b, likes, lead, leads) for graph, (b, _) in zip(graphs, backwards, strict=True)]
            spots = itertools.count()
            found_at = [next(spots) if there else None for there in present]
        else:
            found_at = backwards[0][0].places
        if lifted:
            tensors = [as_tensor(x) if isinstance(x, np.ndarray | np.generic) else x for x in arguments]
            found = apply(graphs, self.index, tensors, self.execute)
        else:
            found = list(self.execute(graphs, self.index, arguments))
        return [self._cotangent(found, at, i) for at, i in zip(found_at, watched, strict=True)]

    def _cotangent(self, found: Sequence[Any], at: Any, i: int) -> Any:
        """That of the input number `i`, which is at the place `at` in what was found."""
        if type(at) is not range:
            return None if at is None else found[at]
        values, indices = (found[k] for k in at)
        shape = self.inputs[i]._array.shape
        return rows_at(values, getattr(indices, "_array", indices), shape, -len(shape))

    def _lead(self, given: dict[int, Any]) -> tuple[int, ...]:
        mains = zip(*(pair.forward.outputs[: pair.count] for pair in self.pairs), strict=True)
        outputs = [next((x for x in xs if type(x) is Value), None) for xs in mains]
        outputs += [value for pair in self.pairs for value in pair.further]
        known = [i for i in given if outputs[i] is not None]
        for i in sorted(known, key=lambda i: outputs[i].listed):  # an empty list may not know the shape of elements
            array = getattr(given[i], "_array", given[i])
            is_list = type(array) is Slots or getattr(array, "listed", 0)
            lead = lead_of(given[i], outputs[i].ndim)
            return tuple(lead if is_list else lead[outputs[i].listed :])  # else another engine's
        return ()


def _rearranged(backward: "Backward", needs: list[int], total: int) -> Graph:
    """The backward graph with `total` inputs, of which those at `needs` are its own."""
    if needs == list(range(total)):
        return backward.graph
    graph = Graph(backward.graph.name)
    graph.inputs = [Value(None, None, "unused") for _ in range(total)]
    for place, value in zip(needs, backward.graph.inputs, strict=True):
        graph.inputs[place] = value
    graph.entries, graph.outputs = backward.graph.entries, backward.graph.outputs
    return graph


@primitive(op="ZerosLike")
def zero_cotangent_p(xp: Any, x: Any, *, lead: tuple[int, ...], depth: int = 0) -> Any:
    """Zeros of the shape of `x`, with leading axes; of a list, of lists if `depth` is more than 1, a list of zeros."""
    return xp.slots_zeros(x, lead, depth) if depth else xp.zeros(lead + x.shape, x.dtype)


def _completed(graph: Graph, backward: "Backward", likes: list[Any], lead: tuple[int, ...],
               leads: list[int | None]) -> Graph:  # fmt: skip
    """The backward graph of a branch, with zeros for the cotangents that other branches have and it has not.

    Args:
      likes: for each cotangent that some branch has, the place among the inputs of what it is of, and its value.
      leads: for each leading axis, the place among the inputs of its length, where that differs from run to run.
    """
    out = Graph(graph.name)
    out.inputs, out.entries = list(graph.inputs), list(graph.entries)
    here = tuple(n if at is None else Dim(out.inputs[at]) for n, at in zip(lead, leads, strict=True))
    for at, like in zip(backward.places, likes, strict=True):
        if at is not None:
            out.outputs.append(graph.outputs[at])
        elif like is not None:
            place, array = like
            shape, depth = tuple(array.shape), listed_in(array)
            if out.inputs[place].dtype is None:
                out.inputs[place] = Value.described("like", shape, array.dtype, depth)
            zeros = Value.described("zeros", here + shape, array.dtype, depth)
            attrs = {"lead": here, "depth": depth}
            out.entries.append(Entry(zero_cotangent_p.definition, [out.inputs[place]], attrs, [zeros], False))
            out.outputs.append(zeros)
    return out


class Backward:
    """A backward graph. Its inputs are the values `needs` of the forward graph, the lengths of leading axes where these
    differ from run to run, and the cotangents given.

    places: for each watched input, which output is its cotangent; or which two are the rows in it, and where they are;
      None where there is none.
    """

    __slots__ = ("graph", "needs", "places")

    def __init__(self, graph: Graph, needs: list[Value], places: list[Any]) -> None:
        self.graph = graph
        self.needs = needs
        self.places = places


class Pair:
    """A graph made ready for differentiation with respect to some inputs.

    Attributes:
      forward: gives the graph's results, and then those residuals that are not among them.
      count: the number of the results.
      residuals: the values of `forward` that backward graphs may use, besides its inputs.
      places: where each of these is among the outputs of `forward`.
      watched: the places of these inputs.
      sparse: whether cotangents that are a few rows may be given as such.
    """

    def __init__(self, forward: Graph, count: int, residuals: list[Value], watched: tuple[int, ...],
                 sparse: bool, apart: int) -> None:  # fmt: skip
        self.forward = forward
        self.count = count
        self.residuals = residuals
        self.watched = watched
        self.sparse = sparse
        self.backwards: dict[Any, Backward] = {}
        forward.outputs, self.places = with_outputs(forward, residuals, apart)

    @property
    def further(self) -> list[Any]:
        """The residuals that are no results."""
        return self.forward.outputs[self.count :]

    def backward(self, given: tuple[int, ...], lead: tuple[int, ...], samples: Callable[[], list[Any]]) -> Backward:
        """The backward graph of cotangents, with leading axes `lead`, of the results at the places `given`."""
        key = given, tuple(None if type(n) is Dim else n for n in lead)
        found = self.backwards.get(key)
        if found is None:
            found_samples = samples()
            trace = functools.partial(_Joint, self.forward, found_samples, self.watched, given, lead, self.sparse)
            joint = of_any_length(trace, found_samples)
            pairs = ((_value_of(joint.env.get(v)), v) for v in (*self.forward.inputs, *self.residuals))
            known = {here: v for here, v in pairs if here is not None}
            found = self.backwards[key] = joint.backward(known)
            forget_samples(joint.trace.graph)
        return found


def with_outputs(graph: Graph, values: Sequence[Value], apart: int) -> tuple[list[Any], list[int]]:
    """The outputs of `graph` and those of `values` that are not among them; and the places of all `values`.

    A graph that has been made ready for differentiation before gives what it needs already.

    Args:
      apart: the number of the outputs at the beginning which are for others to use.
    """
    outputs = list(graph.outputs)
    places = {x: i for i, x in enumerate(outputs) if i >= apart and type(x) is Value}
    for value in values:
        if value not in places:
            places[value] = len(outputs)
            outputs.append(value)
    return outputs, [places[value] for value in values]


def _value_of(x: Any) -> Value | None:
    """The value behind a tensor, an integer or an object of a trace."""
    x = getattr(x, "_array", x)
    if type(x) is Dim:
        return x.value
    return x if type(x) is Value else None


def pair_of(graph: Graph, samples: Sequence[Any], watched: tuple[int, ...], sparse: bool = False,
            apart: int = 0) -> Pair:  # fmt: skip
    """`graph`, made ready for differentiation with respect to its inputs at the places `watched`.

    Args:
      sparse: whether cotangents that are a few rows may be given as such.
      apart: the number of the results at the beginning which are not there to be used as residuals.
    """
    found = graph.cache.get(("pair", watched, sparse))
    if found is not None:
        return found  # type: ignore[no-any-return]
    given = tuple(i for i, x in enumerate(graph.results) if type(x) is Value and is_floating(x))
    joint = of_any_length(functools.partial(_Joint, graph, samples, watched, given, (), sparse), samples)
    inputs = set(joint.inputs)
    before = inputs | {v for entry in joint.first for v in entry.outputs}
    backward = joint.backward({value: value for value in before})
    residuals = [v for v in backward.needs if v not in inputs]
    # What comes from outside the graph is kept, since it cannot be had again.
    noted = set(residuals)
    residuals += [v for e in joint.first if e.effect for v in e.outputs if v not in noted]
    forward = Graph(graph.name)
    forward.inputs = joint.inputs
    forward.entries = joint.first
    forward.outputs = joint.results
    pair = Pair(forward, len(joint.results), residuals, watched, sparse, apart)
    forward.prune()
    pair.backwards[given, ()] = backward
    forget_samples(joint.trace.graph)
    graph.cache["pair", watched, sparse] = pair
    return pair


class _Joint:
    """A trace of a graph's operations, and of their derivatives.

    Attributes:
      inputs, results: the graph's, in this trace.
      first: the entries up to where the backward pass begins.
      env: the tensor here of each value of the graph.
      cotangents: of the watched inputs: a value; or two, rows and where they are; or None.
    """

    def __init__(self, graph: Graph, samples: Sequence[Any], watched: tuple[int, ...], given: tuple[int, ...],
                 lead: tuple[int, ...], sparse: bool, least: int) -> None:  # fmt: skip
        self.trace = trace = Trace(graph.name)
        recording = Recording(watch_accessed=False)
        self.env: dict[Value, Any] = {}
        with trace.active():
            self.inputs = [
                trace.input(*varied(x, v, least), v.name) for x, v in zip(samples, graph.inputs, strict=True)
            ]
            tensors = [as_tensor(x) for x in self.inputs]
            nodes = []
            for i in watched:
                tensors[i]._node = recording.watch(None)
                nodes.append(tensors[i]._node)
            thread = current.thread
            recordings = thread.recordings
            try:
                recording.start()
                results = interpret(graph, tensors, self.env, alike=True)
            finally:
                thread.recordings = recordings
            self.results = [None if x is None else trace.admit(x) for x in results]
            self.first: list[Entry] = list(trace.graph.entries)
            self.leads = [trace.input(*two_of(n.value), "lead") for n in lead if type(n) is Dim]
            dims = iter(self.leads)
            lead = tuple(Dim(next(dims)) if type(n) is Dim else n for n in lead)
            longer = tuple(n.other if type(n) is Dim else n for n in lead)
            self.cotangents_in = []
            seeds: dict[Any, Any] = {}
            for i in given:
                x = results[i]
                g = trace.input(_ones(x._array, lead), name="g")
                other = getattr(x._array, "other", None)
                if self.leads or other is not None:
                    g.other = _ones(x._array if other is None else other, longer)
                    g.shape = lead + x._array.shape
                self.cotangents_in.append(g)
                if x._node is not None and recording in x._node.watchers:
                    seeds[x._node] = seeds[x._node] + symbolic(g) if x._node in seeds else symbolic(g)
            found = pull(recording, seeds, nodes, lifted=True, release=True, sparse=sparse and not lead)
            self.cotangents = [self._admitted(found.get(n)) for n in nodes]

    def _admitted(self, c: Any) -> Any:
        if type(c) is Scattered:
            rows = c.slices()
            if rows is not None:
                return self.trace.admit(rows.values), self.trace.admit(rows.indices)
            c = c.whole()
        return None if c is None else self.trace.admit(c)

    def backward(self, known: dict[Value, Value]) -> Backward:
        """The backward graph, given the values `known` of the forward graph, as it calls them."""
        entries = self.trace.graph.entries
        outputs: list[Any] = []
        places: list[Any] = []
        for x in self.cotangents:
            if type(x) is tuple:
                places.append(range(len(outputs), len(outputs) + 2))
                outputs += x
            else:
                places.append(None if x is None else len(outputs))
                outputs += () if x is None else (x,)
        want = {x for x in outputs if type(x) is Value}
        kept = []
        for i in range(len(entries) - 1, -1, -1):
            entry = entries[i]
            effect = entry.effect and i >= len(self.first)
            if effect or any(v in want and v not in known for v in entry.outputs):
                kept.append(entry)
                want.update(entry.uses)
        kept.reverse()
        made = {v for e in kept for v in e.outputs}
        needs = [v for v in known if v in want and v not in made]
        graph = Graph(f"{self.trace.graph.name}_backward")
        graph.inputs = needs + self.leads + self.cotangents_in
        graph.entries = kept
        graph.outputs = outputs
        return Backward(graph, [known[v] for v in needs], places)


def _ones(array: Any, lead: tuple[int, ...]) -> Any:
    """A sample of a cotangent."""
    lead = sample_shape(lead)
    sample = getattr(array, "sample", array)
    if isinstance(sample, Slots):
        items = {i: _ones(x, lead) for i, x in sample.items.items()}
        return Slots(items, sample.size, lead + tuple(sample.shape), sample.dtype)
    return np.ones(lead + sample_shape(array.shape), array.dtype)


def with_constants(graph: Graph, lifted: Sequence[Constant]) -> Graph:
    """`graph` with some of its constants as further inputs."""
    key = ("lifted", *map(id, lifted))
    found = graph.cache.get(key)
    if found is None:
        values = {id(c): Value(None, c.array, "constant") for c in lifted}
        found = Graph(graph.name)
        found.inputs = graph.inputs + list(values.values())
        found.entries = [e.of([values.get(id(x), x) for x in e.inputs]) for e in graph.entries]
        found.outputs = [values.get(id(x), x) for x in graph.results]
        graph.cache[key] = found
    return found  # type: ignore[no-any-return]


def zero_list(trace: Trace, like: Value, lead: tuple[int, ...]) -> Tensor:
    """A list of zeros such as are in the list `like`, with leading axes."""
    return symbolic(trace.apply(zero_cotangent_p.definition, [like], {"lead": lead, "depth": listed_in(like)}))


Trace.zero_list = zero_list
