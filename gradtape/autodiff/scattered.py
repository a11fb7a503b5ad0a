"""`Scattered`: a cotangent that is zero but in a few places, such as that of `x` where only `x[3]` was used.

A rule may give one instead of an array or tensor of zeros with a few values in it. The pass adds it to what else it
finds without making the zeros, or makes them once for all that was taken of one tensor: so taking a tensor apart,
row by row, costs as much backwards as the tensor is big, and not as much for every row.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..values.tensor import Tensor


class Scatter(NamedTuple):
    """A way to say where values go.

    add_to: `add_to(total, value, where)` adds an array into the array `total`, in place.
    tensor: `tensor(values, wheres, shape)` is the tensor of it all, for values that are tensors.
    slices: `slices(values, wheres, shape)` is the same as `IndexedSlices`, where the places are whole rows, else None.
    """

    add_to: Callable[[Any, Any, Any], None]
    tensor: Callable[[Sequence[Any], Sequence[Any], tuple[int, ...]], Any]
    slices: Callable[[Sequence[Any], Sequence[Any], tuple[int, ...]], Any] = lambda values, wheres, shape: None


class Scattered:
    """Zeros of `shape`, with each of `values` (all arrays, or all tensors) added in at its one of `wheres`."""

    __slots__ = ("_room", "scatter", "shape", "values", "wheres")

    def __init__(self, scatter: Scatter, shape: tuple[int, ...], values: list[Any], wheres: list[Any]) -> None:
        self.scatter = scatter
        self.shape = shape
        self.values = values
        self.wheres = wheres
        self._room = math.prod(shape)  # values to hold before making it whole is cheaper

    @property
    def dtype(self) -> Any:
        return self.values[0].dtype

    def whole(self) -> Any:
        """The array or tensor that this stands for."""
        first = self.values[0]
        if isinstance(first, Tensor):
            return self.scatter.tensor(self.values, self.wheres, self.shape)
        total = np.zeros(self.shape, first.dtype)
        self._add_to(total)
        return total

    def slices(self) -> Any:
        """What this stands for as `IndexedSlices`; None where the places are not rows."""
        return self.scatter.slices(self.values, self.wheres, self.shape)

    def _add_to(self, total: Any) -> None:
        for value, where in zip(self.values, self.wheres, strict=True):
            self.scatter.add_to(total, value, where)

    def __add__(self, other: Any) -> Any:
        if type(other) is Scattered and other.scatter is self.scatter:
            return Scattered(self.scatter, self.shape, self.values + other.values, self.wheres + other.wheres)
        other = whole(other)
        if isinstance(other, Tensor):
            return self.whole() + other
        total = np.array(other)
        self._add_to(total)
        return total

    __radd__ = __add__

    def __iadd__(self, other: Any) -> Any:
        if type(other) is not Scattered or other.scatter is not self.scatter:
            return self + other
        self.values += other.values
        self.wheres += other.wheres
        for value in other.values:
            if not isinstance(value, Tensor):
                self._room -= value.size
        return self if self._room >= 0 else self.whole()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None) -> Any:
        """`array + scattered` and `array += scattered`."""
        if ufunc is not np.add or method != "__call__":
            return NotImplemented
        if out is None:
            return self + (inputs[0] if inputs[1] is self else inputs[1])
        self._add_to(out[0])
        return out[0]

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.whole()

    def map(self, f: Callable[[Any], Any]) -> "Scattered":
        """With other values, of which zeros are to be zeros."""
        return Scattered(self.scatter, self.shape, list(map(f, self.values)), self.wheres.copy())

    def conj(self) -> "Scattered":
        return self.map(lambda c: Tensor.conjugate(c) if isinstance(c, Tensor) else c.conj())  # type: ignore[attr-defined]


def whole(c: Any) -> Any:
    """`c`, with zeros where it is `Scattered`."""
    return c.whole() if type(c) is Scattered else c
