"""Random programs over all operations, to the third order: TensorFlow, functions and XLA against eager execution.

`program(seed)` writes a program. Three comparisons tell what differs from what eager execution gives: TensorFlow in a
process of its own, a `tf.function` of unknown or known lengths at changing lengths, and the same compiled by XLA. What
differs is run again where rounding may be the reason, and differentiated by central differences where TensorFlow's
derivative may be; the rest is a difference, which is made as small as it gets. Run as a script, it goes through seeds:

    python -m tests.fuzz.operations 0 1000
    python -m tests.fuzz.operations 0 100 --xla
    python -m tests.fuzz.operations 0 1000 --tensorflow path/to/python
"""

from __future__ import annotations

import argparse
import collections
import os
import pickle
import random
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import gradtape as tf
from tests import two_libraries
from tests.fuzz import program as programs
from tests.fuzz.comparing import WIDER, agrees, difference, gap, is_rounding, said, slopes, widened
from tests.fuzz.program import Function, Outcome, Program, live, outcome, outcomes, stages
from tests.fuzz.writer import program
from tests.operations.test_function import NO_GRAPH, NO_UNKNOWN_LENGTHS

Verdict = tuple[str, str]  # what it is: "same", "refused", "rounding", ...; and in words, what differs
SAME = ("same", "")

# --- TensorFlow ------------------------------------------------------------------------------------------------------

PATIENCE = 120.0  # seconds that a program may take TensorFlow, its start included
NO_KERNEL = {"NotFoundError", "UnimplementedError"}
NO_DERIVATIVE = {"LookupError", "NotImplementedError"}


# What TensorFlow says where it has no kernel for a dtype, or no derivative in it, or no Jacobian without `pfor`: of
# real and complex numbers, or of none.
UNSUPPORTED = (
    "is not in the list of allowed values", "Grad as input #1(zero-based) was expected to be a float tensor",
    "of 'ScaleAndTranslateGrad' Op has type", "do not yet support dilation rates", "TensorArray dtype is",
    "is not compatible with supplied shape",
)  # fmt: skip

# TensorFlow's forward mode takes half a second for a program: three of four are asked for the other mode instead.
IN_REVERSE = {
    "forward": "reverse",
    "forward over reverse": "reverse over reverse",
    "reverse over forward": "reverse over reverse",
    "forward over second order": "third order",
}


def for_tensorflow(p: Program) -> Program:
    return replace(p, kind=IN_REVERSE.get(p.kind, p.kind)) if p.seed % 4 else p


def is_unsupported(message: str) -> bool:
    return any(text in message for text in UNSUPPORTED)


class TensorFlow:
    """TensorFlow in a process of its own, which is begun again where a program ends it."""

    def __init__(self, python: str) -> None:
        self.python = python
        self.process: subprocess.Popen[bytes] | None = None
        self.count = 0

    def outcomes(self, p: Program) -> dict[str, Outcome]:
        if self.process is not None and self.count >= 1500:
            self.close()
        if self.process is None:
            self.count = 0
            self.process = subprocess.Popen(
                [self.python, str(Path(programs.__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env={**os.environ, **two_libraries.ENVIRONMENT},
            )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.count += 1
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        try:
            pickle.dump(p, self.process.stdin)
            self.process.stdin.flush()
            return pickle.load(self.process.stdout)  # type: ignore[no-any-return]
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self.process.wait()
            how, self.process = self.process.returncode, None
            return {"value": {"error": ["Crash"], "message": f"TensorFlow's process ended with {how}"}}
        finally:
            alarm.cancel()

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()
            self.process = None

    def verdict(self, p: Program) -> Verdict:
        """Eager execution, beside TensorFlow's."""
        ours, theirs = outcomes(tf, p), self.outcomes(p)
        for k, (name, a) in enumerate(ours.items()):
            b = theirs.get(name)
            if b is None:
                break
            found = self.stage(p, k, name, a, b)
            if found[0] != "same":
                return found
        return SAME

    def stage(self, p: Program, k: int, name: str, a: Outcome, b: Outcome) -> Verdict:
        text = difference(a, b, strict=k <= 1)
        if not text:
            return ("refused", "") if "error" in a else SAME
        text = f"{name}: gradtape and TensorFlow: {text}"
        if "error" in b and ("error" not in a or is_crash(b)):
            missing = NO_KERNEL | (NO_DERIVATIVE if k else set())
            if is_crash(b) or missing & set(b["error"]) or is_unsupported(b["message"]):
                return "no TensorFlow", text
        if "error" in a:
            return "differs", text
        if "error" not in b and (found := self.rounding(p, k, a, b)):
            return found, text
        if k and (found := arbitrated(replace(p, kind=shortened(p.kind, k)), b)):
            return found, text
        return "differs", text

    def rounding(self, p: Program, k: int, a: Outcome, b: Outcome) -> str:
        """Whether two outcomes of stage `k` differ by rounding alone."""
        with np.errstate(all="ignore"):
            distance = gap(a, b)
        if distance == np.inf:
            return ""
        wide = list(outcomes(tf, widened(p)).values())
        ours = gap(a, wide[k]) if is_narrow(p, a) and len(wide) > k else 0.0
        if 1e3 * gap(b, wide[k]) < ours < np.inf and gap(b, wide[k]) > 0.0:
            return "differs"  # ours is far less exact
        at = lambda given: list(outcomes(tf, p, given).values())[k]
        return "rounding" if distance <= 100 * ours < np.inf or is_rounding(p, at, p.inputs[0], distance) else ""


def is_crash(b: Outcome) -> bool:
    return b["error"][0] in ("Crash", "InternalError")


def is_narrow(p: Program, a: Outcome) -> bool:
    """Whether there are numbers in a program, or its outcome, that are less than float64."""
    arrays = (*p.inputs[0].values(), *a["values"])
    return any(x is not None and x.dtype.name in WIDER for x in arrays) or widened(p).source != p.source


def arbitrated(p: Program, theirs: Outcome) -> str:
    """What central differences say of the last derivative of `p`."""
    try:
        wanted = slopes(p)
    except Exception:
        return ""
    if wanted is None:
        return ""
    ours = list(outcomes(tf, widened(p)).values())[-1]
    if "error" in ours or not agrees(ours["values"], wanted):
        return "WRONG"
    rtol = 1e-2 if is_narrow(p, ours) else 1e-4
    return "TensorFlow wrong" if "error" in theirs or not agrees(theirs["values"], wanted, rtol) else "rounding"


def shortened(kind: str, k: int) -> str:
    """The kind of which the first `k` derivatives of `kind` are all."""
    wanted = programs.KINDS[kind][:k]
    return next(name for name, steps in programs.KINDS.items() if steps == wanted)


# --- functions -------------------------------------------------------------------------------------------------------


def in_function(p: Program, xla: bool) -> Verdict:
    """Eager execution at several lengths, beside a function, and beside its derivative."""
    if xla and any(np.any(~(np.abs(a) < 1e6)) for a in p.inputs[0].values()):
        return "refused", ""  # XLA does a division twice, with two roundings: exp(x / c - max(x / c)) overflows
    r = random.Random(-1 - p.seed)
    unknown, outside = r.random() < 0.75 and not xla, r.random() < 0.2
    f = programs.compiled(tf, p)
    eager = list(stages(tf, f, p.kind).values())[-1]
    names = list(p.inputs[0])

    specs = [tf.TensorSpec([None] * a.ndim, a.dtype) for a in p.inputs[0].values()]
    make = lambda g: tf.function(
        g, autograph=False, input_signature=specs if unknown else None, jit_compile=xla or None
    )
    if outside:
        inner = make(lambda *xs: f(*xs))
        function: Function = list(stages(tf, inner, p.kind).values())[-1]
    else:
        inner = make(lambda *xs: eager(xs))
        function = lambda xs: inner(*xs)
    status = "same"
    for given in p.inputs[: 1 if xla else None]:
        xs = [tf.constant(given[n]) for n in names]
        lengths = f"lengths {[a.shape for a in given.values()]}"
        want = outcome(eager, xs)
        if "error" in want and xla:
            return "refused", ""
        got = outcome(function, xs)
        if "error" in want:
            if "error" in got:
                status = "refused"
                continue
            if p.kind != "value" or is_unneeded(p, xs, make):
                continue
            return "accepts", f"{lengths}: eager {said(want)}; function {got['values']}"
        text = difference(got, want, strict=False, rtol=1e-7)
        if not text:
            continue
        text = f"{lengths}: function and eager: {text}"
        if "error" in got and is_known_refusal(got["message"]):
            return "refused", text
        at = lambda g: outcome(eager, [tf.constant(g[n]) for n in names])
        rounding = is_rounding(p, at, given, gap(got, want))
        return "rounding" if rounding else "differs", text
    return status, ""


def is_unneeded(p: Program, xs: Sequence[Any], make: Callable[..., Any]) -> bool:
    """Whether a function does not compute what raises eagerly: it would raise if all were asked for."""
    parts = tuple(part for line in p.lines for part in line.parts)
    everything = make(programs.compiled(tf, replace(p, results=parts)))
    return any(names_of_rows(p)) or "error" in outcome(lambda xs: everything(*xs), xs)


# What functions of unknown lengths say where a result's axes or lengths would have to be known; TensorFlow's say the
# last one too.
KNOWN_REFUSALS = (
    "depends on values", "must be known", "unknown", "[Op:Equal]", "[Op:NotEqual]",
    "Tried to stack elements of an empty list with non-fully-defined element_shape",
)  # fmt: skip


def is_known_refusal(message: str) -> bool:
    return any(text in message for text in KNOWN_REFUSALS)


def names_of_rows(p: Program) -> Iterator[str]:
    for line in p.lines:
        if line.text.startswith("row("):
            yield line.text.split("'")[1]


def runs_in_functions(p: Program) -> bool:
    return not {*NO_GRAPH, *NO_UNKNOWN_LENGTHS} & {
        key for name in names_of_rows(p) for key in (name, name.split("/")[0])
    }


# --- making small ----------------------------------------------------------------------------------------------------

BAD = ("differs", "WRONG", "accepts")


def smallest(p: Program, verdict: Callable[[Program], Verdict]) -> Program:
    """`p` with less of it, of which the verdict is as bad."""

    def bad(q: Program) -> bool:
        try:
            return verdict(q)[0] in BAD
        except Exception:
            return False

    for result in p.results:
        q = live(replace(p, results=(result,)))
        if len(p.results) > 1 and bad(q):
            p = q
            break
    changed = True
    while changed:
        changed = False
        for q in smaller(p):
            if bad(q):
                p, changed = q, True
                break
    return p


def smaller(p: Program) -> Iterator[Program]:
    """Programs that are smaller than `p`: a line is an input instead, or the last one is not there."""
    if p.kind != "reverse":
        for kind in ("reverse", "reverse over reverse"):
            if len(programs.KINDS[kind]) < len(programs.KINDS[p.kind]) or kind == "reverse":
                yield replace(p, kind=kind)
    for part in [u for line in p.lines[-1:] for u in line.uses]:
        yield live(replace(p, lines=p.lines[:-1], results=(part,)))
    for line in p.lines[:-1]:
        for part in line.parts:
            inputs = []
            try:
                f = programs.compiled(tf, replace(p, results=(part,)))
                for given in p.inputs:
                    inputs.append({**given, f"i{line.name}": f(*map(tf.constant, given.values()))[0].numpy()})
            except Exception:
                if not inputs:
                    continue
            new = f"i{line.name}"
            rest = []
            for other in p.lines:
                uses = tuple(new if u == part else u for u in other.uses)
                rest.append(replace(other, text=substituted(other.text, part, new), uses=uses))
            yield live(replace(p, lines=tuple(rest), inputs=tuple(inputs)))


def substituted(text: str, part: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(part)}(?![0-9\w])", new, text)


# --- the command -----------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--xla", action="store_true")
    parser.add_argument("--tensorflow")
    parser.add_argument("--kind", choices=list(programs.KINDS), help="ask for this of every program")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    oracle = TensorFlow(arguments.tensorflow) if arguments.tensorflow else None
    verdict = oracle.verdict if oracle else lambda p: in_function(p, arguments.xla)
    counts: collections.Counter[str] = collections.Counter()
    for seed in range(arguments.first, arguments.last):
        p = program(seed)
        p = for_tensorflow(p) if oracle else p
        p = replace(p, kind=arguments.kind or p.kind)
        if not oracle and not runs_in_functions(p):
            continue
        what, text = verdict(p)
        counts[what] += 1
        if what in BAD:
            q = smallest(p, verdict)
            print(q, verdict(q), "", sep="\n", flush=True)
        elif arguments.verbose and what not in ("same", "refused"):
            print(p, what, text, "", sep="\n", flush=True)
    if oracle:
        oracle.close()
    print(dict(counts))
    sys.exit(any(counts[what] for what in BAD))


if __name__ == "__main__":
    main()
