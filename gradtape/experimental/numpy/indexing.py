"""`x[...]` as NumPy has it: lists, arrays and masks among integers and slices."""

from typing import Any

import numpy as np

from ... import array as tensors
from ...array.gathering import boolean_mask, gather, gather_nd
from ...array.joining import stack
from ...math.cast import cast
from ...math.comparison import where
from ...values import dtypes
from ...values.shape import Dimension
from ...values.tensor import Tensor
from ...values.variable import Variable
from .arrays import asarray, promoted
from .selecting import from_start
from .shapes import moveaxis, together

_ERROR = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid "
    "indices"
)


def getitem(plain: Any) -> Any:
    """`x[key]`, where `plain` is that of keys of integers, slices, ellipses and new axes."""

    def numpy_getitem(x: Tensor, key: Any) -> Any:
        if type(key) is int or type(key) is slice:
            return plain(x, key)
        if _is_mask(key):
            return boolean_mask(x, key)
        if not isinstance(key, tuple):
            key = tuple(key) if isinstance(key, list) and _is_spec(key) else (key,)
        key, arrays = _read(key, x._array.ndim)
        x = plain(x, tuple(key))
        return _taken(x, _places(key, arrays)) if arrays else x

    return numpy_getitem


def _is_mask(key: Any) -> bool:
    return type(key) is bool or (isinstance(key, Tensor | np.ndarray | Variable) and key.dtype == np.bool_)


def _is_spec(key: list[Any]) -> bool:
    """Whether a list stands for a tuple, as one of slices or of lists does; else it is an array of indices."""
    return any(
        k is None or k is ... or isinstance(k, list | tuple | slice) or (isinstance(k, Tensor | np.ndarray) and k.ndim)
        for k in key
    )


def _read(key: tuple[Any, ...], rank: int) -> tuple[list[Any], dict[int, Any]]:
    """A key with a full slice for each array of indices, and these arrays by their position; it has no ellipsis."""
    parts: list[Any] = []
    arrays: dict[int, Any] = {}
    for k in key:
        if k is None or k is ... or isinstance(k, slice):
            parts.append(slice(*map(_number, (k.start, k.stop, k.step))) if isinstance(k, slice) else k)
            continue
        k = _indices(k)
        if isinstance(k, Tensor) and k._array.ndim:
            arrays[len(parts)] = k
            k = slice(None)
        parts.append(k)
    if any(k is ... for k in parts):
        at = next(i for i, k in enumerate(parts) if k is ...)
        missing = [slice(None)] * (rank - sum(k is not None and k is not ... for k in parts))
        parts[at : at + 1] = missing
        arrays = {i if i < at else i + len(missing) - 1: k for i, k in arrays.items()}
    return parts, arrays


def _number(k: Any) -> Any:
    if k is None or isinstance(k, int):
        return k
    k = _indices(k)
    if isinstance(k, Tensor) and k._array.ndim:
        raise IndexError(f"{_ERROR}, got {k!r}")
    return k


def _indices(k: Any) -> Any:
    """An integer, or a tensor of int32 or int64."""
    if isinstance(k, int | np.integer | Dimension):
        return int(k) if not isinstance(k, int) else k
    x = asarray(k)
    if x._array.dtype.kind == "b":
        if x._array.ndim != 1:
            raise NotImplementedError(f"Need rank 1 for bool index {k}")
        return tensors.reshape(where(x), [-1])
    if isinstance(k, list | tuple) and not len(k):
        return cast(x, dtypes.int64)
    if x._array.dtype.kind not in "iu" or x.dtype is dtypes.uint64:
        raise IndexError(f"{_ERROR}, got {k!r}")
    if x.dtype in (dtypes.int32, dtypes.int64):
        return x
    return cast(x, dtypes.int64 if x.dtype is dtypes.uint32 else dtypes.int32)


def _places(key: list[Any], arrays: dict[int, Any]) -> dict[int, Any]:
    """The arrays of indices by the axis of what the rest of the key gives."""
    found, axis = {}, 0
    for i, k in enumerate(key):
        if i in arrays:
            found[axis] = arrays[i]
        axis += k is None or isinstance(k, slice)
    return found


def _taken(x: Any, places: dict[int, Any]) -> Any:
    """The elements of `x` at indices along axes. Axes of the indices are where the first of these axes was; or in
    front, where these axes are not side by side.
    """
    axes = sorted(places)
    if len(axes) == 1:
        return gather(x, from_start(places[axes[0]], x._array.shape[axes[0]]), axis=axes[0])
    indices = together(promoted(*[places[i] for i in axes]))
    at = stack([from_start(k, x._array.shape[i]) for i, k in zip(axes, indices, strict=True)], axis=-1)
    out = gather_nd(moveaxis(x, axes, range(len(axes))), at)
    if axes != list(range(axes[0], axes[-1] + 1)) or not axes[0]:
        return out
    rank = at._array.ndim - 1
    return moveaxis(out, range(rank), range(axes[0], axes[0] + rank))
