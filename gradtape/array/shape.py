"""Operations that change the shape of a tensor, or tell it: reshape, transpose, expand_dims, squeeze, broadcast_to."""

import math
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..operations.broadcasting import broadcast_to_p, reshape_p, transpose_p
from ..operations.primitive import _brackets, primitive
from ..operations.public import public
from ..values import dtypes
from ..values.composite import CompositeTensor, is_sparse
from ..values.composite import kinds as composites
from ..values.convert import convert_to_tensor, gives_tensor, tensor_of
from ..values.dtypes import as_dtype
from ..values.errors import InvalidArgumentError, invalid
from ..values.shape import TensorShape, as_shape
from ..values.symbolic import (
    UNRANKED,
    Dim,
    Value,
    checked,
    computation,
    computed,
    differ,
    integers_tensor,
    is_symbolic,
    never_equal,
    of_rows,
    symbolic,
)
from ..values.tensor import EagerTensor, Tensor, TensorLike, wrap
from ..values.thread import current
from .arguments import axis_of, integers, not_negative, whole_number

__all__ = [
    "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "ensure_shape", "expand_dims",
    "get_static_value", "identity", "identity_n", "is_tensor", "matrix_transpose", "newaxis", "rank", "reshape",
    "shape", "shape_n", "size", "squeeze", "stop_gradient", "transpose",
]  # fmt: skip

newaxis = None

# --- primitives ------------------------------------------------------------------------------------------------------


@primitive(op="Identity", linear=("x",))
def identity_p(xp: Any, x: Any) -> Any:
    return x


identity_p.vjp(x=lambda g: g)
identity_p.definition.passes = True
identity_p.along(x=lambda j: j)


@public(identity_p, of_sparse=True)
def identity(input: Any, name: str | None = None) -> EagerTensor:
    """A tensor of the same value; of a variable, its present value."""


@primitive(op="StopGradient")
def stop_gradient_p(xp: Any, x: Any) -> Any:
    return x


@public(stop_gradient_p, of_sparse=True)
def stop_gradient(input: Any, name: str | None = None) -> EagerTensor:
    """A tensor of the same value through which no gradient passes: a constant, to every tape.

    >>> import gradtape as tf
    >>> x = tf.Variable(3.0)
    >>> with tf.GradientTape() as tape:
    ...     y = tf.stop_gradient(x) * x
    >>> tape.gradient(y, x).numpy()
    np.float32(3.0)
    """


@primitive(op="EnsureShape", linear=("x",))
def of_length_p(xp: Any, x: Any, *, axis: int, n: int) -> Any:
    """`x`, which has `n` slices along the negative `axis`."""
    if x.shape[axis] != n:
        raise invalid("EnsureShape", f"a tensor of shape {_brackets(x.shape)} should be of length {n} along an axis")
    return x


def _of_length_sample(x: Any, *, axis: int, n: int) -> Any:
    at = x.ndim + axis
    return np.resize(x, (*x.shape[:at], n, *x.shape[at + 1 :]))[...]  # a view, since it is no new array


of_length_p.definition.sample = _of_length_sample  # type: ignore[attr-defined]
of_length_p.vjp(x=lambda g, x_shape, axis: of_length_p(g, axis=axis, n=x_shape[axis]))
of_length_p.along(x=lambda j: j)


def with_length(x: Any, n: int) -> Any:
    """`x`, whose length is `n` where the program is right, also in a trace that cannot see it."""
    value = x._array
    if type(value) is not Value or value.shape[:1] == (n,):
        return x
    out = of_length_p(x, axis=-value.ndim, n=n)
    of_rows(out, n)
    return out


# --- telling the shape -----------------------------------------------------------------------------------------------


def _array_of(x: Any) -> Any:
    return (x if type(x) is EagerTensor else convert_to_tensor(x))._array


def _shape_of(x: Any) -> tuple[int, ...]:
    return x._dims if is_sparse(x) else _array_of(x).shape  # type: ignore[no-any-return]


def _as_integers(value: Any, out_type: Any, op: str) -> EagerTensor:
    dtype = as_dtype(out_type)._numpy
    whole_number(dtype, op, "out_type")
    return integers_tensor(value, dtype)


def shape(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> EagerTensor:
    """The shape of `input`, as a vector of `out_type`, int32 or int64; a `DynamicRaggedShape` of a ragged tensor.

    >>> import gradtape as tf
    >>> tf.shape([[1, 2, 3]])
    <tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 3], dtype=int32)>
    """
    if type(input) in composites:  # rows of different lengths
        return input._shaped(out_type)  # type: ignore[no-any-return]
    return _as_integers(_shape_of(input), out_type, "Shape")


def shape_n(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> list[EagerTensor]:
    """The shapes of several tensors; see `shape`."""
    return [shape(x, out_type) for x in input]


def size(input: Any, out_type: Any = None, name: str | None = None) -> EagerTensor:
    """The number of elements of `input`, those of a sparse tensor that are 0 too: a scalar, by default int32."""
    shape = _shape_of(input._elements if type(input) in composites else input)
    return _as_integers(math.prod(shape), dtypes.int32 if out_type is None else out_type, "Size")


def rank(input: Any, name: str | None = None) -> EagerTensor:
    """The number of axes of `input`, as an int32 scalar."""
    if type(input) in composites:
        return wrap(np.int32(input.shape.rank))
    return wrap(np.int32(len(_shape_of(input))))


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor or a variable, or a sparse or ragged tensor or `tf.IndexedSlices`."""
    return isinstance(x, TensorLike) or (isinstance(x, CompositeTensor) and not x._holds)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of `tensor` as a NumPy array; None for a variable, whose value may change, and for a sparse or
    ragged tensor. What is no tensor is given back.
    """
    if isinstance(tensor, Tensor):
        return None if is_symbolic(tensor) else tensor.numpy()
    return None if is_tensor(tensor) else tensor


# --- reshaping -------------------------------------------------------------------------------------------------------


def reshape(tensor: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """The same elements, in the same order, in another shape.

    Args:
      tensor: what to reshape.
      shape: its new shape, a list or vector of integers. One of them may be -1: it is worked out from the others.

    Raises:
      InvalidArgumentError: if `shape` has another number of elements, or is no shape.

    >>> import gradtape as tf
    >>> tf.reshape([1, 2, 3, 4, 5, 6], [3, -1]).shape
    TensorShape([3, 2])
    """
    x = tensor if type(tensor) is EagerTensor else _ranked(convert_to_tensor(tensor))
    dims = integers(shape, "Reshape", "Tshape", scalar=True)
    if dims and min(dims) < 0 and (min(dims) < -1 or x._array.size == 0):
        dims = _resolved(dims, x._array)
    try:
        return reshape_p(x, shape=dims)  # type: ignore[no-any-return]
    except InvalidArgumentError:
        count = x._array.size
        if -1 in dims:
            dims = _resolved(dims, x._array)
        raise invalid("Reshape", f"Input to reshape is a tensor with {count} values, but the requested shape has "
                      f"{math.prod(dims)} (from shape {x.shape} to {dims})") from None  # fmt: skip


def _ranked(x: Any) -> Any:
    """`x`; or its elements, if the number of its axes is not known."""
    value = x._array
    if not is_symbolic(x) or value.shape is not UNRANKED or x._node is not None:
        return x
    return symbolic(current.thread.trace.flat(current.thread.trace.own(value)))


def _resolved(dims: tuple[int, ...], given: Any) -> tuple[int, ...]:
    """`dims` with its -1 replaced, so that they are a shape for the elements of the array `given`."""
    free = [i for i, n in enumerate(dims) if n == -1]
    for i, n in enumerate(dims):
        if n < -1:
            raise invalid("Reshape", f"Size {i} must be non-negative, not {n}")
    if len(free) > 1:
        raise invalid("Reshape", f"Only one input size may be -1, not both {free[0]} and {free[1]}")
    known, count = math.prod([n for n in dims if n != -1]), given.size
    if count != 0 and (known == 0 or never_equal(count % known, 0)):
        needs = "has 0" if known == 0 else f"requires a multiple of {known}"
        raise invalid("Reshape", f"Input to reshape is a tensor with {count} values, but the requested shape "
                      f"{needs} (to shape {dims})")  # fmt: skip
    if count == 0:
        return engine.resolved(given.shape, dims)
    return (*dims[: free[0]], count // known, *dims[free[0] + 1 :])


_REVERSED = [tuple(range(-1, -1 - n, -1)) for n in range(33)]


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str = "transpose") -> EagerTensor:
    """The axes of `a` in another order: axis i of the result is axis `perm[i]` of `a`.

    Args:
      a: what to transpose.
      perm: the order, a permutation of the axes; by default they are reversed.
      conjugate: also conjugate, if `a` is complex.

    Raises:
      InvalidArgumentError: if `perm` is no permutation of the axes.

    >>> import gradtape as tf
    >>> tf.transpose([[1, 2, 3], [4, 5, 6]]).numpy()
    array([[1, 4],
           [2, 5],
           [3, 6]], dtype=int32)
    """
    x = a if type(a) is EagerTensor else convert_to_tensor(a)
    n = x._array.ndim
    order = _REVERSED[n] if perm is None else _permutation(perm, n)
    out = transpose_p(x, perm=order)
    if conjugate and out._array.dtype.kind == "c":
        return Tensor.conjugate(out)  # type: ignore[attr-defined,no-any-return]
    return out  # type: ignore[no-any-return]


def _permutation(perm: Any, n: int) -> tuple[int, ...]:
    """`perm`, of `n` axes, counted from the end."""
    given = integers(perm, "Transpose", "Tperm", rank_error="perm must be rank 1, got shape {}")
    if len(given) != n:
        raise invalid("Transpose", f"transpose expects a vector of size {n}. But input(1) is a vector of size "
                      f"{len(given)}")  # fmt: skip
    order = tuple([p - n if p >= 0 else p for p in given])
    if set(order) != set(range(-n, 0)):
        for p in order:
            if not -n <= p < 0:
                raise invalid("Transpose", f"{p + n} is out of range [0 .. {n})")
        missing = next(i for i in range(n) if i - n not in order)
        raise invalid("Transpose", f"{missing} is missing from {{{','.join(str(p + n) for p in order)}}}.")
    return order


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> EagerTensor:
    """The last two axes of `a` exchanged: each of a batch of matrices transposed.

    Args:
      a: of shape (..., m, n).
      conjugate: also conjugate, if `a` is complex.

    Returns:
      A tensor of shape (..., n, m).

    Raises:
      ValueError: if `a` has fewer than two axes.
    """
    x = convert_to_tensor(a)
    if x._array.ndim < 2:
        raise ValueError(
            f"Argument `a` should be a (batch) matrix with rank >= 2. Received `a` = {a} with shape: {x.shape}"
        )
    out = transpose_p(x, perm=(-1, -2))
    if conjugate and out._array.dtype.kind == "c":
        return Tensor.conjugate(out)  # type: ignore[attr-defined,no-any-return]
    return out  # type: ignore[no-any-return]


def expand_dims(input: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`input` with a new axis of length 1 at `axis`, which may be negative: -1 puts it last.

    Raises:
      InvalidArgumentError: if `axis` is not in [-1 - rank, rank].

    >>> import gradtape as tf
    >>> tf.expand_dims([1, 2, 3], -1).shape
    TensorShape([3, 1])
    """
    x = input if type(input) is EagerTensor else convert_to_tensor(input)
    at = axis if type(axis) is int else _only(axis)
    given = x._array.shape
    n = len(given)
    if not -1 - n <= at <= n:
        raise invalid("ExpandDims", f"Tried to expand dim index {at} for tensor with {n} dimensions.")
    if at < 0:
        at += n + 1
    return reshape_p(x, shape=(*given[:at], 1, *given[at:]))  # type: ignore[no-any-return]


def _only(axis: Any) -> int:
    array = tensor_of(axis, dtypes.int32)._array
    if array.size != 1:
        raise invalid("ExpandDims", f"'dim' must be a tensor with a single value, not {_brackets(array.shape)}")
    return int(array.reshape(()))


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """`input` without its axes of length 1.

    Args:
      input: what to squeeze.
      axis: the axis or list of axes to take away, which must be of length 1; by default all that are.

    Raises:
      InvalidArgumentError: if one of `axis` is not there, or of another length.

    >>> import gradtape as tf
    >>> tf.squeeze(tf.zeros((1, 2, 1))).shape, tf.squeeze(tf.zeros((1, 2, 1)), [0]).shape
    (TensorShape([2]), TensorShape([2, 1]))
    """
    x = input if type(input) is EagerTensor else convert_to_tensor(input)
    given = x._array.shape
    n = len(given)
    axes = [] if axis is None else [axis_of(i) for i in axis] if isinstance(axis, list | tuple) else [_squeezed(axis)]
    for i in axes:
        if not -n <= i < n:
            raise invalid("Squeeze", f"Tried to squeeze dim index {i} for tensor with {n} dimensions.")
        if differ(given[i], 1):
            raise invalid("Squeeze", f"Can not squeeze dim[{i % n}], expected a dimension of 1, got {given[i]}")
    if not axes and any(type(m) is Dim for m in given):
        raise ValueError(f"Which axes of shape {x.shape} are of length 1 is not known: name them, tf.squeeze(x, axis).")
    gone = {i % n for i in axes}
    return reshape_p(  # type: ignore[no-any-return]
        x, shape=tuple([m for i, m in enumerate(given) if (i not in gone if axes else m != 1)])
    )


def _squeezed(axis: Any) -> int:
    return int(axis) if isinstance(axis, float) else axis_of(axis)


# --- broadcasting ----------------------------------------------------------------------------------------------------


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """`input` repeated along its axes of length 1, and along new leading axes, until it is of `shape`.

    Raises:
      InvalidArgumentError: if it cannot be.

    >>> import gradtape as tf
    >>> tf.broadcast_to([1, 2], [2, 2]).numpy()
    array([[1, 2],
           [1, 2]], dtype=int32)
    """
    x = input if type(input) is EagerTensor else convert_to_tensor(input)
    given = x._array.shape
    dims = integers(shape, "BroadcastTo", "Tidx", rank_error="shape must be a vector of {{int32,int64}}, got shape {}")
    not_negative(dims, "BroadcastTo")
    if len(given) > len(dims):
        raise invalid("BroadcastTo", f"Rank of input ({len(given)}) must be no greater than rank of output shape "
                      f"({len(dims)}).")  # fmt: skip
    for a, b in zip(reversed(given), reversed(dims), strict=False):
        if a != 1 and never_equal(a, b):
            raise invalid("BroadcastTo", f"Incompatible shapes: {_brackets(given)} vs. {_brackets(dims)}")
    return broadcast_to_p(x, shape=dims)  # type: ignore[no-any-return]


def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The shape to which tensors of two shapes, which may be partly unknown, broadcast.

    Raises:
      ValueError: if they do not.
    """
    if shape_x.rank is None or shape_y.rank is None:
        return TensorShape(None)
    n = max(len(shape_x), len(shape_y))
    dims: list[int | None] = []
    for a, b in zip([1] * (n - len(shape_x)) + list(shape_x), [1] * (n - len(shape_y)) + list(shape_y), strict=True):
        if a is not None and b is not None and 1 not in (a, b) and a != b:
            raise ValueError(
                "Incompatible shapes for broadcasting. Two shapes are compatible if for each dimension pair they are "
                f"either equal or one of them is 1. Received: {shape_x} and {shape_y}."
            )
        known = [d for d in (a, b) if d is not None and d != 1]
        dims.append(known[0] if known else 1 if a == b == 1 else None)
    return TensorShape(dims)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> EagerTensor:
    """The shape to which tensors of two shapes, given as integer vectors, broadcast; an integer vector.

    Raises:
      InvalidArgumentError: if they do not.
    """
    x, y = convert_to_tensor(shape_x), convert_to_tensor(shape_y)
    return computed(_broadcast, x, y)


@computation
def _broadcast(x: Any, y: Any) -> Any:
    try:
        return np.array(np.broadcast_shapes(tuple(x.tolist()), tuple(y.tolist())), x.dtype)
    except ValueError:
        raise invalid("BroadcastArgs", f"Incompatible shapes: {_brackets(x)} vs. {_brackets(y)}") from None


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> EagerTensor:
    """`x`, whose shape is checked to be `shape`; None in it stands for any length.

    Raises:
      InvalidArgumentError: if it is another.
    """
    x = convert_to_tensor(x)
    expected = as_shape(tuple(convert_to_tensor(shape)._array.tolist()) if gives_tensor(shape) else shape)
    checked(_check_shape, x._array, expected)
    out = identity_p(x)
    if is_symbolic(out):
        out.set_shape(expected)
    return out  # type: ignore[no-any-return]


@computation
def _check_shape(x: Any, expected: TensorShape) -> None:
    if not expected.is_compatible_with(x.shape):
        wanted = ",".join("?" if n is None else str(n) for n in expected)
        raise invalid("EnsureShape", f"Shape of tensor input {_brackets(x.shape)} is not compatible with expected "
                      f"shape [{wanted}].")  # fmt: skip


# --- the same value --------------------------------------------------------------------------------------------------


def identity_n(input: Any, name: str | None = None) -> list[EagerTensor]:
    """Tensors of the same values, as a list."""
    return [identity(x) for x in input]
