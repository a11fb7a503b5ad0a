"""Triangles: equations with them, and Cholesky's decomposition, which makes them."""

from typing import Any

import numpy as np

from ..array.slicing import slice_p
from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..math.comparison import where_p, zeros_like
from ..math.complex_numbers import real_p
from ..math.elementwise import log_p
from ..math.reduction import sum_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import computation, computed_like, differ, exceeds
from ..values.tensor import EagerTensor
from .diagonal import Bands, take_diagonals_p
from .matmul import batch_axis, conj_if_complex, matmul_p
from .parts import _adjoint, _conj, _equations, _linalg, _matrices, _on, _singular, _times, _weighted

__all__ = ["banded_triangular_solve", "cholesky", "cholesky_solve", "logdet", "triangular_solve"]


@primitive(op="MatrixTriangularSolve", kinds="fc", same=("a", "b"), linear=("b",))
def triangular_solve_p(xp: Any, a: Any, b: Any, *, lower: bool, ta: bool = False) -> Any:
    """The x of op(a) @ x = b, where op transposes if `ta` says so, and only a triangle of `a` is read."""
    return _linalg(xp.linalg.solve_triangular, a, b, lower=lower, transposed=ta)


def _triangle_back(g: Any, a: Any, out: Any, a_shape: tuple[int, ...], out_shape: tuple[int, ...], lower: bool,
                   ta: bool) -> Any:  # fmt: skip
    c = triangular_solve_p(a, g, lower=lower, ta=not ta)
    c = -matmul_p(out, c, tb=True) if ta else -matmul_p(c, out, tb=True)
    read = computed_like(c, _triangle, shape_of(c)[-1], lower=lower)
    return unbroadcast(where_p(read, c, zeros_like(c)), a_shape, lead_of(g, len(out_shape)))


@computation
def _triangle(n: int, lower: bool) -> Any:
    return np.tri(n, dtype=bool) if lower else np.tri(n, dtype=bool).T


def _rhs_back(g: Any, a: Any, b_shape: tuple[int, ...], out_shape: tuple[int, ...], lower: bool, ta: bool) -> Any:
    return unbroadcast(triangular_solve_p(a, g, lower=lower, ta=not ta), b_shape, lead_of(g, len(out_shape)))


triangular_solve_p.vjp(a=_triangle_back, b=_rhs_back)
triangular_solve_p.along(a=lambda j, a_shape: batch_axis(j, a_shape),
                         b=lambda j, b_shape: j if j == -1 else batch_axis(j, b_shape))  # fmt: skip


@primitive(op="BandedTriangularSolve", kinds="fc", same=("bands", "b"), linear=("b",))
def banded_solve_p(xp: Any, bands: Any, b: Any, *, lower: bool, ta: bool = False) -> Any:
    """The same of triangles of which all but the diagonals nearest the main one are zero."""
    try:
        return _linalg(xp.linalg.solve_banded, bands, b, lower=lower, transposed=ta)
    except np.linalg.LinAlgError:
        raise _singular("BandedTriangularSolve") from None


def _bands_back(g: Any, bands: Any, out: Any, bands_shape: tuple[int, ...], out_shape: tuple[int, ...], lower: bool,
                ta: bool) -> Any:  # fmt: skip
    c = banded_solve_p(bands, g, lower=lower, ta=not ta)
    c = -matmul_p(out, c, tb=True) if ta else -matmul_p(c, out, tb=True)
    count, n = bands_shape[-2:]
    low, high = (-count, 0) if lower else (0, count)  # with one more, so that there are always several
    near = take_diagonals_p(c, bands=Bands(n, n, low, high, "LEFT_RIGHT"))
    near = slice_p(near, key=(..., slice(0, count) if lower else slice(1, None), slice(None)))
    return unbroadcast(near, bands_shape, lead_of(g, len(out_shape)))


def _banded_rhs_back(g: Any, bands: Any, b_shape: tuple[int, ...], out_shape: tuple[int, ...], lower: bool,
                     ta: bool) -> Any:  # fmt: skip
    return unbroadcast(banded_solve_p(bands, g, lower=lower, ta=not ta), b_shape, lead_of(g, len(out_shape)))


banded_solve_p.vjp(bands=_bands_back, b=_banded_rhs_back)
banded_solve_p.along(b=lambda j, b_shape: j if j == -1 else batch_axis(j, b_shape))


@primitive(op="Cholesky", kinds="fc", same=("x",), holomorphic=False)
def cholesky_p(xp: Any, x: Any) -> Any:
    return _linalg(xp.linalg.cholesky, x)


def _cholesky_back(g: Any, out: Any) -> Any:
    # Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10.
    inner = _weighted(_times(out, g), 1.0, 0.5, 0.0)
    turned = _conj(out)
    half = triangular_solve_p(turned, inner, lower=True, ta=True)
    half = _adjoint(triangular_solve_p(turned, _adjoint(half), lower=True, ta=True))
    return 0.5 * (half + _adjoint(half))


cholesky_p.vjp(x=_cholesky_back)
cholesky_p.along(x=lambda j: j if j < -2 else None)

# --- public ----------------------------------------------------------------------------------------------------------


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> EagerTensor:
    """The solutions x of `matrix @ x = rhs`, where only the lower (or upper) triangle of `matrix` is read.

    Args:
      matrix: shape (..., n, n).
      rhs: shape (..., n, k). Leading axes broadcast.
      lower: which triangle.
      adjoint: take the conjugate transpose of that triangle.

    Returns:
      Shape (..., n, k): infinities and nan where a matrix has zeros on its diagonal.
    """
    a, b = _equations(matrix, rhs, "MatrixTriangularSolve")
    return triangular_solve_p(conj_if_complex(a) if adjoint else a, b, lower=bool(lower), ta=bool(adjoint))  # type: ignore[no-any-return]


def banded_triangular_solve(
    bands: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> EagerTensor:
    """The solutions of equations with triangles of which all but the diagonals nearest the main one are zero.

    Args:
      bands: shape (..., k, n): of lower triangles the main diagonal first, then the one below it, ..., whose first
        elements are not read; of upper ones the main diagonal last, and last elements are not read.
      rhs: shape (..., n, m). Leading axes broadcast.
      lower: which triangle.
      adjoint: take the conjugate transpose.

    Returns:
      Shape (..., n, m).

    >>> import gradtape as tf
    >>> tf.linalg.banded_triangular_solve([[2.0, 4.0], [0.0, 1.0]], [[2.0], [9.0]]).numpy()
    array([[1.],
           [2.]], dtype=float32)
    """
    op = "BandedTriangularSolve"
    a = _matrices(bands, op, square=False)
    b = _matrices(convert_to_tensor(rhs, dtype_hint=a.dtype), op, square=False)
    if differ(a._array.shape[-1], b._array.shape[-2]):
        raise invalid(op, f"In[0] mismatch In[1] shape: {a.shape} and {b.shape}")
    if exceeds(1, a._array.shape[-2]):
        raise invalid(op, "The number of bands must be positive, is 0")
    return banded_solve_p(conj_if_complex(a) if adjoint else a, b, lower=bool(lower), ta=bool(adjoint))  # type: ignore[no-any-return]


def cholesky(input: Any, name: str | None = None) -> EagerTensor:
    """The lower triangular L with `L @ adjoint(L)` the given Hermitian positive definite matrices; else nan.

    Only lower triangles are read.

    >>> import gradtape as tf
    >>> tf.linalg.cholesky([[4.0, 2.0], [2.0, 2.0]]).numpy()
    array([[2., 0.],
           [1., 1.]], dtype=float32)
    """
    return cholesky_p(_matrices(input, "Cholesky"))  # type: ignore[no-any-return]


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> EagerTensor:
    """The solutions x of `A @ x = rhs`, given `chol = cholesky(A)`."""
    return triangular_solve(chol, triangular_solve(chol, rhs), adjoint=True)


def logdet(matrix: Any, name: str | None = None) -> EagerTensor:
    """The logarithms of the determinants of Hermitian positive definite matrices."""
    on = _on(cholesky(matrix))
    return 2.0 * sum_p(log_p(real_p(on) if on._array.dtype.kind == "c" else on), axis=(-1,))  # type: ignore[no-any-return]
