"""Blocks of axes exchanged: pixels for channels, pixels for batches; and sequences turned round within a batch."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..operations.broadcasting import reshape_p, transpose_p
from ..values.convert import convert_to_tensor
from ..values.errors import invalid
from ..values.symbolic import checked, computation, computed
from ..values.tensor import EagerTensor
from .arguments import axis_of, integers, whole_number
from .gathering import gather
from .joining import pad
from .slicing import slice_p

__all__ = [
    "batch_to_space", "depth_to_space", "required_space_to_batch_paddings", "reverse_sequence", "space_to_batch",
    "space_to_batch_nd", "space_to_depth",
]  # fmt: skip


def _permuted(x: Any, order: Sequence[int]) -> Any:
    return transpose_p(x, perm=tuple([i - len(order) for i in order]))


# --- pixels and channels ---------------------------------------------------------------------------------------------


def _image(input: Any, block_size: Any, data_format: str, op: str) -> tuple[Any, int, bool]:
    """The image, the length of a block, and whether channels come first."""
    x, block = convert_to_tensor(input), int(block_size)
    if block < 2:
        raise invalid(op, f"Value for attr 'block_size' of {block} must be at least minimum 2")
    if data_format not in ("NHWC", "NCHW"):
        allowed = '"NHWC", "NCHW"'
        raise invalid(op, f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: "
                      f"{allowed}")  # fmt: skip
    if x._array.ndim != 4:
        raise invalid(op, f"Input rank should be 4 instead of {x._array.ndim}")
    return x, block, data_format == "NCHW"


@computation
def _check_multiples(of: int, what: str, op: str, *lengths: int) -> None:
    if any(n % of for n in lengths):
        raise invalid(op, f"{what} {lengths} should be divisible by {of}")


def depth_to_space(input: Any, block_size: Any, data_format: str = "NHWC", name: str | None = None) -> EagerTensor:
    """Images whose channels are spread out over square blocks of pixels.

    Args:
      input: of shape (batch, height, width, block_size**2 * channels), or as `data_format` says.
      block_size: the length of a block, at least 2.
      data_format: "NHWC" or "NCHW".

    Returns:
      A tensor of shape (batch, height * block_size, width * block_size, channels).

    Raises:
      InvalidArgumentError: if the channels cannot be spread out so, or `input` has not 4 axes.

    >>> import gradtape as tf
    >>> tf.nn.depth_to_space([[[[1, 2, 3, 4]]]], 2).numpy()[0, ..., 0]
    array([[1, 2],
           [3, 4]], dtype=int32)
    """
    op = "DepthToSpace"
    x, b, first = _image(input, block_size, data_format, op)
    shape = x._array.shape
    depth = shape[1 if first else 3]
    checked(_check_multiples, b * b, "the number of channels", op, depth)
    c = depth // (b * b)
    if first:
        n, _, h, w = shape
        x = _permuted(reshape_p(x, shape=(n, b, b, c, h, w)), (0, 3, 4, 1, 5, 2))
        return reshape_p(x, shape=(n, c, h * b, w * b))  # type: ignore[no-any-return]
    n, h, w, _ = shape
    x = _permuted(reshape_p(x, shape=(n, h, w, b, b, c)), (0, 1, 3, 2, 4, 5))
    return reshape_p(x, shape=(n, h * b, w * b, c))  # type: ignore[no-any-return]


def space_to_depth(input: Any, block_size: Any, data_format: str = "NHWC", name: str | None = None) -> EagerTensor:
    """Images of which square blocks of pixels become channels; the inverse of `depth_to_space`.

    Raises:
      InvalidArgumentError: if height and width are no multiples of `block_size`, or `input` has not 4 axes.
    """
    op = "SpaceToDepth"
    x, b, first = _image(input, block_size, data_format, op)
    shape = x._array.shape
    size = shape[2:] if first else shape[1:3]
    checked(_check_multiples, b, "height and width", op, *size)
    h, w = size[0] // b, size[1] // b
    if first:
        n, c, _, _ = shape
        x = _permuted(reshape_p(x, shape=(n, c, h, b, w, b)), (0, 3, 5, 1, 2, 4))
        return reshape_p(x, shape=(n, b * b * c, h, w))  # type: ignore[no-any-return]
    n, _, _, c = shape
    x = _permuted(reshape_p(x, shape=(n, h, b, w, b, c)), (0, 1, 3, 2, 4, 5))
    return reshape_p(x, shape=(n, h, w, b * b * c))  # type: ignore[no-any-return]


# --- pixels and batches ----------------------------------------------------------------------------------------------


def _blocks(input: Any, block_shape: Any, margins: Any, op: str, what: str) -> tuple[Any, tuple[int, ...], Any]:
    """The tensor, the shape of a block, and what is added or cut at both ends of each axis that blocks have."""
    x = convert_to_tensor(input)
    sizes = integers(block_shape, op, "Tblock_shape", scalar=True)
    pairs = convert_to_tensor(margins)._array
    if len(sizes) == 1 and pairs.ndim == 2 and np.ndim(convert_to_tensor(block_shape)._array) == 0:
        sizes = sizes * pairs.shape[0]
    if pairs.ndim != 2 or pairs.shape[1] != 2 or len(sizes) != pairs.shape[0]:
        raise invalid(op, f"{what} should have shape [{len(sizes)}, 2] instead of {list(pairs.shape)}")
    if x._array.ndim < 1 + len(sizes):
        raise invalid(op, f"input rank should be >= {1 + len(sizes)} instead of {x._array.ndim}")
    if any(n < 1 for n in sizes):
        raise invalid(op, f"All values in block_shape must be positive, got {list(sizes)}")
    pairs = pairs.tolist()
    if any(n < 0 for pair in pairs for n in pair):
        raise invalid(op, f"{what} must be non-negative, got {pairs}")
    return x, sizes, pairs


@computation
def _check_blocks(sizes: tuple[int, ...], op: str, *lengths: int) -> None:
    for n, b in zip(lengths, sizes, strict=True):
        if n % b:
            raise invalid(op, f"padded shape {lengths} is not divisible by block_shape {sizes}")


def space_to_batch_nd(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> EagerTensor:
    """Blocks of places taken apart: those at equal places within their blocks become a batch each.

    Args:
      input: of shape (batch, *space, ...).
      block_shape: the lengths of a block along the axes of space.
      paddings: how many zeros to put before, and after, along each of these.

    Returns:
      A tensor of shape (prod(block_shape) * batch, *(padded space / block_shape), ...).

    Raises:
      InvalidArgumentError: if padded lengths are no multiples of the block's, or `paddings` is of another shape.

    >>> import gradtape as tf
    >>> tf.space_to_batch([[1, 2, 3, 4]], [2], [[0, 0]]).numpy()
    array([[1, 3],
           [2, 4]], dtype=int32)
    """
    op = "SpaceToBatchND"
    x, sizes, pairs = _blocks(input, block_shape, paddings, op, "paddings")
    k = len(sizes)
    if any(n != 0 for pair in pairs for n in pair):
        x = pad(x, [[0, 0], *pairs, *[[0, 0]] * (x._array.ndim - 1 - k)])
    batch, *rest = x._array.shape
    space, rest = rest[:k], rest[k:]
    checked(_check_blocks, sizes, op, *space)
    counts = [n // b for n, b in zip(space, sizes, strict=True)]
    apart = [n for pair in zip(counts, sizes, strict=True) for n in pair]
    x = reshape_p(x, shape=(batch, *apart, *rest))
    blocks, places = range(2, 2 * k + 1, 2), range(1, 2 * k, 2)
    x = _permuted(x, (*blocks, 0, *places, *range(2 * k + 1, x._array.ndim)))
    return reshape_p(x, shape=(math.prod(sizes) * batch, *counts, *rest))  # type: ignore[no-any-return]


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> EagerTensor:
    """See `space_to_batch_nd`."""
    return space_to_batch_nd(input, block_shape, paddings)


def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> EagerTensor:
    """Batches put together as the places of blocks; the inverse of `space_to_batch`.

    Args:
      input: of shape (prod(block_shape) * batch, *space, ...).
      block_shape: the lengths of a block along the axes of space.
      crops: how much to cut off at the start, and at the end, of each of these.

    Returns:
      A tensor of shape (batch, *(space * block_shape - crops), ...).

    Raises:
      InvalidArgumentError: if there are no such batches, or `crops` is of another shape, or too much.

    >>> import gradtape as tf
    >>> tf.batch_to_space([[1, 3], [2, 4]], [2], [[0, 0]]).numpy()
    array([[1, 2, 3, 4]], dtype=int32)
    """
    op = "BatchToSpaceND"
    x, sizes, pairs = _blocks(input, block_shape, crops, op, "crops")
    k, count = len(sizes), math.prod(sizes)
    whole, *rest = x._array.shape
    space, rest = rest[:k], rest[k:]
    checked(_check_multiples, count, "the number of batches", op, whole)
    batch = whole // count
    x = reshape_p(x, shape=(*sizes, batch, *space, *rest))
    order = [n for i in range(k) for n in (k + 1 + i, i)]
    x = _permuted(x, (k, *order, *range(2 * k + 1, x._array.ndim)))
    lengths = [n * b for n, b in zip(space, sizes, strict=True)]
    x = reshape_p(x, shape=(batch, *lengths, *rest))
    checked(_check_crops, tuple(map(sum, pairs)), op, *lengths)
    key = tuple([slice(start, n - end) for n, (start, end) in zip(lengths, pairs, strict=True)])
    return slice_p(x, key=(slice(None), *key))  # type: ignore[no-any-return]


@computation
def _check_crops(totals: tuple[int, ...], op: str, *lengths: int) -> None:
    for total, n in zip(totals, lengths, strict=True):
        if total > n:
            raise invalid(op, f"Cropped size must be non-negative, got crops of {totals} from lengths {lengths}")


def required_space_to_batch_paddings(input_shape: Any, block_shape: Any, base_paddings: Any = None,
                                     name: str | None = None) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """The paddings that `space_to_batch` needs so that blocks fit, and the crops that undo them.

    Args:
      input_shape: the lengths of the axes of space.
      block_shape: those of a block.
      base_paddings: the least paddings, of shape (axes, 2); by default none.

    Returns:
      Two int32 tensors of shape (axes, 2).
    """
    shape, blocks = convert_to_tensor(input_shape), convert_to_tensor(block_shape)
    base = np.zeros((1, 2), np.int32) if base_paddings is None else convert_to_tensor(base_paddings)
    return (
        computed(_padded, shape, blocks, base, crops=False),
        computed(_padded, shape, blocks, base, crops=True),
    )


@computation
def _padded(shape: Any, blocks: Any, base: Any, crops: bool) -> Any:
    start, end = np.broadcast_to(base, (len(shape), 2)).T
    more = -(shape + start + end) % blocks
    pairs = (np.zeros_like(start), more) if crops else (start, end + more)
    return np.stack(pairs, -1).astype(shape.dtype)


# --- sequences -------------------------------------------------------------------------------------------------------


def reverse_sequence(input: Any, seq_lengths: Any, seq_axis: Any = None, batch_axis: Any = None,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """The first elements of each sequence of a batch in reverse; those after them stay where they are.

    Args:
      input: a tensor.
      seq_lengths: int32 or int64, how many elements of each sequence of the batch to reverse.
      seq_axis: along which axis sequences are.
      batch_axis: along which axis the batch is, by default the first.

    Raises:
      InvalidArgumentError: if a length is out of range, or the shapes or axes do not fit.

    >>> import gradtape as tf
    >>> tf.reverse_sequence([[1, 2, 3], [4, 5, 6]], [2, 3], seq_axis=1).numpy()
    array([[2, 1, 3],
           [6, 5, 4]], dtype=int32)
    """
    op = "ReverseSequence"
    x, lengths = convert_to_tensor(input), convert_to_tensor(seq_lengths)
    whole_number(lengths._array.dtype, op, "Tlen")
    if seq_axis is None:
        raise ValueError("reverse_sequence needs seq_axis, the axis along which sequences are.")
    shape = x._array.shape
    n = len(shape)
    along, batch = axis_of(seq_axis), axis_of(batch_axis or 0)
    if along < 0 or batch < 0 or along >= n or batch >= n:
        raise invalid(op, f"seq_axis and batch_axis must be in [0, {n}), got {along} and {batch}")
    if along == batch:
        raise invalid(op, f"batch_dim == seq_dim == {along}")
    if lengths._array.ndim != 1:
        raise invalid(op, f"seq_lengths must be 1-dim, not {lengths._array.ndim}")
    checked(_check_batch, batch, lengths._array.shape[0], shape[batch])
    order = (batch, along, *[i for i in range(n) if i not in (batch, along)])
    at = computed(_reversed_places, lengths, shape[along])
    out = gather(_permuted(x, order), at, axis=1, batch_dims=1)
    return _permuted(out, [order.index(i) for i in range(n)])  # type: ignore[no-any-return]


@computation
def _check_batch(batch: int, given: int, wanted: int) -> None:
    if given != wanted:
        raise invalid("ReverseSequence", f"len(seq_lengths) != input.dims({batch}), ({given} vs. {wanted})")


@computation
def _reversed_places(lengths: Any, n: int) -> Any:
    if lengths.size and (lengths.min() < 0 or lengths.max() > n):
        raise invalid("ReverseSequence", f"seq_lengths must be in [0, {n}], got {lengths.tolist()}")
    places, ends = np.arange(n), lengths[:, None]
    return np.where(places < ends, ends - 1 - places, places)
