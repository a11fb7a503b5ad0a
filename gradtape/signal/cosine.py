"""Discrete cosine transforms, made of Fourier transforms of signals twice as long."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.joining import concat_p, reverse_p
from ..array.slicing import slice_p
from ..math.cast import cast_p
from ..math.comparison import like
from ..math.complex_numbers import real_p
from ..operations.broadcasting import reshape_p
from ..values.convert import convert_to_tensor
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .fourier import _resized, irfft_p, rfft
from .frames import frame, overlap_and_add
from .windows import vorbis_window

__all__ = ["dct", "idct", "inverse_mdct", "mdct"]


@computation
def _turns(n: int, sign: int, dtype: Any) -> Any:
    """By which angle each bin is turned: half a sample is between the samples and where a transform sees them."""
    return np.exp(sign * 0.5j * math.pi / n * np.arange(n)).astype(dtype)


@computation
def _orthonormal(n: int, first: float, dtype: Any) -> Any:
    """What makes the rows of a transform vectors of length 1."""
    weights = np.full(n, math.sqrt(0.5 / n))
    weights[0] = first / math.sqrt(n)
    return weights.astype(dtype)


def _complex_of(x: EagerTensor) -> Any:
    return np.result_type(x._array.dtype, np.complex64)


def _first(x: EagerTensor, n: int) -> Any:
    return slice_p(x, key=(..., slice(0, n)))


def _one(x: EagerTensor, ortho: bool) -> Any:
    mirrored = reverse_p(slice_p(x, key=(..., slice(1, -1))), axes=(-1,))
    return real_p(rfft(concat_p(x, mirrored, axis=-1)))


def _two(x: EagerTensor, ortho: bool) -> Any:
    n = x._array.shape[-1]
    bins = _first(rfft(x, [2 * n]), n)
    out = 2 * real_p(bins * computed(_turns, n, -1, dtype=_complex_of(x)))
    return out * computed(_orthonormal, n, 0.5, dtype=x._array.dtype) if ortho else out


def _three(x: EagerTensor, ortho: bool) -> Any:
    n = x._array.shape[-1]
    if ortho:
        x = x * computed(_orthonormal, n, 1.0, dtype=x._array.dtype)  # type: ignore[operator]
    dtype = _complex_of(x)
    bins = cast_p(x, dtype=dtype) * computed(_turns, n, 1, dtype=dtype)
    out = irfft_p(_resized(bins, (n + 1,)), n=2 * n, norm="forward")
    return _first(out, n)


def _four(x: EagerTensor, ortho: bool) -> Any:
    n = x._array.shape[-1]
    out = slice_p(_two(_resized(x, (2 * n,)), False), key=(..., slice(1, None, 2)))
    return out * computed(_scale, n, dtype=x._array.dtype) if ortho else out


@computation
def _scale(n: int, dtype: Any) -> Any:
    return np.asarray(math.sqrt(0.5 / n), dtype)


_TYPES: dict[int, Callable[..., Any]] = {1: _one, 2: _two, 3: _three, 4: _four}
_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


@computation
def _check_length(n: int) -> None:
    if n < 2:
        raise ValueError("Type-I DCT requires the dimension to be greater than one.")


def _checked(input: Any, type: int, n: Any, axis: int, norm: str | None) -> EagerTensor:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in _TYPES:
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1 and norm == "ortho":
        raise ValueError("Normalization is not supported for the Type-I DCT.")
    x = convert_to_tensor(input)
    if type == 1:
        checked(_check_length, x._array.shape[-1])
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
    if type > 1 and x.dtype.name not in ("float32", "float64"):
        raise TypeError(f"A cosine transform is of tf.float32 or tf.float64, got {x!r}")
    return x if n is None else _resized(x, (n,))  # type: ignore[no-any-return]


def dct(input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None,
        name: str | None = None) -> EagerTensor:  # fmt: skip
    """The discrete cosine transform over the last axis.

    Args:
      input: float32 or float64, of shape (..., samples).
      type: 1, 2, 3 or 4.
      n: cut the axis, or fill it up with zeros, to be so long.
      axis: -1.
      norm: "ortho" for an orthogonal transform, of types 2, 3 and 4.

    Raises:
      TypeError: for another dtype.
      ValueError: for another type or norm, or fewer than two samples for type 1.
      NotImplementedError: for another axis.

    >>> import gradtape as tf
    >>> tf.signal.dct([3.0, 1.0], norm="ortho").numpy().round(3)
    array([2.828, 1.414], dtype=float32)
    """
    x = _checked(input, type, n, axis, norm)
    return _TYPES[type](x, norm == "ortho")  # type: ignore[no-any-return]


def idct(input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None,
         name: str | None = None) -> EagerTensor:  # fmt: skip
    """The inverse of `tf.signal.dct`; without `norm="ortho"` 2 * n times it.

    >>> import gradtape as tf
    >>> tf.signal.idct([2.0, 0.0, 0.0, 0.0], norm="ortho").numpy().round(3)
    array([1., 1., 1., 1.], dtype=float32)
    """
    x = _checked(input, type, n, axis, norm)
    return _TYPES[_INVERSE[type]](x, norm == "ortho")  # type: ignore[no-any-return]


# --- lapped: frames that overlap by half, whose aliases cancel out ---------------------------------------------------


def mdct(signals: Any, frame_length: int, window_fn: Callable[..., Any] | None = vorbis_window, pad_end: bool = False,
         norm: str | None = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The modified discrete cosine transform: cosine transforms of frames that overlap by half.

    Args:
      signals: float32 or float64, of shape (..., samples).
      frame_length: how long a frame is, a multiple of 4.
      window_fn: gives a window, for a length and `dtype=`; None for one of 1 / sqrt(2).
      pad_end, norm: see `tf.signal.frame` and `tf.signal.dct`.

    Returns:
      A tensor of shape (..., frames, frame_length // 2).

    Raises:
      ValueError: if `frame_length` is no multiple of 4.
    """
    x = convert_to_tensor(signals)
    if frame_length % 4:
        raise ValueError("The frame length must be a multiple of 4.")
    half = frame_length // 2
    frames = frame(x, frame_length, half, pad_end=pad_end)
    frames = frames * _mdct_window(window_fn, frame_length, frames)  # type: ignore[operator]
    *lead, _, _ = frames._array.shape
    count = frames._array.shape[-2]
    a, b, c, d = [
        slice_p(frames, key=(..., slice(i * (half // 2), (i + 1) * (half // 2)))) for i in range(4)
    ]  # fmt: skip
    folded = concat_p(-_backwards(c) - d, a - _backwards(b), axis=-1)
    return dct(reshape_p(folded, shape=(*lead, count, half)), type=4, norm=norm)


def inverse_mdct(mdcts: Any, window_fn: Callable[..., Any] | None = vorbis_window, norm: str | None = None,
                 name: str | None = None) -> EagerTensor:  # fmt: skip
    """The inverse of `tf.signal.mdct`, for windows of which the squares of overlapping halves add up to 1."""
    z = convert_to_tensor(mdcts)
    half = z._array.shape[-1]
    y = dct(z, type=4, norm=norm)
    if norm is None:
        y = y * like(y, 0.5) / like(y, half)  # type: ignore[operator]
    left, right = (slice_p(y, key=(..., slice(i * (half // 2), (i + 1) * (half // 2)))) for i in range(2))
    frames = concat_p(right, -_backwards(right), -_backwards(left), -left, axis=-1)
    return overlap_and_add(frames * _mdct_window(window_fn, 2 * half, frames), half)


def _backwards(x: Any) -> Any:
    return reverse_p(x, axes=(-1,))


def _mdct_window(window_fn: Callable[..., Any] | None, length: int, frames: Any) -> Any:
    return like(frames, math.sqrt(0.5)) if window_fn is None else window_fn(length, dtype=frames.dtype)
