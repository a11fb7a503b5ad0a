"""`TensorArray`: a list of tensors that is written to and read from, as loops in TensorFlow's graphs need it."""

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from .array.joining import concat, split, stack, unstack
from .math.cast import cast
from .operations import reading
from .values.convert import convert_to_tensor, gives_tensor, tensor_of
from .values.dtypes import DType, as_dtype, int32
from .values.errors import InvalidArgumentError, OutOfRangeError
from .values.shape import TensorShape, as_shape
from .values.symbolic import Dim, Value, greatest, integers_tensor, sample_shape, whole_int
from .values.tensor import EagerTensor, Tensor, wrap
from .values.thread import current

__all__ = ["TensorArray"]


M = TypeVar("M", bound=Callable[..., Any])


def _in_graphs_too(method: M) -> M:
    """A method that arrays of a graph have in a form of their own, also where it is called by the class:
    `tf.TensorArray.stack(array)`.
    """
    name = method.__name__

    @functools.wraps(method)
    def call(self: "TensorArray", *args: Any, **kwargs: Any) -> Any:
        return self._forms.get(name, method)(self, *args, **kwargs)

    return call  # type: ignore[return-value]


class TensorArray:
    """A list of tensors of one dtype. Gradients flow through what is written and read.

    A program that runs eagerly needs none: a Python list and `tf.stack` say the same.

    Args:
      dtype: of the tensors.
      size: how many there are.
      dynamic_size: whether writing beyond the end makes it longer.
      clear_after_read: whether each element is to be read just once, which is the default.
      tensor_array_name, handle, flow, colocate_with_first_write_call, name: TensorFlow's; no `handle` may be given.
      infer_shape: whether all elements must have the shape of the first one written.
      element_shape: the shape that elements must have, as far as it is known.

    Raises:
      ValueError: without a size, or with a handle.

    >>> import gradtape as tf
    >>> squares = tf.TensorArray(tf.int32, size=3)
    >>> for i in range(3):
    ...     squares = squares.write(i, i * i)
    >>> squares.stack().numpy()
    array([0, 1, 4], dtype=int32)
    """

    _forms: ClassVar[dict[str, Callable[..., Any]]] = {}  # of a graph's arrays, by name

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None:
            raise ValueError("TensorArray handles are not supported when eager execution is enabled.")
        if size is None:
            raise ValueError("Size must be declared for TensorArrays when eager execution is enabled.")
        self._dtype = as_dtype(dtype)
        self._dynamic = bool(dynamic_size)
        # As in TensorFlow, a graph's arrays may be read again and again.
        self._once = (clear_after_read is None or bool(clear_after_read)) and current.thread.trace is None
        self._infer = infer_shape
        self._shape = as_shape(element_shape)
        count = greatest(whole_int(convert_to_tensor(size)._array), 0)
        self._count = count if type(count) is Dim else None  # the length, where it differs from run to run
        self._tensors: list[EagerTensor | None] = [None] * sample_shape((count,))[0]
        self._read: set[int] = set()  # what was cleared by reading

    def _like(self) -> "TensorArray":
        """Another handle of the same elements."""
        other = TensorArray.__new__(TensorArray)
        other.__dict__ = self.__dict__
        return other

    def _listed(self) -> "TensorArray":
        """The same as a value of the graph that is being traced: values decide which elements are meant."""
        return current.thread.trace.listed(self)  # type: ignore[no-any-return]

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        return self._dynamic

    @property
    def element_shape(self) -> TensorShape:
        return self._shape

    @property
    def handle(self) -> None:
        return None

    @property
    def flow(self) -> EagerTensor:
        return wrap(np.zeros((), np.int32))

    @_in_graphs_too
    def size(self, name: str | None = None) -> EagerTensor:
        """The number of elements, int32."""
        if self._count is not None and len(self._tensors) == self._count:
            return integers_tensor(self._count, np.dtype(np.int32))
        return wrap(np.int32(len(self._tensors)))

    def identity(self) -> "TensorArray":
        return self

    def grad(self, source: Any, flow: Any = None, name: str | None = None) -> Any:
        """TensorFlow's, for graphs.

        Raises:
          NotImplementedError: always.
        """
        raise NotImplementedError("TensorArray.grad is not supported when executing eagerly; a tape does not need it.")

    def close(self, name: str | None = None) -> None:
        """Forget all elements; there are none from now on."""
        self._tensors.clear()

    # --- elements ----------------------------------------------------------------------------------------------------

    @_in_graphs_too
    def write(self, index: Any, value: Any, name: str | None = None) -> "TensorArray":
        """Make `value` the element at `index`.

        Returns:
          The array, to be used from now on.

        Raises:
          InvalidArgumentError: if `value` has another dtype.
          OutOfRangeError: if `index` is negative, or beyond the end of an array of fixed size.
          ValueError: if `value` has another shape than elements have.
        """
        i = _integer(index)
        if i is None:
            return self._listed().write(index, value)
        self._write(i, value)
        return self._like()

    def _write(self, index: int, value: Any) -> None:
        if index < 0:
            raise OutOfRangeError(None, None, f"Writing to negative indices (index {index}) is not allowed.")
        size = len(self._tensors)
        if index >= size and not self._dynamic:
            raise OutOfRangeError(
                None, None, f"Tried to write to index {index} but array is not resizeable and size is: {size} "
            )
        self._tensors += [None] * (index + 1 - size)
        self._tensors[index] = self._accepted(value)
        self._read.discard(index)

    def _accepted(self, value: Any) -> Tensor:
        """`value` as a tensor such as elements are."""
        x = reading.convert_to_tensor(value, dtype_hint=self._dtype)
        if x.dtype is not self._dtype:
            message = f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype {x.dtype.name} "
            raise InvalidArgumentError(None, None, message)
        if not self._shape.is_compatible_with(x.shape):
            raise ValueError(f"Incompatible shape for value ({x.shape}), expected ({self._shape})")
        if self._infer:
            self._shape = self._shape.merge_with(x.shape)
        return x

    @_in_graphs_too
    def read(self, index: Any, name: str | None = None) -> EagerTensor:
        """The element at `index`; zeros, if it was never written and the shape of elements is known.

        Raises:
          InvalidArgumentError: if it was read before, unless `clear_after_read=False`.
          OutOfRangeError: if there is no such element.
          ValueError: if it was never written, and the shape of elements is not known.
        """
        i, size = _integer(index), len(self._tensors)
        if i is None:
            return self._listed().read(index)
        if i < 0:
            raise OutOfRangeError(None, None, f"Reading from negative indices (index {i}) is not allowed.")
        if i >= size:
            raise OutOfRangeError(None, None, f"Tried to read from index {i} but array size is: {size} ")
        if i in self._read:
            raise InvalidArgumentError(
                None,
                None,
                f"Could not read index {i} twice because it was cleared after a previous read (perhaps try setting "
                "clear_after_read = false?)",
            )
        x = self._get(i)
        if self._once:
            self._tensors[i] = None
            self._read.add(i)
        return x

    def _get(self, i: int) -> EagerTensor:
        x = self._tensors[i]
        if x is None:
            x = _zeros(self._shape, self._dtype)
        return x

    # --- many at once ------------------------------------------------------------------------------------------------

    @_in_graphs_too
    def stack(self, name: str | None = None) -> EagerTensor:
        """All elements, stacked: shape `(size, *element_shape)`. Those that were never written are zeros.

        Raises:
          InvalidArgumentError: if shapes differ.
          ValueError: if none was written and their shape is not known.
        """
        return stack([self._get(i) for i in range(len(self._tensors))]) if self._tensors else self._none_of()

    @_in_graphs_too
    def gather(self, indices: Any, name: str | None = None) -> EagerTensor:
        """The elements at `indices`, stacked.

        Raises:
          IndexError: if an index is out of range.
        """
        wanted = _integers(indices)
        if wanted is None:
            return self._listed().gather(indices)
        found = [self._get(i) for i in wanted]
        return stack(found) if found else self._none_of()

    def _none_of(self) -> EagerTensor:
        known = [] if self._shape.rank is None else self._shape.as_list()
        return _zeros(TensorShape([0, *(n or 0 for n in known)]), self._dtype)

    @_in_graphs_too
    def concat(self, name: str | None = None) -> EagerTensor:
        """All elements, one after the other along their first axes.

        Raises:
          InvalidArgumentError: if one is a scalar.
        """
        tensors = [self._get(i) for i in range(len(self._tensors))]
        for i, x in enumerate(tensors):
            if not x.ndim:
                message = f"Concat saw a scalar shape at index {i} but requires at least vectors."
                raise InvalidArgumentError(None, None, message)
        return concat(tensors, 0) if tensors else self._none_of()

    @_in_graphs_too
    def unstack(self, value: Any, name: str | None = None) -> "TensorArray":
        """Make `value[0], value[1], ...` the elements, and all there are.

        Raises:
          ValueError: if there are more than there is room for.
        """
        x = reading.convert_to_tensor(value, None if gives_tensor(value) else self._dtype)
        if current.thread.trace is not None:  # a loop may be about to read it
            return self._listed().unstack(x)
        tensors = unstack(x)
        if len(tensors) > len(self._tensors) and not self._dynamic:
            raise ValueError(
                f"Cannot unstack {len(tensors)} tensors into a TensorArray of static size {len(self._tensors)} "
            )
        self._replace(tensors)
        return self._like()

    def _replace(self, tensors: Sequence[EagerTensor]) -> None:
        """Have these elements and no others, of whatever shapes."""
        self._tensors[:] = [x if x.dtype is self._dtype else cast(x, self._dtype) for x in tensors]
        self._read.clear()

    @_in_graphs_too
    def scatter(self, indices: Any, value: Any, name: str | None = None) -> "TensorArray":
        """Make `value[i]` the element at `indices[i]`; raises as `write` does."""
        x = tensor_of(value, self._dtype)
        wanted = _integers(indices)
        if wanted is None:
            return self._listed().scatter(indices, x)
        for i, row in zip(wanted, unstack(x), strict=False):
            self._write(i, row)
        return self._like()

    @_in_graphs_too
    def split(self, value: Any, lengths: Any, name: str | None = None) -> "TensorArray":
        """Cut `value` along its first axis into elements of these lengths.

        Raises:
          InvalidArgumentError: if the lengths do not add up, or are not as many as there are elements.
        """
        x = tensor_of(value, self._dtype)
        counts = _integers(lengths)
        if counts is None:
            raise NotImplementedError("The lengths of TensorArray.split must be known while a tf.function is traced.")
        if sum(counts) != x._array.shape[0]:
            message = (
                "Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
                f"{sum(counts)} and value's shape is: {x.shape.as_list()} "
            )
            raise InvalidArgumentError(None, None, message)
        if len(counts) != len(self._tensors) and not self._dynamic:
            message = (
                f"TensorArray's size is not equal to the size of lengths ({len(self._tensors)} vs. {len(counts)}), "
                "and the TensorArray is not marked as dynamically resizeable."
            )
            raise InvalidArgumentError(None, None, message)
        self._replace(split(x, counts, 0) if counts else [])
        return self._like()


def _integer(x: Any) -> int | None:
    """The integer that `x` is; None for a value of a graph."""
    array = convert_to_tensor(x)._array
    return None if type(array) is Value else operator.index(array[()])


def _integers(x: Any) -> list[int] | None:
    """The integers in `x`; None for a value of a graph."""
    array = convert_to_tensor(x, dtype_hint=int32)._array
    return None if type(array) is Value else array.reshape(-1).tolist()


def _zeros(shape: TensorShape, dtype: DType) -> EagerTensor:
    if not shape.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {shape} to a Tensor.")
    if dtype.name == "string":
        return wrap(np.full(shape.as_list(), b"", np.object_))
    return wrap(np.zeros(shape.as_list(), dtype.as_numpy_dtype))
