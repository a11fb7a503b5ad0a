"""`tf.compat.v1.image`: images in another size, whose first pixels' corners, not their middles, lie on one another."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...array.arguments import integers
from ...array.gathering import gather_p, picked
from ...image import resizing
from ...linalg.matmul import matmul_p
from ...math.cast import cast
from ...operations.broadcasting import reshape_p
from ...values.convert import convert_to_tensor
from ...values.dtypes import float32
from ...values.symbolic import computation, computed
from . import namespace

__all__ = [
    "ResizeMethod", "resize", "resize_area", "resize_bicubic", "resize_bilinear", "resize_image_with_pad",
    "resize_images", "resize_nearest_neighbor",
]  # fmt: skip


class ResizeMethod:
    """The methods of `resize`."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


# --- matrices of shape (new, old); positions are float32, as TensorFlow's are ----------------------------------------


def _scale(new: int, old: int, corners: bool) -> Any:
    """How far apart new pixels are among the old; with `corners` the last of both lie on one another."""
    if corners and new > 1:
        return np.float32(old - 1) / np.float32(new - 1)
    return np.float32(old) / np.float32(new)


def _places(new: int, old: int, corners: bool) -> Any:
    return np.arange(new, dtype=np.float32) * _scale(new, old, corners)


@computation
def _nearest(new: int, old: int, corners: bool) -> Any:
    at = _places(new, old, corners)
    at = np.floor(at + np.float32(0.5)) if corners else np.floor(at)
    return np.minimum(at.astype(np.int64), old - 1)


@computation
def _bilinear(new: int, old: int, corners: bool) -> Any:
    at = _places(new, old, corners)
    below = np.floor(at)
    share = at - below
    places = np.stack([below, below + 1], -1).astype(np.int64)
    return resizing._spread_out(places, np.stack([1 - share, share], -1), old)


def _cubic(x: Any) -> Any:
    """Keys' cubic, with slope -3/4 at 1."""
    far = ((-0.75 * x + 3.75) * x - 6) * x + 3
    return np.where(x >= 2, 0, np.where(x >= 1, far, (1.25 * x - 2.25) * x * x + 1))


@computation
def _bicubic(new: int, old: int, corners: bool) -> Any:
    at = _places(new, old, corners)
    below = np.floor(at)
    share = np.rint((at - below) * 1024)[:, None] / 1024  # TensorFlow looks the cubic up in a table
    taps = np.arange(-1, 3)
    return resizing._spread_out(below.astype(np.int64)[:, None] + taps, _cubic(np.abs(taps - share)), old)


@computation
def _area(new: int, old: int, corners: bool) -> Any:
    step = _scale(new, old, corners)
    start = np.arange(new, dtype=np.float32) * step
    end = np.arange(1, new + 1, dtype=np.float32) * step
    pixel = np.arange(int(np.ceil(end[-1])))
    overlap = np.minimum(end[:, None], pixel + 1) - np.maximum(start[:, None], pixel)
    return resizing._spread_out(np.tile(pixel, (new, 1)), (np.maximum(overlap, 0) / step).astype(np.float32), old)


_MATRICES: list[Callable[[int, int, bool], Any] | None] = [_bilinear, None, _bicubic, _area]
_NAMES = ["bilinear", "nearest", "bicubic", "area"]


def _resized(images: Any, size: Any, method: int, corners: bool, middles: bool = False) -> Any:
    """Images of at least three axes, in another size."""
    if middles and corners:
        raise ValueError("If half_pixel_centers is True, align_corners must be False.")
    if middles:
        return resizing.resize(images, size, _NAMES[method])
    x = convert_to_tensor(images)
    *batch, height, width, channels = x._array.shape
    rows, columns = integers(size, "ResizeBilinear", "size")
    matrix = _MATRICES[method]
    if matrix is None:
        x = picked(x, computed(_nearest, rows, height, corners), -3)  # type: ignore[assignment]
        return gather_p(x, computed(_nearest, columns, width, corners), axis=-2)
    x = reshape_p(cast(x, float32), shape=(*batch, height, width * channels))  # type: ignore[assignment]
    x = matmul_p(computed(matrix, rows, height, corners), x)  # type: ignore[assignment]
    x = reshape_p(x, shape=(*batch, rows, width, channels))  # type: ignore[assignment]
    return matmul_p(computed(matrix, columns, width, corners), x)


def _of(method: int) -> Callable[..., Any]:
    def resize(images: Any, size: Any, align_corners: bool = False, name: str | None = None,
               half_pixel_centers: bool = False) -> Any:  # fmt: skip
        return _resized(images, size, method, align_corners, half_pixel_centers)

    resize.__name__ = resize.__qualname__ = f"resize_{_NAMES[method]}"
    resize.__doc__ = (
        f"Images in another size, by the method {_NAMES[method]!r}; with `half_pixel_centers` as `tf.image.resize` "
        f"gives "
        "them, and with `align_corners` so that the outermost pixels' middles lie on one another."
    )
    return resize


resize_bilinear, resize_nearest_neighbor, resize_bicubic = _of(0), _of(1), _of(2)


def resize_area(images: Any, size: Any, align_corners: bool = False, name: str | None = None) -> Any:
    """Images in another size, each pixel of which is the mean of what it covers."""
    return _resized(images, size, ResizeMethod.AREA, align_corners)


def resize(images: Any, size: Any, method: Any = ResizeMethod.BILINEAR, align_corners: bool = False,
           preserve_aspect_ratio: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """Images in another size.

    Args:
      images: of shape (height, width, channels), or with a batch axis before.
      size: the new height and width.
      method: one of `ResizeMethod`, or its name today.
      align_corners: have the outermost pixels' middles lie on one another.
      preserve_aspect_ratio: make the image as large as fits into `size`.

    Returns:
      A float32 tensor; `images` themselves if they have this size, and of their dtype by the nearest neighbour.

    >>> import gradtape as tf
    >>> tf.compat.v1.image.resize([[[0.0], [4.0]]], [1, 4]).numpy()[0, :, 0]
    array([0., 2., 4., 4.], dtype=float32)
    """
    x = convert_to_tensor(images)
    if x.shape.rank not in (3, 4):
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    sizes = integers(size, "ResizeBilinear", "size")
    if len(sizes) != 2:
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    if preserve_aspect_ratio:
        sizes = integers(
            computed(resizing._in_proportion, *x._array.shape[-3:-1], *sizes), "ResizeBilinear", "size"
        )  # fmt: skip
    if tuple(sizes) == tuple(x._array.shape[-3:-1]):
        return x
    number = _NAMES.index(method) if method in _NAMES else method
    if number not in (0, 1, 2, 3):
        raise ValueError(f"Resize method is not implemented: {method}")
    return _resized(x, sizes, number, align_corners)


resize_images = resize


def resize_image_with_pad(image: Any, target_height: Any, target_width: Any, method: Any = ResizeMethod.BILINEAR,
                          align_corners: bool = False) -> Any:  # fmt: skip
    """Images made as large as fits into a size, in proportion, with zeros around them."""
    x = resizing.image_of(image)
    found = integers(computed(resizing._fitted, *x._array.shape[-3:-1], target_height, target_width), "Resize", "size")
    x = resize(x, found[:2], method, align_corners)
    return resizing._framed(x, found[2], found[3], target_height, target_width)


def __getattr__(name: str) -> Any:
    return namespace.look_up("image", name)
