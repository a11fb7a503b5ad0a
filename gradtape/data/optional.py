"""`tf.experimental.Optional`: a value that may be missing, so that a graph can pass it on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.dtypes import bool_
from ..values.errors import InvalidArgumentError
from ..values.shape import TensorShape
from ..values.symbolic import SymbolicTensor
from ..values.tensor import EagerTensor, wrap
from ..values.type_spec import TensorSpec, TypeSpec, type_spec_from_value
from .node import flat_specs, held, object_of, packed, taken_apart
from .operations import HANDLE, written

__all__ = ["Optional", "OptionalSpec"]


class Optional(CompositeTensor):
    """A value, or the lack of one. It is made by `from_value` and `empty`, and by an iterator that may be at its end.

    >>> import gradtape as tf
    >>> some = tf.experimental.Optional.from_value(tf.constant(2.0))
    >>> some.has_value().numpy(), some.get_value().numpy()
    (np.True_, np.float32(2.0))
    """

    _instead = "x.get_value()"
    _by_spec = True
    _holds = True

    def __init__(self, handle: Any, element_spec: Any) -> None:
        self._handle = handle  # a scalar that holds the value's arrays, or None
        self._spec = OptionalSpec(element_spec)

    @staticmethod
    def from_value(value: Any) -> "Optional":
        """One that has `value`, a structure of tensors."""
        value = nest.map_structure(lambda x: x if isinstance(x, CompositeTensor) else convert_to_tensor(x), value)
        spec = nest.map_structure(type_spec_from_value, value)
        parts = nest.flatten(value, expand_composites=True)
        if any(isinstance(x, SymbolicTensor) for x in parts):
            (handle,) = written("OptionalFromValue", lambda *arrays: [held(arrays)], parts, [HANDLE])
        else:
            handle = wrap(held(taken_apart(value)))
        return Optional(handle, spec)

    @staticmethod
    def empty(element_spec: Any) -> "Optional":
        """One that has none; a value would be such as `element_spec` says, a structure of specs."""
        return Optional(wrap(held(None)), element_spec)

    def has_value(self, name: str | None = None) -> EagerTensor:
        """Whether it has a value: a bool scalar."""
        if isinstance(self._handle, SymbolicTensor):
            return written("OptionalHasValue", _whether, [self._handle], [TensorSpec([], bool_)])[0]  # type: ignore[no-any-return]
        return wrap(_whether(self._handle._array)[0])

    def get_value(self, name: str | None = None) -> Any:
        """The value.

        Raises:
          InvalidArgumentError: if there is none.
        """
        if isinstance(self._handle, SymbolicTensor):
            specs = flat_specs(self._element_spec)
            return packed(self._element_spec, written("OptionalGetValue", _value, [self._handle], specs))
        return packed(self._element_spec, [wrap(a) for a in _value(self._handle._array)])

    @property
    def element_spec(self) -> Any:
        """The specs of its value: a structure of them."""
        return self._element_spec

    @property
    def _type_spec(self) -> "OptionalSpec":
        return self._spec

    @property
    def _element_spec(self) -> Any:
        return self._spec._element_spec

    @_element_spec.setter
    def _element_spec(self, spec: Any) -> None:
        """Keras sets it while the loop that carries the optional is traced, which knows it by this spec."""
        self._spec._element_spec = spec

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return (self._handle,)

    def _with_components(self, components: Sequence[Any]) -> "Optional":
        return Optional(components[0], self._element_spec)


def _whether(handle: Any) -> list[Any]:
    return [np.bool_(object_of(handle) is not None)]


def _value(handle: Any) -> list[Any]:
    value = object_of(handle)
    if value is None:
        raise InvalidArgumentError(None, None, "The given optional does not have a value. [Op:OptionalGetValue]")
    return list(value)


class ElementSpec(TypeSpec):
    """What is known of something that gives elements: their specs, a structure of these."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)

    def __hash__(self) -> int:
        return hash((type(self), tuple(map(hash, nest.flatten(self._element_spec)))))

    @property
    def shape(self) -> Any:
        """That of a scalar."""
        return TensorShape([])

    _shape = shape

    @property
    def _component_specs(self) -> Any:
        return (HANDLE,)

    def _to_components(self, value: Any) -> Any:
        return value._components


class OptionalSpec(ElementSpec):
    """What is known of a `tf.experimental.Optional`.

    Args:
      element_spec: a structure of the specs of its value; None for none.

    >>> import gradtape as tf
    >>> tf.OptionalSpec(tf.TensorSpec([2]))
    OptionalSpec(TensorSpec(shape=(2,), dtype=tf.float32, name=None),)
    """

    __slots__ = ()

    @property
    def value_type(self) -> type:
        return Optional

    @classmethod
    def from_value(cls, value: Optional) -> "OptionalSpec":
        """The spec of an Optional."""
        return cls(value.element_spec)

    def __repr__(self) -> str:
        return f"OptionalSpec({self._element_spec!r},)"

    def _from_components(self, components: Any) -> Any:
        return Optional(components[0], self._element_spec)
