"""The global step: a variable that counts the steps of training of a program."""

from typing import Any

from ...values.dtypes import int64
from ...values.variable import Variable
from . import eager
from .variables import get_variable

__all__ = ["assert_global_step", "create_global_step", "get_global_step", "get_or_create_global_step", "global_step"]

_KEY = eager.GraphKeys.GLOBAL_STEP


def assert_global_step(global_step_tensor: Any) -> None:
    """Raise TypeError unless it is a variable or tensor of one integer."""
    if not global_step_tensor.dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}')
    if global_step_tensor.shape.rank not in (0, None):
        raise TypeError(f'Existing "global_step" is not scalar: {global_step_tensor.shape}')


def get_global_step(graph: Any = None) -> Any:
    """The global step; None if there is none."""
    found = (graph or eager.get_default_graph()).get_collection(_KEY)
    if len(found) > 1:
        raise RuntimeError(f"Multiple items found in collection {_KEY}: {found}")
    return found[0] if found else None


def create_global_step(graph: Any = None) -> Any:
    """Make the global step: an int64 variable that is 0.

    Raises:
      ValueError: if there is one.
    """
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    step = get_variable("global_step", [], int64, initializer=_zero, trainable=False)
    (graph or eager.get_default_graph()).add_to_collection(_KEY, step)
    return step


def _zero(shape: Any, dtype: Any) -> Any:
    from ...array.creation import zeros

    return zeros(shape, dtype)


def get_or_create_global_step(graph: Any = None) -> Any:
    """The global step, which is made if there is none.

    >>> import gradtape as tf
    >>> step = tf.compat.v1.train.get_or_create_global_step()
    >>> step is tf.compat.v1.train.get_global_step()
    True
    """
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The number that the global step is."""
    return int(global_step_tensor.numpy() if isinstance(global_step_tensor, Variable) else global_step_tensor)
