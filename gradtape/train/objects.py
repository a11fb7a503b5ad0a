"""The objects that a checkpoint is of: how they are found from the root, and their values and keys."""

from collections import deque
from typing import Any

import numpy as np

from ..values.dtypes import DType
from ..values.tensor import EagerTensor, wrap
from ..values.trackable import Trackable
from ..values.variable import Variable
from .experimental import PythonState
from .object_graph import KEY, Attribute, Node, Slot, escaped, packed

__all__ = ["Objects", "full_name", "has_values", "type_name"]


def has_values(x: Any) -> bool:
    """Whether an object has values itself, besides those of its children."""
    return isinstance(x, PythonState) or type(x)._serialize_to_tensors is not Trackable._serialize_to_tensors


def type_name(dtype: DType) -> str:
    """A dtype, as protocol buffers of TensorFlow name it."""
    return {"float16": "half", "float32": "float", "float64": "double"}.get(dtype.name, dtype.name)


def full_name(x: Any) -> str:
    """The name of a variable; of what is none, an empty one."""
    if isinstance(x, Variable) or hasattr(x, "_should_act_as_resource_variable"):
        return str(x._shared_name)
    return ""


class Objects:
    """A root and what it is made of, and others that are attached to it by a checkpoint alone.

    Args:
      attached: names and objects, to which some may be added.
    """

    def __init__(self, root: Any, attached: list[tuple[str, Any]]) -> None:
        self.root = root
        self.attached = attached

    def children(self, x: Any) -> dict[str, Any]:
        children = x._trackable_children()
        if x is self.root:
            children.update(self.attached)
        return children  # type: ignore[no-any-return]

    def all(self) -> list[Any]:
        """All objects, the nearest first."""
        return [x for x, _, _ in self._walk()]

    def _walk(self) -> list[tuple[Any, str, dict[str, Any]]]:
        """All objects, the nearest first: each with its path from the root, and its children."""
        found = []
        queue = deque([(self.root, "")])
        seen = {id(self.root)}
        while queue:
            x, path = queue.popleft()
            children = self.children(x)
            found.append((x, path, children))
            for name, child in children.items():
                if id(child) not in seen:
                    seen.add(id(child))
                    queue.append((child, f"{path}/{escaped(name)}" if path else escaped(name)))
        return found

    def tensors(self) -> dict[str, EagerTensor]:
        """What a checkpoint holds: the values of all objects by their keys, and the graph of objects."""
        found = self._walk()
        slots = list(_slots(found))
        numbers = {id(x): i for i, (x, _, _) in enumerate(found)}
        for _, _, _, slot, path in slots:
            if id(slot) not in numbers:
                numbers[id(slot)] = len(found)
                found.append((slot, path, {}))
        tensors: dict[str, EagerTensor] = {}
        nodes = []
        for x, path, children in found:
            node = Node([(name, numbers[id(child)]) for name, child in children.items()])
            values = _values(x)
            for name, tensor in values.items():
                tensors[_key(path, name)] = tensor
            for name in (x._saved_as[0],) if x._saved_as else values:
                node.attributes.append(Attribute(name, full_name(x), _key(path, name)))
            nodes.append(node)
        for optimizer, variable, name, slot, _ in slots:
            nodes[numbers[id(optimizer)]].slots.append(Slot(numbers[id(variable)], name, numbers[id(slot)]))
        _say_where_values_are(nodes)
        graph = np.empty((), object)
        graph[()] = packed(nodes)
        tensors[KEY] = wrap(graph)
        return tensors


def _key(path: str, name: str) -> str:
    return f"{path}/.ATTRIBUTES/{escaped(name)}"


def _values(x: Any) -> dict[str, EagerTensor]:
    if not has_values(x):
        return {}
    if isinstance(x, PythonState):
        state = np.empty((), object)
        state[()] = x.serialize().encode()
        return {"py_state": wrap(state)}
    tensors = x._serialize_to_tensors()
    return {name: t.__tf_tensor__() if isinstance(t, Variable) else t for name, t in tensors.items()}


def _slots(found: list[tuple[Any, str, dict[str, Any]]]) -> Any:
    """What optimizers keep for variables: an optimizer, a variable, the name of it, it, and its path."""
    for optimizer, path, _ in found:
        if not hasattr(optimizer, "_create_or_restore_slot_variable"):
            continue
        for name in optimizer.get_slot_names():
            for variable, original, _ in found:
                if isinstance(variable, Variable):
                    slot = optimizer.get_slot(variable, name)
                    if slot is not None:
                        yield optimizer, variable, name, slot, f"{original}/.OPTIMIZER_SLOT/{path}/{escaped(name)}"


def _say_where_values_are(nodes: list[Node]) -> None:
    """Note of each node whether it, or what is below it, has values."""
    parents: list[list[int]] = [[] for _ in nodes]
    for i, node in enumerate(nodes):
        node.has_values = False
        for _, child in node.children:
            parents[child].append(i)
        for slot in node.slots:
            parents[slot.node].append(i)
    waiting = [i for i, node in enumerate(nodes) if node.attributes]
    while waiting:
        node = nodes[at := waiting.pop()]
        if not node.has_values:
            node.has_values = True
            waiting += parents[at]
