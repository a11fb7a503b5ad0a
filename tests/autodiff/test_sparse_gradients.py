"""The gradient of gathered rows is `IndexedSlices`, which an update writes to those rows alone."""

import numpy as np
import pytest

import gradtape as tf


@pytest.fixture
def table():
    return tf.Variable(np.arange(12.0, dtype=np.float32).reshape(4, 3))


def gradient(f, source):
    with tf.GradientTape() as tape:
        tape.watch(source)
        y = f(source)
    return tape.gradient(y, source)


@pytest.mark.parametrize("gather", [tf.gather, tf.nn.embedding_lookup])
def test_of_a_gather(gather, table):
    g = gradient(lambda t: gather(t, [0, 2, 2]), table)
    assert isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g.indices.numpy(), [0, 2, 2])
    np.testing.assert_array_equal(g.values.numpy(), np.ones((3, 3)))
    np.testing.assert_array_equal(g.dense_shape.numpy(), [4, 3])
    np.testing.assert_array_equal(tf.convert_to_tensor(g).numpy(), np.outer([1, 0, 2, 0], [1, 1, 1]))


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("by_argument", [False, True])
def test_of_a_gather_in_a_function(by_argument, jit_compile, table):
    if jit_compile:
        pytest.importorskip("jax")
    f = tf.function(
        lambda i, t=None: tf.reduce_sum(tf.gather(table if t is None else t, i) ** 3), jit_compile=jit_compile
    )
    indices = tf.constant([[0, 2], [2, 3]])
    given = (indices, table) if by_argument else (indices,)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = f(*given)
        g = tape.gradient(y, table)
        total = tf.reduce_sum(tf.convert_to_tensor(g) ** 2)
    rows = table.numpy()
    assert isinstance(g, tf.IndexedSlices)
    assert g.indices.numpy().tolist() == [0, 2, 2, 3]
    np.testing.assert_allclose(g.values.numpy(), 3 * rows[[0, 2, 2, 3]] ** 2, rtol=1e-6)
    second = tf.convert_to_tensor(outer.gradient(total, table))
    times = np.array([[1.0], [0.0], [2.0], [1.0]])
    np.testing.assert_allclose(second, 36 * times**2 * rows**3, rtol=1e-5)


def test_in_a_function_other_uses_make_it_dense(table):
    f = tf.function(lambda i: tf.reduce_sum(tf.gather(table, i)) + tf.reduce_sum(table))
    with tf.GradientTape() as tape:
        y = f(tf.constant([1, 1]))
    g = tape.gradient(y, table)
    assert isinstance(g, tf.Tensor)
    np.testing.assert_array_equal(g, np.outer([1, 3, 1, 1], [1, 1, 1]))


def test_of_a_tensor_and_of_a_scalar_index():
    g = gradient(lambda t: tf.gather(t, 1), tf.ones((4, 3)))
    assert isinstance(g, tf.IndexedSlices)
    assert g.values.shape == (1, 3)
    assert g.indices.shape == (1,)


@pytest.mark.parametrize("gather_nd", [tf.gather_nd, lambda t, indices: t.gather_nd(indices)])
def test_of_whole_rows_by_gather_nd(gather_nd, table):
    g = gradient(lambda t: gather_nd(t, [[0], [2], [2]]), table)
    assert isinstance(g, tf.IndexedSlices)
    assert g.indices.dtype is tf.int32
    np.testing.assert_array_equal(g.indices.numpy(), [0, 2, 2])
    np.testing.assert_array_equal(g.values.numpy(), np.ones((3, 3)))


def test_of_a_lookup_with_a_greatest_norm(table):
    g = gradient(lambda t: tf.nn.embedding_lookup(t, [0, 1, 3, 1], max_norm=3.0), table)
    assert isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g.values.numpy()[0], [1.0, 1.0, 1.0])  # row 0 is short enough
    np.testing.assert_allclose(g.values.numpy()[1], [0.11879, 0.01697, -0.08485], rtol=1e-3)


def test_of_a_lookup_in_partitions():
    tables = [tf.Variable(tf.ones((2, 3))), tf.Variable(tf.ones((1, 3))), tf.Variable(tf.ones((1, 3)))]
    with tf.GradientTape() as tape:
        y = tf.nn.embedding_lookup(tables, [[0, 2], [1, 1]])  # rows 0 and 1 are in the first, 2 in the second
    gradients = tape.gradient(y, tables)
    assert y.shape == (2, 2, 3)
    assert [g.indices.numpy().tolist() for g in gradients] == [[0, 1, 1], [0], []]


def test_several_gathers_are_one(table):
    g = gradient(lambda t: tf.gather(t, [0]) + 2.0 * tf.gather(t, [3]), table)
    np.testing.assert_array_equal(np.sort(g.indices.numpy()), [0, 3])


@pytest.mark.parametrize(
    "f",
    [
        lambda t: tf.gather(t, [0, 2], axis=1),
        lambda t: tf.reduce_sum(tf.gather(t, [0])) + tf.reduce_sum(t),
        lambda t: tf.gather(t * 1.0, [0]),
        lambda t: t[0],
        lambda t: tf.gather_nd(t, [[0, 1]]),
        lambda t: tf.gather_nd(t, [[[0], [1]]]),
    ],
)
def test_elsewhere_it_is_dense(f, table):
    assert isinstance(gradient(f, table), tf.Tensor)


def test_scaling_keeps_it_sparse_and_adding_to_a_tensor_does_not(table):
    g = gradient(lambda t: tf.gather(t, [1]), table)
    for scaled in (g * 0.5, 0.5 * g, g / 2.0, tf.constant(0.5) * g.values):
        values = scaled.values if isinstance(scaled, tf.IndexedSlices) else scaled
        np.testing.assert_array_equal(values.numpy(), np.full((1, 3), 0.5))
    assert isinstance(g + tf.ones((4, 3)), tf.Tensor)


def test_updates_write_to_the_rows(table):
    before = table.numpy()
    g = gradient(lambda t: tf.gather(t, [1, 1]), table)
    table.assign_sub(0.5 * g)
    before[1] -= 1.0
    np.testing.assert_array_equal(table.numpy(), before)
    table.scatter_sub(g)
    before[1] -= 2.0
    np.testing.assert_array_equal(table.numpy(), before)


def test_clipping_keeps_it_sparse(table):
    g = gradient(lambda t: tf.gather(t, [0, 2, 2]), table)
    (clipped,), norm = tf.clip_by_global_norm([g], 1.5)
    assert isinstance(clipped, tf.IndexedSlices)
    assert norm.numpy() == 3.0
    np.testing.assert_allclose(clipped.values.numpy(), np.full((3, 3), 0.5))
    assert isinstance(tf.clip_by_norm(g, 1.0), tf.IndexedSlices)
    assert isinstance(tf.clip_by_value(g, -0.5, 0.5), tf.IndexedSlices)


def test_second_order(table):
    with tf.GradientTape() as outer:
        g = gradient(lambda t: tf.gather(t, [1]) ** 3, table)
        squares = tf.reduce_sum(tf.convert_to_tensor(g))
    second = tf.convert_to_tensor(outer.gradient(squares, table))
    np.testing.assert_allclose(second.numpy()[1], 6.0 * table.numpy()[1])
    assert not second.numpy()[[0, 2, 3]].any()


def test_a_jacobian_is_dense(table):
    with tf.GradientTape() as tape:
        y = tf.gather(table, [2])
    np.testing.assert_array_equal(tape.jacobian(y, table).numpy()[0, :, 2], np.eye(3))


@pytest.mark.parametrize("read", [tf.convert_to_tensor, tf.identity, lambda v: v.value(), lambda v: v.read_value()])
def test_of_what_was_read_of_a_variable(read, table):
    g = gradient(lambda t: tf.gather(read(t), [0, 2, 2]), table)
    assert isinstance(g, tf.IndexedSlices)
    np.testing.assert_array_equal(g.indices.numpy(), [0, 2, 2])


def test_of_a_tensor_on_the_way(table):
    with tf.GradientTape() as tape:
        h = table * 2.0
        y = tf.gather(h, [1])
    by_h, by_table = tape.gradient(y, [h, table])
    assert isinstance(by_h, tf.IndexedSlices)
    np.testing.assert_array_equal(by_table.numpy(), 2.0 * tf.convert_to_tensor(by_h).numpy())


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64"])
def test_of_other_dtypes(dtype):
    v = tf.Variable(tf.cast([[1.0, 2.0], [3.0, 4.0]], dtype))
    g = gradient(lambda v: tf.gather(v, [1, 1]) ** 2, v)
    assert isinstance(g, tf.IndexedSlices)
    assert g.dtype == dtype
    np.testing.assert_array_equal(tf.convert_to_tensor(g).numpy(), np.array([[0, 0], [12, 16]], g.values.numpy().dtype))


def test_it_may_be_the_cotangent_of_a_target(table):
    with tf.GradientTape() as tape:
        y = table * table
    g = tape.gradient(y, table, output_gradients=tf.IndexedSlices(tf.ones([1, 3]), [1], [4, 3]))
    np.testing.assert_array_equal(g.numpy()[1], 2.0 * table.numpy()[1])
    assert not g.numpy()[[0, 2, 3]].any()


def test_casting_and_multiplying_by_a_scalar_keep_it_sparse(table):
    g = gradient(lambda t: tf.gather(t, [1]), table)
    assert isinstance(tf.cast(g, tf.float64), tf.IndexedSlices)
    assert tf.cast(g, tf.float64).values.dtype is tf.float64
    np.testing.assert_array_equal(tf.math.scalar_mul(2.0, g).values.numpy(), np.full((1, 3), 2.0))
