"""The Jacobians of a function by the tape and by differences: `compute_gradient`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autodiff.tape import GradientTape
from ..values.convert import convert_to_tensor
from ..values.tensor import wrap

__all__ = ["compute_gradient"]

Jacobians = tuple[np.ndarray[Any, Any], ...]


def compute_gradient(f: Callable[..., Any], x: Any, delta: float | None = None) -> tuple[Jacobians, Jacobians]:
    """The Jacobians of `f`, by the tape and by central differences.

    `gradtape.testing.check_gradients` compares the two by itself, more exactly and to any order.

    Args:
      f: takes as many tensors as `x` has, and gives a tensor.
      x: a list or tuple of floating or complex tensors, or of what can be converted to them.
      delta: how far to step from `x`, in the precision of `x`; 1/1024 by default.

    Returns:
      Two tuples of NumPy arrays, one for each of `x`: the Jacobians by the tape, then those by differences. Each has
      the shape (elements of `f(*x)`, elements of the argument). A complex number counts as two elements, its real and
      imaginary part.

    Raises:
      AssertionError: if an argument is neither floating nor complex.
      ValueError: if `x` is no list or tuple.

    >>> import gradtape as tf
    >>> by_tape, by_differences = tf.test.compute_gradient(lambda x: x * x, [tf.constant([1.0, 2.0])])
    >>> by_tape[0]
    array([[2., 0.],
           [0., 4.]], dtype=float32)
    """
    if not isinstance(x, list | tuple):
        raise ValueError(
            f"`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), not a {type(x)}"
        )
    delta = 1.0 / 1024 if delta is None else delta
    inputs = [convert_to_tensor(i) for i in x]
    for i, t in enumerate(inputs):
        assert t.dtype.is_differentiable, f"Cannot compute gradient for unsupported type {t.dtype.name} of argument {i}"
    places = range(len(inputs))
    by_tape = tuple(_by_tape(f, inputs, i) for i in places)
    return by_tape, tuple(_by_differences(f, inputs, i, delta) for i in places)


def _by_tape(f: Callable[..., Any], inputs: list[Any], which: int) -> np.ndarray[Any, Any]:
    inputs = [wrap(t._array) for t in inputs]
    x = inputs[which]
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = f(*inputs)
    array = y._array
    rows = []
    for index in np.ndindex(array.shape):
        for unit in (1, 1j) if array.dtype.kind == "c" else (1,):
            cotangent = np.zeros(array.shape, array.dtype)
            cotangent[index] = unit
            rows.append(tape.gradient(y, x, wrap(cotangent), "zero"))
    columns = _reals(x._array).size
    return np.array([_reals(convert_to_tensor(row)._array) for row in rows], _real_dtype(x)).reshape(len(rows), columns)


def _by_differences(f: Callable[..., Any], inputs: list[Any], which: int, delta: float) -> np.ndarray[Any, Any]:
    array = inputs[which]._array
    columns = []

    def at(index: tuple[int, ...], step: Any) -> Any:
        moved = np.array(array)
        moved[index] += step
        return _reals(f(*inputs[:which], wrap(moved), *inputs[which + 1 :])._array)

    for index in np.ndindex(array.shape):
        for unit in (1, 1j) if array.dtype.kind == "c" else (1,):
            columns.append((at(index, delta * unit) - at(index, -delta * unit)) / (2 * delta))
    rows = _reals(f(*inputs)._array).size
    return np.array(columns, _real_dtype(inputs[which])).reshape(len(columns), rows).T


def _reals(array: Any) -> Any:
    """The elements in a row, complex ones as their real and imaginary parts."""
    flat = np.ascontiguousarray(array).reshape(-1)
    return flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat


def _real_dtype(x: Any) -> Any:
    return x.dtype.real_dtype.as_numpy_dtype
