"""What functions do each time they run: draw random numbers, print, check, call Python, and write to variables."""

import sys

import numpy as np
import pytest

import gradtape as tf
from gradtape.values.symbolic import Dim


def numbers(made):
    return [x.numpy().tolist() for x in tf.nest.flatten(made)]


def draws():
    return [
        tf.random.normal([2]), tf.random.uniform([3], maxval=9, dtype=tf.int32), tf.random.shuffle(tf.range(5)),
        tf.random.categorical(tf.zeros([2, 3]), 4), tf.random.gamma([2], 3.0), tf.random.poisson([2], 3.0),
        tf.nn.dropout(tf.ones([6]), 0.5), tf.random.normal([2], seed=7),
    ]  # fmt: skip


def test_a_function_draws_the_sequence_that_eager_execution_draws():
    tf.random.set_seed(1)
    eager = [numbers(draws()) for _ in range(3)]
    function = tf.function(draws)
    tf.random.set_seed(1)
    assert [numbers(function()) for _ in range(3)] == eager


def test_tracing_takes_no_random_numbers_of_the_program():
    function = tf.function(lambda: tf.random.uniform([2]))
    tf.random.set_seed(1)
    function.get_concrete_function()
    first = numbers(function())
    tf.random.set_seed(1)
    assert first == numbers(tf.random.uniform([2]))


def test_generators_in_functions_go_on_from_their_state():
    inside, outside = (tf.random.Generator.from_seed(3) for _ in range(2))
    function = tf.function(lambda: [inside.normal([2]), inside.make_seeds(2)])
    for _ in range(2):
        assert numbers(function()) == numbers([outside.normal([2]), outside.make_seeds(2)])
    assert numbers(inside.state) == numbers(outside.state)


def test_recomputed_parts_draw_the_same_again_in_a_function():
    w = tf.Variable(tf.ones([64]))
    block = tf.recompute_grad(lambda x: tf.nn.dropout(x * w, 0.5))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            y = block(x)
        return y, tape.gradient(y, w)

    for _ in range(2):
        y, gradient = step(tf.ones([64]))
        assert numbers(y) == numbers(gradient)


def test_prints_come_in_order_from_branches_and_loops(capsys):
    @tf.function
    def function(x):
        tf.print("x", x, {"constant": tf.constant(2)}, output_stream=sys.stdout)
        tf.cond(x > 0, lambda: tf.print("positive", output_stream=sys.stdout), lambda: None)
        for i in tf.range(x):
            tf.print("step", i, output_stream=sys.stdout)
        return x

    function(tf.constant(2))
    assert capsys.readouterr().out == "x 2 {'constant': 2}\npositive\nstep 0\nstep 1\n"
    function(tf.constant(0))
    assert capsys.readouterr().out == "x 0 {'constant': 2}\n"


def test_python_functions_are_called_once_for_each_run():
    called = []

    def python(x):
        called.append(float(x))
        return x * x

    function = tf.function(lambda x: tf.py_function(python, [x], tf.float32))
    assert [float(function(tf.constant(x))) for x in (2.0, 2.0, 3.0)] == [4.0, 4.0, 9.0]
    assert called == [2.0, 2.0, 3.0]


def test_a_kernel_that_raises_names_the_operation_as_eagerly():
    function = tf.function(lambda x, i: tf.gather(x, i))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[0\] = 5 is not in \[0, 2\).*GatherV2"):
        function(tf.constant([1.0, 2.0]), tf.constant([5]))


def test_a_custom_gradient_in_a_function_counts_for_tapes_around_it():
    @tf.custom_gradient
    def tripled_back(x):
        return x * 1.0, lambda upstream: upstream * 3.0

    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.function(lambda x: tripled_back(x) ** 2)(x)
    assert numbers(tape.gradient(y, x)) == [[6.0, 12.0]]


# --- variables ---


def test_an_update_writes_to_rows_of_a_variable_that_nobody_else_holds():
    v = tf.Variable(tf.zeros([100, 2]))

    @tf.function
    def function(rows):
        v.scatter_add(tf.IndexedSlices(rows, tf.constant([3, 3])))

    function(tf.ones([2, 2]))
    array = id(v.handle.array)
    function(tf.ones([2, 2]))
    assert id(v.handle.array) == array
    assert v[3].numpy().tolist() == [4.0, 4.0]


@pytest.mark.parametrize("update", ["scatter_add", "assign_add", "part"])
def test_a_value_that_was_read_stays_what_it_was(update):
    v = tf.Variable(tf.zeros([2, 2]))

    @tf.function
    def function(x):
        if update == "scatter_add":
            v.scatter_add(tf.IndexedSlices(x, tf.constant([0, 1])))
        elif update == "assign_add":
            v.assign_add(x)
        else:
            v[:, 0].assign(x[:, 0])
        return x

    function(tf.ones([2, 2]))
    kept = v.read_value()
    before = kept.numpy()
    function(tf.fill([2, 2], 5.0))
    assert kept.numpy().tolist() == before.tolist()
    assert v.numpy().tolist() != before.tolist()


# --- lengths that are not known ---


def test_lengths_are_not_taken_for_numbers():
    seen = []

    @tf.function(input_signature=[tf.TensorSpec([None])])
    def function(x):
        (n,) = x._array.shape
        seen.append(n)
        for use in (float, lambda n: 2 / n, lambda n: np.float32(n)):
            with pytest.raises(TypeError, match="not known"):
                use(n)
        return x / tf.cast(n, tf.float32)

    assert numbers(function(tf.ones([4]))) == [[0.25] * 4]
    assert type(seen[0]) is Dim


@pytest.mark.parametrize("shapes", [((2, 3), (3,)), ((2, 1), (3,)), ((2, 3), (1,)), ((1, 1), (4,))])
def test_gradients_are_summed_to_the_shapes_that_there_are(shapes):
    @tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec([None])])
    def function(x, y):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = x * y
        return tape.gradient(z, [x, y])

    function(tf.ones([2, 3]), tf.ones([3]))
    x, y = (tf.ones(shape) for shape in shapes)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = x * y
    assert numbers(function(x, y)) == numbers(tape.gradient(z, [x, y]))


@pytest.mark.parametrize("n", [2, 5, 9])
def test_strided_lengths_are_not_those_of_the_trace(n):
    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def function(x):
        half = x[::2]
        return tf.reshape(half, [tf.shape(half)[0], 4]) + 1.0, half[:3], tf.nn.max_pool1d(x[None], 2, 2, "SAME")

    function(tf.ones([4, 4]))
    assert [a.shape for a in function(tf.ones([n, 4]))] == [a.shape for a in function.python_function(tf.ones([n, 4]))]


@pytest.mark.parametrize("n", [1, 3, 4])
def test_a_jacobian_in_a_function_is_of_the_length_there_is(n):
    @tf.function(input_signature=[tf.TensorSpec([None])])
    def function(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x**2 * tf.reduce_sum(x)
        return tape.jacobian(y, x)

    function(tf.ones([3]))
    x = np.arange(1.0, n + 1.0, dtype=np.float32)
    np.testing.assert_allclose(function(tf.constant(x)), np.diag(2 * x * x.sum()) + x[:, None] ** 2, rtol=1e-6)
