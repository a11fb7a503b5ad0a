"""Reading variables: all reads of one variable, on the tapes that watch it, are reads of one leaf."""

from typing import Any

from ..values.tensor import EagerTensor, wrap
from ..values.variable import ResourceVariable, set_reading
from .primitive import primitive
from .recording import Recording, leaves_of


@primitive(op="ReadVariableOp", linear=("x",))
def read_p(xp: Any, x: Any) -> Any:
    return x


read_p.vjp(x=lambda g: g)
read_p.definition.passes = True
read_p.along(x=lambda j: j)


@primitive(op="ReadVariableOp")
def join_p(xp: Any, *xs: Any) -> Any:
    """The value of a variable that crossing tapes know as different leaves."""
    return xs[0]


join_p.vjp(xs=lambda g, xs_shape: [g] * len(xs_shape))
join_p.along(xs=lambda j: j)


def _watched(variable: ResourceVariable, array: Any, recordings: tuple[Recording, ...]) -> EagerTensor:
    """The tensor of the `array` that `variable` has, on the recordings that watch it now or from now on."""
    leaves = leaves_of(variable, recordings)
    if len(leaves) < 2:
        return wrap(array, leaves[0] if leaves else None)
    return join_p(*(wrap(array, node) for node in leaves))  # type: ignore[no-any-return]


set_reading(_watched, read_p)
