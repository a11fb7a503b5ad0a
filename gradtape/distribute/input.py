"""Datasets of which each replica gets a part: of every batch, or every so many elements in turn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.dataset import Dataset
from ..data.iterator import Iterator
from ..data.node import Element, Node, Unary, Walk
from ..values import nest
from ..values.shape import TensorShape
from ..values.type_spec import TensorSpec
from .values import PerReplicaSpec

__all__ = ["DistributedDataset", "DistributedIterator", "InputContext", "InputOptions", "divided", "in_turn"]


class DistributedIterator(Iterator):
    """The elements of a `DistributedDataset`, one after the other."""


class DistributedDataset(Dataset):
    """A dataset whose elements are `DistributedValues`. `Strategy.experimental_distribute_dataset` makes it."""

    def __iter__(self) -> Any:
        made = super().__iter__()
        made.__class__ = DistributedIterator
        return made


class InputContext:
    """What a function that makes a dataset is told: for how many replicas, and which of the processes this is.

    Args:
      num_input_pipelines: how many processes make one.
      input_pipeline_id: the number of this one.
      num_replicas_in_sync: how many replicas there are.
    """

    def __init__(self, num_input_pipelines: int = 1, input_pipeline_id: int = 0, num_replicas_in_sync: int = 1) -> None:
        self.num_input_pipelines = num_input_pipelines
        self.input_pipeline_id = input_pipeline_id
        self.num_replicas_in_sync = num_replicas_in_sync

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The part of a batch that is one replica's.

        Raises:
          ValueError: if it is no whole number.
        """
        if global_batch_size % self.num_replicas_in_sync:
            raise ValueError(
                f"The `global_batch_size` {global_batch_size!r} is not divisible by `num_replicas_in_sync` "
                f"{self.num_replicas_in_sync!r} "
            )
        return global_batch_size // self.num_replicas_in_sync

    def __repr__(self) -> str:
        return f"tf.distribute.InputContext({vars(self)})"


class InputOptions:
    """How the elements of a dataset come to replicas. Here they are in the memory that all of them use."""

    def __init__(self, experimental_fetch_to_device: Any = None, experimental_replication_mode: Any = None,
                 experimental_place_dataset_on_device: Any = False, experimental_per_replica_buffer_size: Any = 1,
                 ) -> None:  # fmt: skip
        self.experimental_fetch_to_device = experimental_fetch_to_device
        self.experimental_replication_mode = experimental_replication_mode
        self.experimental_place_dataset_on_device = experimental_place_dataset_on_device
        self.experimental_per_replica_buffer_size = experimental_per_replica_buffer_size


def divided(dataset: Any, count: int) -> DistributedDataset:
    """The dataset that gives each of `count` replicas a part of every batch, as even as they can be."""
    return DistributedDataset(_Divided(dataset._node, count), dataset._options)


def in_turn(dataset: Any, count: int) -> DistributedDataset:
    """The dataset that gives the next elements to one replica each; at the end those that get none, an empty batch."""
    return DistributedDataset(_InTurn(dataset._node, count), dataset._options)


def _spec(source: Any, count: int, length: Callable[[int], int | None]) -> Any:
    """The spec of elements for several replicas, of which the first length is made of that of `source`."""

    def one(s: Any) -> Any:
        if not isinstance(s, TensorSpec):
            raise NotImplementedError(
                f"A dataset with elements such as {s!r} is not divided among replicas. Use a dataset of tensors, or "
                "strategy.experimental_distribute_values_from_function."
            )
        if s.shape.rank is not None:
            if s.shape.rank == 0:
                raise ValueError(
                    "A dataset that is distributed is divided along the first axes of its elements, and these are "
                    "scalars. Call batch(global_batch_size) on it before."
                )
            n = s.shape[0]
            s = TensorSpec(TensorShape([None if n is None else length(n), *s.shape.as_list()[1:]]), s.dtype)
        return PerReplicaSpec(*[s] * count)

    return nest.map_structure(one, source)


class _Divided(Unary):
    """Each element in parts along the first axis of its arrays."""

    label = "_RebatchDataset"

    def __init__(self, source: Node, count: int) -> None:
        self.count = count
        spec = _spec(source.spec, count, lambda n: None if n % count else n // count)
        lengths = {s.shape[0] if s.shape.rank else None for s in nest.flatten(source.spec)}
        self.even = len(lengths) == 1 and None not in lengths  # else TensorFlow makes all parts but the last ones equal
        super().__init__(source, spec)

    def walk(self) -> Walk:
        return _Dividing(self.source.walk(), self.count, self.even)


class _Dividing(Walk):
    def __init__(self, source: Walk, count: int, even: bool) -> None:
        self.input = source
        self._count, self._even = count, even

    def __next__(self) -> Element:
        made: list[Any] = []
        for array in next(self.input):
            n = len(array)
            if self._even:
                ends = np.cumsum([n // self._count + (i < n % self._count) for i in range(self._count)]).tolist()
            else:
                part = -(-n // self._count)
                ends = [min((i + 1) * part, n) for i in range(self._count)]
            made += [array[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        return tuple(made)


class _InTurn(Unary):
    """The next elements, one for each replica."""

    label = "_RebatchDataset"

    def __init__(self, source: Node, count: int) -> None:
        self.count = count
        length = -(-source.length // count) if source.length >= 0 else source.length
        super().__init__(source, _spec(source.spec, count, lambda n: None), length)

    def walk(self) -> Walk:
        return _Turning(self.source.walk(), self.count)


class _Turning(Walk):
    def __init__(self, source: Walk, count: int) -> None:
        self.input = source
        self._count = count

    def __next__(self) -> Element:
        rows = [next(self.input)]
        while len(rows) < self._count:
            try:
                rows.append(next(self.input))
            except StopIteration:
                rows.append(tuple([a[:0] for a in rows[0]]))
        return tuple(part for parts in zip(*rows, strict=True) for part in parts)
