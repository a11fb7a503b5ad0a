"""Tensors from and as strings: `parse_tensor`, `decode_raw`, `decode_csv`, base64, compressed bytes."""

import base64
import binascii
import itertools
import math
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.dtypes import BY_NUMPY, as_dtype
from ..values.errors import invalid
from ..values.files import memory
from ..values.symbolic import Value, computation, computed, computed_all, is_symbolic
from ..values.tensor import EagerTensor
from . import messages
from .files import scalar, strings, text_of, vector

# --- one tensor ------------------------------------------------------------------------------------------------------

_NAMES = {  # of dtypes, by the names that messages have for them
    "DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_INT32": "int32", "DT_UINT8": "uint8", "DT_INT16": "int16",
    "DT_INT8": "int8", "DT_STRING": "string", "DT_COMPLEX64": "complex64", "DT_INT64": "int64", "DT_BOOL": "bool",
    "DT_QINT8": "qint8", "DT_QUINT8": "quint8", "DT_QINT32": "qint32", "DT_BFLOAT16": "bfloat16",
    "DT_QINT16": "qint16", "DT_QUINT16": "quint16", "DT_UINT16": "uint16", "DT_COMPLEX128": "complex128",
    "DT_HALF": "float16", "DT_UINT32": "uint32", "DT_UINT64": "uint64", "DT_FLOAT8_E5M2": "float8_e5m2",
    "DT_FLOAT8_E4M3FN": "float8_e4m3fn", "DT_INT4": "int4", "DT_UINT4": "uint4",
}  # fmt: skip
_BY_NUMBER = {messages.DATA_TYPES[name]: ours for name, ours in _NAMES.items()}
NUMBERS = {ours: number for number, ours in _BY_NUMBER.items()}
LISTS = {  # where elements are, that are not in one block of bytes
    "float32": "float_val", "float64": "double_val", "int32": "int_val", "uint8": "int_val", "int16": "int_val",
    "int8": "int_val", "uint16": "int_val", "int64": "int64_val", "bool": "bool_val", "uint32": "uint32_val",
    "uint64": "uint64_val", "complex64": "scomplex_val", "complex128": "dcomplex_val", "float16": "half_val",
    "bfloat16": "half_val", "qint8": "int_val", "quint8": "int_val", "qint32": "int_val", "qint16": "int_val",
    "quint16": "int_val",
}  # fmt: skip


def serialize_tensor(tensor: Any, name: str | None = None) -> EagerTensor:
    """A tensor as a string, which `parse_tensor` makes a tensor of: a TensorProto.

    Raises:
      ImportError: if protobuf is not installed.

    >>> import gradtape as tf
    >>> tf.io.parse_tensor(tf.io.serialize_tensor(tf.range(3)), tf.int32).numpy()
    array([0, 1, 2], dtype=int32)
    """
    return computed(_serialized, convert_to_tensor(tensor))


@computation(made=lambda n, x: [((), np.object_)])
def _serialized(x: Any) -> Any:
    return scalar(tensor_proto(np.asarray(x, np.object_ if isinstance(x, bytes) else None)).SerializeToString())


def tensor_proto(array: Any) -> Any:
    """The message of an array."""
    proto = messages.TensorProto(dtype=NUMBERS[BY_NUMPY[array.dtype].name])
    proto.tensor_shape.SetInParent()
    for length in array.shape:
        proto.tensor_shape.dim.add(size=length)
    if array.dtype.kind == "O":
        proto.string_val.extend(array.ravel().tolist())
    else:
        proto.tensor_content = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return proto


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> EagerTensor:
    """The tensor that `serialize_tensor` made a string of.

    Args:
      serialized: a string.
      out_type: the dtype, which it must have.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if it is no such string, or of another dtype.
    """
    x = strings(serialized, "ParseTensor")
    dtype = as_dtype(out_type)
    rank = _rank_now(x, dtype.name)
    out = computed(_parsed_tensor, x, dtype=dtype.name, rank=rank)
    if rank is None and is_symbolic(out):
        out._array.trace.unranked(out._array)
    return out


def _rank_now(x: EagerTensor, dtype: str) -> int | None:
    """How many axes the tensor has in the call for which a function is traced; None if nothing is traced, or known."""
    from .pictures import known_now

    content = None if type(x._array) is not Value else known_now(x)
    return None if content is None else int(np.ndim(_parsed_tensor(content, dtype, None)))


@computation(made=lambda n, serialized, *, dtype, rank: [((n,) * (rank or 0), as_dtype(dtype)._numpy)])
def _parsed_tensor(serialized: Any, dtype: str, rank: int | None) -> Any:
    op = "ParseTensor"
    if np.ndim(serialized):
        raise invalid(op, f"Expected `serialized` to be a scalar, got shape: {list(np.shape(serialized))}")
    content = text_of(serialized, op, "`serialized`")
    proto = messages.TensorProto()
    try:
        proto.ParseFromString(content)
    except Exception as error:
        shown = base64.b64encode(content[:1000]).decode()
        raise invalid(op, f"Could not parse `serialized` as TensorProto, base64: {shown}") from error
    array = array_of(proto)
    if array is None:
        raise invalid(op, f"Cannot parse tensor from proto: {str(proto)[:1000]}")
    found = _BY_NUMBER[proto.dtype]
    if found != dtype:
        kinds = [dtypes.KERNEL_NAMES.get(kind, kind) for kind in (found, dtype)]
        raise invalid(op, f"Type mismatch between parsed tensor ({kinds[0]}) and dtype ({kinds[1]})")
    if rank is not None and array.ndim != rank:
        raise invalid(op, f"this tensor has the shape {list(array.shape)}, and the tf.function was traced for one of "
                      f"{rank} axes")  # fmt: skip
    return array


def array_of(proto: Any) -> Any:
    """The array of a TensorProto; None if it is none. It is not larger than the message says elements are in it."""
    kind = _BY_NUMBER.get(proto.dtype)
    shape = tuple(d.size for d in proto.tensor_shape.dim)
    if kind is None or proto.tensor_shape.unknown_rank or any(n < 0 for n in shape) or len(shape) > 254:
        return None
    dtype, size = as_dtype(kind)._numpy, math.prod(shape)
    if dtype is None:
        return None
    if kind == "string":
        return _filled(list(proto.string_val), dtype, shape, b"")
    if proto.tensor_content:
        if len(proto.tensor_content) != size * dtype.itemsize:
            return None
        array = np.frombuffer(proto.tensor_content, dtype.newbyteorder("<"))
        return array.astype(dtype).reshape(shape)
    if kind not in LISTS:
        return None if size else np.zeros(shape, dtype)
    items = list(getattr(proto, LISTS[kind]))
    if kind.startswith("complex"):
        items = [complex(a, b) for a, b in zip(items[::2], items[1::2], strict=False)]
    if kind in ("float16", "bfloat16"):
        items = list(np.array(items, np.uint16).view(dtype))
    return _filled(items, dtype, shape, 0)


_MOST_REPEATED = 1 << 28  # bytes that a message may make of one element by its shape alone


def _filled(items: list[Any], dtype: Any, shape: tuple[int, ...], zero: Any) -> Any:
    """An array of these elements, of which the last one is repeated."""
    size = math.prod(shape)
    if len(items) > size or (len(items) < size and size * dtype.itemsize > _MOST_REPEATED):
        return None
    if dtype.kind == "O" and len(items) != size and items:
        return None
    out = np.empty(size, dtype)
    out[: len(items)] = items
    out[len(items) :] = items[-1] if items else zero
    return out.reshape(shape)


# --- bytes -----------------------------------------------------------------------------------------------------------

_RAW = ("float16", "float32", "float64", "int32", "uint16", "uint8", "int16", "int8", "int64", "complex64",
        "complex128", "bool", "bfloat16")  # fmt: skip


def decode_raw(input_bytes: Any, out_type: Any, little_endian: bool = True, fixed_length: int | None = None,
               name: str | None = None) -> EagerTensor:  # fmt: skip
    """The numbers that strings are the bytes of.

    Args:
      input_bytes: strings, all of one length unless there is a `fixed_length`.
      out_type: their dtype.
      little_endian: whether the first byte of a number is the lowest.
      fixed_length: how many bytes to take of each string; what is shorter is filled up with zeros.

    Returns:
      A tensor with one more axis than `input_bytes`.

    Raises:
      InvalidArgumentError: if the lengths do not fit.

    >>> import gradtape as tf
    >>> tf.io.decode_raw("abc", tf.uint8).numpy()
    array([97, 98, 99], dtype=uint8)
    """
    op = "DecodeRaw" if fixed_length is None else "DecodePaddedRaw"
    dtype = as_dtype(out_type)
    if dtype.name not in _RAW:
        raise invalid(op, f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: half, "
                      "float, double, int32, uint16, uint8, int16, int8, int64, complex64, complex128, bool, "
                      "bfloat16")  # fmt: skip
    length = None if fixed_length is None else int(fixed_length)
    size = dtype._numpy.itemsize
    if length is not None and length <= 0:
        raise invalid(op, f"fixed_length must be greater than 0, got {length}")
    if length is not None and length % size:
        raise invalid(op, f"fixed_length ({length}) must be a multiple of the size of out_type ({size})")
    return computed(_raw, strings(input_bytes, op), dtype=dtype.name, little=bool(little_endian), length=length)


def _raw_shape(n: int, x: Any, *, dtype: str, little: bool, length: int | None) -> Any:
    numpy = as_dtype(dtype)._numpy
    return [((*np.shape(x), n if length is None else length // numpy.itemsize), numpy)]


@computation(made=_raw_shape)
def _raw(x: Any, dtype: str, little: bool, length: int | None) -> Any:
    kind = as_dtype(dtype)
    numpy = kind._numpy
    items = [x] if isinstance(x, bytes) else np.ravel(x).tolist()
    shape = np.shape(x) if not isinstance(x, bytes) else ()
    if length is not None:
        items = [item[:length].ljust(length, b"\0") for item in items]
    first = len(items[0]) if items else 0
    for i, item in enumerate(items):
        if len(item) != first:
            raise invalid("DecodeRaw", "DecodeRaw requires input strings to all be the same size, but element "
                          f"{i} has size {first} != {len(item)}")  # fmt: skip
    if first % numpy.itemsize:
        raise invalid("DecodeRaw", f"Input to DecodeRaw has length {first} that is not a multiple of {numpy.itemsize}, "
                      f"the size of {dtypes.KERNEL_NAMES.get(dtype, dtype)}")  # fmt: skip
    flat = np.frombuffer(b"".join(items), np.uint8 if numpy.itemsize == 1 else numpy)
    if not little and numpy.itemsize > 1:
        flat = flat.view(numpy if numpy.kind != "c" else flat.real.dtype).byteswap().view(numpy)
    flat = flat.astype(numpy) if numpy.itemsize == 1 else flat.copy()
    return flat.reshape(*shape, first // numpy.itemsize)


def _each(function: Callable[[bytes], bytes], x: Any) -> Any:
    if isinstance(x, bytes):
        return scalar(function(x))
    x = np.asarray(x, np.object_)
    return vector(map(function, x.ravel().tolist())).reshape(x.shape)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> EagerTensor:
    """Strings in the 64 characters of URLs; with `pad`, "=" up to a multiple of four.

    >>> import gradtape as tf
    >>> tf.io.encode_base64("hello").numpy()
    b'aGVsbG8'
    """
    return computed(_encoded, strings(input, "EncodeBase64"), pad=bool(pad))


@computation
def _encoded(x: Any, pad: bool) -> Any:
    return _each(lambda item: base64.urlsafe_b64encode(item).rstrip(b"" if pad else b"=") if item else b"", x)


def decode_base64(input: Any, name: str | None = None) -> EagerTensor:
    """The strings that `encode_base64` gave these of.

    Raises:
      InvalidArgumentError: if they are no such strings.
    """
    return computed(_decoded, strings(input, "DecodeBase64"))


@computation
def _decoded(x: Any) -> Any:
    return _each(_of_base64, x)


def _of_base64(item: bytes) -> bytes:
    text = item[:-2] if item.endswith(b"==") else item.removesuffix(b"=")
    if len(text) % 4 == 1:
        raise invalid("DecodeBase64", "Base64 string length cannot be 1 modulo 4.")
    try:
        if b"+" in text or b"/" in text or (text != item and len(item) % 4):
            raise ValueError
        return base64.b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise invalid("DecodeBase64", "Invalid character found in base64.") from None


_WINDOW = {"ZLIB": zlib.MAX_WBITS, "GZIP": 16 + zlib.MAX_WBITS}


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> EagerTensor:
    """Strings that were compressed.

    Args:
      bytes: strings.
      compression_type: "ZLIB", "GZIP" or "" for none.

    Raises:
      DataLossError: if they are damaged.
      InvalidArgumentError: for another compression.
    """
    if compression_type not in ("", *_WINDOW):
        raise invalid("DecodeCompressed", "Only ZLIB, ZSTD, GZIP or NONE are supported compressions")
    return computed(_expanded, strings(bytes, "DecodeCompressed"), kind=compression_type)


@computation(made=lambda n, x, *, kind: [(np.shape(x), np.object_)])
def _expanded(x: Any, kind: str) -> Any:
    return _each(lambda item: _inflated(item, kind), x) if kind else x


def _inflated(item: bytes, kind: str) -> bytes:
    from ..values.errors import DataLossError, ResourceExhaustedError

    parts = []
    left = most = memory()
    try:
        while item:  # a file in gzip's format may be several, one after the other
            inflate = zlib.decompressobj(_WINDOW[kind])
            parts.append(inflate.decompress(item, left))
            left -= len(parts[-1])
            if inflate.unconsumed_tail or not left:
                raise ResourceExhaustedError(None, None, f"a string expands to more than the {most} bytes of memory")
            item = inflate.unused_data if kind == "GZIP" else b""
    except zlib.error as error:
        raise DataLossError(None, None, f"inflate() failed: {error} [Op:DecodeCompressed]") from error
    return b"".join(parts)


# --- records of text -------------------------------------------------------------------------------------------------

_CSV = ("float32", "float64", "int32", "int64", "string")


def decode_csv(records: Any, record_defaults: Any, field_delim: str = ",", use_quote_delim: bool = True,
               na_value: str = "", select_cols: Any = None, name: str | None = None) -> list[EagerTensor]:  # fmt: skip
    """The fields of records: lines of a CSV file, without their ends.

    Args:
      records: strings.
      record_defaults: for each field what to take where it is empty; an empty tensor if it must not be. The dtype of
        the field is that of its default.
      field_delim: the character between fields.
      use_quote_delim: whether fields may be between double quotes.
      na_value: what is taken to be empty too.
      select_cols: which fields to give, in order; all by default.

    Returns:
      A list of tensors of the shape of `records`, one for each field.

    Raises:
      InvalidArgumentError: for records that are not so.
      ValueError: if `select_cols` is not in order, or has not as many as there are defaults.

    >>> import gradtape as tf
    >>> [x.numpy().tolist() for x in tf.io.decode_csv(["1,a", "2,"], [[0], ["none"]])]
    [[1, 2], [b'a', b'none']]
    """
    op = "DecodeCSV"
    if select_cols is not None and any(b <= a for a, b in itertools.pairwise(select_cols)):
        raise ValueError("select_cols is not strictly increasing.")
    if select_cols is not None and len(select_cols) and select_cols[0] < 0:
        raise ValueError("select_cols contains negative values.")
    if select_cols is not None and len(select_cols) != len(record_defaults):
        raise ValueError("Length of select_cols and record_defaults do not match.")
    if len(field_delim) != 1:
        raise invalid(op, "field_delim should be only 1 char")
    defaults = [convert_to_tensor(x) for x in record_defaults]
    for i, x in enumerate(defaults):
        if x.dtype.name not in _CSV:
            raise invalid(op, f"Value for attr 'OUT_TYPE' of {x.dtype.name} is not in the list of allowed values: "
                          "float, double, int32, int64, string")  # fmt: skip
        if x._array.ndim > 1:
            raise invalid(op, "Each record default should be at most rank 1")
        if x._array.ndim and x._array.shape[0] > 1:
            raise invalid(op, f"There should only be 1 default per field but field {i} has {x._array.shape[0]}")
    how = (field_delim.encode(), bool(use_quote_delim), na_value.encode())
    columns = None if select_cols is None else tuple(int(i) for i in select_cols)
    return computed_all(_fields, strings(records, op), *defaults, how=how, columns=columns)


def _fields_shape(n: int, records: Any, *defaults: Any, **_: Any) -> Any:
    return [(np.shape(records), np.asarray(x, np.object_ if isinstance(x, bytes) else None).dtype) for x in defaults]


@computation(made=_fields_shape, multiple=True)
def _fields(records: Any, *defaults: Any, how: Any, columns: tuple[int, ...] | None) -> list[Any]:
    delimiter, quoted, na = how
    instead = [np.asarray(x, np.object_ if isinstance(x, bytes) else None).ravel() for x in defaults]
    items = [records] if isinstance(records, bytes) else np.ravel(records).tolist()
    rows = []
    for number, record in enumerate(items):
        fields = _split(record, delimiter, quoted)
        if columns is not None:
            fields = [fields[i] for i in columns if i < len(fields)]
        if len(fields) != len(defaults):
            raise invalid("DecodeCSV", f"Expect {len(defaults)} fields but have {len(fields)} in record {number}")
        rows.append([_field(f, i, number, x, na) for i, (f, x) in enumerate(zip(fields, instead, strict=True))])
    made = []
    for i, x in enumerate(instead):
        out = np.empty(len(items), x.dtype)
        out[:] = [row[i] for row in rows]
        made.append(out.reshape(np.shape(records)))
    return made


def _field(text: bytes, i: int, record: int, default: Any, na: bytes) -> Any:
    if not text or text == na:
        if not default.size:
            raise invalid("DecodeCSV", f"Field {i} is required but missing in record {record}!")
        return default[0]
    kind = default.dtype
    if kind.kind == "O":
        return text
    try:
        if b"_" in text:
            raise ValueError
        value: Any = float(text) if kind.kind == "f" else int(text)
        if kind.kind == "i" and not np.iinfo(kind).min <= value <= np.iinfo(kind).max:
            raise ValueError
        return value
    except ValueError:
        name = BY_NUMPY[kind].name
        shown = text.decode("utf-8", "backslashreplace")
        raise invalid("DecodeCSV", f"Field {i} in record {record} is not a valid "
                      f"{dtypes.KERNEL_NAMES.get(name, name)}: {shown}") from None  # fmt: skip


def _split(record: bytes, delimiter: bytes, quoted: bool) -> list[bytes]:
    """The fields of a record."""
    if not record:
        return []
    if not quoted:
        return record.split(delimiter)
    if b'"' not in record:
        if b"\n" in record or b"\r" in record:
            raise invalid("DecodeCSV", "Unquoted fields cannot have quotes/CRLFs inside")
        return record.split(delimiter)
    fields, at = [], 0
    while True:
        if record[at : at + 1] == b'"':
            text, at = _quoted(record, at + 1, delimiter)
        else:
            end = record.find(delimiter, at)
            end = len(record) if end < 0 else end
            text, at = record[at:end], end
            if any(c in text for c in (b'"', b"\n", b"\r")):
                raise invalid("DecodeCSV", "Unquoted fields cannot have quotes/CRLFs inside")
        fields.append(text)
        if at >= len(record):
            return fields
        at += 1


def _quoted(record: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    """A field after its first quote, and where it ends."""
    text = b""
    while True:
        end = record.find(b'"', at)
        if end < 0:
            raise invalid("DecodeCSV", "Quoted field has to end with quote followed by delim or end")
        text += record[at:end]
        after = record[end + 1 : end + 2]
        if after == b'"':
            text += b'"'
            at = end + 2
        elif after in (b"", delimiter):
            return text, end + 1
        else:
            raise invalid("DecodeCSV", "Quote inside a string has to be escaped by another quote")
