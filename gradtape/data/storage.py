"""Elements in files: `save`, `load` and `snapshot`. A folder has what the elements are, and files of records."""

import json
import os
import struct
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..io import gfile, places
from ..io.records import created, framed, read
from ..ragged.spec import RaggedTensorSpec
from ..sparse.spec import SparseTensorSpec
from ..values import nest
from ..values.dtypes import as_dtype
from ..values.errors import DataLossError, InvalidArgumentError, NotFoundError
from ..values.shape import TensorShape
from ..values.type_spec import TensorSpec
from .functions import Traced
from .node import Element, Node, Unary, Walk, flat_specs, held
from .sources import Counted
from .spec import DatasetSpec

_SPEC = "dataset_spec.json"


def encoded(element: Element) -> bytes:
    """An element as bytes: what its arrays are, and what is in them."""
    heads, parts = [], []
    for a in element:
        array = np.asarray(a, object if isinstance(a, bytes) else None)
        if array.dtype.kind == "O":
            texts = array.ravel().tolist()
            if not all(isinstance(x, bytes) for x in texts):
                raise InvalidArgumentError(None, None, "Elements of datasets or optionals cannot be written to files.")
            heads.append(["string", array.shape, list(map(len, texts))])
            parts += texts
        else:
            heads.append([array.dtype.name, array.shape])
            parts.append(np.ascontiguousarray(array).tobytes())
    head = json.dumps(heads).encode()
    return b"".join([struct.pack("<I", len(head)), head, *parts])


def decoded(data: bytes) -> Element:
    """The element of these bytes. Raises a ValueError, a LookupError or the like if they are of none."""
    (length,) = struct.unpack_from("<I", data)
    place = 4 + length
    found = []
    for name, shape, *sizes in json.loads(data[4:place]):
        if min((0, *shape, *(sizes[0] if sizes else ()))) < 0:
            raise ValueError("a length is negative")
        if sizes:
            array = np.empty(len(sizes[0]), object)
            for i, size in enumerate(sizes[0]):
                array[i] = data[place : place + size]
                place += size
        else:
            dtype = as_dtype(name)._numpy
            count = int(np.prod(shape, dtype=np.int64))
            array = np.frombuffer(data, dtype, count, place)
            place += count * dtype.itemsize
        found.append(array.reshape(shape))
    if place != len(data):
        raise ValueError(f"{len(data)} bytes, of which it takes {place}")
    return tuple(found)


class Reading(Walk):
    """The elements of a file, which are such as `spec` says."""

    keeps = ("place",)
    inputs = ()

    def __init__(self, path: str, spec: Any, compression: str = "") -> None:
        self._path = path
        self._specs = flat_specs(spec)
        self._compression = compression
        self._records: Iterator[tuple[bytes, int]] | None = None
        self.place = 0

    def __next__(self) -> Element:
        if self._records is None:
            self._records = read(self._path, self._compression, self.place)
        data, self.place = next(self._records)
        try:
            element = decoded(data)
            for array, spec in zip(element, self._specs, strict=True):
                if array.dtype != spec.dtype._numpy or not spec.shape.is_compatible_with(array.shape):
                    raise ValueError(f"an array of {array.dtype} of shape {array.shape} where {spec} is wanted")
        except (ValueError, TypeError, LookupError, AttributeError, struct.error, RecursionError) as error:
            raise DataLossError(None, None, f"A record of {self._path} is no element: {error}") from None
        return element

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._records = None


class _File(Node):
    """The elements of one file of a folder."""

    def __init__(self, path: Any, spec: Any, compression: str) -> None:
        self.path = path
        self.spec = spec
        self.compression = compression

    def walk(self) -> Walk:
        return Reading(self.path, self.spec, self.compression)


# --- folders ---------------------------------------------------------------------------------------------------------


def save(node: Node, path: str, compression: str | None, shard: Callable[..., Any] | None) -> None:
    """Write the elements into a folder, in as many files as `shard` gives numbers for them."""
    writer = _Writer(node, path, compression, shard)
    for element in node.walk():
        writer.add(element)
    writer.end()


class _Writer:
    """Writes elements into files of a folder. When all are there, its description names these, and no others."""

    def __init__(self, node: Node, path: str, compression: str | None, shard: Callable[..., Any] | None) -> None:
        self._path = path
        self._compression = compression or ""
        if self._compression not in ("", "GZIP"):
            raise InvalidArgumentError(None, None, f"compression must be None or 'GZIP', got {compression!r}.")
        self._shard = None if shard is None else Traced(shard, [node.spec], "Dataset.save()").started()
        self._run = uuid.uuid4().hex[:12]
        self._files: dict[int, Any] = {}
        self._counts: dict[int, int] = {}
        self._spec = written_spec(node.spec)
        self._is_new = not gfile.exists(self._path)
        places.make_folder(self._path)

    def _name(self, number: int) -> str:
        return f"{self._run}.{number:08d}.snapshot"

    def add(self, element: Element) -> None:
        number = 0 if self._shard is None else int(self._shard(*element)[0])
        if number not in self._files:
            self._files[number] = created(os.path.join(self._path, self._name(number)), self._compression)
            self._counts[number] = 0
        self._files[number].write(framed(encoded(element)))
        self._counts[number] += 1

    def end(self) -> None:
        for file in self._files.values():
            file.close()
        files = [[self._name(n), self._counts[n]] for n in sorted(self._files)]
        before = _description(self._path)
        description = {"spec": self._spec, "files": files, "compression": self._compression}
        places.write(os.path.join(self._path, _SPEC), [json.dumps(description).encode()])
        for name, _ in before["files"] if before is not None else ():
            places.remove(os.path.join(self._path, os.path.basename(name)))

    def drop(self) -> None:
        """Leave nothing."""
        for number, file in self._files.items():
            file.close()
            places.remove(os.path.join(self._path, self._name(number)))
        if self._is_new:
            places.remove_folder(self._path)


def _description(path: str) -> Any:
    """What a folder says of its elements and files; None if it holds no dataset.

    Raises:
      DataLossError: if it is damaged.
    """
    try:
        found = json.loads(places.read(os.path.join(path, _SPEC)))
        read_spec(found["spec"])
        for name, count in found["files"]:
            if not isinstance(name, str) or not isinstance(count, int) or os.path.basename(name) != name:
                raise ValueError(f"{name!r} is no file of it")
        if found["compression"] not in ("", "GZIP"):
            raise ValueError(f"there is no compression {found['compression']!r}")
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise DataLossError(None, None, f"{path} has a damaged {_SPEC}: {error}") from None
    return found


class Files(Node):
    """A dataset of datasets: the files of a folder."""

    label = "_LoadDataset"

    def __init__(self, path: str, spec: Any = None) -> None:
        description = _description(path)
        if description is None:
            raise NotFoundError(None, None, f"{path} has no saved dataset: {_SPEC} is not there.")
        written = read_spec(description["spec"])
        if spec is not None and spec != written and not _fits(written, spec):
            raise ValueError(f"The dataset saved at {path} has elements of {written}, not of {spec}.")
        self.element_spec = written if spec is None else spec
        self.spec = DatasetSpec(self.element_spec)
        files = [
            _File(os.path.join(path, name), written, description["compression"]) for name, _ in description["files"]
        ]
        self.length = len(files)
        self.total = sum(count for _, count in description["files"])
        self.handles = np.empty(len(files), object)
        self.handles[:] = files

    def walk(self) -> Walk:
        return Counted(lambda i: (held(self.handles[i]),), self.length)


def _fits(spec: Any, wanted: Any) -> bool:
    try:
        nest.assert_same_structure(spec, wanted)
    except (TypeError, ValueError):
        return False
    return all(a.is_compatible_with(b) for a, b in zip(nest.flatten(spec), nest.flatten(wanted), strict=True))


class Snapshot(Unary):
    """The same elements, which the first walk to the end writes into a folder, and later ones read there."""

    label = "_MapDataset"

    def __init__(self, source: Node, path: str, compression: str | None, shard: Callable[..., Any] | None,
                 reading: Callable[[Node], Node]) -> None:  # fmt: skip
        super().__init__(source)
        self.path, self.compression, self.shard, self.reading = path, compression, shard, reading

    def walk(self) -> Walk:
        if places.exists(os.path.join(self.path, _SPEC)):
            try:
                files = Files(self.path, self.spec)
            except ValueError as error:
                raise InvalidArgumentError(None, None, f"This is no snapshot of the dataset: {error}") from None
            return self.reading(files).walk()
        return _Snapping(self)


class _Snapping(Walk):
    def __init__(self, node: Snapshot) -> None:
        self.input = node.source.walk()
        self._writer: _Writer | None = _Writer(node.source, node.path, node.compression, node.shard)

    def __next__(self) -> Element:
        try:
            element = next(self.input)
        except StopIteration:
            if self._writer is not None:
                self._writer.end()
                self._writer = None
            raise
        if self._writer is not None:
            self._writer.add(element)
        return element

    def restore(self, state: dict[str, Any]) -> None:
        """What began in the middle is no snapshot."""
        super().restore(state)
        if self._writer is not None:
            self._writer.drop()
            self._writer = None

    def __del__(self) -> None:
        if getattr(self, "_writer", None) is not None:
            self._writer.drop()  # type: ignore[union-attr]


# --- the description of elements -------------------------------------------------------------------------------------


def written_spec(spec: Any) -> Any:
    """A structure of specs as JSON."""
    if spec is None:
        return None
    if isinstance(spec, TensorSpec):
        return {"tensor": [_dims(spec.shape), spec.dtype.name]}
    if isinstance(spec, RaggedTensorSpec):
        return {"ragged": [_dims(spec._shape), spec._dtype.name, spec._ragged_rank, spec._row_splits_dtype.name]}
    if isinstance(spec, SparseTensorSpec):
        return {"sparse": [_dims(spec._shape), spec._dtype.name]}
    if isinstance(spec, dict):
        return {"dict": [[key, written_spec(spec[key])] for key in spec]}
    if isinstance(spec, tuple | list):
        return {"tuple": list(map(written_spec, spec))}
    raise InvalidArgumentError(None, None, f"Elements of {spec!r} cannot be written to files.")


def _dims(shape: Any) -> Any:
    return None if shape.rank is None else shape.as_list()


def read_spec(given: Any) -> Any:
    """The other way."""
    if given is None:
        return None
    ((kind, value),) = given.items()
    if kind == "dict":
        return {key: read_spec(x) for key, x in value}
    if kind == "tuple":
        return tuple(map(read_spec, value))
    shape, dtype, *others = value
    if kind == "ragged":
        return RaggedTensorSpec(TensorShape(shape), as_dtype(dtype), others[0], as_dtype(others[1]))
    return (TensorSpec if kind == "tensor" else SparseTensorSpec)(TensorShape(shape), as_dtype(dtype))
