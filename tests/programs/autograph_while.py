"""`while` in a tf.function: on a tensor it is a loop of the graph, on Python values it is unrolled."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


@tf.function
def countdown(n):
    i = 0
    while n > 0:
        n = n - 1
        i += 1
    return i, n


show("countdown", countdown, [T(5)], [T(0)], [T(-1)])


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


show("collatz", collatz, [T(6)], [T(27)], [T(1)])


@tf.function
def newton(x):
    y = x
    error = tf.abs(y * y - x)
    while error > 1e-6:
        y = 0.5 * (y + x / y)
        error = tf.abs(y * y - x)
    return y


show("newton", newton, [T(2.0)], [T(9.0)])


@tf.function
def gcd(a, b):
    while b != 0:
        a, b = b, a % b
    return a


show("gcd", gcd, [T(12), T(18)], [T(7), T(3)])


@tf.function
def fibonacci(n):
    a, b = 0, 1
    i = tf.constant(0)
    while i < n:
        a, b = b, a + b
        i += 1
    return a


show("fibonacci", fibonacci, [T(10)], [T(0)], [T(1)])


@tf.function
def with_break(x):
    i = tf.constant(0)
    while i < 10:
        x = x * 2
        if x > 100:
            break
        i += 1
    return x, i


show("break", with_break, [T(3)], [T(0)])


@tf.function
def with_continue(n):
    s = 0
    i = tf.constant(0)
    while i < n:
        i += 1
        if i % 3 == 0:
            continue
        s += i
    return s


show("continue", with_continue, [T(10)], [T(2)])


@tf.function
def python_loop(x):
    i = 0
    while i < 3:
        print("traced", i)
        x = x * 2
        i += 1
    return x, i


show("python loop", python_loop, [T(3)])


@tf.function
def traced_once(x):
    while x < 100:
        print("traced body")
        x = x * 2
    return x


show("traced once", traced_once, [T(3)], [T(5)])


@tf.function
def nested(n):
    s = 0
    i = 0
    while i < n:
        j = 0
        while j < i:
            s += i * j
            j += 1
        i += 1
    return s


show("nested", nested, [T(5)], [T(0)])


@tf.function
def defined_inside(x):
    while x > 0:
        x = x - 1
        last = x * 10
    return last


show("defined inside", defined_inside, [T(3)])
try:
    defined_inside(T(-1))
except tf.errors.InvalidArgumentError as error:
    print("loop must iterate at least once to initialize last" in str(error))


@tf.function
def local_to_body(x):
    while x < 50:
        t = x + 1
        u = t * 2
        x = u
    return x


show("local to body", local_to_body, [T(3)])


@tf.function
def vector_state(x):
    n = 0
    while tf.reduce_sum(x) < 100.0:
        x = x * 2.0
        n += 1
    return x, n


show("vector state", vector_state, [T([1.0, 2.0])])


@tf.function
def compound_condition(x, y):
    while x < 10 and y < 10:
        x, y = x + 2, y + 3
    while not (x <= 0 or y <= 0):
        x, y = x - 1, y - 1
    return x, y


show("compound condition", compound_condition, [T(0), T(0)], [T(5), T(-3)])


@tf.function
def with_options(x):
    while x > 0:
        tf.autograph.experimental.set_loop_options(maximum_iterations=4)
        x = x - 1
    return x


show("maximum iterations", with_options, [T(10)], [T(2)])

v = tf.Variable(10)


@tf.function
def variable_condition():
    n = 0
    while v > 3:
        v.assign_sub(2)
        n += 1
    return n


show("variable condition", variable_condition, [])
print(v.numpy())
