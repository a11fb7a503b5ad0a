"""`tf.io`: files, and tensors from and as what is in files."""

from ..values.lacking import lacking
from ..values.refused import refusing
from . import gfile
from .examples import parse_example, parse_sequence_example, parse_single_example, parse_single_sequence_example
from .features import FixedLenFeature, FixedLenSequenceFeature, RaggedFeature, SparseFeature, VarLenFeature
from .files import match_filenames_once, matching_files, read_file, write_file
from .graph_files import write_graph
from .pictures import (
    decode_and_crop_jpeg,
    decode_bmp,
    decode_gif,
    decode_image,
    decode_jpeg,
    decode_png,
    decode_webp,
    encode_jpeg,
    encode_png,
    extract_jpeg_shape,
    is_jpeg,
)
from .protos import decode_json_example, decode_proto, encode_proto
from .sparse_strings import deserialize_many_sparse, serialize_many_sparse, serialize_sparse
from .tensors import (
    decode_base64,
    decode_compressed,
    decode_csv,
    decode_raw,
    encode_base64,
    parse_tensor,
    serialize_tensor,
)
from .writing import TFRecordOptions, TFRecordWriter

decode_jxl = refusing(
    "tf.io.decode_jxl", "read the file with a library for JPEG XL (`pillow-jxl-plugin` for Pillow), in tf.py_function."
)

__getattr__ = lacking(__name__)

__all__ = [
    "FixedLenFeature", "FixedLenSequenceFeature", "RaggedFeature", "SparseFeature", "TFRecordOptions",
    "TFRecordWriter", "VarLenFeature", "decode_and_crop_jpeg", "decode_base64", "decode_bmp", "decode_compressed",
    "decode_csv", "decode_gif", "decode_image", "decode_jpeg", "decode_json_example", "decode_jxl", "decode_png",
    "decode_proto", "decode_raw", "decode_webp", "deserialize_many_sparse", "encode_base64", "encode_jpeg",
    "encode_png", "encode_proto", "extract_jpeg_shape", "gfile", "is_jpeg", "match_filenames_once", "matching_files",
    "parse_example", "parse_sequence_example", "parse_single_example", "parse_single_sequence_example",
    "parse_tensor", "read_file", "serialize_many_sparse", "serialize_sparse", "serialize_tensor", "write_file",
    "write_graph",
]  # fmt: skip
