"""`tf.autograph.experimental`: what is converted, and how loops become loops of a graph."""

import enum
import functools
from collections.abc import Callable
from typing import Any

from .operators import converting

__all__ = ["Feature", "do_not_convert", "set_loop_options"]


class Feature(enum.Enum):
    """Optional conversions of TensorFlow's. Here `assert` and builtin functions are always converted."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"

    @classmethod
    def all(cls) -> tuple["Feature", ...]:
        """All features."""
        return tuple(cls)

    @classmethod
    def all_but(cls, exclude: Any) -> tuple["Feature", ...]:
        """All features but one, or those of a list."""
        excluded = exclude if isinstance(exclude, list | tuple | set) else (exclude,)
        return tuple(f for f in cls if f not in (*excluded, cls.ALL))


def do_not_convert(func: Callable[..., Any] | None = None) -> Any:
    """Decorates a function that is to run as it is, with the functions that it calls.

    Args:
      func: the function; without it, a decorator is returned.

    >>> import gradtape as tf
    >>> @tf.autograph.experimental.do_not_convert
    ... def sign(x):
    ...     return 1 if x > 0 else -1  # a Python number is what it takes
    >>> @tf.function
    ... def f(x, n):
    ...     return x * sign(n)
    >>> f(tf.constant(2), -5).numpy()
    np.int32(-2)
    """
    if func is None:
        return do_not_convert

    @functools.wraps(func)
    def unconverted(*args: Any, **kwargs: Any) -> Any:
        with converting(False):
            return func(*args, **kwargs)

    return unconverted


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """Says, in the body of a loop, how that loop is to become a `tf.while_loop`, if it does. It does nothing itself.

    Args:
      parallel_iterations, swap_memory: have no effect here.
      maximum_iterations: how many iterations there are at most.
      shape_invariants: pairs of a variable, as it is before the loop, and the `TensorShape` that it has at all times.

    >>> import gradtape as tf
    >>> @tf.function
    ... def halve(x):
    ...     while x > 1.0:
    ...         tf.autograph.experimental.set_loop_options(maximum_iterations=3)
    ...         x = x / 2.0
    ...     return x
    >>> halve(tf.constant(100.0)).numpy()
    np.float32(12.5)
    """
