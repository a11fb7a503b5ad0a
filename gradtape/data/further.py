"""Datasets that TensorFlow has in `tf.data.experimental` alone: of databases, of lists, reduced by key, filled up."""

import contextlib
import os
import pathlib
import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..io.examples import parse_example
from ..io.writing import TFRecordWriter as _Writer
from ..values import nest
from ..values.dtypes import as_dtype, string
from ..values.errors import InvalidArgumentError, OutOfRangeError, UnknownError
from ..values.tensor import wrap
from ..values.thread import current
from ..values.type_spec import TensorSpec
from .dataset import Dataset
from .functions import element_of, spec_of
from .making import made
from .node import UNKNOWN, Element, Node, Walk, combined, object_of, packed, taken_apart
from .readers import TFRecordDataset
from .sources import Held
from .windows import Listed

__all__ = [
    "Reducer", "SqlDataset", "TFRecordWriter", "at", "from_list", "from_variant", "group_by_reducer",
    "make_batched_features_dataset", "pad_to_cardinality", "parse_example_dataset", "to_variant",
]  # fmt: skip

Transformation = Callable[[Dataset], Any]


def from_list(elements: Any, name: str | None = None) -> Any:
    """The elements of a list: structures of what can be tensors.

    Raises:
      TypeError: if they have no spec in common.
      ValueError: if it is no list, or has none.

    >>> import gradtape as tf
    >>> [int(x) for x, _ in tf.data.experimental.from_list([(1, "a"), (2, "b")])]
    [1, 2]
    """
    if not isinstance(elements, list):
        raise ValueError("Invalid `elements`. `elements` must be a list.")
    if not elements:
        raise ValueError(
            "Invalid `elements`. `elements` should not be empty. If you want an empty dataset, use "
            "`tf.data.Dataset.range(0)`."
        )
    given = [element_of(tuple(x) if isinstance(x, tuple) else x) for x in elements]
    spec = combined(list(map(spec_of, given)), "Incompatible elements of a list")
    node = Listed(list(map(taken_apart, given)), spec)
    node.label = "_ListDataset"
    return made(node)


def at(dataset: Dataset, index: Any) -> Any:
    """The element at a place of a dataset, which is walked through up to there.

    Raises:
      OutOfRangeError: if there is none.
    """
    if current.thread.trace is not None:
        return dataset.skip(index).take(1).get_single_element()
    place = int(index)
    walk = dataset._node.walk()
    element = None
    if place >= 0:
        for _ in range(place + 1):
            element = next(walk, None)
    if element is None:
        raise OutOfRangeError(None, None, f"Index {place} is out of the range of the dataset. [Op:GetElementAtIndex]")
    return packed(dataset.element_spec, [wrap(a) for a in element])


def to_variant(dataset: Dataset) -> Any:
    """A scalar that holds a dataset, of which `from_variant` makes it again."""
    return dataset._handle


def from_variant(variant: Any, structure: Any) -> Any:
    """The dataset that `to_variant` gave a scalar of; `structure` is the spec of its elements."""
    if current.thread.trace is None:
        return made(object_of(variant._array))
    return made(Held(variant, structure))


# --- transformations -------------------------------------------------------------------------------------------------


class Reducer:
    """How the elements of a key become one, for `group_by_reducer`.

    Args:
      init_func: of a key, the first state.
      reduce_func: of a state and an element, the next state.
      finalize_func: of the last state, what comes of it.
    """

    def __init__(self, init_func: Callable[..., Any], reduce_func: Callable[..., Any],
                 finalize_func: Callable[..., Any]) -> None:  # fmt: skip
        self.init_func, self.reduce_func, self.finalize_func = init_func, reduce_func, finalize_func


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Transformation:
    """For `Dataset.apply`: one element for each key, an int64 scalar, that `key_func` gives; in the order of keys.

    >>> import gradtape as tf
    >>> count = tf.data.experimental.Reducer(lambda key: 0, lambda n, x: n + 1, lambda n: n)
    >>> [int(n) for n in tf.data.Dataset.range(5).apply(tf.data.experimental.group_by_reducer(lambda x: x % 2, count))]
    [3, 2]
    """

    def reduced(key: Any, group: Any) -> Any:
        state = group.reduce(reducer.init_func(key), reducer.reduce_func)
        return Dataset.from_tensors(reducer.finalize_func(*state if isinstance(state, tuple) else (state,)))

    return lambda dataset: dataset.group_by_window(key_func, reduced, np.iinfo(np.int64).max)


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Transformation:
    """For `Dataset.apply`: as many elements, which are dicts; `mask_key` of them says which of them there were.

    Raises:
      ValueError: if elements are no dicts, it is not known how many there are, or there are more.
    """

    def padded(dataset: Dataset) -> Any:
        if not isinstance(dataset.element_spec, dict):
            raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
        count = int(dataset.cardinality())
        if count < 0:
            raise ValueError("The dataset passed into `pad_to_cardinality` must have a known cardinalty, but has "
                             f"cardinality {count}")  # fmt: skip
        if count > cardinality:
            raise ValueError("The dataset passed into `pad_to_cardinality` must have a cardinalty less than the target "
                             f"cardinality ({cardinality}), but has cardinality {count}")  # fmt: skip

        def filler(spec: Any) -> Any:
            shape = [n or 0 for n in spec.shape.as_list()]
            return np.full(shape, b"" if spec.dtype is string else 0, spec.dtype._numpy)

        zeros = Dataset.from_tensors({k: nest.map_structure(filler, s) for k, s in dataset.element_spec.items()})
        more = zeros.repeat(cardinality - count).map(lambda x: {**x, mask_key: False})
        return dataset.map(lambda x: {**x, mask_key: True}).concatenate(more)

    return padded


def parse_example_dataset(features: Any, num_parallel_calls: Any = 1, deterministic: Any = None) -> Transformation:
    """For `Dataset.apply`: of vectors of strings, what `tf.io.parse_example` gives of them."""

    def parsed(dataset: Dataset) -> Any:
        spec = dataset.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype is not string or spec.shape.rank not in (None, 1):
            raise TypeError(f"Input dataset should be a dataset of vectors of strings. Instead it is `{spec}`.")
        if features is None:
            raise ValueError("Argument `features` cannot be None.")
        parallel = None if num_parallel_calls == 1 else num_parallel_calls
        return dataset.map(lambda x: parse_example(x, features), parallel)

    return parsed


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: Any,
    reader: Any = None,
    label_key: str | None = None,
    reader_args: Sequence[Any] | None = None,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: int | None = None,
    parser_num_threads: int | None = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Any:
    """Batches of the features of the Examples in files: a dict, and a label if one is named.

    Args:
      features: as for `tf.io.parse_example`.
      reader: makes a dataset of the name of a file and `reader_args`; `tf.data.TFRecordDataset` by default.
      num_epochs: how often the Examples come; without end by default.

    Raises:
      InvalidArgumentError: if there are no files.
      ValueError: if `label_key` is no feature.
    """
    reader = TFRecordDataset if reader is None else reader
    if label_key is not None and label_key not in features:
        raise ValueError(
            f"The `label_key` provided ({label_key}) must be one of the `features` keys: {features.keys()}."
        )
    files = Dataset.list_files(file_pattern, shuffle, shuffle_seed)
    found = files.interleave(lambda path: reader(path, *(reader_args or ())), reader_num_threads or 1)
    if isinstance(found.element_spec, tuple) and len(found.element_spec) == 2:
        found = found.map(lambda _, value: value)
    if shuffle:
        found = found.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        found = found.repeat(num_epochs)
    found = found.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    found = found.apply(parse_example_dataset(features, parser_num_threads or 1))
    if label_key is not None:
        found = found.map(lambda x: ({k: v for k, v in x.items() if k != label_key}, x[label_key]))
    return found.prefetch(1 if prefetch_buffer_size is None else prefetch_buffer_size)


class TFRecordWriter:
    """Writes datasets of strings into a file of records.

    Args:
      compression_type: "GZIP", "ZLIB" or none.
    """

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        self._how = filename, compression_type

    def write(self, dataset: Any) -> None:
        """Write the elements of a dataset, one record each.

        Raises:
          TypeError: if they are no scalar strings.
        """
        if not isinstance(dataset, Dataset):
            raise TypeError(f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}.")
        spec = dataset.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype is not string or spec.shape.rank not in (None, 0):
            raise TypeError(
                "Invalid `dataset`. Expected a`dataset` that produces scalar `tf.string` elements, but got a dataset "
                f"which produces elements of {spec}."
            )
        with _Writer(*self._how) as writer:
            for record in dataset:
                writer.write(record.numpy())


# --- databases -------------------------------------------------------------------------------------------------------

_COLUMNS = ("string", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "float64")
_NUMBER = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


class SqlDataset(Dataset):
    """The rows that a query to a SQLite database gives: a tuple of scalars each.

    Args:
      driver_name: "sqlite".
      data_source_name: the path of the file.
      query: a statement.
      output_types: a tuple of the columns' dtypes: string, float64, bool, or integers of up to 64 bits.

    Raises:
      InvalidArgumentError: for another database, or other dtypes; or as it is walked through, if there are other
        columns.
      UnknownError: as it is walked through, if the database refuses the query.
    """

    def __init__(self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any) -> None:
        if str(driver_name) != "sqlite":
            raise InvalidArgumentError(
                None, None, f"The database type, {driver_name}, is not supported by SqlDataset. The set of supported "
                "databases is: {'sqlite'}. [Op:SqlDataset]"
            )  # fmt: skip
        dtypes = tuple(map(as_dtype, output_types))
        if wrong := [d.name for d in dtypes if d.name not in _COLUMNS]:
            raise InvalidArgumentError(
                None, None, f"Each element of `output_types_` must be one of: {', '.join(_COLUMNS)}, not {wrong[0]}. "
                "[Op:SqlDataset]"
            )  # fmt: skip
        super().__init__(_Rows(os.fspath(data_source_name), str(query), tuple(TensorSpec([], d) for d in dtypes)))


class _Rows(Node):
    label = "SqlDatasetV2"
    length = UNKNOWN

    def __init__(self, path: str, query: str, spec: tuple[TensorSpec, ...]) -> None:
        self.path, self.query, self.spec = path, query, spec

    def walk(self) -> Walk:
        return _Querying(self)


class _Querying(Walk):
    keeps = ("position",)
    inputs = ()

    def __init__(self, node: _Rows) -> None:
        self._node = node
        self._rows: Any = None
        self.position = 0

    def __next__(self) -> Element:
        node = self._node
        try:
            if self._rows is None:
                self._rows = self._asked()
            row = next(self._rows)
        except sqlite3.Error as error:
            raise UnknownError(None, None, f"Prepare() failed: {error}: {node.query}") from error
        self.position += 1
        return tuple([_field(x, spec.dtype) for x, spec in zip(row, node.spec, strict=True)])

    def _asked(self) -> Any:
        """The rows from `position` on. They are not read all at once."""
        node = self._node
        connection = sqlite3.connect(
            pathlib.Path(node.path).absolute().as_uri() + "?mode=ro", uri=True, check_same_thread=False
        )
        with contextlib.closing(connection):
            connection.text_factory = bytes
            rows = connection.execute(node.query)
            if len(rows.description or ()) != len(node.spec):
                raise InvalidArgumentError(
                    None, None, f"The number of columns in query ({len(rows.description or ())}) must match the number "
                    f"of elements in output_types ({len(node.spec)})."
                )  # fmt: skip
            for number, row in enumerate(rows):
                if number >= self._first:
                    yield row

    _first = 0

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._rows, self._first = None, self.position


def _field(value: Any, dtype: Any) -> Any:
    """A field as SQLite converts it to a column's dtype; what is missing is 0 or empty."""
    if dtype is string:
        text = b"" if value is None else value if isinstance(value, bytes) else str(value).encode()
        return np.asarray(text, object)
    if isinstance(value, bytes):
        found = _NUMBER.match(value.decode("utf-8", "replace"))
        value = 0 if found is None else float(found[0]) if dtype.name == "float64" else int(float(found[0]))
    value = 0 if value is None else value
    if dtype.name == "float64":
        return np.float64(value)
    return (
        np.bool_(value) if dtype.name == "bool" else np.asarray(int(value) % (1 << 64), np.uint64).astype(dtype._numpy)
    )
