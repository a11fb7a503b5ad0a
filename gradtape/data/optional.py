"""`tf.experimental.Optional`: a value that may be missing, so that a graph can pass it on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.dtypes import bool_
from ..values.errors import InvalidArgumentError
from ..values.symbolic import checked, computation
from ..values.tensor import EagerTensor, wrap
from ..values.type_spec import TensorSpec, TypeSpec, type_spec_from_value

__all__ = ["Optional", "OptionalSpec"]


class Optional(CompositeTensor):
    """A value, or the lack of one. It is made by `from_value` and `empty`, and by an iterator that may be at its end.

    >>> import gradtape as tf
    >>> some = tf.experimental.Optional.from_value(tf.constant(2.0))
    >>> some.has_value().numpy(), some.get_value().numpy()
    (np.True_, np.float32(2.0))
    """

    _instead = "x.get_value()"

    def __init__(self, has_value: Any, value: Any, element_spec: Any) -> None:
        self._has_value = has_value
        self._value = value  # a structure of tensors; None where there is none
        self._element_spec = element_spec

    @staticmethod
    def from_value(value: Any) -> "Optional":
        """One that has `value`, a structure of tensors."""
        value = nest.map_structure(lambda x: x if isinstance(x, CompositeTensor) else convert_to_tensor(x), value)
        return Optional(wrap(np.True_), value, nest.map_structure(type_spec_from_value, value))

    @staticmethod
    def empty(element_spec: Any) -> "Optional":
        """One that has none; a value would be such as `element_spec` says, a structure of specs."""
        return Optional(wrap(np.False_), None, element_spec)

    def has_value(self, name: str | None = None) -> EagerTensor:
        """Whether it has a value: a bool scalar."""
        return self._has_value  # type: ignore[no-any-return]

    def get_value(self, name: str | None = None) -> Any:
        """The value.

        Raises:
          InvalidArgumentError: if there is none.
        """
        checked(_has_one, self._has_value._array)
        return self._value

    @property
    def element_spec(self) -> Any:
        """The specs of its value: a structure of them."""
        return self._element_spec

    @property
    def _type_spec(self) -> "OptionalSpec":
        return OptionalSpec(self._element_spec)

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        values = () if self._value is None else nest.flatten(self._value, expand_composites=True)
        return (self._has_value, *values)

    def _with_components(self, components: Sequence[Any]) -> "Optional":
        has_value, *values = components
        if not values:
            return Optional(has_value, self._value, self._element_spec)
        value = nest.pack_sequence_as(self._value, values, expand_composites=True)
        return Optional(has_value, value, self._element_spec)


@computation
def _has_one(has_value: Any) -> None:
    if not has_value:
        raise InvalidArgumentError(None, None, "The given optional does not have a value. [Op:OptionalGetValue]")


class ElementSpec(TypeSpec):
    """What is known of something that gives elements: their specs, a structure of these."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    def _serialize(self) -> tuple[Any, ...]:
        return (self._element_spec,)

    def __hash__(self) -> int:
        return hash((type(self), tuple(map(hash, nest.flatten(self._element_spec)))))

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

    @property
    def shape(self) -> Any:
        from ..values.shape import TensorShape

        return TensorShape([])

    @classmethod
    def from_value(cls, value: Optional) -> "OptionalSpec":
        """The spec of an Optional."""
        return cls(value.element_spec)

    def __repr__(self) -> str:
        return f"OptionalSpec({self._element_spec!r},)"

    @property
    def _component_specs(self) -> Any:
        return TensorSpec([], bool_), *flat_specs(self._element_spec)

    def _from_components(self, components: Any) -> Any:
        has_value, *values = components
        return Optional(has_value, packed(self._element_spec, values) if values else None, self._element_spec)


def flat_specs(element_spec: Any) -> list[TypeSpec]:
    """The specs of the tensors that an element is made of."""
    found = []
    for spec in nest.flatten(element_spec):
        if spec is not None:
            found += [spec] if isinstance(spec, TensorSpec) else list(spec._component_specs)
    return found


def packed(element_spec: Any, tensors: Sequence[Any]) -> Any:
    """The element of which these are the tensors."""
    given = iter(tensors)

    def value(spec: Any) -> Any:
        if spec is None or isinstance(spec, TensorSpec):
            return None if spec is None else next(given)
        return spec._from_components([next(given) for _ in spec._component_specs])

    return nest.map_structure(value, element_spec)
