"""Indexing and slicing: `x[...]` of tensors and variables, `slice`, `strided_slice`, and assignment to `v[...]`."""

from builtins import slice as Slice
from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..math.cast import cast
from ..math.comparison import less_p, like, where_p
from ..operations.primitive import _brackets, primitive
from ..values import tensor
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import (
    Dim,
    SymbolicTensor,
    checked,
    computation,
    integers_tensor,
    is_symbolic,
    symbolic,
    whole_int,
)
from ..values.tensor import EagerTensor, Tensor
from ..values.thread import current
from ..values.variable import ResourceVariable, UnreadVariable, Variable
from .arguments import integers, whole_number
from .gathering import boolean_mask, gather_p
from .joining import stack
from .slicing import _ALL, At, _aligned, _filled, sized, slice_at_p, slice_p

__all__ = ["slice", "strided_slice"]

# --- x[...] ----------------------------------------------------------------------------------------------------------

_VALID = (
    "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar tf.int32/tf.int64 tensors are valid "
    "indices"
)
_PLAIN = frozenset({int, Dim, type(None), type(...)})
_BOUND = frozenset({int, Dim, type(None)})
_MASKS = (bool, Tensor, np.ndarray, Variable)


def _getitem(x: Tensor, key: Any) -> EagerTensor:
    kind = type(key)
    if kind is int:
        return slice_p(x, key=key)  # type: ignore[no-any-return]
    if isinstance(key, _MASKS) and (kind is bool or key.dtype == np.bool_):
        return boolean_mask(x, key)
    key, bounds = _read(key)
    if not bounds:
        return slice_p(x, key=key)  # type: ignore[no-any-return]
    if any(map(is_symbolic, bounds)):
        return _symbolic_item(x, key, bounds)
    return slice_at_p(x, _vector(bounds), key=key)  # type: ignore[no-any-return]


def _symbolic_item(x: Any, key: Any, bounds: Sequence[Tensor]) -> Any:
    """`x[key]`, where bounds are not known: a gather along the axes of indices, then a slice."""
    key = _aligned(key, x._array.ndim)
    kept: list[Any] = []
    axis = 0
    for k in reversed(key[1:]):
        if k is not None:
            axis -= 1
        if type(k) is At:
            i = bounds[k.position or 0]
            x = gather_p(x, _from_start(i, x._array.shape[axis]), axis=axis)
            axis += 1
        else:
            kept.append(_with_dims(k, bounds))
    key = (..., *reversed(kept))
    return x if all(k in (_ALL, ...) for k in key) else slice_p(x, key=key)


def _from_start(i: Any, length: int) -> Any:
    """The index `i`, which may be negative, counted from the start."""
    return where_p(less_p(i, like(i, 0)), i + integers_tensor(length, i._array.dtype), i)


def _with_dims(k: Any, bounds: Sequence[Tensor]) -> Any:
    """A part of a key, with integers where it has an `At`."""
    if type(k) is At:
        return whole_int(bounds[k.position or 0]._array)
    if type(k) is Slice:
        return Slice(*[_with_dims(b, bounds) for b in (k.start, k.stop, k.step)])
    return k


def _read(key: Any) -> tuple[Any, list[Tensor]]:
    """An index as given, checked: as a key of primitives, and the tensors in it."""
    bounds: list[Tensor] = []
    if type(key) is list:
        key = tuple(key)
    if type(key) is tuple:
        key = tuple([k if type(k) in _PLAIN else _part(k, bounds) for k in key])
    elif type(key) not in _PLAIN:
        key = _part(key, bounds)
    if len(bounds) == 1:
        key = _single(key)
    return key, bounds


def _part(k: Any, bounds: list[Tensor]) -> Any:
    if type(k) is Slice:
        start, stop, step = k.start, k.stop, k.step
        if type(start) in _BOUND and type(stop) in _BOUND and type(step) in _BOUND:
            return k
        return Slice(*[b if type(b) in _BOUND else _number(b, bounds) for b in (start, stop, step)])
    return _number(k, bounds)


def _number(k: Any, bounds: list[Tensor]) -> Any:
    """One integer of an index: a number as such, a tensor as what stands for it."""
    if isinstance(k, Tensor | Variable):
        if k.dtype.name in ("int32", "int64", "int16") and k.shape.rank == 0:
            bounds.append(convert_to_tensor(k))
            return At(len(bounds) - 1)
    elif isinstance(k, int | np.integer) or (isinstance(k, np.ndarray) and k.ndim == 0 and k.dtype.kind in "iu"):
        return int(k)
    raise TypeError(
        f"{_VALID}, got {k!r}. Use tf.gather to pick several by their indices, tf.boolean_mask to pick by a mask."
    )


def _single(key: Any) -> Any:
    """`key` with its one `At` for a tensor of no axes."""
    if type(key) is At:
        return At(())
    if type(key) is tuple:
        return tuple([_single(k) if type(k) in (At, Slice) else k for k in key])
    if type(key) is Slice:
        return Slice(*[At(()) if type(b) is At else b for b in (key.start, key.stop, key.step)])
    return key


def _vector(bounds: Sequence[Tensor]) -> Tensor:
    if len(bounds) == 1:
        return bounds[0]
    if len({b._array.dtype for b in bounds}) > 1:
        bounds = [cast(b, "int64") for b in bounds]
    return stack(bounds)


def _delitem(x: Tensor, key: Any) -> None:
    raise TypeError(f"{type(x).__name__!r} object doesn't support item deletion: tensors are immutable")


tensor.overload(__getitem__=_getitem, __delitem__=_delitem)


# --- v[...] of a variable, which can be assigned to ------------------------------------------------------------------


class _Part(EagerTensor):
    """A part of a variable: a tensor of its present value, by which new values can be assigned to it."""

    __slots__ = ("_key", "_variable")

    def assign(self, value: Any, name: str | None = None) -> Any:
        """Replace this part of the variable.

        Args:
          value: of the variable's dtype, and of a shape that broadcasts to this part's.

        Returns:
          The variable.

        Raises:
          InvalidArgumentError: if the shapes do not fit; nothing is assigned then.
          ValueError: if the dtypes differ.
        """
        variable = self._variable
        new = convert_to_tensor(value, variable.dtype)._array
        key = self._key if type(self._key) is tuple else (self._key,)
        if isinstance(self._array, np.ndarray):
            self._array = self._array.copy()  # no view of the variable, so that it can be written to in place
        try:
            variable.handle.update(lambda array, new, out: engine.with_part(array, new, key, out), new)
        except ValueError:
            raise invalid(
                "ResourceStridedSliceAssign",
                f"Cannot broadcast input shape {_brackets(new.shape)} into final shape {_brackets(self._array.shape)}",
            ) from None
        return UnreadVariable(variable)


_Part.__name__ = _Part.__qualname__ = "EagerTensor"
_Part.__module__ = EagerTensor.__module__


@primitive(op="ResourceStridedSliceAssign", same=("x", "value"))
def with_part_p(xp: Any, x: Any, value: Any, *, key: Any) -> Any:
    """`x` with `value` at `key`, an index of NumPy's."""
    return xp.with_part(x, value, key)


with_part_p.definition.in_place = lambda x, value, key: engine.with_part(x, value, key, x)  # type: ignore[attr-defined]


class _SymbolicPart(SymbolicTensor):
    """The same, in a function that is being traced."""

    __slots__ = ("_key", "_variable")

    def assign(self, value: Any, name: str | None = None) -> Any:
        variable = self._variable
        new = convert_to_tensor(value, variable.dtype)
        key = self._key if type(self._key) is tuple else (self._key,)
        key = key if ... in key else (*key, ...)
        if not _broadcasts(new._array.shape, self._array.shape):
            raise invalid(
                "ResourceStridedSliceAssign",
                f"Cannot broadcast input shape {_brackets(new._array.shape)} into final shape "
                f"{_brackets(self._array.shape)}",
            )
        trace = current.thread.trace
        trace.assign(variable, with_part_p(symbolic(trace.present(variable)), new, key=key))
        return UnreadVariable(variable)


def _broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def _variable_getitem(variable: ResourceVariable, key: Any) -> EagerTensor:
    out = _getitem(variable.__tf_tensor__(), key)
    if isinstance(out, SymbolicTensor):
        if isinstance(key, _MASKS) and (type(key) is bool or key.dtype == np.bool_):
            return out  # type: ignore[return-value]
        key, bounds = _read(key)
        if bounds:
            key = tuple(
                [_with_dims(k, bounds) for k in (key if type(key) is tuple and type(key) is not At else (key,))]
            )
        symbolic_part = _SymbolicPart()
        symbolic_part._array, symbolic_part._node = out._array, out._node
        symbolic_part._variable, symbolic_part._key = variable, key
        return symbolic_part  # type: ignore[return-value]
    if type(key) is not int:
        if isinstance(key, _MASKS) and (type(key) is bool or key.dtype == np.bool_):
            return out
        key, bounds = _read(key)
        if bounds:
            key = _filled(key, _vector(bounds)._array)
    part = _Part()
    part._array = out._array
    part._node = out._node
    part._variable = variable
    part._key = key
    return part


ResourceVariable.__getitem__ = _variable_getitem  # type: ignore[attr-defined]


# --- as functions ----------------------------------------------------------------------------------------------------


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> EagerTensor:
    """The part of `input_` that begins at `begin` and is of shape `size`.

    Args:
      input_: a tensor.
      begin: an integer for each axis.
      size: a length for each axis; -1 is all that remains.

    Raises:
      InvalidArgumentError: if the part is not inside the tensor.

    >>> import gradtape as tf
    >>> tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [-1, 2]).numpy()
    array([[2, 3],
           [5, 6]], dtype=int32)
    """
    x = convert_to_tensor(input_)
    shape = x._array.shape
    starts = _offsets(begin, shape, size, False)
    sizes = _offsets(size, shape, begin, True)
    if not len(starts) == len(sizes) == len(shape):
        raise invalid("Slice", f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got "
                      f"shapes [{len(starts)}] and [{len(sizes)}] instead.")  # fmt: skip
    key = []
    for i, (start, length, n) in enumerate(zip(starts, sizes, shape, strict=True)):
        checked(_check_part, i, start, length, n)
        key.append(Slice(start, n if length == -1 else start + length))
    return sized(slice_p(x, key=tuple(key)), sizes)  # type: ignore[no-any-return]


@computation
def _check_part(i: int, start: int, length: int, n: int) -> None:
    if not 0 <= start <= n:
        raise invalid("Slice", f"Expected begin[{i}] in [0, {n}], but got {start}")
    if not -1 <= length <= n - start:
        raise invalid("Slice", f"Expected size[{i}] in [0, {n - start}], but got {length}")


def _offsets(value: Any, shape: tuple[int, ...], other: Any, strict: bool) -> tuple[int, ...]:
    try:
        count = len(other)
    except TypeError:
        count = 1
    dims = f"[{count}]" if isinstance(other, list | tuple) else "[]"
    return integers(
        value, "Slice", "Index", strict=strict,
        rank_error=f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got shapes {{}} and "
        f"{dims} instead.",
    )  # fmt: skip


def strided_slice(input_: Any, begin: Any, end: Any, strides: Any = None, begin_mask: int = 0, end_mask: int = 0,
                  ellipsis_mask: int = 0, new_axis_mask: int = 0, shrink_axis_mask: int = 0, var: Any = None,
                  name: str | None = None) -> EagerTensor:  # fmt: skip
    """What indexing does, spelt out: `x[begin[0]:end[0]:strides[0], ...]`.

    Args:
      input_: a tensor.
      begin, end, strides: an integer for each axis that is sliced; strides are 1 by default.
      begin_mask, end_mask: bit i says that `begin[i]` (`end[i]`) is as if left out.
      ellipsis_mask: bit i says that the i-th is an ellipsis.
      new_axis_mask: bit i says that the i-th is a new axis.
      shrink_axis_mask: bit i says that the i-th is the index `begin[i]`.

    Raises:
      InvalidArgumentError: if an index is out of bounds, or a stride 0.
    """
    x = convert_to_tensor(input_)
    starts, ends = (_bounds(b) for b in (begin, end))
    steps = (1,) * len(starts) if strides is None else _bounds(strides)
    if not len(starts) == len(ends) == len(steps):
        raise invalid("StridedSlice", "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
                      f"[{len(starts)}], [{len(ends)}], and [{len(steps)}] instead.")  # fmt: skip
    key: list[Any] = []
    for i, (a, b, step) in enumerate(zip(starts, ends, steps, strict=True)):
        bit = 1 << i
        if ellipsis_mask & bit:
            key.append(...)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(a)
        else:
            key.append(Slice(None if begin_mask & bit else a, None if end_mask & bit else b, step))
    return slice_p(x, key=tuple(key))  # type: ignore[no-any-return]


def _bounds(value: Any) -> tuple[int, ...]:
    if isinstance(value, list | tuple):
        try:
            return tuple(map(index, value))
        except TypeError:
            pass
    array = convert_to_tensor(value)._array
    whole_number(array.dtype, "StridedSlice", "Index", ("int16", "int32", "int64"))
    return tuple(array.reshape(-1).tolist())
