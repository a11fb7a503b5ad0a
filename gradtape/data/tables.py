"""`make_csv_dataset`: batches of a table's columns, whose names and dtypes its files tell."""

import collections
import csv
from typing import Any

import numpy as np

from ..io.records import opened
from ..values.dtypes import float32, int32, int64, string
from ..values.dtypes import float64 as double
from ..values.tensor import wrap
from .dataset import Dataset
from .files import matching
from .readers import CsvDataset


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Any:
    """Batches of the rows of files of comma-separated values: a dict of columns, and a label if one is named.

    Args:
      column_names: by default those in the first line of the files.
      column_defaults: a dtype or the value of an empty field for each column; by default what the first
        `num_rows_for_inference` rows tell.
      label_name: the column that is the label.
      select_columns: names or numbers of the columns to take.
      num_epochs: how often the rows come; without end by default.
      shuffle, shuffle_buffer_size, shuffle_seed: whether, and how, the rows come in random order.
      num_parallel_reads: rows of so many files take turns; of one at a time by default.
    """
    paths = matching(file_pattern)
    if not paths:
        raise ValueError(f"No files found in {file_pattern!r}.")

    def rows(limit: int | None) -> list[list[str]]:
        found: list[list[str]] = []
        quoting = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
        for path in paths:
            with opened(path, compression_type or "") as file:
                texts = (line.decode(encoding) for line in file)
                for number, row in enumerate(csv.reader(texts, delimiter=field_delim, quoting=quoting)):
                    if number or not header:
                        found.append(row)
                        if limit is not None and len(found) >= limit:
                            return found
        return found

    if column_names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        with opened(paths[0], compression_type or "") as file:
            column_names = next(csv.reader([file.readline().decode(encoding)], delimiter=field_delim))
    names = list(column_names)
    if len(set(names)) != len(names):
        raise ValueError("Cannot have duplicate column names.")
    chosen = list(range(len(names)))
    if select_columns is not None:
        chosen = sorted(names.index(c) if isinstance(c, str) else int(c) for c in select_columns)
    if column_defaults is None:
        given = rows(num_rows_for_inference)
        if any(len(row) != len(names) for row in given):
            raise ValueError("Problem inferring types: CSV row has different number of fields than expected.")
        column_defaults = [_default([row[i] for row in given], na_value) for i in chosen]
    names = [names[i] for i in chosen]
    if label_name is not None and label_name not in names:
        raise ValueError("`label_name` provided must be one of the columns.")

    def labelled(*columns: Any) -> Any:
        features = collections.OrderedDict(zip(names, columns, strict=True))
        return features if label_name is None else (features, features.pop(label_name))

    files = Dataset.from_tensor_slices(np.array(paths, object))
    if shuffle:
        files = files.shuffle(len(paths), shuffle_seed)

    def of_file(path: Any) -> Any:
        return CsvDataset(
            path, column_defaults, compression_type, None, header, field_delim, use_quote_delim, na_value,
            chosen if select_columns is not None else None,
        )  # fmt: skip

    dataset = files.interleave(of_file, 1 if num_parallel_reads is None else num_parallel_reads)
    made: Any = dataset.ignore_errors() if ignore_errors else dataset
    if shuffle:
        made = made.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        made = made.repeat(num_epochs)
    made = made.batch(batch_size, drop_remainder=num_epochs is None).map(labelled)
    return made.prefetch(1 if prefetch_buffer_size is None else prefetch_buffer_size)


def _default(fields: list[str], missing: str) -> Any:
    """What stands for an empty field of a column with these: it has the column's dtype."""
    there = [x for x in fields if x not in ("", missing)]
    for dtype in (int32, int64, float32, double):
        if all(_is(x, dtype) for x in there):
            return wrap(np.zeros(1, dtype._numpy))
    return wrap(np.array([b""], string._numpy))


def _is(text: str, dtype: Any) -> bool:
    try:
        if dtype.is_integer:
            return bool(np.iinfo(dtype._numpy).min <= int(text) <= np.iinfo(dtype._numpy).max)
        return bool(np.isfinite(dtype._numpy.type(text))) or "inf" in text.lower() or "nan" in text.lower()
    except (ValueError, OverflowError):
        return False
