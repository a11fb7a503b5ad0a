"""`Trace`: runs a program once on symbolic tensors, and writes down what it does as a `Graph`."""

import contextlib
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..engine.numpy_filled import full_of
from ..engine.numpy_slots import Slots
from ..graph.graph import Constant, Entry, Graph, dims_of, identity_of, key_of, needed, with_dims
from ..graph.operations import (
    COUNTING,
    DIMENSION,
    DYNAMIC,
    IDENTITY,
    ITEM,
    REARRANGING,
    SCALAR,
    VECTOR,
    WHOLE,
    Check,
    Draw,
    python_op,
    text_array,
)
from ..math.cast import cast_p
from ..operations.broadcasting import reshape_p
from ..operations.primitive import primitive
from ..replay.program import compiled
from ..values import symbolic as symbolics
from ..values.naming import scoped
from ..values.program import here
from ..values.settings import setting
from ..values.symbolic import UNRANKED, Dim, SymbolicTensor, Tiled, Value, out_of_scope, symbolic
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.thread import current
from ..values.variable import ResourceVariable
from .operation import Operation
from .samples import resized, sample_of, two_samples
from .variables import scattered_p, updated_p


def _array_of(sample: Any) -> Any:
    return text_array(sample) if isinstance(sample, bytes) else sample


class Trace:
    """An open trace, the thread's innermost one while it is active.

    Args:
      name: of the function.
      parent: the trace of which this is a branch, a loop's body, or an inner function.
    """

    def __init__(self, name: str, parent: "Trace | None" = None) -> None:
        self.graph = Graph(name)
        self.parent = parent
        self.captures: dict[Any, Value] = {}  # inputs for values from outside, by these and their tape nodes
        self._captured: list[Any] = []  # the tensors from outside, in the same order
        self.state: dict[Any, Value] = {}  # the present value of each variable, by handle
        self.given: dict[Value, Any] = {}  # what inputs are in the call for which this is traced, if it is known
        self.creates = True  # whether variables may be made while it is active
        self._initial: dict[Any, Value] = {}
        self.created: list[ResourceVariable] = []  # those that were
        self._known: dict[Any, Any] = {}  # outputs of operations, so that the same one is not done again
        self._constants: dict[Any, Constant] = {}
        self._names: dict[str, int] = {}

    # --- values --------------------------------------------------------------------------------------------------

    def value(self, sample: Any, name: str) -> Value:
        count = self._names.get(name, 0)
        self._names[name] = count + 1
        return Value(self, _array_of(sample), f"{name}_{count}" if count else name)

    def input(self, sample: Any, other: Any = None, name: str = "x") -> Value:
        """A new argument; `other` is another sample, in which those lengths differ that may."""
        value = self.value(sample, name)
        self.graph.inputs.append(value)
        self.differ(value, other)
        return value

    def differ(self, value: Value, other: Any) -> None:
        if other is not None:
            value.other = other = _array_of(other)
            if value.dtype is not None:
                value.shape = tuple(
                    n if n == m else self.length(value, i)
                    for i, (n, m) in enumerate(zip(value.shape, other.shape, strict=True))
                )

    def length(self, value: Value, axis: int) -> Dim:
        """The length of an axis, as the graph tells it."""
        return Dim(self.apply(DIMENSION, [value], {"axis": axis}))

    def vary(self, value: Value, axes: Sequence[int]) -> None:
        """Have it known that these lengths differ from run to run, whatever the samples say."""
        value.other = _longer(value.sample, _other(value), axes)
        value.shape = tuple(self.length(value, i) if i in axes else n for i, n in enumerate(value.shape))

    def settle(self, value: Value, lengths: Sequence[int | None]) -> None:
        """Have it known that the shape is this one; None is a length of which nothing more is known than before."""
        if value.shape is UNRANKED:
            value.sample = full_of(tuple(2 if m is None else m for m in lengths), 1, value.dtype)
            value.shape, value.ndim = value.sample.shape, len(lengths)
            self.differ(value, full_of(tuple(3 if m is None else m for m in lengths), 1, value.dtype))
        elif value.dtype is not None and value.sample is not None and not value.listed:
            shapes = [
                [n if m is None else m for n, m in zip(x.shape, lengths, strict=True)]
                for x in (value.sample, _other(value))
            ]
            value.sample, value.other = resized(value.sample, shapes[0], 1), resized(_other(value), shapes[1], 1)
        value.shape = tuple(n if m is None else m for n, m in zip(value.shape, lengths, strict=True))
        value.settled = True

    def unranked(self, value: Value) -> Value:
        """`value`, of which not even the number of axes is known from now on."""
        value.shape = value.ndim = UNRANKED
        value.other = None
        return value

    def flat(self, value: Value) -> Value:
        """The elements of `value`, whatever its shape is."""
        out = self.value(full_of((2,), 1, value.dtype), reshape_p.definition.name)
        self.graph.entries.append(Entry(reshape_p.definition, [value], {"shape": (-1,)}, [out], False, _line(False)))
        self.differ(out, full_of((3,), 1, value.dtype))
        return out

    def _of_unranked(self, op: Any, given: Sequence[Any], attrs: dict[str, Any]) -> Value:
        """Write down `op` of something unranked: what is elementwise, and otherwise of scalars, is so too."""
        others = [x for x in given if not (type(x) is Value and x.shape is UNRANKED)]
        alike = getattr(op, "elementwise", False) or getattr(op, "passes", False)
        if not alike or op.multiple or any(_shape_of(x) for x in others):
            bool(UNRANKED)  # refuses
        out = self.unranked(self.value(op.kernel(*map(sample_of, given), **attrs), op.name))
        self.graph.entries.append(Entry(op, given, attrs, [out], False, _line(False)))
        return out

    def own(self, value: Value, node: Any = None) -> Value:
        """The value by which this trace knows `value`: itself, or an input for one of an enclosing trace.

        Args:
          node: what stands for it on tapes outside.
        """
        if value.trace is self:
            return value
        if self.parent is None:
            raise out_of_scope(value)
        outer = self.parent.own(value, node)
        found = self.captures.get((outer, node))
        if found is None:
            found = self._capture((outer, node), outer if outer.dtype is None else symbolic(outer, node), outer)
        return found

    def _capture(self, key: Any, tensor: Any, like: Any) -> Value:
        value = self.captures[key] = self.value(getattr(like, "sample", like), getattr(like, "name", "captured"))
        value.lengths, value.fixed = getattr(like, "lengths", False), getattr(like, "fixed", False)
        self.differ(value, getattr(like, "other", None))
        self._captured.append(tensor)
        return value

    def constant(self, x: EagerTensor) -> Constant:
        found = self._constants.get(id(x._array))
        if found is None:
            found = self._constants[id(x._array)] = Constant(x._array, x)
        return found

    # --- operations ----------------------------------------------------------------------------------------------

    def apply(self, op: Any, inputs: Sequence[Any], attrs: dict[str, Any], effect: bool = False) -> Any:
        """Write down `op` of tensors and other objects; gives a `Value`, or a list where it has several outputs."""
        given = [self.admit(x) for x in inputs]
        dims = any(True for _ in dims_of(attrs.values()))
        if dims:
            attrs = {k: with_dims(v, lambda value: Dim(self.own(value))) for k, v in attrs.items()}
        key = None
        if not effect and not dims:
            try:
                key = key_of(op, map(identity_of, given), attrs)
                found = self._known.get(key)
                if found is not None:
                    return found
            except TypeError:  # an attribute that cannot be hashed
                key = None
        if any(type(x) is Value and x.shape is UNRANKED for x in given):
            return self._of_unranked(op, given, attrs)
        samples = [sample_of(x) for x in given]
        run = getattr(op, "sample", op.kernel)
        plain = {k: with_dims(v, lambda value: value.sample) for k, v in attrs.items()} if dims else attrs
        tame = {k: with_dims(v, lambda value: max(value.sample, 0)) for k, v in attrs.items()} if dims else attrs
        if not effect and (dims or any(type(x) is Value and x.other is not None for x in given)):
            run = Guessing(op, run, given, fits=True)
        made, ran = tamed(run, samples, plain, tame, [type(x) in (Value, Constant) for x in given], effect)
        out: Any
        if op.multiple:
            outputs = out = [self.value(sample, op.name) for sample in made]
        else:
            out = self.value(made, op.name)
            outputs = [out]
        lengths = op in COUNTING or (
            op.name in REARRANGING and not dims and all(type(x) is not Value or x.lengths for x in given)
        )
        fixed = ran and not (effect or dims or hasattr(op, "sample")) and all(map(_is_fixed, given))
        for value in outputs:
            value.lengths = lengths
            value.fixed = fixed and type(value._sample) is not Tiled and not value.listed
        line = _line(effect or _may_be_refused(op))
        self.graph.entries.append(Entry(op, given, attrs, outputs, effect, line, scoped("")))
        if not all(value.fixed for value in outputs) and (
            dims
            or op.name in DYNAMIC
            or hasattr(op, "once")
            or hasattr(op, "open_ended")
            or any(type(x) is Value and x.other is not None for x in given)
        ):
            self._vary(op, getattr(op, "other", run), given, attrs, outputs)
        if key is not None:
            self._known[key] = out
        return out

    def _vary(self, op: Any, run: Any, given: Sequence[Any], attrs: dict[str, Any], outputs: list[Value]) -> None:
        """Find out what of the outputs' shapes differs from run to run, by another run."""
        samples = [_other(x) if type(x) is Value else sample_of(x) for x in given]
        fitted = False
        if type(run) is Guessing:
            fitted, run.fits = run.fitted, False  # another fit would tell nothing of lengths either
        try:
            made = (
                None
                if getattr(op, "once", False) or fitted
                else run(*samples, **{k: with_dims(v, _other) for k, v in attrs.items()})
            )
        except Exception:  # the lengths hang together in a way that is not known here
            made = None
        if op.multiple and made is not None and len(made) != len(outputs):
            made = None
        others = [None] * len(outputs) if made is None else list(made) if op.multiple else [made]
        unsure = set() if op.name not in DYNAMIC else {DYNAMIC[op.name]}
        uncertain = getattr(op, "uncertain", None)
        if uncertain is not None:
            unsure |= uncertain(*map(_shape_of, given), **attrs)
        told = [_broadcast_dims(given) if getattr(op, "elementwise", False) else {}] * len(outputs)
        if hasattr(op, "shape"):
            shapes = op.shape(*map(_shape_of, given), **attrs)
            told = [dict(enumerate(shape, -len(shape))) for shape in (shapes if op.multiple else [shapes])]
        for value, other, lengths_told in zip(outputs, others, told, strict=True):
            same = {i: n for i, n in lengths_told.items() if n is not None}
            value.other = _another_list(value.sample) if other is None else _array_of(other)
            if type(value.sample) is Slots and other is not None and value.dtype is not None:
                self.differ(value, other)
            elif type(value.sample) is not Slots and value.dtype is not None:
                if other is None:
                    lengths = [_other_length(same.get(i - value.ndim), n) for i, n in enumerate(value.shape)]
                    value.other = resized(value.sample, lengths, 0)
                else:
                    varies = {i for i, n in lengths_told.items() if n is None or type(n) is Dim}
                    axes = [i for i in (*unsure, *varies) if -value.ndim <= i < value.ndim]
                    value.other = _longer(value.sample, value.other, axes)
                shape = list(value.shape)
                for i, m in enumerate(value.other.shape):
                    if i - value.ndim in same:
                        shape[i] = same[i - value.ndim]
                    elif shape[i] != m:
                        shape[i] = self.length(value, i)
                value.shape = tuple(shape)

    def admit(self, x: Any) -> Any:
        """What stands for `x` among the inputs of an entry."""
        if isinstance(x, SymbolicTensor):
            return self.own(x._array, x._node)
        if isinstance(x, Tensor):
            if x._node is None or self.parent is None:
                return self.constant(x)  # type: ignore[arg-type]
            key = id(x._array), x._node  # a tape outside may watch it
            return self.captures.get(key) or self._capture(key, x, x._array)
        if type(x) is Value:
            return self.own(x)
        if type(x) is Dim:
            return self.own(x.value)
        if isinstance(x, np.ndarray | np.generic):
            return self.constant(wrap(x))
        return x

    def must_be_open(self, value: Value) -> None:
        """Raise if operations cannot use `value` here."""
        trace = current.thread.trace
        while trace is not None:
            if trace is self:
                return
            trace = trace.parent
        raise out_of_scope(value)

    def producer(self, value: Value) -> Entry | None:
        """The entry that made `value`; None for an input."""
        return next((e for e in reversed(self.graph.entries) if value in e.outputs), None)

    def operation(self, tensor: SymbolicTensor) -> Operation:
        """What made `tensor`, as programs look at it."""
        return Operation(tensor, self.producer(tensor._array))

    def place(self, value: Value) -> int:
        """Which of its operation's results `value` is."""
        entry = self.producer(value)
        return 0 if entry is None else entry.outputs.index(value)

    # --- numbers that say how an operation is to be done -----------------------------------------------------------

    def integers(self, value: Value) -> Any:
        value = self.own(value)
        entry = self.producer(value) if value.ndim == 1 else None
        if entry is not None and entry.op.name == "stack":  # of numbers, some of which are known
            return [int(x.array) if type(x) is Constant else self.integers(x) for x in entry.inputs]

        def dims(sample: Any, index: tuple[int, ...]) -> Any:
            if sample.ndim == len(index):
                found = self.apply(ITEM, [value], {"index": index})
                if found.other is None or found.other == found.sample:
                    if value.lengths:
                        return found.sample
                    found.other = found.sample - 1 if found.sample > 0 else found.sample + 1
                return Dim(found)
            return [dims(sample, (*index, i)) for i in range(sample.shape[len(index)])]

        return dims(np.asarray(value.sample), ())

    def whole_number(self, name: str, x: Any, y: Any) -> Any:
        if name in ("__sub__", "__rsub__") and type(x) is type(y) is Dim and x.value is y.value:
            return 0
        found = self.apply(WHOLE[name], [x, y], {})
        if found.other is None or found.other == found.sample:
            found.other = found.sample + 1  # whatever it is, it may be something else
        return Dim(found)

    def check(self, check: Callable[..., None], arrays: Sequence[Any]) -> None:
        """Write down `check(*arrays)`, which gives nothing, and may raise or print."""
        given = [self.admit(x) for x in arrays]
        self.graph.entries.append(Entry(Check(check), given, {}, [], True, _line(True), scoped("")))

    def drawn(self, fresh: Callable[[int], Any], size: int) -> Value:
        """Write down that each run takes what `fresh(size)` gives it: where its random numbers start."""
        return self.apply(Draw(fresh), [size], {}, effect=True)  # type: ignore[no-any-return]

    def vector(self, numbers: Any, dtype: Any) -> Value:
        """Integers as an array: a vector of a tuple, a scalar of one."""
        if type(numbers) is tuple:
            return self.apply(VECTOR, numbers, {"dtype": dtype})  # type: ignore[no-any-return]
        return self.apply(SCALAR, [numbers], {"dtype": dtype})  # type: ignore[no-any-return]

    def computed(self, function: Callable[..., Any], inputs: Sequence[Any], attrs: dict[str, Any]) -> Value:
        """Write down a function of arrays and Python objects that is no primitive."""
        op = python_op(function)
        return self.apply(op, inputs, attrs, effect=op.effect)  # type: ignore[no-any-return]

    def cast(self, value: Value, dtype: Any) -> Value:
        return cast_p(symbolic(value), dtype=dtype)._array  # type: ignore[no-any-return]

    # --- variables -----------------------------------------------------------------------------------------------

    def read(self, variable: ResourceVariable) -> Value:
        """The present value of `variable`."""
        handle = variable.handle
        value = self.state.get(handle)
        if value is None:
            sample, other = self._samples_of(variable)
            value = self.state[handle] = self._initial[handle] = self.value(sample, variable.name.split(":")[0])
            self.differ(value, other)
            self.graph.variables.append((variable, value))
        return self._read_after(handle, value)

    def _samples_of(self, variable: ResourceVariable) -> tuple[Any, Any]:
        """An array such as the variable's value may be, and another one if its lengths may differ."""
        if self.parent is not None:
            value = self.parent.read(variable)
            return value.sample, value.other
        array, dims = variable.handle.local(), variable.shape
        unknown = [dims.rank is None or dims[i] is None for i in range(np.ndim(array))]
        return two_samples(array, unknown) if any(unknown) else (array, None)

    def present(self, variable: ResourceVariable) -> Value:
        """The present value of `variable`, for what makes the next one of it."""
        self.read(variable)
        return self.state[variable.handle]

    def _read_after(self, handle: Any, value: Value) -> Value:
        """`value`, assigned to a variable, as it is read: it is the variable's then, whatever it was computed from."""
        initial = self._initial[handle]
        return value if value is initial else self.apply(assigned_p.definition, [initial, value], {})  # type: ignore[no-any-return]

    def assign(self, variable: ResourceVariable, tensor: Tensor) -> None:
        """Make `tensor` the present value of `variable`."""
        self.read(variable)
        value = self.admit(tensor)
        if type(value) is not Value:
            value = self.apply(IDENTITY, [tensor], {})
        self.state[variable.handle] = value

    def update(self, variable: ResourceVariable, which: str, array: Any) -> None:
        """Add `array` to the present value of `variable`, or subtract it: `which` is Add or Sub."""
        self.assign(variable, updated_p[which](wrap(self.present(variable)), wrap(array)))

    def scatter(self, variable: ResourceVariable, method: str, indices: Tensor, updates: Tensor) -> None:
        """Make what `method` of the variable does with these."""
        self.assign(variable, scattered_p(wrap(self.present(variable)), indices, updates, method=method))

    # --- given by the files that build on this one -----------------------------------------------------------------

    branches: Callable[..., Any]  # `control.branches`
    loop: Callable[..., Any]  # `control.loop`
    over_rows: Callable[..., Any]  # `control.over_rows`
    custom: Callable[..., Any]  # `custom_call.custom`
    gradients: Callable[..., Any]  # `custom_call.gradients`
    zero_list: Callable[..., Any]  # `derivative.zero_list`
    listed: Callable[..., Any]  # `tensor_list.listed`

    # --- from the outside ----------------------------------------------------------------------------------------

    def create(self, variable: ResourceVariable, initial_value: Any) -> Any:
        """What a variable that is made in this trace begins with: an array. It is made once, as the trace is."""
        root = self
        while root.parent is not None:
            root = root.parent
        if not root.creates:
            raise ValueError(
                "tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable "
                "is only created once or created outside tf.function. See "
                "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
            )
        root.created.append(variable)
        if callable(initial_value) and not isinstance(initial_value, Tensor | ResourceVariable):
            with setting(current.thread, trace=None):
                initial_value = initial_value()
        if isinstance(initial_value, SymbolicTensor):
            return initial_value._array.trace.evaluated(initial_value._array)
        return initial_value

    def evaluated(self, value: Value) -> Any:
        """The array that `value` is in the call which is being traced."""
        graph = Graph(self.graph.name)
        graph.entries = needed(self.graph.entries, [value], effects=False)
        made = {v for e in graph.entries for v in e.outputs}
        used = [v for e in graph.entries for v in e.uses] + [value]
        graph.inputs = list(dict.fromkeys(v for v in used if v not in made))
        return compiled(graph, [value])(*map(self._present_array, graph.inputs))[0]

    def _present_array(self, value: Value) -> Any:
        """The array that an input is in the call which is being traced."""
        found = self.given.get(value)
        for x, inside in zip(self._captured, self.captures.values(), strict=True):
            if inside is value:
                found = getattr(x, "_array", x)
        for variable, inside in self.graph.variables:
            if inside is value:
                found = variable.handle.local() if self.parent is None else self.parent.read(variable)
        if type(found) is Value:
            return self.parent.evaluated(found)  # type: ignore[union-attr]
        if found is None:
            raise ValueError(
                f"The initial value of a variable made in a tf.function depends on {value.name!r}, an input of the "
                "function, a branch or a loop, and is needed before these run. Create the variable outside of them."
            )
        return found

    def active(self) -> contextlib.AbstractContextManager[None]:
        """A context in which this is the innermost trace, and outer tapes record nothing."""
        return setting(current.thread, trace=self, recordings=())

    def close(self, outputs: Sequence[Any]) -> Graph:
        """The graph that gives these tensors (or None)."""
        graph = self.graph
        graph.outputs = [None if x is None else self.admit(x) for x in outputs]
        pairs, graph.variables = graph.variables, []
        graph.captured = self._captured
        graph.inputs += self.captures.values()
        for variable, value in pairs:
            graph.variables.append(variable)
            graph.inputs.append(value)
            now = self.state[variable.handle]
            if now is not value and self.parent is not None:
                now = self._read_after(variable.handle, now)
            graph.assigned.append(None if now is value else now)
        self._known.clear()  # what is not needed either goes
        return graph.prune()


def _may_be_refused(op: Any) -> bool:
    """Whether an executor may be unable to run it: a loop, or what makes arrays of lengths that depend on values."""
    return op.name in DYNAMIC or hasattr(op, "carried")


def _line(told: bool) -> Any:
    """The line of the program: while that is asked for, and where errors will tell it."""
    if symbolics.lines is not None:
        return symbolics.lines()
    if not told:
        return None
    return here()


def forget_samples(graph: Graph) -> None:
    """Let the samples go, which are as large as all that the function computes."""
    for value in (*graph.inputs, *(v for entry in graph.entries for v in entry.outputs)):
        value.sample = value.other = None
        if value.shape is UNRANKED:
            value.shape = value.ndim = None  # no pass over the graph has to do with it


def _shape_of(x: Any) -> Any:
    return x.shape if type(x) is Value else np.shape(sample_of(x))


def _broadcast_dims(inputs: Sequence[Any]) -> dict[int, Any]:
    """The lengths of an elementwise operation's result that are surely those of its inputs, by negative axis."""
    found: dict[int, Any] = {}
    arrays = [x.array if type(x) is Constant else x for x in inputs]
    shapes = [x.shape for x in arrays if hasattr(x, "dtype")]
    for axis in range(-max(map(len, shapes), default=0), 0):
        lengths = [s[axis] for s in shapes if -axis <= len(s)]
        known = [n for n in lengths if type(n) is not Dim and n != 1]
        dims = {id(n.value): n for n in lengths if type(n) is Dim}
        if known:
            found[axis] = int(known[0])
        elif len(dims) == 1:
            (found[axis],) = dims.values()
    return found


def _longer(sample: Any, other: Any, axes: Iterable[int]) -> Any:
    """`other`, longer along those of these axes along which it is as long as `sample`."""
    lengths = list(other.shape)
    for i in axes:
        lengths[i] += lengths[i] == sample.shape[i]
    return other if lengths == list(other.shape) else resized(other, lengths, 0)


def _other_length(known: Any, sample: int) -> int:
    """A length in another run: `known`, if that is not None, or else one that is not `sample`."""
    if known is None:
        return sample + 1
    return int(_other(known.value) if type(known) is Dim else known)


def _another_list(sample: Any) -> Any:
    """A list as in another run, of whose elements nothing is known; what is none, as it is."""
    if type(sample) is not Slots:
        return sample
    lengths = [n + 1 for n in sample.shape]
    items = {i: _another_element(x, lengths) for i, x in sample.items.items()}
    return Slots(items, sample.size + 1, tuple(lengths), sample.dtype)


def _another_element(x: Any, lengths: list[int]) -> Any:
    if type(x) is Slots:
        return _another_list(x)
    if isinstance(x, np.ndarray | np.generic):
        return resized(x, lengths, 0)
    return x + 1 if type(x) is int else x  # the length of an axis


def _other(value: Value) -> Any:
    """A value in another run."""
    return value.sample if value.other is None else value.other


def _is_fixed(x: Any) -> bool:
    """Whether an input is the same in every run."""
    return x.fixed if type(x) is Value else type(x) is not Dim


def tamed(run: Any, samples: Sequence[Any], attrs: dict[str, Any], tame_attrs: dict[str, Any],
             varies: Sequence[bool], effect: bool) -> Any:  # fmt: skip
    """What `run` makes of samples. What it refuses may be their values, which in another run are others."""
    try:
        with np.errstate(all="ignore"):
            return run(*samples, **attrs), True
    except Exception:
        if effect:
            raise
        with contextlib.suppress(Exception):
            return run(*samples, **tame_attrs), False
        for number in (0, 1):
            with contextlib.suppress(Exception):
                tame = [_tame(x, number) if there else x for x, there in zip(samples, varies, strict=True)]
                return run(*tame, **tame_attrs), False
        raise


class Guessing:
    """`run`; where it refuses lengths which hang together in a way that is not known here, a guess of what it makes.

    The lengths of a sample are arbitrary, and need not fit each other, nor what is asked of them, as those of a run do.
    An operation's own `guess` is told the shapes of what is `given`, as far as they are known. Of others, lengths that
    are not known are taken to be as known ones beside them, if it `fits`: then it is `fitted`, and what it makes shows
    how many axes there are, and nothing of their lengths.
    """

    def __init__(self, op: Any, run: Any, given: Sequence[Any], fits: bool) -> None:
        self._run = run
        self._guess = getattr(op, "guess", None)
        self._given = given
        self.fits = fits and not hasattr(op, "sample")
        self.fitted = False

    def __call__(self, *samples: Any, **attrs: Any) -> Any:
        try:
            return self._run(*samples, **attrs)
        except Exception:
            shapes = [_shape_of(x) for x in self._given]
            if self._guess is not None:
                return self._guess(*samples, **attrs, shapes=shapes)
            for fitted in itertools.islice(_fitted(samples, shapes), _ATTEMPTS) if self.fits else ():
                with contextlib.suppress(Exception):
                    made = self._run(*fitted, **attrs)
                    self.fitted = True
                    return made
            raise


_ATTEMPTS, _LARGE = 64, 2**20  # how many fits are tried, and elements of which none has more if its sample has not


def _fitted(samples: Sequence[Any], shapes: Sequence[Any]) -> Iterator[list[Any]]:
    """These samples with one of the lengths that are not known as one that is, or else with two of them."""
    places: dict[Any, list[tuple[int, int]]] = {}
    known: set[int] = set()
    for i, (sample, shape) in enumerate(zip(samples, shapes, strict=True)):
        if isinstance(sample, np.ndarray):
            for axis, n in enumerate(shape):
                if type(n) is Dim:
                    places.setdefault(n.value, []).append((i, axis))
                else:
                    known.add(n)
    for count in (1, 2):
        for chosen in itertools.combinations(places.values(), count):
            for wanted in itertools.product(sorted(known), repeat=count):
                lengths = {i: list(x.shape) for i, x in enumerate(samples) if isinstance(x, np.ndarray)}
                for at, n in zip(chosen, wanted, strict=True):
                    for i, axis in at:
                        lengths[i][axis] = n
                if all(math.prod(new) <= max(_LARGE, samples[i].size) for i, new in lengths.items()):
                    yield [resized(x, lengths[i], 1) if i in lengths else x for i, x in enumerate(samples)]


def _tame(sample: Any, number: int) -> Any:
    """An array like `sample` that operations have no reason to refuse: of one integer, or of identity matrices.

    Strings are numbers, too.
    """
    if type(sample) is np.ndarray and sample.dtype.kind == "O" and all(type(x) is bytes for x in sample.ravel()):
        return np.full(sample.shape, b"%d" % number, object)
    if (type(sample) is not np.ndarray and not isinstance(sample, np.generic)) or sample.dtype.kind in "OSU":
        return sample
    if sample.dtype.kind in "iub":
        return np.full(sample.shape, number, sample.dtype)[()]
    if sample.ndim < 2:
        return np.ones(sample.shape, sample.dtype)[()]
    return np.broadcast_to(np.eye(*sample.shape[-2:]), sample.shape).astype(sample.dtype)


@primitive(op="ReadVariableOp")
def assigned_p(xp: Any, old: Any, new: Any) -> Any:
    """The value of a variable that was `old`, and that `new` was assigned to."""
    return new


assigned_p.vjp(old=lambda g: g)


__all__ = ["Guessing", "Trace", "forget_samples", "tamed"]
