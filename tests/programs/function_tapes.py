"""Tapes and functions: tapes inside, outside, around several functions and across their borders; custom gradients; None."""

import numpy as np
import tensorflow as tf


def show(label, value):
    print(
        label,
        [None if x is None else getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(value)],
    )


def attempt(label, function, *arguments):
    try:
        show(label, function(*arguments))
    except Exception as error:
        print(label, "raised", type(error).__name__)


T = tf.constant
x = T([1.0, 2.0, 3.0])
v = tf.Variable([2.0, 3.0, 4.0])


@tf.function
def square(x):
    return x * x


@tf.function
def by_variable(x):
    return x * v


# --- a tape outside, around one function and several ---

with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    a = square(x)
    b = by_variable(a)
    c = tf.reduce_sum(tf.sin(b)) + tf.reduce_sum(a)
show("several functions", tape.gradient(c, [x, a, b, v]))
show("from the middle", tape.gradient(b, [x, v]))
show("with output gradients", tape.gradient(b, x, output_gradients=T([1.0, 0.0, 2.0])))
show("jacobian", tape.jacobian(b, x))


@tf.function
def several(x):
    return {
        "a": x * 2.0,
        "b": (tf.reduce_sum(x), x + v),
        "i": tf.cast(x, tf.int32),
        "none": None,
        "const": T(1.0),
        "same": x,
    }


with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    out = several(x)
show("one output", tape.gradient(out["a"], x))
show("another", tape.gradient(out["b"][0], x))
show("both", tape.gradient([out["a"], out["b"]], [x, v]))
show(
    "integers and constants",
    tape.gradient([out["i"], out["const"]], x, unconnected_gradients="zero"),
)
show("the argument itself", tape.gradient(out["same"], x))
show(
    "unconnected as zeros",
    tape.gradient(out["a"], [v, x], unconnected_gradients="zero"),
)

# --- a tape inside ---


@tf.function
def inside(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = square(x) + by_variable(x)
        z = tf.reduce_sum(y)
    return (
        tape.gradient(z, x),
        tape.gradient(z, v),
        tape.gradient(y, [x, x]),
        tape.gradient(z, T(1.0)),
    )


show("inside", inside(x))


@tf.function
def stopped_and_reset(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            z = y * x
        w = y + z
    first = tape.gradient(w, x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 100.0
        tape.reset()
        tape.watch(x)
        y = x * x * x
    return first, tape.gradient(y, x)


show("stopped and reset", stopped_and_reset(x))


@tf.function
def watching_nothing(x):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = x * v
    none = tape.gradient(y, v)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(v)
        y = x * v
    return (
        none,
        tape.gradient(y, v),
        [w.name == v.name for w in tape.watched_variables()] and None,
    )


show("watched variables", watching_nothing(x))


@tf.function
def used_twice(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    tape.gradient(y, x)
    return tape.gradient(y, x)


attempt("a tape used twice", used_twice, x)


@tf.function
def gradient_in_its_tape(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x**3
        g = tape.gradient(y, x)
    return g


attempt("gradient inside the with", gradient_in_its_tape, x)


@tf.function
def left_open(x):
    tape = tf.GradientTape()
    tape.__enter__()
    tape.watch(x)
    y = x * x
    tape.__exit__(None, None, None)
    return tape.gradient(y, x)


show("by hand", left_open(x))

# --- second and third order, across borders ---


@tf.function
def gradient_of(f, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


with tf.GradientTape() as tape:
    tape.watch(x)
    g = gradient_of(lambda x: x**3, x)
show("outer eager, inner in a function", tape.gradient(g, x))


@tf.function
def third(x):
    with tf.GradientTape() as t3:
        t3.watch(x)
        with tf.GradientTape() as t2:
            t2.watch(x)
            with tf.GradientTape() as t1:
                t1.watch(x)
                y = tf.exp(2.0 * x)
            d1 = t1.gradient(y, x)
        d2 = t2.gradient(d1, x)
    return d1, d2, t3.gradient(d2, x)


show("third order", third(T(0.5)))


def nth(f, n):
    if n == 0:
        return f
    inner = nth(f, n - 1)

    @tf.function
    def derivative(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = inner(x)
        return tape.gradient(y, x)

    return derivative


show("functions of functions", [nth(tf.sin, n)(T(1.0)) for n in range(6)])

with tf.GradientTape() as t2:
    t2.watch(x)
    with tf.GradientTape() as t1:
        t1.watch(x)
        y = tf.reduce_sum(square(x) * by_variable(x))
    g = t1.gradient(y, x)
show("a Hessian around functions", t2.jacobian(g, x))

# --- a tape opened outside and used inside ---

outer_tape = tf.GradientTape(persistent=True)


@tf.function
def watches_outside(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 3.0
    return y, tape.gradient(y, x)


with outer_tape:
    outer_tape.watch(x)
    y, dy = watches_outside(x)
    z = y * dy
show("both tapes", outer_tape.gradient(z, x))
show(
    "the inner gradient is a constant",
    outer_tape.gradient(dy, x, unconnected_gradients="zero"),
)

# --- what is assigned ---

w = tf.Variable(3.0)


@tf.function
def assigned(x):
    w.assign(x * x)
    return w * 2.0


with tf.GradientTape(persistent=True) as tape:
    s = T(2.0)
    tape.watch(s)
    y = assigned(s)
show("an assignment is no path", tape.gradient(y, [s, w]))
show("assigned", [w, y])


@tf.function
def assigns_between():
    with tf.GradientTape() as tape:
        before = w * w
        w.assign(10.0)
        after = w * w * w
        loss = before + after
    return loss, tape.gradient(loss, w), w.read_value()


w.assign(2.0)
show("read before and after", assigns_between())


@tf.function
def in_a_loop(n):
    with tf.GradientTape() as tape:
        y = T(1.0)
        for i in tf.range(n):
            y = y * w
            w.assign_add(1.0)
    return y, tape.gradient(y, w)


w.assign(1.0)
show("assigned in a loop", in_a_loop(T(3)))
show("now", w)

# --- custom gradients ---


@tf.custom_gradient
def log1pexp(x):
    e = tf.exp(x)

    def grad(upstream):
        return upstream * (1 - 1 / (1 + e))

    return tf.math.log(1 + e), grad


@tf.function
def uses(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = log1pexp(x)
    return tape.gradient(y, x)


show("stable", uses(T(100.0)))


@tf.custom_gradient
def straight_through(x):
    return tf.round(x), lambda dy: dy


@tf.custom_gradient
def reversal(x):
    return tf.identity(x), lambda dy: -0.5 * dy


@tf.custom_gradient
def two_outputs(a, b):
    def grad(da, db):
        return da * 10.0 + db, db * 100.0

    return (a * b, a + b), grad


@tf.function
def customs(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a = tf.reduce_sum(straight_through(x) ** 2)
        b = tf.reduce_sum(reversal(x * 2.0))
        p, q = two_outputs(x, x * 2.0)
    return (
        tape.gradient(a, x),
        tape.gradient(b, x),
        tape.gradient(p, x),
        tape.gradient([p, q], x),
    )


show("customs", customs(T([0.4, 1.6])))
with tf.GradientTape() as tape:
    z = T([0.4, 1.6])
    tape.watch(z)
    y = tf.function(lambda z: straight_through(z) + reversal(z))(z)
show("customs, a tape outside", tape.gradient(y, z))

kernel = tf.Variable(2.0)


@tf.custom_gradient
def with_variables(x):
    y = x * kernel

    def grad(dy, variables=None):
        return dy * 5.0, [tf.reduce_sum(dy) * 7.0 for _ in variables]

    return y, grad


@tf.function
def uses_variables(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(with_variables(x))
    return tape.gradient(y, [x, kernel])


show("with variables", uses_variables(x))


@tf.function
def straight(logits, noise):
    """A straight-through Gumbel softmax."""
    with tf.GradientTape() as tape:
        tape.watch(logits)
        soft = tf.nn.softmax((logits - tf.math.log(-tf.math.log(noise))) / 0.5)
        hard = tf.one_hot(tf.argmax(soft, -1), soft.shape[-1])
        y = tf.stop_gradient(hard - soft) + soft
        loss = tf.reduce_sum(y * T([1.0, 2.0, 3.0]))
    return y, tape.gradient(loss, logits)


show("gumbel", straight(T([0.1, 0.5, 0.2]), T([0.3, 0.6, 0.2])))


@tf.function
def recomputed(x):
    f = tf.recompute_grad(lambda y: tf.sin(y) * v)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


show("recomputed", recomputed(x))

# --- kinds of gradients ---

table = tf.Variable(tf.reshape(tf.range(8.0), [4, 2]))


@tf.function
def looks_up(ids):
    return tf.gather(table, ids)


with tf.GradientTape() as tape:
    y = tf.reduce_sum(looks_up(T([0, 2, 2])) ** 2)
g = tape.gradient(y, table)
show("sparse, from outside", tf.convert_to_tensor(g))


@tf.function
def complex_gradient(z):
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = tf.math.real(z * tf.math.conj(z))
    return tape.gradient(y, z)


print("complex", complex_gradient(T([1 + 2j, 3 - 1j], tf.complex64)).numpy())


@tf.function
def none_paths(x, i):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, i])
        y = tf.cast(tf.round(x), tf.float32) * 2.0
        z = tf.stop_gradient(x) + tf.cast(i, tf.float32)
        u = tf.cast(tf.cast(x, tf.int32), tf.float32)
    return tape.gradient(y, x), tape.gradient(z, [x, i]), tape.gradient(u, x)


attempt("paths that break", none_paths, x, T([1, 2, 3]))


@tf.function
def where_nan(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(x > 0, tf.sqrt(x), 0.0)
    return tape.gradient(y, x)


show("the gradient of where", where_nan(T([4.0, 0.0, -1.0])))


@tf.function
def forward_over_function(x):
    return tf.reduce_sum(tf.tanh(x) * v)


with tf.autodiff.ForwardAccumulator(x, T([1.0, 0.0, 1.0])) as acc:
    y = forward_over_function(x)
show("forward mode", acc.jvp(y))

with tf.autodiff.ForwardAccumulator(x, T([1.0, 0.0, 1.0])) as acc:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = forward_over_function(x)
    g = tape.gradient(y, x)
show("forward over reverse", acc.jvp(g))


@tf.function
def jvp_inside(x, t):
    with tf.autodiff.ForwardAccumulator(x, t) as acc:
        y = tf.sin(x) * x
    return acc.jvp(y)


show("forward mode inside", jvp_inside(x, tf.ones_like(x)))

# --- loops and branches between tapes ---


@tf.function
def branchy(x):
    if tf.reduce_sum(x) > 0:
        return x**2
    else:
        return -x


for s in (1.0, -1.0):
    with tf.GradientTape(persistent=True) as t2:
        t2.watch(x)
        with tf.GradientTape() as t1:
            t1.watch(x)
            y = branchy(s * x)
        g = t1.gradient(y, x)
    show("through a branch", [g, t2.gradient(g, x)])


@tf.function
def powers(x, n):
    y = tf.ones_like(x)
    while n > 0:
        y *= x
        n -= 1
    return y


for n in (0, 1, 4):
    with tf.GradientTape() as t2:
        t2.watch(x)
        with tf.GradientTape() as t1:
            t1.watch(x)
            y = powers(x, T(n))
        g = t1.gradient(y, x)
    show("through a loop", [y, g, t2.gradient(g, x)])


@tf.function
def tape_around_loop(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for _ in tf.range(3):
            with tf.GradientTape() as inner:
                inner.watch(y)
                z = tf.reduce_sum(y**2)
            y = y - 0.1 * inner.gradient(z, y)
        loss = tf.reduce_sum(y)
    return loss, tape.gradient(loss, x)


show("descent inside a tape", tape_around_loop(x))


@tf.function
def maml(w, tasks):
    with tf.GradientTape() as outer:
        outer.watch(w)
        total = T(0.0)
        for task in tasks:
            with tf.GradientTape() as inner:
                inner.watch(w)
                loss = tf.reduce_sum((w - task) ** 2)
            adapted = w - 0.1 * inner.gradient(loss, w)
            total += tf.reduce_sum((adapted - task) ** 2)
    return total, outer.gradient(total, w)


show("meta-learning", maml(T([0.0, 1.0]), T([[1.0, 1.0], [2.0, -1.0]])))


@tf.function
def influence():
    with tf.GradientTape(persistent=True) as tape:
        ys = [tf.reduce_sum(v**k) for k in range(1, 4)]
    return [tape.gradient(y, v) for y in ys], [u.shape.as_list() for u in tape.watched_variables()] and None


show("persistent, in a list", influence())
print(np.array_equal(v.numpy(), [2.0, 3.0, 4.0]))
