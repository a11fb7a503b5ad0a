"""Reading variables: all reads of one variable, on the tapes that watch it, are reads of one leaf."""

from typing import Any

from ..autodiff.cotangents import operations
from ..autodiff.recording import Recording, leaves_of
from ..values.convert import convert_to_tensor as converted
from ..values.tensor import EagerTensor, wrap
from ..values.variable import ResourceVariable, Variable, set_reading
from .primitive import primitive


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
operations.read = read_p


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> EagerTensor:
    """The tensor of `value`: a tensor, variable, number, string, (nested) list of these, or NumPy array.

    Python floats become float32, ints int32 (int64 if they need it), complex numbers complex128; a NumPy array keeps
    its dtype. A list with tensors in it is stacked, and gradients flow through.

    Args:
      value: what to convert.
      dtype: the dtype wanted; a tensor of another one is refused.
      dtype_hint: the dtype preferred, where `value` can take it.

    Raises:
      TypeError: if `value` cannot have `dtype`.
      ValueError: if it is no tensor: ragged, of mixed types, or of a type that is not known.

    >>> import gradtape as tf
    >>> tf.convert_to_tensor([1, 2.5])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1. , 2.5], dtype=float32)>
    """
    x = converted(value, dtype, dtype_hint)
    return read_p(x) if isinstance(value, Variable) and x._node is not None else x
