"""`CompositeTensor`: a value that is made of several tensors, one of which holds its elements.

Such a value is a leaf of nested structures, unless a function is told to expand composites, and it is no `Tensor`:
conversion leaves it as it is. Where a class is `kinds`, an elementwise operation of it is that of its elements.
"""

from collections.abc import Callable, Sequence
from typing import Any

from .dtypes import DType
from .tensor import variable_of

kinds: set[type] = set()  # the classes whose elements elementwise operations are done to; empty until they are imported


class CompositeTensor:
    """What sparse and ragged tensors are.

    A subclass gives:
      _components: the tensors that it is made of, in TensorFlow's order.
      _with_components: a value of the same class made of others.
      _elements: the tensor of its elements; None where a tape does not differentiate the whole.
      _with_elements: the same value with other elements.
      _mapped: what an elementwise function of several inputs, some of them of this class, gives.
      _concatenated: what `tf.concat` gives of several inputs, some of them of this class, along an axis.
      _stacked: what `tf.stack` gives of them.
      _dims: its shape, where it is that of an array.
      _sparse: whether it has `values`, is 0 elsewhere, and `with_values`.
    """

    __array_priority__ = 100
    __array_ufunc__ = None  # NumPy arrays leave binary operators to us

    _components: tuple[Any, ...]
    _elements: Any = None
    _dims: tuple[int, ...]
    _sparse = False
    dtype: DType

    def _with_components(self, components: Sequence[Any]) -> Any:
        raise NotImplementedError

    def _with_elements(self, elements: Any) -> Any:
        raise NotImplementedError

    def _mapped(self, function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
        raise NotImplementedError

    @staticmethod
    def _concatenated(values: Sequence[Any], axis: int) -> Any:
        raise NotImplementedError

    @staticmethod
    def _stacked(values: Sequence[Any], axis: int) -> Any:
        raise TypeError("tf.stack does not take sparse tensors. Use tf.sparse.concat of tf.sparse.expand_dims.")

    @property
    def _array(self) -> Any:
        raise TypeError(f"This operation does not take a tf.{type(self).__name__}. Use {self._instead}.")

    _instead = ""
    _holds = False  # whether it is no value, but gives values one after the other
    _by_spec = False  # whether its spec knows more of it than its parts tell, and puts them together


def is_among(inputs: Sequence[Any]) -> bool:
    """Whether an elementwise operation of `inputs` is one of the elements of some of them."""
    return not kinds.isdisjoint(map(type, inputs))


def mapped(function: Callable[..., Any], *inputs: Any) -> Any:
    """What an elementwise function of `inputs`, one of which is a composite, gives."""
    return next(x for x in inputs if type(x) in kinds)._mapped(function, inputs)


def is_sparse(x: Any) -> bool:
    """Whether `x` is a sparse tensor, to whose values alone some operations are done."""
    return isinstance(x, CompositeTensor) and x._sparse


def differentiated(x: Any) -> Any:
    """The tensor or variable that is differentiated for `x`: of a ragged tensor that of its elements."""
    if not isinstance(x, CompositeTensor):
        return variable_of(x)
    if x._elements is None:
        kind = type(x).__name__
        raise ValueError(f"Type {kind} is not supported as a gradient source or gradient target. Use its values.")
    return x._elements


def elements_of(x: Any) -> Any:
    """The tensor of the elements of a composite of `kinds`; whatever else is given as it is."""
    return x._elements if type(x) in kinds else x


def with_elements(x: Any, elements: Any) -> Any:
    """A composite like `x` with these elements; the elements themselves where `x` is none of `kinds`."""
    return x._with_elements(elements) if type(x) in kinds else elements


def watched_parts(x: Any) -> list[Any]:
    """What a tape follows of `x`: of a composite the tensors that have derivatives."""
    if not isinstance(x, CompositeTensor):
        return [variable_of(x)]
    return [part for part in x._components if part.dtype.is_differentiable]
