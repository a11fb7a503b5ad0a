"""Functions of elements, by tables: what each does to tensors, and which dtype these must be brought to first."""

import numbers
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from ... import bitwise, math
from ...array.creation import ones_like, zeros_like
from ...math.cast import bitcast, cast
from ...math.comparison import where
from ...math.complex_numbers import complex as complex_of
from ...nn.activations import relu
from ...values import dtypes
from ...values.symbolic import computation, computed
from ...values.tensor import EagerTensor, Tensor
from .arrays import asarray, floating, pair
from .types import default_float, result_type

# --- of one array ----------------------------------------------------------------------------------------------------


def _of_one(name: str, function: Callable[[EagerTensor], Any], convert: Any = floating) -> Any:
    """The NumPy function of this name: `function` of the tensor that `convert` makes."""

    def of_one(x: Any) -> Any:
        return function(convert(x))

    return _named(of_one, name, "elementwise" + (", floating" if convert is floating else ""))


def _of_two(name: str, function: Callable[[EagerTensor, EagerTensor], Any], convert: Any = pair) -> Any:
    """The NumPy function of this name: `function` of the tensors, of one dtype, that `convert` makes."""

    def of_two(x1: Any, x2: Any) -> Any:
        return function(*convert(x1, x2))

    return _named(of_two, name, "elementwise, of two arrays that broadcast")


def _named(function: FunctionType, name: str, what: str) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"`numpy.{name}` on tensors: {what}. Dtypes are promoted as NumPy promotes them."
    return function


def _unsigned(function: Callable[[Any], Any], of_unsigned: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`function`, and another one of unsigned integers and bools."""
    return lambda x: (of_unsigned if x._array.dtype.kind in "ub" else function)(x)


def _itself(x: EagerTensor) -> EagerTensor:
    return x


sin, cos, tan = _of_one("sin", math.sin), _of_one("cos", math.cos), _of_one("tan", math.tan)
sinh, cosh, tanh = _of_one("sinh", math.sinh), _of_one("cosh", math.cosh), _of_one("tanh", math.tanh)
arcsin, arccos, arctan = _of_one("arcsin", math.asin), _of_one("arccos", math.acos), _of_one("arctan", math.atan)
arcsinh, arccosh = _of_one("arcsinh", math.asinh), _of_one("arccosh", math.acosh)
arctanh = _of_one("arctanh", math.atanh)
exp, expm1, log, log1p = (_of_one(name, getattr(math, name)) for name in ("exp", "expm1", "log", "log1p"))
exp2 = _of_one("exp2", lambda x: math.pow(ones_like(x) + ones_like(x), x))
log2 = _of_one("log2", lambda x: math.log(x) / _like(x, np.log(2.0)))
log10 = _of_one("log10", lambda x: math.log(x) / _like(x, np.log(10.0)))
sqrt = _of_one("sqrt", math.sqrt)
ceil, floor = _of_one("ceil", math.ceil), _of_one("floor", math.floor)
fix = _of_one("fix", lambda x: where(x < _like(x, 0), math.ceil(x), math.floor(x)))
deg2rad = _of_one("deg2rad", lambda x: x * _like(x, np.pi / 180))
rad2deg = _of_one("rad2deg", lambda x: x * _like(x, 180 / np.pi))

absolute = _of_one("absolute", _unsigned(math.abs, _itself), asarray)
abs = _of_one("abs", _unsigned(math.abs, _itself), asarray)
fabs = _of_one("fabs", _unsigned(math.abs, _itself), asarray)
conj, conjugate = _of_one("conj", math.conj, asarray), _of_one("conjugate", math.conj, asarray)
negative = _of_one("negative", lambda x: zeros_like(x) - x if x._array.dtype.kind == "u" else math.negative(x), asarray)
positive = _of_one("positive", _itself, asarray)
square = _of_one("square", math.square, asarray)
bitwise_not = _of_one("bitwise_not", lambda x: ~x, asarray)
logical_not = _of_one("logical_not", math.logical_not, lambda x: asarray(x, dtypes.bool_))


def _signbit(x: EagerTensor) -> Any:
    """Whether the bit of the sign is set, as that of -0.0 is."""
    if x.dtype.is_floating:
        x = bitcast(x, f"int{8 * x._array.dtype.itemsize}")
    return x < _like(x, 0)


signbit = _of_one("signbit", _unsigned(_signbit, lambda x: zeros_like(x, dtypes.bool_)), asarray)


def _like(x: EagerTensor, value: complex) -> EagerTensor:
    return asarray(value, x.dtype)


def _reciprocal(x: EagerTensor) -> Any:
    return math.reciprocal(x) if x.dtype.is_differentiable else math.floordiv(ones_like(x), x)


reciprocal = _of_one("reciprocal", _reciprocal, asarray)


def _cbrt(x: EagerTensor) -> Any:
    root = math.pow(math.abs(x), _like(x, 1 / 3))
    return where(x < _like(x, 0), -root, root)


cbrt = _of_one("cbrt", _cbrt)


def _sinc(x: EagerTensor) -> Any:
    at_0 = x == _like(x, 0)
    turned = where(at_0, ones_like(x), x * _like(x, np.pi))  # nothing is divided by 0, in derivatives either
    return where(at_0, 1 - math.square(x * _like(x, np.pi)) / _like(x, 6), math.sin(turned) / turned)


sinc = _of_one("sinc", _sinc)


def _finite(of_real: Callable[[Any], Any], join: Callable[[Any, Any], Any], of_whole: bool) -> Callable[[Any], Any]:
    """A question asked of floats: of complex numbers it is asked of both parts, and integers all answer the same."""

    def asked(x: EagerTensor) -> Any:
        if x.dtype.is_complex:
            return join(of_real(math.real(x)), of_real(math.imag(x)))
        if x.dtype.is_floating:
            return of_real(x)
        return ones_like(x, dtypes.bool_) if of_whole else zeros_like(x, dtypes.bool_)

    return asked


def _is(value: float) -> Callable[[Any], Any]:
    return lambda x: x == _like(x, value)


isnan = _of_one("isnan", _finite(math.is_nan, math.logical_or, False), asarray)
isinf = _of_one("isinf", _finite(math.is_inf, math.logical_or, False), asarray)
isfinite = _of_one("isfinite", _finite(math.is_finite, math.logical_and, True), asarray)
isposinf = _of_one("isposinf", _finite(_is(np.inf), math.logical_and, False), asarray)
isneginf = _of_one("isneginf", _finite(_is(-np.inf), math.logical_and, False), asarray)
iscomplex = _of_one("iscomplex", lambda x: _imaginary(x) != 0, asarray)
isreal = _of_one("isreal", lambda x: _imaginary(x) == 0, asarray)


def _imaginary(x: EagerTensor) -> Any:
    return math.imag(x) if x.dtype.is_complex else zeros_like(x, dtypes.int32)


def real(val: Any) -> Any:
    """The real parts; numbers that are real already stay as they are."""
    return math.real(asarray(val))


def imag(val: Any) -> Any:
    """The imaginary parts: 0 of real numbers."""
    x = asarray(val)
    return math.imag(x) if x.dtype.is_complex else zeros_like(x)


def angle(z: Any, deg: bool = False) -> Any:
    """The angle of complex numbers, in radians, or in degrees with `deg`; 0 or pi of real ones."""
    x = floating(z)
    turned = math.angle(x) if x.dtype.is_complex else where(x < _like(x, 0), _like(x, np.pi), _like(x, 0))
    return rad2deg(turned) if deg else turned


def sign(x: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Any:
    """-1, 0 or 1 with the sign of `x`, elementwise; of complex numbers `z / |z|`.

    Raises:
      ValueError: if `out`, `where` or another argument of NumPy's is given.
    """
    refused = [*(["out"] if out is not None else []), *(["where"] if where is not None else []), *kwargs]
    if refused:
        raise ValueError(f"sign does not support setting {', '.join(refused)}.")
    x = asarray(x)
    return math.minimum(x, ones_like(x)) if x._array.dtype.kind == "u" else math.sign(x)


def around(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to so many decimals, halves to even; with negative ones, to tens, hundreds and so on."""
    x = asarray(a)
    dtype = x.dtype
    factor = asarray(10.0 ** np.abs(decimals), x.dtype if x.dtype.is_differentiable else default_float())
    x = cast(x, factor.dtype)
    if decimals == 0:
        x = _rounded(x)
    else:
        x = _rounded(x * factor) / factor if decimals > 0 else _rounded(x / factor) * factor
    return cast(x, dtype)


def round(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to so many decimals; see `around`."""
    return around(a, decimals)


def _rounded(x: Any) -> Any:
    return complex_of(math.round(math.real(x)), math.round(math.imag(x))) if x.dtype.is_complex else math.round(x)


# --- of two arrays ---------------------------------------------------------------------------------------------------


def _bools(function: Callable[[Any, Any], Any], of_bools: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`function`, and another one of bools."""
    return lambda x, y: (of_bools if x._array.dtype.kind == "b" else function)(x, y)


def _as_bytes(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: function(cast(x, dtypes.int8), cast(y, dtypes.int8))


def _as_floats(x: EagerTensor, y: EagerTensor) -> Any:
    return math.truediv(cast(x, default_float()), cast(y, default_float()))


add = _of_two("add", _bools(math.add, math.logical_or))
subtract = _of_two("subtract", math.subtract)
multiply = _of_two("multiply", _bools(math.multiply, math.logical_and))
true_divide = _of_two("true_divide", _bools(math.truediv, _as_floats))
divide = _of_two("divide", _bools(math.truediv, _as_floats))
floor_divide = _of_two("floor_divide", _bools(math.floordiv, _as_bytes(math.floordiv)))
mod = _of_two("mod", _bools(math.floormod, _as_bytes(math.floormod)))
remainder = _of_two("remainder", _bools(math.floormod, _as_bytes(math.floormod)))
minimum = _of_two("minimum", _bools(math.minimum, math.logical_and))
power, float_power = _of_two("power", math.pow), _of_two("float_power", math.pow)


def _floats(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    x, y = pair(x, y)
    return floating(x), floating(y)


arctan2 = _of_two("arctan2", math.atan2, _floats)
nextafter = _of_two("nextafter", math.nextafter, _floats)


def _hypot(x: EagerTensor, y: EagerTensor) -> Any:
    return math.sqrt(math.square(x) + math.square(y))


hypot = _of_two("hypot", _hypot, _floats)


def divmod(x1: Any, x2: Any) -> tuple[Any, Any]:
    """`(floor_divide(x1, x2), mod(x1, x2))`."""
    x1, x2 = pair(x1, x2)
    return floor_divide(x1, x2), mod(x1, x2)


_greater = _of_two("maximum", _bools(math.maximum, math.logical_or))


def maximum(x1: Any, x2: Any) -> Any:
    """The greater of two, elementwise. `maximum(x, 0)` has the derivative of `tf.nn.relu`, which is 0 at 0."""
    zero = isinstance(x2, numbers.Real) and not isinstance(x2, bool) and x2 == 0
    if zero and isinstance(x1, Tensor) and x1._array.dtype.kind in "fiuV":
        return relu(x1)
    return _greater(x1, x2)


def _heaviside(x: EagerTensor, y: EagerTensor) -> Any:
    return where(
        x < _like(x, 0), _like(y, 0), where(x > _like(x, 0), _like(y, 1), where(isnan(x), _like(x, np.nan), y))
    )


heaviside = _of_two("heaviside", _heaviside, _floats)


def _log_of_sum(name: str, function: Any, inverse: Any, one: float) -> Any:
    """log(exp(x) + exp(y)) to another base, without overflow."""

    def of_sum(x: EagerTensor, y: EagerTensor) -> Any:
        most, delta = math.maximum(x, y), x - y
        same = math.is_nan(delta) | math.is_inf(delta)  # infinities of which nothing is to be added, and NaN
        away = math.abs(where(same, zeros_like(delta), delta))
        return where(math.is_nan(delta), x + y, where(same, most, most + inverse(function(-away)) / _like(x, one)))

    return _of_two(name, of_sum, _floats)


logaddexp = _log_of_sum("logaddexp", math.exp, math.log1p, 1.0)
logaddexp2 = _log_of_sum("logaddexp2", exp2, math.log1p, np.log(2.0))


def _common(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    dtype = result_type(x, y)
    return asarray(x, dtype), asarray(y, dtype)


def _ordered(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return _bools(function, _as_bytes(function))


equal, not_equal = _of_two("equal", math.equal, _common), _of_two("not_equal", math.not_equal, _common)
greater = _of_two("greater", _ordered(math.greater), _common)
greater_equal = _of_two("greater_equal", _ordered(math.greater_equal), _common)
less, less_equal = (_of_two(name, _ordered(getattr(math, name)), _common) for name in ("less", "less_equal"))


def _truths(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    return asarray(x, dtypes.bool_), asarray(y, dtypes.bool_)


logical_and = _of_two("logical_and", math.logical_and, _truths)
logical_or = _of_two("logical_or", math.logical_or, _truths)
logical_xor = _of_two("logical_xor", math.not_equal, _truths)

bitwise_and = _of_two("bitwise_and", _bools(bitwise.bitwise_and, math.logical_and))
bitwise_or = _of_two("bitwise_or", _bools(bitwise.bitwise_or, math.logical_or))
bitwise_xor = _of_two("bitwise_xor", _bools(bitwise.bitwise_xor, math.not_equal))


def _divisors(name: str, function: Any) -> Any:
    def of_integers(x: EagerTensor, y: EagerTensor) -> Any:
        if not x.dtype.is_integer:
            raise ValueError(f"Arguments to {name} must be integers, got {x.dtype.name}.")
        return computed(function, x, y)

    return _of_two(name, of_integers)


gcd = _divisors("gcd", computation(lambda x, y: np.gcd(x, y)))
lcm = _divisors("lcm", computation(lambda x, y: np.lcm(x, y)))


def isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Whether `|a - b| <= atol + rtol * |b|`, elementwise; integers are compared as they are.

    Args:
      equal_nan: whether NaN is close to NaN.
    """
    x, y = pair(a, b)
    if not x.dtype.is_differentiable:
        return math.equal(x, y)
    same = math.equal(x, y)  # infinities too
    size = math.abs(y)
    close = math.logical_and(math.abs(x - y) <= _like(size, atol) + _like(size, rtol) * size, isfinite(y))
    close = math.logical_or(same, close)
    return math.logical_or(close, math.logical_and(isnan(x), isnan(y))) if equal_nan else close


def clip(a: Any, a_min: Any, a_max: Any) -> Any:
    """`a` between `a_min` and `a_max`, of which one may be None.

    Raises:
      ValueError: if both are.
    """
    if a_min is None and a_max is None:
        raise ValueError("Not more than one of `a_min` and `a_max` may be `None`.")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    dtype = result_type(a, a_min, a_max)
    x, low, high = (asarray(v, dtype) for v in (a, a_min, a_max))
    return math.minimum(math.maximum(x, low), high)
