"""Protocol buffers of TensorFlow's files, as classes of the `protobuf` library: `tf.train.Example` and its like.

Their fields are written here, and the classes are made when one is first asked for: in a pool of their own, so that
they and another library's classes of the same messages can be in one program.
"""

import functools
from typing import Any

from .extras import needed

# By message: fields as "number name: type", where a type is one of `_TYPES`, an enumeration or another message; `*` is
# a list, `map` one by strings, and `numbered` one by numbers. Fields after `|` are those of which one at a time is set.
_FIELDS = {
    "BytesList": "1 value: bytes*",
    "FloatList": "1 value: float*",
    "Int64List": "1 value: int64*",
    "Feature": "| 1 bytes_list: BytesList, 2 float_list: FloatList, 3 int64_list: Int64List",
    "Features": "1 feature: map Feature",
    "FeatureList": "1 feature: Feature*",
    "FeatureLists": "1 feature_list: map FeatureList",
    "Example": "1 features: Features",
    "SequenceExample": "1 context: Features, 2 feature_lists: FeatureLists",
    "Dim": "1 size: int64, 2 name: string",
    "TensorShapeProto": "2 dim: Dim*, 3 unknown_rank: bool",
    "TensorProto": "1 dtype: DataType, 2 tensor_shape: TensorShapeProto, 3 version_number: int32, "
    "4 tensor_content: bytes, 13 half_val: int32*, 5 float_val: float*, 6 double_val: double*, 7 int_val: int32*, "
    "8 string_val: bytes*, 9 scomplex_val: float*, 10 int64_val: int64*, 11 bool_val: bool*, 12 dcomplex_val: double*, "
    "16 uint32_val: uint32*, 17 uint64_val: uint64*, 18 float8_val: bytes",
    "PluginData": "1 plugin_name: string, 2 content: bytes",
    "SummaryMetadata": "1 plugin_data: PluginData, 2 display_name: string, 3 summary_description: string, "
    "4 data_class: DataClass",
    "Value": "7 node_name: string, 1 tag: string, 9 metadata: SummaryMetadata | 2 simple_value: float, "
    "8 tensor: TensorProto",
    "Summary": "1 value: Value*",
    "SourceMetadata": "1 writer: string",
    "ListValue": "2 s: bytes*, 3 i: int64*, 4 f: float*, 5 b: bool*, 6 type: DataType*, 7 shape: TensorShapeProto*, "
    "8 tensor: TensorProto*, 9 func: NameAttrList*",
    "AttrValue": "| 1 list: ListValue, 2 s: bytes, 3 i: int64, 4 f: float, 5 b: bool, 6 type: DataType, "
    "7 shape: TensorShapeProto, 8 tensor: TensorProto, 10 func: NameAttrList, 9 placeholder: string",
    "NameAttrList": "1 name: string, 2 attr: map AttrValue",
    "NodeDef": "1 name: string, 2 op: string, 3 input: string*, 4 device: string, 5 attr: map AttrValue",
    "ArgDef": "1 name: string, 2 description: string, 3 type: DataType",
    "OpDef": "1 name: string, 2 input_arg: ArgDef*, 3 output_arg: ArgDef*",
    "FunctionDef": "1 signature: OpDef, 5 attr: map AttrValue, 3 node_def: NodeDef*, 4 ret: map string",
    "FunctionDefLibrary": "1 function: FunctionDef*",
    "VersionDef": "1 producer: int32, 2 min_consumer: int32",
    "GraphDef": "1 node: NodeDef*, 2 library: FunctionDefLibrary, 4 versions: VersionDef",
    "FunctionGraphs": "1 partition_graphs: GraphDef*, 2 pre_optimization_graph: GraphDef, "
    "3 post_optimization_graph: GraphDef",
    "XStat": "1 metadata_id: int64 | 2 double_value: double, 3 uint64_value: uint64, 4 int64_value: int64, "
    "5 str_value: string",
    "XEvent": "1 metadata_id: int64, 2 offset_ps: int64, 3 duration_ps: int64, 4 stats: XStat*",
    "XLine": "1 id: int64, 10 display_id: int64, 2 name: string, 11 display_name: string, 3 timestamp_ns: int64, "
    "9 duration_ps: int64, 4 events: XEvent*",
    "XEventMetadata": "1 id: int64, 2 name: string, 4 display_name: string",
    "XStatMetadata": "1 id: int64, 2 name: string",
    "XPlane": "1 id: int64, 2 name: string, 3 lines: XLine*, 4 event_metadata: numbered XEventMetadata, "
    "5 stat_metadata: numbered XStatMetadata, 6 stats: XStat*",
    "XSpace": "1 planes: XPlane*, 2 errors: string*, 3 warnings: string*, 4 hostnames: string*",
    "ProfileOptions": "2 host_tracer_level: uint32, 3 device_tracer_level: uint32, 4 python_tracer_level: uint32, "
    "5 version: uint32, 9 duration_ms: uint64",
    "ProfileRequest": "1 duration_ms: uint64, 2 max_events: uint64, 4 opts: ProfileOptions, "
    "5 repository_root: string, 6 session_id: string, 7 host_name: string",
    "ProfileResponse": "7 empty_trace: bool",
    "RunMetadata": "3 partition_graphs: GraphDef*, 4 function_graphs: FunctionGraphs*",
    "Event": "1 wall_time: double, 2 step: int64, 10 source_metadata: SourceMetadata | 3 file_version: string, "
    "4 graph_def: bytes, 5 summary: Summary, 9 meta_graph_def: bytes",
}
_WITHIN = {
    "ArgDef": "OpDef", "Dim": "TensorShapeProto", "FunctionGraphs": "RunMetadata", "ListValue": "AttrValue",
    "PluginData": "SummaryMetadata", "Value": "Summary",
}  # fmt: skip

DATA_TYPES = {
    "DT_INVALID": 0, "DT_FLOAT": 1, "DT_DOUBLE": 2, "DT_INT32": 3, "DT_UINT8": 4, "DT_INT16": 5, "DT_INT8": 6,
    "DT_STRING": 7, "DT_COMPLEX64": 8, "DT_INT64": 9, "DT_BOOL": 10, "DT_QINT8": 11, "DT_QUINT8": 12, "DT_QINT32": 13,
    "DT_BFLOAT16": 14, "DT_QINT16": 15, "DT_QUINT16": 16, "DT_UINT16": 17, "DT_COMPLEX128": 18, "DT_HALF": 19,
    "DT_RESOURCE": 20, "DT_VARIANT": 21, "DT_UINT32": 22, "DT_UINT64": 23, "DT_FLOAT8_E5M2": 24,
    "DT_FLOAT8_E4M3FN": 25, "DT_INT4": 29, "DT_UINT4": 30,
}  # fmt: skip
_ENUMERATIONS = {
    "DataType": DATA_TYPES,
    "DataClass": {
        "DATA_CLASS_UNKNOWN": 0, "DATA_CLASS_SCALAR": 1, "DATA_CLASS_TENSOR": 2, "DATA_CLASS_BLOB_SEQUENCE": 3,
    },
}  # fmt: skip
_TYPES = {"double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "bool": 8, "string": 9, "bytes": 12,
          "uint32": 13}  # fmt: skip
_ENUM, _MESSAGE = 14, 11

__all__ = list(_FIELDS)


@functools.cache
def _classes() -> dict[str, Any]:
    what = "Reading and writing protocol buffers, such as tf.train.Example,"
    descriptor = needed("google.protobuf.descriptor_pb2", "protobuf", what)
    pools = needed("google.protobuf.descriptor_pool", "protobuf", what)
    factory = needed("google.protobuf.message_factory", "protobuf", what)
    file = descriptor.FileDescriptorProto(name="gradtape/io/messages.proto", package="tensorflow", syntax="proto3")
    for name, values in _ENUMERATIONS.items():
        enumeration = file.enum_type.add(name=name)
        for value, number in values.items():
            enumeration.value.add(name=value, number=number)
    described: dict[str, Any] = {}
    for name in sorted(_FIELDS, key=lambda name: name in _WITHIN):
        if name not in _WITHIN:
            described[name] = file.message_type.add(name=name)
    for name, outer in _WITHIN.items():
        described[name] = described[outer].nested_type.add(name=name)
    for name, fields in _FIELDS.items():
        _describe(described[name], fields)
    pool = pools.DescriptorPool()
    pool.Add(file)
    made = {}
    for name in _FIELDS:
        cls = made[name] = factory.GetMessageClass(pool.FindMessageTypeByName(_full(name).lstrip(".")))
        cls.__module__ = __name__  # where a pickled message says that its class is
    return made


def _full(name: str) -> str:
    return f".tensorflow.{_WITHIN[name]}.{name}" if name in _WITHIN else f".tensorflow.{name}"


def _describe(message: Any, fields: str) -> None:
    plain, _, one_of = fields.partition("|")
    if one_of:
        message.oneof_decl.add(
            name="kind" if message.name == "Feature" else "value" if "Value" in message.name else "what"
        )
    for part, text in enumerate((plain, one_of)):
        for field in filter(None, text.strip().split(", ")):
            number, name, kind = field.replace(":", "").strip().split(" ", 2)
            added = message.field.add(name=name, number=int(number), label=3 if kind[-1] == "*" else 1)
            kind = kind.rstrip("*")
            if " " in kind:
                item = _entry(message, name, *kind.split())
                added.label = 3
                added.type, added.type_name = _MESSAGE, f".tensorflow.{message.name}.{item}"
            elif kind in _TYPES:
                added.type = _TYPES[kind]
            else:
                full = f".tensorflow.{kind}" if kind in _ENUMERATIONS else _full(kind)
                added.type, added.type_name = _ENUM if kind in _ENUMERATIONS else _MESSAGE, full
            if part:
                added.oneof_index = 0


def _entry(message: Any, name: str, by: str, kind: str) -> str:
    """Describe the entries of a map to `kind`: a message of their own, whose name it gives."""
    item = "".join(word.capitalize() for word in name.split("_")) + "Entry"
    entry = message.nested_type.add(name=item)
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, label=1, type=_TYPES["string" if by == "map" else "int64"])
    if kind in _TYPES:
        entry.field.add(name="value", number=2, label=1, type=_TYPES[kind])
    else:
        entry.field.add(name="value", number=2, label=1, type=_MESSAGE, type_name=_full(kind))
    return item


def __getattr__(name: str) -> Any:
    if name in _FIELDS:
        return _classes()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=None)
