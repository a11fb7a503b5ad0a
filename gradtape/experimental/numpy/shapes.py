"""Functions that change the shape: axes and their order, joining, splitting, repeating."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ... import array as tensors
from ...array import joining
from ...array.arguments import axis_of
from ...array.creation import meshgrid as grid
from ...math.cast import cast
from ...values import dtypes
from ...values.shape import TensorShape
from ...values.symbolic import Dim, least
from ...values.tensor import EagerTensor, Tensor
from .arrays import asarray, promoted


def axis_from_start(axis: Any, rank: int) -> int:
    """`axis`, which may be negative, counted from the first.

    Raises:
      ValueError: if there is no such axis.
    """
    axis = axis_of(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} is out of bounds for array of dimension {rank}")
    return axis % rank


def shape(a: Any) -> TensorShape:
    """The shape of `a`."""
    return asarray(a).shape


def ndim(a: Any) -> Any:
    """The number of axes of `a`."""
    return asarray(a).ndim


def size(x: Any, axis: Any = None) -> Any:
    """The number of elements: an integer, or in a function where it is not known a tensor.

    Raises:
      NotImplementedError: if an axis is given.
    """
    if axis is not None:
        raise NotImplementedError("axis argument is not supported in the current `np.size` implementation")
    if isinstance(x, int | float | np.number):
        return 1
    x = asarray(x)
    known = x.shape
    return np.prod(known.as_list(), dtype=int) if known.is_fully_defined() else tensors.size(x)


def isscalar(num: Any) -> bool:
    """Whether `num` has no axes."""
    return bool(ndim(num) == 0)


def reshape(a: Any, newshape: Any, order: str = "C") -> Any:
    """`a` in another shape, of which one length may be -1: what remains.

    Args:
      order: "C": the last axis changes quickest; "F": the first does.

    Raises:
      ValueError: if `order` is another.
    """
    if order not in ("C", "F"):
        raise ValueError(f"Unsupported order argument {order}")
    x = asarray(a)
    newshape = [newshape] if isinstance(newshape, int | np.integer) else newshape
    if order == "C":
        return tensors.reshape(x, newshape)
    return tensors.transpose(tensors.reshape(tensors.transpose(x), newshape[::-1]))


def ravel(a: Any) -> Any:
    """All elements along one axis."""
    return tensors.reshape(asarray(a), [-1])


def flatten(a: Any, order: str = "C") -> Any:
    """All elements along one axis; with `order="F"` the first axis changes quickest.

    Raises:
      ValueError: if `order` is none of C, A, K and F.
    """
    if order not in ("C", "A", "K", "F"):
        raise ValueError(f"order can only be C, A, K (all row major) or F (column major), got {order!r}.")
    return reshape(a, [-1], "F" if order == "F" else "C")


def expand_dims(a: Any, axis: Any) -> Any:
    """`a` with a new axis of length 1 at `axis`, or with several at those."""
    x = asarray(a)
    if not isinstance(axis, list | tuple):
        return tensors.expand_dims(x, axis)
    for i in sorted(axis_from_start(i, x._array.ndim + len(axis)) for i in axis):
        x = tensors.expand_dims(x, i)
    return x


def squeeze(a: Any, axis: Any = None) -> Any:
    """`a` without its axes of length 1, or without those of `axis`."""
    return tensors.squeeze(asarray(a), axis)


def transpose(a: Any, axes: Any = None) -> Any:
    """`a` with its axes in this order, or reversed."""
    x = asarray(a)
    if isinstance(axes, list | tuple) and all(isinstance(i, int) for i in axes):
        axes = [axis_from_start(i, x._array.ndim) for i in axes]
    return tensors.transpose(x, axes)


def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """`a` with two axes in each other's place."""
    x = asarray(a)
    perm = list(range(x._array.ndim))
    i, j = axis_from_start(axis1, len(perm)), axis_from_start(axis2, len(perm))
    perm[i], perm[j] = j, i
    return tensors.transpose(x, perm)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """`a` with axes moved to where `destination` says; the others stay in order.

    Raises:
      ValueError: if they are not as many, or one comes twice.
    """
    x = asarray(a)
    rank = x._array.ndim
    given, places = (
        [axis_from_start(i, rank) for i in (axes if isinstance(axes, list | tuple | range) else [axes])]
        for axes in (source, destination)
    )
    if len(given) != len(places):
        raise ValueError(f"The lengths of source and destination must equal, got {len(given)} and {len(places)}")
    if len(set(given)) < len(given) or len(set(places)) < len(places):
        raise ValueError(f"An axis comes twice: source={source}, destination={destination}")
    perm = [i for i in range(rank) if i not in given]
    for place, axis in sorted(zip(places, given, strict=True)):
        perm.insert(place, axis)
    return tensors.transpose(x, perm)


def broadcast_to(array: Any, shape: Any) -> Any:
    """`array` repeated to this shape."""
    return tensors.broadcast_to(asarray(array), [shape] if isinstance(shape, int | np.integer) else shape)


def broadcast_arrays(*args: Any, **kwargs: Any) -> Any:
    """All arrays, broadcast to one shape.

    Raises:
      ValueError: if `subok=True` or another argument is given.
    """
    if kwargs.pop("subok", False):
        raise ValueError("subok=True is not supported.")
    if kwargs:
        raise ValueError(f"Received unsupported arguments {list(kwargs)}")
    return together([asarray(x) for x in args])


def together(arrays: Sequence[EagerTensor]) -> list[Any]:
    """Tensors, broadcast to one shape."""
    if len(arrays) < 2:
        return list(arrays)
    to = tensors.shape(arrays[0])
    for x in arrays[1:]:
        to = tensors.broadcast_dynamic_shape(to, tensors.shape(x))
    return [tensors.broadcast_to(x, to) for x in arrays]


def _at_least(n: int, pad: Any, arys: Sequence[Any]) -> Any:
    found = [asarray(x) for x in arys]
    found = [x if x._array.ndim >= n else tensors.reshape(x, pad(x._array.shape)) for x in found]
    return found[0] if len(found) == 1 else found


def atleast_1d(*arys: Any) -> Any:
    """Each with one axis at least; a list where several are given."""
    return _at_least(1, lambda shape: (1, *shape), arys)


def atleast_2d(*arys: Any) -> Any:
    """Each with two axes at least: a vector is a row. A list where several are given."""
    return _at_least(2, lambda shape: (1,) * (2 - len(shape)) + shape, arys)


def atleast_3d(*arys: Any) -> Any:
    """Each with three axes at least: a vector is along the second, a matrix along the first two."""
    return _at_least(3, lambda shape: (1, *shape, 1) if len(shape) == 1 else (*shape, *(1,) * (3 - len(shape))), arys)


# --- joining and splitting -------------------------------------------------------------------------------------------


def concatenate(arys: Any, axis: Any = 0) -> Any:
    """Arrays, in their common dtype, one after the other along an axis; flattened ones with `axis=None`.

    Raises:
      ValueError: if there are none.
    """
    arys = list(arys) if isinstance(arys, list | tuple) else [arys]
    if not arys:
        raise ValueError("Need at least one array to concatenate. Received empty input: arys=[]")
    given = promoted(*arys)
    return joining.concat([ravel(x) for x in given], 0) if axis is None else joining.concat(given, axis)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """`values` after `arr`, along an axis, or both flattened."""
    return concatenate([asarray(arr), asarray(values)], axis)


def stack(arrays: Any, axis: Any = 0) -> Any:
    """Arrays, in their common dtype, along a new axis."""
    if isinstance(arrays, Tensor):
        return arrays if axis == 0 else moveaxis(arrays, 0, axis)
    return joining.stack(promoted(*arrays), axis)


def hstack(tup: Any) -> Any:
    """Arrays one after the other along the second axis, vectors along their only one."""
    arrays = promoted(*[atleast_1d(x) for x in tup])
    return joining.concat(arrays, 0 if arrays[0]._array.ndim == 1 else 1)


def vstack(tup: Any) -> Any:
    """Arrays one after the other along the first axis; vectors are rows."""
    return joining.concat(promoted(*[atleast_2d(x) for x in tup]), 0)


def dstack(tup: Any) -> Any:
    """Arrays one after the other along the third axis; see `atleast_3d`."""
    return joining.concat(promoted(*[atleast_3d(x) for x in tup]), 2)


def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    """`ary` divided along an axis: into so many equal parts, or before each of these indices.

    Raises:
      ValueError: if an index is less than the one before, or there is no such axis.
    """
    x = asarray(ary)
    if isinstance(indices_or_sections, int | np.integer):
        return joining.split(x, int(indices_or_sections), axis)
    axis = axis_from_start(axis, x._array.ndim)
    length = x._array.shape[axis]
    bounds: list[int] = [0]
    for i, b in enumerate(map(axis_of, indices_or_sections)):
        if b < bounds[-1] and type(bounds[-1]) is not Dim:
            raise ValueError(f"The {i}-th boundary {b} is smaller than the previous boundary {bounds[-1]}")
        bounds.append(least(b, length))
    bounds.append(length)
    return joining.split(x, [high - low for low, high in pairwise(bounds)], axis)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the second axis, of a vector along its only one."""
    x = asarray(ary)
    return _equal_parts(x, indices_or_sections, 0 if x._array.ndim == 1 else 1)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the first axis."""
    return _equal_parts(asarray(ary), indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """`split` along the third axis."""
    return _equal_parts(asarray(ary), indices_or_sections, 2)


def _equal_parts(x: EagerTensor, parts: Any, axis: int) -> Any:
    length = x.shape[axis]
    if isinstance(parts, int) and length is not None and length % parts:
        raise ValueError("array split does not result in an equal division")
    return split(x, parts, axis)


# --- repeating, turning, padding -------------------------------------------------------------------------------------


def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Each element so many times, along an axis; of all, flattened, by default."""
    return joining.repeat(asarray(a), asarray(repeats), axis)


def tile(a: Any, reps: Any) -> Any:
    """`a` so many times along each axis; axes that either lacks come first."""
    x = asarray(a)
    times = tensors.reshape(cast(asarray(reps), dtypes.int32), [-1])
    lacking = x._array.ndim - times._array.shape[0]
    if lacking > 0:
        times = joining.concat([np.ones(lacking, np.int32), times], 0)
    if lacking < 0:
        x = tensors.reshape(x, (1,) * -lacking + x._array.shape)
    return joining.tile(x, times)


def flip(m: Any, axis: Any = None) -> Any:
    """`m` reversed along an axis, several, or all."""
    x = asarray(m)
    rank = x._array.ndim
    axes = range(rank) if axis is None else axis if isinstance(axis, list | tuple) else [axis]
    return joining.reverse(x, [axis_from_start(i, rank) for i in axes])


def flipud(m: Any) -> Any:
    """`m` reversed along the first axis."""
    return flip(m, 0)


def fliplr(m: Any) -> Any:
    """`m` reversed along the second axis."""
    return flip(m, 1)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """`a` moved along axes, what leaves at the end coming in at the start; as if flat by default."""
    x = asarray(a)
    if axis is not None:
        if isinstance(axis, list | tuple) and isinstance(shift, int):
            shift = [shift] * len(axis)
        return joining.roll(x, shift, axis)
    return tensors.reshape(joining.roll(tensors.reshape(x, [-1]), shift, 0), x._array.shape)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """`m` turned `k` times by 90 degrees, from the first of two axes towards the second."""
    x = asarray(m)
    first, second = (axis_from_start(i, x._array.ndim) for i in axes)
    k %= 4
    if k == 0:
        return x
    if k == 2:
        return flip(x, [first, second])
    if k == 1:
        return swapaxes(flip(x, second), first, second)
    return flip(swapaxes(x, first, second), second)


def pad(array: Any, pad_width: Any, mode: str, **kwargs: Any) -> Any:
    """`array` with more elements before and after, along each axis.

    Args:
      pad_width: a pair for each axis: how many before, and after; one pair, or one number, is for all axes.
      mode: "constant", "reflect" or "symmetric".
      constant_values: what is there in mode "constant", 0 by default.

    Raises:
      ValueError: if `mode` is another.
    """
    if mode not in ("constant", "reflect", "symmetric"):
        raise ValueError(f"Unsupported padding mode: {mode}")
    x = asarray(array)
    width = tensors.broadcast_to(cast(asarray(pad_width), dtypes.int32), [x._array.ndim, 2])
    return joining.pad(x, width, mode.upper(), asarray(kwargs.get("constant_values", 0), x.dtype))


def meshgrid(*xi: Any, **kwargs: Any) -> Any:
    """The coordinates of a grid, of vectors: one array for each.

    Args:
      indexing: "xy", in which the first vector is along the second axis, or "ij".

    Raises:
      ValueError: with `sparse=True` or `copy=False`.
    """
    if kwargs.get("sparse", False):
        raise ValueError("Function `meshgrid` does not support returning sparse arrays yet. Received: sparse=True")
    if not kwargs.get("copy", True):
        raise ValueError("Function `meshgrid` only supports copy=True. Received: copy=False")
    indexing = kwargs.get("indexing", "xy")
    given = [asarray(x) for x in xi]
    if len({x.dtype for x in given}) > 1:
        places = [cast(x, dtypes.int64) * 0 for x in given]
        return [tensors.broadcast_to(_along(x, i, len(given), indexing), tensors.shape(full))
                for i, (x, full) in enumerate(zip(given, grid(*places, indexing=indexing), strict=True))]  # fmt: skip
    return grid(*given, indexing=indexing)


def _along(x: Any, i: int, n: int, indexing: str) -> Any:
    """`x` along its axis of a grid of `n` axes."""
    axis = 1 - i if indexing == "xy" and i < 2 and n > 1 else i
    return tensors.reshape(x, [-1 if j == axis else 1 for j in range(n)])
