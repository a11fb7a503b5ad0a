"""What rewritten functions call: each operator does what Python does, unless it is given a tensor of a trace.

While a function is traced, a tensor's value is not there to decide by: then both branches are traced, and a loop's body
is, and become `tf.cond` and `tf.while_loop`. The variables that blocks change, and that somebody reads later on, are
what these give. `AutoGraph` in `autograph.py` says how the calls come about.
"""

import functools
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from .. import control_flow
from ..array.creation import range as tensor_range
from ..array.creation import zeros
from ..array.shape import reshape
from ..array.shape import shape as shape_of
from ..debugging import Assert
from ..graph.operations import symbolic_of
from ..graph.slots import slot_p, to_slots_p
from ..math.arithmetic import maximum, minimum
from ..math.cast import cast
from ..math.comparison import greater, less, logical_not, logical_or
from ..math.complex_numbers import abs as absolute
from ..math.reduction import reduce_all, reduce_any, reduce_max, reduce_min, reduce_sum
from ..tracing.control import Part, samples_of
from ..tracing.tensor_list import TracedArray, flat_tensors, is_whole, list_of
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.dtypes import float32, int32
from ..values.errors import OperatorNotAllowedInGraphError, invalid
from ..values.log import get_logger, warn_first
from ..values.settings import setting
from ..values.shape import TensorShape
from ..values.symbolic import Dim, checked, computation
from ..values.tensor import Tensor
from ..values.thread import Local, current
from ..values.variable import ResourceVariable
from ..vectorized_map import vectorized_map

_HINT = "to check for None, use `is not None`"
_LOOP_TYPES = "Tensor, int, float, bool or a list, tuple or dict thereof"


class ConversionError(Exception):
    """A function cannot be rewritten; the message says why."""


def is_staged(x: Any) -> bool:
    """Whether what depends on `x` becomes part of a graph."""
    return isinstance(x, Tensor | ResourceVariable) and current.thread.trace is not None


# --- variables of the program ----------------------------------------------------------------------------------------


class Undefined:
    """Stands for the value of a variable that has none."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


UNDEFINED = Undefined("<undefined>")
PENDING = Undefined("<no return yet>")  # of a function that returns on all paths
UNRETURNED = Undefined("<no return>")  # of a function that may end without a return


class State:
    """The variables that the blocks of a statement change."""

    def __init__(self, get: Callable[[], tuple[Any, ...]], set_: Callable[[Sequence[Any]], None],
                 names: tuple[str, ...]) -> None:  # fmt: skip
        self.get = get
        self.set = set_
        self.names = names


_NO_STATE = State(lambda: (), lambda _: None, ())


def ld(read: Callable[[], Any]) -> Any:
    """The value of a variable, attribute or item, or `UNDEFINED`."""
    try:
        return read()
    except (NameError, AttributeError, KeyError):
        return UNDEFINED


def returned(value: Any) -> Any:
    """What a function returns whose return statements left `value`."""
    return None if isinstance(value, Undefined) else value


def clear(*flags: Any) -> Any:
    """That none of these flags is set."""
    if any(map(is_staged, flags)):
        if any(f is True for f in flags):
            return False
        return logical_not(functools.reduce(logical_or, [f for f in flags if f is not False]))
    return not any(flags)


# --- errors ----------------------------------------------------------------------------------------------------------


def _line(block: Any) -> str:
    """Where the statement is whose block this is."""
    code = block.__code__
    return f"\n(the statement at line {code.co_firstlineno} of {code.co_filename})"


def _condition(x: Any, what: str, place: str) -> Any:
    """A tensor as a boolean scalar."""
    x = convert_to_tensor(x)
    if not x.dtype.is_bool:
        raise ValueError(
            f"condition of {what} expected to be `tf.bool` scalar, got {x}; to use as boolean Tensor, use `tf.cast`; "
            f"{_HINT}{place}"
        )
    if x.shape.rank == 0:
        return x
    if any((n or 1) > 1 for n in x.shape.as_list()):
        raise ValueError(f"condition of {what} expected to be `tf.bool` scalar, got {x}; {_HINT}{place}")
    return reshape(x, ())


def _is_plain(x: Any) -> bool:
    """Whether `x` becomes a tensor where a tensor is wanted."""
    return isinstance(
        x, Tensor | ResourceVariable | bool | int | float | complex | str | bytes | np.ndarray | np.generic
    )


def _tensors(value: Any) -> Any:
    """A variable's value with tensors in the places of numbers, arrays and variables."""
    return nest.map_structure(lambda x: convert_to_tensor(x) if _is_plain(x) else x, value)


# --- branches --------------------------------------------------------------------------------------------------------


def if_stmt(test: Any, body: Callable[[], Any], orelse: Callable[[], Any], state: State = _NO_STATE,
            outputs: int | None = None, leaves: tuple[bool, bool] = (False, False)) -> None:  # fmt: skip
    """An `if` statement.

    Args:
      outputs: how many of the variables are read afterwards: the first of them. (All by default.)
      leaves: whether a branch ends by a jump, so that nobody reads what it leaves undefined.
    """
    if not is_staged(test):
        if test:
            body()
        else:
            orelse()
        return
    place = _line(body)
    pred = _condition(test, "if statement", place)
    before = tuple(nest.map_structure(_own, v) for v in state.get())
    count = len(before) if outputs is None else outputs
    names = state.names[:count]
    ends: list[tuple[Any, ...] | None] = [None, None]

    def run(which: int) -> tuple[Any, ...]:
        state.set([nest.map_structure(_own, v) for v in before])
        (body, orelse)[which]()
        return state.get()[:count]

    def branch(which: int) -> list[Any]:
        values = ends[which] = run(which)
        other = ends[1 - which]
        if other is None and any(isinstance(v, Undefined) for v in values):
            with _scratch():
                other = run(1 - which)
                like = [nest.map_structure(_form, _tensors(v)) for v in other]
            state.set(before)
        else:
            like = None if other is None else [nest.map_structure(_form, _tensors(v)) for v in other]
        found = []
        for i, (name, value) in enumerate(zip(names, values, strict=True)):
            if isinstance(value, Undefined):
                assert other is not None
                if isinstance(other[i], Undefined):
                    found.append(None)
                    continue
                if not leaves[which] and value is not PENDING:
                    raise _missing(name, value, which, place)
                found.append(nest.map_structure(lambda f: f.zeros() if isinstance(f, _Form) else f, like[i]))  # type: ignore[index]
                continue
            if other is not None and isinstance(other[i], Undefined):
                if not leaves[1 - which] and other[i] is not PENDING:
                    raise _missing(name, other[i], 1 - which, place)
            elif other is not None:
                _same_in_branches(name, *((value, other[i]) if which == 0 else (other[i], value)), place)
            found.append(_tensors(value))
        return [[x for x in nest.flatten(v) if not _is_object(x)] for v in found]

    try:
        tensors = control_flow.cond(pred, lambda: branch(0), lambda: branch(1))
    finally:
        state.set(before)
    if ends[0] is None or ends[1] is None:  # the condition was known after all
        ends = [e if e is not None else ends[1 - i] for i, e in enumerate(ends)]
    after = [_joined(*pair, new) for pair, new in zip(zip(*ends, strict=True), tensors, strict=True)]  # type: ignore[arg-type]
    state.set((*after, *before[count:]))


def _own(x: Any) -> Any:
    """A `TensorArray` that may be written to; anything else as it is."""
    return TracedArray(x, list_of(x)) if isinstance(x, control_flow.TensorArray) else x


def _is_object(x: Any) -> bool:
    """Whether `x` is an object that only Python knows."""
    return not (_is_plain(x) or isinstance(x, control_flow.TensorArray) or is_whole(x))


def _joined(main: Any, other: Any, tensors: list[Any]) -> Any:
    """What a variable is after a conditional in which it became `main` or `other`."""
    value = other if isinstance(main, Undefined) else main
    if isinstance(value, Undefined):
        return value
    if isinstance(main, bool) and main is other:
        return main
    given = iter(tensors)
    return nest.map_structure(lambda x: x if _is_object(x) else next(given), value)


class _Form:
    """The dtype and shape of a tensor, to make one like it, in which lengths that are not known are 0."""

    def __init__(self, x: Tensor) -> None:
        self.dtype = x.dtype
        self.invariant = x.shape
        self.shape = [0 if type(n) is Dim else n for n in x._array.shape]

    def zeros(self) -> Any:
        return zeros(self.shape, self.dtype)


def _form(x: Any) -> Any:
    return _Form(x) if isinstance(x, Tensor) else x


def _missing(name: str, value: Any, which: int, place: str) -> ValueError:
    branch = ("main", "else")[which]
    if value is UNRETURNED:
        return ValueError(f"the {branch} branch must also have a return statement.{place}")
    return ValueError(f"'{name}' must also be initialized in the {branch} branch{place}")


def _differs_elsewhere(x: Any, y: Any) -> bool:
    """Whether these are of one kind of which the loop, or the branch, knows what may differ."""
    if isinstance(x, control_flow.TensorArray) and isinstance(y, control_flow.TensorArray):
        return True
    return is_whole(x) and type(x) is type(y)


def _same_in_branches(name: str, main: Any, other: Any, place: str) -> None:
    """Raise unless the values of a variable at the ends of two branches can be one variable."""
    try:
        nest.assert_same_structure(main, other)
    except (ValueError, TypeError) as error:
        if (main is None) != (other is None):
            raise ValueError(
                f"'{name}' is None at the end of the {'main' if main is None else 'else'} branch.{place}"
            ) from None
        raise TypeError(
            f"'{name}' must have the same nested structure in the main and else branches:\n\n{error}{place}"
        ) from None
    for x, y in zip(nest.flatten(main), nest.flatten(other), strict=True):
        if x is y:
            continue
        for value, branch in ((x, "main"), (y, "else")):
            if value is None:
                raise ValueError(f"'{name}' is None at the end of the {branch} branch.{place}")
        if _differs_elsewhere(x, y):
            continue
        if not (_is_plain(x) and _is_plain(y)):
            raise TypeError(
                f"'{name}' is a {type(x).__name__} in the main branch and a {type(y).__name__} in the else branch. "
                f"Which one is not known while the function is traced: make it a tensor, or the same object.{place}"
            )
        x, y = convert_to_tensor(x), convert_to_tensor(y)
        if x.dtype is not y.dtype:
            raise TypeError(
                f"'{name}' has dtype {x.dtype.name} in the main branch, but dtype {y.dtype.name} in the else branch"
                f"{place}"
            )


def if_exp(test: Any, body: Callable[[], Any], orelse: Callable[[], Any], text: str) -> Any:
    """A conditional expression, whose condition is written `text`."""
    if not is_staged(test):
        return body() if test else orelse()
    place = _line(body)
    pred = _condition(test, "conditional expression", place)
    values: dict[int, Any] = {}

    def branch(which: int) -> Any:
        values[which] = (body, orelse)[which]()
        if len(values) == 2:
            _same_in_branches(text, values[0], values[1], place)
        return [x for x in nest.flatten(_tensors(values[which])) if not _is_object(x)]

    tensors = iter(control_flow.cond(pred, lambda: branch(0), lambda: branch(1)))
    return nest.map_structure(lambda x: x if _is_object(x) else next(tensors), next(iter(values.values())))


# --- logic -----------------------------------------------------------------------------------------------------------


def and_(a: Any, b: Callable[[], Any]) -> Any:
    """`a and b()`."""
    return control_flow.cond(a, b, lambda: convert_to_tensor(a)) if is_staged(a) else a and b()


def or_(a: Any, b: Callable[[], Any]) -> Any:
    """`a or b()`."""
    return control_flow.cond(a, lambda: convert_to_tensor(a), b) if is_staged(a) else a or b()


def not_(a: Any) -> Any:
    """`not a`."""
    return logical_not(a) if is_staged(a) else not a


def compare(x: Any, *links: Callable[..., Any]) -> Any:
    """A chain of comparisons `x < y < z`, given as `x, <, lambda: y, <, lambda: z`."""
    related, operand, *others = links
    y = operand()
    found = related(x, y)
    return and_(found, lambda: compare(y, *others)) if others else found


def assert_stmt(test: Any, message: Callable[[], Any]) -> None:
    """An `assert` statement; of a tensor, `tf.debugging.Assert`."""
    if is_staged(test):
        found = message()
        Assert(test, found if isinstance(found, list) else ["" if found is None else found])
    elif not test:
        found = message()
        raise AssertionError() if found is None else AssertionError(found)


# --- loops -----------------------------------------------------------------------------------------------------------

_UNSPECIFIED = object()


def loop_options(
    parallel_iterations: Any = _UNSPECIFIED,
    swap_memory: Any = _UNSPECIFIED,
    maximum_iterations: Any = _UNSPECIFIED,
    shape_invariants: Any = _UNSPECIFIED,
) -> dict[str, Any]:
    """What `tf.autograph.experimental.set_loop_options` says."""
    return {k: v for k, v in locals().items() if v is not _UNSPECIFIED}


@contextmanager
def _scratch() -> Iterator[None]:
    """A context in which what is traced is thrown away."""
    trace = current.thread.trace
    with type(trace)("scratch", trace).active():
        yield


def while_stmt(test: Callable[[], Any], body: Callable[[], Any], state: State = _NO_STATE, outputs: int | None = None,
               options: Any = None) -> None:  # fmt: skip
    """A `while` loop. It may begin as Python's and go on in the graph, from where its condition becomes a tensor."""
    while True:
        more = test()
        if is_staged(more):
            more = _condition(more, "while loop", _line(body))
            return _staged_while(test, body, state, outputs, options or {}, more)
        if not more:
            return None
        body()


class _Variables:
    """The variables of a loop, and the tensors that these consist of, in turn."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = list(values)
        self._objects = [_OBJECT if not _is_object(x) else x for x in nest.flatten(self._values)]

    def tensors(self, values: Sequence[Any]) -> list[Any]:
        return [x for v in values for x in nest.flatten(v) if not _is_object(x)]

    def packed(self, tensors: Sequence[Any]) -> list[Any]:
        given = iter(tensors)
        leaves = [next(given) if x is _OBJECT else x for x in self._objects]
        return nest.pack_sequence_as(self._values, leaves)  # type: ignore[no-any-return]


_OBJECT = object()


def _staged_while(test: Callable[[], Any] | None, body: Callable[[], Any], state: State, outputs: int | None,
                  options: dict[str, Any], more: Any) -> None:  # fmt: skip
    """A loop of the graph.

    Args:
      test: whether there is another turn, after one. It may change variables, so it is traced with the body. If it is
        None, "maximum_iterations" says how many there are.
      more: whether there is a first one.
    """
    place = _line(body)
    names = state.names
    original = state.get()
    count = len(original) if outputs is None else outputs
    given = options.get("shape_invariants", ())
    invariants = [next((s for t, s in given if t is v), None) for v in original]
    unset = [v is None or isinstance(v, Undefined) for v in original]
    start = list(map(_tensors, original))
    if any(unset):
        start = _with_placeholders(start, unset, body, state, names, invariants, place)
        missing = [
            "the function return value" if v is UNRETURNED else name
            for name, n, v in zip(names[:count], unset, original, strict=False)
            if n and v is not PENDING
        ]
        if missing:
            _require(more, f"loop must iterate at least once to initialize {', '.join(missing)}")
    variables = _Variables(start)

    flags = [] if test is None else [convert_to_tensor(more)]

    def loop_body(*carried: Any) -> Any:
        entry = variables.packed(carried[len(flags) :])
        state.set(entry)
        body()
        for name, before, after, old, invariant in zip(names, entry, state.get(), start, invariants, strict=True):
            _same_after_turn(name, before, after, old, invariant, place)
        again = None if test is None else test()
        flag = [] if test is None else [_condition(again, "while loop", place) if is_staged(again) else bool(again)]
        return [*flag, *variables.tensors([_tensors(v) for v in state.get()])]

    shapes = None
    if any(i is not None for i in invariants):
        shapes = [TensorShape([]) for _ in flags]
        for value, invariant in zip(start, invariants, strict=True):
            leaves = variables.tensors([value])
            wanted = nest.flatten(invariant) if invariant is not None else [None] * len(leaves)
            shapes += [
                getattr(x, "shape", None) if w is None else TensorShape(w) for x, w in zip(leaves, wanted, strict=True)
            ]
    extra = {k: v for k, v in options.items() if k in ("maximum_iterations", "parallel_iterations")}
    tensors = control_flow.while_loop(
        lambda *carried: carried[0] if flags else True,
        loop_body,
        [*flags, *variables.tensors(start)],
        shape_invariants=shapes,
        **extra,
    )[len(flags) :]
    state.set((*variables.packed(tensors)[:count], *original[count:]))


def _require(condition: Any, message: str) -> None:
    """Raise when the graph runs, unless `condition` is true then."""
    checked(functools.partial(_check_true, message), getattr(condition, "_array", condition))


@computation
def _check_true(message: str, array: Any) -> None:
    if not array:
        raise invalid("Assert", f"assertion failed: [{message}]")


def _with_placeholders(start: list[Any], unset: list[bool], body: Callable[[], Any], state: State, names: Sequence[str],
                       invariants: list[Any], place: str) -> list[Any]:  # fmt: skip
    """The variables before a loop, with zeros for those that its body defines; if it does not know how long these are,
    that is among the `invariants`.
    """
    found: Any = None
    note = ""

    def trial(*tensors: Any) -> tuple[()]:
        nonlocal found
        state.set(variables.packed(tensors))
        body()
        found = [nest.map_structure(_form, _tensors(v)) for v in state.get()]
        return ()

    variables = _Variables(start)
    try:
        Part("trial", trial, samples_of(flat_tensors(variables.tensors(start))))
    except (UnboundLocalError, TypeError, ValueError, KeyError, NameError) as error:
        note = f"\nNote: AutoGraph tried to define it automatically, but ran into a {type(error).__name__}: {error}"
    finally:
        state.set(start)
    out = list(start)
    for i, name in enumerate(names):
        if not unset[i]:
            continue
        value = None if found is None else found[i]
        if value is None or isinstance(value, Undefined):
            if found is not None and start[i] is value:  # not defined by the body either
                continue
            if start[i] in (PENDING, UNRETURNED):
                raise NotImplementedError(
                    "a return statement cannot be placed inside this TensorFlow loop; this may happen if a return "
                    f"statement depends on a static Python condition such as a hyperparameter{note}{place}"
                )
            what = (
                "is not allowed to be None before the loop" if start[i] is None else "must be defined before the loop"
            )
            raise ValueError(f"'{name}' {what}{note}{place}")
        if any(_is_object(x) and not isinstance(x, _Form) for x in nest.flatten(value)):
            raise ValueError(
                f"the value of '{name}' in a TensorFlow loop may only be a {_LOOP_TYPES}; got {value}{place}"
            )
        out[i] = nest.map_structure(lambda f: f.zeros(), value)
        if invariants[i] is None and not all(f.invariant.is_fully_defined() for f in nest.flatten(value)):
            invariants[i] = nest.map_structure(lambda f: f.invariant, value)
    return out


def _same_after_turn(name: str, entry: Any, exit_: Any, start: Any, invariant: Any, place: str) -> None:
    """Raise unless a loop's variable is after a turn what it was before."""
    if exit_ is None and entry is not None:
        raise ValueError(f"'{name}' is None at the end of the iteration.{place}")
    try:
        nest.assert_same_structure(entry, exit_)
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"'{name}' does not have the same nested structure after one iteration.\n\n{error}{place}"
        ) from None
    wanted = nest.flatten(invariant) if invariant is not None else [None] * len(nest.flatten(entry))
    for x, y, old, shape in zip(nest.flatten(entry), nest.flatten(exit_), nest.flatten(start), wanted, strict=True):
        if x is y:
            continue
        if y is None:
            raise ValueError(f"'{name}' is None at the end of the iteration.{place}")
        if _differs_elsewhere(x, y):
            continue
        if not (_is_plain(x) and _is_plain(y)):
            raise TypeError(
                f"'{name}' is a {type(x).__name__} that the loop changes to {y!r}. A variable that changes in a loop "
                f"of tensors may only be a {_LOOP_TYPES}.{place}"
            )
        y = convert_to_tensor(y)
        if x.dtype is not y.dtype:
            raise TypeError(
                f"'{name}' has dtype {x.dtype.name} before the loop, but dtype {y.dtype.name} after one iteration"
                f"{place}"
            )
        if shape is None:
            if not _is_subshape(y.shape, x.shape):
                raise ValueError(
                    f"'{name}' has shape {x.shape} before the loop, but shape {y.shape} after one iteration. Use "
                    f"tf.autograph.experimental.set_loop_options to set shape invariants.{place}"
                )
            continue
        shape = TensorShape(shape)
        if not _is_subshape(old.shape, shape):
            raise ValueError(
                f"'{name}' has shape {old.shape} before the loop, which does not conform with the shape invariant "
                f"{shape}.{place}"
            )
        if not _is_subshape(y.shape, shape):
            raise ValueError(
                f"'{name}' has shape {y.shape} after one iteration, which does not conform with the shape invariant "
                f"{shape}.{place}"
            )


def _is_subshape(left: TensorShape, right: TensorShape) -> bool:
    """Whether `left` is at least as specific as `right`."""
    if right.rank is None:
        return True
    return left.rank == right.rank and all(
        n is None or m == n for m, n in zip(left.as_list(), right.as_list(), strict=True)
    )


class Rows:
    """Something to loop over in a graph: `item(i)` for `i` from 0 to below `length`."""

    def __init__(self, length: Any, item: Callable[[Any], Any], first: Any = UNDEFINED) -> None:
        self.length = length
        self.item = item
        self.first = first  # what the loop's variable is, if it is read after no iteration

    def __iter__(self) -> Iterator[Any]:
        raise OperatorNotAllowedInGraphError(
            "What enumerate, zip or range make of a symbolic `tf.Tensor` can be looped over only by a `for` statement "
            "of a function that AutoGraph converts. Use tf.range, tf.unstack or tf.map_fn instead."
        )


class Draws:
    """Something to loop over in a graph that gives one element after the other, until it has no more.

    Args:
      draw: gives a tensor that holds the next element, if its argument is true.
      some: whether a tensor holds one.
      item: the element that a tensor holds.
    """

    def __init__(self, draw: Callable[[Any], Any], some: Callable[[Any], Any], item: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.some = some
        self.item = item


def _rows_of_tensor(x: Any) -> Rows:
    x = convert_to_tensor(x)
    if x.shape.rank == 0:
        raise TypeError("Cannot iterate over a scalar tensor.")
    rows = to_slots_p(symbolic_of(x), axis=-x.ndim)  # one cotangent for each row, as a gather from `x` has not
    return Rows(_length(x), lambda i: slot_p(rows, i))


def _rows_of_range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: Any = None) -> Any:
    """`tf.range`, not made."""
    if limit is None:
        start, limit = 0, start
    if current.thread.trace is None or name is not None:
        return tensor_range(start, limit, delta, dtype)
    like = [x for x in (start, limit, delta) if isinstance(x, Tensor | ResourceVariable)]
    hint = dtype
    if hint is None and not any(isinstance(x, float) for x in (start, limit, delta)):
        hint = like[0].dtype if like else None
    a, b, d = (convert_to_tensor(x) if is_staged(x) else convert_to_tensor(x, hint) for x in (start, limit, delta))
    if not (a.dtype is b.dtype is d.dtype) or any(x.shape.rank != 0 for x in (a, b, d)):
        return tensor_range(start, limit, delta, dtype)  # which casts, or raises
    zero = d - d
    if not a.dtype.is_integer:
        return tensor_range(start, limit, delta, dtype)
    if isinstance(delta, int):
        if delta == 0:
            return tensor_range(start, limit, delta, dtype)
        sign = 1 if delta > 0 else -1
        length = maximum((b - a + d - sign) // d, zero)
    else:
        one = cast(greater(d, zero), d.dtype) - cast(less(d, zero), d.dtype)
        length = maximum((b - a + d - one) // d, zero)
    plain = isinstance(start, int) and start == 0 and isinstance(delta, int) and delta == 1
    return Rows(length, (lambda i: i) if plain else (lambda i: a + cast(i, a.dtype) * d), a)


def _length(x: Tensor) -> Any:
    n = x.shape.as_list()[0]
    return convert_to_tensor(n) if n is not None else shape_of(x)[0]


_kinds: dict[type, Callable[[Any], Rows | Draws | None]] = {}


def loop_over(kind: type, rows: Callable[[Any], Any]) -> None:
    """Let `for` statements loop over objects of `kind` in a graph, by the `Rows` or `Draws` that `rows(x)` gives.

    What is not to become a loop of the graph, it gives as None.
    """
    _kinds[kind] = rows


def _rows(x: Any) -> Rows | Draws | None:
    """`x` to be looped over in the graph, or None: it is looped over by Python."""
    if isinstance(x, Rows):
        return x
    if is_staged(x):
        return _rows_of_tensor(x)
    if current.thread.trace is not None:
        for kind, rows in _kinds.items():
            if isinstance(x, kind):
                return rows(x)
    return None


def for_stmt(iterable: Any, body: Callable[[Any], Any], state: State = _NO_STATE, extra_test: Any = None,
             target: str | None = None, outputs: int | None = None, options: Any = None) -> None:  # fmt: skip
    """A `for` loop.

    Args:
      extra_test: gives whether to go on.
      target: the loop's variable, if it is among those of `state`.
      outputs, options: as for `while_stmt`.
    """
    rows = _rows(iterable)
    if isinstance(rows, Draws):
        return _drawn_for(rows, body, state, extra_test, outputs, options or {})
    if rows is not None:
        return _staged_for(rows, body, state, extra_test, target, outputs, options or {})
    if extra_test is None:
        for item in iterable:
            body(item)
        return None
    if not _known(extra_test(), body):
        return None
    for item in iterable:
        body(item)
        if not _known(extra_test(), body):
            break
    return None


def _known(more: Any, body: Callable[[Any], Any]) -> Any:
    """Whether a loop of Python's goes on, which must be known."""
    if is_staged(more):
        raise NotImplementedError(
            "break and return statements which depend on a TF condition are not supported in Python for loops. Did you "
            "intend to make it a TF loop? Loop over a tensor or tf.range, or let the condition decide what the loop "
            f"computes (`if`, tf.where) instead of how long it runs.{_line(body)}"
        )
    return more


def _staged_for(rows: Rows, body: Callable[[Any], Any], state: State, extra_test: Any, target: str | None,
                outputs: int | None, options: dict[str, Any]) -> None:  # fmt: skip
    length = convert_to_tensor(rows.length)
    index = convert_to_tensor(0, length.dtype)
    first = rows.first
    limit = options.get("maximum_iterations")
    options = options | {"maximum_iterations": length if limit is None else minimum(length, cast(limit, length.dtype))}

    def get() -> tuple[Any, ...]:
        values = state.get()
        if first is not UNDEFINED and target is not None:
            values = tuple(
                first if n == target and v is UNDEFINED else v for n, v in zip(state.names, values, strict=True)
            )
        return *values, index

    def set_(values: Sequence[Any]) -> None:
        nonlocal index
        *others, index = values
        state.set(others)

    def step() -> None:
        nonlocal index
        body(rows.item(index))
        index = index + 1

    step.__code__ = step.__code__.replace(
        co_firstlineno=body.__code__.co_firstlineno, co_filename=body.__code__.co_filename
    )
    names = (*state.names, "<internal iterate>")
    count = len(state.names) if outputs is None else outputs
    _staged_while(extra_test, step, State(get, set_, names), count, options, greater(length, index))


def _drawn_for(draws: Draws, body: Callable[[Any], Any], state: State, extra_test: Any, outputs: int | None,
               options: dict[str, Any]) -> None:  # fmt: skip
    drawn = draws.draw(True)

    def set_(values: Sequence[Any]) -> None:
        nonlocal drawn
        *others, drawn = values
        state.set(others)

    def step() -> None:
        body(draws.item(drawn))

    def more() -> Any:
        nonlocal drawn
        drawn = draws.draw(True if extra_test is None else extra_test())
        return draws.some(drawn)

    step.__code__ = step.__code__.replace(
        co_firstlineno=body.__code__.co_firstlineno, co_filename=body.__code__.co_filename
    )
    names = (*state.names, "<internal drawn>")
    count = len(state.names) if outputs is None else outputs
    first = draws.some(drawn)
    _staged_while(more, step, State(lambda: (*state.get(), drawn), set_, names), count, options, first)


# --- calls -----------------------------------------------------------------------------------------------------------

_LIBRARIES = {
    "PIL", "absl", "gradtape", "jax", "jaxlib", "keras", "matplotlib", "ml_dtypes", "numpy", "pandas", "pytest",
    "_pytest", "scipy", "sklearn", "tensorflow", "tf_keras", "tqdm",
} | set(sys.stdlib_module_names)  # fmt: skip

_OURS = {"gradtape"}


class _Status(Local):
    converting = True
    settings: tuple[object, ...] = ()


_status = _Status()


def converting(yes: bool) -> AbstractContextManager[None]:
    """A context in which functions that are called by rewritten functions, or given to operations, are rewritten."""
    return setting(_status, converting=yes)


_failed: set[Any] = set()
verbosity = 0


def is_library(function: types.FunctionType, requested: bool = False) -> bool:
    """Whether a function is left as it is: a library's, unless it was `requested`, a generator, or made by `exec`."""
    code = function.__code__
    home = function.__globals__.get("__name__", "").partition(".")[0]
    # A doctest is a program, though its names are those of the module that it stands in.
    if home in (_OURS if requested else _LIBRARIES) and not code.co_filename.startswith("<doctest"):
        return True
    return code.co_flags & _GENERATOR != 0 or code.co_filename == "<string>"


_convert: Callable[[types.FunctionType], Any]  # given by the file that converts


def set_convert(function: Callable[[types.FunctionType], Any]) -> None:
    """Give `convert_function`."""
    global _convert
    _convert = function


def _converted(function: types.FunctionType, requested: bool = False) -> Any:
    """`function` rewritten; as it is where it is a library's, or cannot be rewritten."""
    if is_library(function, requested) or function.__code__ in _failed:
        return function
    try:
        if verbosity:
            get_logger().info("AutoGraph converts %r", function)
        return _convert(function)
    except ConversionError as error:
        _failed.add(function.__code__)
        warn_first(
            1, f"AutoGraph could not transform {function!r} and will run it as-is.\nCause: {error}\nTo silence this "
            "warning, decorate the function with @tf.autograph.experimental.do_not_convert"
        )  # fmt: skip
        return function


_GENERATOR = 0x20 | 0x80 | 0x100 | 0x200  # generators, coroutines, iterable coroutines, asynchronous generators


def call(f: Any, requested: bool = False) -> Any:
    """What to call in the place of `f`; `requested` of what a program gives to `tf.function` itself."""
    if not _status.converting:
        return f
    kind = type(f)
    if kind is types.FunctionType:
        return _with_functions(f) if f in _HIGHER else _converted(f, requested)
    if kind is types.MethodType:
        function = f.__func__
        made = _converted(function, requested) if type(function) is types.FunctionType else function
        return f if made is function else types.MethodType(made, f.__self__)
    if kind is types.BuiltinFunctionType or kind is type:
        try:
            return _BUILTINS.get(f, f) if current.thread.trace is not None else f
        except TypeError:  # a method of something that cannot be hashed
            return f
    if kind is functools.partial:
        made = call(f.func, requested)
        return f if made is f.func else functools.partial(made, *f.args, **f.keywords)
    if isinstance(f, type):
        return f
    function = getattr(kind, "__call__", None)  # noqa: B004  (its code is what is looked for)
    if type(function) is types.FunctionType:
        made = _converted(function, requested)
        return f if made is function else types.MethodType(made, f)
    return f


_HIGHER = {
    control_flow.case, control_flow.cond, control_flow.foldl, control_flow.foldr, control_flow.map_fn,
    control_flow.scan, control_flow.switch_case, control_flow.while_loop, nest.map_structure, vectorized_map,
}  # fmt: skip


def _with_functions(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, of the program's functions rewritten."""

    def called(x: Any) -> Any:
        if type(x) in (list, tuple):
            return type(x)(map(called, x))
        if type(x) is dict:
            return {k: called(v) for k, v in x.items()}
        return call(x) if callable(x) else x

    return lambda *args, **kwargs: f(*map(called, args), **{k: called(v) for k, v in kwargs.items()})


def call_in_for(f: Any) -> Any:
    """What to call in the place of `f`, to loop over what it gives."""
    return _rows_of_range if f is tensor_range else _range_to_loop_over if f is range else call(f)


def _len(x: Any) -> Any:
    if isinstance(x, control_flow.TensorArray):
        return x.size()
    if not is_staged(x):
        return len(x)
    x = convert_to_tensor(x)
    if x.shape.rank == 0:
        raise TypeError("Scalar tensor has no `len()`")
    n = x.shape.as_list()[0]
    return n if n is not None else shape_of(x)[0]


def _number(python: Any, dtype: Any) -> Callable[..., Any]:
    def convert(x: Any = 0, *rest: Any, **keywords: Any) -> Any:
        return cast(x, dtype) if is_staged(x) else python(x, *rest, **keywords)

    return convert


def _range(*bounds: Any) -> Any:
    return (tensor_range if any(map(is_staged, bounds)) else range)(*bounds)


def _range_to_loop_over(*bounds: Any) -> Any:
    return (_rows_of_range if any(map(is_staged, bounds)) else range)(*bounds)


def _enumerate(x: Any, start: Any = 0) -> Any:
    rows = _rows(x)
    return enumerate(x, start) if rows is None else Rows(rows.length, lambda i: (i + start, rows.item(i)))


def _zip(*iterables: Any, **keywords: Any) -> Any:
    rows = [_rows(x) for x in iterables]
    if not rows or any(r is None for r in rows):
        return zip(*iterables, **keywords)  # noqa: B905  (as the program says)
    length = functools.reduce(minimum, [r.length for r in rows])  # type: ignore[union-attr]
    return Rows(length, lambda i: tuple(r.item(i) for r in rows))  # type: ignore[union-attr]


def _extreme(python: Any, reduce: Any, pairwise: Any) -> Callable[..., Any]:
    def extreme(*args: Any, **keywords: Any) -> Any:
        if keywords or not any(map(is_staged, args)):
            return python(*args, **keywords)
        if len(args) > 1:
            return functools.reduce(pairwise, args)
        return reduce(args[0], axis=0)

    return extreme


def _reduced(python: Any, reduce: Any) -> Callable[..., Any]:
    def reduced(x: Any, *rest: Any, **keywords: Any) -> Any:
        return reduce(x, axis=0) if is_staged(x) and not rest and not keywords else python(x, *rest, **keywords)

    return reduced


_BUILTINS: dict[Any, Any] = {
    abs: lambda x: absolute(x) if is_staged(x) else abs(x),
    all: _reduced(all, reduce_all),
    any: _reduced(any, reduce_any),
    enumerate: _enumerate,
    float: _number(float, float32),
    int: _number(int, int32),
    len: _len,
    max: _extreme(max, reduce_max, maximum),
    min: _extreme(min, reduce_min, minimum),
    range: _range,
    sum: _reduced(sum, reduce_sum),
    zip: _zip,
}
