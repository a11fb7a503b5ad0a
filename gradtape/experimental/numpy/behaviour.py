"""`experimental_enable_numpy_behavior`: NumPy's methods, operators and indexing on tensors.

The methods are given to the class of tensors when it is called, and not before: a program that does not call it has
the operators that it had, at the cost that they had.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...math.cast import cast
from ...values import variable
from ...values.convert import gives_tensor
from ...values.log import logger
from ...values.symbolic import Dim, is_symbolic
from ...values.tensor import EagerTensor, Tensor
from . import elementwise, products, reductions, shapes
from .arrays import asarray
from .indexing import getitem
from .lattice import MODES
from .types import result_type, settings

_OPERATORS = [
    f"__{r}{name}__"
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "matmul")
    for r in ("", "r")
] + [f"__{name}__" for name in ("lt", "le", "gt", "ge", "eq", "ne")]  # fmt: skip

_plain: dict[str, Any] = {}  # the operators of tensors, as they were


def experimental_enable_numpy_behavior(prefer_float32: bool = False, dtype_conversion_mode: str = "legacy") -> None:
    """Gives tensors NumPy's methods, its indexing, and its promotion of dtypes in operators, from now on.

    Args:
      prefer_float32: whether Python's floats are float32 in `tf.experimental.numpy`, and not float64.
      dtype_conversion_mode: how operators promote: "legacy" as NumPy does; "all" as JAX does, where numbers of Python
        take the dtype of what they meet, and float32 holds against integers; "safe" the same, refused where values may
        not survive it; "off" not at all.

    Raises:
      ValueError: if `dtype_conversion_mode` is another.

        tf.experimental.numpy.experimental_enable_numpy_behavior()
        (tf.constant([[1, 2]]).T + 0.5).ravel()[[1, 0]]  # 2.5, 1.5, float64
    """
    if dtype_conversion_mode not in MODES:
        raise ValueError(
            f"The provided promotion mode {dtype_conversion_mode} does not exist. Make sure the provided dtype "
            "conversion mode is one of the followings: 'off', 'legacy', 'safe' or 'all'."
        )
    if dtype_conversion_mode in ("safe", "all"):
        logger.warning(
            "UserWarning: enabling the new type promotion must happen at the beginning of the program. Please ensure "
            "no TF APIs have been used yet."
        )
    if not _plain:
        _plain.update({name: getattr(Tensor, name) for name in _OPERATORS})
        _give_methods()
    settings.mode, settings.prefer_float32 = dtype_conversion_mode, prefer_float32
    for name, operator in _plain.items():
        shown = operator if dtype_conversion_mode == "off" else _promoting(name, operator)
        setattr(Tensor, name, shown)
        if name not in ("__eq__", "__ne__"):
            variable.overload(**{name: shown})


def _promoting(name: str, operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operator that brings both to their common dtype first."""

    def promoted(x: Any, y: Any) -> Any:
        if type(x) is not type(y) or type(x) is not EagerTensor or x._array.dtype != y._array.dtype:
            if type(y) is Dim or not (isinstance(y, _PROMOTED) or gives_tensor(y)):
                return operator(x, y)
            dtype = result_type(x, y)
            x, y = asarray(x, dtype), asarray(y, dtype)
        return operator(x, y)

    def product(x: Any, y: Any) -> Any:
        return products.matmul(y, x) if name == "__rmatmul__" else products.matmul(x, y)

    chosen = product if "matmul" in name and settings.mode == "legacy" else promoted
    chosen.__name__ = chosen.__qualname__ = name
    return chosen


_PROMOTED = (bool, int, float, complex, list, tuple, np.ndarray, np.generic)


def _give_methods() -> None:
    for name, method in {
        "transpose": shapes.transpose, "flatten": shapes.flatten, "ravel": shapes.ravel, "clip": elementwise.clip,
        "astype": cast, "max": reductions.amax, "mean": reductions.mean, "min": reductions.amin, "reshape": _reshape,
        "tolist": _tolist, "__round__": elementwise.around, "__pos__": lambda x: x, "T": property(shapes.transpose),
        "size": property(_size), "data": property(lambda x: x),
        "__getitem__": getitem(Tensor.__getitem__),  # type: ignore[attr-defined]
    }.items():  # fmt: skip
        setattr(Tensor, name, method)


def _reshape(x: Any, *newshape: Any, **kwargs: Any) -> Any:
    order = kwargs.pop("order", "C")
    if kwargs:
        raise ValueError(f"Unsupported arguments: {list(kwargs)}")
    return shapes.reshape(
        x, newshape[0] if len(newshape) == 1 and not isinstance(newshape[0], int) else newshape, order
    )


def _tolist(x: Any) -> Any:
    if is_symbolic(x):
        raise ValueError("Symbolic Tensors do not support the tolist API.")
    return x.numpy().tolist()


def _size(x: Any) -> Any:
    shape = x.shape
    return np.prod(shape.as_list(), dtype=int) if shape.is_fully_defined() else None
