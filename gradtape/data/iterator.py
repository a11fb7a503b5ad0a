"""Iterators over datasets, which a `tf.function` takes as arguments, and asks each time that it runs."""

import threading
from collections.abc import Iterator as Elements
from typing import Any

import numpy as np

from ..engine.numpy import full_of
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.dtypes import string
from ..values.errors import OutOfRangeError
from ..values.tensor import wrap
from ..values.thread import current
from ..values.type_spec import TensorSpec
from .optional import ElementSpec, Optional, flat_specs, packed

__all__ = ["Iterator", "IteratorSpec"]


class Source:
    """What an iterator draws from, for all of its copies in graphs and threads."""

    def __init__(self, elements: Elements[Any]) -> None:
        self._elements = elements
        self._lock = threading.Lock()

    def draw(self) -> Any:
        """The next element. Raises StopIteration at the end."""
        with self._lock:
            return next(self._elements)


class Iterator(CompositeTensor):
    """The elements of a dataset, one after the other. `iter(dataset)` makes one.

    >>> import gradtape as tf
    >>> it = iter(tf.data.Dataset.range(2))
    >>> next(it).numpy(), it.get_next().numpy(), it.get_next_as_optional().has_value().numpy()
    (np.int64(0), np.int64(1), np.False_)
    """

    _instead = "its elements"

    def __init__(self, handle: Any, element_spec: Any) -> None:
        self._handle = handle  # a scalar that holds the source
        self._element_spec = element_spec

    @classmethod
    def over(cls, elements: Elements[Any], element_spec: Any) -> "Iterator":
        """One that gives these elements."""
        held = np.empty((), object)
        held[()] = Source(elements)
        return cls(wrap(held), element_spec)

    @property
    def element_spec(self) -> Any:
        """The specs of an element: a structure of them."""
        return self._element_spec

    def __iter__(self) -> "Iterator":
        return self

    def __next__(self) -> Any:
        if current.thread.trace is not None:
            return self.get_next()
        return self._handle._array[()].draw()

    def get_next(self, name: str | None = None) -> Any:
        """The next element.

        Raises:
          OutOfRangeError: at the end.
        """
        if current.thread.trace is None:
            return _next(self._handle._array)
        _, *tensors = _drawn(self, required=True)
        return packed(self._element_spec, tensors)

    def get_next_as_optional(self) -> Optional:
        """The next element; an Optional without value at the end."""
        if current.thread.trace is not None:
            has_value, *tensors = _drawn(self, required=False)
            return Optional(has_value, packed(self._element_spec, tensors), self._element_spec)
        try:
            value = self._handle._array[()].draw()
        except StopIteration:
            return Optional.empty(self._element_spec)
        return Optional(wrap(np.True_), value, self._element_spec)

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

    @property
    def _component_specs(self) -> Any:
        return (TensorSpec([], string),)  # objects are where strings are

    def _from_components(self, components: Any) -> Any:
        return Iterator(components[0], self._element_spec)


def _next(handle: Any) -> Any:
    try:
        return handle[()].draw()
    except StopIteration:
        raise OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext]") from None


class _Next:
    """The operation that draws from an iterator: whether there was an element, and the tensors that it is made of.

    It is not known before it runs how long the axes are that the specs leave open.
    """

    name = "IteratorGetNext"
    multiple = True
    once = True

    def __init__(self, specs: Any, required: bool) -> None:
        self.specs = specs
        self.required = required

    def kernel(self, handle: Any) -> list[Any]:
        if self.required:
            return [np.True_, *_arrays(_next(handle))]
        try:
            return [np.True_, *_arrays(handle[()].draw())]
        except StopIteration:
            return [np.False_, *_samples(self.specs, 0)]

    def sample(self, handle: Any) -> list[Any]:
        return [np.True_, *_samples(self.specs, 2)]


def _arrays(element: Any) -> list[Any]:
    return [x._array for x in nest.flatten(element, expand_composites=True) if x is not None]


def _samples(specs: Any, length: int) -> list[Any]:
    """Arrays such as the specs say, in which the open axes have this length."""
    return [
        full_of(tuple(length if n is None else n for n in spec.shape.as_list()), 1, spec.dtype._numpy) for spec in specs
    ]


def _drawn(iterator: Iterator, required: bool) -> list[Any]:
    """The same, in a graph: it draws each time that the graph runs."""
    specs = flat_specs(iterator.element_spec)
    trace = current.thread.trace
    has_value, *values = trace.apply(_Next(specs, required), [iterator._handle], {}, effect=True)
    for value, other in zip(values, _samples(specs, 3), strict=True):
        trace.differ(value, other)
    return [wrap(has_value), *map(wrap, values)]
