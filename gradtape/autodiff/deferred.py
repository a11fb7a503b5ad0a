"""`later`: an operation under a tape whose result is computed when somebody looks at it.

A gradient that another tape differentiates is often needed for that alone: a Hessian-vector product makes the gradients
of all weights and never looks at one. Each is a matrix product, and all together are as much work as the model itself.
So rules make such products by `later`. A tape records them as ever; what is looked at is computed then, and is from
then on a tensor like any other.
"""

import functools
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..values import dtypes
from ..values.shape import TensorShape
from ..values.tensor import EagerTensor, Tensor
from ..values.thread import current
from .primitive import Primitive
from .recording import record


class _Pending:
    """What stands in the place of an array: `form` has its shape and dtype, and `compute()` gives it."""

    __slots__ = ("_compute", "form")

    def __init__(self, compute: Any, form: Any) -> None:
        self._compute = compute
        self.form = form

    def compute(self) -> Any:
        return self._compute()


_slot: Any = vars(Tensor)["_array"]
_set = _slot.__set__


class Deferred(EagerTensor):
    """A tensor whose array is pending; it changes its class when that is computed."""

    __slots__ = ()

    @property
    def _array(self) -> Any:
        array = _slot.__get__(self)
        if isinstance(array, _Pending):
            array = array.compute()
            _slot.__set__(self, array)
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


class _Away(_Pending):
    """What stands in the place of an array that is on a device."""

    __slots__ = ()
    __init__ = object.__init__

    def compute(self) -> Any:
        return np.asarray(self.form)


def arriving(array: Any) -> EagerTensor:
    """The tensor of a device array, of which NumPy's is made when somebody looks at it."""
    away = _Away()
    away.form = array
    out: EagerTensor = Deferred()
    _set(out, away)
    out._node = None
    out._away = array
    return out


def form_of(x: Tensor) -> Any:
    """An array of the shape and dtype of `x`, without looking at its values."""
    array = _slot.__get__(x)
    return array.form if isinstance(array, _Pending) else array


def _noted(form: Any) -> Any:
    return form


def later(primitive: Primitive, shape: tuple[int, ...], *inputs: Any, **attributes: Any) -> Any:
    """`primitive(*inputs, **attributes)`, which is known to work and to have this `shape` and the first input's dtype.

    It is computed at once where inputs are arrays, no tape records, a tool looks at what operations make, or a function
    is traced. Until it is computed, it holds its inputs. No rule of it may name `out`.
    """
    thread = current.thread
    lifted = isinstance(inputs[0], EagerTensor) and thread.recordings
    if not lifted or thread.run is not thread.quiet or thread.trace is not None:
        return primitive(*inputs, **attributes)
    definition = primitive.definition
    arrays = [x._array for x in inputs]
    attributes = {**definition.defaults, **attributes}
    form = thread.run(_noted, np.broadcast_to(arrays[0].dtype.type(0), shape))
    out = Deferred()
    _slot.__set__(out, _Pending(functools.partial(_compute, definition.forward, arrays, attributes), form))
    nodes = tuple(x._node for x in inputs)
    out._node = record(definition, inputs, nodes, form, attributes, thread.recordings) if any(nodes) else None
    return out


def _compute(forward: Any, arrays: list[Any], attributes: dict[str, Any]) -> Any:
    return engine.quiet_context().run(forward, engine, *arrays, **attributes)
