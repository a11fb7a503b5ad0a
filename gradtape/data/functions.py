"""Functions that a program gives to a dataset: each is traced once, and runs as its graph on arrays."""

import copy
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..autograph import operators as autograph
from ..function.decorator import function
from ..graph.graph import Constant
from ..graph.operations import Draw
from ..random.seeds import OwnSequence, counters, global_seed
from ..replay.program import run as replay_run
from ..tracing.derivative import as_tensor
from ..tracing.python_call import untried
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.tensor import wrap
from ..values.type_spec import type_spec_from_value
from .node import Element, Node, flat_specs, object_of

__all__ = ["Traced"]


class Traced:
    """A function of elements, traced for elements such as `specs` say.

    Args:
      called: what to trace.
      specs: of its arguments, a spec or structure each. The items of a tuple are arguments of their own.
      place: the method of Dataset for which it is traced, as messages name it.

    Attributes:
      spec: of its result.
      draws: whether it draws random numbers.
      in_order: whether it has to be called in order, as it takes more random numbers for some elements than for others.
    """

    def __init__(self, called: Callable[..., Any], specs: Sequence[Any], place: str) -> None:
        if not callable(called):
            raise ValueError(f"Argument `func` must be a callable. Received func={called!r} (of type {type(called)})")
        self.place = place
        self.name = getattr(called, "__name__", repr(called))
        code = getattr(called, "__code__", None)
        self.line = f"{code.co_filename}:{code.co_firstlineno}" if code is not None else ""
        given = tuple(specs)

        def call(*arguments: Any) -> Any:
            arguments = nest.map_structure(lambda x: x, arguments)  # which the function may change
            return _result(autograph.call(called)(*arguments), place)

        if any(type(s) is tuple for s in given) or not given:
            given = tuple(x for s in given for x in (s if type(s) is tuple and len(given) == 1 else (s,)))
        traced = function(functools.wraps(called)(call) if code is not None else call)
        concrete = untried(lambda: traced.get_concrete_function(*given))
        outputs = concrete.structured_outputs
        self.spec = nest.map_structure(lambda x: None if x is None else type_spec_from_value(x), outputs)
        self._concrete = concrete
        self.captured = list(concrete.graph.captured)
        self._count = len(concrete.graph.outputs)
        self._seed = global_seed()
        draws = [op for op in operations(concrete.graph) if isinstance(op, Draw)]
        self.draws = bool(draws)
        own = [e for e in concrete.graph.entries if isinstance(e.op, Draw)]
        self._counts = [counters(e.op.kernel, *e.inputs) for e in own]
        self.in_order = len(own) < len(draws) or None in self._counts

    def with_captured(self, arrays: Sequence[Any]) -> "Traced":
        """The same function, with these arrays for the tensors of the graph around it."""
        made = copy.copy(self)
        made.captured = [wrap(a) for a in arrays]
        return made

    def copied(self) -> None:
        """Nothing of it belongs to a description alone."""

    def started(self) -> Callable[..., Element]:
        """What calls it on the arrays of its arguments, for one walk: with random numbers of its own."""
        if not self.draws:
            return self._run
        return _Drawing(self._run, OwnSequence(self._seed), self._counts)

    def _run(self, *arrays: Any) -> Element:
        concrete = self._concrete
        if concrete._unranked:
            return tuple(x._array for x in _flat(concrete.run_on([wrap(a) for a in arrays])))
        variables = concrete._variables
        given = [*arrays, *[x._array for x in self.captured], *[v.handle.local() for v in variables]]
        made = replay_run(concrete.graph, given)
        for handle, place in concrete._assigned:
            handle.array = made[place]
        return tuple([as_tensor(x)._array for x in made[: self._count]])

    def node(self, made: Element) -> Any:
        """The node of the dataset that it gave."""
        return object_of(made[0])

    @property
    def graph(self) -> Any:
        return self._concrete.graph

    def noted(self, error: BaseException, number: int) -> None:
        """Tell with an error for which element, and in which function, it was raised."""
        where = f" ({self.line})" if self.line else ""
        error.add_note(
            f"Raised for element {number} of the dataset, in the function of {self.place}: {self.name}{where}"
        )


class _Drawing:
    """Calls of a function that draws random numbers."""

    def __init__(self, run: Callable[..., Element], sequence: OwnSequence, counts: Sequence[Any] = ()) -> None:
        self._run = run
        self._sequence = sequence
        self._counts = counts

    def next(self) -> Callable[..., Element]:
        """The next call, which any thread may make: its random numbers are put aside now."""
        return _Drawing(self._run, self._sequence.aside(self._counts))

    def __call__(self, *arrays: Any) -> Element:
        with self._sequence.element():
            return self._run(*arrays)

    def state(self) -> Any:
        return dict(self._sequence._used)

    def restore(self, state: Any) -> None:
        self._sequence._used = dict(state)


def next_of(call: Any) -> Callable[..., Element]:
    """The next call of what `started` gave, which any thread may make."""
    return call.next() if isinstance(call, _Drawing) else call  # type: ignore[no-any-return]


def state_of(call: Any) -> Any:
    """What to save of what `started` gave."""
    return call.state() if isinstance(call, _Drawing) else None


def restore_to(call: Any, state: Any) -> None:
    """The other way."""
    if isinstance(call, _Drawing):
        call.restore(state)


def _flat(value: Any) -> list[Any]:
    return [x for x in nest.flatten(value, expand_composites=True) if x is not None]


def operations(graph: Any) -> Iterator[Any]:
    """The operations of a graph and of the graphs inside of it, and the datasets that these have as constants."""
    seen: set[int] = set()
    waiting = [graph]
    while waiting:
        x = waiting.pop()
        if isinstance(x, list | tuple):
            waiting += x
        elif isinstance(x, functools.partial):
            waiting += x.args
        elif isinstance(x, Constant):
            array = x.array
            if type(array) is np.ndarray and array.dtype == object and not array.ndim:
                yield array[()]
        elif isinstance(x, Node):
            yield x
        elif hasattr(x, "entries") and id(x) not in seen:
            seen.add(id(x))
            waiting += x.outputs
            for e in x.entries:
                yield e.op
                waiting += [*getattr(e.op, "__dict__", {}).values(), *e.attrs.values(), *e.inputs]


def _result(value: Any, place: str) -> Any:
    """What a function of elements gave, as an element: a list is a tuple, and lists inside are tensors."""
    value = tuple(value) if type(value) is list else value
    try:
        return element_of(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"Unsupported return value from function passed to {place}: {value!r}.") from error


def element_of(value: Any) -> Any:
    """A structure of tensors; a list is a tensor."""
    if value is None or isinstance(value, CompositeTensor):
        return value
    if nest.is_nested(value) and not isinstance(value, list):
        return nest._rebuild(value, [element_of(x) for x in nest._items(value)])
    return convert_to_tensor(value)


def spec_of(element: Any) -> Any:
    """The specs of an element."""
    return nest.map_structure(lambda x: None if x is None else type_spec_from_value(x), element)


def splits(spec: Any) -> list[int]:
    """How many arrays each item of a tuple of specs has."""
    return [len(flat_specs(s)) for s in spec]
