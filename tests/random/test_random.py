"""Random numbers: TensorFlow's for TensorFlow's seeds; what a seed repeats; threads; what has a gradient."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import special

import gradtape as tf


def drawn() -> list:
    return [
        tf.random.normal([2]),
        tf.random.uniform([3]),
        tf.random.truncated_normal([2]),
        tf.random.shuffle(tf.range(9)),
    ]


def assert_equal(xs, ys) -> None:
    for x, y in zip(xs, ys, strict=True):
        np.testing.assert_array_equal(x, y)


# --- TensorFlow's numbers, as TensorFlow 2.21 gave them --------------------------------------------------------------


def test_global_seed_gives_tensorflows_sequence() -> None:
    tf.random.set_seed(42)

    np.testing.assert_allclose(tf.random.uniform([3]), [0.6645621, 0.44100678, 0.3528825])
    np.testing.assert_allclose(tf.random.normal([3]), [0.08422458, -0.86090374, 0.37812304], rtol=1e-6)
    np.testing.assert_allclose(tf.random.uniform([3], seed=1), [0.15012848, 0.63992536, 0.81787777])
    np.testing.assert_allclose(tf.random.uniform([3], seed=1), [0.4828781, 0.20244026, 0.22027123])
    np.testing.assert_allclose(tf.random.normal([3], seed=7), [-0.45274156, -0.30040753, -0.07882862], rtol=1e-6)
    np.testing.assert_allclose(tf.random.truncated_normal([2]), [-0.55909735, -0.5347214], rtol=1e-6)
    assert tf.random.shuffle(tf.range(6)).numpy().tolist() == [2, 1, 0, 3, 4, 5]
    assert tf.random.uniform([3], maxval=10, dtype=tf.int32).numpy().tolist() == [9, 5, 8]
    assert tf.random.categorical([[0.0, 0.0, 0.0]], 4).numpy().tolist() == [[1, 1, 2, 2]]


def test_generator_gives_tensorflows_sequence() -> None:
    generator = tf.random.Generator.from_seed(5)

    np.testing.assert_allclose(generator.normal([3]), [1.0278524, 0.27974114, -0.01347923], rtol=1e-6)
    assert generator.state.numpy().tolist() == [5 + 3 * 256, 0, 0]
    other = tf.random.Generator.from_seed(5).split(2)[1]
    assert other.state.numpy().tolist() == [0, 0, 6557199171514225562]


def test_stateless_functions_give_tensorflows_numbers() -> None:
    seed = [1, 2]
    np.testing.assert_allclose(tf.random.stateless_normal([2], seed), [0.5441101, 0.20738031], rtol=1e-6)
    assert tf.random.stateless_uniform([2], seed, maxval=10, dtype=tf.int32).numpy().tolist() == [0, 9]
    assert tf.random.split(seed, 2).numpy().tolist() == [[1105988140, 1738052849], [-335576002, 370444179]]
    assert tf.random.fold_in(seed, 3).numpy().tolist() == [1105988140, 3]


def test_counters_carry_into_the_next_word() -> None:
    generator = tf.random.Generator.from_state([-1, 0, 7], "philox")  # the counter is 2**64 - 1
    first = generator.uniform_full_int([100], tf.uint32).numpy()
    after = tf.random.Generator.from_state([0, 1, 7], "philox").uniform_full_int([96], tf.uint32).numpy()
    np.testing.assert_array_equal(first[4:], after)


def test_few_numbers_begin_as_many_do() -> None:
    for draw in (tf.random.stateless_uniform, tf.random.stateless_normal, tf.random.stateless_truncated_normal):
        few, many = draw([5], [3, 4]), draw([500], [3, 4])
        np.testing.assert_array_equal(few, many[:5])


# --- seeds -----------------------------------------------------------------------------------------------------------


def test_same_seed_repeats_the_sequence_and_another_does_not() -> None:
    tf.random.set_seed(1)
    first, then = drawn(), drawn()
    tf.random.set_seed(1)
    assert_equal(first + then, drawn() + drawn())
    tf.random.set_seed(2)
    assert not np.array_equal(first[0], drawn()[0])
    assert not np.array_equal(first[0], then[0])


def test_no_seed_differs_each_time() -> None:
    tf.random.set_seed(None)
    assert not np.array_equal(tf.random.uniform([4]), tf.random.uniform([4]))


def test_seed_of_an_operation_has_a_sequence_of_its_own() -> None:
    tf.random.set_seed(3)
    a, b = tf.random.normal([2], seed=5), tf.random.normal([2], seed=5)
    tf.random.set_seed(3)
    drawn()
    assert_equal([a, b], [tf.random.normal([2], seed=5), tf.random.normal([2], seed=5)])
    assert not np.array_equal(a, b)


def test_failed_call_leaves_the_sequence_as_it_was() -> None:
    tf.random.set_seed(4)
    expected = tf.random.uniform([2])
    tf.random.set_seed(4)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.random.uniform([-2])
    assert_equal([expected], [tf.random.uniform([2])])


def test_threads_that_share_a_generator_draw_different_numbers() -> None:
    generator = tf.random.Generator.from_seed(1)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _: generator.uniform([50]).numpy(), range(40)))
    assert generator.state.numpy()[0] == 1 + 2000 * 256
    assert len({part.tobytes() for part in parts}) == 40


# --- distributions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "mean", "variance"),
    [
        (lambda n: tf.random.normal([n], 3.0, 2.0), 3.0, 4.0),
        (lambda n: tf.random.uniform([n], -1.0, 3.0), 1.0, 16 / 12),
        (lambda n: tf.random.truncated_normal([n]), 0.0, 0.7737),
        (lambda n: tf.random.gamma([n], 2.5, beta=2.0), 1.25, 0.625),
        (lambda n: tf.random.poisson([n], 4.0), 4.0, 4.0),
        (lambda n: tf.random.uniform([n], -3, 4, dtype=tf.int32), 0.0, 4.0),
        (lambda n: tf.random.categorical(tf.math.log([[0.25, 0.75]]), n), 0.75, 0.1875),
        (lambda n: tf.random.stateless_binomial([n], [1, 2], 10.0, 0.3), 3.0, 2.1),
    ],
)
def test_moments(draw, mean: float, variance: float) -> None:
    tf.random.set_seed(0)
    x = np.asarray(draw(40000), np.float64)
    assert abs(x.mean() - mean) < 0.05
    assert abs(x.var() - variance) < 0.05 * variance + 0.01


def test_integers_have_all_their_values_and_no_other() -> None:
    tf.random.set_seed(0)
    assert set(tf.random.uniform([500], 2, 6, tf.int64).numpy().tolist()) == {2, 3, 4, 5}


# --- gradients -------------------------------------------------------------------------------------------------------


def test_numbers_are_constants_and_gradients_flow_through_their_scaling() -> None:
    mean, scale = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        x = tf.random.normal([5], mean, scale, seed=1)
    d_mean, d_scale = tape.gradient(x, [mean, scale])
    assert float(d_mean) == 5.0
    np.testing.assert_allclose(d_scale, np.sum((x - 1.0) / 2.0), rtol=1e-5)


def test_gamma_passes_the_reparametrised_gradient() -> None:
    alpha = tf.constant([0.3, 1.0, 3.0, 50.0], tf.float64)

    with tf.GradientTape() as tape:
        tape.watch(alpha)
        x = tf.random.stateless_gamma([4], [1, 2], alpha, dtype=tf.float64)
    below = special.gammainc(alpha, x)  # the number moves so that this stays
    slope = (special.gammaincinv(alpha + 1e-5, below) - special.gammaincinv(alpha - 1e-5, below)) / 2e-5
    np.testing.assert_allclose(tape.gradient(x, alpha), slope, rtol=1e-6)


@pytest.mark.parametrize(
    "draw", [tf.random.shuffle, lambda x: tf.random.poisson([2], x), lambda x: tf.random.categorical([x], 2)]
)
def test_what_has_no_gradient(draw) -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = draw(x)
    assert tape.gradient(y, x) is None


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: tf.random.uniform([2], dtype=tf.int32), ValueError, "Must specify maxval"),
        (lambda: tf.random.uniform([2], dtype=tf.bool), ValueError, "Accepted dtypes are"),
        (lambda: tf.random.uniform([2], 5, 1, tf.int32), tf.errors.InvalidArgumentError, "5 >= 1"),
        (lambda: tf.random.normal([2], dtype=tf.int32), TypeError, "int32"),
        (lambda: tf.random.normal(3), tf.errors.InvalidArgumentError, "shape must be a vector"),
        (lambda: tf.random.normal([2, -1]), tf.errors.InvalidArgumentError, "must be >= 0"),
        (lambda: tf.random.categorical([0.0, 0.0], 1), tf.errors.InvalidArgumentError, "should be a matrix"),
        (lambda: tf.random.stateless_normal([2], 1), tf.errors.InvalidArgumentError, "seed must have shape"),
        (lambda: tf.random.set_seed("a"), TypeError, "seed must be an integer"),
        (lambda: tf.random.Generator.from_state([1, 2], "philox"), ValueError, "shape"),
        (lambda: tf.random.Generator.from_seed(1, alg="foo"), ValueError, "foo"),
    ],
)  # fmt: skip
def test_refused(call, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        call()


@pytest.mark.parametrize("name", ["uniform", "log_uniform"])
def test_candidates_are_drawn_by_their_odds_and_the_seed(name):
    sampler = getattr(tf.random, f"{name}_candidate_sampler")
    tf.random.set_seed(3)
    classes, true, counts = sampler([[0, 1]], 2, 10_000, False, 5)
    found = np.bincount(classes, minlength=5)
    np.testing.assert_allclose(found[classes.numpy()[:9]], counts[:9], rtol=0.1)
    np.testing.assert_allclose(found[:2], true[0], rtol=0.1)
    tf.random.set_seed(3)
    np.testing.assert_array_equal(sampler([[0, 1]], 2, 10_000, False, 5)[0], classes)


def test_unique_candidates_are_and_functions_draw_new_ones():
    @tf.function
    def f():
        return tf.random.log_uniform_candidate_sampler([[0]], 1, 6, True, 20)

    first, second = f(), f()
    assert len(set(first[0].numpy().tolist())) == 6
    assert first[0].numpy().tolist() != second[0].numpy().tolist()
    assert sorted(tf.random.uniform_candidate_sampler([[0]], 1, 9, True, 9)[0].numpy()) == list(range(9))
    with pytest.raises(tf.errors.InvalidArgumentError, match="too small"):
        tf.random.uniform_candidate_sampler([[0]], 1, 10, True, 9)
