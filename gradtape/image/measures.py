"""Measures of images, and of how like two are: variation, gradients, edges, signal-to-noise, structural similarity."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..array.joining import concat, pad, stack_p
from ..array.slicing import slice_p
from ..math.arithmetic import pow as power
from ..math.arithmetic import squared_difference_p
from ..math.cast import cast
from ..math.comparison import like
from ..math.elementwise import abs_p, log_p, square_p
from ..math.reduction import mean_p, reduce_prod, sum_p
from ..nn.activations import relu
from ..nn.convolution import depthwise_conv2d
from ..nn.pooling import avg_pool
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .colours import convert_image_dtype

__all__ = ["image_gradients", "psnr", "sobel_edges", "ssim", "ssim_multiscale", "total_variation"]


def _rows(x: Any, start: int | None, end: int | None) -> Any:
    return slice_p(x, key=(..., slice(start, end), slice(None), slice(None)))


def _columns(x: Any, start: int | None, end: int | None) -> Any:
    return slice_p(x, key=(..., slice(start, end), slice(None)))


def _steps(x: Any) -> tuple[Any, Any]:
    """How much each pixel differs from that above, and from that to the left."""
    return _rows(x, 1, None) - _rows(x, None, -1), _columns(x, 1, None) - _columns(x, None, -1)


def total_variation(images: Any, name: str | None = None) -> EagerTensor:
    """The sum of the absolute differences of neighbouring pixels: how noisy an image is.

    Args:
      images: a real tensor of shape (height, width, channels), or with a batch axis before.

    Returns:
      A scalar; of a batch a vector.

    Raises:
      ValueError: if `images` has neither 3 nor 4 axes.

    >>> import gradtape as tf
    >>> tf.image.total_variation([[[1.0], [3.0]], [[1.0], [0.0]]]).numpy()
    np.float32(6.0)
    """
    x = convert_to_tensor(images)
    if x._array.ndim not in (3, 4):
        raise ValueError("'images' must be either 3 or 4-dimensional.")
    down, right = _steps(x)
    axes = (-3, -2, -1)
    return sum_p(abs_p(down), axis=axes) + sum_p(abs_p(right), axis=axes)  # type: ignore[no-any-return]


def image_gradients(image: Any) -> tuple[EagerTensor, EagerTensor]:
    """How much each pixel differs from the one below, and from the one to the right; 0 in the last row or column.

    Args:
      image: of shape (batch, height, width, channels).

    Returns:
      The vertical and the horizontal differences, of the shape of `image`.

    Raises:
      ValueError: if `image` has not 4 axes.
    """
    x = convert_to_tensor(image)
    if x._array.ndim != 4:
        raise ValueError(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {x.shape}.")
    down, right = _steps(x)
    batch, height, width, channels = x._array.shape
    zero = like(x, 0)
    below = broadcast_to_p(zero, shape=(batch, 1, width, channels))
    beside = broadcast_to_p(zero, shape=(batch, height, 1, channels))
    return concat([down, below], 1), concat([right, beside], 2)


def sobel_edges(image: Any) -> EagerTensor:
    """The vertical and horizontal slopes of images by Sobel's filters.

    Args:
      image: of shape (batch, height, width, channels).

    Returns:
      A tensor of shape (batch, height, width, channels, 2).

    Raises:
      InvalidArgumentError: if `image` has not 4 axes.
    """
    x = convert_to_tensor(image)
    x = pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
    down = _rows(x, 2, None) - _rows(x, None, -2)
    right = _columns(x, 2, None) - _columns(x, None, -2)
    down = _columns(down, None, -2) + 2 * _columns(down, 1, -1) + _columns(down, 2, None)
    right = _rows(right, None, -2) + 2 * _rows(right, 1, -1) + _rows(right, 2, None)
    return stack_p(down, right, axis=-1)  # type: ignore[no-any-return]


# --- how like two images are; in float32 -----------------------------------------------------------------------------


@computation
def _check_alike(*lengths: int) -> None:
    a, b = lengths[:3], lengths[3:]
    if a != b:
        raise ValueError(f"Shapes {a} and {b} are incompatible: two images are of one size")


@computation
def _check_size(size: int, height: int, width: int) -> None:
    if min(height, width) < size:
        raise invalid("Assert", f"an image of {height} x {width} is smaller than the filter, {size} x {size}")


def _alike(a: EagerTensor, b: EagerTensor) -> None:
    """Raise where two images are not of one size."""
    for x in (a, b):
        if x._array.ndim < 3:
            raise ValueError(f"Shape {x.shape} must have rank at least 3")
    checked(_check_alike, *a._array.shape[-3:], *b._array.shape[-3:])


def _pair(a: Any, b: Any, max_val: Any) -> tuple[Any, Any, Any]:
    """Two images as float32, and the distance between their least and greatest values."""
    a, b = convert_to_tensor(a), convert_to_tensor(b)
    spread = convert_image_dtype(cast(max_val, a.dtype), dtypes.float32)
    return convert_image_dtype(a, dtypes.float32), convert_image_dtype(b, dtypes.float32), spread


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> EagerTensor:
    """The peak signal-to-noise ratio of images, in decibels: `10 * log10(max_val**2 / mse)`.

    Args:
      a, b: real tensors of one dtype and shape (..., height, width, channels).
      max_val: how far the greatest possible value is from the least.

    Returns:
      A float32 tensor of shape (...).

    Raises:
      ValueError: if the images are not of one size.
      InvalidArgumentError: if there are fewer than 3 axes, or those before them do not broadcast.

    >>> import gradtape as tf
    >>> tf.image.psnr(tf.zeros([2, 2, 1]), tf.fill([2, 2, 1], 0.1), 1.0).numpy().round(3)
    np.float32(20.0)
    """
    a, b, spread = _pair(a, b, max_val)
    mse = mean_p(squared_difference_p(a, b), axis=(-3, -2, -1))
    _alike(a, b)
    decibel = like(mse, 10 / math.log(10))
    return 2 * decibel * log_p(spread) - decibel * log_p(mse)  # type: ignore[no-any-return]


@computation
def _gaussian(size: int, sigma: float, channels: int) -> Any:
    at = np.arange(size) - (size - 1) / 2
    line = np.exp(-0.5 * np.square(at / sigma))
    plane = line[:, None] * line
    return np.repeat((plane / plane.sum()).astype(np.float32).reshape(size, size, 1, 1), channels, 2)


def _similarity(a: Any, b: Any, spread: Any, size: int, sigma: float, k1: float, k2: float) -> tuple[Any, Any]:
    """The index of structural similarity around each pixel, and its part that is contrast and structure."""
    size = int(size)
    for x in (a, b):
        checked(_check_size, size, *x._array.shape[-3:-1])
    channels = a._array.shape[-1]
    window = computed(_gaussian, size, float(sigma), channels)

    def around(x: Any) -> Any:
        """The weighted mean near each pixel."""
        *lead, h, w, _ = x._array.shape
        flat = reshape_p(x, shape=(math.prod(lead), h, w, channels))
        out = depthwise_conv2d(flat, window, [1, 1, 1, 1], "VALID")
        return reshape_p(out, shape=(*lead, *out._array.shape[1:]))

    c1, c2 = square_p(k1 * spread), square_p(k2 * spread)
    mean_a, mean_b = around(a), around(b)
    product, squares = 2 * mean_a * mean_b, square_p(mean_a) + square_p(mean_b)
    luminance = (product + c1) / (squares + c1)
    structure = (2 * around(a * b) - product + c2) / (around(square_p(a) + square_p(b)) - squares + c2)
    return luminance * structure, structure


def ssim(img1: Any, img2: Any, max_val: Any, filter_size: int = 11, filter_sigma: float = 1.5, k1: float = 0.01,
         k2: float = 0.03, return_index_map: bool = False) -> EagerTensor:  # fmt: skip
    """The structural similarity of images: 1 if they are equal.

    Source: Wang et al., "Image quality assessment: from error visibility to structural similarity" (2004).

    Args:
      img1, img2: real tensors of one dtype and shape (..., height, width, channels).
      max_val: how far the greatest possible value is from the least.
      filter_size, filter_sigma: of the Gaussian window.
      k1, k2: constants that keep quotients defined.
      return_index_map: give the index around each pixel, not its mean.

    Returns:
      A float32 tensor of shape (...), or (..., rows, columns) with `return_index_map`.

    Raises:
      ValueError: if the shapes differ, or have fewer than 3 axes.
      InvalidArgumentError: if the images are smaller than the window.
    """
    a, b, spread = _pair(img1, img2, max_val)
    _alike(a, b)
    index, _ = _similarity(a, b, spread, filter_size, filter_sigma, k1, k2)
    return mean_p(index, axis=(-1,) if return_index_map else (-3, -2, -1))  # type: ignore[no-any-return]


_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def _halved(x: Any) -> Any:
    """Images of half the size; a row or column that is left over counts twice."""
    *lead, h, w, channels = x._array.shape
    flat = pad(reshape_p(x, shape=(math.prod(lead), h, w, channels)), [[0, 0], [0, h % 2], [0, w % 2], [0, 0]],
               "SYMMETRIC")  # fmt: skip
    out = avg_pool(flat, 2, 2, "VALID")
    return reshape_p(out, shape=(*lead, *out._array.shape[1:]))


def ssim_multiscale(img1: Any, img2: Any, max_val: Any, power_factors: Sequence[float] = _WEIGHTS,
                    filter_size: int = 11, filter_sigma: float = 1.5, k1: float = 0.01,
                    k2: float = 0.03) -> EagerTensor:  # fmt: skip
    """The structural similarity of images at several scales, each half of the one before.

    Source: Wang et al., "Multiscale structural similarity for image quality assessment" (2003). Arguments as in
    `tf.image.ssim`; `power_factors` are the weights of the scales.
    """
    a, b, spread = _pair(img1, img2, max_val)
    _alike(a, b)
    parts = []
    for i in range(len(power_factors)):
        if i:
            a, b = _halved(a), _halved(b)
        both = [mean_p(part, axis=(-3, -2)) for part in _similarity(a, b, spread, filter_size, filter_sigma, k1, k2)]
        parts.append(relu(both[0 if i == len(power_factors) - 1 else 1]))
    scales = stack_p(*parts, axis=-1)
    product = reduce_prod(power(scales, convert_to_tensor(list(power_factors), scales.dtype)), [-1])
    return mean_p(product, axis=(-1,))  # type: ignore[no-any-return]
