"""Convolution on NumPy and BLAS, of images with channels last, and the two linear maps that are its transposes.

An image is `(n, *size, c)`, a kernel `(*kernel, c // groups, f)`, an output `(n, *out, f)`, over any number of spatial
axes. What is here was chosen by measurement (benchmarks/experiments/convolution.py): windows are copied out, some
images at a time so that they stay in the cache, and multiplied by the kernel in one product.
"""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .numpy_products import product

Array = np.ndarray[Any, Any]
Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_BLOCK = 1 << 19  # elements to copy out at a time, about what a second-level cache holds


def out_size(size: Ints, kernel: Ints, strides: Ints, padding: Pairs, dilations: Ints) -> Ints:
    """How many windows fit along each spatial axis."""
    return tuple(
        max(0, (n + before + after - (k - 1) * d - 1) // s + 1)
        for n, k, s, (before, after), d in zip(size, kernel, strides, padding, dilations, strict=True)
    )


def conv(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Array:
    """The convolution (cross-correlation, as in every neural network) of images with a kernel."""
    if x.dtype.itemsize == 2:
        wide = conv(x.astype(np.float32), w.astype(np.float32), strides, padding, dilations, groups)
        return wide.astype(x.dtype)
    *kernel, c, f = w.shape
    size = out_size(x.shape[1:-1], tuple(kernel), strides, padding, dilations)
    out = np.empty((len(x), *size, f), x.dtype)
    if out.size == 0:
        return out
    matrix = w.reshape(math.prod(kernel) * c, groups, f // groups).transpose(1, 0, 2)
    for part, columns in _columns(x, tuple(kernel), size, strides, padding, dilations, groups):
        product(columns, matrix, out=_by_group(out[part], groups))
    return out


def conv_kernel(x: Array, g: Array, kernel: Ints, strides: Ints, padding: Pairs, dilations: Ints,
                    groups: int) -> Array:  # fmt: skip
    """The cotangent of the kernel, of spatial size `kernel`, for images and the cotangent of their convolution."""
    if x.dtype.itemsize == 2:
        wide = conv_kernel(x.astype(np.float32), g.astype(np.float32), kernel, strides, padding, dilations, groups)
        return wide.astype(x.dtype)
    c, f = x.shape[-1] // groups, g.shape[-1]
    total = np.zeros((groups, math.prod(kernel) * c, f // groups), x.dtype)
    if g.size:
        for part, columns in _columns(x, kernel, g.shape[1:-1], strides, padding, dilations, groups):
            total += product(columns.swapaxes(1, 2), _by_group(g[part], groups))
    return total.transpose(1, 0, 2).reshape(*kernel, c, f)


def conv_image(g: Array, w: Array, size: Ints, strides: Ints, padding: Pairs, dilations: Ints,
               groups: int) -> Array:  # fmt: skip
    """The cotangent of images, of spatial size `size`, for a kernel and the cotangent of their convolution."""
    if g.dtype.itemsize == 2:
        wide = conv_image(g.astype(np.float32), w.astype(np.float32), size, strides, padding, dilations, groups)
        return wide.astype(g.dtype)
    *kernel, c, f = w.shape
    n, *windows, _ = g.shape
    out = np.empty((n, *size, groups * c), g.dtype)
    step = max(1, 2 * _BLOCK // max(1, math.prod(windows) * max(groups * c, f)))
    padded = [m + before + after for m, (before, after) in zip(size, padding, strict=True)]
    inside = (slice(None), *(slice(before, before + m) for m, (before, _) in zip(size, padding, strict=True)))
    places = [
        (slice(None), *(slice(p * d, p * d + (m - 1) * s + 1, s)
                        for p, d, s, m in zip(position, dilations, strides, windows, strict=True)))
        for position in itertools.product(*map(range, kernel))
    ]  # fmt: skip
    # For each place in the kernel, (groups, f / groups, c).
    matrices = w.reshape(len(places), c, groups, f // groups).transpose(0, 2, 3, 1)
    for start in range(0, n, step):
        part = g[start : start + step]
        total = np.zeros((len(part), *padded, groups, c), g.dtype)
        if part.size:
            add = _add_by_channel if c == 1 < groups else _add_products
            add(total, part, places, matrices)
        out[start : start + step] = total[inside].reshape(len(part), *size, groups * c)
    return out


def _add_products(total: Array, g: Array, places: list[Any], matrices: Array) -> None:
    """For each place, add the product of `g` and its matrix, by group."""
    groups, _, c = matrices.shape[1:]
    flat = _by_group(g, groups)
    products = np.empty((groups, flat.shape[1], c), g.dtype)
    shaped = products.reshape(groups, *g.shape[:-1], c).transpose(*range(1, g.ndim), 0, g.ndim)
    for place, matrix in zip(places, matrices, strict=True):
        product(flat, matrix, out=products)
        total[place] += shaped


def _add_by_channel(total: Array, g: Array, places: list[Any], matrices: Array) -> None:
    """The same, where a group is one channel of the image: the products are elementwise."""
    groups, multiplier, _ = matrices.shape[1:]
    g = g.reshape(*g.shape[:-1], groups, multiplier)
    for place, matrix in zip(places, matrices, strict=True):
        target = total[place][..., 0]
        for i in range(multiplier):
            target += g[..., i] * matrix[:, i, 0]


def _by_group(x: Array, groups: int) -> Array:
    """`(n, *size, channels)` as `(groups, n * size, channels / groups)`, a view."""
    return x.reshape(math.prod(x.shape[:-1]), groups, x.shape[-1] // groups).transpose(1, 0, 2)


def _columns(x: Array, kernel: Ints, size: Ints, strides: Ints, padding: Pairs, dilations: Ints,
             groups: int) -> Iterator[tuple[slice, Array]]:  # fmt: skip
    """For some images at a time, which, and the windows as `(groups, windows, kernel * c)`, in one buffer for all."""
    n, *shape, channels = x.shape
    for m, (before, after), k, count, s, d in zip(shape, padding, kernel, size, strides, dilations, strict=True):
        if (count - 1) * s + (k - 1) * d >= m + before + after:  # beyond it lies the memory of something else
            raise ValueError(f"{count} windows of {k} do not fit into {m} with a padding of {before} and {after}")
    c = channels // groups
    rows, length = math.prod(size), math.prod(kernel) * c
    spatial = len(size)

    def windows(x: Array) -> Array:
        """A view (groups, n, *size, *kernel, c)."""
        first, *steps, last = x.strides
        moves = [s * stride for s, stride in zip(strides, steps, strict=True)]
        holes = [d * stride for d, stride in zip(dilations, steps, strict=True)]
        return as_strided(x, (groups, len(x), *size, *kernel, c), (c * last, first, *moves, *holes, last),
                          writeable=False)  # fmt: skip

    block = x
    if any(before or after for before, after in padding):
        step = max(1, _BLOCK // (rows * length * groups))
        room = [m + before + after for m, (before, after) in zip(shape, padding, strict=True)]
        inside = tuple(slice(before, before + m) for m, (before, _) in zip(shape, padding, strict=True))
        block = np.zeros((min(n, step), *room, channels), x.dtype)
    else:
        view = windows(x)
        if view.flags.c_contiguous:  # a kernel of size 1, or as large as the image
            yield slice(None), view.reshape(groups, n * rows, length)
            return
        step = max(1, _BLOCK // (rows * length * groups))
        inside = ()
    # Few channels: what lies side by side in a window is short, and the copy faster with a row for each place in it.
    by_place = kernel[-1] * c < 8
    order = (0, *range(2 + spatial, 3 + 2 * spatial), *range(1, 2 + spatial)) if by_place else range(3 + 2 * spatial)
    buffer = np.empty(min(n, step) * rows * length * groups, x.dtype)
    for start in range(0, n, step):
        part = slice(start, start + step)
        images = x[part]
        if inside:
            block[(slice(len(images)), *inside)] = images
            images = block[: len(images)]
        view = windows(images).transpose(order)
        columns = buffer[: view.size].reshape(view.shape)
        np.copyto(columns, view)
        if by_place:
            yield part, columns.reshape(groups, length, -1).swapaxes(1, 2)
        else:
            yield part, columns.reshape(groups, -1, length)
