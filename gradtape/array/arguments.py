"""Reading what says how an operation is to be done: shapes, axes, sizes. They are numbers, lists or integer tensors."""

import math
from collections.abc import Sequence
from operator import index
from typing import Any

from ..operations.primitive import _brackets, _kernel_name
from ..values import dtypes
from ..values.convert import convert_to_tensor, gives_tensor, tensor_of
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import Dim, whole_int

__all__: list[str] = []


def integers(value: Any, op: str, attr: str, scalar: bool = False, strict: bool = False,
             rank_error: str = "sizes input must be 1-D, not {}") -> tuple[int, ...]:  # fmt: skip
    """A vector of Python integers.

    Args:
      value: a list, a TensorShape, an array, a tensor; an integer too, with `scalar`.
      op: the operation, for its errors, in which its dtype is called `attr`.
      strict: raise TypeError for Python numbers that are no integers, as operations do that ask for int32.
      rank_error: what to say of a matrix; `{}` is its shape.
    """
    kind = type(value)
    if kind is list or kind is tuple:
        try:
            return tuple([n if type(n) is Dim else index(n) for n in value])
        except TypeError:
            pass
    elif scalar and kind is int:
        return (value,)
    elif kind is TensorShape and value.is_fully_defined():
        return tuple(value)
    array = tensor_of(value, dtypes.int32 if strict else None)._array
    if kind in (list, tuple) and attr not in _OF_ANY_DTYPE and array.dtype.kind != "i" and _with_tensors(value):
        array = convert_to_tensor(value, dtypes.int32)._array  # TensorFlow casts tensors that it packs
    if array.dtype.kind == "b" and scalar:
        return (whole_int(array),)
    whole_number(array.dtype, op, attr)
    if array.ndim == 0 and scalar:
        return (whole_int(array),)
    if array.ndim != 1:
        raise invalid(op, rank_error.format(_brackets(array.shape)))
    return tuple(array.tolist())


# What operations take integers of several dtypes for, none of which they prefer.
_OF_ANY_DTYPE = ("Index", "T", "Taxis", "Tindices", "Tshift")


def _with_tensors(value: Sequence[Any]) -> bool:
    return any(map(gives_tensor, value))


def whole_number(dtype: Any, op: str, attr: str, allowed: Sequence[str] = ("int32", "int64")) -> None:
    """Raise where `dtype` is not one of those `allowed`."""
    name = dtypes.BY_NUMPY[dtype].name
    if name not in allowed:
        raise invalid(op, f"Value for attr '{attr}' of {_kernel_name(dtype)} is not in the list of allowed values: "
                          f"{', '.join(allowed)}")  # fmt: skip


def axis_of(axis: Any) -> int:
    """An axis, which is an integer, or a tensor, list or array of one."""
    if type(axis) is int or type(axis) is Dim:
        return axis
    try:
        return index(axis)
    except TypeError:
        array = tensor_of(axis, dtypes.int32)._array
        if math.prod(array.shape) != 1:
            raise invalid("Const", f"a scalar integer is wanted here, got shape {_brackets(array.shape)}") from None
        return whole_int(array.reshape(()))


def shape_argument(shape: Any, op: str = "Fill", rank_error: str = "dims must represent a vector, got shape {}",
                   strict: bool = False) -> tuple[int, ...]:  # fmt: skip
    """The shape of something to be made."""
    dims = integers(shape, op, "index_type", scalar=True, strict=strict, rank_error=rank_error)
    not_negative(dims, op)
    return dims


_MOST = 2**63 - 1  # elements of a tensor


def not_negative(lengths: Sequence[int], op: str) -> None:
    """Raise where one is negative, or they are too many elements; a `Dim` may be something else when the graph runs."""
    for n in lengths:
        if n < 0:
            raise invalid(op, f"Dimension {n} must be >= 0")
    if math.prod(lengths) > _MOST:
        raise invalid(op, f"Shape {_brackets(lengths)} would have more than 2**63 - 1 elements")
