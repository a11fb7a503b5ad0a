"""Examples as tensors: `parse_example` and its like read `tf.train.Example` and `tf.train.SequenceExample`."""

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..array.shape import reshape
from ..ragged.tensor import RaggedTensor
from ..sparse.tensor import SparseTensor
from ..values import dtypes
from ..values.convert import convert_to_tensor
from ..values.dtypes import as_dtype
from ..values.errors import invalid
from ..values.shape import TensorShape
from ..values.symbolic import computation, computed_all
from ..values.tensor import EagerTensor
from . import messages
from .alike import columns
from .features import (
    KINDS,
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)
from .files import strings, vector

_LISTS = {"float32": "float_list", "int64": "int64_list", "string": "bytes_list"}
_KERNELS = {"float_list": "float", "int64_list": "int64", "bytes_list": "string"}
_NO_NAMES = np.zeros(0, np.object_)
_OP, _SEQUENCE_OP = "ParseExampleV2", "ParseSequenceExampleV2"


class Read(NamedTuple):
    """One feature that is read: what kind of arrays are made, of the values by which names.

    Attributes:
      kind: "fixed", "rows", "some", "sparse" or "ragged".
      key: the name of the feature with the values.
      dtype: of the values.
      shape: of "fixed" or of a row of "rows"; the lengths of the axes of "sparse".
      default: of "fixed": the place of the default among the inputs, or -1; of "rows" that of what fills up, or -1.
      keys: of "sparse" the names of the features with the indices.
      cuts: of "ragged" how rows are cut: pairs of a kind of partition, and its key or length.
    """

    kind: str
    key: str
    dtype: str
    shape: tuple[int, ...] = ()
    default: int = -1
    keys: tuple[str, ...] = ()
    cuts: tuple[tuple[str, Any], ...] = ()
    splits: str = "int32"

    @property
    def numpy(self) -> Any:
        return as_dtype(self.dtype)._numpy

    def shapes(self, n: int, batch: tuple[int, ...]) -> list[Any]:
        """What is made: pairs of shape and dtype; `n` stands for lengths that depend on the examples."""
        if self.kind == "fixed":
            return [((*batch, *self.shape), self.numpy)]
        if self.kind == "rows":
            return [((*batch, n, *self.shape), self.numpy)]
        if self.kind in ("some", "sparse"):
            rank = len(batch) + (len(self.shape) if self.kind == "sparse" else 1)
            return [((n, rank), np.int64), ((n,), self.numpy), ((rank,), np.int64)]
        splits = np.dtype(self.splits)
        outer = [((batch[0] + 1,), splits)] if batch else []
        return [*outer, *[((n,), splits) for kind, _ in self.cuts if kind != "UniformRowLength"], ((n,), self.numpy)]


# --- what is asked for -----------------------------------------------------------------------------------------------


def _plan(features: Any, sequence: bool = False) -> tuple[dict[str, Read], list[EagerTensor]]:
    """The features to read, in the order of results, and the defaults of those that have one."""
    defaults: list[EagerTensor] = []
    order = sorted(features, key=lambda key: (_order(features[key]), key))
    return {key: _read_of(key, features[key], defaults, sequence) for key in order}, defaults


def _order(feature: Any) -> int:
    return 0 if isinstance(feature, VarLenFeature) else 2 if isinstance(feature, SparseFeature | RaggedFeature) else 1


def _read_of(key: str, feature: Any, defaults: list[EagerTensor], sequence: bool) -> Read:
    if not isinstance(feature, KINDS):
        raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
    if feature.dtype is None:
        raise ValueError(f"Missing type for feature {key}. Received feature={feature}")
    dtype = as_dtype(feature.dtype).name
    if dtype not in _LISTS:
        shown = dtypes.KERNEL_NAMES.get(dtype, dtype)
        attr = "Tdense" if isinstance(feature, FixedLenFeature) else "sparse_types"
        raise invalid(_OP, f"Value for attr '{attr}' of {shown} is not in the list of allowed values: float, int64, "
                      "string")  # fmt: skip
    if isinstance(feature, VarLenFeature):
        return Read("some", key, dtype)
    if isinstance(feature, SparseFeature):
        keys = feature.index_key if isinstance(feature.index_key, list | tuple) else [feature.index_key]
        sizes = feature.size if isinstance(feature.size, list | tuple) else [feature.size]
        return Read("sparse", feature.value_key, dtype, tuple(map(int, sizes)), keys=tuple(keys))
    if isinstance(feature, RaggedFeature):
        cuts = tuple((type(p).__name__, p[0]) for p in feature.partitions)
        splits = as_dtype(feature.row_splits_dtype).name
        return Read("ragged", feature.value_key or key, dtype, cuts=cuts, splits=splits)
    shape = tuple(TensorShape(feature.shape).as_list())
    if isinstance(feature, FixedLenSequenceFeature):
        if not (feature.allow_missing or sequence):
            raise ValueError("Unsupported: FixedLenSequenceFeature requires allow_missing to be True.")
        return Read("rows", key, dtype, shape, _default(feature.default_value, dtype, (), defaults),
                    ("missing",) if feature.allow_missing else ())  # fmt: skip
    if shape and shape[0] is None:
        raise ValueError(f"First dimension of shape for feature {key} unknown. Consider using "
                         f"FixedLenSequenceFeature. Received feature={feature}.")  # fmt: skip
    if None in shape:
        raise ValueError(f"All dimensions of shape for feature {key} need to be known but received {list(shape)!s}.")
    return Read("fixed", key, dtype, shape, _default(feature.default_value, dtype, shape, defaults))


def _default(value: Any, dtype: str, shape: tuple[int, ...], defaults: list[EagerTensor]) -> int:
    """The place of a default value among the defaults; -1 if it is None."""
    if value is None:
        return -1
    x = convert_to_tensor(value, as_dtype(dtype))
    defaults.append(x if x._array.shape == shape else reshape(x, shape))
    return len(defaults) - 1


# --- the public functions --------------------------------------------------------------------------------------------


def parse_example(serialized: Any, features: Any, example_names: Any = None, name: str | None = None) -> dict[str, Any]:
    """The features of a batch of `tf.train.Example`s.

    Args:
      serialized: a vector of strings, each an Example; or one string, as for `parse_single_example`.
      features: a dict of the kinds of features by their names: `FixedLenFeature`, `FixedLenSequenceFeature`,
        `VarLenFeature`, `RaggedFeature` or `SparseFeature`.
      example_names: strings by which errors call the examples.

    Returns:
      A dict of tensors, SparseTensors and RaggedTensors by name, whose first axis is that of the batch.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if a string is no Example, or lacks a feature, or has it with other values.
      ValueError: if `features` is empty, or has something else in it.

    >>> import gradtape as tf
    >>> feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[3, 4]))
    >>> example = tf.train.Example(features=tf.train.Features(feature={"x": feature}))
    >>> read = tf.io.parse_example([example.SerializeToString()], {"x": tf.io.FixedLenFeature([2], tf.int64)})
    >>> read["x"].numpy()
    array([[3, 4]])
    """
    if not features:
        raise ValueError(f"Argument `features` cannot be None or falsy. Got {features}")
    plan, defaults = _plan(features)
    x = strings(serialized, _OP)
    if x._array.ndim > 1:
        raise invalid(_OP, "Expected serialized to be a scalar or vector, got shape: "
                      f"[{','.join(map(str, x._array.shape))}]")  # fmt: skip
    names = strings(_NO_NAMES if example_names is None else example_names, _OP)
    made = computed_all(_parsed, x, names, *defaults, plan=tuple(plan.values()))
    return _assembled(plan, made, x._array.shape)


def parse_single_example(serialized: Any, features: Any, example_names: Any = None,
                         name: str | None = None) -> dict[str, Any]:  # fmt: skip
    """The features of one `tf.train.Example`: as `parse_example`, without the axis of the batch.

    Args:
      serialized: a string, the Example.
      features: a dict of the kinds of features by their names.
      example_names: a string by which errors call it.

    Raises:
      ImportError, ValueError: see `parse_example`; ValueError too if it is no scalar.
    """
    if not features:
        raise ValueError("Missing features.")
    x = strings(serialized, _OP)
    if x._array.ndim:
        raise ValueError("Input serialized must be a scalar")
    return parse_example(x, features, example_names)


def _assembled(plan: dict[str, Read], made: Sequence[EagerTensor], batch: tuple[int, ...]) -> dict[str, Any]:
    arrays, found = iter(made), {}
    for key, read in plan.items():
        count = len(read.shapes(0, batch))
        found[key] = _result(read, list(itertools.islice(arrays, count)), bool(batch))
    return found


def _result(read: Read, parts: list[EagerTensor], batched: bool, outer: int = 0) -> Any:
    if read.kind in ("some", "sparse"):
        return SparseTensor(*parts)
    if read.kind != "ragged":
        return parts[0]
    *splits, values = parts
    result: Any = values
    for kind, how in reversed(read.cuts):
        if kind != "UniformRowLength":
            result = RaggedTensor.from_row_splits(result, splits.pop(), validate=False)
        elif isinstance(result, RaggedTensor):
            result = RaggedTensor.from_uniform_row_length(result, how)
        else:
            result = reshape(result, [-1, how, *result._array.shape[1:]])
    while splits:
        result = RaggedTensor.from_row_splits(result, splits.pop(), validate=False)
    return result


# --- reading ---------------------------------------------------------------------------------------------------------


def _shapes(n: int, serialized: Any, names: Any, *defaults: Any, plan: Sequence[Any]) -> Any:
    batch = np.shape(serialized)
    return [pair for read in plan for pair in Read(*read).shapes(n, batch)]


@computation(made=_shapes, multiple=True)
def _parsed(serialized: Any, names: Any, *defaults: Any, plan: Sequence[Any]) -> list[Any]:
    reads = [Read(*read) for read in plan]
    batched = not isinstance(serialized, bytes) and np.ndim(serialized) > 0
    items = np.ravel(serialized).tolist() if batched else [np.asarray(serialized, np.object_).item()]
    if batched and (alike := _alike(items, reads)) is not None:
        return alike
    examples = [_message(messages.Example, item, _OP).features.feature for item in items]
    called = [b"<unknown>"] * len(items) if not np.size(names) else np.ravel(np.asarray(names, np.object_)).tolist()
    where = [_Where(name.decode("utf-8", "replace") if batched else None, i) for i, name in enumerate(called)]
    given = list(zip(examples, where, strict=True))
    return [array for read in reads for array in _arrays(read, given, defaults, batched)]


def _alike(items: list[bytes], reads: Sequence[Read]) -> list[Any] | None:
    """The same of examples that are written alike and have what is asked for; None of others."""
    if any(read.kind not in ("fixed", "some") for read in reads):
        return None
    found = columns(items)
    if found is None:
        return None
    made: list[Any] = []
    for read in reads:
        there = found.get(read.key)
        if there is None or there.dtype != read.dtype or (
            read.kind == "fixed" and there.count != math.prod(read.shape)):  # fmt: skip
            return None
        values = vector(there.values) if read.dtype == "string" else there.values
        if read.kind == "fixed":
            made.append(values.reshape((len(items), *read.shape)))
        else:
            indices = np.indices((len(items), there.count), np.int64).reshape(2, -1).T
            made += [np.ascontiguousarray(indices), values, np.array([len(items), there.count], np.int64)]
    return made


def _message(kind: Any, content: bytes, op: str) -> Any:
    try:
        return kind.FromString(content)
    except Exception as error:
        shown = content[:200].decode("utf-8", "backslashreplace")
        raise invalid(op, f"Could not parse example input, value: '{shown}'") from error


class _Where(NamedTuple):
    """Which example of a batch errors speak of."""

    name: str | None
    index: int

    def feature(self, key: str) -> str:
        return f"{f'Name: {self.name}, ' if self.name is not None else ''}Feature: {key}"

    def key(self, key: str) -> str:
        return f"Name: {self.name}, Key: {key}, Index: {self.index}." if self.name is not None else f"Key: {key}."


def _values(features: Any, key: str, dtype: str, where: _Where, fixed: bool = False) -> Any:
    """The values of a feature; None if it is lacking."""
    if key not in features:
        return None
    feature = features[key]
    kind = feature.WhichOneof("kind")
    if kind is None:
        return None
    if kind != _LISTS[dtype]:
        found, wanted = _KERNELS[kind], _KERNELS[_LISTS[dtype]]
        said = f"Data type: {found} but expected type: {wanted}" if fixed or where.name is None else (
            f"Expected type: {wanted}, Actual type: {found}"
        )  # fmt: skip
        raise invalid(_OP, f"{where.key(key)}  Data types don't match. {said}")
    return getattr(feature, kind).value


def _arrays(read: Read, given: Sequence[tuple[Any, _Where]], defaults: Sequence[Any], batched: bool) -> list[Any]:
    if read.kind == "sparse":
        return _sparse(read, given, batched)
    if read.kind == "ragged":
        return _ragged(read, given, batched)
    rows = [_values(features, read.key, read.dtype, where, read.kind != "some") for features, where in given]
    if read.kind == "fixed":
        return [_fixed(read, rows, [where for _, where in given], defaults, batched)]
    if read.kind == "rows":
        return [_filled_up(read, rows, [where for _, where in given], defaults, batched)]
    return _places([() if row is None else row for row in rows], read.numpy, batched)


def _array(rows: Sequence[Any], dtype: Any) -> Any:
    """The values of all rows, one after the other."""
    items = list(itertools.chain.from_iterable(rows))
    return vector(items) if dtype.kind == "O" else np.array(items, dtype)


def _fixed(read: Read, rows: list[Any], where: Sequence[_Where], defaults: Sequence[Any], batched: bool) -> Any:
    size = math.prod(read.shape)
    if read.default >= 0:
        default = np.asarray(defaults[read.default], np.object_ if read.dtype == "string" else None).ravel().tolist()
        rows = [default if row is None else row for row in rows]
    for row, at in zip(rows, where, strict=True):
        kind = _KERNELS[_LISTS[read.dtype]]
        if row is None:
            raise invalid(_OP, f"{at.feature(read.key)} (data type: {kind}) is required but could not be found.")
        if len(row) != size:
            shown = f"[{','.join(map(str, read.shape))}]"
            raise invalid(_OP, f"{at.key(read.key)}  Number of {kind} values != expected.  Values size: {len(row)} but "
                          f"output shape: {shown}")  # fmt: skip
    made = _array(rows, read.numpy)
    return made.reshape((len(rows), *read.shape) if batched else read.shape)


def _filled_up(read: Read, rows: list[Any], where: Sequence[_Where], defaults: Sequence[Any], batched: bool) -> Any:
    size = math.prod(read.shape)
    rows = [() if row is None else row for row in rows]
    for row, at in zip(rows, where, strict=True):
        if size and len(row) % size:
            shown = f"[{','.join(['?', *map(str, read.shape)])}]"
            raise invalid(_OP, f"{at.key(read.key)}  Number of {_KERNELS[_LISTS[read.dtype]]} values is not a multiple "
                          f"of stride length. Saw {len(row)} values but output shape is: {shown}")  # fmt: skip
    fill = np.asarray(defaults[read.default]).item() if read.default >= 0 else b"" if read.dtype == "string" else 0
    most = max(map(len, rows), default=0)
    out = np.empty((len(rows), most), read.numpy)
    out[...] = fill
    for i, row in enumerate(rows):
        out[i, : len(row)] = list(row)
    shape = (most // size if size else 0, *read.shape)
    return out.reshape((len(rows), *shape) if batched else shape)


def _places(rows: Sequence[Any], dtype: Any, batched: bool) -> list[Any]:
    """The parts of the SparseTensor whose rows these are."""
    lengths = [len(row) for row in rows]
    columns = np.concatenate([np.arange(n) for n in lengths] or [np.zeros(0, np.int64)]).astype(np.int64)
    if not batched:
        return [columns[:, None], _array(rows, dtype), np.array(lengths, np.int64)]
    indices = np.stack([np.repeat(np.arange(len(rows)), lengths), columns], 1).astype(np.int64)
    return [indices, _array(rows, dtype), np.array([len(rows), max(lengths, default=0)], np.int64)]


def _sparse(read: Read, given: Sequence[tuple[Any, _Where]], batched: bool) -> list[Any]:
    places, values = [], []
    for i, (features, where) in enumerate(given):
        row = _values(features, read.key, read.dtype, where)
        columns = [_values(features, key, "int64", where) for key in read.keys]
        row, columns = () if row is None else row, [() if x is None else x for x in columns]
        if any(len(c) != len(row) for c in columns):
            raise invalid("SparseReorder", f"{where.key(read.key)}  {len(row)} values, but "
                          f"{', '.join(str(len(c)) for c in columns)} indices")  # fmt: skip
        places += [((i, *at) if batched else at) for at in zip(*columns, strict=True)]
        values += list(row)
    order = sorted(range(len(places)), key=places.__getitem__)
    rank = len(read.shape) + batched
    indices = np.array([places[i] for i in order], np.int64).reshape(-1, rank)
    sizes = (len(given), *read.shape) if batched else read.shape
    return [indices, _array([[values[i] for i in order]], read.numpy), np.array(sizes, np.int64)]


def _ragged(read: Read, given: Sequence[tuple[Any, _Where]], batched: bool) -> list[Any]:
    values, counts = [], []
    levels: list[list[Any]] = [[] for _ in read.cuts]
    for features, where in given:
        row = _values(features, read.key, read.dtype, where)
        values.append(() if row is None else row)
        count = len(values[-1])
        for level, (kind, how) in reversed(list(enumerate(read.cuts))):
            lengths = _lengths(kind, how, count, features, where)
            levels[level].append(lengths)
            count = len(lengths)
        counts.append(count)
    made = [np.array(counts)] if batched else []
    made += [np.concatenate(x) if x else np.zeros(0, int)
             for x, (kind, _) in zip(levels, read.cuts, strict=True) if kind != "UniformRowLength"]  # fmt: skip
    splits = [np.concatenate([[0], np.cumsum(x)]).astype(read.splits) for x in made]
    return [*splits, _array(values, read.numpy)]


def _lengths(kind: str, how: Any, count: int, features: Any, where: _Where) -> Any:
    """The lengths of rows that `count` values are cut into."""
    if kind == "UniformRowLength":
        if how < 1 or count % how:
            raise invalid(_OP, f"{count} values cannot be cut into rows of {how}")
        return np.full(count // how, how)
    found = _values(features, how, "int64", where)
    numbers = np.array([] if found is None else list(found), np.int64)
    if kind == "RowLengths":
        lengths = numbers
    elif kind == "ValueRowIds":
        if len(numbers) != count or (np.diff(numbers) < 0).any() or (numbers < 0).any() or (numbers > 1 << 31).any():
            raise invalid(_OP, f"{where.key(how)}  these are not the numbers of the rows of {count} values")
        lengths = np.bincount(numbers, minlength=0) if len(numbers) else numbers
    else:
        first = [] if kind in ("RowSplits", "RowStarts") else [0]
        last = [] if kind in ("RowSplits", "RowLimits") else [count]
        splits = np.concatenate([first, numbers, last]).astype(np.int64)
        if len(splits) and splits[0]:
            raise invalid(_OP, f"{where.key(how)}  the first row begins at {splits[0]}, not at 0")
        lengths = np.diff(splits)
    if (lengths < 0).any() or lengths.sum() != count:
        raise invalid(_OP, f"{where.key(how)}  rows of {int(lengths.sum())} values, but there are {count}")
    return lengths


# --- sequences -------------------------------------------------------------------------------------------------------


def parse_single_sequence_example(serialized: Any, context_features: Any = None, sequence_features: Any = None,
                                  example_name: Any = None, name: str | None = None) -> Any:  # fmt: skip
    """The features of one `tf.train.SequenceExample`.

    Args:
      serialized: a string, the SequenceExample.
      context_features: a dict of the kinds of features of the whole by their names.
      sequence_features: a dict of the kinds of features of each step by their names: `FixedLenSequenceFeature`,
        `VarLenFeature` or `RaggedFeature`.
      example_name: a string by which errors call it.

    Returns:
      Two dicts of tensors, SparseTensors and RaggedTensors by name; the first axis of the second is that of the steps.

    Raises:
      ImportError: if protobuf is not installed.
      InvalidArgumentError: if it is no SequenceExample, or lacks a feature, or has it with other values.
      ValueError: if no features are given.
    """
    context, steps, _ = _sequences(serialized, context_features, sequence_features, example_name, 0)
    return context, steps


def parse_sequence_example(serialized: Any, context_features: Any = None, sequence_features: Any = None,
                           example_names: Any = None, name: str | None = None) -> Any:  # fmt: skip
    """The features of a batch of `tf.train.SequenceExample`s: as `parse_single_sequence_example`, with one more axis.

    Returns:
      Three dicts by name: of the whole, of the steps, which are filled up to the longest, and how many steps there are
      of each `FixedLenSequenceFeature`.
    """
    return _sequences(serialized, context_features, sequence_features, example_names, 1)


def _sequences(serialized: Any, context: Any, steps: Any, names: Any, rank: int) -> Any:
    if not (context or steps):
        raise ValueError("Both `context_features` and `sequence_features` argument are None, but at least one should "
                         "have values.")  # fmt: skip
    x = strings(serialized, _SEQUENCE_OP)
    if x._array.ndim != rank:
        kind = "vector" if rank else "scalar"
        raise invalid(_SEQUENCE_OP, f"Expected serialized to be a {kind}, got shape: {list(x._array.shape)}")
    outer, defaults = _plan(context or {})
    inner, _ = _plan(steps or {}, sequence=True)
    named = strings(_NO_NAMES if names is None else names, _SEQUENCE_OP)
    plans = {"outer": tuple(outer.values()), "inner": tuple(inner.values())}
    made = computed_all(_parsed_sequences, x, named, *defaults, **plans)
    batch = x._array.shape
    first = sum(len(read.shapes(0, batch)) for read in outer.values())
    whole = _assembled(outer, made[:first], batch)
    arrays, found, lengths = iter(made[first:]), {}, {}
    for key, read in inner.items():
        count = len(_step_shapes(read, 0, batch))
        parts = list(itertools.islice(arrays, count))
        if read.kind == "rows" and rank:
            lengths[key] = parts.pop()
        found[key] = _result(read, parts, bool(rank))
    return whole, found, lengths


def _step_shapes(read: Read, n: int, batch: tuple[int, ...]) -> list[Any]:
    if read.kind == "rows":
        return [((*batch, n, *read.shape), read.numpy), *([(batch, np.int64)] if batch else [])]
    if read.kind == "some":
        rank = len(batch) + 2
        return [((n, rank), np.int64), ((n,), read.numpy), ((rank,), np.int64)]
    splits = np.dtype(read.splits)
    return [*([((batch[0] + 1,), splits)] if batch else []), ((n,), splits), ((n,), read.numpy)]


def _sequence_shapes(n: int, serialized: Any, names: Any, *defaults: Any, outer: Any, inner: Any) -> Any:
    batch = np.shape(serialized)
    return [*(pair for read in outer for pair in Read(*read).shapes(n, batch)),
            *(pair for read in inner for pair in _step_shapes(Read(*read), n, batch))]  # fmt: skip


@computation(made=_sequence_shapes, multiple=True)
def _parsed_sequences(serialized: Any, names: Any, *defaults: Any, outer: Any, inner: Any) -> list[Any]:
    batched = not isinstance(serialized, bytes) and np.ndim(serialized) > 0
    items = np.ravel(serialized).tolist() if batched else [np.asarray(serialized, np.object_).item()]
    found = [_message(messages.SequenceExample, item, _SEQUENCE_OP) for item in items]
    called = [b"<unknown>"] * len(items) if not np.size(names) else np.ravel(np.asarray(names, np.object_)).tolist()
    where = [_Where(name.decode("utf-8", "replace"), i) for i, name in enumerate(called)]
    given = list(zip([m.context.feature for m in found], where, strict=True))
    made = [array for read in outer for array in _arrays(Read(*read), given, defaults, batched)]
    for read in (Read(*read) for read in inner):
        lists = []
        for message, at in zip(found, where, strict=True):
            if read.key not in message.feature_lists.feature_list and read.kind == "rows" and not read.keys:
                raise invalid(_SEQUENCE_OP, f"Name: {at.name}, Feature list '{read.key}' is required but could not be "
                              "found.  Did you mean to include it in feature_list_dense_missing_assumed_empty or "
                              "feature_list_dense_defaults?")  # fmt: skip
            there = read.key in message.feature_lists.feature_list
            steps = message.feature_lists.feature_list[read.key].feature if there else ()
            rows = [_values({read.key: step}, read.key, read.dtype, at, True) for step in steps]
            lists.append([() if row is None else row for row in rows])
        made += _steps(read, lists, where, batched)
    return made


def _steps(read: Read, lists: Sequence[Sequence[Any]], where: Sequence[_Where], batched: bool) -> list[Any]:
    rows = [row for one in lists for row in one]
    counts = [len(one) for one in lists]
    most = max(counts, default=0)
    if read.kind == "rows":
        size = math.prod(read.shape)
        for one, at in zip(lists, where, strict=True):
            for i, row in enumerate(one):
                if len(row) != size:
                    shown = f"[{','.join(map(str, read.shape))}]"
                    raise invalid(_SEQUENCE_OP, f"Name: {at.name}, Key: {read.key}, Index: {i}.  Number of values != "
                                  f"expected.  values size: {len(row)} but output shape: {shown}")  # fmt: skip
        out = np.empty((len(lists), most, size), read.numpy)
        out[...] = b"" if read.dtype == "string" else 0
        for i, one in enumerate(lists):
            if one:
                out[i, : len(one)] = _array(one, read.numpy).reshape(len(one), size)
        made = out.reshape(len(lists), most, *read.shape)
        return [made, np.array(counts, np.int64)] if batched else [made[0]]
    lengths = np.array([len(row) for row in rows], np.int64)
    values = _array(rows, read.numpy)
    if read.kind == "ragged":
        outer = [np.array(counts)] if batched else []
        return [*(np.concatenate([[0], np.cumsum(x)]).astype(read.splits) for x in (*outer, lengths)), values]
    columns = np.concatenate([np.arange(n) for n in lengths] or [np.zeros(0, int)])
    places = [np.repeat(np.concatenate([np.arange(n) for n in counts] or [np.zeros(0, int)]), lengths), columns]
    shape = [most, int(lengths.max(initial=0))]
    if batched:
        places.insert(0, np.repeat(np.repeat(np.arange(len(lists)), counts), lengths))
        shape.insert(0, len(lists))
    return [np.stack(places, 1).astype(np.int64), values, np.array(shape, np.int64)]
