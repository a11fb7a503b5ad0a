"""Values that a trace knows but the program cannot ask for: `Value`, a graph's array, and `SymbolicTensor`, its tensor.

While a function is traced its tensors are symbolic. A symbolic tensor's `_array` is a `Value`, which has the shape and
the dtype of an array, and a sample that operations compute along, so that no shape is inferred by hand. What wants its
numbers gets an error that says what to do instead.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..engine.numpy_slots import depth_of
from .dtypes import BY_NUMPY, as_dtype
from .errors import InaccessibleTensorError, OperatorNotAllowedInGraphError
from .shape import TensorShape
from .tensor import Missing, Tensor, wrap
from .thread import current


class Value:
    """A value of a graph: an array; or, with `dtype` None, a Python object that operations pass to each other.

    Attributes:
      trace: where it came up.
      sample: an array such as it may be, as long as the trace is open.
      other: the same in another run, in which lengths that may differ do; None where it is `sample`.
      shape: a tuple, in which a `Dim` is a length that differs from run to run.
      listed: 1 for a list of arrays, 2 for a list of lists, ...; shape and dtype are those of its elements.
      lengths: whether it holds lengths and constants as they are, so that what is equal in two samples always is.
    """

    __slots__ = (
        "__weakref__",
        "dtype",
        "lengths",
        "listed",
        "name",
        "ndim",
        "other",
        "sample",
        "shape",
        "trace",
    )

    __array_ufunc__ = None  # NumPy leaves it alone

    def __init__(self, trace: Any, sample: Any, name: str = "") -> None:
        self.trace = trace
        self.sample = sample
        self.other: Any = None
        self.name = name
        self.lengths = False
        self.listed = depth_of(sample)
        self.shape: tuple[int, ...] = getattr(sample, "shape", ())
        self.dtype: Any = getattr(sample, "dtype", None)
        self.ndim = len(self.shape)

    @staticmethod
    def described(name: str, shape: tuple[int, ...], dtype: Any, listed: int = 0) -> "Value":
        """A value of which the shape and the dtype are known, and that no trace has come upon."""
        value = Value(None, None, name)
        value.shape, value.dtype, value.ndim, value.listed = shape, dtype, len(shape), listed
        return value

    @property
    def size(self) -> int:
        size = 1
        for n in self.shape:
            size = size * n
        return size

    @property
    def nbytes(self) -> int:
        return self.size * self.dtype.itemsize  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        return f"<Value {self.name} {self.dtype} {self.shape}>"

    # --- what an array would tell ------------------------------------------------------------------------------------

    def tolist(self) -> Any:
        """The integers in it, each a `Dim`; for what is given as a tensor and says how an operation is to be done."""
        if self.dtype is None or self.dtype.kind not in "iub":
            self._refuse()
        return self.trace.integers(self)

    def reshape(self, *shape: Any) -> Any:
        if self.size == 1 and shape in ((), ((),)):  # a scalar, about to be asked for
            return self
        return self._refuse()

    def astype(self, dtype: Any) -> Any:
        return current.thread.trace.cast(self, np.dtype(dtype))

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        if current.thread.trace is not None and isinstance(
            other, int | float | complex | bytes | np.generic | np.ndarray
        ):
            self._refuse()
        return self is other

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError(
            f"Cannot convert a symbolic tf.Tensor ({self.name}) to a numpy array. This error may indicate that you're "
            "trying to pass a Tensor to a NumPy call, which is not supported: while a tf.function is traced, values "
            "are not there yet. Use TensorFlow operations, or tf.numpy_function / tf.py_function for NumPy code."
        )

    __array__ = __int__ = __float__ = __index__ = __complex__ = __bool__ = __getitem__ = __iter__ = _refuse
    item = copy = any = all = min = max = ravel = flatten = _refuse


class Dim(int):
    """An integer that differs from run to run: the length of an axis, or a number in a tensor. Its int is a sample.

    Arithmetic gives `Dim`s; comparisons speak of the sample.
    """

    value: Value  # a Python integer of the graph

    @staticmethod
    def of(value: Value) -> "Dim":
        dim = Dim(value.sample)
        dim.value = value
        return dim

    @property
    def other(self) -> int:
        """What it is in another run."""
        other = self.value.other
        return int(self) if other is None else other

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Tensor:
        return integers_tensor(self, np.int32 if dtype is None else as_dtype(dtype)._numpy)

    def __reduce__(self) -> Any:
        return int, (int(self),)


def _arithmetic(name: str) -> Callable[..., Any]:
    def method(self: Dim, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        trace = current.thread.trace
        plain = getattr(int, name)
        if trace is None:
            return plain(int(self), int(other))
        return trace.whole_number(name, plain, self, other)

    method.__name__ = name
    return method


for _name in ("add", "sub", "mul", "floordiv", "mod", "radd", "rsub", "rmul", "rfloordiv", "rmod"):
    setattr(Dim, f"__{_name}__", _arithmetic(f"__{_name}__"))


def _no_float(self: Dim, *_: Any) -> Any:
    raise TypeError(
        "The length of an axis is not known while a tf.function is traced: make a tensor of it, and cast that."
    )


Dim.__float__ = Dim.__truediv__ = Dim.__rtruediv__ = _no_float  # type: ignore[assignment, method-assign]
Dim.__neg__ = lambda self: self * -1  # type: ignore[method-assign]


class SymbolicTensor(Tensor):
    """A tensor of a function that is being traced: it has a shape and a dtype, and no value yet."""

    __slots__ = ()
    __init__ = object.__init__

    @property
    def shape(self) -> TensorShape:
        return TensorShape([None if isinstance(n, Dim) else n for n in self._array.shape])

    @property
    def name(self) -> str:
        return f"{self._array.name}:0"

    @property
    def graph(self) -> Any:
        return self._array.trace.graph

    @property
    def op(self) -> Any:
        return self._array.trace.operation(self)

    @property
    def value_index(self) -> int:
        return self._array.trace.place(self._array)  # type: ignore[no-any-return]

    @property
    def device(self) -> str:
        return ""

    def set_shape(self, shape: Any) -> None:
        """Check that the shape is compatible with `shape`, and know it from now on."""
        wanted = TensorShape(shape)
        if not self.shape.is_compatible_with(wanted):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied shape {shape}")
        if wanted.rank is not None:
            value = self._array
            value.shape = tuple(n if m is None else m for n, m in zip(value.shape, wanted.as_list(), strict=True))

    def __repr__(self) -> str:
        return f"<tf.Tensor '{self.name}' shape={self.shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = f", shape={self.shape}"
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name})'

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    numpy = Missing(
        "numpy",
        "While a tf.function is traced, tensors have no values yet: call .numpy() on what the function returns, use "
        "tf.print to look at values, or tf.py_function.",
        "SymbolicTensor",
    )

    def __bool__(self) -> bool:
        raise OperatorNotAllowedInGraphError(
            "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed. You can attempt the following resolutions "
            "to the problem: If you are running in Graph mode, use Eager execution mode or decorate this function with "
            "@tf.function. If you are using AutoGraph, you can try decorating this function with @tf.function. If that "
            "does not work, then you may be using an unsupported feature or your source code may not be visible to "
            "AutoGraph. Use tf.cond, tf.where or tf.while_loop instead."
        )

    def __iter__(self) -> Iterator[Any]:
        raise OperatorNotAllowedInGraphError(
            "Iterating over a symbolic `tf.Tensor` is not allowed. You can attempt the following resolutions to the "
            "problem: If you are running in Graph mode, use Eager execution mode or decorate this function with "
            "@tf.function. If you are using AutoGraph, you can try decorating this function with @tf.function. If that "
            "does not work, then you may be using an unsupported feature or your source code may not be visible to "
            "AutoGraph. Use tf.unstack(x), tf.map_fn or tf.while_loop instead."
        )

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for a symbolic Tensor ({self.name}). Please call `x.shape` rather than `len(x)` "
            "for shape information."
        )

    def _scalar(self) -> Any:
        raise TypeError(
            f"A symbolic tf.Tensor ({self.name}) has no value yet, so no Python number can be made of it. Use tf.cast "
            "to change its dtype, or return it from the tf.function."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self._array._refuse()

    def __dlpack__(self, *, copy: bool | None = None, **options: Any) -> Any:
        return self._array._refuse()

    def __index__(self) -> int:
        return int(self._scalar())

    def __copy__(self) -> "SymbolicTensor":
        return self

    def __deepcopy__(self, memo: Any) -> "SymbolicTensor":
        return self

    def __reduce__(self) -> Any:
        return self._array._refuse()


def symbolic(value: Value, node: Any = None) -> SymbolicTensor:
    """The tensor of `value`."""
    out: SymbolicTensor = SymbolicTensor()
    out._array = value
    out._node = node
    return out


Value.tensor = symbolic  # type: ignore[attr-defined]  # as `wrap` calls it


def is_symbolic(x: Any) -> bool:
    """Whether `x` is a tensor without a value."""
    return isinstance(x, SymbolicTensor)


def out_of_scope(value: Value) -> InaccessibleTensorError:
    kind = BY_NUMPY[value.dtype].name if value.dtype is not None else "object"
    return InaccessibleTensorError(
        f"<tf.Tensor '{value.name}:0' shape={TensorShape(tuple(map(int, value.shape)))} dtype={kind}> is out of scope "
        "and cannot be used here. Use return values, explicit Python locals or TensorFlow collections to access it. "
        "It was made while a tf.function was traced, and is a place in its graph rather than a value."
    )


def known(array: Any, what: str) -> Any:
    """The `array`, which says what an operation is, and must not be a value of a graph."""
    if type(array) is Value:
        raise NotImplementedError(
            f"{what} must be known while a tf.function is traced, and the symbolic tensor ({array.name}) is not. Use a "
            "Python number, or a tensor made outside of the function."
        )
    return array


def whole_int(array: Any) -> int:
    """The integer that an array of one element holds; a `Dim` of a value."""
    if isinstance(array, Value):
        found = array.tolist()
        while isinstance(found, list):
            (found,) = found
        return found  # type: ignore[no-any-return]
    return int(array.reshape(())) if getattr(array, "ndim", 0) else int(array)


def integers_tensor(value: Any, dtype: Any) -> Tensor:
    """A tensor of an integer or a tuple of them, among which may be a `Dim`."""
    trace = current.thread.trace
    if trace is not None and any(type(n) is Dim for n in (value if type(value) is tuple else (value,))):
        return symbolic(trace.vector(value, dtype))
    return wrap(np.array(value, dtype))


lines: Callable[[], Any] | None = None  # gives the line of the program, while `gradtape.debug.tracing()` is on

computations: dict[str, Callable[..., Any]] = {}  # by the names by which saved graphs know them

# Of operations, by their names in graphs: the axis along which the length of what they give depends on values.
open_axes: dict[str, int] = {}


def computation(function: Any = None, *, open_axis: int | None = None) -> Any:
    """Declares a function of a module that `computed` or `checked` is given, so that graphs with it can be saved.

    Args:
      open_axis: the axis along which the length of what it gives depends on values, and not on lengths alone.
    """
    if function is None:
        return lambda f: computation(f, open_axis=open_axis)
    if open_axis is not None:
        open_axes[function.__name__.strip("_")] = open_axis
    computations[f"{function.__module__.removeprefix('gradtape.')}.{function.__name__}"] = function
    return function


def computed(function: Callable[..., Any], *inputs: Any, **attrs: Any) -> Tensor:
    """The tensor of `function(*inputs, **attrs)`, of arrays and Python objects, through which no gradient passes.

    While a function is traced, and if symbolic values or lengths are among these, it is computed when the graph runs.

    Args:
      function: one of a module, since it is an operation of graphs by its name; it gives an array, or a list of arrays.
      inputs: arrays, tensors, and Python objects.
      attrs: Python objects; lengths may be anywhere in them.
    """
    inputs = tuple(getattr(x, "_array", x) for x in inputs)
    trace = current.thread.trace
    if trace is not None and (varies(inputs) or varies(attrs.values())):
        return wrap(trace.computed(function, inputs, attrs))
    return wrap(function(*inputs, **attrs))


def computed_rows(n: int, function: Callable[..., Any], *inputs: Any, **attrs: Any) -> Tensor:
    """`computed`, of an array that has `n` rows, a length that may differ from run to run."""
    made = computed(function, *inputs, **attrs)
    of_rows(made, n)
    return made


def of_rows(x: Tensor, n: int) -> None:
    """Have it known that the length of the first axis of `x` is `n`, so that lengths can be seen to be equal."""
    value = x._array
    if type(value) is Value and type(n) is Dim and n.value.trace is value.trace:
        value.shape = (n, *value.shape[1:])


def opaque(function: Callable[..., Any], *inputs: Any) -> Any:
    """What `function(*inputs)` gives, which is no array; while a function is traced, its value."""
    inputs = tuple(getattr(x, "_array", x) for x in inputs)
    trace = current.thread.trace
    return function(*inputs) if trace is None or not varies(inputs) else trace.computed(function, inputs, {})


def computed_like(x: Any, function: Callable[..., Any], *inputs: Any, **attrs: Any) -> Any:
    """`computed`, for rules: a tensor where `x` is one, and an array where it is one."""
    made = computed(function, *inputs, **attrs)
    return made if isinstance(x, Tensor) else made._array


def varies(structure: Iterable[Any]) -> bool:
    """Whether there are values or lengths of a graph in nested tuples, lists, slices."""
    for x in structure:
        kind = type(x)
        if kind is Dim or kind is Value:
            return True
        if (isinstance(x, tuple | list) and varies(x)) or (kind is slice and varies((x.start, x.stop, x.step))):
            return True
    return False


def checked(check: Callable[..., None], *arrays: Any) -> None:
    """`check(*arrays)`, which raises where values are wrong; of a function that is being traced, when it runs."""
    trace = current.thread.trace
    if trace is not None and varies(arrays):
        trace.check(check, arrays)
    else:
        check(*arrays)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """As NumPy's, of shapes in which may be `Dim`s. Raises ValueError where they do not broadcast."""
    plain = np.broadcast_shapes(*shapes)
    if not varies(shapes):
        return plain
    found: list[int] = []
    for i, n in enumerate(plain, -len(plain)):
        lengths = [s[i] for s in shapes if -i <= len(s)]
        dims = [m for m in lengths if type(m) is Dim]
        known = [m for m in lengths if type(m) is not Dim and m != 1]
        if known or not dims:
            found.append(known[0] if known else n)
            continue
        total: int = dims[0]
        for m in dims[1:]:
            if m.value is not dims[0].value:
                total = current.thread.trace.whole_number("broadcast", None, total, m)
        found.append(total)
    return tuple(found)


def least(x: int, y: int) -> int:
    """The lesser of two integers, among which may be a `Dim`."""
    trace = current.thread.trace
    return min(x, y) if trace is None or not varies((x, y)) else trace.whole_number("min", None, x, y)


def greatest(x: int, y: int) -> int:
    trace = current.thread.trace
    return max(x, y) if trace is None or not varies((x, y)) else trace.whole_number("max", None, x, y)


def surely(n: int, number: int) -> bool:
    """Whether `n` is `number` in every run."""
    return n == number and type(n) is not Dim


def surely_negative(n: int) -> bool:
    """Whether `n` is negative, and in every run."""
    return n < 0 and type(n) is not Dim


def performed(effect: Callable[..., None], *inputs: Any) -> None:
    """`effect(*inputs)`, of arrays and Python objects; while a function is traced, each time that it runs, in order."""
    inputs = tuple(getattr(x, "_array", x) for x in inputs)
    trace = current.thread.trace
    if trace is None:
        effect(*inputs)
    else:
        trace.check(effect, inputs)


def surely_equal(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes are equal in every run: a `Dim` is equal to nothing but itself."""
    return len(shape) == len(other) and all(
        n is m or (n.value is m.value if type(n) is type(m) is Dim else type(n) is type(m) and n == m)
        for n, m in zip(shape, other, strict=True)
    )


__all__ = [
    "Dim",
    "SymbolicTensor",
    "Value",
    "broadcast_shapes",
    "checked",
    "computed",
    "computed_like",
    "computed_rows",
    "greatest",
    "integers_tensor",
    "is_symbolic",
    "known",
    "least",
    "of_rows",
    "opaque",
    "open_axes",
    "out_of_scope",
    "performed",
    "surely",
    "surely_equal",
    "symbolic",
    "varies",
    "whole_int",
]
