"""Cotangents are arrays or tensors, and may have leading axes: their shapes, kinds and conjugates."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import numpy_filled
from ..engine.numpy_slots import Slots
from ..values.symbolic import varies
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from .scattered import Scattered


class Operations:
    """The operations that differentiation itself needs. It stands below their room, which gives them to it."""

    sum_to: Callable[..., Any]
    broadcast_to: Callable[..., Any]
    reshape: Callable[..., Any]
    transpose: Callable[..., Any]
    read: Callable[..., Any]


operations = Operations()


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a tensor or array, as a tuple."""
    return x._array.shape if isinstance(x, Tensor) else np.shape(x)


def lead_of(g: Any, ndim: int) -> tuple[int, ...]:
    """The leading axes of the cotangent `g` of a value of `ndim` axes."""
    shape = shape_of(g)
    return shape[: len(shape) - ndim]


def full_of(shape: tuple[int, ...], number: int, dtype: Any) -> Tensor:
    """A tensor full of `number`; of strings, of empty ones."""
    if current.thread.trace is not None and varies(shape):
        return operations.broadcast_to(wrap(numpy_filled.full_of((), number, dtype)), shape=shape)  # type: ignore[no-any-return]
    return wrap(numpy_filled.full_of(shape, number, dtype))


def full_like(array: Any, number: int, lead: tuple[int, ...] = ()) -> Tensor:
    """A tensor full of `number`, of the dtype of `array` and of its shape after the axes `lead`."""
    return full_of(lead + array.shape, number, array.dtype)


def _is_list(g: Any) -> bool:
    """Whether a cotangent is a list of arrays, which broadcasts to nothing."""
    array = getattr(g, "_array", g)
    return type(array) is Slots or getattr(array, "listed", 0) > 0


def unbroadcast(g: Any, shape: tuple[int, ...], lead: tuple[int, ...] = ()) -> Any:
    """Sum `g` to `(*lead, *shape)`, where the axes of `g` after `lead` are a broadcast of `shape`."""
    given = shape_of(g)
    wanted = lead + shape
    if given == wanted or _is_list(g):
        return g
    if lead:  # align the axes of `shape` after those of `lead`
        ndim = len(given) - len(lead)
        ones = (1,) * (ndim - len(shape))
        return operations.reshape(operations.sum_to(g, shape=lead + ones + shape), shape=lead + shape)
    return operations.sum_to(g, shape=shape)


def spread(g: Any, shape: tuple[int, ...], out_ndim: int) -> Any:
    """Broadcast the cotangent `g` of a value of `out_ndim` axes to `(*lead, *shape)`."""
    if _is_list(g):
        return g
    given = shape_of(g)
    lead = given[: len(given) - out_ndim]
    ones = (1,) * (len(shape) - out_ndim)
    if lead and ones:
        g = operations.reshape(g, shape=lead + ones + given[len(lead) :])
    return operations.broadcast_to(g, shape=lead + shape)


def conjugated(g: Any) -> Any:
    if isinstance(g, list):
        return [None if x is None else conjugated(x) for x in g]
    return g.conj() if not isinstance(g, Tensor) else Tensor.conjugate(g)  # type: ignore[attr-defined]


def kind_of(g: Any) -> str:
    """The kind of dtype of a cotangent, as NumPy calls it; bfloat16 and float8 are V."""
    if isinstance(g, list):
        g = next(x for x in g if x is not None)
    if type(g) is Scattered:
        g = g.values[0]
    return (g._array if isinstance(g, Tensor) else g).dtype.kind  # type: ignore[no-any-return]


def is_complex(g: Any) -> bool:
    return kind_of(g) == "c"


def tensor_of(g: Any) -> Tensor:
    return g if isinstance(g, Tensor) else wrap(g)
