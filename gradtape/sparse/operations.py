"""Operations of sparse tensors. Where elements are is worked out in NumPy; gradients flow through their values."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.arguments import axis_of, integers
from ..array.creation import ones, zeros
from ..array.gathering import boolean_mask, gather_nd, gather_p, scatter_nd, tensor_scatter_nd_add
from ..array.gathering import tensor_scatter_nd_update as update
from ..array.joining import concat as concat_dense
from ..array.shape import broadcast_to
from ..array.shape import reshape as reshape_dense
from ..core.convert import convert_to_tensor
from ..core.dtypes import as_dtype, float32
from ..core.errors import invalid
from ..core.indexed_slices import IndexedSlices
from ..core.primitive import primitive
from ..core.tensor import EagerTensor, wrap
from ..linalg.norms import adjoint
from ..math.complex_numbers import conj
from ..math.elementwise import exp
from ..math.reduction import sum_p
from ..math.segments import unsorted_segment_max, unsorted_segment_sum
from .tensor import SparseTensor

__all__ = [
    "add", "concat", "expand_dims", "eye", "from_dense", "map_values", "mask", "reduce_max", "reduce_sum", "reorder",
    "reshape", "retain", "slice", "softmax", "sparse_dense_matmul", "to_dense", "transpose",
]  # fmt: skip

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
    values, (rows, columns) = sp_a.values, sp_a.indices._array.T
    if adjoint_a:
        values, rows, columns, dims = conj(values), columns, rows, dims[::-1]
    if adjoint_b:
        dense, shape = adjoint(dense), shape[::-1]
    if dims[1] != shape[0]:
        raise invalid("SparseTensorDenseMatMul", "Cannot multiply A and B because inner dimension does not match: "
                      f"{dims[1]} vs. {shape[0]}.  Did you forget a transpose?  Dimensions of A: {list(dims)}.  "
                      f"Dimensions of B: {list(shape)}")  # fmt: skip
    _inside(sp_a, "SparseTensorDenseMatMul")
    return product_p(values, dense, wrap(rows.copy()), wrap(columns.copy()), size=dims[0])  # type: ignore[no-any-return]


# --- from and to dense -----------------------------------------------------------------------------------------------


def _inside(x: SparseTensor, op: str) -> None:
    indices = x.indices._array
    outside = np.flatnonzero(((indices < 0) | (indices >= x.dense_shape._array)).any(axis=1))
    if outside.size:
        raise invalid(op, f"indices[{outside[0]}] = {indices[outside[0]].tolist()} is out of bounds: need 0 <= index < "
                      f"{list(x._dims)}")  # fmt: skip


def _taken(x: SparseTensor, where: Any, indices: Any = None, shape: Any = None) -> SparseTensor:
    """The elements of `x` numbered `where`, with indices and a shape of their own."""
    indices = x.indices._array[where] if indices is None else indices
    shape = x.dense_shape if shape is None else np.array(shape, np.int64)
    values = gather_p(x.values, wrap(np.asarray(where)), axis=-1)
    return SparseTensor(wrap(np.ascontiguousarray(indices)), values, shape)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of `tensor` that are not 0, as a SparseTensor.

    >>> import gradtape as tf
    >>> tf.sparse.from_dense([[0.0, 3.0], [4.0, 0.0]]).indices.numpy()
    array([[0, 1],
           [1, 0]])
    """
    x = convert_to_tensor(tensor)
    indices = np.argwhere(x._array != (b"" if x._array.dtype.kind == "O" else 0)).astype(np.int64)
    return SparseTensor(indices, gather_nd(x, indices), np.array(x._array.shape, np.int64))


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
        flat = _flat(x.indices._array, x._dims)
        wrong = np.flatnonzero(np.diff(flat) <= 0)
        if wrong.size:
            at = wrong[0] + 1
            how = "repeated" if flat[at] == flat[at - 1] else "out of order: tf.sparse.reorder gives them in order"
            raise invalid("SparseToDense", f"indices[{at}] = {x.indices._array[at].tolist()} is {how}")
    if default_value is None and x.dtype._kind != "s":
        return scatter_nd(x.indices, x.values, x.dense_shape)
    default = convert_to_tensor(b"" if default_value is None else default_value, x.dtype)
    return update(broadcast_to(default, x._dims), x.indices, x.values)


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
    return _taken(x, np.argsort(_flat(x.indices._array, x._dims), kind="stable"))


def transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """With axes in the order `perm`, by default reversed; the elements are in row-major order."""
    x = _sparse(sp_input)
    n = len(x._dims)
    order = list(range(n))[::-1] if perm is None else [axis_of(p) for p in perm]
    if sorted(order) != list(range(n)):
        raise ValueError(f"perm must name each of the {n} axes once, got {order}")
    moved = SparseTensor(x.indices._array[:, order], x.values, x.dense_shape._array[order])
    return reorder(moved)


def reshape(sp_input: SparseTensor, shape: Any, name: str | None = None) -> SparseTensor:
    """Of another shape, one length of which may be -1; the elements keep their places in row-major order.

    Raises:
      InvalidArgumentError: if the sizes differ.
    """
    x = _sparse(sp_input)
    dims, size = list(integers(shape, "SparseReshape", "Tshape")), math.prod(x._dims)
    known = math.prod(n for n in dims if n != -1)
    if dims.count(-1) == 1 and known and size % known == 0:
        dims[dims.index(-1)] = size // known
    if math.prod(dims) != size or min(dims, default=0) < 0:
        raise invalid("SparseReshape", f"Input to reshape is a tensor with {size} dense values, but the requested "
                      f"shape has {known}: from {list(x._dims)} to {dims}")  # fmt: skip
    indices = np.stack(np.unravel_index(_flat(x.indices._array, x._dims), dims), axis=-1).astype(np.int64)
    return SparseTensor(indices.reshape(-1, len(dims)), x.values, np.array(dims, np.int64))


def expand_dims(sp_input: SparseTensor, axis: Any = None, name: str | None = None) -> SparseTensor:
    """With a new axis of length 1, by default the last."""
    x = _sparse(sp_input)
    n = len(x._dims)
    at = -1 if axis is None else axis_of(axis)
    if not -n - 1 <= at <= n:
        raise invalid("SparseExpandDims", f"axis must be in the range [{-n - 1}, {n}], got {at}")
    at = at + n + 1 if at < 0 else at
    return SparseTensor(np.insert(x.indices._array, at, 0, axis=1), x.values, np.insert(x.dense_shape._array, at, 1))


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
    shapes = np.array([x._dims for x in xs])
    at = axis_of(axis) % shapes.shape[1]
    if not expand_nonconcat_dims and (np.delete(shapes, at, 1) != np.delete(shapes[0], at)).any():
        raise invalid("SparseConcat", f"All dimensions but {at} must match. Input shapes: {shapes.tolist()}")
    starts = np.cumsum(shapes[:, at]) - shapes[:, at]
    moved = [x.indices._array + start * (np.arange(shapes.shape[1]) == at) for x, start in zip(xs, starts, strict=True)]
    dims = shapes.max(axis=0)
    dims[at] = shapes[:, at].sum()
    return reorder(SparseTensor(np.concatenate(moved), concat_dense([x.values for x in xs], 0), dims))


def slice(sp_input: SparseTensor, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part that begins at `start` and is of shape `size`, or less where the tensor ends before."""
    x = _sparse(sp_input)
    begin, length = (np.array(integers(n, "SparseSlice", "T"), np.int64) for n in (start, size))
    length = np.maximum(np.minimum(length, x.dense_shape._array - begin), 0)
    indices = x.indices._array - begin
    where = np.flatnonzero(((indices >= 0) & (indices < length)).all(axis=1))
    return _taken(x, where, indices[where], length)


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The elements for which the vector of bools `to_retain` is true."""
    x = _sparse(sp_input)
    return _taken(x, np.flatnonzero(convert_to_tensor(to_retain)._array))


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
    if a._dims != b._dims:
        raise invalid("SparseAdd", f"Operands' shapes do not match: got {list(a._dims)} and {list(b._dims)}")
    indices = np.concatenate([a.indices._array, b.indices._array])
    flat, first, inverse = np.unique(_flat(indices, a._dims), return_index=True, return_inverse=True)
    values = unsorted_segment_sum(concat_dense([a.values, b.values], 0), inverse, len(flat))
    both = SparseTensor(indices[first], values, a.dense_shape)
    limit = float(convert_to_tensor(threshold)._array)
    return retain(both, np.abs(values._array) >= limit) if limit > 0 else both


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
    dims = [x._dims[a] for a in kept]
    shape = [1 if a in gone else m for a, m in enumerate(x._dims)] if keepdims else dims
    where, which = np.unique(_flat(x.indices._array[:, kept], dims), return_inverse=True)
    sums = segments(x.values, which, len(where))
    indices = np.stack(np.unravel_index(where, shape), axis=-1) if shape else np.zeros((len(where), 0))
    out = SparseTensor(indices.astype(np.int64), sums, np.array(shape, np.int64))
    return out if sparse else to_dense(out) if shape else reshape_dense(sums, []) if len(where) else zeros([], x.dtype)


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax of the values that there are in each row of the last axis.

    >>> import gradtape as tf
    >>> tf.sparse.softmax(tf.sparse.from_dense([[2.0, 2.0, 0.0]])).values.numpy()
    array([0.5, 0.5], dtype=float32)
    """
    x = _sparse(sp_input)
    rows = _flat(x.indices._array[:, :-1], x._dims[:-1])
    _, row = np.unique(rows, return_inverse=True)
    count = int(row.max()) + 1 if row.size else 0
    at = wrap(row)
    top = unsorted_segment_max(wrap(x.values._array), row, count)  # a shift, which does not change the result
    e = exp(x.values - gather_p(top, at, axis=-1))
    return x.with_values(e / gather_p(unsorted_segment_sum(e, row, count), at, axis=-1))
