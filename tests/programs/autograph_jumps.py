"""`return`, `break` and `continue` in a tf.function, in the places where they take some care."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


def attempt(label, function, *arguments):
    try:
        print(label, function(*arguments))
    except Exception as error:
        print(label, type(error).__name__)


T = tf.constant


@tf.function
def returns_in_branches(x):
    if x > 0:
        if x > 10:
            return x * 100
        else:
            return x * 10
    if x < -10:
        return x * -100
    return x


show("in branches", returns_in_branches, [T(20)], [T(5)], [T(-3)], [T(-20)])


@tf.function
def return_after_work(x):
    y = x + 1
    if y > 3:
        z = y * 2
        return z
    y = y * y
    w = y + 1
    return w


show("after work", return_after_work, [T(5)], [T(1)])


@tf.function
def return_structure(x):
    if x > 0:
        return {"x": x, "y": [x + 1, (x + 2,)]}
    return {"x": -x, "y": [-x, (x,)]}


show("structure", return_structure, [T(5)], [T(-1)])


@tf.function
def return_from_with(x):
    with tf.name_scope("scope"):
        if x > 0:
            return x
        else:
            return x * 2


show("from with", return_from_with, [T(5)], [T(-1)])


@tf.function
def python_return_in_loop(x, limit):
    for i in range(10):
        x = x * 2
        if i == limit:
            return x
    return -x


show("python return in a loop", python_return_in_loop, [T(5), 2], [T(5), 20])


@tf.function
def python_break(x, stop):
    for i in [1, 2, 3]:
        if i == stop:
            break
        x = x + i
    return x


show("python break", python_break, [T(5), 2], [T(5), 20])


@tf.function
def python_continue(x, skip):
    i = 0
    while i < 4:
        i += 1
        if i == skip:
            continue
        x = x * 10 + i
    return x


show("python continue", python_continue, [T(5), 2], [T(5), 20])


@tf.function
def break_after_assignment(n):
    found = -1
    for i in tf.range(n):
        if i * i > 20:
            found = i
            break
    return found


show("break after assignment", break_after_assignment, [T(10)], [T(3)])


@tf.function
def nested_breaks(n):
    count = 0
    for i in tf.range(n):
        if i == 4:
            break
        j = tf.constant(0)
        while j < 10:
            if j > i:
                break
            j += 1
            count += 1
        count += 100
    return count


show("nested breaks", nested_breaks, [T(3)], [T(10)])


@tf.function
def continue_in_nested_if(x):
    s = 0
    for e in x:
        if e > 0:
            if e % 2 == 0:
                continue
            s += e
        else:
            if e < -5:
                continue
            s -= e
        s = s * 2
    return s


show("continue in nested if", continue_in_nested_if, [T([1, 2, 3, -1, -9])])


@tf.function
def try_inside(x):
    try:
        if x > 0:
            y = x
        else:
            y = -x
    finally:
        z = x
    return y + z


show("try", try_inside, [T(1)], [T(-1)])


def falls_off(x):
    if x > 0:
        return x


def one_returns_none(x):
    if x > 0:
        return x
    return None


def dtypes_differ(x):
    if x > 0:
        return 1
    return 1.0


def breaks_by_tensor(x):
    for i in [1, 2]:
        if x > i:
            break
    return i


for function in (falls_off, one_returns_none, dtypes_differ, breaks_by_tensor):
    attempt(function.__name__, tf.function(function), T(1))
