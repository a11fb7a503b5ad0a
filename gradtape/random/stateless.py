"""Random tensors that a seed of two integers determines, and seeds made of such seeds."""

from typing import Any

import numpy as np

from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, float32, int32, int64
from ..values.errors import invalid
from ..values.symbolic import broadcast_shapes, computation, computed, opaque
from ..values.tensor import EagerTensor
from . import distributions, philox
from .distributions import FLOATS
from .seeds import Source

__all__ = [
    "fold_in", "split", "stateless_binomial", "stateless_categorical", "stateless_gamma", "stateless_normal",
    "stateless_poisson", "stateless_truncated_normal", "stateless_uniform",
]  # fmt: skip


def _seed(seed: Any) -> EagerTensor:
    seed = convert_to_tensor(seed)
    if seed.shape.as_list() != [2]:
        raise invalid("StatelessRandomGetKeyCounter", f"seed must have shape [2], not {seed.shape.as_list()}")
    if seed.dtype.name not in ("int32", "int64"):
        raise invalid("StatelessRandomGetKeyCounter", f"seed must be int32 or int64, got {seed.dtype.name}")
    return seed


def _source(seed: Any) -> Source:
    start = opaque(scrambled, _seed(seed))
    return lambda size: start


@computation
def scrambled(seed: Any) -> tuple[int, int]:
    """Where the numbers of a stateless seed, an array of two integers, start."""
    return philox.scramble(tuple(seed.tolist()))


def stateless_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:  # fmt: skip
    """Numbers of a normal distribution, always the same for the same `seed`.

    Args:
      shape: of the result.
      seed: two integers, int32 or int64.
      mean, stddev: numbers or tensors of `dtype`; gradients flow to them.
      dtype: float16, bfloat16, float32 or float64.
      alg: the Philox algorithm is the one there is.

    Raises:
      InvalidArgumentError: if `seed` or `shape` is not of the right form.

    >>> import gradtape as tf
    >>> tf.random.stateless_normal([2], seed=[1, 2]).numpy()
    array([0.5441101 , 0.20738031], dtype=float32)
    """
    algorithm(alg)
    return distributions.normal(_source(seed), shape, mean, stddev, dtype)


def stateless_truncated_normal(
    shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:  # fmt: skip
    """Numbers of a normal distribution within two `stddev` of `mean`; arguments as in `stateless_normal`."""
    algorithm(alg)
    return distributions.normal(_source(seed), shape, mean, stddev, dtype, truncated=True)


def stateless_uniform(
    shape: Any, seed: Any, minval: Any = 0, maxval: Any = None, dtype: Any = float32, name: str | None = None,
    alg: Any = "auto_select",
) -> EagerTensor:  # fmt: skip
    """Numbers of a uniform distribution on [minval, maxval), always the same for the same `seed`.

    Args:
      shape: of the result.
      seed: two integers, int32 or int64.
      minval, maxval: the bounds; for integers both None for all values of `dtype`.
      dtype: a floating or integer dtype.

    Raises:
      ValueError: if `dtype` is another one, or the bounds are not what it needs.
      InvalidArgumentError: if `seed` or `shape` is not of the right form.

    >>> import gradtape as tf
    >>> tf.random.stateless_uniform([2], seed=[1, 2]).numpy()
    array([0.8440604 , 0.19204533], dtype=float32)
    """
    algorithm(alg)
    dtype = as_dtype(dtype)
    accepted = (*FLOATS, "int32", "int64", "uint32", "uint64")
    if dtype.name not in accepted:
        names = ", ".join(f"tf.{name}" for name in accepted)
        raise ValueError(f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are ({names}).")
    if dtype.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {dtype}, argument `minval` and `maxval` must be both None or not None. "
                f"Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and dtype.is_unsigned:
            raise ValueError(
                f"Argument `dtype` got invalid value {dtype} when argument `minval` is not None. "
                "Please don't use unsigned integers in this case."
            )
    op = "StatelessRandomUniformIntV2" if dtype.is_integer else "StatelessRandomUniformV2"
    return distributions.uniform(_source(seed), shape, minval, maxval, dtype, op)


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = int64, name: str | None = None
) -> EagerTensor:
    """Classes drawn with the probabilities `softmax(logits)`, for each row; see `tf.random.categorical`."""
    return distributions.categorical(_source(seed), logits, num_samples, dtype)


def stateless_gamma(
    shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = float32, name: str | None = None
) -> EagerTensor:
    """Numbers of gamma distributions; their shape `shape` ends in that of `alpha` and `beta`, broadcast.

    Raises:
      InvalidArgumentError: if it does not.
    """
    dims = distributions.dimensions(shape, "StatelessRandomGammaV2")
    parameters = broadcast_shapes(*(np.shape(distributions.array_of(p)) for p in (alpha, beta) if p is not None))
    rest = distributions.before(dims, parameters, "StatelessRandomGammaV2")
    alpha = distributions.spread_to(alpha, dims[len(rest) :], as_dtype(dtype))
    return distributions.gamma(_source(seed), rest, alpha, beta, dtype)


def stateless_poisson(shape: Any, seed: Any, lam: Any, dtype: Any = int32, name: str | None = None) -> EagerTensor:
    """Numbers of Poisson distributions with the means `lam`, in whose shape `shape` ends."""
    dims = distributions.dimensions(shape, "StatelessRandomPoisson")
    rest = distributions.before(dims, np.shape(distributions.array_of(lam)), "StatelessRandomPoisson")
    return distributions.poisson(_source(seed), rest, lam, dtype)


def stateless_binomial(
    shape: Any, seed: Any, counts: Any, probs: Any, output_dtype: Any = int32, name: str | None = None
) -> EagerTensor:
    """How often, out of `counts` trials, something of probability `probs` happens; `shape` ends in theirs."""
    return distributions.binomial(_source(seed), shape, counts, probs, output_dtype)


def split(seed: Any, num: int = 2, alg: Any = "auto_select") -> EagerTensor:
    """`num` new seeds, shape (num, 2), that are independent of each other and of `seed`."""
    seed = _seed(seed)
    return stateless_uniform([num, 2], seed, None, None, seed.dtype, alg=alg)


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> EagerTensor:
    """A new seed, determined by `seed` and the integer `data`."""
    seed = _seed(seed)
    made = stateless_uniform([1], seed, None, None, seed.dtype, alg=alg)
    return computed(_appended, made, convert_to_tensor(data))


@computation
def _appended(seed: Any, number: Any) -> Any:
    return np.append(seed, np.asarray(number).astype(seed.dtype))


def algorithm(alg: Any) -> int:
    """TensorFlow's number of the algorithm `alg`, by name or number."""
    known = {"philox": 1, "auto_select": 1, 1: 1, 3: 1, None: 1}
    if alg in ("threefry", 2):
        raise NotImplementedError("gradtape's random numbers are made by the Philox algorithm: leave out `alg`.")
    try:
        return known[getattr(alg, "value", alg)]
    except (KeyError, TypeError):
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are philox for the Philox algorithm, "
            "and auto_select for auto-selection."
        ) from None
