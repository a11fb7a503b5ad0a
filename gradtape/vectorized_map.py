"""`vectorized_map`: a function mapped along the first axis, of whatever dtypes and structures."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .array.joining import stack, unstack
from .array.shape import broadcast_to
from .values import nest
from .values.convert import convert_to_tensor
from .values.errors import invalid
from .values.settings import setting
from .values.symbolic import broadcast_shapes
from .values.tensor import EagerTensor, wrap
from .values.thread import current

__all__ = ["vectorized_map"]


def vectorized_map(fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """The results of `fn` on each of `elems[0], elems[1], ...`, stacked.

    `fn` is called for each element. An operation on all at once, where there is one, is faster.

    Args:
      fn: takes one element, or a structure of elements, and returns a tensor or number, or a structure of these.
      elems: a tensor of shape `(n, ...)`, or a nested structure of these; where n is 1, for as many as the others have.
      fallback_to_while_loop, warn: nothing here; TensorFlow's.

    Returns:
      Tensors of shapes `(n, ...)`, in the structure that `fn` returns.

    Raises:
      IndexError: if an element is a scalar, which has no first axis.
      InvalidArgumentError: if lengths differ, or the results differ in shape.
      ValueError: if there are no elements at all.

    >>> import gradtape as tf
    >>> tf.vectorized_map(lambda row: tf.reduce_sum(row), tf.constant([[1.0, 2.0], [3.0, 4.0]])).numpy()
    array([3., 7.], dtype=float32)
    """
    if not callable(fn):
        raise TypeError(f"fn must be callable, got {fn!r}.")
    elems = nest.map_structure(convert_to_tensor, elems)
    tensors = nest.flatten(elems)
    if not tensors:
        raise ValueError("vectorized_map needs a tensor, or a structure with tensors, to walk along.")
    for x in tensors:
        if not x.ndim:
            raise IndexError(f"vectorized_map walks along the first axis, and an element is a scalar: {x!r}")
    lengths = {x._array.shape[0] for x in tensors}
    try:
        (length,) = broadcast_shapes(*[(n,) for n in lengths])
    except ValueError:
        shown = list(lengths)
        raise invalid("GatherV2", f"first axes of elems have lengths {shown}; they must be equal, or 1") from None
    if length == 0 and current.thread.trace is None:
        return _of_none(fn, elems)
    trace = current.thread.trace
    if trace is not None:
        if len(lengths) > 1:
            tensors = [broadcast_to(x, (length, *x._array.shape[1:])) for x in tensors]
            elems = nest.pack_sequence_as(elems, tensors)
        return trace.over_rows(lambda _, row: ((), fn(row)), (), elems, length, "vectorized_map")[1]
    columns = [unstack(x) if len(x) == length else [x[0]] * length for x in tensors]
    results = [fn(nest.pack_sequence_as(elems, list(row))) for row in zip(*columns, strict=True)]
    for result in results:
        nest.assert_same_structure(results[0], result)
    leaves = [_stacked(list(column)) for column in zip(*map(nest.flatten, results), strict=True)]
    return nest.pack_sequence_as(results[0], leaves)


def _stacked(column: list[Any]) -> EagerTensor | None:
    return None if column[0] is None else stack([convert_to_tensor(x) for x in column])


def _of_none(fn: Callable[[Any], Any], elems: Any) -> Any:
    """What there is without elements: empty tensors, like what `fn` makes of an element of zeros."""
    with setting(current.thread, recordings=()):
        like = fn(nest.map_structure(lambda x: wrap(np.zeros(x._array.shape[1:], x._array.dtype)), elems))

    def empty(x: Any) -> EagerTensor | None:
        array = None if x is None else convert_to_tensor(x)._array
        return None if array is None else wrap(np.zeros((0, *array.shape), array.dtype))

    return nest.map_structure(empty, like)
