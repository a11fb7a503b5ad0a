"""Damaged files and strings: an error of TensorFlow's, whatever was changed, and no more memory than they ask for."""

import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.io import png

pytest.importorskip("PIL")
pytest.importorskip("google.protobuf")

PIXELS = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
DEEP = np.random.default_rng(0).integers(0, 1 << 16, (5, 4, 3)).astype(np.uint16)


def gif() -> bytes:
    import io

    from PIL import Image

    frames = [Image.fromarray(np.roll(PIXELS, i, 0)) for i in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def example() -> bytes:
    values = {
        "x": tf.train.Feature(float_list=tf.train.FloatList(value=[1.0, 2.0])),
        "s": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"a", b"b"])),
    }
    return tf.train.Example(features=tf.train.Features(feature=values)).SerializeToString()


FEATURES = {"x": tf.io.FixedLenFeature([2], tf.float32), "s": tf.io.VarLenFeature(tf.string)}
READ: dict[str, tuple[Callable[[], bytes], Callable[[bytes], Any]]] = {
    "jpeg": (lambda: tf.io.encode_jpeg(PIXELS).numpy(), tf.io.decode_jpeg),
    "png": (lambda: tf.io.encode_png(PIXELS).numpy(), tf.io.decode_png),
    "deep png": (lambda: tf.io.encode_png(DEEP).numpy(), lambda x: tf.io.decode_png(x, dtype=tf.uint16)),
    "gif": (gif, tf.io.decode_gif),
    "tensor": (lambda: tf.io.serialize_tensor(PIXELS).numpy(), lambda x: tf.io.parse_tensor(x, tf.uint8)),
    "example": (example, lambda x: tf.io.parse_single_example(x, FEATURES)),
}


@pytest.mark.parametrize("kind", READ)
def test_a_damaged_string_is_read_or_refused(kind: str) -> None:
    make, read = READ[kind]
    content = make()
    read(content)
    draw = random.Random(0)
    refused = 0
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(draw.randint(1, 4)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        if draw.random() < 0.3:
            del damaged[draw.randrange(len(damaged)) :]
        try:
            read(bytes(damaged))
        except (tf.errors.InvalidArgumentError, tf.errors.DataLossError):
            refused += 1
    assert refused > 20


def bomb(width: int, height: int) -> bytes:
    """A PNG file of these lengths that has hardly any data."""
    told = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", told), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return png.SIGNATURE + b"".join(png._chunk(*chunk) for chunk in chunks)


@pytest.mark.parametrize("lengths", [(1 << 30, 1 << 30), (20000, 20000), (10000, 10000)])
def test_a_picture_that_claims_to_be_large_takes_no_memory(lengths: tuple[int, int]) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.io.decode_png(bomb(*lengths))


def test_a_tensor_that_claims_to_be_large_takes_no_memory() -> None:
    claims = b"\x08\x01\x12\x0a\x12\x08\x08\x80\x80\x80\x80\x80\x80\x10"
    for content in (claims, claims + b"\x2a\x04\x00\x00\x80\x3f"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot parse tensor from proto"):
            tf.io.parse_tensor(content, tf.float32)


def test_compressed_strings_that_are_damaged_are_refused() -> None:
    with pytest.raises(tf.errors.DataLossError, match="inflate"):
        tf.io.decode_compressed(b"no such thing", "ZLIB")


def test_ragged_features_that_do_not_fit_are_refused() -> None:
    def of(**values: list[int]) -> bytes:
        lists = {k: tf.train.Feature(int64_list=tf.train.Int64List(value=v)) for k, v in values.items()}
        return tf.train.Example(features=tf.train.Features(feature=lists)).SerializeToString()

    R = tf.io.RaggedFeature
    for how, values in (
        (R.RowLengths("n"), [1, 1]), (R.RowLengths("n"), [4, -1]), (R.RowSplits("n"), [0, 2]),
        (R.RowSplits("n"), [1, 3]),
        (R.RowStarts("n"), [1]), (R.RowLimits("n"), [2]), (R.ValueRowIds("n"), [0, 1]), (R.ValueRowIds("n"), [1, 0, 0]),
        (R.ValueRowIds("n"), [0, 0, 1 << 60]), (R.UniformRowLength(2), []),
    ):  # fmt: skip
        with pytest.raises(tf.errors.InvalidArgumentError):
            tf.io.parse_example([of(v=[1, 2, 3], n=values)], {"r": R(tf.int64, "v", [how])})


def test_nothing_of_this_takes_more_than_a_little_memory() -> None:
    code = (
        "import resource, sys; sys.path.insert(0, '.');\n"
        "from tests.io import test_damage as t\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for lengths in ((1 << 30, 1 << 30), (20000, 20000), (10000, 10000)):\n"
        "    t.test_a_picture_that_claims_to_be_large_takes_no_memory(lengths)\n"
        "t.test_a_tensor_that_claims_to_be_large_takes_no_memory()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 20_000  # kilobytes
