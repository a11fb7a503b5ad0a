"""The error classes of `tf.errors`. Each also derives from the builtin exception that Python would raise."""

from typing import Any

from .thread import current


class OpError(Exception):
    """An operation failed. `message` says why; `node_def` and `op` are there for TensorFlow's sake."""

    error_code = 2

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(message)
        self.node_def = node_def
        self.op = op
        self.message = message
        # Keras remakes an error with its code in this place: only a dictionary is details
        details = args[0] if args else None
        self.experimental_payloads: dict[bytes, bytes] = dict(details) if isinstance(details, dict) else {}

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> Any:
        return type(self), (self.node_def, self.op, self.message)


class CancelledError(OpError):
    error_code = 1


class UnknownError(OpError):
    error_code = 2


class InvalidArgumentError(OpError, ValueError):
    """An operation received an input that it cannot take: a wrong shape, dtype, index or value."""

    error_code = 3


class DeadlineExceededError(OpError, TimeoutError):
    error_code = 4


class NotFoundError(OpError, LookupError):
    error_code = 5


class AlreadyExistsError(OpError):
    error_code = 6


class PermissionDeniedError(OpError):
    error_code = 7


class ResourceExhaustedError(OpError, MemoryError):
    error_code = 8


class FailedPreconditionError(OpError, RuntimeError):
    error_code = 9


class AbortedError(OpError):
    error_code = 10


class OutOfRangeError(OpError, IndexError):
    error_code = 11


class UnimplementedError(OpError, NotImplementedError):
    error_code = 12


class InternalError(OpError, RuntimeError):
    error_code = 13


class UnavailableError(OpError):
    error_code = 14


class DataLossError(OpError):
    error_code = 15


class UnauthenticatedError(OpError):
    error_code = 16


class OperatorNotAllowedInGraphError(TypeError):
    """A traced tensor was used as a Python value, for example as the condition of an `if`."""


class InaccessibleTensorError(TypeError, ValueError):
    """A tensor of a function that was traced is used outside it, where it has no value."""


class _TypeErrorInGraph(InvalidArgumentError, TypeError):
    """The wrong dtype for an operation of a function that is being traced: a TypeError there, in TensorFlow."""


class _ValueErrorInGraph(InvalidArgumentError):
    """The wrong shape for an operation of a function that is being traced: a ValueError there, in TensorFlow."""


for _kind, _name in ((_TypeErrorInGraph, "TypeError"), (_ValueErrorInGraph, "ValueError")):
    _kind.__name__ = _kind.__qualname__ = _name


def in_graph(error: InvalidArgumentError) -> InvalidArgumentError:
    """`error`, which is about dtypes, as the one that tracing a function raises."""
    return _TypeErrorInGraph(error.node_def, error.op, error.message)


def exhausted(op: str, error: MemoryError) -> ResourceExhaustedError:
    """The error of an operation that asks for more memory than there is, to be raised by the caller."""
    if isinstance(error, ResourceExhaustedError):
        return error
    return ResourceExhaustedError(None, None, f"OOM when allocating tensor: {error} [Op:{op}] name: ")


def invalid(op: str, message: str) -> InvalidArgumentError:
    """The error of a bad input of `op`, to be raised by the caller."""
    kind = InvalidArgumentError if current.thread.trace is None else _ValueErrorInGraph
    return kind(None, None, f"{message} [Op:{op}] name: ")
