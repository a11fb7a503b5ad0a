"""Windows: weights that fade a frame of a signal out at its ends."""

import math
from typing import Any

import numpy as np

from ..array.arguments import axis_of
from ..values.dtypes import as_dtype, float32
from ..values.symbolic import computation, computed
from ..values.tensor import EagerTensor, Tensor

__all__ = ["hamming_window", "hann_window", "kaiser_bessel_derived_window", "kaiser_window", "vorbis_window"]


def _window(function: Any, window_length: Any, dtype: Any, **how: Any) -> EagerTensor:
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    if isinstance(window_length, Tensor) and window_length.ndim:
        raise ValueError(f"Shape {window_length.shape} must have rank 0")
    how = {k: x._array if isinstance(x, Tensor) else x for k, x in how.items()}
    return computed(function, axis_of(window_length), dtype=dtype._numpy, **how)


@computation
def _raised_cosine(n: int, periodic: Any, a: Any, b: Any, dtype: Any) -> Any:
    if n < 2:
        return np.ones(n, dtype)
    period = n + bool(periodic) * (n % 2 == 0) - 1
    return (float(a) - float(b) * np.cos(2 * math.pi / period * np.arange(n))).astype(dtype)


def hann_window(window_length: Any, periodic: Any = True, dtype: Any = float32,
                name: str | None = None) -> EagerTensor:  # fmt: skip
    """A period of a cosine, raised to be 0 at its ends.

    Args:
      window_length: how many elements.
      periodic: for an even `window_length`, leave out the last element of a window that is one longer, so that windows
        follow each other; else the window is symmetric.
      dtype: a floating dtype.

    Raises:
      ValueError: for another dtype.

    >>> import gradtape as tf
    >>> tf.signal.hann_window(4).numpy().round(3)
    array([0. , 0.5, 1. , 0.5], dtype=float32)
    """
    return _window(_raised_cosine, window_length, dtype, periodic=periodic, a=0.5, b=0.5)


def hamming_window(window_length: Any, periodic: Any = True, dtype: Any = float32,
                   name: str | None = None) -> EagerTensor:  # fmt: skip
    """A period of a cosine, raised to be 0.08 at its ends; arguments as in `tf.signal.hann_window`."""
    return _window(_raised_cosine, window_length, dtype, periodic=periodic, a=0.54, b=0.46)


@computation
def _kaiser(n: int, beta: Any, dtype: Any) -> Any:
    return np.kaiser(n, float(beta)).astype(dtype)


@computation
def _kaiser_bessel(n: int, beta: Any, dtype: Any) -> Any:
    total = np.cumsum(np.kaiser(n // 2 + 1, float(beta)))
    half = np.sqrt(total[:-1] / total[-1])
    return np.concatenate([half, half[::-1]]).astype(dtype)


@computation
def _vorbis(n: int, dtype: Any) -> Any:
    return np.sin(math.pi / 2 * np.sin(math.pi / max(n, 1) * (np.arange(n) + 0.5)) ** 2).astype(dtype)


def kaiser_window(window_length: Any, beta: Any = 12.0, dtype: Any = float32, name: str | None = None) -> EagerTensor:
    """The Kaiser window, with the parameter `beta`: the greater, the narrower."""
    return _window(_kaiser, window_length, dtype, beta=beta)


def kaiser_bessel_derived_window(window_length: Any, beta: Any = 12.0, dtype: Any = float32,
                                 name: str | None = None) -> EagerTensor:  # fmt: skip
    """The window whose square, and that of itself half a window later, add up to 1; made of a Kaiser window."""
    return _window(_kaiser_bessel, window_length, dtype, beta=beta)


def vorbis_window(window_length: Any, dtype: Any = float32, name: str | None = None) -> EagerTensor:
    """The window of the Vorbis codec, a sine of the square of a sine."""
    return _window(_vorbis, window_length, dtype)
