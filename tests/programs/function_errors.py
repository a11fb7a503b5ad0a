"""Errors in functions: their classes, when they are raised, and that all works afterwards; assertions; odd values."""

import threading

import numpy as np
import tensorflow as tf

T = tf.constant


def attempt(label, function, *arguments, **named):
    try:
        found = function(*arguments, **named)
        print(
            label,
            "gave",
            [None if x is None else getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(found)],
        )
    except Exception as error:
        print(label, "raised", type(error).__name__)


# --- raised while tracing ---

fails = True
traced = []


@tf.function
def fragile(x):
    traced.append(1)
    if fails:
        raise ValueError("not now")
    return x * 2


attempt("fragile", fragile, T(1))
attempt("fragile again", fragile, T(1))
fails = False
attempt("fragile, mended", fragile, T(1))
print("traces", len(traced))
with tf.GradientTape() as tape:
    x = T(3.0)
    tape.watch(x)
    y = x * x
attempt("a tape afterwards", tape.gradient, y, x)
print("eager again", tf.executing_eagerly())

count = tf.Variable(0)


@tf.function
def half_done(x):
    count.assign_add(1)
    with tf.GradientTape():
        y = tf.matmul(x, tf.ones([3, 3]))
    count.assign_add(1)
    return y


attempt("shapes that do not fit", half_done, tf.ones([2, 2]))
print("nothing was assigned", count.numpy())
attempt("shapes that fit", half_done, tf.ones([2, 3]))
print("assigned", count.numpy())


@tf.function
def dtypes(a, b):
    return a + b


attempt("int + float", dtypes, T(1), T(1.0))
attempt("python number", dtypes, T(1), 2)
attempt("int tensor + python float", dtypes, T(1), 2.5)
attempt("float + double", dtypes, T(1.0), T(1.0, tf.float64))
attempt("shapes", dtypes, tf.ones([2]), tf.ones([3]))
attempt("strings", dtypes, T("a"), T("b"))
attempt("string and number", dtypes, T("a"), T(1))
attempt("matmul of vectors", tf.function(lambda: tf.matmul(tf.ones([3]), tf.ones([3]))))
attempt("reshape", tf.function(lambda x: tf.reshape(x, [4])), tf.ones([3]))
attempt(
    "concat",
    tf.function(lambda x, y: tf.concat([x, y], 0)),
    tf.ones([2, 2]),
    tf.ones([2, 3]),
)
attempt("stack", tf.function(lambda x, y: tf.stack([x, y])), tf.ones([2]), tf.ones([3]))
attempt("transpose", tf.function(lambda x: tf.transpose(x, [0, 1, 2])), tf.ones([2, 2]))
attempt("axis", tf.function(lambda x: tf.reduce_sum(x, 3)), tf.ones([2, 2]))
attempt("squeeze", tf.function(lambda x: tf.squeeze(x, 0)), tf.ones([2, 2]))
attempt("index", tf.function(lambda x: x[5]), tf.ones([2]))
attempt(
    "unpack too many",
    tf.function(lambda x: (lambda a, b: a)(*tf.unstack(x))),
    tf.ones([3]),
)
attempt("no such name", tf.function(lambda x: undefined_name), T(1))  # noqa: F821
attempt("no such attribute", tf.function(lambda x: x.no_such), T(1))
attempt("too few arguments", tf.function(lambda x, y: x), T(1))
attempt("too many arguments", tf.function(lambda x: x), T(1), T(2))
attempt("unknown keyword", tf.function(lambda x: x), x=T(1), z=T(2))
attempt("an object", tf.function(lambda: object()))
attempt("a set", tf.function(lambda: {1, 2}))
attempt("np.array of a tensor", tf.function(lambda x: np.array(x)), T(1.0))
attempt("float()", tf.function(lambda x: float(x)), T(1.0))
attempt("int()", tf.function(lambda x: int(x)), T(1))
attempt("a range of a tensor", tf.function(lambda n: [i for i in range(n)]), T(3))
attempt("a list's index", tf.function(lambda i: [1, 2, 3][i]), T(1))
attempt("a dict's key", tf.function(lambda k: {1: 2}[k]), T(1))
attempt("len", tf.function(lambda x: len(x)), tf.ones([3]))
attempt("in", tf.function(lambda x: 1.0 in x), tf.ones([3]))
attempt("hash", tf.function(lambda x: {x: 1} and None), tf.ones([3]))


# --- raised while running ---


@tf.function
def divides(a, b):
    return a // b


attempt("by zero", divides, T(1), T(0))
attempt("not by zero", divides, T(7), T(2))


@tf.function
def picks(x, i):
    count.assign_add(100)
    return tf.gather(x, i)


count.assign(0)
attempt("outside", picks, T([1, 2]), T(5))
attempt("inside", picks, T([1, 2]), T(1))
attempt("cholesky", tf.function(lambda x: tf.linalg.diag_part(tf.linalg.cholesky(x))), -tf.eye(2))
attempt("inverse", tf.function(lambda x: tf.linalg.inv(x)), tf.zeros([2, 2]))
attempt("one-hot below", tf.function(lambda x: tf.one_hot(x, 3)), T([-1, 5]))


@tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec([None, None])])
def unknown_product(a, b):
    return a @ b


attempt("unknown shapes that fit", unknown_product, tf.ones([2, 3]), tf.ones([3, 2]))
attempt("unknown shapes that do not", unknown_product, tf.ones([2, 3]), tf.ones([2, 3]))
attempt("unknown shapes that fit again", unknown_product, tf.ones([1, 2]), tf.ones([2, 1]))


@tf.function
def asserts(x):
    tf.debugging.assert_positive(x, message="must be positive")
    tf.debugging.assert_less(x, 10.0)
    tf.Assert(tf.reduce_all(x < 5.0), [x])
    return tf.sqrt(x)


attempt("asserts", asserts, T([1.0, 4.0]))
attempt("asserts, negative", asserts, T([1.0, -4.0]))
attempt("asserts, great", asserts, T([1.0, 6.0]))
attempt("asserts, greater", asserts, T([1.0, 60.0]))


@tf.function
def asserts_shape(x):
    tf.debugging.assert_shapes([(x, ("N", 3))])
    tf.debugging.assert_rank(x, 2)
    tf.debugging.assert_type(x, tf.float32)
    tf.ensure_shape(x, [None, 3])
    return tf.shape(x)


attempt("shapes", asserts_shape, tf.ones([2, 3]))
attempt("shapes, wrong", asserts_shape, tf.ones([2, 4]))
attempt("shapes, rank", asserts_shape, tf.ones([3]))


@tf.function
def checks(x):
    return tf.debugging.check_numerics(tf.math.log(x), "log")


attempt("numerics", checks, T([1.0]))
attempt("numerics, nan", checks, T([-1.0]))
attempt("numerics, inf", checks, T([0.0]))


@tf.function
def conditional_error(x):
    if x > 0:
        y = tf.debugging.check_numerics(x / 0.0, "inf")
    else:
        y = x
    return y


attempt("in the branch not taken", conditional_error, T(-1.0))
attempt("in the branch taken", conditional_error, T(1.0))


@tf.function
def error_in_a_loop(n):
    total = 0
    for i in tf.range(n):
        total += 10 // (3 - i)
    return total


attempt("a loop", error_in_a_loop, T(3))
attempt("a loop that fails", error_in_a_loop, T(5))
attempt("a loop again", error_in_a_loop, T(2))


def python_side(x):
    if x > 2:
        raise RuntimeError("no")
    return x * 2


@tf.function
def calls_python(x):
    return tf.py_function(python_side, [x], tf.int32)


attempt("py_function", calls_python, T(2))
attempt("py_function that fails", calls_python, T(3))
attempt(
    "numpy_function",
    tf.function(lambda x: tf.numpy_function(lambda a: a.sum(), [x], tf.float32)),
    tf.ones([3]),
)
attempt(
    "numpy_function of another dtype",
    tf.function(lambda x: tf.numpy_function(lambda a: a.astype(np.float64), [x], tf.float32)),
    tf.ones([3]),
)

# --- control flow that does not fit ---


@tf.function
def branches_differ(x):
    if x > 0:
        y = T(1)
    else:
        y = T(1.0)
    return y


attempt("dtypes of branches", branches_differ, T(1))


@tf.function
def only_one_branch(x):
    if x > 0:
        y = x
    return y


attempt("defined in one branch", only_one_branch, T(1))


@tf.function
def return_in_one(x):
    if x > 0:
        return x


attempt("return in one branch", return_in_one, T(1))


@tf.function
def loop_dtype(n):
    x = 0
    while x < n:
        x = x + 1.5
    return x


attempt("a loop's dtype", loop_dtype, T(3))


@tf.function
def loop_shape(n):
    x = tf.ones([1])
    for _ in tf.range(n):
        x = tf.concat([x, x], 0)
    return x


attempt("a loop's shape", loop_shape, T(3))


@tf.function
def undefined_after(n):
    for i in tf.range(n):
        last = i * 2
    return last


attempt("defined in a loop", undefined_after, T(3))


@tf.function
def list_in_a_loop(n):
    found = []
    for i in tf.range(n):
        found.append(i)
    return found


attempt("a list in a loop", list_in_a_loop, T(3))

leaked = []


@tf.function
def leaks(x):
    leaked.append(x * 2)
    return x


leaks(T(1.0))
for use in (lambda: leaked[0] + 1.0, tf.function(lambda: leaked[0] + 1.0)):
    try:
        use()
    except TypeError as error:
        print("a leaked tensor", "is out of scope and cannot be used here" in str(error))
print("its shape and dtype", leaked[0].shape, leaked[0].dtype.name)

# --- raising exceptions that the program catches ---


@tf.function
def catches(x):
    try:
        return tf.matmul(x, x)
    except (ValueError, tf.errors.InvalidArgumentError):
        return x * 100.0


attempt("caught while tracing", catches, tf.ones([2, 3]))


@tf.function
def with_finally(x):
    log = []
    try:
        y = x + 1
    finally:
        log.append("done")
    return y


attempt("finally", with_finally, T(1))

# --- values of every kind ---


@tf.function
def kinds(x):
    return x, tf.size(x), tf.rank(x), tf.zeros_like(x)


for value in (
    T(True),
    T([], tf.float32),
    T(1, tf.int64),
    T(b"\xff"),
    T(["a", "b"]),
    tf.zeros([0, 3]),
    T(1.5, tf.float16),
    T(2, tf.uint8),
):
    attempt(value.dtype.name, kinds, value)


@tf.function
def empties(x):
    return (
        tf.reduce_sum(x),
        tf.reduce_max(x),
        tf.reduce_mean(x),
        tf.concat([x, x], 0),
        tf.reshape(x, [-1, 2]),
        x * 2.0,
    )


attempt("empty", empties, tf.zeros([0]))
attempt(
    "empty loop",
    tf.function(lambda x: tf.map_fn(lambda r: r * 2.0, x)),
    tf.zeros([0, 2]),
)
attempt(
    "empty scan",
    tf.function(lambda x: tf.scan(lambda a, r: a + r, x, initializer=T(0.0))),
    tf.zeros([0]),
)
attempt(
    "foldl of nothing",
    tf.function(lambda x: tf.foldl(lambda a, r: a + r, x, initializer=T(5.0))),
    tf.zeros([0]),
)


# --- threads ---


@tf.function
def in_threads(x, n):
    for _ in range(n):
        x = x * 1.0 + 1.0
    return x


results = {}


def work(k):
    with tf.GradientTape() as tape:
        x = T(float(k))
        tape.watch(x)
        y = in_threads(x, k % 3 + 1) * x
    results[k] = float(y), float(tape.gradient(y, x))


threads = [threading.Thread(target=work, args=(k,)) for k in range(12)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("threads", sorted(results.items()), in_threads.experimental_get_tracing_count())
