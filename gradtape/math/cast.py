"""Changing dtypes: `cast`, through which gradients flow between floating and complex dtypes only."""

from typing import Any

import numpy as np

from ..operations.primitive import is_half, primitive
from ..values.composite import is_sparse, mapped
from ..values.composite import kinds as composites
from ..values.convert import convert_to_tensor
from ..values.dtypes import array_dtype, as_dtype
from ..values.errors import UnimplementedError, invalid
from ..values.indexed_slices import IndexedSlices
from ..values.log import logger
from ..values.symbolic import computation, computed
from ..values.tensor import EagerTensor

__all__ = ["bitcast", "cast"]


def _astype(xp: Any, x: Any, dtype: Any) -> Any:
    if x.dtype.kind == "c" and dtype.kind not in "cb":
        x = xp.real(x)
    if x.dtype.kind == "f" and dtype.kind in "iu" and dtype.itemsize < 4:
        x = x.astype(np.int32)  # as C does: what is out of range wraps, whatever the machine
    return x.astype(dtype)


@primitive(op="Cast", holomorphic=False)
def cast_p(xp: Any, x: Any, *, dtype: np.dtype[Any]) -> Any:
    """`x` as `dtype`, between floating and complex dtypes."""
    return _astype(xp, x, dtype)


cast_p.vjp(x=lambda g, x_dtype: cast_p(g, dtype=x_dtype))
cast_p.along(x=lambda j: j)


@primitive(op="Cast")
def convert_p(xp: Any, x: Any, *, dtype: np.dtype[Any]) -> Any:
    """`x` as `dtype` where one of them is an integer or bool: it has no derivative."""
    return _astype(xp, x, dtype)


def cast_like(x: Any, other: Any) -> Any:
    """`x`, a tensor or array, in the dtype of `other`; for derivative rules."""
    return cast_p(x, dtype=getattr(other, "_array", other).dtype)


_FLOAT32 = np.dtype(np.float32)


def by_float32(call: Any, *inputs: Any, **attributes: Any) -> Any:
    """`call` of 16-bit floats by way of float32, so that it and its derivatives are rounded once. For `halves`.

    Inputs of another dtype than the first, as indices are, stay as they are.
    """
    dtypes = [getattr(x, "_array", x).dtype for x in inputs]
    wide = [cast_p(x, dtype=_FLOAT32) if d == dtypes[0] else x for x, d in zip(inputs, dtypes, strict=True)]
    return cast_p(call(*wide, **attributes), dtype=dtypes[0])


def rounded_once(call: Any, *inputs: Any) -> Any:
    """`call` of tensors, by way of float32 where these are 16-bit floats."""
    return by_float32(call, *inputs) if is_half(inputs[0]._array.dtype) else call(*inputs)


def cast(x: Any, dtype: Any, name: str | None = None) -> EagerTensor:
    """`x` in another dtype: floats to integers toward zero, complex numbers to their real parts.

    Args:
      x: a tensor, variable, or what can be converted to a tensor; of `IndexedSlices` and sparse tensors the values are
        cast.
      dtype: a `tf.DType`, its name, or a NumPy type.

    Returns:
      A tensor of the shape of `x`; `x` itself where it has the dtype already. A gradient flows only between floating
      and complex dtypes: an integer or bool on the way breaks the path, and gradients are None.

    Raises:
      TypeError: if `dtype` is none.
      UnimplementedError: for strings, which cannot be cast; see `tf.strings.to_number` and `tf.as_string`.

    >>> import gradtape as tf
    >>> tf.cast([1.9, -1.9], tf.int32).numpy()
    array([ 1, -1], dtype=int32)
    """
    to = as_dtype(dtype)
    if isinstance(x, IndexedSlices) or is_sparse(x):
        return x.with_values(cast(x.values, to))  # type: ignore[return-value]
    x = convert_to_tensor(x)
    given = x.dtype
    if given is to:
        return x
    if type(x) in composites:
        return mapped(lambda elements: cast(elements, to), x)  # type: ignore[no-any-return]
    if given._kind == "s" or to._kind not in "fciub":
        hint = {"s": " Use tf.strings.to_number.", "f": " Use tf.as_string.", "i": " Use tf.as_string."}
        raise UnimplementedError(
            None, None, f"Cast {given.name} to {to.name} is not supported.{hint.get(given._kind, '')} [Op:Cast]"
        )
    if given.is_complex and to._kind in "f":
        logger.warning(
            "You are casting an input of type %s to an incompatible dtype %s.  This will discard the imaginary part "
            "and may not be what you intended.", given.name, to.name,
        )  # fmt: skip
    return (cast_p if given.is_differentiable and to.is_differentiable else convert_p)(x, dtype=to._numpy)


def bitcast(input: Any, type: Any, name: str | None = None) -> EagerTensor:
    """The bits of `input` read as another dtype. No gradient passes.

    Args:
      input: a numeric tensor.
      type: a dtype. If it is smaller, each element becomes a vector along a new last axis; if it is larger, each vector
        along the last axis, which must be as long as that takes, becomes an element.

    Raises:
      InvalidArgumentError: if the last axis is of another length.

    >>> import gradtape as tf
    >>> tf.bitcast(tf.constant(1.0), tf.int32).numpy()
    np.int32(1065353216)
    """
    return computed(_bits, convert_to_tensor(input), dtype=array_dtype(type)._numpy)


@computation
def _bits(x: Any, dtype: Any) -> Any:
    shape, size, wanted = x.shape, x.dtype.itemsize, dtype.itemsize
    if size > wanted:
        return np.ascontiguousarray(x).reshape(*shape, 1).view(dtype)
    if size == wanted:
        return np.asarray(x).view(dtype)
    if not shape or shape[-1] * size != wanted:
        raise invalid("Bitcast", f"Cannot bitcast from {x.dtype} to {dtype}: shape {list(shape)}")
    return np.ascontiguousarray(x).view(dtype).reshape(shape[:-1])
