"""Functional control flow: what it gives, its gradients, and what it refuses. The values are TensorFlow's."""

from typing import Any

import numpy as np
import pytest

import gradtape as tf

T = tf.constant
Invalid = tf.errors.InvalidArgumentError


def plain(result: Any) -> Any:
    return tf.nest.map_structure(lambda t: t.numpy().tolist(), result)


# --- cond ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pred", [True, 1, np.bool_(True), T(True), T([True]), T(0.5), tf.Variable(True), "a"])
def test_cond_calls_one_function(pred: Any) -> None:
    assert tf.cond(pred, lambda: "yes", lambda: 1 / 0) == "yes"


def test_cond_gives_what_the_function_gives_of_any_structure() -> None:
    assert tf.cond(T(False), lambda: 1, lambda: {"a": (None, [2])}) == {"a": (None, [2])}


def test_gradients_flow_through_the_branch_taken() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.cond(x > 1.0, lambda: x**2, lambda: -x)
    assert tape.gradient(y, x).numpy() == 6.0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((T(True), None, lambda: 2), TypeError),
        ((T(True), lambda: 2), TypeError),
        ((T(True), 3, lambda: 2), TypeError),
        ((T([True, False]), lambda: 1, lambda: 2), ValueError),
        ((None, lambda: 1, lambda: 2), ValueError),
    ],
)
def test_cond_refuses(arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.cond(*arguments)


# --- case and switch_case --------------------------------------------------------------------------------------------


def test_case_takes_the_first_true_predicate() -> None:
    pairs = [(T(False), lambda: 1), (T(True), lambda: 2), (T(True), lambda: 3)]
    assert tf.case(pairs) == tf.case(pairs, exclusive=True) == tf.case(tuple(pairs), default=lambda: 9) == 2
    assert tf.case(pairs[:1], default=lambda: 9) == 9


@pytest.mark.parametrize(
    ("pairs", "error"),
    [
        ([(T(False), lambda: 1), (T(False), lambda: 2)], Invalid),
        ([(True, lambda: 1)], TypeError),
        ([(T(1), lambda: 1)], TypeError),
        ([(T(True), 3)], TypeError),
        ([(T(True), lambda: 1, 3)], TypeError),
        ([3], TypeError),
        (3, TypeError),
        ([], ValueError),
        ({T(True).ref(): lambda: 3}, ValueError),
    ],
)
def test_case_refuses(pairs: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.case(pairs)


@pytest.mark.parametrize("branches", [[lambda: "a", lambda: "b"], {1: lambda: "b", 0: lambda: "a"}])
@pytest.mark.parametrize(("index", "wanted"), [(0, "a"), (1, "b"), (7, "b"), (-1, "b")])
def test_switch_case_takes_a_branch_by_its_number_and_the_last_for_others(
    branches: Any, index: int, wanted: str
) -> None:
    assert tf.switch_case(T(index), branches) == wanted
    assert tf.switch_case(T(index, tf.int64), branches, default=lambda: "?") == (wanted if 0 <= index < 2 else "?")


@pytest.mark.parametrize(
    ("index", "branches", "error"),
    [
        (1, [lambda: 1], TypeError),
        (T(1.0), [lambda: 1], TypeError),
        (T(1), [3, 4], TypeError),
        (T(1), 3, TypeError),
        (T(1), {"a": lambda: 1}, TypeError),
        (T(1), [], ValueError),
        (T(1), {3: lambda: 1, 0: lambda: 2}, ValueError),
        (T(1), [(1, lambda: 1), (1, lambda: 2)], ValueError),
        (T([1]), [lambda: 1, lambda: 2], Invalid),
    ],
)
def test_switch_case_refuses(index: Any, branches: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.switch_case(index, branches)


# --- while_loop ------------------------------------------------------------------------------------------------------


def test_while_loop_goes_on_while_the_condition_is_true() -> None:
    found = tf.while_loop(lambda i, t: i < 4, lambda i, t: (i + 1, t * 2.0), [T(0), T(1.0)])
    assert plain(found) == (4, 16.0)


def test_loop_variables_may_be_nested_and_python_numbers() -> None:
    found = tf.while_loop(
        lambda i, p: i < 3,
        lambda i, p: [i + 1, {"a": p["a"] * 2, "b": (p["b"][0] + 1,)}],
        [0, {"a": 1.0, "b": (T(1),)}],
    )
    assert plain(found) == [3, {"a": 8.0, "b": (4,)}]
    assert all(isinstance(t, tf.Tensor) for t in tf.nest.flatten(found))


def test_a_loop_that_does_not_run_gives_its_variables_as_tensors() -> None:
    assert repr(tf.while_loop(lambda i: False, lambda i: (i,), [0])) == repr([T(0)])
    assert repr(tf.while_loop(lambda i: True, lambda i: (i,), [tf.Variable(0)], maximum_iterations=0)) == repr([T(0)])


def test_shapes_may_change() -> None:
    assert plain(tf.while_loop(lambda i: tf.size(i) < 3, lambda i: (tf.concat([i, i], 0),), [T([0])])) == (
        [0, 0, 0, 0],
    )


@pytest.mark.parametrize("maximum", [4, T(4), 4.5, np.int64(4)])
def test_maximum_iterations_stop_the_loop(maximum: Any) -> None:
    assert plain(tf.while_loop(lambda i: i < 30, lambda i: (i + 1,), [T(0)], maximum_iterations=maximum)) == (4,)


def test_parallel_iterations_are_what_is_not_below_one() -> None:
    count = tf.while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,), parallel_iterations=tf.constant(2))
    assert int(count[0]) == 3
    for bad in (0, -1, tf.constant(0)):
        with pytest.raises(TypeError, match="positive integer"):
            tf.while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,), parallel_iterations=bad)
        with pytest.raises(TypeError, match="positive integer"):
            tf.scan(lambda a, x: x, tf.range(2), parallel_iterations=bad)


def test_gradients_flow_through_all_turns() -> None:
    x = T(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        _, y = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [T(0), x])
    assert tape.gradient(y, x).numpy() == 32.0


def test_back_prop_does_nothing_but_warn() -> None:
    with pytest.warns(DeprecationWarning, match="stop_gradient"):
        tf.while_loop(lambda i: i < 1, lambda i: (i + 1,), [0], back_prop=False)


@pytest.mark.parametrize(
    ("cond", "body", "loop_vars", "options", "error"),
    [
        (3, lambda i: (i,), [T(0)], {}, TypeError),
        (lambda i: True, 3, [T(0)], {}, TypeError),
        (lambda i: i < 3, lambda i: i + 1, [T(0)], {}, TypeError),
        (lambda i: i < 3, lambda i: None, [T(0)], {}, TypeError),
        (lambda i: i < 3, lambda i: (i + 1, i), [T(0)], {}, ValueError),
        (lambda a, b: a[0] < 2, lambda a, b: ((a[0] + 1,), b), [[T(0)], T(1)], {}, TypeError),
        (lambda: False, lambda: (), [], {}, ValueError),
        (lambda i: i < 3, lambda i: (i,), T(0), {}, ValueError),
        (lambda i: T([True, False]), lambda i: (i,), [T(0)], {}, ValueError),
        (lambda i: i < 3, lambda i: (i,), [T(0)], {"maximum_iterations": [2]}, ValueError),
        (lambda i: i < 3, lambda i: (i,), [T(0)], {"parallel_iterations": 0}, TypeError),
        (lambda i, n: i < 3, lambda i, n: (i + 1, n), [T(0), None], {}, ValueError),
    ],
)
def test_while_loop_refuses(cond: Any, body: Any, loop_vars: Any, options: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.while_loop(cond, body, loop_vars, **options)


# --- map_fn ----------------------------------------------------------------------------------------------------------

V, W = T([1.0, 2.0, 3.0]), T([1.0, 2.0, 4.0])


def test_map_fn_stacks_the_results() -> None:
    assert plain(tf.map_fn(lambda x: x * x, V)) == [1.0, 4.0, 9.0]
    assert plain(tf.map_fn(lambda x: 3, V)) == [3.0, 3.0, 3.0]
    assert tf.map_fn(lambda row: row * 2, np.ones((2, 2))).dtype is tf.float64


def test_map_fn_takes_and_gives_structures() -> None:
    assert plain(tf.map_fn(lambda x: x[0] * x[1], (V, W), fn_output_signature=tf.float32)) == [1.0, 4.0, 12.0]
    assert plain(tf.map_fn(lambda x: (x[1], x[0]), (V, W))) == (plain(W), plain(V))
    assert plain(tf.map_fn(lambda x: {"a": x["a"] * 2}, {"a": V})) == {"a": [2.0, 4.0, 6.0]}
    assert plain(tf.map_fn(lambda x: (x, 1), V, dtype=(tf.float32, tf.int32))) == (plain(V), [1, 1, 1])


def test_map_fn_of_nothing_has_the_dtype_it_would_have() -> None:
    found = tf.map_fn(lambda x: 1 / 0, tf.zeros([0, 3]), fn_output_signature=tf.int32)
    assert found.shape == (0,)
    assert found.dtype is tf.int32


def test_gradients_flow_through_map_fn() -> None:
    with tf.GradientTape() as tape:
        tape.watch(V)
        y = tf.map_fn(lambda x: x**2, V)
    assert plain(tape.gradient(y, V)) == [2.0, 4.0, 6.0]


@pytest.mark.parametrize(
    ("fn", "elems", "error"),
    [
        (lambda x: x, [1.0, 2.0], ValueError),
        (lambda x: x, T(1.0), ValueError),
        (lambda x: x, [], ValueError),
        (lambda x: x[0], (V, W[:2]), ValueError),
        (lambda x: x[0] * x[1], (V, W), ValueError),
        (lambda x: [x, x], V, ValueError),
        (lambda x: None, V, ValueError),
        (lambda x: tf.range(x), T([1, 2, 3]), ValueError),
        (lambda x: tf.cast(x, tf.int32), V, Invalid),
        (lambda x: 3.5, T([1, 2]), Invalid),
        (3, V, TypeError),
    ],
)
def test_map_fn_refuses(fn: Any, elems: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.map_fn(fn, elems)


# --- scan and folds --------------------------------------------------------------------------------------------------

N = T([1, 2, 3])


def add(a: Any, x: Any) -> Any:
    return a + x


def test_scan_gives_the_running_results() -> None:
    assert plain(tf.scan(add, N)) == [1, 3, 6]
    assert plain(tf.scan(add, N, 10)) == [11, 13, 16]
    assert plain(tf.scan(add, N, reverse=True)) == [6, 5, 3]
    assert plain(tf.scan(add, N, 10, reverse=True)) == [16, 15, 13]
    assert plain(tf.scan(lambda a, x: (a[1], a[0] + a[1]), N, (0, 1))) == ([1, 1, 2], [1, 2, 3])
    assert plain(tf.scan(lambda a, x: a + x[0] * x[1], (N, N), 0)) == [1, 5, 14]
    assert plain(tf.scan(add, tf.zeros([0]), tf.ones([2]))) == []
    assert tf.scan(add, tf.zeros([0]), tf.ones([2])).shape == (0, 2)


def test_folds_give_the_last_result() -> None:
    def digits(a: Any, x: Any) -> Any:
        return a * 10 + x

    assert plain(tf.foldl(digits, N)) == 123
    assert plain(tf.foldr(digits, N)) == 321
    assert plain(tf.foldl(digits, N, 9)) == 9123
    assert plain(tf.foldr(digits, N, 9)) == 9321
    assert plain(tf.foldl(lambda a, x: (a[0] + x, a[1] * x), N, (5, 1))) == (11, 6)
    assert plain(tf.foldl(add, tf.zeros([0]), 1.0)) == 1.0
    assert plain(tf.foldl(lambda a, x: tf.concat([a, [x]], 0), V, tf.zeros([0]))) == plain(V)


def test_gradients_flow_through_scan_and_folds() -> None:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(V)
        running = tf.scan(lambda a, x: a * x, V)
        last = tf.foldr(lambda a, x: a * x, V)
    assert plain(tape.gradient(running, V)) == [1.0 + 2.0 + 6.0, 1.0 + 3.0, 2.0]
    assert plain(tape.gradient(last, V)) == [6.0, 3.0, 2.0]


@pytest.mark.parametrize("function", [tf.scan, tf.foldl, tf.foldr])
@pytest.mark.parametrize(
    ("fn", "elems", "initializer", "error"),
    [
        (add, tf.zeros([0]), None, tf.errors.OutOfRangeError),
        (3, N, None, TypeError),
        (add, T(1), None, ValueError),
        (lambda a, x: (a, x), N, None, ValueError),
    ],
)
def test_they_refuse(function: Any, fn: Any, elems: Any, initializer: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        function(fn, elems, initializer)


def test_results_of_scan_keep_dtype_and_shape() -> None:
    with pytest.raises(Invalid, match="int32"):
        tf.scan(lambda a, x: tf.cast(x, tf.float32), N)
    with pytest.raises(ValueError, match="shape"):
        tf.scan(lambda a, x: tf.concat([a, [x]], 0), V, tf.zeros([0]))


# --- order -----------------------------------------------------------------------------------------------------------


def test_what_orders_graphs_does_nothing() -> None:
    with tf.control_dependencies([T(1)]):
        assert tf.group(T(1), T(2), name="g") is None
        assert tf.no_op() is None


def test_lists_of_lists_have_second_derivatives() -> None:
    """A list that a loop carries through a branch: its residuals are a list of lists."""

    def f(x):
        y, z = x * 1.0, x * 0.5
        array = tf.TensorArray(tf.float32, 4, clear_after_read=False, element_shape=[3])
        for k in range(4):
            array = array.write(k, x * (k + 1.0) * 0.2)
        if tf.reduce_sum(z) > -1.0:
            for _ in tf.range(1):
                if tf.reduce_sum(z) > -1.0:
                    y = array.read(1) * 0.5
                if tf.reduce_sum(x) > -1.0:
                    array = array.write(3, y * z)
                    y = tf.where(y > 0.1, y, z)
                else:
                    array = array.write(0, tf.reverse(y, [0]))
                    y = array.read(2) * 0.5
                y = tf.sin(z)
        else:
            y = x + x
        return y + z + tf.reduce_sum(array.stack(), 0)

    x = tf.constant([0.3, -0.2, 0.7])
    found = []
    for g in (f, tf.function(f)):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = g(x)
            first = tape.gradient(y, x)
        second = outer.gradient(first, x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = g(x)
        found.append([y, first, second, tape.jacobian(y, x)])
    for eager, graph in zip(*found, strict=True):
        np.testing.assert_allclose(graph.numpy(), eager.numpy(), rtol=1e-5, atol=1e-6)


def test_branches_that_give_slices_at_indices_of_two_dtypes_give_64_bit_ones() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    def rows(indices: list[int], dtype: Any) -> Any:
        return tf.IndexedSlices(tf.gather(x, indices), tf.constant(indices, dtype), tf.constant([3, 2]))

    @tf.function
    def chosen(p: Any) -> Any:
        return tf.cond(p, lambda: rows([0, 2], tf.int32), lambda: rows([1], tf.int64))

    for p, places in ((True, [0, 2]), (False, [1])):
        found = chosen(tf.constant(p))
        assert found.indices.dtype is tf.int64
        assert found.indices.numpy().tolist() == places
        np.testing.assert_array_equal(found.values, x.numpy()[places])


@pytest.mark.parametrize(
    "branch",
    [
        lambda x: tf.cond(tf.constant(True), lambda: x, lambda: 2.0 * x),
        lambda x: tf.case([(tf.constant(True), lambda: x)], default=lambda: 2.0 * x),
        lambda x: tf.case([(tf.constant(False), lambda: 2.0 * x)], default=lambda: x),
        lambda x: tf.switch_case(tf.constant(1), [lambda: 2.0 * x, lambda: x]),
    ],
)
def test_in_a_function_what_a_known_branch_gives_is_a_tensor_of_its_own(branch):
    @tf.function
    def f(x):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = branch(x)
            z = x * y
        assert tape.gradient(x * x, y) is None
        return tape.gradient(z, y), tape.gradient(z, x)

    assert [float(g) for g in f(tf.constant(3.0))] == [3.0, 6.0]
