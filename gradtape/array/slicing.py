"""Taking a part of a tensor by a key, which is a basic index of NumPy's, and its transpose: placing it among zeros."""

from builtins import slice as Slice
from operator import index
from types import NoneType
from typing import Any, NamedTuple

from ..autodiff.cotangents import lead_of
from ..autodiff.scattered import Scatter, Scattered
from ..engine.numpy_filled import full_of, zeros_of
from ..operations.primitive import _brackets, primitive
from ..values.errors import invalid
from ..values.symbolic import Dim, is_symbolic
from ..values.tensor import Tensor

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


def _shape_of_taken(x_shape: tuple[int, ...], key: Any) -> tuple[int | None, ...]:
    """The shape of `x[key]`; two samples of lengths that differ do not tell how much of them a slice takes."""
    after = _aligned(key, len(x_shape))[1:]
    n = len(x_shape) - sum([k is not None for k in after])
    found: list[int | None] = list(x_shape[:n])
    for k in after:
        if k is None:
            found.append(1)
            continue
        if type(k) is Slice:
            found.append(x_shape[n] if k == _ALL else _taken_of(x_shape[n], k))
        n += 1
    return tuple(found)


def _taken_of(n: int, k: Slice) -> int | None:
    """How many of `n` a slice takes, where that is known."""
    known = type(n) is not Dim and all(type(bound) in (int, NoneType) for bound in (k.start, k.stop, k.step))
    return len(range(*k.indices(n))) if known else None


def _taken_of_longer(x: Any, key: Any, shapes: Any) -> Any:
    """`x[key]`, where `x` may be longer than its sample is along axes whose lengths are not known."""
    lengths, found, axis = list(x.shape), [], 0
    for k in _aligned(key, x.ndim)[1:]:
        if type(k) not in (Slice, NoneType) and type(shapes[0][axis]) is Dim:
            lengths[axis] = max(lengths[axis], 1)
            k = k % lengths[axis]
        found.append(k)
        axis += k is not None
    longer = x if list(x.shape) == lengths else full_of(tuple(lengths), 0, x.dtype)
    try:
        return longer[(..., *found)]
    except IndexError:
        raise _refusal(longer.shape, (..., *found)) from None


def sized(x: Any, lengths: Any) -> Any:
    """`x`, whose last axes have these lengths; -1, and what is not known while a function is traced, say nothing."""
    if is_symbolic(x):
        known = [n if type(n) is int and n >= 0 else None for n in lengths]
        x.set_shape([None] * (x.ndim - len(known)) + known)
    return x


slice_p.definition.shape = _shape_of_taken
slice_p.definition.guess = _taken_of_longer
place_p.definition.shape = lambda *x_shapes, keys, shape: shape


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


def _guessed_place(*xs: Any, shape: tuple[int, ...], **_: Any) -> Any:
    return zeros_of(shape, xs[0].dtype)


place_p.definition.guess = place_at_p.definition.guess = _guessed_place
slice_at_p.definition.shape = lambda x_shape, bounds, key: _shape_of_taken(x_shape, key)
slice_at_p.vjp(x=_take_back_at)
slice_at_p.along(
    x=lambda j, bounds, x_shape, key: _taken_axis(j, _aligned(_filled(key, bounds), len(x_shape)), x_shape)
)
place_at_p.vjp(x=lambda g, bounds, key: slice_at_p(g, bounds, key=_after_lead(key)))


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
