"""`TypeSpec` and its kinds: what is known of a value before it is there. A tensor's spec is its shape, dtype and name.

A spec is plain data: `_serialize()` gives its parts, and equality, subtypes and supertypes go part by part, where
shapes may be more or less known and anything else is equal or not. The spec of a value that is made of several tensors
also takes it apart and puts it together.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from .convert import convert_to_tensor
from .dtypes import DType, as_dtype, float32, int64
from .indexed_slices import IndexedSlices
from .shape import TensorShape, as_shape
from .tensor import Tensor, wrap
from .variable import ResourceVariable, Variable

__all__ = ["IndexedSlicesSpec", "TensorSpec", "TypeSpec", "VariableSpec", "type_spec_from_value"]


_NAMES: dict[str, str] = {
    "RaggedTensorSpec": "tf.RaggedTensorSpec", "SparseTensorSpec": "tf.SparseTensorSpec",
    "TensorArraySpec": "tf.TensorArraySpec", "TensorSpec": "tf.TensorSpec", "VariableSpec": "tf.VariableSpec",
}  # fmt: skip
_registered: dict[str, type] = {}


def registered_name(kind: Any) -> str:
    """The name by which files of TensorFlow know a kind of spec.

    Raises:
      TypeError: if `kind` is no class of specs.
      ValueError: if it has no name.
    """
    if not isinstance(kind, type) or not issubclass(kind, TypeSpec):
        raise TypeError(f"expected `a TypeSpec`; got {kind!r}")
    name = _NAMES.get(kind.__name__)
    if name is None or _registered.get(name) is not kind:
        raise ValueError(f"TypeSpec {kind.__module__}.{kind.__name__} has not been registered.")
    return name


def registered(name: Any) -> Any:
    """The kind of spec of a name.

    Raises:
      TypeError: if `name` is no string.
      ValueError: if nothing has this name.
    """
    if not isinstance(name, str):
        raise TypeError(f"Expected name to be a string; got {name!r}")
    if name not in _registered:
        raise ValueError(
            f"No TypeSpec has been registered with name {name!r}. Known: {', '.join(sorted(_registered))}."
        )
    return _registered[name]


class TypeSpec(ABC):
    """What is known of a value: of which type it is, and what tensors it is made of.

    A kind of its own for a class of values derives from this, and the values have it as `_type_spec`.
    """

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__.startswith("gradtape.") and cls.__name__ in _NAMES:
            _registered[_NAMES[cls.__name__]] = cls

    @property
    @abstractmethod
    def value_type(self) -> type:
        """The Python type of the values."""

    @abstractmethod
    def _serialize(self) -> tuple[Any, ...]:
        """The parts, which `type(self)(*parts)` puts together again."""

    @property
    @abstractmethod
    def _component_specs(self) -> Any:
        """The specs of the tensors that a value is made of: a tuple."""

    @abstractmethod
    def _to_components(self, value: Any) -> Any:
        """The tensors that `value` is made of, and Python values; nested."""

    @abstractmethod
    def _from_components(self, components: Any) -> Any:
        """The value of which these are the components."""

    # --- comparing -----------------------------------------------------------------------------------------------

    def is_subtype_of(self, other: Any) -> bool:
        """Whether whatever fits this spec fits `other`.

        >>> import gradtape as tf
        >>> two, some = tf.TensorSpec([2]), tf.TensorSpec([None])
        >>> two.is_subtype_of(some), some.is_subtype_of(two)
        (True, False)
        """
        return type(self) is type(other) and all(
            mine.is_subtype_of(its) if isinstance(mine, TensorShape) else mine == its
            for mine, its in zip(self._serialize(), other._serialize(), strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest spec that what fits this one or any of `others` fits; None if there is none.

        >>> import gradtape as tf
        >>> tf.TensorSpec([2, 1]).most_specific_common_supertype([tf.TensorSpec([3, 1])])
        TensorSpec(shape=(None, 1), dtype=tf.float32, name=None)
        """
        if any(type(other) is not type(self) for other in others):
            return None
        parts = list(self._serialize())
        for other in others:
            for i, (mine, its) in enumerate(zip(parts, other._serialize(), strict=True)):
                if isinstance(mine, TensorShape):
                    parts[i] = mine.most_specific_compatible_shape(its)
                elif mine != its:
                    return None
        return type(self)(*parts)

    def most_specific_compatible_type(self, other: Any) -> Any:
        """The narrowest spec that what fits this one or `other` fits.

        Raises:
          ValueError: if there is none.
        """
        found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self!r} and {other!r}")
        return found

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether some value may fit both this spec and that one, or that value's."""
        if not isinstance(spec_or_value, TypeSpec):
            spec_or_value = type_spec_from_value(spec_or_value)
        return type(self) is type(spec_or_value) and all(
            mine.is_compatible_with(its) if isinstance(mine, TensorShape) else mine == its
            for mine, its in zip(self._serialize(), spec_or_value._serialize(), strict=True)
        )

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._serialize() == other._serialize()

    def __hash__(self) -> int:
        return hash((type(self), self._serialize()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._serialize()))})"

    def __reduce__(self) -> Any:
        return type(self), self._serialize()


class _DenseSpec(TypeSpec):
    """Of what has one shape and one dtype."""

    __slots__ = ("_dtype", "_shape")

    _dtype: DType
    _shape: TensorShape

    @property
    def shape(self) -> TensorShape:
        """Its `TensorShape`, as far as it is known."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """Its `DType`."""
        return self._dtype


class TensorSpec(_DenseSpec):
    """The shape and dtype of a tensor, as the `input_signature` of a `tf.function` gives them, and perhaps a name.

    Args:
      shape: a `tf.TensorShape` or what it is made of; None in it is a length that is not known, None itself a rank.
      dtype: a `tf.DType` or what it is made of.
      name: of the tensor, or None.

    Raises:
      TypeError: if `shape` or `dtype` is none.
      ValueError: for a negative length.

    >>> import gradtape as tf
    >>> tf.TensorSpec([None, 3], tf.int32)
    TensorSpec(shape=(None, 3), dtype=tf.int32, name=None)
    """

    __slots__ = ("_name",)

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> "TensorSpec":
        """The spec of the shape and dtype of `spec`, with its name or another."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> "TensorSpec":
        """The spec that `tensor` fits.

        Raises:
          ValueError: if it is no `tf.Tensor`.

        >>> import gradtape as tf
        >>> tf.TensorSpec.from_tensor(tf.constant([1.0, 2.0]))
        TensorSpec(shape=(2,), dtype=tf.float32, name=None)
        """
        if not isinstance(tensor, Tensor):
            raise ValueError(f"`tensor` should be a tf.Tensor, but got type {type(tensor)}.")
        return cls(tensor.shape, tensor.dtype, name)

    @property
    def name(self) -> str | None:
        """The tensor's name, or None."""
        return self._name

    @property
    def value_type(self) -> type:
        return Tensor

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a tensor may fit both: the dtypes are the same, and no lengths that are known differ.

        >>> import gradtape as tf
        >>> spec = tf.TensorSpec([None, 2])
        >>> spec.is_compatible_with(tf.ones([3, 2])), spec.is_compatible_with(tf.TensorSpec([3, 4]))
        (True, False)
        """
        return (
            isinstance(spec_or_value, Tensor | TensorSpec)
            and self._dtype is spec_or_value.dtype
            and self._shape.is_compatible_with(spec_or_value.shape)
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether whatever fits this spec fits `other`; a spec with a name fits only those of the same name."""
        return (
            isinstance(other, TensorSpec)
            and self._dtype is other._dtype
            and self._shape.is_subtype_of(other._shape)
            and self._name in (None, other._name)
        )

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._name

    @property
    def _component_specs(self) -> Any:
        return (self,)

    def _to_components(self, value: Any) -> Any:
        return (convert_to_tensor(value, self._dtype),)

    def _from_components(self, components: Any) -> Any:
        return components[0]

    def __hash__(self) -> int:
        return hash((self._shape, self._dtype))

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


class VariableSpec(_DenseSpec):
    """The shape and dtype of a variable, and whether it is trainable.

    Of the arguments of one call, those with the same `alias_id` are the same variable, and others are not.
    """

    __slots__ = ("_alias_id", "_trainable")

    def __init__(self, shape: Any, dtype: Any = float32, trainable: bool = True, alias_id: int | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._trainable = trainable
        self._alias_id = alias_id

    @classmethod
    def from_value(cls, value: ResourceVariable) -> "VariableSpec":
        """The spec of a variable."""
        return cls(value.shape, value.dtype, value.trainable)

    @property
    def trainable(self) -> bool:
        return self._trainable

    @property
    def alias_id(self) -> int | None:
        return self._alias_id

    @property
    def value_type(self) -> type:
        return ResourceVariable

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype, self._trainable, self._alias_id

    # A variable is no tensor: its value is read where it is used.

    @property
    def _component_specs(self) -> Any:
        return ()

    def _to_components(self, value: Any) -> Any:
        return ()

    def _from_components(self, components: Any) -> Any:
        raise NotImplementedError("A variable is not made of tensors.")

    def __repr__(self) -> str:
        return (
            f"VariableSpec(shape={self._shape}, dtype={self._dtype!r}, trainable={self._trainable}, "
            f"alias_id={self._alias_id})"
        )


class IndexedSlicesSpec(TypeSpec):
    """What is known of a `tf.IndexedSlices`.

    Args:
      shape: of the whole.
      dtype: of the values.
      indices_dtype: of the indices.
      dense_shape_dtype: of the dense shape, or None if the slices have none.
      indices_shape: of the indices; a vector of unknown length by default.

    >>> import gradtape as tf
    >>> tf.type_spec_from_value(tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 4])))
    IndexedSlicesSpec(TensorShape([None, 3]), tf.float32, tf.int32, None, TensorShape([2]))
    """

    __slots__ = ("_dense_shape_dtype", "_indices_dtype", "_indices_shape", "_shape", "_values_dtype")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = float32,
        indices_dtype: Any = int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ) -> None:
        self._shape = as_shape(shape)
        self._values_dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = TensorShape([None] if indices_shape is None else indices_shape)

    @classmethod
    def from_value(cls, value: IndexedSlices) -> "IndexedSlicesSpec":
        """The spec of slices."""
        dense, shape = value.dense_shape, TensorShape([None]).concatenate(value.values.shape[1:])
        if dense is not None and isinstance(getattr(dense, "_array", None), np.ndarray):  # not one that is traced
            shape = value.shape
        return cls(shape, value.dtype, value.indices.dtype, None if dense is None else dense.dtype, value.indices.shape)

    @property
    def value_type(self) -> type:
        return IndexedSlices

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._values_dtype, self._indices_dtype, self._dense_shape_dtype, self._indices_shape

    @property
    def _component_specs(self) -> Any:
        values = TensorSpec(self._indices_shape.concatenate(self._shape[1:]), self._values_dtype)
        specs = (values, TensorSpec(self._indices_shape, self._indices_dtype))
        if self._dense_shape_dtype is None:
            return specs
        return *specs, TensorSpec([self._shape.rank], self._dense_shape_dtype)

    def _to_components(self, value: Any) -> Any:
        dense = () if value.dense_shape is None else (value.dense_shape,)
        return value.values, value.indices, *dense

    def _from_components(self, components: Any) -> Any:
        values, indices, *dense = components
        if dense and self._shape.is_fully_defined():  # what is known need not be computed
            assert self._dense_shape_dtype is not None
            dense = [wrap(np.array(self._shape.as_list(), self._dense_shape_dtype.as_numpy_dtype))]
        return IndexedSlices(values, indices, *dense)


IndexedSlices._type_spec = property(IndexedSlicesSpec.from_value)  # type: ignore[attr-defined]


def dtype_of(spec: Any) -> DType:
    """The `DType` of a spec, or that which `spec` stands for."""
    return as_dtype(spec.dtype if isinstance(spec, TypeSpec) else spec)  # type: ignore[attr-defined]


def type_spec_from_value(value: Any) -> TypeSpec:
    """The spec that `value` fits.

    Args:
      value: a tensor, a variable, something made of tensors such as `tf.IndexedSlices`, or what can be converted to a
        tensor.

    Raises:
      TypeError: if it is none of these.

    >>> import gradtape as tf
    >>> tf.type_spec_from_value([1.0, 2.0])
    TensorSpec(shape=(2,), dtype=tf.float32, name=None)
    """
    if isinstance(value, Tensor):
        return TensorSpec.from_tensor(value)
    if isinstance(value, Variable):
        return VariableSpec.from_value(value)  # type: ignore[arg-type]
    spec = getattr(value, "_type_spec", None)
    if isinstance(spec, TypeSpec):
        return spec
    if not (value is None or isinstance(value, TypeSpec)):
        try:
            return TensorSpec.from_tensor(convert_to_tensor(value))
        except (TypeError, ValueError):
            pass
    raise TypeError(f"Could not build a TypeSpec for {value!r} of unsupported type {type(value)}.")
