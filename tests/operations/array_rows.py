"""Rows of the operation table: making, reshaping, joining, indexing and gathering."""

import numpy as np

from .operation import Operation, floats



def _indexed(name, key, *shapes, **options):
    return Operation(f"getitem/{name}", lambda tf, x: x[key], [(floats(*shape),) for shape in shapes], **options)


INDICES = np.array([2, 0, 2])
EMPTY = np.zeros((0, 3))
STRINGS = np.array([["a", "b", "c"], ["d", "e", "f"]], object)
INTEGERS = np.arange(6, dtype=np.int32).reshape(2, 3)
HALF = floats(2, 3).astype(np.float16)
COMPLEX = floats(2, 3) + 1j * floats(2, 3, seed=1)

SHAPES = [
    Operation("reshape", lambda tf, x: tf.reshape(x, [3, -1]), [(floats(2, 3),), (floats(3, 2, 2),)],
              [(EMPTY,), (STRINGS,), (INTEGERS,), (HALF,), (COMPLEX,)]),
    Operation("reshape/flat", lambda tf, x: tf.reshape(x, -1), [(floats(2, 3),), (floats(),), (floats(4),)], [(EMPTY,)]),
    Operation("reshape/scalar", lambda tf, x: tf.reshape(x, []), [(floats(1, 1),), (floats(),)]),
    Operation("reshape/tensor", lambda tf, x: tf.reshape(x, tf.shape(x)[::-1]), [(floats(2, 3),)]),
    Operation("transpose", lambda tf, x: tf.transpose(x), [(floats(2, 3),), (floats(2, 3, 4),), (floats(3),), (floats(),)],
              [(EMPTY,), (STRINGS,), (INTEGERS,), (COMPLEX,)]),
    Operation("transpose/perm", lambda tf, x: tf.transpose(x, [1, 2, 0]), [(floats(2, 3, 4),)]),
    Operation("transpose/negative", lambda tf, x: tf.transpose(x, [-1, 0, 1]), [(floats(2, 3, 4),)]),
    Operation("transpose/conjugate", lambda tf, x: tf.transpose(x, conjugate=True), [(floats(2, 3),)], [(COMPLEX,)]),
    Operation("linalg.matrix_transpose", lambda tf, x: tf.linalg.matrix_transpose(x), [(floats(2, 3),), (floats(2, 2, 3),)]),
    Operation("expand_dims", lambda tf, x: tf.expand_dims(x, 0), [(floats(2, 3),), (floats(),)], [(STRINGS,)]),
    Operation("expand_dims/last", lambda tf, x: tf.expand_dims(x, -1), [(floats(2, 3),), (floats(),)]),
    Operation("expand_dims/middle", lambda tf, x: tf.expand_dims(x, -2), [(floats(2, 3),)]),
    Operation("squeeze", lambda tf, x: tf.squeeze(x), [(floats(1, 2, 1),), (floats(1, 1),), (floats(2),), (floats(),)]),
    Operation("squeeze/axis", lambda tf, x: tf.squeeze(x, [0, -1]), [(floats(1, 2, 1),)]),
    Operation("broadcast_to", lambda tf, x: tf.broadcast_to(x, [2, 4, 3]), [(floats(3),), (floats(4, 1),), (floats(),)],
              [(np.array(["a", "b", "c"], object),)]),
    Operation("broadcast_to/empty", lambda tf, x: tf.broadcast_to(x, [0, 3]), [(floats(3),)]),
    Operation("identity", lambda tf, x: tf.identity(x), [(floats(2, 3),), (floats(),)], [(STRINGS,)]),
    Operation("ensure_shape", lambda tf, x: tf.ensure_shape(x, [None, 3]), [(floats(2, 3),)]),
    Operation("stop_gradient", lambda tf, x: tf.stop_gradient(x), [(floats(2, 3),)], order=0),
    Operation("shape", lambda tf, x: tf.shape(x), [(floats(2, 3),), (floats(),), (EMPTY,)], order=0),
    Operation("size", lambda tf, x: tf.size(x), [(floats(2, 3),), (floats(),), (EMPTY,)], order=0),
    Operation("rank", lambda tf, x: tf.rank(x), [(floats(2, 3),), (floats(),)], order=0),
]  # fmt: skip

JOINING = [
    Operation("concat", lambda tf, x, y: tf.concat([x, y], 0), [(floats(2, 3), floats(1, 3, seed=1)), (EMPTY, floats(2, 3))],
              [(STRINGS, STRINGS), (INTEGERS, INTEGERS), (HALF, HALF), (COMPLEX, COMPLEX)]),
    Operation("concat/last", lambda tf, x, y: tf.concat([x, y, x], -1), [(floats(2, 3), floats(2, 1, seed=1)),
                                                                         (floats(2), floats(3))]),
    Operation("concat/middle", lambda tf, x, y: tf.concat([x, y], 1), [(floats(2, 3, 2), floats(2, 1, 2, seed=1))]),
    Operation("concat/one", lambda tf, x: tf.concat([x], 0), [(floats(2, 3),)]),
    Operation("stack", lambda tf, x, y: tf.stack([x, y]), [(floats(2, 3), floats(2, 3, seed=1)), (floats(), floats())],
              [(STRINGS, STRINGS), (INTEGERS, INTEGERS), (EMPTY, EMPTY)]),
    Operation("stack/last", lambda tf, x, y: tf.stack([x, y, x], -1), [(floats(2, 3), floats(2, 3, seed=1))]),
    Operation("stack/middle", lambda tf, x, y: tf.stack([x, y], axis=1), [(floats(2, 3), floats(2, 3, seed=1))]),
    Operation("convert_to_tensor/list", lambda tf, x, y: tf.convert_to_tensor([[x, 1.0], [y, x]]), [(floats(), floats())]),
    Operation("unstack", lambda tf, x: tf.unstack(x), [(floats(3, 2),), (floats(3),)], [(STRINGS,)]),
    Operation("unstack/axis", lambda tf, x: tf.unstack(x, axis=-1), [(floats(2, 3),)]),
    Operation("unstack/one", lambda tf, x: tf.unstack(x, axis=1)[1], [(floats(2, 3),)]),
    Operation("split", lambda tf, x: tf.split(x, 2), [(floats(4, 3),), (floats(4),)]),
    Operation("split/sizes", lambda tf, x: tf.split(x, [1, -1, 0], axis=-1), [(floats(2, 3),)]),
    Operation("split/one", lambda tf, x: tf.split(x, 3, axis=1)[2], [(floats(2, 3),)]),
    Operation("tile", lambda tf, x: tf.tile(x, [2, 3]), [(floats(2, 3),), (floats(1, 1),)], [(STRINGS,), (EMPTY,)]),
    Operation("tile/some", lambda tf, x: tf.tile(x, [1, 2]), [(floats(2, 3),)]),
    Operation("tile/none", lambda tf, x: tf.tile(x, [0, 2]), [(floats(2, 3),)]),
    Operation("repeat", lambda tf, x: tf.repeat(x, 2), [(floats(2, 3),), (floats(),)]),
    Operation("repeat/axis", lambda tf, x: tf.repeat(x, 2, axis=1), [(floats(2, 3),)]),
    Operation("repeat/each", lambda tf, x: tf.repeat(x, [2, 0, 1], axis=-1), [(floats(2, 3),), (floats(3),)], [(STRINGS,)]),
    Operation("pad", lambda tf, x: tf.pad(x, [[1, 0], [0, 2]]), [(floats(2, 3),)], [(EMPTY,), (INTEGERS,), (HALF,)]),
    Operation("pad/value", lambda tf, x: tf.pad(x, [[1, 0], [0, 2]], constant_values=7), [(floats(2, 3),)]),
    Operation("pad/reflect", lambda tf, x: tf.pad(x, [[1, 1], [2, 0]], "REFLECT"), [(floats(2, 3),)]),
    Operation("pad/symmetric", lambda tf, x: tf.pad(x, [[2, 1], [0, 3]], "SYMMETRIC"), [(floats(2, 3),)]),
    Operation("reverse", lambda tf, x: tf.reverse(x, [0]), [(floats(2, 3),), (floats(3),)], [(STRINGS,)]),
    Operation("reverse/axes", lambda tf, x: tf.reverse(x, [-1, 0]), [(floats(2, 3),), (floats(2, 2, 2),)]),
    Operation("roll", lambda tf, x: tf.roll(x, 1, 0), [(floats(2, 3),), (floats(3),)], [(STRINGS,), (EMPTY,)]),
    Operation("roll/axes", lambda tf, x: tf.roll(x, [-1, 4], [0, -1]), [(floats(3, 4),)]),
    Operation("meshgrid", lambda tf, x, y: tf.meshgrid(x, y), [(floats(2), floats(3))]),
    Operation("meshgrid/ij", lambda tf, x, y: tf.meshgrid(x, y, x, indexing="ij"), [(floats(2), floats(3))]),
]  # fmt: skip

INDEXING = [
    _indexed("integer", 1, (2, 3), (3,), (2, 2, 2)),
    _indexed("negative", -1, (2, 3), (3,)),
    _indexed("element", (1, -2), (2, 3)),
    _indexed("slice", slice(1, None), (3, 2), (3,)),
    _indexed("slice, empty", slice(5, None), (3, 2)),
    _indexed("step", (slice(None), slice(None, None, 2)), (2, 3)),
    _indexed("backwards", (slice(None, None, -1), slice(2, 0, -1)), (2, 3)),
    _indexed("ellipsis", (..., 1), (2, 3), (2, 2, 2), (3,)),
    _indexed("ellipsis between", (0, ..., slice(1, 3)), (2, 3), (2, 2, 3)),
    _indexed("newaxis", (None, 1, ..., None), (2, 3), (2, 2, 2)),
    _indexed("all", ..., (2, 3), ()),
    _indexed("newaxis of a scalar", None, (), (2,)),
    Operation("getitem/tensor", lambda tf, x: x[tf.constant(1)], [(floats(2, 3),), (floats(3),)]),
    Operation("getitem/tensors", lambda tf, x: x[tf.constant(1) :, ..., tf.constant(-1)], [(floats(2, 3),)]),
    Operation("getitem/two tensors", lambda tf, x: x[tf.constant(0) : tf.constant(2, tf.int64), 1], [(floats(3, 3),)]),
    Operation("getitem/mask", lambda tf, x: x[x > 0.0], [(floats(2, 3),)]),
    Operation("getitem/rows", lambda tf, x: [row * row for row in x], [(floats(3, 2),), (floats(3),)]),
    Operation("getitem/overlapping", lambda tf, x: [x[i : i + 2] * x[-i] for i in range(3)], [(floats(4, 2),)]),
    Operation("getitem/strings", lambda tf, x: x[1, ::-1], edges=[(STRINGS,)]),
    Operation("slice", lambda tf, x: tf.slice(x, [0, 1], [-1, 2]), [(floats(2, 3),)], [(STRINGS,)]),
    Operation("strided_slice", lambda tf, x: tf.strided_slice(x, [1, 0], [2, 3], [1, 2], end_mask=1, shrink_axis_mask=1),
              [(floats(2, 3),)]),
]  # fmt: skip

GATHERING = [
    Operation("gather", lambda tf, x: tf.gather(x, INDICES), [(floats(3, 2),), (floats(3),)],
              [(STRINGS.T,), (HALF.T,), (INTEGERS.T,), (COMPLEX.T,)]),
    Operation("gather/matrix", lambda tf, x: tf.gather(x, [[0, 2], [2, 1]]), [(floats(3, 2),), (floats(3),)]),
    Operation("gather/axis", lambda tf, x: tf.gather(x, INDICES, axis=-1), [(floats(2, 3),), (floats(2, 2, 3),)]),
    Operation("gather/one", lambda tf, x: tf.gather(x, 1, axis=1), [(floats(2, 3),), (floats(2, 3, 2),)]),
    Operation("gather/nothing", lambda tf, x: tf.gather(x, tf.zeros((0,), tf.int32)), [(floats(3, 2),)]),
    Operation("gather/batches", lambda tf, x: tf.gather(x, [[2, 0], [1, 1]], batch_dims=1), [(floats(2, 3),),
                                                                                            (floats(2, 3, 2),)]),
    Operation("gather/batches, axis", lambda tf, x: tf.gather(x, [[2, 0], [1, 1]], axis=2, batch_dims=1),
              [(floats(2, 2, 3),), (floats(2, 4, 3, 2),)]),
    Operation("gather/every batch", lambda tf, x: tf.gather(x, [[2, 0], [1, 1]], axis=2, batch_dims=2), [(floats(2, 2, 3),)]),
    Operation("gather/twice", lambda tf, x: tf.gather(x, INDICES) * tf.gather(x, [1, 1, 0]), [(floats(3, 2),)]),
    Operation("gather/and more", lambda tf, x: tf.gather(x, INDICES) * x + x[0], [(floats(3, 2),)]),
    Operation("gather_nd", lambda tf, x: tf.gather_nd(x, [[0, 1], [1, 0], [0, 1]]), [(floats(2, 3),), (floats(2, 3, 2),)],
              [(STRINGS,)]),
    Operation("gather_nd/rows", lambda tf, x: tf.gather_nd(x, [[[1]], [[0]]]), [(floats(2, 3),)]),
    Operation("gather_nd/one", lambda tf, x: tf.gather_nd(x, [1, 2]), [(floats(2, 3),)]),
    Operation("gather_nd/batches", lambda tf, x: tf.gather_nd(x, [[[2], [0]], [[1], [1]]], batch_dims=1), [(floats(2, 3),),
                                                                                                       (floats(2, 3, 2),)]),
    Operation("boolean_mask", lambda tf, x: tf.boolean_mask(x, [True, False]), [(floats(2, 3),), (floats(2),)], [(STRINGS,)]),
    Operation("boolean_mask/elements", lambda tf, x: tf.boolean_mask(x, x > 0.0), [(floats(2, 3),)]),
    Operation("boolean_mask/axis", lambda tf, x: tf.boolean_mask(x, [True, False, True], axis=1), [(floats(2, 3),)]),
    Operation("boolean_mask/nothing", lambda tf, x: tf.boolean_mask(x, [False, False]), [(floats(2, 3),)]),
    Operation("scatter_nd", lambda tf, u: tf.scatter_nd([[3], [0], [3]], u, [4]), [(floats(3),)],
              [(np.array([1, 2, 3]),), (np.array(["a", "b", "c"], object),)]),
    Operation("scatter_nd/rows", lambda tf, u: tf.scatter_nd([[1], [1], [0]], u, [3, 2]), [(floats(3, 2),)]),
    Operation("scatter_nd/elements", lambda tf, u: tf.scatter_nd([[1, 0], [0, 2]], u, [2, 3]), [(floats(2),)]),
    Operation("tensor_scatter_nd_update", lambda tf, x, u: tf.tensor_scatter_nd_update(x, [[2], [0]], u),
              [(floats(3), floats(2, seed=1)), (floats(3, 2), floats(2, 2, seed=1))], [(INDICES, np.array([8, 9]))]),
    Operation("tensor_scatter_nd_add", lambda tf, x, u: tf.tensor_scatter_nd_add(x, [[2], [2]], u),
              [(floats(3), floats(2, seed=1)), (floats(3, 2), floats(2, 2, seed=1))]),
    Operation("tensor_scatter_nd_sub", lambda tf, x, u: tf.tensor_scatter_nd_sub(x, [[1, 1], [0, 1]], u),
              [(floats(3, 2), floats(2, seed=1))]),
    Operation("searchsorted", lambda tf, x, v: tf.searchsorted(x, v, side="right"), order=0,
              samples=[(np.array([1.0, 3.0, 5.0]), np.array([0.0, 3.0, 9.0])), (np.array([[1.0], [3.0]]), floats(2, 2))]),
    Operation("unique", lambda tf, x: list(tf.unique(x)), edges=[(np.array([3, 1, 3, 2]),), (STRINGS[0],)], order=0),
]  # fmt: skip

CREATION = [
    Operation("constant", lambda tf: tf.constant([[1.0, 2.0]], shape=(2, 1)), [()], order=0),
    Operation("zeros", lambda tf: tf.zeros((2, 3)), [()], order=0),
    Operation("ones", lambda tf: tf.ones([2], tf.int64), [()], order=0),
    Operation("fill", lambda tf, x: tf.fill([2, 3], x), [(floats(),)], [(np.array(3),)]),
    Operation("zeros_like", lambda tf, x: tf.zeros_like(x), [(floats(2, 3),), (EMPTY,)], [(INTEGERS,), (STRINGS,)], order=0),
    Operation("ones_like", lambda tf, x: tf.ones_like(x), [(floats(2, 3),), (EMPTY,)], [(INTEGERS,)], order=0),
    Operation("eye", lambda tf: tf.eye(2, 3, batch_shape=[2], dtype=tf.float64), [()], order=0),
    Operation("range", lambda tf: tf.range(1.0, 30.0, 0.7), [()], order=0, rtol=1e-6),
    Operation("range/down", lambda tf: tf.range(9, -5, -4), [()], order=0),
    Operation("linspace", lambda tf, x, y: tf.linspace(x, y, 7), [(floats(), floats(seed=1) + 3.0), (floats(2), floats(3, 1))]),
    Operation("linspace/axis", lambda tf, x, y: tf.linspace(x, y, 4, axis=-1), [(floats(2), floats(2, seed=1))]),
    Operation("linspace/few", lambda tf, x, y: [tf.linspace(x, y, n) for n in range(3)], [(floats(2), floats(2, seed=1))]),
    Operation("one_hot", lambda tf, i: tf.one_hot(i, 3), edges=[(np.array([0, 2, -1, 5]),), (np.array(1),)], order=0),
    Operation("one_hot/axis", lambda tf, i: tf.one_hot(i, 3, on_value=5, off_value=-1, axis=1),
              edges=[(np.array([[0, 2], [1, 1]]),)], order=0),
    Operation("sequence_mask", lambda tf, n: tf.sequence_mask(n, 4), edges=[(np.array([1, 0, 5]),)], order=0),
]  # fmt: skip

ROWS = [*SHAPES, *JOINING, *INDEXING, *GATHERING, *CREATION]
