"""`tf.experimental.numpy.random`: random numbers, by NumPy's old names, drawn from `tf.random`'s global generator."""

from typing import Any

import numpy as np

from ...array.shape import broadcast_dynamic_shape
from ...array.shape import shape as shape_of
from ...random import sampling
from ...random.seeds import set_seed
from .arrays import asarray, dtype_of
from .types import default_float

__all__ = ["poisson", "rand", "randint", "randn", "random", "seed", "standard_normal", "uniform"]


def seed(s: Any) -> None:
    """Start the global generator anew; see `tf.random.set_seed`.

    Raises:
      ValueError: if `s` is no integer.
    """
    try:
        s = int(s)
    except TypeError:
        raise ValueError(f"Argument `s` got an invalid value {s}. Only integers are supported.") from None
    set_seed(s)


def _shape(size: Any) -> Any:
    return () if size is None else (size,) if np.ndim(size) == 0 else size


def randn(*args: Any) -> Any:
    """Normal numbers of mean 0 and variance 1, of these lengths."""
    return standard_normal(args)


def standard_normal(size: Any = None) -> Any:
    """Normal numbers of mean 0 and variance 1, float64."""
    return sampling.normal(_shape(size), dtype=default_float())


def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    """Numbers in [low, high), float64; of the shape of the bounds by default."""
    low, high = asarray(low, default_float()), asarray(high, default_float())
    shape = broadcast_dynamic_shape(shape_of(low), shape_of(high)) if size is None else _shape(size)
    return sampling.uniform(shape, dtype=default_float()) * (high - low) + low


def poisson(lam: Any = 1.0, size: Any = None) -> Any:
    """Counts, int64, of events of which there are `lam` on average."""
    return sampling.poisson(_shape(size), lam, dtype=np.int64)


def random(size: Any = None) -> Any:
    """Numbers in [0, 1), float64."""
    return uniform(0.0, 1.0, () if size is None else size)


def rand(*size: Any) -> Any:
    """Numbers in [0, 1), float64, of these lengths."""
    return uniform(0.0, 1.0, size)


def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64) -> Any:
    """Integers in [low, high), or in [0, low).

    Raises:
      ValueError: if `dtype` is neither int32 nor int64.
    """
    low, high = (0, int(low)) if high is None else (int(low), int(high))
    to = dtype_of(dtype)
    if to not in (np.int32, np.int64):
        raise ValueError(
            f"Argument `dtype` got an invalid value {dtype}. Only those convertible to int32 and int64 are supported."
        )
    return sampling.uniform(_shape(size), low, high, dtype=to)
