"""What the makers of ragged tensors accept and refuse, with the shapes and row partitions that they give."""

import numpy as np
import tensorflow as tf


def show(label, function):
    """A ragged tensor with all that it is made of; of an error its class."""
    try:
        x = function()
        if isinstance(x, tf.RaggedTensor):
            print(label, x.to_list(), x.dtype.name, x.shape, [s.numpy().tolist() for s in x.nested_row_splits])
            print("  ", x.row_splits.dtype.name, x.flat_values.shape, x.uniform_row_length is None)
        else:
            print(label, x.numpy().tolist(), x.dtype.name, x.shape)
    except Exception as error:
        print(label, type(error).__name__)


print("constants")
K = tf.ragged.constant
for given in ([], [[]], [[[]]], 5, "a", [1], [[1, 2], [3]], [[1, 2], [3, 4]], [[1, 2], 3], [[1], ["a"]],
              [[1], [2.5]], [[True], []], [[2**63]], [(1, 2), (3,)], [[[1, 2]], [[3, 4], [5, 6]]],
              [[[1, 2]], [[3, 4], [5]]], [np.array([1, 2]), np.array([3])], np.array([[1, 2], [3, 4]]), [[None]]):  # fmt: skip
    show(f"constant({given})", lambda given=given: K(given))
    for rank in (-1, 0, 1, 2):
        show(f"ragged_rank={rank}", lambda given=given, rank=rank: K(given, ragged_rank=rank))
    for inner in ((), (0,), (2,), (2, 2)):
        show(f"inner_shape={inner}", lambda given=given, inner=inner: K(given, inner_shape=inner))
    for inner in ((), (0,), (2,)):
        show(f"both, {inner}", lambda given=given, inner=inner: K(given, ragged_rank=1, inner_shape=inner))
show("zeros of the inner shape", lambda: K([], ragged_rank=0, inner_shape=(0, 3)))
show("repeated", lambda: K([1], inner_shape=(2,)))
show("wide", lambda: K([[2**31]]))
show("dtype", lambda: K([[1], []], dtype=tf.float64, row_splits_dtype="int32"))

print("of tensors")
F = tf.RaggedTensor.from_tensor
for shape in ([2, 3], [2, 3, 4], [0, 3], [2, 0], [2, 2, 2, 2], [3]):
    for rank in (0, 1, 2, 3):
        show(f"{shape} {rank}", lambda shape=shape, rank=rank: F(tf.ones(shape), ragged_rank=rank))
        show("padding", lambda shape=shape, rank=rank: F(tf.ones(shape), padding=1, ragged_rank=rank))
square, cube = [[1, 2], [3, 4]], tf.reshape(tf.range(8), [2, 2, 2])
for lengths in ([1, 2], [1, 3], [1, -3], [1], [1.0, 2.0], [[1, 2]]):
    show(f"lengths {lengths}", lambda lengths=lengths: F(square, lengths=lengths))
show("both", lambda: F(square, lengths=[1, 2], padding=3))
show("padding", lambda: F(square, padding=4))
show("padding", lambda: F(square, padding=[4]))
show("padding", lambda: F(cube, padding=[6, 7]))
show("padding", lambda: F(cube, padding=6, ragged_rank=2))
show("lengths", lambda: F([[[1, 2], [3, 4]]], lengths=([2], [1, 2])))
show("lengths", lambda: F([[[1, 2], [3, 4]]], lengths=([2], [1, 2]), ragged_rank=3))
show("int32", lambda: F(square, row_splits_dtype=tf.int32))
show("ragged", lambda: F(F(square)))

print("of row partitions")
R, V = tf.RaggedTensor, [1, 2, 3]
for splits in ([0, 2, 3], [0, 2, 4], [1, 2, 3], [0, 2, 1, 3], [], [0.0, 3.0], 3, [[0, 3]], tf.constant([0, 3])):
    show(f"splits {splits}", lambda splits=splits: R.from_row_splits(V, splits))
for lengths in ([1, 2], [1, 3], [1, -1, 3], [], 3, [[3]]):
    show(f"lengths {lengths}", lambda lengths=lengths: R.from_row_lengths(V, lengths))
for starts in ([0, 1], [1], [0, 4], [0, 2, 1], []):
    show(f"starts {starts}", lambda starts=starts: R.from_row_starts(V, starts))
for limits in ([1, 3], [1, 2], [2, 1, 3], []):
    show(f"limits {limits}", lambda limits=limits: R.from_row_limits(V, limits))
for rows, count in (([0, 0, 2], None), ([0, 0, 2], 4), ([0, 0, 2], 2), ([0, 2, 1], None), ([0, 2], None),
                    ([-1, 0, 2], None), ([0, 0, 2], -1), ([0, 0, 2], [3])):  # fmt: skip
    show(f"rowids {rows} {count}", lambda rows=rows, count=count: R.from_value_rowids(V, rows, count))
for length, count in ((3, None), (2, None), (-1, None), (0, 3), (3, 2), ([3], None)):
    show(f"uniform {length} {count}", lambda length=length, count=count: R.from_uniform_row_length(V, length, count))
show("nested", lambda: R.from_nested_row_splits(V, tf.constant([[0, 3]])))
show("sparse", lambda: R.from_sparse(3))
show("a scalar", lambda: R.from_row_splits(3, [0, 3]))

print("ranges")
Q = tf.ragged.range
show("wide", lambda: Q(1136033460, -2110457150, -1849827689))
show("wide", lambda: Q(-(2**31), 2**31 - 1, 2**30))
for bounds in ((0.1, 1.1, 0.1), (0.0, 1.0, 0.1), (5.0, 0.0, -0.7), ([3, 5, 2], [9, 2, 7], [1, -1, 2]), ([0, 1], [3]),
               ([0, 1], [3, 4, 5]), ([[0, 1]], [3]), (0, 3, 0), (np.inf,), (0, -np.inf, -1.0), (0, -np.inf, 1.0),
               (0, 3.0, np.nan), ("a",), (np.int64(3), np.int32(5)), (0, 3, 0.5)):  # fmt: skip
    show(f"range{bounds}", lambda bounds=bounds: Q(*bounds))

print("stacks")
A, B = K([[1, 2], [3]]), K([[1], [3]])
for values in (
    [],
    [[]],
    [[1, 2], [3, 4]],
    [[1, 2], [3]],
    [1, 2],
    5,
    [tf.constant([[1, 2]]), tf.constant([[1, 4], [3, 5]])],
):
    show(f"stack({values})", lambda values=values: tf.ragged.stack(values))
for axis in (0, 1, 2, -1, 5):
    show(f"axis={axis}", lambda axis=axis: tf.stack([A, A + 1], axis))
show("others", lambda: tf.stack([A, tf.constant([[1]])]))
