"""What the files about matrices share: checks, and the small operations, of arrays and tensors, in their rules."""

from typing import Any

import numpy as np

from ..autodiff.cotangents import shape_of
from ..math.comparison import equal_p, logical_and_p, logical_or_p, where_p, zeros_like
from ..math.complex_numbers import conj_p
from ..operations.broadcasting import reshape_p, transpose_p
from ..values.convert import convert_to_tensor
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import checked, computation, computed_like, differ
from ..values.tensor import EagerTensor, Tensor
from .diagonal import Bands, put_diagonals_p, take_diagonals_p
from .matmul import matmul_p

# --- checks ----------------------------------------------------------------------------------------------------------


def _matrices(x: Any, op: str, square: bool = True) -> EagerTensor:
    x = convert_to_tensor(x)
    shape = x._array.shape
    if len(shape) < 2:
        raise invalid(op, f"Input tensor 0 must have rank >= 2, got {len(shape)}")
    if square and shape[-1:] != shape[-2:-1]:
        checked(_check_square, op, *shape)
    return x


@computation
def _check_square(op: str, *shape: int) -> None:
    if shape[-1] != shape[-2]:
        raise invalid(op, f"Input matrix must be square, got shape {list(shape)}.")


def _equations(matrix: Any, rhs: Any, op: str) -> tuple[EagerTensor, EagerTensor]:
    a = _matrices(matrix, op)
    b = _matrices(convert_to_tensor(rhs, dtype_hint=a.dtype), op, square=False)
    if differ(a._array.shape[-1], b._array.shape[-2]):
        raise _incompatible(op, a, b)
    return a, b


def _incompatible(op: str, a: EagerTensor, b: EagerTensor) -> InvalidArgumentError:
    return invalid(op, f"Input matrix and rhs are incompatible: {a.shape} and {b.shape}.")


def _singular(op: str) -> InvalidArgumentError:
    return invalid(op, "Input matrix is not invertible.")


# --- forwards --------------------------------------------------------------------------------------------------------


def _linalg(function: Any, *arrays: Any, **options: Any) -> Any:
    """`function` of an engine's `linalg`, of 16-bit floats by way of float32."""
    dtype = arrays[0].dtype
    if dtype.itemsize > 2:
        return function(*arrays, **options)
    out = function(*(a.astype(np.float32) for a in arrays), **options)
    return tuple(part.astype(dtype) for part in out) if isinstance(out, tuple | list) else out.astype(dtype)


# --- rules -----------------------------------------------------------------------------------------------------------


def _transpose(x: Any) -> Any:
    return transpose_p(x, perm=(-1, -2))


def _is_complex(x: Any) -> bool:
    return (x._array if isinstance(x, Tensor) else x).dtype.kind == "c"  # type: ignore[no-any-return]


def _conj(x: Any) -> Any:
    return conj_p(x) if _is_complex(x) else x


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
    weights = np.full((n, n), above, dtype)
    weights[np.tri(n, dtype=bool)] = below
    np.fill_diagonal(weights, on)
    return weights


@computation
def _on_diagonal(n: int) -> Any:
    return np.eye(n, dtype=bool)


def _gaps(values: Any, sign: int = -1) -> Any:
    """values_j - values_i; or the sums, with `sign` 1."""
    return _row(values) - _column(values) if sign < 0 else _row(values) + _column(values)


def _over(x: Any, gaps: Any) -> Any:
    """x / gaps off the diagonal; 0 on it, and where neither is anything: what does not depend on two vectors does not
    depend on how these turn either.
    """
    zero = zeros_like(gaps)
    nothing = logical_and_p(equal_p(gaps, zero), equal_p(x, zeros_like(x)))
    nothing = logical_or_p(nothing, computed_like(gaps, _on_diagonal, shape_of(gaps)[-1]))
    return where_p(nothing, zeros_like(x), x / where_p(nothing, zero + 1.0, gaps))


def _plus(x: Any, y: Any) -> Any:
    return y if x is None else x if y is None else x + y


def _adjoint(x: Any) -> Any:
    return _transpose(_conj(x))


def _times(x: Any, y: Any) -> Any:
    """The product of the conjugate transpose of `x` with `y`."""
    return matmul_p(_conj(x), y, ta=True)


def _times_adjoint(x: Any, y: Any) -> Any:
    """The product of `x` with the conjugate transpose of `y`."""
    return matmul_p(x, _conj(y), tb=True)


def _on(x: Any) -> Any:
    """The diagonal of square matrices."""
    n = shape_of(x)[-1]
    return take_diagonals_p(x, bands=Bands(n, n))
