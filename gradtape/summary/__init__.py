"""`tf.summary`: files that TensorBoard shows."""

from ..values.lacking import lacking
from . import experimental
from .graphs import graph, trace_export, trace_off, trace_on
from .plugins import audio, histogram, image, scalar, text
from .writer import (
    SummaryWriter,
    create_file_writer,
    create_noop_writer,
    flush,
    record_if,
    should_record_summaries,
    write,
)

__all__ = [
    "SummaryWriter", "audio", "create_file_writer", "create_noop_writer", "experimental", "flush", "graph",
    "histogram", "image", "record_if", "scalar", "should_record_summaries", "text", "trace_export", "trace_off",
    "trace_on", "write",
]  # fmt: skip

__getattr__ = lacking(__name__)
