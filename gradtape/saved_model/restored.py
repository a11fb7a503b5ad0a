"""What was read: functions, which have the traces that were saved and no Python to make others of, and objects."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..function.arguments import _children, named
from ..function.function import ConcreteFunction, Function
from ..function.signature import Outline
from ..graph.graph import Graph
from ..module import Module
from ..values.convert import convert_to_tensor
from ..values.tensor import Tensor
from ..values.thread import current
from ..values.trackable import AutoTrackable
from ..values.type_spec import TensorSpec, TypeSpec, VariableSpec
from ..values.variable import ResourceVariable


class _Traced:
    """Stands for the call of which a function was traced."""

    def __init__(self, outline: Outline, variables: Sequence[ResourceVariable]) -> None:
        self._outline = outline
        self.variables = variables

    def outline(self) -> Outline:
        return self._outline


class RestoredConcrete(ConcreteFunction):
    """A trace that was read. The first call traces its graph anew: what runs is what that made of it.

    Args:
      variables: what stands for the variables among the arguments.
    """

    def __init__(
        self,
        graph: Graph,
        outline: Outline,
        structure: Any,
        jit_compile: bool | None,
        variables: Sequence[ResourceVariable] = (),
    ) -> None:
        super().__init__(graph, _Traced(outline, variables), structure, None)  # type: ignore[arg-type]
        specs = [[TensorSpec.from_spec(spec) for spec in outline.specs], []]
        signature = None if variables else specs
        self._own = Function(
            lambda tensors, given: self.run_on(tensors, given), graph.name, signature, False, jit_compile
        )

    def run_on(self, tensors: Sequence[Tensor], given: Sequence[ResourceVariable] = ()) -> Any:
        if current.thread.trace is None:
            return self._own(list(tensors), list(given))
        return super().run_on(tensors, given)

    @property
    def structured_outputs(self) -> Any:
        """The results, with a `TensorSpec` for each tensor."""
        return self._structured_specs()

    def _structured_specs(self) -> Any:
        made = super()._structured_specs()
        if isinstance(made, Mapping):
            return {key: named(x, str(key)) for key, x in made.items()}
        return named(made, "tensor")


class _Body:
    """What a restored function is traced from: it finds the trace that was saved for such arguments."""

    def __init__(self, name: str, parameters: Sequence[inspect.Parameter], traces: Sequence[RestoredConcrete]) -> None:
        self.__name__ = self.__qualname__ = name
        self.__signature__ = inspect.Signature(parameters)
        self.traces = traces

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.traces:
            raise ValueError(
                "Found zero restored functions for caller function. It was saved without a trace: call it with tensors "
                "and plain values before it is saved, or give it an input_signature."
            )
        for convert in (False, True):
            for trace in self.traces:
                found = _Fit(convert)
                if found.fits(list(_values(trace.outline, args, kwargs)), [x for _, _, x in trace.outline.parameters]):
                    return trace.run_on(found.tensors, list(found.variables.values()))
        options = []
        for i, trace in enumerate(self.traces, 1):
            positional, keyword = trace.structured_input_signature
            options.append(f"Option {i}:\n  {_listed(positional)}\n  Keyword arguments: {keyword}")
        raise ValueError(
            "Could not find matching concrete function to call loaded from the SavedModel. Got:\n"
            f"  {_listed(args)}\n  Keyword arguments: {kwargs}\n\n Expected these arguments to match one of the "
            f"following {len(options)} option(s):\n\n" + "\n\n".join(options)
        )


def _listed(positional: Sequence[Any]) -> str:
    items = "\n    * ".join(repr(x) if isinstance(x, Tensor) else str(x) for x in positional)
    return f"Positional arguments ({len(positional)} total):\n    * {items}"


def _values(outline: Outline, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[Any]:
    """The arguments in the order of the parameters; nothing fits where there are others."""
    yield from args
    yield from (kwargs[name] for name, kind, _ in outline.parameters if kind == "KEYWORD_ONLY" and name in kwargs)
    yield from (
        x for name, x in kwargs.items() if (name, "KEYWORD_ONLY") not in [(n, k) for n, k, _ in outline.parameters]
    )


class _Fit:
    """Whether arguments fit a trace; and the tensors and variables among them, in the order in which it takes them."""

    def __init__(self, convert: bool) -> None:
        self._convert = convert
        self.tensors: list[Tensor] = []
        self.variables: dict[Any, ResourceVariable] = {}  # by what the specs call them

    def fits(self, given: Any, expected: Any) -> bool:
        """Whether `given` fits a structure of specs and static values."""
        if isinstance(expected, TensorSpec):
            return self._tensor(given, expected)
        if isinstance(expected, VariableSpec):
            return self._variable(given, expected)
        if isinstance(expected, TypeSpec):
            if not isinstance(given, expected.value_type) or not expected.is_compatible_with(given):
                return False
            self.tensors += given._components
            return True
        children = _children(expected)
        if children is None:
            return not isinstance(given, Tensor | ResourceVariable) and bool(given == expected)
        found = _children(given)
        return (
            found is not None
            and _kind(found[0]) == _kind(children[0])
            and len(found[1]) == len(children[1])
            and all(map(self.fits, found[1], children[1]))
        )

    def _tensor(self, given: Any, spec: TensorSpec) -> bool:
        if self._convert and not isinstance(given, Tensor):
            try:
                given = convert_to_tensor(given, dtype_hint=spec.dtype)
            except (TypeError, ValueError):
                return False
        if not isinstance(given, Tensor) or given.dtype is not spec.dtype:
            return False
        self.tensors.append(given)
        return spec.shape.is_compatible_with(given.shape)

    def _variable(self, given: Any, spec: VariableSpec) -> bool:
        anywhere = VariableSpec(spec.shape, spec.dtype, spec.trainable)
        if not isinstance(given, ResourceVariable) or not VariableSpec.from_value(given).is_subtype_of(anywhere):
            return False
        same = [name for name, v in self.variables.items() if v.handle is given.handle]
        self.variables.setdefault(spec.alias_id, given)
        return (same or [spec.alias_id]) == [spec.alias_id] and self.variables[spec.alias_id].handle is given.handle


def _kind(label: Any) -> Any:
    """Lists and tuples are as good as each other."""
    return "Tuple" if label == "List" else label


class RestoredFunction(Function):
    """A `tf.function` that was read.

    Attributes:
      concrete_functions: the traces that were saved.
    """

    def __init__(self, name: str, parameters: Sequence[inspect.Parameter], concrete_functions: list[RestoredConcrete],
                 input_signature: Any = None, jit_compile: bool | None = None) -> None:  # fmt: skip
        body = _Body(name, parameters, concrete_functions)
        super().__init__(body, name, input_signature, False, jit_compile)
        self.concrete_functions = concrete_functions

    def _list_all_concrete_functions(self) -> list[ConcreteFunction]:
        return list(self.concrete_functions)

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        between = "\n\n" if verbose else "\n"
        return between.join(c.pretty_printed_signature(verbose) for c in self.concrete_functions)


class SignatureMap(Mapping[str, ConcreteFunction]):
    """The signatures of a loaded model, by name."""

    def __init__(self, signatures: dict[str, ConcreteFunction]) -> None:
        self._signatures = signatures

    def __getitem__(self, key: str) -> ConcreteFunction:
        return self._signatures[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signatures)

    def __len__(self) -> int:
        return len(self._signatures)

    def __repr__(self) -> str:
        return f"_SignatureMap({self._signatures!r})"


class _Restored:
    """An object that was read. Its class is gone: it has the variables, objects and functions that were saved."""

    reserved: type = object  # whose attributes it cannot have others of


class RestoredModule(_Restored, Module):
    """One that was a `tf.Module`."""

    reserved = Module


class RestoredObject(_Restored, AutoTrackable):
    """One that was a `Trackable`, as models and layers of Keras are."""

    reserved = AutoTrackable


class _Callable:
    """One whose class had `__call__` as a `tf.function`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return vars(self)["__call__"](*args, **kwargs)


class CallableModule(_Callable, RestoredModule):
    """One that was a `tf.Module`."""


class CallableObject(_Callable, RestoredObject):
    """One that was a `Trackable`."""
