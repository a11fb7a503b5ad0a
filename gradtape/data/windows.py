"""Datasets of datasets, and batches that depend on what is in them: window, group_by_window, rebatch."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import int64
from ..values.type_spec import TensorSpec
from .batching import batched_spec
from .functions import Traced
from .node import UNKNOWN, Element, Node, Unary, Walk, at_least_one, held, integer, known
from .sources import Counted, row_spec
from .spec import DatasetSpec


class Listed(Node):
    """Elements that are there."""

    label = "_VariantDataset"

    def __init__(self, elements: list[Element], spec: Any) -> None:
        self.elements = elements
        self.spec = spec
        self.length = len(elements)

    def walk(self) -> Walk:
        return Counted(self.elements.__getitem__, len(self.elements))


class Window(Unary):
    """Datasets of `size` elements each, `stride` apart; each window begins `shift` elements after the one before."""

    label = "_WindowDataset"

    def __init__(self, source: Node, size: Any, shift: Any, stride: Any, drops: Any) -> None:
        self.size = at_least_one(integer(size, "size"), "Window size must be greater than zero.", "WindowDataset")
        self.shift = self.size if shift is None else at_least_one(
            integer(shift, "shift"), "Window shift must be greater than zero.", "WindowDataset")  # fmt: skip
        self.stride = at_least_one(
            integer(stride, "stride"), "Window stride must be greater than zero.", "WindowDataset"
        )
        self.drops = bool(convert_to_tensor(drops).numpy())
        spec = nest.map_structure(lambda s: DatasetSpec(s), source.spec)
        self.parts = [
            (s, 1 if isinstance(s, TensorSpec) else len(s._component_specs)) for s in nest.flatten(source.spec)
        ]
        length = known(source.length, self.size, self.shift, self.stride, self.drops, of=_windows)
        super().__init__(source, spec, length)

    def walk(self) -> Walk:
        return _Windowing(self.source.walk(), self)


def _windows(length: int, size: int, shift: int, stride: int, drops: bool) -> int:
    if length < 0:
        return length
    reach = (size - 1) * stride + 1
    return max(0, (length - reach) // shift + 1) if drops else -(-length // shift)


class _Windowing(Walk):
    keeps = ("waiting", "skip", "ended")

    def __init__(self, source: Walk, node: Window) -> None:
        self.input = source
        self._node = node
        self._size, self._shift, self._stride = int(node.size), int(node.shift), int(node.stride)
        self.waiting: list[Element] = []
        self.skip = 0  # elements to pass over before the next window
        self.ended = False

    def __next__(self) -> Element:
        reach = (self._size - 1) * self._stride + 1
        try:
            while True:
                if self.ended or (not self.skip and len(self.waiting) >= reach):
                    break
                element = next(self.input)
                if self.skip:
                    self.skip -= 1
                else:
                    self.waiting.append(element)
        except StopIteration:
            self.ended = True
        if not self.waiting or (self.ended and self._node.drops and len(self.waiting) < reach):
            raise StopIteration
        rows = self.waiting[: reach : self._stride]
        passed = min(self._shift, len(self.waiting))
        del self.waiting[:passed]
        self.skip = self._shift - passed
        found, start = [], 0
        for spec, count in self._node.parts:
            found.append(held(Listed([row[start : start + count] for row in rows], spec)))
            start += count
        return tuple(found)


class GroupByWindow(Unary):
    """Elements gathered by key until a key has as many as its window takes; then a function makes a dataset of them."""

    label = "_GroupByWindowDataset"

    def __init__(
        self, source: Node, key: Callable[..., Any], reduce: Callable[..., Any], size: Callable[..., Any]
    ) -> None:
        self.key = Traced(key, [source.spec], "Dataset.group_by_window()")
        scalar = TensorSpec([], int64)
        if not isinstance(self.key.spec, TensorSpec) or not self.key.spec.is_compatible_with(scalar):
            raise ValueError(
                f"Invalid `key_func`. `key_func` must return a single `tf.int64` scalar tensor but its return type is "
                f"{self.key.spec}."
            )
        self.size = Traced(size, [scalar], "Dataset.group_by_window()")
        self.reduce = Traced(lambda *x: reduce(*x), [scalar, DatasetSpec(source.spec)], "Dataset.group_by_window()")
        if not isinstance(self.reduce.spec, DatasetSpec):
            raise TypeError(f"Invalid `reduce_func`. `reduce_func` must return a `Dataset` but got {self.reduce.spec}.")
        super().__init__(source, self.reduce.spec.element_spec, UNKNOWN)

    def walk(self) -> Walk:
        return _Grouping(self.source.walk(), self)


class _Grouping(Walk):
    keeps = ("groups", "current", "ended")

    def __init__(self, source: Walk, node: GroupByWindow) -> None:
        self.input = source
        self._node = node
        self._key, self._size, self._reduce = node.key.started(), node.size.started(), node.reduce.started()
        self.groups: dict[int, list[Element]] = {}  # by key, in the order in which keys came
        self.current: tuple[int, list[Element]] | None = None
        self._made: Walk | None = None
        self.ended = False

    def __next__(self) -> Element:
        while True:
            if self._made is not None:
                try:
                    return next(self._made)
                except StopIteration:
                    self._made = self.current = None
            if not self.ended:
                try:
                    element = next(self.input)
                except StopIteration:
                    self.ended = True
                    continue
                key = int(self._key(*element)[0])
                group = self.groups.setdefault(key, [])
                group.append(element)
                size = int(self._size(np.int64(key))[0])
                if len(group) >= size:
                    self._flush(key, self.groups.pop(key))
            elif self.groups:
                key = min(self.groups)
                self._flush(key, self.groups.pop(key))
            else:
                raise StopIteration

    def _flush(self, key: int, group: list[Element]) -> None:
        self.current = key, group
        made = self._reduce(np.int64(key), held(Listed(group, self._node.source.spec)))
        self._made = self._node.reduce.node(made).walk()

    def state(self) -> dict[str, Any]:
        groups = {key: list(group) for key, group in self.groups.items()}
        return super().state() | {"groups": groups, "made": None if self._made is None else self._made.state()}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.groups = {key: list(group) for key, group in state["groups"].items()}
        self._made = None
        if self.current is not None:
            self._flush(*self.current)
            self._made.restore(state["made"])  # type: ignore[union-attr]


class Rebatch(Unary):
    """The rows of batches in batches of other sizes, which take turns."""

    label = "_RebatchDataset"

    def __init__(self, source: Node, sizes: Any, drops: bool) -> None:
        given = np.atleast_1d(convert_to_tensor(sizes).numpy()).tolist()
        self.sizes = [int(n) for n in given]
        self.drops = bool(drops)
        for s in nest.flatten(source.spec):
            if not isinstance(s, TensorSpec) or s.shape.rank == 0:
                raise ValueError(
                    "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset with scalar "
                    "elements. Fix the issue by adding the `batch` transformation to the dataset."
                )
        first = self.sizes[0] if self.drops and len(set(self.sizes)) == 1 else None
        super().__init__(source, nest.map_structure(lambda s: batched_spec(row_spec(s), first), source.spec), UNKNOWN)

    def walk(self) -> Walk:
        return _Rebatching(self.source.walk(), self.sizes, self.drops)


class _Rebatching(Walk):
    keeps = ("waiting", "turn")

    def __init__(self, source: Walk, sizes: list[int], drops: bool) -> None:
        self.input = source
        self._sizes, self._drops = sizes, drops
        self.waiting: Element | None = None
        self.turn = 0

    def __next__(self) -> Element:
        size = self._sizes[self.turn]
        while self.waiting is None or len(self.waiting[0]) < size:
            try:
                more = next(self.input)
            except StopIteration:
                if self.waiting is None or not len(self.waiting[0]) or self._drops:
                    raise
                break
            self.waiting = more if self.waiting is None else tuple(
                [np.concatenate(pair) for pair in zip(self.waiting, more, strict=True)])  # fmt: skip
        made = tuple([a[:size] for a in self.waiting])
        self.waiting = tuple([a[size:] for a in self.waiting])
        self.turn = (self.turn + 1) % len(self._sizes)
        return made
