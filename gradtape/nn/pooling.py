"""Pooling: maxima and means of windows, along one, two or three axes."""

from typing import Any

from ..array.shape import transpose_p
from ..autodiff.cotangents import lead_of, unbroadcast
from ..math.comparison import like
from ..operations.primitive import primitive
from ..values import nest
from ..values.errors import invalid
from ..values.tensor import EagerTensor
from .windows import Ints, Pairs, channels_first, fits, image, pairs, per_axis, to_first, to_last, uncertain_axes

__all__ = [
    "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d", "max_pool", "max_pool1d", "max_pool2d", "max_pool3d",
    "pool",
]  # fmt: skip

# --- maxima: the gradient goes to the first maximum of a window ------------------------------------------------------


@primitive(op="MaxPool", kinds="fiu", same=("x",))
def max_pool_p(xp: Any, x: Any, *, window: Ints, strides: Ints, padding: Pairs) -> Any:
    return xp.window_max(x, window, strides, padding)


@primitive(op="MaxPoolGrad", kinds="f", same=("g", "x", "out"), linear=("g",))
def max_spread_p(xp: Any, g: Any, x: Any, out: Any, *, window: Ints, strides: Ints, padding: Pairs) -> Any:
    """`g`, a number for each window, at the window's first maximum."""
    return xp.window_max_spread(g, x, out, window, strides, padding)


@primitive(op="MaxPoolGradGrad", kinds="f", same=("t", "x", "out"), linear=("t",))
def max_pick_p(xp: Any, t: Any, x: Any, out: Any, *, window: Ints, strides: Ints, padding: Pairs) -> Any:
    """The element of `t` at each window's first maximum."""
    return xp.window_max_pick(t, x, out, window, strides, padding)


# The choice of the maximum changes in jumps only: its derivative is zero (not None, as in TensorFlow).
max_pool_p.vjp(x=lambda g, x, out, window, strides, padding: max_spread_p(
    g, x, out, window=window, strides=strides, padding=padding))  # fmt: skip
max_spread_p.vjp(
    g=lambda h, x, out, window, strides, padding: max_pick_p(
        h, x, out, window=window, strides=strides, padding=padding),
    x=lambda h, x_shape, out_shape: like(h, 0) * unbroadcast(h, x_shape, lead_of(h, len(out_shape))),
)  # fmt: skip
max_pick_p.vjp(t=lambda h, x, out, window, strides, padding: max_spread_p(
    h, x, out, window=window, strides=strides, padding=padding))  # fmt: skip


def _not_spatial(j: int, window: Ints) -> int | None:
    return j if j in (-1, -2 - len(window)) else None


max_pool_p.definition.uncertain = uncertain_axes  # type: ignore[attr-defined]
max_pool_p.along(x=_not_spatial)
max_spread_p.along(g=_not_spatial)
max_pick_p.along(t=_not_spatial)

# --- means: padding does not count -----------------------------------------------------------------------------------


@primitive(op="AvgPool", kinds="f", same=("x",), linear=("x",))
def mean_pool_p(xp: Any, x: Any, *, window: Ints, strides: Ints, padding: Pairs) -> Any:
    return xp.window_mean(x, window, strides, padding)


@primitive(op="AvgPoolGrad", kinds="f", same=("g",), linear=("g",))
def mean_spread_p(xp: Any, g: Any, *, size: Ints, window: Ints, strides: Ints, padding: Pairs) -> Any:
    """`g`, a number for each window, shared among its elements."""
    return xp.window_mean_spread(g, size, window, strides, padding)


mean_pool_p.vjp(x=lambda g, x_shape, window, strides, padding: mean_spread_p(
    g, size=x_shape[-1 - len(window) : -1], window=window, strides=strides, padding=padding))  # fmt: skip
mean_spread_p.vjp(g=lambda h, window, strides, padding: mean_pool_p(
    h, window=window, strides=strides, padding=padding))  # fmt: skip
mean_pool_p.definition.uncertain = uncertain_axes  # type: ignore[attr-defined]
mean_pool_p.along(x=_not_spatial)
mean_spread_p.along(g=_not_spatial)

# --- public ----------------------------------------------------------------------------------------------------------


def _pool(pool: Any, input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any, spatial: int,
          explicit: bool = False) -> EagerTensor:  # fmt: skip
    op = pool.definition.op + ("3D" if spatial == 3 else "")
    x = image(input)
    n = spatial + 2
    first = channels_first(data_format, spatial, op)
    window = per_axis(ksize, spatial, first, "ksize", op)
    steps = per_axis(strides, spatial, first, "strides", op, default=1)
    if x._array.ndim != n:
        raise invalid(op, f"The input must have {spatial} spatial axes, and {n} axes in all, got shape "
                      f"{list(x._array.shape)}")  # fmt: skip
    if first:
        x = transpose_p(x, perm=to_last(n))
    around = pairs(padding, x._array.shape[1:-1], window, steps, (1,) * spatial, first, op, explicit)
    if any(p >= k for pair, k in zip(around, window, strict=True) for p in pair):
        raise invalid(op, f"Padding must be smaller than the window, got padding {around} for ksize {window}")
    fits(x._array.shape[1:-1], window, steps, around, (1,) * spatial, op)
    out = pool(x, window=window, strides=steps, padding=around)
    return transpose_p(out, perm=to_first(n)) if first else out  # type: ignore[no-any-return]


def _spatial_of(input: EagerTensor) -> int:
    spatial = input._array.ndim - 2
    if not 1 <= spatial <= 3:
        raise ValueError(f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={input.shape} of rank "
                         f"{spatial + 2}.")  # fmt: skip
    return spatial


def max_pool2d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NHWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The maximum of each window of images. Its gradient goes to the first maximum of a window.

    Args:
      input: a real tensor of shape `(batch, height, width, channels)`, or as `data_format` says.
      ksize: the size of the window: an integer, or a list of 1, 2 or 4.
      strides: the distance of windows; as `ksize`.
      padding: "SAME" for `ceil(size / stride)` windows, "VALID" for those that fit, or a pair for each of the 4 axes.
        Padding is never the maximum.
      data_format: "NHWC" or "NCHW".

    Raises:
      InvalidArgumentError: if the input has not 4 axes, or a size, stride or padding is impossible.
      ValueError: if a list is of another length.

    >>> import gradtape as tf
    >>> tf.nn.max_pool2d([[[[1.0], [2.0]], [[3.0], [4.0]]]], 2, 2, "VALID").numpy()
    array([[[[4.]]]], dtype=float32)
    """
    return _pool(max_pool_p, input, ksize, strides, padding, data_format, 2, explicit=True)


def max_pool1d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The maximum of each window of sequences `(batch, width, channels)`; see `max_pool2d`."""
    return _pool(max_pool_p, input, ksize, strides, padding, data_format, 1, explicit=True)


def max_pool3d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NDHWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The maximum of each window of volumes `(batch, depth, height, width, channels)`; see `max_pool2d`."""
    return _pool(max_pool_p, input, ksize, strides, padding, data_format, 3)


def max_pool(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None,
             name: str | None = None) -> EagerTensor:  # fmt: skip
    """The maximum of each window, along all axes but the first and last, which are 1, 2 or 3. See `max_pool2d`."""
    x = image(input)
    return _pool(max_pool_p, x, ksize, strides, padding, data_format, _spatial_of(x), explicit=True)


def avg_pool2d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NHWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The mean of each window of images. Padding is not counted.

    Args:
      input: a floating tensor of shape `(batch, height, width, channels)`, or as `data_format` says.
      ksize, strides, data_format: as for `max_pool2d`.
      padding: "SAME" or "VALID".

    >>> import gradtape as tf
    >>> tf.nn.avg_pool2d([[[[1.0], [2.0]], [[3.0], [4.0]]]], 2, 2, "VALID").numpy()
    array([[[[2.5]]]], dtype=float32)
    """
    return _pool(mean_pool_p, input, ksize, strides, padding, data_format, 2)


def avg_pool1d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The mean of each window of sequences `(batch, width, channels)`; see `avg_pool2d`."""
    return _pool(mean_pool_p, input, ksize, strides, padding, data_format, 1)


def avg_pool3d(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = "NDHWC",
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The mean of each window of volumes `(batch, depth, height, width, channels)`; see `avg_pool2d`."""
    return _pool(mean_pool_p, input, ksize, strides, padding, data_format, 3)


def avg_pool(input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any = None,
             name: str | None = None) -> EagerTensor:  # fmt: skip
    """The mean of each window, along all axes but the first and last, which are 1, 2 or 3. See `avg_pool2d`."""
    x = image(input)
    return _pool(mean_pool_p, x, ksize, strides, padding, data_format, _spatial_of(x))


def pool(input: Any, window_shape: Any, pooling_type: str, strides: Any = None, padding: Any = "VALID",
         data_format: Any = None, dilations: Any = None, name: str | None = None) -> EagerTensor:  # fmt: skip
    """`max_pool` or `avg_pool`, by name.

    Args:
      input, padding, data_format: as for these.
      window_shape: the size of the window along each spatial axis.
      pooling_type: "MAX" or "AVG".
      strides: the distance of windows along each spatial axis, by default 1.
      dilations: None, or 1 for each spatial axis.

    Raises:
      ValueError: if there is no such type, or the lengths do not fit.
      NotImplementedError: if windows are to be dilated.
    """
    if pooling_type not in ("MAX", "AVG"):
        raise ValueError(f"`pooling_type` must be one of ('MAX', 'AVG'). Received: pooling_type={pooling_type!r}")
    if dilations is not None and any(n != 1 for n in nest.flatten(dilations)):
        raise NotImplementedError(f"Windows of tf.nn.pool cannot be dilated, and dilations={dilations} were given.")
    x = image(input)
    spatial = _spatial_of(x)
    window = list(window_shape)
    if len(window) != spatial:
        raise ValueError(f"`window_shape` must have {spatial} numbers for an input of rank {spatial + 2}, got {window}")
    return (max_pool if pooling_type == "MAX" else avg_pool)(x, window, strides or 1, padding, data_format)
