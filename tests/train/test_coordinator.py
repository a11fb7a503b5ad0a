"""Coordinators of threads: they stop all, wait for them, and raise what one of them failed with."""

import threading
import time
from typing import Any

import pytest

import gradtape as tf


def begun(*targets: Any) -> list[threading.Thread]:
    threads = [threading.Thread(target=target, daemon=True) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def test_one_that_fails_stops_all_and_join_raises_its_error() -> None:
    coordinator = tf.train.Coordinator()
    stopped = []

    def fails() -> None:
        with coordinator.stop_on_exception():
            raise KeyError("here")

    def works() -> None:
        stopped.append(coordinator.wait_for_stop(20))

    threads = begun(works, fails)
    with pytest.raises(KeyError, match="here"):
        coordinator.join(threads)
    assert stopped == [True]
    assert coordinator.joined
    with pytest.raises(KeyError, match="here"):
        coordinator.raise_requested_exception()
    coordinator.clear_stop()
    assert not coordinator.should_stop()
    assert not coordinator.joined
    coordinator.raise_requested_exception()


@pytest.mark.parametrize("types", [None, (tf.errors.OutOfRangeError, StopIteration)])
def test_the_end_of_the_input_is_no_error(types: Any) -> None:
    coordinator = tf.train.Coordinator(types)
    iterator = iter(tf.data.Dataset.range(50))
    found: list[int] = []

    def draw() -> None:
        with coordinator.stop_on_exception():
            while not coordinator.should_stop():
                found.append(int(iterator.get_next()))

    for thread in begun(draw, draw):
        coordinator.register_thread(thread)
    coordinator.join()
    assert sorted(found) == list(range(50))


def test_threads_that_do_not_stop_are_named() -> None:
    coordinator = tf.train.Coordinator()
    free = threading.Event()
    (thread,) = begun(lambda: free.wait(20))
    coordinator.request_stop()
    before = time.monotonic()
    with pytest.raises(RuntimeError, match="Coordinator stopped with threads still running: Thread-"):
        coordinator.join([thread], stop_grace_period_secs=0.05)
    coordinator.join([thread], stop_grace_period_secs=0.05, ignore_live_threads=True)
    assert time.monotonic() - before < 10
    free.set()


def test_an_error_after_the_end_is_raised_at_once() -> None:
    coordinator = tf.train.Coordinator()
    coordinator.request_stop()
    coordinator.join([])
    with pytest.raises(KeyError), coordinator.stop_on_exception():
        raise KeyError("late")


def test_an_exception_that_is_not_being_handled_is_refused() -> None:
    coordinator = tf.train.Coordinator()
    coordinator.request_stop(KeyError("new"))
    with pytest.raises(ValueError, match="ex must be a tuple or"):
        coordinator.join([])
