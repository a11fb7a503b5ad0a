"""Order: sorting, the greatest elements, and the places of extrema."""

from typing import Any, NamedTuple

import numpy as np

from ..autodiff.cotangents import shape_of
from ..operations.primitive import primitive
from ..values.convert import convert_to_tensor, to_array
from ..values.dtypes import as_dtype, int32, int64
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed, known, whole_int
from ..values.tensor import EagerTensor, Tensor
from .cast import by_float32

__all__ = ["argmax", "argmin", "argsort", "invert_permutation", "sort", "top_k"]

_REAL = "fiu"


class TopKV2(NamedTuple):
    """What `tf.math.top_k` gives."""

    values: EagerTensor
    indices: EagerTensor


# --- taking along an axis, and its transpose -------------------------------------------------------------------------


@primitive(op="GatherV2", linear=("x",))
def take_along_p(xp: Any, x: Any, indices: Any, *, axis: int) -> Any:
    """`x` at `indices` along `axis`; the other axes are those of `indices`, which may lack leading ones of `x`."""
    return xp.take_along_axis(x, _with_axes(indices, x.ndim), axis)


@primitive(op="ScatterNd", linear=("x",))
def put_along_p(xp: Any, x: Any, indices: Any, *, axis: int, size: int) -> Any:
    """Zeros of length `size` along `axis`, but for `x` at `indices`; no index comes twice."""
    return xp.put_along_axis(x, _with_axes(indices, x.ndim), axis, size)


def _with_axes(indices: Any, ndim: int) -> Any:
    return indices.reshape((1,) * (ndim - indices.ndim) + indices.shape)


take_along_p.vjp(x=lambda g, x_shape, indices, axis: put_along_p(g, indices, axis=axis, size=x_shape[axis]))
put_along_p.vjp(x=lambda g, indices, axis: take_along_p(g, indices, axis=axis))
take_along_p.along(x=lambda j, axis: None if j == axis else j)
put_along_p.along(x=lambda j, axis: None if j == axis else j)
take_along_p.definition.shape = lambda x_shape, indices_shape, axis: (*x_shape[: -len(indices_shape)], *indices_shape)

# --- order: nan comes last, and equal elements stay in order ---------------------------------------------------------


def _reversed(xp: Any, x: Any) -> Any:
    """What ascends where `x` descends; its own inverse."""
    return xp.invert(x) if x.dtype.kind in "iu" else -x


def _ordered_as_numbers(x: Any) -> Any:
    return x.astype(np.float32) if x.dtype.kind == "V" else x  # a bfloat16 nan has no place in NumPy's order


def _places(xp: Any, x: Any, axis: int, descending: bool) -> Any:
    x = _ordered_as_numbers(x)
    return xp.argsort(_reversed(xp, x) if descending else x, axis=axis, stable=True)


@primitive(op="TopKV2", kinds=_REAL, same=("x",))
def argsort_p(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    return _places(xp, x, axis, descending).astype(xp.int32)


@primitive(op="TopKV2", kinds=_REAL, same=("x",), halves=by_float32)
def sort_p(xp: Any, x: Any, *, axis: int, descending: bool) -> Any:
    if descending:
        return _reversed(xp, xp.sort(_reversed(xp, x), axis=axis))
    return xp.sort(x, axis=axis)


def _unsorted(g: Any, x: Any, axis: int, descending: bool) -> Any:
    order = argsort_p(x, axis=axis, descending=descending)
    return put_along_p(g, order, axis=axis, size=shape_of(x)[axis])


sort_p.vjp(x=_unsorted)
sort_p.along(x=lambda j, axis: None if j == axis else j)


@primitive(op="TopKV2", kinds=_REAL, same=("x",))
def top_places_p(xp: Any, x: Any, *, k: int, dtype: np.dtype[Any]) -> Any:
    """Where the `k` greatest are along the last axis."""
    return xp.top_places(_reversed(xp, _ordered_as_numbers(x)), k).astype(dtype)


top_places_p.definition.shape = lambda x_shape, k, dtype: (*x_shape[:-1], k)


def _comparable(xp: Any, x: Any, worst: float) -> Any:
    """`x` with `worst` for nan, which is never an extremum."""
    return x if x.dtype.kind in "iub" else xp.where(x == x, x, x.dtype.type(worst))


@primitive(op="ArgMax", kinds="fiub", same=("x",))
def argmax_p(xp: Any, x: Any, *, axis: int, dtype: np.dtype[Any]) -> Any:
    return xp.argmax(_comparable(xp, x, -np.inf), axis=axis).astype(dtype)


@primitive(op="ArgMin", kinds="fiub", same=("x",))
def argmin_p(xp: Any, x: Any, *, axis: int, dtype: np.dtype[Any]) -> Any:
    return xp.argmin(_comparable(xp, x, np.inf), axis=axis).astype(dtype)


# --- public ----------------------------------------------------------------------------------------------------------


def argmax(input: Any, axis: Any = None, output_type: Any = int64, name: str | None = None) -> EagerTensor:
    """The place of the greatest element along an axis: the first one, of equals.

    Args:
      input: a tensor of a real dtype, or bool.
      axis: an integer, 0 by default; negative ones count from the end.
      output_type: int64, int32, int16 or uint16.

    Returns:
      A tensor of dtype `output_type` and the shape of `input` without `axis`. It has no gradient.

    Raises:
      InvalidArgumentError: if there is no such axis, or nothing along it.

    >>> import gradtape as tf
    >>> tf.argmax([1.0, 3.0, 2.0]).numpy()
    np.int64(1)
    """
    return _place(argmax_p, input, axis, output_type)


def argmin(input: Any, axis: Any = None, output_type: Any = int64, name: str | None = None) -> EagerTensor:
    """The place of the smallest element along an axis: the first one, of equals; arguments as in `tf.argmax`."""
    return _place(argmin_p, input, axis, output_type)


def _place(find: Any, input: Any, axis: Any, output_type: Any) -> EagerTensor:
    x = convert_to_tensor(input)
    op = find.definition.op
    dtype = as_dtype(output_type)
    if dtype.name not in ("int16", "uint16", "int32", "int64"):
        raise invalid(op, f"Value for attr 'output_type' of {dtype.name} is not in the list of allowed values: int16, "
                      "uint16, int32, int64")  # fmt: skip
    if axis is None:
        axis = 0
    elif type(axis) is not int:
        array = known(axis._array, "The axis") if isinstance(axis, Tensor) else np.asarray(axis)
        if array.dtype.kind not in "iu" or isinstance(axis, list | tuple):
            raise TypeError(f"axis must be int or Tensor with integer datatype, got {axis!r}")
        if array.ndim:
            raise invalid(op, f"dim must be a scalar, but received tensor of shape: {list(array.shape)}")
        axis = int(array[()])
    shape = x._array.shape
    if not -len(shape) <= axis < len(shape):
        raise invalid(op, f"Expected dimension in the range [{-len(shape)}, {len(shape)}), but got {axis}")
    if shape[axis] == 0:
        raise invalid(op, f"Reduction axis {axis} is empty in shape {list(shape)}")
    return find(x, axis=axis if axis < 0 else axis - len(shape), dtype=dtype._numpy)


def sort(values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None) -> EagerTensor:
    """The elements in order along an axis; nan comes last.

    Args:
      values: a tensor of a real dtype.
      axis: an integer, by default that of the last axis.
      direction: "ASCENDING" or "DESCENDING".

    Raises:
      ValueError: if `direction` is something else.
      InvalidArgumentError: if there is no such axis.

    >>> import gradtape as tf
    >>> tf.sort([3.0, 1.0, 2.0], direction="DESCENDING").numpy()
    array([3., 2., 1.], dtype=float32)
    """
    return _ordered(sort_p, values, axis, direction)


def argsort(values: Any, axis: Any = -1, direction: str = "ASCENDING", stable: bool = False,
            name: str | None = None) -> EagerTensor:  # fmt: skip
    """The places, int32, from which the elements in order along an axis come. Equal elements stay in order, always.

    Arguments as in `tf.sort`.

    >>> import gradtape as tf
    >>> tf.argsort([3.0, 1.0, 2.0]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    return _ordered(argsort_p, values, axis, direction)


def _ordered(order: Any, values: Any, axis: Any, direction: str) -> EagerTensor:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: {direction=}")
    x = convert_to_tensor(values)
    axis = int(axis)
    ndim = x._array.ndim
    if not -ndim <= axis < ndim:
        raise invalid("TopKV2", f"There is no axis {axis} to sort along in a tensor of shape {x.shape}")
    return order(x, axis=axis if axis < 0 else axis - ndim, descending=direction == "DESCENDING")


@computation
def _check_columns(x: Any, k: int) -> None:
    if k > x.shape[-1]:
        raise invalid("TopKV2", f"input must have at least k columns. Had {x.shape[-1]}, needed {k}")


def top_k(input: Any, k: Any = 1, sorted: bool = True, index_type: Any = int32, name: str | None = None) -> TopKV2:
    """The `k` greatest elements along the last axis, in descending order, and their places.

    Args:
      input: a tensor of a real dtype and at least one axis.
      k: an integer, at most the length of the last axis.
      sorted: False allows any order.
      index_type: the dtype of the places.

    Returns:
      A named tuple (values, indices), of shape (..., k). Of equal elements the first come first.

    Raises:
      InvalidArgumentError: if `k` is negative or too great, or for a scalar.

    >>> import gradtape as tf
    >>> values, indices = tf.math.top_k([1.0, 3.0, 2.0], k=2)
    >>> values.numpy(), indices.numpy()
    (array([3., 2.], dtype=float32), array([1, 2], dtype=int32))
    """
    x = convert_to_tensor(input)
    shape = x._array.shape
    k = whole_int(k._array if isinstance(k, Tensor) else to_array(k, int32))
    if not shape:
        raise invalid("TopKV2", "input must be >= 1-D, got shape []")
    if k < 0:
        raise invalid("TopKV2", f"Need k >= 0, got {k}")
    checked(_check_columns, x._array, k)
    indices = top_places_p(x, k=k, dtype=as_dtype(index_type)._numpy)
    return TopKV2(take_along_p(x, indices, axis=-1), indices)


def invert_permutation(x: Any, name: str | None = None) -> EagerTensor:
    """The permutation that undoes `x`: `out[x[i]] == i`.

    Args:
      x: int32 or int64, a vector that holds each of 0 ... n - 1 once.

    Raises:
      InvalidArgumentError: if it does not.

    >>> import gradtape as tf
    >>> tf.math.invert_permutation([2, 0, 1]).numpy()
    array([1, 2, 0], dtype=int32)
    """
    x = convert_to_tensor(x)
    if x._array.ndim != 1:
        raise invalid("InvertPermutation", f"invert_permutation expects a 1D vector, got shape {x.shape}.")
    return computed(_inverted, x)


@computation
def _inverted(x: Any) -> Any:
    out = np.full_like(x, -1)
    inside = (x >= 0) & (x < len(x))
    out[x[inside]] = np.arange(len(x), dtype=x.dtype)[inside]
    if (out < 0).any():
        raise invalid("InvertPermutation", f"{x.tolist()} is no permutation of 0 ... {len(x) - 1}")
    return out
