"""tf.debugging: assertions that hold, and the errors of those that do not."""

import tensorflow as tf


def attempt(label, function):
    try:
        print(label, "->", function())
    except Exception as error:
        first = str(error).strip().splitlines()[0] if "quote" in label else ""
        print(label, "->", type(error).__name__, first)


x, m = tf.constant([1.0, 2.0]), tf.ones((2, 3))
attempt("equal", lambda: tf.debugging.assert_equal([1, 2], [1, 2]))
attempt("equal, broadcast", lambda: tf.debugging.assert_equal([1, 1], 1))
attempt("equal shapes", lambda: tf.debugging.assert_equal(tf.shape(m), [2, 3]))
attempt("not equal", lambda: tf.debugging.assert_equal(1, 2))
attempt("not equal, quote", lambda: tf.debugging.assert_equal([1, 2], [1, 3], message="oops"))
attempt("not equal shapes", lambda: tf.debugging.assert_equal([1, 2], [1, 2, 3]))
attempt("not equal dtypes", lambda: tf.debugging.assert_equal(tf.constant(1), tf.constant(1.0)))
attempt("near", lambda: tf.debugging.assert_near(1.0, 1.0 + 1e-7))
attempt("near by atol", lambda: tf.debugging.assert_near([1.0], [1.1], atol=0.2))
attempt("near by rtol", lambda: tf.debugging.assert_near(100.0, 101.0, rtol=0.1))
attempt("not near", lambda: tf.debugging.assert_near(1.0, 1.1))
attempt("not near by rtol", lambda: tf.debugging.assert_near([1.0, 2.0], [1.0, 2.1], rtol=1e-3))
attempt("near ints", lambda: tf.debugging.assert_near(1, 1))
attempt("near dtypes", lambda: tf.debugging.assert_near(x, tf.cast(x, tf.float64)))
attempt("none equal", lambda: tf.debugging.assert_none_equal([1, 2], [3, 4]))
attempt("one equal", lambda: tf.debugging.assert_none_equal([1, 2], [3, 2]))
attempt("less", lambda: tf.debugging.assert_less([1, 2], 3))
attempt("not less", lambda: tf.debugging.assert_less([1, 3], 3))
attempt("less or equal", lambda: tf.debugging.assert_less_equal([1, 3], 3))
attempt("greater", lambda: tf.debugging.assert_greater(2, 1))
attempt("not greater", lambda: tf.debugging.assert_greater(1, 1))
attempt("greater or equal", lambda: tf.debugging.assert_greater_equal(1, 1))
attempt("positive", lambda: tf.debugging.assert_positive(x))
attempt("not positive", lambda: tf.debugging.assert_positive([1.0, 0.0]))
attempt("not negative", lambda: tf.debugging.assert_non_negative([1.0, 0.0]))
attempt("negative", lambda: tf.debugging.assert_negative([-1.0]))
attempt("finite", lambda: bool(tf.reduce_all(tf.debugging.check_numerics(x, "bad") == x)))
attempt("infinite", lambda: tf.debugging.check_numerics([1.0, float("inf")], "bad"))
attempt("nan", lambda: tf.debugging.assert_all_finite([float("nan")], "bad"))
attempt("rank", lambda: tf.debugging.assert_rank(m, 2))
attempt("not that rank", lambda: tf.debugging.assert_rank(m, 1))
attempt("shapes", lambda: tf.debugging.assert_shapes([(m, ("A", "B")), (x, ("A",))]))
attempt("not those shapes", lambda: tf.debugging.assert_shapes([(m, ("A", "A"))]))
attempt("scalar", lambda: tf.debugging.assert_scalar(1.0))
attempt("type", lambda: tf.debugging.assert_type(x, tf.float32))
attempt("not that type", lambda: tf.debugging.assert_type(x, tf.int32))
attempt("Assert", lambda: tf.Assert(True, [x]))
attempt("Assert of what is not so", lambda: tf.Assert(False, ["because", x]))

print(
    "the same without debugging:",
    tf.assert_equal is tf.debugging.assert_equal,
    tf.assert_less(1, 2),
)
error = tf.errors.InvalidArgumentError(None, None, "text")
print(error.message, error.error_code, error.op, isinstance(error, tf.errors.OpError), str(error))
try:
    tf.debugging.assert_equal(1, 2)
except tf.errors.OpError as error:
    print(type(error) is tf.errors.InvalidArgumentError)

print("inside a tape")
v = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    y = tf.debugging.check_numerics(v * v, "bad")
    tf.debugging.assert_positive(y)
print(tape.gradient(y, v))
