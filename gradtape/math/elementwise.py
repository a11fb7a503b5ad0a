"""Functions of one tensor, elementwise: exponentials, trigonometry, rounding, special functions.

In forwards and rules the numbers are integers, which keep any dtype; Python floats would make float32 of bfloat16.
"""

import math
from typing import Any

from ..core.convert import convert_to_tensor
from ..core.primitive import elementwise
from ..core.public import unary
from ..core.tensor import EagerTensor
from .comparison import greater_p, like, not_equal_p, where_p, zeros_like

__all__ = [
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "erfinv", "exp",
    "expm1", "floor", "is_finite", "is_inf", "is_nan", "lgamma", "log", "log1p", "log_sigmoid", "negative",
    "reciprocal", "rint", "round", "rsqrt", "sigmoid", "sin", "sinh", "sqrt", "square", "tan", "tanh",
]  # fmt: skip

_FLOATS, _SIGNED, _NUMBERS = "f", "fci", "fciu"

# --- sign and size ---------------------------------------------------------------------------------------------------

negative_p = elementwise("negative", "x", op="Neg", kinds=_SIGNED)
negative_p.vjp(x=lambda g: -g)


def _square(xp: Any, x: Any) -> Any:
    return x * x


square_p = elementwise(_square, "x", op="Square", kinds=_NUMBERS)
square_p.vjp(x=lambda g, x: 2 * g * x)


def _multiply_no_nan(xp: Any, x: Any, y: Any) -> Any:
    return xp.where(y != 0, x * y, x.dtype.type(0))


multiply_no_nan_p = elementwise(_multiply_no_nan, "x", "y", op="MulNoNan", kinds="fc")
multiply_no_nan_p.vjp(x=lambda g, y: multiply_no_nan_p(g, y),
                      y=lambda g, x: multiply_no_nan_p(x, g))  # fmt: skip

sign_p = elementwise("sign", "x", op="Sign", kinds="fi")  # of complex numbers: see complex_numbers.py
sign_p.vjp(x=lambda g: g * zeros_like(g))

abs_p = elementwise("abs", "x", op="Abs", kinds="fi")
abs_p.vjp(x=lambda g, x: g * sign_p(x))

# --- powers, exponentials and logarithms -----------------------------------------------------------------------------

sqrt_p = elementwise("sqrt", "x", op="Sqrt")
# Where nothing flows back, as from a branch not taken, nothing goes on, though the slope may be infinite.
sqrt_p.vjp(x=lambda g, out: multiply_no_nan_p(1 / (2 * out), g))


def _rsqrt(xp: Any, x: Any) -> Any:
    return 1 / xp.sqrt(x)


rsqrt_p = elementwise(_rsqrt, "x", op="Rsqrt")
rsqrt_p.vjp(x=lambda g, out: multiply_no_nan_p(out * out * out / -2, g))


def _reciprocal(xp: Any, x: Any) -> Any:
    return 1 / x


reciprocal_p = elementwise(_reciprocal, "x", op="Reciprocal")
reciprocal_p.vjp(x=lambda g, out: multiply_no_nan_p(-(out * out), g))

exp_p = elementwise("exp", "x", op="Exp")
exp_p.vjp(x=lambda g, out: g * out)

expm1_p = elementwise("expm1", "x", op="Expm1")
expm1_p.vjp(x=lambda g, x: g * exp_p(x))

log_p = elementwise("log", "x", op="Log")
log_p.vjp(x=lambda g, x: g / x)

log1p_p = elementwise("log1p", "x", op="Log1p")
log1p_p.vjp(x=lambda g, x: g / (1 + x))


def _log_or_zero(xp: Any, x: Any) -> Any:
    defined = x != 0 if x.dtype.kind == "c" else x > 0
    return xp.where(defined, xp.log(xp.where(defined, x, xp.ones_like(x))), xp.zeros_like(x))


def _over(g: Any, x: Any) -> Any:
    """g / x where `_log_or_zero` is log x, else 0."""
    defined = not_equal_p(x, zeros_like(x)) if is_complex(x) else greater_p(x, zeros_like(x))
    return where_p(defined, g / x, zeros_like(g))


# log x where there is one and else 0, so that d(x**y)/dy is 0 at x <= 0, as TensorFlow has it.
log_or_zero_p = elementwise(_log_or_zero, "x", op="Log")
log_or_zero_p.vjp(x=_over)

# --- trigonometry ----------------------------------------------------------------------------------------------------

sin_p = elementwise("sin", "x", op="Sin")
sin_p.vjp(x=lambda g, x: g * cos_p(x))

cos_p = elementwise("cos", "x", op="Cos")
cos_p.vjp(x=lambda g, x: -g * sin_p(x))

tan_p = elementwise("tan", "x", op="Tan")
tan_p.vjp(x=lambda g, out: g * (1 + out * out))

asin_p = elementwise("arcsin", "x", op="Asin")
asin_p.vjp(x=lambda g, x: g / sqrt_p(1 - x * x))

acos_p = elementwise("arccos", "x", op="Acos")
acos_p.vjp(x=lambda g, x: -g / sqrt_p(1 - x * x))

atan_p = elementwise("arctan", "x", op="Atan")
atan_p.vjp(x=lambda g, x: g / (1 + x * x))

sinh_p = elementwise("sinh", "x", op="Sinh")
sinh_p.vjp(x=lambda g, x: g * cosh_p(x))

cosh_p = elementwise("cosh", "x", op="Cosh")
cosh_p.vjp(x=lambda g, x: g * sinh_p(x))

tanh_p = elementwise("tanh", "x", op="Tanh")
tanh_p.vjp(x=lambda g, out: g * (1 - out * out))

asinh_p = elementwise("arcsinh", "x", op="Asinh")
asinh_p.vjp(x=lambda g, out: g / cosh_p(out))

acosh_p = elementwise("arccosh", "x", op="Acosh")
acosh_p.vjp(x=lambda g, out: g / sinh_p(out))

atanh_p = elementwise("arctanh", "x", op="Atanh")
atanh_p.vjp(x=lambda g, x: g / (1 - x * x))

# --- the logistic function -------------------------------------------------------------------------------------------

sigmoid_p = elementwise("sigmoid", "x", op="Sigmoid")
sigmoid_p.vjp(x=lambda g, out: g * out * (1 - out))


def _log_sigmoid(xp: Any, x: Any) -> Any:
    return -(xp.maximum(-x, x.dtype.type(0)) + xp.log1p(xp.exp(-xp.abs(x))))


log_sigmoid_p = elementwise(_log_sigmoid, "x", op="LogSigmoid", kinds=_FLOATS)
log_sigmoid_p.vjp(x=lambda g, x: g * sigmoid_p(-x))

# --- special functions -----------------------------------------------------------------------------------------------


def _erf(xp: Any, x: Any) -> Any:
    return xp.erf(x)


def _erfc(xp: Any, x: Any) -> Any:
    return xp.erfc(x)


def _erfinv(xp: Any, x: Any) -> Any:
    return xp.erfinv(x)


def _lgamma(xp: Any, x: Any) -> Any:
    return xp.lgamma(x)


def _digamma(xp: Any, x: Any) -> Any:
    return xp.where(x == 0, x.dtype.type(math.nan), xp.digamma(x))  # a pole: no side of it is right


def _polygamma(xp: Any, a: Any, x: Any) -> Any:
    return xp.polygamma(a, x)


erf_p = elementwise(_erf, "x", op="Erf", kinds=_FLOATS)
erf_p.vjp(x=lambda g, x: g * (like(g, 2 / math.sqrt(math.pi)) * exp_p(-x * x)))

erfc_p = elementwise(_erfc, "x", op="Erfc", kinds=_FLOATS)
erfc_p.vjp(x=lambda g, x: g * (like(g, -2 / math.sqrt(math.pi)) * exp_p(-x * x)))

erfinv_p = elementwise(_erfinv, "x", op="Erfinv", kinds=_FLOATS)
erfinv_p.vjp(x=lambda g, out: g * (like(g, math.sqrt(math.pi) / 2) * exp_p(out * out)))

lgamma_p = elementwise(_lgamma, "x", op="Lgamma", kinds=_FLOATS)
lgamma_p.vjp(x=lambda g, x: g * digamma_p(x))

digamma_p = elementwise(_digamma, "x", op="Digamma", kinds=_FLOATS)
digamma_p.vjp(x=lambda g, x: g * polygamma_p(like(x, 1), x))

polygamma_p = elementwise(_polygamma, "a", "x", op="Polygamma", kinds=_FLOATS)
polygamma_p.vjp(x=lambda g, a, x: g * polygamma_p(a + 1, x))

# --- rounding: piecewise constant, so that no gradient passes (ceil, floor, rint, round: None, as in TensorFlow) -----

floor_p = elementwise("floor", "x", op="Floor", kinds=_FLOATS)
ceil_p = elementwise("ceil", "x", op="Ceil", kinds=_FLOATS)
rint_p = elementwise("rint", "x", op="Rint", kinds=_FLOATS)
round_p = elementwise("rint", "x", op="Round", kinds=_FLOATS)

is_nan_p = elementwise("isnan", "x", op="IsNan", kinds=_FLOATS)
is_inf_p = elementwise("isinf", "x", op="IsInf", kinds=_FLOATS)
is_finite_p = elementwise("isfinite", "x", op="IsFinite", kinds=_FLOATS)


def is_complex(x: Any) -> bool:
    return getattr(x, "_array", x).dtype.kind == "c"


# --- public ----------------------------------------------------------------------------------------------------------

exp = unary(exp_p, "exp", """e to the power of `x`, elementwise.

    Args:
      x: a floating or complex tensor.

    >>> import gradtape as tf
    >>> tf.exp([0.0, 1.0]).numpy()
    array([1.       , 2.7182817], dtype=float32)
    """)  # fmt: skip
expm1 = unary(expm1_p, "expm1", "exp(x) - 1, elementwise, exact near 0.")
log = unary(log_p, "log", "The natural logarithm of `x`, elementwise; -inf at 0, nan below.")
log1p = unary(log1p_p, "log1p", "log(1 + x), elementwise, exact near 0.")
sqrt = unary(sqrt_p, "sqrt", "The square root of `x`, elementwise; nan below 0.", of_sparse=True)
rsqrt = unary(rsqrt_p, "rsqrt", "1 / sqrt(x), elementwise.")
square = unary(square_p, "square", "The square of `x`, elementwise.", of_sparse=True)
reciprocal = unary(reciprocal_p, "reciprocal", "1 / x, elementwise.")
negative = unary(negative_p, "negative", "-x, elementwise.", of_sparse=True)
sin = unary(sin_p, "sin", "The sine of `x` radians, elementwise.", of_sparse=True)
cos = unary(cos_p, "cos", "The cosine of `x` radians, elementwise.")
tan = unary(tan_p, "tan", "The tangent of `x` radians, elementwise.", of_sparse=True)
asin = unary(asin_p, "asin", "The inverse sine, in radians, elementwise.", of_sparse=True)
acos = unary(acos_p, "acos", "The inverse cosine, in radians, elementwise.")
atan = unary(atan_p, "atan", "The inverse tangent, in radians, elementwise.", of_sparse=True)
sinh = unary(sinh_p, "sinh", "The hyperbolic sine, elementwise.")
cosh = unary(cosh_p, "cosh", "The hyperbolic cosine, elementwise.")
tanh = unary(tanh_p, "tanh", "The hyperbolic tangent, elementwise.", of_sparse=True)
asinh = unary(asinh_p, "asinh", "The inverse hyperbolic sine, elementwise.", of_sparse=True)
acosh = unary(acosh_p, "acosh", "The inverse hyperbolic cosine, elementwise.")
atanh = unary(atanh_p, "atanh", "The inverse hyperbolic tangent, elementwise.", of_sparse=True)
sigmoid = unary(sigmoid_p, "sigmoid", "1 / (1 + exp(-x)), elementwise.")
log_sigmoid = unary(log_sigmoid_p, "log_sigmoid", "log(1 / (1 + exp(-x))), elementwise, without overflow.")
erf = unary(erf_p, "erf", "The error function, elementwise.", of_sparse=True)
erfc = unary(erfc_p, "erfc", "1 - erf(x), elementwise, exact for large `x`.")
erfinv = unary(erfinv_p, "erfinv", "The inverse of `erf`, elementwise; inf at 1.")
lgamma = unary(lgamma_p, "lgamma", "log |gamma(x)|, elementwise.")
digamma = unary(digamma_p, "digamma", "The derivative of `lgamma`, elementwise.")
floor = unary(floor_p, "floor", "The largest integer not above `x`, elementwise.")
ceil = unary(ceil_p, "ceil", "The smallest integer not below `x`, elementwise.")
rint = unary(rint_p, "rint", "The nearest integer, halves to even, elementwise.")
is_nan = unary(is_nan_p, "is_nan", "Whether `x` is not a number, elementwise.")
is_inf = unary(is_inf_p, "is_inf", "Whether `x` is infinite, elementwise.")
is_finite = unary(is_finite_p, "is_finite", "Whether `x` is neither infinite nor nan, elementwise.")


def round(x: Any, name: str | None = None) -> EagerTensor:
    """The nearest integer, halves to even, elementwise: 0.5 and -0.5 to 0, 1.5 to 2. Integers stay as they are.

    >>> import gradtape as tf
    >>> tf.round([0.5, 1.5, 2.7]).numpy()
    array([0., 2., 3.], dtype=float32)
    """
    x = convert_to_tensor(x)
    return x if x.dtype._kind in "iu" else round_p(x)
