"""What users get wrong or write oddly, and what they get."""

import numpy as np
import tensorflow as tf

x = tf.Variable([1.0, 2.0])
c = tf.constant([3.0, 4.0])


def t(name, f):
    try:
        print(name, f())
    except Exception as e:
        print(name, type(e).__name__)


def grad_int():
    i = tf.Variable(3)
    with tf.GradientTape() as tp:
        y = i * i
    return tp.gradient(y, i)


def grad_through_numpy():
    with tf.GradientTape() as tp:
        y = tf.reduce_sum(x.numpy() ** 2)
    return tp.gradient(y, x)


def grad_assign_inside():
    with tf.GradientTape() as tp:
        x.assign(x * 2)
        y = x * x
    g = tp.gradient(y, x)
    x.assign([1.0, 2.0])
    return g


def grad_of_constant():
    with tf.GradientTape() as tp:
        y = tf.constant(3.0)
    return tp.gradient(y, x)


def grad_list_none():
    with tf.GradientTape() as tp:
        y = x * 2
    return tp.gradient([y, None], x)


def source_none():
    with tf.GradientTape() as tp:
        y = x * 2
    return tp.gradient(y, [x, None])


def target_py():
    with tf.GradientTape() as tp:
        y = 3.0
    return tp.gradient(y, x)


def tape_not_entered():
    tp = tf.GradientTape()
    return tp.gradient(x * 2, x)


def string_t():
    with tf.GradientTape() as tp:
        y = tf.constant("a")
    return tp.gradient(y, x)


def zero_unc():
    with tf.GradientTape() as tp:
        y = c * 2
    return tp.gradient(y, [x], unconnected_gradients="zero")


def bad_unc():
    with tf.GradientTape() as tp:
        y = c * 2
    return tp.gradient(y, [x], unconnected_gradients="nope")


def nan_where():
    v = tf.Variable(0.0)
    with tf.GradientTape() as tp:
        y = tf.where(v > 0, tf.sqrt(v), 0.0)
    return tp.gradient(y, v)


def nan_norm():
    v = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tp:
        y = tf.norm(v)
    return tp.gradient(y, v)


def bool_src():
    with tf.GradientTape() as tp:
        y = tf.cast(x > 1, tf.float32) * x
    return tp.gradient(y, x)


def cast_chain():
    with tf.GradientTape() as tp:
        y = tf.cast(tf.cast(x, tf.int32), tf.float32)
    return tp.gradient(y, x)


def reenter():
    tp = tf.GradientTape()
    with tp:
        y = x * x
    with tp:
        z = y * x
    return tp.gradient(z, x)


def double_enter():
    with tf.GradientTape() as tp:
        with tp:
            pass


def dict_sources():
    with tf.GradientTape() as tp:
        y = tf.reduce_sum(x**2)
    return tp.gradient(y, {"a": x, "b": {"c": x}})


def set_sources():
    with tf.GradientTape() as tp:
        y = tf.reduce_sum(x**2)
    return tp.gradient(y, {x.ref()})


def watch_list():
    with tf.GradientTape() as tp:
        tp.watch([c, x])
        y = c * x
    return tp.gradient(y, (c, x))


def watch_str():
    with tf.GradientTape() as tp:
        tp.watch(tf.constant("a"))
    return "ok"


def iadd_var():

    v = tf.Variable(1.0)
    w = v
    v += 1
    return type(v).__name__, w.numpy()


def slice_assign():
    v = tf.Variable([1.0, 2.0, 3.0])
    v[1:].assign([5.0, 6.0])
    v[0].assign_add(1.0)
    return v


def tensor_setitem():
    c[0] = 1.0


def var_setitem():
    x[0] = 1.0


def var_del():
    del x[0]


def zip_grad():
    with tf.GradientTape() as tp:
        y = tf.reduce_sum(x * c)
    gv = list(zip(tp.gradient(y, [x]), [x]))
    return [(g.numpy(), v.name) for g, v in gv]


def matmul_1d():
    return tf.matmul(x, c)


def np_matmul():
    return np.ones((2, 2), np.float32) @ x[:, None]


def np_left():
    return np.array([1.0, 2.0], np.float32) * x


def np64_left():
    return np.array([1.0, 2.0]) * x


def py_pow():
    return 2**x, x**2, x**0.5, (-x) ** 2


def compare_chain():
    return 0 < tf.constant(1.0) < 2


def in_list():
    return tf.constant(2) in [tf.constant(1), tf.constant(2)]


def in_tensor():
    return 2 in tf.constant([1, 2])


def not_tensor():
    return not tf.constant(False), tf.constant(True) and 1


def sort_tensors():
    return sorted([tf.constant(3), tf.constant(1)])


def eq_none():
    return tf.constant(1) is None, tf.constant([1, 2]) == None, x != None


def eq_shape():
    return tf.constant([1, 2]) == tf.constant([1, 2, 3])


def lt_shape():
    return tf.constant([1, 2]) < tf.constant([1, 2, 3])


def eq_str():
    return tf.constant("a") == "a", tf.constant(1) == "a"


def eq_dtype():
    return tf.constant(1) == tf.constant(1.0)


def hash_v():
    return {x: 1}


def unpack():
    a, b = x
    return a, b


def index_var():
    return [10, 20, 30][tf.Variable(1)], np.arange(3)[tf.constant(1)], np.arange(3)[tf.constant([0, 2])]


def rng():
    return list(range(tf.constant(3))), tf.range(tf.constant(2.0), 4)


def fmt():
    return f"{x[0]:.2f}", f"{x[0].numpy():.2f}", "%.1f" % x[0]


def np_funcs():
    return (
        np.mean(x),
        np.concatenate([x, c]),
        np.where(c > 3, 1, 0),
        np.linalg.norm(c),
        np.max(c),
        np.isnan(c),
        np.square(x),
    )


def dtype_cmp():
    return (
        c.dtype == "float32",
        c.dtype == np.float32,
        tf.float32 == float,
        c.dtype in (tf.float16, tf.float32),
        tf.as_dtype("float32") is tf.float32,
        tf.as_dtype(np.int64),
        tf.as_dtype(float),
        tf.as_dtype(int),
        tf.as_dtype(bool),
    )


def shape_use():
    return (
        tf.zeros(c.shape),
        tf.zeros(tf.shape(c)),
        tf.zeros([c.shape[0], 2]),
        tf.reshape(c, (-1, 1)),
        tf.reshape(c, [tf.size(c), 1]),
        tf.reshape(c, tf.constant([1, 2])),
        tf.zeros(3),
        tf.ones((tf.shape(c)[0], 1)),
    )


def assign_ret():
    return x.assign_add([0.0, 0.0]) is x, type(x.assign([1.0, 2.0])).__name__


def assign_wrong():
    return x.assign([[1.0, 2.0]])


def assign_int():
    return x.assign([1, 2])


def assign_f64():
    return x.assign(np.array([1.0, 2.0]))


def assign_t64():
    return x.assign(tf.constant([1.0, 2.0], tf.float64))


def add_f64():
    return x + np.array([1.0, 2.0])


def add_np_scalar():
    return x + np.float64(1.0), x * np.float32(2), x + np.int64(1)


def lst():
    return x + [1.0, 2.0], [1.0, 2.0] + x, x * (1, 2), tf.add([1, 2], [3, 4]), tf.add(1, [1.5]), tf.multiply([1.0], 2)


def listmix():
    return (
        tf.stack([x[0], 1.0]),
        tf.convert_to_tensor([x[0], x[1] * 2]),
        tf.constant([c[0], c[1]]),
        tf.reduce_sum([x[0], 3.0]),
        tf.concat([x, [1.0]], 0),
    )


def intdiv():
    return (
        tf.constant(7) / 2,
        tf.constant(7) // 2,
        -7 // tf.constant(2),
        tf.constant(7.0) // 2,
        tf.constant(7) % -3,
        tf.math.mod(-7, 3),
        tf.math.floordiv(7, -2),
    )


for n, f in list(globals().items()):
    if callable(f) and getattr(f, "__code__", None) and n not in ("t",) and f.__code__.co_argcount == 0:
        t(n, f)
