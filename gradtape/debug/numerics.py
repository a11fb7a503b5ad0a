"""`check_numerics`: finds the first operation, forward or backward, that makes a NaN or an infinity."""

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np

from ..autodiff.backward import SUMMED
from ..autodiff.paired import Paired
from ..autodiff.recording import Node
from ..autodiff.scattered import Scattered
from ..engine import numpy as engine
from ..operations.primitive import Definition
from ..values import symbolic
from ..values.errors import InvalidArgumentError, invalid
from ..values.program import Place, here, our_frames
from ..values.tensor import Tensor
from ..values.thread import Around, current, still_on
from ..values.variable import Handle
from ..values.weak_table import WeakTable
from .trace import trace

__all__ = ["check_numerics"]


class check_numerics:
    """From now on, or in a `with` block, raise at the first operation that makes a NaN or an infinity.

    Operations are looked at as they run, and so are updates of variables, and derivatives in a backward pass and their
    sums. The error names the operation, what it was given, and the line of the program: for a derivative, the line of
    the operation whose derivative it is. What is NaN or infinite to begin with, such as a mask of -inf, is let pass, as
    long as no operation makes something worse of it. It costs a look at every result, so it is for finding a fault;
    where it is off, it costs nothing. It is of the thread that calls it.

    Args:
      on: False turns it off.
      strict: raise also where an operation passes on the NaN or infinity that it was given, as TensorFlow does.

    Raises:
      InvalidArgumentError: later, by the operation.

    >>> import gradtape as tf
    >>> from gradtape.debug.numerics import check_numerics
    >>> with check_numerics():
    ...     tf.math.log(tf.constant([1.0, 0.0]))
    Traceback (most recent call last):
        ...
    gradtape.values.errors.InvalidArgumentError: Detected Infinity or NaN in the output of operation "Log"
      at <doctest ...
      output: float32 of shape (2,), 1 of 2 elements -Inf
      input 0: float32 of shape (2,), from 0 to 1...
    """

    def __init__(self, on: bool = True, strict: bool = False) -> None:
        self._before = _local.checker
        _switch(_Checker(strict) if on else None)

    def __enter__(self) -> "check_numerics":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        _switch(self._before)


class _Local(threading.local):
    def __init__(self) -> None:
        self.checker: _Checker | None = None


_local = _Local()


def _switch(checker: "_Checker | None") -> None:
    if _local.checker is not None:
        _local.checker.uninstall()
    _local.checker = checker
    if checker is not None:
        checker.install()


class _Checker:
    """Looks at what a thread's operations, and their derivatives, make."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._on = False
        self._lines = WeakTable()  # of nodes, places
        self._check = self.noting  # one object, to recognise

    def install(self) -> None:
        thread = current.thread
        self._outer, thread.run = thread.run, self._check
        self._steps = Around(thread, self._around)
        self._look_outside, thread.look = thread.look, self._look
        self._lines_outside, symbolic.lines = symbolic.lines, symbolic.lines or here
        self._entries_outside, thread.entries = thread.entries, lambda: _Lined(self._lines)
        for recording in thread.recordings:
            if type(recording.entries) is list:
                recording.entries = _Lined(self._lines, recording.entries)
        self._on = True

    def uninstall(self) -> None:
        thread = current.thread
        if thread.run is self._check:
            thread.run = still_on(self._outer)
        self._steps.end()
        thread.look, thread.entries = self._look_outside, self._entries_outside
        if symbolic.lines is here:
            symbolic.lines = self._lines_outside
        self._on = False  # for where somebody has put his own `run` around this one

    def noting(self, kernel: Any, /, *arrays: Any, **attributes: Any) -> Any:
        """A kernel of an operation, in the forward pass or in a derivative that runs on tensors."""
        caller = _caller(sys._getframe(1))
        updates = caller is not None and caller.f_code in _UPDATES
        given = (np.array(arrays[0]), *arrays[1:]) if updates and self._on else arrays  # it is written into
        try:
            made = self._outer(kernel, *arrays, **attributes)
        except RuntimeError as error:
            made = engine.reentered(error, kernel, *arrays, **attributes)
        if not self._on:
            return made
        if updates:
            if not _finite(made) and self._at_fault(made, given[:2]):
                values = [("old value", given[0]), ("given", given[1])]
                raise _error("the new value of a variable", f"at {_line(here())}", ("new value", made), values)
            return made
        for out in made if type(made) is tuple else (made,):
            if not _finite(out) and self._at_fault(out, arrays):
                definition = None if caller is None else caller.f_locals.get("definition")
                in_a_rule = any(frame.f_code is _Checker._around.__code__ for frame in our_frames(0))
                if definition is not None and not in_a_rule:  # `_around` says it better
                    raise _error(f'the output of operation "{definition.op}"', f"at {_line(here())}", ("output", out),
                                 [(f"input {i}", a) for i, a in enumerate(arrays)])  # fmt: skip
        return made

    def _look(self, entry: Any, inputs: Sequence[Any], made: Any) -> None:
        """An operation of a function that runs. What is in branches and loops is looked at by itself."""
        op = entry.op
        if not isinstance(op, Definition):
            return
        for out in made if op.multiple else (made,):
            if not _finite(out) and self._at_fault(out, inputs):
                before = f"at {_line(entry.line)}\n  in a function"
                if entry.line is None:
                    before = "in a function that was traced before the check was on,"
                where = f"{before} called at {_line(here())}"
                raise _error(f'the output of operation "{op.op}"', where, ("output", out),
                             [(f"input {i}", a) for i, a in enumerate(inputs)])  # fmt: skip

    def _around(self, position: int, step: Any, g: Any, saved: Any, node: Node) -> Any:
        """A step of a backward pass."""
        where = self._lines.get(node) or _traced(node)
        outside = symbolic.lines
        if where is not None:  # which is the line of what a function that is traced does for the derivative
            symbolic.lines = lambda: where
        try:
            cotangents = step(g, saved, node)
        finally:
            symbolic.lines = outside
        given = [a for x in (g, saved) for a in _arrays(x)]
        for out in _arrays(cotangents):
            if not _finite(out) and self._at_fault(out, given):
                of = f" with respect to its input {position}" if position >= 0 else ""
                lines = f"in the backward pass at {_line(here())}"
                if node.plan is not None:
                    before = f"at {_line(where)}" if where is not None else "at a line that ran before the check was on"
                    lines = f"{before}\n  {lines}"
                if position == SUMMED:
                    what = f'the output of operation "{node.primitive.op}"' if node.plan is not None else "a source"
                    raise _error(f"the sum of the cotangents of {what}", lines, ("sum", out),
                                 [("cotangent", a) for a in given])  # fmt: skip
                inputs = [("cotangent given", a) for a in _arrays(g)] + [("saved", a) for a in _arrays(saved)]
                raise _error(f'the derivative{of} of operation "{node.primitive.op}"', lines, ("cotangent made", out),
                             inputs)  # fmt: skip
        return cotangents

    def _at_fault(self, out: Any, given: Any) -> bool:
        """Whether `out` has something worse than what was given: a NaN, or an infinity, where there was none."""
        if self._strict:
            return True
        given = [a for a in given if not _finite(a)]
        if not given:
            return True
        return bool(np.any(np.isnan(out))) and not any(np.any(np.isnan(a)) for a in given)


class _Lined(list[Any]):
    """Entries of a recording, which note the line of the program that each comes from."""

    def __init__(self, lines: WeakTable, entries: Any = ()) -> None:
        super().__init__(entries)
        self._lines = lines

    def append(self, entry: Any) -> None:
        super().append(entry)
        node = entry()
        noted = trace()
        if noted is not None:  # which has no list of its own here
            noted.note(node)
        if node not in self._lines:
            place = here()
            if place is not None:
                self._lines[node] = place


_UPDATES = frozenset({Handle.update.__code__, Handle._update_inside.__code__})


def _caller(frame: Any) -> Any:
    """Of what runs a kernel: a primitive, in whose frame is its `definition`, or a variable's update."""
    while frame is not None and frame.f_code.co_name == "noting":  # as what is put around `run` is called
        frame = frame.f_back
    return frame


def _traced(node: Node) -> Place | None:
    """Where an operation ran, as `tracing` knows it."""
    noted = trace()
    event = None if noted is None else noted.events.get(noted.nodes.get(node, 0))
    return None if event is None else event.place


def _line(place: Place | None) -> str:
    return "an unknown line" if place is None else f"{place}: {place.text}" if place.text else str(place)


def _finite(x: Any) -> bool:
    if not isinstance(x, np.ndarray | np.generic) or x.dtype.kind not in "fcV":
        return True
    try:
        return bool(np.isfinite(x).all())
    except TypeError:  # a dtype that has no infinities
        return True


def _arrays(x: Any) -> list[Any]:
    """The arrays in a cotangent, or in what an operation saved."""
    if isinstance(x, list | tuple):
        return [a for part in x for a in _arrays(part)]
    if isinstance(x, Scattered):
        return _arrays(x.values)
    if isinstance(x, Paired):
        return _arrays(x.data)
    if isinstance(x, Tensor):
        return [x._array]
    return [x] if isinstance(x, np.ndarray | np.generic) else []


def _error(what: str, where: str, made: tuple[str, Any], given: list[tuple[str, Any]]) -> InvalidArgumentError:
    lines = [f"Detected Infinity or NaN in {what}", f"  {where}"]
    lines += [f"  {name}: {_described(a)}" for name, a in (made, *given) if hasattr(a, "dtype")]
    return invalid("CheckNumericsV2", "\n".join(lines))


def _described(array: Any) -> str:
    array = np.asarray(array)
    text = f"{array.dtype.name} of shape {array.shape}"
    if array.dtype.kind not in "fcV":
        return text
    counts = {"NaN": np.isnan(array)}
    if array.dtype.kind == "c":
        counts["Inf"] = np.isinf(array)
    else:
        counts |= {"-Inf": np.isinf(array) & np.signbit(array), "Inf": np.isinf(array) & ~np.signbit(array)}
    bad = [f"{int(np.sum(found))} of {array.size} elements {name}" for name, found in counts.items() if np.any(found)]
    finite = array[np.isfinite(array)]
    if not bad and array.dtype.kind != "c" and finite.size:
        bad = [f"from {float(finite.min()):g} to {float(finite.max()):g}"]
    return ", ".join([text, *bad])


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """From now on, raise at the first operation of this thread that gives a NaN or an infinity.

    `gradtape.debug.check_numerics` does the same for a `with` block, and does not mind what was NaN to begin with.

    Args:
      stack_height_limit, path_length_limit: nothing here; TensorFlow's.
    """
    check_numerics(strict=True)


def disable_check_numerics() -> None:
    """Stop what `enable_check_numerics` began, if it did."""
    check_numerics(on=False)
