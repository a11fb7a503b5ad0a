"""Functions whose graphs depend on lengths that are not known while they are traced, and on lists that loops fill."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf


def of_any_length(function: Callable[..., Any]) -> Any:
    return tf.function(function, input_signature=[tf.TensorSpec([None])])


def value_and_gradient(function: Callable[..., Any], x: Any) -> tuple[Any, Any]:
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return y.numpy().tolist(), tape.gradient(y, x).numpy().tolist()


class TestLengths:
    def test_a_length_that_is_computed_is_not_taken_for_a_constant(self) -> None:
        f = of_any_length(lambda x: tf.ones_like(tf.zeros([tf.shape(x)[0] // 2])))
        assert [f(tf.zeros([n])).shape[0] for n in (4, 5, 1, 8)] == [2, 2, 0, 4]

    def test_nor_is_one_that_is_a_value(self) -> None:
        f = of_any_length(lambda x: tf.ones_like(tf.zeros([tf.cast(tf.reduce_max(x), tf.int32)])))
        assert [f(tf.constant(x)).shape[0] for x in ([3.0, 2.0], [1.0, 5.0, 2.0], [1.0])] == [3, 5, 1]

    def test_nor_is_that_of_parts_of_which_one_gains_what_another_loses(self) -> None:
        @of_any_length
        def f(x):
            y = tf.concat([x, tf.zeros([tf.maximum(4 - tf.size(x), 0)])], 0)
            assert y.shape.as_list() == [None]
            return tf.ones_like(y) + y

        assert [f(tf.zeros([n])).shape[0] for n in (1, 4, 6)] == [4, 4, 6]

    def test_lengths_that_are_rearranged_are_still_known(self) -> None:
        @tf.function(input_signature=[tf.TensorSpec([None, 8])])
        def f(x):
            y = tf.reshape(x, tf.concat([tf.shape(x)[:1], [2, 4]], 0))
            assert y.shape.as_list() == [None, 2, 4]
            return y

        assert f(tf.zeros([3, 8])).shape == [3, 2, 4]

    def test_a_mask_is_as_long_as_its_maxlen(self) -> None:
        @tf.function
        def f(lengths, x):
            return tf.sequence_mask(lengths, tf.shape(x)[0]), tf.sequence_mask(lengths)

        known, greatest = f.get_concrete_function(tf.TensorSpec([2], tf.int32), tf.TensorSpec([5])).outputs
        assert known.shape.as_list() == [2, 5]
        assert greatest.shape.as_list() == [2, None]
        assert f(tf.constant([1, 3]), tf.zeros([5]))[1].shape == [2, 3]

    def test_what_broadcasting_tells_of_a_length_holds_for_what_comes_after(self) -> None:
        @tf.function
        def f(lengths):
            y = tf.zeros([2, 3]) + tf.cast(tf.sequence_mask(lengths), tf.float32)
            assert tf.nn.softmax(y).shape.as_list() == [2, 3]
            return y

        assert f(tf.constant([1, 3])).shape == [2, 3]

    def test_a_branch_may_be_for_other_lengths_than_the_present_one(self) -> None:
        def pad(x):
            n = tf.shape(x)[0]
            return tf.cond(n < 3, lambda: tf.concat([x, tf.zeros([3 - n])], 0), lambda: x[:3])

        f = of_any_length(pad)
        assert value_and_gradient(f, [1.0, 2.0, 3.0, 4.0, 5.0]) == ([1, 2, 3], [1, 1, 1, 0, 0])
        assert value_and_gradient(f, [1.0]) == ([1, 0, 0], [1])

    def test_the_gradient_of_a_branch_without_a_path_is_as_long_as_the_source(self) -> None:
        f = of_any_length(lambda x: tf.cond(tf.shape(x)[0] > 2, lambda: tf.reduce_sum(x), lambda: 0.0))
        for n in (3, 1, 2, 4):
            assert value_and_gradient(f, [1.0] * n)[1] == [float(n > 2)] * n

    def test_the_gradient_of_a_loop_is_as_long_as_what_it_uses(self) -> None:
        def squares(x):
            return tf.while_loop(lambda i, _: i < tf.size(x), lambda i, s: (i + 1, s + x[i] ** 2), (0, 0.0))[1]

        f = of_any_length(squares)
        for n in (3, 1, 4, 0):
            x = np.arange(n, dtype=np.float32)
            assert value_and_gradient(f, x)[1] == (2 * x).tolist()

    def test_a_variable_of_unknown_length_is_one_each_time_that_it_runs(self) -> None:
        v = tf.Variable([1.0], shape=tf.TensorShape([None]))

        @tf.function
        def f():
            v.assign(tf.concat([v, [0.0]], 0))
            return tf.size(v)

        assert [int(f()) for _ in range(3)] == [2, 3, 4]

    def test_a_matrix_that_is_not_square_is_refused_when_the_graph_runs(self) -> None:
        f = tf.function(tf.linalg.cholesky, input_signature=[tf.TensorSpec([None, None])])
        assert f(tf.eye(2)).shape == [2, 2]
        with pytest.raises(tf.errors.InvalidArgumentError, match="square"):
            f(tf.ones([2, 3]))

    def test_no_row_of_an_empty_tensor_is_taken_by_a_loop_of_no_steps(self) -> None:
        @tf.function
        def f(x):
            return tf.while_loop(lambda i, _: i < tf.shape(x)[0], lambda i, s: (i + 1, s + x[i]), (0, tf.zeros([2])))[1]

        assert f(tf.ones([0, 2])).numpy().tolist() == [0, 0]


class TestLists:
    def test_a_list_that_inner_loops_fill_keeps_what_outer_steps_wrote(self) -> None:
        @tf.function
        def f(n, m):
            ta = tf.TensorArray(tf.int32, size=n * m)
            for i in tf.range(n):
                for j in tf.range(m):
                    ta = ta.write(i * m + j, 10 * i + j)
            return ta.stack()

        assert f(tf.constant(2), tf.constant(3)).numpy().tolist() == [0, 1, 2, 10, 11, 12]

    def test_a_list_that_only_some_steps_fill_has_a_gradient_whichever_results_are_used(self) -> None:
        @tf.function
        def f(x):
            total, seen = tf.constant(0.0), tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[])
            for y in x:
                if y > 0.0:
                    total += y
                    seen = seen.write(seen.size(), total * total)
            return total, seen.stack()

        x = tf.constant([1.0, -1.0, 2.0])
        assert value_and_gradient(lambda x: f(x)[0], x) == (3, [1, 0, 1])
        assert value_and_gradient(lambda x: f(x)[1], x) == ([1, 9], [8, 0, 6])
        assert value_and_gradient(lambda x: tf.reduce_sum(f(x)[1]) * f(x)[0], x) == (30, [34, 0, 28])

    def test_indices_may_be_values(self) -> None:
        @tf.function
        def f(x, i):
            ta = tf.TensorArray(tf.float32, 3, element_shape=[], clear_after_read=False).write(i, x)
            return ta.read(i) * ta.stack()

        x = tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x, tf.constant(1))
        assert y.numpy().tolist() == [0, 9, 0]
        assert tape.gradient(y, x).numpy() == 6

    @pytest.mark.parametrize("index", [3, -1])
    def test_an_index_outside_is_refused_when_the_graph_runs(self, index: int) -> None:
        @tf.function
        def write(i):
            return tf.TensorArray(tf.float32, 3, element_shape=[]).write(i, 1.0).stack()

        @tf.function
        def read(i):
            return tf.TensorArray(tf.float32, 3).unstack([1.0, 2.0, 3.0]).read(i)

        for f in (write, read):
            f(tf.constant(2))
            with pytest.raises(tf.errors.InvalidArgumentError):
                f(tf.constant(index))

    def test_what_is_scattered_may_be_of_any_length(self) -> None:
        @tf.function(input_signature=[tf.TensorSpec([None]), tf.TensorSpec([], tf.int32)])
        def by_batches(x, size):
            n = tf.size(x)
            ta = tf.TensorArray(tf.float32, n)
            for start in tf.range(0, n, size):
                stop = tf.minimum(start + size, n)
                ta = ta.scatter(tf.range(start, stop), x[start:stop] ** 2)
            return ta.stack()

        for n, size in ((5, 2), (4, 4), (1, 3)):
            x = np.arange(n, dtype=np.float32)
            assert value_and_gradient(lambda x, k=size: by_batches(x, k), x) == ((x**2).tolist(), (2 * x).tolist())


class TestVariablesMadeByAFunction:
    def test_what_one_begins_with_may_depend_on_the_arguments(self) -> None:
        class Mean(tf.Module):
            value = None

            @tf.function
            def __call__(self, x):
                if self.value is None:
                    self.value = tf.Variable(2.0 * x)
                return self.value.assign(0.5 * self.value + 0.5 * x)

        for call in (lambda mean: mean(tf.constant(4.0)), lambda mean: tf.function(mean)(tf.constant(4.0))):
            mean = Mean()
            assert [float(call(mean)), float(mean(tf.constant(4.0)))] == [6, 5]

    def test_a_layer_within_a_layer_may_draw_its_own(self) -> None:
        class Layer(tf.Module):
            w = None

            @tf.function
            def __call__(self, x):
                if self.w is None:
                    self.w = tf.Variable(tf.random.normal([x.shape[-1], 3]))
                return x @ self.w

        layer = Layer()
        y = tf.function(lambda x: layer(x) * 2.0)(tf.eye(2))
        np.testing.assert_allclose(y, 2.0 * layer.w.numpy())

    def test_it_cannot_depend_on_a_step_of_a_loop(self) -> None:
        made: list[Any] = []

        @tf.function
        def f(n):
            for i in tf.range(n):
                if not made:
                    made.append(tf.Variable(i))

        with pytest.raises(ValueError, match="variable made in"):
            f(tf.constant(2))


class TestPythonFunctions:
    def test_one_without_results_is_called_once_for_each_run(self) -> None:
        seen: list[int] = []

        @tf.function
        def f(x):
            i, _ = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x), (0, x))
            tf.py_function(lambda i: seen.append(int(i)), [i], [])

        f(tf.constant(1.0))
        assert seen == [3]

    def test_so_is_one_whose_results_have_known_shapes(self) -> None:
        seen: list[int] = []

        def step(i):
            seen.append(int(i))
            return np.float32(i)

        @tf.function
        def f(n):
            body = lambda i, s: (i + 1, s + tf.numpy_function(step, [i * 2], tf.TensorSpec([], tf.float32)))
            return tf.while_loop(lambda i, _: i < n, body, (1, 0.0))[1]

        assert float(f(tf.constant(3))) == 6
        assert seen == [2, 4]


class TestCase:
    def test_without_a_default_it_raises_where_nothing_is_true(self) -> None:
        f = tf.function(lambda x: tf.case([(x > 2, lambda: 20), (x > 1, lambda: 10)]))
        assert [int(f(tf.constant(x))) for x in (3, 2)] == [20, 10]
        with pytest.raises(tf.errors.InvalidArgumentError):
            f(tf.constant(0))


@pytest.mark.parametrize("known", [True, False])
def test_list_of_a_loop_whose_elements_fit_a_known_length_only_as_it_happens(known, monkeypatch):
    # the rows of `x` are as long as the state's, which those of another run would not be
    if not known:  # and a step that nothing can be said of then
        monkeypatch.setattr(sys.modules["gradtape.tracing.control"], "_broadcast", None)

    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            state, kept = tf.ones([tf.shape(x)[0], 3]), tf.TensorArray(tf.float32, 2)
            for i in tf.range(2):
                state = tf.tanh(x + state)
                kept = kept.write(i, state)
            loss = tf.reduce_sum(kept.stack() ** 2)
        return loss, tape.gradient(loss, x)

    function = tf.function(f, input_signature=[tf.TensorSpec([None, None])])
    for batch in (1, 2, 4):
        x = tf.constant(np.random.default_rng(batch).normal(size=(batch, 3)), tf.float32)
        for found, expected in zip(function(x), f(x), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-5)
