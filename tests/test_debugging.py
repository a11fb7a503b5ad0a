"""tf.debugging: the class and the message of an assertion that does not hold."""

import pytest

import gradtape as tf

x, m = tf.constant([1.0, 2.0]), tf.ones((2, 3))
nan, inf = float("nan"), float("inf")
Invalid = tf.errors.InvalidArgumentError


@pytest.mark.parametrize(
    "holds",
    [
        lambda d: d.assert_equal([1, 1], 1),
        lambda d: d.assert_none_equal([1, 2], [2, 1]),
        lambda d: d.assert_less([1, 2], 3),
        lambda d: d.assert_less_equal([1, 3], 3),
        lambda d: d.assert_greater(2, 1),
        lambda d: d.assert_greater_equal(x, [1.0, 1.0]),
        lambda d: d.assert_near(1.0, 1.0 + 1e-7),
        lambda d: d.assert_near([1.0], [1.1], atol=0.2),
        lambda d: d.assert_positive(x),
        lambda d: d.assert_negative(-x),
        lambda d: d.assert_non_negative([0, 1]),
        lambda d: d.assert_non_positive([]),
        lambda d: d.assert_rank(m, 2),
        lambda d: d.assert_rank_at_least(m, 1),
        lambda d: d.assert_rank_in(m, (1, 2)),
        lambda d: d.assert_shapes([(m, ("A", "B")), (x, ("A",)), (m, (..., 3)), (m, (None, "."))]),
        lambda d: d.assert_shapes({m.ref(): (2, 3)}),
        lambda d: d.assert_type(x, tf.float32),
        lambda d: d.assert_integer(1),
        lambda d: d.assert_scalar(1.0),
        lambda d: d.assert_proper_iterable([x]),
        lambda d: d.Assert(tf.constant(True), [x]),
    ],
)
def test_what_holds_gives_none(holds) -> None:
    assert holds(tf.debugging) is None


@pytest.mark.parametrize(
    ("fails", "error", "message"),
    [
        (lambda d: d.assert_equal(1, 2), Invalid, "Condition x == y did not hold"),
        (lambda d: d.assert_equal([1], [1, 2, 3], message="oops"), Invalid, "oops"),
        (lambda d: d.assert_equal([1, 2], [1, 2, 3]), Invalid, r"Incompatible shapes: \[2\] vs. \[3\]"),
        (lambda d: d.assert_equal(tf.constant(1), tf.constant(1.0)), Invalid, "cannot compute Equal"),
        (lambda d: d.assert_equal([nan], [nan]), Invalid, "x == y"),
        (lambda d: d.assert_none_equal([1, 2], [3, 2]), Invalid, "x != y"),
        (lambda d: d.assert_less([1, 3], 3), Invalid, "x < y"),
        (lambda d: d.assert_near(1.0, 1.1), Invalid, "rtol = 1.1920929e-06"),
        (lambda d: d.assert_near([1.0], [1.1], message="hm"), Invalid, "hm"),
        (lambda d: d.assert_near(1, 1), ValueError, "int32"),
        (lambda d: d.assert_near(x, tf.cast(x, tf.float64)), ValueError, "float64"),
        (lambda d: d.assert_positive([1.0, 0.0]), Invalid, r"x > 0 did not hold element-wise"),
        (lambda d: d.assert_rank(m, 1), ValueError, r"must have rank 1.  Received rank 2, shape \(2, 3\)"),
        (lambda d: d.assert_rank_at_least(m, 3, "hey"), ValueError, "hey.*rank at least 3"),
        (lambda d: d.assert_shapes([(m, ("A", "A"))]), ValueError, "must have size 2.  Received size 3"),
        (lambda d: d.assert_shapes([(m, (2, 4))]), ValueError, "dimension 1 must have size 4"),
        (lambda d: d.assert_shapes([(m, ("A", ...))]), ValueError, "only allowed as the first entry"),
        (lambda d: d.assert_scalar(x), ValueError, "Expected scalar shape"),
        (lambda d: d.assert_type(x, tf.int32), TypeError, "must be of type tf.int32; got tf.float32"),
        (lambda d: d.assert_integer(x), TypeError, "integer type"),
        (lambda d: d.assert_proper_iterable(x), TypeError, "proper"),
        (lambda d: d.assert_same_float_dtype([x, tf.cast(x, tf.float64)]), ValueError, "same type"),
        (lambda d: d.check_numerics([1.0, inf], "bad"), Invalid, "bad : Tensor had Inf values"),
        (lambda d: d.assert_all_finite([nan, inf], "bad"), Invalid, "bad : Tensor had Inf and NaN values"),
        (lambda d: d.check_numerics([1], "bad"), Invalid, "int32"),
        (lambda d: d.Assert(False, ["because", tf.range(9)]), Invalid, r"(?s)because.*0, 1, 2, \.\.\."),
    ],
)  # fmt: skip
def test_what_fails_says_why(fails, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        fails(tf.debugging)


def test_message_shows_the_first_values_that_differ() -> None:
    with pytest.raises(Invalid) as caught:
        tf.debugging.assert_less([1, 5, 3, 9, 8], [3, 3, 3, 3, 3], message="look", summarize=2)
    assert str(caught.value).splitlines() == [
        "look", "Condition x < y did not hold.", "Indices of first 2 different values:", "[[1]", " [2]]",
        "Corresponding x values:", "[5 3]", "Corresponding y values:", "[3 3]",
        "First 2 elements of x:", "[1 5]", "First 2 elements of y:", "[3 3]",
    ]  # fmt: skip


def test_check_numerics_checks_the_gradient_too() -> None:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.debugging.check_numerics(x, "here") / 0.0
    with pytest.raises(Invalid, match=r"detected in gradient\. here"):
        tape.gradient(y, x)


def test_assertions_inside_a_tape_change_no_gradient() -> None:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.debugging.check_numerics(x * x, "bad")
        tf.debugging.assert_positive(y)
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0]


def test_dumps_for_tensorboards_debugger_are_not_written_and_it_says_what_is_there_instead() -> None:
    with pytest.raises(NotImplementedError, match="enable_check_numerics"):
        tf.debugging.experimental.enable_dump_debug_info("dumps", tensor_debug_mode="FULL_HEALTH")
    tf.debugging.experimental.disable_dump_debug_info()
