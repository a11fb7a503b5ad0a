"""How functions are called and traced: counts, signatures, Python values, methods, closures, recursion, results."""

import collections
import functools

import numpy as np
import tensorflow as tf


def show(label, value):
    print(
        label,
        tf.nest.map_structure(
            lambda x: getattr(x.numpy(), "tolist", x.numpy)() if tf.is_tensor(x) or isinstance(x, tf.Variable) else x,
            value,
        ),
    )


def attempt(label, function, *arguments, **named):
    try:
        show(label, function(*arguments, **named))
    except Exception as error:
        print(label, "raised", type(error).__name__)


# --- what makes a new trace ---


def count_traces(*calls, **options):
    traces = []

    @tf.function(**options)
    def f(*args, **kwargs):
        traces.append(1)
        return tf.constant(0)

    found = []
    for args in calls:
        f(*args) if isinstance(args, tuple) else f(**args)
        found.append(len(traces))
    return found


T = tf.constant
Point = collections.namedtuple("Point", ["x", "y"])
print(
    "numbers",
    count_traces((1,), (1,), (2,), (2.5,), (1,), ("a",), ("b",), ("a",), (None,)),
)
print(
    "tensors",
    count_traces((T(1),), (T(2),), (T(1.0),), (T([1]),), (T([1, 2]),), (T([3, 4]),), (T("a"),)),
)
print(
    "arrays",
    count_traces(
        (np.float32(1),),
        (np.float32(2),),
        (np.ones(2),),
        (np.zeros(2),),
        (np.ones(2, np.float32),),
    ),
)
print(
    "lists",
    count_traces(
        ([1, 2],),
        ([1, 2],),
        ([1, 3],),
        ((1, 2),),
        ([T(1), T(2)],),
        ([T(5), T(6)],),
        ([T(1)],),
    ),
)
print(
    "dicts",
    count_traces(
        ({"a": 1},),
        ({"a": 2},),
        ({"a": T(1)},),
        ({"a": T(2)},),
        ({"b": T(2)},),
        ({"a": T(1), "b": T(2)},),
    ),
)
print("tuples", count_traces((Point(T(1), T(2)),), (Point(T(3), T(4)),), ((T(1), T(2)),)))
print(
    "keywords",
    count_traces({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": T(1), "b": 2}, {"a": T(2), "b": 2}),
)
print(
    "variables",
    count_traces(
        (tf.Variable(1),),
        (tf.Variable(2),),
        (tf.Variable(1.0),),
        (tf.Variable([1, 2]),),
    ),
)
v = tf.Variable(1)
w = tf.Variable(1)
print("the same variable twice", count_traces((v, w), (w, v), (v, v), (w, w)))
print("callables", count_traces((tf.sin,), (tf.sin,), (tf.cos,)))
print("dtypes", count_traces((tf.float32,), (tf.float32,), (tf.int32,)))
print(
    "shapes",
    count_traces((tf.TensorShape([1]),), (tf.TensorShape([1]),), (tf.TensorShape([2]),)),
)
print(
    "reduced",
    count_traces(
        (tf.ones([1]),),
        (tf.ones([2]),),
        (tf.ones([3]),),
        (tf.ones([4]),),
        (tf.ones([1, 2]),),
        reduce_retracing=True,
    ),
)
print(
    "reduced 2",
    count_traces(
        (tf.ones([1, 2]),),
        (tf.ones([2, 2]),),
        (tf.ones([2, 3]),),
        (tf.ones([5, 6]),),
        reduce_retracing=True,
    ),
)


class Config:
    def __init__(self, x):
        self.x = x


one, two = Config(1), Config(2)
print("objects", count_traces((one,), (one,), (two,), (one,)))


@tf.function
def reads_config(c):
    return tf.constant(c.x)


show("the value at the trace stays", reads_config(one))
one.x = 100
show("the value at the trace stays", reads_config(one))

# --- Python values that are remembered, and those that are not ---

scale = 2.0


@tf.function
def global_number(x):
    return x * scale


show("global", global_number(T(1.0)))
scale = 3.0
show("global, later", global_number(T(1.0)))
show("global, of another shape", global_number(T([1.0])))

captured = tf.constant(10.0)


@tf.function
def global_tensor(x):
    return x + captured


show("global tensor", global_tensor(T(1.0)))
captured = tf.constant(20.0)
show("global tensor, later", global_tensor(T(1.0)))

holder = {"v": tf.Variable(1.0)}


@tf.function
def from_holder():
    return holder["v"] * 2.0


show("holder", from_holder())
holder["v"].assign(5.0)
show("holder, assigned", from_holder())
holder["v"] = tf.Variable(100.0)
show("holder, replaced", from_holder())

# --- signatures ---


@tf.function(
    input_signature=[
        tf.TensorSpec([None, 2], tf.float32),
        tf.TensorSpec([], tf.int32, name="n"),
    ]
)
def signed(x, n):
    print("tracing", x.shape, n.shape, x.dtype.name)
    return tf.reduce_sum(x) * tf.cast(n, tf.float32)


show("signed", signed(tf.ones([1, 2]), T(2)))
show("signed, of lists", signed([[1.0, 2.0], [3.0, 4.0]], 2))
show("signed, by name", signed(x=tf.ones([3, 2]), n=1))
show("signed, of an array", signed(np.ones([2, 2], np.float32), np.int32(4)))
attempt("signed, of another rank", signed, tf.ones([2]), 1)
attempt("signed, of another length", signed, tf.ones([2, 3]), 1)
attempt("signed, of doubles", signed, tf.ones([2, 2], tf.float64), 1)
attempt("signed, too few", signed, tf.ones([2, 2]))
attempt("signed, too many", signed, tf.ones([2, 2]), 1, 2)


@tf.function(input_signature=[{"a": tf.TensorSpec([None]), "b": [tf.TensorSpec([]), tf.TensorSpec([])]}])
def signed_structure(d):
    return d["a"] * d["b"][0] + d["b"][1]


show("structure", signed_structure({"a": T([1.0, 2.0]), "b": [T(2.0), T(3.0)]}))
attempt("another structure", signed_structure, {"a": T([1.0, 2.0]), "b": [T(2.0)]})


@tf.function(input_signature=(tf.TensorSpec(None, tf.float32),))
def any_rank(x):
    return tf.reduce_sum(x), tf.rank(x), tf.shape(x)


show("any rank", any_rank(2.0))
show("any rank", any_rank([[1.0, 2.0]]))
show("any rank", any_rank(tf.ones([1, 2, 3])))


@tf.function(input_signature=[])
def no_arguments():
    return tf.constant(1)


show("no arguments", no_arguments())
attempt("no arguments, given one", no_arguments, 1)


@tf.function(input_signature=[tf.TensorSpec([])])
def with_default(x, y=2.0):
    return x * y


show("a default", with_default(3.0))

# --- concrete functions ---


@tf.function
def power(a, b):
    print(
        "tracing power",
        a if not tf.is_tensor(a) else a.dtype.name,
        b if not tf.is_tensor(b) else b.dtype.name,
    )
    return a**b


square = power.get_concrete_function(a=tf.TensorSpec([None], dtype=tf.float32), b=2)
show("square", square(T([10.0, 2.0])))
show("square", square(a=T([3.0])))
attempt("square of integers", square, T([10]))
attempt("b may be the same", square, T([10.0]), b=2)
attempt("b may not differ", square, T([10.0]), b=3)
print(square.structured_input_signature)
print(square.structured_outputs.dtype)
cube = power.get_concrete_function(T([1.0, 2.0]), 3)
show("cube", cube(T([2.0, 3.0])))
show("by call", power(T([4.0, 5.0]), 3))
print(power.experimental_get_tracing_count())

# --- methods, properties, classes, static and class methods ---


class Accumulator(tf.Module):
    made = 0

    def __init__(self, start):
        super().__init__()
        self.total = tf.Variable(start)
        self.traces = 0
        Accumulator.made += 1

    @tf.function
    def add(self, x):
        self.traces += 1
        return self.total.assign_add(x)

    @property
    @tf.function
    def double(self):
        return self.total * 2.0

    @staticmethod
    @tf.function
    def square(x):
        return x * x

    @classmethod
    def of_two(cls, a, b):
        return cls(a + b)

    @tf.function
    def __call__(self, x, *, negate=False):
        return -self.total * x if negate else self.total * x


a, b = Accumulator(1.0), Accumulator.of_two(10.0, 20.0)
show("methods", [a.add(1.0), b.add(1.0), a.add(T(5.0)), a.add(1.0)])
print("traces of each", a.traces, b.traces)
show("property", [a.double, b.double])
show("static", [Accumulator.square(T(3.0)), a.square(T(4.0))])
show("call", [a(T(2.0)), a(T(2.0), negate=True)])


class Child(Accumulator):
    @tf.function
    def add(self, x):
        return super().add(x) + 100.0


child = Child(1.0)
show("super", child.add(1.0))


class Plain:
    def __init__(self, k):
        self.k = k
        self.fn = tf.function(self.method)

    def method(self, x):
        return x * self.k


show("a bound method", [Plain(2).fn(T(3)), tf.function(Plain(5).method)(T(3))])

# --- functions of every kind ---

show("lambda", tf.function(lambda x, y=3: x * y)(T(2)))
show("partial", tf.function(functools.partial(lambda x, y: x - y, y=5))(T(2)))
show("partial of a function", functools.partial(power, b=T(2.0))(T(3.0)))


class Callable:
    def __call__(self, x):
        return x + 1


show("a callable object", tf.function(Callable())(T(1)))


def logged(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print("calling", f.__name__)
        return f(*args, **kwargs)

    return wrapper


@logged
@tf.function
def outside(x):
    return x + 1


@tf.function
@logged
def inside(x):
    return x + 2


show("decorated", [outside(T(1)), outside(T(1)), inside(T(1)), inside(T(1))])
print(inside.__name__, outside.__name__, inside.python_function.__name__)

table = {"relu": tf.function(tf.nn.relu), "double": tf.function(lambda x: x * 2.0)}
functions = [tf.function(f) for f in (tf.abs, tf.negative, tf.sin)]
show(
    "a table",
    [table[k](T([-1.0, 1.0])) for k in table] + [f(T(-0.5)) for f in functions],
)


@tf.function
def compose(fs, x):
    for f in fs:
        x = f(x)
    return x


show("composed", compose(functions, T(0.3)))


def make_counter():
    state = tf.Variable(0)

    @tf.function
    def increment(by=1):
        nonlocal_like = state.assign_add(by)
        return nonlocal_like

    @tf.function
    def reset():
        state.assign(0)

    return increment, reset


increment, reset = make_counter()
show("closures", [increment(), increment(5), increment(T(2)), reset(), increment()])


@tf.function
def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)


show("recursion on a Python number", factorial(5))


@tf.function
def outer(x):
    @tf.function
    def inner(y):
        return y * x

    return inner(x + 1.0) + inner(2.0)


show("a function in a function", outer(T(3.0)))


@tf.function
def star(*args, scale=1.0, **kwargs):
    return tf.add_n(args) * scale, sorted(kwargs), {k: v * 2 for k, v in kwargs.items()}


def named(*args, **kwargs):
    total, _, doubled = tf.function(lambda *a, **k: (tf.add_n(a), None, {n: v * 2 for n, v in k.items()}))(
        *args, **kwargs
    )
    return total, doubled


show("star", named(T(1.0), T(2.0), b=T(3), a=T(4)))

# --- results of every kind ---


@tf.function
def returns(kind, x):
    return {
        "none": lambda: None,
        "argument": lambda: x,
        "python": lambda: 3,
        "list": lambda: [x, 1.5, None],
        "tuple": lambda: (x, (x + 1, [x + 2])),
        "dict": lambda: {"b": x, "a": {"c": x * 2}},
        "named": lambda: Point(x, x * 2),
        "array": lambda: np.array([1.0, 2.0]),
        "bool": lambda: True,
        "string": lambda: "text",
        "empty": lambda: [],
        "empty dict": lambda: {},
        "variable": lambda: v,
        "same twice": lambda: (x, x),
        "ordered": lambda: collections.OrderedDict([("z", x), ("y", 1)]),
    }[kind]()


for kind in ("none", "argument", "python", "list", "tuple", "dict", "named", "array", "bool", "string", "empty",
             "empty dict", "variable", "same twice", "ordered"):  # fmt: skip
    found = returns(kind, T(7))
    print(kind, type(found).__name__ if not tf.is_tensor(found) else "Tensor", end=" ")
    show("", list(found.items()) if kind == "ordered" else found)  # whose notation is another since Python 3.12


@tf.function
def unused(a, b, c=None):
    return a


show("unused arguments", unused(T(1), T([1.0, 2.0]), c={"x": T("s")}))

# --- eager mode ---

tf.config.run_functions_eagerly(True)
log = []


@tf.function
def eagerly(x):
    log.append(float(x))
    return x.numpy() * 2


print("eagerly", eagerly(T(1.0)), eagerly(T(2.0)), log, tf.config.functions_run_eagerly())
tf.config.run_functions_eagerly(False)
attempt("not eagerly", eagerly, T(1.0))

# --- names ---


@tf.function
def documented(x):
    """What it does."""
    return x


print(
    documented.__name__,
    "|",
    documented.__doc__,
    "|",
    documented.__wrapped__ is documented.python_function,
)
print(callable(documented), isinstance(documented, type(power)))
