"""Lists of arrays on XLA, where each is one array with a leading axis of fixed length; see `numpy_slots`."""

import operator
from typing import Any

import jax
import jax.numpy as jnp


@jax.tree_util.register_pytree_node_class
class OneSlot:
    """A list of which one element is given, and all others are zeros; its length is that of what it is added to."""

    __array_priority__ = 1000

    def __init__(self, i: Any, value: Any) -> None:
        self.i = i
        self.value = value

    def tree_flatten(self) -> Any:
        return (self.i, self.value), None

    @classmethod
    def tree_unflatten(cls, _: Any, leaves: Any) -> "OneSlot":
        return cls(*leaves)

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def shape(self) -> Any:
        return self.value.shape

    def whole(self, size: Any) -> Any:
        return jnp.zeros((size, *self.value.shape), self.value.dtype).at[self.i].set(self.value)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, OneSlot):
            raise NotImplementedError("XLA cannot add elements of a list whose length is not known.")
        return other.at[self.i].add(self.value)

    __radd__ = __add__


def slots_of(x: Any, axis: int) -> Any:
    return jnp.moveaxis(x, axis, 0)


def slots_stacked(x: Any, axis: int, size: Any) -> Any:
    if size is None:
        raise NotImplementedError("it is of a list of dynamic size, which is only known when the program runs")
    if isinstance(x, OneSlot):
        x = x.whole(size)
    return jnp.moveaxis(x, 0, axis)


def slot(x: Any, i: Any, checked: bool) -> Any:
    if isinstance(x, OneSlot):
        return jnp.where(i == x.i, x.value, 0)
    return jnp.asarray(x)[i] if x.shape[0] else jnp.zeros(x.shape[1:], x.dtype)


def with_slot(x: Any, i: Any, value: Any, grows: bool) -> Any:
    if grows:
        raise NotImplementedError("it is of a list of dynamic size, and a compiled program's lists do not grow")
    return jnp.asarray(x).at[i].set(value) if x.shape[0] else x


def only_slot(i: Any, value: Any) -> Any:
    return OneSlot(i, value)


def without_slot(x: Any, i: Any) -> Any:
    if isinstance(x, OneSlot):
        return OneSlot(x.i, jnp.where(i == x.i, 0, x.value))
    return x.at[i].set(0)


def slot_count(x: Any) -> Any:
    return jnp.int32(x.shape[0])


def slots_empty(size: Any, shape: Any, dtype: Any) -> Any:
    return jnp.zeros((operator.index(size), *shape), dtype)


def slots_shaped(x: Any, shape: Any) -> Any:
    return x if x.shape[1:] == shape else jnp.zeros((x.shape[0], *shape), x.dtype)
