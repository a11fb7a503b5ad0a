"""Limiting values and norms."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..operations import reading
from ..operations.public import operands
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.dtypes import DType, as_dtype, float32
from ..values.errors import invalid
from ..values.indexed_slices import IndexedSlices
from ..values.log import logger
from ..values.symbolic import differ
from ..values.tensor import EagerTensor, wrap
from .arithmetic import add_n, maximum_p, minimum_p, truediv
from .cast import cast, cast_p
from .comparison import greater_p, like, ones_like, where_p, zeros_like
from .complex_numbers import complex_p, imag_p, real_p
from .elementwise import sqrt_p, square_p
from .reduction import reduce_sum

__all__ = ["clip_by_global_norm", "clip_by_norm", "clip_by_value", "global_norm", "saturate_cast"]


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """`t` with values below a minimum and above a maximum replaced by these.

    Args:
      t: a tensor of a real dtype; of `IndexedSlices` the values are clipped, here and in the functions below.
      clip_value_min, clip_value_max: of the dtype of `t`, and of a shape that broadcasts to its shape.

    Returns:
      A tensor of the shape of `t`. The gradient passes where `t` lies in the interval, its ends included.

    Raises:
      ValueError: if a limit has more axes, or longer ones, than `t`.
      InvalidArgumentError: if dtypes differ or shapes do not broadcast.

    >>> import gradtape as tf
    >>> tf.clip_by_value([1.0, 2.0, 3.0], 1.5, 2.5).numpy()
    array([1.5, 2. , 2.5], dtype=float32)
    """
    if isinstance(t, CompositeTensor) and t._elements is not None:
        return t._with_elements(clip_by_value(t._elements, clip_value_min, clip_value_max))
    t = convert_to_tensor(t)
    _, high = operands(t, clip_value_max)
    _, low = operands(t, clip_value_min)
    return _within(t, maximum_p(minimum_p(t, high), low), "clip_by_value", low, high)


def _within(t: EagerTensor, out: EagerTensor, name: str, *limits: EagerTensor) -> EagerTensor:
    """`out`, which must have the shape of `t`: limits do not make it larger."""
    if differ(out._array.shape, t._array.shape):
        raise ValueError(
            f"Shapes {t.shape} and {out.shape} are incompatible: the limits of tf.{name} have shapes "
            f"{' and '.join(str(x.shape) for x in limits)}, which must broadcast to the shape of `t`."
        )
    return out


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t`, scaled down where its Euclidean norm is greater than `clip_norm` so that this becomes its norm.

    Args:
      t: a floating tensor.
      clip_norm: a number greater than 0, or a tensor that broadcasts to `t`.
      axes: the axes along which norms are taken; all by default.

    Raises:
      ValueError: if `clip_norm` has more axes, or longer ones, than `t`.

    >>> import gradtape as tf
    >>> tf.clip_by_norm([3.0, 4.0], 1.0).numpy()
    array([0.6, 0.8], dtype=float32)
    """
    if isinstance(t, IndexedSlices):
        return t.with_values(clip_by_norm(t.values, clip_norm, axes))
    t = convert_to_tensor(t)
    if not t.dtype.is_floating:
        raise invalid("Sqrt", f"tf.clip_by_norm is of floating tensors, got dtype {t.dtype.name}. Use tf.cast first.")
    clip_norm = cast(clip_norm, t.dtype)
    clip_norm = maximum_p(clip_norm, zeros_like(clip_norm))
    squares = reduce_sum(square_p(t), axes, keepdims=True)
    positive = greater_p(squares, zeros_like(squares))  # where it is not, the root has no derivative
    norm = where_p(positive, sqrt_p(where_p(positive, squares, ones_like(squares))), squares)
    return _within(t, t * clip_norm, "clip_by_norm", clip_norm) / maximum_p(norm, clip_norm)  # type: ignore[return-value]


def global_norm(t_list: Any, name: str | None = None) -> EagerTensor:
    """The square root of the sum of squares of all elements of several tensors.

    Args:
      t_list: a list or tuple of floating tensors or variables of one dtype; None stands for a missing one.

    Returns:
      A scalar of their dtype; 0.0 if there are none.

    Raises:
      TypeError: if `t_list` is no sequence.
    """
    tensors = [x.values if isinstance(x, IndexedSlices) else x for x in _tensors(t_list) if x is not None]
    if not tensors:
        return convert_to_tensor(0.0, float32)
    for x in tensors:
        if not x.dtype.is_floating:
            raise invalid("L2Loss", f"A global norm is of floating tensors, got {x.dtype.name}. Use tf.cast first.")
    return sqrt_p(add_n([reduce_sum(square_p(x)) for x in tensors]))


def clip_by_global_norm(t_list: Any, clip_norm: Any, use_norm: Any = None,
                        name: str | None = None) -> tuple[list[Any], EagerTensor]:  # fmt: skip
    """Tensors, all scaled down by one factor if their global norm is greater than `clip_norm`.

    Args:
      t_list: a list or tuple of floating tensors or variables of one dtype; None is kept where it is.
      clip_norm: the norm to scale to.
      use_norm: the global norm, where it is known; by default `tf.linalg.global_norm(t_list)`.

    Returns:
      The scaled tensors, in a list, and the global norm. Where that is infinite or nan the tensors are nan.

    Raises:
      TypeError: if `t_list` is no sequence.

    >>> import gradtape as tf
    >>> clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), None, tf.constant([4.0])], 1.0)
    >>> [None if x is None else x.numpy().tolist() for x in clipped], norm.numpy()
    ([[0.6000000238418579], None, [0.800000011920929]], np.float32(5.0))
    """
    tensors = _tensors(t_list)
    norm = global_norm(tensors) if use_norm is None else reading.convert_to_tensor(use_norm)
    _, limit = operands(norm, clip_norm)
    scale = limit * minimum_p(1 / norm, truediv(like(norm, 1), limit))
    scale = scale + (norm - norm)  # nan where the norm is not finite
    return [None if x is None else x * scale for x in tensors], norm


def _tensors(t_list: Any) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str | bytes):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return [x if x is None or isinstance(x, IndexedSlices) else convert_to_tensor(x) for x in t_list]


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> EagerTensor:
    """`value` in another dtype, with numbers that it cannot hold replaced by the nearest that it can.

    Args:
      value: a numeric tensor; of a complex one the real part is cast, where `dtype` is not complex too.
      dtype: what `tf.cast` takes.

    >>> import gradtape as tf
    >>> tf.saturate_cast([300.0, -5.0], tf.uint8).numpy()
    array([255,   0], dtype=uint8)
    """
    to = as_dtype(dtype)
    value = convert_to_tensor(value)
    if value.dtype.is_complex:
        if to.is_complex:
            if to.size >= value.dtype.size:
                return cast(value, to)
            part = to.real_dtype
            return complex_p(saturate_cast(real_p(value), part), saturate_cast(imag_p(value), part))
        logger.warning("Casting complex to real discards imaginary part.")
        value = cast_p(value, dtype=value.dtype.real_dtype._numpy)
    given = value.dtype
    (low, high), (least, greatest) = _limits(given), _limits(to.real_dtype)
    low, high = max(low, least), min(high, greatest)
    value = clip_by_value(value, _inside(low, given), _inside(high, given))
    return cast(value, to)


def _limits(dtype: DType) -> tuple[Any, Any]:
    number = float if dtype.is_floating else int
    return number(dtype.min), number(dtype.max)


def _inside(limit: float, dtype: DType) -> EagerTensor:
    """`limit` as a scalar of `dtype`, rounded toward zero."""
    number = np.asarray(limit).astype(dtype._numpy)
    if abs(number.item()) > abs(limit):
        number = np.nextafter(number, dtype._numpy.type(0))
    return wrap(number)
