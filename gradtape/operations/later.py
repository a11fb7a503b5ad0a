"""`later`: an operation under a tape whose result is computed when somebody looks at it.

A gradient that another tape differentiates is often needed for that alone: a Hessian-vector product makes the gradients
of all weights and never looks at one. Each is a matrix product, and all together are as much work as the model itself.
So rules make such products by `later`. A tape records them as ever; what is looked at is computed then, and is from
then on a tensor like any other.
"""

import functools
from typing import Any

import numpy as np

from ..autodiff.recording import record
from ..engine import numpy as engine
from ..values.deferred import pending
from ..values.tensor import EagerTensor
from ..values.thread import current
from .primitive import Primitive


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
    form = thread.quietly(_noted, np.broadcast_to(arrays[0].dtype.type(0), shape))
    out = pending(functools.partial(_compute, definition.forward, arrays, attributes), form)
    nodes = tuple(x._node for x in inputs)
    out._node = record(definition, inputs, nodes, form, attributes, thread.recordings) if any(nodes) else None
    return out


def _compute(forward: Any, arrays: list[Any], attributes: dict[str, Any]) -> Any:
    return engine.quiet_context().run(forward, engine, *arrays, **attributes)
