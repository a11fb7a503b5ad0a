"""Replay: a graph's operations on NumPy, one after the other, as one generated Python function.

The function is straight-line code. A value is let go after its last use, and an elementwise operation writes into an
input that nobody needs any more, since fresh arrays of megabytes cost more than the arithmetic on them.
"""

import functools
import operator
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..engine import numpy as engine
from ..engine.numpy_slots import Slots
from ..graph.aliases import Memory
from ..graph.graph import Constant, Entry, Graph, dims_of, run_kernels
from ..graph.operations import text_array
from ..graph.passes import optimized
from ..values.symbolic import Dim, Value
from ..values.thread import current

Program = Callable[..., Any]
Around = Callable[[Any, Entry], Any]

# Operations that NumPy's ufuncs compute, by the kernel that eager execution calls.
_UFUNCS: dict[Any, np.ufunc] = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.neg: np.negative,
}  # fmt: skip


class _Writer:
    """Writes the source of a graph's program."""

    def __init__(self, graph: Graph, results: Sequence[Any], carried: int = 0, around: Around | None = None) -> None:
        self.graph = graph
        self.results = results
        self.around = around
        self.names: dict[Value, str] = {}
        self.globals: dict[str, Any] = {}
        self._bound: dict[int, str] = {}
        self.lines: list[str] = []
        self.entries: dict[int, tuple[Any, list[str]]] = {}  # operations and the names of their inputs, by line
        self.memory = Memory(graph, results, carried)
        self.last = self.memory.last
        self.given = set(graph.inputs)
        self.takes = False  # whether it writes into variables, if it is given them
        self.checked = max((i for i, entry in enumerate(graph.entries) if entry.effect), default=-1)
        olds = graph.inputs[len(graph.inputs) - len(graph.variables) :]
        self.places = {old: i for i, old in enumerate(olds)}
        self.replaced = {old: new for old, new in zip(olds, graph.assigned, strict=False) if type(new) is Value}

    def bind(self, x: Any, prefix: str = "c") -> str:
        """The name by which the program knows an object."""
        name = self._bound.get(id(x))
        if name is None:
            name = self._bound[id(x)] = f"{prefix}{len(self.globals)}"
            self.globals[name] = x
        return name

    def kernel(self, kernel: Any, entry: Entry) -> str:
        """The name of what computes an operation."""
        return self.bind(kernel if self.around is None else self.around(kernel, entry), "k")

    def literal(self, x: Any) -> str:
        """The expression of an attribute."""
        kind = type(x)
        if kind is Dim:
            return self.names[x.value]
        if x is None or kind in (int, bool, str) or (kind is float and x - x == 0):
            return repr(x)
        if kind is tuple:
            return f"({''.join(self.literal(y) + ', ' for y in x)})"
        if kind is list:
            return f"[{', '.join(self.literal(y) for y in x)}]"
        if isinstance(x, tuple) and any(True for _ in dims_of(x)):  # a named one
            return f"{self.bind(kind)}({', '.join(self.literal(y) for y in x)})"
        if kind is slice:
            return f"slice({', '.join(self.literal(y) for y in (x.start, x.stop, x.step))})"
        return self.bind(x)

    def input(self, x: Any) -> str:
        if type(x) is Value:
            return self.names[x]
        return self.bind(x.array) if type(x) is Constant else self.literal(x)

    def name(self, value: Value) -> str:
        name = self.names[value] = f"v{len(self.names)}"
        return name

    def write(self) -> str:
        parameters = [self.name(value) for value in self.graph.inputs]
        for value in self.graph.inputs:
            if value not in self.last:
                self.last[value] = -1
        for i, entry in enumerate(self.graph.entries):
            self._entry(i, entry)
        results = ", ".join(self.input(x) for x in self.results)
        body = "\n    ".join([*self.lines, f"return [{results}]"])
        if self.takes:
            parameters.append("variables=None")
        return f"def program({', '.join(parameters)}):\n    {body}\n"

    def _entry(self, i: int, entry: Entry) -> None:
        inputs = [self.input(x) for x in entry.inputs]
        arguments = inputs + [f"{k}={self.literal(v)}" for k, v in entry.attrs.items()]
        kernel = entry.op.kernel
        arrays = any(x.ndim or x.listed for x in entry.outputs)
        ufunc = _ufunc_of(entry.op) if arrays and not entry.attrs else None
        in_place = getattr(entry.op, "in_place", None)
        into = condition = None
        if ufunc is not None:
            kernel = ufunc
            into, condition = self._overwritten(i, entry)
            inside = f"{self.kernel(ufunc, entry)}({', '.join([*arguments, into or ''])})"
        elif in_place is not None:
            into, condition = self._updated(i, entry)
            inside = f"{self.kernel(in_place, entry)}({', '.join(arguments)})"
        call = f"{self.kernel(kernel, entry)}({', '.join(arguments)})"
        if into is not None:
            call = inside if condition is None else f"{inside} if {condition} else {call}"
        if _is_text(entry):
            call = f"{self.bind(text_array, 'k')}({call})"
        dead = sorted({self.names[v] for v in entry.uses if self.last[v] == i})
        if not entry.outputs:
            target = "_"
        elif entry.op.multiple:
            target = "".join(self.name(v) + ", " for v in entry.outputs)
        else:
            target = self.name(entry.outputs[0])
        self.lines.append(f"{target} = {call}")
        self.entries[len(self.lines) + 1] = entry.op, inputs
        dead += [self.names[v] for v in entry.outputs if v not in self.last]
        if dead:
            self.lines.append("del " + ", ".join(dead))

    def _overwritten(self, i: int, entry: Entry) -> tuple[str | None, str | None]:
        """An input whose memory the output can have, and an expression that says whether it can in this run."""
        out = entry.outputs[0]
        ends = [x for x in entry.uses if self.memory.is_free(x, i) and x.listed == out.listed]
        for x in ends:
            if x in self.given:  # a loop's list; the other one may have few elements
                return self.names[x], self._is_carried(x)
        for x in ends:
            if x.dtype == out.dtype and x.shape == out.shape and not any(type(n) is Dim for n in out.shape):
                return self.names[x], None
        return self._assigned_over(i, entry, entry.inputs)

    def _is_carried(self, x: Value) -> str:
        return f"{self.bind(_is_carried)}({self.names[x]})"

    def _updated(self, i: int, entry: Entry) -> tuple[str | None, str | None]:
        """The first input, if it can be changed; and an expression that says whether it can in this run."""
        first = entry.inputs[0]
        if type(first) is Value and self.memory.is_free(first, i):
            return self.names[first], self._is_carried(first) if first in self.given else None
        return self._assigned_over(i, entry, [first], last=False)

    def _assigned_over(self, i: int, entry: Entry, inputs: Sequence[Any],
                       last: bool = True) -> tuple[str | None, str | None]:  # fmt: skip
        """A variable's old value among `inputs` whose memory the output can have, if nobody else has it in this run.

        Args:
          last: the output must be the variable's new value, so that it never holds anything else.
        """
        if i < self.checked:  # what follows may fail, and nothing is to be assigned then
            return None, None
        out = entry.outputs[0]
        for x in inputs:
            if (
                type(x) is Value
                and x in self.replaced
                and (self.replaced[x] is out or not last)
                and self.last[x] == i
                and x.dtype == out.dtype
                and sum(y is x for y in entry.inputs) == 1
            ):
                self.takes = True
                return self.names[x], f"{self.bind(_is_alone)}(variables, {self.places[x]}, {self.names[x]})"
        return None, None


def _is_text(entry: Entry) -> bool:
    """Whether it gives one string, of which a kernel gives the object itself."""
    if entry.op.multiple:
        return False
    made = entry.outputs[0]
    return made.dtype == np.object_ and not made.ndim and not made.listed


def _is_alone(variables: Any, i: int, array: Any) -> bool:
    """Whether only variable `i` has this array, which a program is run with, and other threads wait for it now."""
    if variables is None or type(array) is not np.ndarray or not array.ndim or not array.flags.owndata:
        return False
    handle = variables[i].handle
    if handle.array is not array:  # something was called that assigned to it
        return False
    handle.held = array
    handle.array = handle
    if sys.getrefcount(array) == _ALONE:
        return True
    handle.array = array
    handle.held = None
    return False


def _is_carried(slots: Any) -> bool:
    """Whether only a loop has this list, whose step a program is."""
    return sys.getrefcount(slots) == _CARRIED


def _ufunc_of(op: Any) -> np.ufunc | None:
    kernel = op.kernel
    if isinstance(kernel, np.ufunc):
        return kernel if kernel.nout == 1 else None
    try:
        return _UFUNCS.get(kernel)
    except TypeError:
        return None


def compiled(graph: Graph, results: Sequence[Any], carried: int = 0, around: Around | None = None) -> Program:
    """A function of the graph's inputs that gives a list of these `results`; in it, `around(kernel, entry)` stands for
    the kernel of each operation.
    """
    writer = _Writer(graph, results, carried, around)
    source = writer.write()
    filename = f"<graph of {graph.name}>"
    namespace = {"__name__": __name__, **writer.globals}
    exec(compile(source, filename, "exec"), namespace)
    program = namespace["program"]
    program.takes = writer.takes
    namespace[ENTRIES] = program.entries = writer.entries
    return program  # type: ignore[no-any-return]


def source_of(graph: Graph) -> str:
    """The program of `graph` as text."""
    found = optimized(graph)
    return _Writer(found, found.results).write()


def program_of(graph: Graph, carried: int = 0) -> Program:
    """The compiled `graph`, for all of its results.

    Args:
      carried: how many of its inputs, at the beginning, a loop carries whose step it is: it may write into lists there.
    """
    if current.thread.look is not None:
        return functools.partial(_stepwise, graph)
    found = graph.cache.get("program")
    if found is None:
        better = optimized(graph)
        found = graph.cache["program"] = compiled(better, better.results, carried)
    return found  # type: ignore[no-any-return]


def _stepwise(graph: Graph, *arrays: Any) -> list[Any]:
    """The same, operation by operation, for somebody who looks at what each makes."""
    look: Any = current.thread.look

    def run(entry: Entry, inputs: list[Any], attrs: dict[str, Any]) -> Any:
        try:
            made = entry.op.kernel(*inputs, **attrs)
        except Exception as error:
            raised = entry.op.failure(error, inputs) if hasattr(entry.op, "failure") else error
            if raised is error:
                raise
            raise raised from error
        look(entry, inputs, made)
        return text_array(made) if _is_text(entry) else made

    return run_kernels(graph, arrays, run)


ENTRIES = "entries of the program"  # among its globals

_contexts: list[Any] = []  # quiet ones that nobody is in


def run(graph: Graph, arrays: Sequence[Any], variables: Sequence[Any] | None = None) -> list[Any]:
    """The results of `graph` for the arrays of its inputs.

    Args:
      variables: those of the graph, if the caller alone changes those that are to be assigned its results.
    """
    program = program_of(graph)
    if variables is not None and getattr(program, "takes", False):
        arrays.append(variables)  # type: ignore[attr-defined]
    try:
        context = _contexts.pop()
    except IndexError:
        context = engine.quiet_context()
    try:
        return context.run(program, *arrays)  # type: ignore[no-any-return]
    except Exception as error:
        raised = _explained(error)
        if raised is error:
            raise
        raise raised from error
    finally:
        _contexts.append(context)


def stepped(program: Program, carried: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """The results of a loop's step. What only `carried` has, the program may write into."""
    return program(*carried, *others)  # type: ignore[no-any-return]


def _explained(error: Exception) -> Exception:
    """The error to raise where a kernel of a program raised `error`: the one that the operation raises eagerly."""
    trace, innermost = error.__traceback__, None
    while trace is not None:
        if ENTRIES in trace.tb_frame.f_globals:  # a program, or that of a loop's step in it
            innermost = trace
        trace = trace.tb_next
    if innermost is None:
        return error
    frame = innermost.tb_frame
    op, names = frame.f_globals[ENTRIES].get(innermost.tb_lineno, (None, []))
    if not hasattr(op, "failure"):
        return error
    known = {**frame.f_globals, **frame.f_locals}
    return op.failure(error, [known[name] for name in names if name in known])  # type: ignore[no-any-return]


class _Holder:
    """Holds an array, as the handle of a variable does."""

    def __init__(self) -> None:
        self.array = self.held = np.zeros(1)
        self.handle = self


def _count(variables: Any, i: int, array: Any) -> int:
    handle = variables[i].handle
    handle.held = array
    handle.array = handle
    return sys.getrefcount(array)


def _counted(x: Any) -> int:
    return sys.getrefcount(x)


def _program(v0: Any, variables: Any = None) -> list[Any]:
    return [_count(variables, 0, v0)]


_program.takes = True  # type: ignore[attr-defined]


def _references() -> int:
    """How many `_is_alone` finds of an array that only a variable holds, and a program is run with."""
    graph, holder = Graph("references"), _Holder()
    graph.cache["program"] = _program
    arrays = []
    arrays.append(holder.array)
    return run(graph, arrays, [holder])[0]  # type: ignore[no-any-return]


_ALONE = _references()
_CARRIED: int = stepped(lambda v0: [_counted(v0)], [Slots({}, 0, (), None)], [])[0]

__all__ = ["compiled", "program_of", "run", "stepped"]
