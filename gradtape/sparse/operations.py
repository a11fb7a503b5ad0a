"""Operations of sparse tensors. Where elements are is worked out in NumPy; gradients flow through their values."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.arguments import axis_of, integers
from ..array.creation import ones, zeros_like
from ..array.gathering import boolean_mask, gather_nd, gather_p, scatter_nd, tensor_scatter_nd_add, where_true_p
from ..array.gathering import tensor_scatter_nd_update as update
from ..array.indexing import slice_p
from ..array.joining import concat as concat_dense
from ..array.shape import broadcast_to
from ..core.convert import convert_to_tensor
from ..core.dtypes import as_dtype, float32
from ..core.errors import invalid
from ..core.indexed_slices import IndexedSlices
from ..core.primitive import primitive
from ..core.symbolic import checked, computation, computed, greatest, integers_tensor, surely
from ..core.tensor import EagerTensor, wrap
from ..linalg.norms import adjoint
from ..math.arithmetic import maximum as greater_of
from ..math.arithmetic import minimum as lesser_of
from ..math.comparison import not_equal, where
from ..math.complex_numbers import abs as size_of
from ..math.complex_numbers import conj
from ..math.elementwise import exp
from ..math.reduction import sum_p
from ..math.segments import unsorted_segment_max, unsorted_segment_sum
from .tensor import SparseTensor

__all__ = [
    "add", "concat", "expand_dims", "eye", "from_dense", "map_values", "mask", "maximum", "minimum", "reduce_max",
    "reduce_sum", "reorder", "reshape", "retain", "slice", "softmax", "sparse_dense_matmul", "to_dense", "transpose",
]  # fmt: skip

_span = slice  # Python's

# --- the product with a dense matrix ---------------------------------------------------------------------------------


@primitive(op="SparseTensorDenseMatMul", same=("values", "b"), kinds="fci")
def product_p(xp: Any, values: Any, b: Any, rows: Any, columns: Any, *, size: int) -> Any:
    """The matrix of `size` rows that has `values` at `rows` and `columns`, times `b`, which may have leading axes."""
    return xp.sparse_product(values, rows, columns, b, size)


def _values_back(g: Any, b: Any, rows: Any, columns: Any, b_shape: tuple[int, ...]) -> Any:
    products = gather_p(g, rows, axis=-2) * gather_p(b, columns, axis=-2)
    batch = range(-len(b_shape), -2)  # leading axes of `b`, which `values` does not have
    return sum_p(products, axis=(-1, *batch))


def _dense_back(g: Any, values: Any, rows: Any, columns: Any, b_shape: tuple[int, ...]) -> Any:
    return product_p(values, g, columns, rows, size=b_shape[-2])


product_p.vjp(values=_values_back, b=_dense_back)


def sparse_dense_matmul(sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False,
                        name: str | None = None) -> EagerTensor:  # fmt: skip
    """The product of a sparse and a dense matrix, either of which may be first.

    Args:
      sp_a: a SparseTensor or a tensor of rank 2.
      b: the other: a tensor or a SparseTensor of rank 2.
      adjoint_a, adjoint_b: whether to transpose, and conjugate, the first or the second.

    Returns:
      A dense matrix.

    Raises:
      InvalidArgumentError: if the shapes or dtypes do not fit.
      TypeError: if neither is sparse.

    >>> import gradtape as tf
    >>> a = tf.sparse.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 2])
    >>> tf.sparse.sparse_dense_matmul(a, tf.constant([[1.0], [5.0]])).numpy()
    array([[5.],
           [0.],
           [2.]], dtype=float32)
    """
    if not isinstance(sp_a, SparseTensor):
        if not isinstance(b, SparseTensor):
            raise TypeError(f"One of the matrices must be a tf.sparse.SparseTensor, got {sp_a!r} and {b!r}.")
        return adjoint(sparse_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a))
    dense = convert_to_tensor(b)
    dims, shape = sp_a._dims, dense._array.shape
    if len(dims) != 2 or len(shape) != 2:
        raise invalid("SparseTensorDenseMatMul", f"Tensors must be matrices, got shapes {list(dims)} and {list(shape)}")
    values, rows, columns = sp_a.values, column(sp_a, 0), column(sp_a, 1)
    if adjoint_a:
        values, rows, columns, dims = conj(values), columns, rows, dims[::-1]
    if adjoint_b:
        dense, shape = adjoint(dense), shape[::-1]
    checked(_check_inner, *dims, *shape)
    _inside(sp_a, "SparseTensorDenseMatMul")
    return product_p(values, dense, rows, columns, size=dims[0])  # type: ignore[no-any-return]


@computation
def _check_inner(*lengths: int) -> None:
    if lengths[1] != lengths[2]:
        raise invalid("SparseTensorDenseMatMul", "Cannot multiply A and B because inner dimension does not match: "
                      f"{lengths[1]} vs. {lengths[2]}.  Did you forget a transpose?  Dimensions of A: "
                      f"{list(lengths[:2])}.  Dimensions of B: {list(lengths[2:])}")  # fmt: skip


def column(x: SparseTensor, axis: int) -> Any:
    """The indices of the elements of `x` along an axis."""
    return slice_p(x.indices, key=(..., axis))


# --- from and to dense -----------------------------------------------------------------------------------------------


def _inside(x: SparseTensor, op: str) -> None:
    checked(_check_inside, x.indices._array, x.dense_shape._array, op)


@computation
def _check_inside(indices: Any, dims: Any, op: str) -> None:
    outside = np.flatnonzero(((indices < 0) | (indices >= dims)).any(axis=1))
    if outside.size:
        raise invalid(op, f"indices[{outside[0]}] = {indices[outside[0]].tolist()} is out of bounds: need 0 <= index < "
                      f"{dims.tolist()}")  # fmt: skip


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of `tensor` that are not 0, as a SparseTensor.

    >>> import gradtape as tf
    >>> tf.sparse.from_dense([[0.0, 3.0], [4.0, 0.0]]).indices.numpy()
    array([[0, 1],
           [1, 0]])
    """
    x = convert_to_tensor(tensor)
    indices = where(not_equal(x, zeros_like(x)))
    return SparseTensor(indices, gather_nd(x, indices), integers_tensor(x._array.shape, np.int64))


def to_dense(sp_input: SparseTensor, default_value: Any = None, validate_indices: bool = True,
             name: str | None = None) -> EagerTensor:  # fmt: skip
    """The whole tensor.

    Args:
      sp_input: a SparseTensor.
      default_value: what is where it has no value, by default 0.
      validate_indices: whether to raise where indices are not in order, or repeat.

    Raises:
      InvalidArgumentError: if an index is outside, or is not validated.
    """
    x = _sparse(sp_input)
    _inside(x, "SparseToDense")
    if validate_indices:
        checked(_check_order, x.indices._array, x.dense_shape._array)
    if default_value is None and x.dtype._kind != "s":
        return scatter_nd(x.indices, x.values, x.dense_shape)
    default = convert_to_tensor(b"" if default_value is None else default_value, x.dtype)
    return update(broadcast_to(default, x._dims), x.indices, x.values)


@computation
def _check_order(indices: Any, dims: Any) -> None:
    flat = _flat(indices, dims.tolist())
    wrong = np.flatnonzero(np.diff(flat) <= 0)
    if wrong.size:
        at = wrong[0] + 1
        how = "repeated" if flat[at] == flat[at - 1] else "out of order: tf.sparse.reorder gives them in order"
        raise invalid("SparseToDense", f"indices[{at}] = {indices[at].tolist()} is {how}")


def _sparse(x: Any) -> SparseTensor:
    if not isinstance(x, SparseTensor):
        raise TypeError(
            f"Input must be a SparseTensor, got {x!r} of type {type(x).__name__}. See tf.sparse.from_dense."
        )
    return x


def _flat(indices: Any, dims: Sequence[int]) -> Any:
    """Where `indices` are in row-major order."""
    strides = np.array([math.prod(dims[i + 1 :]) for i in range(len(dims))], np.int64)
    return indices @ strides


# --- in other places -------------------------------------------------------------------------------------------------


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order.

    >>> import gradtape as tf
    >>> tf.sparse.reorder(tf.sparse.SparseTensor([[1, 0], [0, 1]], [1.0, 2.0], [2, 2])).values.numpy()
    array([2., 1.], dtype=float32)
    """
    x = _sparse(sp_input)
    return _at(x, computed(_order, x.indices, x.dense_shape))


@computation
def _order(indices: Any, dims: Any) -> Any:
    return np.argsort(_flat(indices, dims.tolist()), kind="stable")


def _at(x: SparseTensor, where: Any) -> SparseTensor:
    """The elements of `x` numbered `where`, a tensor."""
    return SparseTensor(gather_p(x.indices, where, axis=-2), gather_p(x.values, where, axis=-1), x.dense_shape)


def transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """With axes in the order `perm`, by default reversed; the elements are in row-major order."""
    x = _sparse(sp_input)
    n = len(x._dims)
    order = list(range(n))[::-1] if perm is None else [axis_of(p) for p in perm]
    if sorted(order) != list(range(n)):
        raise ValueError(f"perm must name each of the {n} axes once, got {order}")
    by = wrap(np.array(order, np.int64))
    return reorder(SparseTensor(gather_p(x.indices, by, axis=-1), x.values, gather_p(x.dense_shape, by, axis=-1)))


def reshape(sp_input: SparseTensor, shape: Any, name: str | None = None) -> SparseTensor:
    """Of another shape, one length of which may be -1; the elements keep their places in row-major order.

    Raises:
      InvalidArgumentError: if the sizes differ.
    """
    x = _sparse(sp_input)
    dims, size = list(integers(shape, "SparseReshape", "Tshape")), math.prod(x._dims)
    known = math.prod(n for n in dims if n != -1)
    if dims.count(-1) == 1 and not surely(known, 0):
        dims[dims.index(-1)] = size // known
    checked(_check_size, x.dense_shape._array, *dims)
    indices = computed(_elsewhere, x.indices, x.dense_shape, dims=tuple(dims))
    return SparseTensor(indices, x.values, integers_tensor(tuple(dims), np.int64))


@computation
def _check_size(dims: Any, *new: int) -> None:
    size = math.prod(dims.tolist())
    if math.prod(new) != size or min(new, default=0) < 0:
        raise invalid("SparseReshape", f"Input to reshape is a tensor with {size} dense values, but the requested "
                      f"shape has {math.prod(new)}: from {dims.tolist()} to {list(new)}")  # fmt: skip


@computation
def _elsewhere(indices: Any, old: Any, dims: tuple[int, ...]) -> Any:
    flat = _flat(indices, old.tolist())
    return np.stack(np.unravel_index(flat, dims), axis=-1).astype(np.int64).reshape(len(flat), len(dims))


def expand_dims(sp_input: SparseTensor, axis: Any = None, name: str | None = None) -> SparseTensor:
    """With a new axis of length 1, by default the last."""
    x = _sparse(sp_input)
    n = len(x._dims)
    at = -1 if axis is None else axis_of(axis)
    if not -n - 1 <= at <= n:
        raise invalid("SparseExpandDims", f"axis must be in the range [{-n - 1}, {n}], got {at}")
    at = at + n + 1 if at < 0 else at
    indices = computed(_inserted, x.indices, at, 0, axis=1)
    return SparseTensor(indices, x.values, computed(_inserted, x.dense_shape, at, 1, axis=0))


@computation
def _inserted(x: Any, at: int, number: int, axis: int) -> Any:
    return np.insert(x, at, number, axis=axis)


def concat(axis: int, sp_inputs: Sequence[SparseTensor], expand_nonconcat_dims: bool = False,
           name: str | None = None) -> SparseTensor:  # fmt: skip
    """One after the other along an axis; the elements are in row-major order.

    Args:
      axis: along which.
      sp_inputs: a list of SparseTensors of one rank.
      expand_nonconcat_dims: whether the other lengths may differ; the greatest is taken.

    Raises:
      InvalidArgumentError: if shapes do not fit.
    """
    xs = [_sparse(x) for x in sp_inputs]
    n = len(xs[0]._dims)
    at = axis_of(axis) % n
    if not expand_nonconcat_dims:
        checked(_check_others, at, n, *[m for x in xs for m in x._dims])
    dims = [functools.reduce(greatest, lengths) for lengths in zip(*[x._dims for x in xs], strict=True)]
    dims[at], moved = 0, []
    for x in xs:
        moved.append(computed(_moved, x.indices, at, dims[at]))
        dims[at] += x._dims[at]
    values = concat_dense([x.values for x in xs], 0)
    return reorder(SparseTensor(concat_dense(moved, 0), values, integers_tensor(tuple(dims), np.int64)))


@computation
def _check_others(at: int, n: int, *lengths: int) -> None:
    shapes = np.array(lengths).reshape(-1, n)
    if (np.delete(shapes, at, 1) != np.delete(shapes[0], at)).any():
        raise invalid("SparseConcat", f"All dimensions but {at} must match. Input shapes: {shapes.tolist()}")


@computation
def _moved(indices: Any, at: int, by: int) -> Any:
    return indices + by * (np.arange(indices.shape[1]) == at)


def slice(sp_input: SparseTensor, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part that begins at `start` and is of shape `size`, or less where the tensor ends before."""
    x = _sparse(sp_input)
    begin, length = (integers_tensor(tuple(integers(n, "SparseSlice", "T")), np.int64) for n in (start, size))
    dims = computed(_left, x.dense_shape, begin, length)
    indices = x.indices - begin
    where = where_true_p(computed(_within, indices, dims))
    return SparseTensor(gather_p(indices, where, axis=-2), gather_p(x.values, where, axis=-1), dims)


@computation
def _left(dims: Any, begin: Any, length: Any) -> Any:
    return np.maximum(np.minimum(length, dims - begin), 0)


@computation
def _within(indices: Any, dims: Any) -> Any:
    return ((indices >= 0) & (indices < dims)).all(axis=1)


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The elements for which the vector of bools `to_retain` is true."""
    x = _sparse(sp_input)
    return _at(x, where_true_p(convert_to_tensor(to_retain)))


def mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """`tf.IndexedSlices` without the slices at `mask_indices`.

    >>> import gradtape as tf
    >>> a = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([12, 26]), tf.constant([30, 1]))
    >>> tf.sparse.mask(a, [12]).indices.numpy()
    array([26], dtype=int32)
    """
    kept = ~np.isin(a.indices._array, convert_to_tensor(mask_indices)._array)
    return IndexedSlices(boolean_mask(a.values, kept), boolean_mask(a.indices, kept), a.dense_shape)


def eye(num_rows: Any, num_columns: Any = None, dtype: Any = float32, name: str | None = None) -> SparseTensor:
    """The identity matrix, of `num_rows` by `num_columns`, by default square."""
    n = int(num_rows)
    m = n if num_columns is None else int(num_columns)
    at = np.arange(min(n, m), dtype=np.int64)
    return SparseTensor(np.stack([at, at], axis=-1), ones([len(at)], as_dtype(dtype)), np.array([n, m], np.int64))


# --- of the values ---------------------------------------------------------------------------------------------------


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """`op` applied to the values of the SparseTensors among its arguments, which must be in the same places.

    Raises:
      ValueError: if no argument is a SparseTensor.
      InvalidArgumentError: if they have values in different places.

    >>> import gradtape as tf
    >>> tf.sparse.map_values(tf.square, tf.sparse.eye(2)).values.numpy()
    array([1., 1.], dtype=float32)
    """
    given = [x for x in (*args, *kwargs.values()) if isinstance(x, SparseTensor)]
    if not given:
        raise ValueError("No SparseTensor in argument list of map_values")
    for x in given[1:]:
        if x._dims != given[0]._dims or not np.array_equal(x.indices._array, given[0].indices._array):
            raise invalid("map_values", "the SparseTensors have values in different places")

    def value(x: Any) -> Any:
        return x.values if isinstance(x, SparseTensor) else x

    return given[0].with_values(op(*map(value, args), **{k: value(x) for k, x in kwargs.items()}))


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum: sparse of two SparseTensors, dense where one is dense.

    Args:
      a, b: SparseTensors or tensors, of one shape and dtype; one at least is sparse.
      threshold: of two SparseTensors, sums of a magnitude less than this are left out.

    Raises:
      TypeError: if none is sparse.
      InvalidArgumentError: if the shapes differ.

    >>> import gradtape as tf
    >>> tf.sparse.add(tf.sparse.eye(2), tf.ones((2, 2))).numpy()
    array([[2., 1.],
           [1., 2.]], dtype=float32)
    """
    if not isinstance(a, SparseTensor):
        a, b = b, a
    if not isinstance(a, SparseTensor):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not isinstance(b, SparseTensor):
        return tensor_scatter_nd_add(b, a.indices, a.values)
    checked(_check_same_shape, a.dense_shape._array, b.dense_shape._array, "SparseAdd")
    indices, which = union(a, b)
    values = unsorted_segment_sum(concat_dense([a.values, b.values], 0), which, indices._array.shape[0])
    both = SparseTensor(indices, values, a.dense_shape)
    limit = float(convert_to_tensor(threshold)._array)
    return retain(both, size_of(values) >= limit) if limit > 0 else both


def union(a: SparseTensor, b: SparseTensor) -> tuple[EagerTensor, EagerTensor]:
    """The indices at which `a` or `b` has a value, in order, and the place there of each one of `a` and then of `b`."""
    both = concat_dense([a.indices, b.indices], 0)
    return computed(_distinct_rows, both, a.dense_shape), computed(_row_numbers, both, a.dense_shape)


@computation
def _distinct_rows(indices: Any, dims: Any) -> Any:
    return indices[np.unique(_flat(indices, dims.tolist()), return_index=True)[1]]


@computation
def _row_numbers(indices: Any, dims: Any) -> Any:
    return np.unique(_flat(indices, dims.tolist()), return_inverse=True)[1]


def maximum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The greater of two, where either has a value; where only one has, the other is 0.

    Args:
      sp_a, sp_b: SparseTensors of real numbers, of one shape and dtype.

    Raises:
      InvalidArgumentError: if the shapes or dtypes differ.

    >>> import gradtape as tf
    >>> a, b = tf.sparse.SparseTensor([[0]], [-1], [7]), tf.sparse.SparseTensor([[1]], [1], [7])
    >>> tf.sparse.maximum(a, b).values.numpy()
    array([0, 1], dtype=int32)
    """
    return _extremum(greater_of, sp_a, sp_b, "SparseSparseMaximum")


def minimum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The lesser of two, where either has a value; as `tf.sparse.maximum`."""
    return _extremum(lesser_of, sp_a, sp_b, "SparseSparseMinimum")


def _extremum(function: Callable[..., Any], sp_a: Any, sp_b: Any, op: str) -> SparseTensor:
    a, b = _sparse(sp_a), _sparse(sp_b)
    if a.dtype != b.dtype:
        raise invalid(op, f"cannot compute {op} as input #4(zero-based) was expected to be a {a.dtype.name} tensor but "
                      f"is a {b.dtype.name} tensor")  # fmt: skip
    checked(_check_same_shape, a.dense_shape._array, b.dense_shape._array, op)
    indices, which = union(a, b)
    size, count = indices._array.shape[0], a.values._array.shape[0]
    at = [slice_p(which, key=key) for key in (_span(None, count), _span(count, None))]
    values = [unsorted_segment_sum(x.values, i, size) for x, i in zip((a, b), at, strict=True)]
    return SparseTensor(indices, function(*values), a.dense_shape)


@computation
def _check_same_shape(a: Any, b: Any, op: str) -> None:
    if not np.array_equal(a, b):
        raise invalid(op, f"Operands' shapes do not match: got {a.tolist()} and {b.tolist()}")


def reduce_sum(sp_input: SparseTensor, axis: Any = None, keepdims: bool = False, output_is_sparse: bool = False,
               name: str | None = None) -> Any:  # fmt: skip
    """The sum along axes, by default all.

    Args:
      sp_input: a SparseTensor.
      axis: an axis, a list of them, or None for all.
      keepdims: whether to keep these axes, of length 1.
      output_is_sparse: whether to give a SparseTensor, of the sums to which any value went.

    >>> import gradtape as tf
    >>> tf.sparse.reduce_sum(tf.sparse.eye(2, 3), axis=0).numpy()
    array([1., 1., 0.], dtype=float32)
    """
    return _reduced(unsorted_segment_sum, sp_input, axis, keepdims, output_is_sparse)


def reduce_max(sp_input: SparseTensor, axis: Any = None, keepdims: bool = False, output_is_sparse: bool = False,
               name: str | None = None) -> Any:  # fmt: skip
    """The greatest of the values that there are along axes, and 0 where there are none; as `tf.sparse.reduce_sum`."""
    return _reduced(unsorted_segment_max, sp_input, axis, keepdims, output_is_sparse)


def _reduced(segments: Any, sp_input: Any, axis: Any, keepdims: bool, sparse: bool) -> Any:
    x = _sparse(sp_input)
    n = len(x._dims)
    axes = range(n) if axis is None else [axis_of(a) for a in (axis if isinstance(axis, list | tuple) else [axis])]
    for a in axes:
        if not -n <= a < n:
            raise invalid("SparseReduce", f"Invalid reduction dimension {a}, for input with {n} dimensions.")
    gone = {a % n for a in axes}
    kept = [a for a in range(n) if a not in gone]
    by = wrap(np.array(kept, np.int64))
    indices, dims = gather_p(x.indices, by, axis=-1), gather_p(x.dense_shape, by, axis=-1)
    which, indices = computed(_row_numbers, indices, dims), computed(_distinct_rows, indices, dims)
    sums = segments(x.values, which, indices._array.shape[0])
    if keepdims:
        for a in sorted(gone):
            indices, dims = computed(_inserted, indices, a, 0, axis=1), computed(_inserted, dims, a, 1, axis=0)
    out = SparseTensor(indices, sums, dims)
    return out if sparse else to_dense(out)


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax of the values that there are in each row of the last axis.

    >>> import gradtape as tf
    >>> tf.sparse.softmax(tf.sparse.from_dense([[2.0, 2.0, 0.0]])).values.numpy()
    array([0.5, 0.5], dtype=float32)
    """
    x = _sparse(sp_input)
    lead = slice_p(x.indices, key=(..., _span(None, -1))), slice_p(x.dense_shape, key=_span(None, -1))
    at, count = computed(_row_numbers, *lead), computed(_distinct_rows, *lead)._array.shape[0]
    top = unsorted_segment_max(wrap(x.values._array), at, count)  # a shift, which does not change the result
    e = exp(x.values - gather_p(top, at, axis=-1))
    return x.with_values(e / gather_p(unsorted_segment_sum(e, at, count), at, axis=-1))
