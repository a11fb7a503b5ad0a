"""Norms of vectors and matrices, and products with vectors."""

from typing import Any

import numpy as np

from ..array.shape import matrix_transpose
from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..math.arithmetic import divide_p, multiply_p, pow_p
from ..math.complex_numbers import abs as absolute
from ..math.elementwise import sqrt_p, square_p
from ..math.reduction import reduce_max, reduce_sum
from ..operations.broadcasting import reshape_p, transpose_p
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor
from ..values.errors import FailedPreconditionError, invalid
from ..values.symbolic import differ
from ..values.tensor import EagerTensor
from .matmul import conj_if_complex, matmul

__all__ = ["adjoint", "cross", "matvec", "norm", "normalize"]


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool | None = None, name: str | None = None
) -> EagerTensor:
    """The norm of vectors, or of matrices.

    Args:
      tensor: floating or complex.
      ord: of vectors: "euclidean" or 2, 1, np.inf or any positive p, for sum(|x|**p)**(1/p). Of matrices: "fro" or
        "euclidean", 1, np.inf, or 2 for the largest singular value.
      axis: an axis with vectors, a pair of axes with matrices; None for one vector of all elements.
      keepdims: keep the axes, with length 1.

    Returns:
      `tensor` without these axes. The gradient of the Euclidean norm at 0 is nan.

    Raises:
      ValueError: if there is no such norm, or `axis` is neither of these.
      InvalidArgumentError: if there is no such axis, or for integers.

    >>> import gradtape as tf
    >>> tf.norm([3.0, 4.0]).numpy()
    np.float32(5.0)
    """
    x = convert_to_tensor(tensor)
    keepdims = bool(keepdims)
    matrix = isinstance(axis, list | tuple)
    if matrix:
        if len(axis) != 2 or axis[0] == axis[1]:
            raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
        axis = tuple(int(i) for i in axis)
        if ord not in ("euclidean", "fro", 1, 2, np.inf):
            raise ValueError(f"'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got {ord}")
    else:
        if axis is not None and not isinstance(axis, int | np.integer):
            raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
        if ord != "euclidean" and (isinstance(ord, str) or not ord > 0):
            raise ValueError(f"'ord' must be a supported vector norm, got {ord}")
    if ord in ("euclidean", "fro") or (ord == 2 and not matrix):
        complex_ = x._array.dtype.kind == "c"
        squares = multiply_p(x, conj_if_complex(x)) if complex_ else square_p(x)
        return sqrt_p(reduce_sum(squares, axis, keepdims))  # type: ignore[no-any-return]
    if ord == 2:
        return _spectral(x, axis, keepdims)
    size = absolute(x)
    if matrix:
        sums, greatest = (axis[0], axis[1]) if ord == 1 else (axis[1], axis[0])
        return _drop(reduce_max(reduce_sum(size, sums, True), greatest, True), axis, keepdims)
    if ord == 1:
        return reduce_sum(size, axis, keepdims)
    if ord == np.inf:
        return reduce_max(size, axis, keepdims)
    power = convert_to_tensor(ord, size.dtype)
    return pow_p(reduce_sum(pow_p(size, power), axis, keepdims), divide_p(convert_to_tensor(1, size.dtype), power))  # type: ignore[no-any-return]


def _drop(x: EagerTensor, axis: tuple[int, int], keepdims: bool) -> EagerTensor:
    """`x` without the axes `axis`, which have length 1."""
    shape = x._array.shape
    gone = {i % len(shape) for i in axis}
    return x if keepdims else reshape_p(x, shape=tuple(n for i, n in enumerate(shape) if i not in gone))  # type: ignore[no-any-return]


def _spectral(x: EagerTensor, axis: tuple[int, int], keepdims: bool) -> EagerTensor:
    from .decompositions import svd

    ndim = x._array.ndim
    last = [i % ndim for i in axis]
    order = [i for i in range(ndim) if i not in last] + last
    values = svd(transpose_p(x, perm=tuple(i - ndim for i in order)), compute_uv=False)
    greatest = reduce_max(values, -1)
    if not keepdims:
        return greatest
    return reshape_p(greatest, shape=tuple(1 if i in last else n for i, n in enumerate(x._array.shape)))  # type: ignore[no-any-return]


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[EagerTensor, EagerTensor]:
    """`tensor` divided by its norm, and the norm; arguments as in `norm`. The axes stay, with length 1, in the norm.

    >>> import gradtape as tf
    >>> tf.linalg.normalize([3.0, 4.0])[0].numpy()
    array([0.6, 0.8], dtype=float32)
    """
    x = convert_to_tensor(tensor)
    size = norm(x, ord, axis, keepdims=True)
    if size.dtype is not x.dtype:
        from ..math.cast import cast

        size = cast(size, x.dtype)
    return divide_p(x, size), size


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """The product of matrices in the last two axes of `a` with vectors in the last axis of `b`.

    Args:
      a: shape (..., m, k), or (..., k, m) if it is to be transposed.
      b: shape (..., k). Leading axes broadcast.
      transpose_a, adjoint_a: transpose, or transpose and conjugate, `a` first.

    Returns:
      Shape (..., m).

    Raises:
      InvalidArgumentError: if sizes or dtypes do not fit.

    >>> import gradtape as tf
    >>> tf.linalg.matvec([[1, 2], [3, 4]], [1, 1]).numpy()
    array([3, 7], dtype=int32)
    """
    a = convert_to_tensor(a)
    b = convert_to_tensor(b, dtype_hint=a.dtype)
    out = matmul(a, reshape_p(b, shape=(*b._array.shape, 1)), transpose_a=transpose_a, adjoint_a=adjoint_a)
    return reshape_p(out, shape=out._array.shape[:-1])  # type: ignore[no-any-return]


def adjoint(matrix: Any, name: str | None = None) -> EagerTensor:
    """The matrices in the last two axes, transposed and conjugated."""
    return matrix_transpose(matrix, conjugate=True)


@primitive(op="Cross", kinds="fiu", same=("a", "b"))
def cross_p(xp: Any, a: Any, b: Any) -> Any:
    return xp.cross(a, b)


def _into(g: Any, c: Any, shape: tuple[int, ...], other: tuple[int, ...]) -> Any:
    return unbroadcast(c, shape, lead_of(g, max(len(shape), len(other))))


cross_p.vjp(a=lambda g, b, a_shape: _into(g, cross_p(b, g), a_shape, shape_of(b)),
            b=lambda g, a, b_shape: _into(g, cross_p(g, a), b_shape, shape_of(a)))  # fmt: skip
cross_p.along(a=lambda j, a_shape: j if -len(a_shape) <= j < -1 and a_shape[j] != 1 else None,
              b=lambda j, b_shape: j if -len(b_shape) <= j < -1 and b_shape[j] != 1 else None)  # fmt: skip


def cross(a: Any, b: Any, name: str | None = None) -> EagerTensor:
    """The cross product of vectors of three elements in the last axis.

    Raises:
      InvalidArgumentError: if the shapes or dtypes differ.
      FailedPreconditionError: if the last axis has not three elements.

    >>> import gradtape as tf
    >>> tf.linalg.cross([1, 0, 0], [0, 1, 0]).numpy()
    array([0, 0, 1], dtype=int32)
    """
    a = convert_to_tensor(a)
    b = convert_to_tensor(b, dtype_hint=a.dtype)
    shape = a._array.shape
    if differ(shape, b._array.shape):
        raise invalid("Cross", f"Both inputs must be of same shape: {list(shape)} vs. {list(b._array.shape)}")
    if not shape or differ(shape[-1], 3):
        raise FailedPreconditionError(
            None, None, f"Cross-products are only defined for 3-element vectors; the shape is {list(shape)}. [Op:Cross]"
        )
    return cross_p(a, b)  # type: ignore[no-any-return]
