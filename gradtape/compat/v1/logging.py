"""`tf.compat.v1.logging`: TensorFlow's log, which is the logger "tensorflow" of Python's `logging`."""

import logging as _logging
import sys as _sys
from typing import Any

from ...values.log import logger as _logger

__all__ = [
    "DEBUG", "ERROR", "FATAL", "INFO", "WARN", "TaskLevelStatusMessage", "debug", "error", "fatal", "flush",
    "get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if", "set_verbosity", "vlog", "warn", "warning",
]  # fmt: skip

DEBUG, INFO, WARN, ERROR, FATAL = _logging.DEBUG, _logging.INFO, _logging.WARNING, _logging.ERROR, _logging.CRITICAL

debug, info, warning, error, fatal = _logger.debug, _logger.info, _logger.warning, _logger.error, _logger.critical
warn = warning
log = _logger.log


def get_verbosity() -> int:
    """The level below which nothing is logged."""
    return _logger.getEffectiveLevel()


def set_verbosity(v: int | str) -> None:
    """Log nothing below a level.

    >>> import gradtape as tf
    >>> tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    >>> tf.compat.v1.logging.get_verbosity()
    40
    >>> tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.WARN)
    """
    _logger.setLevel(v)


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Log `msg` if `condition` is true."""
    if condition:
        _logger.log(level, msg, *args)


def vlog(level: int, msg: str, *args: Any) -> None:
    """Log `msg`, the greater `level` the less important."""
    _logger.log(level, msg, *args)


_counts: dict[Any, int] = {}


def _count() -> int:
    """How often the line that called this function's caller was there before."""
    frame = _sys._getframe(2)
    line = (frame.f_code, frame.f_lineno)
    _counts[line] = _counts.get(line, -1) + 1
    return _counts[line]


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Log `msg` at the first of every `n` calls from this line."""
    log_if(level, msg, _count() % n == 0, *args)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Log `msg` at the first `n` calls from this line."""
    log_if(level, msg, _count() < n, *args)


def TaskLevelStatusMessage(msg: str) -> None:
    """Log `msg` as an error."""
    _logger.error(msg)


def flush() -> None:
    """Write out what was logged."""
    for handler in _logger.handlers:
        handler.flush()
