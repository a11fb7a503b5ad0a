"""`tf.compat.v1.initializers`: initial values, each with the dtype that it gives where it is asked for none."""

import math
from typing import Any

from ... import random
from ...array.creation import constant as _constant
from ...array.creation import eye
from ...array.creation import ones as _ones
from ...array.creation import zeros as _zeros
from ...array.shape import reshape, transpose
from ...values.dtypes import as_dtype, float32
from . import namespace

__all__ = [
    "constant", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity", "lecun_normal",
    "lecun_uniform", "ones", "orthogonal", "random_normal", "random_uniform", "truncated_normal",
    "uniform_unit_scaling", "variance_scaling", "zeros",
]  # fmt: skip


class Initializer:
    """Called with a shape, gives a tensor."""

    dtype: Any

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        dtype = self.dtype if dtype is None else as_dtype(dtype)
        return self._values([int(n) for n in shape] if isinstance(shape, list | tuple) else shape, dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments that made this."""
        return {**vars(self), "dtype": self.dtype.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """What `get_config` told of."""
        return cls(**config)


class zeros(Initializer):
    """Zeros."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        return _zeros(shape, dtype)


class ones(Initializer):
    """Ones."""

    def __init__(self, dtype: Any = float32) -> None:
        self.dtype = as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        return _ones(shape, dtype)


class constant(Initializer):
    """`value`: a number, or as many numbers as the shape has elements."""

    def __init__(self, value: Any = 0, dtype: Any = float32, verify_shape: bool = False) -> None:
        self.value, self.dtype = value, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        return _constant(self.value, dtype, shape)

    def get_config(self) -> dict[str, Any]:
        return {"value": self.value, "dtype": self.dtype.name}


class random_uniform(Initializer):
    """Numbers between two bounds."""

    def __init__(self, minval: Any = 0.0, maxval: Any = None, seed: Any = None, dtype: Any = float32) -> None:
        self.minval, self.maxval, self.seed, self.dtype = minval, maxval, seed, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        upper = 1 if self.maxval is None else self.maxval
        return random.uniform(shape, self.minval, upper, dtype, self.seed)


class random_normal(Initializer):
    """Numbers of a normal distribution."""

    def __init__(self, mean: Any = 0.0, stddev: Any = 1.0, seed: Any = None, dtype: Any = float32) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        return random.normal(shape, self.mean, self.stddev, dtype, self.seed)


class truncated_normal(random_normal):
    """Numbers of a normal distribution that are not further from its mean than two deviations."""

    def _values(self, shape: Any, dtype: Any) -> Any:
        return random.truncated_normal(shape, self.mean, self.stddev, dtype, self.seed)


class uniform_unit_scaling(Initializer):
    """Numbers around 0 that keep the variance of inputs, as it is said of a last axis of outputs."""

    def __init__(self, factor: Any = 1.0, seed: Any = None, dtype: Any = float32) -> None:
        self.factor, self.seed, self.dtype = factor, seed, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        bound = math.sqrt(3 / max(float(math.prod(shape[:-1])), 1.0)) * self.factor
        return random.uniform(shape, -bound, bound, dtype, seed=self.seed)


class variance_scaling(Initializer):
    """Numbers whose variance is `scale` over a count of the connections of a unit.

    Args:
      mode: which are counted: "fan_in", "fan_out", or "fan_avg", which is between them.
      distribution: "truncated_normal" (also called "normal"), "untruncated_normal" or "uniform".
    """

    def __init__(self, scale: float = 1.0, mode: str = "fan_in", distribution: str = "truncated_normal",
                 seed: Any = None, dtype: Any = float32) -> None:  # fmt: skip
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). Received: {mode}")
        if distribution not in ("normal", "uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(f"Argument `distribution` should be one of ('normal', uniform', 'truncated_normal', "
                             f"'untruncated_normal'). Received: {distribution}")  # fmt: skip
        self.scale, self.mode, self.distribution, self.seed, self.dtype = (
            scale,
            mode,
            distribution,
            seed,
            as_dtype(dtype),
        )

    def _values(self, shape: Any, dtype: Any) -> Any:
        inputs, outputs = _fans(shape)
        count = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "uniform":
            bound = math.sqrt(3.0 * variance)
            return random.uniform(shape, -bound, bound, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, 0.0, math.sqrt(variance), dtype, seed=self.seed)
        deviation = math.sqrt(variance) / 0.87962566103423978  # that of a normal distribution cut at 2
        return random.truncated_normal(shape, 0.0, deviation, dtype, seed=self.seed)


def _fans(shape: Any) -> tuple[float, float]:
    """To how many inputs and outputs a unit is connected by weights of this shape."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if len(shape) else (1, 1)
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


class _Glorot(variance_scaling):
    _distribution = "uniform"

    def __init__(self, seed: Any = None, dtype: Any = float32) -> None:
        super().__init__(1.0, "fan_avg", self._distribution, seed, dtype)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed, "dtype": self.dtype.name}


class glorot_uniform(_Glorot):
    """Uniform numbers whose variance is 1 over the mean of a unit's inputs and outputs."""


class glorot_normal(_Glorot):
    """Normal numbers whose variance is 1 over the mean of a unit's inputs and outputs."""

    _distribution = "truncated_normal"


def he_normal(seed: Any = None) -> variance_scaling:
    """Normal numbers whose variance is 2 over a unit's inputs."""
    return variance_scaling(2.0, seed=seed)


def he_uniform(seed: Any = None) -> variance_scaling:
    """Uniform numbers whose variance is 2 over a unit's inputs."""
    return variance_scaling(2.0, distribution="uniform", seed=seed)


def lecun_normal(seed: Any = None) -> variance_scaling:
    """Normal numbers whose variance is 1 over a unit's inputs."""
    return variance_scaling(seed=seed)


def lecun_uniform(seed: Any = None) -> variance_scaling:
    """Uniform numbers whose variance is 1 over a unit's inputs."""
    return variance_scaling(distribution="uniform", seed=seed)


class orthogonal(Initializer):
    """An orthogonal matrix, or rows or columns of one; of more than two axes, those before the last are the rows."""

    def __init__(self, gain: Any = 1.0, seed: Any = None, dtype: Any = float32) -> None:
        self.gain, self.seed, self.dtype = gain, seed, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        from ...linalg import diag_part, qr
        from ...math.complex_numbers import sign

        if len(shape) < 2:
            raise ValueError(f"The tensor to initialize, specified by argument `shape` must be at least "
                             f"two-dimensional. "
                             f"Received shape={shape}")  # fmt: skip
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = qr(random.normal([max(rows, columns), min(rows, columns)], dtype=dtype, seed=self.seed))
        q = q * sign(diag_part(r))
        return self.gain * reshape(transpose(q) if rows < columns else q, shape)


class identity(Initializer):
    """The identity matrix, times `gain`."""

    def __init__(self, gain: Any = 1.0, dtype: Any = float32) -> None:
        self.gain, self.dtype = gain, as_dtype(dtype)

    def _values(self, shape: Any, dtype: Any) -> Any:
        if len(shape) != 2:
            raise ValueError(f"The tensor to initialize, specified by argument `shape` must be at least "
                             f"two-dimensional. "
                             f"Received shape={shape}")  # fmt: skip
        return eye(*shape, dtype=dtype) * self.gain


def __getattr__(name: str) -> Any:
    return namespace.look_up("initializers", name)
