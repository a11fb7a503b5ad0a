"""Whether this thread records, for libraries that ask before they compute what only a tape needs."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from ..values.thread import current
from ..values.variable import ResourceVariable
from .forward import Forward

__all__ = ["could_possibly_record", "should_record_backprop", "stop_recording"]


def could_possibly_record() -> bool:
    """Whether a tape is open in this thread."""
    return any(not isinstance(recording, Forward) for recording in current.thread.recordings)


def should_record_backprop(tensors: Iterable[Any]) -> bool:
    """Whether a tape that is open in this thread watches one of these tensors or variables."""
    tapes = [recording for recording in current.thread.recordings if not isinstance(recording, Forward)]
    return any(
        tape.node_of(x) is not None and (isinstance(x, ResourceVariable) or x.dtype.is_differentiable)
        for x in tensors
        for tape in tapes
    )


@contextlib.contextmanager
def stop_recording() -> Iterator[None]:
    """A context in which no tape and no accumulator of this thread that is open now records."""
    stopped = current.thread.recordings
    for recording in stopped:
        recording.stop()
    try:
        yield
    finally:
        for recording in stopped:
            if not recording.closed:
                recording.start()
