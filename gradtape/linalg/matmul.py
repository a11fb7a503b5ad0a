"""Matrix products: `matmul` and the `@` operator."""

from typing import Any

from ..autodiff.cotangents import lead_of, shape_of, unbroadcast
from ..math.cast import cast
from ..math.complex_numbers import conj_p
from ..operations.later import later
from ..operations.primitive import primitive
from ..values import tensor, variable
from ..values.convert import agree, convert_to_tensor
from ..values.dtypes import as_dtype, float32
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import broadcast_shapes
from ..values.tensor import EagerTensor
from .contract import contracted, fresh

__all__ = ["matmul"]


@primitive(op="MatMul", kinds="fciu", same=("a", "b"), linear=("a", "b"))
def matmul_p(xp: Any, a: Any, b: Any, *, ta: bool = False, tb: bool = False) -> Any:
    """op(a) @ op(b), where op transposes the last two axes if `ta`, `tb` say so; leading axes broadcast."""
    if a.ndim < 2 or b.ndim < 2:
        raise _mismatch(a.shape, b.shape, ta, tb)
    try:
        return xp.matmul(a.mT if ta else a, b.mT if tb else b)
    except ValueError:
        raise _mismatch(a.shape, b.shape, ta, tb) from None


def _shape_of_product(a: tuple[int, ...], b: tuple[int, ...], ta: bool, tb: bool) -> tuple[int, ...]:
    return (*broadcast_shapes(a[:-2], b[:-2]), a[-1 if ta else -2], b[-2 if tb else -1])


matmul_p.definition.shape = _shape_of_product


def _into_a(g: Any, b: Any, shape: tuple[int, ...], ta: bool, tb: bool) -> Any:
    ndim = len(shape_of(b))
    if len(shape) == 2 < ndim:
        return _summed(g, b, ndim - 2, "mn", "nk" if tb else "kn", "km" if ta else "mk")
    if ta:
        return _product(b, g, tb, True, g, shape, ndim)
    return _product(g, b, False, not tb, g, shape, ndim)


def _into_b(g: Any, a: Any, shape: tuple[int, ...], ta: bool, tb: bool) -> Any:
    ndim = len(shape_of(a))
    if len(shape) == 2 < ndim:
        return _summed(g, a, ndim - 2, "mn", "km" if ta else "mk", "nk" if tb else "kn")
    if tb:
        return _product(g, a, True, ta, g, shape, ndim)
    return _product(a, g, not ta, False, g, shape, ndim)


def _product(a: Any, b: Any, ta: bool, tb: bool, g: Any, shape: tuple[int, ...], ndim: int) -> Any:
    """The product of the cotangent `g` and an input of `ndim` axes, as a cotangent of the other, which has `shape`."""
    made = shape_of(g)[:-2] + shape[-2:]
    c = later(matmul_p, made, a, b, ta=ta, tb=tb)
    lead = lead_of(g, max(len(shape), ndim))
    return c if made == lead + shape else unbroadcast(c, shape, lead)


def _summed(g: Any, other: Any, batch: int, outer: str, theirs: str, ours: str) -> Any:
    """The cotangent of a matrix that multiplied a batch: one product of all rows, not a sum of products."""
    lead = len(shape_of(g)) - batch - 2
    labels = fresh(lead + batch, "kmn")
    batched = labels[lead:]
    return contracted(g, other, labels + outer, batched + theirs, labels[:lead] + ours)


matmul_p.vjp(a=lambda g, b, a_shape, ta, tb: _into_a(g, b, a_shape, ta, tb),
             b=lambda g, a, b_shape, ta, tb: _into_b(g, a, b_shape, ta, tb))  # fmt: skip


def batch_axis(j: int, shape: tuple[int, ...]) -> int | None:
    """The axis `j` of a batch of matrices of this shape, if it was not broadcast."""
    return j if j < -2 and -j <= len(shape) and shape[j] != 1 else None


# Rows of the product are made of rows of `a`, and columns of columns of `b`.
matmul_p.along(a=lambda j, a_shape, ta: (-1 if ta else -2) if j == -2 else batch_axis(j, a_shape),
               b=lambda j, b_shape, tb: (-2 if tb else -1) if j == -1 else batch_axis(j, b_shape))  # fmt: skip


def _mismatch(a: tuple[int, ...], b: tuple[int, ...], ta: bool, tb: bool) -> InvalidArgumentError:
    """The error of shapes that have no product."""
    given = [f"[{','.join(map(str, shape))}]" for shape in (a, b)]
    batched = max(len(a), len(b)) > 2
    op = "BatchMatMulV2" if batched else "MatMul"
    if not batched and len(a) != len(b):
        return invalid(op, f"In[0] and In[1] has different ndims: {given[0]} vs. {given[1]}")
    for i, shape in enumerate((a, b)):
        if len(shape) < 2:
            return invalid(op, f"In[{i}] ndims must be >= 2: its shape is {given[i]}; "
                           "make a matrix of a vector by v[:, tf.newaxis], or use tf.linalg.matvec")  # fmt: skip
    if a[-2 if ta else -1] != b[-1 if tb else -2]:
        return invalid(op, f"Matrix size-incompatible: In[0]: {given[0]}, In[1]: {given[1]}")
    return invalid(op, f"In[0] and In[1] must have compatible batch dimensions: {given[0]} vs. {given[1]}")


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> EagerTensor:
    """The matrix product of the last two axes: `a @ b`.

    Args:
      a: shape (..., m, k), or (..., k, m) if it is to be transposed; of a number type.
      b: shape (..., k, n), or (..., n, k), of the same dtype; of matrices one may be bfloat16 where the other is
        float32. Leading axes broadcast.
      transpose_a, transpose_b: transpose the last two axes first.
      adjoint_a, adjoint_b: transpose and conjugate first.
      output_type: int32 to sum products of int8 and uint8, which may be mixed; otherwise the dtype of the inputs.
      a_is_sparse, b_is_sparse, grad_a, grad_b: accepted, and of no effect.

    Returns:
      Shape (..., m, n).

    Raises:
      InvalidArgumentError: if the dtypes differ, a rank is below 2, or the sizes do not fit.
      ValueError: if an input is to be both transposed and adjoint.

    >>> import gradtape as tf
    >>> tf.matmul([[1, 2]], [[3], [4]]).numpy()
    array([[11]], dtype=int32)
    """
    if type(a) is not EagerTensor or type(b) is not EagerTensor:
        a = convert_to_tensor(a)
        b = convert_to_tensor(b, dtype_hint=a.dtype)
    if output_type is not None:
        dtype = as_dtype(output_type)
        if a.dtype is not dtype and (a.dtype is b.dtype or {a.dtype.name, b.dtype.name} == {"int8", "uint8"}):
            a, b = cast(a, dtype), cast(b, dtype)
    if adjoint_a:
        if transpose_a:
            raise _both("a")
        a, transpose_a = conj_if_complex(a), True
    if adjoint_b:
        if transpose_b:
            raise _both("b")
        b, transpose_b = conj_if_complex(b), True
    try:
        if transpose_a or transpose_b:
            return matmul_p(a, b, ta=bool(transpose_a), tb=bool(transpose_b))  # type: ignore[no-any-return]
        return matmul_p(a, b)  # type: ignore[no-any-return]
    except InvalidArgumentError:
        if {a.dtype.name, b.dtype.name} != {"bfloat16", "float32"} or a._array.ndim != 2 or b._array.ndim != 2:
            raise
    return matmul(cast(a, float32), cast(b, float32), transpose_a, transpose_b)


def _both(x: str) -> ValueError:
    return ValueError(
        f"Only one of `transpose_{x}` and `adjoint_{x}` can be True. Received `transpose_{x}`=True, `adjoint_{x}`=True."
    )


def conj_if_complex(x: EagerTensor) -> EagerTensor:
    return conj_p(x) if x._array.dtype.kind == "c" else x  # type: ignore[no-any-return]


def _matmul(x: Any, y: Any) -> EagerTensor:
    if type(x) is not EagerTensor or type(y) is not EagerTensor:
        x, y = agree(x, y)
    return matmul_p(x, y)  # type: ignore[no-any-return]


def _reflected_matmul(y: Any, x: Any) -> EagerTensor:
    return _matmul(x, y)


tensor.overload(__matmul__=_matmul, __rmatmul__=_reflected_matmul)
variable.overload(__matmul__=_matmul, __rmatmul__=_reflected_matmul)
