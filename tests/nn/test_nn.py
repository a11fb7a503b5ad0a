"""`tf.nn` where there is chance in it, or other ways to compute the same."""

import numpy as np
import pytest

import gradtape as tf


def test_dropout_keeps_about_the_share_it_should_and_scales_it() -> None:
    tf.random.set_seed(1)
    dropped = tf.nn.dropout(tf.ones([100, 100]), rate=0.25).numpy()
    np.testing.assert_allclose(np.unique(dropped), [0.0, 4 / 3], rtol=1e-6)
    assert 0.73 < np.mean(dropped > 0) < 0.77


def test_the_gradient_is_dropped_where_the_value_is() -> None:
    x = tf.ones([50])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.dropout(x, 0.5)
    np.testing.assert_array_equal(tape.gradient(y, x).numpy(), y.numpy())


def test_dropping_sets_infinities_to_zero() -> None:
    dropped = tf.nn.dropout(tf.fill([100], np.inf), 0.5).numpy()
    assert set(dropped.tolist()) == {0.0, np.inf}


@pytest.mark.parametrize("noise_shape", [[20, 1], [None, 1], (20, 1)])
def test_dropout_drops_together_along_axes_of_length_1_in_the_noise(noise_shape: list[int | None]) -> None:
    rows = tf.nn.dropout(tf.ones([20, 5]), 0.5, noise_shape=noise_shape).numpy()
    np.testing.assert_array_equal(rows, np.broadcast_to(rows[:, :1], rows.shape))


def test_dropout_at_rate_zero_is_the_tensor_itself() -> None:
    x = tf.ones([3])
    assert tf.nn.dropout(x, 0.0) is x


def test_a_gradient_flows_to_the_rate_of_dropout() -> None:
    x, rate = tf.ones([1000]), tf.constant(0.5)
    with tf.GradientTape() as tape:
        tape.watch(rate)
        y = tf.reduce_sum(tf.nn.dropout(x, rate))
    np.testing.assert_allclose(tape.gradient(y, rate).numpy(), y.numpy() * 2, rtol=1e-5)


def test_noise_that_does_not_fit_is_refused() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="noise_shape"):
        tf.nn.dropout(tf.ones([2, 3]), 0.5, noise_shape=[3, 1])


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [1, 2])
def test_channels_first_is_channels_last_transposed(padding: str, stride: int) -> None:
    rng = np.random.default_rng(0)
    x, w = tf.constant(rng.random((2, 6, 5, 4))), tf.constant(rng.random((3, 2, 4, 3)))
    last = tf.nn.conv2d(x, w, stride, padding)
    first = tf.nn.conv2d(tf.transpose(x, [0, 3, 1, 2]), w, stride, padding, "NCHW")
    np.testing.assert_allclose(tf.transpose(first, [0, 2, 3, 1]).numpy(), last.numpy())


def test_groups_are_convolutions_side_by_side() -> None:
    rng = np.random.default_rng(0)
    x, w = tf.constant(rng.random((2, 5, 5, 4))), tf.constant(rng.random((3, 3, 2, 6)))
    parts = [tf.nn.conv2d(x[..., 2 * i : 2 * i + 2], w[..., 3 * i : 3 * i + 3], 1, "SAME") for i in range(2)]
    np.testing.assert_allclose(tf.nn.conv2d(x, w, 1, "SAME").numpy(), tf.concat(parts, -1).numpy())


def test_images_too_many_for_one_block_give_what_one_by_one_they_give() -> None:
    rng = np.random.default_rng(0)
    x, w = tf.constant(rng.random((64, 30, 30, 9))), tf.constant(rng.random((3, 3, 9, 2)))
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.nn.conv2d(x, w, 1, "SAME")
    dx, dw = tape.gradient(y, [x, w], output_gradients=y)
    total = np.zeros(w.shape)
    for i in (0, 33, 63):
        one = tf.nn.conv2d(x[i : i + 1], w, 1, "SAME")
        np.testing.assert_allclose(y[i : i + 1].numpy(), one.numpy())
    for i in range(64):
        with tf.GradientTape() as tape:
            image = x[i : i + 1]
            tape.watch([image, w])
            one = tf.nn.conv2d(image, w, 1, "SAME")
        di, dk = tape.gradient(one, [image, w], output_gradients=one)
        np.testing.assert_allclose(dx[i : i + 1].numpy(), di.numpy())
        total += dk.numpy()
    np.testing.assert_allclose(dw.numpy(), total)


def test_mixed_second_derivative_of_cross_entropy_is_exact() -> None:
    logits, labels = tf.constant([[2.0, 1.0, -1.0]]), tf.constant([[0.5, 0.3, 0.2]])
    with tf.GradientTape() as outer:
        outer.watch(labels)
        with tf.GradientTape() as inner:
            inner.watch(logits)
            loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        slope = inner.gradient(loss, logits)
    np.testing.assert_array_equal(outer.gradient(slope, labels).numpy(), [[-1.0, -1.0, -1.0]])


def test_gradients_of_large_relus_are_those_of_small_ones() -> None:
    x = tf.constant(np.random.default_rng(0).normal(size=(100, 100)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.relu(x)
    np.testing.assert_array_equal(tape.gradient(y, x).numpy(), (x.numpy() > 0).astype(np.float32))
