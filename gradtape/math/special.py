"""`tf.math.special`: Bessel functions and integrals without a closed form; and gamma, beta and zeta functions."""

import math
from typing import Any

import numpy as np

from ..operations.primitive import Primitive, elementwise
from ..operations.public import operands, public
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.lacking import lacking
from ..values.symbolic import checked, computation, integers_tensor
from ..values.tensor import EagerTensor
from .arithmetic import divide_no_nan_p, floormod_p, xlog1py_p, xlogy_p
from .cast import by_float32, rounded_once
from .comparison import greater_p, less_equal_p, less_p, like, where_p
from .elementwise import abs_p, cos_p, digamma_p, exp_p, lgamma, lgamma_p, log_p, sign_p, sin_p
from .reduction import sum_p

__all__ = [
    "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e", "bessel_j0", "bessel_j1", "bessel_k0", "bessel_k0e",
    "bessel_k1", "bessel_k1e", "bessel_y0", "bessel_y1", "dawsn", "expint", "fresnel_cos", "fresnel_sin", "spence",
]  # fmt: skip


def _of(name: str, op: str, *inputs: str) -> Primitive:
    """The primitive of a function that the engines have by this name."""

    def forward(xp: Any, *arrays: Any) -> Any:
        return getattr(xp, name)(*arrays)

    forward.__name__ = name
    return elementwise(forward, *(inputs or ("x",)), op=op, kinds="f", halves=by_float32)


def _at_zero(x: Any, series: tuple[float, ...], elsewhere: Any, within: float = 0.0) -> Any:
    """`elsewhere`; at 0, where it is a quotient of zeros, this series in powers of `x`: derivatives are right too.

    And `within` a distance of 0, where the series is exact and the quotient may be one of subnormal numbers.
    """
    near = like(x, series[-1])
    for coefficient in series[-2::-1]:
        near = near * x + like(x, coefficient)
    return where_p(less_equal_p(abs_p(x), like(x, within)), near, elsewhere)


# Each operation is a paragraph, as in `elementwise`.
# fmt: off

# --- Bessel functions ------------------------------------------------------------------------------------------------

bessel_i0_p = _of("i0", "BesselI0")
bessel_i0_p.vjp(x=lambda g, x: g * bessel_i1_p(x))
@public(bessel_i0_p)
def bessel_i0(x: Any, name: str | None = None) -> EagerTensor:
    """The modified Bessel function of the first kind, of order 0, elementwise.

    Args:
      x: a floating tensor.

    >>> import gradtape as tf
    >>> tf.math.bessel_i0([0.0, 1.0]).numpy().round(3)
    array([1.   , 1.266], dtype=float32)
    """

bessel_i0e_p = _of("i0e", "BesselI0e")
bessel_i0e_p.vjp(x=lambda g, x, out: g * (bessel_i1e_p(x) - sign_p(x) * out))
@public(bessel_i0e_p, of_sparse=True)
def bessel_i0e(x: Any, name: str | None = None) -> EagerTensor:
    """exp(-|x|) times `bessel_i0`, elementwise."""

def _bessel_i1_slope(x: Any) -> Any:
    """`i0(x) - i1(x) / x`, and not the difference of infinities where both overflow."""
    return bessel_i0_p(x) * (1 - divide_no_nan_p(bessel_i1e_p(x), x * bessel_i0e_p(x)))
bessel_i1_p = _of("i1", "BesselI1")
bessel_i1_p.vjp(x=lambda g, x: g * _at_zero(
    x, (1 / 2, 0, 3 / 16, 0, 5 / 384), _bessel_i1_slope(x), within=1e-3))
@public(bessel_i1_p)
def bessel_i1(x: Any, name: str | None = None) -> EagerTensor:
    """As `bessel_i0`, of order 1."""

bessel_i1e_p = _of("i1e", "BesselI1e")
bessel_i1e_p.vjp(x=lambda g, x, out: g * _at_zero(
    x, (1 / 2,), bessel_i0e_p(x) - out * sign_p(x) - divide_no_nan_p(out, x)))
@public(bessel_i1e_p, of_sparse=True)
def bessel_i1e(x: Any, name: str | None = None) -> EagerTensor:
    """exp(-|x|) times `bessel_i1`, elementwise."""

bessel_j0_p = _of("j0", "BesselJ0")
bessel_j0_p.vjp(x=lambda g, x: -g * bessel_j1_p(x))
@public(bessel_j0_p)
def bessel_j0(x: Any, name: str | None = None) -> EagerTensor:
    """The Bessel function of the first kind, of order 0, elementwise."""

bessel_j1_p = _of("j1", "BesselJ1")
bessel_j1_p.vjp(x=lambda g, x, out: g * _at_zero(
    x, (1 / 2, 0, -3 / 16, 0, 5 / 384), bessel_j0_p(x) - divide_no_nan_p(out, x), within=1e-3))
@public(bessel_j1_p)
def bessel_j1(x: Any, name: str | None = None) -> EagerTensor:
    """As `bessel_j0`, of order 1."""

bessel_k0_p = _of("k0", "BesselK0")
bessel_k0_p.vjp(x=lambda g, x: -g * bessel_k1_p(x))
@public(bessel_k0_p)
def bessel_k0(x: Any, name: str | None = None) -> EagerTensor:
    """The modified Bessel function of the second kind, of order 0, elementwise."""

bessel_k0e_p = _of("k0e", "BesselK0e")
bessel_k0e_p.vjp(x=lambda g, x, out: g * (out - bessel_k1e_p(x)))
@public(bessel_k0e_p)
def bessel_k0e(x: Any, name: str | None = None) -> EagerTensor:
    """exp(x) times `bessel_k0`, elementwise."""

bessel_k1_p = _of("k1", "BesselK1")
bessel_k1_p.vjp(x=lambda g, x, out: -g * (bessel_k0_p(x) + out / x))
@public(bessel_k1_p)
def bessel_k1(x: Any, name: str | None = None) -> EagerTensor:
    """As `bessel_k0`, of order 1."""

bessel_k1e_p = _of("k1e", "BesselK1e")
bessel_k1e_p.vjp(x=lambda g, x, out: g * (out * (1 - 1 / x) - bessel_k0e_p(x)))
@public(bessel_k1e_p)
def bessel_k1e(x: Any, name: str | None = None) -> EagerTensor:
    """exp(x) times `bessel_k1`, elementwise."""

bessel_y0_p = _of("y0", "BesselY0")
bessel_y0_p.vjp(x=lambda g, x: -g * bessel_y1_p(x))
@public(bessel_y0_p)
def bessel_y0(x: Any, name: str | None = None) -> EagerTensor:
    """The Bessel function of the second kind, of order 0, elementwise."""

bessel_y1_p = _of("y1", "BesselY1")
bessel_y1_p.vjp(x=lambda g, x, out: g * (bessel_y0_p(x) - out / x))
@public(bessel_y1_p)
def bessel_y1(x: Any, name: str | None = None) -> EagerTensor:
    """As `bessel_y0`, of order 1."""

# --- integrals -------------------------------------------------------------------------------------------------------

def _dawsn_slope(x: Any, out: Any) -> Any:
    """`1 - 2 x out`; for large `x`, where that cancels, the asymptotic series of it (DLMF 7.12)."""
    size = abs_p(x)
    far = greater_p(size, like(x, 15)) & less_p(size, like(x, math.inf))
    t = 1 / where_p(far, 2 * (x * x), like(x, 2))
    series = 1 + 15 * t
    for n in (13, 11, 9, 7, 5, 3):
        series = 1 + n * t * series
    return where_p(far, -t * series, 1 - x * (2 * out))
dawsn_p = _of("dawsn", "Dawsn")
dawsn_p.vjp(x=lambda g, x, out: g * _dawsn_slope(x, out))
@public(dawsn_p)
def dawsn(x: Any, name: str | None = None) -> EagerTensor:
    """Dawson's integral, exp(-x**2) times that of exp(t**2) from 0 to `x`, elementwise."""

def _expint(xp: Any, x: Any) -> Any:
    return xp.where(x < 0, x.dtype.type(math.nan), xp.expi(x))
expint_p = elementwise(_expint, "x", op="Expint", kinds="f", halves=by_float32)
def _expint_slope(x: Any) -> Any:
    """`exp(x) / x`, also where that is finite and `exp(x)` is not."""
    root = exp_p(x / 2)
    return root / x * root
expint_p.vjp(x=lambda g, x: g * _expint_slope(x))
@public(expint_p)
def expint(x: Any, name: str | None = None) -> EagerTensor:
    """The exponential integral, that of exp(t) / t up to `x`, elementwise; nan below 0."""

def _quarter_turns(x: Any) -> Any:
    """The angle `pi / 2 * x**2` without whole turns, which a product with pi would not know as such."""
    x = where_p(greater_p(abs_p(x), like(x, 2.0**54)), floormod_p(x, like(x, 4)), x)  # there it is a multiple of 4
    return like(x, math.pi / 2) * floormod_p(x * x, like(x, 4))
fresnel_cos_p = _of("fresnel_cos", "FresnelCos")
fresnel_cos_p.vjp(x=lambda g, x: g * cos_p(_quarter_turns(x)))
@public(fresnel_cos_p)
def fresnel_cos(x: Any, name: str | None = None) -> EagerTensor:
    """The integral of cos(pi * t**2 / 2) from 0 to `x`, elementwise."""

fresnel_sin_p = _of("fresnel_sin", "FresnelSin")
fresnel_sin_p.vjp(x=lambda g, x: g * sin_p(_quarter_turns(x)))
@public(fresnel_sin_p)
def fresnel_sin(x: Any, name: str | None = None) -> EagerTensor:
    """The integral of sin(pi * t**2 / 2) from 0 to `x`, elementwise."""

spence_p = _of("spence", "Spence")
spence_p.vjp(x=lambda g, x: g * _at_zero(
    1 - x, (-1, -1 / 2, -1 / 3, -1 / 4), divide_no_nan_p(log_p(x), 1 - x)))
@public(spence_p)
def spence(x: Any, name: str | None = None) -> EagerTensor:
    """Spence's integral, that of -log(t) / (t - 1) from 1 to `x`, elementwise."""

# --- the gamma function's integral, cut off; the beta function's; zeta -----------------------------------------------

def _gamma_density(a: Any, x: Any) -> Any:
    return exp_p(xlogy_p(a - 1, x) - x - lgamma_p(a))

def _igamma(xp: Any, a: Any, x: Any) -> Any:
    return xp.where(a > 0, xp.gammainc(a, x), x.dtype.type(math.nan))
igamma_p = elementwise(_igamma, "a", "x", op="Igamma", kinds="f", halves=by_float32)
igamma_p.vjp(a=lambda g, a, x: g * igamma_slope_p(a, x),
             x=lambda g, a, x: g * _gamma_density(a, x))
@public(igamma_p)
def igamma(a: Any, x: Any, name: str | None = None) -> EagerTensor:
    """The regularized lower incomplete gamma function P(a, x), elementwise.

    It is the probability that a number of the gamma distribution of shape `a` is below `x`.

    Args:
      a, x: floating tensors of one dtype, broadcast.

    >>> import gradtape as tf
    >>> tf.math.igamma(1.0, [0.0, 1.0]).numpy().round(3)
    array([0.   , 0.632], dtype=float32)
    """

def _igammac(xp: Any, a: Any, x: Any) -> Any:
    return xp.where(a > 0, xp.gammaincc(a, x), x.dtype.type(math.nan))
igammac_p = elementwise(_igammac, "a", "x", op="Igammac", kinds="f", halves=by_float32)
igammac_p.vjp(a=lambda g, a, x: -g * igamma_slope_p(a, x),
              x=lambda g, a, x: -g * _gamma_density(a, x))
@public(igammac_p)
def igammac(a: Any, x: Any, name: str | None = None) -> EagerTensor:
    """1 - igamma(a, x), elementwise, exact for large `x`."""

def _igamma_slope(xp: Any, a: Any, x: Any) -> Any:
    return xp.gammainc_slope(a, x)
def _no_second(g: Any, a: Any) -> Any:
    raise LookupError("No gradient defined for operation 'IgammaGradA': igamma has no second derivative by `a`.")
igamma_slope_p = elementwise(_igamma_slope, "a", "x", op="IgammaGradA", kinds="f", halves=by_float32)
igamma_slope_p.vjp(a=_no_second,
                   x=lambda g, a, x: g * _gamma_density(a, x) * (log_p(x) - digamma_p(a)))

betainc_p = _of("betainc", "Betainc", "a", "b", "x")
# By `a` and `b` there is none, as in TensorFlow.
betainc_p.vjp(x=lambda g, a, b, x: g * exp_p(
    xlogy_p(a - 1, x) + xlog1py_p(b - 1, -x) - lgamma_p(a) - lgamma_p(b) + lgamma_p(a + b)))
def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> EagerTensor:
    """The regularized incomplete beta function, elementwise; gradients flow to `x` alone.

    It is the probability that a number of the beta distribution is below `x`.

    Args:
      a, b, x: floating tensors of one dtype, of one shape or scalars; `x` in [0, 1].

    Raises:
      InvalidArgumentError: if their shapes differ.

    >>> import gradtape as tf
    >>> tf.math.betainc(1.0, 1.0, 0.25).numpy()
    np.float32(0.25)
    """
    a, b = operands(a, b)
    a, x = operands(a, x)
    shapes = [shape for shape in (a._array.shape, b._array.shape, x._array.shape) if shape]
    if not all(shape == shapes[0] for shape in shapes[1:]):
        checked(_check_alike, *(integers_tensor(shape, np.int64)._array for shape in shapes))
    return betainc_p(a, b, x)

@computation
def _check_alike(*shapes: Any) -> None:
    given = {tuple(shape.tolist()) for shape in shapes}
    if len(given) > 1:
        raise invalid("Betainc", f"Shapes of a, b and x are inconsistent: {' vs. '.join(map(str, sorted(given)))}")

zeta_p = _of("zeta", "Zeta", "x", "q")
zeta_p.vjp(q=lambda g, x, q: -g * x * zeta_p(x + 1, q))  # by `x` there is none, as in TensorFlow
@public(zeta_p)
def zeta(x: Any, q: Any, name: str | None = None) -> EagerTensor:
    """Hurwitz's zeta function, the sum of (q + n)**-x over n >= 0, elementwise."""

ndtri_p = _of("ndtri", "Ndtri")
ndtri_p.vjp(x=lambda g, out: g * like(g, math.sqrt(2 * math.pi)) * exp_p(out * out / 2))
@public(ndtri_p)
def ndtri(x: Any, name: str | None = None) -> EagerTensor:
    """What a standard normal number is below with probability `x`, elementwise."""

def erfcinv(x: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `erfc`, elementwise."""
    return rounded_once(_erfcinv, convert_to_tensor(x))  # type: ignore[no-any-return]

def _erfcinv(x: Any) -> Any:
    return -ndtri_p(x * like(x, 0.5)) * like(x, math.sqrt(0.5))

# fmt: on
# --- of many numbers -------------------------------------------------------------------------------------------------


def lbeta(x: Any, name: str | None = None) -> EagerTensor:
    """The logarithm of the absolute value of the beta function of the numbers along the last axis.

    Args:
      x: a floating tensor of shape (..., n).

    >>> import gradtape as tf
    >>> tf.math.lbeta([1.0, 2.0]).numpy().round(4)
    np.float32(-0.6931)
    """
    x = convert_to_tensor(x)
    return sum_p(lgamma(x), axis=(-1,)) - lgamma(sum_p(x, axis=(-1,)))  # type: ignore[no-any-return]


__getattr__ = lacking(__name__)
