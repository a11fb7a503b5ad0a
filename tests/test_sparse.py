"""`tf.sparse`: sparse tensors, and gradients through their values. Values and prints: programs/sparse_tensors.py."""

import numpy as np
import pytest

import gradtape as tf
from gradtape.testing import check_gradients

INDICES = [[0, 1], [2, 0], [2, 1]]
VALUES = np.array([1.0, 2.0, 3.0])


def matrix(values):
    """A 3 x 2 matrix with these values in it."""
    return tf.sparse.SparseTensor(INDICES, values, [3, 2])


@pytest.mark.parametrize(
    "f",
    [
        lambda v: tf.sparse.to_dense(matrix(v)) ** 2,
        lambda v: tf.sparse.sparse_dense_matmul(matrix(v), tf.constant([[1.0, 2.0], [3.0, 4.0]], tf.float64)),
        lambda v: tf.sparse.softmax(matrix(v)).values,
        lambda v: tf.sparse.reduce_sum(matrix(v), axis=0) ** 2,
        lambda v: tf.sparse.reduce_max(matrix(v), axis=1) ** 2,
        lambda v: tf.sparse.add(matrix(v), matrix(v * v)).values,
        lambda v: (
            tf.sparse.concat(1, [matrix(v), tf.sparse.transpose(tf.sparse.reshape(matrix(v * v), [2, 3]))]).values
        ),
        lambda v: tf.sparse.slice(matrix(v), [1, 0], [2, 2]).values ** 2,
        lambda v: tf.sparse.map_values(tf.sin, matrix(v)).values,
        lambda v: (matrix(v) * tf.constant([[2.0, 3.0]], tf.float64) / 3.0).values,
    ],
)
def test_gradients_flow_through_the_values(f):
    check_gradients(f, VALUES)


@pytest.mark.parametrize("adjoint_a", [False, True])
@pytest.mark.parametrize("adjoint_b", [False, True])
def test_products_with_a_dense_matrix(adjoint_a, adjoint_b):
    b = np.random.default_rng(0).normal(size=(3, 4) if adjoint_a else (2, 4))
    b = b.T if adjoint_b else b

    def product(v, b):
        return tf.sparse.sparse_dense_matmul(matrix(v), b, adjoint_a, adjoint_b)

    dense = tf.sparse.to_dense(matrix(VALUES))
    expected = tf.matmul(dense, b, adjoint_a=adjoint_a, adjoint_b=adjoint_b)
    np.testing.assert_allclose(product(VALUES, tf.constant(b)), expected)
    check_gradients(product, VALUES, b)


def test_a_product_with_the_dense_matrix_first():
    b = np.random.default_rng(0).normal(size=(4, 3))
    found = tf.sparse.sparse_dense_matmul(tf.constant(b), matrix(VALUES))
    np.testing.assert_allclose(found, b @ tf.sparse.to_dense(matrix(VALUES)).numpy())
    check_gradients(lambda v, b: tf.sparse.sparse_dense_matmul(b, matrix(v)), VALUES, b)


def test_the_jacobian_of_a_product_is_one_pass():
    v, b = tf.constant(VALUES), tf.random.normal((2, 4), dtype=tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([v, b])
        y = tf.sparse.sparse_dense_matmul(matrix(v), b)
    at_once = tape.jacobian(y, [v, b])
    looped = tape.jacobian(y, [v, b], experimental_use_pfor=False)
    for a, c in zip(at_once, looped, strict=True):
        np.testing.assert_allclose(a, c)


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.int32, tf.complex64])
def test_products_of_every_dtype(dtype):
    a = tf.sparse.SparseTensor(INDICES, tf.cast([1, 2, 3], dtype), [3, 2])
    b = tf.cast([[1, 2], [3, 4]], dtype)
    found = tf.sparse.sparse_dense_matmul(a, b)
    assert found.dtype is dtype
    np.testing.assert_array_equal(tf.cast(found, tf.int32), [[3, 4], [0, 0], [11, 16]])


def test_a_sparse_tensor_is_not_a_source_but_its_values_are():
    x = matrix(VALUES)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sparse.to_dense(x) * 3.0
    with pytest.raises(ValueError, match="Use its values"):
        tape.gradient(y, x)
    np.testing.assert_array_equal(tape.gradient(y, x.values), [3.0, 3.0, 3.0])


def test_what_is_no_array_has_no_static_value():
    assert tf.get_static_value(matrix(VALUES)) is None
    assert tf.get_static_value(tf.ragged.constant([[1], []])) is None


def test_indexed_slices_as_a_source():
    x = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([1]), tf.constant([3, 2]))
    with tf.GradientTape() as tape:
        tape.watch(x.values)
        y = tf.convert_to_tensor(x) * 2.0
    g = tape.gradient(y, x)
    assert isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g.values, [[2.0, 2.0]])


def test_an_operation_that_takes_none_says_so():
    with pytest.raises(ValueError, match="SparseTensor"):
        tf.exp(matrix(VALUES))


@pytest.mark.parametrize(
    ("f", "error", "match"),
    [
        (lambda: tf.sparse.SparseTensor([[0, 1]], [1.0, 2.0], [3, 2]), ValueError, "these have shapes"),
        (lambda: tf.sparse.to_dense(tf.ones(2)), TypeError, "from_dense"),
        (lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[5]], [1.0], [3])),
         tf.errors.InvalidArgumentError, "bounds"),
        (lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[1], [0]], [1.0, 2.0], [3])),
         tf.errors.InvalidArgumentError, "tf.sparse.reorder"),
        (lambda: tf.sparse.to_dense(tf.sparse.SparseTensor([[1], [1]], [1.0, 2.0], [3])),
         tf.errors.InvalidArgumentError, "repeated"),
        (lambda: tf.sparse.sparse_dense_matmul(matrix(VALUES), tf.ones((3, 2), tf.float64)),
         tf.errors.InvalidArgumentError, "inner dimension"),
        (lambda: tf.sparse.map_values(tf.add, tf.sparse.eye(2), tf.sparse.SparseTensor([[0, 1]], [1.0], [2, 2])),
         tf.errors.InvalidArgumentError, "different places"),
        (lambda: tf.sparse.add(tf.ones(2), tf.ones(2)), TypeError, "SparseTensor"),
    ],
)  # fmt: skip
def test_bad_input(f, error, match):
    with pytest.raises(error, match=match):
        f()


def whole(values):
    return tf.cast(values, tf.int64)


def parts(result):
    """The tensors that sparse ones, alone or in a tuple, are made of."""
    if isinstance(result, tuple):
        return [part for x in result for part in parts(x)]
    return [result.indices, result.values, result.dense_shape] if hasattr(result, "dense_shape") else [result]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: tf.sparse.to_dense(x, -1.0),
        lambda x: tf.sparse.from_dense(tf.sparse.to_dense(x)),
        lambda x: tf.sparse.transpose(x),
        lambda x: tf.sparse.reshape(x, [-1, 1]),
        lambda x: tf.sparse.expand_dims(x, -1),
        lambda x: tf.sparse.retain(x, x.values > 1.5),
        lambda x: tf.sparse.add(x, tf.sparse.transpose(x)),
        lambda x: tf.sparse.maximum(x, tf.sparse.transpose(x)),
        lambda x: tf.sparse.concat(0, [x, x]),
        lambda x: tf.sparse.slice(x, [0, 1], [2, 2]),
        lambda x: (tf.sparse.reduce_sum(x, 1), tf.sparse.reduce_max(x, 0, True), tf.sparse.reduce_sum(x)),
        lambda x: tf.sparse.softmax(x),
        lambda x: tf.sparse.sparse_dense_matmul(x, tf.eye(x.dense_shape[1])),
        lambda x: tf.sparse.fill_empty_rows(x, 7.0),
        lambda x: tf.sparse.bincount(tf.sparse.map_values(whole, x), axis=-1),
        lambda x: tf.sets.union(tf.sparse.map_values(whole, x), tf.sparse.map_values(lambda v: whole(v) + 1, x)),
        lambda x: tf.sets.size(tf.sparse.map_values(whole, x)),
        lambda x: tf.nn.safe_embedding_lookup_sparse(tf.eye(5), tf.sparse.map_values(whole, x)),
    ],
)
def test_a_function_of_where_values_are_is_traced_once(f):
    specs = [tf.TensorSpec([None, 2], tf.int64), tf.TensorSpec([None], tf.float32), tf.TensorSpec([2], tf.int64)]
    traced = tf.function(lambda *given: parts(f(tf.SparseTensor(*given))), input_signature=specs)
    for indices, values, shape in [
        ([[0, 1], [1, 0], [2, 2]], [1.0, 2.0, 3.0], [3, 3]),
        ([[0, 0], [0, 1], [2, 1], [2, 2]], [1.0, 2.0, 3.0, 1.0], [3, 3]),
        (np.zeros((0, 2)), [], [3, 3]),
        ([[0, 1], [1, 3], [3, 2]], [1.0, 2.0, 3.0], [4, 4]),
    ]:
        given = tf.constant(indices, tf.int64), tf.constant(values, tf.float32), tf.constant(shape, tf.int64)
        wanted = parts(f(tf.SparseTensor(*given)))
        for got, want in zip(traced(*given), wanted, strict=True):
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-6)
