"""The files of checkpoints: their checksums, writers that are killed or write at once, and files of strangers."""

import os
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.io.crc32c import masked_crc32c
from gradtape.train import bundle, table
from gradtape.train.wire import field, fixed32

KEY = "v/.ATTRIBUTES/VARIABLE_VALUE"


def test_tables_of_many_blocks_and_long_keys() -> None:
    items = {f"{i:06d}".encode() * (1 + i % 9): bytes([i % 256]) * (i % 300) for i in range(5000)}
    items = dict(sorted(items.items()))
    assert table.parsed(table.packed(items.items())) == items


@pytest.mark.parametrize("value", [True, 3, 2.5, [[1.0, 2.0]], "text", [["a", ""], ["é", "b" * 300]], np.zeros((0, 2))])
def test_tensors_are_read_as_they_were_written(tmp_path: Path, value: Any) -> None:
    tensor = tf.constant(value)
    bundle.write(str(tmp_path / "x"), {"t": tensor})
    read = bundle.Bundle(str(tmp_path / "x")).read("t")
    assert read.dtype == tensor.dtype
    assert read.shape == tensor.shape
    assert np.array_equal(read.numpy(), tensor.numpy())


def test_a_checkpoint_can_be_read_when_its_files_are_gone(tmp_path: Path) -> None:
    reader = tf.train.load_checkpoint(tf.train.Checkpoint(v=tf.Variable(1.0)).write(tmp_path / "x"))
    bundle.remove(str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []
    assert reader.get_tensor(KEY) == 1.0


# --- killed, and at once -------------------------------------------------------------------------------------------

KILLS = 200

KILLED = """
import itertools, os, random, signal, sys, time
from pathlib import Path
import gradtape as tf

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
v, same = tf.Variable(tf.zeros(30_000)), tf.Variable(0)
checkpoint = tf.train.Checkpoint(v=v, same=same)
rng = random.Random(0)

def saved(manager, n):
    v.assign(tf.fill(v.shape, float(n)))
    same.assign(n)
    checkpoint.write(folder / "written")
    manager.save(checkpoint_number=n)

def managed():
    return tf.train.CheckpointManager(checkpoint, folder / "managed", max_to_keep=2)

def whole(path):
    v.assign(tf.zeros_like(v))
    checkpoint.read(path).assert_consumed()
    assert (v.numpy() == same.numpy()).all(), path
    return int(same)

def files():
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

checkpoint.save_counter  # which the first save would make
saved(managed(), 0)
last = left = 0
for _ in range(kills):
    said, says = os.pipe()
    child = os.fork()
    if not child:
        try:
            manager = managed()
            for n in itertools.count(last + 1):
                saved(manager, n)
                os.write(says, b".")
        finally:
            os._exit(1)
    os.close(says)
    time.sleep(rng.uniform(0.0, 0.02))
    os.kill(child, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    done = last + len(os.read(said, 1 << 16))
    os.close(said)
    left += len(files()) > 2 + 2 * 2 + 1
    assert whole(folder / "written") in (done, done + 1)
    last = whole(tf.train.latest_checkpoint(folder / "managed"))
    assert last in (done, done + 1)
saved(managed(), last + 1)
print(left, *files())
"""

WRITER = """
import sys
import gradtape as tf

folder, name, begin = sys.argv[1], sys.argv[2], int(sys.argv[3])
v, same = tf.Variable(tf.zeros(100_000)), tf.Variable(0)
checkpoint = tf.train.Checkpoint(v=v, same=same)
print("begins", flush=True)
for n in range(begin, begin + 10_000):
    v.assign(tf.fill(v.shape, float(n)))
    same.assign(n)
    checkpoint.write(folder + "/" + name)
    print(n, flush=True)
"""


def writer(folder: Path, name: str, begin: int = 0) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(begin)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    return process


def whole(path: str) -> int:
    """What a checkpoint has, if it is as one write wrote it."""
    reader = tf.train.load_checkpoint(path)
    value, same = reader.get_tensor(KEY), int(reader.get_tensor("same/.ATTRIBUTES/VARIABLE_VALUE"))
    assert (value == same).all()
    return same


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed that is a copy of another")
def test_writers_that_are_killed_leave_the_checkpoint_before_and_no_files_after_the_next(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(KILLS)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert run.returncode == 0, run.stderr
    left, *files = run.stdout.split()
    assert int(left) > 0  # were killed in the middle of it
    names = sorted({file.partition(".")[0] for file in files})
    assert names[0] == "managed/checkpoint"
    assert names[-1] == "written"
    assert len(names) == 4
    assert len(files) == 2 + 2 * 2 + 1


def test_writers_of_one_checkpoint_do_not_mix(tmp_path: Path) -> None:
    writers = [writer(tmp_path, "both", begin) for begin in (0, 10_000)]
    try:
        for process in writers:
            assert process.stdout is not None
            process.stdout.readline()
        for _ in range(60):
            whole(str(tmp_path / "both"))
    finally:
        for process in writers:
            process.kill()
            process.communicate()


# --- files of strangers --------------------------------------------------------------------------------------------


def read_all(path: str) -> None:
    reader = tf.train.load_checkpoint(path)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)


def refused(path: str) -> None:
    """A checkpoint is refused, and takes no memory to speak of."""
    tracemalloc.start()
    try:
        with pytest.raises((tf.errors.DataLossError, tf.errors.NotFoundError, tf.errors.UnimplementedError)):
            read_all(path)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def entry(dtype: int, shape: list[int], offset: int = 0, size: int = 0, extra: bytes = b"") -> bytes:
    dims = b"".join(field(2, field(1, n)) for n in shape)
    return field(1, dtype) + field(2, dims) + field(4, offset) + field(5, size) + fixed32(6, 0) + extra


@pytest.mark.parametrize(
    "value",
    [
        entry(1, [1 << 40], size=1 << 42),
        entry(1, [1 << 40], size=8),
        entry(1, [1 << 62, 1 << 62], size=16),
        entry(1, [2], offset=1 << 60, size=8),
        entry(1, [2], offset=-8, size=8),
        entry(1, [0, 1 << 62]),
        entry(7, [1 << 40], size=8),
        entry(7, [3], size=1 << 40),
        entry(7, [0, 1 << 62], size=4),
        entry(99, [2], size=8),
        entry(21, [2], size=8),
        entry(1, [-1], size=8),
        entry(1, [1 << 40], extra=field(7, field(1, field(2, 1 << 40)))),
        b"\x08",
        b"\x0f\x01",
        field(2, 5),
    ],
)
def test_numbers_that_do_not_fit_the_files_are_refused(tmp_path: Path, value: bytes) -> None:
    index = table.packed([(b"", field(1, 1) + field(3, field(1, 1))), (b"t", value)])
    (tmp_path / "x.index").write_bytes(index)
    (tmp_path / "x.data-00000-of-00001").write_bytes(bytes(8))
    refused(str(tmp_path / "x"))


def test_keys_that_take_more_than_the_file_are_refused(tmp_path: Path) -> None:
    entries = bytearray(b"\0" + b"\xd0\x86\x03" + b"\0" + b"k" * 50_000)
    for i in range(100_000):
        entries += b"\xd0\x86\x03" + b"\x04\0" + struct.pack(">I", i)
    block = bytes(entries) + struct.pack("<II", 0, 1)
    data = bytearray(block + b"\0" + struct.pack("<I", masked_crc32c(block + b"\0")))
    good = table.packed([(b"a", b"")])
    (tmp_path / "x.index").write_bytes(good)
    handle = b"\0" + _varint(len(block))
    index = b"\0\1" + bytes([len(handle)]) + b"z" + handle + struct.pack("<II", 0, 1)
    at = len(data)
    data += index + b"\0" + struct.pack("<I", masked_crc32c(index + b"\0"))
    footer = (2 * (_varint(at) + _varint(len(index)))).ljust(40, b"\0") + good[-8:]
    with pytest.raises(tf.errors.DataLossError, match="much more than the file"):
        table.parsed(bytes(data) + footer)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def test_each_byte_that_is_changed_or_missing_is_noticed(tmp_path: Path) -> None:
    value = tf.Variable(["words", "more"])
    path = tf.train.Checkpoint(v=value, w=tf.Variable([1.0, 2.0])).write(tmp_path / "x")
    for file in (tmp_path / "x.index", tmp_path / "x.data-00000-of-00001"):
        good = file.read_bytes()
        padding = range(len(good) - 48, len(good) - 8)  # of the footer, which is checked in part
        for place in range(len(good)):
            if file.suffix != ".index" or place not in padding:
                file.write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1 :])
                refused(path)
        for length in range(0, len(good), 7):
            file.write_bytes(good[:length])
            refused(path)
        file.write_bytes(good)
    assert tf.train.load_variable(path, KEY).tolist() == [b"words", b"more"]


@pytest.mark.parametrize("graph", [b"", b"\x0a\x04\x0a\x02\x08\x05", b"\x0a\xff", b"\x08\x01", b"\x0a\x02\x12\x00\x0a"])
def test_a_graph_of_objects_that_is_none_is_refused(tmp_path: Path, graph: bytes) -> None:
    bundle.write(str(tmp_path / "x"), {"_CHECKPOINTABLE_OBJECT_GRAPH": tf.constant(graph)})
    with pytest.raises(tf.errors.DataLossError):
        tf.train.Checkpoint(v=tf.Variable(1.0)).read(tmp_path / "x")


def test_a_graph_with_a_circle_is_restored(tmp_path: Path) -> None:
    a, b = tf.Module(), tf.Module()
    a.b, b.a, b.v = b, a, tf.Variable(3.0)
    path = tf.train.Checkpoint(a=a).write(tmp_path / "x")
    b.v.assign(0.0)
    tf.train.Checkpoint(a=a).read(path).assert_consumed()
    assert b.v.numpy() == 3.0
