"""`tf.SparseTensorSpec`: the shape and dtype of a sparse tensor."""

from typing import Any

from ..values.dtypes import as_dtype, float32, int64
from ..values.shape import TensorShape
from ..values.type_spec import TensorSpec, TypeSpec
from .tensor import SparseTensor

__all__ = ["SparseTensorSpec"]


class SparseTensorSpec(TypeSpec):
    """What is known of a `tf.SparseTensor`.

    Args:
      shape: of the whole, in which None is a length that is not known.
      dtype: of the values.

    >>> import gradtape as tf
    >>> tf.SparseTensorSpec([None, 3], tf.float32)
    SparseTensorSpec(TensorShape([None, 3]), tf.float32)
    """

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape: Any = None, dtype: Any = float32) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        """Its `TensorShape`, as far as it is known."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The `DType` of its values."""
        return self._dtype

    @property
    def value_type(self) -> type:
        return SparseTensor

    @classmethod
    def from_value(cls, value: SparseTensor) -> "SparseTensorSpec":
        """The spec of a sparse tensor."""
        return cls(value.shape, value.dtype)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype

    @property
    def _component_specs(self) -> Any:
        rank = self._shape.rank
        return TensorSpec([None, rank], int64), TensorSpec([None], self._dtype), TensorSpec([rank], int64)

    def _to_components(self, value: Any) -> Any:
        return value._components

    def _from_components(self, components: Any) -> Any:
        made = SparseTensor(*components)
        made.set_shape(self._shape)
        return made


SparseTensor._type_spec = property(SparseTensorSpec.from_value)  # type: ignore[attr-defined]
