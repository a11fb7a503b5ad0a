"""`tf.profiler.experimental`: a profile of the program, for TensorBoard and Perfetto.

    tf.profiler.experimental.start("logs")
    for step in range(3):
        with tf.profiler.experimental.Trace("train", step_num=step, _r=1):
            train(batch)
    tf.profiler.experimental.stop()

`logs/plugins/profile/<run>/*.trace.json.gz` opens in https://ui.perfetto.dev, and `tensorboard --logdir logs` shows the
run, if its profile plugin is installed. While it is on, XLA's programs are waited for.
"""

import math
from types import TracebackType
from typing import Any

import numpy as np

from ...io.storage import text
from ...values.lacking import lacking
from ...values.tensor import Tensor
from ...values.variable import ResourceVariable
from .. import files, session
from ..collector import ANNOTATION, listening, note, now
from ..session import ProfilerOptions
from . import client, server

__all__ = ["Profile", "ProfilerOptions", "Trace", "client", "server", "start", "stop"]


def start(logdir: Any, options: ProfilerOptions | None = None) -> None:
    """Begin to profile what all threads do.

    Args:
      logdir: a folder, in which `stop` writes the profile.
      options: what is profiled.

    Raises:
      AlreadyExistsError: if it has begun already.
    """
    session.begin(text(logdir), options)


def stop(save: bool = True) -> None:
    """End the profile that `start` began, and write it.

    Args:
      save: False writes nothing.

    Raises:
      UnavailableError: if there is none.
    """
    collector, folder = session.end()
    if save:
        files.write(collector, files.new_run(folder))


class Profile:
    """A context that is profiled.

    Args:
      logdir: a folder, in which the profile is written.
      options: what is profiled.

    Raises:
      AlreadyExistsError: on entering, if something is being profiled.

    >>> import gradtape as tf, glob, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> with tf.profiler.experimental.Profile(folder):
    ...     x = tf.constant(1.0) + 2.0
    >>> len(glob.glob(f"{folder}/plugins/profile/*/*.trace.json.gz"))
    1
    """

    def __init__(self, logdir: Any, options: ProfilerOptions | None = None) -> None:
        self._logdir = logdir
        self._options = options

    def __enter__(self) -> None:
        start(self._logdir, self._options)

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        stop()


class Trace:
    """A context that is in the profile under a name, from when it is made. Where nobody profiles it costs nothing.

    Args:
      name: of the event.
      kwargs: what else is told of it. `step_num` makes it a step; with `_r=1`, one that TensorBoard divides time by.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self._name = name
        self._details: dict[str, Any] = {}
        self._start = None
        if listening():
            self._start = now()
            self.set_metadata(**kwargs)

    def __enter__(self) -> "Trace":
        return self

    def set_metadata(self, **kwargs: Any) -> None:
        """Tell more of it."""
        if self._start is not None:
            self._details.update({name: _plain(x) for name, x in kwargs.items()})

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        if self._start is not None:
            note(self._name, ANNOTATION, self._start, None, self._details)
            self._start = None


def _plain(x: Any) -> int | float | str:
    """What is a number, or a tensor or variable that has one, as that: what it is now. All else as text."""
    x = x.numpy() if isinstance(x, Tensor | ResourceVariable) else x
    x = x.item() if isinstance(x, np.ndarray | np.generic) and x.size == 1 else x
    if isinstance(x, int) and -(2**63) <= x < 2**63:
        return int(x)
    return x if isinstance(x, float) and math.isfinite(x) else str(x)


__getattr__ = lacking(__name__)
