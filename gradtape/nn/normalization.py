"""Means and variances, and what is normalised by them: batch normalisation, normalisation across channels; dropout."""

from typing import Any

import numpy as np

from ..array.shape import squeeze
from ..core.backward import broadcast_to_p
from ..core.convert import convert_to_tensor, scalar
from ..core.errors import invalid
from ..core.tensor import EagerTensor, Tensor, wrap
from ..linalg.matmul import matmul_p
from ..math.arithmetic import pow_p, squared_difference
from ..math.cast import cast
from ..math.comparison import greater_equal_p, where_p, zeros_like
from ..math.elementwise import rsqrt_p, square_p
from ..math.reduction import reduce_mean, reduce_sum

__all__ = [
    "batch_norm_with_global_normalization", "batch_normalization", "dropout", "local_response_normalization", "lrn",
    "moments", "normalize_moments", "sufficient_statistics", "weighted_moments",
]  # fmt: skip


def _of(x: Any) -> EagerTensor:
    return x if type(x) is EagerTensor else convert_to_tensor(x)


# --- moments -----------------------------------------------------------------------------------------------------------


def moments(x: Any, axes: Any, shift: Any = None, keepdims: bool = False,
            name: str | None = None) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """The mean and the variance along axes.

    Args:
      x: a tensor. 16-bit floats are computed as float32.
      axes: an integer, or a list of them.
      shift: not used, as in TensorFlow.
      keepdims: keep the axes, with length 1.

    Returns:
      Two tensors of the dtype of `x`.

    >>> import gradtape as tf
    >>> mean, variance = tf.nn.moments(tf.constant([1.0, 2.0, 3.0, 6.0]), [0])
    >>> print(mean.numpy(), variance.numpy())
    3.0 3.5
    """
    x = _of(x)
    dtype = x.dtype
    if dtype.is_floating and dtype.size == 2:
        x = cast(x, np.float32)
    mean = reduce_mean(x, axes, keepdims=True)
    # The cotangent that `mean` gets from the variance is zero, but for rounding: as in TensorFlow it is left out.
    variance = reduce_mean(squared_difference(x, wrap(mean._array)), axes, keepdims=keepdims)
    if not keepdims:
        mean = reduce_mean(x, axes) if x._array.ndim == 0 else _without(mean, axes)
    return cast(mean, dtype), cast(variance, dtype)


def _without(x: EagerTensor, axes: Any) -> EagerTensor:
    if axes is None:
        return squeeze(x)
    axes = axes if isinstance(axes, list | tuple) else [axes]
    return squeeze(x, list(map(int, axes))) if len(axes) else x
