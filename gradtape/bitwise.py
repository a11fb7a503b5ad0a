"""`tf.bitwise`: integers bit by bit. The operators `&`, `|`, `^` and `~` do the same."""

from typing import Any

from .math.comparison import bitwise_and_p, bitwise_or_p, bitwise_xor_p, invert_p
from .operations.primitive import elementwise
from .operations.public import public
from .values.lacking import lacking
from .values.tensor import EagerTensor

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]


# Each operation is a paragraph, as in `math.elementwise`. The operators need some: those are in `math.comparison`.
# fmt: off

@public(bitwise_and_p)
def bitwise_and(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The bits that both `x` and `y` have, elementwise.

    Args:
      x, y: integer tensors of one dtype, broadcast.

    >>> import gradtape as tf
    >>> tf.bitwise.bitwise_and([6, 5], 3).numpy()
    array([2, 1], dtype=int32)
    """

@public(bitwise_or_p)
def bitwise_or(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The bits that `x` or `y` has, elementwise; see `bitwise_and`."""

@public(bitwise_xor_p)
def bitwise_xor(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The bits that one of `x` and `y` has, elementwise."""

@public(invert_p)
def invert(x: Any, name: str | None = None) -> EagerTensor:
    """The bits that `x` has not, elementwise."""

def _kept(xp: Any, x: Any, y: Any) -> Any:
    """Shifts by `y`, kept within the bits that `x` has: beyond them machines differ."""
    return xp.clip(y, 0, 8 * x.dtype.itemsize - 1).astype(x.dtype)

def _left_shift(xp: Any, x: Any, y: Any) -> Any:
    return xp.left_shift(x, _kept(xp, x, y))
left_shift_p = elementwise(_left_shift, "x", "y", op="LeftShift", kinds="iu")
@public(left_shift_p)
def left_shift(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The bits of `x` moved up by `y` places, elementwise."""

def _right_shift(xp: Any, x: Any, y: Any) -> Any:
    return xp.right_shift(x, _kept(xp, x, y))
right_shift_p = elementwise(_right_shift, "x", "y", op="RightShift", kinds="iu")
@public(right_shift_p)
def right_shift(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The bits of `x` moved down by `y` places, elementwise."""

__getattr__ = lacking(__name__)
