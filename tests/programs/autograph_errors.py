"""What AutoGraph refuses: the class of the error, and whether its message says what it is about."""

import tensorflow as tf

T = tf.constant


def attempt(function, *arguments, about=""):
    try:
        print(function.__name__, tf.function(function)(*arguments))
    except Exception as error:
        print(function.__name__, type(error).__name__, about in str(error))


def one_branch(x):
    if x > 0:
        y = x
    return y


def other_branch(x):
    if x > 0:
        pass
    else:
        y = x
    return y


def dtypes(x):
    if x > 0:
        y = 1
    else:
        y = 2.0
    return y


def none_in_branch(x):
    if x > 0:
        y = None
    else:
        y = x
    return y


def none_in_else(x):
    y = None
    if x > 0:
        y = x
    return y


def structures(x):
    if x > 0:
        y = (x, x)
    else:
        y = x
    return y


def keys(x):
    if x > 0:
        y = {"a": x}
    else:
        y = {"b": x}
    return y


attempt(one_branch, T(1), about="'y' must also be initialized in the else branch")
attempt(other_branch, T(1), about="'y' must also be initialized in the main branch")
attempt(dtypes, T(1), about="'y' has dtype int32 in the main branch, but dtype float32 in the else branch")
attempt(none_in_branch, T(1), about="'y' is None at the end of the main branch")
attempt(none_in_else, T(1), about="'y' is None at the end of the else branch")
attempt(structures, T(1), about="'y' must have the same nested structure in the main and else branches")
attempt(keys, T(1), about="'y' must have the same nested structure in the main and else branches")


def no_boolean(x):
    if x:
        return 1
    return 2


def vector(x):
    if x > 0:
        return 1
    return 2


def no_boolean_in_while(x):
    while x:
        x = x - 1
    return x


attempt(no_boolean, T(1.0), about="to use as boolean Tensor, use `tf.cast`")
attempt(vector, T([1, 2]), about="condition of if statement expected to be `tf.bool` scalar")
attempt(no_boolean_in_while, T(1), about="condition of while loop expected to be `tf.bool` scalar")


def loop_dtype(x):
    n = 0
    while x > 0.0:
        x = x - 1.0
        n = x
    return n


def loop_shape(x):
    while tf.reduce_sum(x) < 10.0:
        x = tf.concat([x, [1.0]], 0)
    return x


def loop_structure(x):
    y = x
    for i in tf.range(3):
        y = (y, y)
    return y


def loop_none(x):
    while x > 0:
        x = None
    return x


def loop_invariant(x):
    for i in tf.range(3):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
        x = tf.expand_dims(x, 0)
    return x


attempt(loop_dtype, T(3.0), about="'n' has dtype int32 before the loop, but dtype float32 after one iteration")
attempt(loop_shape, T([1.0]), about="'x' has shape (1,) before the loop, but shape (2,) after one iteration")
attempt(loop_structure, T(1), about="'y' does not have the same nested structure after one iteration")
attempt(loop_none, T(1), about="'x' is None at the end of the iteration")
attempt(loop_invariant, T([1]), about="which does not conform with the shape invariant")


def undefined_before(x):
    for i in tf.range(3):
        if x > i:
            y = x
    return y


def used_before(x):
    while x > 0:
        x = x - z  # noqa: F821
        z = x  # noqa: F841
    return x


attempt(undefined_before, T(1), about="'y' must be defined before the loop")
attempt(used_before, T(1), about="'z'")


def over_scalar(x):
    for e in x:
        print(e)


def python_for(x):
    for i in [1, 2]:
        if x > i:
            break
    return x


def raises(x):
    if x > 0:
        raise ValueError("this is raised while tracing")
    return x


def expression(x):
    return 1 if x > 0 else 2.0


attempt(python_for, T(1), about="break and return statements which depend on a TF condition are not supported")
attempt(raises, T(1), about="this is raised while tracing")
attempt(expression, T(1), about="has dtype int32 in the main branch, but dtype float32 in the else branch")


def to_graph(x):
    try:
        tf.autograph.to_graph(x)
    except Exception as error:
        print(type(error).__name__, "doesn't expose a __code__ object" in str(error))


to_graph(3)
to_graph(len)


@tf.function
def shadowed(x):
    y = 1
    if x > 0:
        y = 2
    del y
    return y  # noqa: F821


try:
    shadowed(T(1))
except Exception as error:
    print(type(error).__name__)
