"""`write_graph`: the nodes of a graph, in a file."""

import os
from typing import Any

from ..values.errors import invalid
from . import gfile, messages, places
from .extras import needed
from .storage import text

__all__ = ["write_graph"]


def write_graph(graph_or_graph_def: Any, logdir: Any, name: Any, as_text: bool = True) -> str:
    """Write a graph into a file, as a protocol buffer `GraphDef`. The file is whole, or as it was before.

    Args:
      graph_or_graph_def: `function.get_concrete_function(...).graph`, or what its `as_graph_def()` gives.
      logdir: a folder, which is made if it is not there.
      name: of the file.
      as_text: whether it is written in protobuf's text format.

    Returns:
      The path of the file.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if it is no graph.

    >>> import gradtape as tf, tempfile
    >>> graph = tf.function(lambda x: x + x).get_concrete_function(tf.constant("a")).graph
    >>> path = tf.io.write_graph(graph, tempfile.mkdtemp(), "g.pbtxt")
    >>> print(tf.io.gfile.GFile(path).readline().strip())
    node {
    """
    definition = getattr(graph_or_graph_def, "as_graph_def", lambda: graph_or_graph_def)()
    if not hasattr(definition, "node") or not hasattr(definition, "SerializeToString"):
        raise invalid("WriteGraph", f"a graph or a GraphDef is wanted, got {definition!r}")
    content = definition.SerializeToString()
    if as_text:
        text_format = needed("google.protobuf.text_format", "protobuf", "tf.io.write_graph")
        content = text_format.MessageToString(messages.GraphDef.FromString(content)).encode()
    folder = text(logdir)
    gfile.makedirs(folder)
    path = os.path.join(folder, text(name))
    places.write(path, [content])
    return path
