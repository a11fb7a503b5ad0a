"""Some of the random programs of branches, loops and lists; and programs that were found by them."""

import pytest

import gradtape as tf
from tests.fuzz.control_flow import KINDS, case_of, differences, smallest


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.filterwarnings("ignore")  # of numbers that overflow
def test_a_function_computes_what_its_program_does_eagerly(seed):
    source, found = smallest(seed, **case_of(seed))
    assert not found, source


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore")
def test_xla_computes_what_a_program_does_eagerly(seed):
    pytest.importorskip("jax")
    source, found = smallest(seed, **case_of(seed), xla=True)
    assert not found, source


TWICE = """def f(x):
    ta = tf.TensorArray(D, size=2, clear_after_read=False, element_shape=[])
    ta = ta.write(0, x[0] * x[0])
    ta = ta.write(1, tf.sin(x[0]))
    return ta.read(0) * ta.read(1) * ta.read(0)
"""
TWICE_IN_A_LOOP = """def f(x):
    n = tf.shape(x)[0]
    ta = tf.TensorArray(D, size=n, clear_after_read=False, element_shape=[]).unstack(x)
    a = x[0]
    for i in tf.range(n):
        ta = ta.write(i, ta.read(i) * a)
        a = tf.sin(a + ta.read(i) * ta.read(0))
    return a * ta.stack()
"""
WHILE = """def f(x):
    a, i = x, 0
    while i < tf.shape(x)[0]:
        a = a * tf.sin(x)
        i += 1
    return a
"""
GROWING = """def f(x):
    ta = tf.TensorArray(D, size=0, dynamic_size=True, element_shape=[])
    for row in x:
        ta = ta.write(ta.size(), row * row)
    return ta.stack() * x
"""
BRANCHES = """def f(x):
    s = tf.reduce_sum(tf.math.real(x))
    return tf.case([(s > 10.0, lambda: x * x * x * x), (s > 1.0, lambda: tf.sin(x) * x)], default=lambda: tf.exp(x))
"""
CONTINUE = """def f(x):
    a = x
    for i in tf.range(3):
        if i == 1:
            continue
        a = a * tf.sin(x)
    return a
"""
NO_STEPS = """def f(x):
    a, b = tf.sin(x), x * x
    for i in tf.range(2):
        for j in tf.range(0):
            b = tf.cond(j > 1, lambda: tf.cumsum(tf.exp(tame(a))), lambda: tf.tanh(a[::-1]))
            a, b = tame(a), tame(b)
        a, b = tame(a), tame(b)
    return a * b
"""
WALKED = """def f(x):
    ta = tf.TensorArray(D, size=0, dynamic_size=True, element_shape=[])
    for row in x:
        ta = ta.write(ta.size(), row * row)
    return tf.map_fn(lambda e: e[0] * e[1], (tf.reshape(ta.stack(), tf.shape(x)), x), fn_output_signature=D)
"""
SCAN = """def f(x):
    return tf.scan(lambda a, e: a * e + tf.sin(e), x)
"""
PROGRAMS = {
    "twice": TWICE, "twice_in_a_loop": TWICE_IN_A_LOOP, "while": WHILE, "growing": GROWING, "branches": BRANCHES,
    "continue": CONTINUE, "scan": SCAN, "no_steps": NO_STEPS, "walked": WALKED,
}  # fmt: skip


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [(tf.float64, "third order"), (tf.float64, "Jacobian"), (tf.complex128, "forward over reverse")],
)
@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives_of_control_flow_in_functions_of_any_length(name, dtype, kind):
    assert not list(differences(PROGRAMS[name], dtype, kind))


@pytest.mark.parametrize("name", PROGRAMS)
def test_xla_runs_derivatives_of_lists_and_of_bounded_loops(name):
    pytest.importorskip("jax")
    assert not list(differences(PROGRAMS[name], tf.float64, "reverse", xla=True, known=3))


def test_a_difference_is_found_where_there_is_one(monkeypatch):
    wrong = lambda f: lambda x: f(x) * (1.0 if tf.executing_eagerly() else 2.0)
    monkeypatch.setitem(KINDS, "value", wrong)
    assert list(differences(WHILE, tf.float64, "value"))


def test_lists_of_no_elements_have_second_derivatives():
    @tf.function
    def f(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                a = tf.zeros([2])
                for row in x:
                    a = a + row * row
                y = tf.reduce_sum(a)
            g = tape.gradient(y, x)
        return y, g, outer.gradient(g, x)

    y, g, h = f(tf.zeros([0, 2]))
    assert (float(y), g.shape, h.shape) == (0.0, (0, 2), (0, 2))


def test_a_loop_may_change_lengths_that_are_not_known():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float64)])
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, tf.concat([y, y * x[0]], 0)), (0, x))[1]
        return tape.gradient(y, x)

    assert f(tf.constant([1.0, 2.0], tf.float64)).numpy().tolist() == [16.0, 4.0]


def test_a_loop_that_loses_a_static_length_is_refused_without_an_invariant():
    @tf.function
    def f(x):
        return tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, tf.boolean_mask(x, x > -1.0)), (0, x))[1]

    with pytest.raises(ValueError, match="shape_invariants"):
        f(tf.constant([1.0, 2.0]))


def test_a_variable_that_is_made_in_a_loop_may_change_its_length():
    @tf.function
    def f():
        for k in tf.range(3):
            y = tf.ones([k])
        return y

    assert f().numpy().tolist() == [1.0, 1.0]


def test_unneeded_values_that_overflow_leave_gradients_alone():
    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, a, _ = tf.while_loop(lambda i, *_: i < 2, lambda i, a, s: (i + 1, a * x, tf.exp(s * s * s)), (0, x, x))
        return tape.gradient(a, x)

    assert float(f(tf.constant(3.0, tf.float64))) == 27.0
