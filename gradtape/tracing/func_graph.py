"""`FuncGraph`: an open trace of a program's own, for libraries that run code only to see what shapes it gives."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..engine.numpy_filled import full_of
from ..values.dtypes import as_dtype, float32
from ..values.shape import TensorShape
from ..values.tensor import Tensor
from ..values.thread import current
from .derivative import as_tensor
from .samples import two_samples
from .trace import Trace

__all__ = ["FuncGraph", "placeholder"]


class FuncGraph:
    """A graph under construction: what runs inside `as_default()` is written down, on symbolic tensors, and not done.

    Args:
      name: of the graph.

    >>> import gradtape as tf
    >>> with tf.__internal__.FuncGraph("scratch").as_default():
    ...     x = tf.compat.v1.placeholder(tf.float32, [None, 3])
    ...     y = x @ tf.ones([3, 2])
    >>> y.shape
    TensorShape([None, 2])
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        self._trace: Trace | None = None

    @contextlib.contextmanager
    def as_default(self) -> Iterator["FuncGraph"]:
        """A context in which operations are written into this graph."""
        if self._trace is None:
            self._trace = Trace(self.name, current.thread.trace)
        with self._trace.active():
            yield self


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A symbolic tensor of the graph that is being written.

    Args:
      dtype: its element type.
      shape: its shape, in which None is a length that is not known.
      name: its name.

    Raises:
      RuntimeError: if no graph is being written.
      NotImplementedError: if the rank is not known.
    """
    trace = current.thread.trace
    if trace is None:
        raise RuntimeError(
            "tf.placeholder() is not compatible with eager execution. Give the value itself to the operations, or make "
            "a tf.function of them, which takes it as an argument."
        )
    dims = TensorShape(shape)
    if dims.rank is None:
        raise NotImplementedError("A placeholder's rank must be known: give `shape`, with None for unknown lengths.")
    lengths = dims.as_list()
    array = full_of(tuple(n or 0 for n in lengths), 1, as_dtype(dtype or float32)._numpy)
    unknown = [n is None for n in lengths]
    sample, other = two_samples(array, unknown) if any(unknown) else (array, None)
    return as_tensor(trace.input(np.asarray(sample), other, name or "Placeholder"))
