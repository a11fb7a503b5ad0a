"""Matrices that have no inverse: least squares, pseudo-inverses, ranks."""

from typing import Any

import ml_dtypes
import numpy as np

from ..math.arithmetic import multiply_p
from ..math.cast import cast
from ..math.comparison import greater_p, like, where_p
from ..math.reduction import reduce_max, reduce_sum
from ..operations.broadcasting import broadcast_to_p
from ..operations.primitive import primitive
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import computation, computed, differ, greatest, varies
from ..values.tensor import EagerTensor, Tensor
from .decompositions import svd
from .inverses import solve_p
from .matmul import matmul, matmul_p
from .parts import _column, _linalg, _matrices, _row

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
    if differ(m, b._array.shape[-2]):
        raise invalid(op, f"Input matrix and rhs are incompatible: {a.shape} and {b.shape}.")
    if not fast:
        return matmul(pinv(a), b)
    given = l2_regularizer if isinstance(l2_regularizer, Tensor) else convert_to_tensor(l2_regularizer, a.dtype)
    strength = cast(given, a.dtype)
    if varies((m, n)) and m != n:  # which of the two equations below is the one is not known
        s, u, v = svd(a)
        return matmul(v, _column(s / (s * s + strength)) * matmul(u, b, adjoint_a=True))
    tall = m >= n
    gram = matmul(a, a, adjoint_a=True) if tall else matmul(a, a, adjoint_b=True)
    gram = gram + multiply_p(strength, computed(_identity, gram._array.shape[-1], dtype=a._array.dtype))
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


@primitive(op="Svd", kinds="f", same=("x",))
def pinv_p(xp: Any, x: Any) -> Any:
    """Pseudo-inverses, for which singular values that rounding may have made of 0 are 0."""
    return _linalg(lambda wide: _pseudo_inverses(xp, wide, float(ml_dtypes.finfo(x.dtype).eps)), x)  # type: ignore[no-untyped-call]


def _pseudo_inverses(xp: Any, x: Any, eps: float) -> Any:
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    if 0 in s.shape:
        return xp.matmul(vh.mT, u.mT)
    least = xp.max(s, -1, keepdims=True) * np.asarray(10 * max(x.shape[-2:]) * eps, x.dtype)
    inverse = xp.where(s > least, 1 / xp.where(s > least, s, xp.ones_like(s)), s * 0)
    return xp.matmul(vh.mT * inverse[..., None, :], u.mT)


def _pinv_back(g: Any, x: Any, out: Any) -> Any:
    # Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables
    # separate" (1973), equation 4.12: of matrices of one rank.
    left = matmul_p(g, matmul_p(out, out, tb=True), ta=True)
    right = matmul_p(matmul_p(out, out, ta=True), g, tb=True)
    total = left - matmul_p(x, matmul_p(out, left)) + right - matmul_p(matmul_p(right, out), x)
    return total - matmul_p(matmul_p(out, g, ta=True), out, tb=True)


pinv_p.vjp(x=_pinv_back)
pinv_p.along(x=lambda j: j if j < -2 else None)


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
    if rcond is None:
        return pinv_p(x)  # type: ignore[no-any-return]
    s, u, v = svd(x)
    smallest = convert_to_tensor(rcond, x.dtype)
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
