"""Primitives: operations that convert nothing, called with tensors or with arrays, and how they are defined.

    multiply_p = elementwise("multiply", "x", "y", op="Mul", kinds="fciu")
    multiply_p.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)

    @primitive(op="Sum")
    def sum_p(xp, x, *, axis, keepdims):
        return xp.sum(x, axis=axis, keepdims=keepdims)
    sum_p.vjp(x=lambda g, x_shape, axis, keepdims: ...)

A forward takes an array namespace `xp`, its inputs, and keyword-only attributes. Called with tensors a primitive
gives tensors, and records; called with arrays it gives arrays: so one rule serves the raw backward pass and the
recorded one. What a rule must be is told in `autodiff/rules.py`.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np

from ..autodiff.limits import note
from ..autodiff.recording import Node, enter, record, select
from ..autodiff.rules import Rules
from ..engine import numpy as engine
from ..values import dtypes
from ..values.composite import is_among, mapped
from ..values.composite import kinds as composites
from ..values.convert import agree
from ..values.errors import InaccessibleTensorError, InvalidArgumentError, exhausted, in_graph, invalid
from ..values.symbolic import Value, varies
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.thread import current

_NO_ATTRS: dict[str, Any] = {}


@functools.cache
def _dtypes_of(kinds: str) -> frozenset[np.dtype[Any]]:
    """The NumPy dtypes of these kinds, or all."""
    return frozenset(n for n, d in dtypes.BY_NUMPY.items() if not kinds or d._kind in kinds)


class Definition(Rules):
    """What is known of a primitive: its rules, its forward, and the dtypes that it takes."""

    # Of a few: what they make of samples whose lengths do not fit each other; and the shape of their result, of the
    # shapes of their inputs and their attributes, in which a length that these do not tell is None.
    guess: Callable[..., Any]
    shape: Callable[..., tuple[int | None, ...]]

    def __init__(self, forward: Callable[..., Any], inputs: Sequence[str], attributes: Sequence[str] = (), *,
                 kinds: str = "", same: Sequence[str] = (), halves: Callable[..., Any] | None = None,
                 **known: Any) -> None:  # fmt: skip
        super().__init__(forward.__name__.removesuffix("_p"), inputs, attributes, **known)
        self.forward = forward
        self.kernel: Any = None  # the forward on NumPy
        self.defaults = getattr(forward, "__kwdefaults__", None) or {}
        self.same = tuple(inputs.index(n) for n in same or (inputs if self.elementwise else ()))
        self.kinds = kinds
        self.allowed = _dtypes_of(kinds)
        self.halves = halves
        self.fast = frozenset(d for d in self.allowed if not (halves and is_half(d)))  # which the kernel takes

    @property
    def full_name(self) -> str:
        """The name by which no two primitives of gradtape go."""
        return f"{self.op}/{self.name}"

    def other_way(self, arrays: Sequence[Any], inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """What `halves` makes of the inputs where it is what is called; None elsewhere; raises as `check`."""
        self.check(arrays)
        if self.halves is None or arrays[0].dtype in self.fast:
            return None
        return self.halves(self.call, *inputs, **attrs)

    def check(self, arrays: Sequence[Any]) -> None:
        """Raise where the dtypes are not what the operation takes: all the same, of the kinds it knows."""
        error = self._wrong_dtype(arrays)
        if error is not None:
            raise in_graph(error) if any(map(is_value, arrays)) else error

    def _wrong_dtype(self, arrays: Sequence[Any]) -> InvalidArgumentError | None:
        first = arrays[0].dtype
        for i, array in enumerate(arrays):
            if array.dtype != first:
                return invalid(self.op, f"cannot compute {self.op} as input #{i}(zero-based) was expected to be a "
                              f"{_kernel_name(first)} tensor but is a {_kernel_name(array.dtype)} tensor")  # fmt: skip
        if first not in self.allowed:
            allowed = ", ".join(sorted(_kernel_name(d) for d in self.allowed))
            return invalid(self.op, f"Value for attr 'T' of {_kernel_name(first)} is not in the list of allowed "
                           f"values: {allowed}")  # fmt: skip
        return None

    def failure(self, error: Exception, arrays: Sequence[Any]) -> Exception:
        """The error to raise where a forward raised `error`."""
        if isinstance(error, MemoryError):
            return exhausted(self.op, error)
        if isinstance(error, InvalidArgumentError | InaccessibleTensorError):
            return error
        for value in filter(is_value, arrays):
            value.trace.must_be_open(value)
        shapes = [np.shape(a) for a in arrays]
        if self.elementwise and isinstance(error, ValueError):
            return invalid(self.op, "Incompatible shapes: " + " vs. ".join(_brackets(s) for s in shapes))
        given = ", ".join(f"{_kernel_name(a.dtype)}{_brackets(a.shape)}" for a in arrays if hasattr(a, "dtype"))
        return invalid(self.op, f"{error} (inputs: {given})")

    def again(self, error: Exception, arrays: Sequence[Any], kernel: Any, /, *given: Any, **attrs: Any) -> Any:
        """What `kernel` makes where the thread could not run it, in the midst of another; else raises its failure."""
        try:
            return engine.reentered(error, kernel, *given, **attrs)
        except Exception as raised:
            raise self.failure(raised, arrays) from raised

    def recorded(self, error: Exception, arrays: Sequence[Any], inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
        """What fails for known values, written down: it may be in a branch or a loop that never runs. What fails for
        all values raises.
        """
        try:
            return current.thread.trace.apply(self, inputs, attrs)
        except Exception:
            raise self.failure(error, arrays) from error


def is_half(dtype: np.dtype[Any]) -> bool:
    """Whether it is of floats of 16 bits or fewer."""
    return dtype.itemsize <= 2 and dtype.kind in "fV" and dtypes.BY_NUMPY[dtype]._kind == "f"


def is_value(x: Any) -> bool:
    """Whether `x` stands for an array in a function that is being traced."""
    return type(x) is Value


def _is_written_down(x: Any) -> bool:
    """Whether what is made of `x` in a trace belongs in the graph: `x` is a value of it, or can have a derivative."""
    return type(x) is Value or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind in "fcV")


class Primitive(Protocol):
    """A primitive as the operations' files see it: a function, with its rules."""

    definition: Definition
    vjp: Callable[..., None]
    along: Callable[..., None]

    def __call__(self, *inputs: Any, **attributes: Any) -> Any: ...


def _kernel_name(dtype: Any) -> str:
    name = dtypes.BY_NUMPY[dtype].name
    return dtypes.KERNEL_NAMES.get(name, name)


def _brackets(shape: Sequence[int]) -> str:
    return f"[{','.join(map(str, shape))}]"


# --- dispatch: what an operation costs is what these three functions cost ------------------------------------------


def _unary(definition: Definition, kernel: Callable[..., Any], general: Callable[..., Any]) -> Callable[..., Any]:
    allowed, plans = definition.fast, definition.plans

    def call(x: Any) -> Any:
        if type(x) is not EagerTensor:
            return general(x)
        a = x._array
        if a.dtype not in allowed:
            return definition.other_way((a,), (x,), _NO_ATTRS)
        thread = current.thread
        if thread.trace is not None:
            return general(x)
        run = thread.run
        try:
            array = run(kernel, a)
        except Exception as error:
            array = definition.again(error, (a,), kernel, a)
        out = EagerTensor()
        out._array = array
        node = x._node
        if node is not None:
            recordings = thread.recordings
            if node.watchers is recordings and recordings and 1 in plans and plans[1].single == 0:
                plan = plans[1]
                saved = plan.save((x,), array, _NO_ATTRS) if plan.needs else None
                node = enter(recordings, plan, node, saved, None)
            else:
                node = record(definition, (x,), (node,), array, _NO_ATTRS, recordings) if recordings else None
        out._node = node
        return out

    return call


def _binary(definition: Definition, kernel: Callable[..., Any], general: Callable[..., Any],
            agree: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[..., Any]:  # fmt: skip
    allowed, plans = definition.fast, definition.plans

    def call(x: Any, y: Any) -> Any:
        if type(x) is not EagerTensor or type(y) is not EagerTensor:
            if not isinstance(x, Tensor) and not isinstance(y, Tensor):
                return kernel(x, y)
            x, y = agree(x, y)
            if type(x) is not EagerTensor or type(y) is not EagerTensor:
                return general(x, y)
        a = x._array
        b = y._array
        dtype = a.dtype
        if dtype is not b.dtype or dtype not in allowed:
            other = definition.other_way((a, b), (x, y), _NO_ATTRS)
            if other is not None:  # the dtypes are equal, if not the same object
                return other
        thread = current.thread
        if thread.trace is not None:
            return general(x, y)
        run = thread.run
        try:
            array = run(kernel, a, b)
        except Exception as error:
            array = definition.again(error, (a, b), kernel, a, b)
        out = EagerTensor()
        out._array = array
        nx = x._node
        ny = y._node
        recordings = thread.recordings
        if (nx is None and ny is None) or not recordings:
            out._node = None
            return out
        if ny is None and nx.watchers is recordings and 1 in plans:
            plan = plans[1]
            source = nx
        elif nx is None and ny.watchers is recordings and 2 in plans:
            plan = plans[2]
            source = ny
        elif nx is not None and ny is not None and nx.watchers is ny.watchers is recordings and 3 in plans:
            plan = plans[3]
            source = (nx, ny)
        else:
            out._node = record(definition, (x, y), (nx, ny), array, _NO_ATTRS, recordings)
            return out
        if not plan.steps:
            out._node = enter(recordings, plan, (), None) if definition.flat else None
            return out
        if plan.single is not None and source.__class__ is tuple:
            source = source[plan.single]
        saved = plan.save((x, y), array, _NO_ATTRS) if plan.needs else None
        shapes = (a.shape, b.shape, array.shape) if a.shape != b.shape else None
        out._node = enter(recordings, plan, source, saved, shapes)
        return out

    return call


def _single(definition: Definition, kernel: Callable[..., Any], general: Callable[..., Any]) -> Callable[..., Any]:
    """One input, with attributes: reductions, reshapes and the like."""
    defaults, allowed, same = definition.defaults, definition.fast, definition.same

    def call(x: Any, **attrs: Any) -> Any:
        if defaults:
            attrs = {**defaults, **attrs}
        if type(x) is not EagerTensor:
            return general(x, **attrs) if isinstance(x, Tensor) else kernel(x, **attrs)
        a = x._array
        if same and a.dtype not in allowed:
            return definition.other_way((a,), (x,), attrs)
        thread = current.thread
        if thread.trace is not None:
            return general(x, **attrs)
        run = thread.run
        try:
            array = run(kernel, a, **attrs)
        except Exception as error:
            array = definition.again(error, (a,), kernel, a, **attrs)
        node = x._node
        if node is not None:
            recordings = thread.recordings
            node = record(definition, (x,), (node,), array, attrs, recordings) if recordings else None
        if array.dtype.kind == "O":
            return wrap(array, node)
        out = EagerTensor()
        out._array = array
        out._node = node
        return out

    return call


def _general(definition: Definition, kernel: Callable[..., Any]) -> Callable[..., Any]:
    defaults = definition.defaults
    same, variadic, multiple = definition.same, definition.variadic, definition.multiple

    def call(*inputs: Any, **attrs: Any) -> Any:
        arrays = []
        nodes: list[Node | None] = []
        tensors = watched = False
        for x in inputs:
            if isinstance(x, Tensor):
                tensors = True
                arrays.append(x._array)
                node = x._node
                nodes.append(node)
                if node is not None:
                    watched = True
            else:
                arrays.append(x)
                nodes.append(None)
        attrs = {**defaults, **attrs} if defaults else attrs
        if composites and is_among(inputs):
            if definition.elementwise or (len(inputs) == 1 and not attrs):
                return mapped(functools.partial(call, **attrs), *inputs)
            arrays = [x._array for x in inputs]  # which says that it cannot be
        if not tensors:
            return kernel(*arrays, **attrs)
        if same:
            other = definition.other_way(arrays if variadic else [arrays[i] for i in same], inputs, attrs)
            if other is not None:
                return other
        thread = current.thread
        traced = thread.trace is not None and (any(map(_is_written_down, arrays)) or varies(attrs.values()))
        try:
            if traced:
                array = thread.run(thread.trace.apply, definition, inputs, attrs)
            else:
                array = thread.run(kernel, *arrays, **attrs)
        except Exception as error:
            if traced:
                array = definition.again(error, arrays, thread.trace.apply, definition, inputs, attrs)
            elif thread.trace is not None:
                array = definition.recorded(error, arrays, inputs, attrs)
            else:
                array = definition.again(error, arrays, kernel, *arrays, **attrs)
        node = None
        if watched and thread.recordings:
            inputs = tuple([x if isinstance(x, Tensor) else wrap(x) for x in inputs])
            node = record(definition, inputs, tuple(nodes), array, attrs, thread.recordings)
        if not multiple:
            return wrap(array, node)
        if node is None:
            return [wrap(a) for a in array]
        if definition.limit is not None and (traced or definition.divides(array)):
            note(node)
        return [wrap(a, select(node, i, len(array))) for i, a in enumerate(array)]

    return call


# --- definitions ---------------------------------------------------------------------------------------------------

# What `Thread.run` is given to run, and what it is of. (Definitions that differ in no more than their names share one.)
kernels: dict[Callable[..., Any], Definition] = {}

named: dict[str, Definition] = {}  # by `full_name`, by which saved graphs know them


def _publish(definition: Definition, kernel: Callable[..., Any], call: Callable[..., Any]) -> Primitive:
    definition.kernel = kernel
    definition.call = call
    named.setdefault(definition.full_name, definition)
    call.definition = definition  # type: ignore[attr-defined]
    call.vjp = definition.vjp  # type: ignore[attr-defined]
    call.along = definition.along  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = definition.name + "_p"
    call.__doc__ = definition.forward.__doc__
    return cast(Primitive, call)


def _parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """The names of a function's positional parameters, of its `*` parameter, and of its keyword-only ones.

    (`inspect.signature` knows more, and would be a third of the time of `import gradtape`.)
    """
    code = function.__code__
    positional, keywords = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    rest = code.co_varnames[keywords] if code.co_flags & _VARARGS else None
    return code.co_varnames[:positional], rest, code.co_varnames[positional:keywords]


_VARARGS = 4  # inspect.CO_VARARGS


def primitive(op: str = "", *, kinds: str = "", same: Sequence[str] = (), multiple: bool = False,
              holomorphic: bool = True, linear: Sequence[str] = (),
              halves: Callable[..., Any] | None = None) -> Callable[[Callable[..., Any]], Primitive]:  # fmt: skip
    """Decorates a forward: `xp`, the inputs, then keyword-only attributes.

    Args:
      op, holomorphic, linear: as `Rules` has them.
      kinds: the kinds of dtype (f, c, i, u, b, s) that the inputs in `same` may have; all by default.
      same: the inputs that must have one dtype.
      multiple: the forward gives a tuple of arrays.
      halves: what is called where the inputs in `same` are 16-bit floats, with the primitive and what it was given:
        the forward and the rules round to the dtype at each step, which is much for these.
    """

    def define(forward: Callable[..., Any]) -> Primitive:
        (_, *inputs), rest, attributes = _parameters(forward)
        variadic = rest is not None
        definition = Definition(forward, [rest] if rest else inputs, attributes, variadic=variadic, op=op, kinds=kinds,
                                same=same, multiple=multiple, holomorphic=holomorphic, linear=linear,
                                halves=halves)  # fmt: skip
        kernel = functools.partial(forward, engine)
        kernels.setdefault(kernel, definition)
        general = _general(definition, kernel)
        if len(inputs) == 1 and not variadic and not multiple and attributes:
            return _publish(definition, kernel, _single(definition, kernel, general))
        return _publish(definition, kernel, general)

    return define


def _keeping_dtype(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel of `forward` on NumPy, where Python floats would make float32 of bfloat16 and float8."""

    def kernel(*arrays: Any) -> Any:
        out = forward(engine, *arrays)
        dtype = arrays[-1].dtype
        return out.astype(dtype) if dtype.kind == "V" and out.dtype.kind == "f" else out

    return kernel


def elementwise(forward: str | Callable[..., Any], *inputs: str, op: str = "", kinds: str = "fc",
                same: Sequence[str] = (), holomorphic: bool = True, flat: bool = False,
                halves: Callable[..., Any] | None = None,
                agree: Callable[[Any, Any], tuple[Any, Any]] = agree) -> Primitive:  # fmt: skip
    """Defines an elementwise operation of broadcast inputs: `forward` is a function of `xp` and the inputs, or the
    name of one that `xp` has; `halves` is as in `primitive`; `agree` makes tensors of two inputs where one is not. Of a
    `flat` one the derivative is zero: it has no rules, and no gradient passes, but what it gives may be a source.
    """
    if isinstance(forward, str):
        name = forward
        kernel = getattr(engine, name)

        def forward(xp: Any, *arrays: Any) -> Any:
            return getattr(xp, name)(*arrays)

        forward.__name__ = name
    else:
        kernel = _keeping_dtype(forward)
    definition = Definition(forward, inputs, (), elementwise=True, op=op, kinds=kinds,
                            same=same, holomorphic=holomorphic, halves=halves)  # fmt: skip
    definition.flat = flat
    kernels.setdefault(kernel, definition)
    general = _general(definition, kernel)
    if len(inputs) == 1:
        return _publish(definition, kernel, _unary(definition, kernel, general))
    if len(inputs) == 2:
        return _publish(definition, kernel, _binary(definition, kernel, general, agree))
    return _publish(definition, kernel, general)
