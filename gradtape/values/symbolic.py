"""Values that a trace knows but the program cannot ask for: `Value`, a graph's array, and `SymbolicTensor`, its tensor.

While a function is traced its tensors are symbolic. A symbolic tensor's `_array` is a `Value`, which has the shape and
the dtype of an array, and a sample that operations compute along, so that no shape is inferred by hand. What wants its
numbers gets an error that says what to do instead.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..engine.numpy_slots import depth_of
from .dtypes import BY_NUMPY, as_dtype
from .errors import InaccessibleTensorError, InvalidArgumentError, OperatorNotAllowedInGraphError, exhausted, invalid
from .shape import TensorShape
from .tensor import Missing, Tensor, wrap
from .thread import current

_PIECE = 1024  # elements


class Tiled(NamedTuple):
    """What is kept of a sample: its first elements, which stand for all of them."""

    piece: Any
    shape: tuple[int, ...]

    def array(self) -> Any:
        return np.resize(self.piece, self.shape)


def _tiled(sample: Any) -> Any:
    """`sample`, or what to keep of one that is large: an open trace has a sample of all that the function computes.

    Integers are kept, which may be indices or lengths that fit each other.
    """
    if type(sample) is np.ndarray and sample.size > 4 * _PIECE and sample.dtype.kind in "fcVb":
        return Tiled(sample.flat[:_PIECE], sample.shape)
    return sample


def _asked(name: str) -> Callable[..., Any]:
    """A method of arrays: of a value that is made of constants, that of its array."""

    def method(self: "Value", *args: Any, **kwargs: Any) -> Any:
        return getattr(self.sample, name)(*args, **kwargs) if self.fixed else self._refuse()

    method.__name__ = name
    return method


class Value:
    """A value of a graph: an array; or, with `dtype` None, a Python object that operations pass to each other.

    Attributes:
      trace: where it came up.
      sample: an array such as it may be, as long as the trace is open. Of a large one a piece is kept, which is
        repeated when somebody asks.
      other: the same in another run, in which lengths that may differ do; None where it is `sample`.
      shape: a tuple, in which a `Dim` is a length that differs from run to run; `UNRANKED` if not even the number of
        axes is known, and None once the trace is closed.
      listed: 1 for a list of arrays, 2 for a list of lists, ...; shape and dtype are those of its elements.
      fixed: whether it is made of constants alone, so that its sample is what it is in every run.
      lengths: whether it holds lengths and constants as they are, so that what is equal in two samples always is.
      settled: whether the program has said of what shape it is.
    """

    __slots__ = (
        "__weakref__",
        "_other",
        "_sample",
        "dtype",
        "fixed",
        "lengths",
        "listed",
        "name",
        "ndim",
        "settled",
        "shape",
        "trace",
    )

    __array_ufunc__ = None  # NumPy leaves it alone

    def __init__(self, trace: Any, sample: Any, name: str = "") -> None:
        self.trace = trace
        self.sample = sample
        self.other: Any = None
        self.name = name
        self.fixed = self.lengths = self.settled = False
        self.listed = depth_of(sample)
        self.shape: tuple[int, ...] = getattr(sample, "shape", ())
        self.dtype: Any = getattr(sample, "dtype", None)
        self.ndim: Any = len(self.shape)

    @staticmethod
    def described(name: str, shape: Any, dtype: Any, listed: int = 0) -> "Value":
        """A value of which the shape and the dtype are known, and that no trace has come upon."""
        value = Value(None, None, name)
        value.shape, value.dtype, value.listed = shape, dtype, listed
        value.ndim = len(shape) if shape is not None else shape
        return value

    @property
    def sample(self) -> Any:
        return self._sample if type(self._sample) is not Tiled else self._sample.array()

    @sample.setter
    def sample(self, sample: Any) -> None:
        self._sample = _tiled(sample)

    @property
    def other(self) -> Any:
        return self._other if type(self._other) is not Tiled else self._other.array()

    @other.setter
    def other(self, other: Any) -> None:
        self._other = _tiled(other)

    @property
    def size(self) -> int:
        size = 1
        for n in self.shape:
            size = n if size == 1 else size * n
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
        if self.fixed:
            return self.sample.tolist()
        if self.dtype is None or self.dtype.kind not in "iub":
            self._refuse()
        return self.trace.integers(self)

    def reshape(self, *shape: Any) -> Any:
        if self.fixed:
            return self.sample.reshape(*shape)
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

    __array__, __int__, __float__, __complex__ = map(_asked, ("__array__", "__int__", "__float__", "__complex__"))
    __index__, __bool__, __getitem__, __iter__ = map(_asked, ("__index__", "__bool__", "__getitem__", "__iter__"))
    item, copy, ravel, flatten = map(_asked, ("item", "copy", "ravel", "flatten"))
    any, all, min, max = map(_asked, ("any", "all", "min", "max"))


if TYPE_CHECKING:  # by which shapes are tuples of integers
    _Integer = int
else:
    _Integer = object


class Dim(_Integer):
    """An integer that differs from run to run: the length of an axis, or a number in a tensor.

    Arithmetic gives `Dim`s. It is no `int`, and nothing makes one of it: what needs a number while a function is traced
    has to ask for the `sample`, and what it does with that must hold for any other. A comparison is True where it is so
    in every run: a `Dim` equals nothing but itself, and is less or greater than nothing. (`!=` is the contrary of `==`:
    see `differ`.)
    """

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value  # a Python integer of the graph

    @property
    def sample(self) -> int:
        return self.value.sample  # type: ignore[no-any-return]

    @property
    def other(self) -> int:
        """What it is in another run."""
        other = self.value.other
        return self.sample if other is None else other

    def __repr__(self) -> str:
        return "None"  # as TensorFlow shows a length that is not known

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Dim and other.value is self.value)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: int) -> bool:
        return False

    def __le__(self, other: int) -> bool:
        return self == other

    __gt__, __ge__ = __lt__, __le__

    def __bool__(self) -> bool:
        raise NotImplementedError(
            "How this is computed depends on a length, or a number in a tensor, that is not known while a tf.function "
            "is traced: give it as a Python number, or set the shape of the tensor (x.set_shape, tf.ensure_shape, "
            "input_signature)."
        )

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Tensor:
        return integers_tensor(self, np.int32 if dtype is None else as_dtype(dtype)._numpy)


def sample_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape such as `shape` may be in a run."""
    return tuple(n.sample if type(n) is Dim else n for n in shape)


def _arithmetic(name: str) -> Callable[..., Any]:
    def method(self: Dim, other: object) -> Any:
        if not isinstance(other, int | Dim):
            return NotImplemented
        return current.thread.trace.whole_number(name, self, other)

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


class Unranked:
    """The shape and the number of axes of a value of which not even that is known; nothing may depend on them."""

    def _refuse(self, *_: Any) -> Any:
        raise NotImplementedError(
            "How many axes this tensor has is not known while a tf.function is traced, and how this is computed "
            "depends on it: say its shape before (x.set_shape, tf.ensure_shape), or give it one (tf.reshape)."
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = __bool__ = __index__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse
    __hash__ = object.__hash__


UNRANKED: Any = Unranked()


def is_unranked(value: Value) -> bool:
    """Whether not even the number of axes of a value is known."""
    return value.shape is None or value.shape is UNRANKED


class SymbolicTensor(Tensor):
    """A tensor of a function that is being traced: it has a shape and a dtype, and no value yet."""

    __slots__ = ()
    __init__ = object.__init__

    @property
    def shape(self) -> TensorShape:
        return _known_shape(self._array)

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
        value = self._array
        if wanted.rank is not None and value.trace is not None:
            value.trace.settle(value, wanted.as_list())

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
        if self._array.fixed:  # made of constants: it is the same in every run
            return bool(self._array.sample)
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
        if self._array.fixed:
            return self._array.sample
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


def _known_shape(value: Value) -> TensorShape:
    return TensorShape(None if is_unranked(value) else [None if type(n) is Dim else n for n in value.shape])


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
        f"<tf.Tensor '{value.name}:0' shape={_known_shape(value)} dtype={kind}> is out of scope "
        "and cannot be used here. Use return values, explicit Python locals or TensorFlow collections to access it. "
        "It was made while a tf.function was traced, and is a place in its graph rather than a value."
    )


def known(array: Any, what: str) -> Any:
    """The `array`, which says what an operation is, and must not be a value of a graph."""
    if type(array) is Value and array.fixed:
        return array.sample
    if type(array) is Value:
        raise NotImplementedError(
            f"{what} must be known while a tf.function is traced, and the symbolic tensor ({array.name}) is not. Use a "
            "Python number, or a tensor made outside of the function."
        )
    return array


def whole_int(array: Any) -> int:
    """The integer that an array of one element holds; a `Dim` of a value."""
    dtype = getattr(array, "dtype", None)
    if dtype is not None and dtype.kind not in "iub":
        raise invalid("Const", f"an integer is wanted here, got an array of {dtype}")
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


class Declared(NamedTuple):
    """What `computation` was told of a function."""

    made: Callable[..., Any] | None
    multiple: bool
    effect: bool


declared: dict[Callable[..., Any], Declared] = {}


def has_effect(function: Callable[..., Any]) -> bool:
    """Whether it is declared to have one."""
    told = declared.get(function)
    return told is not None and told.effect


def computation(function: Any = None, *, open_axis: int | None = None, made: Callable[..., Any] | None = None,
                multiple: bool = False, effect: bool = False) -> Any:  # fmt: skip
    """Declares a function of a module that `computed` or `checked` is given, so that graphs with it can be saved.

    Args:
      open_axis: the axis along which the length of what it gives depends on values, and not on lengths alone.
      made: where it makes nothing of samples, such as of a file's name: takes an integer and then what the function
        takes, and gives pairs of shape and dtype, one for each array; the integer stands for each length that depends
        on values.
      multiple: whether it gives a list of arrays, for `computed_all`.
      effect: whether it looks at the world or changes it: in graphs it is run each time, and in order.
    """
    if function is None:
        return lambda f: computation(f, open_axis=open_axis, made=made, multiple=multiple, effect=effect)
    if open_axis is not None:
        open_axes[function.__name__.strip("_")] = open_axis  # no other computation is to be called so
    if made is not None or effect:
        declared[function] = Declared(made, multiple, effect)
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
    return wrap(_made(function, inputs, attrs))


def computed_all(function: Callable[..., Any], *inputs: Any, **attrs: Any) -> list[Tensor]:
    """`computed`, of a function that gives a list of arrays, and whose shapes are declared: their tensors."""
    return [wrap(x) for x in _made(function, inputs, attrs)]


def _made(function: Callable[..., Any], inputs: tuple[Any, ...], attrs: dict[str, Any]) -> Any:
    inputs = tuple(getattr(x, "_array", x) for x in inputs)
    thread = current.thread
    trace = thread.trace
    try:
        if trace is not None and (has_effect(function) or varies(inputs) or varies(attrs.values())):
            return trace.computed(function, inputs, attrs)
        if function in declared:
            thread.trace = None
        try:
            return function(*inputs, **attrs)
        except Exception:  # which is raised when the graph comes to it
            if trace is None or not (function in declared or _holds_arrays(inputs)):
                raise
            thread.trace = trace
            return trace.computed(function, inputs, attrs)
        finally:
            thread.trace = trace
    except MemoryError as error:
        raise exhausted(function.__name__.strip("_"), error) from error


def _holds_arrays(inputs: Iterable[Any]) -> bool:
    """Whether what failed may have failed for the values of tensors: then it may be in a branch that never runs."""
    return any(isinstance(x, np.ndarray | np.generic) for x in inputs)


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
        return
    try:
        check(*arrays)
    except Exception:
        if trace is None or not _holds_arrays(arrays):
            raise
        trace.check(check, arrays)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """As NumPy's, of shapes in which may be `Dim`s. Raises ValueError where they do not broadcast in any run."""
    if not varies(shapes):
        return np.broadcast_shapes(*shapes)
    known = [tuple(1 if type(n) is Dim else n for n in shape) for shape in shapes]
    found: list[int] = list(np.broadcast_shapes(*known))
    for i in range(-len(found), 0):
        dims = dict.fromkeys(s[i] for s in shapes if -i <= len(s) and type(s[i]) is Dim)
        if found[i] == 1 and dims:
            first, *rest = dims
            for m in rest:
                first = current.thread.trace.whole_number("broadcast", first, m)
            found[i] = first
    return tuple(found)


def least(x: int, y: int) -> int:
    """The lesser of two integers, among which may be a `Dim`."""
    trace = current.thread.trace
    return min(x, y) if trace is None or not varies((x, y)) else trace.whole_number("min", x, y)


def greatest(x: int, y: int) -> int:
    trace = current.thread.trace
    return max(x, y) if trace is None or not varies((x, y)) else trace.whole_number("max", x, y)


def never_equal(x: Any, y: Any) -> bool:
    """Whether two lengths, or two shapes, are different in every run."""
    if isinstance(x, tuple):
        return len(x) != len(y) or any(map(never_equal, x, y))
    return x != y and type(x) is not Dim and type(y) is not Dim


def differ(x: Any, y: Any) -> bool:
    """Whether two lengths, or two shapes, are different, and refused; where that is not known yet, they are compared,
    and refused, when the graph runs.
    """
    if isinstance(x, tuple):
        return len(x) != len(y) or any(map(differ, x, y))
    if x == y:
        return False
    if type(x) is not Dim and type(y) is not Dim:
        return True
    checked(_check_equal, x, y)
    return False


def exceeds(x: int, most: int) -> bool:
    """Whether `x` is greater than `most`, and refused; as `differ`, when the graph runs where it is not known yet."""
    if type(x) is not Dim and type(most) is not Dim:
        return x > most
    if x != most:
        checked(_check_most, x, most)
    return False


def common_length(what: str, lengths: Sequence[int]) -> int:
    """The length of all that `what` walks together: a number, if one is known; where it is not, the first.

    Raises:
      ValueError: where two are known to differ. An InvalidArgumentError, where that shows when the graph runs.
    """
    length = next((n for n in lengths if type(n) is not Dim), lengths[0])
    if any(differ(n, length) for n in lengths):
        given = " and ".join(map(str, lengths))
        raise ValueError(f"Dimensions {given} are not compatible: {what} walks them together.")
    return length


@computation
def _check_most(x: int, most: int) -> None:
    if x > most:
        raise InvalidArgumentError(None, None, f"An integer is {x}, and must be at most {most}.")


@computation
def _check_equal(x: int, y: int) -> None:
    if x != y:
        raise InvalidArgumentError(None, None, f"A length is {x}, and must be {y}.")


def performed(effect: Callable[..., None], *inputs: Any) -> None:
    """`effect(*inputs)`, of arrays and Python objects; while a function is traced, each time that it runs, in order."""
    inputs = tuple(getattr(x, "_array", x) for x in inputs)
    trace = current.thread.trace
    if trace is None:
        effect(*inputs)
    else:
        trace.check(effect, inputs)


__all__ = [
    "UNRANKED",
    "Dim",
    "SymbolicTensor",
    "Value",
    "broadcast_shapes",
    "checked",
    "common_length",
    "computed",
    "computed_all",
    "computed_like",
    "computed_rows",
    "differ",
    "exceeds",
    "greatest",
    "integers_tensor",
    "is_symbolic",
    "is_unranked",
    "known",
    "least",
    "never_equal",
    "of_rows",
    "opaque",
    "open_axes",
    "out_of_scope",
    "performed",
    "sample_shape",
    "symbolic",
    "varies",
    "whole_int",
]
