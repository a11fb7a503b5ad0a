"""Writing files of records: `TFRecordWriter` and its options."""

import zlib
from typing import Any

from ..values.errors import FailedPreconditionError, OpError
from .records import framed
from .storage import failure, opened, text

_KINDS = {"": 0, "ZLIB": 1, "GZIP": 2}


class TFRecordOptions:
    """How records are compressed.

    Args:
      compression_type: "GZIP", "ZLIB", or "" or None for none; or other options, whose kind it is.
      flush_mode, input_buffer_size, output_buffer_size, compression_method: of no effect.
      window_bits, compression_level, mem_level, compression_strategy: zlib's, where given.

    Raises:
      ValueError: for another kind.
    """

    compression_type_map = {1: "ZLIB", 2: "GZIP", 0: ""}  # noqa: RUF012 - TensorFlow's

    def __init__(self, compression_type: Any = None, flush_mode: Any = None, input_buffer_size: Any = None,
                 output_buffer_size: Any = None, window_bits: Any = None, compression_level: Any = None,
                 compression_method: Any = None, mem_level: Any = None,
                 compression_strategy: Any = None) -> None:  # fmt: skip
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The kind of compression that options, or their kind, stand for."""
        if not options:
            return ""
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if options not in _KINDS and options not in cls.compression_type_map:
            raise ValueError(f'Not a valid compression_type: "{options}"')
        return cls.compression_type_map.get(options, options)  # type: ignore[no-any-return]


class TFRecordWriter:
    """Writes records into a file, each with checksums.

    Args:
      path: of the file, which is made anew.
      options: a `TFRecordOptions`, or the kind of compression.

    Raises:
      NotFoundError: if the folder is not there.
      ValueError: for another kind of compression.

    >>> import gradtape as tf, os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "x.tfrecord")
    >>> with tf.io.TFRecordWriter(path) as writer:
    ...     writer.write(b"hello")
    >>> os.path.getsize(path)
    21
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        kind = TFRecordOptions.get_compression_type_string(options)
        self._deflate = _deflate(kind, options if isinstance(options, TFRecordOptions) else TFRecordOptions())
        self._path = text(path)
        self._file: Any = None
        try:
            self._file = opened(self._path, "wb")
        except OSError as error:
            raise error if isinstance(error, OpError) else failure(error, self._path) from error

    def write(self, record: bytes | str) -> None:
        """Write a record: bytes, or text as UTF-8.

        Raises:
          FailedPreconditionError: if the file is closed.
          TypeError: if it is something else.
        """
        if not isinstance(record, str | bytes | bytearray | memoryview):
            raise TypeError(f"a record is bytes, such as of example.SerializeToString(), not {type(record).__name__}")
        self._put(framed(record.encode() if isinstance(record, str) else bytes(record)))

    def _put(self, data: bytes) -> None:
        if self._file is None:
            raise FailedPreconditionError(None, None, "Writer is closed.")
        try:
            self._file.write(data if self._deflate is None else self._deflate.compress(data))
        except OSError as error:
            raise failure(error, self._path) from error

    def flush(self) -> None:
        """Have what was written in the file, so that others can read it."""
        if self._file is None:
            raise FailedPreconditionError(None, None, "Writer is closed.")
        if self._deflate is not None:
            self._file.write(self._deflate.flush(zlib.Z_SYNC_FLUSH))
        self._file.flush()

    def close(self) -> None:
        """Write what is left, and close the file."""
        file, self._file = self._file, None
        if file is not None:
            with file:
                if self._deflate is not None:
                    file.write(self._deflate.flush())

    def __enter__(self) -> "TFRecordWriter":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()


def _deflate(kind: str, options: TFRecordOptions) -> Any:
    """What compresses; None if nothing does."""
    if not kind:
        return None
    level = options.compression_level
    window = options.window_bits or zlib.MAX_WBITS
    return zlib.compressobj(
        -1 if level is None else int(level), zlib.DEFLATED, int(window) + 16 * (kind == "GZIP" and window <= 15),
        int(options.mem_level or zlib.DEF_MEM_LEVEL), int(options.compression_strategy or 0),
    )  # fmt: skip
