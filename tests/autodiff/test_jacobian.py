"""Jacobians: their values against a loop over rows, their shapes, and their errors."""

import contextlib
import math

import hypothesis
import ml_dtypes
import numpy as np
import pytest
from hypothesis import strategies as st

import gradtape as tf
from gradtape.autodiff import jacobian as implementation
from gradtape.autodiff.backward import SUMMED
from gradtape.operations.primitive import primitive
from gradtape.values.thread import current


def layer(x, w):
    return tf.tanh(x @ w) * tf.reduce_sum(tf.exp(x), axis=1, keepdims=True)


@pytest.fixture
def x():
    return tf.constant(np.random.default_rng(0).normal(size=(3, 4)))


@pytest.fixture
def w():
    return tf.Variable(np.random.default_rng(1).normal(size=(4, 5)))


def assert_as_in_a_loop(tape, y, sources, rtol=1e-12):
    """That the Jacobians of one pass are those of a pass for each row."""
    one = tape.jacobian(y, sources)
    loop = tape.jacobian(y, sources, experimental_use_pfor=False)
    for a, b in zip(tf.nest.flatten(one), tf.nest.flatten(loop), strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=rtol, atol=rtol)


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


def test_a_batch_jacobian_sums_over_the_batch_where_examples_mix(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sin(x) * tf.reduce_sum(x * x, axis=0, keepdims=True)
    full = tape.jacobian(y, x).numpy()
    for pfor in (True, False):
        batch = tape.batch_jacobian(y, x, experimental_use_pfor=pfor)
        np.testing.assert_allclose(batch.numpy(), np.einsum("cibj->bij", full), rtol=1e-12)


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


# --- cotangents are kept as diagonals as long as operations allow ----------------------------------------------------


@contextlib.contextmanager
def carried(ndim):
    """The numbers of rows, along `ndim` leading axes, that rules in this context are given at once, in order."""
    rows = []

    def around(position, step, g, saved, node):
        c = step(g, saved, node)
        if position != SUMMED:
            rows.append((node.primitive.name, math.prod(g.shape[:ndim])))
        return c

    current.thread.around = around
    try:
        yield rows
    finally:
        current.thread.around = None


def test_examples_are_carried_side_by_side_and_elements_until_they_mix(x, w):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(tf.sin(x) @ w)
    with carried(2) as rows:
        tape.jacobian(y, x)
    assert rows == [("tanh", 1), ("matmul", 5), ("sin", 5)]


def test_what_is_summed_over_examples_makes_rows_of_their_diagonal():
    b = tf.Variable(tf.ones(4))
    with tf.GradientTape(persistent=True) as tape:
        y = tf.exp(tf.constant([[1.0], [2.0], [3.0]]) * b)
    with carried(2) as rows:
        tape.jacobian(y, b)
    assert rows == [("exp", 1), ("multiply", 1)]
    assert_as_in_a_loop(tape, y, b, 1e-6)


def convolutional(x):
    h = tf.nn.max_pool2d(tf.nn.relu(tf.nn.conv2d(x, tf.ones((2, 2, 1, 3)) * 0.3, 1, "SAME")), 2, 2, "VALID")
    h = tf.nn.softmax(tf.reshape(h, [3, -1]) @ tf.ones((12, 5)))
    return tf.squeeze(tf.transpose(h[:, tf.newaxis], [2, 1, 0]))


def test_a_batch_of_images_stays_apart_all_the_way():
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 4, 4, 1)).astype("f"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = convolutional(x)
    with carried(2) as rows:
        tape.jacobian(y, x)
    assert max(n for _, n in rows) == 5
    assert_as_in_a_loop(tape, y, x, 1e-5)


@pytest.mark.parametrize("room", [64, 200, 1000, 4000])
def test_where_memory_is_short_the_axes_that_mix_are_carried_in_parts(room, monkeypatch):
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 4)))
    mix = tf.constant(np.random.default_rng(1).normal(size=(4, 4)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sin(x) @ mix  # the last axis mixes
        y = tf.sin(y) * tf.reduce_sum(y, axis=1, keepdims=True)  # and the middle one
    monkeypatch.setattr(implementation, "CHUNK_BYTES", room)
    with carried(3) as rows:
        tape.jacobian(y, x)
    greatest = 8 * 24
    assert max(n for _, n in rows) <= max(1, room // greatest)
    assert_as_in_a_loop(tape, y, x)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (1, 1), (3, 1), (1, 4), (3, 4), (1, 3, 1), (2, 1, 4), (2, 3, 4)])
def test_what_was_broadcast(shape):
    x = tf.constant(np.random.default_rng(0).normal(size=shape))
    z = tf.constant(np.random.default_rng(1).normal(size=(2, 3, 4)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z])
        y = tf.sin(z * x) + tf.broadcast_to(x, (2, 3, 4)) * z
    assert_as_in_a_loop(tape, y, [x, z])


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), ()])
def test_targets_with_no_element_or_no_axis(shape):
    x = tf.constant(np.ones(shape, "f"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sin(x) * x
    assert tape.jacobian(y, x).shape == shape * 2
    assert_as_in_a_loop(tape, y, x, 1e-6)


def test_complex_numbers():
    z = tf.constant([[1 + 2j, 0.5 - 1j], [-1j, 2.0]], tf.complex128)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        y = tf.sin(z) @ z
        a = tf.abs(z * z) + tf.math.real(z)
    assert_as_in_a_loop(tape, y, z)
    assert_as_in_a_loop(tape, a, z)


def test_bfloat16():
    x = tf.constant(np.arange(6.0).reshape(2, 3).astype(ml_dtypes.bfloat16))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.tanh(x) * tf.reduce_sum(x, axis=1, keepdims=True)
    got, loop = (tape.jacobian(y, x, experimental_use_pfor=pfor) for pfor in (True, False))
    assert got.dtype == tf.bfloat16
    np.testing.assert_array_equal(got.numpy().astype("f"), loop.numpy().astype("f"))


def test_gathers_and_slices_of_one_tensor():
    x = tf.constant(np.random.default_rng(0).normal(size=(4, 3)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        rows = tf.gather(x, [2, 0, 2])
        y = rows * x[1] + x[1:] * x[:3, ::-1] + tf.stack([x[i] for i in range(3)])
    assert_as_in_a_loop(tape, y, x)


def test_outputs_of_one_operation_that_go_different_ways():
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 4)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = tf.split(x, 2, axis=2)
        c, d = tf.unstack(x)
        y = a * tf.reduce_sum(b, axis=0, keepdims=True)
        z = tf.transpose(c) * tf.reduce_sum(d)
        e, v = tf.linalg.eigh(tf.matmul(x, x, transpose_b=True))
        u = v * e[:, tf.newaxis]
    for target in (y, z, u):
        assert_as_in_a_loop(tape, target, x, 1e-9)


def test_sources_on_the_way_and_two_ways_that_meet(x, w):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        h = tf.tanh(x)
        k = h @ w
        y = tf.concat([k, k[:, ::-1] * k, tf.transpose(tf.transpose(k) @ h @ tf.transpose(h))], axis=1)
    assert_as_in_a_loop(tape, y, {"x": x, "h": h, "k": k, "y": y, "w": w})


def test_functions_with_a_gradient_of_their_own(x):
    @tf.custom_gradient
    def twice(x):
        return 2 * x, lambda g: 2 * g

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.sin(twice(tf.sin(x))) + tf.recompute_grad(lambda x: tf.tanh(x) * x)(x)
    assert_as_in_a_loop(tape, y, x)


def test_a_tape_around_sees_jacobians(x):
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.sin(x) * tf.reduce_sum(x, axis=1, keepdims=True)
        first = inner.jacobian(y, x)
    assert_as_in_a_loop(outer, first, x)


STEPS = {  # of tensors of shape (2, 3, 3), (3, 2, 3) or (3, 3, 2), or what follows from these
    "sin": tf.sin,
    "times itself": lambda x: x * x,
    "plus a number of it": lambda x: x + x[0, 0, 0],
    "times its mean": lambda x: x * tf.reduce_mean(x, axis=0),
    "times its sums": lambda x: x * tf.reduce_sum(x, axis=[0, -1], keepdims=True),
    "less its greatest": lambda x: x - tf.reduce_max(x, axis=1, keepdims=True),
    "softmax": lambda x: tf.nn.softmax(x, axis=1),
    "cumsum": lambda x: tf.cumsum(x, axis=0),
    "transpose": lambda x: tf.transpose(x, [1, 2, 0]),
    "reshape": lambda x: tf.reshape(x, [x.shape[1], x.shape[0], -1]),
    "through a matrix": lambda x: tf.reshape(tf.tanh(tf.reshape(x, [x.shape[0], -1])), x.shape),
    "matmul": lambda x: x @ tf.transpose(x, [0, 2, 1]) @ x,
    "matmul of one": lambda x: tf.sin(x[0]) @ tf.transpose(x, [0, 2, 1]) @ x,
    "einsum": lambda x: tf.einsum("abc,adc,dbe->abe", x, tf.sin(x[:, :, :]), x) if x.shape[0] == x.shape[1] else -x,
    "gather": lambda x: tf.gather(x, [1, 0, 1], axis=1) if x.shape[1] == 3 else tf.gather(x, [1, 1], axis=1),
    "backwards": lambda x: tf.reverse(x, [0]) * x,
    "roll": lambda x: tf.roll(x, 1, 2) - x,
    "split": lambda x: tf.concat(tf.split(x, x.shape[1], axis=1)[::-1], axis=1),
    "unstack": lambda x: tf.stack([sum(tf.unstack(x, axis=1))] * x.shape[1], axis=1),
    "pad": lambda x: tf.pad(x[:, 1:], [[0, 0], [1, 0], [0, 0]]) * x,
}


@hypothesis.given(
    steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=5),
    last=st.sampled_from(["all", "rows", "flat", "joined"]),
    room=st.sampled_from([1 << 28, 2000, 1]),
)
@hypothesis.settings(deadline=None, max_examples=150, derandomize=True)
def test_programs_of_all_kinds(steps, last, room):
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3, 3)) / 2)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x
        for name in steps:
            y = tf.tanh(STEPS[name](y))
        if last == "rows":
            y = tf.reduce_sum(y, axis=-1)
        elif last == "flat":
            y = tf.reshape(y, [-1])
        elif last == "joined":
            y = tf.concat([y, tf.sin(y)], axis=0)
    before, implementation.CHUNK_BYTES = implementation.CHUNK_BYTES, room
    try:
        assert_as_in_a_loop(tape, y, x, 1e-9)
    finally:
        implementation.CHUNK_BYTES = before


def test_what_a_rule_does_not_ask_for_is_not_there_to_say_along_which_axes_it_goes():
    @primitive()
    def double_p(xp, x, *, axis):
        return 2 * x

    double_p.vjp(x=lambda g: 2 * g)
    with pytest.raises(ValueError, match="`along` may ask for what the rule of 'x' asks for"):
        double_p.along(x=lambda j, axis: j)


def test_an_unconnected_batch_jacobian_has_the_dtype_of_the_target():
    x = tf.ones((2, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.ones((2, 4), tf.float64)
    found = tape.batch_jacobian(y, x)
    assert found.dtype is tf.float64
    assert found.shape == (2, 4, 3)
