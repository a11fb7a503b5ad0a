"""`tf.bitwise`: integers bit by bit. The operators `&`, `|`, `^` and `~` do the same."""

from typing import Any

from .autodiff.primitive import elementwise
from .autodiff.public import binary, unary
from .math.comparison import bitwise_and_p, bitwise_or_p, bitwise_xor_p, invert_p
from .values.lacking import lacking

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]


def _kept(xp: Any, x: Any, y: Any) -> Any:
    """Shifts by `y`, kept within the bits that `x` has: beyond them machines differ."""
    return xp.clip(y, 0, 8 * x.dtype.itemsize - 1).astype(x.dtype)


def _left_shift(xp: Any, x: Any, y: Any) -> Any:
    return xp.left_shift(x, _kept(xp, x, y))


def _right_shift(xp: Any, x: Any, y: Any) -> Any:
    return xp.right_shift(x, _kept(xp, x, y))


left_shift_p = elementwise(_left_shift, "x", "y", op="LeftShift", kinds="iu")
right_shift_p = elementwise(_right_shift, "x", "y", op="RightShift", kinds="iu")

bitwise_and = binary(bitwise_and_p, "bitwise_and", """The bits that both `x` and `y` have, elementwise.

    Args:
      x, y: integer tensors of one dtype, broadcast.

    >>> import gradtape as tf
    >>> tf.bitwise.bitwise_and([6, 5], 3).numpy()
    array([2, 1], dtype=int32)
    """)  # fmt: skip
bitwise_or = binary(bitwise_or_p, "bitwise_or", "The bits that `x` or `y` has, elementwise; see `bitwise_and`.")
bitwise_xor = binary(bitwise_xor_p, "bitwise_xor", "The bits that one of `x` and `y` has, elementwise.")
invert = unary(invert_p, "invert", "The bits that `x` has not, elementwise.")
left_shift = binary(left_shift_p, "left_shift", "The bits of `x` moved up by `y` places, elementwise.")
right_shift = binary(right_shift_p, "right_shift", "The bits of `x` moved down by `y` places, elementwise.")

__getattr__ = lacking(__name__)
