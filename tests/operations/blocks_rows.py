"""Rows of blocks exchanged between axes, of sequences turned round, of bits, and of histograms."""

import numpy as np

from tests.operations.operation import Operation, floats

INTS = np.arange(16, dtype=np.int32).reshape(1, 2, 2, 4)
STRINGS = np.array([["a", "b", "c"], ["d", "e", "f"]], object)
ON_GPU = {"tensorflow": "TensorFlow has it on GPUs alone"}

BLOCKS = [
    Operation("nn.depth_to_space", lambda tf, x: tf.nn.depth_to_space(x, 2), [(floats(1, 2, 3, 8),)],
              [(INTS,), (floats(1, 1, 1, 6),), (floats(2, 2, 4),)]),
    Operation("nn.depth_to_space/first", lambda tf, x: tf.nn.depth_to_space(x, 2, "NCHW"), [(floats(1, 8, 2, 3),)],
              notes=ON_GPU),
    Operation("nn.depth_to_space/one", lambda tf, x: tf.nn.depth_to_space(x, 1), edges=[(floats(1, 1, 1, 4),)]),
    Operation("nn.space_to_depth", lambda tf, x: tf.nn.space_to_depth(x, 2), [(floats(1, 4, 2, 3),)],
              [(INTS,), (floats(1, 3, 2, 1),), (floats(2, 4, 4),)]),
    Operation("nn.space_to_depth/first", lambda tf, x: tf.nn.space_to_depth(x, 2, "NCHW"), [(floats(1, 3, 4, 2),)],
              notes=ON_GPU),
    Operation("nn.space_to_depth/refused", lambda tf, x: tf.nn.space_to_depth(x, 2, "foo"),
              edges=[(floats(1, 4, 2, 3),)]),
    Operation("space_to_batch", lambda tf, x: tf.space_to_batch(x, [2, 2], [[0, 0], [1, 1]]), [(floats(1, 4, 2, 3),)],
              [(INTS,), (floats(1, 3, 2, 1),), (floats(2, 4),)]),
    Operation("space_to_batch/nd", lambda tf, x: tf.space_to_batch_nd(x, [3], [[1, 0]]),
              [(floats(2, 5),), (floats(2, 2, 2),)]),
    Operation("space_to_batch/refused", lambda tf, x: tf.space_to_batch(x, [2, 2], [[0, 0]]),
              edges=[(floats(1, 4, 2, 3),)]),
    Operation("batch_to_space", lambda tf, x: tf.batch_to_space(x, [2, 2], [[0, 1], [1, 0]]), [(floats(4, 2, 3, 1),)],
              [(np.arange(16).reshape(4, 2, 2, 1),), (floats(3, 2, 2, 1),), (floats(4, 2),)]),
    Operation("batch_to_space/nd", lambda tf, x: tf.batch_to_space(x, [3], [[1, 1]]),
              [(floats(3, 2),), (floats(6, 2, 2),)]),
    Operation("batch_to_space/refused", lambda tf, x: tf.batch_to_space(x, [2, 2], [[0, 0]]),
              edges=[(floats(4, 2, 2, 3),)]),
    Operation("batch_to_space/too much", lambda tf, x: tf.batch_to_space(x, [2], [[3, 2]]), edges=[(floats(2, 2),)]),
    Operation("required_space_to_batch_paddings",
              lambda tf, n: tf.required_space_to_batch_paddings(n, [2, 3], [[1, 0], [0, 2]]),
              edges=[(np.array([4, 5], np.int32),), (np.array([3, 1], np.int32),)]),
    Operation("reverse_sequence", lambda tf, x, n: tf.reverse_sequence(x, n, seq_axis=1),
              [(floats(2, 4), np.array([3, 0])), (floats(2, 3, 2), np.array([2, 3], np.int32))],
              [(STRINGS, np.array([2, 3])), (floats(2, 4), np.array([3, 5])), (floats(2, 4), np.array([3])),
               (floats(2, 4), np.array([3, -1])), (floats(2, 4), np.array([3.0, 1.0])), (floats(4), np.array([3]))]),
    Operation("reverse_sequence/axes", lambda tf, x, n: tf.reverse_sequence(x, n, seq_axis=0, batch_axis=2),
              [(floats(3, 2, 2), np.array([3, 2]))]),
    Operation("reverse_sequence/one axis", lambda tf, x, n: tf.reverse_sequence(x, n, seq_axis=0, batch_axis=0),
              edges=[(floats(3, 2), np.array([3, 2, 1]))]),
]  # fmt: skip


def bits(name, *pairs):
    return Operation(f"bitwise.{name}", lambda tf, x, y: getattr(tf.bitwise, name)(x, y), edges=pairs)


X = np.array([0, 5, -7, 2**30], np.int32)
Y = np.array([3, 1, 2, 31], np.int32)
SMALL = np.array([0, 5, 200, 255], np.uint8)

BITS = [
    *(bits(name, (X, Y), (SMALL, Y.astype(np.uint8) % 8), (X, np.int32(3)), (X, floats(4)), (X, Y.astype(np.int64)))
      for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")),
    Operation("bitwise.right_shift/far", lambda tf, x, y: tf.bitwise.right_shift(x, y),
              edges=[(X, np.array([-1, 32, 40, 1], np.int32))]),
    Operation("bitwise.invert", lambda tf, x: tf.bitwise.invert(x), edges=[(X,), (SMALL,), (floats(2),)]),
]  # fmt: skip


def cast(name, to, *edges):
    return Operation(f"bitcast/{name}", lambda tf, x: tf.bitcast(x, to), edges=[(x,) for x in edges])


VALUES = np.array([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0])

HISTOGRAMS = [
    cast("same", "int32", X, X.astype(np.float32), np.float32(1.5)),
    cast("smaller", "uint8", X, np.int16(258), X.astype(np.int64)),
    cast("larger", "int64", np.stack([X, Y], -1), X, np.int32(3)),
    Operation("histogram_fixed_width", lambda tf, x: tf.histogram_fixed_width(x, tf.constant([0, 5], x.dtype), nbins=5),
              edges=[(VALUES,), (np.array([0, 3, 9], np.int32),)]),
    Operation("histogram_fixed_width_bins",
              lambda tf, x: tf.histogram_fixed_width_bins(x, tf.constant([0, 5], x.dtype), nbins=4),
              edges=[(VALUES,), (VALUES.reshape(2, 3),)]),
    Operation("histogram_fixed_width/empty", lambda tf, x: tf.histogram_fixed_width(x, tf.constant([5, 5], x.dtype)),
              edges=[(VALUES,)]),
]  # fmt: skip

ROWS = [*BLOCKS, *BITS, *HISTOGRAMS]
