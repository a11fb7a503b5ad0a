"""Dtypes, what is known of them, and promotion: the dtype that arrays, numbers and dtypes have in common."""

from collections.abc import Iterable
from typing import Any

import ml_dtypes
import numpy as np

from ...values.dtypes import DType, as_dtype
from ...values.tensor import Tensor
from ...values.variable import Variable
from .lattice import common

__all__ = ["finfo", "iinfo", "promote_types", "result_type"]

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
_BELOW_BFLOAT16 = (BFLOAT16, np.dtype(np.bool_), np.dtype(np.int8), np.dtype(np.uint8))


class Settings:
    """What `experimental_enable_numpy_behavior` chose."""

    mode = "off"  # of promotion in operators: off, legacy (NumPy's), safe, all
    prefer_float32 = False  # of Python's floats


settings = Settings()


def finfo(dtype: Any) -> Any:
    """The limits of a floating dtype: `eps`, `max`, `min`, `tiny` and so on, as `numpy.finfo` gives them.

    Raises:
      ValueError: if `dtype` is no floating or complex one.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.finfo(tf.float32).eps
    np.float32(1.1920929e-07)
    """
    given = numpy_dtype(dtype)
    return ml_dtypes.finfo(given) if given.kind == "V" else np.finfo(given)


def iinfo(int_type: Any) -> Any:
    """The limits of an integer dtype, `min` and `max`, as `numpy.iinfo` gives them.

    Raises:
      ValueError: if `int_type` is no integer one.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.iinfo(tf.int8).max
    127
    """
    return np.iinfo(numpy_dtype(int_type) if isinstance(int_type, DType) else int_type)


def numpy_dtype(dtype: Any) -> np.dtype[Any]:
    """The NumPy dtype of a `tf.DType`, its name, a NumPy or a Python type: `float` is float64 here."""
    if isinstance(dtype, DType):
        return np.dtype(dtype.as_numpy_dtype)
    try:
        return np.dtype(dtype)
    except TypeError:
        return np.dtype(as_dtype(dtype).as_numpy_dtype)


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype to which NumPy promotes tensors, arrays, dtypes and Python numbers; float64 if there are none.

    Numbers of Python count by their kind alone, those in lists too. After
    `experimental_enable_numpy_behavior(dtype_conversion_mode="all")` (or "safe") it is the dtype of that promotion.

    Raises:
      TypeError: if there is no common dtype, or "safe" promotion forbids it.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.result_type(tf.constant([1]), 2.5), tf.experimental.numpy.result_type(tf.float32, 2.5)
    (tf.float64, tf.float32)
    """
    if settings.mode in ("safe", "all"):
        return common([kind_of(x) for x in leaves(arrays_and_dtypes) if x is not None], settings.mode)
    return numpy_result_type(*arrays_and_dtypes)


def numpy_result_type(*arrays_and_dtypes: Any) -> DType:
    """`result_type` by NumPy's rules, whatever promotion is chosen."""
    return as_dtype(_promoted([_preferred(kind_of(x)) for x in leaves(arrays_and_dtypes)] or [np.dtype(np.float64)]))


def promote_types(type1: Any, type2: Any) -> np.dtype[Any]:
    """The smallest dtype of NumPy to which both can be cast safely.

    >>> import gradtape as tf
    >>> tf.experimental.numpy.promote_types(tf.int32, tf.float32)
    dtype('float64')
    """
    return np.dtype(np.promote_types(numpy_dtype(type1), numpy_dtype(type2)))


def default_float() -> DType:
    """The dtype of what becomes floating where nothing says which."""
    return result_type(float)


def kind_of(x: Any) -> Any:
    """The dtype of what has or is one, and of Python's numbers the number."""
    if isinstance(x, Tensor):
        return x._array.dtype
    if isinstance(x, Variable):
        return x.dtype._numpy
    if type(x) in (bool, int, float, complex):
        return x
    if settings.mode in ("safe", "all") and isinstance(x, type) and x in (int, float, complex):
        return x(0)
    if settings.prefer_float32 and isinstance(x, np.float64):
        return float(x)
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype if x.dtype.kind not in "US" else np.dtype(object)
    if isinstance(x, bool | int | float | complex):
        return int(x) if isinstance(x, int) else x
    if isinstance(x, DType | type | np.dtype | str):
        dtype = numpy_dtype(x)
        return np.dtype(object) if dtype.kind in "US" else dtype
    if hasattr(x, "__array__") or hasattr(x, "__tf_tensor__"):
        dtype = getattr(x, "dtype", None)
        return np.asarray(x).dtype if dtype is None else numpy_dtype(dtype)
    raise TypeError(
        f"{x!r} has no dtype: a tensor, an array, a number or a dtype is wanted here, got a {type(x).__name__}"
    )


def leaves(values: Iterable[Any]) -> Iterable[Any]:
    """What is in lists and tuples, however nested."""
    for x in values:
        if isinstance(x, list | tuple):
            yield from leaves(x)
        else:
            yield x


def _preferred(kind: Any) -> Any:
    if not settings.prefer_float32:
        return kind
    return np.dtype(np.float32) if type(kind) is float else np.dtype(np.complex64) if type(kind) is complex else kind


def _promoted(kinds: list[Any]) -> Any:
    """NumPy's promotion of dtypes and Python numbers; it knows no bfloat16."""
    first = kinds[0]
    if all(k is first for k in kinds) and type(first) not in (bool, int, float, complex):
        return first
    if any(k is BFLOAT16 for k in kinds):  # to compare a number with a dtype, NumPy tries it as one, and hides errors
        if all(k in _BELOW_BFLOAT16 if isinstance(k, np.dtype) else type(k) is not complex for k in kinds):
            return BFLOAT16
        kinds = [np.dtype(np.float32) if k is BFLOAT16 else k for k in kinds]
    # Numbers of one dtype each: NumPy would look whether an integer fits, which converting it does.
    return np.result_type(*[type(k)(0) if type(k) in (int, float, complex) else k for k in kinds])
