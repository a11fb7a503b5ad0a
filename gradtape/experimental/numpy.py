"""`tf.experimental.numpy`: its dtypes, what is known of them, and `select`; the rest is not there yet."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
from numpy import (
    bool_,
    complex64,
    complex128,
    e,
    float16,
    float32,
    float64,
    inexact,
    inf,
    int8,
    int16,
    int32,
    int64,
    newaxis,
    object_,
    pi,
    uint8,
    uint16,
    uint32,
    uint64,
)

from ..math.cast import cast
from ..math.comparison import where
from ..values.convert import convert_to_tensor
from ..values.dtypes import DType, as_dtype
from ..values.tensor import EagerTensor, Tensor
from ..values.variable import Variable

complex_, float_, int_, string_, unicode_ = np.complex128, np.float64, np.int64, np.bytes_, np.str_

__all__ = [
    "bool_",
    "complex64",
    "complex128",
    "complex_",
    "e",
    "finfo",
    "float16",
    "float32",
    "float64",
    "float_",
    "iinfo",
    "inexact",
    "inf",
    "int8",
    "int16",
    "int32",
    "int64",
    "int_",
    "newaxis",
    "object_",
    "pi",
    "select",
    "string_",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unicode_",
]  # fmt: skip


def finfo(dtype: Any) -> Any:
    """The limits of a floating dtype: `eps`, `max`, `min`, `tiny` and so on, as `numpy.finfo` gives them.

    Raises:
      ValueError: if `dtype` is no floating or complex one.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.finfo(tf.float32).eps
    np.float32(1.1920929e-07)
    """
    given = as_dtype(dtype)._numpy if isinstance(dtype, DType) else np.dtype(dtype)
    return ml_dtypes.finfo(given) if given.kind == "V" else np.finfo(given)


def iinfo(dtype: Any) -> Any:
    """The limits of an integer dtype, `min` and `max`, as `numpy.iinfo` gives them.

    Raises:
      ValueError: if `dtype` is no integer one.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.iinfo(tf.int8).max
    127
    """
    return np.iinfo(as_dtype(dtype)._numpy if isinstance(dtype, DType) else dtype)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> EagerTensor:
    """The elements of the first choice whose condition is true there.

    Args:
      condlist: conditions: tensors of bools, or of numbers that are not 0 where they are true.
      choicelist: as many tensors. All broadcast, and are converted to one dtype by NumPy's rules.
      default: what is where no condition is true.

    Raises:
      ValueError: if there are no conditions, or not as many choices.

    >>> import gradtape as tf
    >>> x = tf.range(5)
    >>> tf.experimental.numpy.select([x < 2, x > 3], [x, x * 10], -1).numpy()
    array([ 0,  1, -1, -1, 40], dtype=int32)
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"condlist must have length equal to choicelist ({len(condlist)} vs {len(choicelist)})")
    if not len(condlist):
        raise ValueError("condlist must be non-empty")
    given = [x if _is_number(x) else convert_to_tensor(x) for x in (default, *choicelist)]
    dtype = _common([x if _is_number(x) else x._array.dtype for x in given])
    out, *choices = (cast(convert_to_tensor(x), dtype) for x in given)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        out = where(cast(convert_to_tensor(condition), np.bool_), choice, out)
    return out


def _is_number(x: Any) -> bool:
    return isinstance(x, bool | int | float | complex) and not isinstance(x, Tensor | Variable | np.generic)


def _common(kinds: Sequence[Any]) -> Any:
    """The dtype to which NumPy promotes dtypes and Python numbers; it knows no bfloat16."""
    bfloat16 = np.dtype(ml_dtypes.bfloat16)
    if bfloat16 in kinds:
        if all(k == bfloat16 or type(k) in (bool, int, float) for k in kinds):
            return bfloat16
        kinds = [np.dtype(np.float32) if k == bfloat16 else k for k in kinds]
    return np.result_type(*kinds)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"gradtape has no `tf.experimental.numpy.{name}` yet.", name=name, obj=None)
