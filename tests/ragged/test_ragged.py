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


# --- in functions ----------------------------------------------------------------------------------------------------


def of(*lists):
    return tf.ragged.constant([list(row) for row in lists], tf.float64, ragged_rank=1)


SAMPLES = [of([1.0, 2.5], [], [3.0]), of([4.0]), of([], []), of([1.0], [2.0, 3.0, -1.0], [5.0, 0.5], [])]
ANY = tf.RaggedTensorSpec([None, None], tf.float64)


def test_a_function_takes_and_gives_it_and_is_traced_by_its_spec():
    @tf.function
    def f(x):
        return x, [x * 2.0]

    same, (other,) = f(of([1.0, 2.0], [3.0]))
    assert same.to_list() == [[1.0, 2.0], [3.0]]
    assert other.to_list() == [[2.0, 4.0], [6.0]]
    assert f(of([], [3.0]))[0].to_list() == [[], [3.0]]
    assert f.experimental_get_tracing_count() == 1
    f(of([1.0]))  # of another number of rows
    assert f.experimental_get_tracing_count() == 2


TRACED = {
    "mul": lambda x: x * x + 1.0,
    "column": lambda x: x + tf.reshape(tf.range(tf.cast(x.nrows(), tf.float64)), [-1, 1]),
    "where": lambda x: tf.where(x > 1.0, x, -x),
    "cast": lambda x: tf.cast(x, tf.int32),
    "sum": lambda x: tf.reduce_sum(x, 1),
    "mean": lambda x: tf.reduce_mean(x, 1, keepdims=True),
    "sum of columns": lambda x: tf.reduce_sum(x, 0),
    "max": lambda x: tf.reduce_max(x),
    "to_tensor": lambda x: x.to_tensor(default_value=-1.0),
    "cut": lambda x: x.to_tensor(shape=[None, 2]),
    "row": lambda x: x[0],
    "last": lambda x: x[-1],
    "rows": lambda x: x[1:],
    "parts of rows": lambda x: x[:, :1],
    "backwards": lambda x: x[::-1, ::-1],
    "concat 0": lambda x: tf.concat([x, x * 2.0], 0),
    "concat 1": lambda x: tf.concat([x, x * 2.0], 1),
    "stack": lambda x: tf.ragged.stack([x, x]),
    "stack 1": lambda x: tf.ragged.stack([x, x], 1),
    "gather": lambda x: tf.gather(x, [[0, 0]]),
    "mask": lambda x: tf.ragged.boolean_mask(x, x > 1.0),
    "flat": lambda x: tf.ragged.map_flat_values(tf.sin, x),
    "sparse": lambda x: tf.RaggedTensor.from_sparse(x.to_sparse()),
    "parts": lambda x: (x.row_lengths(), x.row_starts(), x.row_limits(), x.value_rowids(), x.nrows()),
    "bounds": lambda x: x.bounding_shape(),
    "rowids": lambda x: tf.RaggedTensor.from_value_rowids(x.flat_values, x.value_rowids(), x.nrows()),
    "lengths": lambda x: tf.RaggedTensor.from_row_lengths(x.flat_values, x.row_lengths()),
    "dense": lambda x: tf.RaggedTensor.from_tensor(x.to_tensor(), padding=0.0),
    "range": lambda x: tf.ragged.range(tf.cast(x.row_lengths(), tf.int32)),
    "shape": lambda x: (tf.shape(x)[0], tf.size(x), tf.rank(x)),
}


@pytest.mark.parametrize("name", TRACED)
def test_one_trace_for_any_rows_gives_what_eager_code_gives(name):
    f = TRACED[name]
    traced = tf.function(f, input_signature=[ANY])
    for x in SAMPLES:
        found, expected = (tf.nest.flatten(g(x), expand_composites=True) for g in (traced, f))
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_array_equal(a, b)
    assert traced.experimental_get_tracing_count() == 1


def test_nested_rows_in_a_function():
    x = tf.ragged.constant([[[1.0, 2.0], [3.0]], [], [[4.0]]])

    def f(x):
        return tf.reduce_sum(x, 2), x[0], x[:, :1], x.to_tensor(), tf.concat([x, x], 2), x + 1.0, x.row_lengths(2)

    traced = tf.function(f, input_signature=[tf.RaggedTensorSpec([None, None, None])])
    for a, b in zip(*(tf.nest.flatten(g(x), expand_composites=True) for g in (traced, f)), strict=True):
        np.testing.assert_array_equal(a, b)


def test_checks_are_made_when_the_function_runs():
    add = tf.function(lambda x, y: x + y, input_signature=[ANY, ANY])
    assert add(SAMPLES[0], SAMPLES[0]).to_list() == [[2.0, 5.0], [], [6.0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="same lengths"):
        add(of([1.0, 2.0], []), of([1.0], [2.0]))
    make = tf.function(tf.RaggedTensor.from_row_splits, autograph=False)
    with pytest.raises(tf.errors.InvalidArgumentError, match="end with 3"):
        make(tf.constant([1.0, 2.0]), tf.constant([0, 1, 3]))


@pytest.mark.parametrize(
    "name", ["mul", "column", "sum", "sum of columns", "to_tensor", "parts of rows", "concat 1", "mask", "stack 1"]
)
def test_gradients_through_a_function_are_those_of_eager_code(name):
    f = TRACED[name]

    def gradient(g, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = g(x)
            loss = tf.reduce_sum(y * y)
        return tape.gradient(loss, x)

    traced = tf.function(f, input_signature=[ANY])
    inside = tf.function(lambda x: gradient(f, x), input_signature=[ANY])
    for x in SAMPLES:
        assert gradient(traced, x).to_list() == gradient(f, x).to_list() == inside(x).to_list()


def test_a_compiled_function_takes_it_and_has_gradients():
    pytest.importorskip("jax")
    f = tf.function(lambda x: tf.reduce_sum(x * x, 1), jit_compile=True)
    x = SAMPLES[0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert y.numpy().tolist() == [7.25, 0.0, 9.0]
    assert tape.gradient(y, x).to_list() == [[2.0, 5.0], [], [6.0]]


@pytest.mark.parametrize("which", [True, False])
def test_branches_of_different_rows(which):
    @tf.function
    def f(x, which):
        y = x * 3.0
        if which:
            y = tf.concat([x, x], 1)[:1]
        return y, tf.reduce_sum(y, 1)

    y, sums = f(of([1.0, 2.0], [3.0]), tf.constant(which))
    assert y.to_list() == ([[1.0, 2.0, 1.0, 2.0]] if which else [[3.0, 6.0], [9.0]])
    assert sums.numpy().tolist() == ([6.0] if which else [9.0, 9.0])


def test_a_loop_carries_it():
    @tf.function
    def f(x, n):
        y = x
        for i in tf.range(n):
            y = tf.concat([y, x * tf.cast(i, tf.float64)], 1)
        return y

    assert f(of([1.0, 2.0], [], [3.0]), tf.constant(2)).to_list() == [
        [1.0, 2.0, 0.0, 0.0, 1.0, 2.0], [], [3.0, 0.0, 3.0],
    ]  # fmt: skip

    @tf.function
    def g(x):
        return tf.while_loop(lambda y: y.nrows() < 5, lambda y: (tf.concat([y, y], 0),), (x,))

    with pytest.raises(ValueError, match="less-specific shape"):
        g(of([1.0], [2.0]))


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function])
def test_map_fn_of_rows_and_with_rows_as_results(wrap):
    x = of([1.0, 2.0], [], [3.0])
    sums = wrap(lambda x: tf.map_fn(tf.reduce_sum, x, fn_output_signature=tf.float64))
    assert sums(x).numpy().tolist() == [3.0, 0.0, 3.0]
    twice = wrap(lambda x: tf.map_fn(lambda row: row * 2.0, x))
    assert twice(x).to_list() == [[2.0, 4.0], [], [6.0]]
    ranges = wrap(lambda n: tf.map_fn(tf.range, n, fn_output_signature=tf.RaggedTensorSpec([None], tf.int32)))
    assert ranges(tf.constant([1, 0, 3])).to_list() == [[0], [], [0, 1, 2]]


# --- what is known of its shape, and how it is shown -----------------------------------------------------------------


def test_the_shape_tells_uniform_axes():
    x = tf.RaggedTensor.from_tensor(tf.ones([2, 3, 4, 5]), ragged_rank=2)
    assert x.shape == [2, 3, 4, 5]
    assert x.uniform_row_length.numpy() == 3
    assert (x * 2.0).shape == [2, 3, 4, 5]
    assert tf.RaggedTensor.from_tensor(tf.ones([2, 3, 4]), lengths=[1, 2]).shape.as_list() == [2, None, 4]
    assert x[:, 1].shape == [2, 4, 5]


def test_the_shape_as_a_value():
    x = tf.ragged.constant([[1, 2], [], [3]])
    shape = tf.shape(x)
    assert repr(shape) == "<DynamicRaggedShape lengths=[3, (2, 0, 1)] num_row_partitions=1>"
    assert int(shape[0]) == 3
    with pytest.raises(ValueError, match="Index 1 is not uniform"):
        shape[1]
    assert int(tf.size(x)) == 3


def test_constants_without_ragged_axes():
    assert tf.ragged.constant([], ragged_rank=0, inner_shape=(0, 3)).shape == [0, 3]
    assert tf.ragged.constant([[1, 2]], ragged_rank=0, inner_shape=(2,)).numpy().tolist() == [1, 2]
    with pytest.raises(TypeError, match="has 0 elements"):
        tf.ragged.constant([], ragged_rank=0, inner_shape=())


def test_stacks_of_one_tensor():
    assert tf.ragged.stack(tf.constant([1, 2])).to_list() == [[1, 2]]
    assert tf.ragged.stack(tf.constant([[1, 2], [3, 4]])).shape.as_list() == [1, None, None]
    assert tf.ragged.stack([tf.constant(1), tf.constant(2)]).numpy().tolist() == [1, 2]


def test_ranges_do_not_overflow():
    found = tf.ragged.range(1136033460, -2110457150, -1849827689)
    assert found.to_list() == [[1136033460, -713794229]]
    assert tf.ragged.range(0, 2**31 - 1, 2**30).to_list() == [[0, 2**30]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="delta != 0"):
        tf.ragged.range(0, 5, 0)


def test_it_is_printed_as_tensorflow_prints_it(capsys):
    tf.print(tf.ragged.constant([[1.0, 2.0], [3.0]]), [tf.ragged.constant([["a"], []])])
    tf.print(tf.ragged.constant([[*range(20)], [3]]))
    assert capsys.readouterr().err == (
        "[[1.000000, 2.000000], [3.000000]] [[['a'], []]]\n[[0, 1, 2, ..., 17, 18, 19], [3]]\n"
    )


def test_rows_of_floats_have_the_lengths_that_range_has():
    rows = tf.ragged.range([0.1, 0.0, 1.0], [1.1, 0.3, 0.0], [0.1, 0.1, -0.1])
    want = [tf.range(0.1, 1.1, 0.1), tf.range(0.0, 0.3, 0.1), tf.range(1.0, 0.0, -0.1)]
    assert rows.row_lengths().numpy().tolist() == [10, 3, 10]
    for row, numbers in zip(rows, want, strict=True):
        np.testing.assert_allclose(row, numbers, rtol=1e-6)


def test_row_splits_of_another_dtype():
    x = tf.RaggedTensor.from_uniform_row_length(tf.ragged.constant([[1], [2, 3]]), 2)
    y = x.with_row_splits_dtype(tf.int32)
    assert [s.dtype for s in y.nested_row_splits] == [tf.int32, tf.int32]
    assert (y.to_list(), y.shape, int(y.uniform_row_length)) == ([[[1], [2, 3]]], [1, 2, None], 2)
    with pytest.raises(ValueError, match="int32 or int64"):
        x.with_row_splits_dtype(tf.float32)


def test_batches_of_rows_have_the_splits_that_their_spec_says():
    data = tf.data.Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3]])).batch(2)
    (batch,) = data
    assert batch.row_splits.dtype == data.element_spec.row_splits_dtype == tf.int64
