"""`Slots`: a list of arrays, as the loops of traced functions fill and read it, and what is done with it.

A missing element stands for zeros: so a cotangent of a long list, of which a step of the loop sees one element, costs
as much as that element.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .numpy_filled import zeros_of


class Slots:
    """A list of `size` arrays of one dtype and one shape, if that is known; by number, those that are there."""

    __slots__ = ("dtype", "items", "shape", "size")

    def __init__(self, items: dict[int, Any], size: int, shape: Any, dtype: Any) -> None:
        self.items = items
        self.size = size
        self.shape = shape
        self.dtype = dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def copy(self) -> "Slots":
        return Slots(self.items.copy(), self.size, self.shape, self.dtype)

    def conj(self) -> "Slots":
        return Slots({i: x.conj() for i, x in self.items.items()}, self.size, self.shape, self.dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None) -> Any:
        """The sum of two lists, in the memory of `out` if it is given; the conjugates of one."""
        if ufunc is np.conjugate and method == "__call__":
            return self.conj()
        if ufunc is not np.add or method != "__call__":
            return NotImplemented
        x, y = inputs
        total = x.copy() if out is None else out[0]
        other = x if total is y else y
        if not total.items:  # the one that has elements knows their shape
            total.shape = other.shape
        for i, item in other.items.items():
            found = total.items.get(i)
            total.items[i] = item if found is None else found + item
        total.size = max(total.size, other.size)
        return total

    def __add__(self, other: Any) -> Any:
        return np.add(self, other)

    def __repr__(self) -> str:
        return f"<list of {self.size} {self.dtype} arrays of shape {self.shape}>"


class Same(dict[int, Any]):
    """The items of a list of one thing at every place."""

    def __init__(self, item: Any) -> None:
        super().__init__({0: item})

    def get(self, i: int, default: Any = None) -> Any:
        return self[0]

    def copy(self) -> "Same":
        return self


def depth_of(x: Any) -> int:
    """0 for an array, 1 for a list of arrays, 2 for a list of lists, ..."""
    depth = 0
    while type(x) is Slots:
        depth += 1
        x = next(iter(x.items.values()), None)
    return depth


def slots_from(arrays: Iterable[Any], like: Any) -> Slots:
    """The list of `arrays`; `like` is one, for when there are none."""
    items = dict(enumerate(arrays))
    return Slots(items, len(items), like.shape, like.dtype)


def slots_of(x: Any, axis: int) -> Slots:
    """The list of the slices of `x` along `axis`."""
    x = np.moveaxis(x, axis, 0)
    one_by_one = x.dtype.kind == "O" and x.ndim == 1  # of which NumPy gives the objects, and no arrays
    items = [x[i, ...] for i in range(len(x))] if one_by_one else x
    return Slots(dict(enumerate(items)), len(x), x.shape[1:], x.dtype)


def slots_stacked(x: Slots, axis: int, size: int | None) -> Any:
    """The elements of a list along a new `axis`; as many as `size` says, or as there are."""
    size = x.size if size is None else size
    found = x.items
    if len(found) == size and size:
        items = [found[i] for i in range(size)]
        out = np.stack(items) if items[0].dtype.kind == "O" else np.array(items)
    elif None in x.shape:
        raise ValueError("Tried to stack elements of an empty list with non-fully-defined element_shape.")
    else:
        out = zeros_of((size, *x.shape), x.dtype)
        for i, item in found.items():
            out[i, ...] = item
    return out if axis == -out.ndim else np.moveaxis(out, 0, axis)


def slot(x: Slots, i: Any, checked: bool) -> Any:
    """Element `i`, zeros where it is missing; if `checked`, it must be one of those that the list has."""
    found = x.items.get(int(i))
    if found is None:
        if checked and not 0 <= i < x.size:
            raise IndexError(f"Trying to access element {i} in a list with {x.size} elements.")
        return zeros_of(x.shape, x.dtype)
    return found


def with_slot(x: Slots, i: Any, value: Any, grows: bool, into: Slots | None = None) -> Slots:
    """The list with `value` as element `i`, beyond its end only if it `grows`; in the memory of `into`, if given."""
    out = x.copy() if into is None else into
    i = int(i)
    if i < 0:
        raise IndexError(f"Writing to negative indices (index {i}) is not allowed.")
    if i >= x.size and not grows:
        raise IndexError(f"Tried to write to index {i} but array is not resizeable and size is: {x.size}")
    out.items[i] = value
    out.size = max(out.size, i + 1)
    out.shape = value.shape
    return out


def only_slot(i: Any, value: Any) -> Slots:
    """A list in which `value` is element `i`, and all else is zeros."""
    return Slots({int(i): value}, int(i) + 1, value.shape, value.dtype)


def without_slot(x: Slots, i: Any, into: Slots | None = None) -> Slots:
    """The list with zeros as element `i`."""
    out = x.copy() if into is None else into
    out.items.pop(int(i), None)
    return out


def slot_count(x: Slots) -> Any:
    """The length of the list."""
    return np.int32(x.size)


def slots_empty(size: Any, shape: Any, dtype: Any) -> Slots:
    """A list of zeros."""
    return Slots({}, int(size), shape, dtype)


def slots_zeros(x: Slots, lead: tuple[int, ...], depth: int) -> Slots:
    """A list of zeros like the list `x`, of lists if `depth` is more than 1, with leading axes."""
    if depth > 1:
        items = {i: slots_zeros(y, lead, depth - 1) for i, y in x.items.items()}
    else:  # those are there that have another shape than the others
        shape = x.shape
        items = {
            i: np.zeros(lead + y.shape, x.dtype) for i, y in x.items.items() if x.dtype is not None and y.shape != shape
        }
    return Slots(items, x.size, lead + tuple(x.shape), x.dtype)


def slots_shaped(x: Slots, shape: Any, into: Slots | None = None) -> Slots:
    """The list, whose elements have this shape."""
    out = x.copy() if into is None else into
    out.shape = shape
    return out
