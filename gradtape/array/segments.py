"""Sums, means, products and extrema of segments of the first axis; counts of numbers, and confusion matrices.

The ids of segments are indices of the result's rows, so the sum of segments is the transpose of gathering, and the rest
needs no more than that and a reduction by row.
"""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autodiff.cotangents import shape_of
from ..engine.numpy_filled import zeros_of
from ..math.cast import cast, cast_like
from ..math.comparison import equal_p, greater_equal_p, greater_p, like, where_p, zeros_like
from ..operations.broadcasting import reshape_p
from ..operations.primitive import Primitive, _brackets, _kernel_name, primitive
from ..values import dtypes, indexed_slices
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import invalid
from ..values.symbolic import (
    checked,
    computation,
    computed,
    differ,
    integers_tensor,
    is_symbolic,
    never_equal,
    whole_int,
)
from ..values.tensor import EagerTensor, wrap
from .arguments import integers, whole_number
from .creation import ones
from .gathering import gather_p, scatter_p
from .slicing import slice_p

__all__ = [
    "bincount", "confusion_matrix", "segment_max", "segment_mean", "segment_min", "segment_prod", "segment_sum",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod",
    "unsorted_segment_sqrt_n", "unsorted_segment_sum",
]  # fmt: skip

# --- primitives: `x` of shape (n, ...), and `ids`, a vector of n of the `size` rows of the result --------------------


@primitive(op="UnsortedSegmentMax", same=("x",), kinds="fiu")
def rows_max_p(xp: Any, x: Any, ids: Any, *, size: int, fill: Any) -> Any:
    """The greatest in each segment; `fill` where it is empty."""
    return xp.reduce_rows("maximum", x, ids, size, fill)


@primitive(op="UnsortedSegmentMin", same=("x",), kinds="fiu")
def rows_min_p(xp: Any, x: Any, ids: Any, *, size: int, fill: Any) -> Any:
    return xp.reduce_rows("minimum", x, ids, size, fill)


@primitive(op="UnsortedSegmentProd", same=("x",), kinds="fciu")
def rows_prod_p(xp: Any, x: Any, ids: Any, *, size: int) -> Any:
    return xp.reduce_rows("multiply", x, ids, size, 1)


def _extremum_back(g: Any, x: Any, ids: Any, out: Any, size: int) -> Any:
    """Equal ones share the gradient."""
    axis = -len(shape_of(x))
    chosen = equal_p(x, gather_p(out, ids, axis=axis))
    count = scatter_p(cast_like(chosen, g), ids, axis=axis, size=size)
    share = cast_like(chosen, g) / gather_p(count, ids, axis=axis)
    return gather_p(g, ids, axis=axis) * where_p(chosen, share, zeros_like(share))


def _product_back(g: Any, x: Any, ids: Any, size: int) -> Any:
    """The product of the others: of those that are not zero, times a polynomial in those that are.

    These are kept as they are needed for derivatives up to the third: three zeros or more give zero.
    """
    axis = -len(shape_of(x))

    def of_segment(values: Any) -> Any:
        return gather_p(scatter_p(values, ids, axis=axis, size=size), ids, axis=axis)

    is_zero = equal_p(x, zeros_like(x))
    one = cast_like(is_zero, x)
    zero, rest = where_p(is_zero, x, zeros_like(x)), where_p(is_zero, one, x)
    others = gather_p(rows_prod_p(rest, ids, size=size), ids, axis=axis) / rest
    count = of_segment(one) - one  # of zeros among the others; then their sum, and that of their products in pairs
    first = of_segment(zero) - zero
    second = (first * first - (of_segment(zero * zero) - zero * zero)) / 2
    for n, polynomial in ((1, first), (2, second)):
        others = where_p(equal_p(count, like(count, n)), polynomial * others, others)
    return gather_p(g, ids, axis=axis) * where_p(greater_p(count, like(count, 2)), zeros_like(others), others)


for _p in (rows_max_p, rows_min_p, rows_prod_p):  # samples of ids may be out of range
    _p.definition.sample = lambda x, ids, *, size, **_: zeros_of((size, *x.shape[1:]), x.dtype)  # type: ignore[attr-defined]
rows_max_p.vjp(x=_extremum_back)
rows_min_p.vjp(x=_extremum_back)
rows_prod_p.vjp(x=_product_back)
for _p in (rows_max_p, rows_min_p, rows_prod_p):
    _p.along(x=lambda j, x: j if j > -x.ndim else None)

# --- what a public function is given ---------------------------------------------------------------------------------


def _unsorted(op: str, data: Any, segment_ids: Any, num_segments: Any, reduce: Callable[..., Any]) -> Any:
    """`reduce(x, ids, size)`, where slices with negative ids are left out."""
    x, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
    short = ("int16",) if op == "UnsortedSegmentSum" else ()
    whole_number(ids._array.dtype, op, "Tindices", (*short, "int32", "int64"))
    (size,) = integers(num_segments, op, "Tnumsegments", scalar=True, strict=True)
    shape, given = x._array.shape, ids._array.shape
    if size < 0:
        raise invalid(op, f"Input num_segments == {size} must not be negative.")
    if differ(shape[: len(given)], given):
        raise invalid(op, f"data.shape = {_brackets(shape)} does not start with segment_ids.shape = {_brackets(given)}")
    checked(_check_ids, ids._array, size, op)
    x = reshape_p(x, shape=(math.prod(given), *shape[len(given) :]))
    at = reshape_p(ids, shape=(math.prod(given),))
    if is_symbolic(at):  # a row more, for those that belong nowhere
        nowhere = integers_tensor(size, ids._array.dtype)
        at = where_p(greater_equal_p(at, zeros_like(at)), at, nowhere)
        return slice_p(reduce(x, at, size + 1), key=slice(0, size))
    if at._array.size and at._array.min() < 0:
        kept = wrap(np.flatnonzero(at._array >= 0))
        x, at = gather_p(x, kept, axis=-x._array.ndim), gather_p(at, kept, axis=-1)
    return reduce(x, at, size)


@computation
def _check_ids(ids: Any, size: int, op: str) -> None:
    if ids.size and ids.max() >= size:
        first = np.argwhere(ids >= size)[0]
        raise invalid(op, f"segment_ids{first.tolist()} = {ids[tuple(first)]} is out of range [0, {size})")


def _sorted(op: str, data: Any, segment_ids: Any) -> tuple[Any, Any, int]:
    x, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
    whole_number(ids._array.dtype, op, "Tindices")
    shape, given = x._array.shape, ids._array.shape
    if len(given) != 1:
        raise invalid(op, f"segment_ids should be a vector, and has shape {_brackets(given)}.")
    if shape[:1] != given:
        checked(_check_count, op, *given, *shape)
    checked(_check_order, ids._array, op)
    return x, ids, whole_int(computed(_segment_count, ids)._array)


@computation
def _check_count(op: str, ids: int, *shape: int) -> None:
    if shape[:1] != (ids,):
        raise invalid(
            op,
            f"segment_ids should be the same size as dimension 0 of input: {ids} ids, data of shape "
            f"{_brackets(shape)}.",
        )


@computation
def _check_order(ids: Any, op: str) -> None:
    if ids.size and (np.diff(ids) < 0).any():
        raise invalid(op, "segment ids are not increasing; tf.math.unsorted_segment_sum and the like take any order")
    if ids.size and ids[0] < 0:
        raise invalid(op, f"Segment id {ids[0]} out of range: ids must not be negative.")


@computation
def _segment_count(ids: Any) -> Any:
    return np.int64(ids[-1] + 1 if ids.size else 0)


def _sum(op: str, x: Any, ids: Any, size: int) -> Any:
    if x.dtype._kind not in "fciu":
        raise invalid(op, f"Value for attr 'T' of {_kernel_name(x._array.dtype)} is not in the list of allowed values: "
                      "numbers")  # fmt: skip
    return scatter_p(x, ids, axis=-x._array.ndim, size=size)


@computation
def _counted(ids: Any, size: int, dtype: Any, ndim: int) -> Any:
    counts = np.maximum(np.bincount(ids, minlength=size), 1).astype(dtype)
    return counts.reshape(size, *[1] * (ndim - 1))


def _counts(x: Any, ids: Any, size: int, dtype: Any) -> Any:
    """How many there are in each segment, at least 1, to divide sums of `x` by."""
    return computed(_counted, ids, size=size, dtype=dtype, ndim=x._array.ndim)


def _mean(op: str, x: Any, ids: Any, size: int) -> Any:
    if x.dtype._kind == "c":
        raise invalid(op, f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: real numbers")
    total = _sum(op, x, ids, size)
    return total / _counts(x, ids, size, x._array.dtype)


# --- in any order ----------------------------------------------------------------------------------------------------


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The sum of each segment of `data`.

    Args:
      data: numbers, of shape `segment_ids.shape + rest`.
      segment_ids: integers less than `num_segments`: the segment of each slice. Slices with negative ones are left out.
      num_segments: how many segments there are.

    Returns:
      A tensor of shape `(num_segments, *rest)` and the dtype of `data`; an empty segment gives 0.

    Raises:
      InvalidArgumentError: if shapes do not fit, an id is out of range, or `data` are no numbers.

    >>> import gradtape as tf
    >>> tf.math.unsorted_segment_sum([1.0, 2.0, 3.0], [1, 0, 1], num_segments=3).numpy()
    array([2., 4., 0.], dtype=float32)
    """
    op = "UnsortedSegmentSum"
    return _unsorted(op, data, segment_ids, num_segments, functools.partial(_sum, op))  # type: ignore[no-any-return]


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The mean of each segment of `data`, 0 for an empty one, float64 for integers; see `unsorted_segment_sum`."""
    op = "UnsortedSegmentSum"
    return _unsorted(op, data, segment_ids, num_segments, functools.partial(_mean, op))  # type: ignore[no-any-return]


def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The sum of each segment of floating `data` over the square root of its length; see `unsorted_segment_sum`."""
    return _unsorted("UnsortedSegmentSum", data, segment_ids, num_segments, _sum_over_root)  # type: ignore[no-any-return]


def _sum_over_root(x: Any, ids: Any, size: int) -> Any:
    if x.dtype._kind != "f":
        raise invalid("Sqrt", f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: floats")
    return _sum("UnsortedSegmentSum", x, ids, size) / computed(_root, _counts(x, ids, size, np.float64), x._array.dtype)


@computation
def _root(counts: Any, dtype: Any) -> Any:
    return np.sqrt(counts).astype(dtype)


def unsorted_segment_max(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The greatest of each segment of `data`, the dtype's lowest finite number for an empty one.

    See `unsorted_segment_sum`. Equal ones share the gradient.
    """

    def reduce(x: Any, ids: Any, size: int) -> Any:
        return rows_max_p(x, ids, size=size, fill=_limit(x, "min"))

    return _unsorted("UnsortedSegmentMax", data, segment_ids, num_segments, reduce)  # type: ignore[no-any-return]


def unsorted_segment_min(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The least of each segment of `data`, the dtype's highest finite number for an empty one.

    See `unsorted_segment_sum`. Equal ones share the gradient.
    """

    def reduce(x: Any, ids: Any, size: int) -> Any:
        return rows_min_p(x, ids, size=size, fill=_limit(x, "max"))

    return _unsorted("UnsortedSegmentMin", data, segment_ids, num_segments, reduce)  # type: ignore[no-any-return]


def _limit(x: Any, which: str) -> Any:
    return getattr(x.dtype, which) if x.dtype._kind in "fiu" else 0


def unsorted_segment_prod(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> EagerTensor:
    """The product of each segment of `data`, 1 for an empty one; see `unsorted_segment_sum`."""

    def reduce(x: Any, ids: Any, size: int) -> Any:
        return rows_prod_p(x, ids, size=size)

    return _unsorted("UnsortedSegmentProd", data, segment_ids, num_segments, reduce)  # type: ignore[no-any-return]


# --- in order --------------------------------------------------------------------------------------------------------


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
    """The sum of each segment of `data`.

    Args:
      data: numbers, of shape `(n, *rest)`.
      segment_ids: n integers, of which none is negative or less than the one before it.

    Returns:
      A tensor of shape `(segment_ids[-1] + 1, *rest)` and the dtype of `data`; an empty segment gives 0.

    Raises:
      InvalidArgumentError: if the ids are not as they should be, or `data` are no numbers.

    >>> import gradtape as tf
    >>> tf.math.segment_sum([[1, 2], [3, 4], [5, 6]], [0, 0, 1]).numpy()
    array([[4, 6],
           [5, 6]], dtype=int32)
    """
    return _sum("SegmentSum", *_sorted("SegmentSum", data, segment_ids))  # type: ignore[no-any-return]


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
    """The mean of each segment of `data`, 0 for an empty one; of integers, toward zero. See `segment_sum`."""
    x, ids, size = _sorted("SegmentMean", data, segment_ids)
    mean = _mean("SegmentMean", x, ids, size)
    return mean if mean.dtype is x.dtype else cast(mean, x.dtype)  # type: ignore[no-any-return]


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
    """The greatest of each segment of `data`, 0 for an empty one; equal ones share the gradient. See `segment_sum`."""
    return _in_order(rows_max_p, "SegmentMax", data, segment_ids)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
    """The least of each segment of `data`, 0 for an empty one; equal ones share the gradient. See `segment_sum`."""
    return _in_order(rows_min_p, "SegmentMin", data, segment_ids)


def _in_order(extremum_p: Primitive, op: str, data: Any, segment_ids: Any) -> EagerTensor:
    x, ids, size = _sorted(op, data, segment_ids)
    return extremum_p(x, ids, size=size, fill=0)  # type: ignore[no-any-return]


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
    """The product of each segment of `data`, 1 for an empty one; see `segment_sum`."""
    x, ids, size = _sorted("SegmentProd", data, segment_ids)
    return rows_prod_p(x, ids, size=size)  # type: ignore[no-any-return]


indexed_slices.set_sum(unsorted_segment_sum)

# --- counting --------------------------------------------------------------------------------------------------------


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> EagerTensor:
    """How often each of 0, 1, 2, ... comes in `arr`. No gradient passes.

    Args:
      arr: integers that are not negative.
      weights: of the shape of `arr`: what to add up in place of ones.
      minlength: give at least so many counts.
      maxlength: give at most so many, and leave out greater numbers.
      dtype: of the counts; where there are weights, theirs is used.
      axis: None or 0 to count them all, -1 to count in each row of a matrix.
      binary_output: whether, not how often.

    Raises:
      InvalidArgumentError: if a number is negative, or shapes do not fit.
      ValueError: for another axis, or weights with `binary_output`.

    >>> import gradtape as tf
    >>> tf.math.bincount([1, 1, 3]).numpy()
    array([0, 2, 0, 1], dtype=int32)
    """
    op = "DenseBincount"
    if weights is not None and binary_output:
        raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one.")
    if axis not in (None, 0, -1):
        raise ValueError(f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported.")
    numbers = convert_to_tensor(arr)
    numbers = numbers if numbers._array.dtype.kind in "iu" else cast(numbers, dtypes.int32)
    shape = numbers._array.shape
    if axis == -1 and len(shape) > 2:
        raise invalid(op, f"Shape must be at most rank 2 but is rank {len(shape)}")
    checked(_check_numbers, numbers._array)
    added = None if weights is None else convert_to_tensor(weights)
    if added is not None and differ(added._array.shape, shape):
        raise invalid(
            op, f"`weights` must be the same shape as `arr`, {list(shape)}. Received {list(added._array.shape)}"
        )
    least, most = (None if x is None else whole_int(convert_to_tensor(x)._array) for x in (minlength, maxlength))
    if most is not None and most < 0:
        raise invalid(op, f"size ({most}) must be non-negative")
    to = as_dtype(dtype)._numpy
    return computed(_counts_of, numbers, added, least=least, most=most, dtype=to, by_row=axis == -1, only=binary_output)


@computation
def _check_numbers(numbers: Any) -> None:
    if numbers.size and numbers.min() < 0:
        raise invalid("DenseBincount", "Input arr must be non-negative!")


@computation
def _counts_of(numbers: Any, weights: Any, least: Any, most: Any, dtype: Any, by_row: bool, only: bool) -> Any:
    size = int(numbers.max()) + 1 if numbers.size else 0
    size = size if least is None else max(size, least)
    size = size if most is None else min(size, most)
    added = np.ones(numbers.shape, dtype) if weights is None else weights
    rows = numbers if by_row and numbers.ndim == 2 else numbers.reshape(1, -1)
    kept = rows < size
    out = np.zeros((len(rows), size), added.dtype)
    np.add.at(out, (np.nonzero(kept)[0], rows[kept]), added.reshape(rows.shape)[kept])
    if only:
        out = (out != 0).astype(out.dtype)
    return out if by_row and numbers.ndim == 2 else out[0]


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> EagerTensor:
    """How often each class, by row, was taken for each class, by column.

    Args:
      labels: a vector of the true classes.
      predictions: a vector of the same length of those predicted.
      num_classes: how many there are; by default one more than the greatest in either.
      weights: a vector of what to add up in place of ones.
      dtype: of the counts.

    Returns:
      A tensor of shape `(num_classes, num_classes)`.

    Raises:
      InvalidArgumentError: if a class is out of range, or the lengths differ.
      ValueError: if `weights` have another shape.

    >>> import gradtape as tf
    >>> tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]).numpy()
    array([[1, 0],
           [1, 1]], dtype=int32)
    """
    given = {"labels": convert_to_tensor(labels), "predictions": convert_to_tensor(predictions)}
    ndim = min(x._array.ndim for x in given.values())
    for which, x in given.items():
        shape = x._array.shape
        if len(shape) == ndim + 1 and not never_equal(shape[-1], 1):
            given[which] = reshape_p(x, shape=shape[:-1])
    shapes = [x._array.shape for x in given.values()]
    if differ(*shapes) or len(shapes[0]) != 1:
        shown = " and ".join(map(str, shapes))
        raise invalid(
            "ConfusionMatrix", f"labels and predictions must be vectors of one length; their shapes are {shown}"
        )
    rows, columns = (x._array for x in given.values())
    size = whole_int(
        (computed(_class_count, rows, columns) if num_classes is None else convert_to_tensor(num_classes))._array
    )
    for which, x in given.items():
        checked(_check_classes, x._array, size, which)
    to = as_dtype(dtype)
    if weights is None:
        added = ones(shapes[0], to)
    else:
        added = cast(convert_to_tensor(weights), to)
        if differ(added._array.shape, shapes[0]):
            raise ValueError(f"Shapes {shapes[0]} and {added._array.shape} are incompatible: labels and weights.")
    flat = computed(_flat_classes, rows, columns, size)
    return reshape_p(scatter_p(added, flat, axis=-1, size=size * size), shape=(size, size))  # type: ignore[no-any-return]


@computation
def _class_count(*classes: Any) -> Any:
    return np.int64(max(int(a.max(initial=-1)) for a in classes) + 1)


@computation
def _check_classes(classes: Any, size: int, which: str) -> None:
    if (classes < 0).any():
        raise invalid("Assert", f"`{which}` contains negative values: {classes.min()}")
    if (classes >= size).any():
        raise invalid("Assert", f"`{which}` out of bound: {classes.max()} is not in [0, {size})")


@computation
def _flat_classes(rows: Any, columns: Any, size: int) -> Any:
    return rows.astype(np.int64) * size + columns.astype(np.int64)
