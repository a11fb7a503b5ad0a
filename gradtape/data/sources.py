"""Datasets that are made of values: tensors, their slices, ranges, generators, random numbers."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..py_function import raised_by_python
from ..ragged.spec import RaggedTensorSpec
from ..random.philox import words
from ..random.seeds import dataset_seeds, global_seed
from ..sparse.spec import SparseTensorSpec
from ..sparse.tensor import SparseTensor
from ..values import nest
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.dtypes import int64
from ..values.errors import InvalidArgumentError
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from ..values.type_spec import TensorSpec
from .functions import element_of, spec_of
from .node import INFINITE, UNKNOWN, Element, Node, Walk, known, object_of, taken_apart


class Tensors(Node):
    """One element."""

    label = "_TensorDataset"
    length = 1

    def __init__(self, tensors: Any) -> None:
        element = element_of(tensors)
        self.spec = spec_of(element)
        self.parts = [x for x in nest.flatten(element, expand_composites=True) if x is not None]

    def walk(self) -> Walk:
        return Counted(lambda i: tuple([x._array for x in self.parts]), 1)


class Counted(Walk):
    """The elements `make(i)` for `i` from 0 to below `length`."""

    keeps = ("position",)
    inputs = ()

    def __init__(self, make: Callable[[int], Element], length: int) -> None:
        self._make = make
        self._length = length
        self.position = 0

    def __next__(self) -> Element:
        i = self.position
        if i >= self._length:
            raise StopIteration
        self.position = i + 1
        return self._make(i)


class Slices(Node):
    """The slices of tensors along their first axes."""

    label = "_TensorSliceDataset"

    def __init__(self, tensors: Any) -> None:
        element = element_of(tensors)
        leaves = [x for x in nest.flatten(element) if x is not None]
        if any(not x.shape.rank for x in leaves) or not leaves:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        lengths = [x.shape.as_list()[0] for x in leaves]
        for n in lengths:
            if n is not None and lengths[0] is not None and n != lengths[0]:
                raise ValueError(f"Dimensions {lengths[0]} and {n} are not compatible")
        self.length = UNKNOWN if lengths[0] is None else lengths[0]
        self.spec = nest.map_structure(lambda x: None if x is None else row_spec(spec_of(x)), element)
        self.leaves = leaves

    def walk(self) -> Walk:
        rows: list[Any] = []
        for x in self.leaves:
            rows += rows_of(x)
        length = len(self.leaves[0]._array) if isinstance(self.leaves[0], Tensor) else self.length
        if all(type(r) is np.ndarray for r in rows):
            return Counted(lambda i: tuple([r[i] for r in rows]), length)
        return Counted(lambda i: tuple([a for r in rows for a in ((r[i],) if type(r) is np.ndarray else r(i))]), length)


def row_spec(spec: Any) -> Any:
    """The spec of a slice along the first axis of what `spec` says."""
    if isinstance(spec, TensorSpec):
        return TensorSpec(spec.shape[1:], spec.dtype)
    if isinstance(spec, RaggedTensorSpec):
        return RaggedTensorSpec(spec._shape[1:], spec._dtype, max(spec._ragged_rank - 1, 0), spec._row_splits_dtype)
    if isinstance(spec, SparseTensorSpec):
        return SparseTensorSpec(spec._shape[1:], spec._dtype)
    raise TypeError(f"Elements of {spec!r} have no slices.")


def rows_of(x: Any) -> list[Any]:
    """What gives the arrays of the slices of a tensor: an array of them, or a function of their number."""
    if isinstance(x, SparseTensor):
        indices, values, shape = (part._array for part in x._components)
        return [lambda i: (indices[(mine := indices[:, 0] == i)][:, 1:], values[mine], shape[1:])]
    if isinstance(x, CompositeTensor):
        return [lambda i: taken_apart(x[i])]  # type: ignore[index]
    array = x._array
    if array.dtype.kind == "O":
        return [lambda i: (np.asarray(array[i], object),)]
    return [array]


class Range(Node):
    """Numbers at equal distances."""

    label = "_RangeDataset"

    def __init__(self, bounds: Any, dtype: Any) -> None:
        if not 1 <= len(bounds) <= 3:
            raise ValueError(f"Invalid `args`. The length of `args` should be between 1 and 3 but was {len(bounds)}.")
        self.spec = TensorSpec([], dtype)
        start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
        if isinstance(step, int) and step == 0:
            raise InvalidArgumentError(None, None, "step must be a non-zero integer. [Op:RangeDataset]")
        self.bounds = (start, stop, step)
        self.length = known(0, start, stop, step, of=lambda _, *numbers: len(range(*numbers)))

    def walk(self) -> Walk:
        numbers = range(*map(int, self.bounds))
        kind = self.spec.dtype._numpy.type
        return Counted(lambda i: (kind(numbers[i]),), len(numbers))


class Generated(Node):
    """What a Python generator yields."""

    label = "_FlatMapDataset"

    def __init__(self, generator: Callable[..., Iterable[Any]], spec: Any, arguments: list[Any]) -> None:
        self.generator = generator
        self.spec = spec
        self.arguments = arguments

    def walk(self) -> Walk:
        return _Generating(self)


class _Generating(Walk):
    keeps = ("position",)
    inputs = ()

    def __init__(self, node: Generated) -> None:
        self._node = node
        self._values: Any = None
        self.position = 0

    def __next__(self) -> Element:
        try:
            if self._values is None:
                arrays = [np.asarray(x._array) for x in self._node.arguments]
                self._values = iter(self._node.generator(*[a[()] if a.ndim == 0 else a for a in arrays]))
            value = next(self._values)
            self.position += 1
            return taken_apart(_fitting(value, self._node.spec))
        except StopIteration:
            raise
        except Exception as error:
            raise raised_by_python(error) from error

    def restore(self, state: Any) -> None:
        """A generator goes on where it was after it has given again what it gave before."""
        self._values, self.position = None, 0
        for _ in range(state["position"]):
            next(self)


def _fitting(value: Any, spec: Any) -> Any:
    """What a generator yielded, as the element that `spec` says."""
    try:
        parts = [value] if not nest.is_nested(spec) else _parts_like(spec, value)
        leaves = nest.flatten(spec)
        if len(parts) != len(leaves):
            raise ValueError("the structures differ")
    except (TypeError, ValueError) as error:
        raise TypeError(
            "`generator` yielded an element that did not match the expected structure. The expected structure was "
            f"{nest.map_structure(lambda s: getattr(s, 'dtype', s), spec)}, but the yielded element was {value}."
        ) from error
    return nest.pack_sequence_as(spec, [_leaf(x, s, value) for x, s in zip(parts, leaves, strict=True)])


def _parts_like(spec: Any, value: Any) -> list[Any]:
    if not nest.is_nested(spec):
        return [value]
    if isinstance(value, dict) != isinstance(spec, dict) or not isinstance(value, dict | list | tuple):
        raise ValueError("the structures differ")
    children = [value[k] for k in sorted(spec)] if isinstance(spec, dict) else list(value)
    return [x for s, child in zip(nest._items(spec), children, strict=True) for x in _parts_like(s, child)]


def _leaf(x: Any, spec: Any, whole: Any) -> Any:
    if not isinstance(spec, TensorSpec):
        if not isinstance(x, CompositeTensor) or not spec.is_compatible_with(x):
            raise TypeError(f"`generator` yielded an element of {spec_of(x)!r} where {spec!r} was expected.")
        return x
    try:
        array = x if isinstance(x, Tensor) and x.dtype is spec.dtype else convert_to_tensor(np.asarray(x) if isinstance(
            x, Tensor) else x, spec.dtype)  # fmt: skip
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`generator` yielded an element that could not be converted to the expected type. The expected type was "
            f"{spec.dtype.name}, but the yielded element was {whole}."
        ) from error
    if not spec.shape.is_compatible_with(array.shape):
        raise TypeError(
            f"`generator` yielded an element of shape {array.shape} where an element of shape {spec.shape} was "
            "expected."
        )
    return array


# --- random numbers --------------------------------------------------------------------------------------------------


class Words:
    """Random words of 32 bits, one after the other, of Philox."""

    def __init__(self, seeds: tuple[int, int], used: int = 0) -> None:
        self.seeds = seeds
        self._key, self._counter = seeds[0] & (1 << 64) - 1, (seeds[1] & (1 << 64) - 1) << 64
        self.used = used
        self._words: list[int] = []
        self._more = 2  # counters to take at once
        if used % 4:
            self._fill(used // 4)
            del self._words[4 * self._more - used % 4 :]  # they are taken from the end

    def _fill(self, first: int) -> None:
        made = words(self._key, self._counter + first, np.arange(self._more, dtype=np.uint64))
        self._words = made.ravel()[::-1].tolist()

    def __call__(self) -> int:
        if not self._words:
            self._fill(self.used // 4)
            self._more = min(4 * self._more, 1024)
        self.used += 1
        return self._words.pop()


class Seeds:
    """Where the iterators of a dataset begin: each with the same seeds, or each with the next two of a generator."""

    def __init__(self, seed: Any, anew: bool) -> None:
        self._seeds = dataset_seeds(seed)
        self._random = seed is None and global_seed() is None
        self._generator = Words(self._seeds) if anew else None
        self.fresh = current.thread.trace is not None

    def copied(self) -> None:
        if self._random:
            self._seeds = dataset_seeds(None)
        self._generator = Words(self._seeds) if self._generator is not None else None

    def next(self) -> tuple[int, int]:
        if self._generator is None:
            return self._seeds
        return self._generator(), self._generator()

    def state(self) -> Any:
        return None if self._generator is None else [list(self._seeds), self._generator.used]

    def restore(self, state: Any) -> None:
        if state is not None:
            seeds, used = state
            self._generator = Words(tuple(seeds), used)


class Random(Node):
    """Random numbers without end: int64 from 0 to below 2**32."""

    label = "_RandomDataset"
    length = INFINITE

    def __init__(self, seed: Any, anew: bool) -> None:
        self.spec = TensorSpec([], int64)
        self.seeds = Seeds(seed, anew)

    def walk(self) -> Walk:
        return _Drawing(self.seeds)


class _Drawing(Walk):
    inputs = ()

    def __init__(self, seeds: Seeds) -> None:
        self._words = Words(seeds.next())

    def __next__(self) -> Element:
        return (np.int64(self._words()),)

    def state(self) -> Any:
        return {"seeds": list(self._words.seeds), "used": self._words.used}

    def restore(self, state: Any) -> None:
        self._words = Words(tuple(state["seeds"]), state["used"])


class Held(Node):
    """The dataset that an array holds, which a function was given."""

    label = "_VariantDataset"

    def __init__(self, handle: Any, spec: Any) -> None:
        self.handle = handle
        self.spec = spec

    def walk(self) -> Walk:
        node: Node = object_of(self.handle._array)
        return node.walk()


def as_tensors(arrays: Element) -> list[Any]:
    """The tensors of an element."""
    return [wrap(a) for a in arrays]
