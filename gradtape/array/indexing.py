"""Indexing and slicing: `x[...]` of tensors and variables, `slice`, `strided_slice`, and assignment to `v[...]`."""

from builtins import slice as Slice
from collections.abc import Sequence
from operator import index
from typing import Any, NamedTuple

import numpy as np

from ..core import tensor
from ..core.backward import lead_of
from ..core.convert import convert_to_tensor
from ..core.errors import invalid
from ..core.primitive import _brackets, primitive
from ..core.recording import current
from ..core.scattered import Scatter, Scattered
from ..core.symbolic import Dim, SymbolicTensor, integers_tensor, is_symbolic, symbolic, whole_int
from ..core.tensor import EagerTensor, Tensor
from ..core.variable import ResourceVariable, UnreadVariable, Variable
from ..engine import numpy as engine
from .arguments import integers, whole_number

__all__ = ["slice", "strided_slice"]

_ALL = Slice(None)

# --- primitives: taking by a key, which is a basic index of NumPy's, and its transpose, placing ----------------------


@primitive(op="StridedSlice", linear=("x",))
def slice_p(xp: Any, x: Any, *, key: Any) -> Any:
    """`x[key]`, of integers, slices, None and at most one Ellipsis."""
    try:
        out = x[key]
    except (IndexError, ValueError):
        raise _refusal(x.shape, key) from None
    return out if type(out) is not bytes else xp.asarray(out, object)


@primitive(op="Pad")
def place_p(xp: Any, *xs: Any, keys: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Zeros of `shape`, with each of `xs` added in at its key."""
    return xp.place(xs, keys, shape)


def _aligned(key: Any, ndim: int) -> tuple[Any, ...]:
    """The same index, of an array of `ndim` axes, written so that it leaves any leading axes alone."""
    if type(key) is not tuple:
        key = (key,)
    used = sum([k is not None and k is not ... for k in key])
    rest = (_ALL,) * (ndim - used)
    for i, k in enumerate(key):
        if k is ...:
            return key if not i else (..., *key[:i], *rest, *key[i + 1 :])
    return (..., *key, *rest)


def _key_ndim(key: Any, ndim: int) -> int:
    """The number of axes of `x[key]`, for `x` of `ndim` axes."""
    if type(key) is not tuple:
        key = (key,)
    return ndim + sum([1 if k is None else 0 if k is ... or type(k) is Slice else -1 for k in key])


def _add_to(total: Any, value: Any, key: Any) -> None:
    total[key] += value


BY_KEY = Scatter(
    add_to=_add_to,
    tensor=lambda values, keys, shape: place_p(*values, keys=tuple(keys), shape=shape),
)


def _take_back(g: Any, x_shape: tuple[int, ...], key: Any) -> Scattered:
    """The cotangent of `x`, where `g` is that of `x[key]`."""
    ndim = len(x_shape)
    lead = lead_of(g, _key_ndim(key, ndim))
    return Scattered(BY_KEY, (*lead, *x_shape), [g], [_aligned(key, ndim)])


slice_p.vjp(x=_take_back)
place_p.vjp(xs=lambda g, keys: [slice_p(g, key=_after_lead(key)) for key in keys])
slice_p.along(x=lambda j, key, x_shape: _taken_axis(j, _aligned(key, len(x_shape)), x_shape))
place_p.along(xs=lambda j, keys: placed_axis(j, keys[0]) if len(keys) == 1 else None)


def _uncertain_axes(x_shape: tuple[int, ...], key: Any) -> set[int]:
    """The axes of `x[key]` whose lengths two samples of those that vary do not tell."""
    found = set()
    i = j = 0
    for k in reversed(_aligned(key, len(x_shape))[1:]):
        if k is not None:
            i -= 1
        if k is None or type(k) is Slice:
            j -= 1
        if type(k) is Slice and k != _ALL and any(type(n) is Dim for n in (x_shape[i], k.start, k.stop, k.step)):
            found.add(j)
    return found


slice_p.definition.uncertain = _uncertain_axes  # type: ignore[attr-defined]


def _taken_axis(j: int, key: tuple[Any, ...], x_shape: tuple[int, ...]) -> int | None:
    """The axis of `x` that is axis `j` of `x[key]`, if the key takes all of it."""
    i = 0
    for k in reversed(key[1:]):
        if k is not None:
            i -= 1
        if k is None or type(k) is Slice:
            j += 1
            if not j:
                return i if k is not None and k.indices(x_shape[i]) == (0, x_shape[i], 1) else None
    return i + j


def placed_axis(j: int, key: Any) -> int | None:
    """The axis of what is placed at `key` that is the result's axis `j`, if it takes up all of it."""
    key = _after_lead(key)[1:]
    if -j <= len(key) and key[j] != _ALL:
        return None
    return None if any(type(k) is not Slice for k in key) else j


def _after_lead(key: Any) -> Any:
    return key if type(key) is tuple and key and key[0] is ... else (..., *key)


# --- the same, where parts of the index are tensors ------------------------------------------------------------------


class At(NamedTuple):
    """Stands for a part of an index: the element `position` of the tensor of bounds."""

    position: Any


def _filled(key: Any, bounds: Any) -> Any:
    """`key`, with what its `At`s stand for."""
    if type(key) is tuple:
        return tuple([_filled(k, bounds) for k in key])
    if type(key) is At:
        return bounds[key.position]
    if type(key) is Slice:
        return Slice(*[None if k is None else index(_filled(k, bounds)) for k in (key.start, key.stop, key.step)])
    return key


@primitive(op="StridedSlice", linear=("x",))
def slice_at_p(xp: Any, x: Any, bounds: Any, *, key: Any) -> Any:
    """`x[key]`, with the integers of `bounds` where `key` has an `At`."""
    return slice_p.definition.forward(xp, x, key=_filled(key, bounds))


@primitive(op="Pad", linear=("x",))
def place_at_p(xp: Any, x: Any, bounds: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    return xp.place((x,), (_filled(key, bounds),), shape)


def _take_back_at(g: Any, bounds: Any, x_shape: tuple[int, ...], key: Any) -> Any:
    if not isinstance(g, Tensor):
        return _take_back(g, x_shape, _filled(key, bounds))
    ndim = len(x_shape)
    lead = lead_of(g, _key_ndim(key, ndim))
    return place_at_p(g, bounds, key=_aligned(key, ndim), shape=(*lead, *x_shape))


slice_at_p.vjp(x=_take_back_at)
slice_at_p.along(
    x=lambda j, bounds, x_shape, key: _taken_axis(j, _aligned(_filled(key, bounds), len(x_shape)), x_shape)
)
place_at_p.vjp(x=lambda g, bounds, key: slice_at_p(g, bounds, key=_after_lead(key)))


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
        from .gathering import boolean_mask

        return boolean_mask(x, key)
    key, bounds = _read(key)
    if not bounds:
        return slice_p(x, key=key)  # type: ignore[no-any-return]
    if any(map(is_symbolic, bounds)):
        return _symbolic_item(x, key, bounds)
    return slice_at_p(x, _vector(bounds), key=key)  # type: ignore[no-any-return]


def _symbolic_item(x: Any, key: Any, bounds: Sequence[Tensor]) -> Any:
    """`x[key]`, where bounds are not known: a gather along the axes of indices, then a slice."""
    from .gathering import gather_p

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
    from ..math.comparison import less_p, like, where_p

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
    from .joining import stack

    if len({b._array.dtype for b in bounds}) > 1:
        from ..math.cast import cast

        bounds = [cast(b, "int64") for b in bounds]
    return stack(bounds)


def _refusal(shape: tuple[int, ...], key: Any) -> Exception:
    """The error of `x[key]`, for `x` of `shape`."""
    key = key if type(key) is tuple else (key,)
    op = "StridedSlice"
    given = f"(the tensor's shape is {_brackets(shape)})"
    big = [k for k in key if isinstance(k, int) and not -(2**63) <= k < 2**63]
    if big:
        return ValueError("Can't convert Python sequence with out-of-range integer to Tensor.")
    if sum([k is ... for k in key]) > 1:
        return invalid(op, f"Multiple ellipses in slice spec not allowed {given}")
    used = [k for k in key if k is not None and k is not ...]
    for i, k in enumerate(key):
        if type(k) is Slice and k.step == 0:
            return invalid(op, f"strides[{i}] must be non-zero {given}")
    if not shape and used:
        return invalid(op, "Attempting to slice scalar input.")
    if len(used) > len(shape):
        return invalid(op, f"Index out of range using input dim {len(shape)}; input has only {len(shape)} dims {given}")
    axis = 0
    for k in key:
        if k is ...:
            axis += len(shape) - len(used)
        elif k is not None:
            if type(k) is not Slice and not -shape[axis] <= k < shape[axis]:
                k = int(k)
                shown = k if k >= 0 else k + shape[axis]
                return invalid(op, f"slice index {shown} of dimension {axis} out of bounds. {given}")
            axis += 1
    return invalid(op, f"the index {key} cannot be taken {given}")


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
            variable.handle.write(lambda array: array.__setitem__(key if ... in key else (*key, ...), new))
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
        if not 0 <= start <= n:
            raise invalid("Slice", f"Expected begin[{i}] in [0, {n}], but got {start}")
        if not -1 <= length <= n - start:
            raise invalid("Slice", f"Expected size[{i}] in [0, {n - start}], but got {length}")
        key.append(Slice(start, n if length == -1 else start + length))
    return slice_p(x, key=tuple(key))  # type: ignore[no-any-return]


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
