"""Images seen through projective transforms: each new pixel is read where its transform says, between the old ones."""

import math
from typing import Any

import numpy as np

from ..array.arguments import integers
from ..array.gathering import gather_p
from ..array.shape import identity_p
from ..math.cast import cast
from ..math.comparison import where
from ..math.reduction import sum_p
from ..operations.broadcasting import reshape_p
from ..operations.primitive import _kernel_name, primitive
from ..values.convert import convert_to_tensor
from ..values.dtypes import float32
from ..values.errors import invalid
from ..values.symbolic import checked, computation
from ..values.tensor import EagerTensor

__all__ = ["projective_transform"]

_OP = "ImageProjectiveTransformV3"
_DTYPES = ("uint8", "int32", "int64", "float16", "bfloat16", "float32", "float64")

# --- where new pixels are among the old, in float32, as TensorFlow's are ---------------------------------------------


def _inside_constant(xp: Any, at: Any, n: int) -> Any:
    return at


def _inside_nearest(xp: Any, at: Any, n: int) -> Any:
    return xp.clip(at, 0, max(n - 1, 0))


def _inside_reflect(xp: Any, at: Any, n: int) -> Any:
    """The image and its mirror image in turn."""
    if n <= 1:
        return xp.where(xp.isfinite(at), at * 0, at)
    turn = xp.where(at < 0, at + 2 * n * xp.trunc(-at / (2 * n)), at - 2 * n * xp.trunc(at / (2 * n)))
    below = xp.where(turn < -n, turn + 2 * n, -turn - 1)
    above = xp.where(turn >= n, 2 * n - turn - 1, turn)
    return xp.clip(xp.where(at < 0, below, xp.where(at > n - 1, above, at)), 0, n - 1)


def _inside_wrap(xp: Any, at: Any, n: int) -> Any:
    """The image over and over."""
    if n <= 1:
        return xp.where(xp.isfinite(at), at * 0, at)
    below, above = at + n * (xp.trunc(-at / (n - 1)) + 1), at - n * xp.trunc(at / (n - 1))
    return xp.clip(xp.where(at < 0, below, xp.where(at > n - 1, above, at)), 0, n - 1)


_MODES = {
    "CONSTANT": _inside_constant, "NEAREST": _inside_nearest, "REFLECT": _inside_reflect, "WRAP": _inside_wrap,
}  # fmt: skip


@primitive(op=_OP, multiple=True)
def projected_p(xp: Any, transforms: Any, *, count: int, size: tuple[int, int], new: tuple[int, int],
                nearest: bool, mode: str) -> Any:  # fmt: skip
    """Of each new pixel, in float32: the pixels that it is read from, as flat numbers; whether these are in the image;
    and how much each counts. The first axis is that of the 4 pixels around it, or of the nearest one.
    """
    t = [transforms[:, i, None, None] for i in range(8)]
    x = xp.arange(new[1], dtype=np.float32)[None, None, :]
    y = xp.arange(new[0], dtype=np.float32)[None, :, None]
    depth = t[6] * x + t[7] * y + 1
    places = []
    for i, n in ((3, size[0]), (0, size[1])):
        at = (t[i] * x + t[i + 1] * y + t[i + 2]) / depth
        at = xp.where(depth == 0, xp.full_like(at, np.nan), _MODES[mode](xp, at, n))
        places.append(xp.broadcast_to(at, (count, *at.shape[1:])))
    if nearest:
        taps = [tuple(_rounded(xp, at) for at in places)]
        weights = [xp.ones_like(places[0])]
    else:
        low = [xp.floor(at) for at in places]
        share = [at - below for at, below in zip(places, low, strict=True)]
        taps = [(low[0] + i, low[1] + j) for i in (0, 1) for j in (0, 1)]
        weights = [(share[0] if i else 1 - share[0]) * (share[1] if j else 1 - share[1])
                   for i in (0, 1) for j in (0, 1)]  # fmt: skip
    numbers, inside = [], []
    for row, column in taps:
        inside.append((row >= 0) & (row < size[0]) & (column >= 0) & (column < size[1]))
        row, column = (xp.where(inside[-1], at, xp.zeros_like(at)).astype(np.int64) for at in (row, column))
        numbers.append((xp.arange(count)[:, None, None] * size[0] + row) * size[1] + column)
    weight = xp.stack(weights)
    weight = xp.where(xp.isfinite(weight), weight, xp.full_like(weight, 1 / len(taps)))  # of pixels that are nowhere
    return xp.stack(numbers), xp.stack(inside), weight


def _rounded(xp: Any, at: Any) -> Any:
    """The nearest whole numbers, of two those farther from 0."""
    whole = xp.trunc(at)
    return xp.where(abs(at - whole) >= 0.5, whole + xp.sign(at), whole)


# --- public: tf.raw_ops.ImageProjectiveTransformV3 -------------------------------------------------------------------


def projective_transform(images: Any, transforms: Any, output_shape: Any, fill_value: Any = 0.0,
                         interpolation: str = "BILINEAR", fill_mode: str = "CONSTANT") -> EagerTensor:  # fmt: skip
    """Images whose pixel at (x, y) is that of `images` at ((a x + b y + c) / k, (d x + e y + f) / k).

    There k is g x + h y + 1. The gradient of `images` is exact. (TensorFlow's is an approximation: the cotangent seen
    through the inverse transform.)

    Args:
      images: shape (batch, height, width, channels).
      transforms: [a, b, c, d, e, f, g, h] for each image, of shape (batch, 8); or of shape (1, 8) for all.
      output_shape: the new height and width.
      fill_value: what is outside of an image, with the fill mode "CONSTANT".
      interpolation: "NEAREST" or "BILINEAR".
      fill_mode: what is outside of an image: "CONSTANT", "NEAREST" for the nearest pixel, "REFLECT" for its mirror
        image, or "WRAP" for the image again.

    Returns:
      A tensor of the dtype of `images`, of shape (batch, *output_shape, channels).

    Raises:
      InvalidArgumentError: if a shape does not fit, or a name is another one.

    >>> from gradtape.image.projection import projective_transform
    >>> move = [[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
    >>> projective_transform([[[[1.0], [2.0], [3.0]]]], move, [1, 3]).numpy().ravel()
    array([2., 3., 0.], dtype=float32)
    """
    x, t = convert_to_tensor(images), cast(convert_to_tensor(transforms, dtype_hint=float32), float32)
    fill = cast(convert_to_tensor(fill_value, dtype_hint=float32), float32)
    if x.dtype.name not in _DTYPES:
        raise invalid(_OP, f"Value for attr 'dtype' of {_kernel_name(x._array.dtype)} is not in the list of allowed "
                      f"values: {', '.join(_DTYPES)}")  # fmt: skip
    shape = x._array.shape
    if len(shape) != 4:
        raise invalid(_OP, "Input images must have rank 4")
    if t._array.ndim != 2:
        raise invalid(_OP, "Input transform should be num_images x 8 or 1 x 8")
    checked(_check_transforms, shape[0], *t._array.shape)
    new = integers(output_shape, _OP, "output_shape")
    if len(new) != 2:
        raise invalid(_OP, f"output shape must have two elements, got {list(new)}")
    checked(_check_positive, *new)
    if fill._array.ndim:
        raise invalid(_OP, f"fill_value must be a scalar, got shape {fill.shape}")
    if interpolation not in ("NEAREST", "BILINEAR"):
        raise invalid(_OP, f'interpolation must be "NEAREST" or "BILINEAR", got {interpolation!r}')
    if fill_mode not in _MODES:
        raise invalid(_OP, f"fill_mode must be one of {', '.join(map(repr, _MODES))}, got {fill_mode!r}")
    nearest = interpolation == "NEAREST"
    numbers, inside, weights = projected_p(
        t, count=shape[0], size=shape[1:3], new=tuple(new), nearest=nearest, mode=fill_mode
    )
    at = (*numbers._array.shape, 1)
    rows = reshape_p(identity_p(x), shape=(math.prod(shape[:3]), shape[3]))  # so that its gradient is a tensor
    found = gather_p(rows, numbers, axis=-2)
    if not nearest and x.dtype.name != "float64":
        found = cast(found, float32)
    found = where(reshape_p(inside, shape=at), found, cast(fill, found.dtype))
    if not nearest:
        found = found * cast(reshape_p(weights, shape=at), found.dtype)
    return cast(sum_p(found, axis=(0,)), x.dtype)


@computation
def _check_transforms(count: int, *shape: int) -> None:
    if shape[0] not in (1, count) or shape[1] != 8:
        raise invalid(_OP, f"Input transform should be num_images x 8 or 1 x 8, got {list(shape)} for {count} images")


@computation
def _check_positive(*lengths: int) -> None:
    if min(lengths) <= 0:
        raise invalid(_OP, f"output dimensions must be positive, got {list(lengths)}")
