"""The decomposition of square matrices into a lower and an upper triangular one, and what it is used for."""

import collections
from typing import Any

import numpy as np

from ..array.creation import eye
from ..array.gathering import gather
from ..array.shape import broadcast_to
from ..autodiff.cotangents import shape_of
from ..math.comparison import where_p, zeros_like
from ..operations.primitive import _kernel_name, primitive
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, int32
from ..values.errors import invalid
from ..values.symbolic import (
    broadcast_shapes,
    checked,
    computation,
    computed,
    computed_like,
    integers_tensor,
)
from ..values.tensor import EagerTensor, Tensor
from .matmul import matmul_p
from .parts import _matrices, _singular, _transpose, _weighted
from .triangular import triangular_solve_p

__all__ = ["lu", "lu_matrix_inverse", "lu_reconstruct", "lu_solve"]

Lu = collections.namedtuple("Lu", ["lu", "p"])


@primitive(op="Lu", kinds="fc", same=("x",), multiple=True)
def lu_p(xp: Any, x: Any, *, dtype: Any) -> Any:
    """L below the diagonal, which is 1, and U from there on, in one matrix; and the row of `x` that each row is of."""
    factors, order = xp.linalg.lu(x)
    if xp.detects(~(abs(xp.diagonal(factors, axis1=-2, axis2=-1)) > 0)):
        raise _singular("Lu")
    return factors, order.astype(dtype)


def _identity_like(x: Any) -> Any:
    dtype = x._array.dtype if isinstance(x, Tensor) else x.dtype
    return computed_like(x, _identity, shape_of(x)[-1], dtype=dtype)


@computation
def _identity(n: int, dtype: Any) -> Any:
    return np.eye(n, dtype=dtype)


@computation
def _permutation(order: Any, dtype: Any) -> Any:
    """The matrix that puts rows in this order."""
    return (order[..., None] == np.arange(order.shape[-1])).astype(dtype)


def _lu_back(g: Any, out: Any) -> Any:
    # With x[p] = L U, inv(L) d(x[p]) inv(U) is inv(L) dL, strictly lower, and dU inv(U), upper.
    factors, order = out
    if g[0] is None:
        return None
    lower = _weighted(factors, 1.0, 0.0, 0.0) + _identity_like(factors)
    upper = _weighted(factors, 0.0, 1.0, 1.0)
    inner = _weighted(matmul_p(lower, _weighted(g[0], 1.0, 0.0, 0.0), ta=True), 1.0, 0.0, 0.0)
    inner = inner + _weighted(matmul_p(_weighted(g[0], 0.0, 1.0, 1.0), upper, tb=True), 0.0, 1.0, 1.0)
    half = triangular_solve_p(lower, inner, lower=True, ta=True)
    rows = _transpose(triangular_solve_p(upper, _transpose(half), lower=False))
    dtype = factors._array.dtype if isinstance(factors, Tensor) else factors.dtype
    return matmul_p(computed_like(factors, _permutation, order, dtype=dtype), rows, ta=True)


lu_p.vjp(x=_lu_back)
lu_p.along(x=lambda j: j if j < -2 else None)


def lu(input: Any, output_idx_type: Any = int32, name: str | None = None) -> Lu:
    """Lower triangular L, with 1 on the diagonal, and upper triangular U, whose product is `input` in another order.

    Args:
      input: shape (..., n, n).
      output_idx_type: int32 or int64.

    Returns:
      `lu`, of that shape: U, and L below the diagonal; and `p`, of shape (..., n): the row of `input` that each row of
      L @ U is.

    Raises:
      InvalidArgumentError: if a matrix is not invertible, or for a shape that is not (..., n, n).

    >>> import gradtape as tf
    >>> lu, p = tf.linalg.lu([[1.0, 2.0], [4.0, 4.0]])
    >>> lu.numpy(), p.numpy()
    (array([[4.  , 4.  ],
           [0.25, 1.  ]], dtype=float32), array([1, 0], dtype=int32))
    """
    x, dtype = _matrices(input, "Lu"), as_dtype(output_idx_type)
    if x.dtype.name == "bfloat16":
        raise invalid("Lu", "Value for attr 'T' of bfloat16 is not in the list of allowed values: double, float, half, "
                      "complex64, complex128")  # fmt: skip
    if dtype.name not in ("int32", "int64"):
        raise invalid("Lu", f"Value for attr 'output_idx_type' of {_kernel_name(dtype._numpy)} is not in the list of "
                      "allowed values: int32, int64")  # fmt: skip
    return Lu(*lu_p(x, dtype=dtype._numpy))


def _given(lower_upper: Any, perm: Any) -> tuple[EagerTensor, EagerTensor]:
    factors, order = convert_to_tensor(lower_upper), convert_to_tensor(perm, dtype_hint=int32)
    shape = factors._array.shape
    if len(shape) < 2:
        raise ValueError(f"Input `lower_upper` must have at least 2 dimensions, got shape {factors.shape}")
    if order._array.ndim != len(shape) - 1:
        raise ValueError(f"`rank(lower_upper)` must equal `rank(perm) + 1`, got shapes {factors.shape}, {order.shape}")
    if shape[-1:] != shape[-2:-1]:
        checked(_check_square, *shape)
    return factors, order


@computation
def _check_square(*shape: int) -> None:
    if shape[-1] != shape[-2]:
        raise ValueError(f"`lower_upper` must be square, got shape {list(shape)}")


def _in_order(x: Any, order: Any) -> Any:
    """The rows of the matrices `x` in another order; leading axes broadcast."""
    if order._array.ndim == 1:
        return gather(x, order, axis=-2)
    lead = broadcast_shapes(order._array.shape[:-1], x._array.shape[:-2])
    x = broadcast_to(x, integers_tensor((*lead, *x._array.shape[-2:]), np.int32))
    order = broadcast_to(order, integers_tensor((*lead, order._array.shape[-1]), np.int32))
    return gather(x, order, axis=len(lead), batch_dims=len(lead))


@computation
def _upper(n: int) -> Any:
    return np.tri(n, dtype=bool).T


def _parts(factors: Any) -> tuple[Any, Any]:
    n = factors._array.shape[-1]
    upper = where_p(computed(_upper, n), factors, zeros_like(factors))
    return factors - upper + _identity_like(factors), upper


def lu_solve(lower_upper: Any, perm: Any, rhs: Any, validate_args: bool = False,
             name: str | None = None) -> EagerTensor:  # fmt: skip
    """The solutions x of `A @ x = rhs`, given `lower_upper, perm = tf.linalg.lu(A)`.

    Args:
      lower_upper: shape (..., n, n).
      perm: shape (..., n).
      rhs: shape (..., n, k). Leading axes broadcast.
      validate_args: not used: shapes are always looked at.

    Raises:
      ValueError: if a shape does not fit.

    >>> import gradtape as tf
    >>> tf.linalg.lu_solve(*tf.linalg.lu([[2.0, 0.0], [0.0, 4.0]]), [[2.0], [2.0]]).numpy()
    array([[1. ],
           [0.5]], dtype=float32)
    """
    factors, order = _given(lower_upper, perm)
    b = convert_to_tensor(rhs, dtype_hint=factors.dtype)
    if b._array.ndim < 2:
        raise ValueError("Input `rhs` must have at least 2 dimensions.")
    lower, _ = _parts(factors)
    half = triangular_solve_p(lower, _in_order(b, order), lower=True)
    return triangular_solve_p(factors, half, lower=False)  # type: ignore[no-any-return]


def lu_reconstruct(lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None) -> EagerTensor:
    """The matrices of which these are `tf.linalg.lu`; arguments as of `tf.linalg.lu_solve`.

    >>> import gradtape as tf
    >>> tf.linalg.lu_reconstruct(*tf.linalg.lu([[1.0, 2.0], [4.0, 4.0]])).numpy()
    array([[1., 2.],
           [4., 4.]], dtype=float32)
    """
    factors, order = _given(lower_upper, perm)
    return _in_order(matmul_p(*_parts(factors)), computed(_inverse, order))  # type: ignore[no-any-return]


@computation
def _inverse(order: Any) -> Any:
    return np.argsort(order, axis=-1).astype(order.dtype)


def lu_matrix_inverse(lower_upper: Any, perm: Any, validate_args: bool = False,
                      name: str | None = None) -> EagerTensor:  # fmt: skip
    """The inverses of the matrices of which these are `tf.linalg.lu`; arguments as of `tf.linalg.lu_solve`.

    >>> import gradtape as tf
    >>> tf.linalg.lu_matrix_inverse(*tf.linalg.lu([[2.0, 0.0], [0.0, 4.0]])).numpy()
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    factors, order = _given(lower_upper, perm)
    return lu_solve(factors, order, eye(factors._array.shape[-1], dtype=factors.dtype))
