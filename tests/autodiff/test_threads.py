"""Threads record on their own tapes, and share constants and variables."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

THREADS = 8
ROUNDS = 200


def in_threads(work: Callable[[int], Any]) -> list[Any]:
    """What `work(i)` gives in threads of its own that start together; an exception in one is raised."""
    results: list[Any] = [None] * THREADS
    errors: list[BaseException] = []
    barrier = threading.Barrier(THREADS)

    def run(i: int) -> None:
        try:
            barrier.wait()
            results[i] = work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def test_threads_differentiate_with_respect_to_one_variable() -> None:
    w = tf.Variable([1.0, 2.0, 3.0])

    def work(i: int) -> list[Any]:
        found = []
        for _ in range(ROUNDS):
            with tf.GradientTape() as tape:
                y = w * w * float(i)
            found.append(tape.gradient(y, w).numpy())
        return found

    for i, found in enumerate(in_threads(work)):
        for g in found:
            np.testing.assert_array_equal(g, 2.0 * i * np.array([1.0, 2.0, 3.0], np.float32))


def test_threads_watch_one_constant_at_once() -> None:
    x = tf.constant([1.0, 2.0])

    def work(i: int) -> list[Any]:
        found = []
        for _ in range(ROUNDS):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.exp(x) * float(i)
            found.append(tape.gradient(y, x).numpy())
        return found

    for i, found in enumerate(in_threads(work)):
        for g in found:
            np.testing.assert_allclose(g, i * np.exp(np.array([1.0, 2.0], np.float32)), rtol=1e-6)


def test_threads_watch_a_constant_for_the_first_time_at_once() -> None:
    constants = [tf.constant(3.0) for _ in range(ROUNDS)]
    together = threading.Barrier(THREADS)

    def work(i: int) -> int:
        missing = 0
        for x in constants:
            together.wait()
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = x * x
            missing += tape.gradient(y, x) is None
        return missing

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert in_threads(work) == [0] * THREADS
    finally:
        sys.setswitchinterval(interval)


def test_threads_take_second_derivatives_of_shared_tensors() -> None:
    x = tf.constant(3.0)
    w = tf.Variable(2.0)

    def work(i: int) -> tuple[float, float]:
        for _ in range(ROUNDS // 4):
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as tape:
                    tape.watch(x)
                    y = x * x * x * w
                g = tape.gradient(y, x)
            second = outer.gradient(g, [x, w])
        return tuple(s.numpy() for s in second)

    assert in_threads(work) == [(36.0, 27.0)] * THREADS


def test_a_tape_does_not_see_what_another_thread_does() -> None:
    w = tf.Variable(2.0)
    seen = []
    with tf.GradientTape() as tape:

        def work() -> None:
            seen.append(w * w)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert tape.watched_variables() == ()
    assert tape.gradient(seen[0], w) is None


def test_a_tape_may_be_asked_in_another_thread_than_it_recorded_in() -> None:
    w = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = w * w
    found = []
    thread = threading.Thread(target=lambda: found.append(tape.gradient(y, w)))
    thread.start()
    thread.join()
    assert found[0].numpy() == 4.0


def test_a_persistent_tape_may_be_asked_by_several_threads_at_once() -> None:
    x = tf.constant(np.linspace(0.0, 1.0, 5))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x
        for _ in range(50):
            y = y * x
    results = in_threads(lambda i: [tape.gradient(y, x).numpy() for _ in range(20)])
    for found in results:
        for g in found:
            np.testing.assert_allclose(g, 51 * np.linspace(0.0, 1.0, 5) ** 50)


def test_an_exception_in_one_thread_leaves_the_tapes_of_others() -> None:
    w = tf.Variable(3.0)

    def work(i: int) -> float:
        value = 0.0
        for _ in range(ROUNDS // 4):
            try:
                with tf.GradientTape() as tape:
                    y = w * w
                    if i % 2:
                        raise KeyError
                value = float(tape.gradient(y, w))
            except KeyError:
                pass
        return value

    assert in_threads(work) == [0.0 if i % 2 else 6.0 for i in range(THREADS)]


def test_assigning_while_others_read_gives_one_of_the_values() -> None:
    w = tf.Variable(1.0)

    def work(i: int) -> set[float]:
        found = set()
        for k in range(ROUNDS):
            if i == 0:
                w.assign(float(1 + k % 2))
            with tf.GradientTape() as tape:
                y = w * 3.0
            found.add((float(y), float(tape.gradient(y, w))))
        return found

    assert set().union(*in_threads(work)) <= {(3.0, 3.0), (6.0, 3.0)}


@pytest.mark.parametrize("persistent", [False, True])
def test_nothing_of_a_thread_stays_when_it_ends(persistent: bool) -> None:
    w = tf.Variable(1.0)

    def work(i: int) -> None:
        tape = tf.GradientTape(persistent=persistent)
        tape.__enter__()
        w * w  # the thread ends with its tape open

    in_threads(work)
    with tf.GradientTape() as tape:
        y = w * w
    assert tape.gradient(y, w).numpy() == 2.0


def test_tapes_that_the_garbage_collector_finds_close_at_any_line() -> None:
    """In a process of its own: what is wrong with it is that it does not end."""
    program = """
import gc
import gradtape as tf

x = tf.constant(1.0)
for threshold in range(1, 200):
    gc.collect()
    gc.disable()
    tape = tf.GradientTape()
    tape.watch(tf.constant(1.0))
    cycle = [tape]
    cycle.append(cycle)
    del tape, cycle
    tapes = [tf.GradientTape() for _ in range(3)]
    gc.set_threshold(threshold)
    gc.enable()
    for tape in tapes:
        tape.watch(x)
    y = x * x
    assert [float(tape.gradient(y, x)) for tape in tapes] == [2.0, 2.0, 2.0]
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
