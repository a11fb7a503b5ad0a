"""`tf.quantization`: numbers rounded to those that few bits can stand for, with gradients that pass rounding by."""

from typing import Any

import numpy as np

from .math.cast import cast_like
from .math.comparison import greater_equal_p, greater_p, less_equal_p, less_p, logical_and_p
from .operations.primitive import elementwise, primitive
from .values.convert import convert_to_tensor
from .values.dtypes import float32
from .values.errors import invalid
from .values.lacking import lacking
from .values.symbolic import checked, computation
from .values.tensor import EagerTensor, wrap

__all__ = [
    "fake_quant_with_min_max_args", "fake_quant_with_min_max_vars", "fake_quant_with_min_max_vars_per_channel",
]  # fmt: skip


@primitive(op="FakeQuantWithMinMaxVars", multiple=True)
def nudged_p(xp: Any, low: Any, high: Any, *, first: int, last: int) -> Any:
    """The ends of the range, moved so that 0 is one of the numbers from `first` to `last`; and how far these are apart.

    A range of nothing but 0 has infinite ends, and all is 0 there.
    """
    step = (high - low) / np.float32(last - first)
    at = first - low / step
    whole = xp.trunc(at)
    at = xp.where(abs(at - whole) >= 0.5, whole + xp.sign(at), whole)
    zero = xp.where(at < first, np.float32(first), xp.where(at > last, np.float32(last), at))
    empty = (low == 0) & (high == 0)
    far = xp.full_like(step, np.inf)
    return xp.where(empty, -far, (first - zero) * step), xp.where(empty, far, (last - zero) * step), step


def _rounded(xp: Any, x: Any, low: Any, high: Any, bottom: Any, top: Any, step: Any) -> Any:
    inverse = 1 / step
    places = (xp.maximum(xp.minimum(x, top), bottom) - bottom) * inverse
    zero = xp.floor(np.float32(0.5) - bottom * inverse)
    return xp.where(xp.isinf(bottom), xp.zeros_like(places), xp.floor(places - zero + np.float32(0.5)) * step)


_rounded.__name__ = "fake_quant"
fake_quant_p = elementwise(
    _rounded, "x", "low", "high", "bottom", "top", "step", op="FakeQuantWithMinMaxVars", kinds="f"
)


def _inside(g: Any, x: Any, bottom: Any, top: Any) -> Any:
    return g * cast_like(logical_and_p(greater_equal_p(x, bottom), less_equal_p(x, top)), g)


fake_quant_p.vjp(x=_inside,
                 low=lambda g, x, bottom: g * cast_like(less_p(x, bottom), g),
                 high=lambda g, x, top: g * cast_like(greater_p(x, top), g))  # fmt: skip


def _given(values: dict[str, Any], num_bits: int, op: str) -> list[EagerTensor]:
    found = [convert_to_tensor(x, dtype_hint=float32) for x in values.values()]
    for i, x in enumerate(found):
        if x.dtype != float32:
            raise invalid(op, f"cannot compute {op} as input #{i}(zero-based) was expected to be a float tensor but is "
                          f"a {x.dtype.name} tensor")  # fmt: skip
    if not 2 <= num_bits <= 16:
        raise invalid(op, f"num_bits must be between 2 and 16, inclusive, got {num_bits}")
    return found


def _quantized(x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> EagerTensor:
    ends = nudged_p(wrap(low._array), wrap(high._array), first=int(bool(narrow_range)), last=2**num_bits - 1)
    return fake_quant_p(x, low, high, *ends)  # type: ignore[no-any-return]


def fake_quant_with_min_max_args(inputs: Any, min: float = -6.0, max: float = 6.0, num_bits: int = 8,
                                 narrow_range: bool = False, name: str | None = None) -> EagerTensor:  # fmt: skip
    """`inputs` rounded to `2**num_bits` numbers from `min` to `max`, of which 0 is one.

    Args:
      inputs: float32.
      min, max: Python numbers. They are moved a little, so that 0 is one of the numbers.
      num_bits: from 2 to 16.
      narrow_range: whether to do without the least of the numbers.

    Returns:
      A tensor of the shape of `inputs`. Its gradient is that of `inputs` where these are in the range, and 0 elsewhere.

    Raises:
      InvalidArgumentError: for another dtype or number of bits, or if `min` is not less than `max`.

    >>> import gradtape as tf
    >>> tf.quantization.fake_quant_with_min_max_args([-9.0, 0.1, 1.4], min=-1.0, max=2.0, num_bits=2).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """
    op = "FakeQuantWithMinMaxArgs"
    (x,) = _given({"inputs": inputs}, num_bits, op)
    if not min < max:
        raise invalid(op, f"min has to be smaller than max, was: {min} >= {max}")
    low, high = (convert_to_tensor(n, float32) for n in (min, max))
    return _quantized(x, low, high, num_bits, narrow_range)


def fake_quant_with_min_max_vars(inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False,
                                 name: str | None = None) -> EagerTensor:  # fmt: skip
    """As `fake_quant_with_min_max_args`, where `min` and `max` are scalar tensors and have gradients.

    The gradient of `min` is the sum of those of what is below the range, and that of `max` of what is above it.

    Raises:
      InvalidArgumentError: for another dtype, rank or number of bits.

    >>> import gradtape as tf
    >>> low, high = tf.Variable(-1.0), tf.Variable(2.0)
    >>> with tf.GradientTape() as tape:
    ...     y = tf.quantization.fake_quant_with_min_max_vars([-9.0, 0.1, 7.0, 8.0], low, high)
    >>> [g.numpy().item() for g in tape.gradient(y, [low, high])]
    [1.0, 2.0]
    """
    op = "FakeQuantWithMinMaxVars"
    x, low, high = _given({"inputs": inputs, "min": min, "max": max}, num_bits, op)
    for which, end in (("min", low), ("max", high)):
        if end._array.ndim:
            raise invalid(op, f"`{which}` must be rank 0 but is rank {end._array.ndim}")
    return _quantized(x, low, high, num_bits, narrow_range)


def fake_quant_with_min_max_vars_per_channel(inputs: Any, min: Any, max: Any, num_bits: int = 8,
                                             narrow_range: bool = False,
                                             name: str | None = None) -> EagerTensor:  # fmt: skip
    """As `fake_quant_with_min_max_vars`, where `min` and `max` are vectors: a range for each element of the last axis.

    Raises:
      InvalidArgumentError: for another dtype or number of bits, or if the vectors are not as long as the last axis.

    >>> import gradtape as tf
    >>> tf.quantization.fake_quant_with_min_max_vars_per_channel([[5.0, 5.0]], [-1.0, -2.0], [2.0, 4.0], 2).numpy()
    array([[2., 4.]], dtype=float32)
    """
    op = "FakeQuantWithMinMaxVarsPerChannel"
    x, low, high = _given({"inputs": inputs, "min": min, "max": max}, num_bits, op)
    shape = x._array.shape
    for which, end in (("min", low), ("max", high)):
        if end._array.ndim != 1:
            raise invalid(op, f"`{which}` must be rank 1 but is rank {end._array.ndim}")
    if not shape:
        raise invalid(op, "inputs must have at least one axis")
    checked(_check_channels, op, *(a._array.shape[-1] for a in (x, low, high)))
    return _quantized(x, low, high, num_bits, narrow_range)


@computation
def _check_channels(op: str, count: int, low: int, high: int) -> None:
    for which, n in (("min", low), ("max", high)):
        if n != count:
            raise invalid(op, f"{which} has incorrect size, expected {count} was {n}")


__getattr__ = lacking(__name__)
