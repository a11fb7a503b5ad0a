"""Rows of `tf.io`: strings as tensors, and tensors as strings; files and examples are in tests/programs/io_*.py."""

from typing import Any

import numpy as np

from tests.operations.operation import Operation


def texts(*values: bytes) -> Any:
    return np.array(values, object)


WORDS = texts(b"hello", b"a", b"", b"\xff\xfe\xfb")
PIXELS = (np.arange(24).reshape(2, 4, 3) * 11 % 256).astype(np.uint8)


def op(name: str, call: Any, *edges: Any) -> Operation:
    return Operation(f"io.{name}", call, edges=[(x,) for x in edges], order=0)


ROWS = [
    op("encode_base64", lambda tf, x: tf.io.encode_base64(x), WORDS, WORDS[0:1].reshape(1, 1)),
    op("encode_base64/padded", lambda tf, x: tf.io.encode_base64(x, pad=True), WORDS),
    op(
        "decode_base64",
        lambda tf, x: tf.io.decode_base64(x),
        texts(b"aGVsbG8", b"YQ==", b""),
        texts(b"a*"),
        texts(b"a"),
    ),
    op("decode_raw", lambda tf, x: tf.io.decode_raw(x, tf.uint8), texts(b"abc", b"def"), texts(b"ab", b"c"), texts()),
    op("decode_raw/shorts", lambda tf, x: tf.io.decode_raw(x, tf.int16), texts(b"abcd"), texts(b"abc")),
    op("decode_raw/fixed", lambda tf, x: tf.io.decode_raw(x, tf.uint8, fixed_length=2), texts(b"abcd", b"e", b"")),
    op(
        "decode_raw/high_first", lambda tf, x: tf.io.decode_raw(x, tf.float32, little_endian=False), texts(b"?\x80\0\0")
    ),
    op("decode_csv", lambda tf, x: tf.io.decode_csv(x, [[0], [1.5], [""]]), texts(b"1,2,a", b"3,,b"), texts(b"1,2")),
    op("serialize_tensor", lambda tf, x: tf.io.serialize_tensor(x), np.float32([1, 2]), WORDS, np.int64(3), PIXELS),
    op("parse_tensor", lambda tf, x: tf.io.parse_tensor(tf.io.serialize_tensor(x), tf.uint8), PIXELS),
    op("encode_png", lambda tf, x: tf.io.decode_png(tf.io.encode_png(x)), PIXELS, PIXELS[..., :1]),
    op("encode_png/batch", lambda tf, x: tf.strings.substr(tf.io.encode_png(x), 0, 8), PIXELS[None]),
    op("is_jpeg", lambda tf, x: tf.io.is_jpeg(x), texts(b"\xff\xd8\xff\xe0", b"no", b"")),
    op("decode_compressed", lambda tf, x: tf.io.decode_compressed(x), WORDS),
]
