"""Batch normalisation of images, as kernels that do all of it at once are called."""

from typing import Any

from ..array.shape import reshape, size
from ..math.arithmetic import maximum
from ..math.cast import cast
from ..operations.reading import convert_to_tensor
from .normalization import batch_normalization, moments

__all__ = ["fused_batch_norm"]


def fused_batch_norm(x: Any, scale: Any, offset: Any, mean: Any = None, variance: Any = None, epsilon: float = 0.001,
                     data_format: str = "NHWC", is_training: bool = True, name: str | None = None,
                     exponential_avg_factor: float = 1.0) -> tuple[Any, Any, Any]:  # fmt: skip
    """Images normalised by the mean and variance of each channel.

    Args:
      x: images, with the channels last, or first after the batch in "NCHW".
      scale, offset: a number for each channel.
      mean, variance: of each channel, when not `is_training`; else what averages so far were.
      exponential_avg_factor: what part of new averages comes from this batch.

    Returns:
      The images, and the mean and variance of the batch, the latter over one element less.
    """
    x = convert_to_tensor(x)
    axis = x.shape.rank - 1 if data_format.endswith("C") else 1
    axes = [i for i in range(x.shape.rank) if i != axis]
    shape = [1 if i in axes else -1 for i in range(x.shape.rank)]
    if not is_training:
        shown = centre, spread = convert_to_tensor(mean), convert_to_tensor(variance)
    else:
        centre, spread = moments(x, axes)
        count = cast(size(x) // size(centre), spread.dtype)
        shown = (centre, spread * count / maximum(count - 1, 1))
        if exponential_avg_factor != 1.0:
            share = exponential_avg_factor
            so_far = convert_to_tensor(mean), convert_to_tensor(variance)
            shown = tuple(old * (1 - share) + share * new for old, new in zip(so_far, shown, strict=True))
    parts = (reshape(part, shape) for part in (centre, spread, convert_to_tensor(offset), convert_to_tensor(scale)))
    return batch_normalization(x, *parts, epsilon), *shown
