"""`tf.function`, which loads what traces and runs graphs when the first function is made."""

from collections.abc import Callable
from typing import Any

from ..values.thread import current

__all__ = ["function", "inside_function"]


def inside_function() -> bool:
    """Whether a `tf.function` is being traced."""
    return current.thread.trace is not None


def function(
    func: Any = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: str | None = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Makes a function that is traced into a graph, once for each signature of its calls, and runs as that graph.

    The first call with a signature runs the Python function on symbolic tensors and writes down the operations, those
    of tapes inside included. Later calls run the operations only: Python's own side effects happen while it is traced.
    Variables are used by being read and assigned, and made on the first call only. `if`, `while` and `for` on tensors
    become `tf.cond` and `tf.while_loop`. Tapes outside see a call as one operation.

    Args:
      func: a function; without it, a decorator is returned.
      input_signature: a list or tuple of `tf.TensorSpec`s for all arguments: one trace serves all calls.
      autograph: convert Python's control flow.
      jit_compile: run by XLA, compiled. It needs JAX (`pip install "gradtape[xla]"`); without it, there is a notice.
        A compiled program's shapes are fixed: it is compiled for each shape, and each value of an argument's integers
        that decide one. As in TensorFlow, assertions about values are left out, and indices out of range are clamped.
      reduce_retracing: trace calls that differ in shapes only once more, for unknown lengths.
      experimental_implements, experimental_autograph_options, experimental_attributes, experimental_follow_type_hints:
        TensorFlow's; nothing here.
      experimental_relax_shapes, experimental_compile: old names of `reduce_retracing` and `jit_compile`.

    Returns:
      A `Function`, called as `func` is. With `jit_compile`, a call raises UnimplementedError where a shape depends on
      other values, or the gradient of a loop is asked for whose number of steps has no known bound.

    >>> import gradtape as tf
    >>> @tf.function
    ... def f(x):
    ...     print("tracing", x.shape)
    ...     return tf.reduce_sum(x * x)
    >>> f(tf.constant([1.0, 2.0])), f(tf.constant([3.0, 4.0]))
    tracing (2,)
    (<tf.Tensor: shape=(), dtype=float32, numpy=5.0>, <tf.Tensor: shape=(), dtype=float32, numpy=25.0>)
    """
    if experimental_relax_shapes is not None:
        reduce_retracing = experimental_relax_shapes
    if experimental_compile is not None:
        jit_compile = experimental_compile

    options = {
        "input_signature": input_signature, "autograph": autograph, "jit_compile": jit_compile,
        "reduce_retracing": reduce_retracing,
    }  # fmt: skip

    def decorate(f: Callable[..., Any]) -> Any:
        from .function import decorated

        return decorated(f, options)

    return decorate if func is None else decorate(func)
