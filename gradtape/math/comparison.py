"""Comparisons, logic, and `where_p`, which derivative rules choose with."""

from typing import Any

import numpy as np

from ..core import variable
from ..core.convert import agree, convert_to_tensor
from ..core.dtypes import bool_
from ..core.errors import InvalidArgumentError
from ..core.primitive import elementwise
from ..core.public import binary
from ..core.tensor import EagerTensor, Tensor, overload, wrap

_ORDERED = "fiu"
_ANY = "fciubs"

equal_p = elementwise("equal", "x", "y", op="Equal", kinds=_ANY)
not_equal_p = elementwise("not_equal", "x", "y", op="NotEqual", kinds=_ANY)
less_p = elementwise("less", "x", "y", op="Less", kinds=_ORDERED)
less_equal_p = elementwise("less_equal", "x", "y", op="LessEqual", kinds=_ORDERED)
greater_p = elementwise("greater", "x", "y", op="Greater", kinds=_ORDERED)
greater_equal_p = elementwise("greater_equal", "x", "y", op="GreaterEqual", kinds=_ORDERED)

logical_and_p = elementwise("logical_and", "x", "y", op="LogicalAnd", kinds="b")
logical_or_p = elementwise("logical_or", "x", "y", op="LogicalOr", kinds="b")
logical_not_p = elementwise("logical_not", "x", op="LogicalNot", kinds="b")
bitwise_and_p = elementwise("bitwise_and", "x", "y", op="BitwiseAnd", kinds="iu")
bitwise_or_p = elementwise("bitwise_or", "x", "y", op="BitwiseOr", kinds="iu")
bitwise_xor_p = elementwise("bitwise_xor", "x", "y", op="BitwiseXor", kinds="iu")
invert_p = elementwise("invert", "x", op="Invert", kinds="iu")


def _where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    return xp.where(condition, x, y)


where_p = elementwise(_where, "condition", "x", "y", op="SelectV2", kinds=_ANY, same=("x", "y"))
where_p.vjp(x=lambda g, condition: where_p(condition, g, zeros_like(g)),
            y=lambda g, condition: where_p(condition, zeros_like(g), g))  # fmt: skip


def zeros_like(g: Any) -> Any:
    """A zero to choose instead of `g`: of its dtype, and of no axes, so that it broadcasts."""
    return wrap(g._array.dtype.type(0)) if isinstance(g, Tensor) else g.dtype.type(0)


def ones_like(g: Any) -> Any:
    """The same, of one."""
    return wrap(g._array.dtype.type(1)) if isinstance(g, Tensor) else g.dtype.type(1)


equal = binary(
    equal_p,
    "equal",
    """Whether `x == y`, elementwise.

    Args:
      x, y: tensors of one dtype, broadcast.

    Returns:
      A bool tensor.
    """,
)
not_equal = binary(not_equal_p, "not_equal", "Whether `x != y`, elementwise; see `equal`.")
less = binary(less_p, "less", "Whether `x < y`, elementwise; see `equal`.")
less_equal = binary(less_equal_p, "less_equal", "Whether `x <= y`, elementwise; see `equal`.")
greater = binary(greater_p, "greater", "Whether `x > y`, elementwise; see `equal`.")
greater_equal = binary(greater_equal_p, "greater_equal", "Whether `x >= y`, elementwise; see `equal`.")


def _truth(x: Any) -> EagerTensor:
    return convert_to_tensor(x, None if isinstance(x, Tensor) else bool_)


def logical_and(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x and y`, elementwise, of bool tensors.

    >>> import gradtape as tf
    >>> tf.logical_and([True, False], True).numpy()
    array([ True, False])
    """
    return logical_and_p(_truth(x), _truth(y))


def logical_or(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x or y`, elementwise, of bool tensors."""
    return logical_or_p(_truth(x), _truth(y))


def logical_not(x: Any, name: str | None = None) -> EagerTensor:
    """`not x`, elementwise, of a bool tensor."""
    return logical_not_p(_truth(x))


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> EagerTensor:
    """Whether just one of `x` and `y` is true, elementwise, of bool tensors."""
    return not_equal_p(_truth(x), _truth(y))


# --- operators -------------------------------------------------------------------------------------------------------


def _tensor_equal(x: Any, y: Any) -> Any:
    return _equality(x, y, equal_p, False)


def _tensor_not_equal(x: Any, y: Any) -> Any:
    return _equality(x, y, not_equal_p, True)


def _equality(x: Any, y: Any, compare: Any, unlike: bool) -> Any:
    """`==` and `!=`: with None, and for shapes that do not broadcast, tensors are simply different."""
    if y is None:
        return unlike
    x, y = agree(x, y)
    try:
        return compare(x, y)
    except InvalidArgumentError:
        if x.dtype is not y.dtype:
            raise
        return wrap(np.bool_(unlike))


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
    "__eq__": _tensor_equal, "__ne__": _tensor_not_equal,
    "__lt__": less_p, "__le__": less_equal_p, "__gt__": greater_p, "__ge__": greater_equal_p,
    "__and__": _logic(logical_and_p, bitwise_and_p), "__rand__": _logic(logical_and_p, bitwise_and_p, True),
    "__or__": _logic(logical_or_p, bitwise_or_p), "__ror__": _logic(logical_or_p, bitwise_or_p, True),
    "__xor__": _logic(not_equal_p, bitwise_xor_p), "__rxor__": _logic(not_equal_p, bitwise_xor_p, True),
    "__invert__": _invert,
}  # fmt: skip
overload(**_operators)
variable.overload(**_operators)
