"""Which memory a program may write into: `Memory` says which values of a graph have memory that nobody else has.

An operation makes new memory for its result, or gives its inputs' memory on: as it is, or a view of it. What belongs to
the caller is never written to: inputs, captured tensors, constants, variables. Nor is what an operation was given that
may keep it or give it on in another graph: a branch, a loop, a Python function.

A list is a memory of its own, apart from its elements: these have been put there by somebody, or are taken out.
"""

from collections.abc import Sequence
from typing import Any

from ..operations.primitive import Definition
from ..values.symbolic import Value
from .graph import Graph
from .passes import JOIN, TURN

# Primitives whose result is always new, by family; elementwise ones are too. Of any other it may be an input, or a part
# of one. (The tests run every operation, and look.)
_NEW = {
    "matmul", "contract", "convolve", "image", "kernel",
    "sum", "mean", "max", "min", "prod", "variance", "logsumexp", "softmax", "log_softmax", "joint_softmax",
    "max_pool", "mean_pool", "concat", "stack", "pad", "place", "place_at", "shift", "cast", "convert", "one_hot",
    "gather", "take_along", "scatter", "put", "put_along", "with_part", "scattered",
    "bias_add", "leaky_relu", "leaky_slope", "elu", "elu_slope", "softmax_cross_entropy",
    "sparse_softmax_cross_entropy", "sparse_slope",
    "empty_slots", "only_slot", "shaped_slots", "to_slots", "with_slot", "without_slot", "zero_cotangent",
}  # fmt: skip
_GIVEN_ON = {"_power", "imag", "real"}  # elementwise: x**1 is x


def makes_new(op: Any) -> bool:
    """Whether an operation's results have memory that they share with none of its inputs."""
    if isinstance(op, Definition):
        return op.name in _NEW or (op.elementwise and op.name not in _GIVEN_ON)
    return op in (JOIN, TURN)


class Memory:
    """Who has the memory of a graph's values, and until when.

    Args:
      results: of the graph, or other values that are asked for.
      carried: how many of the inputs, at the beginning, are a loop's: of these, lists may be written to.

    Attributes:
      last: the number of the last entry that uses a value; of results, the number of entries.
    """

    def __init__(self, graph: Graph, results: Sequence[Any], carried: int = 0) -> None:
        ever = len(graph.entries)
        self.last = last = {value: i for i, entry in enumerate(graph.entries) for value in entry.uses}
        last.update((x, ever) for x in results if type(x) is Value)
        lists = [value for value in graph.inputs[:carried] if value.listed]
        self._others = dict.fromkeys(lists, -1)  # of each new memory, the last entry that uses another value in it
        places: dict[Value, set[Value]] = {value: {value} for value in lists}  # the new memories a value may be in
        for entry in graph.entries:
            given = [x for x in entry.inputs if type(x) is Value]
            depth = max((x.listed for x in (*given, *entry.outputs)), default=0)
            new = makes_new(entry.op)
            for x in given:
                if x.listed < depth or not (new or isinstance(entry.op, Definition)):
                    self._others.update((place, ever) for place in places.get(x, ()))
            for out in entry.outputs:
                if not new:
                    found = set().union(*(places.get(x, ()) for x in given if x.listed == out.listed))
                    self._others.update((place, max(self._others[place], last.get(out, -1))) for place in found)
                    places[out] = found
                elif out.listed == depth:
                    self._others[out], places[out] = -1, {out}

    def is_free(self, value: Value, i: int) -> bool:
        """Whether nobody but entry number `i` needs the memory of `value`, nor anybody after it."""
        return self._others.get(value, i) < i == self.last[value]
