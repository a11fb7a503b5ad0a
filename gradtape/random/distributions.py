"""Random tensors of each distribution, from whatever source; behind the stateful and the stateless functions."""

import math
from typing import Any

import ml_dtypes
import numpy as np

from ..math.arithmetic import add_p, divide_p, maximum_p, multiply_p, subtract_p
from ..operations.broadcasting import broadcast_to_p
from ..operations.primitive import elementwise
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import DType, array_dtype, as_dtype
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import Dim, broadcast_shapes, checked, computation, computed, differ, whole_int
from ..values.tensor import EagerTensor, wrap
from . import philox, rejection
from .seeds import Source, Start

FLOATS = ("float16", "bfloat16", "float32", "float64")


def dimensions(shape: Any, op: str) -> tuple[int, ...]:
    """`shape` as a tuple: of a list, tuple, `TensorShape`, array or tensor of integers.

    Raises:
      InvalidArgumentError: if it is no vector of integers, or has a negative one.
    """
    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    if not (type(shape) in (list, tuple) and all(type(n) in (int, Dim) for n in shape)):
        array = convert_to_tensor(shape)._array
        if array.ndim != 1:
            raise invalid(op, f"shape must be a vector of integers, got shape {list(array.shape)}: {shape!r}")
        if array.dtype.kind not in "iu" and array.size != 0:
            raise invalid(op, f"shape must be a vector of integers, got {shape!r}")
        # A graph's vector tells the numbers of which it was made, also those that are known.
        shape = (array if array.dtype.kind in "iu" else array.astype(np.int64)).tolist()
    for n in shape:
        if n < 0:
            raise invalid(op, f"Dimension {n} must be >= 0 in shape {list(shape)}")
    if math.prod(shape) >= 2**63:
        raise invalid(op, f"Shape {list(shape)} would have more than 2**63 - 1 elements")
    return tuple(shape)


def _floating(dtype: Any) -> DType:
    dtype = as_dtype(dtype)
    if dtype.name not in FLOATS:
        raise TypeError(f"Random numbers of this distribution have a dtype of {', '.join(FLOATS)}, not {dtype.name}")
    return dtype


def _is(value: Any, number: float) -> bool:
    return type(value) in (int, float) and value == number


def _scaled(x: EagerTensor, mean: Any, stddev: Any, dtype: DType) -> EagerTensor:
    if not _is(stddev, 1):
        x = multiply_p(x, convert_to_tensor(stddev, dtype))
    return x if _is(mean, 0) else add_p(x, convert_to_tensor(mean, dtype))  # type: ignore[no-any-return]


def normal(source: Source, shape: Any, mean: Any, stddev: Any, dtype: Any, truncated: bool = False) -> EagerTensor:
    """`mean + stddev * z`, where z is of the standard normal distribution, if `truncated` kept within 2."""
    dtype = _floating(dtype)
    dims = dimensions(shape, "TruncatedNormal" if truncated else "RandomStandardNormal")
    made = computed(standard_normal, source(math.prod(dims)), shape=dims, dtype=dtype._numpy, truncated=truncated)
    return _scaled(made, mean, stddev, dtype)


def uniform(source: Source, shape: Any, minval: Any, maxval: Any, dtype: DType, op: str) -> EagerTensor:
    """Numbers in [minval, maxval), floats or integers; integers of all values where both are None."""
    dims = dimensions(shape, op)
    size = math.prod(dims)
    if dtype.is_integer:
        if minval is None:
            return computed(any_integers, source(size), shape=dims, dtype=dtype._numpy)
        low, high = (_bound(name, v, dtype, op) for name, v in (("minval", minval), ("maxval", maxval)))
        checked(_check_bounds, low, high, op)
        return computed(integers_between, source(size), low, high, shape=dims, dtype=dtype._numpy)
    maxval = 1 if maxval is None else maxval
    x = computed(unit_uniform, source(size), shape=dims, dtype=dtype._numpy)
    if _is(minval, 0) and _is(maxval, 1):
        return x
    low, high = convert_to_tensor(minval, dtype), convert_to_tensor(maxval, dtype)
    return add_p(multiply_p(x, subtract_p(high, low)), low)  # type: ignore[no-any-return]


@computation
def _check_bounds(low: int, high: int, op: str) -> None:
    if low >= high:
        raise invalid(op, f"Need minval < maxval, got {low} >= {high}")


# --- arrays of what Philox gives from a start, as graphs have them ----------------------------------------------------


@computation
def standard_normal(start: Start, shape: tuple[int, ...], dtype: Any, truncated: bool) -> Any:
    draw = philox.truncated_normal if truncated else philox.normal
    with np.errstate(all="ignore"):
        return draw(*start, math.prod(shape), dtype).reshape(shape)


@computation
def unit_uniform(start: Start, shape: tuple[int, ...], dtype: Any) -> Any:
    return philox.uniform(*start, math.prod(shape), dtype).reshape(shape)


@computation
def any_integers(start: Start, shape: tuple[int, ...], dtype: Any) -> Any:
    return philox.integers(*start, math.prod(shape), dtype).reshape(shape)


@computation
def integers_between(start: Start, low: int, high: int, shape: tuple[int, ...], dtype: Any) -> Any:
    return philox.uniform_int(*start, math.prod(shape), dtype, low, high).reshape(shape)


@computation
def classes_of(start: Start, logits: Any, count: int, dtype: Any) -> Any:
    rows, classes = logits.shape
    uniforms = philox.uniform(*start, rows * count, np.dtype(np.float64)).reshape(rows, count)
    out = np.empty((rows, count), dtype)
    for row, u, chosen in zip(logits.astype(np.float64), uniforms, out, strict=True):
        finite = np.isfinite(row)
        heights = np.exp(np.where(finite, row, -np.inf) - np.max(row, where=finite, initial=np.finfo(np.float64).min))
        cumulative = np.cumsum(heights)
        chosen[:] = np.minimum(np.searchsorted(cumulative, u * cumulative[-1], side="right"), classes - 1)
    return out


@computation
def permutation(start: Start, size: int) -> Any:
    return np.array(philox.permutation(*start, size), np.int64)


def _rejected(draw: Any, start: Start, shape: tuple[int, ...], *parameters: Any, **arguments: Any) -> Any:
    """What `draw` of `rejection` gives, of `shape`, in whose last axes the parameters vary; they have one shape.

    The numbers of one set of parameters follow each other in the sequence.
    """
    varied = parameters[0].shape
    sets = math.prod(varied)
    each = math.prod(shape[: len(shape) - len(varied)])
    places = np.arange(sets * each).reshape(sets, each).T.ravel()
    spread = (np.broadcast_to(p.astype(np.float64), shape).ravel() for p in parameters)
    return draw(*start, *spread, places, **arguments).reshape(shape)


@computation
def gamma_numbers(start: Start, alpha: Any, varied: tuple[int, ...], shape: tuple[int, ...], dtype: Any) -> Any:
    with np.errstate(over="ignore"):
        return _rejected(rejection.gamma, start, shape, np.broadcast_to(alpha, varied)).astype(dtype)


@computation
def poisson_counts(start: Start, lam: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    most = float(np.iinfo(dtype).max if dtype.kind in "iu" else ml_dtypes.finfo(dtype).max)
    return _rejected(rejection.poisson, start, shape, np.asarray(lam), most=most).astype(dtype)


@computation
def binomial_counts(start: Start, counts: Any, probs: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    made = _rejected(rejection.binomial, start, shape, *np.broadcast_arrays(counts, probs))
    return (np.nan_to_num(made) if dtype.kind in "iu" else made).astype(dtype)


# --- tensors ---------------------------------------------------------------------------------------------------------


def array_of(value: Any) -> Any:
    """The array of `value`; Python numbers as float32."""
    return tensor_of(value, None if isinstance(value, np.ndarray) else "float32")._array


def spread_to(value: Any, shape: tuple[int, ...], dtype: DType) -> EagerTensor:
    """`value` as a tensor of `dtype`, broadcast to `shape`."""
    return broadcast_to_p(convert_to_tensor(value, dtype), shape=shape)  # type: ignore[no-any-return]


def _bound(name: str, value: Any, dtype: DType, op: str) -> int:
    array = convert_to_tensor(value, dtype)._array
    if array.ndim:
        raise invalid(op, f"{name} must be 0-D, got shape {list(array.shape)}")
    return whole_int(array)


def categorical(source: Source, logits: Any, num_samples: Any, dtype: Any) -> EagerTensor:
    """`num_samples` classes for each row of `logits`, whose softmax has their probabilities."""
    logits = convert_to_tensor(logits)
    dtype = as_dtype("int64" if dtype is None else dtype)
    count = whole_int(convert_to_tensor(num_samples)._array)
    values = logits._array
    if values.ndim != 2:
        raise invalid("Multinomial", f"logits should be a matrix, got shape {list(values.shape)}")
    if not logits.dtype.is_floating:
        raise invalid("Multinomial", f"logits should be floats, got {logits.dtype.name}")
    if count < 0:
        raise invalid("Multinomial", f"num_samples should be non-negative, got {count}")
    rows, classes = values.shape
    if not classes and rows:
        raise invalid("Multinomial", "num_classes should be positive, got 0")
    reserved = rows * -(-count // 4) * 4
    return computed(classes_of, source(reserved), values, count=count, dtype=dtype._numpy)


def poisson(source: Source, shape: Any, lam: Any, dtype: Any) -> EagerTensor:
    """Numbers of the Poisson distribution, shape `(*shape, *lam.shape)`."""
    lam = array_of(lam)
    full = dimensions(shape, "RandomPoissonV2") + lam.shape
    return computed(poisson_counts, source(math.prod(full)), lam, shape=full, dtype=array_dtype(dtype)._numpy)


def before(dims: tuple[int, ...], parameters: tuple[int, ...], op: str) -> tuple[int, ...]:
    """The shape of the numbers of one set of parameters.

    Raises:
      InvalidArgumentError: if `dims` does not end in the parameters' shape.
    """
    rest = dims[: max(len(dims) - len(parameters), 0)]
    if differ(rest + parameters, dims):
        raise invalid(op, f"Shape passed in must end with broadcasted shape: {dims} does not end in {parameters}")
    return rest


def binomial(source: Source, shape: Any, counts: Any, probs: Any, dtype: Any) -> EagerTensor:
    """How often, out of `counts` trials, something of probability `probs` happens; `shape` ends in their shape."""
    op = "StatelessRandomBinomial"
    dims = dimensions(shape, op)
    n, p = (convert_to_tensor(v)._array for v in (counts, probs))
    varied = broadcast_shapes(n.shape, p.shape)
    sets, each = math.prod(varied), math.prod(before(dims, varied, op))
    start = source(sets * 200 * (each + 3) // 4)  # what TensorFlow sets aside, whatever is taken of it
    return computed(binomial_counts, start, n, p, shape=dims, dtype=array_dtype(dtype)._numpy)


def gamma(source: Source, shape: Any, alpha: Any, beta: Any, dtype: Any) -> EagerTensor:
    """Numbers of the gamma distribution, shape `(*shape, *alpha.shape)`, where `alpha` and `beta` were broadcast."""
    dtype = _floating(dtype)
    alpha = convert_to_tensor(alpha, dtype)
    dims = dimensions(shape, "RandomGamma")
    rest = alpha._array.shape
    if beta is not None:
        beta = convert_to_tensor(beta, dtype)
        rest = broadcast_shapes(rest, beta._array.shape)
    full = dims + rest
    drawn = computed(gamma_numbers, source(math.prod(full)), alpha._array, varied=rest, shape=full, dtype=dtype._numpy)
    x = gamma_p(alpha, drawn)
    least = wrap(dtype.as_numpy_dtype(ml_dtypes.finfo(dtype._numpy).tiny))
    return maximum_p(x if beta is None else divide_p(x, beta), least)  # type: ignore[no-any-return]


def _gamma_slope(xp: Any, alpha: Any, x: Any) -> Any:
    """dx/dalpha at a fixed probability to be below x: -(dP/dalpha) / (dP/dx), with P the regularised gamma function."""
    from scipy import special

    a, wide = alpha.astype(np.float64), x.astype(np.float64)
    density = np.exp((a - 1) * np.log(wide) - wide - special.gammaln(a))
    return (-xp.gammainc_slope(a, wide) / density).astype(x.dtype)


# The number that was drawn, which moves with `alpha`.
gamma_p = elementwise(lambda xp, alpha, x: xp.add(x, 0), "alpha", "x", op="RandomGamma", kinds="f")
gamma_slope_p = elementwise(_gamma_slope, "alpha", "x", op="RandomGammaGrad", kinds="f")

gamma_p.vjp(alpha=lambda g, alpha, out: g * gamma_slope_p(alpha, out))
