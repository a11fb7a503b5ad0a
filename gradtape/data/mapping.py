"""Datasets that call a function for each element: map, filter, take_while, scan, and what is made of them."""

import collections
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np

from ..values import nest
from ..values.dtypes import bool_
from ..values.type_spec import TensorSpec
from .functions import Traced, element_of, next_of, restore_to, spec_of, state_of
from .node import UNKNOWN, Element, Node, Unary, Walk, combined, flat_specs, integer, taken_apart
from .threads import Pool

_FEW = 8  # elements whose time says whether threads are worth their while
_SLOW = 2e-4  # seconds for an element: from here on they are


class Map(Unary):
    """What a function gives for each element."""

    label = "_MapDataset"

    def __init__(self, source: Node, function: Callable[..., Any], parallel: Any = None) -> None:
        self.traced = Traced(function, [source.spec], "Dataset.map()")
        super().__init__(source, self.traced.spec)
        self.parallel = None if parallel is None else integer(parallel, "num_parallel_calls")
        if parallel is not None:
            self.label = "_ParallelMapDataset"

    def walk(self) -> Walk:
        if self.parallel is None or int(self.parallel) == 1 or self.traced.in_order:
            return _Mapping(self.source.walk(), self.traced)
        return _ParallelMapping(self.source.walk(), self.traced, int(self.parallel))


class _Calling(Walk):
    """A walk that calls a function for each element of its input."""

    keeps = ("number",)

    def __init__(self, source: Walk, traced: Traced) -> None:
        self.input = source
        self.number = 0  # of the next element
        self._traced = traced
        self._call = traced.started()

    def _called(self, *arrays: Any) -> Element:
        number = self.number
        self.number = number + 1
        try:
            return self._call(*arrays)
        except Exception as error:
            self._traced.noted(error, number)
            raise

    def after(self, other: Any) -> None:
        super().after(other)
        self._call = other._call

    def state(self) -> dict[str, Any]:
        return super().state() | {"drawn": state_of(self._call)}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        restore_to(self._call, state["drawn"])


class _Mapping(_Calling):
    def __next__(self) -> Element:
        return self._called(*next(self.input))


class _ParallelMapping(Walk):
    """The same, several at a time, in order. `parallel` is how many; -1 to find out whether it is worth while."""

    def __init__(self, source: Walk, traced: Traced, parallel: int) -> None:
        self.input = source
        self._traced = traced
        self._call = traced.started()
        self._pool = Pool(parallel) if parallel > 1 else None
        self._left = _FEW if parallel < 0 else -1
        self._spent = 0.0
        self._running: collections.deque[tuple[Element, Any, Future[Element]]] = collections.deque()
        self._ended = False
        self.number = 0

    def __next__(self) -> Element:
        try:
            if self._pool is None:
                return self._alone(next(self.input))
            while len(self._running) < 4 * self._pool.size and not self._ended:
                try:
                    given = next(self.input)
                except StopIteration:
                    self._ended = True
                else:
                    self._begin(self._pool, given)
            if not self._running:
                raise StopIteration
            made = self._running[0][2].result()
        except StopIteration:
            raise
        except Exception as error:
            if self._running:
                self._running.popleft()
                self._traced.noted(error, self.number)
                self.number += 1
            raise
        self._running.popleft()
        self.number += 1
        return made

    def _begin(self, pool: Pool, given: Element) -> None:
        drawn = state_of(self._call)
        self._running.append((given, drawn, pool.submit(next_of(self._call), *given)))

    def _alone(self, given: Element) -> Element:
        """The first elements are timed."""
        before = time.perf_counter()
        number, self.number = self.number, self.number + 1
        try:
            return self._call(*given)
        except Exception as error:
            self._traced.noted(error, number)
            raise
        finally:
            if self._left > 0:
                self._spent += time.perf_counter() - before
                self._left -= 1
                if self._left == 0 and self._spent > _SLOW * _FEW:
                    self._pool = Pool(-1)

    def state(self) -> dict[str, Any]:
        """What runs is given to the function again."""
        drawn = self._running[0][1] if self._running else state_of(self._call)
        return super().state() | {"given": [given for given, *_ in self._running], "number": self.number,
                                  "ended": self._ended, "drawn": drawn}  # fmt: skip

    def after(self, other: Any) -> None:
        super().after(other)
        self._call = other._call

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.number, self._ended = state["number"], state["ended"]
        restore_to(self._call, state["drawn"])
        self._running.clear()
        if state["given"] and self._pool is None:
            self._pool = Pool(-1)
        for given in state["given"]:
            self._begin(self._pool, given)  # type: ignore[arg-type]


class Filter(Unary):
    """The elements for which a function gives true; or those before the first for which it does not."""

    label = "_FilterDataset"

    def __init__(self, source: Node, predicate: Callable[..., Any], stops: bool = False) -> None:
        super().__init__(source, length=UNKNOWN)
        self.traced = Traced(predicate, [source.spec], "Dataset.take_while()" if stops else "Dataset.filter()")
        spec = self.traced.spec
        if not isinstance(spec, TensorSpec) or not spec.is_compatible_with(TensorSpec([], bool_)):
            raise ValueError(
                "Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, but its return type is "
                f"{spec}."
            )
        self.stops = stops
        if stops:
            self.label = "_TakeWhileDataset"

    def walk(self) -> Walk:
        return (_Stopping if self.stops else _Filtering)(self.source.walk(), self.traced)


class _Filtering(_Calling):
    def __next__(self) -> Element:
        while True:
            element = next(self.input)
            if self._called(*element)[0]:
                return element


class _Stopping(_Calling):
    keeps = ("number", "ended")
    ended = False

    def __next__(self) -> Element:
        if self.ended:
            raise StopIteration
        element = next(self.input)
        if self._called(*element)[0]:
            return element
        self.ended = True
        raise StopIteration


class Scan(Unary):
    """What a function of a state and each element gives besides the next state."""

    label = "_ScanDataset"

    def __init__(self, source: Node, initial: Any, function: Callable[..., Any]) -> None:
        self.initial, self.traced = folded(initial, function, source, "Dataset.scan()", "scan_func")
        super().__init__(source, self.traced.spec[1])

    def walk(self) -> Walk:
        return _Scanning(self.source.walk(), self.traced, tuple([x._array for x in self.initial]))


class _Scanning(_Calling):
    keeps = ("number", "carried")

    def __init__(self, source: Walk, traced: Traced, carried: Element) -> None:
        super().__init__(source, traced)
        self.carried = carried

    def __next__(self) -> Element:
        made = self._called(*self.carried, *next(self.input))
        count = len(self.carried)
        self.carried = made[:count]
        return made[count:]


def folded(initial: Any, function: Callable[..., Any], source: Node, place: str, name: str) -> tuple[list[Any], Traced]:
    """The tensors of a first state, and the function of a state and an element; its state's shapes may widen."""
    first = element_of(initial)
    spec = spec_of(first)
    tensors = [x for x in nest.flatten(first, expand_composites=True) if x is not None]
    while True:
        traced = Traced(function, [spec, source.spec], place) if type(spec) is not tuple else Traced(
            lambda *arguments: function(*arguments), [spec, source.spec], place)  # fmt: skip
        made = traced.spec
        if name == "scan_func":
            if not isinstance(made, tuple) or len(made) != 2:
                raise TypeError(
                    f"Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output "
                    f"value but its return type is {made}."
                )
            made = made[0]
        try:
            nest.assert_same_structure(spec, made)
            for a, b in zip(flat_specs(spec), flat_specs(made), strict=True):
                if a.dtype is not b.dtype:
                    raise TypeError(
                        f"Invalid `{name}`. The element types for the new state must match the initial state. Expected "
                        f"{a.dtype!r}, got {b.dtype!r}."
                    )
        except ValueError as error:
            raise TypeError(
                f"Invalid `{name}`. The element structure for the new state must match the initial state. Expected "
                f"{spec}, got {made}."
            ) from error
        wider = combined([spec, made], "shapes of states")
        if wider == spec:
            return tensors, traced
        spec = wider


class Unique(Unary):
    """The elements that were not there before."""

    label = "_UniqueDataset"

    def __init__(self, source: Node) -> None:
        super().__init__(source, length=UNKNOWN)
        for s in nest.flatten(source.spec):
            if not isinstance(s, TensorSpec) or s.dtype.name not in ("int32", "int64", "string"):
                raise TypeError(
                    "`tf.data.Dataset.unique` does not support type "
                    f"{getattr(s, 'dtype', s)} -- only `tf.int32`, `tf.int64`, and `tf.string` are supported."
                )

    def walk(self) -> Walk:
        return _Unique(self.source.walk())


class _Unique(Walk):
    keeps = ("seen",)

    def __init__(self, source: Walk) -> None:
        self.input = source
        self.seen: dict[Any, None] = {}

    def __next__(self) -> Element:
        while True:
            element = next(self.input)
            key = tuple([repr(np.asarray(a).tolist()) for a in element])
            if key not in self.seen:
                self.seen[key] = None
                return element


class IgnoreErrors(Unary):
    """The elements that can be made."""

    label = "_IgnoreErrorsDataset"

    def __init__(self, source: Node, tells: bool) -> None:
        super().__init__(source, length=UNKNOWN)
        self.tells = tells

    def walk(self) -> Walk:
        return _Ignoring(self.source.walk(), self.tells)


class _Ignoring(Walk):
    def __init__(self, source: Walk, tells: bool) -> None:
        self.input = source
        self._tells = tells

    def __next__(self) -> Element:
        while True:
            try:
                return next(self.input)
            except StopIteration:
                raise
            except Exception as error:
                if self._tells:
                    from ..values.log import get_logger

                    get_logger().warning("Error raised with error message %s", error)


def parts_of(value: Any) -> Element:
    """The arrays of what a program gave as an element."""
    return taken_apart(element_of(value))
