"""Changing dtypes: `cast`, through which gradients flow between floating and complex dtypes only."""

from typing import Any

import numpy as np

from ..core.composite import is_sparse, mapped
from ..core.composite import kinds as composites
from ..core.convert import convert_to_tensor
from ..core.dtypes import DType, as_dtype
from ..core.errors import UnimplementedError, invalid
from ..core.indexed_slices import IndexedSlices
from ..core.log import logger
from ..core.primitive import primitive
from ..core.symbolic import computation, computed
from ..core.tensor import EagerTensor, wrap

__all__ = ["bitcast", "cast", "saturate_cast"]


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


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> EagerTensor:
    """`value` in another dtype, with numbers that it cannot hold replaced by the nearest that it can.

    Args:
      value: a numeric tensor; of a complex one the real part is cast.
      dtype: what `tf.cast` takes.

    >>> import gradtape as tf
    >>> tf.saturate_cast([300.0, -5.0], tf.uint8).numpy()
    array([255,   0], dtype=uint8)
    """
    from .clip import clip_by_value

    to = as_dtype(dtype)
    value = convert_to_tensor(value)
    if value.dtype.is_complex:
        if to.is_complex:
            return cast(value, to)
        logger.warning("Casting complex to real discards imaginary part.")
        value = cast_p(value, dtype=value.dtype.real_dtype._numpy)
    given = value.dtype
    number = float if given.is_floating else int
    low = max(number(given.min), number(to.real_dtype.min))
    high = min(number(given.max), number(to.real_dtype.max))
    value = clip_by_value(value, _inside(low, given), _inside(high, given))
    return cast(value, to)


def _inside(limit: float, dtype: DType) -> EagerTensor:
    """`limit` as a scalar of `dtype`, rounded toward zero."""
    number = np.asarray(limit).astype(dtype._numpy)
    if abs(number.item()) > abs(limit):
        number = np.nextafter(number, dtype._numpy.type(0))
    return wrap(number)


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
    return computed(_bits, convert_to_tensor(input), dtype=as_dtype(type)._numpy)


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
