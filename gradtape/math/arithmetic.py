"""Arithmetic of two tensors, elementwise with broadcasting: sums, products, quotients, powers, extrema."""

import functools
from typing import Any

import numpy as np

from ..operations import reading
from ..operations.primitive import elementwise, primitive
from ..operations.public import operands, public
from ..values import tensor, variable
from ..values.composite import is_among, is_sparse, mapped
from ..values.composite import kinds as composites
from ..values.convert import agree_or_differ, convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import invalid
from ..values.indexed_slices import IndexedSlices
from ..values.shape import as_shape
from ..values.symbolic import differ, is_symbolic
from ..values.tensor import EagerTensor, Tensor, wrap
from .comparison import greater_equal_p, less_equal_p, like, not_equal_p, ones_like, where_p, zeros_like
from .elementwise import floor_p, log_or_zero_p, multiply_no_nan_p, negative_p

__all__ = [
    "accumulate_n", "add", "add_n", "atan2", "divide", "divide_no_nan", "floordiv", "floormod", "maximum", "minimum",
    "mod", "multiply", "multiply_no_nan", "nextafter", "polyval", "pow", "realdiv", "reciprocal_no_nan", "scalar_mul",
    "squared_difference", "subtract", "truediv", "truncatediv", "truncatemod", "xdivy", "xlog1py", "xlogy",
]  # fmt: skip

_NUMBERS = "fciu"

# Each operation is a paragraph, as in `elementwise`.
# fmt: off

# --- sums and products -----------------------------------------------------------------------------------------------

add_p = elementwise("add", "x", "y", op="AddV2", kinds="fcius", agree=agree_or_differ)
add_p.vjp(x=lambda g: g,
          y=lambda g: g)
def _summands(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    return agree_or_differ(x if type(x) is EagerTensor else convert_to_tensor(x), y)
@public(add_p, convert=_summands)
def add(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x + y`, elementwise; of strings, one after the other.

    Args:
      x, y: tensors of one dtype, broadcast. A Python number, list or array `y` takes the dtype of `x` if it can.

    Raises:
      InvalidArgumentError: if the dtypes differ or the shapes do not broadcast.

    >>> import gradtape as tf
    >>> tf.add([1.0, 2.0], 3).numpy()
    array([4., 5.], dtype=float32)
    """

subtract_p = elementwise("subtract", "x", "y", op="Sub", kinds=_NUMBERS)
subtract_p.vjp(x=lambda g: g,
               y=lambda g: -g)
@public(subtract_p)
def subtract(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x - y`, elementwise: tensors of one dtype, broadcast; a number, list or array takes the other's dtype."""

multiply_p = elementwise("multiply", "x", "y", op="Mul", kinds=_NUMBERS + "b")
multiply_p.vjp(x=lambda g, y: g * y,
               y=lambda g, x: g * x)
@public(multiply_p)
def multiply(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x * y`, elementwise; arguments as in `subtract`."""

def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> EagerTensor:
    """`scalar * x`.

    Raises:
      ValueError: if `scalar` has axes.
    """
    if isinstance(x, IndexedSlices):
        return x.with_values(scalar_mul(scalar, x.values))  # type: ignore[return-value]
    x = convert_to_tensor(x)
    scalar = convert_to_tensor(scalar, x.dtype)
    if scalar._array.ndim:
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {scalar.shape}.")
    return multiply_p(scalar, x)

@public(multiply_no_nan_p)
def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x * y`, and 0 where `y` is 0 even if `x` is nan or infinite, elementwise."""

def _squared_difference(xp: Any, x: Any, y: Any) -> Any:
    d = x - y
    return d * d if d.dtype.kind != "c" else d * xp.conj(d)
squared_difference_p = elementwise(_squared_difference, "x", "y", op="SquaredDifference", kinds="fci",
                                   holomorphic=False)
squared_difference_p.vjp(x=lambda g, x, y: 2 * g * (x - y),
                         y=lambda g, x, y: -2 * g * (x - y))
@public(squared_difference_p)
def squared_difference(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """|x - y|**2, elementwise."""

# --- quotients -------------------------------------------------------------------------------------------------------

divide_p = elementwise("true_divide", "x", "y", op="RealDiv", kinds="fc")
divide_p.vjp(x=lambda g, y: g / y,
             y=lambda g, x, y: g * (-x / y) / y)
@public(divide_p)
def realdiv(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y`, elementwise, of floating or complex numbers."""

def _true_divide(x: Any, y: Any) -> EagerTensor:
    if type(x) is not EagerTensor or type(y) is not EagerTensor:
        x, y = operands(x, y) if isinstance(y, Tensor) or not isinstance(y, float) else _float_operands(x, y)
    if composites and is_among((x, y)):
        return mapped(_true_divide, x, y)
    if x._array.dtype is not y._array.dtype or x._array.dtype.kind not in "fc":
        x, y = _divisible(x, y)
    return divide_p(x, y)

def _divisible(x: EagerTensor, y: EagerTensor) -> tuple[EagerTensor, EagerTensor]:
    dtype = x._array.dtype
    if dtype != y._array.dtype:
        raise TypeError(f"`x` and `y` must have the same dtype, got {x.dtype!r} != {y.dtype!r}.")
    if dtype.kind in "Ob":
        raise TypeError(f"Invalid dtype {x.dtype!r} in a division. Expected numbers.")
    if dtype.kind in "iu":
        wide = np.float32 if dtype.itemsize < 4 else np.float64
        return wrap(x._array.astype(wide)), wrap(y._array.astype(wide))
    return x, y

def _float_operands(x: Any, y: Any) -> tuple[Any, Any]:
    """`x` and the Python float `y`, which an integer tensor refuses with a word on the dtypes."""
    if x._array.dtype.kind in "iu":
        return x, wrap(np.float32(y))
    return operands(x, y)

def truediv(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y`, elementwise. Integers are divided as floats: 8 and 16 bits as float32, more as float64.

    >>> import gradtape as tf
    >>> tf.math.truediv(1, 2).numpy()
    np.float64(0.5)

    Raises:
      TypeError: if the dtypes differ.
    """
    x, y = operands(x, y)
    return _true_divide(x, y)

def divide(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y`, elementwise; see `truediv`. `x` may be a sparse tensor."""
    return x / y if is_sparse(x) else truediv(x, y)  # type: ignore[no-any-return]

def _divide_no_nan(xp: Any, x: Any, y: Any) -> Any:
    return xp.where(y == 0, xp.zeros_like(x), x / y)
divide_no_nan_p = elementwise(_divide_no_nan, "x", "y", op="DivNoNan", kinds="fc")
divide_no_nan_p.vjp(x=lambda g, y: divide_no_nan_p(g, y),
                    y=lambda g, x, y: g * divide_no_nan_p(divide_no_nan_p(-x, y), y))
def divide_no_nan(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y`, and 0 where `y` is 0, elementwise; integers and errors as in `truediv`."""
    x, y = operands(x, y)
    return divide_no_nan_p(*_divisible(x, y))

def reciprocal_no_nan(x: Any, name: str | None = None) -> EagerTensor:
    """1 / x, and 0 where `x` is 0, elementwise.

    >>> import gradtape as tf
    >>> tf.math.reciprocal_no_nan([2.0, 0.0]).numpy()
    array([0.5, 0. ], dtype=float32)
    """
    x = convert_to_tensor(x)
    return divide_no_nan_p(like(x, 1), x)

def _no_integer_zero(xp: Any, y: Any, op: str) -> None:
    if y.dtype.kind in "iu" and xp.detects(y == 0):
        raise invalid(op, "Integer division by zero")

def _floor_divide(xp: Any, x: Any, y: Any) -> Any:
    if y.dtype.kind in "iu":
        _no_integer_zero(xp, y, "FloorDiv")
        return xp.floor_divide(x, y)
    return xp.floor(xp.true_divide(x, y))
floordiv_p = elementwise(_floor_divide, "x", "y", op="FloorDiv", kinds="fiu", flat=True)
@public(floordiv_p)
def floordiv(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The floor of `x / y`, elementwise. It has no gradient."""

def _floor_mod(xp: Any, x: Any, y: Any) -> Any:
    if x.dtype.kind in "iu":
        _no_integer_zero(xp, y, "FloorMod")
        return xp.mod(x, y)
    out = xp.fmod(x, y)  # of the sign of x, and so are its zeros
    return xp.where((out != 0) & ((out < 0) != (y < 0)), out + y, out)
floormod_p = elementwise(_floor_mod, "x", "y", op="FloorMod", kinds="fiu")
floormod_p.vjp(x=lambda g: g,
               y=lambda g, x, y: -g * floor_p(x / y))
@public(floormod_p)
def floormod(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x - y * floor(x / y)`, elementwise: the sign is that of `y`."""
mod = floormod

def _truncated_divide(xp: Any, x: Any, y: Any) -> Any:
    if y.dtype.kind not in "iu":
        return xp.trunc(xp.true_divide(x, y))
    _no_integer_zero(xp, y, "TruncateDiv")
    below = xp.floor_divide(x, y)
    return xp.where((below < 0) & (below * y != x), below + below.dtype.type(1), below)
truncatediv_p = elementwise(_truncated_divide, "x", "y", op="TruncateDiv", kinds="fiu", flat=True)
@public(truncatediv_p)
def truncatediv(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y` without its fraction, elementwise. It has no gradient."""

def _truncated_mod(xp: Any, x: Any, y: Any) -> Any:
    _no_integer_zero(xp, y, "TruncateMod")
    return xp.fmod(x, y)
truncatemod_p = elementwise(_truncated_mod, "x", "y", op="TruncateMod", kinds="fiu")
truncatemod_p.vjp(x=lambda g: g,
                  y=lambda g, x, y: -g * truncatediv_p(x, y))
@public(truncatemod_p)
def truncatemod(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x - y * truncatediv(x, y)`, elementwise: the sign is that of `x`."""

nextafter_p = elementwise("nextafter", "x", "y", op="NextAfter", kinds="f")
nextafter_p.vjp(x=lambda g: g,
                y=lambda g: g * zeros_like(g))
@public(nextafter_p)
def nextafter(x1: Any, x2: Any, name: str | None = None) -> EagerTensor:
    """The number next to `x1` on the way to `x2`, elementwise."""

# --- products and quotients that are 0 where the first factor is, whatever the second --------------------------------

def _x_times(f: Any) -> Any:
    def forward(xp: Any, x: Any, y: Any) -> Any:
        return xp.where(x == 0, x * 0, f(xp, x, y))

    return forward

def _nonzero(x: Any) -> Any:
    """1 where `x` is not 0, so that derivatives of any order are 0 where it is."""
    return where_p(not_equal_p(x, zeros_like(x)), ones_like(x), zeros_like(x))

xlogy_p = elementwise(_x_times(lambda xp, x, y: x * xp.log(y)), "x", "y", op="Xlogy")
xlogy_p.vjp(x=lambda g, x, y: g * xlogy_p(_nonzero(x), y),
            y=lambda g, x, y: g * xdivy_p(x, y))
@public(xlogy_p)
def xlogy(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x * log(y)`, and 0 where `x` is 0, elementwise."""

xlog1py_p = elementwise(_x_times(lambda xp, x, y: x * xp.log1p(y)), "x", "y", op="Xlog1py")
xlog1py_p.vjp(x=lambda g, x, y: g * xlog1py_p(_nonzero(x), y),
              y=lambda g, x, y: g * xdivy_p(x, 1 + y))
@public(xlog1py_p)
def xlog1py(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x * log(1 + y)`, and 0 where `x` is 0, elementwise."""

xdivy_p = elementwise(_x_times(lambda xp, x, y: x / y), "x", "y", op="Xdivy")
xdivy_p.vjp(x=lambda g, x, y: g * xdivy_p(_nonzero(x), y),
            y=lambda g, x, y: g * xdivy_p(-x, y * y))
@public(xdivy_p)
def xdivy(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x / y`, and 0 where `x` is 0, elementwise."""

# --- powers ----------------------------------------------------------------------------------------------------------

def _power(xp: Any, x: Any, y: Any) -> Any:
    if y.dtype.kind == "i" and xp.detects(y < 0):
        raise invalid("Pow", "Integers to negative integer powers are not allowed")
    return xp.power(x, y)
pow_p = elementwise(_power, "x", "y", op="Pow", kinds="fci")
pow_p.vjp(x=lambda g, x, y: g * y * pow_p(x, y - 1),
          y=lambda g, x, out: g * out * log_or_zero_p(x))
@public(pow_p)
def pow(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """`x` to the power of `y`, elementwise."""

# --- extrema: where both are equal, the first has the gradient -------------------------------------------------------

maximum_p = elementwise("maximum", "x", "y", op="Maximum", kinds="fiu")
maximum_p.vjp(x=lambda g, x, y: where_p(greater_equal_p(x, y), g, zeros_like(g)),
              y=lambda g, x, y: where_p(greater_equal_p(x, y), zeros_like(g), g))
@public(maximum_p)
def maximum(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The greater of `x` and `y`, elementwise; nan where one is nan."""

minimum_p = elementwise("minimum", "x", "y", op="Minimum", kinds="fiu")
minimum_p.vjp(x=lambda g, x, y: where_p(less_equal_p(x, y), g, zeros_like(g)),
              y=lambda g, x, y: where_p(less_equal_p(x, y), zeros_like(g), g))
@public(minimum_p)
def minimum(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """The smaller of `x` and `y`, elementwise; nan where one is nan."""

atan2_p = elementwise("arctan2", "y", "x", op="Atan2", kinds="f")
atan2_p.vjp(y=lambda g, y, x: g * x / (x * x + y * y),
            x=lambda g, y, x: -g * y / (x * x + y * y))
@public(atan2_p)
def atan2(y: Any, x: Any, name: str | None = None) -> EagerTensor:
    """The angle in radians between the positive x axis and the point (x, y), in [-pi, pi], elementwise."""

# fmt: on
# --- sums of many ----------------------------------------------------------------------------------------------------


@primitive(op="AddN")
def add_n_p(xp: Any, *xs: Any) -> Any:
    return functools.reduce(xp.add, xs)


add_n_p.vjp(xs=lambda g, xs_shape: [g] * len(xs_shape))
add_n_p.along(xs=lambda j: j)


def polyval(coeffs: Any, x: Any, name: str | None = None) -> EagerTensor:
    """The polynomial in `x` with the coefficients `coeffs`, the highest power's first, elementwise.

    Args:
      coeffs: a list of numbers or tensors that broadcast with `x`.
      x: a tensor.

    Raises:
      ValueError: if `coeffs` is no list.

    >>> import gradtape as tf
    >>> tf.math.polyval([1.0, 2.0, 3.0], 10.0).numpy()
    np.float32(123.0)
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    x = convert_to_tensor(x)
    if not coeffs:
        return x - x if is_symbolic(x) else wrap(np.zeros_like(x._array))
    return functools.reduce(lambda out, coefficient: coefficient + out * x, map(convert_to_tensor, coeffs))


def add_n(inputs: Any, name: str | None = None) -> EagerTensor:
    """The sum of a list of tensors of one shape and dtype.

    Raises:
      ValueError: if there are none.
      InvalidArgumentError: if shapes or dtypes differ.

    >>> import gradtape as tf
    >>> tf.add_n([[1.0, 2.0], [3.0, 4.0]]).numpy()
    array([4., 6.], dtype=float32)
    """
    tensors = [reading.convert_to_tensor(x) for x in inputs]
    if not tensors:
        raise ValueError("Inputs must be an iterable of at least one Tensor with the same dtype and shape.")
    first = tensors[0]._array
    for i, x in enumerate(tensors):
        if differ(x._array.shape, first.shape):
            raise invalid("AddN", "Inputs to operation AddN of type AddN must have the same size and shape.  Input 0: "
                          f"{list(first.shape)} != input {i}: {list(x._array.shape)}")  # fmt: skip
        if x._array.dtype != first.dtype:
            add_p(tensors[0], x)  # raises, with a word on the dtypes
    return tensors[0] if len(tensors) == 1 else add_n_p(*tensors)


def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> EagerTensor:
    """The sum of a list of tensors of one shape and dtype; see `tf.add_n`.

    Raises:
      ValueError: if shapes differ, or another `shape` or `tensor_dtype` is asked for.
    """
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape.")
    given = [x if isinstance(x, IndexedSlices) else convert_to_tensor(x) for x in inputs]
    dtype = given[0].dtype if tensor_dtype is None else as_dtype(tensor_dtype)
    known = as_shape(shape)
    for x in given:
        if x.dtype is not dtype:
            raise ValueError(f"inputs must be of one dtype, {dtype.name}, and one is {x.dtype.name}.")
        known = known.merge_with(x.shape)
    return add_n(given)


# --- operators -------------------------------------------------------------------------------------------------------


def _reflected(operator: Any) -> Any:
    return lambda y, x: operator(x, y)


_operators: dict[str, Any] = {"__neg__": negative_p}
for _name, _operator in {
    "add": add_p, "sub": subtract_p, "mul": multiply_p, "truediv": _true_divide, "floordiv": floordiv_p,
    "mod": floormod_p, "pow": pow_p,
}.items():  # fmt: skip
    _operators[f"__{_name}__"] = _operator
    _operators[f"__r{_name}__"] = _reflected(_operator)
tensor.overload(**_operators)
variable.overload(**_operators)
