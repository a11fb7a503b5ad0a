"""Functions of `tensorflow.python.eager.backprop` that are older than tapes: a derivative as a function."""

from collections.abc import Callable, Sequence
from typing import Any

from ..autodiff.tape import GradientTape
from ..values import nest
from ..values.convert import convert_to_tensor


def implicit_val_and_grad(f: Callable[..., Any]) -> Callable[..., tuple[Any, list[tuple[Any, Any]]]]:
    """A function that gives what `f` gives, and pairs of its gradient and each trainable variable that it used.

    Raises:
      ValueError: at a call, if `f` gives None, or uses no trainable variable.
    """

    def call(*args: Any, **kwargs: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        with GradientTape() as tape:
            value = f(*args, **kwargs)
        if value is None:
            raise ValueError(f"Cannot differentiate a function that returns None; did you forget to return a value "
                             f"from {f.__name__}?")  # fmt: skip
        variables = tape.watched_variables()
        if not variables:
            raise ValueError("No trainable variables were accessed while the function was being computed.")
        return value, list(zip(tape.gradient(value, variables), variables, strict=True))

    return call


def implicit_grad(f: Callable[..., Any]) -> Callable[..., list[tuple[Any, Any]]]:
    """A function that gives pairs of the gradient of `f` and each trainable variable that it used."""
    both = implicit_val_and_grad(f)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def val_and_grad_function(f: Callable[..., Any], params: Sequence[int | str] | None = None) -> Callable[..., Any]:
    """A function that gives what `f` gives, and its gradients by its arguments, or those of numbers or names `params`.

    It takes `dy` besides, the cotangent.
    """

    def call(*args: Any, dy: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        import inspect

        names = list(inspect.signature(f).parameters)
        numbers = range(len(args)) if params is None else [p if isinstance(p, int) else names.index(p) for p in params]
        given = [nest.map_structure(convert_to_tensor, x) if i in numbers else x for i, x in enumerate(args)]
        sources = [given[i] for i in numbers]
        with GradientTape() as tape:
            for source in sources:
                nest.map_structure(tape.watch, source)
            value = f(*given, **kwargs)
        if value is None:
            raise ValueError("Cannot differentiate a function that returns None; did you forget to return a value?")
        return value, tape.gradient(value, sources, output_gradients=dy)

    return call


def gradients_function(f: Callable[..., Any], params: Sequence[int | str] | None = None) -> Callable[..., Any]:
    """A function that gives the gradients of `f` by its arguments; see `val_and_grad_function`."""
    both = val_and_grad_function(f, params)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def make_vjp(f: Callable[..., Any], params: Sequence[int | str] | None = None, persistent: bool = True) -> Any:
    """A function that gives what `f` gives, and a function from a cotangent to the gradients by its arguments."""

    def call(*args: Any, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        return f(*args, **kwargs), lambda dy=None: val_and_grad_function(f, params)(*args, dy=dy, **kwargs)[1]

    return call
