"""Assigning to some rows or elements of a variable, and `IndexedSlices`. The values are TensorFlow's."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf

T = tf.constant
Invalid = tf.errors.InvalidArgumentError


def slices(values: Any, indices: Any) -> Any:
    return tf.IndexedSlices(T(values), T(indices))


# --- by rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("update", [0.5, 2.0, 10.0]),
        ("add", [1.5, 2.0, 13.0]),
        ("sub", [0.5, 2.0, -7.0]),
        ("mul", [0.5, 2.0, 30.0]),
        ("div", [2.0, 2.0, 0.3]),
        ("max", [1.0, 2.0, 10.0]),
        ("min", [0.5, 2.0, 3.0]),
    ],
)
def test_rows_are_changed_where_the_indices_say(method: str, wanted: list[float]) -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    result = getattr(v, f"scatter_{method}")(slices([10.0, 0.5], [2, 0]))
    np.testing.assert_allclose(v.numpy(), wanted, rtol=1e-6)
    assert isinstance(result, tf.Variable)
    np.testing.assert_array_equal(result.numpy(), v.numpy())


@pytest.mark.parametrize(
    ("method", "wanted"),
    [("update", 4.0), ("add", 10.0), ("sub", -6.0), ("mul", 32.0), ("div", 0.125), ("max", 4.0), ("min", 2.0)],
)
def test_equal_indices_count_as_often_as_they_come(method: str, wanted: float) -> None:
    v = tf.Variable([[1.0], [2.0], [3.0]])
    getattr(v, f"scatter_{method}")(slices([[2.0], [2.0], [4.0]], [1, 1, 1]))
    assert v.numpy().tolist() == [[1.0], [wanted], [3.0]]


def test_one_value_goes_to_all_rows_and_indices_have_any_shape() -> None:
    v = tf.Variable([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    v.scatter_add(slices(1.0, [[0], [2]]))
    assert v.numpy().tolist() == [[2.0, 2.0], [2.0, 2.0], [4.0, 4.0]]
    v.scatter_update(tf.IndexedSlices([7, 8], 1))
    assert v.numpy().tolist()[1] == [7.0, 8.0]


def test_integers_are_divided_toward_zero() -> None:
    v = tf.Variable([7, -7, 7, -8])
    v.scatter_div(slices([2, 5, -5, 2, 3], [0, 1, 2, 3, 3]))
    assert v.numpy().tolist() == [3, -1, -1, -1]
    with pytest.raises(Invalid, match="0"):
        v.scatter_div(slices([0], [0]))


def test_strings_and_booleans_are_replaced_and_not_added() -> None:
    text, flags = tf.Variable(["a", "b"]), tf.Variable([True, False])
    assert text.scatter_update(slices(["z"], [1])).numpy().tolist() == [b"a", b"z"]
    assert flags.scatter_nd_update([[1]], [True]).numpy().tolist() == [True, True]
    with pytest.raises(Invalid):
        flags.scatter_add(slices([True], [0]))


@pytest.mark.parametrize(
    ("delta", "error"),
    [
        (slices([1.0, 2.0], [0, 9]), Invalid),
        (slices([1.0, 2.0], [0, -1]), Invalid),
        (slices([1.0, 2.0], [0]), Invalid),
        (slices([[1.0, 2.0]], [0]), Invalid),
        (slices([1.0], [0.0]), Invalid),
        (slices([1], [0]), ValueError),
        (T([1.0]), TypeError),
        (3.0, TypeError),
    ],
)
def test_what_is_refused_changes_nothing(delta: Any, error: type[Exception]) -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with pytest.raises(error):
        v.scatter_add(delta)
    assert v.numpy().tolist() == [1.0, 2.0, 3.0]


# --- by elements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indices", "updates", "wanted"),
    [
        ([[0]], [[8.0, 9.0]], [[8.0, 9.0], [2.0, 2.0]]),
        ([[0, 1], [1, 0]], [8.0, 9.0], [[1.0, 8.0], [9.0, 2.0]]),
        ([[[0]], [[1]]], [[[8.0, 9.0]], [[7.0, 6.0]]], [[8.0, 9.0], [7.0, 6.0]]),
        (np.zeros((0, 1), np.int64), np.zeros((0, 2), np.float32), [[1.0, 1.0], [2.0, 2.0]]),
        (np.zeros((1, 0), np.int32), [[[8.0, 9.0], [7.0, 6.0]]], [[8.0, 9.0], [7.0, 6.0]]),
    ],
)
def test_elements_and_slices_are_replaced(indices: Any, updates: Any, wanted: Any) -> None:
    v = tf.Variable([[1.0, 1.0], [2.0, 2.0]])
    assert v.scatter_nd_update(indices, updates).numpy().tolist() == wanted


def test_elements_are_added_to() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    assert v.scatter_nd_add([[0], [0]], [10.0, 0.5]).numpy().tolist() == [11.5, 2.0, 3.0]
    assert v.scatter_nd_sub([[0], [2]], [10.0, 0.5]).numpy().tolist() == [1.5, 2.0, 2.5]
    assert v.scatter_nd_max([[0], [2]], [10.0, 0.5]).numpy().tolist() == [10.0, 2.0, 2.5]
    assert v.scatter_nd_min([[0], [2]], [11.0, 0.5]).numpy().tolist() == [10.0, 2.0, 0.5]


@pytest.mark.parametrize(
    ("indices", "updates", "error"),
    [
        ([[0], [9]], [10.0, 0.5], Invalid),
        ([[0], [-1]], [10.0, 0.5], Invalid),
        ([[0]], 10.0, Invalid),
        ([[0, 1]], [10.0], Invalid),
        ([[0], [1]], [10.0], Invalid),
        ([[0], [1]], [[10.0], [1.0]], Invalid),
        ([[0.0]], [1.0], Invalid),
        ([[0]], T([1]), ValueError),
        ([[0]], ["a"], TypeError),
    ],
)
def test_elements_that_do_not_fit_change_nothing(indices: Any, updates: Any, error: type[Exception]) -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    with pytest.raises(error):
        v.scatter_nd_update(indices, updates)
    assert v.numpy().tolist() == [1.0, 2.0, 3.0]


def test_rows_and_elements_are_read() -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    assert v.sparse_read([0, 2]).numpy().tolist() == [1.0, 3.0]
    assert v.gather_nd([[1]]).numpy().tolist() == [2.0]


# --- in place --------------------------------------------------------------------------------------------------------


def test_an_array_that_nobody_else_holds_is_written_to() -> None:
    v = tf.Variable(tf.zeros([100, 10]))
    address = v.handle.array.ctypes.data
    v.scatter_add(slices(np.ones((2, 10), np.float32), [3, 5]))
    v.scatter_nd_update([[7, 7]], [1.0])
    v[2].assign(tf.ones(10))
    v[:, 1].assign(tf.ones(100))
    assert v.handle.array.ctypes.data == address


def test_values_read_before_and_saved_by_tapes_stay() -> None:
    v = tf.Variable([1.0, 2.0])
    read, view = v.read_value(), v[:1]
    with tf.GradientTape() as tape:
        y = v * v
    v.scatter_update(slices([9.0], [0]))
    assert (read.numpy().tolist(), view.numpy().tolist(), v.numpy().tolist()) == ([1.0, 2.0], [1.0], [9.0, 2.0])
    assert tape.gradient(y, v).numpy().tolist() == [2.0, 4.0]


def test_parts_that_were_read_stay_when_one_is_assigned() -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    row, column = v[0], v[:, 1]
    with tf.GradientTape() as tape:
        y = v[0] * v[0]
    row.assign([9.0, 8.0])
    assert (row.numpy().tolist(), column.numpy().tolist()) == ([1.0, 2.0], [2.0, 4.0])
    assert v.numpy().tolist() == [[9.0, 8.0], [3.0, 4.0]]
    assert tape.gradient(y, v).numpy().tolist() == [[2.0, 4.0], [0.0, 0.0]]
    v[:, ::-1].assign(v)  # of itself
    assert v.numpy().tolist() == [[8.0, 9.0], [4.0, 3.0]]


# --- IndexedSlices ---------------------------------------------------------------------------------------------------

S = tf.IndexedSlices(T([[1.0, 2.0], [3.0, 4.0]]), T([1, 1]), T([3, 2]))


def test_its_attributes() -> None:
    assert S.dtype is tf.float32
    assert S.shape == (3, 2)
    assert tf.IndexedSlices(T([1.0]), T([0])).shape.rank is None
    assert (-S).values.numpy().tolist() == [[-1.0, -2.0], [-3.0, -4.0]]
    assert str(tf.IndexedSlices(T([1.0]), T([2]), T([3]))) == (
        "IndexedSlices(indices=tf.Tensor([2], shape=(1,), dtype=int32), values=tf.Tensor([1.], shape=(1,), "
        "dtype=float32), dense_shape=tf.Tensor([3], shape=(1,), dtype=int32))"
    )


def test_operations_take_the_whole() -> None:
    assert tf.convert_to_tensor(S).numpy().tolist() == [[0.0, 0.0], [4.0, 6.0], [0.0, 0.0]]
    assert (T(1.0) + S).numpy().tolist() == [[1.0, 1.0], [5.0, 7.0], [1.0, 1.0]]
    assert tf.reduce_sum(S).numpy() == 10.0


def test_gradients_flow_to_the_values() -> None:
    values = T([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(values)
        y = tf.convert_to_tensor(tf.IndexedSlices(values, T([2, 0]), T([3]))) * [1.0, 10.0, 100.0]
    assert tape.gradient(y, values).numpy().tolist() == [100.0, 1.0]


@pytest.mark.parametrize(
    ("given", "dtype", "error"),
    [
        (S, tf.float64, ValueError),
        (tf.IndexedSlices(T([1.0]), T([0])), None, ValueError),
        (tf.IndexedSlices(T([1.0]), T([5]), T([3])), None, Invalid),
    ],
)
def test_what_has_no_whole_is_refused(given: Any, dtype: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.convert_to_tensor(given, dtype)
