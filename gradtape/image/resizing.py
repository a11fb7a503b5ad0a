"""Images in another size. Along each axis that is a product with a matrix: how much each old pixel counts in each new
one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.arguments import axis_of, integers
from ..array.gathering import gather_p, picked
from ..array.slicing import sized
from ..linalg.matmul import matmul_p
from ..math.cast import cast
from ..operations.broadcasting import reshape_p
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .form import _check_target, _framed, image_of

__all__ = ["ResizeMethod", "resize", "resize_with_pad"]


class ResizeMethod:
    """The names of the methods of `tf.image.resize`."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


# --- matrices of shape (new, old); positions are float32, as TensorFlow's are ----------------------------------------

_HALF = np.float32(0.5)


def _centres(new: int, scale: Any) -> Any:
    """Where the middles of the new pixels are among the old."""
    return (np.arange(new, dtype=np.float32) + _HALF) * np.float32(scale)


def _step(new: int, old: int) -> Any:
    return np.float32(old) / np.float32(new)


@computation
def _nearest(new: int, old: int) -> Any:
    return np.clip(np.floor(_centres(new, _step(new, old))).astype(np.int64), 0, old - 1)


def _spread_out(places: Any, weights: Any, old: int) -> Any:
    """The matrix of these weights at these places, both of shape (new, taps); places outside are moved in."""
    matrix = np.zeros((len(places), old), np.float32)
    np.add.at(matrix, (np.arange(len(places))[:, None], np.clip(places, 0, max(old - 1, 0))), weights)
    return matrix


@computation
def _bilinear(new: int, old: int) -> Any:
    at = _centres(new, _step(new, old)) - _HALF
    below = np.floor(at)
    share = at - below
    places = np.stack([below, np.ceil(at)], -1).astype(np.int64)
    return _spread_out(places, np.stack([1 - share, share], -1), old)


def _keys(x: Any) -> Any:
    """Keys' cubic, with slope -1/2 at 1."""
    return np.where(x >= 2, 0, np.where(x >= 1, ((2.5 - 0.5 * x) * x - 4) * x + 2, (1.5 * x - 2.5) * x * x + 1))


@computation
def _bicubic(new: int, old: int) -> Any:
    at = _centres(new, _step(new, old)) - _HALF
    below = np.floor(at)
    share = np.rint((at - below) * 1024)[:, None] / 1024  # TensorFlow looks the cubic up in a table
    places = below.astype(np.int64)[:, None] + np.arange(-1, 3)
    inside = (places >= 0) & (places < old)
    weights = np.where(inside, _keys(np.abs(np.arange(-1, 3) - share)), 0)
    return _spread_out(places, weights / weights.sum(-1, keepdims=True), old)


@computation
def _area(new: int, old: int) -> Any:
    edges = np.arange(new + 1, dtype=np.float32) * _step(new, old)
    pixel = np.arange(old)
    overlap = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
    return (np.maximum(overlap, 0) / _step(new, old)).astype(np.float32)


def _lanczos(radius: int) -> Callable[[Any], Any]:
    return lambda x: np.where(x > radius, 0, np.sinc(x) * np.sinc(x / radius))


def _mitchell(x: Any) -> Any:
    far = ((2 - 7 / 18 * x) * x - 10 / 3) * x + 16 / 9
    return np.where(x >= 2, 0, np.where(x >= 1, far, (7 / 6 * x - 2) * x * x + 8 / 9))


_KERNELS: dict[str, tuple[float, Callable[[Any], Any]]] = {  # by name, how far it reaches, and what it is
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, lambda x: np.where(x >= 1.5, 0, np.exp(-2 * x * x))),
    "mitchellcubic": (2, _mitchell),
    "bilinear": (1, lambda x: np.maximum(0, 1 - x)),
    "bicubic": (2, _keys),
}


@computation
def _by_kernel(new: int, old: int, kernel: str, antialias: bool) -> Any:
    """By a kernel around the middle of each new pixel; with `antialias` as wide as a new pixel is."""
    reach, weight = _KERNELS[kernel]
    step = 1 / (np.float32(new) / np.float32(old))
    width = max(float(step), 1.0) if antialias else 1.0
    at = _centres(new, step)[:, None]
    away = np.abs(np.arange(old) + _HALF - at) / width
    weights = np.where(away <= reach, weight(away), 0)
    total = weights.sum(-1, keepdims=True)
    return np.where(total == 0, 0, weights / np.where(total == 0, 1, total)).astype(np.float32)


_METHODS = {"bilinear": _bilinear, "bicubic": _bicubic, "area": _area}


def _matrix(new: int, old: int, method: str, antialias: bool) -> Any:
    if method in _METHODS and (method == "area" or not antialias):
        return computed(_METHODS[method], new, old)
    return computed(_by_kernel, new, old, method, antialias)


# --- public ----------------------------------------------------------------------------------------------------------


@computation
def _in_proportion(height: int, width: int, new_height: int, new_width: int) -> Any:
    scale = min(np.float32(new_height) / np.float32(height), np.float32(new_width) / np.float32(width))
    return np.rint(scale * np.array([height, width], np.float32)).astype(np.int32)


def resize(images: Any, size: Any, method: str = ResizeMethod.BILINEAR, preserve_aspect_ratio: bool = False,
           antialias: bool = False, name: str | None = None) -> EagerTensor:  # fmt: skip
    """Images in another size.

    Args:
      images: a real tensor of shape (height, width, channels), or with a batch axis before.
      size: the new height and width.
      method: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or "mitchellcubic".
      preserve_aspect_ratio: make the image as large as fits into `size`.
      antialias: have each pixel of a smaller image see all of the larger one that it stands for.

    Returns:
      A float32 tensor; with "nearest", of the dtype of `images`.

    Raises:
      ValueError: if `images` has neither 3 nor 4 axes, `size` not 2 elements, or there is no such method.

    >>> import gradtape as tf
    >>> tf.image.resize([[[0.0], [4.0]]], [1, 4]).numpy()[0, :, 0]
    array([0., 1., 3., 4.], dtype=float32)
    """
    x = convert_to_tensor(images)
    shape = x._array.shape
    if len(shape) not in (3, 4):
        raise ValueError("'images' must have either 3 or 4 dimensions.")
    if method != "nearest" and method not in _METHODS and method not in _KERNELS:
        raise ValueError(f"Resize method is not implemented: {method}")
    try:
        sizes = integers(size, "ResizeBilinear", "size", strict=True)
    except (TypeError, InvalidArgumentError):
        raise ValueError(f"'size' must be a 1-D int32 Tensor, got {size!r}") from None
    if len(sizes) != 2:
        raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    *batch, height, width, channels = shape
    if preserve_aspect_ratio:
        sizes = integers(computed(_in_proportion, height, width, *sizes), "ResizeBilinear", "size")
    new_height, new_width = sizes
    if method == "nearest":
        x = picked(x, computed(_nearest, new_height, height), -3)  # type: ignore[assignment]
        out = gather_p(x, computed(_nearest, new_width, width), axis=-2)
        return sized(out, (new_height, new_width, channels))  # type: ignore[no-any-return]
    x = reshape_p(cast(x, dtypes.float32), shape=(*batch, height, width * channels))  # type: ignore[assignment]
    x = matmul_p(_matrix(new_height, height, method, antialias), x)  # type: ignore[assignment]
    x = reshape_p(x, shape=(*batch, new_height, width, channels))  # type: ignore[assignment]
    out = matmul_p(_matrix(new_width, width, method, antialias), x)
    return sized(out, (new_height, new_width, channels))  # type: ignore[no-any-return]


@computation
def _fitted(height: int, width: int, new_height: int, new_width: int) -> Any:
    """The size of the image that fits, and how much comes above and to the left of it."""
    sizes = np.array([height, width], np.float32)
    wanted = np.array([new_height, new_width], np.float32)
    exact = sizes / np.max(sizes / wanted)
    return np.concatenate([np.floor(exact), np.maximum(0, np.floor((wanted - exact) / 2))]).astype(np.int32)


def resize_with_pad(image: Any, target_height: Any, target_width: Any, method: str = ResizeMethod.BILINEAR,
                    antialias: bool = False) -> EagerTensor:  # fmt: skip
    """Images made as large as fits into a size, in proportion, with zeros around them.

    Raises:
      ValueError: if a length is not positive, or `image` has neither 3 nor 4 axes.
    """
    x = image_of(image)
    height, width = axis_of(target_height), axis_of(target_width)
    checked(_check_target, height, width)
    found = integers(computed(_fitted, *x._array.shape[-3:-1], height, width), "ResizeBilinear", "size")
    x = resize(x, found[:2], method=method, antialias=antialias)
    return _framed(x, found[2], found[3], height, width)
