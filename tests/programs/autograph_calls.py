"""Functions that a tf.function calls are converted too: nested, methods, closures, decorated, recursive ones."""

import functools

import numpy as np
import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


def helper(x, sign=1, *, offset=0):
    if x > 0:
        return x * sign + offset
    return -x * sign + offset


@tf.function
def calls_helper(x):
    return helper(x), helper(x, -1), helper(x, offset=5), helper(*[x, 2], **{"offset": 1})


show("helper", calls_helper, [T(5)], [T(-5)])


@tf.function
def local_function(x):
    def inner(y):
        while y < 100:
            y = y * 2
        return y

    return inner(x) + inner(x + 1)


show("local function", local_function, [T(5)])


def make(threshold):
    calls = []

    def inner(x):
        calls.append(1)
        if x > threshold:
            return x - threshold
        return threshold - x

    return tf.function(inner), calls


three, calls = make(3)
seven, _ = make(7)
show("closure", three, [T(5)], [T(1)])
show("closure", seven, [T(5)], [T(10)])
print(len(calls))


class Model(tf.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale = tf.Variable(scale)
        self.__secret = 2.0

    @tf.function
    def __call__(self, x):
        if tf.reduce_sum(x) > 0.0:
            return self.positive(x)
        return self._negative(x)

    def positive(self, x):
        return x * self.scale * self.__secret

    def _negative(self, x):
        for i in tf.range(2):
            x = x - self.scale
        return x


class Child(Model):
    def positive(self, x):
        if x[0] > 1.0:
            x = x + 100.0
        return super().positive(x)


show("method", Model(3.0), [T([1.0, 2.0])], [T([-1.0, -2.0])])
show("super", Child(3.0), [T([1.0, 2.0])], [T([2.0, 2.0])], [T([-1.0, -2.0])])


class Callable:
    def __call__(self, x):
        if x > 0:
            return x
        return x * 10


show("callable object", tf.function(lambda x: Callable()(x)), [T(5)], [T(-5)])


def twice(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(f(*args, **kwargs))

    return wrapper


@twice
def step(x):
    if x % 2 == 0:
        return x // 2
    return 3 * x + 1


show("decorated", tf.function(lambda x: step(x)), [T(5)], [T(8)])


@tf.function
def recursive(x, n):
    if n == 0:
        return x
    if x > 100:
        x = x - 100
    return recursive.python_function(x * 3, n - 1)


show("recursive", recursive, [T(5), 3], [T(5), 5])


@tf.autograph.experimental.do_not_convert
def unconverted(x, n):
    if n > 3:
        return x * 2
    return x


@tf.function
def calls_unconverted(x, n):
    return unconverted(x, n)


show("do_not_convert", calls_unconverted, [T(5), 4], [T(5), 2])


@tf.autograph.experimental.do_not_convert
def needs_conversion(x):
    if x > 0:
        return x
    return -x


for function in (tf.function(lambda x: needs_conversion(x)), tf.function(helper, autograph=False)):
    try:
        print(function(T(1)))
    except TypeError as error:
        print(type(error).__name__)


@tf.function
def inner_function(x):
    if x > 0:
        return x + 1
    return x - 1


@tf.function
def outer_function(x):
    y = inner_function(x)
    if y > 3:
        y = inner_function(y)
    return y


show("functions of functions", outer_function, [T(5)], [T(1)], [T(-1)])


@tf.function
def library(x):
    n = np.sum([1, 2, 3])
    return x * int(n) + len(sorted([3, 1, 2], key=lambda v: -v))


show("libraries", library, [T(5)])


@tf.function
def generator(x):
    def numbers(n):
        for i in range(n):
            if i != 1:
                yield i

    for i in numbers(4):
        x = x * 10 + i
    return x


show("generator", generator, [T(5)])

counter = 0


@tf.function
def uses_global(x):
    global counter
    counter += 1
    if x > 0:
        x = x + counter
    return x


show("global", uses_global, [T(5)])
print(counter)


@tf.function
def uses_nonlocal(x):
    total = x

    def add(y):
        nonlocal total
        total = total + y

    for i in range(3):
        add(i)
    return total


show("nonlocal", uses_nonlocal, [T(5)])

converted = tf.autograph.to_graph(helper)
print(converted.__name__, converted(T(-3)).numpy(), converted(4), converted(-4, offset=1))
print(
    "def tf__helper(x, sign=1, *, offset=0)" in tf.autograph.to_code(helper)
    or "def tf__helper" in tf.autograph.to_code(helper)
)
print([feature.name for feature in tf.autograph.experimental.Feature])


@tf.function
def range_as_a_tensor(n):
    r = range(n)
    return tf.reduce_sum(r) + r[-1]


print("range", range_as_a_tensor(tf.constant(4)).numpy())
