"""How values are divided into rows, worked out in NumPy; while a function is traced, by its graph when it runs.

Each of these is for `values.symbolic.computed` or `checked`. In a trace they are tried on samples, whose row splits
need not fit the number of values: what belongs to each of `n` values is of length `n` whatever the splits say.
"""

from typing import Any

import numpy as np

from ..values.errors import invalid
from ..values.symbolic import computation

__all__: list[str] = []


def splits_of(lengths: Any) -> Any:
    """Where each row begins, and at last where the last one ends."""
    out = np.empty(len(lengths) + 1, lengths.dtype)
    out[0] = 0
    np.cumsum(lengths, dtype=lengths.dtype, out=out[1:])
    return out


def _fitted(rows: Any, n: int) -> Any:
    return rows if len(rows) == n else np.resize(rows, n) if len(rows) else np.zeros(n, rows.dtype)


@computation
def row_splits(lengths: Any) -> Any:
    return splits_of(lengths)


@computation
def row_lengths(splits: Any) -> Any:
    return np.diff(splits)


@computation
def row_starts(splits: Any) -> Any:
    return splits[:-1].copy()


@computation
def row_limits(splits: Any) -> Any:
    return splits[1:].copy()


@computation
def splits_of_starts(starts: Any, n: int) -> Any:
    return np.append(starts, starts.dtype.type(n))


@computation
def splits_of_limits(limits: Any) -> Any:
    return np.insert(limits, 0, 0)


@computation
def rows_named(rows: Any) -> Any:
    """How many rows there are, of which the last has a value."""
    return np.int64(rows[-1] + 1 if rows.size else 0)


@computation
def splits_of_rowids(rows: Any, count: int) -> Any:
    counted = rows[(rows >= 0) & (rows < count)]
    return splits_of(np.bincount(counted, minlength=count).astype(rows.dtype))


@computation
def uniform_splits(count: int, length: int, dtype: Any) -> Any:
    return np.arange(count + 1, dtype=dtype) * np.array(length, dtype)


@computation
def row_of_each(splits: Any, n: int) -> Any:
    """The row to which each of `n` values belongs."""
    lengths = np.maximum(np.diff(splits), 0)
    return _fitted(np.repeat(np.arange(len(lengths), dtype=splits.dtype), lengths), n)


@computation
def column_of_each(splits: Any, n: int) -> Any:
    """The place of each of `n` values in its row."""
    rows = row_of_each(splits, n)
    return np.arange(n) - (splits[rows] if len(splits) > 1 else 0)


@computation
def places_in_dense(n: int, *splits: Any) -> Any:
    """The indices of each of `n` values, in a dense tensor that holds all; `splits` are of all axes."""
    counts = [*(max(len(inner) - 1, 0) for inner in splits[1:]), n]
    at = np.arange(len(splits[0]) - 1)[:, None]
    for one, count in zip(splits, counts, strict=True):
        rows = row_of_each(one, count)
        outer = at[rows] if len(at) else np.zeros((count, at.shape[1]), np.int64)
        at = np.concatenate([outer, (np.arange(count) - one[rows])[:, None]], axis=1)
    return at.astype(np.int64)


@computation
def places_broadcast(at: Any, dims: Any) -> Any:
    """The flat indices, in an array of these dimensions, of what the elements at the indices `at` meet in it."""
    flat = np.zeros(len(at), np.int64)
    for i, n in enumerate(dims):
        flat = flat * n + (at[:, i] if n != 1 else 0)
    return flat


@computation
def longest_row(splits: Any) -> Any:
    return np.int64(max(np.diff(splits).max(initial=0), 0))


@computation
def ends_of_row(splits: Any, i: int) -> Any:
    """Where row `i` begins, and where it ends."""
    return np.take(splits, [i, i + 1], mode="clip")


# --- other rows ------------------------------------------------------------------------------------------------------


def _picked(splits: Any, which: Any) -> tuple[Any, Any]:
    """The lengths of the rows at the indices `which`, and their beginnings."""
    lengths = np.maximum(np.diff(splits), 0)
    if not len(lengths):
        return np.zeros(which.shape, splits.dtype), np.zeros(which.shape, splits.dtype)
    return lengths.take(which, mode="clip"), splits[:-1].take(which, mode="clip")


def picked(splits: Any, which: Any) -> tuple[Any, Any]:
    """The splits of the rows at the indices `which`, and the places of their values."""
    lengths = (splits[1:] - splits[:-1])[which]
    new = splits_of(lengths)
    return new, np.arange(new[-1]) + np.repeat(splits[:-1][which] - new[:-1], lengths)


@computation
def picked_splits(splits: Any, which: Any) -> Any:
    return splits_of(_picked(splits, which)[0])


@computation(open_axis=0)
def picked_places(splits: Any, which: Any) -> Any:
    """The places of the values of the rows at the indices `which`."""
    lengths, starts = _picked(splits, which)
    new = splits_of(lengths)
    return np.arange(new[-1]) + np.repeat(starts - new[:-1], lengths)


@computation(open_axis=0)
def picked_rows(n: int, key: slice) -> Any:
    """The rows, of `n`, that a slice takes."""
    return np.arange(n)[key]


def _inner_lengths(splits: Any, key: slice) -> Any:
    return np.array([len(range(*key.indices(max(int(n), 0)))) for n in np.diff(splits)], splits.dtype)


@computation
def sliced_splits(splits: Any, key: slice) -> Any:
    """Those of rows of each of which a slice is taken."""
    return splits_of(_inner_lengths(splits, key))


@computation(open_axis=0)
def sliced_places(splits: Any, key: slice) -> Any:
    """The places of the values that a slice takes of each row."""
    taken = [
        np.arange(start, start + max(int(n), 0))[key] for start, n in zip(splits[:-1], np.diff(splits), strict=True)
    ]
    return np.concatenate([*taken, np.zeros(0, np.int64)]).astype(np.int64)


@computation
def kept_splits(splits: Any, kept: Any) -> Any:
    """Those of rows of which the values are kept for which the vector `kept` is true."""
    rows = row_of_each(splits, len(kept))[kept]
    return splits_of(np.bincount(rows, minlength=len(splits) - 1)[: len(splits) - 1].astype(splits.dtype))


@computation
def before_length(columns: Any, rows: Any, lengths: Any) -> Any:
    """Whether each column is less than the length that its row is to have."""
    return columns < (lengths.take(rows, mode="clip") if len(lengths) else 0)


@computation
def lengths_without(x: Any, padding: Any) -> Any:
    """How much of each row there is before padding alone follows."""
    kept = (x != padding).any(axis=tuple(np.arange(2, x.ndim)))
    return np.where(kept.any(axis=1), x.shape[1] - np.argmax(kept[:, ::-1], axis=1), 0) if x.shape[1] else kept.sum(1)


@computation
def length_within(lengths: Any, n: int) -> Any:
    return np.clip(lengths, 0, n)


@computation
def within(at: Any, dims: Any) -> Any:
    """Whether each row of indices is inside of an array of these dimensions."""
    return (at < np.array(dims, np.int64)).all(axis=1)


@computation
def joined_splits(*splits: Any) -> Any:
    """Those of the rows of one tensor after those of the one before."""
    return splits_of(np.concatenate([np.diff(s) for s in splits]))


@computation
def tiled_splits(splits: Any, times: int) -> Any:
    """Those of the same rows again and again."""
    return splits_of(np.tile(np.diff(splits), times))


@computation
def interleaving(rows: int, count: int) -> Any:
    """The order in which the first rows of `count` tensors come first, which have `rows` each and are joined."""
    return np.arange(rows * count).reshape(count, -1).T.reshape(-1)


@computation
def every(splits: Any, step: int, first: int = 0) -> Any:
    """Each of `step` elements in turn: of as many rows of one length, the element `first`."""
    if step <= 0:
        return splits[:0]
    return splits[first % step :: step].copy()


@computation
def numbers(n: int) -> Any:
    return np.arange(n)


# --- ranges ----------------------------------------------------------------------------------------------------------


def _bounds(starts: Any, limits: Any, deltas: Any) -> list[Any]:
    """A start, a limit and a step for each row: whole numbers as Python's, which do not overflow."""
    columns = np.broadcast_arrays(*map(np.atleast_1d, (starts, limits, deltas)))
    rows = zip(*(column.tolist() if starts.dtype.kind == "i" else list(column) for column in columns), strict=True)
    return list(rows)


def _range_length(start: Any, limit: Any, delta: Any) -> int:
    if not delta or (start >= limit if delta > 0 else start <= limit):
        return 0
    if isinstance(start, int):
        return -((start - limit) // delta)
    length = np.ceil((limit - start) / delta)  # in the precision of the numbers, which decides whether the last is one
    return int(length) if np.isfinite(length) else 0


@computation
def range_splits(starts: Any, limits: Any, deltas: Any, dtype: Any) -> Any:
    with np.errstate(all="ignore"):
        return splits_of(np.array([_range_length(*bounds) for bounds in _bounds(starts, limits, deltas)], dtype))


@computation(open_axis=0)
def range_values(starts: Any, limits: Any, deltas: Any) -> Any:
    """The numbers of all rows, each the one before and the step."""
    kind = starts.dtype
    with np.errstate(all="ignore"):
        rows = [_range(*bounds, kind) for bounds in _bounds(starts, limits, deltas)]
    return np.concatenate([*rows, np.zeros(0, kind)])


def _range(start: Any, limit: Any, delta: Any, dtype: Any) -> Any:
    steps = np.full(_range_length(start, limit, delta), delta, np.int64 if dtype.kind == "i" else dtype)
    steps[:1] = start
    return np.add.accumulate(steps).astype(dtype)


# --- checks ----------------------------------------------------------------------------------------------------------


@computation
def check_range(starts: Any, limits: Any, deltas: Any) -> None:
    if len({len(x) for x in (starts, limits, deltas) if np.ndim(x)}) > 1:
        raise invalid("RaggedRange", "starts, limits, and deltas must have the same shape")
    if not np.all(deltas):
        raise invalid("RaggedRange", "Requires delta != 0")
    if starts.dtype.kind == "f":
        with np.errstate(all="ignore"):
            rising = deltas > 0
            ends = np.where(rising, starts >= limits, (deltas < 0) & (starts <= limits))
            endless = ~np.isfinite((limits - starts) / deltas) & ~ends
        if endless.any():
            raise invalid("RaggedRange", f"Requires ((limit - start) / delta) <= {np.iinfo(np.int64).max}")


@computation
def check_splits(splits: Any, n: int | None = None, op: str = "RaggedTensor") -> None:
    """That the splits are some, and those of `n` values if that is given."""
    if splits[0] != 0:
        raise invalid(op, f"row_splits must begin with zero, got {splits[0]}")
    if (np.diff(splits) < 0).any():
        raise invalid(op, f"row_splits must be monotonic, got {splits.tolist()}")
    if n is not None and splits[-1] != n:
        raise invalid(op, f"row_splits end with {splits[-1]}, for {n} values")


@computation
def check_lengths(lengths: Any, op: str = "RaggedTensor") -> None:
    if (lengths < 0).any():
        raise invalid(op, f"row_lengths must not be negative, got {lengths.tolist()}")


@computation
def check_rowids(rows: Any, op: str = "RaggedTensor") -> None:
    if (np.diff(rows) < 0).any() or (rows < 0).any():
        raise invalid(op, f"value_rowids must be in order and not negative, got {rows.tolist()}")


@computation
def check_rowid_count(rows: Any, n: int) -> None:
    if len(rows) != n:
        raise ValueError(f"Shapes ({n},) and ({len(rows)},) are incompatible: each value needs a row id")


@computation
def check_row_count(lengths: Any, n: int) -> None:
    if np.shape(lengths) != (n,):
        raise ValueError(f"Shapes ({n},) and {np.shape(lengths)} are incompatible: each row needs a length")


@computation
def check_padding(padding: Any, ndim: int, *shape: int) -> None:
    if np.shape(padding) != shape:
        raise ValueError(f"Shapes {np.shape(padding)} and {shape} are incompatible: padding is one element")


@computation
def check_nrows(count: int, least: int) -> None:
    if count < least:
        raise ValueError(f"Expected nrows >= value_rowids[-1] + 1; got nrows={count}, value_rowids[-1]={least - 1}")


@computation
def check_uniform(count: int, length: int, n: int) -> None:
    if count * length != n:
        raise ValueError(f"uniform_row_length={length} times nrows={count} must equal nvals={n}")


@computation
def check_same_rows(ours: Any, theirs: Any) -> None:
    if not np.array_equal(ours, theirs):
        raise invalid(
            "RaggedTensor",
            f"the rows do not have the same lengths: row_splits are {ours.tolist()} and {theirs.tolist()}",
        )


@computation
def check_broadcast(count: int, *parts: Any) -> None:
    """That a dense tensor broadcasts to rows: `parts` are `count` of its lengths, and the splits."""
    (first, *dims), splits = parts[:count], parts[count:]
    if first not in (1, len(splits[0]) - 1):
        raise invalid("RaggedTensor", f"a tensor of {first} rows does not broadcast to {len(splits[0]) - 1} rows")
    for n, one in zip(dims, splits, strict=True):
        if n != 1 and (np.diff(one) != n).any():
            raise invalid(
                "RaggedTensor",
                f"the rows do not have the same lengths: a tensor has rows of {n}, and row_splits are {one.tolist()}",
            )


@computation
def check_mask_rows(ours: Any, theirs: Any) -> None:
    if not np.array_equal(ours, theirs):
        raise invalid("RaggedMask", f"data and mask have different rows: {ours.tolist()} and {theirs.tolist()}")


@computation
def check_row(i: int, n: int) -> None:
    if not -n <= i < n:
        raise invalid("RaggedTensor", f"Row key {i} out of bounds for {n} rows")


@computation
def check_batch(n: int, rows: int) -> None:
    if n != rows:
        raise invalid("GatherV2", f"params.shape[0]: {n} should be equal to indices.shape[0]: {rows}")


@computation
def check_rows(at: Any, n: int) -> None:
    if at.size and not 0 <= at.min() <= at.max() < n:
        raise invalid("RaggedGather", f"indices {at.tolist()} are not all in [0, {n})")


@computation
def check_counts(*counts: int) -> None:
    if len(set(counts)) > 1:
        raise invalid("RaggedConcat", f"Input tensors must have the same number of rows, got {sorted(set(counts))}")


@computation
def check_right_ragged(found: Any, indices: Any) -> None:
    if not np.array_equal(found, indices):
        raise invalid("RaggedTensor", "SparseTensor is not right-ragged: a row has a gap before a value")
