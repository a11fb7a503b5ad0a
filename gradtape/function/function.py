"""`tf.function`: a Python function that is traced into a graph once for each signature, and run as that graph."""

import functools
import inspect
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import MethodType
from typing import Any

import numpy as np

from ..array.shape import identity_p
from ..autograph import operators as autograph
from ..config.execution import functions_run_eagerly
from ..graph.graph import Constant, Graph, interpret
from ..replay import program as replay
from ..tracing.derivative import apply, as_tensor, with_constants
from ..tracing.python_call import trials
from ..tracing.samples import of_any_length, two_samples
from ..tracing.trace import Trace, forget_samples
from ..values import nest
from ..values.claims import Claim, Claimed, claimed
from ..values.composite import CompositeTensor
from ..values.convert import convert_to_tensor
from ..values.shape import TensorShape
from ..values.symbolic import Dim, Value, symbolic
from ..values.tensor import Tensor
from ..values.thread import current
from ..values.type_spec import TensorSpec
from ..values.variable import ResourceVariable
from ..values.weak_table import WeakTable
from .retracing import history_of
from .signature import Call, Signature, Traces
from .wholes import Whole

__all__ = ["ConcreteFunction", "Function", "decorated"]


xla: Any  # the module, once a function is compiled


class _Leaf:
    """Stands for a tensor in the structure of a function's results."""

    def __repr__(self) -> str:
        return "<tensor>"


_LEAF = _Leaf()


def _mark(x: Any) -> Any:
    """What stands for a leaf of a function's results."""
    if x is None:
        return None
    if not isinstance(x, CompositeTensor):
        return _LEAF
    parts = x._components
    return Whole(x._type_spec, len(parts)) if x._by_spec else x._with_components([_LEAF for _ in parts])


def _put(mark: Any, found: Iterator[Any]) -> Any:
    """The leaf for which `mark` stands, made of the next tensors."""
    if mark is _LEAF:
        return next(found)
    if type(mark) is Whole:
        return mark.spec._from_components(tuple(next(found) for _ in range(mark.count)))
    if isinstance(mark, CompositeTensor):
        return mark._with_components([next(found) if part is _LEAF else part for part in mark._components])
    return mark


class ConcreteFunction:
    """A graph with its signature: what a `tf.function` runs for the calls of one signature.

    Called, it takes the arguments of the function, of which those that are no tensors may be left out.

    Attributes:
      graph: what it computes. It prints as text, and `gradtape.debug.plot` draws it.
      name: of the function.
    """

    def __init__(self, graph: Graph, call: Call, structure: Any, run: Any) -> None:
        self.graph = graph
        self.name = graph.name
        self.outline = call.outline()
        self._structure = structure
        self._run = run
        self._variables = list(graph.variables)
        self._arguments = [v.handle for v in call.variables]  # variables that other calls may have others for
        self._count = len(graph.outputs)
        news = (v.handle for v, x in zip(graph.variables, graph.assigned, strict=True) if x is not None)
        self._assigned = [(handle, self._count + i) for i, handle in enumerate(news)]
        self._changed = _in_order(self._assigned)
        self._constants = graph.constants()
        self._local = run is replay.run
        # Where an argument's rank is not known, there is a graph for each that comes.
        self._unranked = [i for i, spec in enumerate(self.outline.specs) if spec.shape.rank is None]
        self._ranks = tuple(graph.inputs[i].ndim for i in self._unranked)
        self._by_ranks: dict[Any, ConcreteFunction] = {self._ranks: self}
        self.retrace: Callable[[Sequence[Tensor]], ConcreteFunction] | None = None

    def fits_here(self) -> bool:
        """Whether the traces that it takes values from are still open."""
        return all(_is_open(x) for x in self.graph.captured)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tensors, variables = self.outline.bind(args, kwargs)
        return self.run_on(tensors, variables)

    def run_on(self, tensors: Sequence[Tensor], given: Sequence[ResourceVariable] = ()) -> Any:
        """The results for the tensors of a call, and the variables among its arguments."""
        if self._unranked:
            ranks = tuple(tensors[i].ndim for i in self._unranked)
            if ranks != self._ranks and self.retrace is not None:
                if ranks not in self._by_ranks:
                    self._by_ranks[ranks] = self.retrace(tensors)
                return self._by_ranks[ranks].run_on(tensors, given)
        thread = current.thread
        variables, assigned, changed = self._variables, self._assigned, self._changed
        if given:
            others = dict(zip(self._arguments, given, strict=True))
            variables = [others.get(v.handle, v) for v in variables]
            assigned = [(others[h].handle if h in others else h, place) for h, place in assigned]
            changed = _in_order(assigned)
        claim = alone = None
        if changed and thread.trace is None:
            claim = Claim()
            claim.of = thread.claim.of
        try:
            if claim is not None:
                alone = claimed(changed, claim)  # nobody else changes them meanwhile
            if thread.recordings or thread.trace is not None:
                results = self._seen(tensors, variables, assigned)
            elif self._local or thread.look is not None:
                arrays = [x._array for x in tensors]
                for v in variables:
                    arrays.append(v.handle.local())
                made = replay.run(self.graph, arrays, variables if alone else None)
                results = [as_tensor(x) for x in made[: self._count]]
                for handle, place in assigned:
                    handle.array = made[place]
                    handle.held = None
            else:
                made = self._on_device(list(map(xla.given_to, tensors)), variables, assigned)
                results = list(map(xla.taken_from, made[: self._count]))
        finally:
            if claim is not None:
                claim.of = None
        return results[0] if self._structure is _LEAF else _packed(self._structure, results)

    def _on_device(self, arrays: list[Any], variables: Sequence[Any], assigned: Sequence[Any]) -> Any:
        """What XLA makes of these arrays and the variables. Those that are assigned give their memory away. They
        get what was made of it even if an interrupt lands behind that.
        """
        while True:
            kept = xla.Kept() if assigned else None
            values = [v.handle.whole() for v in variables]
            try:
                made = self._run(self.graph, [*arrays, *values], kept)
                _assign(assigned, made)
                return made
            except BaseException as error:
                done = None if kept is None else kept.results()
                _assign(assigned, done)
                if done is not None or not isinstance(error, Exception) or not any(map(xla.is_given_away, values)):
                    raise
                given = [v.handle for v, x in zip(variables, values, strict=True) if xla.is_given_away(x)]
                waited = [handle.wait(current.thread.claim) for handle in given]
                if not all(waited) or all(v.handle.array is x for v, x in zip(variables, values, strict=True)):
                    raise

    def _seen(self, tensors: Sequence[Tensor], variables: Sequence[Any], assigned: Sequence[Any]) -> list[Any]:
        """The same, where tapes or a trace look on."""
        thread = current.thread
        inputs = [*tensors, *self.graph.captured, *(v.__tf_tensor__() for v in variables)]
        if thread.trace is not None:
            results = interpret(self.graph, inputs)
            by_handle = {v.handle: v for v in variables}
            for handle, place in assigned:
                thread.trace.assign(by_handle[handle], results[place])
            given = set(map(id, inputs))
            return [identity_p(x) if id(x) in given else x for x in results[: self._count]]
        graph = self.graph
        watched = [c for c in self._constants if c.tensor._node is not None]  # type: ignore[union-attr]
        if watched:
            graph = with_constants(graph, watched)
            inputs += [c.tensor for c in watched]
        results = apply([graph], None, inputs, self._execute)
        for handle, place in assigned:
            handle.array = results[place]._array
        return results[: self._count]

    def _execute(self, graphs: list[Graph], index: Any, tensors: Sequence[Any]) -> Any:
        run = self._run if current.thread.look is None else replay.run
        return run(graphs[0], [getattr(x, "_array", x) for x in tensors])

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def structured_input_signature(self) -> Any:
        """The parameters by position and by keyword, with a `TensorSpec` for each tensor."""
        return self.outline.structured_input_signature

    @property
    def structured_outputs(self) -> Any:
        """The results, symbolic."""
        return self._structure_of(self._symbolic_outputs())

    @property
    def output_shapes(self) -> Any:
        """The results' shapes, in their structure; of a composite a list of those of its parts."""
        return self._of_results(lambda x: TensorShape(None) if x is None else x.shape)

    @property
    def output_dtypes(self) -> Any:
        """The results' dtypes, in their structure; of a composite a list of those of its parts."""
        return self._of_results(lambda x: None if x is None else x.dtype)

    def _of_results(self, attribute: Callable[[Any], Any]) -> Any:
        def of(x: Any) -> Any:
            return [attribute(part) for part in x._components] if isinstance(x, CompositeTensor) else attribute(x)

        return nest.map_structure(of, self.structured_outputs)

    @property
    def inputs(self) -> list[Any]:
        """The graph's inputs, symbolic."""
        return [symbolic(x) for x in self.graph.inputs if x.dtype is not None]

    @property
    def outputs(self) -> list[Any]:
        """The graph's outputs, symbolic."""
        return self._symbolic_outputs()

    @property
    def variables(self) -> tuple[ResourceVariable, ...]:
        """The variables that it reads or assigns."""
        return tuple(self._variables)

    @property
    def trainable_variables(self) -> tuple[ResourceVariable, ...]:
        """Those of the variables that are trainable."""
        return tuple(v for v in self._variables if v.trainable)

    @property
    def captured_inputs(self) -> list[Any]:
        """What it uses besides its arguments."""
        return [*self.graph.captured, *self._variables]

    def _output_specs(self) -> list[Any]:
        return [TensorSpec(x.shape, x.dtype) for x in self._symbolic_outputs()]

    def _symbolic_outputs(self) -> list[Any]:
        found: list[Any] = []
        for i, x in enumerate(self.graph.outputs):
            array = x.array if type(x) is Constant else x
            found.append(symbolic(Value.described(f"Identity_{i}" if i else "Identity", array.shape, array.dtype)))
        return found

    def _structure_of(self, leaves: list[Any]) -> Any:
        return leaves[0] if self._structure is _LEAF else _packed(self._structure, leaves)

    def _structured_specs(self) -> Any:
        """The specs of the results, in their structure."""
        specs = iter(self._output_specs())
        marks = [_spec_of(x, specs) for x in nest.flatten(self._structure)]
        return nest.pack_sequence_as(self._structure, marks)

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The signature, on several lines with what is captured, or on one."""
        captures = [(id(v.handle), _RESOURCE) for v in self._variables]
        return self.outline.pretty(self._structured_specs(), captures, verbose)

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature(verbose=True)}"

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.pretty_printed_signature(verbose=False)} at {id(self):#x}>"


class _Resource(TensorSpec):
    """Stands for a variable among what a function captures."""

    def __repr__(self) -> str:
        return "TensorSpec(shape=(), dtype=tf.resource, name=None)"


_RESOURCE = _Resource([])


def _in_order(assigned: Sequence[Any]) -> list[Any]:
    """The handles of assigned variables, in the order in which threads claim them."""
    return sorted((handle for handle, _ in assigned), key=lambda handle: handle.serial)


def _assign(assigned: Sequence[Any], made: Sequence[Any] | None) -> None:
    if made is not None:
        for handle, place in assigned:
            handle.array = made[place]


def _is_open(x: Any) -> bool:
    value = getattr(x, "_array", x)
    trace = current.thread.trace
    while trace is not None and type(value) is Value:
        if trace is value.trace:
            return True
        trace = trace.parent
    return type(value) is not Value


def _packed(structure: Any, results: list[Any]) -> Any:
    found = iter(results)
    return nest.pack_sequence_as(structure, [_put(x, found) for x in nest.flatten(structure)])


def _spec_of(mark: Any, specs: Iterator[Any]) -> Any:
    """The spec of the leaf for which `mark` stands, of which the next of `specs` are those of its tensors."""
    if type(mark) is not Whole:
        return _put(mark, specs)
    for _ in range(mark.count):
        next(specs)
    return mark.spec


def _unpickle(function: Callable[..., Any], name: str, bound: Any, options: dict[str, Any]) -> "Function":
    return Function(function, name, bound_self=bound, **options)


class Function:
    """A Python function that runs as graphs. `tf.function` makes it.

    Attributes:
      python_function: what is traced.
      input_signature: of the calls, if it was given.
    """

    def __init__(self, python_function: Callable[..., Any], name: str, input_signature: Any = None,
                 autograph: bool = True, jit_compile: bool | None = None, reduce_retracing: bool = False,
                 bound_self: Any = None) -> None:  # fmt: skip
        self._name = name
        self._options: dict[str, Any] = {
            "input_signature": input_signature, "autograph": autograph, "jit_compile": jit_compile,
            "reduce_retracing": reduce_retracing,
        }  # fmt: skip
        self._self = None if bound_self is None else weakref.ref(bound_self)
        self._take(python_function)
        self._traces = Traces()
        self._turn = Claimed()
        self._count = 0
        self._calls = 0  # since it was traced
        self._methods = WeakTable()

    def _take(self, python_function: Callable[..., Any]) -> None:
        """Make `python_function` what is traced."""
        functools.update_wrapper(self, python_function)
        self.python_function = python_function
        options = self._options
        bound = None if self._self is None else self._self()
        if bound is not None:  # as `inspect` sees methods
            self.__signature__ = inspect.signature(MethodType(python_function, bound))
        self._signature = Signature(python_function, options["input_signature"], options["reduce_retracing"], bound)
        self._history = history_of(python_function)

    def _decorate(self, decorator: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Have `decorator` wrap the Python function, as libraries do to the methods of their modules.

        Raises:
          ValueError: if there is a graph of it already.
        """
        if self._count:
            raise ValueError("Functions cannot be decorated after they have been traced.")
        self._take(decorator(self.python_function))

    def __reduce__(self) -> Any:
        """A copy has no traces yet."""
        bound = None if self._self is None else self._self()
        return _unpickle, (self.python_function, self._name, bound, self._options)

    # --- calls -----------------------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if functions_run_eagerly():
            return self._python(args, kwargs)
        key, tensors = self._signature.glance(args, kwargs)
        known = self._traces.by_key.get(key)
        if known is not None:
            self._calls += 1
            return known.run_on(tensors)
        call = self._signature.bind(args, kwargs)
        before = self._count
        concrete = self._traced(call)
        if self._count == before:
            self._calls += 1
        else:
            self._history.traced(self.python_function, self._calls)
            self._calls = 0
        return concrete.run_on(call.tensors, call.variables if concrete._arguments else ())

    def _python(self, args: Any, kwargs: Any) -> Any:
        if self._self is not None:
            args = (self._self(), *args)
        return self.python_function(*args, **kwargs)

    def around(self, caller: Callable[[Callable[..., Any], Any, Any], Any]) -> "Function":
        """A function of `args` and `kwargs`: graphs of `caller(f, args, kwargs)`, where `f` is this in Python."""
        bound = None if self._self is None else self._self()
        python = self.python_function if bound is None else functools.partial(self.python_function, bound)
        options = {**self._options, "input_signature": None}
        return Function(lambda args, kwargs: caller(python, args, kwargs), self._name, **options)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        try:
            found = self._methods.get(instance)
        except TypeError:  # not hashable, or has no weak references
            return self._bound(instance)
        if found is None:
            found = self._methods[instance] = self._bound(instance)
        return found

    def _bound(self, instance: Any) -> "Function":
        return Function(self.python_function, self._name, bound_self=instance, **self._options)

    # --- tracing ---------------------------------------------------------------------------------------------------

    def _traced(self, call: Call) -> ConcreteFunction:
        concrete = self._traces.find(call)
        if concrete is None:
            claim = Claim()
            claim.of = current.thread.claim.of
            try:
                self._turn.claim(claim)  # threads that trace functions which call each other go on both
                concrete = self._traces.find(call)
                if concrete is None:
                    call = self._traces.widen(call)
                    concrete = self._trace(call)
                    self._traces.add(call, concrete, concrete.fits_here if concrete.graph.captured else None)
            finally:
                claim.of = None
        return concrete  # type: ignore[no-any-return]

    def _trace(self, call: Call) -> ConcreteFunction:
        arrays = [
            x._array
            for x, spec in zip(call.tensors, call.outline().specs, strict=False)
            if not spec.shape.is_fully_defined()
        ]
        self._count += 1
        trace, concrete = of_any_length(functools.partial(self._traced_once, call, self._count == 1), arrays)
        if trace.created:  # their initial values are set now, and from here on none may be made
            self._count += 1
            _, concrete = of_any_length(functools.partial(self._traced_once, call, False), arrays)

        if concrete._unranked:
            concrete.retrace = functools.partial(self._retraced, call.without_values())
        return concrete  # type: ignore[no-any-return]

    def _retraced(self, call: Call, tensors: Sequence[Tensor]) -> ConcreteFunction:
        traced = functools.partial(self._traced_once, call, False, tensors=tensors)
        return of_any_length(traced, [x._array for x in tensors])[1]  # type: ignore[no-any-return]

    def _traced_once(self, call: Call, creates: bool, least: int,
                     tensors: Sequence[Tensor] | None = None) -> tuple[Trace, ConcreteFunction]:  # fmt: skip
        trace = Trace(self._name, current.thread.trace)
        trace.creates = creates
        outline = call.outline()
        with trace.active():
            inputs = []
            known = call.tensors if tensors is None else tensors
            given = iter(known if len(known) == len(outline.specs) else ())  # or else specs stand for some
            for name, spec in zip(outline.names, outline.specs, strict=True):
                tensor = next(given, None)
                sample, other = _samples(tensor, spec, least)
                value = trace.input(sample, other, name)
                if tensor is None and spec.shape.rank is None and not trials.wanted:
                    trace.unranked(value)
                if tensor is not None:
                    trace.given[value] = tensor._array
                inputs.append(as_tensor(value))
            args, kwargs = call.rebuild(inputs)
            before = _containers(call, args, kwargs)
            if self._self is not None:
                args = (self._self(), *args)
            with autograph.converting(self._options["autograph"]):
                result = autograph.call(self.python_function, requested=True)(*args, **kwargs)
            self._refuse_changes(before)
            leaves = nest.flatten(result, expand_composites=True)
            outputs = [None if x is None else self._output(x) for x in leaves]
            structure = nest.pack_sequence_as(result, list(map(_mark, nest.flatten(result))))
            graph = trace.close([x for x in outputs if x is not None])
        forget_samples(graph)
        trace.given.clear()
        return trace, ConcreteFunction(graph, call, structure, self._executor())

    def _refuse_changes(self, containers: dict[str, tuple[Any, Any]]) -> None:
        """Raise if the function changed a list or dict that it was given, which only a trace would do."""
        changed = [name for name, (before, now) in containers.items() if not _identical(before, now)]
        if changed:
            raise ValueError(
                f"{self._name}{self._signature} should not modify its Python input arguments. Check if it modifies any "
                "lists or dicts passed as arguments. Modifying a copy is allowed. The following parameter(s) were "
                f"modified: {', '.join(changed)}"
            )

    def _output(self, x: Any) -> Tensor:
        try:
            return convert_to_tensor(x)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"To be compatible with tf.function, Python functions must return zero or more Tensors or "
                f"ExtensionTypes or None values; in compilation of {self.python_function}, found return value of type "
                f"{type(x).__name__}, which is not a Tensor or ExtensionType."
            ) from error

    def _executor(self) -> Any:
        if self._options["jit_compile"]:
            global xla
            from ..xla import executor as xla

            return xla.executor()
        return replay.run

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The trace for calls with these arguments, among which `tf.TensorSpec`s may stand for tensors.

        Raises:
          TypeError: if the arguments are not such as the function takes.
        """
        if self._signature.input_signature is not None and not args and not kwargs:
            args = self._signature.input_signature
        return self._traced(self._signature.bind(args, kwargs, specs=True))

    # --- what it is ------------------------------------------------------------------------------------------------

    @property
    def input_signature(self) -> Any:
        return self._signature.input_signature

    @property
    def name(self) -> str:
        return self._name

    @property
    def jit_compile(self) -> bool | None:
        return self._options["jit_compile"]  # type: ignore[no-any-return]

    _jit_compile = jit_compile

    @property
    def function_spec(self) -> Signature:
        return self._signature

    def experimental_get_tracing_count(self) -> int:
        """How often the Python function was traced."""
        return self._count

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures of all traces."""
        between = "\n\n" if verbose else "\n"
        return between.join(c.pretty_printed_signature(verbose) for c in self._traces)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, ConcreteFunction]:
        """What a saved model keeps of the function: its traces. A checkpoint keeps nothing of it."""
        if save_type == "checkpoint":
            return {}
        return {f"trace_{i}": trace for i, trace in enumerate(self._list_all_concrete_functions())}

    def _list_all_concrete_functions(self) -> list[ConcreteFunction]:
        return list(self._traces)

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Callable[..., str]:
        """A function `ir(stage="hlo")` that gives what XLA is given, or makes, for these arguments.

        Its stages are "stablehlo" and "hlo", the text of what it is given; "optimized_hlo", of what it makes of that;
        and "hlo_serialized" and "optimized_hlo_serialized", bytes.

        Raises:
          ValueError: if the function was not made with `jit_compile=True`.
        """
        if not self._options["jit_compile"]:
            raise ValueError("Compiler IR can only be returned for functions marked with 'jit_compile=True'.")
        from ..xla.executor import compiler_ir

        return compiler_ir(self.get_concrete_function(*args, **kwargs), args, kwargs)

    def __repr__(self) -> str:
        return f"<gradtape.function.Function {self._name} at {id(self):#x}>"


def _containers(call: Call, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """By the names of parameters, the arguments that are nested: a copy of each, and it itself."""
    names = call.signature.labels(len(args), kwargs)
    return {
        name: (nest.pack_sequence_as(x, nest.flatten(x)), x)
        for (name, _), x in zip(names, (*args, *kwargs.values()), strict=True)
        if nest.is_nested(x)
    }


def _identical(before: Any, now: Any) -> bool:
    """Whether two structures have the same form and the same leaves."""
    try:
        nest.assert_same_structure(before, now)
    except (TypeError, ValueError):
        return False
    return all(x is y for x, y in zip(nest.flatten(before), nest.flatten(now), strict=True))


def _samples(tensor: Any, spec: TensorSpec, least: int) -> tuple[Any, Any]:
    """An array such as an input may be, and another in which the lengths differ that may."""
    dims = spec.shape
    array = getattr(tensor, "_array", None)
    if type(array) is Value:
        known = [type(n) is not Dim and (dims.rank is None or dims[i] is None) for i, n in enumerate(array.shape)]
        if not any(known):
            return array.sample, array.other
        array = array.sample  # of known lengths here, and traced for others too
    if array is None:
        shape = [] if dims.rank is None else [2 if n is None else n for n in dims.as_list()]
        kind = spec.dtype.as_numpy_dtype
        array = np.full(shape, b"", np.object_) if spec.dtype.name == "string" else np.ones(shape, kind)
    unknown = [dims.rank is None or dims[i] is None for i in range(array.ndim)]
    if not any(unknown):
        return array, None
    return two_samples(array, unknown, least)


def decorated(f: Callable[..., Any], options: dict[str, Any]) -> Function:
    """The `Function` of a Python function, method or other callable."""
    inner, instance = (f.__func__, f.__self__) if inspect.ismethod(f) else (f, None)
    if isinstance(type(inner).__call__, Function):  # an object whose calls are a function's
        inner, instance = type(inner).__call__, inner
    if isinstance(inner, Function):
        if inner._self is not None:
            instance = inner._self()
        inner = inner.python_function
    name = getattr(inner, "__name__", None) or type(inner).__name__
    made = Function(inner, "lambda" if name == "<lambda>" else name, bound_self=instance, **options)
    made._keep = instance  # type: ignore[attr-defined]
    return made
