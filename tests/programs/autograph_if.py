"""`if` in a tf.function: on tensors both branches are traced, on Python values one."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


@tf.function
def absolute(x):
    if x < 0:
        x = -x
    return x


show("absolute", absolute, [T(-3.0)], [T(2.0)])


@tf.function
def both_return(x):
    if x > 0:
        return x * 2
    else:
        return x * 3


show("both return", both_return, [T(1)], [T(-1)])


@tf.function
def early_return(x):
    if x > 0:
        return x
    return -x + 100


show("early return", early_return, [T(1)], [T(-1)])


@tf.function
def ladder(x):
    if x < 0:
        return "negative"
    elif x == 0:
        return "zero"
    elif x < 10:
        return "small"
    else:
        return "large"


show("ladder", ladder, [T(-1)], [T(0)], [T(5)], [T(50)])


@tf.function
def defined_in_both(x):
    if x > 0:
        y = x + 1
        z = [y, (x,)]
    else:
        y = x - 1
        z = [y * 10, (x * 10,)]
    return y, z


show("defined in both", defined_in_both, [T(1)], [T(-1)])


@tf.function
def local_to_a_branch(x):
    if x > 0:
        t = x * x
        y = t + 1
    else:
        y = x
    return y


show("local to a branch", local_to_a_branch, [T(3)], [T(-3)])


@tf.function
def nested(x, y):
    if x > 0:
        if y > 0:
            r = x + y
        else:
            r = x - y
    else:
        if y > 0:
            r = -x + y
        else:
            r = -x - y
    return r


show("nested", nested, [T(1), T(2)], [T(1), T(-2)], [T(-1), T(2)], [T(-1), T(-2)])


@tf.function
def python_condition(x, double=False, offset=None):
    if double:
        x = x * 2
    if offset is not None:
        x = x + offset
    return x


show("python condition", python_condition, [T(1)], [T(1), True], [T(1), True, T(5)])


@tf.function
def numbers_become_tensors(x):
    n = 0
    scale = 1.0
    name = "a"
    if x > 0:
        n = 1
        scale = 2.0
        name = "b"
    return n, scale, name


show("numbers become tensors", numbers_become_tensors, [T(1)], [T(-1)])


@tf.function
def without_else(x, y):
    if x > 0:
        y = y + x
        x = x * 10
    return x, y


show("without else", without_else, [T(1), T(2)], [T(-1), T(2)])


@tf.function
def swap(x, y):
    if x > y:
        x, y = y, x
    return x, y


show("swap", swap, [T(1), T(2)], [T(2), T(1)])


@tf.function
def of_a_vector(x):
    if tf.reduce_all(x > 0):
        return tf.reduce_sum(x)
    return tf.reduce_min(x)


show("of a vector", of_a_vector, [T([1.0, 2.0])], [T([1.0, -2.0])])


@tf.function
def one_element(x):
    if x:
        return 1
    return 2


show("one element", one_element, [T([True])], [T([[False]])], [T(True)])


@tf.function
def augmented(x):
    y = x
    if x > 1:
        y += 1
        y *= y
    else:
        y -= 1
    y /= 2
    return y


show("augmented", augmented, [T(3.0)], [T(0.0)])


@tf.function
def read_only_inside(x):
    t = x * 2
    if x > 0:
        t = t + 1
        y = t
    else:
        y = t
    return y


show("read only inside", read_only_inside, [T(3)], [T(-3)])


@tf.function
def trace_time(x):
    if x > 0:
        print("main traced")
        x = x + 1
    return x


show("trace time", trace_time, [T(3)], [T(-3)])

v = tf.Variable(0)


@tf.function
def assigns(x):
    if x > 0:
        v.assign_add(x)
    else:
        v.assign(-1)
    return v.read_value()


show("assigns", assigns, [T(3)], [T(4)], [T(-4)], [T(5)])
print(v.numpy())


@tf.function
def prints(x):
    if x > 0:
        tf.print("positive", x, output_stream="file:///dev/stdout")
    return x + 1


show("dicts", tf.function(lambda x: {"a": x} if x > 0 else {"a": -x}), [T(3)], [T(-4)])


@tf.function
def condition_with_and(x, y):
    if x > 0 and y > 0:
        return 1
    if x > 0 or y > 0:
        return 2
    if not (x < -5):
        return 3
    return 4


show("conditions", condition_with_and, [T(1), T(1)], [T(-1), T(1)], [T(-1), T(-1)], [T(-9), T(-1)])


@tf.function
def variable_condition(flag):
    if flag:
        return "on"
    return "off"


flag = tf.Variable(True)
show("variable", variable_condition, [flag])
flag.assign(False)
show("variable", variable_condition, [flag])


@tf.function
def docstring(x):
    """Kept."""
    if x > 0:
        x = -x
    return x


print(docstring.python_function.__doc__, docstring.python_function.__name__)
