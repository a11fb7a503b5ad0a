"""Graphs and traces as TensorBoard shows them: `graph`, and `trace_on`, `trace_export`, `trace_off`."""

import contextlib
import threading
import time
from typing import Any

from ..graph.graph import Graph
from ..graph.graph_def import GraphDef
from ..io import messages
from ..profiler import experimental as profiler
from ..profiler.collector import Collector
from ..values.convert import convert_to_tensor
from ..values.errors import UnavailableError
from ..values.log import get_logger
from ..values.tensor import EagerTensor
from ..values.thread import current
from .writer import put_event, summary_scope, write


def graph(graph_data: Any) -> EagerTensor:
    """Write a graph, which TensorBoard's page of graphs shows.

    Args:
      graph_data: `function.get_concrete_function(...).graph`, or what its `as_graph_def()` gives.

    Returns:
      Whether it was written, as a boolean scalar.

    Raises:
      ValueError: if it is no graph, or in a function.
    """
    if current.thread.trace is not None:
        raise ValueError("graph() cannot be invoked inside a graph context.")
    if isinstance(graph_data, Graph):
        graph_data = graph_data.as_graph_def()
    if not isinstance(graph_data, GraphDef) and type(graph_data).__name__ != "GraphDef":
        raise ValueError(
            "Argument 'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. Received graph_data="
            f"{graph_data} of type {type(graph_data).__name__}."
        )
    return put_event(lambda: messages.Event(wall_time=time.time(), graph_def=graph_data.SerializeToString()))


class _Tracing:
    """What `trace_on` began."""

    def __init__(self, graph: bool, profiler: bool) -> None:
        self.graph = graph
        self.profiler = profiler
        self.collector = Collector(operations=False, programs=False)
        if graph:
            self.collector.begin()


_lock = threading.Lock()
_tracing: _Tracing | None = None


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: str | None = None) -> None:
    """From now on, until `trace_export` or `trace_off`, note the graphs of functions that are called.

    Args:
      graph: whether to note graphs.
      profiler: whether to profile too; see `tf.profiler.experimental.start`.
      profiler_outdir: the folder for the profile.
    """
    global _tracing
    if current.thread.trace is not None:
        get_logger().warning("Cannot enable trace inside a tf.function.")
        return
    with _lock:
        if _tracing is not None:
            get_logger().warning("Trace already enabled")
            return
        if profiler:
            _start_profiler(profiler_outdir)
        _tracing = _Tracing(graph, profiler)


def _start_profiler(folder: str | None) -> None:
    if folder is None:
        get_logger().warning("No `profiler_outdir` passed to trace_on(). Profiler won't be enabled.")
    else:
        profiler.start(folder)


def trace_export(name: str, step: Any = None, profiler_outdir: str | None = None) -> None:
    """Write the graphs that were noted since `trace_on` as one summary, and stop noting.

    Args:
      name: by which it is shown.
      step: an integer, or a variable or tensor; by default that of `tf.summary.experimental.set_step`.
      profiler_outdir: of no effect; `trace_on` has it.

    Raises:
      ValueError: if `trace_on` was not called, or there is no step.
    """
    if current.thread.trace is not None:
        get_logger().warning("Cannot export trace inside a tf.function.")
        return
    with _lock:
        if _tracing is None:
            raise ValueError("Must enable trace before export through tf.summary.trace_on.")
        found, profiled = _tracing.collector.graphs, _tracing.profiler
    metadata = messages.SummaryMetadata()
    metadata.plugin_data.plugin_name = "graph_run_metadata" if profiled else "graph_run_metadata_graph"
    metadata.plugin_data.content = b"1"
    made = messages.RunMetadata()
    for each in found:
        content = each.as_graph_def().SerializeToString()
        function = made.function_graphs.add()
        function.pre_optimization_graph.MergeFromString(content)
        made.partition_graphs.add().MergeFromString(content)
    with summary_scope(name, "graph_run_metadata_graph_summary") as (tag, _):
        write(tag, convert_to_tensor(made.SerializeToString()), step, metadata)
    if profiled:
        if profiler_outdir is not None:
            get_logger().warning("The `profiler_outdir` of trace_export has no effect: give it to trace_on().")
        _stop_profiler()
    trace_off()


def trace_off() -> None:
    """Stop what `trace_on` began, and forget what was noted."""
    global _tracing
    with _lock:
        ended, _tracing = _tracing, None
    if ended is not None:
        ended.collector.end()
        if ended.profiler:
            _stop_profiler()


def _stop_profiler() -> None:
    with contextlib.suppress(UnavailableError):  # the program has stopped it, or it had no folder
        profiler.stop()
