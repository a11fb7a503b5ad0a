"""How outcomes of programs are compared: up to rounding, and with central differences where two libraries disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

import gradtape as tf
from tests.fuzz import program as programs
from tests.fuzz.program import Outcome, Program, is_smooth, stages, weights

RTOL = {"float16": 2e-2, "bfloat16": 5e-2, "float32": 2e-4, "complex64": 2e-4}

# --- comparing -------------------------------------------------------------------------------------------------------


def difference(a: Outcome, b: Outcome, strict: bool = True, slack: float = 0.0, rtol: float = 1e-7) -> str:
    """What differs between two outcomes, in words. Where it is not `strict`, None is zeros."""
    if "error" in a or "error" in b:
        if "error" in a and "error" in b:
            alike = not strict or b["error"][0] in a["error"]
            return "" if alike else f"{said(a)}, {said(b)}"
        return f"{said(a)}, {said(b)}"
    if len(a["values"]) != len(b["values"]):
        return f"{len(a['values'])} results, {len(b['values'])}"
    for i, (x, y) in enumerate(zip(a["values"], b["values"], strict=True)):
        text = array_difference(x, y, strict, slack, rtol)
        if text:
            return f"result {i}: {text}"
    return ""


def said(a: Outcome) -> str:
    return f"{a['error'][0]}: {a['message']}" if "error" in a else "no error"


def array_difference(x: Any, y: Any, strict: bool, slack: float, rtol: float) -> str:
    if x is None and y is None:
        return ""
    if x is None or y is None:
        other = y if x is None else x
        if not strict and not np.any(other):
            return ""
        return f"{'None' if x is None else x.tolist()}, {'None' if y is None else y.tolist()}"[:400]
    if x.dtype != y.dtype or x.shape != y.shape:
        return f"{x.dtype} of shape {x.shape}, {y.dtype} of shape {y.shape}"
    if x.dtype.kind not in "fc":
        return "" if x.tolist() == y.tolist() else f"{x.tolist()}, {y.tolist()}"[:400]
    if np.all(same(x, y, slack, rtol)):
        return ""
    return f"{x.tolist()}, {y.tolist()}"[:400]


def same(x: Any, y: Any, slack: float, rtol: float) -> Any:
    rtol = max(RTOL.get(x.dtype.name, 0.0), rtol)
    wide = np.complex128 if x.dtype.kind == "c" else np.float64
    x, y = x.astype(wide), y.astype(wide)
    with np.errstate(all="ignore"):
        scale = max(1.0, largest(y))
        near = np.abs(x - y) <= rtol * scale + slack
    both = np.isfinite(x) & np.isfinite(y)
    parts = [(x.real, y.real), (x.imag, y.imag)] if x.dtype.kind == "c" else [(x, y)]
    return (both & near) | np.all([(p == q) | (np.isnan(p) & np.isnan(q)) for p, q in parts], axis=0)


def largest(x: Any) -> float:
    return float(np.max(np.abs(x), where=np.isfinite(x), initial=0.0))


def gap(a: Outcome, b: Outcome) -> float:
    """The largest distance between the numbers of two outcomes; infinite where they cannot be compared."""
    if "error" in a or "error" in b or len(a["values"]) != len(b["values"]):
        return np.inf
    found = 0.0
    for x, y in zip(a["values"], b["values"], strict=True):
        if x is None or y is None:
            continue
        if x.shape != y.shape:
            return np.inf
        if x.dtype.kind in "fc":
            wide = np.complex128 if x.dtype.kind == "c" or y.dtype.kind == "c" else np.float64
            p, q = x.astype(wide), y.astype(wide)
            if np.any(np.isfinite(p) != np.isfinite(q)):
                return np.inf
            ok = np.isfinite(p) & np.isfinite(q)
            found = max(found, largest((p - q)[ok]))
        elif x.tolist() != y.tolist():
            return np.inf
    return found


WIDER = {"float32": "float64", "complex64": "complex128", "float16": "float64", "bfloat16": "float64"}


def widened(p: Program) -> Program:
    """The same in float64, as far as its text and inputs say."""

    def wide(text: str) -> str:
        for name, wider in WIDER.items():
            text = text.replace(name, wider)
        return text

    inputs = tuple({n: a.astype(WIDER.get(a.dtype.name, a.dtype)) for n, a in g.items()} for g in p.inputs)
    return replace(p, lines=tuple(replace(line, text=wide(line.text)) for line in p.lines), inputs=inputs)


def nudged(given: dict[str, Any], seed: int, by: float) -> dict[str, Any]:
    r = np.random.default_rng(seed)
    return {
        n: (a * (1 + by * r.uniform(-1, 1, a.shape))).astype(a.dtype) if a.dtype.kind in "fc" else a
        for n, a in given.items()
    }


def is_rounding(p: Program, run: Callable[[dict[str, Any]], Outcome], given: dict[str, Any], distance: float) -> bool:
    """Whether numbers so far apart may be so by rounding: other inputs, or wider ones, give results as far apart."""
    if distance == np.inf:
        return False
    narrow = "tf.image." in p.source or any(a.dtype.name in WIDER for a in given.values())
    eps = 1e-6 if narrow else 1e-13
    here = run(given)
    with np.errstate(all="ignore"):
        found = [gap(here, run(nudged(given, i, eps))) for i in range(3)]
    return distance <= 1e3 * max(found)


# --- central differences ---------------------------------------------------------------------------------------------


def slopes(p: Program) -> list[Any] | None:
    """What the last derivative of `p` is by central differences of the one before it, in float64, eagerly.

    None where they do not settle, as at kinks.
    """
    first, second = (_slopes(widened(p), step) for step in (1e-5, 2.3e-5))
    if first is None or second is None:
        return None
    for a, b in zip(first, second, strict=True):
        if not np.all(np.isfinite(a)) or largest(a - b) > 1e-4 * max(1.0, largest(a)):
            return None
    return first


def _slopes(p: Program, step: float) -> list[Any] | None:
    before = list(stages(tf, programs.compiled(tf, p), p.kind).values())[-2]
    arrays = [np.array(a) for a in p.inputs[0].values()]
    smooth = [i for i, a in enumerate(arrays) if is_smooth(tf.constant(a))]

    def at(moved: dict[int, Any]) -> list[Any]:
        xs = [tf.constant(moved.get(i, a)) for i, a in enumerate(arrays)]
        return [np.asarray(y.numpy()) for y in before(xs) if is_smooth(y)]

    def slope(directions: dict[int, Any]) -> list[Any]:
        """The derivatives of the results as the inputs move in these directions."""
        ends = [at({i: arrays[i] + side * d for i, d in directions.items()}) for side in (step, -step)]
        return [np.where(a == b, 0, a - b) / (2 * step) for a, b in zip(*ends, strict=True)]

    def units(i: int) -> Iterator[tuple[Any, Any, Any]]:
        """Each element of an input, and the directions in which it moves."""
        for place in np.ndindex(arrays[i].shape):
            for unit in (1.0, 1.0j) if arrays[i].dtype.kind == "c" else (1.0,):
                direction = np.zeros_like(arrays[i])
                direction[place] = unit
                yield place, unit, direction

    derive = programs.KINDS[p.kind][-1]
    now = at({})
    if derive is programs.forward:
        return slope({i: weights(tf, tf.constant(arrays[i]), 0.4 + k).numpy() for k, i in enumerate(smooth)})
    found: list[Any] = []
    if derive is programs.jacobian:
        for k, y in enumerate(now[:2]):
            for i in smooth:
                if "c" in y.dtype.kind + arrays[i].dtype.kind:
                    return None
                found.append(np.zeros((*y.shape, *arrays[i].shape)))
                for place, _, direction in units(i):
                    found[-1][(..., *place)] = slope({i: direction})[k]
        return found
    seeds = [weights(tf, tf.constant(y), k).numpy() for k, y in enumerate(now)]
    for i in smooth:
        found.append(np.zeros_like(arrays[i]))
        for place, unit, direction in units(i):
            pairs = zip(seeds, slope({i: direction}), strict=True)
            found[-1][place] += unit * sum(float(np.sum(np.real(np.conj(c) * d))) for c, d in pairs)
    return found


def agrees(values: list[Any], wanted: list[Any], rtol: float = 1e-4) -> bool:
    """Whether derivatives are what central differences say."""
    if len(values) != len(wanted):
        return False
    for x, w in zip(values, wanted, strict=True):
        x = np.zeros_like(w) if x is None else x
        if x.shape != w.shape or not np.all(np.isfinite(x)) or largest(x - w) > rtol * max(1.0, largest(w)):
            return False
    return True
