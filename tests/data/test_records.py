"""The TFRecord format: records, and files that are damaged."""

import io
import struct
import zlib
from pathlib import Path

import pytest

import gradtape as tf
from gradtape.io.crc32c import masked_crc32c
from gradtape.io.records import framed, opened, records


def test_a_record_is_framed_as_tensorflow_frames_it() -> None:
    assert framed(b"one").hex() == "0300000000000000b099490e6f6e6501405508"


def test_records_say_where_the_next_one_begins() -> None:
    data = framed(b"one") + framed(b"") + framed(bytes(1000))
    assert list(records(io.BytesIO(data))) == [(b"one", 19), (b"", 35), (bytes(1000), 1051)]
    assert next(iter(records(io.BytesIO(data), 19))) == (b"", 35)


def test_a_length_that_is_too_great_takes_no_memory() -> None:
    head = struct.pack("<Q", 1 << 60)
    data = head + struct.pack("<I", masked_crc32c(head)) + b"few bytes"
    with pytest.raises(tf.errors.DataLossError, match="truncated record at 0"):
        list(records(io.BytesIO(data)))


@pytest.mark.parametrize("size", [0, 1, 1 << 17])
def test_files_in_zlibs_format_are_read_as_they_come(size: int, tmp_path: Path) -> None:
    data = framed(bytes(size)) + framed(b"end")
    (tmp_path / "file").write_bytes(zlib.compress(data))
    with opened(tmp_path / "file", "ZLIB") as file:
        assert [x for x, _ in records(file)] == [bytes(size), b"end"]
