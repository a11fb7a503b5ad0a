"""Matrices that are sparse, and their products.

TensorFlow's own library has the class and `matmul` in `tensorflow.python.ops.linalg.sparse.sparse`, and the other
functions in `tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops`.
"""

from typing import Any, NamedTuple

import numpy as np

from ..array.creation import ones_like
from ..array.gathering import gather_nd, gather_p
from ..array.joining import stack, unstack
from ..array.segments import unsorted_segment_sum
from ..array.shape import matrix_transpose, reshape
from ..array.shape import shape as _shape
from ..linalg.matmul import matmul as dense_matmul
from ..math.cast import cast
from ..math.complex_numbers import conj
from ..operations.primitive import _brackets, _kernel_name, primitive
from ..values.convert import convert_to_tensor
from ..values.dtypes import DType
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import checked, computation, computed, integers_tensor
from ..values.tensor import EagerTensor
from .operations import _inside, from_dense, reorder, to_dense, transpose
from .tensor import SparseTensor

__all__ = [
    "CSRSparseMatrix", "csr_sparse_matrix_to_sparse_tensor", "matmul", "sparse_matrix_sparse_mat_mul",
    "sparse_tensor_to_csr_sparse_matrix",
]  # fmt: skip

_DTYPES = ("float32", "float64", "complex64", "complex128")


class CSRSparseMatrix:
    """A sparse matrix, or a batch of them, in row-major order.

    Args:
      value: a SparseTensor, or what a dense tensor is made of; of rank 2, or 3 for a batch.
      indices: of a dense `value`, the places that are taken, of shape (n, rank); without them those that are not 0.

    Raises:
      InvalidArgumentError: for another rank.
    """

    def __init__(self, value: Any, indices: Any = None, name: str | None = None) -> None:
        if not isinstance(value, SparseTensor):
            dense = convert_to_tensor(value)
            if indices is None:
                value = from_dense(dense)
            else:
                value = SparseTensor(indices, gather_nd(dense, indices), _shape(dense, out_type=np.int64))
        if len(value._dims) not in (2, 3):
            raise invalid("DenseToCSRSparseMatrix", f"params must have rank == 2 or 3; but saw shape: "
                          f"{_brackets(value._dims)}")  # fmt: skip
        self.tensor = value

    @property
    def shape(self) -> TensorShape:
        return self.tensor.shape

    @property
    def dtype(self) -> DType:
        return self.tensor.dtype

    def nnz(self) -> EagerTensor:
        """How many elements are kept, zeros among them: an int32 scalar, or one for each matrix of a batch."""
        indices = self.tensor.indices
        if len(self.tensor._dims) == 2:
            return cast(_shape(indices)[0], np.int32)
        return cast(unsorted_segment_sum(ones_like(indices[:, 0]), indices[:, 0], self.tensor._dims[0]), np.int32)

    def to_dense(self) -> EagerTensor:
        return to_dense(reorder(self.tensor))

    def to_sparse_tensor(self) -> SparseTensor:
        return reorder(self.tensor)

    def transpose(self) -> "CSRSparseMatrix":
        return CSRSparseMatrix(_turned(self.tensor, True, False))

    def hermitian_transpose(self) -> "CSRSparseMatrix":
        return CSRSparseMatrix(_turned(self.tensor, False, True))

    def conj(self) -> "CSRSparseMatrix":
        return CSRSparseMatrix(self.tensor.with_values(conj(self.tensor.values)))


def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, adjoint_a: bool = False,
           adjoint_b: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """The product of two matrices, or of each of two batches, one of which is a CSRSparseMatrix, or both.

    Returns:
      A CSRSparseMatrix where both are, a dense tensor otherwise. Gradients flow to the elements of both.

    Raises:
      InvalidArgumentError: if the shapes or dtypes do not fit.
    """
    if isinstance(a, CSRSparseMatrix) and isinstance(b, CSRSparseMatrix):
        return sparse_matrix_sparse_mat_mul(a, b, a.dtype, transpose_a, transpose_b, adjoint_a, adjoint_b)
    if isinstance(a, CSRSparseMatrix):
        x = _turned(a.tensor, transpose_a, adjoint_a)
        return _sparse_dense(x, _turned_dense(convert_to_tensor(b, x.dtype), transpose_b, adjoint_b))
    if isinstance(b, CSRSparseMatrix):  # the transpose of the product of the transposes
        x = _turned(b.tensor, not (transpose_b or adjoint_b), False)
        x = x.with_values(conj(x.values)) if adjoint_b else x
        y = _turned_dense(convert_to_tensor(a, x.dtype), not (transpose_a or adjoint_a), False)
        return matrix_transpose(_sparse_dense(x, conj(y) if adjoint_a else y))
    return dense_matmul(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


def _turned_dense(x: EagerTensor, transposed: bool, adjoint: bool) -> EagerTensor:
    if transposed or adjoint:
        x = matrix_transpose(x)
    return conj(x) if adjoint else x


def _sparse_dense(x: SparseTensor, y: EagerTensor) -> EagerTensor:
    """The product of a sparse matrix and a dense one, or of two batches."""
    op = "SparseMatrixMatMul"
    m, n = x._dims, y._array.shape
    if len(m) != len(n):
        raise invalid(op, f"Ranks of A and B must be equal.  Shapes are: {_brackets(m)} vs. {_brackets(n)}")
    checked(_check_inner, *m, *n)
    *batch, row, column = unstack(x.indices, len(m), axis=-1)
    rows = gather_nd(y, stack([*batch, column], axis=-1))
    places = batch[0] * m[-2] + row if batch else row
    found = unsorted_segment_sum(x.values[:, None] * rows, places, (m[0] if batch else 1) * m[-2])
    return reshape(found, (*m[:-1], n[-1]))


def sparse_tensor_to_csr_sparse_matrix(indices: Any, values: Any, dense_shape: Any,
                                       name: str | None = None) -> CSRSparseMatrix:  # fmt: skip
    """The matrix, or batch of matrices, that is made of the parts of a SparseTensor.

    Args:
      indices: of shape (n, 2), or (n, 3) for a batch, in row-major order.
      values: floating or complex, of shape (n,).
      dense_shape: of shape (2,), or (3,).

    Raises:
      InvalidArgumentError: for another rank or dtype, or an index that is outside.
    """
    op = "SparseTensorToCSRSparseMatrix"
    x = SparseTensor(indices, values, dense_shape)
    if x.dtype.name not in _DTYPES:
        raise invalid(op, f"Value for attr 'T' of {_kernel_name(x.values._array.dtype)} is not in the list of allowed "
                      "values: float, double, complex64, complex128")  # fmt: skip
    if len(x._dims) not in (2, 3):
        raise invalid(op, f"SparseTensor must have rank 2 or 3, got shape {_brackets(x._dims)}")
    _inside(x, op)
    return CSRSparseMatrix(x)


@primitive(op="SparseMatrixSparseMatMul", multiple=True)
def product_pairs_p(xp: Any, a: Any, b: Any, *, dims: tuple[int, ...]) -> Any:
    """The elements of `a` and of `b` whose products are added up, and the flat places where they go in the result.

    `a` and `b` are indices in row-major order, (row, column) or (batch, row, column); the result is of shape `dims`.
    """
    inner = int(max(a[:, -1].max(initial=-1), b[:, -2].max(initial=-1))) + 1
    batch_of_a, batch_of_b = (x[:, 0] * (x.shape[1] - 2) for x in (a, b))
    rows, wanted = batch_of_b * inner + b[:, -2], batch_of_a * inner + a[:, -1]
    starts = np.searchsorted(rows, wanted)
    counts = np.searchsorted(rows, wanted, "right") - starts
    left = np.repeat(np.arange(len(a)), counts)
    right = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts - starts, counts)
    return left, right, ((batch_of_a * dims[-2] + a[:, -2])[left]) * dims[-1] + b[right, -1]


def sparse_matrix_sparse_mat_mul(a: CSRSparseMatrix, b: CSRSparseMatrix, type: Any, transpose_a: bool = False,
                                 transpose_b: bool = False, adjoint_a: bool = False, adjoint_b: bool = False,
                                 name: str | None = None) -> CSRSparseMatrix:  # fmt: skip
    """The product of two sparse matrices, or of each of two batches.

    It has an element wherever there is a product of two elements, also where these add up to 0. Gradients flow to the
    values of both.

    Args:
      a, b: what `sparse_tensor_to_csr_sparse_matrix` gives, both of one rank and dtype.
      type: not used: it is that of `a`.
      transpose_a, transpose_b, adjoint_a, adjoint_b: take the transpose, or its conjugate, of one.

    Raises:
      InvalidArgumentError: if the shapes or dtypes do not fit.
    """
    op = "SparseMatrixSparseMatMul"
    x, y = _turned(a.tensor, transpose_a, adjoint_a), _turned(b.tensor, transpose_b, adjoint_b)
    if x.dtype != y.dtype:
        raise invalid(op, f"cannot compute {op} of matrices of {x.dtype.name} and {y.dtype.name}")
    m, n = x._dims, y._dims
    if len(m) != len(n):
        raise invalid(op, f"Ranks of A and B must be equal.  Shapes are: {_brackets(m)} vs. {_brackets(n)}")
    checked(_check_inner, *m, *n)
    dims = (*m[:-1], n[-1])
    left, right, places = product_pairs_p(x.indices, y.indices, dims=dims)
    products = gather_p(x.values, left, axis=-1) * gather_p(y.values, right, axis=-1)
    found = computed(_distinct_places, places)
    values = unsorted_segment_sum(products, computed(_place_numbers, places), found._array.shape[0])
    indices = computed(_coordinates, found, dims=dims)
    return CSRSparseMatrix(SparseTensor(indices, values, integers_tensor(dims, np.int64)))


def _turned(x: SparseTensor, transposed: bool, adjoint: bool) -> SparseTensor:
    if transposed and adjoint:
        raise invalid("SparseMatrixSparseMatMul", "Only one of adjoint and transpose may be true.")
    if not transposed and not adjoint:
        return reorder(x)
    x = transpose(x, [1, 0] if len(x._dims) == 2 else [0, 2, 1])
    return x.with_values(conj(x.values)) if adjoint else x


@computation
def _check_inner(*lengths: int) -> None:
    n = len(lengths) // 2
    a, b = lengths[:n], lengths[n:]
    if a[-1] != b[-2]:
        raise invalid("SparseMatrixSparseMatMul", "Inner product dimensions of A and B do not agree.  Shapes are: "
                      f"{_brackets(a)} vs. {_brackets(b)}")  # fmt: skip
    if a[:-2] != b[:-2]:
        raise invalid("SparseMatrixSparseMatMul", f"Batch sizes of A and B do not agree.  Shapes are: {_brackets(a)} "
                      f"vs. {_brackets(b)}")  # fmt: skip


@computation
def _distinct_places(places: Any) -> Any:
    return np.unique(places)


@computation
def _place_numbers(places: Any) -> Any:
    return np.unique(places, return_inverse=True)[1]


@computation
def _coordinates(places: Any, dims: tuple[int, ...]) -> Any:
    return np.stack(np.unravel_index(places, dims), -1).astype(np.int64)


class CSRSparseMatrixToSparseTensor(NamedTuple):
    """What `csr_sparse_matrix_to_sparse_tensor` gives."""

    indices: EagerTensor
    values: EagerTensor
    dense_shape: EagerTensor


def csr_sparse_matrix_to_sparse_tensor(sparse_matrix: CSRSparseMatrix, type: Any,
                                       name: str | None = None) -> CSRSparseMatrixToSparseTensor:  # fmt: skip
    """The parts of the SparseTensor that is the same matrix: `indices`, `values` and `dense_shape`."""
    return CSRSparseMatrixToSparseTensor(*sparse_matrix.tensor._components)
