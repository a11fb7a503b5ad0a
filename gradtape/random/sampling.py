"""Random tensors by the global seed and the seed of an operation: `normal`, `uniform`, `shuffle` and so on."""

from typing import Any

from ..array.gathering import gather_p
from ..array.shape import stop_gradient
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, float32
from ..values.symbolic import computed, is_symbolic
from ..values.tensor import EagerTensor
from . import distributions
from .distributions import FLOATS
from .philox import RESERVED
from .seeds import source

__all__ = ["categorical", "gamma", "normal", "poisson", "shuffle", "truncated_normal", "uniform"]


def normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """Numbers of a normal distribution.

    Args:
      shape: of the result: a list, tuple, `TensorShape` or vector of integers.
      mean, stddev: numbers or tensors of `dtype`, which broadcast with `shape`; gradients flow to them.
      dtype: float16, bfloat16, float32 or float64.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Raises:
      TypeError: if `dtype` is not floating.
      InvalidArgumentError: if `shape` is no vector of non-negative integers.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.normal([2]).numpy().round(3)
    array([-1.101,  1.546], dtype=float32)
    """
    return distributions.normal(source("RandomStandardNormal", dtype, seed), shape, mean, stddev, dtype)


def truncated_normal(
    shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """Numbers of a normal distribution within two `stddev` of `mean`; arguments as in `normal`."""
    return distributions.normal(source("TruncatedNormal", dtype, seed), shape, mean, stddev, dtype, truncated=True)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = float32, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """Numbers of a uniform distribution on [minval, maxval).

    Args:
      shape: of the result: a list, tuple, `TensorShape` or vector of integers.
      minval: the lower bound, included. A scalar for integers; for floats it may be a tensor.
      maxval: the upper bound, excluded: 1 by default for floats, and required for integers.
      dtype: float16, bfloat16, float32, float64, int32 or int64.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Raises:
      ValueError: if `dtype` is another one, or an integer one without `maxval`.
      InvalidArgumentError: if `shape` is no vector of non-negative integers, or `minval >= maxval` for integers.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.uniform([3], maxval=6, dtype=tf.int32).numpy()
    array([0, 3, 3], dtype=int32)
    """
    dtype = as_dtype(dtype)
    if dtype.name not in (*FLOATS, "int32", "int64"):
        accepted = ", ".join(f"tf.{name}" for name in (*FLOATS, "int32", "int64"))
        raise ValueError(f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are ({accepted}).")
    if dtype.is_integer:
        if maxval is None:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        if minval is None:
            raise ValueError(f"Must specify minval for integer dtype {dtype!r}")
    op = "RandomUniformInt" if dtype.is_integer else "RandomUniform"
    return distributions.uniform(source(op, dtype, seed), shape, minval, maxval, dtype, op)


def shuffle(value: Any, seed: Any = None, name: str | None = None) -> EagerTensor:
    """`value` with its rows (its parts along the first axis) in random order. It has no gradient.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.shuffle([[1, 1], [2, 2], [3, 3]]).numpy()[:, 0]
    array([1, 3, 2], dtype=int32)
    """
    value = convert_to_tensor(value)
    if not value.ndim or (value._array.shape[0] < 2 and not is_symbolic(value)):
        return value
    take = source("RandomShuffle", value.dtype, seed, reserved=1)
    count = value._array.shape[0]
    order = computed(distributions.permutation, take((count + 2) // 4), count)  # a number less than elements
    return gather_p(stop_gradient(value), order, axis=-value.ndim)  # type: ignore[no-any-return]


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """Classes drawn with the probabilities `softmax(logits)`.

    Args:
      logits: shape (rows, classes), floating: logarithms of probabilities, up to a constant of each row.
      num_samples: how many to draw for each row.
      dtype: of the result: int64 (the default) or int32.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Returns:
      Shape (rows, num_samples).

    Raises:
      InvalidArgumentError: if `logits` is no matrix of floats, has no classes, or `num_samples` is negative.
    """
    dtype = as_dtype("int64" if dtype is None else dtype)
    take = source("Multinomial", dtype, seed, reserved=2 * RESERVED)
    return distributions.categorical(take, logits, num_samples, dtype)


def gamma(
    shape: Any, alpha: Any, beta: Any = None, dtype: Any = float32, seed: Any = None, name: str | None = None
) -> EagerTensor:
    """Numbers of gamma distributions; gradients flow to `alpha` and `beta`.

    Args:
      shape: of the sample for each distribution.
      alpha: the shape parameters, positive.
      beta: the inverse scales, 1 by default; it broadcasts with `alpha`.
      dtype: float16, bfloat16, float32 or float64.
      seed: an integer for a sequence of its own; see `tf.random.set_seed`.

    Returns:
      Shape `(*shape, *(alpha + beta).shape)`. The derivative with respect to `alpha` is that of the number with a fixed
      probability to be exceeded (Figurnov et al., "Implicit reparameterization gradients", 2018).
    """
    return distributions.gamma(source("RandomGamma", dtype, seed), shape, alpha, beta, dtype)


def poisson(shape: Any, lam: Any, dtype: Any = float32, seed: Any = None, name: str | None = None) -> EagerTensor:
    """Numbers of Poisson distributions with the means `lam`: shape `(*shape, *lam.shape)`. They have no gradient."""
    return distributions.poisson(source("RandomPoissonV2", dtype, seed), shape, lam, dtype)
