"""Writers of the files that TensorBoard shows, and which of them a thread writes to."""

import contextlib
import os
import re
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..control_flow import cond
from ..io import gfile, messages
from ..io.storage import text
from ..io.tensors import tensor_proto
from ..io.writing import TFRecordWriter
from ..operations import reading
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.naming import get_current_name_scope, name_scope
from ..values.symbolic import computation, computed, performed
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.thread import Local

_MAKER = "tensorflow.core.util.events_writer"  # as which TensorBoard knows whose files these are
_numbers = iter(range(1 << 62))


class _State(Local):
    """What a thread writes to, at which step, and whether."""

    writer: Any = None
    step: Any = None
    condition: Any = True


_state = _State()


class EventFile:
    """A file of events, which is written when there are some, when it is time, and when it is told to."""

    def __init__(self, folder: str, max_queue: int, flush_millis: int, suffix: str) -> None:
        gfile.makedirs(folder)
        host = socket.gethostname() or "localhost"
        name = f"events.out.tfevents.{int(time.time())}.{host}.{os.getpid()}.{next(_numbers)}{suffix}"
        self._records: Any = TFRecordWriter(gfile.join(folder, name))
        self._max_queue, self._seconds = max_queue, flush_millis / 1000
        self._waiting, self._flushed = 0, time.monotonic()
        self._lock = threading.Lock()
        first = messages.Event(wall_time=time.time(), file_version="brain.Event:2")
        first.source_metadata.writer = _MAKER
        self._records.write(first.SerializeToString())
        self._records.flush()

    def write(self, event: Any) -> None:
        with self._lock:
            if self._records is None:
                return
            self._records.write(event.SerializeToString())
            self._waiting += 1
            if self._waiting > self._max_queue or time.monotonic() - self._flushed > self._seconds:
                self._flush()

    def _flush(self) -> None:
        self._records.flush()
        self._waiting, self._flushed = 0, time.monotonic()

    def flush(self) -> None:
        with self._lock:
            if self._records is not None:
                self._flush()

    def close(self) -> None:
        with self._lock:
            records, self._records = self._records, None
            if records is not None:
                records.close()


class SummaryWriter:
    """What summaries are written to; see `create_file_writer`."""

    _file: EventFile | None = None
    _handle: Any = None
    _closed = False

    def set_as_default(self, step: Any = None) -> None:
        """Have this thread write to it, from now on, at `step` if that is given."""
        _check_open(self)
        if step is not None:
            _state.step = step
        _state.writer = self

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator["SummaryWriter"]:
        """A context in which this thread writes to it, at `step` if that is given; at its end all is in the file."""
        _check_open(self)
        outer, before = _state.writer, _state.step
        _state.writer = self
        if step is not None:
            _state.step = step
        try:
            yield self
            if not self._closed:
                self.flush()
        finally:
            _state.writer = outer
            if step is not None:
                _state.step = before

    def init(self) -> None:
        """Nothing: the file is there."""
        _check_open(self)

    def flush(self) -> None:
        """Have in the file what was written; in a function, when it runs."""
        if self._file is not None and not self._closed:
            performed(_flushed, self._handle)

    def close(self) -> None:
        """Close the file, with all that was written in it."""
        if self._file is not None:
            self._closed = True
            self._file.close()


def _check_open(writer: SummaryWriter) -> None:
    if writer._closed:
        raise RuntimeError(f"SummaryWriter {writer!r} is already closed")


class _FileWriter(SummaryWriter):
    def __init__(self, folder: str, max_queue: int, flush_millis: int, suffix: str) -> None:
        self._file = EventFile(folder, max_queue, flush_millis, suffix)
        held = np.empty((), np.object_)
        held[()] = self._file
        self._handle = wrap(held)
        weakref.finalize(self, self._file.flush)


class _NoopWriter(SummaryWriter):
    """Writes nothing."""


def create_file_writer(logdir: Any, max_queue: int | None = None, flush_millis: int | None = None,
                       filename_suffix: str | None = None, name: str | None = None,
                       experimental_trackable: bool = False,
                       experimental_mesh: Any = None) -> SummaryWriter:  # fmt: skip
    """A writer of summaries into a new file in a folder, which `tensorboard --logdir` shows.

    Args:
      logdir: the folder, which is made if it is not there.
      max_queue: how many summaries wait until they are written together; 10 by default.
      flush_millis: how long they wait at most; two minutes by default.
      filename_suffix: what the file's name ends with; ".v2" by default.
      experimental_trackable, experimental_mesh: of no effect.

    Raises:
      ImportError: if protobuf is not installed.
      NotFoundError: if the folder cannot be made.
      ValueError: if `logdir` is None.

    >>> import gradtape as tf, tempfile
    >>> writer = tf.summary.create_file_writer(tempfile.mkdtemp())
    >>> with writer.as_default():
    ...     for step in range(3):
    ...         tf.summary.scalar("loss", 1.0 / (step + 1), step=step).numpy()
    np.True_
    np.True_
    np.True_
    """
    if logdir is None:
        raise ValueError("Argument `logdir` cannot be None")
    queue, millis = (10 if max_queue is None else int(max_queue)), (120000 if flush_millis is None else flush_millis)
    return _FileWriter(text(logdir), queue, int(millis), ".v2" if filename_suffix is None else str(filename_suffix))


def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing, to have nothing written in a context."""
    return _NoopWriter()


# --- whether, and when ------------------------------------------------------------------------------------------------


def _condition() -> Any:
    if not isinstance(_state.writer, _FileWriter):
        return False
    return _state.condition() if callable(_state.condition) else _state.condition


def should_record_summaries() -> EagerTensor:
    """Whether this thread writes summaries: it has a writer, and what `record_if` was given says so."""
    return convert_to_tensor(_condition(), dtypes.bool_)


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A context in which summaries are written if `condition`, a boolean, a tensor or a function, is true."""
    outer, _state.condition = _state.condition, condition
    try:
        yield
    finally:
        _state.condition = outer


def get_step() -> Any:
    """The step at which this thread writes summaries, as it was set; None if it was not."""
    return _state.step


def set_step(step: Any) -> None:
    """Set the step at which this thread writes summaries: an integer, or a variable or tensor; None for none."""
    _state.step = step


@contextlib.contextmanager
def summary_scope(name: str, default_name: str = "summary", values: Any = None) -> Iterator[tuple[str, str]]:
    """A context for making a summary: its tag, with the present name scope before it, and the name of its scope."""
    outer = get_current_name_scope()
    name = name or default_name
    tag = f"{outer}/{name}" if outer else name
    inner = re.sub(r"[^A-Za-z0-9.\-_/]", "", name) or default_name
    with name_scope(inner) as scope:
        yield tag, scope


# --- writing ---------------------------------------------------------------------------------------------------------


def write(tag: str, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None) -> EagerTensor:
    """Write a tensor, as it is, for a plugin of TensorBoard that knows what to do with it.

    Args:
      tag: by which it is shown.
      tensor: the tensor, or a function of nothing that gives it, which is called where it is written.
      step: an integer, or a variable or tensor; by default that of `tf.summary.experimental.set_step`.
      metadata: a message that says which plugin it is for, or what it is as bytes.

    Returns:
      Whether it was written, as a boolean scalar.

    Raises:
      ValueError: if there is no step.
    """
    made = metadata.SerializeToString() if hasattr(metadata, "SerializeToString") else metadata or b""
    if not callable(tensor) or isinstance(tensor, Tensor):
        return put(_as_it_is, tag, tensor, step, made)
    should = _condition()
    if isinstance(should, Tensor):
        return cond(should, lambda: put(_as_it_is, tag, tensor(), step, made), lambda: convert_to_tensor(False))
    return put(_as_it_is, tag, tensor(), step, made) if should else convert_to_tensor(False)


def put(make: Callable[..., Any], tag: str, tensor: Any, step: Any, metadata: bytes, *options: Any) -> EagerTensor:
    """Write what `make(array, *options)` gives, if summaries are written. `make` is a function of a module."""
    should = _condition()
    if should is False:
        return convert_to_tensor(False)
    writer = _state.writer
    _check_open(writer)
    step = _state.step if step is None else step
    if step is None:
        raise ValueError("No step set. Please specify one either through the `step` argument or through "
                         "tf.summary.experimental.set_step()")  # fmt: skip
    at = reading.convert_to_tensor(step)
    given = writer._handle, convert_to_tensor(should, dtypes.bool_), at, reading.convert_to_tensor(tensor)
    return computed(_written, *given, make=make, tag=str(tag), metadata=metadata, options=options)


def put_event(make: Callable[[], Any]) -> EagerTensor:
    """Write the event that `make()` gives, now, if summaries are written."""
    if not _condition():
        return convert_to_tensor(False)
    _check_open(_state.writer)
    _state.writer._file.write(make())
    return convert_to_tensor(True)


def _as_it_is(array: Any) -> Any:
    return array


@computation(made=lambda n, *_, **__: [((), np.bool_)], effect=True)
def _written(
    handle: Any, should: Any, step: Any, array: Any, make: Any, tag: str, metadata: bytes, options: Any
) -> Any:
    if not bool(should):
        return np.False_
    array = make(np.asarray(array, np.object_ if isinstance(array, bytes) else None), *options)
    event = messages.Event(wall_time=time.time(), step=int(step))
    value = event.summary.value.add(tag=tag, tensor=tensor_proto(array))
    value.metadata.SetInParent()
    value.metadata.MergeFromString(metadata)
    _file(handle).write(event)
    return np.True_


def _file(handle: Any) -> EventFile:
    return handle if isinstance(handle, EventFile) else handle[()]


@computation(effect=True)
def _flushed(handle: Any) -> None:
    _file(handle).flush()


def write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> EagerTensor:
    """Write a `Summary` message, a string.

    Raises:
      ValueError: if there is no step.
    """
    should = _condition()
    if should is False:
        return convert_to_tensor(False)
    writer = _state.writer
    step = _state.step if step is None else step
    if step is None:
        raise ValueError("No step set. Please specify one either through the `step` argument or through "
                         "tf.summary.experimental.set_step()")  # fmt: skip
    given = convert_to_tensor(should, dtypes.bool_), reading.convert_to_tensor(step), convert_to_tensor(tensor)
    return computed(_written_raw, writer._handle, *given)


@computation(made=lambda n, *_: [((), np.bool_)], effect=True)
def _written_raw(handle: Any, should: Any, step: Any, content: Any) -> Any:
    if bool(should):
        event = messages.Event(wall_time=time.time(), step=int(step))
        event.summary.MergeFromString(content if isinstance(content, bytes) else content[()])
        _file(handle).write(event)
    return np.bool_(bool(should))


def flush(writer: Any = None, name: str | None = None) -> None:
    """Have in its file what was written to a writer; by default to that of this thread."""
    writer = _state.writer if writer is None else writer
    if writer is not None:
        writer.flush()
