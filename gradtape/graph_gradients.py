"""`tf.gradients` and `tf.hessians`: derivatives in a function, without a tape."""

from typing import Any

import numpy as np

from .autodiff.cotangents import full_like
from .operations.broadcasting import reshape_p
from .values import nest
from .values.convert import convert_to_tensor, pack
from .values.tensor import Tensor
from .values.thread import current

__all__ = ["gradients", "hessians"]


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = "none",
) -> list[Any]:
    """In a `tf.function`, the gradients of the sum of `ys` with respect to `xs`, without a tape.

    Args:
      ys: a tensor, or a list of them, computed in the function.
      xs: a tensor or variable, or a list of them.
      grad_ys: for each of `ys` its cotangent; ones by default.
      stop_gradients: tensors taken as constants.
      unconnected_gradients: "none", or "zero" for zeros where no path leads from one of `ys` to one of `xs`.

    Returns:
      A list with a gradient for each of `xs`.

    Raises:
      RuntimeError: outside of a `tf.function`. Use `tf.GradientTape` there.

    >>> import gradtape as tf
    >>> @tf.function
    ... def slope(x):
    ...     return tf.gradients(x**2, x)[0]
    >>> slope(tf.constant(3.0)).numpy()
    np.float32(6.0)
    """
    trace = current.thread.trace
    if trace is None:
        raise RuntimeError(
            "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    targets = [convert_to_tensor(y) for y in nest.flatten(ys)]
    sources = [convert_to_tensor(x) for x in nest.flatten(xs)]
    seeds = [None] * len(targets) if grad_ys is None else nest.flatten(grad_ys)
    filled = [_ones_like(y) if g is None else convert_to_tensor(g) for y, g in zip(targets, seeds, strict=True)]
    stopped = [convert_to_tensor(x) for x in nest.flatten([] if stop_gradients is None else stop_gradients)]
    found = trace.gradients(targets, sources, filled, stopped)
    if getattr(unconnected_gradients, "value", unconnected_gradients) == "zero":
        found = [_ones_like(x) * 0 if g is None else g for g, x in zip(found, sources, strict=True)]
    return found  # type: ignore[no-any-return]


def hessians(ys: Any, xs: Any, gate_gradients: bool = False, aggregation_method: Any = None,
             name: str = "hessians") -> list[Any]:  # fmt: skip
    """In a `tf.function`, the matrix of second derivatives of the sum of `ys` by each of `xs`, of known shapes.

    Raises:
      RuntimeError: outside of a `tf.function`. Use `tf.GradientTape` there.
    """
    found = []
    for x, g in zip(nest.flatten(xs), gradients(ys, xs), strict=True):
        x = convert_to_tensor(x)
        shape = x._array.shape
        rows = [gradients(g[i], x, unconnected_gradients="zero")[0] for i in np.ndindex(*shape)]
        found.append(reshape_p(pack(rows, None), shape=(*shape, *shape)))
    return found


def _ones_like(x: Tensor) -> Any:
    """Ones of the shape and dtype of `x`."""
    return full_like(x._array, 1)
