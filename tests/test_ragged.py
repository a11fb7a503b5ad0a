"""`tf.ragged`: rows of different lengths, and gradients through them. Values and prints: programs/ragged_tensors.py."""

import numpy as np
import pytest

import gradtape as tf
from gradtape.testing import check_gradients

VALUES = np.array([1.0, 2.5, 3.0, -4.0])


def rows(values):
    """Rows of 2, 0, 1 and 1 of these values."""
    return tf.RaggedTensor.from_row_splits(values, [0, 2, 2, 3, 4])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: tf.reduce_sum(x * x, axis=1) ** 2,
        lambda x: tf.reduce_sum(x, axis=0) ** 2,
        lambda x: tf.reduce_mean(x * x),
        lambda x: tf.reduce_prod(x, axis=1),
        lambda x: tf.reduce_max(x, axis=0) ** 2,
        lambda x: x.to_tensor() ** 2,
        lambda x: (x[0] * x[2]) ** 2,
        lambda x: (x[:, :1] ** 2).flat_values,
        lambda x: (x[::-2] ** 2).flat_values,
        lambda x: tf.concat([x, x * x], axis=0).flat_values,
        lambda x: tf.concat([x, x * x], axis=1).flat_values,
        lambda x: tf.ragged.stack([x, x * x], axis=1).flat_values,
        lambda x: tf.where(x > 2.0, x * x, tf.exp(x)).flat_values,
        lambda x: tf.gather(x, [[2, 0], [3, 3]]).flat_values ** 2,
        lambda x: tf.ragged.boolean_mask(x, x > 2.0).flat_values ** 2,
        lambda x: tf.sparse.to_dense((x * x).to_sparse()),
        lambda x: (tf.constant([[2.0], [3.0], [4.0], [5.0]], tf.float64) / x).flat_values,
    ],
)
def test_gradients_flow_through_the_values(f):
    check_gradients(lambda v: f(rows(v)), VALUES)


def test_a_ragged_source_has_a_ragged_gradient():
    x, w = rows(VALUES), tf.constant(VALUES)
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.reduce_sum(x * x, axis=1) * w
    gradients = tape.gradient(y, {"x": x, "w": [w]})
    assert isinstance(gradients["x"], tf.RaggedTensor)
    assert gradients["x"].to_list() == [[2.0, 5.0], [], [18.0], [32.0]]
    assert gradients["w"][0].numpy().tolist() == [7.25, 0.0, 9.0, 16.0]


def test_a_ragged_target_and_its_output_gradients():
    x = rows(VALUES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    g = tape.gradient(y, x, output_gradients=rows(tf.constant([1.0, 2.0, 3.0, 4.0], tf.float64)))
    assert g.to_list() == [[2.0, 4.0], [], [6.0], [8.0]]


@pytest.mark.parametrize("unconnected", ["none", "zero"])
def test_an_unconnected_ragged_source(unconnected):
    x, v = rows(VALUES), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = v * 2.0
    g = tape.gradient(y, x, unconnected_gradients=unconnected)
    assert g is None if unconnected == "none" else g.to_list() == [[0.0, 0.0], [], [0.0], [0.0]]


def test_a_jacobian_is_that_of_the_flat_values():
    x = rows(VALUES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    np.testing.assert_array_equal(tape.jacobian(y, x), np.diag(2 * VALUES))


def test_a_custom_gradient_takes_and_gives_it():
    @tf.custom_gradient
    def f(x, w):
        def grad(g):
            assert isinstance(g, tf.RaggedTensor)
            return g * 10.0, tf.reduce_sum(g * x)

        return x * w, grad

    x, w = rows(VALUES), tf.constant(3.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = f(x, w)
    assert y.to_list() == [[3.0, 7.5], [], [9.0], [-12.0]]
    of_x, of_w = tape.gradient(y, [x, w])
    assert of_x.to_list() == [[10.0, 10.0], [], [10.0], [10.0]]
    assert of_w.numpy() == 2.5


def test_it_is_explained_as_its_values():
    x = rows(VALUES)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.reduce_sum(x * 2.0, axis=1)
        z = tf.reduce_sum(rows(tf.stop_gradient(x.flat_values)))
    assert tape.explain(y, x).connected
    assert not tape.explain(z, x).connected


def test_second_order():
    x = rows(VALUES)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_sum(x**3)
        g = inner.gradient(y, x)
    np.testing.assert_allclose(outer.gradient(g, x).flat_values, 6 * VALUES)


def test_a_lookup_of_ragged_ids_has_a_sparse_gradient():
    table = tf.Variable(tf.ones((100, 4)))
    with tf.GradientTape() as tape:
        y = tf.reduce_mean(tf.nn.embedding_lookup(table, tf.ragged.constant([[7, 2], [9]])), axis=1)
    g = tape.gradient(y, table)
    assert y.shape == (2, 4)
    assert isinstance(g, tf.IndexedSlices)
    assert g.indices.numpy().tolist() == [7, 2, 9]
    np.testing.assert_array_equal(g.values.numpy()[:, 0], [0.5, 0.5, 1.0])


def test_a_constant_that_is_no_list_is_a_tensor():
    for value, dtype in ((1, tf.int32), (np.float32(2), tf.float32), ("a", tf.string), (np.array(2.0), tf.float64)):
        found = tf.ragged.constant(value)
        assert found.shape == ()
        assert found.dtype is dtype
    for arguments in ({"ragged_rank": 1}, {"inner_shape": (1,)}):
        with pytest.raises(ValueError, match="Invalid pylist=1: incompatible with"):
            tf.ragged.constant(1, **arguments)


def test_a_structure_has_it_as_a_leaf_or_expanded():
    x = tf.ragged.constant([[[1, 2], []], [[3]]])
    assert tf.nest.flatten([x])[0] is x
    parts = tf.nest.flatten([x], expand_composites=True)
    assert [p.numpy().tolist() for p in parts] == [[1, 2, 3], [0, 2, 3], [0, 2, 2, 3]]
    again = tf.nest.pack_sequence_as([x], parts, expand_composites=True)
    assert again[0].to_list() == x.to_list()
    doubled = tf.nest.map_structure(lambda t: t * 1, {"a": x}, expand_composites=True)
    assert isinstance(doubled["a"], tf.RaggedTensor)
    with pytest.raises(ValueError, match="not the same kind"):
        tf.nest.assert_same_structure(x, tf.sparse.eye(2), expand_composites=True)


@pytest.mark.parametrize("f", [lambda x: tf.matmul(x, x), tf.linalg.norm, tf.transpose, tf.Variable, tf.nn.softmax])
def test_an_operation_that_takes_none_says_what_to_do(f):
    with pytest.raises(TypeError, match="map_flat_values"):
        f(rows(VALUES))


@pytest.mark.parametrize(
    ("f", "error", "match"),
    [
        (lambda: tf.RaggedTensor([1], [0, 1]), ValueError, "factory methods"),
        (lambda: tf.RaggedTensor.from_row_splits([1, 2], [0, 1]), tf.errors.InvalidArgumentError, "end with 1"),
        (lambda: tf.RaggedTensor.from_row_splits([1, 2], [1, 2]), tf.errors.InvalidArgumentError, "begin with zero"),
        (lambda: tf.RaggedTensor.from_row_splits([1, 2], [0, 2, 1, 2]), tf.errors.InvalidArgumentError, "monotonic"),
        (lambda: tf.RaggedTensor.from_value_rowids([1, 2], [1, 0]), tf.errors.InvalidArgumentError, "in order"),
        (lambda: rows(VALUES).with_values([1.0]), ValueError, "incompatible"),
        (lambda: rows(VALUES) + tf.ragged.constant([[1.0], [], [], []], tf.float64),
         tf.errors.InvalidArgumentError, "same lengths"),
        (lambda: rows(VALUES)[:, 0], ValueError, "inner ragged dimension"),
        (lambda: rows(VALUES)[9], IndexError, "out of bounds"),
        (lambda: tf.reduce_sum(rows(VALUES), axis=2), ValueError, "out of bounds"),
        (lambda: tf.reduce_sum(tf.ragged.constant([[[1]]]), axis=1), NotImplementedError, "left out"),
        (lambda: tf.ragged.constant([[1], 2]), ValueError, "nesting depth"),
        (lambda: tf.ragged.map_flat_values(tf.reduce_sum, rows(VALUES)), ValueError, "same outer-dimension"),
        (lambda: bool(rows(VALUES)), TypeError, "boolean"),
    ],
)  # fmt: skip
def test_bad_input(f, error, match):
    with pytest.raises(error, match=match):
        f()
