"""Files in functions and graphs, other file systems, and libraries that are not installed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.io import pictures


def test_a_function_reads_and_writes_files_in_order_each_time_that_it_runs(tmp_path: Path) -> None:
    path = str(tmp_path / "x")

    @tf.function
    def append(text: Any) -> Any:
        before = tf.io.read_file(path)
        tf.io.write_file(path, before + text)
        return tf.io.read_file(path)

    tf.io.write_file(path, "a")
    assert append(tf.constant("b")).numpy() == b"ab"
    assert append(tf.constant("b")).numpy() == b"abb"
    tf.io.write_file(path, "")
    assert append(tf.constant("c")).numpy() == b"c"


def test_a_branch_that_is_not_taken_reads_nothing(tmp_path: Path) -> None:
    @tf.function
    def read(there: Any) -> Any:
        return tf.io.read_file(str(tmp_path / "nope")) if there else tf.constant("nothing")

    assert read(tf.constant(False)).numpy() == b"nothing"
    with pytest.raises(tf.errors.NotFoundError):
        read(tf.constant(True))


def test_what_is_wrong_with_constants_is_said_when_the_function_runs() -> None:
    @tf.function
    def decode(there: Any) -> Any:
        return tf.reduce_sum(tf.io.decode_raw("abc", tf.int16)) if there else tf.constant(0, tf.int16)

    assert decode(tf.constant(False)).numpy() == 0
    with pytest.raises(tf.errors.InvalidArgumentError, match="not a multiple of 2"):
        decode(tf.constant(True))


def test_xla_reads_a_file_each_time(tmp_path: Path) -> None:
    pytest.importorskip("jax")
    path = str(tmp_path / "x")

    @tf.function(jit_compile=True)
    def length(scale: Any) -> Any:
        tf.io.write_file(path + ".copy", tf.io.read_file(path) + "!")
        return tf.cast(tf.strings.length(tf.io.read_file(path)), tf.float32) * scale

    for text in ("a", "abc"):
        tf.io.write_file(path, text)
        assert length(tf.constant(2.0)).numpy() == 2.0 * len(text)
        assert tf.io.read_file(path + ".copy").numpy() == text.encode() + b"!"


def test_a_saved_function_decodes(tmp_path: Path) -> None:
    class Reader(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
        def __call__(self, content: Any) -> Any:
            return tf.reduce_mean(tf.cast(tf.io.decode_png(content, channels=1), tf.float32))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def parsed(self, examples: Any) -> Any:
            return tf.io.parse_example(examples, {"x": tf.io.FixedLenFeature([2], tf.float32, [1.0, 2.0])})["x"]

    tf.saved_model.save(Reader(), str(tmp_path / "m"))
    loaded = tf.saved_model.load(str(tmp_path / "m"))
    image = tf.io.encode_png(np.full((3, 4, 1), 7, np.uint8))
    assert loaded(image).numpy() == 7.0
    example = tf.train.Example().SerializeToString()
    assert loaded.parsed(tf.constant([example])).numpy().tolist() == [[1.0, 2.0]]


def test_other_file_systems_are_fsspecs() -> None:
    pytest.importorskip("fsspec")
    root = "memory://gradtape"
    gfile = tf.io.gfile
    tf.io.write_file(f"{root}/a/x.txt", "hello")
    assert tf.io.read_file(f"{root}/a/x.txt").numpy() == b"hello"
    assert tf.io.read_file("ram://gradtape/a/x.txt").numpy() == b"hello"
    with gfile.GFile(f"{root}/a/y.txt", "w") as file:
        file.write("one\ntwo")
    assert gfile.GFile(f"{root}/a/y.txt").readlines() == ["one\n", "two"]
    assert gfile.listdir(f"{root}/a") == ["x.txt", "y.txt"]
    assert gfile.glob(f"{root}/a/*.txt") == [f"{root}/a/x.txt", f"{root}/a/y.txt"]
    assert gfile.exists(f"{root}/a/x.txt")
    assert gfile.isdir(f"{root}/a")
    assert gfile.stat(f"{root}/a/x.txt").length == 5
    gfile.copy(f"{root}/a/x.txt", f"{root}/b.txt")
    gfile.rename(f"{root}/b.txt", f"{root}/c.txt")
    assert not gfile.exists(f"{root}/b.txt")
    gfile.remove(f"{root}/c.txt")
    with pytest.raises(tf.errors.NotFoundError):
        tf.io.read_file(f"{root}/c.txt")
    with tf.io.TFRecordWriter(f"{root}/r") as writer:
        writer.write(b"x")
    assert gfile.stat(f"{root}/r").length == 17
    gfile.rmtree(root)
    with pytest.raises(tf.errors.UnimplementedError, match="File system scheme 'zz' not implemented"):
        tf.io.read_file("zz://x")


def test_pillow_reads_jpeg_files_where_libjpeg_turbo_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = tf.io.encode_jpeg(np.random.default_rng(0).integers(0, 256, (21, 30, 3), np.uint8))
    exact = [tf.io.decode_jpeg(content, c, dct_method="INTEGER_ACCURATE").numpy() for c in (0, 1, 3)]
    monkeypatch.setattr(pictures, "_turbo", lambda: None)
    for channels, pixels in zip((0, 1, 3), exact, strict=True):
        assert np.array_equal(tf.io.decode_jpeg(content, channels), pixels)


MISSING = """
import sys
for name in ("PIL", "google.protobuf", "fsspec"):
    sys.modules[name] = None
import gradtape as tf
from gradtape.io import pictures
calls = {
    "Pillow": lambda: tf.io.encode_jpeg(tf.zeros([2, 2, 3], tf.uint8)),
    "protobuf": lambda: tf.train.Example(),
    "fsspec": lambda: tf.io.read_file("s3://x/y"),
}
for name, call in calls.items():
    try:
        call()
    except ImportError as error:
        assert name in str(error), error
        assert "pip install 'gradtape[data]'" in str(error), error
    else:
        raise AssertionError(name)
image = tf.constant([[[1, 2], [3, 4]]], tf.uint8)
assert tf.io.encode_png(image).numpy().startswith(b"\\x89PNG")
print("ok")
"""


def test_what_is_not_installed_is_named_with_its_extra() -> None:
    run = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, text=True)
    assert run.stdout == "ok\n", run.stderr


def test_importing_gradtape_imports_none_of_these() -> None:
    code = (
        "import sys, gradtape; print([x for x in sys.modules if x.split('.')[0] in ('PIL', 'google', 'fsspec') "
        "or x.startswith(('gradtape.io', 'gradtape.lookup', 'gradtape.summary', 'gradtape.test'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
