"""Names of TensorFlow for what there is not here: when they are used, they say what to use instead."""

from typing import Any


def refused(path: str, instead: str, kind: type = object) -> type:
    """A class named by `path`, of which no objects can be had.

    Args:
      instead: what to use, a sentence.
      kind: a class of which it is one.
    """

    def __new__(cls: type, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{path} is not there: {instead}")

    name = path.rpartition(".")[2]
    return type(name, (kind,), {"__new__": __new__, "__doc__": f"It is not there: {instead}", "__module__": __name__})


def refusing(path: str, instead: str) -> Any:
    """A function named by `path` that says what to use instead of it."""

    def function(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{path} is not there: {instead}")

    function.__name__ = function.__qualname__ = path.rpartition(".")[2]
    function.__doc__ = f"It is not there: {instead}"
    return function
