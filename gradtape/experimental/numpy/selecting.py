"""Choosing elements: by conditions, by indices, by comparing neighbours or whole arrays."""

from collections.abc import Sequence
from typing import Any

from ... import array as tensors
from ... import math
from ...array.creation import zeros
from ...array.gathering import boolean_mask, gather
from ...array.indexing import slice as cut
from ...array.joining import concat, unstack
from ...math.cast import cast
from ...math.clip import clip_by_value
from ...math.comparison import where as chosen
from ...values import dtypes
from ...values.symbolic import Dim, integers_tensor
from ...values.tensor import EagerTensor
from .arrays import asarray, promoted
from .shapes import atleast_1d, axis_from_start, moveaxis, together
from .types import result_type


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """`x` where `condition` is true and else `y`, or without these the indices of what is true; see `nonzero`.

    Raises:
      ValueError: if only one of `x` and `y` is given.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.where([True, False], [1, 2], 0.5).numpy()
    array([1. , 0.5])
    """
    condition = asarray(condition, dtypes.bool_)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Both x and y must be ndarrays, or both must be None.")
    return chosen(condition, *promoted(x, y))


def nonzero(a: Any) -> Any:
    """The indices of what is not 0: a vector for each axis."""
    x = atleast_1d(a)
    return unstack(chosen(cast(x, dtypes.bool_)), x._array.ndim, axis=1)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> EagerTensor:
    """The elements of the first choice whose condition is true there.

    Args:
      condlist: conditions: tensors of bools, or of numbers that are not 0 where they are true.
      choicelist: as many tensors. All broadcast, and are converted to one dtype by NumPy's rules.
      default: what is where no condition is true.

    Raises:
      ValueError: if there are no conditions, or not as many choices.

    >>> import gradtape as tf
    >>> x = tf.range(5)
    >>> tf.experimental.numpy.select([x < 2, x > 3], [x, x * 10], -1).numpy()
    array([ 0,  1, -1, -1, 40], dtype=int32)
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"condlist must have length equal to choicelist ({len(condlist)} vs {len(choicelist)})")
    if not len(condlist):
        raise ValueError("condlist must be non-empty")
    out, *choices = promoted(default, *choicelist)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        out = chosen(asarray(condition, dtypes.bool_), choice, out)
    return out


def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """What of `a`, along an axis or flattened, `condition` is true of; what lies beyond `condition` is left out.

    Raises:
      ValueError: if `condition` is no vector, or there is no such axis.
    """
    mask, x = asarray(condition, dtypes.bool_), asarray(a)
    if mask._array.ndim != 1:
        raise ValueError(f"condition must be a 1-d array, got shape {mask.shape}.")
    if axis is None or not x._array.ndim:
        x, axis = tensors.reshape(x, [-1]), 0
    axis = axis_from_start(axis, x._array.ndim)
    lacking = x._array.shape[axis] - mask._array.shape[0]
    if type(lacking) is Dim or lacking > 0:
        mask = concat([mask, zeros([lacking], dtypes.bool_)], 0)
    return boolean_mask(x, mask, axis=axis)


def take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: str = "clip") -> Any:
    """The elements of `a` at these indices, along an axis or flattened.

    Args:
      mode: what becomes of indices that are out of bounds: with "clip" the nearest is taken, with "wrap" they are
        counted round.

    Raises:
      ValueError: if `mode` is another, or `out` is given.
    """
    if out is not None:
        raise ValueError("out argument is not supported in take.")
    if mode not in ("raise", "clip", "wrap"):
        raise ValueError(f"Invalid mode '{mode}' for take")
    if mode == "raise":
        raise ValueError("The 'raise' mode to take is not supported.")
    x, at = asarray(a), asarray(indices)
    if axis is None:
        x, axis = tensors.reshape(x, [-1]), 0
    length = integers_tensor(x._array.shape[axis], at._array.dtype)
    at = clip_by_value(at, at * 0, length - 1) if mode == "clip" else math.floormod(at, length)
    return gather(x, at, axis=axis)


def take_along_axis(arr: Any, indices: Any, axis: int | None) -> Any:
    """The elements at `indices`, which are places along `axis`; both broadcast along all other axes.

    >>> import gradtape as tf
    >>> x = tf.constant([[3, 1], [2, 4]])
    >>> tf.experimental.numpy.take_along_axis(x, tf.argsort(x), 1).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    x, at = asarray(arr), asarray(indices)
    if axis is None:
        x, axis = tensors.reshape(x, [-1]), 0
    rank = x._array.ndim
    if at._array.ndim != rank:
        raise ValueError(f"indices must have as many axes as the array, {rank}, got shape {at.shape}")
    at = cast(at, dtypes.int64)
    x, at = moveaxis(x, axis, -1), moveaxis(at, axis, -1)
    n = x._array.shape[-1]
    at = from_start(at, n)
    lead = together([zeros((*t._array.shape[:-1], 1), dtypes.int64) for t in (x, at)])[0]._array.shape[:-1]
    x = tensors.broadcast_to(x, (*lead, n))
    at = tensors.broadcast_to(at, (*lead, at._array.shape[-1]))
    return moveaxis(gather(x, at, axis=-1, batch_dims=rank - 1), -1, axis)


def from_start(at: Any, length: int) -> Any:
    """Indices, of which some may be negative, counted from the start."""
    return chosen(at < 0, at + integers_tensor(length, at._array.dtype), at)


def ix_(*args: Any) -> Any:
    """Vectors of indices, or of bools, each along its own axis, so that together they index a grid.

    Raises:
      ValueError: if one is no vector, or not of integers or bools.
    """
    out = []
    for i, a in enumerate(args):
        x = asarray(a)
        if x._array.ndim != 1:
            raise ValueError(f"Arguments must be 1-d, got arg {i} of rank {x._array.ndim}")
        if x._array.dtype.kind not in "iub":
            raise ValueError(f"Only integer and bool dtypes are supported, got {x.dtype}")
        x = nonzero(x)[0] if x._array.dtype.kind == "b" else x
        out.append(tensors.reshape(x, [-1 if j == i else 1 for j in range(len(args))]))
    return out


def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """What each element along an axis has more than the one before, `n` times over; of bools, whether they differ.

    Raises:
      ValueError: if `n` is negative, or there is no such axis.
    """
    x = asarray(a)
    axis = axis_from_start(axis, x._array.ndim)
    if n < 0:
        raise ValueError(f"Argument `order` must be a non-negative integer. Received: axis={n}")
    before = (slice(None),) * axis
    for _ in range(n):
        after, this = x[(*before, slice(1, None))], x[(*before, slice(None, -1))]
        x = math.not_equal(after, this) if x._array.dtype.kind == "b" else math.subtract(after, this)
    return x


def array_equal(a1: Any, a2: Any) -> Any:
    """Whether two arrays have one shape and equal elements."""
    dtype = result_type(asarray(a1), asarray(a2))
    x, y = asarray(a1, dtype), asarray(a2, dtype)
    if x._array.ndim != y._array.ndim:
        return asarray(False)
    lengths = list(zip(x._array.shape, y._array.shape, strict=True))
    if any(m != n and type(m) is not Dim and type(n) is not Dim for m, n in lengths):
        return asarray(False)
    if all(m == n for m, n in lengths):
        return math.reduce_all(math.equal(x, y))
    least = math.minimum(tensors.shape(x), tensors.shape(y))
    same = math.reduce_all(math.equal(tensors.shape(x), tensors.shape(y)))
    origin = [0] * x._array.ndim
    return math.logical_and(same, math.reduce_all(math.equal(cut(x, origin, least), cut(y, origin, least))))


def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is complex."""
    return asarray(x).dtype.is_complex


def isrealobj(x: Any) -> bool:
    """Whether the dtype is not complex."""
    return not iscomplexobj(x)
