"""Whole files as tensors: `read_file`, `write_file`, `matching_files`."""

from typing import Any

import numpy as np

from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.errors import OpError, invalid
from ..values.symbolic import computation, computed, performed
from ..values.tensor import EagerTensor
from . import gfile
from .storage import failure, opened, text


def strings(value: Any, op: str) -> EagerTensor:
    """A tensor of strings.

    Raises:
      InvalidArgumentError: if it is of something else.
    """
    x = convert_to_tensor(value)
    if x.dtype is not dtypes.string:
        raise invalid(op, f"cannot compute {op} as input #0(zero-based) was expected to be a string tensor but is a "
                      f"{x.dtype.name} tensor")  # fmt: skip
    return x


def text_of(array: Any, op: str, what: str) -> bytes:
    """The string of a scalar, as kernels are given it."""
    if isinstance(array, bytes):
        return array
    if np.ndim(array):
        raise invalid(op, f"{what} must be scalar, but had shape: [{','.join(map(str, np.shape(array)))}]")
    return array[()]  # type: ignore[no-any-return]


def scalar(content: bytes) -> Any:
    """A string as an array."""
    out = np.empty((), np.object_)
    out[()] = content
    return out


def vector(items: Any) -> Any:
    """Strings as an array."""
    items = list(items)
    out = np.empty(len(items), np.object_)
    out[:] = items
    return out


def _of_a_string(n: int, *_: Any, **__: Any) -> Any:
    return [((), np.object_)]


def read_file(filename: Any, name: str | None = None) -> EagerTensor:
    """The bytes of a file, as a string.

    Raises:
      FailedPreconditionError: if it is a folder.
      NotFoundError: if there is no such file.

    >>> import gradtape as tf, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "x.txt")
    >>> tf.io.write_file(path, "hello")
    >>> tf.io.read_file(path).numpy()
    b'hello'
    """
    return computed(_read_file, strings(filename, "ReadFile"))


@computation(made=_of_a_string, effect=True)
def _read_file(filename: Any) -> Any:
    path = text(text_of(filename, "ReadFile", "Input filename tensor"))
    try:
        with opened(path, "rb") as file:
            return scalar(file.read())
    except OSError as error:
        raise error if isinstance(error, OpError) else failure(error, path, "ReadFile") from error


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Write a string into a file, which is made if there is none, with the folders that it is in.

    Raises:
      FailedPreconditionError: if it is a folder.
    """
    performed(_write_file, strings(filename, "WriteFile"), strings(contents, "WriteFile"))


@computation(effect=True)
def _write_file(filename: Any, contents: Any) -> None:
    path = text(text_of(filename, "WriteFile", "Input filename tensor"))
    content = text_of(contents, "WriteFile", "Contents tensor")
    try:
        folder = path.rpartition("/")[0]
        if folder:
            gfile.makedirs(folder)
        with opened(path, "wb") as file:
            file.write(content)
    except OSError as error:
        raise error if isinstance(error, OpError) else failure(error, path, "WriteFile") from error


def matching_files(pattern: Any, name: str | None = None) -> EagerTensor:
    """The paths of the files that match a pattern, or one of a vector of them, in order; see `tf.io.gfile.glob`."""
    return computed(_matching_files, strings(pattern, "MatchingFiles"))


@computation(made=lambda n, pattern: [((n,), np.object_)], effect=True)
def _matching_files(pattern: Any) -> Any:
    if np.ndim(pattern) > 1:
        raise invalid("MatchingFiles", "Input patterns tensor must be scalar or vector, but had shape: "
                      f"[{','.join(map(str, np.shape(pattern)))}]")  # fmt: skip
    patterns = [pattern] if isinstance(pattern, bytes) else np.ravel(pattern).tolist()
    return vector(sorted(path.encode() for one in patterns for path in gfile.glob(one)))


def match_filenames_once(pattern: Any, name: str | None = None) -> Any:
    """A variable that holds the paths that match a pattern now."""
    from ..values.variable import Variable

    return Variable(matching_files(pattern), trainable=False, name=name)
