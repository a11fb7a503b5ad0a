"""Operations of sparse tensors. Where elements are is worked out in NumPy; gradients flow through their values."""

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..array.arguments import axis_of, integers
from ..array.creation import ones, zeros_like
from ..array.gathering import (
    boolean_mask,
    gather_nd,
    gather_p,
    scatter_nd,
    scatter_p,
    tensor_scatter_nd_add,
    where_true_p,
)
from ..array.gathering import tensor_scatter_nd_update as update
from ..array.joining import concat as concat_dense
from ..array.segments import unsorted_segment_max, unsorted_segment_sum
from ..array.shape import broadcast_to, stop_gradient_p, with_length
from ..array.shape import reshape as reshape_dense
from ..linalg.norms import adjoint
from ..math.arithmetic import maximum as greater_of
from ..math.arithmetic import minimum as lesser_of
from ..math.cast import cast
from ..math.comparison import not_equal, where
from ..math.complex_numbers import conj
from ..math.elementwise import exp
from ..math.reduction import sum_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, bool_, float32
from ..values.errors import invalid
from ..values.indexed_slices import IndexedSlices
from ..values.symbolic import (
    Dim,
    checked,
    computation,
    computed,
    computed_rows,
    greatest,
    is_symbolic,
    least,
    opaque,
    varies,
)
from ..values.tensor import EagerTensor
from . import places
from .tensor import SparseTensor

__all__ = [
    "add", "concat", "expand_dims", "eye", "from_dense", "map_values", "mask", "maximum", "minimum", "reduce_max",
    "reduce_sum", "reorder", "reshape", "retain", "slice", "softmax", "sparse_dense_matmul", "to_dense", "transpose",
]  # fmt: skip

# --- the product with a dense matrix ---------------------------------------------------------------------------------


@primitive(op="SparseTensorDenseMatMul", same=("values", "b"), kinds="fci")
def product_p(xp: Any, values: Any, b: Any, rows: Any, columns: Any, *, size: int) -> Any:
    """The matrix of `size` rows that has `values` at `rows` and `columns`, times `b`, which may have leading axes."""
    return xp.sparse_product(values, rows, columns, b, size)


def _product_sample(values: Any, b: Any, rows: Any, columns: Any, *, size: int) -> Any:
    """Zeros of the shape that it will be of: samples of indices may be out of range."""
    return np.zeros((*b.shape[:-2], size, b.shape[-1]), b.dtype)


product_p.definition.sample = _product_sample  # type: ignore[attr-defined]


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
    values, indices = sp_a.values, sp_a.indices
    rows, columns = indices[:, 0], indices[:, 1]
    if adjoint_a:
        values, rows, columns, dims = conj(values), columns, rows, dims[::-1]
    if adjoint_b:
        dense, shape = adjoint(dense), shape[::-1]
    checked(places.check_inner, dims[1], shape[0], dims[0], shape[1])
    _inside(sp_a, "SparseTensorDenseMatMul")
    return product_p(values, dense, rows, columns, size=dims[0])  # type: ignore[no-any-return]


# --- from and to dense -----------------------------------------------------------------------------------------------


def _inside(x: SparseTensor, op: str) -> None:
    checked(places.check_inside, op, x.indices._array, x.dense_shape._array)


def _taken(x: SparseTensor, where: Any, indices: Any = None, dims: Any = None) -> SparseTensor:
    """The elements of `x` numbered `where`, with indices and a shape of their own."""
    at = convert_to_tensor(where)
    indices = gather_p(x.indices, at, axis=-2) if indices is None else indices
    return SparseTensor._of(indices, gather_p(x.values, at, axis=-1), x._dims if dims is None else dims)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of `tensor` that are not 0, as a SparseTensor.

    >>> import gradtape as tf
    >>> tf.sparse.from_dense([[0.0, 3.0], [4.0, 0.0]]).indices.numpy()
    array([[0, 1],
           [1, 0]])
    """
    x = convert_to_tensor(tensor)
    indices = where(not_equal(x, zeros_like(x)))
    return SparseTensor._of(indices, gather_nd(x, indices), x._array.shape)


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
        checked(places.check_order, x.indices._array, x.dense_shape._array)
    if default_value is None and x.dtype._kind != "s":
        return scatter_nd(x.indices, x.values, x._dims)
    default = convert_to_tensor(b"" if default_value is None else default_value, x.dtype)
    return update(broadcast_to(default, x._dims), x.indices, x.values)


def _sparse(x: Any) -> SparseTensor:
    if not isinstance(x, SparseTensor):
        raise TypeError(
            f"Input must be a SparseTensor, got {x!r} of type {type(x).__name__}. See tf.sparse.from_dense."
        )
    return x


# --- in other places -------------------------------------------------------------------------------------------------


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order.

    >>> import gradtape as tf
    >>> tf.sparse.reorder(tf.sparse.SparseTensor([[1, 0], [0, 1]], [1.0, 2.0], [2, 2])).values.numpy()
    array([2., 1.], dtype=float32)
    """
    x = _sparse(sp_input)
    n = x.indices._array.shape[0]
    return _taken(x, computed_rows(n, places.row_major_order, x.indices, dims=x._dims))


def transpose(sp_input: SparseTensor, perm: Any = None, name: str | None = None) -> SparseTensor:
    """With axes in the order `perm`, by default reversed; the elements are in row-major order."""
    x = _sparse(sp_input)
    n = len(x._dims)
    order = list(range(n))[::-1] if perm is None else [axis_of(p) for p in perm]
    if sorted(order) != list(range(n)):
        raise ValueError(f"perm must name each of the {n} axes once, got {order}")
    moved = computed_rows(x.indices._array.shape[0], places.columns_taken, x.indices, tuple(order))
    return reorder(SparseTensor._of(moved, x.values, [x._dims[i] for i in order]))


def reshape(sp_input: SparseTensor, shape: Any, name: str | None = None) -> SparseTensor:
    """Of another shape, one length of which may be -1; the elements keep their places in row-major order.

    Raises:
      InvalidArgumentError: if the sizes differ.
    """
    x = _sparse(sp_input)
    dims, size = list(integers(shape, "SparseReshape", "Tshape")), math.prod(x._dims)
    free = [i for i, n in enumerate(dims) if n == -1]
    known = math.prod([n for n in dims if n != -1])
    if len(free) == 1 and (varies((known, size)) or (known and size % known == 0)):
        dims[free[0]] = size // known
    if any(n < 0 for n in dims):
        raise invalid("SparseReshape", f"Input to reshape is a tensor with {size} dense values, but the requested "
                      f"shape has {known}: from {list(x._dims)} to {dims}")  # fmt: skip
    checked(places.check_size, size, math.prod(dims))
    n = x.indices._array.shape[0]
    indices = computed_rows(n, places.reshaped_indices, x.indices, dims=x._dims, to=tuple(dims))
    return SparseTensor._of(indices, x.values, dims)


def expand_dims(sp_input: SparseTensor, axis: Any = None, name: str | None = None) -> SparseTensor:
    """With a new axis of length 1, by default the last."""
    x = _sparse(sp_input)
    n = len(x._dims)
    at = -1 if axis is None else axis_of(axis)
    if not -n - 1 <= at <= n:
        raise invalid("SparseExpandDims", f"axis must be in the range [{-n - 1}, {n}], got {at}")
    at = at + n + 1 if at < 0 else at
    indices = computed_rows(x.indices._array.shape[0], places.column_inserted, x.indices, at)
    return SparseTensor._of(indices, x.values, [*x._dims[:at], 1, *x._dims[at:]])


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
    shapes = [x._dims for x in xs]
    rank = len(shapes[0])
    if any(len(shape) != rank for shape in shapes):
        raise invalid("SparseConcat", f"Ranks of all inputs must match. Input shapes: {list(map(list, shapes))}")
    at = axis_of(axis) % rank
    first = shapes[0][:at] + shapes[0][at + 1 :]
    if not expand_nonconcat_dims:
        says = f"All dimensions but {at} must match"
        for shape in shapes[1:]:
            checked(places.check_equal_dims, "SparseConcat", says, *first, *shape[:at], *shape[at + 1 :])
    start, moved = 0, []
    for x in xs:
        moved.append(computed_rows(x.indices._array.shape[0], places.shifted_indices, x.indices, start, at))
        start = start + x._dims[at]
    dims = [functools.reduce(greatest, column) for column in zip(*shapes, strict=True)]
    if not expand_nonconcat_dims:  # all are equal, so what one tells is known
        dims = [next((n for n in column if type(n) is not Dim), column[0]) for column in zip(*shapes, strict=True)]
    dims[at] = start
    return reorder(SparseTensor._of(concat_dense(moved, 0), concat_dense([x.values for x in xs], 0), dims))


def slice(sp_input: SparseTensor, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part that begins at `start` and is of shape `size`, or less where the tensor ends before."""
    x = _sparse(sp_input)
    begin, wanted = (integers(n, "SparseSlice", "T") for n in (start, size))
    length = tuple([greatest(least(m, n - b), 0) for m, n, b in zip(wanted, x._dims, begin, strict=True)])
    n = x.indices._array.shape[0]
    inside = computed_rows(n, places.inside_slice, x.indices, begin=begin, length=length)
    kept = where_true_p(inside)
    taken = gather_p(x.indices, kept, axis=-2)
    indices = computed_rows(taken._array.shape[0], places.sliced_indices, taken, begin=begin)
    return _taken(x, kept, indices, length)


def retain(sp_input: SparseTensor, to_retain: Any) -> SparseTensor:
    """The elements for which the vector of bools `to_retain` is true.

    Raises:
      ValueError: if it is not as long as there are elements.
    """
    x = _sparse(sp_input)
    kept = cast(convert_to_tensor(to_retain), bool_)
    shape, n = kept._array.shape, x.values._array.shape[0]
    if len(shape) != 1:
        raise ValueError(f"Shape {shape} must have rank 1")
    checked(_check_retained, n, shape[0])
    return _taken(x, where_true_p(with_length(kept, n)))


@computation
def _check_retained(n: int, given: int) -> None:
    if given != n:
        raise ValueError(f"Dimensions {n} and {given} are not compatible")


def mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """`tf.IndexedSlices` without the slices at `mask_indices`.

    >>> import gradtape as tf
    >>> a = tf.IndexedSlices(tf.constant([[1.0], [2.0]]), tf.constant([12, 26]), tf.constant([30, 1]))
    >>> tf.sparse.mask(a, [12]).indices.numpy()
    array([26], dtype=int32)
    """
    kept = computed_rows(a.indices._array.shape[0], places.not_among, a.indices, convert_to_tensor(mask_indices))
    return IndexedSlices(boolean_mask(a.values, kept), boolean_mask(a.indices, kept), a.dense_shape)


def eye(num_rows: Any, num_columns: Any = None, dtype: Any = float32, name: str | None = None) -> SparseTensor:
    """The identity matrix, of `num_rows` by `num_columns`, by default square."""
    n = axis_of(num_rows)
    m = n if num_columns is None else axis_of(num_columns)
    size = least(n, m)
    return SparseTensor._of(computed_rows(size, places.diagonal, size), ones([size], as_dtype(dtype)), [n, m])


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
    first = given[0]
    for x in given[1:]:
        if len(x._dims) != len(first._dims):
            raise invalid("map_values", "the SparseTensors have values in different places")
        if x.indices._array is not first.indices._array:
            checked(places.check_same_places, first.indices._array, x.indices._array)
        if first._dims != x._dims:
            says = "the SparseTensors have values in different places, and shapes"
            checked(places.check_equal_dims, "map_values", says, *first._dims, *x._dims)
    n = first.values._array.shape[0]

    def value(x: Any) -> Any:
        return with_length(x.values, n) if isinstance(x, SparseTensor) else x

    return first.with_values(op(*map(value, args), **{k: value(x) for k, x in kwargs.items()}))


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
    dims = _common_dims(a, b, "SparseAdd")
    indices, which = union(a, b)
    n = indices._array.shape[0]
    sums = unsorted_segment_sum(concat_dense([a.values, b.values], 0), which, n)
    both = SparseTensor._of(indices, sums, dims)
    limit = convert_to_tensor(threshold)
    if not is_symbolic(limit) and not float(limit._array) > 0:
        return both
    return retain(both, computed_rows(n, places.at_least, sums, limit))


def union(a: SparseTensor, b: SparseTensor) -> tuple[Any, Any]:
    """The indices at which `a` or `b` has a value, in order, and the place there of each one of `a` and then of `b`."""
    indices = concat_dense([a.indices, b.indices], 0)
    found = opaque(places.merged, indices, *a._dims)
    first = computed(places.merged_first, found)
    which = computed_rows(indices._array.shape[0], places.merged_which, found)
    return gather_p(indices, first, axis=-2), which


def _common_dims(a: SparseTensor, b: SparseTensor, op: str) -> list[int]:
    """The lengths of two tensors of one shape."""
    says = "Operands' shapes do not match"
    if len(a._dims) != len(b._dims):
        raise invalid(op, f"{says}: got {list(a._dims)} and {list(b._dims)}")
    checked(places.check_equal_dims, op, says, *a._dims, *b._dims)
    return [m if type(n) is Dim else n for n, m in zip(a._dims, b._dims, strict=True)]


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
    dims = _common_dims(a, b, op)
    indices, which = union(a, b)
    size, count = indices._array.shape[0], a.values._array.shape[0]
    at = with_length(which[:count], count), with_length(which[count:], b.values._array.shape[0])
    values = [unsorted_segment_sum(x.values, i, size) for x, i in zip((a, b), at, strict=True)]
    return SparseTensor._of(indices, function(*values), dims)


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
    n = x.indices._array.shape[0]
    left = computed_rows(n, places.columns_taken, x.indices, tuple(kept))
    found = opaque(places.merged, left, *dims)
    flat = computed(places.merged_places, found)
    count = flat._array.shape[0]
    sums = segments(x.values, computed_rows(n, places.merged_which, found), count)
    indices = computed_rows(count, places.unflattened, flat, dims=tuple(shape))
    if sparse:
        return SparseTensor._of(indices, sums, shape)
    if not shape:
        return reshape_dense(scatter_p(sums, flat, axis=-1, size=1), [])
    return scatter_nd(indices, sums, shape)


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax of the values that there are in each row of the last axis.

    >>> import gradtape as tf
    >>> tf.sparse.softmax(tf.sparse.from_dense([[2.0, 2.0, 0.0]])).values.numpy()
    array([0.5, 0.5], dtype=float32)
    """
    x = _sparse(sp_input)
    n, rank = x.indices._array.shape
    rows = computed_rows(n, places.columns_taken, x.indices, tuple(range(rank - 1)))
    found = opaque(places.merged, rows, *x._dims[:-1])
    count = computed(places.merged_places, found)._array.shape[0]
    row = computed_rows(n, places.merged_which, found)
    top = unsorted_segment_max(stop_gradient_p(x.values), row, count)  # a shift, which does not change the result
    e = exp(x.values - gather_p(top, row, axis=-1))
    return x.with_values(e / gather_p(unsorted_segment_sum(e, row, count), row, axis=-1))
