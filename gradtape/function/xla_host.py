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
import numpy as np
from jax.experimental import io_callback

from ..core.errors import InvalidArgumentError, UnimplementedError
from ..core.symbolic import Value
from ..engine import numpy as engine
from . import replay
from .graph import Constant, Entry, Graph
from .python_call import PythonCall
from .trace import DIMENSION, DYNAMIC, Check, Draw, PythonOp

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
    """What can be done before: draws, and what NumPy computes from them, the shapes of arguments and constants."""
    if not any(isinstance(entry.op, Draw) for entry in graph.entries):
        return None
    arguments = set(graph.inputs)
    known: set[Value] = set()
    first: list[Entry] = []
    for entry in graph.entries:
        if isinstance(entry.op, Draw | PythonOp) and all(
            v in known or (entry.op is DIMENSION and v in arguments) for v in entry.uses
        ):
            first.append(entry)
            known.update(entry.outputs)
        elif entry.effect and not isinstance(entry.op, Check):
            break  # it may draw too, and what is drawn later comes later
    numbers = {v for entry in first if isinstance(entry.op, PythonOp) for v in entry.outputs if v.dtype is None}
    numbers -= {v for entry in first if _is_opaque(entry) for v in entry.outputs}
    done = [e for e in first if not numbers.intersection(e.outputs)]  # integers the program finds by itself
    made = {v for entry in done for v in entry.outputs}
    left = [entry for entry in graph.entries if entry not in done]
    wanted = {v for entry in left for v in entry.uses} | {x for x in graph.results if type(x) is Value}
    given = [v for v in made if v in wanted]
    rest, before = Graph(graph.name), Graph(graph.name)
    rest.inputs, rest.entries, rest.outputs, rest.assigned = graph.inputs + given, left, graph.outputs, graph.assigned
    before.inputs, before.entries = graph.inputs, first
    return Prologue(rest, replay.compiled(before, given))


def _is_opaque(entry: Entry) -> bool:
    """Whether it makes an object, rather than an integer."""
    return "." in getattr(entry.op.kernel, "__module__", "") and entry.op.name not in _ON_NUMBERS
