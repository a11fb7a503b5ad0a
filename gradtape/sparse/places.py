"""Where the elements of sparse tensors are, worked out in NumPy; while a function is traced, by its graph when it runs.

Each of these is for `values.symbolic.computed` or `checked`. In a trace they are tried on samples of indices, which may
be in no order, repeat, and be outside of the shape: so none of them refuses these.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..values.errors import invalid
from ..values.symbolic import computation

__all__: list[str] = []


def flat_places(indices: Any, dims: Sequence[int]) -> Any:
    """Where `indices` are in row-major order."""
    strides = np.array([math.prod(dims[i + 1 :]) for i in range(len(dims))], np.int64)
    return indices @ strides


def indices_of(flat: Any, dims: Sequence[int]) -> Any:
    """The indices, of shape (n, rank), that are at these places in row-major order."""
    columns = []
    for i, n in enumerate(dims):
        places = flat // max(math.prod(dims[i + 1 :]), 1)
        columns.append(places % max(n, 1) if i else places)
    return np.stack(columns, axis=-1).astype(np.int64) if columns else np.zeros((len(flat), 0), np.int64)


@computation
def row_major_order(indices: Any, dims: Any) -> Any:
    return np.argsort(flat_places(indices, dims), kind="stable")


@computation
def columns_taken(indices: Any, order: Any) -> Any:
    return np.ascontiguousarray(indices[:, list(order)])


@computation
def column_inserted(indices: Any, at: int) -> Any:
    """Indices of a tensor that has a new axis."""
    return np.insert(indices, at, 0, axis=1)


@computation
def reshaped_indices(indices: Any, dims: Any, to: Any) -> Any:
    return indices_of(flat_places(indices, dims), to)


@computation
def shifted_indices(indices: Any, start: int, axis: int) -> Any:
    return indices + start * (np.arange(indices.shape[1]) == axis)


@computation
def inside_slice(indices: Any, begin: Any, length: Any) -> Any:
    moved = indices - np.array(begin, np.int64)
    return ((moved >= 0) & (moved < np.array(length, np.int64))).all(axis=1)


@computation
def sliced_indices(indices: Any, begin: Any) -> Any:
    return indices - np.array(begin, np.int64)


@computation
def in_row(indices: Any, row: Any) -> Any:
    return indices[:, 0] == row


@computation
def not_among(indices: Any, gone: Any) -> Any:
    return ~np.isin(indices, gone)


@computation
def diagonal(n: int) -> Any:
    at = np.arange(n, dtype=np.int64)
    return np.stack([at, at], axis=-1)


@computation
def at_least(values: Any, limit: Any) -> Any:
    return np.abs(values) >= limit


# --- places of which several elements may share one ------------------------------------------------------------------


@computation
def merged(indices: Any, *dims: int) -> Any:
    """The places that there are, each once; the first element of each; and for each element which of them it has."""
    return np.unique(flat_places(indices, dims), return_index=True, return_inverse=True)


@computation(open_axis=0)
def merged_places(found: Any) -> Any:
    return found[0]


@computation(open_axis=0)
def merged_first(found: Any) -> Any:
    return found[1]


@computation
def merged_which(found: Any) -> Any:
    return found[2].reshape(-1)


@computation
def unflattened(flat: Any, dims: Any) -> Any:
    return indices_of(flat, dims)


# --- checks ----------------------------------------------------------------------------------------------------------


@computation
def check_inside(op: str, indices: Any, dims: Any) -> None:
    outside = np.flatnonzero(((indices < 0) | (indices >= dims)).any(axis=1))
    if outside.size:
        at = outside[0]
        raise invalid(op, f"indices[{at}] = {indices[at].tolist()} is out of bounds: need 0 <= index < {dims.tolist()}")


@computation
def check_order(indices: Any, dims: Any) -> None:
    flat = flat_places(indices, dims.tolist())
    wrong = np.flatnonzero(np.diff(flat) <= 0)
    if wrong.size:
        at = wrong[0] + 1
        how = "repeated" if flat[at] == flat[at - 1] else "out of order: tf.sparse.reorder gives them in order"
        raise invalid("SparseToDense", f"indices[{at}] = {indices[at].tolist()} is {how}")


@computation
def check_same_places(ours: Any, theirs: Any) -> None:
    if not np.array_equal(ours, theirs):
        raise invalid("map_values", "the SparseTensors have values in different places")


@computation
def check_equal_dims(op: str, says: str, *dims: int) -> None:
    """That the first half of `dims` is the second."""
    half = len(dims) // 2
    if dims[:half] != dims[half:]:
        raise invalid(op, f"{says}: got {list(dims[:half])} and {list(dims[half:])}")


@computation
def check_inner(n: int, m: int, rows: int, columns: int) -> None:
    if n != m:
        raise invalid(
            "SparseTensorDenseMatMul",
            f"Cannot multiply A and B because inner dimension does not match: {n} vs. {m}.  Did you forget a "
            f"transpose?  Dimensions of A: [{rows}, {n}].  Dimensions of B: [{m}, {columns}]",
        )


@computation
def check_size(size: int, wanted: int) -> None:
    if size != wanted:
        raise invalid(
            "SparseReshape",
            f"Input to reshape is a tensor with {size} dense values, but the requested shape has {wanted}",
        )
