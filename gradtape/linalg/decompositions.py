"""Matrices in the last two axes: inverses, determinants, linear equations, and the classical decompositions."""

import collections
from typing import Any

import numpy as np

from ..array.joining import concat
from ..array.slicing import slice_p
from ..autodiff.broadcasting import lead_of, reshape_p, shape_of, transpose_p, unbroadcast
from ..autodiff.primitive import primitive
from ..math.cast import cast_like, cast_p
from ..math.comparison import where_p, zeros_like
from ..math.complex_numbers import conj_p, real_p
from ..math.elementwise import log_p
from ..math.reduction import sum_p
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import checked, computation, computed, computed_like, surely_equal
from ..values.tensor import EagerTensor, Tensor
from .diagonal import Bands, put_diagonals_p, take_diagonals_p
from .matmul import batch_axis, conj_if_complex, matmul_p

__all__ = [
    "cholesky", "cholesky_solve", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "logdet", "qr", "slogdet",
    "solve", "svd",
    "triangular_solve",
]  # fmt: skip

LogMatrixDeterminant = collections.namedtuple("LogMatrixDeterminant", ["sign", "log_abs_determinant"])
Qr = collections.namedtuple("Qr", ["q", "r"])

# --- small helpers of the rules, for arrays and tensors --------------------------------------------------------------


def _transpose(x: Any) -> Any:
    return transpose_p(x, perm=(-1, -2))


def _conj(x: Any) -> Any:
    dtype = x._array.dtype if isinstance(x, Tensor) else x.dtype
    return conj_p(x) if dtype.kind == "c" else x


def _column(x: Any) -> Any:
    """`x` with a last axis of length 1."""
    return reshape_p(x, shape=(*shape_of(x), 1))


def _row(x: Any) -> Any:
    """`x` with a last axis but one of length 1."""
    return reshape_p(x, shape=(*shape_of(x)[:-1], 1, shape_of(x)[-1]))


def _diagonal(x: Any) -> Any:
    n = shape_of(x)[-1]
    return put_diagonals_p(x, bands=Bands(n, n))


def _weighted(x: Any, below: float, on: float, above: float) -> Any:
    """Square matrices, their elements multiplied according to where they are."""
    dtype = x._array.dtype if isinstance(x, Tensor) else x.dtype
    return x * computed_like(x, _weights, shape_of(x)[-1], below=below, on=on, above=above, dtype=dtype)


@computation
def _weights(n: int, below: float, on: float, above: float, dtype: Any) -> Any:
    k = np.arange(n) - np.arange(n)[:, None]
    return np.where(k < 0, below, np.where(k > 0, above, on)).astype(dtype)


@computation
def _on_diagonal(n: int) -> Any:
    return np.eye(n, dtype=bool)


def _gaps(values: Any) -> Any:
    """1 / (values_j - values_i), and 0 where i = j."""
    same = computed_like(values, _on_diagonal, shape_of(values)[-1])
    gaps = _row(values) - _column(values)
    return where_p(same, zeros_like(gaps), 1.0 / where_p(same, zeros_like(gaps) + 1.0, gaps))


def _plus(x: Any, y: Any) -> Any:
    return y if x is None else x if y is None else x + y


# --- inverses and determinants ---------------------------------------------------------------------------------------


def _linalg(function: Any, *arrays: Any, **options: Any) -> Any:
    """`function` of NumPy's `linalg`, of 16-bit floats by way of float32."""
    dtype = arrays[0].dtype
    if dtype.itemsize > 2:
        return function(*arrays, **options)
    out = function(*(a.astype(np.float32) for a in arrays), **options)
    return tuple(part.astype(dtype) for part in out) if isinstance(out, tuple) else out.astype(dtype)


def _singular(op: str) -> InvalidArgumentError:
    return invalid(op, "Input matrix is not invertible.")


@primitive(op="MatrixInverse", kinds="fc", same=("x",))
def inv_p(xp: Any, x: Any) -> Any:
    try:
        return _linalg(xp.linalg.inv, x)
    except np.linalg.LinAlgError:
        raise _singular("MatrixInverse") from None


inv_p.vjp(x=lambda g, out: -matmul_p(matmul_p(out, g, ta=True), out, tb=True))
inv_p.along(x=lambda j: j if j < -2 else None)


@primitive(op="MatrixDeterminant", kinds="fc", same=("x",))
def det_p(xp: Any, x: Any) -> Any:
    return _linalg(xp.linalg.det, x)


det_p.vjp(x=lambda g, x, out: _column(_column(g * out)) * _transpose(inv_p(x)))
det_p.along(x=lambda j: j - 2)


@primitive(op="LogMatrixDeterminant", kinds="f", same=("x",), multiple=True)
def slogdet_p(xp: Any, x: Any) -> Any:
    return tuple(_linalg(xp.linalg.slogdet, x))


slogdet_p.vjp(x=lambda g, x: None if g[1] is None else _column(_column(g[1])) * _transpose(inv_p(x)))
slogdet_p.along(x=lambda j: j - 2)


@primitive(op="MatrixSolve", kinds="fc", same=("a", "b"), linear=("b",))
def solve_p(xp: Any, a: Any, b: Any, *, ta: bool = False) -> Any:
    """The x of op(a) @ x = b, where op transposes if `ta` says so; leading axes broadcast."""
    try:
        return _linalg(xp.linalg.solve, a.mT if ta else a, b)
    except np.linalg.LinAlgError:
        raise _singular("MatrixSolve") from None


def _solve_back(g: Any, a: Any, out: Any, a_shape: tuple[int, ...], out_shape: tuple[int, ...], ta: bool) -> Any:
    c = solve_p(a, g, ta=not ta)
    c = matmul_p(out, c, tb=True) if ta else matmul_p(c, out, tb=True)
    return unbroadcast(-c, a_shape, lead_of(g, len(out_shape)))


def _rhs_back(g: Any, a: Any, b_shape: tuple[int, ...], out_shape: tuple[int, ...], ta: bool) -> Any:
    return unbroadcast(solve_p(a, g, ta=not ta), b_shape, lead_of(g, len(out_shape)))


solve_p.vjp(a=_solve_back, b=_rhs_back)
solve_p.along(a=lambda j, a_shape: batch_axis(j, a_shape),
              b=lambda j, b_shape: j if j == -1 else batch_axis(j, b_shape))  # fmt: skip

# --- decompositions --------------------------------------------------------------------------------------------------


@primitive(op="Cholesky", kinds="f", same=("x",))
def cholesky_p(xp: Any, x: Any) -> Any:
    try:
        return _linalg(xp.linalg.cholesky, x)
    except np.linalg.LinAlgError:  # one of them is not positive definite: its decomposition is nan
        if x.ndim == 2:
            return xp.tril(xp.full_like(x, np.nan))
        return xp.stack([cholesky_p(matrix) for matrix in x])


def _cholesky_back(g: Any, out: Any) -> Any:
    # Murray, "Differentiation of the Cholesky decomposition" (2016), equation 10.
    inner = _weighted(matmul_p(out, g, ta=True), 1.0, 0.5, 0.0)
    half = _transpose(solve_p(out, _transpose(solve_p(out, inner, ta=True)), ta=True))
    return 0.5 * (half + _transpose(half))


cholesky_p.vjp(x=_cholesky_back)
cholesky_p.along(x=lambda j: j if j < -2 else None)


@primitive(op="SelfAdjointEigV2", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def eigh_p(xp: Any, x: Any) -> Any:
    """Eigenvalues, of the dtype of `x`, and eigenvectors of the Hermitian matrices whose lower triangles these are."""
    values, vectors = _linalg(xp.linalg.eigh, x)
    return values.astype(x.dtype), vectors


def _eigh_back(g: Any, out: Any) -> Any:
    values, vectors = out
    inner = None if g[0] is None else _diagonal(g[0])
    if g[1] is not None:
        inner = _plus(inner, _gaps(values) * matmul_p(_conj(vectors), g[1], ta=True))
    whole = matmul_p(matmul_p(vectors, inner), _conj(vectors), tb=True)
    return _weighted(whole + _transpose(_conj(whole)), 1.0, 0.5, 0.0)  # the upper triangle is not read


eigh_p.vjp(x=_eigh_back)


@primitive(op="Eig", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def eig_p(xp: Any, x: Any) -> Any:
    """Eigenvalues and eigenvectors of length 1, complex, of any square matrices."""
    wide = np.result_type(x.dtype, np.complex64)
    values, vectors = xp.linalg.eig(x)
    return values.astype(wide), vectors.astype(wide)


def _eig_back(g: Any, out: Any, x_dtype: Any) -> Any:
    # Boeddeker et al., "On the computation of complex-valued gradients with application to statistically optimum
    # beamforming" (2017), equation 4.77; eigenvectors are as free as their phases are.
    values, vectors = out
    turned = _conj(vectors)
    inner = None if g[0] is None else _diagonal(g[0])
    if g[1] is not None:
        along = matmul_p(turned, g[1], ta=True)
        n = shape_of(along)[-1]
        size = cast_like(real_p(take_diagonals_p(along, bands=Bands(n, n))), along)
        inner = _plus(inner, _conj(_gaps(values)) * (along - matmul_p(turned, vectors, ta=True) * _row(size)))
    return cast_p(solve_p(turned, matmul_p(inner, turned, tb=True), ta=True), dtype=x_dtype)


eig_p.vjp(x=_eig_back)


@primitive(op="Svd", kinds="f", same=("x",), multiple=True)
def svd_p(xp: Any, x: Any, *, full: bool = False) -> Any:
    u, s, vt = _linalg(xp.linalg.svd, x, full_matrices=full)
    return s, u, vt.mT


def _svd_back(g: Any, out: Any, full: bool) -> Any:
    s, u, v = out
    if full and shape_of(u)[-1] != shape_of(v)[-1]:
        raise NotImplementedError("svd has no gradient for full_matrices=True of matrices that are not square.")
    inner = None if g[0] is None else _diagonal(g[0])
    outside = None
    if g[1] is not None or g[2] is not None:
        gaps = _gaps(s * s)
    if g[1] is not None:
        turn = matmul_p(u, g[1], ta=True)
        inner = _plus(inner, gaps * (turn - _transpose(turn)) * _row(s))
        outside = matmul_p((g[1] - matmul_p(u, turn)) / _row(s), v, tb=True)
    if g[2] is not None:
        turn = matmul_p(v, g[2], ta=True)
        inner = _plus(inner, gaps * (turn - _transpose(turn)) * _column(s))
        outside = _plus(outside, matmul_p(u, (g[2] - matmul_p(v, turn)) / _row(s), tb=True))
    return _plus(matmul_p(matmul_p(u, inner), v, tb=True), outside)


svd_p.vjp(x=_svd_back)


@primitive(op="Qr", kinds="f", same=("x",), multiple=True)
def qr_p(xp: Any, x: Any, *, full: bool = False) -> Any:
    return tuple(_linalg(xp.linalg.qr, x, mode="complete" if full else "reduced"))


def _qr_back(g: Any, out: Any) -> Any:
    q, r = out
    if shape_of(q)[-2] < shape_of(r)[-1] or shape_of(q)[-1] != shape_of(r)[-1]:
        raise NotImplementedError("qr has no gradient for full_matrices=True of matrices that are not square.")
    inner = None if g[1] is None else matmul_p(r, g[1], tb=True)
    if g[0] is not None:
        inner = _plus(inner, -matmul_p(g[0], q, ta=True))
    lower = _weighted(inner, 1.0, 0.5, 0.0)
    cotangent = _plus(matmul_p(q, lower + _transpose(lower)), g[0])
    return _transpose(solve_p(r, _transpose(cotangent)))


qr_p.vjp(x=_qr_back)

# --- public ----------------------------------------------------------------------------------------------------------


def _matrices(x: Any, op: str, square: bool = True) -> EagerTensor:
    x = convert_to_tensor(x)
    shape = x._array.shape
    if len(shape) < 2:
        raise invalid(op, f"Input tensor 0 must have rank >= 2, got {len(shape)}")
    if square and not surely_equal(shape[-1:], shape[-2:-1]):
        checked(_check_square, op, *shape)
    return x


@computation
def _check_square(op: str, *shape: int) -> None:
    if shape[-1] != shape[-2]:
        raise invalid(op, f"Input matrix must be square, got shape {list(shape)}.")


def inv(input: Any, adjoint: bool = False, name: str | None = None) -> EagerTensor:
    """The inverses of square matrices, or with `adjoint` of their conjugate transposes.

    Raises:
      InvalidArgumentError: if one has none, or for a shape that is not (..., n, n).

    >>> import gradtape as tf
    >>> tf.linalg.inv([[2.0, 0.0], [0.0, 4.0]]).numpy()
    array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    out = inv_p(_matrices(input, "MatrixInverse"))
    return _transpose(conj_if_complex(out)) if adjoint else out  # type: ignore[no-any-return]


def det(input: Any, name: str | None = None) -> EagerTensor:
    """The determinants of square matrices: shape (..., n, n) to (...). Its gradient asks for inverses.

    >>> import gradtape as tf
    >>> tf.linalg.det([[2.0, 0.0], [0.0, 4.0]]).numpy()
    np.float32(8.0)
    """
    return det_p(_matrices(input, "MatrixDeterminant"))  # type: ignore[no-any-return]


def slogdet(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """The signs of determinants, and the logarithms of their absolute values."""
    return LogMatrixDeterminant(*slogdet_p(_matrices(input, "LogMatrixDeterminant")))


def logdet(matrix: Any, name: str | None = None) -> EagerTensor:
    """The logarithms of the determinants of positive definite matrices."""
    factor = cholesky(matrix)
    n = factor._array.shape[-1]
    return 2.0 * sum_p(log_p(take_diagonals_p(factor, bands=Bands(n, n))), axis=(-1,))  # type: ignore[no-any-return]


def _equations(matrix: Any, rhs: Any, op: str) -> tuple[EagerTensor, EagerTensor]:
    a = _matrices(matrix, op)
    b = _matrices(convert_to_tensor(rhs, dtype_hint=a.dtype), op, square=False)
    if a._array.shape[-1] != b._array.shape[-2]:
        raise _incompatible(op, a, b)
    return a, b


def _incompatible(op: str, a: EagerTensor, b: EagerTensor) -> InvalidArgumentError:
    return invalid(op, f"Input matrix and rhs are incompatible: {a.shape} and {b.shape}.")


def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> EagerTensor:
    """The solutions x of `matrix @ x = rhs`.

    Args:
      matrix: shape (..., n, n).
      rhs: shape (..., n, k), with the same leading axes.
      adjoint: take the conjugate transpose of `matrix`.

    Raises:
      InvalidArgumentError: if a matrix is not invertible, or the shapes do not fit.

    >>> import gradtape as tf
    >>> tf.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [[2.0], [2.0]]).numpy()
    array([[1. ],
           [0.5]], dtype=float32)
    """
    shapes = [np.shape(x._array) for x in (convert_to_tensor(matrix), convert_to_tensor(rhs))]
    if len(shapes[0]) != len(shapes[1]):
        raise invalid("MatrixSolve", f"All input tensors must have the same rank, got shapes {shapes}")
    a, b = _equations(matrix, rhs, "MatrixSolve")
    if a._array.shape[:-2] != b._array.shape[:-2]:
        raise _incompatible("MatrixSolve", a, b)
    return solve_p(conj_if_complex(a) if adjoint else a, b, ta=bool(adjoint))  # type: ignore[no-any-return]


@computation
def _triangle(n: int, lower: bool) -> Any:
    return np.tri(n, dtype=bool) if lower else np.tri(n, dtype=bool).T


def triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> EagerTensor:
    """The solutions x of `matrix @ x = rhs`, where only the lower (or upper) triangle of `matrix` is read.

    Args:
      matrix: shape (..., n, n).
      rhs: shape (..., n, k). Leading axes broadcast.
      lower: which triangle.
      adjoint: take the conjugate transpose of that triangle.
    """
    a, b = _equations(matrix, rhs, "MatrixTriangularSolve")
    n = a._array.shape[-1]
    a = where_p(computed(_triangle, n, bool(lower)), a, zeros_like(a))
    return solve_p(conj_if_complex(a) if adjoint else a, b, ta=bool(adjoint))  # type: ignore[no-any-return]


def cholesky(input: Any, name: str | None = None) -> EagerTensor:
    """The lower triangular L with `L @ transpose(L)` the given symmetric positive definite matrices; else nan.

    >>> import gradtape as tf
    >>> tf.linalg.cholesky([[4.0, 2.0], [2.0, 2.0]]).numpy()
    array([[2., 0.],
           [1., 1.]], dtype=float32)
    """
    return cholesky_p(_matrices(input, "Cholesky"))  # type: ignore[no-any-return]


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> EagerTensor:
    """The solutions x of `A @ x = rhs`, given `chol = cholesky(A)`."""
    return triangular_solve(chol, triangular_solve(chol, rhs), adjoint=True)


def eigh(tensor: Any, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
    """The eigenvalues, ascending, and eigenvectors, in columns, of symmetric matrices; lower triangles are read.

    >>> import gradtape as tf
    >>> tf.linalg.eigh([[2.0, 0.0], [0.0, 1.0]])[0].numpy()
    array([1., 2.], dtype=float32)
    """
    return tuple(eigh_p(_matrices(tensor, "SelfAdjointEigV2")))  # type: ignore[return-value]


def eigvalsh(tensor: Any, name: str | None = None) -> EagerTensor:
    """The eigenvalues of symmetric matrices, ascending."""
    return eigh(tensor)[0]


def eig(tensor: Any, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
    """The eigenvalues and eigenvectors, in columns, of square matrices; both are complex.

    Args:
      tensor: floating or complex, of shape (..., n, n).

    Returns:
      Eigenvalues of shape (..., n), in no order, and eigenvectors of shape (..., n, n), of length 1.

    >>> import gradtape as tf
    >>> tf.linalg.eig([[2.0, 0.0], [0.0, 1.0]])[0].numpy()
    array([2.+0.j, 1.+0.j], dtype=complex64)
    """
    x = _matrices(tensor, "Eig")
    if x._array.dtype.itemsize < 4:
        raise invalid("Eig", f"Value for attr 'T' of {x.dtype.name} is not in the list of allowed values: float, "
                      "double, complex64, complex128")  # fmt: skip
    return tuple(eig_p(x))  # type: ignore[return-value]


def eigvals(tensor: Any, name: str | None = None) -> EagerTensor:
    """The eigenvalues of square matrices, complex, in no order."""
    return eig(tensor)[0]


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """The singular values of matrices, descending, and their singular vectors.

    Args:
      tensor: shape (..., m, n).
      full_matrices: give all m left and n right vectors, not only the first min(m, n).
      compute_uv: give the vectors.

    Returns:
      s, u, v with `tensor = u @ diag(s) @ transpose(v)`; without `compute_uv`, s.

    >>> import gradtape as tf
    >>> tf.linalg.svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False).numpy()
    array([4., 3.], dtype=float32)
    """
    s, u, v = svd_p(_matrices(tensor, "Svd", square=False), full=bool(full_matrices and compute_uv))
    return (s, u, v) if compute_uv else s


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """Orthonormal columns q and upper triangular r with `input = q @ r`.

    Args:
      input: shape (..., m, n).
      full_matrices: give all m columns of q, not only the first min(m, n).
    """
    x = _matrices(input, "Qr", square=False)
    m, n = x._array.shape[-2:]
    if m >= n or not m:
        return Qr(*qr_p(x, full=bool(full_matrices)))
    q, r = qr_p(slice_p(x, key=(..., slice(None, m))))
    rest = slice_p(x, key=(..., slice(m, None)))
    return Qr(q, concat([r, matmul_p(q, rest, ta=True)], -1))
