"""The graph of objects in a checkpoint: which there were, their children by name, and the keys of their values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import wire

__all__ = ["Attribute", "Node", "Slot", "escaped", "packed", "parsed"]

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


@dataclass(slots=True)
class Attribute:
    """A value of an object."""

    name: str
    full_name: str
    key: str


@dataclass(slots=True)
class Slot:
    """A variable that an optimizer keeps for another one."""

    original: int
    name: str
    node: int


@dataclass(slots=True)
class Node:
    """An object: by numbers of nodes, what it is made of."""

    children: list[tuple[str, int]] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    has_values: bool | None = None  # whether it, or what is below it, has values; None if nobody said

    def __str__(self) -> str:
        out = [_block("children", [("node_id", i), ("local_name", name)]) for name, i in self.children]
        out += [
            _block("attributes", [("name", a.name), ("full_name", a.full_name), ("checkpoint_key", a.key)])
            for a in self.attributes
        ]
        if self.has_values is not None:
            out.append(_block("has_checkpoint_values", [("value", True)] if self.has_values else []))
        return "".join(out)


def _block(name: str, lines: list[tuple[str, Any]]) -> str:
    def shown(value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)

    return f"{name} {{\n" + "".join(f"  {key}: {shown(value)}\n" for key, value in lines if value) + "}\n"


def escaped(name: str) -> str:
    """A child's name as it is in keys."""
    return name.replace(".", "..").replace("/", ".S")


def packed(nodes: Iterable[Node]) -> bytes:
    """The message of a graph."""
    f = wire.field
    out = bytearray()
    for node in nodes:
        data = b"".join(f(1, f(1, i) + f(2, name)) for name, i in node.children)
        data += b"".join(f(2, f(1, a.name) + f(2, a.full_name) + f(3, a.key)) for a in node.attributes)
        data += b"".join(f(3, f(1, s.original) + f(2, s.name) + f(3, s.node)) for s in node.slots)
        if node.has_values is not None:
            data += f(5, f(1, int(node.has_values)))
        out += f(1, data)
    return bytes(out)


def parsed(data: bytes) -> list[Node]:
    """The graph of a message; there is at least a root.

    Raises:
      DataLossError: if it is none.
    """
    nodes = [_node(wire.message(value)) for key, value in wire.fields(data) if key == 1]
    if not nodes:
        raise wire.damaged("the graph of objects is empty")
    for node in nodes:
        used = [i for _, i in node.children] + [i for s in node.slots for i in (s.original, s.node)]
        if any(not 0 <= i < len(nodes) for i in used):
            raise wire.damaged("the graph of objects names an object that it does not have")
    return nodes


def _node(data: Any) -> Node:
    node = Node()
    for key, value in wire.fields(data):
        if key == 1:
            i, name = _parts(value, "it")
            node.children.append((name, i))
        elif key == 2:
            node.attributes.append(Attribute(*_parts(value, "ttt")))
        elif key == 3:
            node.slots.append(Slot(*_parts(value, "iti")))
        elif key == 5:
            node.has_values = bool(_parts(value, "i")[0])
    return node


def _parts(data: Any, kinds: str) -> list[Any]:
    """The first fields of a message: texts and integers."""
    parts: list[Any] = ["" if kind == "t" else 0 for kind in kinds]
    for key, value in wire.fields(wire.message(data)):
        if 0 < key <= len(kinds):
            parts[key - 1] = (wire.text if kinds[key - 1] == "t" else wire.number)(value)
    return parts
