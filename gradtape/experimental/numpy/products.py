"""Products of matrices and vectors, diagonals, and polynomials."""

from collections.abc import Callable
from typing import Any

from ... import array as tensors
from ... import math
from ...array.creation import range as whole_numbers
from ...array.creation import zeros, zeros_like
from ...array.joining import pad
from ...linalg import diagonal as diagonals
from ...linalg.einsum import einsum as sum_of_products
from ...linalg.einsum import tensordot as contraction
from ...linalg.matmul import matmul as product
from ...linalg.norms import cross as cross_product
from ...math.cast import cast
from ...math.comparison import where
from ...values import dtypes
from ...values.tensor import EagerTensor
from .arrays import asarray, dtype_of, pair, promoted
from .elementwise import multiply
from .reductions import sum
from .shapes import moveaxis, together


def _of_bools(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, a sum of products, which of bools asks whether one of them is true."""

    def of_pair(a: EagerTensor, b: EagerTensor, *args: Any) -> Any:
        if a._array.dtype.kind == "b":
            return cast(function(cast(a, dtypes.int32), cast(b, dtypes.int32), *args), dtypes.bool_)
        return function(a, b, *args)

    return of_pair


tensordot_of = _of_bools(contraction)


def dot(a: Any, b: Any) -> Any:
    """The sum of products along the last axis of `a` and the last but one of `b`, or its only one.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.dot([1, 2], [3.0, 4.0]).numpy()
    np.float64(11.0)
    """
    a, b = pair(a, b)
    if not a._array.ndim or not b._array.ndim:
        return multiply(a, b)
    return tensordot_of(a, b, [[-1], [-1 if b._array.ndim == 1 else -2]])


def inner(a: Any, b: Any) -> Any:
    """The sum of products along the last axes."""
    a, b = pair(a, b)
    return tensordot_of(a, b, [[-1], [-1]]) if a._array.ndim and b._array.ndim else multiply(a, b)


def vdot(a: Any, b: Any) -> Any:
    """The sum of products of all elements, conjugates of those of `a`."""
    a, b = promoted(a, b)
    return dot(math.conj(tensors.reshape(a, [-1])), tensors.reshape(b, [-1]))


def outer(a: Any, b: Any) -> Any:
    """The products of each element of `a` with each one of `b`: a matrix."""
    a, b = pair(a, b)
    return multiply(tensors.reshape(a, [-1, 1]), tensors.reshape(b, [-1]))


def matmul(x1: Any, x2: Any) -> Any:
    """The product of matrices, or of matrices and vectors; axes before the last two broadcast.

    Raises:
      ValueError: if one has no axes, or the lengths do not fit.
    """
    a, b = pair(x1, x2)
    if not a._array.ndim or not b._array.ndim:
        raise ValueError(f"matmul wants arrays of one axis at least, got shapes {a.shape} and {b.shape}. Use multiply.")
    return matmul_of(a, b)


def _matmul(a: EagerTensor, b: EagerTensor) -> Any:
    try:
        if b._array.ndim == 1:
            return contraction(a, b, [[-1], [0]])
        if a._array.ndim == 1:
            return contraction(a, b, [[0], [-2]])
        return product(a, b)
    except ValueError:
        raise
    except Exception as error:
        if type(error).__name__ == "InvalidArgumentError":
            raise ValueError(str(error)) from error
        raise


matmul_of = _of_bools(_matmul)


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The sum of products along `axes`: of each those, or so many last ones of `a` and first ones of `b`."""
    return tensordot_of(*pair(a, b), axes)


def einsum(subscripts: str, *operands: Any, **kwargs: Any) -> Any:
    """The sum of products that `subscripts` say, as "ij,jk->ik".

    Args:
      casting: "safe", to promote operands to one dtype, or "no".
      optimize: False, True, "greedy" or "optimal".

    Raises:
      ValueError: if one of these is another.
    """
    casting, optimize = kwargs.get("casting", "safe"), kwargs.get("optimize", False)
    if casting not in ("safe", "no"):
        raise ValueError(
            f'Invalid value for argument `casting`. Expected casting="safe" or casting="no". Received: casting='
            f"{casting}"
        )
    if optimize not in (False, True, "greedy", "optimal"):
        raise ValueError(
            f'Invalid value for argument `optimize`. Expected one of {{True, "greedy", "optimal"}}. Received: optimize='
            f"{optimize}"
        )
    given = promoted(*operands) if casting == "safe" else [asarray(x) for x in operands]
    return sum_of_products(subscripts, *given, optimize="optimal" if optimize == "optimal" else "greedy")


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: `b` times each element of `a`, in its place."""
    a, b = promoted(a, b)
    rank = max(a._array.ndim, b._array.ndim)
    ones = [(1,) * (rank - x._array.ndim) for x in (a, b)]
    m, n = ones[0] + a._array.shape, ones[1] + b._array.shape
    a = tensors.reshape(a, tuple(k for n in m for k in (n, 1)))
    b = tensors.reshape(b, tuple(k for n in n for k in (1, n)))
    return tensors.reshape(multiply(a, b), tuple(i * j for i, j in zip(m, n, strict=True)))


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of 2 or 3 elements, along axes of their own or one for all.

    Of two elements the third is 0; of two such vectors only the third of the product is given.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = pair(a, b)
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    flat = a._array.shape[-1] == 2 and b._array.shape[-1] == 2
    c = cross_product(*together([_in_space(a), _in_space(b)]))
    return c[..., 2] if flat else moveaxis(c, -1, axisc)


def _in_space(x: EagerTensor) -> EagerTensor:
    return pad(x, [[0, 0]] * (x._array.ndim - 1) + [[0, 1]]) if x._array.shape[-1] == 2 else x


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with the coefficients `p`, the highest power's first, at `x`."""
    p, x = pair(p, x)
    p = tensors.reshape(p, [1]) if not p._array.ndim else p
    count = p.shape[0]
    if count is None:
        raise ValueError(f"polyval wants to know how many coefficients there are, got `p` of shape {p.shape}")
    if not count:
        return zeros_like(x)
    value = p[0] + zeros_like(x)
    for i in range(1, count):
        value = value * x + p[i]
    return value


# --- diagonals -------------------------------------------------------------------------------------------------------


def diag(v: Any, k: int = 0) -> Any:
    """The matrix with the vector `v` on its `k`-th diagonal, or the diagonal of the matrix `v`.

    Raises:
      ValueError: if `v` has no axes, or more than two.
    """
    v = asarray(v)
    if v._array.ndim not in (1, 2):
        raise ValueError(f"diag wants a vector or a matrix, got shape {v.shape}")
    if v._array.ndim == 2:
        return diagonal(v, k)
    if type(v._array.shape[0]) is int and not v._array.shape[0]:
        return zeros([abs(k), abs(k)], v.dtype)
    return diagonals.diag(v, k=k)


def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix with all elements of `v` on its `k`-th diagonal."""
    return diag(tensors.reshape(asarray(v), [-1]), k)


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of matrices, which are along two axes, as the last axis."""
    x = moveaxis(asarray(a), (axis1, axis2), (-2, -1))
    return diagonals.diag_part(x[..., max(-offset, 0) :, max(offset, 0) :])


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """The sum of the diagonal of matrices, which are along two axes."""
    return sum(diagonal(asarray(a, dtype_of(dtype)), offset, axis1, axis2), -1, dtype)


def tril(m: Any, k: int = 0) -> Any:
    """Matrices with zeros above the `k`-th diagonal.

    Raises:
      ValueError: if `m` has fewer than two axes.
    """
    return _triangle(m, k, True)


def triu(m: Any, k: int = 0) -> Any:
    """Matrices with zeros below the `k`-th diagonal.

    Raises:
      ValueError: if `m` has fewer than two axes.
    """
    return _triangle(m, k, False)


def _triangle(m: Any, k: int, lower: bool) -> Any:
    x = asarray(m)
    if x._array.ndim < 2:
        raise ValueError(f"Argument to {'tril' if lower else 'triu'} must have rank at least 2, got shape {x.shape}")
    rows, columns = (
        tensors.reshape(whole_numbers(n), s) for n, s in zip(x._array.shape[-2:], ([-1, 1], [-1]), strict=True)
    )
    kept = columns <= rows + k if lower else columns >= rows + k
    return where(kept, x, asarray(0, x.dtype))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of a vector's elements, as rows: from the highest down to 0, or from 0 with `increasing`.

    Raises:
      ValueError: if `x` is no vector, or `N` is negative.
    """
    x = asarray(x)
    if x._array.ndim != 1:
        raise ValueError(f"x must be a one-dimensional array, got shape {x.shape}")
    n = x._array.shape[0] if N is None else N
    if n < 0:
        raise ValueError(f"N must be nonnegative, got {n}")
    powers = whole_numbers(n)
    powers = powers if increasing else n - 1 - powers
    return math.pow(tensors.expand_dims(x, -1), cast(powers, x.dtype))
