"""Activation functions, each with its derivative: relu and its kin, smooth ones, and softmax along an axis."""

import math
from typing import Any

import numpy as np

from ..array.joining import concat
from ..autodiff.cotangents import lead_of, shape_of
from ..math.arithmetic import minimum_p
from ..math.cast import by_float32, cast, rounded_once
from ..math.comparison import like
from ..math.elementwise import abs_p, erfc_p, exp_p, sigmoid_p, sign_p
from ..math.reduction import sum_p
from ..operations.broadcasting import reshape_p, sum_to_p
from ..operations.primitive import elementwise, primitive
from ..operations.public import public
from ..values.convert import convert_to_tensor, gives_tensor, scalar, tensor_of
from ..values.errors import invalid
from ..values.symbolic import differ
from ..values.tensor import EagerTensor

__all__ = [
    "bias_add", "crelu", "elu", "gelu", "l2_loss", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "silu",
    "softmax", "softplus", "softsign", "swish",
]  # fmt: skip

_REALS = "fiu"


def _float(value: float) -> float:
    """`value` as a float32 holds it: what TensorFlow computes with, in float64 too."""
    return float(np.float32(value))


# Each operation is a paragraph, as in `math.elementwise`.
# fmt: off

# --- piecewise linear: the slope is a number for each piece, and has derivative zero (not None, as in TensorFlow) ----

def _gate(xp: Any, g: Any, x: Any) -> Any:
    return xp.gate(g, x)
gate_p = elementwise(_gate, "g", "x", op="ReluGrad", kinds=_REALS)
gate_p.vjp(g=lambda h, x: gate_p(h, x),
           x=lambda h: h * like(h, 0))

def _relu(xp: Any, x: Any) -> Any:
    return xp.maximum(x, 0)
relu_p = elementwise(_relu, "x", op="Relu", kinds=_REALS)
relu_p.vjp(x=lambda g, out: gate_p(g, out))
@public(relu_p)
def relu(features: Any, name: str | None = None) -> EagerTensor:
    """max(x, 0), elementwise; nan stays nan. Its slope at 0 is 0.

    Args:
      features: a real tensor.

    >>> import gradtape as tf
    >>> tf.nn.relu([-1.0, 0.0, 2.0]).numpy()
    array([0., 0., 2.], dtype=float32)
    """

def crelu(features: Any, axis: int = -1, name: str | None = None) -> EagerTensor:
    """relu of `x` and of `-x`, one after the other along `axis`, which becomes twice as long.

    >>> import gradtape as tf
    >>> tf.nn.crelu([1.0, -2.0]).numpy()
    array([1., 0., 0., 2.], dtype=float32)
    """
    x = convert_to_tensor(features)
    return relu_p(concat([x, -x], axis))

def _inside6(xp: Any, x: Any) -> Any:
    return ((x > 0) & (x < 6)).astype(x.dtype)
inside6_p = elementwise(_inside6, "x", op="Relu6Grad", kinds=_REALS)
inside6_p.vjp(x=lambda g: g * like(g, 0))

def _relu6(xp: Any, x: Any) -> Any:
    return xp.minimum(xp.maximum(x, 0), 6)
relu6_p = elementwise(_relu6, "x", op="Relu6", kinds=_REALS)
relu6_p.vjp(x=lambda g, out: g * inside6_p(out))
@public(relu6_p)
def relu6(features: Any, name: str | None = None) -> EagerTensor:
    """min(max(x, 0), 6), elementwise. Its slope at 0 and 6 is 0."""

@primitive(op="LeakyReluGrad", kinds="f", same=("x",))
def leaky_slope_p(xp: Any, x: Any, *, alpha: float) -> Any:
    """1 where `x` is positive, else `alpha`."""
    return xp.where(x > 0, x.dtype.type(1), x.dtype.type(alpha))
leaky_slope_p.vjp(x=lambda g: g * like(g, 0))
leaky_slope_p.along(x=lambda j: j)

@primitive(op="LeakyRelu", kinds="f", same=("x",))
def leaky_relu_p(xp: Any, x: Any, *, alpha: float) -> Any:
    scaled = x * x.dtype.type(alpha)
    return xp.maximum(x, scaled) if alpha <= 1 else xp.minimum(x, scaled)
leaky_relu_p.vjp(x=lambda g, x, alpha: g * leaky_slope_p(x, alpha=alpha))
leaky_relu_p.along(x=lambda j: j)
def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> EagerTensor:
    """`x` where it is positive, else `alpha * x`, elementwise. Integers become float32.

    Args:
      features: a real tensor.
      alpha: the slope for negative `x`, and at 0: a Python number.

    >>> import gradtape as tf
    >>> tf.nn.leaky_relu([-1.0, 2.0]).numpy()
    array([-0.2,  2. ], dtype=float32)
    """
    x = convert_to_tensor(features)
    if x._array.dtype.kind in "iu":
        x = cast(x, np.float32)
    if gives_tensor(alpha) or not hasattr(alpha, "__float__"):
        raise TypeError(f"Expected float for argument 'alpha' not {alpha!r}.")
    return leaky_relu_p(x, alpha=_float(alpha))

# --- exponential below zero ------------------------------------------------------------------------------------------

@primitive(op="EluGrad", kinds="f", same=("out",))
def elu_slope_p(xp: Any, out: Any, *, alpha: float, scale: float) -> Any:
    """The slope of `elu_p` where its value is `out`."""
    t = out.dtype.type
    return xp.fmin(out, 0) + (t(scale) if alpha == 1 else xp.where(out < 0, t(scale * alpha), t(scale)))
elu_slope_p.vjp(out=lambda g, out: gate_p(g, -out))
elu_slope_p.along(out=lambda j: j)

@primitive(op="Elu", kinds="f", same=("x",), halves=by_float32)
def elu_p(xp: Any, x: Any, *, alpha: float = 1.0, scale: float = 1.0) -> Any:
    """`scale * x` for positive `x`, and `scale * alpha * (exp(x) - 1)` below."""
    t = x.dtype.type
    return t(scale) * xp.maximum(x, 0) + t(scale * alpha) * xp.expm1(xp.minimum(x, 0))
elu_p.vjp(x=lambda g, out, alpha, scale: g * elu_slope_p(out, alpha=alpha, scale=scale))
elu_p.along(x=lambda j: j)
@public(elu_p)
def elu(features: Any, name: str | None = None) -> EagerTensor:
    """`x` where it is positive, else `exp(x) - 1`, elementwise."""

@public(elu_p, alpha=1.6732632423543772848170429916717, scale=1.0507009873554804934193349852946)
def selu(features: Any, name: str | None = None) -> EagerTensor:
    """`scale * x` where `x` is positive, else `scale * alpha * (exp(x) - 1)`, elementwise.

    With alpha = 1.6733 and scale = 1.0507, which keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017,
    "Self-Normalizing Neural Networks").
    """

# --- smooth ----------------------------------------------------------------------------------------------------------

def _softplus(xp: Any, x: Any) -> Any:
    return xp.maximum(x, 0) + xp.log1p(xp.exp(-xp.abs(x)))
softplus_p = elementwise(_softplus, "x", op="Softplus", kinds="f", halves=by_float32)
softplus_p.vjp(x=lambda g, x: g * sigmoid_p(x))
@public(softplus_p)
def softplus(features: Any, name: str | None = None) -> EagerTensor:
    """log(exp(x) + 1), elementwise, without overflow."""

def _softsign_slope(xp: Any, x: Any) -> Any:
    size = 1 + xp.abs(x)
    return 1 / (size * size)
softsign_slope_p = elementwise(_softsign_slope, "x", op="SoftsignGrad", kinds="f")
softsign_slope_p.vjp(x=lambda g, x, out: -2 * g * (sign_p(x) * out / (1 + abs_p(x))))

def _softsign(xp: Any, x: Any) -> Any:
    return x / (1 + xp.abs(x))
softsign_p = elementwise(_softsign, "x", op="Softsign", kinds="f", halves=by_float32)
softsign_p.vjp(x=lambda g, x: g * softsign_slope_p(x))
@public(softsign_p)
def softsign(features: Any, name: str | None = None) -> EagerTensor:
    """x / (|x| + 1), elementwise."""

def _silu(xp: Any, x: Any) -> Any:
    return x * (1 / (1 + xp.exp(-x)))  # in this order, which is TensorFlow's to the last digit
def _silu_back(g: Any, x: Any) -> Any:
    s = sigmoid_p(x)
    return g * (s * (1 + x * (1 - s)))
silu_p = elementwise(_silu, "x", op="Sigmoid", halves=by_float32)
silu_p.vjp(x=_silu_back)
def silu(features: Any, beta: Any = 1.0) -> EagerTensor:
    """`x * sigmoid(beta * x)`, elementwise; also called swish.

    Args:
      features: a floating or complex tensor.
      beta: a number, or a tensor, to which a gradient flows too.

    >>> import gradtape as tf
    >>> tf.nn.silu([-1.0, 0.0, 2.0]).numpy().round(4)
    array([-0.2689,  0.    ,  1.7616], dtype=float32)
    """
    x = convert_to_tensor(features)
    if beta.__class__ is float and beta == 1.0:
        return silu_p(x)
    if gives_tensor(beta):
        return rounded_once(lambda x, beta: x * sigmoid_p(beta * x), x, cast(beta, x.dtype))  # type: ignore[no-any-return]
    return rounded_once(lambda x: x * sigmoid_p(scalar(_float(beta), x) * x), x)  # type: ignore[no-any-return]

swish = silu

_ROOT_HALF = _float(math.sqrt(0.5))
_CUBIC = _float(0.044715)
_ROOT2_PI = math.sqrt(2 / math.pi)

def _gelu(xp: Any, x: Any) -> Any:
    t = x.dtype.type
    return t(0.5) * x * xp.erfc(x * t(-_ROOT_HALF))
def _gelu_back(g: Any, x: Any) -> Any:
    u = x * like(x, _ROOT_HALF)
    density = exp_p(-u * u) * like(x, _ROOT_HALF / math.sqrt(math.pi))
    return g * (erfc_p(-u) * like(x, 0.5) + x * density)
gelu_p = elementwise(_gelu, "x", op="Gelu", kinds="f", halves=by_float32)
gelu_p.vjp(x=_gelu_back)

# tanh is what the approximation is known by; (1 + tanh(u)) / 2 is the sigmoid of 2 u, which loses nothing below zero.
# Below, `*=` and `+=` spare large arrays that are made here a fresh one; where a value cannot change, they make one.
def _gelu_tanh(xp: Any, x: Any) -> Any:
    t = x.dtype.type
    u = x * x
    u *= t(-2 * _ROOT2_PI * _CUBIC)
    u += t(-2 * _ROOT2_PI)
    u *= x
    u = xp.exp(u)
    u += 1
    return x / u
def _gelu_tanh_back(g: Any, x: Any) -> Any:
    """With s the sigmoid of u: g * (s + s * (1 - s) * u' * x)."""
    square = minimum_p(x * x, like(x, 900))  # beyond, s is 0 or 1, and nothing may be infinite that is multiplied by 0
    u = square * like(x, 2 * _ROOT2_PI * _CUBIC)
    u += like(x, 2 * _ROOT2_PI)
    u *= x
    s = sigmoid_p(u)
    slope = square
    slope *= like(x, 6 * _ROOT2_PI * _CUBIC)
    slope += like(x, 2 * _ROOT2_PI)
    slope *= 1 - s
    slope *= s
    slope *= x
    slope += s
    return g * slope
gelu_tanh_p = elementwise(_gelu_tanh, "x", op="Gelu", kinds="f", halves=by_float32)
gelu_tanh_p.vjp(x=_gelu_tanh_back)
def gelu(features: Any, approximate: bool = False, name: str | None = None) -> EagerTensor:
    """`x * P(X <= x)` for a normal X, elementwise (Hendrycks and Gimpel 2016, "Gaussian Error Linear Units").

    Args:
      features: a floating tensor.
      approximate: compute `0.5 * x * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x**3)))` instead.

    Raises:
      ValueError: if `features` is not floating.

    >>> import gradtape as tf
    >>> tf.nn.gelu([-1.0, 0.0, 2.0]).numpy().round(4)
    array([-0.1587,  0.    ,  1.9545], dtype=float32)
    """
    x = convert_to_tensor(features)
    if not x.dtype.is_floating:
        raise ValueError(f"`features.dtype` must be a floating point tensor.Received:features.dtype={x.dtype}")
    return (gelu_tanh_p if approximate else gelu_p)(x)

# fmt: on
# --- softmax: `axis` is negative -------------------------------------------------------------------------------------


@primitive(op="Softmax", kinds="f", same=("x",), halves=by_float32)
def softmax_p(xp: Any, x: Any, *, axis: int) -> Any:
    if not x.shape[axis]:
        return x
    e = xp.exp(x - xp.max(x, (axis,), keepdims=True))
    e /= xp.sum(e, (axis,), keepdims=True)
    return e


def softmax_back(g: Any, out: Any, axis: int) -> Any:
    return (g - sum_p(g * out, axis=(axis,), keepdims=True)) * out


softmax_p.vjp(x=softmax_back)
softmax_p.along(x=lambda j, axis: None if j == axis else j)


def _axis_of(x: EagerTensor, axis: Any, op: str) -> int:
    """`axis`, negative."""
    n = x._array.ndim
    if n == 0:
        raise invalid(op, "logits must have >= 1 dimension, got []")
    if axis is None or axis == -1:
        return -1
    axis = int(axis) if gives_tensor(axis) or isinstance(axis, np.generic) else axis
    if not -n <= axis < n:
        raise invalid(op, f"`dim` must be in the range [{-n}, {n}) where {n} is the number of dimensions in the input. "
                      f"Received: dim={axis}")  # fmt: skip
    return axis if axis < 0 else axis - n


def softmax(logits: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """`exp(x) / sum(exp(x))` along an axis, without overflow.

    Args:
      logits: a floating tensor of one axis or more.
      axis: along which the result sums to 1; the last by default.

    Raises:
      InvalidArgumentError: if there is no such axis.

    >>> import gradtape as tf
    >>> tf.nn.softmax([1.0, 1.0]).numpy()
    array([0.5, 0.5], dtype=float32)
    """
    x = convert_to_tensor(logits)
    return softmax_p(x, axis=_axis_of(x, axis, "Softmax"))


@primitive(op="LogSoftmax", kinds="f", same=("x",), halves=by_float32)
def log_softmax_p(xp: Any, x: Any, *, axis: int) -> Any:
    if not x.shape[axis]:
        return x
    z = x - xp.max(x, (axis,), keepdims=True)
    z -= xp.log(xp.sum(xp.exp(z), (axis,), keepdims=True))
    return z


log_softmax_p.vjp(x=lambda g, out, axis: g - exp_p(out) * sum_p(g, axis=(axis,), keepdims=True))
log_softmax_p.along(x=lambda j, axis: None if j == axis else j)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """`x - log(sum(exp(x)))` along an axis, without overflow; see `softmax`."""
    x = convert_to_tensor(logits)
    return log_softmax_p(x, axis=_axis_of(x, axis, "LogSoftmax"))


# --- biases and weights ----------------------------------------------------------------------------------------------


@primitive(op="BiasAdd", kinds="fciu", same=("x", "bias"))
def bias_add_p(xp: Any, x: Any, bias: Any, *, axis: int) -> Any:
    """`x + bias`, where `bias` goes along the negative `axis`."""
    return x + (bias if axis == -1 else xp.reshape(bias, (-1, *[1] * (-1 - axis))))


def _bias_back(g: Any, bias_shape: tuple[int, ...], out_shape: tuple[int, ...], axis: int) -> Any:
    lead = lead_of(g, len(out_shape))
    to = (1,) * (len(out_shape) + axis) + bias_shape + (1,) * (-1 - axis)
    return reshape_p(sum_to_p(g, shape=lead + to), shape=lead + bias_shape)


bias_add_p.vjp(x=lambda g: g,
               bias=_bias_back)  # fmt: skip
bias_add_p.along(x=lambda j: j,
                 bias=lambda j, axis: -1 if j == axis else None)  # fmt: skip


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> EagerTensor:
    """`value + bias`, where `bias` is a vector with a number for each channel.

    Args:
      value: a tensor of two axes or more.
      bias: a vector of the same dtype.
      data_format: "N...C" (or "NHWC", ...) where channels are the last axis, which is the default; "NC..." (or
        "NCHW", ...) where they are the second.

    Raises:
      InvalidArgumentError: if `bias` is not a vector with as many elements as `value` has channels.
      ValueError: if `data_format` is neither.

    >>> import gradtape as tf
    >>> tf.nn.bias_add([[1.0, 2.0]], [10.0, 20.0]).numpy()
    array([[11., 22.]], dtype=float32)
    """
    if data_format is not None and not data_format.startswith("N"):
        raise ValueError(f"`data_format` must be of the form `N...C` or `NC...`. Received: data_format={data_format}")
    first = data_format is not None and data_format.startswith("NC")
    x = convert_to_tensor(value)
    if type(bias) is not EagerTensor:
        bias = tensor_of(bias, x.dtype)
    shape, given = x._array.shape, bias._array.shape
    if len(shape) < 2:
        raise invalid("BiasAdd", f"Input tensor must be at least 2D: {list(shape)}")
    if len(given) != 1:
        raise invalid("BiasAdd", f"Biases must be 1D: {list(given)}")
    if differ(given[0], shape[1 if first else -1]):
        which = "second" if first else "last"
        raise invalid("BiasAdd", f"Must provide as many biases as the {which} dimension of the input tensor: "
                      f"{list(given)} vs. {list(shape)}")  # fmt: skip
    return bias_add_p(x, bias, axis=1 - len(shape) if first else -1)


@primitive(op="L2Loss", kinds="f", same=("x",))
def l2_loss_p(xp: Any, x: Any) -> Any:
    return (xp.sum(x * x, None) / 2).astype(x.dtype)  # NumPy before 2.2 makes float32 of bfloat16 and a whole number


def _l2_back(g: Any, x: Any) -> Any:
    lead = shape_of(g)
    return reshape_p(g, shape=lead + (1,) * len(shape_of(x))) * x


l2_loss_p.vjp(x=_l2_back)


@public(l2_loss_p)
def l2_loss(t: Any, name: str | None = None) -> EagerTensor:
    """`sum(t**2) / 2`, a scalar, of a floating tensor of any shape.

    >>> import gradtape as tf
    >>> tf.nn.l2_loss([3.0, 4.0]).numpy()
    np.float32(12.5)
    """
