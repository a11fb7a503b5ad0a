"""`Graph`: what a traced function computes, as plain data: entries in order, inputs, outputs, assignments."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..values.symbolic import Dim, Value, whole_int
from ..values.tensor import EagerTensor, wrap
from ..values.thread import current


class Constant:
    """An array that a graph uses, and the tensor it is of where the program may still have that, and watch it."""

    __slots__ = ("array", "tensor")

    def __init__(self, array: Any, tensor: EagerTensor | None = None) -> None:
        self.array = array
        self.tensor = tensor


class Entry:
    """One operation of a graph.

    Attributes:
      op: what is computed. It has a `name`; `kernel(*arrays, **attrs)`, which computes it on NumPy arrays; and
        `call(*tensors, **attrs)`, which applies it to tensors, recorded by tapes. A primitive's `Definition` is one.
      inputs: each a `Value`, a `Constant`, or a Python object.
      attrs: Python objects, in which a `Dim` is a value too.
      outputs: of `Value`.
      effect: whether it does something besides, so that it stays, and in order.
      line: of the program, where that is known.
      scope: the name scopes that were open, as `a/b/`.
    """

    __slots__ = ("attrs", "dims", "effect", "inputs", "line", "op", "outputs", "scope")

    def __init__(self, op: Any, inputs: Sequence[Any], attrs: dict[str, Any], outputs: list[Value], effect: bool,
                 line: Any = None, scope: str = "") -> None:  # fmt: skip
        self.op = op
        self.inputs = list(inputs)
        self.attrs = attrs
        self.outputs = outputs
        self.effect = effect
        self.line = line
        self.scope = scope
        self.dims = tuple(dim.value for dim in dims_of(attrs.values()))

    def of(self, inputs: Sequence[Any]) -> "Entry":
        """The same of other inputs."""
        return Entry(self.op, inputs, self.attrs, self.outputs, self.effect, self.line, self.scope)

    @property
    def name(self) -> str:
        """What its (first) result is called."""
        return self.outputs[0].name if self.outputs else str(self.op.name)

    @property
    def type(self) -> str:
        """TensorFlow's name of the operation, where it has one."""
        return getattr(self.op, "op", None) or str(self.op.name)

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    @property
    def uses(self) -> Iterator[Value]:
        """The values it needs."""
        for x in self.inputs:
            if type(x) is Value:
                yield x
        yield from self.dims


def dims_of(structure: Any) -> Iterator[Dim]:
    """The `Dim`s in attributes, which are nested tuples, lists, slices."""
    for x in structure:
        if type(x) is Dim:
            yield x
        elif type(x) is list or isinstance(x, tuple):
            yield from dims_of(x)
        elif type(x) is slice:
            yield from dims_of((x.start, x.stop, x.step))


def with_dims(x: Any, of: Callable[[Value], Any]) -> Any:
    """The attribute `x` with what `of` gives in the places of its `Dim`s."""
    if type(x) is Dim:
        return of(x.value)
    if type(x) is tuple or type(x) is list:
        return type(x)(with_dims(y, of) for y in x)
    if isinstance(x, tuple):  # a named one
        return type(x)(*(with_dims(y, of) for y in x))
    if type(x) is slice:
        return slice(*(with_dims(y, of) for y in (x.start, x.stop, x.step)))
    return x


def identity_of(x: Any) -> Any:
    """By what an input of an entry is known: a number by what it is, and all else by being the same object."""
    return (type(x), x) if isinstance(x, int | float | str | bool | tuple | np.dtype) or x is None else id(x)


def key_of(op: Any, inputs: Iterable[Any], attrs: dict[str, Any]) -> Any:
    """By what an operation is known, of inputs that are known by these. What it is written as tells 0.0 from -0.0.

    Raises:
      TypeError: if it is known by nothing, since an attribute cannot be hashed.
    """
    key = (op, *inputs, *attrs.items(), repr(tuple(attrs.values())))
    hash(key)
    return key


class Graph:
    """A traced function.

    Attributes:
      name: the function's.
      inputs: a `Value` for each argument, then one for each of `captured`, then one for each of `variables`.
      captured: tensors of enclosing traces.
      variables: that it reads or assigns.
      entries: the operations in order.
      outputs: of `Value`, `Constant` or None.
      assigned: for each of `variables` its new value, or None.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.inputs: list[Value] = []
        self.captured: list[Any] = []
        self.variables: list[Any] = []
        self.entries: list[Entry] = []
        self.outputs: list[Any] = []
        self.assigned: list[Any] = []
        self.cache: dict[Any, Any] = {}  # what was made of it: programs, derivatives

    @property
    def arguments(self) -> int:
        """How many of the inputs are arguments."""
        return len(self.inputs) - len(self.captured) - len(self.variables)

    @property
    def results(self) -> list[Any]:
        """The outputs, and the new values of variables that are assigned."""
        return self.outputs + [x for x in self.assigned if x is not None]

    def constants(self) -> list[Constant]:
        """Those constants that the program may still watch."""
        found: dict[int, Constant] = {}
        for entry in self.entries:
            for x in entry.inputs:
                if type(x) is Constant and x.tensor is not None:
                    found[id(x)] = x
        for x in self.outputs:
            if type(x) is Constant and x.tensor is not None:
                found[id(x)] = x
        return list(found.values())

    def prune(self) -> "Graph":
        """Take out what no result needs."""
        self.entries = needed(self.entries, (x for x in self.results if type(x) is Value))
        return self

    as_graph_def: Callable[["Graph"], Any]  # given by `graph_def`

    def get_operations(self) -> list[Entry]:
        """The operations in order; not, as in TensorFlow, also one for each argument and constant."""
        return self.entries


def needed(entries: Sequence[Entry], wanted: Iterable[Value], effects: bool = True) -> list[Entry]:
    """Those entries that the wanted values come from, or that have effects; in order."""
    want = set(wanted)
    kept = []
    for entry in reversed(entries):
        if (effects and entry.effect) or not want.isdisjoint(entry.outputs):
            kept.append(entry)
            want.update(entry.uses)
    kept.reverse()
    return kept


def interpret(graph: Graph, tensors: Sequence[Any], env: dict[Value, Any] | None = None,
              alike: bool = False) -> list[Any]:  # fmt: skip
    """What `graph` gives of tensors, operation by operation: seen by tapes, and traces.

    Args:
      env: receives the tensor of each value.
      alike: in a trace, the lengths that differ from run to run are those that do in `graph`.

    Returns:
      A tensor for each of `graph.results`, or None.
    """
    env = {} if env is None else env
    env.update(zip(graph.inputs, tensors, strict=True))
    run_entries(graph.entries, env, alike)
    return [tensor_of(x, env) for x in graph.results]


def tensor_of(x: Any, env: dict[Value, Any]) -> Any:
    """The tensor of an output or input of an entry; a Python object as it is."""
    if type(x) is Value:
        return env[x]
    if type(x) is Constant:
        return x.tensor if x.tensor is not None else wrap(x.array)
    return x


def run_entries(entries: Iterable[Entry], env: dict[Value, Any], alike: bool = False) -> None:
    """Apply the operations to the tensors in `env`, and put there what they give."""

    def number(value: Value) -> Any:
        x = env[value]
        if isinstance(x, int | Dim):
            return x
        if type(x) is Value:
            return Dim(x)
        return whole_int(x._array)

    for entry in entries:
        inputs = [tensor_of(x, env) for x in entry.inputs]
        attrs = {k: with_dims(v, number) for k, v in entry.attrs.items()} if entry.dims else entry.attrs
        made = entry.op.call(*inputs, **attrs)
        outputs = entry.outputs
        if len(outputs) == 1 and not entry.op.multiple:
            env[outputs[0]] = made
        else:
            for value, x in zip(outputs, made or (), strict=True):
                env[value] = x
        for value in outputs:
            made = getattr(env[value], "_array", None)
            if type(made) is Value:
                _tell(made, value, alike)


def _tell(value: Value, like: Value, alike: bool) -> None:
    """Have of the shape of `value` be known what is of `like`, and, if they are to be alike, no more than that."""
    trace = current.thread.trace
    if like.shape is None:
        trace.unranked(value)
    elif like.dtype is not None and not like.listed:
        pairs = list(enumerate(zip(value.shape, like.shape, strict=True)))
        if like.settled and any(type(n) is Dim and type(m) is not Dim for _, (n, m) in pairs):
            trace.settle(value, [None if type(m) is Dim else m for m in like.shape])
        axes = [i for i, (n, m) in pairs if type(m) is Dim and type(n) is not Dim]
        if alike and axes:
            trace.vary(value, axes)


def run_kernels(graph: Graph, arrays: Sequence[Any], run: Callable[..., Any]) -> list[Any]:
    """The results of `graph` for arrays, where `run(entry, inputs, attrs)` is what each operation makes of its own."""
    env: dict[Value, Any] = dict(zip(graph.inputs, arrays, strict=True))

    def of(x: Any) -> Any:
        return env[x] if type(x) is Value else x.array if type(x) is Constant else x

    for entry in graph.entries:
        attrs = {k: with_dims(v, env.__getitem__) for k, v in entry.attrs.items()} if entry.dims else entry.attrs
        made = run(entry, [of(x) for x in entry.inputs], attrs)
        if entry.outputs:  # a check has none
            env.update(zip(entry.outputs, made if entry.op.multiple else (made,), strict=True))
    return [of(x) for x in graph.results]
