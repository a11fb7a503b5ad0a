"""`Deferred`: a tensor whose array is computed, or fetched from a device, when somebody looks at it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes
from .shape import TensorShape
from .tensor import EagerTensor, Tensor


class _Pending:
    """What stands in the place of an array: `form` has its shape and dtype, and `compute()` gives it. Without that,
    `form` is the array itself, on a device.
    """

    __slots__ = ("compute", "form")

    def __init__(self, compute: Callable[[], Any] | None, form: Any) -> None:
        self.compute = compute
        self.form = form


_slot: Any = vars(Tensor)["_array"]
_set = _slot.__set__


class Deferred(EagerTensor):
    """A tensor whose array is pending; it changes its class when that is computed."""

    __slots__ = ()

    @property
    def _array(self) -> Any:
        array = _slot.__get__(self)
        if isinstance(array, _Pending):
            array = np.asarray(array.form) if array.compute is None else array.compute()
            _set(self, array)
            self.__class__ = EagerTensor
        return array

    @property
    def shape(self) -> TensorShape:
        return TensorShape(form_of(self).shape)

    @property
    def dtype(self) -> dtypes.DType:
        return dtypes.BY_NUMPY[form_of(self).dtype]

    @property
    def ndim(self) -> int:
        return form_of(self).ndim  # type: ignore[no-any-return]


Deferred.__name__ = Deferred.__qualname__ = "EagerTensor"
Deferred.__module__ = EagerTensor.__module__


def pending(compute: Callable[[], Any], form: Any) -> EagerTensor:
    """The tensor of the array that `compute()` gives, of the shape and dtype of `form`. Its node is to be set."""
    out: EagerTensor = Deferred()
    _set(out, _Pending(compute, form))
    return out


def arriving(array: Any) -> EagerTensor:
    """The tensor of a device array, of which NumPy's is made when somebody looks at it."""
    out: EagerTensor = Deferred()
    _set(out, _Pending(None, array))
    out._node = None
    out._away = array
    return out


def form_of(x: Tensor) -> Any:
    """An array of the shape and dtype of `x`, without looking at its values."""
    array = _slot.__get__(x)
    return array.form if isinstance(array, _Pending) else array
