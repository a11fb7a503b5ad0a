"""Datasets of what is in files: lines, records of one length, TFRecords, comma-separated values; and lists of files."""

import csv
import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..io import gfile
from ..io.records import opened, records
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype, string
from ..values.errors import DataLossError, InvalidArgumentError
from ..values.tensor import Tensor
from ..values.type_spec import TensorSpec
from .node import Element, Node, Walk

_LONGEST = (1 << 31) - 1  # bytes of a field

Pieces = Callable[[Any, int], Iterator[tuple[Any, int]]]


class InFiles(Node):
    """The pieces of files, one file after the other.

    Args:
      paths: a tensor of their names; or a node that gives them.
      pieces: of a file and the byte at which one begins, the pieces from there on, each with the byte after it.
      compression: "", "GZIP" or "ZLIB".
    """

    def __init__(self, label: str, paths: Any, pieces: Pieces, compression: Any = None, buffer: Any = None,
                 spec: Any = None) -> None:  # fmt: skip
        self.label = label
        self.spec = TensorSpec([], string) if spec is None else spec
        self.paths = paths if isinstance(paths, Node) else _names(paths)
        self.inputs = (paths,) if isinstance(paths, Node) else ()
        self.pieces = pieces
        self.compression = compression or ""
        self.buffer = int(buffer) if buffer else 1 << 18

    def walk(self) -> Walk:
        return _InFiles(self)


def _names(paths: Any) -> Any:
    if isinstance(paths, list | tuple):
        paths = [x if isinstance(x, bytes | Tensor) else str(x) for x in paths]
    elif not isinstance(paths, bytes) and not hasattr(paths, "dtype"):
        paths = str(paths)
    tensor = convert_to_tensor(paths)
    if tensor.dtype is not string:
        raise TypeError(f"The `filenames` argument must contain `tf.string` elements. Got `{tensor.dtype!r}` elements.")
    return tensor


class _InFiles(Walk):
    inputs = ()

    def __init__(self, node: InFiles) -> None:
        self._node = node
        self._paths = node.paths.walk() if isinstance(node.paths, Node) else iter(
            np.asarray(node.paths._array, object).ravel().tolist())  # fmt: skip
        self._path: Any = None
        self._pieces: Any = None
        self._number = 0
        self._place = 0

    def __next__(self) -> Element:
        while True:
            if self._pieces is None:
                path = next(self._paths)
                self._number += 1
                self._path = path if isinstance(path, bytes) else np.asarray(path[0], object)[()]
                self._place = 0
                self._open()
            try:
                piece, self._place = next(self._pieces)
            except StopIteration:
                self._pieces = None
            except Exception:
                self._pieces = None
                raise
            else:
                if isinstance(piece, Exception):
                    raise piece
                return piece if type(piece) is tuple else (np.asarray(piece, object),)

    def _open(self) -> None:
        node = self._node
        file = opened(self._path, node.compression, node.buffer)
        self._pieces = _closing(file, node.pieces(file, self._place))

    def state(self) -> dict[str, Any]:
        return {"number": self._number, "place": self._place, "open": self._pieces is not None}

    def restore(self, state: dict[str, Any]) -> None:
        self.__init__(self._node)  # type: ignore[misc]
        for _ in range(state["number"]):
            path = next(self._paths)
            self._path = path if isinstance(path, bytes) else np.asarray(path[0], object)[()]
        self._number, self._place = state["number"], state["place"]
        if state["open"]:
            self._open()


def _closing(file: Any, pieces: Iterator[Any]) -> Iterator[Any]:
    """The pieces of a file, which is closed after them."""
    with file:
        try:
            yield from pieces
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataLossError(None, None, f"The compressed file is damaged: {error}") from None


def lines(file: Any, start: int) -> Iterator[tuple[bytes, int]]:
    """The lines of a file, without their ends."""
    file.seek(start)
    place = start
    for line in file:
        place += len(line)
        yield line.removesuffix(b"\n").removesuffix(b"\r"), place


def fixed_length(length: int, header: int, footer: int) -> Pieces:
    """Pieces of one length, after a header and before a footer."""

    def pieces(file: Any, start: int) -> Iterator[tuple[bytes, int]]:
        file.seek(0, 2)
        whole = file.tell() - header - footer
        if whole < 0 or whole % length:
            raise InvalidArgumentError(
                None, None, f"Excluding the header ({header} bytes) and footer ({footer} bytes), input file "
                f'"{_shown(file)}" has body length {whole} bytes, which is not an exact multiple of the record length '
                f"({length} bytes)."
            )  # fmt: skip
        place = max(start, header)
        file.seek(place)
        while place < header + whole:
            piece = file.read(length)
            place += length
            yield piece, place

    return pieces


def _shown(file: Any) -> str:
    name = getattr(file, "name", "")
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name)


def tf_records(file: Any, start: int) -> Iterator[tuple[bytes, int]]:
    """The records of a TFRecord file."""
    return records(file, start)


# --- comma-separated values ------------------------------------------------------------------------------------------


class Column:
    """A column of a table: its dtype, and its value where a field is empty; None where it must not be."""

    def __init__(self, default: Any) -> None:
        if isinstance(default, Tensor) or (not isinstance(default, type) and not _is_dtype(default)):
            value = default if isinstance(default, Tensor) else convert_to_tensor(default)
            self.dtype = value.dtype
            array = np.asarray(value._array, value.dtype._numpy).ravel()
            self.default = array[0] if len(array) else None
        else:
            self.dtype, self.default = as_dtype(default), None

    def value(self, text: str, number: int, missing: str) -> Any:
        if text in ("", missing):
            if self.default is None:
                raise InvalidArgumentError(None, None, f"Field {number} is required but missing in record!")
            return np.asarray(self.default, object) if self.dtype is string else self.default
        if self.dtype is string:
            return np.asarray(text.encode("utf-8", "surrogateescape"), object)
        try:
            return self.dtype._numpy.type(int(text) if self.dtype.is_integer else float(text))
        except (ValueError, OverflowError):
            kind = self.dtype.name if self.dtype.is_integer else "float" if self.dtype.name == "float32" else "double"
            raise InvalidArgumentError(None, None, f"Field {number} in record is not a valid {kind}: {text}") from None


def _is_dtype(x: Any) -> bool:
    try:
        as_dtype(x)
    except TypeError:
        return False
    return not isinstance(x, str | bytes | list | tuple | int | float)


def table(columns: Sequence[Column], header: bool, delimiter: str, quotes: bool, missing: str,
          selected: Sequence[int] | None) -> Pieces:  # fmt: skip
    """The rows of a table."""

    def pieces(file: Any, start: int) -> Iterator[tuple[Any, int]]:
        place = start
        file.seek(start)

        def texts() -> Iterator[str]:
            nonlocal place
            for line in file:
                place += len(line)
                yield line.decode("utf-8", "surrogateescape")

        quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
        rows = _rows(csv.reader(texts(), delimiter=delimiter, quoting=quoting))
        if header and not start:
            next(rows, None)
        for row in rows:
            try:
                made: Any = element(row)
            except InvalidArgumentError as error:
                made = error  # the rows after it can be read
            yield made, place

    def element(row: list[str]) -> Element:
        if selected is None and len(row) != len(columns):
            many = "more" if len(row) > len(columns) else len(row)
            raise InvalidArgumentError(None, None, f"Expect {len(columns)} fields but have {many} in record")
        try:
            fields = row if selected is None else [row[i] for i in selected]
        except IndexError:
            raise InvalidArgumentError(None, None, f"Expect {len(columns)} fields but have more in record") from None
        numbers = range(len(columns)) if selected is None else selected
        return tuple([c.value(x, n, missing) for c, x, n in zip(columns, fields, numbers, strict=True)])

    return pieces


def _rows(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows with fields of whatever length. Raises InvalidArgumentError where there is none."""
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    try:
        yield from reader
    except csv.Error as error:
        raise InvalidArgumentError(None, None, f"This is no record of comma-separated values: {error}") from None


def matching(patterns: Any) -> list[bytes]:
    """The names of the files that fit the patterns, in order."""
    found: set[bytes] = set()
    for pattern in np.asarray(convert_to_tensor(patterns)._array, object).ravel().tolist():
        found.update(map(os.fsencode, gfile.glob(pattern)))
    return sorted(found)
