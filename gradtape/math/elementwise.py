"""Functions of one tensor, elementwise: exponentials, trigonometry, rounding, special functions.

In forwards and rules the numbers are integers, which keep any dtype; Python floats would make float32 of bfloat16.
"""

import math
from typing import Any

from ..operations.primitive import elementwise
from ..operations.public import public
from ..values.convert import convert_to_tensor
from ..values.tensor import EagerTensor
from .cast import by_float32
from .comparison import greater_p, like, not_equal_p, where_p, zeros_like

__all__ = [
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "erfinv", "exp",
    "expm1", "floor", "is_finite", "is_inf", "is_nan", "lgamma", "log", "log1p", "log_sigmoid", "negative",
    "polygamma", "reciprocal", "rint", "round", "rsqrt", "sigmoid", "sin", "sinh", "sqrt", "square", "tan", "tanh",
]  # fmt: skip

_FLOATS, _SIGNED, _NUMBERS = "f", "fci", "fciu"


def is_complex(x: Any) -> bool:
    return getattr(x, "_array", x).dtype.kind == "c"


# Each operation is a paragraph: its forward, where it takes more than a name; its rule; its public function.
# fmt: off

# --- sign and size ---------------------------------------------------------------------------------------------------

negative_p = elementwise("negative", "x", op="Neg", kinds=_SIGNED)
negative_p.vjp(x=lambda g: -g)
@public(negative_p, of_sparse=True)
def negative(x: Any, name: str | None = None) -> EagerTensor:
    """-x, elementwise."""

def _square(xp: Any, x: Any) -> Any:
    return x * x
square_p = elementwise(_square, "x", op="Square", kinds=_NUMBERS)
square_p.vjp(x=lambda g, x: 2 * g * x)
@public(square_p, of_sparse=True)
def square(x: Any, name: str | None = None) -> EagerTensor:
    """The square of `x`, elementwise."""

def _multiply_no_nan(xp: Any, x: Any, y: Any) -> Any:
    return xp.where(y != 0, x * y, x.dtype.type(0))
multiply_no_nan_p = elementwise(_multiply_no_nan, "x", "y", op="MulNoNan", kinds="fc")
multiply_no_nan_p.vjp(x=lambda g, y: multiply_no_nan_p(g, y),
                      y=lambda g, x: multiply_no_nan_p(x, g))

sign_p = elementwise("sign", "x", op="Sign", kinds="fi")  # of complex numbers: see complex_numbers.py
sign_p.vjp(x=lambda g: g * zeros_like(g))

abs_p = elementwise("abs", "x", op="Abs", kinds="fi")
abs_p.vjp(x=lambda g, x: g * sign_p(x))

# --- powers, exponentials and logarithms -----------------------------------------------------------------------------

sqrt_p = elementwise("sqrt", "x", op="Sqrt")
# Where nothing flows back, as from a branch not taken, nothing goes on, though the slope may be infinite.
sqrt_p.vjp(x=lambda g, out: multiply_no_nan_p(1 / (2 * out), g))
@public(sqrt_p, of_sparse=True)
def sqrt(x: Any, name: str | None = None) -> EagerTensor:
    """The square root of `x`, elementwise; nan below 0."""

def _rsqrt(xp: Any, x: Any) -> Any:
    return 1 / xp.sqrt(x)
rsqrt_p = elementwise(_rsqrt, "x", op="Rsqrt", halves=by_float32)
rsqrt_p.vjp(x=lambda g, out: multiply_no_nan_p(out / -2 * out * out, g))
@public(rsqrt_p)
def rsqrt(x: Any, name: str | None = None) -> EagerTensor:
    """1 / sqrt(x), elementwise."""

def _reciprocal(xp: Any, x: Any) -> Any:
    return 1 / x
reciprocal_p = elementwise(_reciprocal, "x", op="Reciprocal")
reciprocal_p.vjp(x=lambda g, out: multiply_no_nan_p(-(out * out), g))
@public(reciprocal_p)
def reciprocal(x: Any, name: str | None = None) -> EagerTensor:
    """1 / x, elementwise."""

exp_p = elementwise("exp", "x", op="Exp")
exp_p.vjp(x=lambda g, out: g * out)
@public(exp_p)
def exp(x: Any, name: str | None = None) -> EagerTensor:
    """e to the power of `x`, elementwise.

    Args:
      x: a floating or complex tensor.

    >>> import gradtape as tf
    >>> tf.exp([0.0, 1.0]).numpy().round(3)
    array([1.   , 2.718], dtype=float32)
    """

expm1_p = elementwise("expm1", "x", op="Expm1")
expm1_p.vjp(x=lambda g, x: g * exp_p(x))
@public(expm1_p)
def expm1(x: Any, name: str | None = None) -> EagerTensor:
    """exp(x) - 1, elementwise, exact near 0."""

log_p = elementwise("log", "x", op="Log")
log_p.vjp(x=lambda g, x: g / x)
@public(log_p)
def log(x: Any, name: str | None = None) -> EagerTensor:
    """The natural logarithm of `x`, elementwise; -inf at 0, nan below."""

log1p_p = elementwise("log1p", "x", op="Log1p")
log1p_p.vjp(x=lambda g, x: g / (1 + x))
@public(log1p_p)
def log1p(x: Any, name: str | None = None) -> EagerTensor:
    """log(1 + x), elementwise, exact near 0."""

# log x where there is one and else 0, so that d(x**y)/dy is 0 at x <= 0, as TensorFlow has it.
def _log_or_zero(xp: Any, x: Any) -> Any:
    defined = x != 0 if x.dtype.kind == "c" else x > 0
    return xp.where(defined, xp.log(xp.where(defined, x, xp.ones_like(x))), xp.zeros_like(x))
def _over(g: Any, x: Any) -> Any:
    """g / x where `_log_or_zero` is log x, else 0."""
    defined = not_equal_p(x, zeros_like(x)) if is_complex(x) else greater_p(x, zeros_like(x))
    return where_p(defined, g / x, zeros_like(g))
log_or_zero_p = elementwise(_log_or_zero, "x", op="Log")
log_or_zero_p.vjp(x=_over)

# --- trigonometry ----------------------------------------------------------------------------------------------------

sin_p = elementwise("sin", "x", op="Sin")
sin_p.vjp(x=lambda g, x: g * cos_p(x))
@public(sin_p, of_sparse=True)
def sin(x: Any, name: str | None = None) -> EagerTensor:
    """The sine of `x` radians, elementwise."""

cos_p = elementwise("cos", "x", op="Cos")
cos_p.vjp(x=lambda g, x: -g * sin_p(x))
@public(cos_p)
def cos(x: Any, name: str | None = None) -> EagerTensor:
    """The cosine of `x` radians, elementwise."""

tan_p = elementwise("tan", "x", op="Tan")
tan_p.vjp(x=lambda g, out: g * (1 + out * out))
@public(tan_p, of_sparse=True)
def tan(x: Any, name: str | None = None) -> EagerTensor:
    """The tangent of `x` radians, elementwise."""

asin_p = elementwise("arcsin", "x", op="Asin", halves=by_float32)
asin_p.vjp(x=lambda g, x: g / sqrt_p(1 - x * x))
@public(asin_p, of_sparse=True)
def asin(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse sine, in radians, elementwise."""

acos_p = elementwise("arccos", "x", op="Acos", halves=by_float32)
acos_p.vjp(x=lambda g, x: -g / sqrt_p(1 - x * x))
@public(acos_p)
def acos(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse cosine, in radians, elementwise."""

atan_p = elementwise("arctan", "x", op="Atan", halves=by_float32)
atan_p.vjp(x=lambda g, x: g / (1 + x * x))
@public(atan_p, of_sparse=True)
def atan(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse tangent, in radians, elementwise."""

sinh_p = elementwise("sinh", "x", op="Sinh")
sinh_p.vjp(x=lambda g, x: g * cosh_p(x))
@public(sinh_p)
def sinh(x: Any, name: str | None = None) -> EagerTensor:
    """The hyperbolic sine, elementwise."""

cosh_p = elementwise("cosh", "x", op="Cosh")
cosh_p.vjp(x=lambda g, x: g * sinh_p(x))
@public(cosh_p)
def cosh(x: Any, name: str | None = None) -> EagerTensor:
    """The hyperbolic cosine, elementwise."""

tanh_p = elementwise("tanh", "x", op="Tanh", halves=by_float32)
tanh_p.vjp(x=lambda g, out: g * (1 - out * out))
@public(tanh_p, of_sparse=True)
def tanh(x: Any, name: str | None = None) -> EagerTensor:
    """The hyperbolic tangent, elementwise."""

asinh_p = elementwise("arcsinh", "x", op="Asinh", halves=by_float32)
asinh_p.vjp(x=lambda g, out: g / cosh_p(out))
@public(asinh_p, of_sparse=True)
def asinh(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse hyperbolic sine, elementwise."""

acosh_p = elementwise("arccosh", "x", op="Acosh", halves=by_float32)
acosh_p.vjp(x=lambda g, out: g / sinh_p(out))
@public(acosh_p)
def acosh(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse hyperbolic cosine, elementwise."""

atanh_p = elementwise("arctanh", "x", op="Atanh", halves=by_float32)
atanh_p.vjp(x=lambda g, x: g / (1 - x * x))
@public(atanh_p, of_sparse=True)
def atanh(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse hyperbolic tangent, elementwise."""

# --- the logistic function -------------------------------------------------------------------------------------------

sigmoid_p = elementwise("sigmoid", "x", op="Sigmoid", halves=by_float32)
sigmoid_p.vjp(x=lambda g, out: g * out * (1 - out))
@public(sigmoid_p)
def sigmoid(x: Any, name: str | None = None) -> EagerTensor:
    """1 / (1 + exp(-x)), elementwise."""

def _log_sigmoid(xp: Any, x: Any) -> Any:
    return -(xp.maximum(-x, x.dtype.type(0)) + xp.log1p(xp.exp(-xp.abs(x))))
log_sigmoid_p = elementwise(_log_sigmoid, "x", op="LogSigmoid", kinds=_FLOATS, halves=by_float32)
log_sigmoid_p.vjp(x=lambda g, x: g * sigmoid_p(-x))
@public(log_sigmoid_p)
def log_sigmoid(x: Any, name: str | None = None) -> EagerTensor:
    """log(1 / (1 + exp(-x))), elementwise, without overflow."""

# --- special functions -----------------------------------------------------------------------------------------------

def _erf(xp: Any, x: Any) -> Any:
    return xp.erf(x)
erf_p = elementwise(_erf, "x", op="Erf", kinds=_FLOATS, halves=by_float32)
erf_p.vjp(x=lambda g, x: g * (like(g, 2 / math.sqrt(math.pi)) * exp_p(-x * x)))
@public(erf_p, of_sparse=True)
def erf(x: Any, name: str | None = None) -> EagerTensor:
    """The error function, elementwise."""

def _erfc(xp: Any, x: Any) -> Any:
    return xp.erfc(x)
erfc_p = elementwise(_erfc, "x", op="Erfc", kinds=_FLOATS, halves=by_float32)
erfc_p.vjp(x=lambda g, x: g * (like(g, -2 / math.sqrt(math.pi)) * exp_p(-x * x)))
@public(erfc_p)
def erfc(x: Any, name: str | None = None) -> EagerTensor:
    """1 - erf(x), elementwise, exact for large `x`."""

def _erfinv(xp: Any, x: Any) -> Any:
    return xp.erfinv(x)
erfinv_p = elementwise(_erfinv, "x", op="Erfinv", kinds=_FLOATS, halves=by_float32)
erfinv_p.vjp(x=lambda g, out: g * (like(g, math.sqrt(math.pi) / 2) * exp_p(out * out)))
@public(erfinv_p)
def erfinv(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `erf`, elementwise; inf at 1."""

def _lgamma(xp: Any, x: Any) -> Any:
    return xp.lgamma(x)
lgamma_p = elementwise(_lgamma, "x", op="Lgamma", kinds=_FLOATS, halves=by_float32)
lgamma_p.vjp(x=lambda g, x: g * digamma_p(x))
@public(lgamma_p)
def lgamma(x: Any, name: str | None = None) -> EagerTensor:
    """log |gamma(x)|, elementwise."""

def _digamma(xp: Any, x: Any) -> Any:
    return xp.where(x == 0, x.dtype.type(math.nan), xp.digamma(x))  # a pole: no side of it is right
digamma_p = elementwise(_digamma, "x", op="Digamma", kinds=_FLOATS, halves=by_float32)
digamma_p.vjp(x=lambda g, x: g * polygamma_p(like(x, 1), x))
@public(digamma_p)
def digamma(x: Any, name: str | None = None) -> EagerTensor:
    """The derivative of `lgamma`, elementwise."""

def _polygamma(xp: Any, a: Any, x: Any) -> Any:
    return xp.polygamma(a, x)
polygamma_p = elementwise(_polygamma, "a", "x", op="Polygamma", kinds=_FLOATS, halves=by_float32)
polygamma_p.vjp(x=lambda g, a, x: g * polygamma_p(a + 1, x))
@public(polygamma_p)
def polygamma(a: Any, x: Any, name: str | None = None) -> EagerTensor:
    """The derivative of order `a` of `digamma`, elementwise; gradients flow to `x` alone.

    Args:
      a: integers >= 0, of the dtype of `x`.
      x: a floating tensor.

    >>> import gradtape as tf
    >>> tf.math.polygamma(1.0, 1.0).numpy()
    np.float32(1.644934)
    """

# --- rounding: piecewise constant, so that no gradient passes (None, as in TensorFlow) --------------------------------

floor_p = elementwise("floor", "x", op="Floor", kinds=_FLOATS, flat=True)
@public(floor_p)
def floor(x: Any, name: str | None = None) -> EagerTensor:
    """The largest integer not above `x`, elementwise."""

ceil_p = elementwise("ceil", "x", op="Ceil", kinds=_FLOATS, flat=True)
@public(ceil_p)
def ceil(x: Any, name: str | None = None) -> EagerTensor:
    """The smallest integer not below `x`, elementwise."""

rint_p = elementwise("rint", "x", op="Rint", kinds=_FLOATS, flat=True)
@public(rint_p)
def rint(x: Any, name: str | None = None) -> EagerTensor:
    """The nearest integer, halves to even, elementwise."""

round_p = elementwise("rint", "x", op="Round", kinds=_FLOATS, flat=True)
def round(x: Any, name: str | None = None) -> EagerTensor:
    """The nearest integer, halves to even, elementwise: 0.5 and -0.5 to 0, 1.5 to 2. Integers stay as they are.

    >>> import gradtape as tf
    >>> tf.round([0.5, 1.5, 2.7]).numpy()
    array([0., 2., 3.], dtype=float32)
    """
    x = convert_to_tensor(x)
    return x if x.dtype._kind in "iu" else round_p(x)

is_nan_p = elementwise("isnan", "x", op="IsNan", kinds=_FLOATS)
@public(is_nan_p)
def is_nan(x: Any, name: str | None = None) -> EagerTensor:
    """Whether `x` is not a number, elementwise."""

is_inf_p = elementwise("isinf", "x", op="IsInf", kinds=_FLOATS)
@public(is_inf_p)
def is_inf(x: Any, name: str | None = None) -> EagerTensor:
    """Whether `x` is infinite, elementwise."""

is_finite_p = elementwise("isfinite", "x", op="IsFinite", kinds=_FLOATS)
@public(is_finite_p)
def is_finite(x: Any, name: str | None = None) -> EagerTensor:
    """Whether `x` is neither infinite nor nan, elementwise."""
