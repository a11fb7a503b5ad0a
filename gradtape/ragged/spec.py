"""`tf.RaggedTensorSpec`: the shape and dtype of a ragged tensor, and how many of its axes are ragged."""

from typing import Any

from ..core.dtypes import as_dtype, float32, int64
from ..core.shape import TensorShape
from ..core.type_spec import TensorSpec, TypeSpec
from .tensor import RaggedTensor

__all__ = ["RaggedTensorSpec"]


class RaggedTensorSpec(TypeSpec):
    """What is known of a `tf.RaggedTensor`.

    Args:
      shape: of the whole, in which None is a length that is not known, or an axis that is ragged.
      dtype: of the values.
      ragged_rank: the number of ragged axes; by default all that `shape` has after the first.
      row_splits_dtype: int32 or int64.

    Raises:
      ValueError: if the ragged rank is unknown, or not less than the rank.

    >>> import gradtape as tf
    >>> tf.RaggedTensorSpec([2, None], tf.int32)
    RaggedTensorSpec(TensorShape([2, None]), tf.int32, 1, tf.int64)
    """

    __slots__ = ("_dtype", "_ragged_rank", "_row_splits_dtype", "_shape")

    def __init__(self, shape: Any = None, dtype: Any = float32, ragged_rank: int | None = None,
                 row_splits_dtype: Any = int64) -> None:  # fmt: skip
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        if rank is not None and ragged_rank >= max(rank, 1):
            raise ValueError(f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank}).")
        self._ragged_rank = ragged_rank

    @property
    def shape(self) -> TensorShape:
        """Its `TensorShape`, as far as it is known."""
        return self._shape

    @property
    def dtype(self) -> Any:
        """The `DType` of its values."""
        return self._dtype

    @property
    def ragged_rank(self) -> int:
        """How many of its axes are ragged."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> Any:
        """The `DType` of its row splits."""
        return self._row_splits_dtype

    @property
    def value_type(self) -> type:
        return RaggedTensor if self._ragged_rank else super().value_type

    @classmethod
    def from_value(cls, value: RaggedTensor) -> "RaggedTensorSpec":
        """The spec of a ragged tensor."""
        return cls(value.shape, value.dtype, value.ragged_rank, value.row_splits.dtype)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype

    @property
    def _component_specs(self) -> Any:
        dims = self._shape.as_list() if self._shape.rank is not None else [None]
        rows = [None if n is None else n + 1 for n in dims[:1]]
        inner = dims[self._ragged_rank + 1 :]
        splits = [TensorSpec([None] if i else rows, self._row_splits_dtype) for i in range(self._ragged_rank)]
        return TensorSpec([None, *inner], self._dtype), *splits

    def _to_components(self, value: Any) -> Any:
        return value._components

    def _from_components(self, components: Any) -> Any:
        values, *splits = components
        if not splits:
            return values
        return RaggedTensor.from_nested_row_splits(values, splits, validate=False)._know(self._shape)
