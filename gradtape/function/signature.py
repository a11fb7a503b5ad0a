"""What a call of a `tf.function` is known by: a `Signature` makes `Call`s of arguments, `Traces` finds what fits one.

What is static in the arguments of a call is its `frame`, and of what is dynamic it has the specs, its `leaves`. A trace
fits a call if the frames are equal and each leaf of the call is a subtype of the trace's. Of most calls only the key is
ever needed: two with equal keys have equal frames and leaves.
"""

import functools
import inspect
import itertools
import operator
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..values import nest
from ..values.deferred import Deferred, form_of
from ..values.errors import InvalidArgumentError
from ..values.tensor import EagerTensor, Tensor
from ..values.type_spec import TensorSpec, TypeSpec, VariableSpec
from ..values.variable import ResourceVariable
from .arguments import PLAIN, Reading, WrongDtype, cast, named, replace, specs_in, type_text

__all__ = ["Call", "Outline", "Signature", "Traces"]

_INPUT_SIGNATURE = ("input_signature",)  # the key and frame of all calls, where there is one
_ROOM = 1024  # calls that are remembered by their keys

Arguments = tuple[Sequence[Any], dict[str, Any]]  # by position, by keyword


class Signature:
    """How calls of `python_function` are told apart.

    Args:
      python_function: what is traced.
      input_signature: a (nested) list or tuple of `tf.TypeSpec`s, if one trace is to serve all calls.
      reduce_retracing: whether what is traced anew only for its shapes is traced for less known ones.
      bound_self: the instance, where `python_function` is a method's function. It is no part of calls, and not kept.

    Raises:
      TypeError: if `input_signature` is no list or tuple of specs, or does not fit the function's parameters.
      ValueError: if nothing is known of the parameters of `python_function`, as of some builtins.
    """

    def __init__(self, python_function: Callable[..., Any], input_signature: Any = None,
                 reduce_retracing: bool = False, bound_self: Any = None) -> None:  # fmt: skip
        self.reduce_retracing = reduce_retracing
        parameters = list(inspect.signature(python_function).parameters.values())
        if bound_self is not None:
            parameters = parameters[1:]
        kinds: dict[Any, list[str]] = {}
        for parameter in parameters:
            kinds.setdefault(parameter.kind, []).append(parameter.name)
        only = kinds.get(inspect.Parameter.POSITIONAL_ONLY, [])
        self._only = len(only)  # how many come by position only
        self._positional = only + kinds.get(inspect.Parameter.POSITIONAL_OR_KEYWORD, [])
        self._keyword_only = kinds.get(inspect.Parameter.KEYWORD_ONLY, [])
        self._rest, self._keywords = (
            next(iter(kinds.get(kind, [])), None)
            for kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        )
        self._defaults = {p.name: p.default for p in parameters if p.default is not inspect.Parameter.empty}
        if bound_self is None and self._positional[:1] == ["self"]:
            input_signature = None  # it is for calls of the method when bound, which have a signature of their own
        self.input_signature = None if input_signature is None else self._constrain(input_signature)
        self._accepted: set[Any] = set()  # keys of tensors that the input signature takes
        # With so many arguments by position, and nothing by keyword, only plain defaults can be missing.
        self._enough = max((i + 1 for i, n in enumerate(self._positional) if not self._plain_default(n)), default=0)
        if not all(map(self._plain_default, self._keyword_only)):
            self._enough = 1 << 30
        self._plain = PLAIN if input_signature is None else frozenset()

    def _plain_default(self, name: str) -> bool:
        return type(self._defaults.get(name, self)) in PLAIN

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any], specs: bool = False) -> "Call":
        """The call with these arguments. Costs little where they are tensors by position, and plain values.

        Args:
          args, kwargs: the arguments, without a bound self.
          specs: whether `tf.TypeSpec`s may stand for values, and without arguments those of the input signature do.
            The call has no tensors for them.

        Raises:
          TypeError: if they do not fit the parameters or the input signature, or something static is not hashable.
            Too many arguments may be found out only when `Traces` looks for a trace that is not there yet.
          ValueError: for a spec that may not stand for a value.
        """
        key, tensors = self.glance(args, kwargs)
        return Call(self, args, kwargs, key, tensors, specs)

    def glance(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, list[Any]]:
        """The key and the tensors of the common call: tensors by position, and plain values. For others, no key."""
        key: list[Any] = []
        tensors: list[Any] = []
        if len(args) < self._enough:
            return None, tensors
        plain = self._plain
        for x in args:
            kind = type(x)
            if kind is EagerTensor or kind is Deferred:
                array = x._array if kind is EagerTensor else form_of(x)
                key.append(array.dtype)
                key.append(array.shape)
                tensors.append(x)
            elif kind in plain:
                key.append(kind)
                key.append(x or (x, repr(x)))  # 0.0 is not -0.0
            else:
                return None, tensors
        for name, x in kwargs.items():
            kind = type(x)
            if kind not in plain:
                return None, tensors
            key += name, kind, x or (x, repr(x))
        found = tuple(key)
        if self.input_signature is not None:
            return _INPUT_SIGNATURE if found in self._accepted else None, tensors
        return found, tensors

    # --- parameters ----------------------------------------------------------------------------------------------

    def canonical(self, args: Sequence[Any], kwargs: dict[str, Any]) -> Arguments:
        """The same arguments with the defaults, by position as far as that goes, other keywords in one order."""
        names = self._positional
        left = dict(kwargs)
        positional = list(args)
        if len(args) > len(names) and self._rest is None:
            raise self.refuse("too many positional arguments", args, kwargs)
        for i, name in enumerate(names):
            if i < len(args):
                if name in left and i >= self._only:
                    raise self.refuse(f"multiple values for argument {name!r}", args, kwargs)
            else:
                positional.append(self._take(name, left if i >= self._only else {}, args, kwargs))
        keyword = {name: self._take(name, left, args, kwargs) for name in self._keyword_only}
        if left and self._keywords is None:
            raise self.refuse(f"got an unexpected keyword argument {next(iter(left))!r}", args, kwargs)
        keyword |= sorted(left.items())
        return positional, keyword

    def _take(self, name: str, given: dict[str, Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        if name in given:
            return given.pop(name)
        if name in self._defaults:
            return self._defaults[name]
        raise self.refuse(f"missing a required argument: {name!r}", args, kwargs)

    def labels(self, positional: int, keywords: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The name and kind of each argument of a canonical call."""
        names = self._positional
        for i in range(positional):
            by_position = i < self._only or self._rest is not None
            kind = "POSITIONAL_ONLY" if by_position else "POSITIONAL_OR_KEYWORD"
            yield names[i] if i < len(names) else f"{self._rest}_{i - len(names)}", kind
        for name in keywords:
            yield name, "KEYWORD_ONLY"

    def refuse(self, why: str, args: Sequence[Any], kwargs: dict[str, Any]) -> TypeError:
        """The error of arguments that do not fit, to be raised by the caller."""
        return TypeError(
            f"Binding inputs to tf.function failed due to `{why}`. Received args: {tuple(args)} and kwargs: {kwargs} "
            f"for signature: {self}."
        )

    def __str__(self) -> str:
        constraints = dict(zip(self._positional, self.input_signature or (), strict=False))
        default = "<captured_default_value>"

        def text(name: str) -> str:
            if name in constraints:
                return f"{name}: {type_text(constraints[name])}"
            if name not in self._defaults:
                return name
            if self.input_signature is None:
                return f"{name}={default}"
            return f"{name}: {type_text(specs_in(self._defaults[name]))} = {default}"

        parts = [text(name) for name in self._positional]
        if self._only:
            parts.insert(self._only, "/")
        if self._rest:
            parts.append(f"*{self._rest}")
        elif self._keyword_only:
            parts.append("*")
        parts += [text(name) for name in self._keyword_only]
        if self._keywords:
            parts.append(f"**{self._keywords}")
        return f"({', '.join(parts)})"

    # --- input signatures ----------------------------------------------------------------------------------------

    def _constrain(self, given: Any) -> tuple[Any, ...]:
        """`given` as a tuple of the specs of the first parameters; makes `*args` as many parameters as it needs."""
        if not isinstance(given, list | tuple):
            raise TypeError(f"input_signature must be either a tuple or a list, got {type(given)}.")
        leaves = nest.flatten(given)
        wrong = [x for x in leaves if not isinstance(x, TypeSpec)]
        if wrong:
            raise TypeError(
                "input_signature must be a possibly nested sequence of TensorSpec objects, got invalid args "
                f"{wrong} with types {[type(x) for x in wrong]}."
            )
        if any(isinstance(x, VariableSpec) for x in leaves):
            raise TypeError(
                f"input_signature doesn't support VariableSpec, got {leaves}. Let the function use the variable "
                "without passing it, or leave out the input_signature."
            )
        if self._rest is not None:
            count = max(len(given) - len(self._positional), 0)
            self._positional = self._positional + [f"{self._rest}_{i}" for i in range(count)]
            self._only, self._rest = len(self._positional), None
        self._keywords = None
        extra = len(given) - len(self._positional)
        if extra > 0:
            raise TypeError(f"input_signature contains {extra} extra type constraints.")
        for name in self._positional[len(given) :]:
            if name not in self._defaults:
                raise TypeError(f"input_signature missing type constraint for {name}")
        for name in self._keyword_only:
            if name not in self._defaults:
                raise TypeError(
                    f"Since input_signature is defined, keyword-only parameter `{name}` must have a default value"
                )
        rest = (*self._positional[len(given) :], *self._keyword_only)
        self.constraints = (*given, *(specs_in(self._defaults[name]) for name in rest))
        return tuple(given)

    def cast(self, arguments: Arguments, args: Sequence[Any], kwargs: dict[str, Any]) -> Arguments:
        """Canonical arguments as the input signature wants them: what it constrains as tensors, the rest as by default.

        Raises:
          TypeError: if they do not fit.
        """
        positional, keyword = arguments
        try:
            values = [cast(x, spec) for x, spec in zip((*positional, *keyword.values()), self.constraints, strict=True)]
        except (TypeError, ValueError) as error:
            raise self.refuse(str(error).rstrip("."), args, kwargs) from None
        return values[: len(positional)], dict(zip(keyword, values[len(positional) :], strict=True))


class Call:
    """One call of a function.

    Attributes:
      tensors: the inputs of its graph, in order: the tensors among the arguments, arrays converted.
      key: hashable; calls with equal keys have equal frames and leaves.
    """

    __slots__ = ("_arguments", "_leaves", "_reading", "_specs", "key", "signature", "tensors")

    def __init__(self, signature: Signature, args: Sequence[Any], kwargs: dict[str, Any], key: Any,
                 tensors: list[Any], specs: bool = False) -> None:  # fmt: skip
        self.signature = signature
        self._arguments: Any = args, kwargs
        self._specs = specs
        self._reading: Reading | None = None
        self._leaves: Any = None
        self.key = key
        self.tensors = tensors
        if key is None:
            self._read()

    def _read(self) -> Reading:
        """Look at the arguments more closely than the key of a common call needs."""
        if self._reading is None:
            signature = self.signature
            args, kwargs = self._arguments
            given = signature.input_signature
            if given is not None and self._specs and not args:  # the input signature says it all
                args = given
            self._arguments = signature.canonical(args, kwargs)
            if given is not None:
                self._arguments = signature.cast(self._arguments, args, kwargs)
            positional, keyword = self._arguments
            self._reading = reading = Reading((tuple(positional), tuple(keyword.items())), self._specs)
            self.tensors = reading.tensors
            if given is not None:
                self._leaves = Reading(signature.constraints, specs=True).leaves
                self.key = _INPUT_SIGNATURE
                same = len(args) == len(reading.tensors) and all(map(operator.is_, args, reading.tensors))
                if same and len(signature._accepted) < _ROOM and all(type(x) is EagerTensor for x in args):
                    signature._accepted.add(tuple(a for x in args for a in (x._array.dtype, x._array.shape)))
            elif self.key is None:
                self.key = reading.frame, tuple(map(_leaf_key, reading.leaves))
        return self._reading

    @property
    def frame(self) -> Any:
        """What is static in the arguments, hashable."""
        return self._read().frame

    @property
    def leaves(self) -> list[TypeSpec]:
        """For each of what is dynamic in the arguments its spec, as known by the trace."""
        reading = self._read()
        if self._leaves is None:
            self._leaves = [x if isinstance(x, TypeSpec) else TensorSpec.from_tensor(x) for x in reading.leaves]
        return self._leaves  # type: ignore[no-any-return]

    @property
    def specs(self) -> list[TensorSpec]:
        """The specs of the graph's inputs: as many as `tensors`, where no specs stand for values."""
        return [leaf for leaf in self.leaves if isinstance(leaf, TensorSpec)]

    @property
    def variables(self) -> list[ResourceVariable]:
        """The variables among the arguments, each once. A trace that fits another call gets other ones there."""
        return list(self._read().variables.values())

    @property
    def objects(self) -> list[Any]:
        """Weak references to the objects that the frame knows."""
        return self._read().objects

    def rebuild(self, tensors: Iterable[Any], variables: Iterable[Any] | None = None) -> Arguments:
        """The arguments `(args, kwargs)`, with other tensors in their places, and perhaps other variables."""
        reading = self._read()
        ours = reading.variables if variables is None else dict(zip(reading.variables, variables, strict=True))
        positional, keyword = self._arguments
        leaves, places = iter(self.leaves), iter(tensors)
        args = [replace(x, leaves, places, ours) for x in positional]
        return args, {name: replace(x, leaves, places, ours) for name, x in keyword.items()}

    def widened(self, leaves: list[TypeSpec]) -> "Call":
        """The same call, for a trace that takes these wider leaves."""
        self._read()
        call = Call(self.signature, (), {}, self.key, self.tensors)
        call._arguments, call._reading, call._leaves = self._arguments, self._reading, leaves
        return call

    def without_values(self) -> "Call":
        """The same call, with specs in the places of its tensors."""
        return Call(self.signature, *self.rebuild(self.specs), None, [], specs=True)

    def outline(self) -> "Outline":
        """What a trace for this call keeps of it, which holds no values and no objects."""
        self._read()
        positional, keyword = self._arguments
        leaves = iter(self.leaves)
        values = [specs_in(x, leaves) for x in (*positional, *keyword.values())]
        labels = list(self.signature.labels(len(positional), keyword))
        specs = iter(self.specs)
        inputs = []
        for (name, _), x in zip(labels, (*positional, *keyword.values()), strict=True):
            inputs += [(name, next(specs)) for y in Reading(x, True).leaves if isinstance(y, Tensor | TensorSpec)]
        return Outline([(name, kind, x) for (name, kind), x in zip(labels, values, strict=True)], inputs)


def _leaf_key(leaf: Any) -> Any:
    if type(leaf) is EagerTensor:
        return leaf._array.dtype, leaf._array.shape
    return leaf if isinstance(leaf, TypeSpec) else TensorSpec.from_tensor(leaf)


class Outline:
    """The parameters of a trace.

    Attributes:
      parameters: of each its name, its kind (POSITIONAL_ONLY, ...), and its type: a structure with specs for what is
        dynamic.
      specs: of the graph's inputs.
      names: what to call these inputs; not all need differ.
    """

    def __init__(self, parameters: list[tuple[str, str, Any]], inputs: list[tuple[str, TensorSpec]]) -> None:
        self.parameters = parameters
        self.specs = [spec for _, spec in inputs]
        self.names = [spec.name or name for name, spec in inputs]

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The parameters by position and by keyword, with a spec that has a name for each tensor."""
        args = tuple(named(x, name) for name, kind, x in self.parameters if kind != "KEYWORD_ONLY")
        return args, {name: named(x, name) for name, kind, x in self.parameters if kind == "KEYWORD_ONLY"}

    def pretty(self, outputs: Any, captures: Iterable[tuple[Any, TypeSpec]] = (), verbose: bool = True) -> str:
        """`ConcreteFunction.pretty_printed_signature`.

        Args:
          outputs: what the trace gives: a structure of tensors or specs.
          captures: what it uses besides its arguments: an id and a spec of each.
          verbose: on a line for each parameter, or all on one line.
        """
        result = type_text(specs_in(outputs))
        if not verbose:
            return f"{self} -> {result}"
        lines = [f"  {name} ({kind}): {type_text(value)}" for name, kind, value in self.parameters]
        used = [f"  {which}: {spec!r}" for which, spec in captures] or ["  None"]
        return "\n".join(["Input Parameters:", *lines, "Output Type:", f"  {result}", "Captures:", *used])

    def __str__(self) -> str:
        parts = [f"{name}: {type_text(value)}" for name, _, value in self.parameters]
        kinds = [kind for _, kind, _ in self.parameters]
        if "KEYWORD_ONLY" in kinds:
            parts.insert(kinds.index("KEYWORD_ONLY"), "*")
        if "POSITIONAL_ONLY" in kinds:
            parts.insert(kinds.count("POSITIONAL_ONLY"), "/")
        return f"({', '.join(parts)})"

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], list[ResourceVariable]]:
        """The tensors, and the variables, that a call of the trace itself gives it.

        Args:
          args, kwargs: the arguments; static ones may be left out. Or all the tensors, by position.

        Raises:
          TypeError: if they do not fit.
        """
        try:
            reading = Reading(self._values(args, kwargs))
            if len(reading.tensors) != len(self.specs):
                raise TypeError(f"there are {len(reading.tensors)} tensors in it, and not {len(self.specs)}")
            return reading.tensors, list(reading.variables.values())
        except (TypeError, ValueError) as error:
            if isinstance(error, WrongDtype):
                raise InvalidArgumentError(None, None, f"{error}, which this trace was made for.") from None
            specs = self.specs
            if not kwargs and len(args) == len(specs) and all(isinstance(x, Tensor) for x in args):
                return [cast(x, spec) for x, spec in zip(args, specs, strict=True)], []
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{str(error).rstrip('.')}`. Received args: {tuple(args)} "
                f"and kwargs: {kwargs} for signature: {self}."
            ) from None

    def _values(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
        by_position = [name for name, kind, _ in self.parameters if kind != "KEYWORD_ONLY"]
        if len(args) > len(by_position):
            raise TypeError("too many positional arguments")
        given = dict(zip(by_position, args, strict=False))
        for name, x in kwargs.items():
            if name in given:
                raise TypeError(f"multiple values for argument {name!r}")
            if not any(name == n and kind != "POSITIONAL_ONLY" for n, kind, _ in self.parameters):
                raise TypeError(f"got an unexpected keyword argument {name!r}")
            given[name] = x
        values = []
        for name, _, spec in self.parameters:
            if name in given:
                values.append(cast(given[name], spec))
            elif any(isinstance(leaf, TypeSpec) for leaf in nest.flatten(spec)):
                raise TypeError(f"missing a required argument: {name!r}")
        return values


# --- traces --------------------------------------------------------------------------------------------------------

_numbers = itertools.count()


class _Fit:
    """A trace, with the leaves that it takes, where it may be used, its number, and references that let it go."""

    __slots__ = ("frame", "leaves", "number", "references", "trace", "usable")

    def __init__(self, frame: Any, leaves: list[TypeSpec], trace: Any, usable: Callable[[], bool] | None) -> None:
        self.frame = frame
        self.leaves = leaves
        self.trace = trace
        self.usable = usable
        self.number = next(_numbers)
        self.references: list[Any] = []


class _Fits:
    """The traces of one frame, by the shapes and dtypes that they take; None where they take several shapes."""

    def __init__(self) -> None:
        self._by_shapes: dict[Any, list[_Fit]] = {}

    def add(self, fit: _Fit) -> None:
        self._by_shapes.setdefault(_shapes(fit.leaves), []).append(fit)

    def of(self, shapes: Any) -> list[_Fit]:
        return self._by_shapes.get(shapes, [])

    def __iter__(self) -> Iterator[_Fit]:
        return iter([fit for fits in list(self._by_shapes.values()) for fit in fits])


def _shapes(leaves: Sequence[TypeSpec]) -> Any:
    """The shapes and dtypes of these, if they are tensors of known shapes; else None."""
    shapes = []
    for leaf in leaves:
        if type(leaf) is not TensorSpec or leaf.name is not None or not leaf.shape.is_fully_defined():
            return None
        shapes.append((tuple(leaf.shape), leaf.dtype))
    return tuple(shapes)


class Traces:
    """What was traced for calls of one function. What was traced for an object goes when the object does."""

    def __init__(self) -> None:
        self.by_key: dict[Any, Any] = {}  # those of the calls seen last, if they can be used anywhere
        self._by_frame: dict[Any, _Fits] = {}

    def __iter__(self) -> Iterator[Any]:
        fits = [fit for fits in list(self._by_frame.values()) for fit in fits]
        return iter([fit.trace for fit in sorted(fits, key=operator.attrgetter("number"))])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def find(self, call: Call) -> Any:
        """The trace that fits `call` most closely; None if there is none.

        Raises:
          TypeError: if the arguments are not such as the function takes.
        """
        trace = self.by_key.get(call.key)
        if trace is not None:
            return trace
        best: _Fit | None = None
        for fit in self._candidates(call):
            fits = _fits(call.leaves, fit.leaves) and (best is None or _fits(fit.leaves, best.leaves))
            if fits and (fit.usable is None or fit.usable()):
                best = fit
        if best is None:
            return None
        self._remember(call, best)
        return best.trace

    def _candidates(self, call: Call) -> list[_Fit]:
        """Of the traces of the same frame those that may fit: of known shapes only those of the same ones."""
        fits = self._by_frame.get(_frame(call))
        if fits is None:
            return []
        shapes = _shapes(call.leaves)
        return fits.of(None) if shapes is None else fits.of(shapes) + fits.of(None)

    def _remember(self, call: Call, fit: _Fit) -> None:
        if fit.usable is None:
            if len(self.by_key) >= _ROOM:
                self.by_key.clear()
            self.by_key[call.key] = fit.trace

    def widen(self, call: Call) -> Call:
        """`call`, as it is to be traced: with `reduce_retracing`, so that the trace fits what was traced before too."""
        if not call.signature.reduce_retracing:
            return call
        leaves = call.leaves
        for fit in self._by_frame.get(_frame(call), ()):
            found = [x.most_specific_common_supertype([y]) for x, y in zip(leaves, fit.leaves, strict=True)]
            if None not in found:
                leaves = found
        return call.widened(leaves)

    def add(self, call: Call, trace: Any, usable: Callable[[], bool] | None = None) -> None:
        """Keep `trace`, which was made for `call`, for use wherever `usable()`."""
        frame = _frame(call)
        fit = _Fit(frame, call.leaves, trace, usable)
        forget = functools.partial(_forget, weakref.ref(self), frame)
        fit.references = [weakref.ref(x, forget) for x in (reference() for reference in call.objects) if x is not None]
        self._by_frame.setdefault(frame, _Fits()).add(fit)
        self._remember(call, fit)

    def _forget(self, frame: Any) -> None:
        gone = {id(fit.trace) for fit in self._by_frame.pop(frame, ())}
        for key in [key for key, trace in list(self.by_key.items()) if id(trace) in gone]:
            del self.by_key[key]


def _frame(call: Call) -> Any:
    return _INPUT_SIGNATURE if call.signature.input_signature is not None else call.frame


def _forget(traces: "weakref.ref[Traces]", frame: Any, _: Any) -> None:
    found = traces()
    if found is not None:
        found._forget(frame)


def _fits(leaves: Sequence[TypeSpec], wider: Sequence[TypeSpec]) -> bool:
    return all(x.is_subtype_of(y) for x, y in zip(leaves, wider, strict=True))
