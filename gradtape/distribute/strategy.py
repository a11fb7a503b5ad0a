"""Strategies: how a program runs as several replicas in this process, and what it asks of them."""

import contextlib
import enum
import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..array.indexing import slice as slice_of
from ..array.joining import concat
from ..array.shape import shape
from ..autodiff.custom import custom_gradient
from ..autograph.operators import call as converted
from ..config.devices import list_logical_devices
from ..config.placement import DeviceSpec, device
from ..function.function import Function
from ..math.reduction import reduce_mean, reduce_sum
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.indexed_slices import IndexedSlices
from ..values.replica import Place, at, place
from ..values.tensor import TensorLike
from ..values.thread import current
from ..values.variable import variable_creator_scope
from . import replicas
from .input import InputContext, divided, in_turn
from .values import (
    DistributedValues,
    DistributedVariable,
    Mirrored,
    MirroredVariable,
    PerReplica,
    distributed_variable,
    local_values,
    reduced,
    regrouped,
    selected,
    shared,
)


class ReduceOp(enum.Enum):
    """How the values of several replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


def _reduce_op(given: Any) -> ReduceOp:
    return given if isinstance(given, ReduceOp) else ReduceOp(str(getattr(given, "value", given)).upper())


class InputReplicationMode(enum.Enum):
    """Whether each process makes a dataset of its own, or each replica."""

    PER_WORKER = "PER_WORKER"
    PER_REPLICA = "PER_REPLICA"


class ValueContext:
    """What a function that makes the values of replicas is told.

    Args:
      replica_id_in_sync_group: whose value it is to make.
      num_replicas_in_sync: how many there are.
    """

    def __init__(self, replica_id_in_sync_group: int = 0, num_replicas_in_sync: int = 1) -> None:
        self.replica_id_in_sync_group = replica_id_in_sync_group
        self.num_replicas_in_sync = num_replicas_in_sync


class StrategyExtended:
    """What a strategy offers to those who write optimizers and layers."""

    def __init__(self, strategy: Any, devices: Sequence[str]) -> None:
        self._strategy = strategy
        self.worker_devices = self.parameter_devices = tuple(devices)

    experimental_between_graph = False
    experimental_require_static_shapes = False
    experimental_should_init = True
    should_checkpoint = True
    should_save_summary = True

    @contextlib.contextmanager
    def colocate_vars_with(self, colocate_with_variable: Any) -> Iterator[None]:
        """A context in which variables are made where another one is."""
        yield

    def variable_created_in_scope(self, v: Any) -> bool:
        """Whether `v` was made in the scope of this strategy."""
        return getattr(v, "distribute_strategy", _default) is self._strategy

    def call_for_each_replica(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """What `fn` gives in each replica; `Strategy.run` without its care for functions."""
        return self._strategy._call(fn, tuple(args), kwargs or {})

    def update(self, var: Any, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, group: bool = True) -> Any:
        """`fn(copy, *args, **kwargs)` for each replica's copy of `var`, with that replica's values of the arguments."""
        kwargs = kwargs or {}
        if not isinstance(var, DistributedVariable):
            with at(Place(self._strategy, None, 0)):
                made = fn(var, *selected(0, tuple(args)), **selected(0, kwargs))
            return made if group else local_values(made)
        results = []
        for i, copy in enumerate(var.values):
            with at(Place(self._strategy, None, i)):
                results.append(fn(copy, *selected(i, tuple(args)), **selected(i, kwargs)))
        return regrouped(results, Mirrored) if group else tuple(results)

    def update_non_slot(self, colocate_with: Any, fn: Callable[..., Any], args: Any = (), kwargs: Any = None,
                        group: bool = True) -> Any:  # fmt: skip
        """`fn(*args, **kwargs)`, once."""
        with at(Place(self._strategy, None, 0)):
            made = fn(*selected(0, tuple(args)), **selected(0, kwargs or {}))
        return made if group else local_values(made)

    def non_slot_devices(self, var_list: Any) -> Any:
        """Where what belongs to no variable is kept."""
        return self.worker_devices

    def reduce_to(self, reduce_op: Any, value: Any, destinations: Any, options: Any = None) -> Any:
        """The sum or mean of what the replicas have, for each of them."""
        return self._mirrored(self._strategy._reduced(_reduce_op(reduce_op), value))

    def batch_reduce_to(self, reduce_op: Any, value_destination_pairs: Any, options: Any = None) -> list[Any]:
        """`reduce_to` for each pair of a value and where it is wanted."""
        return [self.reduce_to(reduce_op, value, where) for value, where in value_destination_pairs]

    def broadcast_to(self, tensor: Any, destinations: Any) -> Any:
        """`tensor` for each replica."""
        return self._mirrored(tensor)

    def read_var(self, v: Any) -> Any:
        """The value of a variable, as it is read across replicas."""
        return v.read_value()

    def value_container(self, value: Any) -> Any:
        """The variable of which `value` is a copy; itself if it is none."""
        container = getattr(value, "_distributed_container", None)
        return value if container is None else container()

    def _mirrored(self, value: Any) -> Any:
        count = self._strategy.num_replicas_in_sync
        return value if count == 1 else Mirrored([value] * count)


class Strategy:
    """How a program is run by several replicas. `tf.distribute.get_strategy()` gives the one in whose scope it is.

    Args:
      devices: the names of the devices, one for each replica.
    """

    def __init__(self, devices: Sequence[str] = ("/job:localhost/replica:0/task:0/device:CPU:0",)) -> None:
        self.extended = StrategyExtended(self, devices)
        self._lifted: dict[Any, Any] = {}

    @property
    def num_replicas_in_sync(self) -> int:
        """How many replicas there are."""
        return len(self.extended.worker_devices)

    cluster_resolver = None

    # --- in the scope ------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def scope(self) -> Iterator["Strategy"]:
        """A context in which variables are this strategy's, and what is done is done for all replicas.

        Raises:
          RuntimeError: in a replica, or in the scope of another strategy.
        """
        here = place()
        if here.strategy not in (None, self):
            raise RuntimeError(f"Mixing different tf.distribute.Strategy objects: {here.strategy} is not {self}")
        if here.replica is not None:
            raise RuntimeError("Method requires being in cross-replica context, use get_replica_context().merge_call()")
        with (
            at(Place(self, None, here.updated)),
            self._creating() if here.strategy is None else contextlib.nullcontext(),
        ):
            yield self

    def _creating(self) -> Any:
        """The context in which variables are made as this strategy has them."""
        if self.num_replicas_in_sync == 1:
            return contextlib.nullcontext()

        def create(next_creator: Callable[..., Any], **kwargs: Any) -> Any:
            if place().strategy is not self:
                return next_creator(**kwargs)
            return distributed_variable(self, self.num_replicas_in_sync, next_creator, kwargs)

        return variable_creator_scope(create)

    # --- running -----------------------------------------------------------------------------------------------------

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """What `fn(*args, **kwargs)` gives in each replica, with that replica's values of the arguments.

        Returns:
          The structure that `fn` gives, with `tf.distribute.DistributedValues` where replicas gave different objects.

        >>> import gradtape as tf
        >>> strategy = tf.distribute.MirroredStrategy()
        >>> strategy.run(lambda x: x * 2, args=(tf.constant(3.0),))
        <tf.Tensor: shape=(), dtype=float32, numpy=6.0>
        """
        if not isinstance(args, list | tuple):
            raise ValueError(f"positional args must be a list or tuple, got {type(args)}")
        kwargs = kwargs or {}
        if not isinstance(kwargs, dict):
            raise ValueError(f"keyword args must be a dict, got {type(kwargs)}")
        with self.scope():
            return self._call(fn, tuple(args), kwargs)

    def _call(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        count = self.num_replicas_in_sync
        if current.thread.trace is not None:
            fn = converted(fn)
        elif isinstance(fn, Function) and count > 1:
            return self._function(fn)(args, kwargs)
        contexts = [ReplicaContext(self, i) for i in range(count)]
        if count == 1:
            with at(Place(self, contexts[0])), device(self.extended.worker_devices[0]):
                return fn(*selected(0, args), **selected(0, kwargs))
        made: list[Any] = []  # the variables, which the first replica makes for all

        def run(i: int) -> Any:
            number = 0

            def create(next_creator: Callable[..., Any], **given: Any) -> Any:
                nonlocal number
                if number == len(made):
                    with at(Place(self)):
                        made.append(next_creator(**given))
                number += 1
                return made[number - 1]

            with variable_creator_scope(create), device(self.extended.worker_devices[i]):
                return fn(*selected(i, args), **selected(i, kwargs))

        with self._creating():
            results = replicas.run(contexts, [functools.partial(run, i) for i in range(count)], self._meet)
        return regrouped(results)

    def _function(self, fn: Any) -> Any:
        """The graph of all replicas' runs of a `tf.function`."""
        found = self._lifted.get(fn)
        if found is None:
            found = self._lifted[fn] = fn.around(lambda python, args, kwargs: self._call(python, args, kwargs))
        return found

    def _meet(self, wanted: list[Any]) -> list[Any]:
        """What replicas want done across all of them: the function of the first, on the arguments of each."""
        fn = wanted[0][0]
        args = tuple(regrouped(x) for x in zip(*[w[1] for w in wanted], strict=True))
        kwargs = {key: regrouped([w[2][key] for w in wanted]) for key in wanted[0][2]}
        with at(Place(self)):
            made = fn(self, *args, **kwargs)
        return [selected(i, made) for i in range(len(wanted))]

    # --- what replicas have ------------------------------------------------------------------------------------------

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """The sum or mean of what the replicas have, and along `axis` if that is not None.

        Args:
          reduce_op: a `tf.distribute.ReduceOp`, or its name.
          value: what `run` gave: a structure.

        Raises:
          ValueError: where several replicas are to have their sum taken of a value that is not theirs.

        >>> import gradtape as tf
        >>> strategy = tf.distribute.get_strategy()
        >>> strategy.reduce("SUM", strategy.run(lambda: tf.constant([1.0, 2.0])), axis=0).numpy()
        np.float32(3.0)
        """
        op = _reduce_op(reduce_op)
        if axis is None:
            return nest.map_structure(lambda x: self._reduced(op, x), value)

        def along(x: Any) -> Any:
            parts = [convert_to_tensor(part) for part in local_values(x)]
            total = reduced([reduce_sum(part, axis) for part in parts], False)
            if op is ReduceOp.SUM:
                return total
            if len(parts) == 1:
                return reduce_mean(parts[0], axis)
            return shared(total, reduced([shape(part)[axis] for part in parts], False))

        return nest.map_structure(along, value)

    def _reduced(self, op: ReduceOp, x: Any) -> Any:
        if self.num_replicas_in_sync == 1:
            return x
        if isinstance(x, MirroredVariable | Mirrored):
            return reduced([x.values[0]] * len(x.values), op is ReduceOp.MEAN)
        if isinstance(x, DistributedValues):
            return reduced(x.values, op is ReduceOp.MEAN)
        if op is ReduceOp.MEAN or (not isinstance(x, TensorLike) and x == 0):
            return x
        raise ValueError(f"A non-DistributedValues value {x} cannot be reduced with the given reduce op {op}.")

    def gather(self, value: Any, axis: int) -> Any:
        """What the replicas have, one after the other along `axis`."""
        return nest.map_structure(lambda x: concat([convert_to_tensor(v) for v in local_values(x)], axis), value)

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """What the replicas of this process have: a tuple."""
        return local_values(value)

    unwrap = experimental_local_results

    def group(self, value: Any, name: str | None = None) -> Any:
        """`value`, which is computed when it is there."""
        return value

    # --- datasets ----------------------------------------------------------------------------------------------------

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset that gives each replica its part of every batch; `dataset` itself where there is one replica."""
        count = self.num_replicas_in_sync
        return dataset if count == 1 else divided(dataset, count)

    def distribute_datasets_from_function(self, dataset_fn: Callable[[InputContext], Any], options: Any = None) -> Any:
        """The dataset that `dataset_fn(context)` makes, in batches for one replica each, for all of them."""
        count = self.num_replicas_in_sync
        dataset = dataset_fn(InputContext(1, 0, count))
        return dataset if count == 1 else in_turn(dataset, count)

    experimental_distribute_datasets_from_function = distribute_datasets_from_function

    def make_dataset_iterator(self, dataset: Any) -> Any:
        """An iterator over what `experimental_distribute_dataset` makes."""
        return iter(self.experimental_distribute_dataset(dataset))

    def make_input_fn_iterator(self, input_fn: Callable[[InputContext], Any], replication_mode: Any = None) -> Any:
        """An iterator over what `distribute_datasets_from_function` makes."""
        return iter(self.distribute_datasets_from_function(input_fn))

    def experimental_distribute_values_from_function(self, value_fn: Callable[[ValueContext], Any]) -> Any:
        """The values that `value_fn(context)` makes for the replicas."""
        count = self.num_replicas_in_sync
        return regrouped([value_fn(ValueContext(i, count)) for i in range(count)])


class _Default(Strategy):
    """The one outside of all scopes: what runs is one replica, and variables are as they are."""

    @contextlib.contextmanager
    def scope(self) -> Iterator[Strategy]:
        if place().strategy is not None:
            raise RuntimeError(f"Mixing different tf.distribute.Strategy objects: {place().strategy} is not {self}")
        yield self

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        if not isinstance(args, list | tuple):
            raise ValueError(f"positional args must be a list or tuple, got {type(args)}")
        if current.thread.trace is not None:
            fn = converted(fn)
        return fn(*args, **(kwargs or {}))


class OneDeviceStrategy(Strategy):
    """One replica, on a device that is named.

    Args:
      device: its name.

    >>> import gradtape as tf
    >>> strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    >>> with strategy.scope():
    ...     v = tf.Variable(1.0)
    >>> strategy.run(lambda: v + 1.0).numpy()
    np.float32(2.0)
    """

    def __init__(self, device: str) -> None:
        super().__init__([whole_name(device)])


class CrossDeviceOps:
    """How sums over replicas are computed. Here they are in one memory, and each way is the same one."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass


class NcclAllReduce(CrossDeviceOps):
    """By NCCL, in TensorFlow."""


class HierarchicalCopyAllReduce(CrossDeviceOps):
    """Along a tree of devices, in TensorFlow."""


class ReductionToOneDevice(CrossDeviceOps):
    """On one device, and copied from there, in TensorFlow."""


class MirroredStrategy(Strategy):
    """One replica for each device of this machine: each has a part of every batch, and a copy of every variable.

    Replicas run one at a time, from one meeting to the next: sums over them are those of TensorFlow, and so is the
    order of what they do.

    Args:
      devices: the names of the devices; by default all GPUs, or else all logical CPUs.
      cross_device_ops: without effect.

    Raises:
      AssertionError: if a device is named twice.

    >>> import gradtape as tf
    >>> strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    >>> with strategy.scope():
    ...     v = tf.Variable(1.0, aggregation=tf.VariableAggregation.SUM)
    >>> def step():
    ...     i = tf.distribute.get_replica_context().replica_id_in_sync_group
    ...     return v.assign_add(tf.cast(i, tf.float32) + 1.0).numpy()
    >>> strategy.reduce("SUM", strategy.run(step), axis=None).numpy()
    np.float32(8.0)
    """

    def __init__(self, devices: Any = None, cross_device_ops: Any = None) -> None:
        if cross_device_ops is not None and not isinstance(cross_device_ops, CrossDeviceOps):
            raise ValueError(
                f"cross_device_ops must be one of tf.distribute's: NcclAllReduce(), HierarchicalCopyAllReduce() or "
                f"ReductionToOneDevice(). Got {cross_device_ops!r}."
            )
        if devices is None:
            found = list_logical_devices("GPU") or list_logical_devices("CPU")
            devices = [d.name for d in found]
        names = tuple(whole_name(d) for d in ([devices] if isinstance(devices, str) else devices))
        if not names:
            raise ValueError("A MirroredStrategy needs at least one device, and `devices` names none.")
        if len(set(names)) < len(names):
            raise AssertionError(f"No duplicates allowed in `devices` argument: {names}")
        super().__init__(names)


def whole_name(device: Any) -> str:
    """The whole name of a device of this process."""
    here = DeviceSpec("localhost", 0, 0)
    return here.make_merged_spec(DeviceSpec.from_string(getattr(device, "name", device))).to_string()


class ReplicaContext:
    """What a replica knows of the others, and asks of all."""

    def __init__(self, strategy: Strategy, index: int) -> None:
        self.strategy = strategy
        self._index = index
        self._replica: Any = None
        self._trace: Any = None

    @property
    def replica_id_in_sync_group(self) -> Any:
        """The number of this replica: a tensor."""
        return convert_to_tensor(self._index) if self.strategy is not _default else self._index

    @property
    def num_replicas_in_sync(self) -> int:
        """How many there are."""
        return self.strategy.num_replicas_in_sync

    @property
    def devices(self) -> list[Any]:
        """The devices of this replica."""
        return [[self.strategy.extended.worker_devices[self._index]]]

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """`merge_fn(strategy, *args, **kwargs)`, once for all replicas, when each of them is here; of the arguments it
        gets those of all, and each replica its own of what it gives.

        Raises:
          RuntimeError: in a function, branch or loop inside of what `Strategy.run` was given.
        """
        args, kwargs = tuple(args), kwargs or {}
        if self._replica is None:
            with at(Place(None if self.strategy is _default else self.strategy)):
                return merge_fn(self.strategy, *args, **kwargs)
        if current.thread.trace is not self._trace:
            raise RuntimeError(
                "`merge_call` called while defining a new graph or a tf.function. This can happen if the function "
                "`fn` passed to `strategy.run()` contains a nested `@tf.function`, and the nested `@tf.function` "
                "contains a synchronization point, such as aggregating gradients (e.g, optimizer.apply_gradients), or "
                "if the function `fn` uses a control flow statement which contains a synchronization point in the "
                "body. Move the synchronization point out, or write tf.function around strategy.run()."
            )
        return self._replica.meet(merge_fn, args, kwargs)

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The sum or mean of what the replicas have, a structure of tensors. The gradient is reduced alike.

        A tensor that is the same object in all replicas is no value of each: it is given back as it is.
        """
        op = _reduce_op(reduce_op)
        if self._replica is None:
            return value

        def merge(strategy: Any, *values: Any) -> list[Any]:
            return [strategy.extended.reduce_to(op, x, None) if isinstance(x, PerReplica) else x for x in values]

        flat = [x if isinstance(x, IndexedSlices) else convert_to_tensor(x) for x in nest.flatten(value)]
        if any(isinstance(x, IndexedSlices) for x in flat):
            return nest.pack_sequence_as(value, self.merge_call(merge, flat))

        @custom_gradient
        def all_reduced(*xs: Any) -> Any:
            return self.merge_call(merge, xs), lambda *gs: self.all_reduce(op, list(gs))

        return nest.pack_sequence_as(value, list(all_reduced(*flat)))

    def all_gather(self, value: Any, axis: int, options: Any = None) -> Any:
        """What the replicas have, one after the other along `axis`, for each of them, a structure of tensors.

        The gradient of what a replica gave is the sum of those that the replicas have of its part. A tensor that is the
        same object in all replicas is no value of each: it is given back as it is.
        """
        if self._replica is None:
            return value

        def merge(strategy: Any, x: Any) -> Any:
            parts = local_values(x)
            lengths = (shape(part)[axis] for part in parts[:-1])
            starts = PerReplica(itertools.accumulate(lengths, initial=0)) if len(parts) > 1 else 0
            return strategy.extended.broadcast_to(strategy.gather(x, axis), None), starts

        @custom_gradient
        def all_gathered(x: Any) -> Any:
            gathered, first = self.merge_call(merge, [x])
            start = [0] * x.shape.rank
            start[axis] = first

            def gradient(g: Any) -> Any:
                return slice_of(self.all_reduce(ReduceOp.SUM, g), start, shape(x))

            return gathered, gradient

        return nest.map_structure(lambda x: all_gathered(convert_to_tensor(x)), value)


_default = _Default()
_only = ReplicaContext(_default, 0)


def get_strategy() -> Strategy:
    """The strategy whose scope this is; the default one outside of all.

    >>> import gradtape as tf
    >>> tf.distribute.get_strategy().num_replicas_in_sync
    1
    """
    return place().strategy or _default


def has_strategy() -> bool:
    """Whether this is a scope of another strategy than the default one."""
    return place().strategy is not None


def in_cross_replica_context() -> bool:
    """Whether what is done here is done once for all replicas."""
    here = place()
    return here.strategy is not None and here.replica is None


def get_replica_context() -> ReplicaContext | None:
    """What the replica that runs here knows of the others; None across replicas."""
    here = place()
    return _only if here.strategy is None else here.replica


def experimental_set_strategy(strategy: Strategy | None) -> None:
    """Have this thread be in the scope of `strategy` from now on; None leaves it."""
    global _set
    if _set is not None:
        _set.__exit__(None, None, None)
        _set = None
    if strategy is not None:
        _set = strategy.scope()
        _set.__enter__()


_set: Any = None
