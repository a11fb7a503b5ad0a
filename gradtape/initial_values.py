"""Initial values for variables: `tf.zeros_initializer`, `tf.random_normal_initializer` and the like."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import random
from .array.creation import constant, fill
from .values.dtypes import DType, as_dtype, float32
from .values.tensor import EagerTensor

__all__ = ["Constant", "Ones", "RandomNormal", "RandomUniform", "Zeros"]


class Initializer:
    """Called with a shape, gives a tensor; with `partition_shape=` that of the part of a sharded variable."""

    def get_config(self) -> dict[str, Any]:
        """The arguments that made this initializer."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Initializer":
        """The initializer whose `get_config` is `config`."""
        return cls(**{key: value for key, value in config.items() if key != "dtype"})

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> EagerTensor:
        raise NotImplementedError("Initializers define `__call__(shape, dtype=None, **kwargs)`.")


def _part(shape: Any, kwargs: dict[str, Any], divides: bool = True) -> Any:
    """The shape to fill: of the whole, or of the part that `kwargs` name."""
    for name in kwargs:
        if name not in ("partition_shape", "partition_offset"):
            raise TypeError(
                f"Keyword argument should be one of ['partition_shape', 'partition_offset']. Received: {name}"
            )
    if kwargs and not divides:
        raise ValueError("Constant initializer doesn't support partition-related arguments")
    part = kwargs.get("partition_shape")
    return shape if part is None else part


def _numeric(dtype: Any, boolean: bool = True) -> DType:
    dtype = as_dtype(dtype)
    if dtype.name in ("string", "resource", "variant") or (dtype.is_bool and not boolean):
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {dtype}.")
    return dtype


class Zeros(Initializer):
    """Tensors of zeros.

    >>> import gradtape as tf
    >>> tf.zeros_initializer()(shape=(2,)).numpy()
    array([0., 0.], dtype=float32)
    """

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> EagerTensor:
        zero = constant(False) if as_dtype(dtype).is_bool else constant(0, _numeric(dtype))
        return fill(_part(shape, kwargs), zero)


class Ones(Initializer):
    """Tensors of ones."""

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> EagerTensor:
        one = constant(True) if as_dtype(dtype).is_bool else constant(1, _numeric(dtype))
        return fill(_part(shape, kwargs), one)


class Constant(Initializer):
    """Tensors of `value`: a number, or as many numbers as the shape has elements."""

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, list | tuple | np.ndarray)):
            raise TypeError(f"Invalid type for initial value: {type(value).__name__}. Expected Python scalar, list or "
                            "tuple of values, or numpy.ndarray.")  # fmt: skip
        self.value = value
        self.support_partition = support_partition

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value}

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> EagerTensor:
        _part(shape, kwargs, self.support_partition)
        return constant(self.value, dtype, shape=shape)


class _Random(Initializer):
    seed: Any

    def _draw(self, stateful: Any, stateless: Any, shape: Sequence[int], *bounds: Any) -> EagerTensor:
        """With a seed the same numbers at each call; without, the next ones of the global state."""
        if self.seed:
            return stateless(shape, [self.seed, 0], *bounds)  # type: ignore[no-any-return]
        return stateful(shape, *bounds)  # type: ignore[no-any-return]


class RandomNormal(_Random):
    """Numbers of a normal distribution.

    Args:
      mean, stddev: of the distribution.
      seed: with a seed, each call gives the same numbers.

    >>> import gradtape as tf
    >>> tf.random_normal_initializer(stddev=1.0)([2, 3]).shape
    TensorShape([2, 3])
    """

    def __init__(self, mean: Any = 0.0, stddev: Any = 0.05, seed: Any = None) -> None:
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> EagerTensor:
        dtype = as_dtype(dtype)
        if not dtype.is_floating:
            raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {dtype}.")
        shape = _part(shape, kwargs)
        return self._draw(random.normal, random.stateless_normal, shape, self.mean, self.stddev, dtype)


class RandomUniform(_Random):
    """Numbers of a uniform distribution over [minval, maxval).

    Args:
      minval, maxval: its bounds.
      seed: with a seed, each call gives the same numbers.
    """

    def __init__(self, minval: Any = -0.05, maxval: Any = 0.05, seed: Any = None) -> None:
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def __call__(self, shape: Any, dtype: Any = float32, **kwargs: Any) -> EagerTensor:
        dtype = _numeric(dtype, boolean=False)
        shape = _part(shape, kwargs)
        return self._draw(random.uniform, random.stateless_uniform, shape, self.minval, self.maxval, dtype)
