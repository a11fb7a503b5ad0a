"""`tf.autograph`: Python control flow in traced functions. `tf.function` applies it; here one sees what it does."""

import inspect
import logging
import sys
from collections.abc import Callable
from typing import Any

from ..values.log import get_logger
from . import conversion, experimental  # the first gives the operators what converts
from . import operators as autograph_operators
from .operators import ConversionError

__all__ = ["experimental", "set_verbosity", "to_code", "to_graph", "trace"]


def _function(entity: Any) -> Any:
    function = inspect.unwrap(getattr(entity, "__func__", entity))
    if not inspect.isfunction(function):
        raise ConversionError(
            f"converting {entity!r}: ValueError: Cannot apply autograph to a function that doesn't expose a __code__ "
            "object. If this is a @tf.function, try passing f.python_function instead."
        )
    return function


def to_graph(entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None) -> Any:
    """The function that AutoGraph makes of a function: it also takes tensors of a trace where Python wants to decide.

    Args:
      entity: a function or method. Of a method, `self` is the first argument of what is returned.
      recursive: whether functions that it calls are converted too; here they always are.
      experimental_optional_features: without effect, see `tf.autograph.experimental.Feature`.

    Raises:
      ConversionError: if it is no Python function, or its source is not available.

    >>> import gradtape as tf
    >>> def f(x):
    ...     return x * x if x > 0 else -x
    >>> tf.autograph.to_graph(f)(tf.constant(-2))
    <tf.Tensor: shape=(), dtype=int32, numpy=2>
    """
    from .conversion import convert_function

    function = _function(entity)
    made = convert_function(function)
    if made is not function:
        made.__name__ = f"tf__{made.__name__}"
    return made


def to_code(entity: Callable[..., Any], recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """What AutoGraph makes of a function, as text.

    Args:
      entity: a function or method.
      recursive, experimental_optional_features: without effect.

    Raises:
      ConversionError: if it is no Python function, or its source is not available.

    >>> import gradtape as tf
    >>> def f(x):
    ...     return not x
    >>> print(tf.autograph.to_code(f))
    def tf__f(x):
        return ag__.not_(x)
    <BLANKLINE>
    """
    from .conversion import source_of

    return source_of(_function(entity))


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Say how much AutoGraph logs: with a level above 0, each function that it converts.

    Args:
      level: 0 for nothing.
      alsologtostdout: also write the log to `sys.stdout`.
    """
    logger = get_logger()
    autograph_operators.verbosity = level
    if level:
        logger.setLevel(logging.INFO)
    if alsologtostdout and not any(getattr(h, "stream", None) is sys.stdout for h in logger.handlers):
        logger.addHandler(logging.StreamHandler(sys.stdout))


def trace(*args: Any) -> None:
    """Print at once, while a function is traced, where `tf.print` prints when it runs.

    >>> import gradtape as tf
    >>> @tf.function
    ... def f(x):
    ...     tf.autograph.trace("shape", x.shape)
    ...     return x
    >>> f(tf.ones([2])).numpy()
    shape (2,)
    array([1., 1.], dtype=float32)
    """
    print(*args)
