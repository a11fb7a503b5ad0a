"""The mel scale of pitches: a matrix from linear frequencies to it, and cepstral coefficients."""

from typing import Any

import numpy as np

from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, float32
from ..values.symbolic import computation, computed
from ..values.tensor import EagerTensor, Tensor
from .cosine import dct

__all__ = ["linear_to_mel_weight_matrix", "mfccs_from_log_mel_spectrograms"]


def _mel(hertz: Any) -> Any:
    return 1127.0 * np.log1p(np.asarray(hertz, np.float64) / 700.0)


@computation
def _triangles(mel_bins: int, bins: int, rate: Any, lower: Any, upper: Any, dtype: Any) -> Any:
    """Of each linear bin, how much it counts in each mel bin: triangles between every other of equidistant pitches."""
    pitches = _mel(np.linspace(0.0, float(rate) / 2, bins))[1:, None]  # the bin of frequency zero counts nowhere
    edges = np.linspace(_mel(float(lower)), _mel(float(upper)), mel_bins + 2)
    start, peak, end = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (pitches - start) / (peak - start), (end - pitches) / (end - peak)
    weights = np.maximum(0.0, np.minimum(rising, falling))
    return np.concatenate([np.zeros((1, mel_bins)), weights]).astype(dtype)


def linear_to_mel_weight_matrix(num_mel_bins: int = 20, num_spectrogram_bins: Any = 129, sample_rate: Any = 8000,
                                lower_edge_hertz: float = 125.0, upper_edge_hertz: float = 3800.0,
                                dtype: Any = float32, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The matrix that makes mel spectra of linear ones: `tf.matmul(spectra, matrix)`.

    Args:
      num_mel_bins: how many bins the mel spectrum has.
      num_spectrogram_bins: how many the linear spectrum has, from 0 to half the `sample_rate`.
      sample_rate: samples per second.
      lower_edge_hertz, upper_edge_hertz: the frequencies where the mel spectrum begins and ends.
      dtype: a floating dtype.

    Returns:
      A matrix of shape (num_spectrogram_bins, num_mel_bins).

    Raises:
      ValueError: if these are negative, out of order or too great, or `dtype` is not floating.

    >>> import gradtape as tf
    >>> tf.signal.linear_to_mel_weight_matrix(2, 5).numpy().round(2)
    array([[0.  , 0.  ],
           [0.72, 0.28],
           [0.  , 0.9 ],
           [0.  , 0.35],
           [0.  , 0.  ]], dtype=float32)
    """
    dtype = as_dtype(dtype)
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower_edge_hertz < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower_edge_hertz}")
    if lower_edge_hertz >= upper_edge_hertz:
        raise ValueError(f"lower_edge_hertz {lower_edge_hertz:.1f} >= upper_edge_hertz {upper_edge_hertz:.1f}")
    if not isinstance(sample_rate, Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
        if upper_edge_hertz > sample_rate / 2:
            raise ValueError("upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got "
                             f"{upper_edge_hertz} for sample_rate: {sample_rate}")  # fmt: skip
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {dtype}")
    rate, bins = convert_to_tensor(sample_rate), convert_to_tensor(num_spectrogram_bins)
    return computed(
        _triangles, int(num_mel_bins), int(bins), rate, lower=lower_edge_hertz, upper=upper_edge_hertz,
        dtype=dtype._numpy,
    )  # fmt: skip


def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> EagerTensor:
    """Mel-frequency cepstral coefficients: orthonormal cosine transforms, but for the first coefficient.

    Args:
      log_mel_spectrograms: float32 or float64, of shape (..., num_mel_bins).

    Raises:
      ValueError: if there are no bins.
    """
    x = convert_to_tensor(log_mel_spectrograms)
    bins = x._array.shape[-1]
    if bins == 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {bins}")
    return dct(x) * computed(_scale, bins, dtype=x._array.dtype)  # type: ignore[operator,no-any-return]


@computation
def _scale(n: int, dtype: Any) -> Any:
    return np.asarray((2.0 * n) ** -0.5, dtype)
