"""`TensorArraySpec`: what is known of a `TensorArray`."""

from typing import Any

from .tensor_array import TensorArray
from .values.dtypes import as_dtype, float32
from .values.shape import as_shape
from .values.type_spec import TypeSpec

__all__ = ["TensorArraySpec"]


class TensorArraySpec(TypeSpec):
    """What is known of a `tf.TensorArray`, apart from its size.

    Args:
      element_shape: that all its tensors have, as far as it is known.
      dtype: of its tensors.
      dynamic_size: whether it grows.
      infer_shape: whether all its tensors have one shape.

    >>> import gradtape as tf
    >>> tf.type_spec_from_value(tf.TensorArray(tf.float32, size=3))
    TensorArraySpec(TensorShape(None), tf.float32, False, True)
    """

    __slots__ = ("_dtype", "_dynamic_size", "_element_shape", "_infer_shape")

    def __init__(
        self, element_shape: Any = None, dtype: Any = float32, dynamic_size: bool = False, infer_shape: bool = True
    ) -> None:
        self._element_shape = as_shape(element_shape)
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size
        self._infer_shape = infer_shape

    @classmethod
    def from_value(cls, value: TensorArray) -> "TensorArraySpec":
        """The spec of an array."""
        return cls(value.element_shape, value.dtype, value.dynamic_size, value._infer)

    @property
    def value_type(self) -> type:
        return TensorArray

    def _serialize(self) -> tuple[Any, ...]:
        return self._element_shape, self._dtype, self._dynamic_size, self._infer_shape

    # The components are the elements (None for those that were not written), after what Python knows of them.

    @property
    def _component_specs(self) -> Any:
        raise TypeError(
            f"{self!r} does not say how many tensors there are, so nothing can be traced for it. Pass a tf.TensorArray."
        )

    def _to_components(self, value: TensorArray) -> Any:
        return (value._once, *sorted(value._read)), tuple(value._tensors)

    def _from_components(self, components: Any) -> TensorArray:
        (once, *read), tensors = components
        value = TensorArray(self._dtype, len(tensors), self._dynamic_size, once, None, None, None,
                            self._infer_shape, self._element_shape)  # fmt: skip
        value._tensors[:] = tensors
        value._read.update(read)
        return value


TensorArray._type_spec = property(TensorArraySpec.from_value)  # type: ignore[attr-defined]
