"""Datasets of the elements of other datasets: flat_map and interleave, and a choice among several."""

from collections.abc import Callable, Sequence
from typing import Any

from ..values import nest
from ..values.errors import InvalidArgumentError
from .functions import Traced, restore_to, state_of
from .node import UNKNOWN, Element, Node, Unary, Walk, at_least_one, combined, integer
from .spec import DatasetSpec
from .threads import Ahead


class Interleave(Unary):
    """The elements of the datasets that a function makes of each element, of which `cycle` take turns."""

    label = "_InterleaveDataset"

    def __init__(self, source: Node, function: Callable[..., Any], cycle: Any = 1, block: Any = 1,
                 parallel: Any = None, flat: bool = False) -> None:  # fmt: skip
        place = "Dataset.flat_map()" if flat else "Dataset.interleave()"
        self.traced = Traced(function, [source.spec], place)
        spec = self.traced.spec
        if not isinstance(spec, DatasetSpec):
            raise TypeError(
                f"The `map_func` argument must return a `Dataset` object. Got {nest.map_structure(str, spec)}."
            )
        super().__init__(source, spec.element_spec, UNKNOWN)
        self.cycle = at_least_one(integer(cycle, "cycle_length"), "`cycle_length` must be > 0", "InterleaveDataset")
        self.block = at_least_one(integer(block, "block_length"), "`block_length` must be > 0", "InterleaveDataset")
        self.parallel = parallel is not None
        if isinstance(parallel, int) and isinstance(self.cycle, int) and parallel > self.cycle:
            message = "If `cycle_length` is set to a fixed value, `num_parallel_calls` must not be greater than it."
            raise InvalidArgumentError(None, None, f"{message} [Op:ParallelInterleaveDatasetV4]")
        if flat:
            self.label = "_FlatMapDataset"
        elif self.parallel:
            self.label = "_ParallelInterleaveDataset"

    def walk(self) -> Walk:
        return _Interleaving(self.source.walk(), self.traced, int(self.cycle), int(self.block), self.parallel)


class _Interleaving(Walk):
    """`cycle` places, each of which has a walk, or nothing while there is none. Of each, `block` elements in turn."""

    keeps = ("place", "given", "ended", "number")

    def __init__(self, source: Walk, traced: Traced, cycle: int, block: int, ahead: bool) -> None:
        self.input = source
        self._traced = traced
        self._call = traced.started()
        self._block = block
        self._ahead = ahead
        self._open: list[tuple[Element, Walk] | None] = [None] * cycle
        self.place = 0
        self.given = 0  # elements in the turn of this place
        self.ended = False
        self.number = 0

    def __next__(self) -> Element:
        places = self._open
        while True:
            here = places[self.place]
            if here is not None:
                if self.given < self._block:
                    try:
                        element = next(here[1])
                    except StopIteration:
                        places[self.place] = None
                    else:
                        self.given += 1
                        return element
                self.given = 0
                self.place = (self.place + 1) % len(places)
            elif self.ended:
                if not any(places):
                    raise StopIteration
                self.place = (self.place + 1) % len(places)
            else:
                try:
                    start = next(self.input)
                except StopIteration:
                    self.ended = True
                    continue
                self.number += 1
                places[self.place] = start, self._walk(start)

    def _walk(self, start: Element) -> Walk:
        try:
            walk = self._traced.node(self._call(*start)).walk()
        except Exception as error:
            self._traced.noted(error, self.number - 1)
            raise
        return Ahead(walk, -1) if self._ahead else walk  # type: ignore[no-any-return]

    def state(self) -> dict[str, Any]:
        opened = [None if x is None else (x[0], x[1].state()) for x in self._open]
        return super().state() | {"open": opened, "drawn": state_of(self._call)}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        for i, given in enumerate(state["open"]):
            self._open[i] = None if given is None else (tuple(given[0]), self._walk(tuple(given[0])))
            if given is not None:
                self._open[i][1].restore(given[1])  # type: ignore[index]
        restore_to(self._call, state["drawn"])


class Choice(Node):
    """Of several datasets the next element of the one whose number a dataset of numbers gives.

    Args:
      selector: of int64 scalars.
      nodes: to choose from.
      stops: whether one without more elements ends it; otherwise its numbers are passed over.
    """

    label = "_DirectedInterleaveDataset"

    def __init__(self, selector: Node, nodes: Sequence[Node], stops: bool) -> None:
        self.inputs = (selector, *nodes)
        self.spec = combined([n.spec for n in nodes], "Incompatible dataset elements")
        self.stops = stops
        known = [n.length for n in nodes]
        self.length = UNKNOWN if not (known and min(known) == max(known) == -1 == selector.length) else -1

    def walk(self) -> Walk:
        selector, *nodes = self.inputs
        return _Choosing(selector.walk(), [n.walk() for n in nodes], self.stops)


class _Choosing(Walk):
    keeps = ("ended",)

    def __init__(self, selector: Walk, walks: list[Walk], stops: bool) -> None:
        self.input = selector
        self._walks = walks
        self._stops = stops
        self.ended = [False] * len(walks)

    def __next__(self) -> Element:
        while not all(self.ended):
            number = int(next(self.input)[0])
            if not 0 <= number < len(self._walks):
                raise InvalidArgumentError(None, None, f"Selector index out of range: {number} >= {len(self._walks)}")
            if self.ended[number]:
                continue
            try:
                return next(self._walks[number])
            except StopIteration:
                self.ended[number] = True
                if self._stops:
                    self.ended = [True] * len(self._walks)
        raise StopIteration

    def after(self, other: Any) -> None:
        super().after(other)
        for mine, its in zip(self._walks, other._walks, strict=True):
            mine.after(its)

    def state(self) -> dict[str, Any]:
        return super().state() | {"walks": [walk.state() for walk in self._walks]}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        for walk, its in zip(self._walks, state["walks"], strict=True):
            walk.restore(its)
