"""The form of images: turned and mirrored, cut out and framed, taken apart into patches."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..array.arguments import axis_of
from ..array.gathering import gather_p
from ..array.joining import pad, reverse_p
from ..array.slicing import place_p, sized, slice_p
from ..nn.windows import pairs
from ..operations import reading
from ..operations.broadcasting import reshape_p, transpose_p
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed, exceeds, greatest, least, varies, whole_int
from ..values.tensor import EagerTensor

__all__ = [
    "central_crop", "crop_to_bounding_box", "extract_patches", "flip_left_right", "flip_up_down", "pad_to_bounding_box",
    "resize_with_crop_or_pad", "rot90", "transpose",
]  # fmt: skip


def image_of(image: Any) -> EagerTensor:
    """`image` as a tensor of 3 axes, or of 4."""
    x = convert_to_tensor(image)
    if x._array.ndim not in (3, 4):
        raise ValueError(f"'image' (shape {x.shape}) must have either 3 or 4 dimensions.")
    if any(exceeds(1, n) for n in x._array.shape[-3:]):
        raise ValueError(f"inner 3 dims of 'image.shape' must be > 0: {x.shape}")
    return x


# --- turned and mirrored ---------------------------------------------------------------------------------------------


def flip_left_right(image: Any) -> EagerTensor:
    """Images mirrored, left to right.

    Args:
      image: of shape (height, width, channels), or with a batch axis before.

    Raises:
      ValueError: if `image` has neither 3 nor 4 axes.

    >>> import gradtape as tf
    >>> tf.image.flip_left_right([[[1], [2]]]).numpy()[0, :, 0]
    array([2, 1], dtype=int32)
    """
    return reverse_p(image_of(image), axes=(-2,))  # type: ignore[no-any-return]


def flip_up_down(image: Any) -> EagerTensor:
    """Images mirrored, top to bottom; see `flip_left_right`."""
    return reverse_p(image_of(image), axes=(-3,))  # type: ignore[no-any-return]


_TRANSPOSED = {3: (-2, -3, -1), 4: (-4, -2, -3, -1)}


def transpose(image: Any, name: str | None = None) -> EagerTensor:
    """Images with rows and columns exchanged; see `flip_left_right`."""
    x = image_of(image)
    return transpose_p(x, perm=_TRANSPOSED[x._array.ndim])  # type: ignore[no-any-return]


def rot90(image: Any, k: Any = 1, name: str | None = None) -> EagerTensor:
    """Images turned `k` times by 90 degrees, counter-clockwise.

    >>> import gradtape as tf
    >>> tf.image.rot90([[[1], [2]], [[3], [4]]]).numpy()[..., 0]
    array([[2, 4],
           [1, 3]], dtype=int32)
    """
    x = image_of(image)
    k = axis_of(k) % 4
    if k == 1:
        return transpose(reverse_p(x, axes=(-2,)))
    if k == 2:
        return reverse_p(x, axes=(-3, -2))  # type: ignore[no-any-return]
    return reverse_p(transpose(x), axes=(-2,)) if k else reading.convert_to_tensor(image)  # type: ignore[no-any-return]


# --- cut out and framed ----------------------------------------------------------------------------------------------


@computation
def _check_crop(top: int, left: int, height: int, width: int, h: int, w: int) -> None:
    _needs(
        (left >= 0, "offset_width must be >= 0."), (top >= 0, "offset_height must be >= 0."),
        (width > 0, "target_width must be > 0."), (height > 0, "target_height must be > 0."),
        (w >= left + width, "width must be >= target + offset."),
        (h >= top + height, "height must be >= target + offset."),
    )  # fmt: skip


@computation
def _check_frame(top: int, left: int, height: int, width: int, h: int, w: int) -> None:
    _needs(
        (top >= 0, "offset_height must be >= 0"), (left >= 0, "offset_width must be >= 0"),
        (width - left - w >= 0, "width must be <= target - offset"),
        (height - top - h >= 0, "height must be <= target - offset"),
    )  # fmt: skip


@computation
def _check_target(height: int, width: int) -> None:
    _needs((width > 0, "target_width must be > 0."), (height > 0, "target_height must be > 0."))


def _needs(*conditions: tuple[bool, str]) -> None:
    for holds, message in conditions:
        if not holds:
            raise ValueError(message)


def crop_to_bounding_box(image: Any, offset_height: Any, offset_width: Any, target_height: Any,
                         target_width: Any) -> EagerTensor:  # fmt: skip
    """A rectangle cut out of images.

    Args:
      image: of shape (height, width, channels), or with a batch axis before.
      offset_height, offset_width: where the upper left corner is.
      target_height, target_width: how large it is.

    Raises:
      ValueError: if the rectangle is not in the image, or `image` has neither 3 nor 4 axes.
    """
    x = image_of(image)
    top, left, height, width = map(axis_of, (offset_height, offset_width, target_height, target_width))
    checked(_check_crop, top, left, height, width, *x._array.shape[-3:-1])
    return _cropped(x, top, left, height, width)


def _cropped(x: Any, top: int, left: int, height: int, width: int) -> EagerTensor:
    part = slice_p(x, key=(..., slice(top, top + height), slice(left, left + width), slice(None)))
    return sized(part, (height, width, -1))  # type: ignore[no-any-return]


def _framed(x: Any, top: int, left: int, height: int, width: int) -> EagerTensor:
    """Zeros of this size, with `x` in them."""
    *batch, h, w, channels = x._array.shape
    key = (..., slice(top, top + h), slice(left, left + w), slice(None))
    return place_p(x, keys=(key,), shape=(*batch, height, width, channels))  # type: ignore[no-any-return]


def pad_to_bounding_box(image: Any, offset_height: Any, offset_width: Any, target_height: Any,
                        target_width: Any) -> EagerTensor:  # fmt: skip
    """Images with zeros around them.

    Args:
      image: of shape (height, width, channels), or with a batch axis before.
      offset_height, offset_width: how much comes above, and to the left.
      target_height, target_width: how large the result is.

    Raises:
      ValueError: if the image does not fit, or has neither 3 nor 4 axes.
    """
    x = image_of(image)
    top, left, height, width = map(axis_of, (offset_height, offset_width, target_height, target_width))
    checked(_check_frame, top, left, height, width, *x._array.shape[-3:-1])
    return _framed(x, top, left, height, width)


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> EagerTensor:
    """Images cut, or framed with zeros, on all sides alike, to be of a size.

    Raises:
      ValueError: if a length is not positive, or `image` has neither 3 nor 4 axes.

    >>> import gradtape as tf
    >>> tf.image.resize_with_crop_or_pad([[[1], [2], [3]]], 3, 1).numpy()[..., 0]
    array([[0],
           [2],
           [0]], dtype=int32)
    """
    x = image_of(image)
    height, width = axis_of(target_height), axis_of(target_width)
    checked(_check_target, height, width)
    h, w = x._array.shape[-3:-1]
    top, left = greatest((h - height) // 2, 0), greatest((w - width) // 2, 0)
    x = _cropped(x, top, left, least(height, h), least(width, w))
    return _framed(x, greatest((height - h) // 2, 0), greatest((width - w) // 2, 0), height, width)


@computation
def _check_fraction(fraction: Any) -> None:
    _needs((0.0 < fraction <= 1.0, "central_fraction must be within (0, 1]"))


@computation
def _margin(n: int, fraction: Any) -> Any:
    return np.int64((n - n * float(fraction)) / 2)


def central_crop(image: Any, central_fraction: Any) -> EagerTensor:
    """The middle of images.

    Args:
      image: of shape (height, width, channels), or with a batch axis before.
      central_fraction: how much of each side to keep, in (0, 1]; a number or a scalar.

    Raises:
      ValueError: if that is out of range, or `image` has neither 3 nor 4 axes.

    >>> import gradtape as tf
    >>> tf.image.central_crop(tf.ones([8, 6, 3]), 0.5).shape
    TensorShape([4, 4, 3])
    """
    fraction = getattr(convert_to_tensor(central_fraction), "_array", central_fraction)
    checked(_check_fraction, fraction)
    if not varies((fraction,)) and fraction == 1:
        return reading.convert_to_tensor(image)
    x = image_of(image)
    h, w = x._array.shape[-3:-1]
    top, left = (whole_int(computed(_margin, n, fraction)._array) for n in (h, w))
    return _cropped(x, top, left, h - 2 * top, w - 2 * left)


# --- patches ---------------------------------------------------------------------------------------------------------


@computation
def _taps(count: int, size: int, stride: int, rate: int) -> Any:
    """Where the pixels of each patch are, along one axis."""
    return np.arange(count)[:, None] * stride + np.arange(size) * rate


def extract_patches(images: Any, sizes: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str,
                    name: str | None = None) -> EagerTensor:  # fmt: skip
    """The patches of images, each in the place of channels.

    Args:
      images: of shape (batch, height, width, channels).
      sizes: of the patches, `[1, height, width, 1]`.
      strides: how far apart they are, `[1, rows, columns, 1]`.
      rates: how far apart the pixels of a patch are, `[1, rows, columns, 1]`.
      padding: "VALID", or "SAME" to have patches everywhere, some of which see zeros around the image.

    Returns:
      A tensor of shape (batch, rows, columns, height * width * channels).

    Raises:
      InvalidArgumentError: if `images` has not 4 axes, or a list not 4 numbers.

    >>> import gradtape as tf
    >>> x = tf.reshape(tf.range(16), [1, 4, 4, 1])
    >>> tf.image.extract_patches(x, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID").numpy()[0, 0]
    array([[0, 1, 4, 5],
           [2, 3, 6, 7]], dtype=int32)
    """
    op = "ExtractImagePatches"
    x = convert_to_tensor(images)
    if x._array.ndim != 4:
        raise invalid(op, f"input must be 4-dimensional, got shape {x.shape}")
    for what, given in (("ksizes", sizes), ("strides", strides), ("rates", rates)):
        if len(given) != 4 or given[0] != 1 or given[3] != 1:
            raise invalid(op, f"{what} must be [1, rows, columns, 1], got {list(given)}")
    size, stride, rate = (tuple(int(n) for n in given[1:3]) for given in (sizes, strides, rates))
    around = pairs(padding, x._array.shape[1:3], size, stride, rate, False, op)
    if any(amount != 0 for pair in around for amount in pair):
        x = pad(x, [[0, 0], *around, [0, 0]])
    counts = []
    for axis, (k, s, r) in zip((-3, -2), zip(size, stride, rate, strict=True), strict=True):
        count = greatest(0, (x._array.shape[axis] - (k - 1) * r - 1) // s + 1)
        counts.append(count)
        x = gather_p(x, computed(_taps, count, k, s, r), axis=axis)  # type: ignore[assignment]
    batch, channels = x._array.shape[0], x._array.shape[-1]
    x = transpose_p(x, perm=(-6, -5, -3, -4, -2, -1))  # type: ignore[assignment]
    return reshape_p(x, shape=(batch, *counts, size[0] * size[1] * channels))  # type: ignore[no-any-return]
