"""Python functions as operations of graphs, each time the graph runs: `tf.py_function` and `tf.numpy_function`."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff.cotangents import lead_of
from ..autodiff.recording import select, watching
from ..autodiff.tape import GradientTape
from ..engine.numpy_filled import full_of
from ..values.errors import UnimplementedError
from ..values.symbolic import Value
from ..values.tensor import Tensor, wrap
from ..values.thread import current
from .derivative import as_tensor, enter_rule, is_floating

Results = list[Any]


class _Trials(threading.local):
    wanted = True


trials = _Trials()


def untried(trace: Callable[[], Any]) -> Any:
    """What `trace()` gives, in which no Python function is called; if that cannot be traced, with trials."""
    before, trials.wanted = trials.wanted, False
    try:
        return trace()
    except NotImplementedError:
        pass
    finally:
        trials.wanted = before
    return trace()


class PythonCall:
    """A call of `run`, which takes tensors and gives a list of as many as there are results.

    If the shapes of the results are not known by `specs`, it is tried once while it is traced. What it gave then is its
    result in the first run, if that has the same inputs: so what it does besides is done once for each run. If it does
    not take samples, as a function of names of files does not, not even the ranks of its results are known.
    """

    multiple = True
    once = True  # it is not run again to find out which lengths vary
    name = "EagerPyFunc"

    def __init__(self, run: Callable[..., Results], differentiable: bool, specs: Sequence[Any] | None,
                 dtypes: Sequence[Any] = ()) -> None:  # fmt: skip
        self.run = run
        self.dtypes = dtypes
        self.unranked = False
        self.specs = specs
        self.differentiable = differentiable
        self._tried: list[tuple[list[Any], Results]] = []
        self._unused: tuple[list[Any], Results] | None = None

    def uncertain(self, *shapes: Any) -> set[int]:
        return set() if self.specs is not None else set(range(-32, 0))  # may be any in another run

    def kernel(self, *arrays: Any) -> Results:
        unused, self._unused = self._unused, None
        if unused is not None and all(map(_same, unused[0], arrays)):
            return unused[1]
        return [x._array for x in self.run(*map(wrap, arrays))]

    def sample(self, *arrays: Any) -> Results:
        if self.specs is not None:
            return [np.zeros(spec.shape.as_list(), spec.dtype.as_numpy_dtype) for spec in self.specs]
        for tried, made in self._tried:
            if all(a.shape == b.shape for a, b in zip(tried, arrays, strict=True)):
                return made
        if not trials.wanted:
            return self._untold()
        trace, current.thread.trace = current.thread.trace, None
        try:
            made = [x._array for x in self.run(*map(wrap, arrays))]
        except Exception:
            return self._untold()
        finally:
            current.thread.trace = trace
        self._tried.append((list(arrays), made))
        self._unused = self._tried[-1]
        return made

    def _untold(self) -> Results:
        self.unranked = True
        return [full_of((), 0, np.dtype(dtype)) for dtype in self.dtypes]

    def call(self, *tensors: Tensor) -> list[Any]:
        trace = current.thread.trace
        if trace is None:
            return self.run(*tensors)
        if self.differentiable and _watchers(tensors):
            return _Taped(self).call(*tensors)[:-1]
        return [as_tensor(x) for x in self.ranked(trace, trace.apply(self, tensors, {}, effect=True))]

    def ranked(self, trace: Any, values: list[Any]) -> list[Any]:
        """The results; not even the number of their axes is known if they could not be tried."""
        return [trace.unranked(x) for x in values] if self.unranked else values


def _sources(tensors: Sequence[Tensor]) -> list[Tensor]:
    return [x for x in tensors if is_floating(x._array)]


def _watchers(tensors: Sequence[Tensor]) -> Any:
    """The active recordings that watch one of the sources."""
    recordings = current.thread.recordings
    return watching(tuple(x._node for x in _sources(tensors)), recordings) if recordings else ()


def _same(a: Any, b: Any) -> bool:
    return a is b or bool(a.dtype == b.dtype and np.array_equal(a, b))


def _rule(token: Value, sources: Sequence[Tensor]) -> Callable[[list[Any], Any], list[Any]]:
    """The derivative: what the tape of the run finds, which `token` stands for."""

    def rule(g: list[Any], node: Any) -> list[Any]:
        given = [i for i, x in enumerate(g) if x is not None]
        pull = Pull(tuple(given), len(sources))
        return pull.call(token, *sources, *(g[i] for i in given))

    return rule


class _Taped:
    """The same call, under a tape: a last result is the token of what was recorded."""

    multiple = True
    once = True
    name = PythonCall.name

    def __init__(self, call: PythonCall) -> None:
        self._call = call
        self.uncertain = call.uncertain

    def kernel(self, *arrays: Any) -> Results:
        self._call._unused = None
        inputs = list(map(wrap, arrays))
        sources = [x for x in inputs if is_floating(x._array)]
        with GradientTape(persistent=True) as tape:
            tape.watch(sources)
            made = self._call.run(*inputs)
        return [*(x._array for x in made), (tape, sources, made)]

    def sample(self, *arrays: Any) -> Results:
        return [*self._call.sample(*arrays), (None, None, None)]

    def call(self, *tensors: Tensor) -> list[Any]:
        trace = current.thread.trace
        if trace is None:
            *made, token = self.kernel(*(x._array for x in tensors))
            return [*map(wrap, made), token]
        *made, token = trace.apply(self, tensors, {}, effect=True)
        made = self._call.ranked(trace, made)
        watchers = _watchers(tensors)
        if not watchers:
            return [*map(as_tensor, made), token]
        sources = _sources(tensors)
        node = enter_rule(self.name, sources, made, _rule(token, sources), watchers)
        nodes = [select(node, i, len(made)) if is_floating(x) else None for i, x in enumerate(made)]
        return [*map(as_tensor, made, nodes), token]


class Pull:
    """The cotangents of a call's sources, `(token, *sources, *cotangents of the results at the places given)`."""

    multiple = True
    name = "EagerPyFuncGrad"

    def __init__(self, given: tuple[int, ...], count: int) -> None:
        self.given = given
        self.count = count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pull) and (self.given, self.count) == (other.given, other.count)

    def __hash__(self) -> int:
        return hash((self.given, self.count))

    def kernel(self, token: Any, *arrays: Any) -> Results:
        tape, sources, made = token
        targets = [made[i] for i in self.given]
        return _pulled(tape, sources, targets, arrays[self.count :])

    def sample(self, token: Any, *arrays: Any) -> Results:
        return [np.zeros(a.shape, a.dtype) for a in arrays[: self.count]]

    def call(self, token: Any, *tensors: Any) -> list[Any]:
        trace = current.thread.trace
        if trace is None:
            return list(map(wrap, self.kernel(token, *(getattr(x, "_array", x) for x in tensors))))
        made = trace.apply(self, [token, *tensors], {})
        watchers = _watchers(tensors)
        if not watchers:
            return [as_tensor(x) for x in made]
        inputs = _sources(tensors)
        node = enter_rule(self.name, inputs, made, lambda g, node: _Lacking().call(*inputs), watchers)
        return [as_tensor(x, select(node, i, len(made))) for i, x in enumerate(made)]


class _Lacking:
    """Stands for the second derivatives of a Python function: it raises where they are needed."""

    multiple = True
    name = "EagerPyFuncGradGrad"

    def kernel(self, *arrays: Any) -> Results:
        raise UnimplementedError(
            None,
            None,
            "In a tf.function, a tf.py_function has first derivatives only. Write what it does with operations of "
            "tf, or leave out tf.function.",
        )

    def sample(self, *arrays: Any) -> Results:
        return list(arrays)

    def call(self, *tensors: Any) -> list[Any]:
        trace = current.thread.trace
        return self.kernel() if trace is None else [as_tensor(x) for x in trace.apply(self, tensors, {})]


def _pulled(tape: Any, sources: Sequence[Tensor], targets: Sequence[Tensor], cotangents: Sequence[Any]) -> Results:
    """One array for each source; leading axes of the cotangents are looped over, as Python functions know none."""
    if cotangents[0].ndim > targets[0].ndim:
        if not len(cotangents[0]):
            lead = lead_of(cotangents[0], targets[0].ndim)
            return [np.zeros(lead + x._array.shape, x._array.dtype) for x in sources]
        rows = [_pulled(tape, sources, targets, [g[i] for g in cotangents]) for i in range(len(cotangents[0]))]
        return [np.stack(column) for column in zip(*rows, strict=True)]
    found = tape.gradient(targets, sources, [wrap(g) for g in cotangents], unconnected_gradients="zero")
    return [np.asarray(x) for x in found]


__all__ = ["PythonCall"]
