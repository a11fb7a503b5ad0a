"""Operations of graphs that are no primitives: on Python objects and lengths, checks, draws of random numbers."""

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..engine.numpy_filled import full_of
from ..values import symbolic as symbolics
from ..values.errors import OpError, exhausted, invalid
from ..values.symbolic import Dim, Value, symbolic
from ..values.tensor import Tensor, wrap
from ..values.thread import current

# Operations whose results' lengths along an axis depend on values.
DYNAMIC = symbolics.open_axes
DYNAMIC.update({
    "counts_of": -1, "nonzero": 0, "range": 0, "repeated_places": 0, "true_places": 0, "unique": 0,
    "where_true": 0, "class_places": 0, "distinct_rows": 0, "set_operation": 0, "sparse_counts": 0, "first_places": 0,
    "unique_counts": 0, "product_pairs": 0, "crosses": 0, "distinct_places": 0, "splits_of": 0, "even": 0, "rowids": 0,
    "offsets": 0,
})  # fmt: skip


# Operations that put elements elsewhere, and change none.
REARRANGING = {
    "broadcast_to", "concat", "convert", "gather", "identity", "reshape", "slice", "split", "stack", "transpose",
    "unstack",
}  # fmt: skip


def text_array(text: Any) -> Any:
    """A string as an array: kernels give the object itself."""
    return np.asarray(text, np.object_)


class PythonOp:
    """An operation on Python objects."""

    multiple = False
    effect = False

    def __init__(self, name: str, kernel: Callable[..., Any]) -> None:
        self.name = name
        self.kernel = kernel

    def call(self, *inputs: Any, **attrs: Any) -> Any:
        arrays = [getattr(x, "_array", x) for x in inputs]
        trace = current.thread.trace
        if trace is not None and (self.effect or symbolics.varies(arrays) or symbolics.varies(attrs.values())):
            made = trace.apply(self, inputs, attrs, effect=self.effect)
        else:
            made = self.kernel(*arrays, **attrs)
        return list(map(_result, made)) if self.multiple else _result(made)

    def failure(self, error: Exception, arrays: Sequence[Any]) -> Exception:
        """The error to raise where the kernel raised `error`."""
        if isinstance(error, MemoryError):
            return exhausted(self.name, error)
        return error if isinstance(error, OpError | ImportError) else invalid(self.name, str(error))

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


def _result(x: Any) -> Any:
    """A tensor of an array or of a value that is one, a length of an integer's value, or the object itself."""
    if type(x) is Value and x.dtype is None:
        return Dim(x) if isinstance(x.sample, int) else x
    return wrap(x) if isinstance(x, Value | np.ndarray | np.generic | bytes) else x


class DeclaredOp(PythonOp):
    """One of which it is declared what it makes, as it makes nothing of samples."""

    open_ended = True

    def __init__(self, name: str, kernel: Callable[..., Any], made: Callable[..., Any]) -> None:
        super().__init__(name, kernel)
        self.sample = functools.partial(self._samples, made, 2)
        self.other = functools.partial(self._samples, made, 3)

    def _samples(self, made: Callable[..., Any], length: int, /, *inputs: Any, **attrs: Any) -> Any:
        arrays = [full_of(tuple(shape), 1, np.dtype(dtype)) for shape, dtype in made(length, *inputs, **attrs)]
        return arrays if self.multiple else arrays[0]


@functools.cache
def python_op(function: Callable[..., Any]) -> PythonOp:
    plain = getattr(function, "func", function)
    name, told = plain.__name__.strip("_"), symbolics.declared.get(plain)
    if told is None:
        return PythonOp(name, function)
    op = PythonOp(name, function) if told.made is None else DeclaredOp(name, function, told.made)
    op.multiple, op.effect = told.multiple, told.effect
    return op


ITEM = PythonOp("item", lambda x, index: int(x[index]))
VECTOR = PythonOp("shape", lambda *numbers, dtype: np.array(numbers, dtype))
SCALAR = PythonOp("size", lambda number, dtype: np.array(number, dtype)[()])
DIMENSION = PythonOp("dimension", lambda x, axis: int(x.shape[axis]))


def _swapped(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: f(y, x)


COUNTING = {DIMENSION, VECTOR, SCALAR}  # of lengths, which are different in two samples wherever they may be
WHOLE = {
    f"__{r}{name}__": PythonOp(f"{r}{name}", _swapped(f) if r else f)
    for name, f in {
        "add": operator.add, "sub": operator.sub, "mul": operator.mul, "floordiv": operator.floordiv,
        "mod": operator.mod,
    }.items()
    for r in ("", "r")
}  # fmt: skip
WHOLE["min"], WHOLE["max"] = PythonOp("min", min), PythonOp("max", max)
WHOLE["broadcast"] = PythonOp("broadcast", lambda x, y: y if x == 1 else x)


class Check:
    """What is done with values each time the graph runs: a condition is looked at, a line printed."""

    name = "check"
    multiple = True

    def __init__(self, kernel: Callable[..., None]) -> None:
        self.kernel = kernel
        function = getattr(kernel, "func", kernel)
        self.prints = getattr(function, "prints", False) or symbolics.has_effect(function)

    def call(self, *inputs: Any) -> None:
        arrays = [getattr(x, "_array", x) for x in inputs]
        trace = current.thread.trace
        if trace is not None:
            trace.check(self.kernel, arrays)
        else:
            self.kernel(*arrays)


class Draw:
    """What each run takes from outside: where random numbers start. Tracing takes none of the program's."""

    name = "random_seed"
    multiple = False

    def __init__(self, kernel: Callable[[int], Any]) -> None:
        self.kernel = kernel

    @staticmethod
    def sample(size: int) -> tuple[int, int]:
        return 1, 0

    def call(self, size: Any) -> Any:
        trace = current.thread.trace
        return self.kernel(size) if trace is None else trace.apply(self, [size], {}, effect=True)


class _Identity:
    """A constant as a value."""

    name, op = "identity", "Identity"
    multiple = False

    @staticmethod
    def kernel(x: Any) -> Any:
        return x

    @staticmethod
    def call(x: Any) -> Any:
        trace = current.thread.trace
        return x if trace is None else symbolic(trace.apply(IDENTITY, [x], {}), getattr(x, "_node", None))


IDENTITY = _Identity()


def symbolic_of(x: Tensor) -> Any:
    """`x` as a value of the present trace, even if it is known."""
    if type(x._array) is Value:
        return x
    return wrap(current.thread.trace.apply(IDENTITY, [x], {}), x._node)
