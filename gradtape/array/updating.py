"""`dynamic_update_slice`: a part of a tensor replaced, at a place that is a tensor."""

import math
from typing import Any

import numpy as np

from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .gathering import put_p
from .shape import reshape

__all__ = ["dynamic_update_slice"]


def dynamic_update_slice(input: Any, update: Any, indices: Any) -> EagerTensor:
    """`input`, in which the part that begins at `indices` is `update`. XLA's operation of this name.

    Args:
      input: a tensor.
      update: a tensor of as many axes, none longer, and of its dtype.
      indices: an integer vector: where the part begins along each axis. It is moved so that the part lies inside.

    Raises:
      InvalidArgumentError: if shapes do not fit.

    >>> import gradtape as tf
    >>> dynamic_update_slice(tf.zeros([4]), [1.0, 2.0], [9]).numpy()
    array([0., 0., 1., 2.], dtype=float32)
    """
    x = convert_to_tensor(input)
    u, at = convert_to_tensor(update, x.dtype), convert_to_tensor(indices)
    shape, part = x._array.shape, u._array.shape
    checked(_must_fit, x._array, u._array, at._array)
    places = computed(_places, at, shape=shape, part=part)
    flat = put_p(reshape(x, (math.prod(shape),)), places, reshape(u, (math.prod(part),)), axis=-1)
    return reshape(flat, shape)


@computation
def _must_fit(x: Any, u: Any, at: Any) -> None:
    if u.ndim != x.ndim or at.shape != (x.ndim,) or any(m > n for m, n in zip(u.shape, x.shape, strict=True)):
        raise invalid(
            "XlaDynamicUpdateSlice",
            f"update must have the rank of input, no axis of it may be longer, and indices must have one element for "
            f"each; got shapes {list(u.shape)}, {list(x.shape)} and {list(at.shape)}",
        )


@computation
def _places(at: Any, shape: tuple[int, ...], part: tuple[int, ...]) -> Any:
    """Where in the flat tensor each element of the part goes."""
    starts = [min(max(int(i), 0), n - m) for i, n, m in zip(at, shape, part, strict=True)]
    along = [np.arange(i, i + m) for i, m in zip(starts, part, strict=True)]
    return np.ravel_multi_index(np.ix_(*along), shape).reshape(-1) if along else np.zeros(1, np.int64)
