"""Signals in frames that may overlap, and their spectra: the short-time Fourier transform and its inverse."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.arguments import axis_of
from ..array.gathering import gather_p, picked, scatter_p
from ..array.joining import pad
from ..math.arithmetic import divide_p
from ..math.elementwise import square_p
from ..math.reduction import sum_p
from ..operations.broadcasting import reshape_p
from ..values.convert import convert_to_tensor
from ..values.symbolic import computation, computed, greatest
from ..values.tensor import EagerTensor
from .fourier import _resized, irfft, rfft
from .windows import hann_window

__all__ = ["frame", "inverse_stft", "inverse_stft_window_fn", "overlap_and_add", "stft"]


@computation
def _places(count: int, length: int, step: int) -> Any:
    """Where the elements of each frame are in the signal."""
    return np.arange(count)[:, None] * step + np.arange(length)


def frame(signal: Any, frame_length: Any, frame_step: Any, pad_end: bool = False, pad_value: Any = 0, axis: Any = -1,
          name: str | None = None) -> EagerTensor:  # fmt: skip
    """The frames of a signal: parts of it of equal length, at equal distances.

    Args:
      signal: a tensor of at least one axis.
      frame_length: how long a frame is.
      frame_step: how far apart the starts of two frames are.
      pad_end: have a frame start at every step within the signal, and fill the last ones up with `pad_value`; else
        what makes no whole frame is left out.
      axis: which axis is time.

    Returns:
      A tensor with two axes in its place: the frames, and the elements of each.

    Raises:
      ValueError: if there is no such axis.

    >>> import gradtape as tf
    >>> tf.signal.frame([1, 2, 3, 4, 5], 3, 2).numpy()
    array([[1, 2, 3],
           [3, 4, 5]], dtype=int32)
    """
    x = convert_to_tensor(signal)
    length, step, axis = axis_of(frame_length), axis_of(frame_step), axis_of(axis)
    ndim = x._array.ndim
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis {axis} is not in [{-ndim}, {ndim}), as it must be for a signal of shape {x.shape}")
    axis = axis if axis < 0 else axis - ndim
    n = x._array.shape[axis]
    if pad_end:
        count = greatest(0, -(-n // step))
        after = greatest(0, length + step * (count - 1) - n)
        x = pad(x, [[0, after] if i == axis else [0, 0] for i in range(-ndim, 0)], constant_values=pad_value)
    else:
        count = greatest(0, 1 + (n - length) // step)
    return picked(x, computed(_places, count, length, step), axis)  # type: ignore[no-any-return]


def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> EagerTensor:
    """A signal put together from its frames, which are added up where they overlap; the transpose of `tf.signal.frame`.

    Args:
      signal: of shape (..., frames, frame_length).
      frame_step: how far apart the starts of two frames are.

    Returns:
      A tensor of shape (..., (frames - 1) * frame_step + frame_length).

    Raises:
      ValueError: if `signal` has fewer than two axes, or `frame_step` is no scalar integer.

    >>> import gradtape as tf
    >>> tf.signal.overlap_and_add([[1, 1, 1], [1, 1, 1]], 2).numpy()
    array([1, 1, 2, 1, 1], dtype=int32)
    """
    x = convert_to_tensor(signal)
    if x._array.ndim < 2:
        raise ValueError(f"Shape {x.shape} must have rank at least 2")
    step = convert_to_tensor(frame_step)
    if step.ndim or not step.dtype.is_integer:
        raise ValueError(f"frame_step must be an integer scalar. Got {frame_step}")
    step = axis_of(frame_step)
    count, length = x._array.shape[-2:]
    return scatter_p(x, computed(_places, count, length, step), axis=-1, size=(count - 1) * step + length)  # type: ignore[no-any-return]


def _power_of_two(n: int) -> int:
    """The least power of two that is not less than `n`."""
    return 1 << (int(n) - 1).bit_length()


def stft(signals: Any, frame_length: Any, frame_step: Any, fft_length: Any = None,
         window_fn: Callable[..., Any] | None = hann_window, pad_end: bool = False,
         name: str | None = None) -> EagerTensor:  # fmt: skip
    """The short-time Fourier transform: the spectra of the windowed frames of signals.

    Args:
      signals: float32 or float64, of shape (..., samples).
      frame_length, frame_step, pad_end: see `tf.signal.frame`.
      fft_length: how long a frame is made before its transform; by default the next power of two.
      window_fn: gives a window, for a length and `dtype=`; None for none.

    Returns:
      complex64 or complex128, of shape (..., frames, fft_length // 2 + 1).

    >>> import gradtape as tf
    >>> tf.signal.stft(tf.ones([10]), 4, 2).shape
    TensorShape([4, 3])
    """
    x = convert_to_tensor(signals)
    if not x._array.ndim:
        raise ValueError(f"Shape {x.shape} must have rank at least 1")
    length = axis_of(frame_length)
    frames = frame(x, length, frame_step, pad_end=pad_end)
    if window_fn is not None:
        frames = frames * window_fn(length, dtype=frames.dtype)  # type: ignore[operator]
    return rfft(frames, [_power_of_two(length) if fft_length is None else axis_of(fft_length)])


def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Callable[..., Any] | None = hann_window,
    name: str | None = None,
) -> EagerTensor:
    """The signals of short-time spectra: frames, windowed again, that overlap and add up.

    They are those of which `tf.signal.stft` made the spectra if `window_fn` is
    `tf.signal.inverse_stft_window_fn(frame_step)`.

    Args:
      stfts: complex64 or complex128, of shape (..., frames, fft_length // 2 + 1).
      frame_length, frame_step, fft_length, window_fn: see `tf.signal.stft`.

    Returns:
      float32 or float64, of shape (..., (frames - 1) * frame_step + frame_length).
    """
    z = convert_to_tensor(stfts)
    if z._array.ndim < 2:
        raise ValueError(f"Shape {z.shape} must have rank at least 2")
    length = axis_of(frame_length)
    frames = irfft(z, [_power_of_two(length) if fft_length is None else axis_of(fft_length)])
    frames = _resized(frames, (length,))
    if window_fn is not None:
        frames = frames * window_fn(length, dtype=frames.dtype)  # type: ignore[operator]
    return overlap_and_add(frames, frame_step)


def inverse_stft_window_fn(frame_step: Any, forward_window_fn: Callable[..., Any] = hann_window,
                           name: str | None = None) -> Callable[..., EagerTensor]:  # fmt: skip
    """The window with which `tf.signal.inverse_stft` undoes `tf.signal.stft` with `forward_window_fn`.

    Returns:
      A function of a length and `dtype=`: the forward window over the sum of the squares of all that overlap it.
    """

    def window_fn(frame_length: Any, dtype: Any) -> EagerTensor:
        length, step = axis_of(frame_length), axis_of(frame_step)
        window = convert_to_tensor(forward_window_fn(length, dtype=dtype))
        count = -(-length // step)
        parts = reshape_p(_resized(square_p(window), (count * step,)), shape=(count, step))
        total = sum_p(parts, axis=(-2,))
        all_of = gather_p(total, computed(_round, length, step), axis=-1)
        return divide_p(window, all_of)  # type: ignore[no-any-return]

    return window_fn


@computation
def _round(length: int, step: int) -> Any:
    return np.arange(length) % step
