"""Boolean operators, comparisons, conditional expressions, builtins and lambdas in a tf.function."""

import functools

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


@tf.function
def logic(x, y):
    return x and y, x or y, not x, (x and not y) or y


show("logic", logic, [T(True), T(False)], [T(False), T(True)], [T(True), T(True)])


@tf.function
def chained(x):
    return 0 < x < 10, 0 < x, -5 <= x < 5 <= 7


show("chained", chained, [T(5)], [T(-5)], [T(3)])


@tf.function
def mixed(x, flag):
    return flag and x > 0, flag or x > 0, not flag


show("python and tensors", mixed, [T(1), True], [T(1), False], [T(-1), True])


@tf.function
def lazy(x):
    return tf.size(x) > 0 and x[0] > 0


show("lazy", lazy, [T([1, 2])], [T([-1])])


@tf.function
def conditional(x):
    y = x if x > 0 else -x
    z = x + 1 if y < 10 else x
    return y, z


show("conditional expression", conditional, [T(5)], [T(-5)], [T(-50)], [T(1)])


@tf.function
def python_conditional(x, negate=False):
    return -x if negate else x


show("python conditional", python_conditional, [T(5)], [T(5), True])


@tf.function
def builtins(x):
    return (
        len(x),
        abs(x),
        int(x[0]),
        float(x[1]),
        [len([1, 2]), abs(-3), int("7"), float("0.5"), max(1, 2), min([3, 4])],
    )


show("builtins", builtins, [T([-3.5, 4.0])])


@tf.function
def lambdas(x):
    f = lambda v: v * 2 if v > 0 else v
    g = lambda v, k=3: f(v) + k
    return g(x), g(x, k=10)


show("lambdas", lambdas, [T(5)], [T(-5)])


@tf.function
def comprehensions(xs):
    return [x * 2 for x in xs], {k: v for k, v in zip("ab", xs)}, sum([x for x in xs])


show("comprehensions", comprehensions, [[T(1), T(2)]])


@tf.function
def partials(x):
    def scale(v, by):
        if v > 0:
            v = v * by
        return v

    return functools.partial(scale, by=3)(x)


show("partial", partials, [T(5)], [T(-5)])


@tf.function
def formatted(x):
    print(f"{x.shape} {x.dtype.name!r:>10}")
    return x


show("f-string", formatted, [T([5])])


@tf.function
def higher_order(x):
    return tf.map_fn(lambda e: e * 2 if e > 0 else e, x)


show("map_fn", higher_order, [T([1, -2, 3])])


@tf.function
def fold(x):
    def step(total, e):
        if e > 0:
            return total + e
        return total

    return tf.foldl(step, x, 0)


show("foldl", fold, [T([1, -2, 3])])


@tf.function
def conditional_in_call(x):
    return tf.reduce_sum(x if tf.size(x) > 1 else x * 10)


show("in a call", conditional_in_call, [T([1, 2])], [T([5])])
