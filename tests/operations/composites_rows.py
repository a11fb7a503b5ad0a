"""Rows of operations of sparse and ragged tensors, as functions of their values."""

import numpy as np

from tests.operations.operation import Operation, floats

V = floats(4)
COMPLEX = floats(4) + 1j * floats(4, seed=1)
INTS = np.array([3, -1, 2, 5], np.int32)
EMPTY = np.zeros(0)


def sparse(tf, values):
    """A 3 x 2 matrix with these values in it."""
    return tf.sparse.SparseTensor([[0, 0], [0, 1], [1, 1], [2, 0]], values, [3, 2])


def ragged(tf, values):
    """Rows of 2, 0, 1 and 1 of these values."""
    return tf.RaggedTensor.from_row_splits(values, [0, 2, 2, 3, 4])


def of_sparse(name, f, edges=(), **more):
    return Operation(f"sparse.{name}", lambda tf, v: f(tf, sparse(tf, v)), [(V,)], edges, **more)


def of_ragged(name, f, edges=(), **more):
    return Operation(f"ragged.{name}", lambda tf, v: f(tf, ragged(tf, v)), [(V,)], edges, **more)


def product(name, *shape, **adjoints):
    return Operation(
        f"sparse.sparse_dense_matmul{name}",
        lambda tf, v, b: tf.sparse.sparse_dense_matmul(sparse(tf, v), b, **adjoints),
        [(V, floats(*shape))],
        [(V, floats(5, 5)), (COMPLEX, floats(*shape) + 1j * floats(*shape, seed=2)), (V, floats(4))],
    )


SPARSE = [
    product("", 2, 3),
    product("/adjoint_a", 3, 2, adjoint_a=True),
    product("/adjoint_b", 3, 2, adjoint_b=True),
    product("/both", 2, 3, adjoint_a=True, adjoint_b=True),
    Operation("sparse.sparse_dense_matmul/dense first",
              lambda tf, v, b: tf.sparse.sparse_dense_matmul(b, sparse(tf, v)), [(V, floats(2, 3))]),
    of_sparse("to_dense", lambda tf, x: tf.sparse.to_dense(x), [(INTS,), (COMPLEX,)]),
    of_sparse("to_dense/default", lambda tf, x: tf.sparse.to_dense(x, default_value=2)),
    Operation("sparse.from_dense", lambda tf, x: tf.sparse.from_dense(x).values, [(floats(2, 3),)]),
    of_sparse("transpose", lambda tf, x: tf.sparse.transpose(x).values),
    of_sparse("reshape", lambda tf, x: tf.sparse.to_dense(tf.sparse.reshape(x, [2, -1]))),
    of_sparse("reduce_sum", lambda tf, x: tf.sparse.reduce_sum(x)),
    of_sparse("reduce_sum/axis", lambda tf, x: [tf.sparse.reduce_sum(x, 0), tf.sparse.reduce_sum(x, [1], True)]),
    of_sparse("softmax", lambda tf, x: tf.sparse.softmax(x).values),
    of_sparse("add", lambda tf, x: tf.sparse.add(x, x * 2.0).values,
              notes={"tensorflow_gradient": "TensorFlow's raises where nothing watches the indices"}),
    Operation("sparse.add/dense", lambda tf, v, d: tf.sparse.add(sparse(tf, v), d), [(V, floats(3, 2))]),
    of_sparse("concat", lambda tf, x: tf.sparse.concat(1, [x, x]).values,
              notes={"tensorflow_gradient": "TensorFlow has none"}),
    of_sparse("slice", lambda tf, x: tf.sparse.slice(x, [0, 1], [3, 1]).values),
    of_sparse("map_values", lambda tf, x: tf.sparse.map_values(tf.sin, x).values, [(COMPLEX,)]),
    Operation("sparse.multiply", lambda tf, v, d: (sparse(tf, v) * d).values, [(V, floats(3, 2)), (V, floats(2))]),
]  # fmt: skip

RAGGED = [
    of_ragged("to_tensor", lambda tf, x: x.to_tensor(), [(INTS,)]),
    of_ragged("to_tensor/shape", lambda tf, x: x.to_tensor(default_value=1, shape=[None, 3])),
    of_ragged("reduce_sum", lambda tf, x: [tf.reduce_sum(x), tf.reduce_sum(x, 0), tf.reduce_sum(x, 1)], [(INTS,)]),
    of_ragged("reduce_mean", lambda tf, x: [tf.reduce_mean(x), tf.reduce_mean(x, 0)]),
    of_ragged("reduce_max", lambda tf, x: [tf.reduce_max(x), tf.reduce_max(x, 0)]),
    of_ragged("reduce_prod", lambda tf, x: tf.reduce_prod(x, 1)),
    of_ragged("elementwise", lambda tf, x: [(tf.exp(x) * x - 2 / x).flat_values, tf.maximum(x, -x).flat_values]),
    of_ragged("where", lambda tf, x: tf.where(x > 0, x * x, -x).flat_values),
    of_ragged("getitem", lambda tf, x: [x[0], x[::-1].flat_values, x[:, :1].flat_values, x[2, 0]]),
    of_ragged("concat", lambda tf, x: [tf.concat([x, x], axis).flat_values for axis in (0, 1)]),
    of_ragged("gather", lambda tf, x: tf.gather(x, [3, 0, 0]).flat_values),
    of_ragged(
        "boolean_mask", lambda tf, x: tf.ragged.boolean_mask(x, ragged(tf, [True, False, True, True])).flat_values
    ),
    Operation("ragged.multiply/column", lambda tf, v, c: (ragged(tf, v) * c).flat_values, [(V, floats(4, 1))]),
]

ROWS = [*SPARSE, *RAGGED]
