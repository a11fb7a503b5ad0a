"""Python values as JSON and back, exactly: what JSON lacks is an object of one member, whose name says what it is.

    (1, 2.5, None)  ->  {"tuple": [1, {"float": "0x1.4000000000000p+1"}, null]}

Only data is written and made: numbers, strings, containers, dtypes, shapes, specs of tensors; and gradtape's own
primitives, by their registered names. There is no member by which a file could name any other function, or a class.
"""

import operator
import re
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from ..array.slicing import At
from ..function.wholes import Whole
from ..linalg.diagonal import Bands
from ..operations.primitive import named
from ..printing import Parts, _Place
from ..values.dtypes import BY_NUMPY, DType, as_dtype
from ..values.shape import TensorShape
from ..values.symbolic import Dim, Value
from ..values.type_spec import TensorSpec, TypeSpec, VariableSpec
from .errors import damaged

_RECORDS: dict[str, type] = {"At": At, "Bands": Bands}  # what says how an operation is done, of several parts
_COMPARISONS: dict[str, Any] = {f.__name__: f for f in (operator.lt, operator.le, operator.gt, operator.ge)}
_DEEPEST = 32
_GREATEST = 2**128  # counters of random numbers have as many bits
_NAME = re.compile(r"[A-Za-z_]\w{0,199}", re.ASCII)


class NotDataError(TypeError):
    """A value cannot be written, as it is no data."""


class Marker:
    """Stands for a tensor in the structure of a function's results."""


MARKER = Marker()


def encode(x: Any, number_of: Callable[[Value], int] | None = None) -> Any:
    """`x` as JSON.

    Args:
      number_of: by what number to know the value of a `Dim`.

    Raises:
      NotDataError: for what is no data.
    """
    kind = type(x)
    if x is None or kind is bool or kind is str:
        return x
    if kind is Dim:
        if number_of is None:
            return int(x)
        return {"dim": number_of(x.value)}
    if kind is int:
        if not -_GREATEST < x < _GREATEST:
            raise NotDataError(f"the integer {x} is longer than 128 bits")
        return x
    if kind is float:
        return {"float": x.hex()}
    if kind is complex:
        return {"complex": [x.real.hex(), x.imag.hex()]}
    if kind is bytes:
        return {"bytes": x.hex()}
    if x is Ellipsis:
        return {"ellipsis": True}
    if x is MARKER:
        return {"result": True}
    if kind is list:
        return [encode(y, number_of) for y in x]
    if kind is tuple:
        return {"tuple": [encode(y, number_of) for y in x]}
    if kind is slice:
        return {"slice": [encode(y, number_of) for y in (x.start, x.stop, x.step)]}
    if kind in _RECORDS.values():
        return {"record": [kind.__name__, *(encode(y, number_of) for y in x)]}
    if kind is _Place:
        return {"place": x.index}
    if kind is Parts:
        return {"parts": [x.sparse, x.first, x.end]}
    if kind is Whole:
        return {"whole": [encode(x.spec), x.count]}
    if kind.__name__ in _WHOLES and isinstance(x, TypeSpec):
        return {"composite": [kind.__name__, *map(encode, x._serialize())]}
    if isinstance(x, np.dtype):
        return {"dtype": BY_NUMPY[x].name}
    if isinstance(x, type) and issubclass(x, np.generic):
        return {"type": BY_NUMPY[np.dtype(x)].name}
    if isinstance(x, np.generic):
        return {"number": [BY_NUMPY[x.dtype].name, x.tobytes().hex()]}
    definition = getattr(x, "definition", None) if kind is FunctionType else None
    name = "" if definition is None else definition.full_name
    if name in named and named[name] is definition:
        return {"primitive": name}
    if any(x is f for f in _COMPARISONS.values()):
        return {"comparison": x.__name__}
    if isinstance(x, DType):
        return {"DType": x.name}
    if isinstance(x, TensorShape):
        return {"shape": None if x.rank is None else x.as_list()}
    if kind is TensorSpec:
        return {"spec": [None if x.shape.rank is None else x.shape.as_list(), x.dtype.name, x.name]}
    if kind is VariableSpec:
        shape = None if x.shape.rank is None else x.shape.as_list()
        return {"variable": [shape, x.dtype.name, x.trainable, x.alias_id]}
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return {"named": [kind.__name__, list(x._fields), [encode(y, number_of) for y in x]]}
    if isinstance(x, Mapping):
        return {"dict": [[encode(k), encode(x[k], number_of)] for k in x]}
    if isinstance(x, list | tuple):
        return encode(list(x) if isinstance(x, list) else tuple(x), number_of)
    raise NotDataError(f"{x!r} of type {kind.__name__} is no data")


def decode(x: Any, value_at: Callable[[Any], Value] | None = None, depth: int = 0) -> Any:
    """The value that JSON says; what has no such form is damaged."""
    if depth > _DEEPEST:
        raise damaged("values are nested too deeply")
    if x is None or isinstance(x, bool | str):
        return x
    if isinstance(x, int):
        if not -_GREATEST < x < _GREATEST:
            raise damaged("an integer is longer than 128 bits")
        return x
    if isinstance(x, list):
        return [decode(y, value_at, depth + 1) for y in x]
    if not isinstance(x, dict) or len(x) != 1:
        raise damaged(f"{str(x)[:80]} is no value")
    ((tag, content),) = x.items()
    if tag == "dim" and value_at is not None:
        dim = Dim(2)  # as good as any other: its value is known when the graph is traced
        dim.value = value_at(content)
        return dim
    if tag == "slice":
        return slice(*(decode(y, value_at, depth + 1) for y in items_of(content, 3)))
    if tag == "tuple":
        return tuple([decode(y, value_at, depth + 1) for y in items_of(content)])
    if tag == "record":
        name, *parts = items_of(content)
        if not isinstance(name, str) or name not in _RECORDS:
            raise damaged(f"there is no record {str(name)[:80]!r}")
        return _RECORDS[name](*(decode(y, value_at, depth + 1) for y in parts))
    if tag == "dict":
        pairs = [items_of(pair, 2) for pair in items_of(content)]
        return {decode(k, None, depth + 1): decode(v, value_at, depth + 1) for k, v in pairs}
    if tag == "named":
        name, fields, parts = items_of(content, 3)
        made = _named_tuple(name_of(name), tuple([name_of(f) for f in items_of(fields)]))
        return made(*(decode(y, value_at, depth + 1) for y in items_of(parts, len(fields))))
    simple = _SIMPLE.get(tag)
    if simple is None:
        raise damaged(f"there is no kind of value {str(tag)[:80]!r}")
    return simple(content)


def _named_tuple(name: str, fields: tuple[str, ...]) -> Any:
    """What `collections.namedtuple` makes, which would compile code for it."""
    if any(f.startswith("_") or f in ("count", "index") for f in fields):
        raise damaged(f"a named tuple cannot have the fields {fields}")

    def new(cls: Any, *values: Any) -> Any:
        return tuple.__new__(cls, values)

    def text(self: Any) -> str:
        return f"{name}({', '.join(f'{f}={x!r}' for f, x in zip(fields, self, strict=True))})"

    members: dict[str, Any] = {f: property(operator.itemgetter(i)) for i, f in enumerate(fields)}
    members |= {"__slots__": (), "_fields": fields, "__new__": new, "__repr__": text}
    members["_make"] = classmethod(lambda cls, values: cls(*values))
    members["_asdict"] = lambda self: dict(zip(fields, self, strict=True))
    return type(name, (tuple,), members)


def _spec(content: Any) -> TensorSpec:
    shape, dtype, name = items_of(content, 3)
    if name is not None and not isinstance(name, str):
        raise damaged("the name of a spec is no string")
    return TensorSpec(lengths_of(shape), dtype_of(dtype), name)


def _variable(content: Any) -> VariableSpec:
    shape, dtype, trainable, alias = items_of(content, 4)
    return VariableSpec(lengths_of(shape), dtype_of(dtype), flag_of(trainable), index_of(alias, 1 << 16, "variable"))


def _number(content: Any) -> Any:
    dtype, data = items_of(content, 2)
    (number,) = np.frombuffer(bytes.fromhex(data), dtype_of(dtype).as_numpy_dtype)
    return number


def _comparison(name: Any) -> Any:
    if not isinstance(name, str) or name not in _COMPARISONS:
        raise damaged(f"there is no comparison {str(name)[:80]!r}")
    return _COMPARISONS[name]


def _primitive(name: Any) -> Any:
    if not isinstance(name, str) or name not in named:
        raise damaged(f"there is no primitive {str(name)[:80]!r}")
    return named[name].call


# Specs of what is made of several tensors.
_WHOLES: dict[str, Callable[[], Any]] = {
    "SparseTensorSpec": lambda: _spec_class("sparse", "SparseTensorSpec"),
    "RaggedTensorSpec": lambda: _spec_class("ragged", "RaggedTensorSpec"),
}


def _spec_class(room: str, name: str) -> Any:
    if room == "sparse":
        from ..sparse import spec as sparse

        return getattr(sparse, name)
    from ..ragged import spec as ragged

    return getattr(ragged, name)


def _composite(content: Any) -> Any:
    name, *parts = items_of(content)
    if not isinstance(name, str) or name not in _WHOLES:
        raise damaged(f"there is no spec {str(name)[:80]!r}")
    try:
        return _WHOLES[name]()(*map(decode, parts))
    except (TypeError, ValueError) as error:
        raise damaged(f"a {name} cannot be made of {str(parts)[:80]}: {error}") from None


def _whole(content: Any) -> Whole:
    spec, count = items_of(content, 2)
    found = decode(spec)
    if type(found).__name__ not in _WHOLES:
        raise damaged(f"{str(spec)[:80]} is no spec of a sparse or ragged tensor")
    return Whole(found, index_of(count, 1 << 16, "part"))


def _parts(content: Any) -> Parts:
    sparse, first, end = items_of(content, 3)
    return Parts(flag_of(sparse), index_of(first, 1 << 16, "place"), index_of(end, 1 << 16, "place"))


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "float": lambda text: float.fromhex(text),
    "complex": lambda pair: complex(*map(float.fromhex, items_of(pair, 2))),
    "bytes": lambda text: bytes.fromhex(text),
    "ellipsis": lambda _: Ellipsis,
    "result": lambda _: MARKER,
    "dtype": lambda name: np.dtype(dtype_of(name).as_numpy_dtype),
    "type": lambda name: np.dtype(dtype_of(name).as_numpy_dtype).type,
    "number": _number,
    "parts": _parts,
    "whole": _whole,
    "composite": _composite,
    "place": lambda index: _Place(index_of(index, 1 << 16, "place")),
    "comparison": _comparison,
    "primitive": _primitive,
    "DType": lambda name: dtype_of(name),
    "shape": lambda lengths: TensorShape(lengths_of(lengths)),
    "spec": _spec,
    "variable": _variable,
}

# --- parts of a document, each checked --------------------------------------------------------------------------------


def items_of(x: Any, count: int | None = None) -> list[Any]:
    if not isinstance(x, list) or (count is not None and len(x) != count):
        raise damaged(f"{str(x)[:80]} is no list" + ("" if count is None else f" of {count} items"))
    return x


def members_of(x: Any, *names: str) -> list[Any]:
    """The members of an object, which has these and no others."""
    if not isinstance(x, dict) or set(x) != set(names):
        found = sorted(map(str, x)) if isinstance(x, dict) else str(x)[:80]
        raise damaged(f"an object should have the members {', '.join(names)}, and not {found}")
    return [x[name] for name in names]


def index_of(x: Any, count: int, what: str) -> int:
    if type(x) is not int or not 0 <= x < count:
        raise damaged(f"there is no {what} number {str(x)[:80]}")
    return x


def lengths_of(x: Any) -> Any:
    """A shape: None, or a list of lengths, of which some may be None."""
    if x is not None and not all(n is None or (type(n) is int and 0 <= n < 1 << 62) for n in items_of(x)):
        raise damaged(f"{str(x)[:80]} is no shape")
    return x


def text_of(x: Any) -> str:
    if not isinstance(x, str):
        raise damaged(f"{str(x)[:80]} is no string")
    return x


def name_of(x: Any) -> str:
    """A name that Python can know something by."""
    if not isinstance(x, str) or not _NAME.fullmatch(x):
        raise damaged(f"{str(x)[:80]!r} is no name")
    return x


def flag_of(x: Any) -> bool:
    if not isinstance(x, bool):
        raise damaged(f"{str(x)[:80]} is neither true nor false")
    return x


def dtype_of(x: Any) -> DType:
    if not isinstance(x, str):
        raise damaged(f"{str(x)[:80]} is no dtype")
    try:
        found = as_dtype(x)
    except (TypeError, ValueError):
        found = None
    if found is None or found.name != x:
        raise damaged(f"there is no dtype {x[:80]!r}")
    return found
