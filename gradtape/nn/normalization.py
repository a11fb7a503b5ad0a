"""Means and variances and what is normalised by them: batches, and neighbouring channels."""

import math
from typing import Any

import numpy as np

from ..linalg.matmul import matmul_p
from ..math.arithmetic import divide_no_nan_p, squared_difference
from ..math.cast import cast
from ..math.elementwise import exp_p, log_p, rsqrt_p, square_p
from ..math.reduction import axes as axes_of
from ..math.reduction import mean_p, sum_p, variance_p
from ..operations.broadcasting import broadcast_to_p
from ..values.convert import convert_to_tensor, gives_tensor, scalar
from ..values.errors import invalid
from ..values.symbolic import broadcast_shapes, computation, computed, integers_tensor
from ..values.tensor import EagerTensor, wrap

__all__ = [
    "batch_norm_with_global_normalization", "batch_normalization", "local_response_normalization", "lrn", "moments",
    "normalize_moments", "sufficient_statistics", "weighted_moments",
]  # fmt: skip

_HALVES = 2  # the size in bytes of the floats that are summed as float32


def _of(x: Any) -> EagerTensor:
    return x if type(x) is EagerTensor else convert_to_tensor(x)


def _like(value: Any, x: EagerTensor) -> EagerTensor:
    """`value` as a tensor: a number, list or array takes the dtype of `x`."""
    if gives_tensor(value):
        return _of(value)
    return scalar(value, x) if type(value) is float else convert_to_tensor(value, x.dtype)


def moments(x: Any, axes: Any, shift: Any = None, keepdims: bool = False,
            name: str | None = None) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """The mean and the variance along axes.

    Args:
      x: a tensor. 16-bit floats are computed as float32.
      axes: an integer, or a list of them; None for all.
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
    dtype = x._array.dtype
    axis = axes_of(axes, x._array.ndim, "Mean")
    keepdims = bool(keepdims)
    if dtype.kind in "iu":
        mean = mean_p(x, axis=axis, keepdims=True)
        variance = mean_p(squared_difference(x, mean), axis=axis, keepdims=keepdims)
        return mean_p(x, axis=axis, keepdims=keepdims), variance
    if dtype.itemsize == _HALVES:
        mean, variance = moments(cast(x, np.float32), axes, keepdims=keepdims)
        return cast(mean, dtype), cast(variance, dtype)
    return mean_p(x, axis=axis, keepdims=keepdims), variance_p(x, axis=axis, keepdims=keepdims)


def weighted_moments(x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False,
                     name: str | None = None) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """The mean and the variance along axes, where each element counts as often as its weight says.

    Args:
      x: a floating tensor.
      axes: an integer, or a list of them.
      frequency_weights: broadcast with `x`. Where they add up to 0, so are mean and variance.
      keepdims: keep the axes, with length 1.
    """
    x = _of(x)
    weights = cast(_like(frequency_weights, x), x.dtype)
    weights = weights + wrap(np.zeros((1,) * x._array.ndim, x._array.dtype))
    shape = broadcast_shapes(x._array.shape, weights._array.shape)
    axis = axes_of(axes, len(shape), "Sum")
    count = sum_p(broadcast_to_p(weights, shape=shape), axis=axis, keepdims=True)
    mean = divide_no_nan_p(sum_p(weights * x, axis=axis, keepdims=True), count)
    variance = divide_no_nan_p(sum_p(weights * squared_difference(x, mean), axis=axis, keepdims=True), count)
    if keepdims:
        return mean, variance
    return sum_p(mean, axis=axis), sum_p(variance, axis=axis)  # of one element each


def sufficient_statistics(x: Any, axes: Any, shift: Any = None, keepdims: bool = False,
                          name: str | None = None) -> tuple[Any, ...]:  # fmt: skip
    """What mean and variance along axes are computed from by `normalize_moments`, and can be added up over batches.

    Args:
      x: a floating tensor.
      axes: an integer, or a list of them.
      shift: near the mean, subtracted for precision; or None.
      keepdims: keep the axes, with length 1.

    Returns:
      The count of elements, the sum of `x - shift`, the sum of its squares, and `shift`.
    """
    x = _of(x)
    axis = axes_of(axes, x._array.ndim, "Sum")
    count = cast(integers_tensor(math.prod([x._array.shape[i] for i in axis]), np.int64), x.dtype)
    if shift is not None:
        shift = _like(shift, x)
        x = x - shift
    keepdims = bool(keepdims)
    return count, sum_p(x, axis=axis, keepdims=keepdims), sum_p(square_p(x), axis=axis, keepdims=keepdims), shift


def normalize_moments(counts: Any, mean_ss: Any, variance_ss: Any, shift: Any,
                      name: str | None = None) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """The mean and the variance, from `sufficient_statistics`.

    >>> import gradtape as tf
    >>> mean, variance = tf.nn.normalize_moments(*tf.nn.sufficient_statistics([1.0, 2.0, 3.0, 6.0], [0]))
    >>> print(mean.numpy(), variance.numpy())
    3.0 3.5
    """
    mean_ss, variance_ss = _of(mean_ss), _of(variance_ss)
    share = 1.0 / _like(counts, mean_ss)
    shifted = mean_ss * share
    mean = shifted if shift is None else shifted + _like(shift, mean_ss)
    return mean, variance_ss * share - square_p(shifted)


def batch_normalization(x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any,
                        name: str | None = None) -> EagerTensor:  # fmt: skip
    """`scale * (x - mean) / sqrt(variance + variance_epsilon) + offset`.

    Args:
      x: a floating tensor.
      mean, variance: broadcast with `x`; often by `moments`.
      offset, scale: broadcast with `x`, or None.
      variance_epsilon: a small number, so that nothing is divided by 0.

    Returns:
      A tensor of the dtype of `x`.

    >>> import gradtape as tf
    >>> tf.nn.batch_normalization(tf.constant([1.0, 3.0]), 2.0, 1.0, None, None, 0.0).numpy()
    array([-1.,  1.], dtype=float32)
    """
    x = _of(x)
    mean, variance = _like(mean, x), _like(variance, x)
    factor = rsqrt_p(variance + variance_epsilon)
    if scale is not None:
        factor = factor * _like(scale, factor)
    shift = -mean * factor if offset is None else _like(offset, factor) - mean * factor
    return x * _cast_to(factor, x) + _cast_to(shift, x)


def _cast_to(value: EagerTensor, x: EagerTensor) -> EagerTensor:
    return value if value._array.dtype == x._array.dtype else cast(value, x.dtype)


def batch_norm_with_global_normalization(input: Any, mean: Any, variance: Any, beta: Any, gamma: Any,
                                         variance_epsilon: Any, scale_after_normalization: bool,
                                         name: str | None = None) -> EagerTensor:  # fmt: skip
    """`batch_normalization` with offset `beta` and, if `scale_after_normalization`, scale `gamma`."""
    scale = gamma if scale_after_normalization else None
    return batch_normalization(input, mean, variance, beta, scale, variance_epsilon)


def local_response_normalization(input: Any, depth_radius: int = 5, bias: float = 1, alpha: float = 1,
                                 beta: float = 0.5, name: str | None = None) -> EagerTensor:  # fmt: skip
    """Each element over `(bias + alpha * s)**beta`, `s` the sum of squares over channels up to `depth_radius` away.

    Args:
      input: a floating tensor of shape `(batch, height, width, channels)`.

    Raises:
      InvalidArgumentError: if `input` has not 4 axes.
    """
    x = _of(input)
    if x._array.ndim != 4:
        raise invalid("LRN", f"in must be 4-dimensional, got shape {list(x._array.shape)}")
    near = computed(_near, x._array.shape[-1], depth_radius, dtype=x._array.dtype)
    total = float(bias) + float(alpha) * matmul_p(square_p(x), near)
    return x * exp_p(-float(beta) * log_p(total))


@computation
def _near(channels: int, radius: int, dtype: Any) -> Any:
    channel = np.arange(channels)
    return (abs(channel - channel[:, None]) <= radius).astype(dtype)


def lrn(input: Any, depth_radius: int = 5, bias: float = 1, alpha: float = 1, beta: float = 0.5,
        name: str | None = None) -> EagerTensor:  # fmt: skip
    """See `local_response_normalization`."""
    return local_response_normalization(input, depth_radius, bias, alpha, beta)
