"""`make_tensor_proto` and `make_ndarray`: arrays as the messages that files hold, and back."""

import math
from typing import Any

import numpy as np

from ..values.convert import convert_to_tensor
from . import messages
from .tensors import LISTS, array_of, tensor_proto

__all__ = ["make_ndarray", "make_tensor_proto"]


def make_ndarray(tensor: Any) -> Any:
    """The NumPy array of a `TensorProto`.

    Raises:
      TypeError: if it is none that can be an array.

    >>> import gradtape as tf
    >>> tf.make_ndarray(tf.make_tensor_proto([[1, 2]]))
    array([[1, 2]], dtype=int32)
    """
    array = array_of(tensor)
    if array is None:
        raise TypeError(f"Unsupported tensor type, or not as many elements as its shape has: {str(tensor)[:1000]}")
    return array


def make_tensor_proto(values: Any, dtype: Any = None, shape: Any = None, verify_shape: bool = False,
                      allow_broadcast: bool = False) -> Any:  # fmt: skip
    """A `TensorProto` of values.

    Args:
      values: what a tensor can be made of; or a TensorProto, which is given back.
      dtype: of the tensor.
      shape: of the tensor, by default that of `values`.
      verify_shape: whether `values` must have that shape, and not only as many elements.
      allow_broadcast: whether only one element may stand for all, and else there must be as many as the shape has.

    Raises:
      ImportError: if protobuf is not installed.
      TypeError: if `values` do not have the shape.
      ValueError: if there are too many.
    """
    if type(values) is messages.TensorProto:
        return values
    x = convert_to_tensor(values, dtype)
    array = np.asarray(x._array)
    wanted = array.shape if shape is None else tuple(int(n) for n in shape)
    size = math.prod(wanted)
    one = allow_broadcast and array.size == 1 and array.ndim < 2
    if (verify_shape and array.shape != wanted) or (allow_broadcast and not one and array.size != size):
        raise TypeError(f"Expected Tensor's shape: {wanted}, but got {array.shape}.")
    if array.size > size:
        raise ValueError(f"Too many elements provided. Takes at most {size}, but got {array.size}.")
    proto = tensor_proto(array)
    if x.dtype.name in LISTS and (array.size != size or array.size == 1):  # as numbers, of which the last is repeated
        proto.ClearField("tensor_content")
        flat = array.ravel()
        numbers = flat.view(np.uint16) if flat.dtype.itemsize == 2 and flat.dtype.kind in "fV" else flat
        numbers = numbers.view(numbers.real.dtype) if numbers.dtype.kind == "c" else numbers
        getattr(proto, LISTS[x.dtype.name]).extend(numbers.tolist())
    proto.tensor_shape.ClearField("dim")
    for length in wanted:
        proto.tensor_shape.dim.add(size=length)
    return proto
