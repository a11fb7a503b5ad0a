"""What may be a source: each result is a tensor of its own, and each reading of a variable.

What is expected is what TensorFlow 2.21 does, but where the test says otherwise.
"""

from typing import Any

import numpy as np
import pytest

import gradtape as tf

X = tf.constant([[1.25, 2.0], [3.75, 4.0]], tf.float64)


def plain(x: Any) -> Any:
    return None if x is None else tf.convert_to_tensor(x).numpy().tolist()


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])
@pytest.mark.parametrize(
    "same",
    [
        lambda x: tf.reduce_prod(x, axis=[]),
        lambda x: tf.reduce_max(x, axis=[]),
        lambda x: tf.einsum("ij->ij", x),
        lambda x: tf.einsum("...", x),
        lambda x: tf.transpose(x, [0, 1]),
        lambda x: tf.reshape(x, [2, 2]),
        lambda x: tf.concat([x], 0),
        lambda x: tf.split(x, 1)[0],
        lambda x: tf.function(lambda y: y)(x),
    ],
)
def test_a_result_that_equals_the_argument_is_another_tensor(same: Any, run: Any) -> None:
    def f(x: tf.Tensor) -> list[Any]:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = same(x)
            of_x, of_y = x * 3.0, y * 2.0
        return [tape.gradient(of_x, y), tape.gradient(of_y, y), tape.gradient(of_y, x)]

    assert list(map(plain, run(f)(X))) == [None, [[2.0, 2.0]] * 2, [[2.0, 2.0]] * 2]


@pytest.mark.parametrize(
    "read",
    [
        tf.convert_to_tensor,
        tf.math.real,
        tf.math.conj,
        lambda v: v.value(),
        lambda v: tf.add_n([v]),
        lambda v: tf.nn.dropout(v, 0.0),
        lambda v: tf.while_loop(lambda i, x: i < 0, lambda i, x: (i, x), (0, v))[1],
        lambda v: tf.foldl(lambda total, x: total, tf.ones([2]), initializer=v),
        lambda v: tf.SparseTensor([[0], [1]], v, [2]).values,
        lambda v: tf.RaggedTensor.from_row_splits(v, [0, 1, 2]).flat_values,
        lambda v: tf.TensorArray(tf.float64, 1).write(0, v).read(0),
        lambda v: tf.py_function(lambda x: x, [v], tf.float64),
    ],
)
def test_readings_of_a_variable_are_different_tensors(read: Any) -> None:
    v = tf.Variable([2.0, 3.0], dtype=tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        s = read(v)
        square, product = v * v, s * v
    assert plain(tape.gradient(square, s)) is None
    assert plain(tape.gradient(product, s)) == [2.0, 3.0]
    assert plain(tape.gradient(product, v)) == [4.0, 6.0]


def test_readings_in_a_function_are_different_tensors() -> None:
    v = tf.Variable(3.0)

    @tf.function
    def f() -> list[Any]:
        with tf.GradientTape(persistent=True) as tape:
            s = tf.convert_to_tensor(v)
            square, product = v * v, s * v
        return [tape.gradient(square, s), tape.gradient(product, s), tape.gradient(product, v)]

    assert list(map(plain, f())) == [None, 3.0, 6.0]


def test_a_reading_passes_on_which_rows_were_gathered() -> None:
    v = tf.Variable([[1.0], [2.0]])
    with tf.GradientTape() as tape:
        y = tf.gather(tf.convert_to_tensor(v), [1])
    assert isinstance(tape.gradient(y, v), tf.IndexedSlices)


@pytest.mark.parametrize("run", [lambda f: f, tf.function], ids=["eager", "function"])  # TensorFlow's ones: None in one
@pytest.mark.parametrize(
    "flat",
    [
        tf.round, tf.floor, tf.math.ceil, tf.math.rint, tf.ones_like, tf.zeros_like, lambda x: x // 2.0,
        lambda x: tf.ones_like(x, tf.float64),
    ],
)  # fmt: skip
def test_what_has_no_derivative_has_a_gradient_as_a_source(flat: Any, run: Any) -> None:
    def f(x: tf.Tensor) -> list[Any]:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            r = flat(x)
            y = r * r * x
        return [r, tape.gradient(y, r), tape.gradient(y, x), tape.gradient(r, x)]

    r, by_r, by_x, through = run(f)(X)
    np.testing.assert_array_equal(by_r, 2 * r.numpy() * X.numpy())
    np.testing.assert_array_equal(by_x, r.numpy() ** 2)
    assert through is None


def test_forward_mode_stops_where_there_is_no_derivative() -> None:
    with tf.autodiff.ForwardAccumulator(X, tf.ones_like(X)) as forward:
        r = tf.round(X)
        y = tf.ones_like(X) * r * X
    assert forward.jvp(r) is None
    np.testing.assert_array_equal(forward.jvp(y), r)


def test_whole_numbers_of_a_dtype_without_derivatives_are_no_sources() -> None:
    with tf.GradientTape() as tape:
        tape.watch(X)
        r = tf.zeros_like(X, tf.int32)
        y = X * 2.0
    assert tape.gradient(y, r) is None


@pytest.mark.parametrize("axis", [0, -2])
def test_rows_gathered_by_an_axis_counted_from_the_end_give_a_tensor(axis: int) -> None:
    with tf.GradientTape() as tape:
        tape.watch(X)
        y = tf.gather(X, [1], axis=axis)
    g = tape.gradient(y, X)
    assert isinstance(g, tf.IndexedSlices) == (axis == 0)
    assert plain(g) == [[0.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize("count", [0, 2])
def test_rows_of_no_width_are_gathered_and_have_a_gradient(count: int) -> None:
    x = tf.zeros([3, 0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.gather(x, tf.zeros([count], tf.int32))
    g = tape.gradient(y, x)
    assert g.values.shape == (count, 0)
    assert tf.convert_to_tensor(g).shape == (3, 0)


@pytest.mark.parametrize(
    "picked",
    [
        lambda x: tf.signal.frame(x[:, 0], 2, 1),
        lambda x: tf.repeat(x, [1, 2], axis=0),
        lambda x: tf.image.resize(x[:, :, None], [4, 4], "nearest"),
    ],
)
def test_other_picking_gives_a_tensor(picked: Any) -> None:
    with tf.GradientTape() as tape:
        tape.watch(X)
        y = picked(X)
    assert isinstance(tape.gradient(y, X), tf.Tensor)
