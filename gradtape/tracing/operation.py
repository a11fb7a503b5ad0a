"""`tf.Operation`: what made a tensor of a function that is being traced, as a program looks at it."""

from typing import Any

from ..graph.graph import Constant, Entry
from ..values.symbolic import Dim, SymbolicTensor, Value, symbolic
from ..values.tensor import wrap


class Operation:
    """What `tensor.op` gives inside a `tf.function`: an operation of the graph, or the placeholder of an argument.

    Attributes:
      name: of the operation, and of its first result without `:0`.
      type: TensorFlow's name of what it does.
      inputs: the tensors it is given, watched by those tapes that watch what was given.
      outputs: the tensors it makes.

    >>> import gradtape as tf
    >>> @tf.function
    ... def f(x):
    ...     y = tf.nn.softmax(x)
    ...     print(y.op.type, y.op.inputs[0].op.type)
    ...     return y
    >>> f(tf.ones([1, 3])).shape
    Softmax Placeholder
    TensorShape([1, 3])
    """

    def __init__(self, tensor: SymbolicTensor, entry: Entry | None) -> None:
        self._tensor = tensor
        self._entry = entry

    @property
    def name(self) -> str:
        return self._tensor._array.name if self._entry is None else self._entry.name

    @property
    def type(self) -> str:
        return "Placeholder" if self._entry is None else self._entry.type

    @property
    def graph(self) -> Any:
        return self._tensor.graph

    @property
    def device(self) -> str:
        return ""

    @property
    def inputs(self) -> tuple[Any, ...]:
        if self._entry is None:
            return ()
        nodes = self._nodes(len(self._entry.inputs))
        given = [_tensor(x, node) for x, node in zip(self._entry.inputs, nodes, strict=True)]
        return tuple(x for x in given if x is not None)

    @property
    def outputs(self) -> list[Any]:
        if self._entry is None:
            return [self._tensor]
        return [self._tensor if value is self._tensor._array else symbolic(value) for value in self._entry.outputs]

    def _nodes(self, count: int) -> list[Any]:
        """What stands for each input on the tapes that have recorded the operation."""
        node = self._tensor._node
        if node is not None and node.primitive is not self._entry.op and len(self._entry.outputs) > 1:  # type: ignore[union-attr]
            node = node.parents[0] if node.parents else None  # which one of several results is an entry of its own
        nodes: list[Any] = [None] * count
        if node is None or node.primitive is not self._entry.op:  # type: ignore[union-attr]
            return nodes
        if len(node.parents) == count:
            return list(node.parents)
        if node.plan is not None and node.plan.single is not None:
            nodes[node.plan.single] = node.source
        return nodes

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Operation):
            return NotImplemented
        return self._key() is other._key()

    def __hash__(self) -> int:
        return id(self._key())

    def _key(self) -> Any:
        return self._tensor._array if self._entry is None else self._entry

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"


def _tensor(x: Any, node: Any) -> Any:
    """The tensor of an operation's input; None for what is none."""
    if type(x) is Dim:
        x = x.value
    if type(x) is Value and x.dtype is not None:
        return symbolic(x, node)
    if type(x) is Constant:
        return wrap(x.array) if x.tensor is None else x.tensor
    return None
