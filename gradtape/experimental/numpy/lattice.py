"""Promotion of `dtype_conversion_mode="all"` and `"safe"`: dtypes in an order, in which Python's numbers are weak."""

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ...values.dtypes import BY_NUMPY, DType

__all__: list[str] = []

MODES = ("off", "legacy", "safe", "all")

Kind = tuple[np.dtype[Any], bool]  # a dtype, and whether it is weak: it gives way to any other of its kind or above

_RANKS = {"b": 0, "u": 1, "i": 1, "f": 2, "V": 2, "c": 3}
_WEAK = {int: np.dtype(np.int32), float: np.dtype(np.float32), complex: np.dtype(np.complex128)}
_F32, _F64, _C64, _C128 = map(np.dtype, (np.float32, np.float64, np.complex64, np.complex128))


def common(kinds: Sequence[Any], mode: str) -> DType:
    """The dtype of dtypes and Python numbers together; float32 if there are none.

    Raises:
      TypeError: if `mode` is "safe", and values may not survive the promotion.
    """
    found, *others = map(_read, kinds) if kinds else [(_F32, True)]
    for other in others:
        joined, safe = _join(found, other)
        if mode == "safe" and not safe:
            raise TypeError(
                f"In promotion mode SAFE, dtype promotion between {_name(found)} and {_name(other)} is disallowed, "
                "since values may not survive it. Cast one with tf.cast, or choose dtype_conversion_mode='all'."
            )
        found = joined
    return BY_NUMPY[found[0]]


def _read(kind: Any) -> Kind:
    if isinstance(kind, np.dtype):
        return kind, False
    return (np.dtype(np.bool_), False) if type(kind) is bool else (_WEAK[type(kind)], True)


def _name(kind: Kind) -> str:
    return f"a Python {BY_NUMPY[kind[0]].name}" if kind[1] else BY_NUMPY[kind[0]].name


def _join(x: Kind, y: Kind) -> tuple[Kind, bool]:
    """What both are promoted to, and whether all values survive that."""
    if x == y:
        return x, True
    if _RANKS[x[0].kind] > _RANKS[y[0].kind]:
        x, y = y, x
    if x[0].kind == "b":
        return y, True
    if not x[1] and not y[1]:
        dtype, safe = _join_strong(x[0], y[0])
        return (dtype, dtype == _F64 and y[0].kind in "iu"), safe
    if x[1] and y[1]:
        return (np.promote_types(x[0], y[0]) if x[0].kind == y[0].kind else y[0], True), True
    weak, strong = (x, y) if x[1] else (y, x)
    if _RANKS[strong[0].kind] >= _RANKS[weak[0].kind]:
        return strong, True
    if strong[0].kind in "iu":
        return (_F64 if weak[0].kind == "f" else _C128, True), weak[0] != _F32 and strong[0].itemsize < 8
    return (_C128 if strong[0] == _F64 else _C64, False), strong[0] == _F64


def _join_strong(x: np.dtype[Any], y: np.dtype[Any]) -> tuple[np.dtype[Any], bool]:
    """The same of two dtypes, the first of no higher kind."""
    if x.kind in "iu":
        if y.kind in "fVc":
            return y, ml_dtypes.finfo(y).nmant + 1 >= 8 * x.itemsize - (x.kind == "i")  # type: ignore[no-untyped-call]
        common = np.promote_types(x, y)
        return common, x.kind == y.kind or common in (x, y)
    if y.kind == "c":
        common = _C128 if x in (_F64, _C128) else y
        return common, common == y or x.kind == "c"
    if "V" in (x.kind, y.kind) or x.itemsize == y.itemsize:
        small, great = sorted((x, y), key=lambda dtype: dtype.itemsize)
        return (_F32, False) if small.itemsize == great.itemsize else (great, True)
    return np.promote_types(x, y), True
