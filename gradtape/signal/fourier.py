"""Discrete Fourier transforms over the last axes, of complex and of real numbers.

A transform is a symmetric matrix: what sends cotangents back is the transform itself. Of real numbers only the first
half of the spectrum is kept, whose bins but the first and the last stand for two.
"""

from typing import Any

import numpy as np

from ..array.arguments import integers
from ..array.joining import roll_p
from ..array.slicing import place_p, slice_p
from ..operations.primitive import primitive
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import Dim, computation, computed_like, greatest, least
from ..values.tensor import EagerTensor

__all__ = [
    "fft", "fft2d", "fft3d", "fftshift", "ifft", "ifft2d", "ifft3d", "ifftshift", "irfft", "irfft2d", "irfft3d", "rfft",
    "rfft2d", "rfft3d",
]  # fmt: skip

# --- primitives; `axes` are negative ---------------------------------------------------------------------------------


@primitive(op="FFT", kinds="c", same=("x",), linear=("x",))
def fft_p(xp: Any, x: Any, *, axes: tuple[int, ...], inverse: bool = False) -> Any:
    if not x.size:
        return x
    return (xp.fft.ifftn if inverse else xp.fft.fftn)(x, axes=axes)


fft_p.vjp(x=lambda g, axes, inverse: fft_p(g, axes=axes, inverse=inverse))
fft_p.along(x=lambda j, axes: None if j in axes else j)


@primitive(op="RFFT", kinds="f", same=("x",), linear=("x",), holomorphic=False)
def rfft_p(xp: Any, x: Any, *, norm: str = "backward") -> Any:
    """The first half of the spectrum, of shape (..., n // 2 + 1) for (..., n); over n where `norm` is "forward"."""
    if not x.size:
        bins = x.shape[-1] // 2 + 1 if x.shape[-1] else 0  # of nothing there is no spectrum
        return xp.zeros((*x.shape[:-1], bins), np.result_type(x.dtype, np.complex64))
    return xp.fft.rfft(x, norm=norm)


@primitive(op="IRFFT", kinds="c", same=("z",), linear=("z",), holomorphic=False)
def irfft_p(xp: Any, z: Any, *, n: int, norm: str = "backward") -> Any:
    """The `n` real numbers with this half of a spectrum; times n where `norm` is "forward"."""
    if not z.size or not n:
        return xp.zeros((*z.shape[:-1], n), xp.real(z).dtype)
    return xp.fft.irfft(z, n, norm=norm)


@computation(open_axis=0)
def _frequencies_of_bins(n: int, inner: float, dtype: Any) -> Any:
    """The weights of the bins of half a spectrum: those that stand for one 1, those that stand for two `inner`."""
    weights = np.full(n // 2 + 1, inner, dtype)
    weights[0] = 1
    if n % 2 == 0:
        weights[-1] = 1
    return weights


def _weighted(z: Any, n: int, inner: float) -> Any:
    return z * computed_like(z, _frequencies_of_bins, n, inner=inner, dtype=getattr(z, "_array", z).dtype)


_OPPOSITE = {"backward": "forward", "forward": "backward"}

rfft_p.vjp(x=lambda g, x_shape, norm: irfft_p(_weighted(g, x_shape[-1], 0.5), n=x_shape[-1], norm=_OPPOSITE[norm]))
irfft_p.vjp(z=lambda g, n, norm: _weighted(rfft_p(g, norm=_OPPOSITE[norm]), n, 2.0))
rfft_p.along(x=lambda j: None if j == -1 else j)
irfft_p.along(z=lambda j: None if j == -1 else j)
# Two lengths may have spectra of one.
rfft_p.definition.uncertain = lambda x_shape, norm: {-1} if type(x_shape[-1]) is Dim else set()  # type: ignore[attr-defined]

# --- complex ---------------------------------------------------------------------------------------------------------


def _last(rank: int) -> tuple[int, ...]:
    return tuple(range(-rank, 0))


def _with_axes(x: EagerTensor, rank: int, op: str) -> EagerTensor:
    if x._array.ndim < rank:
        raise invalid(op, f"Input must have rank of at least {rank} but got: {x.shape}")
    return x


def _complex(input: Any, rank: int, op: str, inverse: bool = False) -> EagerTensor:
    x = _with_axes(convert_to_tensor(input, dtype_hint=dtypes.complex64), rank, op)
    return fft_p(x, axes=_last(rank), inverse=inverse)  # type: ignore[no-any-return]


def fft(input: Any, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform over the last axis: `out[k] = sum(x[j] * exp(-2j * pi * j * k / n))`.

    Args:
      input: complex64 or complex128, of shape (..., n).

    Returns:
      A tensor of its shape and dtype.

    Raises:
      InvalidArgumentError: for another dtype, or a scalar.

    >>> import gradtape as tf
    >>> tf.signal.fft(tf.constant([1, 2, 3, 4], tf.complex64)).numpy()
    array([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j], dtype=complex64)
    """
    return _complex(input, 1, "FFT")


def ifft(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft`.

    >>> import gradtape as tf
    >>> tf.signal.ifft(tf.constant([4, 0], tf.complex64)).numpy()
    array([2.+0.j, 2.+0.j], dtype=complex64)
    """
    return _complex(input, 1, "IFFT", inverse=True)


def fft2d(input: Any, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform over the last two axes; see `tf.signal.fft`."""
    return _complex(input, 2, "FFT2D")


def ifft2d(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft2d`."""
    return _complex(input, 2, "IFFT2D", inverse=True)


def fft3d(input: Any, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform over the last three axes; see `tf.signal.fft`."""
    return _complex(input, 3, "FFT3D")


def ifft3d(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft3d`."""
    return _complex(input, 3, "IFFT3D", inverse=True)


# --- real ------------------------------------------------------------------------------------------------------------


def _lengths(fft_length: Any, rank: int, op: str) -> tuple[int, ...]:
    lengths = integers(fft_length, op, "fft_length", rank_error=f"fft_length must have shape [{rank}], not {{}}")
    if len(lengths) != rank:
        raise invalid(op, f"fft_length must have shape [{rank}], got {len(lengths)} elements")
    return lengths


def _resized(x: Any, lengths: tuple[int, ...]) -> Any:
    """`x` with its last axes cut, or filled up with zeros, to be of these lengths."""
    shape = x._array.shape
    given = shape[-len(lengths) :]
    if given == lengths:
        return x
    key = (..., *[slice(0, least(n, m)) for n, m in zip(given, lengths, strict=True)])
    x = slice_p(x, key=key)
    wanted = (*shape[: -len(lengths)], *lengths)
    return x if x._array.shape == wanted else place_p(x, keys=(key,), shape=wanted)


def _real(input: Any, fft_length: Any, rank: int, op: str) -> EagerTensor:
    x = convert_to_tensor(input, dtype_hint=dtypes.float32)
    if x.dtype.name not in ("float32", "float64"):
        raise ValueError(f"{op} requires tf.float32 or tf.float64 inputs, got: {x!r}")
    if x._array.ndim < rank:
        raise ValueError(f"Shape {x.shape} must have rank at least {rank}")
    if fft_length is not None:
        x = _resized(x, _lengths(fft_length, rank, op))
    z = rfft_p(x)
    return fft_p(z, axes=_last(rank)[:-1]) if rank > 1 else z  # type: ignore[no-any-return]


def _inverse_real(input: Any, fft_length: Any, rank: int, op: str) -> EagerTensor:
    z = convert_to_tensor(input, dtype_hint=dtypes.complex64)
    if z._array.ndim < rank:
        raise ValueError(f"Shape {z.shape} must have rank at least {rank}")
    if not z.dtype.is_complex:
        raise ValueError(f"{op} requires tf.complex64 or tf.complex128 inputs, got: {z!r}")
    if fft_length is None:
        n = greatest(0, 2 * (z._array.shape[-1] - 1))
    else:
        *others, n = _lengths(fft_length, rank, op)
        z = _resized(z, (*others, n // 2 + 1))
    if rank > 1:
        z = fft_p(z, axes=_last(rank)[:-1], inverse=True)
    return irfft_p(z, n=n)  # type: ignore[no-any-return]


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform of real numbers over the last axis: the first n // 2 + 1 bins, of which the others
    are the conjugates.

    Args:
      input_tensor: float32 or float64, of shape (..., n).
      fft_length: `[m]`: cut the axis, or fill it up with zeros, to be `m` long.

    Returns:
      complex64 or complex128, of shape (..., n // 2 + 1).

    Raises:
      ValueError: for another dtype, or too few axes.
      InvalidArgumentError: if `fft_length` has not one element.

    >>> import gradtape as tf
    >>> tf.signal.rfft([1.0, 2.0, 3.0, 4.0]).numpy()
    array([10.+0.j, -2.+2.j, -2.+0.j], dtype=complex64)
    """
    return _real(input_tensor, fft_length, 1, "RFFT")


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.rfft`.

    Args:
      input_tensor: complex64 or complex128, of shape (..., n // 2 + 1).
      fft_length: `[n]`; by default n is taken to be even.

    >>> import gradtape as tf
    >>> tf.signal.irfft(tf.signal.rfft([1.0, 2.0, 3.0]), [3]).numpy().round(3)
    array([1., 2., 3.], dtype=float32)
    """
    return _inverse_real(input_tensor, fft_length, 1, "IRFFT")


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform of real numbers over the last two axes, of the last the first half of the bins.

    Arguments as in `tf.signal.rfft`; `fft_length` has a length for each of these axes.
    """
    return _real(input_tensor, fft_length, 2, "RFFT2D")


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.rfft2d`."""
    return _inverse_real(input_tensor, fft_length, 2, "IRFFT2D")


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The discrete Fourier transform of real numbers over the last three axes; see `tf.signal.rfft2d`."""
    return _real(input_tensor, fft_length, 3, "RFFT3D")


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.rfft3d`."""
    return _inverse_real(input_tensor, fft_length, 3, "IRFFT3D")


# --- the order of the bins -------------------------------------------------------------------------------------------


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> EagerTensor:
    """`x` with the bin of frequency zero moved to the middle.

    Args:
      x: a tensor.
      axes: an integer, or a list of them; by default all.

    >>> import gradtape as tf
    >>> tf.signal.fftshift([0.0, 1.0, 2.0, -2.0, -1.0]).numpy()
    array([-2., -1.,  0.,  1.,  2.], dtype=float32)
    """
    return _shifted(x, axes, lambda n: n // 2)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fftshift`."""
    return _shifted(x, axes, lambda n: -(n // 2))


def _shifted(x: Any, axes: Any, by: Any) -> EagerTensor:
    x = convert_to_tensor(x)
    shape = x._array.shape
    n = len(shape)
    chosen = tuple(range(n)) if axes is None else integers(axes, "Roll", "Taxis", scalar=True)
    for i in chosen:
        if not -n <= i < n:
            raise invalid("Roll", f"axis {i} is out of range")
    return roll_p(x, shift=tuple([by(shape[i]) for i in chosen]), axes=tuple([i % n - n for i in chosen]))  # type: ignore[no-any-return]
