"""The colours of images: their dtypes, colour spaces, brightness, contrast, hue."""

import math
from typing import Any

from ..array.joining import stack_p
from ..array.shape import identity_p
from ..array.slicing import slice_p
from ..linalg.einsum import tensordot
from ..math.arithmetic import floordiv, floormod_p, maximum_p, minimum_p
from ..math.cast import cast
from ..math.clip import clip_by_value, saturate_cast
from ..math.comparison import greater_equal_p, greater_p, like, logical_and_p, where_p
from ..math.elementwise import abs_p, rsqrt
from ..math.reduction import mean_p, reduce_std
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import FailedPreconditionError, invalid
from ..values.symbolic import checked, computation, differ
from ..values.tensor import EagerTensor

__all__ = [
    "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation", "convert_image_dtype",
    "grayscale_to_rgb", "hsv_to_rgb", "per_image_standardization", "rgb_to_grayscale", "rgb_to_hsv", "rgb_to_yiq",
    "rgb_to_yuv", "yiq_to_rgb", "yuv_to_rgb",
]  # fmt: skip

# --- dtypes: floats are in [0, 1], integers up to the greatest of their dtype ----------------------------------------


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> EagerTensor:
    """Images in another dtype, scaled: those of floats are in [0, 1], those of integers use all that is not negative.

    Args:
      image: a real tensor.
      dtype: a floating or integer dtype.
      saturate: what an integer `dtype` cannot hold becomes the nearest that it can; else it wraps.

    Raises:
      AttributeError: for another dtype.

    >>> import gradtape as tf
    >>> tf.image.convert_image_dtype(tf.constant([0, 51, 255], tf.uint8), tf.float32).numpy().round(3)
    array([0. , 0.2, 1. ], dtype=float32)
    """
    x, to = convert_to_tensor(image), as_dtype(dtype)
    given = x.dtype
    for what, kind in (("dtype", to), ("image dtype", given)):
        if not kind.is_floating and not kind.is_integer:
            raise AttributeError(f"{what} must be either floating point or integer")
    if to is given:
        return identity_p(x)  # type: ignore[no-any-return]
    into = saturate_cast if saturate else cast
    if given.is_floating:
        return cast(x, to) if to.is_floating else into(x * (to.max + 0.5), to)  # type: ignore[operator]
    if to.is_floating:
        return cast(x, to) * (1.0 / given.max)  # type: ignore[operator,no-any-return]
    if given.max > to.max:
        return into(floordiv(x, (given.max + 1) // (to.max + 1)), to)
    return into(x, to) * ((to.max + 1) // (given.max + 1))  # type: ignore[operator,no-any-return]


def _floating(x: EagerTensor) -> EagerTensor:
    return x if x.dtype.is_floating else convert_image_dtype(x, dtypes.float32)


# --- colour spaces ---------------------------------------------------------------------------------------------------

_GREY = (0.2989, 0.5870, 0.1140)

# What each channel of the first space (a row) adds to each of the second (a column).
_YIQ = ((0.299, 0.59590059, 0.2115), (0.587, -0.27455667, -0.52273617), (0.114, -0.32134392, 0.31119955))
_FROM_YIQ = ((1, 1, 1), (0.95598634, -0.27201283, -1.10674021), (0.6208248, -0.64720424, 1.70423049))
_YUV = ((0.299, -0.14714119, 0.61497538), (0.587, -0.28886916, -0.51496512), (0.114, 0.43601035, -0.10001026))
_FROM_YUV = ((1, 1, 1), (0, -0.394642334, 2.03206185), (1.13988303, -0.58062185, 0))


def _mixed(images: Any, matrix: Any) -> EagerTensor:
    x = convert_to_tensor(images)
    return tensordot(x, convert_to_tensor(matrix, x.dtype), [[-1], [0]])


def rgb_to_grayscale(images: Any, name: str | None = None) -> EagerTensor:
    """The brightness of red, green and blue images: shape (..., 3) to (..., 1).

    >>> import gradtape as tf
    >>> tf.image.rgb_to_grayscale([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[0.2989]]], dtype=float32)
    """
    x = convert_to_tensor(images)
    grey = _mixed(_floating(x), _GREY)
    return convert_image_dtype(reshape_p(grey, shape=(*grey._array.shape, 1)), x.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> EagerTensor:
    """Images of one channel with it as red, green and blue: shape (..., 1) to (..., 3).

    Raises:
      ValueError: for another number of channels.
    """
    x = convert_to_tensor(images)
    shape = x._array.shape
    if not shape or differ(shape[-1], 1):
        raise ValueError(f"Last dimension of a grayscale image should be size 1, got shape {x.shape}.")
    return broadcast_to_p(x, shape=(*shape[:-1], 3))  # type: ignore[no-any-return]


def rgb_to_yiq(images: Any) -> EagerTensor:
    """Red, green and blue images as brightness, in-phase and quadrature: shape (..., 3)."""
    return _mixed(images, _YIQ)


def yiq_to_rgb(images: Any) -> EagerTensor:
    """The inverse of `rgb_to_yiq`."""
    return _mixed(images, _FROM_YIQ)


def rgb_to_yuv(images: Any) -> EagerTensor:
    """Red, green and blue images as brightness and two differences of colour: shape (..., 3)."""
    return _mixed(images, _YUV)


def yuv_to_rgb(images: Any) -> EagerTensor:
    """The inverse of `rgb_to_yuv`."""
    return _mixed(images, _FROM_YUV)


@computation
def _check_channels(count: int, op: str) -> None:
    if count == 3:
        return
    message = f"input must have 3 channels but input only has {count} channels."
    if op in ("RGBToHSV", "HSVToRGB"):
        raise FailedPreconditionError(None, None, f"{message} [Op:{op}]")
    raise invalid(op, message)


def _channels(images: Any, op: str) -> Any:
    x = convert_to_tensor(images)
    shape = x._array.shape
    if not shape:
        raise invalid(op, f"input must be at least 1D, got shape {x.shape}")
    checked(_check_channels, shape[-1], op)
    return [slice_p(x, key=(..., i)) for i in range(3)]


def rgb_to_hsv(images: Any, name: str | None = None) -> EagerTensor:
    """Red, green and blue images as hue, saturation and value, each in [0, 1]: shape (..., 3).

    Raises:
      FailedPreconditionError: if there are not 3 channels.

    >>> import gradtape as tf
    >>> tf.image.rgb_to_hsv([0.0, 0.5, 0.0]).numpy().round(3)
    array([0.333, 1.   , 0.5  ], dtype=float32)
    """
    return stack_p(*_to_hsv(*_channels(images, "RGBToHSV")), axis=-1)  # type: ignore[no-any-return]


def _to_hsv(r: Any, g: Any, b: Any) -> tuple[Any, Any, Any]:
    red = logical_and_p(greater_equal_p(r, g), greater_equal_p(r, b))
    green = greater_equal_p(g, b)
    value = where_p(red, r, where_p(green, g, b))
    zero, one = like(r, 0), like(r, 1)
    spread = value - minimum_p(minimum_p(r, g), b)
    coloured, lit = greater_p(spread, zero), greater_p(value, zero)
    sixth = 1 / (6 * where_p(coloured, spread, one))
    hue = where_p(
        red, (g - b) * sixth, where_p(green, (b - r) * sixth + like(r, 1 / 3), (r - g) * sixth + like(r, 2 / 3))
    )
    hue = where_p(coloured, where_p(greater_p(zero, hue), hue + 1, hue), zero)
    return hue, where_p(lit, spread / where_p(lit, value, one), zero), value


def hsv_to_rgb(images: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `rgb_to_hsv`."""
    return stack_p(*_from_hsv(*_channels(images, "HSVToRGB")), axis=-1)  # type: ignore[no-any-return]


def _from_hsv(hue: Any, saturation: Any, value: Any) -> list[Any]:
    six = hue * 6
    shares = (abs_p(six - 3) - 1, 2 - abs_p(six - 2), 2 - abs_p(six - 4))
    return [(1 - saturation + saturation * clip_by_value(share, 0.0, 1.0)) * value for share in shares]


# --- adjustments -----------------------------------------------------------------------------------------------------


def adjust_brightness(image: Any, delta: Any) -> EagerTensor:
    """Images with `delta` added to all channels, in terms of floats in [0, 1]. The dtype stays.

    >>> import gradtape as tf
    >>> tf.image.adjust_brightness(tf.constant([[[10, 250]]], tf.uint8), 0.1).numpy()
    array([[[ 35, 255]]], dtype=uint8)
    """
    x = convert_to_tensor(image)
    wide = _floating(x)
    return convert_image_dtype(wide + cast(delta, wide.dtype), x.dtype, saturate=True)


def adjust_contrast(images: Any, contrast_factor: Any) -> EagerTensor:
    """Images with each channel's distance from its mean multiplied by `contrast_factor`. The dtype stays.

    Args:
      images: a real tensor of shape (..., height, width, channels).
      contrast_factor: a number.
    """
    x = convert_to_tensor(images)
    if x._array.ndim < 3:
        raise invalid("AdjustContrastv2", f"input must be at least 3-D, got shape{list(x._array.shape)}")
    wide = _floating(x)
    mean = mean_p(wide, axis=(-3, -2), keepdims=True)
    return convert_image_dtype((wide - mean) * cast(contrast_factor, wide.dtype) + mean, x.dtype, saturate=True)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> EagerTensor:
    """`gain * image**gamma`, in terms of floats in [0, 1]. The dtype stays.

    Raises:
      ValueError: if `gamma` is negative.
    """
    x = convert_to_tensor(image)
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number.")
    return convert_image_dtype(gain * _floating(x) ** gamma, x.dtype, saturate=True)  # type: ignore[operator]


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> EagerTensor:
    """Red, green and blue images with `delta` added to their hue, in [-1, 1]. The dtype stays.

    Raises:
      ValueError: if `delta` is out of range.
      InvalidArgumentError: if there are not 3 channels.
    """
    if delta < -1 or delta > 1:
        raise ValueError("delta must be in the interval [-1, 1]")
    x = convert_to_tensor(image)
    hue, saturation, value = _to_hsv(*_channels(_floating(x), "AdjustHue"))
    hue = floormod_p(hue + cast(delta, hue.dtype), like(hue, 1))
    return convert_image_dtype(stack_p(*_from_hsv(hue, saturation, value), axis=-1), x.dtype)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> EagerTensor:
    """Red, green and blue images with their saturation multiplied. The dtype stays.

    Raises:
      InvalidArgumentError: if there are not 3 channels.
    """
    x = convert_to_tensor(image)
    hue, saturation, value = _to_hsv(*_channels(_floating(x), "AdjustSaturation"))
    saturation = clip_by_value(saturation * cast(saturation_factor, saturation.dtype), 0.0, 1.0)
    return convert_image_dtype(stack_p(*_from_hsv(hue, saturation, value), axis=-1), x.dtype)


def per_image_standardization(image: Any) -> EagerTensor:
    """Each image with mean 0 and variance 1, as float32.

    Args:
      image: a real tensor of shape (..., height, width, channels).

    Returns:
      `(x - mean) / max(stddev, 1 / sqrt(number of elements))`.

    Raises:
      ValueError: if `image` has fewer than 3 axes.
    """
    x = convert_to_tensor(image)
    if x._array.ndim < 3:
        raise ValueError(f"'image' (shape {x.shape}) must be at least three-dimensional.")
    x = cast(x, dtypes.float32)
    axes = (-3, -2, -1)
    count = math.prod(x._array.shape[-3:])
    deviation = maximum_p(reduce_std(x, axes, keepdims=True), rsqrt(like(x, count)))
    return (x - mean_p(x, axis=axes, keepdims=True)) / deviation  # type: ignore[no-any-return]
