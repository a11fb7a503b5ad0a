"""`tape.explain`: each way to break a gradient is told, with the line of the program. A line's mark is `# <- mark`."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from gradtape.debug import Cause
from gradtape.values.thread import current
from gradtape.values.variable import Handle

HERE = Path(__file__)


def at(mark):
    """The line of this file that ends with a mark, in the test that asks."""
    first = sys._getframe(1).f_code.co_firstlineno
    lines = HERE.read_text().splitlines()
    return next(i for i, line in enumerate(lines, 1) if i >= first and line.endswith(f"# <- {mark}"))


@pytest.fixture
def traced():
    with tf.debug.tracing() as trace:
        yield trace


def broken(explanation):
    assert not explanation.connected
    assert explanation.file == str(HERE)
    assert f"test_explain.py:{explanation.line}" in str(explanation)
    return explanation.cause, explanation.line


# --- a path ----------------------------------------------------------------------------------------------------------


def test_a_path_is_told_by_operation_shape_and_line(traced):
    v = tf.Variable(tf.ones((3, 2)), name="v")
    with tf.GradientTape() as tape:
        h = tf.tanh(tf.ones((4, 3)) @ v)  # <- hidden
        y = tf.reduce_sum(h * 2.0)  # <- sum
    found = tape.explain(y, v)
    assert found.cause is Cause.CONNECTED
    assert found.connected
    assert [s.what.split()[0] for s in found.steps] == ["matmul", "tanh", "multiply", "sum"]
    assert found.lines == (at("hidden"), at("hidden"), at("sum"), at("sum"))
    assert found.steps[0].what == "matmul (3, 2) -> (4, 2)"
    assert "y = tf.reduce_sum(h * 2.0)" in str(found)
    assert tape.gradient(y, v) is not None
    assert tape.explain(y, v).connected, "also once the tape is used up"


def test_a_path_goes_through_one_of_several_outputs(traced):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        a, b = tf.split(x, 2)
        y = a * a
    assert tape.explain(y, x).connected
    assert tape.explain(y, a).connected
    assert tape.explain(y, b).cause is Cause.NOT_CONNECTED


def test_a_path_goes_through_a_custom_gradient_whatever_is_inside(traced):
    x = tf.constant(1.6)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.grad_pass_through(tf.round)(x) * 2.0
    assert tape.explain(y, x).connected
    assert tape.gradient(y, x).numpy() == 2.0


def test_the_target_itself_is_connected(traced):
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    assert tape.explain(x, x).connected


def test_sources_keep_their_structure(traced):
    v, w = tf.Variable(1.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v * 2.0
    found = tape.explain(y, {"v": v, "w": [w]})
    assert found["v"].connected
    assert found["w"][0].cause is Cause.NOT_CONNECTED


def test_a_long_path_is_folded_when_printed(traced):
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v
        for _ in range(100):
            y = y * 1.01
    found = tape.explain(y, v)
    assert len(found.steps) == 100
    assert "... 76 more operations ..." in str(found)


# --- the source ------------------------------------------------------------------------------------------------------


def test_a_constant_is_never_watched(traced):
    x = tf.constant(2.0)  # <- constant
    with tf.GradientTape() as tape:
        y = x * x
    assert broken(tape.explain(y, x)) == (Cause.NEVER_WATCHED, at("constant"))


def test_a_variable_is_not_watched_where_watching_is_off(traced):
    v = tf.Variable(2.0)  # <- made
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = v * v
    assert broken(tape.explain(y, v)) == (Cause.NEVER_WATCHED, at("made"))


def test_a_variable_that_is_not_trainable(traced):
    v = tf.Variable(2.0, trainable=False)  # <- made
    with tf.GradientTape() as tape:
        y = v * v
    assert broken(tape.explain(y, v)) == (Cause.NOT_TRAINABLE, at("made"))


def test_a_variable_read_before_the_tape_opened(traced):
    v = tf.Variable(2.0)
    h = v * 3.0  # <- read
    with tf.GradientTape() as tape:
        y = h * h
    assert broken(tape.explain(y, v)) == (Cause.READ_BEFORE_TAPE, at("read"))


def test_a_tensor_watched_after_its_use(traced):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = x * x  # <- use
        tape.watch(x)
    assert broken(tape.explain(y, x)) == (Cause.WATCHED_LATE, at("use"))


def test_a_tensor_watched_by_another_tape(traced):
    x = tf.constant(2.0)
    with tf.GradientTape() as other, tf.GradientTape() as tape:
        other.watch(x)  # <- watch
        y = x * x
    assert broken(tape.explain(y, x)) == (Cause.OTHER_TAPE, at("watch"))
    assert other.explain(y, x).connected


def test_a_variable_read_on_another_tape(traced):
    v = tf.Variable(2.0)
    with tf.GradientTape():
        h = v * 3.0  # <- read
    with tf.GradientTape() as tape:
        y = h * h
    assert broken(tape.explain(y, v)) == (Cause.OTHER_TAPE, at("read"))


def test_a_name_that_holds_a_tensor_and_not_the_variable(traced):
    x = tf.Variable(2.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = x + 1.0
        found = tape.explain(y, x)
        x = x + 1.0  # <- rebound
    assert broken(found) == (Cause.REBOUND, at("rebound"))
    assert "the name 'x' holds a Tensor" in str(found)


def test_a_name_that_is_rebound_after_its_use(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        x = x + 1.0  # <- rebound
    assert broken(tape.explain(y, x)) == (Cause.REBOUND, at("rebound"))


def test_an_integer_source(traced):
    v = tf.Variable(3)  # <- made
    with tf.GradientTape() as tape:
        y = tf.cast(v, tf.float32) ** 2
    assert broken(tape.explain(y, v)) == (Cause.DTYPE, at("made"))


# --- the way ---------------------------------------------------------------------------------------------------------


def test_a_value_that_left_through_numpy(traced):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        h = tf.exp(x)
        print(h.numpy())  # leaves too, and goes nowhere
        m = np.mean(h)  # <- left
        y = tf.constant(m) * 2.0  # <- back
    found = tape.explain(y, x)
    assert broken(found) == (Cause.NUMPY, at("left"))
    assert at("back") in found.lines
    assert "np.mean(h) leaves the tape" in str(found)


def test_a_value_that_left_through_numpy_function(traced):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        h = tf.exp(x)
        y = tf.numpy_function(np.sort, [h], tf.float32)  # <- left
        z = y * 2.0
    assert broken(tape.explain(z, x)) == (Cause.NUMPY, at("left"))


@pytest.mark.parametrize(
    "leave", [lambda h: h.numpy(), float, np.asarray, np.sin, lambda h: h.numpy().mean(), lambda h: [h.numpy()]]
)
def test_all_ways_through_numpy(traced, leave):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x
        m = leave(h)
        k = m
        y = x.dtype.max * 0 + tf.constant(1.0) * k
    found = tape.explain(y, x)
    assert found.cause is Cause.NUMPY
    assert found.connected is (tape.gradient(y, x) is not None)


def test_a_value_that_left_in_another_function(traced):
    def mean(h):
        return np.mean(h)  # <- left

    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        m = mean(x * x)
        y = m * tf.constant(2.0)  # <- back
    found = tape.explain(y, x)
    assert broken(found) == (Cause.NUMPY, at("left"))
    assert at("back") in found.lines


def test_a_printed_value_breaks_nothing(traced):
    v, w = tf.Variable(1.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        print(float(v), v.numpy(), f"{v * 1.0}")
        y = w * np.float32(2.0)
    assert tape.explain(y, v).cause is Cause.NOT_CONNECTED


def test_a_cast_to_integers(traced):
    x = tf.Variable(2.7)
    with tf.GradientTape() as tape:
        n = tf.cast(x * 2.0, tf.int32)  # <- cast
        y = tf.cast(n / 2, tf.float32) * 3.0
    found = tape.explain(y, x)
    assert broken(found) == (Cause.DTYPE, at("cast"))
    assert "-> int32()" in str(found)


def test_an_operation_without_a_derivative(traced):
    x = tf.Variable([1.0, 3.0])
    with tf.GradientTape() as tape:
        i = tf.argmax(x)  # <- argmax
        y = tf.gather(tf.constant([1.0, 2.0]), i)
    found = tape.explain(y, x)
    assert broken(found) == (Cause.NO_DERIVATIVE, at("argmax"))
    assert "argmax (2,) -> int64(): has no derivative" in str(found)


def test_a_comparison(traced):
    x = tf.Variable([1.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.cast(x > 2.0, tf.float32))  # <- compare
    found = tape.explain(y, x)
    assert broken(found) == (Cause.NO_DERIVATIVE, at("compare"))
    assert Cause.DTYPE in found.causes


def test_a_shape(traced):
    x = tf.Variable([1.0, 3.0])
    with tf.GradientTape() as tape:
        h = x * 2.0
        y = tf.cast(tf.shape(h)[0], tf.float32) * 2.0  # <- shape
    assert broken(tape.explain(y, x)) == (Cause.NO_DERIVATIVE, at("shape"))


def test_stop_gradient(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x
        h = tf.stop_gradient(h)  # <- stop
        y = h * 2.0
    assert broken(tape.explain(y, x)) == (Cause.STOP_GRADIENT, at("stop"))


def test_recording_was_stopped(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x
        with tape.stop_recording():  # <- stop
            k = h * 3.0  # <- operation
        y = k * 2.0
    found = tape.explain(y, x)
    assert broken(found) == (Cause.STOPPED, at("stop"))
    assert at("operation") in found.lines


def test_the_tape_was_reset(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x  # <- before
        tape.reset()  # <- reset
        y = h * 2.0
    found = tape.explain(y, x)
    assert broken(found) == (Cause.RESET, at("reset"))
    assert found.lines[0] == at("before")


def test_the_tape_was_reset_after_watch(traced):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        tape.reset()  # <- reset
        y = x * 2.0
    assert broken(tape.explain(y, x)) == (Cause.RESET, at("reset"))


def test_an_operation_after_the_tape(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x
    y = h * 2.0  # <- after
    assert broken(tape.explain(y, x)) == (Cause.OUTSIDE_TAPE, at("after"))


def test_a_variable_was_assigned(traced):
    x, state = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        state.assign(x * x)  # <- assign
        y = state * 2.0
    assert broken(tape.explain(y, x)) == (Cause.ASSIGNED, at("assign"))
    assert tape.explain(y, state).connected


@pytest.mark.parametrize(
    "assign",
    [
        lambda v, x: v.assign_add(x),
        lambda v, x: v[0].assign(x[0]),
        lambda v, x: v.scatter_nd_update([[0]], x[:1]),
    ],
)
def test_all_ways_to_assign(traced, assign):
    x, state = tf.Variable([2.0, 3.0]), tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        assign(state, x * x)
        y = state * 2.0
    assert tape.explain(y, x).cause is Cause.ASSIGNED


def test_a_variable_as_target_was_assigned(traced):
    x, state = tf.Variable(2.0), tf.Variable(0.0)
    with tf.GradientTape() as tape:
        state.assign(x * x)  # <- assign
    assert broken(tape.explain(state, x)) == (Cause.ASSIGNED, at("assign"))


def test_an_inner_gradient_outside_the_outer_tape(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer, tf.GradientTape() as inner:
        y = x**3
    g = inner.gradient(y, x)  # <- inner
    assert broken(outer.explain(g, x)) == (Cause.INNER_GRADIENT, at("inner"))


def test_an_inner_gradient_inside_the_outer_tape_is_a_path(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x**3
        g = inner.gradient(y, x)
    assert outer.explain(g, x).connected
    assert outer.gradient(g, x).numpy() == 12.0


def test_the_two_are_not_connected(traced):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = v * v
        _ = w * 2.0
    found = tape.explain(y, w)
    assert found.cause is Cause.NOT_CONNECTED
    assert found.line is None


def test_a_path_broken_twice_names_both(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = tf.stop_gradient(x)  # <- stop
        y = tf.constant(h.numpy()) * 2.0
    found = tape.explain(y, x)
    assert broken(found) == (Cause.STOP_GRADIENT, at("stop"))
    assert found.causes == (Cause.STOP_GRADIENT, Cause.NUMPY)
    assert "Farther on: the value left the tape through NumPy" in str(found)


def test_the_history_of_a_training_loop_is_not_blamed(traced):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    for _ in range(3):
        with tf.GradientTape() as tape:
            y = tf.stop_gradient(v) * w  # <- stop
        found = tape.explain(y, v)
        w.assign_sub(0.1 * tape.gradient(y, w))
    assert broken(found) == (Cause.STOP_GRADIENT, at("stop"))


# --- with tracing off ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        (lambda: tf.constant(2.0), Cause.NEVER_WATCHED),
        (lambda: tf.Variable(2.0, trainable=False), Cause.NOT_TRAINABLE),
        (lambda: tf.Variable(2), Cause.DTYPE),
        (lambda: tf.Variable(2.0), Cause.CONNECTED),
    ],
)
def test_without_tracing_it_says_what_it_can(source, cause):
    x = source()
    with tf.GradientTape() as tape:
        y = tf.cast(x, tf.float32) * 2.0 * tf.Variable(1.0)
    found = tape.explain(y, x)
    assert found.cause is cause
    assert ("gradtape.debug.tracing" in str(found)) is (cause is not Cause.CONNECTED)


def test_without_tracing_a_broken_path_is_not_recorded():
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        h = x * x
        y = tf.stop_gradient(h) * 2.0
    assert tape.explain(y, x).cause is Cause.NOT_RECORDED


def test_without_tracing_other_tapes_and_paths_are_told():
    x, v = tf.constant(2.0), tf.Variable(2.0)
    with tf.GradientTape() as other, tf.GradientTape(persistent=True) as tape:
        other.watch(x)
        y, z = x * v, v * 1.0
    assert tape.explain(y, x).cause is Cause.OTHER_TAPE
    assert [s.what for s in tape.explain(y, v).steps] == ["multiply"]
    assert tape.explain(z, y).cause is Cause.NOT_CONNECTED


def test_without_tracing_a_used_up_tape_says_so():
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = v * v
    tape.gradient(y, v)
    assert tape.explain(y, v).cause is Cause.USED_UP


def test_explain_refuses_what_is_no_tensor():
    with tf.GradientTape() as tape:
        y = tf.Variable(1.0) * 2.0
    with pytest.raises(TypeError, match=r"tape\.explain takes tensors and variables, got 3\.0"):
        tape.explain(y, 3.0)


# --- tracing itself --------------------------------------------------------------------------------------------------


def replaced():
    return current.thread.run, tf.Tensor.numpy, Handle.array, tf.GradientTape.gradient, tf.constant.__globals__["wrap"]


def test_tracing_changes_no_results_and_is_put_back():
    def program():
        v = tf.Variable([1.0, 2.0])
        with tf.GradientTape(persistent=True) as tape:
            a, b = tf.unstack(tf.sin(v * 2.0) + np.array([1.0, 2.0], "f"))
            y = tf.identity(a * b)
        v.assign_sub(tape.gradient(y, v))
        return repr(v), repr(y), repr(tape.jacobian(y, v)), y.numpy(), type(y.numpy())

    before = replaced()
    expected = program()
    with tf.debug.tracing():
        assert program() == expected
    after = replaced()
    assert after == before
    assert program() == expected


def test_an_attribute_may_be_called_kernel(traced):
    x, w = tf.ones((1, 4, 4, 1)), tf.Variable(tf.ones((2, 2, 1, 1)))
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = tf.nn.conv2d(x, w, 1, "SAME") ** 2
        g = tape.gradient(y, w)
    assert outer.explain(g, w).connected


def test_tracing_forgets_the_oldest_events():
    from gradtape.debug.trace import Trace

    trace = Trace(limit=10)
    for i in range(30):
        trace.known(np.full(1, i))
    assert len(trace.events) == 10


def test_tracing_does_not_keep_values(traced):
    import weakref

    x = tf.ones(3) * 2.0
    array = weakref.ref(x._array)
    del x
    assert array() is None


def test_threads_begun_inside_are_traced(traced):
    found = []

    def work():
        v = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            y = tf.stop_gradient(v)  # <- stop
        found.append(tape.explain(y, v))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert broken(found[0]) == (Cause.STOP_GRADIENT, at("stop"))


def run(*arguments, cwd, **environment):
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[2]), **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, timeout=60)


def test_the_environment_turns_it_on(tmp_path):
    program = (
        "import gradtape as tf\nx = tf.Variable(1.0)\n"
        "with tf.GradientTape() as tape:\n    y = tf.stop_gradient(x)\nprint(tape.explain(y, x).line)\n"
    )
    (tmp_path / "program.py").write_text(program)
    done = run("program.py", cwd=tmp_path, GRADTAPE_DEBUG="1")
    assert (done.stdout, done.stderr) == ("4\n", "")


PROGRAM = """\
import numpy as np
import tensorflow as tf

x = tf.Variable([1.0, 2.0], name="x")
for step in range(3):
    with tf.GradientTape() as tape:
        y = tf.constant(np.mean(x * x)) * 2.0
    print(tape.gradient(y, [x])[0])
"""


def test_the_runner_explains_each_none_once(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    plain = run("-m", "gradtape", "program.py", cwd=tmp_path)
    assert (plain.returncode, plain.stdout, plain.stderr) == (0, "None\n" * 3, "")
    done = run("-m", "gradtape", "--explain", "program.py", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "None\n" * 3)
    assert done.stderr.count("is None: the value left the tape through NumPy") == 1
    assert "gradtape: program.py:8: source 0: " in done.stderr
    assert "x program.py:7  y = tf.constant(np.mean(x * x)) * 2.0  np.mean(x * x) leaves the tape" in done.stderr


def test_the_runner_explains_a_rule_that_gave_none(tmp_path):
    program = (
        "import tensorflow as tf\n@tf.custom_gradient\ndef f(x):\n    return x * 2.0, lambda g: None\n"
        "x = tf.Variable(1.0)\nwith tf.GradientTape() as tape:\n    y = f(x)\nprint(tape.gradient(y, x))\n"
    )
    (tmp_path / "program.py").write_text(program)
    done = run("-m", "gradtape", "--explain", "program.py", cwd=tmp_path)
    assert done.stdout == "None\n"
    assert "a derivative on it, such as a custom gradient, gave None" in done.stderr


def test_code_that_is_executed_without_a_name():
    namespace = {"tf": tf}
    with tf.debug.tracing():
        exec("x = tf.Variable(2.0)\nwith tf.GradientTape() as t:\n    y = tf.stop_gradient(x)", namespace)
    found = namespace["t"].explain(namespace["y"], namespace["x"])
    assert (found.cause, found.file, found.line) == (Cause.STOP_GRADIENT, "<string>", 3)


# --- functions -------------------------------------------------------------------------------------------------------


def test_a_tape_in_a_function_tells_lines_of_the_function(traced):
    v, found = tf.Variable([1.0, 2.0]), {}

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            h = v * x
            stopped = tf.stop_gradient(h)  # <- stop
            cast = tf.cast(tf.cast(h, tf.int32), tf.float32)  # <- cast
            left = tf.numpy_function(np.sum, [h], tf.float32) * 2.0  # <- left
            whole = tf.reduce_sum(h)
        for name, y in (("stop", stopped), ("cast", cast), ("left", left), ("whole", whole)):
            found[name] = tape.explain(y, v)
        return tape.gradient(whole, v)

    step(tf.constant([1.0, 2.0]))
    assert broken(found["stop"]) == (Cause.STOP_GRADIENT, at("stop"))
    assert broken(found["cast"]) == (Cause.DTYPE, at("cast"))
    assert broken(found["left"]) == (Cause.NUMPY, at("left"))
    assert found["whole"].connected


def test_a_function_through_which_no_derivative_leads(traced):
    f = tf.function(lambda x, y: (tf.round(x) * y, tf.argmax(x)))
    x, y = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        z, i = f(x, y)  # <- call
        k = tf.cast(i, tf.float32)
    assert broken(tape.explain(z, x)) == (Cause.NO_DERIVATIVE, at("call"))
    assert tape.explain(z, y).connected
    assert broken(tape.explain(k, x)) == (Cause.NO_DERIVATIVE, at("call"))


def test_the_name_scopes_of_a_break_are_told(traced):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape, tf.name_scope("outer"):
        y = x * x
        with tf.name_scope("inner"):
            y = tf.stop_gradient(y)
    found = tape.explain(y, x)
    assert found.scope == "outer/inner"
    assert str(found).splitlines()[0].endswith("stop_gradient is on the way, in outer/inner.")
    assert "multiply () -> () (in outer)" in str(found)
