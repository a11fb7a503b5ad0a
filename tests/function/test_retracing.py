"""Functions that are traced again and again: the warning, and what a call costs after many traces."""

import logging
import math
import pickle

import numpy as np
import pytest

import gradtape as tf
from gradtape.function import retracing, signature
from gradtape.xla import executor


@pytest.fixture(autouse=True)
def _without_a_past(monkeypatch):
    monkeypatch.setattr(retracing, "_histories", {})


def warnings_of(caplog, calls):
    caplog.clear()
    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        calls()
    return [r.getMessage().split(" calls")[0] for r in caplog.records if "retracing" in r.getMessage()]


@pytest.mark.parametrize("given", [lambda i: i, lambda i: tf.ones([i])], ids=["numbers", "shapes"])
def test_a_function_that_is_traced_at_each_call_is_warned_of_twice(caplog, given):
    f = tf.function(lambda x: x + 1)
    said = warnings_of(caplog, lambda: [f(given(i)) for i in range(20)])
    assert said == ["5 out of the last 5", "6 out of the last 6"]


def test_so_is_one_that_is_made_anew_in_a_loop(caplog):
    def calls():
        for _ in range(10):
            tf.function(lambda x: x)(tf.constant(1.0))

    assert warnings_of(caplog, calls) == ["5 out of the last 5", "6 out of the last 6"]


def test_calls_between_traces_count(caplog):
    f = tf.function(lambda x: x)

    def calls():
        for i in range(20):
            for _ in range(5):
                f(i)

    assert warnings_of(caplog, calls) == []


def test_a_call_is_compared_with_no_trace_of_other_known_shapes(monkeypatch):
    f = tf.function(lambda x: x + 1.0)
    for n in range(100):
        f(tf.ones([n]))
    compared = []
    fits = signature._fits
    monkeypatch.setattr(signature, "_fits", lambda *leaves: compared.append(leaves) or fits(*leaves))
    f(tf.ones([200]))
    f(tf.Variable(tf.ones([200])))
    assert not compared
    assert f.experimental_get_tracing_count() == 102


def test_the_closest_trace_is_found_among_known_and_unknown_shapes():
    f = tf.function(lambda x: x * 2.0)
    anything = f.get_concrete_function(tf.TensorSpec(None, tf.float32))
    vector = f.get_concrete_function(tf.TensorSpec([None], tf.float32))
    pair = f.get_concrete_function(tf.TensorSpec([2], tf.float32))
    assert f.get_concrete_function(tf.ones([2])) is pair
    assert f.get_concrete_function(tf.ones([3])) is vector
    assert f.get_concrete_function(tf.ones([2, 2])) is anything


def test_a_function_is_pickled_as_the_python_function_that_it_is_of():
    f = pickle.loads(pickle.dumps(tf.function(math.copysign, autograph=False, reduce_retracing=True)))
    assert isinstance(f, type(tf.function(math.sin)))
    assert f.python_function is math.copysign
    assert f.function_spec.reduce_retracing
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(tf.function(lambda x: x))


def test_compiler_ir_without_jax_says_what_to_install(monkeypatch):
    f = tf.function(lambda x: x + 1.0)
    concrete = f.get_concrete_function(tf.constant(1.0))
    monkeypatch.setitem(__import__("sys").modules, "jax", None)
    with pytest.raises(ModuleNotFoundError, match=r"gradtape\[xla\]"):
        executor.compiler_ir(concrete, (tf.constant(1.0),), {})


HUGE = 10**15


@pytest.mark.parametrize(
    "make",
    [
        lambda n: tf.zeros([n]),
        lambda n: tf.ones([n]),
        lambda n: tf.fill([n], 1.0),
        lambda n: tf.range(n),
        lambda n: tf.range(tf.cast(n, tf.int64)),
        lambda n: tf.eye(n // 10**8),
        lambda n: tf.linspace(0.0, 1.0, n),
        lambda n: tf.constant(1.0, shape=[n]),
        lambda n: tf.one_hot([0], n),
        lambda n: tf.sequence_mask([1], n),
        lambda n: tf.random.normal([n]),
        lambda n: tf.random.uniform([n]),
        lambda n: tf.random.stateless_normal([n], [1, 2]),
        lambda n: tf.pad([1.0], [[0, n]]),
        lambda n: tf.broadcast_to(1.0, [n]) + 1.0,
        lambda n: tf.zeros_like(tf.broadcast_to(1.0, [n])),
        lambda n: tf.scatter_nd([[0]], [1.0], [n]),
        lambda n: tf.Variable(tf.zeros([n])),
        lambda n: tf.matmul(tf.broadcast_to(1.0, [n // 10**7, 1]), tf.ones([1, 10**7])),
    ],
)
def test_what_does_not_fit_into_memory_raises_resource_exhausted(make):
    with pytest.raises(tf.errors.ResourceExhaustedError, match="OOM when allocating tensor"):
        make(HUGE)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="OOM when allocating tensor"):
        tf.function(lambda: make(HUGE))()


@pytest.mark.parametrize("make", [lambda n: tf.zeros(tf.reshape(n, [1])), tf.range])
def test_so_it_does_where_a_function_learns_of_the_length_when_it_runs(make):
    f = tf.function(make, input_signature=[tf.TensorSpec([], tf.int64)])
    assert f(3).shape == (3,)
    with pytest.raises(tf.errors.ResourceExhaustedError):
        f(HUGE)
    assert np.all(f(0).shape == (0,))


def test_quantized_dtypes_are_refused_and_not_taken_for_floats():
    for make in (lambda: tf.zeros([2], tf.qint8), lambda: tf.ones([2], tf.quint8), lambda: tf.eye(2, dtype=tf.qint32)):
        with pytest.raises(TypeError, match=r"no tensors of tf\.q"):
            make()


def test_functions_that_one_decorator_wraps_are_counted_apart(caplog):
    def functions():
        for i in range(6):
            source = f"def f{i}(x): return x + {i}\n" + "\n" * i
            namespace = {}
            exec(compile("\n" * i + source, "<given>", "exec"), namespace)
            yield tf.function(tf.autograph.experimental.do_not_convert(namespace[f"f{i}"]))

    assert warnings_of(caplog, lambda: [f(tf.constant(1)) for f in functions()]) == []
