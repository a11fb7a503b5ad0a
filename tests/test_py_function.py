"""`tf.py_function`, `tf.numpy_function` and `tf.vectorized_map`. What is expected is what TensorFlow 2.21 does."""

import numpy as np
import pytest

import gradtape as tf
from gradtape.py_function import numpy_function, py_function
from gradtape.vectorized_map import vectorized_map

X = tf.constant([1.0, 2.0])
ERRORS = tf.errors


def gradient(f, *sources):
    with tf.GradientTape() as tape:
        tape.watch(sources)
        y = f(*sources)
    return tape.gradient(y, sources[0] if len(sources) == 1 else list(sources))


# --- py_function -----------------------------------------------------------------------------------------------------


def test_py_function_gets_tensors_and_gives_them():
    y = py_function(lambda a, b: [type(a).__name__ == "EagerTensor", a * b], [X, [2.0, 3.0]], [tf.bool, tf.float32])
    assert isinstance(y, list)
    assert y[0].numpy() is np.True_
    np.testing.assert_array_equal(y[1].numpy(), [2.0, 6.0])


def test_py_function_by_the_form_of_Tout():
    assert py_function(lambda a: a * 2.0, [X], tf.float32).shape == (2,)
    assert len(py_function(lambda a: a * 2.0, [X], [tf.float32])) == 1
    assert py_function(lambda a: None, [X], []) == []


def test_the_gradient_of_py_function_flows():
    np.testing.assert_array_equal(gradient(lambda x: py_function(tf.square, [x], tf.float32), X).numpy(), [2.0, 4.0])
    several = lambda x: py_function(lambda a: [a * 2.0, a], [x], [tf.float32, tf.float32])[0]
    np.testing.assert_array_equal(gradient(several, X).numpy(), [2.0, 2.0])


def test_the_gradient_of_py_function_with_python_inside():
    f = lambda x: py_function(lambda a: a * 3.0 if float(a[0]) > 0 else a, [x], tf.float32)
    np.testing.assert_array_equal(gradient(f, X).numpy(), [3.0, 3.0])


def test_the_gradient_of_py_function_for_a_variable():
    v = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = py_function(lambda a: a * a, [v], tf.float32)
    assert tape.gradient(y, v).numpy() == 6.0


@pytest.mark.parametrize("made", [3, 3.0, np.float64(3.0), np.int64(3), tf.constant(3.0)])
def test_py_function_converts(made):
    y = py_function(lambda: made, [], tf.float32)
    assert y.dtype == tf.float32
    assert y.numpy() == 3.0


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (lambda a: tf.cast(a, tf.int32), ERRORS.InvalidArgumentError),
        (lambda a: None, ERRORS.InvalidArgumentError),
        (lambda a: [a, a], ERRORS.InvalidArgumentError),
        (lambda: 1, ERRORS.InvalidArgumentError),
        (lambda a: int("x"), ERRORS.InvalidArgumentError),
        (lambda a: next(iter([])), ERRORS.OutOfRangeError),
        (lambda a: 1 / 0, ERRORS.UnknownError),
        (lambda a: {}["a"], ERRORS.UnknownError),
        (lambda a: tf.constant([1.0]) + tf.ones([2, 3]) @ tf.ones([2, 3]), ERRORS.UnknownError),
    ],
)
def test_errors_of_py_function(function, error):
    with pytest.raises(error) as caught:
        py_function(function, [X], tf.float32)
    assert "[Op:EagerPyFunc]" in str(caught.value)


def test_bad_arguments_of_py_function():
    with pytest.raises(ValueError, match="callable"):
        py_function(3, [X], tf.float32)
    with pytest.raises(TypeError):
        py_function(lambda a: {"a": a}, [X], {"a": tf.float32})


def test_py_function_as_a_decorator():
    @py_function(Tout=tf.float32)
    def double(x):
        return x * 2.0

    np.testing.assert_array_equal(gradient(double, X).numpy(), [2.0, 2.0])


# --- numpy_function --------------------------------------------------------------------------------------------------


def test_numpy_function_gets_arrays_and_gives_tensors():
    seen = []
    y = numpy_function(lambda a, b: seen.extend([type(a), b.dtype]) or a * 2, [X, 1.0], tf.float32)
    assert seen == [np.ndarray, np.float64]
    np.testing.assert_array_equal(y.numpy(), [2.0, 4.0])


def test_no_gradient_flows_through_numpy_function():
    assert gradient(lambda x: numpy_function(lambda a: a * 2, [x], tf.float32), X) is None


def test_the_dtype_of_numpy_function_is_that_of_the_result():
    assert numpy_function(lambda a: np.float64(2), [X], tf.float32).dtype == tf.float64
    assert numpy_function(lambda a: 3, [X], tf.int64).dtype == tf.int32


def test_results_of_numpy_function():
    assert len(numpy_function(lambda a: (a, a), [X], [tf.float32, tf.float32])) == 2
    assert numpy_function(lambda a: a, [X], [tf.float32]).shape == (2,)
    assert numpy_function(lambda a: None, [X], []) is None
    assert numpy_function(lambda a: "héj", ["abc"], tf.string).numpy() == "héj".encode()
    with pytest.raises(ZeroDivisionError):
        numpy_function(lambda a: 1 / 0, [X], tf.float32)


def test_numpy_function_may_write_to_its_arrays():
    y = numpy_function(lambda a: a.__setitem__(0, 9.0) or a, [X], tf.float32)
    np.testing.assert_array_equal(y.numpy(), [9.0, 2.0])
    np.testing.assert_array_equal(X.numpy(), [1.0, 2.0])


# --- vectorized_map --------------------------------------------------------------------------------------------------


def test_vectorized_map():
    np.testing.assert_array_equal(vectorized_map(tf.reduce_sum, tf.reshape(tf.range(6.0), [3, 2])).numpy(), [1, 5, 9])
    assert vectorized_map(lambda a: tf.cast(a, tf.int32), X).dtype == tf.int32
    np.testing.assert_array_equal(vectorized_map(lambda a: 3.0, X).numpy(), [3.0, 3.0])
    assert vectorized_map(lambda a: None, X) is None


def test_structures_of_vectorized_map():
    out = vectorized_map(lambda d: {"a": d[0], "b": (d[1] * 2.0,)}, (X, X))
    np.testing.assert_array_equal(out["b"][0].numpy(), [2.0, 4.0])
    np.testing.assert_array_equal(vectorized_map(lambda a: a[0] + a[1], (X, tf.zeros([1]))).numpy(), X.numpy())


def test_vectorized_map_of_nothing():
    out = vectorized_map(lambda a: a * 2.0, tf.zeros([0, 2]))
    assert out.shape == (0, 2)


def test_the_gradient_of_vectorized_map():
    np.testing.assert_array_equal(gradient(lambda x: vectorized_map(lambda a: a * a, x), X).numpy(), [2.0, 4.0])


def test_errors_of_vectorized_map():
    with pytest.raises(IndexError):
        vectorized_map(lambda a: a, tf.constant(3.0))
    with pytest.raises(ERRORS.InvalidArgumentError):
        vectorized_map(lambda a: a[0] + a[1], (X, tf.zeros([3])))
    with pytest.raises(ERRORS.InvalidArgumentError):
        vectorized_map(lambda a: tf.range(tf.cast(a, tf.int32)), X)
    with pytest.raises(ValueError, match="needs a tensor"):
        vectorized_map(lambda a: a, [])


def twice(x):
    a, b = tf.py_function(lambda x: [x * x, x**3], [x], [tf.float32, tf.float32])
    return a * tf.reduce_sum(x), b


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("values", [[1.0, 2.0], []], ids=["two", "none"])
def test_derivatives_of_one_of_the_results_in_a_function(which, values):
    x = tf.constant(values, tf.float32)
    found = []
    for f in (twice, tf.function(twice)):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = f(x)[which]
        found.append([tape.gradient(y, x).numpy(), tape.jacobian(y, x).numpy()])
    for eager, graph in zip(*found, strict=True):
        np.testing.assert_allclose(graph, eager)


def test_in_a_function_it_has_no_second_derivative():
    x = tf.constant([1.0, 2.0])
    f = tf.function(twice)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)[1]
        g = tape.gradient(y, x)
    np.testing.assert_allclose(g, [3.0, 12.0])
    with pytest.raises(tf.errors.UnimplementedError, match="first derivatives only"):
        outer.gradient(g, x)


# --- dtypes by whatever name -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
@pytest.mark.parametrize("dtype", [tf.float32, np.float32, np.dtype("float32"), "float32", tf.TensorSpec([2])])
@pytest.mark.parametrize("call", [py_function, numpy_function])
def test_dtypes_of_results_by_whatever_name(call, dtype, run):
    np.testing.assert_array_equal(run(lambda x: call(lambda x: x * 2.0, [x], dtype))(X), [2.0, 4.0])
    several = run(lambda x: call(lambda x: [x, x * 2.0], [x], [dtype, dtype]))(X)
    np.testing.assert_array_equal(several[1], [2.0, 4.0])


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
@pytest.mark.parametrize("dtype", [tf.float32, np.float32, np.dtype("float32"), "float32", tf.TensorSpec([2])])
def test_dtypes_of_rows_by_whatever_name(dtype, run):
    rows = tf.constant([[1, 2]])
    mapped = run(lambda x: tf.map_fn(lambda row: tf.cast(row, tf.float32), x, fn_output_signature=dtype))(rows)
    np.testing.assert_array_equal(mapped, [[1.0, 2.0]])
    pairs = run(lambda x: tf.map_fn(lambda row: (row, tf.cast(row, tf.float32)), x, dtype=(np.int32, dtype)))(rows)
    assert [x.dtype for x in pairs] == [tf.int32, tf.float32]


def test_names_of_strings():
    for dtype in (np.str_, np.bytes_, object, "string"):
        assert tf.as_dtype(dtype) is tf.string


@pytest.mark.parametrize("compiled", [False, True])
def test_a_function_knows_the_time_whenever_it_runs(compiled):
    now = tf.function(tf.timestamp, jit_compile=compiled)
    first = float(now())
    assert 1e9 < first < float(now())
