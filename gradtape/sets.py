"""`tf.sets`: the last axis of a tensor as sets, and their intersections, differences and unions. No gradient passes."""

import math
from typing import Any

import numpy as np

from .array.shape import reshape
from .array.slicing import slice_p
from .operations.primitive import _brackets, primitive
from .sparse.operations import _inside
from .sparse.places import flat_places as _flat
from .sparse.tensor import SparseTensor
from .values.convert import convert_to_tensor
from .values.errors import invalid
from .values.lacking import lacking
from .values.symbolic import checked, computation, computed, integers_tensor
from .values.tensor import EagerTensor

__all__ = ["difference", "intersection", "size", "union"]

_DTYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "string")

_SETS = {
    "intersection": np.intersect1d,
    "union": np.union1d,
    "a-b": np.setdiff1d,
    "b-a": lambda a, b: np.setdiff1d(b, a),
}


@primitive(op="SparseToSparseSetOperation", multiple=True)
def set_operation_p(xp: Any, a_rows: Any, a: Any, b_rows: Any, b: Any, *, name: str, dims: tuple[int, ...]) -> Any:
    """Indices and elements, in order, of what the sets of elements `a` and `b`, which are of these rows, give."""
    elements, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    keys = np.concatenate([a_rows, b_rows]) * max(len(elements), 1) + codes.reshape(-1)
    found = _SETS[name](keys[: len(a)], keys[len(a) :])
    rows, codes = np.divmod(found, max(len(elements), 1))
    places = np.arange(len(rows)) - np.searchsorted(rows, rows)
    lead = np.unravel_index(rows, dims) if dims else ()
    return np.stack([*lead, places], -1).astype(np.int64), elements[codes.astype(np.int64)]


def _sets(x: Any, name: str) -> Any:
    x = x if isinstance(x, SparseTensor) else convert_to_tensor(x)
    if x.dtype.name not in _DTYPES:
        raise TypeError(f"'{name}' has invalid dtype `{x.dtype}` not in supported dtypes: {', '.join(_DTYPES)}.")
    return x


def _parts(x: Any, validate: bool, op: str) -> tuple[Any, Any, tuple[int, ...]]:
    """The set of each element, a flat number; the elements; and the shape of all sets."""
    dims = x._dims if isinstance(x, SparseTensor) else x._array.shape
    if len(dims) < 2:
        raise invalid(op, f"Shape {_brackets(dims)} has rank {len(dims)} < 2")
    if isinstance(x, SparseTensor):
        if validate:
            _inside(x, op)
            checked(_check_order, x.indices._array, x.dense_shape._array, op)
        return computed(_set_numbers, x.indices, dims=tuple(dims)), x.values, dims[:-1]
    return computed(_each_set, math.prod(dims[:-1]), dims[-1]), reshape(x, [-1]), dims[:-1]


def _operation(a: Any, b: Any, name: str, validate: bool) -> SparseTensor:
    a, b = _sets(a, "a"), _sets(b, "b")
    if a.dtype != b.dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    kinds = ["Sparse" if isinstance(x, SparseTensor) else "Dense" for x in (a, b)]
    op = f"{min(kinds)}To{max(kinds)}SetOperation"
    (a_rows, a, a_dims), (b_rows, b, b_dims) = _parts(a, validate, op), _parts(b, validate, op)
    if len(a_dims) != len(b_dims):
        raise invalid(op, f"Mismatched shapes {_brackets(a_dims)} vs {_brackets(b_dims)}")
    checked(_check_dims, op, *a_dims, *b_dims)
    indices, values = set_operation_p(a_rows, a, b_rows, b, name=name, dims=tuple(a_dims))
    return SparseTensor(indices, values, computed(_shape, indices, *a_dims))


@computation
def _check_order(indices: Any, dims: Any, op: str) -> None:
    wrong = np.flatnonzero(np.diff(_flat(indices, dims.tolist())) <= 0)
    if wrong.size:
        at = wrong[0] + 1
        raise invalid(op, f"indices[{at}] = {indices[at].tolist()} is out of order. Many sparse ops require sorted "
                      "indices. Use `tf.sparse.reorder` to create a correctly ordered copy.")  # fmt: skip


@computation
def _check_dims(op: str, *dims: int) -> None:
    n = len(dims) // 2
    if dims[:n] != dims[n:]:
        raise invalid(op, f"Mismatched shapes {_brackets(dims[:n])} vs {_brackets(dims[n:])}")


@computation
def _set_numbers(indices: Any, dims: tuple[int, ...]) -> Any:
    return _flat(indices[:, :-1], dims[:-1])


@computation
def _each_set(count: int, length: int) -> Any:
    return np.repeat(np.arange(count), length)


@computation
def _shape(indices: Any, *dims: int) -> Any:
    return np.array([*dims, indices[:, -1].max(initial=-1) + 1], np.int64)


def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in both of two sets, for each along the last axis.

    Args:
      a, b: tensors or SparseTensors of integers or strings, of rank 2 or more, whose shapes differ in the last axis
        alone. Of sparse ones, indices are in row-major order.
      validate_indices: whether to check that.

    Returns:
      A SparseTensor, of the shape of `a` but for the last axis, which is as long as the greatest set. Sets are in
      order.

    Raises:
      TypeError: for other dtypes, or two different ones.
      InvalidArgumentError: if the shapes do not fit, or indices are out of order.

    >>> import gradtape as tf
    >>> tf.sets.intersection([[1, 2, 9]], [[9, 5, 2]]).values.numpy()
    array([2, 9], dtype=int32)
    """
    return _operation(a, b, "intersection", validate_indices)


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """What is in `a` and not in `b`, or with `aminusb=False` the other way round; as `tf.sets.intersection`.

    >>> import gradtape as tf
    >>> tf.sets.difference([[1, 2, 9]], [[9, 5, 2]]).values.numpy()
    array([1], dtype=int32)
    """
    return _operation(a, b, "a-b" if aminusb else "b-a", validate_indices)


def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """What is in either of two sets; as `tf.sets.intersection`.

    >>> import gradtape as tf
    >>> tf.sets.union([[1, 2, 9]], [[9, 5, 2]]).values.numpy()
    array([1, 2, 5, 9], dtype=int32)
    """
    return _operation(a, b, "union", validate_indices)


def size(a: SparseTensor, validate_indices: bool = True) -> EagerTensor:
    """How many different elements each set has.

    Args:
      a: a SparseTensor of integers or strings, whose indices are in row-major order.
      validate_indices: whether to check that.

    Returns:
      An int32 tensor of the shape of `a` without the last axis.

    Raises:
      TypeError: if `a` is no SparseTensor, or of another dtype.

    >>> import gradtape as tf
    >>> tf.sets.size(tf.sparse.SparseTensor([[0, 0], [0, 1]], [5, 5], [2, 3])).numpy()
    array([1, 0], dtype=int32)
    """
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    x = _sets(a, "a")
    rows, values, dims = _parts(x, validate_indices, "SetSize")
    rows, _ = set_operation_p(rows, values, rows, values, name="union", dims=(math.prod(dims),))
    counts = computed(_counts, slice_p(rows, key=(..., 0)), math.prod(dims))
    return reshape(counts, integers_tensor(tuple(dims), np.int32))


@computation
def _counts(rows: Any, count: int) -> Any:
    return np.bincount(rows, minlength=count).astype(np.int32)


__getattr__ = lacking(__name__)
