"""Examples that are read all at once, since they are written alike: the same as one by one, and as strict."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.io import examples

pytest.importorskip("google.protobuf")

FEATURES = {
    "s": tf.io.FixedLenFeature([], tf.string), "n": tf.io.FixedLenFeature([2], tf.int64),
    "f": tf.io.VarLenFeature(tf.float32), "m": tf.io.VarLenFeature(tf.int64),
}  # fmt: skip


def record(s: bytes, n: list[int], f: list[float], m: list[int]) -> bytes:
    T = tf.train
    values = {
        "s": T.Feature(bytes_list=T.BytesList(value=[s])), "n": T.Feature(int64_list=T.Int64List(value=n)),
        "f": T.Feature(float_list=T.FloatList(value=f)), "m": T.Feature(int64_list=T.Int64List(value=m)),
    }  # fmt: skip
    return T.Example(features=T.Features(feature=values)).SerializeToString(deterministic=True)


def alike(draw: random.Random, count: int) -> list[bytes]:
    """Records of one length, in which integers take different numbers of bytes."""
    size, many = draw.randrange(6), draw.randrange(4)
    return [
        record(draw.randbytes(size), draw.choice([[1, 300], [300, 1], [200, 5]]),
               [draw.uniform(-9, 9) for _ in range(many)], [draw.choice([5 << 49, (1 << 55) - 1, 1 << 50])] * many)
        for _ in range(count)
    ]  # fmt: skip


def outcome(records: list[bytes]) -> Any:
    try:
        read = tf.io.parse_example(records, FEATURES)
    except (tf.errors.InvalidArgumentError, tf.errors.DataLossError) as error:
        return str(error)
    parts: list[Any] = []
    for name, value in sorted(read.items()):
        made = (
            [value.indices, value.values, value.dense_shape] if isinstance(value, tf.sparse.SparseTensor) else [value]
        )
        parts += [(name, x.dtype, x.numpy().tobytes() if x.dtype != tf.string else x.numpy().tolist()) for x in made]
    return parts


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[bytes]], Any]:
    def call(records: list[bytes]) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(examples, "columns", lambda _: None)
            return outcome(records)

    return call


def test_records_that_are_alike_are_read_as_they_are_one_by_one(one_by_one: Any) -> None:
    draw = random.Random(0)
    for _ in range(50):
        records = alike(draw, 5)
        assert examples.columns(records) is not None
        assert outcome(records) == one_by_one(records)


def test_damaged_records_are_refused_as_they_are_one_by_one(one_by_one: Any) -> None:
    draw = random.Random(0)
    refused = 0
    for i in range(400):
        records = alike(draw, 5)
        damaged = bytearray(records[0])
        for _ in range(draw.choice([1, 1, 2])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        records = [bytes(damaged)] * 5 if i % 2 else [*records[:2], bytes(damaged), *records[3:]]
        expected = one_by_one(records)
        assert outcome(records) == expected
        refused += isinstance(expected, str)
    assert 100 < refused < 400


def test_large_batches_of_pictures_are_alike() -> None:
    images = np.random.default_rng(0).integers(0, 256, (32, 784), np.uint8)
    records = [record(x.tobytes(), [int(x[0]) % 128, 1], [], []) for x in images]
    found = examples.columns(records)
    assert found is not None
    assert found["s"].values == [x.tobytes() for x in images]
    assert found["n"].values.tolist() == [n for x in images for n in (int(x[0]) % 128, 1)]
