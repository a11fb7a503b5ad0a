"""Changes of variables are single steps between threads: none is lost, and a tensor that was read never changes."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf

THREADS = 8
ROUNDS = 400


@pytest.fixture(autouse=True)
def threads_alternate_often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def in_threads(*works: Callable[[], Any]) -> None:
    """Run these in threads of their own that start together; an exception in one is raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def repeated(change: Callable[[Any], Any], v: Any) -> Callable[[], None]:
    def work() -> None:
        for _ in range(ROUNDS):
            change(v)

    return work


ROW = tf.IndexedSlices(tf.ones([1, 4], tf.float64), tf.constant([0]))
ROWS = tf.IndexedSlices(tf.ones([2, 4], tf.float64), tf.constant([0, 0]))
ONES = tf.ones([2, 4], tf.float64)
AT = tf.constant([[0]])

# A change, of a variable of shape (2, 4), and what it adds to the first element.
CHANGES: dict[str, tuple[Callable[[Any], Any], float]] = {
    "assign_add": (lambda v: v.assign_add(ONES), 1),
    "assign_sub": (lambda v: v.assign_sub(ONES), -1),
    "assign_add_slices": (lambda v: v.assign_add(ROW), 1),
    "scatter_add": (lambda v: v.scatter_add(ROW), 1),
    "scatter_add_twice": (lambda v: v.scatter_add(ROWS), 2),
    "scatter_sub": (lambda v: v.scatter_sub(ROW), -1),
    "scatter_nd_add": (lambda v: v.scatter_nd_add(AT, tf.ones([1, 4], tf.float64)), 1),
    "scatter_nd_sub": (lambda v: v.scatter_nd_sub(AT, tf.ones([1, 4], tf.float64)), -1),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("mode", ["eager", "function", "xla"])
def test_no_change_is_lost(name: str, mode: str) -> None:
    change, step = CHANGES[name]
    v = tf.Variable(tf.zeros([2, 4], tf.float64))
    if mode != "eager":
        if mode == "xla":
            pytest.importorskip("jax")
        change = tf.function(change, jit_compile=mode == "xla")
        change(v)
        v.assign(tf.zeros([2, 4], tf.float64))
    in_threads(*[repeated(change, v)] * THREADS)
    assert v.numpy()[0, 0] == step * THREADS * ROUNDS


@pytest.mark.parametrize("shape", [[], [1], [20_000]])
def test_changes_by_all_that_changes_a_variable_are_all_there(shape: list[int]) -> None:
    v = tf.Variable(tf.zeros(shape, tf.float64))
    one = tf.ones(shape, tf.float64)
    replayed = tf.function(lambda v: v.assign_add(one))
    doubled = tf.function(lambda v: v.assign(v + 2 * one))
    compiled = tf.function(lambda v: v.assign_add(3 * one), jit_compile=True)
    seen = tf.function(lambda v: v.assign_sub(one))

    def on_a_tape(v: Any) -> None:
        with tf.GradientTape():
            seen(v)

    changes: list[Callable[[Any], Any]] = [
        lambda v: v.assign_add(one), lambda v: v.assign_sub(one), replayed, doubled, compiled, on_a_tape,
    ]  # fmt: skip
    for change in changes:
        change(v)
    v.assign(tf.zeros(shape, tf.float64))
    in_threads(*(repeated(change, v) for change in changes))
    assert (v.numpy() == (1 - 1 + 1 + 2 + 3 - 1) * ROUNDS).all()


@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_tensor_that_was_read_does_not_change(jit_compile: bool) -> None:
    n = 5000
    v = tf.Variable(tf.zeros([n], tf.float64))
    one = tf.ones([n], tf.float64)
    step = tf.function(lambda: v.assign_add(one), jit_compile=jit_compile)
    step()
    torn = []

    def read() -> None:
        for _ in range(ROUNDS):
            kept = tf.identity(v)
            before = kept.numpy().copy()
            v.shape, v.handle.shape, v.handle.dtype
            if before.min() != before.max() or (kept.numpy() != before).any():
                torn.append(before)

    def add() -> None:
        for _ in range(ROUNDS):
            v.assign_add(one)

    in_threads(add, step_often(step), read, read)
    assert not torn
    assert v.numpy()[0] == 2 * ROUNDS + 1


def step_often(step: Callable[[], Any]) -> Callable[[], None]:
    def work() -> None:
        for _ in range(ROUNDS):
            step()

    return work


def test_functions_that_change_the_same_variables_do_not_wait_for_each_other_for_ever() -> None:
    a, b = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function
    def one() -> None:
        a.assign_add(1.0)
        tf.py_function(lambda: b.assign_add(1.0) and None, [], [])

    @tf.function
    def other() -> None:
        b.assign_add(1.0)
        tf.py_function(lambda: a.assign_add(1.0) and None, [], [])

    one(), other()
    in_threads(*[step_often(one), step_often(other)] * 2)


def test_compiled_functions_that_read_what_others_give_away() -> None:
    pytest.importorskip("jax")
    a, b = (tf.Variable(tf.zeros([1000])) for _ in range(2))
    one = tf.function(lambda: a.assign_add(b * 0.0 + 1.0), jit_compile=True)
    other = tf.function(lambda: b.assign_add(a * 0.0 + 1.0), jit_compile=True)
    one(), other()
    in_threads(*[step_often(one), step_often(other)] * 2)
    assert a.numpy()[0] == b.numpy()[0] == 2 * ROUNDS + 1


def test_a_plain_assignment_waits_for_a_change() -> None:
    v = tf.Variable(0.0)
    n = tf.Variable(0.0)

    @tf.function
    def add() -> None:
        v.assign_add(1.0)
        n.assign_add(1.0)

    def reset() -> None:
        for _ in range(ROUNDS):
            v.assign(-1e6)

    add()
    in_threads(step_often(add), step_often(add), reset)
    assert n.numpy() == 2 * ROUNDS + 1
    assert v.numpy() < 0  # a change that began before the last assignment did not undo it


def test_batch_scatter_update_replaces_rows_of_each_element_of_a_batch() -> None:
    def update(v: Any) -> Any:
        return v.batch_scatter_update(
            tf.IndexedSlices(tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[0, 1], [2, 0]]))
        )

    for function in (update, tf.function(update), tf.function(update, jit_compile=True)):
        v = tf.Variable(tf.zeros([2, 3]))
        function(v)
        np.testing.assert_array_equal(v.numpy(), [[1, 2, 0], [4, 0, 3]])
    with pytest.raises(tf.errors.InvalidArgumentError):
        v.batch_scatter_update(tf.IndexedSlices(tf.ones([2, 1]), tf.constant([[5], [0]])))
    with pytest.raises(TypeError, match="IndexedSlices"):
        v.batch_scatter_update(3)


def test_threads_that_draw_from_one_generator_draw_different_numbers() -> None:
    g = tf.random.Generator.from_seed(1)
    before = g.state.numpy()[0]
    skip = tf.function(lambda: g.skip(1) is None)
    skip()
    in_threads(*[step_often(lambda: g.skip(1)), step_often(skip)] * 2)
    one = tf.random.Generator.from_seed(1)
    one.skip(1)
    each = one.state.numpy()[0] - before
    assert g.state.numpy()[0] - before == each * (4 * ROUNDS + 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_a_process_that_is_forked_while_a_thread_changes_a_variable_can_change_it() -> None:
    """In a process of its own, which forks."""
    program = """
import os, threading
import gradtape as tf

v = tf.Variable(tf.zeros([2000]))
one = tf.ones([2000])
inside, end = threading.Event(), threading.Event()

def wait():
    inside.set()
    end.wait(20)
    return 1.0

@tf.function
def slow():
    v.assign_add(one * tf.py_function(wait, [], tf.float32))

thread = threading.Thread(target=slow)
thread.start()
inside.wait(20)
child = os.fork()
if not child:
    v.assign_add(one)
    os._exit(0 if v.numpy()[0] == 1.0 else 1)
assert os.waitpid(child, 0)[1] == 0
end.set()
thread.join(20)
assert v.numpy()[0] == 1.0
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)


def test_a_python_without_the_global_lock_is_warned_of() -> None:
    program = "import sys; sys._is_gil_enabled = lambda: False; import gradtape"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "RuntimeWarning: This Python runs without its global lock" in found.stderr
