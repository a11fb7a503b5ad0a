"""`TensorArray` in the branches and loops of traced functions, where it is a value of the graph."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from ..graph.operations import symbolic_of
from ..graph.slots import empty_slots_p, from_slots_p, shaped_slots_p, slot_count_p, slot_p, to_slots_p, with_slot_p
from ..tensor_array import TensorArray
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.indexed_slices import IndexedSlices
from ..values.symbolic import Dim, sample_shape, varies
from ..values.tensor import EagerTensor, Tensor
from ..values.thread import current
from .trace import Trace


class TracedArray(TensorArray):
    """A `TensorArray` whose elements are a list of the graph."""

    def __init__(self, like: TensorArray, value: Any) -> None:
        self.__dict__ = dict(like.__dict__)
        self.value = value

    def _with(self, value: Any) -> "TracedArray":
        return TracedArray(self, value)

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        x = self._accepted(value)
        written, shape = self.value, tuple(x._array.shape)
        known = written._array
        if not known.sample.items and tuple(known.shape) != shape and not varies(shape):  # which is known now
            written = shaped_slots_p(written, shape=shape)
        written = with_slot_p(written, convert_to_tensor(index), x, grows=self._dynamic)
        if known.trace is current.thread.trace:  # what a branch writes is not there after it
            self.value = written
        return self._with(written)

    def read(self, index: Any, name: str | None = None) -> EagerTensor:
        return slot_p(self.value, convert_to_tensor(index), checked=True)  # type: ignore[no-any-return]

    def stack(self, name: str | None = None) -> EagerTensor:
        length = None if self._dynamic else len(self._tensors) if self._count is None else self._count
        return from_slots_p(self.value, axis=-1 - len(self.value._array.shape), size=length)  # type: ignore[no-any-return]

    def size(self, name: str | None = None) -> EagerTensor:
        return slot_count_p(self.value)  # type: ignore[no-any-return]

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        x = symbolic_of(convert_to_tensor(value, self._dtype))
        other = self._with(to_slots_p(x, axis=-x.ndim))
        length = x._array.shape[0]
        other._tensors, other._count = [None] * sample_shape((length,))[0], length if type(length) is Dim else None
        return other

    def gather(self, indices: Any, name: str | None = None) -> EagerTensor:
        from ..array.gathering import gather

        return gather(self.stack(), indices)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        from ..array.shape import reshape

        places, rows = reshape(convert_to_tensor(indices), [-1]), symbolic_of(convert_to_tensor(value))
        places, count = symbolic_of(places), rows._array.shape[0]
        places, rows = to_slots_p(places, axis=-1), to_slots_p(rows, axis=-rows.ndim)

        def write(i: Tensor, array: TensorArray) -> Any:
            return i + 1, array.write(slot_p(places, i), slot_p(rows, i))

        state = (convert_to_tensor(0), self)
        return current.thread.trace.loop(lambda i, array: True, write, state, convert_to_tensor(count))[1]  # type: ignore[no-any-return]

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        plain = self._like()
        plain._tensors = [None] * len(self._tensors)
        return plain.split(value, lengths)

    def concat(self, name: str | None = None) -> EagerTensor:
        from ..array.shape import reshape

        x = self.stack()
        return reshape(x, (-1, *x._array.shape[2:]))

    _forms: ClassVar[dict[str, Callable[..., Any]]] = {
        form.__name__: form for form in (write, read, stack, size, unstack, gather, scatter, split, concat)
    }


def list_of(array: TensorArray) -> Any:
    """The list of the graph that `array` is; made now, if it is not one yet."""
    if isinstance(array, TracedArray):
        return array.value
    known = [x for x in array._tensors if x is not None]
    shape = (
        tuple(known[0]._array.shape)
        if known
        else tuple(n or 0 for n in array._shape or ())
        if array._shape.rank
        else ()
    )
    length = len(array._tensors) if array._count is None else array._count
    value = empty_slots_p.definition.call(length, shape=shape, dtype=array._dtype._numpy)
    for i, x in enumerate(array._tensors):
        if x is not None:
            value = with_slot_p(value, convert_to_tensor(i), x, grows=False)
    return value


def flat_tensors(structure: Any) -> list[Any]:
    """The leaves of the state or the results of a branch or loop as tensors, of a sparse or ragged one its parts.

    None stays; of a TensorArray it is the list.
    """
    found: list[Any] = []
    for x in nest.flatten(structure):
        if is_whole(x):
            found += x._components
        else:
            found.append(None if x is None else list_of(x) if isinstance(x, TensorArray) else convert_to_tensor(x))
    return found


def is_whole(x: Any) -> bool:
    """Whether `x` is a sparse or ragged tensor, or slices: it is made of several tensors and known by its spec."""
    return isinstance(x, CompositeTensor) and (x._by_spec or isinstance(x, IndexedSlices))


def specs_of(structure: Any) -> list[Any]:
    """For each leaf its spec, where it is a sparse or ragged tensor, or None."""
    return [x._type_spec if is_whole(x) else None for x in nest.flatten(structure)]


def rebuilt(structure: Any, tensors: Sequence[Any], specs: Sequence[Any] | None = None) -> Any:
    """`structure` with these tensors in the places of its leaves; a TensorArray's is its list.

    Args:
      specs: of its sparse and ragged tensors, as `specs_of` gives them, or wider ones.
    """
    leaves = nest.flatten(structure)
    given = iter(tensors)
    new: list[Any] = []
    for x, spec in zip(leaves, specs_of(structure) if specs is None else specs, strict=True):
        if spec is not None:
            new.append(spec._from_components(tuple(next(given) for _ in x._components)))
        else:
            new.append(TracedArray(x, next(given)) if isinstance(x, TensorArray) else next(given))
    return nest.pack_sequence_as(structure, new)


def listed(array: TensorArray) -> TracedArray:
    """The same array as a value of the graph that is being traced: values decide which elements are meant."""
    return TracedArray(array, list_of(array))


Trace.listed = staticmethod(listed)  # type: ignore[assignment]
