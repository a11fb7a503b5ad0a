"""TensorArrays in functions, outside of loops and in them, with indices and lengths that are tensors."""

import tensorflow as tf


def show(label, function, *arguments):
    try:
        found = function(*arguments)
        print(
            label,
            [getattr(x.numpy(), "tolist", x.numpy)() for x in tf.nest.flatten(found)],
        )
    except Exception as error:
        print(label, "raised", type(error).__name__)


@tf.function
def write_at(i, x):
    ta = tf.TensorArray(tf.float32, 3, element_shape=[])
    ta = ta.write(i, x)
    return ta.stack()


show("write at", write_at, tf.constant(1), 5.0)
show("write at", write_at, tf.constant(2), 5.0)
show("write outside", write_at, tf.constant(3), 5.0)
show("write outside", write_at, tf.constant(-1), 5.0)


@tf.function
def read_at(i):
    ta = tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack([1.0, 2.0, 3.0])
    return ta.read(i), ta.size()


show("read at", read_at, tf.constant(2))
show("read outside", read_at, tf.constant(3))


@tf.function
def sized(n, x):
    ta = tf.TensorArray(tf.float32, n, element_shape=[2])
    ta = ta.write(n - 1, x)
    return ta.stack(), ta.size(), ta.gather([0, n - 1])


show("sized", sized, tf.constant(3), [1.0, 2.0])
show("sized", sized, tf.constant(1), [1.0, 2.0])


@tf.function
def unstacked(x):
    ta = tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x)
    total = tf.zeros_like(x[0])
    for i in tf.range(ta.size()):
        total = total * 2.0 + ta.read(i)
    return total


x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
show("unstacked", unstacked, x)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = unstacked(x)
show("its gradient", tape.gradient, y, x)


@tf.function(input_signature=[tf.TensorSpec([None, 2])])
def unstacked_of_any(x):
    ta = tf.TensorArray(tf.float32, 0, dynamic_size=True, element_shape=[2])
    ta = ta.unstack(x)
    out = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
    for i in tf.range(tf.shape(x)[0]):
        out = out.write(i, tf.reduce_sum(ta.read(i)) * tf.cast(i, tf.float32))
    return out.stack(), ta.size()


show("of any length", unstacked_of_any, x)
show("of any length", unstacked_of_any, x[:1])
show("of no length", unstacked_of_any, x[:0])
with tf.GradientTape() as tape:
    tape.watch(x)
    y, _ = unstacked_of_any(x)
show("its gradient", tape.gradient, y, x)


@tf.function
def scattered(x, n):
    ta = tf.TensorArray(tf.float32, 4)
    ta = ta.scatter([3, 1], x[:2])
    ta = ta.scatter([0, 2], x[:2] * n)
    return ta.stack(), ta.gather([3, 1, 0])


show("scattered", scattered, x, 10.0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y, z = scattered(x, tf.constant(10.0))
show("its gradients", tape.gradient, [y, z], x)


@tf.function(input_signature=[tf.TensorSpec([None]), tf.TensorSpec([], tf.int32)])
def by_batches(x, batch):
    n = tf.size(x)
    ta = tf.TensorArray(tf.float32, size=n)
    for start in tf.range(0, n, batch):
        stop = tf.minimum(start + batch, n)
        ta = ta.scatter(tf.range(start, stop), x[start:stop] ** 2)
    return ta.stack()


for n, batch in ((5, 2), (4, 4), (3, 1), (0, 2)):
    v = tf.range(float(n)) + 1.0
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = by_batches(v, batch)
    show("by batches", lambda y, tape, v: (y, tape.gradient(y, v)), y, tape, v)


@tf.function
def concatenated(a, b):
    ta = tf.TensorArray(tf.float32, 2, infer_shape=False)
    ta = ta.write(0, a)
    ta = ta.write(1, b)
    return ta.concat()


show("concatenated", concatenated, [1.0, 2.0], [3.0])


@tf.function
def split(x):
    ta = tf.TensorArray(tf.float32, 3, infer_shape=False)
    ta = ta.split(x, [1, 2, 0])
    return ta.read(0), ta.read(1), ta.read(2)


show("split", split, [1.0, 2.0, 3.0])


@tf.function
def growing(x, n):
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    i = 0
    while i < n:
        if i % 2 == 0:
            ta = ta.write(ta.size(), x * tf.cast(i, tf.float32))
        i += 1
    return ta.stack(), ta.size()


show("growing", growing, tf.constant(3.0), tf.constant(5))
show("growing", growing, tf.constant(3.0), tf.constant(1))


@tf.function
def without_assigning(n):
    ta = tf.TensorArray(tf.int32, size=3, element_shape=[])
    for i in tf.range(n):
        ta = ta.write(i, i * i)
    return ta.stack()


show("unwritten are zeros", without_assigning, tf.constant(2))


@tf.function
def in_branches(flag):
    ta = tf.TensorArray(tf.int32, size=2)
    if flag:
        ta = ta.write(0, 1)
        ta = ta.write(1, 2)
    else:
        ta = ta.write(0, 10)
        ta = ta.write(1, 20)
    return ta.stack()


show("in branches", in_branches, tf.constant(True))
show("in branches", in_branches, tf.constant(False))


@tf.function
def nested(n, m):
    rows = tf.TensorArray(tf.int32, size=n)
    for i in tf.range(n):
        row = tf.TensorArray(tf.int32, size=m)
        for j in tf.range(m):
            row = row.write(j, i * j)
        rows = rows.write(i, row.stack())
    return rows.stack()


show("nested", nested, tf.constant(2), tf.constant(3))
show("nested", nested, 2, 3)


@tf.function
def empty_reads(x):
    ta = tf.TensorArray(tf.float32, tf.shape(x)[0], element_shape=[]).unstack(x)
    total = 0.0
    for i in tf.range(tf.shape(x)[0]):
        total += ta.read(i) * x[i]
    return total


show("reads", empty_reads, tf.constant([1.0, 2.0]))
show("reads of nothing", empty_reads, tf.zeros([0]))


@tf.function
def returned():
    ta = tf.TensorArray(tf.float32, 2)
    ta = ta.write(0, 1.0)
    return ta.write(1, 2.0).stack(), ta.element_shape.rank


show("returned", lambda: returned()[0])


@tf.function
def twice(i):
    ta = tf.TensorArray(tf.float32, 2, clear_after_read=True).unstack([1.0, 2.0])
    a = ta.read(i)
    return a + ta.read(i)


show("read twice", twice, 0)


@tf.function
def fib(n):
    ta = tf.TensorArray(tf.int32, size=n, clear_after_read=False)
    ta = ta.unstack(tf.ones([n], tf.int32))
    for i in tf.range(2, n):
        ta = ta.write(i, ta.read(i - 1) + ta.read(i - 2))
    return ta.stack()


show("fibonacci", fib, tf.constant(10))

# What lists hold is nobody else's to write into, and the other way round.

x = tf.constant([1.0, 2.0])
rows = tf.reshape(tf.range(6.0), [3, 2])


@tf.function
def unstacked_and_used(x):
    y = x * 2.0
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False).unstack(y)
    z = y + 1.0
    total = tf.zeros([2])
    for i in tf.range(3):
        total += array.read(i)
    return total, z


show("unstacked and used", unstacked_and_used, rows)


@tf.function
def read_again_and_again(x):
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False)
    for i in tf.range(3):
        array = array.write(i, x * tf.cast(i + 1, tf.float32))
    total = tf.zeros([2])
    for _ in tf.range(2):
        for i in tf.range(3):
            e = array.read(i)
            total += e * 2.0
    return total, array.stack()


show("read again and again", read_again_and_again, x)


@tf.function
def written_and_used(x, j):
    array = tf.TensorArray(tf.float32, 6, clear_after_read=False)
    h = x
    for i in tf.range(3):
        v = h * 2.0
        array = array.write(i, v)
        h = v + 1.0
    v = x * 3.0
    array = array.write(j, v)
    array = array.write(j + 1, v * 10.0)
    array = array.write(j + 2, v * 100.0)
    return h, v + 1.0, array.stack()


show("written and used", written_and_used, x, tf.constant(3))


@tf.function
def one_array_twice(x):
    a = tf.TensorArray(tf.float32, 4, clear_after_read=False, element_shape=[2])
    b = tf.TensorArray(tf.float32, 4, clear_after_read=False, element_shape=[2])
    total = tf.zeros([2])
    for i in tf.range(3):
        a = a.write(i, x * tf.cast(i + 1, tf.float32))
        total += b.read(0)
        b = a
    return total, a.stack(), b.stack()


show("one array twice", one_array_twice, x)


@tf.function
def gradient_of_what_was_written(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        array = tf.TensorArray(tf.float32, 3, clear_after_read=False)
        h = x
        for i in tf.range(3):
            v = h * h
            array = array.write(i, v)
            h = v * 0.5
        y = tf.reduce_sum(array.stack() ** 2) + tf.reduce_sum(h)
    return y, tape.gradient(y, x)


show("gradient of what was written", gradient_of_what_was_written, x)
