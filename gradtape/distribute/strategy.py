"""The default strategy: one replica, in this process, of which programs and Keras ask as they do of many."""

import contextlib
import enum
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..array.joining import concat
from ..math.reduction import reduce_mean, reduce_sum
from ..values import nest


class ReduceOp(enum.Enum):
    """How the values of several replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


class StrategyExtended:
    """What a strategy offers to those who write optimizers."""

    worker_devices = ("/job:localhost/replica:0/task:0/device:CPU:0",)

    @contextlib.contextmanager
    def colocate_vars_with(self, colocate_with_variable: Any) -> Iterator[None]:
        """A context in which variables are made where another one is."""
        yield

    def update(self, var: Any, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, group: bool = True) -> Any:
        """`fn(var, *args, **kwargs)`, wherever `var` is."""
        return fn(var, *args, **(kwargs or {}))


class Strategy:
    """How a program is run by several replicas. This one, the default, has one of them."""

    def __init__(self) -> None:
        self.extended = StrategyExtended()

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas there are."""
        return 1

    @contextlib.contextmanager
    def scope(self) -> Iterator["Strategy"]:
        """A context in which variables are this strategy's."""
        yield self

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """What `fn(*args, **kwargs)` gives, in each replica."""
        return fn(*args, **(kwargs or {}))

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """The sum or mean of `value` over the replicas, and along `axis` if it is not None."""
        if axis is None:
            return value
        reduced = reduce_sum if ReduceOp(getattr(reduce_op, "value", reduce_op)) is ReduceOp.SUM else reduce_mean
        return nest.map_structure(lambda x: reduced(x, axis), value)

    def gather(self, value: Any, axis: int) -> Any:
        """The values of the replicas, one after the other along `axis`."""
        return nest.map_structure(lambda x: concat([x], axis), value)

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of the replicas of this process."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """A dataset that gives each replica its part of every batch."""
        return dataset


class ReplicaContext:
    """What a replica knows of the others."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy

    replica_id_in_sync_group = 0
    num_replicas_in_sync = 1

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The sum or mean of the replicas' values, for each of them."""
        return value

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """The replicas' values one after the other, for each of them."""
        return value

    def merge_call(self, merge_fn: Callable[..., Any], args: Sequence[Any] = (), kwargs: Any = None) -> Any:
        """`merge_fn(strategy, *args, **kwargs)`, once for all replicas."""
        return merge_fn(self.strategy, *args, **(kwargs or {}))


_default = Strategy()
_replica = ReplicaContext(_default)


def get_strategy() -> Strategy:
    """The strategy whose scope this is; the default one outside of all.

    >>> import gradtape as tf
    >>> tf.distribute.get_strategy().num_replicas_in_sync
    1
    """
    return _default


def has_strategy() -> bool:
    """Whether this is a scope of another strategy than the default one."""
    return False


def in_cross_replica_context() -> bool:
    """Whether what is done here is done once for all replicas."""
    return False


def get_replica_context() -> ReplicaContext:
    """What the replica that runs here knows of the others."""
    return _replica


class _ToCome:
    """A class that programs ask after, and of which no objects can be had yet."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            f"tf.distribute.{cls.__name__} is not there yet: gradtape computes with one replica. Leave the strategy's "
            "scope out, or use tf.distribute.get_strategy()."
        )


class DistributedDataset(_ToCome):
    """A dataset divided among replicas."""


class DistributedIterator(_ToCome):
    """An iterator over a `DistributedDataset`."""


class DistributedValues(_ToCome):
    """A value for each replica."""


class MirroredStrategy(_ToCome):
    """One replica for each device of this machine."""


class MultiWorkerMirroredStrategy(_ToCome):
    """One replica for each device of several machines."""


class TPUStrategy(_ToCome):
    """One replica for each core of a TPU."""
