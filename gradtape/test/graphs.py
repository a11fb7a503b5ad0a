"""`assert_equal_graph_def`: compares graphs by the nodes that they list."""

import difflib
from typing import Any

from ..graph.graph_def import GraphDef

__all__ = ["assert_equal_graph_def"]


def assert_equal_graph_def(expected: Any, actual: Any) -> None:
    """Assert that two graphs have the same nodes, in whatever order, and the same text.

    Raises:
      AssertionError: if they do not; it shows how they differ.
      TypeError: if one is no `GraphDef`.
    """
    for x, name in ((actual, "actual"), (expected, "expected")):
        if not isinstance(x, GraphDef):
            raise TypeError(f"Expected tf.GraphDef for {name}, got {type(x).__name__}")
    listed = [sorted([*map(str, x.node), *str(x).splitlines()]) for x in (expected, actual)]
    if listed[0] != listed[1]:
        raise AssertionError("\n".join(difflib.ndiff(*listed)))
