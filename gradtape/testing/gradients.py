"""`check_gradients`: the derivatives of a function, of any order and mode, against central differences."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..autodiff.accumulator import ForwardAccumulator
from ..autodiff.tape import GradientTape
from ..values import nest
from ..values.convert import convert_to_tensor
from ..values.draws import Draws
from ..values.tensor import Tensor, wrap
from ..values.variable import ResourceVariable

__all__ = ["check_gradients"]

_SHOWN = 5  # elements in a message

_Function = Callable[[Any], list[Tensor]]  # of all inputs


def check_gradients(
    f: Callable[..., Any],
    *inputs: Any,
    order: int = 2,
    modes: Sequence[str] = ("forward", "reverse"),
    rtol: float | None = None,
    atol: float | None = None,
    delta: float | None = None,
    elements: int | None = 64,
) -> None:
    """Raise unless the derivatives of `f` at `inputs` are what central differences say.

    Reverse mode is checked with a random cotangent of the results, forward mode with a random tangent of each input.
    Derivatives of order n are checked as the derivatives of those of order n - 1, in all combinations of `modes`. Draws
    of `tf.random` inside `f` are the same in each of its runs.

    Args:
      f: a function of `inputs` that gives a floating or complex tensor, or a nested structure with such.
      inputs: tensors, variables, arrays, numbers, lists of numbers, or dicts and tuples of these. What is floating or
        complex is differentiated with respect to, and given to `f` in double precision; in its own, where `f` raises at
        that or a variable has less. Variables are given their values back afterwards.
      order: up to which order to check.
      modes: `"forward"`, `"reverse"` or both.
      rtol, atol: what differences to allow; by default 1e-6 and 1e-7 in double precision, more in less.
      delta: how far to step from `inputs`, by default the cube root of the precision; times an element's size, if that
        is more than 1.
      elements: how many elements of each input to step from, in reverse mode; None for all.

    Raises:
      AssertionError: where they differ, by input, index, order and mode.
      ValueError: if nothing can be differentiated, a mode is unknown, or `order` is less than 1.

    >>> import gradtape as tf
    >>> from gradtape.testing import check_gradients
    >>> check_gradients(lambda x: tf.sin(x) * x, [1.0, 2.0])
    >>> wrong = tf.custom_gradient(lambda x: (tf.sin(x), lambda g: g * tf.sin(x)))
    >>> check_gradients(wrong, [0.0, 2.0], modes=["reverse"])
    Traceback (most recent call last):
        ...
    AssertionError: The gradient of `<lambda>` is not what central differences say (order 1, reverse mode).
    At input 0, of shape (2,) and dtype float64, for a random cotangent of the results, 2 of 2 elements differ:
        index (0,): expected ..., got 0
        index (1,): expected ..., got ...
    """
    unknown = set(modes) - {"forward", "reverse"}
    if unknown or not modes:
        raise ValueError(f"modes are 'forward' and 'reverse', got {modes!r}")
    if order < 1:
        raise ValueError(f"order must be at least 1, got {order!r}")
    point = _point(f, inputs)
    if not point.places:
        raise ValueError(f"None of the inputs is floating or complex, so there is nothing to differentiate: {inputs!r}")
    try:
        check = _Check(getattr(f, "__name__", type(f).__name__), point, rtol, atol, delta, elements)
        check(point.flat(f), order, modes, ())
    finally:
        point.restore()


class _Point:
    """Where a function is differentiated.

    Attributes:
      places: the leaves that are differentiated with respect to, by position among all leaves.
      arrays: their values.
    """

    def __init__(self, inputs: Any, double: bool) -> None:
        self._draws: Draws | None = None
        self.inputs = nest.map_structure(lambda x: _leaf(x, double), inputs)
        self.leaves = nest.flatten(self.inputs)
        seen: set[Any] = set()
        self.places: list[int] = []
        for i, x in enumerate(self.leaves):
            variable = isinstance(x, ResourceVariable)
            if (variable or isinstance(x, Tensor)) and x.dtype.is_differentiable and x.ref() not in seen:
                seen.add(x.ref())
                self.places.append(i)
        self.arrays = [np.array(self._array(i)) for i in self.places]
        self.paths = list(_paths(inputs))

    def _array(self, i: int) -> Any:
        x = self.leaves[i]
        return x.handle.local() if isinstance(x, ResourceVariable) else x._array

    def at(self, arrays: Sequence[Any]) -> Any:
        """The inputs, with these values. Variables are the same ones with other values."""
        leaves = list(self.leaves)
        for i, array in zip(self.places, arrays, strict=True):
            if isinstance(leaves[i], ResourceVariable):
                leaves[i].handle.array = np.array(array)
            else:
                leaves[i] = wrap(np.array(array))
        return nest.pack_sequence_as(self.inputs, leaves)

    def restore(self) -> None:
        self.at(self.arrays)

    def sources(self, inputs: Any) -> list[Any]:
        leaves = nest.flatten(inputs)
        return [leaves[i] for i in self.places]

    def flat(self, f: Callable[..., Any]) -> _Function:
        """`f` as a function of all inputs to a list of tensors, that draws the same random numbers each time."""

        def flattened(inputs: Any) -> list[Tensor]:
            draws, self._draws = self._draws, self._draws or Draws()
            with self._draws.noted() if draws is None else draws.again():
                found = [convert_to_tensor(y) for y in nest.flatten(f(*inputs))]
            found = [y for y in found if y.dtype.is_differentiable]
            if not found:
                raise ValueError("None of the results is floating or complex, so there is nothing to differentiate.")
            return found

        return flattened


def _leaf(x: Any, double: bool) -> Any:
    if isinstance(x, ResourceVariable) or x is None or isinstance(x, str | bytes | bool):
        return x
    if isinstance(x, int):
        return x
    try:
        x = convert_to_tensor(x)
    except (TypeError, ValueError):
        return x
    if not double or not x.dtype.is_differentiable:
        return wrap(x._array)
    return wrap(x._array.astype(np.complex128 if x.dtype.is_complex else np.float64))


def _point(f: Callable[..., Any], inputs: Any) -> _Point:
    """The inputs in double precision if all can have it and `f` takes that, or else as they are."""
    inputs = tuple(_numbers(x) for x in inputs)
    variables = [x for x in nest.flatten(inputs) if isinstance(x, ResourceVariable) and x.dtype.is_differentiable]
    if all(v.dtype.name in ("float64", "complex128") for v in variables):
        point = _Point(inputs, double=True)
        try:
            point.flat(f)(point.inputs)
        except (TypeError, ValueError):
            pass
        else:
            return point
    return _Point(inputs, double=False)


def _numbers(x: Any) -> Any:
    """`x`, where lists of numbers are arrays."""
    if isinstance(x, list) and x and all(type(i) in (int, float, complex, list) for i in x):
        try:
            return convert_to_tensor(x)
        except (TypeError, ValueError):
            pass
    if isinstance(x, dict):
        return {k: _numbers(v) for k, v in x.items()}
    if type(x) in (list, tuple):
        return type(x)(map(_numbers, x))
    return x


def _paths(inputs: Any, path: str = "") -> Iterator[str]:
    """How to say where each leaf is: `0`, `1['w'][0]`."""
    if not nest.is_nested(inputs):
        yield path
    elif isinstance(inputs, dict):
        for key in sorted(inputs):
            yield from _paths(inputs[key], f"{path}[{key!r}]")
    else:
        for i, x in enumerate(inputs):
            yield from _paths(x, f"{path}[{i}]" if path else str(i))


class _Check:
    """The check of one function and its derivatives at one point."""

    def __init__(
        self,
        name: str,
        point: _Point,
        rtol: float | None,
        atol: float | None,
        delta: float | None,
        elements: int | None,
    ) -> None:
        self.name, self.point, self.elements = name, point, elements
        self.eps = max(float(np.finfo(a.dtype).eps) if a.dtype.kind in "fc" else 2.0**-7 for a in point.arrays)
        double = self.eps < 1e-12
        self.rtol = (1e-6 if double else self.eps ** (1 / 3)) if rtol is None else rtol
        self.atol = (1e-7 if double else self.eps**0.5) if atol is None else atol
        self.delta = self.eps ** (1 / 3) if delta is None else delta
        self.random = np.random.default_rng(0)

    def __call__(self, f: _Function, order: int, modes: Sequence[str], above: tuple[str, ...]) -> None:
        if order < 1:
            return
        ys = f(self.point.at(self.point.arrays))
        self.point.restore()
        if "reverse" in modes:
            cotangents = [wrap(self._direction(y._array)) for y in ys]
            self._reverse(f, cotangents, ("reverse", *above))
            if order > 1:
                self(lambda x: _gradients(self.point, f, x, cotangents), order - 1, modes, ("reverse", *above))
        if "forward" in modes:
            tangents = [wrap(self._direction(a)) for a in self.point.arrays]
            self._forward(f, tangents, ("forward", *above))
            if order > 1:
                self(lambda x: _tangents(self.point, f, x, tangents), order - 1, modes, ("forward", *above))

    def _direction(self, array: Any) -> Any:
        """A random array like `array`, with elements neither small nor equal."""
        draw = self.random.uniform(0.5, 1.5, array.shape)
        if array.dtype.kind == "c":
            draw = draw * np.exp(1j * self.random.uniform(0, 6.28, array.shape))
        return np.asarray(draw).astype(array.dtype)

    # --- reverse -----------------------------------------------------------------------------------------------------

    def _reverse(self, f: _Function, cotangents: Sequence[Tensor], modes: tuple[str, ...]) -> None:
        inputs = self.point.at(self.point.arrays)
        found = _gradients(self.point, f, inputs, cotangents, zero=False)

        def product(which: int, array: Any) -> tuple[float, float]:
            arrays = list(self.point.arrays)
            arrays[which] = array
            total = size = 0.0
            for y, c in zip(f(self.point.at(arrays)), cotangents, strict=True):
                terms = np.real(np.conj(_double(c._array)) * _double(y._array))
                total, size = total + float(np.sum(terms)), size + float(np.sum(np.abs(terms)))
            return total, size

        for which, (array, g) in enumerate(zip(self.point.arrays, found, strict=True)):
            indices = list(np.ndindex(array.shape))
            if self.elements is not None and len(indices) > self.elements:
                chosen = self.random.choice(len(indices), self.elements, replace=False)
                indices = [indices[i] for i in sorted(chosen)]
            wrong = []
            for index in indices:
                expected: Any = 0.0
                allowed = self.atol
                for unit in (1.0, 1j) if array.dtype.kind == "c" else (1.0,):
                    step = self.delta * max(1.0, float(abs(array[index])))
                    up, down = array.copy(), array.copy()
                    up[index] += step * unit
                    down[index] -= step * unit
                    between = float(np.abs(_double(up[index]) - _double(down[index])))
                    (a, size), (b, _) = product(which, up), product(which, down)
                    expected += unit * (a - b) / between
                    allowed += 16 * self.eps * size / step
                got = 0.0 if g is None else _double(np.asarray(g._array)[index])
                if not abs(got - expected) <= allowed + self.rtol * abs(expected):
                    wrong.append((index, expected, got))
            if wrong:
                place = self.point.places[which]
                what = (f"At input {self.point.paths[place]}, of shape {array.shape} and dtype {array.dtype}, for a "
                        "random cotangent of the results, ")  # fmt: skip
                note = "\nThe gradient is None: no path leads from the results to this input." if g is None else ""
                raise self._differ(modes, what, len(indices), wrong, "gradient", note)
        self.point.restore()

    # --- forward -----------------------------------------------------------------------------------------------------

    def _forward(self, f: _Function, tangents: Sequence[Tensor], modes: tuple[str, ...]) -> None:
        for which, (array, t) in enumerate(zip(self.point.arrays, tangents, strict=True)):
            only: list[Any] = [None] * len(tangents)
            only[which] = t
            inputs = self.point.at(self.point.arrays)
            found = _tangents(self.point, f, inputs, only, zero=False)
            step = self.delta * max(1.0, float(np.max(np.abs(_double(array)), initial=0.0)))
            arrays = list(self.point.arrays)
            sides = []
            for sign in (1, -1):
                arrays[which] = (_double(array) + sign * step * _double(t._array)).astype(array.dtype)
                sides.append([_double(y._array) for y in f(self.point.at(arrays))])
            place = self.point.places[which]
            for i, (a, b, got) in enumerate(zip(*sides, found, strict=True)):
                expected = np.asarray((a - b) / (2 * step))
                value = np.zeros_like(expected) if got is None else np.asarray(_double(got._array))
                allowed = self.atol + self.rtol * np.abs(expected) + 16 * self.eps * np.abs(a) / step
                bad = np.argwhere(~(np.abs(value - expected) <= allowed))
                if len(bad):
                    wrong = [(tuple(map(int, j)), expected[tuple(j)], value[tuple(j)]) for j in bad]
                    what = (f"At result {i}, of shape {expected.shape}, for a random tangent of input "
                            f"{self.point.paths[place]}, of shape {array.shape} and dtype {array.dtype}, ")  # fmt: skip
                    note = "\nThe tangent is None: no path leads from this input to the result." if got is None else ""
                    raise self._differ(modes, what, expected.size, wrong, "Jacobian-vector product", note)
        self.point.restore()

    def _differ(
        self, modes: tuple[str, ...], what: str, count: int, wrong: list[Any], quantity: str, note: str
    ) -> AssertionError:
        order, mode = len(modes), " over ".join(modes)
        lines = [
            f"The {quantity} of `{self.name}` is not what central differences say (order {order}, {mode} mode).",
            f"{what}{len(wrong)} of {count} elements differ:",
        ]
        lines += [f"    index {index}: expected {_short(a)}, got {_short(b)}" for index, a, b in wrong[:_SHOWN]]
        if len(wrong) > _SHOWN:
            lines.append(f"    and {len(wrong) - _SHOWN} more")
        return AssertionError("\n".join(lines) + note)


def _short(x: Any) -> str:
    return f"{x:.8g}"


def _double(x: Any) -> Any:
    """An array or number in double precision."""
    x = np.asarray(x)
    return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)[()]


def _gradients(point: _Point, f: _Function, inputs: Any, cotangents: Sequence[Tensor], zero: bool = True) -> list[Any]:
    sources = point.sources(inputs)
    with GradientTape() as tape:
        tape.watch(sources)
        ys = f(inputs)
    unconnected = "zero" if zero else "none"
    found = tape.gradient(ys, sources, list(cotangents), unconnected)
    return [g if g is None else convert_to_tensor(g) for g in found]


def _tangents(point: _Point, f: _Function, inputs: Any, tangents: Sequence[Any], zero: bool = True) -> list[Any]:
    pairs = [(x, t) for x, t in zip(point.sources(inputs), tangents, strict=True) if t is not None]
    with ForwardAccumulator([x for x, _ in pairs], [t for _, t in pairs]) as forward:
        ys = f(inputs)
    return [forward.jvp(y, "zero" if zero else "none") for y in ys]
