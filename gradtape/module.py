"""`tf.Module`: an object that knows the variables and modules among its attributes."""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .values import nest
from .values.naming import name_scope
from .values.trackable import AutoTrackable
from .values.variable import Variable

__all__ = ["Module"]

F = TypeVar("F", bound=Callable[..., Any])

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")


def default_name(kind: type) -> str:
    """The name of a class, in snake_case."""
    return _WORD.sub("_", kind.__name__).lower()


class Module(AutoTrackable):
    """A base class for layers and models: it finds their variables.

    Variables and modules may be attributes, or in lists, tuples and dicts that are. Those of an object come in the
    order of its attributes' names, then those of its modules.

    Args:
      name: a Python identifier; by default the name of the class, in snake_case.

    Raises:
      ValueError: if `name` is none.

    >>> import gradtape as tf
    >>> class Dense(tf.Module):
    ...     def __init__(self, inputs, outputs, name=None):
    ...         super().__init__(name=name)
    ...         with self.name_scope:
    ...             self.w = tf.Variable(tf.ones([inputs, outputs]), name="w")
    ...             self.b = tf.Variable(tf.zeros([outputs]), name="b")
    ...     def __call__(self, x):
    ...         return x @ self.w + self.b
    >>> [v.name for v in Dense(3, 2).trainable_variables]
    ['dense/b:0', 'dense/w:0']
    """

    _name: str
    _name_scope: name_scope

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = default_name(type(self))
        elif not re.fullmatch(r"[a-zA-Z_]\w*", name, re.ASCII):
            raise ValueError(
                f"{name!r} is not a valid module name. "
                "Module names must be valid Python identifiers (e.g. a valid class name)."
            )
        self._name = name
        with name_scope(name) as scope:
            self._name_scope = name_scope(scope)

    @property
    def name(self) -> str:
        """The name, without the scopes it was made in."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """The scope to make variables in, so that their names begin with this module's."""
        return self._name_scope

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables of this module and its submodules, each once."""
        return tuple(leaf for leaf in self._leaves() if isinstance(leaf, Variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of `variables` that are trainable."""
        return tuple(v for v in self.variables if v.trainable)  # type: ignore[attr-defined]

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        """Those of `variables` that are not trainable."""
        return tuple(v for v in self.variables if not v.trainable)  # type: ignore[attr-defined]

    @property
    def submodules(self) -> "tuple[Module, ...]":
        """All modules among the attributes of this one, and theirs, each once."""
        return tuple(leaf for leaf in self._leaves() if isinstance(leaf, Module))

    def _leaves(self) -> Iterator[Any]:
        """Everything in the attributes, with containers taken apart; then in those of the modules found, and so on."""
        return _leaves(self, {id(self)})

    @classmethod
    def with_name_scope(cls, method: F) -> F:
        """Decorates a method, so that it runs in the module's `name_scope`.

        >>> import gradtape as tf
        >>> class Layer(tf.Module):
        ...     @tf.Module.with_name_scope
        ...     def build(self):
        ...         return tf.Variable(1.0, name="w")
        >>> Layer().build().name
        'layer/w:0'
        """

        @functools.wraps(method)
        def scoped(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped  # type: ignore[return-value]


def _leaves(module: Module, seen: set[int]) -> Iterator[Any]:
    modules = []
    for name, value in sorted(vars(module).items()):
        if name.startswith("_self_"):  # what its children are
            continue
        try:
            found = nest.flatten_once(value)
        except TypeError:  # a dict whose keys have no order
            continue
        for leaf in found:
            if id(leaf) not in seen:
                seen.add(id(leaf))
                yield leaf
                if isinstance(leaf, Module):
                    modules.append(leaf)
    for inner in modules:
        yield from _leaves(inner, seen)
