"""`for` in a tf.function: over tensors and tf.range it is a loop of the graph, over Python's iterables it is unrolled."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


@tf.function
def total(n):
    s = 0
    for i in tf.range(n):
        s += i
    return s


show("range", total, [T(5)], [T(0)], [T(1)])


@tf.function
def bounds(a, b, d):
    s, n = a, 0
    for i in tf.range(a, b, d):
        s = s * 10 + i
        n += 1
    return s, n


show("range with bounds", bounds, [T(1), T(7), T(2)], [T(5), T(0), T(-2)], [T(5), T(5), T(1)])


@tf.function
def constant_range(x):
    print("traced")
    for i in tf.range(3):
        print("body traced")
        x = x + i
    return x


show("constant range", constant_range, [T(5)])


@tf.function
def int64_range(n):
    s = tf.constant(0, tf.int64)
    for i in tf.range(n, dtype=tf.int64):
        s += i
    return s


show("int64 range", int64_range, [T(5)])


@tf.function
def float_range():
    s = 0.0
    for x in tf.range(0.0, 1.0, 0.25):
        s += x
    return s


show("float range", float_range, [])


@tf.function
def python_range_of_tensor(n):
    s = 0
    for i in range(n):
        s += i
    for i in range(2, n):
        s += i * 10
    return s


show("range of a tensor", python_range_of_tensor, [T(4)], [T(0)])


@tf.function
def rows(x):
    s = tf.zeros([2])
    for row in x:
        s = s * 10.0 + row
    return s


show("rows", rows, [T([[1.0, 2.0], [3.0, 4.0]])], [T([[5.0, 6.0]])])


@tf.function
def elements(x):
    m = x[0]
    for e in x:
        if e > m:
            m = e
    return m


show("elements", elements, [T([3, 1, 4, 1, 5, 9, 2])])


@tf.function
def python_list(x):
    for scale in [2, 3]:
        x = x * scale
    for name, value in {"a": 1, "b": 2}.items():
        print(name)
        x = x + value
    for i, y in enumerate([x, x]):
        x = x + i * y
    for a, b in zip([1, 2], (x, x)):
        x = x + a * b
    return x


show("python iterables", python_list, [T(1)])


@tf.function
def after(n):
    for i in tf.range(n):
        j = i * 2
    return i, j


show("the variable after the loop", after, [T(3)])


@tf.function
def with_break(n):
    s = 0
    for i in tf.range(n):
        if i == 5:
            break
        s += i
    return s


show("break", with_break, [T(10)], [T(3)])


@tf.function
def with_continue(x):
    s = 0
    for e in x:
        if e < 0:
            continue
        s += e
    return s


show("continue", with_continue, [T([1, -2, 3])])


@tf.function
def both_jumps(x):
    s, n = 0, 0
    for e in x:
        n += 1
        if e == 0:
            break
        if e < 0:
            continue
        s += e
    return s, n


show("break and continue", both_jumps, [T([1, -2, 3, 0, 5])], [T([1, 2])])


@tf.function
def nested(n, m):
    s = 0
    for i in tf.range(n):
        for j in tf.range(m):
            if j > i:
                break
            s += i * 10 + j
    return s


show("nested", nested, [T(3), T(3)], [T(2), T(5)])


@tf.function
def primes(n):
    count = 0
    for i in tf.range(2, n):
        prime = True
        for j in tf.range(2, i):
            if i % j == 0:
                prime = False
                break
        if prime:
            count += 1
    return count


show("primes", primes, [T(20)])


@tf.function
def python_loop_of_tensors(xs):
    s = 0
    for x in xs:
        if x > 0:
            s += x
    return s


show("a list of tensors", python_loop_of_tensors, [[T(1), T(-2), T(3)]])


@tf.function
def unused(n):
    s = 1
    for _ in tf.range(n):
        s *= 2
    return s


show("unused variable", unused, [T(5)])


@tf.function
def limited(n):
    s = 0
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(maximum_iterations=3)
        s += i + 1
    return s


show("maximum iterations", limited, [T(10)], [T(2)])


@tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
def unknown_length(x):
    s = tf.zeros([2])
    n = 0
    for row in x:
        s += row
        n += 1
    return s, n, len(x)


show("unknown length", unknown_length, [tf.ones([3, 2])], [tf.ones([5, 2])])


@tf.function
def structures(n):
    state = {"a": 0, "b": (1.0, [2])}
    for i in tf.range(n):
        a, (b, [c]) = state["a"], state["b"]
        state = {"a": a + i, "b": (b * 2.0, [c + 1])}
    return state


show("structures", structures, [T(3)])
