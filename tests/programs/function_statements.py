"""Loops, branches and mapped functions in all their spellings, and what AutoGraph makes of Python's statements."""

import sys

import tensorflow as tf

T = tf.constant


def show(label, f, *arguments):
    try:
        found = f(*arguments)
        print(label, [getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(found)])
    except Exception as error:
        print(label, "raised", type(error).__name__)


# --- functions of rows ---

show("map_fn", tf.function(lambda x: tf.map_fn(lambda r: r**2, x)), T([1.0, 2.0]))
show(
    "map_fn of two",
    tf.function(
        lambda x: tf.map_fn(
            lambda r: (r[0] + r[1], r[0] * r[1]), (x, x * 2.0), fn_output_signature=(tf.float32, tf.float32)
        )
    ),
    T([1.0, 2.0]),
)
show(
    "map_fn dtype",
    tf.function(lambda x: tf.map_fn(lambda r: tf.cast(r, tf.int32), x, fn_output_signature=tf.int32)),
    T([1.0, 2.0]),
)
show(
    "vectorized_map",
    tf.function(lambda x: tf.vectorized_map(lambda r: tf.reduce_sum(r) * r, x)),
    T([[1.0, 2.0], [3.0, 4.0]]),
)
show("foldl", tf.function(lambda x: tf.foldl(lambda a, r: a * 2.0 + r, x)), T([1.0, 2.0, 3.0]))
show("foldr", tf.function(lambda x: tf.foldr(lambda a, r: a * 2.0 + r, x)), T([1.0, 2.0, 3.0]))
show(
    "scan",
    tf.function(lambda x: tf.scan(lambda a, r: (a[0] + r, a[1] * r), x, initializer=(T(0.0), T(1.0)))),
    T([1.0, 2.0, 3.0]),
)


@tf.function(input_signature=[tf.TensorSpec([None, None])])
def sums_of_cubes(x):
    with tf.GradientTape() as t:
        t.watch(x)
        y = tf.map_fn(lambda r: tf.reduce_sum(r**3), x)
    return y, t.gradient(y, x)


show("the gradient of map_fn", sums_of_cubes, tf.ones([2, 3]))
show("the gradient of map_fn", sums_of_cubes, tf.ones([1, 1]))
show("the gradient of map_fn", sums_of_cubes, tf.ones([3, 2]) * 2.0)


@tf.function(input_signature=[tf.TensorSpec([None])])
def jacobian(x):
    with tf.GradientTape() as t:
        t.watch(x)
        y = x * x * tf.reduce_sum(x)
    return t.jacobian(y, x)


show("a Jacobian", jacobian, T([1.0, 2.0]))
show("a Jacobian", jacobian, T([1.0, 2.0, 3.0]))
show("a Jacobian", jacobian, T([2.0]))


@tf.function(input_signature=[tf.TensorSpec([None, 2])])
def batch_jacobian(x):
    with tf.GradientTape() as t:
        t.watch(x)
        y = x**2 * x[:, ::-1]
    return t.batch_jacobian(y, x)


show("a batch Jacobian", batch_jacobian, T([[1.0, 2.0]]))
show("a batch Jacobian", batch_jacobian, T([[1.0, 2.0], [3.0, 4.0]]))


@tf.function
def hessian(x, n):
    y = x
    with tf.GradientTape() as t2:
        t2.watch(x)
        with tf.GradientTape() as t:
            t.watch(x)
            y = tf.ones_like(x)
            for i in tf.range(n):
                y = y * x
            y = tf.reduce_sum(y)
        g = t.gradient(y, x)
    return t2.jacobian(g, x)


show("a Hessian through a loop", hessian, T([1.0, 2.0]), T(3))
show("a Hessian through a loop", hessian, T([1.0, 2.0]), 3)
show("through no step", hessian, T([1.0, 2.0]), T(0))


# --- loops ---
@tf.function
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


show("collatz", collatz, T(27))
show("collatz", collatz, 27)


@tf.function
def primes(n):
    c = 0
    for i in tf.range(2, n):
        p = True
        j = 2
        while j * j <= i:
            if i % j == 0:
                p = False
                break
            j += 1
        if p:
            c += 1
    return c


show("primes", primes, T(50))


@tf.function
def zipped(a, b):
    s = 0.0
    for x, y in zip(a, b):
        s += x * y
    return s


show("zip lists", zipped, [T(1.0), T(2.0)], [T(3.0), T(4.0)])


@tf.function
def dict_loop(d):
    t = T(0.0)
    for k in sorted(d):
        t = t * 2.0 + d[k]
    for k, v in d.items():
        t += v
    return t


show("dict loop", dict_loop, {"b": T(1.0), "a": T(2.0)})


@tf.function
def comprehensions(x):
    return (
        [v * 2 for v in tf.unstack(x)],
        {str(i): v for i, v in enumerate(tf.unstack(x))},
        tuple(v for v in (x, x + 1)),
    )


show("comprehension", comprehensions, T([1, 2]))


@tf.function
def ternary(x):
    return x * 2 if x > 0 else x - 1


show("ternary", ternary, T(3))
show("ternary", ternary, T(-3))


@tf.function
def chained(x):
    return T(1) if 0 < x < 10 else T(0)


show("chained", chained, T(3))
show("chained", chained, T(13))


@tf.function
def continue_(x):
    s = 0.0
    for v in x:
        if v < 0:
            continue
        if v > 100:
            break
        s += v
    return s


show("continue", continue_, T([1.0, -2.0, 3.0, 101.0, 5.0]))


@tf.function
def downwards(n):
    s = 0
    for i in tf.range(n, 0, -2):
        s = s * 10 + i
    return s


show("down", downwards, T(7))


@tf.function
def print_loop(n):
    for i in range(n):
        print("py", i)
    for i in tf.range(n):
        tf.print("tf", i, output_stream=sys.stdout)


print_loop(2)
sys.stdout.flush()
print_loop(2)
sys.stdout.flush()


@tf.function
def made_list(n):
    l = []
    for i in range(n):
        l.append(tf.constant(i) * 2)
    return tf.stack(l), len(l)


show("list", made_list, 3)


@tf.function
def unpacks(x):
    a, (b, *c) = x, (x + 1, x + 2, x + 3)
    return a, b, c


show("unpack", unpacks, T(1))


@tf.function
def augmented(x):
    y = x
    y += 1
    y *= 2
    y **= 2
    y //= 3
    y %= 5
    return y, x


show("augmented", augmented, T(4))


@tf.function
def is_none(x, m=None):
    if m is not None:
        x = x * m
    return x


show("none", is_none, T(2))
show("none", is_none, T(2), T(3))


class Cfg:
    lr = 0.1
    n = 3


@tf.function
def attr(x):
    c = Cfg()
    c.total = x
    for _ in tf.range(c.n):
        c.total = c.total * (1 - c.lr)
    return c.total


show("attribute state", attr, T(1.0))


@tf.function
def items(x):
    d = {"t": x, "n": 0}
    for _ in tf.range(3):
        d["t"] = d["t"] * 2.0
        d["n"] += 1
    return d


show("dict state", items, T(1.0))


@tf.function
def lambda_loop(x):
    fs = [lambda v, k=k: v * k for k in range(1, 4)]
    for f in fs:
        x = f(x)
    return x


show("lambdas", lambda_loop, T(1))


@tf.function
def try_(x):
    try:
        if x > 0:
            y = x * 2
        else:
            y = x
    except ValueError:
        y = x
    return y


show("try", try_, T(1))


@tf.function
def with_(x):
    with tf.name_scope("a"):
        if x > 0:
            y = x * 3
        else:
            y = x
    return y


show("with", with_, T(1))


@tf.function
def generators(x):
    return sum(v for v in tf.unstack(x)), max([1, 2]), min(tf.unstack(x)[0:1]), abs(x), any([False, True]), all([True])


show("generators", generators, T([1.0, 2.0]))


@tf.function
def builtins_(x):
    return (
        len(x),
        range(2)[1],
        round(1.6),
        int(3.2),
        float(2),
        isinstance(x, tf.Tensor),
        tf.is_tensor(x),
        hasattr(x, "shape"),
        x.shape.rank,
        x.shape[0],
        list(map(lambda v: v + 1, [1, 2])),
        list(filter(lambda v: v > 1, [1, 2])),
        sorted([3, 1]),
    )


show("builtins", builtins_, T([1.0, 2.0]))
show("do_not_convert", tf.function(tf.autograph.experimental.do_not_convert(lambda x: x + 1)), T(1))
print("def" in tf.autograph.to_code(ternary.python_function))
conv = tf.autograph.to_graph(ternary.python_function)
print(conv(3), tf.function(conv, autograph=False)(T(3)).numpy())


@tf.function(autograph=False)
def without_autograph(x):
    return tf.cond(x > 0, lambda: x, lambda: -x)


show("autograph False", without_autograph, T(-3))


@tf.function
def by_length(x):
    n = tf.shape(x)[0]
    if n > 2:
        return x[:2]
    return tf.concat([x, tf.zeros([2 - n])], 0)


show("by length", by_length, T([1.0, 2.0, 3.0]))
show("by length", by_length, T([1.0]))
