"""Writes random straight-line programs over the operations: what operations there are, and how they are called.

A program is written as it runs, eagerly: each line is for the shapes and dtypes of what the lines before it gave.
"""

from __future__ import annotations

import itertools
import random
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.values.tensor import Tensor
from tests.fuzz.program import KINDS, Line, Program, base, live, row_caller
from tests.operations import table
from tests.operations.operation import is_differentiable

MOST_ELEMENTS = 150
MOST_AXES = 4
LARGEST = 1e4  # of the numbers that a line may give, beside inf and nan


class UnfitError(Exception):
    """An operation for which there are no operands."""


@dataclass(frozen=True)
class Operand:
    """A tensor of the program: its name, and an array such as it is."""

    name: str
    array: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def rank(self) -> int:
        return int(self.array.ndim)

    @property
    def kind(self) -> str:
        return "f" if self.array.dtype.kind == "V" else str(self.array.dtype.kind)

    @property
    def dtype(self) -> str:
        return f"tf.{self.array.dtype.name}"

    def __str__(self) -> str:
        return self.name


def is_finite(x: Operand) -> bool:
    return x.kind not in "fc" or bool(np.all(np.isfinite(x.array)))


Make = Callable[["Writer"], str]
FAMILIES: dict[str, list[Make]] = {}


def family(name: str, *makes: Make) -> None:
    FAMILIES.setdefault(name, []).extend(makes)


def op(name: str, weight: int = 1) -> Callable[[Make], Make]:
    """Registers an operation of a family; `weight` says how often it is chosen."""

    def register(make: Make) -> Make:
        family(name, *[make] * weight)
        return make

    return register


class Writer:
    """Writes the program of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.r = random.Random(seed)
        self.names = (f"v{i}" for i in itertools.count())
        self.operands: list[Operand] = []
        self.lines: list[Line] = []

    # --- choosing ----------------------------------------------------------------------------------------------------

    def pick(self, *choices: Any) -> Any:
        return self.r.choice(choices)

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def of(self, kinds: str = "f", test: Callable[[Operand], bool] = lambda x: True) -> Operand:
        """An operand of a kind, late ones more often."""
        found = [x for x in self.operands if x.kind in kinds and (not self.finite or is_finite(x)) and test(x)]
        if not found:
            raise UnfitError
        x = found[max(self.r.randrange(len(found)), self.r.randrange(len(found)))]
        return x

    def ranked(self, least: int, kinds: str = "f", most: int = 9) -> Operand:
        return self.of(kinds, lambda x: least <= x.rank <= most)

    def alike(self, x: Operand) -> Operand:
        """An operand of the shape and dtype of `x`."""
        return self.of(x.kind, lambda y: y.shape == x.shape and y.dtype == x.dtype)

    def some(self, least: int, kinds: str = "f") -> Operand:
        """An operand of at least so many axes, none of length 0."""
        return self.of(kinds, lambda x: x.rank >= least and x.array.size > 0)

    def image(self, rank: int = 0) -> Operand:
        """An operand of so many axes, 3 or 4 by default, none of them of length 0."""
        rank = rank or self.pick(3, 4)
        x = self.of("f", lambda x: x.rank <= rank and x.array.size > 0)
        if x.rank == rank:
            return x
        before = self.r.randint(0, rank - x.rank)
        after = rank - x.rank - before
        key = ", ".join([*["tf.newaxis"] * before, "...", *["tf.newaxis"] * after])
        return Operand(f"{x}[{key}]", x.array[(*[None] * before, ..., *[None] * after)])

    def complexed(self) -> Operand:
        """A complex operand of one axis or more, none of length 0, or one that is made of a real one."""
        if any(x.kind == "c" for x in self.operands) and self.flag():
            return self.some(1, "c")
        x = self.of("f", lambda x: x.rank and x.array.size and x.array.dtype.itemsize >= 4)
        return Operand(f"tf.complex({x}, tf.sin({x}))", x.array + 0j)

    def square(self) -> Operand:
        """A square matrix, or several."""
        if self.flag():
            return self.of("fc", lambda x: x.rank >= 2 and x.shape[-1] == x.shape[-2])
        x = self.of("f", lambda x: x.rank >= 2 and x.shape[-2] <= 4)
        product = x.array @ np.swapaxes(x.array, -1, -2)
        return Operand(f"(tf.matmul({x}, {x}, transpose_b=True) + {x}[..., :1])", product)

    def sortable(self) -> Operand:
        """An operand without nan, of which TensorFlow's order is none."""
        return self.of("fi", lambda x: x.rank and x.array.size and not np.any(np.isnan(x.array.astype(float))))

    def number(self, x: Operand | None = None) -> str:
        if x is not None and x.kind in "iu":
            return str(self.pick(1, 2, 3, -1, 0, 5) if x.kind == "i" else self.pick(1, 2, 3, 0, 5))
        return str(self.pick(0.3, 0.7, -0.4, 1.5, 2.0, -1.0, 1, 2, 3, 0, 0.0, -2))

    def partner(self, x: Operand) -> str:
        """What broadcasts with `x`: another operand, itself, a Python number, or a constant."""

        def fits(y: Operand) -> bool:
            if y.array.dtype != x.array.dtype:
                return False
            try:
                return bool(np.prod(np.broadcast_shapes(x.shape, y.shape)) <= MOST_ELEMENTS)
            except ValueError:
                return False

        way = self.r.random()
        if way < 0.55:
            return str(self.of(x.kind, fits))
        if way < 0.62:
            return str(x)
        if way < 0.77:
            return self.number(x)
        return self.constant(x, self.broadcastable(x.shape), lists=True)

    def broadcastable(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        found = tuple(self.pick(n, n, 1) for n in shape)
        return found[self.r.randrange(len(found) + 1) :] if found and self.chance(0.4) else found

    def constant(self, x: Operand, shape: tuple[int, ...], lists: bool = False) -> str:
        """A constant of the dtype of `x`: a tensor, an array, or a list."""
        count = int(np.prod(shape, dtype=int))
        if count > 24:
            raise UnfitError
        if x.kind in "iu":
            numbers: list[Any] = [self.r.randrange(0, 4) for _ in range(count)]
        elif x.kind == "b":
            numbers = [self.chance(0.5) for _ in range(count)]
        else:
            numbers = [round(self.r.uniform(-1.5, 1.5), 2) for _ in range(count)]
            if self.chance(0.1):
                numbers = [self.pick(0.0, 1.0, -1.0, 0.5) for _ in range(count)]
            if x.kind == "c":
                numbers = [complex(a, round(self.r.uniform(-1, 1), 2)) for a in numbers]
        text = repr(np.array(numbers, object).reshape(shape).tolist())
        if 0 in shape:
            return f"tf.zeros({shape}, {x.dtype})"
        way = self.r.random()
        if way < 0.7 or x.array.dtype.name not in ("float32", "float64", "int32", "int64", "bool"):
            return f"tf.constant({text}, {x.dtype})"
        return text if lists and way > 0.85 else f"np.array({text}, np.{x.array.dtype.name})"

    def axis(self, x: Operand, wrong: float = 0.01) -> int:
        if not x.rank:
            raise UnfitError
        if self.chance(wrong):
            return int(self.pick(x.rank, -x.rank - 1))
        return self.r.randrange(-x.rank, x.rank)

    def axes(self, x: Operand) -> str:
        """`axis=` of a reduction."""
        way = self.r.random()
        if way < 0.2 or not x.rank:
            return self.pick("", "", "None", "[]") if way < 0.2 else self.pick("", "None", "[]")
        if way < 0.65:
            return str(self.axis(x))
        if way < 0.7:
            return f"tf.constant({self.axis(x)})"
        some = self.r.sample(range(x.rank), self.r.randint(1, x.rank))
        return str([a - x.rank if self.chance(0.4) else a for a in some])

    def reduction(self, name: str, x: Operand) -> str:
        axes = self.axes(x)
        keep = self.pick("", "", ", keepdims=True", ", keepdims=False")
        return f"{name}({x}{f', axis={axes}' if axes else ''}{keep})"

    def length(self, x: Operand, axis: int) -> str:
        """The length of an axis, as a number or as the tensor that says it."""
        return self.pick(str(x.shape[axis]), f"tf.shape({x})[{axis}]")

    def flag(self) -> bool:
        return self.chance(0.5)

    def matrix(self, x: Operand) -> str:
        """A well-conditioned square matrix, or several, made of `x`."""
        return f"(3.0 * tf.eye({x.shape[-1]}, dtype={x.dtype}) + 0.5 * tf.tanh({x}))"

    # --- writing -----------------------------------------------------------------------------------------------------

    def program(self) -> Program:
        self.lengths = {c: self.pick(1, 2, 2, 3, 3, 4) for c in "nmk"}
        if self.chance(0.06):
            self.lengths[self.pick(*"nmk")] = 0
        main = self.pick(*["float64"] * 6, *["float32"] * 2, "complex128", self.pick("complex64", "float16"))
        self.shapes: dict[str, tuple[Any, ...]] = {}
        self.values = self.pick(*["smooth"] * 8, "ties", "special" if main.startswith("float") else "ties")
        dtypes = {}
        for i in range(self.pick(1, 2, 2, 3)):
            rank = self.pick(0, 1, 1, 2, 2, 2, 3, 3, 4)
            self.shapes[f"x{i}"] = tuple(self.pick(*"nmk", *"nmk", 1, 2) for _ in range(rank))
            others = ["float32", "float64", "int32", "int32", "int64", "bool", "uint8"]
            others += ["complex128"] if self.values != "special" else []
            dtypes[f"x{i}"] = main if not i or self.chance(0.65) else self.pick(*others)
        sets = [self.lengths]
        for _ in range(3):
            sets.append({c: self.pick(0, 1, 2, 3, 5) if self.chance(0.7) else n for c, n in self.lengths.items()})
        given = tuple(
            {name: self.array(tuple(s.get(n, n) for n in shape), dtypes[name]) for name, shape in self.shapes.items()}
            for s in sets
        )
        self.scope: dict[str, Any] = {"tf": tf, "np": np, "nan": np.nan, "inf": np.inf, "row": row_caller(tf)}
        for name, array in given[0].items():
            self.scope[name] = tf.constant(array)
            self.operands.append(Operand(name, array))
        count, tries = self.r.randint(2, 8), 0
        while len(self.lines) < count and tries < 60:
            tries += 1
            if self.line():
                break
        used = {base(name) for line in self.lines for name in line.uses}
        results = tuple(part for line in self.lines if line.name not in used for part in line.parts or (line.name,))
        kind = self.pick(*KINDS) if self.values != "special" else self.pick("value", "reverse")
        return live(Program(self.seed, tuple(self.lines), results[-4:] or ("x0",), given, kind))

    def array(self, shape: tuple[int, ...], dtype: str) -> Any:
        count = int(np.prod(shape, dtype=int))
        if dtype == "bool":
            return np.array([self.flag() for _ in range(count)], bool).reshape(shape)
        if dtype in ("int32", "int64", "uint8"):
            return np.array([self.r.randrange(0 if dtype == "uint8" else -2, 5) for _ in range(count)], dtype).reshape(
                shape
            )
        numbers: list[Any] = [round(self.r.uniform(-2, 2), 3) or 0.1 for _ in range(count)]
        if self.values == "ties":
            numbers = [self.pick(0.0, 1.0, -1.0, 0.5, 2.0) for _ in range(count)]
        if self.values == "special":
            numbers = [self.pick(a, a, a, 0.0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 1e30) for a in numbers]
        if dtype.startswith("complex"):
            numbers = [complex(a, b) for a, b in zip(numbers, [*numbers[1:], 0.3], strict=False)]
        with np.errstate(over="ignore"):
            return np.array(numbers, dtype).reshape(shape)

    def line(self) -> bool:
        """Writes a line, or none where that does not fit; returns whether it is one that raises, and so the last."""
        name = next(self.names)
        try:
            chosen = self.pick(*(PLAIN if self.values == "special" else WEIGHTED))
            self.finite = chosen not in PLAIN
            make = self.r.choice(FAMILIES[chosen])
            text = make(self)
        except UnfitError:
            return False
        uses = self.uses(text)
        state = self.r.getstate()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = eval(text, self.scope)
        except Exception:
            self.r.setstate(state)
            if self.chance(0.04):
                self.lines.append(Line(name, text, uses, (name,)))
                return True
            return False
        self.r.setstate(state)
        whole = isinstance(found, Tensor)
        parts = {name: found} if whole else {f"{name}[{i}]": t for i, t in enumerate(found)}
        tensors = {part: t._array for part, t in parts.items() if isinstance(t, Tensor)}
        if len(tensors) < len(parts) or not tensors or len(tensors) > 6 or not all(map(self.small, tensors.values())):
            return False
        self.scope[name] = found
        self.operands += [Operand(part, a) for part, a in tensors.items() if a.dtype.kind in "fciub"]
        self.lines.append(Line(name, text, uses, tuple(tensors)))
        return False

    def uses(self, text: str) -> tuple[str, ...]:
        """The operands in a text."""
        names = {x.name for x in self.operands}
        found = [m.group() for m in re.finditer(r"\b[vx]\d+(\[\d+\])?", text)]
        return tuple(dict.fromkeys(name if name in names else base(name) for name in found))

    def small(self, a: Any) -> bool:
        if a.size > MOST_ELEMENTS or a.ndim > MOST_AXES:
            return False
        finite = a[np.isfinite(a)] if a.dtype.kind in "fc" else a
        if a.dtype.kind == "i":
            return bool(np.all(np.abs(a.astype(np.float64)) < 1e6))
        return a.dtype.kind not in "fc" or bool(np.all(np.abs(finite) < LARGEST)) or self.values == "special"


# --- elementwise -----------------------------------------------------------------------------------------------------

TANH, UNIT, POSITIVE = "tf.tanh({x})", "0.9 * tf.tanh({x})", "(1.2 + {x} * {x})"


def _named(kinds: str, domain: str, names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names.split(), (kinds, domain))


UNARY = {  # by name: the kinds of operands, and what brings these where it is smooth
    **_named("fci", "{x}", "negative square identity abs"),
    **_named("fc", "{x}", "sin cos tanh sigmoid math.expm1 asinh atan sign stop_gradient zeros_like ones_like "
             "math.reciprocal_no_nan"),
    **_named("fc", TANH, "exp sinh cosh tan"),
    **_named("cf", "{x}", "math.conj math.real math.imag math.angle"),
    **_named("fc", POSITIVE, "sqrt math.rsqrt math.log math.log1p math.reciprocal acosh"),
    **_named("fc", UNIT, "asin acos atanh"),
    **_named("f", "(0.5 + 0.4 * tf.tanh({x}))", "math.erfinv math.ndtri math.erfcinv"),
    **_named("f", "{x}", "math.erf math.erfc math.softplus nn.softsign nn.relu nn.relu6 nn.elu nn.selu nn.silu nn.gelu "
             "nn.leaky_relu math.log_sigmoid math.bessel_i0e math.bessel_i1e math.bessel_i0 math.bessel_i1 "
             "math.special.dawsn math.special.fresnel_cos math.special.fresnel_sin floor math.ceil round math.rint "
             "math.is_nan math.is_finite math.is_inf"),
    **_named("f", POSITIVE, "math.lgamma math.digamma math.special.expint math.special.spence math.special.bessel_k0 "
             "math.special.bessel_j0 math.special.bessel_y1 math.special.bessel_k1e"),
}  # fmt: skip


@op("unary", 24)
def unary(w: Writer) -> str:
    name = w.pick(*UNARY)
    kinds, domain = UNARY[name]
    x = w.of(kinds)
    if x.kind not in "fc" or w.chance(0.12):
        domain = "{x}"
    return f"tf.{name}({domain.format(x=x)})"


family(
    "unary",
    lambda w: f"tf.nn.leaky_relu({w.of()}, {w.pick(0.3, 0, 1.5)})",
    lambda w: f"tf.nn.gelu({w.of()}, approximate={w.flag()})",
    lambda w: f"tf.clip_by_value({w.of()}, {w.pick(-0.5, 0, -1)}, {w.pick(0.7, 1, 0.5)})",
    lambda w: f"tf.math.polyval([{w.number()}, {w.number()}, {w.of()}], {w.of()})",
    lambda w: f"-{w.of('fci')}",
    lambda w: f"abs({w.of('fci')})",
    lambda w: f"tf.bitwise.invert({w.of('iu')})",
    lambda w: f"tf.logical_not({w.of('b')})",
    lambda w: f"tf.nn.crelu({w.ranked(1)})",
)

BINARY = {
    **dict.fromkeys(["add", "subtract", "multiply"], "fcifc"),
    **dict.fromkeys(["maximum", "minimum", "math.squared_difference", "math.floormod"], "fi"),
    "math.floordiv": "fi",
    "divide": "fci",
    **dict.fromkeys(["math.divide_no_nan", "math.multiply_no_nan"], "fc"),
    **dict.fromkeys(["atan2", "math.xlogy", "math.xlog1py", "math.xdivy"], "f"),
    **dict.fromkeys(["truncatediv", "truncatemod", "bitwise.bitwise_and", "bitwise.bitwise_xor"], "i"),
    **dict.fromkeys(["logical_and", "logical_or", "math.logical_xor"], "b"),
    **dict.fromkeys(["equal", "not_equal"], "fcib"),
    **dict.fromkeys(["less", "greater_equal", "greater", "less_equal"], "fi"),
}


@op("binary", 16)
def binary(w: Writer) -> str:
    name = w.pick(*BINARY)
    x = w.of(BINARY[name])
    y = w.partner(x)
    if name in ("divide", "math.xdivy", "math.floormod", "math.floordiv") and x.kind in "fc" and w.chance(0.8):
        y = f"(1.3 + tf.abs({y}))" if x.kind == "f" else f"(2.3 + tf.tanh({y}))"
    if name in ("math.xlogy", "math.xlog1py") and w.chance(0.8):
        y = f"(1.3 + tf.abs({y}))"
    a, b = (x, y) if w.flag() or "log" in name or y[0] not in "vxt" or y.startswith("tf.") else (y, x)
    return f"tf.{name}({a}, {b})"


@op("binary", 10)
def operator(w: Writer) -> str:
    x = w.of("fciu")
    y = w.partner(x)
    sign = w.pick("+", "-", "*", "*", "/", "//", "%", "+", "-", "*", "<", ">=", "==", "!=")
    if sign in ("==", "!="):  # shapes that do not fit at another length would give another number of axes
        y = w.pick(w.number(x), str(x))
    if sign in ("/", "//", "%") and x.kind in "fc" and w.chance(0.8):
        y = f"(1.3 + {x} * {x})"
    return f"{x} {sign} {y}" if w.chance(0.7) or y[0] == "[" else f"{y} {sign} {x}"


@op("binary", 3)
def power(w: Writer) -> str:
    x = w.of("fci")
    return w.pick(
        f"{x} ** {w.pick(2, 3, 2.0, 0, 1, 0.0, 1.0)}", f"tf.pow({x}, {w.pick(2, 3, 1)})",
        f"tf.abs({x}) ** {w.pick(0.5, 1.5, -1, 2)}", f"(1.2 + {x} * {x}) ** {w.partner(x)}",
        f"{w.pick(2, 2.0, 0.5)} ** {x}",
    )  # fmt: skip


family(
    "binary",
    lambda w: f"tf.add_n([{(x := w.of('fci'))}, {x}, {w.alike(x)}])",
    lambda w: f"tf.math.scalar_mul({w.number(x := w.of('fci'))}, {x})",
    lambda w: f"tf.where({compare(w)[0]}, {(x := w.compared)}, {w.partner(x)})",
    lambda w: f"tf.where({compare(w)[0]}, {w.partner(x := w.compared)}, {x})",
    lambda w: f"tf.where({w.of('b')}, {w.number(x := w.of('fc'))}, {x})",
)


def compare(w: Writer) -> tuple[str, Operand]:
    x = w.of("fci")
    w.compared = x
    real = f"tf.math.real({x})" if x.kind == "c" else str(x)
    return f"{real} {w.pick('>', '<', '>=')} {w.pick(0, 1) if x.kind == 'i' else w.pick(0.1, 0, -0.3)}", x


# --- reductions ------------------------------------------------------------------------------------------------------

REDUCTIONS = {
    **dict.fromkeys(["reduce_sum", "reduce_mean", "reduce_prod"], "fci"),
    **dict.fromkeys(["reduce_max", "reduce_min"], "fi"),
    **dict.fromkeys(["math.reduce_variance", "math.reduce_std"], "fc"),
    "math.reduce_euclidean_norm": "f",
    "reduce_logsumexp": "f",
    "reduce_any": "b",
    "reduce_all": "b",
    "math.count_nonzero": "fi",
}


@op("reduction", 14)
def reduction(w: Writer) -> str:
    name = w.pick(*REDUCTIONS)
    return w.reduction(f"tf.{name}", w.of(REDUCTIONS[name]))


@op("reduction", 3)
def cumulative(w: Writer) -> str:
    # TensorFlow's derivative of cumprod divides by the factors, and its cumulative_logsumexp leaves nan out.
    name = w.pick("cumsum", *["math.cumprod", "math.cumulative_logsumexp"] * (w.values != "special"))
    x = w.ranked(1, "f" if "log" in name else "fci")
    return f"tf.{name}({x}, axis={w.axis(x)}, exclusive={w.flag()}, reverse={w.flag()})"


@op("reduction", 2)
def softmax(w: Writer) -> str:
    name = w.pick("softmax", "softmax", "log_softmax")
    x = w.ranked(1)
    return f"tf.nn.{name}({x}, axis={w.axis(x)})"


@op("reduction", 2)
def norm(w: Writer) -> str:
    x = w.some(1, "fc")
    order = w.pick("'euclidean'", 1, 2, 3, "np.inf", 1.5)
    return f"tf.norm({x}, ord={order}, axis={w.axis(x)}, keepdims={w.flag()})"


family(
    "reduction",
    lambda w: f"tf.argmax({(x := w.some(1, 'fi'))}, axis={w.axis(x)})",
    lambda w: f"tf.argmin({(x := w.some(1, 'fi'))}, axis={w.axis(x)}, output_type=tf.int32)",
    lambda w: f"tf.sort({(x := w.sortable())}, axis={w.axis(x, 0)}, direction={w.pick('ASCENDING', 'DESCENDING')!r})",
    lambda w: f"tf.argsort({(x := w.sortable())}, axis={w.axis(x, 0)}, stable=True)",
    lambda w: f"tf.math.top_k({(x := w.sortable())}, k={w.r.randint(0, x.shape[-1])})",
    lambda w: f"tf.math.l2_normalize({(x := w.some(1, 'fc'))}, axis={w.axis(x)})",
    lambda w: f"tf.nn.moments({(x := w.some(1))}, axes=[{w.axis(x)}], keepdims={w.flag()})",
    lambda w: f"tf.clip_by_norm({(x := w.some(1))}, {w.pick(1.0, 2.5, 0.3)}, axes={w.pick(None, [w.axis(x)])})",
    lambda w: f"tf.linalg.global_norm([{w.of()}, {w.of()}])",
    lambda w: f"tf.math.zero_fraction({w.some(0)})",
    lambda w: f"tf.nn.l2_loss({w.of()})",
    lambda w: f"tf.math.lbeta(1.1 + tf.abs({w.some(1)}))",
    lambda w: f"tf.reduce_sum({w.of('b')})" if w.chance(0.2) else f"tf.reduce_mean(tf.cast({w.of('b')}, tf.float64))",
)

# --- shapes ----------------------------------------------------------------------------------------------------------

ANY = "ffffcib"


@op("shape", 2)
def reshape(w: Writer) -> str:
    x = w.of(ANY)
    if not x.rank or w.chance(0.3):
        return (
            f"tf.reshape({x}, {w.pick('[-1]', '-1', '[1, -1]', '[-1, 1]', f'tf.shape({x})', f'tf.shape({x})[::-1]')})"
        )
    i = w.r.randrange(x.rank)
    shape = [w.length(x, j) for j in range(x.rank)]
    if w.flag() and x.rank > 1:
        i = min(i, x.rank - 2)
        shape[i : i + 2] = [f"{shape[i]} * {shape[i + 1]}"]
    else:
        w.r.shuffle(shape)
    if x.array.size and w.flag():
        shape[w.r.randrange(len(shape))] = "-1"
    return f"tf.reshape({x}, [{', '.join(shape)}])"


@op("shape")
def transpose(w: Writer) -> str:
    x = w.of(ANY)
    perm = list(range(x.rank))
    w.r.shuffle(perm)
    return w.pick(f"tf.transpose({x})", f"tf.transpose({x}, {perm})", f"tf.transpose({x}, {perm}, conjugate=True)")


@op("shape", 2)
def concat(w: Writer) -> str:
    x = w.ranked(1, ANY)
    axis = w.axis(x)
    if not -x.rank <= axis < x.rank:
        return f"tf.concat([{x}, {x}], {axis})"
    rest = lambda s: s[: axis % x.rank] + s[axis % x.rank + 1 :]
    others = [
        w.of(x.kind, lambda y: y.rank == x.rank and y.dtype == x.dtype and rest(y.shape) == rest(x.shape))
        for _ in range(w.pick(0, 1, 1, 2))
    ]
    return f"tf.concat([{', '.join(map(str, [x, *others]))}], {w.pick(axis, f'axis={axis}')})"


@op("shape")
def stack(w: Writer) -> str:
    x = w.of(ANY)
    others = [w.alike(x) for _ in range(w.pick(0, 1, 2))]
    return f"tf.stack([{', '.join(map(str, [x, *others]))}], axis={w.r.randrange(-x.rank - 1, x.rank + 1)})"


@op("shape", 4)
def index(w: Writer) -> str:
    x = w.ranked(1, ANY)
    parts = []
    for n in x.shape[: w.r.randint(1, x.rank)]:
        one = [str(w.r.randrange(-n, n)), str(w.r.randrange(-n, n))] if n else []
        a, b = w.r.randint(-n - 1, n + 1), w.r.randint(-n - 1, n + 1)
        ranges = [f"{a}:", f":{b}", f"{a}:{b}", f"{b}::-1", "::-1", "::2", ":", "1:", ":-1"]
        parts.append(w.pick(*one, *ranges, "tf.newaxis"))
    if w.chance(0.25):
        parts.insert(w.r.randint(0, len(parts)), "...")
    return f"{x}[{', '.join(parts)}]"


@op("shape")
def pad(w: Writer) -> str:
    x = w.ranked(1, "ffci")
    mode = w.pick("CONSTANT", "CONSTANT", "REFLECT", "SYMMETRIC")
    most = {"CONSTANT": [2] * x.rank, "REFLECT": [n - 1 for n in x.shape], "SYMMETRIC": x.shape}[mode]
    if min(most) < 0:
        raise UnfitError
    pads = [[w.r.randint(0, min(n, 2)), w.r.randint(0, min(n, 2))] for n in most]
    more = f", constant_values={w.number(x)}" if mode == "CONSTANT" and w.flag() and x.kind != "c" else ""
    return f"tf.pad({x}, {pads}, {mode!r}{more})"


@op("shape")
def split(w: Writer) -> str:
    x = w.some(1, ANY)
    axis = w.axis(x, 0)
    n = x.shape[axis]
    sizes = w.r.randint(0, n)
    return f"tf.split({x}, {w.pick(n, 1, [sizes, n - sizes], [sizes, -1])}, axis={axis})"


@op("shape")
def gather(w: Writer) -> str:
    x = w.some(1, ANY)
    axis = w.axis(x)
    n = x.shape[axis] if -x.rank <= axis < x.rank else 1
    one = lambda: w.r.randrange(n)
    indices = w.pick(one(), [one(), one()], [[one()], [one()]], [], f"[{one()}, {one()}, {one()}]")
    if indices == []:
        indices = "tf.zeros([0], tf.int32)"
    elif w.flag():
        indices = f"tf.constant({indices}, {w.pick('tf.int32', 'tf.int64')})"
    return f"tf.gather({x}, {indices}, axis={axis})"


@op("shape")
def gather_by(w: Writer) -> str:
    """By indices that are computed."""
    x = w.some(1)
    i = w.of("i")
    return f"tf.gather({x}, tf.abs({i}) % {w.length(x, 0) if i.dtype == 'tf.int32' else x.shape[0]})"


@op("shape")
def gather_batches(w: Writer) -> str:
    x = w.some(2)
    b = w.r.randint(1, x.rank - 1)
    shape = (*x.shape[:b], w.pick(1, 2, 3))
    numbers = np.array([w.r.randrange(x.shape[b]) for _ in range(int(np.prod(shape)))]).reshape(shape)
    return f"tf.gather({x}, {numbers.tolist()}, batch_dims={w.pick(b, b - x.rank) if w.chance(0.1) else b})"


@op("shape")
def gather_nd(w: Writer) -> str:
    x = w.some(1)
    depth, count = w.r.randint(1, x.rank), w.pick(1, 2, 3)
    places = [[w.r.randrange(n) for n in x.shape[:depth]] for _ in range(count)]
    return f"tf.gather_nd({x}, {places})"


@op("shape", 2)
def scatter(w: Writer) -> str:
    x = w.some(1, "ffci")
    count = x.shape[0]
    name = w.pick("add", "sub", "update", "max", "min")
    if w.flag():
        places = [[w.r.randrange(count + 1)] for _ in range(count)]
        return (
            f"tf.scatter_nd({places}, {x}, "
            f"[{', '.join([str(count + 1), *(w.length(x, i) for i in range(1, x.rank))])}])"
        )
    places = [[i] for i in w.r.sample(range(count), count)]
    if name in ("add", "sub"):
        places = [[w.r.randrange(count)] for _ in range(count)]
    if x.kind == "c" and name in ("max", "min"):
        raise UnfitError
    return f"tf.tensor_scatter_nd_{name}({x}, {places}, {w.alike(x)})"


@op("shape")
def each(w: Writer) -> str:
    x = w.some(1, ANY)
    axis = w.r.randrange(x.rank)
    n = x.shape[axis]
    return w.pick(
        f"tf.repeat({x}, {[w.pick(0, 1, 2) for _ in range(n)]}, axis={axis})",
        f"tf.boolean_mask({x}, {[w.flag() for _ in range(n)]}, axis={axis})",
    )


family(
    "shape",
    lambda w: f"tf.expand_dims({(x := w.of(ANY))}, {w.r.randrange(-x.rank - 1, x.rank + 1)})",
    lambda w: (
        f"tf.squeeze({(x := w.of(ANY, lambda x: 1 in x.shape))}, "
        f"axis={w.pick(i := x.shape.index(1), i - x.rank, [i])})"
    ),
    lambda w: (
        f"tf.broadcast_to({(x := w.of(ANY))}, "
        f"[{', '.join([str(w.pick(1, 2, 0)), *(w.length(x, i) for i in range(x.rank))])}])"
    ),
    lambda w: (
        f"tf.broadcast_to({(x := w.of(ANY, lambda x: 1 in x.shape))}, "
        f"{[w.pick(1, 2, 3) if n == 1 else n for n in x.shape]})"
    ),
    lambda w: f"tf.tile({(x := w.of(ANY))}, {[w.pick(1, 2, 1, 0, 3) for _ in x.shape]})",
    lambda w: f"tf.repeat({(x := w.ranked(1, ANY))}, {w.pick(2, 1, 0)}, axis={w.axis(x)})",
    lambda w: f"tf.repeat({w.of(ANY)}, {w.pick(2, 3)})",
    lambda w: f"tf.reverse({(x := w.ranked(1, ANY))}, [{w.axis(x)}])",
    lambda w: f"tf.roll({(x := w.ranked(1, ANY))}, {w.r.randint(-3, 3)}, {w.axis(x)})",
    lambda w: f"tf.unstack({(x := w.some(1, ANY))}, num={x.shape[a := w.axis(x, 0)]}, axis={a})",
    lambda w: f"tf.boolean_mask({(x := w.ranked(1))}, {x} > {w.pick(0.1, 0, -0.5)})",
    lambda w: f"{(x := w.ranked(1))}[{x} > 0.0]",
    lambda w: f"tf.meshgrid({w.ranked(1, 'fci', 1)}, {w.ranked(1, 'fci', 1)}, indexing={w.pick('ij', 'xy')!r})",
    lambda w: f"tf.linspace({(x := w.of())}, {w.alike(x)}, {w.pick(1, 2, 4)}, axis={w.pick(0, -1)})",
    lambda w: f"tf.slice({(x := w.some(1, ANY))}, {[0] * x.rank}, {[w.pick(n, -1, n - 1) for n in x.shape]})",
    lambda w: f"tf.one_hot({w.of('i')}, {w.pick(2, 3)}, dtype=tf.float64)",
    lambda w: f"tf.dynamic_partition({(x := w.ranked(1, ANY))}, {[w.pick(0, 1, 2) for _ in range(x.shape[0])]}, 3)",
    lambda w: f"tf.shape({w.of(ANY)})",
    lambda w: f"tf.fill([{w.pick(0, 2, 3)}, {w.pick(1, 2)}], {w.ranked(0, ANY, 0)})",
    lambda w: f"tf.range({w.pick(0, 3, 5)}, dtype={w.pick('tf.float64', 'tf.float32', 'tf.int32')})",
    lambda w: f"tf.sequence_mask(tf.abs({w.of('i')}), {w.pick(3, 4)})",
    lambda w: f"tf.ensure_shape({(x := w.of(ANY))}, {w.pick([None] * x.rank, list(x.shape))})",
    lambda w: (
        f"tf.reverse_sequence({(x := w.some(2))}, {[w.r.randint(0, x.shape[1]) for _ in range(x.shape[0])]}, "
        f"seq_axis=1, batch_axis=0)"
    ),
    lambda w: f"tf.concat([{(x := w.ranked(1))}, tf.zeros_like({x})[:{w.pick(0, 1)}]], 0)",
)  # fmt: skip

# --- linear algebra --------------------------------------------------------------------------------------------------


@op("linalg", 6)
def matmul(w: Writer) -> str:
    a, b = w.flag() and w.flag(), w.flag() and w.flag()
    x = w.ranked(2, "ffci")
    k = x.shape[-2 if a else -1]

    def fits(y: Operand) -> bool:
        return y.rank >= 2 and y.dtype == x.dtype and y.shape[-1 if b else -2] == k and (
            y.rank == 2 or x.rank == 2 or y.shape[:-2] == x.shape[:-2])  # fmt: skip

    y = w.of(x.kind, fits)
    flags = [f"{w.pick('transpose_a', 'adjoint_a')}=True"] * a + [f"{w.pick('transpose_b', 'adjoint_b')}=True"] * b
    if not flags and w.flag():
        return f"{x} @ {y}"
    return f"tf.matmul({', '.join([str(x), str(y), *flags])})"


@op("linalg", 5)
def einsum(w: Writer) -> str:
    x = w.ranked(1, "fc")
    letters = {"abcd"[i]: n for i, n in enumerate(x.shape)}
    first = "abcd"[: x.rank]
    if w.flag():
        y = w.of(x.kind, lambda y: 1 <= y.rank <= 3 and y.dtype == x.dtype)
        second = ""
        for n in y.shape:
            alike = [c for c, m in letters.items() if m == n and c not in second]
            fresh = next(c for c in "efghij" if c not in letters)
            second += w.pick(*alike, fresh) if alike else fresh
            letters[second[-1]] = n
        out = w.r.sample(sorted(letters), w.r.randint(0, min(len(letters), 3)))
        return f"tf.einsum('{first},{second}->{''.join(out)}', {x}, {y})"
    out = w.r.sample(sorted(letters), w.r.randint(0, len(letters)))
    return f"tf.einsum('{first}->{''.join(out)}', {x})"


@op("linalg", 1)
def tensordot(w: Writer) -> str:
    x = w.ranked(1, "fc")
    i = w.r.randrange(x.rank)
    y = w.of(x.kind, lambda y: y.dtype == x.dtype and x.shape[i] in y.shape)
    return f"tf.tensordot({x}, {y}, [[{i}], [{y.shape.index(x.shape[i])}]])"


DECOMPOSED = (
    "tf.linalg.inv({m})", "tf.linalg.det({m})", "tf.linalg.expm(tf.tanh({x}))", "tf.linalg.logdet({m} @ {t})",
    "tf.linalg.cholesky({m} @ {t})", "tf.linalg.solve({m}, {x})", "tf.linalg.solve({m}, {x}, adjoint=True)",
    "tf.linalg.triangular_solve({m}, {x}, lower=False)", "tf.linalg.triangular_solve({m}, {x}, adjoint=True)",
    "tf.linalg.slogdet({m})", "tf.linalg.trace({x})", "tf.linalg.set_diag({x}, tf.linalg.diag_part({x}) ** 2)",
    "tf.linalg.cholesky_solve({m}, {x})", "tf.linalg.matrix_transpose({x})", "tf.linalg.adjoint({x})",
)  # fmt: skip


@op("linalg", 6)
def decomposed(w: Writer) -> str:
    x = w.square()
    m = w.matrix(x)
    return str(w.pick(*DECOMPOSED)).format(x=x, m=m, t=f"tf.linalg.adjoint({m})")


family(
    "linalg",
    lambda w: (
        f"tf.linalg.matvec({(x := w.ranked(2))}, "
        f"{w.of('f', lambda y: y.dtype == x.dtype and y.shape == x.shape[:-2] + x.shape[-1:])})"
    ),
    lambda w: f"tf.linalg.band_part({w.ranked(2, 'fci')}, {w.pick(0, 1, -1)}, {w.pick(0, 1, -1)})",
    lambda w: f"tf.linalg.diag({w.ranked(1, 'fci', 2)}, k={w.pick(0, 1, -1)})",
    lambda w: f"tf.linalg.diag_part({w.some(2, 'fci')}, k=0)",
    lambda w: f"tf.linalg.trace({w.ranked(2, 'fc')})",
    lambda w: f"tf.linalg.norm({w.some(2, 'fc')}, axis=[-2, -1], ord={w.pick(1, 2, repr('fro'), 'np.inf')})",
    lambda w: f"tf.linalg.normalize({(x := w.some(1))}, axis={w.axis(x)})",
    lambda w: f"tf.linalg.cross({(x := w.of('f', lambda x: x.rank and x.shape[-1] == 3))}, {x} ** 2)",
    lambda w: f"tf.linalg.tensor_diag({w.ranked(1, 'fc', 2)})",
    lambda w: (
        f"tf.linalg.lstsq(tf.concat([tf.eye({(x := w.some(2)).shape[-1]}, "
        f"dtype={x.dtype}) + 0.1 * tf.eye({x.shape[-1]}, dtype={x.dtype}), tf.reshape(tf.tanh({x}), [-1, "
        f"{x.shape[-1]}])], 0), tf.ones([{x.array.size // x.shape[-1] + x.shape[-1]}, 1], {x.dtype}))"
    ),
)  # fmt: skip

# --- layers, losses, images, signals, segments -----------------------------------------------------------------------


@op("nn", 2)
def conv2d(w: Writer) -> str:
    x = w.image(4)
    kernel = (w.pick(1, 2, 3), w.pick(1, 2), x.shape[-1], w.pick(1, 2))
    s, d = w.pick((1, 1), (2, 1), (1, 2))
    padding = w.pick("SAME", "VALID", "SAME")
    return f"tf.nn.conv2d({x}, {w.constant(x, kernel)}, {s}, {padding!r}, dilations={d})"


@op("nn")
def conv1d(w: Writer) -> str:
    x = w.image(3)
    return (
        f"tf.nn.conv1d({x}, {w.constant(x, (w.pick(1, 2, 3), x.shape[-1], 2))}, {w.pick(1, 2)}, "
        f"{w.pick('SAME', 'VALID')!r})"
    )


@op("nn", 2)
def pool(w: Writer) -> str:
    name = w.pick("max", "avg")
    if w.flag():
        x = w.image(4)
        return f"tf.nn.{name}_pool2d({x}, {w.pick(1, 2, [2, 1])}, {w.pick(1, 2)}, {w.pick('SAME', 'VALID')!r})"
    x = w.image(3)
    return f"tf.nn.{name}_pool1d({x}, {w.pick(1, 2)}, {w.pick(1, 2)}, {w.pick('SAME', 'VALID')!r})"


@op("nn", 3)
def losses(w: Writer) -> str:
    x = w.some(1)
    y = w.alike(x)
    return w.pick(
        f"tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax({y}), {x}, axis={w.pick(-1, w.r.randrange(x.rank))})",
        f"tf.nn.sigmoid_cross_entropy_with_logits(tf.sigmoid({y}), {x})",
        f"tf.nn.weighted_cross_entropy_with_logits({y}, {x}, {w.pick(2.0, 0.5)})",
        f"tf.nn.log_poisson_loss({y}, {x})",
        f"tf.nn.sparse_softmax_cross_entropy_with_logits(tf.argmax({y}, -1), {x})",
    )


@op("nn")
def normalized(w: Writer) -> str:
    x = w.some(2)
    return (
        f"tf.nn.batch_normalization({x}, *tf.nn.moments({x}, [0]), {w.pick('None', w.number())}, "
        f"{w.pick('None', 2.0)}, 1e-3)"
    )


family(
    "nn",
    lambda w: f"tf.math.igamma(1.2 + {(x := w.of())} * {x}, 0.5 + tf.abs({w.partner(x)}))",
    lambda w: f"tf.math.zeta(2.2 + {(x := w.of())} * {x}, 1.5 + tf.abs({w.partner(x)}))",
    lambda w: f"tf.math.polygamma({w.pick(0.0, 1.0, 2.0)} + tf.zeros_like({(x := w.of())}), 1.5 + {x} * {x})",
    lambda w: f"tf.nn.bias_add({(x := w.some(2))}, {w.constant(x, x.shape[-1:])})",
    lambda w: f"tf.nn.embedding_lookup({(x := w.some(1))}, {[w.r.randrange(x.shape[0]) for _ in range(w.pick(1, 3))]})",
    lambda w: (
        f"tf.nn.depthwise_conv2d({(x := w.image(4))}, {w.constant(x, (2, 1, x.shape[-1], 2))}, [1, 1, 1, 1], "
        f"{w.pick('SAME', 'VALID')!r})"
    ),
    lambda w: f"tf.nn.local_response_normalization({w.image(4)}, 1)",
    lambda w: (
        f"tf.math.segment_{w.pick('sum', 'mean', 'max', 'min', 'prod')}({(x := w.some(1))}, "
        f"{sorted(w.pick(0, 1, 2) for _ in range(x.shape[0]))})"
    ),
    lambda w: (
        f"tf.math.unsorted_segment_{w.pick('sum', 'mean', 'max', 'min', 'prod', 'sqrt_n')}({(x := w.some(1))}, "
        f"{[w.pick(0, 1, 2, -1) for _ in range(x.shape[0])]}, 3)"
    ),
    lambda w: (
        f"tf.image.resize({w.image()}, [{w.pick(1, 2, 3, 4)}, {w.pick(1, 2, 3)}], "
        f"method={w.pick('bilinear', 'nearest', 'bicubic', 'area', 'lanczos3')!r}, "
        f"antialias={w.flag() and w.flag()})"
    ),
    lambda w: (
        f"tf.image.{w.pick('flip_left_right', 'flip_up_down', 'rot90', 'transpose')}"
        f"({w.of('fi', lambda x: x.rank in (3, 4))})"
    ),
    lambda w: f"tf.image.adjust_{w.pick('brightness', 'contrast')}({w.image()}, 0.4)",
    lambda w: f"tf.image.total_variation({w.of('f', lambda x: x.rank in (3, 4))})",
    lambda w: f"tf.image.per_image_standardization({w.image()})",
    lambda w: (
        f"tf.image.extract_patches({w.image(4)}, [1, 2, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], "
        f"{w.pick('SAME', 'VALID')!r})"
    ),
    lambda w: f"tf.image.central_crop({w.image()}, {w.pick(0.5, 1.0, 0.7)})",
    lambda w: f"tf.signal.{w.pick('fft', 'ifft')}({w.complexed()})",
    lambda w: f"tf.signal.{w.pick('fft2d', 'ifft2d')}({w.some(2, 'c')})",
    lambda w: f"tf.signal.rfft({(x := w.some(1))}, {w.pick('None', f'[{x.shape[-1] + 1}]')})",
    lambda w: f"tf.signal.irfft({w.complexed()}, {w.pick('[4]', '[5]', '[2]')})",
    lambda w: f"tf.signal.dct({w.some(1)}, type={w.pick(2, 3, 2, 1)}, norm={w.pick('None', repr('ortho'))})",
    lambda w: (
        f"tf.signal.frame({(x := w.some(1))}, {w.pick(1, 2, 3)}, {w.pick(1, 2)}, pad_end={w.flag()}, "
        f"axis={w.axis(x)})"
    ),
    lambda w: f"tf.signal.overlap_and_add({w.some(2)}, {w.pick(1, 2)})",
    lambda w: f"tf.signal.fftshift({w.some(1, 'fc')})",
    lambda w: f"tf.complex({(x := w.of())}, {w.alike(x)})",
    lambda w: f"tf.{w.pick('math.real', 'math.imag', 'abs', 'math.conj', 'math.angle')}({w.of('c')})",
    lambda w: (
        f"tf.cast({w.of('fffi')}, "
        f"{w.pick('tf.float64', 'tf.float32', 'tf.complex128', 'tf.int32', 'tf.bool', 'tf.float64', 'tf.float16')})"
    ),
    lambda w: f"tf.cast({w.of('cb')}, {w.pick('tf.complex64', 'tf.complex128', 'tf.float64', 'tf.int32')})",
    lambda w: f"tf.saturate_cast({w.of('f')}, {w.pick('tf.uint8', 'tf.float16', 'tf.float32', 'tf.int32')})",
    lambda w: f"tf.nn.space_to_depth({w.of('f', lambda x: x.rank == 4 and x.shape[1] % 2 == x.shape[2] % 2 == 0)}, 2)",
    lambda w: f"tf.nn.swish({w.of()}, {w.pick(1.0, 0.5)})",
    lambda w: f"tf.math.cumulative_logsumexp({w.some(1)})",
    lambda w: f"tf.math.confusion_matrix({(x := w.ranked(1, 'i', 1))} % 3, {x} % 2, 3, dtype=tf.float64)",
    lambda w: f"tf.histogram_fixed_width({w.some(0)}, [-1.0, 1.0], 3)",
    lambda w: f"tf.searchsorted(tf.sort({(x := w.ranked(1, 'f', 1))}), {w.alike(x)})",
)  # fmt: skip

# --- the rows of the operation table ---------------------------------------------------------------------------------


def _rows() -> list[tuple[str, int]]:
    return [
        (row.name, i)
        for row in table.rows()
        if row.order > 0 and "tensorflow" not in row.notes
        for i, sample in enumerate(row.samples)
        if any(map(is_differentiable, sample)) and sum(np.size(x) for x in sample if is_differentiable(x)) <= 200
    ]


ROWS = _rows()
SAMPLES = {row.name: row.samples for row in table.rows()}


@op("row")
def row(w: Writer) -> str:
    name, i = w.r.choice(ROWS)
    xs = [w.some(0, "ffc") for s in SAMPLES[name][i] if is_differentiable(s)]
    return f"row({name!r}, {i}, {', '.join(map(str, xs))})"


WEIGHTED = [
    *["unary"] * 4, *["binary"] * 6, *["reduction"] * 4, *["shape"] * 7, *["linalg"] * 4, *["nn"] * 5, *["row"] * 2,
]  # fmt: skip
# What is done with inf and nan as well. How products and maxima of windows leave out 0 * nan is each library's own.
PLAIN = ["unary", "binary", "reduction", "shape"]


def program(seed: int) -> Program:
    return Writer(seed).program()
