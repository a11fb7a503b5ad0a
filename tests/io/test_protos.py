"""Protocol buffers of any kind, Examples in JSON, sparse tensors as strings, WebP: as TensorFlow 2.21 has them."""

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf

descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")


def described() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="x.proto", package="my", syntax="proto2")
    message = file.message_type.add(name="M")
    fields = [("a", 5, 1, "7"), ("b", 1, 3, ""), ("s", 9, 1, "dflt"), ("by", 12, 3, ""), ("u", 4, 1, ""),
              ("bo", 8, 3, ""), ("f", 2, 1, "1.5"), ("u32", 13, 1, "")]  # fmt: skip
    for number, (name, kind, label, default) in enumerate(fields):
        field = message.field.add(name=name, number=number + 1, type=kind, label=label)
        if default:
            field.default_value = default
    message.field.add(name="sub", number=20, type=11, label=3, type_name=".my.M")
    return descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString()


SOURCE = b"bytes://" + described()
NAMES = ["a", "b", "s", "by", "u", "bo", "f", "sub", "u32"]
TYPES = [tf.int32, tf.float64, tf.string, tf.string, tf.uint64, tf.bool, tf.float32, tf.string, tf.uint32]
FULL = (
    b"\x08\x03\x11\0\0\0\0\0\0\xf0?\x11\0\0\0\0\0\0\0@"
    b"\"\x01q"
    b"(\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
    b"0\x010\0\xa2\x01\x02\x08\x09\x40\xff\xff\xff\xff\x0f"
)  # fmt: skip


@pytest.mark.parametrize("from_file", [False, True])
def test_fields_are_decoded(from_file: bool, tmp_path: Path) -> None:
    source: Any = SOURCE
    if from_file:
        (tmp_path / "d").write_bytes(described())
        source = str(tmp_path / "d")
    made = tf.io.decode_proto([[FULL], [b"\x1a\x03hey"]], "my.M", NAMES, TYPES, descriptor_source=source)
    assert made.sizes.numpy().tolist() == [[[1, 2, 0, 1, 1, 2, 0, 1, 1]], [[0, 0, 1, 0, 0, 0, 0, 0, 0]]]
    assert {name: x.numpy().tolist() for name, x in zip(NAMES, made.values, strict=True)} == {
        "a": [[[3]], [[7]]], "b": [[[1.0, 2.0]], [[0.0, 0.0]]], "s": [[[b"dflt"]], [[b"hey"]]],
        "by": [[[b"q"]], [[b""]]], "u": [[[1 << 63]], [[0]]], "bo": [[[True, False]], [[False, False]]],
        "f": [[[1.5]], [[1.5]]], "sub": [[[b"\x08\x09"]], [[b""]]], "u32": [[[(1 << 32) - 1]], [[0]]],
    }  # fmt: skip


def test_fields_are_encoded() -> None:
    given = [tf.constant([[5], [6]]), tf.constant([[1.0, 2.0], [3.0, 4.0]], tf.float64)]
    made = tf.io.encode_proto([[1, 2], [0, 1]], given, ["a", "b"], "my.M", descriptor_source=SOURCE)
    assert made.numpy().tolist() == [b"\x08\x05\x11\0\0\0\0\0\0\xf0?\x11\0\0\0\0\0\0\0@", b"\x11\0\0\0\0\0\0\x08@"]
    for sizes, value, name, message in (
        ([[3]], tf.constant([[5]]), "a", "3 > 1 at message 0 field 0"),
        ([[1]], tf.constant([[5.0]]), "a", "Incompatible"),
        ([[1, 1]], tf.constant([[5]]), "a", "sizes should be"), ([[1]], tf.constant([[5]]), "zz", "Unknown field: zz"),
    ):  # fmt: skip
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            tf.io.encode_proto(sizes, [value], [name], "my.M", descriptor_source=SOURCE)


def test_messages_of_the_program_are_known_in_functions() -> None:
    floats = tf.train.FloatList(value=[1.0, 2.0]).SerializeToString()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def decode(x: Any) -> Any:
        return tf.io.decode_proto(x, "tensorflow.FloatList", ["value"], [tf.float32]).values[0]

    assert decode(tf.constant([floats, b""])).numpy().tolist() == [[1.0, 2.0], [0.0, 0.0]]


def test_kinds_that_are_not_there_and_strings_that_are_none_are_refused() -> None:
    decode = tf.io.decode_proto
    for kind, name, dtype, source, message in (
        ("my.N", "a", tf.int32, SOURCE, "No descriptor"), ("my.M", "zz", tf.int32, SOURCE, "Unknown field"),
        ("my.M", "a", tf.float32, SOURCE, "Unexpected output type"),
        ("my.M", "a", tf.int32, "/none", "Source does not"),
        ("my.M", "a", tf.int32, "local://", "No descriptor"),
    ):  # fmt: skip
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            decode([b""], kind, [name], [dtype], descriptor_source=source)
    with pytest.raises(tf.errors.DataLossError):
        decode([b"\xff\xff"], "my.M", ["a"], [tf.int32], descriptor_source=SOURCE)


def test_examples_in_json() -> None:
    text = '{"features": {"feature": {"s": {"bytesList": {"value": ["YWI="]}}}}}'
    made = tf.io.decode_json_example([[text]])
    assert made.shape == (1, 1)
    example = tf.train.Example.FromString(made.numpy()[0, 0])
    assert example.features.feature["s"].bytes_list.value[0] == b"ab"
    with pytest.raises(tf.errors.InvalidArgumentError, match="parsing JSON"):
        tf.io.decode_json_example("{bad")


def test_sparse_tensors_as_strings() -> None:
    sparse = tf.SparseTensor([[0, 1], [2, 0]], [1.5, 2.5], [3, 4])
    rows = tf.io.serialize_many_sparse(sparse)
    assert rows.shape == (3, 3)
    again = tf.io.deserialize_many_sparse(rows, tf.float32)
    assert tf.sparse.to_dense(again).numpy().tolist() == tf.sparse.to_dense(sparse).numpy().tolist()
    one = tf.io.serialize_sparse(sparse)
    assert one.numpy()[1] == b'\x08\x01\x12\x04\x12\x02\x08\x02"\x08\0\0\xc0?\0\0 @'
    both = tf.io.deserialize_many_sparse(tf.stack([one, one]), tf.float32, rank=2)
    assert both.indices.numpy().tolist() == [[0, 0, 1], [0, 2, 0], [1, 0, 1], [1, 2, 0]]
    assert both.dense_shape.numpy().tolist() == [2, 3, 4]
    words = tf.SparseTensor([[0, 1, 0], [2, 0, 1]], ["a", "b"], [3, 4, 2])
    found = tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(words), tf.string)
    assert found.values.numpy().tolist() == [b"a", b"b"]
    for strings, dtype in ((rows, tf.int32), ([["a", "b", "c"]], tf.float32), ([["a", "b"]], tf.float32)):
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.io.deserialize_many_sparse(strings, dtype)


def webp(alpha: bool, frames: int = 1) -> tuple[Any, bytes]:
    image = pytest.importorskip("PIL.Image")
    pixels = np.random.default_rng(0).integers(0, 256, (frames, 5, 4, 4 if alpha else 3), np.uint8)
    if alpha:
        pixels[..., 3] |= 1
    pictures = list(map(image.fromarray, pixels))
    out = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(out, "WEBP", lossless=True, exact=True, **more)
    return pixels, out.getvalue()


def test_webp_files_are_decoded() -> None:
    for alpha in (False, True):
        pixels, content = webp(alpha)
        assert (tf.io.decode_webp(content).numpy() == pixels).all()
        assert (tf.io.decode_image(content, expand_animations=False).numpy() == pixels[0]).all()
        assert tf.io.decode_webp(content, channels=pixels.shape[-1]).shape == pixels.shape
        with pytest.raises(tf.errors.InvalidArgumentError, match="does not match input"):
            tf.io.decode_webp(content, channels=7 - pixels.shape[-1])
    pixels, content = webp(False, 2)
    assert (tf.io.decode_webp(content).numpy()[..., :3] == pixels).all()
    with pytest.raises(tf.errors.InvalidArgumentError, match="only supports uint8"):
        tf.io.decode_image(content, dtype=tf.float32)
    huge = content[:24] + b"\xff\xff\xff" * 2 + content[30:]
    with pytest.raises(tf.errors.InvalidArgumentError, match="too large"):
        tf.io.decode_webp(huge)


def test_several_gzip_files_in_one_are_expanded() -> None:
    assert tf.io.decode_compressed(gzip.compress(b"ab") + gzip.compress(b"cd"), "GZIP").numpy() == b"abcd"
    with pytest.raises(tf.errors.DataLossError):
        tf.io.decode_compressed(gzip.compress(b"ab") + b"junk", "GZIP")
