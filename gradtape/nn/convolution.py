"""Convolutions: along one, two or three axes, with strides, holes and groups, depthwise, separable, transposed.

A convolution is linear in the image and in the kernel, and so are the maps that carry its cotangents back. These three,
the convolution, that to the image and that to the kernel, are each other's derivatives; so there are derivatives of any
order.
"""

import math
from typing import Any

from ..array.arguments import integers
from ..array.shape import transpose_p
from ..autodiff.cotangents import lead_of, shape_of
from ..operations.broadcasting import reshape_p
from ..operations.later import later
from ..operations.primitive import primitive
from ..operations.public import operands
from ..values.errors import invalid
from ..values.symbolic import differ, exceeds, greatest
from ..values.tensor import EagerTensor, Tensor
from .windows import Ints, Pairs, channels_first, fits, image, pairs, per_axis, to_first, to_last, uncertain_axes

__all__ = [
    "atrous_conv2d", "conv1d", "conv1d_transpose", "conv2d", "conv2d_transpose", "conv3d", "conv3d_transpose",
    "conv_transpose", "convolution", "depthwise_conv2d", "separable_conv2d",
]  # fmt: skip

# --- the three maps: images (n, *size, c), kernels (*kernel, c / groups, f), cotangents of outputs (n, *out, f) ------


@primitive(op="Conv2D", kinds="fi", same=("x", "w"), linear=("x", "w"))
def convolve_p(xp: Any, x: Any, w: Any, *, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Any:
    return xp.conv(x, w, strides, padding, dilations, groups)


@primitive(op="Conv2DBackpropInput", kinds="f", same=("g", "w"), linear=("g", "w"))
def image_p(xp: Any, g: Any, w: Any, *, size: Ints, strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> Any:
    return xp.conv_image(g, w, size, strides, padding, dilations, groups)


@primitive(op="Conv2DBackpropFilter", kinds="f", same=("x", "g"), linear=("x", "g"))
def kernel_p(xp: Any, x: Any, g: Any, *, kernel: Ints, strides: Ints, padding: Pairs, dilations: Ints,
             groups: int) -> Any:  # fmt: skip
    return xp.conv_kernel(x, g, kernel, strides, padding, dilations, groups)


# The cotangent that a rule is given may have leading axes. Those of images and outputs join the batch; where the result
# has no batch, and for kernels, they join the channels.


def _into_batch(x: Any, lead: Ints) -> Any:
    shape = shape_of(x)[len(lead) :]
    return reshape_p(x, shape=(math.prod(lead) * shape[0], *shape[1:]))


def _out_of_batch(x: Any, lead: Ints, batch: int) -> Any:
    return reshape_p(x, shape=(*lead, batch, *shape_of(x)[1:]))


def _into_channels(x: Any, lead: Ints, axis: int, groups: int) -> Any:
    """The leading axes moved into the negative `axis`, inside of each group."""
    shape = shape_of(x)[len(lead) :]
    n, i = len(shape), len(shape) + axis
    x = reshape_p(x, shape=(math.prod(lead), *shape[:i], groups, shape[i] // groups, *shape[i + 1 :]))
    order = (*range(1, i + 2), 0, *range(i + 2, n + 2))
    x = transpose_p(x, perm=tuple(j - n - 2 for j in order))
    return reshape_p(x, shape=(*shape[:i], math.prod(lead) * shape[i], *shape[i + 1 :]))


def _out_of_channels(x: Any, lead: Ints, axis: int, groups: int, channels: int) -> Any:
    shape = shape_of(x)
    n, i = len(shape), len(shape) + axis
    x = reshape_p(x, shape=(*shape[:i], groups, math.prod(lead), channels // groups, *shape[i + 1 :]))
    order = (i + 1, *range(i + 1), *range(i + 2, n + 2))
    x = transpose_p(x, perm=tuple(j - n - 2 for j in order))
    return reshape_p(x, shape=(*lead, *shape[:i], channels, *shape[i + 1 :]))


def _convolved(x: Any, w: Any, how: dict[str, Any]) -> Any:
    """The convolution, where `x` or `w` has leading axes."""
    axes = len(how["strides"]) + 2
    lead_x, lead_w, groups = lead_of(x, axes), lead_of(w, axes), how["groups"]
    if lead_x:
        return _out_of_batch(convolve_p(_into_batch(x, lead_x), w, **how), lead_x, shape_of(x)[-axes])
    if lead_w:
        wide = convolve_p(x, _into_channels(w, lead_w, -1, groups), **how)
        return _out_of_channels(wide, lead_w, -1, groups, shape_of(w)[-1])
    return convolve_p(x, w, **how)


def _to_image(g: Any, w: Any, size: Ints, how: dict[str, Any]) -> Any:
    axes = len(size) + 2
    lead_g, lead_w, groups = lead_of(g, axes), lead_of(w, axes), how["groups"]
    if lead_g:
        return _out_of_batch(image_p(_into_batch(g, lead_g), w, size=size, **how), lead_g, shape_of(g)[-axes])
    if lead_w:
        wide = image_p(g, _into_channels(w, lead_w, -2, 1), size=size, **how)
        return _out_of_channels(wide, lead_w, -1, groups, groups * shape_of(w)[-2])
    return image_p(g, w, size=size, **how)


def _to_kernel(x: Any, g: Any, kernel: Ints, how: dict[str, Any]) -> Any:
    axes = len(kernel) + 2
    lead_x, lead_g, groups = lead_of(x, axes), lead_of(g, axes), how["groups"]
    if lead_x:
        wide = kernel_p(_into_channels(x, lead_x, -1, groups), g, kernel=kernel, **how)
        return _out_of_channels(wide, lead_x, -2, 1, shape_of(x)[-1] // groups)
    if lead_g:
        wide = kernel_p(x, _into_channels(g, lead_g, -1, groups), kernel=kernel, **how)
        return _out_of_channels(wide, lead_g, -1, groups, shape_of(g)[-1])
    shape = (*kernel, shape_of(x)[-1] // groups, shape_of(g)[-1])
    return later(kernel_p, shape, x, g, kernel=kernel, **how)


def _how(strides: Ints, padding: Pairs, dilations: Ints, groups: int) -> dict[str, Any]:
    return {"strides": strides, "padding": padding, "dilations": dilations, "groups": groups}


convolve_p.vjp(
    x=lambda g, w, x_shape, strides, padding, dilations, groups: _to_image(
        g, w, x_shape[1:-1], _how(strides, padding, dilations, groups)),
    w=lambda g, x, w_shape, strides, padding, dilations, groups: _to_kernel(
        x, g, w_shape[:-2], _how(strides, padding, dilations, groups)),
)  # fmt: skip
image_p.vjp(
    g=lambda h, w, strides, padding, dilations, groups: _convolved(
        h, w, _how(strides, padding, dilations, groups)),
    w=lambda h, g, w_shape, strides, padding, dilations, groups: _to_kernel(
        h, g, w_shape[:-2], _how(strides, padding, dilations, groups)),
)  # fmt: skip
kernel_p.vjp(
    x=lambda h, g, x_shape, strides, padding, dilations, groups: _to_image(
        g, h, x_shape[1:-1], _how(strides, padding, dilations, groups)),
    g=lambda h, x, strides, padding, dilations, groups: _convolved(
        x, h, _how(strides, padding, dilations, groups)),
)  # fmt: skip


def _example(j: int, spatial: int) -> int | None:
    return j if j == -2 - spatial else None


# Examples do not mix; nor do the kernels of the output's channels.
convolve_p.definition.uncertain = uncertain_axes  # type: ignore[attr-defined]
convolve_p.along(x=lambda j, strides: _example(j, len(strides)),
                 w=lambda j: -1 if j == -1 else None)  # fmt: skip
image_p.along(g=lambda j, strides: _example(j, len(strides)),
              w=lambda j, groups: -2 if j == -1 and groups == 1 else None)  # fmt: skip
kernel_p.along(g=lambda j: -1 if j == -1 else None)

# --- public ----------------------------------------------------------------------------------------------------------


def _pair(x: Any, w: Any) -> tuple[EagerTensor, EagerTensor]:
    if type(x) is EagerTensor and type(w) is EagerTensor:
        return x, w
    return operands(x, w) if isinstance(x, Tensor) or not isinstance(w, Tensor) else operands(w, x)[::-1]


def _convolution(x: Any, w: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, spatial: int, op: str,
                 name: str = "strides", explicit: bool = True, depthwise: bool = False) -> EagerTensor:  # fmt: skip
    """Convolve along `spatial` axes; what comes before them is the batch."""
    x, w = _pair(x, w)
    first = channels_first(data_format, spatial, op)
    steps = per_axis(strides, spatial, first, name, op)
    holes = per_axis(dilations, spatial, first, "dilations", op, default=1)
    batch = x._array.shape[: -spatial - 1]
    if len(batch) < 1:
        raise invalid(op, f"convolution input must be {spatial + 2}-dimensional: {list(x._array.shape)}")
    if w._array.ndim != spatial + 2:
        raise invalid(op, f"convolution filter must be {spatial + 2}-dimensional: {list(w._array.shape)}")
    if len(batch) > 1:
        x = reshape_p(x, shape=(math.prod(batch), *x._array.shape[len(batch) :]))
    if first:
        x = transpose_p(x, perm=to_last(spatial + 2))
    if depthwise:
        *kernel, c, multiplier = w._array.shape
        if differ(x._array.shape[-1], c):
            raise invalid(op, f"input and filter must have the same depth: {x._array.shape[-1]} vs {c}")
        w = reshape_p(w, shape=(*kernel, 1, c * multiplier))
    shape, kernel = x._array.shape, w._array.shape[:-2]
    groups = _groups(shape, w._array.shape, op)
    around = pairs(padding, shape[1:-1], kernel, steps, holes, first, op, explicit)
    fits(shape[1:-1], kernel, steps, around, holes, op)
    out = convolve_p(x, w, strides=steps, padding=around, dilations=holes, groups=groups)
    if first:
        out = transpose_p(out, perm=to_first(spatial + 2))
    if len(batch) > 1:
        out = reshape_p(out, shape=(*batch, *out._array.shape[1:]))
    return out  # type: ignore[no-any-return]


def _groups(image: Ints, kernel: Ints, op: str) -> int:
    *_, c, f = kernel
    if exceeds(1, c):
        raise invalid(op, "filter depth must be strictly positive, got 0")
    if any(exceeds(1, n) for n in kernel[:-2]):
        raise invalid(op, f"filter must not have zero elements, got shape {list(kernel)}")
    if differ(image[-1] % c, 0):
        raise invalid(op, f"input depth must be evenly divisible by filter depth: {image[-1]} vs {c}")
    groups = greatest(image[-1] // c, 1)
    if differ(f % groups, 0):
        raise invalid(op, f"output depth must be evenly divisible by number of groups: {f} vs {groups}")
    return groups


def conv2d(input: Any, filters: Any, strides: Any, padding: Any, data_format: Any = "NHWC", dilations: Any = None,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """The convolution of images with a kernel: for each place and filter, the sum of a window times the filter.

    Args:
      input: images of shape `(batch, height, width, channels)`, or `(batch, channels, height, width)` for "NCHW";
        there may be several axes of batch.
      filters: the kernel, of shape `(kernel_height, kernel_width, in_channels, out_channels)`. Where `in_channels` is a
        divisor of `channels`, these are convolved in groups, each with its share of the filters.
      strides: an integer, or a list of 1, 2 or 4.
      padding: "SAME" for `ceil(size / stride)` windows, "VALID" for those that fit, or a pair for each of the 4 axes.
      data_format: "NHWC" or "NCHW".
      dilations: the distance of a kernel's elements; as `strides`.

    Returns:
      A tensor of shape `(batch, out_height, out_width, out_channels)`, or as `data_format` says.

    Raises:
      InvalidArgumentError: if shapes or dtypes do not fit, a stride is not positive, or a padding is unknown.
      ValueError: if a list is of another length.

    >>> import gradtape as tf
    >>> tf.nn.conv2d(tf.ones([1, 3, 3, 1]), tf.ones([2, 2, 1, 1]), 1, "SAME")[0, :, :, 0].numpy()
    array([[4., 4., 2.],
           [4., 4., 2.],
           [2., 2., 1.]], dtype=float32)
    """
    return _convolution(input, filters, strides, padding, data_format, dilations, 2, "Conv2D")


def conv1d(input: Any, filters: Any, stride: Any, padding: Any, data_format: Any = "NWC", dilations: Any = None,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """The convolution of sequences `(batch, width, channels)` with a kernel
    `(kernel_width, in_channels, out_channels)`.

    Args:
      stride: an integer, or a list of 1 or 3.
      padding: "SAME" or "VALID".
      data_format: "NWC" or "NCW".

    See `conv2d`.
    """
    first = channels_first(data_format, 1, "Conv2D", ValueError)
    data_format = "NCW" if first else "NWC"
    return _convolution(input, filters, stride, padding, data_format, dilations, 1, "Conv2D", "stride", False)


def conv3d(input: Any, filters: Any, strides: Any, padding: Any, data_format: Any = "NDHWC", dilations: Any = None,
           name: str | None = None) -> EagerTensor:  # fmt: skip
    """The convolution of volumes `(batch, depth, height, width, channels)` with a kernel
    `(kernel_depth, kernel_height, kernel_width, in_channels, out_channels)`.

    Args:
      strides, dilations: lists of 5.
      padding: "SAME" or "VALID".
      data_format: "NDHWC" or "NCDHW".

    See `conv2d`.
    """
    if isinstance(strides, int):
        raise TypeError(f"Expected list for 'strides' argument to 'conv3d' Op, not {strides}.")
    if len(strides) != 5:
        raise invalid("Conv3D", f"Length for attr 'strides' of {len(strides)} must be at least minimum 5")
    return _convolution(input, filters, strides, padding, data_format, dilations, 3, "Conv3D", explicit=False)


def convolution(input: Any, filters: Any, strides: Any = None, padding: Any = "VALID", data_format: Any = None,
                dilations: Any = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The convolution along as many axes as `filters` has, less two: 1, 2 or 3. See `conv2d`.

    Raises:
      ValueError: if both strides and dilations are greater than 1, or `filters` has another number of axes.
    """
    w = image(filters)
    spatial = w._array.ndim - 2
    if not 1 <= spatial <= 3:
        raise ValueError(f"`filters` must have 3, 4 or 5 axes, got shape {w.shape}")
    steps = per_axis(strides, spatial, False, "strides", "Conv2D", default=1)
    holes = per_axis(dilations, spatial, False, "dilations", "Conv2D", default=1)
    if max(steps) > 1 and max(holes) > 1:
        raise ValueError("`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                         f"strides={list(steps)} and dilation_rate={list(holes)}")  # fmt: skip
    op = "Conv3D" if spatial == 3 else "Conv2D"
    return _convolution(input, w, steps, padding, data_format, holes, spatial, op, explicit=False)


def atrous_conv2d(value: Any, filters: Any, rate: int, padding: Any, name: str | None = None) -> EagerTensor:
    """`conv2d` with holes: the elements of the kernel are `rate` apart."""
    return conv2d(value, filters, 1, padding, dilations=rate)


def depthwise_conv2d(input: Any, filter: Any, strides: Any, padding: Any, data_format: Any = None,
                     dilations: Any = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The convolution of each channel with filters of its own.

    Args:
      input: images `(batch, height, width, channels)`, or as `data_format` says.
      filter: the kernel, `(kernel_height, kernel_width, channels, multiplier)`.
      strides: a list of 4, as `conv2d` takes; equal along height and width.
      padding: as for `conv2d`.
      dilations: a list of 2.

    Returns:
      A tensor of shape `(batch, out_height, out_width, channels * multiplier)`, the results of a channel side by side.
    """
    if isinstance(strides, int):
        raise TypeError(f"Expected list for 'strides' argument to 'depthwise_conv2d_native' Op, not {strides}.")
    x = image(input)
    if x._array.ndim != 4:
        raise invalid("DepthwiseConv2dNative", f"input must be 4-dimensional: {list(x._array.shape)}")
    first = channels_first(data_format, 2, "DepthwiseConv2dNative")
    steps = per_axis(strides, 2, first, "strides", "DepthwiseConv2dNative")
    if steps[0] != steps[1]:
        raise invalid("DepthwiseConv2dNative", "The strides along height and width must be equal, got "
                      f"{strides}")  # fmt: skip
    return _convolution(x, filter, strides, padding, data_format, dilations, 2, "DepthwiseConv2dNative", depthwise=True)


def separable_conv2d(input: Any, depthwise_filter: Any, pointwise_filter: Any, strides: Any, padding: Any,
                     data_format: Any = None, dilations: Any = None,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """`depthwise_conv2d`, and a `conv2d` with a kernel of size 1 that mixes the channels.

    Args:
      depthwise_filter: `(kernel_height, kernel_width, channels, multiplier)`.
      pointwise_filter: `(1, 1, channels * multiplier, out_channels)`.
    """
    point = image(pointwise_filter)
    if point._array.ndim != 4 or differ(point._array.shape[:2], (1, 1)):
        raise ValueError(f"`pointwise_filter` must have shape (1, 1, in_channels, out_channels), got {point.shape}")
    depth = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    first = channels_first(data_format, 2, "Conv2D")
    given, wanted = depth._array.shape[1 if first else -1], point._array.shape[2]
    if differ(given, wanted):
        raise invalid("Conv2D", f"input depth must be evenly divisible by filter depth: {given} vs {wanted}")
    return conv2d(depth, point, 1, "VALID", data_format or "NHWC")


# --- transposed: the map that carries the cotangent of a convolution to its image ------------------------------------


def _transposed(x: Any, w: Any, output_shape: Any, strides: Any, padding: Any, data_format: Any, dilations: Any,
                spatial: int, op: str) -> EagerTensor:  # fmt: skip
    x, w = _pair(x, w)
    first = channels_first(data_format, spatial, op)
    steps = per_axis(strides, spatial, first, "strides", op)
    holes = per_axis(dilations, spatial, first, "dilations", op, default=1)
    if x._array.ndim != spatial + 2 or w._array.ndim != spatial + 2:
        raise invalid(op, f"input and filter must be {spatial + 2}-dimensional: {list(x._array.shape)} and "
                      f"{list(w._array.shape)}")  # fmt: skip
    if first:
        x = transpose_p(x, perm=to_last(spatial + 2))
    *kernel, c, f = w._array.shape
    n, *windows, given = x._array.shape
    wanted = list(integers(output_shape, op, "T"))
    if any(m < 0 for m in wanted):
        raise invalid(op, f"Dimensions of output_shape must be >= 0, got {wanted}")
    if len(wanted) == spatial:
        wanted = [n, *wanted, c]
    elif len(wanted) != spatial + 2:
        raise invalid(op, f"output_shape must have {spatial + 2} or {spatial} values, but got: {len(wanted)}")
    elif first:
        wanted = [wanted[0], *wanted[2:], wanted[1]]
    size = tuple(wanted[1:-1])
    if differ(wanted[0], n):
        raise invalid(op, f"input and output_shape must have the same batch size: {n} and {wanted[0]}")
    if differ(given, f):
        raise invalid(op, f"filter and input must have the same depth: {f} and {given}")
    groups = _groups(tuple(wanted), w._array.shape, op)
    around = pairs(padding, size, tuple(kernel), steps, holes, first, op)
    for i, (m, k, s, d, (before, after)) in enumerate(zip(size, kernel, steps, holes, around, strict=True)):
        computed = greatest(0, (m + before + after - (k - 1) * d - 1) // s + 1)
        if differ(computed, windows[i]):
            raise invalid(op, f"Size of input doesn't match output_shape: actual = {windows[i]}, computed = {computed} "
                          f"spatial_dim: {i + 1} output: {m} filter: {k} stride: {s} dilation: {d}")  # fmt: skip
    out = image_p(x, w, size=size, strides=steps, padding=around, dilations=holes, groups=groups)
    return transpose_p(out, perm=to_first(spatial + 2)) if first else out  # type: ignore[no-any-return]


def conv2d_transpose(input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any = "SAME",
                     data_format: Any = "NHWC", dilations: Any = None,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """The transpose of `conv2d`: the linear map that its gradient is, from small images to large ones.

    Args:
      input: images `(batch, height, width, in_channels)`, or as `data_format` says.
      filters: the kernel, `(kernel_height, kernel_width, out_channels, in_channels)`.
      output_shape: of the result, for which `conv2d` would give the size of `input`: 4 integers, or height and width.
      strides, padding, data_format, dilations: those of that convolution; see `conv2d`.

    Raises:
      InvalidArgumentError: if the shapes do not fit.

    >>> import gradtape as tf
    >>> tf.nn.conv2d_transpose(tf.ones([1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), [1, 4, 4, 1], 2).shape
    TensorShape([1, 4, 4, 1])
    """
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 2, "Conv2DBackpropInput")


def conv1d_transpose(input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any = "SAME",
                     data_format: Any = "NWC", dilations: Any = None,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """The transpose of `conv1d`; see `conv2d_transpose`."""
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 1, "Conv2DBackpropInput")


def conv3d_transpose(input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any = "SAME",
                     data_format: Any = "NDHWC", dilations: Any = None,
                     name: str | None = None) -> EagerTensor:  # fmt: skip
    """The transpose of `conv3d`; see `conv2d_transpose`."""
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 3, "Conv3DBackpropInput")


def conv_transpose(input: Any, filters: Any, output_shape: Any, strides: Any, padding: Any = "SAME",
                   data_format: Any = None, dilations: Any = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """The transpose of `convolution`, along as many axes as `filters` has, less two. See `conv2d_transpose`."""
    w = image(filters)
    spatial = w._array.ndim - 2
    if not 1 <= spatial <= 3:
        raise ValueError(f"`filters` must have 3, 4 or 5 axes, got shape {w.shape}")
    return _transposed(input, w, output_shape, strides, padding, data_format, dilations, spatial, "Conv2DBackpropInput")


def atrous_conv2d_transpose(value: Any, filters: Any, output_shape: Any, rate: int, padding: Any,
                            name: str | None = None) -> EagerTensor:  # fmt: skip
    """The transpose of `atrous_conv2d`.

    Args:
      value: images `(batch, height, width, in_channels)`.
      filters: the kernel, `(kernel_height, kernel_width, out_channels, in_channels)`.
      output_shape: of the result, `(batch, height, width, out_channels)`.
      rate: how far the elements of the kernel are apart.
      padding: "SAME" or "VALID".

    Raises:
      ValueError: if `rate` is less than 1, there is no such `padding`, or channels or the rank of `output_shape` do not
        fit.
      InvalidArgumentError: if other lengths do not fit.

    >>> import gradtape as tf
    >>> x = tf.nn.atrous_conv2d_transpose(tf.ones([1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), [1, 4, 4, 1], 2, "VALID")
    >>> x.numpy()[0, :, :, 0].sum()
    np.float32(16.0)
    """
    x, w = image(value), image(filters)
    if differ(x._array.shape[3], w._array.shape[3]):
        raise ValueError(f"`value` channel count must be compatible with `filters` input channel count. Received: "
                         f"value.shape={x.shape} and filters.shape={w.shape}")  # fmt: skip
    if rate < 1:
        raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
    if rate == 1:
        return conv2d_transpose(x, w, output_shape, 1, padding)
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    dims = integers(output_shape, "Conv2DBackpropInput", "T")
    if len(dims) != 4:
        raise ValueError(f"`output_shape` must have shape (4,). Received: output_shape={list(dims)}")
    if differ(dims[3], w._array.shape[2]):
        raise ValueError("`output_shape` channel count must be compatible with `filters` output channel count. "
                         f"Received: output_shape={list(dims)} and filters.shape={w.shape}")  # fmt: skip
    return conv2d_transpose(x, w, dims, 1, padding, dilations=rate)
