"""Arrays in a file of the safetensors format: the length of a header, the header in JSON, and the arrays' bytes.

The format has no room for code, and other libraries can read it. (It is so simple that the `safetensors` package is no
dependency.) Dtypes that it lacks are written as bytes, along one more axis.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..values.dtypes import BY_NUMPY, DType
from .errors import damaged
from .values import index_of, items_of, lengths_of, members_of

_NAMES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2", "complex64": "C64", "int64": "I64", "int32": "I32", "int16": "I16", "int8": "I8",
    "uint64": "U64", "uint32": "U32", "uint16": "U16", "uint8": "U8", "bool": "BOOL",
}  # fmt: skip
_LENGTH = struct.Struct("<Q")
_ALIGNMENT = 8


def packed(arrays: Mapping[str, Any]) -> list[Any]:
    """The contents of a file of these arrays, which are no strings: buffers, to be written one after the other."""
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    parts: list[Any] = []
    end = 0
    for name, array in arrays.items():
        array = np.asarray(array)
        dtype = BY_NUMPY[array.dtype].name
        data = (
            np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))
            .reshape(-1)
            .view(np.uint8)
            .data
        )
        shape = list(array.shape) if dtype in _NAMES else [*array.shape, array.dtype.itemsize]
        header[name] = {"dtype": _NAMES.get(dtype, "U8"), "shape": shape, "data_offsets": [end, end + len(data)]}
        parts.append(data)
        end += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return [_LENGTH.pack(len(text)), text, *parts]


class Weights:
    """The arrays of a file, each checked when it is taken.

    Args:
      data: the contents of the file; the arrays are views of it.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < _LENGTH.size:
            raise damaged("the file of weights has no header")
        (length,) = _LENGTH.unpack_from(data)
        begin = _LENGTH.size + length
        if begin > len(data):
            raise damaged("the header of the weights is longer than their file")
        try:
            self._header = json.loads(data[_LENGTH.size : begin])
        except (ValueError, RecursionError):
            raise damaged("the header of the weights is no JSON") from None
        if not isinstance(self._header, dict):
            raise damaged("the header of the weights is no object")
        self._header.pop("__metadata__", None)
        self._data = memoryview(data)[begin:]

    def take(self, name: str, dtype: DType, shape: list[int]) -> Any:
        """The array of this name, which must have this dtype and shape."""
        if not isinstance(name, str) or name not in self._header:
            raise damaged(f"there are no weights called {str(name)[:80]!r}")
        kind, found, offsets = members_of(self._header[name], "dtype", "shape", "data_offsets")
        numpy = dtype._numpy
        if numpy is None or numpy.kind == "O":
            raise damaged(f"weights cannot be of dtype {dtype.name}")
        stored = shape if dtype.name in _NAMES else [*shape, numpy.itemsize]
        if kind != _NAMES.get(dtype.name, "U8") or lengths_of(found) != stored or None in stored:
            raise damaged(f"the weights {name!r} are {kind} {found}, and should be {dtype.name} {shape}")
        size = len(self._data) + 1
        begin, end = (index_of(x, size, "byte") for x in items_of(offsets, 2))
        count = numpy.itemsize
        for n in shape:
            count *= n
        if end - begin != count:
            raise damaged(f"the weights {name!r} have {end - begin} bytes, and need {count}")
        array = np.frombuffer(self._data[begin:end], numpy.newbyteorder("<")).astype(numpy, copy=False)
        return array.reshape(shape)
