"""Datasets whose elements are several of others, and the other way: batch, padded_batch, unbatch, rebatch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ragged.operations import stack as ragged_stack
from ..ragged.spec import RaggedTensorSpec
from ..ragged.tensor import RaggedTensor
from ..sparse.operations import concat as sparse_concat
from ..sparse.operations import expand_dims as sparse_expand_dims
from ..sparse.spec import SparseTensorSpec
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.errors import DataLossError, InvalidArgumentError
from ..values.shape import TensorShape
from ..values.tensor import wrap
from ..values.type_spec import TensorSpec
from .node import UNKNOWN, Element, Node, Unary, Walk, at_least_one, flat_specs, integer, known, taken_apart
from .sources import row_spec, rows_of

Join = Callable[[list[Element]], Element]


def batch_length(length: int, size: int, drops: bool) -> int:
    return length if length < 0 else length // size if drops else -(-length // size)


class Batch(Unary):
    """Elements joined, `size` at a time; the last ones may be fewer, unless they are dropped.

    Args:
      spec: of a batch; by default that of stacked tensors.
      join: makes a batch of elements.
    """

    label = "_BatchDataset"

    def __init__(self, source: Node, size: Any, drops: Any, parallel: bool = False, spec: Any = None,
                 join: Join | None = None, ragged: bool = False) -> None:  # fmt: skip
        self.size = integer(size, "batch_size")
        at_least_one(self.size, "Batch size must be greater than zero.", "BatchDatasetV2")
        self.drops = bool(convert_to_tensor(drops).numpy()) if not isinstance(drops, bool) else drops
        first = self.size if self.drops and isinstance(self.size, int) else None
        if spec is None:
            spec = nest.map_structure(lambda s: None if s is None else batched_spec(s, first, ragged), source.spec)
        super().__init__(source, spec, known(source.length, self.size, self.drops, of=batch_length))
        self.join = joining(source.spec, spec) if join is None else join
        if parallel:
            self.label = "_ParallelBatchDataset"

    def walk(self) -> Walk:
        return _Batching(self.source.walk(), int(self.size), self.drops, self.join)


class _Batching(Walk):
    def __init__(self, source: Walk, size: int, drops: bool, join: Join) -> None:
        self.input = source
        self._size, self._drops, self._join = size, drops, join

    def __next__(self) -> Element:
        given: list[Element] = []
        draw = self.input.__next__
        try:
            for _ in range(self._size):
                given.append(draw())
        except StopIteration:
            if self._drops or not given:
                raise StopIteration from None
        return self._join(given)


def batched_spec(spec: Any, first: int | None, ragged: bool = False) -> Any:
    """The spec of stacked values."""
    if isinstance(spec, TensorSpec):
        shape = TensorShape([first]).concatenate(spec.shape)
        if ragged and not spec.shape.is_fully_defined() and spec.shape.rank:
            return RaggedTensorSpec(shape, spec.dtype, spec.shape.rank)
        return TensorSpec(shape, spec.dtype)
    if isinstance(spec, RaggedTensorSpec):
        shape = TensorShape([first]).concatenate(spec._shape)
        return RaggedTensorSpec(shape, spec._dtype, spec._ragged_rank + 1, spec._row_splits_dtype)
    if isinstance(spec, SparseTensorSpec):
        return SparseTensorSpec(TensorShape([first]).concatenate(spec._shape), spec._dtype)
    raise TypeError(f"Dataset.batch() does not take elements of {spec!r}: they cannot be stacked.")


def joining(spec: Any, made: Any) -> Join:
    """What stacks elements of `spec` to one of `made`."""
    leaves = [s for s in nest.flatten(spec) if s is not None]
    wholes = [s for s in nest.flatten(made) if s is not None]
    counts = [1 if isinstance(s, TensorSpec) else len(flat_specs(s)) for s in leaves]
    if all(isinstance(s, TensorSpec) for s in wholes):
        types = [s.dtype._numpy for s in leaves]

        def join(given: list[Element]) -> Element:
            return tuple(
                [
                    stacked(column, t, i)
                    for i, (column, t) in enumerate(zip(zip(*given, strict=True), types, strict=True))
                ]
            )

        return join

    def join_wholes(given: list[Element]) -> Element:
        found: list[Any] = []
        start = 0
        for i, (leaf, whole, count) in enumerate(zip(leaves, wholes, counts, strict=True)):
            rows = [element[start : start + count] for element in given]
            start += count
            if isinstance(whole, TensorSpec):
                found.append(stacked([r[0] for r in rows], leaf.dtype._numpy, i))
            else:
                values = [_value(leaf, r) for r in rows]
                found += taken_apart(_stack_wholes(values, whole))
        return tuple(found)

    return join_wholes


def _value(spec: Any, arrays: Element) -> Any:
    tensors = [wrap(a) for a in arrays]
    return tensors[0] if len(tensors) == 1 else spec._from_components(tensors)


def _stack_wholes(values: list[Any], spec: Any) -> Any:
    if isinstance(spec, SparseTensorSpec):
        return sparse_concat(0, [sparse_expand_dims(v, 0) for v in values])
    made = ragged_stack(values)
    missing = spec._ragged_rank - (made.ragged_rank if isinstance(made, RaggedTensor) else 0)
    if missing > 0 and not isinstance(made, RaggedTensor):
        made = RaggedTensor.from_tensor(made, ragged_rank=spec._ragged_rank)
    elif missing > 0:
        inner = RaggedTensor.from_tensor(made.flat_values, ragged_rank=missing)
        made = made.with_flat_values(inner)
    return made.with_row_splits_dtype(spec._row_splits_dtype)


def stacked(column: Sequence[Any], dtype: Any, number: int) -> Any:
    """Arrays of one shape as one array."""
    first = column[0]
    shape = first.shape
    if shape == ():
        if dtype.kind != "O":
            return np.array(column, dtype)
        made = np.empty(len(column), object)
        made[:] = [x[()] if type(x) is np.ndarray else x for x in column]
        return made
    for i, x in enumerate(column):
        if x.shape != shape:
            raise InvalidArgumentError(
                None, None, "Cannot batch tensors with different shapes in component "
                f"{number}. First element had shape {_listed(shape)} and element {i} had shape {_listed(x.shape)}.",
            )  # fmt: skip
    return np.concatenate(column).reshape(len(column), *shape)


def _listed(shape: Any) -> str:
    return "[" + ",".join(map(str, shape)) + "]"


def sparse_batch(source: Node, size: Any, row_shape: Any) -> Batch:
    """Batches of the rows of a sparse tensor, in which every element of a row is there."""
    dims = TensorShape(row_shape).as_list()
    (leaf,) = nest.flatten(source.spec)
    if not isinstance(leaf, TensorSpec):
        raise TypeError(f"Dataset.sparse_batch() takes dense tensors, not {leaf!r}.")

    def join(given: list[Element]) -> Element:
        rows = [np.asarray(a, leaf.dtype._numpy) for (a,) in given]
        for row in rows:
            if row.ndim != len(dims) or any(m is not None and n > m for n, m in zip(row.shape, dims, strict=True)):
                raise InvalidArgumentError(None, None, f"A row of shape {row_shape} has no room for {row.shape}.")
        longest = [max(row.shape[i] for row in rows) if n is None else n for i, n in enumerate(dims)]
        places = [np.insert(np.indices(r.shape).reshape(r.ndim, -1).T, 0, i, axis=1) for i, r in enumerate(rows)]
        values = np.concatenate([row.ravel() for row in rows])
        return np.concatenate(places).astype(np.int64), values, np.array([len(rows), *longest], np.int64)

    return Batch(source, size, False, spec=SparseTensorSpec(TensorShape([None, *dims]), leaf.dtype), join=join)


# --- padding ---------------------------------------------------------------------------------------------------------


class Padded(Batch):
    """Batches of tensors of different shapes, filled up to the longest, or to given shapes."""

    label = "_PaddedBatchDataset"

    def __init__(self, source: Node, size: Any, shapes: Any, values: Any, drops: Any) -> None:
        specs = nest.flatten(source.spec)
        for s in specs:
            if not isinstance(s, TensorSpec):
                raise TypeError(
                    f"`padded_batch` is only supported for datasets that produce tensor elements but got {s!r}."
                )
        given = [s.shape for s in specs] if shapes is None else flat_shapes(source.spec, shapes)
        lengths = [_padded_shape(s, shape) for s, shape in zip(specs, given, strict=True)]
        fill = _padding_values(source.spec, specs, values)
        types = [s.dtype._numpy for s in specs]

        def join(elements: list[Element]) -> Element:
            columns = zip(*elements, strict=True)
            return tuple([_pad(c, n, f, t) for c, n, f, t in zip(columns, lengths, fill, types, strict=True)])

        number = int(convert_to_tensor(size).numpy()) if not isinstance(size, int) else size
        first = number if drops else None
        flat = [TensorSpec([first, *n], s.dtype) for s, n in zip(specs, lengths, strict=True)]
        super().__init__(source, size, drops, spec=nest.pack_sequence_as(source.spec, flat), join=join)


def flat_shapes(spec: Any, shapes: Any) -> list[Any]:
    """The shapes in a structure like `spec`, in which lists and tuples of lengths are shapes."""
    if not nest.is_nested(spec):
        if shapes is not None and not isinstance(shapes, TensorShape | list | tuple) and not hasattr(shapes, "dtype"):
            raise TypeError(f"Could not interpret {shapes!r} as a shape.")
        if shapes is None or (isinstance(shapes, TensorShape) and shapes.rank is None):
            return [TensorShape(None)]
        dims = shapes.as_list() if isinstance(shapes, TensorShape) else list(shapes)
        return [TensorShape([None if n is None or int(n) < 0 else int(n) for n in dims])]
    items = nest._items(shapes) if shapes is not None else [None] * len(nest._items(spec))
    return [x for s, item in zip(nest._items(spec), items, strict=True) for x in flat_shapes(s, item)]


def _padded_shape(spec: Any, shape: TensorShape) -> list[int | None]:
    if shape.rank is None:
        raise ValueError("`padded_shapes` must have a known rank: the elements' shapes are not known, so pass them.")
    if spec.shape.rank is not None and spec.shape.rank != shape.rank:
        raise ValueError(
            f"The padded shape {shape} is not compatible with the shape {spec.shape} of the corresponding input "
            "component."
        )
    return shape.as_list()


def _padding_values(spec: Any, specs: list[Any], values: Any) -> list[Any]:
    if values is None or not nest.is_nested(values):
        given = [values] * len(specs)
    else:
        nest.assert_same_structure(spec, values)
        given = nest.flatten(values)
    found = []
    for v, s in zip(given, specs, strict=True):
        if v is None:
            found.append(b"" if s.dtype.name == "string" else s.dtype._numpy.type(0))
            continue
        value = convert_to_tensor(v)
        if value.dtype is not s.dtype:
            value = convert_to_tensor(v, s.dtype)
        found.append(value._array[()] if type(value._array) is np.ndarray else value._array)
    return found


def _pad(column: Sequence[Any], lengths: list[int | None], fill: Any, dtype: Any) -> Any:
    shape = []
    for axis, n in enumerate(lengths):
        longest = max(x.shape[axis] for x in column)
        if n is not None and longest > n:
            raise DataLossError(None, None, "Attempted to pad to a smaller size than the input element.")
        shape.append(longest if n is None else n)
    if not shape:
        return stacked(column, dtype, 0)
    made = np.full([len(column), *shape], fill, dtype)
    for row, x in zip(made, column, strict=True):
        row[tuple(map(slice, x.shape))] = x
    return made


# --- the other way ---------------------------------------------------------------------------------------------------


class Unbatch(Unary):
    """The slices of each element."""

    label = "_UnbatchDataset"

    def __init__(self, source: Node) -> None:
        leaves = [s for s in nest.flatten(source.spec) if s is not None]
        for s in leaves:
            if isinstance(s, TensorSpec) and s.shape.rank == 0:
                raise ValueError("Cannot unbatch an input with scalar components.")
        spec = nest.map_structure(lambda s: None if s is None else row_spec(s), source.spec)
        firsts = {s._shape[0] for s in leaves if s._shape.rank}
        each = next((n for n in firsts if n is not None), None) if len(firsts) == 1 else None
        length = source.length * each if each is not None and source.length >= 0 else UNKNOWN
        super().__init__(source, spec, length)
        self.leaves = leaves

    def walk(self) -> Walk:
        return _Unbatching(self.source.walk(), self.leaves)


class _Unbatching(Walk):
    keeps = ("element", "row", "count")

    def __init__(self, source: Walk, leaves: list[Any]) -> None:
        self.input = source
        self._leaves = leaves
        self.element: Element | None = None
        self.row = self.count = 0

    def __next__(self) -> Element:
        while self.element is None or self.row >= self.count:
            self.element = next(self.input)
            self.row = 0
            values = self._values(self.element)
            lengths = [int(v.shape[0]) for v in values]
            if len(set(lengths)) > 1:
                raise InvalidArgumentError(
                    None, None, f"Input element must have the same batch size in each component. Component 0 had size "
                    f"{lengths[0]} but another had size {next(n for n in lengths if n != lengths[0])}.",
                )  # fmt: skip
            self.count = lengths[0]
            self._rows = [r for v in values for r in rows_of(v)]
        i, self.row = self.row, self.row + 1
        return tuple([a for r in self._rows for a in ((r[i],) if type(r) is np.ndarray else r(i))])

    def _values(self, element: Element) -> list[Any]:
        found, start = [], 0
        for s in self._leaves:
            count = 1 if isinstance(s, TensorSpec) else len(flat_specs(s))
            found.append(_value(s, element[start : start + count]))
            start += count
        return found

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        if self.element is not None:
            self._rows = [r for v in self._values(tuple(self.element)) for r in rows_of(v)]
