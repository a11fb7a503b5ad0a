"""Variables in functions: lazily made, assigned in branches and loops, of unknown shapes, in order with prints and Python calls."""

import tensorflow as tf

T = tf.constant


def show(label, value):
    print(
        label,
        [None if x is None else getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(value)],
    )


def attempt(label, function, *arguments, **named):
    try:
        show(label, function(*arguments, **named))
    except Exception as error:
        print(label, "raised", type(error).__name__)


v = tf.Variable(1.0)


@tf.function
def order():
    a = v.read_value()
    v.assign(a + 1.0)
    b = v.read_value()
    v.assign_add(10.0)
    c = v * 1.0
    v.assign(c * 2.0)
    return a, b, c, v


show("order", order())
show("order", order())


@tf.function
def aliases():
    before = v.value()
    alias = tf.identity(v)
    v.assign(0.0)
    return before, alias, v.value()


show("what was read stays", aliases())


@tf.function
def branches(x):
    if x > 0:
        v.assign_add(x)
    elif x < -10.0:
        v.assign(-100.0)
    else:
        v.assign_sub(x)
        v.assign_sub(x)
    return v.read_value()


for x in (1.0, -1.0, -11.0):
    show("branches", branches(T(x)))


@tf.function
def loops(n):
    history = tf.TensorArray(tf.float32, size=n)
    for i in tf.range(n):
        if i % 2 == 0:
            v.assign_add(1.0)
        else:
            v.assign(v * 2.0)
        history = history.write(i, v)
    return history.stack(), v


v.assign(0.0)
show("loops", loops(T(4)))
show("loops", loops(T(0)))


@tf.function
def until():
    while v < 100.0:
        v.assign(v * 3.0)
        if v > 50.0:
            break
    return v.value()


v.assign(1.0)
show("until", until())

counter = tf.Variable(0, dtype=tf.int64)


@tf.function
def cond_lambda(flag):
    return tf.cond(flag, lambda: counter.assign_add(1), lambda: counter.assign_sub(1))


show("cond", [cond_lambda(T(True)), cond_lambda(T(True)), cond_lambda(T(False))])
show(
    "case",
    tf.function(
        lambda x: tf.case(
            [(x > 2, lambda: counter.assign(20)), (x > 1, lambda: counter.assign(10))],
            default=lambda: counter.assign(0),
        )
    )(T(2)),
)
show(
    "switch_case",
    tf.function(lambda i: tf.switch_case(i, [lambda: counter.assign_add(1), lambda: counter.assign_add(1000)]))(T(1)),
)


# --- made lazily ---


class Dense(tf.Module):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.built = False

    @tf.function
    def __call__(self, x):
        if not self.built:
            self.w = tf.Variable(tf.ones([x.shape[-1], self.units]), name="w")
            self.b = tf.Variable(tf.zeros([self.units]), name="b")
            self.built = True
        return x @ self.w + self.b


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.layers = [Dense(3), Dense(2)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


model = Model()
show("lazily", model(tf.ones([1, 2])))
show("then not", model(tf.ones([2, 2])))
print(
    [v.name for v in model.trainable_variables],
    [v.shape.as_list() for v in model.variables],
)

made = []


@tf.function
def by_list(x):
    if not made:
        made.append(tf.Variable(lambda: tf.ones([2]) * 3.0))
    return made[0] * x


show("by a callable", [by_list(2.0), by_list(T(3.0))])

holder = None


@tf.function
def by_global(x):
    global holder
    if holder is None:
        holder = tf.Variable(5.0)
        holder.assign_add(1.0)
    return holder * x


show("by a global", [by_global(T(1.0)), by_global(T(1.0)), by_global(T(2.0))])


@tf.function
def every_time():
    return tf.Variable(1.0)


attempt("every time", every_time)


@tf.function
def initial_from_input(x):
    global other
    if other is None:
        other = tf.Variable(x)
    return other


other = None
attempt("initialised from the input", initial_from_input, T(2.0))


@tf.function
def in_init_scope(x):
    global scoped
    if scoped is None:
        with tf.init_scope():
            scoped = tf.Variable(7.0)
    return scoped * x


scoped = None
show("init_scope", [in_init_scope(T(1.0)), in_init_scope(T(2.0))])

# --- shapes and dtypes ---

growing = tf.Variable(tf.zeros([0], tf.int32), shape=tf.TensorShape([None]), dtype=tf.int32)


@tf.function
def grow(x):
    growing.assign(tf.concat([growing, [x]], 0))
    return tf.size(growing), growing.read_value()


show("growing", grow(T(1)))
show("growing", grow(T(2)))
show("growing", grow(T(3)))
growing.assign([9, 9])
show("assigned outside", grow(T(4)))

anything = tf.Variable(1.0, shape=tf.TensorShape(None))


@tf.function
def set_anything(x):
    anything.assign(x)
    return tf.reduce_sum(anything), tf.shape(anything)


attempt("anything", set_anything, T(2.0))
attempt("anything", set_anything, T([1.0, 2.0]))
attempt("anything", set_anything, tf.ones([2, 2]))

fixed = tf.Variable([1.0, 2.0])
attempt("a wrong shape", tf.function(lambda: fixed.assign([1.0, 2.0, 3.0])))
attempt("a wrong dtype", tf.function(lambda x: fixed.assign(x)), T([1, 2]))
show("kept", fixed)


@tf.function
def parts(i, x):
    fixed[i].assign(x)
    fixed[0].assign(fixed[1] + 1.0)
    return fixed.read_value()


attempt("parts", parts, T(1), T(5.0))


@tf.function
def scatters():
    big = table
    big.scatter_nd_add([[0], [2]], [[1.0, 1.0], [2.0, 2.0]])
    big.scatter_update(tf.IndexedSlices([[9.0, 9.0]], [1]))
    big.scatter_max(tf.IndexedSlices([[5.0, 0.5]], [0]))
    return big.sparse_read([0, 2]), big.gather_nd([[1, 0]])


table = tf.Variable(tf.zeros([3, 2]))
show("scatters", scatters())
show("table", table)

# --- several functions and one variable; a function that calls one that assigns ---

shared = tf.Variable(1)


@tf.function
def inner(n):
    shared.assign_add(n)
    return shared.read_value()


@tf.function
def outer():
    a = inner(1)
    b = inner(T(10))
    shared.assign(shared * 2)
    c = inner(1)
    return a, b, c, shared


show("nested functions", outer())
show("nested functions", outer())


@tf.function
def recursive(n):
    shared.assign_add(1)
    if n > 0:
        recursive(n - 1)
    return shared.value()


show("recursive", recursive(3))


@tf.function
def looping(n):
    for _ in tf.range(n):
        inner(1)
    return shared.read_value()


show("in a loop", looping(T(5)))

a, b = tf.Variable(1.0), tf.Variable(2.0)


@tf.function
def swap(x, y):
    t = x.read_value()
    x.assign(y)
    y.assign(t)


swap(a, b)
show("swap", [a, b])


@tf.function
def swap_globals():
    old = a.value()
    a.assign(b)
    b.assign(old)


swap_globals()
show("swap", [a, b])
c = tf.Variable(10.0)
swap(b, c)
show("other variables, the same trace", [b, c, T(swap.experimental_get_tracing_count())])
swap(a, a)
show("the same twice", [a, T(swap.experimental_get_tracing_count())])


# --- effects in order ---


@tf.function
def ordered(x):
    tf.print("first", x, v)
    v.assign(x)
    tf.print("second", v, [x, {"a": x}], "text", sep=" | ")
    if x > 1.0:
        tf.print("greater", v.value(), summarize=2)
    for i in tf.range(2):
        v.assign_add(1.0)
        tf.print("loop", i, v)
    tf.py_function(lambda y: print("python", float(y)), [v.read_value()], [])
    with tf.control_dependencies([v.assign(1000.0)]):
        y = tf.identity(v)
    group = tf.group(v.assign_add(1.0), counter.assign(5))
    with tf.control_dependencies([group]):
        z = v.read_value()
    tf.no_op()
    return y, z


import sys  # noqa: E402

print("prints go to stderr", file=sys.stdout)
show("ordered", ordered(T(3.0)))
show("v", [v, counter])


@tf.function
def prints():
    tf.print(
        T([1.0, 2.5]),
        T([[1, 2], [3, 4]]),
        T("s"),
        T(True),
        1,
        "a",
        None,
        output_stream=sys.stdout,
    )
    tf.print("x:", T(1.5), "y", sep="", end="!\n", output_stream=sys.stdout)
    tf.print(tf.range(10), tf.range(10.0), output_stream=sys.stdout)
    tf.print(tf.reshape(tf.range(100), [10, 10]), summarize=2, output_stream=sys.stdout)
    tf.print([T(1), (T(2), [T(3)])], {"b": T(1), "a": "z"}, output_stream=sys.stdout)
    tf.print(
        tf.zeros([0]),
        tf.constant(["a", "b"]),
        1e-10 * T(1.0),
        T(1e20),
        output_stream=sys.stdout,
    )
    tf.print(
        "trailing",
        T([[[1]]]),
        T(3, tf.int64),
        T(2.0, tf.float16),
        T(1 + 2j),
        output_stream=sys.stdout,
    )


sys.stdout.flush()
prints()
sys.stdout.flush()
prints()
sys.stdout.flush()
