"""Comparisons, logic, choosing with `where`, and the constants that derivative rules choose from."""

from typing import Any

import numpy as np

from ..operations.primitive import elementwise, primitive
from ..operations.public import operands, public
from ..values import variable
from ..values.composite import is_among, mapped
from ..values.composite import kinds as composites
from ..values.convert import agree, convert_to_tensor, tensor_of
from ..values.dtypes import bool_
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import Dim, broadcast_shapes, integers_tensor
from ..values.tensor import EagerTensor, Tensor, overload, wrap

__all__ = [
    "equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not", "logical_or",
    "logical_xor", "not_equal", "where",
]  # fmt: skip

_ORDERED = "fiu"
_ANY = "fciubs"


def truth(x: Any) -> EagerTensor:
    return tensor_of(x, bool_)


def _truths(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    return truth(x), truth(y)


# Each operation is a paragraph: its forward, where it takes more than a name; its rule; its public function.
# fmt: off

equal_p = elementwise("equal", "x", "y", op="Equal", kinds=_ANY)
@public(equal_p)
def equal(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x == y`, elementwise.

    Args:
      x, y: tensors of one dtype, broadcast.

    Returns:
      A bool tensor.
    """

not_equal_p = elementwise("not_equal", "x", "y", op="NotEqual", kinds=_ANY)
@public(not_equal_p)
def not_equal(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x != y`, elementwise; see `equal`."""

less_p = elementwise("less", "x", "y", op="Less", kinds=_ORDERED)
@public(less_p)
def less(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x < y`, elementwise; see `equal`."""

less_equal_p = elementwise("less_equal", "x", "y", op="LessEqual", kinds=_ORDERED)
@public(less_equal_p)
def less_equal(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x <= y`, elementwise; see `equal`."""

greater_p = elementwise("greater", "x", "y", op="Greater", kinds=_ORDERED)
@public(greater_p)
def greater(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x > y`, elementwise; see `equal`."""

greater_equal_p = elementwise("greater_equal", "x", "y", op="GreaterEqual", kinds=_ORDERED)
@public(greater_equal_p)
def greater_equal(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Whether `x >= y`, elementwise; see `equal`."""

logical_and_p = elementwise("logical_and", "x", "y", op="LogicalAnd", kinds="b")
@public(logical_and_p, convert=_truths)
def logical_and(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x and y`, elementwise, of bool tensors.

    >>> import gradtape as tf
    >>> tf.logical_and([True, False], True).numpy()
    array([ True, False])
    """

logical_or_p = elementwise("logical_or", "x", "y", op="LogicalOr", kinds="b")
@public(logical_or_p, convert=_truths)
def logical_or(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x or y`, elementwise, of bool tensors."""

logical_not_p = elementwise("logical_not", "x", op="LogicalNot", kinds="b")
@public(logical_not_p, convert=truth)
def logical_not(x: Any, name: str | None = None) -> EagerTensor:
    """`not x`, elementwise, of a bool tensor."""

@public(not_equal_p, convert=_truths)
def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> EagerTensor:
    """Whether just one of `x` and `y` is true, elementwise, of bool tensors."""

# The public functions of these are in bitwise.py.
bitwise_and_p = elementwise("bitwise_and", "x", "y", op="BitwiseAnd", kinds="iu")
bitwise_or_p = elementwise("bitwise_or", "x", "y", op="BitwiseOr", kinds="iu")
bitwise_xor_p = elementwise("bitwise_xor", "x", "y", op="BitwiseXor", kinds="iu")
invert_p = elementwise("invert", "x", op="Invert", kinds="iu")

def _where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    return xp.where(condition, x, y)
where_p = elementwise(_where, "condition", "x", "y", op="SelectV2", kinds=_ANY, same=("x", "y"))
where_p.vjp(x=lambda g, condition: where_p(condition, g, zeros_like(g)),
            y=lambda g, condition: where_p(condition, zeros_like(g), g))

# fmt: on
# --- constants --------------------------------------------------------------------------------------------------------


def like(g: Any, value: float) -> Any:
    """`value` as a number of the dtype of the tensor or array `g`, of no axes, so that it broadcasts."""
    if not isinstance(g, Tensor):
        return g.dtype.type(value)
    dtype = g._array.dtype
    return wrap(dtype.type(value)) if type(value) is not Dim else integers_tensor(value, dtype)


def zeros_like(g: Any) -> Any:
    return like(g, 0)


def ones_like(g: Any) -> Any:
    return like(g, 1)


# --- choosing ---------------------------------------------------------------------------------------------------------


@primitive(op="Where", kinds="fciub", same=("condition",))
def nonzero_p(xp: Any, condition: Any) -> Any:
    return xp.stack(xp.nonzero(condition), axis=-1).astype(np.int64)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> EagerTensor:
    """`x` where `condition` is true and `y` elsewhere; or, without `x` and `y`, the places where it is true.

    Args:
      condition: a bool tensor; without `x` and `y` also a numeric one, whose nonzero elements are the places.
      x, y: tensors of one dtype, broadcast with `condition`. A Python number, list or array takes the other's dtype.

    Returns:
      A tensor of the dtype of `x` and the broadcast shape; or an int64 tensor of shape (places, rank of `condition`).
      Only what is chosen has a gradient; as in TensorFlow a nan in the derivative of what is not chosen comes through
      (`where(x > 0, log(x), 0)` has a nan gradient at 0: make the input of the log safe by another `where`).

    Raises:
      ValueError: if only one of `x` and `y` is given.
      InvalidArgumentError: if dtypes differ, shapes do not broadcast, or `condition` is not bool.

    >>> import gradtape as tf
    >>> tf.where([True, False], [1.0, 2.0], 0).numpy()
    array([1., 0.], dtype=float32)
    >>> tf.where([False, True]).numpy()
    array([[1]])
    """
    if x is None and y is None:
        condition = convert_to_tensor(condition)
        if not condition._array.ndim:
            raise invalid("Where", "The places where a scalar is true are not defined: its shape is []")
        return nonzero_p(condition)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    condition = truth(condition)
    if composites and is_among((condition, x, y)):
        return mapped(where, condition, x, y)
    if condition._array.dtype.kind != "b":
        raise invalid("SelectV2", "cannot compute SelectV2 as input #0(zero-based) was expected to be a bool tensor "
                      f"but is a {condition.dtype.name} tensor. Compare first: tf.where(x > 0, ...)")  # fmt: skip
    if type(x) is not EagerTensor or type(y) is not EagerTensor:
        x, y = operands(x, y)
    return where_p(condition, x, y)


# --- operators -------------------------------------------------------------------------------------------------------


def _fit(x: tuple[int, ...], y: tuple[int, ...]) -> bool:
    """Whether shapes broadcast in some run."""
    try:
        broadcast_shapes(x, y)
    except ValueError:
        return False
    return True


def _equality(compare: Any, unlike: bool, none: bool) -> Any:
    """`==` or `!=`: tensors of shapes that do not broadcast differ, and with `none` a tensor differs from None."""

    def operator(x: Any, y: Any) -> Any:
        if y is None and none:
            return unlike
        x, y = agree(x, y)
        try:
            return compare(x, y)
        except InvalidArgumentError:
            if x.dtype is not y.dtype or _fit(x._array.shape, y._array.shape):
                raise
            return wrap(np.bool_(unlike))

    return operator


def _logic(of_bools: Any, of_integers: Any, reflected: bool = False) -> Any:
    def operator(x: Any, y: Any) -> Any:
        x, y = agree(x, y)
        if reflected:
            x, y = y, x
        return (of_bools if x._array.dtype.kind == "b" else of_integers)(x, y)

    return operator


def _invert(x: Any) -> Any:
    return (logical_not_p if x._array.dtype.kind == "b" else invert_p)(x)


_operators: dict[str, Any] = {
    "__eq__": _equality(equal_p, False, none=True), "__ne__": _equality(not_equal_p, True, none=True),
    "__lt__": less_p, "__le__": less_equal_p, "__gt__": greater_p, "__ge__": greater_equal_p,
    "__and__": _logic(logical_and_p, bitwise_and_p), "__rand__": _logic(logical_and_p, bitwise_and_p, True),
    "__or__": _logic(logical_or_p, bitwise_or_p), "__ror__": _logic(logical_or_p, bitwise_or_p, True),
    "__xor__": _logic(not_equal_p, bitwise_xor_p), "__rxor__": _logic(not_equal_p, bitwise_xor_p, True),
    "__invert__": _invert,
}  # fmt: skip
overload(**_operators)
_operators["__eq__"] = _equality(equal_p, False, none=False)  # a Variable refuses None
_operators["__ne__"] = _equality(not_equal_p, True, none=False)
variable.overload(**_operators)
