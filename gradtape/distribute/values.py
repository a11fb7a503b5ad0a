"""Values of which each replica has its own: results, elements of datasets, and the copies of a variable."""

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.joining import concat
from ..math.arithmetic import add_n
from ..math.cast import cast
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.indexed_slices import IndexedSlices
from ..values.replica import Place, at, index, place
from ..values.tensor import EagerTensor, wrap
from ..values.thread import current
from ..values.type_spec import TypeSpec, type_spec_from_value
from ..values.variable import Handle, ResourceVariable, UnreadVariable, VariableAggregation, VariableSynchronization

SUM, MEAN = VariableAggregation.SUM, VariableAggregation.MEAN
FIRST, NONE = VariableAggregation.ONLY_FIRST_REPLICA, VariableAggregation.NONE


class DistributedValues:
    """A value for each replica: `strategy.experimental_local_results(x)` is the tuple of them."""

    __slots__ = ()

    @property
    def values(self) -> tuple[Any, ...]:
        raise NotImplementedError


class PerReplica(DistributedValues, CompositeTensor):
    """What the replicas computed, or what each of them computes with."""

    _instead = "strategy.experimental_local_results(x)"
    _holds = True
    _by_spec = True

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = tuple(values)

    @property
    def values(self) -> tuple[Any, ...]:
        return self._values

    @property
    def _type_spec(self) -> "PerReplicaSpec":
        return PerReplicaSpec(*map(type_spec_from_value, self._values))

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return tuple(nest.flatten(self._values, expand_composites=True))

    def _with_components(self, components: Sequence[Any]) -> Any:
        return self._type_spec._from_components(components)

    def __str__(self) -> str:
        return self._printed(str)

    def __repr__(self) -> str:
        return self._printed(repr)

    def _printed(self, one: Callable[[Any], str]) -> str:
        return printed(type(self).__name__, self._values, one)


class Mirrored(PerReplica):
    """The same value for each replica."""


def printed(kind: str, values: Sequence[Any], one: Callable[[Any], str] = repr) -> str:
    """How values of several replicas print."""
    return f"{kind}:{{\n" + ",\n".join(f"  {i}: {one(x)}" for i, x in enumerate(values)) + "\n}"


class PerReplicaSpec(TypeSpec):
    """What is known of a value for each replica: the specs of all."""

    __slots__ = ("_value_specs",)

    def __init__(self, *value_specs: Any) -> None:
        self._value_specs = tuple(value_specs)

    @property
    def value_type(self) -> type:
        return PerReplica

    def _serialize(self) -> tuple[Any, ...]:
        return self._value_specs

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        if any(type(o) is not PerReplicaSpec or len(o._value_specs) != len(self._value_specs) for o in others):
            return None
        found = [
            mine.most_specific_common_supertype([o._value_specs[i] for o in others])
            for i, mine in enumerate(self._value_specs)
        ]
        return None if any(x is None for x in found) else PerReplicaSpec(*found)

    def is_subtype_of(self, other: Any) -> bool:
        return self._each(other, lambda mine, its: mine.is_subtype_of(its))

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        if not isinstance(spec_or_value, TypeSpec):
            spec_or_value = type_spec_from_value(spec_or_value)
        return self._each(spec_or_value, lambda mine, its: mine.is_compatible_with(its))

    def _each(self, other: Any, holds: Callable[[Any, Any], bool]) -> bool:
        return (
            type(other) is PerReplicaSpec
            and len(other._value_specs) == len(self._value_specs)
            and all(map(holds, self._value_specs, other._value_specs))
        )

    @property
    def _component_specs(self) -> Any:
        return tuple(part for spec in self._value_specs for part in spec._component_specs)

    def _to_components(self, value: Any) -> Any:
        return value._components

    def _from_components(self, components: Any) -> Any:
        given = iter(components)
        return PerReplica([
            spec._from_components(tuple(next(given) for _ in spec._component_specs)) for spec in self._value_specs
        ])  # fmt: skip


# --- from replicas to one structure, and back ------------------------------------------------------------------------


def regrouped(values: Sequence[Any], kind: type = PerReplica) -> Any:
    """A structure of values for each replica, made of a structure for each; what is the same object stays itself."""
    first = values[0]
    if len(values) == 1 or all(x is first for x in values):
        return first
    if isinstance(first, list | tuple) and all(type(x) is type(first) and len(x) == len(first) for x in values):
        items = [regrouped(x, kind) for x in zip(*values, strict=True)]
        return type(first)(*items) if hasattr(first, "_fields") else type(first)(items)
    if isinstance(first, dict) and all(type(x) is type(first) and set(x) == set(first) for x in values):
        return type(first)((key, regrouped([x[key] for x in values], kind)) for key in first)
    container = getattr(first, "_distributed_container", None)
    if container is not None and container() is not None:
        return container()
    return kind(values)


def selected(i: int, structure: Any) -> Any:
    """What replica `i` has of a structure of values for each replica. It finds its copy of a variable by itself."""
    return nest.map_structure(
        lambda x: x.values[i] if isinstance(x, DistributedValues) and not isinstance(x, DistributedVariable) else x,
        structure,
    )


def local_values(x: Any) -> tuple[Any, ...]:
    """The values of all replicas."""
    return x.values if isinstance(x, DistributedValues) else (x,)


def reduced(values: Sequence[Any], mean: bool) -> Any:
    """The sum or mean of tensors or slices."""
    if all(isinstance(x, IndexedSlices) for x in values):
        parts = concat([x.values for x in values], 0)
        made = parts / cast(len(values), parts.dtype) if mean else parts
        return IndexedSlices(made, concat([x.indices for x in values], 0), values[0].dense_shape)
    tensors = [convert_to_tensor(x) for x in values]
    total = add_n(tensors) if len(tensors) > 1 else tensors[0]
    return shared(total, len(tensors)) if mean else total


def shared(total: Any, count: Any) -> Any:
    """A sum over how many there are, rounded down in integers."""
    count = cast(count, total.dtype)
    return total / count if total.dtype.is_floating else total // count


# --- variables -------------------------------------------------------------------------------------------------------


class _Copy(ResourceVariable):
    """One replica's copy of a variable."""

    __slots__ = ()

    def _distributed_container(self) -> Any:
        """The variable of which this is a copy."""
        return self.__dict__["container"]()


def _on_copies(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that changes a variable, as a distributed one has it."""

    def changing(self: "DistributedVariable", *args: Any, **kwargs: Any) -> Any:
        return self._change(method, *args, **kwargs)

    changing.__name__, changing.__doc__ = method.__name__, method.__doc__
    return changing


class DistributedVariable(DistributedValues, ResourceVariable):
    """A variable of which each replica has a copy.

    Args:
      copies: these.
      strategy: whose replicas they are.
    """

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """`tf.Variable` calls it of what `of` has made."""

    @classmethod
    def of(cls, copies: Sequence[_Copy], strategy: Any) -> Any:
        """The variable of these copies."""
        made = object.__new__(cls)
        first = copies[0]
        made._dtype, made._shape, made._name, made._trainable = (
            first._dtype, first._shape, first._name, first._trainable,
        )  # fmt: skip
        made.__dict__.update(first.__dict__, copies=tuple(copies), strategy=strategy)
        for copy in copies:
            copy.__dict__["container"] = weakref.ref(made)
        return made

    @property
    def values(self) -> tuple[Any, ...]:
        return self.__dict__["copies"]  # type: ignore[no-any-return]

    @property
    def _here(self) -> Any:
        """The copy that is read here; across replicas the first one's."""
        return self.values[index() or 0]

    @property
    def handle(self) -> Handle:  # type: ignore[override]
        return self._here.handle  # type: ignore[no-any-return]

    @property
    def _unique_id(self) -> str:
        return self.values[0]._unique_id  # type: ignore[no-any-return]

    @property
    def distribute_strategy(self) -> Any:
        """The strategy in whose scope the variable was made."""
        return self.__dict__["strategy"]

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> EagerTensor:
        return self._here.__tf_tensor__(dtype, name)  # type: ignore[no-any-return]

    def _change(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What `method` of the variable does to the copy, or copies, that are to change here."""
        raise NotImplementedError

    def _change_all(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The same to each copy, of what is that replica's of the arguments."""
        for i, copy in enumerate(self.values):
            with at(Place(self.distribute_strategy, None, i)):
                method(copy, *selected(i, args), **selected(i, kwargs))
        return self

    def __repr__(self) -> str:
        return printed(type(self).__name__, self.values)

    def __deepcopy__(self, memo: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: a variable with copies for replicas is not copied.")

    def __reduce__(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: a variable with copies for replicas is not pickled.")


for _name in (
    "assign", "assign_add", "assign_sub", "batch_scatter_update", "scatter_add", "scatter_div", "scatter_max",
    "scatter_min", "scatter_mul", "scatter_nd_add", "scatter_nd_max", "scatter_nd_min", "scatter_nd_sub",
    "scatter_nd_update", "scatter_sub", "scatter_update",
):  # fmt: skip
    setattr(DistributedVariable, _name, _on_copies(getattr(ResourceVariable, _name)))


class MirroredVariable(DistributedVariable):
    """A variable whose copies are the same, since what replicas assign to it is aggregated first."""

    __slots__ = ()

    def _change(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        here = place()
        if index() is not None and (here.replica is None or self.aggregation is NONE):
            return method(self._here, *args, **kwargs)
        if here.replica is None:
            return self._change_all(method, *args, **kwargs)
        if self.aggregation is MEAN and not self._dtype.is_floating:
            raise ValueError(
                f"replica_local_value cannot be updated in replica context with aggregation MEAN: {self.name!r} has "
                f"dtype {self._dtype.name}."
            )
        if self.aggregation is not FIRST and not method.__name__.startswith(("assign", "scatter_update")):
            kind = method.__name__
            raise NotImplementedError(
                f"{kind} of {self.name!r} in a replica: what replicas scatter is not aggregated. Call it across "
                "replicas, or make the variable with tf.VariableAggregation.ONLY_FIRST_REPLICA."
            )

        def merge(_: Any, args: Any, kwargs: Any) -> Any:
            first = [local_values(x)[0] for x in args]
            if self.aggregation is not FIRST and args:
                given = [self._converted(x) for x in local_values(args[0])]
                given *= len(self.values) if len(given) == 1 else 1
                first[0] = reduced(given, self.aggregation is MEAN)
            return self._change_all(method, *first, **kwargs)

        return here.replica.merge_call(merge, (args, kwargs))

    def _converted(self, x: Any) -> Any:
        return x if isinstance(x, IndexedSlices) else convert_to_tensor(x, self._dtype)


class SyncOnReadVariable(DistributedVariable):
    """A variable whose copies differ, and are aggregated when it is read across replicas."""

    __slots__ = ()

    def _whole(self) -> Any:
        if self.aggregation is NONE:
            raise ValueError(
                "Could not convert from `tf.VariableAggregation` VariableAggregation.NONE to `tf.distribute.ReduceOp` "
                f"type: {self.name!r} is read across replicas, and does not say how its copies become one value."
            )
        if self.aggregation is FIRST:
            return self.values[0].__tf_tensor__()
        return reduced([copy.__tf_tensor__() for copy in self.values], self.aggregation is MEAN)

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> EagerTensor:
        if index() is not None:
            return super().__tf_tensor__(dtype, name)
        return convert_to_tensor(self._whole(), dtype)

    def _now(self) -> EagerTensor:
        if index() is not None or current.thread.trace is not None:
            return super()._now()
        return self._whole()  # type: ignore[no-any-return]

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self._whole()}

    def _change(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if index() is not None:
            return method(self._here, *args, **kwargs)
        if self.aggregation is SUM:
            if method.__name__ != "assign":
                raise ValueError(
                    f"SyncOnReadVariable does not support `{method.__name__}` in cross-replica context when "
                    "aggregation is set to `tf.VariableAggregation.SUM`."
                )
            whole = convert_to_tensor(args[0], self._dtype)
            args = (cast(whole / len(self.values), self._dtype), *args[1:])
        return self._change_all(method, *args, **kwargs)


def distributed_variable(strategy: Any, count: int, next_creator: Callable[..., Any], kwargs: dict[str, Any]) -> Any:
    """The variable of which each of `count` replicas has a copy, that `tf.Variable(**kwargs)` makes in a scope."""
    copies: list[Any] = []
    name = kwargs.get("name") or "Variable"
    for i in range(count):
        given = dict(kwargs)
        if i:
            first = copies[0]
            given |= {"initial_value": wrap(np.array(first.handle.local())), "name": f"{name}/replica_{i}"}
            given["dtype"] = first.dtype
        copy = next_creator(**given)
        if type(copy) is not ResourceVariable:
            return copy
        copy.__class__ = _Copy
        copies.append(copy)
    if copies[0].synchronization is VariableSynchronization.ON_READ:
        return SyncOnReadVariable.of(copies, strategy)
    for copy in copies:
        copy.__dict__["synchronization"] = VariableSynchronization.ON_WRITE
    return MirroredVariable.of(copies, strategy)


__all__ = [
    "DistributedValues", "DistributedVariable", "Mirrored", "MirroredVariable", "PerReplica", "PerReplicaSpec",
    "SyncOnReadVariable", "UnreadVariable", "distributed_variable", "local_values", "reduced", "regrouped", "selected",
]  # fmt: skip
