"""Datasets of the same elements, others of them, or in another order."""

from typing import Any

from ..values.errors import FailedPreconditionError, InvalidArgumentError
from .node import (
    INFINITE,
    UNKNOWN,
    Element,
    Node,
    Unary,
    Walk,
    at_least_one,
    combined,
    integer,
    known,
)
from .sources import Counted, Seeds, Words

__all__ = ["AssertLength", "Concatenate", "Repeat", "Shard", "Shuffle", "Skip", "Take", "Zip"]


class Shuffle(Unary):
    """The elements in another order: each is drawn from `room` elements, into which the next ones come."""

    label = "_ShuffleDataset"

    def __init__(self, source: Node, room: Any, seed: Any, anew: bool) -> None:
        super().__init__(source)
        self.room = integer(room, "buffer_size")
        if isinstance(self.room, int) and self.room < 1 and self.room != UNKNOWN:
            message = "buffer_size must be greater than zero or UNKNOWN_CARDINALITY [Op:ShuffleDatasetV3]"
            raise InvalidArgumentError(None, None, message)
        self.seeds = Seeds(seed, anew)

    def walk(self) -> Walk:
        room = int(self.room)
        return _Shuffling(self.source.walk(), self.seeds, 1 << 62 if room == UNKNOWN else room)


class _Shuffling(Walk):
    keeps = ("ended",)

    def __init__(self, source: Walk, seeds: Seeds, room: int) -> None:
        self.input = source
        self.ended = False
        self._room = room
        self._seeds = seeds
        self._words = Words(seeds.next())
        # TensorFlow's places are those of a ring. From the first element on they are the places of this queue, which is
        # a list whose beginning is used up, for a queue is slow in its middle.
        self._waiting: list[Any] = []
        self._first = 0

    def __next__(self) -> Element:
        waiting, first = self._waiting, self._first
        while not self.ended and len(waiting) - first < self._room:
            try:
                waiting.append(next(self.input))
            except StopIteration:
                self.ended = True
        count = len(waiting) - first
        if not count:
            raise StopIteration
        place = first + self._words() % count
        element: Element = waiting[place]
        waiting[place] = waiting[first]
        waiting[first] = None
        self._first = first + 1
        if first > 1024 and 2 * first > len(waiting):
            del waiting[: self._first]
            self._first = 0
        return element

    def state(self) -> dict[str, Any]:
        return super().state() | {
            "waiting": self._waiting[self._first :],
            "seeds": list(self._words.seeds),
            "used": self._words.used,
            "next": self._seeds.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._waiting, self._first = [tuple(x) for x in state["waiting"]], 0
        self._words = Words(tuple(state["seeds"]), state["used"])
        self._seeds.restore(state["next"])


class Repeat(Unary):
    """The elements several times over."""

    label = "_RepeatDataset"

    def __init__(self, source: Node, count: Any) -> None:
        self.count = integer(-1 if count is None else count, "count")
        super().__init__(source, length=known(source.length, self.count, of=_repeated))

    def walk(self) -> Walk:
        return _Repeating(self.source, int(self.count))


def _repeated(length: int, count: int) -> int:
    if count == 0 or length == 0:
        return 0
    return INFINITE if count < 0 or length == INFINITE else UNKNOWN if length == UNKNOWN else length * count


class _Repeating(Walk):
    """For each turn there is a new walk; a turn without elements ends it."""

    keeps = ("turn", "some")

    def __init__(self, source: Node, count: int) -> None:
        self._source = source
        self._count = count
        self.turn = 0
        self.some = False  # whether this turn had an element
        self.input: Walk = source.walk() if count else Counted(lambda i: (), 0)

    def __next__(self) -> Element:
        while True:
            try:
                element = next(self.input)
            except StopIteration:
                if not self.some or self.turn + 1 == self._count:
                    raise
                self.turn += 1
                self.some = False
                ended, self.input = self.input, self._source.walk()
                if type(ended) is type(self.input):
                    self.input.after(ended)
            else:
                self.some = True
                return element


class Take(Unary):
    """The first elements."""

    label = "_TakeDataset"

    def __init__(self, source: Node, count: Any) -> None:
        self.count = integer(count, "count")
        super().__init__(source, length=known(source.length, self.count, of=_taken))

    def walk(self) -> Walk:
        return _Taking(self.source.walk(), int(self.count))


def _taken(length: int, count: int) -> int:
    if count < 0:
        return length
    return count if length == INFINITE or count == 0 else UNKNOWN if length == UNKNOWN else min(length, count)


class _Taking(Walk):
    keeps = ("left",)

    def __init__(self, source: Walk, count: int) -> None:
        self.input = source
        self.left = count

    def __next__(self) -> Element:
        if not self.left:
            raise StopIteration
        element = next(self.input)
        self.left -= 1
        return element


class Skip(Unary):
    """All but the first elements."""

    label = "_SkipDataset"

    def __init__(self, source: Node, count: Any) -> None:
        self.count = integer(count, "count")
        super().__init__(source, length=known(source.length, self.count, of=_skipped))

    def walk(self) -> Walk:
        count = int(self.count)
        return _Skipping(self.source.walk(), count) if count >= 0 else Counted(lambda i: (), 0)


def _skipped(length: int, count: int) -> int:
    return 0 if count < 0 else max(length - count, 0) if length >= 0 else length


class _Skipping(Walk):
    keeps = ("left",)

    def __init__(self, source: Walk, count: int) -> None:
        self.input = source
        self.left = count

    def __next__(self) -> Element:
        while self.left:
            next(self.input)
            self.left -= 1
        return next(self.input)


class Shard(Unary):
    """Every `number`th element, from the `index`th on."""

    label = "_ShardDataset"

    def __init__(self, source: Node, number: Any, index: Any) -> None:
        self.number = integer(number, "num_shards")
        self.index = integer(index, "index")
        at_least_one(self.number, f"Number of shards must be greater than zero (currently num_shards = {number}).",
                     "ShardDataset")  # fmt: skip
        if isinstance(self.number, int) and isinstance(self.index, int) and not 0 <= self.index < self.number:
            message = f"Index must be between 0 and {self.number - 1} (currently index = {self.index})."
            raise InvalidArgumentError(None, None, f"{message} [Op:ShardDataset]")
        super().__init__(source, length=known(source.length, self.number, self.index, of=_sharded))

    def walk(self) -> Walk:
        return _Sharding(self.source.walk(), int(self.number), int(self.index))


def _sharded(length: int, number: int, index: int) -> int:
    return length if length < 0 else (length - index + number - 1) // number


class _Sharding(Walk):
    keeps = ("position",)

    def __init__(self, source: Walk, number: int, index: int) -> None:
        self.input = source
        self._number, self._index = number, index
        self.position = 0

    def __next__(self) -> Element:
        while True:
            element = next(self.input)
            place, self.position = self.position % self._number, self.position + 1
            if place == self._index:
                return element


class Concatenate(Node):
    """The elements of one dataset, and those of another after them."""

    label = "_ConcatenateDataset"

    def __init__(self, first: Node, second: Node) -> None:
        self.inputs = (first, second)
        self.spec = combined([first.spec, second.spec], "Incompatible dataset elements")
        lengths = (first.length, second.length)
        self.length = INFINITE if INFINITE in lengths else UNKNOWN if UNKNOWN in lengths else sum(lengths)

    def walk(self) -> Walk:
        return _Concatenating(self.inputs)


class _Concatenating(Walk):
    keeps = ("place",)

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = nodes
        self.place = 0
        self.input = nodes[0].walk()

    def __next__(self) -> Element:
        while True:
            try:
                return next(self.input)
            except StopIteration:
                if self.place + 1 == len(self._nodes):
                    raise
                self.place += 1
                self.input = self._nodes[self.place].walk()

    def after(self, other: Any) -> None:
        """The walk over the first node is long gone."""

    def restore(self, state: dict[str, Any]) -> None:
        self.input = self._nodes[state["place"]].walk()
        super().restore(state)


class Zip(Node):
    """The elements of several datasets together, to the end of one."""

    label = "_ZipDataset"

    def __init__(self, nodes: list[Node], spec: Any) -> None:
        self.inputs = tuple(nodes)
        self.spec = spec
        finite = [n.length for n in nodes if n.length != INFINITE]
        self.length = INFINITE if not finite else UNKNOWN if UNKNOWN in finite else min(finite)

    def walk(self) -> Walk:
        return _Zipping([n.walk() for n in self.inputs])


class _Zipping(Walk):
    inputs = ()

    def __init__(self, walks: list[Walk]) -> None:
        self._walks = walks

    def __next__(self) -> Element:
        return tuple([a for walk in self._walks for a in next(walk)])

    def after(self, other: Any) -> None:
        for mine, its in zip(self._walks, other._walks, strict=True):
            mine.after(its)

    def state(self) -> dict[str, Any]:
        return {"inputs": [walk.state() for walk in self._walks]}

    def restore(self, state: dict[str, Any]) -> None:
        for walk, its in zip(self._walks, state["inputs"], strict=True):
            walk.restore(its)


class AssertLength(Unary):
    """The elements, of which there must be as many."""

    label = "_AssertCardinalityDataset"

    def __init__(self, source: Node, expected: Any) -> None:
        self.expected = integer(expected, "expected_cardinality")
        super().__init__(source, length=known(0, self.expected, of=lambda _, n: n))

    def walk(self) -> Walk:
        return _Asserting(self.source.walk(), int(self.expected))


class _Asserting(Walk):
    keeps = ("count",)

    def __init__(self, source: Walk, expected: int) -> None:
        self.input = source
        self.count = 0
        self._expected = expected

    def __next__(self) -> Element:
        try:
            element = next(self.input)
        except StopIteration:
            if self.count != self._expected and self._expected >= 0:
                raise self._wrong(f"contained only {self.count} elements") from None
            raise
        self.count += 1
        if 0 <= self._expected < self.count:
            raise self._wrong(f"contained at least {self.count} elements")
        return element

    def _wrong(self, what: str) -> Exception:
        message = f"Input dataset was expected to contain {self._expected} elements but {what}."
        return FailedPreconditionError(None, None, message)
