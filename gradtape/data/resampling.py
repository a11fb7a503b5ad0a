"""What is made of other transformations: rejection_resample, and bucket_by_sequence_length."""

import bisect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.creation import one_hot
from ..array.gathering import gather
from ..array.joining import tile
from ..array.shape import expand_dims
from ..math.cast import cast
from ..math.reduction import reduce_max, reduce_min, reduce_sum
from ..random.sampling import uniform
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import float32, int64
from ..values.errors import InvalidArgumentError
from ..values.shape import TensorShape
from .batching import Batch, Padded, flat_shapes
from .functions import Traced
from .making import Makers, made
from .node import UNKNOWN, Element, Node, Unary, Walk, combined

_BATCH = 32  # elements after which frequencies are estimated anew
_SEEN = 10  # of each class, as if they had been there before


def resampled(dataset: Any, class_func: Callable[..., Any], target: Any, initial: Any, seed: Any) -> Any:
    """Pairs of class and element, in which classes are as frequent as `target` says.

    Elements come from the dataset as it is, or from one in which those of a class are kept with a probability of its
    own, so that as few as can be are left out.
    """
    wanted = cast(convert_to_tensor(target), float32)
    if initial is not None:
        first = cast(convert_to_tensor(initial), float32)
        kept, whole = _probabilities(first, wanted)
        keeping, share = made_of(kept), made_of(whole)
        ratio = np.min(np.asarray(wanted._array) / np.asarray(first._array))
    else:
        both = _estimated(dataset.map(class_func), wanted).map(lambda p: _probabilities(p, wanted))
        keeping, share = both.map(lambda kept, _: kept), both.map(lambda _, whole: whole)
        ratio = None

    def classified(*x: Any) -> Any:
        return class_func(*x), x[0] if len(x) == 1 else x

    def with_probability(kept: Any, element: Any) -> Any:
        number = class_func(*element) if isinstance(element, tuple) else class_func(element)
        return number, gather(kept, number), element

    filtered = (
        Makers.zip((keeping, dataset))
        .map(with_probability)
        .filter(lambda _, p, x: uniform([], seed=seed, dtype=p.dtype) < p)
        .map(lambda number, _, x: (number, x))
        .prefetch(3)
    )
    if ratio == 1:
        return dataset.map(classified)
    if ratio == 0:
        return filtered
    weights = share.map(lambda p: [(p, 1.0 - p)])
    pair = [dataset.map(classified), filtered]
    return Makers.sample_from_datasets(pair, weights=weights, seed=seed, stop_on_empty_dataset=True)


def made_of(tensor: Any) -> Any:
    """The same element without end."""
    return Makers.from_tensors(tensor).repeat()


def _probabilities(initial: Any, target: Any) -> Any:
    """With which probability an element of each class is kept, and an element comes from the dataset as it is."""
    ratio = target / (initial + np.finfo(np.float32).tiny)
    least = reduce_min(ratio)
    return (ratio - least) / (reduce_max(ratio) - least), least


def _estimated(classes: Any, target: Any) -> Any:
    """How frequent each class has been up to each element."""
    count = target.shape.as_list()[0]

    def seen(before: Any, batch: Any) -> Any:
        now = before + reduce_sum(one_hot(batch, count, dtype=int64), 0)
        frequencies = cast(now / reduce_sum(now), float32)
        return now, tile(expand_dims(frequencies, 0), [_BATCH, 1])

    return classes.batch(_BATCH).scan(np.full(count, _SEEN, np.int64), seen).unbatch()


class Buckets(Unary):
    """Batches of elements whose lengths fall between the same boundaries."""

    label = "_GroupByWindowDataset"

    def __init__(self, source: Node, length: Callable[..., Any], boundaries: list[int], batches: list[Any]) -> None:
        self.measure = Traced(length, [source.spec], "Dataset.bucket_by_sequence_length()")
        self.boundaries = boundaries
        self.batches = batches
        super().__init__(source, combined([b.spec for b in batches], "Incompatible batches"), UNKNOWN)

    def walk(self) -> Walk:
        return _Sorting(self.source.walk(), self)


class _Sorting(Walk):
    keeps = ("ended",)

    def __init__(self, source: Walk, node: Buckets) -> None:
        self.input = source
        self._node = node
        self._measure = node.measure.started()
        self._waiting: list[list[Element]] = [[] for _ in node.batches]
        self.ended = False

    def __next__(self) -> Element:
        node = self._node
        while not self.ended:
            try:
                element = next(self.input)
            except StopIteration:
                self.ended = True
                break
            number = bisect.bisect_right(node.boundaries, int(self._measure(*element)[0]))
            bucket, batch = self._waiting[number], node.batches[number]
            bucket.append(element)
            if len(bucket) == batch.size:
                self._waiting[number] = []
                return self._joined(batch, bucket)
        for number, (bucket, batch) in enumerate(zip(self._waiting, node.batches, strict=True)):
            self._waiting[number] = []
            if bucket and not batch.drops:
                return self._joined(batch, bucket)
        raise StopIteration

    @staticmethod
    def _joined(batch: Any, bucket: list[Element]) -> Element:
        if batch.refuses:
            message = "When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries)."
            raise InvalidArgumentError(None, None, message)
        return batch.join(bucket)  # type: ignore[no-any-return]

    def state(self) -> dict[str, Any]:
        return super().state() | {"waiting": [list(bucket) for bucket in self._waiting]}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._waiting = [list(map(tuple, bucket)) for bucket in state["waiting"]]


def buckets(dataset: Any, length: Callable[..., Any], boundaries: Any, sizes: Any, shapes: Any, values: Any,
            to_boundary: bool, no_padding: bool, drops: bool) -> Any:  # fmt: skip
    """Batches of elements of similar lengths, a size for each bucket."""
    bounds, sizes = [int(n) for n in boundaries], [int(n) for n in sizes]
    if len(sizes) != len(bounds) + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but `len(bucket_batch_sizes)="
            f"{len(sizes)}` and `len(bucket_boundaries)={len(bounds)}`."
        )
    node = dataset._node
    batches: list[Any] = []
    for number, size in enumerate(sizes):
        if no_padding:
            batch = Batch(node, size, drops)
        else:
            given = [s.shape for s in nest.flatten(node.spec)] if shapes is None else flat_shapes(node.spec, shapes)
            if to_boundary and number < len(bounds):
                filler = bounds[number] - 1
                given = [TensorShape([filler if n is None else n for n in s.as_list()]) for s in given]
            batch = Padded(node, size, nest.pack_sequence_as(node.spec, given), values, drops)
        batch.refuses = to_boundary and not no_padding and number == len(bounds)  # type: ignore[attr-defined]
        batches.append(batch)
    return made(Buckets(node, length, bounds, batches), dataset._options)
