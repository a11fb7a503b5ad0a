"""Determinants, and their logarithms.

A determinant is a polynomial of the elements, so it has derivatives of singular matrices too. The first is the matrix
of cofactors, the inverse times the determinant where there is one; the second the same of two rows and columns.
"""

import collections
from typing import Any

from ..math.cast import cast_like
from ..math.comparison import like
from ..math.complex_numbers import conj_p, imag_p, real_p
from ..math.reduction import sum_p
from ..operations.primitive import primitive
from ..values.tensor import EagerTensor, Tensor
from .inverses import inv_p
from .matmul import matmul_p
from .parts import _column, _conj, _linalg, _matrices, _on, _transpose

__all__ = ["det", "slogdet"]

LogMatrixDeterminant = collections.namedtuple("LogMatrixDeterminant", ["sign", "log_abs_determinant"])


def _each(x: Any) -> Any:
    """Numbers as matrices of one element."""
    return _column(_column(x))


@primitive(op="MatrixDeterminant", kinds="fc", same=("x",))
def det_p(xp: Any, x: Any) -> Any:
    return _linalg(xp.linalg.det, x)


det_p.vjp(x=lambda g, x: _each(g) * cofactors_p(x))
det_p.along(x=lambda j: j - 2)


@primitive(op="MatrixDeterminant", kinds="fc", same=("x",))
def cofactors_p(xp: Any, x: Any) -> Any:
    """The derivative of the determinant of `x` by `x`."""
    return _linalg(lambda x: xp.linalg.cofactors(x, lambda: _cofactors(xp, x)), x)


def _cofactors(xp: Any, x: Any) -> Any:
    u, s, v, phase = _by_svd(xp, x)
    return xp.matmul(u * _others(xp, s)[..., None, :].astype(u.dtype), v) * phase


def _by_svd(xp: Any, x: Any) -> tuple[Any, Any, Any, Any]:
    """conj(u), s, and conj(vh) of square matrices, and the determinants of u @ vh, with two axes of length 1."""
    u, s, vh = xp.linalg.svd(x, full_matrices=True)
    return xp.conj(u), s, xp.conj(vh), (xp.linalg.det(u) * xp.linalg.det(vh))[..., None, None]


def _others(xp: Any, s: Any) -> Any:
    """For each element of a row the product of all others."""
    ones = xp.ones_like(s[..., :1])
    before = xp.cumprod(xp.concatenate([ones, s[..., :-1]], -1), -1)
    after = xp.cumprod(xp.concatenate([ones, s[..., :0:-1]], -1), -1)[..., ::-1]
    return before * after


@primitive(op="MatrixDeterminant", kinds="fc", same=("x", "t"), linear=("t",))
def cofactors_slope_p(xp: Any, x: Any, t: Any) -> Any:
    """The derivative of the cofactors of `x` in the direction of `t`, which may have leading axes."""
    return _linalg(lambda x, t: _cofactors_slope(xp, x, t), x, t)


def _cofactors_slope(xp: Any, x: Any, t: Any) -> Any:
    # In the basis of singular vectors x is diagonal, and the terms of second order of det(x + t) are, for i < j,
    # t_ii t_jj - t_ij t_ji, times all other singular values.
    if not x.shape[-1]:
        return t
    u, s, v, phase = _by_svd(xp, x)
    same = xp.eye(x.shape[-1], dtype=bool)
    without_one = xp.where(same, xp.ones_like(s[..., None]), s[..., None, :])
    others = xp.where(same, xp.zeros_like(s[..., None]), _others(xp, without_one)).astype(x.dtype)
    m = xp.matmul(xp.matmul(u.mT, t), v.mT)
    on = xp.diagonal(m, axis1=-2, axis2=-1)
    inner = xp.where(same, xp.matmul(others, on[..., None]), -others * m.mT)
    return xp.matmul(xp.matmul(u, inner), v) * phase


def _third(g: Any, x: Any, t: Any) -> Any:
    """The third derivative of determinants, of matrices that have an inverse."""
    a = inv_p(x)
    gt, tt = (matmul_p(a, _transpose(y), tb=True) for y in (g, t))
    t1, t2 = (_each(sum_p(_on(y), axis=(-1,))) for y in (gt, tt))
    both = matmul_p(gt, tt)
    t12 = _each(sum_p(_on(both), axis=(-1,)))
    inner = (t1 * t2 - t12) * a - t2 * matmul_p(gt, a) - t1 * matmul_p(tt, a)
    inner = inner + matmul_p(both, a) + matmul_p(matmul_p(tt, gt), a)
    return _each(det_p(x)) * _transpose(inner)


cofactors_p.vjp(x=lambda g, x: cofactors_slope_p(x, g))
cofactors_p.along(x=lambda j: j if j < -2 else None)
cofactors_slope_p.vjp(x=_third, t=lambda g, x: cofactors_slope_p(x, g))
cofactors_slope_p.along(x=lambda j: j if j < -2 else None, t=lambda j: j if j < -2 else None)


@primitive(op="LogMatrixDeterminant", kinds="fc", same=("x",), multiple=True, holomorphic=False)
def slogdet_p(xp: Any, x: Any) -> Any:
    """The signs of determinants and the logarithms of their sizes, both of the dtype of `x`."""
    sign, log = _linalg(xp.linalg.slogdet, x)
    return sign.astype(x.dtype), log.astype(x.dtype)


def _slogdet_back(g: Any, x: Any, out: Any) -> Any:
    dtype = x._array.dtype if isinstance(x, Tensor) else x.dtype
    if dtype.kind != "c":
        if g[1] is None:
            return _each(g[0]) * like(g[0], 0) * x  # the sign is constant around `x`
        return _each(g[1]) * _transpose(inv_p(x))
    total = None if g[1] is None else cast_like(real_p(g[1]), g[1])
    if g[0] is not None:  # the sign turns with the imaginary part of the logarithm
        turn = 1j * cast_like(imag_p(g[0] * conj_p(out[0])), g[0])
        total = turn if total is None else total + turn
    return _each(total) * _conj(_transpose(inv_p(x)))


slogdet_p.vjp(x=_slogdet_back)
slogdet_p.along(x=lambda j: j - 2)


def det(input: Any, name: str | None = None) -> EagerTensor:
    """The determinants of square matrices: shape (..., n, n) to (...).

    >>> import gradtape as tf
    >>> tf.linalg.det([[2.0, 0.0], [0.0, 4.0]]).numpy()
    np.float32(8.0)
    """
    return det_p(_matrices(input, "MatrixDeterminant"))  # type: ignore[no-any-return]


def slogdet(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """The signs of determinants, and the logarithms of their absolute values; of the dtype of `input`."""
    return LogMatrixDeterminant(*slogdet_p(_matrices(input, "LogMatrixDeterminant")))
