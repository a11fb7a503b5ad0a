"""Assigning to variables in graphs: what their methods make of a value, as operations."""

from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..operations.primitive import elementwise, primitive
from ..values.dtypes import BY_NUMPY
from ..values.indexed_slices import IndexedSlices
from ..values.shape import TensorShape
from ..values.tensor import wrap
from ..values.thread import current
from ..values.variable import Handle, ResourceVariable

updated_p = {
    "Add": elementwise("add", "x", "delta", op="AssignAddVariableOp", kinds="fciu"),
    "Sub": elementwise("subtract", "x", "delta", op="AssignSubVariableOp", kinds="fciu"),
}


@primitive(op="ResourceScatter")
def scattered_p(xp: Any, x: Any, indices: Any, updates: Any, *, method: str) -> Any:
    """What the variable's `method` makes of its value `x`."""
    return xp.scattered(x, indices, updates, method)


def _scattered(x: Any, indices: Any, updates: Any, method: str, out: Any = None) -> Any:
    """The same on NumPy, by the method itself: into a copy of `x`, or `out`, which is `x` where nobody else has it."""
    variable = object.__new__(ResourceVariable)
    variable.handle = _Written(np.array(x) if out is None else out)
    variable._dtype = BY_NUMPY[x.dtype]
    variable._shape = TensorShape(x.shape)
    variable._name, variable._trainable = method, False
    thread = current.thread
    trace, thread.trace = thread.trace, None
    try:
        if method.startswith("scatter_nd"):
            getattr(variable, method)(wrap(indices), wrap(updates))
        else:
            getattr(variable, method)(IndexedSlices(wrap(updates), wrap(indices)))
    finally:
        thread.trace = trace
    return variable.handle.array


engine.scattered = _scattered
scattered_p.definition.in_place = lambda x, indices, updates, method: _scattered(x, indices, updates, method, x)  # type: ignore[attr-defined]


class _Written(Handle):
    """Storage that is written to in place."""

    __slots__ = ()

    def update(self, function: Any, delta: Any) -> None:
        self.array = function(self.array, delta, self.array)
