"""Random programs of branches, loops and lists, and their derivatives: functions and XLA against eager.

A program is a function of one vector. `program(seed)` writes it; `differences(seed, ...)` runs it eagerly and in
functions, and tells what differs. Run as a script, it goes through a range of seeds:

    python -m tests.fuzz.control_flow 0 1000
    python -m tests.fuzz.control_flow 0 100 --xla
"""

import argparse
import itertools
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import gradtape as tf
from tests.fuzz.program import define, fewest

LENGTHS = (3, 1, 4, 2)
ENDLESS = "how many steps it makes is only known when it runs"  # XLA differentiates no such loop

# --- programs --------------------------------------------------------------------------------------------------------


class Writer:
    """Writes one program.

    In it, `x`, `a` and `b` are vectors of one length, which is 1 or more, `s` is a scalar, and `i` counts steps.
    """

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.names = itertools.count()

    def pick(self, *choices: str) -> str:
        return self.r.choice(choices)

    def number(self) -> str:
        return f"tf.cast({self.r.choice([-0.7, -0.4, 0.3, 0.6, 0.9])}, D)"

    def vector(self, depth: int = 2, scalar: str = "s") -> str:
        leaf = self.pick("x", "a", "a", "b", "b")
        if not depth or self.r.random() < 0.2:
            return leaf
        v, w = self.vector(depth - 1, scalar), self.vector(depth - 1, scalar)
        return self.pick(
            f"({v} * {w})", f"({v} + {w})", f"({v} - {w})", f"tame({v})", f"tf.tanh({v})", f"({self.number()} * {v})",
            f"tf.exp({self.number()} * tame({v}))", f"{v}[::-1]", f"({v} + {self.scalar(depth - 1, scalar)})",
            f"({v} * {self.scalar(depth - 1, scalar)})", f"tf.concat([{v}[1:], {w}[:1]], 0)", f"tf.cumsum({v})",
            f"tf.where(tf.math.real({v}) > 0.1, {v}, {w})", f"tf.ones_like({v})", f"tf.stop_gradient({v})",
        )  # fmt: skip

    def scalar(self, depth: int = 2, scalar: str = "s") -> str:
        if not depth or self.r.random() < 0.2:
            return self.pick(scalar, scalar, "a[0]", "b[-1]", "x[0]")
        v, s, t = self.vector(depth - 1, scalar), self.scalar(depth - 1, scalar), self.scalar(depth - 1, scalar)
        return self.pick(
            f"tf.reduce_sum({v})", f"{s} * {t}", f"({s} + {t})", f"tame({s})", f"({self.number()} * {s})",
            f"tf.reduce_mean({v})", f"{s} * {s}", self.number(),
        )  # fmt: skip

    def condition(self, i: str | None = None) -> str:
        found = [
            f"tf.math.real({self.scalar(1)}) > {self.r.choice([-0.3, 0.0, 0.2, 0.5])}",
            f"tf.reduce_sum(tf.math.real({self.vector(1)})) < {self.r.choice([-0.5, 0.1, 0.7, 1.5])}",
            "tf.shape(x)[0] > 2",
        ]
        if i is not None:
            found += [f"{i} % 2 == {self.r.choice([0, 1])}", f"{i} < {self.r.choice([0, 1, 2])}", f"{i} == 1"]
        return self.r.choice(found)

    # --- statements --------------------------------------------------------------------------------------------------

    def block(self, indent: str, depth: int, i: str | None = None, jumps: bool = False) -> list[str]:
        lines = []
        for _ in range(self.r.choice([1, 1, 2])):
            lines += self.statement(indent, depth, i)
            if jumps and self.r.random() < 0.4:
                lines += [f"{indent}if {self.condition(i)}:", f"{indent}    {self.pick('break', 'continue')}"]
        return lines

    def statement(self, indent: str, depth: int, i: str | None = None) -> list[str]:
        simple = [self.assign, self.cond, self.case, self.switch_case, self.fold, self.mapped]
        nested = [self.if_, self.for_, self.rows, self.while_, self.while_loop, self.listed, self.growing, self.filled]
        return self.r.choice(simple if depth <= 0 else simple + nested * 2)(indent, depth, i)

    def assign(self, indent: str, depth: int, i: str | None) -> list[str]:
        name = self.pick("a", "b", "s")
        return [f"{indent}{name} = {self.scalar() if name == 's' else self.vector()}"]

    def _of(self, name: str) -> str:
        return self.scalar() if name == "s" else self.vector()

    def cond(self, indent: str, depth: int, i: str | None) -> list[str]:
        name = self.pick("a", "b", "s")
        if self.r.random() < 0.3:
            both = [f"({self.vector()}, {self.scalar()})" for _ in range(2)]
            return [f"{indent}a, s = tf.cond({self.condition(i)}, lambda: {both[0]}, lambda: {both[1]})"]
        return [f"{indent}{name} = tf.cond({self.condition(i)}, lambda: {self._of(name)}, lambda: {self._of(name)})"]

    def case(self, indent: str, depth: int, i: str | None) -> list[str]:
        name = self.pick("a", "b", "s")
        pairs = ", ".join(f"({self.condition(i)}, lambda: {self._of(name)})" for _ in range(2))
        return [f"{indent}{name} = tf.case([{pairs}], default=lambda: {self._of(name)})"]

    def switch_case(self, indent: str, depth: int, i: str | None) -> list[str]:
        name = self.pick("a", "b", "s")
        index = self.pick(
            f"tf.cast(tf.round(3 * tf.math.real({self.scalar(1)})), tf.int32)", "tf.shape(x)[0] % 3", i or "tf.size(a)"
        )
        functions = ", ".join(f"lambda: {self._of(name)}" for _ in range(3))
        return [f"{indent}{name} = tf.switch_case({index}, [{functions}])"]

    def _step(self, *names: str) -> str:
        """A scalar of scalars `names`, small."""
        p, q = self.r.choice(names), self.r.choice(names)
        return self.pick(
            f"tame({p}) * {q}", f"{p} * {q} * {self.number()}", f"{p} + {self.number()} * {q}",
            f"tf.tanh({p}) + {q} * {q}", f"{p} * s", f"tf.cond(tf.math.real({p}) > 0.1, lambda: tame({p}), "
            f"lambda: {q} * {self.number()})",
        )  # fmt: skip

    def fold(self, indent: str, depth: int, i: str | None) -> list[str]:
        which = self.pick("scan", "scan", "foldl", "foldr")
        first = self.pick("", f", initializer={self.scalar(1)}")
        if which == "scan" and self.r.random() < 0.3:
            back = self.pick("", ", reverse=True")
            step = f"({self._step('p', 'q', 'e')}, {self._step('p', 'q', 'e')})"
            start = f"({self.scalar(1)}, {self.scalar(1)})"
            return [
                f"{indent}a, b = tf.scan(lambda pq, e: (lambda p, q: {step})(*pq), {self.vector(1)}, {start}{back})"
            ]
        back = self.pick("", ", reverse=True") if which == "scan" else ""
        name = "s" if which != "scan" else self.pick("a", "b")
        return [f"{indent}{name} = tf.{which}(lambda p, e: {self._step('p', 'e')}, {self.vector(1)}{first}{back})"]

    def mapped(self, indent: str, depth: int, i: str | None) -> list[str]:
        if self.r.random() < 0.3:
            return [
                (
                    f"{indent}a, b = tf.map_fn(lambda e: ({self._step('e[0]', 'e[1]')}, {self._step('e[0]', 'e[1]')}), "
                    f"({self.vector(1)}, {self.vector(1)}), fn_output_signature=(D, D))"
                )
            ]
        if self.r.random() < 0.3:
            return [f"{indent}a = tf.reduce_sum(tf.map_fn(lambda e: e * {self.vector(1)}, {self.vector(1)}), 0)"]
        return [f"{indent}{self.pick('a', 'b')} = tf.map_fn(lambda e: {self._step('e', 'e')}, {self.vector(1)})"]

    def if_(self, indent: str, depth: int, i: str | None) -> list[str]:
        lines = [f"{indent}if {self.condition(i)}:", *self.block(indent + "    ", depth - 1, i)]
        if self.r.random() < 0.6:
            lines += [f"{indent}else:", *self.block(indent + "    ", depth - 1, i)]
        return lines

    def _tame(self, indent: str) -> list[str]:
        return [f"{indent}a, b, s = tame(a), tame(b), tame(s)"]

    def for_(self, indent: str, depth: int, i: str | None) -> list[str]:
        i = f"i{next(self.names)}"
        count = self.pick("0", "1", "2", "3", "tf.shape(x)[0]", "tf.shape(x)[0] - 1")
        inside = indent + "    "
        return [
            f"{indent}for {i} in tf.range({count}):", *self.block(inside, depth - 1, i, jumps=True), *self._tame(inside)
        ]  # fmt: skip

    def rows(self, indent: str, depth: int, i: str | None) -> list[str]:
        row, inside = f"row{next(self.names)}", indent + "    "
        return [
            f"{indent}for {row} in {self.vector(1)}:", f"{inside}s = {self._step('s', row)}",
            *self.block(inside, depth - 1, None, jumps=True), *self._tame(inside),
        ]  # fmt: skip

    def while_(self, indent: str, depth: int, i: str | None) -> list[str]:
        i = f"i{next(self.names)}"
        count = self.pick("0", "2", "3", "tf.shape(x)[0]")
        inside = indent + "    "
        return [
            f"{indent}{i} = tf.constant(0)", f"{indent}while {i} < {count}:", f"{inside}{i} += 1",
            *self.block(inside, depth - 1, i, jumps=True), *self._tame(inside),
        ]  # fmt: skip

    def while_loop(self, indent: str, depth: int, i: str | None) -> list[str]:
        most = self.pick("2", "3", "tf.shape(x)[0]")
        test = self.pick("True", "i < 2", f"{self.condition('i')}")
        step = f"(i + 1, tame({self.vector()}), tame({self.scalar()}))"
        return [
            (
                f"{indent}_, a, s = tf.while_loop(lambda i, a, s: {test}, lambda i, a, s: {step}, "
                f"(tf.constant(0), {self.vector(1)}, {self.scalar(1)}), maximum_iterations={most})"
            )
        ]

    # --- lists -------------------------------------------------------------------------------------------------------

    def _element(self, ta: str, i: str) -> str:
        e = f"{ta}.read({self.pick(i, i, '0', 'n - 1', f'n - 1 - {i}')})"
        return self.pick(e, f"tame({e}) * s", f"{e} * {e}", f"{e} + {self.scalar(1)}", f"a[{i}] * {e}")

    def listed(self, indent: str, depth: int, i: str | None) -> list[str]:
        """A list that is read, and perhaps written, in a loop."""
        k = next(self.names)
        ta, j, inside = f"ta{k}", f"j{k}", indent + "    "
        lines = [
            f"{indent}n = tf.shape(x)[0]",
            f"{indent}{ta} = tf.TensorArray(D, size=n, clear_after_read=False, element_shape=[])",
            f"{indent}{ta} = {ta}.unstack({self.vector(1)})",
            f"{indent}for {j} in tf.range(n):",
        ]
        for _ in range(self.r.choice([1, 2])):
            if self.r.random() < 0.5:
                lines.append(f"{inside}{ta} = {ta}.write({j}, tame({self._element(ta, j)}))")
            else:
                lines.append(f"{inside}s = tame({self._element(ta, j)} + s)")
        if self.r.random() < 0.3:
            write = f"{ta}.write({j}, {self._element(ta, j)})"
            lines.append(f"{inside}{ta} = tf.cond({self.condition(j)}, lambda: {write}, lambda: {ta})")
        elif self.r.random() < 0.3:
            lines += [f"{inside}if {self.condition(j)}:", f"{inside}    {ta} = {ta}.write({j}, {self.scalar(1)})"]
        end = self.pick(
            f"a = {ta}.stack()", f"s = {ta}.read(0) * {ta}.read(n - 1)", f"b = {ta}.stack() * {ta}.read(0)",
            f"a = {ta}.gather(tf.range(n)[::-1])", f"s = {ta}.read(0) * {ta}.read(0) + tf.reduce_sum({ta}.stack())",
        )  # fmt: skip
        return [*lines, indent + end]

    def growing(self, indent: str, depth: int, i: str | None) -> list[str]:
        """A list that grows."""
        k = next(self.names)
        ta, row, inside = f"ta{k}", f"row{k}", indent + "    "
        return [
            f"{indent}{ta} = tf.TensorArray(D, size=0, dynamic_size=True, clear_after_read=False, element_shape=[])",
            f"{indent}for {row} in {self.vector(1)}:",
            f"{inside}{ta} = {ta}.write({ta}.size(), {self._step(row, 's')})",
            f"{inside}s = {self._step('s', row)}",
            f"{indent}{self.pick('a', 'b')} = tf.reshape({ta}.stack(), tf.shape(x))",
        ]

    def filled(self, indent: str, depth: int, i: str | None) -> list[str]:
        """A list of vectors that is written by a `while_loop`, or one by one."""
        k = next(self.names)
        ta = f"ta{k}"
        make = f"{indent}{ta} = tf.TensorArray(D, size=3, clear_after_read=False)"
        if self.r.random() < 0.5:
            body = f"lambda i, {ta}, a: (i + 1, {ta}.write(i, {self.vector(1)}), tame({self.vector(1)}))"
            lines = [f"{indent}_, {ta}, a = tf.while_loop(lambda i, *_: i < 3, {body}, (tf.constant(0), {ta}, a))"]
        else:
            lines = [f"{indent}{ta} = {ta}.write({j}, {self.vector(1)})" for j in range(3)]
        end = self.pick(
            f"a = {ta}.read(0) * {ta}.read(1) + {ta}.read(0)", f"b = tf.reduce_sum({ta}.stack(), 0)",
            f"a = {ta}.read(2) * {ta}.read(2)", f"s = tf.reduce_sum({ta}.concat())",
        )  # fmt: skip
        return [make, *lines, indent + end]


def statements(seed: int) -> tuple[list[list[str]], str]:
    """The statements of a program, each as its lines, and the last line."""
    writer = Writer(seed)
    found = [writer.statement("    ", 2) for _ in range(writer.r.choice([1, 2, 2, 3]))]
    return found, f"    return {writer.pick('a * s', 'a + b', 'tf.sin(s)', 'tf.reduce_sum(a * b) * s', 's * b + a')}"


def source_of(blocks: list[list[str]], last: str) -> str:
    first = ["def f(x):", "    a, b, s = tf.sin(x), x * x, tf.reduce_mean(x)"]
    return "\n".join([*first, *(line for block in blocks for line in block), last]) + "\n"


def tamed(z: Any) -> Any:
    """A complex number that is not large, as the sine of a real one."""
    return z / tf.cast(1.0 + tf.math.real(z * tf.math.conj(z)), z.dtype)


def compiled(source: str, dtype: Any) -> Callable[[Any], Any]:
    """The function that `source` defines."""
    return define(source, tf=tf, D=dtype, tame=tamed if dtype.is_complex else tf.sin)


# --- derivatives -----------------------------------------------------------------------------------------------------


def by_tape(f: Any, method: str) -> Any:
    def derivative(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return getattr(tape, method)(y, x, unconnected_gradients="zero")

    return derivative


def reverse(f: Any) -> Any:
    return by_tape(f, "gradient")


def forward(f: Any) -> Any:
    def derivative(x: Any) -> Any:
        with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x) * tf.cast(0.7, x.dtype)) as accumulator:
            y = f(x)
        return accumulator.jvp(y, unconnected_gradients="zero")

    return derivative


def jacobian(f: Any) -> Any:
    return by_tape(f, "jacobian")


KINDS: dict[str, Callable[[Any], Any]] = {
    "value": lambda f: f,
    "reverse": reverse,
    "reverse over reverse": lambda f: reverse(reverse(f)),
    "third order": lambda f: reverse(reverse(reverse(f))),
    "forward": forward,
    "forward over reverse": lambda f: forward(reverse(f)),
    "reverse over forward": lambda f: reverse(forward(f)),
    "forward over forward": lambda f: forward(forward(f)),
    "forward over second order": lambda f: forward(reverse(reverse(f))),
    "Jacobian": jacobian,
    "Jacobian of gradient": lambda f: jacobian(reverse(f)),
}
OUTSIDE = {"reverse": reverse, "reverse over reverse": lambda f: reverse(reverse(f)), "Jacobian": jacobian,
           "forward over reverse": lambda f: forward(reverse(f))}  # fmt: skip


def example(n: int, dtype: Any) -> Any:
    x = np.array([0.7, -0.4, 0.9, 1.1, -0.8])[:n]
    return tf.constant(x + 0.3j * x[::-1] if dtype.is_complex else x, dtype)


def differences(
    source: str, dtype: Any, kind: str, *, xla: bool = False, outside: bool = False, known: int | None = None
) -> Iterator[str]:
    """What differs between the program run eagerly, and in a function of a vector of `known`, or any, length.

    Args:
      outside: whether derivatives are taken of the function, rather than in it.
    """
    f = compiled(source, dtype)
    derive = (OUTSIDE if outside else KINDS)[kind]
    function = tf.function(
        f if outside else derive(f), input_signature=[tf.TensorSpec([known], dtype)], jit_compile=xla or None
    )
    derived = derive(function) if outside else function
    for n in LENGTHS if known is None else (known,):
        x = example(n, dtype)
        try:
            wanted = derive(f)(x)
        except Exception as error:
            yield f"eager, length {n}: {type(error).__name__}: {error}"
            return
        if wanted is None or not np.all(np.abs(wanted) < 1e9):
            return
        try:
            found = derived(x)
        except Exception as error:
            if not (xla and ENDLESS in str(error)):
                yield f"length {n}: {type(error).__name__}: {error}"
            return
        if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=1e-7, atol=1e-8):
            yield f"length {n}: {found.numpy().tolist()}, and eagerly {wanted.numpy().tolist()}"


def case_of(seed: int) -> dict[str, Any]:
    """How a seed's program is run."""
    r = random.Random(-1 - seed)
    outside = r.random() < 0.15
    return {
        "dtype": r.choice([tf.float64, tf.complex128]),
        "kind": r.choice(list(OUTSIDE if outside else KINDS)),
        "outside": outside,
        "known": r.choice([None, None, 3]),
    }


def smallest(seed: int, **case: Any) -> tuple[str, list[str]]:
    """The program of a seed with every statement left out that a difference does not need; and the differences."""
    blocks, last = statements(seed)
    found = lambda blocks: list(differences(source_of(blocks, last), **case))
    first = found(blocks)
    if not first:
        return source_of(blocks, last), []
    blocks = fewest(blocks, lambda rest: bool(found(rest)))
    return source_of(blocks, last), found(blocks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--xla", action="store_true")
    arguments = parser.parse_args()
    count = 0
    for seed in range(arguments.first, arguments.last):
        case = case_of(seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source, found = smallest(seed, **case, xla=arguments.xla)
        if found:
            count += 1
            print(f"seed {seed} {case['dtype'].name} {case['kind']} outside={case['outside']} known={case['known']}")
            print(source, *(line[:600] for line in found), "", sep="\n", flush=True)
    print(f"{count} of {arguments.last - arguments.first} programs differ")
    sys.exit(count > 0)


if __name__ == "__main__":
    main()
