"""Rows of `tf.experimental`: divisions into rows, and `select` of its NumPy."""

from typing import Any

import ml_dtypes
import numpy as np

from tests.operations.operation import Operation, floats

IDS = np.array([0, 0, 2, 4])
SPLITS = np.array([0, 2, 2, 3])


def whole(rows: Any) -> list[Any]:
    """All that a partition tells."""
    told = [rows.row_splits(), rows.row_lengths(), rows.value_rowids(), rows.nrows(), rows.nvals(), rows.row_starts(),
            rows.row_limits(), rows.offsets_in_rows()]  # fmt: skip
    return told if rows.uniform_row_length() is None else [*told, rows.uniform_row_length()]


def rows_of(name: str, *edges: Any, **options: Any) -> Operation:
    plain = name.partition("/")[0]
    return Operation(
        f"experimental.RowPartition.{name}",
        lambda tf, *given: whole(getattr(tf.experimental.RowPartition, plain)(*given, **options)),
        edges=[e if type(e) is tuple else (e,) for e in edges], order=0,
    )  # fmt: skip


PARTITIONS = [
    rows_of("from_value_rowids", IDS, IDS.astype(np.int32), IDS[:0], IDS[::-1].copy(), IDS - 1, IDS[None], IDS * 1.0,
            (IDS, 6), (IDS, np.array(7)), (IDS, 4), (IDS, -1), (IDS, np.array(7, np.int32)), ([0, 1, 1],), ([],)),
    rows_of("from_value_rowids/dtype", IDS, [0, 2], dtype="int32"),
    rows_of("from_row_splits", SPLITS, SPLITS.astype(np.int32), SPLITS + 1, SPLITS[::-1].copy(), SPLITS[:0], [0, 3],
            SPLITS * 1.0, SPLITS[None]),
    rows_of("from_row_lengths", IDS, IDS.astype(np.int32), IDS - 1, IDS[:0], [1, 2]),
    rows_of("from_row_starts", (SPLITS, 5), (SPLITS.astype(np.int32), 3), (SPLITS, 2), (SPLITS + 1, 9),
            (SPLITS[:0], 0)),
    rows_of("from_row_limits", SPLITS, SPLITS + 1, SPLITS[::-1].copy(), SPLITS.astype(np.int32)),
    rows_of("from_uniform_row_length", (2, 6), (2, 5), (2, None, 3), (2, 6, 3), (0, 0, 3), (2, None, None), (2, 6, 4),
            (np.array(2, np.int32), 6)),
    Operation(
        "experimental.RowPartition/ragged",
        lambda tf, x: tf.RaggedTensor._from_row_partition(
            x, tf.experimental.RowPartition.from_value_rowids([0, 0, 2, 4])).to_tensor(),
        [(floats(4),)],
    ),
]  # fmt: skip


def select(name: str, f: Any, samples: Any = (), edges: Any = ()) -> Operation:
    return Operation(f"experimental.numpy.select{name}", lambda tf, *xs: f(tf.experimental.numpy.select, *xs),
                     samples, edges)  # fmt: skip


X, Y = floats(2, 3), floats(2, 3, seed=1)
KINDS = [X.astype(np.float16), X.astype(ml_dtypes.bfloat16), IDS, IDS.astype(np.int8), IDS.astype(np.uint8), IDS > 1]

SELECTED = [
    select("", lambda s, x, y: s([x < 0, y > 1], [x * y, y]), [(X, Y)], [(X, IDS[:3]), (X[:0], Y[:0])]),
    *(select(f"/default {default}", lambda s, x, default=default: s([x > x], [x], default), [(X,)],
             [(x,) for x in KINDS])
      for default in (3, True)),
    select("/default 2.5", lambda s, x: s([x > x], [x], 2.5), [(X,)], [(x,) for x in (KINDS[0], *KINDS[2:])]),
    select("/default tensor", lambda s, x, d: s([x > x], [x], d), [(X, floats(3))],
           [(x, d) for x in (X, IDS, *KINDS[3:]) for d in (IDS[0], np.float32(1.5))]),
    select("/numbers", lambda s, x: s([x], [x], 7), edges=[(IDS,), (X,)]),
    select("/none", lambda s, x: s([], [], x), edges=[(X,)]),
    select("/more", lambda s, x: s([x > 0], [], x), edges=[(X,)]),
]  # fmt: skip

ROWS = [*PARTITIONS, *SELECTED]
