"""Histograms: how many numbers fall into each of equal parts of a range. No gradient passes."""

from typing import Any

import numpy as np

from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, int32
from ..values.errors import invalid
from ..values.symbolic import computation, computed
from ..values.tensor import EagerTensor

__all__ = ["histogram_fixed_width", "histogram_fixed_width_bins"]


def histogram_fixed_width_bins(values: Any, value_range: Any, nbins: Any = 100, dtype: Any = int32,
                               name: str | None = None) -> EagerTensor:  # fmt: skip
    """Into which of `nbins` equal parts of a range each number falls; what is outside counts with the nearest.

    Args:
      values: real numbers.
      value_range: the two ends of the range, of their dtype.
      nbins: how many parts.
      dtype: int32 or int64.

    Raises:
      InvalidArgumentError: if `nbins` is not positive, or the range is empty.

    >>> import gradtape as tf
    >>> tf.histogram_fixed_width_bins([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy()
    array([0, 0, 1, 2, 4, 4], dtype=int32)
    """
    x = convert_to_tensor(values)
    ends = convert_to_tensor(value_range, dtype_hint=x.dtype)
    return computed(_bins, x, ends, convert_to_tensor(nbins), dtype=as_dtype(dtype)._numpy)


def histogram_fixed_width(values: Any, value_range: Any, nbins: Any = 100, dtype: Any = int32,
                          name: str | None = None) -> EagerTensor:  # fmt: skip
    """How many numbers fall into each of `nbins` equal parts of a range; see `histogram_fixed_width_bins`.

    >>> import gradtape as tf
    >>> tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy()
    array([2, 1, 1, 0, 2], dtype=int32)
    """
    x = convert_to_tensor(values)
    ends = convert_to_tensor(value_range, dtype_hint=x.dtype)
    return computed(_counts, x, ends, convert_to_tensor(nbins), dtype=as_dtype(dtype)._numpy)


@computation
def _bins(x: Any, ends: Any, nbins: Any, dtype: Any) -> Any:
    low, high = ends.tolist()
    count = int(nbins)
    if count <= 0:
        raise invalid("HistogramFixedWidth", f"nbins should be a positive number, but got '{count}'")
    if not low < high:
        raise invalid("HistogramFixedWidth", f"value_range should satisfy value_range[0] < value_range[1], got {ends}")
    share = (x.astype(np.float64) - low) / (high - low)
    return np.clip(np.floor(share * count), 0, count - 1).astype(dtype)


@computation
def _counts(x: Any, ends: Any, nbins: Any, dtype: Any) -> Any:
    return np.bincount(_bins(x, ends, nbins, np.int64).ravel(), minlength=int(nbins)).astype(dtype)
