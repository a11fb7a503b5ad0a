"""`tf.data.DatasetSpec`: what is known of a dataset, where it is an element, an argument, or a result of a function."""

from typing import Any

from ..values.dtypes import string
from ..values.shape import TensorShape
from ..values.type_spec import TensorSpec
from .optional import ElementSpec
from .sources import Held

__all__ = ["DatasetSpec"]


class DatasetSpec(ElementSpec):
    """What is known of a dataset: the specs of its elements, a structure of them.

    >>> import gradtape as tf
    >>> tf.data.DatasetSpec.from_value(tf.data.Dataset.range(3))
    DatasetSpec(TensorSpec(shape=(), dtype=tf.int64, name=None), TensorShape([]))
    """

    __slots__ = ()
    kind: type  # the class of datasets, which sets it

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        super().__init__(element_spec)

    @property
    def value_type(self) -> type:
        return type(self).kind

    @property
    def element_spec(self) -> Any:
        """The specs of the elements."""
        return self._element_spec

    @classmethod
    def from_value(cls, value: Any) -> "DatasetSpec":
        """The spec of a dataset."""
        return cls(value.element_spec)

    @property
    def _component_specs(self) -> Any:
        return (TensorSpec([], string),)  # objects are where strings are

    def _from_components(self, components: Any) -> Any:
        return type(self).kind(Held(components[0], self._element_spec))

    def __repr__(self) -> str:
        return f"DatasetSpec({self._element_spec!r}, {TensorShape([])!r})"
