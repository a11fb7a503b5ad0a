"""Rows of sparse matrices: those without a value are given one, and the numbers in each are counted."""

from typing import Any

import numpy as np

from ..array.arguments import axis_of
from ..array.creation import fill
from ..array.gathering import gather_p, where_true_p
from ..array.joining import concat
from ..array.shape import reshape
from ..array.slicing import slice_p
from ..math.cast import cast
from ..operations.primitive import _brackets, _kernel_name, primitive
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor, wrap
from .operations import _inside, _sparse
from .tensor import SparseTensor

__all__ = ["bincount", "fill_empty_rows"]

# --- rows that are empty ---------------------------------------------------------------------------------------------


def fill_empty_rows(
    sp_input: SparseTensor, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, EagerTensor]:
    """A value in the first column of each row that has none. Gradients flow to the values, and to `default_value`.

    Args:
      sp_input: a SparseTensor of shape `(n, m)`.
      default_value: a scalar of its dtype.

    Returns:
      A SparseTensor whose rows are in order, and a vector of `n` bools: whether a row was empty.

    Raises:
      TypeError: if `sp_input` is no SparseTensor.
      InvalidArgumentError: if an index is outside, or `default_value` is no scalar.

    >>> import gradtape as tf
    >>> x = tf.sparse.SparseTensor([[1, 1]], [5.0], [3, 2])
    >>> filled, empty = tf.sparse.fill_empty_rows(x, 0.5)
    >>> filled.values.numpy(), empty.numpy()
    (array([0.5, 5. , 0.5], dtype=float32), array([ True, False,  True]))
    """
    op = "SparseFillEmptyRows"
    x = _sparse(sp_input)
    default = convert_to_tensor(default_value, x.dtype)
    if default._array.ndim:
        raise invalid(op, f"default_value must be a scalar, saw: {list(default._array.shape)}")
    dims = x._dims
    if not dims:
        raise invalid(op, "Dense shape cannot be empty.")
    _inside(x, op)
    first = slice_p(x.indices, key=(..., 0))
    empty = computed(_without, first, dims[0])
    rows = where_true_p(empty)
    more = computed(_in_first_column, rows, x.indices)
    order = computed(_by_row, concat([first, cast(rows, np.int64)], 0))
    indices = gather_p(concat([x.indices, more], 0), order, axis=-2)
    values = gather_p(concat([x.values, fill(rows._array.shape, default)], 0), order, axis=-1)
    return SparseTensor(indices, values, x.dense_shape), empty


@computation
def _without(rows: Any, count: int) -> Any:
    return np.bincount(rows, minlength=count)[:count] == 0


@computation
def _in_first_column(rows: Any, indices: Any) -> Any:
    out = np.zeros((len(rows), indices.shape[1]), np.int64)
    out[:, 0] = rows
    return out


@computation
def _by_row(rows: Any) -> Any:
    return np.argsort(rows, kind="stable")


# --- how often a number is in each -----------------------------------------------------------------------------------


@primitive(op="DenseCountSparseOutput", multiple=True)
def sparse_counts_p(xp: Any, numbers: Any, rows: Any, weights: Any, *, most: int, binary: bool) -> Any:
    """Rows and numbers below `most`, if that is not negative, and the sum of the weights of each pair that there is."""
    if numbers.size and numbers.min() < 0:
        raise invalid("DenseCountSparseOutput", "Input values must all be non-negative")
    kept = numbers < most if most >= 0 else np.ones(numbers.shape, bool)
    pairs, which = np.unique(np.stack([rows[kept], numbers[kept]], -1), axis=0, return_inverse=True)
    if binary:
        return pairs.astype(np.int64), np.ones(len(pairs), weights.dtype)
    sums = np.zeros(len(pairs), weights.dtype)
    np.add.at(sums, which.reshape(-1), weights[kept])
    return pairs.astype(np.int64), sums


def bincount(values: Any, weights: Any = None, axis: Any = 0, minlength: Any = None, maxlength: Any = None,
             binary_output: bool = False, name: str | None = None) -> SparseTensor:  # fmt: skip
    """How often each number is there, of those that are. It has no gradient.

    Args:
      values: int32 or int64, not negative: a tensor, SparseTensor or RaggedTensor of rank 1 or 2.
      weights: what each of them counts, of the same kind and shape as `values`; by default 1.
      axis: 0 to count them all, -1 to count in each row.
      minlength: the least length of the result's last axis, which is otherwise one more than the greatest number.
      maxlength: its length; numbers that are not below this are left out.
      binary_output: give 1 for each number that is there.

    Returns:
      A SparseTensor of shape `(numbers,)`, or with `axis=-1` of a matrix `(rows, numbers)`, of the dtype of `weights`,
      or else of `values`.

    Raises:
      ValueError: for another axis, or weights together with `binary_output`.
      InvalidArgumentError: for negative numbers, or if shapes or dtypes do not fit.

    >>> import gradtape as tf
    >>> x = tf.sparse.bincount([[1, 1, 3], [0, 3, 3]], axis=-1)
    >>> x.indices.numpy().tolist(), x.values.numpy()
    ([[0, 1], [0, 3], [1, 0], [1, 3]], array([2, 1, 1, 2], dtype=int32))
    """
    op = "DenseCountSparseOutput"
    composite = isinstance(values, CompositeTensor)
    values = values if composite else convert_to_tensor(values)
    if weights is not None and binary_output:
        raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one.")
    axis = 0 if axis is None else axis
    if axis not in (0, -1):
        raise ValueError(f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported.")
    if composite:
        weights = None if weights is None else _weights_like(values, weights)
    elif weights is not None:
        weights = convert_to_tensor(weights)
        if weights._array.shape != values._array.shape and axis:
            checked(_check_weights, *weights._array.shape, *values._array.shape, weights._array.ndim)
        weights = reshape(weights, [-1])
    numbers, rows, count = _numbers(values, axis)
    if numbers.dtype.name not in ("int32", "int64"):
        raise invalid(op, f"Value for attr 'T' of {_kernel_name(numbers._array.dtype)} is not in the list of allowed "
                      "values: int32, int64")  # fmt: skip
    if weights is None:
        weights = computed(_as_many, numbers)
    if weights.dtype.name not in ("int32", "int64", "float32", "float64"):
        raise invalid(op, f"Value for attr 'output_type' of {_kernel_name(weights._array.dtype)} is not in the list of "
                      "allowed values: int32, int64, float, double")  # fmt: skip
    least, most = (-1 if n is None else axis_of(n) for n in (minlength, maxlength))
    if min(least, most) < -1:
        raise invalid(op, f"Value for attr 'minlength' of {min(least, most)} must be at least minimum -1")
    # What counts has no gradient: not even a wrong one may come from the weights.
    pairs, sums = sparse_counts_p(numbers, rows, wrap(weights._array), most=most, binary=bool(binary_output))
    length = computed(_length, numbers, least, most)
    if count is None:
        return SparseTensor(slice_p(pairs, key=(..., slice(1, 2))), sums, reshape(length, [1]))
    return SparseTensor(
        pairs, sums, concat([reshape(convert_to_tensor(count, np.int64), [1]), reshape(length, [1])], 0)
    )


def _numbers(values: Any, axis: int) -> tuple[Any, Any, Any]:
    """The numbers that are counted, a vector; the row of each; and how many rows there are, None if they are one."""
    count: Any = None
    if isinstance(values, SparseTensor):
        numbers = values.values
        rows, dims = slice_p(values.indices, key=(..., 0)), values._dims
        if len(dims) > 1:
            count = dims[0]
    elif isinstance(values, CompositeTensor):  # ragged
        numbers = values.flat_values  # type: ignore[attr-defined]
        rows, count = values._rowids, values._count  # type: ignore[attr-defined]
    else:
        shape = values._array.shape
        if axis and len(shape) > 2:
            raise invalid(
                "DenseCountSparseOutput", f"Input must be a 1 or 2-dimensional tensor. Got: {_brackets(shape)}"
            )
        numbers = reshape(values, [-1])
        if len(shape) == 2:
            count = shape[0]
            rows = computed(_row_of_each, *shape)
    if count is None or not axis:
        return numbers, computed(_no_row, numbers), None
    return numbers, rows, count


def _weights_like(values: Any, weights: Any) -> EagerTensor:
    kind = type(values).__name__
    if type(weights) is not type(values):
        raise ValueError(f"Argument `weights` must be a {kind} if `values` is a {kind}. Received weights={weights} of "
                         f"type: {type(weights).__name__}")  # fmt: skip
    for ours, theirs in zip(values._components, weights._components, strict=True):
        if ours is not theirs and ours is not values._elements and ours is not getattr(values, "values", None):
            checked(_check_places, ours._array, theirs._array)
    return weights.values if isinstance(weights, SparseTensor) else weights.flat_values  # type: ignore[no-any-return]


@computation
def _check_places(ours: Any, theirs: Any) -> None:
    if not np.array_equal(ours, theirs):
        raise invalid("bincount", "'weights' and 'values' must have the same shape, and elements in the same places.")


@computation
def _check_weights(*lengths: int) -> None:
    *dims, n = lengths
    if dims[:n] != dims[n:]:
        raise invalid("DenseCountSparseOutput", "Weights and data must have the same shape. Weight shape: "
                      f"{dims[:n]}; data shape: {dims[n:]}")  # fmt: skip


@computation
def _as_many(numbers: Any) -> Any:
    return np.ones_like(numbers)


@computation
def _no_row(numbers: Any) -> Any:
    return np.zeros(numbers.shape, np.int64)


@computation
def _row_of_each(count: int, length: int) -> Any:
    return np.repeat(np.arange(count), length)


@computation
def _length(numbers: Any, least: int, most: int) -> Any:
    greatest = int(numbers.max()) if numbers.size else 0
    return np.int64(most if most >= 0 else max(greatest + 1, least))
