"""`tf.data.Dataset`: elements, structures of tensors, made one after the other as they are asked for."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Iterator as Elements
from typing import Any

import numpy as np

from ..array.joining import stack
from ..function.decorator import function
from ..random.sampling import shuffle as shuffled
from ..random.seeds import OwnSequence, global_seed
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, int64
from ..values.shape import TensorShape
from ..values.tensor import Tensor, wrap
from ..values.type_spec import TensorSpec, type_spec_from_value
from .iterator import Iterator
from .options import Options

__all__ = ["Dataset", "compute_batch_size"]

INFINITE, UNKNOWN = -1, -2


class Dataset:
    """A sequence of elements. It is made by `from_tensor_slices` and the like, and others are made of it.

    Args:
      element_spec: the specs of an element: a structure of them.
      elements: gives an iterator over the elements, anew each time.
      length: how many there are; -1 for no end, and -2 if it is not known.

    >>> import gradtape as tf
    >>> images, labels = tf.ones([5, 2]), tf.range(5)
    >>> for x, y in tf.data.Dataset.from_tensor_slices((images, labels)).batch(2):
    ...     print(x.shape, y.numpy())
    (2, 2) [0 1]
    (2, 2) [2 3]
    (1, 2) [4]
    """

    def __init__(self, element_spec: Any, elements: Callable[[], Elements[Any]], length: int = UNKNOWN) -> None:
        self._element_spec = element_spec
        self._elements = elements
        self._length = length
        self._options = Options()

    # --- made of values --------------------------------------------------------------------------------------------

    @staticmethod
    def from_tensors(tensors: Any, name: str | None = None) -> "Dataset":
        """One element: this structure of tensors."""
        element = _element(tensors)
        return Dataset(_specs(element), lambda: iter([element]), 1)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> "Dataset":
        """The slices of tensors along their first axes, which have one length.

        Raises:
          ValueError: if a tensor is a scalar, or lengths differ.
        """
        whole = _element(tensors)
        leaves = nest.flatten(whole)
        if any(not x.shape.rank for x in leaves):
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        lengths = {len(x._array) for x in leaves}
        if len(lengths) != 1:
            raise ValueError(f"Dimensions {sorted(lengths)} are not compatible: the first axes must have one length.")
        (length,) = lengths
        specs = nest.map_structure(lambda x: TensorSpec(x.shape[1:], x.dtype), whole)

        def elements() -> Elements[Any]:
            return (nest.map_structure(lambda x, i=i: wrap(x._array[i]), whole) for i in range(length))

        return Dataset(specs, elements, length)

    @staticmethod
    def from_generator(
        generator: Callable[..., Iterable[Any]],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> "Dataset":
        """What a Python generator yields.

        Args:
          generator: called with `args`, as NumPy arrays, each time that the dataset is walked through.
          output_types, output_shapes: structures of the elements' dtypes and shapes (by default any): the older way.
          args: what to call `generator` with.
          output_signature: a structure of specs, such as `tf.TensorSpec`, of the elements.

        Raises:
          TypeError: if `generator` is not callable, or neither types nor a signature is given; or, as it is walked
            through, if an element does not fit them.
        """
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        if output_signature is None and output_types is None:
            raise TypeError("Either `output_types` or `output_signature` must be specified.")
        if output_signature is None:
            shapes = output_shapes if output_shapes is not None else nest.map_structure(lambda _: None, output_types)
            flat = [TensorSpec(s, t) for s, t in zip(_flat_shapes(shapes), nest.flatten(output_types), strict=True)]
            output_signature = nest.pack_sequence_as(output_types, flat)
        spec = nest.map_structure(lambda x: x, output_signature)
        given = [np.array(convert_to_tensor(x)) for x in args or ()]

        def elements() -> Elements[Any]:
            for i, value in enumerate(generator(*given)):
                yield _fitting(value, spec, i)

        return Dataset(spec, elements)

    @staticmethod
    def range(*args: Any, output_type: Any = int64, name: str | None = None) -> "Dataset":
        """The integers `range(stop)`, `range(start, stop)` or `range(start, stop, step)`, as scalars."""
        numbers = range(*(int(convert_to_tensor(x)) for x in args))
        dtype = as_dtype(output_type)
        return Dataset(TensorSpec([], dtype), lambda: (wrap(dtype._numpy.type(i)) for i in numbers), len(numbers))

    @staticmethod
    def zip(*args: Any, datasets: Any = None, name: str | None = None) -> "Dataset":
        """The elements of several datasets together, in the structure in which these are given; to the end of one."""
        given = datasets if datasets is not None else args[0] if len(args) == 1 else args
        parts = nest.flatten(given)
        for part in parts:
            if not isinstance(part, Dataset):
                raise TypeError(
                    "Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset`. Got "
                    f"{type(part)}."
                )

        def elements() -> Elements[Any]:
            return (
                nest.pack_sequence_as(given, list(row)) for row in zip(*(p._elements() for p in parts), strict=False)
            )

        finite = [p._length for p in parts if p._length != INFINITE]
        length = INFINITE if not finite else UNKNOWN if UNKNOWN in finite else min(finite)
        return Dataset(nest.map_structure(lambda p: p.element_spec, given), elements, length)

    # --- made of another -------------------------------------------------------------------------------------------

    def map(self, map_func: Callable[..., Any], num_parallel_calls: Any = None, deterministic: Any = None,
            name: str | None = None) -> "Dataset":  # fmt: skip
        """What `map_func`, traced once as a `tf.function`, gives for each element; of a tuple, for its items."""
        called, spec = _traced(map_func, self.element_spec)
        seed = global_seed()

        def elements() -> Elements[Any]:
            sequence = OwnSequence(seed)
            for x in self._elements():
                with sequence.element():
                    made = called(x)
                yield made

        return self._made(spec, elements, self._length)

    def flat_map(self, map_func: Callable[..., "Dataset"], name: str | None = None) -> "Dataset":
        """The elements of the datasets that `map_func` gives for each element, one dataset after the other."""

        def elements() -> Elements[Any]:
            return itertools.chain.from_iterable(_called(map_func, x)._elements() for x in self._elements())

        first = _called(map_func, _example(self.element_spec))
        if not isinstance(first, Dataset):
            raise TypeError(f"The `map_func` argument must return a `Dataset` object. Got {type(first)}.")
        return self._made(nest.map_structure(_any_length, first.element_spec), elements, UNKNOWN)

    def batch(self, batch_size: Any, drop_remainder: bool = False, num_parallel_calls: Any = None,
              deterministic: Any = None, name: str | None = None) -> "Dataset":  # fmt: skip
        """Elements stacked, `batch_size` at a time; the last batch may be smaller, unless `drop_remainder`."""
        size = int(convert_to_tensor(batch_size))
        if size < 1:
            raise ValueError(f"batch_size must be greater than zero, got {size}.")

        def elements() -> Elements[Any]:
            given = self._elements()
            while batch := list(itertools.islice(given, size)):
                if len(batch) == size or not drop_remainder:
                    yield _stacked(batch)

        first = size if drop_remainder else None
        spec = nest.map_structure(lambda s: TensorSpec([first, *_dims(s)], s.dtype), self.element_spec)
        whole = self._length // size if drop_remainder else -(-self._length // size)
        return self._made(spec, elements, whole if self._length >= 0 else self._length)

    def shuffle(self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool = True,
                name: str | None = None) -> "Dataset":  # fmt: skip
        """The elements in another order: each is drawn from the next `buffer_size` of them."""
        if seed is not None:
            raise NotImplementedError(
                "tf.data's order for a seed is not there yet. Leave `seed` out, or shuffle indices by "
                "tf.random.shuffle(tf.range(n), seed)."
            )
        room = int(convert_to_tensor(buffer_size))

        def elements() -> Elements[Any]:
            given = self._elements()
            while block := list(itertools.islice(given, room)):
                for i in shuffled(wrap(np.arange(len(block))))._array.tolist():
                    yield block[i]

        return self._made(self.element_spec, elements, self._length)

    def repeat(self, count: Any = None, name: str | None = None) -> "Dataset":
        """The elements `count` times over, or without end."""
        times = -1 if count is None else int(convert_to_tensor(count))

        def elements() -> Elements[Any]:
            for _ in itertools.count() if times < 0 else range(times):
                empty = True
                for x in self._elements():
                    empty = False
                    yield x
                if empty:
                    return

        length = self._length if self._length <= 0 and times else INFINITE if times < 0 else self._length * times
        return self._made(self.element_spec, elements, max(length, UNKNOWN))

    def take(self, count: Any, name: str | None = None) -> "Dataset":
        """The first `count` elements; all for -1."""
        number = int(convert_to_tensor(count))
        if number < 0:
            return self
        length = number if self._length == INFINITE else min(self._length, number) if self._length >= 0 else UNKNOWN
        return self._made(self.element_spec, lambda: itertools.islice(self._elements(), number), length)

    def skip(self, count: Any, name: str | None = None) -> "Dataset":
        """All but the first `count` elements; none for -1."""
        number = int(convert_to_tensor(count))
        if number < 0:
            return self.take(0)
        length = max(self._length - number, 0) if self._length >= 0 else self._length
        return self._made(self.element_spec, lambda: itertools.islice(self._elements(), number, None), length)

    def concatenate(self, dataset: "Dataset", name: str | None = None) -> "Dataset":
        """The elements, and those of `dataset` after them."""
        spec = nest.map_structure(
            lambda a, b: a if a == b else a.most_specific_compatible_type(b), self.element_spec, dataset.element_spec
        )
        lengths = (self._length, dataset._length)
        length = INFINITE if INFINITE in lengths else UNKNOWN if UNKNOWN in lengths else sum(lengths)
        return self._made(spec, lambda: itertools.chain(self._elements(), dataset._elements()), length)

    def prefetch(self, buffer_size: Any, name: str | None = None) -> "Dataset":
        """The same elements."""
        return self

    def cache(self, filename: str = "", name: str | None = None) -> "Dataset":
        """The same elements, kept once they have all been asked for."""
        if filename:
            raise NotImplementedError("Dataset.cache in a file is not there yet. Leave `filename` out: in memory.")
        kept: list[Any] = []

        def elements() -> Elements[Any]:
            if kept:
                yield from kept[0]
                return
            made = []
            for x in self._elements():
                made.append(x)
                yield x
            kept[:] = [made]

        return self._made(self.element_spec, elements, self._length)

    def with_options(self, options: Options, name: str | None = None) -> "Dataset":
        """The same elements, made with these options."""
        made = self._made(self.element_spec, self._elements, self._length)
        made._options = self._options.merge(options)
        return made

    def options(self) -> Options:
        """The options with which elements are made."""
        return self._options

    def apply(self, transformation_func: Callable[["Dataset"], "Dataset"]) -> "Dataset":
        """`transformation_func(self)`."""
        return transformation_func(self)

    # --- walking through it ----------------------------------------------------------------------------------------

    @property
    def element_spec(self) -> Any:
        """The specs of an element: a structure of them."""
        return self._element_spec

    def __iter__(self) -> Iterator:
        return Iterator.over(self._elements(), self._element_spec)

    def as_numpy_iterator(self) -> Elements[Any]:
        """The elements as NumPy arrays."""
        return (nest.map_structure(lambda x: x.numpy(), element) for element in self._elements())

    def cardinality(self, name: str | None = None) -> Tensor:
        """How many elements there are: an int64 scalar; -1 for no end, and -2 if it is not known."""
        return wrap(np.int64(self._length))

    def __len__(self) -> int:
        if self._length < 0:
            raise TypeError(f"The dataset is {'infinite' if self._length == INFINITE else 'of unknown length'}.")
        return self._length

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Dataset element_spec={self._element_spec}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"'Dataset' object has no attribute {name!r}")
        raise AttributeError(f"tf.data.Dataset.{name} is not there yet: more of tf.data is to come.")

    def _made(self, element_spec: Any, elements: Callable[[], Elements[Any]], length: int) -> "Dataset":
        """A dataset that is made of this one, with its options."""
        made = Dataset(element_spec, elements, length)
        made._options = self._options
        return made


def compute_batch_size(dataset: Dataset) -> Tensor:
    """The length of the elements' first axes where it is known and the same for all, and else -1."""
    sizes = {_dims(spec)[0] if _dims(spec) else None for spec in nest.flatten(dataset.element_spec)}
    return wrap(np.int64(sizes.pop() if len(sizes) == 1 and None not in sizes else -1))


# --- elements and their specs ----------------------------------------------------------------------------------------


def _element(value: Any) -> Any:
    """A structure of tensors; a list is a tensor."""
    if isinstance(value, list):
        return convert_to_tensor(value)
    if nest.is_nested(value):
        return nest._rebuild(value, [_element(x) for x in nest._items(value)])
    return value if isinstance(value, CompositeTensor) else convert_to_tensor(value)


def _specs(element: Any) -> Any:
    return nest.map_structure(type_spec_from_value, element)


def _dims(spec: Any) -> list[int | None]:
    return spec.shape.as_list()  # type: ignore[no-any-return]


def _any_length(spec: Any) -> Any:
    """The spec of what has as many axes."""
    return TensorSpec([None] * len(_dims(spec)), spec.dtype) if isinstance(spec, TensorSpec) else spec


def _flat_shapes(shapes: Any) -> list[Any]:
    """The shapes in a structure of them, of which lists and tuples of lengths are no structures."""
    if shapes is None or isinstance(shapes, TensorShape):
        return [shapes]
    if isinstance(shapes, list | tuple) and all(x is None or isinstance(x, int) for x in shapes):
        return [TensorShape(shapes)]
    return [s for item in nest._items(shapes) for s in _flat_shapes(item)]


def _fitting(value: Any, spec: Any, number: int) -> Any:
    """What a generator yielded, as the element that `spec` says."""
    try:
        parts = [value] if not nest.is_nested(spec) else _parts_like(spec, value)
        leaves = [_leaf(x, s) for x, s in zip(parts, nest.flatten(spec), strict=True)]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`generator` yielded element {number} that does not match the expected structure and specs: expected "
            f"{spec!r}, got {value!r}. {error}"
        ) from error
    return nest.pack_sequence_as(spec, leaves)


def _parts_like(spec: Any, value: Any) -> list[Any]:
    if not nest.is_nested(spec):
        return [value]
    if isinstance(value, dict) != isinstance(spec, dict) or not isinstance(value, dict | list | tuple):
        raise ValueError("the structures differ")
    children = [value[k] for k in sorted(spec)] if isinstance(spec, dict) else list(value)
    return [x for s, child in zip(nest._items(spec), children, strict=True) for x in _parts_like(s, child)]


def _leaf(x: Any, spec: Any) -> Any:
    if not isinstance(spec, TensorSpec):
        return x
    array = x if isinstance(x, Tensor) else convert_to_tensor(x, spec.dtype)
    if not spec.is_compatible_with(array):
        raise TypeError(f"A tensor of shape {array.shape} and dtype {array.dtype.name} is no {spec!r}.")
    return array


def _called(function: Callable[..., Any], element: Any) -> Any:
    return function(*element) if type(element) is tuple else function(element)


def _traced(map_func: Callable[..., Any], element_spec: Any) -> tuple[Callable[[Any], Any], Any]:
    """`map_func` as a function of an element, and the specs of what it gives."""
    traced = function(lambda element: _lists_stacked(_called(map_func, element)))
    outputs = traced.get_concrete_function(element_spec).structured_outputs
    return traced, nest.map_structure(lambda x: None if x is None else type_spec_from_value(x), outputs)


def _lists_stacked(value: Any) -> Any:
    """What a function of elements gave, in which a list is a tensor."""
    return nest.map_structure(lambda x: x, value) if not isinstance(value, list) else convert_to_tensor(value)


def _example(spec: Any) -> Any:
    """An element such as `spec` says, of zeros."""

    def zeros(s: Any) -> Any:
        return wrap(np.zeros([n or 1 for n in _dims(s)], s.dtype._numpy)) if isinstance(s, TensorSpec) else s

    return nest.map_structure(zeros, spec)


def _stacked(batch: list[Any]) -> Any:
    columns = zip(*map(nest.flatten, batch), strict=True)
    return nest.pack_sequence_as(batch[0], [stack(list(column)) for column in columns])
