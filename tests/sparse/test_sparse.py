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


# --- in functions ----------------------------------------------------------------------------------------------------


def spelled(x):
    return x.indices.numpy().tolist(), x.values.numpy().tolist(), x.dense_shape.numpy().tolist()


def some(count):
    """A 3 x 2 matrix with the first few values."""
    return tf.sparse.SparseTensor(np.reshape(INDICES[:count], (-1, 2)), VALUES[:count], [3, 2])


def test_a_function_takes_and_gives_it_and_is_traced_by_its_spec():
    @tf.function
    def f(x):
        return x, {"twice": x * 2.0}

    for count in (3, 1, 0):
        same, other = f(some(count))
        assert spelled(same) == spelled(some(count))
        assert spelled(other["twice"])[1] == [2.0 * v for v in VALUES[:count]]
        assert same.shape == (3, 2)
    assert f.experimental_get_tracing_count() == 1
    f(tf.sparse.eye(4, dtype=tf.float64))
    assert f.experimental_get_tracing_count() == 2


ANY = tf.SparseTensorSpec([None, None], tf.float64)

TRACED = {
    "to_dense": tf.sparse.to_dense,
    "default": lambda x: tf.sparse.to_dense(x, default_value=7.0),
    "matmul": lambda x: tf.sparse.sparse_dense_matmul(x, tf.constant([[1.0, 2.0], [3.0, 4.0]], tf.float64)),
    "adjoint": lambda x: tf.sparse.sparse_dense_matmul(x, tf.ones([3, 1], tf.float64), adjoint_a=True),
    "add": lambda x: tf.sparse.add(x, tf.sparse.transpose(tf.sparse.transpose(x))),
    "threshold": lambda x: tf.sparse.add(x, x, threshold=3.0),
    "add dense": lambda x: tf.sparse.add(x, tf.ones([3, 2], tf.float64)),
    "concat": lambda x: tf.sparse.concat(1, [x, x * 3.0]),
    "expand": lambda x: tf.sparse.expand_dims(x, 1),
    "reshape": lambda x: tf.sparse.reshape(x, [2, -1]),
    "slice": lambda x: tf.sparse.slice(x, [1, 0], [2, 1]),
    "retain": lambda x: tf.sparse.retain(x, x.values > 1.5),
    "softmax": tf.sparse.softmax,
    "sum": lambda x: tf.sparse.reduce_sum(x, 1),
    "sparse sum": lambda x: tf.sparse.reduce_sum(x, 0, keepdims=True, output_is_sparse=True),
    "max": lambda x: tf.sparse.reduce_max(x),
    "maximum": lambda x: tf.sparse.maximum(x, tf.sparse.map_values(tf.negative, x)),
    "from_dense": lambda x: tf.sparse.from_dense(tf.sparse.to_dense(x) - 1.0),
    "eye": lambda x: tf.sparse.eye(tf.cast(x.dense_shape[0], tf.int32), 2),
    "broadcast": lambda x: x / tf.constant([[2.0, 4.0]], tf.float64),
    "shape": lambda x: (tf.shape(x), tf.size(x), tf.rank(x)),
}


@pytest.mark.parametrize("name", TRACED)
def test_one_trace_for_any_shape_gives_what_eager_code_gives(name):
    f = TRACED[name]
    traced = tf.function(f, input_signature=[ANY])
    for count in (3, 1, 2, 0):
        found, expected = (tf.nest.flatten(g(some(count)), expand_composites=True) for g in (traced, f))
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_array_equal(a, b)
    assert traced.experimental_get_tracing_count() == 1


def test_checks_are_made_when_the_function_runs():
    dense = tf.function(tf.sparse.to_dense, input_signature=[ANY])
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of order"):
        dense(tf.sparse.SparseTensor([[1, 0], [0, 0]], VALUES[:2], [3, 2]))
    product = tf.function(tf.sparse.sparse_dense_matmul, input_signature=[ANY, tf.TensorSpec([None, None], tf.float64)])
    with pytest.raises(tf.errors.InvalidArgumentError, match="inner dimension"):
        product(some(3), tf.ones([3, 3], tf.float64))


@pytest.mark.parametrize("name", ["to_dense", "matmul", "softmax", "add", "concat", "sum", "retain", "broadcast"])
def test_gradients_through_a_function_are_those_of_eager_code(name):
    f = TRACED[name]
    traced = tf.function(f, input_signature=[ANY])

    def gradient(g, count):
        x = some(count)
        with tf.GradientTape() as tape:
            tape.watch(x.values)
            y = g(x)
            y = y.values if isinstance(y, tf.SparseTensor) else y
            loss = tf.reduce_sum(y * y)
        return tf.convert_to_tensor(tape.gradient(loss, x.values))

    inside = tf.function(lambda x: gradient_inside(f, x), input_signature=[ANY])
    for count in (3, 1):
        np.testing.assert_allclose(gradient(traced, count), gradient(f, count))
        np.testing.assert_allclose(inside(some(count)), gradient(f, count))


def gradient_inside(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x.values)
        y = f(x)
        y = y.values if isinstance(y, tf.SparseTensor) else y
        loss = tf.reduce_sum(y * y)
    return tf.convert_to_tensor(tape.gradient(loss, x.values))


@pytest.mark.parametrize("positive", [True, False])
def test_a_branch_may_give_more_values_than_another(positive):
    @tf.function
    def f(x, which):
        y = tf.cond(which, lambda: tf.sparse.retain(x, x.values > 1.5), lambda: tf.sparse.add(x, x))
        return y, y.values * 2.0, tf.shape(y.values)[0]

    y, doubled, count = f(some(3), tf.constant(positive))
    expected = VALUES[1:] if positive else VALUES * 2.0
    assert y.values.numpy().tolist() == expected.tolist()
    assert doubled.numpy().tolist() == (expected * 2.0).tolist()
    assert int(count) == len(expected)


def test_a_loop_carries_it():
    @tf.function
    def f(x, n):
        def step(i, y):
            return i + 1, tf.sparse.concat(0, [y, x])

        spec = tf.SparseTensorSpec([None, 2], tf.float64)
        return tf.while_loop(lambda i, _: i < n, step, (0, x), shape_invariants=(tf.TensorShape([]), spec))[1]

    indices, values, shape = spelled(f(some(2), tf.constant(2)))
    assert indices == [[0, 1], [2, 0], [3, 1], [5, 0], [6, 1], [8, 0]]
    assert values == [1.0, 2.0] * 3
    assert shape == [9, 2]


def test_map_fn_walks_its_rows():
    x = tf.sparse.SparseTensor([[0, 0, 1], [1, 1, 0], [2, 0, 0]], [1.0, 2.0, 3.0], [3, 2, 2])
    b = tf.reshape(tf.range(12.0), [3, 2, 2])

    def f(x, b):
        return tf.map_fn(lambda p: tf.sparse.sparse_dense_matmul(p[0], p[1]), (x, b), fn_output_signature=tf.float32)

    np.testing.assert_array_equal(f(x, b), tf.matmul(tf.sparse.to_dense(x), b))
    np.testing.assert_array_equal(tf.function(f)(x, b), f(x, b))
    assert spelled(tf.function(lambda x: tf.map_fn(lambda row: row * 2.0, x))(x))[1] == [2.0, 4.0, 6.0]


def test_a_placeholder_tells_its_shape_and_operations_trace_with_it():
    with tf.__internal__.FuncGraph("scratch").as_default():
        x = tf.compat.v1.sparse_placeholder(tf.float32, [None, 3])
        product = tf.sparse.sparse_dense_matmul(x, tf.ones([3, 2]))
        both = tf.sparse.add(x, x)
    assert x.shape.as_list() == [None, 3]
    assert product.shape.as_list() == [None, 2]
    assert both.shape.as_list() == [None, 3]


def test_a_mask_of_another_length_is_refused():
    with pytest.raises(ValueError, match="Dimensions 3 and 2 are not compatible"):
        tf.sparse.retain(some(3), [True, False])
    with pytest.raises(ValueError, match="must have rank 1"):
        tf.sparse.retain(some(3), [[True, False, True]])


def test_a_function_with_it_can_be_saved(tmp_path):
    class Model(tf.Module):
        @tf.function(input_signature=[ANY, tf.TensorSpec([], tf.float64)])
        def scale(self, x, by):
            return {"scaled": x * by, "dense": tf.sparse.to_dense(x)}

    tf.saved_model.save(Model(), str(tmp_path))
    found = tf.saved_model.load(str(tmp_path)).scale(some(3), tf.constant(2.0, tf.float64))
    assert spelled(found["scaled"])[1] == [2.0, 4.0, 6.0]
    np.testing.assert_array_equal(found["dense"], tf.sparse.to_dense(some(3)))


def test_it_is_printed_as_tensorflow_prints_it(capsys):
    tf.print("x:", tf.sparse.eye(2))
    assert capsys.readouterr().err == ("x: 'SparseTensor(indices=[[0 0]\n [1 1]], values=[1 1], shape=[2 2])'\n")


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
def test_map_fn_gives_sparse_rows_of_any_rank(run):
    spec = tf.SparseTensorSpec(None, tf.int32)
    vectors = run(lambda n: tf.map_fn(lambda i: tf.sparse.from_dense(tf.range(i)), n, fn_output_signature=spec))
    indices, values, shape = spelled(vectors(tf.constant([1, 4, 3])))
    assert indices == [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2]]
    assert (values, shape) == ([1, 2, 3, 1, 2], [3, 4])
    matrices = run(lambda x: tf.map_fn(lambda row: row * 2, x, fn_output_signature=spec))
    x = tf.sparse.from_dense([[[0, 1], [2, 0]], [[0, 0], [0, 3]]])
    assert spelled(matrices(x)) == ([[0, 0, 1], [0, 1, 0], [1, 1, 1]], [2, 4, 6], [2, 2, 2])
