"""Making tensors of what a NumPy function is given, each by itself or several in one dtype."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...array.joining import stack
from ...array.shape import identity, reshape
from ...math.cast import cast
from ...operations import reading
from ...values.convert import convert_to_tensor, gives_tensor, scalar
from ...values.dtypes import DType, as_dtype
from ...values.tensor import EagerTensor, Tensor
from .types import default_float, numpy_result_type, result_type

__all__ = ["array", "asanyarray", "asarray", "ascontiguousarray", "copy"]


def array(val: Any, dtype: Any = None, copy: bool = True, ndmin: int = 0) -> EagerTensor:
    """The tensor of `val`, with the dtype that NumPy would give it: Python's floats become float64, ints int64.

    Args:
      val: a tensor, variable, NumPy array, number, or a (nested) list of these, through which gradients flow.
      dtype: the dtype to have, if not the common one of `val`.
      copy: has no effect, since tensors cannot be written to.
      ndmin: the least number of axes; those that are missing come first, of length 1.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.array([1, 2.5], ndmin=2)
    <tf.Tensor: shape=(1, 2), dtype=float64, numpy=array([[1. , 2.5]])>
    """
    if ndmin > 32:
        raise ValueError(f"ndmin bigger than allowable number of dimensions: 32, got {ndmin}.")
    x = asarray(val, dtype)
    if x._array.ndim < ndmin:
        return reshape(x, (1,) * (ndmin - x._array.ndim) + x._array.shape)
    return identity(x) if copy and x is val else x


def asarray(a: Any, dtype: Any = None) -> EagerTensor:
    """The tensor of `a`, itself if it is one of that dtype; see `array`."""
    to = dtype_of(dtype)
    if isinstance(a, Tensor):
        return a if to is None or a.dtype is to else cast(a, to)  # type: ignore[return-value]
    if gives_tensor(a):
        x = reading.convert_to_tensor(a)
        return x if to is None else cast(x, to)
    if isinstance(a, list | tuple) and _holds_tensors(a):
        to = to or result_type(*a)
        return stack([asarray(x, to) for x in a])
    return _constant(a, to)


def asanyarray(a: Any, dtype: Any = None) -> EagerTensor:
    """The tensor of `a`; see `array`."""
    return asarray(a, dtype)


def ascontiguousarray(a: Any, dtype: Any = None) -> EagerTensor:
    """The tensor of `a`, with one axis at least; see `array`."""
    return array(a, dtype, ndmin=1)


def copy(a: Any) -> EagerTensor:
    """The tensor of `a`: it needs no copy, since tensors cannot be written to."""
    return array(a, copy=True)


def _holds_tensors(values: Sequence[Any]) -> bool:
    return any(_holds_tensors(x) if isinstance(x, list | tuple) else gives_tensor(x) for x in values)


def _constant(value: Any, to: DType | None) -> EagerTensor:
    """The tensor of a value that holds none."""
    if isinstance(value, np.ndarray | np.generic) and not isinstance(value, str | bytes):
        x = convert_to_tensor(value)
    else:
        given = np.array(list(value) if isinstance(value, range) else value) if _is_plain(value) else value
        if isinstance(given, np.ndarray) and given.dtype.kind in "biufc":
            dtype = (
                result_type(value) if isinstance(value, list | tuple | bool | int | float | complex) else given.dtype
            )
            with np.errstate(all="ignore"):
                x = convert_to_tensor(given if given.dtype == np.uint64 else given.astype(as_dtype(dtype)._numpy))
        else:
            x = convert_to_tensor(value)
    return x if to is None else cast(x, to)


def _is_plain(value: Any) -> bool:
    """Whether NumPy makes an array of `value`: not if it is ragged, of which the conversion to a tensor tells more."""
    try:
        np.array(value)
    except ValueError:
        return False
    return True


def dtype_of(dtype: Any) -> DType | None:
    """The dtype that a parameter `dtype` asks for; None if it asks for none. `float` is float64, `int` int64."""
    return None if dtype is None else dtype if isinstance(dtype, DType) else result_type(dtype)


def promoted(*values: Any) -> list[EagerTensor]:
    """Tensors of all values, in their common dtype."""
    dtype = result_type(*values)
    return [asarray(x, dtype) for x in values]


def pair(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Tensors of both, in the dtype to which NumPy promotes them."""
    if type(x) is EagerTensor and type(y) is EagerTensor and x._array.dtype == y._array.dtype:
        return x, y
    dtype = numpy_result_type(x, y)
    return _member(x, dtype, y), _member(y, dtype, x)


def _member(x: Any, dtype: DType, other: Any) -> EagerTensor:
    if type(x) in (int, float) and isinstance(other, Tensor) and other.dtype is dtype:
        try:
            return scalar(x, other)
        except (TypeError, ValueError):
            pass
    return asarray(x, dtype)


def floating(x: Any) -> EagerTensor:
    """The tensor of `x`, floating or complex: integers and bools become the default float."""
    x = asarray(x)
    return x if x.dtype.is_differentiable else cast(x, default_float())
