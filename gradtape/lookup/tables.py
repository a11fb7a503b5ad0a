"""Tables from keys to values, in eager code and in functions, and what they begin with."""

import itertools
import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..engine import fingerprints
from ..io.storage import failure, opened, text
from ..math.cast import cast
from ..strings import as_string
from ..values import dtypes
from ..values.composite import is_sparse
from ..values.composite import kinds as composites
from ..values.convert import convert_to_tensor, tensor_of
from ..values.dtypes import DType, as_dtype
from ..values.errors import FailedPreconditionError, OpError, invalid
from ..values.symbolic import Value, computation, computed, computed_all, performed
from ..values.tensor import EagerTensor, Tensor, wrap
from ..values.trackable import TrackableResource

__all__ = [
    "DenseHashTable", "KeyValueTensorInitializer", "MutableHashTable", "StaticHashTable", "StaticVocabularyTable",
    "TextFileIndex", "TextFileInitializer",
]  # fmt: skip


# --- what tables begin with ------------------------------------------------------------------------------------------


class TextFileIndex:
    """What a `TextFileInitializer` takes of a line, besides the number of a column."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


class Initializer:
    """What a table begins with: pairs of keys and values."""

    _op: str

    def initialize(self, table: Any) -> None:
        """Put the keys and values into a table that is empty."""
        table._store.fill(*self._pairs(), self._op)

    def _pairs(self) -> tuple[list[Any], list[Any]]:
        raise NotImplementedError


class KeyValueTensorInitializer(Initializer):
    """Keys and values, as tensors.

    Args:
      keys, values: tensors, or what can be converted to them, of one shape.
      key_dtype, value_dtype: their dtypes; by default those they have.
    """

    _op = "LookupTableImportV2"

    def __init__(self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None,
                 name: str | None = None) -> None:  # fmt: skip
        self._keys = convert_to_tensor(keys, key_dtype)
        self._values = convert_to_tensor(values, value_dtype)

    @property
    def key_dtype(self) -> DType:
        return self._keys.dtype

    @property
    def value_dtype(self) -> DType:
        return self._values.dtype

    def _pairs(self) -> tuple[list[Any], list[Any]]:
        keys, values = (_known(x) for x in (self._keys, self._values))
        if keys.shape != values.shape:
            raise invalid(self._op, f"Expected shape {_brackets(keys.shape)} for value, got {_brackets(values.shape)}")
        return keys.ravel().tolist(), values.ravel().tolist()


class TextFileInitializer(Initializer):
    """Keys and values from the lines of a text file.

    Args:
      filename: its path.
      key_dtype, value_dtype: string, int64, or what numbers in the file are to be.
      key_index, value_index: the number of a column, `TextFileIndex.WHOLE_LINE` or `TextFileIndex.LINE_NUMBER`.
      vocab_size: how many lines to read; all by default.
      delimiter: what is between columns.
      value_index_offset: what is added to the number of the line where that is the value.

    Raises:
      ValueError: if `filename` is empty, or a dtype is not one that an index gives.
    """

    _op = "InitializeTableFromTextFileV2"

    def __init__(self, filename: Any, key_dtype: Any, key_index: int, value_dtype: Any, value_index: int,
                 vocab_size: int | None = None, delimiter: str = "\t", name: str | None = None,
                 value_index_offset: int = 0) -> None:  # fmt: skip
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        for what, dtype, index in (("key", self.key_dtype, key_index), ("value", self.value_dtype, value_index)):
            if index < -2:
                raise ValueError(f"`{what}_index` should be >= -2, received: {index}.")
            if index == TextFileIndex.LINE_NUMBER and dtype is not dtypes.int64:
                raise ValueError(f"`{what}_dtype` must be int64 if `{what}_index` is -1, received: {dtype}")
            if index == TextFileIndex.WHOLE_LINE and dtype not in (dtypes.string, dtypes.int64):
                raise ValueError(f"`{what}_dtype` must be either integer or string for `{what}_index` -2, received: "
                                 f"{dtype}")  # fmt: skip
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._filename = filename
        self._indices = key_index, value_index
        self._vocab_size = vocab_size
        self._delimiter = delimiter.encode()
        self._offset = value_index_offset

    def _pairs(self) -> tuple[list[Any], list[Any]]:
        path = text(self._filename)
        try:
            with opened(path, "rb") as file:
                lines = [line.rstrip(b"\r\n") for line in itertools.islice(file, self._vocab_size)]
        except OSError as error:
            raise error if isinstance(error, OpError) else failure(error, path, self._op) from error
        if self._vocab_size is not None and len(lines) < self._vocab_size:
            raise invalid(self._op, f"Invalid vocab_size in {path}: expected {self._vocab_size} but got {len(lines)}")
        found: tuple[list[Any], list[Any]] = [], []
        least = max(*self._indices, -1) + 1
        for number, line in enumerate(lines):
            parts = line.split(self._delimiter) if least > 0 else [line]
            if len(parts) < least:
                shown = line.decode("utf-8", "replace")
                raise invalid(self._op, f"Invalid number of columns in {path} line {number} ({shown}) : expected at "
                              f"least {least} got {len(parts)}")  # fmt: skip
            for made, index, dtype in zip(found, self._indices, (self.key_dtype, self.value_dtype), strict=True):
                offset = self._offset if made is found[1] else 0
                made.append(_part(line, parts, number + offset, index, dtype, number))
        return found


def _part(line: bytes, parts: Sequence[bytes], at: int, index: int, dtype: DType, number: int) -> Any:
    if index == TextFileIndex.LINE_NUMBER:
        return at
    word = line if index == TextFileIndex.WHOLE_LINE else parts[index]
    if dtype is dtypes.string:
        return word
    try:
        if dtype is dtypes.bool_ or b"_" in word:
            raise ValueError
        return float(word) if dtype._kind == "f" else int(word)
    except ValueError:
        shown = word.decode("utf-8", "replace")
        kind = dtypes.KERNEL_NAMES.get(dtype.name, dtype.name)
        raise invalid(TextFileInitializer._op, f"Field {shown} in line {number} is not a valid {kind}.") from None


_INSERT = "LookupTableInsertV2"
_FIND, _REMOVE = "LookupTableFindV2", "LookupTableRemoveV2"


def _brackets(shape: Sequence[int]) -> str:
    return f"[{','.join(map(str, shape))}]"


def _known(x: Tensor) -> Any:
    """The array of a tensor, which may be made while a function is traced."""
    value = x._array
    return value.trace.evaluated(value) if type(value) is Value else value


# --- what tables are made of -----------------------------------------------------------------------------------------


class _Store:
    """The keys and values of a table, for all that use it: eager code, graphs, threads."""

    def __init__(self, key: DType, value: DType, shape: tuple[int, ...] = (), fixed: bool = False) -> None:
        self.key, self.value, self.shape, self.fixed = key, value, shape, fixed
        self.refused: dict[Any, str] = {}  # keys that cannot be, and what they are called; first the empty one
        self.buckets = 0
        self.pairs: dict[Any, Any] = {}
        self.lock = threading.RLock()

    def fill(self, keys: Sequence[Any], values: Sequence[Any], op: str) -> None:
        """What a table begins with: a key comes once, or with one value."""
        kind = self.key._numpy.type
        plain = self.key is dtypes.string
        for key, value in zip(keys, values, strict=True):
            if not plain:
                key = kind(key).item()
            if self.pairs.setdefault(key, value) != value:
                shown = [x.decode("utf-8", "replace") if isinstance(x, bytes) else x for x in
                         (key, self.pairs[key], value)]  # fmt: skip
                raise FailedPreconditionError(
                    None, None, f"HashTable has different value for same key. Key {shown[0]} has {shown[1]} and trying "
                    f"to add value {shown[2]} [Op:{op}]",
                )  # fmt: skip

    def as_arrays(self) -> list[Any]:
        """The keys and the values, for a file."""
        return _exported(self, self.key.name, self.value.name, self.shape)  # type: ignore[no-any-return]

    def check(self, keys: Sequence[Any], op: str) -> None:
        for key in keys if self.refused else ():
            if key in self.refused:
                raise invalid(op, f"Using the {self.refused[key]} as a table key is not allowed")


def _held(store: _Store) -> EagerTensor:
    """A store as a scalar, as graphs take it."""
    out = np.empty((), np.object_)
    out[()] = store
    return wrap(out)


def store_of(key: DType, value: DType, shape: tuple[int, ...], fixed: bool, keys: Any, values: Any) -> EagerTensor:
    """A store that has these arrays, as graphs take it."""
    store = _Store(key, value, shape, fixed)
    store.fill(_listed(keys), _rows(values, len(keys)), _INSERT)
    return _held(store)


def _listed(x: Any) -> list[Any]:
    return [x] if isinstance(x, bytes) else np.ravel(x).tolist()  # type: ignore[no-any-return]


def _rows(x: Any, count: int) -> list[Any]:
    """The values of `count` keys: numbers or strings, or arrays of them."""
    if isinstance(x, bytes) or np.ndim(x) <= 1:
        return _listed(x)
    return list(x.reshape(count, -1))


def _of(handle: Any) -> _Store:
    return handle if isinstance(handle, _Store) else handle[()]


def _found_shape(n: int, handle: Any, keys: Any, default: Any, *, dtype: str, shape: tuple[int, ...]) -> Any:
    return [((*np.shape(keys), *shape), as_dtype(dtype)._numpy)]


def _one_each(default: Any, count: int, shape: tuple[int, ...]) -> Any:
    """Defaults of `count` keys: the one of the table, or one for each key."""
    if isinstance(default, bytes):
        return itertools.repeat(default)
    default = np.asarray(default)
    if default.shape == shape:
        return itertools.repeat(default if shape else default.item())
    rows = default.reshape(count, *shape)
    return rows if shape else rows.tolist()


@computation(made=_found_shape, effect=True)
def _found(handle: Any, keys: Any, default: Any, dtype: str, shape: tuple[int, ...]) -> Any:
    store, numpy = _of(handle), as_dtype(dtype)._numpy
    items = _listed(keys)
    store.check(items, _FIND)
    whole = (*np.shape(keys), *shape)
    out = np.empty((len(items), *shape), numpy)
    rest = _one_each(default, len(items), shape)
    with store.lock:
        get = store.pairs.get
        if shape:
            for i, (key, other) in enumerate(zip(items, rest, strict=False)):
                out[i] = np.asarray(get(key, other)).reshape(shape)
        else:
            out[:] = [get(key, other) for key, other in zip(items, rest, strict=False)]
    return out.reshape(whole)


@computation(made=lambda n, handle: [((), np.int64)], effect=True)
def _size(handle: Any) -> Any:
    return np.int64(len(_of(handle).pairs))


def _exported_shape(n: int, handle: Any, *, key: str, value: str, shape: tuple[int, ...]) -> Any:
    return [((n,), as_dtype(key)._numpy), ((n, *shape), as_dtype(value)._numpy)]


@computation(made=_exported_shape, multiple=True, effect=True)
def _exported(handle: Any, key: str, value: str, shape: tuple[int, ...]) -> list[Any]:
    store = _of(handle)
    with store.lock:
        keys, values = list(store.pairs), list(store.pairs.values())
    out = np.empty(len(keys), as_dtype(key)._numpy), np.empty((len(keys), *shape), as_dtype(value)._numpy)
    out[0][:] = keys
    for i, x in enumerate(values):
        out[1][i] = np.asarray(x).reshape(shape) if shape else x
    return list(out)


@computation(effect=True)
def _inserted(handle: Any, keys: Any, values: Any) -> None:
    store = _of(handle)
    shape, wanted = np.shape(values), (*np.shape(keys), *store.shape)
    if shape != wanted:
        raise invalid(_INSERT, f"Expected shape {_brackets(wanted)} for value, got {_brackets(shape)}")
    items = _listed(keys)
    store.check(items, _INSERT)
    rows = [np.array(x) for x in np.reshape(values, (len(items), *store.shape))] if store.shape else _listed(values)
    with store.lock:
        store.pairs.update(zip(items, rows, strict=True))


@computation(effect=True)
def _removed(handle: Any, keys: Any) -> None:
    store = _of(handle)
    items = _listed(keys)
    store.check(items, _REMOVE)
    with store.lock:
        for key in items:
            store.pairs.pop(key, None)


@computation(effect=True)
def _imported(handle: Any, keys: Any, values: Any) -> None:
    """Have these pairs alone in a table."""
    store = _of(handle)
    items = _listed(keys)
    rows = [np.array(x) for x in np.reshape(values, (len(items), *store.shape))] if store.shape else _listed(values)
    with store.lock:
        store.pairs = {key: row for key, row in zip(items, rows, strict=True) if key not in store.refused}


def _buckets_shape(n: int, handle: Any, default: Any, *, key: str, value: str, shape: tuple[int, ...]) -> Any:
    return [((n, 1), as_dtype(key)._numpy), ((n, *(shape or (1,))), as_dtype(value)._numpy)]


@computation(made=_buckets_shape, multiple=True, effect=True)
def _buckets(handle: Any, default: Any, key: str, value: str, shape: tuple[int, ...]) -> list[Any]:
    """Keys and values in the places where TensorFlow's dense table, which knows no others, looks for them."""
    store = _of(handle)
    with store.lock:
        pairs = list(store.pairs.items())
    count = store.buckets
    while len(pairs) > 0.8 * count:
        count *= 2
    keys = np.full((count, 1), next(iter(store.refused)), as_dtype(key)._numpy)
    values = np.zeros((count, *(shape or (1,))), as_dtype(value)._numpy)
    values[:] = default
    taken = set()
    for key, x in pairs:
        place = (fingerprints.murmur64(key) if isinstance(key, bytes) else key) % count
        for probe in itertools.count(1):
            if place not in taken:
                break
            place = (place + probe) % count
        taken.add(place)
        keys[place], values[place] = key, x
    return [keys, values]


def _of_keys(lookup: Callable[[Any], Any], keys: Any, dtype: DType) -> Any:
    """What `lookup` gives of the tensor of `keys`; of composite ones, of the tensor of their elements."""
    if type(keys) in composites or is_sparse(keys):
        return keys.with_values(_of_keys(lookup, keys.values, dtype))
    x = tensor_of(keys, dtype)
    if x.dtype is not dtype:
        raise TypeError(f"Dtype of argument `keys` must be {dtype}, received: {x.dtype}")
    return lookup(x)


class _Table(TrackableResource):
    """A table: what `_store` holds, by keys and values of these dtypes."""

    def __init__(self, store: _Store, default: Any, name: str | None = None) -> None:
        self._store = store
        self._handle = _held(store)
        self._default = default
        self._name = name

    @property
    def key_dtype(self) -> DType:
        """The dtype of keys."""
        return self._store.key

    @property
    def value_dtype(self) -> DType:
        """The dtype of values."""
        return self._store.value

    @property
    def resource_handle(self) -> EagerTensor:
        """What stands for the table in graphs."""
        return self._handle

    @property
    def name(self) -> Any:
        return self._name

    def size(self, name: str | None = None) -> EagerTensor:
        """How many keys there are, as an int64 scalar."""
        return computed(_size, self._handle)

    def export(self, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
        """All keys and all values, as tensors."""
        store = self._store
        keys, values = computed_all(_exported, self._handle, key=store.key.name, value=store.value.name,
                                    shape=store.shape)  # fmt: skip
        return keys, values

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys; the default where there is no such key.

        Args:
          keys: a tensor, RaggedTensor or SparseTensor.

        Raises:
          TypeError: if their dtype is not that of the table's keys.
        """
        return self._looked_up(keys, self._default)

    def _looked_up(self, keys: Any, default: Any) -> Any:
        store = self._store
        found = lambda x: computed(_found, self._handle, x, default, dtype=store.value.name, shape=store.shape)
        return _of_keys(found, keys, store.key)


class StaticHashTable(_Table):
    """A table that does not change.

    Args:
      initializer: what is in it: a `KeyValueTensorInitializer` or a `TextFileInitializer`.
      default_value: the value of a key that is not in it.

    Raises:
      FailedPreconditionError: if a key has two values.
      InvalidArgumentError: if there are not as many values as keys, or lines of a file are not so.
      NotFoundError: if the file is not there.

    >>> import gradtape as tf
    >>> initializer = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> tf.lookup.StaticHashTable(initializer, -1).lookup(tf.constant(["b", "c"])).numpy()
    array([ 2, -1], dtype=int32)
    """

    def __init__(self, initializer: Any, default_value: Any, name: str | None = None,
                 experimental_is_anonymous: bool = False) -> None:  # fmt: skip
        store = _Store(initializer.key_dtype, initializer.value_dtype, fixed=True)
        default = convert_to_tensor(default_value, store.value)
        super().__init__(store, default, name)
        self._initializer = initializer
        initializer.initialize(self)

    @property
    def default_value(self) -> EagerTensor:
        """The value of a key that is not in it."""
        return self._default  # type: ignore[no-any-return]


class StaticVocabularyTable(TrackableResource):
    """A table of words and their numbers from 0 on, that has numbers for all other words too: some by their hash.

    Args:
      initializer: the words and their numbers, int64; None for none.
      num_oov_buckets: how many numbers other words have.
      lookup_key_dtype: of the words that are looked up, string or an integer; by default as in `initializer`.

    Raises:
      TypeError: if dtypes are not so.
      ValueError: if `num_oov_buckets` is not positive.

    >>> import gradtape as tf
    >>> words = tf.lookup.KeyValueTensorInitializer(["the", "of"], tf.constant([0, 1], tf.int64))
    >>> table = tf.lookup.StaticVocabularyTable(words, num_oov_buckets=2)
    >>> table.lookup(tf.constant(["of", "tape"])).numpy()
    array([1, 2])
    """

    def __init__(self, initializer: Any, num_oov_buckets: int, lookup_key_dtype: Any = None, name: str | None = None,
                 experimental_is_anonymous: bool = False) -> None:  # fmt: skip
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        self._buckets = int(num_oov_buckets)
        self._name = name
        self._table: StaticHashTable | None = None
        if initializer is None:
            self._key_dtype = dtypes.string
            return
        if initializer.value_dtype is not dtypes.int64:
            raise TypeError(f"Invalid `value_dtype`, expected {dtypes.int64} but got {initializer.value_dtype}.")
        self._key_dtype = initializer.key_dtype if lookup_key_dtype is None else as_dtype(lookup_key_dtype)
        words, looked = initializer.key_dtype, self._key_dtype
        if words.is_integer != looked.is_integer:
            kind = "integer" if looked.is_integer else "string"
            raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {words}.")
        self._table = StaticHashTable(initializer, -1)

    @property
    def key_dtype(self) -> DType:
        """The dtype of words."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """int64."""
        return dtypes.int64

    @property
    def name(self) -> Any:
        return self._name

    @property
    def resource_handle(self) -> Any:
        """What stands for the table of known words in graphs; None if there are none."""
        return None if self._table is None else self._table.resource_handle

    def size(self, name: str | None = None) -> EagerTensor:
        """How many numbers there are: of the words, and of all others."""
        if self._table is None:
            return wrap(np.int64(self._buckets))
        return self._table.size() + self._buckets  # type: ignore[no-any-return]

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The numbers of words.

        Args:
          keys: a tensor, RaggedTensor or SparseTensor.

        Raises:
          TypeError: if their dtype is not that of the table's words.
        """
        return _of_keys(self._numbers, keys, self._key_dtype)

    def _numbers(self, x: Any) -> Any:
        words = as_string(x) if x.dtype is not dtypes.string else x
        if self._table is None:
            return computed(_numbered, words, words, buckets=self._buckets, first=0)
        known = x if x.dtype is self._table.key_dtype else cast(x, self._table.key_dtype)
        return computed(_overflowed, self._table.lookup(known), words, self._table.size(), buckets=self._buckets)


@computation(made=lambda n, x, words, **_: [(np.shape(words), np.int64)])
def _numbered(x: Any, words: Any, buckets: int, first: int) -> Any:
    """The numbers of unknown words: as many as there are buckets, from `first` on."""
    numbers = [first + fingerprints.fingerprint64(word) % buckets for word in _listed(words)]
    return np.array(numbers, np.int64).reshape(np.shape(words))


@computation(made=lambda n, found, words, size, **_: [(np.shape(words), np.int64)])
def _overflowed(found: Any, words: Any, size: Any, buckets: int) -> Any:
    """`found`, and where that is -1 the numbers of unknown words."""
    out = np.array(found, np.int64)
    flat, unknown = out.reshape(-1), np.ravel(np.asarray(found)) == -1
    items = _listed(words)
    for i in np.flatnonzero(unknown).tolist():
        flat[i] = int(size) + fingerprints.fingerprint64(items[i]) % buckets
    return out


# --- tables that change ----------------------------------------------------------------------------------------------


class MutableHashTable(_Table):
    """A table that grows and changes.

    Args:
      key_dtype, value_dtype: of keys and values.
      default_value: the value of a key that is not in it: a scalar or a vector, as all values are.

    >>> import gradtape as tf
    >>> table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    >>> table.insert(["a"], [1])
    >>> table.lookup(["a", "b"]).numpy()
    array([ 1, -1])
    """

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, name: str = "MutableHashTable",
                 checkpoint: bool = True, experimental_is_anonymous: bool = False) -> None:  # fmt: skip
        default = convert_to_tensor(default_value, as_dtype(value_dtype))
        store = _Store(as_dtype(key_dtype), as_dtype(value_dtype), default._array.shape)
        super().__init__(store, default, name)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Have keys stand for values, whatever they stood for.

        Raises:
          InvalidArgumentError: if there are not as many values as keys, or they have other shapes.
          ValueError: for other dtypes.
        """
        performed(_inserted, self._handle, self._converted(keys, "keys", self.key_dtype),
                  self._converted(values, "values", self.value_dtype))  # fmt: skip

    _saved_as = ("table", ("-keys", "-values"))

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return dict(zip(("table-keys", "table-values"), self.export(), strict=True))

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        keys, values = restored_tensors["table-keys"], restored_tensors["table-values"]
        store = self._store
        for x, what, dtype in ((keys, "keys", store.key), (values, "values", store.value)):
            if x.dtype is not dtype:
                raise invalid("LookupTableImportV2", f"the {what} of the table are {dtype.name}, not {x.dtype.name}")
        count = math.prod(keys.shape)
        if math.prod(values.shape) != count * math.prod(store.shape) or len(values.shape) == 0:
            raise invalid("LookupTableImportV2", f"there are values of shape {_brackets(values.shape)} for {count} "
                          f"keys, whose values have the shape {_brackets(store.shape)}")  # fmt: skip
        performed(_imported, self._handle, keys, values)

    @staticmethod
    def _converted(x: Any, what: str, dtype: DType) -> EagerTensor:
        try:
            return convert_to_tensor(x, dtype)
        except ValueError as error:
            raise ValueError(f"{what}: {error}") from error

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out, those that are in it.

        Raises:
          TypeError: for another dtype.
        """
        x = tensor_of(keys, self.key_dtype)
        if x.dtype is not self.key_dtype:
            raise TypeError(f"Dtype of argument `keys` must be {self.key_dtype}, received: {x.dtype}")
        performed(_removed, self._handle, x)

    def lookup(self, keys: Any, dynamic_default_values: Any = None, name: str | None = None) -> Any:
        """The values of keys; where there is no such key the default, or that of `dynamic_default_values`, one each."""
        if dynamic_default_values is None:
            return self._looked_up(keys, self._default)
        return self._looked_up(keys, convert_to_tensor(dynamic_default_values, self.value_dtype))


class DenseHashTable(MutableHashTable):
    """A `MutableHashTable`, with two keys that TensorFlow keeps for itself.

    Args:
      key_dtype, value_dtype: of keys and values.
      default_value: the value of a key that is not in it: a scalar or a vector, as all values are.
      empty_key, deleted_key: keys that must not be used.
      initial_num_buckets: of no effect: a power of 2, from 4 on.

    Raises:
      InvalidArgumentError: if these two keys are equal, or `initial_num_buckets` is something else.
    """

    def __init__(self, key_dtype: Any, value_dtype: Any, default_value: Any, empty_key: Any, deleted_key: Any,
                 initial_num_buckets: int | None = None, name: str = "MutableDenseHashTable", checkpoint: bool = True,
                 experimental_is_anonymous: bool = False) -> None:  # fmt: skip
        super().__init__(key_dtype, value_dtype, default_value, name)
        op = "MutableDenseHashTableV2"
        empty, deleted = (convert_to_tensor(x, self.key_dtype)._array for x in (empty_key, deleted_key))
        if np.array_equal(empty, deleted):
            raise invalid(op, "Empty and deleted keys cannot be equal")
        n = initial_num_buckets
        if n is not None and (n < 4 or n & (n - 1)):
            raise invalid(op, f"Number of buckets must be at least 4 and a power of 2, got: {n}")
        self._store.refused = {_listed(empty)[0]: "empty_key", _listed(deleted)[0]: "deleted_key"}
        self._store.buckets = 1 << 17 if n is None else n

    def _serialize_to_tensors(self) -> dict[str, Any]:
        store = self._store
        found = computed_all(_buckets, self._handle, self._default, key=store.key.name, value=store.value.name,
                             shape=store.shape)  # fmt: skip
        return dict(zip(("table-keys", "table-values"), found, strict=True))

    def erase(self, keys: Any, name: str | None = None) -> None:
        """`remove`."""
        self.remove(keys)
