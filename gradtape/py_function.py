"""`py_function` and `numpy_function`: Python functions called as operations. The first has a gradient.

A program that runs eagerly needs neither: it calls the function. In a `tf.function` they are called each time that it
runs; and once when it is traced, to find the shapes of their results, where the first run's inputs are not known yet.
"""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .operations import reading
from .values import nest
from .values.convert import convert_to_tensor
from .values.dtypes import DType
from .values.errors import (
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    ResourceExhaustedError,
    UnimplementedError,
    UnknownError,
    invalid,
)
from .values.tensor import EagerTensor, Tensor
from .values.thread import current
from .values.type_spec import TensorSpec, dtype_of
from .values.variable import Variable

__all__ = ["numpy_function", "py_function", "timestamp"]


def py_function(func: Any = None, inp: Any = None, Tout: Any = None, name: str | None = None) -> Any:
    """The tensors that `func` gives, called with tensors. Gradients flow through what it computes.

    Args:
      func: takes as many tensors as `inp` has, and gives a tensor, a list of tensors, or what can be converted to them;
        None for nothing.
      inp: a list of tensors, or of what can be converted to them.
      Tout: the dtypes of the results: one, or a list of them; empty for none. While a `tf.function` is traced, `func`
        is called to find their shapes, unless each is given by a `tf.TensorSpec`.

    Returns:
      A tensor for one dtype, and a list for a list. With `func=None`, a decorator of functions of tensors.

    Raises:
      InvalidArgumentError: if the results are of another number, or cannot have these dtypes; or if `func` raised a
        TypeError or ValueError.
      OutOfRangeError, ResourceExhaustedError, UnimplementedError: if it raised StopIteration, a MemoryError or a
        NotImplementedError.
      UnknownError: if it raised something else.
      ValueError: if `func` is not callable.

    >>> import gradtape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = tf.py_function(lambda x: x * x if x > 0 else x, [x], tf.float32)
    >>> tape.gradient(y, x).numpy()
    np.float32(6.0)
    """
    if func is None:
        return lambda function: lambda *args: py_function(function, args, Tout, name)
    if not callable(func):
        raise ValueError(f"Expected func to be callable. Received func={func} of type {type(func)}.")
    several, dtypes = _dtypes(Tout)
    inputs = [reading.convert_to_tensor(x) for x in _sequence(inp)]
    tensors = _called(functools.partial(_results, func, dtypes), inputs, Tout, differentiable=True)
    return tensors if several else tensors[0]


def _called(run: Callable[..., list[Any]], inputs: Sequence[Tensor], Tout: Any, differentiable: bool) -> list[Any]:
    """What `run` gives of tensors: now, or while a function is traced each time that it runs."""
    if current.thread.trace is None:
        return run(*inputs)
    from .tracing.python_call import PythonCall

    specs = list(Tout) if isinstance(Tout, list | tuple) else [Tout]
    known = all(isinstance(spec, TensorSpec) and spec.shape.is_fully_defined() for spec in specs)
    dtypes = [dtype.as_numpy_dtype for dtype in _dtypes(Tout)[1]]
    return PythonCall(run, differentiable, specs if known else None, dtypes).call(*inputs)


def _results(func: Callable[..., Any], dtypes: Sequence[DType], *inputs: Tensor) -> list[EagerTensor]:
    try:
        made = func(*inputs)
        results = [] if made is None else list(made) if isinstance(made, list | tuple) else [made]
        tensors = [_result(x, dtype) for x, dtype in zip(results, dtypes, strict=False)]
    except Exception as error:
        raise raised_by_python(error, " [Op:EagerPyFunc] name: ") from error
    if len(results) != len(dtypes):
        name = getattr(func, "__name__", type(func).__name__)
        expected = f"{name} returns {len(results)} values, but expects to see {len(dtypes)} values."
        raise invalid("EagerPyFunc", expected)
    return tensors


_KINDS: list[tuple[tuple[type[Exception], ...], type[OpError]]] = [
    ((OpError,), UnknownError),
    ((TypeError, ValueError), InvalidArgumentError),
    ((StopIteration,), OutOfRangeError),
    ((MemoryError,), ResourceExhaustedError),
    ((NotImplementedError,), UnimplementedError),
    ((Exception,), UnknownError),
]


def raised_by_python(error: Exception, place: str = "") -> OpError:
    """The error that TensorFlow makes of one that a function of a program raised."""
    kind = next(kind for classes, kind in _KINDS if isinstance(error, classes))
    return kind(None, None, f"{type(error).__name__}: {error}{place}")


def _sequence(inp: Any) -> Sequence[Any]:
    return inp if isinstance(inp, list | tuple) else list(inp)


def _dtypes(Tout: Any) -> tuple[bool, list[DType]]:
    """Whether a list is wanted, and the dtypes of what is in it."""
    several = isinstance(Tout, list | tuple)
    if isinstance(Tout, dict):
        raise TypeError(f"Cannot convert the argument `type_value`: {Tout!r} to a TensorFlow DType.")
    specs = Tout if several else [Tout]
    return several, [dtype_of(spec) for spec in specs]


def _result(x: Any, dtype: DType) -> EagerTensor:
    """What a function gave, as a tensor; a variable's value, on the tapes that watch it."""
    if isinstance(x, Tensor | Variable):
        return reading.convert_to_tensor(x, dtype)
    if isinstance(x, np.ndarray | np.generic):  # NumPy's dtypes are as they come, not as they are meant
        return convert_to_tensor(np.asarray(x).astype(dtype.as_numpy_dtype), dtype)
    return convert_to_tensor(x, dtype)


def numpy_function(
    func: Any = None, inp: Any = None, Tout: Any = None, stateful: bool = True, name: str | None = None
) -> Any:
    """What `func` gives, called with NumPy arrays, as tensors. No gradient flows: see `py_function`.

    Args:
      func: takes as many arrays as `inp` has, which are its own, and gives an array or a list of arrays; None for
        nothing.
      inp: a list of tensors, or of what can be converted to them.
      Tout: in a `tf.function`, the dtypes of the results, which they must have; eagerly they are what `func` gives.
      stateful: nothing here; TensorFlow's.

    Returns:
      A tensor, a list of several, or None. With `func=None`, a decorator of functions of tensors.

    Raises:
      Exception: what `func` raises.

    >>> import gradtape as tf
    >>> import numpy as np
    >>> tf.numpy_function(np.sort, [tf.constant([2.0, 1.0])], tf.float32).numpy()
    array([1., 2.], dtype=float32)
    """
    if func is None:
        return lambda function: lambda *args: numpy_function(function, args, Tout, stateful, name)
    if current.thread.trace is not None:
        several, dtypes = _dtypes(Tout)
        inputs = [convert_to_tensor(x) for x in _sequence(inp)]
        tensors = _called(functools.partial(_arrays_of, func, dtypes), inputs, Tout, differentiable=False)
        return tensors if several else tensors[0]
    made = func(*(_array(x) for x in _sequence(inp)))
    results = [x if x is None else convert_to_tensor(x) for x in nest.flatten(made)]
    return results[0] if len(results) == 1 else results


def _arrays_of(func: Callable[..., Any], dtypes: Sequence[DType], *inputs: Tensor) -> list[EagerTensor]:
    """What `func` gives of arrays, of these dtypes, in a graph."""
    made = func(*[_array(x)[()] for x in inputs])  # scalars as NumPy has them, and strings
    results = [] if made is None and not dtypes else list(made) if isinstance(made, list | tuple) else [made]
    if len(results) != len(dtypes):
        raise invalid("PyFunc", f"{func} returns {len(results)} values, but expects to see {len(dtypes)} values.")
    tensors = [convert_to_tensor(x) for x in results]
    for i, (x, dtype) in enumerate(zip(tensors, dtypes, strict=True)):
        if x.dtype is not dtype:
            raise invalid("PyFunc", f"{i}-th value returned by {func} is {x.dtype.name}, but expects {dtype.name}")
    return tensors


def _array(x: Any) -> np.ndarray[Any, Any]:
    if isinstance(x, Tensor | Variable):
        return np.array(convert_to_tensor(x))
    return np.array(x)


def timestamp(name: str | None = None) -> Any:
    """The seconds since 1970, each time that it is run, as a float64 scalar."""
    return numpy_function(lambda: np.float64(time.time()), [], np.float64)
