"""Interrupts and signals: none is lost, wherever it lands, and nothing stays as it was in the midst of something."""

import gc
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape.values.thread import current

INTERRUPTS = 150


class Interrupt(BaseException):
    """As `KeyboardInterrupt`, by a handler of the program's own."""


@pytest.fixture(params=[Interrupt, KeyboardInterrupt])
def interrupted(request: pytest.FixtureRequest) -> Iterator[type[BaseException]]:
    """The exception that SIGALRM raises."""

    def handle(number: int, frame: FrameType | None) -> None:
        raise request.param

    before = signal.signal(signal.SIGALRM, handle)
    callbacks = gc.callbacks.copy()
    gc.callbacks.clear()  # JAX and Hypothesis have some, in which interrupts are lost
    yield request.param
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    gc.callbacks[:] = callbacks


def again_and_again(step: Callable[[], Any], seconds: float) -> None:
    """Run `step` for so long. In the `try` of a caller: its own would not hold at the end of a loop."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        step()


def interrupts_at_random(step: Callable[[], Any], kind: type[BaseException], count: int, seed: int = 0) -> None:
    """Run `step` again and again, and interrupt it at random moments: each interrupt is to be raised."""
    chance = random.Random(seed)
    for _ in range(3):
        step()
    run = current.thread.run
    start = time.perf_counter()
    step()
    takes = time.perf_counter() - start
    for i in range(count):
        try:
            signal.setitimer(signal.ITIMER_REAL, 1e-6 + 3 * takes * chance.random())
            again_and_again(step, 20)
        except kind:
            pass
        else:
            pytest.fail(f"interrupt {i} was lost")
        assert current.thread.recordings == (), f"after interrupt {i}"
        assert current.thread.trace is None
        assert current.thread.run is run


w = tf.Variable(np.ones((3, 3)))
x = tf.constant(np.ones((3, 3)))


def tape_step() -> None:
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.tanh(w @ x) * 2.0)
    tape.gradient(y, w)


def dropped_tape_step() -> None:
    kept = []
    for _ in range(3):
        with tf.GradientTape(persistent=True) as tape:
            kept.append(tf.sin(w * w))
        del tape


def open_tape_step() -> None:
    tape = tf.GradientTape()
    tape.watch(x)
    y = x * x  # noqa: F841 - the tape is dropped as it records


def higher_order_step() -> None:
    with tf.GradientTape() as outer, tf.autodiff.ForwardAccumulator(w, x) as forward:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.matmul(w, w) ** 3)
        g = tape.gradient(y, w)
    forward.jvp(g)
    outer.gradient(g, w)


@tf.function
def traced(x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(x * x)
    w.assign_add(tape.gradient(y, x) * 0.0)
    return y


def function_step() -> None:
    with tf.GradientTape() as tape:
        y = traced(x) + tf.reduce_sum(w)
    tape.gradient(y, w)


def tracing_step() -> None:
    f = tf.function(lambda x: tf.reduce_sum(x * w) if tf.reduce_sum(x) > 0 else tf.constant(0.0, tf.float64))
    f(x)


@tf.custom_gradient
def custom(x: Any) -> Any:
    return x * w, lambda g, variables=None: (g, [g for _ in variables or ()])


@tf.recompute_grad
def again(x: Any) -> Any:
    return tf.sin(x * w)


def custom_step() -> None:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = custom(x) + again(x)
    tape.gradient(y, [x, w])


STEPS = [
    tape_step, dropped_tape_step, open_tape_step, higher_order_step, function_step, tracing_step, custom_step,
]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_interrupts_at_random_moments_are_raised_and_leave_nothing(
    step: Callable[[], Any], interrupted: type[BaseException]
) -> None:
    interrupts_at_random(step, interrupted, INTERRUPTS)
    step()


def test_interrupts_in_updates_of_a_variable_leave_it_free(interrupted: type[BaseException]) -> None:
    v = tf.Variable(np.zeros(3000))
    one = tf.ones([3000], tf.float64)
    add = tf.function(lambda: v.assign_add(one))

    def step() -> None:
        v.assign_add(one)
        add()
        v.scatter_nd_add([[0]], [0.0])

    interrupts_at_random(step, interrupted, INTERRUPTS)
    pytest.importorskip("jax")
    compiled = tf.function(lambda: v.assign_add(one), jit_compile=True)
    interrupts_at_random(compiled, interrupted, INTERRUPTS)  # which gives the variable's memory away
    values = v.numpy()
    assert values.min() == values.max()
    thread = threading.Thread(target=step)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert v.numpy()[0] == values[0] + 2


def test_a_tape_left_in_another_thread_records_no_more_where_it_was_entered() -> None:
    entered, left = threading.Event(), threading.Event()
    tape = tf.GradientTape()
    recorded = []

    def work() -> None:
        tape.__enter__()
        entered.set()
        left.wait(20)
        recorded.append(current.thread.recordings)

    thread = threading.Thread(target=work)
    thread.start()
    entered.wait(20)
    tape.__exit__(None, None, None)
    left.set()
    thread.join(20)
    assert recorded == [()]
    assert current.thread.recordings == ()


@pytest.mark.parametrize("persistent", [False, True])
def test_a_tape_that_another_thread_drops_records_no_more(persistent: bool) -> None:
    tapes = [tf.GradientTape(persistent=persistent)]
    tapes[0].__enter__()
    y = w * w
    thread = threading.Thread(target=tapes.clear)
    thread.start()
    thread.join(20)
    assert current.thread.recordings == ()
    assert y._node.watchers == ()


def test_an_accumulator_that_is_dropped_records_no_more() -> None:
    forward = tf.autodiff.ForwardAccumulator(w, x)
    forward.__enter__()
    run = current.thread.run
    del forward
    assert current.thread.recordings == ()
    assert current.thread.run is not run


# --- operations inside operations -------------------------------------------------------------------------------------


class Float(float):
    """Computes what it is when NumPy asks."""

    def __float__(self) -> float:
        return float(tf.exp(tf.constant(0.0)) * tf.reduce_sum(tf.constant([1.0, 2.0])) - 2.0)


class Array:
    """As above."""

    __float__ = Float.__float__

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(w * 3.0)
        return np.asarray(tape.gradient(y, w).numpy()[0, 0] / 3.0, dtype)


def test_objects_may_compute_when_they_are_converted() -> None:
    for x in (Float(1.0), Array()):
        assert tf.constant(x, tf.float32).numpy() == 1.0
        np.testing.assert_array_equal(tf.constant([x, x], tf.float64).numpy(), [1.0, 1.0])
        np.testing.assert_array_equal((tf.ones([2], tf.float64) * x).numpy(), [1.0, 1.0])


def test_a_kernel_that_computes_gives_its_result() -> None:
    from gradtape.operations.primitive import primitive

    @primitive(op="Nested")
    def nested_p(xp: Any, x: Any) -> Any:
        v = tf.Variable(x)
        v.assign_add(x)
        return tf.function(lambda t: t + v)(tf.constant(x) * 1.0).numpy()

    nested_p.vjp(x=lambda g: g)
    np.testing.assert_array_equal(nested_p(x).numpy(), 3 * x.numpy())
    with tf.autodiff.ForwardAccumulator(x, x):
        np.testing.assert_array_equal(nested_p(x).numpy(), 3 * x.numpy())
    with tf.debug.tracing():
        np.testing.assert_array_equal(nested_p(x).numpy(), 3 * x.numpy())


class Computes:
    """Computes when it is dropped."""

    done: list[float]

    def __init__(self, done: list[float]) -> None:
        self.done = done
        self.itself = self

    def __del__(self) -> None:
        v.assign_add(1.0)
        self.done.append(float(tf.exp(v * 0.0)) + float(traced(x)) * 0.0)


v = tf.Variable(0.0)


def test_what_the_garbage_collector_finds_may_compute() -> None:
    done: list[float] = []
    before, threshold = v.numpy(), gc.get_threshold()
    try:
        for i in range(1, 120):
            Computes(done)
            gc.set_threshold(i % 40 + 1)
            v.assign_add(1.0)
            tape_step()
            traced(x)
            tf.constant([1.0, 2.0])
            gc.set_threshold(*threshold)
    finally:
        gc.set_threshold(*threshold)
    gc.collect()
    assert len(done) == 119
    assert set(done) == {1.0}
    assert v.numpy() == before + 2 * 119


def test_a_signal_handler_may_compute() -> None:
    u = tf.Variable(np.zeros(4000))
    one = tf.ones([4000], tf.float64)
    add = tf.function(lambda: u.assign_add(one))
    count, errors = 0, []
    add()

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal count
        count += 1
        try:
            u.assign_add(one)
            tape_step()
            tf.random.uniform([2])
            tf.constant([1.0])
        except BaseException as error:
            errors.append(error)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 1e-4, 7e-4)
    steps = 0
    try:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            u.assign_add(one)
            steps += 1
            tape_step()
            tf.constant([Array(), Array()], tf.float32)
            tf.random.uniform([2])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert not errors
    assert count > 50
    assert (u.numpy() == steps + count + 1).all()
