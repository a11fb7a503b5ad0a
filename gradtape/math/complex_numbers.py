"""Complex numbers: making them and taking them apart, and the functions that treat them in a way of their own.

A gradient with respect to z = x + iy is, as in TensorFlow, that with respect to x plus i times that with respect to y,
which is the conjugate of what the calculus of holomorphic functions gives. The rules here say it outright:
`holomorphic=False`.
"""

import math
from typing import Any

import numpy as np

from ..operations import reading
from ..operations.primitive import elementwise
from ..operations.public import public
from ..values import tensor, variable
from ..values.convert import convert_to_tensor
from ..values.symbolic import computation, computed
from ..values.tensor import EagerTensor
from .arithmetic import divide_no_nan_p
from .cast import cast_like, cast_p
from .comparison import less_p, like, where_p, zeros_like
from .elementwise import abs_p, sign_p

__all__ = ["abs", "angle", "complex", "conj", "imag", "real", "sign"]


# --- what is done to real numbers ------------------------------------------------------------------------------------


def _numeric(x: EagerTensor) -> EagerTensor:
    if not x.dtype.is_numeric:
        raise TypeError(f"input must be a numeric tensor, but got tensor with dtype {x.dtype!r}")
    return x


def _nothing(x: EagerTensor) -> EagerTensor:
    return computed(_zeros_like, _numeric(x))  # type: ignore[no-any-return]


@computation
def _zeros_like(x: Any) -> Any:
    return np.zeros_like(x)


def _half_turn(x: EagerTensor) -> EagerTensor:
    if not _numeric(x).dtype.is_floating:
        raise TypeError(f"The angle of {x.dtype.name} numbers is not defined. Use tf.cast(x, tf.float32).")
    return where_p(less_p(x, zeros_like(x)), like(x, math.pi), zeros_like(x))


# Each operation is a paragraph, as in `elementwise`.
# fmt: off

# --- making them and taking them apart -------------------------------------------------------------------------------

def _complex(xp: Any, real: Any, imag: Any) -> Any:
    return xp.complex(real, imag)
complex_p = elementwise(_complex, "real", "imag", op="Complex", kinds="f", holomorphic=False)
complex_p.vjp(real=lambda g: real_p(g),
              imag=lambda g: imag_p(g))
def complex(real: Any, imag: Any, name: str | None = None) -> EagerTensor:
    """`real + 1j * imag`, elementwise, of two tensors of float32 (giving complex64) or of float64 (giving complex128).

    Raises:
      TypeError: for other dtypes.
    """
    real, imag = convert_to_tensor(real), convert_to_tensor(imag)
    if real.dtype is not imag.dtype or real.dtype.name not in ("float32", "float64"):
        raise TypeError(
            f"The `real` and `imag` components have incorrect types: {real.dtype.name} {imag.dtype.name}. "
            "They must be consistent, and one of [tf.float32, tf.float64]"
        )
    return complex_p(real, imag)

real_p = elementwise("real", "z", op="Real", kinds="c", holomorphic=False)
real_p.vjp(z=lambda g, z_dtype: cast_p(g, dtype=z_dtype))
@public(real_p, convert=reading.convert_to_tensor, of_real=_numeric)
def real(input: Any, name: str | None = None) -> EagerTensor:
    """The real part, elementwise; real numbers are given back."""

imag_p = elementwise("imag", "z", op="Imag", kinds="c", holomorphic=False)
imag_p.vjp(z=lambda g, z_dtype: cast_p(g, dtype=z_dtype) * 1j)
@public(imag_p, of_real=_nothing)
def imag(input: Any, name: str | None = None) -> EagerTensor:
    """The imaginary part, elementwise; zeros for real numbers."""

conj_p = elementwise("conj", "z", op="Conj", kinds="c", holomorphic=False)
conj_p.vjp(z=lambda g: conj_p(g))
@public(conj_p, convert=reading.convert_to_tensor, of_real=_numeric)
def conj(x: Any, name: str | None = None) -> EagerTensor:
    """The complex conjugate, elementwise; real numbers are given back."""

# --- size and direction ----------------------------------------------------------------------------------------------

complex_abs_p = elementwise("abs", "z", op="ComplexAbs", kinds="c", holomorphic=False)
complex_abs_p.vjp(z=lambda g, z: cast_like(g, z) * complex_sign_p(z))
@public(complex_abs_p, of_real=abs_p, of_sparse=True)
def abs(x: Any, name: str | None = None) -> EagerTensor:
    """The absolute value, elementwise; that of a complex number is real, and its gradient is `z / |z|`.

    >>> import gradtape as tf
    >>> tf.abs([-1.0, 2.0]).numpy(), tf.abs(3 + 4j).numpy()
    (array([1., 2.], dtype=float32), np.float64(5.0))
    """

def _sign(xp: Any, x: Any) -> Any:
    size = xp.abs(x)
    size = xp.where(size == 0, xp.ones_like(size), size)
    return xp.complex(xp.real(x) / size, xp.imag(x) / size)
def _turning(g: Any, z: Any, out: Any) -> Any:
    """The part of `g` across `z`, over |z|: going along `z` does not change its sign."""
    along = cast_like(real_p(conj_p(out) * g), z)
    return divide_no_nan_p(g - out * along, cast_like(complex_abs_p(z), z))
complex_sign_p = elementwise(_sign, "z", op="Sign", kinds="c", holomorphic=False)
complex_sign_p.vjp(z=_turning)
@public(complex_sign_p, of_real=sign_p, of_sparse=True)
def sign(x: Any, name: str | None = None) -> EagerTensor:
    """-1, 0 or 1 with the sign of `x`, elementwise; of complex numbers `z / |z|`, and 0 at 0.

    >>> import gradtape as tf
    >>> tf.sign([-2.0, 0.0, 3.0]).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """

angle_p = elementwise("angle", "z", op="Angle", kinds="c", holomorphic=False)
angle_p.vjp(z=lambda g, z: cast_like(g, z) * (1j / conj_p(z)))
@public(angle_p, of_real=_half_turn)
def angle(input: Any, name: str | None = None) -> EagerTensor:
    """The angle in radians of complex numbers, in (-pi, pi], elementwise; 0 or pi for real ones."""

# fmt: on
# --- operators -------------------------------------------------------------------------------------------------------

tensor.overload(__abs__=abs, conjugate=conj_p)
variable.overload(__abs__=abs)
