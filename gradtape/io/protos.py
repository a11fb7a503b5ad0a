"""Protocol buffers of any kind: `decode_proto`, `encode_proto`; and Examples in JSON."""

import functools
from typing import Any, NamedTuple

import numpy as np

from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import DataLossError, OpError, invalid
from ..values.symbolic import computation, computed, computed_all
from ..values.tensor import EagerTensor
from . import messages
from .extras import needed
from .files import strings
from .storage import opened
from .tensors import _each

__all__ = ["decode_json_example", "decode_proto", "encode_proto"]

_TEXTS = {"string", "bytes", "message", "group"}
_DTYPES = {  # of a field's type, the dtypes that it can have
    "double": ("float64",), "float": ("float32", "float64"), "int64": ("int64",), "sint64": ("int64",),
    "sfixed64": ("int64",), "uint64": ("uint64",), "fixed64": ("uint64",), "int32": ("int32", "int64"),
    "sint32": ("int32", "int64"), "sfixed32": ("int32", "int64"), "uint32": ("uint32", "uint64"),
    "fixed32": ("uint32", "uint64"), "bool": ("bool",), "enum": ("int32",), **dict.fromkeys(_TEXTS, ("string",)),
}  # fmt: skip


class DecodedProto(NamedTuple):
    """What `decode_proto` gives."""

    sizes: Any
    values: list[Any]


def decode_proto(bytes: Any, message_type: str, field_names: Any, output_types: Any, descriptor_source: str = "local://",
                 message_format: str = "binary", sanitize: bool = False, name: str | None = None) -> Any:  # fmt: skip
    """Fields of messages.

    Args:
      bytes: the messages, strings of any shape.
      message_type: their kind, with its package.
      field_names: of the fields that are wanted. A message in a message is given as a string.
      output_types: of each of these the dtype.
      descriptor_source: where the kind is described: "local://" for those that the program has loaded, as well as
        `tensorflow.Example` and its like; "bytes://" and a `FileDescriptorSet`; or the path of a file that holds one.
      message_format: "binary", or "text".
      sanitize: of no effect.

    Returns:
      sizes: int32, of shape (..., fields): how often each field is there.
      values: of each field a tensor of shape (..., count), filled up with its default.

    Raises:
      DataLossError: if a string is no such message.
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if there is no such kind or field, or it has another dtype.
    """
    op = "DecodeProtoV2"
    names, kinds = tuple(map(str, field_names)), tuple(as_dtype(t).name for t in output_types)
    if len(names) != len(kinds):
        raise invalid(op, "field_names and output_types attributes must have the same length")
    if message_format not in ("binary", "text"):
        raise invalid(op, "format must be one of binary or text")
    described = _described(message_type, names, descriptor_source, op)
    for field, kind in zip(described, kinds, strict=True):
        if kind not in _DTYPES[_type(field)]:
            raise invalid(op, f"Unexpected output type for {field.full_name}: {_type(field)} to {kind}")
    made = computed_all(_decoded, strings(bytes, op), kind=message_type, names=names, dtypes=kinds,
                        source=descriptor_source, text=message_format == "text")  # fmt: skip
    return DecodedProto(made[0], list(made[1:]))


def encode_proto(sizes: Any, values: Any, field_names: Any, message_type: str, descriptor_source: str = "local://",
                 name: str | None = None) -> EagerTensor:  # fmt: skip
    """Messages of fields, the other way round; see `decode_proto`.

    Args:
      sizes: int32, of shape (..., fields): how many of the values of each field to take.
      values: of each field a tensor of shape (..., count).

    Returns:
      Strings, of the shape (...).

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if there is no such kind or field, or shapes or dtypes do not fit.
    """
    op = "EncodeProto"
    names = tuple(map(str, field_names))
    given = [convert_to_tensor(x) for x in values]
    for field, x in zip(_described(message_type, names, descriptor_source, op), given, strict=True):
        if x.dtype.name not in _DTYPES[_type(field)]:
            raise invalid(op, f"Incompatible type for field {field.name}.  Saw dtype: {x.dtype.name} but field type "
                          f"is: {_type(field)}")  # fmt: skip
    return computed(_encoded, convert_to_tensor(sizes, "int32"), *given, kind=message_type, names=names,
                    source=descriptor_source)  # fmt: skip


def _type(field: Any) -> str:
    for name in _DTYPES:
        if getattr(field, f"TYPE_{name.upper()}") == field.type:
            return name
    raise AssertionError(field.type)


def _described(kind: str, names: tuple[str, ...], source: str | bytes, op: str) -> list[Any]:
    """The descriptors of fields of a kind of messages."""
    fields = _class(kind, source, op).DESCRIPTOR.fields_by_name
    for name in names:
        if name not in fields:
            raise invalid(op, f"Unknown field: {name} in message type {kind}")
    return [fields[name] for name in names]


def _class(kind: str, source: str | bytes, op: str) -> Any:
    if source in ("local://", b"local://"):
        own = kind.removeprefix("tensorflow.")
        if own != kind and own in messages.__all__:
            return getattr(messages, own)
        pool = needed("google.protobuf.descriptor_pool", "protobuf", "tf.io.decode_proto").Default()
    else:
        pool = _pool(source, op)
    try:
        found = pool.FindMessageTypeByName(kind)
    except KeyError:
        raise invalid(op, f"No descriptor found for message type {kind}") from None
    return needed("google.protobuf.message_factory", "protobuf", "tf.io.decode_proto").GetMessageClass(found)


def _pool(source: str | bytes, op: str) -> Any:
    raw = source.encode("utf-8", "surrogateescape") if isinstance(source, str) else source
    try:
        if raw.startswith(b"bytes://"):
            return _pool_of(raw.removeprefix(b"bytes://"))
        with opened(raw.decode("utf-8", "surrogateescape"), "rb") as file:
            return _pool_of(file.read())
    except ImportError:
        raise
    except Exception as error:
        if isinstance(error, OpError) and not isinstance(error, OSError):
            raise
        raise invalid(op, "Source does not represent serialized file descriptor set proto: it is \"bytes://\" and one, "
                      f"or the path of a file with one, not {raw[:80]!r}") from error  # fmt: skip


@functools.lru_cache(16)
def _pool_of(described: bytes) -> Any:
    files = needed("google.protobuf.descriptor_pb2", "protobuf", "tf.io.decode_proto").FileDescriptorSet()
    files.ParseFromString(described)
    if not files.file:
        raise ValueError("there are no files in it")
    pool = needed("google.protobuf.descriptor_pool", "protobuf", "tf.io.decode_proto").DescriptorPool()
    for file in files.file:
        pool.Add(file)
    for file in files.file:
        pool.FindFileByName(file.name)
    return pool


def _decoded_shapes(n: int, x: Any, *, names: tuple[str, ...], dtypes: tuple[str, ...], **_: Any) -> Any:
    shape = np.shape(x)
    return [((*shape, len(names)), np.int32), *[((*shape, n), as_dtype(t)._numpy) for t in dtypes]]


@computation(made=_decoded_shapes, multiple=True)
def _decoded(x: Any, kind: str, names: tuple[str, ...], dtypes: tuple[str, ...], source: str, text: bool) -> list[Any]:
    op = "DecodeProtoV2"
    cls, fields = _class(kind, source, op), _described(kind, names, source, op)
    items = [x] if isinstance(x, bytes) else np.ravel(x).tolist()
    if not items:
        raise invalid(op, "Bufs argument must contain at least one value")
    parsed = [_parsed(cls, item, text) for item in items]
    found = [[_values(message, field) for message in parsed] for field in fields]
    sizes = np.array([[len(row) for row in rows] for rows in found], np.int32).T.reshape(*np.shape(x), len(names))
    out = [sizes]
    for field, rows, dtype in zip(fields, found, dtypes, strict=True):
        numpy = as_dtype(dtype)._numpy
        array = np.empty((len(rows), max(1, *map(len, rows))), numpy)
        array[:] = _default(field)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                array[i, j] = value
        out.append(array.reshape(*np.shape(x), -1))
    return out


def _parsed(cls: Any, item: bytes, text: bool) -> Any:
    if text:
        parser = needed("google.protobuf.text_format", "protobuf", "tf.io.decode_proto")
        try:
            return parser.Parse(item, cls())
        except Exception as error:
            raise DataLossError(None, None, f"Unable to parse text protobuf: {error} [Op:DecodeProtoV2]") from None
    try:
        return cls.FromString(item)
    except Exception as error:
        raise DataLossError(None, None, f"Unable to parse binary protobuf: {error} [Op:DecodeProtoV2]") from None


def _listed(message: Any, field: Any) -> list[Any]:
    value = getattr(message, field.name)
    if _repeated(field):
        return list(value)
    there = message.HasField(field.name) if field.has_presence else value != field.default_value
    return [value] if there else []


def _repeated(field: Any) -> bool:
    return bool(field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED)


def _values(message: Any, field: Any) -> list[Any]:
    values = _listed(message, field)
    if _type(field) in ("message", "group"):
        return [value.SerializeToString() for value in values]
    return [value.encode() if isinstance(value, str) else value for value in values]


def _default(field: Any) -> Any:
    if _type(field) in ("message", "group"):
        return b""
    if _repeated(field):
        return b"" if _type(field) in _TEXTS else 0
    return field.default_value.encode() if isinstance(field.default_value, str) else field.default_value


@computation(made=lambda n, sizes, *values, **_: [(np.shape(sizes)[:-1], np.object_)])
def _encoded(sizes: Any, *values: Any, kind: str, names: tuple[str, ...], source: str) -> Any:
    op = "EncodeProto"
    cls, fields = _class(kind, source, op), _described(kind, names, source, op)
    batch = np.shape(values[0])[:-1] if values else np.shape(sizes)[:-1]
    for field, x in zip(fields, values, strict=True):
        if np.ndim(x) < 2:
            raise invalid(op, f"Invalid shape for field {field.name}.  Saw shape {list(np.shape(x))} but it should be "
                          "at least a matrix.")  # fmt: skip
        if np.shape(x)[:-1] != batch:
            raise invalid(op, f"Values must match up to the last dimension: {list(np.shape(x))}, {list(batch)}")
    if np.shape(sizes) != (*batch, len(fields)):
        shapes = [",".join(map(str, s)) for s in (np.shape(sizes), (*batch, len(fields)))]
        raise invalid(op, f"sizes should be batch_size + [len(field_names)].  Saw: [{shapes[0]}] but expected: "
                      f"[{shapes[1]}]")  # fmt: skip
    rows = [np.reshape(x, (-1, np.shape(x)[-1])) for x in values]
    counts = np.reshape(sizes, (-1, len(fields))).tolist()
    out = np.empty(len(counts), np.object_)
    for i, mine in enumerate(counts):
        data = b""
        for j, (count, field, row) in enumerate(zip(mine, fields, rows, strict=True)):
            if not 0 <= count <= row.shape[1]:
                raise invalid(op, f"Size to write must not be larger than value tensor; but saw: {count} > "
                              f"{row.shape[1]} at message {i} field {j}")  # fmt: skip
            try:
                data += b"".join(_field(cls, field, value) for value in row[i, :count].tolist())
            except Exception as error:
                raise invalid(op, f"message {i} cannot have this {field.name}: {error}") from None
        out[i] = data
    return out.reshape(batch)


def _field(cls: Any, field: Any, value: Any) -> bytes:
    """A field with one value, as it stands in a message; so that a field may come more often than it should."""
    message = cls()
    if _type(field) in ("message", "group"):
        part = getattr(message, field.name).add() if _repeated(field) else getattr(message, field.name)
        part.SetInParent()
        part.MergeFromString(value)
    else:
        value = value.decode() if _type(field) == "string" else value
        if _repeated(field):
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message.SerializePartialToString()  # type: ignore[no-any-return]


# --- Examples in JSON ------------------------------------------------------------------------------------------------


def decode_json_example(json_examples: Any, name: str | None = None) -> EagerTensor:
    """Examples in JSON as strings of `tf.train.Example`, of the same shape.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if it is no JSON, or no Example.
    """
    return computed(_of_json, strings(json_examples, "DecodeJSONExample"))


@computation(made=lambda n, x: [(np.shape(x), np.object_)])
def _of_json(x: Any) -> Any:
    return _each(_example, x)


def _example(item: bytes) -> bytes:
    parser = needed("google.protobuf.json_format", "protobuf", "tf.io.decode_json_example")
    try:
        return parser.Parse(item, messages.Example()).SerializeToString()  # type: ignore[no-any-return]
    except Exception as error:
        raise invalid("DecodeJSONExample", f"Error while parsing JSON: {error}") from None
