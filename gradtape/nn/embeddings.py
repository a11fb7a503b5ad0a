"""Rows of an embedding that are looked up by sparse ids, and combined: a row for each row of ids."""

import math
from typing import Any

import numpy as np

from ..array.creation import zeros_like
from ..array.segments import segment_sum
from ..array.slicing import slice_p
from ..math.arithmetic import divide_no_nan
from ..math.cast import cast
from ..math.comparison import greater, greater_equal, where
from ..math.elementwise import sqrt
from ..operations.broadcasting import reshape_p
from ..values.convert import convert_to_tensor
from ..values.symbolic import computation, computed, differ
from ..values.tensor import EagerTensor
from .layers import embedding_lookup

__all__ = ["embedding_lookup_sparse", "safe_embedding_lookup_sparse"]

_COMBINERS = ("mean", "sqrtn", "sum")


def embedding_lookup_sparse(params: Any, sp_ids: Any, sp_weights: Any, combiner: str | None = None,
                            max_norm: Any = None, name: str | None = None,
                            allow_fast_lookup: bool = False) -> EagerTensor:  # fmt: skip
    """The sum, or mean, of the rows of `params` at the ids in each row of `sp_ids`.

    Args:
      params: as for `tf.nn.embedding_lookup`.
      sp_ids: integers: a SparseTensor of rank 2 in row-major order, or a RaggedTensor. There should be an id in every
        row; see `tf.sparse.fill_empty_rows`.
      sp_weights: what each is multiplied by, as `sp_ids`; None for 1.
      combiner: "sum"; "mean", the sum divided by that of the weights, which is the default; or "sqrtn", divided by the
        square root of the sum of their squares.
      max_norm: rows of `params` of a greater Euclidean norm are scaled down to it first.
      allow_fast_lookup: not used.

    Returns:
      A tensor of shape `(rows, *params.shape[1:])`. The gradient of `params` is a `tf.IndexedSlices`.

    Raises:
      TypeError: if `sp_ids` is neither, or `sp_weights` is of another kind.
      ValueError: if there is no such `combiner`, or there are not as many weights as ids.
      InvalidArgumentError: if an id is not in [0, rows), or rows are out of order.

    >>> import gradtape as tf
    >>> params = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([0, 1, 2]), [2, 2])
    >>> tf.nn.embedding_lookup_sparse(params, ids, None, combiner="sum").numpy()
    array([[4., 6.],
           [5., 6.]], dtype=float32)
    """
    from ..ragged.tensor import RaggedTensor
    from ..sparse.tensor import SparseTensor

    combiner = "mean" if combiner is None else combiner
    if combiner not in _COMBINERS:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    kind = type(sp_ids)
    if kind not in (SparseTensor, RaggedTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {kind}")
    if sp_weights is not None and type(sp_weights) is not kind:
        raise TypeError(f"sp_weights must be either None or {kind.__name__}, got {type(sp_weights)}")
    if kind is SparseTensor:
        ids, rows = sp_ids.values, slice_p(sp_ids.indices, key=(..., 0))
    else:
        ids, rows = sp_ids.flat_values, sp_ids.value_rowids()
    found = embedding_lookup(params, ids, max_norm)
    dtype = found.dtype
    if dtype.size < 4:  # sums of 16-bit numbers are float32
        found = cast(found, np.float32)
    if sp_weights is None:
        weights = computed(_ones, ids, dtype=found._array.dtype)
    else:
        weights = cast(sp_weights.values if kind is SparseTensor else sp_weights.flat_values, found.dtype)
        if differ(weights._array.shape[0], ids._array.shape[0]):
            raise ValueError(f"Shapes {ids.shape} and {weights.shape} are incompatible")
    weights = reshape_p(weights, shape=(weights._array.shape[0], *[1] * (found._array.ndim - 1)))
    total = segment_sum(found if sp_weights is None else found * weights, rows)
    if combiner == "mean":
        total = divide_no_nan(total, segment_sum(weights, rows))
    elif combiner == "sqrtn":
        total = divide_no_nan(total, sqrt(segment_sum(weights * weights, rows)))
    return cast(total, dtype)


@computation
def _ones(ids: Any, dtype: Any) -> Any:
    return np.ones(ids.shape, dtype)


def safe_embedding_lookup_sparse(embedding_weights: Any, sparse_ids: Any, sparse_weights: Any = None,
                                 combiner: str = "mean", default_id: Any = None, max_norm: Any = None,
                                 name: str | None = None, allow_fast_lookup: bool = False) -> EagerTensor:  # fmt: skip
    """As `tf.nn.embedding_lookup_sparse`, where negative ids and rows without ids do no harm.

    Args:
      embedding_weights: the table, or a list of its parts.
      sparse_ids: a SparseTensor of integers, of rank 2 or more: ids along the last axis are combined. Negative ones are
        left out.
      sparse_weights: as `sparse_ids`; ids whose weight is not positive are left out, unless they are summed.
      combiner, max_norm: see `tf.nn.embedding_lookup_sparse`.
      default_id: the id of which rows without ids are taken to consist; by default their result is 0.
      allow_fast_lookup: not used.

    Returns:
      A tensor of shape `(*sparse_ids.shape[:-1], *embedding_weights.shape[1:])`.

    Raises:
      ValueError: if there is no table, or no such `combiner`.
      InvalidArgumentError: if an id is too great.

    >>> import gradtape as tf
    >>> ids = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], tf.constant([0, -1, 1]), [3, 2])
    >>> tf.nn.safe_embedding_lookup_sparse(tf.constant([[1.0], [3.0]]), ids).numpy()
    array([[1.],
           [0.],
           [3.]], dtype=float32)
    """
    from ..sparse.operations import reshape as reshape_sparse
    from ..sparse.operations import retain
    from ..sparse.rows import fill_empty_rows

    if embedding_weights is None or (isinstance(embedding_weights, list) and not embedding_weights):
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    tables = embedding_weights if isinstance(embedding_weights, list) else [embedding_weights]
    if sparse_weights is not None:  # which say what the table must be
        tables = [convert_to_tensor(table, sparse_weights.dtype) for table in tables]
    dims = sparse_ids._dims
    lead = dims[:-1]
    ids = reshape_sparse(sparse_ids, [math.prod(lead), dims[-1]])
    weights = None if sparse_weights is None else ids.with_values(sparse_weights.values)

    def kept(which: Any) -> Any:
        return retain(ids, which), None if weights is None else retain(weights, which)

    ids, weights = kept(greater_equal(ids.values, 0))
    if weights is not None and combiner != "sum":
        ids, weights = kept(greater(weights.values, 0))
    ids, empty = fill_empty_rows(ids, default_id or 0)
    if weights is not None:
        weights, _ = fill_empty_rows(weights, 1)
    found = embedding_lookup_sparse(tables, ids, weights, combiner, max_norm)
    rest = found._array.shape[1:]
    if default_id is None:
        found = where(reshape_p(empty, shape=(empty._array.shape[0], *[1] * len(rest))), zeros_like(found), found)
    return reshape_p(found, shape=(*lead, *rest))  # type: ignore[no-any-return]
