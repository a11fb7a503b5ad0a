"""`tf.print`: tensors and Python values in TensorFlow's notation, to a stream, the log or a file."""

import functools
import pprint
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .values import nest
from .values.composite import CompositeTensor, is_sparse
from .values.convert import convert_to_tensor
from .values.errors import InvalidArgumentError, NotFoundError
from .values.symbolic import computation, performed
from .values.tensor import Tensor
from .values.variable import Variable

__all__ = ["print"]

_LEVELS = ("debug", "info", "warning", "warn", "error", "fatal", "critical")


def print(
    *inputs: Any, output_stream: Any = None, summarize: int | None = 3, sep: str = " ", end: str | None = "\n",
    name: str | None = None, **unknown: Any,
) -> None:  # fmt: skip
    r"""Print tensors, structures with tensors, and Python values.

    Args:
      *inputs: what to print.
      output_stream: `sys.stderr` (the default), `sys.stdout`, a function of a logger such as `logging.info`, or
        `"file://path"`, to whose end is written.
      summarize: how many elements to show at the start and at the end of an axis; all if negative.
      sep: what to print between inputs.
      end: what to print at the end.

    Raises:
      ValueError: for another output stream or keyword.
      NotFoundError: if the file cannot be made.

    >>> import gradtape as tf
    >>> tf.print("loss:", tf.constant(0.5), tf.range(9), output_stream=sys.stdout)
    loss: 0.5 [0 1 2 ... 6 7 8]
    """
    if unknown:
        raise ValueError(f"Unrecognized keyword arguments for print: {', '.join(unknown)}")
    if not isinstance(sep, str) or not isinstance(end, str | None):
        raise TypeError(f"sep and end must be strings, got {sep!r} and {end!r}")
    _writer(sys.stderr if output_stream is None else output_stream)  # which raises for what is none
    count = 3 if summarize is None else int(summarize)
    tensors: list[Tensor] = []

    def marked(x: Any) -> Any:
        if isinstance(x, CompositeTensor) and x._by_spec:
            first = len(tensors)
            tensors.extend(x._components)
            return Parts(is_sparse(x), first, len(tensors))
        if not isinstance(x, Tensor | Variable):
            return x
        tensors.append(convert_to_tensor(x))
        return _Place(len(tensors) - 1)

    shown = [nest.map_structure(marked, x) if nest.is_nested(x) else marked(x) for x in inputs]
    end = "" if end is None else end
    if output_stream in (None, sys.stderr, sys.stdout):
        printing = functools.partial(_print_to, output_stream is sys.stdout, shown, count, sep, end)
    else:
        printing = functools.partial(_print_now, shown, output_stream, count, sep, end)
    performed(printing, *tensors)


class _Place:
    """Stands for a tensor, by its place among all, in what is printed."""

    def __init__(self, index: int) -> None:
        self.index = index


class Parts:
    """Stands for a sparse or ragged tensor, by the places of its parts among all tensors, in what is printed."""

    def __init__(self, sparse: bool, first: int, end: int) -> None:
        self.sparse = sparse
        self.first = first
        self.end = end

    def text(self, arrays: Sequence[Any], count: int) -> str:
        """The tensor as TensorFlow prints it; a sparse one in quotes."""
        parts = arrays[self.first : self.end]
        if not self.sparse:
            return _ragged_text(parts[0], parts[1:], count)
        indices, values, shape = (format_array(part, count) for part in parts)
        return f"'SparseTensor(indices={indices}, values={values}, shape={shape})'"


def _ragged_text(values: Any, splits: Sequence[Any], count: int) -> str:
    def within(first: int, end: int, axis: int) -> str:
        if axis < len(splits):
            return shown(first, end, lambda i: within(int(splits[axis][i]), int(splits[axis][i + 1]), axis + 1))
        return shown(first, end, lambda i: inner(values[i]))

    def inner(x: Any) -> str:
        return shown(0, len(x), lambda i: inner(x[i])) if np.ndim(x) else _written(x)

    def shown(first: int, end: int, item: Callable[[int], str]) -> str:
        n = end - first
        if count < 0 or n <= 2 * count:
            return f"[{', '.join(map(item, range(first, end)))}]"
        ends = [*map(item, range(first, first + count)), "...", *map(item, range(end - count, end))]
        return f"[{', '.join(ends)}]"

    return within(0, len(splits[0]) - 1, 0)


def _written(value: Any) -> str:
    """An element of a ragged tensor."""
    if isinstance(value, bytes):
        quoted = _decoded(value).replace("'", "\\'")
        return f"'{quoted}'"
    if value.dtype.kind == "b":
        return str(bool(value)).lower()
    if value.dtype.kind in "iu":
        return str(value)
    if value.dtype.kind == "c":
        return f"({value.real:f},{value.imag:f})"
    return f"{float(value):f}"


@computation
def _print_to(stdout: bool, shown: Sequence[Any], count: int, sep: str, end: str, *arrays: Any) -> None:
    """To one of the standard streams: a saved function may do this, and write to no file."""
    _print_now(shown, sys.stdout if stdout is True else sys.stderr, count, sep, end, *arrays)


def _print_now(shown: Sequence[Any], stream: Any, count: int, sep: str, end: str, *arrays: Any) -> None:
    if len(shown) == 1 and type(shown[0]) is _Place and arrays[0].dtype == object and not np.ndim(arrays[0]):
        text = _decoded(arrays[0][()])  # the one case in which a string has no quotes
    else:
        text = sep.join(_text(x, arrays, count) for x in shown)
    _writer(sys.stderr if stream is None else stream)(text + end)


_print_to.prints = _print_now.prints = True  # type: ignore[attr-defined]  # XLA does what prints, and no checks


def _writer(stream: Any) -> Callable[[str], Any]:
    if stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):

        def write(text: str) -> None:
            stream.write(text)
            stream.flush()

        return write
    if isinstance(stream, str) and stream.startswith("file://"):
        return lambda text: _append(stream.removeprefix("file://"), text)
    if callable(stream) and getattr(stream, "__name__", "") in _LEVELS:
        return lambda text: stream(text)
    raise ValueError(
        f"Unsupported output stream, logging level, or file: {stream!r}. Supported streams are sys.stdout, sys.stderr, "
        "and logging functions such as tf.compat.v1.logging.info. A file needs to be in the form 'file://<filepath>'."
    )


def _append(path: str, text: str) -> None:
    if not path:
        raise InvalidArgumentError(None, None, "The output stream 'file://' names no file.")
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise NotFoundError(None, None, f"{path}; {error.strerror}") from error


# --- text ------------------------------------------------------------------------------------------------------------


_FIRST_HOLE = 0xF0000  # a character that programs do not print


class _Hole(str):
    """Stands for a tensor while `pprint` lays out a structure: as wide as in TensorFlow, so that lines break alike."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'\0{self}'"


def _text(x: Any, arrays: Sequence[Any], count: int) -> str:
    """One input as it is printed: strings bare, structures as `pprint` has them, with their tensors."""
    if type(x) is _Place:
        return format_array(arrays[x.index], count)
    if type(x) is Parts:
        return x.text(arrays, count)
    if isinstance(x, str):
        return x
    tensors: list[str] = []

    def leaf(value: Any) -> Any:
        if type(value) is Parts:
            tensors.append(value.text(arrays, count))
        elif type(value) is _Place:
            tensors.append(format_array(arrays[value.index], count))
        else:
            return value
        return _Hole(chr(_FIRST_HOLE + len(tensors) - 1))

    if nest.is_nested(x):
        x = nest.map_structure(leaf, x)
    return re.sub("'\0(.)'", lambda match: tensors[ord(match[1]) - _FIRST_HOLE], pprint.pformat(x))


def format_array(array: Any, count: int) -> str:
    """An array as `tf.print` shows it, with `count` elements at each end of an axis."""
    array = np.asarray(array)
    ends = array.size if count < 0 else min(count, array.size)
    return _format(array, ends, array.ndim)


def _format(array: Any, ends: int, ndim: int) -> str:
    if not np.ndim(array):
        return _element(array if isinstance(array, bytes) else array[()])
    n = len(array)
    parts = [_format(part, ends, ndim) for part in array[:ends]]
    if n > 2 * ends:
        parts.append("...")
    parts += [_format(part, ends, ndim) for part in array[max(ends, n - ends) :]]
    space = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * (ndim - array.ndim + 1)
    if not ends and n:
        parts.insert(0, "")  # nothing but dots is shown, and they still follow a space
    return f"[{space.join(parts)}]"


def _element(value: Any) -> str:
    if isinstance(value, bytes):
        return f'"{_escaped(value)}"'
    dtype = value.dtype
    if dtype.kind == "b":
        return str(int(value))
    if dtype.kind in "iu":
        return str(value)
    if dtype.kind == "c":
        return "?"
    wide = np.float64(value) if dtype == np.float64 else np.float32(value)
    if np.isnan(wide):
        return "-nan" if np.signbit(wide) else "nan"
    digits, exact = (15, 17) if dtype == np.float64 else (6, 9)
    short = f"{float(wide):.{digits}g}"
    return short if type(wide)(short) == wide else f"{float(wide):.{exact}g}"


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


_ESCAPES = {ord(c): "\\" + e for c, e in {"\n": "n", "\r": "r", "\t": "t", '"': '"', "'": "'", "\\": "\\"}.items()}
_ESCAPES = {i: f"\\{i:03o}" for i in (*range(32), 127)} | _ESCAPES


def _escaped(value: bytes) -> str:
    text = value.decode("utf-8", "surrogateescape").translate(_ESCAPES)
    return _decoded(text.encode("utf-8", "surrogateescape"))
