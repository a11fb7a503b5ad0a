"""The classical decompositions of matrices in the last two axes: eigenvalues, singular values, QR."""

import collections
from typing import Any

import ml_dtypes
import numpy as np

from ..array.joining import concat_p
from ..array.slicing import slice_p
from ..autodiff.cotangents import lead_of, shape_of
from ..math.cast import cast_like, cast_p
from ..math.comparison import zeros_like
from ..math.complex_numbers import imag_p, real_p
from ..operations.broadcasting import broadcast_to_p
from ..operations.primitive import primitive
from ..values.errors import invalid
from ..values.tensor import EagerTensor
from .inverses import solve_p
from .matmul import matmul_p
from .parts import (
    _adjoint,
    _conj,
    _diagonal,
    _gaps,
    _is_complex,
    _linalg,
    _matrices,
    _on,
    _over,
    _plus,
    _row,
    _times,
    _times_adjoint,
    _weighted,
)
from .triangular import triangular_solve_p
from .turns import beyond, divides, turned

__all__ = ["eig", "eigh", "eigvals", "eigvalsh", "qr", "svd"]

Qr = collections.namedtuple("Qr", ["q", "r"])


@primitive(op="SelfAdjointEigV2", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def eigh_p(xp: Any, x: Any) -> Any:
    """Eigenvalues, of the dtype of `x`, and eigenvectors of the Hermitian matrices whose lower triangles these are."""
    try:
        values, vectors = _linalg(xp.linalg.eigh, x)
    except np.linalg.LinAlgError as error:
        raise invalid("SelfAdjointEigV2", str(error)) from None
    return values.astype(x.dtype), vectors


def _eigh_back(g: Any, out: Any) -> Any:
    return _eigh_limit(g, None, out)


def _eigh_limit(g: Any, at: Any, out: Any) -> Any:
    values, vectors = out
    inner = None if g[0] is None else _diagonal(g[0])
    if g[1] is not None:
        turn = _times(vectors, g[1])
        inner = _plus(inner, turned(turn, [turn], values, -1, at, alone=g[0] is None))
    whole = _times_adjoint(matmul_p(vectors, inner), vectors)
    return _weighted(whole + _adjoint(whole), 1.0, 0.5, 0.0)  # the upper triangle is not read


eigh_p.vjp(x=_eigh_back)
eigh_p.definition.limit = _eigh_limit
eigh_p.definition.divides = lambda out: divides(out[0], both=False)


@primitive(op="Eig", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def eig_p(xp: Any, x: Any) -> Any:
    """Eigenvalues and eigenvectors of length 1, complex, of any square matrices."""
    wide = np.result_type(x.dtype, np.complex64)
    try:
        values, vectors = xp.linalg.eig(x)
    except np.linalg.LinAlgError as error:
        raise invalid("Eig", str(error)) from None
    return values.astype(wide), vectors.astype(wide)


def _eig_back(g: Any, out: Any, x_dtype: Any) -> Any:
    # Boeddeker et al., "On the computation of complex-valued gradients with application to statistically optimum
    # beamforming" (2017), equation 4.77; eigenvectors are as free as their phases are.
    values, vectors = out
    turned = _conj(vectors)
    inner = None if g[0] is None else _diagonal(g[0])
    if g[1] is not None:
        along = matmul_p(turned, g[1], ta=True)
        size = cast_like(real_p(_on(along)), along)
        inner = _plus(inner, _over(along - matmul_p(turned, vectors, ta=True) * _row(size), _conj(_gaps(values))))
    return cast_p(solve_p(turned, matmul_p(inner, turned, tb=True), ta=True), dtype=x_dtype)


eig_p.vjp(x=_eig_back)


@primitive(op="Svd", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def svd_p(xp: Any, x: Any, *, full: bool = False) -> Any:
    """Singular values, which are real, and the left and right singular vectors."""
    u, s, vh = _linalg(xp.linalg.svd, x, full_matrices=full)
    return s, u, vh.mT if vh.dtype.kind != "c" else xp.conj(vh.mT)


def _svd_back(g: Any, out: Any, full: bool) -> Any:
    return _svd_limit(g, None, out, full)


def _svd_limit(g: Any, at: Any, out: Any, full: bool) -> Any:
    # Wan and Zhang, "Automatic differentiation for complex valued SVD" (2019). Vectors of which there are more than
    # singular values turn against the others, which gives the others their cotangents. What turns the vectors of both
    # sides alike is over differences of singular values, what turns them against each other over sums.
    s, u, v = out
    u, gu = _first(u, g[1], s, full)
    v, gv = _first(v, g[2], s, full)
    inner = None if g[0] is None else _diagonal(cast_like(g[0], u))
    m, n, k = shape_of(u)[-2], shape_of(v)[-2], shape_of(s)[-1:]
    outside = turn_u = turn_v = None
    alone = g[0] is None
    if gu is not None:
        turn_u = _times(u, gu)
        if not (m <= n and (m,) == k):
            outside = _times_adjoint(beyond(u, gu, turn_u, s, at, alone), v)
    if gv is not None:
        turn_v = _times(v, gv)
        if not (n <= m and (n,) == k):
            outside = _plus(outside, _times_adjoint(u, beyond(v, gv, turn_v, s, at, alone)))
    if turn_u is not None or turn_v is not None:
        parts = [turn for turn in (turn_u, turn_v) if turn is not None]
        against = turn_u if turn_v is None else _plus(turn_u, -turn_v)
        inner = _plus(inner, turned(_plus(turn_u, turn_v), parts, s, -1, at, alone))
        inner = inner + turned(against, parts, s, 1, at, alone)
    return _plus(_times_adjoint(matmul_p(u, inner), v), outside)


def _first(vectors: Any, g: Any, s: Any, full: bool) -> tuple[Any, Any]:
    """The vectors that have a singular value, and their cotangents where all of them have the cotangents `g`."""
    k = shape_of(s)[-1]
    if not full or (k,) == shape_of(vectors)[-1:]:
        return vectors, g
    ours, rest = (..., slice(0, k)), (..., slice(k, None))
    first = slice_p(vectors, key=ours)
    if g is None:
        return first, None
    turn = _times(slice_p(g, key=rest), first)
    return first, slice_p(g, key=ours) - matmul_p(slice_p(vectors, key=rest), turn)


svd_p.vjp(x=_svd_back)
svd_p.definition.limit = _svd_limit
svd_p.definition.divides = lambda out: divides(out[0], both=True)


@primitive(op="Qr", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def qr_p(xp: Any, x: Any, *, full: bool = False) -> Any:
    return tuple(_linalg(xp.linalg.qr, x, mode="complete" if full else "reduced"))


@primitive(op="Qr", kinds="fc", same=("r",), linear=("r",))
def _pivots_p(xp: Any, r: Any) -> Any:
    """`r` with nan on the diagonal where there is 0 but for rounding: where columns depend on each other there is no
    derivative.
    """
    if 0 in r.shape:
        return r
    size = abs(xp.diagonal(r, axis1=-2, axis2=-1))
    n = r.shape[-1]
    least = xp.max(size, -1, keepdims=True) * np.asarray(n * float(ml_dtypes.finfo(r.dtype).eps), size.dtype)  # type: ignore[no-untyped-call]
    return xp.where((size <= least)[..., None, :] & np.eye(n, dtype=bool), xp.full_like(r, np.nan), r)


_pivots_p.vjp(r=lambda g: g)


def _square_qr_back(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    """The cotangent of a matrix with at least as many rows as columns; the diagonal of r is real."""
    inner = None if gr is None else _times_adjoint(gr, r)
    if gq is not None:
        turn = _times(q, gq)
        other = turn if inner is None else turn - inner
        lower = _weighted(other - _adjoint(other), 1.0, 0.0, 0.0)
        inner = _plus(inner, lower - turn)
        if _is_complex(turn):
            inner = inner + _diagonal(1j * cast_like(imag_p(_on(other)), turn))
    else:
        inner = inner - _weighted(inner - _adjoint(inner), 1.0, 0.0, 0.0)
        if _is_complex(inner):
            inner = inner - _diagonal(1j * cast_like(imag_p(_on(inner)), inner))
    cotangent = _plus(matmul_p(q, inner), gq)
    return _adjoint(triangular_solve_p(_pivots_p(r), _adjoint(cotangent), lower=False))


def _qr_back(g: Any, out: Any) -> Any:
    # Roberts and Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020). The columns of a wide
    # matrix beyond the first square are q times those of r; of others there are none.
    q, r = out
    m, k, n = *shape_of(q)[-2:], shape_of(r)[-1]
    if m == k > n:
        raise NotImplementedError("qr has no gradient for full_matrices=True of matrices with more rows than columns.")
    gq, gr = g
    if (k,) == (n,):
        return _square_qr_back(gq, gr, q, r)
    ours, beyond = (..., slice(0, k)), (..., slice(k, None))
    if gr is None:
        gr = broadcast_to_p(zeros_like(r), shape=(*lead_of(gq, len(shape_of(q))), *shape_of(r)))
    rest = slice_p(gr, key=beyond)
    gq = _plus(gq, matmul_p(q, _times_adjoint(slice_p(r, key=beyond), rest)))
    first = _square_qr_back(gq, slice_p(gr, key=ours), q, slice_p(r, key=ours))
    return concat_p(first, matmul_p(q, rest), axis=-1)


qr_p.vjp(x=_qr_back)

# --- public ----------------------------------------------------------------------------------------------------------


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
      s, u, v with `tensor = u @ diag(s) @ adjoint(v)`; without `compute_uv`, s.

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
    return Qr(*qr_p(_matrices(input, "Qr", square=False), full=bool(full_matrices)))
