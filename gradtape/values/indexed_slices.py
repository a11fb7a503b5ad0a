"""`IndexedSlices`: a tensor that is zero but in a few of its rows, as those rows and their indices."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .composite import CompositeTensor
from .dtypes import DType, as_dtype
from .shape import TensorShape
from .tensor import EagerTensor

_sum: Callable[[Any, Any, Any], EagerTensor]  # of rows by index; given by the room of segments


def set_sum(function: Callable[[Any, Any, Any], EagerTensor]) -> None:
    global _sum
    _sum = function


class IndexedSlices(CompositeTensor):
    """`values[i]` is what is added in at row `indices[i]` of a tensor of zeros; indices may repeat.

    Operations take one as the whole tensor; the `scatter_` methods of variables write only to its rows.

    Args:
      values: a tensor of shape `(n, ...)`.
      indices: a tensor of n integers.
      dense_shape: the shape of the whole, a vector of integers, if it is known.

    >>> import gradtape as tf
    >>> tf.convert_to_tensor(tf.IndexedSlices(tf.constant([1.0, 2.0]), tf.constant([2, 2]), tf.constant([4]))).numpy()
    array([0., 0., 3., 0.], dtype=float32)
    """

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    @property
    def values(self) -> Any:
        return self._values

    @property
    def indices(self) -> Any:
        return self._indices

    @property
    def dense_shape(self) -> Any:
        return self._dense_shape

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        parts = (self._values, self._indices)
        return parts if self._dense_shape is None else (*parts, self._dense_shape)

    def _with_components(self, components: Sequence[Any]) -> "IndexedSlices":
        return IndexedSlices(*components)

    @property
    def _elements(self) -> Any:
        return self._values

    def _with_elements(self, elements: Any) -> "IndexedSlices":
        return self.with_values(elements)

    @property
    def dtype(self) -> DType:  # type: ignore[override]
        return self._values.dtype  # type: ignore[no-any-return]

    @property
    def shape(self) -> TensorShape:
        if self._dense_shape is None:
            return TensorShape(None)
        return TensorShape([None if hasattr(n, "sample") else int(n) for n in self._dense_shape])

    @property
    def name(self) -> Any:
        return self._values.name

    @property
    def device(self) -> Any:
        return self._values.device

    @property
    def op(self) -> Any:
        return self._values.op

    @property
    def graph(self) -> Any:
        return self._values.graph

    def consumers(self) -> list[Any]:
        return []

    def with_values(self, values: Any) -> "IndexedSlices":
        """Other values at the same indices."""
        return IndexedSlices(values, self._indices, self._dense_shape)

    def __neg__(self) -> "IndexedSlices":
        return self.with_values(-self._values)

    # TensorFlow has no operators but negation; scaling and adding up are what an optimiser does.

    __array_priority__ = 100

    def __mul__(self, factor: Any) -> Any:
        """The slices scaled, by a number or a tensor of no axes; by any other tensor the whole."""
        if np.ndim(factor):
            return self.__tf_tensor__() * factor
        return self.with_values(self._values * factor)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> Any:
        if np.ndim(divisor):
            return self.__tf_tensor__() / divisor
        return self.with_values(self._values / divisor)

    def __add__(self, other: Any) -> Any:
        return self.__tf_tensor__() + other

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self.__tf_tensor__() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self.__tf_tensor__()

    def __str__(self) -> str:
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape!s}"
        return f"IndexedSlices(indices={self._indices!s}, values={self._values!s}{shape})"

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> EagerTensor:
        """The whole tensor.

        Raises:
          InvalidArgumentError: if an index is out of range.
          ValueError: if its shape is not known, or another dtype is asked for.
        """
        if dtype is not None and as_dtype(dtype) is not self.dtype:
            raise ValueError(
                f"Incompatible tensor conversion requested to dtype {as_dtype(dtype).name} for IndexedSlices ({self}) "
                f"with dtype {self.dtype.name}. Use tf.cast."
            )
        if self._dense_shape is None:
            raise ValueError(f"Tensor conversion requested for IndexedSlices without dense_shape: {self}")
        return _sum(self._values, self._indices, self._dense_shape[0])
