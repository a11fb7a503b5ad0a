"""Operations on lists of tensors, which the loops of traced functions fill and read: `Slots` on NumPy."""

from typing import Any

from ..engine import numpy_slots
from ..engine.numpy_filled import zeros_of
from ..engine.numpy_slots import Slots, slots_from
from ..operations.primitive import primitive
from ..values.tensor import EagerTensor, wrap
from ..values.thread import current


@primitive(op="TensorListFromTensor")
def to_slots_p(xp: Any, x: Any, *, axis: int) -> Any:
    """The list of the slices of `x` along the negative `axis`."""
    return xp.slots_of(x, axis)


@primitive(op="TensorListStack")
def from_slots_p(xp: Any, x: Any, *, axis: int, size: Any = None) -> Any:
    """The elements of the list `x` along a new negative `axis`; as many as `size` says, or as there are."""
    return xp.slots_stacked(x, axis, size)


@primitive(op="TensorListGetItem")
def slot_p(xp: Any, x: Any, i: Any, *, checked: bool = False) -> Any:
    """Element `i` of the list `x`; that there is one is `checked` for programs, and not for cotangents."""
    return xp.slot(x, i, checked)


@primitive(op="TensorListSetItem")
def with_slot_p(xp: Any, x: Any, i: Any, value: Any, *, grows: bool) -> Any:
    """The list `x` with `value` as element `i`, which may be beyond its end if it `grows`."""
    return xp.with_slot(x, i, value, grows)


@primitive(op="TensorListSetItem")
def only_slot_p(xp: Any, i: Any, value: Any) -> Any:
    """A list in which `value` is element `i`, and all else is zeros."""
    return xp.only_slot(i, value)


@primitive(op="TensorListSetItem")
def without_slot_p(xp: Any, x: Any, i: Any) -> Any:
    """The list `x` with zeros as element `i`."""
    return xp.without_slot(x, i)


@primitive(op="TensorListLength")
def slot_count_p(xp: Any, x: Any) -> Any:
    """The length of the list `x`."""
    return xp.slot_count(x)


@primitive(op="TensorListReserve")
def empty_slots_p(xp: Any, size: Any, *, shape: tuple[int, ...], dtype: Any) -> Any:
    """A list of `size` zeros."""
    return xp.slots_empty(size, shape, dtype)


def _emptied(size: Any, **attrs: Any) -> Any:
    """The same, written down although it is of numbers alone: a list is not shared, since it may be written to."""
    trace, definition = current.thread.trace, empty_slots_p.definition
    return wrap(definition.kernel(size, **attrs) if trace is None else trace.apply(definition, [size], attrs))


empty_slots_p.definition.call = _emptied


@primitive(op="TensorListReserve")
def shaped_slots_p(xp: Any, x: Any, *, shape: tuple[int, ...]) -> Any:
    """The list `x`, whose elements have this shape, which may not have been known yet."""
    return xp.slots_shaped(x, shape)


to_slots_p.vjp(x=lambda g, x_shape, axis: from_slots_p(g, axis=axis, size=x_shape[axis]))
from_slots_p.vjp(x=lambda g, axis: to_slots_p(g, axis=axis))
slot_p.vjp(x=lambda g, i: only_slot_p(i, g))
with_slot_p.vjp(x=lambda g, i: without_slot_p(g, i), value=lambda g, i: slot_p(g, i))
only_slot_p.vjp(value=lambda g, i: slot_p(g, i))
shaped_slots_p.vjp(x=lambda g: g)
without_slot_p.vjp(x=lambda g, i: without_slot_p(g, i))

# How many elements there are is known when the graph runs.
from_slots_p.definition.open_ended = True  # type: ignore[attr-defined]
from_slots_p.definition.uncertain = lambda shape, axis, size=None: {axis} if size is None else set()  # type: ignore[attr-defined]


def _with_slot_sample(x: Slots, i: Any, value: Any, grows: bool) -> Slots:
    if not grows and not x.size:
        return Slots({}, 0, value.shape, x.dtype)
    return numpy_slots.with_slot(x, max(int(i if grows else min(i, x.size - 1)), 0), value, True)


def _stacked_sample(x: Slots, axis: int, size: Any = None) -> Any:
    """A sample of a list may have an element where in a run there is none."""
    items = {i: item for i, item in x.items.items() if i < (x.size if size is None else size)}
    return numpy_slots.slots_stacked(Slots(items, x.size, x.shape, x.dtype), axis, size)


from_slots_p.definition.sample = _stacked_sample  # type: ignore[attr-defined]
# What a sample of an index is says nothing: a list may be empty, and then no loop reads it.
slot_p.definition.sample = lambda x, i, checked: next(iter(x.items.values())) if x.items else zeros_of(x.shape, x.dtype)  # type: ignore[attr-defined]
with_slot_p.definition.sample = _with_slot_sample  # type: ignore[attr-defined]

# The kernels for a list that nobody else has.
with_slot_p.definition.in_place = lambda x, i, value, grows: numpy_slots.with_slot(x, i, value, grows, x)  # type: ignore[attr-defined]
without_slot_p.definition.in_place = lambda x, i: numpy_slots.without_slot(x, i, x)  # type: ignore[attr-defined]
shaped_slots_p.definition.in_place = lambda x, shape: numpy_slots.slots_shaped(x, shape, x)  # type: ignore[attr-defined]

__all__ = [
    "Slots", "empty_slots_p", "from_slots_p", "only_slot_p", "shaped_slots_p", "slot_count_p", "slot_p", "slots_from",
    "to_slots_p", "with_slot_p", "without_slot_p",
]  # fmt: skip


def _tensor(slots: Slots, node: Any = None) -> EagerTensor:
    out = EagerTensor()
    out._array = slots
    out._node = node
    return out


Slots.tensor = _tensor  # type: ignore[attr-defined]  # as `wrap` calls it
