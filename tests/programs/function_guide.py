"""The guide to tf.function: tracing, polymorphism, signatures, side effects, variables, loops, and gradients."""

import tensorflow as tf


def show(name, value):
    print(name, [getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(value)])


def attempt(name, function, *args):
    try:
        print(name, "gave", function(*args))
    except Exception as error:
        print(name, "raised", type(error).__name__)


# --- tracing ---


@tf.function
def double(a):
    print("Tracing with", a)
    return a + a


show("int", double(tf.constant(1)))
show("float", double(tf.constant(1.1)))
show("string", double(tf.constant("a")))
show("string again", double(tf.constant("b")))
show("vector", double(tf.constant([1.0, 2.0])))


@tf.function(input_signature=(tf.TensorSpec(shape=[None], dtype=tf.int32),))
def next_collatz(x):
    print("Tracing with", x.shape)
    return tf.where(x % 2 == 0, x // 2, 3 * x + 1)


show("collatz", next_collatz(tf.constant([1, 2])))
show("collatz", next_collatz(tf.constant([5, 6, 7])))
attempt("matrix", next_collatz, tf.constant([[1, 2], [3, 4]]))
attempt("floats", next_collatz, tf.constant([1.0, 2.0]))


@tf.function
def train(steps):
    print("Tracing with steps", steps)
    return tf.constant(0) + steps


show("python 10", train(10))
show("python 20", train(20))
show("tensor 10", train(tf.constant(10)))
show("tensor 20", train(tf.constant(20)))

print("tracing count", double.experimental_get_tracing_count())

# --- side effects, and their order ---


@tf.function
def effects(x):
    print("Traced with", x)
    tf.py_function(lambda v: print("Executed with", int(v)), [x], [])
    return x


effects(1)
effects(1)
effects(2)

external = []


@tf.function
def appending(x):
    external.append(x)
    return x


appending(tf.constant(1))
appending(tf.constant(2))
print("python side effects", len(external))

# --- shapes that are not known ---


@tf.function(input_signature=[tf.TensorSpec([None, None])])
def shapes(x):
    print("static", x.shape, tf.transpose(x).shape, tf.reduce_sum(x, 1).shape, (x[:, :2]).shape)
    rows = tf.shape(x)[0]
    flat = tf.reshape(x, [rows * tf.shape(x)[1]])
    return tf.shape(x), flat, tf.range(rows), tf.zeros([rows, 2]), x / tf.cast(rows, tf.float32), tf.eye(rows)


show("2 x 3", shapes(tf.ones([2, 3])))
show("3 x 2", shapes(tf.ones([3, 2])))
show("1 x 4", shapes(tf.ones([1, 4])))


@tf.function(input_signature=[tf.TensorSpec([None, None]), tf.TensorSpec([None])])
def broadcasts(x, y):
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = tf.reduce_sum(x * y)
    return tape.gradient(z, [x, y])


show("same", broadcasts(tf.ones([2, 3]), tf.ones([3])))
show("a column", broadcasts(tf.ones([2, 1]), tf.ones([3])))
show("one number", broadcasts(tf.ones([2, 3]), tf.ones([1])))

# --- variables ---


class Count(tf.Module):
    def __init__(self):
        self.count = None

    @tf.function
    def __call__(self):
        if self.count is None:
            self.count = tf.Variable(0)
        return self.count.assign_add(1)


c = Count()
show("count", [c(), c(), c()])


@tf.function
def makes_variables(x):
    return tf.Variable(1.0) + x


attempt("variables on every call", makes_variables, tf.constant(1.0))

weights = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


@tf.function
def parts(i, row):
    weights[0].assign(row)
    weights[:, 1].assign([7.0, 8.0, 9.0])
    weights[i, 0].assign(-1.0)
    weights.scatter_add(tf.IndexedSlices(tf.ones([2, 2]), [2, 2]))
    weights.scatter_nd_update([[1, 1]], [100.0])
    return weights.read_value()


show("parts", parts(tf.constant(1), tf.constant([0.5, 0.25])))
show("now", weights)

# --- gradients ---


@tf.function
def cube(x):
    return x**3


x = tf.constant([1.0, 2.0])
with tf.GradientTape() as outer:
    outer.watch(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = cube(x)
    first = tape.gradient(y, x)
show("first", first)
show("second", outer.gradient(first, x))


@tf.custom_gradient
def clipped(x):
    def grad(upstream):
        return tf.clip_by_value(upstream, -0.5, 0.5)

    return tf.identity(x), grad


@tf.function
def uses_clipped(x):
    return clipped(x * 2.0)


with tf.GradientTape() as tape:
    tape.watch(x)
    y = uses_clipped(x)
show("custom gradient in a function", tape.gradient(y, x))


@tf.function
def by_gradients(x):
    y = x * x
    return tf.gradients(y, x), tf.gradients([y, 2.0 * x], [x], grad_ys=[tf.ones_like(x), 3.0 * tf.ones_like(x)])


show("tf.gradients", by_gradients(x))
attempt("tf.gradients outside", lambda: tf.gradients(x, x))


@tf.function
def in_init_scope(x):
    with tf.init_scope():
        print("eagerly in init_scope", tf.executing_eagerly())
    print("eagerly", tf.executing_eagerly())
    return x


in_init_scope(x)
attempt("numpy()", tf.function(lambda x: x.numpy()), x)
attempt("bool", tf.function(lambda x: bool(x[0] > 0), autograph=False), x)
attempt("iterate", tf.function(lambda x: [v for v in x], autograph=False), x)
attempt("np", tf.function(lambda x: __import__("numpy").sum(x)), x)
