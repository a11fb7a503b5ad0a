"""Primitives: an operation's forward, and one derivative rule per differentiable input.

    multiply_p = elementwise("multiply", "x", "y", op="Mul", kinds="fciu")
    multiply_p.vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)

    @primitive(op="Sum")
    def sum_p(xp, x, *, axis, keepdims):
        return xp.sum(x, axis=axis, keepdims=keepdims)
    sum_p.vjp(x=lambda g, x_shape, axis, keepdims: ...)

A forward takes an array namespace `xp`, its inputs, and keyword-only attributes. Called with tensors a primitive
gives tensors, and records; called with arrays it gives arrays: so one rule serves the raw backward pass and the
recorded one.

**A rule's parameters are what the tape keeps.** After the cotangent `g` it names what it needs:

    an input       x          the input's value
    `out`                     the output's value (a tuple for several outputs)
    a shape        x_shape    the shape of an input, or `out_shape`; costs nothing to keep
    a dtype        x_dtype    the NumPy dtype of an input, or `out_dtype`
    an attribute   axis

A rule is linear in `g`, whose shape is `(*lead, *out_shape)` with any number of leading axes, and gives the input's
cotangent with the same leading axes; so rules count axes from the end. Broadcasting is not their business: the
pass sums a cotangent back to its input's shape. A variadic primitive (`def concat_p(xp, *xs, axis)`) has one rule,
for `xs`, which gives a sequence of cotangents; it may ask for `xs_shape`, a tuple of shapes. Where an operation has
several outputs, `g` is a list, with None for an output that the target does not depend on. A cotangent that is zero
but in a few places may be given as `Scattered`.

Where an operation is linear in an input it says so (`linear=("x",)`), for each such input by itself. Forward mode then
needs no rule: the operation itself, with a tangent in the input's place, is its derivative there.

A primitive may say along which axes a rule takes `g` one by one, as an elementwise operation does along all:

    sum_p.along(x=lambda j, x_shape, axis, keepdims: ...)

gives the axis of `x` that the output's axis `j` is (both negative), if the cotangent of `x` at an index there depends
on `g` at the same index only; else None. It may name what the rule names. Jacobians are the faster for it (`Paired`).
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np

from ..engine import numpy as engine
from ..values import dtypes
from ..values.composite import is_among, mapped
from ..values.composite import kinds as composites
from ..values.convert import agree
from ..values.errors import InaccessibleTensorError, InvalidArgumentError, in_graph, invalid
from ..values.symbolic import varies
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.thread import current
from .recording import Node, enter, record

Rule = Callable[..., Any]

_NO_ATTRS: dict[str, Any] = {}


class Plan:
    """What one operation saves, and runs backward, when the inputs in `mask` are watched.

    `save(inputs, out, attrs)` makes what is saved: one thing by itself, several as a tuple. A step is `(position of
    the input, f)`: `f(g, saved, node)` is the cotangent of that input; `steps` take arrays, `lifted` tensors. `single`
    is the position where there is but one step, and None otherwise.
    """

    __slots__ = ("axes", "broadcasts", "lifted", "needs", "primitive", "pushes", "save", "single", "steps")

    def __init__(self, definition: "Definition", mask: int) -> None:
        self.primitive = definition
        self.broadcasts = definition.elementwise and len(definition.inputs) > 1
        wanted = [
            (-1 if definition.variadic else position, *definition.rules[name])
            for position, name in enumerate(definition.inputs)
            if (definition.variadic or mask >> position & 1) and name in definition.rules
        ]
        named = [need for _, _, needs in wanted for need in needs]
        if definition.linear:  # which `push_of` needs; they take no memory
            named.extend(definition.attributes)
        self.needs = tuple(dict.fromkeys(named))
        self.save = _compile("inputs, out, attrs", _tuple([definition.saved_as(n) for n in self.needs]))
        self.steps: list[tuple[int, Any]] = []
        self.lifted: list[tuple[int, Any]] = []
        for position, rule, needs in wanted:
            for steps, forms in ((self.steps, _RAW), (self.lifted, _LIFTED)):
                steps.append((position, _compile("g, s, node", f"rule(g{self._saved(needs, forms)})", rule=rule)))
        self.single = self.steps[0][0] if len(self.steps) == 1 and not definition.variadic else None
        self.axes: dict[int, Any] = {}
        self.pushes: dict[int, Any] = {}

    def _saved(self, needs: Sequence[str], forms: dict[str, str]) -> str:
        """The arguments `needs` of a rule, in terms of what was saved."""
        return "".join(f", {self._one(need, forms)}" for need in needs)

    def _one(self, need: str, forms: dict[str, str]) -> str:
        saved = "s" if len(self.needs) == 1 else f"s[{self.needs.index(need)}]"
        return forms.get(self.primitive.kind_of(need), "{}").format(saved)

    def axis_of(self, position: int) -> Callable[[int, Any], int | None] | None:
        """`f(j, saved)`, the axis of the input at `position` that its rule takes as the output's axis `j`."""
        if position not in self.axes:
            f, needs = self.primitive.axes.get(self.primitive.inputs[max(position, 0)], (None, ()))
            self.axes[position] = f and _compile("j, s", f"f(j{self._saved(needs, _RAW)})", f=f)
        return self.axes[position]  # type: ignore[no-any-return]

    def push_of(self, position: int) -> Callable[[Any, Any], Any] | None:
        """`f(t, saved)`, the tangent of the output, given that of the input at `position`, in which it is linear."""
        if position not in self.pushes:
            definition, f = self.primitive, None
            others = [n for i, n in enumerate(definition.inputs) if i != position]
            if definition.inputs[position] in definition.linear:
                arguments = [self._one(n, _LIFTED) for n in others]
                arguments.insert(position, "t")
                arguments += [f"{n}={self._one(n, _LIFTED)}" for n in definition.attributes]
                f = _compile("t, s", f"call({', '.join(arguments)})", call=definition.call)
            self.pushes[position] = f
        return self.pushes[position]  # type: ignore[no-any-return]


_RAW = {"input": "{}._array", "inputs": "arrays({})"}
_LIFTED = {"out": "lift(node, {})"}


def _tuple(expressions: Sequence[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f"({', '.join(expressions)})"


def _compile(parameters: str, expression: str, **names: Any) -> Any:
    namespace = {"__name__": __name__, "arrays": _arrays, "lift": _lift, **names}
    return eval(f"lambda {parameters}: {expression}", namespace)


def _arrays(tensors: Sequence[Tensor]) -> tuple[Any, ...]:
    return tuple(x._array for x in tensors)


def _lift(node: Node, out: Any) -> Any:
    """An operation's own output, as tensors on the tapes that recorded it."""
    if isinstance(out, tuple | list):  # a list of a graph's values
        return tuple(wrap(a, select(node, i, len(out))) for i, a in enumerate(out))
    return wrap(out, node)


def _parameters(function: Callable[..., Any]) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """The names of a function's positional parameters, of its `*` parameter, and of its keyword-only ones.

    (`inspect.signature` knows more, and would be a third of the time of `import gradtape`.)
    """
    code = function.__code__
    positional, keywords = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    rest = code.co_varnames[keywords] if code.co_flags & _VARARGS else None
    return code.co_varnames[:positional], rest, code.co_varnames[positional:keywords]


_VARARGS = 4  # inspect.CO_VARARGS


@functools.cache
def _dtypes_of(kinds: str) -> frozenset[np.dtype[Any]]:
    """The NumPy dtypes of these kinds, or all."""
    return frozenset(n for n, d in dtypes.BY_NUMPY.items() if not kinds or d._kind in kinds)


def same_axis(j: int) -> int:
    return j


class Definition:
    """What is known of a primitive: its names, forward, rules, and the plans made of them so far."""

    guess: Callable[..., Any]  # of a few: what they make of samples whose lengths do not fit each other

    def __init__(self, forward: Callable[..., Any], inputs: Sequence[str], attributes: Sequence[str],
                 variadic: bool = False, elementwise: bool = False, op: str = "", kinds: str = "",
                 same: Sequence[str] = (), multiple: bool = False, holomorphic: bool = True,
                 linear: Sequence[str] = ()) -> None:  # fmt: skip
        self.forward = forward
        self.name = forward.__name__.removesuffix("_p")
        self.op = op or self.name
        self.inputs = list(inputs)
        self.attributes = attributes
        self.defaults = getattr(forward, "__kwdefaults__", None) or {}
        self.variadic = variadic
        self.elementwise = elementwise
        self.multiple = multiple
        self.holomorphic = holomorphic
        self.linear = linear
        self.passes = False  # its rules give the cotangent as it is, also one that is `Scattered`
        self.call: Any = None  # the primitive
        self.kernel: Any = None  # the forward on NumPy
        self.same = tuple(inputs.index(n) for n in same or (inputs if elementwise else ()))
        self.kinds = kinds
        self.allowed = _dtypes_of(kinds)
        self.rules: dict[str, tuple[Rule, tuple[str, ...]]] = {}
        self.axes: dict[str, tuple[Callable[..., int | None], tuple[str, ...]]] = {}
        self.plans: dict[int, Plan] = {}
        if elementwise:
            self.along(**dict.fromkeys(inputs, same_axis))

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    @property
    def full_name(self) -> str:
        """The name by which no two primitives of gradtape go."""
        return f"{self.op}/{self.name}"

    # --- rules ---------------------------------------------------------------------------------------------------

    def vjp(self, batched: bool = True, **rules: Rule) -> None:
        """Give the rules, by input. `batched=False`: they take no leading axes, and the framework loops for them."""
        for name, rule in rules.items():
            needs = _parameters(rule)[0][1:]
            for need in needs:
                self.kind_of(need)
            if name not in self.inputs:
                raise ValueError(f"{self.name} has no input {name!r}; its inputs are {', '.join(self.inputs)}")
            if not batched:
                rule, needs = _looped(rule), ("out_shape", *needs)
            self.rules[name] = rule, needs
        self.plans.clear()

    def along(self, **axes: Callable[..., int | None]) -> None:
        """Say, by input, along which axes its rule takes the cotangent one by one."""
        for name, f in axes.items():
            needs = _parameters(f)[0][1:]
            if needs and not set(needs) <= set(self.rules.get(name, (None, ()))[1]):
                raise ValueError(f"{self.name}: `along` may ask for what the rule of {name!r} asks for, not {needs}")
            self.axes[name] = f, needs
        self.plans.clear()

    def plan(self, mask: int) -> Plan:
        return self.plans.setdefault(mask, Plan(self, mask))

    def kind_of(self, need: str) -> str:
        if need in self.inputs:
            return "inputs" if self.variadic else "input"
        if need == "out":
            return "out"
        base, _, suffix = need.rpartition("_")
        if suffix in ("shape", "dtype") and (base == "out" or base in self.inputs):
            return suffix
        if need in self.attributes:
            return "attribute"
        raise ValueError(
            f"a rule of {self.name} asks for {need!r}, which is none of its inputs ({', '.join(self.inputs)}), "
            f"attributes ({', '.join(self.attributes)}), `out`, or a _shape or _dtype of these"
        )

    def saved_as(self, need: str) -> str:
        """The expression of a saved thing in `inputs`, `out` and `attrs`."""
        kind = self.kind_of(need)
        if kind == "attribute":
            return f"attrs[{need!r}]"
        if kind in ("out", "inputs"):
            return {"out": "out", "inputs": "inputs"}[kind]
        if kind == "input":
            return f"inputs[{self.inputs.index(need)}]"
        base, _, suffix = need.rpartition("_")
        if base == "out":
            return f"tuple([a.{suffix} for a in out])" if self.multiple else f"out.{suffix}"
        if self.variadic:
            return f"tuple([x._array.{suffix} for x in inputs])"
        return f"inputs[{self.inputs.index(base)}]._array.{suffix}"

    # --- errors --------------------------------------------------------------------------------------------------

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
        if isinstance(error, InvalidArgumentError | MemoryError | InaccessibleTensorError):
            return error
        for value in filter(is_value, arrays):
            value.trace.must_be_open(value)
        shapes = [np.shape(a) for a in arrays]
        if self.elementwise and isinstance(error, ValueError):
            return invalid(self.op, "Incompatible shapes: " + " vs. ".join(_brackets(s) for s in shapes))
        given = ", ".join(f"{_kernel_name(a.dtype)}{_brackets(a.shape)}" for a in arrays if hasattr(a, "dtype"))
        return invalid(self.op, f"{error} (inputs: {given})")


def is_value(x: Any) -> bool:
    """Whether `x` stands for an array in a function that is being traced."""
    return not isinstance(x, np.ndarray | np.generic) and hasattr(x, "sample")


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


def _looped(rule: Rule) -> Rule:
    """`rule`, which takes no leading axes, applied along them."""

    def loop(g: Any, out_shape: tuple[int, ...], *needs: Any) -> Any:
        lead = g.ndim - len(out_shape)
        if not lead:
            return rule(g, *needs)
        parts = [loop(g[i], out_shape, *needs) for i in range(len(g))]
        if isinstance(g, Tensor):
            from ..values.convert import pack

            return pack(parts, None)
        return np.stack(parts)

    return loop


# --- dispatch: what an operation costs is what these three functions cost ------------------------------------------


def _unary(definition: Definition, kernel: Callable[..., Any], general: Callable[..., Any]) -> Callable[..., Any]:
    allowed, plans = definition.allowed, definition.plans

    def call(x: Any) -> Any:
        if type(x) is not EagerTensor:
            return general(x)
        a = x._array
        if a.dtype not in allowed:
            definition.check((a,))
        thread = current.thread
        run = thread.run
        try:
            array = run(kernel, a)
        except Exception as error:
            raise definition.failure(error, (a,)) from error
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
    allowed, plans = definition.allowed, definition.plans

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
            definition.check((a, b))
        thread = current.thread
        run = thread.run
        try:
            array = run(kernel, a, b)
        except Exception as error:
            raise definition.failure(error, (a, b)) from error
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
            out._node = None
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
    defaults, allowed, same = definition.defaults, definition.allowed, definition.same

    def call(x: Any, **attrs: Any) -> Any:
        if defaults:
            attrs = {**defaults, **attrs}
        if type(x) is not EagerTensor:
            return general(x, **attrs) if isinstance(x, Tensor) else kernel(x, **attrs)
        a = x._array
        if same and a.dtype not in allowed:
            definition.check((a,))
        thread = current.thread
        if thread.trace is not None and varies(attrs.values()):
            return general(x, **attrs)
        run = thread.run
        try:
            array = run(kernel, a, **attrs)
        except Exception as error:
            raise definition.failure(error, (a,)) from error
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
            definition.check(arrays if variadic else [arrays[i] for i in same])
        thread = current.thread
        try:
            if thread.trace is not None and (any(map(is_value, arrays)) or varies(attrs.values())):
                array = thread.run(thread.trace.apply, definition, inputs, attrs)
            else:
                array = thread.run(kernel, *arrays, **attrs)
        except Exception as error:
            raise definition.failure(error, arrays) from error
        node = None
        if watched and thread.recordings:
            inputs = tuple([x if isinstance(x, Tensor) else wrap(x) for x in inputs])
            node = record(definition, inputs, tuple(nodes), array, attrs, thread.recordings)
        if not multiple:
            return wrap(array, node)
        if node is None:
            return [wrap(a) for a in array]
        return [wrap(a, select(node, i, len(array))) for i, a in enumerate(array)]

    return call


# --- several outputs: each is a node of its own, whose parent is the operation's --------------------------------------


class _Select:
    """Stands in for a `Plan` in the node of one output of several. `saved` is (which, of how many)."""

    primitive = None
    broadcasts = False


SELECT = cast(Plan, _Select())


def select(node: Node, index: int, count: int) -> Node:
    """The node of output `index` of the operation whose node is `node`."""
    return enter(node.watchers, SELECT, node, (index, count))


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


def primitive(op: str = "", *, kinds: str = "", same: Sequence[str] = (), multiple: bool = False,
              holomorphic: bool = True,
              linear: Sequence[str] = ()) -> Callable[[Callable[..., Any]], Primitive]:  # fmt: skip
    """Decorates a forward: `xp`, the inputs, then keyword-only attributes.

    Args:
      op: TensorFlow's name of the operation, for error messages.
      kinds: the kinds of dtype (f, c, i, u, b, s) that the inputs in `same` may have; all by default.
      same: the inputs that must have one dtype.
      multiple: the forward gives a tuple of arrays.
      holomorphic: a complex cotangent is conjugated before and after the rules, which is TensorFlow's convention
        for holomorphic functions; False where the rules do what is right for complex numbers themselves.
      linear: the inputs in each of which the operation is linear.
    """

    def define(forward: Callable[..., Any]) -> Primitive:
        (_, *inputs), rest, attributes = _parameters(forward)
        variadic = rest is not None
        definition = Definition(forward, [rest] if rest else inputs, attributes, variadic=variadic, op=op, kinds=kinds,
                                same=same, multiple=multiple, holomorphic=holomorphic, linear=linear)  # fmt: skip
        kernel = functools.partial(forward, engine)
        kernels[kernel] = definition
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
                same: Sequence[str] = (), holomorphic: bool = True,
                agree: Callable[[Any, Any], tuple[Any, Any]] = agree) -> Primitive:  # fmt: skip
    """Defines an elementwise operation of broadcast inputs: `forward` is a function of `xp` and the inputs, or the
    name of one that `xp` has; `agree` makes tensors of two inputs where one is not.
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
                            same=same, holomorphic=holomorphic)  # fmt: skip
    kernels[kernel] = definition
    general = _general(definition, kernel)
    if len(inputs) == 1:
        return _publish(definition, kernel, _unary(definition, kernel, general))
    if len(inputs) == 2:
        return _publish(definition, kernel, _binary(definition, kernel, general, agree))
    return _publish(definition, kernel, general)
