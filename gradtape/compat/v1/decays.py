"""Rates of learning that change with the number of steps, as `tf.compat.v1.train` has them: functions."""

import functools
import math
from collections.abc import Callable
from typing import Any

from ... import nest
from ...control_flow import case
from ...math import ceil, cos, divide, exp, floor, log, minimum, pow, sqrt
from ...math.cast import cast
from ...math.comparison import equal, where
from ...operations.reading import convert_to_tensor
from ...random import normal
from ...values.dtypes import int32, int64

__all__ = [
    "cosine_decay", "cosine_decay_restarts", "exponential_decay", "inverse_time_decay", "linear_cosine_decay",
    "natural_exp_decay", "noisy_linear_cosine_decay", "piecewise_constant", "piecewise_constant_decay",
    "polynomial_decay",
]  # fmt: skip


def _decay(formula: Callable[..., Any]) -> Callable[..., Any]:
    """What takes the rate and the count of steps first and gives a function, by the formula of rate and step, both
    tensors of the rate's dtype, and of what else is given.
    """

    @functools.wraps(formula)
    def decay(learning_rate: Any, global_step: Any, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        def now() -> Any:
            rate = convert_to_tensor(learning_rate)
            return formula(rate, cast(global_step, rate.dtype), *args, **kwargs)

        return now

    return decay


@_decay
def exponential_decay(learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any,
                      staircase: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives `learning_rate * decay_rate ** (global_step / decay_steps)`.

    Args:
      learning_rate: the rate at the beginning.
      global_step: a count of steps: a variable, which is read when the function is called.
      staircase: divide to whole numbers.

    >>> import gradtape as tf
    >>> rate = tf.compat.v1.train.exponential_decay(0.5, global_step=2, decay_steps=1, decay_rate=0.5)
    >>> rate().numpy()
    np.float32(0.125)
    """
    turns = global_step / cast(decay_steps, learning_rate.dtype)
    return learning_rate * pow(cast(decay_rate, learning_rate.dtype), floor(turns) if staircase else turns)


def natural_exp_decay(learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any,
                      staircase: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives `learning_rate * exp(-decay_rate * global_step / decay_steps)`."""
    return exponential_decay(learning_rate, global_step, decay_steps, exp(-convert_to_tensor(decay_rate)), staircase)


@_decay
def inverse_time_decay(learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any,
                       staircase: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives `learning_rate / (1 + decay_rate * global_step / decay_steps)`."""
    turns = global_step / cast(decay_steps, learning_rate.dtype)
    return learning_rate / (1 + cast(decay_rate, learning_rate.dtype) * (floor(turns) if staircase else turns))


@_decay
def polynomial_decay(learning_rate: Any, global_step: Any, decay_steps: Any, end_learning_rate: Any = 0.0001,
                     power: Any = 1.0, cycle: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives a rate that falls to another one as a power of what is left of `decay_steps`.

    Args:
      cycle: go on when they are over, with twice as many steps, and so on.
    """
    dtype = learning_rate.dtype
    end, steps = cast(end_learning_rate, dtype), cast(decay_steps, dtype)
    if cycle:
        steps = steps * where(equal(global_step, 0), cast(1.0, dtype), ceil(global_step / steps))
    else:
        global_step = minimum(global_step, steps)
    return (learning_rate - end) * pow(1 - divide(global_step, steps), cast(power, dtype)) + end


def _wave(turns: Any) -> Any:
    return 0.5 * (1 + cos(cast(math.pi, turns.dtype) * turns))


@_decay
def cosine_decay(learning_rate: Any, global_step: Any, decay_steps: Any, alpha: Any = 0.0,
                 name: str | None = None) -> Any:  # fmt: skip
    """A function that gives a rate that falls as a cosine to `alpha` times what it was."""
    steps = cast(decay_steps, learning_rate.dtype)
    return learning_rate * ((1 - alpha) * _wave(minimum(global_step, steps) / steps) + alpha)


@_decay
def cosine_decay_restarts(learning_rate: Any, global_step: Any, first_decay_steps: Any, t_mul: Any = 2.0,
                          m_mul: Any = 1.0, alpha: Any = 0.0, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives a rate that falls as a cosine again and again, each time longer and higher by factors."""
    dtype = learning_rate.dtype
    t, m, alpha = cast(t_mul, dtype), cast(m_mul, dtype), cast(alpha, dtype)
    turns = global_step / cast(first_decay_steps, dtype)
    same = equal(t, 1.0)
    ratio = where(same, cast(2.0, dtype), t)
    often = where(same, floor(turns), floor(log(1.0 - turns * (1.0 - ratio)) / log(ratio)))
    since = where(same, turns - often, (turns - (1.0 - ratio**often) / (1.0 - ratio)) / ratio**often)
    return learning_rate * ((1 - alpha) * m**often * _wave(since) + alpha)


def _linear_cosine(learning_rate: Any, step: Any, decay_steps: Any, num_periods: Any, alpha: Any, beta: Any,
                   noise: Callable[[Any], Any]) -> Any:  # fmt: skip
    dtype = learning_rate.dtype
    steps = cast(decay_steps, dtype)
    step = minimum(step, steps)
    linear = (steps - step) / steps + noise(step)
    wave = _wave(2.0 * cast(num_periods, dtype) * (step / steps))
    return learning_rate * ((cast(alpha, dtype) + linear) * wave + cast(beta, dtype))


@_decay
def linear_cosine_decay(learning_rate: Any, global_step: Any, decay_steps: Any, num_periods: Any = 0.5,
                        alpha: Any = 0.0, beta: Any = 0.001, name: str | None = None) -> Any:  # fmt: skip
    """A function that gives `learning_rate * ((alpha + linear) * cosine + beta)`, both of which fall to 0."""
    return _linear_cosine(learning_rate, global_step, decay_steps, num_periods, alpha, beta, lambda step: 0)


@_decay
def noisy_linear_cosine_decay(learning_rate: Any, global_step: Any, decay_steps: Any, initial_variance: Any = 1.0,
                              variance_decay: Any = 0.55, num_periods: Any = 0.5, alpha: Any = 0.0,
                              beta: Any = 0.001, name: str | None = None) -> Any:  # fmt: skip
    """`linear_cosine_decay` with noise, whose variance is `initial_variance / (1 + global_step) ** variance_decay`."""
    dtype = learning_rate.dtype

    def noise(step: Any) -> Any:
        variance = cast(initial_variance, dtype) / pow(1.0 + step, cast(variance_decay, dtype))
        return normal(step.shape, stddev=sqrt(variance), dtype=dtype)

    return _linear_cosine(learning_rate, global_step, decay_steps, num_periods, alpha, beta, noise)


def piecewise_constant(x: Any, boundaries: Any, values: Any, name: str | None = None) -> Any:
    """A function that gives the first of `values` up to the first of `boundaries`, then the second, and so on.

    Args:
      x: a count of steps: a variable, which is read when the function is called.
      boundaries: counts, of the dtype of `x`.
      values: one more than there are boundaries.

    Raises:
      ValueError: if there are not as many, or they are of different dtypes.
    """
    bounds, rates = map(convert_to_tensor, nest.flatten(boundaries)), list(map(convert_to_tensor, nest.flatten(values)))
    dtype = convert_to_tensor(x).dtype
    limits = []
    for bound in bounds:
        if bound.dtype is not dtype and not (bound.dtype is int32 and dtype is int64):
            raise ValueError(f"Boundaries ({bound.dtype}) must have the same dtype as x ({dtype}).")
        limits.append(cast(bound, dtype))
    for rate in rates[1:]:
        if rate.dtype is not rates[0].dtype:
            raise ValueError(
                f"Values must have elements all with the same dtype ({rates[0].dtype} vs {rate.dtype})."
            )  # fmt: skip
    if len(limits) != len(rates) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")

    def now() -> Any:
        step = convert_to_tensor(x)
        ways = [(step <= limit, functools.partial(_given, rate)) for limit, rate in zip(limits, rates, strict=False)]
        return case(ways, default=lambda: rates[-1])

    return now


def _given(rate: Any) -> Any:
    return rate


piecewise_constant_decay = piecewise_constant
