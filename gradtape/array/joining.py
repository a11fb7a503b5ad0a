"""Operations that put tensors together and take them apart: concat, stack, split, unstack, tile, repeat, pad, roll."""

import itertools
from collections.abc import Sequence
from operator import index
from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of, shape_of
from ..autodiff.scattered import Scattered
from ..math.cast import cast
from ..operations.broadcasting import broadcast_to_p, reshape_p
from ..operations.primitive import _brackets, primitive
from ..values import convert, dtypes
from ..values.composite import is_among
from ..values.composite import kinds as composites
from ..values.convert import _leaf_types, convert_to_tensor, gives_tensor, tensor_of
from ..values.dtypes import DType, as_dtype
from ..values.errors import InvalidArgumentError, invalid
from ..values.symbolic import Dim, checked, computation, computed, differ, exceeds, whole_int
from ..values.tensor import EagerTensor, Tensor, wrap
from .arguments import axis_of, integers
from .gathering import picked, set_concat
from .shape import identity_p
from .slicing import BY_KEY, place_p, placed_axis, slice_p

__all__ = ["concat", "pad", "repeat", "reverse", "roll", "split", "stack", "tile", "unstack"]

_ALL = slice(None)


def _along(axis: int, part: Any) -> tuple[Any, ...]:
    """The index that is `part` along the negative `axis`."""
    return (..., part, *[_ALL] * (-1 - axis))


# --- primitives ------------------------------------------------------------------------------------------------------


@primitive(op="ConcatV2", same=("xs",))
def concat_p(xp: Any, *xs: Any, axis: int) -> Any:
    """Along the negative `axis`."""
    return xp.concatenate(xs, axis)


def _shape_of_joined(*shapes: tuple[int, ...], axis: int) -> tuple[int, ...]:
    columns = enumerate(zip(*shapes, strict=True), -len(shapes[0]))
    return tuple([sum(column) if i == axis else _one_length(column) for i, column in columns])


def _one_length(lengths: Sequence[int]) -> int:
    """The length that all of these are, known if one is."""
    return next((n for n in lengths if type(n) is not Dim), lengths[0])


concat_p.definition.shape = _shape_of_joined


@primitive(op="Split", multiple=True, linear=("x",))
def split_p(xp: Any, x: Any, *, sizes: tuple[int, ...], axis: int) -> Any:
    """Parts of these sizes along the negative `axis`."""
    return tuple(
        [x[_along(axis, slice(end - n, end))] for n, end in zip(sizes, itertools.accumulate(sizes), strict=True)]
    )


split_p.definition.shape = lambda x_shape, sizes, axis: [
    tuple([n if i == axis else m for i, m in enumerate(x_shape, -len(x_shape))]) for n in sizes
]


@primitive(op="Pack", same=("xs",))
def stack_p(xp: Any, *xs: Any, axis: int) -> Any:
    """Along a new axis, which is the negative `axis` of the result."""
    return xp.stack(xs, axis)


def _shape_of_stacked(*shapes: tuple[int, ...], axis: int) -> tuple[int, ...]:
    lengths = [_one_length(column) for column in zip(*shapes, strict=True)]
    lengths.insert(len(lengths) + 1 + axis, len(shapes))
    return tuple(lengths)


stack_p.definition.shape = _shape_of_stacked


@primitive(op="Unpack", multiple=True, linear=("x",))
def unstack_p(xp: Any, x: Any, *, axis: int) -> Any:
    """The slices along the negative `axis`."""
    if x.ndim == 1 and x.dtype.kind != "O":
        return tuple(x)
    return tuple([x[_along(axis, i)] for i in range(x.shape[axis])])


def _taken_apart(x: Any, axis: int, count: int) -> Any:
    """The `count` slices along the negative `axis`, whose length may be known only when a graph runs."""
    if type(shape_of(x)[axis]) is Dim:
        return [slice_p(x, key=_along(axis, i)) for i in range(count)]
    return unstack_p(x, axis=axis)


concat_p.vjp(xs=lambda g, xs_shape, axis: split_p(g, sizes=tuple([s[axis] for s in xs_shape]), axis=axis))
stack_p.vjp(xs=lambda g, xs_shape, axis: _taken_apart(g, axis, len(xs_shape)))
concat_p.along(xs=lambda j, axis: None if j == axis else j)
stack_p.along(xs=lambda j, axis: None if j == axis else j if j > axis else j + 1)


def _rejoined(gs: Sequence[Any], shape: tuple[int, ...], keys: Sequence[Any]) -> Scattered:
    """Zeros of `shape`, after the leading axes that the cotangents `gs` have, with these at their keys."""
    found = [i for i, g in enumerate(gs) if g is not None]
    lead = lead_of(gs[found[0]], _ndim_left(keys[0], len(shape)))
    return Scattered(BY_KEY, (*lead, *shape), [gs[i] for i in found], [keys[i] for i in found])


def _ndim_left(key: tuple[Any, ...], ndim: int) -> int:
    return ndim - sum([isinstance(k, int) for k in key])


def _split_back(g: Sequence[Any], x_shape: tuple[int, ...], sizes: tuple[int, ...], axis: int) -> Any:
    if all(part is not None for part in g):
        return concat_p(*g, axis=axis)
    ends = itertools.accumulate(sizes)
    keys = [_along(axis, slice(end - n, end)) for n, end in zip(sizes, ends, strict=True)]
    return _rejoined(g, x_shape, keys)


def _unstack_back(g: Sequence[Any], x_shape: tuple[int, ...], axis: int) -> Any:
    if all(part is not None for part in g):
        return stack_p(*g, axis=axis)
    return _rejoined(g, x_shape, [_along(axis, i) for i in range(x_shape[axis])])


split_p.vjp(x=_split_back)
unstack_p.vjp(x=_unstack_back)
split_p.along(x=lambda j, axis: None if j == axis else j)
unstack_p.along(x=lambda j, axis: j if j > axis else j - 1)


@primitive(op="PadV2")
def pad_p(xp: Any, x: Any, value: Any, *, key: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """An array of `shape` full of `value`, with `x` at `key`."""
    return xp.place((x,), (key,), shape, value)


pad_p.vjp(x=lambda g, key: slice_p(g, key=key))
pad_p.along(x=placed_axis)


@primitive(op="ReverseV2", linear=("x",))
def reverse_p(xp: Any, x: Any, *, axes: tuple[int, ...]) -> Any:
    """Backwards along the negative `axes`."""
    return x[(..., *[slice(None, None, -1) if i in axes else _ALL for i in range(min(axes, default=0), 0)])]


reverse_p.vjp(x=lambda g, axes: reverse_p(g, axes=axes))
reverse_p.along(x=lambda j, axes: None if j in axes else j)


@primitive(op="Roll", linear=("x",))
def roll_p(xp: Any, x: Any, *, shift: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """Shifted along the negative `axes`, around the ends."""
    return xp.roll(x, shift, axes)


roll_p.vjp(x=lambda g, shift, axes: roll_p(g, shift=tuple([-n for n in shift]), axes=axes))
roll_p.along(x=lambda j, axes: None if j in axes else j)

# --- joining ---------------------------------------------------------------------------------------------------------


def _tensors(values: Any) -> list[EagerTensor]:
    """The items of `values` as tensors: numbers, lists and arrays take the dtype of the first that has one."""
    for x in values:
        if type(x) is not EagerTensor:
            break
    else:
        return values  # type: ignore[no-any-return]
    dtype = _dtype_within(values)
    tensors: list[Any] = []
    for x in values:
        if type(x) is not EagerTensor:
            x = tensor_of(x, dtype)
            if dtype is None:
                dtype = x.dtype
        tensors.append(x)
    return tensors


def _dtype_within(value: Any) -> DType | None:
    """The dtype of the first tensor or variable in a nested list."""
    if gives_tensor(value):
        return value.dtype if hasattr(value, "dtype") else convert_to_tensor(value).dtype  # type: ignore[no-any-return]
    if isinstance(value, list | tuple):
        for item in value:
            found = _dtype_within(item)
            if found is not None:
                return found
    return None


def concat(values: Any, axis: Any, name: str = "concat") -> EagerTensor:
    """The tensors one after the other along an axis that they have.

    Args:
      values: a list of tensors of one dtype and rank, whose shapes agree but for `axis`; or one tensor.
      axis: along which.

    Raises:
      InvalidArgumentError: if dtypes, ranks or shapes disagree.

    >>> import gradtape as tf
    >>> tf.concat([[[1, 2]], [[3, 4], [5, 6]]], axis=0).numpy()
    array([[1, 2],
           [3, 4],
           [5, 6]], dtype=int32)
    """
    if type(axis) is not int:
        if type(values) is int:  # as programs for TensorFlow 0 and 1 have it
            raise ValueError(f"tf.concat takes the tensors first, and then the axis: tf.concat(values, {values}).")
        axis = axis_of(axis)
    xs = _tensors(values) if isinstance(values, list | tuple) else [convert_to_tensor(values)]
    if composites and is_among(xs):
        return next(x for x in xs if type(x) in composites)._concatenated(xs, axis)  # type: ignore[no-any-return]
    if len(xs) == 1:
        return identity_p(xs[0])  # type: ignore[no-any-return]
    if not xs:
        raise invalid("ConcatV2", "no tensors to concatenate were given")
    ndim = xs[0]._array.ndim
    if not -ndim <= axis < ndim:
        if not ndim:
            raise invalid("ConcatV2", "ConcatOp : Can't concatenate scalars (use tf.stack instead)")
        raise invalid("ConcatV2", f"ConcatOp : Expected concatenating dimensions in the range [{-ndim}, {ndim}), "
                      f"but got {axis}")  # fmt: skip
    try:
        return concat_p(*xs, axis=axis if axis < 0 else axis - ndim)  # type: ignore[no-any-return]
    except InvalidArgumentError:
        raise _disagreement(xs, axis % ndim) from None


def _disagreement(xs: Sequence[Tensor], axis: int) -> Exception:
    """The error of concatenating `xs`."""
    try:
        concat_p.definition.check([x._array for x in xs])
    except InvalidArgumentError as error:
        return error
    first = xs[0]._array.shape
    for i, x in enumerate(xs):
        shape = x._array.shape
        versus = f"shape[0] = {_brackets(first)} vs. shape[{i}] = {_brackets(shape)}"
        if len(shape) != len(first):
            return invalid("ConcatV2", f"ConcatOp : Ranks of all input tensors should match: {versus}")
        for k in range(len(first)):
            if k != axis and shape[k] != first[k]:
                return invalid("ConcatV2", f"ConcatOp : Dimension {k} in both shapes must be equal: {versus}")
    return invalid("ConcatV2", f"cannot concatenate shapes {[x.shape for x in xs]} along axis {axis}")


def stack(values: Any, axis: Any = 0, name: str = "stack") -> EagerTensor:
    """The tensors along a new axis.

    Args:
      values: a list of tensors of one dtype and shape; or of RaggedTensors, as in `tf.ragged.stack`.
      axis: where the new axis will be; may be negative.

    Raises:
      InvalidArgumentError: if dtypes or shapes differ.
      ValueError: if `axis` is not in [-1 - rank, rank].

    >>> import gradtape as tf
    >>> tf.stack([[1, 2], [3, 4]], axis=1).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    if type(axis) is not int:
        axis = axis_of(axis)
    if not isinstance(values, list | tuple):
        if not isinstance(values, Tensor | np.ndarray | np.generic | int | float | complex | bool | str | bytes):
            values = list(values) if hasattr(values, "__getitem__") else convert_to_tensor(values)
        else:
            values = convert_to_tensor(values)
        if isinstance(values, Tensor):
            if axis == 0 or not values.ndim:
                return values  # type: ignore[return-value]
            values = unstack(values)
    if not values:
        return wrap(np.zeros((0,), np.float32))
    if composites and is_among(values):
        return next(x for x in values if type(x) in composites)._stacked(values, axis)  # type: ignore[no-any-return]
    if axis == 0 and type(values[0]) is not EagerTensor and _dtype_within(values) is None:
        try:
            return convert_to_tensor(values)  # numbers of several kinds find their common dtype here
        except (TypeError, ValueError):
            pass
    return _stack(_tensors(values), axis)


def _stack(xs: Sequence[Tensor], axis: int) -> EagerTensor:
    shape = xs[0]._array.shape
    for i, x in enumerate(xs):
        if differ(x._array.shape, shape):
            stack_p.definition.check([x._array for x in xs])
            raise invalid("Pack", f"Shapes of all inputs must match: values[0].shape = {_brackets(shape)} != "
                          f"values[{i}].shape = {_brackets(x._array.shape)}")  # fmt: skip
    n = len(shape) + 1
    if not -n <= axis < n:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-n}, {n})")
    return stack_p(*xs, axis=axis if axis < 0 else axis - n)  # type: ignore[no-any-return]


def _pack(value: Any, dtype: Any) -> EagerTensor:
    """A nested list with tensors in it as one tensor; its numbers take the tensors' dtype."""
    within = _dtype_within(value)
    packed = _packed(value, within)
    if dtype is not None and as_dtype(dtype) is not packed.dtype:
        return cast(packed, dtype)
    return packed


def _packed(value: Any, dtype: DType | None) -> EagerTensor:
    if gives_tensor(value):
        return convert_to_tensor(value)
    if not isinstance(value, list | tuple) or not value:
        return convert_to_tensor(value, dtype)
    types = _leaf_types(value)
    if not any(issubclass(t, Tensor) or hasattr(t, "__tf_tensor__") for t in types):
        return convert_to_tensor(value, dtype)
    return _stack([x if type(x) is EagerTensor else _packed(x, dtype) for x in value], 0)


convert.set_pack(_pack)


def unstack(value: Any, num: int | None = None, axis: Any = 0, name: str = "unstack") -> list[EagerTensor]:
    """The slices of `value` along an axis, as a list; each has one axis less.

    Args:
      value: what to take apart.
      num: how many there should be.
      axis: along which.

    Raises:
      ValueError: if `value` has no such axis.
      InvalidArgumentError: if there are not `num`.
    """
    x = convert_to_tensor(value)
    shape = x._array.shape
    n = len(shape)
    axis = axis_of(axis)
    if not -n <= axis < n:
        raise ValueError(f"Argument `axis` = {axis} not in range [{-n}, {n})")
    if type(shape[axis]) is Dim:
        if num is None:
            raise ValueError(f"Cannot infer argument `num` from shape {x.shape}: give the number of slices.")
        differ(shape[axis], num)
        return _taken_apart(x, axis if axis < 0 else axis - n, num)  # type: ignore[no-any-return]
    if num is not None and num != shape[axis]:
        raise invalid("Unpack", f"Input shape axis {axis % n} must equal {num}, got shape {_brackets(shape)}")
    if shape[axis] == 0:
        return []
    return unstack_p(x, axis=axis if axis < 0 else axis - n)  # type: ignore[no-any-return]


def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None,
          name: str = "split") -> list[EagerTensor]:  # fmt: skip
    """Parts of `value` along an axis, as a list.

    Args:
      value: what to split.
      num_or_size_splits: how many equal parts; or the sizes of the parts, of which one may be -1: it takes the rest.
      axis: along which.

    Raises:
      InvalidArgumentError: if the parts do not make up the whole, or there is no such axis.

    >>> import gradtape as tf
    >>> [x.numpy().tolist() for x in tf.split([1, 2, 3, 4, 5], [2, -1])]
    [[1, 2], [3, 4, 5]]
    """
    x = convert_to_tensor(value)
    if not x.ndim and np.ndim(getattr(axis, "_array", axis)):  # as programs for TensorFlow 0 and 1 have it
        raise invalid("Split", "tf.split takes the tensor first: tf.split(value, number or sizes, axis)")
    axis = axis_of(axis)
    equal = isinstance(num_or_size_splits, int | np.integer)
    sizes = () if equal else _sizes(num_or_size_splits)
    op = "Split" if equal else "SplitV"
    if (num_or_size_splits if equal else len(sizes)) < 1:
        raise invalid(
            op, f"Value for attr 'num_split' of {num_or_size_splits if equal else 0} must be at least minimum 1"
        )
    shape = x._array.shape
    n = len(shape)
    if not -n <= axis < n:
        raise invalid(op, f"-input rank(-{n}) <= split_dim < input rank ({n}), but got {axis}")
    whole = shape[axis]
    if equal:
        if differ(whole % num_or_size_splits, 0):
            raise invalid("Split", "Number of ways to split should evenly divide the split dimension, but got "
                          f"split_dim {axis % n} (size = {whole}) and num_split {num_or_size_splits}")  # fmt: skip
        sizes = (whole // num_or_size_splits,) * num_or_size_splits
    else:
        if num is not None and num != len(sizes):
            raise invalid("SplitV", "size of the split_tensor must be 1-D and have the same elements as outputs got "
                          f"1 -D and {len(sizes)} elements")  # fmt: skip
        sizes = _complete(sizes, whole)
    return split_p(x, sizes=sizes, axis=axis if axis < 0 else axis - n)  # type: ignore[no-any-return]


def _sizes(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) and convert_to_tensor(value).ndim == 0:
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: "
            f"{value}. Use a Python integer for the number of parts."
        )
    return integers(
        value, "SplitV", "Tlen",
        rank_error="size of the split_tensor must be 1-D and have the same elements as outputs, got shape {}",
    )  # fmt: skip


def _complete(sizes: tuple[int, ...], whole: int) -> tuple[int, ...]:
    """`sizes` with its -1 replaced, checked to add up to `whole`."""
    if sizes.count(-1) > 1:
        raise invalid("SplitV", "There can only be one -1 in the input.")
    known = sum([n for n in sizes if n != -1])
    for i, n in enumerate(sizes):
        if n < -1:
            raise invalid("SplitV", f"Split size at index {i} must be >= 0. Got: {n}")
    if exceeds(known, whole) if -1 in sizes else differ(known, whole):
        raise invalid("SplitV", "Determined shape must either match input shape along split_dim exactly if fully "
                      "specified, or be less than the size of the input along split_dim if not fully specified.  "
                      f"Got: {known} (the size is {whole})")  # fmt: skip
    return tuple([whole - known if n == -1 else n for n in sizes])


# --- repeating -------------------------------------------------------------------------------------------------------


def tile(input: Any, multiples: Any, name: str | None = None) -> EagerTensor:
    """`input` repeated as a whole, `multiples[i]` times along axis i.

    Raises:
      InvalidArgumentError: if `multiples` has not one integer >= 0 for each axis.

    >>> import gradtape as tf
    >>> tf.tile([1, 2], [2]).numpy()
    array([1, 2, 1, 2], dtype=int32)
    """
    x = convert_to_tensor(input)
    shape = x._array.shape
    times = integers(multiples, "Tile", "Tmultiples", rank_error="Expected multiples to be 1-D, but got shape {}")
    if len(times) != len(shape):
        raise invalid("Tile", f"Expected multiples argument to be a vector of length {len(shape)} but got length "
                      f"{len(times)}")  # fmt: skip
    for i, n in enumerate(times):
        if n < 0:
            raise invalid("Tile", f"Expected multiples[{i}] >= 0, but got {n}")
    # Beside each axis that repeats, a new one along which to broadcast.
    apart: list[int] = []
    spread: list[int] = []
    for n, m in zip(times, shape, strict=True):
        if n != 1:
            apart.append(1)
            spread.append(n)
        apart.append(m)
        spread.append(m)
    x = broadcast_to_p(reshape_p(x, shape=tuple(apart)), shape=tuple(spread))
    return reshape_p(x, shape=tuple([n * m for n, m in zip(times, shape, strict=True)]))  # type: ignore[no-any-return]


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> EagerTensor:
    """`input` with its elements repeated.

    Args:
      input: what to repeat.
      repeats: how often: an integer, or one for each slice along `axis`.
      axis: along which; by default `input` is flattened.

    Raises:
      ValueError: if `repeats` has another length than `axis`, or there is no such axis.

    >>> import gradtape as tf
    >>> tf.repeat([1, 2, 3], [2, 0, 1]).numpy()
    array([1, 1, 3], dtype=int32)
    """
    x = convert_to_tensor(input)
    if axis is None:
        x = reshape_p(x, shape=(x._array.size,))
        axis = 0
    shape = x._array.shape
    axis = axis_of(axis)
    if not shape:
        x, shape = reshape_p(x, shape=(1,)), (1,)
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"axis={axis} out of bounds: expected {-len(shape)}<=axis<{len(shape)}")
    axis = axis if axis < 0 else axis - len(shape)
    counts = tensor_of(repeats, dtypes.int32)._array
    if counts.ndim > 1:
        raise ValueError(f"Shape {counts.shape} must have rank at most 1")
    checked(_check_counts, counts)
    if counts.size == 1 and (not counts.ndim or counts.shape[0] == 1):
        at = len(shape) + axis + 1
        n = whole_int(counts)
        wide = (*shape[:at], n, *shape[at:])
        x = broadcast_to_p(reshape_p(x, shape=(*shape[:at], 1, *shape[at:])), shape=wide)
        return reshape_p(x, shape=(*shape[: at - 1], shape[at - 1] * n, *shape[at:]))  # type: ignore[no-any-return]
    if differ(counts.size, shape[axis]):
        raise ValueError(f"Dimensions {shape[axis]} and {counts.size} are not compatible")
    return picked(x, computed(_repeated_places, counts), axis)  # type: ignore[no-any-return]


@computation
def _check_counts(counts: Any) -> None:
    if counts.size and counts.min() < 0:
        raise invalid("Tile", f"Expected repeats >= 0, but got {counts.min()}")


@computation
def _repeated_places(counts: Any) -> Any:
    return np.repeat(np.arange(len(counts)), counts)


# --- padding, reversing ----------------------------------------------------------------------------------------------


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0,
        name: str | None = None) -> EagerTensor:  # fmt: skip
    """`tensor` with something before and after it along each axis.

    Args:
      tensor: of rank n.
      paddings: of shape (n, 2): how much before, and after, along each axis.
      mode: "CONSTANT"; "REFLECT", a mirror that leaves out the edge; or "SYMMETRIC", a mirror that repeats it.
      constant_values: the scalar to pad with in mode "CONSTANT".

    Raises:
      InvalidArgumentError: if `paddings` is of another shape or negative, or there is not enough to mirror.
      ValueError: if `mode` is unknown.

    >>> import gradtape as tf
    >>> tf.pad([1, 2, 3], [[2, 1]]).numpy()
    array([0, 0, 1, 2, 3, 0], dtype=int32)
    >>> tf.pad([1, 2, 3], [[2, 1]], "REFLECT").numpy()
    array([3, 2, 1, 2, 3, 2], dtype=int32)
    """
    x = convert_to_tensor(tensor)
    mode = mode.upper()
    if mode not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
            f"Received `mode` = {mode}"
        )
    op = "Pad" if mode == "CONSTANT" else "MirrorPad"
    pairs = _pairs(paddings, x._array.shape, op)
    if mode != "CONSTANT":
        return _mirrored(x, pairs, mode)
    key = (..., *[_ALL if before == 0 and after == 0 else slice(before, before + n)
                  for (before, after), n in zip(pairs, x._array.shape, strict=True)])  # fmt: skip
    shape = tuple([before + n + after for (before, after), n in zip(pairs, x._array.shape, strict=True)])
    if type(constant_values) is int and constant_values == 0:
        return place_p(x, keys=(key,), shape=shape)  # type: ignore[no-any-return]
    value = tensor_of(constant_values, x.dtype)
    if value._array.ndim:
        raise invalid("PadV2", f"constant_values must be a scalar. Found: {_brackets(value._array.shape)}")
    pad_p.definition.check([x._array, value._array])
    return pad_p(x, value, key=key, shape=shape)  # type: ignore[no-any-return]


def _pairs(paddings: Any, shape: tuple[int, ...], op: str) -> list[tuple[int, ...]]:
    pairs: list[tuple[int, ...]]
    if type(paddings) is list and len(paddings) == len(shape):
        try:
            pairs = [(index(before), index(after)) for before, after in paddings]
            if pairs and min(map(min, pairs)) >= 0:
                return pairs
        except (TypeError, ValueError):  # with a tensor in it, or wrong
            pass
    array = convert_to_tensor(paddings)._array
    if array.dtype.kind == "f" and array.size == 0 and not isinstance(paddings, Tensor):
        array = array.astype(np.int32)
    if array.ndim != 2 or array.shape[1] != 2:
        raise invalid(op, f"paddings must be a matrix with 2 columns: {_brackets(array.shape)}")
    if array.dtype.name not in ("int32", "int64"):
        raise invalid(op, f"Value for attr 'Tpaddings' of {dtypes.BY_NUMPY[array.dtype].name} is not in the list of "
                      "allowed values: int32, int64")  # fmt: skip
    if len(array) != len(shape):
        raise invalid(op, f"The first dimension of paddings must be the rank of inputs{_brackets(array.shape)} "
                      f"{_brackets(shape)}")  # fmt: skip
    pairs = list(map(tuple, array.tolist()))
    for before, after in pairs:
        if before < 0 or after < 0:
            raise invalid(op, f"Paddings must be non-negative: {before} {after}")
    return pairs


def _mirrored(x: Any, pairs: Sequence[Sequence[int]], mode: str) -> Any:
    edge = 1 if mode == "REFLECT" else 0  # how much of the edge the mirror leaves out
    shape = x._array.shape
    for axis, ((before, after), n) in enumerate(zip(pairs, shape, strict=True), -len(shape)):
        if exceeds(before, n - edge) or exceeds(after, n - edge):
            than = "less than" if edge else "no greater than"
            wrong = "not less than" if edge else "greater than"
            raise invalid("MirrorPad", f"paddings must be {than} the dimension size: {before}, {after} {wrong} {n}")
        if not (before == 0 and after == 0):
            first = slice_p(x, key=_along(axis, slice(edge, edge + before)))
            last = slice_p(x, key=_along(axis, slice(n - edge - after, n - edge)))
            x = concat_p(reverse_p(first, axes=(axis,)), x, reverse_p(last, axes=(axis,)), axis=axis)
    return x


def reverse(tensor: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`tensor` backwards along the axes in the list `axis`.

    Raises:
      InvalidArgumentError: if one of them is not there, or twice.
    """
    x = convert_to_tensor(tensor)
    n = x._array.ndim
    axes = integers(
        axis, "ReverseV2", "Tidx", rank_error="'dims' must be 1-dimension (a list of axes), not of shape {}"
    )
    return reverse_p(x, axes=_axes(axes, n, "ReverseV2"))  # type: ignore[no-any-return]


def _axes(axes: Sequence[int], n: int, op: str) -> tuple[int, ...]:
    """`axes` of a tensor that has `n`, counted from the end."""
    found: list[int] = []
    for i, k in enumerate(axes):
        if not -n <= k < n:
            raise invalid(op, f"'axis'[{i}] = {k} is out of valid range [0, {n - 1}]")
        if k % n - n in found:
            raise invalid(op, f"axis {k % n} specified more than once.")
        found.append(k % n - n)
    return tuple(found)


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> EagerTensor:
    """`input` shifted along an axis; what leaves at one end comes in at the other.

    Args:
      input: of at least one axis.
      shift: by how many places towards greater indices, an integer or a list.
      axis: along which, an integer or a list of as many.

    Raises:
      InvalidArgumentError: if there is no such axis, or not a shift for each.

    >>> import gradtape as tf
    >>> tf.roll([1, 2, 3], 1, 0).numpy()
    array([3, 1, 2], dtype=int32)
    """
    x = convert_to_tensor(input)
    n = x._array.ndim
    if not n:
        raise invalid("Roll", "input must be 1-D or higher")
    shifts = integers(shift, "Roll", "Tshift", scalar=True)
    axes = integers(axis, "Roll", "Taxis", scalar=True)
    if len(shifts) != len(axes):
        raise invalid("Roll", "shift and axis must have the same size")
    for k in axes:
        if not -n <= k < n:
            raise invalid("Roll", f"axis {k} is out of range")
    return roll_p(x, shift=shifts, axes=tuple([k % n - n for k in axes]))  # type: ignore[no-any-return]


set_concat(concat)
