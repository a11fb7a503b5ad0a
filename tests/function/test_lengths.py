"""Functions whose graphs depend on lengths that are not known while they are traced, and on lists that loops fill."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.graph.passes import optimized


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


FAILING: dict[str, Callable[[], Any]] = {
    "inv": lambda: tf.linalg.inv(tf.zeros([2, 2])),
    "solve": lambda: tf.linalg.solve(tf.zeros([2, 2]), tf.ones([2, 1])),
    "floordiv": lambda: tf.constant(1) // tf.constant(0),
    "gather": lambda: tf.gather(tf.constant([1.0, 2.0]), 5),
    "gather_nd": lambda: tf.gather_nd(tf.constant([1.0, 2.0]), [[5]]),
    "scatter_nd": lambda: tf.scatter_nd([[9]], tf.constant([1.0]), [3]),
    "segment_sum": lambda: tf.math.segment_sum(tf.constant([1.0, 2.0]), tf.constant([1, 0])),
    "bincount": lambda: tf.math.bincount(tf.constant([-1])),
    "check_numerics": lambda: tf.debugging.check_numerics(tf.constant([1.0]) / 0.0, "it is"),
}


class TestWhatFails:
    """What fails for known values fails when the graph comes to it, and not while it is traced."""

    @pytest.mark.parametrize("name", list(FAILING))
    def test_a_branch_that_is_not_taken_raises_nothing(self, name: str) -> None:
        operation = FAILING[name]

        @tf.function
        def f(x):
            if x > 0.0:
                return tf.reduce_sum(tf.cast(operation(), tf.float32))
            return x

        assert f(tf.constant(-1.0)) == -1.0
        with pytest.raises(tf.errors.InvalidArgumentError):
            f(tf.constant(1.0))

    def test_nor_does_a_loop_of_no_steps_or_a_value_that_nobody_uses(self) -> None:
        @tf.function
        def f(n, x):
            tf.linalg.inv(tf.zeros([2, 2]))
            for _ in tf.range(n):
                x = x + tf.reduce_sum(tf.linalg.inv(tf.zeros([2, 2])))
            return x

        assert f(tf.constant(0), tf.constant(2.0)) == 2.0
        with pytest.raises(tf.errors.InvalidArgumentError):
            f(tf.constant(1), tf.constant(2.0))

    def test_shapes_that_never_fit_raise_while_it_is_traced(self) -> None:
        with pytest.raises(ValueError, match="Incompatible shapes"):
            tf.function(lambda: tf.zeros([2]) + tf.zeros([3])).get_concrete_function()


class TestConstants:
    """What is computed of constants belongs to the graph, and has derivatives by them."""

    def test_gradients_by_constants_of_the_function_and_from_around_it(self) -> None:
        around = tf.constant(2.0)

        @tf.function
        def f():
            a, b = tf.constant(3.0), tf.constant(3.0)  # of one content, and yet not one
            ones, row = tf.ones([2]), tf.range(3.0)
            line = tf.linspace(a, 2.0, 3)
            return (
                tf.gradients(a * a * b, [a, b]),
                tf.gradients(around * around * around, around),
                tf.gradients(tf.reduce_sum(ones * 3.0), ones),
                tf.gradients(row * row, row),
                tf.gradients(line, a),
                tf.cond(tf.constant(True), lambda: tf.gradients(a * a, a)[0], lambda: a),
                tf.hessians(tf.reduce_sum(row * row * row), row),
            )

        found = [np.asarray(x).tolist() for x in tf.nest.flatten(f())]
        assert found[:3] == [18.0, 9.0, 12.0]
        assert found[3:5] == [[3.0, 3.0], [0.0, 2.0, 4.0]]
        assert found[5:7] == [1.5, 6.0]
        assert found[7] == np.diag([0.0, 6.0, 12.0]).tolist()

    @pytest.mark.parametrize("jit", [None, True])
    def test_a_tape_outside_of_a_function_of_constants(self, jit: bool | None) -> None:
        x, y = tf.constant(2.0), tf.constant(2.0)
        f = tf.function(lambda: tf.sin(x) * x * y, jit_compile=jit)
        f()  # traced before a tape looks on
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([x, y])
            z = f()
        assert tape.gradient(z, x).numpy() == pytest.approx(2 * np.cos(2) * 2 + 2 * np.sin(2), rel=1e-6)
        assert tape.gradient(z, y).numpy() == pytest.approx(2 * np.sin(2), rel=1e-6)

    def test_what_is_made_of_constants_says_how_operations_are_done(self) -> None:
        @tf.function
        def f(x):
            n = tf.cast(tf.constant(4.0) / 2.0, tf.int32)
            return tf.reshape(x, [n, -1]), tf.range(0.0, 1.0, tf.constant(0.25) * 2.0)

        made = f.get_concrete_function(tf.TensorSpec([6])).outputs
        assert [x.shape.as_list() for x in made] == [[2, 3], [2]]

    def test_it_is_computed_once(self) -> None:
        graph = tf.function(lambda x: x + tf.sin(tf.constant(2.0)) * 3.0).get_concrete_function(tf.TensorSpec([])).graph
        assert [e.op.name for e in graph.entries] == ["sin", "multiply", "add"]
        assert [e.op.name for e in optimized(graph).entries] == ["add"]

    def test_it_is_known_in_branches_too(self) -> None:
        @tf.function
        def f(x):
            n = tf.cast(tf.constant(4.0) / 2.0, tf.int32)
            return tf.cond(tf.size(x) > 0, lambda: tf.reshape(x, [n, 3]), lambda: tf.zeros([n, 3]))

        assert f.get_concrete_function(tf.TensorSpec([6])).outputs[0].shape == [2, 3]
        assert f(tf.zeros([6])).shape == [2, 3]


def test_lengths_of_random_numbers_that_are_known_stay_known() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2])])
    def f(x: Any) -> Any:
        y = tf.random.stateless_uniform([tf.shape(x)[0], 1, 3], [1, 2])
        assert y.shape.as_list() == [None, 1, 3]
        return y

    assert f(tf.ones([5, 2])).shape == (5, 1, 3)


def test_length_that_is_a_sum_is_not_taken_for_that_of_samples() -> None:
    @tf.function(input_signature=[tf.SparseTensorSpec([None, 4])])
    def f(x: Any) -> Any:
        filled, _ = tf.sparse.fill_empty_rows(x, 0.0)
        return tf.expand_dims(filled.values, 1)

    for count in range(1, 6):
        x = tf.SparseTensor([[0, i % 4] for i in range(count)][:4], [1.0] * min(count, 4), [2, 4])
        assert f(x).shape == (min(count, 4) + 1, 1)


UNKNOWN = tf.TensorSpec([None], tf.float32)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (lambda x: x[20], 20.0),
        (lambda x: x[-25], 5.0),
        (lambda x: tf.boolean_mask(x, x > 2.0)[9], 12.0),
        (lambda x: tf.where(x > 2.0)[4, 0], 7),
        (lambda x: tf.stack(tf.unstack(x, num=30))[29], 29.0),
        (lambda x: tf.tensordot(x, tf.ones([30]), 1), 435.0),
        (lambda x: tf.reduce_sum(tf.stack([x, tf.ones([30])])), 465.0),
    ],
    ids=["constant", "from the end", "masked", "where", "unstack", "tensordot", "stack"],
)
def test_what_is_beyond_a_sample_may_be_there_in_a_run(taken: Any, expected: float) -> None:
    concrete = tf.function(taken).get_concrete_function(UNKNOWN)
    assert concrete(tf.range(30.0)).numpy() == expected


def test_an_index_beyond_a_length_that_is_known_is_refused_while_it_is_traced() -> None:
    with pytest.raises(ValueError, match="slice index 7 of dimension 1 out of bounds"):
        tf.function(lambda x: x[20, 7]).get_concrete_function(tf.TensorSpec([None, 3], tf.float32))


def test_the_gradient_of_an_element_beyond_a_sample() -> None:
    @tf.function(input_signature=[UNKNOWN])
    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x[20] ** 2
        return tape.gradient(y, x)

    concrete = gradient.get_concrete_function()
    assert concrete(tf.range(30.0)).numpy().tolist() == [40.0 if i == 20 else 0.0 for i in range(30)]


def test_parts_of_given_lengths_have_these_lengths() -> None:
    def parts(x: Any) -> Any:
        return tf.slice(x, [1], [4]), tf.math.top_k(x, 3).values, tf.image.resize(tf.ones([1, 1, 1]) * x[0], [2, 2])

    specs = tf.function(parts).get_concrete_function(UNKNOWN).structured_outputs
    assert [x.shape.as_list() for x in specs] == [[4], [3], [2, 2, 1]]


def test_what_a_function_says_of_a_shape_is_known_where_it_is_called() -> None:
    @tf.function
    def known(x: Any) -> Any:
        return tf.ensure_shape(x, [5])

    outer = tf.function(lambda x: known(x) * 2.0).get_concrete_function(UNKNOWN)
    assert outer.structured_outputs.shape.as_list() == [5]
    assert outer(tf.range(5.0)).numpy().tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_a_tensor_of_unknown_rank_is_taken_elementwise_and_into_a_shape_alone() -> None:
    text = tf.TensorSpec([], tf.string)

    def doubled(s: Any) -> Any:
        x = tf.io.parse_tensor(s, tf.float32)
        assert x.shape.rank is None
        return tf.reshape(x * 2.0, [3, 2]), tf.ensure_shape(x, [2, None]), x

    concrete = tf.function(doubled).get_concrete_function(text)
    shapes = [x.shape for x in concrete.structured_outputs]
    assert shapes[0].as_list() == [3, 2]
    assert shapes[1].as_list() == [2, None]
    assert shapes[2].rank is None
    a, b, c = concrete(tf.io.serialize_tensor(tf.reshape(tf.range(6.0), [2, 3])))
    assert a.numpy().tolist() == [[0.0, 2.0], [4.0, 6.0], [8.0, 10.0]]
    assert b.shape == c.shape == (2, 3)
    for depends in (tf.transpose, lambda x: x[0], lambda x: tf.reduce_sum(x, axis=-1), lambda x: tf.matmul(x, x)):
        with pytest.raises(NotImplementedError, match="How many axes this tensor has is not known"):
            tf.function(lambda s, f=depends: f(tf.io.parse_tensor(s, tf.float32))).get_concrete_function(text)


REFUSED = {
    "pad": lambda x: tf.pad(x, [[2, 1]], "REFLECT"),
    "slice": lambda x: tf.slice(x, [1], [2]),
    "split": lambda x: tf.split(x, [2, 1]),
    "unstack": lambda x: tf.unstack(x, num=3),
    "bias_add": lambda x: tf.nn.bias_add(x[None], [1.0, 2.0, 3.0]),
    "einsum": lambda x: tf.einsum("i,i->i", x, tf.ones([3])),
}


class TestRefusals:
    """What no run of a graph takes is refused as it is traced; what one does not take, as that runs."""

    @pytest.mark.parametrize("name", REFUSED)
    @pytest.mark.parametrize("jit", [None, True])
    def test_lengths_that_do_not_fit_are_refused_when_the_graph_runs(self, name: str, jit: bool | None) -> None:
        if jit:
            pytest.importorskip("jax")
        function = REFUSED[name]
        f = tf.function(function, input_signature=[tf.TensorSpec([None])], jit_compile=jit)
        x = tf.constant([1.0, 2.0, 3.0])
        got, want = tf.nest.flatten(f(x)), tf.nest.flatten(function(x))
        assert [y.numpy().tolist() for y in got] == [y.numpy().tolist() for y in want]
        with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
            f(x[:1])

    def test_equality_is_that_of_elements_wherever_shapes_may_fit(self) -> None:
        f = of_any_length(lambda x: x == [1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="Incompatible shapes"):
            f(tf.zeros([2]))
        assert f(tf.constant([1.0, 0.0, 3.0])).numpy().tolist() == [True, False, True]

    def test_equality_is_false_where_shapes_never_fit(self) -> None:
        f = tf.function(lambda x: x == tf.ones([3]), input_signature=[tf.TensorSpec([None, 2])])
        assert f(tf.ones([1, 2])).numpy() is np.False_


@pytest.mark.parametrize("reduce", [tf.reduce_mean, tf.math.reduce_variance, tf.math.reduce_euclidean_norm])
def test_what_is_made_of_nothing_does_not_change(reduce: Callable[..., Any]) -> None:
    @of_any_length
    def f(x):
        with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
            y = reduce(x)
        return accumulator.jvp(y)

    assert f(tf.zeros([0])).numpy() == 0.0
    with tf.autodiff.ForwardAccumulator(x := tf.constant([3.0, 4.0]), tf.ones_like(x)) as accumulator:
        y = reduce(x)
    assert f(x).numpy() == accumulator.jvp(y).numpy()


def test_third_derivatives_of_half_a_spectrum_are_right_for_lengths_with_as_many_bins_as_others_have() -> None:
    def gradient(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def g(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            return tape.gradient(y, x)

        return g

    def f(x):
        return tf.math.real(tf.signal.rfft(x)) ** 3

    traced = of_any_length(f)
    for n in (4, 3, 5, 2):
        x = tf.linspace(0.3, 1.2, n)
        want = gradient(gradient(gradient(f)))(x).numpy()
        np.testing.assert_allclose(gradient(gradient(gradient(traced)))(x).numpy(), want, rtol=1e-5)
