"""Random programs: what one is, how a library runs it and its derivatives, and how it is made small.

Nothing here imports gradtape when it is imported: TensorFlow's process runs the same programs. Run as a script it
answers programs that come by the standard input with what TensorFlow makes of them.
"""

from __future__ import annotations

import functools
import itertools
import linecache
import os
import pickle
import sys
import types
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.operations import table
from tests.operations.operation import flatten, is_array, is_differentiable

_numbers = itertools.count()


def define(source: str, **names: Any) -> Callable[..., Any]:
    """The function `f` that `source` defines with `names`, where AutoGraph finds its lines."""
    name = f"<program {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    module = types.ModuleType("random_program")
    module.__dict__.update(names)
    exec(compile(source, name, "exec"), module.__dict__)
    return module.f  # type: ignore[no-any-return]


T = TypeVar("T")


def fewest(items: Sequence[T], differ: Callable[[list[T]], bool]) -> list[T]:
    """`items` with each left out, last first, that `differ` does not need to be true."""
    kept = list(items)
    for item in reversed(items):
        rest = [other for other in kept if other is not item]
        if differ(rest):
            kept = rest
    return kept


# --- programs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """`name = text`, in which the names `uses` occur, and of which `parts` are tensors."""

    name: str
    text: str
    uses: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Program:
    """A function of tensors, line by line.

    Attributes:
      inputs: arrays by name; more of these with other lengths follow the first.
      kind: the derivative that is asked for, of `KINDS`.
    """

    seed: int
    lines: tuple[Line, ...]
    results: tuple[str, ...]
    inputs: tuple[dict[str, Any], ...]
    kind: str

    @property
    def source(self) -> str:
        head = f"def f({', '.join(self.inputs[0])}):"
        lines = [f"    {line.name} = {line.text}" for line in self.lines]
        return "\n".join([head, *lines, f"    return [{', '.join(self.results)}]"]) + "\n"

    def __str__(self) -> str:
        arrays = [f"{name} = np.{a!r}  # {a.dtype}" for name, a in self.inputs[0].items()]
        return "\n".join([f"# seed {self.seed}, {self.kind}", *arrays, self.source])


def live(program: Program) -> Program:
    """`program` without the lines and inputs that no result needs."""
    needed = {base(name) for name in program.results}
    kept: list[Line] = []
    for line in reversed(program.lines):
        if line.name in needed:
            kept.insert(0, line)
            needed |= {base(name) for name in line.uses}
    inputs = tuple({name: a for name, a in given.items() if name in needed} for given in program.inputs)
    return replace(program, lines=tuple(kept), inputs=inputs)


def base(part: str) -> str:
    """The name of which `part` is an element: c of c[0]."""
    return part.partition("[")[0]


# --- what a program's text may say besides tf ------------------------------------------------------------------------


@functools.cache
def _rows() -> dict[str, Any]:
    return {row.name: row for row in table.rows()}


def near(tf: Any, sample: Any, x: Any) -> Any:
    """`sample`, with its elements moved a little by those of `x`."""
    if not is_differentiable(sample):
        return tf.constant(sample) if is_array(sample) else sample
    sample = tf.constant(sample)
    flat = tf.reshape(x, [-1])
    count = tf.size(sample)
    many = tf.tile(flat, [count // tf.size(flat) + 1])[:count]
    moved = 1.0 + 0.05 * tf.tanh(tf.cast(tf.math.real(many), tf.float64))
    return sample * tf.cast(tf.reshape(moved, tf.shape(sample)), sample.dtype)


def row_caller(tf: Any) -> Callable[..., Any]:
    """`row(name, i, *xs)` calls a row of the operation table near its sample `i`."""

    def row(name: str, i: int, *xs: Any) -> Any:
        found = _rows()[name]
        given = iter(xs)
        inputs = [near(tf, s, next(given) if is_differentiable(s) else None) for s in found.samples[i]]
        return found.call(tf, *inputs)

    return row


def compiled(tf: Any, program: Program) -> Callable[..., Any]:
    return define(program.source, tf=tf, np=np, nan=np.nan, inf=np.inf, row=row_caller(tf))


# --- derivatives -----------------------------------------------------------------------------------------------------

Function = Callable[[Sequence[Any]], list[Any]]


def is_smooth(t: Any) -> bool:
    return t is not None and (t.dtype.is_floating or t.dtype.is_complex)


def weights(tf: Any, t: Any, salt: float) -> Any:
    """Numbers of the shape and dtype of `t`, of both signs and none 0."""
    places = tf.cast(tf.range(tf.size(t)), tf.float64)
    numbers = tf.reshape(tf.sin(1.0 + 0.7 * salt + 1.3 * places) + 0.05, tf.shape(t))
    if t.dtype.is_complex:
        return tf.cast(tf.complex(numbers, 0.6 * numbers[..., ::-1] if len(t.shape) else 0.6 * numbers), t.dtype)
    return tf.cast(numbers, t.dtype)


def dense(tf: Any, g: Any) -> Any:
    return tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g


def reverse(tf: Any, f: Function) -> Function:
    def derivative(xs: Sequence[Any]) -> list[Any]:
        sources = [x for x in xs if is_smooth(x)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            ys = [y for y in f(xs) if is_smooth(y)]
        if not ys or not sources:
            return []
        found = tape.gradient(ys, sources, [weights(tf, y, i) for i, y in enumerate(ys)])
        return [dense(tf, g) for g in found]

    return derivative


def forward(tf: Any, f: Function) -> Function:
    def derivative(xs: Sequence[Any]) -> list[Any]:
        sources = [x for x in xs if is_smooth(x)]
        if not sources:
            return []
        with tf.autodiff.ForwardAccumulator(sources, [weights(tf, x, 0.4 + i) for i, x in enumerate(sources)]) as a:
            ys = [y for y in f(xs) if is_smooth(y)]
        return [dense(tf, a.jvp(y)) for y in ys]

    return derivative


def jacobian(tf: Any, f: Function) -> Function:
    def derivative(xs: Sequence[Any]) -> list[Any]:
        sources = [x for x in xs if is_smooth(x)]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(sources)
            ys = [y for y in f(xs) if is_smooth(y)]
        return [dense(tf, j) for y in ys[:2] for j in tape.jacobian(y, sources, experimental_use_pfor=PFOR)]

    return derivative


PFOR = False  # TensorFlow's takes seconds to begin

KINDS: dict[str, tuple[Callable[[Any, Function], Function], ...]] = {  # applied first to last
    "value": (),
    "reverse": (reverse,),
    "reverse over reverse": (reverse, reverse),
    "third order": (reverse, reverse, reverse),
    "forward": (forward,),
    "forward over reverse": (reverse, forward),
    "reverse over forward": (forward, reverse),
    "forward over second order": (reverse, reverse, forward),
    "Jacobian": (jacobian,),
    "Jacobian of gradient": (reverse, jacobian),
}


def stages(tf: Any, f: Callable[..., Any], kind: str) -> dict[str, Function]:
    """The function itself, and its derivatives up to `kind`, each as a function of a list of tensors."""
    found: dict[str, Function] = {"value": lambda xs: flatten(f(*xs))}
    for i, derive in enumerate(KINDS[kind]):
        found[" of ".join(d.__name__ for d in KINDS[kind][i::-1])] = derive(tf, list(found.values())[-1])
    return found


# --- outcomes --------------------------------------------------------------------------------------------------------

Outcome = dict[str, Any]  # {"values": arrays and None} or {"error": names of classes, "message": text}


def outcome(function: Function, xs: Sequence[Any]) -> Outcome:
    try:
        return {"values": [array_of(y) for y in function(xs)]}
    except Exception as error:
        names = [c.__name__ for c in type(error).__mro__ if issubclass(c, Exception)]
        return {"error": names, "message": str(error).partition("\n")[0][:300]}


def array_of(y: Any) -> Any:
    if y is None:
        return None
    a = y.numpy() if hasattr(y, "numpy") else np.asarray(y)
    return np.asarray(a, np.float32) if a.dtype.kind == "V" else np.asarray(a)


def outcomes(tf: Any, program: Program, inputs: dict[str, Any] | None = None) -> dict[str, Outcome]:
    """What a library makes of a program and its derivatives, run eagerly; nothing follows what raises."""
    found: dict[str, Outcome] = {}
    xs = [tf.constant(a) for a in (inputs or program.inputs[0]).values()]
    for name, function in stages(tf, compiled(tf, program), program.kind).items():
        found[name] = outcome(function, xs)
        if "error" in found[name]:
            break
    return found


def serve() -> None:
    """Answers pickled programs with pickled outcomes, until there are no more."""
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what TensorFlow prints is no answer
    warnings.simplefilter("ignore")
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    while True:
        try:
            program = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(outcomes(tf, program), stdout)
        stdout.flush()


if __name__ == "__main__":
    from tests.fuzz.program import serve as served

    served()
