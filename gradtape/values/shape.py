"""`TensorShape`: a possibly unknown shape, with TensorFlow's behaviour."""

import functools
import operator
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["Dimension", "TensorShape", "dimension_at_index", "dimension_value"]


class Dimension:
    """One dimension of `TensorShape.dims`: an int, or None where unknown.

    What is computed with an unknown one is unknown; what is compared with one is None.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: int | None = _dimension(value)

    def __index__(self) -> int:
        if self.value is None:
            raise TypeError("An unknown Dimension has no integer value.")
        return self.value

    __int__ = __index__

    def __eq__(self, other: object) -> bool | None:  # type: ignore[override]
        value = _dimension(other)
        return None if self.value is None or value is None else self.value == value

    def __hash__(self) -> int:
        return hash(self.value)

    def _with(self, other: Any, function: Callable[[int, int], Any]) -> Any:
        """`function` of both lengths; None where one of them is unknown."""
        try:
            value = _dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        return None if self.value is None or value is None else function(self.value, value)

    def _made(self, other: Any, function: Callable[[int, int], int]) -> Any:
        made = self._with(other, function)
        return made if made is NotImplemented else Dimension(made)

    def __ne__(self, other: object) -> bool | None:  # type: ignore[override]
        equal = self == other
        return None if equal is None else not equal

    def __lt__(self, other: Any) -> Any:
        return self._with(other, operator.lt)

    def __le__(self, other: Any) -> Any:
        return self._with(other, operator.le)

    def __gt__(self, other: Any) -> Any:
        return self._with(other, operator.gt)

    def __ge__(self, other: Any) -> Any:
        return self._with(other, operator.ge)

    def __add__(self, other: Any) -> Any:
        return self._made(other, operator.add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._made(other, operator.sub)

    def __rsub__(self, other: Any) -> Any:
        return self._made(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Any:
        return self._made(other, operator.mul)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        return self._made(other, operator.floordiv)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._made(other, lambda a, b: b // a)

    def __mod__(self, other: Any) -> Any:
        return self._made(other, operator.mod)

    def __rmod__(self, other: Any) -> Any:
        return self._made(other, lambda a, b: b % a)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether both may be one length."""
        return bool(self._with(_dimension(other), operator.eq) is not False)

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError if they are two lengths."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {_text(_dimension(other))} are not compatible")

    def merge_with(self, other: Any) -> "Dimension":
        """The length of the two that is known. Raises ValueError if they are two lengths."""
        self.assert_is_compatible_with(other)
        return Dimension(other) if self.value is None else Dimension(self.value)

    def __repr__(self) -> str:
        return f"Dimension({self.value})"

    def __str__(self) -> str:
        return _text(self.value)

    def __reduce__(self) -> Any:
        return Dimension, (self.value,)


def _text(value: int | None) -> str:
    return "?" if value is None else str(value)


def dimension_value(dimension: Any) -> int | None:
    """The length that a `Dimension` is, None where it is unknown; what is an int or None already is given back."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: "TensorShape", index: int) -> Dimension:
    """The length along one axis, as a `Dimension`; unknown where even the rank is."""
    return Dimension(None if shape.rank is None else shape[index])


def _dimension(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, Dimension):
        return value.value
    try:
        n = operator.index(value)
    except TypeError:
        raise TypeError(
            "Dimension value must be integer or None or have an __index__ method, "
            f"got value {value!r} with type {type(value)!r}"
        ) from None
    if n < 0:
        raise ValueError(f"Dimension {n} must be >= 0")
    return n


class TensorShape:
    """The shape of a tensor: a list of dimensions, any of them None (unknown), or None when even the rank is unknown.

    >>> import gradtape as tf
    >>> tf.TensorShape([2, None]), tf.TensorShape([2, 3]) == [2, 3], tf.TensorShape(None)
    (TensorShape([2, None]), True, TensorShape(None))
    """

    __slots__ = ("_dims",)

    def __init__(self, dims: Any) -> None:
        if type(dims) is tuple and all(type(d) is int and d >= 0 for d in dims):
            self._dims: tuple[int | None, ...] | None = dims
        elif dims is None:
            self._dims = None
        elif isinstance(dims, TensorShape):
            self._dims = dims._dims
        elif isinstance(dims, str):
            self._dims = (_dimension(dims),)
        else:
            try:
                items = iter(dims)
            except TypeError:
                self._dims = (_dimension(dims),)
            else:
                self._dims = tuple(_dimension(d) for d in items)

    @property
    def rank(self) -> int | None:
        return None if self._dims is None else len(self._dims)

    ndims = rank

    @property
    def dims(self) -> list[Dimension] | None:
        return None if self._dims is None else [Dimension(d) for d in self._dims]

    def _known(self) -> tuple[int | None, ...]:
        if self._dims is None:
            raise ValueError("The rank of this TensorShape is unknown.")
        return self._dims

    def as_list(self) -> list[int | None]:
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def num_elements(self) -> int | None:
        if not self.is_fully_defined():
            return None
        return functools.reduce(operator.mul, self._known(), 1)

    def is_fully_defined(self) -> bool:
        return self._dims is not None and None not in self._dims

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def assert_has_rank(self, rank: int) -> None:
        if self.rank not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other: Any) -> None:
        other = as_shape(other)
        if None not in (self.rank, other.rank) and self.rank != other.rank:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def with_rank(self, rank: int) -> "TensorShape":
        self.assert_has_rank(rank)
        return self if self._dims is not None else TensorShape([None] * rank)

    def with_rank_at_least(self, rank: int) -> "TensorShape":
        if self.rank is not None and self.rank < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> "TensorShape":
        if self.rank is not None and self.rank > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def is_compatible_with(self, other: Any) -> bool:
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return True
        return len(self._dims) == len(other._dims) and all(
            a is None or b is None or a == b for a, b in zip(self._dims, other._dims, strict=True)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {as_shape(other)} are incompatible")

    def is_subtype_of(self, other: Any) -> bool:
        other = as_shape(other)
        if other._dims is None:
            return True
        return (
            self._dims is not None
            and len(self._dims) == len(other._dims)
            and all(b is None or a == b for a, b in zip(self._dims, other._dims, strict=True))
        )

    def merge_with(self, other: Any) -> "TensorShape":
        other = as_shape(other)
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        if self._dims is None or other._dims is None:
            return other if self._dims is None else self
        return TensorShape([b if a is None else a for a, b in zip(self._dims, other._dims, strict=True)])

    def most_specific_compatible_shape(self, other: Any) -> "TensorShape":
        other = as_shape(other)
        if self._dims is None or other._dims is None or len(self._dims) != len(other._dims):
            return TensorShape(None)
        return TensorShape([a if a == b else None for a, b in zip(self._dims, other._dims, strict=True)])

    def concatenate(self, other: Any) -> "TensorShape":
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return TensorShape(None)
        return TensorShape(self._dims + other._dims)

    def __add__(self, other: Any) -> "TensorShape":
        return self.concatenate(other)

    def __radd__(self, other: Any) -> "TensorShape":
        return as_shape(other).concatenate(self)

    def __bool__(self) -> bool:
        return self._dims is not None

    def __len__(self) -> int:
        return len(self._known())

    def __iter__(self) -> Iterator[int | None]:
        return iter(self._known())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return TensorShape(self._known()[key]) if self._dims is not None else TensorShape(None)
        return None if self._dims is None else self._dims[key]

    def __eq__(self, other: object) -> bool:
        try:
            return bool(self._dims == as_shape(other)._dims)
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._dims)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._dims is None else list(self._dims)})"

    def __str__(self) -> str:
        if self._dims is None:
            return "<unknown>"
        if len(self._dims) == 1:
            return f"({self._dims[0]},)"
        return f"({', '.join(map(str, self._dims))})"

    def __reduce__(self) -> Any:
        return TensorShape, (None if self._dims is None else list(self._dims),)


def as_shape(shape: Any) -> TensorShape:
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)
