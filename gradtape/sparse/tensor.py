"""`SparseTensor`: a tensor that is zero but in a few places, as these values and where they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..array.shape import with_length
from ..operations import reading
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import DType, int64
from ..values.shape import TensorShape
from ..values.symbolic import Dim, Value, computed_rows, differ, integers_tensor, of_rows
from ..values.tensor import EagerTensor
from . import places


class SparseTensor(CompositeTensor):
    """`values[i]` at `indices[i]` of a tensor of zeros of `dense_shape`.

    Most functions of `tf.sparse` want the indices in row-major order; `tf.sparse.reorder` brings them into it. What is
    differentiated is `values`: gradients flow through the functions of `tf.sparse`, and `tape.gradient` takes
    `x.values` as a source, not `x`.

    Args:
      indices: of shape `(n, rank)`, int64.
      values: of shape `(n,)`.
      dense_shape: of shape `(rank,)`, int64.

    Raises:
      ValueError: if these shapes do not fit.

    >>> import gradtape as tf
    >>> x = tf.sparse.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 2])
    >>> tf.sparse.to_dense(x).numpy()
    array([[0., 1.],
           [0., 0.],
           [2., 0.]], dtype=float32)
    """

    _sparse = True
    _instead = "tf.sparse.to_dense(x), or what tf.sparse has for it, such as map_values"
    _by_spec = True

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self._indices = convert_to_tensor(indices, int64)
        self._values = reading.convert_to_tensor(values)
        self._dense_shape = convert_to_tensor(dense_shape, int64)
        shapes = [x._array.shape for x in self._components]
        if [len(s) for s in shapes] != [2, 1, 1] or not _fit(*shapes):
            raise ValueError(
                "A SparseTensor is made of indices of shape (n, rank), values of shape (n,) and a dense_shape of shape "
                f"(rank,); these have shapes {shapes[0]}, {shapes[1]} and {shapes[2]}."
            )
        at, value = self._indices._array, self._values._array
        if type(value) is Value:
            if type(at) is Value and _as_long(at, value):
                of_rows(self._indices, value.shape[0])
            self._values = with_length(self._values, at.shape[0])

    @classmethod
    def _of(cls, indices: Any, values: Any, dims: Sequence[int]) -> "SparseTensor":
        """Of lengths, which may be a graph's."""
        made = cls(indices, values, integers_tensor(tuple(dims), np.int64))
        made._lengths = tuple(dims)
        return made

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> "SparseTensor":
        """A SparseTensor of something that has `indices`, `values` and `dense_shape`."""
        x = sparse_tensor_value
        return x if isinstance(x, SparseTensor) else cls(x.indices, x.values, x.dense_shape)

    @property
    def indices(self) -> EagerTensor:
        return self._indices

    @property
    def values(self) -> EagerTensor:
        return self._values

    @property
    def dense_shape(self) -> EagerTensor:
        return self._dense_shape

    @property
    def dtype(self) -> DType:  # type: ignore[override]
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        if self._described is not None:
            return self._described
        return TensorShape([None if isinstance(n, Dim) else n for n in self._dims])

    _described: TensorShape | None = None  # what is known of the result of a function, which is no value of a graph

    _lengths: tuple[int, ...] | None = None  # the dense shape, where it is known what it is made of

    @property
    def _dims(self) -> tuple[int, ...]:
        if self._lengths is None:
            self._lengths = tuple(self._dense_shape._array.tolist())
        return self._lengths

    def get_shape(self) -> TensorShape:
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`; in a function that is traced, know it from now on.

        Raises:
          ValueError: if it is not.
        """
        array = self._dense_shape._array
        if type(array) is Value and array.trace is None:
            self._described = TensorShape(shape)
            return
        known = self.shape.merge_with(shape).as_list()
        self._lengths = tuple([n if m is None else m for n, m in zip(self._dims, known, strict=True)])
        if type(array) is Value and None not in known:
            self._dense_shape = convert_to_tensor(known, int64)

    def with_values(self, new_values: Any) -> "SparseTensor":
        """Other values in the same places."""
        made = SparseTensor(self._indices, new_values, self._dense_shape)
        made._lengths = self._lengths
        return made

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return self._indices, self._values, self._dense_shape

    def _with_components(self, components: Sequence[Any]) -> "SparseTensor":
        made = SparseTensor(*components)
        if type(made._dense_shape._array) is Value:
            made.set_shape(self.shape)
        return made

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        raise ValueError(f"This operation does not take a tf.SparseTensor. Use {self._instead}. Got {self!r}")

    def _element(self, i: Any) -> "SparseTensor":
        """What it is at the index `i` of the first axis."""
        from ..array.gathering import gather_p, where_true_p

        n = self._indices._array.shape[0]
        kept = where_true_p(computed_rows(n, places.in_row, self._indices, convert_to_tensor(i)))
        indices = gather_p(self._indices, kept, axis=-2)
        return SparseTensor._of(indices[:, 1:], gather_p(self._values, kept, axis=-1), self._dims[1:])

    def _scaled(self, other: Any, scale: Any) -> "SparseTensor":
        """The values scaled by a number, or by those in their places of a tensor that broadcasts to the shape."""
        factor = tensor_of(other, None if isinstance(other, np.ndarray) else self.dtype)
        if factor._array.ndim:
            from ..array.gathering import gather_nd
            from ..array.shape import broadcast_to

            factor = gather_nd(broadcast_to(factor, self._dims), self._indices)
        return self.with_values(scale(self._values, factor))

    def __mul__(self, other: Any) -> "SparseTensor":
        return self._scaled(other, lambda x, y: x * y)

    def __truediv__(self, other: Any) -> "SparseTensor":
        return self._scaled(other, lambda x, y: x / y)

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self._indices!s}, values={self._values!s}, dense_shape={self._dense_shape!s})"


def _as_long(at: Value, value: Value) -> bool:
    """Whether samples of indices and of values have the same lengths."""
    others = [x.sample if x.other is None else x.other for x in (at, value)]
    samples = [x.sample for x in (at, value)]
    return all(x is not None for x in (*others, *samples)) and all(len(x) == len(y) for x, y in (others, samples))


def _fit(indices: tuple[int, ...], values: tuple[int, ...], dense_shape: tuple[int, ...]) -> bool:
    """Whether these shapes are, or may be, those of one tensor's parts."""
    given = ((indices[0], values[0]), (indices[1], dense_shape[0]))
    return not any(differ(n, m) for n, m in given)
