"""Functions of one tensor, elementwise: exponentials, trigonometry, rounding, parts of complex numbers."""

from typing import Any

from ..core.primitive import elementwise
from ..core.public import unary
from .comparison import greater_p, not_equal_p, where_p, zeros_like

_FLOATS, _COMPLEX, _SIGNED, _NUMBERS = "f", "fc", "fci", "fciu"

# --- sign and size ---------------------------------------------------------------------------------------------------

negative_p = elementwise("negative", "x", op="Neg", kinds=_SIGNED)
negative_p.vjp(x=lambda g: -g)


def _square(xp: Any, x: Any) -> Any:
    return x * x


square_p = elementwise(_square, "x", op="Square", kinds=_NUMBERS)
square_p.vjp(x=lambda g, x: 2.0 * g * x)


def _sign(xp: Any, x: Any) -> Any:
    if x.dtype.kind == "c":
        size = xp.abs(x)
        return xp.where(size == 0, xp.zeros_like(x), x / xp.where(size == 0, xp.ones_like(size), size))
    return xp.sign(x)


sign_p = elementwise(_sign, "x", op="Sign", kinds=_SIGNED)
sign_p.vjp(x=lambda g: g * zeros_like(g))

abs_p = elementwise("abs", "x", op="Abs", kinds="fiu")
abs_p.vjp(x=lambda g, x: g * sign_p(x))

# --- powers, exponentials and logarithms -----------------------------------------------------------------------------

sqrt_p = elementwise("sqrt", "x", op="Sqrt")
sqrt_p.vjp(x=lambda g, out: 0.5 * g / out)


def _rsqrt(xp: Any, x: Any) -> Any:
    return 1.0 / xp.sqrt(x)


rsqrt_p = elementwise(_rsqrt, "x", op="Rsqrt")
rsqrt_p.vjp(x=lambda g, out: -0.5 * g * (out * out * out))


def _reciprocal(xp: Any, x: Any) -> Any:
    return 1.0 / x


reciprocal_p = elementwise(_reciprocal, "x", op="Reciprocal")
reciprocal_p.vjp(x=lambda g, out: -g * (out * out))

exp_p = elementwise("exp", "x", op="Exp")
exp_p.vjp(x=lambda g, out: g * out)

expm1_p = elementwise("expm1", "x", op="Expm1")
expm1_p.vjp(x=lambda g, x: g * exp_p(x))

log_p = elementwise("log", "x", op="Log")
log_p.vjp(x=lambda g, x: g / x)

log1p_p = elementwise("log1p", "x", op="Log1p")
log1p_p.vjp(x=lambda g, x: g / (1.0 + x))


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
tan_p.vjp(x=lambda g, out: g * (1.0 + out * out))

asin_p = elementwise("arcsin", "x", op="Asin")
asin_p.vjp(x=lambda g, x: g / sqrt_p(1.0 - x * x))

acos_p = elementwise("arccos", "x", op="Acos")
acos_p.vjp(x=lambda g, x: -g / sqrt_p(1.0 - x * x))

atan_p = elementwise("arctan", "x", op="Atan")
atan_p.vjp(x=lambda g, x: g / (1.0 + x * x))

sinh_p = elementwise("sinh", "x", op="Sinh")
sinh_p.vjp(x=lambda g, x: g * cosh_p(x))

cosh_p = elementwise("cosh", "x", op="Cosh")
cosh_p.vjp(x=lambda g, x: g * sinh_p(x))

tanh_p = elementwise("tanh", "x", op="Tanh")
tanh_p.vjp(x=lambda g, out: g * (1.0 - out * out))

asinh_p = elementwise("arcsinh", "x", op="Asinh")
asinh_p.vjp(x=lambda g, out: g / cosh_p(out))

acosh_p = elementwise("arccosh", "x", op="Acosh")
acosh_p.vjp(x=lambda g, out: g / sinh_p(out))

atanh_p = elementwise("arctanh", "x", op="Atanh")
atanh_p.vjp(x=lambda g, x: g / (1.0 - x * x))


def _sigmoid(xp: Any, x: Any) -> Any:
    return 1.0 / (1.0 + xp.exp(-x))


sigmoid_p = elementwise(_sigmoid, "x", op="Sigmoid")
sigmoid_p.vjp(x=lambda g, out: g * out * (1.0 - out))

# --- rounding: piecewise constant, so that no gradient passes (ceil, floor, rint, round: None, as in TensorFlow) ---------

floor_p = elementwise("floor", "x", op="Floor", kinds=_FLOATS)
ceil_p = elementwise("ceil", "x", op="Ceil", kinds=_FLOATS)
rint_p = elementwise("rint", "x", op="Rint", kinds=_FLOATS)
round_p = elementwise("round", "x", op="Round", kinds=_NUMBERS)

is_nan_p = elementwise("isnan", "x", op="IsNan", kinds=_FLOATS)
is_inf_p = elementwise("isinf", "x", op="IsInf", kinds=_FLOATS)
is_finite_p = elementwise("isfinite", "x", op="IsFinite", kinds=_FLOATS)

# --- complex numbers: rules that do what is right for them themselves ------------------------------------------------------

conj_p = elementwise("conj", "x", op="Conj", holomorphic=False)
conj_p.vjp(x=lambda g: conj_p(g))


def is_complex(x: Any) -> bool:
    return getattr(x, "_array", x).dtype.kind == "c"


# --- public ------------------------------------------------------------------------------------------------------------

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
sqrt = unary(sqrt_p, "sqrt", "The square root of `x`, elementwise; nan below 0.")
rsqrt = unary(rsqrt_p, "rsqrt", "1 / sqrt(x), elementwise.")
square = unary(square_p, "square", "The square of `x`, elementwise.")
reciprocal = unary(reciprocal_p, "reciprocal", "1 / x, elementwise.")
negative = unary(negative_p, "negative", "-x, elementwise.")
sign = unary(sign_p, "sign", "-1, 0 or 1 with the sign of `x`, elementwise; x/|x| for complex numbers.")
sin = unary(sin_p, "sin", "The sine of `x` radians, elementwise.")
cos = unary(cos_p, "cos", "The cosine of `x` radians, elementwise.")
tan = unary(tan_p, "tan", "The tangent of `x` radians, elementwise.")
asin = unary(asin_p, "asin", "The inverse sine, in radians, elementwise.")
acos = unary(acos_p, "acos", "The inverse cosine, in radians, elementwise.")
atan = unary(atan_p, "atan", "The inverse tangent, in radians, elementwise.")
sinh = unary(sinh_p, "sinh", "The hyperbolic sine, elementwise.")
cosh = unary(cosh_p, "cosh", "The hyperbolic cosine, elementwise.")
tanh = unary(tanh_p, "tanh", "The hyperbolic tangent, elementwise.")
asinh = unary(asinh_p, "asinh", "The inverse hyperbolic sine, elementwise.")
acosh = unary(acosh_p, "acosh", "The inverse hyperbolic cosine, elementwise.")
atanh = unary(atanh_p, "atanh", "The inverse hyperbolic tangent, elementwise.")
sigmoid = unary(sigmoid_p, "sigmoid", "1 / (1 + exp(-x)), elementwise.")
floor = unary(floor_p, "floor", "The largest integer not above `x`, elementwise.")
ceil = unary(ceil_p, "ceil", "The smallest integer not below `x`, elementwise.")
rint = unary(rint_p, "rint", "The nearest integer, halves to even, elementwise.")
is_nan = unary(is_nan_p, "is_nan", "Whether `x` is not a number, elementwise.")
is_inf = unary(is_inf_p, "is_inf", "Whether `x` is infinite, elementwise.")
is_finite = unary(is_finite_p, "is_finite", "Whether `x` is neither infinite nor nan, elementwise.")
