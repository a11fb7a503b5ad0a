"""Lists of arrays on XLA, where each is one array with a leading axis of fixed length; see `numpy_slots`."""

import operator
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


@jax.tree_util.register_pytree_node_class
class SomeSlots:
    """A list of which some elements are given, and all others are zeros; its length is that of what it is added to.

    Attributes:
      places: of the elements, which are added where several have one place.
      values: the elements.
    """

    __array_priority__ = 1000

    def __init__(self, places: Sequence[Any], values: Sequence[Any]) -> None:
        self.places = tuple(places)
        self.values = tuple(values)

    def tree_flatten(self) -> Any:
        return (self.places, self.values), None

    @classmethod
    def tree_unflatten(cls, _: Any, leaves: Any) -> "SomeSlots":
        return cls(*leaves)

    @property
    def dtype(self) -> Any:
        return self.values[0].dtype

    @property
    def shape(self) -> Any:
        return self.values[0].shape

    def map(self, f: Any) -> "SomeSlots":
        return SomeSlots(self.places, [f(i, x) for i, x in zip(self.places, self.values, strict=True)])

    def conj(self) -> "SomeSlots":
        return self.map(lambda i, x: x.conj())

    def added_to(self, x: Any) -> Any:
        """The sum of this list and of one that is an array; elements may be lists too."""
        for i, value in zip(self.places, self.values, strict=True):
            x = x.at[i].set(value.added_to(x[i])) if isinstance(value, SomeSlots) else x.at[i].add(value)
        return x

    def whole(self, size: Any) -> Any:
        return self.added_to(jnp.zeros((size, *self.shape), self.dtype))

    def __add__(self, other: Any) -> Any:
        if isinstance(other, SomeSlots):
            return SomeSlots(self.places + other.places, self.values + other.values)
        return self.added_to(jnp.asarray(other))

    __radd__ = __add__


@jax.tree_util.register_pytree_node_class
class Known:
    """An integer that a branch or a step gives, and that is known while the program is compiled, as lengths are.

    A list of them is one too: each step gives the same.
    """

    def __init__(self, number: int) -> None:
        self.number = number

    def tree_flatten(self) -> Any:
        return (), self.number

    @classmethod
    def tree_unflatten(cls, number: int, _: Any) -> "Known":
        return cls(number)


@jax.tree_util.register_pytree_node_class
class Unlike:
    """A list of elements of several shapes, as steps give them that are written out one by one."""

    def __init__(self, elements: Sequence[Any]) -> None:
        self.elements = list(elements)

    def tree_flatten(self) -> Any:
        return self.elements, None

    @classmethod
    def tree_unflatten(cls, _: Any, elements: Any) -> "Unlike":
        return cls(elements)


def slots_of(x: Any, axis: int) -> Any:
    return jnp.moveaxis(x, axis, 0)


def slots_stacked(x: Any, axis: int, size: Any) -> Any:
    if isinstance(x, SomeSlots):
        if size is None:
            raise NotImplementedError("it is of a list whose length is not known")
        x = x.whole(size)
    return jnp.moveaxis(x, 0, axis)


def slot(x: Any, i: Any, checked: bool) -> Any:
    if isinstance(x, SomeSlots):
        found = [_where(i == j, value) for j, value in zip(x.places, x.values, strict=True)]
        return sum(found[1:], found[0])
    return jnp.asarray(x)[i] if x.shape[0] else jnp.zeros(x.shape[1:], x.dtype)


def _where(condition: Any, x: Any) -> Any:
    """`x` where the condition is true, and zeros elsewhere."""
    return jax.tree.map(lambda a: jnp.where(condition, a, jnp.zeros_like(a)), x)


def with_slot(x: Any, i: Any, value: Any, grows: bool) -> Any:
    if isinstance(x, SomeSlots):
        return without_slot(x, i) + SomeSlots([i], [value])
    missing = operator.index(i) + 1 - x.shape[0] if grows else 0  # which must be known, or it is refused
    x = slots_shaped(x, value.shape)
    if missing > 0:
        x = jnp.concatenate([x, jnp.zeros((missing, *value.shape), x.dtype)])
    return jnp.asarray(x).at[i].set(value) if x.shape[0] else x


def only_slot(i: Any, value: Any) -> Any:
    return SomeSlots([i], [value])


def without_slot(x: Any, i: Any) -> Any:
    if isinstance(x, SomeSlots):
        return x.map(lambda j, value: _where(i != j, value))
    return x.at[i].set(0) if x.shape[0] else x


def slot_count(x: Any) -> Any:
    return np.int32(x.shape[0])


def slots_empty(size: Any, shape: Any, dtype: Any) -> Any:
    return jnp.zeros((operator.index(size), *shape), dtype)


def slots_zeros(x: Any, lead: tuple[int, ...], depth: int) -> Any:
    if isinstance(x, SomeSlots):
        return x.map(lambda i, value: slots_zeros(value, lead, depth - 1))
    return jnp.zeros((*x.shape[:depth], *lead, *x.shape[depth:]), x.dtype)


def slots_shaped(x: Any, shape: Any) -> Any:
    return x if isinstance(x, SomeSlots) or x.shape[1:] == shape else jnp.zeros((x.shape[0], *shape), x.dtype)
