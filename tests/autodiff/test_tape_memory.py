"""What tapes hold, and for how long: saved arrays, entries, and what the program has dropped."""

import contextlib
import gc
import itertools
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.operations.primitive import elementwise
from gradtape.values.thread import current

MEGABYTE = 1 << 20
KILOBYTE_128 = 1 << 17


@contextlib.contextmanager
def traced() -> Iterator[Callable[[], int]]:
    """Gives a function that says how many bytes were taken since; NumPy tells tracemalloc of its arrays."""
    gc.collect()
    tracemalloc.start()
    start = tracemalloc.get_traced_memory()[0]
    try:
        yield lambda: tracemalloc.get_traced_memory()[0] - start
    finally:
        tracemalloc.stop()


@pytest.fixture(autouse=True)
def _nothing_is_left_recording() -> Iterator[None]:
    yield
    assert current.thread.recordings == ()


seen: list[int] = []


def _note(g: Any) -> Any:
    seen.append(tracemalloc.get_traced_memory()[0])
    return g


# It does nothing, and its rule notes how much memory is taken when the backward pass comes to it.
spy_p = elementwise(lambda xp, x: x, "x")
spy_p.vjp(x=lambda g: _note(g))


def chain(x: Any, length: int) -> Any:
    for _ in range(length):
        x = tf.sin(x)
    return x


# --- the backward pass -----------------------------------------------------------------------------------------------


def test_memory_falls_during_the_backward_pass() -> None:
    x = tf.constant(np.linspace(0.0, 1.0, KILOBYTE_128))  # a megabyte, of which the tape keeps one for each sine
    with traced() as taken:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = chain(x, 16)
        before = taken()
        assert before >= 16 * MEGABYTE
        tracemalloc.reset_peak()
        gradient = tape.gradient(y, x)
        peak = tracemalloc.get_traced_memory()[1]
        assert peak < before + 5 * MEGABYTE  # a few cotangents, instead of sixteen
        del y
        assert taken() < 2 * MEGABYTE
    assert gradient.shape == x.shape


def test_saved_arrays_go_one_by_one() -> None:
    x = tf.constant(np.linspace(0.0, 1.0, KILOBYTE_128))
    seen.clear()
    with traced():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(6):
                y = spy_p(tf.sin(y))
        tape.gradient(y, x)
    falls = [earlier - later for earlier, later in itertools.pairwise(seen[1:])]
    assert len(falls) == 4
    assert all(fall > MEGABYTE // 2 for fall in falls)


def test_a_persistent_tape_keeps_what_it_saved_until_it_is_dropped() -> None:
    x = tf.constant(np.linspace(0.0, 1.0, KILOBYTE_128))
    with traced() as taken:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = chain(x, 8)
        tape.gradient(y, x)
        assert taken() >= 8 * MEGABYTE
        del tape
        assert taken() < 2 * MEGABYTE  # y, which the program still holds
        del y
        assert taken() < MEGABYTE // 2


# --- what the program dropped ----------------------------------------------------------------------------------------


def test_what_the_program_dropped_does_not_stay_because_a_tape_saw_it() -> None:
    x = tf.constant(np.linspace(0.0, 1.0, KILOBYTE_128))
    with traced() as taken, tf.GradientTape() as tape:
        tape.watch(x)
        for _ in range(50):
            chain(x, 4)  # its value goes nowhere
        assert taken() < MEGABYTE
    assert tape.gradient(x, x).shape == x.shape


def test_entries_of_what_was_dropped_do_not_pile_up() -> None:
    x = tf.constant(1.0)
    with traced() as taken, tf.GradientTape() as tape:
        tape.watch(x)
        for _ in range(100_000):
            x + x
        assert taken() < 4 * MEGABYTE


def test_losses_kept_in_a_list_keep_no_tape() -> None:
    x = tf.Variable(np.linspace(0.0, 1.0, KILOBYTE_128))
    losses = []
    with traced() as taken:
        for _ in range(20):
            with tf.GradientTape() as tape:
                y = chain(x, 4)
                losses.append(y[0])
            tape.gradient(losses[-1], x)
            del y
        assert taken() < 3 * MEGABYTE


def test_losses_of_tapes_never_asked_keep_nothing_once_the_tapes_are_gone() -> None:
    x = tf.Variable(np.linspace(0.0, 1.0, KILOBYTE_128))
    losses = []
    with traced() as taken:
        for _ in range(20):
            with tf.GradientTape() as tape:
                losses.append(chain(x, 4)[0])
            del tape
        assert taken() < 3 * MEGABYTE


def test_a_dropped_tape_is_freed_at_once() -> None:
    gc.collect()
    gc.disable()
    try:
        x = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            y = x * x
        dead = weakref.ref(tape)
        node = weakref.ref(y._node)
        del tape
        assert dead() is None
        del y
        assert node() is None
    finally:
        gc.enable()


# --- a thousand tapes ------------------------------------------------------------------------------------------------


def asked() -> None:
    with tf.GradientTape() as tape:
        y = w * w
    tape.gradient(y, w)


def never_asked() -> None:
    with tf.GradientTape():
        w * w


def left_by_an_exception() -> None:
    with contextlib.suppress(KeyError), tf.GradientTape():
        w * w
        raise KeyError


def failing_inside() -> None:
    with tf.GradientTape() as tape:
        y = w * w
        with pytest.raises(tf.errors.InvalidArgumentError):
            y + tf.ones([3])
    tape.gradient(y, w)


def persistent_and_deleted() -> None:
    with tf.GradientTape(persistent=True) as tape:
        y = w * w
        tape.gradient(y, w)
    tape.gradient(y, w)
    del tape


def nested() -> None:
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = w * w * w
        g = tape.gradient(y, w)
    outer.gradient(g, w)


def without_with() -> None:
    x = tf.constant(np.ones(100))
    tape = tf.GradientTape()
    tape.watch(x)
    tape.gradient(x * x, x)


def without_with_and_dropped() -> None:
    x = tf.constant(np.ones(100))
    tape = tf.GradientTape()
    tape.watch(x)
    x * x
    del tape


def watching_a_constant() -> None:
    with tf.GradientTape() as tape:
        tape.watch(c)
        y = c * c
    tape.gradient(y, c)


w = tf.Variable(np.ones(100))
c = tf.constant(np.ones(100))


@pytest.mark.parametrize(
    "use",
    [asked, never_asked, left_by_an_exception, failing_inside, persistent_and_deleted, nested, without_with,
     without_with_and_dropped, watching_a_constant],
    ids=lambda use: use.__name__,
)  # fmt: skip
def test_nothing_leaks_over_a_thousand_tapes(use: Callable[[], None]) -> None:
    gc.collect()
    for _ in range(20):
        use()  # what is made once
    gc.collect()
    objects = len(gc.get_objects())
    with traced() as taken:
        for _ in range(1000):
            use()
        gc.collect()
        assert taken() < 50_000
    assert len(gc.get_objects()) < objects + 200


# --- long tapes ------------------------------------------------------------------------------------------------------


def test_a_million_operations_differentiate_without_recursion() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(1_000_000):
            y = y + x
    assert tape.gradient(y, x).numpy() == 1_000_001.0


@pytest.mark.parametrize("tape_first", [True, False], ids=["tape_dropped_first", "result_dropped_first"])
def test_a_long_chain_that_is_never_differentiated_is_freed_without_recursion(tape_first: bool) -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(200_000):
            y = tf.sin(y) * y
    first = weakref.ref(y._node)
    if tape_first:
        del tape, y
    else:
        del y
        del tape
    assert first() is None


def test_a_long_chain_dropped_while_it_is_recorded_is_freed_without_recursion() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        for _ in range(2):
            y = x
            for _ in range(200_000):
                y = y * x
        del y
    assert tape.gradient(x, x).numpy() == 1.0


def test_a_long_chain_whose_tensors_are_all_kept_is_freed_without_recursion() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        kept = [x]
        for _ in range(100_000):
            kept.append(kept[-1] * x)
    assert tape.gradient(kept[-1], x).numpy() == 100_001.0
    del tape
    del kept


def test_a_long_chain_of_nested_tapes_is_freed_without_recursion() -> None:
    x = tf.constant(np.float64(1.0))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in range(50_000):
                y = y * x
        g = tape.gradient(y, x)
    del tape, y
    assert g.numpy() == 50_001.0
    assert outer.gradient(g, x).numpy() == 50_001.0 * 50_000.0


def test_an_entry_of_add_takes_less_than_400_bytes() -> None:
    count = 10_000
    x = tf.constant(np.float64(1.0))
    with traced() as taken, tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in range(count):
            y = y + x
        assert taken() / count < 400
