"""Functions of matrices by their power series, and matrices that are zero but next to their diagonals."""

from typing import Any

from ..array.joining import concat_p, stack
from ..array.slicing import slice_p
from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..math.comparison import like, zeros_like
from ..math.cumulative import shift_p
from ..math.reduction import sum_p
from ..operations.broadcasting import broadcast_to_p, reshape_p, transpose_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import differ
from ..values.tensor import EagerTensor
from .diagonal import diag_part
from .matmul import batch_axis, conj_if_complex
from .parts import _column, _linalg, _matrices, _row, _transpose

__all__ = ["expm", "tridiagonal_matmul", "tridiagonal_solve"]


@primitive(op="MatrixExponential", kinds="fc", same=("x",))
def expm_p(xp: Any, x: Any) -> Any:
    return _linalg(xp.linalg.expm, x)


def _expm_back(g: Any, x: Any) -> Any:
    # Of a triangle of blocks [[a, e], [0, a]] the upper right block of the exponential is the derivative of exp(a) in
    # the direction of e: Mathias, "A chain rule for matrix functions and applications" (1996).
    n = shape_of(x)[-1]
    a = broadcast_to_p(_transpose(x), shape=shape_of(g))
    zero = broadcast_to_p(zeros_like(g), shape=shape_of(g))
    blocks = concat_p(concat_p(a, g, axis=-1), concat_p(zero, a, axis=-1), axis=-2)
    return slice_p(expm_p(blocks), key=(..., slice(0, n), slice(n, None)))


expm_p.vjp(x=_expm_back)
expm_p.along(x=lambda j: j if j < -2 else None)


def expm(input: Any, name: str | None = None) -> EagerTensor:
    """The exponentials of square matrices: the sum of `x**k / k!`.

    Args:
      input: floating or complex, of shape (..., n, n).

    Raises:
      InvalidArgumentError: for another shape or dtype.

    >>> import gradtape as tf
    >>> tf.linalg.expm([[0.0, 1.0], [0.0, 0.0]]).numpy()
    array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    return expm_p(_matrices(input, "MatrixExponential"))  # type: ignore[no-any-return]


# --- three diagonals -------------------------------------------------------------------------------------------------


@primitive(op="TridiagonalSolve", kinds="fc", same=("diagonals", "b"), linear=("b",))
def tridiagonal_solve_p(xp: Any, diagonals: Any, b: Any) -> Any:
    """The solutions of equations whose matrices have diagonals above, on and below the main one, each of length n."""
    return _linalg(xp.linalg.solve_tridiagonal, diagonals, b)


def _turned(diagonals: Any) -> Any:
    """The diagonals of the transposed matrices."""
    above, main, below = (slice_p(diagonals, key=(..., slice(i, i + 1), slice(None))) for i in range(3))
    return concat_p(shift_p(below, axis=-1, step=-1), main, shift_p(above, axis=-1, step=1), axis=-2)


def _diagonals_back(g: Any, diagonals: Any, out: Any, diagonals_shape: tuple[int, ...],
                    out_shape: tuple[int, ...]) -> Any:  # fmt: skip
    c = -tridiagonal_solve_p(_turned(diagonals), g)
    parts = [shift_p(out, axis=-2, step=-1), out, shift_p(out, axis=-2, step=1)]
    made = concat_p(*(_row(sum_p(c * part, axis=(-1,))) for part in parts), axis=-2)
    return unbroadcast(made, diagonals_shape, lead_of(g, len(out_shape)))


def _tridiagonal_rhs_back(g: Any, diagonals: Any, b_shape: tuple[int, ...], out_shape: tuple[int, ...]) -> Any:
    return unbroadcast(tridiagonal_solve_p(_turned(diagonals), g), b_shape, lead_of(g, len(out_shape)))


tridiagonal_solve_p.vjp(diagonals=_diagonals_back, b=_tridiagonal_rhs_back)
tridiagonal_solve_p.along(diagonals=lambda j, diagonals_shape: batch_axis(j, diagonals_shape),
                          b=lambda j, b_shape: j if j == -1 else batch_axis(j, b_shape))  # fmt: skip


def _diagonals(diagonals: Any, form: str) -> Any:
    """The diagonal above the main one, that, and the one below, each of length n, of which ends are not read."""
    if form == "matrix":
        return diag_part(diagonals, k=(-1, 1), align="LEFT_RIGHT")
    if form == "sequence":
        above, main, below = map(convert_to_tensor, diagonals)
        n = main._array.shape[-1]
        if above._array.shape[-1] != n:
            rest = (*above._array.shape[:-1], n - above._array.shape[-1])
            zero = broadcast_to_p(like(main, 0), shape=rest)
            above, below = concat_p(above, zero, axis=-1), concat_p(zero, below, axis=-1)
        return stack([above, main, below], -2)
    if form != "compact":
        raise ValueError(f"Unrecognized diagonals_format: {form}")
    x = convert_to_tensor(diagonals)
    if x._array.ndim < 2 or differ(x._array.shape[-2], 3):
        raise ValueError(f"Expected 3 diagonals got {x.shape}")
    return x


def tridiagonal_matmul(diagonals: Any, rhs: Any, diagonals_format: str = "compact",
                       name: str | None = None) -> EagerTensor:  # fmt: skip
    """The product of matrices that are zero but for three diagonals with other matrices.

    Args:
      diagonals: as "compact" of shape (..., 3, n): the diagonal above the main one, whose last element is not read, the
        main one, and the one below, whose first is not read; as "sequence" a list of these; as "matrix" whole matrices.
      rhs: of shape (..., n, k).
      diagonals_format: which of these.

    Returns:
      A tensor of shape (..., n, k).

    Raises:
      ValueError: for another format, or another number of diagonals.

    >>> import gradtape as tf
    >>> tf.linalg.tridiagonal_matmul([[1.0, 0.0], [2.0, 2.0], [0.0, 1.0]], [[1.0], [2.0]]).numpy()
    array([[4.],
           [5.]], dtype=float32)
    """
    x = _diagonals(diagonals, diagonals_format)
    b = convert_to_tensor(rhs, dtype_hint=x.dtype)
    zero = broadcast_to_p(zeros_like(b), shape=(*b._array.shape[:-2], 1, b._array.shape[-1]))
    after = concat_p(slice_p(b, key=(..., slice(1, None), slice(None))), zero, axis=-2)
    before = concat_p(zero, slice_p(b, key=(..., slice(0, -1), slice(None))), axis=-2)
    above, main, below = (_column(slice_p(x, key=(..., i, slice(None)))) for i in range(3))
    return main * b + above * after + below * before  # type: ignore[no-any-return]


def tridiagonal_solve(diagonals: Any, rhs: Any, diagonals_format: str = "compact", transpose_rhs: bool = False,
                      conjugate_rhs: bool = False, name: str | None = None, partial_pivoting: bool = True,
                      perturb_singular: bool = False) -> EagerTensor:  # fmt: skip
    """The solutions of linear equations whose matrices are zero but for three diagonals.

    Args:
      diagonals, diagonals_format: see `tf.linalg.tridiagonal_matmul`.
      rhs: of shape (..., n) or (..., n, k).
      transpose_rhs, conjugate_rhs: transpose, or conjugate, `rhs` first.

    Returns:
      A tensor of the shape of `rhs`; nan where a matrix is not invertible.

    Raises:
      ValueError: for another format, or another number of diagonals.

    >>> import gradtape as tf
    >>> tf.linalg.tridiagonal_solve([[1.0, 0.0], [2.0, 2.0], [0.0, 1.0]], [4.0, 5.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    if perturb_singular:
        raise NotImplementedError("tridiagonal_solve does not perturb matrices that are singular.")
    x = _diagonals(diagonals, diagonals_format)
    b = convert_to_tensor(rhs, dtype_hint=x.dtype)
    b = conj_if_complex(b) if conjugate_rhs else b
    vector = b._array.ndim == x._array.ndim - 1
    if b._array.ndim not in (x._array.ndim - 1, x._array.ndim):
        raise ValueError(f"Expected the rank of rhs to be {x._array.ndim - 1} or {x._array.ndim}, got {b._array.ndim}")
    b = _column(b) if vector else transpose_p(b, perm=(-1, -2)) if transpose_rhs else b
    if differ(x._array.shape[-1], b._array.shape[-2]):
        raise invalid("TridiagonalSolve", f"Expected the same number of left-hand sides and right-hand side rows, got "
                      f"{x._array.shape[-1]} and {b._array.shape[-2]}.")  # fmt: skip
    out = tridiagonal_solve_p(x, b)
    return reshape_p(out, shape=out._array.shape[:-1]) if vector else out  # type: ignore[no-any-return]
