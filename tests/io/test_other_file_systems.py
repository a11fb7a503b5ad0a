"""Datasets, records and checkpoints in other file systems, which are fsspec's: here one in memory."""

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf

pytest.importorskip("fsspec")


@pytest.fixture
def root() -> Iterator[str]:
    yield "memory://gradtape-other"
    if tf.io.gfile.exists("memory://gradtape-other"):
        tf.io.gfile.rmtree("memory://gradtape-other")


@pytest.mark.parametrize("kind", ["", "GZIP", "ZLIB"])
def test_records_and_lines_are_read(root: str, kind: str) -> None:
    with tf.io.TFRecordWriter(f"{root}/r", kind) as writer:
        for i in range(5):
            writer.write(b"%d" % i)
    records = tf.data.TFRecordDataset([f"{root}/r"] * 2, kind)
    assert [x.numpy() for x in records] == [b"%d" % (i % 5) for i in range(10)]
    text = b"a,1\nb,2\n"
    packed = {"": text, "GZIP": gzip.compress(text), "ZLIB": zlib.compress(text)}[kind]
    tf.io.write_file(f"{root}/t", packed)
    assert [x.numpy() for x in tf.data.TextLineDataset(f"{root}/t", kind)] == [b"a,1", b"b,2"]
    assert [x.numpy() for x in tf.data.FixedLengthRecordDataset(f"{root}/t", 4, compression_type=kind)] == [
        b"a,1\n", b"b,2\n"
    ]  # fmt: skip
    rows = tf.data.experimental.CsvDataset(f"{root}/t", [tf.string, tf.int32], kind)
    assert [(a.numpy(), b.numpy()) for a, b in rows] == [(b"a", 1), (b"b", 2)]


def test_one_file_is_read_by_several_at_once(root: str) -> None:
    tf.io.write_file(f"{root}/t", "\n".join(map(str, range(50))))
    lines = tf.data.TextLineDataset(f"ram://{root.removeprefix('memory://')}/t")
    assert all(a.numpy() == b.numpy() for a, b in tf.data.Dataset.zip(lines, lines))
    iterator = iter(lines)
    for _ in range(20):
        next(iterator)
    other = iter(lines)
    other.restore(iterator.state())
    assert next(iterator).numpy() == next(other).numpy() == b"20"


def test_files_are_listed_and_read_in_turns(root: str) -> None:
    for i in range(3):
        tf.io.write_file(f"{root}/in/{i}.txt", f"{i}a\n{i}b\n")
    files = tf.data.Dataset.list_files(f"{root}/in/*.txt", shuffle=False)
    assert [x.numpy().decode() for x in files] == [f"{root}/in/{i}.txt" for i in range(3)]
    lines = files.interleave(tf.data.TextLineDataset, 3)
    assert [x.numpy() for x in lines] == [b"0a", b"1a", b"2a", b"0b", b"1b", b"2b"]
    with pytest.raises(tf.errors.InvalidArgumentError, match="No files matched"):
        tf.data.Dataset.list_files(f"{root}/none*")
    with pytest.raises(tf.errors.NotFoundError):
        next(iter(tf.data.TextLineDataset(f"{root}/none")))


def test_a_table_of_columns_is_read(root: str) -> None:
    tf.io.write_file(f"{root}/t.csv", "x,y\n1,a\n2,b\n")
    batch = next(iter(tf.data.experimental.make_csv_dataset(f"{root}/*.csv", 2, label_name="y", shuffle=False)))
    assert (batch[0]["x"].numpy().tolist(), batch[1].numpy().tolist()) == ([1, 2], [b"a", b"b"])


def test_elements_are_saved_cached_and_loaded(root: str) -> None:
    numbers = tf.data.Dataset.range(7).map(lambda x: (x, tf.strings.as_string(x)))
    for kind in (None, "GZIP"):
        numbers.save(f"{root}/saved", kind, lambda x, _: x % 2)
        assert sorted(int(x) for x, _ in tf.data.Dataset.load(f"{root}/saved")) == list(range(7))
        snapped = numbers.snapshot(f"{root}/snapshot{kind}", kind)
        assert [[int(x) for x, _ in snapped] for _ in range(2)] == [list(range(7))] * 2
    cached = numbers.cache(f"{root}/cache")
    assert [[int(x) for x, _ in cached] for _ in range(2)] == [list(range(7))] * 2
    assert tf.io.gfile.exists(f"{root}/cache.index")


def test_checkpoints_are_saved_and_restored(root: str) -> None:
    v, words = tf.Variable(np.arange(9.0)), tf.Variable(["a", "bc"])
    made: dict[str, Any] = {"v": v, "words": words, "iterator": iter(tf.data.Dataset.range(9))}
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(**made), f"{root}/run", max_to_keep=2)
    for _ in range(4):
        v.assign_add(tf.ones_like(v))
        next(made["iterator"])
        manager.save()
    assert sorted(tf.io.gfile.listdir(f"{root}/run")) == sorted(
        ["checkpoint", *(f"ckpt-{n}.{end}" for n in (3, 4) for end in ("index", "data-00000-of-00001"))]
    )
    latest = tf.train.latest_checkpoint(f"{root}/run")
    assert latest == manager.latest_checkpoint == f"{root}/run/ckpt-4"
    other = {"v": tf.Variable(np.zeros(9)), "words": tf.Variable(["", ""]), "iterator": iter(tf.data.Dataset.range(9))}
    again = tf.train.CheckpointManager(tf.train.Checkpoint(**other), f"{root}/run", max_to_keep=2)
    assert again.restore_or_initialize() == latest
    assert again.checkpoints == manager.checkpoints
    assert other["v"].numpy().tolist() == v.numpy().tolist()
    assert other["words"].numpy().tolist() == [b"a", b"bc"]
    assert next(other["iterator"]).numpy() == 4
    assert ("words/.ATTRIBUTES/VARIABLE_VALUE", [2]) in tf.train.list_variables(f"{root}/run")
    for _ in range(2):  # over itself
        tf.train.Checkpoint(v=v).write(f"{root}/again")
    assert tf.train.load_variable(f"{root}/again", "v/.ATTRIBUTES/VARIABLE_VALUE").tolist() == v.numpy().tolist()
    with pytest.raises(tf.errors.NotFoundError):
        tf.train.Checkpoint(v=v).read(f"{root}/none")
