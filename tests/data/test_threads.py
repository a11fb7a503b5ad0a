"""Threads that make elements: they work ahead, pass errors on, and end."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from typing import Any

import pytest

import gradtape as tf

Dataset = tf.data.Dataset
SCALAR = tf.TensorSpec([], tf.int64)  # so that a trace need not call the function to know it


def settled(count: int) -> bool:
    """Whether the number of threads comes to be `count`."""
    for _ in range(200):
        gc.collect()
        if threading.active_count() <= count:
            return True
        time.sleep(0.01)
    return False


def test_a_prefetching_thread_makes_as_many_elements_ahead_as_it_was_told() -> None:
    made: list[int] = []

    def generated() -> Any:
        for i in range(10):
            made.append(i)
            yield i

    iterator = iter(Dataset.from_generator(generated, tf.int32).prefetch(3))
    assert made == []
    assert int(next(iterator)) == 0
    for _ in range(200):
        if len(made) == 4:
            break
        time.sleep(0.01)
    time.sleep(0.05)
    assert made == [0, 1, 2, 3]
    assert [int(x) for x in iterator] == list(range(1, 10))


def test_calls_of_a_parallel_map_run_at_once_and_come_in_order() -> None:
    together = threading.Barrier(3, timeout=10)

    def meet(x: Any) -> Any:
        together.wait()
        return x.numpy()

    dataset = Dataset.range(6).map(lambda x: tf.py_function(meet, [x], SCALAR), num_parallel_calls=3)
    assert [int(x) for x in dataset] == list(range(6))


def noisy(x: Any) -> Any:
    return tf.random.uniform([2]) + tf.random.normal([], seed=4), x


def sometimes_noisy(x: Any) -> Any:
    return tf.cond(x % 2 == 0, lambda: tf.random.uniform([]), lambda: 0.0), x


@pytest.mark.parametrize("function", [noisy, sometimes_noisy])
def test_a_parallel_map_draws_for_each_element_what_one_after_the_other_does(function: Any) -> None:
    found = []
    for calls in (None, 3, tf.data.AUTOTUNE):
        tf.random.set_seed(7)
        dataset = Dataset.range(20).map(function, num_parallel_calls=calls).repeat(2)
        found.append([(x.numpy().tolist(), int(n)) for x, n in dataset])
    assert found[0] == found[1] == found[2]
    assert len({str(x) for x, _ in found[0]}) > 20


def test_calls_that_draw_run_at_once() -> None:
    together = threading.Barrier(3, timeout=10)

    def meet(x: Any) -> Any:
        together.wait()
        return x.numpy()

    dataset = Dataset.range(6).map(lambda x: tf.py_function(meet, [tf.random.uniform([])], tf.TensorSpec([])), 3)
    assert len(list(dataset)) == 6


@pytest.mark.parametrize("all_of_it", [True, False])
def test_threads_end_with_the_iterator(all_of_it: bool) -> None:
    before = threading.active_count()
    dataset = Dataset.range(100).map(lambda x: x + 1, num_parallel_calls=2).prefetch(2)
    mixed = dataset.interleave(lambda x: Dataset.range(x), 2, num_parallel_calls=2).prefetch(1)
    iterator = iter(mixed)
    next(iterator)
    assert threading.active_count() > before
    if all_of_it:
        list(iterator)
    del iterator
    assert settled(before)


def boom(x: Any) -> Any:
    if x == 2:
        raise KeyError("here")
    return x.numpy()


@pytest.mark.parametrize("calls", [None, 2, tf.data.AUTOTUNE])
def test_an_exception_in_a_worker_comes_with_its_traceback_and_says_where(calls: Any) -> None:
    dataset = Dataset.range(4).map(lambda x: tf.py_function(boom, [x], SCALAR), num_parallel_calls=calls).prefetch(2)
    iterator = iter(dataset)
    assert [int(next(iterator)) for _ in range(2)] == [0, 1]
    with pytest.raises(tf.errors.UnknownError, match="KeyError: 'here'") as caught:
        next(iterator)
    text = "".join(traceback.format_exception(caught.value))
    assert 'raise KeyError("here")' in text
    assert "element 2 of the dataset, in the function of Dataset.map()" in text
    assert "test_threads.py" in caught.value.__notes__[0]
    assert int(next(iterator)) == 3


@pytest.mark.parametrize("where", ["prefetch", "parallel", "plain"])
def test_an_interrupt_ends_a_wait_at_once(where: str) -> None:
    begun, free = threading.Event(), threading.Event()

    def slow(x: Any) -> Any:
        begun.set()
        free.wait(20)
        return x.numpy()

    calls = 2 if where == "parallel" else None
    dataset = Dataset.range(3).map(lambda x: tf.py_function(slow, [x], SCALAR), num_parallel_calls=calls)
    if where == "prefetch":
        dataset = dataset.prefetch(1)

    def interrupt() -> None:
        begun.wait(20)
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # which a job in the background ignores
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            next(iter(dataset))
    finally:
        signal.signal(signal.SIGINT, before)
    assert not free.is_set()
    free.set()


def test_one_iterator_may_be_asked_by_several_threads() -> None:
    iterator = iter(Dataset.range(400).map(lambda x: x * 2))
    found: list[int] = []

    def draw() -> None:
        found.extend(int(x) for x in iterator)

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(found) == list(range(0, 800, 2))


def test_a_program_ends_while_threads_make_elements() -> None:
    program = """
import gradtape as tf
texts = tf.data.Dataset.from_tensors(tf.constant(["abc def 123 ghi " * 200] * 50)).repeat()
texts = texts.map(lambda x: tf.strings.regex_replace(x, "[^a-z]+", " "), num_parallel_calls=2).prefetch(2)
for text in texts.take(3):
    kept = iter(texts)
    next(kept)
print("the end")
"""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")
