"""The states of iterators as bytes, which checkpoints keep, and what of a dataset no state can hold."""

import json
import struct
from typing import Any

import numpy as np

from ..tracing.python_call import PythonCall
from ..values.errors import DataLossError
from .functions import Traced, operations
from .node import Node, held, object_of
from .sources import Generated
from .storage import decoded, encoded, read_spec, written_spec
from .windows import Listed


def packed_state(state: Any) -> bytes:
    """A state as bytes: a line of JSON, and the arrays that it names.

    Raises:
      InvalidArgumentError: if it holds elements that are optionals, or datasets other than windows.
    """
    arrays: list[Any] = []

    def plain(x: Any) -> Any:
        if x is None or isinstance(x, bool | int | float | str):
            return x
        if isinstance(x, list):
            return list(map(plain, x))
        if isinstance(x, tuple):
            return {"tuple": list(map(plain, x))}
        if isinstance(x, dict):
            return {"dict": [[plain(key), plain(value)] for key, value in x.items()]}
        window = x[()] if getattr(x, "shape", None) == () else None
        if isinstance(window, Listed):
            return {"window": [written_spec(window.spec), plain(window.elements)]}
        arrays.append(x)
        return {"scalar" if isinstance(x, np.generic | bytes) else "array": len(arrays) - 1}

    head = json.dumps(plain(state)).encode()
    return struct.pack("<Q", len(head)) + head + encoded(tuple(arrays))


def parsed_state(data: bytes) -> Any:
    """The state of these bytes.

    Raises:
      DataLossError: if they are of none.
    """
    try:
        (length,) = struct.unpack_from("<Q", data)
        arrays = decoded(data[8 + length :])

        def state(x: Any) -> Any:
            if isinstance(x, list):
                return list(map(state, x))
            if not isinstance(x, dict):
                return x
            ((kind, value),) = x.items()
            if kind == "tuple":
                return tuple(map(state, value))
            if kind == "dict":
                return {state(key): state(item) for key, item in value}
            if kind == "window":
                spec, elements = value
                return held(Listed(state(elements), read_spec(spec)))
            return arrays[value] if kind == "array" else arrays[value][()]

        return state(json.loads(data[8 : 8 + length]))
    except (ValueError, TypeError, LookupError, AttributeError, struct.error, RecursionError) as error:
        raise DataLossError(None, None, f"This is no state of an iterator: {error}") from None


def outside(node: Node) -> str:
    """The operation with which a dataset depends on what Python does, which no state holds; "" if there is none."""
    seen: set[int] = set()

    def found(x: Any) -> str:
        if isinstance(x, Generated):
            return "PyFunc"
        if isinstance(x, PythonCall):
            return x.name
        if isinstance(x, list | tuple):
            return next(filter(None, map(found, x)), "")
        if id(x) in seen or not isinstance(x, Node | Traced):
            return ""
        seen.add(id(x))
        inside = [object_of(t._array) for t in x.captured] if isinstance(x, Traced) else list(vars(x).values())
        return found([*inside, *(operations(x.graph) if isinstance(x, Traced) else ())])

    return found(node)
