"""Sums, means, products and extrema of segments of the first axis; counts of numbers, and confusion matrices.

The ids of segments are indices of the result's rows, so the sum of segments is the transpose of gathering, and nothing
else here needs more than that and a reduction by row.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..array.arguments import integers, whole_number
from ..array.gathering import gather_p, scatter_p, where_true_p
from ..core import dtypes, indexed_slices
from ..core.backward import reshape_p
from ..core.convert import convert_to_tensor
from ..core.dtypes import BY_NUMPY, as_dtype
from ..core.errors import invalid
from ..core.primitive import _brackets, _kernel_name, primitive
from ..core.tensor import EagerTensor, wrap

__all__ = [
    "bincount", "confusion_matrix", "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod",
    "unsorted_segment_sqrt_n", "unsorted_segment_sum",
]  # fmt: skip

# --- primitives: `x` of shape (n, ...), `ids` a vector of n indices of rows ------------------------------------------


def _axis(out: Any) -> int:
    return -out.ndim  # type: ignore[no-any-return]


def _extremum(xp: Any, x: Any, ids: Any, *, size: int, fill: Any) -> Any:
    return xp.reduce_rows(xp.maximum, x, ids, size, fill)


@primitive(op="UnsortedSegmentMax", same=("x",), kinds="fiu")
def rows_max_p(xp: Any, x: Any, ids: Any, *, size: int, fill: Any) -> Any:
    """The greatest of the slices of each segment; `fill` where there is none."""
    return xp.reduce_rows(np.maximum, x, ids, size, fill)


@primitive(op="UnsortedSegmentMin", same=("x",), kinds="fiu")
def rows_min_p(xp: Any, x: Any, ids: Any, *, size: int, fill: Any) -> Any:
    return xp.reduce_rows(np.minimum, x, ids, size, fill)


@primitive(op="UnsortedSegmentProd", same=("x",), kinds="fciu")
def rows_prod_p(xp: Any, x: Any, ids: Any, *, size: int) -> Any:
    return xp.reduce_rows(np.multiply, x, ids, size, 1)
