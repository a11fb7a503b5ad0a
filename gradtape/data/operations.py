"""The operations of a graph on iterators, optionals and datasets: each is one object, in an array without axes."""

from collections.abc import Callable, Sequence
from typing import Any

from ..engine.numpy_filled import full_of
from ..values.dtypes import string
from ..values.tensor import wrap
from ..values.thread import current
from ..values.type_spec import TensorSpec

HANDLE = TensorSpec([], string)  # objects are where strings are


class _Operation:
    """An operation that is done once for each run, and of which only the specs of its results are known before."""

    multiple = True
    once = True

    def __init__(self, name: str, kernel: Callable[..., list[Any]], specs: Sequence[Any]) -> None:
        self.name = name
        self.kernel = kernel
        self.specs = specs

    def call(self, *inputs: Any) -> list[Any]:
        """Its results for tensors; in a trace it is written down again."""
        trace = current.thread.trace
        if trace is None:
            return [wrap(x) for x in self.kernel(*[getattr(x, "_array", x) for x in inputs])]
        return [wrap(value) for value in trace.apply(self, inputs, {}, effect=True)]

    def shape(self, *_: Any) -> list[tuple[int | None, ...]]:
        """What is known of the shapes of its results."""
        return [() if spec.shape.rank is None else tuple(spec.shape.as_list()) for spec in self.specs]

    def sample(self, *_: Any) -> list[Any]:
        shapes = [tuple(2 if n is None else n for n in shape) for shape in self.shape()]
        return [full_of(shape, 1, spec.dtype._numpy) for shape, spec in zip(shapes, self.specs, strict=True)]


def written(name: str, kernel: Callable[..., list[Any]], inputs: Sequence[Any], specs: Sequence[Any]) -> list[Any]:
    """The results of `kernel`, a function of arrays, in the graph that is being traced: tensors."""
    return _Operation(name, kernel, specs).call(*inputs)
