"""`tf.function`: tracing, replaying, variables, derivatives of calls, control flow in graphs, both executors."""

import gc
import inspect
import threading
import time
import weakref

import numpy as np
import pytest

import gradtape as tf


def close(a, b, tolerance=1e-5):
    """Assert that two structures of tensors are equal within rounding, None and zeros alike."""
    flat_a, flat_b = tf.nest.flatten(a), tf.nest.flatten(b)
    assert len(flat_a) == len(flat_b)
    for x, y in zip(flat_a, flat_b, strict=True):
        x, y = (0.0 if z is None else np.asarray(tf.convert_to_tensor(z)) for z in (x, y))
        np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance)


@pytest.fixture(params=["replay", "xla"])
def jit(request):
    """`jit_compile` for each executor."""
    if request.param == "xla":
        pytest.importorskip("jax")
    return request.param == "xla"


# --- tracing ---------------------------------------------------------------------------------------------------------


def test_a_function_is_traced_once_for_each_signature():
    traced = []

    @tf.function
    def f(x):
        traced.append(x.shape)
        return x * 2

    for x in ([1.0, 2.0], [3.0, 4.0], [1.0], [5.0]):
        f(tf.constant(x))
    assert len(traced) == f.experimental_get_tracing_count() == 2


def test_python_side_effects_happen_while_tracing(capsys):
    @tf.function
    def f(x):
        print("tracing")
        return x + 1

    f(tf.constant(1)), f(tf.constant(2))
    assert capsys.readouterr().out == "tracing\n"


def test_tensors_have_no_values_while_tracing():
    @tf.function(autograph=False)
    def f(x):
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Python `bool`"):
            bool(x > 0)
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Iterating"):
            list(x)
        with pytest.raises(AttributeError, match="numpy"):
            x.numpy()
        with pytest.raises(NotImplementedError, match="NumPy call"):
            np.sin(x)
        with pytest.raises(TypeError):
            float(x)
        assert "shape=(2,)" in repr(x)
        assert tf.inside_function()
        return x

    f(tf.constant([1.0, 2.0]))
    assert not tf.inside_function()


def test_a_tensor_that_leaks_is_out_of_scope():
    leaked = []

    @tf.function
    def f(x):
        leaked.append(x + 1)
        return x

    f(tf.constant(1.0))
    with pytest.raises(TypeError, match="out of scope"):
        leaked[0] + 1.0


def test_an_input_signature_serves_all_lengths():
    traced = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(x):
        traced.append(x.shape.as_list())
        return tf.reshape(tf.reduce_mean(x, 1), [-1, 1]) + tf.zeros([tf.shape(x)[0], 2])

    for n in (1, 4, 0, 5):
        assert f(np.ones((n, 3), np.float32)).shape == (n, 2)
    assert traced == [[None, 3]]


def test_gradients_through_a_function_of_unknown_lengths():
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(x):
        return tf.reduce_mean(tf.tanh(x) * tf.range(2, dtype=tf.float32))

    for n in (1, 3, 2):
        x = tf.constant(np.random.default_rng(n).normal(size=(n, 2)), tf.float32)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y, z = f(x), f.python_function(x)
        close(tape.gradient(y, x), tape.gradient(z, x))


def test_reduce_retracing_generalises_after_the_second_shape():
    @tf.function(reduce_retracing=True)
    def f(x):
        return tf.reduce_sum(x)

    for n in range(1, 6):
        assert float(f(tf.ones([n]))) == n
    assert f.experimental_get_tracing_count() == 2


def test_structures_and_none_go_in_and_out():
    @tf.function
    def f(d, scale=2.0):
        return {"a": d["x"] * scale, "b": (None, [d["y"][0], 3])}

    out = f({"x": tf.constant(1.0), "y": [tf.constant(5)]})
    assert float(out["a"]) == 2.0
    assert out["b"][0] is None
    assert [int(x) for x in out["b"][1]] == [5, 3]


def test_run_functions_eagerly_runs_the_python():
    calls = []

    @tf.function
    def f(x):
        calls.append(type(x).__name__)
        return x

    tf.config.run_functions_eagerly(True)
    try:
        f(tf.constant(1)), f(tf.constant(1))
    finally:
        tf.config.run_functions_eagerly(False)
    assert calls == ["EagerTensor", "EagerTensor"]


def test_methods_have_traces_of_their_own_and_let_instances_go():
    class Scale:
        def __init__(self, by):
            self.by = by

        @tf.function
        def __call__(self, x):
            return x * self.by

    two, three = Scale(2.0), Scale(3.0)
    assert (float(two(tf.constant(1.0))), float(three(tf.constant(1.0)))) == (2.0, 3.0)
    gone = weakref.ref(two)
    del two
    gc.collect()
    assert gone() is None


def test_a_method_that_is_a_function_can_be_made_one_again():
    class Scale:
        def __init__(self, k):
            self.k = k

        @tf.function
        def f(self, x):
            return x * self.k

    scale = Scale(3)
    f = tf.function(scale.f)
    del scale
    gc.collect()
    assert f(tf.constant(2)).numpy() == 6


def test_zeros_of_either_sign_are_different_attributes():
    @tf.function
    def f(x):
        return tf.nn.leaky_relu(x, 0.0), tf.nn.leaky_relu(x, -0.0)

    x = tf.constant([-1.0])
    for y, z in zip(f(x), (tf.nn.leaky_relu(x, 0.0), tf.nn.leaky_relu(x, -0.0)), strict=True):
        assert np.signbit(y.numpy()) == np.signbit(z.numpy())


def test_functions_call_functions_and_are_traced_once():
    traced = []

    @tf.function
    def inner(x):
        traced.append("inner")
        return x * x

    @tf.function
    def outer(x):
        traced.append("outer")
        return inner(x) + inner(x + 1.0)

    assert float(outer(tf.constant(2.0))) == 13.0
    assert traced == ["outer", "inner"]


def test_an_inner_function_uses_the_outer_ones_tensors():
    @tf.function
    def outer(x):
        y = x * 3.0

        @tf.function
        def inner(z):
            return z + y

        return inner(x)

    assert float(outer(tf.constant(2.0))) == 8.0
    assert float(outer(tf.constant(3.0))) == 12.0


def test_wrong_arguments_are_told():
    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def f(x):
        return x

    for wrong in (tf.constant([1.0, 2.0, 3.0]), tf.constant([1, 2])):
        with pytest.raises(TypeError):
            f(wrong)


# --- variables -------------------------------------------------------------------------------------------------------


def test_variables_are_read_and_assigned_in_order(jit):
    v = tf.Variable(1.0)

    @tf.function(jit_compile=jit)
    def f(x):
        before = v + 0.0
        v.assign_add(x)
        between = v * 1.0
        v.assign(v * 2.0)
        return before, between, v.read_value()

    assert [float(t) for t in f(tf.constant(2.0))] == [1.0, 3.0, 6.0]
    assert [float(t) for t in f(tf.constant(1.0))] == [6.0, 7.0, 14.0]
    assert float(v) == 14.0


def test_variables_are_made_on_the_first_call_only():
    class Counter:
        v = None

        @tf.function
        def __call__(self):
            if self.v is None:
                self.v = tf.Variable(10.0)
            return self.v.assign_add(1.0)

    counter = Counter()
    assert [float(counter()) for _ in range(3)] == [11.0, 12.0, 13.0]

    @tf.function
    def always():
        return tf.Variable(1.0)

    with pytest.raises(ValueError, match="singleton"):
        always()


def test_one_trace_serves_other_variables():
    @tf.function
    def double(v):
        v.assign(v * 2.0)
        return v + 1.0

    a, b = tf.Variable(1.0), tf.Variable(10.0)
    assert [float(double(v)) for v in (a, b, a)] == [3.0, 21.0, 5.0]
    assert (float(a), float(b)) == (4.0, 20.0)
    assert double.experimental_get_tracing_count() == 1


def test_a_failing_run_assigns_nothing():
    v = tf.Variable(1.0)

    @tf.function
    def f(i):
        v.assign_add(1.0)
        tf.debugging.assert_less(i, 3)
        return v * 1.0

    f(tf.constant(0))
    with pytest.raises(tf.errors.InvalidArgumentError):
        f(tf.constant(5))
    assert float(v) == 2.0


def test_values_read_before_are_not_changed_by_later_calls(jit):
    v = tf.Variable(tf.zeros([1000]))

    @tf.function(jit_compile=jit)
    def step():
        v.assign_add(tf.ones([1000]))

    step()
    kept, array = v.value(), v.numpy()
    step(), step()
    assert float(kept[0]) == array[0] == 1.0
    assert float(v[0]) == 3.0


# --- derivatives -----------------------------------------------------------------------------------------------------


def derivatives(f, xs, variables=()):
    """First and second derivatives of the sum of `f(*xs)`, its Jacobians, and its value."""
    sources = [*xs, *variables]
    with tf.GradientTape(persistent=True) as outer:
        for x in xs:
            outer.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            for x in xs:
                inner.watch(x)
            y = f(*xs)
        first = inner.gradient(y, sources)
    second = outer.gradient([g for g in first if g is not None], sources)
    return y, first, second, inner.jacobian(y, list(xs))


def test_derivatives_of_a_call_are_those_of_the_python(jit):
    w = tf.Variable([[0.5, -0.3], [0.2, 0.8]])

    def f(x, y):
        return tf.sin(x @ w) * tf.exp(y) + tf.reduce_sum(y * y)

    x, y = tf.constant([[1.0, 2.0]]), tf.constant([0.3, 0.1])
    close(derivatives(tf.function(f, jit_compile=jit), [x, y], [w]), derivatives(f, [x, y], [w]))


def test_third_derivative_through_nested_calls():
    @tf.function
    def cube(x):
        return x**3

    f = tf.function(lambda x: cube(x) * x)
    x = tf.constant(2.0)
    with tf.GradientTape() as a, tf.GradientTape() as b, tf.GradientTape() as c:
        for tape in (a, b, c):
            tape.watch(x)
        y = f(x)
        dy = c.gradient(y, x)
        ddy = b.gradient(dy, x)
    assert float(a.gradient(ddy, x)) == pytest.approx(48.0)


def test_forward_mode_and_hessian_vector_products_through_a_call():
    f = tf.function(lambda x: tf.reduce_sum(tf.sin(x) * x))
    x, v = tf.constant([1.0, 2.0]), tf.constant([1.0, -1.0])

    def hvp(f):
        with tf.autodiff.ForwardAccumulator(x, v) as forward:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            g = tape.gradient(y, x)
        return forward.jvp(y), forward.jvp(g)

    close(hvp(f), hvp(f.python_function))


def test_tapes_inside_a_function_nest():
    @tf.function
    def f(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = x**4
            dy = inner.gradient(y, x)
        return dy, outer.gradient(dy, x), tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) is not None

    assert [float(t) for t in f(tf.constant(2.0))[:2]] == [32.0, 48.0]


def test_a_gradient_with_respect_to_a_captured_tensor():
    c = tf.constant([2.0, 3.0])
    f = tf.function(lambda x: tf.reduce_sum(x * c))
    f(tf.constant([1.0, 1.0]))  # traced before anybody watches it
    with tf.GradientTape() as tape:
        tape.watch(c)
        y = f(tf.constant([1.0, 5.0]))
    close(tape.gradient(y, c), tf.constant([1.0, 5.0]))


def test_a_gradient_is_none_where_nothing_is_connected():
    v = tf.Variable(1.0)
    f = tf.function(lambda x: (x * v, tf.constant(3.0)))
    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y, z = f(x)
        far = tf.stop_gradient(y)
    assert tape.gradient(z, x) is None
    assert tape.gradient(far, v) is None
    assert float(tape.gradient(y, v)) == 2.0


def test_training_step_in_a_function_equals_eager(jit):
    rng = np.random.default_rng(0)
    x, y = tf.constant(rng.normal(size=(8, 4)), tf.float32), tf.constant(rng.integers(0, 3, 8))
    first = [rng.normal(size=(4, 3)).astype("f"), np.zeros(3, "f")]

    def train(wrap):
        params = [tf.Variable(p) for p in first]

        @wrap
        def step(x, y):
            with tf.GradientTape() as tape:
                logits = tf.nn.relu(x @ params[0] + params[1])
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
            for p, g in zip(params, tape.gradient(loss, params), strict=True):
                p.assign_sub(0.1 * g)
            return loss

        return [float(step(x, y)) for _ in range(5)], [p.numpy() for p in params]

    close(train(lambda f: tf.function(f, jit_compile=jit)), train(lambda f: f))


# --- control flow ----------------------------------------------------------------------------------------------------

V = tf.Variable(0.7)


def branch(x):
    return tf.cond(tf.reduce_sum(x) > 0, lambda: tf.sin(x) * V, lambda: x * x)


def choice(x):
    i = tf.cast(tf.reduce_sum(x) > 0, tf.int32) + 1
    return tf.switch_case(i, [lambda: x, lambda: x * x * V, lambda: tf.exp(x)])


def bounded_loop(x):
    return tf.while_loop(
        lambda i, y: i < 4, lambda i, y: (i + 1, tf.tanh(y * V) + x), (tf.constant(0), x), maximum_iterations=6
    )[1]


def nested_loop(x):
    def body(i, y):
        return i + 1, tf.while_loop(
            lambda j, z: j < 2, lambda j, z: (j + 1, tf.sin(z) * V), (0, y), maximum_iterations=2
        )[1]

    return tf.while_loop(lambda i, y: i < 3, body, (0, x), maximum_iterations=3)[1]


def scanned(x):
    return tf.scan(lambda a, e: tf.tanh(a * V + e), tf.stack([x, x * 2.0, x * x]), initializer=x)


def scanned_backwards(x):
    return tf.scan(lambda a, e: a * V + tf.sin(e), tf.stack([x, x * 2.0, x * x]), reverse=True)


def folded(x):
    return tf.foldl(lambda a, e: a * e + V, tf.stack([x, x * 2.0])) + tf.foldr(lambda a, e: a - e * e, tf.stack([x, x]))


def mapped(x):
    return tf.map_fn(lambda row: tf.reduce_sum(row * row) * V, tf.stack([x, x * 3.0]))


def listed(x):
    def body(i, y, ta):
        y = tf.sin(y * V)
        return i + 1, y, ta.write(i, y * x)

    array = tf.TensorArray(tf.float32, size=4)
    _, y, array = tf.while_loop(lambda i, y, ta: i < 4, body, (tf.constant(0), x, array), maximum_iterations=4)
    return array.stack() + y


def branch_in_loop(x):
    def body(i, y):
        return i + 1, tf.cond(i % 2 == 0, lambda: tf.sin(y) * V, lambda: y * y)

    return tf.while_loop(lambda i, y: i < 3, body, (0, x), maximum_iterations=3)[1]


def overwritten(x):
    return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, -x * V), (0, x * x), maximum_iterations=2)[1]


def branch_of_parts(x):
    return tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.unstack(x)[1] * tf.sin(x) * V, lambda: x * x)


CONTROL = [
    branch, choice, bounded_loop, nested_loop, scanned, scanned_backwards, folded, mapped, listed, branch_in_loop,
    overwritten, branch_of_parts,
]  # fmt: skip


@pytest.mark.parametrize("f", CONTROL, ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["positive", "negative"])
def test_control_flow_in_a_graph_and_its_derivatives(f, sign, jit):
    x = tf.constant([0.4, 0.9]) * sign
    close(derivatives(tf.function(f, jit_compile=jit), [x], [V]), derivatives(f, [x], [V]))


@pytest.mark.parametrize("f", CONTROL, ids=lambda f: f.__name__)
def test_control_flow_under_a_tape_inside_the_function(f, jit):
    def g(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        return tape.gradient(y, [x, V])

    x = tf.constant([0.4, 0.9])
    close(tf.function(g, jit_compile=jit)(x), g(x))


@pytest.mark.parametrize("f", CONTROL, ids=lambda f: f.__name__)
def test_control_flow_in_an_accumulator_inside_the_function(f):
    def g(x):
        with tf.autodiff.ForwardAccumulator(x, 2.0 * x) as forward:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            slope = tape.gradient(y, x)
        return forward.jvp([y, slope], unconnected_gradients="zero")

    x = tf.constant([0.4, 0.9])
    close(tf.function(g)(x), g(x))


def listed_and_read(x):
    def body(i, ta):
        y = ta.read(i - 1) * x
        ta = ta.write(i, y)
        return i + 1, ta.write(i, y * V)

    array = tf.TensorArray(tf.float32, size=4, clear_after_read=False).write(0, x)
    return tf.while_loop(lambda i, ta: i < 4, body, (tf.constant(1), array), maximum_iterations=3)[1].stack()


def test_an_accumulator_inside_a_function_of_any_length():
    def f(x):
        y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.sin(y) * x), [tf.constant(0), x])[1]
        return tf.nn.softmax(y) * tf.reduce_sum(x)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def product(x):
        with tf.autodiff.ForwardAccumulator(x, 2.0 * x) as forward:
            y = f(x)
        return forward.jvp(y)

    for n in (2, 5):
        x = tf.linspace(0.1, 1.0, n)
        close(product(x), product.python_function(x))


def test_what_is_taken_out_of_a_list_is_not_written_over():
    x = tf.constant([0.4, 0.9])
    close(derivatives(tf.function(listed_and_read), [x], [V]), derivatives(listed_and_read, [x], [V]))


def test_what_is_put_into_a_list_is_not_written_over():
    @tf.function
    def f(x):
        array = tf.TensorArray(tf.float32, 3)
        for i in tf.range(3):
            y = x * 2.0
            array = array.write(i, y)
            x = y * 3.0
        return array.stack()

    np.testing.assert_array_equal(f(tf.ones([2])), [[2.0, 2.0], [12.0, 12.0], [72.0, 72.0]])


def test_forward_over_reverse_through_a_branch_that_a_loop_takes_late():
    def f(x):
        def body(i, y):
            return i + 1, tf.cond(i < 1, lambda: y * x, lambda: tf.sin(y))

        return tf.while_loop(lambda i, y: i < 3, body, [tf.constant(0), x])[1]

    def product(f, x):
        with tf.autodiff.ForwardAccumulator(x, tf.ones(3)) as forward:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = f(x)
            slope = tape.gradient(y, x)
        return forward.jvp(slope)

    x = tf.constant([1.0, 2.0, 0.5])
    close(product(tf.function(f), x), product(f, x))


def test_branches_and_loops_assign_variables(jit):
    v = tf.Variable(1.0)

    @tf.function(jit_compile=jit)
    def f(x):
        tf.cond(x > 0, lambda: v.assign_add(x), lambda: v.assign_sub(x))
        tf.while_loop(lambda i: i < 3, lambda i: (i + 1 + 0 * tf.cast(v.assign_add(1.0), tf.int32),), (0,))
        return v.read_value()

    assert float(f(tf.constant(2.0))) == 6.0
    assert float(f(tf.constant(-2.0))) == 11.0
    assert float(v) == 11.0


def test_a_branch_gives_a_result_besides_what_it_assigns():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        return tf.cond(x > 0, lambda: (v.assign_add(x), x * 2.0)[1], lambda: x * 3.0)

    assert [float(f(tf.constant(x))) for x in (2.0, -1.0)] == [4.0, -3.0]
    assert float(v) == 3.0


def test_the_steps_of_a_scan_assign_variables_and_have_gradients():
    def f(x, c):
        count, w = tf.Variable(0.0), tf.Variable(2.0)

        def both(x, c):
            with tf.GradientTape() as tape:
                tape.watch((x, c))
                y = tf.scan(lambda a, e: (count.assign_add(1.0), a * c + w * tf.sin(e))[1], x, tf.zeros([]))
            return [*tape.gradient(y, (x, c, w)), count.read_value()]

        return both(x, c), tf.function(both)(x, c)

    eager, graph = f(tf.constant([0.1, 0.2, 0.3]), tf.constant(0.5))
    assert float(eager.pop()) == 3.0
    assert float(graph.pop()) == 6.0
    for got, want in zip(graph, eager, strict=True):
        close(got, want)


def test_a_loop_is_not_unrolled_and_costs_the_same_per_step():
    traced = []

    @tf.function
    def f(x, n):
        def body(i, y):
            traced.append(i)
            return i + 1, y * 1.0001

        return tf.while_loop(lambda i, y: i < n, body, (tf.constant(0), x))[1]

    f(tf.constant(1.0), tf.constant(5))
    assert len(traced) == 1
    assert float(f(tf.constant(1.0), tf.constant(20000))) == pytest.approx(1.0001**20000, rel=1e-2)


def test_shapes_must_not_change_in_a_loop():
    @tf.function
    def f(x):
        return tf.while_loop(lambda y: tf.size(y) < 9, lambda y: (tf.concat([y, y], 0),), (x,))

    with pytest.raises(ValueError, match="shape_invariants"):
        f(tf.ones([1]))


def test_branches_must_agree():
    @tf.function
    def f(x):
        return tf.cond(x > 0, lambda: 1.0, lambda: 1)

    with pytest.raises(TypeError, match="dtype"):
        f(tf.constant(1))


def test_a_jacobian_of_a_gradient_through_a_loop_of_which_only_lists_are_looked_at(jit):
    @tf.function(jit_compile=jit)
    def f(x, y):
        z = tf.while_loop(lambda i, z: i < 2, lambda i, z: (i + 1, z * x), (0, x), maximum_iterations=2)[1]
        return tf.reduce_sum(x * y) + tf.reduce_sum(z)

    x, y = tf.constant([0.3, 0.5]), tf.constant([0.7, 0.2])
    with tf.GradientTape() as outer:
        outer.watch([x, y])
        with tf.GradientTape() as inner:
            inner.watch([x, y])
            z = f(x, y)
        g = inner.gradient(z, x)
    close(outer.jacobian(g, y), tf.eye(2))


# --- speed and memory that are structure, not time -------------------------------------------------------------------


def test_replay_writes_into_what_nobody_needs():
    @tf.function
    def f(x):
        return tf.exp(tf.sin(x * 2.0) + 1.0)

    f(tf.ones([10]))
    from gradtape.replay.program import source_of

    source = source_of(f.get_concrete_function(tf.ones([10])).graph)
    assert source.count("del") >= 1
    assert "v2, v2)" in source or "v2, c" in source


def test_replay_leaves_alone_what_an_operation_may_give_as_it_is():
    f = tf.function(lambda x, y: tf.sin(x**y))
    x = tf.constant([1.0, 2.0])
    f(x, tf.constant(2.0))
    f(x, tf.constant(1.0))  # x itself is x**1
    assert x.numpy().tolist() == [1.0, 2.0]


def test_replay_leaves_alone_what_a_view_is_of():
    def f(x):
        y = tf.reshape(x * 2.0, [3])
        return tf.exp(x * 2.0) + y, tf.reshape(y, [3, 1])

    x = tf.constant([1.0, 2.0, 3.0])
    for got, want in zip(tf.function(f)(x), f(x), strict=True):
        close(got, want)


def copies_of_lists(monkeypatch):
    """How many lists are copied, as they come."""
    from gradtape.engine.numpy_slots import Slots

    copies = []
    copy = Slots.copy
    monkeypatch.setattr(Slots, "copy", lambda self: copies.append(self) or copy(self))
    return copies


def test_loops_write_into_the_lists_that_they_carry(monkeypatch):
    @tf.function
    def f(x, n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            array = tf.TensorArray(tf.float32, n + 1, clear_after_read=False).write(0, x)
            for i in tf.range(n):
                array = array.write(i + 1, tf.sin(array.read(i)))
            y = tf.reduce_sum(array.stack())
        return tape.gradient(y, x)

    f(tf.constant(1.0), tf.constant(3))
    copies = copies_of_lists(monkeypatch)
    f(tf.constant(1.0), tf.constant(100))

    assert len(copies) < 10


def test_a_list_that_somebody_else_has_is_copied():
    @tf.function
    def f(n):
        first = tf.TensorArray(tf.int32, 3, element_shape=[], clear_after_read=False)
        second, total = first, 0
        for i in tf.range(n):
            first = first.write(i, 10 * i + 1)
            total += second.read(i)
            second = first
        return first.stack(), second.stack(), total

    first, second, total = f(tf.constant(3))
    assert first.numpy().tolist() == second.numpy().tolist() == [1, 11, 21]
    assert total.numpy() == 0


def test_unrolled_products_become_one():
    w = tf.Variable(np.random.default_rng(0).normal(size=(16, 64)).astype("f"))
    u = tf.Variable(np.random.default_rng(1).normal(size=(64, 64)).astype("f") * 0.1)

    def f(xs):
        with tf.GradientTape() as tape:
            h = tf.zeros([4, 64])
            for x in tf.unstack(xs):
                h = tf.tanh(x @ w + h @ u)
            loss = tf.reduce_sum(h * h)
        return loss, tape.gradient(loss, [w, u])

    xs = tf.constant(np.random.default_rng(2).normal(size=(20, 4, 16)), tf.float32)
    g = tf.function(f)
    close(g(xs), f(xs), 1e-4)
    from gradtape.graph.passes import optimized

    graph = g.get_concrete_function(xs).graph
    before, after = ([e for e in k.entries if e.op.name == "matmul"] for k in (graph, optimized(graph)))
    assert len(before) >= 78
    assert len(after) <= 42
    assert sum(e.attrs["tb"] for e in before) >= 19
    assert not any(e.attrs["tb"] for e in after)  # `u` is transposed once


def test_functions_run_in_several_threads():
    v = tf.Variable(tf.ones([50, 50]))

    @tf.function
    def f(x):
        return tf.reduce_sum(tf.tanh(x @ v)) + tf.reduce_sum(x)

    found, expected = [], {}
    xs = [tf.constant(np.random.default_rng(i).normal(size=(50, 50)), tf.float32) for i in range(8)]
    for i, x in enumerate(xs):
        expected[i] = float(f.python_function(x))

    def work(i):
        found.extend((i, float(f(xs[i]))) for _ in range(20))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 160
    assert all(value == pytest.approx(expected[i], rel=1e-4, abs=1e-3) for i, value in found)


def test_functions_that_call_each_other_are_traced_from_both_ends_at_once():
    meeting = threading.Barrier(2, timeout=10)
    tracing = threading.local()

    def meet():
        if not hasattr(tracing, "met"):
            tracing.met = True
            meeting.wait()

    @tf.function
    def even(n, x):
        meet()
        return x if n == 0 else odd(n - 1, x + 1.0)

    @tf.function
    def odd(n, x):
        meet()
        return x if n == 0 else even(n - 1, x + 2.0)

    found = []
    threads = [threading.Thread(target=lambda f=f: found.append(float(f(6, tf.constant(0.0)))), daemon=True)
               for f in (even, odd)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == [9.0, 9.0]


def test_samples_are_let_go_after_tracing():
    @tf.function
    def f(x):
        return tf.reduce_sum(tf.sin(x) * x)

    graph = f.get_concrete_function(tf.TensorSpec([100], tf.float32)).graph
    assert all(v.sample is None for e in graph.entries for v in e.outputs)


def test_samples_that_no_result_needs_are_let_go_too():
    from gradtape.values.symbolic import Value

    @tf.function
    def f(x):
        unused = [tf.exp(x * float(i)) for i in range(5)]
        return tf.cond(x[0] > 0.0, lambda: x, lambda: (x * 2.0, x * 3.0)[0]) + unused[0]

    f(tf.ones([101]))
    gc.collect()
    values = [x for x in gc.get_objects() if type(x) is Value and x.shape == (101,)]
    assert values
    assert all(v.sample is None for v in values)


def test_traces_keep_none_of_the_arguments():
    class Thing:
        pass

    @tf.function(reduce_retracing=True)
    def f(x, thing):
        return x * 2.0

    kept = []
    for shape in ([2], [3], [2, 2], [4]):
        x, thing = tf.ones(shape), Thing()
        f(x, thing)
        kept += weakref.ref(x), weakref.ref(thing)
        del x, thing
    gc.collect()
    assert all(reference() is None for reference in kept)
    assert f.pretty_printed_concrete_signatures() == ""


def test_an_unknown_rank_is_traced_for_each_that_comes_and_keeps_no_argument():
    @tf.function(input_signature=[tf.TensorSpec(None), {"k": tf.TensorSpec([])}])
    def f(x, more):
        return tf.reduce_sum(x) * more["k"]

    x = tf.ones([2])
    kept = weakref.ref(x)
    assert f(x, {"k": 3.0}).numpy() == 6.0
    del x
    gc.collect()
    assert kept() is None
    assert f(tf.ones([2, 2]), {"k": 2.0}).numpy() == 8.0
    assert f(tf.constant(5.0), {"k": 2.0}).numpy() == 10.0


def test_tracing_is_quick_enough_for_unrolled_loops():
    @tf.function
    def f(x):
        for _ in range(2000):
            x = x * 1.0001 + 0.1
        return x

    start = time.perf_counter()
    f(tf.constant(1.0))
    assert time.perf_counter() - start < 20


class Scaled(tf.Module):
    @tf.function
    def __call__(self, x, y=2):
        return x * y


class Rescaled(Scaled):
    pass


@pytest.mark.parametrize("made", [Scaled, Rescaled])
def test_a_function_of_what_is_called_by_a_function(made):
    instance = made()
    for f in (tf.function(instance), tf.function(instance.__call__)):
        assert int(f(tf.constant(3))) == 6
        assert int(f(tf.constant(3), y=4)) == 12
        assert f.experimental_get_tracing_count() == 2


def test_operation_of_a_symbolic_tensor_says_what_made_it():
    @tf.function
    def f(x):
        halves = tf.split(x, 2, axis=-1)
        y = tf.sigmoid(halves[1]) + x[:, :2]
        made = y.op.inputs[0]
        assert [t.op.type for t in (x, y, made)] == ["Placeholder", "AddV2", "Sigmoid"]
        assert (made.op.inputs[0].op.type, halves[1].value_index, len(halves[1].op.outputs)) == ("Split", 1, 2)
        assert x.op.inputs == ()
        assert made.op == y.op.inputs[0].op
        assert made.op.graph is x.graph
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = tf.nn.softmax(x * 3.0)
            logits = z.op.inputs[0]  # watched, as what it was made of
        return tape.gradient(logits, x)

    np.testing.assert_array_equal(f(tf.zeros([1, 4])), np.full((1, 4), 3.0))


def test_what_fails_in_a_step_of_a_loop_raises_the_error_of_the_operation():
    @tf.function
    def f(x, n):
        total = 0.0
        for i in tf.range(n):
            total += tf.gather(x, i)
        return total

    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
        f(tf.ones(2), tf.constant(3))


def test_a_method_that_is_a_function_has_the_signature_of_a_method():
    class Model:
        @tf.function
        def call(self, x, scale=2.0):
            return scale * x

        def plain(self, x):
            return x

    model = Model()
    assert list(inspect.signature(model.call).parameters) == ["x", "scale"]
    assert list(inspect.signature(tf.function(model.plain)).parameters) == ["x"]
    assert list(inspect.signature(Model.call).parameters) == ["self", "x", "scale"]


def test_shapes_and_dtypes_of_results() -> None:
    def f(x):
        return {"a": x + 1.0, "b": (tf.shape(x), None, tf.sparse.from_dense(x))}

    made = tf.function(f).get_concrete_function(tf.TensorSpec([None, 2]))
    assert made.output_dtypes == {"a": tf.float32, "b": (tf.int32, None, [tf.int64, tf.float32, tf.int64])}
    shapes = made.output_shapes
    assert [shapes["a"].as_list(), shapes["b"][0].as_list(), shapes["b"][1].rank] == [[None, 2], [2], None]
    assert [shape.as_list() for shape in shapes["b"][2]] == [[None, 2], [None], [2]]
    nothing = tf.function(lambda x: None).get_concrete_function(tf.TensorSpec([]))
    assert (nothing.output_shapes.rank, nothing.output_dtypes) == (None, None)
