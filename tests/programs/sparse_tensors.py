"""Sparse tensors: making them, moving their elements, products and sums, and gradients through their values."""

import tensorflow as tf

INDICES, SHAPE = [[0, 1], [2, 0]], [3, 2]


def matrix(values):
    return tf.sparse.SparseTensor(INDICES, values, SHAPE)


def show(label, function):
    print(label, function(), sep="\n  ")


def gradients(label, function, *inputs):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = function(*inputs)
    print(label, y.numpy(), *(g.numpy() for g in tape.gradient(y, inputs)), sep="\n  ")


def attempt(label, function):
    try:
        print(label, function())
    except Exception as error:
        print(label, type(error).__name__)


sp, values = matrix([1.0, 2.0]), tf.constant([1.0, 2.0])
mixed = tf.sparse.SparseTensor([[2, 0], [0, 1]], [2.0, 1.0], SHAPE)
cube = tf.sparse.SparseTensor([[0, 1, 0], [0, 1, 2], [1, 0, 1]], [1.0, 2.0, 3.0], [2, 2, 3])
square = tf.constant([[1.0, 2.0], [3.0, 4.0]])

print("what it is")
print(sp)
print(repr(sp))
print(sp.shape, sp.get_shape(), sp.dtype, sp.dense_shape, sp.indices)
print(tf.SparseTensor is tf.sparse.SparseTensor, isinstance(sp, tf.Tensor), tf.nest.is_nested(sp))
print(tf.nest.flatten({"a": sp}, expand_composites=True))
attempt("too few indices:", lambda: tf.sparse.SparseTensor([[0, 1]], [1.0, 2.0], SHAPE))
attempt("another rank:", lambda: tf.sparse.SparseTensor([[0, 1]], [1.0], [3]))
attempt("int32 indices:", lambda: tf.sparse.SparseTensor(tf.constant([[0]], tf.int32), [1.0], [3]))

print("products")
gradients("sparse, dense", lambda v, b: tf.sparse.sparse_dense_matmul(matrix(v), b) ** 2, values, square)
gradients("adjoint_b", lambda v, b: tf.sparse.sparse_dense_matmul(matrix(v), b, adjoint_b=True) ** 2, values, square)
gradients(
    "adjoint_a",
    lambda v, b: tf.sparse.sparse_dense_matmul(matrix(v), b, adjoint_a=True) ** 2,
    values,
    tf.constant([[1.0, 3.0], [2.0, 4.0], [3.0, 5.0]]),
)
gradients(
    "dense, sparse",
    lambda v, b: tf.sparse.sparse_dense_matmul(b, matrix(v)) ** 2,
    values,
    tf.constant([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]]),
)
show("not in order", lambda: tf.sparse.sparse_dense_matmul(mixed, square))
attempt("shapes:", lambda: tf.sparse.sparse_dense_matmul(sp, tf.ones((3, 2))))
attempt("dtypes:", lambda: tf.sparse.sparse_dense_matmul(sp, tf.ones((2, 2), tf.float64)))
attempt("a vector:", lambda: tf.sparse.sparse_dense_matmul(sp, tf.ones(2)))

print("from and to dense")
gradients("to_dense", lambda v: tf.sparse.to_dense(matrix(v)) ** 2, values)
gradients("to_dense, default", lambda v: tf.sparse.to_dense(matrix(v), default_value=5.0) ** 2, values)
gradients("from_dense", lambda x: tf.sparse.from_dense(x).values ** 2, tf.constant([[0.0, 3.0], [4.0, 0.0]]))
show("from_dense", lambda: tf.sparse.from_dense([[0, 1], [2, 0]]))
show("unordered", lambda: tf.sparse.to_dense(mixed, validate_indices=False))
show("strings", lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[1]], ["a"], [3])))
attempt("unordered:", lambda: tf.sparse.to_dense(mixed))
attempt("repeated:", lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[0], [0]], [1.0, 2.0], [3])))
attempt("outside:", lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[5]], [1.0], [3])))
attempt("dense:", lambda: tf.sparse.to_dense(tf.ones(2)))

print("in other places")
show("reorder", lambda: tf.sparse.reorder(mixed))
show("transpose", lambda: tf.sparse.transpose(sp))
show("transpose, perm", lambda: tf.sparse.transpose(cube, [2, 0, 1]))
show("reshape", lambda: tf.sparse.reshape(sp, [2, 3]))
show("reshape, -1", lambda: tf.sparse.reshape(cube, [-1, 4]))
show("expand_dims", lambda: tf.sparse.expand_dims(sp))
show("expand_dims, axis", lambda: tf.sparse.expand_dims(sp, -2))
show("concat", lambda: tf.sparse.concat(0, [sp, mixed]))
show("concat, axis", lambda: tf.sparse.concat(-1, [sp, sp]))
show("concat, expanding", lambda: tf.sparse.concat(0, [sp, tf.sparse.eye(3)], expand_nonconcat_dims=True))
show("slice", lambda: tf.sparse.slice(cube, [0, 0, 1], [1, 2, 2]))
show("slice, too long", lambda: tf.sparse.slice(sp, [1, 0], [5, 5]))
show("retain", lambda: tf.sparse.retain(sp, [True, False]))
show("eye", lambda: tf.sparse.eye(2, 3, tf.int32))
attempt("perm:", lambda: tf.sparse.transpose(sp, [0]))
attempt("another size:", lambda: tf.sparse.reshape(sp, [4]))
attempt("no axis:", lambda: tf.sparse.expand_dims(sp, 5))
attempt("shapes:", lambda: tf.sparse.concat(0, [sp, tf.sparse.eye(3)]))

print("of the values")
gradients("sum", lambda v: tf.sparse.reduce_sum(matrix(v)) ** 2, values)
gradients("sum, axis", lambda v: tf.sparse.reduce_sum(matrix(v), 1) ** 2, values)
show("sum, keepdims", lambda: tf.sparse.reduce_sum(cube, [0, -1], keepdims=True))
show("sum, sparse", lambda: tf.sparse.reduce_sum(cube, 1, output_is_sparse=True))
show("max", lambda: tf.sparse.reduce_max(tf.sparse.SparseTensor([[0, 0]], [-3.0], [2, 2]), 0))
gradients("softmax", lambda v: tf.sparse.softmax(cube.with_values(v)).values ** 2, tf.constant([1.0, 2.0, 3.0]))
gradients("add", lambda v: tf.sparse.add(matrix(v), sp).values ** 2, values)
gradients("add, dense", lambda v, d: tf.sparse.add(matrix(v), d) ** 2, values, tf.ones((3, 2)))
show("add, threshold", lambda: tf.sparse.add(sp, tf.sparse.SparseTensor([[0, 0], [2, 0]], [5.0, -1.5], SHAPE), 1.0))
show("map_values", lambda: tf.sparse.map_values(tf.add, sp, 1.0))
show("multiply", lambda: sp * 2.0)
show("divide", lambda: sp / tf.constant([1.0, 2.0]))
gradients("multiply by dense", lambda v, d: (matrix(v) * d).values, values, tf.ones((3, 2)) * 3.0)
show("mask", lambda: tf.sparse.mask(tf.IndexedSlices(square, tf.constant([1, 2]), tf.constant([3, 2])), [1]).values)
attempt("shapes:", lambda: tf.sparse.add(sp, tf.sparse.eye(2)))
attempt("two dense:", lambda: tf.sparse.add(tf.ones(2), tf.ones(2)))
attempt("different places:", lambda: tf.sparse.map_values(tf.add, sp, mixed))
attempt("axis:", lambda: tf.sparse.reduce_sum(sp, 2))
attempt("add:", lambda: sp + 1.0)
attempt("exp:", lambda: tf.exp(sp))

print("as sources")
with tf.GradientTape(persistent=True) as tape:
    tape.watch(sp)
    y = tf.sparse.to_dense(sp) ** 2
print(tape.gradient(y, sp.values))
attempt("the whole:", lambda: tape.gradient(y, sp))
attempt("the whole target:", lambda: tape.gradient(sp, sp.values))
with tf.GradientTape() as tape:
    tape.watch([values, square])
    y = tf.sparse.sparse_dense_matmul(matrix(values), square)
print(*tape.jacobian(y, [values, square]), sep="\n")
