"""Matrices that have no inverse: least squares, pseudo-inverses, ranks."""

from typing import Any

import ml_dtypes
import numpy as np

from ..autodiff.broadcasting import broadcast_to_p
from ..math.arithmetic import multiply_p
from ..math.cast import cast
from ..math.comparison import greater_p, like, where_p
from ..math.reduction import reduce_max, reduce_sum
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import computation, computed, greatest
from ..values.tensor import EagerTensor, Tensor
from .decompositions import _matrices, _row, solve_p, svd
from .matmul import matmul, matmul_p

__all__ = ["lstsq", "matrix_rank", "pinv"]


@computation
def _identity(n: int, dtype: Any) -> Any:
    return np.eye(n, dtype=dtype)


def lstsq(matrix: Any, rhs: Any, l2_regularizer: Any = 0.0, fast: bool = True, name: str | None = None) -> EagerTensor:
    """The x that minimize `||matrix @ x - rhs||**2 + l2_regularizer * ||x||**2`; of several the smallest.

    Args:
      matrix: of shape (..., m, n).
      rhs: of shape (..., m, k).
      l2_regularizer: a number.
      fast: solve the normal equations, for matrices of full rank; else use singular values.

    Returns:
      A tensor of shape (..., n, k).

    Raises:
      InvalidArgumentError: if the shapes do not fit, or with `fast` a matrix is not of full rank.

    >>> import gradtape as tf
    >>> tf.linalg.lstsq([[1.0], [2.0]], [[2.0], [4.0]]).numpy()
    array([[2.]], dtype=float32)
    """
    op = "MatrixSolveLs"
    a = _matrices(matrix, op, square=False)
    b = _matrices(convert_to_tensor(rhs, dtype_hint=a.dtype), op, square=False)
    solve_p.definition.check((a._array, b._array))
    m, n = a._array.shape[-2:]
    if m != b._array.shape[-2]:
        raise invalid(op, f"Input matrix and rhs are incompatible: {a.shape} and {b.shape}.")
    if not fast:
        return matmul(pinv(a), b)
    tall = m >= n
    gram = matmul(a, a, adjoint_a=True) if tall else matmul(a, a, adjoint_b=True)
    strength = l2_regularizer if isinstance(l2_regularizer, Tensor) else convert_to_tensor(l2_regularizer, a.dtype)
    gram = gram + multiply_p(cast(strength, a.dtype), computed(_identity, gram._array.shape[-1], dtype=a._array.dtype))
    if tall:
        return solve_p(gram, matmul(a, b, adjoint_a=True))  # type: ignore[no-any-return]
    return matmul(a, solve_p(gram, b), adjoint_a=True)


def _epsilon(x: EagerTensor) -> Any:
    """How far rounding of a matrix of this size may move a singular value, over the greatest."""
    m, n = x._array.shape[-2:]
    return like(x, float(ml_dtypes.finfo(x._array.dtype).eps)) * like(x, greatest(m, n))  # type: ignore[no-untyped-call]


def _floating(a: Any, name: str) -> EagerTensor:
    x = _matrices(a, name, square=False)
    if not x.dtype.is_floating:
        raise TypeError(f"Input `a` must have `float`-like `dtype` (saw {x.dtype.name}).")
    return x


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> EagerTensor:
    """The Moore-Penrose pseudo-inverses of matrices.

    Args:
      a: floating, of shape (..., m, n).
      rcond: singular values below `rcond` times the greatest count as 0; by default 10 * max(m, n) roundings.

    Returns:
      A tensor of shape (..., n, m).

    Raises:
      TypeError: if `a` is not floating.

    >>> import gradtape as tf
    >>> tf.linalg.pinv([[2.0, 0.0], [0.0, 0.0]]).numpy().round(3)
    array([[0.5, 0. ],
           [0. , 0. ]], dtype=float32)
    """
    x = _floating(a, "Svd")
    s, u, v = svd(x)
    smallest = 10 * _epsilon(x) if rcond is None else convert_to_tensor(rcond, x.dtype)
    counted = greater_p(s, broadcast_to_p(smallest * reduce_max(s, -1, keepdims=True), shape=s._array.shape))
    return matmul_p(v / _row(where_p(counted, s, like(s, np.inf))), u, tb=True)  # type: ignore[no-any-return]


def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None) -> EagerTensor:
    """How many singular values of matrices are above `tol`, by default what rounding may make of 0; an int32.

    >>> import gradtape as tf
    >>> tf.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]]).numpy()
    np.int32(1)
    """
    x = _floating(a, "Svd")
    s = svd(x, compute_uv=False)
    least = _epsilon(x) * reduce_max(s, -1, keepdims=True) if tol is None else convert_to_tensor(tol, x.dtype)
    return reduce_sum(cast(greater_p(s, least), dtypes.int32), -1)
