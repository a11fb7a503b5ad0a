"""Inverses, and linear equations."""

from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of, unbroadcast
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import differ
from ..values.tensor import EagerTensor
from .matmul import batch_axis, conj_if_complex, matmul_p
from .parts import _equations, _incompatible, _linalg, _matrices, _singular, _transpose

__all__ = ["inv", "solve"]


@primitive(op="MatrixInverse", kinds="fc", same=("x",))
def inv_p(xp: Any, x: Any) -> Any:
    try:
        return _linalg(xp.linalg.inv, x)
    except np.linalg.LinAlgError:
        raise _singular("MatrixInverse") from None


inv_p.vjp(x=lambda g, out: -matmul_p(matmul_p(out, g, ta=True), out, tb=True))
inv_p.along(x=lambda j: j if j < -2 else None)


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

# --- public ----------------------------------------------------------------------------------------------------------


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
    if differ(a._array.shape[:-2], b._array.shape[:-2]):
        raise _incompatible("MatrixSolve", a, b)
    return solve_p(conj_if_complex(a) if adjoint else a, b, ta=bool(adjoint))  # type: ignore[no-any-return]
