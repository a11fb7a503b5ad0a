"""Custom gradients in graphs, and `tf.gradients`, which looks back on a graph while it is traced."""

from collections.abc import Callable, Sequence
from typing import Any

from ..autodiff.backward import pull
from ..autodiff.custom import along_rows, record_custom
from ..autodiff.recording import Recording
from ..graph.graph import Constant, Entry, Graph, interpret, needed, run_entries
from ..values.convert import convert_to_tensor
from ..values.symbolic import Dim, Value, symbolic
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from .control import Shared
from .derivative import as_tensor
from .samples import two_of
from .trace import Trace, forget_samples

Rule = Callable[[Any], Sequence[Any]]


class CustomCall:
    """Says that values are what an operation with its own derivative gives of others: `(*outputs, *inputs, *used)`.

    Its results are the outputs. The derivative is a graph too, of the outputs' cotangents and of `used`, what it uses
    of the trace around it.

    Attributes:
      backward: this graph; None where its function raised `error` when it was traced.
      places: for each input, which result of `backward` is its cotangent; None where there is none.
    """

    multiple = True

    def __init__(self, name: str, outputs: int, inputs: int, backward: Graph | None, places: Sequence[int | None],
                 error: Exception | None) -> None:  # fmt: skip
        self.name = name
        self._outputs = outputs
        self._inputs = inputs
        self.backward = backward
        self.places = places
        self.error = error

    def kernel(self, *arrays: Any) -> list[Any]:
        return list(arrays[: self._outputs])

    def call(self, *tensors: Any) -> list[Any]:
        n, m = self._outputs, self._outputs + self._inputs
        outputs, inputs, used = tensors[:n], tensors[n:m], tensors[m:]
        trace = current.thread.trace
        if trace is None:
            made = [wrap(x._array) for x in outputs]
        else:
            made = [as_tensor(x) for x in trace.apply(self, tensors, {})]

        def rule(g: Any) -> list[Any]:
            return self._cotangents(g if n != 1 else [g], outputs, used)

        return record_custom(self.name, inputs, made, rule, traced=True)

    def _cotangents(self, gs: Sequence[Any], outputs: Sequence[Tensor], used: Sequence[Any]) -> list[Any]:
        if self.backward is None:
            assert self.error is not None
            raise self.error
        given = next(i for i, g in enumerate(gs) if g is not None)
        lead = gs[given].ndim - outputs[given].ndim
        raw = not isinstance(gs[given], Tensor)
        cotangents = [None if g is None else wrap(g) if raw else g for g in gs]
        found = along_rows(lambda gs: self._of_row(gs, outputs, used), cotangents, lead)
        return [None if c is None else c._array if raw else c for c in found]

    def _of_row(self, gs: Sequence[Any], outputs: Sequence[Tensor], used: Sequence[Any]) -> list[Any]:
        from ..array.creation import zeros_like

        filled = [zeros_like(x) if g is None else g for g, x in zip(gs, outputs, strict=True)]
        made = interpret(self.backward, [*filled, *used])  # type: ignore[arg-type]
        return [None if at is None else made[at] for at in self.places]


def custom(name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor], rule: Rule) -> list[Tensor]:
    """The `outputs`, computed in the present trace, as those of an operation with the derivative `rule`."""
    part = _Part(name, outputs, rule)
    shared = Shared(part)  # type: ignore[arg-type]
    backward = None if part.error is not None else shared.graph_of(part)  # type: ignore[arg-type]
    op = CustomCall(name, len(outputs), len(inputs), backward, part.places, part.error)
    trace = current.thread.trace
    made = trace.apply(op, [*outputs, *inputs, *shared.tensors], {})
    return [as_tensor(x) for x in made]


class _Part:
    """The rule, traced.

    Attributes:
      graph: of the outputs' cotangents, what is used besides, and variables.
    """

    def __init__(self, name: str, outputs: Sequence[Tensor], rule: Rule) -> None:
        trace = Trace(f"{name}_grad", current.thread.trace)
        self.error: Exception | None = None
        self.places: list[int | None] = []
        results: list[Any] = []
        with trace.active():
            gs = [symbolic(trace.input(*two_of(x._array), "g")) for x in outputs]
            try:
                for c in rule(gs if len(gs) != 1 else gs[0]):
                    self.places.append(None if c is None else len(results))
                    if c is not None:
                        results.append(convert_to_tensor(c))
            except Exception as error:  # to be raised when the derivative is asked for
                self.error, results = error, []
            self.graph = trace.close(results)
        forget_samples(self.graph)


def gradients(
    trace: Trace, ys: Sequence[Any], xs: Sequence[Any], seeds: Sequence[Any], stopped: Sequence[Any]
) -> list[Any]:
    """The gradients of the sum of `ys`, computed in `trace`, by `xs`: a tape looks at the operations once more."""
    recording = Recording(watch_accessed=False)
    targets = [trace.admit(y) for y in ys]
    sources = [trace.admit(x) for x in xs]
    env: dict[Value, Any] = {}
    nodes: list[Any] = []
    entries = list(trace.graph.entries)
    for entry in entries:
        for value in entry.outputs:
            env[value] = _as_it_is(value)
    for value in (*trace.graph.inputs, *trace.captures.values(), *trace.state.values()):
        env[value] = _as_it_is(value)
    lifted = {id(c): Value.described("constant", c.array.shape, c.array.dtype) for c in sources if type(c) is Constant}
    for c in sources:
        if type(c) is Constant:
            env[lifted[id(c)]] = wrap(c.array)

    def found_in_graph(x: Any) -> Any:
        return lifted.get(id(x), x)

    targets, sources = list(map(found_in_graph, targets)), list(map(found_in_graph, sources))
    for x in sources:
        tensor = env[x]
        recording.watch_tensor(tensor)
        nodes.append(tensor._node)
    fixed = {*sources, *(found_in_graph(trace.admit(x)) for x in stopped)}
    changed = set(sources)
    again: list[Entry] = []
    for entry in needed(entries, [y for y in targets if type(y) is Value and y not in lifted.values()], effects=False):
        entry = entry.of(list(map(found_in_graph, entry.inputs))) if lifted else entry
        if not entry.effect and not changed.isdisjoint(entry.uses) and fixed.isdisjoint(entry.outputs):
            changed.update(entry.outputs)
            again.append(entry)
    thread = current.thread
    recordings = thread.recordings
    try:
        recording.start()
        run_entries(again, env)
    finally:
        thread.recordings = recordings
    found: dict[Any, Any] = {}
    for y, seed in zip(targets, seeds, strict=True):
        node = env[y]._node if type(y) is Value else None
        if node is not None and recording in node.watchers:
            found[node] = found[node] + seed if node in found else seed
    made = pull(recording, found, filter(None, nodes), lifted=True, release=True)
    return [None if node is None else made.get(node) for node in nodes]


def _as_it_is(value: Value) -> Any:
    return symbolic(value) if value.dtype is not None else Dim(value) if isinstance(value.sample, int) else value


__all__ = ["custom", "gradients"]


Trace.custom = staticmethod(custom)  # type: ignore[assignment]
Trace.gradients = gradients
