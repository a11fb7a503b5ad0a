"""What XLA's programs leave to the host: random numbers, prints, Python functions, strings, and what SciPy computes.

There are two ways. What comes from outside and depends on nothing that the program computes, such as where its random
numbers start and most of the numbers, is made before the program is called, and given to it (`Prologue`). All else is
called back while it runs (`call`), in order where it has effects. A Python object, a string for one, is on the host all
the time, and a number to XLA (`Held`).

This module imports JAX. Nothing imports this module until XLA is asked for.
"""

import functools
import itertools
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental import io_callback

from ..engine import numpy as engine
from ..graph.graph import Entry, Graph
from ..graph.operations import DIMENSION, DYNAMIC, Check, DeclaredOp, Draw, PythonOp, text_array
from ..replay import program as replay
from ..tracing.python_call import Pull, PythonCall, _Taped
from ..values.errors import InvalidArgumentError
from ..values.symbolic import Dim, Value

# --- before the program ----------------------------------------------------------------------------------------------


class Prologue:
    """The part of a graph that is done on the host before XLA's program is called.

    Attributes:
      rest: the graph without it, with one more input for each value that it makes.
    """

    def __init__(self, rest: Graph, run: Callable[..., list[Any]]) -> None:
        self.rest = rest
        self._run = run

    def __call__(self, arrays: Sequence[Any]) -> list[Any]:
        return engine.quiet_context().run(self._run, *arrays)


def prologue_of(graph: Graph) -> Prologue | None:
    """What can be done before: draws, and what NumPy computes from them, the lengths of arguments, and constants."""
    if not any(isinstance(entry.op, Draw) for entry in graph.entries):
        return None
    arguments, known, drawn = set(graph.inputs), set[Value](), set[Value]()
    first, done = [], set()
    for entry in graph.entries:
        if (
            isinstance(entry.op, Draw | PythonOp)
            and not getattr(entry.op, "effect", False)
            and all(v in known or (entry.op is DIMENSION and v in arguments) for v in entry.uses)
        ):
            first.append(entry)
            known.update(entry.outputs)
            if isinstance(entry.op, Draw) or not drawn.isdisjoint(entry.uses):
                drawn.update(entry.outputs)
                done.add(entry)
        elif entry.effect and not isinstance(entry.op, Check):
            break  # it may draw too, and what is drawn later comes later
    left = [entry for entry in graph.entries if entry not in done]
    wanted = {v for entry in left for v in entry.uses} | {x for x in graph.results if type(x) is Value}
    given = [v for entry in first for v in entry.outputs if v in drawn and v in wanted]
    rest, before = Graph(graph.name), Graph(graph.name)
    rest.inputs, rest.entries, rest.outputs, rest.assigned = graph.inputs + given, left, graph.outputs, graph.assigned
    before.inputs, before.entries = graph.inputs, first
    return Prologue(rest, replay.compiled(before, given))


# --- objects, and runs -----------------------------------------------------------------------------------------------


@jax.tree_util.register_pytree_node_class
class Held:
    """Objects on the host, which XLA knows by their numbers: one, or as many as steps of a loop left behind.

    Attributes:
      numbers: in the objects of the run.
      objects: those of the run that is over; None within one.
    """

    def __init__(self, numbers: Any, objects: list[Any] | None = None) -> None:
        self.numbers = numbers
        self.objects = objects

    def tree_flatten(self) -> Any:
        return (self.numbers,), None

    @classmethod
    def tree_unflatten(cls, _: Any, children: Any) -> "Held":
        return cls(*children)

    @property
    def shape(self) -> Any:
        return np.shape(self.numbers)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        out = np.empty(np.shape(self.numbers), np.object_)
        for i in np.ndindex(out.shape):
            out[i] = self.objects[self.numbers[i]]  # type: ignore[index]
        return out


def stand_in(x: Any) -> Held:
    """What a program is compiled with in the place of objects."""
    return Held(np.zeros(x.shape if isinstance(x, Held) else (), np.int32)[()])


class Run:
    """One run of a program that calls back.

    Attributes:
      objects: that are held in it.
      error: that a callback raised.
    """

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.objects: list[Any] = []
        self.error: Exception | None = None

    def hold(self, x: Any) -> Held:
        """What stands for an object, or for what an earlier run held."""
        first = len(self.objects)
        if isinstance(x, Held):
            self.objects += x.objects  # type: ignore[operator]
            return Held(np.asarray(x.numbers + first, np.int32))
        self.objects.append(text_array(x) if type(x) is bytes else x)
        return Held(np.int32(first))

    def object_of(self, x: Held) -> Any:
        """The object, or objects, of a result."""
        return self.objects[int(x.numbers)] if x.numbers.ndim == 0 else Held(np.asarray(x.numbers), self.objects)

    def __call__(self, program: Any, given: list[Any]) -> Any:
        """What the program gives, when all it calls has been called."""
        _running[self.number] = self
        try:
            return jax.block_until_ready(program(*given, np.int32(self.number)))
        except jax.errors.JaxRuntimeError:
            if self.error is None:
                raise
            raise self.error from None
        finally:
            del _running[self.number]


_numbers = itertools.count()
_running: dict[int, Run] = {}


# --- while the program runs ------------------------------------------------------------------------------------------


ON_HOST = (Draw, PythonCall, _Taped, Pull)


class NeedsHost(Exception):
    """Something calls back, in a program that was not made for it."""


class _Thread(threading.local):
    number: Any = None  # of the run, in the program that is being traced
    called = False  # whether this is in a callback


thread = _Thread()


class _Stopped(Exception):
    """Ends a program in which a callback raised an error, which its run has."""


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], _Stopped))


logging.getLogger("jax._src.callback").addFilter(_is_news)


def call(entry: Entry, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
    """What the entry's kernel gives on the host, each time the program runs."""
    if not any(map(is_unknown, jax.tree.leaves((inputs, attrs)))) and not entry.effect:
        return entry.op.kernel(*inputs, **attrs)
    if thread.number is None:
        raise NeedsHost
    leaves, tree = jax.tree.flatten((list(inputs), attrs))
    places = [i for i, x in enumerate(leaves) if is_unknown(x)]
    integers = [type(x) is Value and x.dtype is None for x in entry.inputs]
    specs = [_spec(shape, v) for v, shape in zip(entry.outputs, _shapes(entry, inputs, attrs), strict=True)]
    kinds = [(leaves[i].shape, leaves[i].dtype) for i in places]
    known = [None if is_unknown(x) else x for x in leaves]

    def back(number: Any, *dynamic: Any) -> Any:
        run = _running[int(number)]
        outer, thread.called = thread.called, True
        try:
            found = list(known)
            for i, x, (shape, dtype) in zip(places, dynamic, kinds, strict=True):
                found[i] = _read(np.array(x), shape, dtype)[()]  # whose memory is XLA's no more
            given, named = jax.tree.unflatten(tree, found)
            given = [_local(x, whole, run) for x, whole in zip(given, integers, strict=True)]
            named = {k: _with_integers(v) for k, v in named.items()}
            made = engine.quiet_context().run(functools.partial(entry.op.kernel, *given, **named))
            return [
                _in_words(_away(x, v, spec, run, entry))
                for x, v, spec in zip(_listed(entry, made), entry.outputs, specs, strict=True)
            ]
        except Exception as error:
            run.error = error
            raise _Stopped from None
        finally:
            thread.called = outer

    dynamic = [_to_words(leaves[i]) for i in places]
    words = [_words(spec) for spec in specs]
    if entry.effect:
        made = io_callback(back, words, thread.number, *dynamic, ordered=True)
    else:
        made = jax.pure_callback(back, words, thread.number, *dynamic)
    made = [_of_words(x, spec.dtype) for x, spec in zip(made, specs, strict=True)]
    made = [Held(x) if _is_held(v) else x for x, v in zip(made, entry.outputs, strict=True)]
    return made if entry.op.multiple else made[0]


# What the host is given, and gives, crosses in words of 32 bits: JAX makes 32 bits of anything longer in threads of its
# own, which do not know that this program has 64 (`precise`).


def _words(spec: Any) -> Any:
    """What stands for an array such as `spec`."""
    size = spec.dtype.itemsize
    return spec if size < 8 else jax.ShapeDtypeStruct((*spec.shape, size // 4), np.uint32)


def _in_words(x: Any) -> Any:
    x = np.asarray(x)
    return x if x.dtype.itemsize < 8 else np.ascontiguousarray(x.reshape(*x.shape, 1)).view(np.uint32)


def _read(words: Any, shape: Any, dtype: Any) -> Any:
    return words if dtype.itemsize < 8 else words.reshape(*shape, dtype.itemsize // 4).view(dtype)[..., 0]


def _to_words(x: Any) -> Any:
    """As `_in_words`, by XLA."""
    if x.dtype.itemsize < 8:
        return x
    if x.dtype.kind == "c":
        x = jnp.stack([lax.real(x), lax.imag(x)], -1)
    return lax.bitcast_convert_type(x, np.uint32)


def _of_words(x: Any, dtype: Any) -> Any:
    """The array of this dtype, by XLA."""
    if dtype.itemsize < 8:
        return x
    if dtype.kind != "c":
        return lax.bitcast_convert_type(x, dtype)
    real, imag = jnp.split(x, 2, -1)
    if dtype == np.complex64:
        real, imag = real[..., 0], imag[..., 0]
    part = np.dtype(f"f{dtype.itemsize // 2}")
    return lax.complex(lax.bitcast_convert_type(real, part), lax.bitcast_convert_type(imag, part))


def held(x: Any) -> Held:
    """A constant of strings as what a branch or a step of a loop gives."""
    if thread.number is None:
        raise NeedsHost
    number = jax.ShapeDtypeStruct((), np.int32)
    return Held(jax.pure_callback(lambda run: _running[int(run)].hold(x).numbers, number, thread.number))


def is_unknown(x: Any) -> bool:
    """Whether an input is only known when the program runs."""
    return isinstance(x, jax.core.Tracer)


def _is_held(value: Value) -> bool:
    return value.dtype is None or value.dtype == np.object_


def _listed(entry: Entry, made: Any) -> list[Any]:
    if not entry.outputs:
        return []
    return list(made) if entry.op.multiple else [made]


def _local(x: Any, whole: bool, run: Run) -> Any:
    """An input as the kernel takes it."""
    if isinstance(x, Held):
        return run.objects[int(x.numbers)]
    return int(x) if whole and isinstance(x, np.integer) else x


def _with_integers(x: Any) -> Any:
    """An attribute, in which numbers that are only known now are lengths."""
    return jax.tree.map(lambda n: int(n) if isinstance(n, np.integer) else n, x)


def _away(x: Any, value: Value, spec: Any, run: Run, entry: Entry) -> Any:
    """An output as the program takes it."""
    if _is_held(value):
        return run.hold(x).numbers
    x = np.asarray(x)
    if x.shape != spec.shape:
        raise InvalidArgumentError(
            None, None,
            f"{entry.op.name} gave an array of shape {list(x.shape)}, and the compiled program was made for "
            f"{list(spec.shape)}, the shape it had when the function was traced. Results must have the same shape each "
            "time, or leave out jit_compile=True.",
        )  # fmt: skip
    return x


def _spec(shape: Any, value: Value) -> Any:
    return jax.ShapeDtypeStruct((), np.int32) if _is_held(value) else jax.ShapeDtypeStruct(shape, value.dtype)


def _shapes(entry: Entry, inputs: Sequence[Any], attrs: dict[str, Any]) -> list[Any]:
    """The shapes of the results: those of the trace, or if they vary, what the kernel makes of inputs such as these."""
    outputs = entry.outputs
    if any(v.listed for v in outputs) or any(getattr(x, "listed", 0) for x in entry.inputs):
        raise refused(entry, "it is computed by NumPy from a list of tensors")
    varies = any(type(n) is Dim for v in outputs for n in v.shape)
    if not varies:
        return [v.shape for v in outputs]
    if entry.op.name in DYNAMIC or any(map(is_unknown, jax.tree.leaves(attrs))):
        raise refused(entry, "its result's shape depends on values")
    samples = [
        Draw.sample(0) if isinstance(x, Held) else np.ones(x.shape, x.dtype)[()] if is_unknown(x) else x for x in inputs
    ]
    if isinstance(entry.op, DeclaredOp):
        made, other = (_listed(entry, run(*samples, **attrs)) for run in (entry.op.sample, entry.op.other))
        if any(x.shape != y.shape for x, y in zip(made, other, strict=True)):
            raise refused(entry, "its result's shape depends on values")
        return [np.shape(x) for x in made]
    try:
        run = entry.op.sample if getattr(entry.op, "once", False) else entry.op.kernel
        made = engine.quiet_context().run(functools.partial(run, *samples, **attrs))
    except Exception as error:
        raise refused(entry, "the shape of its result is not known before it runs") from error
    return [np.shape(x) for x in _listed(entry, made)]


class Refusal(Exception):
    """XLA cannot run an operation, and the program will be told so, if the values cannot be made constants.

    Attributes:
      of: the values because of which it cannot; if they were constants, it could.
    """

    def __init__(self, message: str, of: Sequence[Value]) -> None:
        super().__init__(message)
        self.message = message
        self.of = list(of)


def refused(entry: Entry, why: str, of: Sequence[Value] | None = None) -> Refusal:
    """The error of an operation that XLA cannot run."""
    place = "" if entry.line is None else f" at {entry.line}"
    return Refusal(
        f"XLA cannot run {entry.type}{place}: {why}. A compiled program's shapes are fixed: use static ones, or leave "
        "out jit_compile=True.",
        list(entry.uses) if of is None else of,
    )
