"""`tf.compat.v1`, for programs that begin with it and run eagerly: gradtape's names, and the switches of that time."""

from typing import Any

from ..core.tape import enable_eager_execution

__all__ = [
    "disable_eager_execution",
    "disable_v2_behavior",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_v2_behavior",
    "executing_eagerly_outside_functions",
]


def enable_v2_behavior() -> None:
    """Does nothing: it is enabled."""


def enable_resource_variables() -> None:
    """Does nothing: variables are that."""


def executing_eagerly_outside_functions() -> bool:
    """True: there is no other mode."""
    return True


def disable_eager_execution() -> None:
    """Graph mode is not to be had.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError("gradtape runs eagerly; graphs with sessions are not supported.")


disable_v2_behavior = disable_eager_execution


def __getattr__(name: str) -> Any:
    import gradtape

    return getattr(gradtape, name)
