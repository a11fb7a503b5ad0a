"""Jacobians: their values against a loop over rows, their shapes, and their errors."""

import numpy as np
import pytest

import gradtape as tf
from gradtape.core import jacobian as implementation


def layer(x, w):
    return tf.tanh(x @ w) * tf.reduce_sum(tf.exp(x), axis=1, keepdims=True)


@pytest.fixture
def x():
    return tf.constant(np.random.default_rng(0).normal(size=(3, 4)))


@pytest.fixture
def w():
    return tf.Variable(np.random.default_rng(1).normal(size=(4, 5)))


def test_one_pass_gives_what_a_loop_gives(x, w):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x, w)
    one = tape.jacobian(y, {"x": x, "w": [w]})
    loop = tape.jacobian(y, {"x": x, "w": [w]}, experimental_use_pfor=False)
    assert one["x"].shape == (3, 5, 3, 4)
    assert one["w"][0].shape == (3, 5, 4, 5)
    np.testing.assert_allclose(one["x"].numpy(), loop["x"].numpy(), rtol=1e-12)
    np.testing.assert_allclose(one["w"][0].numpy(), loop["w"][0].numpy(), rtol=1e-12)


def test_rows_come_in_chunks_where_memory_is_short(x, w, monkeypatch):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x, w)
    whole = tape.jacobian(y, x)
    monkeypatch.setattr(implementation, "CHUNK_BYTES", 500)
    np.testing.assert_array_equal(tape.jacobian(y, x).numpy(), whole.numpy())


def test_a_non_persistent_tape_gives_one_jacobian_in_chunks_too(x, w, monkeypatch):
    monkeypatch.setattr(implementation, "CHUNK_BYTES", 500)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, w)
    assert tape.jacobian(y, x).shape == (3, 5, 3, 4)
    with pytest.raises(RuntimeError, match="non-persistent"):
        tape.jacobian(y, x)


def test_batch_jacobian_is_the_diagonal_of_the_jacobian(x, w):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = layer(x, w)
    full = tape.jacobian(y, x).numpy()
    for pfor in (True, False):
        batch = tape.batch_jacobian(y, x, experimental_use_pfor=pfor)
        np.testing.assert_allclose(batch.numpy(), np.einsum("bibj->bij", full), rtol=1e-12)


def test_a_jacobian_of_a_jacobian_is_a_hessian():
    x = tf.constant([1.0, 2.0, 3.0], dtype=tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_prod(x)
        first = inner.jacobian(y, x)
    np.testing.assert_allclose(outer.jacobian(first, x).numpy(), [[0, 3, 2], [3, 0, 1], [2, 1, 0]], atol=1e-12)


@pytest.mark.parametrize("pfor", [True, False])
def test_an_empty_target(pfor):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = (x * x)[:0]
    assert tape.jacobian(y, x, experimental_use_pfor=pfor).shape == (0, 2)


def test_unconnected(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.ones(2, dtype=tf.float64)
    assert tape.jacobian(y, x) is None
    np.testing.assert_array_equal(tape.jacobian(y, x, unconnected_gradients="zero").numpy(), np.zeros((2, 3, 4)))


def test_a_target_that_is_its_source():
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        _ = v * v
    np.testing.assert_array_equal(tape.jacobian(v, v).numpy(), np.eye(2))


def test_several_targets_are_refused(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(AttributeError, match="one tensor"):
        tape.jacobian([y, y], x)


def test_a_loop_needs_a_persistent_tape(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.jacobian(y, x, experimental_use_pfor=False)


@pytest.mark.parametrize(("target", "source"), [((3,), (3,)), ((1, 2), (2, 2)), ((), (2, 2))])
def test_shapes_that_are_no_batches(target, source):
    x = tf.ones(source)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.ones(target) * tf.reduce_sum(x)
    with pytest.raises(ValueError, match=r"rank at least 2|first dimension"):
        tape.batch_jacobian(y, x)
