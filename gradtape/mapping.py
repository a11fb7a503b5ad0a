"""`tf.map_fn` of sparse and ragged elements, and of functions whose results become rows of ragged or sparse tensors."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .array.creation import range as range_of
from .array.creation import zeros
from .array.joining import concat
from .tensor_array import TensorArray
from .values import nest
from .values.composite import CompositeTensor
from .values.convert import convert_to_tensor
from .values.shape import TensorShape
from .values.symbolic import common_length, computed, integers_tensor
from .values.tensor import wrap
from .values.thread import current
from .values.type_spec import TypeSpec, dtype_of

__all__: list[str] = []


def is_for(elems: Any, signature: Any) -> bool:
    """Whether a sparse or ragged tensor is among the elements, or the specs of results."""
    return any(isinstance(x, CompositeTensor) and x._by_spec for x in nest.flatten(elems)) or any(
        _kind(spec) != "dense" for spec in nest.flatten(signature)
    )


def _kind(spec: Any) -> str:
    name = type(spec).__name__
    return "ragged" if name == "RaggedTensorSpec" else "sparse" if name == "SparseTensorSpec" else "dense"


def mapped(fn: Callable[[Any], Any], elems: Any, signature: Any, stack: Callable[..., Any]) -> Any:
    """What `map_fn` gives.

    Args:
      signature: dtypes and specs of what `fn` returns; by default as the elements are.
      stack: makes one tensor of a list of them, given the dtype they should have.
    """
    leaves = [x if isinstance(x, CompositeTensor) and x._by_spec else convert_to_tensor(x) for x in nest.flatten(elems)]
    count = common_length("map_fn", [_count(x) for x in leaves])
    if signature is None:
        signature = nest.pack_sequence_as(elems, list(map(_element_spec, leaves)))
    specs = nest.flatten(signature)

    def results_of(i: Any) -> list[Any]:
        out = fn(nest.pack_sequence_as(elems, [_element(x, i) for x in leaves]))
        nest.assert_same_structure(signature, out)
        return [
            x if isinstance(x, CompositeTensor) else convert_to_tensor(x, dtype_hint=dtype_of(spec))
            for x, spec in zip(nest.flatten(out), specs, strict=True)
        ]

    trace = current.thread.trace
    if trace is not None:
        if any(_is_sparse_of_any_rank(spec) for spec in specs):
            specs = _ranked(specs, results_of)
        return nest.pack_sequence_as(signature, _traced(trace, results_of, specs, count))
    columns: list[list[Any]] = [[] for _ in specs]
    for i in np.arange(count):
        for column, x in zip(columns, results_of(int(i)), strict=True):
            column.append(x)
    return nest.pack_sequence_as(
        signature, [_joined(column, spec, stack) for column, spec in zip(columns, specs, strict=True)]
    )


def _count(x: Any) -> int:
    """The number of elements."""
    if _kind(getattr(x, "_type_spec", None)) == "ragged":
        return x._count  # type: ignore[no-any-return]
    dims = x._dims if isinstance(x, CompositeTensor) else x._array.shape
    if not dims:
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars; map_fn goes along axis 0.")
    return dims[0]  # type: ignore[no-any-return]


def _element(x: Any, i: Any) -> Any:
    return x._element(i) if isinstance(x, CompositeTensor) else x[i]


def _element_spec(x: Any) -> Any:
    """What an element is, which the results are by default."""
    spec = getattr(x, "_type_spec", None)
    if _kind(spec) == "ragged":
        return type(spec)(spec.shape[1:], spec.dtype, spec.ragged_rank - 1, spec.row_splits_dtype)
    return type(spec)(spec.shape[1:], spec.dtype) if _kind(spec) == "sparse" else x.dtype


def _is_sparse_of_any_rank(spec: Any) -> bool:
    return _kind(spec) == "sparse" and spec.shape.rank is None


def _ranked(specs: Sequence[Any], results_of: Callable[[Any], list[Any]]) -> list[Any]:
    """`specs`, with the ranks that sparse results have; these are found in a graph that is thrown away."""
    from .tracing.func_graph import FuncGraph  # eager programs need no traces

    with FuncGraph("map_fn").as_default():
        made = results_of(convert_to_tensor(0))
    return [
        type(spec)([None] * len(x._dims), spec.dtype) if _is_sparse_of_any_rank(spec) else spec
        for spec, x in zip(specs, made, strict=True)
    ]


def _joined(column: list[Any], spec: Any, stack: Callable[..., Any]) -> Any:
    """All results of one kind, in eager code."""
    kind = _kind(spec)
    if column and _is_sparse_of_any_rank(spec):
        spec = type(spec)([None] * len(column[0]._dims), spec.dtype)
    if not column or kind != "dense":
        first = _empty(spec)
        return first if not column else _more(first, column, kind)
    return stack(column, dtype_of(spec))


def _empty(spec: Any) -> Any:
    """What there is before the first result."""
    shape = spec.shape if isinstance(spec, TypeSpec) else TensorShape([])
    lengths = [] if shape.rank is None else [n or 0 for n in shape.as_list()]
    kind = _kind(spec)
    if kind == "sparse":
        from .sparse.tensor import SparseTensor

        rank = len(lengths) + 1
        return SparseTensor._of(zeros([0, rank], np.int64), zeros([0], spec.dtype), (0, *lengths))
    if kind == "dense":
        return zeros([0, *lengths], dtype_of(spec))
    from .ragged.tensor import RaggedTensor

    values = zeros([0, *lengths[spec.ragged_rank + 1 :]], spec.dtype)
    splits = wrap(np.zeros(1, spec.row_splits_dtype.as_numpy_dtype))
    for _ in range(spec.ragged_rank + 1):
        values = RaggedTensor._of(values, splits)
    return values


def _more(before: Any, results: Sequence[Any], kind: str) -> Any:
    """`before`, and after it these results, each as one more row."""
    if kind == "sparse":
        from .sparse.operations import concat as concat_sparse
        from .sparse.operations import expand_dims as expand_sparse

        return concat_sparse(0, [before, *(expand_sparse(x, 0) for x in results)], expand_nonconcat_dims=True)
    from .ragged import partition
    from .ragged.tensor import RaggedTensor, _length

    dtype = before.row_splits.dtype.as_numpy_dtype
    lengths = integers_tensor(tuple(map(_length, results)), dtype)
    return concat([before, RaggedTensor._of(concat(list(results), 0), computed(partition.row_splits, lengths))], 0)


def _traced(trace: Any, results_of: Callable[[Any], list[Any]], specs: Sequence[Any], count: int) -> list[Any]:
    """The same in a loop of the graph."""
    kinds = list(map(_kind, specs))
    if all(kind == "dense" for kind in kinds):
        _, made = trace.over_rows(lambda state, i: ((), results_of(i)), (), range_of(count), count, "map_fn")
        return made  # type: ignore[no-any-return]
    start: list[Any] = []
    shapes: list[Any] = [TensorShape([])]
    for spec, kind in zip(specs, kinds, strict=True):
        if kind == "dense":
            start.append(TensorArray(dtype_of(spec), size=integers_tensor(count, np.int32)))
            shapes.append(TensorShape(None))
            continue
        start.append(_empty(spec))
        inner = spec.shape.as_list() if kind == "sparse" else start[-1].shape.as_list()[1:]
        shapes.append(TensorShape([None, *inner]))

    def step(i: Any, *before: Any) -> Any:
        new = []
        for x, old, kind in zip(results_of(i), before, kinds, strict=True):
            new.append(old.write(i, x) if kind == "dense" else _more(old, [x], kind))
        return (i + 1, *new)

    limit = integers_tensor(count, np.int32)
    _, *made = trace.loop(lambda i, *_: i < limit, step, (convert_to_tensor(0), *start), None, shapes)
    return [x.stack() if kind == "dense" else x for x, kind in zip(made, kinds, strict=True)]
