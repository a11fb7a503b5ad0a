"""Iterators over datasets, which a `tf.function` takes as arguments, and asks each time that it runs."""

import threading
from typing import Any

import numpy as np

from ..autograph.operators import Draws, loop_over
from ..profiler.collector import INPUT, noted
from ..ragged.tensor import RaggedTensor
from ..sparse.tensor import SparseTensor
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.dtypes import bool_, string
from ..values.errors import DataLossError, FailedPreconditionError, InvalidArgumentError, OutOfRangeError
from ..values.log import logger
from ..values.tensor import wrap
from ..values.thread import current
from ..values.trackable import Trackable
from ..values.type_spec import TensorSpec
from .node import Element, Node, Walk, flat_specs, held, object_of, packed
from .operations import HANDLE, written
from .optional import ElementSpec, Optional, _value, _whether
from .options import ExternalStatePolicy, Options
from .spec import DatasetSpec
from .states import outside, packed_state, parsed_state

__all__ = ["Iterator", "IteratorSpec", "NumpyIterator"]


class Source:
    """What an iterator draws from, for all of its copies in graphs and threads."""

    def __init__(self, node: Node, options: Options | None = None) -> None:
        self.node = node
        self.options = options
        self.walk: Walk = node.walk()
        self.lock = threading.RLock()

    def draw(self) -> Element:
        """The next element. Raises StopIteration at the end."""
        with self.lock:
            return next(self.walk)

    def state(self) -> dict[str, Any]:
        """Where it is."""
        with self.lock:
            return self.walk.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on there.

        Raises:
          InvalidArgumentError: if it is the state of something else.
        """
        with self.lock:
            walk = self.node.walk()
            try:
                walk.restore(state)
            except (LookupError, TypeError, ValueError, AttributeError, StopIteration) as error:
                raise InvalidArgumentError(
                    None, None, f"This is the state of an iterator over another dataset than {self.node.label} of "
                    f"{self.node.spec}: {type(error).__name__} {error}"
                ) from error  # fmt: skip
            self.walk = walk


noted(Source, "draw", "IteratorGetNext", INPUT)


class Iterator(Trackable, CompositeTensor):
    """The elements of a dataset, one after the other. `iter(dataset)` makes one.

    A `tf.train.Checkpoint` keeps where it is; it does not where a dataset asks Python (`from_generator`,
    `py_function`), which TensorFlow refuses too, unless its option `experimental_external_state_policy` says so.
    `state()` is plain data that says where it is, and `restore(state)` has another iterator over the same dataset, also
    one of another run of the program, go on there.

    >>> import gradtape as tf
    >>> it = iter(tf.data.Dataset.range(4))
    >>> next(it).numpy(), it.get_next().numpy(), it.get_next_as_optional().has_value().numpy()
    (np.int64(0), np.int64(1), np.True_)
    >>> other = iter(tf.data.Dataset.range(4))
    >>> other.restore(it.state())
    >>> next(other).numpy()
    np.int64(3)
    """

    _instead = "its elements"
    _holds = True
    _by_spec = True
    _saved_as = ("ITERATOR", ("_STATE",))

    def __init__(self, handle: Any, element_spec: Any) -> None:
        self._handle = handle  # a scalar that holds the source
        self._element_spec = element_spec

    @classmethod
    def over(cls, node: Node, options: Options | None = None) -> "Iterator":
        """One through the elements that a node describes."""
        return cls(wrap(held(Source(node, options))), node.spec)

    @property
    def element_spec(self) -> Any:
        """The specs of an element: a structure of them."""
        return self._element_spec

    def state(self) -> dict[str, Any]:
        """Where it is: numbers, strings, lists, tuples, dicts and NumPy arrays."""
        return self._source().state()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where the iterator was whose state this is.

        Raises:
          InvalidArgumentError: if that was over another dataset.
        """
        self._source().restore(state)

    def _serialize_to_tensors(self) -> dict[str, Any]:
        if current.thread.trace is None:
            return {"ITERATOR_STATE": wrap(_saved(self._handle._array)[0])}
        return {"ITERATOR_STATE": written("SerializeIterator", _saved, [self._handle], [TensorSpec([], string)])[0]}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        array = restored_tensors["ITERATOR_STATE"]._array
        if array.ndim or array.dtype != object:
            raise DataLossError(None, None, "This is no state of an iterator.")
        self._source().restore(parsed_state(array[()]))

    def _source(self) -> Source:
        return object_of(self._handle._array)  # type: ignore[no-any-return]

    def __iter__(self) -> "Iterator":
        return self

    def __next__(self) -> Any:
        if current.thread.trace is not None:
            return self.get_next()
        return packed(self._element_spec, [wrap(a) for a in self._source().draw()])

    def get_next(self, name: str | None = None) -> Any:
        """The next element.

        Raises:
          OutOfRangeError: at the end.
        """
        if current.thread.trace is None:
            return packed(self._element_spec, [wrap(a) for a in _next(self._handle._array)])
        specs = flat_specs(self._element_spec)
        return packed(self._element_spec, written("IteratorGetNext", _next, [self._handle], specs))

    def get_next_as_optional(self) -> Optional:
        """The next element; an Optional without value at the end."""
        if current.thread.trace is None:
            return Optional(wrap(_next_or_none(self._handle._array, True)[0]), self._element_spec)
        made = written("IteratorGetNextAsOptional", _next_or_none, [self._handle, np.True_], [HANDLE])
        return Optional(made[0], self._element_spec)

    @property
    def _type_spec(self) -> "IteratorSpec":
        return IteratorSpec(self._element_spec)

    @property
    def _components(self) -> tuple[Any, ...]:  # type: ignore[override]
        return (self._handle,)

    def _with_components(self, components: Any) -> "Iterator":
        return Iterator(components[0], self._element_spec)


class IteratorSpec(ElementSpec):
    """What is known of an iterator: the specs of its elements."""

    __slots__ = ()

    @property
    def value_type(self) -> type:
        return Iterator

    def _from_components(self, components: Any) -> Any:
        return Iterator(components[0], self._element_spec)


def _next(handle: Any) -> list[Any]:
    try:
        return list(object_of(handle).draw())
    except StopIteration:
        raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None


def _saved(handle: Any) -> list[Any]:
    """The state of an iterator, as a checkpoint keeps it."""
    source: Source = object_of(handle)
    policy = None if source.options is None else source.options.experimental_external_state_policy
    if policy in (None, ExternalStatePolicy.FAIL) and (name := outside(source.node)):
        raise FailedPreconditionError(
            None, None, f"{name} is stateful. [Op:SerializeIterator] What Python does is not saved with the iterator. "
            "If it gives the same each time, say so: set experimental_external_state_policy of the dataset's options "
            "to tf.data.experimental.ExternalStatePolicy.IGNORE."
        )  # fmt: skip
    if policy == ExternalStatePolicy.WARN and (name := outside(source.node)):
        logger.warning("Iterator is being saved, but %s is stateful, and what Python does is not saved with it.", name)
    return [held(packed_state(source.state()))]


def _next_or_none(handle: Any, wanted: Any) -> list[Any]:
    """The next element as a handle holds it; None at the end, or where it is not wanted."""
    if not wanted:
        return [held(None)]
    try:
        return [held(object_of(handle).draw())]
    except StopIteration:
        return [held(None)]


def _draws(iterator: Iterator) -> Draws:
    """How a `for` statement in a graph asks an iterator."""
    spec, source = iterator._element_spec, iterator._handle
    return Draws(
        lambda wanted: written("IteratorGetNextAsOptional", _next_or_none, [source, wanted], [HANDLE])[0],
        lambda drawn: written("OptionalHasValue", _whether, [drawn], [TensorSpec([], bool_)])[0],
        lambda drawn: packed(spec, written("OptionalGetValue", _value, [drawn], flat_specs(spec))),
    )


loop_over(Iterator, _draws)


class NumpyIterator:
    """The elements of a dataset as NumPy arrays. `Dataset.as_numpy_iterator` makes one."""

    def __init__(self, dataset: Any) -> None:
        self._iterator = iter(dataset)

    def __iter__(self) -> "NumpyIterator":
        return self

    def __next__(self) -> Any:
        return nest.map_structure(_as_numpy, next(self._iterator))


def _as_numpy(x: Any) -> Any:
    if x is None or not isinstance(x, CompositeTensor):
        return None if x is None else x.numpy()
    if isinstance(x, RaggedTensor):
        return x.numpy()
    if isinstance(x, SparseTensor):
        return type(x)(*(part.numpy() for part in x._components))
    if isinstance(x._type_spec, DatasetSpec):
        return NumpyIterator(x)
    raise TypeError(f"Dataset.as_numpy_iterator() does not take elements of {type(x)}.")
