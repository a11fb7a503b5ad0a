"""TensorArrays and tensors that grow, in branches and loops of a tf.function."""

import tensorflow as tf


def show(label, function, *calls):
    for arguments in calls:
        results = tf.nest.map_structure(lambda x: x.numpy() if tf.is_tensor(x) else x, function(*arguments))
        print(label, results)


T = tf.constant


@tf.function
def array(n):
    ta = tf.TensorArray(tf.int32, size=n)
    for i in tf.range(n):
        ta = ta.write(i, i * i)
    return ta.stack()


show("TensorArray", array, [T(4)], [T(1)])


@tf.function
def growing_array(n):
    ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    x = tf.ones([2])
    for i in tf.range(n):
        x = x * 2.0
        ta = ta.write(ta.size(), x)
    return ta.stack()


show("dynamic TensorArray", growing_array, [T(3)])


@tf.function
def conditional_write(x):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    n = 0
    for e in x:
        if e > 0:
            ta = ta.write(n, e)
            n += 1
    return ta.stack(), n


show("written in a branch", conditional_write, [T([1, -1, 2, -5, 3])])


@tf.function
def options(n):
    y = tf.constant([0])
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(y, tf.TensorShape([None]))])
        y = tf.concat((y, [i]), 0)
    return y


show("shape invariants", options, [T(3)])


@tf.function
def growing(n):
    y = tf.zeros([1])
    i = 0
    while i < n:
        tf.autograph.experimental.set_loop_options(shape_invariants=[(y, tf.TensorShape([None]))])
        y = tf.concat([y, [tf.cast(i, tf.float32)]], 0)
        i += 1
    return y


show("growing", growing, [T(3)], [T(0)])


@tf.function
def rnn(xs, h, w):
    outputs = tf.TensorArray(tf.float32, size=len(xs))
    for t in tf.range(tf.shape(xs)[0]):
        h = tf.tanh(xs[t] + tf.linalg.matvec(w, h))
        outputs = outputs.write(t, h)
    return outputs.stack()


w = tf.Variable([[0.1, 0.2], [-0.3, 0.4]])
with tf.GradientTape() as tape:
    out = rnn(tf.reshape(tf.range(6.0), [3, 2]) / 10.0, tf.zeros([2]), w)
    loss = tf.reduce_sum(out * out)
print("recurrent network", out.numpy(), tape.gradient(loss, w).numpy())
