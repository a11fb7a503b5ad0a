"""Datasets of files: `TextLineDataset`, `TFRecordDataset`, `FixedLengthRecordDataset`, `CsvDataset`."""

from typing import Any

from ..values.type_spec import TensorSpec
from .dataset import Dataset
from .files import Column, InFiles, fixed_length, lines, table, tf_records
from .node import Node

__all__ = ["CsvDataset", "FixedLengthRecordDataset", "TFRecordDataset", "TextLineDataset"]


def _paths(filenames: Any) -> Any:
    return filenames._node if isinstance(filenames, Dataset) else filenames


class TextLineDataset(Dataset):
    """The lines of text files, as strings, without their ends.

    Args:
      filenames: of one file or several: strings, a tensor of them, or a dataset.
      compression_type: "", "GZIP" or "ZLIB".
      buffer_size: how many bytes are read at once.
      num_parallel_reads: without effect: files are read in order.
    """

    def __init__(self, filenames: Any, compression_type: str | None = None, buffer_size: Any = None,
                 num_parallel_reads: Any = None, name: str | None = None) -> None:  # fmt: skip
        super().__init__(InFiles("TextLineDatasetV2", _paths(filenames), lines, compression_type, buffer_size))


class TFRecordDataset(Dataset):
    """The records of TFRecord files, as strings; checksums are verified.

    Args:
      filenames, compression_type, buffer_size, num_parallel_reads: as for `TextLineDataset`.
    """

    def __init__(self, filenames: Any, compression_type: str | None = None, buffer_size: Any = None,
                 num_parallel_reads: Any = None, name: str | None = None) -> None:  # fmt: skip
        super().__init__(InFiles("TFRecordDatasetV2", _paths(filenames), tf_records, compression_type, buffer_size))


class FixedLengthRecordDataset(Dataset):
    """The pieces of files that are `record_bytes` bytes long, as strings.

    Args:
      header_bytes, footer_bytes: how many bytes to leave out at the beginning and the end of each file.
      filenames, compression_type, buffer_size, num_parallel_reads: as for `TextLineDataset`.
    """

    def __init__(self, filenames: Any, record_bytes: Any, header_bytes: Any = None, footer_bytes: Any = None,
                 buffer_size: Any = None, compression_type: str | None = None, num_parallel_reads: Any = None,
                 name: str | None = None) -> None:  # fmt: skip
        pieces = fixed_length(int(record_bytes), int(header_bytes or 0), int(footer_bytes or 0))
        label = "FixedLengthRecordDatasetV2"
        super().__init__(InFiles(label, _paths(filenames), pieces, compression_type, buffer_size))


class CsvDataset(Dataset):
    """The rows of files of comma-separated values: a tuple of scalars each.

    Args:
      record_defaults: for each column a dtype, where a field must not be empty, or the value of an empty one.
      header: whether the first line of each file is left out.
      field_delim: what is between fields.
      use_quote_delim: whether quotes stand around fields that have a delimiter in them.
      na_value: another text of an empty field.
      select_cols: the numbers of the columns to take, in order; all by default.
    """

    def __init__(self, filenames: Any, record_defaults: Any, compression_type: str | None = None,
                 buffer_size: Any = None, header: bool = False, field_delim: str = ",", use_quote_delim: bool = True,
                 na_value: str = "", select_cols: Any = None, exclude_cols: Any = None) -> None:  # fmt: skip
        columns = [Column(default) for default in record_defaults]
        selected = None if select_cols is None else [int(n) for n in select_cols]
        pieces = table(columns, bool(header), field_delim, bool(use_quote_delim), na_value, selected)
        spec = tuple(TensorSpec([], c.dtype) for c in columns)
        node: Node = InFiles("CsvDatasetV2", _paths(filenames), pieces, compression_type, buffer_size, spec)
        super().__init__(node)
