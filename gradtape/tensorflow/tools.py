"""What TensorFlow's own modules do to functions, and libraries with them: decorators that warn, export and document."""

import contextlib
import functools
import inspect
import logging
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

F = TypeVar("F", bound=Any)
Decorator = Callable[[F], F]

_warnings = {"silent": 0}
_seen: set[Any] = set()
_log = logging.getLogger("tensorflow")


# --- tensorflow.python.util.deprecation ------------------------------------------------------------------------------


def _warn(function: Any, what: str, date: str | None, instructions: str, once: bool) -> None:
    key = function.__qualname__, what
    if _warnings["silent"] or (once and key in _seen):
        return
    _seen.add(key)
    when = "in a future version" if date is None else f"after {date}"
    _log.warning(
        "%s (from %s) %s and will be removed %s.\nInstructions for updating:\n%s",
        function.__qualname__, function.__module__, what, when, instructions,
    )  # fmt: skip


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Decorator[Any]:
    """Warn at the first call of a function that it is going to be removed."""

    def decorate(function: Any) -> Any:
        if isinstance(function, type):  # the class stays a class
            function.__init__ = decorate(function.__init__)  # type: ignore[misc]
            return function

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            _warn(function, "is deprecated", date, instructions, warn_once)
            return function(*args, **kwargs)

        return call

    return decorate


def deprecated_args(date: str | None, instructions: str, *names: Any, warn_once: bool = True) -> Decorator[Any]:
    """Warn where a call gives one of these arguments; an entry may be a tuple of a name and values that are fine."""
    fine = dict((name, ()) if isinstance(name, str) else (name[0], name[1:]) for name in names)

    def told(name: str, given: Any) -> str | None:
        if name not in fine or any(given is value for value in fine[name]):
            return None
        return f"with {name} is deprecated"

    return _warning_of_arguments(told, date, instructions, warn_once)


def deprecated_arg_values(date: str | None, instructions: str, warn_once: bool = True, **values: Any) -> Decorator[Any]:
    """Warn where a call gives these values."""

    def told(name: str, given: Any) -> str | None:
        return f"with {name}={given!r} is deprecated" if name in values and given == values[name] else None

    return _warning_of_arguments(told, date, instructions, warn_once)


def _warning_of_arguments(
    told: Callable[[str, Any], str | None], date: str | None, instructions: str, once: bool
) -> Decorator[Any]:
    """Warn of each argument of a call of which there is something to tell."""

    def decorate(function: Any) -> Any:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(TypeError):
                for name, given in signature.bind(*args, **kwargs).arguments.items():
                    what = told(name, given)
                    if what is not None:
                        _warn(function, what, date, instructions, once)
            return function(*args, **kwargs)

        return call

    return decorate


def deprecated_endpoints(*names: str) -> Decorator[Any]:
    """Note names that are deprecated."""
    return _noting("_tf_deprecated_api_names", names)


def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that has two names.

    Raises:
      ValueError: if both are given.
    """
    if old_value is not None:
        if new_value is not None:
            raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'.")
        return old_value
    return new_value


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """A context without these warnings."""
    _warnings["silent"] += 1
    try:
        yield
    finally:
        _warnings["silent"] -= 1


# --- tensorflow.python.util.tf_export, tensorflow.tools.docs.doc_controls --------------------------------------------


def _noting(attribute: str, value: Any) -> Decorator[Any]:
    """A decorator that notes something, and changes nothing."""

    def decorate(x: Any) -> Any:
        with contextlib.suppress(AttributeError, TypeError):
            setattr(x, attribute, value)
        return x

    return decorate


def tf_export(*names: str, v1: Any = None, allow_multiple_exports: bool = True) -> Decorator[Any]:
    """Note the names under which something is public."""
    return _noting("_tf_api_names", names)


def keras_export(*names: str, v1: Any = None, allow_multiple_exports: bool = True) -> Decorator[Any]:
    return _noting("_keras_api_names", names)


def get_canonical_name_for_symbol(
    symbol: Any, api_name: str = "tensorflow", add_prefix_to_v1_names: bool = False
) -> str | None:
    """The first of the names that `tf_export` noted, or None."""
    names = getattr(symbol, "_keras_api_names" if api_name == "keras" else "_tf_api_names", ())
    return names[0] if names else None


def kwarg_only(function: F) -> F:
    """A function that takes no arguments by position."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if args:
            keys = list(inspect.signature(function).parameters)
            raise TypeError(f"{function.__name__} only takes keyword args (possible keys: {keys}).")
        return function(**kwargs)

    return call  # type: ignore[return-value]


def do_not_generate_docs(x: F) -> F:
    return x


do_not_doc_inheritable = do_not_doc_in_subclasses = for_subclass_implementers = doc_private = do_not_generate_docs
doc_in_current_and_subclasses = set_deprecated = do_not_generate_docs


# --- tensorflow.python.util.tf_decorator -----------------------------------------------------------------------------


class TFDecorator:
    """What `make_decorator` notes of a function: which it stands for, and in which name."""

    def __init__(
        self, decorator_name: str, target: Any, decorator_doc: str = "", decorator_argspec: Any = None
    ) -> None:
        self.decorator_name = decorator_name
        self.decorated_target = target
        self.decorator_doc = decorator_doc
        self.decorator_argspec = decorator_argspec


def make_decorator(
    target: Any,
    decorator_func: Any,
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> Any:
    """`decorator_func`, with the name and the docstring of `target`, which it calls."""
    name = decorator_name or sys._getframe(1).f_code.co_name  # the decorator, which is what calls this
    made = TFDecorator(name, target, decorator_doc, decorator_argspec)
    functools.update_wrapper(decorator_func, inspect.unwrap(target) if callable(target) else target)
    decorator_func._tf_decorator = made
    decorator_func.__wrapped__ = target
    return decorator_func


def unwrap(maybe_tf_decorator: Any) -> tuple[list[TFDecorator], Any]:
    """The decorators of a function, from the outermost, and what they stand for."""
    found, x = [], maybe_tf_decorator
    while hasattr(x, "_tf_decorator"):
        found.append(x._tf_decorator)
        x = x._tf_decorator.decorated_target
    return found, x


def rewrap(decorator_func: Any, previous_target: Any, new_target: Any) -> Any:
    """The same decorator of another function."""
    if decorator_func is previous_target:
        return new_target
    decorator_func._tf_decorator.decorated_target = new_target
    decorator_func.__wrapped__ = new_target
    return decorator_func


# --- tensorflow.python.util.tf_inspect -------------------------------------------------------------------------------


def getfullargspec(obj: Any) -> inspect.FullArgSpec:
    """The parameters of a function, or of what its decorators stand before."""
    return inspect.getfullargspec(inspect.unwrap(obj))


def __getattr__(name: str) -> Any:
    """All else is Python's `inspect`."""
    if name in inspect.__all__ or name in ("ismethod", "isfunction"):
        return getattr(inspect, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# --- tensorflow.python.framework.test_util, tensorflow.python.client.device_lib --------------------------------------


def run_in_graph_and_eager_modes(func: Any = None, **options: Any) -> Any:
    """A test that TensorFlow runs in sessions too; here it runs eagerly."""
    return (lambda f: f) if func is None else func


run_all_in_graph_and_eager_modes = run_v2_only = run_all_in_deprecated_graph_mode_only = run_in_graph_and_eager_modes


def list_local_devices(session_config: Any = None) -> list[Any]:
    """This machine's devices, each with `name`, `device_type`, `memory_limit`, `incarnation` and what it is."""
    from ..config.devices import list_logical_devices

    return [
        SimpleNamespace(name=device.name, device_type=device.device_type, memory_limit=268435456, incarnation=i + 1,
                        physical_device_desc="", xla_global_id=-1)
        for i, device in enumerate(list_logical_devices())
    ]  # fmt: skip
